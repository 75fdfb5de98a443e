#include <array>
#include <hubwire/hubwire.hpp>
#include <limits>
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

constexpr auto get_wire = wire<
    "005372 c1 11 02 a309 'operation' a103 'GET'"
    "005373 c0 17 06 40 40 40 40 40 98 01020304 05060708 090a0b0c 0d0e0f10"
    "005375 a001 ' '">;
constexpr auto reply_wire = wire<
    "005372 c1 19 04 a306 'status' 71 000000c8 a307 'version' 55 08"
    "005373 c0 08 06 40 40 40 40 40 53 09"
    "005375 a002 '{}'">;
constexpr auto update_wire = wire<
    "005372 c1 3e 04 a308 'resource' a126 '/notifications/twin/properties/desired'"
    "a307 'version' 55 08"
    "005375 a002 '{}'">;

consteval bool twin_is_a_constant() {
    std::array<char, 200> memory{};
    const auto request = encode(memory, amqp_twin::request{.correlation_id = id});
    if (*request != bytes{get_wire} || decode<amqp_twin::request>(*request)->correlation_id != id) return false;
    const auto reply = decode<amqp_twin::reply>(reply_wire);
    return reply->is_success() && reply->version == 8 && reply->body.text() == "{}";
}
static_assert(twin_is_a_constant());

}  // namespace

TEST_CASE("a device asks for its twin, with a space for a body") {
    CHECK(same_operation(amqp_twin::request{.correlation_id = id}, get_wire) == "");
}

TEST_CASE("a device patches its reported properties") {
    CHECK(same_operation(amqp_twin::request{.correlation_id = 9u,
                                            .operation = amqp_twin::operation::patch,
                                            .resource = amqp_twin::resource::reported,
                                            .version = 7,
                                            .body = "{}"sv},
                         wire<"005372 c1 3e 06 a309 'operation' a105 'PATCH'"
                              "a308 'resource' a114 '/properties/reported' a307 'version' 55 07"
                              "005373 c0 08 06 40 40 40 40 40 53 09"
                              "005375 a002 '{}'">) == "");
}

TEST_CASE("a device subscribes to updates, and unsubscribes") {
    CHECK(same_operation(amqp_twin::request{.correlation_id = 9u,
                                            .operation = amqp_twin::operation::put,
                                            .resource = amqp_twin::resource::desired_updates},
                         wire<"005372 c1 43 04 a309 'operation' a103 'PUT'"
                              "a308 'resource' a126 '/notifications/twin/properties/desired'"
                              "005373 c0 08 06 40 40 40 40 40 53 09 005375 a001 ' '">) == "");
    CHECK(same_operation(amqp_twin::request{.correlation_id = 9u,
                                            .operation = amqp_twin::operation::delete_,
                                            .resource = amqp_twin::resource::desired},
                         wire<"005372 c1 33 04 a309 'operation' a106 'DELETE'"
                              "a308 'resource' a113 '/properties/desired'"
                              "005373 c0 08 06 40 40 40 40 40 53 09 005375 a001 ' '">) == "");
}

TEST_CASE("the hub replies") {
    CHECK(same_operation(amqp_twin::reply{.correlation_id = 9u, .version = 8, .body = "{}"sv}, reply_wire) == "");
    // Without a body nothing stands in its place: the SDK for Node takes whatever is there for JSON.
    CHECK(same_operation(amqp_twin::reply{.correlation_id = 9u, .status = 100, .resource = "/x"},
                         wire<"005372 c1 19 04 a306 'status' 54 64 a308 'resource' a102 '/x'"
                              "005373 c0 08 06 40 40 40 40 40 53 09 005375 a000">) == "");
    CHECK(decode<amqp_twin::reply>(wire<"005372 c1 0b 02 a306 'status' 54 64"
                                        "005373 c0 08 06 40 40 40 40 40 53 09 005375 a001 ' '">)
              ->body.empty());
    CHECK(amqp_twin::reply{.status = 204}.is_success());
    CHECK_FALSE(amqp_twin::reply{.status = 199}.is_success());
    CHECK_FALSE(amqp_twin::reply{.status = 300}.is_success());
}

