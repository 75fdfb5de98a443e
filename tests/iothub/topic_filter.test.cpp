#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;
namespace mqtt = hubwire::mqtt;

namespace {

static_assert(*decode_filter("$iothub/methods/POST/#", {.device_id = "d"}) == feed::method_requests);
static_assert(answer_to_subscription({.filter = "$iothub/twin/res/#"}, {.device_id = "d"}).granted ==
              feed::twin_responses);

constexpr identity device{.device_id = "MyDevice01"};
constexpr identity module{.device_id = "MyDevice01", .module_id = "m"};

void round_trip(std::string_view filter, feed wanted, const identity& client) {
    INFO(filter);
    CHECK(support::every_capacity(filter, [&](hubwire::buffer to) { return encode_filter(to, wanted, client); }) == "");
    hubwire::counting_writer count;
    put_filter(count, wanted, client);
    CHECK(*count.finish() == filter.size());
    CHECK(*decode_filter(filter, client) == wanted);
    CHECK(mqtt::check_topic_filter(filter));
    const support::exact_block input{hubwire::bytes{filter}};
    for (std::size_t size = 0; size != filter.size(); ++size) {
        const support::exact_block part{hubwire::bytes{filter}.first(size)};
        CHECK(decode_filter({part.data(), size}, client).error() ==
              error{.code = errc::iothub_topic_filter, .offset = size});
    }
    CHECK(decode_filter(std::string{filter} + "/", client).error() ==
          error{.code = errc::iothub_topic_filter, .offset = filter.size()});
}

error refusal(std::string_view filter, const identity& client, const filter_options& rules = {}) {
    return decode_filter(filter, client, rules).error();
}
constexpr error refused_at(std::size_t at) { return {.code = errc::iothub_topic_filter, .offset = at}; }

}  // namespace

TEST_CASE("each feed has its filter") {
    round_trip("devices/MyDevice01/messages/devicebound/#", feed::devicebound, device);
    round_trip("devices/MyDevice01/modules/m/inputs/#", feed::inputs, module);
    for (const identity& client : {device, module}) {
        round_trip("$iothub/twin/res/#", feed::twin_responses, client);
        round_trip("$iothub/twin/PATCH/properties/desired/#", feed::twin_desired, client);
        round_trip("$iothub/methods/POST/#", feed::method_requests, client);
    }
    round_trip("devices/modules/modules/messages/inputs/#", feed::inputs, {"modules", "messages"});
}

TEST_CASE("the topics of a feed match its filter") {
    const auto matches = [](feed wanted, const identity& client, std::string_view topic) {
        std::array<char, 128> memory{};
        return mqtt::topic_matches(encode_filter(memory, wanted, client)->text(), topic);
    };
    CHECK(matches(feed::devicebound, device, "devices/MyDevice01/messages/devicebound/a=b"));
    CHECK(matches(feed::inputs, module, "devices/MyDevice01/modules/m/inputs/i/a=b/"));
    CHECK(matches(feed::twin_responses, device, "$iothub/twin/res/200/?$rid=1"));
    CHECK(matches(feed::twin_desired, device, "$iothub/twin/PATCH/properties/desired/?$version=1"));
    CHECK(matches(feed::method_requests, device, "$iothub/methods/POST/a/?$rid=1"));
}

TEST_CASE("a device has no inputs, and a module no messages from the cloud") {
    std::array<char, 128> memory{};
    CHECK(encode_filter(memory, feed::inputs, device).error() == refused_at(18));
    CHECK(encode_filter(memory, feed::devicebound, module).error() == refused_at(28));
    CHECK(refusal("devices/MyDevice01/modules/m/inputs/#", device) == refused_at(20));
    CHECK(refusal("devices/MyDevice01/messages/devicebound/#", module) == refused_at(20));
    CHECK(refusal("devices/MyDevice01/modules/m/messages/devicebound/#", module) == refused_at(29));
}

TEST_CASE("the hub has no filters but those it documents, and for nobody but the client") {
    CHECK(refusal("", device) == refused_at(0));
    CHECK(refusal("#", device) == refused_at(0));
    CHECK(refusal("$iothub/#", device) == refused_at(8));
    CHECK(refusal("$iothub/twin/#", device) == refused_at(13));
    CHECK(refusal("$iothub/twin/res/+", device) == refused_at(17));
    CHECK(refusal("$iothub/twin/res/200/#", device) == refused_at(17));
    CHECK(refusal("$iothub/methods/POST/reboot/#", device) == refused_at(21));
    CHECK(refusal("devices/+/messages/devicebound/#", device) == refused_at(8));
    CHECK(refusal("devices/MyDevice02/messages/devicebound/#", device) == refused_at(17));
    CHECK(refusal("devices/MyDevice01/messages/devicebound/a/#", device) == refused_at(40));
    CHECK(refusal("devices/MyDevice01/messages/events/#", device) == refused_at(28));
    CHECK(refusal("devices/MyDevice01/#", device) == refused_at(19));
    CHECK(refusal("devices/MyDevice01/modules/+/inputs/#", module) == refused_at(27));
    CHECK(refusal("devices/MyDevice01/modules/n/inputs/#", module) == refused_at(27));
}

