#ifndef HUBWIRE_TEXT_PERCENT_HPP
#define HUBWIRE_TEXT_PERCENT_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/core/writer.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

/// Percent-encoding, as in RFC 3986-2.1: a byte that may not stand for itself is written as % and two hexadecimal
/// digits. A + is a + here, never a space, as it is to the hub and to all but one of its SDKs.
namespace hubwire::text {

/// The characters that are written as they are. Letters, digits, - . and _ are always among them: nobody escapes these.
class bare_characters {
public:
    /// Those and the given ones. Pre: these are ASCII, and no %; or the program traps.
    constexpr explicit bare_characters(std::string_view besides) noexcept {
        for (const char c : std::string_view{"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._"})
            add(c);
        for (const char c : besides) add(c);
    }

    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool contains(unsigned char c) const noexcept {
        return (set_[c / 32] >> (c % 32) & 1) != 0;
    }

private:
    constexpr void add(char c) noexcept {
        const auto byte = static_cast<unsigned char>(c);
        hubwire::detail::require(byte < 0x80 && c != '%');
        set_[byte / 32] |= std::uint32_t{1} << (byte % 32);
    }

    std::uint32_t set_[8]{};
};

/// RFC 3986-2.3: what hubwire writes by default, and every SDK of the hub understands.
inline constexpr bare_characters unreserved{"~"};

/// RFC 2396-2.3, and JavaScript's encodeURIComponent: what the hub's documentation has for property bags, and the SDK
/// for Node writes.
inline constexpr bare_characters uri_component{"~!*'()"};

struct percent_options {
    /// What is not escaped (encoding only).
    bare_characters bare = unreserved;

    /// Escape with the digits a to f rather than A to F, as the SDK for C does (encoding only; either is understood).
    bool lower_case = false;

    /// Take a % without two hexadecimal digits behind it for the character itself, as some SDKs do (decoding only).
    bool keep_malformed = false;
};

/// What applies where nothing else is said. It has a place of its own, as it is too large to be made for each call.
inline constexpr percent_options default_percent_options{};

namespace detail {

using namespace hubwire::detail;

/// Bytes of which the lower seven bits are in a range. A sum has the top bit set where they reach a bound; two bounds
/// make a range. Pre: no byte has its top bit set.
template <unsigned char First, unsigned char Last>
HUBWIRE_ALWAYS_INLINE constexpr word bytes_from_to(word w) noexcept {
    return (w + every_byte<0x80 - First>)^(w + every_byte<0x80 - (Last + 1)>);
}

/// Bytes that are not among the characters that are bare in any case. Exact.
HUBWIRE_ALWAYS_INLINE constexpr word not_always_bare_bytes(word w) noexcept {
    const word low = w & every_byte<0x7F>;
    const word lower = low | every_byte<0x20>;
    const word bare = bytes_from_to<'a', 'z'>(lower) | bytes_from_to<'0', '9'>(low) | bytes_from_to<'-', '.'>(low) |
                      bytes_from_to<'_', '_'>(low);
    return (w | ~bare) & every_byte<0x80>;
}

#if defined(HUBWIRE_HAS_BLOCKS)
/// Bytes of a block that are in a range. Exact: it is moved to the top of the numbers with a sign.
template <unsigned char First, unsigned char Last, class Block>
    requires(!std::is_integral_v<Block>)
HUBWIRE_ALWAYS_INLINE Block bytes_from_to(Block b) noexcept {
    using signed_block [[gnu::vector_size(sizeof(Block))]] = signed char;
    const Block moved = b + static_cast<unsigned char>(0x7F - Last);
    signed_block same;
    std::memcpy(&same, &moved, sizeof same);
    return static_cast<Block>(same > static_cast<signed char>(0x7F - (Last - First + 1)));
}

/// The same as above, of a block.
template <class Block>
HUBWIRE_ALWAYS_INLINE Block not_always_bare(Block b) noexcept {
    return ~(bytes_from_to<'a', 'z'>(b | 0x20) | bytes_from_to<'0', '9'>(b) | bytes_from_to<'-', '.'>(b) |
             static_cast<Block>(b == '_'));
}

/// Copies what stands between two escapes in a text: n bytes, of `most` that can be read and written to.
HUBWIRE_ALWAYS_INLINE void copy_run(char* to, const char* from, std::size_t n, std::size_t most) noexcept {
    std::size_t at = 0;
    while (most - at >= sizeof(block)) {
        std::memcpy(to + at, from + at, sizeof(block));
        at += sizeof(block);
        if (at >= n) return;
    }
    copy(to + at, from + at, n - at);
}
#endif

/// Up to seven bytes as the lowest ones of a word, whose others are 0. Pre: size < word_size.
HUBWIRE_ALWAYS_INLINE constexpr word load_part(const char* from, std::size_t size) noexcept {
    const auto byte = [from](std::size_t at) { return word{static_cast<unsigned char>(from[at])} << (8 * at); };
    if (size >= 4)
        return load_le<std::uint32_t>(from) | word{load_le<std::uint32_t>(from + (size - 4))} << 8 * (size - 4);
    if (size == 0) return 0;
    return byte(0) | byte(size / 2) | byte(size - 1);
}

/// The % in a word.
HUBWIRE_ALWAYS_INLINE constexpr word percent_bytes(word w) noexcept {
    return bytes_equal_to<'%'>(w) & ~w;  // what is not ASCII might show as well
}

/// Where the next % is, or the end of the text.
HUBWIRE_ALWAYS_INLINE constexpr std::size_t find_percent(std::string_view text, std::size_t at) noexcept {
    if constexpr (!optimize_for_size) {
        for (; text.size() - at >= word_size; at += word_size) {
            if (const word found = percent_bytes(load_word(text.data() + at)); found != 0)
                return at + first_byte(found);
        }
        const word found = percent_bytes(load_part(text.data() + at, text.size() - at));
        return found != 0 ? at + first_byte(found) : text.size();
    }
    while (at != text.size() && text[at] != '%') ++at;
    return at;
}

/// Writes characters one by one, each as it is or as three.
struct percent_writer {
    HUBWIRE_ALWAYS_INLINE constexpr percent_writer(char* begin, const percent_options& options) noexcept
        : to{begin}, rules{options}, digits{options.lower_case ? "0123456789abcdef" : "0123456789ABCDEF"} {}

