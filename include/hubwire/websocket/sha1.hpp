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

/// FIPS 180-4, 6.1.2, with sixteen words of the schedule at a time.
constexpr void sha1_compress(sha1_state& state, const char* block) noexcept {
    std::array<std::uint32_t, 16> w{};
    for (std::size_t i = 0; i != 16; ++i) w[i] = load_be<std::uint32_t>(block + 4 * i);
    auto [a, b, c, d, e] = state;
    const auto mix = [&](std::size_t t, std::uint32_t function_and_constant) {
        if (t >= 16) w[t % 16] = std::rotl(w[(t + 13) % 16] ^ w[(t + 8) % 16] ^ w[(t + 2) % 16] ^ w[t % 16], 1);
        const std::uint32_t next = std::rotl(a, 5) + function_and_constant + e + w[t % 16];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    };
    for (std::size_t t = 0; t != 20; ++t) mix(t, (d ^ (b & (c ^ d))) + 0x5a827999);
    for (std::size_t t = 20; t != 40; ++t) mix(t, (b ^ c ^ d) + 0x6ed9eba1);
    for (std::size_t t = 40; t != 60; ++t) mix(t, ((b & c) | (d & (b | c))) + 0x8f1bbcdc);
    for (std::size_t t = 60; t != 80; ++t) mix(t, (b ^ c ^ d) + 0xca62c1d6);
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
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
