#include <array>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/operation.hpp"
#include "support/wire.hpp"

namespace {

// Before any name of the library is used here, so that only the operation can say where they are.
template <class Operation>
concept found_by_argument = requires(const Operation& operation, hubwire::buffer output, hubwire::writer& out) {
    encode(output, operation);
    encoded_size(operation);
    put_message(out, operation);
};

}  // namespace

using hubwire::bytes;
using hubwire::errc;
using fault = hubwire::error;
using namespace hubwire::iothub;
namespace amqp = hubwire::amqp;
using support::refusal_as;
using support::wire;

static_assert(amqp_operation<cbs::put_token> && amqp_operation<amqp_twin::reply> && amqp_operation<batch>);
static_assert(!amqp_operation<amqp::message> && !amqp_operation<int>);
static_assert(found_by_argument<batch> && found_by_argument<cbs::put_token> && found_by_argument<cbs::delete_token> &&
              found_by_argument<cbs::reply> && found_by_argument<amqp_twin::request> &&
              found_by_argument<amqp_twin::reply> && found_by_argument<amqp_twin::desired_update> &&
              found_by_argument<amqp_method::request> && found_by_argument<amqp_method::reply>);

TEST_CASE("what is wrong with a message comes before what is wrong with the operation") {
    CHECK(refusal_as<cbs::reply>(wire<"">) == fault{errc::amqp_no_body, 0, 0});
    CHECK(refusal_as<cbs::reply>(wire<"005377 40 00">) == fault{errc::truncated, 5, 0});
    CHECK(refusal_as<cbs::reply>(wire<"005379 40">).code == errc::amqp_section);
    CHECK(refusal_as<cbs::reply>(wire<"005375 a000 005374 c1 10 02 a10b 'status-code' 5401">) ==
          fault{errc::amqp_section_order, 5, 0});
}

TEST_CASE("relaxations are the caller's") {
    constexpr bytes out_of_order = wire<"005375 a000 005374 c1 10 02 a10b 'status-code' 5401">;
    CHECK(refusal_as<cbs::reply>(out_of_order, {.any_order = true}) == fault{});
    constexpr bytes of_symbols = wire<"005374 c1 10 02 a30b 'status-code' 5401 005375 a000">;
    CHECK(refusal_as<cbs::reply>(of_symbols).code == errc::amqp_key);
    CHECK(refusal_as<cbs::reply>(of_symbols, {.any_key = true}) == fault{});
}

TEST_CASE("several messages, one behind the other, in one buffer") {
    std::array<char, 200> memory;
    hubwire::writer out{memory};
    put_message(out, cbs::reply{.status_code = 1});
    const std::size_t first = out.size();
    put_message(out, cbs::reply{.status_code = 2});
    const auto both = out.finish();
    REQUIRE(both);
    CHECK(decode<cbs::reply>(both->first(first))->status_code == 1);
    CHECK(decode<cbs::reply>(both->without_first(first))->status_code == 2);
}

TEST_CASE("options reach the encoder") {
    std::array<char, 200> memory;
    const cbs::reply reply{};
    const auto strict = encode(memory, reply);
    const auto shallow = encode(memory, reply, {.max_depth = 0});
    REQUIRE(strict);
    REQUIRE_FALSE(shallow);
    CHECK(shallow.error().code == errc::amqp_depth);
    CHECK(encoded_size(reply, {.max_depth = 0}).error() == shallow.error());
    CHECK(encode(memory, cbs::reply{.status_description = "\xff"}).error().code == errc::invalid_utf8);
}

TEST_CASE("keys that are no text are passed over") {
    const auto read =
        decode<cbs::reply>(wire<"005374 c1 14 06 41 42 a10b 'status-code' 5401 43 43 005377 40">, {.any_key = true});
    REQUIRE(read);
    CHECK(read->status_code == 1);
}
