// Feedback bodies and auth methods as the hub, the documentation and the SDKs have them; and the files of test data
// themselves, each line of which is JSON. The data is looked for as in mqtt/vectors.test.cpp; where it is not, these
// tests say so and pass.

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <hubwire/hubwire.hpp>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/jsonl.hpp"
#include "support/naive_feedback.hpp"
#include "support/vectors.hpp"

using support::json;
namespace iothub = hubwire::iothub;

namespace {

bool present() { return support::vectors_are_present("iothub"); }

std::vector<json> rows_of(std::string_view file) { return support::read_jsonl(support::vectors("iothub") / file); }

std::string text_of(const hubwire::json::string& text) { return support::detail::decoded(text); }

}  // namespace

TEST_CASE("feedback bodies are read as the data says") {
    if (!present()) return;
    std::size_t compared = 0;
    std::size_t no_times = 0;
    for (const json& row : rows_of("feedback.jsonl")) {
        const std::string& body = row["body"].text();
        INFO(body);
        CHECK(row["content_type"].text() == iothub::feedback_content_type);
        CHECK(support::compare_feedback(body) == "");
        iothub::feedback_reader in{body};
        std::vector<support::naive_record> records;
        std::size_t unknown = 0;
        for (const iothub::feedback_record& record : in) {
            records.push_back(support::naive_record_of(record));
            if (!record.status_code.known()) ++unknown;
            if (record.enqueued_time_utc && !record.enqueued_time()) ++no_times;
        }
        const bool refused = row["ok"].is(json::kind::boolean) && !row["ok"].boolean();
        CHECK(in.finish().has_value() == !refused);
        ++compared;
        if (refused) continue;
        REQUIRE(records.size() == row["records"].items().size());
        for (std::size_t i = 0; i != records.size(); ++i) {
            const json& expected = row["records"].items()[i];
            for (std::size_t m = 0; m != 6; ++m) {
                const json& member = expected[support::feedback_member_names[m]];
                const bool status_is_absent = m == 2 && member.is_null();
                if (status_is_absent) {
                    CHECK(records[i].members[m] == "Success");
                } else {
                    CHECK(records[i].members[m].has_value() == !member.is_null());
                    if (!member.is_null()) CHECK(records[i].members[m] == member.text());
                }
            }
            const json& effective = expected["effective_status"];
            CHECK(unknown == (!effective.is_null() && effective.text() == "unknown" ? 1 : 0));
        }
    }
    CHECK(compared >= 22);
    CHECK(no_times == 4);  // the made-up batch of 64 records counts its seconds up to 63
}

TEST_CASE("feedback bodies are written so that they read the same") {
    if (!present()) return;
    for (const json& row : rows_of("feedback.jsonl")) {
        const std::string& body = row["body"].text();
        if (!support::naive_feedback(body)) continue;
        iothub::feedback_reader in{body};
        std::string memory(2 * body.size() + 64, '\0');
        const auto written = iothub::encode_feedback(memory, in);
        REQUIRE(written);
        CHECK(support::naive_feedback(written->text()) == support::naive_feedback(body));
    }
}

TEST_CASE("auth methods are read as the data says") {
    if (!present()) return;
    std::size_t compared = 0;
    for (const json& row : rows_of("auth_method.jsonl")) {
        const std::string& text = row["text"].text();
        INFO(text);
        const auto found = iothub::decode_auth_method(text);
        ++compared;
        if (row["ok"].is_null()) {  // the template of the documentation, whose texts are none that we know
            REQUIRE(found);
            CHECK_FALSE(found->scope->known());
            CHECK_FALSE(found->type->known());
            continue;
        }
        REQUIRE(found.has_value() == row["ok"].boolean());
        if (!found) continue;
        CHECK(text_of(found->scope->text()) == row["scope"].text());
        CHECK(text_of(found->type->text()) == row["type"].text());
        CHECK(text_of(*found->issuer) == row["issuer"].text());
        std::string memory(text.size(), '\0');
        const auto written = iothub::encode_auth_method(memory, *found);
        REQUIRE(written);
        CHECK(*iothub::decode_auth_method(written->text()) == *found);
    }
    CHECK(compared == 21);
}

TEST_CASE("each line of the test data is JSON") {
    if (!present()) return;
    std::size_t lines = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{support::vectors("")}) {
        if (entry.path().extension() != ".jsonl") continue;
        std::ifstream in{entry.path(), std::ios::binary};
        for (std::string line; std::getline(in, line);) {
            if (line.empty()) continue;
            const support::exact_block block{line};
            INFO(entry.path().string() << ": " << line.substr(0, 200));
            CHECK(hubwire::json::decode({block.data(), block.size()}));
            if (const auto wrong = support::compare_json({block.data(), block.size()}, false); !wrong.empty())
                FAIL(wrong);
            ++lines;
        }
    }
    CHECK(lines > 4000);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{support::vectors("")}) {
        if (entry.path().extension() != ".json") continue;
        std::ifstream in{entry.path(), std::ios::binary};
        const std::string text{std::istreambuf_iterator<char>{in}, {}};
        INFO(entry.path().string());
        CHECK(hubwire::json::decode(text));
        ++files;
    }
    CHECK(files != 0);
}
