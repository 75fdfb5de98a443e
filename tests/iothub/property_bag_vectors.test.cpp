// Property bags as the SDKs of the hub write and read them. Where an SDK does something else than hubwire, the row is
// in a table here, with the reason; one that no longer differs fails. The data is looked for as in
// mqtt/vectors.test.cpp; where it is not, these tests say so and pass.

#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch2.hpp"
#include "support/jsonl.hpp"
#include "support/naive_bag.hpp"
#include "support/vectors.hpp"

using support::json;
using namespace hubwire::iothub;
using support::naive_properties;
namespace text = hubwire::text;

namespace {

bool present() { return support::vectors_are_present("iothub"); }

std::vector<json> rows_of(std::string_view file) { return support::read_jsonl(support::vectors("iothub") / file); }

std::optional<std::string> optional_text(const json& value) {
    return value.is_null() ? std::nullopt : std::optional{value.text()};
}

naive_properties pairs_of(const json& list) {
    naive_properties pairs;
    for (const json& pair : list.items()) pairs.emplace_back(pair.items()[0].text(), optional_text(pair.items()[1]));
    return pairs;
}

/// What lies behind a topic of a message to a device, or of an input of a module.
std::string_view bag_behind(std::string_view topic) {
    for (const std::string_view part : {std::string_view{"/messages/devicebound/"}, std::string_view{"/inputs/"}}) {
        const std::size_t at = topic.find(part);
        if (at == std::string_view::npos) continue;
        topic.remove_prefix(at + part.size());
        if (part == "/inputs/") {
            const std::size_t name_end = topic.find('/');
            topic = name_end == std::string_view::npos ? std::string_view{} : topic.substr(name_end + 1);
        }
        return topic;
    }
    return {};
}

/// The application's properties of a message that a bag was decoded to.
naive_properties application_properties_of(const message& m) {
    return support::properties_of(m.application_properties);
}

using disagreements = std::map<std::string_view, std::string_view>;

/// Whether a row is one of those that are to differ, which are then counted.
class exceptions {
public:
    explicit exceptions(disagreements table) : table_{std::move(table)} {}
    bool cover(const std::string& bag) {
        if (!table_.contains(bag)) return false;
        met_.insert(bag);
        return true;
    }
    [[nodiscard]] bool all_met() const { return met_.size() == table_.size(); }

private:
    disagreements table_;
    std::set<std::string> met_;
};

}  // namespace

TEST_CASE("what the SDK for Node writes, and we write the same with the characters that it leaves alone") {
    if (!present()) return;
    const std::pair<std::string_view, property_value message::*> members[] = {
        {"messageId", &message::message_id},     {"correlationId", &message::correlation_id},
        {"userId", &message::user_id},           {"to", &message::to},
        {"contentType", &message::content_type}, {"contentEncoding", &message::content_encoding},
        {"interfaceId", &message::interface_id}, {"expiryTimeUtc", &message::absolute_expiry_time},
    };
    std::size_t compared = 0;
    for (const json& row : rows_of("bag_encode_node.jsonl")) {
        const std::string& bag = row["bag"].text();
        INFO(bag);
        message m;
        std::size_t of_system = 0;
        for (const auto& [name, member] : members) {
            const json& value = row["system"][name];
            if (value.is_null()) continue;
            m.*member = value.text();
            ++of_system;
        }
        const naive_properties pairs = pairs_of(row["properties"]);
        std::vector<property> app;
        for (const auto& [name, value] : pairs) {
            if (name == "dt-subject") {  // to Node an application's property, to the hub one of the system
                m.dt_subject = value;
                ++of_system;
            } else {
                app.push_back({.name = name, .value = value});
            }
        }
        m.application_properties = app;

        // What it wrote means that.
        const auto decoded = decode_mqtt_message(bag, {});
        REQUIRE(decoded);
        CHECK(*decoded == m);

        // We write the same; but several properties of the system are in another order.
        std::array<char, 2048> memory{};
        const auto ours = encode_mqtt_bag(memory, m, {.bag = {.bare = text::uri_component}});
        REQUIRE(ours);
        if (of_system <= 1) {
            CHECK(ours->text() == bag);
        } else {
            CHECK(decode_mqtt_message(ours->text(), {}).value_or(message{}) == m);
            CHECK(ours->size() == bag.size());
        }
        ++compared;
    }
    CHECK(compared > 300);
}

