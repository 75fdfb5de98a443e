#include <array>
#include <hubwire/hubwire.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_feedback.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;
namespace json = hubwire::json;

namespace {

constexpr auto of_hub = R"([{"originalMessageId":"5aac3169-af00-4536-acdb-cb9ea6b3980e","description":"Success",)"
                        R"("deviceGenerationId":"635794823643795743","deviceId":"myFirstDevice",)"
                        R"("enqueuedTimeUtc":"2015-10-29T07:59:00.9772497Z"}])"sv;

static_assert([] {
    feedback_reader in{of_hub};
    return in.next() && in.record().device_id == "myFirstDevice" &&
           in.record().status_code == feedback_status::success &&
           in.record().enqueued_time()->nanoseconds == 977'249'700 && !in.next() && in.finish().has_value();
}());

constexpr std::array<feedback_record, 2> two{{
    {.original_message_id = "m1",
     .enqueued_time_utc = "2015-07-28T16:24:48.789Z",
     .status_code = feedback_status::expired,
     .description = "a\"b",
     .device_id = "d1",
     .device_generation_id = "g1"},
    {.status_code = json::string{"Teleported"}},
}};
constexpr auto two_written =
    R"([{"originalMessageId":"m1","enqueuedTimeUtc":"2015-07-28T16:24:48.789Z","statusCode":"Expired",)"
    R"("description":"a\"b","deviceId":"d1","deviceGenerationId":"g1"},{"statusCode":"Teleported"}])"sv;
static_assert([] {
    std::array<char, 256> memory{};
    return encode_feedback(memory, two)->text() == two_written;
}());

std::vector<feedback_record> read(std::string_view body) {
    feedback_reader in{body};
    std::vector<feedback_record> records;
    for (const feedback_record& record : in) records.push_back(record);
    CHECK(in.finish());
    return records;
}

error refusal_of(std::string_view body) {
    CHECK(support::compare_feedback(body) == "");
    feedback_reader in{body};
    const auto all = in.finish();
    REQUIRE(!all);
    CHECK_FALSE(in.ok());
    CHECK_FALSE(in.next());
    CHECK(in.finish().error() == all.error());
    return all.error();
}

/// Records in any order of members, with any white space, with lengths of texts that differ.
std::string body_of(unsigned count, unsigned seed) {
    constexpr std::string_view names[] = {"originalMessageId", "enqueuedTimeUtc",    "statusCode", "description",
                                          "deviceId",          "deviceGenerationId", "unknown"};
    std::string body = "[";
    for (unsigned i = 0; i != count; ++i) {
        body += i == 0 ? "{" : ",{";
        std::string_view comma = "";
        for (unsigned m = 0; m != 7; ++m) {
            seed = seed * 1103515245u + 12345u;
            const unsigned r = seed >> 16;
            if (r % 5 == 0) continue;
            body += comma;
            comma = r % 11 == 0 ? " ,\n " : ",";
            body +=
                '"' + std::string{names[r % 17 == 0 ? r % 7 : (m + seed % 2) % 7]} + (r % 13 == 0 ? "\" : " : "\":");
            if (r % 19 == 0) {
                body += "null";
            } else {
                body += '"' + std::string(r % 97, 'x') + (r % 23 == 0 ? "\\u00fc" : "") + '"';
            }
        }
        body += '}';
    }
    return body + ']';
}

}  // namespace

TEST_CASE("feedback as the hub writes it, without a status, is a success") {
    const auto records = read(of_hub);
    REQUIRE(records.size() == 1);
    const feedback_record& r = records[0];
    CHECK(r.original_message_id == "5aac3169-af00-4536-acdb-cb9ea6b3980e");
    CHECK(r.original_message_id->raw().data() == of_hub.data() + 23);
    CHECK(r.description == "Success");
    CHECK(r.device_generation_id == "635794823643795743");
    CHECK(r.status_code == feedback_status::success);
    CHECK(*r.status_code.known() == feedback_status::success);
    CHECK(r.enqueued_time()->in_milliseconds().value_or(0) == 1'446'105'540'977);
    CHECK(feedback_record{}.enqueued_time().error() == error{.code = errc::timestamp_format});
    CHECK(feedback_record{.enqueued_time_utc = "2015-10-29T07:59:00.1234567890Z"}.enqueued_time().error().code ==
          errc::timestamp_fraction);
}

