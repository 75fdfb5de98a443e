#ifndef HUBWIRE_CORE_WORD_HPP
#define HUBWIRE_CORE_WORD_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/endian.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

/// Looking at eight bytes of text at once, in an ordinary register. A mask has the top bit of a byte set where the byte
/// has the property asked for; the first byte in memory is the lowest one, on every machine.
namespace hubwire::detail {

using word = std::uint64_t;
inline constexpr std::size_t word_size = sizeof(word);

HUBWIRE_ALWAYS_INLINE constexpr word every_byte(unsigned char value) noexcept { return 0x0101010101010101u * value; }

/// The next eight bytes. Pre: they exist.
HUBWIRE_ALWAYS_INLINE constexpr word load_word(const char* from) noexcept { return load_le<word>(from); }

/// Bytes of 128 and more.
HUBWIRE_ALWAYS_INLINE constexpr word non_ascii_bytes(word w) noexcept { return w & every_byte(0x80); }

/// Bytes that are 0 or not ASCII. Exact up to and including the first one; above it, a byte of 1 may show as well.
HUBWIRE_ALWAYS_INLINE constexpr word nul_or_non_ascii_bytes(word w) noexcept {
    return ((w - every_byte(1)) | w) & every_byte(0x80);
}

/// How many bytes come before the first one in the mask. Pre: the mask is not 0.
HUBWIRE_ALWAYS_INLINE constexpr std::size_t first_byte(word mask) noexcept {
    return static_cast<std::size_t>(std::countr_zero(mask)) / 8;
}

}  // namespace hubwire::detail

#endif
