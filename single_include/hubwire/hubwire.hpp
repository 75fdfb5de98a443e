// hubwire 0.1.0, the whole library as one header. It can be copied alone into a project: nothing else is needed.
//
// Generated from include/hubwire/ by "python3 single_include/amalgamate.py". Change the headers there, never this file.
//
// MIT License
//
// Copyright (c) 2026 The hubwire authors
//
// Permission is hereby granted, free of charge, to any person obtaining a copy
// of this software and associated documentation files (the "Software"), to deal
// in the Software without restriction, including without limitation the rights
// to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
// copies of the Software, and to permit persons to whom the Software is
// furnished to do so, subject to the following conditions:
//
// The above copyright notice and this permission notice shall be included in all
// copies or substantial portions of the Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
// IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
// FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
// AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
// LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
// OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
// SOFTWARE.

// hubwire/core/config.hpp

#ifndef HUBWIRE_CORE_CONFIG_HPP
#define HUBWIRE_CORE_CONFIG_HPP

/// Whatever depends on the compiler: nothing outside this header asks which one it is.

// Concepts, designated initializers and constexpr containers are all there once this much is. The test asks for
// features, not for a standard's year: MSVC reports the year in a macro of its own.
#if !defined(__cpp_concepts) || __cpp_concepts < 201907L || !defined(__cpp_constexpr) || __cpp_constexpr < 201907L || \
    !defined(__cpp_designated_initializers) || !defined(__cpp_impl_three_way_comparison)
#error "hubwire needs C++20: g++ 12, clang 14, MSVC 19.30 or newer, with -std=c++20 or /std:c++20"
// A missing file is fatal where #error is not: without it, hundreds of errors would hide the one above.
#include "hubwire needs C++20"
#endif

// What is inlined. Where the program is compiled for size, g++ knows best, and clang inlines too much: what everything
// else is made of (SHARED) is then shared, as it is inlined everywhere where the program is compiled for speed. Where
// it is not optimized, nothing is gained by it. COLD is what runs only when something is wrong; INLINE_LAMBDA stands
// behind the parameters of a lambda.
#if defined(__OPTIMIZE_SIZE__)
#define HUBWIRE_ALWAYS_INLINE inline
#if defined(__clang__)
#define HUBWIRE_NEVER_INLINE [[gnu::noinline]]
#else
#define HUBWIRE_NEVER_INLINE
#endif
#define HUBWIRE_SHARED [[gnu::noinline]]
#define HUBWIRE_COLD
#define HUBWIRE_INLINE_LAMBDA
#elif defined(__GNUC__) && defined(__OPTIMIZE__)
#define HUBWIRE_ALWAYS_INLINE [[gnu::always_inline]] inline
#define HUBWIRE_NEVER_INLINE [[gnu::noinline]]
#define HUBWIRE_SHARED [[gnu::always_inline]] inline
#define HUBWIRE_COLD [[gnu::noinline, gnu::cold]]
#define HUBWIRE_INLINE_LAMBDA __attribute__((always_inline))
#elif defined(_MSC_VER)
#define HUBWIRE_ALWAYS_INLINE __forceinline
#define HUBWIRE_NEVER_INLINE __declspec(noinline)
#define HUBWIRE_SHARED __forceinline
#define HUBWIRE_COLD __declspec(noinline)
#define HUBWIRE_INLINE_LAMBDA
#else
#define HUBWIRE_ALWAYS_INLINE inline
#define HUBWIRE_NEVER_INLINE
#define HUBWIRE_SHARED inline
#define HUBWIRE_COLD
#define HUBWIRE_INLINE_LAMBDA
#endif

// Sixteen bytes at once, by the vectors that g++ and clang have as an extension, where they are an ordinary register
// and the program is not compiled for size.
#if defined(__GNUC__) && !defined(__OPTIMIZE_SIZE__) && (defined(__SSE2__) || defined(__aarch64__))
#define HUBWIRE_HAS_BLOCKS
#endif

// SHA-256 by the processor's own instructions. Whether an x86-64 has them is asked at run time, and the answer is kept:
// not where there is no system around the program, or where it is compiled for size. On Arm the compiler is told by its
// flags.
#if defined(__GNUC__) && defined(__x86_64__) && !defined(__OPTIMIZE_SIZE__) && __STDC_HOSTED__
#define HUBWIRE_HAS_SHA_X86
#elif defined(__ARM_NEON) && !defined(__ARM_BIG_ENDIAN) && \
    (defined(__ARM_FEATURE_SHA2) || defined(__ARM_FEATURE_CRYPTO))
#define HUBWIRE_HAS_SHA_ARM
#endif

// Marks a parameter that the result keeps pointing into, so that a compiler that knows it warns of dangling views.
#if defined(__clang__)
#define HUBWIRE_LIFETIMEBOUND [[clang::lifetimebound]]
#elif defined(_MSC_VER) && _MSC_VER >= 1937
#define HUBWIRE_LIFETIMEBOUND [[msvc::lifetimebound]]
#else
#define HUBWIRE_LIFETIMEBOUND
#endif

#include <cstddef>
#include <cstring>
#include <type_traits>

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif

namespace hubwire::detail {

/// Whether the translation unit is compiled for size (-Os): unrolled short cuts then give way to a library call.
#if defined(__OPTIMIZE_SIZE__)
inline constexpr bool optimize_for_size = true;
#else
inline constexpr bool optimize_for_size = false;
#endif

/// The same address, or number, of which the compiler no longer knows what it is, or points to. g++ sees that an
/// encoder could write past an array of known size, not that it has shown beforehand that it will not, and would warn
/// of that in programs that do nothing wrong. No instruction comes of it.
template <class T>
HUBWIRE_ALWAYS_INLINE constexpr T opaque(T value) noexcept {
#if defined(__GNUC__)
    if (!std::is_constant_evaluated()) asm("" : "+r"(value));
#endif
    return value;
}

/// Fills memory with zeros, and is not left out although nobody reads the memory again.
HUBWIRE_ALWAYS_INLINE void wipe_memory(void* memory, std::size_t size) noexcept {
#if defined(__GNUC__)
    std::memset(memory, 0, size);
    asm volatile("" : : "r"(memory) : "memory");  // which might read it
// coverage: off, for other compilers than the one that counts
#else
    volatile char* const bytes = static_cast<char*>(memory);
    for (std::size_t i = 0; i != size; ++i) bytes[i] = 0;
#endif
    // coverage: on
}

// coverage: off, a program that traps leaves no counts; static.trap sees that it does

/// Stops the program on the spot. No symbol is needed, so it works without a C library as well.
[[noreturn]] inline void trap() noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    __fastfail(7);  // FAST_FAIL_FATAL_APP_EXIT
#else
    __builtin_trap();
#endif
}

/// A precondition of the caller's, such as dereferencing only a result that holds a value. Breaking one is a mistake in
/// the calling program, never a matter of input; it ends in a trap rather than in undefined behaviour, and in a
/// constant expression it does not compile.
HUBWIRE_ALWAYS_INLINE constexpr void require(bool holds) noexcept {
    if (!holds) [[unlikely]]
        trap();
}
// coverage: on

}  // namespace hubwire::detail

#endif

#include <array>
#include <bit>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

// hubwire/amqp/types.hpp

#ifndef HUBWIRE_AMQP_TYPES_HPP
#define HUBWIRE_AMQP_TYPES_HPP

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
    [[nodiscard]] constexpr bool is_present() const noexcept { return value_.has_value(); }
    constexpr void reset() noexcept { value_.reset(); }

    /// Equal if both are absent, or both are there with equal values.
    friend constexpr bool operator==(const with_default&, const with_default&) noexcept = default;

private:
    std::optional<T> value_{};
};

/// Where the specification leaves it open, or peers are laxer. The defaults are the specification, to the letter.
struct options {
    /// Frames of more bytes than this are refused, by decoders as soon as the size is known and by encoders: what this
    /// side, or the other one, said in its `open` (AMQP 2.7.1). Before that it is 512.
    std::uint32_t max_frame_size = 0xFFFF'FFFF;

    /// Values that are nested deeper than this are refused: lists, maps, arrays, and descriptors with what they
    /// describe. A decoder takes some 100 to 200 bytes of stack for each level. An encoder counts the levels that it
    /// writes, not those within a view that was decoded: what wraps such a view may turn out too deep for the peer.
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

// hubwire/core/bytes.hpp

#ifndef HUBWIRE_CORE_BYTES_HPP
#define HUBWIRE_CORE_BYTES_HPP

namespace hubwire {

namespace detail {

/// The types that C++ lets stand for a byte of memory.
template <class B>
concept byte_like = std::same_as<B, char> || std::same_as<B, unsigned char> || std::same_as<B, std::byte>;

template <class R>
using element_of = std::remove_pointer_t<decltype(std::data(std::declval<R&>()))>;

/// Anything with data() and size() over bytes: arrays, vectors, strings, spans, views. A size with a sign, or of more
/// bits than the machine counts in, would have to be cut.
template <class R>
concept byte_range = requires(R& range) {
    { std::data(range) } -> std::convertible_to<const volatile void*>;
    { std::size(range) } -> std::unsigned_integral;
} && sizeof(std::size(std::declval<R&>())) <= sizeof(std::size_t) && byte_like<std::remove_const_t<element_of<R>>>;

/// A range that does not own its elements, such as a span: they outlive it.
template <class R>
concept borrowed = std::ranges::enable_borrowed_range<std::remove_cvref_t<R>>;

/// A string literal, or an array that may hold a text: whether a last byte of 0 is data or a terminator, and where the
/// text ends, nobody can tell.
template <class R>
concept text_array =
    std::is_array_v<std::remove_reference_t<R>> && std::same_as<std::remove_const_t<element_of<R>>, char>;

// coverage: off, a name for the compiler to show, and nothing that runs
/// Not constexpr, on purpose: a constant expression cannot see an unsigned char or a std::byte as a char.
inline void constant_expressions_take_buffers_of_char_only() noexcept {}
// coverage: on

/// The address of bytes of any type, as one of chars.
template <class B>
constexpr auto* to_chars(B* data) noexcept {
    if constexpr (std::same_as<std::remove_const_t<B>, char>) {
        return data;
    } else {
        if (std::is_constant_evaluated()) constant_expressions_take_buffers_of_char_only();
        return reinterpret_cast<std::conditional_t<std::is_const_v<B>, const char*, char*>>(data);
    }
}

}  // namespace detail

/// Bytes that somebody else owns, read only: what decoders take and what they return as binary fields.
///
/// Made from any contiguous buffer of char, unsigned char or std::byte, implicitly; converts to spans of all three.
/// Inside it is a pointer to char, because then a text field can be seen as a std::string_view in a constant expression
/// too. For the same reason constant expressions take buffers of char only (std::bit_cast an array of another kind).
///
/// Not made from string literals and plain arrays of char: it is open whether the terminator is meant. Say `"text"sv`,
/// or std::span, or give the address and the size.
class bytes {
public:
    constexpr bytes() noexcept = default;

    /// The size bytes at data. Pre: they exist; data may be null if size is 0.
    template <detail::byte_like B>
    constexpr bytes(const B* data HUBWIRE_LIFETIMEBOUND, std::size_t size) noexcept
        : data_{detail::to_chars(data)}, size_{size} {}

    template <detail::byte_range R>
        requires(!detail::borrowed<R> && !detail::text_array<R> && !std::same_as<std::remove_cvref_t<R>, bytes>)
    constexpr bytes(R&& range HUBWIRE_LIFETIMEBOUND) noexcept
        : data_{detail::to_chars(std::data(range))}, size_{std::size(range)} {}

    template <detail::byte_range R>
        requires(detail::borrowed<R> && !std::same_as<std::remove_cvref_t<R>, bytes>)
    constexpr bytes(R&& range) noexcept : data_{detail::to_chars(std::data(range))}, size_{std::size(range)} {}

    template <std::size_t N>
    bytes(const char (&array)[N]) = delete;  // is the last byte a terminator? say "..."sv, or std::span{array}

    [[nodiscard]] constexpr const char* data() const noexcept { return data_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    /// The byte at index, as a number from 0 to 255. Pre: index < size(), or the program traps.
    [[nodiscard]] constexpr unsigned char operator[](std::size_t index) const noexcept {
        detail::require(index < size_);
        return static_cast<unsigned char>(data_[index]);
    }

    /// The first n bytes, and all but the first n. Pre: n <= size(), or the program traps.
    [[nodiscard]] constexpr bytes first(std::size_t n) const noexcept {
        detail::require(n <= size_);
        return {data_, n};
    }
    [[nodiscard]] constexpr bytes without_first(std::size_t n) const noexcept {
        detail::require(n <= size_);
        return {data_ + n, size_ - n};
    }

    /// The same bytes seen as text. Nothing is checked or changed.
    [[nodiscard]] constexpr std::string_view text() const noexcept { return {data_, size_}; }

    /// One byte after the other, each as a number from 0 to 255.
    class iterator {
    public:
        using value_type = unsigned char;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        constexpr unsigned char operator*() const noexcept { return static_cast<unsigned char>(*at_); }
        constexpr iterator& operator++() noexcept {
            ++at_;
            return *this;
        }
        constexpr iterator operator++(int) noexcept { return iterator{at_++}; }
        friend constexpr bool operator==(iterator, iterator) noexcept = default;

    private:
        friend bytes;
        constexpr explicit iterator(const char* at) noexcept : at_{at} {}
        const char* at_ = nullptr;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{data_}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return iterator{data_ + size_}; }

    /// The same bytes as a span, for a transport or an algorithm; spans are also made implicitly.
    template <detail::byte_like B>
    [[nodiscard]] constexpr std::span<const B> as() const noexcept {
        if constexpr (std::same_as<B, char>) {
            return {data_, size_};
        } else {
            return {reinterpret_cast<const B*>(data_), size_};
        }
    }
    template <detail::byte_like B>
    constexpr operator std::span<const B>() const noexcept {
        return as<B>();
    }

    /// Whether the contents are the same, wherever they lie.
    friend constexpr bool operator==(bytes a, bytes b) noexcept { return a.text() == b.text(); }

private:
    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

/// Memory that somebody else owns and an encoder may write to.
///
/// Made from any contiguous, writable buffer of char, unsigned char or std::byte that outlives the call, implicitly.
/// As with bytes, constant expressions take buffers of char only.
class buffer {
public:
    constexpr buffer() noexcept = default;

    /// The size bytes at data. Pre: they exist and may be written to; data may be null if size is 0.
    template <detail::byte_like B>
    constexpr buffer(B* data HUBWIRE_LIFETIMEBOUND, std::size_t size) noexcept
        : data_{detail::to_chars(data)}, size_{size} {}

    template <detail::byte_range R>
        requires(!detail::borrowed<R> && !std::is_const_v<detail::element_of<R>> && !std::same_as<R, buffer>)
    constexpr buffer(R& range HUBWIRE_LIFETIMEBOUND) noexcept
        : data_{detail::to_chars(std::data(range))}, size_{std::size(range)} {}

    template <detail::byte_range R>
        requires(detail::borrowed<R> && !std::is_const_v<detail::element_of<R>> &&
                 !std::same_as<std::remove_cvref_t<R>, buffer>)
    constexpr buffer(R&& range) noexcept : data_{detail::to_chars(std::data(range))}, size_{std::size(range)} {}

    [[nodiscard]] constexpr char* data() const noexcept { return data_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

    /// All but the first n bytes, to go on behind what was written. Pre: n <= size(), or the program traps.
    [[nodiscard]] constexpr buffer without_first(std::size_t n) const noexcept {
        detail::require(n <= size_);
        return {data_ + n, size_ - n};
    }

private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace hubwire

// Views may be made of temporary views, without a warning that something dangles.
template <>
inline constexpr bool std::ranges::enable_borrowed_range<hubwire::bytes> = true;
template <>
inline constexpr bool std::ranges::enable_borrowed_range<hubwire::buffer> = true;

#endif

// hubwire/core/error.hpp

#ifndef HUBWIRE_CORE_ERROR_HPP
#define HUBWIRE_CORE_ERROR_HPP

namespace hubwire {

/// Every way in which anything in the library can refuse. What each one means stands in the table below.
enum class errc : std::uint16_t {
    none,
    incomplete,
    truncated,
    leftover,
    over_limit,
    no_space,
    too_long,
    too_large,
    invalid_utf8,
    nul_in_text,

    // text: decimal, base64, percent-encoding, timestamps
    decimal_digit,
    decimal_leading_zero,
    base64_character,
    base64_padding,
    base64_length,
    base64_stray_bits,
    percent_escape,
    timestamp_format,
    timestamp_range,
    timestamp_fraction,
    timestamp_zone,

    // MQTT 3.1.1
    mqtt_invalid_utf8,
    mqtt_nul_in_text,
    mqtt_discouraged_character,
    mqtt_packet_type,
    mqtt_flags,
    mqtt_remaining_length,
    mqtt_padded_length,
    mqtt_impossible_length,
    mqtt_wrong_packet,
    mqtt_packet_id,
    mqtt_packet_id_at_qos_0,
    mqtt_publish_answer_id,
    mqtt_subscribe_answer_id,
    mqtt_connect_first,
    mqtt_connect_twice,
    mqtt_protocol_name,
    mqtt_protocol_level,
    mqtt_reserved_connect_flag,
    mqtt_will_absent,
    mqtt_will_qos_without_will,
    mqtt_will_qos,
    mqtt_will_retain_without_will,
    mqtt_username_without_flag,
    mqtt_username_absent,
    mqtt_password_without_flag,
    mqtt_password_absent,
    mqtt_password_without_username,
    mqtt_empty_client_id,
    mqtt_connack_first,
    mqtt_reserved_connack_flags,
    mqtt_session_present,
    mqtt_return_code,
    mqtt_dup_at_qos_0,
    mqtt_qos,
    mqtt_wildcard_in_topic,
    mqtt_wildcard_in_will_topic,
    mqtt_pubrel_flags,
    mqtt_subscribe_flags,
    mqtt_no_subscriptions,
    mqtt_requested_qos,
    mqtt_suback_count,
    mqtt_suback_code,
    mqtt_unsubscribe_flags,
    mqtt_no_filters,
    mqtt_disconnect_flags,
    mqtt_multi_level_wildcard,
    mqtt_single_level_wildcard,
    mqtt_empty_topic,
    mqtt_topic_too_long,
    mqtt_direction,

    // AMQP 1.0
    amqp_format_code,
    amqp_type,
    amqp_boolean,
    amqp_char,
    amqp_symbol,
    amqp_size,
    amqp_count,
    amqp_odd_map,
    amqp_mixed_array,
    amqp_depth,
    amqp_descriptor,
    amqp_missing_field,
    amqp_too_many_fields,
    amqp_choice,
    amqp_key,
    amqp_map_value,
    amqp_section,
    amqp_section_order,
    amqp_repeated_section,
    amqp_mixed_body,
    amqp_no_body,
    amqp_protocol_header,
    amqp_frame_size,
    amqp_data_offset,
    amqp_frame_type,
    amqp_max_frame_size,
    amqp_sasl_frame_size,
    amqp_payload,
    amqp_empty_sasl_frame,
    amqp_credentials,
    amqp_delivery_tag,
    amqp_first_transfer,
    amqp_next_transfer,

    /// The first of the codes that the library never uses: an application's own rules can have those from here on.
    application = 0x8000,
};

namespace detail {

struct rule {
    errc code;
    std::string_view id;        // of the statement in its specification, or empty where the refusal is our own
    std::string_view sentence;  // what is wrong, in words for a person
};

/// In the order of errc. The texts reach a program only where it asks for one: firmware that compares codes has none.
inline constexpr rule rules[] = {
    {errc::none, "", "no error"},
    {errc::incomplete, "", "the input ends before the value does"},
    {errc::truncated, "", "a value reaches past the end of what contains it"},
    {errc::leftover, "", "bytes are left over after the last value"},
    {errc::over_limit, "", "the size is beyond the receiver's limit"},
    {errc::no_space, "", "the buffer is too small for what is to be written"},
    {errc::too_long, "", "the value is longer than its length field can say"},
    {errc::too_large, "", "the number does not fit its field"},
    {errc::invalid_utf8, "RFC 3629-3", "the text is not well-formed UTF-8"},
    {errc::nul_in_text, "", "the text holds the character U+0000"},

    {errc::decimal_digit, "", "there is no decimal digit where a number needs one"},
    {errc::decimal_leading_zero, "", "the number begins with a 0 that it does not need"},
    {errc::base64_character, "RFC 4648-3.3", "a character is not of the base64 alphabet"},
    {errc::base64_padding, "RFC 4648-4", "there is padding, or something behind it, where base64 has none"},
    {errc::base64_length, "RFC 4648-4", "the base64 is not padded to a multiple of four characters"},
    {errc::base64_stray_bits, "RFC 4648-3.5", "the last character of the base64 has bits that belong to no byte"},
    {errc::percent_escape, "RFC 3986-2.1", "a % is not followed by two hexadecimal digits"},
    {errc::timestamp_format, "RFC 3339-5.6", "the text is not written as a date with a time is"},
    {errc::timestamp_range, "RFC 3339-5.7", "a part of the date or of the time is out of its range"},
    {errc::timestamp_fraction, "", "the fraction of the second has more digits than allowed"},
    {errc::timestamp_zone, "", "the time is not in UTC, as a Z behind it says"},

    {errc::mqtt_invalid_utf8, "MQTT-1.5.3-1", "the text is not well-formed UTF-8"},
    {errc::mqtt_nul_in_text, "MQTT-1.5.3-2", "the text holds the character U+0000"},
    {errc::mqtt_discouraged_character, "MQTT 1.5.3",
     "the text holds a control character or a code point that is no character"},
    {errc::mqtt_packet_type, "MQTT 2.2.1", "the packet type is reserved"},
    {errc::mqtt_flags, "MQTT-2.2.2-2", "the flags of the fixed header are not those of this packet"},
    {errc::mqtt_remaining_length, "MQTT 2.2.3", "the remaining length does not fit in four bytes"},
    {errc::mqtt_padded_length, "MQTT 2.2.3", "the remaining length takes more bytes than it needs"},
    {errc::mqtt_impossible_length, "MQTT 2.2.3", "the remaining length is not one that this packet can have"},
    {errc::mqtt_wrong_packet, "", "the packet is of another type than the one asked for"},
    {errc::mqtt_packet_id, "MQTT-2.3.1-1", "the packet identifier is 0"},
    {errc::mqtt_packet_id_at_qos_0, "MQTT-2.3.1-5", "there is a packet identifier at QoS 0"},
    {errc::mqtt_publish_answer_id, "MQTT-2.3.1-6", "the packet identifier is 0, and so not that of the PUBLISH"},
    {errc::mqtt_subscribe_answer_id, "MQTT-2.3.1-7",
     "the packet identifier is not that of the SUBSCRIBE or UNSUBSCRIBE"},
    {errc::mqtt_connect_first, "MQTT-3.1.0-1", "the first packet of a client is not CONNECT"},
    {errc::mqtt_connect_twice, "MQTT-3.1.0-2", "a client sends a second CONNECT"},
    {errc::mqtt_protocol_name, "MQTT-3.1.2-1", "the protocol name is not MQTT"},
    {errc::mqtt_protocol_level, "MQTT-3.1.2-2", "the protocol level is not supported"},
    {errc::mqtt_reserved_connect_flag, "MQTT-3.1.2-3", "the reserved connect flag is set"},
    {errc::mqtt_will_absent, "MQTT-3.1.2-9", "there is no room for the will that the flags announce"},
    {errc::mqtt_will_qos_without_will, "MQTT-3.1.2-13", "there is a will QoS without a will"},
    {errc::mqtt_will_qos, "MQTT-3.1.2-14", "the will QoS is 3"},
    {errc::mqtt_will_retain_without_will, "MQTT-3.1.2-15", "there is a will retain flag without a will"},
    {errc::mqtt_username_without_flag, "MQTT-3.1.2-18", "there are bytes behind the last field, and no user name flag"},
    {errc::mqtt_username_absent, "MQTT-3.1.2-19", "there is no room for the user name that the flags announce"},
    {errc::mqtt_password_without_flag, "MQTT-3.1.2-20", "there are bytes behind the last field, and no password flag"},
    {errc::mqtt_password_absent, "MQTT-3.1.2-21", "there is no room for the password that the flags announce"},
    {errc::mqtt_password_without_username, "MQTT-3.1.2-22", "there is a password without a user name"},
    {errc::mqtt_empty_client_id, "MQTT-3.1.3-7", "an empty client identifier asks for a clean session"},
    {errc::mqtt_connack_first, "MQTT-3.2.0-1", "the first packet of a server is not CONNACK"},
    {errc::mqtt_reserved_connack_flags, "MQTT 3.2.2.1", "reserved acknowledge flags are set"},
    {errc::mqtt_session_present, "MQTT-3.2.2-4", "a refused connection has no session present"},
    {errc::mqtt_return_code, "MQTT 3.2.2.3", "the return code is reserved"},
    {errc::mqtt_dup_at_qos_0, "MQTT-3.3.1-2", "the DUP flag is set at QoS 0"},
    {errc::mqtt_qos, "MQTT-3.3.1-4", "the QoS is 3"},
    {errc::mqtt_wildcard_in_topic, "MQTT-3.3.2-2", "the topic name holds a wildcard"},
    {errc::mqtt_wildcard_in_will_topic, "MQTT-4.7.1-1", "the topic of the will holds a wildcard"},
    {errc::mqtt_pubrel_flags, "MQTT-3.6.1-1", "the flags of the fixed header are not 2"},
    {errc::mqtt_subscribe_flags, "MQTT-3.8.1-1", "the flags of the fixed header are not 2"},
    {errc::mqtt_no_subscriptions, "MQTT-3.8.3-3", "there is no topic filter to subscribe to"},
    {errc::mqtt_requested_qos, "MQTT-3.8.3-4", "the requested QoS is above 2, or reserved bits are set"},
    {errc::mqtt_suback_count, "MQTT-3.8.4-5", "there is not one return code for each topic filter"},
    {errc::mqtt_suback_code, "MQTT-3.9.3-2", "the return code is reserved"},
    {errc::mqtt_unsubscribe_flags, "MQTT-3.10.1-1", "the flags of the fixed header are not 2"},
    {errc::mqtt_no_filters, "MQTT-3.10.3-2", "there is no topic filter to unsubscribe from"},
    {errc::mqtt_disconnect_flags, "MQTT-3.14.1-1", "the flags of the fixed header are not 0"},
    {errc::mqtt_multi_level_wildcard, "MQTT-4.7.1-2", "a # is not the last character, or not a level of its own"},
    {errc::mqtt_single_level_wildcard, "MQTT-4.7.1-3", "a + is not a level of its own"},
    {errc::mqtt_empty_topic, "MQTT-4.7.3-1", "the topic is empty"},
    {errc::mqtt_topic_too_long, "MQTT-4.7.3-3", "the topic is longer than 65,535 bytes"},
    {errc::mqtt_direction, "MQTT 2.2.1", "this side never receives such a packet"},

    {errc::amqp_format_code, "AMQP 1.6", "the format code is not one that is defined"},
    {errc::amqp_type, "AMQP 1.2", "the value is of another type than the one that belongs here"},
    {errc::amqp_boolean, "AMQP 1.6.2", "a boolean is neither 0 nor 1"},
    {errc::amqp_char, "AMQP 1.6.16", "a char is a surrogate, or beyond U+10FFFF"},
    {errc::amqp_symbol, "AMQP 1.6.21", "the symbol is not ASCII"},
    {errc::amqp_size, "AMQP 1.2", "the size leaves no room for what it has to contain"},
    {errc::amqp_count, "AMQP 1.2", "the count does not agree with the size"},
    {errc::amqp_odd_map, "AMQP 1.6.23", "the map has a key without a value"},
    {errc::amqp_mixed_array, "AMQP 1.6.24", "the elements of the array are not of one type"},
    {errc::amqp_depth, "", "values are nested too deep"},
    {errc::amqp_descriptor, "AMQP 1.3", "the descriptor is not one that belongs here"},
    {errc::amqp_missing_field, "AMQP 1.4", "a mandatory field is missing"},
    {errc::amqp_too_many_fields, "AMQP 1.4", "there are more fields than the type has"},
    {errc::amqp_choice, "AMQP 1.4", "the value is not one of those that its type allows"},
    {errc::amqp_key, "AMQP 1.6.23", "a key of the map is of a type that is not allowed here"},
    {errc::amqp_map_value, "AMQP 1.6.23", "a value of the map is of a type that is not allowed here"},
    {errc::amqp_section, "AMQP 3.2", "what stands here is not a section of a message"},
    {errc::amqp_section_order, "AMQP 3.2", "the sections are not in their order"},
    {errc::amqp_repeated_section, "AMQP 3.2", "a section that can be there once is there again"},
    {errc::amqp_mixed_body, "AMQP 3.2", "the body has sections of different kinds"},
    {errc::amqp_no_body, "AMQP 3.2", "the message has no body"},
    {errc::amqp_protocol_header, "AMQP 2.2", "the protocol header is not one of AMQP 1.0"},
    {errc::amqp_frame_size, "AMQP 2.3.1", "the frame is shorter than its header"},
    {errc::amqp_data_offset, "AMQP 2.3.1", "the data offset does not lie within the frame, or in its header"},
    {errc::amqp_frame_type, "AMQP 2.3.1",
     "the frame is of a type that is not defined, or not the one that belongs here"},
    {errc::amqp_max_frame_size, "AMQP 2.7.1", "the frame is larger than the receiver accepts"},
    {errc::amqp_sasl_frame_size, "AMQP 5.3.1", "a SASL frame is larger than 512 bytes"},
    {errc::amqp_payload, "AMQP 2.3.2", "only a transfer has a payload"},
    {errc::amqp_empty_sasl_frame, "AMQP 5.3.1", "a SASL frame has no body"},
    {errc::amqp_credentials, "RFC 4616-2", "the user name or the password is empty"},
    {errc::amqp_delivery_tag, "AMQP 2.8.7", "the delivery tag is longer than 32 bytes"},
    {errc::amqp_first_transfer, "AMQP 2.7.5", "the first transfer of a delivery has no delivery id or no tag"},
    {errc::amqp_next_transfer, "AMQP 2.7.5", "a transfer that continues a delivery contradicts the first one"},
};

inline constexpr rule unknown_rule{errc::application, "", "a rule of the application's own is broken"};

consteval bool rules_in_order() {
    std::size_t index = 0;
    for (const rule& r : rules) {
        if (static_cast<std::size_t>(r.code) != index++) return false;
    }
    return index == std::size_t{static_cast<std::uint16_t>(errc::amqp_next_transfer)} + 1;
}
static_assert(rules_in_order(), "one rule for each errc, in its order");

}  // namespace detail

/// What is wrong, and where.
struct error {
    errc code = errc::none;

    /// Where: when decoding, the offset in the input of the first byte that cannot stand (the end of the input if it is
    /// incomplete); when encoding, how many bytes come before (the size of the buffer if that was too small).
    std::size_t offset = 0;

    /// How many bytes it would take in addition, at least: of input for incomplete, of room for no_space; otherwise 0.
    /// For incomplete this may be a sender's word: compare it with a limit before making room for it.
    std::size_t needed = 0;

    /// Nothing is wrong so far, the input just ends too early: try again, from the same first byte, once there are at
    /// least `needed` more.
    [[nodiscard]] constexpr bool incomplete() const noexcept { return code == errc::incomplete; }

    /// A sentence that says what is wrong, without a full stop.
    [[nodiscard]] constexpr std::string_view message() const noexcept { return entry().sentence; }

    /// The id of the specification's statement that is broken, such as "MQTT-3.1.2-22"; empty where there is none.
    [[nodiscard]] constexpr std::string_view rule() const noexcept { return entry().id; }

    friend constexpr bool operator==(const error&, const error&) noexcept = default;

private:
    [[nodiscard]] constexpr const detail::rule& entry() const noexcept {
        const auto index = static_cast<std::size_t>(code);
        return index < sizeof(detail::rules) / sizeof(detail::rule) ? detail::rules[index] : detail::unknown_rule;
    }
};

}  // namespace hubwire

#endif

// hubwire/core/endian.hpp

#ifndef HUBWIRE_CORE_ENDIAN_HPP
#define HUBWIRE_CORE_ENDIAN_HPP

/// Integers at a fixed byte order. No alignment is needed and the machine's own order does not matter: g++ and clang
/// turn each of these into one load or store (and a byte swap), which a loop or a macro would not do in every case.
namespace hubwire::detail {

/// The integers of wire formats: one, two, four or eight bytes, without a sign.
template <class U>
concept wire_integer = std::unsigned_integral<U> && !std::same_as<U, bool> && sizeof(U) <= 8;

template <wire_integer U, std::size_t... Index>
HUBWIRE_ALWAYS_INLINE constexpr U load_be(const char* from, std::index_sequence<Index...>) noexcept {
    return static_cast<U>(
        (... | static_cast<U>(U{static_cast<unsigned char>(from[Index])} << (8 * (sizeof(U) - 1 - Index)))));
}
template <wire_integer U>
HUBWIRE_ALWAYS_INLINE constexpr U load_be(const char* from) noexcept {
    return load_be<U>(from, std::make_index_sequence<sizeof(U)>{});
}

template <wire_integer U, std::size_t... Index>
HUBWIRE_ALWAYS_INLINE constexpr U load_le(const char* from, std::index_sequence<Index...>) noexcept {
    return static_cast<U>((... | static_cast<U>(U{static_cast<unsigned char>(from[Index])} << (8 * Index))));
}
template <wire_integer U>
HUBWIRE_ALWAYS_INLINE constexpr U load_le(const char* from) noexcept {
    return load_le<U>(from, std::make_index_sequence<sizeof(U)>{});
}

template <wire_integer U, std::size_t... Index>
HUBWIRE_ALWAYS_INLINE constexpr void store_be(char* to, U value, std::index_sequence<Index...>) noexcept {
    ((to[Index] = static_cast<char>(static_cast<unsigned char>(value >> (8 * (sizeof(U) - 1 - Index))))), ...);
}
template <wire_integer U>
HUBWIRE_ALWAYS_INLINE constexpr void store_be(char* to, U value) noexcept {
    store_be(to, value, std::make_index_sequence<sizeof(U)>{});
}

template <wire_integer U>
HUBWIRE_ALWAYS_INLINE constexpr void store_le(char* to, U value) noexcept {
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        ((to[Index] = static_cast<char>(static_cast<unsigned char>(value >> (8 * Index)))), ...);
    }(std::make_index_sequence<sizeof(U)>{});
}

}  // namespace hubwire::detail

#endif

// hubwire/core/result.hpp

#ifndef HUBWIRE_CORE_RESULT_HPP
#define HUBWIRE_CORE_RESULT_HPP

namespace hubwire {

/// A value, or the error that stands in its place; used like a std::expected, but asking for what is not there traps.
/// T is a plain value (numbers and views), so a result is one too.
template <class T>
class [[nodiscard]] result {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T> &&
                      !std::is_same_v<T, hubwire::error>,
                  "a result holds plain values only: numbers, views, and aggregates of these");

public:
    using value_type = T;

    constexpr result(const T& value) noexcept : value_{value}, has_value_{true} {}

    /// The value, made where it stands of something smaller that converts to it.
    template <class U>
    constexpr result(std::in_place_t, const U& value) noexcept : value_{value}, has_value_{true} {}

    /// Pre: failure.code is not errc::none.
    constexpr result(const hubwire::error& failure) noexcept : error_{failure}, has_value_{false} {
        detail::require(failure.code != errc::none);
    }

    [[nodiscard]] constexpr bool has_value() const noexcept { return has_value_; }
    constexpr explicit operator bool() const noexcept { return has_value_; }

    /// The value. Pre: has_value(), or the program traps.
    [[nodiscard]] constexpr const T& operator*() const noexcept HUBWIRE_LIFETIMEBOUND {
        detail::require(has_value_);
        return value_;
    }
    [[nodiscard]] constexpr T& operator*() noexcept HUBWIRE_LIFETIMEBOUND {
        detail::require(has_value_);
        return value_;
    }
    constexpr const T* operator->() const noexcept HUBWIRE_LIFETIMEBOUND { return &**this; }
    constexpr T* operator->() noexcept HUBWIRE_LIFETIMEBOUND { return &**this; }
    [[nodiscard]] constexpr T value_or(const T& other) const noexcept { return has_value_ ? value_ : other; }

    /// The error. Pre: !has_value(), or the program traps.
    [[nodiscard]] constexpr const hubwire::error& error() const noexcept HUBWIRE_LIFETIMEBOUND {
        detail::require(!has_value_);
        return error_;
    }

    /// No value yet, but nothing wrong either: more input may complete it. How much, error().needed says.
    [[nodiscard]] constexpr bool incomplete() const noexcept { return !has_value_ && error_.incomplete(); }

private:
    union {
        T value_;
        hubwire::error error_;
    };
    bool has_value_;
};

/// Success without a value, or an error: what a check returns.
template <>
class [[nodiscard]] result<void> {
public:
    using value_type = void;

    constexpr result() noexcept = default;

    /// Pre: failure.code is not errc::none.
    constexpr result(const hubwire::error& failure) noexcept : error_{failure} {
        detail::require(failure.code != errc::none);
    }

    [[nodiscard]] constexpr bool has_value() const noexcept { return error_.code == errc::none; }
    constexpr explicit operator bool() const noexcept { return has_value(); }

    /// The error. Pre: !has_value(), or the program traps.
    [[nodiscard]] constexpr const hubwire::error& error() const noexcept HUBWIRE_LIFETIMEBOUND {
        detail::require(!has_value());
        return error_;
    }

    [[nodiscard]] constexpr bool incomplete() const noexcept { return error_.incomplete(); }

private:
    hubwire::error error_{};
};

}  // namespace hubwire

#endif

// hubwire/core/reader.hpp

#ifndef HUBWIRE_CORE_READER_HPP
#define HUBWIRE_CORE_READER_HPP

namespace hubwire {

/// Reads an input from front to back. Every length that came off the wire becomes a view here, behind the one check
/// that it fits; nothing else in the library does that.
///
/// The first failure sticks: from then on nothing is left, numbers read as 0 and views as empty, so a run of reads
/// needs one look at ok(), or result_of(), at its end. A loop looks at ok() in each turn.
///
/// Running out of input means "incomplete" where more may follow, as at the end of a receive buffer. Inside a part
/// whose extent is known (see enter) a value that reaches past it means that the part contradicts itself: "truncated",
/// even if not all of the part is there yet. A reader of such a part alone is made as reader{part, errc::truncated}.
///
/// A reader is a plain value: a copy reads on from the same place by itself.
class reader {
public:
    /// Pre: when_short is not errc::none, or the program traps.
    HUBWIRE_SHARED constexpr explicit reader(bytes input HUBWIRE_LIFETIMEBOUND,
                                             errc when_short = errc::incomplete) noexcept
        : begin_{input.data()},
          at_{input.data()},
          end_{input.data() + input.size()},
          input_end_{end_},
          when_short_{when_short} {
        detail::require(when_short != errc::none);
    }

    /// No read has failed so far.
    [[nodiscard]] constexpr bool ok() const noexcept { return error_.code == errc::none; }

    /// The first failure, or errc::none.
    [[nodiscard]] constexpr const hubwire::error& error() const noexcept { return error_; }

    /// How many bytes lie behind, and ahead as far as they are there and this reader may go; after a failure, none.
    [[nodiscard]] constexpr std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] constexpr std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

    /// How many bytes of the innermost part lie ahead, whether they are there yet or not; of the input, only those that
    /// are. What goes on to the end of a part goes on until this is 0.
    [[nodiscard]] constexpr std::size_t ahead() const noexcept { return left() + absent_; }

    /// The bytes read since the given offset, as they stand in the input; empty after a failure.
    /// Pre: since <= offset(), or the program traps.
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bytes read_since(std::size_t since) const noexcept {
        if (!ok()) return {};
        detail::require(since <= offset());
        return {begin_ + since, offset() - since};
    }

    /// The next n bytes, read.
    HUBWIRE_SHARED constexpr bytes take(std::size_t n) noexcept {
        if (n <= left()) [[likely]] {
            const char* const from = at_;
            at_ += n;
            return {from, n};
        }
        run_short(n);
        return {};
    }

    /// All that is left of the innermost part, or of the input, read.
    HUBWIRE_ALWAYS_INLINE constexpr bytes rest() noexcept { return take(ahead()); }

    /// The next sizeof(U) bytes, read as a number in network byte order.
    template <detail::wire_integer U>
    HUBWIRE_SHARED constexpr U be() noexcept {
        const bytes field = take(sizeof(U));
        return field.empty() ? U{0} : detail::load_be<U>(field.data());
    }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint8_t u8() noexcept { return be<std::uint8_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint16_t u16() noexcept { return be<std::uint16_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t u32() noexcept { return be<std::uint32_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint64_t u64() noexcept { return be<std::uint64_t>(); }

    /// A length of one, two or four bytes and as many bytes as it says, read; the length itself is not part of the
    /// view. A length above the limit fails as "over limit" at once, however much of the input is there.
    template <detail::wire_integer U>
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized(
        std::size_t limit = (std::numeric_limits<std::size_t>::max)()) noexcept {
        static_assert(sizeof(U) <= sizeof(std::uint32_t));
        const std::size_t size = be<U>();
        if (size > limit) [[unlikely]]
            fail(errc::over_limit, offset() - sizeof(U));
        return take(size);
    }
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized8() noexcept { return sized<std::uint8_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized16() noexcept { return sized<std::uint16_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized32(std::size_t limit) noexcept { return sized<std::uint32_t>(limit); }

    /// Fails, unless something failed before. Pre: code is neither none nor incomplete, which only running out of input
    /// is; at is not beyond the input; or the program traps.
    HUBWIRE_SHARED constexpr void fail(errc code, std::size_t at) noexcept {
        if (!ok()) return;
        detail::require(code != errc::none && code != errc::incomplete &&
                        at <= static_cast<std::size_t>(input_end_ - begin_));
        fail(hubwire::error{.code = code, .offset = at});
    }
    HUBWIRE_ALWAYS_INLINE constexpr void fail(errc code) noexcept { fail(code, offset()); }

    /// Fails, as above, unless this holds.
    HUBWIRE_ALWAYS_INLINE constexpr void expect(bool holds, errc code, std::size_t at) noexcept {
        if (!holds) [[unlikely]]
            fail(code, at);
    }

    /// Fails if the verdict on a view that was read is a failure, such as check_utf8's of a text. Its offset becomes
    /// one of this input, and what is incomplete in the view alone is truncated here. Pre: the view came from this
    /// reader, or the program traps.
    template <class T>
    HUBWIRE_ALWAYS_INLINE constexpr void expect(bytes part, const result<T>& verdict) noexcept {
        if (!verdict) [[unlikely]]
            fail_within(part, verdict.error());
    }

    /// What lies outside of a part: made by enter, wanted by leave.
    class outside {
        friend reader;
        constexpr outside(const char* end, std::size_t absent, errc when_short, unsigned depth) noexcept
            : end_{end}, absent_{absent}, when_short_{when_short}, depth_{depth} {}
        const char* end_;
        std::size_t absent_;
        errc when_short_;
        unsigned depth_;
    };

    /// From here the input is a part of n bytes. Every enter has its leave, and parts lie within each other.
    ///
    /// Where more input may follow, the part need not be all there: what is there can be read and refused already, and
    /// a read of what is not there yet fails as "incomplete".
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr outside enter(std::size_t n) noexcept {
        const outside around{end_, absent_, when_short_, depth_};
        if (n <= left()) [[likely]] {
            end_ = at_ + n;
            absent_ = 0;
        } else if (n - left() <= absent_ || (ok() && depth_ == 0 && when_short_ == errc::incomplete)) {
            absent_ = n - left();
        } else {
            run_short(n);
        }
        when_short_ = errc::truncated;
        ++depth_;
        return around;
    }

    /// The counterpart of enter. Bytes of the part that were not read fail as "leftover", even if they are not there
    /// yet: a sender that puts them there means something else than we understood. Pre, unless something failed: it is
    /// what the last enter that was not left returned, or the program traps.
    HUBWIRE_ALWAYS_INLINE constexpr void leave(outside around) noexcept {
        if (!ok()) return;
        detail::require(depth_ == around.depth_ + 1 && end_ <= around.end_ && around.end_ <= input_end_);
        if (ahead() != 0) return fail(errc::leftover);
        depth_ = around.depth_;
        end_ = around.end_;
        absent_ = around.absent_;
        when_short_ = around.when_short_;
    }

    /// The value, if every read before it succeeded; otherwise the first failure. Bytes behind it may be left: offset()
    /// says how many it took. Pre: no part is still entered, or the program traps.
    template <class T>
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<T> result_of(const T& value) const noexcept {
        if (!ok()) [[unlikely]]
            return error_;
        detail::require(depth_ == 0);
        return value;
    }

    /// The same for an input that is to hold nothing else: bytes behind the value fail as "leftover".
    template <class T>
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<T> finish(const T& value) noexcept {
        if (left() != 0) fail(errc::leftover);
        return result_of(value);
    }

private:
    /// The next n bytes were asked for and are not there, either not yet or not at all.
    HUBWIRE_SHARED constexpr void run_short(std::size_t n) noexcept {
        const std::size_t missing = n - left();
        fail(shortage(missing, offset(), left(), missing <= absent_ ? errc::incomplete : when_short_));
    }

    // Given values rather than the reader: one whose address goes nowhere can live in registers.
    HUBWIRE_NEVER_INLINE static constexpr hubwire::error shortage(std::size_t missing, std::size_t offset,
                                                                  std::size_t left, errc code) noexcept {
        if (code != errc::incomplete) return {.code = code, .offset = offset};
        return {.code = code, .offset = offset + left, .needed = missing};
    }

    HUBWIRE_SHARED constexpr void fail_within(bytes part, const hubwire::error& inside) noexcept {
        if (!ok()) return;
        detail::require(begin_ <= part.data() && part.data() + part.size() <= at_ && inside.offset <= part.size());
        fail(inside.incomplete() ? errc::truncated : inside.code,
             static_cast<std::size_t>(part.data() - begin_) + inside.offset);
    }

    HUBWIRE_ALWAYS_INLINE constexpr void fail(const hubwire::error& failure) noexcept {
        if (ok()) error_ = failure;
        at_ = end_;
        absent_ = 0;
    }

    const char* begin_;
    const char* at_;
    const char* end_;  // of the innermost part, as far as it is there
    const char* input_end_;
    std::size_t absent_ = 0;  // how many bytes of the innermost part are not there yet
    errc when_short_;
    unsigned depth_ = 0;
    hubwire::error error_{};
};

}  // namespace hubwire

#endif

// hubwire/core/quick_reader.hpp

#ifndef HUBWIRE_CORE_QUICK_READER_HPP
#define HUBWIRE_CORE_QUICK_READER_HPP

namespace hubwire {

/// Reads as a reader does, under the same checks, but of a failure it knows only that there was one. So little state
/// stays in registers. A decoder that is written over any reader runs on this one first, and, if that fails, again on a
/// reader, which tells what is wrong and where.
///
/// The input is all there: a part that reaches beyond it fails.
class quick_reader {
public:
    constexpr explicit quick_reader(bytes input HUBWIRE_LIFETIMEBOUND) noexcept
        : begin_{detail::opaque(input.data())}, at_{begin_}, end_{begin_ + input.size()} {}

    [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }
    [[nodiscard]] constexpr std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] constexpr std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    [[nodiscard]] constexpr std::size_t ahead() const noexcept { return left(); }

    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bytes read_since(std::size_t since) const noexcept {
        if (!ok_) return {};
        detail::require(since <= offset());
        return {begin_ + since, offset() - since};
    }

    HUBWIRE_ALWAYS_INLINE constexpr bytes take(std::size_t n) noexcept {
        if (n <= left()) [[likely]] {
            const char* const from = at_;
            at_ += n;
            return {from, n};
        }
        fail(errc::truncated);
        return {};
    }
    HUBWIRE_ALWAYS_INLINE constexpr bytes rest() noexcept { return take(left()); }

    template <detail::wire_integer U>
    HUBWIRE_ALWAYS_INLINE constexpr U be() noexcept {
        const bytes field = take(sizeof(U));
        return field.empty() ? U{0} : detail::load_be<U>(field.data());
    }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint8_t u8() noexcept { return be<std::uint8_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint16_t u16() noexcept { return be<std::uint16_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t u32() noexcept { return be<std::uint32_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized8() noexcept { return take(u8()); }

    /// What is wrong, and where, is for a reader to tell.
    HUBWIRE_ALWAYS_INLINE constexpr void fail(errc, std::size_t = 0) noexcept {
        ok_ = false;
        at_ = end_;
    }
    template <class T>
    HUBWIRE_ALWAYS_INLINE constexpr void expect(bytes, const result<T>& verdict) noexcept {
        if (!verdict) [[unlikely]]
            fail(errc::truncated);
    }

    /// What lies outside of a part: made by enter, wanted by leave.
    class outside {
        friend quick_reader;
        constexpr explicit outside(const char* end) noexcept : end_{end} {}
        const char* end_;
    };
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr outside enter(std::size_t n) noexcept {
        const outside around{end_};
        if (n <= left()) [[likely]] {
            end_ = at_ + n;
        } else {
            fail(errc::truncated);
        }
        return around;
    }
    HUBWIRE_ALWAYS_INLINE constexpr void leave(outside around) noexcept {
        if (at_ != end_) [[unlikely]]
            fail(errc::leftover);
        if (ok_) [[likely]]
            end_ = around.end_;
    }

private:
    const char* begin_;
    const char* at_;
    const char* end_;  // of the innermost part
    bool ok_ = true;
};

namespace detail {

template <class T>
concept any_reader = std::same_as<T, reader> || std::same_as<T, quick_reader>;

/// Calls a function that is not inlined with a copy of a reader or writer, and takes the copy back: so one whose
/// address would go nowhere else can live in registers.
template <class Cursor, class Function>
HUBWIRE_ALWAYS_INLINE constexpr auto apart(Cursor& cursor, Function function) noexcept {
    Cursor copy = cursor;
    const auto outcome = function(copy);
    cursor = copy;
    return outcome;
}

}  // namespace detail

}  // namespace hubwire

#endif

// hubwire/core/word.hpp

#ifndef HUBWIRE_CORE_WORD_HPP
#define HUBWIRE_CORE_WORD_HPP

/// Looking at eight bytes of text at once, in an ordinary register. A mask has the top bit of a byte set where the byte
/// has the property asked for; the first byte in memory is the lowest one, on every machine.
namespace hubwire::detail {

using word = std::uint64_t;
inline constexpr std::size_t word_size = sizeof(word);

template <unsigned char Value>
inline constexpr word every_byte = 0x0101010101010101u * Value;

/// The next eight bytes. Pre: they exist.
HUBWIRE_ALWAYS_INLINE constexpr word load_word(const char* from) noexcept { return load_le<word>(from); }

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
/// Sixteen bytes, in one register.
using block [[gnu::vector_size(16)]] = unsigned char;

/// The same with blocks, for a text of at least one: whether no byte of the masks that are made of them has its top bit
/// set.
template <class MaskOf>
HUBWIRE_ALWAYS_INLINE bool all_blocks_pass(const char* text, std::size_t size, MaskOf mask_of) noexcept {
    const auto mask_at = [&](std::size_t at) {
        block b;
        std::memcpy(&b, text + at, sizeof b);
        return static_cast<block>(mask_of(b));
    };
    block seen = mask_at(size - sizeof(block));
    if (size > 2 * sizeof(block)) {
        seen |= mask_at(size - 2 * sizeof(block));
        for (std::size_t at = 0; at < size - 2 * sizeof(block); at += 2 * sizeof(block))
            seen |= mask_at(at) | mask_at(at + sizeof(block));
    } else {
        seen |= mask_at(0);
    }
    word halves[2];
    std::memcpy(halves, &seen, sizeof halves);
    return non_ascii_bytes(halves[0] | halves[1]) == 0;
}
#endif

/// How many bytes come before the first one in the mask. Pre: the mask is not 0.
HUBWIRE_ALWAYS_INLINE constexpr std::size_t first_byte(word mask) noexcept {
    return static_cast<std::size_t>(std::countr_zero(mask)) / 8;
}

}  // namespace hubwire::detail

#endif

// hubwire/core/utf8.hpp

#ifndef HUBWIRE_CORE_UTF8_HPP
#define HUBWIRE_CORE_UTF8_HPP

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

// hubwire/core/copy.hpp

#ifndef HUBWIRE_CORE_COPY_HPP
#define HUBWIRE_CORE_COPY_HPP

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

}  // namespace hubwire::detail

#endif

// hubwire/core/writer.hpp

#ifndef HUBWIRE_CORE_WRITER_HPP
#define HUBWIRE_CORE_WRITER_HPP

namespace hubwire {

/// What a writer knows of its room.
enum class room : std::uint8_t {
    checked,    // each write looks whether it fits
    unchecked,  // the caller has made sure beforehand that everything fits: no write looks
    counting,   // there is no buffer, only the size of what would be written
};

/// Writes an output from front to back. An encoder is written once, over any writer, as
///     template <hubwire::room Room> constexpr void write(hubwire::basic_writer<Room>& out, const packet& p);
/// With the counting writer it is encoded_size(), with the checked one it is safe in any buffer, and with the unchecked
/// one it is fast, once the size is known to fit.
///
/// The first failure sticks. A checked writer that runs out of room writes nothing more, but goes on counting, so the
/// error says how much room was missing in all. Sizes that add up to more than the machine can count do not wrap. What
/// the buffer holds after a failure is unspecified, within its bounds.
///
/// What is written may not overlap the place where it goes: an input cannot be edited in place.
template <room Room>
class basic_writer {
public:
    constexpr explicit basic_writer(buffer output HUBWIRE_LIFETIMEBOUND) noexcept
        requires(Room != room::counting)
        : out_{detail::opaque(output.data())}, capacity_{output.size()} {}

    constexpr basic_writer() noexcept
        requires(Room == room::counting)
        : out_{nullptr}, capacity_{0} {}

    /// How many bytes have been written, or would have been.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

    /// No write has failed so far.
    [[nodiscard]] constexpr bool ok() const noexcept { return code_ == errc::none && !overflown(); }

    /// Bytes, as they are.
    HUBWIRE_ALWAYS_INLINE constexpr void put(bytes value) noexcept {
        if (claim(value.size())) detail::copy(out_ + (size_ - value.size()), value.data(), value.size());
    }

    /// n bytes that are made where they go: make(address) writes them, all of them and nothing behind. It is not called
    /// where there is no room for them.
    template <class Make>
    HUBWIRE_ALWAYS_INLINE constexpr void put_with(std::size_t n, Make make) noexcept {
        if (claim(n)) make(out_ + (size_ - n));
    }

    /// The same where it takes a pass over the input to know how many bytes that will be: count() says how many, `most`
    /// is never less, and make(address) returns how many it has written. Where the most would fit, nobody counts.
    template <class Count, class Make>
    HUBWIRE_ALWAYS_INLINE constexpr void put_with(std::size_t most, Count count, Make make) noexcept {
        if (Room == room::unchecked || (Room == room::checked && !overflown() && most <= capacity_ - size_)) {
            size_ += make(out_ + size_);
        } else {
            put_with(count(), make);
        }
    }

    /// A number as a U in network byte order. One that a U cannot hold fails as "too large"; it is never cut off. (The
    /// compiler leaves the comparison out where the argument's type rules that out.)
    template <detail::wire_integer U>
    HUBWIRE_ALWAYS_INLINE constexpr void be(std::uint64_t value) noexcept {
        if (value > (std::numeric_limits<U>::max)()) [[unlikely]]
            fail(errc::too_large);
        if (claim(sizeof(U))) detail::store_be<U>(out_ + (size_ - sizeof(U)), static_cast<U>(value));
    }
    HUBWIRE_ALWAYS_INLINE constexpr void u8(std::uint64_t value) noexcept { be<std::uint8_t>(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void u16(std::uint64_t value) noexcept { be<std::uint16_t>(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void u32(std::uint64_t value) noexcept { be<std::uint32_t>(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void u64(std::uint64_t value) noexcept { be<std::uint64_t>(value); }

    /// The length as a U, and the bytes. Longer than a U can say fails as "too long"; it is never cut short.
    template <detail::wire_integer U>
    HUBWIRE_ALWAYS_INLINE constexpr void sized(bytes value) noexcept {
        if (value.size() > (std::numeric_limits<U>::max)()) [[unlikely]]
            fail(errc::too_long);
        be<U>(static_cast<U>(value.size()));
        put(value);
    }
    HUBWIRE_ALWAYS_INLINE constexpr void sized8(bytes value) noexcept { sized<std::uint8_t>(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void sized16(bytes value) noexcept { sized<std::uint16_t>(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void sized32(bytes value) noexcept { sized<std::uint32_t>(value); }

    /// The place of a number that is not known yet: made by reserve, filled in later.
    template <detail::wire_integer U>
    class slot {
        friend basic_writer;
        constexpr explicit slot(std::size_t at) noexcept : at_{at} {}
        std::size_t at_;
    };

    /// Room for a U. What stands there until it is filled in is unspecified.
    template <detail::wire_integer U>
    [[nodiscard]] constexpr slot<U> reserve() noexcept {
        const slot<U> place{size_};
        claim(sizeof(U));
        return place;
    }
    [[nodiscard]] constexpr auto reserve8() noexcept { return reserve<std::uint8_t>(); }
    [[nodiscard]] constexpr auto reserve16() noexcept { return reserve<std::uint16_t>(); }
    [[nodiscard]] constexpr auto reserve32() noexcept { return reserve<std::uint32_t>(); }

    /// Fills in a number. One that a U cannot hold fails as "too large". Pre: this writer reserved the place, or the
    /// program traps where it does not exist.
    template <detail::wire_integer U>
    constexpr void fill(slot<U> place, std::uint64_t value) noexcept {
        if (value > (std::numeric_limits<U>::max)()) [[unlikely]]
            fail(errc::too_large);
        if (!ok()) return;
        detail::require(place.at_ <= size_ && sizeof(U) <= size_ - place.at_);
        if constexpr (Room != room::counting) detail::store_be<U>(out_ + place.at_, static_cast<U>(value));
    }

    /// Fills in how many bytes were written behind the place. More than a U can say fails as "too long".
    template <detail::wire_integer U>
    constexpr void fill_size(slot<U> place) noexcept {
        if (!ok()) return;
        detail::require(place.at_ <= size_ && sizeof(U) <= size_ - place.at_);
        const std::size_t behind = size_ - place.at_ - sizeof(U);
        if (behind > (std::numeric_limits<U>::max)()) [[unlikely]]
            return fail(errc::too_long);
        fill(place, behind);
    }

    /// The place of a U among what was written already, to be filled in again. Pre: fill's.
    template <detail::wire_integer U>
    [[nodiscard]] constexpr slot<U> slot_at(std::size_t at) const noexcept {
        return slot<U>{at};
    }

    /// Moves what was written from the offset on by n bytes, and so makes room for a length that turned out to need
    /// more bytes. What stands in the gap until it is filled in is unspecified. Pre: at <= size(), or the program
    /// traps.
    constexpr void widen(std::size_t at, std::size_t n) noexcept {
        if (code_ != errc::none) return;  // what does not fit is counted all the same
        detail::require(at <= size_);
        const std::size_t behind = size_ - at;
        if (claim(n)) detail::move_up(out_ + at + n, out_ + at, behind);
    }

    /// What was written from the offset on; empty after a failure. Pre: at <= size(), or the program traps.
    [[nodiscard]] constexpr bytes written_since(std::size_t at) const noexcept
        requires(Room != room::counting)
    {
        if (!ok()) return {};
        detail::require(at <= size_);
        return {out_ + at, size_ - at};
    }

    /// Fails, unless something failed before. Pre: code is not errc::none.
    constexpr void fail(errc code) noexcept {
        detail::require(code != errc::none);
        if (!ok()) return;
        code_ = code;
        failed_at_ = size_;
    }

    /// A result of the bytes written (for a counting writer, of how many), or the first failure. May be asked at any
    /// time. An unchecked writer that was given too little room traps here at the latest.
    [[nodiscard]] constexpr auto finish() const noexcept {
        using outcome = result<std::conditional_t<Room == room::counting, std::size_t, bytes>>;
        if (code_ != errc::none) [[unlikely]]
            return outcome{error{.code = code_, .offset = failed_at_}};
        if (overflown()) [[unlikely]]
            return outcome{error{.code = errc::no_space, .offset = capacity_, .needed = size_ - capacity_}};
        if constexpr (Room == room::counting) {
            return outcome{size_};
        } else {
            detail::require(size_ <= capacity_);
            return outcome{bytes{out_, size_}};
        }
    }

private:
    // Once a write does not fit, size_ lies past capacity_ and stays there: that is how an overflow sticks.
    [[nodiscard]] constexpr bool overflown() const noexcept { return Room == room::checked && size_ > capacity_; }

    /// Counts n more bytes, the last of size_. Whether they are to be written.
    HUBWIRE_ALWAYS_INLINE constexpr bool claim(std::size_t n) noexcept {
        if constexpr (Room == room::checked) {
            if (overflown() || n > capacity_ - size_) [[unlikely]] {
                overflow(n);
                return false;
            }
        } else if constexpr (Room == room::counting) {
            if (n > (std::numeric_limits<std::size_t>::max)() - size_) [[unlikely]] {
                fail(errc::too_long);
                return false;
            }
        }
        size_ += n;
        return Room != room::counting;
    }

    HUBWIRE_NEVER_INLINE constexpr void overflow(std::size_t n) noexcept {
        const std::size_t most = (std::numeric_limits<std::size_t>::max)();
        size_ = n > most - size_ ? most : size_ + n;
    }

    char* out_;
    std::size_t capacity_;
    std::size_t size_ = 0;
    std::size_t failed_at_ = 0;
    errc code_ = errc::none;
};

using writer = basic_writer<room::checked>;
using unchecked_writer = basic_writer<room::unchecked>;
using counting_writer = basic_writer<room::counting>;

}  // namespace hubwire

#endif

// hubwire/amqp/primitive.hpp

#ifndef HUBWIRE_AMQP_PRIMITIVE_HPP
#define HUBWIRE_AMQP_PRIMITIVE_HPP

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

HUBWIRE_COLD constexpr result<void> check_text_slowly(std::string_view text) noexcept { return check_utf8(text); }

/// Text of which only a part may be valid: the rest is refused, with the offset at which it stands.
template <class Form, room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_text(basic_writer<Room>& out, std::string_view text,
                                                const result<void>& verdict) noexcept {
    Form::write_head(out, text.size());
    if (!verdict) [[unlikely]] {
        out.put(bytes{text}.first(verdict.error().offset));
        return out.fail(verdict.error().code);
    }
    out.put(text);
}

template <>
struct wire<std::string_view> {
    using form = variable_wire<code::string8, code::string32>;
    static constexpr type of = type::string;
    static constexpr std::uint64_t bound(std::string_view value) noexcept { return form::bound(value.size()); }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, std::string_view value,
                                                         scope) noexcept {
        write_text<form>(out, value, is_text(value) ? result<void>{} : check_text_slowly(value));
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code,
                                                          std::string_view& value, scope) noexcept {
        const bytes text = form::take_from(in, format_code);
        value = text.text();
        if (!is_text(value)) [[unlikely]]
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
        write_text<form>(out, value.text, check_symbol(value.text, *s.rules));
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, symbol& value,
                                                          scope s) noexcept {
        const bytes text = form::take_from(in, format_code);
        value.text = text.text();
        if (!is_ascii(value.text)) [[unlikely]]
            in.expect(text, check_symbol_slowly(value.text, *s.rules));
    }
};

/// Any of the types above.
template <class T>
concept primitive = requires { wire<T>::of; } && std::is_trivially_copyable_v<T>;

/// Passes over what stands behind a format code, in one step, for the high digit says how wide it is.
HUBWIRE_ALWAYS_INLINE constexpr void skip_behind(any_reader auto& in, std::uint8_t format_code) noexcept {
    switch (format_code >> 4) {
        case 0x4:
            return;
        case 0x5:
        case 0x6:
        case 0x7:
        case 0x8:
        case 0x9:
            in.take(std::size_t{1} << ((format_code >> 4) - 5));
            return;
        case 0xA:
        case 0xC:
        case 0xE:
            in.sized8();
            return;
        case 0xB:
        case 0xD:
        case 0xF:
            in.take(in.u32());
            return;
        default:
            refuse_code(in, format_code);
    }
}

/// Passes over one value without looking into it. A described one is two in its place, the descriptor and the value:
/// neither needs a call of its own.
constexpr void skip_value(any_reader auto& in) noexcept {
    for (std::size_t pending = 1; pending != 0 && in.ok(); --pending) {
        const std::uint8_t format_code = in.u8();
        if (format_code == code::described) {
            pending += in.ok() ? 2u : 0u;
        } else {
            skip_behind(in, format_code);
        }
    }
}

}  // namespace hubwire::amqp::detail

#endif

// hubwire/amqp/value.hpp

#ifndef HUBWIRE_AMQP_VALUE_HPP
#define HUBWIRE_AMQP_VALUE_HPP

namespace hubwire::amqp {

class value;
struct entry;

namespace detail {

/// Which keys a map may have: the specification restricts them where it says what a map is for.
enum class keys : std::uint8_t {
    any,
    fields,                  // symbols (AMQP 2.8.13)
    filters,                 // symbols, and every value is described or null (AMQP 3.5.8)
    annotations,             // symbols or ulongs (AMQP 3.2.10)
    application_properties,  // strings, and no value is a list, a map or an array (AMQP 3.2.5)
};

struct access;

/// Items that either lie in an array of the caller's, to be encoded, or are still on the wire, where a decoder has
/// checked them. Both look the same; nothing is copied or stored.
template <class Item>
class sequence {
public:
    constexpr sequence() noexcept = default;

    /// Pre: there are fewer than 2^32 items, or the program traps.
    constexpr sequence(const Item* items, std::size_t size) noexcept
        : items_{items}, size_{static_cast<std::uint32_t>(size)} {
        require(size <= 0xFFFF'FFFF);
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    /// Gives items by value: they are views themselves.
    class iterator;
    [[nodiscard]] constexpr iterator begin() const noexcept;
    [[nodiscard]] constexpr iterator end() const noexcept;

protected:
    friend access;
    constexpr sequence(bytes wire, std::uint32_t size, keys checked) noexcept
        : wire_{wire.data()},
          size_{size},
          wire_size_{static_cast<std::uint32_t>(wire.size())},
          on_wire_{true},
          checked_{checked} {}

private:
    union {
        const Item* items_ = nullptr;
        const char* wire_;
    };
    std::uint32_t size_ = 0;
    std::uint32_t wire_size_ = 0;
    bool on_wire_ = false;
    keys checked_ = keys::any;
};

}  // namespace detail

/// Values of any types, one after the other (AMQP 1.6.22).
class list : public detail::sequence<value> {
public:
    constexpr list() noexcept = default;
    template <std::size_t N>
    constexpr list(const value (&values HUBWIRE_LIFETIMEBOUND)[N]) noexcept : sequence{values, N} {}
    template <class Range>
        requires(!std::derived_from<Range, list> && std::convertible_to<const Range&, std::span<const value>> &&
                 std::ranges::enable_borrowed_range<Range>)
    constexpr list(const Range& values) noexcept : list{std::span<const value>{values}, nullptr} {}
    template <class Range>
        requires(!std::derived_from<Range, list> && std::convertible_to<const Range&, std::span<const value>> &&
                 !std::ranges::enable_borrowed_range<Range>)
    constexpr list(const Range& values HUBWIRE_LIFETIMEBOUND) noexcept
        : list{std::span<const value>{values}, nullptr} {}

    friend constexpr bool operator==(const list& a, const list& b) noexcept;

private:
    friend detail::access;
    using sequence::sequence;
    constexpr list(std::span<const value> values, std::nullptr_t) noexcept : sequence{values.data(), values.size()} {}
};

/// Keys and values of any types, in the order of their sender, possibly with a key twice (AMQP 1.6.23).
///
/// Made of an array of entries, it is a view of that array. Made of a braced list it lives no longer than the full
/// expression: write that within the call of encode, never into a message that is kept.
class map : public detail::sequence<entry> {
public:
    constexpr map() noexcept = default;
    template <std::size_t N>
    constexpr map(const entry (&entries HUBWIRE_LIFETIMEBOUND)[N]) noexcept : sequence{entries, N} {}
    template <class Range>
        requires(!std::derived_from<Range, map> && std::convertible_to<const Range&, std::span<const entry>> &&
                 std::ranges::enable_borrowed_range<Range>)
    constexpr map(const Range& entries) noexcept : map{std::span<const entry>{entries}, nullptr} {}
    template <class Range>
        requires(!std::derived_from<Range, map> && std::convertible_to<const Range&, std::span<const entry>> &&
                 !std::ranges::enable_borrowed_range<Range>)
    constexpr map(const Range& entries HUBWIRE_LIFETIMEBOUND) noexcept
        : map{std::span<const entry>{entries}, nullptr} {}
    constexpr map(std::initializer_list<entry> entries HUBWIRE_LIFETIMEBOUND) noexcept
        : sequence{entries.begin(), entries.size()} {}

    /// The value of the first entry with this key, which is a string or a symbol of this text. Linear in the size.
    template <class Text>
        requires std::convertible_to<const Text&, std::string_view>
    [[nodiscard]] constexpr std::optional<value> find(const Text& key) const noexcept;

    /// The value of the first entry with just this key, of any type.
    [[nodiscard]] constexpr std::optional<value> find(const value& key) const noexcept;

    /// The value as a T, if there is such a key and its value is one.
    template <class T>
    [[nodiscard]] constexpr std::optional<T> get(std::string_view key) const noexcept;

    friend constexpr bool operator==(const map& a, const map& b) noexcept;

protected:
    friend detail::access;
    using sequence::sequence;
    constexpr map(std::span<const entry> entries, std::nullptr_t) noexcept : sequence{entries.data(), entries.size()} {}
};

/// Values of one type, with one constructor for all of them (AMQP 1.6.24). Made by decoders and by builders.
class array {
public:
    constexpr array() noexcept = default;

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    /// The type of the elements; null for an array that is not there.
    [[nodiscard]] constexpr amqp::type element_type() const noexcept;

    class iterator;
    [[nodiscard]] constexpr iterator begin() const noexcept;
    [[nodiscard]] constexpr iterator end() const noexcept;

    friend constexpr bool operator==(const array& a, const array& b) noexcept;

private:
    friend detail::access;
    constexpr array(bytes content, std::uint32_t size) noexcept
        : content_{content.data()}, content_size_{static_cast<std::uint32_t>(content.size())}, size_{size} {}

    const char* content_ = nullptr;  // constructor, then elements
    std::uint32_t content_size_ = 0;
    std::uint32_t size_ = 0;
};

/// A value with a descriptor that says what it means (AMQP 1.2). One that nobody here knows is kept as it came, and can
/// be sent on.
class described {
public:
    /// A null that a null describes.
    constexpr described() noexcept : described{{"\0\x40\x40", 3}, {}} {}

    /// Of a descriptor and a value, in an array that outlives this:
    ///     const value point[] = {symbol{"com.example:point"}, "1;2"};
    ///     ... described{point} ...
    constexpr described(const value (&descriptor_and_content HUBWIRE_LIFETIMEBOUND)[2]) noexcept;
    described(const value (&&temporary)[2]) = delete;

    [[nodiscard]] constexpr value descriptor() const noexcept;
    [[nodiscard]] constexpr value content() const noexcept;

    friend constexpr bool operator==(const described& a, const described& b) noexcept;

private:
    friend detail::access;

    /// On the wire: 00, descriptor and format code are the head; what stands behind is the body. In arrays all
    /// elements share a head.
    constexpr described(bytes head, bytes body) noexcept
        : head_{head.data()},
          body_{body.data()},
          head_size_{static_cast<std::uint32_t>(head.size())},
          body_size_{static_cast<std::uint32_t>(body.size())} {}

    union {
        const value* pair_;
        const char* head_;
    };
    const char* body_ = nullptr;
    std::uint32_t head_size_ = 0;  // 0 for a pair
    std::uint32_t body_size_ = 0;
};

/// Any value of AMQP: a number, a text, a view of a list or a map, ... What a decoder returns as one is well-formed
/// throughout, however deep; reading it further cannot fail.
///
/// Made of what C++ has for each type, implicitly: integers become the AMQP type of their width and sign, "text" and
/// std::string_view a string, symbol{"name"} a symbol, hubwire::bytes a binary.
class value {
public:
    constexpr value() noexcept : number_{0, 0} {}  // null

    template <class T>
        requires(std::integral<T> && sizeof(T) <= 8 && !std::same_as<T, bool> && !std::same_as<T, char> &&
                 !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> && !std::same_as<T, char16_t> &&
                 !std::same_as<T, char32_t>)
    constexpr value(T n) noexcept
        : type_{integer_type<T>()}, number_{0, static_cast<std::uint64_t>(static_cast<std::int64_t>(n))} {}
    template <std::same_as<bool> T>
    constexpr value(T truth) noexcept : type_{type::boolean}, number_{0, truth} {}
    template <std::same_as<char32_t> T>
    constexpr value(T character) noexcept : type_{type::char_}, number_{0, character} {}
    constexpr value(float n) noexcept : type_{type::float_}, number_{0, std::bit_cast<std::uint32_t>(n)} {}
    constexpr value(double n) noexcept : type_{type::double_}, number_{0, std::bit_cast<std::uint64_t>(n)} {}
    constexpr value(const amqp::decimal32& n) noexcept : type_{type::decimal32}, number_{0, n.bits} {}
    constexpr value(const amqp::decimal64& n) noexcept : type_{type::decimal64}, number_{0, n.bits} {}
    constexpr value(const amqp::decimal128& n) noexcept : type_{type::decimal128}, number_{halves_of(n.octets)} {}
    constexpr value(const amqp::uuid& id) noexcept : type_{type::uuid}, number_{halves_of(id.octets)} {}
    constexpr value(const amqp::timestamp& time) noexcept
        : type_{type::timestamp}, number_{0, static_cast<std::uint64_t>(time.milliseconds)} {}
    constexpr value(std::string_view text) noexcept : type_{type::string}, text_{text.data(), text.size()} {}
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !detail::owns_text<Text> &&
                 !std::same_as<Text, std::string_view> && !std::same_as<Text, std::nullptr_t>)
    constexpr value(const Text& text) noexcept : value{std::string_view{text}} {}
    template <detail::owns_text Text>
    constexpr value(const Text& text HUBWIRE_LIFETIMEBOUND) noexcept : value{std::string_view{text}} {}
    constexpr value(const amqp::symbol& name) noexcept
        : type_{type::symbol}, text_{name.text.data(), name.text.size()} {}
    constexpr value(hubwire::bytes binary) noexcept : type_{type::binary}, text_{binary.data(), binary.size()} {}
    constexpr value(const amqp::list& l) noexcept : type_{type::list}, list_{l} {}
    constexpr value(const amqp::map& m) noexcept : type_{type::map}, map_{m} {}
    constexpr value(const amqp::array& a) noexcept : type_{type::array}, array_{a} {}
    constexpr value(const amqp::described& d) noexcept : type_{type::described}, described_{d} {}

    [[nodiscard]] constexpr amqp::type type() const noexcept { return type_; }
    [[nodiscard]] constexpr bool is_null() const noexcept { return type_ == type::null; }

    /// The value, if it is of exactly the AMQP type that T stands for: bool, the integers of 8 to 64 bits, float,
    /// double, char32_t, decimal32 to 128, timestamp, uuid, hubwire::bytes, std::string_view, symbol, list, map, array,
    /// described.
    template <class T>
    [[nodiscard]] constexpr std::optional<T> as() const noexcept;

    /// The text of a string or a symbol: peers mix them up.
    [[nodiscard]] constexpr std::optional<std::string_view> text() const noexcept {
        if (type_ != type::string && type_ != type::symbol) return std::nullopt;
        return std::string_view{text_.data, text_.size};
    }

    /// The number, if it is an integer of any type that fits.
    [[nodiscard]] constexpr std::optional<std::int64_t> integer() const noexcept {
        if (type_ < type::ubyte || type_ > type::long_) return std::nullopt;
        const auto n = static_cast<std::int64_t>(number_.low);
        if (type_ == type::ulong && n < 0) return std::nullopt;
        return n;
    }

    /// The same type and the same contents, wherever they lie: floating point numbers and decimals by their bits, lists
    /// and maps item by item.
    friend constexpr bool operator==(const value& a, const value& b) noexcept;

private:
    friend detail::access;

    struct number {
        std::uint64_t high;
        std::uint64_t low;
    };
    struct text_view {
        const char* data;
        std::size_t size;
    };

    /// Pre: it is of the type that T stands for.
    template <class T>
    [[nodiscard]] constexpr T get() const noexcept;

    template <class T>
    static constexpr amqp::type integer_type() noexcept {
        constexpr std::size_t width = sizeof(T);
        constexpr bool with_sign = std::is_signed_v<T>;
        return width == 1   ? (with_sign ? amqp::type::byte : amqp::type::ubyte)
               : width == 2 ? (with_sign ? amqp::type::short_ : amqp::type::ushort)
               : width == 4 ? (with_sign ? amqp::type::int_ : amqp::type::uint)
                            : (with_sign ? amqp::type::long_ : amqp::type::ulong);
    }
    static constexpr number halves_of(const std::array<std::uint8_t, 16>& octets) noexcept {
        number halves{0, 0};
        for (std::size_t i = 0; i != 8; ++i) {
            halves.high = halves.high << 8 | octets[i];
            halves.low = halves.low << 8 | octets[i + 8];
        }
        return halves;
    }
    static constexpr std::array<std::uint8_t, 16> octets_of(number halves) noexcept {
        std::array<std::uint8_t, 16> octets{};
        for (std::size_t i = 8; i-- != 0;) {  // a shift by a number that is not known is a call on a Cortex-M0
            octets[i] = static_cast<std::uint8_t>(halves.high);
            octets[i + 8] = static_cast<std::uint8_t>(halves.low);
            halves.high >>= 8;
            halves.low >>= 8;
        }
        return octets;
    }

    amqp::type type_ = amqp::type::null;
    union {
        number number_;
        text_view text_;
        amqp::list list_;
        amqp::map map_;
        amqp::array array_;
        amqp::described described_;
    };
};

constexpr described::described(const value (&descriptor_and_content)[2]) noexcept : pair_{descriptor_and_content} {}

/// A key and its value.
struct entry {
    amqp::value key{};
    amqp::value value{};

    friend constexpr bool operator==(const entry&, const entry&) noexcept = default;
};

/// Maps whose keys are restricted, which decoders and encoders see to.
struct fields : map {
    using map::map;
    constexpr fields(const map& entries) noexcept : map{entries} {}
    static constexpr detail::keys allowed = detail::keys::fields;
};
struct filter_set : map {
    using map::map;
    constexpr filter_set(const map& entries) noexcept : map{entries} {}
    static constexpr detail::keys allowed = detail::keys::filters;
};
struct annotations : map {
    using map::map;
    constexpr annotations(const map& entries) noexcept : map{entries} {}
    static constexpr detail::keys allowed = detail::keys::annotations;
};
struct application_properties : map {
    using map::map;
    constexpr application_properties(const map& entries) noexcept : map{entries} {}
    static constexpr detail::keys allowed = detail::keys::application_properties;
};

template <class T>
constexpr T value::get() const noexcept {
    constexpr amqp::type wanted = detail::wire<T>::of;
    constexpr bool is_of_32_bits =
        std::same_as<T, amqp::decimal32> || std::same_as<T, milliseconds> || std::same_as<T, seconds>;
    if constexpr (std::same_as<T, float>) {
        return std::bit_cast<float>(static_cast<std::uint32_t>(number_.low));
    } else if constexpr (std::same_as<T, double>) {
        return std::bit_cast<double>(number_.low);
    } else if constexpr (is_of_32_bits) {
        return T{static_cast<std::uint32_t>(number_.low)};
    } else if constexpr (std::same_as<T, amqp::decimal64>) {
        return T{number_.low};
    } else if constexpr (std::same_as<T, amqp::decimal128> || std::same_as<T, amqp::uuid>) {
        return T{octets_of(number_)};
    } else if constexpr (std::same_as<T, amqp::timestamp>) {
        return T{static_cast<std::int64_t>(number_.low)};
    } else if constexpr (wanted == amqp::type::string || wanted == amqp::type::symbol) {
        return T{std::string_view{text_.data, text_.size}};
    } else if constexpr (wanted == amqp::type::binary) {
        return T{text_.data, text_.size};
    } else if constexpr (wanted == amqp::type::list) {
        return list_;
    } else if constexpr (wanted == amqp::type::map) {
        return T{map_};
    } else if constexpr (wanted == amqp::type::array) {
        return array_;
    } else if constexpr (wanted == amqp::type::described) {
        return described_;
    } else {
        return static_cast<T>(number_.low);
    }
}

template <class T>
constexpr std::optional<T> value::as() const noexcept {
    if (type_ != detail::wire<T>::of) return std::nullopt;
    return get<T>();
}

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/container.hpp

#ifndef HUBWIRE_AMQP_CONTAINER_HPP
#define HUBWIRE_AMQP_CONTAINER_HPP

/// Values that contain values: how lists, maps, arrays and described values are read, gone through, and written.
namespace hubwire::amqp {

namespace detail {

/// What only decoders and encoders do with views.
struct access {
    template <class View>
    static constexpr View on_the_wire(bytes items, std::uint32_t count, keys checked = keys::any) noexcept {
        return View{items, count, checked};
    }
    static constexpr array array_on_the_wire(bytes content, std::uint32_t count) noexcept { return {content, count}; }
    static constexpr described described_on_the_wire(bytes head, bytes body) noexcept { return {head, body}; }

    template <class Item>
    [[nodiscard]] static constexpr bool is_on_the_wire(const sequence<Item>& s) noexcept {
        return s.on_wire_;
    }
    template <class Item>
    [[nodiscard]] static constexpr bytes wire_of(const sequence<Item>& s) noexcept {
        return {s.wire_, s.wire_size_};
    }
    template <class Item>
    [[nodiscard]] static constexpr const Item* items_of(const sequence<Item>& s) noexcept {
        return s.items_;
    }
    template <class Item>
    [[nodiscard]] static constexpr keys checked_keys(const sequence<Item>& s) noexcept {
        return s.checked_;
    }
    [[nodiscard]] static constexpr bytes wire_of(const array& a) noexcept { return {a.content_, a.content_size_}; }
    [[nodiscard]] static constexpr bool is_on_the_wire(const described& d) noexcept { return d.head_size_ != 0; }
    [[nodiscard]] static constexpr bytes head_of(const described& d) noexcept { return {d.head_, d.head_size_}; }
    [[nodiscard]] static constexpr bytes body_of(const described& d) noexcept { return {d.body_, d.body_size_}; }
    [[nodiscard]] static constexpr const value* pair_of(const described& d) noexcept { return d.pair_; }

    /// Pre: the value is of the type that T stands for.
    template <class T>
    [[nodiscard]] static constexpr T get(const value& v) noexcept {
        return v.template get<T>();
    }
    [[nodiscard]] static constexpr bool same_number(const value& a, const value& b) noexcept {
        return a.number_.high == b.number_.high && a.number_.low == b.number_.low;
    }
    [[nodiscard]] static constexpr std::uint64_t low_bits(const value& v) noexcept { return v.number_.low; }
    [[nodiscard]] static constexpr std::uint64_t high_bits(const value& v) noexcept { return v.number_.high; }
    [[nodiscard]] static constexpr std::string_view text_of(const value& v) noexcept {
        return {v.text_.data, v.text_.size};
    }
};

/// Whether what is read was checked before, by the decoder that handed out a view of it.
enum class checked : bool { no, yes };

constexpr void check_behind(any_reader auto& in, std::uint8_t format_code, scope s) noexcept;
constexpr void check_value(any_reader auto& in, scope s) noexcept;

/// An item of a list or map. Texts are most of what there is: their check is inlined.
HUBWIRE_ALWAYS_INLINE constexpr void check_item(any_reader auto& in, std::uint8_t format_code, scope s) noexcept {
    if (format_code == code::string8) {
        std::string_view text;
        wire<std::string_view>::take_from(in, format_code, text, s);
    } else if (format_code == code::symbol8) {
        symbol name;
        wire<symbol>::take_from(in, format_code, name, s);
    } else {
        apart(in, [&](auto& copy) {
            check_behind(copy, format_code, s);
            return true;
        });
    }
}

/// One level deeper, if there may be one.
HUBWIRE_ALWAYS_INLINE constexpr scope inside(any_reader auto& in, scope s) noexcept {
    if (s.depth == 0) [[unlikely]] {
        in.fail(errc::amqp_depth, in.offset() == 0 ? 0 : in.offset() - 1);
        return s;
    }
    return {*s.rules, s.depth - 1};
}

/// What a list, map or array says of itself: the size of what follows, and how many items that is.
struct extent {
    std::size_t size;
    std::uint32_t count;
};

/// Reads size and count, each a Width. The size includes that of the count.
template <class Width>
HUBWIRE_ALWAYS_INLINE constexpr extent read_extent(any_reader auto& in) noexcept {
    const std::size_t size_at = in.offset();
    const std::size_t size = in.template be<Width>();
    if (size < sizeof(Width)) [[unlikely]]
        in.fail(errc::amqp_size, size_at);
    const std::uint32_t count = in.template be<Width>();
    if (!in.ok()) return {0, 0};
    return {size - sizeof(Width), count};
}

/// Reads items to the end of an extent, one or, in a map, two at a time. Each takes at least a byte.
template <std::uint32_t AtATime, class ReadItems>
HUBWIRE_ALWAYS_INLINE constexpr bytes read_items(any_reader auto& in, const extent& e, ReadItems take_items) noexcept {
    if (e.count > e.size) [[unlikely]]
        in.fail(errc::amqp_count);
    const auto around = in.enter(e.size);
    const std::size_t begin = in.offset();
    for (std::uint32_t left = e.count; left != 0 && in.ok(); left -= AtATime) take_items();
    const bytes items = in.read_since(begin);
    in.leave(around);
    return items;
}

template <class Width, any_reader Reader>
HUBWIRE_NEVER_INLINE constexpr list read_list(Reader& outer, scope s) noexcept {
    Reader in = outer;
    const scope items = inside(in, s);
    const extent e = read_extent<Width>(in);
    const bytes wire = read_items<1>(in, e, [&]() HUBWIRE_INLINE_LAMBDA { check_item(in, in.u8(), items); });
    outer = in;
    return access::on_the_wire<list>(wire, e.count);
}

[[nodiscard]] constexpr bool is_key(keys allowed, type key) noexcept {
    switch (allowed) {
        case keys::any:
            return true;
        case keys::fields:
        case keys::filters:
            return key == type::symbol;
        case keys::annotations:
            return key == type::symbol || key == type::ulong;
        case keys::application_properties:
            break;
    }
    return key == type::string;
}
[[nodiscard]] constexpr bool is_value(keys allowed, type value) noexcept {
    if (allowed == keys::filters) return value == type::described || value == type::null;
    return allowed != keys::application_properties ||
           (value != type::list && value != type::map && value != type::array);
}

template <class Width, any_reader Reader>
HUBWIRE_NEVER_INLINE constexpr map read_map(Reader& outer, keys allowed, scope s) noexcept {
    Reader in = outer;
    const scope items = inside(in, s);
    const extent e = read_extent<Width>(in);
    if (e.count % 2 != 0) in.fail(errc::amqp_odd_map, in.offset() - sizeof(Width));  // from here on it is even
    const keys key_rule = s.rules->any_key ? keys::any : allowed;
    const keys value_rule = s.rules->any_property ? keys::any : allowed;
    const std::uint8_t usual_key = allowed == keys::application_properties ? code::string8 : code::symbol8;
    const std::uint8_t usual_value = allowed == keys::filters ? code::described : code::string8;
    const bytes wire = read_items<2>(in, e, [&]() HUBWIRE_INLINE_LAMBDA {
        const std::uint8_t key = in.u8();
        if (key != usual_key && in.ok() && !is_key(key_rule, type_of(key))) [[unlikely]]
            in.fail(errc::amqp_key, in.offset() - 1);
        check_item(in, key, items);
        const std::uint8_t value = in.u8();
        if (value != usual_value && in.ok() && !is_value(value_rule, type_of(value))) [[unlikely]]
            in.fail(errc::amqp_map_value, in.offset() - 1);
        check_item(in, value, items);
    });
    outer = in;
    const bool is_checked = key_rule == allowed && value_rule == allowed;
    return access::on_the_wire<map>(wire, e.count / 2, is_checked ? allowed : keys::any);
}

/// A constructor (AMQP 1.2): a format code, behind any number of descriptors.
struct head {
    std::uint8_t format_code;
    scope behind;  // each descriptor is a level
};

/// Goes on behind the first byte of a constructor.
template <checked Before>
constexpr head read_head(any_reader auto& in, std::uint8_t first, scope s) noexcept {
    while (first == code::described && in.ok()) {
        if constexpr (Before == checked::no) {
            s = inside(in, s);
            check_value(in, s);
        } else {
            skip_value(in);
        }
        first = in.u8();
    }
    return {first, s};
}

/// Checks so many elements of an array, which take so many bytes. Those without a width are not counted out: there may
/// be four billion of them in a few bytes.
constexpr void check_elements(any_reader auto& in, const head& h, const extent& e) noexcept {
    if (!in.ok()) return;
    if (type_of(h.format_code) == type::described) return refuse_code(in, h.format_code);
    const unsigned high_digit = h.format_code >> 4;
    const bool one_by_one = high_digit >= 0xA;
    if (one_by_one ? e.count > e.size
        : high_digit == 4
            ? e.size != 0
            : (e.size >> (high_digit - 5)) != e.count || (e.size & ((std::size_t{1} << (high_digit - 5)) - 1)) != 0)
        return in.fail(errc::amqp_count);
    if (one_by_one || h.format_code == code::boolean || h.format_code == code::char_) {
        for (std::uint32_t left = e.count; left != 0 && in.ok(); --left) check_behind(in, h.format_code, h.behind);
    } else {
        in.take(e.size);
    }
}

template <class Width>
HUBWIRE_NEVER_INLINE constexpr array read_array(any_reader auto& in, scope s) noexcept {
    const scope elements = inside(in, s);
    const extent e = read_extent<Width>(in);
    const auto around = in.enter(e.size);
    const std::size_t begin = in.offset();
    const head h = read_head<checked::no>(in, in.u8(), elements);
    if (in.ok()) check_elements(in, h, {e.size - (in.offset() - begin), e.count});
    const bytes content = in.read_since(begin);
    in.leave(around);
    return access::array_on_the_wire(content, e.count);
}

/// Goes on behind the first descriptor of a described value, which begins at the given offset.
template <checked Before>
HUBWIRE_NEVER_INLINE constexpr described read_described(any_reader auto& in, std::size_t begin, scope s) noexcept {
    const head h = read_head<Before>(in, in.u8(), s);
    const bytes head = in.read_since(begin);
    const std::size_t body_begin = in.offset();
    if constexpr (Before == checked::no) {
        if (in.ok()) check_behind(in, h.format_code, h.behind);
    } else {
        skip_behind(in, h.format_code);
    }
    if (!in.ok()) return access::described_on_the_wire({}, {});
    const bytes body = in.read_since(body_begin);
    // Their sizes are kept in 32 bits. Nothing of this size fits a frame, or any other value.
    if (head.size() > 0xFFFF'FFFF || body.size() > 0xFFFF'FFFF) in.fail(errc::over_limit, begin);
    return access::described_on_the_wire(head, body);
}

/// Goes on behind its 00.
template <checked Before>
HUBWIRE_NEVER_INLINE constexpr described read_described(any_reader auto& in, scope s) noexcept {
    const std::size_t begin = in.offset() - 1;
    if constexpr (Before == checked::no) {
        s = inside(in, s);
        check_value(in, s);
    } else {
        skip_value(in);
    }
    return read_described<Before>(in, begin, s);
}

/// A view of what is known to be well-formed: no look at what it contains.
template <class View, class Width>
constexpr View reread(any_reader auto& in) noexcept {
    constexpr std::uint32_t items_an_entry = std::same_as<View, map> ? 2 : 1;
    const extent e = read_extent<Width>(in);
    return access::on_the_wire<View>(in.take(e.size), e.count / items_an_entry);
}
template <class Width>
constexpr array reread_array(any_reader auto& in) noexcept {
    const extent e = read_extent<Width>(in);
    return access::array_on_the_wire(in.take(e.size), e.count);
}

template <>
struct wire<list> {
    static constexpr type of = type::list;
    static constexpr std::uint64_t bound(const list& values) noexcept;
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const list& values, scope s) noexcept;
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, list& values, scope s) noexcept {
        if (format_code == code::list0) {
            values = {};
        } else if (format_code == code::list8) {
            values = read_list<std::uint8_t>(in, s);
        } else if (format_code == code::list32) {
            values = read_list<std::uint32_t>(in, s);
        } else {
            refuse_code(in, format_code);
        }
    }
};

/// Maps, and those whose keys are restricted.
template <class Map, keys Allowed>
struct map_wire {
    static constexpr type of = type::map;
    static constexpr std::uint64_t bound(const Map& entries) noexcept;
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const Map& entries, scope s) noexcept;
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, Map& entries, scope s) noexcept {
        if (format_code == code::map8) {
            entries = read_map<std::uint8_t>(in, Allowed, s);
        } else if (format_code == code::map32) {
            entries = read_map<std::uint32_t>(in, Allowed, s);
        } else {
            refuse_code(in, format_code);
        }
    }
};
template <>
struct wire<map> : map_wire<map, keys::any> {};
template <class Map>
    requires std::derived_from<Map, map> && requires { Map::allowed; }
struct wire<Map> : map_wire<Map, Map::allowed> {};

template <>
struct wire<array> {
    static constexpr type of = type::array;
    static constexpr std::uint64_t bound(const array& elements) noexcept {
        return std::uint64_t{9} + access::wire_of(elements).size();
    }
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const array& elements, scope s) noexcept;
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, array& elements, scope s) noexcept {
        if (format_code == code::array8) {
            elements = read_array<std::uint8_t>(in, s);
        } else if (format_code == code::array32) {
            elements = read_array<std::uint32_t>(in, s);
        } else {
            refuse_code(in, format_code);
        }
    }
};

template <>
struct wire<described> {
    static constexpr type of = type::described;
    static constexpr std::uint64_t bound(const described& d) noexcept;
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const described& d, scope s) noexcept;
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, described& d, scope s) noexcept {
        if (format_code != code::described) return refuse_code(in, format_code);
        if (in.ok()) d = read_described<checked::no>(in, s);
    }
};

template <checked Before, class T>
HUBWIRE_ALWAYS_INLINE constexpr value read_as(any_reader auto& in, std::uint8_t format_code, scope s) noexcept {
    if constexpr (Before == checked::yes && (std::same_as<T, std::string_view> || std::same_as<T, symbol>)) {
        return T{wire<T>::form::take_from(in, format_code).text()};
    } else {
        T read{};
        wire<T>::take_from(in, format_code, read, s);
        return read;
    }
}

template <checked Before>
HUBWIRE_ALWAYS_INLINE constexpr value read_behind(any_reader auto& in, std::uint8_t format_code, scope s) noexcept {
    switch (format_code) {
        case code::described:
            return in.ok() ? value{read_described<Before>(in, s)} : value{};
        case code::null:
            return {};
        case code::true_:
        case code::false_:
        case code::boolean:
            return read_as<Before, bool>(in, format_code, s);
        case code::ubyte:
            return read_as<Before, std::uint8_t>(in, format_code, s);
        case code::ushort:
            return read_as<Before, std::uint16_t>(in, format_code, s);
        case code::uint0:
        case code::smalluint:
        case code::uint:
            return read_as<Before, std::uint32_t>(in, format_code, s);
        case code::ulong0:
        case code::smallulong:
        case code::ulong:
            return read_as<Before, std::uint64_t>(in, format_code, s);
        case code::byte:
            return read_as<Before, std::int8_t>(in, format_code, s);
        case code::short_:
            return read_as<Before, std::int16_t>(in, format_code, s);
        case code::smallint:
        case code::int_:
            return read_as<Before, std::int32_t>(in, format_code, s);
        case code::smalllong:
        case code::long_:
            return read_as<Before, std::int64_t>(in, format_code, s);
        case code::float_:
            return read_as<Before, float>(in, format_code, s);
        case code::double_:
            return read_as<Before, double>(in, format_code, s);
        case code::decimal32:
            return read_as<Before, decimal32>(in, format_code, s);
        case code::decimal64:
            return read_as<Before, decimal64>(in, format_code, s);
        case code::decimal128:
            return read_as<Before, decimal128>(in, format_code, s);
        case code::char_:
            return read_as<Before, char32_t>(in, format_code, s);
        case code::timestamp:
            return read_as<Before, timestamp>(in, format_code, s);
        case code::uuid:
            return read_as<Before, uuid>(in, format_code, s);
        case code::binary8:
        case code::binary32:
            return read_as<Before, bytes>(in, format_code, s);
        case code::string8:
        case code::string32:
            return read_as<Before, std::string_view>(in, format_code, s);
        case code::symbol8:
        case code::symbol32:
            return read_as<Before, symbol>(in, format_code, s);
        case code::list0:
            return list{};
        case code::list8:
            return Before == checked::yes ? reread<list, std::uint8_t>(in) : read_list<std::uint8_t>(in, s);
        case code::list32:
            return Before == checked::yes ? reread<list, std::uint32_t>(in) : read_list<std::uint32_t>(in, s);
        case code::map8:
            return Before == checked::yes ? reread<map, std::uint8_t>(in) : read_map<std::uint8_t>(in, keys::any, s);
        case code::map32:
            return Before == checked::yes ? reread<map, std::uint32_t>(in) : read_map<std::uint32_t>(in, keys::any, s);
        case code::array8:
            return Before == checked::yes ? reread_array<std::uint8_t>(in) : read_array<std::uint8_t>(in, s);
        case code::array32:
            return Before == checked::yes ? reread_array<std::uint32_t>(in) : read_array<std::uint32_t>(in, s);
        default:
            refuse_code(in, format_code);
            return {};
    }
}

/// Texts are most of what there is to check.
constexpr void check_behind(any_reader auto& in, std::uint8_t format_code, scope s) noexcept {
    static_cast<void>(read_behind<checked::no>(in, format_code, s));
}
constexpr void check_value(any_reader auto& in, scope s) noexcept { check_behind(in, in.u8(), s); }

HUBWIRE_NEVER_INLINE constexpr value read_any_behind(any_reader auto& in, std::uint8_t format_code, scope s) noexcept {
    return read_behind<checked::no>(in, format_code, s);
}

/// One value, checked throughout.
template <>
struct wire<value> {
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound(const value& v) noexcept;
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const value& v, scope s) noexcept;
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, value& v, scope s) noexcept {
        v = read_any_behind(in, format_code, s);
    }
};

// What was checked is read by these rules: they forbid nothing.
inline constexpr options no_rules{.max_depth = 0xFFFF'FFFF, .any_symbol = true, .any_key = true, .any_property = true};

/// One value that was checked before.
HUBWIRE_NEVER_INLINE constexpr value reread_any_behind(quick_reader& in, std::uint8_t format_code) noexcept {
    return read_behind<checked::yes>(in, format_code, scope{no_rules});
}
HUBWIRE_ALWAYS_INLINE constexpr value reread_behind(quick_reader& in, std::uint8_t format_code) noexcept {
    if (format_code == code::string8) return in.sized8().text();
    if (format_code == code::symbol8) return symbol{in.sized8().text()};
    return apart(in, [=](quick_reader& copy) { return reread_any_behind(copy, format_code); });
}
HUBWIRE_ALWAYS_INLINE constexpr void reread_item(quick_reader& in, value& v) noexcept {
    v = reread_behind(in, in.u8());
}
HUBWIRE_ALWAYS_INLINE constexpr void reread_item(quick_reader& in, entry& e) noexcept {
    reread_item(in, e.key);
    reread_item(in, e.value);
}

template <class Item>
class sequence<Item>::iterator {
public:
    using value_type = Item;
    using difference_type = std::ptrdiff_t;

    constexpr iterator() noexcept = default;
    [[nodiscard]] constexpr Item operator*() const noexcept { return current_; }
    [[nodiscard]] constexpr const Item* operator->() const noexcept { return &current_; }
    constexpr iterator& operator++() noexcept {
        --left_;
        load();
        return *this;
    }
    constexpr iterator operator++(int) noexcept {
        const iterator before = *this;
        ++*this;
        return before;
    }
    friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.left_ == b.left_; }

private:
    friend sequence;
    constexpr iterator(const Item* next, bytes rest, std::uint32_t left) noexcept
        : next_{next}, rest_{rest}, left_{left} {
        load();
    }
    constexpr void load() noexcept {
        if (left_ == 0) return;
        if (next_ != nullptr) {
            current_ = *next_++;
        } else {
            quick_reader in{rest_};
            reread_item(in, current_);
            rest_ = in.rest();
        }
    }

    Item current_{};
    const Item* next_ = nullptr;  // or null, on the wire
    bytes rest_;
    std::uint32_t left_ = 0;
};

template <class Item>
constexpr auto sequence<Item>::begin() const noexcept -> iterator {
    return on_wire_ ? iterator{nullptr, {wire_, wire_size_}, size_} : iterator{items_, {}, size_};
}
template <class Item>
constexpr auto sequence<Item>::end() const noexcept -> iterator {
    return {};
}

template <class Range>
[[nodiscard]] constexpr bool same_items(const Range& a, const Range& b) noexcept {
    if (a.size() != b.size()) return false;
    for (auto at = a.begin(), other = b.begin(); at != a.end(); ++at, ++other) {
        if (!(*at == *other)) return false;
    }
    return true;
}

}  // namespace detail

class array::iterator {
public:
    using value_type = value;
    using difference_type = std::ptrdiff_t;

    constexpr iterator() noexcept = default;
    [[nodiscard]] constexpr value operator*() const noexcept { return current_; }
    constexpr iterator& operator++() noexcept {
        --left_;
        load();
        return *this;
    }
    constexpr iterator operator++(int) noexcept {
        const iterator before = *this;
        ++*this;
        return before;
    }
    friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.left_ == b.left_; }

private:
    friend array;
    friend constexpr bool operator==(const array& a, const array& b) noexcept;
    constexpr iterator(bytes content, std::uint32_t left) noexcept : left_{left} {
        quick_reader in{content};
        const std::uint8_t first = in.u8();
        format_code_ = detail::read_head<detail::checked::yes>(in, first, detail::scope{detail::no_rules}).format_code;
        if (first == detail::code::described) head_ = in.read_since(0);
        rest_ = in.rest();
        load();
    }
    constexpr void load() noexcept {
        if (left_ == 0) return;
        quick_reader in{rest_};
        if (head_.empty()) {
            current_ = detail::reread_behind(in, format_code_);
        } else {
            detail::skip_behind(in, format_code_);
            current_ = detail::access::described_on_the_wire(head_, in.read_since(0));
        }
        rest_ = in.rest();
    }

    value current_{};
    bytes head_;  // if the elements are described
    bytes rest_;
    std::uint32_t left_ = 0;
    std::uint8_t format_code_ = 0;
};

constexpr auto array::begin() const noexcept -> iterator {
    return size_ == 0 ? iterator{} : iterator{{content_, content_size_}, size_};
}
constexpr auto array::end() const noexcept -> iterator { return {}; }

constexpr type array::element_type() const noexcept {
    return content_size_ == 0 ? amqp::type::null : detail::type_of(static_cast<std::uint8_t>(*content_));
}

constexpr value described::descriptor() const noexcept {
    if (head_size_ == 0) return pair_[0];
    quick_reader in{{head_, head_size_}};
    in.u8();
    return detail::reread_behind(in, in.u8());
}

constexpr value described::content() const noexcept {
    if (head_size_ == 0) return pair_[1];
    quick_reader in{{head_, head_size_}};
    in.u8();
    detail::skip_value(in);
    const bytes constructor = in.rest();
    if (constructor.size() != 1) return described{constructor, {body_, body_size_}};
    quick_reader body{{body_, body_size_}};
    return detail::reread_behind(body, constructor[0]);
}

constexpr bool operator==(const list& a, const list& b) noexcept { return detail::same_items(a, b); }
constexpr bool operator==(const map& a, const map& b) noexcept { return detail::same_items(a, b); }

/// Elements without a width are all the same, and so are the descriptors of all elements: no need to go through them.
constexpr bool operator==(const array& a, const array& b) noexcept {
    if (a.size_ != b.size_ || a.element_type() != b.element_type()) return false;
    if (detail::access::wire_of(a) == detail::access::wire_of(b)) return true;
    auto at = a.begin();
    auto other = b.begin();
    for (; at != a.end(); ++at, ++other) {
        if (!(*at == *other)) return false;
        if (at.rest_.empty() && other.rest_.empty()) return true;
        at.head_ = other.head_ = {};
    }
    return true;
}
constexpr bool operator==(const described& a, const described& b) noexcept {
    return a.descriptor() == b.descriptor() && a.content() == b.content();
}

constexpr bool operator==(const value& a, const value& b) noexcept {
    if (a.type() != b.type()) return false;
    switch (a.type()) {
        case type::binary:
        case type::string:
        case type::symbol:
            return detail::access::text_of(a) == detail::access::text_of(b);
        case type::list:
            return a.list_ == b.list_;
        case type::map:
            return a.map_ == b.map_;
        case type::array:
            return a.array_ == b.array_;
        case type::described:
            return a.described_ == b.described_;
        default:
            return detail::access::same_number(a, b);
    }
}

template <class Text>
    requires std::convertible_to<const Text&, std::string_view>
constexpr std::optional<value> map::find(const Text& key) const noexcept {
    const std::string_view wanted = key;
    for (const entry e : *this) {
        if (const auto text = e.key.text(); text && *text == wanted) return e.value;
    }
    return std::nullopt;
}
constexpr std::optional<value> map::find(const value& key) const noexcept {
    for (const entry e : *this) {
        if (e.key == key) return e.value;
    }
    return std::nullopt;
}
template <class T>
constexpr std::optional<T> map::get(std::string_view key) const noexcept {
    const auto found = find(key);
    return found ? found->template as<T>() : std::nullopt;
}

namespace detail {

/// The place of the head of a list or map whose items are being written.
struct mark {
    std::size_t at;
};

/// Begins a list, map or array, with a head for up to 254 bytes.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr mark open_compound(basic_writer<Room>& out) noexcept {
    const mark place{out.size()};
    static_cast<void>(out.reserve8());
    static_cast<void>(out.reserve16());
    return place;
}

/// Ends it: writes the head that the size and the count of the items need. The size includes that of the count.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void close_compound(basic_writer<Room>& out, mark place, std::uint8_t code8,
                                                    std::uint64_t count) noexcept {
    const std::size_t size = out.size() - place.at - 3;
    if (size <= 0xFE && count <= 0xFF) [[likely]] {
        out.fill(out.template slot_at<std::uint8_t>(place.at), code8);
        out.fill(out.template slot_at<std::uint16_t>(place.at + 1), (size + 1) << 8 | count);
        return;
    }
    if (size > 0xFFFF'FFFF - 4) out.fail(errc::too_long);
    out.widen(place.at + 3, 6);
    out.fill(out.template slot_at<std::uint8_t>(place.at), std::uint8_t(code8 + 0x10));
    out.fill(out.template slot_at<std::uint32_t>(place.at + 1), size + 4);
    out.fill(out.template slot_at<std::uint32_t>(place.at + 5), count);
}

/// The head of a list, map or array whose content is known.
template <room Room>
constexpr void write_compound(basic_writer<Room>& out, std::uint8_t code8, bytes content,
                              std::uint64_t count) noexcept {
    if (content.size() <= 0xFE && count <= 0xFF) {
        out.u8(code8);
        out.u8(content.size() + 1);
        out.u8(count);
    } else {
        if (content.size() > 0xFFFF'FFFF - 4) out.fail(errc::too_long);
        out.u8(std::uint8_t(code8 + 0x10));
        out.u32(static_cast<std::uint32_t>(content.size() + 4));
        out.u32(count);
    }
    out.put(content);
}

template <room Room>
constexpr scope inside(basic_writer<Room>& out, scope s) noexcept {
    if (s.depth == 0) {
        out.fail(errc::amqp_depth);
        return s;
    }
    return {*s.rules, s.depth - 1};
}

/// More than any buffer has. What nests deeper than a few levels has no bound: it is counted before it is written, and
/// so is refused there if it nests without end, as a value could that contains itself.
inline constexpr std::uint64_t unbounded = std::uint64_t{1} << 56;
inline constexpr unsigned bounded_levels = 8;

constexpr std::uint64_t bound_of_compound(const value& v, unsigned levels) noexcept;

HUBWIRE_ALWAYS_INLINE constexpr std::uint64_t bound_of(const value& v, unsigned levels) noexcept {
    if (v.type() < type::binary) return 17;  // a format code, and up to 16 bytes
    if (v.type() <= type::symbol) return 5 + std::uint64_t{access::text_of(v).size()};
    return bound_of_compound(v, levels);
}
HUBWIRE_ALWAYS_INLINE constexpr std::uint64_t bound_of(const entry& e, unsigned levels) noexcept {
    return bound_of(e.key, levels) + bound_of(e.value, levels);
}

/// Of the items of a list or a map; 9 bytes are the largest head.
template <class Item>
HUBWIRE_NEVER_INLINE constexpr std::uint64_t bound_of_items(const sequence<Item>& items, unsigned levels) noexcept {
    if (access::is_on_the_wire(items)) return 9 + std::uint64_t{access::wire_of(items).size()};
    std::uint64_t sum = 9;
    for (const Item& item : std::span{access::items_of(items), items.size()}) {
        sum += bound_of(item, levels);
        if (sum > unbounded) sum = unbounded;
    }
    return sum;
}

constexpr std::uint64_t bound_of_described(const described& d, unsigned levels) noexcept {
    if (access::is_on_the_wire(d)) return std::uint64_t{access::head_of(d).size()} + access::body_of(d).size();
    return 1 + bound_of(access::pair_of(d)[0], levels) + bound_of(access::pair_of(d)[1], levels);
}

constexpr std::uint64_t bound_of_compound(const value& v, unsigned levels) noexcept {
    if (levels == 0) return unbounded;
    switch (v.type()) {
        case type::list:
            return bound_of_items(access::get<list>(v), levels - 1);
        case type::map:
            return bound_of_items(access::get<map>(v), levels - 1);
        case type::array:
            return wire<array>::bound(access::get<array>(v));
        default:
            return bound_of_described(access::get<described>(v), levels - 1);
    }
}

HUBWIRE_ALWAYS_INLINE constexpr std::uint64_t wire<value>::bound(const value& v) noexcept {
    return bound_of(v, bounded_levels);
}

/// An item of a list or map. Texts are most of what there is.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_item(basic_writer<Room>& out, const value& v, scope s) noexcept {
    if (v.type() == type::string) return wire<std::string_view>::put_into(out, access::text_of(v), s);
    apart(out, [&v, s](auto& copy) {
        wire<value>::put_into(copy, v, s);
        return true;
    });
}

constexpr std::uint64_t wire<list>::bound(const list& values) noexcept {
    return bound_of_items(values, bounded_levels);
}

template <room Room>
constexpr void wire<list>::put_into(basic_writer<Room>& out, const list& values, scope s) noexcept {
    if (values.empty()) return out.u8(code::list0);
    const scope items = inside(out, s);
    if (access::is_on_the_wire(values)) return write_compound(out, code::list8, access::wire_of(values), values.size());
    if (s.depth == 0) return;
    const mark place = open_compound(out);
    for (const value& item : std::span{access::items_of(values), values.size()}) write_item(out, item, items);
    close_compound(out, place, code::list8, values.size());
}

template <class Map, keys Allowed>
constexpr std::uint64_t map_wire<Map, Allowed>::bound(const Map& entries) noexcept {
    return bound_of_items(entries, bounded_levels);
}

template <room Room>
constexpr void check_entry(basic_writer<Room>& out, keys allowed, const entry& e, const options& rules) noexcept {
    if (!rules.any_key && !is_key(allowed, e.key.type())) out.fail(errc::amqp_key);
    if (!rules.any_property && !is_value(allowed, e.value.type())) out.fail(errc::amqp_map_value);
}

template <room Room>
HUBWIRE_NEVER_INLINE constexpr void write_map(basic_writer<Room>& outer, const map& entries, keys allowed,
                                              scope s) noexcept {
    basic_writer<Room> out = outer;
    const scope items = inside(out, s);
    if (access::is_on_the_wire(entries)) {
        if (allowed != keys::any && access::checked_keys(entries) != allowed) {
            for (const entry e : entries) check_entry(out, allowed, e, *s.rules);
        }
        write_compound(out, code::map8, access::wire_of(entries), std::uint64_t{entries.size()} * 2);
    } else if (s.depth != 0) {
        const mark place = open_compound(out);
        for (const entry& e : std::span{access::items_of(entries), entries.size()}) {
            check_entry(out, allowed, e, *s.rules);
            write_item(out, e.key, items);
            write_item(out, e.value, items);
        }
        close_compound(out, place, code::map8, std::uint64_t{entries.size()} * 2);
    }
    outer = out;
}

template <class Map, keys Allowed>
template <room Room>
constexpr void map_wire<Map, Allowed>::put_into(basic_writer<Room>& out, const Map& entries, scope s) noexcept {
    write_map(out, entries, Allowed, s);
}

/// An array that is not there is one of no nulls.
template <room Room>
constexpr void wire<array>::put_into(basic_writer<Room>& out, const array& elements, scope s) noexcept {
    constexpr char of_null = code::null;
    static_cast<void>(inside(out, s));
    const bytes content = access::wire_of(elements);
    write_compound(out, code::array8, content.empty() ? bytes{&of_null, 1} : content, elements.size());
}

constexpr std::uint64_t wire<described>::bound(const described& d) noexcept {
    return bound_of_described(d, bounded_levels);
}
template <room Room>
constexpr void wire<described>::put_into(basic_writer<Room>& out, const described& d, scope s) noexcept {
    const scope items = inside(out, s);
    if (access::is_on_the_wire(d)) {
        out.put(access::head_of(d));
        out.put(access::body_of(d));
        return;
    }
    if (s.depth == 0) return;
    out.u8(code::described);
    wire<value>::put_into(out, access::pair_of(d)[0], items);
    wire<value>::put_into(out, access::pair_of(d)[1], items);
}

/// Calls handle with the value as what it is; not for null.
template <class Handle>
HUBWIRE_ALWAYS_INLINE constexpr decltype(auto) visit(const value& v, Handle handle) noexcept {
    switch (v.type()) {
        case type::boolean:
            return handle(access::get<bool>(v));
        case type::ubyte:
            return handle(access::get<std::uint8_t>(v));
        case type::ushort:
            return handle(access::get<std::uint16_t>(v));
        case type::uint:
            return handle(access::get<std::uint32_t>(v));
        case type::ulong:
            return handle(access::get<std::uint64_t>(v));
        case type::byte:
            return handle(access::get<std::int8_t>(v));
        case type::short_:
            return handle(access::get<std::int16_t>(v));
        case type::int_:
            return handle(access::get<std::int32_t>(v));
        case type::long_:
            return handle(access::get<std::int64_t>(v));
        case type::float_:
            return handle(access::get<float>(v));
        case type::double_:
            return handle(access::get<double>(v));
        case type::decimal32:
            return handle(access::get<decimal32>(v));
        case type::decimal64:
            return handle(access::get<decimal64>(v));
        case type::decimal128:
            return handle(access::get<decimal128>(v));
        case type::char_:
            return handle(access::get<char32_t>(v));
        case type::timestamp:
            return handle(access::get<timestamp>(v));
        case type::uuid:
            return handle(access::get<uuid>(v));
        case type::binary:
            return handle(access::get<bytes>(v));
        case type::string:
            return handle(access::get<std::string_view>(v));
        case type::symbol:
            return handle(access::get<symbol>(v));
        case type::list:
            return handle(access::get<list>(v));
        case type::map:
            return handle(access::get<map>(v));
        case type::array:
            return handle(access::get<array>(v));
        default:
            return handle(access::get<described>(v));
    }
}

template <room Room>
constexpr void wire<value>::put_into(basic_writer<Room>& out, const value& v, scope s) noexcept {
    if (v.is_null()) return out.u8(code::null);
    visit(v, [&]<class T>(const T& is) { wire<T>::put_into(out, is, s); });
}

}  // namespace detail

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/composite.hpp

#ifndef HUBWIRE_AMQP_COMPOSITE_HPP
#define HUBWIRE_AMQP_COMPOSITE_HPP

/// Composite types (AMQP 1.3 and 1.4): an aggregate and a table of its fields each, and one codec for all of them.
namespace hubwire::amqp {

/// What a composite type is known by on the wire.
struct type_descriptor {
    std::uint64_t code;
    std::string_view name;
};

namespace detail {

template <class Owner, class Member>
struct field {
    std::string_view name;
    Member Owner::* member;
    bool mandatory;
};
// coverage: off, tables are made by the compiler
template <class Owner, class Member>
constexpr field<Owner, Member> optional_field(std::string_view name, Member Owner::* member) noexcept {
    return {name, member, false};
}
template <class Owner, class Member>
constexpr field<Owner, Member> mandatory_field(std::string_view name, Member Owner::* member) noexcept {
    return {name, member, true};
}
// coverage: on

template <class T>
inline constexpr std::size_t field_count = std::tuple_size_v<std::remove_cvref_t<decltype(T::field_table)>>;

}  // namespace detail

/// An aggregate with a descriptor and a table of its fields.
template <class T>
concept composite = std::is_aggregate_v<T> && requires {
    { T::descriptor } -> std::convertible_to<type_descriptor>;
    T::field_table;
};

/// The symbols of a field that may have several: one symbol or an array of them on the wire (AMQP 1.4), or an array of
/// the caller's. None at all and an absent field are the same.
///
/// A braced list lives no longer than the full expression: write it within the call of encode.
class symbols {
public:
    constexpr symbols() noexcept = default;
    constexpr symbols(std::initializer_list<symbol> names HUBWIRE_LIFETIMEBOUND) noexcept
        : symbols{std::span{names.begin(), names.size()}} {}
    template <std::size_t N>
    constexpr symbols(const symbol (&names HUBWIRE_LIFETIMEBOUND)[N]) noexcept : symbols{std::span{names, N}} {}
    constexpr symbols(std::span<const symbol> names) noexcept
        : items_{names.data()}, size_{static_cast<std::uint32_t>(names.size())} {
        hubwire::detail::require(names.size() <= 0xFFFF'FFFF);
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    /// Whether this is one of them.
    [[nodiscard]] constexpr bool contains(const symbol& name) const noexcept {
        for (const symbol item : *this) {
            if (item == name) return true;
        }
        return false;
    }

    class iterator {
    public:
        using value_type = symbol;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr symbol operator*() const noexcept { return current_; }
        constexpr iterator& operator++() noexcept {
            --left_;
            load();
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.left_ == b.left_; }

    private:
        friend symbols;
        constexpr explicit iterator(const symbols& names) noexcept : left_{names.size_} {
            if (!names.on_wire_) {
                next_ = names.items_;
            } else {
                quick_reader in{{names.content_, names.content_size_}};
                format_code_ = in.u8();
                rest_ = in.rest();
            }
            load();
        }
        constexpr void load() noexcept {
            if (left_ == 0) return;
            if (next_ != nullptr) {
                current_ = *next_++;
            } else {
                quick_reader in{rest_};
                current_ = detail::wire<symbol>::form::take_from(in, format_code_).text();
                rest_ = in.rest();
            }
        }

        symbol current_{};
        const symbol* next_ = nullptr;  // or null, on the wire
        bytes rest_;
        std::uint32_t left_ = 0;
        std::uint8_t format_code_ = 0;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    friend constexpr bool operator==(const symbols& a, const symbols& b) noexcept { return detail::same_items(a, b); }

private:
    friend detail::wire<symbols>;
    /// Pre: the content is a constructor and so many symbols.
    constexpr symbols(bytes content, std::uint32_t size) noexcept
        : content_{content.data()},
          size_{size},
          content_size_{static_cast<std::uint32_t>(content.size())},
          on_wire_{true} {}

    union {
        const symbol* items_ = nullptr;
        const char* content_;
    };
    std::uint32_t size_ = 0;
    std::uint32_t content_size_ = 0;
    bool on_wire_ = false;
};

namespace detail {

template <>
struct wire<symbols> {
    static constexpr std::uint64_t bound(const symbols& names) noexcept {
        std::uint64_t sum = 10;
        for (const symbol name : names) sum += name.text.size() + 4;
        return sum;
    }
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const symbols& names, scope s) noexcept {
        if (names.size() == 1) return wire<symbol>::put_into(out, *names.begin(), s);
        bool wide = false;
        for (const symbol name : names) wide |= name.text.size() > 0xFF;
        const mark place = open_compound(out);
        out.u8(wide ? code::symbol32 : code::symbol8);
        for (const symbol name : names) {
            const auto verdict = check_symbol(name.text, *s.rules);
            if (!verdict) return out.fail(verdict.error().code);
            if (wide) {
                out.sized32(name.text);
            } else {
                out.sized8(name.text);
            }
        }
        close_compound(out, place, code::array8, names.size());
    }
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, symbols& names, scope s) noexcept {
        const std::size_t begin = in.offset() - (in.ok() ? 1 : 0);
        if (format_code == code::array8 || format_code == code::array32) {
            array elements;
            wire<array>::take_from(in, format_code, elements, s);
            if (!elements.empty() && elements.element_type() != type::symbol) in.fail(errc::amqp_type, begin);
            names = symbols{access::wire_of(elements), static_cast<std::uint32_t>(elements.size())};
        } else {
            symbol name;
            wire<symbol>::take_from(in, format_code, name, s);
            const bytes whole = in.read_since(begin);
            if (whole.size() > 0xFFFF'FFFF) in.fail(errc::over_limit, begin);  // its size is kept in 32 bits
            names = symbols{whole, 1};
        }
    }
};

/// The descriptor of a value, as far as it can be that of a known type: a number or a name.
struct any_descriptor {
    std::uint64_t code = 0;
    std::string_view name{};
    enum class kind : std::uint8_t { number, name, other } is = kind::other;

    [[nodiscard]] constexpr bool matches(const type_descriptor& wanted) const noexcept {
        return is == kind::number ? code == wanted.code : is == kind::name && name == wanted.name;
    }
};

HUBWIRE_COLD constexpr any_descriptor read_unusual_descriptor(any_reader auto& in, std::uint8_t format_code,
                                                              scope s) noexcept {
    any_descriptor d;
    const type of = type_of(format_code);
    if (of == type::ulong) {
        d.is = any_descriptor::kind::number;
        wire<std::uint64_t>::take_from(in, format_code, d.code, s);
    } else if (of == type::symbol) {
        symbol name;
        d.is = any_descriptor::kind::name;
        wire<symbol>::take_from(in, format_code, name, s);
        d.name = name.text;
    } else {
        check_behind(in, format_code, s);
    }
    return d;
}

HUBWIRE_ALWAYS_INLINE constexpr any_descriptor read_descriptor(any_reader auto& in, scope s) noexcept {
    const std::uint8_t format_code = in.u8();
    if (format_code == code::smallulong) [[likely]]
        return {.code = in.u8(), .is = any_descriptor::kind::number};
    return apart(in, [=](auto& copy) { return read_unusual_descriptor(copy, format_code, s); });
}

/// A field whose value can be absent holds it as an optional, or as what can be empty.
template <class T>
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_absent(const T& member) noexcept {
    if constexpr (requires { member.has_value(); }) {
        return !member.has_value();
    } else if constexpr (requires { member.is_present(); }) {
        return !member.is_present();
    } else if constexpr (std::same_as<T, symbols>) {
        return member.empty();
    } else if constexpr (std::same_as<T, value>) {
        return member.is_null();
    } else {
        return false;
    }
}

template <class T>
struct wire<std::optional<T>> {
    static constexpr type of = wire<T>::of;
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound(const std::optional<T>& member) noexcept {
        return member ? wire<T>::bound(*member) : 1;
    }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, const std::optional<T>& member,
                                                         scope s) noexcept {
        if (member) wire<T>::put_into(out, *member, s);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code,
                                                          std::optional<T>& member, scope s) noexcept {
        wire<T>::take_from(in, format_code, member.emplace(), s);
    }
};

template <class T, T Default>
struct wire<with_default<T, Default>> {
    static constexpr type of = wire<T>::of;
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound(const with_default<T, Default>& member) noexcept {
        return wire<T>::bound(*member);
    }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out,
                                                         const with_default<T, Default>& member, scope s) noexcept {
        wire<T>::put_into(out, *member, s);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code,
                                                          with_default<T, Default>& member, scope s) noexcept {
        T present{};
        wire<T>::take_from(in, format_code, present, s);
        member = present;
    }
};

/// The values that a restricted type allows, as an enumeration from 0 on: sent as a number of type Base ...
template <class E>
struct choices;
template <class E>
concept numbered_choice = requires { choices<E>::last; };

template <numbered_choice E>
struct wire<E> {
    using base = typename choices<E>::base;
    static constexpr type of = wire<base>::of;
    static constexpr std::uint64_t bound(E) noexcept { return wire<base>::bound({}); }
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, E choice, scope s) noexcept {
        if (choice > choices<E>::last) out.fail(errc::amqp_choice);
        wire<base>::put_into(out, static_cast<base>(choice), s);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, E& choice,
                                                          scope s) noexcept {
        const std::size_t at = in.offset();
        base number{};
        wire<base>::take_from(in, format_code, number, s);
        if (number > static_cast<base>(choices<E>::last)) in.fail(errc::amqp_choice, at);
        choice = static_cast<E>(number);
    }
};

/// ... or as a symbol.
template <class E>
concept named_choice = requires { choices<E>::names; };

template <named_choice E>
struct wire<E> {
    static constexpr type of = type::symbol;
    static constexpr std::uint64_t bound(E) noexcept { return 2 + 255; }
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, E choice, scope s) noexcept {
        const auto index = static_cast<std::size_t>(choice);
        if (index >= std::size(choices<E>::names)) return out.fail(errc::amqp_choice);
        wire<symbol>::put_into(out, choices<E>::names[index], s);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, E& choice,
                                                          scope s) noexcept {
        const std::size_t at = in.offset();
        symbol name;
        wire<symbol>::take_from(in, format_code, name, s);
        for (std::size_t index = 0; index != std::size(choices<E>::names); ++index) {
            if (name.text == choices<E>::names[index]) {
                choice = static_cast<E>(index);
                return;
            }
        }
        in.fail(errc::amqp_choice, at);
    }
};

/// Reads the size and the count of a composite's list.
HUBWIRE_ALWAYS_INLINE constexpr extent read_field_extent(any_reader auto& in, std::uint8_t format_code,
                                                         std::size_t least, std::size_t most) noexcept {
    const std::size_t at = in.offset();
    extent e{0, 0};
    if (format_code == code::list8) [[likely]] {
        e = read_extent<std::uint8_t>(in);
    } else if (format_code == code::list32) {
        e = read_extent<std::uint32_t>(in);
    } else if (format_code != code::list0) {
        refuse_code(in, format_code);
    }
    if (e.count < least || e.count > most || e.count > e.size) [[unlikely]]
        in.fail(e.count > e.size ? errc::amqp_count
                : e.count > most ? errc::amqp_too_many_fields
                                 : errc::amqp_missing_field,
                at);
    return e;
}

/// Fields that contain no other values are read and written in line; others by a function for each type.
template <class Member>
concept leaf = requires { wire<Member>::of; } && wire<Member>::of < type::list;

template <class Member, any_reader Reader>
HUBWIRE_NEVER_INLINE constexpr void read_member(Reader& in, std::uint8_t format_code, Member& member,
                                                scope s) noexcept {
    wire<Member>::take_from(in, format_code, member, s);
}

template <class Member>
HUBWIRE_ALWAYS_INLINE constexpr void read_field(any_reader auto& in, Member& member, bool mandatory, scope s) noexcept {
    const std::uint8_t format_code = in.u8();
    if (format_code == code::null) {
        if (mandatory) in.fail(errc::amqp_missing_field, in.offset() - 1);
    } else if constexpr (leaf<Member>) {
        wire<Member>::take_from(in, format_code, member, s);
    } else {
        apart(in, [&member, format_code, s](auto& copy) {
            read_member(copy, format_code, member, s);
            return true;
        });
    }
}

/// Where something is wrong, each type of field has one function, for all composites.
template <class Member>
HUBWIRE_COLD constexpr void read_field_again(reader& in, Member& member, bool mandatory, scope s) noexcept {
    read_field(in, member, mandatory, s);
}

template <std::size_t Index, any_reader Reader, class T>
HUBWIRE_ALWAYS_INLINE constexpr void read_field(Reader& in, T& composite, scope s) noexcept {
    constexpr auto f = std::get<Index>(T::field_table);
    if constexpr (std::same_as<Reader, quick_reader>) {
        read_field(in, composite.*f.member, f.mandatory, s);
    } else {
        read_field_again(in, composite.*f.member, f.mandatory, s);
    }
}

// coverage: off, counted by the compiler
template <class T>
[[nodiscard]] consteval std::size_t least_field_count() noexcept {
    std::size_t least = 0;
    [&]<std::size_t... Index>(std::index_sequence<Index...>) HUBWIRE_INLINE_LAMBDA {
        ((least = std::get<Index>(T::field_table).mandatory ? Index + 1 : least), ...);
    }(std::make_index_sequence<field_count<T>>{});
    return least;
}
// coverage: on

/// Goes on behind the descriptor and the format code. What a field's absence means stands in the aggregate already.
template <composite T, any_reader Reader>
HUBWIRE_NEVER_INLINE constexpr void read_fields(Reader& outer, std::uint8_t format_code, T& composite,
                                                scope s) noexcept {
    Reader in = outer;
    const scope fields = inside(in, inside(in, s));
    const extent e = read_field_extent(in, format_code, least_field_count<T>(), field_count<T>);
    const auto around = in.enter(e.size);
    const std::size_t begin = in.offset();
    [&]<std::size_t... Index>(std::index_sequence<Index...>) HUBWIRE_INLINE_LAMBDA {
        static_cast<void>(((Index < e.count && (read_field<Index>(in, composite, fields), true)) && ...));
    }(std::make_index_sequence<field_count<T>>{});
    // What the types of the fields do not say.
    if constexpr (requires { composite.broken_rule(); }) {
        if (const errc wrong = composite.broken_rule(); wrong != errc::none) in.fail(wrong, begin);
    }
    in.leave(around);
    outer = in;
}

template <room Room, class Member>
HUBWIRE_NEVER_INLINE constexpr void write_member(basic_writer<Room>& out, const Member& member, scope s) noexcept {
    wire<Member>::put_into(out, member, s);
}

/// In line if nothing else is to be looked at; otherwise each type of field has one function, for all composites.
template <room Room, class Member>
HUBWIRE_ALWAYS_INLINE constexpr void write_field(basic_writer<Room>& out, const Member& member, scope s) noexcept {
    if constexpr (Room == room::unchecked && leaf<Member>) {
        wire<Member>::put_into(out, member, s);
    } else {
        apart(out, [&member, s](auto& copy) {
            write_member(copy, member, s);
            return true;
        });
    }
}

template <composite T>
struct wire<T> {
    static constexpr type of = type::described;
    using indices = std::make_index_sequence<field_count<T>>;

    /// 3 bytes of descriptor and the largest head of a list; an absent field is null.
    static constexpr std::uint64_t bound(const T& composite) noexcept {
        return [&]<std::size_t... Index>(std::index_sequence<Index...>) HUBWIRE_INLINE_LAMBDA {
            return (std::uint64_t{12} + ... + bound_of_field<Index>(composite));
        }(indices{});
    }

    template <room Room>
    HUBWIRE_NEVER_INLINE static constexpr void put_into(basic_writer<Room>& outer, const T& composite,
                                                        scope s) noexcept {
        basic_writer<Room> out = outer;
        static_assert(T::descriptor.code <= 0xFF);
        const scope fields = amqp::detail::inside(out, amqp::detail::inside(out, s));
        out.u8(code::described);
        out.u16(std::uint16_t{code::smallulong} << 8 | T::descriptor.code);
        if (is_empty(composite) && (!s.rules->keep_trailing_nulls || field_count<T> == 0)) {
            out.u8(code::list0);
        } else {
            write_fields(out, composite, fields);
        }
        outer = out;
    }

    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, T& composite, scope s) noexcept {
        if (format_code != code::described) [[unlikely]]
            return refuse_code(in, format_code);
        const std::size_t at = in.offset();
        const any_descriptor found = read_descriptor(in, amqp::detail::inside(in, s));
        if (in.ok() && !found.matches(T::descriptor)) [[unlikely]]
            in.fail(errc::amqp_descriptor, at);
        read_fields(in, in.u8(), composite, s);
    }

private:
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void write_fields(basic_writer<Room>& out, const T& composite,
                                                             scope s) noexcept {
        const mark place = open_compound(out);
        std::size_t count = 0;  // without the nulls that may yet turn out to be the last fields
        [&]<std::size_t... Index>(std::index_sequence<Index...>)
            HUBWIRE_INLINE_LAMBDA { (write_field<Index>(out, composite, count, s), ...); }(indices{});
        if (s.rules->keep_trailing_nulls) {
            for (; count != field_count<T>; ++count) out.u8(code::null);
        }
        if constexpr (requires { composite.broken_rule(); }) {
            if (const errc wrong = composite.broken_rule(); wrong != errc::none) out.fail(wrong);
        }
        close_compound(out, place, code::list8, count);
    }

    [[nodiscard]] HUBWIRE_ALWAYS_INLINE static constexpr bool is_empty(const T& composite) noexcept {
        return [&]<std::size_t... Index>(std::index_sequence<Index...>) HUBWIRE_INLINE_LAMBDA {
            return ((!std::get<Index>(T::field_table).mandatory &&
                     is_absent(composite.*std::get<Index>(T::field_table).member)) &&
                    ...);
        }(indices{});
    }

    template <std::size_t Index>
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound_of_field(const T& composite) noexcept {
        constexpr auto f = std::get<Index>(T::field_table);
        return wire<std::remove_cvref_t<decltype(composite.*f.member)>>::bound(composite.*f.member);
    }

    template <std::size_t Index, room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void write_field(basic_writer<Room>& out, const T& composite,
                                                            std::size_t& count, scope s) noexcept {
        constexpr auto f = std::get<Index>(T::field_table);
        const auto& member = composite.*f.member;
        if (is_absent(member)) {
            if constexpr (f.mandatory) out.fail(errc::amqp_missing_field);
            return;
        }
        for (; count != Index; ++count) out.u8(code::null);
        amqp::detail::write_field(out, member, s);
        ++count;
    }
};

/// Storage for one of several types: none is there to begin with.
template <class... Ts>
union any_of {
    char none = 0;
};
template <class T, class... Rest>
union any_of<T, Rest...> {
    constexpr any_of() noexcept : rest{} {}
    template <class U>
    constexpr explicit any_of(const U& alternative) noexcept : rest{alternative} {}
    constexpr explicit any_of(const T& alternative) noexcept : value{alternative} {}

    template <class U>
    [[nodiscard]] constexpr U& get() noexcept {
        if constexpr (std::same_as<T, U>) {
            return value;
        } else {
            return rest.template get<U>();
        }
    }
    template <class U>
    [[nodiscard]] constexpr const U& get() const noexcept {
        if constexpr (std::same_as<T, U>) {
            return value;
        } else {
            return rest.template get<U>();
        }
    }

    T value;
    any_of<Rest...> rest;
};

}  // namespace detail

/// What a field holds that can be of several composite types: one of them, a described value of another type, which is
/// kept as it came, or nothing at all.
template <composite... Ts>
class choice {
public:
    constexpr choice() noexcept = default;
    template <class T>
        requires(std::same_as<T, Ts> || ...)
    constexpr choice(const T& alternative) noexcept : which_{index_of<T>()}, storage_{alternative} {}
    constexpr choice(const described& other) noexcept : which_{index_of<described>()}, storage_{other} {}

    [[nodiscard]] constexpr bool has_value() const noexcept { return which_ != 0; }
    constexpr explicit operator bool() const noexcept { return has_value(); }

    template <class T>
        requires(std::same_as<T, described> || ... || std::same_as<T, Ts>)
    [[nodiscard]] constexpr bool is() const noexcept {
        return which_ == index_of<T>();
    }

    /// The value, if it is a T (described, for one of another type); otherwise null.
    template <class T>
        requires(std::same_as<T, described> || ... || std::same_as<T, Ts>)
    [[nodiscard]] constexpr const T* get_if() const noexcept HUBWIRE_LIFETIMEBOUND {
        return is<T>() ? &storage_.template get<T>() : nullptr;
    }

    /// Calls handle with the value as what it is; it takes each of the types, and described. Not called without one.
    template <class Handle>
    constexpr void visit(Handle&& handle) const {
        static_cast<void>(((is<Ts>() && (handle(storage_.template get<Ts>()), true)) || ...) ||
                          (is<described>() && (handle(storage_.template get<described>()), true)));
    }

    friend constexpr bool operator==(const choice& a, const choice& b) noexcept {
        if (a.which_ != b.which_) return false;
        bool same = true;
        a.visit([&]<class T>(const T& alternative) { same = alternative == b.storage_.template get<T>(); });
        return same;
    }

private:
    friend detail::wire<choice>;

    template <class T>
    [[nodiscard]] static consteval std::uint8_t index_of() noexcept {
        std::uint8_t index = 0;
        std::uint8_t found = 0;
        ((++index, found = std::same_as<T, Ts> ? index : found), ...);
        return found != 0 ? found : ++index;
    }

    std::uint8_t which_ = 0;
    detail::any_of<Ts..., described> storage_{};
};

namespace detail {

template <class... Ts>
struct wire<choice<Ts...>> {
    static constexpr type of = type::described;
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound(const choice<Ts...>& member) noexcept {
        return member.has_value() ? bound_apart(member) : 1;
    }
    HUBWIRE_NEVER_INLINE static constexpr std::uint64_t bound_apart(const choice<Ts...>& member) noexcept {
        std::uint64_t sum = 1;
        member.visit([&]<class T>(const T& alternative) { sum = wire<T>::bound(alternative); });
        return sum;
    }
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const choice<Ts...>& member, scope s) noexcept {
        if (!member.has_value()) out.fail(errc::amqp_missing_field);
        member.visit([&]<class T>(const T& alternative) { wire<T>::put_into(out, alternative, s); });
    }
    template <any_reader Reader>
    static constexpr void take_from(Reader& outer, std::uint8_t format_code, choice<Ts...>& member, scope s) noexcept {
        if (format_code != code::described) return refuse_code(outer, format_code);
        if (!outer.ok()) return;
        Reader in = outer;
        const std::size_t begin = in.offset() - 1;
        const any_descriptor found = read_descriptor(in, inside(in, s));
        if (!(read_if<Ts>(in, found, member, s) || ...))
            member = apart(in, [&](auto& copy) { return read_described<checked::no>(copy, begin, inside(copy, s)); });
        outer = in;
    }

private:
    template <class T>
    HUBWIRE_ALWAYS_INLINE static constexpr bool read_if(any_reader auto& in, const any_descriptor& found,
                                                        choice<Ts...>& member, scope s) noexcept {
        if (!found.matches(T::descriptor)) return false;
        member = T{};
        read_fields(in, in.u8(), member.storage_.template get<T>(), s);
        return true;
    }
};

/// What can stand alone, and not only as a field that may be absent.
template <class T>
inline constexpr bool is_for_fields_only = false;
template <class T>
inline constexpr bool is_for_fields_only<std::optional<T>> = true;
template <class T, T Default>
inline constexpr bool is_for_fields_only<with_default<T, Default>> = true;
template <class T>
concept encodable = !is_for_fields_only<T> && requires(const T& v) {
    { wire<T>::bound(v) } -> std::same_as<std::uint64_t>;
};

/// Reads a value of which something is wrong, or not there yet, to tell what and where.
template <class T, class Read>
HUBWIRE_COLD constexpr result<T> read_again(bytes input, errc when_short, const Read& take_from) noexcept {
    result<T> answer{T{}};
    reader in{input, when_short};
    take_from(in, *answer);
    if (in.left() != 0) in.fail(errc::leftover);
    if (!in.ok()) answer = in.error();
    return answer;
}

/// Reads a value that is all of the input, by a function that takes any reader: by a quick one, and again if that
/// fails. The value, which may be large, is made where it is to be, and not copied.
template <class T, class Read>
HUBWIRE_ALWAYS_INLINE constexpr result<T> read_twice(bytes input, errc when_short, const Read& take_from) noexcept {
    result<T> answer{T{}};
    if (!optimize_for_size) {
        quick_reader in{input};
        take_from(in, *answer);
        if (in.ok() && in.left() == 0) [[likely]]
            return answer;
    }
    answer = read_again<T>(input, when_short, take_from);
    return answer;
}

/// Writes by a function that takes any writer, without a look at each write whether it fits: because the buffer takes
/// the upper bound, or, if it does not, because the size is counted first.
template <class Write>
HUBWIRE_ALWAYS_INLINE constexpr result<bytes> write_within(buffer output, std::uint64_t bound,
                                                           const Write& put_into) noexcept {
    // coverage: off, for -Os, and a build with it has it
    if constexpr (optimize_for_size) {
        writer out{output};
        put_into(out);
        return out.finish();
    }
    // coverage: on
    if (bound > output.size()) [[unlikely]] {
        counting_writer counted;
        put_into(counted);
        const auto size = counted.finish();
        if (!size) return size.error();
        if (*size > output.size()) {
            return hubwire::error{.code = errc::no_space, .offset = output.size(), .needed = *size - output.size()};
        }
    }
    unchecked_writer out{output};
    put_into(out);
    return out.finish();
}

}  // namespace detail

/// Writes a value into the buffer, in its smallest encoding; returns a view of the bytes written. Whatever the
/// specification does not allow is refused, and so is what does not fit a length field or the buffer (error().needed
/// says how many bytes it lacks). The offset of an error is where it would have stood.
///
/// T is any composite, amqp::value, or what a value can be made of.
/// Pre: the buffer is not where the texts, binaries, lists and maps of the value lie.
template <detail::encodable T>
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const T& v,
                                             const options& rules = {}) noexcept {
    return detail::write_within(output, detail::wire<T>::bound(v), [&](auto& out) HUBWIRE_INLINE_LAMBDA {
        detail::wire<T>::put_into(out, v, detail::scope{rules});
    });
}

/// How many bytes encode would write, or why it would not.
template <detail::encodable T>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const T& v, const options& rules = {}) noexcept {
    counting_writer out;
    detail::wire<T>::put_into(out, v, detail::scope{rules});
    return out.finish();
}

/// The value that the input is: all of it, and of this type. Texts, binaries, lists and maps are views into the input,
/// checked throughout. If the input ends early it is incomplete, unless what is there is wrong already.
template <detail::encodable T>
[[nodiscard]] constexpr result<T> decode(bytes input, const options& rules = {}) noexcept {
    return detail::read_twice<T>(input, errc::incomplete, [&rules](auto& in, T& v) HUBWIRE_INLINE_LAMBDA {
        const std::uint8_t format_code = in.u8();
        detail::wire<T>::take_from(in, format_code, v, detail::scope{rules});
    });
}

/// The composite that a described value is, such as a lifetime policy among the properties of a node. Offsets of errors
/// count from behind the descriptor and the format code.
template <composite T>
[[nodiscard]] constexpr result<T> decode(const described& d, const options& rules = {}) noexcept {
    const value name = d.descriptor();
    const bool right = name == value{T::descriptor.code} || name == value{symbol{T::descriptor.name}};
    if (!right || !detail::access::is_on_the_wire(d)) return hubwire::error{.code = errc::amqp_descriptor};
    if (d.content().type() != type::list) return hubwire::error{.code = errc::amqp_type};
    const bytes head = detail::access::head_of(d);
    const std::uint8_t format_code = head[head.size() - 1];
    return detail::read_twice<T>(
        detail::access::body_of(d), errc::truncated,
        [&](auto& in, T& v) HUBWIRE_INLINE_LAMBDA { detail::read_fields(in, format_code, v, detail::scope{rules}); });
}

/// The same of a value that may be described, or something else.
template <composite T, std::same_as<value> Value>
[[nodiscard]] constexpr result<T> decode(const Value& v, const options& rules = {}) noexcept {
    const auto d = v.template as<described>();
    if (!d) return hubwire::error{.code = errc::amqp_type};
    return decode<T>(*d, rules);
}

/// A composite as a value, to be put where a field, a map or a body takes any value: encoded into scratch memory, which
/// the value is a view of.
template <composite T>
[[nodiscard]] constexpr result<value> as_value(buffer scratch HUBWIRE_LIFETIMEBOUND, const T& v,
                                               const options& rules = {}) noexcept {
    const auto encoded = encode(scratch, v, rules);
    if (!encoded) return encoded.error();
    return decode<value>(*encoded, rules);
}

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/builder.hpp

#ifndef HUBWIRE_AMQP_BUILDER_HPP
#define HUBWIRE_AMQP_BUILDER_HPP

namespace hubwire::amqp {

namespace detail {

constexpr void write_wide_text(writer& out, const value& v, const options& rules) noexcept {
    const std::string_view text = access::text_of(v);
    if (v.type() == type::string && !is_utf8(text)) out.fail(errc::invalid_utf8);
    if (v.type() == type::symbol && !check_symbol(text, rules)) out.fail(errc::amqp_symbol);
    out.sized32(text);
}

/// What stands behind the widest format code of a type that contains no other values.
constexpr void write_widest(writer& out, std::uint8_t widest_code, const value& v, const options& rules) noexcept {
    switch (widest_code >> 4) {
        case 0x5:
            return out.u8(access::low_bits(v) & 0xFF);
        case 0x6:
            return out.u16(access::low_bits(v) & 0xFFFF);
        case 0x7:
            if (v.type() == type::char_ && !wire<char32_t>::is_character(access::get<char32_t>(v)))
                out.fail(errc::amqp_char);
            return out.u32(access::low_bits(v) & 0xFFFF'FFFF);
        case 0x8:
            return out.u64(access::low_bits(v));
        case 0x9:
            out.u64(access::high_bits(v));
            return out.u64(access::low_bits(v));
        case 0xB:
            return write_wide_text(out, v, rules);
        default:  // null takes no bytes
            return;
    }
}

}  // namespace detail

/// Puts together lists, maps, arrays and described values of anything, however they nest, in a buffer of the caller's:
///     builder b{scratch};
///     b.map([&] {
///         b.entry("temperature", 21.5);
///         b.add("readings");
///         b.list([&] { b.add(1); b.add("two"); });
///     });
///     result<value> v = b.finish();
/// The first failure sticks, and finish() tells of it.
class builder {
public:
    constexpr explicit builder(buffer output HUBWIRE_LIFETIMEBOUND, const options& rules = {}) noexcept
        : out_{output}, rules_{rules}, depth_{rules.max_depth} {}

    /// A value, in the list, map or array that is being built, or alone.
    constexpr void add(const value& v) noexcept {
        begin_item();
        if (in_array_) {
            write_element(v);
        } else {
            detail::wire<value>::put_into(out_, v, here());
        }
    }

    /// A composite, such as a lifetime policy. Not in an array.
    template <composite T>
    constexpr void add(const T& v) noexcept {
        begin_item();
        if (in_array_) out_.fail(errc::amqp_mixed_array);
        detail::wire<T>::put_into(out_, v, here());
    }

    /// A key and its value, in a map.
    constexpr void entry(const value& key, const value& v) noexcept {
        add(key);
        add(v);
    }

    /// A list, a map, or an array, of all that is added while fill is called. A map takes keys and values in turn. The
    /// elements of an array are of one type; they are written in the widest form of it, which fits them all.
    template <class Fill>
    constexpr void list(Fill&& fill) noexcept {
        begin_item();
        compound(detail::code::list8, fill);
    }
    template <class Fill>
    constexpr void map(Fill&& fill) noexcept {
        begin_item();
        compound(detail::code::map8, fill);
    }
    template <class Fill>
    constexpr void array(Fill&& fill) noexcept {
        begin_item();
        compound(detail::code::array8, fill);
    }

    /// A value with a descriptor, mostly a symbol or a ulong: the one value that is added while fill is called.
    template <class Fill>
    constexpr void described(const value& descriptor, Fill&& fill) noexcept {
        begin_item();
        describe(descriptor, fill);
    }

    /// What was built, if nothing failed and it is one value: a view of the buffer.
    [[nodiscard]] constexpr result<value> finish() noexcept {
        const auto wire = encoded();
        if (!wire) return wire.error();
        quick_reader in{*wire};
        return detail::reread_behind(in, in.u8());
    }

    /// The same as bytes.
    [[nodiscard]] constexpr result<bytes> encoded() noexcept {
        const bool is_whole = depth_ == rules_.max_depth && count_ == 1;
        if (out_.ok() && !is_whole) return hubwire::error{.code = errc::amqp_count, .offset = out_.size()};
        return out_.finish();
    }

private:
    /// The constructor that all elements of an array share: written with the first one, compared with the others.
    struct array_head {
        std::size_t at = 0;
        std::size_t size = 0;     // once it is complete
        std::size_t matched = 0;  // so much of it the element being added has
        bool is_complete = false;
    };

    [[nodiscard]] constexpr detail::scope here() const noexcept { return {rules_, depth_}; }

    /// Whether there may be another level.
    [[nodiscard]] constexpr bool go_deeper() noexcept {
        if (depth_ == 0) {
            out_.fail(errc::amqp_depth);
            return false;
        }
        --depth_;
        return true;
    }

    /// Every item counts. A list takes no room for its head before it has one.
    constexpr void begin_item() noexcept {
        if (list_is_pending_) static_cast<void>(detail::open_compound(out_));
        list_is_pending_ = false;
        ++count_;
    }

    template <class Fill>
    constexpr void describe(const value& descriptor, Fill& fill) noexcept {
        if (!go_deeper()) return;
        if (in_array_) {
            match_descriptor(descriptor);
        } else {
            out_.u8(detail::code::described);
            detail::wire<value>::put_into(out_, descriptor, here());
        }
        const std::uint64_t count = count_;
        count_ = 0;
        fill();
        if (count_ != 1) out_.fail(errc::amqp_count);
        count_ = count;
        ++depth_;
    }

    template <class Fill>
    constexpr void compound(std::uint8_t code8, Fill& fill) noexcept {
        if (!go_deeper()) return;
        const bool is_element = in_array_;
        if (is_element) match_code(wide(code8));
        const array_head head = head_;
        const std::uint64_t count = count_;
        const std::size_t at = out_.size();
        list_is_pending_ = !is_element && code8 == detail::code::list8;
        if (is_element) {
            out_.u64(0);
        } else if (!list_is_pending_) {
            static_cast<void>(detail::open_compound(out_));
        }
        in_array_ = code8 == detail::code::array8;
        head_ = {.at = out_.size()};
        count_ = 0;
        fill();
        if (code8 == detail::code::map8 && count_ % 2 != 0) out_.fail(errc::amqp_odd_map);
        if (in_array_ && count_ == 0) out_.u8(detail::code::null);  // of no element, so of any type
        if (is_element) {
            out_.fill(out_.slot_at<std::uint32_t>(at), std::uint64_t{out_.size()} - at - 4);
            out_.fill(out_.slot_at<std::uint32_t>(at + 4), count_);
        } else if (list_is_pending_) {
            out_.u8(detail::code::list0);
        } else {
            detail::close_compound(out_, detail::mark{at}, code8, count_);
        }
        list_is_pending_ = false;
        in_array_ = is_element;
        head_ = head;
        count_ = count;
        ++depth_;
    }

    [[nodiscard]] static constexpr std::uint8_t wide(std::uint8_t code8) noexcept {
        return static_cast<std::uint8_t>(code8 + 0x10);
    }

    /// An element has this format code: the last byte of the constructor.
    constexpr void match_code(std::uint8_t format_code) noexcept {
        if (!head_.is_complete) {
            out_.u8(format_code);
            head_.is_complete = true;
            head_.size = out_.size() - head_.at;
        } else {
            const bytes head = written_head();
            if (!head.empty() && (head_.matched + 1 != head.size() || head[head_.matched] != format_code))
                out_.fail(errc::amqp_mixed_array);
        }
        head_.matched = 0;
    }

    /// An element is described by this: 00 and the descriptor come before the format code in the constructor.
    constexpr void match_descriptor(const value& descriptor) noexcept {
        if (!head_.is_complete) {
            out_.u8(detail::code::described);
            return detail::wire<value>::put_into(out_, descriptor, here());
        }
        const bytes head = written_head();
        if (head.empty()) return;
        quick_reader in{head.without_first(head_.matched)};
        if (in.u8() != detail::code::described || !(detail::reread_behind(in, in.u8()) == descriptor))
            out_.fail(errc::amqp_mixed_array);
        head_.matched += in.offset();
    }

    /// An array as an element of another one. Its elements stay as they came: there may be four billion of them.
    constexpr void write_array_element(const amqp::array& a) noexcept {
        constexpr char of_null = detail::code::null;
        if (!go_deeper()) return;
        match_code(wide(detail::code::array8));
        const bytes wire = detail::access::wire_of(a);
        const bytes content = wire.empty() ? bytes{&of_null, 1} : wire;
        out_.u32(std::uint64_t{content.size()} + 4);
        out_.u32(a.size());
        out_.put(content);
        ++depth_;
    }

    /// Empty after a failure.
    [[nodiscard]] constexpr bytes written_head() const noexcept {
        const bytes written = out_.written_since(head_.at);
        return written.empty() ? written : written.first(head_.size);
    }

    /// The widest format code of a type that is not described; its size is its high digit's (AMQP 1.2).
    [[nodiscard]] static constexpr std::uint8_t widest_code(type of) noexcept {
        using namespace detail;
        constexpr std::uint8_t codes[] = {
            code::null,      code::boolean,   code::ubyte,      code::ushort, code::uint,      code::ulong,
            code::byte,      code::short_,    code::int_,       code::long_,  code::float_,    code::double_,
            code::decimal32, code::decimal64, code::decimal128, code::char_,  code::timestamp, code::uuid,
            code::binary32,  code::string32,  code::symbol32};
        return codes[static_cast<std::size_t>(of)];
    }

    /// An element of an array: as any value, but for the constructor.
    constexpr void write_element(const value& v) noexcept {
        using detail::access;
        if (v.type() == type::list) {
            const auto fill = [&] {
                for (const value item : access::get<amqp::list>(v)) add(item);
            };
            compound(detail::code::list8, fill);
        } else if (v.type() == type::map) {
            const auto fill = [&] {
                for (const amqp::entry e : access::get<amqp::map>(v)) entry(e.key, e.value);
            };
            compound(detail::code::map8, fill);
        } else if (v.type() == type::array) {
            write_array_element(access::get<amqp::array>(v));
        } else if (v.type() == type::described) {
            const auto d = access::get<amqp::described>(v);
            const auto fill = [&] { add(d.content()); };
            describe(d.descriptor(), fill);
        } else {
            match_code(widest_code(v.type()));
            detail::write_widest(out_, widest_code(v.type()), v, rules_);
        }
    }

    writer out_;
    options rules_;
    unsigned depth_;
    std::uint64_t count_ = 0;  // items of the innermost list, map or array
    array_head head_{};        // of the innermost array
    bool in_array_ = false;
    bool list_is_pending_ = false;
};

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/error_condition.hpp

#ifndef HUBWIRE_AMQP_ERROR_CONDITION_HPP
#define HUBWIRE_AMQP_ERROR_CONDITION_HPP

namespace hubwire::amqp {

/// Why a connection, a session or a link is closed, or a message rejected (AMQP 2.8.14).
struct error {
    symbol condition{};
    std::optional<std::string_view> description{};
    std::optional<fields> info{};

    static constexpr type_descriptor descriptor{0x1D, "amqp:error:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("condition", &error::condition),
        detail::optional_field("description", &error::description),
        detail::optional_field("info", &error::info),
    };

    friend constexpr bool operator==(const error&, const error&) noexcept = default;
};

/// The conditions of AMQP 2.8.15 to 2.8.18 and 4.5.8. Peers have others of their own.
namespace condition {

inline constexpr symbol internal_error{"amqp:internal-error"};
inline constexpr symbol not_found{"amqp:not-found"};
inline constexpr symbol unauthorized_access{"amqp:unauthorized-access"};
inline constexpr symbol decode_error{"amqp:decode-error"};
inline constexpr symbol resource_limit_exceeded{"amqp:resource-limit-exceeded"};
inline constexpr symbol not_allowed{"amqp:not-allowed"};
inline constexpr symbol invalid_field{"amqp:invalid-field"};
inline constexpr symbol not_implemented{"amqp:not-implemented"};
inline constexpr symbol resource_locked{"amqp:resource-locked"};
inline constexpr symbol precondition_failed{"amqp:precondition-failed"};
inline constexpr symbol resource_deleted{"amqp:resource-deleted"};
inline constexpr symbol illegal_state{"amqp:illegal-state"};
inline constexpr symbol frame_size_too_small{"amqp:frame-size-too-small"};

inline constexpr symbol connection_forced{"amqp:connection:forced"};
inline constexpr symbol framing_error{"amqp:connection:framing-error"};
inline constexpr symbol connection_redirect{"amqp:connection:redirect"};

inline constexpr symbol window_violation{"amqp:session:window-violation"};
inline constexpr symbol errant_link{"amqp:session:errant-link"};
inline constexpr symbol handle_in_use{"amqp:session:handle-in-use"};
inline constexpr symbol unattached_handle{"amqp:session:unattached-handle"};

inline constexpr symbol detach_forced{"amqp:link:detach-forced"};
inline constexpr symbol transfer_limit_exceeded{"amqp:link:transfer-limit-exceeded"};
inline constexpr symbol message_size_exceeded{"amqp:link:message-size-exceeded"};
inline constexpr symbol link_redirect{"amqp:link:redirect"};
inline constexpr symbol stolen{"amqp:link:stolen"};

inline constexpr symbol unknown_transaction{"amqp:transaction:unknown-id"};
inline constexpr symbol transaction_rollback{"amqp:transaction:rollback"};
inline constexpr symbol transaction_timeout{"amqp:transaction:timeout"};

}  // namespace condition

/// Where an error of the condition link_redirect or connection_redirect points (AMQP 2.8.16 and 2.8.18): its info, as
/// far as it is there and of the right type.
struct redirect {
    std::optional<std::string_view> hostname{};      // for `open`, and for TLS and SASL
    std::optional<std::string_view> network_host{};  // to connect to
    std::optional<std::uint16_t> port{};             // peers send any type of integer
    std::optional<std::string_view> address{};       // of the node, for a link

    friend constexpr bool operator==(const redirect&, const redirect&) noexcept = default;
};

/// The redirect that an error tells of, if it does.
[[nodiscard]] constexpr std::optional<redirect> redirect_of(const error& why) noexcept {
    if (why.condition != condition::link_redirect && why.condition != condition::connection_redirect)
        return std::nullopt;
    redirect to;
    if (!why.info) return to;
    for (const entry e : *why.info) {
        const auto key = e.key.text();
        if (key == "hostname") to.hostname = e.value.text();
        if (key == "network-host") to.network_host = e.value.text();
        if (key == "address") to.address = e.value.text();
        if (key == "port") {
            const auto port = e.value.integer();
            if (port && 0 <= *port && *port <= 0xFFFF) to.port = static_cast<std::uint16_t>(*port);
        }
    }
    return to;
}

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/delivery_state.hpp

#ifndef HUBWIRE_AMQP_DELIVERY_STATE_HPP
#define HUBWIRE_AMQP_DELIVERY_STATE_HPP

/// What has become of a delivery (AMQP 3.4), also within a transaction (AMQP 4.5).
namespace hubwire::amqp {

/// So much of a message has arrived (AMQP 3.4.1): of a section, counted from 0, so many bytes.
struct received {
    std::uint32_t section_number = 0;
    std::uint64_t section_offset = 0;

    static constexpr type_descriptor descriptor{0x23, "amqp:received:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("section-number", &received::section_number),
        detail::mandatory_field("section-offset", &received::section_offset),
    };

    friend constexpr bool operator==(const received&, const received&) noexcept = default;
};

/// AMQP 3.4.2
struct accepted {
    static constexpr type_descriptor descriptor{0x24, "amqp:accepted:list"};
    static constexpr auto field_table = std::tuple{};

    friend constexpr bool operator==(const accepted&, const accepted&) noexcept = default;
};

/// AMQP 3.4.3
struct rejected {
    std::optional<amqp::error> error{};

    static constexpr type_descriptor descriptor{0x25, "amqp:rejected:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("error", &rejected::error),
    };

    friend constexpr bool operator==(const rejected&, const rejected&) noexcept = default;
};

/// AMQP 3.4.4
struct released {
    static constexpr type_descriptor descriptor{0x26, "amqp:released:list"};
    static constexpr auto field_table = std::tuple{};

    friend constexpr bool operator==(const released&, const released&) noexcept = default;
};

/// AMQP 3.4.5
struct modified {
    std::optional<bool> delivery_failed{};
    std::optional<bool> undeliverable_here{};
    std::optional<fields> message_annotations{};

    static constexpr type_descriptor descriptor{0x27, "amqp:modified:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("delivery-failed", &modified::delivery_failed),
        detail::optional_field("undeliverable-here", &modified::undeliverable_here),
        detail::optional_field("message-annotations", &modified::message_annotations),
    };

    friend constexpr bool operator==(const modified&, const modified&) noexcept = default;
};

/// The answer to `declare`: the transaction has this id (AMQP 4.5.5).
struct declared {
    bytes txn_id{};

    static constexpr type_descriptor descriptor{0x33, "amqp:declared:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("txn-id", &declared::txn_id),
    };

    friend constexpr bool operator==(const declared&, const declared&) noexcept = default;
};

/// What ends a delivery.
using outcome = choice<accepted, rejected, released, modified, declared>;

/// A state that counts once the transaction commits (AMQP 4.5.6).
struct transactional_state {
    bytes txn_id{};
    amqp::outcome outcome{};

    static constexpr type_descriptor descriptor{0x34, "amqp:transactional-state:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("txn-id", &transactional_state::txn_id),
        detail::optional_field("outcome", &transactional_state::outcome),
    };

    friend constexpr bool operator==(const transactional_state&, const transactional_state&) noexcept = default;
};

using delivery_state = choice<received, accepted, rejected, released, modified, declared, transactional_state>;

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/terminus.hpp

#ifndef HUBWIRE_AMQP_TERMINUS_HPP
#define HUBWIRE_AMQP_TERMINUS_HPP

/// The two ends of a link (AMQP 3.5, and 4.5.1 for the coordinator of transactions).
namespace hubwire::amqp {

/// AMQP 3.5.5
enum class terminus_durability : std::uint32_t { none, configuration, unsettled_state };

/// AMQP 3.5.6
enum class terminus_expiry_policy : std::uint8_t { link_detach, session_end, connection_close, never };

/// AMQP 3.5.7
namespace distribution_mode {
inline constexpr symbol move{"move"};
inline constexpr symbol copy{"copy"};
}  // namespace distribution_mode

namespace detail {

template <>
struct choices<terminus_durability> {
    using base = std::uint32_t;
    static constexpr terminus_durability last = terminus_durability::unsettled_state;
};
template <>
struct choices<terminus_expiry_policy> {
    static constexpr std::string_view names[] = {"link-detach", "session-end", "connection-close", "never"};
};

}  // namespace detail

/// Where messages come from (AMQP 3.5.3).
struct source {
    std::optional<std::string_view> address{};
    with_default<terminus_durability, terminus_durability::none> durable{};
    with_default<terminus_expiry_policy, terminus_expiry_policy::session_end> expiry_policy{};
    with_default<std::uint32_t, 0> timeout{};  // seconds
    with_default<bool, false> dynamic{};
    std::optional<fields> dynamic_node_properties{};
    std::optional<symbol> distribution_mode{};
    std::optional<filter_set> filter{};
    outcome default_outcome{};
    symbols outcomes{};
    symbols capabilities{};

    static constexpr type_descriptor descriptor{0x28, "amqp:source:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("address", &source::address),
        detail::optional_field("durable", &source::durable),
        detail::optional_field("expiry-policy", &source::expiry_policy),
        detail::optional_field("timeout", &source::timeout),
        detail::optional_field("dynamic", &source::dynamic),
        detail::optional_field("dynamic-node-properties", &source::dynamic_node_properties),
        detail::optional_field("distribution-mode", &source::distribution_mode),
        detail::optional_field("filter", &source::filter),
        detail::optional_field("default-outcome", &source::default_outcome),
        detail::optional_field("outcomes", &source::outcomes),
        detail::optional_field("capabilities", &source::capabilities),
    };

    friend constexpr bool operator==(const source&, const source&) noexcept = default;
};

/// Where messages go (AMQP 3.5.4).
struct target {
    std::optional<std::string_view> address{};
    with_default<terminus_durability, terminus_durability::none> durable{};
    with_default<terminus_expiry_policy, terminus_expiry_policy::session_end> expiry_policy{};
    with_default<std::uint32_t, 0> timeout{};  // seconds
    with_default<bool, false> dynamic{};
    std::optional<fields> dynamic_node_properties{};
    symbols capabilities{};

    static constexpr type_descriptor descriptor{0x29, "amqp:target:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("address", &target::address),
        detail::optional_field("durable", &target::durable),
        detail::optional_field("expiry-policy", &target::expiry_policy),
        detail::optional_field("timeout", &target::timeout),
        detail::optional_field("dynamic", &target::dynamic),
        detail::optional_field("dynamic-node-properties", &target::dynamic_node_properties),
        detail::optional_field("capabilities", &target::capabilities),
    };

    friend constexpr bool operator==(const target&, const target&) noexcept = default;
};

/// The target of a link on which transactions are declared and discharged (AMQP 4.5.1).
struct coordinator {
    symbols capabilities{};

    static constexpr type_descriptor descriptor{0x30, "amqp:coordinator:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("capabilities", &coordinator::capabilities),
    };

    friend constexpr bool operator==(const coordinator&, const coordinator&) noexcept = default;
};

/// How long a dynamic node lives: values for "lifetime-policy" among its node properties (AMQP 3.5.10 to 3.5.13).
struct delete_on_close {
    static constexpr type_descriptor descriptor{0x2B, "amqp:delete-on-close:list"};
    static constexpr auto field_table = std::tuple{};

    friend constexpr bool operator==(const delete_on_close&, const delete_on_close&) noexcept = default;
};
struct delete_on_no_links {
    static constexpr type_descriptor descriptor{0x2C, "amqp:delete-on-no-links:list"};
    static constexpr auto field_table = std::tuple{};

    friend constexpr bool operator==(const delete_on_no_links&, const delete_on_no_links&) noexcept = default;
};
struct delete_on_no_messages {
    static constexpr type_descriptor descriptor{0x2D, "amqp:delete-on-no-messages:list"};
    static constexpr auto field_table = std::tuple{};

    friend constexpr bool operator==(const delete_on_no_messages&, const delete_on_no_messages&) noexcept = default;
};
struct delete_on_no_links_or_messages {
    static constexpr type_descriptor descriptor{0x2E, "amqp:delete-on-no-links-or-messages:list"};
    static constexpr auto field_table = std::tuple{};

    friend constexpr bool operator==(const delete_on_no_links_or_messages&,
                                     const delete_on_no_links_or_messages&) noexcept = default;
};

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/performative.hpp

#ifndef HUBWIRE_AMQP_PERFORMATIVE_HPP
#define HUBWIRE_AMQP_PERFORMATIVE_HPP

/// What the frames of a connection say (AMQP 2.7).
namespace hubwire::amqp {

/// AMQP 2.8.1. A boolean on the wire.
enum class role : bool { sender, receiver };

/// AMQP 2.8.2 and 2.8.3
enum class sender_settle_mode : std::uint8_t { unsettled, settled, mixed };
enum class receiver_settle_mode : std::uint8_t { first, second };

/// The longest delivery tag (AMQP 2.8.7).
inline constexpr std::size_t max_delivery_tag_size = 32;

namespace detail {

template <>
struct choices<role> {
    using base = bool;
    static constexpr role last = role::receiver;
};
template <>
struct choices<sender_settle_mode> {
    using base = std::uint8_t;
    static constexpr sender_settle_mode last = sender_settle_mode::mixed;
};
template <>
struct choices<receiver_settle_mode> {
    using base = std::uint8_t;
    static constexpr receiver_settle_mode last = receiver_settle_mode::second;
};

}  // namespace detail

/// Begins a connection, from either side (AMQP 2.7.1).
struct open {
    std::string_view container_id{};
    std::optional<std::string_view> hostname{};
    with_default<std::uint32_t, 0xFFFF'FFFF> max_frame_size{};
    with_default<std::uint16_t, 0xFFFF> channel_max{};
    std::optional<milliseconds> idle_time_out{};
    symbols outgoing_locales{};
    symbols incoming_locales{};
    symbols offered_capabilities{};
    symbols desired_capabilities{};
    std::optional<fields> properties{};

    static constexpr type_descriptor descriptor{0x10, "amqp:open:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("container-id", &open::container_id),
        detail::optional_field("hostname", &open::hostname),
        detail::optional_field("max-frame-size", &open::max_frame_size),
        detail::optional_field("channel-max", &open::channel_max),
        detail::optional_field("idle-time-out", &open::idle_time_out),
        detail::optional_field("outgoing-locales", &open::outgoing_locales),
        detail::optional_field("incoming-locales", &open::incoming_locales),
        detail::optional_field("offered-capabilities", &open::offered_capabilities),
        detail::optional_field("desired-capabilities", &open::desired_capabilities),
        detail::optional_field("properties", &open::properties),
    };

    friend constexpr bool operator==(const open&, const open&) noexcept = default;
};

/// Begins a session (AMQP 2.7.2).
struct begin {
    std::optional<std::uint16_t> remote_channel{};  // of the begin that this one answers
    std::uint32_t next_outgoing_id = 0;
    std::uint32_t incoming_window = 0;
    std::uint32_t outgoing_window = 0;
    with_default<std::uint32_t, 0xFFFF'FFFF> handle_max{};
    symbols offered_capabilities{};
    symbols desired_capabilities{};
    std::optional<fields> properties{};

    static constexpr type_descriptor descriptor{0x11, "amqp:begin:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("remote-channel", &begin::remote_channel),
        detail::mandatory_field("next-outgoing-id", &begin::next_outgoing_id),
        detail::mandatory_field("incoming-window", &begin::incoming_window),
        detail::mandatory_field("outgoing-window", &begin::outgoing_window),
        detail::optional_field("handle-max", &begin::handle_max),
        detail::optional_field("offered-capabilities", &begin::offered_capabilities),
        detail::optional_field("desired-capabilities", &begin::desired_capabilities),
        detail::optional_field("properties", &begin::properties),
    };

    friend constexpr bool operator==(const begin&, const begin&) noexcept = default;
};

/// Begins a link (AMQP 2.7.3).
struct attach {
    std::string_view name{};
    std::uint32_t handle = 0;
    amqp::role role = amqp::role::sender;
    with_default<sender_settle_mode, sender_settle_mode::mixed> snd_settle_mode{};
    with_default<receiver_settle_mode, receiver_settle_mode::first> rcv_settle_mode{};
    choice<amqp::source> source{};
    choice<amqp::target, coordinator> target{};
    std::optional<map> unsettled{};  // delivery tags, and the state of each
    with_default<bool, false> incomplete_unsettled{};
    std::optional<std::uint32_t> initial_delivery_count{};  // of a sender, and mandatory there
    std::optional<std::uint64_t> max_message_size{};        // absent or 0 for no limit
    symbols offered_capabilities{};
    symbols desired_capabilities{};
    std::optional<fields> properties{};

    static constexpr type_descriptor descriptor{0x12, "amqp:attach:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("name", &attach::name),
        detail::mandatory_field("handle", &attach::handle),
        detail::mandatory_field("role", &attach::role),
        detail::optional_field("snd-settle-mode", &attach::snd_settle_mode),
        detail::optional_field("rcv-settle-mode", &attach::rcv_settle_mode),
        detail::optional_field("source", &attach::source),
        detail::optional_field("target", &attach::target),
        detail::optional_field("unsettled", &attach::unsettled),
        detail::optional_field("incomplete-unsettled", &attach::incomplete_unsettled),
        detail::optional_field("initial-delivery-count", &attach::initial_delivery_count),
        detail::optional_field("max-message-size", &attach::max_message_size),
        detail::optional_field("offered-capabilities", &attach::offered_capabilities),
        detail::optional_field("desired-capabilities", &attach::desired_capabilities),
        detail::optional_field("properties", &attach::properties),
    };

    [[nodiscard]] constexpr errc broken_rule() const noexcept {
        const bool is_complete = role == amqp::role::receiver || initial_delivery_count.has_value();
        return is_complete ? errc::none : errc::amqp_missing_field;
    }

    friend constexpr bool operator==(const attach&, const attach&) noexcept = default;
};

/// The state of a session, and of one of its links if there is a handle (AMQP 2.7.4).
struct flow {
    std::optional<std::uint32_t> next_incoming_id{};
    std::uint32_t incoming_window = 0;
    std::uint32_t next_outgoing_id = 0;
    std::uint32_t outgoing_window = 0;
    std::optional<std::uint32_t> handle{};
    std::optional<std::uint32_t> delivery_count{};
    std::optional<std::uint32_t> link_credit{};
    std::optional<std::uint32_t> available{};
    with_default<bool, false> drain{};
    with_default<bool, false> echo{};
    std::optional<fields> properties{};

    static constexpr type_descriptor descriptor{0x13, "amqp:flow:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("next-incoming-id", &flow::next_incoming_id),
        detail::mandatory_field("incoming-window", &flow::incoming_window),
        detail::mandatory_field("next-outgoing-id", &flow::next_outgoing_id),
        detail::mandatory_field("outgoing-window", &flow::outgoing_window),
        detail::optional_field("handle", &flow::handle),
        detail::optional_field("delivery-count", &flow::delivery_count),
        detail::optional_field("link-credit", &flow::link_credit),
        detail::optional_field("available", &flow::available),
        detail::optional_field("drain", &flow::drain),
        detail::optional_field("echo", &flow::echo),
        detail::optional_field("properties", &flow::properties),
    };

    friend constexpr bool operator==(const flow&, const flow&) noexcept = default;
};

/// A message, or a part of one: the payload of the frame (AMQP 2.7.5). The first transfer of a delivery has its id and
/// tag; those that continue it need not repeat them.
struct transfer {
    std::uint32_t handle = 0;
    std::optional<std::uint32_t> delivery_id{};
    std::optional<bytes> delivery_tag{};  // at most 32 bytes
    std::optional<std::uint32_t> message_format{};
    std::optional<bool> settled{};  // *settled says it; absent means false, or what the first transfer said
    with_default<bool, false> more{};
    std::optional<receiver_settle_mode> rcv_settle_mode{};
    delivery_state state{};
    with_default<bool, false> resume{};
    with_default<bool, false> aborted{};
    with_default<bool, false> batchable{};

    static constexpr type_descriptor descriptor{0x14, "amqp:transfer:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("handle", &transfer::handle),
        detail::optional_field("delivery-id", &transfer::delivery_id),
        detail::optional_field("delivery-tag", &transfer::delivery_tag),
        detail::optional_field("message-format", &transfer::message_format),
        detail::optional_field("settled", &transfer::settled),
        detail::optional_field("more", &transfer::more),
        detail::optional_field("rcv-settle-mode", &transfer::rcv_settle_mode),
        detail::optional_field("state", &transfer::state),
        detail::optional_field("resume", &transfer::resume),
        detail::optional_field("aborted", &transfer::aborted),
        detail::optional_field("batchable", &transfer::batchable),
    };

    [[nodiscard]] constexpr errc broken_rule() const noexcept {
        return delivery_tag && delivery_tag->size() > max_delivery_tag_size ? errc::amqp_delivery_tag : errc::none;
    }

    friend constexpr bool operator==(const transfer&, const transfer&) noexcept = default;
};

/// The state of deliveries first to last (AMQP 2.7.6).
struct disposition {
    amqp::role role = amqp::role::sender;
    std::uint32_t first = 0;
    std::optional<std::uint32_t> last{};  // absent: first alone
    with_default<bool, false> settled{};
    delivery_state state{};
    with_default<bool, false> batchable{};

    static constexpr type_descriptor descriptor{0x15, "amqp:disposition:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("role", &disposition::role),
        detail::mandatory_field("first", &disposition::first),
        detail::optional_field("last", &disposition::last),
        detail::optional_field("settled", &disposition::settled),
        detail::optional_field("state", &disposition::state),
        detail::optional_field("batchable", &disposition::batchable),
    };

    friend constexpr bool operator==(const disposition&, const disposition&) noexcept = default;
};

/// Ends a link, for good if it is closed (AMQP 2.7.7).
struct detach {
    std::uint32_t handle = 0;
    with_default<bool, false> closed{};
    std::optional<amqp::error> error{};

    static constexpr type_descriptor descriptor{0x16, "amqp:detach:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("handle", &detach::handle),
        detail::optional_field("closed", &detach::closed),
        detail::optional_field("error", &detach::error),
    };

    friend constexpr bool operator==(const detach&, const detach&) noexcept = default;
};

/// Ends a session (AMQP 2.7.8).
struct end {
    std::optional<amqp::error> error{};

    static constexpr type_descriptor descriptor{0x17, "amqp:end:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("error", &end::error),
    };

    friend constexpr bool operator==(const end&, const end&) noexcept = default;
};

/// Ends a connection (AMQP 2.7.9).
struct close {
    std::optional<amqp::error> error{};

    static constexpr type_descriptor descriptor{0x18, "amqp:close:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("error", &close::error),
    };

    friend constexpr bool operator==(const close&, const close&) noexcept = default;
};

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/sasl.hpp

#ifndef HUBWIRE_AMQP_SASL_HPP
#define HUBWIRE_AMQP_SASL_HPP

/// Who the peer is, settled before the connection begins (AMQP 5.3).
namespace hubwire::amqp {

/// AMQP 5.3.3.6
enum class sasl_code : std::uint8_t { ok, auth, sys, sys_perm, sys_temp };

namespace detail {

template <>
struct choices<sasl_code> {
    using base = std::uint8_t;
    static constexpr sasl_code last = sasl_code::sys_temp;
};

}  // namespace detail

/// Mechanisms. With ANONYMOUS the initial response is a trace text or nothing, with EXTERNAL an authorization identity
/// or nothing, with PLAIN what encode_plain writes. MSSBCBS is Microsoft's word for "by a token put to the node $cbs
/// once the connection is open", with nothing.
namespace sasl_mechanism {
inline constexpr symbol plain{"PLAIN"};
inline constexpr symbol anonymous{"ANONYMOUS"};
inline constexpr symbol external{"EXTERNAL"};
inline constexpr symbol mssbcbs{"MSSBCBS"};
}  // namespace sasl_mechanism

/// The mechanisms that a server offers, one at least (AMQP 5.3.3.1).
struct sasl_mechanisms {
    symbols sasl_server_mechanisms{};

    static constexpr type_descriptor descriptor{0x40, "amqp:sasl-mechanisms:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("sasl-server-mechanisms", &sasl_mechanisms::sasl_server_mechanisms),
    };

    [[nodiscard]] constexpr errc broken_rule() const noexcept {
        return sasl_server_mechanisms.empty() ? errc::amqp_missing_field : errc::none;
    }

    friend constexpr bool operator==(const sasl_mechanisms&, const sasl_mechanisms&) noexcept = default;
};

/// The client's choice (AMQP 5.3.3.2).
struct sasl_init {
    symbol mechanism{};
    std::optional<bytes> initial_response{};
    std::optional<std::string_view> hostname{};

    static constexpr type_descriptor descriptor{0x41, "amqp:sasl-init:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("mechanism", &sasl_init::mechanism),
        detail::optional_field("initial-response", &sasl_init::initial_response),
        detail::optional_field("hostname", &sasl_init::hostname),
    };

    friend constexpr bool operator==(const sasl_init&, const sasl_init&) noexcept = default;
};

/// AMQP 5.3.3.3
struct sasl_challenge {
    bytes challenge{};

    static constexpr type_descriptor descriptor{0x42, "amqp:sasl-challenge:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("challenge", &sasl_challenge::challenge),
    };

    friend constexpr bool operator==(const sasl_challenge&, const sasl_challenge&) noexcept = default;
};

/// AMQP 5.3.3.4
struct sasl_response {
    bytes response{};

    static constexpr type_descriptor descriptor{0x43, "amqp:sasl-response:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("response", &sasl_response::response),
    };

    friend constexpr bool operator==(const sasl_response&, const sasl_response&) noexcept = default;
};

/// The server's verdict (AMQP 5.3.3.5).
struct sasl_outcome {
    sasl_code code = sasl_code::ok;
    std::optional<bytes> additional_data{};

    static constexpr type_descriptor descriptor{0x44, "amqp:sasl-outcome:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("code", &sasl_outcome::code),
        detail::optional_field("additional-data", &sasl_outcome::additional_data),
    };

    friend constexpr bool operator==(const sasl_outcome&, const sasl_outcome&) noexcept = default;
};

/// The initial response of PLAIN (RFC 4616): texts in UTF-8 without U+0000.
struct plain_credentials {
    std::string_view authorization_id{};  // whom to act as; mostly empty: the user himself
    std::string_view user{};
    std::string_view password{};

    friend constexpr bool operator==(const plain_credentials&, const plain_credentials&) noexcept = default;
};

[[nodiscard]] constexpr result<bytes> encode_plain(buffer output HUBWIRE_LIFETIMEBOUND,
                                                   const plain_credentials& who) noexcept {
    writer out{output};
    const auto put = [&](std::string_view text) {
        if (const auto verdict = check_utf8(text, nul::refused); !verdict) {
            out.put(bytes{text}.first(verdict.error().offset));
            out.fail(verdict.error().code);
        }
        out.put(text);
    };
    put(who.authorization_id);
    out.u8(0);
    if (who.user.empty()) out.fail(errc::amqp_credentials);
    put(who.user);
    out.u8(0);
    if (who.password.empty()) out.fail(errc::amqp_credentials);
    put(who.password);
    return out.finish();
}

[[nodiscard]] constexpr result<plain_credentials> decode_plain(bytes initial_response) noexcept {
    reader in{initial_response, errc::truncated};
    const auto text_before_nul = [&] {
        std::size_t size = 0;
        while (size != in.left() && initial_response[in.offset() + size] != 0) ++size;
        const bytes text = in.take(size);
        in.expect(text, check_utf8(text.text()));
        return text.text();
    };
    plain_credentials who;
    who.authorization_id = text_before_nul();
    in.take(1);
    who.user = text_before_nul();
    if (who.user.empty()) in.fail(errc::amqp_credentials);
    in.take(1);
    who.password = text_before_nul();
    if (who.password.empty()) in.fail(errc::amqp_credentials);
    return in.finish(who);
}

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/frame.hpp

#ifndef HUBWIRE_AMQP_FRAME_HPP
#define HUBWIRE_AMQP_FRAME_HPP

/// The stream of a connection: protocol headers (AMQP 2.2), and frames (AMQP 2.3 and 5.3.1).
namespace hubwire::amqp {

/// Which protocol a header asks for, of version 1.0.0.
enum class protocol : std::uint8_t { amqp = 0, tls = 2, sasl = 3 };

inline constexpr std::size_t protocol_header_size = 8;

/// Each side sends one before anything else, and again behind TLS and SASL.
[[nodiscard]] constexpr result<bytes> encode_protocol_header(buffer output HUBWIRE_LIFETIMEBOUND,
                                                             protocol wanted) noexcept {
    writer out{output};
    out.put(std::string_view{"AMQP"});
    out.u8(static_cast<std::uint8_t>(wanted));
    out.u8(1);
    out.u16(0);
    return out.finish();
}

/// The header that the input begins with: eight bytes, whatever follows. Refused from the first byte on that differs
/// from one of AMQP 1.0. Whoever accepts connections then answers with a header of his own, and closes (AMQP 2.2).
[[nodiscard]] constexpr result<protocol> decode_protocol_header(bytes input) noexcept {
    constexpr std::string_view start = "AMQP";
    constexpr std::string_view version{"\1\0\0", 3};
    reader in{input};
    const auto expect_bytes = [&](std::string_view expected) {
        for (const char byte : expected) {
            const std::size_t at = in.offset();
            if (in.u8() != static_cast<std::uint8_t>(byte)) in.fail(errc::amqp_protocol_header, at);
        }
    };
    expect_bytes(start);
    const std::uint8_t id = in.u8();
    if (id != 0 && id != 2 && id != 3) in.fail(errc::amqp_protocol_header, start.size());
    expect_bytes(version);
    return in.result_of(protocol{id});
}

/// AMQP 2.3.1
enum class frame_type : std::uint8_t { amqp, sasl };

/// What a frame begins with.
struct frame_header {
    std::uint32_t size = 0;        // of the whole frame
    std::uint8_t data_offset = 2;  // where the body begins, in units of four bytes
    frame_type type = frame_type::amqp;
    std::uint16_t channel = 0;  // of AMQP frames; means nothing in SASL frames

    [[nodiscard]] constexpr std::size_t body_offset() const noexcept { return std::size_t{4} * data_offset; }

    /// Without a body: a heartbeat, among AMQP frames.
    [[nodiscard]] constexpr bool is_empty() const noexcept { return body_offset() == size; }

    friend constexpr bool operator==(const frame_header&, const frame_header&) noexcept = default;
};

/// A SASL frame must not be larger (AMQP 5.3.1), nor any other before `open` has told the limit (AMQP 2.8.19).
inline constexpr std::uint32_t min_max_frame_size = 512;

namespace detail {

inline constexpr std::size_t frame_header_size = 8;

HUBWIRE_ALWAYS_INLINE constexpr frame_header read_frame_header(any_reader auto& in, const options& rules) noexcept {
    frame_header header;
    header.size = in.u32();
    if (!in.ok()) return header;
    if (header.size < frame_header_size) in.fail(errc::amqp_frame_size, 0);
    if (header.size == 0x414D'5150) in.fail(errc::amqp_protocol_header, 0);  // "AMQP": no frame, and nobody sends 1 GB
    if (header.size > rules.max_frame_size) in.fail(errc::amqp_max_frame_size, 0);
    header.data_offset = in.u8();
    if (in.ok() && (header.data_offset < 2 || header.body_offset() > header.size)) in.fail(errc::amqp_data_offset, 4);
    const std::uint8_t type = in.u8();
    if (type > 1) in.fail(errc::amqp_frame_type, 5);
    header.type = frame_type{type};
    if (header.type == frame_type::sasl && header.size > min_max_frame_size && !rules.any_sasl_frame_size)
        in.fail(errc::amqp_sasl_frame_size, 0);
    header.channel = in.u16();
    return header;
}

}  // namespace detail

/// The header of the frame that the input begins with. Refused as soon as nothing that follows could help: a size that
/// cannot be, or that is over the limit, before anybody makes room for it.
[[nodiscard]] constexpr result<frame_header> decode_frame_header(bytes input, const options& rules = {}) noexcept {
    reader in{input};
    const frame_header header = detail::read_frame_header(in, rules);
    return in.result_of(header);
}

/// The frame that a stream begins with, as a view of its bytes, for decode_frame. "Incomplete" says how many bytes more
/// it takes: exactly so many once the header is there. Works from the first byte on, however the stream was split.
///
/// Give it what was received and not yet used; go on behind the frame, which has as many bytes as the view. Protocol
/// headers are no frames: when one is due, decode_protocol_header reads it, and when none is due one is refused, as a
/// peer sends it that does not want the protocol.
[[nodiscard]] constexpr result<bytes> cut(bytes received, const options& rules = {}) noexcept {
    const auto header = decode_frame_header(received, rules);
    if (!header) return header.error();
    reader in{received};
    const bytes whole = in.take(header->size);
    return in.result_of(whole);
}

/// Any performative: what an AMQP frame says.
template <class T>
concept performative = std::same_as<T, open> || std::same_as<T, begin> || std::same_as<T, attach> ||
                       std::same_as<T, flow> || std::same_as<T, transfer> || std::same_as<T, disposition> ||
                       std::same_as<T, detach> || std::same_as<T, end> || std::same_as<T, close>;

/// What a SASL frame says.
template <class T>
concept sasl_body = std::same_as<T, sasl_mechanisms> || std::same_as<T, sasl_init> || std::same_as<T, sasl_challenge> ||
                    std::same_as<T, sasl_response> || std::same_as<T, sasl_outcome>;

template <class T>
concept frame_body = performative<T> || sasl_body<T>;

/// One frame of a known body.
template <frame_body T>
struct frame_of {
    std::uint16_t channel = 0;  // 0 for SASL frames
    T body{};
    bytes payload{};  // of a transfer

    friend constexpr bool operator==(const frame_of&, const frame_of&) noexcept = default;
};

/// Any frame, by what its body is.
class frame {
public:
    using any_body = choice<transfer, disposition, flow, attach, detach, begin, open, end, close, sasl_init,
                            sasl_mechanisms, sasl_challenge, sasl_response, sasl_outcome>;

    std::uint16_t channel = 0;
    any_body body{};
    bytes payload{};  // of a transfer

    /// Nothing but a sign of life (AMQP 2.4.5).
    [[nodiscard]] constexpr bool is_heartbeat() const noexcept { return !body.has_value(); }

    /// The body, if it is a T; otherwise null.
    template <frame_body T>
    [[nodiscard]] constexpr const T* get_if() const noexcept HUBWIRE_LIFETIMEBOUND {
        return body.template get_if<T>();
    }

    friend constexpr bool operator==(const frame&, const frame&) noexcept = default;
};

namespace detail {

template <class T>
inline constexpr frame_type frame_type_of = sasl_body<T> ? frame_type::sasl : frame_type::amqp;

template <frame_body T>
HUBWIRE_ALWAYS_INLINE constexpr bytes read_payload(any_reader auto& in) noexcept {
    if constexpr (std::same_as<T, transfer>) {
        return in.rest();
    } else {
        if (in.ahead() != 0) in.fail(errc::amqp_payload);
        return {};
    }
}

}  // namespace detail

namespace detail {

/// Reads a frame, by a function that reads its body and payload.
template <class ReadBody>
HUBWIRE_ALWAYS_INLINE constexpr void read_frame(any_reader auto& in, std::uint16_t& channel, const options& rules,
                                                const ReadBody& read_body) noexcept {
    const frame_header header = read_frame_header(in, rules);
    if (!in.ok()) return;
    const auto around = in.enter(header.size - frame_header_size);
    in.take(header.body_offset() - frame_header_size);
    read_body(header);
    in.leave(around);
    if (header.type == frame_type::amqp) channel = header.channel;
}

}  // namespace detail

/// The frame that the input is: all of it, and with this body. Incomplete if the input ends early, unless what is there
/// is wrong already.
template <frame_body T>
[[nodiscard]] constexpr result<frame_of<T>> decode_frame(bytes input, const options& rules = {}) noexcept {
    return detail::read_twice<frame_of<T>>(
        input, errc::incomplete, [&rules](auto& in, frame_of<T>& f) HUBWIRE_INLINE_LAMBDA {
            detail::read_frame(in, f.channel, rules, [&](const frame_header& header) HUBWIRE_INLINE_LAMBDA {
                if (header.type != detail::frame_type_of<T>) in.fail(errc::amqp_frame_type, 5);
                if (header.is_empty()) in.fail(sasl_body<T> ? errc::amqp_empty_sasl_frame : errc::amqp_descriptor);
                const std::uint8_t format_code = in.u8();
                detail::wire<T>::take_from(in, format_code, f.body, detail::scope{rules});
                f.payload = detail::read_payload<T>(in);
            });
        });
}

/// The frame that the input is, whichever it is; otherwise the same.
[[nodiscard]] constexpr result<frame> decode_frame(bytes input, const options& rules = {}) noexcept {
    return detail::read_twice<frame>(input, errc::incomplete, [&rules](auto& in, frame& f) HUBWIRE_INLINE_LAMBDA {
        detail::read_frame(in, f.channel, rules, [&](const frame_header& header) HUBWIRE_INLINE_LAMBDA {
            if (header.is_empty()) {
                if (header.type == frame_type::sasl) in.fail(errc::amqp_empty_sasl_frame);
                return;
            }
            const std::size_t body_at = in.offset();
            detail::wire<frame::any_body>::take_from(in, in.u8(), f.body, detail::scope{rules});
            f.body.visit([&]<class T>(const T&) {
                if constexpr (frame_body<T>) {
                    if (header.type != detail::frame_type_of<T>) in.fail(errc::amqp_frame_type, 5);
                    f.payload = detail::read_payload<T>(in);
                } else {
                    in.fail(errc::amqp_descriptor, body_at);
                }
            });
        });
    });
}

namespace detail {

/// Writes a frame up to its payload, of which so many bytes follow.
template <room Room, frame_body T>
HUBWIRE_ALWAYS_INLINE constexpr void write_frame_head(basic_writer<Room>& out, std::uint16_t channel, const T& body,
                                                      std::size_t payload_size, const options& rules) noexcept {
    const auto size = out.reserve32();
    out.u32(std::uint32_t{2} << 24 | static_cast<std::uint32_t>(frame_type_of<T>) << 16 |
            (sasl_body<T> ? 0u : channel));
    wire<T>::put_into(out, body, scope{rules});
    const std::uint64_t whole = std::uint64_t{out.size()} + payload_size;
    if (payload_size > rules.max_frame_size || whole > rules.max_frame_size) out.fail(errc::amqp_max_frame_size);
    if (sasl_body<T> && whole > min_max_frame_size && !rules.any_sasl_frame_size) out.fail(errc::amqp_sasl_frame_size);
    out.fill(size, whole);
}

}  // namespace detail

/// Writes a frame into the buffer. Refused as by encode, and if it is larger than rules.max_frame_size, the peer's.
template <frame_body T>
[[nodiscard]] constexpr result<bytes> encode_frame(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t channel,
                                                   const T& body, const options& rules = {}) noexcept {
    return detail::write_within(output, detail::frame_header_size + detail::wire<T>::bound(body),
                                [&](auto& out)
                                    HUBWIRE_INLINE_LAMBDA { detail::write_frame_head(out, channel, body, 0, rules); });
}

/// A SASL frame, which has no channel.
template <sasl_body T>
[[nodiscard]] constexpr result<bytes> encode_frame(buffer output HUBWIRE_LIFETIMEBOUND, const T& body,
                                                   const options& rules = {}) noexcept {
    return encode_frame(output, std::uint16_t{0}, body, rules);
}

/// A transfer with its payload behind it.
[[nodiscard]] constexpr result<bytes> encode_frame(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t channel,
                                                   const transfer& body, bytes payload,
                                                   const options& rules = {}) noexcept {
    const std::uint64_t bound =
        detail::frame_header_size + detail::wire<transfer>::bound(body) + std::uint64_t{payload.size()};
    return detail::write_within(output, bound, [&](auto& out) HUBWIRE_INLINE_LAMBDA {
        detail::write_frame_head(out, channel, body, payload.size(), rules);
        out.put(payload);
    });
}

/// The same up to the payload, which the caller sends behind it from where it lies, as with writev.
[[nodiscard]] constexpr result<bytes> encode_frame_head(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t channel,
                                                        const transfer& body, std::size_t payload_size,
                                                        const options& rules = {}) noexcept {
    return detail::write_within(
        output, detail::frame_header_size + detail::wire<transfer>::bound(body),
        [&](auto& out) HUBWIRE_INLINE_LAMBDA { detail::write_frame_head(out, channel, body, payload_size, rules); });
}

/// An empty frame, sent before the peer's idle time-out runs out (AMQP 2.4.5).
[[nodiscard]] constexpr result<bytes> encode_heartbeat(buffer output HUBWIRE_LIFETIMEBOUND) noexcept {
    writer out{output};
    out.u64(std::uint64_t{detail::frame_header_size} << 32 | std::uint64_t{2} << 24);
    return out.finish();
}

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/delivery.hpp

#ifndef HUBWIRE_AMQP_DELIVERY_HPP
#define HUBWIRE_AMQP_DELIVERY_HPP

/// A message in as many transfers as it takes (AMQP 2.6.14).
namespace hubwire::amqp {

/// One frame of a delivery, to be sent in this order: the frame's own bytes, then those of the message from where they
/// lie.
struct delivery_frame {
    bytes head{};
    bytes first{};
    bytes second{};  // mostly empty: where a frame takes the end of one part of the message and the start of the other
    bool is_last = false;

    [[nodiscard]] constexpr std::size_t size() const noexcept { return head.size() + first.size() + second.size(); }
};

/// Cuts a message into frames that the peer accepts. The message is not copied, nor has it to be in one piece: its head
/// and its payload can lie apart (see encode_head).
///     outgoing_delivery delivery{channel, transfer, head, payload};
///     while (!delivery.is_done()) { auto frame = delivery.next(scratch, rules); ... send its three parts ... }
class outgoing_delivery {
public:
    /// The transfer is that of the first frame: with a delivery id and a tag. Its `more` is seen to.
    constexpr outgoing_delivery(std::uint16_t channel, const transfer& first, bytes message HUBWIRE_LIFETIMEBOUND,
                                bytes payload HUBWIRE_LIFETIMEBOUND = {}) noexcept
        : transfer_{first}, message_{message}, payload_{payload}, channel_{channel} {}

    [[nodiscard]] constexpr bool is_done() const noexcept { return is_done_; }

    /// The next frame, not larger than rules.max_frame_size. Its head is written to the buffer, for which 512 bytes are
    /// enough unless the delivery has a large state. After an error the same frame can be tried again.
    /// Pre: !is_done(), or the program traps.
    [[nodiscard]] constexpr result<delivery_frame> next(buffer output HUBWIRE_LIFETIMEBOUND,
                                                        const options& rules = {}) noexcept {
        hubwire::detail::require(!is_done_);
        if (!transfer_.delivery_id && is_first_) return hubwire::error{.code = errc::amqp_first_transfer};
        if (!transfer_.delivery_tag && is_first_) return hubwire::error{.code = errc::amqp_first_transfer};
        const std::uint64_t left = std::uint64_t{message_.size()} + payload_.size();
        const auto alone = head_size(false, rules);
        if (!alone) return alone.error();
        const bool more = *alone + left > rules.max_frame_size;
        std::size_t size = static_cast<std::size_t>(left);
        if (more) {
            const auto with_more = head_size(true, rules);
            if (!with_more) return with_more.error();
            if (*with_more >= rules.max_frame_size)
                return hubwire::error{.code = errc::amqp_max_frame_size, .offset = *with_more};
            size = rules.max_frame_size - *with_more;
        }
        transfer_.more = more;
        if (!more) transfer_.more.reset();
        const auto head = encode_frame_head(output, channel_, transfer_, size, rules);
        if (!head) return head.error();
        delivery_frame frame{.head = *head, .is_last = !more};
        frame.first = take(message_, size);
        frame.second = take(payload_, size - frame.first.size());
        if (frame.first.empty()) std::swap(frame.first, frame.second);
        if (is_first_) transfer_ = {.handle = transfer_.handle};
        is_first_ = false;
        is_done_ = !more;
        return frame;
    }

private:
    [[nodiscard]] constexpr result<std::size_t> head_size(bool more, const options& rules) const noexcept {
        transfer t = transfer_;
        t.more.reset();
        if (more) t.more = true;
        const auto size = encoded_size(t, rules);
        if (!size) return size.error();
        return detail::frame_header_size + *size;
    }
    static constexpr bytes take(bytes& from, std::size_t most) noexcept {
        const bytes taken = from.first(most < from.size() ? most : from.size());
        from = from.without_first(taken.size());
        return taken;
    }

    transfer transfer_;
    bytes message_;
    bytes payload_;
    std::uint16_t channel_;
    bool is_first_ = true;
    bool is_done_ = false;
};

/// What a transfer did to the delivery that it is part of.
enum class delivery_progress : std::uint8_t { more, complete, aborted };

/// Joins the transfers of one link to messages, in a buffer of the caller's; or, without a buffer, only sees to it that
/// they fit together, and the caller hands the pieces on. A link has one of its own: a transfer of another handle in
/// the midst of a delivery is refused.
class incoming_delivery {
public:
    /// Without a buffer: nothing is kept but the tag.
    constexpr incoming_delivery() noexcept = default;
    constexpr explicit incoming_delivery(buffer memory HUBWIRE_LIFETIMEBOUND) noexcept
        : memory_{memory}, is_joining_{true} {}

    /// Takes the next transfer of the link. A message that outgrows the memory fails as no_space, and goes on failing,
    /// with all that was missing so far, until its last transfer; the next delivery then begins anew. After any other
    /// error the link is to be closed.
    constexpr result<delivery_progress> add(const transfer& t, bytes payload) noexcept {
        if (!is_open_) {
            if (!t.delivery_id || !t.delivery_tag) return hubwire::error{.code = errc::amqp_first_transfer};
            if (t.delivery_tag->size() > max_delivery_tag_size) return hubwire::error{.code = errc::amqp_delivery_tag};
        } else if ((t.delivery_id && *t.delivery_id != first_.delivery_id) ||
                   (t.delivery_tag && !(*t.delivery_tag == first_tag())) || t.handle != first_.handle ||
                   (t.message_format && t.message_format != first_.message_format)) {
            return hubwire::error{.code = errc::amqp_next_transfer};
        }
        const std::size_t before = is_open_ ? size_ : 0;
        open(t);
        if (*t.aborted) {
            is_open_ = false;
            size_ = 0;
            return delivery_progress::aborted;
        }
        if (payload.size() > (std::numeric_limits<std::size_t>::max)() - before)
            return hubwire::error{.code = errc::too_long, .offset = before};
        size_ = before + payload.size();
        is_open_ = *t.more;
        if (is_joining_) {
            if (size_ > memory_.size()) {
                return hubwire::error{
                    .code = errc::no_space, .offset = memory_.size(), .needed = size_ - memory_.size()};
            }
            hubwire::detail::copy(hubwire::detail::opaque(memory_.data()) + before, payload.data(), payload.size());
        }
        return *t.more ? delivery_progress::more : delivery_progress::complete;
    }

    /// The first transfer of the delivery that was begun last, settled if any of its transfers was (AMQP 2.7.5); its
    /// tag is a view into this.
    [[nodiscard]] constexpr transfer first_transfer() const noexcept HUBWIRE_LIFETIMEBOUND {
        transfer t = first_;
        t.delivery_tag = first_tag();
        return t;
    }

    /// What has been joined so far: the message, once it is complete. Empty without a buffer, or if that was too small.
    [[nodiscard]] constexpr bytes message() const noexcept {
        return is_joining_ && size_ <= memory_.size() ? bytes{memory_.data(), size_} : bytes{};
    }

    /// How many bytes of the message have come so far.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

private:
    [[nodiscard]] constexpr bytes first_tag() const noexcept { return {tag_.data(), tag_size_}; }

    constexpr void open(const transfer& t) noexcept {
        if (!is_open_) {
            first_ = t;
            const bytes tag = t.delivery_tag.value_or(bytes{});
            hubwire::detail::copy(tag_.data(), tag.data(), tag.size());
            tag_size_ = tag.size();
            first_.delivery_tag = std::optional<bytes>{};
            first_.state = {};
            is_open_ = true;
        }
        if (t.settled && *t.settled) first_.settled = true;
    }

    buffer memory_{};
    transfer first_{};
    std::array<char, max_delivery_tag_size> tag_{};
    std::size_t tag_size_ = 0;
    std::size_t size_ = 0;
    bool is_joining_ = false;
    bool is_open_ = false;
};

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/section.hpp

#ifndef HUBWIRE_AMQP_SECTION_HPP
#define HUBWIRE_AMQP_SECTION_HPP

/// The sections that a message consists of (AMQP 3.2).
namespace hubwire::amqp {

/// In their order in a message. A message has one of the three kinds of body; of data and amqp_sequence there may be
/// several in a row.
enum class section_kind : std::uint8_t {
    header,
    delivery_annotations,
    message_annotations,
    properties,
    application_properties,
    data,
    amqp_sequence,
    amqp_value,
    footer,
};

/// AMQP 3.2.1
struct header {
    with_default<bool, false> durable{};
    with_default<std::uint8_t, 4> priority{};
    std::optional<milliseconds> ttl{};
    with_default<bool, false> first_acquirer{};
    with_default<std::uint32_t, 0> delivery_count{};

    static constexpr type_descriptor descriptor{0x70, "amqp:header:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("durable", &header::durable),
        detail::optional_field("priority", &header::priority),
        detail::optional_field("ttl", &header::ttl),
        detail::optional_field("first-acquirer", &header::first_acquirer),
        detail::optional_field("delivery-count", &header::delivery_count),
    };

    friend constexpr bool operator==(const header&, const header&) noexcept = default;
};

/// A ulong, a UUID, a binary or a string, and it stays what it is (AMQP 3.2.11 to 3.2.14).
class message_id {
public:
    constexpr message_id() noexcept : id_{std::string_view{}} {}
    constexpr message_id(std::uint64_t number) noexcept : id_{number} {}
    constexpr message_id(const uuid& id) noexcept : id_{id} {}
    constexpr message_id(bytes binary) noexcept : id_{binary} {}
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, std::nullptr_t>)
    constexpr message_id(const Text& text HUBWIRE_LIFETIMEBOUND) noexcept : id_{std::string_view{text}} {}

    [[nodiscard]] constexpr amqp::type type() const noexcept { return id_.type(); }

    /// The id, if it is a std::uint64_t, a uuid, hubwire::bytes or a std::string_view.
    template <class T>
    [[nodiscard]] constexpr std::optional<T> as() const noexcept {
        return id_.template as<T>();
    }

    friend constexpr bool operator==(const message_id&, const message_id&) noexcept = default;

private:
    friend detail::wire<message_id>;
    value id_;
};

namespace detail {

template <>
struct wire<message_id> {
    static constexpr type of = type::described;  // one of four, which no single type stands for
    static constexpr std::uint64_t bound(const message_id& id) noexcept { return wire<value>::bound(id.id_); }
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const message_id& id, scope s) noexcept {
        switch (id.type()) {
            case type::ulong:
                return wire<std::uint64_t>::put_into(out, access::get<std::uint64_t>(id.id_), s);
            case type::uuid:
                return wire<uuid>::put_into(out, access::get<uuid>(id.id_), s);
            case type::binary:
                return wire<bytes>::put_into(out, access::get<bytes>(id.id_), s);
            default:
                return wire<std::string_view>::put_into(out, access::get<std::string_view>(id.id_), s);
        }
    }
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, message_id& id, scope s) noexcept {
        switch (type_of(format_code)) {
            case type::string:
                id.id_ = read_as<checked::no, std::string_view>(in, format_code, s);
                break;
            case type::ulong:
                id.id_ = read_as<checked::no, std::uint64_t>(in, format_code, s);
                break;
            case type::uuid:
                id.id_ = read_as<checked::no, uuid>(in, format_code, s);
                break;
            case type::binary:
                id.id_ = read_as<checked::no, bytes>(in, format_code, s);
                break;
            default:
                refuse_code(in, format_code);
        }
    }
};

}  // namespace detail

/// AMQP 3.2.4
struct properties {
    std::optional<amqp::message_id> message_id{};
    std::optional<bytes> user_id{};
    std::optional<std::string_view> to{};
    std::optional<std::string_view> subject{};
    std::optional<std::string_view> reply_to{};
    std::optional<amqp::message_id> correlation_id{};
    std::optional<symbol> content_type{};
    std::optional<symbol> content_encoding{};
    std::optional<timestamp> absolute_expiry_time{};
    std::optional<timestamp> creation_time{};
    std::optional<std::string_view> group_id{};
    std::optional<std::uint32_t> group_sequence{};
    std::optional<std::string_view> reply_to_group_id{};

    static constexpr type_descriptor descriptor{0x73, "amqp:properties:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("message-id", &properties::message_id),
        detail::optional_field("user-id", &properties::user_id),
        detail::optional_field("to", &properties::to),
        detail::optional_field("subject", &properties::subject),
        detail::optional_field("reply-to", &properties::reply_to),
        detail::optional_field("correlation-id", &properties::correlation_id),
        detail::optional_field("content-type", &properties::content_type),
        detail::optional_field("content-encoding", &properties::content_encoding),
        detail::optional_field("absolute-expiry-time", &properties::absolute_expiry_time),
        detail::optional_field("creation-time", &properties::creation_time),
        detail::optional_field("group-id", &properties::group_id),
        detail::optional_field("group-sequence", &properties::group_sequence),
        detail::optional_field("reply-to-group-id", &properties::reply_to_group_id),
    };

    friend constexpr bool operator==(const properties&, const properties&) noexcept = default;
};

/// A body of bytes (AMQP 3.2.6).
struct data {
    bytes content{};  // "text"sv, not "text"

    friend constexpr bool operator==(const data&, const data&) noexcept = default;
};

/// A body of values (AMQP 3.2.7).
struct amqp_sequence {
    list content{};

    friend constexpr bool operator==(const amqp_sequence&, const amqp_sequence&) noexcept = default;
};

/// A body of one value (AMQP 3.2.8).
struct amqp_value {
    value content{};

    friend constexpr bool operator==(const amqp_value&, const amqp_value&) noexcept = default;
};

namespace detail {

/// What a section is known by, in the order of section_kind.
inline constexpr type_descriptor sections[] = {
    header::descriptor,
    {0x71, "amqp:delivery-annotations:map"},
    {0x72, "amqp:message-annotations:map"},
    properties::descriptor,
    {0x74, "amqp:application-properties:map"},
    {0x75, "amqp:data:binary"},
    {0x76, "amqp:amqp-sequence:list"},
    {0x77, "amqp:amqp-value:*"},
    {0x78, "amqp:footer:map"},
};
inline constexpr std::uint8_t first_section_code = 0x70;
inline constexpr std::uint8_t section_count = 9;

// For sections that are found and not looked into. Only depth is refused: a descriptor may nest as well.
inline constexpr scope unchecked_section{no_rules, options{}.max_depth};

/// Reads 00 and the descriptor of a section.
HUBWIRE_ALWAYS_INLINE constexpr section_kind read_section_kind(any_reader auto& in, scope s) noexcept {
    const std::size_t at = in.offset();
    if (in.u8() != code::described) {
        in.fail(errc::amqp_section, at);
        return section_kind::header;
    }
    const any_descriptor found = read_descriptor(in, s);
    if (found.is == any_descriptor::kind::number) [[likely]] {
        if (const std::uint64_t index = found.code - first_section_code; index < section_count) [[likely]]
            return section_kind{static_cast<std::uint8_t>(index)};
    } else {
        for (std::uint8_t index = 0; index != section_count; ++index) {
            if (found.matches(sections[index])) return section_kind{index};
        }
    }
    in.fail(errc::amqp_section, at);
    return section_kind::header;
}

/// Writes 00 and the descriptor of a section.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_section_kind(basic_writer<Room>& out, section_kind kind) noexcept {
    out.u8(code::described);
    out.u16(static_cast<std::uint16_t>(code::smallulong << 8 | (first_section_code + static_cast<unsigned>(kind))));
}

}  // namespace detail

/// One section of a message, found and not looked into.
struct section {
    section_kind kind = section_kind::header;
    bytes whole{};    // header and properties are decoded from this, as any composite
    bytes content{};  // the value that is described: a map, a binary, ...

    friend constexpr bool operator==(const section&, const section&) noexcept = default;
};

/// The section that the input begins with. Takes the same time however long it is; go on behind section.whole. What it
/// contains is not checked before it is decoded, for example by decode<application_properties>(section.content).
[[nodiscard]] constexpr result<section> cut_section(bytes input) noexcept {
    reader in{input};
    section found;
    found.kind = detail::read_section_kind(in, detail::unchecked_section);
    const std::size_t content_at = in.offset();
    detail::skip_value(in);
    if (in.ok()) {
        found.content = in.read_since(content_at);
        found.whole = in.read_since(0);
    }
    return in.result_of(found);
}

/// A message cut in three around its section of one kind, none of them looked into. To forward it with another such
/// section: before, the new section, behind.
struct split_message {
    bytes before{};
    bytes found{};  // all sections of the kind; empty if there is none, and then this is where it belongs
    bytes behind{};

    friend constexpr bool operator==(const split_message&, const split_message&) noexcept = default;
};

/// Refused where a section stands on the wrong side of those of this kind; the order among the others makes no
/// difference.
[[nodiscard]] constexpr result<split_message> split_at(bytes message, section_kind kind) noexcept {
    reader in{message, errc::truncated};
    std::size_t begin = 0;  // behind those that come before the kind
    std::size_t end = 0;    // behind those of the kind
    while (in.left() != 0) {
        const std::size_t at = in.offset();
        const section_kind found = detail::read_section_kind(in, detail::unchecked_section);
        detail::skip_value(in);
        if ((found < kind && begin != at) || (found == kind && end != at)) in.fail(errc::amqp_section_order, at);
        if (found < kind) begin = in.offset();
        if (found <= kind) end = in.offset();
    }
    if (!in.ok()) return in.error();
    return split_message{message.first(begin), {message.data() + begin, end - begin}, message.without_first(end)};
}

/// The part of a message that nobody on its way changes: properties, application properties and body (AMQP 3.2). For
/// signing, or for a message that is wrapped anew.
[[nodiscard]] constexpr result<bytes> bare_message(bytes message) noexcept {
    const auto footer = split_at(message, section_kind::footer);
    if (!footer) return footer.error();
    const auto annotations = split_at(footer->before, section_kind::message_annotations);
    if (!annotations) return annotations.error();
    return annotations->behind;
}

/// A section of annotations, application properties or footers, to be put in the place of another one.
[[nodiscard]] constexpr result<bytes> encode_section(buffer output HUBWIRE_LIFETIMEBOUND, section_kind kind,
                                                     const map& content, const options& rules = {}) noexcept {
    using enum section_kind;
    const bool of_annotations = kind == delivery_annotations || kind == message_annotations || kind == footer;
    return detail::write_within(output, 3 + detail::wire<map>::bound(content), [&](auto& out) HUBWIRE_INLINE_LAMBDA {
        const detail::scope inner = detail::inside(out, detail::scope{rules});
        detail::write_section_kind(out, kind);
        if (of_annotations) {
            detail::wire<annotations>::put_into(out, content, inner);
        } else {
            if (kind != section_kind::application_properties) out.fail(errc::amqp_section);
            detail::wire<amqp::application_properties>::put_into(out, content, inner);
        }
    });
}

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/message.hpp

#ifndef HUBWIRE_AMQP_MESSAGE_HPP
#define HUBWIRE_AMQP_MESSAGE_HPP

/// Messages (AMQP 3.2): what transfers carry.
namespace hubwire::amqp {

/// The format of messages as AMQP 3.2 defines them, and Microsoft's for a batch: a message with data sections only,
/// each of which holds a message of its own.
inline constexpr std::uint32_t message_format = 0;
inline constexpr std::uint32_t batch_message_format = 0x8001'3700;

/// The sections of a body, one after the other: one that is kept here, or several that lie in an array of the caller's
/// or are still on the wire. Section is data or amqp_sequence.
template <class Section>
class body_sections {
public:
    constexpr body_sections() noexcept : one_{} {}
    constexpr body_sections(const Section& one) noexcept : one_{one}, size_{1} {}

    /// Pre: fewer than 2^32, or the program traps.
    constexpr body_sections(std::span<const Section> several) noexcept
        : items_{several.data()}, size_{static_cast<std::uint32_t>(several.size())}, place_{place::items} {
        hubwire::detail::require(several.size() <= 0xFFFF'FFFF);
    }

    /// Pre: so many sections of this kind with their descriptors, and nothing else. (Decoders see to that, and nobody
    /// else need call it.)
    [[nodiscard]] static constexpr body_sections on_the_wire(bytes wire HUBWIRE_LIFETIMEBOUND,
                                                             std::uint32_t size) noexcept {
        return {wire, size};
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    class iterator {
    public:
        using value_type = Section;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr Section operator*() const noexcept { return current_; }
        constexpr iterator& operator++() noexcept {
            --left_;
            load();
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.left_ == b.left_; }

    private:
        friend body_sections;
        constexpr explicit iterator(const body_sections& sections) noexcept : left_{sections.size_} {
            switch (sections.place_) {
                case place::here:
                    current_ = sections.one_;
                    break;
                case place::items:
                    next_ = sections.items_;
                    load();
                    break;
                case place::wire:
                    rest_ = sections.wire_;
                    load();
                    break;
            }
        }
        constexpr void load() noexcept {
            if (left_ == 0) return;
            if (next_ != nullptr) {
                current_ = *next_++;
                return;
            }
            quick_reader in{rest_};
            in.u8();
            detail::skip_value(in);
            const value content = detail::reread_behind(in, in.u8());
            current_ = {content.as<decltype(Section::content)>().value_or(decltype(Section::content){})};
            rest_ = in.rest();
        }

        Section current_{};
        const Section* next_ = nullptr;  // or null, on the wire
        bytes rest_;
        std::uint32_t left_ = 0;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    friend constexpr bool operator==(const body_sections& a, const body_sections& b) noexcept {
        return detail::same_items(a, b);
    }

private:
    constexpr body_sections(bytes wire, std::uint32_t size) noexcept : wire_{wire}, size_{size}, place_{place::wire} {}

    enum class place : std::uint8_t { here, items, wire };
    union {
        Section one_;
        const Section* items_;
        bytes wire_;
    };
    std::uint32_t size_ = 0;
    place place_ = place::here;
};

enum class body_kind : std::uint8_t { none, data, sequence, value };

/// The body of a message: nothing, one or several data sections, one or several sequences, or one value.
///     body = data{payload}          body = amqp_value{5}          body = an_array_of_data
class message_body {
public:
    constexpr message_body() noexcept : data_{} {}
    constexpr message_body(const body_sections<data>& sections) noexcept
        : kind_{sections.empty() ? body_kind::none : body_kind::data}, data_{sections} {}
    constexpr message_body(const body_sections<amqp_sequence>& sections) noexcept
        : kind_{sections.empty() ? body_kind::none : body_kind::sequence}, sequences_{sections} {}
    constexpr message_body(const data& one) noexcept : message_body{body_sections<data>{one}} {}
    constexpr message_body(const amqp_sequence& one) noexcept : message_body{body_sections<amqp_sequence>{one}} {}
    constexpr message_body(const amqp_value& one) noexcept : kind_{body_kind::value}, value_{one} {}
    /// Several, in an array, a vector or a span that outlives this.
    template <class Range>
        requires std::convertible_to<const Range&, std::span<const data>>
    constexpr message_body(const Range& several) noexcept
        : message_body{body_sections<data>{std::span<const data>{several}}} {}
    template <class Range>
        requires std::convertible_to<const Range&, std::span<const amqp_sequence>>
    constexpr message_body(const Range& several) noexcept
        : message_body{body_sections<amqp_sequence>{std::span<const amqp_sequence>{several}}} {}

    [[nodiscard]] constexpr body_kind kind() const noexcept { return kind_; }

    /// The sections of one kind; none if the body is of another one.
    [[nodiscard]] constexpr body_sections<data> data_sections() const noexcept {
        return kind_ == body_kind::data ? data_ : body_sections<data>{};
    }
    [[nodiscard]] constexpr body_sections<amqp_sequence> sequences() const noexcept {
        return kind_ == body_kind::sequence ? sequences_ : body_sections<amqp_sequence>{};
    }

    /// The bytes, if the body is one data section: nearly all messages to and from a hub are such.
    [[nodiscard]] constexpr std::optional<bytes> single_data() const noexcept {
        if (kind_ != body_kind::data || data_.size() != 1) return std::nullopt;
        return (*data_.begin()).content;
    }

    /// The value, if the body is one.
    [[nodiscard]] constexpr std::optional<value> single_value() const noexcept {
        if (kind_ != body_kind::value) return std::nullopt;
        return value_.content;
    }

    friend constexpr bool operator==(const message_body& a, const message_body& b) noexcept {
        if (a.kind_ != b.kind_) return false;
        switch (a.kind_) {
            case body_kind::none:
                return true;
            case body_kind::data:
                return a.data_ == b.data_;
            case body_kind::sequence:
                return a.sequences_ == b.sequences_;
            case body_kind::value:
                break;
        }
        return a.value_ == b.value_;
    }

private:
    body_kind kind_ = body_kind::none;
    union {
        body_sections<data> data_;
        body_sections<amqp_sequence> sequences_;
        amqp_value value_;
    };
};

struct message {
    std::optional<amqp::header> header{};
    std::optional<annotations> delivery_annotations{};
    std::optional<annotations> message_annotations{};
    std::optional<amqp::properties> properties{};
    std::optional<amqp::application_properties> application_properties{};
    message_body body{};  // there has to be one
    std::optional<annotations> footer{};

    friend constexpr bool operator==(const message&, const message&) noexcept = default;
};

namespace detail {

/// Where a decoder stands among the sections of a message.
class section_order {
public:
    /// Fails unless a section of this kind can come next.
    constexpr void expect(any_reader auto& in, section_kind kind, std::size_t at, const options& rules) noexcept {
        using enum section_kind;
        const unsigned bit = 1u << static_cast<unsigned>(kind);
        const bool of_body = data <= kind && kind <= amqp_value;
        const bool goes_on = kind == last_ && (kind == data || kind == amqp_sequence);
        if ((seen_ & bit) != 0 && !goes_on) {
            const bool may_repeat = kind == data || kind == amqp_sequence;
            in.fail(may_repeat ? errc::amqp_section_order : errc::amqp_repeated_section, at);
        }
        if (of_body && (seen_ & bodies & ~bit) != 0) in.fail(errc::amqp_mixed_body, at);
        if (seen_ >= bit * 2 && !rules.any_order) in.fail(errc::amqp_section_order, at);
        seen_ |= bit;
        last_ = kind;
    }
    [[nodiscard]] constexpr bool has_body() const noexcept { return (seen_ & bodies) != 0; }

private:
    static constexpr unsigned bodies = 7u << static_cast<unsigned>(section_kind::data);
    unsigned seen_ = 0;
    section_kind last_ = section_kind::footer;
};

template <class T>
constexpr void read_section(any_reader auto& in, std::optional<T>& section, scope s) noexcept {
    if constexpr (composite<T>) {
        read_fields(in, in.u8(), section.emplace(), s);
    } else {
        const scope content = inside(in, s);
        wire<T>::take_from(in, in.u8(), section.emplace(), content);
    }
}

/// Reads one more section of a body whose first one begins at the given offset.
template <class Section>
constexpr body_sections<Section> read_body(any_reader auto& in, const body_sections<Section>& before,
                                           std::size_t first_at, scope s) noexcept {
    Section section;
    const scope content = inside(in, s);
    wire<decltype(Section::content)>::take_from(in, in.u8(), section.content, content);
    if (before.empty()) return section;
    const bytes all = in.read_since(first_at);
    return body_sections<Section>::on_the_wire(all, static_cast<std::uint32_t>(before.size() + 1));
}

constexpr amqp_value read_value_body(any_reader auto& in, scope s) noexcept {
    amqp_value one;
    const scope content = inside(in, s);
    wire<value>::take_from(in, in.u8(), one.content, content);
    return one;
}

constexpr void read_message(any_reader auto& in, message& m, scope s) noexcept {
    section_order order;
    std::size_t body_at = 0;
    while (in.left() != 0) {
        const std::size_t at = in.offset();
        const section_kind kind = read_section_kind(in, s);
        order.expect(in, kind, at, *s.rules);
        if (!in.ok()) return;
        switch (kind) {
            case section_kind::header:
                read_section(in, m.header, s);
                break;
            case section_kind::delivery_annotations:
                read_section(in, m.delivery_annotations, s);
                break;
            case section_kind::message_annotations:
                read_section(in, m.message_annotations, s);
                break;
            case section_kind::properties:
                read_section(in, m.properties, s);
                break;
            case section_kind::application_properties:
                read_section(in, m.application_properties, s);
                break;
            case section_kind::data:
                if (m.body.kind() == body_kind::none) body_at = at;
                m.body = read_body(in, m.body.data_sections(), body_at, s);
                break;
            case section_kind::amqp_sequence:
                if (m.body.kind() == body_kind::none) body_at = at;
                m.body = read_body(in, m.body.sequences(), body_at, s);
                break;
            case section_kind::amqp_value:
                m.body = read_value_body(in, s);
                break;
            case section_kind::footer:
                read_section(in, m.footer, s);
                break;
        }
    }
    if (in.ok() && !order.has_body() && !s.rules->no_body) in.fail(errc::amqp_no_body);
}

template <class T>
constexpr std::uint64_t bound_of_section(const std::optional<T>& section) noexcept {
    return section ? 3 + wire<T>::bound(*section) : 0;
}

constexpr std::uint64_t bound_of_body(const message_body& body) noexcept {
    std::uint64_t sum = 0;
    for (const data d : body.data_sections()) sum += 3 + wire<bytes>::bound(d.content);
    for (const amqp_sequence q : body.sequences()) sum += 3 + wire<list>::bound(q.content);
    if (const auto v = body.single_value()) sum += 3 + wire<value>::bound(*v);
    return sum;
}

constexpr std::uint64_t bound_of(const message& m) noexcept {
    return bound_of_section(m.header) + bound_of_section(m.delivery_annotations) +
           bound_of_section(m.message_annotations) + bound_of_section(m.properties) +
           bound_of_section(m.application_properties) + bound_of_body(m.body) + bound_of_section(m.footer);
}

template <room Room, class T>
HUBWIRE_ALWAYS_INLINE constexpr void write_section(basic_writer<Room>& out, section_kind kind,
                                                   const std::optional<T>& section, scope s) noexcept {
    if (!section) return;
    if constexpr (composite<T>) {
        wire<T>::put_into(out, *section, s);
    } else {
        const scope content = amqp::detail::inside(out, s);
        write_section_kind(out, kind);
        wire<T>::put_into(out, *section, content);
    }
}

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_before_body(basic_writer<Room>& out, const message& m, scope s) noexcept {
    write_section(out, section_kind::header, m.header, s);
    write_section(out, section_kind::delivery_annotations, m.delivery_annotations, s);
    write_section(out, section_kind::message_annotations, m.message_annotations, s);
    write_section(out, section_kind::properties, m.properties, s);
    write_section(out, section_kind::application_properties, m.application_properties, s);
}

template <room Room>
constexpr void write_body(basic_writer<Room>& out, const message_body& body, scope s) noexcept {
    const scope content = amqp::detail::inside(out, s);
    switch (body.kind()) {
        case body_kind::none:
            if (!s.rules->no_body) out.fail(errc::amqp_no_body);
            break;
        case body_kind::data:
            for (const data d : body.data_sections()) {
                write_section_kind(out, section_kind::data);
                wire<bytes>::put_into(out, d.content, content);
            }
            break;
        case body_kind::sequence:
            for (const amqp_sequence q : body.sequences()) {
                write_section_kind(out, section_kind::amqp_sequence);
                wire<list>::put_into(out, q.content, content);
            }
            break;
        case body_kind::value:
            write_section_kind(out, section_kind::amqp_value);
            wire<value>::put_into(out, body.single_value().value_or(value{}), content);
            break;
    }
}

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_message(basic_writer<Room>& out, const message& m, scope s) noexcept {
    write_before_body(out, m, s);
    write_body(out, m.body, s);
    write_section(out, section_kind::footer, m.footer, s);
}

}  // namespace detail

/// Writes a message into the buffer; as encode of a value.
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const message& m,
                                             const options& rules = {}) noexcept {
    return detail::write_within(output, detail::bound_of(m), [&](auto& out) HUBWIRE_INLINE_LAMBDA {
        detail::write_message(out, m, detail::scope{rules});
    });
}

/// Writes a message up to the bytes of its body, which is to be one data section, and which the caller sends behind it
/// from where they lie. There is no footer, then.
[[nodiscard]] constexpr result<bytes> encode_head(buffer output HUBWIRE_LIFETIMEBOUND, const message& m,
                                                  const options& rules = {}) noexcept {
    const auto payload = m.body.single_data();
    if (!payload || m.footer) return hubwire::error{.code = errc::amqp_section};
    return detail::write_within(output, detail::bound_of(m) - payload->size(), [&](auto& out) HUBWIRE_INLINE_LAMBDA {
        detail::write_before_body(out, m, detail::scope{rules});
        static_cast<void>(detail::inside(out, detail::scope{rules}));
        detail::write_section_kind(out, section_kind::data);
        detail::wire<bytes>::form::write_head(out, payload->size());
    });
}

/// How many bytes encode would write, or why it would not.
[[nodiscard]] constexpr result<std::size_t> encoded_size(const message& m, const options& rules = {}) noexcept {
    counting_writer out;
    detail::write_message(out, m, detail::scope{rules});
    return out.finish();
}

/// The message that the input is: all of it, every section checked. Texts, binaries, maps and so on are views into the
/// input. Nothing in a message says where it ends, so one that ends early is wrong, and not incomplete: wait for the
/// last transfer of the delivery.
template <std::same_as<message> T>
[[nodiscard]] constexpr result<T> decode(bytes input, const options& rules = {}) noexcept {
    return detail::read_twice<message>(input, errc::truncated, [&rules](auto& in, message& m) HUBWIRE_INLINE_LAMBDA {
        detail::read_message(in, m, detail::scope{rules});
    });
}

}  // namespace hubwire::amqp

#endif

// hubwire/amqp/transaction.hpp

#ifndef HUBWIRE_AMQP_TRANSACTION_HPP
#define HUBWIRE_AMQP_TRANSACTION_HPP

/// What is sent to a coordinator, each as the amqp-value of a message (AMQP 4.5). Its answers are delivery states.
namespace hubwire::amqp {

/// Begins a transaction: the outcome is `declared` (AMQP 4.5.2).
struct declare {
    value global_id{};  // null for a local transaction; AMQP 1.0 defines no others

    static constexpr type_descriptor descriptor{0x31, "amqp:declare:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("global-id", &declare::global_id),
    };

    friend constexpr bool operator==(const declare&, const declare&) noexcept = default;
};

/// Ends a transaction: commits it, or rolls it back if it fails (AMQP 4.5.3).
struct discharge {
    bytes txn_id{};
    std::optional<bool> fail{};  // *fail rolls it back; absent means false

    static constexpr type_descriptor descriptor{0x32, "amqp:discharge:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("txn-id", &discharge::txn_id),
        detail::optional_field("fail", &discharge::fail),
    };

    friend constexpr bool operator==(const discharge&, const discharge&) noexcept = default;
};

/// What a coordinator can do (AMQP 4.5.7).
namespace txn_capability {
inline constexpr symbol local_transactions{"amqp:local-transactions"};
inline constexpr symbol distributed_transactions{"amqp:distributed-transactions"};
inline constexpr symbol promotable_transactions{"amqp:promotable-transactions"};
inline constexpr symbol multi_txns_per_ssn{"amqp:multi-txns-per-ssn"};
inline constexpr symbol multi_ssns_per_txn{"amqp:multi-ssns-per-txn"};
}  // namespace txn_capability

}  // namespace hubwire::amqp

#endif

// hubwire/amqp.hpp

#ifndef HUBWIRE_AMQP_HPP
#define HUBWIRE_AMQP_HPP

/// AMQP 1.0: types, composites, messages, frames and deliveries, for either side of a connection.

#endif

// hubwire/core/version.hpp

#ifndef HUBWIRE_CORE_VERSION_HPP
#define HUBWIRE_CORE_VERSION_HPP

// The one place where the version stands; CMake and the package files read it from here.
#define HUBWIRE_VERSION_MAJOR 0
#define HUBWIRE_VERSION_MINOR 1
#define HUBWIRE_VERSION_PATCH 0

#endif

// hubwire/core.hpp

#ifndef HUBWIRE_CORE_HPP
#define HUBWIRE_CORE_HPP

/// What every other part stands on: views of bytes, errors and results, cursors, UTF-8.

#endif

// hubwire/crypto/secret.hpp

#ifndef HUBWIRE_CRYPTO_SECRET_HPP
#define HUBWIRE_CRYPTO_SECRET_HPP

namespace hubwire::crypto {

namespace detail {

using namespace hubwire::detail;

/// An array on the stack that held something secret; for constant expressions as well, which leave nothing behind.
template <class Array>
HUBWIRE_ALWAYS_INLINE constexpr void wipe_array(Array& array) noexcept {
    if (!std::is_constant_evaluated()) wipe_memory(&array, sizeof array);
}

}  // namespace detail

/// Overwrites a secret with zeros, such as a key that was decoded into a buffer. The compiler does not leave that out,
/// as it may with std::memset before the end of the memory's life. Copies that it made in registers, or that the system
/// made, are out of reach.
constexpr void wipe(buffer secret) noexcept {
    if (std::is_constant_evaluated()) {
        // coverage: off, for constant expressions; secret.test.cpp has one
        for (std::size_t i = 0; i != secret.size(); ++i) secret.data()[i] = 0;
        // coverage: on
    } else if (secret.size() != 0) {
        detail::wipe_memory(secret.data(), secret.size());
    }
}

/// Whether the contents are the same, in a time that depends on the sizes only: for the comparison of a signature with
/// the right one, where the time until the first difference would tell how much of it was guessed.
[[nodiscard]] constexpr bool equal_in_constant_time(bytes a, bytes b) noexcept {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i != a.size(); ++i) {
        const auto here = static_cast<unsigned>(static_cast<unsigned char>(a.data()[i] ^ b.data()[i]));
        difference = detail::opaque(difference | here);  // or the compiler might see when it can stop
    }
    return difference == 0;
}

}  // namespace hubwire::crypto

#endif

// hubwire/crypto/sha256_portable.hpp

#ifndef HUBWIRE_CRYPTO_SHA256_PORTABLE_HPP
#define HUBWIRE_CRYPTO_SHA256_PORTABLE_HPP

/// The compression function of SHA-256 (FIPS 180-4, 6.2.2) in plain C++, and the numbers it is made of.
namespace hubwire::crypto::detail {

inline constexpr std::size_t sha256_block_size = 64;

using sha256_state = std::array<std::uint32_t, 8>;
using sha256_words = std::array<std::uint32_t, 16>;

/// FIPS 180-4, 5.3.3: of the square roots of the first eight primes.
inline constexpr sha256_state sha256_start{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// FIPS 180-4, 4.2.2: of the cube roots of the first 64 primes.
alignas(16) inline constexpr std::array<std::uint32_t, 64> sha256_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// The three rotations of each sum share their work: those by 2, 13 and 22 are one by 2, of one by 11, of one by 9.
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t big_sigma_0(std::uint32_t x) noexcept {
    return std::rotr(std::rotr(std::rotr(x, 9) ^ x, 11) ^ x, 2);
}
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t big_sigma_1(std::uint32_t x) noexcept {
    return std::rotr(std::rotr(std::rotr(x, 14) ^ x, 5) ^ x, 6);
}
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t small_sigma_0(std::uint32_t x) noexcept {
    return std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3;
}
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t small_sigma_1(std::uint32_t x) noexcept {
    return std::rotr(x, 17) ^ std::rotr(x, 19) ^ x >> 10;
}

/// The schedule, sixteen words of it: the word of this round becomes that of the sixteenth round from now.
HUBWIRE_ALWAYS_INLINE constexpr void expand_word(sha256_words& w, std::size_t round) noexcept {
    w[round % 16] += small_sigma_0(w[(round + 1) % 16]) + w[(round + 9) % 16] + small_sigma_1(w[(round + 14) % 16]);
}

/// A round, the Place-th of eight: instead of moving each of a to h on by one, they are named anew. What a ^ b is in
/// one round, b ^ c is in the next.
template <std::size_t Place>
HUBWIRE_ALWAYS_INLINE constexpr void sha256_round(sha256_state& v, std::uint32_t& b_xor_c,
                                                  std::uint32_t word_and_constant) noexcept {
    const auto at = [&v](std::size_t letter) -> std::uint32_t& { return v[(letter + 8 - Place) % 8]; };
    const std::uint32_t a = at(0);
    const std::uint32_t b = at(1);
    const std::uint32_t e = at(4);
    const std::uint32_t f = at(5);
    const std::uint32_t g = at(6);
    std::uint32_t& h = at(7);
    const std::uint32_t a_xor_b = a ^ b;
    h += word_and_constant;
    h += big_sigma_1(e) + (g ^ (e & (f ^ g)));
    at(3) += h;
    h += big_sigma_0(a) + (b ^ (a_xor_b & b_xor_c));  // of a, b and c, what two agree on
    b_xor_c = a_xor_b;
}

template <bool Expand, std::size_t... Place>
HUBWIRE_ALWAYS_INLINE constexpr void sixteen_rounds(sha256_state& v, std::uint32_t& b_xor_c, sha256_words& w,
                                                    std::size_t from, std::index_sequence<Place...>) noexcept {
    ((Expand ? expand_word(w, Place) : void(),
      sha256_round<Place % 8>(v, b_xor_c, w[Place] + sha256_constants[from + Place])),
     ...);
}

/// One block, as words. They are overwritten.
constexpr void compress_words(sha256_state& state, sha256_words& w) noexcept {
    sha256_state v = state;
    std::uint32_t b_xor_c = v[1] ^ v[2];
    // coverage: off, for -Os; a build with it has the same tests
    if constexpr (optimize_for_size) {
        for (std::size_t round = 0; round != 64; ++round) {
            if (round >= 16) expand_word(w, round);
            sha256_round<0>(v, b_xor_c, w[round % 16] + sha256_constants[round]);
            v = {v[7], v[0], v[1], v[2], v[3], v[4], v[5], v[6]};
        }
        // coverage: on
    } else {
        sixteen_rounds<false>(v, b_xor_c, w, 0, std::make_index_sequence<16>{});
        for (std::size_t from = 16; from != 64; from += 16)
            sixteen_rounds<true>(v, b_xor_c, w, from, std::make_index_sequence<16>{});
    }
    for (std::size_t i = 0; i != 8; ++i) state[i] += v[i];
}

/// Some blocks. Nothing of them is left on the stack: they may be a key.
constexpr void compress_portably(sha256_state& state, const char* blocks, std::size_t count) noexcept {
    sha256_words w{};
    for (; count != 0; --count, blocks += sha256_block_size) {
        for (std::size_t i = 0; i != 16; ++i) w[i] = load_be<std::uint32_t>(blocks + 4 * i);
        compress_words(state, w);
    }
    wipe_array(w);
}

/// HMAC from the states after the two pads: the inner one goes on over some blocks and the padded end of the message;
/// what comes of that is the message of the outer one.
constexpr sha256_state authenticate_portably(sha256_state inner, sha256_state outer, const char* blocks,
                                             std::size_t count, const char* end, std::size_t end_count) noexcept {
    compress_portably(inner, blocks, count);
    compress_portably(inner, end, end_count);
    constexpr std::uint32_t bits = 8 * (sha256_block_size + 32);
    sha256_words w{inner[0],   inner[1], inner[2], inner[3], inner[4], inner[5], inner[6], inner[7],
                   0x80000000, 0,        0,        0,        0,        0,        0,        bits};
    compress_words(outer, w);
    return outer;
}

}  // namespace hubwire::crypto::detail

#endif

// hubwire/crypto/sha256_arm.hpp

#ifndef HUBWIRE_CRYPTO_SHA256_ARM_HPP
#define HUBWIRE_CRYPTO_SHA256_ARM_HPP

/// The same by the SHA instructions of Armv8, for programs that are compiled for processors that have them.
#if defined(HUBWIRE_HAS_SHA_ARM)

#include <arm_neon.h>

// coverage: off, of another machine than the one that counts

namespace hubwire::crypto::detail {

struct arm_state {
    uint32x4_t abcd;
    uint32x4_t efgh;
};

HUBWIRE_ALWAYS_INLINE uint32x4_t arm_load_words(const char* from) noexcept {
    return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(reinterpret_cast<const std::uint8_t*>(from))));
}

HUBWIRE_ALWAYS_INLINE void arm_four_rounds(arm_state& s, uint32x4_t words, const std::uint32_t* constants) noexcept {
    const uint32x4_t sum = vaddq_u32(words, vld1q_u32(constants));
    const uint32x4_t abcd = s.abcd;
    s.abcd = vsha256hq_u32(abcd, s.efgh, sum);
    s.efgh = vsha256h2q_u32(s.efgh, abcd, sum);
}

/// The four words that come sixteen after the first of the given ones.
HUBWIRE_ALWAYS_INLINE uint32x4_t arm_expand(uint32x4_t w0, uint32x4_t w4, uint32x4_t w8, uint32x4_t w12) noexcept {
    return vsha256su1q_u32(vsha256su0q_u32(w0, w4), w8, w12);
}

HUBWIRE_ALWAYS_INLINE void arm_compress_words(arm_state& state, uint32x4_t w0, uint32x4_t w4, uint32x4_t w8,
                                              uint32x4_t w12) noexcept {
    arm_state s = state;
    const std::uint32_t* constants = sha256_constants.data();
    arm_four_rounds(s, w0, constants);
    arm_four_rounds(s, w4, constants + 4);
    arm_four_rounds(s, w8, constants + 8);
    arm_four_rounds(s, w12, constants + 12);
    for (std::size_t round = 16; round != 64; round += 16) {
        w0 = arm_expand(w0, w4, w8, w12);
        arm_four_rounds(s, w0, constants + round);
        w4 = arm_expand(w4, w8, w12, w0);
        arm_four_rounds(s, w4, constants + round + 4);
        w8 = arm_expand(w8, w12, w0, w4);
        arm_four_rounds(s, w8, constants + round + 8);
        w12 = arm_expand(w12, w0, w4, w8);
        arm_four_rounds(s, w12, constants + round + 12);
    }
    state = {vaddq_u32(state.abcd, s.abcd), vaddq_u32(state.efgh, s.efgh)};
}

HUBWIRE_ALWAYS_INLINE void arm_compress(arm_state& s, const char* blocks, std::size_t count) noexcept {
    for (; count != 0; --count, blocks += sha256_block_size)
        arm_compress_words(s, arm_load_words(blocks), arm_load_words(blocks + 16), arm_load_words(blocks + 32),
                           arm_load_words(blocks + 48));
}

HUBWIRE_ALWAYS_INLINE arm_state arm_load_state(const sha256_state& state) noexcept {
    return {vld1q_u32(state.data()), vld1q_u32(state.data() + 4)};
}
HUBWIRE_ALWAYS_INLINE void arm_store_state(sha256_state& state, const arm_state& s) noexcept {
    vst1q_u32(state.data(), s.abcd);
    vst1q_u32(state.data() + 4, s.efgh);
}

/// As compress_portably.
inline void compress_arm(sha256_state& state, const char* blocks, std::size_t count) noexcept {
    arm_state s = arm_load_state(state);
    arm_compress(s, blocks, count);
    arm_store_state(state, s);
}

/// As authenticate_portably; everything stays in registers.
inline sha256_state authenticate_arm(const sha256_state& inner, const sha256_state& outer, const char* blocks,
                                     std::size_t count, const char* end, std::size_t end_count) noexcept {
    arm_state s = arm_load_state(inner);
    arm_compress(s, blocks, count);
    arm_compress(s, end, end_count);
    arm_state o = arm_load_state(outer);
    constexpr std::uint32_t bits = 8 * (sha256_block_size + 32);
    arm_compress_words(o, s.abcd, s.efgh, vsetq_lane_u32(0x80000000, vdupq_n_u32(0), 0),
                       vsetq_lane_u32(bits, vdupq_n_u32(0), 3));
    sha256_state mac;
    arm_store_state(mac, o);
    return mac;
}

}  // namespace hubwire::crypto::detail

// coverage: on

#endif

#endif

// hubwire/crypto/sha256_x86.hpp

#ifndef HUBWIRE_CRYPTO_SHA256_X86_HPP
#define HUBWIRE_CRYPTO_SHA256_X86_HPP

/// The same by the SHA instructions of x86-64, which a processor has or has not.
///
/// These are the compilers' own names for the instructions, as g++ and clang share them: <immintrin.h> would cost every
/// program that includes this forty thousand lines.
#if defined(HUBWIRE_HAS_SHA_X86)

// coverage: off, the processor that counts may not have them; where it has, sha256.test.cpp compares

namespace hubwire::crypto::detail {

// clang-format off
#define HUBWIRE_SHA_X86 [[gnu::target("sha,sse4.1,ssse3")]]
#define HUBWIRE_SHA_X86_INLINE [[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline
// clang-format on

using x86_words [[gnu::vector_size(16)]] = std::uint32_t;
using x86_signed_words [[gnu::vector_size(16)]] = int;
using x86_bytes [[gnu::vector_size(16)]] = char;

HUBWIRE_SHA_X86_INLINE x86_words x86_load(const void* from) noexcept {
    x86_words words;
    std::memcpy(&words, from, sizeof words);
    return words;
}

HUBWIRE_SHA_X86_INLINE x86_words x86_swap_bytes(x86_words words) noexcept {
    const auto bytes = reinterpret_cast<x86_bytes>(words);
    return reinterpret_cast<x86_words>(
        __builtin_shufflevector(bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
}

/// The state, in the order that the instructions want: from the highest lane on a, b, e, f, and c, d, g, h.
struct x86_state {
    x86_words abef;
    x86_words cdgh;
};

HUBWIRE_SHA_X86_INLINE x86_state x86_load_state(const sha256_state& state) noexcept {
    const x86_words abcd = x86_load(state.data());
    const x86_words efgh = x86_load(state.data() + 4);
    return {__builtin_shufflevector(abcd, efgh, 5, 4, 1, 0), __builtin_shufflevector(abcd, efgh, 7, 6, 3, 2)};
}
HUBWIRE_SHA_X86_INLINE x86_words x86_abcd(const x86_state& s) noexcept {
    return __builtin_shufflevector(s.abef, s.cdgh, 3, 2, 7, 6);
}
HUBWIRE_SHA_X86_INLINE x86_words x86_efgh(const x86_state& s) noexcept {
    return __builtin_shufflevector(s.abef, s.cdgh, 1, 0, 5, 4);
}
HUBWIRE_SHA_X86_INLINE void x86_store_state(sha256_state& state, const x86_state& s) noexcept {
    const x86_words words[] = {x86_abcd(s), x86_efgh(s)};
    std::memcpy(&state, words, sizeof state);
}

/// Two rounds, with the two lower words; the state before the last two rounds is the older one.
HUBWIRE_SHA_X86_INLINE x86_words x86_two_rounds(x86_words older, x86_words newer, x86_words words) noexcept {
    return reinterpret_cast<x86_words>(__builtin_ia32_sha256rnds2(reinterpret_cast<x86_signed_words>(older),
                                                                  reinterpret_cast<x86_signed_words>(newer),
                                                                  reinterpret_cast<x86_signed_words>(words)));
}

/// Rounds 4 * Group to 4 * Group + 3.
template <std::size_t Group>
HUBWIRE_SHA_X86_INLINE void x86_four_rounds(x86_state& s, x86_words words) noexcept {
    words += x86_load(sha256_constants.data() + 4 * Group);
    s.cdgh = x86_two_rounds(s.cdgh, s.abef, words);
    s.abef = x86_two_rounds(s.abef, s.cdgh, __builtin_shufflevector(words, words, 2, 3, 2, 3));
}

/// The four words that come sixteen after the first of the given ones.
HUBWIRE_SHA_X86_INLINE x86_words x86_expand(x86_words w0, x86_words w4, x86_words w8, x86_words w12) noexcept {
    const auto first = reinterpret_cast<x86_words>(
        __builtin_ia32_sha256msg1(reinterpret_cast<x86_signed_words>(w0), reinterpret_cast<x86_signed_words>(w4)));
    const x86_words sum = first + __builtin_shufflevector(w8, w12, 1, 2, 3, 4);
    return reinterpret_cast<x86_words>(
        __builtin_ia32_sha256msg2(reinterpret_cast<x86_signed_words>(sum), reinterpret_cast<x86_signed_words>(w12)));
}

/// Sixteen rounds from the second sixteen on, each four with words that are made of the sixteen before.
template <std::size_t Group>
HUBWIRE_SHA_X86_INLINE void x86_sixteen_rounds(x86_state& s, x86_words& w0, x86_words& w4, x86_words& w8,
                                               x86_words& w12) noexcept {
    w0 = x86_expand(w0, w4, w8, w12);
    x86_four_rounds<Group>(s, w0);
    w4 = x86_expand(w4, w8, w12, w0);
    x86_four_rounds<Group + 1>(s, w4);
    w8 = x86_expand(w8, w12, w0, w4);
    x86_four_rounds<Group + 2>(s, w8);
    w12 = x86_expand(w12, w0, w4, w8);
    x86_four_rounds<Group + 3>(s, w12);
}

HUBWIRE_SHA_X86_INLINE void x86_compress_words(x86_state& state, x86_words w0, x86_words w4, x86_words w8,
                                               x86_words w12) noexcept {
    x86_state s = state;
    x86_four_rounds<0>(s, w0);
    x86_four_rounds<1>(s, w4);
    x86_four_rounds<2>(s, w8);
    x86_four_rounds<3>(s, w12);
    x86_sixteen_rounds<4>(s, w0, w4, w8, w12);
    x86_sixteen_rounds<8>(s, w0, w4, w8, w12);
    x86_sixteen_rounds<12>(s, w0, w4, w8, w12);
    state.abef += s.abef;
    state.cdgh += s.cdgh;
}

HUBWIRE_SHA_X86_INLINE void x86_compress(x86_state& s, const char* blocks, std::size_t count) noexcept {
    for (; count != 0; --count, blocks += sha256_block_size)
        x86_compress_words(s, x86_swap_bytes(x86_load(blocks)), x86_swap_bytes(x86_load(blocks + 16)),
                           x86_swap_bytes(x86_load(blocks + 32)), x86_swap_bytes(x86_load(blocks + 48)));
}

/// As compress_portably. Pre: has_sha_x86().
HUBWIRE_SHA_X86 inline void compress_x86(sha256_state& state, const char* blocks, std::size_t count) noexcept {
    x86_state s = x86_load_state(state);
    x86_compress(s, blocks, count);
    x86_store_state(state, s);
}

/// As authenticate_portably; everything stays in registers. Pre: has_sha_x86().
HUBWIRE_SHA_X86 inline sha256_state authenticate_x86(const sha256_state& inner, const sha256_state& outer,
                                                     const char* blocks, std::size_t count, const char* end,
                                                     std::size_t end_count) noexcept {
    x86_state s = x86_load_state(inner);
    x86_compress(s, blocks, count);
    x86_compress(s, end, end_count);
    x86_state o = x86_load_state(outer);
    constexpr std::uint32_t bits = 8 * (sha256_block_size + 32);
    x86_compress_words(o, x86_abcd(s), x86_efgh(s), x86_words{0x80000000, 0, 0, 0}, x86_words{0, 0, 0, bits});
    sha256_state mac;
    x86_store_state(mac, o);
    return mac;
}

#undef HUBWIRE_SHA_X86
#undef HUBWIRE_SHA_X86_INLINE

#if defined(__SHA__) && defined(__SSE4_1__) && defined(__SSSE3__)
constexpr bool has_sha_x86() noexcept { return true; }
#else
/// The CPUID leaves that say it; the instruction takes microseconds in a virtual machine.
HUBWIRE_NEVER_INLINE inline bool ask_for_sha_x86() noexcept {
    struct leaf {
        std::uint32_t eax, ebx, ecx, edx;
    };
    const auto ask = [](std::uint32_t number) {
        leaf answer{};
        asm volatile("cpuid"
                     : "=a"(answer.eax), "=b"(answer.ebx), "=c"(answer.ecx), "=d"(answer.edx)
                     : "a"(number), "c"(0));
        return answer;
    };
    if (ask(0).eax < 7) return false;
    constexpr std::uint32_t ssse3 = std::uint32_t{1} << 9;
    constexpr std::uint32_t sse4_1 = std::uint32_t{1} << 19;
    constexpr std::uint32_t sha = std::uint32_t{1} << 29;
    return (ask(1).ecx & (ssse3 | sse4_1)) == (ssse3 | sse4_1) && (ask(7).ebx & sha) != 0;
}

enum class sha_x86 : std::uint8_t { not_asked, absent, present };

/// The only thing in the library that changes: the answer, once it is known. Threads that ask at the same time get the
/// same one. (By the compilers' own atomics: <atomic> would cost eleven thousand lines.)
inline constinit sha_x86 known_sha_x86 = sha_x86::not_asked;  // NOLINT(*-avoid-non-const-global-variables)

HUBWIRE_ALWAYS_INLINE bool has_sha_x86() noexcept {
    sha_x86 known{};
    __atomic_load(&known_sha_x86, &known, __ATOMIC_RELAXED);
    if (known == sha_x86::not_asked) [[unlikely]] {
        known = ask_for_sha_x86() ? sha_x86::present : sha_x86::absent;
        __atomic_store(&known_sha_x86, &known, __ATOMIC_RELAXED);
    }
    return known == sha_x86::present;
}
#endif

}  // namespace hubwire::crypto::detail

// coverage: on

#endif

#endif

// hubwire/crypto/sha256.hpp

#ifndef HUBWIRE_CRYPTO_SHA256_HPP
#define HUBWIRE_CRYPTO_SHA256_HPP

/// SHA-256, as FIPS 180-4 has it.
namespace hubwire::crypto {

/// The 32 bytes that come out. (Of char, because constant expressions see no other type as bytes.)
using sha256_digest = std::array<char, 32>;

namespace detail {

// coverage: off, which lines there are depends on the machine, and which of them run on its processor

/// Some blocks, in the fastest way that this processor has.
HUBWIRE_ALWAYS_INLINE constexpr void compress(sha256_state& state, const char* blocks, std::size_t count) noexcept {
#if defined(HUBWIRE_HAS_SHA_X86)
    if (!std::is_constant_evaluated() && has_sha_x86()) return compress_x86(state, blocks, count);
#elif defined(HUBWIRE_HAS_SHA_ARM)
    if (!std::is_constant_evaluated()) return compress_arm(state, blocks, count);
#endif
    compress_portably(state, blocks, count);
}

/// HMAC from the states after the two pads, in the same way.
HUBWIRE_ALWAYS_INLINE constexpr sha256_state authenticate(const sha256_state& inner, const sha256_state& outer,
                                                          const char* blocks, std::size_t count, const char* end,
                                                          std::size_t end_count) noexcept {
#if defined(HUBWIRE_HAS_SHA_X86)
    if (!std::is_constant_evaluated() && has_sha_x86())
        return authenticate_x86(inner, outer, blocks, count, end, end_count);
#elif defined(HUBWIRE_HAS_SHA_ARM)
    if (!std::is_constant_evaluated()) return authenticate_arm(inner, outer, blocks, count, end, end_count);
#endif
    return authenticate_portably(inner, outer, blocks, count, end, end_count);
}

// coverage: on

/// FIPS 180-4, 5.1.1: what is left of a message after its whole blocks, a bit that is set, and the size of the message
/// in bits at the end of the block, or of the next one if there is no room for it.
class padded_end {
public:
    /// Pre: left is less than a block.
    constexpr padded_end(const char* rest, std::size_t left, std::uint64_t message_size) noexcept
        : count_{left < sha256_block_size - 8 ? 1u : 2u} {
        copy(data_.data(), rest, left);
        data_[left] = static_cast<char>(static_cast<unsigned char>(0x80));
        store_be<std::uint64_t>(data_.data() + count_ * sha256_block_size - 8, message_size * 8);
    }

    padded_end(const padded_end&) = delete;
    padded_end(padded_end&&) = delete;
    padded_end& operator=(const padded_end&) = delete;
    padded_end& operator=(padded_end&&) = delete;
    constexpr ~padded_end() { wipe_array(data_); }  // the message may be a key

    [[nodiscard]] constexpr const char* data() const noexcept { return data_.data(); }
    [[nodiscard]] constexpr std::size_t count() const noexcept { return count_; }

private:
    std::array<char, 2 * sha256_block_size> data_{};
    std::size_t count_;
};

HUBWIRE_ALWAYS_INLINE constexpr sha256_digest digest_of(const sha256_state& state) noexcept {
    sha256_digest digest{};
    [&]<std::size_t... Place>(std::index_sequence<Place...>) {
        (store_be(digest.data() + 4 * Place, state[Place]), ...);
    }(std::make_index_sequence<8>{});
    return digest;
}

}  // namespace detail

/// The digest of a message that comes in pieces. A plain value: a copy goes on by itself.
class sha256 {
public:
    constexpr sha256() noexcept = default;

    /// The next piece.
    constexpr void update(bytes piece) noexcept {
        const char* from = piece.data();
        std::size_t left = piece.size();
        const auto filled = static_cast<std::size_t>(size_ % detail::sha256_block_size);
        size_ += left;
        if (filled != 0) {
            const std::size_t room = detail::sha256_block_size - filled;
            const std::size_t n = left < room ? left : room;
            detail::copy(block_.data() + filled, from, n);
            if (n != room) return;
            detail::compress(state_, block_.data(), 1);
            from += n;
            left -= n;
        }
        const std::size_t whole = left / detail::sha256_block_size;
        if (whole != 0) {
            detail::compress(state_, from, whole);
            from += whole * detail::sha256_block_size;
            left -= whole * detail::sha256_block_size;
        }
        detail::copy(block_.data(), from, left);
    }

    /// The digest of all pieces so far. More may follow.
    [[nodiscard]] constexpr sha256_digest digest() const noexcept {
        const detail::padded_end end = padded();
        detail::sha256_state state = state_;
        detail::compress(state, end.data(), end.count());
        return detail::digest_of(state);
    }

private:
    friend class hmac;

    /// Goes on where a block has already been taken in.
    constexpr explicit sha256(const detail::sha256_state& after_a_block) noexcept
        : state_{after_a_block}, size_{detail::sha256_block_size} {}

    [[nodiscard]] constexpr detail::padded_end padded() const noexcept {
        return {block_.data(), static_cast<std::size_t>(size_ % detail::sha256_block_size), size_};
    }

    detail::sha256_state state_ = detail::sha256_start;
    std::array<char, detail::sha256_block_size> block_{};
    std::uint64_t size_ = 0;  // of all pieces
};

/// The digest of a message.
[[nodiscard]] constexpr sha256_digest sha256_of(bytes message) noexcept {
    const std::size_t whole = message.size() / detail::sha256_block_size;
    const bytes rest = message.without_first(whole * detail::sha256_block_size);
    const detail::padded_end end{rest.data(), rest.size(), message.size()};
    detail::sha256_state state = detail::sha256_start;
    if (whole != 0) detail::compress(state, message.data(), whole);
    detail::compress(state, end.data(), end.count());
    return detail::digest_of(state);
}

}  // namespace hubwire::crypto

#endif

// hubwire/crypto/hmac.hpp

#ifndef HUBWIRE_CRYPTO_HMAC_HPP
#define HUBWIRE_CRYPTO_HMAC_HPP

/// HMAC with SHA-256, as RFC 2104 has it: what signs a SAS token.
namespace hubwire::crypto {

/// Whoever can sign a message with HMAC-SHA256: an hmac_key, or something that asks a TPM, a secure element or an edge
/// daemon, which never give their key away. It may fail, with a code of the application's own.
template <class S>
concept signer = requires(S& signs, bytes message) {
    { signs.sign(message) } -> std::convertible_to<result<sha256_digest>>;
};

/// A key, ready for use: not the key itself, but what SHA-256 has made of it and each of the two pads, which saves two
/// blocks for each message. It can sign all the same, so it is a secret; it is wiped at the end of its life, as is each
/// copy. (One that is a constant of the program is in the program for everybody to read.)
class hmac_key {
public:
    /// Any size will do; RFC 2104 asks for 32 bytes at least. The secret is not needed any longer, and can be wiped.
    constexpr explicit hmac_key(bytes secret) noexcept {
        std::array<char, detail::sha256_block_size> pad{};
        if (secret.size() > pad.size()) {
            sha256_digest hashed = sha256_of(secret);
            detail::copy(pad.data(), hashed.data(), hashed.size());
            detail::wipe_array(hashed);
        } else {
            detail::copy(pad.data(), secret.data(), secret.size());
        }
        const auto flip = [&pad](unsigned char bits) {
            for (char& c : pad) c = static_cast<char>(c ^ static_cast<char>(bits));
        };
        flip(0x36);
        detail::compress(inner_, pad.data(), 1);
        flip(0x36 ^ 0x5c);
        detail::compress(outer_, pad.data(), 1);
        detail::wipe_array(pad);
    }

    constexpr hmac_key(const hmac_key&) noexcept = default;
    constexpr hmac_key(hmac_key&&) noexcept = default;
    constexpr hmac_key& operator=(const hmac_key&) noexcept = default;
    constexpr hmac_key& operator=(hmac_key&&) noexcept = default;
    constexpr ~hmac_key() {
        detail::wipe_array(inner_);
        detail::wipe_array(outer_);
    }

    /// The HMAC of a message.
    [[nodiscard]] constexpr sha256_digest sign(bytes message) const noexcept {
        const std::size_t whole = message.size() / detail::sha256_block_size;
        const bytes rest = message.without_first(whole * detail::sha256_block_size);
        const detail::padded_end end{rest.data(), rest.size(),
                                     detail::sha256_block_size + std::uint64_t{message.size()}};
        return detail::digest_of(detail::authenticate(inner_, outer_, message.data(), whole, end.data(), end.count()));
    }

private:
    friend class hmac;

    detail::sha256_state inner_ = detail::sha256_start;
    detail::sha256_state outer_ = detail::sha256_start;
};
static_assert(signer<const hmac_key>);

/// The HMAC of a message that comes in pieces. It is wiped at the end of its life, as is each copy.
class hmac {
public:
    constexpr explicit hmac(const hmac_key& key) noexcept : inner_{key.inner_}, outer_{key.outer_} {}

    constexpr hmac(const hmac&) noexcept = default;
    constexpr hmac(hmac&&) noexcept = default;
    constexpr hmac& operator=(const hmac&) noexcept = default;
    constexpr hmac& operator=(hmac&&) noexcept = default;
    constexpr ~hmac() {
        detail::wipe_array(inner_);
        detail::wipe_array(outer_);
    }

    /// The next piece.
    constexpr void update(bytes piece) noexcept { inner_.update(piece); }

    /// The HMAC of all pieces so far. More may follow.
    [[nodiscard]] constexpr sha256_digest digest() const noexcept {
        const detail::padded_end end = inner_.padded();
        return detail::digest_of(detail::authenticate(inner_.state_, outer_, nullptr, 0, end.data(), end.count()));
    }

private:
    sha256 inner_;
    detail::sha256_state outer_;
};

/// The HMAC of one message with a key that is not used again.
[[nodiscard]] constexpr sha256_digest hmac_of(bytes secret, bytes message) noexcept {
    return hmac_key{secret}.sign(message);
}

}  // namespace hubwire::crypto

#endif

// hubwire/crypto.hpp

#ifndef HUBWIRE_CRYPTO_HPP
#define HUBWIRE_CRYPTO_HPP

/// What signs a SAS token: SHA-256, HMAC with it, and the way to put a TPM in its place.

#endif

// hubwire/mqtt/types.hpp

#ifndef HUBWIRE_MQTT_TYPES_HPP
#define HUBWIRE_MQTT_TYPES_HPP

/// MQTT 3.1.1, as OASIS wrote it down on 29 October 2014. Rules are named as there: [MQTT-3.1.2-22] is a numbered
/// statement, "MQTT 2.2.3" a section.
namespace hubwire::mqtt {

/// MQTT 2.2.1
enum class packet_type : std::uint8_t {
    connect = 1,
    connack,
    publish,
    puback,
    pubrec,
    pubrel,
    pubcomp,
    subscribe,
    suback,
    unsubscribe,
    unsuback,
    pingreq,
    pingresp,
    disconnect,
};

/// MQTT 4.3
enum class qos : std::uint8_t { at_most_once, at_least_once, exactly_once };

/// MQTT 3.2.2.3
enum class connect_code : std::uint8_t {
    accepted,
    unacceptable_protocol_version,
    identifier_rejected,
    server_unavailable,
    bad_username_or_password,
    not_authorized,
};

/// MQTT 3.9.3
enum class suback_code : std::uint8_t { granted_qos_0, granted_qos_1, granted_qos_2, failure = 0x80 };

/// The most that four bytes of remaining length can say, and a packet of that length with its fixed header.
inline constexpr std::size_t max_remaining_length = 268'435'455;
inline constexpr std::size_t max_packet_size = max_remaining_length + 5;

/// The longest text, password or will payload: their length has two bytes.
inline constexpr std::size_t max_field_size = 65'535;

/// Where the specification leaves it open, or peers are laxer. The defaults are the specification, to the letter.
struct options {
    /// Packets of more bytes than this are refused as soon as their length is known (decoding only).
    std::size_t max_packet_size = mqtt::max_packet_size;

    /// Refuse control characters and code points that are no characters in text: a sender SHOULD NOT use them, and a
    /// receiver MAY close the connection (MQTT 1.5.3).
    bool refuse_discouraged_characters = false;

    /// Refuse a remaining length with more bytes than it needs, such as 82 00 for 2. The specification does not
    /// (decoding only).
    bool refuse_padded_length = false;

    /// Accept protocol level 3 with the name "MQIsdp": MQTT 3.1.
    bool allow_mqtt_3_1 = false;

    /// Accept a protocol level with its top bit set, by which some brokers tell that they are bridges.
    bool allow_bridge = false;
};

/// The specification, to the letter.
inline constexpr options default_options{};

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt/frame.hpp

#ifndef HUBWIRE_MQTT_FRAME_HPP
#define HUBWIRE_MQTT_FRAME_HPP

namespace hubwire::mqtt {

/// What a packet begins with (MQTT 2.2): its type, the flags beside it, and how many bytes follow.
struct fixed_header {
    packet_type type = packet_type::connect;
    std::uint8_t flags = 0;
    std::uint8_t size = 0;  // of the fixed header itself
    std::uint32_t remaining_length = 0;

    [[nodiscard]] constexpr std::size_t packet_size() const noexcept { return std::size_t{size} + remaining_length; }

    friend constexpr bool operator==(const fixed_header&, const fixed_header&) noexcept = default;
};

namespace detail {

using namespace hubwire::detail;

inline constexpr std::uint8_t dup_flag = 0x08;
inline constexpr std::uint8_t retain_flag = 0x01;

/// What the first byte and the length of each packet type can be.
struct shape {
    std::uint8_t flags;  // of all but PUBLISH, whose flags mean something
    std::uint8_t least;  // remaining length
    bool exact;          // ... and no other
    errc when_other_flags;
    errc when_id_alone;  // with an identifier, and no room for a list behind it
};

inline constexpr shape shapes[] = {
    // CONNECT: name and level, which decides what has to follow
    {0, 7, false, errc::mqtt_flags, errc::mqtt_impossible_length},
    {0, 2, true, errc::mqtt_flags, errc::mqtt_impossible_length},  // CONNACK
    // PUBLISH: a topic, whose own rule says that it is not empty
    {0, 2, false, errc::mqtt_flags, errc::mqtt_impossible_length},
    {0, 2, true, errc::mqtt_flags, errc::mqtt_impossible_length},         // PUBACK
    {0, 2, true, errc::mqtt_flags, errc::mqtt_impossible_length},         // PUBREC
    {2, 2, true, errc::mqtt_pubrel_flags, errc::mqtt_impossible_length},  // PUBREL
    {0, 2, true, errc::mqtt_flags, errc::mqtt_impossible_length},         // PUBCOMP
    // SUBSCRIBE: identifier, a filter (likewise), QoS
    {2, 5, false, errc::mqtt_subscribe_flags, errc::mqtt_no_subscriptions},
    {0, 3, false, errc::mqtt_flags, errc::mqtt_suback_count},  // SUBACK: identifier, a return code
    // UNSUBSCRIBE: identifier, a filter (likewise)
    {2, 4, false, errc::mqtt_unsubscribe_flags, errc::mqtt_no_filters},
    {0, 2, true, errc::mqtt_flags, errc::mqtt_impossible_length},             // UNSUBACK
    {0, 0, true, errc::mqtt_flags, errc::mqtt_impossible_length},             // PINGREQ
    {0, 0, true, errc::mqtt_flags, errc::mqtt_impossible_length},             // PINGRESP
    {0, 0, true, errc::mqtt_disconnect_flags, errc::mqtt_impossible_length},  // DISCONNECT
};

[[nodiscard]] constexpr const shape& shape_of(packet_type type) noexcept {
    return shapes[static_cast<std::size_t>(type) - 1];
}

/// What a packet of this type begins with; PUBLISH sets its flags in it.
[[nodiscard]] constexpr std::uint8_t first_byte(packet_type type) noexcept {
    return static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | shape_of(type).flags);
}

[[nodiscard]] constexpr bool is_packet_type(std::uint8_t value) noexcept { return value >= 1 && value <= 14; }

/// What is wrong with the first byte alone, so that nobody waits for more behind it.
[[nodiscard]] constexpr errc check_first_byte(std::uint8_t first) noexcept {
    const auto type = static_cast<std::uint8_t>(first >> 4);
    const auto flags = static_cast<std::uint8_t>(first & 0x0F);
    if (!is_packet_type(type)) return errc::mqtt_packet_type;
    if (type == static_cast<std::uint8_t>(packet_type::publish)) {
        if ((flags >> 1 & 3) == 3) return errc::mqtt_qos;
        return (flags >> 1 & 3) == 0 && (flags & dup_flag) != 0 ? errc::mqtt_dup_at_qos_0 : errc::none;
    }
    const shape& expected = shape_of(packet_type{type});
    return flags == expected.flags ? errc::none : expected.when_other_flags;
}

[[nodiscard]] constexpr errc check_length(packet_type type, std::uint8_t flags, std::size_t length) noexcept {
    const shape& expected = shape_of(type);
    const bool with_id = type == packet_type::publish && (flags & 6) != 0;
    const std::size_t least = expected.least + (with_id ? 2u : 0u);
    if (length == least || (length > least && !expected.exact)) [[likely]]
        return errc::none;
    return length == 2 ? expected.when_id_alone : errc::mqtt_impossible_length;
}

/// What is wrong with a whole header, whose length ends with this digit.
[[nodiscard]] constexpr errc check_header(const fixed_header& header, std::uint8_t last,
                                          const options& rules) noexcept {
    if (last == 0 && header.size > 2 && rules.refuse_padded_length) return errc::mqtt_padded_length;
    const errc wrong = check_length(header.type, header.flags, header.remaining_length);
    return wrong == errc::none && header.packet_size() > rules.max_packet_size ? errc::over_limit : wrong;
}

/// ... and with one whose length goes on: that can become more, but its seven lowest bits are what they are.
[[nodiscard]] constexpr errc check_open_header(const fixed_header& header, const options& rules) noexcept {
    if (header.size == 5) return errc::mqtt_remaining_length;  // a fourth digit announces a fifth [MQTT 2.2.3]
    const shape& expected = shape_of(header.type);
    if (expected.exact && header.remaining_length != expected.least) return errc::mqtt_impossible_length;
    if (expected.exact && rules.refuse_padded_length) return errc::mqtt_padded_length;
    return header.packet_size() >= rules.max_packet_size ? errc::over_limit : errc::none;
}

inline constexpr std::uint8_t any_type = 0;

/// Reads a fixed header, of a certain type or of any, and fails as soon as nothing that could follow would help.
HUBWIRE_NEVER_INLINE constexpr fixed_header scan_fixed_header(reader& in, const options& rules,
                                                              std::uint8_t wanted = any_type) noexcept {
    const std::uint8_t first = in.u8();
    fixed_header header{.type = packet_type{static_cast<std::uint8_t>(first >> 4)},
                        .flags = static_cast<std::uint8_t>(first & 0x0F),
                        .size = 1};
    errc wrong = check_first_byte(first);
    if (wrong == errc::none && wanted != any_type && first >> 4 != wanted) wrong = errc::mqtt_wrong_packet;
    std::uint8_t digit = 0x80;
    while (wrong == errc::none && digit >= 0x80) {
        digit = in.u8();
        if (!in.ok()) return header;
        header.remaining_length |= static_cast<std::uint32_t>(digit & 0x7F) << (7 * (header.size - 1));
        ++header.size;
        wrong = digit < 0x80 ? check_header(header, digit, rules) : check_open_header(header, rules);
    }
    const std::size_t at = wrong == errc::mqtt_remaining_length ? 4 : header.size == 1 ? 0 : 1;
    if (wrong != errc::none) in.fail(wrong, at);
    return header;
}

/// The same for nearly all headers there are: of the given type, two or three bytes long, and with nothing wrong.
/// False for others. Where the type is known to the compiler, so are most of the rules.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_usual_fixed_header(bytes input, packet_type type,
                                                                         const options& rules,
                                                                         fixed_header& header) noexcept {
    if (optimize_for_size || input.size() < 2 || input[0] >> 4 != static_cast<int>(type)) return false;
    const bool longer = input[1] >= 0x80;
    if (longer && input.size() == 2) return false;
    const std::uint8_t high = longer ? input[2] : 0;
    header = {.type = type,
              .flags = static_cast<std::uint8_t>(input[0] & 0x0F),
              .size = static_cast<std::uint8_t>(longer ? 3 : 2),
              .remaining_length = (input[1] & 0x7Fu) | std::uint32_t{high} << 7};
    return (!longer || (high != 0 && high < 0x80)) && check_first_byte(input[0]) == errc::none &&
           check_length(type, header.flags, header.remaining_length) == errc::none &&
           header.packet_size() <= rules.max_packet_size;
}

[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_usual_fixed_header(bytes input, const options& rules,
                                                                         fixed_header& header) noexcept {
    return !input.empty() && is_usual_fixed_header(input, static_cast<packet_type>(input[0] >> 4), rules, header);
}

/// Reads a packet of a certain type, wherever its bytes end, and knows all that can be wrong with it. What is behind
/// the fixed header is read with `in`.
struct packet_reader {
    reader in;
    fixed_header header;
    reader::outside around;

    HUBWIRE_NEVER_INLINE constexpr packet_reader(bytes input, packet_type type, const options& rules) noexcept
        : in{input},
          header{scan_fixed_header(in, rules, static_cast<std::uint8_t>(type))},
          around{in.enter(header.remaining_length)} {}

    /// The packet has been read, and nothing comes behind it. Whether all of it is right.
    [[nodiscard]] HUBWIRE_NEVER_INLINE constexpr bool finish() noexcept {
        in.leave(around);
        if (in.left() != 0) in.fail(errc::leftover);
        return in.ok();
    }
};

}  // namespace detail

/// The fixed header that the input begins with. Refused from the first byte on where nothing that follows could help: a
/// reserved type, flags that are not this type's, a length that this type cannot have or that is over the limit.
[[nodiscard]] constexpr result<fixed_header> decode_fixed_header(bytes input,
                                                                 const options& rules = default_options) noexcept {
    fixed_header header;
    if (detail::is_usual_fixed_header(input, rules, header)) [[likely]]
        return header;
    reader in{input};
    header = detail::scan_fixed_header(in, rules);
    return in.result_of(header);
}

namespace detail {

HUBWIRE_NEVER_INLINE constexpr result<bytes> cut_carefully(bytes received, const options& rules) noexcept {
    reader in{received};
    in.take(scan_fixed_header(in, rules).remaining_length);
    return in.result_of(in.read_since(0));
}

}  // namespace detail

/// The packet that a stream begins with, as a view of its bytes, for decode(). "Incomplete" says how many bytes more it
/// takes: exactly so many once the length is there. Works from the first byte on, however the stream was split.
///
/// Give it what was received and not yet used; go on behind the packet, which has as many bytes as the view.
[[nodiscard]] constexpr result<bytes> cut(bytes received, const options& rules = default_options) noexcept {
    if constexpr (!detail::optimize_for_size) {
        fixed_header header;
        if (detail::is_usual_fixed_header(received, rules, header)) {
            reader in{received};
            const bytes packet = in.take(header.packet_size());
            if (in.ok()) [[likely]]
                return packet;
        }
    }
    return detail::cut_carefully(received, rules);
}

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt/ack.hpp

#ifndef HUBWIRE_MQTT_ACK_HPP
#define HUBWIRE_MQTT_ACK_HPP

namespace hubwire::mqtt {

/// The packets that say no more than which packet they answer (MQTT 3.4 to 3.7 and 3.11). The identifier is that of the
/// PUBLISH or UNSUBSCRIBE, and not 0 [MQTT-2.3.1-6, -7].
struct puback {
    static constexpr packet_type type = packet_type::puback;
    std::uint16_t packet_id = 0;
    friend constexpr bool operator==(const puback&, const puback&) noexcept = default;
};
struct pubrec {
    static constexpr packet_type type = packet_type::pubrec;
    std::uint16_t packet_id = 0;
    friend constexpr bool operator==(const pubrec&, const pubrec&) noexcept = default;
};
struct pubrel {
    static constexpr packet_type type = packet_type::pubrel;
    std::uint16_t packet_id = 0;
    friend constexpr bool operator==(const pubrel&, const pubrel&) noexcept = default;
};
struct pubcomp {
    static constexpr packet_type type = packet_type::pubcomp;
    std::uint16_t packet_id = 0;
    friend constexpr bool operator==(const pubcomp&, const pubcomp&) noexcept = default;
};
struct unsuback {
    static constexpr packet_type type = packet_type::unsuback;
    std::uint16_t packet_id = 0;
    friend constexpr bool operator==(const unsuback&, const unsuback&) noexcept = default;
};

/// The packets that keep a silent connection alive, and say nothing at all (MQTT 3.12 and 3.13).
struct pingreq {
    static constexpr packet_type type = packet_type::pingreq;
    friend constexpr bool operator==(const pingreq&, const pingreq&) noexcept = default;
};
struct pingresp {
    static constexpr packet_type type = packet_type::pingresp;
    friend constexpr bool operator==(const pingresp&, const pingresp&) noexcept = default;
};

namespace detail {

template <class T>
concept ack = std::same_as<T, puback> || std::same_as<T, pubrec> || std::same_as<T, pubrel> ||
              std::same_as<T, pubcomp> || std::same_as<T, unsuback>;

/// What is said of an answer to no packet at all.
template <ack T>
inline constexpr errc no_answer =
    std::same_as<T, unsuback> ? errc::mqtt_subscribe_answer_id : errc::mqtt_publish_answer_id;

template <class Body, ack T>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const T& p, const options&) noexcept {
    to.rule(p.packet_id != 0, no_answer<T>);
    to.u16(p.packet_id);
}

/// A packet identifier, which is never 0 on the wire.
HUBWIRE_ALWAYS_INLINE constexpr std::uint16_t read_packet_id(reader& in, errc when_zero) noexcept {
    const std::size_t at = in.offset();
    const std::uint16_t id = in.u16();
    in.expect(id != 0, when_zero, at);
    return id;
}
template <ack T>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header&, T& p, const options&) noexcept {
    p.packet_id = read_packet_id(in, no_answer<T>);
}

/// PINGREQ, PINGRESP and DISCONNECT.
template <class T>
concept empty_packet = std::is_empty_v<T>;

template <class Body, empty_packet T>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body&, const T&, const options&) noexcept {}
template <empty_packet T>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader&, const fixed_header&, T&, const options&) noexcept {}

}  // namespace detail

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt/topic.hpp

#ifndef HUBWIRE_MQTT_TOPIC_HPP
#define HUBWIRE_MQTT_TOPIC_HPP

namespace hubwire::mqtt {

namespace detail {

using namespace hubwire::detail;

[[nodiscard]] constexpr bool is_wildcard(char c) noexcept { return c == '#' || c == '+'; }

// The offset of the first one; the size if there is none. (std::string_view's own would want memchr.)
[[nodiscard]] constexpr std::size_t find_wildcard(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at != text.size() && !is_wildcard(text[at])) ++at;
    return at;
}
// The first n bytes, of a text that has so many. (substr would throw otherwise.)
[[nodiscard]] constexpr std::string_view first(std::string_view text, std::size_t n) noexcept {
    text.remove_suffix(text.size() - n);
    return text;
}
[[nodiscard]] constexpr std::size_t find_slash(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at != text.size() && text[at] != '/') ++at;
    return at;
}

HUBWIRE_ALWAYS_INLINE constexpr word not_plain_text(word w) noexcept { return nul_or_non_ascii_bytes(w); }

HUBWIRE_ALWAYS_INLINE constexpr word not_plain_topic(word w) noexcept {
    static_assert(('#' | 0x08) == '+');  // so that one comparison does for both
    return nul_or_non_ascii_bytes(w) | bytes_equal_to<'+'>(w | every_byte<0x08>);
}

// What needs a closer look in a text, and in a topic: in eight bytes, and in sixteen.
struct plain_text {
    static constexpr word refused(word w) noexcept { return not_plain_text(w); }
#if defined(HUBWIRE_HAS_BLOCKS)
    static block refused(block b) noexcept { return (b - 1) | b; }
#endif
};
struct plain_topic {
    static constexpr word refused(word w) noexcept { return not_plain_topic(w); }
#if defined(HUBWIRE_HAS_BLOCKS)
    // U+0000 and 81 to FF by the first half, wildcards and 80 by the second.
    static block refused(block b) noexcept { return (b - 1) | (((b | 0x08) ^ '+') - 1); }
#endif
};

/// Whether nothing in a text needs a closer look: it is short enough, ASCII, and without U+0000 (and, if it is a topic,
/// without wildcards). A program compiled for size looks closely at every text.
template <class Kind>
HUBWIRE_ALWAYS_INLINE constexpr bool is_plain(std::string_view text, const options& rules) noexcept {
    if (optimize_for_size || rules.refuse_discouraged_characters || text.size() > max_field_size) return false;
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated() && text.size() >= sizeof(block))
        return all_blocks_pass(text.data(), text.size(), [](block b) { return Kind::refused(b); });
#endif
    return all_words_pass(text.data(), text.size(), [](word w) { return Kind::refused(w); });
}

/// The offset of the first control character (U+0001 to U+001F, U+007F to U+009F) or code point that is no character
/// (U+FDD0 to U+FDEF, U+nFFFE, U+nFFFF); the size if there is none. Pre: the text is valid UTF-8.
constexpr std::size_t discouraged_at(std::string_view text) noexcept {
    std::uint32_t last_four = 0;  // bytes, up to the one at hand
    for (std::size_t at = 0; at != text.size(); ++at) {
        const std::uint32_t byte = static_cast<unsigned char>(text[at]);
        last_four = last_four << 8 | byte;
        if (byte < 0x20 || byte == 0x7F) return at;
        if ((last_four & 0xFFE0) == 0xC280) return at - 1;  // U+0080 to U+009F
        const std::uint32_t last_three = last_four & 0xFF'FFFF;
        if (last_three - 0xEF'B790 < 0x20 || last_three - 0xEF'BFBE < 2) return at - 2;  // U+FDD0, U+FFFE
        if ((last_four & 0xF80F'FFFE) == 0xF00F'BFBE) return at - 3;                     // U+1FFFE
    }
    return text.size();
}

/// What a text is, and so what may stand in it.
enum class text_kind : std::uint8_t { any, topic_name, will_topic, topic_filter };

/// Whether nothing in it needs a closer look.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_plain(text_kind kind, std::string_view text,
                                                            const options& rules) noexcept {
    if (kind == text_kind::any) return is_plain<plain_text>(text, rules);
    if (text.empty() || text.size() > max_field_size) return false;
    // Most filters have one wildcard, at the end.
    if (kind == text_kind::topic_filter && text.size() >= 2 && text[text.size() - 2] == '/' && text.back() == '#')
        text.remove_suffix(2);
    return is_plain<plain_topic>(text, rules);
}

/// A closer look at a text, of whatever kind.
HUBWIRE_NEVER_INLINE constexpr result<void> check_closely(text_kind kind, std::string_view text,
                                                          const options& rules) noexcept {
    const bool is_topic = kind != text_kind::any;
    if (is_topic && text.empty()) return error{.code = errc::mqtt_empty_topic};
    if (text.size() > max_field_size)
        return error{.code = is_topic ? errc::mqtt_topic_too_long : errc::too_long, .offset = max_field_size};
    const std::size_t valid = utf8_valid_prefix(text, nul::refused);
    if (valid != text.size()) {
        const errc code = text[valid] == '\0' ? errc::mqtt_nul_in_text : errc::mqtt_invalid_utf8;
        return error{.code = code, .offset = valid};
    }
    if (rules.refuse_discouraged_characters) {
        const std::size_t at = discouraged_at(text);
        if (at != text.size()) return error{.code = errc::mqtt_discouraged_character, .offset = at};
    }
    for (std::size_t at = 0; is_topic && at != text.size(); ++at) {
        if (!is_wildcard(text[at])) continue;
        const bool begins_level = at == 0 || text[at - 1] == '/';
        const bool ends_text = at + 1 == text.size();
        const bool is_level = begins_level && (ends_text || (text[at] == '+' && text[at + 1] == '/'));
        if (kind == text_kind::topic_filter && is_level) continue;
        const errc code = kind == text_kind::topic_name   ? errc::mqtt_wildcard_in_topic
                          : kind == text_kind::will_topic ? errc::mqtt_wildcard_in_will_topic
                          : text[at] == '#'               ? errc::mqtt_multi_level_wildcard
                                                          : errc::mqtt_single_level_wildcard;
        return error{.code = code, .offset = at};
    }
    return {};
}

[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> judge(text_kind kind, std::string_view text,
                                                                 const options& rules) noexcept {
    if (is_plain(kind, text, rules)) [[likely]]
        return {};
    return check_closely(kind, text, rules);
}

}  // namespace detail

/// Whether a text may stand in a packet: well-formed UTF-8 [MQTT-1.5.3-1] without U+0000 [MQTT-1.5.3-2], of at most
/// 65,535 bytes. (A byte order mark is a character like any other [MQTT-1.5.3-3].)
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> check_text(std::string_view text,
                                                                      const options& rules = default_options) noexcept {
    return detail::judge(detail::text_kind::any, text, rules);
}

/// Whether a text may be the topic of a PUBLISH or a will: as above [MQTT-4.7.3-2, -3], at least one character long
/// [MQTT-4.7.3-1], and without wildcards [MQTT-3.3.2-2].
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> check_topic_name(
    std::string_view topic, const options& rules = default_options) noexcept {
    return detail::judge(detail::text_kind::topic_name, topic, rules);
}

/// Whether a text may be a topic filter: a text, at least one character long [MQTT-4.7.3-1], in which # is the last
/// level [MQTT-4.7.1-2] and + a whole level [MQTT-4.7.1-3].
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> check_topic_filter(
    std::string_view filter, const options& rules = default_options) noexcept {
    return detail::judge(detail::text_kind::topic_filter, filter, rules);
}

/// Whether a message with this topic goes to a subscription with this filter (MQTT 4.7): + stands for one level, # for
/// any number of them at the end, none included; a topic that begins with $ is not reached by a wildcard in the first
/// level [MQTT-4.7.2-1]. In time linear in the sizes. Pre: the filter and the topic are valid; otherwise the answer
/// means nothing.
[[nodiscard]] constexpr bool topic_matches(std::string_view filter, std::string_view topic) noexcept {
    if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#'))) return false;
    const auto take_level = [](std::string_view& rest, bool& more) {
        const std::size_t slash = detail::find_slash(rest);
        more = slash != rest.size();
        const std::string_view level = detail::first(rest, slash);
        rest.remove_prefix(more ? slash + 1 : slash);
        return level;
    };
    for (bool more_filter = true, more_topic = true; more_filter && more_topic;) {
        const std::string_view wanted = take_level(filter, more_filter);
        if (wanted == "#") return true;
        const std::string_view level = take_level(topic, more_topic);
        if (wanted != "+" && wanted != level) return false;
        if (!more_topic) return !more_filter || filter == "#";  // "sport/#" matches "sport"
    }
    return false;
}

/// A filter such as "$share/group/filter", by which brokers offer shared subscriptions; to MQTT 3.1.1 it is a filter
/// like any other.
struct shared_filter {
    std::string_view group;
    std::string_view filter;
};

/// Takes it apart; nothing if it is not one, or if the group is empty or holds a wildcard, or there is no filter.
[[nodiscard]] constexpr std::optional<shared_filter> parse_shared_filter(std::string_view filter) noexcept {
    constexpr std::string_view prefix = "$share/";
    if (filter.size() < prefix.size() || detail::first(filter, prefix.size()) != prefix) return {};
    filter.remove_prefix(prefix.size());
    const std::size_t slash = detail::find_slash(filter);
    if (slash == 0 || slash + 1 >= filter.size()) return {};
    const std::string_view group = detail::first(filter, slash);
    if (detail::find_wildcard(group) != group.size()) return {};
    filter.remove_prefix(slash + 1);
    return shared_filter{.group = group, .filter = filter};
}

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt/body.hpp

#ifndef HUBWIRE_MQTT_BODY_HPP
#define HUBWIRE_MQTT_BODY_HPP

/// What comes behind the fixed header of a packet that is encoded. Each packet says once what that is,
///     template <class Body> constexpr void put_body(Body& to, const packet& p, const options& rules);
/// its fields in their order and the rules between them, and what is made of it depends on the Body: these three have
/// the same members.
namespace hubwire::mqtt::detail {

[[nodiscard]] constexpr std::size_t fixed_header_size(std::size_t remaining) noexcept {
    return remaining < 128 ? 2 : remaining < 16'384 ? 3 : remaining < 2'097'152 ? 4 : 5;
}

/// Counts, and finds out whether everything is as usual: plain texts, no rule broken, nothing too long. What is not may
/// still be valid.
class body_measure {
public:
    HUBWIRE_ALWAYS_INLINE constexpr explicit body_measure(const options& rules) noexcept : rules_{rules} {}

    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr std::size_t size() const noexcept { return size_; }
    /// Nothing unusual so far.
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool ok() const noexcept {
        return usual_ && size_ <= max_remaining_length;
    }
    /// Whether a list goes on to its next item: while it does, no size wraps.
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool goes_on() const noexcept { return ok(); }

    HUBWIRE_ALWAYS_INLINE constexpr void rule(bool holds, errc) noexcept { usual_ = usual_ && holds; }
    HUBWIRE_ALWAYS_INLINE constexpr void u8(std::uint8_t) noexcept { size_ += 1; }
    HUBWIRE_ALWAYS_INLINE constexpr void u16(std::uint16_t) noexcept { size_ += 2; }
    HUBWIRE_ALWAYS_INLINE constexpr void put(bytes value) noexcept { size_ += value.size(); }
    HUBWIRE_ALWAYS_INLINE constexpr void text(text_kind kind, std::string_view value) noexcept {
        usual_ = usual_ && is_plain(kind, value, rules_);
        size_ += 2 + value.size();
    }
    HUBWIRE_ALWAYS_INLINE constexpr void binary(bytes value) noexcept {
        usual_ = usual_ && value.size() <= max_field_size;
        size_ += 2 + value.size();
    }
    HUBWIRE_ALWAYS_INLINE constexpr void payload_of_size(std::size_t size) noexcept {
        usual_ = usual_ && size <= max_remaining_length;
        size_ += size;
    }
    HUBWIRE_ALWAYS_INLINE constexpr void payload(bytes value) noexcept { payload_of_size(value.size()); }

private:
    const options& rules_;
    std::size_t size_ = 0;
    bool usual_ = true;
};

/// Writes what was measured.
template <room Room>
class body_writer {
public:
    HUBWIRE_ALWAYS_INLINE constexpr explicit body_writer(basic_writer<Room>& out) noexcept : out_{out} {}

    [[nodiscard]] static constexpr bool goes_on() noexcept { return true; }
    HUBWIRE_ALWAYS_INLINE constexpr void rule(bool, errc) noexcept {}
    HUBWIRE_ALWAYS_INLINE constexpr void u8(std::uint8_t value) noexcept { out_.u8(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void u16(std::uint16_t value) noexcept { out_.u16(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void put(bytes value) noexcept { out_.put(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void text(text_kind, std::string_view value) noexcept { binary(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void binary(bytes value) noexcept {
        u16(static_cast<std::uint16_t>(value.size()));
        put(value);
    }
    HUBWIRE_ALWAYS_INLINE constexpr void payload_of_size(std::size_t) noexcept {}
    HUBWIRE_ALWAYS_INLINE constexpr void payload(bytes value) noexcept { put(value); }

private:
    basic_writer<Room>& out_;
};

/// Does both, one after the other, looks closely at everything, and knows what is wrong and where. All of it is shared
/// by all packets, so it is small: programs that are compiled for size have nothing else.
class careful_body {
public:
    HUBWIRE_SHARED constexpr explicit careful_body(const options& rules) noexcept : rules_{rules} {}

    [[nodiscard]] static constexpr bool goes_on() noexcept { return true; }
    HUBWIRE_NEVER_INLINE constexpr void rule(bool holds, errc code) noexcept {
        if (!holds) fail(code, size_);
    }
    HUBWIRE_NEVER_INLINE constexpr void u8(std::uint8_t value) noexcept {
        const char byte = static_cast<char>(value);
        put({&byte, 1});
    }
    HUBWIRE_NEVER_INLINE constexpr void u16(std::uint16_t value) noexcept {
        char field[2]{};
        store_be(field, value);
        put({field, 2});
    }
    HUBWIRE_NEVER_INLINE constexpr void put(bytes value) noexcept {
        if (out_ != nullptr) {
            require(value.size() <= capacity_ - size_);
            copy(out_ + size_, value.data(), value.size());
            size_ += value.size();
        } else {
            payload_of_size(value.size());
        }
    }
    HUBWIRE_NEVER_INLINE constexpr void text(text_kind kind, std::string_view value) noexcept {
        if (const auto verdict = judge(kind, value, rules_); out_ == nullptr && !verdict)
            fail(verdict.error().code, size_ + 2 + verdict.error().offset);
        binary(value);
    }
    HUBWIRE_NEVER_INLINE constexpr void binary(bytes value) noexcept {
        rule(value.size() <= max_field_size, errc::too_long);
        u16(static_cast<std::uint16_t>(value.size()));
        put(value);
    }
    HUBWIRE_NEVER_INLINE constexpr void payload_of_size(std::size_t size) noexcept {
        if (out_ != nullptr) return;
        if (size > max_remaining_length - size_) return fail(errc::mqtt_remaining_length, size_);
        size_ += size;
    }
    constexpr void payload(bytes value) noexcept { put(value); }

    /// All that was put so far was measured; now it is put again, and written but for the last `omitted` bytes. False
    /// if it is not to be, with the error at the place where it would stand in the packet.
    HUBWIRE_NEVER_INLINE constexpr bool begin(buffer output, std::uint8_t first, std::size_t omitted) noexcept {
        std::size_t remaining = size_;
        const std::size_t header = fixed_header_size(remaining);
        capacity_ = header + remaining - omitted;
        if (error_.code == errc::none && capacity_ > output.size())
            error_ = {.code = errc::no_space, .offset = output.size() - header, .needed = capacity_ - output.size()};
        error_.offset += header;
        if (error_.code != errc::none) return false;
        out_ = opaque(output.data());
        size_ = 0;
        u8(first);
        for (; remaining >= 128; remaining >>= 7) u8(static_cast<std::uint8_t>(remaining | 0x80));
        u8(static_cast<std::uint8_t>(remaining));
        return true;
    }

    /// The bytes written. Pre: what was put is what was measured, or the program traps.
    [[nodiscard]] HUBWIRE_NEVER_INLINE constexpr result<bytes> finish() const noexcept {
        if (error_.code != errc::none) return error_;
        require(size_ == capacity_);
        return bytes{out_, size_};
    }

    /// What was measured, with the fixed header.
    [[nodiscard]] constexpr result<std::size_t> packet_size() const noexcept {
        const std::size_t header = fixed_header_size(size_);
        if (error_.code != errc::none) return hubwire::error{.code = error_.code, .offset = header + error_.offset};
        return header + size_;
    }

private:
    constexpr void fail(errc code, std::size_t at) noexcept {
        if (error_.code == errc::none) error_ = {.code = code, .offset = at};
    }

    const options& rules_;
    char* out_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t size_ = 0;
    hubwire::error error_{};
};

}  // namespace hubwire::mqtt::detail

#endif

// hubwire/mqtt/field.hpp

#ifndef HUBWIRE_MQTT_FIELD_HPP
#define HUBWIRE_MQTT_FIELD_HPP

/// The texts of a packet that is decoded, each behind its length of two bytes (MQTT 1.5.3).
namespace hubwire::mqtt::detail {

/// The text, judged.
HUBWIRE_ALWAYS_INLINE constexpr std::string_view judged(reader& in, bytes text, text_kind kind,
                                                        const options& rules) noexcept {
    in.expect(text, judge(kind, text.text(), rules));
    return text.text();
}

/// A text, judged, behind which so many bytes have to come in the packet: if it leaves no room for them, there is no
/// use in waiting for it.
HUBWIRE_ALWAYS_INLINE constexpr std::string_view read_text(reader& in, text_kind kind, const options& rules,
                                                           std::size_t behind = 0) noexcept {
    const std::size_t size = in.u16();
    if (size + behind > in.ahead()) [[unlikely]]
        in.fail(errc::truncated);
    return judged(in, in.take(size), kind, rules);
}

}  // namespace hubwire::mqtt::detail

#endif

// hubwire/mqtt/connect.hpp

#ifndef HUBWIRE_MQTT_CONNECT_HPP
#define HUBWIRE_MQTT_CONNECT_HPP

namespace hubwire::mqtt {

/// A message that the server publishes if the connection ends without DISCONNECT (MQTT 3.1.2.5).
struct will {
    std::string_view topic{};
    bytes payload{};  // at most 65,535 bytes; "text"sv, not "text"
    mqtt::qos qos = mqtt::qos::at_most_once;
    bool retain = false;

    friend constexpr bool operator==(const will&, const will&) noexcept = default;
};

/// The first packet of a connection, from client to server (MQTT 3.1).
struct connect {
    static constexpr packet_type type = packet_type::connect;

    std::string_view client_id{};  // may be empty with a clean session [MQTT-3.1.3-7]
    std::optional<mqtt::will> will{};
    std::optional<std::string_view> username{};
    std::optional<bytes> password{};  // not without a user name [MQTT-3.1.2-22]; "text"sv, not "text"
    std::uint16_t keep_alive = 0;     // seconds; 0 for none
    bool clean_session = true;

    /// 4 is MQTT 3.1.1. 3, and a level with its top bit set, take the options that allow them.
    std::uint8_t level = 4;

    friend constexpr bool operator==(const connect&, const connect&) noexcept = default;
};

/// The server's answer to CONNECT (MQTT 3.2).
struct connack {
    static constexpr packet_type type = packet_type::connack;

    bool session_present = false;  // not with a code other than accepted [MQTT-3.2.2-4]
    connect_code code = connect_code::accepted;

    friend constexpr bool operator==(const connack&, const connack&) noexcept = default;
};

/// The last packet of a client; the server then drops its will (MQTT 3.14).
struct disconnect {
    static constexpr packet_type type = packet_type::disconnect;

    friend constexpr bool operator==(const disconnect&, const disconnect&) noexcept = default;
};

/// What a server answers before it closes the connection, if a CONNECT was refused for a reason that has a code of its
/// own: a protocol level that it does not support [MQTT-3.1.2-2], or an empty client identifier without a clean session
/// [MQTT-3.1.3-8]. Nothing else is answered: the connection is just closed.
[[nodiscard]] constexpr std::optional<connect_code> answer_to(const error& refusal) noexcept {
    if (refusal.code == errc::mqtt_protocol_level) return connect_code::unacceptable_protocol_version;
    if (refusal.code == errc::mqtt_empty_client_id) return connect_code::identifier_rejected;
    return {};
}

namespace detail {

inline constexpr std::uint8_t connect_reserved = 0x01;
inline constexpr std::uint8_t connect_clean_session = 0x02;
inline constexpr std::uint8_t connect_will = 0x04;
inline constexpr std::uint8_t connect_will_retain = 0x20;
inline constexpr std::uint8_t connect_password = 0x40;
inline constexpr std::uint8_t connect_username = 0x80;
inline constexpr std::uint8_t bridge_bit = 0x80;

/// The flags behind the level, the keep alive, and the length of the client identifier: what no CONNECT lacks.
inline constexpr std::size_t least_behind_level = 1 + 2 + 2;

[[nodiscard]] constexpr bool is_level_3(std::uint8_t level) noexcept { return (level & ~bridge_bit) == 3; }
/// The protocol name as it lies on the wire, behind its length.
[[nodiscard]] constexpr std::string_view protocol_field(bool level_3) noexcept {
    return level_3 ? std::string_view{"\0\6MQIsdp", 8} : std::string_view{"\0\4MQTT", 6};
}

[[nodiscard]] constexpr bool is_supported(std::uint8_t level, const options& rules) noexcept {
    if ((level & bridge_bit) != 0 && !rules.allow_bridge) return false;
    return (level & ~bridge_bit) == 4 || (is_level_3(level) && rules.allow_mqtt_3_1);
}

/// Whether the client identifier may be empty: with a clean session [MQTT-3.1.3-7], and in MQTT 3.1 never.
[[nodiscard]] constexpr bool client_id_may_be_empty(const connect& p) noexcept {
    return p.clean_session && !is_level_3(p.level);
}

template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const connect& p, const options& rules) noexcept {
    unsigned flags = p.clean_session ? connect_clean_session : 0u;
    if (p.will) flags |= connect_will | static_cast<unsigned>(p.will->qos) << 3;
    if (p.will && p.will->retain) flags |= connect_will_retain;
    if (p.password) flags |= connect_password;
    if (p.username) flags |= connect_username;

    to.put(protocol_field(is_level_3(p.level)));
    to.rule(is_supported(p.level, rules), errc::mqtt_protocol_level);
    to.u8(p.level);
    to.rule(!p.will || p.will->qos <= qos::exactly_once, errc::mqtt_will_qos);
    to.rule(!p.password || p.username, errc::mqtt_password_without_username);
    to.u8(static_cast<std::uint8_t>(flags));
    to.u16(p.keep_alive);
    to.rule(!p.client_id.empty() || client_id_may_be_empty(p), errc::mqtt_empty_client_id);
    to.text(text_kind::any, p.client_id);
    if (p.will) {
        to.text(text_kind::will_topic, p.will->topic);
        to.binary(p.will->payload);
    }
    if (p.username) to.text(text_kind::any, *p.username);
    if (p.password) to.binary(*p.password);
}

/// What is wrong with the connect flags by themselves.
[[nodiscard]] constexpr errc check_connect_flags(std::uint8_t flags) noexcept {
    const unsigned will_qos = flags >> 3 & 3u;
    if ((flags & connect_reserved) != 0) return errc::mqtt_reserved_connect_flag;
    if ((flags & connect_will) == 0) {
        if (will_qos != 0) return errc::mqtt_will_qos_without_will;
        if ((flags & connect_will_retain) != 0) return errc::mqtt_will_retain_without_will;
    }
    if (will_qos == 3) return errc::mqtt_will_qos;
    if ((flags & connect_password) != 0 && (flags & connect_username) == 0) return errc::mqtt_password_without_username;
    return errc::none;
}

/// Whether the input begins with these bytes, or could once more of it is there. (The reader is a copy.)
[[nodiscard]] constexpr bool could_begin_with(reader in, std::string_view field) noexcept {
    if (in.left() >= field.size()) [[likely]]  // so that the size is a constant
        return in.take(field.size()) == bytes{field};
    const bytes there = in.take(in.left());
    return there == bytes{field}.first(there.size());
}

/// How many fields the flags announce behind the client identifier.
struct announced_fields {
    std::uint8_t of_will;
    std::uint8_t username;
    std::uint8_t password;

    [[nodiscard]] constexpr unsigned count() const noexcept { return 0u + of_will + username + password; }
};

[[nodiscard]] constexpr announced_fields announced_by(std::uint8_t flags) noexcept {
    return {.of_will = static_cast<std::uint8_t>((flags & connect_will) != 0 ? 2 : 0),
            .username = static_cast<std::uint8_t>((flags & connect_username) != 0 ? 1 : 0),
            .password = static_cast<std::uint8_t>((flags & connect_password) != 0 ? 1 : 0)};
}

/// The first of them for which so many bytes have no room.
[[nodiscard]] constexpr errc missing_of(const announced_fields& fields, std::size_t room) noexcept {
    const std::size_t lengths = room / 2;
    if (lengths < fields.of_will) return errc::mqtt_will_absent;
    if (lengths < 0u + fields.of_will + fields.username) return errc::mqtt_username_absent;
    return errc::mqtt_password_absent;
}

/// A field of CONNECT, which leaves room for those that are to come.
HUBWIRE_ALWAYS_INLINE constexpr bytes read_field_before(reader& in, const announced_fields& to_come) noexcept {
    const std::size_t size = in.u16();
    if (size + std::size_t{2} * to_come.count() > in.ahead()) [[unlikely]]
        in.fail(size > in.ahead() ? errc::truncated : missing_of(to_come, in.ahead() - size));
    return in.take(size);
}

/// What bytes behind the last field are.
[[nodiscard]] constexpr errc unannounced(const connect& p) noexcept {
    if (!p.username) return errc::mqtt_username_without_flag;
    return p.password ? errc::leftover : errc::mqtt_password_without_flag;
}

HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header& header, connect& p,
                                               const options& rules) noexcept {
    const bool old_name = rules.allow_mqtt_3_1 && header.remaining_length > protocol_field(true).size() &&
                          could_begin_with(in, protocol_field(true));
    if (!old_name && !could_begin_with(in, protocol_field(false))) return in.fail(errc::mqtt_protocol_name);
    in.sized16();

    // The level decides what all the rest means, so it is judged before anything else [MQTT-3.1.2-2].
    const std::size_t level_at = in.offset();
    p.level = in.u8();
    if (!in.ok()) return;
    if (!is_supported(p.level, rules) || is_level_3(p.level) != old_name)
        return in.fail(errc::mqtt_protocol_level, level_at);

    if (in.ahead() < least_behind_level) return in.fail(errc::mqtt_impossible_length, 1);

    const std::size_t flags_at = in.offset();
    const std::uint8_t flags = in.u8();
    if (const errc wrong = check_connect_flags(flags); wrong != errc::none) in.fail(wrong, flags_at);
    announced_fields to_come = announced_by(flags);
    if (1 + in.ahead() < least_behind_level + std::size_t{2} * to_come.count())
        in.fail(missing_of(to_come, 1 + in.ahead() - least_behind_level), flags_at);
    p.clean_session = (flags & connect_clean_session) != 0;
    p.keep_alive = in.u16();

    const std::size_t id_at = in.offset();
    p.client_id = judged(in, read_field_before(in, to_come), text_kind::any, rules);
    if (to_come.of_will != 0) {
        mqtt::will will;
        to_come.of_will = 1;
        will.topic = judged(in, read_field_before(in, to_come), text_kind::will_topic, rules);
        to_come.of_will = 0;
        will.payload = read_field_before(in, to_come);
        will.qos = mqtt::qos{static_cast<std::uint8_t>(flags >> 3 & 3)};
        will.retain = (flags & connect_will_retain) != 0;
        p.will = will;
    }
    if (to_come.username != 0) {
        to_come.username = 0;
        p.username = judged(in, read_field_before(in, to_come), text_kind::any, rules);
    }
    if (to_come.password != 0) p.password = in.sized16();
    if (in.ahead() != 0) in.fail(unannounced(p));

    // Answered, and so refused, only if all the rest is there and as it should be [MQTT-3.1.4-1].
    in.expect(!p.client_id.empty() || client_id_may_be_empty(p), errc::mqtt_empty_client_id, id_at);
}

template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const connack& p, const options&) noexcept {
    const bool is_code = p.code <= connect_code::not_authorized;
    to.rule(!is_code || p.code == connect_code::accepted || !p.session_present, errc::mqtt_session_present);
    to.u8(p.session_present ? 1 : 0);
    to.rule(is_code, errc::mqtt_return_code);
    to.u8(static_cast<std::uint8_t>(p.code));
}

HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header&, connack& p, const options&) noexcept {
    const std::size_t flags_at = in.offset();
    const std::uint8_t flags = in.u8();
    in.expect(flags <= 1, errc::mqtt_reserved_connack_flags, flags_at);
    const std::uint8_t code = in.u8();
    in.expect(code <= static_cast<std::uint8_t>(connect_code::not_authorized), errc::mqtt_return_code, flags_at + 1);
    in.expect(flags == 0 || code == 0, errc::mqtt_session_present, flags_at);
    p = {.session_present = flags != 0, .code = connect_code{code}};
}

}  // namespace detail

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt/publish.hpp

#ifndef HUBWIRE_MQTT_PUBLISH_HPP
#define HUBWIRE_MQTT_PUBLISH_HPP

namespace hubwire::mqtt {

/// A message, in either direction (MQTT 3.3).
struct publish {
    static constexpr packet_type type = packet_type::publish;

    std::string_view topic{};
    bytes payload{};  // "text"sv, not "text"
    mqtt::qos qos = mqtt::qos::at_most_once;
    std::uint16_t packet_id = 0;  // not 0 above QoS 0 [MQTT-2.3.1-1], 0 at QoS 0 [MQTT-2.3.1-5]
    bool dup = false;             // not at QoS 0 [MQTT-3.3.1-2]
    bool retain = false;

    friend constexpr bool operator==(const publish&, const publish&) noexcept = default;
};

/// A PUBLISH without its payload, of which only the size is known: for a payload that is sent from, or received into,
/// somewhere else, in as many pieces as it takes.
struct publish_head {
    static constexpr packet_type type = packet_type::publish;

    std::string_view topic{};
    std::size_t payload_size = 0;
    mqtt::qos qos = mqtt::qos::at_most_once;
    std::uint16_t packet_id = 0;
    bool dup = false;
    bool retain = false;

    friend constexpr bool operator==(const publish_head&, const publish_head&) noexcept = default;
};

namespace detail {

template <class T>
concept message = std::same_as<T, publish> || std::same_as<T, publish_head>;

template <class Body, message T>
HUBWIRE_ALWAYS_INLINE constexpr void put_head(Body& to, const T& p) noexcept {
    to.rule(p.qos <= qos::exactly_once, errc::mqtt_qos);
    to.rule(!p.dup || p.qos != qos::at_most_once, errc::mqtt_dup_at_qos_0);
    to.text(text_kind::topic_name, p.topic);
    if (p.qos != qos::at_most_once) {
        to.rule(p.packet_id != 0, errc::mqtt_packet_id);
        to.u16(p.packet_id);
    } else {
        to.rule(p.packet_id == 0, errc::mqtt_packet_id_at_qos_0);
    }
}

template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const publish& p, const options&) noexcept {
    put_head(to, p);
    to.payload(p.payload);
}

/// A message whose payload is counted and not written.
template <message T>
struct head_only {
    const T& message;
    std::size_t payload_size;
};

template <class Body, message T>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const head_only<T>& p, const options&) noexcept {
    put_head(to, p.message);
    to.payload_of_size(p.payload_size);
}

template <message T>
[[nodiscard]] constexpr std::uint8_t first_byte_of(const T& p) noexcept {
    return static_cast<std::uint8_t>(first_byte(packet_type::publish) | (p.dup ? dup_flag : 0) |
                                     static_cast<unsigned>(p.qos) << 1 | (p.retain ? retain_flag : 0));
}

/// What stands before the payload; the flags were checked with the fixed header.
template <message T>
HUBWIRE_ALWAYS_INLINE constexpr void read_publish_head(reader& in, const fixed_header& header, T& p,
                                                       const options& rules) noexcept {
    p.qos = mqtt::qos{static_cast<std::uint8_t>(header.flags >> 1 & 3)};
    p.dup = (header.flags & dup_flag) != 0;
    p.retain = (header.flags & retain_flag) != 0;
    const bool has_id = p.qos != qos::at_most_once;
    p.topic = read_text(in, text_kind::topic_name, rules, has_id ? 2 : 0);
    if (has_id) p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
}

HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header& header, publish& p,
                                               const options& rules) noexcept {
    read_publish_head(in, header, p, rules);
    p.payload = in.rest();
}

}  // namespace detail

/// A head that was decoded, and how many bytes it had: the payload begins behind them.
struct decoded_publish_head {
    publish_head head{};
    std::size_t size = 0;
};

/// The head of the PUBLISH that the input begins with, as soon as it is there: the payload may follow later, or never
/// fit into a buffer at all. It has head.payload_size bytes, behind the first `size` ones of the input.
[[nodiscard]] constexpr result<decoded_publish_head> decode_publish_head(
    bytes received, const options& rules = default_options) noexcept {
    detail::packet_reader from{received, packet_type::publish, rules};
    decoded_publish_head decoded;
    detail::read_publish_head(from.in, from.header, decoded.head, rules);
    if (!from.in.ok()) return from.in.error();
    decoded.size = from.in.offset();
    decoded.head.payload_size = from.header.packet_size() - decoded.size;
    return decoded;
}

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt/list.hpp

#ifndef HUBWIRE_MQTT_LIST_HPP
#define HUBWIRE_MQTT_LIST_HPP

namespace hubwire::mqtt {

/// The items of a SUBSCRIBE, SUBACK or UNSUBSCRIBE: either in an array of the caller's, to be encoded, or still on the
/// wire, where a decoder has checked them. Both look the same; nothing is copied or stored.
/// Read reads one item.
template <class Item, Item (*Read)(reader&) noexcept>
class list {
public:
    constexpr list() noexcept = default;

    /// Of an array, a vector or a span.
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const Item>> && !hubwire::detail::borrowed<Range>)
    constexpr list(const Range& range HUBWIRE_LIFETIMEBOUND) noexcept : list{std::span<const Item>{range}, nullptr} {}
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const Item>> && hubwire::detail::borrowed<Range>)
    constexpr list(const Range& range) noexcept : list{std::span<const Item>{range}, nullptr} {}
    constexpr list(std::initializer_list<Item> items HUBWIRE_LIFETIMEBOUND) noexcept
        : items_{items.begin()}, size_{items.size()} {}

    list& operator=(std::initializer_list<Item> items) = delete;  // the items would be gone at the end of the statement

    /// Pre: there are so many items on the wire, and nothing else. (Decoders see to that, and nobody else need call
    /// it.)
    [[nodiscard]] static constexpr list on_the_wire(bytes wire HUBWIRE_LIFETIMEBOUND, std::size_t size) noexcept {
        list items;
        items.wire_ = wire;
        items.size_ = size;
        return items;
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    class iterator {
    public:
        using value_type = Item;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr Item operator*() const noexcept {
            if (item_ != nullptr) return *item_;
            reader in{wire_, errc::truncated};
            return Read(in);
        }
        constexpr iterator& operator++() noexcept {
            --left_;
            if (item_ != nullptr) {
                ++item_;
            } else {
                reader in{wire_, errc::truncated};
                Read(in);
                wire_ = in.rest();
            }
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.left_ == b.left_; }

    private:
        friend list;
        constexpr iterator(const Item* item, bytes wire, std::size_t left) noexcept
            : item_{item}, wire_{wire}, left_{left} {}

        const Item* item_ = nullptr;
        bytes wire_;
        std::size_t left_ = 0;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{items_, wire_, size_}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    /// Whether the items are the same, wherever they lie.
    friend constexpr bool operator==(const list& a, const list& b) noexcept {
        if (a.size() != b.size()) return false;
        for (auto at = a.begin(), other = b.begin(); at != a.end(); ++at, ++other) {
            if (!(*at == *other)) return false;
        }
        return true;
    }

private:
    constexpr list(std::span<const Item> items, std::nullptr_t) noexcept : items_{items.data()}, size_{items.size()} {}

    const Item* items_ = nullptr;
    bytes wire_;
    std::size_t size_ = 0;
};

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt/subscribe.hpp

#ifndef HUBWIRE_MQTT_SUBSCRIBE_HPP
#define HUBWIRE_MQTT_SUBSCRIBE_HPP

namespace hubwire::mqtt {

/// A topic filter, and the most that its messages are to be sent with.
struct subscription {
    std::string_view filter{};
    mqtt::qos qos = mqtt::qos::at_most_once;

    friend constexpr bool operator==(const subscription&, const subscription&) noexcept = default;
};

namespace detail {

// One item each, without a check: of a list that a decoder has checked.
constexpr subscription read_subscription(reader& in) noexcept {
    const std::string_view filter = in.sized16().text();
    return {.filter = filter, .qos = mqtt::qos{in.u8()}};
}
constexpr std::string_view read_filter(reader& in) noexcept { return in.sized16().text(); }
constexpr suback_code read_code(reader& in) noexcept { return suback_code{in.u8()}; }

}  // namespace detail

/// What a SUBSCRIBE, SUBACK or UNSUBSCRIBE lists. Made of an array, a vector or a span of its items, or of a braced
/// list, which lives no longer than the full expression: write that within the call of encode.
using subscription_list = list<subscription, detail::read_subscription>;
using suback_code_list = list<suback_code, detail::read_code>;
using filter_list = list<std::string_view, detail::read_filter>;

/// Asks for messages (MQTT 3.8).
struct subscribe {
    static constexpr packet_type type = packet_type::subscribe;

    std::uint16_t packet_id = 0;        // not 0 [MQTT-2.3.1-1]
    subscription_list subscriptions{};  // at least one [MQTT-3.8.3-3]

    friend constexpr bool operator==(const subscribe&, const subscribe&) noexcept = default;
};

/// Answers it, with a code for each filter, in the order of the SUBSCRIBE (MQTT 3.9).
struct suback {
    static constexpr packet_type type = packet_type::suback;

    std::uint16_t packet_id = 0;
    suback_code_list codes{};  // at least one [MQTT-3.8.4-5]

    friend constexpr bool operator==(const suback&, const suback&) noexcept = default;
};

/// Asks for no more messages (MQTT 3.10). The answer is UNSUBACK.
struct unsubscribe {
    static constexpr packet_type type = packet_type::unsubscribe;

    std::uint16_t packet_id = 0;
    filter_list filters{};  // at least one [MQTT-3.10.3-2]

    friend constexpr bool operator==(const unsubscribe&, const unsubscribe&) noexcept = default;
};

namespace detail {

[[nodiscard]] constexpr bool is_suback_code(std::uint8_t code) noexcept { return code <= 2 || code == 0x80; }

template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_item(Body& to, const subscription& item) noexcept {
    to.text(text_kind::topic_filter, item.filter);
    to.rule(item.qos <= qos::exactly_once, errc::mqtt_requested_qos);
    to.u8(static_cast<std::uint8_t>(item.qos));
}
template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_item(Body& to, std::string_view filter) noexcept {
    to.text(text_kind::topic_filter, filter);
}
template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_item(Body& to, suback_code code) noexcept {
    to.rule(is_suback_code(static_cast<std::uint8_t>(code)), errc::mqtt_suback_code);
    to.u8(static_cast<std::uint8_t>(code));
}

template <class Range, class Item>
concept range_of = requires(Range& range) {
    { *range.begin() } -> std::convertible_to<Item>;
    range.end();
};

/// A packet that is an identifier and items, the latter from any range that can be gone through twice.
template <class Item, class Range>
struct id_and_items {
    std::uint16_t packet_id;
    Range& items;
    errc when_empty;
    errc when_id_is_zero = errc::mqtt_packet_id;
};

template <class Body, class Item, class Range>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const id_and_items<Item, Range>& p, const options&) noexcept {
    to.rule(p.packet_id != 0, p.when_id_is_zero);
    to.u16(p.packet_id);
    bool is_empty = true;
    for (const Item item : p.items) {
        if (!to.goes_on()) break;
        put_item(to, item);
        is_empty = false;
    }
    to.rule(!is_empty, p.when_empty);
}

[[nodiscard]] constexpr id_and_items<subscription, const subscription_list> parts_of(const subscribe& p) noexcept {
    return {.packet_id = p.packet_id, .items = p.subscriptions, .when_empty = errc::mqtt_no_subscriptions};
}
[[nodiscard]] constexpr id_and_items<suback_code, const suback_code_list> parts_of(const suback& p) noexcept {
    return {.packet_id = p.packet_id,
            .items = p.codes,
            .when_empty = errc::mqtt_suback_count,
            .when_id_is_zero = errc::mqtt_subscribe_answer_id};
}
[[nodiscard]] constexpr id_and_items<std::string_view, const filter_list> parts_of(const unsubscribe& p) noexcept {
    return {.packet_id = p.packet_id, .items = p.filters, .when_empty = errc::mqtt_no_filters};
}

template <class T>
concept listing = std::same_as<T, subscribe> || std::same_as<T, suback> || std::same_as<T, unsubscribe>;

template <class T>
inline constexpr bool has_items = listing<T>;
template <class Item, class Range>
inline constexpr bool has_items<id_and_items<Item, Range>> = true;

template <class Body, listing T>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const T& p, const options& rules) noexcept {
    put_body(to, parts_of(p), rules);
}

/// Reads items to the end of the packet, calling read_item for each, and returns the list of them. An item has no fewer
/// than least bytes. There is at least one: the fixed header has seen to that.
template <class List, class ReadItem>
HUBWIRE_ALWAYS_INLINE constexpr List read_items(reader& in, std::size_t least, ReadItem read_item) noexcept {
    const std::size_t begin = in.offset();
    std::size_t count = 0;
    for (; in.ahead() != 0; ++count) {
        if (in.ahead() < least) in.fail(errc::truncated);
        read_item();
    }
    return List::on_the_wire(in.read_since(begin), count);
}

HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header&, subscribe& p,
                                               const options& rules) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
    p.subscriptions = read_items<subscription_list>(in, 3, [&] {
        read_text(in, text_kind::topic_filter, rules, 1);
        const std::size_t qos_at = in.offset();
        in.expect(in.u8() <= 2, errc::mqtt_requested_qos, qos_at);
    });
}

HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header&, suback& p, const options&) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_subscribe_answer_id);
    std::size_t at = in.offset();
    const bytes codes = in.take(in.left());
    for (const std::uint8_t code : codes) in.expect(is_suback_code(code), errc::mqtt_suback_code, at++);
    in.rest();  // if there are more to come, they are not there yet
    p.codes = suback_code_list::on_the_wire(codes, codes.size());
}

HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header&, unsubscribe& p,
                                               const options& rules) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
    p.filters = read_items<filter_list>(in, 2, [&] { read_text(in, text_kind::topic_filter, rules); });
}

}  // namespace detail

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt/exchange.hpp

#ifndef HUBWIRE_MQTT_EXCHANGE_HPP
#define HUBWIRE_MQTT_EXCHANGE_HPP

/// What goes with what in a session, as far as that needs no memory but the caller's.
namespace hubwire::mqtt {

/// The two ends of a connection.
enum class role : std::uint8_t { client, server };

/// Whether one that plays this role ever receives packets of this type (the table of MQTT 2.2.1). One that never does
/// closes the connection.
[[nodiscard]] constexpr result<void> check_direction(role receiver, packet_type type) noexcept {
    bool received = true;
    switch (type) {
        case packet_type::connect:
        case packet_type::subscribe:
        case packet_type::unsubscribe:
        case packet_type::pingreq:
        case packet_type::disconnect:
            received = receiver == role::server;
            break;
        case packet_type::connack:
        case packet_type::suback:
        case packet_type::unsuback:
        case packet_type::pingresp:
            received = receiver == role::client;
            break;
        case packet_type::publish:
        case packet_type::puback:
        case packet_type::pubrec:
        case packet_type::pubrel:
        case packet_type::pubcomp:
            break;
    }
    if (received) return {};
    return error{.code = errc::mqtt_direction};
}

/// Whether a packet of this type may come now, of which the receiver remembers only whether it is the first one on its
/// connection: the first from a client is CONNECT [MQTT-3.1.0-1], and no other one is [MQTT-3.1.0-2]; the first from a
/// server is CONNACK [MQTT-3.2.0-1]. Any other order closes the connection.
[[nodiscard]] constexpr result<void> check_order(role receiver, packet_type type, bool is_first) noexcept {
    if (receiver == role::client) {
        if (is_first && type != packet_type::connack) return error{.code = errc::mqtt_connack_first};
        return {};
    }
    if (is_first && type != packet_type::connect) return error{.code = errc::mqtt_connect_first};
    if (!is_first && type == packet_type::connect) return error{.code = errc::mqtt_connect_twice};
    return {};
}

/// Whether a SUBACK answers this SUBSCRIBE: the same identifier, and a return code for each filter [MQTT-3.8.4-5].
[[nodiscard]] constexpr result<void> check_answer(const subscribe& request, const suback& answer) noexcept {
    if (answer.packet_id != request.packet_id) return error{.code = errc::mqtt_subscribe_answer_id};
    if (answer.codes.size() != request.subscriptions.size()) return error{.code = errc::mqtt_suback_count};
    return {};
}

/// The type of the packet that answers one with the same identifier (MQTT 4.3); nothing where no such answer is due.
/// The QoS matters to PUBLISH only.
[[nodiscard]] constexpr std::optional<packet_type> acknowledgement_of(packet_type type, mqtt::qos quality) noexcept {
    switch (type) {
        case packet_type::publish:
            if (quality == qos::at_least_once) return packet_type::puback;
            if (quality == qos::exactly_once) return packet_type::pubrec;
            return {};
        case packet_type::pubrec:
            return packet_type::pubrel;
        case packet_type::pubrel:
            return packet_type::pubcomp;
        case packet_type::subscribe:
            return packet_type::suback;
        case packet_type::unsubscribe:
            return packet_type::unsuback;
        default:
            return {};
    }
}
[[nodiscard]] constexpr std::optional<packet_type> acknowledgement_of(const publish& message) noexcept {
    return acknowledgement_of(packet_type::publish, message.qos);
}
[[nodiscard]] constexpr std::optional<packet_type> acknowledgement_of(const publish_head& message) noexcept {
    return acknowledgement_of(packet_type::publish, message.qos);
}

/// The return code that grants a subscription at this QoS.
[[nodiscard]] constexpr suback_code granted(mqtt::qos quality) noexcept {
    return suback_code{static_cast<std::uint8_t>(quality)};
}

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt/packet.hpp

#ifndef HUBWIRE_MQTT_PACKET_HPP
#define HUBWIRE_MQTT_PACKET_HPP

namespace hubwire::mqtt {

namespace detail {

template <class T, class... Ts>
concept one_of = (std::same_as<T, Ts> || ...);

template <class T>
[[nodiscard]] constexpr std::uint8_t first_byte_of(const T&) noexcept {
    return first_byte(T::type);
}

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_fixed_header(basic_writer<Room>& out, std::uint8_t first,
                                                        std::size_t remaining) noexcept {
    out.u8(first);
    const auto more = [](std::size_t digit) { return static_cast<std::uint8_t>(digit | 0x80); };
    if (remaining >= 128) {
        out.u8(more(remaining));
        remaining >>= 7;
        for (; remaining >= 128; remaining >>= 7) [[unlikely]]
            out.u8(more(remaining));
    }
    out.u8(static_cast<std::uint8_t>(remaining));
}

template <class Packet>
HUBWIRE_NEVER_INLINE constexpr result<bytes> encode_carefully(buffer output, std::uint8_t first, const Packet& p,
                                                              std::size_t omitted, const options& rules) noexcept {
    careful_body to{rules};
    put_body(to, p, rules);
    if (to.begin(output, first, omitted)) put_body(to, p, rules);
    return to.finish();
}

/// Measures a packet, and writes all of it but the last `omitted` bytes, which are the payload's. What was measured is
/// written without another look, except for items: a range may give others the second time, and a list that lies on the
/// wire, under the output, is not what it was. That is the caller's mistake, and traps with nothing written beyond.
template <class Packet>
HUBWIRE_ALWAYS_INLINE constexpr result<bytes> encode(buffer output, std::uint8_t first, const Packet& p,
                                                     std::size_t omitted, const options& rules) noexcept {
    if constexpr (!optimize_for_size) {
        body_measure m{rules};
        put_body(m, p, rules);
        const std::size_t size = fixed_header_size(m.size()) + m.size() - omitted;
        if (m.ok() && size <= output.size()) [[likely]] {
            std::conditional_t<has_items<Packet>, writer, unchecked_writer> out{output};
            write_fixed_header(out, first, m.size());
            body_writer to{out};
            put_body(to, p, rules);
            if constexpr (has_items<Packet>) require(out.size() == size);
            return out.finish();
        }
    }
    return encode_carefully(output, first, p, omitted, rules);
}

template <message T>
HUBWIRE_ALWAYS_INLINE constexpr result<bytes> encode_head(buffer output, const T& p, std::size_t payload_size,
                                                          const options& rules) noexcept {
    return encode(output, first_byte_of(p), head_only<T>{.message = p, .payload_size = payload_size}, payload_size,
                  rules);
}

}  // namespace detail

/// Any of the fourteen.
template <class T>
concept any_packet_type = detail::one_of<T, connect, connack, publish, puback, pubrec, pubrel, pubcomp, subscribe,
                                         suback, unsubscribe, unsuback, pingreq, pingresp, disconnect>;

/// Writes the packet into the buffer; returns a view of the bytes written. Whatever the specification does not allow is
/// refused, with its statement, and so is what does not fit a length field or the buffer (error().needed says how many
/// bytes it lacks). The offset of an error is where it would have stood in the packet.
/// Pre: the buffer is not where the packet's texts, binaries and lists lie.
template <any_packet_type T>
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const T& packet,
                                             const options& rules = default_options) noexcept {
    return detail::encode(output, detail::first_byte_of(packet), packet, 0, rules);
}

/// How many bytes encode would write, or why it would not.
template <any_packet_type T>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const T& packet,
                                                         const options& rules = default_options) noexcept {
    detail::careful_body measured{rules};
    put_body(measured, packet, rules);
    return measured.packet_size();
}

/// Writes a PUBLISH up to its payload, which the caller sends behind it from where it lies, as with writev.
[[nodiscard]] constexpr result<bytes> encode_head(buffer output HUBWIRE_LIFETIMEBOUND, const publish_head& packet,
                                                  const options& rules = default_options) noexcept {
    return detail::encode_head(output, packet, packet.payload_size, rules);
}
[[nodiscard]] constexpr result<bytes> encode_head(buffer output HUBWIRE_LIFETIMEBOUND, const publish& packet,
                                                  const options& rules = default_options) noexcept {
    return detail::encode_head(output, packet, packet.payload.size(), rules);
}

/// SUBSCRIBE, SUBACK and UNSUBSCRIBE with items from any range of what converts to one: a linked list, a transforming
/// or filtering view, another packet's items. Pre: it gives the same items twice, or the program traps.
template <detail::range_of<subscription> Range>
[[nodiscard]] constexpr result<bytes> encode_subscribe(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t packet_id,
                                                       Range&& subscriptions,
                                                       const options& rules = default_options) noexcept {
    const detail::id_and_items<subscription, std::remove_reference_t<Range>> packet{
        .packet_id = packet_id, .items = subscriptions, .when_empty = errc::mqtt_no_subscriptions};
    return detail::encode(output, detail::first_byte(packet_type::subscribe), packet, 0, rules);
}
template <detail::range_of<suback_code> Range>
[[nodiscard]] constexpr result<bytes> encode_suback(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t packet_id,
                                                    Range&& codes, const options& rules = default_options) noexcept {
    const detail::id_and_items<suback_code, std::remove_reference_t<Range>> packet{
        .packet_id = packet_id,
        .items = codes,
        .when_empty = errc::mqtt_suback_count,
        .when_id_is_zero = errc::mqtt_subscribe_answer_id};
    return detail::encode(output, detail::first_byte(packet_type::suback), packet, 0, rules);
}
template <detail::range_of<std::string_view> Range>
[[nodiscard]] constexpr result<bytes> encode_unsubscribe(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t packet_id,
                                                         Range&& filters,
                                                         const options& rules = default_options) noexcept {
    const detail::id_and_items<std::string_view, std::remove_reference_t<Range>> packet{
        .packet_id = packet_id, .items = filters, .when_empty = errc::mqtt_no_filters};
    return detail::encode(output, detail::first_byte(packet_type::unsubscribe), packet, 0, rules);
}

namespace detail {

/// A packet that is all there, and nothing behind it, has no end of its own to look at. False if it is not as usual, or
/// if anything is wrong.
template <class T>
HUBWIRE_ALWAYS_INLINE constexpr bool read_usual_packet(bytes input, const fixed_header& header, T& packet,
                                                       const options& rules) noexcept {
    if (header.packet_size() != input.size()) return false;
    reader in{input, errc::truncated};
    in.take(header.size);
    read_body(in, header, packet, rules);
    return in.ok() && in.left() == 0;
}

template <class T>
HUBWIRE_NEVER_INLINE constexpr result<T> decode_carefully(bytes input, const options& rules) noexcept {
    packet_reader from{input, T::type, rules};
    T packet;
    read_body(from.in, from.header, packet, rules);
    if (!from.finish()) return from.in.error();
    return packet;
}

/// Of packets that fit into registers.
template <class T>
HUBWIRE_ALWAYS_INLINE constexpr result<T> decode_small(bytes input, const options& rules) noexcept {
    T packet;
    fixed_header header;
    if (is_usual_fixed_header(input, T::type, rules, header) && read_usual_packet(input, header, packet, rules))
        [[likely]]
        return packet;
    return decode_carefully<T>(input, rules);
}

/// Of all others: read where they are wanted, for a copy would cost as much as the rest.
template <class T>
HUBWIRE_ALWAYS_INLINE constexpr result<T> decode_large(bytes input, const options& rules) noexcept {
    result<T> packet{T{}};
    fixed_header header;
    if (!is_usual_fixed_header(input, T::type, rules, header) || !read_usual_packet(input, header, *packet, rules))
        [[unlikely]]
        packet = decode_carefully<T>(input, rules);
    return packet;
}

}  // namespace detail

/// The packet that the input is: all of it, and of this type. Text and binary fields, and lists, are views into the
/// input. If the input ends early it is incomplete, unless what is there is wrong already.
template <any_packet_type T>
[[nodiscard]] constexpr result<T> decode(bytes input, const options& rules = default_options) noexcept {
    // coverage: off, for -Os, and a build with it has it
    if constexpr (detail::optimize_for_size) {
        return detail::decode_carefully<T>(input, rules);
        // coverage: on
    } else if constexpr (sizeof(T) <= 2 * sizeof(void*)) {
        return detail::decode_small<T>(input, rules);
    } else {
        return detail::decode_large<T>(input, rules);
    }
}

/// Any packet, by its type.
class packet {
public:
    constexpr packet(const connect& p) noexcept : type_{packet_type::connect}, connect_{p} {}
    constexpr packet(const connack& p) noexcept : type_{packet_type::connack}, connack_{p} {}
    constexpr packet(const publish& p) noexcept : type_{packet_type::publish}, publish_{p} {}
    constexpr packet(const puback& p) noexcept : type_{packet_type::puback}, puback_{p} {}
    constexpr packet(const pubrec& p) noexcept : type_{packet_type::pubrec}, pubrec_{p} {}
    constexpr packet(const pubrel& p) noexcept : type_{packet_type::pubrel}, pubrel_{p} {}
    constexpr packet(const pubcomp& p) noexcept : type_{packet_type::pubcomp}, pubcomp_{p} {}
    constexpr packet(const subscribe& p) noexcept : type_{packet_type::subscribe}, subscribe_{p} {}
    constexpr packet(const suback& p) noexcept : type_{packet_type::suback}, suback_{p} {}
    constexpr packet(const unsubscribe& p) noexcept : type_{packet_type::unsubscribe}, unsubscribe_{p} {}
    constexpr packet(const unsuback& p) noexcept : type_{packet_type::unsuback}, unsuback_{p} {}
    constexpr packet(const pingreq& p) noexcept : type_{packet_type::pingreq}, pingreq_{p} {}
    constexpr packet(const pingresp& p) noexcept : type_{packet_type::pingresp}, pingresp_{p} {}
    constexpr packet(const disconnect& p) noexcept : type_{packet_type::disconnect}, disconnect_{p} {}

    [[nodiscard]] constexpr packet_type type() const noexcept { return type_; }

    /// The packet, if it is of this type; otherwise null.
    template <any_packet_type T>
    [[nodiscard]] constexpr const T* get_if() const noexcept HUBWIRE_LIFETIMEBOUND {
        return type_ == T::type ? &member<T>(*this) : nullptr;
    }

    /// Calls handle with the packet as what it is; it takes all fourteen, one by one or as a template.
    template <class Handle>
    constexpr decltype(auto) visit(Handle&& handle) const {
        switch (type_) {
            case packet_type::connect:
                return handle(connect_);
            case packet_type::connack:
                return handle(connack_);
            case packet_type::publish:
                return handle(publish_);
            case packet_type::puback:
                return handle(puback_);
            case packet_type::pubrec:
                return handle(pubrec_);
            case packet_type::pubrel:
                return handle(pubrel_);
            case packet_type::pubcomp:
                return handle(pubcomp_);
            case packet_type::subscribe:
                return handle(subscribe_);
            case packet_type::suback:
                return handle(suback_);
            case packet_type::unsubscribe:
                return handle(unsubscribe_);
            case packet_type::unsuback:
                return handle(unsuback_);
            case packet_type::pingreq:
                return handle(pingreq_);
            case packet_type::pingresp:
                return handle(pingresp_);
            case packet_type::disconnect:
                break;
        }
        return handle(disconnect_);
    }

private:
    template <class T>
    static constexpr const T& member(const packet& self) noexcept {
        if constexpr (std::same_as<T, connect>)
            return self.connect_;
        else if constexpr (std::same_as<T, connack>)
            return self.connack_;
        else if constexpr (std::same_as<T, publish>)
            return self.publish_;
        else if constexpr (std::same_as<T, puback>)
            return self.puback_;
        else if constexpr (std::same_as<T, pubrec>)
            return self.pubrec_;
        else if constexpr (std::same_as<T, pubrel>)
            return self.pubrel_;
        else if constexpr (std::same_as<T, pubcomp>)
            return self.pubcomp_;
        else if constexpr (std::same_as<T, subscribe>)
            return self.subscribe_;
        else if constexpr (std::same_as<T, suback>)
            return self.suback_;
        else if constexpr (std::same_as<T, unsubscribe>)
            return self.unsubscribe_;
        else if constexpr (std::same_as<T, unsuback>)
            return self.unsuback_;
        else if constexpr (std::same_as<T, pingreq>)
            return self.pingreq_;
        else if constexpr (std::same_as<T, pingresp>)
            return self.pingresp_;
        else
            return self.disconnect_;
    }

    packet_type type_;
    union {
        connect connect_;
        connack connack_;
        publish publish_;
        puback puback_;
        pubrec pubrec_;
        pubrel pubrel_;
        pubcomp pubcomp_;
        subscribe subscribe_;
        suback suback_;
        unsubscribe unsubscribe_;
        unsuback unsuback_;
        pingreq pingreq_;
        pingresp pingresp_;
        disconnect disconnect_;
    };
};

/// The packet that the input is, whichever it is; otherwise as decode<T>.
[[nodiscard]] constexpr result<packet> decode(bytes input, const options& rules = default_options) noexcept {
    const auto read_as = [&]<class T>(T&&) -> result<packet> {
        const auto outcome = decode<std::remove_cvref_t<T>>(input, rules);
        if (!outcome) return outcome.error();
        return {std::in_place, *outcome};
    };
    const packet_type type{static_cast<std::uint8_t>(input.empty() ? 0 : input[0] >> 4)};
    switch (type) {
        case packet_type::connect:
            return read_as(connect{});
        case packet_type::connack:
            return read_as(connack{});
        case packet_type::publish:
            return read_as(publish{});
        case packet_type::puback:
            return read_as(puback{});
        case packet_type::pubrec:
            return read_as(pubrec{});
        case packet_type::pubrel:
            return read_as(pubrel{});
        case packet_type::pubcomp:
            return read_as(pubcomp{});
        case packet_type::subscribe:
            return read_as(subscribe{});
        case packet_type::suback:
            return read_as(suback{});
        case packet_type::unsubscribe:
            return read_as(unsubscribe{});
        case packet_type::unsuback:
            return read_as(unsuback{});
        case packet_type::pingreq:
            return read_as(pingreq{});
        case packet_type::pingresp:
            return read_as(pingresp{});
        case packet_type::disconnect:
            break;
    }
    return read_as(disconnect{});
}

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt.hpp

#ifndef HUBWIRE_MQTT_HPP
#define HUBWIRE_MQTT_HPP

/// MQTT 3.1.1: all fourteen packets, for either side of a connection.

#endif

// hubwire/text/base64.hpp

#ifndef HUBWIRE_TEXT_BASE64_HPP
#define HUBWIRE_TEXT_BASE64_HPP

/// Base64 as in RFC 4648-4: three bytes are four characters, and padding fills up the last four. There is one text for
/// given bytes and no other: what is not padded, has anything between, or bits that stand for nothing, is refused, so
/// that a signature or a key cannot be written in two ways.
namespace hubwire::text {

namespace detail {

using namespace hubwire::detail;

inline constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::uint8_t no_sextet = 0x80;

inline constexpr std::array<std::uint8_t, 256> base64_sextets = [] {
    std::array<std::uint8_t, 256> sextets{};
    for (auto& sextet : sextets) sextet = no_sextet;
    for (std::size_t i = 0; i != base64_alphabet.size(); ++i)
        sextets[static_cast<unsigned char>(base64_alphabet[i])] = static_cast<std::uint8_t>(i);
    return sextets;
}();

HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t base64_sextet(char c) noexcept {
    return base64_sextets[static_cast<unsigned char>(c)];
}

/// The four characters of 24 bits.
HUBWIRE_ALWAYS_INLINE constexpr void store_base64_group(char* to, std::uint32_t bits) noexcept {
    to[0] = base64_alphabet[bits >> 18];
    to[1] = base64_alphabet[bits >> 12 & 63];
    to[2] = base64_alphabet[bits >> 6 & 63];
    to[3] = base64_alphabet[bits & 63];
}

#if defined(HUBWIRE_HAS_BLOCKS)
using block_of_words [[gnu::vector_size(16)]] = std::uint32_t;
using block_of_sextets [[gnu::vector_size(16)]] = signed char;  // which compare as well as numbers with a sign

/// Sixteen characters of twelve bytes, on a little-endian machine: each group becomes four sextets in the bytes of its
/// lane, and their characters are found by comparison, since the alphabet is five runs of ASCII.
HUBWIRE_ALWAYS_INLINE void store_base64_block(char* to, const char* from) noexcept {
    const word first = load_be<word>(from);
    const word last = load_be<word>(from + 4);
    const block_of_words groups = {
        static_cast<std::uint32_t>(first >> 40), static_cast<std::uint32_t>(first >> 16 & 0xFF'FFFF),
        static_cast<std::uint32_t>(last >> 24 & 0xFF'FFFF), static_cast<std::uint32_t>(last & 0xFF'FFFF)};
    const block_of_words spread =
        groups >> 18 | (groups >> 4 & 0x3F00) | (groups << 10 & 0x3F'0000) | (groups << 24 & 0x3F00'0000);
    block_of_sextets sextets;
    std::memcpy(&sextets, &spread, sizeof sextets);
    const auto if_above = [&sextets](signed char bound, signed char offset) {
        return static_cast<block_of_sextets>(sextets > bound) & offset;
    };
    const block_of_sextets characters = sextets + 'A' + if_above(25, 'a' - 'Z' - 1) + if_above(51, '0' - 'z' - 1) +
                                        if_above(61, '+' - '9' - 1) + if_above(62, '/' - '+' - 1);
    std::memcpy(to, &characters, sizeof characters);
}
#endif

/// Pre: there is room for base64_encoded_size(size) characters.
constexpr void write_base64(char* to, const char* from, std::size_t size) noexcept {
    const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(from[i])}; };
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated() && std::endian::native == std::endian::little) {
        for (; size >= 12; from += 12, to += 16, size -= 12) store_base64_block(to, from);
    }
#endif
    for (; size >= 3; from += 3, to += 4, size -= 3) store_base64_group(to, byte(0) << 16 | byte(1) << 8 | byte(2));
    if (size == 0) return;
    store_base64_group(to, byte(0) << 16 | (size == 2 ? byte(1) << 8 : 0));
    to[3] = '=';
    if (size == 1) to[2] = '=';
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
    std::uint32_t seen = 0;  // in any sextet
    const auto group = [&seen](std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
        seen |= a | b | c | d;
        return a << 18 | b << 12 | c << 6 | d;
    };
    const auto byte = [](std::uint32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
    const char* from = text.data();
    const char* const last = from + (text.size() - 4);
    for (; from != last; from += 4, to += 3) {
        const std::uint32_t bits =
            group(base64_sextet(from[0]), base64_sextet(from[1]), base64_sextet(from[2]), base64_sextet(from[3]));
        to[0] = byte(bits >> 16);
        to[1] = byte(bits >> 8);
        to[2] = byte(bits);
    }
    const std::size_t padding = base64_padding_of(text);
    const std::uint32_t bits =
        group(base64_sextet(last[0]), base64_sextet(last[1]), padding == 2 ? 0 : base64_sextet(last[2]),
              padding != 0 ? 0 : base64_sextet(last[3]));
    for (std::size_t i = 0; i != 3 - padding; ++i) to[i] = byte(bits >> (16 - 8 * i));
    const bool stray = (bits & ((std::uint32_t{1} << (8 * padding)) - 1)) != 0;
    return (seen & no_sextet) == 0 && !stray;
}

}  // namespace detail

/// How many characters n bytes take. Fails as "too long" where a machine cannot count so many.
[[nodiscard]] constexpr result<std::size_t> base64_encoded_size(std::size_t n) noexcept {
    if (n > (std::numeric_limits<std::size_t>::max)() / 4 * 3) return error{.code = errc::too_long};
    return n / 3 * 4 + (n % 3 != 0 ? 4 : 0);
}

/// How many bytes the text stands for, going by its size and padding alone; it may still be refused.
[[nodiscard]] constexpr result<std::size_t> base64_decoded_size(std::string_view text) noexcept {
    if (text.size() % 4 != 0) return error{.code = errc::base64_length, .offset = text.size()};
    return text.size() / 4 * 3 - detail::base64_padding_of(text);
}

/// Writes bytes in base64, with padding.
template <room Room>
constexpr void put_base64(basic_writer<Room>& out, bytes value) noexcept {
    const auto size = base64_encoded_size(value.size());
    if (!size) return out.fail(size.error().code);
    out.put_with(*size, [&](char* to) { detail::write_base64(to, value.data(), value.size()); });
}
[[nodiscard]] constexpr result<bytes> encode_base64(buffer output, bytes value) noexcept {
    writer out{output};
    put_base64(out, value);
    return out.finish();
}

/// The bytes that the text stands for, written to the output, which may not overlap the text. What is refused is
/// refused for the first character that cannot stand; "no space" comes after that: with so much more, it decodes.
[[nodiscard]] constexpr result<bytes> decode_base64(buffer output, std::string_view text) noexcept {
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

// hubwire/text/decimal.hpp

#ifndef HUBWIRE_TEXT_DECIMAL_HPP
#define HUBWIRE_TEXT_DECIMAL_HPP

namespace hubwire::text {

struct decimal_options {
    /// Refuse a number that begins with a 0 it does not need, such as 007 (decoding only).
    bool refuse_leading_zeros = false;
};

/// The most characters that a number can take: those of -9223372036854775808 and of 18446744073709551615.
inline constexpr std::size_t max_decimal_size = 20;

namespace detail {

using namespace hubwire::detail;

/// The integers that are numbers, and not characters or truth values, of up to 64 bits.
template <class T>
concept decimal_number =
    std::integral<T> && sizeof(T) <= 8 && !std::same_as<T, bool> && !std::same_as<T, char> &&
    !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

/// 00 01 02 ... 99
inline constexpr std::array<char, 200> digit_pairs = [] {
    std::array<char, 200> pairs{};
    for (std::size_t i = 0; i != 100; ++i) {
        pairs[2 * i] = static_cast<char>('0' + i / 10);
        pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return pairs;
}();

/// Pre: value < 100.
HUBWIRE_ALWAYS_INLINE constexpr void store_two_digits(char* to, std::size_t value) noexcept {
    to[0] = digit_pairs[2 * value];
    to[1] = digit_pairs[2 * value + 1];
}

inline constexpr std::array<std::uint64_t, max_decimal_size> powers_of_ten = [] {
    std::array<std::uint64_t, max_decimal_size> powers{1};
    for (std::size_t i = 1; i != powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}();

[[nodiscard]] constexpr std::size_t count_digits(std::uint64_t value) noexcept {
    std::size_t count = 1;
    while (count != max_decimal_size && value >= powers_of_ten[count]) ++count;
    return count;
}

/// Writes the last `count` digits of a number: two at a time, because a division costs more than a look-up.
constexpr void write_digits(char* to, std::uint64_t value, std::size_t count) noexcept {
    for (; count >= 2; count -= 2, value /= 100)
        store_two_digits(to + (count - 2), static_cast<std::size_t>(value % 100));
    if (count != 0) *to = static_cast<char>('0' + value % 10);
}

HUBWIRE_ALWAYS_INLINE constexpr unsigned digit_value(char c) noexcept {
    return static_cast<unsigned>(static_cast<unsigned char>(c)) - '0';  // above 9 if it is none
}

/// The number that the text is from `at` on, if it is no more than `most`.
constexpr result<std::uint64_t> decode_digits(std::string_view text, std::size_t at, std::uint64_t most,
                                              const decimal_options& rules) noexcept {
    if (at == text.size()) return error{.code = errc::decimal_digit, .offset = at};
    if (rules.refuse_leading_zeros && text[at] == '0' && text.size() - at > 1 && digit_value(text[at + 1]) <= 9)
        return error{.code = errc::decimal_leading_zero, .offset = at};
    constexpr std::uint64_t tenth = (std::numeric_limits<std::uint64_t>::max)() / 10;
    std::uint64_t value = 0;
    for (; at != text.size(); ++at) {
        const unsigned digit = digit_value(text[at]);
        if (digit > 9) return error{.code = errc::decimal_digit, .offset = at};
        const std::uint64_t more = value * 10 + digit;
        // Up to a tenth the product does not wrap, and if the sum does, it is less than the digit.
        if (value > tenth || more < digit || more > most) return error{.code = errc::too_large, .offset = at};
        value = more;
    }
    return value;
}

}  // namespace detail

/// Writes a number: the digits it needs, and a minus before them if it is negative.
template <room Room, detail::decimal_number T>
constexpr void put_decimal(basic_writer<Room>& out, T value) noexcept {
    const bool negative = value < T{0};
    const auto bits = static_cast<std::uint64_t>(value);
    const std::uint64_t magnitude = negative ? 0 - bits : bits;
    if (negative) out.put(bytes{"-", 1});
    const std::size_t count = detail::count_digits(magnitude);
    out.put_with(count, [&](char* to) { detail::write_digits(to, magnitude, count); });
}
template <detail::decimal_number T>
[[nodiscard]] constexpr result<bytes> encode_decimal(buffer output, T value) noexcept {
    writer out{output};
    put_decimal(out, value);
    return out.finish();
}

/// The number that the whole text is: one digit or more, for a type with a sign a minus before them, and nothing else.
/// One that a T cannot hold is "too large", at the digit that makes it so.
template <detail::decimal_number T>
[[nodiscard]] constexpr result<T> decode_decimal(std::string_view text, const decimal_options& rules = {}) noexcept {
    const bool negative = std::signed_integral<T> && text.starts_with('-');
    const auto most = static_cast<std::uint64_t>((std::numeric_limits<T>::max)()) + (negative ? 1 : 0);
    const auto magnitude = detail::decode_digits(text, negative ? 1 : 0, most, rules);
    if (!magnitude) return magnitude.error();
    return static_cast<T>(negative ? 0 - *magnitude : *magnitude);
}

}  // namespace hubwire::text

#endif

// hubwire/text/percent.hpp

#ifndef HUBWIRE_TEXT_PERCENT_HPP
#define HUBWIRE_TEXT_PERCENT_HPP

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

/// Writes the text in its encoded form; returns how many characters that took. Pre: there is room for them.
constexpr std::size_t write_percent(char* to, std::string_view text, const percent_options& rules) noexcept {
    const char* const digits = rules.lower_case ? "0123456789abcdef" : "0123456789ABCDEF";
    const char* const begin = to;
    const auto put = [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        if (rules.bare.contains(byte)) {
            *to++ = c;
        } else {
            to[0] = '%';
            to[1] = digits[byte >> 4];
            to[2] = digits[byte & 15];
            to += 3;
        }
    };
    std::size_t at = 0;
    if constexpr (!optimize_for_size) {
        while (text.size() - at >= word_size) {
            const word w = load_word(text.data() + at);
            store_le(to, w);  // at least as many characters will stand here: each takes one or three
            const word stop = not_always_bare_bytes(w);
            const std::size_t bare = stop == 0 ? word_size : first_byte(stop);
            at += bare;
            to += bare;
            if (stop != 0) put(text[at++]);
        }
    }
    for (; at != text.size(); ++at) put(text[at]);
    return static_cast<std::size_t>(to - begin);
}

/// The value of a hexadecimal digit; 16 or more if it is none.
HUBWIRE_ALWAYS_INLINE constexpr unsigned hex_value(char c) noexcept {
    const unsigned decimal = static_cast<unsigned>(static_cast<unsigned char>(c)) - '0';
    const unsigned letter = (static_cast<unsigned>(static_cast<unsigned char>(c)) | 0x20) - 'a';
    if (decimal < 10) return decimal;
    return letter < 6 ? letter + 10 : 16;
}

/// What stands at the beginning of an encoded text.
struct percent_unit {
    std::size_t size = 0;  // in the encoded text; 0 if it is malformed
    unsigned char byte = 0;
};

/// Pre: there is some text at `at`.
HUBWIRE_ALWAYS_INLINE constexpr percent_unit percent_unit_at(std::string_view text, std::size_t at,
                                                             const percent_options& rules) noexcept {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first != '%') return {.size = 1, .byte = first};
    if (text.size() - at >= 3) {
        const unsigned high = hex_value(text[at + 1]);
        const unsigned low = hex_value(text[at + 2]);
        if ((high | low) < 16) return {.size = 3, .byte = static_cast<unsigned char>(high << 4 | low)};
    }
    return {.size = rules.keep_malformed ? std::size_t{1} : 0, .byte = first};
}

/// Writes what the encoded text stands for; how many bytes that are. Pre: there is room for them.
constexpr result<std::size_t> read_percent(char* to, std::string_view text, const percent_options& rules) noexcept {
    const char* const begin = to;
    std::size_t at = 0;
    const auto put_unit = [&] {
        const percent_unit unit = percent_unit_at(text, at, rules);
        *to = static_cast<char>(unit.byte);
        at += unit.size;
        to += unit.size != 0 ? 1 : 0;
        return unit.size != 0;
    };
    if constexpr (!optimize_for_size) {
        while (text.size() - at >= 3 * word_size) {
            const word w = load_word(text.data() + at);
            store_le(to, w);  // at least as many bytes will stand here: each takes three characters at most
            const word stop = bytes_equal_to<'%'>(w) & ~w;  // what is not ASCII might show as well, and cost a step
            const std::size_t literal = stop == 0 ? word_size : first_byte(stop);
            at += literal;
            to += literal;
            if (stop != 0 && !put_unit()) return error{.code = errc::percent_escape, .offset = at};
        }
    }
    while (at != text.size()) {
        if (!put_unit()) return error{.code = errc::percent_escape, .offset = at};
    }
    return static_cast<std::size_t>(to - begin);
}

}  // namespace detail

/// How many characters the text takes when it is encoded. Fails as "too long" where a machine cannot count so many.
[[nodiscard]] constexpr result<std::size_t> percent_encoded_size(std::string_view text,
                                                                 const percent_options& rules = {}) noexcept {
    if (text.size() > (std::numeric_limits<std::size_t>::max)() / 3) return error{.code = errc::too_long};
    std::size_t size = text.size();
    for (const char c : text) size += rules.bare.contains(static_cast<unsigned char>(c)) ? 0u : 2u;
    return size;
}

/// Writes a text, or any bytes, percent-encoded.
template <room Room>
constexpr void put_percent(basic_writer<Room>& out, std::string_view text, const percent_options& rules = {}) noexcept {
    if (text.size() > (std::numeric_limits<std::size_t>::max)() / 3) return out.fail(errc::too_long);
    out.put_with(
        3 * text.size(), [&] { return *percent_encoded_size(text, rules); },
        [&](char* to) { return detail::write_percent(to, text, rules); });
}
[[nodiscard]] constexpr result<bytes> encode_percent(buffer output, std::string_view text,
                                                     const percent_options& rules = {}) noexcept {
    writer out{output};
    put_percent(out, text, rules);
    return out.finish();
}

/// How many bytes the encoded text stands for. A malformed % is refused where it stands.
[[nodiscard]] constexpr result<std::size_t> percent_decoded_size(std::string_view text,
                                                                 const percent_options& rules = {}) noexcept {
    std::size_t count = 0;
    for (std::size_t at = 0; at != text.size(); ++count) {
        const detail::percent_unit unit = detail::percent_unit_at(text, at, rules);
        if (unit.size == 0) return error{.code = errc::percent_escape, .offset = at};
        at += unit.size;
    }
    return count;
}

/// What the encoded text stands for, written to the output, which may not overlap it. Any bytes may come out: U+0000,
/// and what is not UTF-8. A malformed % is refused where it stands; "no space" comes after that: with so much more, it
/// decodes.
[[nodiscard]] constexpr result<bytes> decode_percent(buffer output, std::string_view text,
                                                     const percent_options& rules = {}) noexcept {
    if (text.size() > output.size()) {
        const auto size = percent_decoded_size(text, rules);
        if (!size) return size.error();
        if (*size > output.size())
            return error{.code = errc::no_space, .offset = output.size(), .needed = *size - output.size()};
    }
    const auto size = detail::read_percent(detail::opaque(output.data()), text, rules);
    if (!size) return size.error();
    return bytes{output.data(), *size};
}

/// Whether the encoded text stands for exactly these characters; one that is malformed stands for none. No buffer is
/// needed: a name in a property bag is looked for like this.
[[nodiscard]] constexpr bool percent_decodes_to(std::string_view encoded, std::string_view plain,
                                                const percent_options& rules = {}) noexcept {
    std::size_t at = 0;
    for (const char c : plain) {
        if (at == encoded.size()) return false;
        const detail::percent_unit unit = detail::percent_unit_at(encoded, at, rules);
        if (unit.size == 0 || unit.byte != static_cast<unsigned char>(c)) return false;
        at += unit.size;
    }
    return at == encoded.size();
}

}  // namespace hubwire::text

#endif

// hubwire/text/timestamp.hpp

#ifndef HUBWIRE_TEXT_TIMESTAMP_HPP
#define HUBWIRE_TEXT_TIMESTAMP_HPP

/// Dates with times, as RFC 3339 writes them: 2015-10-29T07:59:00.9772497Z. The hub wants, and writes, UTC with a Z.
/// The calendar is the Gregorian one for all years, from 1 to 9999.
namespace hubwire::text {

/// A moment, as seconds since the beginning of 1970 in UTC, and nanoseconds on top. Leap seconds are not counted: each
/// day has 86,400 seconds, as everywhere in computing. Moments before 1970 have negative seconds, and nanoseconds that
/// still count forwards.
struct timestamp {
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;  // 0 to 999,999,999

    [[nodiscard]] static constexpr timestamp from_milliseconds(std::int64_t since_1970) noexcept {
        return from_parts(since_1970, 1'000, 1'000'000);
    }
    [[nodiscard]] static constexpr timestamp from_nanoseconds(std::int64_t since_1970) noexcept {
        return from_parts(since_1970, 1'000'000'000, 1);
    }

    /// Since 1970; what is less than a millisecond is left out, towards the past. Fails as "too large" where 64 bits do
    /// not hold it, which does not happen within the years 1 to 9999.
    [[nodiscard]] constexpr result<std::int64_t> in_milliseconds() const noexcept { return in_parts(1'000, 1'000'000); }

    /// Since 1970. 64 bits hold the time from 21 September 1677 to 11 April 2262; outside it fails as "too large".
    [[nodiscard]] constexpr result<std::int64_t> in_nanoseconds() const noexcept { return in_parts(1'000'000'000, 1); }

    friend constexpr auto operator<=>(const timestamp&, const timestamp&) noexcept = default;

private:
    static constexpr timestamp from_parts(std::int64_t parts, std::int64_t parts_per_second,
                                          std::int64_t nanoseconds_per_part) noexcept {
        std::int64_t seconds = parts / parts_per_second;
        std::int64_t rest = parts % parts_per_second;
        if (rest < 0) {
            --seconds;
            rest += parts_per_second;
        }
        return {.seconds = seconds, .nanoseconds = static_cast<std::uint32_t>(rest * nanoseconds_per_part)};
    }
    [[nodiscard]] constexpr result<std::int64_t> in_parts(std::int64_t parts_per_second,
                                                          std::uint32_t nanoseconds_per_part) const noexcept {
        // Counted from the end of a second where that is negative, so that what fits does not overflow on its way.
        const std::int64_t part = nanoseconds / nanoseconds_per_part;
        const std::int64_t whole = seconds < 0 ? seconds + 1 : seconds;
        const std::int64_t rest = seconds < 0 ? part - parts_per_second : part;
        constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
        constexpr std::int64_t least = (std::numeric_limits<std::int64_t>::min)();
        if (whole > most / parts_per_second || whole < least / parts_per_second) return error{.code = errc::too_large};
        const std::int64_t parts = whole * parts_per_second;
        if (rest > 0 ? parts > most - rest : parts < least - rest) return error{.code = errc::too_large};
        return parts + rest;
    }
};

struct timestamp_options {
    /// How many digits the fraction of a second has, 0 to 9 (encoding only). It is refused to leave out one that is not
    /// 0. By default as many of 0, 3, 6 and 9 as it takes.
    std::optional<std::uint8_t> fraction_digits{};

    /// Take an offset from UTC, such as -07:00, as well as a Z (decoding only).
    bool allow_offset = false;

    /// Take a time without a Z or an offset, and for UTC: the SDK for Python sends such (decoding only).
    bool allow_no_zone = false;
};

/// The most characters that a timestamp takes when it is encoded: 9999-12-31T23:59:59.999999999Z.
inline constexpr std::size_t max_timestamp_size = 30;

namespace detail {

using namespace hubwire::detail;

inline constexpr std::uint32_t seconds_per_day = 86'400;

// Days are counted from 1 March of the year 0: so the leap day is the last of its year, and no day is negative.
inline constexpr std::uint32_t day_of_1970 = 719'468;
inline constexpr std::uint32_t first_day = 306;       // 1 January of the year 1
inline constexpr std::uint32_t last_day = 3'652'364;  // 31 December 9999

/// What a digit of a fraction is worth, if so many come behind it. Pre: at most nine do.
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t power_of_ten(std::size_t digits) noexcept {
    return static_cast<std::uint32_t>(powers_of_ten[digits]);
}

struct date {
    std::uint32_t year = 0;
    std::uint32_t month = 0;
    std::uint32_t day = 0;
};

HUBWIRE_ALWAYS_INLINE constexpr bool is_leap_year(std::uint32_t year) noexcept {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/// Pre: the month is 1 to 12.
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t days_in_month(std::uint32_t year, std::uint32_t month) noexcept {
    // 30 and 31 alternate, and begin anew in August.
    return month == 2 ? (is_leap_year(year) ? 29u : 28u) : 30 + ((month ^ month >> 3) & 1);
}

/// Pre: it is a date. The months from March on begin where a line through them says: 30.6 days each.
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t day_of(const date& d) noexcept {
    const bool before_march = d.month < 3;
    const std::uint32_t year = d.year - (before_march ? 1 : 0);
    const std::uint32_t month = d.month + (before_march ? 12 : 0) - 3;
    const std::uint32_t century = year / 100;
    return year * 1461 / 4 - century + century / 4 + (month * 153 + 2) / 5 + d.day - 1;
}

/// The other way round. Pre: the day is one of the years that are allowed.
HUBWIRE_ALWAYS_INLINE constexpr date date_of(std::uint32_t day) noexcept {
    const std::uint32_t quarters = 4 * day + 3;
    const std::uint32_t century = quarters / 146'097;
    const std::uint32_t in_century = quarters % 146'097 / 4 * 4 + 3;
    const std::uint32_t year = in_century / 1461;
    const std::uint32_t in_year = in_century % 1461 / 4;
    const std::uint32_t month = (5 * in_year + 2) / 153;
    const std::uint32_t in_month = in_year - (153 * month + 2) / 5;
    const bool before_march = month >= 10;
    return {.year = 100 * century + year + (before_march ? 1 : 0),
            .month = month + 3 - (before_march ? 12 : 0),
            .day = in_month + 1};
}

struct time_of_day {
    std::uint32_t hour = 0;
    std::uint32_t minute = 0;
    std::uint32_t second = 0;
};

/// Since 1970. (The days of all years times 675 have 32 bits, and 86,400 is 128 times 675.)
HUBWIRE_ALWAYS_INLINE constexpr std::int64_t seconds_of(std::uint32_t day, const time_of_day& t) noexcept {
    constexpr std::int64_t until_1970 = std::int64_t{day_of_1970} * 86'400;
    const std::uint32_t in_units = day * 675;
    return std::int64_t{in_units} * 128 - until_1970 + (t.hour * 3600 + t.minute * 60 + t.second);
}

/// Reads a timestamp field by field, and refuses the first that cannot stand.
class timestamp_reader {
public:
    constexpr timestamp_reader(std::string_view text, const timestamp_options& rules) noexcept
        : text_{text}, rules_{rules} {}

    [[nodiscard]] constexpr result<timestamp> read_all() noexcept {
        date d;
        time_of_day t;
        d.year = number(4, 1, 9999);
        literal('-');
        d.month = number(2, 1, 12);
        literal('-');
        d.day = number(2, 1, ok() ? days_in_month(d.year, d.month) : 0);
        literal('T', 't');
        t.hour = number(2, 0, 23);
        literal(':');
        t.minute = number(2, 0, 59);
        literal(':');
        const std::size_t second_at = at_;
        t.second = number(2, 0, 60);
        timestamp moment{.nanoseconds = fraction()};
        const std::size_t zone_at = at_;
        const std::int32_t offset = zone();
        if (ok() && at_ != text_.size()) fail(errc::timestamp_format, at_);
        if (!ok()) return error_;

        moment.seconds = seconds_of(day_of(d), t) - std::int64_t{offset} * 60;
        if (t.second == 60 && !may_be_leap_second(moment.seconds))
            return error{.code = errc::timestamp_range, .offset = second_at};
        if (!in_range(moment.seconds)) return error{.code = errc::timestamp_range, .offset = zone_at};
        return moment;
    }

    [[nodiscard]] static constexpr bool in_range(std::int64_t seconds) noexcept {
        constexpr std::int64_t least = seconds_of(first_day, {});
        constexpr std::int64_t most = seconds_of(last_day, {.hour = 23, .minute = 59, .second = 59});
        return least <= seconds && seconds <= most;
    }

private:
    [[nodiscard]] constexpr bool ok() const noexcept { return error_.code == errc::none; }
    constexpr void fail(errc code, std::size_t at) noexcept {
        if (ok()) error_ = {.code = code, .offset = at};
    }

    [[nodiscard]] constexpr bool next_is_digit() const noexcept {
        return at_ != text_.size() && digit_value(text_[at_]) <= 9;
    }

    constexpr std::uint32_t number(std::size_t digits, std::uint32_t least, std::uint32_t most) noexcept {
        const std::size_t begin = at_;
        std::uint32_t value = 0;
        for (; digits != 0 && next_is_digit(); --digits, ++at_) value = value * 10 + digit_value(text_[at_]);
        if (digits != 0) fail(errc::timestamp_format, at_);
        if (value < least || value > most) fail(errc::timestamp_range, begin);
        return value;
    }

    constexpr void literal(char wanted, char or_else) noexcept {
        if (at_ == text_.size() || (text_[at_] != wanted && text_[at_] != or_else))
            return fail(errc::timestamp_format, at_);
        ++at_;
    }
    constexpr void literal(char wanted) noexcept { literal(wanted, wanted); }

    /// In nanoseconds, if there is one.
    constexpr std::uint32_t fraction() noexcept {
        if (!ok() || at_ == text_.size() || text_[at_] != '.') return 0;
        ++at_;
        std::uint32_t value = 0;
        std::size_t digits = 0;
        for (; digits != 9 && next_is_digit(); ++digits, ++at_) value = value * 10 + digit_value(text_[at_]);
        if (digits == 0) fail(errc::timestamp_format, at_);
        if (next_is_digit()) fail(errc::timestamp_fraction, at_);
        return value * power_of_ten(9 - digits);
    }

    /// How many minutes local time is ahead of UTC.
    constexpr std::int32_t zone() noexcept {
        if (!ok()) return 0;
        if (at_ == text_.size()) {
            if (!rules_.allow_no_zone) fail(errc::timestamp_zone, at_);
            return 0;
        }
        const char sign = text_[at_];
        if (sign == 'Z' || sign == 'z') {
            ++at_;
            return 0;
        }
        if (sign != '+' && sign != '-') {
            fail(errc::timestamp_format, at_);
            return 0;
        }
        if (!rules_.allow_offset) fail(errc::timestamp_zone, at_);
        ++at_;
        const std::uint32_t hours = number(2, 0, 23);
        literal(':');
        const std::uint32_t minutes = number(2, 0, 59);
        const auto ahead = static_cast<std::int32_t>(hours * 60 + minutes);
        return sign == '+' ? ahead : -ahead;
    }

    /// RFC 3339-5.7: a 60th second comes only before the end of a month in UTC, and so far it has been that of June or
    /// of December. It has no number of its own, and takes that of the second after it.
    [[nodiscard]] static constexpr bool may_be_leap_second(std::int64_t next) noexcept {
        if (!in_range(next) || next % seconds_per_day != 0) return false;
        const date d = date_of(static_cast<std::uint32_t>(next / seconds_per_day + day_of_1970));
        return d.day == 1 && (d.month == 1 || d.month == 7);
    }

    std::string_view text_;
    const timestamp_options& rules_;
    std::size_t at_ = 0;
    error error_{};
};

HUBWIRE_NEVER_INLINE constexpr result<timestamp> decode_unusual_timestamp(std::string_view text,
                                                                          const timestamp_options& rules) noexcept {
    return timestamp_reader{text, rules}.read_all();
}

/// Eight characters, of which some are digits.
class digit_pattern {
public:
    // coverage: off, consteval leaves no counts
    /// As in "0000-00-": a digit for each 0, and the others as they are.
    consteval explicit digit_pattern(const char (&pattern)[word_size + 1]) noexcept : characters_{load_word(pattern)} {
        for (std::size_t i = 0; i != word_size; ++i)
            headroom_ |= word{0x7Fu - (pattern[i] == '0' ? 9u : 0u)} << (8 * i);
    }
    // coverage: on

    /// At each place where two digits follow, the number they are; sets a bit of bad if the text is not like this.
    HUBWIRE_ALWAYS_INLINE constexpr word numbers(const char* text, word& bad) const noexcept {
        const word digits = load_word(text) ^ characters_;
        bad |= (digits | (digits + headroom_)) & every_byte<0x80>;
        return (digits << 3) + (digits << 1) + (digits >> 8);
    }

private:
    word characters_;
    word headroom_ = 0;
};

HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t number_at(word numbers, unsigned place) noexcept {
    return static_cast<std::uint32_t>(numbers >> (8 * place) & 0xFF);
}

/// The usual form, with a Z and up to nine digits of fraction, eight characters at a time. Nothing if it is not of
/// that form, or wrong.
HUBWIRE_ALWAYS_INLINE constexpr std::optional<timestamp> decode_usual_timestamp(std::string_view text) noexcept {
    constexpr std::size_t without_fraction = 20;
    constexpr std::size_t point = 19;
    if (text.size() < without_fraction || text.size() > max_timestamp_size || text[text.size() - 1] != 'Z') return {};

    constexpr digit_pattern year_and_month{"0000-00-"};
    constexpr digit_pattern day_hour_minute{"00T00:00"};
    constexpr digit_pattern hour_minute_second{"00:00:00"};
    const char* const from = text.data();
    word bad = 0;
    const word first = year_and_month.numbers(from, bad);
    const word second = day_hour_minute.numbers(from + 8, bad);
    const word third = hour_minute_second.numbers(from + 11, bad);
    const date d{.year = number_at(first, 0) * 100 + number_at(first, 2),
                 .month = number_at(first, 5),
                 .day = number_at(second, 0)};
    const time_of_day t{.hour = number_at(third, 0), .minute = number_at(third, 3), .second = number_at(third, 6)};
    if (bad != 0 || d.year == 0 || d.month - 1 > 11 || d.day - 1 >= days_in_month(d.year, d.month) || t.hour > 23 ||
        t.minute > 59 || t.second > 59)
        return {};

    timestamp moment{.seconds = seconds_of(day_of(d), t)};
    if (text.size() == without_fraction) return moment;
    const std::size_t digits = text.size() - without_fraction - 1;
    if (text[point] != '.' || digits == 0) return {};
    for (std::size_t i = 0; i != digits; ++i) {
        const unsigned digit = digit_value(text[point + 1 + i]);
        if (digit > 9) return {};
        moment.nanoseconds = moment.nanoseconds * 10 + digit;
    }
    moment.nanoseconds *= power_of_ten(9 - digits);
    return moment;
}

/// Pre: the moment is in range, and there is room.
constexpr void write_timestamp(char* to, const timestamp& moment, std::size_t fraction_digits) noexcept {
    const auto seconds = static_cast<std::uint64_t>(moment.seconds - seconds_of(0, {}));
    const std::uint32_t day = static_cast<std::uint32_t>(seconds / 128) / 675;
    const std::uint32_t in_day = static_cast<std::uint32_t>(seconds) - day * seconds_per_day;
    const date d = date_of(day);
    store_two_digits(to, d.year / 100);
    store_two_digits(to + 2, d.year % 100);
    to[4] = '-';
    store_two_digits(to + 5, d.month);
    to[7] = '-';
    store_two_digits(to + 8, d.day);
    to[10] = 'T';
    store_two_digits(to + 11, in_day / 3600);
    to[13] = ':';
    store_two_digits(to + 14, in_day / 60 % 60);
    to[16] = ':';
    store_two_digits(to + 17, in_day % 60);
    to += 19;
    if (fraction_digits != 0) {
        *to++ = '.';
        write_digits(to, moment.nanoseconds / power_of_ten(9 - fraction_digits), fraction_digits);
        to += fraction_digits;
    }
    *to = 'Z';
}

/// As few as it takes, of 0, 3, 6 and 9.
HUBWIRE_ALWAYS_INLINE constexpr std::uint8_t shortest_fraction(std::uint32_t nanoseconds) noexcept {
    if (nanoseconds == 0) return 0;
    if (nanoseconds % 1'000'000 == 0) return 3;
    return nanoseconds % 1'000 == 0 ? 6 : 9;
}

}  // namespace detail

/// The moment that the text is. It has up to nine digits of fraction, and ends with a Z (t and z mean the same). A 60th
/// second is taken for the one after it, at the end of June and of December. What cannot stand is refused at the field
/// it is in, from the left; an offset that leads out of the years 1 to 9999, at the offset.
[[nodiscard]] constexpr result<timestamp> decode_timestamp(std::string_view text,
                                                           const timestamp_options& rules = {}) noexcept {
    if constexpr (!detail::optimize_for_size) {
        if (const auto moment = detail::decode_usual_timestamp(text)) [[likely]]
            return *moment;
    }
    return detail::decode_unusual_timestamp(text, rules);
}

/// Writes a moment, in UTC with a Z. Refused are moments outside of the years 1 to 9999, and fractions with more digits
/// than they are to have.
template <room Room>
constexpr void put_timestamp(basic_writer<Room>& out, const timestamp& moment,
                             const timestamp_options& rules = {}) noexcept {
    if (!detail::timestamp_reader::in_range(moment.seconds) || moment.nanoseconds >= detail::power_of_ten(9))
        return out.fail(errc::timestamp_range);
    const std::size_t digits =
        rules.fraction_digits ? *rules.fraction_digits : detail::shortest_fraction(moment.nanoseconds);
    if (digits > 9 || moment.nanoseconds % detail::power_of_ten(9 - digits) != 0)
        return out.fail(errc::timestamp_fraction);
    out.put_with(20 + digits + (digits != 0 ? 1 : 0), [&](char* to) { detail::write_timestamp(to, moment, digits); });
}
[[nodiscard]] constexpr result<bytes> encode_timestamp(buffer output, const timestamp& moment,
                                                       const timestamp_options& rules = {}) noexcept {
    writer out{output};
    put_timestamp(out, moment, rules);
    return out.finish();
}

}  // namespace hubwire::text

#endif

// hubwire/text.hpp

#ifndef HUBWIRE_TEXT_HPP
#define HUBWIRE_TEXT_HPP

/// How numbers, bytes and times are written in text: decimal, base64, percent-encoding, RFC 3339.

#endif

// hubwire/hubwire.hpp

#ifndef HUBWIRE_HUBWIRE_HPP
#define HUBWIRE_HUBWIRE_HPP

/// Everything. Each area's own header can be included alone as well.

#endif
