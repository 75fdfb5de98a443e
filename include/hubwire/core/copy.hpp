#ifndef HUBWIRE_CORE_COPY_HPP
#define HUBWIRE_CORE_COPY_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/word.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace hubwire::detail {

/// Copies the first and the last N bytes of n, N <= n <= 2 N: two moves that may overlap, and no branch on n.
template <std::size_t N>
HUBWIRE_ALWAYS_INLINE void copy_both_ends(char* to, const char* from, std::size_t n) noexcept {
    std::memcpy(to, from, N);
    std::memcpy(to + (n - N), from + (n - N), N);
}

/// memcpy for constant expressions too. The fields of a packet are mostly short: up to 64 bytes go in a few moves,
/// where a call would cost more than the copy. Null pointers are welcome when n is 0 (an empty view may hold one).
HUBWIRE_ALWAYS_INLINE constexpr void copy(char* to, const char* from, std::size_t n) noexcept {
    // coverage: off, for constant expressions and for -Os; copy.test.cpp has the first, a build with -Os the second
    if (std::is_constant_evaluated()) {
        for (std::size_t i = 0; i != n; ++i) to[i] = from[i];
        return;
    }
    if constexpr (optimize_for_size) {
        if (n != 0) std::memcpy(to, from, n);
        return;
    }
    // coverage: on
    if (n > 64) {
        std::memcpy(to, from, n);
    } else if (n > 32) {
        copy_both_ends<32>(to, from, n);
    } else if (n >= 16) {
        copy_both_ends<16>(to, from, n);
    } else if (n >= 8) {
        copy_both_ends<8>(to, from, n);
    } else if (n >= 4) {
        copy_both_ends<4>(to, from, n);
    } else if (n != 0) {  // 1 to 3 bytes: first, middle and last, some of them twice
        to[0] = from[0];
        to[n / 2] = from[n / 2];
        to[n - 1] = from[n - 1];
    }
}

/// The same, and whether nothing of what was copied is refused by a kind of text: each byte is loaded once for both.
template <class Kind>
HUBWIRE_ALWAYS_INLINE constexpr bool copy_text(char* to, const char* from, std::size_t n) noexcept {
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated() && n >= sizeof(block)) {
        return all_blocks_are_ascii(n, [&]<class Block>(std::size_t at, Block b) HUBWIRE_INLINE_LAMBDA {
            std::memcpy(&b, from + at, sizeof b);
            std::memcpy(to + at, &b, sizeof b);
            return Kind::refused(b);
        });
    }
#endif
    if (!std::is_constant_evaluated() && n <= 2 * word_size) {
        const auto copy_ends = [to, from, n]<class U>(U) HUBWIRE_INLINE_LAMBDA {
            U first = 0;
            U last = 0;
            std::memcpy(&first, from, sizeof first);
            std::memcpy(&last, from + (n - sizeof last), sizeof last);
            std::memcpy(to, &first, sizeof first);
            std::memcpy(to + (n - sizeof last), &last, sizeof last);
            return std::array<word, 2>{first, last};
        };
        if (n >= 8) {
            const auto ends = copy_ends(std::uint64_t{});
            return (Kind::refused(ends[0]) | Kind::refused(ends[1])) == 0;
        }
        if (n >= 4) {
            const auto ends = copy_ends(std::uint32_t{});
            return Kind::refused(ends[0] | ends[1] << 32) == 0;
        }
    }
    copy(to, from, n);
    return all_words_pass(from, n, [](word w) { return Kind::refused(w); });
}

/// memmove for constant expressions too, towards higher addresses: the two places may overlap.
constexpr void move_up(char* to, const char* from, std::size_t n) noexcept {
    // coverage: off, for constant expressions; writer.test.cpp has it
    if (std::is_constant_evaluated()) {
        while (n-- != 0) to[n] = from[n];
        return;
    }
    // coverage: on
    if (n != 0) std::memmove(to, from, n);
}

/// The same, towards lower addresses.
constexpr void move_down(char* to, const char* from, std::size_t n) noexcept {
    // coverage: off, for constant expressions; stream_reader.test.cpp has it
    if (std::is_constant_evaluated()) {
        for (std::size_t i = 0; i != n; ++i) to[i] = from[i];
        return;
    }
    // coverage: on
    if (n != 0) std::memmove(to, from, n);
}

}  // namespace hubwire::detail

#endif