    HUBWIRE_ALWAYS_INLINE constexpr void put(char c) noexcept {
        const auto byte = static_cast<unsigned char>(c);
        if (rules.bare.contains(byte)) {
            *to++ = c;
        } else {
            to[0] = '%';
            to[1] = digits[byte >> 4];
            to[2] = digits[byte & 15];
            to += 3;
        }
    }

    char* to;
    const percent_options& rules;
    const char* digits;
};

#if defined(HUBWIRE_HAS_BLOCK_MASKS)
/// The text in its encoded form, window by window; returns where it ends. Pre: there is room for it, and a window.
HUBWIRE_NEVER_INLINE inline char* write_percent_blocks(char* to, std::string_view text,
                                                       const percent_options& rules) noexcept {
    percent_writer out{to, rules};
    std::size_t at = 0;
    const auto copy_up_to = [&](std::size_t end) HUBWIRE_INLINE_LAMBDA {
        copy_run(out.to, text.data() + at, end - at, text.size() - at);
        out.to += end - at;
        at = end;
    };
    while (at != text.size()) {
        const window w = window::of(text.data(), text.size(), at);
        const std::size_t first = at;
        for (std::uint64_t stops = w.mask([](auto b) { return not_always_bare(b); }); stops != 0; stops &= stops - 1) {
            copy_up_to(first + static_cast<std::size_t>(std::countr_zero(stops)));
            out.put(text[at++]);
        }
        copy_up_to(first + w.size - w.passed);
    }
    return out.to;
}
#endif

/// Writes the text in its encoded form; returns how many characters that took. Pre: there is room for them.
HUBWIRE_SHARED constexpr std::size_t write_percent(char* to, std::string_view text,
                                                   const percent_options& rules) noexcept {
#if defined(HUBWIRE_HAS_BLOCK_MASKS)
    if (!std::is_constant_evaluated() && text.size() >= window::least)
        return static_cast<std::size_t>(write_percent_blocks(to, text, rules) - to);
#endif
    percent_writer out{to, rules};
    std::size_t at = 0;
    if constexpr (!optimize_for_size) {
        while (text.size() - at >= word_size) {
            const word w = load_word(text.data() + at);
            store_le(out.to, w);  // at least as many characters will stand here: each takes one or three
            const word stop = not_always_bare_bytes(w);
            const std::size_t bare = stop == 0 ? word_size : first_byte(stop);
            at += bare;
            out.to += bare;
            if (stop != 0) out.put(text[at++]);
        }
    }
    for (; at != text.size(); ++at) out.put(text[at]);
    return static_cast<std::size_t>(out.to - to);
}

inline constexpr std::array<std::uint8_t, 256> hex_values = [] {
    std::array<std::uint8_t, 256> values{};
    for (auto& value : values) value = 16;
    for (std::uint8_t i = 0; i != 16; ++i) {
        values[static_cast<unsigned char>("0123456789abcdef"[i])] = i;
        values[static_cast<unsigned char>("0123456789ABCDEF"[i])] = i;
    }
    return values;
}();

/// The value of a hexadecimal digit; 16 or more if it is none.
HUBWIRE_ALWAYS_INLINE constexpr unsigned hex_value(char c) noexcept {
    // coverage: off, for -Os, and a build with it has it
    if constexpr (optimize_for_size) {
        const unsigned decimal = static_cast<unsigned>(static_cast<unsigned char>(c)) - '0';
        const unsigned letter = (static_cast<unsigned>(static_cast<unsigned char>(c)) | 0x20) - 'a';
        if (decimal < 10) return decimal;
        return letter < 6 ? letter + 10 : 16;
        // coverage: on
    } else {
        return hex_values[static_cast<unsigned char>(c)];
    }
}

/// What stands at the beginning of an encoded text.
struct percent_unit {
    std::size_t size = 0;  // in the encoded text; 0 if it is malformed
    unsigned char byte = 0;
};

/// Pre: there is a % at `at`.
HUBWIRE_ALWAYS_INLINE constexpr percent_unit percent_escape_at(std::string_view text, std::size_t at,
                                                               bool keep_malformed) noexcept {
    if (text.size() - at >= 3) {
        const unsigned high = hex_value(text[at + 1]);
        const unsigned low = hex_value(text[at + 2]);
        if ((high | low) < 16) return {.size = 3, .byte = static_cast<unsigned char>(high << 4 | low)};
    }
    return {.size = keep_malformed ? std::size_t{1} : 0, .byte = '%'};
}

/// Pre: there is some text at `at`.
HUBWIRE_ALWAYS_INLINE constexpr percent_unit percent_unit_at(std::string_view text, std::size_t at,
                                                             const percent_options& rules) noexcept {
    if (text[at] != '%') return {.size = 1, .byte = static_cast<unsigned char>(text[at])};
    return percent_escape_at(text, at, rules.keep_malformed);
}

/// Whether there is no % in the text.
HUBWIRE_ALWAYS_INLINE constexpr bool is_unescaped(std::string_view text) noexcept {
    // coverage: off, for -Os, and a build with it has it
    if constexpr (optimize_for_size) return find_percent(text, 0) == text.size();
    // coverage: on
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated() && text.size() >= sizeof(block))
        return all_blocks_pass(text.data(), text.size(), [](auto b) { return static_cast<decltype(b)>(b == '%'); });
#endif
    return all_words_pass(text.data(), text.size(), [](word w) { return percent_bytes(w); });
}

/// What came of decoding a text.
struct percent_outcome {
    std::size_t size = 0;  // of what was written, or where the text is malformed
    bool is_well_formed = false;
    unsigned char seen = 0;  // the bits of all that was escaped
};

/// Writes what the encoded text stands for. Pre: there is room for it, of which nothing more is written to; or, if it
/// is roomy, for the text as it is and a word more, all of which may be written to.
template <bool IsRoomy>
HUBWIRE_ALWAYS_INLINE constexpr percent_outcome read_percent_with(char* to, std::string_view text,
                                                                  bool keep_malformed) noexcept {
    const char* const begin = to;
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto left = [&] { return static_cast<std::size_t>(end - at); };
    unsigned seen = 0;
    const auto put_escape = [&]() HUBWIRE_INLINE_LAMBDA {
        if (left() >= 3) [[likely]] {
            const unsigned high = hex_value(at[1]);
            const unsigned low = hex_value(at[2]);
            if ((high | low) < 16) [[likely]] {
                const unsigned byte = high << 4 | low;
                *to++ = static_cast<char>(byte);
                seen |= byte;
                at += 3;
                return true;
            }
        }
        if (keep_malformed) *to++ = *at++;
        return keep_malformed;
    };
    const auto malformed = [&] { return percent_outcome{.size = text.size() - left()}; };
    const auto written = [&] {
        return percent_outcome{.size = static_cast<std::size_t>(to - begin),
                               .is_well_formed = true,
                               .seen = static_cast<unsigned char>(seen)};
    };
    const auto pass = [&](std::size_t literal) HUBWIRE_INLINE_LAMBDA {
        at += literal;
        to += literal;
    };
    if constexpr (!optimize_for_size) {
        // A whole block or word is stored where as many bytes will stand: each three characters make at least one.
        constexpr std::size_t characters = IsRoomy ? 1 : 3;
#if defined(HUBWIRE_HAS_BLOCK_MASKS)
        if (!std::is_constant_evaluated()) {
            while (left() >= characters * sizeof(block)) {
                block b{};
                std::memcpy(&b, at, sizeof b);
                std::memcpy(to, &b, sizeof b);
                const unsigned stop = top_bits(static_cast<block>(b == '%'));
                pass(stop == 0 ? sizeof b : static_cast<std::size_t>(std::countr_zero(stop)));
                if (stop != 0 && !put_escape()) return malformed();
            }
        }
#endif
        while (left() >= characters * word_size) {
            const word w = load_word(at);
            store_le(to, w);
            const word stop = percent_bytes(w);
            pass(stop == 0 ? word_size : first_byte(stop));
            if (stop != 0 && !put_escape()) return malformed();
        }
        if (IsRoomy) {
            std::size_t rest = left();
            if (rest == 0) return written();
            word w =
                text.size() < word_size ? load_part(at, rest) : load_word(end - word_size) >> 8 * (word_size - rest);
            while (true) {
                store_le(to, opaque(w));  // (were it not opaque, g++ would store it in pieces)
                const word stop = percent_bytes(w);
                if (stop == 0) {
                    pass(rest);
                    return written();
                }
                pass(first_byte(stop));
                if (!put_escape()) return malformed();
                if (left() == 0) return written();
                w >>= 8 * (rest - left());
                rest = left();
            }
        }
        if (text.size() >= word_size && is_unescaped({at, left()})) {
            copy(to, at, left());
            to += left();
            return written();
        }
    }
    while (at != end) {
        if (*at != '%') {
            *to++ = *at++;
        } else if (!put_escape()) {
            return malformed();
        }
    }
    return written();
}

/// The same, of whichever room there is.
constexpr percent_outcome read_percent(char* to, std::string_view text, bool keep_malformed, bool is_roomy) noexcept {
    return is_roomy && !optimize_for_size ? read_percent_with<true>(to, text, keep_malformed)
                                          : read_percent_with<false>(to, text, keep_malformed);
}

/// How many characters a text that is encoded by some rules takes when it is encoded by others. Pre: it is well-formed.
constexpr std::size_t percent_size_again(std::string_view text, const percent_options& reading,
                                         const percent_options& rules) noexcept {
    std::size_t size = 0;
    for (std::size_t at = 0; at != text.size();) {
        const percent_unit unit = percent_unit_at(text, at, reading);
        size += rules.bare.contains(unit.byte) ? 1u : 3u;
        at += unit.size;
    }
    return size;
}

/// Writes it; returns how many characters that took. Pre: as above, and there is room for them.
constexpr std::size_t write_percent_again(char* to, std::string_view text, const percent_options& reading,
                                          const percent_options& rules) noexcept {
    percent_writer out{to, rules};
    std::size_t at = 0;
    const auto put_unit = [&] {
        const percent_unit unit = percent_unit_at(text, at, reading);
        out.put(static_cast<char>(unit.byte));
        at += unit.size;
    };
    if constexpr (!optimize_for_size) {
        while (text.size() - at >= 3 * word_size) {
            const word w = load_word(text.data() + at);
            store_le(out.to, w);  // at least as many characters will stand here, as in read_percent
            const word stop = not_always_bare_bytes(w);
            const std::size_t bare = stop == 0 ? word_size : first_byte(stop);
            at += bare;
            out.to += bare;
            if (stop != 0) put_unit();
        }
    }
    while (at != text.size()) put_unit();
    return static_cast<std::size_t>(out.to - to);
}

}  // namespace detail

