#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
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
using namespace hubwire::websocket;
using support::wire;

namespace {

constexpr std::string_view key_bytes = "\x37\xfa\x21\x3d";
constexpr masking_key key{0x37fa213d};

std::string numbered(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i != size; ++i) text[i] = static_cast<char>(static_cast<unsigned char>(i * 7 + 3));
    return text;
}

/// At each size there is another path through the code; in a constant expression there is one of its own.
template <std::size_t Size>
consteval std::array<char, Size> masked_zeros(std::uint64_t offset) {
    std::array<char, Size> zeros{};
    mask(zeros, key, offset);
    return zeros;
}
static_assert(masked_zeros<11>(0) == wire<"37fa213d 37fa213d 37fa21">);
static_assert(masked_zeros<9>(3) == wire<"3d 37fa213d 37fa213d">);
static_assert([] {
    std::array<char, 5> output{};
    return *encode_masked(output, wire<"'Hello'">, key) == bytes{wire<"7f9f4d5158">};
}());

}  // namespace

TEST_CASE("RFC 6455-5.3: each byte is combined with that byte of the key whose turn it is") {
    auto hello = wire<"'Hello'">;
    mask(hello, key);
    CHECK(hello == wire<"7f9f4d5158">);
    mask(hello, key);
    CHECK(hello == wire<"'Hello'">);
    mask(buffer{}, key);
}

TEST_CASE("a payload of any size, from any offset, is masked in place and on the way to elsewhere") {
    for (std::size_t size = 0; size != 300; ++size) {
        const std::string text = numbered(size);
        for (const std::uint64_t offset : {0u, 1u, 2u, 3u, 4u, 17u, 126u}) {
            const std::string expected = support::naive_mask(text, key_bytes, static_cast<std::size_t>(offset));
            support::exact_block block{bytes{text}};
            mask(buffer{block.data(), block.size()}, key, offset);
            if (bytes{block.data(), block.size()} != bytes{expected}) FAIL(size << " at " << offset << ", in place");
            support::exact_block output{size};
            const auto copied = encode_masked(buffer{output.data(), size}, text, key, offset);
            if (!copied || *copied != bytes{expected}) FAIL(size << " at " << offset << ", copied");
        }
    }
}

TEST_CASE("a payload of any alignment is masked, and nothing beside it") {
    for (std::size_t skipped = 0; skipped != 33; ++skipped) {
        for (const std::size_t size : {0u, 1u, 3u, 5u, 8u, 15u, 16u, 17u, 31u, 33u, 64u, 65u, 100u}) {
            std::string memory = numbered(160);
            std::string expected = memory;
            expected.replace(skipped, size, support::naive_mask(expected.substr(skipped, size), key_bytes));
            mask(buffer{memory.data() + skipped, size}, key);
            if (memory != expected) FAIL(size << " behind " << skipped);
        }
    }
}

TEST_CASE("a payload in pieces is masked as in one, wherever it is cut") {
    const std::string text = numbered(90);
    const std::string expected = support::naive_mask(text, key_bytes);
    for (std::size_t first = 0; first <= text.size(); ++first) {
        for (std::size_t second = first; second <= text.size(); second += 7) {
            std::string memory = text;
            mask(buffer{memory.data(), first}, key);
            mask(buffer{memory.data() + first, second - first}, key, first);
            mask(buffer{memory.data() + second, text.size() - second}, key, second);
            if (memory != expected) FAIL(first << ' ' << second);
        }
    }
    std::string far = text;
    mask(far, key, 0xFFFF'FFFF'FFFF'FFFEu);
    CHECK(far == support::naive_mask(text, key_bytes, 2));
}

TEST_CASE("a masked payload goes into a buffer that fits, or fails") {
    const std::string text = numbered(37);
    CHECK(support::every_capacity(bytes{support::naive_mask(text, key_bytes, 1)},
                                  [&](buffer output) { return encode_masked(output, text, key, 1); }) == "");
    hubwire::counting_writer count;
    put_masked(count, text, key);
    CHECK(count.size() == 37);
}