TEST_CASE("what the SDK for Node reads, and what we do") {
    if (!present()) return;
    exceptions others{{
        {"prop1&prop2=&prop3=a%20string", "null is null, not the text \"undefined\""},
        {"/?prop1&prop2=&prop3=a%20string", "likewise"},
        {"a", "likewise"},
        {"a=1&", "a property without a name is refused"},
        {"&a=1", "likewise"},
        {"a=1&&b=2", "likewise"},
        {"=v", "likewise"},
        {"a=b=c", "the value goes to the next &; Node loses what stands behind the second ="},
        {"a=%FF", "a bag carries bytes: whether they are UTF-8 matters where they go"},
        {"a=%C3%28", "likewise"},
        {"%24.cdid=d&%24.cmid=m&%24.on=o&%24.sub=s&%24.schema=x&%24.ctime=2021-04-21T11%3A30%3A16Z&%24.ifid=urn&%24."
         "diagid=0&%24.diagctx=creationtimeutc%3D1",
         "these are the system's; Node hands them to the application"},
        {"%24.mid=x&%24.to=%2Fdevices%2Fd%2Fmessages%2FdeviceBound&%24.cid=c&%24.uid=u&%24.exp=2026-01-01T00%3A00%3A00."
         "0000000Z&%24.ct=application%2Fjson&%24.ce=utf-8&iothub-ack=full",
         "so is iothub-ack"},
    }};
    std::size_t read = 0;
    for (const json& row : rows_of("bag_decode_node.jsonl")) {
        const std::string& bag = row["bag"].text();
        INFO(bag);
        const auto m = decode_mqtt_message(bag, {});
        bool same = m.has_value() == row["ok"].boolean();
        if (m && same) {
            same = application_properties_of(*m) == pairs_of(row["properties"]);
            const auto is = [&](const property_value& value, std::string_view name) {
                return support::text_of(value) == optional_text(row["system"][name]);
            };
            CHECK(is(m->message_id, "messageId"));
            CHECK(is(m->to, "to"));
            CHECK(is(m->correlation_id, "correlationId"));
            CHECK(is(m->user_id, "userId"));
            CHECK(is(m->content_type, "contentType"));
            CHECK(is(m->content_encoding, "contentEncoding"));
            CHECK(is(m->absolute_expiry_time, "expiryTimeUtc"));
        }
        CHECK(same != others.cover(bag));
        ++read;
    }
    CHECK(read == 23);
    CHECK(others.all_met());

    // With names that are empty, the properties are Node's, but for null.
    CHECK(support::properties_of(*decode_property_bag("a=1&&b=2", {.empty_names = true})) ==
          naive_properties{{"a", "1"}, {"", std::nullopt}, {"b", "2"}});
}

TEST_CASE("what the SDK for Python reads, and what we do") {
    if (!present()) return;
    exceptions others{{
        {"=v", "a property without a name is refused"},
        {"&", "likewise"},
        {"a=1&", "likewise"},
        {"a=1&&b=2", "likewise"},
        {"a==1", "the value goes to the next &; Python loses what stands behind the second ="},
        {"a=1=2", "likewise"},
        {"/?prop1&prop2=&prop3=a%20string", "a / does not end the bag"},
        {"a=1/2", "likewise"},
        {"a%=1", "a malformed escape is refused"},
        {"a%zz=1", "likewise"},
        {"a=%", "likewise"},
        {"a=%ff", "a bag carries bytes; Python puts U+FFFD in the place of what is not UTF-8"},
        {"a=1&a=2", "properties that are there twice are kept, in their order"},
        {"iothub-creation-time-utc=2021-04-21T11%3A30%3A16Z", "this is the system's"},
    }};
    std::size_t read = 0;
    for (const json& row : rows_of("bag_decode_python.jsonl")) {
        const std::string& bag = row["bag"].text();
        INFO(bag);
        REQUIRE(row["ok"].boolean());
        const auto m = decode_mqtt_message(bag, {});
        bool same = m.has_value();
        if (m) {
            same = application_properties_of(*m) == pairs_of(row["properties"]);
            const auto is = [&](const property_value& value, std::string_view name) {
                return support::text_of(value) == optional_text(row["system"][name]);
            };
            CHECK(is(m->message_id, "message_id"));
            CHECK(is(m->correlation_id, "correlation_id"));
            CHECK(is(m->user_id, "user_id"));
            CHECK(is(m->content_type, "content_type"));
            CHECK(is(m->content_encoding, "content_encoding"));
            CHECK(is(m->absolute_expiry_time, "expiry_time_utc"));
            CHECK(is(m->ack, "ack"));
        }
        CHECK(same != others.cover(bag));
        // What is malformed is literal to Python, and to us by option.
        if (!m && m.error().code == hubwire::errc::percent_escape) {
            const auto lenient = decode_property_bag(bag, {.keep_malformed = true});
            REQUIRE(lenient);
            CHECK(support::properties_of(*lenient) == pairs_of(row["properties"]));
        }
        ++read;
    }
    CHECK(read == 35);
    CHECK(others.all_met());
}

