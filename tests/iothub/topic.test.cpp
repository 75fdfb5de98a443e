#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "support/catch2.hpp"
#include "support/iothub_topic.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;

static_assert(decode_topic_to_client("$iothub/methods/POST/a/?$rid=1")->get_if<method_request_topic>()->rid == "1");
static_assert(decode_topic_to_client("$iothub/methods/POST/a/?$rid=1")->visit([](const auto& t) { return t.kind; }) ==
              topic_kind::method_request);
static_assert(decode_topic_to_hub("devices/d/messages/events/")->kind() == topic_kind::telemetry);

namespace {

constexpr std::string_view to_client[] = {
    "devices/d/messages/devicebound/a=b",      "devices/d/modules/m/inputs/i/a=b/",
    "devices/modules/messages/devicebound/",   "devices/modules/modules/modules/inputs/modules/",
    "$iothub/twin/res/204/?$rid=1&$version=2", "$iothub/twin/PATCH/properties/desired/?$version=5&x=res/404/?$rid=9",
    "$iothub/methods/POST/a*b/?$rid=1",
};
constexpr std::string_view to_hub[] = {
    "devices/d/messages/events/a=b",   "devices/d/modules/m/messages/events/a=b",
    "$iothub/twin/GET/?$rid=1",        "$iothub/twin/PATCH/properties/reported/?$rid=1&$version=2",
    "$iothub/methods/res/200/?$rid=1",
};

support::outcome<std::string> at_client(std::string_view text, bool may_lack_slash = false) {
    const support::exact_block input{hubwire::bytes{text}};
    return support::shown_outcome(
        decode_topic_to_client({input.data(), input.size()}, {.allow_missing_slash = may_lack_slash}));
}
support::outcome<std::string> at_hub(std::string_view text, bool may_lack_slash = false) {
    const support::exact_block input{hubwire::bytes{text}};
    return support::shown_outcome(
        decode_topic_to_hub({input.data(), input.size()}, {.allow_missing_slash = may_lack_slash}));
}

/// What is refused may be so for another kind's reason, of those that come equally late.
bool alike(const support::outcome<std::string>& ours, const support::outcome<std::string>& naive) {
    const auto* refused = std::get_if<support::refusal>(&ours);
    if (refused == nullptr) return ours == naive;
    const auto* expected = std::get_if<support::refusal>(&naive);
    return expected != nullptr && refused->at == expected->at;
}

void both_sides(std::string_view text) {
    for (const bool may_lack_slash : {false, true}) {
        if (!alike(at_client(text, may_lack_slash), support::naive_topic_to_client(text, may_lack_slash)))
            FAIL("at the client: " << text);
        if (!alike(at_hub(text, may_lack_slash), support::naive_topic_to_hub(text, may_lack_slash)))
            FAIL("at the hub: " << text);
    }
}

}  // namespace

TEST_CASE("either side knows its topics, and takes none of the other side's") {
    for (const std::string_view text : to_client) {
        INFO(text);
        CHECK(decode_topic_to_client(text).has_value());
        CHECK_FALSE(decode_topic_to_hub(text).has_value());
        both_sides(text);
    }
    for (const std::string_view text : to_hub) {
        INFO(text);
        CHECK(decode_topic_to_hub(text).has_value());
        CHECK_FALSE(decode_topic_to_client(text).has_value());
        both_sides(text);
    }
}

TEST_CASE("a topic of any kind is asked for what it is") {
    const auto topic = decode_topic_to_client("$iothub/twin/res/204/?$rid=1&$version=2");
    REQUIRE(topic);
    CHECK(topic->kind() == topic_kind::twin_response);
    CHECK(topic->get_if<devicebound_topic>() == nullptr);
    CHECK(topic->get_if<input_topic>() == nullptr);
    CHECK(topic->get_if<twin_desired_topic>() == nullptr);
    CHECK(topic->get_if<method_request_topic>() == nullptr);
    REQUIRE(topic->get_if<twin_response_topic>() != nullptr);
    CHECK(topic->get_if<twin_response_topic>()->status == 204);
    CHECK(topic->visit([](const auto& t) { return t.kind; }) == topic_kind::twin_response);
    for (const std::string_view text : to_client) {
        const auto any = decode_topic_to_client(text);
        CHECK(any->visit([](const auto& t) { return t.kind; }) == any->kind());
    }
    for (const std::string_view text : to_hub) {
        const auto any = decode_topic_to_hub(text);
        CHECK(any->visit([](const auto& t) { return t.kind; }) == any->kind());
    }
}

TEST_CASE("a topic of any kind can be made of one") {
    const topic_to_hub topic = twin_get_topic{.rid = "1"};
    CHECK(topic.kind() == topic_kind::twin_get);
    CHECK(topic.visit([](const auto& t) { return *encoded_size(t); }) == 24);
}

