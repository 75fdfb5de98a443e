#ifndef HUBWIRE_AMQP_PRIMITIVE_HPP
#define HUBWIRE_AMQP_PRIMITIVE_HPP

#include <hubwire/amqp/types.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/utf8.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/core/writer.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

/// The primitive types of AMQP 1.6, each in all of its encodings. The smallest one is written, every one is read.
namespace hubwire::amqp::detail {

using namespace hubwire::detail;

/// Format codes (AMQP 1.6). The high digit says how wide the value is: 4 nothing, 5 one byte, 6 two, 7 four, 8 eight,
/// 9 sixteen, A one byte of size and so many bytes, B four bytes of size, C and D likewise with a count behind the
/// size, E and F with a count and one constructor for all elements (AMQP 1.2).
namespace code {
inline constexpr std::uint8_t described = 0x00, null = 0x40, true_ = 0x41, false_ = 0x42, uint0 = 0x43, ulong0 = 0x44,
                              list0 = 0x45, ubyte = 0x50, byte = 0x51, smalluint = 0x52, smallulong = 0x53,
                              smallint = 0x54, smalllong = 0x55, boolean = 0x56, ushort = 0x60, short_ = 0x61,
                              uint = 0x70, int_ = 0x71, float_ = 0x72, char_ = 0x73, decimal32 = 0x74, ulong = 0x80,
                              long_ = 0x81, double_ = 0x82, timestamp = 0x83, decimal64 = 0x84, decimal128 = 0x94,
                              uuid = 0x98, binary8 = 0xA0, string8 = 0xA1, symbol8 = 0xA3, binary32 = 0xB0,
                              string32 = 0xB1, symbol32 = 0xB3, list8 = 0xC0, map8 = 0xC1, list32 = 0xD0, map32 = 0xD1,
                              array8 = 0xE0, array32 = 0xF0;
}  // namespace code

/// The type that a format code encodes; described for the codes that encode none, and for 0.
[[nodiscard]] constexpr type type_of(std::uint8_t format_code) noexcept {
    switch (format_code) {
        case code::null:
            return type::null;
        case code::true_:
        case code::false_:
        case code::boolean:
            return type::boolean;
        case code::ubyte:
            return type::ubyte;
        case code::ushort:
            return type::ushort;
        case code::uint0:
        case code::smalluint:
        case code::uint:
            return type::uint;
        case code::ulong0:
        case code::smallulong:
        case code::ulong:
            return type::ulong;
        case code::byte:
            return type::byte;
        case code::short_:
            return type::short_;
        case code::smallint:
        case code::int_:
            return type::int_;
        case code::smalllong:
        case code::long_:
            return type::long_;
        case code::float_:
            return type::float_;
        case code::double_:
            return type::double_;
        case code::decimal32:
            return type::decimal32;
        case code::decimal64:
            return type::decimal64;
        case code::decimal128:
            return type::decimal128;
        case code::char_:
            return type::char_;
        case code::timestamp:
            return type::timestamp;
        case code::uuid:
            return type::uuid;
        case code::binary8:
        case code::binary32:
            return type::binary;
        case code::string8:
        case code::string32:
            return type::string;
        case code::symbol8:
        case code::symbol32:
            return type::symbol;
        case code::list0:
        case code::list8:
        case code::list32:
            return type::list;
        case code::map8:
        case code::map32:
            return type::map;
        case code::array8:
        case code::array32:
            return type::array;
        default:
            return type::described;
    }
}

/// The rules by which a value is read or written, and how deep it may still nest.
struct scope {
    constexpr scope(const options& with, unsigned levels) noexcept : rules{&with}, depth{levels} {}
    constexpr explicit scope(const options& with) noexcept : scope{with, with.max_depth} {}

