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

/// Whether a double is calculated with as a double, and not with more digits, as by the x87.
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0
inline constexpr bool doubles_stay_doubles = false;
#else
inline constexpr bool doubles_stay_doubles = true;
#endif

#if defined(HUBWIRE_HAS_BLOCKS)
/// Sixteen bytes, in one register.
using block [[gnu::vector_size(16)]] = unsigned char;

/// The top bit of each byte, that of the first one in memory lowest.
HUBWIRE_ALWAYS_INLINE unsigned top_bits(block bytes) noexcept {
#if defined(__SSE2__)
    using chars [[gnu::vector_size(16)]] = char;
    chars same;
    std::memcpy(&same, &bytes, sizeof same);
    return static_cast<unsigned>(__builtin_ia32_pmovmskb128(same));
// coverage: off, for other machines than the one that counts
#else
    unsigned char all[sizeof bytes];
    std::memcpy(all, &bytes, sizeof all);
    const auto of_half = [&all](unsigned first) {
        unsigned long long half = 0;  // a product moves each of its top bits to a place of its own in the highest byte
        for (unsigned i = 8; i-- != 0;) half = half << 8 | all[first + i];
        return static_cast<unsigned>((half & 0x8080'8080'8080'8080u) / 128 * 0x0102'0408'1020'4080u >> 56);
    };
    return of_half(0) | of_half(8) << 8;
#endif
    // coverage: on
}

#if defined(__AVX2__)
/// As many as the widest register holds that a program is compiled for.
using wide_block [[gnu::vector_size(32)]] = unsigned char;

HUBWIRE_ALWAYS_INLINE unsigned top_bits(wide_block bytes) noexcept {
    using chars [[gnu::vector_size(32)]] = char;
    chars same;
    std::memcpy(&same, &bytes, sizeof same);
    return static_cast<unsigned>(__builtin_ia32_pmovmskb256(same));
}
#else
using wide_block = block;
#endif
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
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

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

    // JSON
    json_end,
    json_value,
    json_number,
    json_leading_zero,
    json_control_character,
    json_escape,
    json_surrogate,
    json_utf8,
    json_name,
    json_colon,
    json_comma,
    json_leftover,
    json_depth,
    json_kind,
    json_number_range,
    json_absent,
    json_misplaced,
    json_open,

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

    // Azure IoT Hub
    iothub_identifier,
    iothub_identifier_length,
    iothub_topic,
    iothub_topic_level,
    iothub_topic_character,
    iothub_topic_status,
    iothub_topic_rid,
    iothub_topic_version,
    iothub_topic_filter,
    iothub_username,
    iothub_username_character,
    iothub_username_api_version,
    iothub_username_client,
    iothub_uuid,
    iothub_amqp_absent,
    iothub_amqp_type,
    iothub_amqp_operation,
    iothub_amqp_body,
    iothub_amqp_selector,
    iothub_amqp_channel,
    iothub_host_name,
    iothub_policy_name,
    iothub_connection_part,
    iothub_connection_empty_value,
    iothub_connection_unknown_key,
    iothub_connection_repeated_key,
    iothub_connection_x509,
    iothub_connection_no_host,
    iothub_connection_no_device,
    iothub_connection_no_credential,
    iothub_connection_two_credentials,
    iothub_connection_semicolon,
    iothub_sas_word,
    iothub_sas_part,
    iothub_sas_unknown_field,
    iothub_sas_repeated_field,
    iothub_sas_empty_field,
    iothub_sas_missing_field,
    iothub_sas_ampersand,
    iothub_sas_signature,
    iothub_sas_wrong_signature,
    iothub_sas_other_resource,
    iothub_sas_expired,
    iothub_sas_empty_key,
    iothub_resource,
    iothub_address,
    iothub_address_name,
    iothub_plain_user,
    iothub_amqp_uri,
    iothub_feedback_content_type,
    iothub_feedback_body,

    // Azure IoT Hub: property bags and messages
    iothub_bag_name,
    iothub_message_repeated,
    iothub_message_reserved,
    iothub_message_nameless,
    iothub_message_type,
    iothub_message_body,
    iothub_message_id,
    iothub_message_id_length,
    iothub_message_character,
    iothub_message_size,

    // WebSocket: the opening handshake
    websocket_method,
    websocket_target,
    websocket_http_version,
    websocket_status,
    websocket_line_end,
    websocket_folded_line,
    websocket_field_name,
    websocket_field_value,
    websocket_repeated_field,
    websocket_own_field,
    websocket_body,
    websocket_host,
    websocket_upgrade,
    websocket_connection,
    websocket_key,
    websocket_version,
    websocket_origin,
    websocket_subprotocol,
    websocket_other_subprotocol,
    websocket_extension,
    websocket_other_extension,
    websocket_accept,

    // WebSocket: frames and messages
    websocket_reserved_bits,
    websocket_opcode,
    websocket_unmasked,
    websocket_masked,
    websocket_padded_length,
    websocket_length_top_bit,
    websocket_control_size,
    websocket_control_fragmented,
    websocket_continuation,
    websocket_interrupted_message,
    websocket_after_close,
    websocket_close_size,
    websocket_close_code,
    websocket_close_reason,
    websocket_invalid_utf8,
    websocket_text_message,

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

    {errc::json_end, "RFC 8259-2", "the JSON text ends before its value does"},
    {errc::json_value, "RFC 8259-3", "no JSON value begins like this"},
    {errc::json_number, "RFC 8259-6", "the number is not written as numbers are in JSON"},
    {errc::json_leading_zero, "RFC 8259-6", "the number begins with a 0 that it does not need"},
    {errc::json_control_character, "RFC 8259-7", "a control character in a string is not escaped"},
    {errc::json_escape, "RFC 8259-7", "what follows a \\ in a string is not an escape"},
    {errc::json_surrogate, "RFC 8259-8.2", "half of a surrogate pair is escaped without the other half"},
    {errc::json_utf8, "RFC 8259-8.1", "a string is not well-formed UTF-8"},
    {errc::json_name, "RFC 8259-4", "there is no name where a member of an object begins"},
    {errc::json_colon, "RFC 8259-4", "there is no colon behind the name of a member"},
    {errc::json_comma, "RFC 8259-2", "a member or an item is followed neither by a comma nor by the end"},
    {errc::json_leftover, "RFC 8259-2", "something is left over behind the JSON value"},
    {errc::json_depth, "RFC 8259-9", "arrays and objects are nested deeper than the limit"},
    {errc::json_kind, "RFC 8259-3", "the JSON value is of another kind than the one that belongs here"},
    {errc::json_number_range, "RFC 8259-6", "the number is not one that its type can hold, or that JSON has"},
    {errc::json_absent, "", "there is no such member or item"},
    {errc::json_misplaced, "RFC 8259-2", "what is to be written cannot stand at this place"},
    {errc::json_open, "RFC 8259-2", "the value is not written to its end"},

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

    {errc::iothub_identifier, "", "the character cannot be in the identifier of a device or a module"},
    {errc::iothub_identifier_length, "",
     "the identifier of a device or a module is empty, or longer than 128 characters"},
    {errc::iothub_topic, "", "the topic is not one that the hub has for this"},
    {errc::iothub_topic_level, "", "an identifier or a name in the topic is empty"},
    {errc::iothub_topic_character, "", "the character cannot stand there in a topic"},
    {errc::iothub_topic_status, "", "the status in the topic is not a number from 0 to 999"},
    {errc::iothub_topic_rid, "", "the topic has no request identifier"},
    {errc::iothub_topic_version, "", "the topic has no version where it needs one, or one that is no number"},
    {errc::iothub_topic_filter, "", "the topic filter is not one that the hub has for this client"},
    {errc::iothub_username, "", "the user name is not made of a host, identifiers and properties"},
    {errc::iothub_username_character, "", "the character cannot stand there in a user name"},
    {errc::iothub_username_api_version, "", "the user name does not say which api-version is meant"},
    {errc::iothub_username_client, "", "the client identifier or the will is not that of the client in the user name"},
    {errc::iothub_uuid, "RFC 4122-3", "the text is not a UUID"},
    {errc::iothub_amqp_absent, "", "the message lacks a property or an annotation that it needs"},
    {errc::iothub_amqp_type, "", "a property or an annotation is of another type, or out of its range"},
    {errc::iothub_amqp_operation, "", "the message is of another operation than the one asked for"},
    {errc::iothub_amqp_body, "", "the body is not of the kind that this operation has"},
    {errc::iothub_amqp_selector, "", "the filter is not one on a sequence number, an offset or a time"},
    {errc::iothub_amqp_channel, "", "the text is not the correlation id of a channel"},
    {errc::iothub_host_name, "", "the character cannot be in the name of a host"},
    {errc::iothub_policy_name, "", "the character cannot be in the name of a policy"},
    {errc::iothub_connection_part, "", "a part of the connection string is not a key, = and a value"},
    {errc::iothub_connection_empty_value, "", "a key of the connection string has no value"},
    {errc::iothub_connection_unknown_key, "", "the key is not one of a connection string"},
    {errc::iothub_connection_repeated_key, "", "the key stands in the connection string twice"},
    {errc::iothub_connection_x509, "", "the value of x509 is neither true nor false"},
    {errc::iothub_connection_no_host, "", "the connection string has no HostName"},
    {errc::iothub_connection_no_device, "", "the connection string names no device where it needs one, and no policy"},
    {errc::iothub_connection_no_credential, "",
     "the connection string has neither a key nor a signature nor x509=true"},
    {errc::iothub_connection_two_credentials, "",
     "the connection string has more than one of a key, a signature and x509=true"},
    {errc::iothub_connection_semicolon, "", "a ; in the value would end it"},
    {errc::iothub_sas_word, "", "the token does not begin with SharedAccessSignature and a space"},
    {errc::iothub_sas_part, "", "a part of the token is not the name of a field, = and a value"},
    {errc::iothub_sas_unknown_field, "", "the field is not one of a token"},
    {errc::iothub_sas_repeated_field, "", "the field stands in the token twice"},
    {errc::iothub_sas_empty_field, "", "a field of the token has no value"},
    {errc::iothub_sas_missing_field, "", "the token has no sr, no sig or no se"},
    {errc::iothub_sas_ampersand, "", "an & in the field would end it"},
    {errc::iothub_sas_signature, "", "the signature is not 32 bytes in base64, percent-encoded"},
    {errc::iothub_sas_wrong_signature, "", "the signature is not that of the key"},
    {errc::iothub_sas_other_resource, "", "the token is for another resource"},
    {errc::iothub_sas_expired, "", "the token has expired"},
    {errc::iothub_sas_empty_key, "", "the key is empty, so that anybody has it"},
    {errc::iothub_resource, "", "the text is not a hub, a device or a module of one"},
    {errc::iothub_address, "", "the text is not the address of an endpoint"},
    {errc::iothub_address_name, "", "the name in the address is empty, or has a character that it cannot have"},
    {errc::iothub_plain_user, "", "the text is not the user name of a policy, a device or a module"},
    {errc::iothub_amqp_uri, "", "the text is not amqps://user:password@host/path"},
    {errc::iothub_feedback_content_type, "", "the content type of the message is not that of feedback"},
    {errc::iothub_feedback_body, "", "the body of a feedback message does not consist of data"},

    {errc::iothub_bag_name, "", "a property in the bag has no name"},
    {errc::iothub_message_repeated, "", "a system property is there twice"},
    {errc::iothub_message_reserved, "", "an application property has the name of a system property"},
    {errc::iothub_message_nameless, "", "MQTT has no name for a system property"},
    {errc::iothub_message_type, "", "the property is of a type that has no place here"},
    {errc::iothub_message_body, "", "the body of the message is not bytes"},
    {errc::iothub_message_id, "", "the character cannot be in the id of a message"},
    {errc::iothub_message_id_length, "", "the id of the message is longer than 128 characters"},
    {errc::iothub_message_character, "", "the character cannot be in the name or the value of a property"},
    {errc::iothub_message_size, "", "the message is larger than the hub takes"},

    {errc::websocket_method, "RFC 6455-4.2.1", "the request is not one with the method GET"},
    {errc::websocket_target, "RFC 7230-5.3", "the target of the request is not a path, or has a character of no URI"},
    {errc::websocket_http_version, "RFC 6455-4.2.1", "the request or the response is not one of HTTP/1.1"},
    {errc::websocket_status, "RFC 7230-3.1.2", "the status is not a number from 100 to 599 between spaces"},
    {errc::websocket_line_end, "RFC 7230-3", "a line does not end with CR and LF"},
    {errc::websocket_folded_line, "RFC 7230-3.2.4", "a line begins with a blank, as if it went on with the one before"},
    {errc::websocket_field_name, "RFC 7230-3.2.4", "a header field does not begin with a name and a colon behind it"},
    {errc::websocket_field_value, "RFC 7230-3.2", "the character cannot stand there in a line of the header"},
    {errc::websocket_repeated_field, "RFC 7230-3.2.2", "a header field that can be there once is there again"},
    {errc::websocket_own_field, "", "the header field is one that the handshake writes itself"},
    {errc::websocket_body, "RFC 7230-3.3", "a header field announces a body, which this request has not"},
    {errc::websocket_host, "RFC 7230-5.4", "there is no Host, or it is not a name or an address and a port"},
    {errc::websocket_upgrade, "RFC 6455-4.2.1", "the Upgrade does not name websocket, or the response's names another"},
    {errc::websocket_connection, "RFC 6455-4.2.1", "the Connection does not name Upgrade"},
    {errc::websocket_key, "RFC 6455-4.2.1", "there is no Sec-WebSocket-Key, or it is not 16 bytes in base64"},
    {errc::websocket_version, "RFC 6455-4.2.2", "the Sec-WebSocket-Version is not 13"},
    {errc::websocket_origin, "RFC 6454-7.1", "the Origin is empty"},
    {errc::websocket_subprotocol, "RFC 6455-4.1", "the subprotocol is not a token, or is there twice"},
    {errc::websocket_other_subprotocol, "RFC 6455-4.1", "the server chose a subprotocol that was not offered"},
    {errc::websocket_extension, "RFC 6455-9.1", "the extension is not a name with parameters"},
    {errc::websocket_other_extension, "RFC 6455-4.1", "the server uses an extension that was not asked for"},
    {errc::websocket_accept, "RFC 6455-4.1", "there is no Sec-WebSocket-Accept, or it is not that of the key"},

    {errc::websocket_reserved_bits, "RFC 6455-5.2", "reserved bits are set in the head of a frame"},
    {errc::websocket_opcode, "RFC 6455-5.2", "the opcode is reserved"},
    {errc::websocket_unmasked, "RFC 6455-5.1", "a frame of a client is not masked"},
    {errc::websocket_masked, "RFC 6455-5.1", "a frame of a server is masked"},
    {errc::websocket_padded_length, "RFC 6455-5.2", "the length of the payload takes more bytes than it needs"},
    {errc::websocket_length_top_bit, "RFC 6455-5.2", "the top bit of a length of 64 bits is set"},
    {errc::websocket_control_size, "RFC 6455-5.5", "the payload of a control frame is longer than 125 bytes"},
    {errc::websocket_control_fragmented, "RFC 6455-5.5", "a control frame is fragmented"},
    {errc::websocket_continuation, "RFC 6455-5.4", "a frame continues a message, and no message has begun"},
    {errc::websocket_interrupted_message, "RFC 6455-5.4", "a message begins before the one before it has ended"},
    {errc::websocket_after_close, "RFC 6455-5.5.1", "a frame follows a close frame"},
    {errc::websocket_close_size, "RFC 6455-5.5.1",
     "a close frame has a payload of one byte, which is too short for a code"},
    {errc::websocket_close_code, "RFC 6455-7.4", "the code cannot stand in a close frame"},
    {errc::websocket_close_reason, "RFC 6455-5.5.1", "the reason in a close frame is not well-formed UTF-8"},
    {errc::websocket_invalid_utf8, "RFC 6455-8.1", "a text message is not well-formed UTF-8"},
    {errc::websocket_text_message, "RFC 6455-7.4.1", "a message is text where only binary ones are understood"},
};

inline constexpr rule unknown_rule{errc::application, "", "a rule of the application's own is broken"};

consteval bool rules_in_order() {
    std::size_t index = 0;
    for (const rule& r : rules) {
        if (static_cast<std::size_t>(r.code) != index++) return false;
    }
    return index == std::size_t{static_cast<std::uint16_t>(errc::websocket_text_message)} + 1;
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

namespace detail {

/// Becomes a T as it is by default, where that is to be: only those members are written that have an initializer. Of
/// T{} compilers make zeros throughout, which costs more than to decode a small T.
template <class T>
class by_default {
public:
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr T make() const noexcept {
        if (std::is_trivially_default_constructible_v<T> || std::is_constant_evaluated()) return T{};
        return holder().value;
    }
    HUBWIRE_ALWAYS_INLINE constexpr operator T() const noexcept { return make(); }

private:
    struct holder {
        constexpr holder() noexcept {}
        T value;
    };
};

}  // namespace detail

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

    /// A T as it is by default, made where it stands.
    constexpr explicit result(std::in_place_t) noexcept
        requires std::is_default_constructible_v<T>
        : value_(detail::by_default<T>{}.make()), has_value_{true} {}

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

    /// The error, which points nowhere. Pre: !has_value(), or the program traps. (Not marked as bound to this: clang
    /// would take `return outcome.error().code` for a view of what the value would have been one of.)
    [[nodiscard]] constexpr const hubwire::error& error() const noexcept {
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
    [[nodiscard]] constexpr const hubwire::error& error() const noexcept {
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
class quick_reader {  // NOLINT(*-special-member-functions): moving is copying
public:
    constexpr explicit quick_reader(bytes input HUBWIRE_LIFETIMEBOUND) noexcept
        : begin_{detail::opaque(input.data())}, at_{begin_}, end_{begin_ + input.size()} {}

    // Copied member by member: g++ would copy it as two vectors, which wait for what was just stored in smaller pieces.
    // (A message decodes a fifth faster for that.)
    HUBWIRE_ALWAYS_INLINE constexpr quick_reader(const quick_reader& other) noexcept
        : begin_{other.begin_}, at_{other.at_}, end_{other.end_}, ok_{other.ok_} {}
    // NOLINTNEXTLINE(*-self-assignment, cert-oop54-cpp): it does nothing then
    HUBWIRE_ALWAYS_INLINE constexpr quick_reader& operator=(const quick_reader& other) noexcept {
        begin_ = other.begin_;
        at_ = other.at_;
        end_ = other.end_;
        ok_ = other.ok_;
        return *this;
    }

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
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized16() noexcept { return take(u16()); }

    /// What is wrong, and where, is for a reader to tell.
    HUBWIRE_ALWAYS_INLINE constexpr void fail(errc, std::size_t = 0) noexcept {
        ok_ = false;
        at_ = end_;
    }
    HUBWIRE_ALWAYS_INLINE constexpr void expect(bool holds, errc, std::size_t) noexcept {
        if (!holds) [[unlikely]]
            fail(errc::truncated);
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
class basic_writer {  // NOLINT(*-special-member-functions): moving is copying
public:
    constexpr explicit basic_writer(buffer output HUBWIRE_LIFETIMEBOUND) noexcept
        requires(Room != room::counting)
        : out_{detail::opaque(output.data())}, capacity_{output.size()} {}

    constexpr basic_writer() noexcept
        requires(Room == room::counting)
        : out_{nullptr}, capacity_{0} {}

    // Copied member by member, for the same reason as a quick_reader.
    HUBWIRE_ALWAYS_INLINE constexpr basic_writer(const basic_writer& other) noexcept
        : out_{other.out_},
          capacity_{other.capacity_},
          size_{other.size_},
          failed_at_{other.failed_at_},
          code_{other.code_} {}
    // NOLINTNEXTLINE(*-self-assignment, cert-oop54-cpp): it does nothing then
    HUBWIRE_ALWAYS_INLINE constexpr basic_writer& operator=(const basic_writer& other) noexcept {
        out_ = other.out_;
        capacity_ = other.capacity_;
        size_ = other.size_;
        failed_at_ = other.failed_at_;
        code_ = other.code_;
        return *this;
    }

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

    /// The same where making them may fail: make(address) says whether they are to stay. If not, nothing was written.
    template <class Make>
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool put_if(std::size_t n, Make make) noexcept
        requires(Room == room::unchecked)
    {
        if (!make(out_ + size_)) return false;
        size_ += n;
        return true;
    }

    /// As put_with where it takes a pass over the input to know how many bytes that will be: count() says how many,
    /// `most` is never less, and make(address) returns how many it has written. Where the most would fit, nobody
    /// counts.
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
    static constexpr void set_text(value& v, type of, bytes text) noexcept {
        v.type_ = of;
        v.text_ = {text.data(), text.size()};
    }
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
HUBWIRE_NEVER_INLINE constexpr void read_list(Reader& outer, list& values, scope s) noexcept {
    Reader in = outer;
    const scope items = inside(in, s);
    const extent e = read_extent<Width>(in);
    const bytes wire = read_items<1>(in, e, [&]() HUBWIRE_INLINE_LAMBDA { check_item(in, in.u8(), items); });
    outer = in;
    values = access::on_the_wire<list>(wire, e.count);
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
HUBWIRE_NEVER_INLINE constexpr void read_map(Reader& outer, map& entries, keys allowed, scope s) noexcept {
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
    entries = access::on_the_wire<map>(wire, e.count / 2, is_checked ? allowed : keys::any);
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
HUBWIRE_NEVER_INLINE constexpr void read_array(any_reader auto& in, array& elements, scope s) noexcept {
    const scope behind = inside(in, s);
    const extent e = read_extent<Width>(in);
    const auto around = in.enter(e.size);
    const std::size_t begin = in.offset();
    const head h = read_head<checked::no>(in, in.u8(), behind);
    if (in.ok()) check_elements(in, h, {e.size - (in.offset() - begin), e.count});
    const bytes content = in.read_since(begin);
    in.leave(around);
    elements = access::array_on_the_wire(content, e.count);
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

/// A list, a map or an array. What is known to be well-formed is not looked into.
template <checked Before, class View, class Width>
HUBWIRE_ALWAYS_INLINE constexpr View read_view(any_reader auto& in, scope s) noexcept {
    View view;
    if constexpr (Before == checked::yes) {
        const extent e = read_extent<Width>(in);
        if constexpr (std::same_as<View, array>) {
            view = access::array_on_the_wire(in.take(e.size), e.count);
        } else {
            constexpr std::uint32_t items_an_entry = std::same_as<View, map> ? 2 : 1;
            view = access::on_the_wire<View>(in.take(e.size), e.count / items_an_entry);
        }
    } else if constexpr (std::same_as<View, list>) {
        read_list<Width>(in, view, s);
    } else if constexpr (std::same_as<View, map>) {
        read_map<Width>(in, view, keys::any, s);
    } else {
        read_array<Width>(in, view, s);
    }
    return view;
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
            read_list<std::uint8_t>(in, values, s);
        } else if (format_code == code::list32) {
            read_list<std::uint32_t>(in, values, s);
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
            read_map<std::uint8_t>(in, entries, Allowed, s);
        } else if (format_code == code::map32) {
            read_map<std::uint32_t>(in, entries, Allowed, s);
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
            read_array<std::uint8_t>(in, elements, s);
        } else if (format_code == code::array32) {
            read_array<std::uint32_t>(in, elements, s);
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
            return read_view<Before, list, std::uint8_t>(in, s);
        case code::list32:
            return read_view<Before, list, std::uint32_t>(in, s);
        case code::map8:
            return read_view<Before, map, std::uint8_t>(in, s);
        case code::map32:
            return read_view<Before, map, std::uint32_t>(in, s);
        case code::array8:
            return read_view<Before, array, std::uint8_t>(in, s);
        case code::array32:
            return read_view<Before, array, std::uint32_t>(in, s);
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

HUBWIRE_NEVER_INLINE constexpr void read_any_behind(any_reader auto& in, std::uint8_t format_code, value& v,
                                                    scope s) noexcept {
    v = read_behind<checked::no>(in, format_code, s);
}

/// One value, checked throughout.
template <>
struct wire<value> {
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound(const value& v) noexcept;
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const value& v, scope s) noexcept;
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, value& v, scope s) noexcept {
        read_any_behind(in, format_code, v, s);
    }
};

// What was checked is read by these rules: they forbid nothing.
inline constexpr options no_rules{.max_depth = 0xFFFF'FFFF, .any_symbol = true, .any_key = true, .any_property = true};

/// One value that was checked before.
HUBWIRE_NEVER_INLINE constexpr void reread_any_behind(quick_reader& in, std::uint8_t format_code, value& v) noexcept {
    v = read_behind<checked::yes>(in, format_code, scope{no_rules});
}
HUBWIRE_ALWAYS_INLINE constexpr void reread_behind(quick_reader& in, std::uint8_t format_code, value& v) noexcept {
    if (format_code == code::string8 || format_code == code::symbol8) [[likely]] {
        access::set_text(v, format_code == code::string8 ? type::string : type::symbol, in.sized8());
    } else {
        apart(in, [&v, format_code](quick_reader& copy) {
            reread_any_behind(copy, format_code, v);
            return true;
        });
    }
}
HUBWIRE_ALWAYS_INLINE constexpr value reread_behind(quick_reader& in, std::uint8_t format_code) noexcept {
    value v;
    reread_behind(in, format_code, v);
    return v;
}
/// Pre: it is a T.
template <class T>
HUBWIRE_ALWAYS_INLINE constexpr T reread_as(quick_reader& in, std::uint8_t format_code) noexcept {
    if constexpr (std::same_as<T, bytes>) {
        return wire<bytes>::form::take_from(in, format_code);
    } else {
        return access::get<T>(reread_behind(in, format_code));
    }
}
HUBWIRE_ALWAYS_INLINE constexpr void reread_item(quick_reader& in, value& v) noexcept { reread_behind(in, in.u8(), v); }
HUBWIRE_ALWAYS_INLINE constexpr void reread_item(quick_reader& in, entry& e) noexcept {
    reread_item(in, e.key);
    reread_item(in, e.value);
}

HUBWIRE_ALWAYS_INLINE constexpr void skip_item(quick_reader& in, const value*) noexcept { skip_value(in); }
HUBWIRE_ALWAYS_INLINE constexpr void skip_item(quick_reader& in, const entry*) noexcept {
    skip_value(in);
    skip_value(in);
}

/// What operator-> gives where operator* makes the item: it keeps it for so long.
template <class Item>
class arrow {
public:
    constexpr explicit arrow(const Item& item) noexcept : item_{item} {}
    [[nodiscard]] constexpr const Item* operator->() const noexcept { return &item_; }

private:
    Item item_;
};

/// Items are made where they are wanted, and not kept here: reading a copy of what was just stored piece by piece takes
/// longer than passing over it once more.
template <class Item>
class sequence<Item>::iterator {
public:
    using value_type = Item;
    using difference_type = std::ptrdiff_t;

    constexpr iterator() noexcept = default;
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr Item operator*() const noexcept {
        Item item{};
        if (next_ != nullptr) {
            item = *next_;
        } else {
            quick_reader in{rest_};
            reread_item(in, item);
        }
        return item;
    }
    [[nodiscard]] constexpr arrow<Item> operator->() const noexcept { return arrow<Item>{**this}; }
    HUBWIRE_ALWAYS_INLINE constexpr iterator& operator++() noexcept {
        --left_;
        if (next_ != nullptr) {
            ++next_;
        } else {
            quick_reader in{rest_};
            skip_item(in, next_);
            rest_ = in.rest();
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
    friend sequence;
    constexpr iterator(const Item* next, bytes rest, std::uint32_t left) noexcept
        : next_{next}, rest_{rest}, left_{left} {}

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
    [[nodiscard]] constexpr value operator*() const noexcept {
        quick_reader in{rest_};
        if (head_.empty()) return detail::reread_behind(in, format_code_);
        detail::skip_behind(in, format_code_);
        return detail::access::described_on_the_wire(head_, in.read_since(0));
    }
    constexpr iterator& operator++() noexcept {
        --left_;
        quick_reader in{rest_};
        detail::skip_behind(in, format_code_);
        rest_ = in.rest();
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
    }

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

namespace detail {

/// The other keys, and the values, are passed over.
HUBWIRE_NEVER_INLINE constexpr std::optional<value> find_on_the_wire(bytes entries, std::size_t count,
                                                                     std::string_view wanted) noexcept {
    quick_reader in{entries};
    for (; count != 0; --count) {
        const std::uint8_t format_code = in.u8();
        bool found = false;
        if (format_code == code::string8 || format_code == code::symbol8) [[likely]] {
            found = in.sized8().text() == wanted;
        } else if (format_code == code::string32 || format_code == code::symbol32) {
            found = in.take(in.u32()).text() == wanted;
        } else {
            skip_value_behind(in, format_code);
        }
        if (found) return reread_behind(in, in.u8());
        skip_value(in);
    }
    return std::nullopt;
}

constexpr std::optional<value> find_text(const sequence<entry>& entries, std::string_view wanted) noexcept {
    if (access::is_on_the_wire(entries)) return find_on_the_wire(access::wire_of(entries), entries.size(), wanted);
    for (const entry& e : std::span{access::items_of(entries), entries.size()}) {
        if (const auto text = e.key.text(); text && *text == wanted) return e.value;
    }
    return std::nullopt;
}

}  // namespace detail

template <class Text>
    requires std::convertible_to<const Text&, std::string_view>
constexpr std::optional<value> map::find(const Text& key) const noexcept {
    return detail::find_text(*this, key);
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
HUBWIRE_ALWAYS_INLINE constexpr mark open_compound(basic_writer<Room>& out, std::uint8_t code8) noexcept {
    const mark place{out.size()};
    out.u8(code8);
    static_cast<void>(out.reserve16());
    return place;
}

/// Ends it: completes the head that the size and the count of the items need. The size includes that of the count.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void close_compound(basic_writer<Room>& out, mark place, std::uint8_t code8,
                                                    std::uint64_t count) noexcept {
    const std::size_t size = out.size() - place.at - 3;
    if (size <= 0xFE && count <= 0xFF) [[likely]] {
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
    const mark place = open_compound(out, code::list8);
    for (const value& item : std::span{access::items_of(values), values.size()}) write_item(out, item, items);
    close_compound(out, place, code::list8, values.size());
}

template <class Map, keys Allowed>
constexpr std::uint64_t map_wire<Map, Allowed>::bound(const Map& entries) noexcept {
    return bound_of_items(entries, bounded_levels);
}

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void check_entry(basic_writer<Room>& out, keys allowed, const entry& e,
                                                 const options& rules) noexcept {
    const type usual_key = allowed == keys::application_properties ? type::string : type::symbol;
    if (e.key.type() == usual_key && e.value.type() == type::string && allowed != keys::filters) [[likely]]
        return;
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
        const mark place = open_compound(out, code::map8);
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

/// An aggregate with a descriptor and a table of its fields. Every member has an initializer, as what is absent on the
/// wire keeps that value.
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
        const mark place = open_compound(out, code::array8);
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

HUBWIRE_COLD constexpr any_descriptor read_unusual_descriptor(reader& in, std::uint8_t format_code, scope s) noexcept {
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

/// A quick reader takes numbers only, which is what peers send, in one byte or in eight.
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr any_descriptor read_descriptor(Reader& in, scope s) noexcept {
    const std::uint8_t format_code = in.u8();
    if (format_code == code::smallulong) [[likely]]
        return {.code = in.u8(), .is = any_descriptor::kind::number};
    if constexpr (std::same_as<Reader, quick_reader>) {
        in.expect(format_code == code::ulong, errc::amqp_descriptor, 0);
        return {.code = in.template be<std::uint64_t>(), .is = any_descriptor::kind::number};
    } else {
        return apart(in, [=](auto& copy) { return read_unusual_descriptor(copy, format_code, s); });
    }
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

/// Fields that contain no other values are read and written in line; others by a function for each type.
template <class Member>
concept leaf =
    requires { wire<Member>::of; } && (wire<Member>::of < type::list || requires { requires wire<Member>::is_leaf; });

template <class T>
struct wire<std::optional<T>> {
    static constexpr type of = wire<T>::of;
    static constexpr bool is_leaf = leaf<T>;
    /// Where the size does not depend on the value, it is no matter either whether there is one.
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound(const std::optional<T>& member) noexcept {
        if constexpr (of < type::list) {
            return wire<T>::bound(of < type::binary || !member ? T{} : *member);
        } else {
            return member ? wire<T>::bound(*member) : 1;
        }
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
        return wire<T>::bound(of < type::binary ? T{} : *member);
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
HUBWIRE_ALWAYS_INLINE constexpr void read_fields_in_line(Reader& in, std::uint8_t format_code, T& composite,
                                                         scope s) noexcept {
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
}
template <composite T, any_reader Reader>
HUBWIRE_NEVER_INLINE constexpr void read_fields(Reader& outer, std::uint8_t format_code, T& composite,
                                                scope s) noexcept {
    Reader in = outer;
    read_fields_in_line(in, format_code, composite, s);
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
        put_in_line(out, composite, s);
        outer = out;
    }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_in_line(basic_writer<Room>& out, const T& composite,
                                                            scope s) noexcept {
        static_assert(T::descriptor.code <= 0xFF);
        const scope fields = amqp::detail::inside(out, amqp::detail::inside(out, s));
        out.u8(code::described);
        out.u16(std::uint16_t{code::smallulong} << 8 | T::descriptor.code);
        const std::size_t count = s.rules->keep_trailing_nulls ? field_count<T> : count_fields(composite);
        if (count == 0) {
            out.u8(code::list0);
        } else {
            write_fields(out, composite, count, fields);
        }
    }

    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, T& composite, scope s) noexcept {
        if (take_descriptor(in, format_code, s)) read_fields(in, in.u8(), composite, s);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_in_line(any_reader auto& in, std::uint8_t format_code,
                                                             T& composite, scope s) noexcept {
        if (take_descriptor(in, format_code, s)) read_fields_in_line(in, in.u8(), composite, s);
    }

private:
    /// Whether the fields of this type come next; otherwise that has failed.
    HUBWIRE_ALWAYS_INLINE static constexpr bool take_descriptor(any_reader auto& in, std::uint8_t format_code,
                                                                scope s) noexcept {
        if (format_code != code::described) [[unlikely]] {
            refuse_code(in, format_code);
            return false;
        }
        const std::size_t at = in.offset();
        const any_descriptor found = read_descriptor(in, amqp::detail::inside(in, s));
        if (in.ok() && !found.matches(T::descriptor)) [[unlikely]]
            in.fail(errc::amqp_descriptor, at);
        return in.ok();
    }

    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void write_fields(basic_writer<Room>& out, const T& composite,
                                                             std::size_t count, scope s) noexcept {
        const mark place = open_compound(out, code::list8);
        [&]<std::size_t... Index>(std::index_sequence<Index...>) HUBWIRE_INLINE_LAMBDA {
            static_cast<void>(((Index < count && (write_field<Index>(out, composite, s), true)) && ...));
        }(indices{});
        if constexpr (requires { composite.broken_rule(); }) {
            if (const errc wrong = composite.broken_rule(); wrong != errc::none) out.fail(wrong);
        }
        close_compound(out, place, code::list8, count);
    }

    /// Up to the last one that is there, or has to be.
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE static constexpr std::size_t count_fields(const T& composite) noexcept {
        std::size_t count = field_count<T>;
        [&]<std::size_t... Before>(std::index_sequence<Before...>) HUBWIRE_INLINE_LAMBDA {
            static_cast<void>(((is_left_out<field_count<T> - 1 - Before>(composite) && (--count, true)) && ...));
        }(indices{});
        return count;
    }
    template <std::size_t Index>
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE static constexpr bool is_left_out(const T& composite) noexcept {
        constexpr auto f = std::get<Index>(T::field_table);
        return !f.mandatory && is_absent(composite.*f.member);
    }

    template <std::size_t Index>
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound_of_field(const T& composite) noexcept {
        constexpr auto f = std::get<Index>(T::field_table);
        return wire<std::remove_cvref_t<decltype(composite.*f.member)>>::bound(composite.*f.member);
    }

    template <std::size_t Index, room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void write_field(basic_writer<Room>& out, const T& composite,
                                                            scope s) noexcept {
        constexpr auto f = std::get<Index>(T::field_table);
        const auto& member = composite.*f.member;
        if (!is_absent(member)) {
            amqp::detail::write_field(out, member, s);
        } else {
            if constexpr (f.mandatory) out.fail(errc::amqp_missing_field);
            out.u8(code::null);
        }
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
    constexpr explicit any_of(const by_default<T>& alternative) noexcept : value(alternative.make()) {}

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
    constexpr choice() noexcept {}  // not "= default": that would make zeros throughout first
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
    constexpr explicit choice(const hubwire::detail::by_default<T>& alternative) noexcept
        : which_{index_of<T>()}, storage_{alternative} {}

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
        member = choice<Ts...>{by_default<T>{}};
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
    result<T> answer{std::in_place};
    reader in{input, when_short};
    take_from(in, *answer);
    if (in.left() != 0) in.fail(errc::leftover);
    if (!in.ok()) return in.error();
    return answer;
}

/// Reads a value that the input begins with, by a function that takes any reader: by a quick one, and again if that
/// fails.
template <class T, class Read>
HUBWIRE_COLD constexpr result<T> read_front_again(bytes input, errc when_short, const Read& take_from) noexcept {
    reader in{input, when_short};
    T answer{};
    take_from(in, answer);
    return in.result_of(answer);
}
template <class T, class Read>
HUBWIRE_ALWAYS_INLINE constexpr result<T> read_front(bytes input, errc when_short, const Read& take_from) noexcept {
    if constexpr (!optimize_for_size) {
        quick_reader in{input};
        T answer{};
        take_from(in, answer);
        if (in.ok()) [[likely]]
            return answer;
    }
    return read_front_again<T>(input, when_short, take_from);
}

/// The value, which may be large, is made where it is to be, and not copied. (For g++ 12 a function of its own has to
/// do that, of which the answer is a variable of the outermost block.)
template <class T, class Read>
HUBWIRE_ALWAYS_INLINE constexpr result<T> read_quickly(bytes input, errc when_short, const Read& take_from) noexcept {
    result<T> answer{std::in_place};
    quick_reader in{input};
    take_from(in, *answer);
    if (!in.ok() || in.left() != 0) [[unlikely]]
        answer = read_again<T>(input, when_short, take_from);
    return answer;
}

/// Reads a value that is all of the input, by a function that takes any reader: by a quick one, and again if that
/// fails.
template <class T, class Read>
HUBWIRE_ALWAYS_INLINE constexpr result<T> read_twice(bytes input, errc when_short, const Read& take_from) noexcept {
    // coverage: off, for -Os, and a build with it has it
    if constexpr (optimize_for_size) {
        return read_again<T>(input, when_short, take_from);
        // coverage: on
    } else {
        return read_quickly<T>(input, when_short, take_from);
    }
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

/// A value that is all there is to read or to write: where that is to be quick, a composite's fields are in line.
template <any_reader Reader, class T>
HUBWIRE_ALWAYS_INLINE constexpr void read_alone(Reader& in, T& v, scope s) noexcept {
    const std::uint8_t format_code = in.u8();
    if constexpr (composite<T> && std::same_as<Reader, quick_reader>) {
        wire<T>::take_in_line(in, format_code, v, s);
    } else {
        wire<T>::take_from(in, format_code, v, s);
    }
}
template <room Room, class T>
HUBWIRE_ALWAYS_INLINE constexpr void write_alone(basic_writer<Room>& out, const T& v, scope s) noexcept {
    if constexpr (composite<T> && Room == room::unchecked) {
        wire<T>::put_in_line(out, v, s);
    } else {
        wire<T>::put_into(out, v, s);
    }
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
        detail::write_alone(out, v, detail::scope{rules});
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
        detail::read_alone(in, v, detail::scope{rules});
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
        if (list_is_pending_) static_cast<void>(detail::open_compound(out_, detail::code::list8));
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
            static_cast<void>(detail::open_compound(out_, code8));
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
    /// tag is a view into this. Without its state, which was a view of a frame: what a transaction needs of that is to
    /// be kept when the frame comes.
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
    static constexpr bool is_leaf = true;
    static constexpr std::uint64_t bound(const message_id& id) noexcept { return wire<value>::bound(id.id_); }

    /// Most are texts.
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, const message_id& id,
                                                         scope s) noexcept {
        if (Room == room::unchecked && id.type() == type::string) [[likely]]
            return wire<std::string_view>::put_into(out, access::text_of(id.id_), s);
        apart(out, [&id, s](auto& copy) {
            put_any_into(copy, id, s);
            return true;
        });
    }
    template <any_reader Reader>
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(Reader& in, std::uint8_t format_code, message_id& id,
                                                          scope s) noexcept {
        if (std::same_as<Reader, quick_reader> && format_code == code::string8) [[likely]] {
            std::string_view text;
            wire<std::string_view>::take_from(in, format_code, text, s);
            access::set_text(id.id_, type::string, text);
            return;
        }
        apart(in, [&id, format_code, s](auto& copy) {
            take_any_from(copy, format_code, id, s);
            return true;
        });
    }

private:
    template <room Room>
    HUBWIRE_NEVER_INLINE static constexpr void put_any_into(basic_writer<Room>& out, const message_id& id,
                                                            scope s) noexcept {
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
    HUBWIRE_NEVER_INLINE static constexpr void take_any_from(any_reader auto& in, std::uint8_t format_code,
                                                             message_id& id, scope s) noexcept {
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
    return detail::read_front<section>(input, errc::incomplete, [](auto& in, section& found) HUBWIRE_INLINE_LAMBDA {
        found.kind = detail::read_section_kind(in, detail::unchecked_section);
        const std::size_t content_at = in.offset();
        detail::skip_value(in);
        found.content = in.read_since(content_at);
        found.whole = in.read_since(0);
    });
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
    const auto split = [message, kind](auto& in, split_message& parts) HUBWIRE_INLINE_LAMBDA {
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
        parts = {message.first(begin), message.first(end).without_first(begin), message.without_first(end)};
    };
    return detail::read_front<split_message>(message, errc::truncated, split);
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
            current_ = {detail::reread_as<decltype(Section::content)>(in, in.u8())};
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
        read_fields(in, in.u8(), section.emplace(by_default<T>{}), s);
    } else {
        const scope content = inside(in, s);
        wire<T>::take_from(in, in.u8(), section.emplace(), content);
    }
}

/// Reads a section of a body: the last one of so many, the first of which begins at the given offset.
template <class Section>
constexpr void read_body(any_reader auto& in, message_body& body, std::uint32_t count, std::size_t first_at,
                         scope s) noexcept {
    Section section;
    const scope content = inside(in, s);
    wire<decltype(Section::content)>::take_from(in, in.u8(), section.content, content);
    if constexpr (!std::same_as<Section, amqp_value>) {
        if (count != 1) {
            body = body_sections<Section>::on_the_wire(in.read_since(first_at), count);
            return;
        }
    }
    body = section;
}

constexpr void read_message(any_reader auto& in, message& m, scope s) noexcept {
    section_order order;
    std::size_t body_at = 0;
    std::uint32_t count = 0;  // of the sections of the body
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
                if (++count == 1) body_at = at;
                read_body<data>(in, m.body, count, body_at, s);
                break;
            case section_kind::amqp_sequence:
                if (++count == 1) body_at = at;
                read_body<amqp_sequence>(in, m.body, count, body_at, s);
                break;
            case section_kind::amqp_value:
                read_body<amqp_value>(in, m.body, 1, at, s);
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

// hubwire/core/same_items.hpp

#ifndef HUBWIRE_CORE_SAME_ITEMS_HPP
#define HUBWIRE_CORE_SAME_ITEMS_HPP

namespace hubwire::detail {

/// Whether two lists that are views have the same items, in the same order, wherever these lie.
template <class List>
[[nodiscard]] constexpr bool same_items(const List& a, const List& b) noexcept {
    auto at = a.begin();
    auto other = b.begin();
    for (; at != a.end() && other != b.end(); ++at, ++other) {
        if (!(*at == *other)) return false;
    }
    return at == a.end() && other == b.end();
}

}  // namespace hubwire::detail

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
    } else if (!secret.empty()) {
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
            const word stop = percent_bytes(w);
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
    const char* const begin = to;
    std::size_t at = 0;
    const auto put_unit = [&] {
        const percent_unit unit = percent_unit_at(text, at, reading);
        const char c = static_cast<char>(unit.byte);
        to += write_percent(to, {&c, 1}, rules);
        at += unit.size;
    };
    if constexpr (!optimize_for_size) {
        while (text.size() - at >= 3 * word_size) {
            const word w = load_word(text.data() + at);
            store_le(to, w);  // at least as many characters will stand here, as in read_percent
            const word stop = not_always_bare_bytes(w);
            const std::size_t bare = stop == 0 ? word_size : first_byte(stop);
            at += bare;
            to += bare;
            if (stop != 0) put_unit();
        }
    }
    while (at != text.size()) put_unit();
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
    std::size_t size = text.size();
    for (std::size_t at = detail::find_percent(text, 0); at != text.size();) {
        const detail::percent_unit unit = detail::percent_unit_at(text, at, rules);
        if (unit.size == 0) return error{.code = errc::percent_escape, .offset = at};
        size -= unit.size - 1;
        at = detail::find_percent(text, at + unit.size);
    }
    return size;
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

/// A text that is percent-encoded where it lies, such as a value in a property bag. Nothing is decoded until somebody
/// asks; to compare it takes no buffer.
class percent_text {
public:
    constexpr percent_text() noexcept = default;
    constexpr explicit percent_text(std::string_view encoded, bool keep_malformed = false) noexcept
        : encoded_{encoded}, keep_malformed_{keep_malformed} {}

    /// As it lies on the wire.
    [[nodiscard]] constexpr std::string_view encoded() const noexcept { return encoded_; }

    /// Whether a malformed % is taken for the character itself.
    [[nodiscard]] constexpr bool keeps_malformed() const noexcept { return keep_malformed_; }

    /// Whether it holds no %, so that it stands for itself, and encoded() is all there is to know.
    [[nodiscard]] constexpr bool is_plain() const noexcept {
        return detail::find_percent(encoded_, 0) == encoded_.size();
    }

    /// What it stands for, as decode_percent writes it.
    [[nodiscard]] constexpr result<bytes> decode(buffer output) const noexcept {
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

/// Writes what the text stands for. A malformed % fails, and nothing of the text is written.
template <room Room>
constexpr void put_decoded(basic_writer<Room>& out, const percent_text& text) noexcept {
    const std::string_view encoded = text.encoded();
    const std::size_t literal = detail::find_percent(encoded, 0);
    if (literal == encoded.size()) return out.put(encoded);
    const percent_options reading{.keep_malformed = text.keeps_malformed()};
    bool malformed = false;
    const auto size_of = [&](const result<std::size_t>& size) -> std::size_t {
        malformed = malformed || !size;
        return malformed ? 0 : *size;
    };
    out.put_with(
        encoded.size(), [&] { return size_of(percent_decoded_size(encoded, reading)); },
        [&](char* to) -> std::size_t {
            if (malformed) return 0;
            detail::copy(to, encoded.data(), literal);
            const std::string_view rest{encoded.data() + literal, encoded.size() - literal};
            const std::size_t size = size_of(detail::read_percent(to + literal, rest, reading));
            return malformed ? 0 : literal + size;
        });
    if (malformed) out.fail(errc::percent_escape);
}

/// Writes the text percent-encoded by these rules, however it was encoded before: what is escaped and need not be is
/// written as it is, and the other way round. A malformed % fails, and nothing of the text is written; one that is kept
/// is escaped.
template <room Room>
constexpr void put_percent(basic_writer<Room>& out, const percent_text& text,
                           const percent_options& rules = {}) noexcept {
    const std::string_view encoded = text.encoded();
    if (text.is_plain()) return put_percent(out, encoded, rules);
    if (encoded.size() > (std::numeric_limits<std::size_t>::max)() / 3) return out.fail(errc::too_long);
    const percent_options reading{.keep_malformed = text.keeps_malformed()};
    if (const auto size = percent_decoded_size(encoded, reading); !size) return out.fail(size.error().code);
    out.put_with(
        3 * encoded.size(), [&] { return detail::percent_size_again(encoded, reading, rules); },
        [&](char* to) { return detail::write_percent_again(to, encoded, reading, rules); });
}

}  // namespace hubwire::text

#endif

// hubwire/iothub/identity.hpp

#ifndef HUBWIRE_IOTHUB_IDENTITY_HPP
#define HUBWIRE_IOTHUB_IDENTITY_HPP

namespace hubwire::iothub {

/// Who is connected to the hub: a device, or one of the modules of a device.
struct identity {
    std::string_view device_id{};
    std::string_view module_id{};  // empty for the device itself

    [[nodiscard]] constexpr bool is_module() const noexcept { return !module_id.empty(); }
    friend constexpr bool operator==(const identity&, const identity&) noexcept = default;
};

namespace detail {

using namespace hubwire::detail;

inline constexpr std::size_t longest_identifier = 128;

/// What an identifier may consist of: letters and digits of ASCII, and these.
inline constexpr text::bare_characters identifier_characters{":+_#*?!(),=@;$'"};

/// A % may occur in an identifier, where nothing is ever decoded.
HUBWIRE_ALWAYS_INLINE constexpr bool may_be_in_identifier(char c) noexcept {
    return c == '%' || identifier_characters.contains(static_cast<unsigned char>(c));
}

}  // namespace detail

/// Whether a device or a module can have this identifier: 1 to 128 characters, ASCII letters and digits and
/// - : . + % _ # * ? ! ( ) , = @ ; $ and '. The offset is that of the first character that cannot stand.
[[nodiscard]] constexpr result<void> check_identifier(std::string_view id) noexcept {
    for (std::size_t at = 0; at != id.size(); ++at) {
        if (at == detail::longest_identifier) return error{.code = errc::iothub_identifier_length, .offset = at};
        if (!detail::may_be_in_identifier(id[at])) return error{.code = errc::iothub_identifier, .offset = at};
    }
    if (id.empty()) return error{.code = errc::iothub_identifier_length};
    return {};
}

/// Whether a device, or a module of it, can be called like this. The offset is within the identifier that cannot stand,
/// of which the device's comes first.
[[nodiscard]] constexpr result<void> check_identity(const identity& who) noexcept {
    const auto device = check_identifier(who.device_id);
    return !device || who.module_id.empty() ? device : check_identifier(who.module_id);
}

namespace detail {

/// How an identifier that is percent-encoded where it lies is read: as the hub's peers write it both encoded and as it
/// is, a % without two digits behind it stands for itself.
constexpr text::percent_text encoded_identifier(std::string_view encoded) noexcept {
    return text::percent_text{encoded, true};
}

/// check_identifier for what such a text stands for. The offset is that in the encoded text.
constexpr result<void> check_encoded_identifier(std::string_view encoded) noexcept {
    constexpr text::percent_options rules{.keep_malformed = true};
    std::size_t count = 0;
    for (std::size_t at = 0; at != encoded.size(); ++count) {
        const text::detail::percent_unit unit = text::detail::percent_unit_at(encoded, at, rules);
        if (count == longest_identifier) return error{.code = errc::iothub_identifier_length, .offset = at};
        if (!may_be_in_identifier(static_cast<char>(unit.byte)))
            return error{.code = errc::iothub_identifier, .offset = at};
        at += unit.size;
    }
    if (count == 0) return error{.code = errc::iothub_identifier_length};
    return {};
}

}  // namespace detail

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/text_part.hpp

#ifndef HUBWIRE_IOTHUB_TEXT_PART_HPP
#define HUBWIRE_IOTHUB_TEXT_PART_HPP

/// Parts of texts. (What std::string_view has for that can throw, or calls memchr.)
namespace hubwire::iothub::detail {

using namespace hubwire::detail;

/// Part of a text. Pre: at <= text.size() and n characters follow.
HUBWIRE_ALWAYS_INLINE constexpr std::string_view part_of(std::string_view text, std::size_t at,
                                                         std::size_t n) noexcept {
    return {text.data() + at, n};
}
HUBWIRE_ALWAYS_INLINE constexpr std::string_view rest_of(std::string_view text, std::size_t at) noexcept {
    return {text.data() + at, text.size() - at};
}

/// std::string_view::starts_with, which brings a symbol with it where it is not optimized.
HUBWIRE_ALWAYS_INLINE constexpr bool begins_with(std::string_view text, std::string_view word) noexcept {
    return text.size() >= word.size() && part_of(text, 0, word.size()) == word;
}

/// Takes a text off the front, if it is there.
constexpr bool take_prefix(std::string_view& text, std::string_view prefix) noexcept {
    if (!begins_with(text, prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// Where the character stands first, from `at` on; the size if it does not. Pre: at is not beyond the size.
template <char Ascii>
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr std::size_t find_or_end(std::string_view text, std::size_t at) noexcept {
    if constexpr (!optimize_for_size) {
        const auto found_in = [](word w) { return bytes_equal_to<Ascii>(w) & ~w; };  // what is not ASCII is left out
        for (; text.size() - at >= word_size; at += word_size) {
            const word found = found_in(load_word(text.data() + at));
            if (found != 0) return at + first_byte(found);
        }
        const std::size_t left = text.size() - at;
        if (left == 0) return at;
        if (text.size() >= word_size) {  // the last eight characters, without those before
            const word w = load_word(text.data() + (text.size() - word_size)) >> (8 * (word_size - left));
            const word found = found_in(w);
            return found != 0 ? at + first_byte(found) : text.size();
        }
    }
    while (at != text.size() && text[at] != Ascii) ++at;
    return at;
}

/// How many characters both texts begin with.
[[nodiscard]] HUBWIRE_COLD constexpr std::size_t common_prefix(std::string_view a, std::string_view b) noexcept {
    std::size_t at = 0;
    while (at != a.size() && at != b.size() && a[at] == b[at]) ++at;
    return at;
}

}  // namespace hubwire::iothub::detail

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

// hubwire/iothub/name.hpp

#ifndef HUBWIRE_IOTHUB_NAME_HPP
#define HUBWIRE_IOTHUB_NAME_HPP

/// The names of hubs and of policies, and how names are compared.
namespace hubwire::iothub {

namespace detail {

using namespace hubwire::detail;

inline constexpr std::string_view amqps_scheme = "amqps://";

inline constexpr text::bare_characters host_characters{""};
inline constexpr text::bare_characters policy_characters{"@"};

constexpr result<void> check_characters(std::string_view name, const text::bare_characters& of, errc code) noexcept {
    for (std::size_t at = 0; at != name.size(); ++at) {
        if (!of.contains(static_cast<unsigned char>(name[at]))) return error{.code = code, .offset = at};
    }
    if (name.empty()) return error{.code = code};
    return {};
}

HUBWIRE_ALWAYS_INLINE constexpr char lower_case(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace detail

/// Whether the texts are the same, save for the case of ASCII letters: so are names of hosts, and what edgeHub compares
/// in addresses.
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t at = 0; at != a.size(); ++at) {
        if (detail::lower_case(a[at]) != detail::lower_case(b[at])) return false;
    }
    return true;
}

namespace detail {

/// Whether the encoded text stands for these characters, save for the case of ASCII letters.
constexpr bool decodes_to_in_any_case(std::string_view encoded, std::string_view plain) noexcept {
    if (encoded == plain && find_or_end<'%'>(plain, 0) == plain.size()) return true;  // as it mostly is
    std::size_t at = 0;
    for (const char c : plain) {
        if (at == encoded.size()) return false;
        const text::detail::percent_unit unit = text::detail::percent_unit_at(encoded, at, {.keep_malformed = true});
        if (lower_case(static_cast<char>(unit.byte)) != lower_case(c)) return false;
        at += unit.size;
    }
    return at == encoded.size();
}

}  // namespace detail

/// Whether a host can be called like this, as the SDK for C# has it: letters, digits and - . _ of ASCII, one at least.
/// The offset is that of the first character that cannot stand.
[[nodiscard]] constexpr result<void> check_host_name(std::string_view name) noexcept {
    return detail::check_characters(name, detail::host_characters, errc::iothub_host_name);
}

/// The same, with a : and a port behind it or without.
[[nodiscard]] constexpr result<void> check_host_and_port(std::string_view host) noexcept {
    const std::size_t colon = detail::find_or_end<':'>(host, 0);
    const auto valid = check_host_name(detail::part_of(host, 0, colon));
    if (!valid || colon == host.size()) return valid;
    const auto port = text::decode_decimal<std::uint16_t>(detail::rest_of(host, colon + 1));
    if (!port) return error{.code = errc::iothub_host_name, .offset = colon + 1 + port.error().offset};
    return {};
}

/// Whether a policy can be called like this: the same characters and @.
[[nodiscard]] constexpr result<void> check_policy_name(std::string_view name) noexcept {
    return detail::check_characters(name, detail::policy_characters, errc::iothub_policy_name);
}

/// The name of the hub that has this host: myhub for myhub.azure-devices.net.
[[nodiscard]] constexpr std::string_view hub_name_of(std::string_view host_name) noexcept {
    return detail::part_of(host_name, 0, detail::find_or_end<'.'>(host_name, 0));
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/address.hpp

#ifndef HUBWIRE_IOTHUB_ADDRESS_HPP
#define HUBWIRE_IOTHUB_ADDRESS_HPP

/// The addresses of AMQP links: what a source or a target has, and the `to` of a message for a device.
namespace hubwire::iothub {

/// What there is at an address. Who is meant stands in it with the first four of devices and modules.
enum class endpoint : std::uint8_t {
    events,        // /devices/d[/modules/m]/messages/events: telemetry; to a module, what is routed to its inputs
    device_bound,  // /devices/d[/modules/m]/messages/devicebound: messages for the device; also their `to`
    twin,          // /devices/d[/modules/m]/twin
    methods,       // /devices/d[/modules/m]/methods/devicebound

    cbs,                   // $cbs: tokens are put there
    service_device_bound,  // /messages/devicebound: what services send to devices
    feedback,              // /messages/serviceBound/feedback: what became of it
    partition,             // /messages/events/ConsumerGroups/g/Partitions/p: telemetry, read by services
};

/// The consumer group that each hub has.
inline constexpr std::string_view default_consumer_group = "$Default";

/// An address to be written. What does not belong to its kind stays empty.
struct address {
    endpoint kind = endpoint::cbs;
    std::string_view host{};  // with a port or without: amqps://host before the path; empty for the path alone
    identity who{};
    std::string_view
        event_hub{};  // of a partition: where the hub redirects to; empty for the hub's own messages/events
    std::string_view consumer_group{};
    std::string_view partition{};

    friend constexpr bool operator==(const address&, const address&) noexcept = default;
};

/// An address as it was received, in parts that lie there; identifiers are percent-encoded or not.
struct address_view {
    endpoint kind = endpoint::cbs;
    std::string_view host{};
    text::percent_text device_id{};
    text::percent_text module_id{};
    text::percent_text event_hub{};
    text::percent_text consumer_group{};
    text::percent_text partition{};

    [[nodiscard]] constexpr bool is_module() const noexcept { return !module_id.encoded().empty(); }

    /// Whether the same is meant. The case of letters counts in identifiers and partitions, and not in the names of
    /// hosts, of event hubs and of consumer groups.
    friend constexpr bool operator==(const address_view& a, const address& b) noexcept;

    /// The same, wherever it is: one of the two may be relative, or of another host.
    [[nodiscard]] constexpr bool same_path(const address& other) const noexcept;
};

namespace detail {

/// How each kind is written: {d}, {m}, {e}, {g} and {p} stand for what an address has.
struct address_form {
    endpoint kind;
    bool longer;  // of a module, or of an event hub elsewhere
    std::string_view path;
};
inline constexpr address_form address_forms[] = {
    {endpoint::events, false, "/devices/{d}/messages/events"},
    {endpoint::events, true, "/devices/{d}/modules/{m}/messages/events"},
    {endpoint::device_bound, false, "/devices/{d}/messages/devicebound"},
    {endpoint::device_bound, true, "/devices/{d}/modules/{m}/messages/devicebound"},
    {endpoint::twin, false, "/devices/{d}/twin"},
    {endpoint::twin, true, "/devices/{d}/modules/{m}/twin"},
    {endpoint::methods, false, "/devices/{d}/methods/devicebound"},
    {endpoint::methods, true, "/devices/{d}/modules/{m}/methods/devicebound"},
    {endpoint::cbs, false, "/$cbs"},
    {endpoint::service_device_bound, false, "/messages/devicebound"},
    {endpoint::feedback, false, "/messages/serviceBound/feedback"},
    {endpoint::partition, false, "/messages/events/ConsumerGroups/{g}/Partitions/{p}"},
    {endpoint::partition, true, "/{e}/ConsumerGroups/{g}/Partitions/{p}"},
};

/// What stands for itself in the names of consumer groups, partitions and event hubs.
inline constexpr text::bare_characters group_characters{"~$"};

constexpr bool has_identity(endpoint kind) noexcept { return kind <= endpoint::methods; }

/// Whether the name of an event hub, a consumer group or a partition can stand in an address, encoded as it is.
constexpr result<void> check_address_name(std::string_view encoded) noexcept {
    for (std::size_t at = 0; at != encoded.size(); ++at) {
        const auto c = static_cast<unsigned char>(encoded[at]);
        if (c <= ' ' || c >= 0x7F || c == '/') return error{.code = errc::iothub_address_name, .offset = at};
    }
    if (encoded.empty()) return error{.code = errc::iothub_address_name};
    return {};
}

/// Which part of an address stands for {x}. Pre: x is one of the letters above.
constexpr text::percent_text& part_for(address_view& parts, char x) noexcept {
    if (x == 'd') return parts.device_id;
    if (x == 'm') return parts.module_id;
    if (x == 'e') return parts.event_hub;
    return x == 'g' ? parts.consumer_group : parts.partition;
}
constexpr std::string_view part_for(const address& parts, char x) noexcept {
    if (x == 'd') return parts.who.device_id;
    if (x == 'm') return parts.who.module_id;
    if (x == 'e') return parts.event_hub;
    return x == 'g' ? parts.consumer_group : parts.partition;
}

/// Whether the path has the form, and if not, where it leaves it.
constexpr error match_address(std::string_view path, const address_form& form, address_view& parts) noexcept {
    std::size_t at = 0;
    for (std::size_t i = 0; i != form.path.size(); ++i) {
        if (form.path[i] != '{') {
            if (at == path.size() || lower_case(path[at]) != lower_case(form.path[i]))
                return {.code = errc::iothub_address, .offset = at};
            ++at;
            continue;
        }
        const char x = form.path[i + 1];
        i += 2;
        const std::size_t end = find_or_end<'/'>(path, at);
        const std::string_view segment = part_of(path, at, end - at);
        const auto valid = x == 'd' || x == 'm' ? check_encoded_identifier(segment) : check_address_name(segment);
        if (!valid) return {.code = valid.error().code, .offset = at + valid.error().offset};
        part_for(parts, x) = encoded_identifier(segment);
        at = end;
    }
    if (at != path.size()) return {.code = errc::iothub_address, .offset = at};
    return {};
}

}  // namespace detail

constexpr bool address_view::same_path(const address& other) const noexcept {
    return kind == other.kind && device_id == other.who.device_id && module_id == other.who.module_id &&
           detail::decodes_to_in_any_case(event_hub.encoded(), other.event_hub) &&
           detail::decodes_to_in_any_case(consumer_group.encoded(), other.consumer_group) &&
           partition == other.partition;
}
constexpr bool operator==(const address_view& a, const address& b) noexcept {
    return equal_ignoring_case(a.host, b.host) && a.same_path(b);
}

/// What the address is: a path, such as /devices/MyDevice01/twin, or the same behind amqps:// and a host. What is fixed
/// may be in any case, as deviceBound is met, a second / before it, as //devices/... is, and $cbs without one. What is
/// refused is refused where it leaves the address that it most looks like.
[[nodiscard]] constexpr result<address_view> decode_address(std::string_view text) noexcept {
    std::string_view path = text;
    std::string_view host{};
    constexpr std::size_t scheme = detail::amqps_scheme.size();
    if (text.size() >= scheme && equal_ignoring_case(detail::part_of(text, 0, scheme), detail::amqps_scheme)) {
        const std::size_t end = detail::find_or_end<'/'>(text, scheme);
        host = detail::part_of(text, scheme, end - scheme);
        path = detail::rest_of(text, end);
        if (const auto valid = check_host_and_port(host); !valid)
            return error{.code = valid.error().code, .offset = scheme + valid.error().offset};
    } else if (equal_ignoring_case(text, "$cbs")) {
        return address_view{};
    }
    if (detail::begins_with(path, "//")) path.remove_prefix(1);
    const std::size_t before = text.size() - path.size();

    error furthest{.code = errc::iothub_address};
    for (const detail::address_form& form : detail::address_forms) {
        address_view parts{.kind = form.kind, .host = host};
        const error fault = detail::match_address(path, form, parts);
        if (fault.code == errc::none) return parts;
        // Of two that go equally far, what is wrong with a name says more than that it is no name.
        if (fault.offset > furthest.offset || (fault.offset == furthest.offset && fault.code != errc::iothub_address))
            furthest = fault;
    }
    furthest.offset += before;
    return furthest;
}

/// Writes an address, in the form of the documentation. Identifiers are percent-encoded, which to most of them makes no
/// difference, as the SDK for Node does, and edgeHub expects. What has no place in the kind of address fails, as does
/// what is missing.
template <room Room>
constexpr void put_address(basic_writer<Room>& out, const address& where) noexcept {
    const bool partition = where.kind == endpoint::partition;
    const bool stray =
        (!detail::has_identity(where.kind) && where.who != identity{}) ||
        (!partition && !(where.event_hub.empty() && where.consumer_group.empty() && where.partition.empty()));
    if (stray) out.fail(errc::iothub_address);
    if (detail::has_identity(where.kind)) {
        if (const auto valid = check_identity(where.who); !valid) out.fail(valid.error().code);
    }
    if (!where.host.empty()) {
        out.put(detail::amqps_scheme);
        if (const auto valid = check_host_and_port(where.host); !valid) out.fail(valid.error().code);
        out.put(where.host);
    } else if (where.kind == endpoint::cbs) {
        return out.put(std::string_view{"$cbs"});
    }
    const bool longer = partition ? !where.event_hub.empty() : where.who.is_module();
    for (const detail::address_form& form : detail::address_forms) {
        if (form.kind != where.kind || form.longer != longer) continue;
        std::size_t at = 0;
        while (at != form.path.size()) {
            const std::size_t brace = detail::find_or_end<'{'>(form.path, at);
            out.put(detail::part_of(form.path, at, brace - at));
            at = brace;
            if (at == form.path.size()) break;
            const char x = form.path[at + 1];
            const std::string_view name = detail::part_for(where, x);
            if (name.empty()) out.fail(errc::iothub_address_name);
            text::put_percent(out, name, {.bare = detail::group_characters});
            at += 3;
        }
        return;
    }
    out.fail(errc::iothub_address);  // of a kind that there is not
}
[[nodiscard]] constexpr result<bytes> encode_address(buffer output HUBWIRE_LIFETIMEBOUND,
                                                     const address& where) noexcept {
    writer out{output};
    put_address(out, where);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const address& where) noexcept {
    counting_writer out;
    put_address(out, where);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/amqp_operation.hpp

#ifndef HUBWIRE_IOTHUB_AMQP_OPERATION_HPP
#define HUBWIRE_IOTHUB_AMQP_OPERATION_HPP

/// What the hub and those connected to it ask of each other and answer, each an AMQP message with certain properties or
/// annotations: cbs.hpp, amqp_twin.hpp and amqp_method.hpp have an aggregate for every one of them. All are written and
/// read by the functions here:
///     auto wire = iothub::encode(memory, cbs::put_token{.message_id = 1, .audience = "...", .token = token});
///     auto reply = iothub::decode<cbs::reply>(received);
namespace hubwire::iothub {

namespace detail {

/// Why a message is not what it is read as, and the section that is to blame.
struct refusal {
    errc code = errc::none;
    amqp::section_kind section = amqp::section_kind::header;
};

/// How T is a message: `use_message(operation, use)` calls use with it, `take_from(message, operation)` is the way
/// back, and `broken_rule(operation)` is what both of them refuse.
template <class T>
struct operation_form;

/// Entries of a map of which some may be left out.
template <std::size_t Most>
class entry_list {
public:
    /// Pre: there are fewer than Most.
    constexpr void add(const amqp::value& key, const amqp::value& value) noexcept { items_[size_++] = {key, value}; }

    /// The same if there is a value.
    template <class T>
    constexpr void add(const amqp::value& key, const std::optional<T>& value) noexcept {
        if (value) add(key, amqp::value{*value});
    }

    [[nodiscard]] constexpr amqp::map view() const noexcept HUBWIRE_LIFETIMEBOUND {
        return std::span<const amqp::entry>{items_, size_};
    }

private:
    amqp::entry items_[Most]{};
    std::size_t size_ = 0;
};

/// The values of these keys, strings or symbols, in one pass over the map: of each the first, or null.
template <std::same_as<std::string_view>... Names>
constexpr auto pick(const amqp::map& entries, Names... names) noexcept {
    std::array<amqp::value, sizeof...(Names)> found{};
    for (const amqp::entry e : entries) {
        const auto key = e.key.text();
        if (!key) continue;
        std::size_t index = 0;
        static_cast<void>(
            ((*key == names ? (found[index].is_null() ? found[index] = e.value : e.value, true) : (++index, false)) ||
             ...));
    }
    return found;
}

/// A copy. In constant expressions clang does not assign an optional that is empty.
template <class T>
constexpr void assign(std::optional<T>& to, const std::optional<T>& from) noexcept {
    to.reset();
    if (from) to.emplace(*from);
}

/// The properties or annotations of a message that may have none.
template <class Map>
constexpr amqp::map entries_of(const std::optional<Map>& section) noexcept {
    return section ? amqp::map{*section} : amqp::map{};
}

/// Reads a text, a string or a symbol, or a number, an integer of any type that fits.
constexpr errc read_value(const amqp::value& v, std::string_view& text) noexcept {
    const auto found = v.text();
    if (!found) return v.is_null() ? errc::iothub_amqp_absent : errc::iothub_amqp_type;
    text = *found;
    return errc::none;
}
constexpr errc read_value(const amqp::value& v, std::int64_t& number) noexcept {
    const auto found = v.integer();
    if (!found) return v.is_null() ? errc::iothub_amqp_absent : errc::iothub_amqp_type;
    number = *found;
    return errc::none;
}
constexpr errc read_value(const amqp::value& v, std::int32_t& number) noexcept {
    std::int64_t wide = 0;
    const errc wrong = read_value(v, wide);
    if (wrong != errc::none) return wrong;
    number = static_cast<std::int32_t>(wide);
    return number == wide ? errc::none : errc::iothub_amqp_type;
}
template <class T>
constexpr errc read_value(const amqp::value& v, std::optional<T>& member) noexcept {
    if (v.is_null()) return errc::none;
    return read_value(v, member.emplace());
}

/// Whether there is no body, or only a null, which the SDK for Node sends in its place.
constexpr bool is_no_body(const amqp::message_body& body) noexcept {
    if (body.kind() == amqp::body_kind::none) return true;
    const auto value = body.single_value();
    return value && value->is_null();
}

/// Reads the bytes that a body is, if there is one.
constexpr errc read_body(const amqp::message& m, bytes& body) noexcept {
    if (is_no_body(m.body)) return errc::none;
    const auto content = m.body.single_data();
    if (!content) return errc::iothub_amqp_body;
    body = *content;
    return errc::none;
}

/// Operations that come nearly always in one form, which can be read without looking at them as a message.
template <class T>
concept has_usual_form = requires(bytes message, T& operation, const amqp::options& rules) {
    { operation_form<T>::take_usual(message, operation, rules) } -> std::same_as<bool>;
};

constexpr bool is_of_body(amqp::section_kind kind) noexcept {
    return amqp::section_kind::data <= kind && kind <= amqp::section_kind::amqp_value;
}

/// Where in the message the refusal is to blame: at the beginning of the section, or at the end if it is not there.
HUBWIRE_COLD constexpr error located(bytes message, const refusal& why) noexcept {
    bytes rest = message;
    while (!rest.empty()) {
        const auto next = amqp::cut_section(rest);
        if (!next || next->kind == why.section || (is_of_body(next->kind) && is_of_body(why.section))) break;
        rest = rest.without_first(next->whole.size());
    }
    return {.code = why.code, .offset = message.size() - rest.size()};
}

}  // namespace detail

/// An aggregate that stands for an AMQP message of the hub.
template <class T>
concept amqp_operation = requires(const T& operation, T& read, const amqp::message& m) {
    { detail::operation_form<T>::broken_rule(operation) } -> std::same_as<errc>;
    { detail::operation_form<T>::take_from(m, read) } -> std::same_as<detail::refusal>;
};

/// Calls use with the message that the operation is, and returns what that returns: for a message that is to be sent
/// in parts, by amqp::encode_head, or with sections of the caller's own. The maps in it live no longer than the call.
/// What is wrong with the operation is not looked at.
template <amqp_operation T, class Use>
constexpr auto as_message(const T& operation, Use use) noexcept {
    return detail::operation_form<T>::use_message(operation, use);
}

/// Writes the operation as a message.
template <amqp_operation T, room Room>
constexpr void put_message(basic_writer<Room>& out, const T& operation, const amqp::options& rules = {}) noexcept {
    if (const errc wrong = detail::operation_form<T>::broken_rule(operation); wrong != errc::none)
        return out.fail(wrong);
    as_message(operation,
               [&](const amqp::message& m) { amqp::detail::write_message(out, m, amqp::detail::scope{rules}); });
}

/// The same, as the message that the bytes returned are.
template <amqp_operation T>
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const T& operation,
                                             const amqp::options& rules = {}) noexcept {
    if (const errc wrong = detail::operation_form<T>::broken_rule(operation); wrong != errc::none)
        return error{.code = wrong};
    return as_message(operation, [&](const amqp::message& m) { return amqp::encode(output, m, rules); });
}

/// How many bytes encode would write, or why it would not.
template <amqp_operation T>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const T& operation, const amqp::options& rules = {}) noexcept {
    counting_writer out;
    put_message(out, operation, rules);
    return out.finish();
}

/// The operation that a message is, if it is a T. What T says nothing of is passed over. The offset of an error is 0.
template <amqp_operation T>
[[nodiscard]] constexpr result<T> decode(const amqp::message& m) noexcept {
    result<T> answer{T{}};
    const detail::refusal why = detail::operation_form<T>::take_from(m, *answer);
    if (why.code != errc::none) answer = error{.code = why.code};
    return answer;
}

/// The same of a message as bytes, all of which is checked. Texts and bodies are views into the input. Where it is a
/// message but not a T, the offset of the error is that of the section to blame, or the end if that is not there.
/// The hub and its SDKs leave empty bodies out: options{.no_body = true} accepts that.
template <amqp_operation T>
[[nodiscard]] constexpr result<T> decode(bytes message, const amqp::options& rules = {}) noexcept {
    result<T> answer{T{}};
    if constexpr (detail::has_usual_form<T>) {
        if (detail::operation_form<T>::take_usual(message, *answer, rules)) return answer;
    }
    const auto m = amqp::decode<amqp::message>(message, rules);
    if (!m) {
        answer = m.error();
        return answer;
    }
    const detail::refusal why = detail::operation_form<T>::take_from(*m, *answer);
    if (why.code != errc::none) answer = detail::located(message, why);
    return answer;
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/amqp_method.hpp

#ifndef HUBWIRE_IOTHUB_AMQP_METHOD_HPP
#define HUBWIRE_IOTHUB_AMQP_METHOD_HPP

/// Direct methods over AMQP: what is sent on the two links to .../methods/devicebound. encode and decode are in
/// amqp_operation.hpp.
namespace hubwire::iothub::amqp_method {

/// What the hub asks a device or a module to do.
struct request {
    std::optional<amqp::message_id> correlation_id{};  // a UUID of the hub's; there has to be one
    std::string_view name{};                           // not empty
    bytes payload{};                                   // empty, or JSON

    friend constexpr bool operator==(const request&, const request&) noexcept = default;
};

/// What came of it.
struct reply {
    std::optional<amqp::message_id> correlation_id{};  // that of the request, of the same type; there has to be one
    std::int32_t status = 200;                         // what the device and those who call it agree on
    bytes payload{};                                   // empty, or JSON

    friend constexpr bool operator==(const reply&, const reply&) noexcept = default;
};

}  // namespace hubwire::iothub::amqp_method

namespace hubwire::iothub::detail {

template <>
struct operation_form<amqp_method::request> {
    static constexpr errc broken_rule(const amqp_method::request& r) noexcept {
        return r.correlation_id && !r.name.empty() ? errc::none : errc::iothub_amqp_absent;
    }

    template <class Use>
    static constexpr auto use_message(const amqp_method::request& r, Use& use) noexcept {
        const amqp::entry properties[] = {{"IoThub-methodname", r.name}};
        return use(amqp::message{.properties = amqp::properties{.correlation_id = r.correlation_id},
                                 .application_properties = amqp::map{properties},
                                 .body = amqp::data{r.payload}});
    }

    static constexpr refusal take_from(const amqp::message& m, amqp_method::request& r) noexcept {
        using namespace std::string_view_literals;
        if (m.properties) assign(r.correlation_id, m.properties->correlation_id);
        if (!r.correlation_id) return {errc::iothub_amqp_absent, amqp::section_kind::properties};
        const auto [name] = pick(entries_of(m.application_properties), "IoThub-methodname"sv);
        errc wrong = read_value(name, r.name);
        if (wrong == errc::none) wrong = broken_rule(r);
        if (wrong != errc::none) return {wrong, amqp::section_kind::application_properties};
        return {read_body(m, r.payload), amqp::section_kind::data};
    }
};

template <>
struct operation_form<amqp_method::reply> {
    static constexpr errc broken_rule(const amqp_method::reply& r) noexcept {
        return r.correlation_id ? errc::none : errc::iothub_amqp_absent;
    }

    template <class Use>
    static constexpr auto use_message(const amqp_method::reply& r, Use& use) noexcept {
        const amqp::entry properties[] = {{"IoThub-status", r.status}};
        return use(amqp::message{.properties = amqp::properties{.correlation_id = r.correlation_id},
                                 .application_properties = amqp::map{properties},
                                 .body = amqp::data{r.payload}});
    }

    static constexpr refusal take_from(const amqp::message& m, amqp_method::reply& r) noexcept {
        using namespace std::string_view_literals;
        if (m.properties) assign(r.correlation_id, m.properties->correlation_id);
        if (!r.correlation_id) return {errc::iothub_amqp_absent, amqp::section_kind::properties};
        const auto [status] = pick(entries_of(m.application_properties), "IoThub-status"sv);
        if (const errc wrong = read_value(status, r.status); wrong != errc::none)
            return {wrong, amqp::section_kind::application_properties};
        return {read_body(m, r.payload), amqp::section_kind::data};
    }
};

}  // namespace hubwire::iothub::detail

#endif

// hubwire/iothub/amqp_twin.hpp

#ifndef HUBWIRE_IOTHUB_AMQP_TWIN_HPP
#define HUBWIRE_IOTHUB_AMQP_TWIN_HPP

/// The twin of a device or a module over AMQP: what is sent on the two links to .../twin, and its JSON as bytes. encode
/// and decode are in amqp_operation.hpp.
namespace hubwire::iothub::amqp_twin {

/// What is done with a resource. To put the resource of desired properties is to subscribe to their updates, to delete
/// it is to unsubscribe.
enum class operation : std::uint8_t { get, patch, put, delete_ };

namespace resource {
inline constexpr std::string_view reported{"/properties/reported"};
inline constexpr std::string_view desired{"/properties/desired"};
inline constexpr std::string_view desired_updates{"/notifications/twin/properties/desired"};
}  // namespace resource

/// What a device asks. Without a resource it is the whole twin.
struct request {
    std::optional<amqp::message_id> correlation_id{};  // there has to be one
    amqp_twin::operation operation = amqp_twin::operation::get;
    std::optional<std::string_view> resource{};
    std::optional<std::int64_t> version{};  // for a patch: only if the properties are still of this version
    bytes body{};                           // empty, or JSON

    friend constexpr bool operator==(const request&, const request&) noexcept = default;
};

/// What the hub answers.
struct reply {
    std::optional<amqp::message_id> correlation_id{};  // that of the request; there has to be one
    std::int32_t status = 200;                         // as in HTTP
    std::optional<std::int64_t> version{};             // of the properties, after a patch
    std::optional<std::string_view> resource{};
    bytes body{};  // empty, or JSON

    [[nodiscard]] constexpr bool is_success() const noexcept { return 200 <= status && status < 300; }
    friend constexpr bool operator==(const reply&, const reply&) noexcept = default;
};

/// What the hub sends by itself where desired properties have changed.
struct desired_update {
    std::string_view resource{amqp_twin::resource::desired_updates};  // or resource::desired
    std::optional<std::int64_t> version{};
    bytes body{};

    friend constexpr bool operator==(const desired_update&, const desired_update&) noexcept = default;
};

/// Whether a message on the link to the device answers nothing, so that it is a desired_update, and no reply.
[[nodiscard]] constexpr bool is_desired_update(const amqp::message& m) noexcept {
    return !m.properties || !m.properties->correlation_id;
}

}  // namespace hubwire::iothub::amqp_twin

namespace hubwire::iothub::detail {

inline constexpr std::string_view twin_operations[] = {"GET", "PATCH", "PUT", "DELETE"};

/// A request without a body has one space in its place, as the SDKs have it. What the hub sends has nothing there: the
/// SDK for Node takes whatever is there for JSON.
inline constexpr std::string_view no_twin_body{" "};

constexpr errc read_twin_body(const amqp::message& m, bytes& body) noexcept {
    const errc wrong = read_body(m, body);
    if (body.text() == no_twin_body) body = {};
    return wrong;
}

constexpr errc read_twin_operation(const amqp::value& v, amqp_twin::operation& operation) noexcept {
    std::string_view name;
    if (const errc wrong = read_value(v, name); wrong != errc::none) return wrong;
    for (std::size_t index = 0; index != std::size(twin_operations); ++index) {
        if (name != twin_operations[index]) continue;
        operation = static_cast<amqp_twin::operation>(index);
        return errc::none;
    }
    return errc::iothub_amqp_operation;
}

/// What stands in the way of an answer to a request, or to the one that this answers.
template <class T>
constexpr refusal read_correlation_id(const amqp::message& m, T& operation) noexcept {
    if (m.properties) assign(operation.correlation_id, m.properties->correlation_id);
    return {operation.correlation_id ? errc::none : errc::iothub_amqp_absent, amqp::section_kind::properties};
}

template <>
struct operation_form<amqp_twin::request> {
    static constexpr errc broken_rule(const amqp_twin::request& r) noexcept {
        if (static_cast<std::size_t>(r.operation) >= std::size(twin_operations)) return errc::iothub_amqp_operation;
        return r.correlation_id ? errc::none : errc::iothub_amqp_absent;
    }

    template <class Use>
    static constexpr auto use_message(const amqp_twin::request& r, Use& use) noexcept {
        entry_list<3> annotations;
        annotations.add(amqp::symbol{"operation"}, twin_operations[static_cast<std::size_t>(r.operation)]);
        annotations.add(amqp::symbol{"resource"}, r.resource);
        annotations.add(amqp::symbol{"version"}, r.version);
        return use(amqp::message{.message_annotations = annotations.view(),
                                 .properties = amqp::properties{.correlation_id = r.correlation_id},
                                 .body = amqp::data{r.body.empty() ? bytes{no_twin_body} : r.body}});
    }

    static constexpr refusal take_from(const amqp::message& m, amqp_twin::request& r) noexcept {
        using namespace std::string_view_literals;
        const auto [operation, resource, version] =
            pick(entries_of(m.message_annotations), "operation"sv, "resource"sv, "version"sv);
        errc wrong = read_twin_operation(operation, r.operation);
        if (wrong == errc::none) wrong = read_value(resource, r.resource);
        if (wrong == errc::none) wrong = read_value(version, r.version);
        if (wrong != errc::none) return {wrong, amqp::section_kind::message_annotations};
        if (const refusal why = read_correlation_id(m, r); why.code != errc::none) return why;
        return {read_twin_body(m, r.body), amqp::section_kind::data};
    }
};

template <>
struct operation_form<amqp_twin::reply> {
    static constexpr errc broken_rule(const amqp_twin::reply& r) noexcept {
        return r.correlation_id ? errc::none : errc::iothub_amqp_absent;
    }

    template <class Use>
    static constexpr auto use_message(const amqp_twin::reply& r, Use& use) noexcept {
        entry_list<3> annotations;
        annotations.add(amqp::symbol{"status"}, r.status);
        annotations.add(amqp::symbol{"version"}, r.version);
        annotations.add(amqp::symbol{"resource"}, r.resource);
        return use(amqp::message{.message_annotations = annotations.view(),
                                 .properties = amqp::properties{.correlation_id = r.correlation_id},
                                 .body = amqp::data{r.body}});
    }

    static constexpr refusal take_from(const amqp::message& m, amqp_twin::reply& r) noexcept {
        using namespace std::string_view_literals;
        if (const refusal why = read_correlation_id(m, r); why.code != errc::none) return why;
        const auto [status, version, resource] =
            pick(entries_of(m.message_annotations), "status"sv, "version"sv, "resource"sv);
        errc wrong = read_value(status, r.status);
        if (wrong == errc::none) wrong = read_value(version, r.version);
        if (wrong == errc::none) wrong = read_value(resource, r.resource);
        if (wrong != errc::none) return {wrong, amqp::section_kind::message_annotations};
        return {read_twin_body(m, r.body), amqp::section_kind::data};
    }
};

template <>
struct operation_form<amqp_twin::desired_update> {
    static constexpr errc broken_rule(const amqp_twin::desired_update& u) noexcept {
        const bool is_known =
            u.resource == amqp_twin::resource::desired_updates || u.resource == amqp_twin::resource::desired;
        return is_known ? errc::none : errc::iothub_amqp_operation;
    }

    template <class Use>
    static constexpr auto use_message(const amqp_twin::desired_update& u, Use& use) noexcept {
        entry_list<2> annotations;
        annotations.add(amqp::symbol{"resource"}, u.resource);
        annotations.add(amqp::symbol{"version"}, u.version);
        return use(amqp::message{.message_annotations = annotations.view(), .body = amqp::data{u.body}});
    }

    static constexpr refusal take_from(const amqp::message& m, amqp_twin::desired_update& u) noexcept {
        using namespace std::string_view_literals;
        if (!amqp_twin::is_desired_update(m)) return {errc::iothub_amqp_operation, amqp::section_kind::properties};
        const auto [resource, version] = pick(entries_of(m.message_annotations), "resource"sv, "version"sv);
        errc wrong = read_value(resource, u.resource);
        if (wrong == errc::none) wrong = broken_rule(u);
        if (wrong == errc::none) wrong = read_value(version, u.version);
        if (wrong != errc::none) return {wrong, amqp::section_kind::message_annotations};
        return {read_twin_body(m, u.body), amqp::section_kind::data};
    }
};

}  // namespace hubwire::iothub::detail

#endif

// hubwire/iothub/amqp_uri.hpp

#ifndef HUBWIRE_IOTHUB_AMQP_URI_HPP
#define HUBWIRE_IOTHUB_AMQP_URI_HPP

/// amqps://user:password@host/path: everything that it takes to connect, in the one text that AMQP libraries for Python
/// and others ask for. It holds a secret: where it is logged, the token is known.
namespace hubwire::iothub {

/// What such a URI is made of. The user is what encode_plain_user writes, the password a token, the path an address.
struct amqp_uri {
    std::string_view user{};
    std::string_view password{};
    std::string_view host{};  // with a port or without
    std::string_view path{};  // empty, or / and more

    friend constexpr bool operator==(const amqp_uri&, const amqp_uri&) noexcept = default;
};

namespace detail {

/// As Python's quote_plus does: what is not unreserved is escaped, but a space is a +.
template <room Room>
constexpr void put_quoted(basic_writer<Room>& out, std::string_view text) noexcept {
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = find_or_end<' '>(text, at);
        if (at != 0) out.put(std::string_view{"+"});
        text::put_percent(out, part_of(text, at, end - at));
        at = end + 1;
    }
}

/// Whether each character can stand in a path: a URI is in one piece, of printable ASCII.
constexpr result<void> check_uri_path(std::string_view path) noexcept {
    for (std::size_t at = 0; at != path.size(); ++at) {
        const auto c = static_cast<unsigned char>(path[at]);
        if (c <= ' ' || c >= 0x7F || (at == 0 && c != '/')) return error{.code = errc::iothub_amqp_uri, .offset = at};
    }
    return {};
}

}  // namespace detail

/// Writes the URI; user and password are escaped, host and path are as they are.
template <room Room>
constexpr void put_amqp_uri(basic_writer<Room>& out, const amqp_uri& uri) noexcept {
    if (uri.user.empty() || uri.password.empty()) return out.fail(errc::iothub_amqp_uri);
    if (const auto valid = check_host_and_port(uri.host); !valid) return out.fail(valid.error().code);
    if (const auto valid = detail::check_uri_path(uri.path); !valid) return out.fail(valid.error().code);
    out.put(detail::amqps_scheme);
    detail::put_quoted(out, uri.user);
    out.put(std::string_view{":"});
    detail::put_quoted(out, uri.password);
    out.put(std::string_view{"@"});
    out.put(uri.host);
    out.put(uri.path);
}
[[nodiscard]] constexpr result<bytes> encode_amqp_uri(buffer output HUBWIRE_LIFETIMEBOUND,
                                                      const amqp_uri& uri) noexcept {
    writer out{output};
    put_amqp_uri(out, uri);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const amqp_uri& uri) noexcept {
    counting_writer out;
    put_amqp_uri(out, uri);
    return out.finish();
}

/// A text that is escaped where it lies in a URI: percent-encoded, and a + for each space.
class quoted_text {
    /// Until one is not welcome, or the text malformed; whether all were.
    template <class Take>
    constexpr bool for_each_byte(error& fault, Take take) const noexcept {
        for (std::size_t at = 0; at != encoded_.size();) {
            const text::detail::percent_unit unit = text::detail::percent_unit_at(encoded_, at, {});
            if (unit.size == 0) {
                fault = {.code = errc::percent_escape, .offset = at};
                return false;
            }
            if (!take(encoded_[at] == '+' ? static_cast<unsigned char>(' ') : unit.byte)) return false;
            at += unit.size;
        }
        return true;
    }

public:
    constexpr quoted_text() noexcept = default;
    constexpr explicit quoted_text(std::string_view encoded) noexcept : encoded_{encoded} {}

    /// As it lies there.
    [[nodiscard]] constexpr std::string_view encoded() const noexcept { return encoded_; }

    /// What it stands for, written to the output, which may not overlap it. A malformed % is refused where it stands;
    /// "no space" comes after that: with so much more, it decodes.
    [[nodiscard]] constexpr result<bytes> decode(buffer output) const noexcept {
        writer out{output};
        error fault{};
        for_each_byte(fault, [&out](unsigned char byte) { return out.u8(byte), true; });
        return fault.code == errc::none ? out.finish() : fault;
    }

    /// Whether it stands for these characters.
    friend constexpr bool operator==(const quoted_text& a, std::string_view plain) noexcept {
        error fault{};
        std::size_t at = 0;
        const bool same = a.for_each_byte(fault, [&](unsigned char byte) {
            const bool right = at != plain.size() && static_cast<unsigned char>(plain[at]) == byte;
            ++at;
            return right;
        });
        return same && at == plain.size();
    }

private:
    std::string_view encoded_{};
};

/// A URI in its parts, as they lie there.
struct amqp_uri_view {
    quoted_text user{};
    quoted_text password{};
    std::string_view host{};
    std::string_view path{};
};

/// The parts of the URI. A user and a password have to be there; neither has a : or an @ that is not escaped.
[[nodiscard]] constexpr result<amqp_uri_view> decode_amqp_uri(std::string_view text) noexcept {
    const auto refused = [](std::size_t at) { return error{.code = errc::iothub_amqp_uri, .offset = at}; };
    constexpr std::size_t begin = detail::amqps_scheme.size();
    std::size_t same = 0;
    while (same != begin && same != text.size() && detail::lower_case(text[same]) == detail::amqps_scheme[same]) ++same;
    if (same != begin) return refused(same);
    const auto find_first = [text](std::size_t at, auto... stops) {
        while (at != text.size() && ((text[at] != stops) && ...)) ++at;
        return at;
    };
    const std::size_t colon = find_first(begin, ':', '@', '/');
    if (colon == begin || colon == text.size() || text[colon] != ':') return refused(colon);
    const std::size_t at_sign = find_first(colon + 1, ':', '@', '/');
    if (at_sign == colon + 1 || at_sign == text.size() || text[at_sign] != '@') return refused(at_sign);
    const std::size_t slash = find_first(at_sign + 1, '/');
    const amqp_uri_view uri{.user = quoted_text{detail::part_of(text, begin, colon - begin)},
                            .password = quoted_text{detail::part_of(text, colon + 1, at_sign - colon - 1)},
                            .host = detail::part_of(text, at_sign + 1, slash - at_sign - 1),
                            .path = detail::rest_of(text, slash)};
    if (const auto valid = check_host_and_port(uri.host); !valid)
        return error{.code = valid.error().code, .offset = at_sign + 1 + valid.error().offset};
    if (const auto valid = detail::check_uri_path(uri.path); !valid) return refused(slash + valid.error().offset);
    return uri;
}

}  // namespace hubwire::iothub

#endif

// hubwire/json/string.hpp

#ifndef HUBWIRE_JSON_STRING_HPP
#define HUBWIRE_JSON_STRING_HPP

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
        at = skip_plain(at, end);
        if (at == end) return {.at = end, .code = errc::json_end};
        const auto c = static_cast<unsigned char>(*at);
        if (c == '"') return {.at = at, .escaped = escaped};
        if (c == '\\') {
            escaped = true;
            if (end - at >= 2 && is_short_escape(at[1])) {
                at += 2;
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

// hubwire/iothub/named.hpp

#ifndef HUBWIRE_IOTHUB_NAMED_HPP
#define HUBWIRE_IOTHUB_NAMED_HPP

namespace hubwire::iothub {

namespace detail {

using namespace hubwire::detail;

/// How the enumerators of an Enum are written in JSON, in their order.
template <class Enum>
struct names_of;

}  // namespace detail

/// One of the names that the hub has for something today, or another one that it may have tomorrow: whatever the text
/// is, it is kept, and written as it came.
template <class Enum>
class named {
public:
    /// Pre: it is one of the enumerators, or the program traps.
    constexpr named(Enum one) noexcept : text_{name_of(one)} {}
    constexpr named(const json::string& text) noexcept : text_{text} {}

    [[nodiscard]] constexpr const json::string& text() const noexcept { return text_; }

    /// Which one it is, if it is one of those that are known. Names are compared exactly.
    [[nodiscard]] constexpr std::optional<Enum> known() const noexcept {
        std::size_t index = 0;
        for (const std::string_view name : detail::names_of<Enum>::all) {
            if (text_ == name) return static_cast<Enum>(index);
            ++index;
        }
        return std::nullopt;
    }

    friend constexpr bool operator==(const named&, const named&) noexcept = default;

private:
    static constexpr std::string_view name_of(Enum one) noexcept {
        const auto index = static_cast<std::size_t>(one);
        detail::require(index < std::size(detail::names_of<Enum>::all));
        return detail::names_of<Enum>::all[index];
    }

    json::string text_;
};

}  // namespace hubwire::iothub

#endif

// hubwire/json/number.hpp

#ifndef HUBWIRE_JSON_NUMBER_HPP
#define HUBWIRE_JSON_NUMBER_HPP

namespace hubwire::json {

/// What a number can be read as.
template <class T>
concept number_type = text::detail::decimal_number<T> || std::same_as<T, double>;

namespace detail {

static_assert(std::numeric_limits<double>::is_iec559 && std::numeric_limits<double>::digits == 53);

HUBWIRE_ALWAYS_INLINE constexpr bool is_digit(char c) noexcept { return text::detail::digit_value(c) <= 9; }

constexpr const char* skip_digits(const char* at, const char* end) noexcept {
    while (at != end && is_digit(*at)) ++at;
    return at;
}

/// The end of the number that begins here, or what is wrong with it (RFC 8259-6).
constexpr place find_number_end(const char* at, const char* end) noexcept {
    const auto digits = [end](const char* from) -> place {
        if (from == end) return {end, errc::json_end};
        if (!is_digit(*from)) return {from, errc::json_number};
        return {skip_digits(from, end)};
    };
    if (at != end && *at == '-') ++at;
    place part = digits(at);
    if (part.code != errc::none) return part;
    if (*at == '0' && part.at - at > 1) return {at, errc::json_leading_zero};
    at = part.at;
    if (at != end && *at == '.') {
        part = digits(at + 1);
        if (part.code != errc::none) return part;
        at = part.at;
    }
    if (at != end && (*at == 'e' || *at == 'E')) {
        ++at;
        if (at != end && (*at == '+' || *at == '-')) ++at;
        return digits(at);
    }
    return {at};
}

/// A number in its parts: digits, where the point is among them (or before, or behind), and the sign.
struct decimal_parts {
    std::string_view whole{};
    std::string_view fraction{};
    std::int64_t point = 0;  // so many digits come before it
    bool negative = false;

    [[nodiscard]] constexpr std::size_t size() const noexcept { return whole.size() + fraction.size(); }
    [[nodiscard]] constexpr unsigned operator[](std::size_t i) const noexcept {
        return text::detail::digit_value(i < whole.size() ? whole[i] : fraction[i - whole.size()]);
    }
};

/// Pre: it is a number.
constexpr decimal_parts parts_of(std::string_view number) noexcept {
    decimal_parts parts;
    const char* at = number.data();
    const char* const end = at + number.size();
    const auto digits = [&] {
        const char* const from = at;
        at = skip_digits(at, end);
        return std::string_view{from, static_cast<std::size_t>(at - from)};
    };
    parts.negative = *at == '-';
    at += parts.negative ? 1 : 0;
    parts.whole = digits();
    if (at != end && *at == '.') {
        ++at;
        parts.fraction = digits();
    }
    parts.point = static_cast<std::int64_t>(parts.whole.size());
    if (at == end) return parts;
    ++at;
    const bool down = *at == '-';
    at += is_digit(*at) ? 0 : 1;
    // No text is so long that an exponent beyond this could be made up for by zeros.
    constexpr std::int64_t most = std::int64_t{1} << 60;
    std::int64_t exponent = 0;
    for (; at != end; ++at) exponent = exponent > most / 16 ? most : exponent * 10 + text::detail::digit_value(*at);
    parts.point += down ? -exponent : exponent;
    return parts;
}

/// The number without its sign, if it is a whole one, however it is written, and no more than this.
constexpr std::optional<std::uint64_t> whole_number(const decimal_parts& parts, std::uint64_t most) noexcept {
    constexpr std::uint64_t tenth = (std::numeric_limits<std::uint64_t>::max)() / 10;
    std::uint64_t value = 0;
    const auto append = [&](unsigned digit) {
        const std::uint64_t more = value * 10 + digit;
        if (value > tenth || more < digit || more > most) return false;
        value = more;
        return true;
    };
    const auto count = static_cast<std::int64_t>(parts.size());
    for (std::int64_t i = 0; i != count; ++i) {
        const unsigned digit = parts[static_cast<std::size_t>(i)];
        if (i < parts.point ? !append(digit) : digit != 0) return std::nullopt;
    }
    if (value == 0) return value;
    for (std::int64_t i = count; i < parts.point; ++i) {
        if (!append(0)) return std::nullopt;
    }
    return value;
}

/// A whole number of up to 2,688 bits: exact_double needs 2,556.
class big_number {
public:
    constexpr explicit big_number(std::uint64_t value) noexcept {
        while (value != 0) {
            words_[size_++] = static_cast<std::uint32_t>(value);
            value >>= 32;
        }
    }

    [[nodiscard]] constexpr bool is_zero() const noexcept { return size_ == 0; }
    [[nodiscard]] constexpr int bits() const noexcept {
        if (size_ == 0) return 0;
        return static_cast<int>(32 * size_) - std::countl_zero(words_[size_ - 1]);
    }

    /// Pre for all that follow: there is room for what comes out, or the program traps.
    constexpr void multiply_and_add(std::uint32_t factor, std::uint32_t summand) noexcept {
        std::uint64_t carry = summand;
        for (std::size_t i = 0; i != size_; ++i) {
            carry += std::uint64_t{words_[i]} * factor;
            words_[i] = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        if (carry != 0) push(static_cast<std::uint32_t>(carry));
    }
    constexpr void multiply_by_power_of_5(int power) noexcept {
        constexpr std::uint32_t five_to_13 = 1'220'703'125;
        for (; power >= 13; power -= 13) multiply_and_add(five_to_13, 0);
        for (; power > 0; --power) multiply_and_add(5, 0);
    }
    constexpr void shift_up(int count) noexcept {
        if (size_ == 0) return;
        const auto whole = static_cast<std::size_t>(count) / 32;
        if (whole != 0) {
            require(size_ + whole <= words_.size());
            for (std::size_t i = size_; i-- != 0;) words_[i + whole] = words_[i];
            for (std::size_t i = 0; i != whole; ++i) words_[i] = 0;
            size_ += whole;
        }
        if (count % 32 != 0) multiply_and_add(std::uint32_t{1} << (count % 32), 0);
    }
    constexpr bool operator>=(const big_number& other) const noexcept {
        if (size_ != other.size_) return size_ > other.size_;
        for (std::size_t i = size_; i-- != 0;) {
            if (words_[i] != other.words_[i]) return words_[i] > other.words_[i];
        }
        return true;
    }
    /// Pre: *this >= other.
    constexpr void subtract(const big_number& other) noexcept {
        std::uint64_t borrow = 0;
        for (std::size_t i = 0; i != size_; ++i) {
            const std::uint64_t less = (i < other.size_ ? other.words_[i] : 0) + borrow;
            borrow = words_[i] < less ? 1 : 0;
            words_[i] = static_cast<std::uint32_t>(words_[i] - less);
        }
        while (size_ != 0 && words_[size_ - 1] == 0) --size_;
    }

private:
    constexpr void push(std::uint32_t word) noexcept {
        require(size_ != words_.size());
        words_[size_++] = word;
    }

    std::array<std::uint32_t, 84> words_{};
    std::size_t size_ = 0;
};

/// So many binary digits of n / d, from the one that is worth 1 on; n becomes the rest, times a power of two.
/// Pre: n < 2 d.
constexpr std::uint64_t divide(big_number& n, const big_number& d, int digits) noexcept {
    std::uint64_t quotient = 0;
    for (; digits != 0; --digits) {
        const bool one = n >= d;
        if (one) n.subtract(d);
        quotient = quotient << 1 | (one ? 1 : 0);
        n.multiply_and_add(2, 0);
    }
    return quotient;
}

/// The same number of bits for both; by how many those of n were more.
constexpr int align(big_number& n, big_number& d) noexcept {
    const int more = n.bits() - d.bits();
    if (more < 0) n.shift_up(-more);
    if (more > 0) d.shift_up(more);
    return more;
}

/// The double nearest to significand * 2^exponent, and a little more if there is a rest; of two that are as near, the
/// one that is even. Nothing if that is infinite. Pre: the top bit of the significand is set.
constexpr std::optional<double> nearest_double(std::uint64_t significand, int exponent, bool rest) noexcept {
    constexpr int lowest_exponent = -1022;
    const int top = exponent + 63;
    const int drop = top >= lowest_exponent ? 11 : 11 + (lowest_exponent - top);
    if (drop > 64) return 0.0;
    std::uint64_t kept = drop == 64 ? 0 : significand >> drop;
    const std::uint64_t below = significand << (64 - drop);
    constexpr std::uint64_t half = std::uint64_t{1} << 63;
    if (below > half || (below == half && (rest || (kept & 1) != 0))) ++kept;
    const std::uint64_t biased = top >= lowest_exponent ? static_cast<std::uint64_t>(top - lowest_exponent) : 0;
    const std::uint64_t bits = (biased << 52) + kept;  // where the kept bits reach the exponent, they raise it by one
    if (bits >= std::uint64_t{2047} << 52) return std::nullopt;
    return std::bit_cast<double>(bits);
}

/// The same of any number, whose first digit that is not 0 is given, by long division. No more than 768 digits, and
/// whether any follow, decide how a double is rounded.
HUBWIRE_NEVER_INLINE constexpr std::optional<double> exact_double(const decimal_parts& parts,
                                                                  std::size_t first) noexcept {
    constexpr std::size_t deciding = 768;
    std::size_t end = parts.size();
    while (parts[end - 1] == 0) --end;  // the first is not 0
    const std::int64_t point = parts.point - static_cast<std::int64_t>(first);
    if (point > 310) return std::nullopt;
    if (point < -330) return 0.0;
    big_number n{0};
    std::size_t count = 0;
    for (std::size_t i = first; i != end && count != deciding; ++i, ++count) n.multiply_and_add(10, parts[i]);
    if (first + count != end) {
        n.multiply_and_add(10, 1);
        ++count;
    }
    const int exponent = static_cast<int>(point) - static_cast<int>(count);
    big_number d{1};
    if (exponent >= 0) n.multiply_by_power_of_5(exponent);
    if (exponent < 0) d.multiply_by_power_of_5(-exponent);
    const int more = align(n, d);
    std::uint64_t quotient = divide(n, d, 64);
    int power = more - 63 + exponent;
    if (quotient >> 63 == 0) {
        quotient <<= 1;
        --power;
    }
    return nearest_double(quotient, power, !n.is_zero());
}

inline constexpr std::array<double, 23> exact_powers_of_ten = [] {
    std::array<double, 23> powers{1};
    for (std::size_t i = 1; i != powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}();

/// The double nearest to the number; nothing if that is infinite. Where digits and power of ten are doubles themselves,
/// one operation rounds as it has to (Clinger, 1990).
constexpr std::optional<double> double_of(const decimal_parts& parts) noexcept {
    constexpr std::size_t fits_64_bits = 19;
    const auto with_sign = [&](std::optional<double> value) {
        return value && parts.negative ? std::optional{-*value} : value;
    };
    std::size_t first = 0;
    while (first != parts.size() && parts[first] == 0) ++first;
    const std::size_t count = parts.size() - first;
    if (count == 0) return with_sign(0.0);
    if (doubles_stay_doubles && count <= fits_64_bits) {
        std::uint64_t digits = 0;
        for (std::size_t i = first; i != parts.size(); ++i) digits = digits * 10 + parts[i];
        const std::int64_t exponent = parts.point - static_cast<std::int64_t>(parts.size());
        if (digits <= std::uint64_t{1} << 53 && -22 <= exponent && exponent <= 22) {
            const auto value = static_cast<double>(digits);
            return with_sign(exponent < 0 ? value / exact_powers_of_ten[static_cast<std::size_t>(-exponent)]
                                          : value * exact_powers_of_ten[static_cast<std::size_t>(exponent)]);
        }
    }
    return with_sign(exact_double(parts, first));
}

struct number_maker;

}  // namespace detail

/// A number as it stands in a JSON document. A reader makes these, and has looked that it is one.
class number {
public:
    constexpr number() noexcept = default;  // 0

    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

    /// The number as a T. To be an integer it has to be one that a T can hold, however it is written: 1.0 and 10e-1 are
    /// 1 as well. A double is the nearest there is (of two that are as near, the one with an even last bit); numbers
    /// too small for one are 0, and those beyond the greatest are refused.
    template <number_type T>
    [[nodiscard]] constexpr result<T> as() const noexcept {
        constexpr error out_of_range{.code = errc::json_number_range};
        const detail::decimal_parts parts = detail::parts_of(text_);
        if constexpr (std::same_as<T, double>) {
            const auto value = detail::double_of(parts);
            if (!value) return out_of_range;
            return *value;
        } else {
            constexpr auto most = static_cast<std::uint64_t>((std::numeric_limits<T>::max)());
            const bool has_sign = std::signed_integral<T> && parts.negative;
            const auto value = detail::whole_number(parts, most + (has_sign ? 1 : 0));
            if (!value || (parts.negative && !has_sign && *value != 0)) return out_of_range;
            return static_cast<T>(has_sign ? 0 - *value : *value);
        }
    }

    /// Whether they are written alike.
    friend constexpr bool operator==(const number&, const number&) noexcept = default;

private:
    friend detail::number_maker;
    constexpr explicit number(std::string_view text) noexcept : text_{text} {}

    std::string_view text_ = "0";
};

namespace detail {

/// Makes numbers of what was found in a document.
struct number_maker {
    static constexpr number make(std::string_view text) noexcept { return number{text}; }
};

/// A double in decimal: digits, of which the first is worth 10^exponent.
struct decimal_digits {
    std::uint64_t digits = 0;
    int count = 0;
    int exponent = 0;
};

/// 18 digits of significand * 2^power, the last cut off or not; whether anything was is the rest.
constexpr decimal_digits eighteen_digits(std::uint64_t significand, int power, bool& rest) noexcept {
    constexpr int wanted = 18;
    const int top = 64 - std::countl_zero(significand) + power - 1;
    for (int exponent = top * (top < 0 ? 1234 : 1233) >> 12;; ++exponent) {  // a little below top * log10(2)
        const int scale = wanted - 1 - exponent;
        big_number n{significand};
        big_number d{1};
        n.multiply_by_power_of_5(scale);
        d.multiply_by_power_of_5(-scale);
        if (power + scale >= 0) n.shift_up(power + scale);
        if (power + scale < 0) d.shift_up(-(power + scale));
        const int more = align(n, d);
        const std::uint64_t digits = divide(n, d, more + 1);
        rest = !n.is_zero();
        if (digits < text::detail::powers_of_ten[wanted])
            return {.digits = digits, .count = wanted, .exponent = exponent};
    }
}

/// Rounded to so many digits, to the nearest; of two that are as near, to the even one. Pre: fewer than there are.
constexpr decimal_digits rounded(const decimal_digits& from, int count, bool rest) noexcept {
    const std::uint64_t unit = text::detail::powers_of_ten[static_cast<std::size_t>(from.count - count)];
    const std::uint64_t below = from.digits % unit;
    decimal_digits to{.digits = from.digits / unit, .count = count, .exponent = from.exponent};
    if (below > unit / 2 || (below == unit / 2 && (rest || to.digits % 2 != 0))) ++to.digits;
    if (to.digits == text::detail::powers_of_ten[static_cast<std::size_t>(count)]) {
        to.digits /= 10;
        ++to.exponent;
    }
    return to;
}

constexpr decimal_digits without_trailing_zeros(decimal_digits d) noexcept {
    for (; d.digits % 10 == 0; d.digits /= 10) --d.count;
    return d;
}

constexpr bool reads_as(const decimal_digits& d, double value) noexcept {
    std::array<char, text::max_decimal_size> memory{};
    text::detail::write_digits(memory.data(), d.digits, static_cast<std::size_t>(d.count));
    const decimal_parts parts{.whole = {memory.data(), static_cast<std::size_t>(d.count)}, .point = d.exponent + 1};
    return double_of(parts) == value;
}

/// The fewest digits that read as this double when it is rounded to so many. Pre: it is finite, and above 0.
constexpr decimal_digits shortest_digits(double value) noexcept {
    if (doubles_stay_doubles && value >= 1e-5 && value < 1e15) {
        // Up to 15 digits come out of one multiplication, and a division says whether they are all.
        for (std::size_t places = 0; places <= 20; ++places) {
            const double scaled = value * exact_powers_of_ten[places];
            if (scaled >= 1e15) break;
            auto digits = static_cast<std::uint64_t>(scaled);
            if (scaled - static_cast<double>(digits) >= 0.5) ++digits;
            if (static_cast<double>(digits) / exact_powers_of_ten[places] != value) continue;
            const int count = static_cast<int>(text::detail::count_digits(digits));
            return without_trailing_zeros(
                {.digits = digits, .count = count, .exponent = count - 1 - static_cast<int>(places)});
        }
    }
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const int exponent = static_cast<int>(bits >> 52);
    const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
    bool rest = false;
    const decimal_digits all = exponent == 0
                                   ? eighteen_digits(fraction, -1074, rest)
                                   : eighteen_digits(fraction | std::uint64_t{1} << 52, exponent - 1075, rest);
    // Any 15 digits are told apart by doubles, so what fits in fewer ends with zeros; not so next to 0.
    int count = exponent == 0 ? 1 : 15;
    while (count != 17 && !reads_as(rounded(all, count, rest), value)) ++count;
    return without_trailing_zeros(rounded(all, count, rest));
}

inline constexpr std::size_t max_double_size = 32;

/// Writes a double; how many characters that takes. Pre: it is finite, and there is room for max_double_size.
constexpr std::size_t write_double(char* to, double value) noexcept {
    const char* const begin = to;
    const auto put = [&to](char c) { *to++ = c; };
    if (std::bit_cast<std::uint64_t>(value) >> 63 != 0) {
        put('-');
        value = -value;
    }
    if (value == 0) {
        put('0');
        return static_cast<std::size_t>(to - begin);
    }
    const decimal_digits d = shortest_digits(value);
    std::array<char, text::max_decimal_size> digits{};
    text::detail::write_digits(digits.data(), d.digits, static_cast<std::size_t>(d.count));
    const bool scientific = d.exponent < -6 || d.exponent > 20;
    if (!scientific && d.exponent < 0) {
        put('0');
        put('.');
        for (int i = -1; i != d.exponent; --i) put('0');
    }
    const int before_point = scientific ? 1 : d.exponent + 1;
    for (int i = 0; i != d.count; ++i) {
        if (i != 0 && i == before_point) put('.');
        put(digits[static_cast<std::size_t>(i)]);
    }
    if (scientific) {
        put('e');
        put(d.exponent < 0 ? '-' : '+');
        const auto size = static_cast<std::uint64_t>(d.exponent < 0 ? -d.exponent : d.exponent);
        const std::size_t count = text::detail::count_digits(size);
        text::detail::write_digits(to, size, count);
        to += count;
    } else {
        for (int i = d.count; i < before_point; ++i) put('0');
    }
    return static_cast<std::size_t>(to - begin);
}

}  // namespace detail

/// Writes a number. A double takes the fewest digits of those that it rounds to which are read as the same again (some
/// other number of as many may do with one less); one that is infinite, or no number, is refused: JSON has none of
/// these.
template <room Room, number_type T>
constexpr void put_number(basic_writer<Room>& out, T value) noexcept {
    if constexpr (std::same_as<T, double>) {
        if (std::bit_cast<std::uint64_t>(value) << 1 >= std::uint64_t{2047} << 53)
            return out.fail(errc::json_number_range);
        std::array<char, detail::max_double_size> memory{};
        const std::size_t size = detail::write_double(memory.data(), value);
        out.put(bytes{detail::opaque(memory.data()), size});
    } else {
        text::put_decimal(out, value);
    }
}
template <room Room>
constexpr void put_number(basic_writer<Room>& out, const number& value) noexcept {
    out.put(value.text());
}
template <class T>
    requires(number_type<T> || std::same_as<T, number>)
[[nodiscard]] constexpr result<bytes> encode_number(buffer output HUBWIRE_LIFETIMEBOUND, const T& value) noexcept {
    hubwire::writer out{output};
    put_number(out, value);
    return out.finish();
}

}  // namespace hubwire::json

#endif

// hubwire/json/reader.hpp

#ifndef HUBWIRE_JSON_READER_HPP
#define HUBWIRE_JSON_READER_HPP

namespace hubwire::json {

/// What a value is, by its first character. A value that is none, because something failed, is a null.
enum class kind : std::uint8_t { null, boolean, number, string, array, object };

/// How deep arrays and objects may be nested, unless a reader says otherwise. Each level is a bit.
inline constexpr std::size_t default_max_depth = 64;

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// What a value can be read as, other than as an array or an object.
template <class T>
concept scalar = std::same_as<T, bool> || std::same_as<T, string> || std::same_as<T, number> || number_type<T>;

HUBWIRE_NEVER_INLINE constexpr const char* skip_all_space(const char* at, const char* end) noexcept {
    while (at != end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
    return at;
}
HUBWIRE_ALWAYS_INLINE constexpr const char* skip_space(const char* at, const char* end) noexcept {
    if (at != end && static_cast<unsigned char>(*at) > ' ') [[likely]]
        return at;
    return skip_all_space(at, end);
}

/// Which of the arrays and objects around are objects.
template <std::size_t MaxDepth>
class nesting {
public:
    [[nodiscard]] constexpr std::size_t depth() const noexcept { return depth_; }
    [[nodiscard]] constexpr bool in_object() const noexcept {
        return depth_ != 0 && (levels_[(depth_ - 1) / bits] >> ((depth_ - 1) % bits) & 1) != 0;
    }
    [[nodiscard]] constexpr bool in_array() const noexcept { return depth_ != 0 && !in_object(); }

    /// Whether there was a level left.
    constexpr bool push(bool object) noexcept {
        if (depth_ == MaxDepth) return false;
        const word bit = word{1} << (depth_ % bits);
        word& level = levels_[depth_ / bits];
        level = object ? level | bit : level & ~bit;
        ++depth_;
        return true;
    }
    constexpr void pop() noexcept { --depth_; }

private:
    static constexpr std::size_t bits = 64;
    std::array<word, (MaxDepth + bits - 1) / bits> levels_{};
    std::size_t depth_ = 0;
};

/// The end of a value that is one of three words.
constexpr place find_word_end(const char* at, const char* end) noexcept {
    constexpr std::string_view words[] = {"true", "false", "null"};
    for (const std::string_view name : words) {
        if (*at != name[0]) continue;
        for (const char c : name) {
            if (at == end) return {end, errc::json_end};
            if (*at != c) return {at, errc::json_value};
            ++at;
        }
        return {at};
    }
    return {at, errc::json_value};
}

/// The end of a value that is neither array nor object. Pre: at != end.
constexpr place find_scalar_end(const char* at, const char* end, bool replace_lone) noexcept {
    if (*at == '"') {
        const string_end found = find_string_end(at + 1, end, replace_lone);
        return {found.code == errc::none ? found.at + 1 : found.at, found.code};
    }
    if (*at == '-' || is_digit(*at)) return find_number_end(at, end);
    return find_word_end(at, end);
}

/// Past the name of a member and its colon.
constexpr place skip_name(const char* at, const char* end, bool replace_lone) noexcept {
    if (at == end) return {end, errc::json_end};
    if (*at != '"') return {at, errc::json_name};
    const string_end found = find_string_end(at + 1, end, replace_lone);
    if (found.code != errc::none) return {found.at, found.code};
    at = skip_space(found.at + 1, end);
    if (at == end) return {end, errc::json_end};
    if (*at != ':') return {at, errc::json_colon};
    return {at + 1};
}

/// The end of any value, all of which is looked at: one pass, and a bit for each level. Levels that are taken already
/// count.
template <std::size_t MaxDepth>
HUBWIRE_NEVER_INLINE constexpr place find_value_end(const char* at, const char* end, nesting<MaxDepth> levels,
                                                    bool replace_lone) noexcept {
    const std::size_t outside = levels.depth();
    while (true) {
        at = skip_space(at, end);
        if (at == end) return {end, errc::json_end};
        if (*at == '{' || *at == '[') {
            const bool object = *at == '{';
            if (!levels.push(object)) return {at, errc::json_depth};
            at = skip_space(at + 1, end);
            if (at == end) return {end, errc::json_end};
            if (*at != (object ? '}' : ']')) {
                if (!object) continue;
                const place name = skip_name(at, end, replace_lone);
                if (name.code != errc::none) return name;
                at = name.at;
                continue;
            }
            levels.pop();
            ++at;
        } else {
            const place scalar_end = find_scalar_end(at, end, replace_lone);
            if (scalar_end.code != errc::none) return scalar_end;
            at = scalar_end.at;
        }
        while (true) {  // behind a value
            if (levels.depth() == outside) return {at};
            at = skip_space(at, end);
            if (at == end) return {end, errc::json_end};
            const bool object = levels.in_object();
            if (*at == ',') {
                ++at;
                if (!object) break;
                const place name = skip_name(skip_space(at, end), end, replace_lone);
                if (name.code != errc::none) return name;
                at = name.at;
                break;
            }
            if (*at != (object ? '}' : ']')) return {at, errc::json_comma};
            levels.pop();
            ++at;
        }
    }
}

}  // namespace detail

/// Reads a JSON text from front to back, value by value, as the caller asks:
///     json::reader in{text};
///     in.enter_object();
///     while (in.next_member()) {
///         if (in.name() == "interval") interval = in.get<int>();
///         else if (in.name() == "units") units = in.get<json::string>();
///     }
///     const auto done = in.finish();
/// A value that is not read is skipped, and all the same looked at: what finish() finds in order is JSON, all of it.
/// Members are reported as they come, the same name twice if it is there twice.
///
/// The first failure sticks: from then on next_member() and next_item() are false, numbers read as 0, strings as empty.
/// A text that ends early is wrong, and not incomplete: payloads arrive whole.
///
/// To ask for what cannot be there whatever the text is, such as a member before an object is entered, is a mistake in
/// the program, and traps. A reader is a plain value: a copy reads on from the same place by itself.
template <std::size_t MaxDepth>
class basic_reader {
    static_assert(MaxDepth != 0);

public:
    constexpr explicit basic_reader(std::string_view text, const options& rules = {}) noexcept
        : begin_{text.data()},
          at_{text.data()},
          end_{text.data() + text.size()},
          replace_lone_{rules.replace_lone_surrogates} {}

    /// No read has failed so far.
    [[nodiscard]] constexpr bool ok() const noexcept { return code_ == errc::none; }

    /// The first failure; its code is errc::none if there is none.
    [[nodiscard]] constexpr hubwire::error error() const noexcept { return {.code = code_, .offset = failed_at_}; }

    /// How many bytes lie behind; after a failure, all.
    [[nodiscard]] constexpr std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

    /// How many arrays and objects are entered.
    [[nodiscard]] constexpr std::size_t depth() const noexcept { return levels_.depth(); }

    /// What the next value is, which stays the next value.
    [[nodiscard]] constexpr json::kind peek() noexcept {
        if (!at_value()) return kind::null;
        switch (*at_) {
            case '{':
                return kind::object;
            case '[':
                return kind::array;
            case '"':
                return kind::string;
            case 't':
            case 'f':
                return kind::boolean;
            case 'n':
                return kind::null;
            default:
                if (*at_ == '-' || detail::is_digit(*at_)) return kind::number;
                stop(errc::json_value, at_);
                return kind::null;
        }
    }

    /// Goes into the next value, which has to be an object or an array. It ends where next_member() or next_item() is
    /// false, or by leave().
    HUBWIRE_ALWAYS_INLINE constexpr void enter_object() noexcept { enter('{'); }
    HUBWIRE_ALWAYS_INLINE constexpr void enter_array() noexcept { enter('['); }

    /// Goes to the next member of the innermost object, whose name is name() then, and whose value is the next value.
    /// False behind the last one, where the object is left.
    HUBWIRE_ALWAYS_INLINE constexpr bool next_member() noexcept {
        detail::require(!ok() || levels_.in_object());
        if (!next('}')) return false;
        if (at_ == end_) return stop(errc::json_end, end_);
        if (*at_ != '"') [[unlikely]]
            return stop(errc::json_name, at_);
        name_ = take_string();
        if (!ok()) return false;
        at_ = detail::skip_space(at_, end_);
        if (at_ == end_) return stop(errc::json_end, end_);
        if (*at_ != ':') [[unlikely]]
            return stop(errc::json_colon, at_);
        ++at_;
        state_ = state::value;
        return true;
    }
    [[nodiscard]] constexpr const json::string& name() const noexcept { return name_; }

    /// Goes to the next item of the innermost array, which is the next value then. False behind the last one, where the
    /// array is left.
    HUBWIRE_ALWAYS_INLINE constexpr bool next_item() noexcept {
        detail::require(!ok() || levels_.in_array());
        if (!next(']')) return false;
        state_ = state::value;
        return true;
    }

    /// Goes on to the next member of this name, if one still comes in the innermost object; otherwise behind it.
    constexpr bool find_member(const json::string& wanted) noexcept {
        while (next_member()) {
            if (name_ == wanted) return true;
        }
        return false;
    }

    /// Reads what is left of the innermost array or object, and leaves it.
    constexpr void leave() noexcept {
        if (!ok()) return;
        detail::require(levels_.depth() != 0);
        if (levels_.in_object()) {
            while (next_member()) {
            }
        } else {
            while (next_item()) {
            }
        }
    }

    /// Reads the next value as a T: bool, any integer, double, json::string, json::number, or std::optional of one of
    /// these, which is empty for a null. One of another kind fails, and so does a number that a T cannot hold.
    template <class T>
        requires(detail::scalar<T>)
    HUBWIRE_ALWAYS_INLINE constexpr T get() noexcept {
        if (!at_value()) return T{};
        state_ = state::behind;
        const char* const from = at_;
        if constexpr (std::same_as<T, json::string>) {
            if (*at_ != '"') {
                refuse_kind();
                return {};
            }
            return take_string();
        } else if constexpr (std::same_as<T, bool>) {
            if (*from != 't' && *from != 'f') {
                refuse_kind();
                return false;
            }
            return take(detail::find_word_end(at_, end_)) && *from == 't';
        } else {
            if (*from != '-' && !detail::is_digit(*from)) {
                refuse_kind();
                return T{};
            }
            if (!take(detail::find_number_end(at_, end_))) return T{};
            const auto all = detail::number_maker::make(std::string_view{from, static_cast<std::size_t>(at_ - from)});
            if constexpr (std::same_as<T, number>) {
                return all;
            } else {
                const auto value = all.template as<T>();
                if (!value) {
                    stop(value.error().code, from);
                    return T{};
                }
                return *value;
            }
        }
    }
    template <class T>
        requires(detail::is_optional<T> && detail::scalar<typename T::value_type>)
    constexpr T get() noexcept {
        if (read_null()) return std::nullopt;
        const auto value = get<typename T::value_type>();
        return ok() ? T{value} : std::nullopt;
    }

    /// Reads the next value if it is a null, and says whether it was.
    constexpr bool read_null() noexcept {
        if (!at_value() || *at_ != 'n') return false;
        state_ = state::behind;
        return take(detail::find_word_end(at_, end_));
    }

    /// Reads the next value, whatever it is, and returns it as it stands in the text: for somebody else to read.
    constexpr std::string_view raw() noexcept {
        if (!at_value()) return {};
        state_ = state::behind;
        const char* const from = at_;
        if (!take(detail::find_value_end(at_, end_, levels_, replace_lone_))) return {};
        return {from, static_cast<std::size_t>(at_ - from)};
    }
    constexpr void skip() noexcept { static_cast<void>(raw()); }

    /// What failed first, or whether anything is left over. Pre, unless something failed: the outermost value is read,
    /// or the program traps.
    [[nodiscard]] constexpr result<void> finish() noexcept {
        if (ok()) {
            detail::require(state_ == state::behind && levels_.depth() == 0);
            at_ = detail::skip_space(at_, end_);
            if (at_ != end_) stop(errc::json_leftover, at_);
        }
        if (!ok()) return error();
        return {};
    }

    /// The value, if everything before it succeeded, and nothing is left over.
    template <class T>
    [[nodiscard]] constexpr result<T> finish(const T& value) noexcept {
        const auto all = finish();
        if (!all) return all.error();
        return value;
    }

    /// Fails, unless something failed before: for a caller that does not want a value it has read. Pre: code is not
    /// errc::none, and at is not beyond the text; or the program traps.
    constexpr void fail(errc code, std::size_t at) noexcept {
        if (!ok()) return;
        detail::require(code != errc::none && at <= static_cast<std::size_t>(end_ - begin_));
        stop(code, begin_ + at);
    }

private:
    // Where the reader stands: before a value, behind the bracket that begins an array or object, or behind a value.
    enum class state : std::uint8_t { value, first, behind };

    constexpr bool stop(errc code, const char* at) noexcept {
        code_ = code;
        failed_at_ = static_cast<std::size_t>(at - begin_);
        at_ = end_;
        name_ = {};
        return false;
    }
    HUBWIRE_COLD constexpr void refuse_kind() noexcept {
        const detail::place found = detail::find_scalar_end(at_, end_, replace_lone_);
        // What is no value at all is that first.
        const bool of_other_kind = *at_ == '{' || *at_ == '[' || found.code == errc::none;
        if (of_other_kind) {
            stop(errc::json_kind, at_);
        } else {
            stop(found.code, found.at);
        }
    }

    /// Goes to where a part ends, or fails.
    HUBWIRE_ALWAYS_INLINE constexpr bool take(const detail::place& part_end) noexcept {
        if (part_end.code != errc::none) [[unlikely]]
            return stop(part_end.code, part_end.at);
        at_ = part_end.at;
        return true;
    }

    /// Pre: a quote is next.
    HUBWIRE_ALWAYS_INLINE constexpr json::string take_string() noexcept {
        const char* const from = at_ + 1;
        const detail::string_end found = detail::find_string_end(from, end_, replace_lone_);
        if (found.code != errc::none) [[unlikely]] {
            stop(found.code, found.at);
            return {};
        }
        at_ = found.at + 1;
        return detail::string_maker::make(from, found);
    }

    /// Whether a value is next, at its first character.
    HUBWIRE_ALWAYS_INLINE constexpr bool at_value() noexcept {
        if (!ok()) return false;
        detail::require(state_ == state::value);
        at_ = detail::skip_space(at_, end_);
        if (at_ == end_) [[unlikely]]
            return stop(errc::json_end, end_);
        return true;
    }

    HUBWIRE_ALWAYS_INLINE constexpr void enter(char bracket) noexcept {
        if (!at_value()) return;
        if (*at_ != bracket) [[unlikely]]
            return refuse_kind();
        if (!levels_.push(bracket == '{')) [[unlikely]] {
            stop(errc::json_depth, at_);
            return;
        }
        ++at_;
        state_ = state::first;
    }

    /// Goes to where the next member or item begins. False behind the last one.
    HUBWIRE_ALWAYS_INLINE constexpr bool next(char bracket) noexcept {
        if (ok() && state_ == state::value) skip();
        if (!ok()) return false;
        at_ = detail::skip_space(at_, end_);
        if (at_ == end_) [[unlikely]]
            return stop(errc::json_end, end_);
        if (*at_ == bracket) {
            ++at_;
            levels_.pop();
            state_ = state::behind;
            return false;
        }
        if (state_ == state::behind) {
            if (*at_ != ',') [[unlikely]]
                return stop(errc::json_comma, at_);
            at_ = detail::skip_space(at_ + 1, end_);
        }
        return true;
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    json::string name_{};
    detail::nesting<MaxDepth> levels_{};
    std::size_t failed_at_ = 0;
    errc code_ = errc::none;
    state state_ = state::value;
    bool replace_lone_;
};

using reader = basic_reader<default_max_depth>;

}  // namespace hubwire::json

#endif

// hubwire/json/value.hpp

#ifndef HUBWIRE_JSON_VALUE_HPP
#define HUBWIRE_JSON_VALUE_HPP

namespace hubwire::json {

struct member;
template <class T>
class value_range;

/// A value of a JSON text that was looked at as a whole by decode(). It is a view: nothing of it is stored, and to look
/// for something in it is to read it once more, from its beginning.
class value {
public:
    constexpr value() noexcept = default;  // null

    /// As it stands in the document, to be handed on, or to be read by a reader.
    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

    /// Where in the document it begins.
    [[nodiscard]] constexpr std::size_t offset() const noexcept { return offset_; }

    [[nodiscard]] constexpr json::kind kind() const noexcept { return own_reader().peek(); }
    [[nodiscard]] constexpr bool is_null() const noexcept { return text_[0] == 'n'; }

    /// The value as a T, as reader::get has it. The offset of an error is one in the document.
    template <class T>
    [[nodiscard]] constexpr result<T> as() const noexcept {
        reader in = own_reader();
        const auto found = in.get<T>();
        if (!in.ok()) return error{.code = in.error().code, .offset = offset_ + in.error().offset};
        return found;
    }

    /// The members of an object, and the items of an array, one by one; none if it is of another kind.
    [[nodiscard]] constexpr value_range<member> members() const noexcept;
    [[nodiscard]] constexpr value_range<value> items() const noexcept;

    /// The first member of this name, if it is an object and has one.
    [[nodiscard]] constexpr std::optional<value> find(const string& name) const noexcept {
        reader in = own_reader();
        if (in.peek() != kind::object) return std::nullopt;
        in.enter_object();
        if (!in.find_member(name)) return std::nullopt;
        return rest_of(in);
    }

    /// What a JSON Pointer (RFC 6901) leads to, such as /desired/telemetry/interval, or /items/0; ~1 in a name stands
    /// for a /, and ~0 for a ~. An empty one leads to the value itself. Takes one pass, however long it is.
    [[nodiscard]] constexpr std::optional<value> find_path(std::string_view pointer) const noexcept {
        reader in = own_reader();
        while (!pointer.empty()) {
            if (pointer[0] != '/') return std::nullopt;
            pointer.remove_prefix(1);
            std::string_view token = pointer;
            token.remove_suffix(token.size() - detail::index_of(token, '/'));
            pointer.remove_prefix(token.size());
            if (!step_into(in, token)) return std::nullopt;
        }
        return rest_of(in);
    }

    /// What the pointer leads to, as a T. If there is nothing, "absent"; or, where T is a std::optional, an empty one.
    template <class T>
    [[nodiscard]] constexpr result<T> get(std::string_view pointer) const noexcept {
        const auto found = find_path(pointer);
        if (found) return found->as<T>();
        if constexpr (detail::is_optional<T>) {
            return T{};
        } else {
            return error{.code = errc::json_absent, .offset = offset_};
        }
    }

private:
    template <class>
    friend class value_range;
    friend constexpr result<value> decode(std::string_view text, const options& rules) noexcept;

    constexpr value(std::string_view text, std::size_t offset, const options& rules) noexcept
        : text_{text}, offset_{offset}, rules_{rules} {}

    [[nodiscard]] constexpr reader own_reader() const noexcept { return reader{text_, rules_}; }

    /// The next value of a reader of this one.
    [[nodiscard]] constexpr value rest_of(reader& in) const noexcept {
        const std::string_view found = in.raw();
        return {found, offset_ + in.offset() - found.size(), rules_};
    }

    /// Whether a token of a pointer means this name.
    static constexpr bool means(std::string_view token, const string& name) noexcept {
        if (detail::index_of(token, '~') == token.size()) return name == token;
        detail::unescaped_bytes characters{name.raw(), name.is_escaped()};
        for (std::size_t at = 0; at != token.size(); ++at) {
            char c = token[at];
            if (c == '~') {
                ++at;
                if (at == token.size() || (token[at] != '0' && token[at] != '1')) return false;
                c = token[at] == '0' ? '~' : '/';
            }
            if (characters.next() != c) return false;
        }
        return !characters.next();
    }

    static constexpr bool step_into(reader& in, std::string_view token) noexcept {
        if (in.peek() == kind::object) {
            in.enter_object();
            while (in.next_member()) {
                if (means(token, in.name())) return true;
            }
        } else if (in.peek() == kind::array) {
            const auto index = text::decode_decimal<std::size_t>(token, {.refuse_leading_zeros = true});
            if (!index) return false;
            in.enter_array();
            for (std::size_t i = 0; in.next_item(); ++i) {
                if (i == *index) return true;
            }
        }
        return false;
    }

    std::string_view text_ = "null";
    std::size_t offset_ = 0;
    options rules_{};
};

struct member {
    string name{};
    json::value value{};
};

/// The members of an object, or the items of an array, in their order: each is found when it is its turn.
template <class T>
class value_range {
public:
    constexpr value_range() noexcept = default;

    class iterator {
    public:
        using value_type = T;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr const T& operator*() const noexcept HUBWIRE_LIFETIMEBOUND { return current_; }
        constexpr const T* operator->() const noexcept HUBWIRE_LIFETIMEBOUND { return &current_; }
        constexpr iterator& operator++() noexcept {
            load();
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            load();
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.left() == b.left(); }

    private:
        friend value_range;
        constexpr explicit iterator(const value& whole) noexcept : whole_{whole}, in_{whole.own_reader()} {
            constexpr json::kind wanted = std::same_as<T, member> ? kind::object : kind::array;
            if (in_.peek() != wanted) return;
            if constexpr (std::same_as<T, member>) {
                in_.enter_object();
            } else {
                in_.enter_array();
            }
            more_ = true;
            load();
        }
        constexpr void load() noexcept {
            if constexpr (std::same_as<T, member>) {
                more_ = in_.next_member();
                if (more_) current_ = {.name = in_.name(), .value = whole_.rest_of(in_)};
            } else {
                more_ = in_.next_item();
                if (more_) current_ = whole_.rest_of(in_);
            }
        }
        /// How many bytes are still to be read, at least the bracket; 0 behind the last.
        [[nodiscard]] constexpr std::size_t left() const noexcept {
            return more_ ? whole_.text().size() - in_.offset() : 0;
        }

        value whole_{};
        reader in_{std::string_view{}};
        T current_{};
        bool more_ = false;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{whole_}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

private:
    friend value;
    constexpr explicit value_range(const value& whole) noexcept : whole_{whole} {}

    value whole_{};
};

constexpr value_range<member> value::members() const noexcept { return value_range<member>{*this}; }
constexpr value_range<value> value::items() const noexcept { return value_range<value>{*this}; }

/// The value that the text is: all of it, and nothing behind it. What is not JSON, or nested deeper than 64 levels, is
/// refused where it stands.
[[nodiscard]] constexpr result<value> decode(std::string_view text, const options& rules = {}) noexcept {
    reader in{text, rules};
    const std::string_view found = in.raw();
    const std::size_t behind = in.offset();
    return in.finish(value{found, behind - found.size(), rules});
}

}  // namespace hubwire::json

#endif

// hubwire/json/writer.hpp

#ifndef HUBWIRE_JSON_WRITER_HPP
#define HUBWIRE_JSON_WRITER_HPP

namespace hubwire::json {

namespace detail {

/// What is one value of JSON as it is.
template <class T>
concept single_value = std::same_as<T, bool> || std::same_as<T, std::nullptr_t> || std::same_as<T, number> ||
                       std::same_as<T, value> || number_type<T> || std::convertible_to<const T&, string>;

}  // namespace detail

/// What can be written as a value: bool, integers, double, texts (plain ones, or a json::string), json::number, nullptr
/// for null, a json::value from another document; and std::optional of these, where an empty one is null. Not float: as
/// a double it has digits that nobody meant.
template <class T>
concept writable = detail::single_value<T> || (detail::is_optional<T> && requires(const T& optional) {
                       requires detail::single_value<std::remove_cvref_t<decltype(*optional)>>;
                   });

/// Writes a JSON text from front to back into any of hubwire's writers, without any white space. Commas and colons are
/// its own affair:
///     json::writer out{bytes};
///     out.begin_object();
///     out.member("interval", 60);
///     out.name("units");
///     out.begin_array();
///     out.value("C");
///     out.end_array();
///     out.end_object();
/// What cannot stand at its place, such as a value without a name in an object, is refused, and nothing of it written.
/// That names of an object are not the same is for the caller to see to. The first failure sticks.
template <room Room, std::size_t MaxDepth = default_max_depth>
class writer {
public:
    constexpr explicit writer(basic_writer<Room>& out HUBWIRE_LIFETIMEBOUND) noexcept : out_{out} {}

    [[nodiscard]] constexpr bool ok() const noexcept { return out_.ok(); }

    constexpr void begin_object() noexcept { begin('{'); }
    constexpr void end_object() noexcept { end('}', levels_.in_object()); }
    constexpr void begin_array() noexcept { begin('['); }
    constexpr void end_array() noexcept { end(']', levels_.in_array()); }

    /// The name of a member, whose value comes next.
    constexpr void name(const string& name) noexcept {
        if (!levels_.in_object() || state_ == state::named) return out_.fail(errc::json_misplaced);
        if (state_ == state::behind) out_.u8(',');
        put_string(out_, name);
        out_.u8(':');
        state_ = state::named;
    }

    template <writable T>
    constexpr void value(const T& its_value) noexcept {
        if constexpr (detail::is_optional<T>) {
            if (!its_value) return value(nullptr);
            return value(*its_value);
        } else {
            if (!begin_value()) return;
            if constexpr (std::same_as<T, bool>) {
                out_.put(its_value ? std::string_view{"true"} : std::string_view{"false"});
            } else if constexpr (std::same_as<T, std::nullptr_t>) {
                out_.put(std::string_view{"null"});
            } else if constexpr (std::same_as<T, json::value>) {
                out_.put(its_value.text());
            } else if constexpr (std::same_as<T, number> || number_type<T>) {
                put_number(out_, its_value);
            } else {
                put_string(out_, its_value);
            }
        }
    }

    template <writable T>
    constexpr void member(const string& its_name, const T& its_value) noexcept {
        name(its_name);
        value(its_value);
    }

    /// A value that is JSON already, such as the rest of another document. It is looked at as a reader would, and what
    /// is not one value is refused with the reader's error code. (The levels around it are not counted: the whole can
    /// turn out deeper than a reader takes.)
    constexpr void raw(std::string_view text) noexcept {
        const auto found = decode(text);
        if (!found) return out_.fail(found.error().code);
        value(*found);
    }

    /// As the writer below has it; in addition, what was begun has to be ended.
    [[nodiscard]] constexpr auto finish() noexcept {
        if (levels_.depth() != 0 || state_ != state::behind) out_.fail(errc::json_open);
        return out_.finish();
    }

private:
    enum class state : std::uint8_t { first, named, behind };

    constexpr bool begin_value() noexcept {
        const bool outermost = levels_.depth() == 0;
        if (outermost ? state_ == state::behind : levels_.in_object() && state_ != state::named) {
            out_.fail(errc::json_misplaced);
            return false;
        }
        if (state_ == state::behind) out_.u8(',');
        state_ = state::behind;
        return true;
    }
    constexpr void begin(char bracket) noexcept {
        if (!begin_value()) return;
        if (!levels_.push(bracket == '{')) return out_.fail(errc::json_depth);
        out_.u8(static_cast<unsigned char>(bracket));
        state_ = state::first;
    }
    constexpr void end(char bracket, bool may_end) noexcept {
        if (!may_end || state_ == state::named) return out_.fail(errc::json_misplaced);
        out_.u8(static_cast<unsigned char>(bracket));
        levels_.pop();
        state_ = state::behind;
    }

    basic_writer<Room>& out_;
    detail::nesting<MaxDepth> levels_{};
    state state_ = state::first;
};

template <room Room>
writer(basic_writer<Room>&) -> writer<Room>;

/// The JSON text that make(out) makes with a json::writer, in the buffer; as in
///     encode(memory, [&](auto& out) { out.value(5); })
template <class Make>
    requires std::invocable<const Make&, writer<room::checked>&>
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const Make& make) noexcept {
    hubwire::writer all{output};
    writer out{all};
    make(out);
    return out.finish();
}

/// How many bytes encode would write, or why it would not.
template <class Make>
    requires std::invocable<const Make&, writer<room::counting>&>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const Make& make) noexcept {
    counting_writer all;
    writer out{all};
    make(out);
    return out.finish();
}

}  // namespace hubwire::json

#endif

// hubwire/iothub/auth_method.hpp

#ifndef HUBWIRE_IOTHUB_AUTH_METHOD_HPP
#define HUBWIRE_IOTHUB_AUTH_METHOD_HPP

/// How the sender of a message has shown who it is, in the words of the hub: the value of the property
/// iothub-connection-auth-method, which the hub puts on each message, so that nobody can pass for another.
namespace hubwire::iothub {

/// Whose key or certificate it was.
enum class auth_scope : std::uint8_t { hub, device };

/// What it was. (symkey is a key, sas a token, x509 a certificate.)
enum class auth_type : std::uint8_t { symkey, sas, x509 };

namespace detail {

template <>
struct names_of<auth_scope> {
    static constexpr std::string_view all[] = {"hub", "device"};
};
template <>
struct names_of<auth_type> {
    static constexpr std::string_view all[] = {"symkey", "sas", "x509"};
};

}  // namespace detail

/// As in {"scope":"device","type":"sas","issuer":"iothub"}. A member that is absent, or null, is empty.
struct auth_method {
    std::optional<named<auth_scope>> scope{};
    std::optional<named<auth_type>> type{};
    std::optional<json::string> issuer{};

    friend constexpr bool operator==(const auth_method&, const auth_method&) noexcept = default;
};

/// The method that the text is: an object, all of it. Members that are not known are skipped (the hub itself adds
/// some), and texts that are not known are kept; of a name that is there twice, the last counts.
[[nodiscard]] constexpr result<auth_method> decode_auth_method(std::string_view text,
                                                               const json::options& rules = {}) noexcept {
    auth_method method;
    json::reader in{text, rules};
    const auto read_into = [&in](auto& member) {
        const auto found = in.get<std::optional<json::string>>();
        member.reset();
        if (found) member.emplace(*found);
    };
    in.enter_object();
    while (in.next_member()) {
        if (in.name() == "scope") {
            read_into(method.scope);
        } else if (in.name() == "type") {
            read_into(method.type);
        } else if (in.name() == "issuer") {
            read_into(method.issuer);
        }
    }
    return in.finish(method);
}

/// Writes the members that are there, without any white space.
template <room Room>
constexpr void put_auth_method(basic_writer<Room>& out, const auth_method& method) noexcept {
    json::writer object{out};
    object.begin_object();
    if (method.scope) object.member("scope", method.scope->text());
    if (method.type) object.member("type", method.type->text());
    if (method.issuer) object.member("issuer", *method.issuer);
    object.end_object();
}
[[nodiscard]] constexpr result<bytes> encode_auth_method(buffer output HUBWIRE_LIFETIMEBOUND,
                                                         const auth_method& method) noexcept {
    writer out{output};
    put_auth_method(out, method);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const auth_method& method) noexcept {
    counting_writer out;
    put_auth_method(out, method);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/batch.hpp

#ifndef HUBWIRE_IOTHUB_BATCH_HPP
#define HUBWIRE_IOTHUB_BATCH_HPP

/// Event Hubs' batches: a message of amqp::batch_message_format, which the transfer says, whose data sections each hold
/// a message of their own. Devices send telemetry so.
namespace hubwire::iothub {

/// By what rules the messages in a batch from the SDK for C are read: it writes their sections in an order of its own.
inline constexpr amqp::options c_sdk_messages{.any_order = true};

/// What a batch holds, lazily. The messages are bytes; each is looked into when it is decoded, so that one that is
/// wrong does not stand in the way of the others:
///     for (const amqp::data one : batch.messages) auto m = amqp::decode<amqp::message>(one.content, c_sdk_messages);
struct batch {
    std::optional<amqp::annotations> message_annotations{};  // of all of them, such as a partition key
    amqp::body_sections<amqp::data> messages{};              // there has to be one

    friend constexpr bool operator==(const batch&, const batch&) noexcept = default;
};

namespace detail {

template <>
struct operation_form<batch> {
    static constexpr errc broken_rule(const batch& b) noexcept {
        return b.messages.empty() ? errc::iothub_amqp_body : errc::none;
    }
    template <class Use>
    static constexpr auto use_message(const batch& b, Use& use) noexcept {
        return use(amqp::message{.message_annotations = b.message_annotations, .body = b.messages});
    }
    static constexpr refusal take_from(const amqp::message& m, batch& b) noexcept {
        assign(b.message_annotations, m.message_annotations);
        b.messages = m.body.data_sections();
        return {broken_rule(b), amqp::section_kind::data};
    }

    /// Whether it is nothing but data sections, with descriptors as they are mostly written. If not, nothing is said of
    /// it, and nothing taken.
    static constexpr bool take_usual(bytes message, batch& b, const amqp::options& rules) noexcept {
        constexpr std::uint32_t data_section = 0x00'53'75;
        quick_reader in{message};
        std::uint32_t count = 0;
        while (in.left() != 0) {
            const std::uint32_t head = in.u32();
            if (head == (data_section << 8 | amqp::detail::code::binary8)) {
                in.sized8();
            } else if (head == (data_section << 8 | amqp::detail::code::binary32)) {
                in.take(in.u32());
            } else {
                return false;
            }
            ++count;
        }
        if (!in.ok() || count == 0 || rules.max_depth == 0) return false;
        b.messages = amqp::body_sections<amqp::data>::on_the_wire(message, count);
        return true;
    }
};

}  // namespace detail

/// Fills a buffer with a batch, one message after the other, for as long as they fit:
///     batch_builder b{memory};
///     while (next && b.add(*next)) ...
///     auto wire = b.finish();
class batch_builder {
    template <class Put>
    constexpr result<void> add_section(std::size_t content_size, Put put) noexcept {
        writer out{output_.without_first(size_)};
        amqp::detail::write_section_kind(out, amqp::section_kind::data);
        amqp::detail::wire<bytes>::form::write_head(out, content_size);
        put(out);
        const auto written = out.finish();
        if (!written) {
            error wrong = written.error();
            wrong.offset += size_;
            return wrong;
        }
        size_ += written->size();
        ++count_;
        return {};
    }

public:
    /// The batch may take all of the output; give a buffer of as many bytes as the peer's max-message-size.
    constexpr explicit batch_builder(buffer output HUBWIRE_LIFETIMEBOUND, const amqp::options& rules = {}) noexcept
        : output_{output}, rules_{rules} {}

    /// One more message: encoded in its place, or copied there if it is encoded already. Where it does not fit, or is
    /// refused, the batch stays as it was: send that, and begin another one.
    [[nodiscard]] constexpr result<void> add(const amqp::message& m) noexcept {
        const auto size = amqp::encoded_size(m, rules_);
        if (!size) return size.error();
        return add_section(*size,
                           [&](writer& out) { amqp::detail::write_message(out, m, amqp::detail::scope{rules_}); });
    }
    [[nodiscard]] constexpr result<void> add(bytes encoded) noexcept {
        return add_section(encoded.size(), [&](writer& out) { out.put(encoded); });
    }

    [[nodiscard]] constexpr std::size_t count() const noexcept { return count_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

    /// The batch, which has to hold a message: a view of the buffer. More may be added behind.
    [[nodiscard]] constexpr result<bytes> finish() const noexcept {
        if (count_ == 0) return error{.code = errc::iothub_amqp_body};
        return bytes{output_.data(), size_};
    }

private:
    buffer output_;
    amqp::options rules_;
    std::size_t size_ = 0;
    std::size_t count_ = 0;
};

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/sas_resource.hpp

#ifndef HUBWIRE_IOTHUB_SAS_RESOURCE_HPP
#define HUBWIRE_IOTHUB_SAS_RESOURCE_HPP

/// What a SAS token gives access to, and what a put-token request is about: its sr, and the audience.
namespace hubwire::iothub {

/// A hub (what a service asks for), one of its devices, or a module of one. For Event Hubs the whole resource stands in
/// the place of the host's name, such as sb://ns.servicebus.windows.net/entity, with nobody beside it.
struct sas_resource {
    std::string_view host_name{};
    identity who{};  // of no device: the hub itself

    friend constexpr bool operator==(const sas_resource&, const sas_resource&) noexcept = default;
};

/// Writes myhub.azure-devices.net%2Fdevices%2FMyDevice01%2Fmodules%2Fone: percent-encoded as a whole, as all SDKs but
/// that for C do. An empty host, or an identifier that nobody can have, fails.
template <room Room>
constexpr void put_sas_resource(basic_writer<Room>& out, const sas_resource& what) noexcept {
    if (what.host_name.empty()) out.fail(errc::iothub_resource);
    text::put_percent(out, what.host_name);
    if (what.who == identity{}) return;
    if (const auto valid = check_identity(what.who); !valid) return out.fail(valid.error().code);
    out.put(std::string_view{"%2Fdevices%2F"});
    text::put_percent(out, what.who.device_id);
    if (!what.who.is_module()) return;
    out.put(std::string_view{"%2Fmodules%2F"});
    text::put_percent(out, what.who.module_id);
}
[[nodiscard]] constexpr result<bytes> encode_sas_resource(buffer output HUBWIRE_LIFETIMEBOUND,
                                                          const sas_resource& what) noexcept {
    writer out{output};
    put_sas_resource(out, what);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const sas_resource& what) noexcept {
    counting_writer out;
    put_sas_resource(out, what);
    return out.finish();
}

/// A resource where it lies in a token.
struct sas_resource_view {
    text::percent_text host_name{};  // with a port or without
    text::percent_text device_id{};  // empty for the hub
    text::percent_text module_id{};

    [[nodiscard]] constexpr bool is_hub() const noexcept { return device_id.encoded().empty(); }
    [[nodiscard]] constexpr bool is_module() const noexcept { return !module_id.encoded().empty(); }

    /// Whether it is this resource. The case of letters counts in identifiers, and not in the names of hosts.
    friend constexpr bool operator==(const sas_resource_view& a, const sas_resource& b) noexcept {
        return detail::decodes_to_in_any_case(a.host_name.encoded(), b.host_name) && a.device_id == b.who.device_id &&
               a.module_id == b.who.module_id;
    }

    /// Whether who may use this resource may use the other one: it is the same, or lies within. A policy of the hub's
    /// speaks for all devices, and a device for its modules.
    [[nodiscard]] constexpr bool covers(const sas_resource& other) const noexcept {
        return detail::decodes_to_in_any_case(host_name.encoded(), other.host_name) &&
               (is_hub() || device_id == other.who.device_id) && (!is_module() || module_id == other.who.module_id);
    }
};

namespace detail {

/// Where a / stands in a text that may be encoded; of how many characters, 0 at the end of the text.
struct slash {
    std::size_t at = 0;
    std::size_t size = 0;
};

/// Whether each character is one of a host, or the : before a port. The offset is that in the encoded text.
constexpr result<void> check_encoded_host(std::string_view encoded) noexcept {
    constexpr text::percent_options rules{};
    for (std::size_t at = 0; at != encoded.size();) {
        const text::detail::percent_unit unit = text::detail::percent_unit_at(encoded, at, rules);
        if (unit.size == 0 || (unit.byte != ':' && !host_characters.contains(unit.byte)))
            return error{.code = errc::iothub_host_name, .offset = at};
        at += unit.size;
    }
    if (encoded.empty()) return error{.code = errc::iothub_host_name};
    return {};
}

constexpr slash find_slash(std::string_view encoded, std::size_t at) noexcept {
    for (; at != encoded.size(); ++at) {
        if (encoded[at] == '/') return {.at = at, .size = 1};
        if (encoded[at] == '%' && encoded.size() - at >= 3 && encoded[at + 1] == '2' &&
            lower_case(encoded[at + 2]) == 'f')
            return {.at = at, .size = 3};
    }
    return {.at = at};
}

}  // namespace detail

/// The resource that the text is: host, host/devices/d or host/devices/d/modules/m. It may be percent-encoded, as a
/// whole or the identifiers alone, in either case, or not at all, as the SDK for C has it; a % without two digits
/// behind it is then one.
[[nodiscard]] constexpr result<sas_resource_view> decode_sas_resource(std::string_view encoded) noexcept {
    detail::slash last{};  // the one that the next segment comes after
    const auto next = [&] {
        const std::size_t begin = last.at + last.size;
        last = detail::find_slash(encoded, begin);
        return detail::part_of(encoded, begin, last.at - begin);
    };
    const auto refused = [&](std::string_view segment, errc code, std::size_t within) {
        return error{.code = code, .offset = last.at - segment.size() + within};
    };

    const std::string_view host = next();
    if (const auto valid = detail::check_encoded_host(host); !valid) return valid.error();
    sas_resource_view what{.host_name = text::percent_text{host}};
    for (auto [word, id] : {std::pair{std::string_view{"devices"}, &what.device_id},
                            std::pair{std::string_view{"modules"}, &what.module_id}}) {
        if (last.size == 0) return what;
        if (const auto segment = next(); segment != word || last.size == 0)
            return refused(segment, errc::iothub_resource, segment == word ? segment.size() : 0);
        const auto segment = next();
        if (const auto valid = detail::check_encoded_identifier(segment); !valid)
            return refused(segment, valid.error().code, valid.error().offset);
        *id = detail::encoded_identifier(segment);
    }
    if (last.size != 0) return error{.code = errc::iothub_resource, .offset = last.at};
    return what;
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/cbs.hpp

#ifndef HUBWIRE_IOTHUB_CBS_HPP
#define HUBWIRE_IOTHUB_CBS_HPP

/// Claims-based security: how a connection that carries many devices, or outlives a token, shows its tokens. They are
/// put to the node $cbs, one request each, over a link in either direction; encode and decode are in
/// amqp_operation.hpp.
namespace hubwire::iothub::detail {

constexpr bool is_audience(std::string_view audience, const sas_resource& resource) noexcept {
    const auto what = decode_sas_resource(audience);
    return what && *what == resource;
}

}  // namespace hubwire::iothub::detail

namespace hubwire::iothub::cbs {

/// The node that both links are attached to, and what the SDKs name as the place to reply to.
inline constexpr std::string_view node{"$cbs"};
inline constexpr std::string_view usual_reply_to{"cbs"};

/// What a token is. Peers may know others.
namespace token_type {
inline constexpr std::string_view service_bus_sas{"servicebus.windows.net:sastoken"};  // SDKs for Node, Python, C
inline constexpr std::string_view hub_sas{"azure-devices.net:sastoken"};               // SDKs for C#, Java
inline constexpr std::string_view jwt{"jwt"};                                          // of Azure AD, to Event Hubs
inline constexpr std::string_view bearer{"bearer"};                                    // of Azure AD, to the hub
}  // namespace token_type

/// Shows a token. The hub cuts what depends on it once it has expired.
struct put_token {
    std::optional<amqp::message_id> message_id{};  // the reply has it as its correlation id
    std::optional<std::string_view> to{node};
    std::optional<std::string_view> reply_to{usual_reply_to};
    std::string_view type{token_type::service_bus_sas};
    std::string_view audience{};                  // what it is good for; some SDKs percent-encode it, others do not
    std::optional<amqp::timestamp> expiration{};  // few send it: the token itself says it, and the hub believes that
    std::string_view token{};

    /// Whether the audience is this one, as a token's resource is compared: of a hub, a device or a module.
    [[nodiscard]] constexpr bool is_for(const sas_resource& resource) const noexcept {
        return detail::is_audience(audience, resource);
    }
    /// The same of any other audience, such as that of Event Hubs: to the letter, percent-decoded.
    [[nodiscard]] constexpr bool is_for(std::string_view plain) const noexcept {
        return text::percent_decodes_to(audience, plain);
    }
    friend constexpr bool operator==(const put_token&, const put_token&) noexcept = default;
};

/// Takes back what was shown for an audience.
struct delete_token {
    std::optional<amqp::message_id> message_id{};
    std::optional<std::string_view> to{node};
    std::optional<std::string_view> reply_to{usual_reply_to};
    std::string_view type{token_type::service_bus_sas};
    std::string_view audience{};

    /// As above.
    [[nodiscard]] constexpr bool is_for(const sas_resource& resource) const noexcept {
        return detail::is_audience(audience, resource);
    }
    [[nodiscard]] constexpr bool is_for(std::string_view plain) const noexcept {
        return text::percent_decodes_to(audience, plain);
    }
    friend constexpr bool operator==(const delete_token&, const delete_token&) noexcept = default;
};

/// What became of a request.
struct reply {
    std::optional<amqp::message_id> correlation_id{};  // the message id of the request
    std::int32_t status_code = 200;                    // as in HTTP
    std::optional<std::string_view> status_description{};

    [[nodiscard]] constexpr bool is_success() const noexcept { return status_code == 200 || status_code == 202; }
    friend constexpr bool operator==(const reply&, const reply&) noexcept = default;
};

enum class operation : std::uint8_t { put_token, delete_token };

/// What a message asks $cbs for, so that it can be decoded as that; nothing if it is for something else.
[[nodiscard]] constexpr std::optional<operation> operation_of(const amqp::message& m) noexcept {
    if (!m.application_properties) return std::nullopt;
    const auto name = detail::pick(*m.application_properties, std::string_view{"operation"})[0].text();
    if (name == "put-token") return operation::put_token;
    if (name == "delete-token") return operation::delete_token;
    return std::nullopt;
}

}  // namespace hubwire::iothub::cbs

namespace hubwire::iothub::detail {

/// What both requests have: all but the token.
template <class Request>
constexpr refusal read_cbs_request(const amqp::message& m, std::string_view operation, Request& request,
                                   amqp::value& expiration) noexcept {
    using namespace std::string_view_literals;
    request.to.reset();
    request.reply_to.reset();
    if (m.properties) {
        assign(request.message_id, m.properties->message_id);
        assign(request.to, m.properties->to);
        assign(request.reply_to, m.properties->reply_to);
    }
    const auto [named, type, audience, expires] =
        pick(entries_of(m.application_properties), "operation"sv, "type"sv, "name"sv, "expiration"sv);
    std::string_view name;
    errc wrong = read_value(named, name);
    if (wrong == errc::none && name != operation) wrong = errc::iothub_amqp_operation;
    if (wrong == errc::none) wrong = read_value(type, request.type);
    if (wrong == errc::none) wrong = read_value(audience, request.audience);
    expiration = expires;
    return {wrong, amqp::section_kind::application_properties};
}

/// A timestamp, as the protocol has it, or an integer of seconds, as the SDK for Python sends it.
constexpr errc read_expiration(const amqp::value& v, std::optional<amqp::timestamp>& expiration) noexcept {
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)() / 1000;
    if (v.is_null()) return errc::none;
    if (const auto time = v.as<amqp::timestamp>()) {
        expiration.emplace(*time);
        return errc::none;
    }
    const auto seconds = v.integer();
    if (!seconds || *seconds > most || *seconds < -most) return errc::iothub_amqp_type;
    expiration.emplace(amqp::timestamp{*seconds * 1000});
    return errc::none;
}

template <>
struct operation_form<cbs::put_token> {
    static constexpr errc broken_rule(const cbs::put_token&) noexcept { return errc::none; }

    template <class Use>
    static constexpr auto use_message(const cbs::put_token& request, Use& use) noexcept {
        entry_list<4> properties;
        properties.add("operation", "put-token");
        properties.add("type", request.type);
        properties.add("name", request.audience);
        properties.add("expiration", request.expiration);
        return use(amqp::message{
            .properties =
                amqp::properties{.message_id = request.message_id, .to = request.to, .reply_to = request.reply_to},
            .application_properties = properties.view(),
            .body = amqp::amqp_value{request.token}});
    }

    static constexpr refusal take_from(const amqp::message& m, cbs::put_token& request) noexcept {
        amqp::value expiration;
        refusal why = read_cbs_request(m, "put-token", request, expiration);
        if (why.code == errc::none) why.code = read_expiration(expiration, request.expiration);
        if (why.code != errc::none) return why;
        const auto body = m.body.single_value();
        const auto token = body ? body->as<std::string_view>() : std::nullopt;
        if (!token) return {errc::iothub_amqp_body, amqp::section_kind::amqp_value};
        request.token = *token;
        return {};
    }
};

template <>
struct operation_form<cbs::delete_token> {
    static constexpr errc broken_rule(const cbs::delete_token&) noexcept { return errc::none; }

    template <class Use>
    static constexpr auto use_message(const cbs::delete_token& request, Use& use) noexcept {
        const amqp::entry properties[] = {
            {"operation", "delete-token"}, {"type", request.type}, {"name", request.audience}};
        return use(amqp::message{
            .properties =
                amqp::properties{.message_id = request.message_id, .to = request.to, .reply_to = request.reply_to},
            .application_properties = amqp::map{properties},
            .body = amqp::amqp_value{}});
    }

    static constexpr refusal take_from(const amqp::message& m, cbs::delete_token& request) noexcept {
        amqp::value expiration;
        return read_cbs_request(m, "delete-token", request, expiration);
    }
};

template <>
struct operation_form<cbs::reply> {
    static constexpr errc broken_rule(const cbs::reply&) noexcept { return errc::none; }

    template <class Use>
    static constexpr auto use_message(const cbs::reply& reply, Use& use) noexcept {
        entry_list<2> properties;
        properties.add("status-code", reply.status_code);
        properties.add("status-description", reply.status_description);
        return use(amqp::message{.properties = amqp::properties{.correlation_id = reply.correlation_id},
                                 .application_properties = properties.view(),
                                 .body = amqp::amqp_value{}});
    }

    static constexpr refusal take_from(const amqp::message& m, cbs::reply& reply) noexcept {
        using namespace std::string_view_literals;
        if (m.properties) assign(reply.correlation_id, m.properties->correlation_id);
        const auto [status, description] =
            pick(entries_of(m.application_properties), "status-code"sv, "status-description"sv);
        errc wrong = read_value(status, reply.status_code);
        if (wrong == errc::none) wrong = read_value(description, reply.status_description);
        return {wrong, amqp::section_kind::application_properties};
    }
};

}  // namespace hubwire::iothub::detail

#endif

// hubwire/iothub/topic_kind.hpp

#ifndef HUBWIRE_IOTHUB_TOPIC_KIND_HPP
#define HUBWIRE_IOTHUB_TOPIC_KIND_HPP

namespace hubwire::iothub {

/// What a topic of the hub is for: one type each, which says so in its `kind`.
enum class topic_kind : std::uint8_t {
    // from a device or a module to the hub
    telemetry,
    twin_get,
    twin_reported,
    method_response,
    // from the hub to a device or a module
    devicebound,
    input,
    twin_response,
    twin_desired,
    method_request,
};

struct topic_options {
    /// Take a topic of messages that ends before its bag, without the / in front of it, as edgeHub does: such as
    /// devices/{id}/messages/events (decoding only).
    bool allow_missing_slash = false;
};

/// The type of a topic.
template <class T>
concept topic_type = std::same_as<decltype(T::kind), const topic_kind>;

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/wire_text.hpp

#ifndef HUBWIRE_IOTHUB_WIRE_TEXT_HPP
#define HUBWIRE_IOTHUB_WIRE_TEXT_HPP

namespace hubwire::iothub {

/// A text that is percent-encoded where it is sent, in a topic or in a user name. What a program gives is plain, and is
/// encoded when it is written; what was received is encoded already, and is decoded when somebody asks. Sent on, it is
/// written as it came.
///
/// A malformed % in a received text stands for itself: a request is answered even by those who cannot read its name.
class wire_text {
public:
    constexpr wire_text() noexcept = default;

    /// A plain text: a literal, a view, or anything that converts to one and outlives this.
    constexpr wire_text(const char* plain) noexcept : text_{plain} {}
    constexpr wire_text(std::string_view plain) noexcept : text_{plain} {}
    template <std::convertible_to<std::string_view> Text>
        requires(!std::is_pointer_v<Text> && !std::is_array_v<Text>)
    constexpr wire_text(const Text& plain HUBWIRE_LIFETIMEBOUND) noexcept : text_{plain} {}

    /// One that is encoded where it lies.
    constexpr wire_text(const text::percent_text& received) noexcept : text_{received.encoded()}, encoded_{true} {}

    /// As it was given, or lies on the wire.
    [[nodiscard]] constexpr std::string_view as_given() const noexcept { return text_; }
    [[nodiscard]] constexpr bool is_encoded() const noexcept { return encoded_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return text_.empty(); }

    /// The plain text, written to the output, which may not overlap it.
    [[nodiscard]] constexpr result<bytes> decode(buffer output) const noexcept {
        if (encoded_) return text::decode_percent(output, text_, {.keep_malformed = true});
        writer out{output};
        out.put(text_);
        return out.finish();
    }

    /// Whether both stand for the same plain text. In time linear in their sizes.
    friend constexpr bool operator==(const wire_text& a, const wire_text& b) noexcept {
        std::size_t a_at = 0;
        std::size_t b_at = 0;
        while (a_at != a.text_.size() && b_at != b.text_.size()) {
            if (a.take_byte(a_at) != b.take_byte(b_at)) return false;
        }
        return a_at == a.text_.size() && b_at == b.text_.size();
    }

private:
    /// Pre: there is some text at `at`, which is moved behind what stands for the byte.
    constexpr unsigned char take_byte(std::size_t& at) const noexcept {
        if (!encoded_) return static_cast<unsigned char>(text_[at++]);
        const text::detail::percent_unit unit = text::detail::percent_unit_at(text_, at, {.keep_malformed = true});
        at += unit.size;
        return unit.byte;
    }

    std::string_view text_{};
    bool encoded_ = false;
};

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/topic_field.hpp

#ifndef HUBWIRE_IOTHUB_TOPIC_FIELD_HPP
#define HUBWIRE_IOTHUB_TOPIC_FIELD_HPP

/// The parts that the topics of the hub have in common: how each is written, and how it is read.
namespace hubwire::iothub::detail {

using namespace hubwire::detail;

/// Whether these characters stand at `at`.
template <std::size_t N>
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool stands_at(std::string_view text, std::size_t at,
                                                             const char (&wanted)[N]) noexcept {
    return text.size() - at >= N - 1 && std::string_view{text.data() + at, N - 1} == std::string_view{wanted, N - 1};
}

// ---- writing

/// What a level of a topic can never hold: what would end it, a wildcard, and U+0000 [MQTT-1.5.3-2].
[[nodiscard]] constexpr bool ends_level(char c) noexcept { return c == '/' || c == '#' || c == '+' || c == '\0'; }

/// What a value behind a ? can never hold. (A / may stand there.)
[[nodiscard]] constexpr bool ends_value(char c) noexcept { return c == '&' || c == '#' || c == '+' || c == '\0'; }

HUBWIRE_NEVER_INLINE constexpr std::size_t find_if(std::string_view text, bool (*is_wanted)(char) noexcept) noexcept {
    std::size_t at = 0;
    while (at != text.size() && !is_wanted(text[at])) ++at;
    return at;
}

/// The first n characters of a text that has more, or so many. (g++ would see a text of known size that n goes beyond.)
template <room Room>
constexpr void put_first(basic_writer<Room>& out, std::string_view text, std::size_t n) noexcept {
    out.put(bytes{opaque(text.data()), n});
}

/// Whether an identifier can be a level of a topic as it is.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_plain_level(std::string_view text) noexcept {
    static_assert(('#' | 0x08) == '+');  // so that one comparison does for both
    return all_words_pass(text.data(), text.size(), [](word w) {
        return nul_or_non_ascii_bytes(w) | bytes_equal_to<'+'>(w | every_byte<0x08>) | bytes_equal_to<'/'>(w);
    });
}

/// A bag as it is, which may hold a /.
template <room Room>
constexpr void put_bag(basic_writer<Room>& out, std::string_view bag) noexcept {
    static_assert(('#' | 0x08) == '+');
    const bool is_plain = all_words_pass(bag.data(), bag.size(), [](word w) {
        return nul_or_non_ascii_bytes(w) | bytes_equal_to<'+'>(w | every_byte<0x08>);
    });
    const auto ends_topic = [](char c) noexcept { return c == '#' || c == '+' || c == '\0'; };
    const std::size_t fault = is_plain ? bag.size() : find_if(bag, ends_topic);
    put_first(out, bag, fault);
    if (fault != bag.size()) out.fail(errc::iothub_topic_character);
}

/// An identifier, which is never percent-encoded.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void put_identifier(basic_writer<Room>& out, std::string_view id) noexcept {
    if (id.empty()) [[unlikely]]
        return out.fail(errc::iothub_topic_level);
    if (!is_plain_level(id)) [[unlikely]] {
        const std::size_t fault = find_if(id, ends_level);
        if (fault != id.size()) {
            put_first(out, id, fault);
            return out.fail(errc::iothub_topic_character);
        }
    }
    out.put(id);
}

/// devices/{device}, or devices/{device}/modules/{module}
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void put_client(basic_writer<Room>& out, const identity& client) noexcept {
    out.put(std::string_view{"devices/"});
    put_identifier(out, client.device_id);
    if (!client.is_module()) return;
    out.put(std::string_view{"/modules/"});
    put_identifier(out, client.module_id);
}

/// A text in its encoded form: a plain one with these characters bare, a received one as it came. That one may hold
/// what would end it, and is refused there.
template <room Room>
constexpr void put_wire_text(basic_writer<Room>& out, const wire_text& value, const text::bare_characters& bare,
                             bool (*ends)(char) noexcept, errc when_wrong) noexcept {
    if (!value.is_encoded()) return text::put_percent(out, value.as_given(), {.bare = bare});
    const std::size_t fault = find_if(value.as_given(), ends);
    put_first(out, value.as_given(), fault);
    if (fault != value.as_given().size()) out.fail(when_wrong);
}

/// What is bare in the name of a method or of an input: whatever can be, so that names are what most peers take them
/// for, who decode nothing.
inline constexpr text::bare_characters name_characters{"~!*'()$,;:=@"};

template <room Room>
constexpr void put_name(basic_writer<Room>& out, const wire_text& name) noexcept {
    if (name.empty()) return out.fail(errc::iothub_topic_level);
    put_wire_text(out, name, name_characters, ends_level, errc::iothub_topic_character);
}

/// /?$rid={rid}
template <room Room>
constexpr void put_rid(basic_writer<Room>& out, const wire_text& rid) noexcept {
    out.put(std::string_view{"/?$rid="});
    if (rid.empty()) return out.fail(errc::iothub_topic_rid);
    put_wire_text(out, rid, text::unreserved, ends_value, errc::iothub_topic_character);
}

template <room Room>
constexpr void put_version(basic_writer<Room>& out, std::optional<std::int64_t> version) noexcept {
    if (!version) return;
    out.put(std::string_view{"&$version="});
    text::put_decimal(out, *version);
}

inline constexpr std::uint16_t max_status = 999;

template <room Room>
constexpr void put_status(basic_writer<Room>& out, std::uint16_t status) noexcept {
    if (status > max_status) return out.fail(errc::iothub_topic_status);
    text::put_decimal(out, status);
}

// ---- reading

/// Reads a topic from left to right. The first failure sticks: nothing is left then, and views are empty.
class topic_reader {
public:
    constexpr topic_reader(std::string_view topic, const topic_options& rules) noexcept
        : topic_{topic}, may_lack_slash_{rules.allow_missing_slash} {}

    [[nodiscard]] constexpr bool ok() const noexcept { return code_ == errc::none; }
    [[nodiscard]] constexpr hubwire::error error() const noexcept { return {.code = code_, .offset = failed_at_}; }

    /// Characters that have to be there. The first that is another one is the failure.
    template <std::size_t N>
    HUBWIRE_ALWAYS_INLINE constexpr void literal(const char (&wanted)[N]) noexcept {
        if (stands_at(topic_, at_, wanted)) [[likely]] {
            at_ += N - 1;
        } else {
            fail(errc::iothub_topic, at_ + common_prefix(rest_of(topic_, at_), {wanted, N - 1}));
        }
    }

    /// Whether they are there.
    template <std::size_t N>
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool next_is(const char (&wanted)[N]) const noexcept {
        return stands_at(topic_, at_, wanted);
    }

    /// A level, which may not be empty, up to the / behind it.
    HUBWIRE_ALWAYS_INLINE constexpr std::string_view level() noexcept {
        const std::size_t begin = at_;
        at_ = find_or_end<'/'>(topic_, begin);
        if (at_ == begin) [[unlikely]]
            fail(errc::iothub_topic_level, begin);
        return {topic_.data() + begin, at_ - begin};
    }
    HUBWIRE_ALWAYS_INLINE constexpr wire_text name() noexcept { return text::percent_text{level()}; }

    /// devices/{device}
    HUBWIRE_ALWAYS_INLINE constexpr std::string_view device() noexcept {
        literal("devices/");
        return level();
    }

    /// / and the bag, to the end.
    HUBWIRE_ALWAYS_INLINE constexpr std::string_view bag() noexcept {
        if (at_ == topic_.size() && may_lack_slash_) return {};
        literal("/");
        const std::size_t begin = at_;
        at_ = topic_.size();
        return {topic_.data() + begin, at_ - begin};
    }

    HUBWIRE_ALWAYS_INLINE constexpr std::uint16_t status() noexcept {
        const std::size_t begin = at_;
        std::uint32_t value = 0;
        for (unsigned digits = 0; digits != 3 && at_ != topic_.size(); ++digits, ++at_) {
            const unsigned digit = text::detail::digit_value(topic_[at_]);
            if (digit > 9) break;
            value = value * 10 + digit;
        }
        if (at_ == begin || (at_ != topic_.size() && topic_[at_] != '/')) [[unlikely]]
            fail(errc::iothub_topic_status, at_);
        return static_cast<std::uint16_t>(value);
    }

    /// What stands behind a /?, up to the end of the topic, in any order; what nobody asks for is skipped, and of two
    /// the first counts. There has to be a request identifier, or a version.
    HUBWIRE_ALWAYS_INLINE constexpr void query_of_rid(wire_text& rid, std::optional<std::int64_t>& version) noexcept {
        const query found = any_query();
        if (!found.has_rid) [[unlikely]]
            fail(errc::iothub_topic_rid, topic_.size());
        rid = text::percent_text{found.rid};
        if (found.has_version) version = found.version;
    }
    HUBWIRE_ALWAYS_INLINE constexpr void query_of_rid(wire_text& rid) noexcept {
        std::optional<std::int64_t> version;
        query_of_rid(rid, version);
    }
    HUBWIRE_ALWAYS_INLINE constexpr std::int64_t query_of_version() noexcept {
        const query found = any_query();
        if (!found.has_version) [[unlikely]]
            fail(errc::iothub_topic_version, topic_.size());
        return found.version;
    }

private:
    struct query {
        std::string_view rid{};
        std::int64_t version = 0;
        bool has_rid = false;
        bool has_version = false;
    };

    HUBWIRE_ALWAYS_INLINE constexpr query any_query() noexcept {
        literal("/?");
        query found;
        while (at_ != topic_.size()) {
            const std::size_t begin = at_;
            const std::size_t end = find_or_end<'&'>(topic_, begin);
            const std::string_view parameter{topic_.data() + begin, end - begin};
            at_ = end == topic_.size() ? end : end + 1;
            if (stands_at(parameter, 0, "$rid=")) {
                if (found.has_rid) continue;
                found.rid = rest_of(parameter, 5);
                found.has_rid = true;
                if (found.rid.empty()) [[unlikely]]
                    fail(errc::iothub_topic_rid, end);
            } else if (stands_at(parameter, 0, "$version=")) {
                if (found.has_version) continue;
                const auto version = text::decode_decimal<std::int64_t>(rest_of(parameter, 9));
                if (version) [[likely]] {
                    found.version = *version;
                } else {
                    fail(errc::iothub_topic_version, begin + 9 + version.error().offset);
                }
                found.has_version = true;
            }
        }
        return found;
    }

    // Inline, although it is rare: a reader whose address goes nowhere can live in registers.
    HUBWIRE_ALWAYS_INLINE constexpr void fail(errc code, std::size_t at) noexcept {
        if (ok()) {
            code_ = code;
            failed_at_ = at;
        }
        at_ = topic_.size();
    }

    std::string_view topic_;
    std::size_t at_ = 0;
    std::size_t failed_at_ = 0;
    errc code_ = errc::none;
    bool may_lack_slash_;
};

}  // namespace hubwire::iothub::detail

#endif

// hubwire/iothub/mqtt_username.hpp

#ifndef HUBWIRE_IOTHUB_MQTT_USERNAME_HPP
#define HUBWIRE_IOTHUB_MQTT_USERNAME_HPP

namespace hubwire::iothub {

/// How the properties of a user name begin.
enum class username_form : std::uint8_t {
    query,    // host/device/?api-version=...&DeviceClientType=...
    bare,     // host/device/api-version=...&DeviceClientType=..., before 2018
    slashed,  // host/device/api-version=.../DeviceClientType=name/version, of one preview of the SDK for C#
};

/// The user name of a device or a module in CONNECT: {host}/{device}[/{module}]/ and properties, in one of three forms.
/// Identifiers are never percent-encoded.
struct mqtt_username {
    std::string_view host{};
    identity client{};
    wire_text api_version = "2021-04-12";
    wire_text device_client_type{};  // which SDK or product this is; empty, as the others, for none
    wire_text model_id{};            // of IoT Plug and Play
    wire_text auth_chain{};          // of a device behind gateways
    username_form form = username_form::query;

    friend constexpr bool operator==(const mqtt_username&, const mqtt_username&) noexcept = default;
};

namespace detail {

[[nodiscard]] constexpr bool ends_segment(char c) noexcept { return c == '/' || c == '\0'; }
[[nodiscard]] constexpr bool ends_property(char c) noexcept { return ends_segment(c) || c == '&'; }

template <room Room>
constexpr void put_segment(basic_writer<Room>& out, std::string_view segment) noexcept {
    if (segment.empty()) return out.fail(errc::iothub_username);
    const bool is_plain = all_words_pass(segment.data(), segment.size(),
                                         [](word w) { return nul_or_non_ascii_bytes(w) | bytes_equal_to<'/'>(w); });
    const std::size_t fault = is_plain ? segment.size() : find_if(segment, ends_segment);
    put_first(out, segment, fault);
    if (fault != segment.size()) return out.fail(errc::iothub_username_character);
    out.put(std::string_view{"/"});
}

template <room Room>
constexpr void put_property(basic_writer<Room>& out, std::string_view name, const wire_text& value) noexcept {
    if (value.empty()) return;
    out.put(name);
    put_wire_text(out, value, text::unreserved, ends_property, errc::iothub_username_character);
}

/// A name and a version, which is one / between two texts.
[[nodiscard]] constexpr bool is_name_and_version(std::string_view text) noexcept {
    const std::size_t slash = find_or_end<'/'>(text, 0);
    return slash != 0 && slash + 1 < text.size() && find_or_end<'/'>(text, slash + 1) == text.size();
}
[[nodiscard]] constexpr bool ends_client_type(char c) noexcept { return c == '&' || c == '\0'; }

template <room Room>
constexpr void put_slashed_properties(basic_writer<Room>& out, const mqtt_username& u) noexcept {
    constexpr text::bare_characters bare{"~/"};
    out.put(std::string_view{"/DeviceClientType="});
    if (!is_name_and_version(u.device_client_type.as_given()) || !u.model_id.empty() || !u.auth_chain.empty())
        return out.fail(errc::iothub_username);
    put_wire_text(out, u.device_client_type, bare, ends_client_type, errc::iothub_username_character);
}

}  // namespace detail

/// Writes the user name. Refused are an empty host, identifier or api-version, and what cannot stand in its place; in
/// the slashed form also whatever that has no place for.
template <room Room>
constexpr void put_username(basic_writer<Room>& out, const mqtt_username& u) noexcept {
    detail::put_segment(out, u.host);
    detail::put_segment(out, u.client.device_id);
    if (u.client.is_module()) detail::put_segment(out, u.client.module_id);
    out.put(std::string_view{u.form == username_form::query ? "?api-version=" : "api-version="});
    if (u.api_version.empty()) return out.fail(errc::iothub_username_api_version);
    detail::put_property(out, "", u.api_version);
    if (u.form == username_form::slashed) return detail::put_slashed_properties(out, u);
    detail::put_property(out, "&DeviceClientType=", u.device_client_type);
    detail::put_property(out, "&model-id=", u.model_id);
    detail::put_property(out, "&auth-chain=", u.auth_chain);
}
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const mqtt_username& u) noexcept {
    writer out{output};
    put_username(out, u);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const mqtt_username& u) noexcept {
    counting_writer out;
    put_username(out, u);
    return out.finish();
}

namespace detail {

/// The parts of a user name between its slashes. The longest has six.
class username_segments {
public:
    static constexpr std::size_t most = 6;

    constexpr explicit username_segments(std::string_view username) noexcept : text_{username} {
        for (std::size_t begin = 0; count_ != most;) {
            const std::size_t end = find_or_end<'/'>(username, begin);
            begins_[count_++] = begin;
            begins_[count_] = end + 1;
            if (end == username.size()) return;
            begin = end + 1;
        }
    }

    [[nodiscard]] constexpr std::size_t count() const noexcept { return count_; }

    /// Whether there are no more than these.
    [[nodiscard]] constexpr bool is_all() const noexcept { return begins_[count_] == text_.size() + 1; }

    [[nodiscard]] constexpr std::size_t begin(std::size_t index) const noexcept { return begins_[index]; }
    [[nodiscard]] constexpr std::string_view operator[](std::size_t index) const noexcept {
        return {text_.data() + begins_[index], begins_[index + 1] - begins_[index] - 1};
    }

private:
    std::string_view text_;
    std::size_t count_ = 0;
    std::array<std::size_t, most + 1> begins_{};  // and behind the last of them
};

/// The properties of the usual forms. Names that nobody knows are skipped, and of two the first counts.
class username_properties {
    template <std::size_t N>
    HUBWIRE_ALWAYS_INLINE constexpr void take(std::string_view property, const char (&name)[N], unsigned bit,
                                              wire_text& value) noexcept {
        constexpr std::size_t size = N - 1;
        if (!stands_at(property, 0, name) || (property.size() != size && property[size] != '=')) return;
        if ((seen_ & bit) == 0 && property.size() > size) value = text::percent_text{rest_of(property, size + 1)};
        seen_ |= bit;
    }

    unsigned seen_ = 0;

public:
    constexpr void take_all(std::string_view properties, mqtt_username& u) noexcept {
        for (std::size_t at = 0; at <= properties.size();) {
            const std::size_t end = find_or_end<'&'>(properties, at);
            const std::string_view property{properties.data() + at, end - at};
            take(property, "api-version", 1, u.api_version);
            take(property, "DeviceClientType", 2, u.device_client_type);
            take(property, "model-id", 4, u.model_id);
            take(property, "auth-chain", 8, u.auth_chain);
            at = end + 1;
        }
    }
};

/// The properties of the slashed form, of which the first stands in this segment, and the last two segments are one.
constexpr error read_slashed_properties(std::string_view username, const username_segments& segments,
                                        std::size_t version_segment, mqtt_username& u) noexcept {
    constexpr std::string_view version = "api-version=";
    constexpr std::string_view type = "DeviceClientType=";
    const std::size_t version_at = segments.begin(version_segment);
    const std::size_t type_at = segments.begin(version_segment + 1);
    const std::string_view rest = rest_of(username, type_at);
    if (!stands_at(username, version_at, "api-version="))
        return {.code = errc::iothub_username_api_version, .offset = version_at};
    if (!stands_at(rest, 0, "DeviceClientType=")) return {.code = errc::iothub_username, .offset = type_at};
    u.form = username_form::slashed;
    u.api_version = text::percent_text{rest_of(segments[version_segment], version.size())};
    u.device_client_type = text::percent_text{rest_of(rest, type.size())};
    const std::size_t wrong = find_or_end<'&'>(username, version_at);
    if (wrong != username.size()) return {.code = errc::iothub_username_character, .offset = wrong};
    if (!is_name_and_version(u.device_client_type.as_given()))
        return {.code = errc::iothub_username, .offset = type_at + type.size()};
    return {};
}

/// What is wrong with it, or nothing.
constexpr error read_username(std::string_view username, mqtt_username& u) noexcept {
    const username_segments segments{username};
    const std::size_t count = segments.count();
    if (count < 3) return {.code = errc::iothub_username, .offset = username.size()};
    if (!segments.is_all()) return {.code = errc::iothub_username, .offset = segments.begin(count) - 1};

    const bool slashed = count > 4;
    const std::size_t before_properties = slashed ? count - 3 : count - 1;
    for (std::size_t i = 0; i != before_properties; ++i) {
        if (segments[i].empty()) return {.code = errc::iothub_username, .offset = segments.begin(i)};
    }
    u.host = segments[0];
    u.client.device_id = segments[1];
    if (before_properties == 3) u.client.module_id = segments[2];
    u.api_version = {};
    if (slashed) {
        const error fault = read_slashed_properties(username, segments, before_properties, u);
        if (fault.code != errc::none) return fault;
    } else {
        std::string_view properties = segments[before_properties];
        if (properties.starts_with('?')) {
            properties.remove_prefix(1);
        } else {
            u.form = username_form::bare;
        }
        username_properties{}.take_all(properties, u);
    }
    if (u.api_version.empty())
        return {.code = errc::iothub_username_api_version, .offset = segments.begin(before_properties)};
    return {};
}

}  // namespace detail

/// The parts of a user name, with views into it, as edgeHub takes it apart, except that a host has to be there, and
/// that no identifier is empty. Refused is what has too few or too many segments, at the end of the last that can be
/// there; an empty one, where it stands; and one without an api-version, at the properties.
[[nodiscard]] constexpr result<mqtt_username> decode_username(std::string_view username) noexcept {
    result<mqtt_username> u{mqtt_username{}};  // read where it is wanted
    const error fault = detail::read_username(username, *u);
    if (fault.code != errc::none) u = fault;
    return u;
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/telemetry_topic.hpp

#ifndef HUBWIRE_IOTHUB_TELEMETRY_TOPIC_HPP
#define HUBWIRE_IOTHUB_TELEMETRY_TOPIC_HPP

namespace hubwire::iothub {

/// A message to the hub, devices/{device}[/modules/{module}]/messages/events/{bag}; also the topic of a will. To an
/// output of a module it goes by its property $.on.
///
/// The hub has to see to it that the sender is the client that is connected.
struct telemetry_topic {
    static constexpr topic_kind kind = topic_kind::telemetry;

    identity sender{};
    std::string_view bag{};  // as it lies on the wire: its own codec reads it, and writes one behind an empty one

    friend constexpr bool operator==(const telemetry_topic&, const telemetry_topic&) noexcept = default;
};

/// Writes the topic. With an empty bag the place for one is where the writer is then.
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const telemetry_topic& topic) noexcept {
    detail::put_client(out, topic.sender);
    out.put(std::string_view{"/messages/events/"});
    detail::put_bag(out, topic.bag);
}

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, telemetry_topic& topic) noexcept {
    topic.sender.device_id = in.device();
    if (in.next_is("/mo")) {
        in.literal("/modules/");
        topic.sender.module_id = in.level();
    }
    in.literal("/messages/events");
    topic.bag = in.bag();
}

}  // namespace detail

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/devicebound_topic.hpp

#ifndef HUBWIRE_IOTHUB_DEVICEBOUND_TOPIC_HPP
#define HUBWIRE_IOTHUB_DEVICEBOUND_TOPIC_HPP

namespace hubwire::iothub {

/// A message from the cloud to a device, devices/{device}/messages/devicebound/{bag}
struct devicebound_topic {
    static constexpr topic_kind kind = topic_kind::devicebound;

    std::string_view device_id{};
    std::string_view bag{};  // as it lies on the wire

    friend constexpr bool operator==(const devicebound_topic&, const devicebound_topic&) noexcept = default;
};

/// Writes the topic. With an empty bag the place for one is where the writer is then.
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const devicebound_topic& topic) noexcept {
    detail::put_client(out, {.device_id = topic.device_id});
    out.put(std::string_view{"/messages/devicebound/"});
    detail::put_bag(out, topic.bag);
}

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, devicebound_topic& topic) noexcept {
    topic.device_id = in.device();
    in.literal("/messages/devicebound");
    topic.bag = in.bag();
}

}  // namespace detail

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/input_topic.hpp

#ifndef HUBWIRE_IOTHUB_INPUT_TOPIC_HPP
#define HUBWIRE_IOTHUB_INPUT_TOPIC_HPP

namespace hubwire::iothub {

/// A message to an input of a module, devices/{device}/modules/{module}/inputs/{input}/{bag}. The bags of edgeHub end
/// with a / that is none of theirs; it is handed on with them.
struct input_topic {
    static constexpr topic_kind kind = topic_kind::input;

    identity receiver{};  // a module
    wire_text input{};
    std::string_view bag{};  // as it lies on the wire

    friend constexpr bool operator==(const input_topic&, const input_topic&) noexcept = default;
};

/// Writes the topic. With an empty bag the place for one is where the writer is then.
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const input_topic& topic) noexcept {
    detail::put_client(out, topic.receiver);
    if (!topic.receiver.is_module()) return out.fail(errc::iothub_topic_level);
    out.put(std::string_view{"/inputs/"});
    detail::put_name(out, topic.input);
    out.put(std::string_view{"/"});
    detail::put_bag(out, topic.bag);
}

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, input_topic& topic) noexcept {
    topic.receiver.device_id = in.device();
    in.literal("/modules/");
    topic.receiver.module_id = in.level();
    in.literal("/inputs/");
    topic.input = in.name();
    topic.bag = in.bag();
}

}  // namespace detail

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/method_topic.hpp

#ifndef HUBWIRE_IOTHUB_METHOD_TOPIC_HPP
#define HUBWIRE_IOTHUB_METHOD_TOPIC_HPP

namespace hubwire::iothub {

/// The name of a method as IoT Plug and Play has it, {component}*{command}, or {command} alone.
struct method_name {
    wire_text component{};  // empty for the device itself
    wire_text command{};

    friend constexpr bool operator==(const method_name&, const method_name&) noexcept = default;
};

/// Takes it apart, at the first *, which may be percent-encoded where the name is.
[[nodiscard]] constexpr method_name split_method_name(const wire_text& name) noexcept {
    const std::string_view whole = name.as_given();
    const auto part = [&name](std::string_view text) {
        return name.is_encoded() ? wire_text{text::percent_text{text}} : wire_text{text};
    };
    const auto is_escaped_star = [whole](std::size_t at) {
        return detail::begins_with(detail::rest_of(whole, at), "%2A") ||
               detail::begins_with(detail::rest_of(whole, at), "%2a");
    };
    for (std::size_t at = 0; at != whole.size(); ++at) {
        const bool is_escaped = name.is_encoded() && is_escaped_star(at);
        if (whole[at] == '*' || is_escaped)
            return {.component = part(detail::part_of(whole, 0, at)),
                    .command = part(detail::rest_of(whole, at + (is_escaped ? 3 : 1)))};
    }
    return {.command = name};
}

/// The hub calls a method, $iothub/methods/POST/{name}/?$rid={rid}
struct method_request_topic {
    static constexpr topic_kind kind = topic_kind::method_request;

    wire_text name{};
    wire_text rid{};

    friend constexpr bool operator==(const method_request_topic&, const method_request_topic&) noexcept = default;
};

/// The answer, $iothub/methods/res/{status}/?$rid={rid}
struct method_response_topic {
    static constexpr topic_kind kind = topic_kind::method_response;

    std::uint16_t status = 200;  // up to 999
    wire_text rid{};             // that of the request

    friend constexpr bool operator==(const method_response_topic&, const method_response_topic&) noexcept = default;
};

template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const method_request_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/methods/POST/"});
    detail::put_name(out, topic.name);
    detail::put_rid(out, topic.rid);
}
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const method_response_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/methods/res/"});
    detail::put_status(out, topic.status);
    detail::put_rid(out, topic.rid);
}

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, method_request_topic& topic) noexcept {
    in.literal("$iothub/methods/POST/");
    topic.name = in.name();
    in.query_of_rid(topic.rid);
}
HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, method_response_topic& topic) noexcept {
    in.literal("$iothub/methods/res/");
    topic.status = in.status();
    in.query_of_rid(topic.rid);
}

}  // namespace detail

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/twin_topic.hpp

#ifndef HUBWIRE_IOTHUB_TWIN_TOPIC_HPP
#define HUBWIRE_IOTHUB_TWIN_TOPIC_HPP

/// The twin of a device or of a module. A request identifier is a text that the client makes up, and finds again in the
/// answer. Behind the ? the order is free, and what else stands there is skipped.
namespace hubwire::iothub {

/// Asks for the twin, $iothub/twin/GET/?$rid={rid}
struct twin_get_topic {
    static constexpr topic_kind kind = topic_kind::twin_get;

    wire_text rid{};

    friend constexpr bool operator==(const twin_get_topic&, const twin_get_topic&) noexcept = default;
};

/// Changes reported properties, $iothub/twin/PATCH/properties/reported/?$rid={rid}[&$version={version}]
struct twin_reported_topic {
    static constexpr topic_kind kind = topic_kind::twin_reported;

    wire_text rid{};
    std::optional<std::int64_t> version{};  // only if this is the twin's

    friend constexpr bool operator==(const twin_reported_topic&, const twin_reported_topic&) noexcept = default;
};

/// The hub's answer to both, $iothub/twin/res/{status}/?$rid={rid}[&$version={version}]
struct twin_response_topic {
    static constexpr topic_kind kind = topic_kind::twin_response;

    std::uint16_t status = 200;  // up to 999
    wire_text rid{};
    std::optional<std::int64_t> version{};  // that the twin has now, if it was changed

    friend constexpr bool operator==(const twin_response_topic&, const twin_response_topic&) noexcept = default;
};

/// Desired properties have changed, $iothub/twin/PATCH/properties/desired/?$version={version}
struct twin_desired_topic {
    static constexpr topic_kind kind = topic_kind::twin_desired;

    std::int64_t version = 0;

    friend constexpr bool operator==(const twin_desired_topic&, const twin_desired_topic&) noexcept = default;
};

template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const twin_get_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/twin/GET"});
    detail::put_rid(out, topic.rid);
}
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const twin_reported_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/twin/PATCH/properties/reported"});
    detail::put_rid(out, topic.rid);
    detail::put_version(out, topic.version);
}
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const twin_response_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/twin/res/"});
    detail::put_status(out, topic.status);
    detail::put_rid(out, topic.rid);
    detail::put_version(out, topic.version);
}
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const twin_desired_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/twin/PATCH/properties/desired/?$version="});
    text::put_decimal(out, topic.version);
}

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, twin_get_topic& topic) noexcept {
    in.literal("$iothub/twin/GET");
    in.query_of_rid(topic.rid);
}
HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, twin_reported_topic& topic) noexcept {
    in.literal("$iothub/twin/PATCH/properties/reported");
    in.query_of_rid(topic.rid, topic.version);
}
HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, twin_response_topic& topic) noexcept {
    in.literal("$iothub/twin/res/");
    topic.status = in.status();
    in.query_of_rid(topic.rid, topic.version);
}
HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, twin_desired_topic& topic) noexcept {
    in.literal("$iothub/twin/PATCH/properties/desired");
    topic.version = in.query_of_version();
}

}  // namespace detail

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/topic.hpp

#ifndef HUBWIRE_IOTHUB_TOPIC_HPP
#define HUBWIRE_IOTHUB_TOPIC_HPP

/// The topics of the hub. Identifiers stand in them as they are: one with a /, a # or a + cannot be in a topic, and is
/// refused. Bags are handed on as they lie on the wire.
namespace hubwire::iothub {

/// Writes a topic. What cannot stand in it is refused, with the offset where it would have stood.
template <topic_type T>
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const T& topic) noexcept {
    writer out{output};
    put_topic(out, topic);
    return out.finish();
}

/// How many characters encode would write, or why it would not.
template <topic_type T>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const T& topic) noexcept {
    counting_writer out;
    put_topic(out, topic);
    return out.finish();
}

/// The topic that the text is, with views into it. The offset of an error is that of the first character that no such
/// topic has there. Pre: it may be the topic of a PUBLISH (mqtt::decode has seen to it); others may decode, and do not
/// encode again.
template <topic_type T>
[[nodiscard]] constexpr result<T> decode(std::string_view text, const topic_options& rules = {}) noexcept {
    detail::topic_reader in{text, rules};
    result<T> topic{T{}};  // read where it is wanted: a copy would cost as much as the rest
    detail::read_topic(in, *topic);
    if (!in.ok()) [[unlikely]]
        topic = in.error();
    return topic;
}

namespace detail {

template <class T, class... Ts>
concept one_of = (std::same_as<T, Ts> || ...);

/// A value of one of several types, none of which has anything to destroy.
template <class First, class... Rest>
union one_value {
    constexpr explicit one_value(const First& value) noexcept : first{value} {}
    template <class T>
    constexpr explicit one_value(const T& value) noexcept : rest{value} {}

    First first;
    one_value<Rest...> rest;
};
template <class Last>
union one_value<Last> {
    constexpr explicit one_value(const Last& value) noexcept : first{value} {}

    Last first;
};

}  // namespace detail

/// A topic of any of these kinds.
template <topic_type... Topics>
class any_topic {
    template <class T, class First, class... Rest>
    static constexpr const T& value_as(const detail::one_value<First, Rest...>& value) noexcept {
        if constexpr (std::same_as<T, First>) {
            return value.first;
        } else {
            return value_as<T>(value.rest);
        }
    }

    template <class First, class... Rest, class Handle>
    constexpr decltype(auto) visit_one_of(Handle& handle, const detail::one_value<First, Rest...>& value) const {
        if constexpr (sizeof...(Rest) == 0) {
            return handle(value.first);
        } else {
            if (kind_ == First::kind) return handle(value.first);
            return visit_one_of<Rest...>(handle, value.rest);
        }
    }

    topic_kind kind_;
    detail::one_value<Topics...> value_;

public:
    template <detail::one_of<Topics...> T>
    constexpr any_topic(const T& topic) noexcept : kind_{T::kind}, value_{topic} {}

    [[nodiscard]] constexpr topic_kind kind() const noexcept { return kind_; }

    /// The topic, if it is of this kind; otherwise null.
    template <detail::one_of<Topics...> T>
    [[nodiscard]] constexpr const T* get_if() const noexcept HUBWIRE_LIFETIMEBOUND {
        return kind_ == T::kind ? &value_as<T>(value_) : nullptr;
    }

    /// Calls handle with the topic as what it is; it takes all kinds, one by one or as a template.
    template <class Handle>
    constexpr decltype(auto) visit(Handle&& handle) const {
        return visit_one_of<Topics...>(handle, value_);
    }
};

/// What a device or a module receives, and what the hub receives.
using topic_to_client =
    any_topic<devicebound_topic, input_topic, twin_response_topic, twin_desired_topic, method_request_topic>;
using topic_to_hub = any_topic<telemetry_topic, twin_get_topic, twin_reported_topic, method_response_topic>;

namespace detail {

template <class Any, class T>
HUBWIRE_ALWAYS_INLINE constexpr result<Any> decode_as(std::string_view text, const topic_options& rules) noexcept {
    const auto topic = decode<T>(text, rules);
    if (!topic) [[unlikely]]
        return topic.error();
    return {std::in_place, *topic};
}

[[nodiscard]] constexpr bool has(std::string_view text, std::size_t at, char wanted) noexcept {
    return at < text.size() && text[at] == wanted;
}

/// Whether devices/{device} is followed by /modules rather than by /messages.
[[nodiscard]] constexpr bool is_of_module(std::string_view text) noexcept {
    constexpr std::size_t device_at = std::string_view{"devices/"}.size();
    return text.size() >= device_at && stands_at(text, find_or_end<'/'>(text, device_at), "/mo");
}

// The first letter that is different in $iothub/twin/... and $iothub/methods/..., and in the kinds of each.
inline constexpr std::size_t operation_at = std::string_view{"$iothub/"}.size();
inline constexpr std::size_t of_twin_at = std::string_view{"$iothub/twin/"}.size();

}  // namespace detail

/// The topic of a message that a device or a module receives, whichever it is. What is none is refused as what it is
/// most like.
[[nodiscard]] constexpr result<topic_to_client> decode_topic_to_client(std::string_view text,
                                                                       const topic_options& rules = {}) noexcept {
    const auto read_as = [&]<class T>(T) { return detail::decode_as<topic_to_client, T>(text, rules); };
    if (!detail::has(text, 0, '$'))
        return detail::is_of_module(text) ? read_as(input_topic{}) : read_as(devicebound_topic{});
    if (detail::has(text, detail::operation_at, 'm')) return read_as(method_request_topic{});
    return detail::has(text, detail::of_twin_at, 'r') ? read_as(twin_response_topic{}) : read_as(twin_desired_topic{});
}

/// The topic of a message that the hub receives, whichever it is. What is none is refused as what it is most like.
[[nodiscard]] constexpr result<topic_to_hub> decode_topic_to_hub(std::string_view text,
                                                                 const topic_options& rules = {}) noexcept {
    const auto read_as = [&]<class T>(T) { return detail::decode_as<topic_to_hub, T>(text, rules); };
    if (!detail::has(text, 0, '$')) return read_as(telemetry_topic{});
    if (detail::has(text, detail::operation_at, 'm')) return read_as(method_response_topic{});
    return detail::has(text, detail::of_twin_at, 'G') ? read_as(twin_get_topic{}) : read_as(twin_reported_topic{});
}

}  // namespace hubwire::iothub

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
    template <class Block>
    static Block refused(Block b) noexcept {
        return (b - 1) | b;
    }
#endif
};
struct plain_topic {
    static constexpr word refused(word w) noexcept { return not_plain_topic(w); }
#if defined(HUBWIRE_HAS_BLOCKS)
    // U+0000 and 81 to FF by the first half, wildcards and 80 by the second.
    template <class Block>
    static Block refused(Block b) noexcept {
        return (b - 1) | (((b | 0x08) ^ '+') - 1);
    }
#endif
};

/// Whether nothing in a text needs a closer look: it is ASCII, and without U+0000 (and, if it is a topic, without
/// wildcards).
template <class Kind>
HUBWIRE_ALWAYS_INLINE constexpr bool is_plain(std::string_view text) noexcept {
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated() && text.size() >= sizeof(block))
        return all_blocks_pass(text.data(), text.size(), [](auto b) { return Kind::refused(b); });
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

/// Whether its length alone does not tell that it needs a closer look. A program compiled for size looks closely at
/// every text.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool may_be_plain(text_kind kind, std::string_view text,
                                                                const options& rules) noexcept {
    return !optimize_for_size && !rules.refuse_discouraged_characters && text.size() <= max_field_size &&
           (kind == text_kind::any || !text.empty());
}

/// How much of it stands before a wildcard that is all right: most filters have one, at the end.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr std::size_t size_before_wildcard(text_kind kind,
                                                                               std::string_view text) noexcept {
    const bool wild =
        kind == text_kind::topic_filter && text.size() >= 2 && text[text.size() - 2] == '/' && text.back() == '#';
    return text.size() - (wild ? 2 : 0);
}

/// Whether nothing in it needs a closer look.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_plain(text_kind kind, std::string_view text,
                                                            const options& rules) noexcept {
    if (!may_be_plain(kind, text, rules)) return false;
    if (kind == text_kind::any) return is_plain<plain_text>(text);
    return is_plain<plain_topic>(first(text, size_before_wildcard(kind, text)));
}

/// The same for one that may be plain, while it is copied.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool copy_if_plain(text_kind kind, char* to,
                                                                 std::string_view text) noexcept {
    if (kind == text_kind::any) return copy_text<plain_text>(to, text.data(), text.size());
    const std::size_t size = size_before_wildcard(kind, text);
    copy(to + size, text.data() + size, text.size() - size);
    return copy_text<plain_topic>(to, text.data(), size);
}

/// Where a wildcard stands that may not stand there.
constexpr error check_wildcards(text_kind kind, std::string_view text) noexcept {
    for (std::size_t at = 0; at != text.size(); ++at) {
        if (!is_wildcard(text[at])) continue;
        const bool begins_level = at == 0 || text[at - 1] == '/';
        const bool ends_text = at + 1 == text.size();
        const bool is_level = begins_level && (ends_text || (text[at] == '+' && text[at + 1] == '/'));
        if (kind == text_kind::topic_filter && is_level) continue;
        const errc code = kind == text_kind::topic_name   ? errc::mqtt_wildcard_in_topic
                          : kind == text_kind::will_topic ? errc::mqtt_wildcard_in_will_topic
                          : text[at] == '#'               ? errc::mqtt_multi_level_wildcard
                                                          : errc::mqtt_single_level_wildcard;
        return {.code = code, .offset = at};
    }
    return {};
}

/// A closer look at a text, of whatever kind.
HUBWIRE_NEVER_INLINE constexpr result<void> check_closely(text_kind kind, std::string_view text,
                                                          const options& rules) noexcept {
    const bool is_topic = kind != text_kind::any;
    error wrong{};
    if (is_topic && text.empty()) wrong.code = errc::mqtt_empty_topic;
    if (text.size() > max_field_size)
        wrong = {.code = is_topic ? errc::mqtt_topic_too_long : errc::too_long, .offset = max_field_size};
    if (wrong.code == errc::none) {
        wrong.offset = utf8_valid_prefix(text, nul::refused);
        if (wrong.offset != text.size())
            wrong.code = text[wrong.offset] == '\0' ? errc::mqtt_nul_in_text : errc::mqtt_invalid_utf8;
    }
    if (wrong.code == errc::none && rules.refuse_discouraged_characters) {
        wrong.offset = discouraged_at(text);
        if (wrong.offset != text.size()) wrong.code = errc::mqtt_discouraged_character;
    }
    if (wrong.code == errc::none && is_topic) wrong = check_wildcards(kind, text);
    if (wrong.code == errc::none) return {};
    return wrong;
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

// hubwire/mqtt/field.hpp

#ifndef HUBWIRE_MQTT_FIELD_HPP
#define HUBWIRE_MQTT_FIELD_HPP

/// The texts of a packet that is decoded, each behind its length of two bytes (MQTT 1.5.3).
namespace hubwire::mqtt::detail {

/// The text, judged. A quick reader takes plain texts only: for what needs a closer look it would have to call.
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr std::string_view judged(Reader& in, bytes text, text_kind kind,
                                                        const options& rules) noexcept {
    if constexpr (std::same_as<Reader, quick_reader>) {
        in.expect(is_plain(kind, text.text(), rules), errc::mqtt_invalid_utf8, 0);
    } else {
        in.expect(text, judge(kind, text.text(), rules));
    }
    return text.text();
}

/// A text, judged, behind which so many bytes have to come in the packet: if it leaves no room for them, there is no
/// use in waiting for it.
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr std::string_view read_text(Reader& in, text_kind kind, const options& rules,
                                                           std::size_t behind = 0) noexcept {
    const std::size_t size = in.u16();
    if (size + behind > in.ahead()) [[unlikely]]
        in.fail(errc::truncated);
    return judged(in, in.take(size), kind, rules);
}

}  // namespace hubwire::mqtt::detail

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
template <any_reader Reader>
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool could_begin_with(Reader in, std::string_view field) noexcept {
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
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr bytes read_field_before(Reader& in, const announced_fields& to_come) noexcept {
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

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header& header, connect& p,
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

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header&, connack& p, const options&) noexcept {
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

// hubwire/iothub/connect.hpp

#ifndef HUBWIRE_IOTHUB_CONNECT_HPP
#define HUBWIRE_IOTHUB_CONNECT_HPP

/// What a device or a module says of itself in CONNECT, and what the hub reads there.
namespace hubwire::iothub {

/// Writes the client identifier: {device} or {device}/{module}. Refused are identifiers that are empty, or could not
/// stand in a topic.
template <room Room>
constexpr void put_client_id(basic_writer<Room>& out, const identity& client) noexcept {
    detail::put_identifier(out, client.device_id);
    if (!client.is_module()) return;
    out.put(std::string_view{"/"});
    detail::put_identifier(out, client.module_id);
}
[[nodiscard]] constexpr result<bytes> encode_client_id(buffer output HUBWIRE_LIFETIMEBOUND,
                                                       const identity& client) noexcept {
    writer out{output};
    put_client_id(out, client);
    return out.finish();
}

/// Who it names. An empty part is refused, and so is a second slash.
[[nodiscard]] constexpr result<identity> decode_client_id(std::string_view client_id) noexcept {
    const std::size_t slash = detail::find_or_end<'/'>(client_id, 0);
    if (slash == 0) return error{.code = errc::iothub_topic_level};
    if (slash == client_id.size()) return identity{.device_id = client_id};
    const std::string_view module_id = detail::rest_of(client_id, slash + 1);
    if (module_id.empty()) return error{.code = errc::iothub_topic_level, .offset = client_id.size()};
    const std::size_t second = detail::find_or_end<'/'>(module_id, 0);
    if (second != module_id.size()) return error{.code = errc::iothub_topic_character, .offset = slash + 1 + second};
    return identity{.device_id = detail::part_of(client_id, 0, slash), .module_id = module_id};
}

/// A CONNECT of this client with the defaults of the hub's SDKs: a session that goes on, and a sign of life every four
/// minutes (the hub allows 1,177 s). Both identifiers are written into the memory, which has to live as long as the
/// packet. The password is for the caller to add: a token, or nothing where a certificate says who this is.
[[nodiscard]] constexpr result<mqtt::connect> make_connect(buffer memory HUBWIRE_LIFETIMEBOUND,
                                                           const mqtt_username& u) noexcept {
    writer out{memory};
    put_username(out, u);
    const std::size_t size = out.size();
    put_client_id(out, u.client);
    const auto written = out.finish();
    if (!written) return written.error();
    return mqtt::connect{.client_id = written->without_first(size).text(),
                         .username = written->first(size).text(),
                         .keep_alive = 240,
                         .clean_session = false};
}

/// Who connects, from the point of view of the hub: the user name, if the client identifier, and the topic of the will
/// if there is one, are those of the same client. Whether it is who it says it is, the password or a certificate has to
/// show. The offset of an error is that in the text in question. What is returned are views into the packet's texts,
/// and so into the receiver's buffer: an identity that is kept is copied.
[[nodiscard]] constexpr result<mqtt_username> read_connect(const mqtt::connect& packet,
                                                           const topic_options& rules = {}) noexcept {
    if (!packet.username) return error{.code = errc::iothub_username};
    const auto u = decode_username(*packet.username);
    if (!u) return u.error();
    const auto named = decode_client_id(packet.client_id);
    if (!named) return named.error();
    if (*named != u->client) return error{.code = errc::iothub_username_client};
    if (packet.will) {
        const auto topic = decode<telemetry_topic>(packet.will->topic, rules);
        if (!topic) return topic.error();
        if (topic->sender != u->client) return error{.code = errc::iothub_username_client};
    }
    return u;
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/connection_string.hpp

#ifndef HUBWIRE_IOTHUB_CONNECTION_STRING_HPP
#define HUBWIRE_IOTHUB_CONNECTION_STRING_HPP

/// HostName=...;DeviceId=...;SharedAccessKey=...: whom to connect to, who one is, and how to prove it.
namespace hubwire::iothub {

/// Who connects with such a string.
enum class client_kind : std::uint8_t { device, module, service };

/// How it proves who it is.
enum class credential_kind : std::uint8_t { key, signature, x509 };

/// A connection string, each value as it lies there; empty if it does not. It has a host; a device, with a module or
/// without, or a policy, or both (a policy's key may speak for a device); and exactly one of a key, a signature, and
/// x509=true, which is for devices and modules.
struct connection_string {
    std::string_view host_name{};                // HostName
    std::string_view credential_scope{};         // CredentialScope, of the SDK for C#
    std::string_view credential_type{};          // CredentialType, the same
    identity who{};                              // DeviceId, ModuleId
    std::string_view shared_access_key_name{};   // SharedAccessKeyName: the policy
    std::string_view shared_access_key{};        // SharedAccessKey: for sas_key
    std::string_view shared_access_signature{};  // SharedAccessSignature: for decode_sas_token
    bool x509 = false;                           // x509 or X509Cert
    std::string_view gateway_host_name{};        // GatewayHostName

    /// Pre: it was decoded, or could be encoded.
    [[nodiscard]] constexpr client_kind client() const noexcept {
        if (who.device_id.empty()) return client_kind::service;
        return who.is_module() ? client_kind::module : client_kind::device;
    }
    [[nodiscard]] constexpr credential_kind credential() const noexcept {
        if (x509) return credential_kind::x509;
        return shared_access_key.empty() ? credential_kind::signature : credential_kind::key;
    }

    /// The host to connect to: the gateway, if there is one before the hub.
    [[nodiscard]] constexpr std::string_view host_to_connect_to() const noexcept {
        return gateway_host_name.empty() ? host_name : gateway_host_name;
    }

    /// What its tokens are for. It is the hub's host that stands there, also where a gateway is before it. A policy
    /// asks for the whole hub.
    [[nodiscard]] constexpr sas_resource resource() const noexcept {
        return {.host_name = host_name, .who = shared_access_key_name.empty() ? who : identity{}};
    }

    friend constexpr bool operator==(const connection_string&, const connection_string&) noexcept = default;
};

/// Where SDKs are laxer than the rules that all of them keep to. By default keys are written exactly as above (as the
/// SDKs for Node, Python and C compare them), a key that is not one of them is refused, as a misspelt one would be
/// missed later (Python), and so are empty parts and repeated keys, as then something was lost on the way (Python).
struct connection_string_options {
    /// hostname=..., X509=...: the SDK for C#.
    bool ignore_case = false;

    /// Nothing may stand before, between or behind a ; (the SDK for Node; that for C, at the end).
    bool skip_empty_parts = false;

    /// Keys that are none are passed over, with their values: the SDKs for Node, C and C#.
    bool skip_unknown_keys = false;

    /// A key may come twice, and the last one counts: the SDK for Node.
    bool last_repeated_counts = false;

    /// A ; may belong to the identifier of a device or a module, for which the hub allows it. It ends the identifier
    /// only if one of the keys and a = follow: the SDK for C#. (Encoding: a ; that would end it is still refused.)
    bool semicolon_in_identifier = false;
};

namespace detail {

enum class connection_key : std::uint8_t {
    host_name,
    credential_scope,
    credential_type,
    device_id,
    module_id,
    shared_access_key_name,
    shared_access_key,
    shared_access_signature,
    x509,
    x509_cert,  // the same by another name
    gateway_host_name,
    none,
};

inline constexpr std::string_view connection_keys[] = {
    "HostName",        "CredentialScope",       "CredentialType", "DeviceId", "ModuleId",        "SharedAccessKeyName",
    "SharedAccessKey", "SharedAccessSignature", "x509",           "X509Cert", "GatewayHostName",
};
inline constexpr std::size_t longest_connection_key = 21;

constexpr connection_key find_connection_key(std::string_view name, bool ignore_case) noexcept {
    std::uint8_t index = 0;
    for (const std::string_view key : connection_keys) {
        if (name == key || (ignore_case && equal_ignoring_case(name, key))) break;
        ++index;
    }
    return static_cast<connection_key>(index);
}

/// Whether a key and a = stand there. Looks at no more characters than the longest key has.
constexpr bool key_follows(std::string_view text, std::size_t at, bool ignore_case) noexcept {
    const std::size_t left = text.size() - at;
    const std::string_view head =
        part_of(text, at, left < longest_connection_key + 1 ? left : longest_connection_key + 1);
    const std::size_t equals = find_or_end<'='>(head, 0);
    return equals != head.size() && find_connection_key(part_of(head, 0, equals), ignore_case) != connection_key::none;
}

/// Where the identifier that begins there ends, of which a ; may be part.
constexpr std::size_t end_of_identifier(std::string_view text, std::size_t at, bool ignore_case) noexcept {
    std::size_t end = find_or_end<';'>(text, at);
    while (end != text.size() && !key_follows(text, end + 1, ignore_case)) end = find_or_end<';'>(text, end + 1);
    return end;
}

/// true or false, as text in any case: SDKs write true and True.
struct connection_flag {
    bool known = false;
    bool set = false;
};
constexpr connection_flag read_connection_flag(std::string_view value) noexcept {
    const bool set = equal_ignoring_case(value, "true");
    return {.known = set || equal_ignoring_case(value, "false"), .set = set};
}

/// What is wrong with all of it together, and because of which keys; none of them if something is missing.
struct connection_fault {
    errc code = errc::none;
    unsigned keys = 0;  // a bit each
};

constexpr unsigned bit_of(connection_key key) noexcept { return 1u << static_cast<unsigned>(key); }

constexpr connection_fault check_together(const connection_string& all) noexcept {
    const bool policy = !all.shared_access_key_name.empty();
    if (all.host_name.empty()) return {.code = errc::iothub_connection_no_host};
    if (all.who.device_id.empty()) {
        if (all.who.is_module())
            return {.code = errc::iothub_connection_no_device, .keys = bit_of(connection_key::module_id)};
        if (all.x509) return {.code = errc::iothub_connection_no_device, .keys = bit_of(connection_key::x509)};
        if (!policy) return {.code = errc::iothub_connection_no_device};
    }
    const unsigned proofs =
        (all.shared_access_key.empty() ? 0 : bit_of(connection_key::shared_access_key)) |
        (all.shared_access_signature.empty() ? 0 : bit_of(connection_key::shared_access_signature)) |
        (all.x509 ? bit_of(connection_key::x509) : 0) |
        (all.x509 && policy ? bit_of(connection_key::shared_access_key_name) : 0);  // which has no certificate
    if (proofs == 0) return {.code = errc::iothub_connection_no_credential};
    if ((proofs & (proofs - 1)) != 0) return {.code = errc::iothub_connection_two_credentials, .keys = proofs};
    return {};
}

/// Whether the value can stand behind the key: the offset is that within the value.
constexpr result<void> check_connection_value(connection_key key, std::string_view value) noexcept {
    if (value.empty()) return error{.code = errc::iothub_connection_empty_value};
    switch (key) {
        case connection_key::host_name:
        case connection_key::gateway_host_name:
            return check_host_name(value);
        case connection_key::device_id:
        case connection_key::module_id:
            return check_identifier(value);
        case connection_key::shared_access_key_name:
            return check_policy_name(value);
        case connection_key::x509:
            if (!read_connection_flag(value).known) return error{.code = errc::iothub_connection_x509};
            return {};
        default:
            return {};
    }
}

}  // namespace detail

/// What the string says. What is missing is missing at its end; of two keys that exclude each other, the second is
/// refused. Whether a key is base64, or a signature a token, is found out where they are used.
[[nodiscard]] constexpr result<connection_string> decode_connection_string(
    std::string_view text, const connection_string_options& rules = {}) noexcept {
    using detail::connection_key;
    connection_string all;
    std::size_t places[static_cast<std::size_t>(connection_key::none)]{};  // of the keys that were seen
    unsigned seen = 0;
    std::size_t at = 0;
    for (bool more = true; more;) {
        const std::size_t begin = at;
        std::size_t end = detail::find_or_end<';'>(text, at);
        if (end == begin && rules.skip_empty_parts) {
            more = end != text.size();
            at = end + 1;
            continue;
        }
        const std::size_t equals = detail::find_or_end<'='>(detail::part_of(text, 0, end), begin);
        if (equals == begin || equals == end) return error{.code = errc::iothub_connection_part, .offset = equals};
        connection_key key =
            detail::find_connection_key(detail::part_of(text, begin, equals - begin), rules.ignore_case);
        if (key == connection_key::x509_cert) key = connection_key::x509;
        if (key == connection_key::none && !rules.skip_unknown_keys)
            return error{.code = errc::iothub_connection_unknown_key, .offset = begin};
        if (rules.semicolon_in_identifier && (key == connection_key::device_id || key == connection_key::module_id))
            end = detail::end_of_identifier(text, equals + 1, rules.ignore_case);
        more = end != text.size();
        at = end + 1;
        if (key == connection_key::none) continue;

        if ((seen & detail::bit_of(key)) != 0 && !rules.last_repeated_counts)
            return error{.code = errc::iothub_connection_repeated_key, .offset = begin};
        seen |= detail::bit_of(key);
        places[static_cast<std::size_t>(key)] = begin;
        const std::string_view value = detail::part_of(text, equals + 1, end - equals - 1);
        if (const auto valid = detail::check_connection_value(key, value); !valid)
            return error{.code = valid.error().code, .offset = equals + 1 + valid.error().offset};
        switch (key) {
            case connection_key::host_name:
                all.host_name = value;
                break;
            case connection_key::credential_scope:
                all.credential_scope = value;
                break;
            case connection_key::credential_type:
                all.credential_type = value;
                break;
            case connection_key::device_id:
                all.who.device_id = value;
                break;
            case connection_key::module_id:
                all.who.module_id = value;
                break;
            case connection_key::shared_access_key_name:
                all.shared_access_key_name = value;
                break;
            case connection_key::shared_access_key:
                all.shared_access_key = value;
                break;
            case connection_key::shared_access_signature:
                all.shared_access_signature = value;
                break;
            case connection_key::gateway_host_name:
                all.gateway_host_name = value;
                break;
            default:
                all.x509 = detail::read_connection_flag(value).set;
        }
    }
    const detail::connection_fault fault = detail::check_together(all);
    if (fault.code == errc::none) return all;
    std::size_t last = fault.keys == 0 ? text.size() : 0;
    for (unsigned key = 0; fault.keys >> key != 0; ++key) {
        if ((fault.keys >> key & 1) != 0 && places[key] > last) last = places[key];
    }
    return error{.code = fault.code, .offset = last};
}

/// Writes a connection string, in the order of the struct. What decode_connection_string would refuse, or read
/// otherwise, fails: nothing that is not in its place, and no ; in a value.
template <room Room>
constexpr void put_connection_string(basic_writer<Room>& out, const connection_string& all,
                                     const connection_string_options& rules = {}) noexcept {
    using detail::connection_key;
    if (const auto fault = detail::check_together(all); fault.code != errc::none) out.fail(fault.code);
    const auto put = [&](connection_key key, std::string_view value) {
        if (value.empty()) return;
        if (key != connection_key::host_name) out.put(std::string_view{";"});
        out.put(detail::connection_keys[static_cast<std::size_t>(key)]);
        out.put(std::string_view{"="});
        if (const auto valid = detail::check_connection_value(key, value); !valid) {
            out.put(detail::part_of(value, 0, valid.error().offset));
            return out.fail(valid.error().code);
        }
        const bool identifier = key == connection_key::device_id || key == connection_key::module_id;
        const std::size_t end = identifier && rules.semicolon_in_identifier ? detail::end_of_identifier(value, 0, true)
                                                                            : detail::find_or_end<';'>(value, 0);
        out.put(detail::part_of(value, 0, end));
        if (end != value.size()) out.fail(errc::iothub_connection_semicolon);
    };
    put(connection_key::host_name, all.host_name);
    put(connection_key::credential_scope, all.credential_scope);
    put(connection_key::credential_type, all.credential_type);
    put(connection_key::device_id, all.who.device_id);
    put(connection_key::module_id, all.who.module_id);
    put(connection_key::shared_access_key_name, all.shared_access_key_name);
    put(connection_key::shared_access_key, all.shared_access_key);
    put(connection_key::shared_access_signature, all.shared_access_signature);
    if (all.x509) put(connection_key::x509, "true");
    put(connection_key::gateway_host_name, all.gateway_host_name);
}
[[nodiscard]] constexpr result<bytes> encode_connection_string(buffer output HUBWIRE_LIFETIMEBOUND,
                                                               const connection_string& all,
                                                               const connection_string_options& rules = {}) noexcept {
    writer out{output};
    put_connection_string(out, all, rules);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const connection_string& all,
                                                         const connection_string_options& rules = {}) noexcept {
    counting_writer out;
    put_connection_string(out, all, rules);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/system_property.hpp

#ifndef HUBWIRE_IOTHUB_SYSTEM_PROPERTY_HPP
#define HUBWIRE_IOTHUB_SYSTEM_PROPERTY_HPP

namespace hubwire::iothub {

/// The properties of a message that have a meaning to the hub; all others are the application's.
enum class system_property : std::uint8_t {
    message_id,
    user_id,
    to,
    subject,
    reply_to,
    correlation_id,
    content_type,
    content_encoding,
    absolute_expiry_time,
    creation_time,
    group_id,
    group_sequence,
    reply_to_group_id,

    ack,
    operation,
    creation_time_utc,
    message_schema,
    output_name,

    interface_id,
    dt_subject,
    dt_dataschema,
    diagnostic_id,
    correlation_context,
    input_name,
    lock_token,
    sequence_number,
    offset,
    enqueued_time,
    event_enqueued_time,
    delivery_count,
    connection_device_id,
    connection_module_id,
    connection_auth_generation_id,
    connection_auth_method,
};

/// How many there are.
inline constexpr std::size_t system_property_count = 34;

/// Where AMQP has a property: in which section of a message.
enum class amqp_place : std::uint8_t { properties, application_properties, message_annotations };

namespace detail {

using namespace hubwire::detail;

struct system_property_names {
    system_property property;
    amqp_place place;
    std::string_view amqp;
    std::string_view mqtt;          // empty where MQTT has none
    std::string_view mqtt_encoded;  // the same as it stands in a bag
};

/// In the order of system_property; the first thirteen in the order of their fields in AMQP (AMQP 3.2.4).
inline constexpr system_property_names system_properties[] = {
    {system_property::message_id, amqp_place::properties, "message-id", "$.mid", "%24.mid"},
    {system_property::user_id, amqp_place::properties, "user-id", "$.uid", "%24.uid"},
    {system_property::to, amqp_place::properties, "to", "$.to", "%24.to"},
    {system_property::subject, amqp_place::properties, "subject", "", ""},
    {system_property::reply_to, amqp_place::properties, "reply-to", "", ""},
    {system_property::correlation_id, amqp_place::properties, "correlation-id", "$.cid", "%24.cid"},
    {system_property::content_type, amqp_place::properties, "content-type", "$.ct", "%24.ct"},
    {system_property::content_encoding, amqp_place::properties, "content-encoding", "$.ce", "%24.ce"},
    {system_property::absolute_expiry_time, amqp_place::properties, "absolute-expiry-time", "$.exp", "%24.exp"},
    {system_property::creation_time, amqp_place::properties, "creation-time", "$.ctime", "%24.ctime"},
    {system_property::group_id, amqp_place::properties, "group-id", "", ""},
    {system_property::group_sequence, amqp_place::properties, "group-sequence", "", ""},
    {system_property::reply_to_group_id, amqp_place::properties, "reply-to-group-id", "", ""},

    {system_property::ack, amqp_place::application_properties, "iothub-ack", "iothub-ack", "iothub-ack"},
    {system_property::operation, amqp_place::application_properties, "iothub-operation", "iothub-operation",
     "iothub-operation"},
    {system_property::creation_time_utc, amqp_place::application_properties, "iothub-creation-time-utc",
     "iothub-creation-time-utc", "iothub-creation-time-utc"},
    {system_property::message_schema, amqp_place::application_properties, "iothub-message-schema", "$.schema",
     "%24.schema"},
    {system_property::output_name, amqp_place::application_properties, "iothub-outputname", "$.on", "%24.on"},

    {system_property::interface_id, amqp_place::message_annotations, "iothub-interface-id", "$.ifid", "%24.ifid"},
    {system_property::dt_subject, amqp_place::message_annotations, "dt-subject", "$.sub", "%24.sub"},
    {system_property::dt_dataschema, amqp_place::message_annotations, "dt-dataschema", "", ""},
    {system_property::diagnostic_id, amqp_place::message_annotations, "Diagnostic-Id", "$.diagid", "%24.diagid"},
    {system_property::correlation_context, amqp_place::message_annotations, "Correlation-Context", "$.diagctx",
     "%24.diagctx"},
    {system_property::input_name, amqp_place::message_annotations, "x-opt-input-name", "", ""},
    {system_property::lock_token, amqp_place::message_annotations, "x-opt-lock-token", "", ""},
    {system_property::sequence_number, amqp_place::message_annotations, "x-opt-sequence-number", "", ""},
    {system_property::offset, amqp_place::message_annotations, "x-opt-offset", "", ""},
    {system_property::enqueued_time, amqp_place::message_annotations, "iothub-enqueuedtime", "", ""},
    {system_property::event_enqueued_time, amqp_place::message_annotations, "x-opt-enqueued-time", "", ""},
    {system_property::delivery_count, amqp_place::message_annotations, "iothub-deliverycount", "", ""},
    {system_property::connection_device_id, amqp_place::message_annotations, "iothub-connection-device-id", "$.cdid",
     "%24.cdid"},
    {system_property::connection_module_id, amqp_place::message_annotations, "iothub-connection-module-id", "$.cmid",
     "%24.cmid"},
    {system_property::connection_auth_generation_id, amqp_place::message_annotations,
     "iothub-connection-auth-generation-id", "", ""},
    {system_property::connection_auth_method, amqp_place::message_annotations, "iothub-connection-auth-method", "", ""},
};

consteval bool system_properties_in_order() {
    std::size_t index = 0;
    for (const system_property_names& names : system_properties) {
        if (static_cast<std::size_t>(names.property) != index++) return false;
    }
    return index == system_property_count;
}
static_assert(system_properties_in_order(), "one row for each system property, in its order");

/// Pre: the property is one of those that have a name here.
constexpr const system_property_names& names_of_property(system_property property) noexcept {
    const auto index = static_cast<std::size_t>(property);
    require(index < system_property_count);
    return system_properties[index];
}

/// Up to seven characters as a number, which begins with a 1: a character may be 0. Pre: no more than that.
constexpr std::uint64_t packed(std::string_view text) noexcept {
    std::uint64_t all = 1;
    for (const char c : text) all = all << 8 | static_cast<unsigned char>(c);
    return all;
}

/// The property with this name behind the $. that most have in a bag.
constexpr std::optional<system_property> dollar_property(std::string_view behind_dollar) noexcept {
    constexpr std::size_t longest = 7;
    if (behind_dollar.empty() || behind_dollar.size() > longest) return {};
    switch (packed(behind_dollar)) {
        case packed("mid"):
            return system_property::message_id;
        case packed("uid"):
            return system_property::user_id;
        case packed("to"):
            return system_property::to;
        case packed("cid"):
            return system_property::correlation_id;
        case packed("ct"):
            return system_property::content_type;
        case packed("ce"):
            return system_property::content_encoding;
        case packed("exp"):
            return system_property::absolute_expiry_time;
        case packed("ctime"):
            return system_property::creation_time;
        case packed("schema"):
            return system_property::message_schema;
        case packed("on"):
            return system_property::output_name;
        case packed("ifid"):
            return system_property::interface_id;
        case packed("sub"):
            return system_property::dt_subject;
        case packed("diagid"):
            return system_property::diagnostic_id;
        case packed("diagctx"):
            return system_property::correlation_context;
        case packed("cdid"):
            return system_property::connection_device_id;
        case packed("cmid"):
            return system_property::connection_module_id;
        default:
            return {};
    }
}

/// The first of the properties of a place, or of all, and the one behind the last.
inline constexpr std::size_t first_in_application_properties = static_cast<std::size_t>(system_property::ack);
inline constexpr std::size_t first_in_annotations = static_cast<std::size_t>(system_property::interface_id);

}  // namespace detail

/// What AMQP calls the property, and where a message has it there.
[[nodiscard]] constexpr std::string_view amqp_name(system_property property) noexcept {
    return detail::names_of_property(property).amqp;
}
[[nodiscard]] constexpr amqp_place place_in_amqp(system_property property) noexcept {
    return detail::names_of_property(property).place;
}

/// What a property bag calls it, such as $.mid; empty for those that MQTT has no name for.
[[nodiscard]] constexpr std::string_view mqtt_name(system_property property) noexcept {
    return detail::names_of_property(property).mqtt;
}

/// The property with this name in a property bag. Names are told apart by case, as every SDK does.
[[nodiscard]] constexpr std::optional<system_property> find_mqtt_name(std::string_view name) noexcept {
    if (detail::begins_with(name, "$.")) return detail::dollar_property({name.data() + 2, name.size() - 2});
    if (!detail::begins_with(name, "iothub-")) return {};
    for (const system_property property :
         {system_property::ack, system_property::operation, system_property::creation_time_utc}) {
        if (mqtt_name(property) == name) return property;
    }
    return {};
}

/// The property with this name in a section of an AMQP message.
[[nodiscard]] constexpr std::optional<system_property> find_amqp_name(amqp_place place,
                                                                      std::string_view name) noexcept {
    constexpr std::size_t begins[] = {0, detail::first_in_application_properties, detail::first_in_annotations,
                                      system_property_count};
    const auto index = static_cast<std::size_t>(place);
    for (std::size_t at = begins[index]; at != begins[index + 1]; ++at) {
        if (detail::system_properties[at].amqp == name) return detail::system_properties[at].property;
    }
    return {};
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/endpoint_names.hpp

#ifndef HUBWIRE_IOTHUB_ENDPOINT_NAMES_HPP
#define HUBWIRE_IOTHUB_ENDPOINT_NAMES_HPP

namespace hubwire::iothub {

/// Where the hub routes messages of devices to.
enum class routing_endpoint : std::uint8_t { event_hubs, storage, service_bus, event_grid };

namespace detail {

struct endpoint_names {
    system_property property;
    std::string_view names[4];  // in the order of routing_endpoint; empty where the property is not there
};

/// In the order of system_property.
inline constexpr endpoint_names names_at_endpoints[] = {
    {system_property::message_id, {"message-id", "messageId", "MessageId", "message-id"}},
    {system_property::user_id, {"user-id", "userId", "UserId", "user-id"}},
    {system_property::correlation_id, {"correlation-id", "correlationId", "CorrelationId", "correlation-id"}},
    {system_property::content_type, {"content-type", "contentType", "ContentType", "iothub-content-type"}},
    {system_property::content_encoding,
     {"content-encoding", "contentEncoding", "ContentEncoding", "iothub-content-encoding"}},
    {system_property::dt_subject, {"dt-subject", "dt-subject", "dt-subject", "dt-subject"}},
    {system_property::dt_dataschema, {"dt-dataschema", "dt-dataschema", "dt-dataschema", "dt-dataschema"}},
    {system_property::enqueued_time, {"iothub-enqueuedtime", "enqueuedTime", "", "iothub-enqueuedtime"}},
    {system_property::connection_device_id,
     {"iothub-connection-device-id", "connectionDeviceId", "iothub-connection-device-id",
      "iothub-connection-device-id"}},
    {system_property::connection_module_id,
     {"iothub-connection-module-id", "connectionModuleId", "iothub-connection-module-id",
      "iothub-connection-module-id"}},
    {system_property::connection_auth_generation_id,
     {"iothub-connection-auth-generation-id", "connectionDeviceGenerationId", "iothub-connection-auth-generation-id",
      "iothub-connection-auth-generation-id"}},
    {system_property::connection_auth_method,
     {"iothub-connection-auth-method", "connectionAuthMethod", "iothub-connection-auth-method",
      "iothub-connection-auth-method"}},
};

constexpr std::size_t index_of(routing_endpoint where) noexcept {
    require(where <= routing_endpoint::event_grid);
    return static_cast<std::size_t>(where);
}

}  // namespace detail

/// What a property of the system is called in messages that come from this endpoint; empty if it is not there.
[[nodiscard]] constexpr std::string_view endpoint_name(routing_endpoint where, system_property which) noexcept {
    for (const detail::endpoint_names& row : detail::names_at_endpoints) {
        if (row.property == which) return row.names[detail::index_of(where)];
    }
    return {};
}

/// The property with this name at this endpoint.
[[nodiscard]] constexpr std::optional<system_property> find_endpoint_name(routing_endpoint where,
                                                                          std::string_view name) noexcept {
    if (name.empty()) return {};
    for (const detail::endpoint_names& row : detail::names_at_endpoints) {
        if (row.names[detail::index_of(where)] == name) return row.property;
    }
    return {};
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/error_condition.hpp

#ifndef HUBWIRE_IOTHUB_ERROR_CONDITION_HPP
#define HUBWIRE_IOTHUB_ERROR_CONDITION_HPP

namespace hubwire::iothub {

/// Why the hub closes a link or rejects a message: the conditions that it is known to send, its own and those of AMQP.
enum class hub_condition : std::uint8_t {
    other,
    timeout,
    message_lock_lost,
    iot_hub_not_found,
    argument_error,
    argument_out_of_range,
    device_container_throttled,
    iot_hub_suspended,
    precondition_failed,
    dead_letter,
    unauthorized_access,
    not_found,
    resource_limit_exceeded,
    link_redirect,
    message_size_exceeded,
};

namespace detail {

/// In the order of hub_condition, from behind `other`.
inline constexpr amqp::symbol hub_conditions[] = {
    "com.microsoft:timeout",
    "com.microsoft:message-lock-lost",
    "com.microsoft:iot-hub-not-found-error",
    "com.microsoft:argument-error",
    "com.microsoft:argument-out-of-range",
    "com.microsoft:device-container-throttled",
    "com.microsoft:iot-hub-suspended",
    "com.microsoft:precondition-failed",
    "com.microsoft:dead-letter",
    amqp::condition::unauthorized_access,
    amqp::condition::not_found,
    amqp::condition::resource_limit_exceeded,
    amqp::condition::link_redirect,
    amqp::condition::message_size_exceeded,
};
static_assert(std::size(hub_conditions) == static_cast<std::size_t>(hub_condition::message_size_exceeded));

}  // namespace detail

/// What a condition is called on the wire; empty for `other`.
[[nodiscard]] constexpr amqp::symbol symbol_of(hub_condition condition) noexcept {
    const auto index = static_cast<std::size_t>(condition);
    return index == 0 || index > std::size(detail::hub_conditions) ? amqp::symbol{} : detail::hub_conditions[index - 1];
}

/// The condition of an error; `other` for those that are not known here.
[[nodiscard]] constexpr hub_condition condition_of(const amqp::error& why) noexcept {
    for (std::size_t index = 0; index != std::size(detail::hub_conditions); ++index) {
        if (why.condition == detail::hub_conditions[index]) return static_cast<hub_condition>(index + 1);
    }
    return hub_condition::other;
}

/// The id by which Microsoft's support finds in its logs what went wrong, if the error has one.
[[nodiscard]] constexpr std::optional<std::string_view> tracking_id_of(const amqp::error& why) noexcept {
    const auto found = detail::entries_of(why.info).find("com.microsoft:tracking-id");
    return found ? found->text() : std::nullopt;
}

/// Sends the receiver of events on to another host: the error for `detach` whose info is the redirect, which is written
/// into scratch memory. amqp::redirect_of is the way back; there one connects to network_host and port, and attaches to
/// the address, by a token of Event Hubs put to $cbs.
[[nodiscard]] constexpr result<amqp::error> as_error(buffer scratch HUBWIRE_LIFETIMEBOUND,
                                                     const amqp::redirect& to) noexcept {
    detail::entry_list<4> entries;
    entries.add(amqp::symbol{"hostname"}, to.hostname);
    entries.add(amqp::symbol{"network-host"}, to.network_host);
    entries.add(amqp::symbol{"port"}, to.port);
    entries.add(amqp::symbol{"address"}, to.address);
    const auto written = amqp::encode(scratch, amqp::fields{entries.view()});
    if (!written) return written.error();
    const amqp::fields info = amqp::decode<amqp::fields>(*written).value_or({});
    return amqp::error{.condition = amqp::condition::link_redirect, .info = info};
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/event_annotations.hpp

#ifndef HUBWIRE_IOTHUB_EVENT_ANNOTATIONS_HPP
#define HUBWIRE_IOTHUB_EVENT_ANNOTATIONS_HPP

namespace hubwire::iothub {

/// Where an event stands in its partition: what the endpoint for events notes on every message that it hands out.
struct event_annotations {
    std::optional<std::int64_t> sequence_number{};
    std::optional<std::string_view> offset{};  // not to be calculated with
    std::optional<amqp::timestamp> enqueued_time{};
    std::optional<std::string_view> partition_key{};

    friend constexpr bool operator==(const event_annotations&, const event_annotations&) noexcept = default;
};

/// The annotations as a map for amqp::message, written into scratch memory, which the map is a view of.
[[nodiscard]] constexpr result<amqp::annotations> as_annotations(buffer scratch HUBWIRE_LIFETIMEBOUND,
                                                                 const event_annotations& event) noexcept {
    detail::entry_list<4> entries;
    entries.add(amqp::symbol{"x-opt-sequence-number"}, event.sequence_number);
    entries.add(amqp::symbol{"x-opt-offset"}, event.offset);
    entries.add(amqp::symbol{"x-opt-enqueued-time"}, event.enqueued_time);
    entries.add(amqp::symbol{"x-opt-partition-key"}, event.partition_key);
    const auto written = amqp::encode(scratch, amqp::annotations{entries.view()});
    if (!written) return written.error();
    return amqp::decode<amqp::annotations>(*written);
}

/// Those of them that a message has, as far as they are of their types.
[[nodiscard]] constexpr event_annotations event_annotations_of(
    const std::optional<amqp::annotations>& annotations) noexcept {
    using namespace std::string_view_literals;
    const auto [number, offset, time, key] =
        detail::pick(detail::entries_of(annotations), "x-opt-sequence-number"sv, "x-opt-offset"sv,
                     "x-opt-enqueued-time"sv, "x-opt-partition-key"sv);
    return {.sequence_number = number.integer(),
            .offset = offset.text(),
            .enqueued_time = time.as<amqp::timestamp>(),
            .partition_key = key.text()};
}

}  // namespace hubwire::iothub

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

// hubwire/iothub/feedback.hpp

#ifndef HUBWIRE_IOTHUB_FEEDBACK_HPP
#define HUBWIRE_IOTHUB_FEEDBACK_HPP

/// What becomes of the messages that a service sends to devices, if it asked to be told: an array of records in JSON,
/// up to 64 of them in a message.
namespace hubwire::iothub {

/// The content type of a feedback message.
inline constexpr std::string_view feedback_content_type = "application/vnd.microsoft.iothub.feedback.json";

enum class feedback_status : std::uint8_t { success, expired, delivery_count_exceeded, rejected, purged };

namespace detail {

template <>
struct names_of<feedback_status> {
    static constexpr std::string_view all[] = {"Success", "Expired", "DeliveryCountExceeded", "Rejected", "Purged"};
};

}  // namespace detail

/// What became of one message. A member that is absent, or null, is empty; only the status is not: the hub leaves it
/// out where it is Success.
struct feedback_record {
    std::optional<json::string> original_message_id{};
    std::optional<json::string> enqueued_time_utc{};  // when that became of it, as in 2015-07-28T16:24:48.789Z
    named<feedback_status> status_code{feedback_status::success};
    std::optional<json::string> description{};
    std::optional<json::string> device_id{};
    std::optional<json::string> device_generation_id{};

    /// The time as a moment; it has up to nine digits of fraction. Where it is absent, escaped, or no time, it is
    /// refused as text::decode_timestamp would.
    [[nodiscard]] constexpr result<text::timestamp> enqueued_time() const noexcept {
        return text::decode_timestamp(enqueued_time_utc ? enqueued_time_utc->raw() : std::string_view{});
    }

    friend constexpr bool operator==(const feedback_record&, const feedback_record&) noexcept = default;
};

namespace detail {

/// The members of a record, in the order in which we write them, which is that of the documentation.
enum class feedback_key : std::uint8_t {
    original_message_id,
    enqueued_time_utc,
    status_code,
    description,
    device_id,
    device_generation_id,
    none,  // another one; also what comes before the first
};
inline constexpr std::size_t feedback_key_count = 6;
inline constexpr std::string_view feedback_names[feedback_key_count] = {
    "originalMessageId", "enqueuedTimeUtc", "statusCode", "description", "deviceId", "deviceGenerationId",
};

constexpr feedback_key feedback_key_of(const json::string& name) noexcept {
    std::uint8_t index = 0;
    while (index != feedback_key_count && !(name == feedback_names[index])) ++index;
    return feedback_key{index};
}

/// A name with its quotes and its colon, as it stands where there is no white space, to be compared eight bytes at a
/// time.
template <feedback_key Key>
struct feedback_literal {
    static constexpr std::string_view name = feedback_names[static_cast<std::size_t>(Key)];
    static constexpr std::size_t size = name.size() + 3;
    static constexpr std::array<char, size> characters = [] {
        std::array<char, size> all{'"'};
        for (std::size_t i = 0; i != name.size(); ++i) all[i + 1] = name[i];
        all[size - 2] = '"';
        all[size - 1] = ':';
        return all;
    }();

    HUBWIRE_ALWAYS_INLINE static constexpr word difference(const char* at, std::size_t i) noexcept {
        return load_word(at + i) ^ load_word(characters.data() + i);
    }
    /// Whether the text goes on like this.
    HUBWIRE_ALWAYS_INLINE static constexpr bool stands_at(const char* at, const char* end) noexcept {
        if (end - at < static_cast<std::ptrdiff_t>(size)) return false;
        word different = difference(at, size - word_size);
        for (std::size_t i = 0; i + word_size < size; i += word_size) different |= difference(at, i);
        return different == 0;
    }
};

/// A member of a record, whatever its type.
constexpr void set_member(feedback_record& record, feedback_key key, const std::optional<json::string>& text) noexcept {
    using enum feedback_key;
    switch (key) {
        case original_message_id:
            record.original_message_id = text;
            break;
        case enqueued_time_utc:
            record.enqueued_time_utc = text;
            break;
        case status_code:
            record.status_code = feedback_status::success;
            if (text) record.status_code = *text;
            break;
        case description:
            record.description = text;
            break;
        case device_id:
            record.device_id = text;
            break;
        case device_generation_id:
            record.device_generation_id = text;
            break;
        case none:
            break;
    }
}

/// What the records so far were like, since the next one will be like them: which member came behind which, and how
/// long its text was. Nothing depends on it but the time it takes.
struct feedback_habits {
    std::array<feedback_key, feedback_key_count + 1> next{
        feedback_key::description,          feedback_key::status_code,       feedback_key::none,
        feedback_key::device_generation_id, feedback_key::enqueued_time_utc, feedback_key::device_id,
        feedback_key::original_message_id};
    std::array<std::uint32_t, feedback_key_count> size{36, 28, 7, 7, 8, 18};
};

/// find_string_end, where the string is likely to be as long as the last one: then nothing waits for the length to be
/// found out.
HUBWIRE_ALWAYS_INLINE constexpr json::detail::string_end find_likely_string_end(const char* at, const char* end,
                                                                                bool replace_lone,
                                                                                std::uint32_t& likely_size) noexcept {
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated()) {
        constexpr std::size_t two_blocks = 2 * sizeof(block);
        const std::size_t size = likely_size;
        const auto special = [](const char* from) {
            return json::detail::special_bytes_at(from) | json::detail::special_bytes_at(from + sizeof(block))
                                                              << sizeof(block);
        };
        if (end - at > static_cast<std::ptrdiff_t>(2 * two_blocks) && at[size] == '"') [[likely]] {
            if (size < two_blocks) {
                if ((special(at) & ((1u << size) - 1)) == 0) [[likely]]
                    return {.at = at + size};
            } else if ((special(at) | special(at + (size - two_blocks))) == 0) {
                return {.at = at + size};
            }
        }
        const auto found = json::detail::find_string_end(at, end, replace_lone);
        const auto length = static_cast<std::size_t>(found.at - at);
        likely_size = static_cast<std::uint32_t>(length < 2 * two_blocks ? length : 2 * two_blocks);
        return found;
    }
    // coverage: off, for constant expressions, and for machines without blocks
#endif
    static_cast<void>(likely_size);
    return json::detail::find_string_end(at, end, replace_lone);
    // coverage: on
}

/// Reads a record that is as records are, whose opening brace was read: returns what comes behind it. Null if anything
/// is wrong, which is for a reader of JSON to tell.
constexpr const char* read_usual_record(const char* at, const char* end, feedback_record& record,
                                        feedback_habits& habits, bool replace_lone) noexcept {
    using json::detail::skip_space;
    using enum feedback_key;
    at = skip_space(at, end);
    if (at == end) return nullptr;
    if (*at == '}') return at + 1;
    feedback_key before = none;
    while (true) {
        feedback_key key = habits.next[static_cast<std::size_t>(before)];
        const auto is_next = [&]<feedback_key Key>() HUBWIRE_INLINE_LAMBDA {
            if (!feedback_literal<Key>::stands_at(at, end)) return false;
            at += feedback_literal<Key>::size;
            return true;
        };
        bool foreseen = false;
        switch (key) {
            case original_message_id:
                foreseen = is_next.template operator()<original_message_id>();
                break;
            case enqueued_time_utc:
                foreseen = is_next.template operator()<enqueued_time_utc>();
                break;
            case status_code:
                foreseen = is_next.template operator()<status_code>();
                break;
            case description:
                foreseen = is_next.template operator()<description>();
                break;
            case device_id:
                foreseen = is_next.template operator()<device_id>();
                break;
            case device_generation_id:
                foreseen = is_next.template operator()<device_generation_id>();
                break;
            case none:
                break;
        }
        if (!foreseen) {
            if (at == end || *at != '"') return nullptr;
            const auto name_end = json::detail::find_string_end(at + 1, end, replace_lone);
            if (name_end.code != errc::none) return nullptr;
            key = feedback_key_of(json::detail::string_maker::make(at + 1, name_end));
            at = skip_space(name_end.at + 1, end);
            if (at == end || *at != ':') return nullptr;
            ++at;
            habits.next[static_cast<std::size_t>(before)] = key;
        }
        at = skip_space(at, end);
        if (at == end) return nullptr;
        if (*at == '"' && key != none) [[likely]] {
            const auto found =
                find_likely_string_end(at + 1, end, replace_lone, habits.size[static_cast<std::size_t>(key)]);
            if (found.code != errc::none) return nullptr;
            set_member(record, key, json::detail::string_maker::make(at + 1, found));
            at = found.at + 1;
        } else {
            if (key != none && *at != 'n') return nullptr;
            json::detail::nesting<json::default_max_depth> levels;
            levels.push(false);
            levels.push(true);
            const auto found = json::detail::find_value_end(at, end, levels, replace_lone);
            if (found.code != errc::none) return nullptr;
            set_member(record, key, std::nullopt);
            at = found.at;
        }
        before = key;
        at = skip_space(at, end);
        if (at == end) return nullptr;
        if (*at == '}') return at + 1;
        if (*at != ',') return nullptr;
        at = skip_space(at + 1, end);
    }
}

}  // namespace detail

/// Reads the records of a feedback body, one after the other, as views into it:
///     iothub::feedback_reader feedback{body};
///     for (const iothub::feedback_record& record : feedback) ...
///     const auto done = feedback.finish();
/// Members that are not known are skipped, and of one that is there twice the last counts. The first thing that is
/// wrong ends it, where finish() says: records before it have been seen by then.
class feedback_reader {
public:
    constexpr feedback_reader() noexcept : feedback_reader{"[]"} {}
    constexpr explicit feedback_reader(std::string_view body, const json::options& rules = {}) noexcept
        : begin_{body.data()}, at_{body.data()}, end_{body.data() + body.size()}, rules_{rules} {}

    /// Goes to the next record, which is record() then. False behind the last, and after a failure.
    constexpr bool next() noexcept {
        using json::detail::skip_space;
        if (state_ == state::done) return false;
        at_ = skip_space(at_, end_);
        if (at_ == end_) return fail(errc::json_end, end_);
        if (state_ == state::outside) {
            if (*at_ != '[') return fail_outside();
            at_ = skip_space(at_ + 1, end_);
            if (at_ == end_) return fail(errc::json_end, end_);
            state_ = state::inside;
            if (*at_ == ']') return finish_array();
        } else {
            if (*at_ == ']') return finish_array();
            if (*at_ != ',') return fail(errc::json_comma, at_);
            at_ = skip_space(at_ + 1, end_);
        }
        return read_record();
    }
    [[nodiscard]] constexpr const feedback_record& record() const noexcept HUBWIRE_LIFETIMEBOUND { return record_; }

    [[nodiscard]] constexpr bool ok() const noexcept { return error_.code == errc::none; }

    /// Reads what is left, and says what was wrong first, if anything was. Its offset is one in the body.
    [[nodiscard]] constexpr result<void> finish() noexcept {
        while (next()) {
        }
        if (!ok()) return error_;
        return {};
    }

    /// Goes through what is left, once; all iterators are at the same record.
    class iterator {
    public:
        using value_type = feedback_record;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        /// Pre, as for the next two: it is not at the end, or the program traps.
        [[nodiscard]] constexpr const feedback_record& operator*() const noexcept {
            detail::require(in_ != nullptr);
            return in_->record_;
        }
        constexpr const feedback_record* operator->() const noexcept { return &**this; }
        constexpr iterator& operator++() noexcept {
            detail::require(in_ != nullptr);
            if (!in_->next()) in_ = nullptr;
            return *this;
        }
        constexpr void operator++(int) noexcept { ++*this; }
        friend constexpr bool operator==(const iterator&, const iterator&) noexcept = default;

    private:
        friend feedback_reader;
        constexpr explicit iterator(feedback_reader& in) noexcept : in_{&in} { ++*this; }
        feedback_reader* in_ = nullptr;
    };
    [[nodiscard]] constexpr iterator begin() noexcept HUBWIRE_LIFETIMEBOUND { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

private:
    enum class state : std::uint8_t { outside, inside, done };

    constexpr bool fail(errc code, const char* at) noexcept {
        error_ = {.code = code, .offset = static_cast<std::size_t>(at - begin_)};
        state_ = state::done;
        record_ = {};
        return false;
    }

    /// Fails as a reader of JSON has it.
    template <class Reader>
    constexpr bool fail_as(const Reader& in) noexcept {
        return fail(in.error().code, at_ + in.error().offset);
    }
    constexpr bool fail_outside() noexcept {
        json::reader in{rest(), rules_};
        in.enter_array();
        return fail_as(in);
    }

    constexpr bool finish_array() noexcept {
        at_ = json::detail::skip_space(at_ + 1, end_);
        if (at_ != end_) return fail(errc::json_leftover, at_);
        state_ = state::done;
        record_ = {};
        return false;
    }

    constexpr bool read_record() noexcept {
        record_ = {};
        if (at_ != end_ && *at_ == '{') {
            const char* const behind =
                detail::read_usual_record(at_ + 1, end_, record_, habits_, rules_.replace_lone_surrogates);
            if (behind != nullptr) [[likely]] {
                at_ = behind;
                return true;
            }
        }
        return fail_record();
    }
    HUBWIRE_COLD constexpr bool fail_record() noexcept {
        json::basic_reader<json::default_max_depth - 1> in{rest(), rules_};
        in.enter_object();
        while (in.next_member()) {
            if (detail::feedback_key_of(in.name()) == detail::feedback_key::none) continue;
            static_cast<void>(in.template get<std::optional<json::string>>());
        }
        hubwire::detail::require(!in.ok());
        return fail_as(in);
    }

    [[nodiscard]] constexpr std::string_view rest() const noexcept {
        return {at_, static_cast<std::size_t>(end_ - at_)};
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    feedback_record record_{};
    detail::feedback_habits habits_{};
    error error_{};
    json::options rules_;
    state state_ = state::outside;
};

/// Anything with begin and end over records: an array, a vector, a view, or a reader of another feedback.
template <class Range>
concept feedback_records = requires(Range& range) {
    { *std::begin(range) } -> std::convertible_to<const feedback_record&>;
    std::end(range);
};

/// Writes the body of a feedback message: an array of the records, with the members that they have. Where a reader is
/// written, and ends before its array does, this fails with the reader's error code.
template <room Room, feedback_records Range>
constexpr void put_feedback(basic_writer<Room>& out, Range&& records) noexcept {
    const auto put_literal = [&out](std::string_view text) HUBWIRE_INLINE_LAMBDA { out.put(text); };
    std::string_view before_record = "[{";
    for (const feedback_record& record : records) {
        put_literal(before_record);
        before_record = "},{";
        std::string_view comma;
        const auto member = [&]<detail::feedback_key Key>(const std::optional<json::string>& text)
                                HUBWIRE_INLINE_LAMBDA {
                                    if (!text) return;
                                    put_literal(comma);
                                    constexpr auto& name = detail::feedback_literal<Key>::characters;
                                    put_literal({name.data(), name.size()});
                                    json::put_string(out, *text);
                                    comma = ",";
                                };
        using enum detail::feedback_key;
        member.template operator()<original_message_id>(record.original_message_id);
        member.template operator()<enqueued_time_utc>(record.enqueued_time_utc);
        member.template operator()<status_code>(record.status_code.text());
        member.template operator()<description>(record.description);
        member.template operator()<device_id>(record.device_id);
        member.template operator()<device_generation_id>(record.device_generation_id);
    }
    put_literal(before_record.size() == 2 ? "[]" : "}]");
    if constexpr (std::same_as<std::remove_cvref_t<Range>, feedback_reader>) {
        if (const auto all = records.finish(); !all) out.fail(all.error().code);
    }
}
template <feedback_records Range>
[[nodiscard]] constexpr result<bytes> encode_feedback(buffer output HUBWIRE_LIFETIMEBOUND, Range&& records) noexcept {
    writer out{output};
    put_feedback(out, records);
    return out.finish();
}

/// How many bytes encode_feedback would write, or why it would not.
template <feedback_records Range>
[[nodiscard]] constexpr result<std::size_t> feedback_size(Range&& records) noexcept {
    counting_writer out;
    put_feedback(out, records);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/feedback_message.hpp

#ifndef HUBWIRE_IOTHUB_FEEDBACK_MESSAGE_HPP
#define HUBWIRE_IOTHUB_FEEDBACK_MESSAGE_HPP

namespace hubwire::iothub {

/// The records of a feedback message, as it came over AMQP on the service's link for feedback. If its body is one data
/// section, as usual, the records are views into the message. If it is several, these are joined in the buffer, and
/// the records are views into that; "no space" says how much more that would take. A message with another content type,
/// or a body that is not data, is refused, at offset 0.
[[nodiscard]] constexpr result<feedback_reader> decode_feedback_message(bytes message, buffer joined = {},
                                                                        const json::options& rules = {},
                                                                        const amqp::options& amqp_rules = {}) noexcept {
    const auto decoded = amqp::decode<amqp::message>(message, amqp_rules);
    if (!decoded) return decoded.error();
    const auto& properties = decoded->properties;
    if (!properties || !properties->content_type || properties->content_type->text != feedback_content_type)
        return error{.code = errc::iothub_feedback_content_type};
    if (decoded->body.kind() != amqp::body_kind::data) return error{.code = errc::iothub_feedback_body};
    if (const auto body = decoded->body.single_data()) return feedback_reader{body->text(), rules};
    writer out{joined};
    for (const amqp::data& section : decoded->body.data_sections()) out.put(section.content);
    const auto body = out.finish();
    if (!body) return body.error();
    return feedback_reader{body->text(), rules};
}

/// The message that a hub sends with such a body.
[[nodiscard]] constexpr amqp::message feedback_message(bytes body) noexcept {
    return {.properties = amqp::properties{.content_type = feedback_content_type}, .body = amqp::data{body}};
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/link_properties.hpp

#ifndef HUBWIRE_IOTHUB_LINK_PROPERTIES_HPP
#define HUBWIRE_IOTHUB_LINK_PROPERTIES_HPP

namespace hubwire::iothub {

/// What a device or a module tells the hub with the `attach` of a link, in its properties.
struct link_properties {
    std::optional<std::string_view> client_version{};
    std::optional<std::string_view> api_version{};             // such as 2021-04-12
    std::optional<std::string_view> channel_correlation_id{};  // the same on both links of a pair: channel_correlation
    std::optional<std::string_view> model_id{};                // of IoT Plug and Play: dtmi:...
    std::optional<std::string_view> auth_chain{};              // through gateways: device;gateway;...

    friend constexpr bool operator==(const link_properties&, const link_properties&) noexcept = default;
};

/// The properties as a map for amqp::attach, written into scratch memory, which the map is a view of.
[[nodiscard]] constexpr result<amqp::fields> as_fields(buffer scratch HUBWIRE_LIFETIMEBOUND,
                                                       const link_properties& properties) noexcept {
    detail::entry_list<5> entries;
    entries.add(amqp::symbol{"com.microsoft:client-version"}, properties.client_version);
    entries.add(amqp::symbol{"com.microsoft:api-version"}, properties.api_version);
    entries.add(amqp::symbol{"com.microsoft:channel-correlation-id"}, properties.channel_correlation_id);
    entries.add(amqp::symbol{"com.microsoft:model-id"}, properties.model_id);
    entries.add(amqp::symbol{"com.microsoft:auth-chain"}, properties.auth_chain);
    const auto written = amqp::encode(scratch, amqp::fields{entries.view()});
    if (!written) return written.error();
    return amqp::decode<amqp::fields>(*written);
}

/// Those of them that an `attach` has, as far as they are texts. Others, which peers may add, are passed over.
[[nodiscard]] constexpr link_properties link_properties_of(const std::optional<amqp::fields>& properties) noexcept {
    using namespace std::string_view_literals;
    const auto [client, api, channel, model, chain] = detail::pick(
        detail::entries_of(properties), "com.microsoft:client-version"sv, "com.microsoft:api-version"sv,
        "com.microsoft:channel-correlation-id"sv, "com.microsoft:model-id"sv, "com.microsoft:auth-chain"sv);
    return {.client_version = client.text(),
            .api_version = api.text(),
            .channel_correlation_id = channel.text(),
            .model_id = model.text(),
            .auth_chain = chain.text()};
}

/// What a pair of links is for, and which pair it is: both of its links have the same channel correlation id.
enum class link_channel : std::uint8_t { twin, methods };
struct channel_correlation {
    link_channel channel = link_channel::twin;
    std::string_view id{};  // a UUID of the device's, or, from the SDK for C, its identity

    friend constexpr bool operator==(const channel_correlation&, const channel_correlation&) noexcept = default;
};

namespace detail {

constexpr std::string_view prefix_of(link_channel channel) noexcept {
    return channel == link_channel::twin ? "twin:" : "methods:";
}

}  // namespace detail

/// Writes a channel correlation id: "twin:<id>" or "methods:<id>".
template <room Room>
constexpr void put_channel_correlation(basic_writer<Room>& out, const channel_correlation& c) noexcept {
    out.put(detail::prefix_of(c.channel));
    out.put(c.id);
}
[[nodiscard]] constexpr result<bytes> encode_channel_correlation(buffer output HUBWIRE_LIFETIMEBOUND,
                                                                 const channel_correlation& c) noexcept {
    writer out{output};
    put_channel_correlation(out, c);
    return out.finish();
}

/// What a channel correlation id says. One that is for neither channel is refused at its beginning.
[[nodiscard]] constexpr result<channel_correlation> decode_channel_correlation(std::string_view text) noexcept {
    for (const link_channel channel : {link_channel::twin, link_channel::methods}) {
        if (detail::take_prefix(text, detail::prefix_of(channel))) return channel_correlation{channel, text};
    }
    return error{.code = errc::iothub_amqp_channel};
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/uuid_text.hpp

#ifndef HUBWIRE_IOTHUB_UUID_TEXT_HPP
#define HUBWIRE_IOTHUB_UUID_TEXT_HPP

/// UUIDs as text (RFC 4122-3): 550e8400-e29b-41d4-a716-446655440000. Peers send ids as either, and mean the same.
namespace hubwire::iothub {

inline constexpr std::size_t uuid_text_size = 36;

namespace detail {

/// Whether a hyphen stands in front of the octet.
constexpr bool is_behind_hyphen(std::size_t octet) noexcept {
    return octet == 4 || octet == 6 || octet == 8 || octet == 10;
}

}  // namespace detail

/// Writes a UUID in lower case, as RFC 4122 asks for.
template <room Room>
constexpr void put_uuid(basic_writer<Room>& out, const amqp::uuid& id) noexcept {
    out.put_with(uuid_text_size, [&id](char* to) {
        constexpr char digits[] = "0123456789abcdef";
        for (std::size_t octet = 0; octet != id.octets.size(); ++octet) {
            if (detail::is_behind_hyphen(octet)) *to++ = '-';
            *to++ = digits[id.octets[octet] >> 4];
            *to++ = digits[id.octets[octet] & 15];
        }
    });
}
[[nodiscard]] constexpr result<bytes> encode_uuid(buffer output HUBWIRE_LIFETIMEBOUND, const amqp::uuid& id) noexcept {
    writer out{output};
    put_uuid(out, id);
    return out.finish();
}

/// The UUID that the whole text is, with digits of either case. The offset is that of the first character that cannot
/// stand, or the end of a text that is too short.
[[nodiscard]] constexpr result<amqp::uuid> decode_uuid(std::string_view text) noexcept {
    amqp::uuid id;
    std::size_t at = 0;
    for (std::size_t digit = 0; digit != 2 * id.octets.size(); ++digit, ++at) {
        const std::size_t octet = digit / 2;
        if (digit % 2 == 0 && detail::is_behind_hyphen(octet)) {
            if (at == text.size() || text[at] != '-') return error{.code = errc::iothub_uuid, .offset = at};
            ++at;
        }
        const unsigned value = at == text.size() ? 16 : text::detail::hex_value(text[at]);
        if (value > 15) return error{.code = errc::iothub_uuid, .offset = at};
        id.octets[octet] = static_cast<std::uint8_t>(unsigned{id.octets[octet]} << 4 | value);
    }
    if (at != text.size()) return error{.code = errc::iothub_uuid, .offset = at};
    return id;
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/property_value.hpp

#ifndef HUBWIRE_IOTHUB_PROPERTY_VALUE_HPP
#define HUBWIRE_IOTHUB_PROPERTY_VALUE_HPP

namespace hubwire::iothub {

namespace detail {

using namespace hubwire::detail;

/// What a property is made of: whatever an AMQP value is, but for what contains other values.
template <class T>
concept scalar = std::convertible_to<const T&, amqp::value> && !std::derived_from<T, amqp::list> &&
                 !std::derived_from<T, amqp::map> && !std::same_as<T, amqp::array> &&
                 !std::same_as<T, amqp::described> && !std::same_as<T, amqp::value>;

}  // namespace detail

/// The value, or the name, of a property of a message, as its carrier has it: nothing, a text that is plain (in AMQP,
/// or of the caller's) or percent-encoded where it lies (in MQTT), or one of the other types of AMQP that contain no
/// other values. Nothing is copied, decoded or encoded before it is written to where it goes.
///
/// Made implicitly of what an amqp::value is made of, and of a text::percent_text.
class property_value {
public:
    constexpr property_value() noexcept : number_{0, 0} {}  // null
    constexpr property_value(std::nullopt_t) noexcept : property_value{} {}
    constexpr property_value(const text::percent_text& text) noexcept
        : type_{amqp::type::string},
          form_{text.keeps_malformed() ? form::percent_or_malformed : form::percent},
          text_{text.encoded().data(), text.encoded().size()} {}
    template <detail::scalar T>
        requires(!amqp::detail::owns_text<T>)
    constexpr property_value(const T& scalar) noexcept : property_value{amqp::value{scalar}, nullptr} {}
    template <detail::scalar T>
        requires(amqp::detail::owns_text<T>)
    constexpr property_value(const T& text HUBWIRE_LIFETIMEBOUND) noexcept
        : property_value{amqp::value{text}, nullptr} {}
    template <detail::scalar T>
        requires(!amqp::detail::owns_text<T>)
    constexpr property_value(const std::optional<T>& scalar) noexcept
        : property_value{scalar ? property_value{*scalar} : property_value{}} {}
    template <detail::scalar T>
        requires(amqp::detail::owns_text<T>)
    constexpr property_value(const std::optional<T>& text HUBWIRE_LIFETIMEBOUND) noexcept
        : property_value{text ? property_value{*text} : property_value{}} {}

    /// Of one that contains other ones only its type is kept: to write it is refused.
    template <std::same_as<amqp::value> T>
    constexpr property_value(const T& v) noexcept : property_value{v, nullptr} {}

    /// What AMQP calls its type; that of a percent-encoded text is string.
    [[nodiscard]] constexpr amqp::type type() const noexcept { return type_; }
    [[nodiscard]] constexpr bool is_null() const noexcept { return type_ == amqp::type::null; }
    [[nodiscard]] constexpr bool is_text() const noexcept {
        return type_ == amqp::type::string || type_ == amqp::type::symbol;
    }
    [[nodiscard]] constexpr bool has_bytes() const noexcept { return type_ == amqp::type::binary || is_text(); }
    [[nodiscard]] constexpr bool is_scalar() const noexcept { return type_ <= amqp::type::symbol; }
    [[nodiscard]] constexpr bool is_percent_encoded() const noexcept { return form_ != form::plain; }

    /// The text, or the binary, as it lies there, percent-encoded or not; empty if it is of another type.
    [[nodiscard]] constexpr std::string_view raw() const noexcept {
        if (!has_bytes()) return {};
        return {text_.data, text_.size};
    }

    /// The text, if it is one that can be read where it lies: one without a %, or of AMQP.
    [[nodiscard]] constexpr std::optional<std::string_view> text() const noexcept {
        if (!is_text() || (is_percent_encoded() && !percent().is_plain())) return std::nullopt;
        return raw();
    }

    /// As a text that is percent-encoded. Pre: it is one, or the program traps.
    [[nodiscard]] constexpr text::percent_text percent() const noexcept {
        detail::require(is_percent_encoded());
        return text::percent_text{raw(), form_ == form::percent_or_malformed};
    }

    /// What it is in AMQP; null if it contains other values. Pre: it is not percent-encoded, or the program traps.
    [[nodiscard]] constexpr amqp::value to_amqp() const noexcept;

    /// What it is as a text, decoded: a text or a binary as it is, a truth value as true or false, an integer in
    /// decimal, a time as RFC 3339 has it, a UUID as RFC 4122 has it, null as nothing. Other types have no such form.
    [[nodiscard]] constexpr result<bytes> decode(buffer output) const noexcept;
    [[nodiscard]] constexpr result<std::size_t> decoded_size() const noexcept;

    /// The number, if it is an integer that fits, or the text of one.
    [[nodiscard]] constexpr std::optional<std::int64_t> integer() const noexcept;

    /// The time, if it is one, or the text of one; what is less than a millisecond is left out, as AMQP has no room for
    /// it. The offset of a failure is in the decoded text.
    [[nodiscard]] constexpr result<amqp::timestamp> time(const text::timestamp_options& rules = {}) const noexcept;

    /// Whether it is a text, of any form, with just these characters.
    template <class Text>
        requires std::convertible_to<const Text&, std::string_view>
    friend constexpr bool operator==(const property_value& a, const Text& text) noexcept {
        const std::string_view plain = text;
        if (!a.is_text()) return false;
        return a.is_percent_encoded() ? a.percent() == plain : a.raw() == plain;
    }

    /// Whether both are texts with the same characters, or the same otherwise.
    friend constexpr bool operator==(const property_value& a, const property_value& b) noexcept {
        if (a.is_text() && b.is_text()) {
            if (!b.is_percent_encoded()) return a == b.raw();
            return a.is_percent_encoded() ? a.percent() == b.percent() : b == a.raw();
        }
        if (a.type_ != b.type_ || !a.is_scalar()) return false;
        if (a.type_ == amqp::type::binary) return a.raw() == b.raw();
        return a.number_.high == b.number_.high && a.number_.low == b.number_.low;
    }

private:
    enum class form : std::uint8_t { plain, percent, percent_or_malformed };
    struct number {
        std::uint64_t high;
        std::uint64_t low;
    };
    struct text_view {
        const char* data;
        std::size_t size;
    };

    constexpr property_value(const amqp::value& v, std::nullptr_t) noexcept : type_{v.type()}, number_{0, 0} {
        if (has_bytes()) {
            const std::string_view view = amqp::detail::access::text_of(v);
            text_ = {view.data(), view.size()};
        } else if (is_scalar() && !is_null()) {
            number_ = {amqp::detail::access::high_bits(v), amqp::detail::access::low_bits(v)};
        }
    }

    [[nodiscard]] constexpr std::array<std::uint8_t, 16> octets() const noexcept {
        std::array<std::uint8_t, 16> all{};
        std::uint64_t high = number_.high;
        std::uint64_t low = number_.low;
        for (std::size_t i = 8; i-- != 0;) {  // a shift by a number that is not known is a call on a Cortex-M0
            all[i] = static_cast<std::uint8_t>(high);
            all[i + 8] = static_cast<std::uint8_t>(low);
            high >>= 8;
            low >>= 8;
        }
        return all;
    }

    amqp::type type_ = amqp::type::null;
    form form_ = form::plain;
    union {
        number number_;
        text_view text_;
    };
};

constexpr amqp::value property_value::to_amqp() const noexcept {
    using amqp::type;
    detail::require(!is_percent_encoded());
    switch (type_) {
        case type::boolean:
            return number_.low != 0;
        case type::ubyte:
            return static_cast<std::uint8_t>(number_.low);
        case type::ushort:
            return static_cast<std::uint16_t>(number_.low);
        case type::uint:
            return static_cast<std::uint32_t>(number_.low);
        case type::ulong:
            return number_.low;
        case type::byte:
            return static_cast<std::int8_t>(number_.low);
        case type::short_:
            return static_cast<std::int16_t>(number_.low);
        case type::int_:
            return static_cast<std::int32_t>(number_.low);
        case type::long_:
            return static_cast<std::int64_t>(number_.low);
        case type::float_:
            return std::bit_cast<float>(static_cast<std::uint32_t>(number_.low));
        case type::double_:
            return std::bit_cast<double>(number_.low);
        case type::decimal32:
            return amqp::decimal32{static_cast<std::uint32_t>(number_.low)};
        case type::decimal64:
            return amqp::decimal64{number_.low};
        case type::decimal128:
            return amqp::decimal128{octets()};
        case type::char_:
            return static_cast<char32_t>(number_.low);
        case type::timestamp:
            return amqp::timestamp{static_cast<std::int64_t>(number_.low)};
        case type::uuid:
            return amqp::uuid{octets()};
        case type::binary:
            return bytes{raw()};
        case type::string:
            return raw();
        case type::symbol:
            return amqp::symbol{raw()};
        default:
            return {};
    }
}

namespace detail {

/// Writes a value that is no text and no binary. Pre: that is so.
template <room Room>
constexpr void put_number(basic_writer<Room>& out, const property_value& v) noexcept {
    switch (v.type()) {
        case amqp::type::null:
            return;
        case amqp::type::boolean:
            return out.put(v.to_amqp() == amqp::value{true} ? std::string_view{"true"} : std::string_view{"false"});
        case amqp::type::ulong:
            return text::put_decimal(out, v.to_amqp().as<std::uint64_t>().value_or(0));
        case amqp::type::timestamp:
            return text::put_timestamp(out,
                                       text::timestamp::from_milliseconds(
                                           v.to_amqp().as<amqp::timestamp>().value_or(amqp::timestamp{}).milliseconds));
        case amqp::type::uuid:
            return put_uuid(out, v.to_amqp().as<amqp::uuid>().value_or(amqp::uuid{}));
        default:
            break;
    }
    if (const auto number = v.to_amqp().integer()) return text::put_decimal(out, *number);
    out.fail(errc::iothub_message_type);
}

/// A value that is no text and no binary, as a text: no number, time or UUID takes more than 36 characters.
class number_text {
public:
    constexpr explicit number_text(const property_value& v) noexcept {
        writer out{buffer{memory_.data(), memory_.size()}};
        put_number(out, v);
        const auto written = out.finish();
        if (written) {
            size_ = written->size();
        } else {
            code_ = written.error().code;
        }
    }
    [[nodiscard]] constexpr errc code() const noexcept { return code_; }  // none if it has such a form
    [[nodiscard]] constexpr std::string_view view() const noexcept HUBWIRE_LIFETIMEBOUND {
        return {memory_.data(), size_};
    }

private:
    std::array<char, 40> memory_{};
    std::size_t size_ = 0;
    errc code_ = errc::none;
};

}  // namespace detail

/// Writes a property's value as a text, decoded, as property_value::decode does.
template <room Room>
constexpr void put_decoded(basic_writer<Room>& out, const property_value& v) noexcept {
    if (v.is_percent_encoded()) return put_decoded(out, v.percent());
    if (v.has_bytes()) return out.put(v.raw());
    detail::put_number(out, v);
}

/// Writes the same percent-encoded, whatever form it had before.
template <room Room>
constexpr void put_percent(basic_writer<Room>& out, const property_value& v,
                           const text::percent_options& rules = {}) noexcept {
    if (v.is_percent_encoded()) return text::put_percent(out, v.percent(), rules);
    if (v.has_bytes()) return text::put_percent(out, v.raw(), rules);
    const detail::number_text number{v};
    if (number.code() != errc::none) return out.fail(number.code());
    text::put_percent(out, number.view(), rules);
}

constexpr result<bytes> property_value::decode(buffer output) const noexcept {
    if (is_percent_encoded()) return percent().decode(output);
    writer out{output};
    put_decoded(out, *this);
    return out.finish();
}

constexpr result<std::size_t> property_value::decoded_size() const noexcept {
    if (is_percent_encoded()) return percent().decoded_size();
    counting_writer out;
    put_decoded(out, *this);
    return out.finish();
}

constexpr std::optional<std::int64_t> property_value::integer() const noexcept {
    if (!is_text()) return to_amqp().integer();
    std::array<char, text::max_decimal_size> memory{};
    std::string_view digits = raw();
    if (is_percent_encoded() && !percent().is_plain()) {
        const auto plain = percent().decode(memory);
        if (!plain) return std::nullopt;
        digits = plain->text();
    }
    const auto decoded = text::decode_decimal<std::int64_t>(digits);
    return decoded ? std::optional{*decoded} : std::nullopt;
}

constexpr result<amqp::timestamp> property_value::time(const text::timestamp_options& rules) const noexcept {
    if (type_ == amqp::type::timestamp) return amqp::timestamp{static_cast<std::int64_t>(number_.low)};
    if (!is_text()) return error{.code = errc::iothub_message_type};
    std::array<char, text::max_timestamp_size + 8> memory{};  // an offset takes more than a Z
    std::string_view written = raw();
    if (is_percent_encoded()) {
        const auto decoded = percent().decode(memory);
        if (!decoded && decoded.error().code != errc::no_space) return decoded.error();
        if (!decoded) return error{.code = errc::timestamp_format, .offset = memory.size()};
        written = decoded->text();
    }
    const auto moment = text::decode_timestamp(written, rules);
    if (!moment) return moment.error();
    return amqp::timestamp{moment->in_milliseconds().value_or(0)};  // which holds all of the years 1 to 9999
}

/// A property of a message: its name, which is a text, and its value.
struct property {
    property_value name{};
    property_value value{};

    friend constexpr bool operator==(const property&, const property&) noexcept = default;
};

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/property_bag.hpp

#ifndef HUBWIRE_IOTHUB_PROPERTY_BAG_HPP
#define HUBWIRE_IOTHUB_PROPERTY_BAG_HPP

/// Property bags: the properties of a message, as they stand behind the topic of MQTT.
///     prop1&prop2=&prop3=a%20string&%24.mid=1
/// A property without a = is null, which is something else than an empty text. A + stands for itself, and a / too, but
/// for a single one at the very end, which some peers put there, and which is not part of the bag.
namespace hubwire::iothub {

/// Where SDKs differ. By default hubwire writes what every one of them reads, and reads what any of them writes.
struct bag_options {
    /// What is not escaped (encoding only). Pre: none of & = / ? # and +, or the program traps.
    text::bare_characters bare = text::unreserved;

    /// Escape with the digits a to f, as the SDK for C does (encoding only).
    bool lower_case = false;

    /// End a bag that is not empty with a /, as the SDKs for C# and Node and edgeHub do (encoding only).
    bool trailing_slash = false;

    /// Take a % without two hexadecimal digits behind it for the character itself, as the SDKs for Python and C# do
    /// (decoding only).
    bool keep_malformed = false;

    /// Take properties without a name, and hand them on, as the SDKs for Node and Python do: a=1&&b has one that is
    /// null in the middle. Otherwise they are refused. The SDKs for C# and Java refuse them as well, that for C skips
    /// some and loses others: nobody can rely on them, and they come of an & that was not escaped.
    bool empty_names = false;

    /// Skip a ? that the bag begins with, as examples in the hub's documentation have it; the hub takes it for a part
    /// of the first name (decoding only).
    bool skip_question_mark = false;

    [[nodiscard]] constexpr text::percent_options percent() const noexcept {
        return {.bare = bare, .lower_case = lower_case, .keep_malformed = keep_malformed};
    }
};

namespace detail {

/// Bytes that are % or &, which are neighbours in ASCII, exactly, whatever the others are.
HUBWIRE_ALWAYS_INLINE constexpr word percent_or_separator_bytes(word w) noexcept {
    const word difference = ((w & every_byte<0x7F>)+every_byte<1>)^every_byte<'&'>;  // 0 or 1 for these two
    return ~(((difference & every_byte<0x7E>)+every_byte<0x7E>) | w) & every_byte<0x80>;
}
static_assert('%' + 1 == '&');

/// The first of one or two characters, or the end.
template <char A, char B = A>
HUBWIRE_ALWAYS_INLINE constexpr const char* find_either(const char* at, const char* end) noexcept {
    if constexpr (!optimize_for_size) {
        // Up to the first one this is exact, but for what is not ASCII.
        const auto found_in = [](word w) { return (bytes_equal_to<A>(w) | bytes_equal_to<B>(w)) & ~w; };
        for (; static_cast<std::size_t>(end - at) >= word_size; at += word_size) {
            if (const word found = found_in(load_word(at)); found != 0) return at + first_byte(found);
        }
        const auto left = static_cast<std::size_t>(end - at);
        const word found = found_in(text::detail::load_part(at, left));
        return found != 0 ? at + first_byte(found) : end;
    }
    while (at != end && *at != A && *at != B) ++at;
    return at;
}

/// What a property begins with if it has no name: the next one, its value, or nothing at all.
HUBWIRE_ALWAYS_INLINE constexpr bool is_nameless(std::string_view bag, std::size_t at) noexcept {
    return at == bag.size() || bag[at] == '&' || bag[at] == '=';
}

/// Checks what an iterator then relies on. Pre: the bag is not empty.
constexpr result<void> check_bag(std::string_view bag, const bag_options& rules) noexcept {
    const text::percent_options reading{.keep_malformed = rules.keep_malformed};
    if (!rules.empty_names && is_nameless(bag, 0)) return error{.code = errc::iothub_bag_name};
    errc code = errc::none;
    const auto fits = [&](std::size_t at) {
        if (bag[at] == '%') {
            if (text::detail::percent_unit_at(bag, at, reading).size == 0) code = errc::percent_escape;
        } else if (!rules.empty_names && is_nameless(bag, at + 1)) {
            code = errc::iothub_bag_name;
        }
        return code == errc::none;
    };
    const auto refusal = [&](std::size_t where) {
        return error{.code = code, .offset = where + (code == errc::iothub_bag_name ? 1u : 0u)};
    };
    std::size_t at = 0;
    if constexpr (!optimize_for_size) {
        while (at != bag.size()) {
            const std::size_t left = bag.size() - at;
            const std::size_t step = left < word_size ? left : word_size;
            const word w =
                left < word_size ? text::detail::load_part(bag.data() + at, left) : load_word(bag.data() + at);
            for (word found = percent_or_separator_bytes(w); found != 0; found &= found - 1) {
                if (const std::size_t where = at + first_byte(found); !fits(where)) return refusal(where);
            }
            at += step;
        }
    }
    // coverage: off, for -Os, and a build with it has it
    for (; at != bag.size(); ++at) {
        if ((bag[at] == '%' || bag[at] == '&') && !fits(at)) return refusal(at);
    }
    // coverage: on
    return {};
}

}  // namespace detail

/// The properties of a bag that was decoded, in their order, those of the system among the others, a name twice if it
/// is there twice. Names and values are percent-encoded texts that lie in the bag, and well-formed.
class property_bag {
public:
    constexpr property_bag() noexcept = default;

    /// Pre: decode_property_bag has seen to it that the text is a bag. (Nobody else need call this.)
    [[nodiscard]] static constexpr property_bag on_the_wire(std::string_view text, bool keep_malformed) noexcept {
        property_bag bag;
        bag.text_ = text;
        bag.keep_malformed_ = keep_malformed;
        return bag;
    }

    [[nodiscard]] constexpr bool empty() const noexcept { return text_.empty(); }

    /// As it lies on the wire, without what is not part of it.
    [[nodiscard]] constexpr std::string_view encoded() const noexcept { return text_; }

    class iterator {
    public:
        using value_type = property;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr property operator*() const noexcept {
            property p{.name = text_between(at_, name_end_)};
            if (name_end_ != pair_end_) p.value = text_between(name_end_ + 1, pair_end_);
            return p;
        }
        HUBWIRE_ALWAYS_INLINE constexpr iterator& operator++() noexcept {
            if (pair_end_ == end_) {
                at_ = nullptr;
            } else {
                load(pair_end_ + 1);
            }
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.at_ == b.at_; }

    private:
        friend property_bag;
        constexpr iterator(std::string_view bag, bool keep_malformed) noexcept
            : end_{bag.data() + bag.size()}, keep_malformed_{keep_malformed} {
            load(bag.data());
        }
        HUBWIRE_ALWAYS_INLINE constexpr void load(const char* at) noexcept {
            at_ = at;
            name_end_ = detail::find_either<'=', '&'>(at, end_);
            pair_end_ = name_end_ == end_ ? end_ : detail::find_either<'&'>(name_end_, end_);
        }
        [[nodiscard]] constexpr text::percent_text text_between(const char* begin, const char* end) const noexcept {
            return text::percent_text{{begin, static_cast<std::size_t>(end - begin)}, keep_malformed_};
        }

        const char* at_ = nullptr;  // the property, or null behind the last
        const char* name_end_ = nullptr;
        const char* pair_end_ = nullptr;
        const char* end_ = nullptr;
        bool keep_malformed_ = false;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept {
        return text_.empty() ? iterator{} : iterator{text_, keep_malformed_};
    }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    /// The value of the first property with this name, which is null if it has none. Linear in the size.
    [[nodiscard]] constexpr std::optional<property_value> find(std::string_view name) const noexcept {
        for (const property p : *this) {
            if (p.name == name) return p.value;
        }
        return std::nullopt;
    }

    /// The same for one of the system's, which is there as $.mid, or as %24.mid. Nothing if MQTT has no name for it.
    [[nodiscard]] constexpr std::optional<property_value> find(system_property which) const noexcept {
        const std::string_view name = mqtt_name(which);
        return name.empty() ? std::nullopt : find(name);
    }

    /// Whether the same properties are there in the same order, however they are written.
    friend constexpr bool operator==(const property_bag& a, const property_bag& b) noexcept {
        return hubwire::detail::same_items(a, b);
    }

private:
    std::string_view text_{};
    bool keep_malformed_ = false;
};

/// The bag that the text is: all that stands behind the topic. It is looked through once, and then gone through without
/// failure. An escape that is malformed, and a property without a name, are refused where they stand. The empty text is
/// a bag without properties.
[[nodiscard]] constexpr result<property_bag> decode_property_bag(std::string_view text,
                                                                 const bag_options& rules = {}) noexcept {
    std::size_t skipped = 0;
    if (text.ends_with('/')) text.remove_suffix(1);
    if (rules.skip_question_mark && text.starts_with('?')) {
        text.remove_prefix(1);
        skipped = 1;
    }
    if (!text.empty()) {
        if (const auto verdict = detail::check_bag(text, rules); !verdict)
            return error{.code = verdict.error().code, .offset = verdict.error().offset + skipped};
    }
    return property_bag::on_the_wire(text, rules.keep_malformed);
}

/// How a value that is not one already becomes a property_value: for types of others. In `of` it may return a view of
/// what it is given.
template <class T>
struct as_property_value;

template <class T>
    requires std::convertible_to<const T&, property_value>
struct as_property_value<T> {
    static constexpr property_value of(const T& value HUBWIRE_LIFETIMEBOUND) noexcept { return value; }
};

/// A name, in a bag.
template <>
struct as_property_value<system_property> {
    static constexpr property_value of(system_property which) noexcept { return mqtt_name(which); }
};

namespace detail {

/// A property, or whatever has a name and a value as its two parts: a std::pair, an item of a map.
template <class Element>
constexpr property to_property(const Element& element HUBWIRE_LIFETIMEBOUND) noexcept {
    if constexpr (std::same_as<Element, property>) {
        return element;
    } else {
        const auto& [name, value] = element;
        return {.name = as_property_value<std::remove_cvref_t<decltype(name)>>::of(name),
                .value = as_property_value<std::remove_cvref_t<decltype(value)>>::of(value)};
    }
}

/// Writes a bag, one property after the other.
template <room Room>
class bag_writer {
public:
    constexpr bag_writer(basic_writer<Room>& out, const bag_options& rules) noexcept
        : out_{out}, rules_{rules}, percent_{rules.percent()}, begin_{out.size()} {
        for (const char c : std::string_view{"&=/?#+"}) require(!rules.bare.contains(static_cast<unsigned char>(c)));
    }

    constexpr void add(const property& p) noexcept {
        separate();
        const std::size_t name_at = out_.size();
        put_percent(out_, p.name, percent_);
        if (out_.size() == name_at && !rules_.empty_names) out_.fail(errc::iothub_bag_name);
        put_value(p.value);
    }

    /// One with a name that is encoded already.
    constexpr void add_encoded(std::string_view name, const property_value& value) noexcept {
        separate();
        out_.put(name);
        put_value(value);
    }

    constexpr void finish() noexcept {
        // A single null without a name would be nothing at all.
        if (out_.size() == begin_ && !is_first_) out_.fail(errc::iothub_bag_name);
        if (rules_.trailing_slash && out_.size() != begin_) out_.u8('/');
    }

private:
    constexpr void separate() noexcept {
        if (!is_first_) out_.u8('&');
        is_first_ = false;
    }
    constexpr void put_value(const property_value& value) noexcept {
        if (value.is_null()) return;
        out_.u8('=');
        put_percent(out_, value, percent_);
    }

    basic_writer<Room>& out_;
    const bag_options& rules_;
    text::percent_options percent_;
    std::size_t begin_;
    bool is_first_ = true;
};

}  // namespace detail

/// Writes a bag of any range of properties: of hubwire::iothub::property, of pairs of what a property_value is made of,
/// another bag that was decoded, the application properties of an AMQP message, ... A property without a name fails
/// where it would stand.
template <room Room, class Range>
constexpr void put_property_bag(basic_writer<Room>& out, const Range& properties,
                                const bag_options& rules = {}) noexcept {
    detail::bag_writer<Room> bag{out, rules};
    for (auto&& element : properties) bag.add(detail::to_property<std::remove_cvref_t<decltype(element)>>(element));
    bag.finish();
}
template <room Room>
constexpr void put_property_bag(basic_writer<Room>& out, std::initializer_list<property> properties,
                                const bag_options& rules = {}) noexcept {
    put_property_bag<Room, std::initializer_list<property>>(out, properties, rules);
}

template <class Range>
[[nodiscard]] constexpr result<bytes> encode_property_bag(buffer output HUBWIRE_LIFETIMEBOUND, const Range& properties,
                                                          const bag_options& rules = {}) noexcept {
    writer out{output};
    put_property_bag(out, properties, rules);
    return out.finish();
}
[[nodiscard]] constexpr result<bytes> encode_property_bag(buffer output HUBWIRE_LIFETIMEBOUND,
                                                          std::initializer_list<property> properties,
                                                          const bag_options& rules = {}) noexcept {
    return encode_property_bag<std::initializer_list<property>>(output, properties, rules);
}

/// How many characters encode_property_bag would write, or why it would not.
template <class Range>
[[nodiscard]] constexpr result<std::size_t> property_bag_size(const Range& properties,
                                                              const bag_options& rules = {}) noexcept {
    counting_writer out;
    put_property_bag(out, properties, rules);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/message.hpp

#ifndef HUBWIRE_IOTHUB_MESSAGE_HPP
#define HUBWIRE_IOTHUB_MESSAGE_HPP

/// What the hub takes for a message, whatever carries it. A gateway decodes it from one carrier and encodes it for the
/// other (message_mqtt.hpp, message_amqp.hpp); in between nothing is copied.
namespace hubwire::iothub {

/// What the application says of its message, in order, a name twice if it is there twice: an array of the caller's, or
/// what a decoder has found among the properties of the system, which are left out here. All look the same.
class application_properties {
public:
    constexpr application_properties() noexcept = default;

    /// Of an array, a vector or a span of properties.
    template <class Range>
        requires(std::convertible_to<const Range&, std::span<const property>> && !hubwire::detail::borrowed<Range>)
    constexpr application_properties(const Range& properties HUBWIRE_LIFETIMEBOUND) noexcept
        : items_{std::span<const property>{properties}} {}
    template <class Range>
        requires(std::convertible_to<const Range&, std::span<const property>> && hubwire::detail::borrowed<Range>)
    constexpr application_properties(const Range& properties) noexcept
        : items_{std::span<const property>{properties}} {}

    constexpr application_properties(const property_bag& bag) noexcept : bag_{bag} {}

    constexpr application_properties(const amqp::map& map) noexcept : map_{map} {}

    [[nodiscard]] constexpr bool empty() const noexcept { return begin() == end(); }

    class iterator {
    public:
        using value_type = property;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr property operator*() const noexcept { return current_; }
        [[nodiscard]] constexpr const property* operator->() const noexcept { return &current_; }
        constexpr iterator& operator++() noexcept {
            if (!items_.empty()) {
                items_ = items_.last(items_.size() - 1);
            } else if (in_bag_ != property_bag::iterator{}) {
                ++in_bag_;
            } else {
                ++in_map_;
            }
            load();
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.items_.size() == b.items_.size() && a.in_bag_ == b.in_bag_ && a.in_map_ == b.in_map_;
        }

    private:
        friend application_properties;
        constexpr explicit iterator(const application_properties& all) noexcept
            : items_{all.items_}, in_bag_{all.bag_.begin()}, in_map_{all.map_.begin()} {
            load();
        }
        constexpr void load() noexcept;

        property current_{};
        std::span<const property> items_{};
        property_bag::iterator in_bag_{};
        amqp::map::iterator in_map_{};
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    /// The value of the first property with this name, which is null if it has none. Linear in the size.
    [[nodiscard]] constexpr std::optional<property_value> find(std::string_view name) const noexcept {
        for (const property p : *this) {
            if (p.name == name) return p.value;
        }
        return std::nullopt;
    }

    friend constexpr bool operator==(const application_properties& a, const application_properties& b) noexcept {
        return hubwire::detail::same_items(a, b);
    }

private:
    // One of them, the others are empty.
    std::span<const property> items_{};
    property_bag bag_{};
    amqp::map map_{};
};

namespace detail {

/// The property with this name in a bag, encoded or not.
HUBWIRE_ALWAYS_INLINE constexpr std::optional<system_property> system_property_in_bag(
    const property_value& name) noexcept {
    const std::string_view raw = name.raw();
    if (raw.empty()) return {};
    const char first = raw.front();
    if (first != '$' && first != '%' && first != 'i') return {};
    if (const auto text = name.text()) return find_mqtt_name(*text);
    if (!name.is_percent_encoded()) return {};  // as binary, it is none
    constexpr std::string_view usual = "%24.";
    if (begins_with(raw, usual)) {
        const std::string_view behind{raw.data() + usual.size(), raw.size() - usual.size()};
        if (text::percent_text{behind}.is_plain()) return dollar_property(behind);
    }
    std::array<char, 24> memory{};  // as long as the longest of them
    const auto decoded = name.decode(buffer{memory.data(), memory.size()});
    return decoded ? find_mqtt_name(decoded->text()) : std::nullopt;
}

/// The property with this name among the application properties of AMQP. All that the system has there begin alike.
constexpr std::optional<system_property> system_property_in_map(const property_value& name) noexcept {
    if (!name.is_text()) return {};
    const std::string_view raw = name.raw();
    if (!raw.starts_with('i') && !raw.starts_with('%')) return {};
    for (std::size_t at = first_in_application_properties; at != first_in_annotations; ++at) {
        if (name == system_properties[at].amqp) return system_properties[at].property;
    }
    return {};
}

}  // namespace detail

/// Goes on to the next that is not the system's. What the caller has put together is taken as it is.
constexpr void application_properties::iterator::load() noexcept {
    if (!items_.empty()) {
        current_ = items_.front();
        return;
    }
    for (; in_bag_ != property_bag::iterator{}; ++in_bag_) {
        current_ = *in_bag_;
        if (!detail::system_property_in_bag(current_.name)) return;
    }
    for (; in_map_ != amqp::map::iterator{}; ++in_map_) {
        const amqp::entry e = *in_map_;
        current_ = {.name = e.key, .value = e.value};
        if (!detail::system_property_in_map(current_.name)) return;
    }
}

/// The bytes of a message: one piece or, in AMQP, several.
class message_body {
public:
    constexpr message_body() noexcept = default;
    template <class Bytes>
        requires(std::convertible_to<const Bytes&, bytes> && !hubwire::detail::borrowed<Bytes>)
    constexpr message_body(const Bytes& content HUBWIRE_LIFETIMEBOUND) noexcept
        : sections_{amqp::data{bytes{content}}} {}
    template <class Bytes>
        requires(std::convertible_to<const Bytes&, bytes> && hubwire::detail::borrowed<Bytes>)
    constexpr message_body(const Bytes& content) noexcept : sections_{amqp::data{bytes{content}}} {}
    constexpr message_body(const amqp::body_sections<amqp::data>& sections) noexcept : sections_{sections} {}

    /// The pieces, as AMQP calls them.
    [[nodiscard]] constexpr const amqp::body_sections<amqp::data>& sections() const noexcept HUBWIRE_LIFETIMEBOUND {
        return sections_;
    }

    /// All of it, if it is one piece; nearly all bodies are. One that is not there is an empty piece.
    [[nodiscard]] constexpr std::optional<bytes> single() const noexcept {
        if (sections_.empty()) return bytes{};
        if (sections_.size() != 1) return std::nullopt;
        return (*sections_.begin()).content;
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept {
        std::size_t sum = 0;
        for (const amqp::data piece : sections_) sum += piece.content.size();
        return sum;
    }

    /// Whether the bytes are the same, in whatever pieces.
    friend constexpr bool operator==(const message_body& a, const message_body& b) noexcept {
        if (a.size() != b.size()) return false;
        auto at = a.sections_.begin();
        auto other = b.sections_.begin();
        bytes piece;
        bytes other_piece;
        for (std::size_t left = a.size(); left != 0;) {
            while (piece.empty()) piece = (*at++).content;
            while (other_piece.empty()) other_piece = (*other++).content;
            const std::size_t n = piece.size() < other_piece.size() ? piece.size() : other_piece.size();
            if (!(piece.first(n) == other_piece.first(n))) return false;
            piece = piece.without_first(n);
            other_piece = other_piece.without_first(n);
            left -= n;
        }
        return true;
    }

private:
    amqp::body_sections<amqp::data> sections_{};
};

/// A message, from a device or to one. What is null is not there.
///
/// Whoever is connected can write anything into most of these: a gateway that knows who that is overwrites the four
/// connection_ properties with what it knows, by set_sender, and a service believes them only of the hub.
struct message {
    // The thirteen properties of AMQP (AMQP 3.2.4). Ids are a ulong, a UUID, a binary or a text; a user id is a binary.
    property_value message_id{};
    property_value user_id{};
    property_value to{};
    property_value subject{};
    property_value reply_to{};
    property_value correlation_id{};
    property_value content_type{};
    property_value content_encoding{};
    property_value absolute_expiry_time{};  // an amqp::timestamp, or the text of one; the text 0 means that it has none
    property_value creation_time{};         // likewise
    property_value group_id{};
    property_value group_sequence{};
    property_value reply_to_group_id{};

    // What application properties carry in AMQP.
    property_value ack{};  // what feedback the service wants: see requested_ack
    property_value operation{};
    property_value creation_time_utc{};  // in UTC: see check_creation_time_utc
    property_value message_schema{};
    property_value output_name{};

    // What annotations carry in AMQP.
    property_value interface_id{};
    property_value dt_subject{};
    property_value dt_dataschema{};
    property_value diagnostic_id{};
    property_value correlation_context{};
    property_value input_name{};
    property_value lock_token{};
    property_value sequence_number{};
    property_value offset{};
    property_value enqueued_time{};
    property_value event_enqueued_time{};
    property_value delivery_count{};
    property_value connection_device_id{};
    property_value connection_module_id{};
    property_value connection_auth_generation_id{};
    property_value connection_auth_method{};  // JSON

    iothub::application_properties application_properties{};
    message_body body{};

    /// A property of the system by what it is. Pre: it is one, or the program traps.
    [[nodiscard]] constexpr property_value& operator[](system_property which) noexcept HUBWIRE_LIFETIMEBOUND;
    [[nodiscard]] constexpr const property_value& operator[](system_property which) const noexcept
        HUBWIRE_LIFETIMEBOUND;

    /// Says who has sent it, in place of whatever it says of that itself. What is empty is not there afterwards.
    constexpr void set_sender(const identity& who, std::string_view generation_id = {},
                              std::string_view auth_method = {}) noexcept {
        const auto known = [](std::string_view text) { return text.empty() ? property_value{} : property_value{text}; };
        connection_device_id = known(who.device_id);
        connection_module_id = known(who.module_id);
        connection_auth_generation_id = known(generation_id);
        connection_auth_method = known(auth_method);
    }

    friend constexpr bool operator==(const message&, const message&) noexcept = default;
};

namespace detail {

/// In the order of system_property.
inline constexpr property_value message::* system_members[] = {
    &message::message_id,
    &message::user_id,
    &message::to,
    &message::subject,
    &message::reply_to,
    &message::correlation_id,
    &message::content_type,
    &message::content_encoding,
    &message::absolute_expiry_time,
    &message::creation_time,
    &message::group_id,
    &message::group_sequence,
    &message::reply_to_group_id,
    &message::ack,
    &message::operation,
    &message::creation_time_utc,
    &message::message_schema,
    &message::output_name,
    &message::interface_id,
    &message::dt_subject,
    &message::dt_dataschema,
    &message::diagnostic_id,
    &message::correlation_context,
    &message::input_name,
    &message::lock_token,
    &message::sequence_number,
    &message::offset,
    &message::enqueued_time,
    &message::event_enqueued_time,
    &message::delivery_count,
    &message::connection_device_id,
    &message::connection_module_id,
    &message::connection_auth_generation_id,
    &message::connection_auth_method,
};
static_assert(std::extent_v<decltype(system_members)> == system_property_count);

}  // namespace detail

constexpr property_value& message::operator[](system_property which) noexcept {
    const auto index = static_cast<std::size_t>(which);
    hubwire::detail::require(index < system_property_count);
    return this->*detail::system_members[index];
}
constexpr const property_value& message::operator[](system_property which) const noexcept {
    const auto index = static_cast<std::size_t>(which);
    hubwire::detail::require(index < system_property_count);
    return this->*detail::system_members[index];
}

/// What becomes of a message to a device: which feedback the service asks for.
enum class ack_request : std::uint8_t { none, positive, negative, full, unknown };

/// As it is written; unknown has no name.
[[nodiscard]] constexpr std::string_view to_text(ack_request ack) noexcept {
    constexpr std::string_view names[] = {"none", "positive", "negative", "full", ""};
    const auto index = static_cast<std::size_t>(ack);
    hubwire::detail::require(index <= static_cast<std::size_t>(ack_request::unknown));
    return names[index];
}

/// What message::ack asks for, in upper case or in lower. Null asks for nothing; what nobody knows is still there as a
/// text.
[[nodiscard]] constexpr ack_request requested_ack(const property_value& ack) noexcept {
    if (ack.is_null()) return ack_request::none;
    std::array<char, 8> memory{};
    const auto decoded = ack.decode(buffer{memory.data(), memory.size()});
    if (!decoded) return ack_request::unknown;
    for (std::size_t i = 0; i != decoded->size(); ++i) {
        if (memory[i] >= 'A' && memory[i] <= 'Z') memory[i] = static_cast<char>(memory[i] + ('a' - 'A'));
    }
    for (const ack_request known :
         {ack_request::none, ack_request::positive, ack_request::negative, ack_request::full}) {
        if (decoded->text() == to_text(known)) return known;
    }
    return ack_request::unknown;
}

/// Where carriers differ, or peers.
struct message_options {
    bag_options bag{};
    amqp::options amqp{};

    /// How times are read that come as texts and go as AMQP timestamps. The SDK for Python sends them without a Z.
    text::timestamp_options times{};

    /// Take a system property that is there twice for the last one, as SDKs do that keep them in a map. By default it
    /// is refused: who reads the first and who reads the last would see different messages.
    bool last_repeated_counts = false;

    /// Refuse to encode for MQTT what has no name there. By default it stays behind, as it does at the hub (encoding
    /// only).
    bool refuse_loss = false;
};

namespace detail {

/// Sets the properties of the system, each once, be it to null.
class system_setter {
public:
    constexpr system_setter(message& m, const message_options& rules) noexcept : m_{m}, rules_{rules} {}

    /// Whether that is allowed.
    constexpr bool set(system_property which, const property_value& value) noexcept {
        bool& seen = seen_[static_cast<std::size_t>(which)];
        if (seen && !rules_.last_repeated_counts) return false;
        seen = true;
        m_[which] = value;
        return true;
    }

private:
    message& m_;
    const message_options& rules_;
    bool seen_[system_property_count]{};
};

}  // namespace detail

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/message_amqp.hpp

#ifndef HUBWIRE_IOTHUB_MESSAGE_AMQP_HPP
#define HUBWIRE_IOTHUB_MESSAGE_AMQP_HPP

/// Messages in AMQP: properties, application properties, annotations and data sections.
namespace hubwire::iothub {

namespace detail {

/// The byte offset of a key among the bytes of a message; 0 where there are none, or the key is no text.
constexpr std::size_t offset_in(bytes input, const amqp::value& key) noexcept {
    const auto text = key.text();
    if (input.empty() || !text) return 0;
    return static_cast<std::size_t>(text->data() - input.data());
}

/// Takes what annotations or application properties say of the system. Annotations of others are not the hub's
/// business; application properties are looked at, and stay where they are.
constexpr result<void> take_map(system_setter& setter, amqp_place place, const amqp::map& map, bytes input) noexcept {
    for (const amqp::entry e : map) {
        const auto name = e.key.text();
        const auto which = name ? find_amqp_name(place, *name) : std::nullopt;
        if (!which && place == amqp_place::message_annotations) continue;
        const property_value value = e.value;
        if (!value.is_scalar() || !name)
            return error{.code = errc::iothub_message_type, .offset = offset_in(input, e.key)};
        if (which && !setter.set(*which, value))
            return error{.code = errc::iothub_message_repeated, .offset = offset_in(input, e.key)};
    }
    return {};
}

constexpr property_value to_value(const std::optional<amqp::message_id>& id) noexcept {
    if (!id) return {};
    switch (id->type()) {
        case amqp::type::ulong:
            return id->as<std::uint64_t>();
        case amqp::type::uuid:
            return id->as<amqp::uuid>();
        case amqp::type::binary:
            return id->as<bytes>();
        default:
            return id->as<std::string_view>();
    }
}

constexpr void take_properties(message& m, const amqp::properties& p) noexcept {
    m.message_id = to_value(p.message_id);
    m.user_id = p.user_id;
    m.to = p.to;
    m.subject = p.subject;
    m.reply_to = p.reply_to;
    m.correlation_id = to_value(p.correlation_id);
    m.content_type = p.content_type;
    m.content_encoding = p.content_encoding;
    m.absolute_expiry_time = p.absolute_expiry_time;
    m.creation_time = p.creation_time;
    m.group_id = p.group_id;
    m.group_sequence = p.group_sequence;
    m.reply_to_group_id = p.reply_to_group_id;
}

/// Data sections, or one value that is a binary or a text: some peers send their bytes so. A null is no bytes at all.
constexpr std::optional<message_body> to_body(const amqp::message_body& body) noexcept {
    switch (body.kind()) {
        case amqp::body_kind::none:
            return message_body{};
        case amqp::body_kind::data:
            return message_body{body.data_sections()};
        case amqp::body_kind::sequence:
            return std::nullopt;
        case amqp::body_kind::value:
            break;
    }
    const auto value = body.single_value().value_or(amqp::value{});
    if (value.is_null()) return message_body{};
    if (const auto binary = value.as<bytes>()) return message_body{*binary};
    if (const auto text = value.as<std::string_view>()) return message_body{bytes{*text}};
    return std::nullopt;
}

constexpr result<message> to_message(const amqp::message& from, bytes input, const message_options& rules) noexcept {
    result<message> m{message{}};
    if (from.properties) take_properties(*m, *from.properties);
    system_setter setter{*m, rules};
    if (from.message_annotations) {
        const auto taken = take_map(setter, amqp_place::message_annotations, *from.message_annotations, input);
        if (!taken) return taken.error();
    }
    if (from.application_properties) {
        const auto taken = take_map(setter, amqp_place::application_properties, *from.application_properties, input);
        if (!taken) return taken.error();
        m->application_properties = *from.application_properties;
    }
    const auto body = to_body(from.body);
    if (!body) {
        const auto kind = from.body.kind() == amqp::body_kind::value ? amqp::section_kind::amqp_value
                                                                     : amqp::section_kind::amqp_sequence;
        const auto around = amqp::split_at(input, kind);
        return error{.code = errc::iothub_message_body, .offset = around ? around->before.size() : 0};
    }
    m->body = *body;
    return m;
}

}  // namespace detail

/// The message that one of AMQP is, for the hub. What the hub has no use for stays behind: the header, delivery
/// annotations, a footer, and annotations of others. Refused are a property of the system that is there twice, values
/// that contain other ones, and a body that is not bytes.
[[nodiscard]] constexpr result<message> to_message(const amqp::message& from,
                                                   const message_options& rules = {}) noexcept {
    return detail::to_message(from, {}, rules);
}

/// The same of its bytes: all of the input is one message.
[[nodiscard]] constexpr result<message> decode_amqp_message(bytes input, const message_options& rules = {}) noexcept {
    const auto decoded = amqp::decode<amqp::message>(input, rules.amqp);
    if (!decoded) return decoded.error();
    return detail::to_message(*decoded, input, rules);
}

namespace detail {

/// Whether an encoded text stands for ASCII. Pre: it is well-formed.
constexpr bool stands_for_ascii(std::string_view encoded, const text::percent_options& reading) noexcept {
    if (!amqp::detail::is_ascii(encoded)) return false;
    for (std::size_t at = text::detail::find_percent(encoded, 0); at != encoded.size();) {
        const auto unit = text::detail::percent_unit_at(encoded, at, reading);
        if (unit.byte >= 0x80) return false;
        at = text::detail::find_percent(encoded, at + unit.size);
    }
    return true;
}

/// Whether it stands for UTF-8, or for ASCII. Pre: it is well-formed.
constexpr bool stands_for_text(const text::percent_text& text, bool ascii_only) noexcept {
    const std::string_view encoded = text.encoded();
    const text::percent_options reading{.keep_malformed = text.keeps_malformed()};
    if (stands_for_ascii(encoded, reading)) return true;
    if (ascii_only) return false;
    for (std::size_t at = 0; at != encoded.size();) {
        const auto unit = text::detail::percent_unit_at(encoded, at, reading);
        if (unit.byte < 0x80) {
            at += unit.size;
            continue;
        }
        char sequence[4]{};
        std::size_t size = 0;
        for (std::size_t next = at; size != 4 && next != encoded.size(); ++size) {
            const auto part = text::detail::percent_unit_at(encoded, next, reading);
            sequence[size] = static_cast<char>(part.byte);
            next += part.size;
        }
        std::size_t characters = utf8_sequence(sequence, size);
        if (characters == 0) return false;
        for (; characters != 0; --characters) at += text::detail::percent_unit_at(encoded, at, reading).size;
    }
    return true;
}

enum class amqp_text : std::uint8_t { string, symbol, binary };

/// Writes a size, and what a percent-encoded text stands for.
template <class Form, room Room>
constexpr void put_percent_as(basic_writer<Room>& out, const text::percent_text& text, amqp_text as,
                              const amqp::options& rules) noexcept {
    const auto size = text.decoded_size();
    if (!size) return out.fail(size.error().code);
    const bool any = as == amqp_text::binary || (as == amqp_text::symbol && rules.any_symbol);
    if (!any && !stands_for_text(text, as == amqp_text::symbol))
        return out.fail(as == amqp_text::symbol ? errc::amqp_symbol : errc::invalid_utf8);
    Form::write_head(out, *size);
    text::put_decoded(out, text);
}

/// Writes a value as a string, a symbol or a binary: a text or a binary as it is, others as texts.
template <room Room>
constexpr void put_as(basic_writer<Room>& out, const property_value& v, amqp_text as,
                      const amqp::options& rules) noexcept {
    const amqp::detail::scope s{rules};
    const auto put_plain = [&](std::string_view plain) {
        switch (as) {
            case amqp_text::string:
                return amqp::detail::wire<std::string_view>::put_into(out, plain, s);
            case amqp_text::symbol:
                return amqp::detail::wire<amqp::symbol>::put_into(out, amqp::symbol{plain}, s);
            case amqp_text::binary:
                return amqp::detail::wire<bytes>::put_into(out, bytes{plain}, s);
        }
    };
    if (!v.has_bytes()) {
        const number_text number{v};
        if (number.code() != errc::none) return out.fail(number.code());
        return put_plain(number.view());
    }
    if (!v.is_percent_encoded()) return put_plain(v.raw());
    if (const auto plain = v.text()) return put_plain(*plain);
    switch (as) {
        case amqp_text::string:
            return put_percent_as<amqp::detail::wire<std::string_view>::form>(out, v.percent(), as, rules);
        case amqp_text::symbol:
            return put_percent_as<amqp::detail::wire<amqp::symbol>::form>(out, v.percent(), as, rules);
        case amqp_text::binary:
            return put_percent_as<amqp::detail::wire<bytes>::form>(out, v.percent(), as, rules);
    }
}

/// Writes a value as what it is in AMQP.
template <room Room>
constexpr void put_scalar(basic_writer<Room>& out, const property_value& v, const amqp::options& rules) noexcept {
    if (v.is_percent_encoded()) return put_as(out, v, amqp_text::string, rules);
    if (!v.is_scalar()) return out.fail(errc::iothub_message_type);
    amqp::detail::write_item(out, v.to_amqp(), amqp::detail::scope{rules});
}

template <room Room>
constexpr void put_id(basic_writer<Room>& out, const property_value& v, const amqp::options& rules) noexcept {
    switch (v.type()) {
        case amqp::type::ulong:
        case amqp::type::uuid:
        case amqp::type::binary:
            return put_scalar(out, v, rules);
        case amqp::type::string:
        case amqp::type::symbol:
            return put_as(out, v, amqp_text::string, rules);
        default:
            return out.fail(errc::iothub_message_type);
    }
}

template <room Room>
constexpr void put_time(basic_writer<Room>& out, const property_value& v, const message_options& rules) noexcept {
    const auto moment = v.time(rules.times);
    if (!moment) return out.fail(moment.error().code);
    amqp::detail::wire<amqp::timestamp>::put_into(out, *moment, amqp::detail::scope{rules.amqp});
}

template <room Room>
constexpr void put_sequence(basic_writer<Room>& out, const property_value& v, const amqp::options& rules) noexcept {
    const auto number = v.integer();
    if (!number) return out.fail(errc::iothub_message_type);
    if (*number < 0 || *number > (std::numeric_limits<std::uint32_t>::max)()) return out.fail(errc::too_large);
    amqp::detail::wire<std::uint32_t>::put_into(out, static_cast<std::uint32_t>(*number), amqp::detail::scope{rules});
}

/// A time that says that there is none: the hub sends it so over MQTT.
constexpr bool is_absent(const message& m, system_property which) noexcept {
    const property_value& value = m[which];
    return value.is_null() || (which == system_property::absolute_expiry_time && value == "0");
}

/// A field of the properties section.
template <room Room>
constexpr void put_field(basic_writer<Room>& out, const message& m, system_property which,
                         const message_options& rules) noexcept {
    const property_value& value = m[which];
    if (is_absent(m, which)) return out.u8(amqp::detail::code::null);
    switch (which) {
        case system_property::message_id:
        case system_property::correlation_id:
            return put_id(out, value, rules.amqp);
        case system_property::user_id:
            return put_as(out, value, amqp_text::binary, rules.amqp);
        case system_property::content_type:
        case system_property::content_encoding:
            return put_as(out, value, amqp_text::symbol, rules.amqp);
        case system_property::absolute_expiry_time:
        case system_property::creation_time:
            return put_time(out, value, rules);
        case system_property::group_sequence:
            return put_sequence(out, value, rules.amqp);
        default:
            return put_as(out, value, amqp_text::string, rules.amqp);
    }
}

template <room Room>
constexpr void put_properties(basic_writer<Room>& out, const message& m, const message_options& rules) noexcept {
    std::size_t count = first_in_application_properties;
    while (count != 0 && is_absent(m, system_properties[count - 1].property)) --count;
    if (count == 0) return;
    amqp::detail::write_section_kind(out, amqp::section_kind::properties);
    const auto place = amqp::detail::open_compound(out, amqp::detail::code::list8);
    for (std::size_t at = 0; at != count; ++at) put_field(out, m, system_properties[at].property, rules);
    amqp::detail::close_compound(out, place, amqp::detail::code::list8, count);
}

/// A map that is begun with its first entry: without one, there is no section.
template <room Room>
class map_section {
public:
    constexpr map_section(basic_writer<Room>& out, amqp::section_kind kind) noexcept : out_{out}, kind_{kind} {}

    constexpr void begin_entry() noexcept {
        if (entries_ == 0) {
            amqp::detail::write_section_kind(out_, kind_);
            place_ = amqp::detail::open_compound(out_, amqp::detail::code::map8);
        }
        ++entries_;
    }
    constexpr void finish() noexcept {
        if (entries_ != 0) amqp::detail::close_compound(out_, place_, amqp::detail::code::map8, entries_ * 2);
    }

private:
    basic_writer<Room>& out_;
    amqp::section_kind kind_;
    amqp::detail::mark place_{0};
    std::uint64_t entries_ = 0;
};

template <room Room>
constexpr void put_annotations(basic_writer<Room>& out, const message& m, const message_options& rules) noexcept {
    map_section<Room> section{out, amqp::section_kind::message_annotations};
    for (std::size_t at = first_in_annotations; at != system_property_count; ++at) {
        const property_value& value = m[system_properties[at].property];
        if (value.is_null()) continue;
        section.begin_entry();
        put_as(out, system_properties[at].amqp, amqp_text::symbol, rules.amqp);
        put_scalar(out, value, rules.amqp);
    }
    section.finish();
}

template <room Room>
constexpr void put_application_properties(basic_writer<Room>& out, const message& m,
                                          const message_options& rules) noexcept {
    map_section<Room> section{out, amqp::section_kind::application_properties};
    for (std::size_t at = first_in_application_properties; at != first_in_annotations; ++at) {
        const property_value& value = m[system_properties[at].property];
        if (value.is_null()) continue;
        section.begin_entry();
        put_as(out, system_properties[at].amqp, amqp_text::string, rules.amqp);
        put_as(out, value, amqp_text::string, rules.amqp);
    }
    for (const property p : m.application_properties) {
        if (p.name.type() == amqp::type::binary) out.fail(errc::iothub_message_type);
        if (system_property_in_map(p.name)) out.fail(errc::iothub_message_reserved);
        section.begin_entry();
        put_as(out, p.name, amqp_text::string, rules.amqp);
        put_scalar(out, p.value, rules.amqp);
    }
    section.finish();
}

template <room Room>
constexpr void put_data(basic_writer<Room>& out, bytes content, const amqp::options& rules) noexcept {
    amqp::detail::write_section_kind(out, amqp::section_kind::data);
    amqp::detail::wire<bytes>::put_into(out, content, amqp::detail::scope{rules});
}

}  // namespace detail

/// Writes the message for AMQP: annotations, properties, application properties, and a data section for each piece of
/// the body, or an empty one. What is percent-encoded is decoded where it goes. Refused are an application property
/// with the name of one of the system, what stands for no UTF-8 (no ASCII, in a content type) where AMQP has a text,
/// times that are none, and ids of other types than AMQP has for them.
template <room Room>
constexpr void put_amqp_message(basic_writer<Room>& out, const message& m, const message_options& rules = {}) noexcept {
    detail::put_annotations(out, m, rules);
    detail::put_properties(out, m, rules);
    detail::put_application_properties(out, m, rules);
    if (m.body.sections().empty()) detail::put_data(out, {}, rules.amqp);
    for (const amqp::data piece : m.body.sections()) detail::put_data(out, piece.content, rules.amqp);
}
[[nodiscard]] constexpr result<bytes> encode_amqp_message(buffer output HUBWIRE_LIFETIMEBOUND, const message& m,
                                                          const message_options& rules = {}) noexcept {
    writer out{output};
    put_amqp_message(out, m, rules);
    return out.finish();
}

/// How many bytes encode_amqp_message would write, or why it would not.
[[nodiscard]] constexpr result<std::size_t> amqp_message_size(const message& m,
                                                              const message_options& rules = {}) noexcept {
    counting_writer out;
    put_amqp_message(out, m, rules);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/message_mqtt.hpp

#ifndef HUBWIRE_IOTHUB_MESSAGE_MQTT_HPP
#define HUBWIRE_IOTHUB_MESSAGE_MQTT_HPP

/// Messages in MQTT: a property bag behind the topic, and the payload of a PUBLISH.
namespace hubwire::iothub {

/// The message that a bag and a payload are. Of a property of the system that is null, nothing is kept. Refused is what
/// decode_property_bag refuses, and a property of the system that is there twice.
[[nodiscard]] constexpr result<message> decode_mqtt_message(std::string_view bag, bytes payload,
                                                            const message_options& rules = {}) noexcept {
    const auto properties = decode_property_bag(bag, rules.bag);
    if (!properties) return properties.error();
    result<message> m{message{.application_properties = *properties, .body = payload}};
    detail::system_setter setter{*m, rules};
    for (const property p : *properties) {
        const auto which = detail::system_property_in_bag(p.name);
        if (which && !setter.set(*which, p.value))
            return error{.code = errc::iothub_message_repeated,
                         .offset = static_cast<std::size_t>(p.name.raw().data() - bag.data())};
    }
    return m;
}

/// Writes the bag: the properties of the system, in the order of system_property, and then the application's. Refused
/// are an application property with the name of one of the system, or with one that is no text, and values of types
/// that have no form as a text. A property of the system without a name in MQTT stays behind, or is refused by option.
template <room Room>
constexpr void put_mqtt_bag(basic_writer<Room>& out, const message& m, const message_options& rules = {}) noexcept {
    detail::bag_writer<Room> bag{out, rules.bag};
    const bool raw_dollar = rules.bag.bare.contains('$');
    for (const detail::system_property_names& names : detail::system_properties) {
        const property_value& value = m[names.property];
        if (value.is_null()) continue;
        if (names.mqtt.empty()) {
            if (rules.refuse_loss) out.fail(errc::iothub_message_nameless);
        } else if (raw_dollar) {
            bag.add({.name = names.mqtt, .value = value});
        } else {
            bag.add_encoded(names.mqtt_encoded, value);
        }
    }
    for (const property p : m.application_properties) {
        if (p.name.type() == amqp::type::binary) out.fail(errc::iothub_message_type);
        if (detail::system_property_in_bag(p.name)) out.fail(errc::iothub_message_reserved);
        bag.add(p);
    }
    bag.finish();
}
[[nodiscard]] constexpr result<bytes> encode_mqtt_bag(buffer output HUBWIRE_LIFETIMEBOUND, const message& m,
                                                      const message_options& rules = {}) noexcept {
    writer out{output};
    put_mqtt_bag(out, m, rules);
    return out.finish();
}

/// How many characters encode_mqtt_bag would write, or why it would not.
[[nodiscard]] constexpr result<std::size_t> mqtt_bag_size(const message& m,
                                                          const message_options& rules = {}) noexcept {
    counting_writer out;
    put_mqtt_bag(out, m, rules);
    return out.finish();
}

/// Writes the payload, for a body in several pieces; one in a single piece need not be copied.
template <room Room>
constexpr void put_mqtt_payload(basic_writer<Room>& out, const message& m) noexcept {
    for (const amqp::data piece : m.body.sections()) out.put(piece.content);
}
[[nodiscard]] constexpr result<bytes> encode_mqtt_payload(buffer output HUBWIRE_LIFETIMEBOUND,
                                                          const message& m) noexcept {
    writer out{output};
    put_mqtt_payload(out, m);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/message_rules.hpp

#ifndef HUBWIRE_IOTHUB_MESSAGE_RULES_HPP
#define HUBWIRE_IOTHUB_MESSAGE_RULES_HPP

/// What the hub accepts of messages, beyond what their carriers can say. Nothing here is checked by a decoder or an
/// encoder: a gateway that hands messages on does not decide about them.
namespace hubwire::iothub {

/// The size of a message, as message_size counts it, from a device and to one.
inline constexpr std::size_t max_message_from_device = std::size_t{256} * 1024;
inline constexpr std::size_t max_message_to_device = std::size_t{64} * 1024;

/// How many messages may wait for a device, and what messages from one are counted in.
inline constexpr std::size_t max_queued_messages = 50;
inline constexpr std::size_t metered_block = std::size_t{4} * 1024;

inline constexpr std::size_t max_message_id_size = 128;

namespace detail {

/// RFC 7230-3.2.6, the characters of a token.
inline constexpr text::bare_characters token_characters{"!#$&'*+^`|~"};

constexpr bool may_be_in_property(unsigned char c) noexcept { return c == '%' || token_characters.contains(c); }

/// Calls verdict(character, how many came before) with each character that a text stands for, until it is not "none",
/// and then fails with that code, at the place in the text as it lies there.
template <class Verdict>
constexpr result<void> check_characters(const property_value& v, Verdict verdict) noexcept {
    const std::string_view raw = v.raw();
    const bool encoded = v.is_percent_encoded();
    const text::percent_options reading{.keep_malformed = encoded && v.percent().keeps_malformed()};
    std::size_t count = 0;
    for (std::size_t at = 0; at != raw.size(); ++count) {
        text::detail::percent_unit unit{.size = 1, .byte = static_cast<unsigned char>(raw[at])};
        if (encoded) unit = text::detail::percent_unit_at(raw, at, reading);
        if (unit.size == 0) return error{.code = errc::percent_escape, .offset = at};
        if (const errc code = verdict(unit.byte, count); code != errc::none) return error{.code = code, .offset = at};
        at += unit.size;
    }
    return {};
}

}  // namespace detail

/// Whether the name or the value of a property can be in a message to a device, or in one that a device sends over
/// HTTPS: letters and digits of ASCII and ! # $ % & ' * + - . ^ _ ` | and ~. The offset is that of the first character
/// that cannot stand, in the text as it lies there; values that are no texts are made of such characters.
[[nodiscard]] constexpr result<void> check_property_text(const property_value& v) noexcept {
    return detail::check_characters(v, [](unsigned char c, std::size_t) {
        return detail::may_be_in_property(c) ? errc::none : errc::iothub_message_character;
    });
}

/// Whether this can be the id of a message: up to 128 letters and digits of ASCII and - : . + % _ # * ? ! ( ) , = @ ; $
/// and '.
[[nodiscard]] constexpr result<void> check_message_id(const property_value& v) noexcept {
    return detail::check_characters(v, [](unsigned char c, std::size_t before) {
        if (before == max_message_id_size) return errc::iothub_message_id_length;
        return detail::may_be_in_identifier(static_cast<char>(c)) ? errc::none : errc::iothub_message_id;
    });
}

/// Whether this can be an iothub-creation-time-utc: RFC 3339, and in UTC, as a Z at the end says. The offset is in the
/// decoded text.
[[nodiscard]] constexpr result<void> check_creation_time_utc(const property_value& v) noexcept {
    const auto moment = v.time();
    if (!moment) return moment.error();
    return {};
}

/// The size of a message as the hub counts it, whatever carries it: the body, the values of the properties of the
/// system, and the names and the values of the application's. Fails where a text is malformed, or a value has no form
/// as a text.
[[nodiscard]] constexpr result<std::size_t> message_size(const message& m) noexcept {
    counting_writer out;
    for (const detail::system_property_names& names : detail::system_properties) put_decoded(out, m[names.property]);
    for (const property p : m.application_properties) {
        put_decoded(out, p.name);
        put_decoded(out, p.value);
    }
    const auto properties = out.finish();
    if (!properties) return properties.error();
    if (m.body.size() > (std::numeric_limits<std::size_t>::max)() - *properties) return error{.code = errc::too_long};
    return *properties + m.body.size();
}

namespace detail {

constexpr result<void> check_message(const message& m, std::size_t max_size) noexcept {
    if (const auto verdict = check_message_id(m.message_id); !verdict) return verdict;
    if (!m.creation_time_utc.is_null()) {
        if (const auto verdict = check_creation_time_utc(m.creation_time_utc); !verdict) return verdict;
    }
    const auto size = message_size(m);
    if (!size) return size.error();
    if (*size > max_size) return error{.code = errc::iothub_message_size, .offset = max_size};
    return {};
}

}  // namespace detail

/// Whether the hub takes the message from a device: its id, its iothub-creation-time-utc and its size. The code says
/// which of them it is, and the offset is in that one.
[[nodiscard]] constexpr result<void> check_message_from_device(const message& m) noexcept {
    return detail::check_message(m, max_message_from_device);
}

/// Whether the hub takes the message for a device: that, and the names and values of application properties.
[[nodiscard]] constexpr result<void> check_message_to_device(const message& m) noexcept {
    for (const property p : m.application_properties) {
        if (const auto verdict = check_property_text(p.name); !verdict) return verdict;
        if (const auto verdict = check_property_text(p.value); !verdict) return verdict;
    }
    return detail::check_message(m, max_message_to_device);
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/plain_user.hpp

#ifndef HUBWIRE_IOTHUB_PLAIN_USER_HPP
#define HUBWIRE_IOTHUB_PLAIN_USER_HPP

/// Who logs in by SASL PLAIN; the password is a SAS token.
namespace hubwire::iothub {

/// A service by its policy, written policy@sas.root.hub, or a device or a module, written device@sas.hub and
/// device/modules/module@sas.hub. The hub is called by its name, not by its host's: myhub, not
/// myhub.azure-devices.net; where a dot is in it all the same it is taken as it is, but root. is no way to begin.
struct plain_user {
    std::string_view hub_name{};
    std::string_view policy{};  // of a service
    identity who{};             // of a device or a module

    [[nodiscard]] constexpr bool is_service() const noexcept { return !policy.empty(); }
    friend constexpr bool operator==(const plain_user&, const plain_user&) noexcept = default;
};

namespace detail {

inline constexpr std::string_view sas_realm = "@sas.";
inline constexpr std::string_view root_of_realm = "root.";
inline constexpr std::string_view modules_path = "/modules/";

/// Where the last @sas. begins, or the end of the text if there is none.
constexpr std::size_t find_realm(std::string_view text) noexcept {
    for (std::size_t at = text.size(); at >= sas_realm.size(); --at) {
        if (part_of(text, at - sas_realm.size(), sas_realm.size()) == sas_realm) return at - sas_realm.size();
    }
    return text.size();
}

}  // namespace detail

/// Writes the user name. It has to have either a policy or a device, and a hub.
template <room Room>
constexpr void put_plain_user(basic_writer<Room>& out, const plain_user& user) noexcept {
    if (user.is_service() == (user.who != identity{})) return out.fail(errc::iothub_plain_user);
    const auto valid = user.is_service() ? check_policy_name(user.policy) : check_identity(user.who);
    if (!valid) return out.fail(valid.error().code);
    out.put(user.is_service() ? user.policy : user.who.device_id);
    if (user.who.is_module()) {
        out.put(detail::modules_path);
        out.put(user.who.module_id);
    }
    out.put(detail::sas_realm);
    if (user.is_service()) out.put(detail::root_of_realm);
    if (const auto hub = check_host_name(user.hub_name); !hub) out.fail(hub.error().code);
    if (detail::begins_with(user.hub_name, detail::root_of_realm)) out.fail(errc::iothub_plain_user);
    out.put(user.hub_name);
}
[[nodiscard]] constexpr result<bytes> encode_plain_user(buffer output HUBWIRE_LIFETIMEBOUND,
                                                        const plain_user& user) noexcept {
    writer out{output};
    put_plain_user(out, user);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const plain_user& user) noexcept {
    counting_writer out;
    put_plain_user(out, user);
    return out.finish();
}

/// The user that the name is of. An @ may be part of it: the last @sas. is what counts.
[[nodiscard]] constexpr result<plain_user> decode_plain_user(std::string_view text) noexcept {
    const auto refused = [](const result<void>& valid, std::size_t before) {
        return error{.code = valid.error().code, .offset = before + valid.error().offset};
    };
    const std::size_t realm = detail::find_realm(text);
    if (realm == text.size()) return error{.code = errc::iothub_plain_user, .offset = text.size()};
    const std::string_view name = detail::part_of(text, 0, realm);
    std::size_t hub_at = realm + detail::sas_realm.size();
    plain_user user{.hub_name = detail::rest_of(text, hub_at)};
    if (detail::begins_with(user.hub_name, detail::root_of_realm)) {
        hub_at += detail::root_of_realm.size();
        user.hub_name = detail::rest_of(text, hub_at);
        user.policy = name;
        if (const auto valid = check_policy_name(name); !valid) return refused(valid, 0);
        if (detail::begins_with(user.hub_name, detail::root_of_realm))
            return error{.code = errc::iothub_plain_user, .offset = hub_at};
    } else {
        const std::size_t slash = detail::find_or_end<'/'>(name, 0);
        user.who.device_id = detail::part_of(name, 0, slash);
        if (const auto valid = check_identifier(user.who.device_id); !valid) return refused(valid, 0);
        if (slash != name.size()) {
            if (!detail::begins_with(detail::rest_of(name, slash), detail::modules_path))
                return error{.code = errc::iothub_plain_user, .offset = slash};
            const std::size_t module_at = slash + detail::modules_path.size();
            user.who.module_id = detail::rest_of(name, module_at);
            if (const auto valid = check_identifier(user.who.module_id); !valid) return refused(valid, module_at);
        }
    }
    if (const auto valid = check_host_name(user.hub_name); !valid) return refused(valid, hub_at);
    return user;
}

/// Writes the initial response of PLAIN in one piece: what amqp::encode_plain makes of the user name and the password,
/// without the user name in a buffer of its own. The password, a token, is not empty, and UTF-8 without U+0000.
template <room Room>
constexpr void put_plain_response(basic_writer<Room>& out, const plain_user& user, std::string_view password) noexcept {
    password = {detail::opaque(password.data()), password.size()};
    out.u8(0);
    put_plain_user(out, user);
    out.u8(0);
    if (password.empty()) out.fail(errc::amqp_credentials);
    if (const auto valid = check_utf8(password, nul::refused); !valid) {
        out.put(detail::part_of(password, 0, valid.error().offset));
        out.fail(valid.error().code);
    }
    out.put(password);
}
[[nodiscard]] constexpr result<bytes> encode_plain_response(buffer output HUBWIRE_LIFETIMEBOUND, const plain_user& user,
                                                            std::string_view password) noexcept {
    writer out{output};
    put_plain_response(out, user, password);
    return out.finish();
}

}  // namespace hubwire::iothub

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

// hubwire/iothub/sas_key.hpp

#ifndef HUBWIRE_IOTHUB_SAS_KEY_HPP
#define HUBWIRE_IOTHUB_SAS_KEY_HPP

namespace hubwire::iothub {

/// A shared access key, ready to sign and to verify tokens: what an hmac_key keeps of it, and no more. Made of the text
/// that a connection string has; the text is not needed any longer, and can be wiped.
///
/// A text that is no key is found out when the sas_key is made: valid() says so, and so does whatever is to be signed.
class sas_key {
public:
    /// The longest key in bytes. Those of a hub have 16 to 64.
    static constexpr std::size_t most_bytes = 256;

    /// A key of a hub, a device or a module: the bytes that the text stands for in base64 sign.
    [[nodiscard]] static constexpr sas_key of_hub(std::string_view base64) noexcept {
        error failure{};
        return sas_key{decoded(base64, failure), failure};
    }

    /// A key of Event Hubs or Service Bus, whereto a hub redirects those who read telemetry: the text itself signs.
    [[nodiscard]] static constexpr sas_key of_event_hubs(std::string_view text) noexcept {
        return sas_key{crypto::hmac_key{text}, text.empty() ? error{.code = errc::iothub_sas_empty_key} : error{}};
    }

    /// Whether it is a key, or what is wrong with the text, and where in it.
    [[nodiscard]] constexpr result<void> valid() const noexcept {
        return failure_.code == errc::none ? result<void>{} : result<void>{failure_};
    }

    /// The HMAC of a message, if it is a key.
    [[nodiscard]] constexpr result<crypto::sha256_digest> sign(bytes message) const noexcept {
        if (failure_.code != errc::none) return failure_;
        return key_.sign(message);
    }

    /// For crypto::hmac. Pre: valid(), or what it signs is worth nothing.
    [[nodiscard]] constexpr const crypto::hmac_key& hmac_key() const noexcept HUBWIRE_LIFETIMEBOUND { return key_; }

private:
    constexpr sas_key(const crypto::hmac_key& key, const error& failure) noexcept : key_{key}, failure_{failure} {}

    /// The key that the text stands for. One that does not decode leaves the failure, and an hmac_key of nothing.
    static constexpr crypto::hmac_key decoded(std::string_view base64, error& failure) noexcept {
        std::array<char, most_bytes> secret{};
        const auto size = text::decode_base64(secret, base64);
        if (!size) {
            failure = size.error();
            if (failure.code == errc::no_space) failure = {.code = errc::too_long, .offset = base64.size()};
        } else if (size->empty()) {
            failure = {.code = errc::iothub_sas_empty_key};
        }
        const crypto::hmac_key key{size ? *size : bytes{}};
        crypto::wipe(secret);
        return key;
    }

    crypto::hmac_key key_;
    error failure_;
};
static_assert(crypto::signer<const sas_key>);

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/sas_token.hpp

#ifndef HUBWIRE_IOTHUB_SAS_TOKEN_HPP
#define HUBWIRE_IOTHUB_SAS_TOKEN_HPP

/// SharedAccessSignature sr=<resource>&sig=<signature>&se=<expiry>[&skn=<policy>]: the password of a device, a module
/// or a service. The signature is the HMAC-SHA256 of sr exactly as it stands there, a line feed, and se.
namespace hubwire::iothub {

/// What a token says, before it is signed. Times are seconds since 1970 began, in UTC.
struct sas_claims {
    sas_resource resource{};
    std::uint64_t expiry = 0;
    std::string_view policy{};  // whose key signs; empty for the key of a device or a module

    friend constexpr bool operator==(const sas_claims&, const sas_claims&) noexcept = default;
};

/// How long is left of something that ends at `expiry`; 0 once it has ended.
[[nodiscard]] constexpr std::uint64_t seconds_left(std::uint64_t expiry, std::uint64_t now) noexcept {
    return now < expiry ? expiry - now : 0;
}

/// When a token of which the life began at `issued` is to be replaced: once a part of its life is over, of which the
/// SDKs take 85 %. The connection is cut when the token expires, so that the rest is what replacing it may take.
/// Pre: percent <= 100, or the program traps. One that never lived is to be replaced at once.
[[nodiscard]] constexpr std::uint64_t renew_at(std::uint64_t issued, std::uint64_t expiry,
                                               unsigned percent = 85) noexcept {
    detail::require(percent <= 100);
    const std::uint64_t life = seconds_left(expiry, issued);
    return issued + life / 100 * percent + life % 100 * percent / 100;
}

namespace detail {

inline constexpr std::string_view sas_word = "SharedAccessSignature ";
inline constexpr std::string_view sas_sr = "sr=";
inline constexpr std::string_view sas_sig = "&sig=";
inline constexpr std::string_view sas_se = "&se=";
inline constexpr std::string_view sas_skn = "&skn=";

inline constexpr std::size_t base64_signature_size = 44;
inline constexpr std::size_t least_signature_size = base64_signature_size + 2;  // the = at its end is escaped
inline constexpr std::size_t most_signature_size = 3 * base64_signature_size;

/// Writes a signature in base64 with + / and = escaped, which are all of its characters that have to be; how many
/// characters that took. Pre: there is room for most_signature_size and a word more.
HUBWIRE_ALWAYS_INLINE constexpr std::size_t write_signature(char* const to, const crypto::sha256_digest& mac) noexcept {
    std::array<char, base64_signature_size + word_size> base64{};  // and what the last words have more
    text::detail::write_base64(base64.data(), mac.data(), mac.size());
    char* out = to;
    const auto put_escaped = [&out](char c) {
        out[0] = '%';
        out[1] = c == '=' ? '3' : '2';
        out[2] = c == '=' ? 'D' : c == '+' ? 'B' : 'F';
        out += 3;
    };
    constexpr std::size_t last = base64_signature_size - 1;  // which is =
    for (std::size_t at = 0; at < last;) {
        const std::size_t left = last - at;
        const word w = load_word(base64.data() + at);
        store_le(out, w);  // what is too much is written over: an escape and more come behind
        const word stop = bytes_equal_to<'+'>(w) | bytes_equal_to<'/'>(w);
        const std::size_t bare = stop == 0 ? word_size : first_byte(stop);
        if (bare >= left) {
            out += left;
            break;
        }
        out += bare;
        at += bare;
        if (stop != 0) put_escaped(base64[at++]);
    }
    put_escaped('=');
    crypto::wipe(base64);
    return static_cast<std::size_t>(out - to);
}

/// An expiry in decimal.
class expiry_text {
public:
    constexpr explicit expiry_text(std::uint64_t expiry) noexcept : size_{text::detail::count_digits(expiry)} {
        text::detail::write_digits(digits_.data(), expiry, size_);
    }
    [[nodiscard]] constexpr std::string_view view() const noexcept HUBWIRE_LIFETIMEBOUND {
        return {opaque(digits_.data()), size_};
    }

private:
    std::array<char, text::max_decimal_size> digits_{};
    std::size_t size_;
};

HUBWIRE_ALWAYS_INLINE constexpr char* append(char* to, std::string_view text) noexcept {
    copy(to, text.data(), text.size());
    return to + text.size();
}

/// Writes what comes after sr where its end is at hand, and with room for the longest signature. What is signed stands
/// there for the time being: it is in one piece nowhere else. How much was written; nothing if the signer fails.
template <class Signer>
constexpr std::size_t write_signed(char* const to, std::size_t sr_size, const sas_claims& claims, Signer& signs,
                                   error& failure) noexcept {
    const expiry_text expiry{claims.expiry};
    *to = '\n';
    const char* const end = append(to + 1, expiry.view());
    result<crypto::sha256_digest> mac = signs.sign(bytes{to - sr_size, sr_size + static_cast<std::size_t>(end - to)});
    if (!mac) {
        failure = mac.error();
        return 0;
    }
    char* at = append(to, sas_sig);
    at += write_signature(at, *mac);
    crypto::wipe(*mac);
    at = append(append(at, sas_se), expiry.view());
    if (!claims.policy.empty()) {
        at = append(at, sas_skn);
        at += text::detail::write_percent(at, claims.policy, {});
    }
    return static_cast<std::size_t>(at - to);
}

/// The same where the token might not fit, or only just: what is signed is written first, and then what replaces it.
template <room Room, class Signer>
HUBWIRE_COLD constexpr void put_signed_tightly(basic_writer<Room>& out, std::size_t sr, const sas_claims& claims,
                                               Signer& signs) noexcept {
    const std::size_t from = out.size();
    out.u8('\n');
    text::put_decimal(out, claims.expiry);
    const std::size_t behind = out.size() - from;
    std::array<char, sas_sig.size() + most_signature_size + word_size> scratch{};
    std::size_t size = sas_sig.size() + least_signature_size;
    if (out.ok()) {
        result<crypto::sha256_digest> mac = signs.sign(out.written_since(sr));
        if (!mac) return out.fail(mac.error().code);
        size = sas_sig.size() + write_signature(append(scratch.data(), sas_sig), *mac);
        crypto::wipe(*mac);
        for (std::size_t i = 0; i != behind; ++i)
            out.fill(out.template slot_at<std::uint8_t>(from + i), static_cast<unsigned char>(scratch[i]));
    }
    out.put(bytes{scratch.data() + behind, size - behind});
    crypto::wipe(scratch);
    out.put(sas_se);
    text::put_decimal(out, claims.expiry);
    if (claims.policy.empty()) return;
    out.put(sas_skn);
    text::put_percent(out, claims.policy);
}

}  // namespace detail

/// The most characters that the token can take. How many it will be, only the signature can tell: it has from one to
/// 44 characters that are escaped.
[[nodiscard]] constexpr result<std::size_t> most_encoded_size(const sas_claims& claims) noexcept {
    counting_writer out;
    out.put(detail::sas_word);
    out.put(detail::sas_sr);
    put_sas_resource(out, claims.resource);
    out.put_with(detail::sas_sig.size() + detail::most_signature_size, [](char*) {});
    out.put(detail::sas_se);
    text::put_decimal(out, claims.expiry);
    if (!claims.policy.empty()) {
        out.put(detail::sas_skn);
        text::put_percent(out, claims.policy);
    }
    return out.finish();
}

/// Writes a token, signed by a key, or by whoever else can. Its failure is that of the token, with the code it gave. It
/// is asked once, and not at all unless the claims are valid and what it has to sign fits: then "no space" says how
/// much is missing with the shortest signature.
///
/// What comes out has the order sr, sig, se, skn of most SDKs, and everything but the unreserved characters escaped.
template <room Room, class Signer>
    requires(Room != room::counting && crypto::signer<Signer>)
constexpr void put_sas_token(basic_writer<Room>& out, const sas_claims& claims, Signer&& signs) noexcept {
    out.put(detail::sas_word);
    out.put(detail::sas_sr);
    const std::size_t sr = out.size();
    put_sas_resource(out, claims.resource);
    const std::size_t sr_size = out.size() - sr;
    if (!claims.policy.empty()) {
        if (const auto valid = check_policy_name(claims.policy); !valid) out.fail(valid.error().code);
    }
    if (claims.policy.size() > (std::numeric_limits<std::size_t>::max)() / 4) return out.fail(errc::too_long);
    const std::size_t most = detail::sas_sig.size() + detail::most_signature_size + detail::sas_se.size() +
                             text::max_decimal_size + detail::sas_skn.size() + 3 * claims.policy.size();
    bool tight = !out.ok();
    error failure{};
    if (!tight) {
        out.put_with(
            most,
            [&tight] {
                tight = true;
                return std::size_t{0};
            },
            [&](char* to) {
                return tight ? std::size_t{0} : detail::write_signed(to, sr_size, claims, signs, failure);
            });
    }
    if (tight) return detail::put_signed_tightly(out, sr, claims, signs);
    if (failure.code != errc::none) out.fail(failure.code);
}
template <crypto::signer Signer>
[[nodiscard]] constexpr result<bytes> encode_sas_token(buffer output HUBWIRE_LIFETIMEBOUND, const sas_claims& claims,
                                                       Signer&& signs) noexcept {
    writer out{output};
    put_sas_token(out, claims, signs);
    return out.finish();
}

/// A token as it was received, or got from whoever signs tokens: each field as it lies on the wire.
struct sas_token {
    text::percent_text resource{};   // sr, of which decode_sas_resource knows the parts
    text::percent_text signature{};  // sig
    std::uint64_t expiry = 0;        // se
    text::percent_text policy{};     // skn; empty if there is none

    [[nodiscard]] constexpr std::uint64_t seconds_left(std::uint64_t now) const noexcept {
        return iothub::seconds_left(expiry, now);
    }

    /// Whether it has expired, and so many seconds ago, by which the clocks may differ (the SDK for C# allows for 300).
    [[nodiscard]] constexpr bool is_expired(std::uint64_t now, std::uint64_t skew = 0) const noexcept {
        return now >= expiry && now - expiry >= skew;
    }
};

/// Where peers are laxer than what hubwire writes.
struct sas_token_options {
    /// sharedaccesssignature SR=...: the SDK for C# takes names in any case, that for C the word.
    bool ignore_case = false;

    /// A line feed, a tab, or more than one space after the word: edgeHub, the SDKs for Node, Python and C.
    bool any_white_space = false;

    /// The word may be missing, and the fields stand alone: the SDK for C.
    bool allow_no_word = false;

    /// Fields of other names are passed over rather than refused: the SDKs for Node and C.
    bool skip_unknown_fields = false;

    /// Nothing may stand between two &: the SDK for Node.
    bool skip_empty_parts = false;

    /// A field may come twice, and the last one counts: the SDKs for Node and Python.
    bool last_repeated_counts = false;
};

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr bool same_word(std::string_view a, std::string_view b, bool ignore_case) noexcept {
    return a == b || (ignore_case && equal_ignoring_case(a, b));
}

/// Where the fields begin, or text.size() + 1 if the word is not there.
constexpr std::size_t after_sas_word(std::string_view text, const sas_token_options& rules) noexcept {
    const std::string_view word = part_of(sas_word, 0, sas_word.size() - 1);
    const auto white = [&](std::size_t at) {
        if (at >= text.size()) return false;
        const char c = text[at];
        return c == ' ' || (rules.any_white_space && (c == '\t' || c == '\n' || c == '\r'));
    };
    const bool there = text.size() >= word.size() &&
                       same_word(part_of(text, 0, word.size()), word, rules.ignore_case) && white(word.size());
    if (!there) return rules.allow_no_word ? 0 : text.size() + 1;
    std::size_t at = word.size() + 1;
    while (rules.any_white_space && white(at)) ++at;
    return at;
}

}  // namespace detail

/// The token that the text is, with its fields in any order; nothing is verified yet. Names that are missing are
/// refused at the end of the text, everything else where it stands.
[[nodiscard]] constexpr result<sas_token> decode_sas_token(std::string_view text,
                                                           const sas_token_options& rules = {}) noexcept {
    std::size_t at = detail::after_sas_word(text, rules);
    if (at > text.size())
        return error{.code = errc::iothub_sas_word, .offset = detail::common_prefix(text, detail::sas_word)};
    enum : unsigned { sr = 1, sig = 2, se = 4, skn = 8 };
    sas_token token;
    unsigned seen = 0;
    for (bool more = true; more;) {
        const std::size_t end = detail::find_or_end<'&'>(text, at);
        const std::string_view part = detail::part_of(text, at, end - at);
        const std::size_t begin = at;
        more = end != text.size();
        at = end + 1;
        if (part.empty() && rules.skip_empty_parts) continue;
        const std::size_t equals = detail::find_or_end<'='>(part, 0);
        if (equals == 0 || equals == part.size()) return error{.code = errc::iothub_sas_part, .offset = begin + equals};
        const std::string_view name = detail::part_of(part, 0, equals);
        const std::string_view value = detail::rest_of(part, equals + 1);
        const auto is = [&](std::string_view n) { return detail::same_word(name, n, rules.ignore_case); };
        const unsigned field = is("sr") ? sr : is("sig") ? sig : is("se") ? se : is("skn") ? skn : 0u;
        if (field == 0) {
            if (rules.skip_unknown_fields) continue;
            return error{.code = errc::iothub_sas_unknown_field, .offset = begin};
        }
        if ((seen & field) != 0 && !rules.last_repeated_counts)
            return error{.code = errc::iothub_sas_repeated_field, .offset = begin};
        seen |= field;
        const std::size_t value_at = begin + equals + 1;
        if (value.empty() && field != skn) return error{.code = errc::iothub_sas_empty_field, .offset = value_at};
        if (field == se) {
            const auto expiry = text::decode_decimal<std::uint64_t>(value, {.refuse_leading_zeros = true});
            if (!expiry) return error{.code = expiry.error().code, .offset = value_at + expiry.error().offset};
            token.expiry = *expiry;
        } else {
            (field == sr    ? token.resource
             : field == sig ? token.signature
                            : token.policy) = text::percent_text{value, true};
        }
    }
    if ((seen & (sr | sig | se)) != (sr | sig | se))
        return error{.code = errc::iothub_sas_missing_field, .offset = text.size()};
    return token;
}

/// Writes a token that somebody has signed, its fields as they are, in the order sr, sig, se, skn.
template <room Room>
constexpr void put_sas_token(basic_writer<Room>& out, const sas_token& token) noexcept {
    const auto field = [&](std::string_view name, std::string_view value) {
        out.put(name);
        if (value.empty()) out.fail(errc::iothub_sas_empty_field);
        const std::size_t end = detail::find_or_end<'&'>(value, 0);
        out.put(detail::part_of(value, 0, end));
        if (end == value.size()) return;
        out.fail(errc::iothub_sas_ampersand);
    };
    out.put(detail::sas_word);
    field(detail::sas_sr, token.resource.encoded());
    field(detail::sas_sig, token.signature.encoded());
    out.put(detail::sas_se);
    text::put_decimal(out, token.expiry);
    if (!token.policy.encoded().empty()) field(detail::sas_skn, token.policy.encoded());
}
[[nodiscard]] constexpr result<bytes> encode_sas_token(buffer output HUBWIRE_LIFETIMEBOUND,
                                                       const sas_token& token) noexcept {
    writer out{output};
    put_sas_token(out, token);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const sas_token& token) noexcept {
    counting_writer out;
    put_sas_token(out, token);
    return out.finish();
}

namespace detail {

/// The 32 bytes of a signature on the wire. Refused where it stands.
constexpr result<crypto::sha256_digest> decode_signature(std::string_view wire) noexcept {
    std::array<char, most_signature_size> base64{};  // in which each signature decodes without a look at its size first
    const auto text = text::decode_percent(base64, wire, {.keep_malformed = true});
    crypto::sha256_digest mac{};
    if (text && text->size() == base64_signature_size) {
        const auto size = text::decode_base64(mac, text->text());
        if (size && size->size() == mac.size()) return mac;
    }
    return error{.code = errc::iothub_sas_signature};
}

/// Whether the signature is this one, which nobody learns a byte of: the copy of it is wiped.
constexpr result<void> compare_signature(const sas_token& token, crypto::sha256_digest right) noexcept {
    const auto received = decode_signature(token.signature.encoded());
    const bool same = received && crypto::equal_in_constant_time(*received, right);
    crypto::wipe(right);
    if (!received) return received.error();
    if (!same) return error{.code = errc::iothub_sas_wrong_signature};
    return {};
}

/// What is signed has mostly less than this, and is then put together on the stack, which is faster than in pieces.
inline constexpr std::size_t usual_signed_size = 256;

}  // namespace detail

/// Whether the key has signed the token, in a time that tells nothing of the right signature. The offset of a failure
/// is 0: of a signature, nobody is told where it is wrong.
[[nodiscard]] constexpr result<void> check_signature(const sas_token& token, const crypto::hmac_key& key) noexcept {
    const detail::expiry_text expiry{token.expiry};
    const std::string_view sr = token.resource.encoded();
    std::array<char, detail::usual_signed_size> message{};
    if (sr.size() <= message.size() - 1 - text::max_decimal_size) {
        char* const end = detail::append(message.data(), sr);
        *end = '\n';
        const char* const last = detail::append(end + 1, expiry.view());
        return detail::compare_signature(token,
                                         key.sign({message.data(), static_cast<std::size_t>(last - message.data())}));
    }
    crypto::hmac pieces{key};
    pieces.update(sr);
    pieces.update(std::string_view{"\n"});
    pieces.update(expiry.view());
    return detail::compare_signature(token, pieces.digest());
}
[[nodiscard]] constexpr result<void> check_signature(const sas_token& token, const sas_key& key) noexcept {
    const auto valid = key.valid();
    return valid ? check_signature(token, key.hmac_key()) : valid;
}

/// The same with another signer. What it has to sign is put together in the scratch memory, which needs 21 bytes more
/// than sr has at most, and is wiped.
template <crypto::signer Signer>
[[nodiscard]] constexpr result<void> check_signature(const sas_token& token, Signer&& signs, buffer scratch) noexcept {
    writer out{scratch};
    out.put(token.resource.encoded());
    out.u8('\n');
    text::put_decimal(out, token.expiry);
    const auto message = out.finish();
    if (!message) return message.error();
    const result<crypto::sha256_digest> right = signs.sign(*message);
    crypto::wipe(buffer{scratch.data(), message->size()});
    return right ? detail::compare_signature(token, *right) : right.error();
}

/// What a token has to be good for.
struct sas_demand {
    sas_resource resource{};
    std::uint64_t now = 0;     // seconds since 1970 began
    std::uint64_t skew = 300;  // by which clocks may differ
};

/// Whether the token, of which the signature has been found right, gives access to the resource at this time: its sr is
/// that resource, or one that it lies within.
[[nodiscard]] constexpr result<void> check_claims(const sas_token& token, const sas_demand& demand) noexcept {
    const auto what = decode_sas_resource(token.resource.encoded());
    if (!what) return what.error();
    if (!what->covers(demand.resource)) return error{.code = errc::iothub_sas_other_resource};
    if (token.is_expired(demand.now, demand.skew)) return error{.code = errc::iothub_sas_expired};
    return {};
}

/// Both. The key is the one that the hub has for the policy of the token, or for the device or the module.
template <class Key>
    requires(std::same_as<Key, crypto::hmac_key> || std::same_as<Key, sas_key>)
[[nodiscard]] constexpr result<void> check_sas_token(const sas_token& token, const Key& key,
                                                     const sas_demand& demand) noexcept {
    const auto verdict = check_signature(token, key);
    return verdict ? check_claims(token, demand) : verdict;
}

/// The same with another signer, and scratch memory as for check_signature.
template <crypto::signer Signer>
[[nodiscard]] constexpr result<void> check_sas_token(const sas_token& token, Signer&& signs, const sas_demand& demand,
                                                     buffer scratch) noexcept {
    const auto verdict = check_signature(token, signs, scratch);
    return verdict ? check_claims(token, demand) : verdict;
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub/selector_filter.hpp

#ifndef HUBWIRE_IOTHUB_SELECTOR_FILTER_HPP
#define HUBWIRE_IOTHUB_SELECTOR_FILTER_HPP

/// Where in a partition a receiver of events begins: a filter on the source of its link.
namespace hubwire::iothub {

/// The key of the filter, and its descriptor.
inline constexpr amqp::symbol selector_filter_name{"apache.org:selector-filter:string"};

/// What the events are known by, as event_annotations has it.
enum class selector_key : std::uint8_t { sequence_number, offset, enqueued_time };

/// Events behind a place in the partition, or from there on.
///     selector{.key = selector_key::offset, .inclusive = true, .offset = "51539607552"}
struct selector {
    selector_key key = selector_key::sequence_number;
    bool inclusive = false;     // >= rather than >
    std::int64_t number = 0;    // a sequence number, or milliseconds since 1970; not for an offset
    std::string_view offset{};  // "-1" for the first event, "@latest" for those to come; without an apostrophe

    friend constexpr bool operator==(const selector&, const selector&) noexcept = default;
};

namespace detail {

inline constexpr std::string_view selector_prefix{"amqp.annotation."};
inline constexpr std::string_view selector_keys[] = {"x-opt-sequence-number", "x-opt-offset", "x-opt-enqueued-time"};

constexpr std::string_view without_spaces_in_front(std::string_view text) noexcept {
    while (text.starts_with(' ')) text.remove_prefix(1);
    return text;
}

constexpr bool has_apostrophe(std::string_view text) noexcept {
    for (const char c : text) {
        if (c == '\'') return true;
    }
    return false;
}

/// The value of a selector: bare, or between apostrophes, as the SDK for Python has numbers too. Nothing where it is
/// neither.
constexpr std::optional<std::string_view> unquoted(std::string_view text) noexcept {
    if (!text.starts_with('\'')) return text;
    if (text.size() < 2 || !text.ends_with('\'')) return std::nullopt;
    text.remove_prefix(1);
    text.remove_suffix(1);
    return text;
}

}  // namespace detail

/// Writes the expression that a selector is: amqp.annotation.x-opt-sequence-number > 2995. An offset is a quoted text;
/// whether the hub takes two apostrophes in one for a single one is written nowhere, and no offset of its own has any.
/// So one with an apostrophe is refused, and nothing that is put into an offset can be read as part of the expression.
template <room Room>
constexpr void put_selector(basic_writer<Room>& out, const selector& s) noexcept {
    const auto index = static_cast<std::size_t>(s.key);
    if (index >= std::size(detail::selector_keys)) return out.fail(errc::iothub_amqp_selector);
    out.put(detail::selector_prefix);
    out.put(detail::selector_keys[index]);
    out.put(s.inclusive ? std::string_view{" >= "} : std::string_view{" > "});
    if (s.key != selector_key::offset) return text::put_decimal(out, s.number);
    if (detail::has_apostrophe(s.offset)) return out.fail(errc::iothub_amqp_selector);
    out.put(std::string_view{"'"});
    out.put(s.offset);
    out.put(std::string_view{"'"});
}
[[nodiscard]] constexpr result<bytes> encode_selector(buffer output HUBWIRE_LIFETIMEBOUND, const selector& s) noexcept {
    writer out{output};
    put_selector(out, s);
    return out.finish();
}

/// The selector that an expression is, with spaces or without, its number quoted or not. Any other expression, which a
/// hub may understand and we do not, is refused where it begins to be another one.
[[nodiscard]] constexpr result<selector> decode_selector(std::string_view text) noexcept {
    std::string_view rest = detail::without_spaces_in_front(text);
    const auto wrong = [&](errc code = errc::iothub_amqp_selector, std::size_t behind = 0) {
        return error{.code = code, .offset = text.size() - rest.size() + behind};
    };
    if (!detail::take_prefix(rest, detail::selector_prefix)) return wrong();
    selector s;
    std::size_t index = 0;
    while (!detail::take_prefix(rest, detail::selector_keys[index])) {
        if (++index == std::size(detail::selector_keys)) return wrong();
    }
    s.key = static_cast<selector_key>(index);
    rest = detail::without_spaces_in_front(rest);
    if (!detail::take_prefix(rest, ">")) return wrong();
    s.inclusive = detail::take_prefix(rest, "=");
    rest = detail::without_spaces_in_front(rest);
    std::string_view value_text = rest;
    while (value_text.ends_with(' ')) value_text.remove_suffix(1);
    const auto value = detail::unquoted(value_text);
    const bool is_quoted = value && value->size() != value_text.size();
    if (!value || (s.key == selector_key::offset && (!is_quoted || detail::has_apostrophe(*value)))) return wrong();
    if (s.key == selector_key::offset) {
        s.offset = *value;
        return s;
    }
    const auto number = text::decode_decimal<std::int64_t>(*value);
    if (!number) return wrong(number.error().code, number.error().offset + (is_quoted ? 1 : 0));
    s.number = *number;
    return s;
}

namespace detail {

/// The key, 00 and the descriptor: what stands before the expression in the map.
inline constexpr std::string_view selector_filter_head{
    "\xa3\x21"
    "apache.org:selector-filter:string\0\xa3\x21"
    "apache.org:selector-filter:string",
    71};
static_assert(selector_filter_name.text.size() == 0x21);

}  // namespace detail

/// The filters of amqp::source: a selector, and no other; written into scratch memory, which the map is a view of.
[[nodiscard]] constexpr result<amqp::filter_set> as_filters(buffer scratch HUBWIRE_LIFETIMEBOUND,
                                                            const selector& s) noexcept {
    counting_writer counted;
    put_selector(counted, s);
    writer out{scratch};
    const amqp::detail::mark place = amqp::detail::open_compound(out, amqp::detail::code::map8);
    const std::size_t items_at = out.size();
    out.put(detail::selector_filter_head);
    amqp::detail::wire<std::string_view>::form::write_head(out, counted.size());
    put_selector(out, s);
    if (!amqp::detail::is_text(s.offset)) out.fail(errc::invalid_utf8);
    const std::size_t items_size = out.size() - items_at;
    amqp::detail::close_compound(out, place, amqp::detail::code::map8, 2);
    const auto written = out.finish();
    if (!written) return written.error();
    const bytes items = written->without_first(written->size() - items_size);
    return amqp::filter_set{amqp::detail::access::on_the_wire<amqp::map>(items, 1, amqp::detail::keys::filters)};
}

/// The selector among the filters of a link, if there is one. What stands there and is none that we understand is
/// refused; the offset of the error counts from the beginning of the expression.
[[nodiscard]] constexpr result<std::optional<selector>> selector_of(const amqp::filter_set& filters) noexcept {
    const auto found = filters.find(selector_filter_name.text);
    if (!found || found->is_null()) return std::optional<selector>{};
    const auto described = found->as<amqp::described>();
    const auto expression = described ? described->content().text() : found->text();
    if (!expression) return error{.code = errc::iothub_amqp_selector};
    const auto s = decode_selector(*expression);
    if (!s) return s.error();
    return std::optional<selector>{*s};
}

}  // namespace hubwire::iothub

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
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr std::uint16_t read_packet_id(Reader& in, errc when_zero) noexcept {
    const std::size_t at = in.offset();
    const std::uint16_t id = in.u16();
    in.expect(id != 0, when_zero, at);
    return id;
}
template <any_reader Reader, ack T>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header&, T& p, const options&) noexcept {
    p.packet_id = read_packet_id(in, no_answer<T>);
}

/// PINGREQ, PINGRESP and DISCONNECT.
template <class T>
concept empty_packet = std::is_empty_v<T>;

template <class Body, empty_packet T>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body&, const T&, const options&) noexcept {}
template <any_reader Reader, empty_packet T>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader&, const fixed_header&, T&, const options&) noexcept {}

}  // namespace detail

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
/// list, which lives no longer than the full expression: write that within the call of encode. (A list of texts has one
/// pair of braces: two texts in two pairs are the ends of one.) Ranges of anything else, such as std::string, are for
/// encode_subscribe and its kin.
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
    { *std::begin(range) } -> std::convertible_to<Item>;
    std::end(range);
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
    for (auto&& given : p.items) {  // which may own what the item is a view of
        if (!to.goes_on()) break;
        const Item item = given;
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
template <class List, any_reader Reader, class ReadItem>
HUBWIRE_ALWAYS_INLINE constexpr List read_items(Reader& in, std::size_t least, ReadItem read_item) noexcept {
    const std::size_t begin = in.offset();
    std::size_t count = 0;
    for (; in.ahead() != 0; ++count) {
        if (in.ahead() < least) in.fail(errc::truncated);
        read_item();
    }
    return List::on_the_wire(in.read_since(begin), count);
}

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header&, subscribe& p,
                                               const options& rules) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
    p.subscriptions = read_items<subscription_list>(in, 3, [&] {
        read_text(in, text_kind::topic_filter, rules, 1);
        const std::size_t qos_at = in.offset();
        in.expect(in.u8() <= 2, errc::mqtt_requested_qos, qos_at);
    });
}

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header&, suback& p, const options&) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_subscribe_answer_id);
    std::size_t at = in.offset();
    const bytes codes = in.take(in.left());
    auto code = codes.begin();
    for (; code != codes.end() && is_suback_code(*code); ++code) ++at;
    in.expect(code == codes.end(), errc::mqtt_suback_code, at);
    in.rest();  // if there are more to come, they are not there yet
    p.codes = suback_code_list::on_the_wire(codes, codes.size());
}

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header&, unsubscribe& p,
                                               const options& rules) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
    p.filters = read_items<filter_list>(in, 2, [&] { read_text(in, text_kind::topic_filter, rules); });
}

}  // namespace detail

}  // namespace hubwire::mqtt

#endif

// hubwire/iothub/topic_filter.hpp

#ifndef HUBWIRE_IOTHUB_TOPIC_FILTER_HPP
#define HUBWIRE_IOTHUB_TOPIC_FILTER_HPP

namespace hubwire::iothub {

/// What a device or a module can subscribe to: the messages of one kind of topic each.
enum class feed : std::uint8_t {
    devicebound,     // messages from the cloud, of devices only
    inputs,          // of modules only
    twin_responses,  // without which no twin can be asked for
    twin_desired,
    method_requests,
};

// The filters that are the same for everybody.
inline constexpr std::string_view twin_response_filter = "$iothub/twin/res/#";
inline constexpr std::string_view twin_desired_filter = "$iothub/twin/PATCH/properties/desired/#";
inline constexpr std::string_view method_request_filter = "$iothub/methods/POST/#";

struct filter_options {
    /// Take the filters of methods and of desired properties with anything in place of their #, or nothing, as edgeHub
    /// does (decoding only).
    bool allow_any_end = false;

    /// Take devices/{device}/modules/{module}/# for the inputs of the module, as edgeHub does (decoding only).
    bool allow_whole_module = false;
};

/// Writes the filter by which a client subscribes to a feed. Refused where it has no such feed, or an identifier that
/// cannot stand in a topic.
template <room Room>
constexpr void put_filter(basic_writer<Room>& out, feed wanted, const identity& client) noexcept {
    switch (wanted) {
        case feed::devicebound:
            detail::put_client(out, client);
            if (client.is_module()) return out.fail(errc::iothub_topic_filter);
            return out.put(std::string_view{"/messages/devicebound/#"});
        case feed::inputs:
            detail::put_client(out, client);
            if (!client.is_module()) return out.fail(errc::iothub_topic_filter);
            return out.put(std::string_view{"/inputs/#"});
        case feed::twin_responses:
            return out.put(twin_response_filter);
        case feed::twin_desired:
            return out.put(twin_desired_filter);
        case feed::method_requests:
            break;
    }
    out.put(method_request_filter);
}
[[nodiscard]] constexpr result<bytes> encode_filter(buffer output HUBWIRE_LIFETIMEBOUND, feed wanted,
                                                    const identity& client) noexcept {
    writer out{output};
    put_filter(out, wanted, client);
    return out.finish();
}

namespace detail {

/// Reads a filter, and knows of what was wrong how far it was right.
class filter_reader {
public:
    constexpr filter_reader(std::string_view filter, const identity& client, const filter_options& rules) noexcept
        : filter_{filter}, client_{client}, rules_{rules} {}

    [[nodiscard]] constexpr result<feed> find_feed() noexcept {
        if (is(twin_response_filter)) return feed::twin_responses;
        if (is_with_end(twin_desired_filter)) return feed::twin_desired;
        if (is_with_end(method_request_filter)) return feed::method_requests;
        if (begins_as_client()) {
            if (!client_.is_module()) {
                if (is("/messages/devicebound/#")) return feed::devicebound;
            } else if (is("/inputs/#") || (rules_.allow_whole_module && is("/#"))) {
                return feed::inputs;
            }
        }
        return error{.code = errc::iothub_topic_filter, .offset = right_};
    }

private:
    /// Whether the text goes on like this, behind what was taken already; how far, if not.
    constexpr bool goes_on(std::string_view wanted) noexcept {
        const std::size_t same = common_prefix(rest_of(filter_, taken_), wanted);
        if (taken_ + same > right_) right_ = taken_ + same;
        return same == wanted.size();
    }
    constexpr bool take(std::string_view wanted) noexcept {
        if (!goes_on(wanted)) return false;
        taken_ += wanted.size();
        return true;
    }
    constexpr bool is(std::string_view wanted) noexcept {
        return goes_on(wanted) && filter_.size() - taken_ == wanted.size();
    }
    constexpr bool is_with_end(std::string_view wanted) noexcept {
        return is(wanted) || (rules_.allow_any_end && goes_on(part_of(wanted, 0, wanted.size() - 1)));
    }

    /// An identifier that can be a wildcard is in no filter: there it would mean everybody's messages.
    constexpr bool begins_as_client() noexcept {
        const auto take_identifier = [this](std::string_view id) {
            return !id.empty() && find_if(id, ends_level) == id.size() && take(id);
        };
        return take("devices/") && take_identifier(client_.device_id) &&
               (!client_.is_module() || (take("/modules/") && take_identifier(client_.module_id)));
    }

    std::string_view filter_;
    const identity& client_;
    const filter_options& rules_;
    std::size_t taken_ = 0;
    std::size_t right_ = 0;
};

}  // namespace detail

/// What the client that is connected subscribes to by this filter. The hub has no filters but those that it documents,
/// and no client has those of another one. The offset of an error is that of the first character that none of its
/// filters has there.
[[nodiscard]] constexpr result<feed> decode_filter(std::string_view filter, const identity& client,
                                                   const filter_options& rules = {}) noexcept {
    return detail::filter_reader{filter, client, rules}.find_feed();
}

/// What the hub answers to a subscription of the client that is connected: QoS 1 at most, and failure for any filter
/// that it has not.
[[nodiscard]] constexpr mqtt::suback_code answer_to_subscription(const mqtt::subscription& wanted,
                                                                 const identity& client,
                                                                 const filter_options& rules = {}) noexcept {
    if (!decode_filter(wanted.filter, client, rules)) return mqtt::suback_code::failure;
    return wanted.qos == mqtt::qos::at_most_once ? mqtt::suback_code::granted_qos_0 : mqtt::suback_code::granted_qos_1;
}

}  // namespace hubwire::iothub

#endif

// hubwire/iothub.hpp

#ifndef HUBWIRE_IOTHUB_HPP
#define HUBWIRE_IOTHUB_HPP

/// What Azure IoT Hub layers over MQTT and AMQP, for all who take part: devices, modules, services, and the hub itself.

#endif

// hubwire/json.hpp

#ifndef HUBWIRE_JSON_HPP
#define HUBWIRE_JSON_HPP

/// JSON, read and written where it lies: twins, payloads of methods, feedback.

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

/// Counts, and finds out whether everything is as usual: no rule broken, nothing too long. What is not may still be
/// valid. Texts are looked at when they are written.
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
        usual_ = usual_ && may_be_plain(kind, value, rules_);
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

/// Writes what was measured, and finds out whether all texts are plain: they are looked at while they are copied.
template <room Room>
class body_writer {
public:
    HUBWIRE_ALWAYS_INLINE constexpr explicit body_writer(basic_writer<Room>& out) noexcept : out_{out} {}

    /// Nothing unusual so far.
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool ok() const noexcept { return plain_; }
    [[nodiscard]] static constexpr bool goes_on() noexcept { return true; }
    HUBWIRE_ALWAYS_INLINE constexpr void rule(bool, errc) noexcept {}
    HUBWIRE_ALWAYS_INLINE constexpr void u8(std::uint8_t value) noexcept { out_.u8(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void u16(std::uint16_t value) noexcept { out_.u16(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void put(bytes value) noexcept { out_.put(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void text(text_kind kind, std::string_view value) noexcept {
        u16(static_cast<std::uint16_t>(value.size()));
        out_.put_with(value.size(), [&](char* to) HUBWIRE_INLINE_LAMBDA {
            const bool plain = copy_if_plain(kind, to, value);
            plain_ = plain_ && plain;
        });
    }
    HUBWIRE_ALWAYS_INLINE constexpr void binary(bytes value) noexcept {
        u16(static_cast<std::uint16_t>(value.size()));
        put(value);
    }
    HUBWIRE_ALWAYS_INLINE constexpr void payload_of_size(std::size_t) noexcept {}
    HUBWIRE_ALWAYS_INLINE constexpr void payload(bytes value) noexcept { put(value); }

private:
    basic_writer<Room>& out_;
    bool plain_ = true;
};

/// Does both, one after the other, looks closely at everything, and knows what is wrong and where. All of it is shared
/// by all packets, so it is small: programs that are compiled for size have nothing else.
class careful_body {
public:
    HUBWIRE_SHARED constexpr explicit careful_body(const options& rules) noexcept : rules_{rules} {}

    /// Not beyond what is wrong, so that no range is too long to be refused.
    [[nodiscard]] constexpr bool goes_on() const noexcept { return error_.code == errc::none; }
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
        if (out_ == nullptr) {
            const auto verdict = judge(kind, value, rules_);
            if (!verdict) fail(verdict.error().code, size_ + 2 + verdict.error().offset);
        }
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
template <any_reader Reader, message T>
HUBWIRE_ALWAYS_INLINE constexpr void read_publish_head(Reader& in, const fixed_header& header, T& p,
                                                       const options& rules) noexcept {
    p.qos = mqtt::qos{static_cast<std::uint8_t>(header.flags >> 1 & 3)};
    p.dup = (header.flags & dup_flag) != 0;
    p.retain = (header.flags & retain_flag) != 0;
    const bool has_id = p.qos != qos::at_most_once;
    p.topic = read_text(in, text_kind::topic_name, rules, has_id ? 2 : 0);
    if (has_id) p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
}

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header& header, publish& p,
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
/// fit into a buffer at all. It has head.payload_size bytes, behind the first `size` ones of the input. Which packet it
/// is, decode_fixed_header says; options::max_packet_size counts the payload as well. A head that does not fit into the
/// receiver's buffer stays incomplete: error().needed says so.
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

/// Whether a SUBACK answers a SUBSCRIBE: the same identifier, and a return code for each filter [MQTT-3.8.4-5].
[[nodiscard]] constexpr result<void> check_answer(std::uint16_t packet_id, std::size_t filter_count,
                                                  const suback& answer) noexcept {
    if (answer.packet_id != packet_id) return error{.code = errc::mqtt_subscribe_answer_id};
    if (answer.codes.size() != filter_count) return error{.code = errc::mqtt_suback_count};
    return {};
}
[[nodiscard]] constexpr result<void> check_answer(const subscribe& request, const suback& answer) noexcept {
    return check_answer(request.packet_id, request.subscriptions.size(), answer);
}

/// The type of the packet that answers one with the same identifier (MQTT 4.3); nothing where no such answer is due.
/// The QoS matters to PUBLISH only.
[[nodiscard]] constexpr std::optional<packet_type> acknowledgement_of(packet_type type,
                                                                      mqtt::qos quality = qos::at_most_once) noexcept {
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

/// The return code that grants a subscription at this QoS. Pre: it is one of the three, or encode refuses the code.
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

/// Measures a packet, and writes all of it but the last `omitted` bytes, which are the payload's. What was measured
/// fits when it is written, except for items: a range may give others the second time, and a list that lies on the
/// wire, under the output, is not what it was. That is the caller's mistake; it traps where the size is another one,
/// and nothing is written beyond.
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
            if (to.ok()) [[likely]]
                return out.finish();
        }
    }
    return encode_carefully(output, first, p, omitted, rules);
}

/// The size of a packet with its fixed header.
template <class Packet>
constexpr result<std::size_t> measured(const Packet& p, const options& rules) noexcept {
    careful_body to{rules};
    put_body(to, p, rules);
    return to.packet_size();
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
    return detail::measured(packet, rules);
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

/// How many bytes encode_head would write, or why it would not.
[[nodiscard]] constexpr result<std::size_t> encoded_head_size(const publish_head& packet,
                                                              const options& rules = default_options) noexcept {
    const auto whole = detail::measured(detail::head_only<publish_head>{packet, packet.payload_size}, rules);
    return whole ? result<std::size_t>{*whole - packet.payload_size} : whole;
}

/// SUBSCRIBE, SUBACK and UNSUBSCRIBE with items from any range of what converts to one: a linked list, a transforming
/// or filtering view, another packet's items. How many bytes they take, a call with an empty buffer says: by
/// error().needed. Pre: the range gives the same items twice; others are written without another look, and if they are
/// of another size the program traps. It throws nothing.
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
    quick_reader in{input};
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

// hubwire/text.hpp

#ifndef HUBWIRE_TEXT_HPP
#define HUBWIRE_TEXT_HPP

/// How numbers, bytes and times are written in text: decimal, base64, percent-encoding, RFC 3339.

#endif

// hubwire/websocket/close_code.hpp

#ifndef HUBWIRE_WEBSOCKET_CLOSE_CODE_HPP
#define HUBWIRE_WEBSOCKET_CLOSE_CODE_HPP

namespace hubwire::websocket {

/// Why a connection is closed (RFC 6455-7.4.1, and what was registered since). Any other number is kept as it is.
enum class close_code : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    unsupported_data = 1003,
    no_status = 1005,  // never on the wire: the close frame was empty
    abnormal = 1006,   // nor this: there was no close frame
    invalid_payload = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
    mandatory_extension = 1010,
    internal_error = 1011,
    service_restart = 1012,
    try_again_later = 1013,
    bad_gateway = 1014,
    tls_handshake = 1015,  // nor this: TLS failed
};

/// Whether the code can stand in a close frame: one that is registered for that, or from 3000 to 4999, which
/// frameworks and applications have for themselves (RFC 6455-7.4.2).
[[nodiscard]] constexpr bool can_be_sent(close_code code) noexcept {
    const auto number = static_cast<std::uint16_t>(code);
    const bool is_registered = (number >= 1000 && number <= 1003) || (number >= 1007 && number <= 1014);
    return is_registered || (number >= 3000 && number <= 4999);
}

/// The code to put into the close frame that answers what a reader has refused, before the connection is closed; none
/// where there is nothing to be said: "incomplete" is no refusal, and a peer that goes on behind its close frame has
/// been answered already. Of what others refuse, such as a codec to which the payloads go, this knows nothing.
[[nodiscard]] constexpr std::optional<close_code> answer_to(const error& refusal) noexcept {
    switch (refusal.code) {
        case errc::websocket_reserved_bits:
        case errc::websocket_opcode:
        case errc::websocket_unmasked:
        case errc::websocket_masked:
        case errc::websocket_padded_length:
        case errc::websocket_length_top_bit:
        case errc::websocket_control_size:
        case errc::websocket_control_fragmented:
        case errc::websocket_continuation:
        case errc::websocket_interrupted_message:
        case errc::websocket_close_size:
        case errc::websocket_close_code:
            return close_code::protocol_error;
        case errc::websocket_close_reason:
        case errc::websocket_invalid_utf8:
            return close_code::invalid_payload;
        case errc::websocket_text_message:
            return close_code::unsupported_data;
        case errc::over_limit:
            return close_code::message_too_big;
        default:
            return {};
    }
}

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/mask.hpp

#ifndef HUBWIRE_WEBSOCKET_MASK_HPP
#define HUBWIRE_WEBSOCKET_MASK_HPP

namespace hubwire::websocket {

/// What a client's payload is masked with, as a number in network byte order: masking_key{0x37fa213d} is 37 fa 21 3d on
/// the wire.
///
/// The caller takes a new one for each frame, from a source of random numbers that nobody can predict, such as the
/// system's (RFC 6455-5.3, 10.3): the mask keeps a page in a browser from writing bytes of its choice to the wire, for
/// proxies to misunderstand. Nothing else depends on it. The library has no random numbers.
enum class masking_key : std::uint32_t {};

namespace detail {

using namespace hubwire::detail;

/// The key with which to go on behind n bytes.
[[nodiscard]] constexpr std::uint32_t rotated(std::uint32_t key, std::uint64_t n) noexcept {
    return std::rotl(key, static_cast<int>(n % 4) * 8);
}

/// The key twice, as the machine loads it from memory.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr word pattern_of(std::uint32_t key) noexcept {
    const std::uint32_t turned = (key << 24) | (key << 8 & 0x00FF'0000) | (key >> 8 & 0x0000'FF00) | (key >> 24);
    const std::uint32_t loaded = std::endian::native == std::endian::little ? turned : key;
    return loaded | word{loaded} << 32;
}

/// Masks a U at both ends of n bytes, sizeof(U) <= n <= 2 sizeof(U): what lies in the middle twice is loaded before
/// anything is stored.
template <class U>
HUBWIRE_ALWAYS_INLINE void mask_both_ends(char* to, const char* from, std::size_t n, std::uint32_t key) noexcept {
    U first;
    U last;
    std::memcpy(&first, from, sizeof first);
    std::memcpy(&last, from + (n - sizeof last), sizeof last);
    first ^= static_cast<U>(pattern_of(key));
    last ^= static_cast<U>(pattern_of(rotated(key, n)));  // a U is a whole number of keys
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + (n - sizeof last), &last, sizeof last);
}

#if defined(HUBWIRE_HAS_BLOCKS)
/// Pre: n >= sizeof(block). The last block overlaps the one before, so it is loaded before that is stored.
HUBWIRE_ALWAYS_INLINE void mask_blocks(char* to, const char* from, std::size_t n, std::uint32_t key) noexcept {
    const auto block_of = [](std::uint32_t k) HUBWIRE_INLINE_LAMBDA {
        const word twice[] = {pattern_of(k), pattern_of(k)};
        block b;
        std::memcpy(&b, twice, sizeof b);
        return b;
    };
    const auto load = [from](std::size_t at) HUBWIRE_INLINE_LAMBDA {
        block b;
        std::memcpy(&b, from + at, sizeof b);
        return b;
    };
    const auto store = [to](std::size_t at, block b) HUBWIRE_INLINE_LAMBDA { std::memcpy(to + at, &b, sizeof b); };

    const std::size_t last_at = n - sizeof(block);
    const block last = load(last_at) ^ block_of(rotated(key, n));
    const block pattern = block_of(key);
    std::size_t at = 0;
    for (; n - at > 4 * sizeof(block); at += 4 * sizeof(block)) {
        const block a = load(at) ^ pattern;
        const block b = load(at + sizeof(block)) ^ pattern;
        const block c = load(at + 2 * sizeof(block)) ^ pattern;
        const block d = load(at + 3 * sizeof(block)) ^ pattern;
        store(at, a);
        store(at + sizeof(block), b);
        store(at + 2 * sizeof(block), c);
        store(at + 3 * sizeof(block), d);
    }
    for (; at < last_at; at += sizeof(block)) store(at, load(at) ^ pattern);
    store(last_at, last);
}
#endif

/// Byte by byte.
HUBWIRE_ALWAYS_INLINE constexpr void mask_singly(char* to, const char* from, std::size_t n,
                                                 std::uint32_t key) noexcept {
    for (std::size_t at = 0; at != n; ++at) {
        key = rotated(key, 1);
        to[at] = static_cast<char>(static_cast<unsigned char>(from[at]) ^ static_cast<unsigned char>(key));
    }
}

/// Masks n bytes from one place to another, which is the same or does not overlap it.
constexpr void mask_bytes(char* to, const char* from, std::size_t n, std::uint32_t key) noexcept {
    // coverage: off, for constant expressions and for -Os; mask.test.cpp has the first, a build with -Os the second
    if (optimize_for_size || std::is_constant_evaluated()) {
        mask_singly(to, from, n, key);
        return;
    }
    // coverage: on
#if defined(HUBWIRE_HAS_BLOCKS)
    if (n >= sizeof(block)) return mask_blocks(to, from, n, key);
// coverage: off, for other machines than the one that counts
#else
    for (; n > 2 * word_size; n -= word_size, to += word_size, from += word_size) {
        word w;
        std::memcpy(&w, from, sizeof w);
        w ^= pattern_of(key);
        std::memcpy(to, &w, sizeof w);
    }
#endif
    // coverage: on
    if (n >= 8) return mask_both_ends<std::uint64_t>(to, from, n, key);
    if (n >= 4) return mask_both_ends<std::uint32_t>(to, from, n, key);
    mask_singly(to, from, n, key);
}

}  // namespace detail

/// Masks bytes where they lie. To mask them again takes the mask off. A payload may come in pieces: the offset says how
/// many bytes of it come before these.
constexpr void mask(buffer payload, masking_key key, std::uint64_t offset = 0) noexcept {
    char* const at = payload.data();
    detail::mask_bytes(at, at, payload.size(), detail::rotated(static_cast<std::uint32_t>(key), offset));
}

/// Writes bytes masked, from where they lie, which does not overlap the output: for a payload that may not be written
/// to, or is put together from pieces.
template <room Room>
constexpr void put_masked(basic_writer<Room>& out, bytes payload, masking_key key, std::uint64_t offset = 0) noexcept {
    out.put_with(payload.size(), [&](char* to) {
        detail::mask_bytes(to, payload.data(), payload.size(),
                           detail::rotated(static_cast<std::uint32_t>(key), offset));
    });
}
[[nodiscard]] constexpr result<bytes> encode_masked(buffer output HUBWIRE_LIFETIMEBOUND, bytes payload, masking_key key,
                                                    std::uint64_t offset = 0) noexcept {
    writer out{output};
    put_masked(out, payload, key, offset);
    return out.finish();
}

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/types.hpp

#ifndef HUBWIRE_WEBSOCKET_TYPES_HPP
#define HUBWIRE_WEBSOCKET_TYPES_HPP

/// WebSocket: RFC 6455, without extensions. Rules are named by their section, as "RFC 6455-5.2".
namespace hubwire::websocket {

/// The two ends of a connection: who opened it, and who accepted it.
enum class role : std::uint8_t { client, server };

/// RFC 6455-5.2
enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Whether a frame is about the connection, and not part of a message (RFC 6455-5.5).
[[nodiscard]] constexpr bool is_control(opcode code) noexcept { return static_cast<std::uint8_t>(code) >= 8; }

/// The most that a length can say.
inline constexpr std::uint64_t max_payload_size = 0x7FFF'FFFF'FFFF'FFFF;

/// The longest payload of a control frame (RFC 6455-5.5).
inline constexpr std::size_t max_control_size = 125;

/// The longest head of a frame, with a length of eight bytes and a masking key.
inline constexpr std::size_t max_head_size = 14;

/// What a receiver accepts. By default that is the specification, to the letter.
struct options {
    /// Messages are refused where a frame of theirs announces more payload than this, or where they grow longer than
    /// that, as soon as the length in the head shows it.
    std::uint64_t max_frame_size = max_payload_size;
    std::uint64_t max_message_size = max_payload_size;

    /// Refuse text messages, as MQTT and AMQP do, which are binary.
    bool binary_only = false;

    /// Do not look whether text is UTF-8, for an application that does so itself.
    bool any_text = false;
};

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/frame.hpp

#ifndef HUBWIRE_WEBSOCKET_FRAME_HPP
#define HUBWIRE_WEBSOCKET_FRAME_HPP

namespace hubwire::websocket {

/// What a frame begins with (RFC 6455-5.2).
struct frame_head {
    bool fin = true;  // it is the last frame of its message
    websocket::opcode opcode = opcode::binary;
    std::optional<masking_key> key{};  // a client's frames have one, a server's have none
    std::uint64_t payload_size = 0;

    /// How many bytes the head takes: there is one way to write each.
    [[nodiscard]] constexpr std::size_t size() const noexcept {
        const std::size_t length = payload_size <= max_control_size ? 0 : payload_size <= 0xFFFF ? 2 : 8;
        return 2 + length + (key ? 4 : 0);
    }

    friend constexpr bool operator==(const frame_head&, const frame_head&) noexcept = default;
};

/// A frame to be sent, with its payload as it is before it is masked.
struct frame {
    bool fin = true;
    websocket::opcode opcode = opcode::binary;
    std::optional<masking_key> key{};
    bytes payload{};

    [[nodiscard]] constexpr frame_head head() const noexcept {
        return {.fin = fin, .opcode = opcode, .key = key, .payload_size = payload.size()};
    }
};

namespace detail {

[[nodiscard]] constexpr bool is_opcode(opcode code) noexcept {
    const auto number = static_cast<std::uint8_t>(code);
    return number <= 2 || (number >= 8 && number <= 10);
}

/// What is wrong with the first byte, by itself.
[[nodiscard]] constexpr errc check_first_byte(unsigned char first, bool binary_only) noexcept {
    const opcode code{static_cast<std::uint8_t>(first & 0x0F)};
    if ((first & 0x70) != 0) return errc::websocket_reserved_bits;
    if (!is_opcode(code)) return errc::websocket_opcode;
    if (is_control(code) && first < 0x80) return errc::websocket_control_fragmented;
    return code == opcode::text && binary_only ? errc::websocket_text_message : errc::none;
}

[[nodiscard]] constexpr errc check_control_size(opcode code, std::uint64_t size) noexcept {
    if (size > max_control_size) return errc::websocket_control_size;
    return code == opcode::close && size == 1 ? errc::websocket_close_size : errc::none;
}

/// How the second byte announces a length.
inline constexpr unsigned char length_of_2 = 126;
inline constexpr unsigned char length_of_8 = 127;

/// There is a part of something of at least this size.
[[nodiscard]] constexpr error part_of(std::size_t size, bytes input) noexcept {
    return {.code = errc::incomplete, .offset = input.size(), .needed = size - input.size()};
}

/// Reads the head of a frame as bytes of it come in. Whatever is wrong is found at the same byte, however many of them
/// are there.
struct head_reader {
    role receiver;
    std::uint64_t limit;  // of the payload of a frame that is no control frame

    [[nodiscard]] constexpr error check_second_byte(opcode code, unsigned char second) const noexcept {
        if (receiver == role::server && second < 0x80) return {.code = errc::websocket_unmasked, .offset = 1};
        if (receiver == role::client && second >= 0x80) return {.code = errc::websocket_masked, .offset = 1};
        const unsigned length = second & 0x7Fu;
        if (is_control(code)) return {.code = check_control_size(code, length), .offset = 1};
        // Longer lengths are for what does not fit in shorter ones.
        return over(length == length_of_8 ? 0x1'0000u : length);
    }

    [[nodiscard]] constexpr error over(std::uint64_t least) const noexcept {
        return {.code = least > limit ? errc::over_limit : errc::none, .offset = 1};
    }

    /// A length of two or eight bytes is not less than one number and not more than another, by those of its bytes that
    /// are there.
    [[nodiscard]] constexpr error check_length(std::uint64_t least, std::uint64_t most, bool has_two) const noexcept {
        if (least > max_payload_size) return {.code = errc::websocket_length_top_bit, .offset = 2};
        if (most <= (has_two ? max_control_size : 0xFFFFu)) return {.code = errc::websocket_padded_length, .offset = 2};
        return over(least);
    }

    /// Pre: the first byte is there, and in order.
    [[nodiscard]] constexpr result<frame_head> scan(bytes input) const noexcept {
        const std::size_t key_size = receiver == role::server ? 4 : 0;
        frame_head head{.fin = input[0] >= 0x80, .opcode = opcode{static_cast<std::uint8_t>(input[0] & 0x0F)}};
        if (input.size() == 1) return part_of(2 + key_size, input);
        const unsigned length = input[1] & 0x7Fu;
        error wrong = check_second_byte(head.opcode, input[1]);
        head.payload_size = length;
        std::size_t size = 2 + key_size;
        if (wrong.code == errc::none && length > max_control_size) {
            const bool has_two = length == length_of_2;
            const std::size_t length_size = has_two ? 2 : 8;
            size += length_size;
            if (input.size() >= 2 + length_size) [[likely]] {
                const char* const at = input.data() + 2;
                head.payload_size = has_two ? load_be<std::uint16_t>(at) : load_be<std::uint64_t>(at);
                wrong = check_length(head.payload_size, head.payload_size, has_two);
            } else if (input.size() > 2) {
                std::uint64_t known = 0;
                for (const unsigned char byte : input.without_first(2)) known = known << 8 | byte;
                const std::size_t missing = 8 * (2 + length_size - input.size());  // in bits
                const std::uint64_t least = known << missing;
                wrong = check_length(least, least | ((std::uint64_t{1} << missing) - 1), has_two);
            }
        }
        if (wrong.code != errc::none) return wrong;
        if (input.size() < size) return part_of(size, input);
        if (key_size != 0) head.key = masking_key{load_be<std::uint32_t>(input.data() + (size - key_size))};
        return head;
    }

    /// The least that every head has.
    [[nodiscard]] constexpr std::size_t least_size() const noexcept { return receiver == role::server ? 6 : 2; }
};

}  // namespace detail

/// The head of the frame that the input begins with, as it comes to the given end of a connection: masked to a server,
/// not masked to a client. Its payload follows behind head->size() bytes. Refused from the first byte on that shows
/// that nothing good will come of it: reserved bits and opcodes, a length that a control frame cannot have, that takes
/// more bytes than it needs, or that is over a limit.
///
/// This looks at one frame by itself; message_reader knows what came before as well.
[[nodiscard]] constexpr result<frame_head> decode_frame_head(bytes input, role receiver,
                                                             const options& rules = {}) noexcept {
    const bool by_frame = rules.max_frame_size < rules.max_message_size;
    const detail::head_reader in{receiver, by_frame ? rules.max_frame_size : rules.max_message_size};
    if (input.empty()) return detail::part_of(in.least_size(), input);
    if (const errc wrong = detail::check_first_byte(input[0], rules.binary_only); wrong != errc::none)
        return error{.code = wrong, .offset = 0};
    return in.scan(input);
}

namespace detail {

/// What keeps a head from being sent.
[[nodiscard]] constexpr errc check_head(const frame_head& head) noexcept {
    if (!is_opcode(head.opcode)) return errc::websocket_opcode;
    if (!is_control(head.opcode)) return head.payload_size > max_payload_size ? errc::too_long : errc::none;
    return head.fin ? check_control_size(head.opcode, head.payload_size) : errc::websocket_control_fragmented;
}

/// Pre: nothing does.
template <room Room>
constexpr void put_checked_head(basic_writer<Room>& out, const frame_head& head) noexcept {
    out.u8((head.fin ? 0x80u : 0u) | static_cast<unsigned>(head.opcode));
    const unsigned masked = head.key ? 0x80 : 0;
    if (head.payload_size <= max_control_size) {
        out.u8(masked | static_cast<unsigned>(head.payload_size));
    } else if (head.payload_size <= 0xFFFF) {
        out.u8(masked | length_of_2);
        out.u16(head.payload_size);
    } else {
        out.u8(masked | length_of_8);
        out.u64(head.payload_size);
    }
    if (head.key) out.u32(static_cast<std::uint32_t>(*head.key));
}

}  // namespace detail

/// Writes the head of a frame, for its payload to be sent behind it from where it lies, as with writev; whoever gives a
/// key has masked that, or does so in the meantime. Refused are opcodes that are not defined, control frames that are
/// fragmented or longer than 125 bytes, a close frame of one byte, and a length that 63 bits cannot say.
template <room Room>
constexpr void put_frame_head(basic_writer<Room>& out, const frame_head& head) noexcept {
    if (const errc wrong = detail::check_head(head); wrong != errc::none) return out.fail(wrong);
    detail::put_checked_head(out, head);
}
[[nodiscard]] constexpr result<bytes> encode_frame_head(buffer output HUBWIRE_LIFETIMEBOUND,
                                                        const frame_head& head) noexcept {
    writer out{output};
    put_frame_head(out, head);
    return out.finish();
}

/// Writes a whole frame, its payload masked on the way; that stays as it is, and may not overlap the output. Refused as
/// above, and where a text message in one frame is not UTF-8. (Of fragments of text, only the whole tells.)
template <room Room>
constexpr void put_frame(basic_writer<Room>& out, const frame& f) noexcept {
    put_frame_head(out, f.head());
    if (f.opcode == opcode::text && f.fin && !is_utf8(f.payload.text())) return out.fail(errc::websocket_invalid_utf8);
    if (f.key) return put_masked(out, f.payload, *f.key);
    out.put(f.payload);
}
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const frame& f) noexcept {
    writer out{output};
    put_frame(out, f);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const frame& f) noexcept {
    counting_writer out;
    put_frame(out, f);
    return out.finish();
}

/// The part of the memory where a payload is written if its head is to go right in front of it: all but the first
/// max_head_size bytes.
[[nodiscard]] constexpr buffer payload_room(buffer memory) noexcept {
    return memory.without_first(memory.size() < max_head_size ? memory.size() : max_head_size);
}

namespace detail {

/// Puts a head in front of so many bytes, which are the first of its payload or all of it, and masks them.
[[nodiscard]] constexpr result<bytes> put_head_in_front(buffer memory HUBWIRE_LIFETIMEBOUND, const frame_head& head,
                                                        std::uint64_t here) noexcept {
    if (const errc wrong = check_head(head); wrong != errc::none) return error{.code = wrong, .offset = 0};
    const buffer room = payload_room(memory);
    if (memory.size() < max_head_size || here > room.size()) {
        const std::uint64_t most = (std::numeric_limits<std::size_t>::max)();
        const std::uint64_t wanted = here + max_head_size;  // does not wrap: 63 bits say how much is here
        const std::uint64_t missing = (wanted < most ? wanted : most) - memory.size();
        return error{.code = errc::no_space, .offset = memory.size(), .needed = static_cast<std::size_t>(missing)};
    }
    const auto size_here = static_cast<std::size_t>(here);
    const std::size_t head_size = head.size();
    unchecked_writer out{buffer{room.data() - head_size, head_size}};
    put_checked_head(out, head);
    if (head.key) mask(buffer{room.data(), size_here}, *head.key);
    return bytes{room.data() - head_size, head_size + size_here};
}

}  // namespace detail

/// Makes a frame of a payload that was written to payload_room(memory), of the size that the head says: puts the head
/// in front of it, masks it where it lies if there is a key, and returns both as one view. Nothing is copied. Refused
/// as encode_frame_head refuses it, or as "no space" if there cannot be such a payload; the memory is as it was then.
///     const auto packet = mqtt::encode(websocket::payload_room(memory), message);
///     const auto frame = websocket::encode_frame_around(memory, {.key = key, .payload_size = packet->size()});
[[nodiscard]] constexpr result<bytes> encode_frame_around(buffer memory HUBWIRE_LIFETIMEBOUND,
                                                          const frame_head& head) noexcept {
    return detail::put_head_in_front(memory, head, head.payload_size);
}

/// The same if only the first so many bytes of the payload were written there, and the others lie elsewhere, to be sent
/// behind as with writev. A client masks these by itself, from this offset on. Pre: there are not more bytes here than
/// in the payload, or the program traps.
///     const auto start = mqtt::encode_head(websocket::payload_room(memory), message);
///     const auto first = websocket::encode_frame_around(
///         memory, {.key = key, .payload_size = start->size() + payload.size()}, start->size());
///     websocket::mask(payload, key, start->size());
[[nodiscard]] constexpr result<bytes> encode_frame_around(buffer memory HUBWIRE_LIFETIMEBOUND, const frame_head& head,
                                                          std::size_t here) noexcept {
    hubwire::detail::require(here <= head.payload_size);
    return detail::put_head_in_front(memory, head, here);
}

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/close_status.hpp

#ifndef HUBWIRE_WEBSOCKET_CLOSE_STATUS_HPP
#define HUBWIRE_WEBSOCKET_CLOSE_STATUS_HPP

namespace hubwire::websocket {

/// What a close frame says (RFC 6455-5.5.1). One that says nothing has the code no_status, and no reason.
struct close_status {
    close_code code = close_code::no_status;
    std::string_view reason{};  // UTF-8, of 123 bytes at most; for a person who looks for a fault

    friend constexpr bool operator==(const close_status&, const close_status&) noexcept = default;
};

/// The payload of a close frame, as a reader hands it on.
[[nodiscard]] constexpr result<close_status> decode_close_status(bytes payload) noexcept {
    if (payload.empty()) return close_status{};
    if (payload.size() == 1) return error{.code = errc::websocket_close_size, .offset = 0};
    const close_code code{detail::load_be<std::uint16_t>(payload.data())};
    if (!can_be_sent(code)) return error{.code = errc::websocket_close_code, .offset = 0};
    if (payload.size() > max_control_size)
        return error{.code = errc::websocket_control_size, .offset = max_control_size};
    const std::string_view reason = payload.without_first(2).text();
    const std::size_t valid = utf8_valid_prefix(reason);
    if (valid != reason.size()) return error{.code = errc::websocket_close_reason, .offset = 2 + valid};
    return close_status{.code = code, .reason = reason};
}

/// Writes the payload of a close frame. Refused are codes that cannot stand there, a reason without a code, and one
/// that is too long or not UTF-8.
template <room Room>
constexpr void put_close_status(basic_writer<Room>& out, const close_status& status) noexcept {
    if (status.code == close_code::no_status && status.reason.empty()) return;
    if (!can_be_sent(status.code)) return out.fail(errc::websocket_close_code);
    if (status.reason.size() > max_control_size - 2) return out.fail(errc::websocket_control_size);
    if (!is_utf8(status.reason)) return out.fail(errc::websocket_close_reason);
    out.u16(static_cast<std::uint16_t>(status.code));
    out.put(status.reason);
}
[[nodiscard]] constexpr result<bytes> encode_close_status(buffer output HUBWIRE_LIFETIMEBOUND,
                                                          const close_status& status) noexcept {
    writer out{output};
    put_close_status(out, status);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const close_status& status) noexcept {
    counting_writer out;
    put_close_status(out, status);
    return out.finish();
}

/// Writes a whole close frame: a client's with a key, a server's without. It is answered with one like it, which is the
/// last thing that is sent (RFC 6455-5.5.1); once both have sent theirs, the server closes the connection below
/// (RFC 6455-7.1.1).
template <room Room>
constexpr void put_close_frame(basic_writer<Room>& out, const close_status& status,
                               std::optional<masking_key> key = {}) noexcept {
    char memory[max_control_size]{};
    const auto payload = encode_close_status(memory, status);
    if (!payload) return out.fail(payload.error().code);
    put_frame(out, {.opcode = opcode::close, .key = key, .payload = *payload});
}
[[nodiscard]] constexpr result<bytes> encode_close_frame(buffer output HUBWIRE_LIFETIMEBOUND,
                                                         const close_status& status,
                                                         std::optional<masking_key> key = {}) noexcept {
    writer out{output};
    put_close_frame(out, status, key);
    return out.finish();
}

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/head.hpp

#ifndef HUBWIRE_WEBSOCKET_HEAD_HPP
#define HUBWIRE_WEBSOCKET_HEAD_HPP

/// Heads of requests and responses in HTTP/1.1, as far as a handshake needs them (RFC 7230-3): a first line, header
/// fields, an empty line. Strict: each line ends with CR and LF, no line goes on in the next, no blank stands before a
/// colon. Where two readers could disagree on what a head says, one of them is somebody's way in.
namespace hubwire::websocket {

/// What a receiver puts up with. The heads of browsers and SDKs have less than 2 KB, cookies aside.
struct head_options {
    /// The most bytes that a head has, from its first to the empty line. Where the memory for it is less than that, say
    /// so here: then a head that does not fit is refused, and not waited for.
    std::size_t max_head_size = 8192;

    /// The most lines of header fields.
    std::size_t max_fields = 64;
};

/// Which side's head it is.
enum class head_kind : std::uint8_t {
    request,   // the client's: GET /path HTTP/1.1
    response,  // the server's: HTTP/1.1 101 Switching Protocols
};

namespace detail {

using namespace hubwire::detail;

/// What a character can be part of.
enum character_class : std::uint8_t {
    in_token = 1,   // RFC 7230-3.2.6: names of fields, and words
    in_target = 2,  // RFC 3986-2: all that a URI can have, but the # of a fragment, which is never sent (RFC 6455-3)
    in_host = 4,    // RFC 3986-3.2.2: a name
    in_value = 8,   // RFC 7230-3.2: what can be seen, blanks, and what is not ASCII
};

inline constexpr std::array<std::uint8_t, 256> character_classes = [] {
    constexpr std::string_view alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::array<std::uint8_t, 256> classes{};
    const auto add = [&classes](std::string_view characters, unsigned of) {
        for (const char c : characters) {
            std::uint8_t& all = classes[static_cast<unsigned char>(c)];
            all = static_cast<std::uint8_t>(all | of);
        }
    };
    add(alphanumeric, in_token | in_target | in_host);
    add("!#$%&'*+-.^_`|~", in_token);
    add("-._~!$&'()*+,;=%", in_target | in_host);
    add(":@/?[]", in_target);
    for (std::size_t c = 0; c != classes.size(); ++c) {
        if (c == '\t' || (c >= ' ' && c != 0x7F)) classes[c] = static_cast<std::uint8_t>(classes[c] | in_value);
    }
    return classes;
}();

[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_of(char c, character_class wanted) noexcept {
    return (character_classes[static_cast<unsigned char>(c)] & wanted) != 0;
}

/// Where the first character stands that is not of the class, from `at` on; the size if all are.
[[nodiscard]] constexpr std::size_t find_stranger(std::string_view text, std::size_t at,
                                                  character_class wanted) noexcept {
    while (at != text.size() && is_of(text[at], wanted)) ++at;
    return at;
}

/// Where a value ends, from `at` on: the same for the class in_value.
[[nodiscard]] constexpr std::size_t find_end_of_value(std::string_view text, std::size_t at) noexcept {
    if constexpr (!optimize_for_size) {
        for (; text.size() - at >= word_size; at += word_size) {
            const word w = load_word(text.data() + at);
            const word below_space = (w - every_byte<' '>)&~w & every_byte<0x80>;
            if ((below_space | bytes_equal_to<'\x7F'>(w)) != 0) break;  // or a tab, or what is not ASCII
        }
    }
    return find_stranger(text, at, in_value);
}

/// Where a character stands first; the size if it does not.
template <char Ascii>
[[nodiscard]] constexpr std::size_t find_or_end(std::string_view text) noexcept {
    std::size_t at = 0;
    if constexpr (!optimize_for_size) {
        for (; text.size() - at >= word_size; at += word_size) {
            const word w = load_word(text.data() + at);
            const word found = bytes_equal_to<Ascii>(w) & ~w;  // what is not ASCII might show as well
            if (found != 0) return at + first_byte(found);
        }
    }
    while (at != text.size() && text[at] != Ascii) ++at;
    return at;
}

inline constexpr std::string_view method_and_space = "GET ";
inline constexpr std::string_view version_and_end = "HTTP/1.1\r";
inline constexpr std::size_t status_at = 9;   // in "HTTP/1.1 101 "
inline constexpr std::size_t reason_at = 13;  // likewise, behind it

}  // namespace detail

/// Finds the end of a head while it arrives, in however many pieces, and looks at each byte once. Refused is, at the
/// first byte that cannot stand, what is not a head at all, and what is over the limits. What comes out is a head for
/// decode_request or decode_response.
///
/// A plain value: it holds no bytes, only how far it has come. Each head has a cutter of its own.
class head_cutter {
public:
    constexpr explicit head_cutter(head_kind kind, const head_options& rules = {}) noexcept
        : rules_{rules}, step_{kind == head_kind::request ? step::method : step::status_line} {}

    /// The head, once it is all there, as a view of its bytes: what lies behind it are frames already. Until then it is
    /// "incomplete", with the least number of bytes that are missing. A refusal stays one.
    ///
    /// Pre: received is all that came since the first byte of the head, as it was given before, and more; if it is
    /// less, the program traps.
    [[nodiscard]] constexpr result<bytes> cut(bytes received) noexcept {
        detail::require(at_ <= received.size());
        const std::size_t end = received.size() < rules_.max_head_size ? received.size() : rules_.max_head_size;
        const std::string_view text = received.first(end).text();
        while (step_ != step::done && at_ < end) {
            const error fault = advance(text);
            if (fault.code != errc::none) return fault;
        }
        if (step_ == step::done) return received.first(at_);
        if (at_ >= rules_.max_head_size) return error{.code = errc::over_limit, .offset = at_};
        return error{.code = errc::incomplete, .offset = at_, .needed = least()};
    }

private:
    enum class step : std::uint8_t {
        method,       // of a request
        target,       //
        version,      //
        status_line,  // of a response, up to the reason
        value,        // of a field, behind the colon; or the reason
        line_feed,
        line_begin,
        name,
        last_line_feed,
        done,
    };

    [[nodiscard]] constexpr error refuse(errc code) const noexcept { return {.code = code, .offset = at_}; }

    /// Takes one byte or more, and says what is wrong with the first that it did not take. Pre: there is one.
    constexpr error advance(std::string_view text) noexcept {
        const char c = text[at_];
        switch (step_) {
            case step::method:
                if (c != detail::method_and_space[at_]) return refuse(errc::websocket_method);
                return go_on(at_ + 1 == detail::method_and_space.size() ? step::target : step::method);
            case step::target:
                at_ = detail::find_stranger(text, at_, detail::in_target);
                if (at_ == text.size()) return {};
                if (text[at_] != ' ' || at_ == detail::method_and_space.size()) return refuse(errc::websocket_target);
                version_at_ = at_ + 1;
                return go_on(step::version);
            case step::version:
                if (c != detail::version_and_end[at_ - version_at_]) return refuse(errc::websocket_http_version);
                return go_on(c == '\r' ? step::line_feed : step::version);
            case step::status_line:
                return advance_status_line(text);
            case step::value:
                at_ = detail::find_end_of_value(text, at_);
                if (at_ == text.size()) return {};
                if (text[at_] == '\n') return refuse(errc::websocket_line_end);
                if (text[at_] != '\r') return refuse(errc::websocket_field_value);
                return go_on(step::line_feed);
            case step::line_feed:
                if (c != '\n') return refuse(errc::websocket_line_end);
                return go_on(step::line_begin);
            case step::line_begin:
                if (c == '\r') return go_on(step::last_line_feed);
                if (c == '\n') return refuse(errc::websocket_line_end);
                if (c == ' ' || c == '\t') return refuse(errc::websocket_folded_line);
                if (!detail::is_of(c, detail::in_token)) return refuse(errc::websocket_field_name);
                if (fields_ == rules_.max_fields) return refuse(errc::over_limit);
                ++fields_;
                return go_on(step::name);
            case step::name:
                at_ = detail::find_stranger(text, at_, detail::in_token);
                if (at_ == text.size()) return {};
                if (text[at_] != ':') return refuse(errc::websocket_field_name);
                return go_on(step::value);
            default:
                if (c != '\n') return refuse(errc::websocket_line_end);
                return go_on(step::done);
        }
    }

    /// "HTTP/1.1 101 ", byte by byte. Servers that refuse may speak HTTP/1.0, which has no status below 200.
    constexpr error advance_status_line(std::string_view text) noexcept {
        constexpr std::size_t minor_at = 7;
        const char c = text[at_];
        if (at_ < detail::status_at) {
            const bool fits = c == detail::version_and_end[at_] || (at_ == minor_at && c == '0');
            if (at_ + 1 == detail::status_at ? c != ' ' : !fits) return refuse(errc::websocket_http_version);
            return go_on(step::status_line);
        }
        if (at_ + 1 == detail::reason_at) {
            if (c != ' ') return refuse(errc::websocket_status);
            if (text[minor_at] == '0' && text[detail::status_at] == '1')
                return {.code = errc::websocket_http_version, .offset = minor_at};
            return go_on(step::value);
        }
        const bool first = at_ == detail::status_at;
        if (c < (first ? '1' : '0') || c > (first ? '5' : '9')) return refuse(errc::websocket_status);
        return go_on(step::status_line);
    }

    constexpr error go_on(step next) noexcept {
        ++at_;
        step_ = next;
        return {};
    }

    /// How many bytes there are at least until the end.
    [[nodiscard]] constexpr std::size_t least() const noexcept {
        constexpr std::size_t version_line = detail::version_and_end.size() + 3;
        switch (step_) {
            case step::method:
                return detail::method_and_space.size() - at_ + 2 + version_line;
            case step::target:
                return (at_ == detail::method_and_space.size() ? 2 : 1) + version_line;
            case step::version:
                return version_at_ + version_line - at_;
            case step::status_line:
                return detail::reason_at - at_ + 4;
            case step::value:
                return 4;
            case step::line_feed:
                return 3;
            case step::line_begin:
                return 2;
            case step::name:
                return 5;
            default:
                return 1;
        }
    }

    head_options rules_;
    std::size_t at_ = 0;  // of the first byte that was not looked at
    std::size_t version_at_ = 0;
    std::size_t fields_ = 0;
    step step_;
};

namespace detail {

/// A head that is all there, and nothing behind it; or what is wrong with it.
[[nodiscard]] constexpr error head_fault(bytes head, head_kind kind, const head_options& rules) noexcept {
    const auto whole = head_cutter{kind, rules}.cut(head);
    if (!whole) return whole.error();
    return whole->size() == head.size() ? error{} : error{.code = errc::leftover, .offset = whole->size()};
}

}  // namespace detail

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/header_field.hpp

#ifndef HUBWIRE_WEBSOCKET_HEADER_FIELD_HPP
#define HUBWIRE_WEBSOCKET_HEADER_FIELD_HPP

namespace hubwire::websocket {

/// A line of a head: a name, whose case means nothing, and a value, without the blanks around it.
struct header_field {
    std::string_view name{};
    std::string_view value{};

    friend constexpr bool operator==(const header_field&, const header_field&) noexcept = default;
};

namespace detail {

/// The names that a handshake knows. Each has its bit in a set of names.
enum class known_name : std::uint8_t {
    host,
    origin,
    upgrade,
    connection,
    key,
    accept,
    version,
    subprotocol,
    extensions,
    content_length,
    transfer_encoding,
    none,
};

inline constexpr std::string_view known_names[] = {
    "Host",
    "Origin",
    "Upgrade",
    "Connection",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Accept",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions",
    "Content-Length",
    "Transfer-Encoding",
};

using name_set = std::uint16_t;

[[nodiscard]] constexpr std::string_view name_of(known_name name) noexcept {
    return known_names[static_cast<std::size_t>(name)];
}

template <class... Names>
[[nodiscard]] constexpr name_set set_of(Names... names) noexcept {
    return static_cast<name_set>((... | (1u << static_cast<unsigned>(names))));
}
[[nodiscard]] constexpr bool holds(name_set names, known_name name) noexcept { return (names & set_of(name)) != 0; }

/// What a struct has its own members for, so that it is none of its other fields.
inline constexpr name_set names_of_request =
    set_of(known_name::host, known_name::origin, known_name::upgrade, known_name::connection, known_name::key,
           known_name::version, known_name::subprotocol, known_name::extensions);
inline constexpr name_set names_of_refusal = set_of(known_name::version);
inline constexpr name_set names_of_switching =
    set_of(known_name::upgrade, known_name::connection, known_name::accept, known_name::version,
           known_name::subprotocol, known_name::extensions);

[[nodiscard]] constexpr char in_lower_case(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether the texts are the same, save for the case of ASCII letters.
[[nodiscard]] constexpr bool same_in_any_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    if (a == b) return true;  // as they mostly are, where the sizes are
    for (std::size_t at = 0; at != a.size(); ++at) {
        if (in_lower_case(a[at]) != in_lower_case(b[at])) return false;
    }
    return true;
}

[[nodiscard]] constexpr known_name find_known_name(std::string_view name) noexcept {
    std::uint8_t index = 0;
    for (const std::string_view known : known_names) {
        if (same_in_any_case(name, known)) break;
        ++index;
    }
    return known_name{index};
}

[[nodiscard]] constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

/// Without the blanks around it. The view lies within the text, even if nothing is left.
[[nodiscard]] constexpr std::string_view without_blanks(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Takes what comes before the first such character, and the character, off the text. All of it if there is none.
template <char End>
constexpr std::string_view take_until(std::string_view& text) noexcept {
    const std::size_t size = find_or_end<End>(text);
    const std::string_view before{text.data(), size};
    text.remove_prefix(size == text.size() ? size : size + 1);
    return before;
}

/// Takes a line off header fields. Pre: a cutter has looked at them, and there is one.
constexpr header_field take_field(std::string_view& lines) noexcept {
    const std::string_view name = take_until<':'>(lines);
    const std::string_view value = take_until<'\r'>(lines);
    lines.remove_prefix(1);  // LF
    return {.name = name, .value = without_blanks(value)};
}

}  // namespace detail

/// The fields that the handshake has no member for: in an array of the caller's, to be written, or in a head, where a
/// cutter has checked them. Both look the same; nothing is copied or stored. What is not among them is what has its
/// member in the struct that they are in.
class field_list {
public:
    constexpr field_list() noexcept = default;

    /// Of an array, a vector or a span. (Not of a braced list, which would be gone before the request is compared with
    /// its answer.)
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const header_field>> && !detail::borrowed<Range>)
    constexpr field_list(const Range& range HUBWIRE_LIFETIMEBOUND) noexcept
        : field_list{std::span<const header_field>{range}, nullptr} {}
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const header_field>> && detail::borrowed<Range>)
    constexpr field_list(const Range& range) noexcept : field_list{std::span<const header_field>{range}, nullptr} {}

    /// Pre: a cutter has looked at the lines. (Decoders see to that, and nobody else need call this.)
    [[nodiscard]] static constexpr field_list on_the_wire(std::string_view lines HUBWIRE_LIFETIMEBOUND,
                                                          detail::name_set hidden) noexcept {
        field_list fields;
        fields.lines_ = lines;
        fields.hidden_ = hidden;
        return fields;
    }

    [[nodiscard]] constexpr bool empty() const noexcept { return begin() == end(); }

    class iterator {
    public:
        using value_type = header_field;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr header_field operator*() const noexcept { return field_; }
        [[nodiscard]] constexpr const header_field* operator->() const noexcept { return &field_; }
        constexpr iterator& operator++() noexcept {
            load();
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.left_ == b.left_ && a.lines_.size() == b.lines_.size() && a.at_end_ == b.at_end_;
        }

    private:
        friend field_list;
        constexpr explicit iterator(const field_list& all) noexcept
            : items_{all.items_}, left_{all.size_}, lines_{all.lines_}, hidden_{all.hidden_} {
            load();
        }
        constexpr void load() noexcept {
            at_end_ = false;
            if (left_ != 0) {
                --left_;
                field_ = *items_++;
                return;
            }
            while (!lines_.empty()) {
                field_ = detail::take_field(lines_);
                if (!detail::holds(hidden_, detail::find_known_name(field_.name))) return;
            }
            at_end_ = true;
        }

        header_field field_{};
        const header_field* items_ = nullptr;  // behind this one
        std::size_t left_ = 0;
        std::string_view lines_{};  // likewise
        detail::name_set hidden_ = 0;
        bool at_end_ = true;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    /// The value of the first field of this name, in any case, such as "Retry-After". Linear in the size.
    [[nodiscard]] constexpr std::optional<std::string_view> find(std::string_view name) const noexcept {
        for (const header_field field : *this) {
            if (detail::same_in_any_case(field.name, name)) return field.value;
        }
        return std::nullopt;
    }

    /// Whether the fields are the same, in the same order, wherever they lie.
    friend constexpr bool operator==(const field_list& a, const field_list& b) noexcept {
        return hubwire::detail::same_items(a, b);
    }

private:
    constexpr field_list(std::span<const header_field> items, std::nullptr_t) noexcept
        : items_{items.data()}, size_{items.size()} {}

    const header_field* items_ = nullptr;
    std::size_t size_ = 0;
    std::string_view lines_{};
    detail::name_set hidden_ = 0;
};

namespace detail {

/// A field, or whatever has a name and a value as its two parts: a std::pair, an item of a map.
template <class Element>
constexpr header_field to_field(const Element& element HUBWIRE_LIFETIMEBOUND) noexcept {
    const auto& [name, value] = element;
    return {.name = name, .value = value};
}

/// Writes a text up to what is wrong with it, if anything is.
template <room Room>
constexpr void put_up_to(basic_writer<Room>& out, std::string_view text, std::size_t fault, errc code) noexcept {
    out.put(std::string_view{text.data(), fault});
    if (fault != text.size()) out.fail(code);
}

template <room Room>
constexpr void put_line_end(basic_writer<Room>& out) noexcept {
    out.put(std::string_view{"\r\n"});
}

/// A name, which is a token, and ": ".
template <room Room>
constexpr void put_name(basic_writer<Room>& out, std::string_view name) noexcept {
    put_up_to(out, name, find_stranger(name, 0, in_token), errc::websocket_field_name);
    if (name.empty()) out.fail(errc::websocket_field_name);
    out.put(std::string_view{": "});
}

/// Where a value has something that cannot stand: a control character, or a blank at an end, which nobody would see.
[[nodiscard]] constexpr std::size_t find_value_fault(std::string_view value) noexcept {
    if (value.empty()) return 0;
    if (is_blank(value.front())) return 0;
    const std::size_t stranger = find_end_of_value(value, 0);
    return stranger == value.size() && is_blank(value.back()) ? value.size() - 1 : stranger;
}

/// A line of a name that is known to be one.
template <room Room>
constexpr void put_line(basic_writer<Room>& out, known_name name, std::string_view value) noexcept {
    out.put(name_of(name));
    out.put(std::string_view{": "});
    put_up_to(out, value, find_value_fault(value), errc::websocket_field_value);
    put_line_end(out);
}

/// Whether a field says that a body follows.
[[nodiscard]] constexpr bool announces_body(known_name name, std::string_view value) noexcept {
    if (name != known_name::content_length) return name == known_name::transfer_encoding;
    for (const char c : value) {
        if (c != '0') return true;
    }
    return value.empty();
}

/// The other fields, and the empty line.
template <room Room, class Fields>
constexpr void put_fields(basic_writer<Room>& out, const Fields& fields, name_set own, bool may_have_body) noexcept {
    for (auto&& element : fields) {
        const header_field field = to_field(element);
        const known_name name = find_known_name(field.name);
        if (holds(own, name)) return out.fail(errc::websocket_own_field);
        if (!may_have_body && announces_body(name, field.value)) return out.fail(errc::websocket_body);
        put_name(out, field.name);
        put_up_to(out, field.value, find_value_fault(field.value), errc::websocket_field_value);
        put_line_end(out);
    }
    put_line_end(out);
}

}  // namespace detail

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/comma_list.hpp

#ifndef HUBWIRE_WEBSOCKET_COMMA_LIST_HPP
#define HUBWIRE_WEBSOCKET_COMMA_LIST_HPP

namespace hubwire::websocket {

/// What stands in a header field with commas between (RFC 7230-7): in a text of the caller's, such as "mqtt, amqp", in
/// an array of items, or in a head, where there may be several fields of the name. All look the same; nothing is copied
/// or stored. Empty items are skipped.
/// Make makes an item of the text between two commas.
template <class Item, Item (*Make)(std::string_view) noexcept>
class comma_list {
public:
    constexpr comma_list() noexcept = default;

    /// Of a text that has one item, or several with commas between, and outlives this. (Only of what is one text: two
    /// literals in braces would become a std::string_view that reaches from one to the other.)
    constexpr comma_list(const char* text) noexcept : text_{text} {}
    template <std::convertible_to<std::string_view> Text>
        requires(!std::is_pointer_v<Text> && !std::is_array_v<Text> && !detail::borrowed<Text>)
    constexpr comma_list(const Text& text HUBWIRE_LIFETIMEBOUND) noexcept : text_{text} {}
    template <std::convertible_to<std::string_view> Text>
        requires(!std::is_pointer_v<Text> && !std::is_array_v<Text> && detail::borrowed<Text>)
    constexpr comma_list(const Text& text) noexcept : text_{text} {}

    /// Of an array, a vector or a span of items. (Not of a braced list, which would be gone before the request is
    /// compared with its answer.)
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const Item>> && !detail::borrowed<Range>)
    constexpr comma_list(const Range& range HUBWIRE_LIFETIMEBOUND) noexcept
        : comma_list{std::span<const Item>{range}, nullptr} {}
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const Item>> && detail::borrowed<Range>)
    constexpr comma_list(const Range& range) noexcept : comma_list{std::span<const Item>{range}, nullptr} {}

    /// Pre: a cutter has looked at the lines. (Decoders see to that, and nobody else need call this.)
    [[nodiscard]] static constexpr comma_list on_the_wire(std::string_view lines HUBWIRE_LIFETIMEBOUND,
                                                          detail::known_name name) noexcept {
        comma_list list;
        list.lines_ = lines;
        list.name_ = name;
        return list;
    }

    [[nodiscard]] constexpr bool empty() const noexcept { return begin() == end(); }

    class iterator {
    public:
        using value_type = Item;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr Item operator*() const noexcept { return items_ != nullptr ? *items_ : Make(item_); }
        constexpr iterator& operator++() noexcept {
            load();
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.items_ == b.items_ && a.item_.data() == b.item_.data();
        }

    private:
        friend comma_list;
        constexpr explicit iterator(const comma_list& all) noexcept
            : left_{all.size_}, text_{all.text_}, lines_{all.lines_}, name_{all.name_} {
            if (left_ != 0) {
                items_ = all.items_;
            } else {
                load();
            }
        }
        constexpr void load() noexcept {
            if (items_ != nullptr) {
                items_ = --left_ == 0 ? nullptr : items_ + 1;
                return;
            }
            for (;;) {
                while (!text_.empty()) {
                    item_ = detail::without_blanks(detail::take_until<','>(text_));
                    if (!item_.empty()) return;
                }
                if (lines_.empty()) break;
                const header_field field = detail::take_field(lines_);
                if (detail::same_in_any_case(field.name, detail::name_of(name_))) text_ = field.value;
            }
            item_ = {};
        }

        const Item* items_ = nullptr;  // from this one on
        std::size_t left_ = 0;
        std::string_view item_{};
        std::string_view text_{};   // behind it
        std::string_view lines_{};  // likewise
        detail::known_name name_ = detail::known_name::none;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    /// Whether it is there. Linear in the size.
    [[nodiscard]] constexpr bool contains(const Item& wanted) const noexcept {
        for (const Item item : *this) {
            if (item == wanted) return true;
        }
        return false;
    }

    /// Whether the items are the same, in the same order, wherever they lie.
    friend constexpr bool operator==(const comma_list& a, const comma_list& b) noexcept {
        return hubwire::detail::same_items(a, b);
    }

private:
    constexpr comma_list(std::span<const Item> items, std::nullptr_t) noexcept
        : items_{items.data()}, size_{items.size()} {}

    const Item* items_ = nullptr;
    std::size_t size_ = 0;
    std::string_view text_{};
    std::string_view lines_{};
    detail::known_name name_ = detail::known_name::none;
};

/// An extension (RFC 6455-9.1): a name and, as they are written, its parameters.
struct extension {
    std::string_view name{};
    std::string_view parameters{};  // such as "client_max_window_bits; server_max_window_bits=10"

    friend constexpr bool operator==(const extension&, const extension&) noexcept = default;
};

namespace detail {

constexpr std::string_view to_token(std::string_view text) noexcept { return text; }

constexpr extension to_extension(std::string_view text) noexcept {
    const std::string_view name = take_until<';'>(text);
    return {.name = without_blanks(name), .parameters = without_blanks(text)};
}

}  // namespace detail

/// Subprotocols, in the order of preference; versions.
using token_list = comma_list<std::string_view, detail::to_token>;
using extension_list = comma_list<extension, detail::to_extension>;

/// The most subprotocols that may be offered: each is compared with all others.
inline constexpr std::size_t max_subprotocols = 32;

namespace detail {

/// What is wrong with a text, and where in it; errc::none if nothing is.
struct text_fault {
    errc code = errc::none;
    std::size_t at = 0;
};

/// Sees that subprotocols are tokens, each there once (RFC 6455-4.1, item 10), and not too many.
class subprotocol_check {
public:
    constexpr text_fault add(std::string_view subprotocol) noexcept {
        if (count_ == max_subprotocols) return {.code = errc::over_limit};
        const std::size_t stranger = find_stranger(subprotocol, 0, in_token);
        if (stranger != subprotocol.size() || subprotocol.empty())
            return {.code = errc::websocket_subprotocol, .at = stranger};
        for (std::size_t i = 0; i != count_; ++i) {
            if (seen_[i] == subprotocol) return {.code = errc::websocket_subprotocol};
        }
        seen_[count_++] = subprotocol;
        return {};
    }

private:
    std::array<std::string_view, max_subprotocols> seen_{};
    std::size_t count_ = 0;
};

/// Reads the parameters of an extension: name, name=token, name="token", with ; between and blanks anywhere between.
/// What is quoted has to be a token, once its backslashes are taken away.
class parameter_scan {
public:
    constexpr explicit parameter_scan(std::string_view parameters) noexcept : text_{parameters} {}

    constexpr text_fault fault() noexcept {
        do {
            if (!take_token()) return here();
            if (take('=') && !(take('"') ? take_quoted() : take_token())) return here();
        } while (take(';'));
        if (at_ != text_.size()) return here();
        return is_blank(text_.back()) ? text_fault{.code = errc::websocket_extension, .at = at_ - 1} : text_fault{};
    }

private:
    [[nodiscard]] constexpr text_fault here() const noexcept { return {.code = errc::websocket_extension, .at = at_}; }
    constexpr bool take(char c) noexcept {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        if (c != '"') skip_blanks();
        return true;
    }
    constexpr void skip_blanks() noexcept {
        while (at_ != text_.size() && is_blank(text_[at_])) ++at_;
    }
    constexpr bool take_token() noexcept {
        const std::size_t begin = at_;
        at_ = find_stranger(text_, at_, in_token);
        if (at_ == begin) return false;
        skip_blanks();
        return true;
    }
    constexpr bool take_quoted() noexcept {
        const std::size_t begin = at_;
        while (at_ != text_.size() && text_[at_] != '"') {
            if (text_[at_] == '\\' && at_ + 1 != text_.size()) ++at_;
            if (!is_of(text_[at_], in_token)) return false;
            ++at_;
        }
        if (at_ == begin || at_ == text_.size()) return false;
        ++at_;
        skip_blanks();
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// Whether what stands between two commas is an extension. A ; with nothing behind it is not the end of one.
[[nodiscard]] constexpr text_fault check_extension(std::string_view text) noexcept {
    const extension e = to_extension(text);
    const std::size_t stranger = find_stranger(e.name, 0, in_token);
    const auto offset_of = [text](std::string_view part, std::size_t at) {
        return text_fault{.code = errc::websocket_extension,
                          .at = static_cast<std::size_t>(part.data() - text.data()) + at};
    };
    if (e.name.empty() || stranger != e.name.size()) return offset_of(e.name, stranger);
    std::string_view rest = text;
    if (take_until<';'>(rest).size() == text.size()) return {};
    const text_fault fault = parameter_scan{e.parameters}.fault();
    return fault.code == errc::none ? fault : offset_of(e.parameters, fault.at);
}

/// Writes items with commas between, behind the name of their field; nothing if there are none.
template <room Room, class Range, class PutItem>
constexpr void put_list(basic_writer<Room>& out, known_name name, const Range& items, PutItem put_item) noexcept {
    bool is_first = true;
    for (auto&& item : items) {
        if (is_first) {
            out.put(name_of(name));
            out.put(std::string_view{": "});
        } else {
            out.put(std::string_view{", "});
        }
        is_first = false;
        put_item(item);
    }
    if (!is_first) put_line_end(out);
}

template <room Room>
constexpr void put_checked(basic_writer<Room>& out, std::string_view text, const text_fault& fault) noexcept {
    if (fault.code == errc::none) return out.put(text);
    out.put(std::string_view{text.data(), fault.at});
    out.fail(fault.code);
}

/// A range of texts, which are still there after a step to the next one.
template <class Range>
concept text_range =
    requires(Range& range) {
        { *std::begin(range) } -> std::convertible_to<std::string_view>;
        std::end(range);
    } && (std::is_lvalue_reference_v<decltype(*std::begin(std::declval<Range&>()))> ||
          std::is_trivially_copyable_v<std::remove_cvref_t<decltype(*std::begin(std::declval<Range&>()))>>);

template <room Room, text_range Range>
constexpr void put_subprotocols(basic_writer<Room>& out, const Range& subprotocols) noexcept {
    subprotocol_check check_one;
    put_list(out, known_name::subprotocol, subprotocols, [&](const auto& item) {
        const std::string_view subprotocol = item;
        put_checked(out, subprotocol, check_one.add(subprotocol));
    });
}

template <room Room>
constexpr void put_extensions(basic_writer<Room>& out, const extension_list& extensions) noexcept {
    put_list(out, known_name::extensions, extensions, [&](const extension& e) {
        put_up_to(out, e.name, find_stranger(e.name, 0, in_token), errc::websocket_extension);
        if (e.name.empty()) out.fail(errc::websocket_extension);
        if (e.parameters.empty()) return;
        out.put(std::string_view{"; "});
        put_checked(out, e.parameters, parameter_scan{e.parameters}.fault());
    });
}

}  // namespace detail

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/frame_order.hpp

#ifndef HUBWIRE_WEBSOCKET_FRAME_ORDER_HPP
#define HUBWIRE_WEBSOCKET_FRAME_ORDER_HPP

namespace hubwire::websocket {

/// Which frames may follow which, in one direction of a connection (RFC 6455-5.4): a message is a frame of text or
/// binary data and as many continuations as it takes; between them there may be control frames, but no other message;
/// nothing comes behind a close frame. Readers have one of these; a sender that fragments can ask one as well.
class frame_order {
public:
    /// What is wrong with such a frame coming next, or errc::none.
    [[nodiscard]] constexpr errc verdict(opcode code) const noexcept {
        if (is_closed_) return errc::websocket_after_close;
        if (is_control(code)) return errc::none;
        if (code == opcode::continuation) return is_open_ ? errc::none : errc::websocket_continuation;
        return is_open_ ? errc::websocket_interrupted_message : errc::none;
    }

    /// A frame comes. Pre: nothing is wrong with that, and `fin` is set if it is a control frame.
    constexpr void advance(opcode code, bool fin) noexcept {
        if (code == opcode::close) is_closed_ = true;
        if (is_control(code)) return;
        if (code != opcode::continuation) message_ = code;
        is_open_ = !fin;
    }

    /// A message has begun, and not ended.
    [[nodiscard]] constexpr bool is_open() const noexcept { return is_open_; }

    /// Which of text and binary the message is, or the last one was.
    [[nodiscard]] constexpr opcode message() const noexcept { return message_; }

    /// There was a close frame.
    [[nodiscard]] constexpr bool is_closed() const noexcept { return is_closed_; }

private:
    opcode message_ = opcode::binary;
    bool is_open_ = false;
    bool is_closed_ = false;
};

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/sha1.hpp

#ifndef HUBWIRE_WEBSOCKET_SHA1_HPP
#define HUBWIRE_WEBSOCKET_SHA1_HPP

/// SHA-1, as FIPS 180-4 has it, for Sec-WebSocket-Accept alone (RFC 6455-4.2.2).
///
/// Two messages of the same SHA-1 can be made today, so nothing that is to be trusted may be signed or compared by it.
/// Here nothing is: the digest shows that the peer has read the key of this very request and knows WebSocket, which any
/// function would do, and this is the one that peers agreed on. It therefore lies here, and not in crypto, and nobody
/// else is to use it.
namespace hubwire::websocket::detail {

using namespace hubwire::detail;

using sha1_digest = std::array<char, 20>;
using sha1_state = std::array<std::uint32_t, 5>;

inline constexpr std::size_t sha1_block_size = 64;

/// FIPS 180-4, 5.3.1.
inline constexpr sha1_state sha1_start{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};

/// Twenty rounds. Instead of moving each of a to e on by one in each round, they are named anew.
template <class Function>
HUBWIRE_ALWAYS_INLINE constexpr void sha1_rounds(sha1_state& v, const std::uint32_t* words, std::uint32_t constant,
                                                 Function function) noexcept {
    const auto mix = [&]<std::size_t Place>(std::integral_constant<std::size_t, Place>, std::uint32_t word) {
        const auto at = [&v](std::size_t letter) -> std::uint32_t& { return v[(letter + 5 - Place) % 5]; };
        at(4) += std::rotl(at(0), 5) + function(at(1), at(2), at(3)) + constant + word;
        at(1) = std::rotl(at(1), 30);
    };
    for (std::size_t t = 0; t != 20; t += 5) {
        [&]<std::size_t... Place>(std::index_sequence<Place...>) {
            (mix(std::integral_constant<std::size_t, Place>{}, words[t + Place]), ...);
        }(std::make_index_sequence<5>{});
    }
}

/// One block (FIPS 180-4, 6.1.2).
constexpr void sha1_compress(sha1_state& state, const char* block) noexcept {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t t = 0; t != 16; ++t) w[t] = load_be<std::uint32_t>(block + 4 * t);
    // The last three words are kept at hand: compilers would make a vector of two of them, and then the processor waits
    // for two stores each time, before it can load what lies half in the one and half in the other.
    using word32 = std::uint32_t;
    word32 third = w[13];
    word32 second = w[14];
    word32 last = w[15];
    for (std::size_t t = 16; t != 80; ++t) {
        const word32 next = std::rotl(third ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
        w[t] = next;
        third = second;
        second = last;
        last = next;
    }

    sha1_state v = state;
    sha1_rounds(v, w.data(), 0x5a827999, [](word32 b, word32 c, word32 d) { return d ^ (b & (c ^ d)); });
    sha1_rounds(v, w.data() + 20, 0x6ed9eba1, [](word32 b, word32 c, word32 d) { return b ^ c ^ d; });
    sha1_rounds(v, w.data() + 40, 0x8f1bbcdc, [](word32 b, word32 c, word32 d) { return (b & c) | (d & (b | c)); });
    sha1_rounds(v, w.data() + 60, 0xca62c1d6, [](word32 b, word32 c, word32 d) { return b ^ c ^ d; });
    for (std::size_t i = 0; i != state.size(); ++i) state[i] += v[i];
}

/// The digest of a message.
[[nodiscard]] constexpr sha1_digest sha1_of(bytes message) noexcept {
    sha1_state state = sha1_start;
    bytes rest = message;
    for (; rest.size() >= sha1_block_size; rest = rest.without_first(sha1_block_size))
        sha1_compress(state, rest.data());

    // FIPS 180-4, 5.1.1: a bit that is set behind the message, and its size in bits at the end of a block.
    std::array<char, 2 * sha1_block_size> padded{};
    copy(padded.data(), rest.data(), rest.size());
    padded[rest.size()] = static_cast<char>(static_cast<unsigned char>(0x80));
    const std::size_t end = rest.size() < sha1_block_size - 8 ? sha1_block_size : 2 * sha1_block_size;
    store_be<std::uint64_t>(padded.data() + (end - 8), std::uint64_t{message.size()} * 8);
    for (std::size_t at = 0; at != end; at += sha1_block_size) sha1_compress(state, padded.data() + at);

    sha1_digest digest{};
    for (std::size_t i = 0; i != state.size(); ++i) store_be(digest.data() + 4 * i, state[i]);
    return digest;
}

}  // namespace hubwire::websocket::detail

#endif

// hubwire/websocket/handshake_key.hpp

#ifndef HUBWIRE_WEBSOCKET_HANDSHAKE_KEY_HPP
#define HUBWIRE_WEBSOCKET_HANDSHAKE_KEY_HPP

namespace hubwire::websocket {

namespace detail {

/// Sixteen bytes, and the type says that there are so many.
template <class R>
concept sixteen_bytes = byte_range<const R> && !text_array<const R> &&
                        std::is_convertible_v<const R&, std::span<const std::remove_const_t<element_of<const R>>, 16>>;

}  // namespace detail

/// What the client sends as Sec-WebSocket-Key: 16 bytes in base64, which the server shows to have read. A plain value.
///
/// There is none by default: each connection has its own, and it is to be one that nobody can foresee (RFC 6455-4.1).
class handshake_key {
public:
    static constexpr std::size_t size = 24;  // in characters

    /// Of 16 bytes that a random number generator made for this connection.
    template <detail::sixteen_bytes R>
    constexpr explicit handshake_key(const R& nonce) noexcept {
        hubwire::text::detail::write_base64(text_.data(), bytes{std::data(nonce), 16}.data(), 16);
    }

    /// The text as it lies in a request. Pre: it has `size` characters, or the program traps.
    [[nodiscard]] static constexpr handshake_key on_the_wire(std::string_view text) noexcept {
        detail::require(text.size() == size);
        return handshake_key{text};
    }

    [[nodiscard]] constexpr std::string_view text() const noexcept HUBWIRE_LIFETIMEBOUND {
        return {text_.data(), text_.size()};
    }

    friend constexpr bool operator==(const handshake_key&, const handshake_key&) noexcept = default;

private:
    constexpr explicit handshake_key(std::string_view text) noexcept { detail::copy(text_.data(), text.data(), size); }

    std::array<char, size> text_{};
};

/// What the server answers as Sec-WebSocket-Accept: made of the key, and of nothing else. A plain value.
class accept_key {
public:
    static constexpr std::size_t size = 28;  // in characters

    /// RFC 6455-4.2.2: the SHA-1 of the key's text and a GUID behind it, in base64.
    constexpr explicit accept_key(const handshake_key& key) noexcept {
        constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        std::array<char, handshake_key::size + guid.size()> message{};
        detail::copy(message.data(), key.text().data(), handshake_key::size);
        detail::copy(message.data() + handshake_key::size, guid.data(), guid.size());
        const detail::sha1_digest digest = detail::sha1_of(message);
        hubwire::text::detail::write_base64(text_.data(), digest.data(), digest.size());
    }

    [[nodiscard]] constexpr std::string_view text() const noexcept HUBWIRE_LIFETIMEBOUND {
        return {text_.data(), text_.size()};
    }

    friend constexpr bool operator==(const accept_key&, const accept_key&) noexcept = default;

private:
    std::array<char, size> text_{};
};

/// The key that the text is: 22 characters of base64 and two of padding. The last four bits before the padding stand
/// for nothing; what they are is left open, as by RFC 6455, whose server need not decode the text.
[[nodiscard]] constexpr result<handshake_key> decode_handshake_key(std::string_view text) noexcept {
    constexpr std::size_t digits = 22;
    std::size_t at = 0;
    for (; at != text.size() && at != handshake_key::size; ++at) {
        if (at < digits ? hubwire::text::detail::base64_sextet(text[at]) == hubwire::text::detail::no_sextet
                        : text[at] != '=')
            break;
    }
    if (at != handshake_key::size || at != text.size()) return error{.code = errc::websocket_key, .offset = at};
    return handshake_key::on_the_wire(text);
}

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/hub.hpp

#ifndef HUBWIRE_WEBSOCKET_HUB_HPP
#define HUBWIRE_WEBSOCKET_HUB_HPP

/// Where a hub, an edgeHub too, speaks MQTT and AMQP inside WebSocket.
namespace hubwire::websocket {

inline constexpr std::uint16_t hub_port = 443;
inline constexpr std::string_view hub_path = "/$iothub/websocket";

/// The target of a client that logs in with a token: with this query the hub does not ask for a certificate.
inline constexpr std::string_view hub_target_without_certificate = "/$iothub/websocket?iothub-no-client-cert=true";

/// Which protocol is spoken: one has to be offered, or the hub refuses.
inline constexpr std::string_view mqtt_subprotocol = "mqtt";
inline constexpr std::string_view amqp_subprotocol = "amqp";  // as OASIS has registered it
inline constexpr std::string_view amqp_sdk_subprotocol =
    "AMQPWSB10";  // as SDKs call it, those for C# and Java among them

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/utf8_stream.hpp

#ifndef HUBWIRE_WEBSOCKET_UTF8_STREAM_HPP
#define HUBWIRE_WEBSOCKET_UTF8_STREAM_HPP

namespace hubwire::websocket {

/// Looks whether a text that comes in pieces is UTF-8, wherever it was cut: a character may lie in four pieces. Linear
/// in what comes in; ASCII is looked at as fast as in one piece.
class utf8_stream {
public:
    /// The next piece. How many of its bytes can stand: all of them, or as many as come before the first byte with
    /// which no character goes on or begins. After such a byte the answer to more is unspecified.
    [[nodiscard]] constexpr std::size_t push(bytes piece) noexcept {
        std::size_t at = go_on(piece, 0);
        if (missing_ != 0 || at == piece.size()) return at;
        at += utf8_valid_prefix(piece.without_first(at).text());
        if (at == piece.size() || !begin(piece[at])) return at;
        return go_on(piece, at + 1);  // the piece ends within this character, or there is none
    }

    /// No character is begun and not ended.
    [[nodiscard]] constexpr bool is_complete() const noexcept { return missing_ == 0; }

private:
    /// Reads what belongs to the character that is begun: up to its end, or that of the piece, or a byte that cannot be
    /// part of it.
    constexpr std::size_t go_on(bytes piece, std::size_t at) noexcept {
        for (; missing_ != 0 && at != piece.size(); ++at) {
            if (piece[at] < least_ || piece[at] > most_) return at;
            least_ = 0x80;
            most_ = 0xBF;
            --missing_;
        }
        return at;
    }

    /// The first byte of a character of more than one: how many follow, and in which range the next one is (table 3-7
    /// of the Unicode standard).
    constexpr bool begin(unsigned char lead) noexcept {
        if (lead < 0xC2 || lead > 0xF4) return false;
        missing_ = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        least_ = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        most_ = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        return true;
    }

    std::uint8_t missing_ = 0;
    std::uint8_t least_ = 0x80;
    std::uint8_t most_ = 0xBF;
};

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/message_reader.hpp

#ifndef HUBWIRE_WEBSOCKET_MESSAGE_READER_HPP
#define HUBWIRE_WEBSOCKET_MESSAGE_READER_HPP

namespace hubwire::websocket {

/// What a reader came upon: a piece of a message, or a whole control frame.
struct event {
    websocket::opcode opcode = opcode::binary;  // text or binary, as the message is; or close, ping or pong
    bool begins = false;                        // it is the first piece of its message; never a control frame
    bool ends = false;                          // it is the last one; likewise
    bytes data{};                               // without the mask; may be empty
    std::size_t size = 0;                       // how many bytes of what was received it took, with the frame's head
};

/// Reads one direction of a connection, message by message, in pieces as they come in. It keeps no bytes: those of a
/// message are handed on as soon as they are there, however long it is, and what is to be kept is for the caller to
/// keep.
///
/// Everything that RFC 6455 says in sections 5 and 7 of what may be sent is enforced, text that is UTF-8 included; the
/// first failure sticks. answer_to(error) is the code for the close frame that answers one.
class message_reader {
public:
    /// Which end of the connection this is: a server takes masked frames only, and a client none of them.
    constexpr explicit message_reader(role receiver, const options& rules = {}) noexcept
        : rules_{rules}, receiver_{receiver} {}

    /// Reads what was received and not yet used, and takes the mask off where it lies. Go on behind event.size bytes.
    /// "Incomplete" leaves everything as it is: try again, from the same first byte, with at least as many bytes more
    /// as it says. What it waits for is never more than a head and a byte, or a control frame: 139 bytes, all told.
    ///
    /// The payload of a close frame is decode_close_status's to read, which will not fail. After one, anything that
    /// follows is refused; RFC 6455-1.4 has the receiver pass over it.
    [[nodiscard]] constexpr result<event> next(buffer received) noexcept {
        if (failure_ != errc::none) return error{.code = failure_};
        const auto found = left_ == 0 ? next_frame(received) : next_piece(received, 0, false);
        if (!found && !found.incomplete()) failure_ = found.error().code;
        return found;
    }

    /// A close frame was read.
    [[nodiscard]] constexpr bool is_closed() const noexcept { return order_.is_closed(); }

private:
    constexpr result<event> next_frame(buffer received) noexcept {
        const bytes input{received.data(), received.size()};
        const detail::head_reader in{receiver_, limit_after(opcode_of(input))};
        if (input.empty()) return detail::part_of(in.least_size(), input);
        errc wrong = detail::check_first_byte(input[0], rules_.binary_only);
        if (wrong == errc::none || order_.is_closed()) wrong = order_.verdict(opcode_of(input));
        if (wrong != errc::none) return error{.code = wrong, .offset = 0};
        const auto head = in.scan(input);
        if (!head) return head.error();

        const std::size_t head_size = head->size();
        if (is_control(head->opcode)) return control_frame(received, *head);
        if (head->payload_size != 0 && input.size() == head_size) return detail::part_of(head_size + 1, input);
        const bool begins = head->opcode != opcode::continuation;
        order_.advance(head->opcode, head->fin);
        message_size_ = (begins ? 0 : message_size_) + head->payload_size;
        left_ = head->payload_size;
        key_ = static_cast<std::uint32_t>(head->key.value_or(masking_key{}));
        return next_piece(received, head_size, begins);
    }

    constexpr result<event> control_frame(buffer received, const frame_head& head) noexcept {
        const bytes input{received.data(), received.size()};
        const std::size_t head_size = head.size();
        const std::size_t size = head_size + static_cast<std::size_t>(head.payload_size);
        if (input.size() < size) return detail::part_of(size, input);
        if (head.key) mask(buffer{received.data() + head_size, size - head_size}, *head.key);
        const bytes payload = input.first(size).without_first(head_size);
        if (head.opcode == opcode::close) {
            if (const auto status = decode_close_status(payload); !status)
                return error{.code = status.error().code, .offset = head_size + status.error().offset};
        }
        order_.advance(head.opcode, true);
        return event{.opcode = head.opcode, .data = payload, .size = size};
    }

    /// As much of the payload of a frame as is there, behind so many bytes of its head.
    constexpr result<event> next_piece(buffer received, std::size_t head_size, bool begins) noexcept {
        const std::size_t there = received.size() - head_size;
        const std::size_t size = there < left_ ? there : static_cast<std::size_t>(left_);
        const buffer piece{received.data() + head_size, size};
        if (size == 0 && left_ != 0) return error{.code = errc::incomplete, .needed = 1};
        if (receiver_ == role::server) {
            mask(piece, masking_key{key_});
            key_ = detail::rotated(key_, size);
        }
        left_ -= size;
        const bytes data{piece.data(), size};
        const bool ends = left_ == 0 && !order_.is_open();
        if (order_.message() == opcode::text && !rules_.any_text) {
            const std::size_t valid = text_.push(data);
            if (valid != size || (ends && !text_.is_complete()))
                return error{.code = errc::websocket_invalid_utf8, .offset = head_size + valid};
        }
        return event{
            .opcode = order_.message(), .begins = begins, .ends = ends, .data = data, .size = head_size + size};
    }

    [[nodiscard]] static constexpr opcode opcode_of(bytes input) noexcept {
        return input.empty() ? opcode::binary : opcode{static_cast<std::uint8_t>(input[0] & 0x0F)};
    }

    /// How much payload a frame may have.
    [[nodiscard]] constexpr std::uint64_t limit_after(opcode code) const noexcept {
        const std::uint64_t before = code == opcode::continuation ? message_size_ : 0;
        const std::uint64_t rest = rules_.max_message_size - before;
        return rules_.max_frame_size < rest ? rules_.max_frame_size : rest;
    }

    options rules_;
    std::uint64_t message_size_ = 0;  // as far as its frames have announced it; not above the limit
    std::uint64_t left_ = 0;          // of the payload of the frame
    std::uint32_t key_ = 0;           // for the next byte of it
    utf8_stream text_{};
    frame_order order_{};
    role receiver_;
    errc failure_ = errc::none;
};

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/request.hpp

#ifndef HUBWIRE_WEBSOCKET_REQUEST_HPP
#define HUBWIRE_WEBSOCKET_REQUEST_HPP

namespace hubwire::websocket {

namespace detail {

/// Where the path of a target begins, or would: at once, or behind the host of a URI (RFC 7230-5.3.2). Nothing if it is
/// neither a path nor a URI with http: or https: and a host.
[[nodiscard]] constexpr std::optional<std::size_t> find_path(std::string_view target) noexcept {
    if (target.starts_with('/')) return 0;
    std::string_view rest = target;
    const std::string_view scheme = take_until<':'>(rest);
    const bool is_known = same_in_any_case(scheme, "http") || same_in_any_case(scheme, "https");
    if (!is_known || rest.size() < 2 || rest[0] != '/' || rest[1] != '/') return std::nullopt;
    const std::size_t host_at = scheme.size() + 3;
    std::size_t at = host_at;
    while (at != target.size() && target[at] != '/' && target[at] != '?') ++at;
    return at == host_at ? std::nullopt : std::optional{at};
}

}  // namespace detail

/// What a client begins with (RFC 6455-4.1): a GET that asks for a switch to WebSocket, version 13.
struct request {
    std::string_view target = "/";  // path and query; a URI with http: or https: as well
    std::string_view host{};        // a name or an address; and : and a port, unless that is 443, or 80 without TLS
    handshake_key key;              // has no default: each connection has its own
    token_list subprotocols{};      // the best first, each once; or none
    extension_list extensions{};    // that the client would use
    std::string_view origin{};      // of a page in a browser; empty for none
    field_list fields{};            // the others

    /// The parts of the target, without the ? between them; / where a URI has no path.
    [[nodiscard]] constexpr std::string_view path() const noexcept {
        std::string_view rest = target;
        rest.remove_prefix(detail::find_path(target).value_or(0));
        const std::string_view path = detail::take_until<'?'>(rest);
        return path.empty() ? std::string_view{"/"} : path;
    }
    [[nodiscard]] constexpr std::string_view query() const noexcept {
        std::string_view rest = target;
        detail::take_until<'?'>(rest);
        return rest;
    }

    friend constexpr bool operator==(const request&, const request&) noexcept = default;
};

namespace detail {

/// Where a target has something that cannot stand: at its begin if it is neither a path nor a URI with one.
[[nodiscard]] constexpr text_fault check_target(std::string_view target) noexcept {
    const std::size_t stranger = find_stranger(target, 0, in_target);
    if (stranger != target.size()) return {.code = errc::websocket_target, .at = stranger};
    return find_path(target) ? text_fault{} : text_fault{.code = errc::websocket_target};
}

[[nodiscard]] constexpr bool is_in_address(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
}

/// RFC 3986-3.2.2 and 3.2.3: a name, or an address of IPv6 in brackets; and a : with a port, which may be empty.
[[nodiscard]] constexpr text_fault check_host(std::string_view host) noexcept {
    const bool in_brackets = host.starts_with('[');
    std::size_t at = in_brackets ? 1 : find_stranger(host, 0, in_host);
    if (in_brackets) {
        while (at != host.size() && is_in_address(host[at])) ++at;
        if (at == 1 || at == host.size() || host[at] != ']') return {.code = errc::websocket_host, .at = at};
        ++at;
    }
    if (at == host.size() && at != 0) return {};
    if (at == 0 || host[at] != ':') return {.code = errc::websocket_host, .at = at};
    ++at;
    const std::string_view port{host.data() + at, host.size() - at};
    if (port.empty()) return {};
    const auto number = hubwire::text::decode_decimal<std::uint16_t>(port);
    return number ? text_fault{} : text_fault{.code = errc::websocket_host, .at = at + number.error().offset};
}

}  // namespace detail

/// Writes the request, with these subprotocols and other fields in the place of those in it: any range of texts, and
/// any range of header_field or of pairs of texts. Refused is what would not be read back as it was given: above all,
/// nothing in any text begins a line of its own.
template <room Room, detail::text_range Subprotocols, class Fields>
constexpr void put_request(basic_writer<Room>& out, const request& r, const Subprotocols& subprotocols,
                           const Fields& fields) noexcept {
    out.put(detail::method_and_space);
    detail::put_checked(out, r.target, detail::check_target(r.target));
    out.put(std::string_view{" HTTP/1.1\r\nHost: "});
    detail::put_checked(out, r.host, detail::check_host(r.host));
    out.put(std::string_view{"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "});
    out.put(r.key.text());
    out.put(std::string_view{"\r\nSec-WebSocket-Version: 13\r\n"});
    detail::put_subprotocols(out, subprotocols);
    detail::put_extensions(out, r.extensions);
    if (!r.origin.empty()) detail::put_line(out, detail::known_name::origin, r.origin);
    detail::put_fields(out, fields, detail::names_of_request, false);
}
template <room Room>
constexpr void put_request(basic_writer<Room>& out, const request& r) noexcept {
    put_request(out, r, r.subprotocols, r.fields);
}

[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const request& r) noexcept {
    writer out{output};
    put_request(out, r);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const request& r) noexcept {
    counting_writer out;
    put_request(out, r);
    return out.finish();
}

/// The same for other ranges, such as std::vector<std::string> and std::map<std::string, std::string>.
template <detail::text_range Subprotocols, class Fields = field_list>
[[nodiscard]] constexpr result<bytes> encode_request(buffer output HUBWIRE_LIFETIMEBOUND, const request& r,
                                                     const Subprotocols& subprotocols,
                                                     const Fields& fields = {}) noexcept {
    writer out{output};
    put_request(out, r, subprotocols, fields);
    return out.finish();
}

namespace detail {

/// Calls look(item) for what stands between the commas of a value; how many items there are.
template <class Look>
constexpr std::size_t for_each_item(std::string_view value, Look look) noexcept {
    std::size_t count = 0;
    while (!value.empty()) {
        const std::string_view item = without_blanks(take_until<','>(value));
        if (item.empty()) continue;
        ++count;
        look(item);
    }
    return count;
}

/// What reading a handshake's fields has in common for both sides: which were seen, and what is wrong, and where.
class field_scan {
public:
    constexpr field_scan(bytes head, std::string_view lines) noexcept : head_{head}, lines_{lines} {}

    [[nodiscard]] constexpr bool ok() const noexcept { return error_.code == errc::none; }
    [[nodiscard]] constexpr const error& fault() const noexcept { return error_; }

    /// Fails, unless something failed before, for a part of the head.
    constexpr void refuse(std::string_view part, errc code, std::size_t at = 0) noexcept {
        if (ok()) error_ = {.code = code, .offset = static_cast<std::size_t>(part.data() - head_.data()) + at};
    }
    constexpr void expect(std::string_view part, const text_fault& fault) noexcept {
        if (fault.code != errc::none) refuse(part, fault.code, fault.at);
    }

    /// Calls take(name, value) for each field, until one is refused; of those in `single`, none is there twice.
    template <class Take>
    constexpr void read_all(name_set single, Take take) noexcept {
        for (std::string_view left = lines_; ok() && !left.empty();) {
            const header_field field = take_field(left);
            const known_name name = find_known_name(field.name);
            if (holds(single, name) && holds(seen_, name)) return refuse(field.name, errc::websocket_repeated_field);
            seen_ = static_cast<name_set>(seen_ | set_of(name));
            take(name, field.value);
        }
    }

    /// Sees that a value has an item, and what check(item) says of each.
    template <class Check>
    constexpr void read_items(std::string_view value, errc when_empty, Check check_item) noexcept {
        const std::size_t count = for_each_item(value, [&](std::string_view item) { expect(item, check_item(item)); });
        if (count == 0) refuse(value, when_empty);
    }

    /// What has to be there, and was not: the empty line comes too early.
    constexpr void demand(bool there, errc code) noexcept {
        if (!there) refuse({lines_.data() + lines_.size(), 0}, code);
    }
    constexpr void demand(known_name name, errc code) noexcept { demand(holds(seen_, name), code); }

private:
    bytes head_;
    std::string_view lines_;
    name_set seen_ = 0;
    error error_{};
};

/// Whether a list names this, in any case.
[[nodiscard]] constexpr bool names(std::string_view value, std::string_view wanted) noexcept {
    bool found = false;
    for_each_item(value, [&](std::string_view item) { found = found || same_in_any_case(item, wanted); });
    return found;
}

}  // namespace detail

/// The request that a head is, with views into it. What is missing is refused at the empty line, everything else where
/// it stands; refusal says what to answer. An Origin is for the caller to judge, and a Host, which may be any; where
/// the target is a URI, its host is the one that is meant (RFC 7230-5.5).
///
/// The rules are those that the cutter was given: its limits hold here as well, by default the same.
[[nodiscard]] constexpr result<request> decode_request(bytes head, const head_options& rules = {}) noexcept {
    using detail::known_name;
    if (const error fault = detail::head_fault(head, head_kind::request, rules); fault.code != errc::none) return fault;
    std::string_view lines = head.text();
    lines.remove_suffix(2);
    detail::take_until<' '>(lines);
    const std::string_view target = detail::take_until<' '>(lines);
    detail::take_until<'\n'>(lines);

    detail::field_scan in{head, lines};
    in.expect(target, detail::check_target(target));
    std::string_view host;
    std::string_view key;
    std::string_view origin;
    bool upgrade = false;
    bool connection = false;
    detail::subprotocol_check subprotocols;
    constexpr auto single = detail::set_of(known_name::host, known_name::key, known_name::version, known_name::origin);
    in.read_all(single, [&](known_name name, std::string_view value) {
        if (detail::announces_body(name, value)) return in.refuse(value, errc::websocket_body);
        switch (name) {
            case known_name::host:
                host = value;
                return in.expect(value, detail::check_host(value));
            case known_name::origin:
                origin = value;
                if (value.empty()) in.refuse(value, errc::websocket_origin);
                return;
            case known_name::upgrade:
                upgrade = upgrade || detail::names(value, "websocket");
                return;
            case known_name::connection:
                connection = connection || detail::names(value, "upgrade");
                return;
            case known_name::key:
                key = value;
                if (const auto read = decode_handshake_key(value); !read)
                    in.refuse(value, errc::websocket_key, read.error().offset);
                return;
            case known_name::version:
                if (value != "13") in.refuse(value, errc::websocket_version);
                return;
            case known_name::subprotocol:
                return in.read_items(value, errc::websocket_subprotocol,
                                     [&](std::string_view item) { return subprotocols.add(item); });
            case known_name::extensions:
                return in.read_items(value, errc::websocket_extension, detail::check_extension);
            default:
                return;
        }
    });
    in.demand(known_name::host, errc::websocket_host);
    in.demand(upgrade, errc::websocket_upgrade);
    in.demand(connection, errc::websocket_connection);
    in.demand(known_name::version, errc::websocket_version);
    in.demand(known_name::key, errc::websocket_key);
    if (!in.ok()) return in.fault();
    return request{.target = target,
                   .host = host,
                   .key = handshake_key::on_the_wire(key),
                   .subprotocols = token_list::on_the_wire(lines, known_name::subprotocol),
                   .extensions = extension_list::on_the_wire(lines, known_name::extensions),
                   .origin = origin,
                   .fields = field_list::on_the_wire(lines, detail::names_of_request)};
}

/// The first subprotocol that the client offers, and so likes best, among those that the server speaks, in any order:
/// any range of texts. It is a view into what was offered; empty if there is none.
template <detail::text_range Range>
[[nodiscard]] constexpr std::string_view choose_subprotocol(const token_list& offered,
                                                            const Range& supported) noexcept {
    for (const std::string_view one : offered) {
        for (const auto& other : supported) {
            if (one == std::string_view{other}) return one;
        }
    }
    return {};
}

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/response.hpp

#ifndef HUBWIRE_WEBSOCKET_RESPONSE_HPP
#define HUBWIRE_WEBSOCKET_RESPONSE_HPP

namespace hubwire::websocket {

/// What a server answers (RFC 6455-4.2.2): that it switches, or by which status it does not.
struct response {
    std::uint16_t status = 101;
    std::optional<accept_key> accept{};  // with 101, and only there, as the next two
    std::string_view subprotocol{};      // one of those that were offered; empty if the server chose none
    extension_list extensions{};         // that are in use from here on
    token_list versions{};               // that the server speaks, with 426
    field_list fields{};                 // the others, such as Location, Retry-After and WWW-Authenticate

    /// Frames come next.
    [[nodiscard]] constexpr bool switches() const noexcept { return status == 101; }

    /// Neither yes nor no: another head comes next (RFC 7231-6.2).
    [[nodiscard]] constexpr bool is_interim() const noexcept { return status < 200 && !switches(); }

    friend constexpr bool operator==(const response&, const response&) noexcept = default;
};

namespace detail {

/// What a person reads behind the status, and no program (RFC 7230-3.1.2).
[[nodiscard]] constexpr std::string_view reason_of(std::uint16_t status) noexcept {
    switch (status) {
        case 101:
            return "Switching Protocols";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "";
    }
}

// The connection is of no use any more, and nothing comes behind the head.
inline constexpr header_field no_content{"Content-Length", "0"};
inline constexpr header_field closing[] = {{"Connection", "close"}, no_content};
inline constexpr header_field asking_for_upgrade[] = {
    {"Upgrade", "websocket"}, {"Connection", "Upgrade, close"}, no_content};  // RFC 7231-6.5.15
inline constexpr header_field asking_for_get[] = {
    {"Allow", "GET"}, {"Connection", "close"}, no_content};  // RFC 7231-6.5.5

}  // namespace detail

/// A refusal without a body, after which the connection is closed: 404, 403, 503, ... For more fields than that, set
/// them in the place of these, with a Content-Length among them: without one, the client waits for a body.
[[nodiscard]] constexpr response refusal(std::uint16_t status) noexcept {
    return {.status = status, .fields = detail::closing};
}

/// What to answer a request that decode_request, or its cutter, has refused (RFC 6455-4.2.2, 4.4): 400, or what says
/// more. Then the connection is closed. Pre: the error is not "incomplete".
[[nodiscard]] constexpr response refusal(const error& failure) noexcept {
    switch (failure.code) {
        case errc::websocket_method:
            return {.status = 405, .fields = detail::asking_for_get};
        case errc::websocket_upgrade:
        case errc::websocket_connection:
        case errc::websocket_version:
            return {.status = 426, .versions = "13", .fields = detail::asking_for_upgrade};
        case errc::websocket_http_version:
            return refusal(505);
        case errc::over_limit:
            return refusal(431);
        default:
            return refusal(400);
    }
}

/// The switch to WebSocket, with the first subprotocol of the client's that is among those that the server speaks: any
/// range of texts. If there is none, the answer has none: look, if the server cannot do without. The subprotocol is a
/// view into the request, so it lasts as long as the head in which that came.
template <detail::text_range Range>
[[nodiscard]] constexpr response answer_to(const request& r, const Range& supported) noexcept {
    return {.accept = accept_key{r.key}, .subprotocol = choose_subprotocol(r.subprotocols, supported)};
}
[[nodiscard]] constexpr response answer_to(const request& r, const token_list& supported = {}) noexcept {
    return answer_to<token_list>(r, supported);
}

/// Writes the response, with these other fields in the place of those in it: any range of header_field or of pairs of
/// texts. Refused is what would not be read back as it was given, as in put_request.
template <room Room, class Fields>
constexpr void put_response(basic_writer<Room>& out, const response& r, const Fields& fields) noexcept {
    const bool has_place = r.switches() || (!r.accept && r.subprotocol.empty() && r.extensions.empty());
    out.put(std::string_view{"HTTP/1.1 "});
    if (r.status < 100 || r.status > 599 || !has_place) return out.fail(errc::websocket_status);
    hubwire::text::put_decimal(out, r.status);
    out.put(std::string_view{" "});
    out.put(detail::reason_of(r.status));
    detail::put_line_end(out);
    if (r.switches()) {
        out.put(std::string_view{"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "});
        if (!r.accept) return out.fail(errc::websocket_accept);
        out.put(r.accept->text());
        detail::put_line_end(out);
        if (!r.subprotocol.empty()) detail::put_subprotocols(out, std::span{&r.subprotocol, 1});
        detail::put_extensions(out, r.extensions);
    }
    detail::put_list(out, detail::known_name::version, r.versions, [&](std::string_view version) {
        detail::put_up_to(out, version, detail::find_stranger(version, 0, detail::in_token), errc::websocket_version);
        if (version.empty()) out.fail(errc::websocket_version);
    });
    detail::put_fields(out, fields, r.switches() ? detail::names_of_switching : detail::names_of_refusal,
                       !r.switches());
}
template <room Room>
constexpr void put_response(basic_writer<Room>& out, const response& r) noexcept {
    put_response(out, r, r.fields);
}

[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const response& r) noexcept {
    writer out{output};
    put_response(out, r);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const response& r) noexcept {
    counting_writer out;
    put_response(out, r);
    return out.finish();
}

/// The same for other ranges of fields, such as std::map<std::string, std::string>.
template <class Fields>
[[nodiscard]] constexpr result<bytes> encode_response(buffer output HUBWIRE_LIFETIMEBOUND, const response& r,
                                                      const Fields& fields) noexcept {
    writer out{output};
    put_response(out, r, fields);
    return out.finish();
}

namespace detail {

/// What is left of a response behind its first line, and without the empty one.
[[nodiscard]] constexpr std::string_view lines_of_response(bytes head) noexcept {
    std::string_view lines = head.text();
    lines.remove_suffix(2);
    take_until<'\n'>(lines);
    return lines;
}

[[nodiscard]] constexpr std::uint16_t status_of(bytes head) noexcept {
    std::uint16_t status = 0;
    for (std::size_t at = status_at; at != status_at + 3; ++at)
        status = static_cast<std::uint16_t>(status * 10 + (head[at] - '0'));
    return status;
}

/// Whether a server may choose this subprotocol: it is a token, and was offered.
template <class Subprotocols>
[[nodiscard]] constexpr text_fault check_chosen(std::string_view subprotocol, const Subprotocols& offered) noexcept {
    const text_fault fault = subprotocol_check{}.add(subprotocol);
    if (fault.code != errc::none) return fault;
    for (const auto& one : offered) {
        if (subprotocol == std::string_view{one}) return {};
    }
    return {.code = errc::websocket_other_subprotocol};
}

/// Whether a server may use this extension: it is one, and was asked for.
[[nodiscard]] constexpr text_fault check_used(std::string_view text, const extension_list& asked_for) noexcept {
    const text_fault fault = check_extension(text);
    if (fault.code != errc::none) return fault;
    for (const extension one : asked_for) {
        if (one.name == to_extension(text).name) return {};
    }
    return {.code = errc::websocket_other_extension};
}

}  // namespace detail

/// The response that a head is, with views into it, as the answer to the request that was sent, with these subprotocols
/// in the place of those in it: any range of texts.
///
/// With status 101 it is held to RFC 6455-4.1: what is missing is refused at the empty line, everything else where it
/// stands. Frames come next, even if a field announces a body (RFC 7230-3.3.3). Any other status is a response like any
/// other, whose meaning is HTTP's: 401 asks for credentials, 3xx for another URI (Location), 426 for another version
/// (versions), 503 for patience (Retry-After). If there is no subprotocol in it, the server chose none: whether that
/// will do is for the caller to judge.
///
/// The rules are those that the cutter was given: its limits hold here as well, by default the same.
template <detail::text_range Subprotocols>
[[nodiscard]] constexpr result<response> decode_response(bytes head, const request& asked, const Subprotocols& offered,
                                                         const head_options& rules = {}) noexcept {
    using detail::known_name;
    if (const error fault = detail::head_fault(head, head_kind::response, rules); fault.code != errc::none)
        return fault;
    const std::string_view lines = detail::lines_of_response(head);
    response r{.status = detail::status_of(head),
               .versions = token_list::on_the_wire(lines, known_name::version),
               .fields = field_list::on_the_wire(lines, detail::names_of_refusal)};
    if (!r.switches()) return r;

    detail::field_scan in{head, lines};
    bool upgrade = false;
    bool connection = false;
    const accept_key expected{asked.key};
    constexpr auto single = detail::set_of(known_name::accept, known_name::subprotocol, known_name::extensions);
    in.read_all(single, [&](known_name name, std::string_view value) {
        switch (name) {
            case known_name::upgrade:
                detail::for_each_item(value, [&](std::string_view item) {
                    upgrade = true;
                    if (!detail::same_in_any_case(item, "websocket")) in.refuse(item, errc::websocket_upgrade);
                });
                return;
            case known_name::connection:
                connection = connection || detail::names(value, "upgrade");
                return;
            case known_name::accept:
                if (value != expected.text()) in.refuse(value, errc::websocket_accept);
                return;
            case known_name::subprotocol:
                r.subprotocol = value;
                return in.expect(value, detail::check_chosen(value, offered));
            case known_name::extensions:
                return in.read_items(value, errc::websocket_extension,
                                     [&](std::string_view item) { return detail::check_used(item, asked.extensions); });
            default:
                return;
        }
    });
    in.demand(upgrade, errc::websocket_upgrade);
    in.demand(connection, errc::websocket_connection);
    in.demand(known_name::accept, errc::websocket_accept);
    if (!in.ok()) return in.fault();
    r.accept = expected;
    r.extensions = extension_list::on_the_wire(lines, known_name::extensions);
    r.fields = field_list::on_the_wire(lines, detail::names_of_switching);
    return r;
}
[[nodiscard]] constexpr result<response> decode_response(bytes head, const request& asked,
                                                         const head_options& rules = {}) noexcept {
    return decode_response(head, asked, asked.subprotocols, rules);
}

}  // namespace hubwire::websocket

#endif

// hubwire/websocket/stream_reader.hpp

#ifndef HUBWIRE_WEBSOCKET_STREAM_READER_HPP
#define HUBWIRE_WEBSOCKET_STREAM_READER_HPP

namespace hubwire::websocket {

/// Turns the frames of one direction of a connection into the stream of bytes that mqtt::cut and amqp::cut take: what
/// is in the payloads of its binary messages, one behind the other, whatever the frames are (RFC 6455 promises nothing
/// of their sizes; MQTT-6.0.0-2 says so of its packets). It works in memory of the caller's, where bytes come in:
///     in.received(receive(in.free_space()));             // what the transport does
///     while (const auto control = in.next_control()) {}  // a ping, or the end; at last "incomplete"
///     while (const auto packet = mqtt::cut(in.stream())) { ... in.consume(packet->size()); }
///
/// What lies in one frame stays where it came in. Only where the head of a frame, or a control frame, comes between
/// bytes that nobody has consumed, the smaller of what lies before and behind it is moved; and what is not consumed
/// goes to the front of the memory when that pays, or when its end is reached.
///
/// The memory has to hold the largest packet, and max_frame_overhead bytes more. If free_space() has no bytes once
/// next_control() said "incomplete", and the cutter wants more, then the packet is too large.
///
/// The head of the handshake may come into the same memory before, if that can hold it: what is received with the end
/// of the head are frames already, and they are where they belong.
///     head = cutter.cut(in.unread());  // of as much as was received; then:
///     in.skip_head(head->size());
class stream_reader {
public:
    /// Room for what may lie behind the stream and is not part of it: a head, or a control frame.
    static constexpr std::size_t max_frame_overhead = max_head_size + max_control_size;

    /// Text messages are refused, whatever the options say.
    constexpr stream_reader(buffer memory HUBWIRE_LIFETIMEBOUND, role receiver, const options& rules = {}) noexcept
        : memory_{memory}, frames_{receiver, binary_only(rules)} {}

    /// Where the next bytes go that come in. Views that were handed out before are no longer valid.
    [[nodiscard]] constexpr buffer free_space() noexcept {
        const std::size_t used = filled_ - begin_;
        if (begin_ != 0 && (begin_ >= used || filled_ == memory_.size())) {
            hubwire::detail::move_down(memory_.data(), memory_.data() + begin_, used);
            end_ -= begin_;
            raw_ -= begin_;
            filled_ = used;
            begin_ = 0;
        }
        return memory_.without_first(filled_);
    }

    /// So many bytes were put there. Pre: there was room for them, or the program traps.
    constexpr void received(std::size_t n) noexcept {
        hubwire::detail::require(n <= memory_.size() - filled_);
        filled_ += n;
    }

    /// What has come in and was not taken apart yet: before the first frame, the head of the handshake, and what comes
    /// behind it.
    [[nodiscard]] constexpr bytes unread() const noexcept { return {memory_.data() + raw_, filled_ - raw_}; }

    /// So many of these bytes are a head, and no frame. Views into it stay valid until free_space() is called.
    /// Pre: they are there, and nothing is in the stream, or the program traps; no frame was begun.
    constexpr void skip_head(std::size_t n) noexcept {
        hubwire::detail::require(n <= filled_ - raw_ && begin_ == end_);
        raw_ += n;
        begin_ = raw_;
        end_ = raw_;
    }

    /// Takes frames apart, up to the next control frame, and returns that. "Incomplete" once all is taken apart that
    /// came in. Views that were handed out before are no longer valid. The first failure sticks; its offset counts from
    /// the frame that is wrong, or from the first byte that has come in of it since.
    [[nodiscard]] constexpr result<event> next_control() noexcept {
        for (;;) {
            const auto found = frames_.next(buffer{memory_.data() + raw_, filled_ - raw_});
            if (!found) {
                close_gap();
                return found;
            }
            raw_ += found->size;
            if (is_control(found->opcode)) return found;
            append(raw_ - found->data.size(), found->data.size());
        }
    }

    /// The bytes of the stream that have come in, and were not consumed yet.
    [[nodiscard]] constexpr bytes stream() const noexcept { return {memory_.data() + begin_, end_ - begin_}; }

    /// The first n bytes are done with. Pre: n <= stream().size(), or the program traps.
    constexpr void consume(std::size_t n) noexcept {
        hubwire::detail::require(n <= end_ - begin_);
        begin_ += n;
    }

    /// A close frame was read: the stream has ended.
    [[nodiscard]] constexpr bool is_closed() const noexcept { return frames_.is_closed(); }

private:
    [[nodiscard]] static constexpr options binary_only(options rules) noexcept {
        rules.binary_only = true;
        return rules;
    }

    /// The stream goes on with n bytes that lie somewhere behind it.
    constexpr void append(std::size_t from, std::size_t n) noexcept {
        const std::size_t size = end_ - begin_;
        if (from != end_ && size < n) {
            hubwire::detail::move_up(memory_.data() + (from - size), memory_.data() + begin_, size);
            begin_ = from - size;
            end_ = from;
        } else if (from != end_) {
            hubwire::detail::move_down(memory_.data() + end_, memory_.data() + from, n);
        }
        end_ += n;
    }

    /// What is left of a frame that is not all there goes right behind the stream, or all of the memory is free.
    constexpr void close_gap() noexcept {
        const std::size_t rest = filled_ - raw_;
        if (begin_ == end_) {
            begin_ = raw_;
        } else {
            hubwire::detail::move_down(memory_.data() + end_, memory_.data() + raw_, rest);
            raw_ = end_;
        }
        end_ = raw_;
        filled_ = raw_ + rest;
    }

    buffer memory_;
    message_reader frames_;
    // The memory is what was consumed, the stream, what was between frames, what is not taken apart yet, and free
    // space.
    std::size_t begin_ = 0;   // of the stream
    std::size_t end_ = 0;     // of the stream
    std::size_t raw_ = 0;     // where frames are that were not taken apart
    std::size_t filled_ = 0;  // up to where bytes came in
};

}  // namespace hubwire::websocket

#endif

// hubwire/websocket.hpp

#ifndef HUBWIRE_WEBSOCKET_HPP
#define HUBWIRE_WEBSOCKET_HPP

/// WebSocket (RFC 6455), in which the hub speaks MQTT and AMQP on port 443: the opening handshake, frames and messages,
/// for either side of a connection.

#endif

// hubwire/hubwire.hpp

#ifndef HUBWIRE_HUBWIRE_HPP
#define HUBWIRE_HUBWIRE_HPP

/// Everything. Each area's own header can be included alone as well.

#endif
