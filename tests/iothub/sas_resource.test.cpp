#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;

namespace {

constexpr sas_resource hub{.host_name = "myhub.azure-devices.net"};
constexpr sas_resource device{.host_name = "myhub.azure-devices.net", .who = {.device_id = "a@b"}};
constexpr sas_resource module_of_it{.host_name = "myhub.azure-devices.net",
                                    .who = {.device_id = "a@b", .module_id = "$edgeHub"}};
constexpr std::string_view device_text = "myhub.azure-devices.net%2Fdevices%2Fa%40b";
constexpr std::string_view module_text = "myhub.azure-devices.net%2Fdevices%2Fa%40b%2Fmodules%2F%24edgeHub";

static_assert([] {
    std::array<char, 128> memory{};
    return encode_sas_resource(memory, module_of_it)->text() == module_text;
}());
static_assert(*decode_sas_resource(module_text) == module_of_it);
static_assert(*encoded_size(device) == device_text.size());

error refusal(std::string_view text) { return decode_sas_resource(text).error(); }

}  // namespace

TEST_CASE("a resource is written percent-encoded as a whole") {
    const auto writes = [](const sas_resource& what, std::string_view expected) {
        return support::every_capacity(expected, [&](hubwire::buffer to) { return encode_sas_resource(to, what); });
    };
    CHECK(writes(hub, "myhub.azure-devices.net") == "");
    CHECK(writes(device, device_text) == "");
    CHECK(writes(module_of_it, module_text) == "");
    CHECK(writes({.host_name = "sb://ns.servicebus.windows.net/entity"},
                 "sb%3A%2F%2Fns.servicebus.windows.net%2Fentity") == "");
}

TEST_CASE("what is no resource is not written") {
    std::array<char, 64> memory{};
    CHECK(encode_sas_resource(memory, {}).error() == error{.code = errc::iothub_resource, .offset = 0});
    CHECK(encode_sas_resource(memory, {.host_name = "h", .who = {.device_id = "a/b"}}).error() ==
          error{.code = errc::iothub_identifier, .offset = 1});
    CHECK(encode_sas_resource(memory, {.host_name = "h", .who = {.module_id = "m"}}).error() ==
          error{.code = errc::iothub_identifier_length, .offset = 1});
}

TEST_CASE("a resource is read encoded, in part, in either case, or not at all") {
    for (const std::string_view text : {module_text, "myhub.azure-devices.net/devices/a%40b/modules/%24edgeHub"sv,
                                        "myhub.azure-devices.net/devices/a@b/modules/$edgeHub"sv,
                                        "MyHub.Azure-Devices.NET%2fdevices%2fa%40b%2fmodules%2f$edgeHub"sv}) {
        INFO(text);
        const auto view = decode_sas_resource(text);
        REQUIRE(view);
        CHECK(view->who.is_module());
        CHECK_FALSE(view->is_hub());
        CHECK(*view == module_of_it);
        CHECK_FALSE(*view == device);
    }
    CHECK(*decode_sas_resource("h/devices/100%") == sas_resource{.host_name = "h", .who = {.device_id = "100%"}});
    CHECK_FALSE(*decode_sas_resource("h/devices/D") == sas_resource{.host_name = "h", .who = {.device_id = "d"}});
    CHECK(decode_sas_resource("h")->is_hub());
    CHECK(*decode_sas_resource("LocalHost%3A8883/devices/d") ==
          sas_resource{.host_name = "localhost:8883", .who = {.device_id = "d"}});
}

TEST_CASE("a resource covers what lies within it") {
    const auto of_hub = *decode_sas_resource("myhub.azure-devices.net");
    const auto of_device = *decode_sas_resource(device_text);
    const auto of_module = *decode_sas_resource(module_text);
    CHECK(of_hub.covers(hub));
    CHECK(of_hub.covers(device));
    CHECK(of_hub.covers(module_of_it));
    CHECK_FALSE(of_device.covers(hub));
    CHECK(of_device.covers(device));
    CHECK(of_device.covers(module_of_it));
    CHECK_FALSE(of_device.covers({.host_name = hub.host_name, .who = {.device_id = "a@bc"}}));
    CHECK_FALSE(of_module.covers(device));
    CHECK(of_module.covers(module_of_it));
    CHECK_FALSE(of_hub.covers({.host_name = "otherhub.azure-devices.net"}));
}

TEST_CASE("what is no resource is refused where it stops being one") {
    CHECK(refusal("") == error{.code = errc::iothub_host_name, .offset = 0});
    CHECK(refusal("h h/devices/d") == error{.code = errc::iothub_host_name, .offset = 1});
    CHECK(refusal("h%3") == error{.code = errc::iothub_host_name, .offset = 1});
    CHECK(refusal("h%40") == error{.code = errc::iothub_host_name, .offset = 1});
    CHECK(refusal("sb://ns") == error{.code = errc::iothub_resource, .offset = 4});
    CHECK(refusal("h/device/d") == error{.code = errc::iothub_resource, .offset = 2});
    CHECK(refusal("h%2Fdevices") == error{.code = errc::iothub_resource, .offset = 11});
    CHECK(refusal("h/devices/") == error{.code = errc::iothub_identifier_length, .offset = 10});
    CHECK(refusal("h%2Fdevices%2Fa b") == error{.code = errc::iothub_identifier, .offset = 15});
    CHECK(refusal("h/devices/d/") == error{.code = errc::iothub_resource, .offset = 12});
    CHECK(refusal("h/devices/d/modules") == error{.code = errc::iothub_resource, .offset = 19});
    CHECK(refusal("h/devices/d/modules/m/x") == error{.code = errc::iothub_resource, .offset = 21});
    CHECK(refusal("h/devices/d/api-version=2016-11-14") == error{.code = errc::iothub_resource, .offset = 12});

    const auto decode = [](hubwire::bytes input) { return decode_sas_resource(input.text()); };
    CHECK(support::every_mutation(module_text, decode) == "");
    CHECK(support::every_short_input(decode) == "");
    for (std::size_t size = 0; size <= module_text.size(); ++size) {
        const support::exact_block input{hubwire::bytes{module_text}.first(size)};
        const auto answer = decode(hubwire::bytes{input.data(), input.size()});
        if (!answer) CHECK(answer.error().offset <= size);
    }
}

TEST_CASE("the size of a resource is known before it is written") {
    CHECK(*encoded_size(sas_resource{.host_name = "h", .who = {"d", "m"}}) == "h%2Fdevices%2Fd%2Fmodules%2Fm"sv.size());
    CHECK(encoded_size(sas_resource{}).error() == error{.code = errc::iothub_resource});
}
