#ifndef HUBWIRE_TEXT_BASE64_HPP
#define HUBWIRE_TEXT_BASE64_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/core/x86.hpp>
#include <hubwire/text/base64_x86.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>

/// Base64 as in RFC 4648-4: three bytes are four characters, and padding fills up the last four. There is one text for
/// given bytes and no other: what is not padded, has anything between, or bits that stand for nothing, is refused, so
/// that a signature or a key cannot be written in two ways.
namespace hubwire::text {

namespace detail {

using namespace hubwire::detail;

inline constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::uint32_t no_sextet = 0xFFFF'FFFF;  // wherever it is among 24 bits, the top bit shows it

inline constexpr std::array<std::int8_t, 256> base64_sextets = [] {
    std::array<std::int8_t, 256> sextets{};
    for (auto& sextet : sextets) sextet = -1;
    for (std::size_t i = 0; i != base64_alphabet.size(); ++i)
        sextets[static_cast<unsigned char>(base64_alphabet[i])] = static_cast<std::int8_t>(i);
    return sextets;
}();

HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t base64_sextet(char c) noexcept {
    return static_cast<std::uint32_t>(std::int32_t{base64_sextets[static_cast<unsigned char>(c)]});
}

/// The four characters of 24 bits.
HUBWIRE_ALWAYS_INLINE constexpr void store_base64_group(char* to, std::uint32_t bits) noexcept {
    to[0] = base64_alphabet[bits >> 18];
    to[1] = base64_alphabet[bits >> 12 & 63];
    to[2] = base64_alphabet[bits >> 6 & 63];
    to[3] = base64_alphabet[bits & 63];
}

/// Pre: a machine can count so many.
HUBWIRE_ALWAYS_INLINE constexpr std::size_t base64_size(std::size_t n) noexcept { return (n + 2) / 3 * 4; }

#if defined(HUBWIRE_HAS_BLOCKS)
using block_of_words [[gnu::vector_size(16)]] = std::uint32_t;
using block_of_sextets [[gnu::vector_size(16)]] = signed char;  // which compare as well as numbers with a sign

/// Sixteen characters of twelve bytes, or of less, with as many zeros behind as there is padding; on a little-endian
/// machine. Each group becomes four sextets in the bytes of its lane, and their characters are found by comparison,
/// since the alphabet is five runs of ASCII.
HUBWIRE_ALWAYS_INLINE void store_base64_block(char* to, const char* from, std::size_t padding) noexcept {
    const auto load = [from](std::size_t at) { return load_le<std::uint32_t>(from + at); };
    // Three bytes each, and one that does not count, which is behind them, or before those of the last group.
    const block_of_words groups = {load(0), load(3), load(6), load(8 - padding) >> 8 * (1 + padding)};
    const block_of_words spread = (groups >> 2 & 0x3F) | (groups << 12 & 0x3000) | (groups >> 4 & 0xF00) |
                                  (groups << 10 & 0x3C'0000) | (groups >> 6 & 0x3'0000) | (groups << 8 & 0x3F00'0000);
    block_of_sextets sextets;
    std::memcpy(&sextets, &spread, sizeof sextets);
    const auto if_above = [&sextets](signed char bound, signed char offset) {
        return static_cast<block_of_sextets>(sextets > bound) & offset;
    };
    const block_of_sextets characters = sextets + 'A' + if_above(25, 'a' - 'Z' - 1) + if_above(51, '0' - 'z' - 1) +
                                        if_above(61, '+' - '9' - 1) + if_above(62, '/' - '+' - 1);
    std::memcpy(to, &characters, sizeof characters);
}

/// Block by block, of which the last ends where the text does, and may overlap the one before. Pre: at least twelve
/// bytes.
HUBWIRE_ALWAYS_INLINE void write_base64_blocks(char* to, std::size_t to_size, const char* from,
                                               std::size_t size) noexcept {
    const std::size_t padding = to_size / 4 * 3 - size;
    const char* const last = from + (size + padding - 12);
    char* const end = to + to_size;
    for (; from < last; from += 12, to += 16) store_base64_block(to, from, 0);
    store_base64_block(end - 16, last, padding);
    if (padding != 0) end[-1] = '=';
    if (padding == 2) end[-2] = '=';
}
#endif

/// As write_base64, by what any machine has.
constexpr void write_base64_anywhere(char* to, [[maybe_unused]] std::size_t to_size, const char* from,
                                     std::size_t size) noexcept {
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated() && std::endian::native == std::endian::little && size >= 12)
        return write_base64_blocks(to, to_size, from, size);
#endif
    const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(from[i])}; };
    for (; size >= 3; from += 3, to += 4, size -= 3) store_base64_group(to, byte(0) << 16 | byte(1) << 8 | byte(2));
    if (size == 0) return;
    store_base64_group(to, byte(0) << 16 | (size == 2 ? byte(1) << 8 : 0));
    to[3] = '=';
    if (size == 1) to[2] = '=';
}

/// Pre: to_size is how many characters so many bytes take, and there is room for them.
HUBWIRE_ALWAYS_INLINE constexpr void write_base64(char* to, std::size_t to_size, const char* from,
                                                  std::size_t size) noexcept {
#if defined(HUBWIRE_HAS_X86_LEVELS)
    if (!std::is_constant_evaluated() && size >= 16 && x86_has(x86_level::ssse3))
        return write_base64_x86(to, to_size, from, size);
#endif
    write_base64_anywhere(to, to_size, from, size);
}