TEST_CASE("bags in the topics that the test suites of SDKs have") {
    if (!present()) return;
    std::size_t read = 0;
    for (const json& row : rows_of("c2d_topics_sdks.jsonl")) {
        const std::string& topic = row["topic"].text();
        INFO(topic);
        const json& decoded = row["decoded"];
        if (decoded.is_null() && row["note"].is_null()) continue;  // of the topic, no bag: iothub/topic has it
        std::string_view bag = bag_behind(topic);
        // An example of the documentation, with the / and the ? before it that the hub does not send.
        if (bag.starts_with('?')) CHECK(*decode_property_bag(bag, {.skip_question_mark = true})->find("prop2") == "");
        const auto ours = decode_property_bag(bag, {.skip_question_mark = true});
        REQUIRE(ours);
        ++read;
        if (decoded.is_null()) {
            CHECK(ours->find("property1value1")->is_null());  // Java throws where there is no =
        } else {
            CHECK(support::properties_of(*ours) == pairs_of(decoded));
        }
        CHECK(decode_mqtt_message(bag, {}, {.bag = {.skip_question_mark = true}}));
    }
    CHECK(read >= 18);
}

TEST_CASE("bags in the test suite of the SDK for Python") {
    if (!present()) return;
    const std::pair<std::string_view, property_value message::*> members[] = {
        {"on", &message::output_name},    {"mid", &message::message_id},           {"cid", &message::correlation_id},
        {"uid", &message::user_id},       {"ct", &message::content_type},          {"ce", &message::content_encoding},
        {"ifid", &message::interface_id}, {"exp", &message::absolute_expiry_time}, {"iothub-ack", &message::ack},
    };
    std::size_t decoded = 0;
    std::size_t encoded = 0;
    for (const json& row : rows_of("python_sdk_topics.jsonl")) {
        const json& args = row["args"];
        const std::string& function = row["function"].text();
        if (function == ".extract_message_properties_from_topic()" && !row["expect_error"].boolean()) {
            INFO(args["topic"].text());
            const auto m = decode_mqtt_message(bag_behind(args["topic"].text()), {});
            REQUIRE(m);
            ++decoded;
            if (args["expected_system_properties"].is_null() && args["extracted_system_properties"].is_null()) {
                CHECK_FALSE(m->to.is_null());  // to Python an argument of the callback, and not looked at
                continue;
            }
            const bool one_form = !args["expected_system_properties"].is_null();
            const json& system = args[one_form ? "expected_system_properties" : "extracted_system_properties"];
            const json& custom = args[one_form ? "expected_custom_properties" : "extracted_custom_properties"];
            for (const auto& [name, member] : members)
                CHECK(support::text_of(m.value_or(message{}).*member) == optional_text(system[name]));
            for (const property p : m->application_properties)
                CHECK(support::text_of(p.value) == optional_text(custom[*support::text_of(p.name)]));
        } else if (function == ".encode_message_properties_in_topic()") {
            // The bag is what we write, too, but for the order of the system's properties.
            const std::string& bag = args["expected_encoding"].text();
            INFO(bag);
            const auto ours = decode_property_bag(bag);
            REQUIRE(ours);
            std::array<char, 1024> memory{};
            CHECK(encode_property_bag(memory, *ours)->text() == bag);
            const auto m = decode_mqtt_message(bag, {});
            const auto again = encode_mqtt_bag(memory, *m);
            CHECK(again->size() == bag.size());
            CHECK(decode_mqtt_message(again->text(), {}).value_or(message{}) == *m);
            // Its times have no Z.
            if (m->absolute_expiry_time.is_null()) continue;
            CHECK(m->absolute_expiry_time.time().error().code == hubwire::errc::timestamp_zone);
            CHECK(m->absolute_expiry_time.time({.allow_no_zone = true}));
            ++encoded;
        }
    }
    CHECK(decoded >= 20);
    CHECK(encoded >= 4);
}
