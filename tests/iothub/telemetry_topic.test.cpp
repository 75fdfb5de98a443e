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

namespace {

static_assert(decode<telemetry_topic>("devices/d/modules/m/messages/events/a=b")->sender ==
              identity{.device_id = "d", .module_id = "m"});
static_assert(*encoded_size(telemetry_topic{.sender = {.device_id = "d"}}) == 26);

}  // namespace

TEST_CASE("messages to the hub go to a topic of their sender") {
    support::round_trip("devices/MyDevice01/messages/events/", telemetry_topic{.sender = {.device_id = "MyDevice01"}});
    support::round_trip("devices/d/messages/events/%24.mid=1&a=b/c",
                        telemetry_topic{.sender = {.device_id = "d"}, .bag = "%24.mid=1&a=b/c"});
    support::round_trip("devices/my$device/modules/my module/messages/events/x",
                        telemetry_topic{.sender = {"my$device", "my module"}, .bag = "x"});
    support::round_trip("devices/modules/messages/events/", telemetry_topic{.sender = {.device_id = "modules"}});
    support::round_trip("devices/modules/modules/modules/messages/events//",
                        telemetry_topic{.sender = {"modules", "modules"}, .bag = "/"});
}

TEST_CASE("a bag is written behind the topic, by whoever knows bags") {
    std::array<char, 64> memory{};
    hubwire::writer out{memory};
    put_topic(out, telemetry_topic{.sender = {.device_id = "d"}});
    out.put("a=b"sv);
    CHECK(out.finish()->text() == "devices/d/messages/events/a=b");
}

TEST_CASE("an identifier that cannot be in a topic is refused where it would have stood") {
    for (const char c : {'/', '#', '+', '\0'}) {
        for (std::size_t length = 1; length != 20; ++length) {
            for (std::size_t at = 0; at != length; ++at) {
                std::string id(length, 'a');
                id[at] = c;
                const error refused{.code = errc::iothub_topic_character, .offset = 8 + at};
                CHECK(encoded_size(telemetry_topic{.sender = {.device_id = id}}).error() == refused);
                std::array<char, 128> memory{};
                CHECK(encode(memory, telemetry_topic{.sender = {.device_id = id}}).error() == refused);
                CHECK(encode(memory, telemetry_topic{.sender = {"d", id}}).error() ==
                      error{.code = errc::iothub_topic_character, .offset = 18 + at});
            }
        }
    }
    CHECK(encoded_size(telemetry_topic{}).error() == error{.code = errc::iothub_topic_level, .offset = 8});
    CHECK(encoded_size(telemetry_topic{.sender = {.device_id = "\u00fc\u00fc"}}));  // no identifier, but a topic
}

TEST_CASE("what is no topic of telemetry is refused at the first character that is another one") {
    support::refused<telemetry_topic>("", errc::iothub_topic, 0);
    support::refused<telemetry_topic>("device", errc::iothub_topic, 6);
    support::refused<telemetry_topic>("$iothub/twin/GET/?$rid=1", errc::iothub_topic, 0);
    support::refused<telemetry_topic>("devices/", errc::iothub_topic_level, 8);
    support::refused<telemetry_topic>("devices//messages/events/", errc::iothub_topic_level, 8);
    support::refused<telemetry_topic>("devices/d", errc::iothub_topic, 9);
    support::refused<telemetry_topic>("devices/d/modules//messages/events/", errc::iothub_topic_level, 18);
    support::refused<telemetry_topic>("devices/d/messages/Events/", errc::iothub_topic, 19);
    support::refused<telemetry_topic>("devices/d/messages/events", errc::iothub_topic, 25);
    support::refused<telemetry_topic>("devices/d/messages/eventsx", errc::iothub_topic, 25);
    support::refused<telemetry_topic>("devices/a/b/messages/events/", errc::iothub_topic, 10);
}

TEST_CASE("edgeHub takes a topic without its last slash, and so do we by option") {
    const topic_options lenient{.allow_missing_slash = true};
    CHECK(*decode<telemetry_topic>("devices/d/messages/events", lenient) ==
          telemetry_topic{.sender = {.device_id = "d"}});
    CHECK(*decode<telemetry_topic>("devices/d/messages/events/", lenient) ==
          telemetry_topic{.sender = {.device_id = "d"}});
    CHECK(decode<telemetry_topic>("devices/d/messages/eventsx", lenient).error() ==
          error{.code = errc::iothub_topic, .offset = 25});
}

TEST_CASE("a reader of telemetry topics stands anything") {
    support::stands_anything<telemetry_topic>("devices/d/modules/m/messages/events/a=b");
    support::stands_anything<telemetry_topic>("devices/dev/messages/events/");
}

TEST_CASE("a bag that cannot be in a topic is refused where it would have stood") {
    for (const std::string_view bag : {"a=#"sv, "a=+"sv, "a=\0"sv, "a=\0 and more behind"sv}) {
        CHECK(encoded_size(telemetry_topic{.sender = {.device_id = "d"}, .bag = bag}).error() ==
              error{.code = errc::iothub_topic_character, .offset = 28});
    }
    CHECK(encoded_size(telemetry_topic{.sender = {.device_id = "d"}, .bag = "a=/\u00fc"}));
}
