#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/iothub_topic.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;

static_assert(decode<devicebound_topic>("devices/d/messages/devicebound/a=b")->bag == "a=b");

TEST_CASE("messages from the cloud come by a topic of the device") {
    support::round_trip("devices/MyDevice01/messages/devicebound/", devicebound_topic{.device_id = "MyDevice01"});
    support::round_trip("devices/d/messages/devicebound/$.to=/devices/d/messages/deviceBound&abc=123",
                        devicebound_topic{.device_id = "d", .bag = "$.to=/devices/d/messages/deviceBound&abc=123"});
    support::round_trip("devices/modules/messages/devicebound/", devicebound_topic{.device_id = "modules"});
}

TEST_CASE("a bag is written behind the topic of a message to a device") {
    std::array<char, 64> memory{};
    hubwire::writer out{memory};
    put_topic(out, devicebound_topic{.device_id = "d"});
    out.put("a=b"sv);
    CHECK(out.finish()->text() == "devices/d/messages/devicebound/a=b");
}

TEST_CASE("what is no topic of a message to a device is refused") {
    CHECK(encoded_size(devicebound_topic{.device_id = "a+"}).error() ==
          error{.code = errc::iothub_topic_character, .offset = 9});
    CHECK(encoded_size(devicebound_topic{}).error() == error{.code = errc::iothub_topic_level, .offset = 8});
    support::refused<devicebound_topic>("devices/d/modules/m/messages/devicebound/", errc::iothub_topic, 11);
    support::refused<devicebound_topic>("devices/d/messages/events/", errc::iothub_topic, 19);
    support::refused<devicebound_topic>("devices/d/messages/deviceBound/", errc::iothub_topic, 25);
    support::refused<devicebound_topic>("devices/d/messages/devicebound", errc::iothub_topic, 30);
    support::refused<devicebound_topic>("x/devices/d/messages/devicebound/", errc::iothub_topic, 0);
    support::refused<devicebound_topic>("devices//messages/devicebound/", errc::iothub_topic_level, 8);
    CHECK(decode<devicebound_topic>("devices/d/messages/devicebound", {.allow_missing_slash = true})->bag.empty());
}

TEST_CASE("a reader of topics of messages to a device stands anything") {
    support::stands_anything<devicebound_topic>("devices/d/messages/devicebound/%24.mid=1");
}
