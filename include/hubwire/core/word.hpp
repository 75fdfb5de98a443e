#ifndef HUBWIRE_CORE_WORD_HPP
#define HUBWIRE_CORE_WORD_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/endian.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

/// Looking at eight bytes of text at once, in an ordinary register. A mask has the top bit of a byte set where the byte
/// has the property asked for; the first byte in memory is the lowest one, on every machine.
namespace hubwire::detail {

using word = std::uint64_t;
inline constexpr std::size_t word_size = sizeof(word);

template <unsigned char Value>
inline constexpr word every_byte = 0x0101010101010101u * Value;

/// The next eight bytes. Pre: they exist. (g++ makes one load of the portable form as well, unless the word is part of
/// a larger expression of its kind.)
HUBWIRE_ALWAYS_INLINE constexpr word load_word(const char* from) noexcept {
    if (std::is_constant_evaluated() || std::endian::native != std::endian::little) return load_le<word>(from);
    word w = 0;
    std::memcpy(&w, from, sizeof w);
    return w;
}

/// Bytes of 128 and more.
HUBWIRE_ALWAYS_INLINE constexpr word non_ascii_bytes(word w) noexcept { return w & every_byte<0x80>; }

/// Bytes that are 0 or not ASCII. Exact up to and including the first one; above it, a byte of 1 may show as well.
HUBWIRE_ALWAYS_INLINE constexpr word nul_or_non_ascii_bytes(word w) noexcept {
    return ((w - every_byte<1>) | w) & every_byte<0x80>;
}

/// Bytes equal to an ASCII character. Exact up to and including the first one, as above; a byte that is not ASCII may
/// show as well.
template <char Ascii>
HUBWIRE_ALWAYS_INLINE constexpr word bytes_equal_to(word w) noexcept {
    return ((w ^ every_byte<static_cast<unsigned char>(Ascii)>)-every_byte<1>)&every_byte<0x80>;
}

/// What no byte of an ASCII text has. (Passes over bytes take such a kind of text: what it refuses, in words and
/// blocks.)
struct ascii_text {
    static constexpr word refused(word w) noexcept { return non_ascii_bytes(w); }
#if defined(HUBWIRE_HAS_BLOCKS)
    template <class Block>
    static Block refused(Block b) noexcept {
        return b;
    }
#endif
};

/// Whether the mask that is made of a word is 0 for all words of the text. Looks at some bytes twice, and at a text of
/// less than eight bytes as a word made of its bytes, and of letters, which have to pass.
template <class MaskOf>
HUBWIRE_ALWAYS_INLINE constexpr bool all_words_pass(const char* text, std::size_t size, MaskOf mask_of) noexcept {
    if (size >= word_size) {
        for (std::size_t at = 0; size - at > word_size; at += word_size) {
            if (mask_of(load_word(text + at)) != 0) return false;
        }
        return mask_of(load_word(text + (size - word_size))) == 0;
    }
    if (size >= 4) {
        const word halves = load_le<std::uint32_t>(text) | word{load_le<std::uint32_t>(text + (size - 4))} << 32;
        return mask_of(halves) == 0;
    }
    if (size == 0) return true;
    const auto byte = [text](std::size_t at) { return std::uint32_t{static_cast<unsigned char>(text[at])}; };
    const std::uint32_t all_three = byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16;
    return mask_of(all_three | 0x6161'6161'6100'0000u) == 0;
}

#if defined(HUBWIRE_HAS_BLOCKS)
/// Calls visit(at, Block{}) for each block of a text that has at least one of them, for some bytes twice, and returns
/// whether no byte of the blocks that it returns has its top bit set.
template <class Block, class Visit>
HUBWIRE_ALWAYS_INLINE bool all_blocks_are_ascii(std::size_t size, Visit visit) noexcept {
    Block seen = visit(size - sizeof(Block), Block{});
    for (std::size_t at = 0; at < size - sizeof(Block); at += sizeof(Block)) seen |= visit(at, Block{});
    return top_bits(seen) == 0;
}
template <class Visit>
HUBWIRE_ALWAYS_INLINE bool all_blocks_are_ascii(std::size_t size, Visit visit) noexcept {
    // coverage: off, for another machine than the compiler is told of
    if constexpr (sizeof(wide_block) > sizeof(block)) {
        if (size >= sizeof(wide_block)) return all_blocks_are_ascii<wide_block>(size, visit);
    }
    // coverage: on
    return all_blocks_are_ascii<block>(size, visit);
}

/// As all_words_pass, for a text of at least one block.
template <class MaskOf>
HUBWIRE_ALWAYS_INLINE bool all_blocks_pass(const char* text, std::size_t size, MaskOf mask_of) noexcept {
    return all_blocks_are_ascii(size, [&]<class Block>(std::size_t at, Block b) HUBWIRE_INLINE_LAMBDA {
        std::memcpy(&b, text + at, sizeof b);
        return static_cast<Block>(mask_of(b));
    });
}
#endif

#if defined(HUBWIRE_HAS_BLOCK_MASKS)
/// A window: the bytes of a text from `begin` on, as many as there are, but not more than fit a mask, nor less than
/// make two halves, which overlap if they are less than that. At the end of a text it begins before what is looked for.
struct window {
    static constexpr std::size_t least = 32;
    static constexpr std::size_t most = 64;

    /// That for the bytes from `at` on. Pre: the text has the least, and at < size.
    HUBWIRE_ALWAYS_INLINE static constexpr window of(const char* text, std::size_t size, std::size_t at) noexcept {
        const std::size_t bytes = size < most ? size : most;
        const std::size_t begin = size - at < bytes ? size - bytes : at;
        return {.begin = text + begin, .size = bytes, .passed = at - begin};
    }

    /// Of each byte that is still to be looked at, whether a bit of a block says something of it, as a number with the
    /// bit of the first one lowest.
    template <class BlockOf>
    HUBWIRE_ALWAYS_INLINE std::uint64_t mask(BlockOf block_of) const noexcept {
        const auto half = [&](const char* from) HUBWIRE_INLINE_LAMBDA {
            std::uint64_t bits = 0;
            for (std::size_t i = 0; i != least; i += sizeof(wide_block)) {
                wide_block b;
                std::memcpy(&b, from + i, sizeof b);
                bits |= std::uint64_t{top_bits(block_of(b))} << i;
            }
            return bits;
        };
        const std::size_t last = size - least;
        return (half(begin) | half(begin + last) << last) >> passed;
    }
    HUBWIRE_ALWAYS_INLINE std::uint64_t equal_to(unsigned char c) const noexcept {
        return mask([c](wide_block b) HUBWIRE_INLINE_LAMBDA { return static_cast<wide_block>(b == c); });
    }

    const char* begin;
    std::size_t size;
    std::size_t passed;  // of its bytes, those that were looked at before
};
#endif

/// The top bits of the first n bytes. (Not by a shift: one of a word by a number that is not known is a call on a
/// Cortex-M0.)
inline constexpr word top_bits_of_first[word_size] = {
    0, 0x80, 0x8080, 0x80'8080, 0x8080'8080, 0x80'8080'8080, 0x8080'8080'8080, 0x80'8080'8080'8080};

/// Whether a text is seen at a glance to be ASCII: if not, it may be so all the same, if it is long, or lies at the
/// very end of what can be read, of which so many bytes begin with the text.
HUBWIRE_ALWAYS_INLINE constexpr bool is_ascii_at_a_glance(const char* text, std::size_t size,
                                                          std::size_t readable) noexcept {
    if (size < word_size) {
        if (readable < word_size) [[unlikely]]
            return false;
        return (load_word(text) & top_bits_of_first[size]) == 0;
    }
    if (size <= 2 * word_size) return non_ascii_bytes(load_word(text) | load_word(text + (size - word_size))) == 0;
#if defined(HUBWIRE_HAS_BLOCKS)
    if (std::is_constant_evaluated() || size > 4 * sizeof(block)) return false;
    const auto load = [text](std::size_t at) HUBWIRE_INLINE_LAMBDA {
        block b;
        std::memcpy(&b, text + at, sizeof b);
        return b;
    };
    block seen = load(0) | load(size - sizeof(block));
    if (size > 2 * sizeof(block)) seen |= load(sizeof(block)) | load(size - 2 * sizeof(block));
    return top_bits(seen) == 0;
// coverage: off, for other machines than the one that counts
#else
    return false;
#endif
    // coverage: on
}

/// How many bytes come before the first one in the mask. Pre: the mask is not 0.
HUBWIRE_ALWAYS_INLINE constexpr std::size_t first_byte(word mask) noexcept {
    return static_cast<std::size_t>(std::countr_zero(mask)) / 8;
}

}  // namespace hubwire::detail

#endif
