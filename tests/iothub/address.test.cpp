#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;

namespace {

constexpr identity device{.device_id = "MyDevice01"};
constexpr identity module_of_it{.device_id = "MyDevice01", .module_id = "$edgeHub"};

struct row {
    address where;
    std::string_view text;
};

const std::vector<row>& rows() {
    static const std::vector<row> all{
        {{.kind = endpoint::events, .who = device}, "/devices/MyDevice01/messages/events"},
        {{.kind = endpoint::events, .who = module_of_it}, "/devices/MyDevice01/modules/$edgeHub/messages/events"},
        {{.kind = endpoint::device_bound, .who = device}, "/devices/MyDevice01/messages/devicebound"},
        {{.kind = endpoint::device_bound, .who = module_of_it},
         "/devices/MyDevice01/modules/$edgeHub/messages/devicebound"},
        {{.kind = endpoint::twin, .who = device}, "/devices/MyDevice01/twin"},
        {{.kind = endpoint::twin, .who = module_of_it}, "/devices/MyDevice01/modules/$edgeHub/twin"},
        {{.kind = endpoint::methods, .who = device}, "/devices/MyDevice01/methods/devicebound"},
        {{.kind = endpoint::methods, .who = module_of_it}, "/devices/MyDevice01/modules/$edgeHub/methods/devicebound"},
        {{.kind = endpoint::cbs}, "$cbs"},
        {{.kind = endpoint::service_device_bound}, "/messages/devicebound"},
        {{.kind = endpoint::feedback}, "/messages/serviceBound/feedback"},
        {{.kind = endpoint::partition, .consumer_group = default_consumer_group, .partition = "3"},
         "/messages/events/ConsumerGroups/$Default/Partitions/3"},
        {{.kind = endpoint::partition, .event_hub = "iothub-ehub-x-1", .consumer_group = "g", .partition = "0"},
         "/iothub-ehub-x-1/ConsumerGroups/g/Partitions/0"},
        {{.kind = endpoint::service_events}, "/messages/events"},
        {{.kind = endpoint::events_management}, "/messages/events/$management"},
        {{.kind = endpoint::events_management, .event_hub = "iothub-ehub-x-1"}, "/iothub-ehub-x-1/$management"},
        {{.kind = endpoint::management}, "$management"},
        {{.kind = endpoint::twin, .who = {.device_id = "a@b%#?"}}, "/devices/a%40b%25%23%3F/twin"},
        {{.kind = endpoint::cbs, .host = "foo.bar"}, "amqps://foo.bar/$cbs"},
        {{.kind = endpoint::twin, .host = "foo.bar", .who = device}, "amqps://foo.bar/devices/MyDevice01/twin"},
        {{.kind = endpoint::partition,
          .host = "ns.servicebus.windows.net:5671",
          .event_hub = "e",
          .consumer_group = "g",
          .partition = "0"},
         "amqps://ns.servicebus.windows.net:5671/e/ConsumerGroups/g/Partitions/0"},
        {{.kind = endpoint::service_events, .host = "foo.bar"}, "amqps://foo.bar/messages/events"},
        {{.kind = endpoint::events_management, .host = "ns:5671", .event_hub = "e"}, "amqps://ns:5671/e/$management"},
        {{.kind = endpoint::management, .host = "ns:5671"}, "amqps://ns:5671/$management"},
    };
    return all;
}

static_assert(*decode_address("/devices/d/twin") == address{.kind = endpoint::twin, .who = {.device_id = "d"}});
static_assert([] {
    std::array<char, 64> memory{};
    return encode_address(memory, {.kind = endpoint::device_bound, .who = {.device_id = "d"}})->text() ==
           "/devices/d/messages/devicebound";
}());

error refusal(std::string_view text) { return decode_address(text).error(); }

}  // namespace

TEST_CASE("every endpoint has its address, both ways") {
    for (const row& r : rows()) {
        INFO(r.text);
        CHECK(support::every_capacity(r.text, [&](hubwire::buffer to) { return encode_address(to, r.where); }) == "");
        CHECK(*encoded_size(r.where) == r.text.size());
        const auto view = decode_address(r.text);
        REQUIRE(view);
        CHECK(*view == r.where);
        CHECK(view->same_path(r.where));
        CHECK(view->who.is_module() == r.where.who.is_module());
        for (const row& other : rows()) CHECK((*view == other.where) == (&r == &other));
    }
}

