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

static_assert(check_host_name("myhub.azure-devices.net") && check_host_and_port("localhost:5671"));
static_assert(check_policy_name("iothubowner@x") && !check_host_name("a@b"));
static_assert(hub_name_of("myhub.azure-devices.net") == "myhub" && hub_name_of("gateway") == "gateway");
static_assert(equal_ignoring_case("deviceBound", "DEVICEBOUND") && !equal_ignoring_case("a", "ab"));

}  // namespace

TEST_CASE("only ASCII letters have two cases") {
    for (unsigned a = 0; a != 256; ++a) {
        for (unsigned b = 0; b != 256; ++b) {
            const auto letter = [](unsigned c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
            const bool same = a == b || (letter(a) && letter(b) && (a | 0x20) == (b | 0x20));
            const char first = static_cast<char>(static_cast<unsigned char>(a));
            const char other = static_cast<char>(static_cast<unsigned char>(b));
            if (equal_ignoring_case({&first, 1}, {&other, 1}) != same) FAIL(a << ' ' << b);
        }
    }
    CHECK(equal_ignoring_case("", ""));
}

TEST_CASE("hosts and policies have the characters that the SDK for C# allows") {
    for (unsigned value = 0; value != 256; ++value) {
        const char c = static_cast<char>(static_cast<unsigned char>(value));
        const bool alphanumeric = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        const bool host = alphanumeric || c == '-' || c == '.' || c == '_';
        const std::string name = std::string{"ab"} + c;
        CHECK(check_host_name(name).has_value() == host);
        CHECK(check_policy_name(name).has_value() == (host || c == '@'));
        if (!host) CHECK(check_host_name(name).error() == error{.code = errc::iothub_host_name, .offset = 2});
    }
    CHECK(check_host_name("").error() == error{.code = errc::iothub_host_name, .offset = 0});
    CHECK(check_policy_name("").error() == error{.code = errc::iothub_policy_name, .offset = 0});
    CHECK(check_policy_name("a b").error() == error{.code = errc::iothub_policy_name, .offset = 1});
}

TEST_CASE("a port is a number of 16 bits") {
    CHECK(check_host_and_port("h"));
    CHECK(check_host_and_port("h:0"));
    CHECK(check_host_and_port("h:65535"));
    CHECK(check_host_and_port("h:65536").error() == error{.code = errc::iothub_host_name, .offset = 6});
    CHECK(check_host_and_port("h:").error() == error{.code = errc::iothub_host_name, .offset = 2});
    CHECK(check_host_and_port("h:5671x").error() == error{.code = errc::iothub_host_name, .offset = 6});
    CHECK(check_host_and_port(":1").error() == error{.code = errc::iothub_host_name, .offset = 0});
    CHECK(support::every_short_input([](hubwire::bytes b) { return check_host_and_port(b.text()); }) == "");
}

TEST_CASE("an encoded name is compared without case where it lies") {
    using hubwire::iothub::detail::decodes_to_in_any_case;
    CHECK(decodes_to_in_any_case("%24Default", "$dEFAULT"));
    CHECK(decodes_to_in_any_case("", ""));
    CHECK_FALSE(decodes_to_in_any_case("$Default", "$Defaul"));
    CHECK_FALSE(decodes_to_in_any_case("$Defaul", "$Default"));
    CHECK_FALSE(decodes_to_in_any_case("a", "b"));
}

TEST_CASE("the name of a hub is that of its host up to the first dot") {
    CHECK(hub_name_of("myhub.azure-devices.net") == "myhub");
    CHECK(hub_name_of("myhub") == "myhub");
    CHECK(hub_name_of("").empty());
}
