#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "support/allocations.hpp"
#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_websocket.hpp"
#include "support/sweep.hpp"
#include "support/wire.hpp"

using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using namespace hubwire::websocket;
using support::conversation;
using support::converse;
using support::wire;

namespace {

static_assert([] {
    auto received = wire<"01 83 37fa213d 7f9f4d  89 81 00000000 'p'  80 82 37fa213d 5b95">;
    message_reader in{role::server};
    const auto first = in.next(received);
    const auto ping = in.next(buffer{received}.without_first(first->size));
    const auto second = in.next(buffer{received}.without_first(first->size + ping->size));
    return first->data == bytes{wire<"'Hel'">} && first->begins && !first->ends && first->opcode == opcode::text &&
           ping->opcode == opcode::ping && second->data == bytes{wire<"'lo'">} && !second->begins && second->ends;
}());

void complain(const char* what) { FAIL(what); }

std::vector<std::size_t> one_by_one(std::size_t size) {
    std::vector<std::size_t> all;
    for (std::size_t n = 1; n <= size; ++n) all.push_back(n);
    return all;
}

/// What the stream says; a failure if it depends on how the stream is split, or differs from what the naive reader
/// says.
conversation said(bytes stream, role receiver, const options& rules = {}) {
    const std::string_view text = stream.text();
    const conversation expected = support::naive_websocket{text, receiver, rules}.read();
    if (!(converse(text, one_by_one(text.size()), receiver, rules, complain) == expected)) FAIL("differs byte by byte");
    for (std::size_t split = 0; split <= text.size(); ++split) {
        if (!(converse(text, {split, text.size()}, receiver, rules, complain) == expected))
            FAIL("differs at " << split);
    }
    return expected;
}

/// Why the stream is refused, and where.
error refusal(bytes stream, role receiver = role::client, const options& rules = {}) {
    const conversation outcome = said(stream, receiver, rules);
    return {.code = outcome.wrong, .offset = outcome.at};
}

}  // namespace

TEST_CASE("a message in one frame, masked and not") {
    const conversation to_server = said(wire<"81 85 37fa213d 7f9f4d5158">, role::server);
    REQUIRE(to_server.parts.size() == 1);
    CHECK(to_server.parts[0] == conversation::part{1, "Hello"});
    CHECK(said(wire<"81 05 'Hello'">, role::client) == to_server);
}

TEST_CASE("RFC 6455-5.4: fragments are joined, whatever comes between them") {
    const conversation outcome =
        said(wire<"01 03 'Hel' 89 01 'p' 00 00 8a 00 80 02 'lo' 82 01 'x' 02 01 'y'">, role::client);
    REQUIRE(outcome.parts.size() == 4);
    CHECK(outcome.parts[0] == conversation::part{9, "p"});
    CHECK(outcome.parts[1] == conversation::part{10, ""});
    CHECK(outcome.parts[2] == conversation::part{1, "Hello"});
    CHECK(outcome.parts[3] == conversation::part{2, "x"});
    CHECK(outcome.unfinished == "y");
    CHECK(outcome.wrong == errc::none);
}

TEST_CASE("an empty message is one event, and says so") {
    auto received = wire<"81 00">;
    message_reader in{role::client};
    const auto found = in.next(received);
    REQUIRE(found);
    CHECK((found->begins && found->ends && found->data.empty() && found->size == 2 && found->opcode == opcode::text));
    CHECK_FALSE(in.is_closed());
}

TEST_CASE("pieces of a message are handed on as they come in, each from where it lies") {
    message_reader in{role::server};
    auto first = wire<"82 fe 0080 37fa213d 37fa21">;
    const auto begin = in.next(first);
    REQUIRE(begin);
    CHECK((begin->begins && !begin->ends && begin->size == first.size()));
    CHECK(begin->data == bytes{wire<"000000">});
    CHECK(begin->data.data() == first.data() + 8);
    CHECK(in.next(buffer{}).error() == error{.code = errc::incomplete, .offset = 0, .needed = 1});
    std::string rest(125, '\0');
    const auto end = in.next(rest);
    REQUIRE(end);
    CHECK((!end->begins && end->ends && end->size == 125));
    CHECK(end->data[0] == 0x3d);
    CHECK(end->data[1] == 0x37);
}