TEST_CASE("a client whose name is a wildcard gets nobody's messages") {
    std::array<char, 128> memory{};
    CHECK(refusal("devices/+/messages/devicebound/#", {.device_id = "+"}) == refused_at(8));
    CHECK(refusal("devices/d/modules/+/inputs/#", {"d", "+"}) == refused_at(18));
    CHECK(refusal("devices/#/messages/devicebound/#", {.device_id = "#"}) == refused_at(8));
    CHECK(refusal("devices//messages/devicebound/#", {}) == refused_at(8));
    CHECK(encode_filter(memory, feed::devicebound, {.device_id = "+"}).error() ==
          error{.code = errc::iothub_topic_character, .offset = 8});
    CHECK(*decode_filter("$iothub/methods/POST/#", {.device_id = "+"}) == feed::method_requests);
}

TEST_CASE("edgeHub looks at some beginnings only, and so do we by option") {
    const filter_options any_end{.allow_any_end = true};
    for (const std::string_view end : {""sv, "#"sv, "+"sv, "a/#"sv}) {
        const auto with = [&](std::string_view prefix) { return std::string{prefix} + std::string{end}; };
        CHECK(*decode_filter(with("$iothub/methods/POST/"), device, any_end) == feed::method_requests);
        CHECK(*decode_filter(with("$iothub/twin/PATCH/properties/desired/"), device, any_end) == feed::twin_desired);
        if (end != "#") CHECK(refusal(with("$iothub/twin/res/"), device, any_end) == refused_at(17));
        if (end != "#") CHECK(refusal(with("devices/MyDevice01/messages/devicebound/"), device, any_end).offset == 40);
    }
    CHECK(refusal("$iothub/methods/POST", device, any_end) == refused_at(20));

    const filter_options whole_module{.allow_whole_module = true};
    CHECK(*decode_filter("devices/MyDevice01/modules/m/#", module, whole_module) == feed::inputs);
    CHECK(*decode_filter("devices/MyDevice01/modules/m/inputs/#", module, whole_module) == feed::inputs);
    CHECK(refusal("devices/MyDevice01/#", device, whole_module) == refused_at(19));
    CHECK(refusal("devices/MyDevice01/modules/m/#", module) == refused_at(29));
}

TEST_CASE("a subscription is granted QoS 1 at most") {
    const auto answer = [](std::string_view filter, mqtt::qos qos) {
        return answer_to_subscription({.filter = filter, .qos = qos}, device);
    };
    using enum mqtt::qos;
    const auto granted = [](feed what, mqtt::qos qos) { return subscription_answer{.granted = what, .qos = qos}; };
    CHECK(answer("$iothub/twin/res/#", at_most_once) == granted(feed::twin_responses, at_most_once));
    CHECK(answer("$iothub/twin/res/#", at_least_once) == granted(feed::twin_responses, at_least_once));
    CHECK(answer("$iothub/methods/POST/#", exactly_once) == granted(feed::method_requests, at_least_once));
    CHECK(answer("#", exactly_once) == subscription_answer{});
    CHECK(answer_to_subscription({.filter = "$iothub/methods/POST/"}, device, {.allow_any_end = true}) ==
          granted(feed::method_requests, at_most_once));
    CHECK(granted(feed::inputs, at_most_once).code() == mqtt::suback_code::granted_qos_0);
    CHECK(granted(feed::inputs, at_least_once).code() == mqtt::suback_code::granted_qos_1);
    CHECK(subscription_answer{.qos = at_least_once}.code() == mqtt::suback_code::failure);
}

TEST_CASE("a reader of filters stands anything") {
    const auto decode = [](hubwire::bytes input) { return decode_filter(input.text(), module); };
    CHECK(support::every_mutation("devices/MyDevice01/modules/m/inputs/#"sv, decode) == "");
    CHECK(support::every_short_input(decode) == "");
}

TEST_CASE("each feed has a name, for logs") {
    constexpr std::string_view names[] = {"devicebound", "inputs", "twin responses", "twin desired", "method requests"};
    std::uint8_t number = 0;
    for (const std::string_view name : names) CHECK(name_of(feed{number++}) == name);
    CHECK(name_of(feed::method_requests) == names[std::size(names) - 1]);
    CHECK(name_of(feed{number}).empty());
    CHECK(name_of(feed{0xFF}).empty());
}