/// How many characters the text takes when it is encoded. Fails as "too long" where a machine cannot count so many.
[[nodiscard]] constexpr result<std::size_t> percent_encoded_size(
    std::string_view text, const percent_options& rules = default_percent_options) noexcept {
    if (text.size() > (std::numeric_limits<std::size_t>::max)() / 3) return error{.code = errc::too_long};
    std::size_t size = text.size();
    for (const char c : text) size += rules.bare.contains(static_cast<unsigned char>(c)) ? 0u : 2u;
    return size;
}

/// Writes a text, or any bytes, percent-encoded.
template <room Room>
constexpr void put_percent(basic_writer<Room>& out, std::string_view text,
                           const percent_options& rules = default_percent_options) noexcept {
    if (text.size() > (std::numeric_limits<std::size_t>::max)() / 3) return out.fail(errc::too_long);
    out.put_with(
        3 * text.size(), [&] { return *percent_encoded_size(text, rules); },
        [&](char* to) { return detail::write_percent(to, text, rules); });
}
[[nodiscard]] constexpr result<bytes> encode_percent(buffer output HUBWIRE_LIFETIMEBOUND, std::string_view text,
                                                     const percent_options& rules = default_percent_options) noexcept {
    writer out{output};
    put_percent(out, text, rules);
    return out.finish();
}

