#ifndef HUBWIRE_CRYPTO_SHA256_PORTABLE_HPP
#define HUBWIRE_CRYPTO_SHA256_PORTABLE_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/crypto/secret.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

/// The compression function of SHA-256 (FIPS 180-4, 6.2.2) in plain C++, and the numbers it is made of.
namespace hubwire::crypto::detail {

inline constexpr std::size_t sha256_block_size = 64;

using sha256_state = std::array<std::uint32_t, 8>;
using sha256_words = std::array<std::uint32_t, 16>;

/// FIPS 180-4, 5.3.3: of the square roots of the first eight primes.
inline constexpr sha256_state sha256_start{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// FIPS 180-4, 4.2.2: of the cube roots of the first 64 primes.
alignas(16) inline constexpr std::array<std::uint32_t, 64> sha256_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// The three rotations of each sum share their work: those by 2, 13 and 22 are one by 2, of one by 11, of one by 9.
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t big_sigma_0(std::uint32_t x) noexcept {
    return std::rotr(std::rotr(std::rotr(x, 9) ^ x, 11) ^ x, 2);
}
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t big_sigma_1(std::uint32_t x) noexcept {
    return std::rotr(std::rotr(std::rotr(x, 14) ^ x, 5) ^ x, 6);
}
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t small_sigma_0(std::uint32_t x) noexcept {
    return std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3;
}
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t small_sigma_1(std::uint32_t x) noexcept {
    return std::rotr(x, 17) ^ std::rotr(x, 19) ^ x >> 10;
}

/// The schedule, sixteen words of it: the word of this round becomes that of the sixteenth round from now.
HUBWIRE_ALWAYS_INLINE constexpr void expand_word(sha256_words& w, std::size_t round) noexcept {
    w[round % 16] += small_sigma_0(w[(round + 1) % 16]) + w[(round + 9) % 16] + small_sigma_1(w[(round + 14) % 16]);
}

/// A round, the Place-th of eight: instead of moving each of a to h on by one, they are named anew. What a ^ b is in
/// one round, b ^ c is in the next.
template <std::size_t Place>
HUBWIRE_ALWAYS_INLINE constexpr void sha256_round(sha256_state& v, std::uint32_t& b_xor_c,
                                                  std::uint32_t word_and_constant) noexcept {
    const auto at = [&v](std::size_t letter) -> std::uint32_t& { return v[(letter + 8 - Place) % 8]; };
    const std::uint32_t a = at(0);
    const std::uint32_t b = at(1);
    const std::uint32_t e = at(4);
    const std::uint32_t f = at(5);
    const std::uint32_t g = at(6);
    std::uint32_t& h = at(7);
    const std::uint32_t a_xor_b = a ^ b;
    h += word_and_constant;
    h += big_sigma_1(e) + (g ^ (e & (f ^ g)));
    at(3) += h;
    h += big_sigma_0(a) + (b ^ (a_xor_b & b_xor_c));  // of a, b and c, what two agree on
    b_xor_c = a_xor_b;
}

template <bool Expand, std::size_t... Place>
HUBWIRE_ALWAYS_INLINE constexpr void sixteen_rounds(sha256_state& v, std::uint32_t& b_xor_c, sha256_words& w,
                                                    std::size_t from, std::index_sequence<Place...>) noexcept {
    ((Expand ? expand_word(w, Place) : void(),
      sha256_round<Place % 8>(v, b_xor_c, w[Place] + sha256_constants[from + Place])),
     ...);
}

/// One block, as words. They are overwritten.
constexpr void compress_words(sha256_state& state, sha256_words& w) noexcept {
    sha256_state v = state;
    std::uint32_t b_xor_c = v[1] ^ v[2];
    // coverage: off, for -Os; a build with it has the same tests
    if constexpr (optimize_for_size) {
        for (std::size_t round = 0; round != 64; ++round) {
            if (round >= 16) expand_word(w, round);
            sha256_round<0>(v, b_xor_c, w[round % 16] + sha256_constants[round]);
            v = {v[7], v[0], v[1], v[2], v[3], v[4], v[5], v[6]};
        }
        // coverage: on
    } else {
        sixteen_rounds<false>(v, b_xor_c, w, 0, std::make_index_sequence<16>{});
        for (std::size_t from = 16; from != 64; from += 16)
            sixteen_rounds<true>(v, b_xor_c, w, from, std::make_index_sequence<16>{});
    }
    for (std::size_t i = 0; i != 8; ++i) state[i] += v[i];
}

/// Some blocks. Nothing of them is left on the stack: they may be a key.
constexpr void compress_portably(sha256_state& state, const char* blocks, std::size_t count) noexcept {
    sha256_words w{};
    for (; count != 0; --count, blocks += sha256_block_size) {
        for (std::size_t i = 0; i != 16; ++i) w[i] = load_be<std::uint32_t>(blocks + 4 * i);
        compress_words(state, w);
    }
    wipe_array(w);
}

/// HMAC from the states after the two pads: the inner one goes on over some blocks and the padded end of the message;
/// what comes of that is the message of the outer one.
constexpr sha256_state authenticate_portably(const sha256_state& inner, const sha256_state& outer, const char* blocks,
                                             std::size_t count, const char* end, std::size_t end_count) noexcept {
    // Not taken by value: of what is passed so, compilers may leave a copy, and these are as good as the key.
    sha256_state state = inner;
    compress_portably(state, blocks, count);
    compress_portably(state, end, end_count);
    constexpr std::uint32_t bits = 8 * (sha256_block_size + 32);
    sha256_words w{state[0],   state[1], state[2], state[3], state[4], state[5], state[6], state[7],
                   0x80000000, 0,        0,        0,        0,        0,        0,        bits};
    state = outer;
    compress_words(state, w);
    return state;
}

}  // namespace hubwire::crypto::detail

#endif
