#ifndef HUBWIRE_TEXT_BASE64_X86_HPP
#define HUBWIRE_TEXT_BASE64_X86_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/x86.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

/// Base64 by the shuffle of SSSE3, which nearly each x86-64 has: it puts any byte anywhere, and looks up sixteen bytes
/// in a table at once.
#if defined(HUBWIRE_HAS_X86_LEVELS)

// coverage: off, the processor that counts may not have it; where it has, base64.test.cpp compares

namespace hubwire::text::detail {

using namespace hubwire::detail;

// clang-format off
#define HUBWIRE_SSSE3 [[gnu::target("ssse3")]]
#define HUBWIRE_SSSE3_INLINE [[gnu::target("ssse3"), gnu::always_inline]] inline
// clang-format on

using x86_sextets [[gnu::vector_size(16)]] = signed char;  // which compare as well as numbers with a sign
using x86_octets [[gnu::vector_size(16)]] = unsigned char;
using x86_halves [[gnu::vector_size(16)]] = std::uint16_t;
using x86_signed_halves [[gnu::vector_size(16)]] = short;  // as the builtins have even those without a sign

/// Where the second, first, third and second byte of each group are, if the groups begin at some byte. What is behind
/// the sixteenth gives a zero: of a place the shuffle takes the upper bit for that, and the lower four.
HUBWIRE_SSSE3_INLINE x86_bytes x86_groups_from(std::size_t begin) noexcept {
    constexpr x86_octets from_0 = {0x71, 0x70, 0x72, 0x71, 0x74, 0x73, 0x75, 0x74,
                                   0x77, 0x76, 0x78, 0x77, 0x7A, 0x79, 0x7B, 0x7A};
    return reinterpret_cast<x86_bytes>(from_0 + static_cast<unsigned char>(begin));
}

/// Sixteen characters of the four groups that the order picks of sixteen bytes.
HUBWIRE_SSSE3_INLINE void x86_store_base64(char* to, const char* from, x86_bytes order) noexcept {
    x86_bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    const auto groups = reinterpret_cast<x86_words>(__builtin_ia32_pshufb128(bytes, order));
    // Two sextets of each group at a time move to where they belong, by products: one for its upper half, one for its
    // lower.
    constexpr x86_words down = {0x0400'0040, 0x0400'0040, 0x0400'0040, 0x0400'0040};
    constexpr x86_words up = {0x0100'0010, 0x0100'0010, 0x0100'0010, 0x0100'0010};
    const auto even = reinterpret_cast<x86_sextets>(__builtin_ia32_pmulhuw128(
        reinterpret_cast<x86_signed_halves>(groups & 0x0FC0'FC00), reinterpret_cast<x86_signed_halves>(down)));
    const auto odd = reinterpret_cast<x86_sextets>(reinterpret_cast<x86_halves>(groups & 0x003F'03F0) *
                                                   reinterpret_cast<x86_halves>(up));
    const x86_sextets sextets = even | odd;
    // What is added to a sextet depends on the run of the alphabet that it is in. The place in a table is 51 for
    // capital letters, 52 for small ones, and one more than the sextet for what follows, of which the shuffle takes
    // the lower four bits.
    const auto octets = reinterpret_cast<x86_octets>(sextets);
    const auto place = reinterpret_cast<x86_sextets>(octets > 51 ? octets : 51) - (sextets > 25);
    constexpr x86_sextets added = {'/' - 63, 0,        0,        'A',      'a' - 26, '0' - 52, '0' - 52, '0' - 52,
                                   '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62};
    const auto characters = sextets + reinterpret_cast<x86_sextets>(__builtin_ia32_pshufb128(
                                          reinterpret_cast<x86_bytes>(added), reinterpret_cast<x86_bytes>(place)));
    std::memcpy(to, &characters, sizeof characters);
}

/// As write_base64. Pre: x86_has(x86_level::ssse3), and at least sixteen bytes.
HUBWIRE_SSSE3 inline void write_base64_x86(char* to, std::size_t to_size, const char* from, std::size_t size) noexcept {
    const std::size_t padding = to_size / 4 * 3 - size;
    const char* const last = from + (size - 16);
    char* const to_last = to + (to_size - 16);
    const x86_bytes order = x86_groups_from(0);
    do {
        x86_store_base64(to, from, order);
        from += 12;
        to += 16;
    } while (from <= last);
    // What is left is less than sixteen bytes, and lies in the last sixteen: four groups that end where the text does,
    // and another four before them if there are more.
    if (to < to_last) x86_store_base64(to, last, x86_groups_from(static_cast<std::size_t>(from - last)));
    x86_store_base64(to_last, last, x86_groups_from(4 + padding));
    if (padding != 0) to_last[15] = '=';
    if (padding == 2) to_last[14] = '=';
}

/// Twelve bytes of sixteen characters, and zeros behind them. A byte of `any_refused` becomes other than 0 for each
/// that is not of the alphabet.
HUBWIRE_SSSE3_INLINE x86_bytes x86_load_base64(const char* from, x86_bytes& any_refused) noexcept {
    x86_words characters;
    std::memcpy(&characters, from, sizeof characters);
    const auto lower = reinterpret_cast<x86_bytes>(characters & 0x0F0F'0F0F);
    const auto upper = reinterpret_cast<x86_bytes>(characters >> 4 & 0x0F0F'0F0F);
    // A character is looked up by either half. The upper one says which kind of row of ASCII it is in: a bit for that
    // with + and /, for digits, for the first letters, for the last, and for those with nothing of the alphabet; the
    // lower one, in which of these rows it is refused.
    constexpr x86_bytes row = {16, 16, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16};
    constexpr x86_bytes refused_in = {21, 17, 17, 17, 17, 17, 17, 17, 17, 17, 19, 26, 27, 27, 27, 26};
    any_refused |= __builtin_ia32_pshufb128(row, upper) & __builtin_ia32_pshufb128(refused_in, lower);
    // So does what is added to make a sextet of it, but for the slash, which has the place before its row.
    constexpr x86_sextets added = {0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a'};
    const auto is_slash = reinterpret_cast<x86_bytes>(reinterpret_cast<x86_bytes>(characters) == '/');
    const auto sextets = reinterpret_cast<x86_bytes>(characters) +
                         __builtin_ia32_pshufb128(reinterpret_cast<x86_bytes>(added), upper + is_slash);
    // Neighbours are put together by products and their sums: two sextets, then two pairs.
    constexpr x86_words sextet_times = {0x0140'0140, 0x0140'0140, 0x0140'0140, 0x0140'0140};
    constexpr x86_words pair_times = {0x0001'1000, 0x0001'1000, 0x0001'1000, 0x0001'1000};
    const auto pairs = __builtin_ia32_pmaddubsw128(sextets, reinterpret_cast<x86_bytes>(sextet_times));
    const auto groups = __builtin_ia32_pmaddwd128(pairs, reinterpret_cast<x86_signed_halves>(pair_times));
    constexpr x86_sextets order = {2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1};
    return __builtin_ia32_pshufb128(reinterpret_cast<x86_bytes>(groups), reinterpret_cast<x86_bytes>(order));
}

/// The bytes of whole groups without padding; whether all of the text is of the alphabet. Pre:
/// x86_has(x86_level::ssse3), a multiple of four characters, of which there are at least sixteen, and room for one byte
/// more than they stand for.
HUBWIRE_SSSE3 inline bool read_base64_x86(char* to, const char* from, std::size_t size) noexcept {
    const char* const last = from + (size - 16);  // sixteen that may overlap those before
    char* const to_last = to + (size - 16) / 4 * 3;
    x86_bytes refused = {};
    for (; from < last; from += 16, to += 12) {
        const x86_bytes with_zeros = x86_load_base64(from, refused);  // over which the next are written
        std::memcpy(to, &with_zeros, sizeof with_zeros);
    }
    const x86_bytes decoded = x86_load_base64(last, refused);
    std::memcpy(to_last, &decoded, 12);
    std::uint64_t halves[2];
    std::memcpy(halves, &refused, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

#undef HUBWIRE_SSSE3
#undef HUBWIRE_SSSE3_INLINE

}  // namespace hubwire::text::detail

// coverage: on

#endif

#endif