/// What is wrong with a text, at the first character that cannot stand; errc::none if it is base64.
HUBWIRE_NEVER_INLINE constexpr error base64_fault(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at != text.size() && base64_sextet(text[at]) != no_sextet) ++at;
    const std::size_t left = text.size() - at;  // of which the first is no character of the alphabet
    const std::size_t place = at % 4;
    if (left == 0) return place == 0 ? error{} : error{.code = errc::base64_length, .offset = at};
    if (text[at] != '=') return {.code = errc::base64_character, .offset = at};
    if (place < 2) return {.code = errc::base64_padding, .offset = at};
    if (place == 2 && left == 1) return {.code = errc::base64_length, .offset = text.size()};
    if (place == 2 && text[at + 1] != '=') return {.code = errc::base64_padding, .offset = at + 1};
    if (left > 4 - place) return {.code = errc::base64_padding, .offset = at + 4 - place};
    const bool stray = (base64_sextet(text[at - 1]) & (place == 2 ? 15 : 3)) != 0;
    return stray ? error{.code = errc::base64_stray_bits, .offset = at - 1} : error{};
}

/// How many characters at the end are padding, if it is base64. Pre: the size is a multiple of four.
HUBWIRE_ALWAYS_INLINE constexpr std::size_t base64_padding_of(std::string_view text) noexcept {
    if (text.empty() || text[text.size() - 1] != '=') return 0;
    return text[text.size() - 2] == '=' ? 2 : 1;
}

/// Writes the bytes that the text stands for; whether it is base64 at all. Pre: a multiple of four characters, and room
/// for what base64_decoded_size says.
constexpr bool read_base64(char* to, std::string_view text) noexcept {
    if (text.empty()) return true;
    const auto group = [](std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
        return a << 18 | b << 12 | c << 6 | d;
    };
    std::uint32_t seen = 0;  // in any group
    const char* from = text.data();
    const char* const last = from + (text.size() - 4);
#if defined(HUBWIRE_HAS_X86_LEVELS)
    if (!std::is_constant_evaluated() && text.size() >= 20 && x86_has(x86_level::ssse3)) {
        if (!read_base64_x86(to, from, text.size() - 4)) return false;
        to += (text.size() - 4) / 4 * 3;
        from = last;
    }
#endif
    for (; from != last; from += 4, to += 3) {
        const std::uint32_t bits =
            group(base64_sextet(from[0]), base64_sextet(from[1]), base64_sextet(from[2]), base64_sextet(from[3]));
        seen |= bits;
        // With one byte more, which the next group writes again. (Were it not opaque, g++ would store it in pieces.)
        store_be(to, opaque(bits << 8));
    }
    const std::size_t padding = base64_padding_of(text);
    const std::uint32_t bits =
        group(base64_sextet(last[0]), base64_sextet(last[1]), padding == 2 ? 0 : base64_sextet(last[2]),
              padding != 0 ? 0 : base64_sextet(last[3]));
    seen |= bits;
    for (std::size_t i = 0; i != 3 - padding; ++i)
        to[i] = static_cast<char>(static_cast<unsigned char>(bits >> (16 - 8 * i)));
    const bool stray = (bits & ((std::uint32_t{1} << (8 * padding)) - 1)) != 0;
    return seen >> 24 == 0 && !stray;
}

}  // namespace detail

/// How many characters n bytes take. Fails as "too long" where a machine cannot count so many.
[[nodiscard]] constexpr result<std::size_t> base64_encoded_size(std::size_t n) noexcept {
    if (n > (std::numeric_limits<std::size_t>::max)() / 4 * 3) return error{.code = errc::too_long};
    return detail::base64_size(n);
}

/// How many bytes the text stands for, going by its size and padding alone; it may still be refused.
[[nodiscard]] constexpr result<std::size_t> base64_decoded_size(std::string_view text) noexcept {
    if (text.size() % 4 != 0) return error{.code = errc::base64_length, .offset = text.size()};
    return text.size() / 4 * 3 - detail::base64_padding_of(text);
}

/// Writes bytes in base64, with padding. They may not overlap the output.
template <room Room>
constexpr void put_base64(basic_writer<Room>& out, bytes value) noexcept {
    const auto size = base64_encoded_size(value.size());
    if (!size) return out.fail(size.error().code);
    out.put_with(*size, [&](char* to) { detail::write_base64(to, *size, value.data(), value.size()); });
}
[[nodiscard]] constexpr result<bytes> encode_base64(buffer output HUBWIRE_LIFETIMEBOUND, bytes value) noexcept {
    if (value.size() > output.size() / 4 * 3) {
        const auto size = base64_encoded_size(value.size());
        if (!size) return size.error();
        return error{.code = errc::no_space, .offset = output.size(), .needed = *size - output.size()};
    }
    const std::size_t size = detail::base64_size(value.size());
    detail::write_base64(detail::opaque(output.data()), size, value.data(), value.size());
    return bytes{output.data(), size};
}

/// The bytes that the text stands for, written to the output, which may not overlap the text. What is refused is
/// refused for the first character that cannot stand; "no space" comes after that: with so much more, it decodes.
[[nodiscard]] constexpr result<bytes> decode_base64(buffer output HUBWIRE_LIFETIMEBOUND,
                                                    std::string_view text) noexcept {
    const auto size = base64_decoded_size(text);
    if (!size) return detail::base64_fault(text);
    if (*size > output.size()) {
        const error fault = detail::base64_fault(text);
        if (fault.code != errc::none) return fault;
        return error{.code = errc::no_space, .offset = output.size(), .needed = *size - output.size()};
    }
    if (!detail::read_base64(detail::opaque(output.data()), text)) return detail::base64_fault(text);
    return bytes{output.data(), *size};
}

}  // namespace hubwire::text

#endif