TEST_CASE("what is incomplete says how much it waits for, and changes nothing") {
    const auto needed = [](bytes received) {
        std::string memory{received.text()};
        message_reader in{role::server};
        const auto found = in.next(memory);
        if (found || memory != received.text()) return error{};
        return found.error();
    };
    CHECK(needed({}) == error{.code = errc::incomplete, .offset = 0, .needed = 6});
    CHECK(needed(wire<"82">) == error{.code = errc::incomplete, .offset = 1, .needed = 5});
    CHECK(needed(wire<"82 85 37fa213d">) == error{.code = errc::incomplete, .offset = 6, .needed = 1});
    CHECK(needed(wire<"89 85 37fa213d">) == error{.code = errc::incomplete, .offset = 6, .needed = 5});
    CHECK(needed(wire<"89 fd 37fa213d 00">).code == errc::incomplete);
    CHECK(needed(wire<"89 85 37fa213d 7f9f4d51">) == error{.code = errc::incomplete, .offset = 10, .needed = 1});
}

TEST_CASE("RFC 6455-5.4: what is out of order is refused from its first byte on") {
    CHECK(refusal(wire<"80 00">) == error{.code = errc::websocket_continuation, .offset = 0});
    CHECK(refusal(wire<"81 00 00">) == error{.code = errc::websocket_continuation, .offset = 2});
    CHECK(refusal(wire<"01 01 'a' 81">) == error{.code = errc::websocket_interrupted_message, .offset = 3});
    CHECK(refusal(wire<"02 00 01 ff">) == error{.code = errc::websocket_interrupted_message, .offset = 2});
}

TEST_CASE("RFC 6455-5.5.1: whatever follows a close frame is refused as such") {
    CHECK(refusal(wire<"88 00 88 00">) == error{.code = errc::websocket_after_close, .offset = 2});
    CHECK(refusal(wire<"88 02 03e8 7f">) == error{.code = errc::websocket_after_close, .offset = 4});
    CHECK(refusal(wire<"01 01 'a' 88 00 80">) == error{.code = errc::websocket_after_close, .offset = 5});
    message_reader in{role::client};
    auto received = wire<"88 00">;
    REQUIRE(in.next(received));
    CHECK(in.is_closed());
    CHECK(in.next(buffer{}).incomplete());
}

TEST_CASE("RFC 6455-5.5.1: the payload of a close frame is looked at") {
    CHECK(refusal(wire<"88 01">) == error{.code = errc::websocket_close_size, .offset = 1});
    CHECK(refusal(wire<"88 02 03ed">) == error{.code = errc::websocket_close_code, .offset = 2});
    CHECK(refusal(wire<"88 04 03e8 'a' ff">) == error{.code = errc::websocket_close_reason, .offset = 5});
    CHECK(refusal(wire<"88 83 00000000 03e8 ff">, role::server) ==
          error{.code = errc::websocket_close_reason, .offset = 8});
    CHECK(refusal(wire<"88 05 03e8 'bye'">) == error{});
}

TEST_CASE("RFC 6455-8.1: text is UTF-8, across pieces and fragments, and is refused at the first byte that is not") {
    CHECK(refusal(wire<"81 03 'a' c3bc">) == error{});
    CHECK(refusal(wire<"81 04 'ab' ff 'c'">) == error{.code = errc::websocket_invalid_utf8, .offset = 4});
    CHECK(refusal(wire<"81 03 eda080">) == error{.code = errc::websocket_invalid_utf8, .offset = 3});
    CHECK(refusal(wire<"01 01 c3 89 01 c3 80 01 bc">) == error{});
    CHECK(refusal(wire<"01 01 c3 80 01 'a'">) == error{.code = errc::websocket_invalid_utf8, .offset = 5});
    CHECK(refusal(wire<"81 01 c3">) == error{.code = errc::websocket_invalid_utf8, .offset = 3});
    CHECK(refusal(wire<"01 01 c3 80 00">) == error{.code = errc::websocket_invalid_utf8, .offset = 5});
    CHECK(refusal(wire<"01 02 e282">) == error{});
    CHECK(refusal(wire<"82 02 ffff">) == error{});
    CHECK(refusal(wire<"81 85 37fa213d 7f9f4dae58">, role::server) ==
          error{.code = errc::websocket_invalid_utf8, .offset = 9});
    CHECK(refusal(wire<"81 02 ffff 01 01 c3 80 00">, role::client, {.any_text = true}) == error{});
    CHECK(error{.code = errc::websocket_invalid_utf8}.rule() == "RFC 6455-8.1");
}