    const options* rules;
    unsigned depth;
};

/// The format code just read is not one that can stand here: none that is defined, or one of another type.
HUBWIRE_COLD constexpr void refuse_code(reader& in, std::uint8_t format_code) noexcept {
    if (!in.ok()) return;
    const bool defined = format_code == code::described || type_of(format_code) != type::described;
    in.fail(defined ? errc::amqp_type : errc::amqp_format_code, in.offset() - 1);
}

HUBWIRE_ALWAYS_INLINE constexpr void refuse_code(quick_reader& in, std::uint8_t) noexcept { in.fail(errc::amqp_type); }

/// How T is encoded: `of`, its type; `bound(value)`, no fewer bytes than `put_into` writes, even if that fails on the
/// way; and `take_from`, which goes on behind a format code that is not null.
template <class T>
struct wire;

/// Integers of one width only.
template <class T, type Of, std::uint8_t Code>
struct fixed_wire {
    static constexpr type of = Of;
    static constexpr std::uint64_t bound(const T&) noexcept { return 1 + sizeof(T); }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, const T& value, scope) noexcept {
        using bits = std::make_unsigned_t<T>;
        out.u8(Code);
        out.template be<bits>(static_cast<bits>(value));
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, T& value,
                                                          scope) noexcept {
        if (format_code != Code) [[unlikely]]
            return refuse_code(in, format_code);
        value = static_cast<T>(in.template be<std::make_unsigned_t<T>>());
    }
};
template <>
struct wire<std::uint8_t> : fixed_wire<std::uint8_t, type::ubyte, code::ubyte> {};
template <>
struct wire<std::uint16_t> : fixed_wire<std::uint16_t, type::ushort, code::ushort> {};
template <>
struct wire<std::int8_t> : fixed_wire<std::int8_t, type::byte, code::byte> {};
template <>
struct wire<std::int16_t> : fixed_wire<std::int16_t, type::short_, code::short_> {};

/// Integers that take one byte where they fit, and none for 0 if there is a code for that.
template <class T, type Of, std::uint8_t Zero, std::uint8_t Small, std::uint8_t Full>
struct compact_wire {
    using bits = std::make_unsigned_t<T>;
    using one_byte = std::conditional_t<std::is_signed_v<T>, std::int8_t, std::uint8_t>;
    static constexpr bool has_zero = Zero != code::null;
    static constexpr T extended(std::uint8_t octet) noexcept {
        return std::is_signed_v<T> ? static_cast<T>((octet ^ 0x80) - 0x80) : static_cast<T>(octet);
    }

    static constexpr type of = Of;
    static constexpr std::uint64_t bound(const T&) noexcept { return 1 + sizeof(T); }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, const T& value, scope) noexcept {
        if (has_zero && value == 0) {
            out.u8(Zero);
        } else if (value == static_cast<one_byte>(value)) {
            out.u8(Small);
            out.u8(static_cast<std::uint8_t>(value));
        } else {
            out.u8(Full);
            out.template be<bits>(static_cast<bits>(value));
        }
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, T& value,
                                                          scope) noexcept {
        if (format_code == Small) {
            value = extended(in.u8());
        } else if (format_code == Full) {
            value = static_cast<T>(in.template be<bits>());
        } else if (has_zero && format_code == Zero) {
            value = 0;
        } else {
            refuse_code(in, format_code);
        }
    }
};
template <>
struct wire<std::uint32_t> : compact_wire<std::uint32_t, type::uint, code::uint0, code::smalluint, code::uint> {};
template <>
struct wire<std::uint64_t> : compact_wire<std::uint64_t, type::ulong, code::ulong0, code::smallulong, code::ulong> {};
template <>
struct wire<std::int32_t> : compact_wire<std::int32_t, type::int_, code::null, code::smallint, code::int_> {};
template <>
struct wire<std::int64_t> : compact_wire<std::int64_t, type::long_, code::null, code::smalllong, code::long_> {};

