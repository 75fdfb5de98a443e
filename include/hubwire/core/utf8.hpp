#ifndef HUBWIRE_CORE_UTF8_HPP
#define HUBWIRE_CORE_UTF8_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/word.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubwire {

/// Whether U+0000, which is a character like any other in UTF-8, may stand in a text. MQTT refuses it.
enum class nul : std::uint8_t { allowed, refused };

namespace detail {

/// The size of the one well-formed sequence of two to four bytes that begins at text, whose first byte is not ASCII; 0
/// if there is none within the given size. Overlong forms, surrogates and what lies beyond U+10FFFF are ill-formed:
/// table 3-7 of the Unicode standard, which RFC 3629 gives as a grammar.
constexpr std::size_t utf8_sequence(const char* text, std::size_t size) noexcept {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const unsigned char lead = byte(0);
    if (lead < 0xE0) return lead >= 0xC2 && size >= 2 && continues(1) ? 2 : 0;
    if (lead < 0xF0) {
        if (size < 3) return 0;
        const unsigned char least = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned char most = lead == 0xED ? 0x9F : 0xBF;
        return least <= byte(1) && byte(1) <= most && continues(2) ? 3 : 0;
    }
    if (lead > 0xF4 || size < 4) return 0;
    const unsigned char least = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char most = lead == 0xF4 ? 0x8F : 0xBF;
    return least <= byte(1) && byte(1) <= most && continues(2) && continues(3) ? 4 : 0;
}

/// How many characters at the front of the text are ASCII, and not U+0000 if that is refused.
HUBWIRE_ALWAYS_INLINE constexpr std::size_t ascii_prefix(const char* text, std::size_t size, nul zero) noexcept {
    const auto refused = [zero](word w) {
        return zero == nul::refused ? nul_or_non_ascii_bytes(w) : non_ascii_bytes(w);
    };
    std::size_t at = 0;
    for (; size - at >= word_size; at += word_size) {
        if (const word stop = refused(load_word(text + at)); stop != 0) return at + first_byte(stop);
    }
    if (at == size) return size;
    if (size >= word_size) {  // the last word, which overlaps the one before: that one holds nothing to stop at
        const word stop = refused(load_word(text + (size - word_size)));
        return stop == 0 ? size : size - word_size + first_byte(stop);
    }
    if (size >= 4) {  // likewise, as two halves
        const word halves = load_le<std::uint32_t>(text) | word{load_le<std::uint32_t>(text + (size - 4))} << 32;
        if (refused(halves) == 0) return size;
    }
    const unsigned char least = zero == nul::refused ? 1 : 0;
    while (at != size && least <= static_cast<unsigned char>(text[at]) && static_cast<unsigned char>(text[at]) < 0x80)
        ++at;
    return at;
}

/// Goes on from a byte that ended an ASCII prefix. (If that is a refused U+0000, it begins no sequence either.)
HUBWIRE_NEVER_INLINE constexpr std::size_t utf8_valid_prefix_from(std::string_view text, std::size_t at,
                                                                  nul zero) noexcept {
    const char* const begin = text.data();
    while (at != text.size()) {
        do {
            const std::size_t sequence = utf8_sequence(begin + at, text.size() - at);
            if (sequence == 0) return at;
            at += sequence;
        } while (at != text.size() && static_cast<unsigned char>(begin[at]) >= 0x80);
        at += ascii_prefix(begin + at, text.size() - at, zero);
    }
    return at;
}

}  // namespace detail

/// How many bytes at the front of the text are well-formed UTF-8, up to the first U+0000 if that is refused:
/// text.size() if all of it is valid, otherwise the offset of the first character that is not. Linear in the size;
/// ASCII is looked at eight bytes at a time.
[[nodiscard]] constexpr std::size_t utf8_valid_prefix(std::string_view text, nul zero = nul::allowed) noexcept {
    // coverage: off, for -Os, and a build with it has it
    if constexpr (detail::optimize_for_size) {
        std::size_t at = 0;
        while (at != text.size()) {
            const bool is_ascii = static_cast<unsigned char>(text[at]) < 0x80;
            const std::size_t size = is_ascii ? (text[at] != 0 || zero == nul::allowed ? 1 : 0)
                                              : detail::utf8_sequence(text.data() + at, text.size() - at);
            if (size == 0) break;
            at += size;
        }
        return at;
    }
    // coverage: on
    const std::size_t ascii = detail::ascii_prefix(text.data(), text.size(), zero);
    if (ascii == text.size()) [[likely]]
        return ascii;
    return detail::utf8_valid_prefix_from(text, ascii, zero);
}

[[nodiscard]] constexpr bool is_utf8(std::string_view text, nul zero = nul::allowed) noexcept {
    return utf8_valid_prefix(text, zero) == text.size();
}

/// The same as a result: what is wrong with the text ("invalid UTF-8" or "U+0000"), and at which offset.
[[nodiscard]] constexpr result<void> check_utf8(std::string_view text, nul zero = nul::allowed) noexcept {
    const std::size_t valid = utf8_valid_prefix(text, zero);
    if (valid == text.size()) [[likely]]
        return {};
    return error{.code = text[valid] == 0 ? errc::nul_in_text : errc::invalid_utf8, .offset = valid};
}

}  // namespace hubwire

#endif