/// How many bytes the encoded text stands for. A malformed % is refused where it stands.
[[nodiscard]] constexpr result<std::size_t> percent_decoded_size(
    std::string_view text, const percent_options& rules = default_percent_options) noexcept {
    std::size_t size = text.size();
    for (std::size_t at = detail::find_percent(text, 0); at != text.size();) {
        const detail::percent_unit unit = detail::percent_escape_at(text, at, rules.keep_malformed);
        if (unit.size == 0) return error{.code = errc::percent_escape, .offset = at};
        size -= unit.size - 1;
        at = detail::find_percent(text, at + unit.size);
    }
    return size;
}

/// What the encoded text stands for, written to the output, which may not overlap it. Any bytes may come out: U+0000,
/// and what is not UTF-8. A malformed % is refused where it stands; "no space" comes after that: with so much more, it
/// decodes.
[[nodiscard]] constexpr result<bytes> decode_percent(buffer output HUBWIRE_LIFETIMEBOUND, std::string_view text,
                                                     const percent_options& rules = default_percent_options) noexcept {
    if (text.size() > output.size()) {
        const auto size = percent_decoded_size(text, rules);
        if (!size) return size.error();
        if (*size > output.size())
            return error{.code = errc::no_space, .offset = output.size(), .needed = *size - output.size()};
    }
    const bool is_roomy = output.size() >= text.size() && output.size() - text.size() >= detail::word_size;
    const auto read = detail::read_percent(detail::opaque(output.data()), text, rules.keep_malformed, is_roomy);
    if (!read.is_well_formed) return error{.code = errc::percent_escape, .offset = read.size};
    return bytes{output.data(), read.size};
}

