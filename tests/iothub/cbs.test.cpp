#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <optional>
#include <string_view>

#include "support/catch2.hpp"
#include "support/operation.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using hubwire::errc;
using fault = hubwire::error;
using namespace hubwire::iothub;
namespace amqp = hubwire::amqp;
using support::refusal_as;
using support::same_operation;
using support::wire;

namespace {

const cbs::put_token token_of_d{.message_id = 1u, .audience = "h%2Fdevices%2Fd", .token = "tok"};
constexpr auto token_of_d_wire = wire<
    "005373 c0 10 05 5301 40 a104 '$cbs' 40 a103 'cbs'"
    "005374 c1 55 06 a109 'operation' a109 'put-token'"
    "a104 'type' a11f 'servicebus.windows.net:sastoken'"
    "a104 'name' a10f 'h%2Fdevices%2Fd'"
    "005377 a103 'tok'">;

consteval bool cbs_is_a_constant() {
    std::array<char, 200> memory{};
    const auto request =
        encode(memory, cbs::put_token{.message_id = 1u, .audience = "h%2Fdevices%2Fd", .token = "tok"});
    if (*request != bytes{token_of_d_wire}) return false;
    const auto read = decode<cbs::put_token>(*request);
    return read->token == "tok" && read->is_for("h/devices/d") && read->message_id == std::uint64_t{1};
}
static_assert(cbs_is_a_constant());

/// A message without properties whose application properties are these, with a body.
fault put_token_refusal(bytes entries_with_head, bytes body = wire<"005377 a103 'tok'">) {
    return refusal_as<cbs::put_token>(std::string{entries_with_head.text()} + std::string{body.text()});
}

}  // namespace

TEST_CASE("a token is put in one message, and read back") { CHECK(same_operation(token_of_d, token_of_d_wire) == ""); }

TEST_CASE("message ids are of any type, and all else that a request has is kept") {
    CHECK(same_operation(cbs::put_token{.message_id = "550e", .token = "tok"},
                         wire<"005373 c0 14 05 a104 '550e' 40 a104 '$cbs' 40 a103 'cbs'"
                              "005374 c1 46 06 a109 'operation' a109 'put-token'"
                              "a104 'type' a11f 'servicebus.windows.net:sastoken' a104 'name' a100"
                              "005377 a103 'tok'">) == "");
    CHECK(same_operation(cbs::put_token{.to = std::nullopt,
                                        .reply_to = std::nullopt,
                                        .type = cbs::token_type::jwt,
                                        .audience = "h",
                                        .expiration = amqp::timestamp{1000},
                                        .token = "tok"},
                         wire<"005373 45"
                              "005374 c1 40 08 a109 'operation' a109 'put-token' a104 'type' a103 'jwt'"
                              "a104 'name' a101 'h' a10a 'expiration' 83 00000000 000003e8"
                              "005377 a103 'tok'">) == "");
}

TEST_CASE("the audience is compared as what it stands for, encoded or not") {
    for (const std::string_view audience : {"h/devices/d", "h%2Fdevices%2Fd", "h%2fdevices%2fd"}) {
        std::array<char, 300> memory;
        const auto request = encode(memory, cbs::put_token{.audience = audience, .token = "t"});
        const auto read = decode<cbs::put_token>(*request);
        CHECK(read->is_for("h/devices/d"));
        CHECK(read->is_for({.host_name = "H", .who = {.device_id = "d"}}));
        CHECK_FALSE(read->is_for({.host_name = "h", .who = {.device_id = "D"}}));
        CHECK_FALSE(read->is_for({.host_name = "h"}));
        CHECK_FALSE(read->is_for("h/devices/e"));
    }
    CHECK_FALSE(cbs::put_token{.audience = "a"} == cbs::put_token{.audience = "b"});
    CHECK_FALSE(cbs::put_token{.token = "a"} == cbs::put_token{.token = "b"});
    CHECK_FALSE(cbs::delete_token{.audience = "a"} == cbs::delete_token{.audience = "b"});
}