TEST_CASE("unknown members are skipped, unknown statuses are kept, nulls are absent, the last of a name counts") {
    const auto records = read(
        R"( [ {"extra":{"a":[1,2,{"b":null}]},"deviceId":"d\u00e9v\/1","statusCode":"Teleported","originalMessageId":null,)"
        R"("n":-1.5e3,"desc\u0072iption":"x","deviceId":"d2"} , {"statusCode":null} , {}, {"statusCode":"Purged","statusCode":null} ] )");
    REQUIRE(records.size() == 4);
    CHECK(records[0].device_id == "d2");
    CHECK(records[0].description == "x");
    CHECK_FALSE(records[0].original_message_id);
    CHECK_FALSE(records[0].status_code.known());
    CHECK(records[0].status_code.text() == "Teleported");
    CHECK(records[1] == feedback_record{});
    CHECK(records[2] == feedback_record{});
    CHECK(records[3] == feedback_record{});
}

TEST_CASE("every status has its name") {
    constexpr std::pair<feedback_status, std::string_view> all[] = {
        {feedback_status::success, "Success"},
        {feedback_status::expired, "Expired"},
        {feedback_status::delivery_count_exceeded, "DeliveryCountExceeded"},
        {feedback_status::rejected, "Rejected"},
        {feedback_status::purged, "Purged"},
    };
    for (const auto& [status, name] : all) {
        CHECK(named<feedback_status>{status}.text() == name);
        CHECK(named<feedback_status>{json::string{name}} == status);
        CHECK(named<feedback_status>{json::string{name}}.known() == status);
        const std::string body = "[{\"statusCode\":\"" + std::string{name} + "\"}]";
        CHECK(read(body)[0].status_code == status);
    }
    CHECK_FALSE(named<feedback_status>{json::string{"success"}}.known());
}

