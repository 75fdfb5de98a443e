#ifndef HUBWIRE_WEBSOCKET_MASK_HPP
#define HUBWIRE_WEBSOCKET_MASK_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/core/writer.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace hubwire::websocket {

/// What a client's payload is masked with, as a number in network byte order: masking_key{0x37fa213d} is 37 fa 21 3d on
/// the wire.
///
/// The caller takes a new one for each frame, from a source of random numbers that nobody can predict, such as the
/// system's (RFC 6455-5.3, 10.3): the mask keeps a page in a browser from writing bytes of its choice to the wire, for
/// proxies to misunderstand. Nothing else depends on it. The library has no random numbers.
enum class masking_key : std::uint32_t {};

namespace detail {

using namespace hubwire::detail;

/// The key with which to go on behind n bytes.
[[nodiscard]] constexpr std::uint32_t rotated(std::uint32_t key, std::uint64_t n) noexcept {
    return std::rotl(key, static_cast<int>(n % 4) * 8);
}

/// The key twice, as the machine loads it from memory.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr word pattern_of(std::uint32_t key) noexcept {
    const std::uint32_t turned = (key << 24) | (key << 8 & 0x00FF'0000) | (key >> 8 & 0x0000'FF00) | (key >> 24);
    const std::uint32_t loaded = std::endian::native == std::endian::little ? turned : key;
    return loaded | word{loaded} << 32;
}

/// Masks a U at both ends of n bytes, sizeof(U) <= n <= 2 sizeof(U): what lies in the middle twice is loaded before
/// anything is stored.
template <class U>
HUBWIRE_ALWAYS_INLINE void mask_both_ends(char* to, const char* from, std::size_t n, std::uint32_t key) noexcept {
    U first;
    U last;
    std::memcpy(&first, from, sizeof first);
    std::memcpy(&last, from + (n - sizeof last), sizeof last);
    first ^= static_cast<U>(pattern_of(key));
    last ^= static_cast<U>(pattern_of(rotated(key, n)));  // a U is a whole number of keys
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + (n - sizeof last), &last, sizeof last);
}

#if defined(HUBWIRE_HAS_BLOCKS)
/// Pre: n >= sizeof(block). The last block overlaps the one before, so it is loaded before that is stored.
HUBWIRE_ALWAYS_INLINE void mask_blocks(char* to, const char* from, std::size_t n, std::uint32_t key) noexcept {
    const auto block_of = [](std::uint32_t k) HUBWIRE_INLINE_LAMBDA {
        const word twice[] = {pattern_of(k), pattern_of(k)};
        block b;
        std::memcpy(&b, twice, sizeof b);
        return b;
    };
    const auto load = [from](std::size_t at) HUBWIRE_INLINE_LAMBDA {
        block b;
        std::memcpy(&b, from + at, sizeof b);
        return b;
    };
    const auto store = [to](std::size_t at, block b) HUBWIRE_INLINE_LAMBDA { std::memcpy(to + at, &b, sizeof b); };

    const std::size_t last_at = n - sizeof(block);
    const block last = load(last_at) ^ block_of(rotated(key, n));
    const block pattern = block_of(key);
    std::size_t at = 0;
    for (; n - at > 4 * sizeof(block); at += 4 * sizeof(block)) {
        const block a = load(at) ^ pattern;
        const block b = load(at + sizeof(block)) ^ pattern;
        const block c = load(at + 2 * sizeof(block)) ^ pattern;
        const block d = load(at + 3 * sizeof(block)) ^ pattern;
        store(at, a);
        store(at + sizeof(block), b);
        store(at + 2 * sizeof(block), c);
        store(at + 3 * sizeof(block), d);
    }
    for (; at < last_at; at += sizeof(block)) store(at, load(at) ^ pattern);
    store(last_at, last);
}
#endif

/// Byte by byte.
HUBWIRE_ALWAYS_INLINE constexpr void mask_singly(char* to, const char* from, std::size_t n,
                                                 std::uint32_t key) noexcept {
    for (std::size_t at = 0; at != n; ++at) {
        key = rotated(key, 1);
        to[at] = static_cast<char>(static_cast<unsigned char>(from[at]) ^ static_cast<unsigned char>(key));
    }
}

/// Masks n bytes from one place to another, which is the same or does not overlap it.
constexpr void mask_bytes(char* to, const char* from, std::size_t n, std::uint32_t key) noexcept {
    // coverage: off, for constant expressions and for -Os; mask.test.cpp has the first, a build with -Os the second
    if (optimize_for_size || std::is_constant_evaluated()) {
        mask_singly(to, from, n, key);
        return;
    }
    // coverage: on
#if defined(HUBWIRE_HAS_BLOCKS)
    if (n >= sizeof(block)) return mask_blocks(to, from, n, key);
// coverage: off, for other machines than the one that counts
#else
    for (; n > 2 * word_size; n -= word_size, to += word_size, from += word_size) {
        word w;
        std::memcpy(&w, from, sizeof w);
        w ^= pattern_of(key);
        std::memcpy(to, &w, sizeof w);
    }
#endif
    // coverage: on
    if (n >= 8) return mask_both_ends<std::uint64_t>(to, from, n, key);
    if (n >= 4) return mask_both_ends<std::uint32_t>(to, from, n, key);
    mask_singly(to, from, n, key);
}

}  // namespace detail

/// Masks bytes where they lie. To mask them again takes the mask off. A payload may come in pieces: the offset says how
/// many bytes of it come before these.
constexpr void mask(buffer payload, masking_key key, std::uint64_t offset = 0) noexcept {
    char* const at = payload.data();
    detail::mask_bytes(at, at, payload.size(), detail::rotated(static_cast<std::uint32_t>(key), offset));
}

/// Writes bytes masked, from where they lie, which does not overlap the output: for a payload that may not be written
/// to, or is put together from pieces.
template <room Room>
constexpr void put_masked(basic_writer<Room>& out, bytes payload, masking_key key, std::uint64_t offset = 0) noexcept {
    out.put_with(payload.size(), [&](char* to) {
        detail::mask_bytes(to, payload.data(), payload.size(),
                           detail::rotated(static_cast<std::uint32_t>(key), offset));
    });
}
[[nodiscard]] constexpr result<bytes> encode_masked(buffer output HUBWIRE_LIFETIMEBOUND, bytes payload, masking_key key,
                                                    std::uint64_t offset = 0) noexcept {
    writer out{output};
    put_masked(out, payload, key, offset);
    return out.finish();
}

}  // namespace hubwire::websocket

#endif
