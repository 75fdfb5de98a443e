#ifndef HUBWIRE_WEBSOCKET_SHA1_HPP
#define HUBWIRE_WEBSOCKET_SHA1_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/endian.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

/// SHA-1, as FIPS 180-4 has it, for Sec-WebSocket-Accept alone (RFC 6455-4.2.2).
///
/// Two messages of the same SHA-1 can be made today, so nothing that is to be trusted may be signed or compared by it.
/// Here nothing is: the digest shows that the peer has read the key of this very request and knows WebSocket, which any
/// function would do, and this is the one that peers agreed on. It therefore lies here, and not in crypto, and nobody
/// else is to use it.
namespace hubwire::websocket::detail {

using namespace hubwire::detail;

using sha1_digest = std::array<char, 20>;
using sha1_state = std::array<std::uint32_t, 5>;

inline constexpr std::size_t sha1_block_size = 64;

/// FIPS 180-4, 5.3.1.
inline constexpr sha1_state sha1_start{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};

/// Twenty rounds. Instead of moving each of a to e on by one in each round, they are named anew.
template <class Function>
HUBWIRE_ALWAYS_INLINE constexpr void sha1_rounds(sha1_state& v, const std::uint32_t* words, std::uint32_t constant,
                                                 Function function) noexcept {
    const auto mix = [&]<std::size_t Place>(std::integral_constant<std::size_t, Place>, std::uint32_t word) {
        const auto at = [&v](std::size_t letter) -> std::uint32_t& { return v[(letter + 5 - Place) % 5]; };
        at(4) += std::rotl(at(0), 5) + function(at(1), at(2), at(3)) + constant + word;
        at(1) = std::rotl(at(1), 30);
    };
    for (std::size_t t = 0; t != 20; t += 5) {
        [&]<std::size_t... Place>(std::index_sequence<Place...>) {
            (mix(std::integral_constant<std::size_t, Place>{}, words[t + Place]), ...);
        }(std::make_index_sequence<5>{});
    }
}

/// One block (FIPS 180-4, 6.1.2).
constexpr void sha1_compress(sha1_state& state, const char* block) noexcept {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t t = 0; t != 16; ++t) w[t] = load_be<std::uint32_t>(block + 4 * t);
    // The last three words are kept at hand: compilers would make a vector of two of them, and then the processor waits
    // for two stores each time, before it can load what lies half in the one and half in the other.
    using word32 = std::uint32_t;
    word32 third = w[13];
    word32 second = w[14];
    word32 last = w[15];
    for (std::size_t t = 16; t != 80; ++t) {
        const word32 next = std::rotl(third ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
        w[t] = next;
        third = second;
        second = last;
        last = next;
    }

    sha1_state v = state;
    sha1_rounds(v, w.data(), 0x5a827999, [](word32 b, word32 c, word32 d) { return d ^ (b & (c ^ d)); });
    sha1_rounds(v, w.data() + 20, 0x6ed9eba1, [](word32 b, word32 c, word32 d) { return b ^ c ^ d; });
    sha1_rounds(v, w.data() + 40, 0x8f1bbcdc, [](word32 b, word32 c, word32 d) { return (b & c) | (d & (b | c)); });
    sha1_rounds(v, w.data() + 60, 0xca62c1d6, [](word32 b, word32 c, word32 d) { return b ^ c ^ d; });
    for (std::size_t i = 0; i != state.size(); ++i) state[i] += v[i];
}

/// The digest of a message.
[[nodiscard]] constexpr sha1_digest sha1_of(bytes message) noexcept {
    sha1_state state = sha1_start;
    bytes rest = message;
    for (; rest.size() >= sha1_block_size; rest = rest.without_first(sha1_block_size))
        sha1_compress(state, rest.data());

    // FIPS 180-4, 5.1.1: a bit that is set behind the message, and its size in bits at the end of a block.
    std::array<char, 2 * sha1_block_size> padded{};
    copy(padded.data(), rest.data(), rest.size());
    padded[rest.size()] = static_cast<char>(static_cast<unsigned char>(0x80));
    const std::size_t end = rest.size() < sha1_block_size - 8 ? sha1_block_size : 2 * sha1_block_size;
    store_be<std::uint64_t>(padded.data() + (end - 8), std::uint64_t{message.size()} * 8);
    for (std::size_t at = 0; at != end; at += sha1_block_size) sha1_compress(state, padded.data() + at);

    sha1_digest digest{};
    for (std::size_t i = 0; i != state.size(); ++i) store_be(digest.data() + 4 * i, state[i]);
    return digest;
}

}  // namespace hubwire::websocket::detail

#endif