/// Whether the encoded text stands for exactly these characters; one that is malformed stands for none. No buffer is
/// needed: a name in a property bag is looked for like this.
[[nodiscard]] constexpr bool percent_decodes_to(std::string_view encoded, std::string_view plain,
                                                const percent_options& rules = default_percent_options) noexcept {
    std::size_t at = 0;
    for (const char c : plain) {
        if (at == encoded.size()) return false;
        const detail::percent_unit unit = detail::percent_unit_at(encoded, at, rules);
        if (unit.size == 0 || unit.byte != static_cast<unsigned char>(c)) return false;
        at += unit.size;
    }
    return at == encoded.size();
}

/// A text that is percent-encoded where it lies, such as a value in a property bag. Nothing is decoded until somebody
/// asks; to compare it takes no buffer.
class percent_text {
public:
    constexpr percent_text() noexcept = default;
    constexpr explicit percent_text(std::string_view encoded, bool keep_malformed = false) noexcept
        : encoded_{encoded}, keep_malformed_{keep_malformed} {}

    /// As it lies on the wire.
    [[nodiscard]] constexpr std::string_view raw() const noexcept { return encoded_; }

    /// Whether a malformed % is taken for the character itself.
    [[nodiscard]] constexpr bool keeps_malformed() const noexcept { return keep_malformed_; }

    /// Whether it holds no %, so that it stands for itself, and raw() is all there is to know.
    [[nodiscard]] constexpr bool is_plain() const noexcept { return detail::is_unescaped(encoded_); }

    /// The text where it lies, if it holds no %.
    [[nodiscard]] constexpr std::optional<std::string_view> plain() const noexcept {
        if (!is_plain()) return std::nullopt;
        return encoded_;
    }

    /// What it stands for, as decode_percent writes it.
    [[nodiscard]] constexpr result<bytes> decode(buffer output HUBWIRE_LIFETIMEBOUND) const noexcept {
        return decode_percent(output, encoded_, rules());
    }
    [[nodiscard]] constexpr result<std::size_t> decoded_size() const noexcept {
        return percent_decoded_size(encoded_, rules());
    }

