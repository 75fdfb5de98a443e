#include <array>
#include <hubwire/hubwire.hpp>
#include <string_view>

#include "support/catch2.hpp"
#include "support/operation.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using hubwire::errc;
using fault = hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;
namespace amqp = hubwire::amqp;
using support::refusal_as;
using support::refusal_of;
using support::same_operation;
using support::wire;

namespace {

constexpr amqp::uuid id{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

constexpr auto request_wire = wire<
    "005373 c0 17 06 40 40 40 40 40 98 01020304 05060708 090a0b0c 0d0e0f10"
    "005374 c1 1c 02 a111 'IoThub-methodname' a106 'reboot'"
    "005375 a002 '{}'">;

consteval bool method_is_a_constant() {
    const auto request = decode<amqp_method::request>(request_wire);
    std::array<char, 100> memory{};
    const auto reply = encode(memory, amqp_method::reply{.correlation_id = request->correlation_id, .payload = "1"sv});
    return request->name == "reboot" && decode<amqp_method::reply>(*reply)->correlation_id == id;
}
static_assert(method_is_a_constant());

}  // namespace

TEST_CASE("the hub calls a method, and the device replies") {
    CHECK(same_operation(amqp_method::request{.correlation_id = id, .name = "reboot", .payload = "{}"sv},
                         request_wire) == "");
    CHECK(same_operation(amqp_method::request{.correlation_id = "1", .name = "r"},
                         wire<"005373 c0 09 06 40 40 40 40 40 a101 '1'"
                              "005374 c1 17 02 a111 'IoThub-methodname' a101 'r' 005375 a000">) == "");
    CHECK(same_operation(amqp_method::reply{.correlation_id = id, .payload = "{}"sv},
                         wire<"005373 c0 17 06 40 40 40 40 40 98 01020304 05060708 090a0b0c 0d0e0f10"
                              "005374 c1 15 02 a10d 'IoThub-status' 71 000000c8 005375 a002 '{}'">) == "");
    CHECK(same_operation(amqp_method::reply{.correlation_id = 9u, .status = -1},
                         wire<"005373 c0 08 06 40 40 40 40 40 5309"
                              "005374 c1 12 02 a10d 'IoThub-status' 54ff 005375 a000">) == "");
}

TEST_CASE("a payload that is a null is none, as the SDK for Node replies with nothing") {
    const auto reply = decode<amqp_method::reply>(wire<"005373 c0 08 06 40 40 40 40 40 5309"
                                                       "005374 c1 12 02 a10d 'IoThub-status' 54ff 005377 40">);
    CHECK(reply->payload.empty());
    CHECK(reply->status == -1);
}

TEST_CASE("what is neither is refused, and where") {
    CHECK(refusal_as<amqp_method::request>(wire<"005375 a000">) == fault{errc::iothub_amqp_absent, 5, 0});
    CHECK(refusal_as<amqp_method::request>(wire<"005373 45 005375 a000">) == fault{errc::iothub_amqp_absent, 0, 0});
    CHECK(refusal_as<amqp_method::request>(wire<"005373 c0 08 06 4040404040 5309 005375 a000">) ==
          fault{errc::iothub_amqp_absent, 18, 0});
    CHECK(refusal_as<amqp_method::request>(
              wire<"005373 c0 08 06 4040404040 5309 005374 c1 15 02 a111 'IoThub-methodname' 41 005375 a000">) ==
          fault{errc::iothub_amqp_type, 13, 0});
    CHECK(refusal_as<amqp_method::request>(
              wire<"005373 c0 08 06 4040404040 5309 005374 c1 16 02 a111 'IoThub-methodname' a100 005375 a000">) ==
          fault{errc::iothub_amqp_absent, 13, 0});
    CHECK(refusal_as<amqp_method::request>(
              wire<"005373 c0 08 06 4040404040 5309 005374 c1 17 02 a111 'IoThub-methodname' a101 'r' 005377 43">) ==
          fault{errc::iothub_amqp_body, 41, 0});
    constexpr bytes without_body =
        wire<"005373 c0 08 06 4040404040 5309 005374 c1 17 02 a111 'IoThub-methodname' a101 'r'">;
    CHECK(refusal_as<amqp_method::request>(without_body) == fault{errc::amqp_no_body, 41, 0});
    CHECK(refusal_as<amqp_method::request>(without_body, {.no_body = true}) == fault{});

    CHECK(refusal_as<amqp_method::reply>(wire<"005375 a000">) == fault{errc::iothub_amqp_absent, 5, 0});
    CHECK(refusal_as<amqp_method::reply>(wire<"005373 c0 08 06 4040404040 5309 005375 a000">) ==
          fault{errc::iothub_amqp_absent, 18, 0});
    CHECK(refusal_as<amqp_method::reply>(
              wire<"005373 c0 08 06 4040404040 5309 005374 c1 13 02 a10d 'IoThub-status' a101 '1' 005375 a000">) ==
          fault{errc::iothub_amqp_type, 13, 0});
    CHECK(refusal_as<amqp_method::reply>(
              wire<"005373 c0 08 06 4040404040 5309 005374 c1 12 02 a10d 'IoThub-status' 5401 005377 43">) ==
          fault{errc::iothub_amqp_body, 36, 0});
}

TEST_CASE("what is incomplete is not written") {
    CHECK(refusal_of(amqp_method::request{.name = "r"}) == fault{errc::iothub_amqp_absent, 0, 0});
    CHECK(refusal_of(amqp_method::request{.correlation_id = 1u}) == fault{errc::iothub_amqp_absent, 0, 0});
    CHECK(refusal_of(amqp_method::reply{}) == fault{errc::iothub_amqp_absent, 0, 0});
    CHECK(refusal_of(amqp_method::reply{.correlation_id = 1u}) == fault{});
}

TEST_CASE("methods differ by what they are made of") {
    CHECK_FALSE(amqp_method::request{.name = "a"} == amqp_method::request{.name = "b"});
    CHECK_FALSE(amqp_method::request{.payload = "1"sv} == amqp_method::request{.payload = "2"sv});
    CHECK_FALSE(amqp_method::reply{.status = 1} == amqp_method::reply{.status = 2});
    CHECK_FALSE(amqp_method::reply{.payload = "1"sv} == amqp_method::reply{.payload = "2"sv});
}