template <>
struct wire<bool> {
    static constexpr type of = type::boolean;
    static constexpr std::uint64_t bound(bool) noexcept { return 1; }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, bool value, scope) noexcept {
        out.u8(value ? code::true_ : code::false_);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, bool& value,
                                                          scope) noexcept {
        value = format_code == code::true_;
        if (format_code == code::true_ || format_code == code::false_) return;
        if (format_code != code::boolean) return refuse_code(in, format_code);
        const std::size_t at = in.offset();
        const std::uint8_t octet = in.u8();
        if (octet > 1) in.fail(errc::amqp_boolean, at);
        value = octet != 0;
    }
};

/// A type that is another one with a meaning: how to get at that one, and back.
template <class T, class Base, Base (*Unwrap)(const T&) noexcept, T (*Wrap)(Base) noexcept, type Of, std::uint8_t Code>
struct wrapped_wire {
    static constexpr type of = Of;
    static constexpr std::uint64_t bound(const T&) noexcept { return 1 + sizeof(Base); }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, const T& value, scope) noexcept {
        out.u8(Code);
        out.template be<Base>(Unwrap(value));
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, T& value,
                                                          scope) noexcept {
        if (format_code != Code) return refuse_code(in, format_code);
        value = Wrap(in.template be<Base>());
    }
};

template <class To, class From>
constexpr To bits_of(const From& value) noexcept {
    return std::bit_cast<To>(value);
}
template <class To, class From>
constexpr To of_bits(From bits) noexcept {
    return std::bit_cast<To>(bits);
}
/// A type of so many bits as Bits has, whose bits are sent as they are.
template <class T, class Bits, type Of, std::uint8_t Code>
using bits_wire = wrapped_wire<T, Bits, bits_of<Bits, T>, of_bits<T, Bits>, Of, Code>;

static_assert(sizeof(float) == 4 && sizeof(double) == 8, "AMQP sends binary32 and binary64 of IEEE 754");
template <>
struct wire<float> : bits_wire<float, std::uint32_t, type::float_, code::float_> {};
template <>
struct wire<double> : bits_wire<double, std::uint64_t, type::double_, code::double_> {};
template <>
struct wire<decimal32> : bits_wire<decimal32, std::uint32_t, type::decimal32, code::decimal32> {};
template <>
struct wire<decimal64> : bits_wire<decimal64, std::uint64_t, type::decimal64, code::decimal64> {};
template <>
struct wire<timestamp> : bits_wire<timestamp, std::uint64_t, type::timestamp, code::timestamp> {};

template <class T>
struct milli_or_seconds_wire {
    using base = wire<std::uint32_t>;
    static constexpr type of = base::of;
    static constexpr std::uint64_t bound(const T& value) noexcept { return base::bound(value.count); }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, const T& value, scope s) noexcept {
        base::put_into(out, value.count, s);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, T& value,
                                                          scope s) noexcept {
        base::take_from(in, format_code, value.count, s);
    }
};
template <>
struct wire<milliseconds> : milli_or_seconds_wire<milliseconds> {};
template <>
struct wire<seconds> : milli_or_seconds_wire<seconds> {};

/// One UTF-32 code unit: any character, U+0000 and what lies beyond the first plane included, but no surrogate
/// (AMQP 1.6.16).
template <>
struct wire<char32_t> {
    static constexpr type of = type::char_;
    [[nodiscard]] static constexpr bool is_character(char32_t c) noexcept {
        return c < 0xD800 || (0xDFFF < c && c <= 0x10FFFF);
    }
    static constexpr std::uint64_t bound(char32_t) noexcept { return 5; }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, char32_t value, scope) noexcept {
        if (!is_character(value)) out.fail(errc::amqp_char);
        out.u8(code::char_);
        out.u32(value);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code,
                                                          char32_t& value, scope) noexcept {
        if (format_code != code::char_) return refuse_code(in, format_code);
        const std::size_t at = in.offset();
        value = in.u32();
        if (!is_character(value)) in.fail(errc::amqp_char, at);
    }
};