TEST_CASE("the limit of a message is that of all its frames, and is known from their heads") {
    const options rules{.max_frame_size = 10, .max_message_size = 12};
    CHECK(refusal(wire<"82 0b">, role::client, rules) == error{.code = errc::over_limit, .offset = 1});
    CHECK(refusal(wire<"02 08 '01234567' 80 04 'abcd'">, role::client, rules) == error{});
    CHECK(refusal(wire<"02 08 '01234567' 80 05">, role::client, rules) ==
          error{.code = errc::over_limit, .offset = 11});
    CHECK(refusal(wire<"02 08 '01234567' 89 0c '0123456789ab' 80 04 'abcd'">, role::client, rules) == error{});
    CHECK(refusal(wire<"82 0a '0123456789' 82 0a '0123456789'">, role::client, rules) == error{});
    CHECK(refusal(wire<"02 0a '0123456789' 00 02 'ab' 00 00 80 01">, role::client, rules) ==
          error{.code = errc::over_limit, .offset = 19});
    CHECK(refusal(wire<"02 00 00 7f 7fffffffffffffff 'ab'">) == error{});
}

TEST_CASE("text is refused, by option, from its first byte on") {
    CHECK(refusal(wire<"82 00 81">, role::client, {.binary_only = true}) ==
          error{.code = errc::websocket_text_message, .offset = 2});
}

TEST_CASE("a reader does not allocate, and is a plain value of moderate size") {
    static_assert(std::is_trivially_copyable_v<message_reader>);
    CHECK(sizeof(message_reader) <= 72);
    auto received = wire<"81 85 37fa213d 7f9f4d5158">;
    const std::size_t before = support::allocations();
    message_reader in{role::server};
    const auto found = in.next(received);
    CHECK(support::allocations() == before);
    CHECK(found);
}

TEST_CASE("every mutation of a stream is read the same way in one piece, in pieces, and by the naive reader") {
    const auto mutate = [](bytes original, role receiver, const options& rules) {
        std::string stream{original.text()};
        for (std::size_t place = 0; place != stream.size(); ++place) {
            for (unsigned value = 0; value != 256; ++value) {
                stream[place] = static_cast<char>(static_cast<unsigned char>(value));
                const conversation expected = support::naive_websocket{stream, receiver, rules}.read();
                if (!(converse(stream, {stream.size()}, receiver, rules, complain) == expected))
                    FAIL(value << " at " << place);
                if (!(converse(stream, one_by_one(stream.size()), receiver, rules, complain) == expected))
                    FAIL(value << " at " << place << ", byte by byte");
            }
            stream[place] = original.text()[place];
        }
    };
    mutate(wire<"01 82 37fa213d f446  89 81 01020304 'p'  80 81 37fa213d 56  88 84 00000000 03e8 c3bc">, role::server,
           {});
    mutate(wire<"02 7e 007e"
                "'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'"
                "'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd'"
                "80 02 'xy' 81 02 c3bc 8a 01 'q' 88 02 03e9">,
           role::client, {.max_frame_size = 300, .max_message_size = 400});
}

TEST_CASE("every stream of up to two bytes, to either side") {
    const auto sweep = [](role receiver, std::size_t size) {
        std::string stream(size, '\0');
        bool wrapped = false;
        while (!wrapped) {
            const conversation expected = support::naive_websocket{stream, receiver, {}}.read();
            if (!(converse(stream, {size}, receiver, {}, complain) == expected) ||
                !(converse(stream, one_by_one(size), receiver, {}, complain) == expected))
                FAIL(support::detail::hex(bytes{stream}));
            wrapped = std::none_of(stream.begin(), stream.end(), [](char& digit) { return ++digit != 0; });
        }
    };
    for (const role receiver : {role::client, role::server}) {
        sweep(receiver, 1);
        sweep(receiver, 2);
    }
}
