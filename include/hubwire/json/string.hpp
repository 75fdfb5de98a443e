#ifndef HUBWIRE_JSON_STRING_HPP
#define HUBWIRE_JSON_STRING_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/utf8.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/text/percent.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

/// JSON as in RFC 8259: whatever that grammar has is read, and nothing else.
namespace hubwire::json {

struct options {
    /// Take an escape such as \ud83d without the other half of its pair for U+FFFD, the replacement character, rather
    /// than refuse it: some programs escape UTF-16 that is broken (reading only).
    bool replace_lone_surrogates = false;
};

namespace detail {

using namespace hubwire::detail;

struct string_maker;

/// A string that dies with its text, such as a std::string.
template <class Text>
concept owns_text = std::convertible_to<const Text&, std::string_view> && std::is_class_v<Text> &&
                    !std::ranges::enable_borrowed_range<Text>;

/// Where the character stands first; the size if it does not. (A string_view calls the C library for it.)
constexpr std::size_t index_of(std::string_view text, char c) noexcept {
    std::size_t at = 0;
    while (at != text.size() && text[at] != c) ++at;
    return at;
}

/// Where a walk over the text has come to, and what it met there, if anything is wrong.
struct place {
    const char* at = nullptr;
    errc code = errc::none;
};

/// Bytes that end a run of plain ASCII in a string: quotes, backslashes, controls, and all above ASCII. Exact up to and
/// including the first one.
HUBWIRE_ALWAYS_INLINE constexpr word special_bytes(word w) noexcept {
    return (bytes_equal_to<'"'>(w) | bytes_equal_to<'\\'>(w) | (w - every_byte<0x20>) | w) & every_byte<0x80>;
}
HUBWIRE_ALWAYS_INLINE constexpr bool is_special(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\';
}

#if defined(HUBWIRE_HAS_BLOCKS)
/// The same of a block. (As numbers with a sign, those above ASCII are below the controls.)
template <class Block>
    requires(!std::is_integral_v<Block>)
HUBWIRE_ALWAYS_INLINE Block special_bytes(Block b) noexcept {
    using signed_block [[gnu::vector_size(sizeof(Block))]] = signed char;
    signed_block same;
    std::memcpy(&same, &b, sizeof same);
    return static_cast<Block>(b == '"') | static_cast<Block>(b == '\\') | static_cast<Block>(same < 0x20);
}
HUBWIRE_ALWAYS_INLINE unsigned special_bytes_at(const char* from) noexcept {
    block b;
    std::memcpy(&b, from, sizeof b);
    return top_bits(special_bytes(b));
}
#endif

/// Whether the text is plain ASCII, with nothing in it that is escaped in a string.
HUBWIRE_ALWAYS_INLINE constexpr bool is_plain(std::string_view text) noexcept {
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated() && text.size() >= sizeof(block))
        return all_blocks_pass(text.data(), text.size(), [](auto b) { return special_bytes(b); });
#endif
    return all_words_pass(text.data(), text.size(), [](word w) { return special_bytes(w); });
}

/// The first byte, from `at` on, that ends a run of plain ASCII in a string; or the end.
constexpr const char* skip_plain(const char* at, const char* end) noexcept {
    const auto left = [&] { return static_cast<std::size_t>(end - at); };
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated()) {
        for (; left() >= sizeof(block); at += sizeof(block)) {
            if (const unsigned stop = special_bytes_at(at); stop != 0) return at + std::countr_zero(stop);
        }
    }
#endif
    if constexpr (!optimize_for_size) {
        for (; left() >= word_size; at += word_size) {
            if (const word stop = special_bytes(load_word(at)); stop != 0) return at + first_byte(stop);
        }
    }
    while (at != end && !is_special(*at)) ++at;
    return at;
}

/// A character that is escaped in a string.
struct escape {
    std::uint32_t character = 0;
    std::uint8_t size = 0;  // of the escape; 0 if it is none
    errc code = errc::none;
};

/// The 16 bits of a \u and its four digits.
constexpr escape unit_at(const char* at, const char* end) noexcept {
    constexpr std::size_t size = 6;
    escape unit{.size = size};
    for (std::size_t i = 2; i != size; ++i) {
        if (static_cast<std::size_t>(end - at) == i) return {.code = errc::json_end};
        const unsigned digit = text::detail::hex_value(at[i]);
        if (digit >= 16) return {.code = errc::json_escape};
        unit.character = unit.character << 4 | digit;
    }
    return unit;
}