TEST_CASE("the hub sends an update, which is never taken for a reply, nor a reply for an update") {
    CHECK(same_operation(amqp_twin::desired_update{.version = 8, .body = "{}"sv}, update_wire) == "");
    CHECK(same_operation(amqp_twin::desired_update{.resource = amqp_twin::resource::desired},
                         wire<"005372 c1 20 02 a308 'resource' a113 '/properties/desired' 005375 a000">) == "");
    CHECK(amqp_twin::is_desired_update(*amqp::decode<amqp::message>(update_wire)));
    CHECK_FALSE(amqp_twin::is_desired_update(*amqp::decode<amqp::message>(reply_wire)));
    CHECK(amqp_twin::is_desired_update(amqp::message{.properties = amqp::properties{}}));
    CHECK(refusal_as<amqp_twin::reply>(update_wire).code == errc::iothub_amqp_absent);
    CHECK(refusal_as<amqp_twin::desired_update>(reply_wire) == fault{errc::iothub_amqp_operation, 30, 0});
    // One that says it has a status is still an answer to nothing.
    CHECK(refusal_as<amqp_twin::reply>(wire<"005372 c1 0e 02 a306 'status' 71 000000c8 005375 a001 ' '">) ==
          fault{errc::iothub_amqp_absent, 25, 0});
}

TEST_CASE("what is no twin message is refused, and where") {
    CHECK(refusal_as<amqp_twin::request>(wire<"005375 a001 ' '">) == fault{errc::iothub_amqp_absent, 6, 0});
    CHECK(refusal_as<amqp_twin::request>(wire<"005372 c1 01 00 005375 a001 ' '">) ==
          fault{errc::iothub_amqp_absent, 0, 0});
    CHECK(refusal_as<amqp_twin::request>(wire<"005372 c1 0d 02 a309 'operation' 41 005375 a001 ' '">) ==
          fault{errc::iothub_amqp_type, 0, 0});
    CHECK(refusal_as<amqp_twin::request>(wire<"005372 c1 11 02 a309 'operation' a103 'get' 005375 a001 ' '">) ==
          fault{errc::iothub_amqp_operation, 0, 0});
    CHECK(refusal_as<amqp_twin::request>(
              wire<"005372 c1 1c 04 a309 'operation' a103 'GET' a308 'resource' 41 005375 a001 ' '">) ==
          fault{errc::iothub_amqp_type, 0, 0});
    CHECK(refusal_as<amqp_twin::request>(
              wire<"005372 c1 1c 04 a309 'operation' a103 'GET' a307 'version' a100 005375 a001 ' '">) ==
          fault{errc::iothub_amqp_type, 0, 0});
    CHECK(refusal_as<amqp_twin::request>(wire<"005372 c1 11 02 a309 'operation' a103 'GET' 005375 a001 ' '">) ==
          fault{errc::iothub_amqp_absent, 28, 0});
    CHECK(
        refusal_as<amqp_twin::request>(wire<"005372 c1 11 02 a309 'operation' a103 'GET' 005373 45 005375 a001 ' '">) ==
        fault{errc::iothub_amqp_absent, 22, 0});
    constexpr bytes without_body = wire<"005372 c1 11 02 a309 'operation' a103 'GET' 005373 c0 08 06 4040404040 5309">;
    CHECK(refusal_as<amqp_twin::request>(without_body, {.no_body = true}) == fault{});
    CHECK(refusal_as<amqp_twin::request>(
              wire<"005372 c1 11 02 a309 'operation' a103 'GET' 005373 c0 08 06 4040404040 5309 005377 a101 ' '">) ==
          fault{errc::iothub_amqp_body, 35, 0});
    CHECK(refusal_as<amqp_twin::request>(wire<"005372 c1 11 02 a309 'operation' a103 'GET'"
                                              "005373 c0 08 06 4040404040 5309 005375 a001 ' ' 005375 a001 ' '">) ==
          fault{errc::iothub_amqp_body, 35, 0});

    CHECK(refusal_as<amqp_twin::reply>(wire<"005373 c0 08 06 4040404040 5309 005375 a001 ' '">) ==
          fault{errc::iothub_amqp_absent, 19, 0});
    CHECK(refusal_as<amqp_twin::reply>(
              wire<"005372 c1 0c 02 a306 'status' a101 '2' 005373 c0 08 06 4040404040 5309 005375 a001 ' '">) ==
          fault{errc::iothub_amqp_type, 0, 0});
    CHECK(refusal_as<amqp_twin::reply>(
              wire<"005372 c1 15 04 a306 'status' 5401 a307 'version' 41 005373 c0 08 06 4040404040 5309"
                   "005375 a001 ' '">) == fault{errc::iothub_amqp_type, 0, 0});
    CHECK(refusal_as<amqp_twin::reply>(
              wire<"005372 c1 16 04 a306 'status' 5401 a308 'resource' 41 005373 c0 08 06 4040404040 5309"
                   "005375 a001 ' '">) == fault{errc::iothub_amqp_type, 0, 0});
    CHECK(refusal_as<amqp_twin::reply>(
              wire<"005372 c1 0b 02 a306 'status' 5401 005373 c0 08 06 4040404040 5309 005376 45">) ==
          fault{errc::iothub_amqp_body, 29, 0});

    CHECK(refusal_as<amqp_twin::desired_update>(wire<"005375 a001 ' '">) == fault{errc::iothub_amqp_absent, 6, 0});
    CHECK(refusal_as<amqp_twin::desired_update>(wire<"005372 c1 0f 02 a308 'resource' a102 '/x' 005375 a001 ' '">) ==
          fault{errc::iothub_amqp_operation, 0, 0});
    CHECK(refusal_as<amqp_twin::desired_update>(
              wire<"005372 c1 2a 04 a308 'resource' a113 '/properties/desired' a307 'version' 41"
                   "005375 a001 ' '">) == fault{errc::iothub_amqp_type, 0, 0});
    CHECK(refusal_as<amqp_twin::desired_update>(
              wire<"005372 c1 20 02 a308 'resource' a113 '/properties/desired' 005377 43">) ==
          fault{errc::iothub_amqp_body, 37, 0});
}

