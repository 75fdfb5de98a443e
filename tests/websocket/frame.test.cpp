#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_websocket.hpp"
#include "support/sweep.hpp"
#include "support/wire.hpp"

using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using hubwire::result;
using namespace hubwire::websocket;
using namespace std::literals;
using support::wire;

namespace {

constexpr masking_key key{0x37fa213d};

static_assert(decode_frame_head(wire<"82 05 'Hello'">, role::client)->payload_size == 5);
static_assert(decode_frame_head(wire<"82 85 37fa213d">, role::server)->key == key);
static_assert([] {
    std::array<char, 16> memory{};
    return *encode(memory, {.opcode = opcode::text, .key = key, .payload = "Hello"sv}) ==
           bytes{wire<"81 85 37fa213d 7f9f4d5158">};
}());

std::array<unsigned char, 2> two(unsigned first, unsigned second) {
    return {static_cast<unsigned char>(first), static_cast<unsigned char>(second)};
}

/// What is wrong, and where, with the fewest bytes of the input that show it; the same with more of them.
error refusal(bytes input, role receiver, const options& rules = {}) {
    error first{};
    for (std::size_t size = 0; size <= input.size(); ++size) {
        const support::exact_block block{input.first(size)};
        const auto head = decode_frame_head(bytes{block.data(), size}, receiver, rules);
        if (head) return first.code == errc::none ? first : error{.code = errc::application};
        if (head.incomplete()) {
            if (first.code != errc::none) return {.code = errc::application};
            if (size == input.size()) return head.error();
            continue;
        }
        if (first.code == errc::none) {
            first = head.error();
            first.needed = size;  // how many bytes it took
        } else if (first.code != head.error().code || first.offset != head.error().offset) {
            return {.code = errc::application};
        }
    }
    return first;
}
error refused(errc code, std::size_t offset, std::size_t by) { return {.code = code, .offset = offset, .needed = by}; }

}  // namespace