TEST_CASE("an expiration in seconds, as the SDK for Python sends it") {
    const auto expiration = [](const amqp::value& v) {
        std::array<char, 300> memory;
        const amqp::entry entries[] = {{"operation", "put-token"}, {"type", "jwt"}, {"name", "h"}, {"expiration", v}};
        const auto request = amqp::encode(
            memory, amqp::message{.application_properties = amqp::map{entries}, .body = amqp::amqp_value{"t"}});
        return decode<cbs::put_token>(*request);
    };
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1000;
    CHECK(expiration(1'600'000'000)->expiration == amqp::timestamp{1'600'000'000'000});
    CHECK(expiration(1'600'000'000u)->expiration == amqp::timestamp{1'600'000'000'000});
    CHECK(expiration(-1)->expiration == amqp::timestamp{-1000});
    CHECK(expiration(most)->expiration == amqp::timestamp{most * 1000});
    CHECK(expiration(-most)->expiration == amqp::timestamp{-most * 1000});
    CHECK(expiration({})->expiration == std::nullopt);
    CHECK(expiration(most + 1).error() == fault{errc::iothub_amqp_type, 0, 0});
    CHECK(expiration(-most - 1).error() == fault{errc::iothub_amqp_type, 0, 0});
    CHECK(expiration(std::numeric_limits<std::uint64_t>::max()).error() == fault{errc::iothub_amqp_type, 0, 0});
    CHECK(expiration("soon").error() == fault{errc::iothub_amqp_type, 0, 0});
}

TEST_CASE("what is no request to put a token is refused, and where") {
    CHECK(put_token_refusal(wire<"">) == fault{errc::iothub_amqp_absent, 8, 0});
    CHECK(put_token_refusal(wire<"005373 45">) == fault{errc::iothub_amqp_absent, 12, 0});
    CHECK(put_token_refusal(wire<"005373 45 005374 c1 01 00">) == fault{errc::iothub_amqp_absent, 4, 0});
    CHECK(put_token_refusal(wire<"005374 c1 0d 02 a109 'operation' 41">) == fault{errc::iothub_amqp_type, 0, 0});
    CHECK(put_token_refusal(wire<"005374 c1 11 02 a109 'operation' a103 'get'">) ==
          fault{errc::iothub_amqp_operation, 0, 0});
    CHECK(put_token_refusal(wire<"005374 c1 17 02 a109 'operation' a109 'put-token'">) ==
          fault{errc::iothub_amqp_absent, 0, 0});
    CHECK(put_token_refusal(wire<"005374 c1 22 04 a109 'operation' a109 'put-token' a104 'type' a103 'jwt'">) ==
          fault{errc::iothub_amqp_absent, 0, 0});
    CHECK(put_token_refusal(
              wire<"005374 c1 29 06 a109 'operation' a109 'put-token' a104 'type' a103 'jwt' a104 'name' 41">) ==
          fault{errc::iothub_amqp_type, 0, 0});

    constexpr bytes whole = wire<
        "005374 c1 2b 06 a109 'operation' a109 'put-token' a104 'type' a103 'jwt'"
        "a104 'name' a101 'h'">;
    CHECK(put_token_refusal(whole) == fault{});
    CHECK(put_token_refusal(whole, wire<"005377 a303 'tok'">) == fault{errc::iothub_amqp_body, 48, 0});
    CHECK(put_token_refusal(whole, wire<"005375 a003 'tok'">) == fault{errc::iothub_amqp_body, 48, 0});
    CHECK(put_token_refusal(whole, wire<"005376 45">) == fault{errc::iothub_amqp_body, 48, 0});
    CHECK(put_token_refusal(whole, wire<"">) == fault{errc::amqp_no_body, 48, 0});
    CHECK(refusal_as<cbs::put_token>(whole, {.no_body = true}) == fault{errc::iothub_amqp_body, 48, 0});
}

TEST_CASE("of a property that is there twice the first counts") {
    constexpr bytes twice = wire<
        "005374 c1 40 0a a109 'operation' a109 'put-token' a104 'type' a103 'jwt'"
        "a104 'name' a101 'h' a104 'name' a101 'x' a109 'operation' 40"
        "005377 a103 'tok'">;
    const auto read = decode<cbs::put_token>(twice);
    REQUIRE(read);
    CHECK(read->audience == "h");
}

TEST_CASE("a token is taken back") {
    CHECK(same_operation(cbs::delete_token{.message_id = 2u, .type = cbs::token_type::hub_sas, .audience = "h"},
                         wire<"005373 c0 10 05 5302 40 a104 '$cbs' 40 a103 'cbs'"
                              "005374 c1 45 06 a109 'operation' a10c 'delete-token'"
                              "a104 'type' a11a 'azure-devices.net:sastoken' a104 'name' a101 'h' 005377 40">) == "");
    CHECK(refusal_as<cbs::delete_token>(token_of_d_wire) == fault{errc::iothub_amqp_operation, 21, 0});
}

TEST_CASE("the hub sees what it is asked") {
    const auto operation_of = [](bytes wire) { return cbs::operation_of(*amqp::decode<amqp::message>(wire)); };
    CHECK(operation_of(token_of_d_wire) == cbs::operation::put_token);
    CHECK(operation_of(wire<"005374 c1 1a 02 a109 'operation' a10c 'delete-token' 005377 40">) ==
          cbs::operation::delete_token);
    CHECK(operation_of(wire<"005374 c1 11 02 a109 'operation' a103 'get' 005377 40">) == std::nullopt);
    CHECK(operation_of(wire<"005374 c1 0d 02 a109 'operation' 41 005377 40">) == std::nullopt);
    CHECK(operation_of(wire<"005374 c1 01 00 005377 40">) == std::nullopt);
    CHECK(operation_of(wire<"005377 40">) == std::nullopt);
}

TEST_CASE("a reply says what became of it") {
    CHECK(same_operation(cbs::reply{.correlation_id = 1u, .status_description = "OK"},
                         wire<"005373 c0 08 06 40 40 40 40 40 5301"
                              "005374 c1 2b 04 a10b 'status-code' 71 000000c8 a112 'status-description' a102 'OK'"
                              "005377 40">) == "");
    CHECK(same_operation(cbs::reply{.status_code = 101},
                         wire<"005373 45 005374 c1 10 02 a10b 'status-code' 5465 005377 40">) == "");
    CHECK(cbs::reply{.status_code = 200}.is_success());
    CHECK(cbs::reply{.status_code = 202}.is_success());
    for (const std::int32_t status : {0, 199, 201, 203, 401, -200})
        CHECK_FALSE(cbs::reply{.status_code = status}.is_success());
}

TEST_CASE("what is no reply is refused, and where") {
    CHECK(refusal_as<cbs::reply>(wire<"005377 40">) == fault{errc::iothub_amqp_absent, 4, 0});
    CHECK(refusal_as<cbs::reply>(wire<"005374 c1 11 02 a10b 'status-code' a101 '2' 005377 40">) ==
          fault{errc::iothub_amqp_type, 0, 0});
    CHECK(refusal_as<cbs::reply>(wire<"005374 c1 13 02 a10b 'status-code' 70 80000000 005377 40">) ==
          fault{errc::iothub_amqp_type, 0, 0});
    CHECK(refusal_as<cbs::reply>(
              wire<"005374 c1 25 04 a10b 'status-code' 5401 a112 'status-description' 41 005377 40">) ==
          fault{errc::iothub_amqp_type, 0, 0});
    const auto of_other_integer = decode<cbs::reply>(wire<"005374 c1 10 02 a10b 'status-code' 52c8 005377 40">);
    REQUIRE(of_other_integer);
    CHECK(of_other_integer->status_code == 200);
    CHECK(refusal_as<cbs::reply>(wire<"005374 c1 10 02 a10b 'status-code' 52c8">) == fault{errc::amqp_no_body, 21, 0});
    CHECK(refusal_as<cbs::reply>(wire<"005374 c1 10 02 a10b 'status-code' 52c8">, {.no_body = true}) == fault{});
}

TEST_CASE("a token is taken back for an audience") {
    const auto request = decode<cbs::delete_token>(wire<"005374 c1 2e 06 a109 'operation' a10c 'delete-token' a104 "
                                                        "'type' a103 'jwt' a104 'name' a101 'h' 005377 40">);
    REQUIRE(request);
    CHECK(request->is_for("h"));
    CHECK(request->is_for({.host_name = "h"}));
    CHECK_FALSE(request->is_for("g"));
    CHECK_FALSE(cbs::reply{.status_code = 1} == cbs::reply{.status_code = 2});
    CHECK_FALSE(cbs::reply{.status_description = "1"} == cbs::reply{.status_description = "2"});
}

TEST_CASE("which operation is asked for is the first that is not null, as for decode") {
    const hubwire::amqp::entry entries[] = {
        {"operation", {}}, {"operation", "put-token"}, {"type", "jwt"}, {"name", "h"}};
    const hubwire::amqp::message m{.application_properties = hubwire::amqp::map{entries},
                                   .body = hubwire::amqp::amqp_value{"token"}};
    CHECK(cbs::operation_of(m) == cbs::operation::put_token);
    CHECK(decode<cbs::put_token>(m)->token == "token");
}