TEST_CASE("numbers beyond their range are refused") {
    const auto version = [](const amqp::value& v) {
        std::array<char, 300> memory;
        const amqp::entry entries[] = {{amqp::symbol{"status"}, 200}, {amqp::symbol{"version"}, v}};
        return decode<amqp_twin::reply>(
            *amqp::encode(memory, amqp::message{.message_annotations = amqp::map{entries},
                                                .properties = amqp::properties{.correlation_id = 1u},
                                                .body = amqp::data{}}));
    };
    CHECK(version(std::numeric_limits<std::int64_t>::max())->version == std::numeric_limits<std::int64_t>::max());
    CHECK(version(std::numeric_limits<std::int64_t>::min())->version == std::numeric_limits<std::int64_t>::min());
    CHECK(version(std::numeric_limits<std::uint64_t>::max()).error() == fault{errc::iothub_amqp_type, 0, 0});
    CHECK(version({})->version == std::nullopt);
}

TEST_CASE("what is incomplete is not written") {
    CHECK(refusal_of(amqp_twin::request{}) == fault{errc::iothub_amqp_absent, 0, 0});
    CHECK(refusal_of(amqp_twin::request{.correlation_id = 1u, .operation = amqp_twin::operation{4}}) ==
          fault{errc::iothub_amqp_operation, 0, 0});
    CHECK(refusal_of(amqp_twin::reply{}) == fault{errc::iothub_amqp_absent, 0, 0});
    CHECK(refusal_of(amqp_twin::desired_update{.resource = "/x"}) == fault{errc::iothub_amqp_operation, 0, 0});
    CHECK(refusal_of(amqp_twin::desired_update{}) == fault{});
}

TEST_CASE("a large twin is sent from where it lies") {
    const std::string_view twin = "{\"desired\":{}}";
    std::array<char, 100> memory;
    const amqp_twin::reply reply{.correlation_id = 9u, .body = twin};
    const auto head = as_message(reply, [&](const amqp::message& m) { return amqp::encode_head(memory, m); });
    REQUIRE(head);
    CHECK(head->text().ends_with("\xa0\x0e"));
    const std::string whole = std::string{head->text()} + std::string{twin};
    CHECK(*decode<amqp_twin::reply>(bytes{whole}) == reply);
}

TEST_CASE("twin messages differ by what they are made of") {
    CHECK_FALSE(amqp_twin::request{.version = 1} == amqp_twin::request{.version = 2});
    CHECK_FALSE(amqp_twin::reply{.status = 1} == amqp_twin::reply{.status = 2});
    CHECK_FALSE(amqp_twin::request{.body = "1"sv} == amqp_twin::request{.body = "2"sv});
    CHECK_FALSE(amqp_twin::reply{.body = "1"sv} == amqp_twin::reply{.body = "2"sv});
    CHECK_FALSE(amqp_twin::desired_update{.version = 1} == amqp_twin::desired_update{.version = 2});
    CHECK_FALSE(amqp_twin::desired_update{.body = "1"sv} == amqp_twin::desired_update{.body = "2"sv});
}
