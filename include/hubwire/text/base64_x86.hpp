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
using x86_halves [[gnu::vector_size(16)]] = std::uint16_t;

/// Where the second, first, third and second byte of each group are, if the groups begin at some byte. What is behind
/// the sixteenth is a zero.
HUBWIRE_SSSE3_INLINE x86_bytes x86_groups_from(std::size_t begin) noexcept {
    constexpr x86_sextets from_0 = {1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10};
    const x86_sextets places = from_0 + static_cast<signed char>(begin);
    return reinterpret_cast<x86_bytes>(places | (places > 15));
}

/// Sixteen characters of the four groups that the order picks of sixteen bytes.
HUBWIRE_SSSE3_INLINE void x86_store_base64(char* to, const char* from, x86_bytes order) noexcept {
    x86_bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    const auto groups = reinterpret_cast<x86_words>(__builtin_ia32_pshufb128(bytes, order));
    // Two sextets to a half, of which the upper lies as in the text already, but for the order of the two.
    constexpr x86_words times = {0x0100'0010, 0x0100'0010, 0x0100'0010, 0x0100'0010};
    const auto odd = reinterpret_cast<x86_halves>(groups & 0x003F'03F0) * reinterpret_cast<x86_halves>(times);
    const x86_words even = (groups >> 10 & 0x3F) | (groups >> 6 & 0x3F'0000);
    const auto sextets = reinterpret_cast<x86_sextets>(even | reinterpret_cast<x86_words>(odd));
    // What is added to a sextet depends on the run of the alphabet that it is in: the place in a table is 0 for small
    // letters, 1 to 10 for digits, 11 and 12 for what comes behind them, and 13 for capital letters.
    const x86_sextets place = ((sextets - 51) & (sextets > 51)) | ((sextets < 26) & 13);
    constexpr x86_sextets added = {'a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                   '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A',      0,        0};
    const auto characters = sextets + reinterpret_cast<x86_sextets>(__builtin_ia32_pshufb128(
                                          reinterpret_cast<x86_bytes>(added), reinterpret_cast<x86_bytes>(place)));
    std::memcpy(to, &characters, sizeof characters);
}

/// As write_base64. Pre: x86_has(x86_level::ssse3), and at least sixteen bytes.
HUBWIRE_SSSE3 inline void write_base64_x86(char* to, std::size_t to_size, const char* from, std::size_t size) noexcept {
    const std::size_t padding = to_size / 4 * 3 - size;
    const char* const end = from + size;
    char* const to_end = to + to_size;
    const x86_bytes order = x86_groups_from(0);
    for (; end - from >= 16; from += 12, to += 16) x86_store_base64(to, from, order);
    // What is left is less than sixteen bytes, and lies in the last sixteen: four groups that end where the text does,
    // and another four before them if there are more.
    if (to_end - to > 16) x86_store_base64(to, end - 16, x86_groups_from(static_cast<std::size_t>(from - (end - 16))));
    x86_store_base64(to_end - 16, end - 16, x86_groups_from(4 + padding));
    if (padding != 0) to_end[-1] = '=';
    if (padding == 2) to_end[-2] = '=';
}

/// Twelve bytes of sixteen characters; a byte other than 0 for each of them that is not of the alphabet.
HUBWIRE_SSSE3_INLINE x86_bytes x86_load_base64(char* to, const char* from) noexcept {
    x86_words characters;
    std::memcpy(&characters, from, sizeof characters);
    const auto lower = reinterpret_cast<x86_bytes>(characters & 0x0F0F'0F0F);
    const auto upper = reinterpret_cast<x86_bytes>(characters >> 4 & 0x0F0F'0F0F);
    // A character is looked up by either half. The upper one says which kind of row of ASCII it is in: a bit for that
    // with + and /, for digits, for the first letters, for the last, and for those with nothing of the alphabet; the
    // lower one, in which of these rows it is refused.
    constexpr x86_bytes row = {16, 16, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16};
    constexpr x86_bytes refused_in = {21, 17, 17, 17, 17, 17, 17, 17, 17, 17, 19, 26, 27, 27, 27, 26};
    const x86_bytes refused = __builtin_ia32_pshufb128(row, upper) & __builtin_ia32_pshufb128(refused_in, lower);
    // So does what is added to make a sextet of it, but for the slash, which has the place before its row.
    constexpr x86_sextets added = {0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a'};
    const auto is_slash = reinterpret_cast<x86_bytes>(reinterpret_cast<x86_bytes>(characters) == '/');
    const auto sextets =
        reinterpret_cast<x86_words>(reinterpret_cast<x86_bytes>(characters) +
                                    __builtin_ia32_pshufb128(reinterpret_cast<x86_bytes>(added), upper + is_slash));
    const x86_words groups =
        sextets << 18 | (sextets << 4 & 0x3'F000) | (sextets >> 10 & 0xFC0) | sextets >> 24;  // 24 bits, and others
    constexpr x86_sextets order = {2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1};
    const x86_bytes bytes =
        __builtin_ia32_pshufb128(reinterpret_cast<x86_bytes>(groups), reinterpret_cast<x86_bytes>(order));
    std::memcpy(to, &bytes, 12);
    return refused;
}

/// The bytes of whole groups without padding; whether all of the text is of the alphabet. Pre:
/// x86_has(x86_level::ssse3), and a multiple of four characters, of which there are at least sixteen.
HUBWIRE_SSSE3 inline bool read_base64_x86(char* to, const char* from, std::size_t size) noexcept {
    const char* const last = from + (size - 16);  // sixteen that may overlap those before
    char* const to_last = to + (size - 16) / 4 * 3;
    x86_bytes refused = x86_load_base64(to_last, last);
    for (; from < last; from += 16, to += 12) refused |= x86_load_base64(to, from);
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
