#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/sweep.hpp"
#include "support/wire.hpp"

using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using namespace hubwire::websocket;
using namespace std::literals;
using support::wire;

namespace {

static_assert(decode_close_status(wire<"03e8 'bye'">)->reason == "bye");
static_assert(*decode_close_status(bytes{}) == close_status{});

error refusal(bytes payload) {
    const auto status = decode_close_status(payload);
    return status ? error{} : status.error();
}
error refusal(const close_status& status) {
    std::array<char, 200> memory{};
    const auto payload = encode_close_status(memory, status);
    return payload ? error{} : payload.error();
}

}  // namespace

TEST_CASE("RFC 6455-5.5.1: a close frame says nothing, or has a code, or a code and a reason") {
    const std::string longest(123, 'x');
    for (const close_status& status :
         {close_status{}, close_status{.code = close_code::normal}, close_status{close_code::going_away, "bye"},
          close_status{close_code{4999}, longest}, close_status{close_code::internal_error, "\u00fc"}}) {
        std::array<char, max_control_size> memory{};
        const auto payload = encode_close_status(memory, status);
        REQUIRE(payload);
        CHECK(*encoded_size(status) == payload->size());
        CHECK(*decode_close_status(*payload) == status);
        CHECK(support::every_capacity(*payload, [&](buffer output) { return encode_close_status(output, status); }) ==
              "");
    }
    CHECK_FALSE(close_status{.code = close_code::normal} == close_status{});
}

TEST_CASE("RFC 6455-5.5.1: a payload of one byte is no code") {
    CHECK(refusal(wire<"03">) == error{.code = errc::websocket_close_size, .offset = 0});
    CHECK(error{.code = errc::websocket_close_size}.rule() == "RFC 6455-5.5.1");
}

TEST_CASE("RFC 6455-7.4: codes that cannot stand in a close frame are neither read nor written") {
    CHECK(refusal(wire<"03ed">) == error{.code = errc::websocket_close_code, .offset = 0});
    CHECK(refusal(wire<"0000">) == error{.code = errc::websocket_close_code, .offset = 0});
    CHECK(refusal(wire<"ffff 'x'">) == error{.code = errc::websocket_close_code, .offset = 0});
    CHECK(refusal(close_status{close_code::abnormal, {}}) == error{.code = errc::websocket_close_code});
    CHECK(refusal(close_status{close_code::no_status, "why"}) == error{.code = errc::websocket_close_code});
    CHECK(error{.code = errc::websocket_close_code}.rule() == "RFC 6455-7.4");
}

TEST_CASE("RFC 6455-5.5.1: the reason is UTF-8") {
    CHECK(refusal(wire<"03e8 'ok' c3">) == error{.code = errc::websocket_close_reason, .offset = 4});
    CHECK(refusal(wire<"03e8 ff">) == error{.code = errc::websocket_close_reason, .offset = 2});
    CHECK(refusal(close_status{close_code::normal, "\xff"}) == error{.code = errc::websocket_close_reason});
    CHECK(error{.code = errc::websocket_close_reason}.rule() == "RFC 6455-5.5.1");
}

TEST_CASE("RFC 6455-5.5: the reason is not longer than a control frame can carry") {
    const std::string longer(124, 'x');
    CHECK(refusal(close_status{close_code::normal, longer}) == error{.code = errc::websocket_control_size});
    CHECK(refusal(bytes{"\x03\xe8" + longer}) == error{.code = errc::websocket_control_size, .offset = 125});
}

TEST_CASE("a whole close frame is written, masked or not") {
    static constexpr masking_key key{0x37fa213d};
    CHECK(support::every_capacity(wire<"88 05 03e8 'bye'">, [](buffer output) {
              return encode_close_frame(output, {close_code::normal, "bye"});
          }) == "");
    CHECK(support::every_capacity(wire<"88 82 37fa213d 3412">, [](buffer output) {
              return encode_close_frame(output, {.code = close_code::normal}, key);
          }) == "");
    std::array<char, 8> memory{};
    CHECK(*encode_close_frame(memory, {}) == bytes{wire<"88 00">});
    CHECK(encode_close_frame(memory, {.code = close_code::abnormal}).error() ==
          error{.code = errc::websocket_close_code});
}

TEST_CASE("the payload of a close frame survives every short and every mutated input") {
    CHECK(support::every_short_input(decode_close_status) == "");
    CHECK(support::every_mutation(wire<"03e8 'b' c3bc 'cher'">, decode_close_status) == "");
}