    /// Whether it stands for these characters.
    friend constexpr bool operator==(const percent_text& a, std::string_view plain) noexcept {
        return percent_decodes_to(a.encoded_, plain, a.rules());
    }

    /// Whether both stand for the same characters, however these are written; one that is malformed stands for none.
    friend constexpr bool operator==(const percent_text& a, const percent_text& b) noexcept {
        std::size_t at = 0;
        std::size_t other = 0;
        while (at != a.encoded_.size() && other != b.encoded_.size()) {
            const detail::percent_unit unit = detail::percent_unit_at(a.encoded_, at, a.rules());
            const detail::percent_unit other_unit = detail::percent_unit_at(b.encoded_, other, b.rules());
            if (unit.size == 0 || other_unit.size == 0 || unit.byte != other_unit.byte) return false;
            at += unit.size;
            other += other_unit.size;
        }
        return at == a.encoded_.size() && other == b.encoded_.size();
    }

private:
    [[nodiscard]] constexpr percent_options rules() const noexcept { return {.keep_malformed = keep_malformed_}; }

    std::string_view encoded_{};
    bool keep_malformed_ = false;
};

namespace detail {

template <room Room>
HUBWIRE_NEVER_INLINE constexpr void put_unescaped(basic_writer<Room>& out, const percent_text& text) noexcept {
    const std::string_view encoded = text.raw();
    bool is_well_formed = true;
    const auto count = [&]() -> std::size_t {
        const auto size = text.decoded_size();
        is_well_formed = size.has_value();
        return is_well_formed ? *size : 0;
    };
    const auto make = [&](char* to) -> std::size_t {
        if (!is_well_formed) return 0;
        const percent_outcome read = read_percent_with<false>(to, encoded, text.keeps_malformed());
        is_well_formed = read.is_well_formed;
        return is_well_formed ? read.size : 0;
    };
    out.put_with(encoded.size(), count, make);
    if (!is_well_formed) out.fail(errc::percent_escape);
}

/// The same, where there is most often more room than it takes.
HUBWIRE_NEVER_INLINE constexpr void put_unescaped_quickly(writer& out, std::string_view encoded,
                                                          bool keep_malformed) noexcept {
    bool is_roomy = true;
    bool is_well_formed = true;
    const auto give_up = [&]() HUBWIRE_INLINE_LAMBDA {
        is_roomy = false;
        return std::size_t{0};
    };
    const auto make = [&](char* to) HUBWIRE_INLINE_LAMBDA -> std::size_t {
        if (!is_roomy) return 0;
        const percent_outcome read = read_percent_with<true>(to, encoded, keep_malformed);
        is_well_formed = read.is_well_formed;
        return is_well_formed ? read.size : 0;
    };
    out.put_with(encoded.size() + word_size, give_up, make);
    if (!is_roomy) return put_unescaped(out, percent_text{encoded, keep_malformed});
    if (!is_well_formed) out.fail(errc::percent_escape);
}

}  // namespace detail

/// Writes what the text stands for. A malformed % fails, and nothing of the text is written.
template <room Room>
constexpr void put_decoded(basic_writer<Room>& out, const percent_text& text) noexcept {
    if (text.is_plain()) return out.put(text.raw());
    if constexpr (Room == room::checked && !detail::optimize_for_size) {
        detail::put_unescaped_quickly(out, text.raw(), text.keeps_malformed());
    } else {
        detail::put_unescaped(out, text);
    }
}

/// Writes the text percent-encoded by these rules, however it was encoded before: what is escaped and need not be is
/// written as it is, and the other way round. A malformed % fails, and nothing of the text is written; one that is kept
/// is escaped.
template <room Room>
constexpr void put_percent(basic_writer<Room>& out, const percent_text& text,
                           const percent_options& rules = default_percent_options) noexcept {
    const std::string_view encoded = text.raw();
    if (encoded.size() > (std::numeric_limits<std::size_t>::max)() / 3) return out.fail(errc::too_long);
    if (text.is_plain()) return put_percent(out, encoded, rules);
    const percent_options reading{.keep_malformed = text.keeps_malformed()};
    if (const auto size = percent_decoded_size(encoded, reading); !size) return out.fail(size.error().code);
    out.put_with(
        3 * encoded.size(), [&] { return detail::percent_size_again(encoded, reading, rules); },
        [&](char* to) { return detail::write_percent_again(to, encoded, reading, rules); });
}

}  // namespace hubwire::text

#endif
