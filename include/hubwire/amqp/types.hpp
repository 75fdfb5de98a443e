#ifndef HUBWIRE_AMQP_TYPES_HPP
#define HUBWIRE_AMQP_TYPES_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/name_in.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

/// AMQP 1.0, as OASIS wrote it down on 29 October 2012. Rules are named by part and section: "AMQP 1.6.22" is section
/// 1.6.22 of part 1.
namespace hubwire::amqp {

namespace detail {

/// A string that dies with its text, such as a std::string.
template <class Text>
concept owns_text = std::convertible_to<const Text&, std::string_view> && std::is_class_v<Text> &&
                    !std::ranges::enable_borrowed_range<Text>;

}  // namespace detail

/// The types of AMQP 1.6, and "described", a value that says by a descriptor what it means (AMQP 1.2).
enum class type : std::uint8_t {
    null,
    boolean,
    ubyte,
    ushort,
    uint,
    ulong,
    byte,
    short_,
    int_,
    long_,
    float_,
    double_,
    decimal32,
    decimal64,
    decimal128,
    char_,
    timestamp,
    uuid,
    binary,
    string,
    symbol,
    list,
    map,
    array,
    described,
};

namespace detail {

inline constexpr std::string_view type_names[]{
    "null",   "boolean", "ubyte",  "ushort",    "uint",      "ulong",      "byte",      "short",     "int",
    "long",   "float",   "double", "decimal32", "decimal64", "decimal128", "char",      "timestamp", "uuid",
    "binary", "string",  "symbol", "list",      "map",       "array",      "described",
};

}  // namespace detail

/// What the specification calls it, as it does with the other enumerations that have a name_of; for logs. Empty for a
/// number that is none of them.
[[nodiscard]] constexpr std::string_view name_of(type of) noexcept {
    return hubwire::detail::name_in(detail::type_names, of);
}

/// A name from a set that peers agree on, in ASCII (AMQP 1.6.21). Made of any text, implicitly.
struct symbol {
    std::string_view text{};

    constexpr symbol() noexcept = default;
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !detail::owns_text<Text> &&
                 !std::same_as<Text, std::nullptr_t>)
    constexpr symbol(const Text& name) noexcept : text{name} {}
    template <detail::owns_text Text>
    constexpr symbol(const Text& name HUBWIRE_LIFETIMEBOUND) noexcept : text{name} {}

    friend constexpr bool operator==(const symbol&, const symbol&) noexcept = default;
};

/// Milliseconds since 1970-01-01T00:00Z, without leap seconds; negative ones came before (AMQP 1.6.17).
struct timestamp {
    std::int64_t milliseconds = 0;
    friend constexpr auto operator<=>(const timestamp&, const timestamp&) noexcept = default;
};

/// AMQP 2.8.6 and 2.8.5
struct milliseconds {
    std::uint32_t count = 0;
    friend constexpr auto operator<=>(const milliseconds&, const milliseconds&) noexcept = default;
};
struct seconds {
    std::uint32_t count = 0;
    friend constexpr auto operator<=>(const seconds&, const seconds&) noexcept = default;
};

/// A UUID of RFC 4122, in the order in which it is written and sent (AMQP 1.6.18).
struct uuid {
    std::array<std::uint8_t, 16> octets{};
    friend constexpr bool operator==(const uuid&, const uuid&) noexcept = default;
};

/// IEEE 754-2008 decimal numbers, as their bits: the library hands them on and does not calculate (AMQP 1.6.13 to 15).
struct decimal32 {
    std::uint32_t bits = 0;
    friend constexpr bool operator==(const decimal32&, const decimal32&) noexcept = default;
};
struct decimal64 {
    std::uint64_t bits = 0;
    friend constexpr bool operator==(const decimal64&, const decimal64&) noexcept = default;
};
struct decimal128 {
    std::array<std::uint8_t, 16> octets{};  // as on the wire, most significant first
    friend constexpr bool operator==(const decimal128&, const decimal128&) noexcept = default;
};