TEST_CASE("what is no topic is refused as what it is most like") {
    CHECK(decode_topic_to_client("").error() == error{.code = errc::iothub_topic, .offset = 0});
    CHECK(decode_topic_to_client("not a topic").error() == error{.code = errc::iothub_topic, .offset = 0});
    CHECK(decode_topic_to_client("$iothub").error() == error{.code = errc::iothub_topic, .offset = 7});
    CHECK(decode_topic_to_client("$iothub/twin/").error() == error{.code = errc::iothub_topic, .offset = 13});
    CHECK(decode_topic_to_client("$iothub/twin/res/99999/?$rid=1").error() ==
          error{.code = errc::iothub_topic_status, .offset = 20});
    CHECK(decode_topic_to_client("devices/d/msgs/devicebound/").error() ==
          error{.code = errc::iothub_topic, .offset = 11});
    CHECK(decode_topic_to_client("devices/d/modules/m/outputs/o/").error() ==
          error{.code = errc::iothub_topic, .offset = 20});
    CHECK(decode_topic_to_hub("$iothub/twin/PATCH/properties/desired/?$version=1").error() ==
          error{.code = errc::iothub_topic, .offset = 30});
}

TEST_CASE("both sides stand anything") {
    CHECK(support::every_short_input([](hubwire::bytes in) { return decode_topic_to_client(in.text()); }) == "");
    CHECK(support::every_short_input([](hubwire::bytes in) { return decode_topic_to_hub(in.text()); }) == "");
    const auto vary = [](std::string_view text) {
        CHECK(support::every_mutation(text, [](hubwire::bytes in) { return decode_topic_to_client(in.text()); }) == "");
        CHECK(support::every_mutation(text, [](hubwire::bytes in) { return decode_topic_to_hub(in.text()); }) == "");
        std::string changed{text};
        for (std::size_t at = 0; at != text.size(); ++at) {
            both_sides(text.substr(0, at));
            both_sides(text.substr(at));
            for (const char c : "/?&=$0-mrGP\0\xFF"sv) {
                changed[at] = c;
                both_sides(changed);
            }
            changed[at] = text[at];
        }
    };
    for (const std::string_view text : to_client) vary(text);
    for (const std::string_view text : to_hub) vary(text);
}

TEST_CASE("topics are equal if all of their parts stand for the same") {
    CHECK(telemetry_topic{.sender = {.device_id = "d"}, .bag = "a"} ==
          telemetry_topic{.sender = {.device_id = "d"}, .bag = "a"});
    CHECK(telemetry_topic{.sender = {.device_id = "d"}} != telemetry_topic{.sender = {.device_id = "e"}});
    CHECK(telemetry_topic{.sender = {.device_id = "d"}} != telemetry_topic{.sender = {"d", "m"}});
    CHECK(telemetry_topic{.bag = "a"} != telemetry_topic{.bag = "b"});
    CHECK(devicebound_topic{.device_id = "d"} != devicebound_topic{.device_id = "e"});
    CHECK(devicebound_topic{.bag = "a"} != devicebound_topic{.bag = "b"});
    CHECK(input_topic{.receiver = {"d", "m"}} != input_topic{.receiver = {"d", "n"}});
    CHECK(input_topic{.input = "i"} != input_topic{.input = "j"});
    CHECK(input_topic{.bag = "a"} != input_topic{.bag = "b"});
    CHECK(twin_get_topic{.rid = "1"} != twin_get_topic{.rid = "2"});
    CHECK(twin_reported_topic{.rid = "1"} != twin_reported_topic{.rid = "2"});
    CHECK(twin_reported_topic{.version = 1} != twin_reported_topic{});
    CHECK(twin_response_topic{.status = 200} != twin_response_topic{.status = 204});
    CHECK(twin_response_topic{.rid = "1"} != twin_response_topic{.rid = "2"});
    CHECK(twin_response_topic{.version = 1} != twin_response_topic{.version = 2});
    CHECK(twin_desired_topic{.version = 1} != twin_desired_topic{.version = 2});
    CHECK(method_request_topic{.name = "a"} != method_request_topic{.name = "b"});
    CHECK(method_request_topic{.rid = "1"} != method_request_topic{.rid = "2"});
    CHECK(method_response_topic{.status = 200} != method_response_topic{.status = 404});
    CHECK(method_response_topic{.rid = "a b"} == method_response_topic{.rid = hubwire::text::percent_text{"a%20b"}});
    CHECK(method_response_topic{.rid = "1"} != method_response_topic{.rid = "2"});
    CHECK(method_name{.component = "a"} != method_name{.component = "b"});
    CHECK(method_name{.command = "a"} != method_name{.command = "b"});
}

TEST_CASE("each kind of topic has a name, for logs") {
    constexpr std::string_view names[] = {"telemetry",       "twin get",     "twin reported",
                                          "method response", "devicebound",  "input",
                                          "twin response",   "twin desired", "method request"};
    std::uint8_t number = 0;
    for (const std::string_view name : names) CHECK(name_of(topic_kind{number++}) == name);
    CHECK(name_of(topic_kind::method_request) == names[std::size(names) - 1]);
    CHECK(name_of(topic_kind{number}).empty());
    CHECK(name_of(topic_kind{0xFF}).empty());
}