/// Sixteen bytes.
template <class T, type Of, std::uint8_t Code>
struct octets_wire {
    static constexpr type of = Of;
    static constexpr std::uint64_t bound(const T&) noexcept { return 17; }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, const T& value, scope) noexcept {
        out.u8(Code);
        for (std::size_t at = 0; at != 16; at += 8) {
            std::uint64_t half = 0;
            for (std::size_t i = at; i != at + 8; ++i) half = half << 8 | value.octets[i];
            out.u64(half);
        }
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, T& value,
                                                          scope) noexcept {
        if (format_code != Code) return refuse_code(in, format_code);
        const bytes octets = in.take(16);
        for (std::size_t i = 0; i != octets.size(); ++i) value.octets[i] = octets[i];
    }
};
template <>
struct wire<uuid> : octets_wire<uuid, type::uuid, code::uuid> {};
template <>
struct wire<decimal128> : octets_wire<decimal128, type::decimal128, code::decimal128> {};

/// A size of one byte or of four, and so many bytes.
template <std::uint8_t Code8, std::uint8_t Code32>
struct variable_wire {
    static constexpr std::uint8_t short_code = Code8;
    static constexpr std::uint64_t bound(std::size_t size) noexcept { return std::uint64_t{5} + size; }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void write_head(basic_writer<Room>& out, std::size_t size) noexcept {
        if (size <= 0xFF) [[likely]] {
            out.u8(Code8);
            out.u8(static_cast<std::uint8_t>(size));
        } else {
            if (size > 0xFFFF'FFFF) out.fail(errc::too_long);
            out.u8(Code32);
            out.u32(static_cast<std::uint32_t>(size));
        }
    }
    HUBWIRE_ALWAYS_INLINE static constexpr bytes take_from(any_reader auto& in, std::uint8_t format_code) noexcept {
        if (format_code == Code8) [[likely]]
            return in.sized8();
        if (format_code == Code32) return in.take(in.u32());
        refuse_code(in, format_code);
        return {};
    }
};

template <>
struct wire<bytes> {
    using form = variable_wire<code::binary8, code::binary32>;
    static constexpr type of = type::binary;
    static constexpr std::uint64_t bound(bytes value) noexcept { return form::bound(value.size()); }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, bytes value, scope) noexcept {
        form::write_head(out, value.size());
        out.put(value);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, bytes& value,
                                                          scope) noexcept {
        value = form::take_from(in, format_code);
    }
};

// Not inlined: given only the text, they leave a reader in its registers.
HUBWIRE_NEVER_INLINE constexpr bool is_text(std::string_view text) noexcept { return is_utf8(text); }
HUBWIRE_NEVER_INLINE constexpr bool is_ascii(std::string_view text) noexcept {
    return all_words_pass(text.data(), text.size(), non_ascii_bytes);
}

/// Whether the text just read needs no closer look. A quick reader, which is inlined, tells for most texts.
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr bool is_plain(const Reader& in, std::string_view text) noexcept {
    return std::same_as<Reader, quick_reader> && !optimize_for_size &&
           is_ascii_at_a_glance(text.data(), text.size(), text.size() + in.left());
}

HUBWIRE_COLD constexpr result<void> check_text_slowly(std::string_view text) noexcept { return check_utf8(text); }

/// Text of which only a part may be valid: the rest is refused, with the offset at which it stands.
template <class Text, room Room>
HUBWIRE_NEVER_INLINE constexpr void write_any_text(basic_writer<Room>& out, std::string_view text,
                                                   const options& rules) noexcept {
    const result<void> verdict = wire<Text>::judge(text, rules);
    wire<Text>::form::write_head(out, text.size());
    if (!verdict) [[unlikely]] {
        out.put(bytes{text}.first(verdict.error().offset));
        return out.fail(verdict.error().code);
    }
    out.put(text);
}