/// The escape that begins at a backslash.
HUBWIRE_NEVER_INLINE constexpr escape escape_at(const char* at, const char* end, bool replace_lone) noexcept {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (end - at < 2) return {.code = errc::json_end};
    if (at[1] != 'u') {
        const std::size_t which = index_of(letters, at[1]);
        if (which == letters.size()) return {.code = errc::json_escape};
        return {.character = static_cast<unsigned char>(meanings[which]), .size = 2};
    }
    const escape first = unit_at(at, end);
    if (first.code != errc::none || first.character < 0xD800 || first.character > 0xDFFF) return first;
    if (first.character < 0xDC00) {
        const char* const behind = at + first.size;
        if (behind == end || (end - behind == 1 && *behind == '\\')) return {.code = errc::json_end};
        if (behind[0] == '\\' && behind[1] == 'u') {
            const escape second = unit_at(behind, end);
            if (second.code == errc::json_end) return second;
            if (second.code == errc::none && second.character >= 0xDC00 && second.character <= 0xDFFF)
                return {.character = 0x10000 + ((first.character - 0xD800) << 10) + (second.character - 0xDC00),
                        .size = 12};
        }
    }
    if (!replace_lone) return {.code = errc::json_surrogate};
    return {.character = 0xFFFD, .size = first.size};
}

/// The same of an escape that a reader has seen: one that would go on behind the string is half of a pair.
constexpr escape seen_escape_at(const char* at, const char* end) noexcept {
    const escape found = escape_at(at, end, true);
    return found.code == errc::none ? found : escape{.character = 0xFFFD, .size = 6};
}

/// Whether these are four hexadecimal digits, and those of no half of a surrogate pair.
HUBWIRE_ALWAYS_INLINE constexpr bool is_whole_unit(const char* digits) noexcept {
    const word w = load_le<std::uint32_t>(digits);
    const word low = w & every_byte<0x7F>;
    const word hex =
        text::detail::bytes_from_to<'0', '9'>(low) | text::detail::bytes_from_to<'a', 'f'>(low | every_byte<0x20>);
    constexpr word four = 0x8080'8080;
    return (hex & ~w & four) == four && (digits[0] | 0x20) != 'd';
}

/// Whether a backslash and this letter are an escape.
HUBWIRE_ALWAYS_INLINE constexpr bool is_short_escape(char letter) noexcept {
    switch (letter) {
        case '"':
        case '\\':
        case '/':
        case 'b':
        case 'f':
        case 'n':
        case 'r':
        case 't':
            return true;
        default:
            return false;
    }
}

struct string_end {
    const char* at = nullptr;  // the closing quote, or what is wrong
    errc code = errc::none;
    bool escaped = false;
};

HUBWIRE_NEVER_INLINE constexpr string_end find_string_end_from(const char* at, const char* end,
                                                               bool replace_lone) noexcept {
    bool escaped = false;
    while (true) {
        if (optimize_for_size || (at != end && !is_special(*at))) at = skip_plain(at, end);
        if (at == end) return {.at = end, .code = errc::json_end};
        const auto c = static_cast<unsigned char>(*at);
        if (c == '"') return {.at = at, .escaped = escaped};
        if (c == '\\') {
            escaped = true;
            if (end - at >= 2 && is_short_escape(at[1])) {
                at += 2;
                continue;
            }
            if (!optimize_for_size && end - at >= 6 && at[1] == 'u' && is_whole_unit(at + 2)) {
                at += 6;
                continue;
            }
            const escape found = escape_at(at, end, replace_lone);
            if (found.code != errc::none) return {.at = found.code == errc::json_end ? end : at, .code = found.code};
            at += found.size;
        } else {
            const std::size_t sequence = c < 0x20 ? 0 : utf8_sequence(at, static_cast<std::size_t>(end - at));
            if (sequence == 0) return {.at = at, .code = c < 0x20 ? errc::json_control_character : errc::json_utf8};
            at += sequence;
        }
    }
}

/// The end of a string, of which the opening quote was read.
HUBWIRE_ALWAYS_INLINE constexpr string_end find_string_end(const char* at, const char* end,
                                                           bool replace_lone) noexcept {
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated() && end - at >= static_cast<std::ptrdiff_t>(2 * sizeof(block))) {
        const unsigned stop = special_bytes_at(at) | special_bytes_at(at + sizeof(block)) << sizeof(block);
        if (stop != 0) [[likely]] {
            const char* const found = at + std::countr_zero(stop);
            if (*found == '"') [[likely]]
                return {.at = found};
            at = found;
        }
    }
#endif
    return find_string_end_from(at, end, replace_lone);
}