TEST_CASE("an address is compared leniently where edgeHub does") {
    const auto same = [](std::string_view text, const address& where) { return *decode_address(text) == where; };
    CHECK(same("/DEVICES/MyDevice01/Messages/deviceBound", {.kind = endpoint::device_bound, .who = device}));
    CHECK_FALSE(same("/devices/mydevice01/twin", {.kind = endpoint::twin, .who = device}));
    CHECK(same("//devices/MyDevice01/twin", {.kind = endpoint::twin, .who = device}));
    CHECK(same("AMQPS://Foo.Bar//devices/MyDevice01/twin", {.kind = endpoint::twin, .host = "foo.bar", .who = device}));
    CHECK(same("/$cbs", {.kind = endpoint::cbs}));
    CHECK(same("$CBS", {.kind = endpoint::cbs}));
    CHECK(same("/devices/a%40b/twin", {.kind = endpoint::twin, .who = {.device_id = "a@b"}}));
    CHECK(same("/devices/a@b/twin", {.kind = endpoint::twin, .who = {.device_id = "a@b"}}));
    CHECK(same("/messages/events/consumergroups/%24default/partitions/1",
               {.kind = endpoint::partition, .consumer_group = "$Default", .partition = "1"}));
    CHECK(same("/Entity/ConsumerGroups/G/Partitions/1",
               {.kind = endpoint::partition, .event_hub = "entity", .consumer_group = "g", .partition = "1"}));
    CHECK(same("messages/events/$management", {.kind = endpoint::events_management}));
    CHECK(same(
        "e/ConsumerGroups/$Default/Partitions/1",
        {.kind = endpoint::partition, .event_hub = "e", .consumer_group = default_consumer_group, .partition = "1"}));
    CHECK(same("/Entity/$Management", {.kind = endpoint::events_management, .event_hub = "entity"}));
    CHECK(same("/$management", {.kind = endpoint::management}));
    CHECK(same("$MANAGEMENT", {.kind = endpoint::management}));
    CHECK(same("Messages/Events", {.kind = endpoint::service_events}));
    CHECK(same("devices/MyDevice01/twin", {.kind = endpoint::twin, .who = device}));
    CHECK_FALSE(same("/devices/MyDevice01/twin", {.kind = endpoint::twin, .host = "h", .who = device}));
    CHECK(decode_address("amqps://h/devices/MyDevice01/twin")
              ->same_path({.kind = endpoint::twin, .host = "g", .who = device}));
}

TEST_CASE("what is no address is refused where it leaves the one that it most looks like") {
    CHECK(refusal("") == error{.code = errc::iothub_address, .offset = 0});
    CHECK(refusal("/") == error{.code = errc::iothub_address_name, .offset = 1});
    CHECK(refusal("$cbs2") == error{.code = errc::iothub_address, .offset = 5});
    CHECK(refusal("/$cbs2") == error{.code = errc::iothub_address, .offset = 6});
    CHECK(refusal("/$management/") == error{.code = errc::iothub_address, .offset = 13});
    CHECK(refusal("/messages/events/") == error{.code = errc::iothub_address, .offset = 17});
    CHECK(refusal("/messages/events/$") == error{.code = errc::iothub_address, .offset = 18});
    CHECK(refusal("/nowhere") == error{.code = errc::iothub_address, .offset = 8});
    CHECK(refusal("///devices/d/twin") == error{.code = errc::iothub_address_name, .offset = 2});
    CHECK(refusal("/devices/d/twin2") == error{.code = errc::iothub_address, .offset = 15});
    CHECK(refusal("/devices/d/messages/foo") == error{.code = errc::iothub_address, .offset = 20});
    CHECK(refusal("//devices/d/twin/") == error{.code = errc::iothub_address, .offset = 16});
    CHECK(refusal("/devices/a b/twin") == error{.code = errc::iothub_identifier, .offset = 10});
    CHECK(refusal("/devices//twin") == error{.code = errc::iothub_identifier_length, .offset = 9});
    CHECK(refusal("/devices/" + std::string(129, 'd') + "/twin") ==
          error{.code = errc::iothub_identifier_length, .offset = 137});
    CHECK(refusal("/messages/events/ConsumerGroups//Partitions/0") ==
          error{.code = errc::iothub_address_name, .offset = 32});
    CHECK(refusal("/messages/events/ConsumerGroups/a b/Partitions/0") ==
          error{.code = errc::iothub_address_name, .offset = 33});
    CHECK(refusal("/messages/events/ConsumerGroups/g/Partitions/") ==
          error{.code = errc::iothub_address_name, .offset = 45});
    CHECK(refusal("amqps:///$cbs") == error{.code = errc::iothub_host_name, .offset = 8});
    CHECK(refusal("amqps://h:x/$cbs") == error{.code = errc::iothub_host_name, .offset = 10});
    CHECK(refusal("amqps://h") == error{.code = errc::iothub_address, .offset = 9});
    CHECK(refusal("amqps://h$cbs") == error{.code = errc::iothub_host_name, .offset = 9});
    CHECK(refusal("amqps://h/") == error{.code = errc::iothub_address_name, .offset = 10});
    CHECK(refusal("amqp://h/$cbs") == error{.code = errc::iothub_address, .offset = 6});

    const auto decode = [](hubwire::bytes input) { return decode_address(input.text()); };
    CHECK(support::every_short_input(decode) == "");
    for (const row& r : rows()) {
        CHECK(support::every_mutation(r.text, decode) == "");
        for (std::size_t size = 0; size != r.text.size(); ++size) {
            const support::exact_block input{hubwire::bytes{r.text}.first(size)};
            const auto view = decode({input.data(), input.size()});
            if (!view) CHECK(view.error().offset <= size);
        }
    }
    CHECK_FALSE(decode_address(std::string(1u << 20, '/')));
}