/// Most texts are short, and ASCII: these are checked while they are copied.
template <class Text, room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_text(basic_writer<Room>& out, std::string_view text, scope s) noexcept {
    if constexpr (Room == room::unchecked && !optimize_for_size) {
        const std::size_t size = text.size();
        const auto make = [text, size](char* to) HUBWIRE_INLINE_LAMBDA {
            store_be<std::uint16_t>(to, static_cast<std::uint16_t>(wire<Text>::form::short_code << 8 | size));
            return copy_text<ascii_text>(to + 2, text.data(), size);
        };
        if (size <= 0xFF && out.put_if(2 + size, make)) [[likely]]
            return;
    }
    apart(out, [text, s](auto& copy) {
        write_any_text<Text>(copy, text, *s.rules);
        return true;
    });
}

template <>
struct wire<std::string_view> {
    using form = variable_wire<code::string8, code::string32>;
    static constexpr type of = type::string;
    static constexpr std::uint64_t bound(std::string_view value) noexcept { return form::bound(value.size()); }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, std::string_view value,
                                                         scope s) noexcept {
        write_text<std::string_view>(out, value, s);
    }
    static constexpr result<void> judge(std::string_view text, const options&) noexcept { return check_utf8(text); }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code,
                                                          std::string_view& value, scope) noexcept {
        const bytes text = form::take_from(in, format_code);
        value = text.text();
        if (!is_plain(in, value) && !is_text(value)) [[unlikely]]
            in.expect(text, check_text_slowly(value));
    }
};

HUBWIRE_COLD constexpr result<void> check_symbol_slowly(std::string_view text, const options& rules) noexcept {
    if (rules.any_symbol) return {};
    std::size_t at = 0;
    while (static_cast<unsigned char>(text[at]) < 0x80) ++at;
    return hubwire::error{.code = errc::amqp_symbol, .offset = at};
}
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> check_symbol(std::string_view text,
                                                                        const options& rules) noexcept {
    if (is_ascii(text)) [[likely]]
        return {};
    return check_symbol_slowly(text, rules);
}

template <>
struct wire<symbol> {
    using form = variable_wire<code::symbol8, code::symbol32>;
    static constexpr type of = type::symbol;
    static constexpr std::uint64_t bound(const symbol& value) noexcept { return form::bound(value.text.size()); }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, const symbol& value,
                                                         scope s) noexcept {
        write_text<symbol>(out, value.text, s);
    }
    static constexpr result<void> judge(std::string_view text, const options& rules) noexcept {
        return check_symbol(text, rules);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, symbol& value,
                                                          scope s) noexcept {
        const bytes text = form::take_from(in, format_code);
        value.text = text.text();
        if (!is_plain(in, value.text) && !is_ascii(value.text)) [[unlikely]]
            in.expect(text, check_symbol_slowly(value.text, *s.rules));
    }
};

/// Any of the types above.
template <class T>
concept primitive = requires { wire<T>::of; } && std::is_trivially_copyable_v<T>;

/// Passes over what stands behind a format code, in one step, for the high digit says how wide it is.
HUBWIRE_ALWAYS_INLINE constexpr void skip_behind(any_reader auto& in, std::uint8_t format_code) noexcept {
    if (format_code >= 0xA0) {
        in.take((format_code & 0x10) == 0 ? in.u8() : in.u32());
    } else if (format_code >= 0x50) {
        in.take(std::size_t{1} << ((format_code >> 4) - 5));
    } else if (format_code < 0x40) {
        refuse_code(in, format_code);
    }
}

/// Passes over one value without looking into it. A described one is two in its place, the descriptor and the value:
/// neither needs a call of its own.
HUBWIRE_SHARED constexpr void skip_value_behind(any_reader auto& in, std::uint8_t format_code) noexcept {
    if (format_code != code::described) [[likely]]
        return skip_behind(in, format_code);
    for (std::size_t pending = 2; pending != 0 && in.ok(); --pending) {
        format_code = in.u8();
        if (format_code == code::described) {
            pending += in.ok() ? 2u : 0u;
        } else {
            skip_behind(in, format_code);
        }
    }
}
HUBWIRE_ALWAYS_INLINE constexpr void skip_value(any_reader auto& in) noexcept { skip_value_behind(in, in.u8()); }

}  // namespace hubwire::amqp::detail

#endif
