#ifndef HUBWIRE_CRYPTO_SHA256_X86_HPP
#define HUBWIRE_CRYPTO_SHA256_X86_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/x86.hpp>
#include <hubwire/crypto/sha256_portable.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

/// The same by the SHA instructions of x86-64, which a processor has or has not.
///
/// These are the compilers' own names for the instructions, as g++ and clang share them: <immintrin.h> would cost every
/// program that includes this forty thousand lines.
#if defined(HUBWIRE_HAS_X86_LEVELS)

// coverage: off, the processor that counts may not have them; where it has, sha256.test.cpp compares

namespace hubwire::crypto::detail {

using namespace hubwire::detail;

// clang-format off
#define HUBWIRE_SHA_X86 [[gnu::target("sha,sse4.1,ssse3")]]
#define HUBWIRE_SHA_X86_INLINE [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline
// clang-format on

using x86_signed_words [[gnu::vector_size(16)]] = int;

HUBWIRE_SHA_X86_INLINE x86_words x86_load(const void* from) noexcept {
    x86_words words;
    std::memcpy(&words, from, sizeof words);
    return words;
}

HUBWIRE_SHA_X86_INLINE x86_words x86_swap_bytes(x86_words words) noexcept {
    const auto bytes = reinterpret_cast<x86_bytes>(words);
    return reinterpret_cast<x86_words>(
        __builtin_shufflevector(bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
}

/// The state, in the order that the instructions want: from the highest lane on a, b, e, f, and c, d, g, h.
struct x86_state {
    x86_words abef;
    x86_words cdgh;
};

HUBWIRE_SHA_X86_INLINE x86_state x86_load_state(const sha256_state& state) noexcept {
    const x86_words abcd = x86_load(state.data());
    const x86_words efgh = x86_load(state.data() + 4);
    return {__builtin_shufflevector(abcd, efgh, 5, 4, 1, 0), __builtin_shufflevector(abcd, efgh, 7, 6, 3, 2)};
}
HUBWIRE_SHA_X86_INLINE x86_words x86_abcd(const x86_state& s) noexcept {
    return __builtin_shufflevector(s.abef, s.cdgh, 3, 2, 7, 6);
}
HUBWIRE_SHA_X86_INLINE x86_words x86_efgh(const x86_state& s) noexcept {
    return __builtin_shufflevector(s.abef, s.cdgh, 1, 0, 5, 4);
}
HUBWIRE_SHA_X86_INLINE void x86_store_state(sha256_state& state, const x86_state& s) noexcept {
    const x86_words words[] = {x86_abcd(s), x86_efgh(s)};
    std::memcpy(&state, words, sizeof state);
}

/// Two rounds, with the two lower words; the state before the last two rounds is the older one.
HUBWIRE_SHA_X86_INLINE x86_words x86_two_rounds(x86_words older, x86_words newer, x86_words words) noexcept {
    return reinterpret_cast<x86_words>(__builtin_ia32_sha256rnds2(reinterpret_cast<x86_signed_words>(older),
                                                                  reinterpret_cast<x86_signed_words>(newer),
                                                                  reinterpret_cast<x86_signed_words>(words)));
}

/// Rounds 4 * Group to 4 * Group + 3.
template <std::size_t Group>
HUBWIRE_SHA_X86_INLINE void x86_four_rounds(x86_state& s, x86_words words) noexcept {
    words += x86_load(sha256_constants.data() + 4 * Group);
    s.cdgh = x86_two_rounds(s.cdgh, s.abef, words);
    s.abef = x86_two_rounds(s.abef, s.cdgh, __builtin_shufflevector(words, words, 2, 3, 2, 3));
}

/// The four words that come sixteen after the first of the given ones.
HUBWIRE_SHA_X86_INLINE x86_words x86_expand(x86_words w0, x86_words w4, x86_words w8, x86_words w12) noexcept {
    const auto first = reinterpret_cast<x86_words>(
        __builtin_ia32_sha256msg1(reinterpret_cast<x86_signed_words>(w0), reinterpret_cast<x86_signed_words>(w4)));
    const x86_words sum = first + __builtin_shufflevector(w8, w12, 1, 2, 3, 4);
    return reinterpret_cast<x86_words>(
        __builtin_ia32_sha256msg2(reinterpret_cast<x86_signed_words>(sum), reinterpret_cast<x86_signed_words>(w12)));
}

/// Sixteen rounds from the second sixteen on, each four with words that are made of the sixteen before.
template <std::size_t Group>
HUBWIRE_SHA_X86_INLINE void x86_sixteen_rounds(x86_state& s, x86_words& w0, x86_words& w4, x86_words& w8,
                                               x86_words& w12) noexcept {
    w0 = x86_expand(w0, w4, w8, w12);
    x86_four_rounds<Group>(s, w0);
    w4 = x86_expand(w4, w8, w12, w0);
    x86_four_rounds<Group + 1>(s, w4);
    w8 = x86_expand(w8, w12, w0, w4);
    x86_four_rounds<Group + 2>(s, w8);
    w12 = x86_expand(w12, w0, w4, w8);
    x86_four_rounds<Group + 3>(s, w12);
}

HUBWIRE_SHA_X86_INLINE void x86_compress_words(x86_state& state, x86_words w0, x86_words w4, x86_words w8,
                                               x86_words w12) noexcept {
    x86_state s = state;
    x86_four_rounds<0>(s, w0);
    x86_four_rounds<1>(s, w4);
    x86_four_rounds<2>(s, w8);
    x86_four_rounds<3>(s, w12);
    x86_sixteen_rounds<4>(s, w0, w4, w8, w12);
    x86_sixteen_rounds<8>(s, w0, w4, w8, w12);
    x86_sixteen_rounds<12>(s, w0, w4, w8, w12);
    state.abef += s.abef;
    state.cdgh += s.cdgh;
}

HUBWIRE_SHA_X86_INLINE void x86_compress(x86_state& s, const char* blocks, std::size_t count) noexcept {
    for (; count != 0; --count, blocks += sha256_block_size)
        x86_compress_words(s, x86_swap_bytes(x86_load(blocks)), x86_swap_bytes(x86_load(blocks + 16)),
                           x86_swap_bytes(x86_load(blocks + 32)), x86_swap_bytes(x86_load(blocks + 48)));
}

/// As compress_portably. Pre: x86_has(x86_level::sha).
HUBWIRE_SHA_X86 inline void compress_x86(sha256_state& state, const char* blocks, std::size_t count) noexcept {
    x86_state s = x86_load_state(state);
    x86_compress(s, blocks, count);
    x86_store_state(state, s);
}

/// As authenticate_portably; everything stays in registers. Pre: x86_has(x86_level::sha).
HUBWIRE_SHA_X86 inline sha256_state authenticate_x86(const sha256_state& inner, const sha256_state& outer,
                                                     const char* blocks, std::size_t count, const char* end,
                                                     std::size_t end_count) noexcept {
    x86_state s = x86_load_state(inner);
    x86_compress(s, blocks, count);
    x86_compress(s, end, end_count);
    x86_state o = x86_load_state(outer);
    constexpr std::uint32_t bits = 8 * (sha256_block_size + 32);
    x86_compress_words(o, x86_abcd(s), x86_efgh(s), x86_words{0x80000000, 0, 0, 0}, x86_words{0, 0, 0, bits});
    sha256_state mac;
    x86_store_state(mac, o);
    return mac;
}

#undef HUBWIRE_SHA_X86
#undef HUBWIRE_SHA_X86_INLINE

}  // namespace hubwire::crypto::detail

// coverage: on

#endif

#endif