/// A field for which the specification has a default: either it is there, possibly with just that value, or it is
/// absent and means the default. Both are told apart, and both can be sent.
///     open.max_frame_size = 512;               // from now on it is there
///     std::uint32_t size = *open.max_frame_size;   // its value, or the default
template <class T, T Default>
class with_default {
public:
    static constexpr T default_value = Default;
    using value_type = T;

    constexpr with_default() noexcept = default;
    /// A number that a T cannot hold is converted where it is given, so that compilers warn there.
    constexpr with_default(T value) noexcept
        requires(!std::same_as<T, bool>)
        : value_{value} {}
    template <std::same_as<bool> U>
        requires std::same_as<T, U>
    constexpr with_default(U value) noexcept : value_{value} {}

    [[nodiscard]] constexpr T operator*() const noexcept { return value_ ? *value_ : Default; }

    /// Whether it is there; its value can be had in either case.
    [[nodiscard]] constexpr bool has_value() const noexcept { return value_.has_value(); }
    constexpr void reset() noexcept { value_.reset(); }

    /// Two of them are equal if both are absent, or both are there with equal values. A value is compared with what it
    /// means: it is the default's equal where it is absent.
    friend constexpr bool operator==(const with_default&, const with_default&) noexcept = default;
    friend constexpr bool operator==(const with_default& a, T value) noexcept
        requires(!std::same_as<T, bool>)
    {
        return *a == value;
    }
    template <std::same_as<bool> U>
        requires std::same_as<T, U>
    friend constexpr bool operator==(const with_default& a, U value) noexcept {
        return *a == value;
    }

private:
    std::optional<T> value_{};
};

/// Where the specification leaves it open, or peers are laxer. The defaults are the specification, to the letter, but
/// for what would take memory (a key that a map has twice) and what a receiver knows better by waiting (a first
/// transfer of several that does not say the message-format, AMQP 2.7.5).
struct options {
    /// Frames of more bytes than this are refused, by decoders as soon as the size is known and by encoders: what this
    /// side, or the other one, said in its `open` (AMQP 2.7.1). Before that 512 bytes are what everybody accepts, to be
    /// set here by whoever may meet such a peer.
    std::uint32_t max_frame_size = 0xFFFF'FFFF;

    /// Values that are nested deeper than this are refused: lists, maps, arrays, and descriptors with what they
    /// describe; what describes the elements of an array may itself nest twice. A decoder takes some 350 bytes of stack
    /// for each level on x86-64, 30 KB for 64, and up to three times as much where a program is hardly optimized (g++
    /// -Og), which is a reason for a lower limit where threads are small. An encoder counts the levels that it writes,
    /// not those within a view that was decoded: what wraps such a view may turn out too deep for the peer.
    unsigned max_depth = 64;

    /// Accept symbols that are not ASCII. Those in a list or a map that was decoded so are sent on as they came.
    bool any_symbol = false;

    /// Accept maps whose keys are not of the type that the field asks for: symbols for `fields` and filters, symbols or
    /// ulongs for annotations, strings for application properties.
    bool any_key = false;

    /// Accept application properties whose values are lists, maps or arrays (AMQP 3.2.5 excludes them), and filters
    /// whose values are not described (AMQP 3.5.8).
    bool any_property = false;

    /// Accept and send SASL frames of more than 512 bytes, as long tokens need them (AMQP 5.3.1 forbids them).
    bool any_sasl_frame_size = false;

    /// Accept a message without a body: AMQP 3.2 asks for one, Service Bus and others leave an empty one out.
    bool no_body = false;

    /// Accept the sections of a message in any order, as the C SDK of Azure IoT writes those of a batch. Each kind
    /// still stands there once, and bodies are of one kind.
    bool any_order = false;

    /// Send null for trailing fields that are absent, instead of leaving them out: for peers that count fields
    /// (encoding only).
    bool keep_trailing_nulls = false;
};

}  // namespace hubwire::amqp

#endif