TEST_CASE("an address that is nobody's is not written") {
    std::array<char, 128> memory{};
    const auto put = [&](const address& where) { return encode_address(memory, where).error(); };
    CHECK(put({.kind = endpoint::twin}) == error{.code = errc::iothub_identifier_length, .offset = 0});
    CHECK(put({.kind = endpoint::twin, .who = {.device_id = "a/b"}}) ==
          error{.code = errc::iothub_identifier, .offset = 0});
    CHECK(put({.kind = endpoint::cbs, .who = device}) == error{.code = errc::iothub_address, .offset = 0});
    CHECK(put({.kind = endpoint::feedback, .partition = "0"}) == error{.code = errc::iothub_address, .offset = 0});
    CHECK(put({.kind = endpoint::twin, .who = device, .event_hub = "e"}) ==
          error{.code = errc::iothub_address, .offset = 0});
    CHECK(put({.kind = endpoint::twin, .who = device, .consumer_group = "g"}) ==
          error{.code = errc::iothub_address, .offset = 0});
    CHECK(put({.kind = endpoint::partition, .consumer_group = "g"}) ==
          error{.code = errc::iothub_address_name, .offset = 45});
    CHECK(put({.kind = endpoint::partition, .partition = "0"}) ==
          error{.code = errc::iothub_address_name, .offset = 32});
    CHECK(put({.kind = endpoint::cbs, .host = "a b"}) == error{.code = errc::iothub_host_name, .offset = 8});
    CHECK(put({.kind = endpoint::events_management, .consumer_group = "g"}) ==
          error{.code = errc::iothub_address, .offset = 0});
    CHECK(put({.kind = endpoint::service_events, .event_hub = "e"}) ==
          error{.code = errc::iothub_address, .offset = 0});
    CHECK(put({.kind = endpoint::management, .event_hub = "e"}) == error{.code = errc::iothub_address, .offset = 0});
    CHECK(put({.kind = endpoint::management, .who = device}) == error{.code = errc::iothub_address, .offset = 0});
    CHECK(encode_address(memory, {.kind = static_cast<endpoint>(11)}).error() ==
          error{.code = errc::iothub_address, .offset = 0});
    CHECK(encode_address(memory,
                         {.kind = endpoint::partition, .event_hub = "a/b c", .consumer_group = "g", .partition = "1"})
              ->text() == "/a%2Fb%20c/ConsumerGroups/g/Partitions/1");
}

TEST_CASE("each kind of address has a name, for logs") {
    constexpr std::string_view names[] = {
        "events",   "device bound", "twin",           "methods",           "cbs",       "service device bound",
        "feedback", "partition",    "service events", "events management", "management"};
    std::uint8_t number = 0;
    for (const std::string_view name : names) CHECK(name_of(endpoint{number++}) == name);
    CHECK(name_of(endpoint::management) == names[std::size(names) - 1]);
    CHECK(name_of(endpoint{number}).empty());
    CHECK(name_of(endpoint{0xFF}).empty());
}