TEST_CASE("what is no feedback is refused where it stands") {
    CHECK(refusal_of("") == error{.code = errc::json_end, .offset = 0});
    CHECK(refusal_of(" ") == error{.code = errc::json_end, .offset = 1});
    CHECK(refusal_of("{}") == error{.code = errc::json_kind, .offset = 0});
    CHECK(refusal_of("null") == error{.code = errc::json_kind, .offset = 0});
    CHECK(refusal_of(" x") == error{.code = errc::json_value, .offset = 1});
    CHECK(refusal_of("[") == error{.code = errc::json_end, .offset = 1});
    CHECK(refusal_of("[{]") == error{.code = errc::json_name, .offset = 2});
    CHECK(refusal_of("[{") == error{.code = errc::json_end, .offset = 2});
    CHECK(refusal_of("[1]") == error{.code = errc::json_kind, .offset = 1});
    CHECK(refusal_of("[{},]") == error{.code = errc::json_value, .offset = 4});
    CHECK(refusal_of("[{},") == error{.code = errc::json_end, .offset = 4});
    CHECK(refusal_of("[{} {}]") == error{.code = errc::json_comma, .offset = 4});
    CHECK(refusal_of("[{}] x") == error{.code = errc::json_leftover, .offset = 5});
    CHECK(refusal_of("[] x") == error{.code = errc::json_leftover, .offset = 3});
    CHECK(refusal_of(R"([{"statusCode":}])") == error{.code = errc::json_value, .offset = 15});
    CHECK(refusal_of(R"([{"statusCode":5}])") == error{.code = errc::json_kind, .offset = 15});
    CHECK(refusal_of(R"([{"deviceId":"\x"}])") == error{.code = errc::json_escape, .offset = 14});
    CHECK(refusal_of(R"([{},{"deviceId" "d"}])") == error{.code = errc::json_colon, .offset = 16});
    CHECK(refusal_of(R"([{},{"deviceId":"d" 1}])") == error{.code = errc::json_comma, .offset = 20});
    CHECK(refusal_of(R"([{"x":[1,}])") == error{.code = errc::json_value, .offset = 9});
    CHECK(refusal_of(R"([{"x":1)") == error{.code = errc::json_end, .offset = 7});
    CHECK(refusal_of("[{\"x\":" + std::string(62, '[') + std::string(62, ']') + "},5]").offset == 132);
    // The array and the record are two of 64 levels.
    CHECK(read("[{\"x\":" + std::string(62, '[') + std::string(62, ']') + "}]").size() == 1);
    CHECK(refusal_of("[{\"x\":" + std::string(63, '[') + std::string(63, ']') + "}]") ==
          error{.code = errc::json_depth, .offset = 68});
    CHECK(refusal_of("[{\"x\":" + std::string(10'000, '[')) == error{.code = errc::json_depth, .offset = 68});
}

TEST_CASE("records before the first failure have been seen by then") {
    feedback_reader in{R"([{"deviceId":"d"},{"deviceId":5}])"};
    REQUIRE(in.next());
    CHECK(in.record().device_id == "d");
    CHECK_FALSE(in.next());
    CHECK(in.record() == feedback_record{});
    CHECK(in.finish().error() == error{.code = errc::json_kind, .offset = 30});
    CHECK(feedback_reader{}.finish());
    CHECK(feedback_reader{}.begin() == feedback_reader::iterator{});
    feedback_reader again{"[{},{}]"};
    auto at = again.begin();
    CHECK(at->status_code == feedback_status::success);
    at++;
    CHECK(at != again.end());
    ++at;
    CHECK(at == again.end());
}

TEST_CASE("whatever the order, the lengths and the white space, records are those that a reader of JSON finds") {
    for (unsigned seed = 0; seed != 300; ++seed) {
        const std::string body = body_of(1 + seed % 40, seed);
        if (const auto wrong = support::compare_feedback(body); !wrong.empty()) FAIL(wrong);
    }
    const std::string body = body_of(3, 7);
    for (std::size_t size = 0; size <= body.size(); ++size) {
        if (const auto wrong = support::compare_feedback(body.substr(0, size)); !wrong.empty()) FAIL(wrong);
    }
    std::string changed{of_hub};
    for (std::size_t at = 0; at != of_hub.size(); ++at) {
        for (const char c : "\"\\{}[],:\n\x01\xC3nx5"sv) {
            changed[at] = c;
            if (const auto wrong = support::compare_feedback(changed); !wrong.empty()) FAIL(wrong);
        }
        changed[at] = of_hub[at];
    }
    for (std::size_t length = 0; length != 140; ++length) {
        std::string lengths = "[";
        for (const std::size_t n : {length, length, length + 1, length / 2, length}) {
            lengths += lengths.size() == 1 ? "" : ",";
            lengths += "{\"deviceId\":\"" + std::string(n, 'a') + "\"}";
        }
        if (const auto wrong = support::compare_feedback(lengths + "]"); !wrong.empty()) FAIL(wrong);
    }
}

TEST_CASE("records are indented alike until they are not, in any place") {
    const std::string_view spaces[] = {"",         " ",        "\n",        "\n  ",      "\n    ",
                                       "\r\n\t\t", "\n      ", "\n\t     ", "\n       ", "\n               "};
    for (const std::string_view first : spaces) {
        for (const std::string_view then : spaces) {
            std::string body = "[";
            for (int i = 0; i != 6; ++i) {
                const std::string_view space = i < 3 ? first : then;
                const std::string_view value = i % 2 == 0 ? first : then;
                for (const std::string_view piece :
                     {i == 0 ? "{"sv : ",{"sv, space, "\"deviceId\":"sv, value, "\"d\","sv, space, "\"statusCode\":"sv,
                      value, "\"Success\""sv, space, "}"sv})
                    body += piece;
            }
            body += ']';
            INFO(body);
            CHECK(read(body).size() == 6);
            CHECK(support::compare_feedback(body) == "");
            // What is no white space is none where some is foreseen either.
            for (std::size_t at = body.size() / 2; at != body.size(); ++at) {
                if (body[at] != ' ' && body[at] != '\n') continue;
                std::string wrong = body;
                wrong[at] = '\v';
                CHECK(support::compare_feedback(wrong) == "");
                wrong[at] = 'x';
                CHECK(support::compare_feedback(wrong) == "");
                CHECK(support::compare_feedback(std::string_view{body}.substr(0, at)) == "");
            }
        }
    }
}

TEST_CASE("a feedback reader stands anything") {
    const auto decode = [](hubwire::bytes input) { return feedback_reader{input.text()}.finish(); };
    CHECK(support::every_mutation(of_hub, decode) == "");
    CHECK(support::every_short_input(decode) == "");
}

TEST_CASE("feedback is written of any records, whole or not at all") {
    CHECK(support::every_capacity(two_written, [](hubwire::buffer to) { return encode_feedback(to, two); }) == "");
    CHECK(*feedback_size(two) == two_written.size());
    std::array<char, 512> memory{};
    CHECK(encode_feedback(memory, std::vector<feedback_record>{})->text() == "[]");
    CHECK(encode_feedback(memory, std::span{two}.first<1>())->text().ends_with("\"g1\"}]"));
    CHECK(encode_feedback(memory, std::array{feedback_record{.device_id = "\xFF"}}).error() ==
          error{.code = errc::json_utf8, .offset = 36});
    CHECK(read(two_written) == std::vector<feedback_record>(two.begin(), two.end()));

    // Another feedback is forwarded, with its escapes.
    feedback_reader in{two_written};
    CHECK(encode_feedback(memory, in)->text() == two_written);
    feedback_reader wrong{R"([{"deviceId":"d"},5])"};
    CHECK(encode_feedback(memory, wrong).error().code == errc::json_kind);
}