/// Writes a character in UTF-8; how many bytes that takes.
constexpr std::size_t store_utf8(char* to, std::uint32_t character) noexcept {
    const auto byte = [](std::uint32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
    const auto further = [&](unsigned shift) { return byte(0x80 | (character >> shift & 0x3F)); };
    if (character < 0x80) {
        to[0] = byte(character);
        return 1;
    }
    if (character < 0x800) {
        to[0] = byte(0xC0 | character >> 6);
        to[1] = further(0);
        return 2;
    }
    if (character < 0x10000) {
        to[0] = byte(0xE0 | character >> 12);
        to[1] = further(6);
        to[2] = further(0);
        return 3;
    }
    to[0] = byte(0xF0 | character >> 18);
    to[1] = further(12);
    to[2] = further(6);
    to[3] = further(0);
    return 4;
}

/// Writes what a string stands for; how many bytes that takes. Pre: its escapes are in order, and there is room.
constexpr std::size_t write_unescaped(char* to, std::string_view raw) noexcept {
    const char* const begin = to;
    const char* at = raw.data();
    const char* const end = at + raw.size();
    while (at != end) {
        const char* const run = at;
        while (at != end && *at != '\\') ++at;
        const auto plain = static_cast<std::size_t>(at - run);
        detail::copy(to, run, plain);
        to += plain;
        if (at == end) break;
        const escape found = seen_escape_at(at, end);
        to += store_utf8(to, found.character);
        at += found.size;
    }
    return static_cast<std::size_t>(to - begin);
}

/// What a string stands for, a byte at a time.
class unescaped_bytes {
public:
    constexpr unescaped_bytes(std::string_view raw, bool escaped) noexcept
        : at_{raw.data()}, end_{raw.data() + raw.size()}, escaped_{escaped} {}

    /// The next byte, or nothing behind the last.
    constexpr std::optional<char> next() noexcept {
        if (kept_ != sizeof waiting_) return waiting_[kept_++];
        if (at_ == end_) return std::nullopt;
        if (!escaped_ || *at_ != '\\') return *at_++;
        const escape found = seen_escape_at(at_, end_);
        at_ += found.size;
        char character[sizeof waiting_]{};
        const std::size_t size = store_utf8(character, found.character);
        kept_ = sizeof waiting_ - size;
        for (std::size_t i = 0; i != size; ++i) waiting_[kept_ + i] = character[i];
        return waiting_[kept_++];
    }

private:
    const char* at_;
    const char* end_;
    bool escaped_;
    char waiting_[4]{};
    std::size_t kept_ = sizeof waiting_;
};

}  // namespace detail

/// A text in a JSON document: as it lies there, with escapes or without, or any plain text that is to be written. It
/// owns nothing, and nothing is unescaped until somebody asks; to compare it takes no buffer.
class string {
public:
    constexpr string() noexcept = default;

    /// A plain text, in which a backslash is a backslash. Whether it is UTF-8 is seen when it is written.
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !detail::owns_text<Text> &&
                 !std::same_as<Text, std::nullptr_t>)
    constexpr string(const Text& plain) noexcept : raw_{plain} {}
    template <detail::owns_text Text>
    constexpr string(const Text& plain HUBWIRE_LIFETIMEBOUND) noexcept : raw_{plain} {}

    /// What stands between the quotes in the document; the text itself, if it holds no escapes.
    [[nodiscard]] constexpr std::string_view raw() const noexcept { return raw_; }

    /// Whether it holds escapes. If not, raw() is all there is to know.
    [[nodiscard]] constexpr bool is_escaped() const noexcept { return escaped_; }

    /// The text where it lies, if it holds no escapes.
    [[nodiscard]] constexpr std::optional<std::string_view> plain() const noexcept {
        if (escaped_) return std::nullopt;
        return raw_;
    }

    /// The text that it stands for, written to the output, which may not overlap it. (Text, once .text() is said.) Half
    /// of a surrogate pair, which a reader had to be told to let pass, is U+FFFD.
    [[nodiscard]] constexpr result<bytes> decode(buffer output HUBWIRE_LIFETIMEBOUND) const noexcept {
        hubwire::writer out{output};
        if (!escaped_) {
            out.put(raw_);
        } else {
            out.put_with(
                raw_.size(), [this] { return decoded_size(); },
                [this](char* to) { return detail::write_unescaped(to, raw_); });
        }
        return out.finish();
    }
    [[nodiscard]] constexpr std::size_t decoded_size() const noexcept {
        if (!escaped_) return raw_.size();
        std::size_t size = 0;
        detail::unescaped_bytes all{raw_, escaped_};
        while (all.next()) ++size;
        return size;
    }

    /// Whether both stand for the same text, however it is written.
    friend constexpr bool operator==(const string& a, const string& b) noexcept {
        if (!a.escaped_ && !b.escaped_) [[likely]]
            return a.raw_ == b.raw_;
        detail::unescaped_bytes left{a.raw_, a.escaped_};
        detail::unescaped_bytes right{b.raw_, b.escaped_};
        while (const auto byte = left.next()) {
            if (byte != right.next()) return false;
        }
        return !right.next();
    }