TEST_CASE("RFC 6455-5.7: the examples, encoded and decoded") {
    struct row {
        frame_head head;
        std::string_view payload;
        bytes expected;
    };
    static constexpr auto unmasked = wire<"81 05 'Hello'">;
    static constexpr auto masked = wire<"81 85 37fa213d 7f9f4d5158">;
    static constexpr auto first = wire<"01 03 'Hel'">;
    static constexpr auto second = wire<"80 02 'lo'">;
    static constexpr auto ping = wire<"89 05 'Hello'">;
    static constexpr auto pong = wire<"8a 85 37fa213d 7f9f4d5158">;
    const row rows[] = {
        {{.opcode = opcode::text, .payload_size = 5}, "Hello", unmasked},
        {{.opcode = opcode::text, .key = key, .payload_size = 5}, "Hello", masked},
        {{.fin = false, .opcode = opcode::text, .payload_size = 3}, "Hel", first},
        {{.opcode = opcode::continuation, .payload_size = 2}, "lo", second},
        {{.opcode = opcode::ping, .payload_size = 5}, "Hello", ping},
        {{.opcode = opcode::pong, .key = key, .payload_size = 5}, "Hello", pong},
    };
    for (const row& r : rows) {
        const frame whole{.fin = r.head.fin, .opcode = r.head.opcode, .key = r.head.key, .payload = r.payload};
        CHECK(whole.head() == r.head);
        CHECK(support::every_capacity(r.expected, [&](buffer output) { return encode(output, whole); }) == "");
        CHECK(*encoded_size(whole) == r.expected.size());
        const auto head = decode_frame_head(r.expected, r.head.key ? role::server : role::client);
        REQUIRE(head);
        CHECK(*head == r.head);
        CHECK(head->size() + r.payload.size() == r.expected.size());
    }
    CHECK(decode_frame_head(wire<"82 7e 0100">, role::client)->payload_size == 256);
    CHECK(decode_frame_head(wire<"82 7f 0000000000010000">, role::client)->payload_size == 65'536);
}

TEST_CASE("every head there is: encoded, measured, truncated, decoded") {
    constexpr std::uint64_t sizes[] = {0, 1, 125, 126, 127, 128, 255, 256, 65'535, 65'536, 1u << 24, max_payload_size};
    for (const bool fin : {true, false}) {
        for (const opcode code :
             {opcode::continuation, opcode::text, opcode::binary, opcode::close, opcode::ping, opcode::pong}) {
            for (const bool is_masked : {true, false}) {
                for (const std::uint64_t size : sizes) {
                    if (is_control(code) && (!fin || size > 125 || (code == opcode::close && size == 1))) continue;
                    frame_head head{.fin = fin, .opcode = code, .payload_size = size};
                    if (is_masked) head.key = key;
                    std::array<char, max_head_size> memory{};
                    const auto written = encode_frame_head(memory, head);
                    REQUIRE(written);
                    const std::size_t length = size < 126 ? 0 : size < 65'536 ? 2 : 8;
                    CHECK(written->size() == 2 + length + (is_masked ? 4 : 0));
                    CHECK(head.size() == written->size());
                    const role receiver = is_masked ? role::server : role::client;
                    CHECK(support::every_truncation(
                              *written, [&](bytes input) { return decode_frame_head(input, receiver); }) == "");
                    CHECK(*decode_frame_head(*written, receiver) == head);
                    CHECK(support::every_capacity(
                              *written, [&](buffer output) { return encode_frame_head(output, head); }) == "");
                }
            }
        }
    }
    CHECK_FALSE(frame_head{.fin = false} == frame_head{});
}

TEST_CASE("RFC 6455-5.2: reserved bits and opcodes are refused from the first byte on; a control frame has FIN (5.5)") {
    for (unsigned first = 0; first != 256; ++first) {
        const unsigned code = first & 15;
        const bool is_known = code <= 2 || (code >= 8 && code <= 10);
        errc expected = errc::none;
        if (code >= 8 && first < 128) expected = errc::websocket_control_fragmented;
        if (!is_known) expected = errc::websocket_opcode;
        if ((first & 0x70) != 0) expected = errc::websocket_reserved_bits;
        INFO(first);
        for (const role receiver : {role::client, role::server}) {
            const auto input = two(first, receiver == role::server ? 0x80 : 0);
            const std::array<unsigned char, 6> whole{input[0], input[1]};
            const error found = refusal(bytes{whole}.first(receiver == role::server ? 6 : 2), receiver);
            CHECK(found == (expected == errc::none ? error{} : refused(expected, 0, 1)));
        }
    }
    CHECK(error{.code = errc::websocket_reserved_bits}.rule() == "RFC 6455-5.2");
    CHECK(error{.code = errc::websocket_opcode}.rule() == "RFC 6455-5.2");
    CHECK(error{.code = errc::websocket_control_fragmented}.rule() == "RFC 6455-5.5");
}

TEST_CASE("RFC 6455-5.1: what comes to a server is masked, and what comes to a client is not") {
    for (unsigned second = 0; second != 256; ++second) {
        const auto input = two(0x82, second);
        const error to_server = refusal(input, role::server);
        const error to_client = refusal(input, role::client);
        INFO(second);
        CHECK((to_server == refused(errc::websocket_unmasked, 1, 2)) == (second < 128));
        CHECK((to_client == refused(errc::websocket_masked, 1, 2)) == (second >= 128));
        CHECK((to_server.incomplete() || second < 128));
    }
    CHECK(error{.code = errc::websocket_unmasked}.rule() == "RFC 6455-5.1");
    CHECK(error{.code = errc::websocket_masked}.rule() == "RFC 6455-5.1");
}

TEST_CASE("RFC 6455-5.5: the payload of a control frame has 125 bytes at most, and no other length is waited for") {
    for (const unsigned code : {8u, 9u, 10u}) {
        for (unsigned length = 0; length != 128; ++length) {
            const auto input = two(0x80 | code, length);
            error expected{};
            if (length > 125) expected = refused(errc::websocket_control_size, 1, 2);
            if (code == 8 && length == 1) expected = refused(errc::websocket_close_size, 1, 2);  // no code in one byte
            CHECK(refusal(input, role::client) == expected);
        }
    }
    CHECK(error{.code = errc::websocket_control_size}.rule() == "RFC 6455-5.5");
}

TEST_CASE("RFC 6455-5.2: a length takes as few bytes as it can, and is refused once the bytes show that it could not") {
    CHECK(refusal(wire<"82 7e 0000">, role::client) == refused(errc::websocket_padded_length, 2, 4));
    CHECK(refusal(wire<"82 7e 007d">, role::client) == refused(errc::websocket_padded_length, 2, 4));
    CHECK(refusal(wire<"82 7e 007e">, role::client) == error{});
    CHECK(refusal(wire<"82 fe 007d">, role::server) == refused(errc::websocket_padded_length, 2, 4));
    CHECK(refusal(wire<"82 7f 0000000000000000">, role::client) == refused(errc::websocket_padded_length, 2, 8));
    CHECK(refusal(wire<"82 7f 000000000000ffff">, role::client) == refused(errc::websocket_padded_length, 2, 8));
    CHECK(refusal(wire<"82 7f 0000000000010000">, role::client) == error{});
    CHECK(error{.code = errc::websocket_padded_length}.rule() == "RFC 6455-5.2");
}

TEST_CASE("RFC 6455-5.2: the top bit of a length of eight bytes is 0, and is refused where it stands") {
    CHECK(refusal(wire<"82 7f 8000000000000000">, role::client) == refused(errc::websocket_length_top_bit, 2, 3));
    CHECK(refusal(wire<"82 ff ff">, role::server) == refused(errc::websocket_length_top_bit, 2, 3));
    CHECK(refusal(wire<"82 7f 7fffffffffffffff">, role::client) == error{});
    CHECK(error{.code = errc::websocket_length_top_bit}.rule() == "RFC 6455-5.2");
}

TEST_CASE("frames over the receiver's limit are refused as soon as their length shows it") {
    const auto limited = [](std::uint64_t limit) { return options{.max_frame_size = limit}; };
    CHECK(refusal(wire<"82 64">, role::client, limited(99)) == refused(errc::over_limit, 1, 2));
    CHECK(refusal(wire<"82 64">, role::client, limited(100)) == error{});
    CHECK(refusal(wire<"82 7e 0200">, role::client, limited(125)) == refused(errc::over_limit, 1, 2));
    CHECK(refusal(wire<"82 7e 0200">, role::client, limited(511)) == refused(errc::over_limit, 1, 3));
    CHECK(refusal(wire<"82 7e 0201">, role::client, limited(512)) == refused(errc::over_limit, 1, 4));
    CHECK(refusal(wire<"82 7e 0200">, role::client, limited(512)) == error{});
    CHECK(refusal(wire<"82 7f 0000000000010000">, role::client, limited(65'535)) == refused(errc::over_limit, 1, 2));
    CHECK(refusal(wire<"82 7f 0000000000010000">, role::client, limited(65'536)) == error{});
    CHECK(refusal(wire<"82 7f 0000000000010001">, role::client, limited(65'536)) == refused(errc::over_limit, 1, 10));
    CHECK(refusal(wire<"82 7f 0100000000000000">, role::client, limited(1 << 30)) == refused(errc::over_limit, 1, 3));
    CHECK(refusal(wire<"82 64">, role::client, {.max_message_size = 99}) == refused(errc::over_limit, 1, 2));
    CHECK(refusal(wire<"82 64">, role::client, {.max_frame_size = 100, .max_message_size = 100}) == error{});
    CHECK(refusal(wire<"89 05">, role::client, limited(0)) == error{});  // control frames have a limit of their own
    CHECK(refusal(wire<"82 00">, role::client, limited(0)) == error{});
}

TEST_CASE("RFC 6455-7.4.1: text is refused, by option, where only binary messages are understood") {
    constexpr options strict{.binary_only = true};
    CHECK(refusal(wire<"81 00">, role::client, strict) == refused(errc::websocket_text_message, 0, 1));
    CHECK(refusal(wire<"82 00">, role::client, strict) == error{});
    CHECK(refusal(wire<"80 00">, role::client, strict) == error{});
    CHECK(error{.code = errc::websocket_text_message}.rule() == "RFC 6455-7.4.1");
}

TEST_CASE("an incomplete head says how many bytes more it takes") {
    const auto needed = [](bytes input, role receiver) { return decode_frame_head(input, receiver).error().needed; };
    CHECK(needed({}, role::client) == 2);
    CHECK(needed({}, role::server) == 6);
    CHECK(needed(wire<"82">, role::client) == 1);
    CHECK(needed(wire<"82">, role::server) == 5);
    CHECK(needed(wire<"82 85 37">, role::server) == 3);
    CHECK(needed(wire<"82 fe">, role::server) == 6);
    CHECK(needed(wire<"82 ff 00">, role::server) == 11);
    CHECK(needed(wire<"82 7f 00000000">, role::client) == 4);
}

TEST_CASE("heads that nobody may send are not written, nor counted") {
    const auto refuses = [](const frame_head& head) {
        std::array<char, max_head_size> memory{};
        const auto written = encode_frame_head(memory, head);
        return written ? error{} : written.error();
    };
    CHECK(refuses({.opcode = opcode{3}}) == error{.code = errc::websocket_opcode});
    CHECK(refuses({.opcode = opcode{11}}) == error{.code = errc::websocket_opcode});
    CHECK(refuses({.opcode = opcode{0x18}}) == error{.code = errc::websocket_opcode});
    CHECK(refuses({.fin = false, .opcode = opcode::ping}) == error{.code = errc::websocket_control_fragmented});
    CHECK(refuses({.opcode = opcode::ping, .payload_size = 126}) == error{.code = errc::websocket_control_size});
    CHECK(refuses({.opcode = opcode::close, .payload_size = 1}) == error{.code = errc::websocket_close_size});
    CHECK(refuses({.payload_size = max_payload_size + 1}) == error{.code = errc::too_long});
    CHECK(encoded_size({.opcode = opcode{3}}).error().code == errc::websocket_opcode);
}

TEST_CASE("RFC 6455-8.1: text is written as UTF-8 only, as far as one frame tells") {
    std::array<char, 16> memory{};
    const auto wrong = "\xff"sv;
    CHECK(encode(memory, {.opcode = opcode::text, .payload = wrong}).error().code == errc::websocket_invalid_utf8);
    CHECK(encode(memory, {.fin = false, .opcode = opcode::text, .payload = wrong}));
    CHECK(encode(memory, {.opcode = opcode::binary, .payload = wrong}));
}

TEST_CASE("a frame is put together from a payload in parts, as a transfer of AMQP has them") {
    const std::string text = "the head of a transfer, and its payload, which is not to be written to";
    std::string expected(text.size() + max_head_size, '\0');
    const auto whole = encode(expected, {.key = key, .payload = text});
    REQUIRE(whole);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        std::string memory(text.size() + max_head_size, '\0');
        hubwire::writer out{memory};
        put_frame_head(out, {.key = key, .payload_size = text.size()});
        put_masked(out, bytes{text}.first(cut), key);
        put_masked(out, bytes{text}.without_first(cut), key, cut);
        if (*out.finish() != *whole) FAIL(cut);
    }
}

TEST_CASE("a head is put in front of a payload where that was written, and masks it there") {
    for (const std::size_t size : {0u, 1u, 125u, 126u, 300u, 65'535u, 65'536u, 70'000u}) {
        for (const bool is_masked : {false, true}) {
            const std::string payload(size, 'x');
            support::exact_block memory{max_head_size + size};
            const buffer room = payload_room(buffer{memory.data(), memory.size()});
            REQUIRE(room.size() == size);
            std::copy_n(payload.data(), size, room.data());
            frame_head head{.opcode = opcode::binary, .payload_size = size};
            if (is_masked) head.key = key;
            const auto whole = encode_frame_around(buffer{memory.data(), memory.size()}, head);
            REQUIRE(whole);
            std::string expected(max_head_size + size, '\0');
            const auto copied = encode(expected, {.key = head.key, .payload = payload});
            CHECK(*whole == *copied);
            CHECK(whole->data() + whole->size() == memory.data() + memory.size());
        }
    }
}

TEST_CASE("the payload of a frame may go on elsewhere, masked as if it lay in one piece") {
    const std::string text = "the head of a packet, and behind it what is not copied";
    for (const bool is_masked : {false, true}) {
        frame_head head{.payload_size = text.size()};
        if (is_masked) head.key = key;
        std::string expected(max_head_size + text.size(), '\0');
        const auto whole = encode(expected, {.key = head.key, .payload = text});
        REQUIRE(whole);
        for (std::size_t here = 0; here <= text.size(); ++here) {
            support::exact_block memory{max_head_size + here};
            std::copy_n(text.data(), here, memory.data() + max_head_size);
            std::string rest = text.substr(here);
            const auto begin = encode_frame_around(buffer{memory.data(), memory.size()}, head, here);
            REQUIRE(begin);
            if (is_masked) mask(rest, key, here);
            if (std::string{begin->text()} + rest != whole->text()) FAIL(here);
        }
    }
    std::array<char, 20> memory{};
    CHECK(encode_frame_around(memory, {.payload_size = max_payload_size}, 6));
    CHECK(encode_frame_around(memory, {.payload_size = max_payload_size}, 7).error() ==
          error{.code = errc::no_space, .offset = 20, .needed = 1});
}

TEST_CASE("a head goes in front of a payload only if there can be one of its size, and if it is one to be sent") {
    std::array<char, 20> memory{};
    const auto wrong = [&](buffer where, const frame_head& head) {
        const auto whole = encode_frame_around(where, head);
        return whole ? error{} : whole.error();
    };
    CHECK(wrong(memory, {.key = key, .payload_size = 6}) == error{});
    memory = {};
    CHECK(wrong(memory, {.key = key, .payload_size = 7}) == error{.code = errc::no_space, .offset = 20, .needed = 1});
    CHECK(wrong(buffer{memory.data(), 13}, {}) == error{.code = errc::no_space, .offset = 13, .needed = 1});
    CHECK(wrong(buffer{}, {}) == error{.code = errc::no_space, .offset = 0, .needed = 14});
    const std::uint64_t most = (std::numeric_limits<std::size_t>::max)();
    const std::uint64_t missing = std::min(max_payload_size + max_head_size, most) - 20;
    CHECK(wrong(memory, {.payload_size = max_payload_size}).needed == missing);
    CHECK(wrong(memory, {.fin = false, .opcode = opcode::ping}).code == errc::websocket_control_fragmented);
    for (const std::size_t size : {0u, 5u, 13u, 14u, 20u}) {
        const buffer where{memory.data(), size};
        for (const std::uint64_t least : {std::uint64_t{1}, std::uint64_t{14}, std::uint64_t{1} << 63})
            CHECK(wrong(where, {.payload_size = 0 - least}) == error{.code = errc::too_long, .offset = 0});
        CHECK(wrong(where, {.opcode = opcode{3}, .payload_size = 7}).code == errc::websocket_opcode);
    }
    CHECK(memory == std::array<char, 20>{});
    CHECK(payload_room(buffer{memory.data(), 13}).size() == 0);
    CHECK(payload_room(memory).data() == memory.data() + max_head_size);
}

TEST_CASE("heads survive every short and every mutated input, and what is decoded is encoded as it was") {
    for (const role receiver : {role::client, role::server}) {
        const auto decode = [&](bytes input) {
            const auto head = decode_frame_head(input, receiver);
            if (head) {
                std::array<char, max_head_size> memory{};
                const auto again = encode_frame_head(memory, *head);
                if (!again || *again != input.first(head->size())) FAIL(support::detail::hex(input));
            }
            return head;
        };
        CHECK(support::every_short_input(decode) == "");
        CHECK(support::every_mutation(wire<"82 7e 0100 37fa213d 7f9f">, decode) == "");
        CHECK(support::every_mutation(wire<"82 ff 0000000000010000 37fa213d">, decode) == "");
    }
}
