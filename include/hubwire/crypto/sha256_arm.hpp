#ifndef HUBWIRE_CRYPTO_SHA256_ARM_HPP
#define HUBWIRE_CRYPTO_SHA256_ARM_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/crypto/sha256_portable.hpp>

#include <cstddef>
#include <cstdint>

/// The same by the SHA instructions of Armv8, for programs that are compiled for processors that have them.
#if defined(HUBWIRE_HAS_SHA_ARM)

#include <arm_neon.h>

// coverage: off, of another machine than the one that counts

namespace hubwire::crypto::detail {

struct arm_state {
    uint32x4_t abcd;
    uint32x4_t efgh;
};

HUBWIRE_ALWAYS_INLINE uint32x4_t arm_load_words(const char* from) noexcept {
    return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(reinterpret_cast<const std::uint8_t*>(from))));
}

HUBWIRE_ALWAYS_INLINE void arm_four_rounds(arm_state& s, uint32x4_t words, const std::uint32_t* constants) noexcept {
    const uint32x4_t sum = vaddq_u32(words, vld1q_u32(constants));
    const uint32x4_t abcd = s.abcd;
    s.abcd = vsha256hq_u32(abcd, s.efgh, sum);
    s.efgh = vsha256h2q_u32(s.efgh, abcd, sum);
}

/// The four words that come sixteen after the first of the given ones.
HUBWIRE_ALWAYS_INLINE uint32x4_t arm_expand(uint32x4_t w0, uint32x4_t w4, uint32x4_t w8, uint32x4_t w12) noexcept {
    return vsha256su1q_u32(vsha256su0q_u32(w0, w4), w8, w12);
}

HUBWIRE_ALWAYS_INLINE void arm_compress_words(arm_state& state, uint32x4_t w0, uint32x4_t w4, uint32x4_t w8,
                                              uint32x4_t w12) noexcept {
    arm_state s = state;
    const std::uint32_t* constants = sha256_constants.data();
    arm_four_rounds(s, w0, constants);
    arm_four_rounds(s, w4, constants + 4);
    arm_four_rounds(s, w8, constants + 8);
    arm_four_rounds(s, w12, constants + 12);
    for (std::size_t round = 16; round != 64; round += 16) {
        w0 = arm_expand(w0, w4, w8, w12);
        arm_four_rounds(s, w0, constants + round);
        w4 = arm_expand(w4, w8, w12, w0);
        arm_four_rounds(s, w4, constants + round + 4);
        w8 = arm_expand(w8, w12, w0, w4);
        arm_four_rounds(s, w8, constants + round + 8);
        w12 = arm_expand(w12, w0, w4, w8);
        arm_four_rounds(s, w12, constants + round + 12);
    }
    state = {vaddq_u32(state.abcd, s.abcd), vaddq_u32(state.efgh, s.efgh)};
}

HUBWIRE_ALWAYS_INLINE void arm_compress(arm_state& s, const char* blocks, std::size_t count) noexcept {
    for (; count != 0; --count, blocks += sha256_block_size)
        arm_compress_words(s, arm_load_words(blocks), arm_load_words(blocks + 16), arm_load_words(blocks + 32),
                           arm_load_words(blocks + 48));
}

HUBWIRE_ALWAYS_INLINE arm_state arm_load_state(const sha256_state& state) noexcept {
    return {vld1q_u32(state.data()), vld1q_u32(state.data() + 4)};
}
HUBWIRE_ALWAYS_INLINE void arm_store_state(sha256_state& state, const arm_state& s) noexcept {
    vst1q_u32(state.data(), s.abcd);
    vst1q_u32(state.data() + 4, s.efgh);
}

/// As compress_portably.
inline void compress_arm(sha256_state& state, const char* blocks, std::size_t count) noexcept {
    arm_state s = arm_load_state(state);
    arm_compress(s, blocks, count);
    arm_store_state(state, s);
}

/// As authenticate_portably; everything stays in registers.
inline sha256_state authenticate_arm(const sha256_state& inner, const sha256_state& outer, const char* blocks,
                                     std::size_t count, const char* end, std::size_t end_count) noexcept {
    arm_state s = arm_load_state(inner);
    arm_compress(s, blocks, count);
    arm_compress(s, end, end_count);
    arm_state o = arm_load_state(outer);
    constexpr std::uint32_t bits = 8 * (sha256_block_size + 32);
    arm_compress_words(o, s.abcd, s.efgh, vsetq_lane_u32(0x80000000, vdupq_n_u32(0), 0),
                       vsetq_lane_u32(bits, vdupq_n_u32(0), 3));
    sha256_state mac;
    arm_store_state(mac, o);
    return mac;
}

}  // namespace hubwire::crypto::detail

// coverage: on

#endif

#endif