private:
    friend detail::string_maker;
    constexpr string(std::string_view raw, bool escaped) noexcept : raw_{raw}, escaped_{escaped} {}

    std::string_view raw_{};
    bool escaped_ = false;
};

namespace detail {

/// Makes strings of what was found in a document.
struct string_maker {
    static constexpr string make(const char* from, const string_end& end) noexcept {
        return {std::string_view{from, static_cast<std::size_t>(end.at - from)}, end.escaped};
    }
};

inline constexpr std::string_view short_escapes = "\bb\tt\nn\ff\rr\"\"\\\\";  // a character, and its letter

/// How many characters a plain text takes with its quotes; nothing if it is not UTF-8.
constexpr std::optional<std::size_t> quoted_size(std::string_view plain) noexcept {
    if (!is_utf8(plain)) return std::nullopt;
    std::size_t size = plain.size() + 2;
    for (const char c : plain) {
        const bool control = static_cast<unsigned char>(c) < 0x20;
        if (!control && c != '"' && c != '\\') continue;
        const bool has_letter = index_of(short_escapes, c) != short_escapes.size();
        size += has_letter ? 1 : 5;
    }
    return size;
}

/// Writes a plain text between quotes; how many characters that takes, or 0 if it is not UTF-8. Pre: there is room for
/// six times as many characters, and the quotes.
constexpr std::size_t write_quoted(char* to, std::string_view plain) noexcept {
    const char* const begin = to;
    const char* at = plain.data();
    const char* const end = at + plain.size();
    *to++ = '"';
    while (true) {
#if defined(HUBWIRE_HAS_BLOCKS)
        if (!std::is_constant_evaluated()) {
            // What is copied too much will be written over: as many characters will stand here at least.
            while (end - at >= static_cast<std::ptrdiff_t>(sizeof(block))) {
                std::memcpy(to, at, sizeof(block));
                const unsigned stop = special_bytes_at(at);
                const auto run = stop == 0 ? sizeof(block) : static_cast<std::size_t>(std::countr_zero(stop));
                at += run;
                to += run;
                if (stop != 0) break;
            }
        }
#endif
        while (at != end && !is_special(*at)) *to++ = *at++;
        if (at == end) break;
        const auto c = static_cast<unsigned char>(*at);
        if (c >= 0x80) {
            const std::size_t sequence = utf8_sequence(at, static_cast<std::size_t>(end - at));
            if (sequence == 0) return 0;
            for (std::size_t i = 0; i != sequence; ++i) *to++ = *at++;
            continue;
        }
        const std::size_t which = index_of(short_escapes, *at++);
        *to++ = '\\';
        if (which != short_escapes.size()) {
            *to++ = short_escapes[which + 1];
        } else {
            constexpr std::string_view digits = "0123456789abcdef";
            for (const char zero : std::string_view{"u00"}) *to++ = zero;
            *to++ = digits[c >> 4];
            *to++ = digits[c & 15];
        }
    }
    *to++ = '"';
    return static_cast<std::size_t>(to - begin);
}

}  // namespace detail

/// Writes a string with its quotes: escapes that it holds stay as they are, and of a plain text only what has to be is
/// escaped. One that is not UTF-8 is refused.
template <room Room>
constexpr void put_string(basic_writer<Room>& out, const string& value) noexcept {
    const std::string_view raw = value.raw();
    if (raw.size() > (std::numeric_limits<std::size_t>::max)() / 6 - 1) return out.fail(errc::too_long);
    if (value.is_escaped() || detail::is_plain(raw)) {
        out.put_with(raw.size() + 2, [raw](char* to) {
            to[0] = '"';
            detail::copy(to + 1, raw.data(), raw.size());
            to[raw.size() + 1] = '"';
        });
        return;
    }
    bool valid = true;
    out.put_with(
        6 * raw.size() + 2,
        [&] {
            const auto size = detail::quoted_size(raw);
            valid = size.has_value();
            return size.value_or(0);
        },
        [&](char* to) {
            if (!valid) return std::size_t{0};
            const std::size_t size = detail::write_quoted(to, raw);
            valid = size != 0;
            return size;
        });
    if (!valid) out.fail(errc::json_utf8);
}
[[nodiscard]] constexpr result<bytes> encode_string(buffer output HUBWIRE_LIFETIMEBOUND, const string& value) noexcept {
    hubwire::writer out{output};
    put_string(out, value);
    return out.finish();
}

}  // namespace hubwire::json

#endif
