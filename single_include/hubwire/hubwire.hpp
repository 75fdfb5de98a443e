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

// Where the program is compiled for size, the compiler knows best what to put where.
#if defined(__OPTIMIZE_SIZE__)
#define HUBWIRE_ALWAYS_INLINE inline
#define HUBWIRE_NEVER_INLINE
#elif defined(__GNUC__)
#define HUBWIRE_ALWAYS_INLINE [[gnu::always_inline]] inline
#define HUBWIRE_NEVER_INLINE [[gnu::noinline]]
#elif defined(_MSC_VER)
#define HUBWIRE_ALWAYS_INLINE __forceinline
#define HUBWIRE_NEVER_INLINE __declspec(noinline)
#else
#define HUBWIRE_ALWAYS_INLINE inline
#define HUBWIRE_NEVER_INLINE
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
#include <type_traits>
#include <utility>

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
    mqtt_protocol_name,
    mqtt_protocol_level,
    mqtt_reserved_connect_flag,
    mqtt_will_qos_without_will,
    mqtt_will_qos,
    mqtt_will_retain_without_will,
    mqtt_password_without_username,
    mqtt_empty_client_id,
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
    mqtt_direction,

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
    {errc::mqtt_protocol_name, "MQTT-3.1.2-1", "the protocol name is not MQTT"},
    {errc::mqtt_protocol_level, "MQTT-3.1.2-2", "the protocol level is not supported"},
    {errc::mqtt_reserved_connect_flag, "MQTT-3.1.2-3", "the reserved connect flag is set"},
    {errc::mqtt_will_qos_without_will, "MQTT-3.1.2-13", "there is a will QoS without a will"},
    {errc::mqtt_will_qos, "MQTT-3.1.2-14", "the will QoS is 3"},
    {errc::mqtt_will_retain_without_will, "MQTT-3.1.2-15", "there is a will retain flag without a will"},
    {errc::mqtt_password_without_username, "MQTT-3.1.2-22", "there is a password without a user name"},
    {errc::mqtt_empty_client_id, "MQTT-3.1.3-7", "an empty client identifier asks for a clean session"},
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
    {errc::mqtt_direction, "MQTT 2.2.1", "this side never receives such a packet"},
};

inline constexpr rule unknown_rule{errc::application, "", "a rule of the application's own is broken"};

consteval bool rules_in_order() {
    std::size_t index = 0;
    for (const rule& r : rules) {
        if (static_cast<std::size_t>(r.code) != index++) return false;
    }
    return index == std::size_t{static_cast<std::uint16_t>(errc::mqtt_direction)} + 1;
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

template <wire_integer U>
HUBWIRE_ALWAYS_INLINE constexpr U load_be(const char* from) noexcept {
    return [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        return static_cast<U>(
            (... | static_cast<U>(U{static_cast<unsigned char>(from[Index])} << (8 * (sizeof(U) - 1 - Index)))));
    }(std::make_index_sequence<sizeof(U)>{});
}

template <wire_integer U>
HUBWIRE_ALWAYS_INLINE constexpr U load_le(const char* from) noexcept {
    return [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        return static_cast<U>((... | static_cast<U>(U{static_cast<unsigned char>(from[Index])} << (8 * Index))));
    }(std::make_index_sequence<sizeof(U)>{});
}

template <wire_integer U>
HUBWIRE_ALWAYS_INLINE constexpr void store_be(char* to, U value) noexcept {
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        ((to[Index] = static_cast<char>(static_cast<unsigned char>(value >> (8 * (sizeof(U) - 1 - Index))))), ...);
    }(std::make_index_sequence<sizeof(U)>{});
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
    constexpr const T* operator->() const noexcept HUBWIRE_LIFETIMEBOUND { return &**this; }
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
    constexpr explicit reader(bytes input HUBWIRE_LIFETIMEBOUND, errc when_short = errc::incomplete) noexcept
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

    /// The bytes read since the given offset, as they stand in the input; empty after a failure.
    /// Pre: since <= offset(), or the program traps.
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bytes read_since(std::size_t since) const noexcept {
        if (!ok()) return {};
        detail::require(since <= offset());
        return {begin_ + since, offset() - since};
    }

    /// The next n bytes, read.
    HUBWIRE_ALWAYS_INLINE constexpr bytes take(std::size_t n) noexcept {
        if (n <= left()) [[likely]] {
            const char* const from = at_;
            at_ += n;
            return {from, n};
        }
        run_short(n);
        return {};
    }

    /// All that is left of the innermost part, or of the input, read.
    HUBWIRE_ALWAYS_INLINE constexpr bytes rest() noexcept { return take(left() + absent_); }

    /// The next sizeof(U) bytes, read as a number in network byte order.
    template <detail::wire_integer U>
    HUBWIRE_ALWAYS_INLINE constexpr U be() noexcept {
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
    HUBWIRE_ALWAYS_INLINE constexpr void fail(errc code, std::size_t at) noexcept {
        if (!ok()) return;
        detail::require(code != errc::none && code != errc::incomplete &&
                        at <= static_cast<std::size_t>(input_end_ - begin_));
        fail(hubwire::error{.code = code, .offset = at});
    }
    HUBWIRE_ALWAYS_INLINE constexpr void fail(errc code) noexcept { fail(code, offset()); }

    /// Fails if the verdict on a view that was read is a failure, such as check_utf8's of a text. Its offset becomes
    /// one of this input, and what is incomplete in the view alone is truncated here. Pre: the view came from this
    /// reader, or the program traps.
    template <class T>
    HUBWIRE_ALWAYS_INLINE constexpr void expect(bytes part, const result<T>& verdict) noexcept {
        if (verdict || !ok()) [[likely]]
            return;
        const hubwire::error& inside = verdict.error();
        detail::require(begin_ <= part.data() && part.data() + part.size() <= at_ && inside.offset <= part.size());
        fail(inside.incomplete() ? errc::truncated : inside.code,
             static_cast<std::size_t>(part.data() - begin_) + inside.offset);
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
    /// a read of what is not there yet, at the latest leave, fails as "incomplete".
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

    /// The counterpart of enter. Bytes of the part that were not read fail as "leftover": a sender that put them there
    /// means something else than we understood. Pre, unless something failed: it is what the last enter that was not
    /// left returned, or the program traps.
    HUBWIRE_ALWAYS_INLINE constexpr void leave(outside around) noexcept {
        if (!ok()) return;
        detail::require(depth_ == around.depth_ + 1 && end_ <= around.end_ && around.end_ <= input_end_);
        if (left() != 0) return fail(errc::leftover);
        if (absent_ != 0) return run_short(absent_);
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
    HUBWIRE_ALWAYS_INLINE constexpr void run_short(std::size_t n) noexcept {
        const std::size_t missing = n - left();
        fail(shortage(missing, offset(), left(), missing <= absent_ ? errc::incomplete : when_short_));
    }

    // Given values rather than the reader: one whose address goes nowhere can live in registers.
    HUBWIRE_NEVER_INLINE static constexpr hubwire::error shortage(std::size_t missing, std::size_t offset,
                                                                  std::size_t left, errc code) noexcept {
        if (code != errc::incomplete) return {.code = code, .offset = offset};
        return {.code = code, .offset = offset + left, .needed = missing};
    }

    HUBWIRE_ALWAYS_INLINE constexpr void fail(const hubwire::error& failure) noexcept {
        if (ok()) error_ = failure;
        at_ = end_;
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

// hubwire/core/word.hpp

#ifndef HUBWIRE_CORE_WORD_HPP
#define HUBWIRE_CORE_WORD_HPP

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

/// Bytes equal to an ASCII character. Exact up to and including the first one, as above; a byte that is not ASCII may
/// show as well.
HUBWIRE_ALWAYS_INLINE constexpr word bytes_equal_to(word w, char ascii) noexcept {
    return ((w ^ every_byte(static_cast<unsigned char>(ascii))) - every_byte(1)) & every_byte(0x80);
}

/// Whether the mask that is made of a word is 0 for all words of the text. Looks at some bytes twice, and at a text of
/// less than eight bytes as a word made of its bytes.
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
    const auto byte = [text](std::size_t at) { return word{static_cast<unsigned char>(text[at])}; };
    const word all_three = byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16;
    return mask_of(all_three | all_three << 24 | all_three << 48) == 0;
}

#if defined(HUBWIRE_HAS_BLOCKS)
/// Sixteen bytes, in one register; a comparison gives -1 in each byte where it holds.
using block [[gnu::vector_size(16)]] = signed char;

/// The same with blocks, for a text of at least one: whether the mask that is made of a block is 0 for all of them.
template <class MaskOf>
HUBWIRE_ALWAYS_INLINE bool all_blocks_pass(const char* text, std::size_t size, MaskOf mask_of) noexcept {
    const auto mask_at = [&](std::size_t at) {
        block b;
        std::memcpy(&b, text + at, sizeof b);
        return static_cast<block>(mask_of(b));
    };
    block seen = mask_at(size - sizeof(block));
    for (std::size_t at = 0; at < size - sizeof(block); at += sizeof(block)) seen |= mask_at(at);
    word halves[2];
    std::memcpy(halves, &seen, sizeof halves);
    return (halves[0] | halves[1]) == 0;
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
    if constexpr (!optimize_for_size) {
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

// hubwire/core/version.hpp

#ifndef HUBWIRE_CORE_VERSION_HPP
#define HUBWIRE_CORE_VERSION_HPP

// The one place where the version stands; CMake and the package files read it from here.
#define HUBWIRE_VERSION_MAJOR 0
#define HUBWIRE_VERSION_MINOR 1
#define HUBWIRE_VERSION_PATCH 0

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

/// memcpy for constant expressions too. The fields of a packet are mostly short: up to 32 bytes go in a few moves,
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
    if (n > 32) {
        std::memcpy(to, from, n);
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
    errc when_other;
    std::uint8_t least;  // remaining length
    bool exact;          // ... and no other
};

inline constexpr shape shapes[] = {
    {0, errc::mqtt_flags, 7, false},              // CONNECT: name and level, which decides what has to follow
    {0, errc::mqtt_flags, 2, true},               // CONNACK
    {0, errc::mqtt_flags, 2, false},              // PUBLISH: a topic, whose own rule says that it is not empty
    {0, errc::mqtt_flags, 2, true},               // PUBACK
    {0, errc::mqtt_flags, 2, true},               // PUBREC
    {2, errc::mqtt_pubrel_flags, 2, true},        // PUBREL
    {0, errc::mqtt_flags, 2, true},               // PUBCOMP
    {2, errc::mqtt_subscribe_flags, 5, false},    // SUBSCRIBE: identifier, a filter (likewise), QoS
    {0, errc::mqtt_flags, 3, false},              // SUBACK: identifier, a return code
    {2, errc::mqtt_unsubscribe_flags, 4, false},  // UNSUBSCRIBE: identifier, a filter (likewise)
    {0, errc::mqtt_flags, 2, true},               // UNSUBACK
    {0, errc::mqtt_flags, 0, true},               // PINGREQ
    {0, errc::mqtt_flags, 0, true},               // PINGRESP
    {0, errc::mqtt_disconnect_flags, 0, true},    // DISCONNECT
};

[[nodiscard]] constexpr const shape& shape_of(packet_type type) noexcept {
    return shapes[static_cast<std::size_t>(type) - 1];
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
    return flags == expected.flags ? errc::none : expected.when_other;
}

/// Whether the input begins a packet that is fine so far, and of another type.
[[nodiscard]] constexpr bool is_of_another_type(bytes input, packet_type type) noexcept {
    return !input.empty() && check_first_byte(input[0]) == errc::none && input[0] >> 4 != static_cast<int>(type);
}

[[nodiscard]] constexpr errc check_length(packet_type type, std::uint8_t flags, std::size_t length) noexcept {
    const shape& expected = shape_of(type);
    const bool with_id = type == packet_type::publish && (flags & 6) != 0;
    const std::size_t least = expected.least + (with_id ? 2u : 0u);
    if (length == least || (length > least && !expected.exact)) [[likely]]
        return errc::none;
    if (length == 2) {  // room for an identifier, and no list behind it
        if (type == packet_type::subscribe) return errc::mqtt_no_subscriptions;
        if (type == packet_type::suback) return errc::mqtt_suback_count;
        if (type == packet_type::unsubscribe) return errc::mqtt_no_filters;
    }
    return errc::mqtt_impossible_length;
}

/// Reads a fixed header, and fails as soon as nothing that could follow would help.
constexpr fixed_header scan_fixed_header(reader& in, const options& rules) noexcept {
    const std::uint8_t first = in.u8();
    if (!in.ok()) return {};
    if (const errc wrong = check_first_byte(first); wrong != errc::none) {
        in.fail(wrong, 0);
        return {};
    }
    fixed_header header{.type = packet_type{static_cast<std::uint8_t>(first >> 4)},
                        .flags = static_cast<std::uint8_t>(first & 0x0F),
                        .size = 1};
    for (;;) {
        const std::uint8_t digit = in.u8();
        if (!in.ok()) return {};
        header.remaining_length |= static_cast<std::uint32_t>(digit & 0x7F) << (7 * (header.size - 1));
        ++header.size;
        if (digit < 0x80) {
            if (digit == 0 && header.size > 2 && rules.refuse_padded_length) in.fail(errc::mqtt_padded_length, 1);
            break;
        }
        if (header.size == 5) {  // a fourth byte of the length announces a fifth [MQTT 2.2.3]
            in.fail(errc::mqtt_remaining_length, 4);
            return {};
        }
        // The bytes to come can add to the length, and nothing to its seven lowest bits.
        if (shape_of(header.type).exact) {
            const bool possible = header.remaining_length == shape_of(header.type).least;
            if (!possible) in.fail(errc::mqtt_impossible_length, 1);
            if (rules.refuse_padded_length) in.fail(errc::mqtt_padded_length, 1);
            if (!in.ok()) return {};
        }
        if (header.packet_size() >= rules.max_packet_size) {  // and there is a byte of the header to come
            in.fail(errc::over_limit, 1);
            return {};
        }
    }
    if (const errc wrong = check_length(header.type, header.flags, header.remaining_length); wrong != errc::none)
        in.fail(wrong, 1);
    if (header.packet_size() > rules.max_packet_size) in.fail(errc::over_limit, 1);
    return header;
}

HUBWIRE_NEVER_INLINE constexpr result<fixed_header> decode_any_fixed_header(bytes input,
                                                                            const options& rules) noexcept {
    reader in{input};
    const fixed_header header = scan_fixed_header(in, rules);
    return in.result_of(header);
}

/// The same for nearly all headers there are: of the given type, two or three bytes long, and with nothing wrong.
/// False for others. Where the type is known to the compiler, so are most of the rules.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_usual_fixed_header(bytes input, packet_type type,
                                                                         const options& rules,
                                                                         fixed_header& header) noexcept {
    if (optimize_for_size || input.size() < 3 || input[0] >> 4 != static_cast<int>(type)) return false;
    const bool longer = input[1] >= 0x80;
    const std::uint8_t high = longer ? input[2] : 0;
    header = {.type = type,
              .flags = static_cast<std::uint8_t>(input[0] & 0x0F),
              .size = static_cast<std::uint8_t>(longer ? 3 : 2),
              .remaining_length = (input[1] & 0x7Fu) | std::uint32_t{high} << 7};
    return (!longer || (high != 0 && high < 0x80)) && check_first_byte(input[0]) == errc::none &&
           check_length(type, header.flags, header.remaining_length) == errc::none &&
           header.packet_size() <= rules.max_packet_size;
}

[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<fixed_header> read_fixed_header(bytes input,
                                                                                     const options& rules) noexcept {
    fixed_header header;
    if (!input.empty() && is_usual_fixed_header(input, static_cast<packet_type>(input[0] >> 4), rules, header))
        [[likely]]
        return header;
    return decode_any_fixed_header(input, rules);
}

}  // namespace detail

/// The fixed header that the input begins with. Refused from the first byte on where nothing that follows could help: a
/// reserved type, flags that are not this type's, a length that this type cannot have or that is over the limit.
[[nodiscard]] constexpr result<fixed_header> decode_fixed_header(bytes input, const options& rules = {}) noexcept {
    return detail::read_fixed_header(input, rules);
}

namespace detail {

HUBWIRE_NEVER_INLINE constexpr result<bytes> cut_unusual(bytes received, const options& rules) noexcept {
    const auto header = decode_any_fixed_header(received, rules);
    if (!header) return header.error();
    reader in{received};
    const bytes packet = in.take(header->packet_size());
    return in.result_of(packet);
}

}  // namespace detail

/// The packet that a stream begins with, as a view of its bytes, for decode(). "Incomplete" says how many bytes more it
/// takes: exactly so many once the length is there. Works from the first byte on, however the stream was split.
///
/// Give it what was received and not yet used; go on behind the packet, which has as many bytes as the view.
[[nodiscard]] constexpr result<bytes> cut(bytes received, const options& rules = {}) noexcept {
    fixed_header header;
    if (!received.empty() &&
        detail::is_usual_fixed_header(received, static_cast<packet_type>(received[0] >> 4), rules, header)) {
        reader in{received};
        const bytes packet = in.take(header.packet_size());
        if (in.ok()) [[likely]]
            return packet;
    }
    return detail::cut_unusual(received, rules);
}

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt/measure.hpp

#ifndef HUBWIRE_MQTT_MEASURE_HPP
#define HUBWIRE_MQTT_MEASURE_HPP

namespace hubwire::mqtt::detail {

/// The first of the two passes over a packet that is to be encoded: how many bytes come behind its fixed header, and
/// whether every rule holds. The second writes without looking at anything again. Sizes are compared before they are
/// added up, so they do not wrap on machines of 32 bits either.
class measure {
public:
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr const hubwire::error& error() const noexcept { return error_; }

    constexpr void fixed(std::size_t size) noexcept { size_ += size; }

    HUBWIRE_ALWAYS_INLINE constexpr void rule(bool holds, errc code) noexcept {
        if (!holds) [[unlikely]]
            fail(code, size_);
    }

    HUBWIRE_ALWAYS_INLINE constexpr void text(std::string_view value, const result<void>& verdict) noexcept {
        if (!verdict) [[unlikely]]
            fail(verdict.error().code, size_ + 2 + verdict.error().offset);
        sized(value.size());
    }

    HUBWIRE_ALWAYS_INLINE constexpr void binary(bytes value) noexcept {
        if (value.size() > max_field_size) [[unlikely]]
            fail(errc::too_long, size_);
        sized(value.size());
    }

    HUBWIRE_ALWAYS_INLINE constexpr void payload(std::size_t size) noexcept {
        if (size > max_remaining_length - size_) [[unlikely]]
            return fail(errc::mqtt_remaining_length, size_);
        size_ += size;
    }

private:
    HUBWIRE_ALWAYS_INLINE constexpr void sized(std::size_t size) noexcept {
        if (size > max_field_size || size_ > max_remaining_length - 2 - size) [[unlikely]]
            return fail(errc::mqtt_remaining_length, size_);
        size_ += 2 + size;
    }

    HUBWIRE_ALWAYS_INLINE constexpr void fail(errc code, std::size_t at) noexcept {
        if (error_.code == errc::none) error_ = {.code = code, .offset = at};
    }

    std::size_t size_ = 0;
    hubwire::error error_{};
};

/// A text or binary field, which was found to be short enough.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void put_field(basic_writer<Room>& out, bytes value) noexcept {
    out.u16(static_cast<std::uint16_t>(value.size()));
    out.put(value);
}

}  // namespace hubwire::mqtt::detail

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

template <class T>
inline constexpr bool answer_to_publish = !std::same_as<T, unsuback>;

template <class T>
concept ping = std::same_as<T, pingreq> || std::same_as<T, pingresp>;

template <ack T>
HUBWIRE_ALWAYS_INLINE constexpr void measure_body(measure& m, const T& p, const options&) noexcept {
    m.rule(p.packet_id != 0, answer_to_publish<T> ? errc::mqtt_publish_answer_id : errc::mqtt_subscribe_answer_id);
    m.fixed(2);
}
template <ack T>
[[nodiscard]] constexpr std::uint8_t header_flags(const T&) noexcept {
    return shape_of(T::type).flags;
}
template <room Room, ack T>
HUBWIRE_ALWAYS_INLINE constexpr void write_body(basic_writer<Room>& out, const T& p) noexcept {
    out.u16(p.packet_id);
}

/// A packet identifier, which is never 0 on the wire.
HUBWIRE_ALWAYS_INLINE constexpr std::uint16_t read_packet_id(reader& in, errc when_zero) noexcept {
    const std::size_t at = in.offset();
    const std::uint16_t id = in.u16();
    if (id == 0) in.fail(when_zero, at);
    return id;
}
template <ack T>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header&, T& p, const options&) noexcept {
    p.packet_id =
        read_packet_id(in, answer_to_publish<T> ? errc::mqtt_publish_answer_id : errc::mqtt_subscribe_answer_id);
}

template <ping T>
HUBWIRE_ALWAYS_INLINE constexpr void measure_body(measure&, const T&, const options&) noexcept {}
template <ping T>
[[nodiscard]] constexpr std::uint8_t header_flags(const T&) noexcept {
    return 0;
}
template <room Room, ping T>
HUBWIRE_ALWAYS_INLINE constexpr void write_body(basic_writer<Room>&, const T&) noexcept {}
template <ping T>
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
    return nul_or_non_ascii_bytes(w) | bytes_equal_to(w | every_byte(0x08), '+');
}

// What needs a closer look in a text, and in a topic: in eight bytes, and in sixteen.
struct plain_text {
    static constexpr word refused(word w) noexcept { return not_plain_text(w); }
#if defined(HUBWIRE_HAS_BLOCKS)
    static block refused(block b) noexcept { return b < 1; }
#endif
};
struct plain_topic {
    static constexpr word refused(word w) noexcept { return not_plain_topic(w); }
#if defined(HUBWIRE_HAS_BLOCKS)
    static block refused(block b) noexcept { return (b < 1) | ((b | 0x08) == '+'); }
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
    for (std::size_t at = 0; at != text.size();) {
        const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[at + i])}; };
        const std::uint32_t lead = byte(0);
        const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        std::uint32_t character = size == 1 ? lead : lead & (0x7Fu >> size);
        for (std::size_t i = 1; i != size; ++i) character = character << 6 | (byte(i) & 0x3F);
        if ((character >= 0x01 && character <= 0x1F) || (character >= 0x7F && character <= 0x9F) ||
            (character >= 0xFDD0 && character <= 0xFDEF) || (character & 0xFFFE) == 0xFFFE)
            return at;
        at += size;
    }
    return text.size();
}

/// The whole of MQTT 1.5.3, for a text with something that is not plain.
HUBWIRE_NEVER_INLINE constexpr result<void> check_unusual_text(std::string_view text, const options& rules) noexcept {
    if (text.size() > max_field_size) return error{.code = errc::too_long, .offset = max_field_size};
    const std::size_t valid = utf8_valid_prefix(text, nul::refused);
    if (valid != text.size()) {
        const errc code = text[valid] == '\0' ? errc::mqtt_nul_in_text : errc::mqtt_invalid_utf8;
        return error{.code = code, .offset = valid};
    }
    if (!rules.refuse_discouraged_characters) return {};
    const std::size_t at = discouraged_at(text);
    if (at != text.size()) return error{.code = errc::mqtt_discouraged_character, .offset = at};
    return {};
}

HUBWIRE_NEVER_INLINE constexpr result<void> check_unusual_topic(std::string_view topic, const options& rules) noexcept {
    if (topic.empty()) return error{.code = errc::mqtt_empty_topic};
    if (const auto checked = check_unusual_text(topic, rules); !checked) return checked;
    const std::size_t wildcard = find_wildcard(topic);
    if (wildcard != topic.size()) return error{.code = errc::mqtt_wildcard_in_topic, .offset = wildcard};
    return {};
}

}  // namespace detail

/// Whether a text may stand in a packet: well-formed UTF-8 [MQTT-1.5.3-1] without U+0000 [MQTT-1.5.3-2], of at most
/// 65,535 bytes. (A byte order mark is a character like any other [MQTT-1.5.3-3].)
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> check_text(std::string_view text,
                                                                      const options& rules = {}) noexcept {
    if (detail::is_plain<detail::plain_text>(text, rules)) [[likely]]
        return {};
    return detail::check_unusual_text(text, rules);
}

/// Whether a text may be the topic of a PUBLISH or a will: as above, at least one character long [MQTT-4.7.3-1], and
/// without wildcards [MQTT-3.3.2-2].
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> check_topic_name(std::string_view topic,
                                                                            const options& rules = {}) noexcept {
    if (!topic.empty() && detail::is_plain<detail::plain_topic>(topic, rules)) [[likely]]
        return {};
    return detail::check_unusual_topic(topic, rules);
}

/// Whether a text may be a topic filter: a text, at least one character long [MQTT-4.7.3-1], in which # is the last
/// level [MQTT-4.7.1-2] and + a whole level [MQTT-4.7.1-3].
[[nodiscard]] constexpr result<void> check_topic_filter(std::string_view filter, const options& rules = {}) noexcept {
    if (filter.empty()) return error{.code = errc::mqtt_empty_topic};
    std::string_view levels = filter;  // most filters have one wildcard, at the end
    if (levels.ends_with("/#")) levels.remove_suffix(2);
    if (filter.size() <= max_field_size && detail::is_plain<detail::plain_topic>(levels, rules)) [[likely]]
        return {};
    if (const auto checked = check_text(filter, rules); !checked) return checked;
    for (std::size_t at = 0; at != filter.size(); ++at) {
        if (!detail::is_wildcard(filter[at])) continue;
        const bool begins_level = at == 0 || filter[at - 1] == '/';
        const bool ends_filter = at + 1 == filter.size();
        const bool ends_level = ends_filter || filter[at + 1] == '/';
        if (filter[at] == '#' && (!begins_level || !ends_filter))
            return error{.code = errc::mqtt_multi_level_wildcard, .offset = at};
        if (!begins_level || !ends_level) return error{.code = errc::mqtt_single_level_wildcard, .offset = at};
    }
    return {};
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
[[nodiscard]] constexpr bool may_be_empty(const connect& p) noexcept { return p.clean_session && !is_level_3(p.level); }

/// A will's topic is a topic name, and breaking that has a statement of its own.
[[nodiscard]] constexpr result<void> check_will_topic(std::string_view topic, const options& rules) noexcept {
    const auto checked = check_topic_name(topic, rules);
    if (checked || checked.error().code != errc::mqtt_wildcard_in_topic) return checked;
    return error{.code = errc::mqtt_wildcard_in_will_topic, .offset = checked.error().offset};
}

HUBWIRE_ALWAYS_INLINE constexpr void measure_body(measure& m, const connect& p, const options& rules) noexcept {
    m.fixed(protocol_field(is_level_3(p.level)).size());
    m.rule(is_supported(p.level, rules), errc::mqtt_protocol_level);
    m.fixed(1);
    m.rule(!p.will || p.will->qos <= qos::exactly_once, errc::mqtt_will_qos);
    m.rule(!p.password || p.username, errc::mqtt_password_without_username);
    m.fixed(3);
    m.rule(!p.client_id.empty() || may_be_empty(p), errc::mqtt_empty_client_id);
    m.text(p.client_id, check_text(p.client_id, rules));
    if (p.will) {
        m.text(p.will->topic, check_will_topic(p.will->topic, rules));
        m.binary(p.will->payload);
    }
    if (p.username) m.text(*p.username, check_text(*p.username, rules));
    if (p.password) m.binary(*p.password);
}

[[nodiscard]] constexpr std::uint8_t header_flags(const connect&) noexcept { return 0; }

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_body(basic_writer<Room>& out, const connect& p) noexcept {
    unsigned flags = p.clean_session ? connect_clean_session : 0u;
    if (p.will) flags |= connect_will | static_cast<unsigned>(p.will->qos) << 3;
    if (p.will && p.will->retain) flags |= connect_will_retain;
    if (p.password) flags |= connect_password;
    if (p.username) flags |= connect_username;

    out.put(protocol_field(is_level_3(p.level)));
    out.u8(p.level);
    out.u8(flags);
    out.u16(p.keep_alive);
    put_field(out, p.client_id);
    if (p.will) {
        put_field(out, p.will->topic);
        put_field(out, p.will->payload);
    }
    if (p.username) put_field(out, *p.username);
    if (p.password) put_field(out, *p.password);
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
    const std::size_t there = in.left() < field.size() ? in.left() : field.size();
    return in.take(there) == bytes{field}.first(there);
}

/// A text of the packet, judged.
template <class Judge>
HUBWIRE_ALWAYS_INLINE constexpr std::string_view read_text(reader& in, Judge judge, const options& rules) noexcept {
    const bytes text = in.sized16();
    in.expect(text, judge(text.text(), rules));
    return text.text();
}

HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header& header, connect& p,
                                               const options& rules) noexcept {
    const auto any_text = [](std::string_view text, const options& o) { return check_text(text, o); };

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

    const std::size_t flags_at = in.offset();
    const std::uint8_t flags = in.u8();
    if (const errc wrong = check_connect_flags(flags); wrong != errc::none) in.fail(wrong, flags_at);
    p.clean_session = (flags & connect_clean_session) != 0;
    p.keep_alive = in.u16();

    const std::size_t id_at = in.offset();
    p.client_id = read_text(in, any_text, rules);
    if ((flags & connect_will) != 0) {
        mqtt::will will;
        will.topic = read_text(in, check_will_topic, rules);
        will.payload = in.sized16();
        will.qos = mqtt::qos{static_cast<std::uint8_t>(flags >> 3 & 3)};
        will.retain = (flags & connect_will_retain) != 0;
        p.will = will;
    }
    if ((flags & connect_username) != 0) p.username = read_text(in, any_text, rules);
    if ((flags & connect_password) != 0) p.password = in.sized16();

    // Answered, and so refused, only if all the rest is there and as it should be [MQTT-3.1.4-1].
    if (!may_be_empty(p) && p.client_id.empty()) {
        const std::size_t end = in.offset();
        if (!in.rest().empty()) in.fail(errc::leftover, end);
        in.fail(errc::mqtt_empty_client_id, id_at);
    }
}

HUBWIRE_ALWAYS_INLINE constexpr void measure_body(measure& m, const connack& p, const options&) noexcept {
    const bool is_code = p.code <= connect_code::not_authorized;
    m.rule(!is_code || p.code == connect_code::accepted || !p.session_present, errc::mqtt_session_present);
    m.fixed(1);
    m.rule(is_code, errc::mqtt_return_code);
    m.fixed(1);
}

[[nodiscard]] constexpr std::uint8_t header_flags(const connack&) noexcept { return 0; }

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_body(basic_writer<Room>& out, const connack& p) noexcept {
    out.u8(p.session_present ? 1 : 0);
    out.u8(static_cast<std::uint8_t>(p.code));
}

HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header&, connack& p, const options&) noexcept {
    const std::size_t flags_at = in.offset();
    const std::uint8_t flags = in.u8();
    if (flags > 1) in.fail(errc::mqtt_reserved_connack_flags, flags_at);
    const std::uint8_t code = in.u8();
    if (code > static_cast<std::uint8_t>(connect_code::not_authorized)) in.fail(errc::mqtt_return_code, flags_at + 1);
    if (flags != 0 && code != 0) in.fail(errc::mqtt_session_present, flags_at);
    p = {.session_present = flags != 0, .code = connect_code{code}};
}

HUBWIRE_ALWAYS_INLINE constexpr void measure_body(measure&, const disconnect&, const options&) noexcept {}
[[nodiscard]] constexpr std::uint8_t header_flags(const disconnect&) noexcept { return 0; }
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_body(basic_writer<Room>&, const disconnect&) noexcept {}
HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader&, const fixed_header&, disconnect&, const options&) noexcept {}

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

[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr publish_head head_of(const publish& p) noexcept {
    return {.topic = p.topic,
            .payload_size = p.payload.size(),
            .qos = p.qos,
            .packet_id = p.packet_id,
            .dup = p.dup,
            .retain = p.retain};
}

template <class T>
concept message = std::same_as<T, publish> || std::same_as<T, publish_head>;

[[nodiscard]] constexpr std::size_t payload_size(const publish& p) noexcept { return p.payload.size(); }
[[nodiscard]] constexpr std::size_t payload_size(const publish_head& p) noexcept { return p.payload_size; }

template <message T>
HUBWIRE_ALWAYS_INLINE constexpr void measure_body(measure& m, const T& p, const options& rules) noexcept {
    m.rule(p.qos <= qos::exactly_once, errc::mqtt_qos);
    m.rule(!p.dup || p.qos != qos::at_most_once, errc::mqtt_dup_at_qos_0);
    m.text(p.topic, check_topic_name(p.topic, rules));
    if (p.qos != qos::at_most_once) {
        m.rule(p.packet_id != 0, errc::mqtt_packet_id);
        m.fixed(2);
    } else {
        m.rule(p.packet_id == 0, errc::mqtt_packet_id_at_qos_0);
    }
    m.payload(payload_size(p));
}

template <message T>
[[nodiscard]] constexpr std::uint8_t header_flags(const T& p) noexcept {
    return static_cast<std::uint8_t>((p.dup ? dup_flag : 0) | static_cast<unsigned>(p.qos) << 1 |
                                     (p.retain ? retain_flag : 0));
}

template <room Room, message T>
HUBWIRE_ALWAYS_INLINE constexpr void write_body(basic_writer<Room>& out, const T& p) noexcept {
    put_field(out, p.topic);
    if (p.qos != qos::at_most_once) out.u16(p.packet_id);
    if constexpr (std::same_as<T, publish>) out.put(p.payload);
}

/// What stands before the payload; the flags were checked with the fixed header.
template <message T>
HUBWIRE_ALWAYS_INLINE constexpr void read_publish_head(reader& in, const fixed_header& header, T& p,
                                                       const options& rules) noexcept {
    p.qos = mqtt::qos{static_cast<std::uint8_t>(header.flags >> 1 & 3)};
    p.dup = (header.flags & dup_flag) != 0;
    p.retain = (header.flags & retain_flag) != 0;
    const std::size_t size = in.u16();
    const std::size_t size_of_id = p.qos != qos::at_most_once ? 2 : 0;
    if (2 + size + size_of_id > header.remaining_length) in.fail(errc::truncated);  // before all of it is there
    const bytes topic = in.take(size);
    in.expect(topic, check_topic_name(topic.text(), rules));
    p.topic = topic.text();
    if (p.qos != qos::at_most_once) p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
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
[[nodiscard]] constexpr result<decoded_publish_head> decode_publish_head(bytes received,
                                                                         const options& rules = {}) noexcept {
    if (detail::is_of_another_type(received, packet_type::publish)) return error{.code = errc::mqtt_wrong_packet};
    const auto header = detail::read_fixed_header(received, rules);
    if (!header) return header.error();
    reader in{received};
    in.take(header->size);
    (void)in.enter(header->remaining_length);
    decoded_publish_head decoded;
    detail::read_publish_head(in, *header, decoded.head, rules);
    if (!in.ok()) return in.error();
    decoded.size = in.offset();
    decoded.head.payload_size = header->packet_size() - decoded.size;
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

/// The items of a list and of any other range are measured and written alike.
HUBWIRE_ALWAYS_INLINE constexpr void measure_item(measure& m, const subscription& item, const options& rules) noexcept {
    m.text(item.filter, check_topic_filter(item.filter, rules));
    m.rule(item.qos <= qos::exactly_once, errc::mqtt_requested_qos);
    m.payload(1);
}
HUBWIRE_ALWAYS_INLINE constexpr void measure_item(measure& m, std::string_view filter, const options& rules) noexcept {
    m.text(filter, check_topic_filter(filter, rules));
}
[[nodiscard]] constexpr bool is_suback_code(std::uint8_t code) noexcept { return code <= 2 || code == 0x80; }
HUBWIRE_ALWAYS_INLINE constexpr void measure_item(measure& m, suback_code code, const options&) noexcept {
    m.rule(is_suback_code(static_cast<std::uint8_t>(code)), errc::mqtt_suback_code);
    m.payload(1);
}

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_item(basic_writer<Room>& out, const subscription& item) noexcept {
    put_field(out, item.filter);
    out.u8(static_cast<std::uint8_t>(item.qos));
}
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_item(basic_writer<Room>& out, std::string_view filter) noexcept {
    put_field(out, filter);
}
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_item(basic_writer<Room>& out, suback_code code) noexcept {
    out.u8(static_cast<std::uint8_t>(code));
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

template <class Item, class Range>
HUBWIRE_ALWAYS_INLINE constexpr void measure_body(measure& m, const id_and_items<Item, Range>& p,
                                                  const options& rules) noexcept {
    m.rule(p.packet_id != 0, p.when_id_is_zero);
    m.fixed(2);
    const std::size_t before = m.size();
    for (const Item item : p.items) measure_item(m, item, rules);
    m.rule(m.size() != before, p.when_empty);
}
template <room Room, class Item, class Range>
HUBWIRE_ALWAYS_INLINE constexpr void write_body(basic_writer<Room>& out, const id_and_items<Item, Range>& p) noexcept {
    out.u16(p.packet_id);
    for (const Item item : p.items) write_item(out, item);
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

template <class Item, class Range>
[[nodiscard]] constexpr std::uint8_t header_flags(const id_and_items<Item, Range>& p) noexcept {
    return p.when_empty == errc::mqtt_suback_count ? 0 : 2;
}

template <listing T>
HUBWIRE_ALWAYS_INLINE constexpr void measure_body(measure& m, const T& p, const options& rules) noexcept {
    measure_body(m, parts_of(p), rules);
}
template <listing T>
[[nodiscard]] constexpr std::uint8_t header_flags(const T&) noexcept {
    return shape_of(T::type).flags;
}
template <room Room, listing T>
HUBWIRE_ALWAYS_INLINE constexpr void write_body(basic_writer<Room>& out, const T& p) noexcept {
    write_body(out, parts_of(p));
}

/// Reads items to the end of the packet, calling read_item for each, and returns the list of them.
/// There is at least one: the fixed header has seen to that.
template <class List, class ReadItem>
HUBWIRE_ALWAYS_INLINE constexpr List read_items(reader& in, ReadItem read_item) noexcept {
    const std::size_t begin = in.offset();
    std::size_t count = 0;
    for (; in.left() != 0; ++count) read_item();
    return List::on_the_wire(in.read_since(begin), count);
}

HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header&, subscribe& p,
                                               const options& rules) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
    p.subscriptions = read_items<subscription_list>(in, [&] {
        const bytes filter = in.sized16();
        in.expect(filter, check_topic_filter(filter.text(), rules));
        const std::size_t qos_at = in.offset();
        if (in.u8() > 2) in.fail(errc::mqtt_requested_qos, qos_at);
    });
}

HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header&, suback& p, const options&) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_subscribe_answer_id);
    p.codes = read_items<suback_code_list>(in, [&] {
        const std::size_t code_at = in.offset();
        if (!is_suback_code(in.u8())) in.fail(errc::mqtt_suback_code, code_at);
    });
}

HUBWIRE_ALWAYS_INLINE constexpr void read_body(reader& in, const fixed_header&, unsubscribe& p,
                                               const options& rules) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
    p.filters = read_items<filter_list>(in, [&] {
        const bytes filter = in.sized16();
        in.expect(filter, check_topic_filter(filter.text(), rules));
    });
}

}  // namespace detail

}  // namespace hubwire::mqtt

#endif

// hubwire/mqtt/exchange.hpp

#ifndef HUBWIRE_MQTT_EXCHANGE_HPP
#define HUBWIRE_MQTT_EXCHANGE_HPP

/// What goes with what in a session, as far as that needs no memory.
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

[[nodiscard]] constexpr std::size_t fixed_header_size(std::size_t remaining) noexcept {
    return remaining < 128 ? 2 : remaining < 16'384 ? 3 : remaining < 2'097'152 ? 4 : 5;
}

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_fixed_header(basic_writer<Room>& out, packet_type type, std::uint8_t flags,
                                                        std::size_t remaining) noexcept {
    out.u8(static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | flags));
    for (std::size_t more = fixed_header_size(remaining) - 2; more != 0; --more, remaining >>= 7)
        out.u8(static_cast<std::uint8_t>(remaining | 0x80));
    out.u8(static_cast<std::uint8_t>(remaining));
}

/// Measures a packet, and writes all of it but the last `omitted` bytes, which are the payload's. What was measured is
/// written without another look, except for items: a range may give others the second time, and a list that lies on the
/// wire, under the output, is not what it was. That is the caller's mistake, and traps with nothing written beyond.
template <class Packet>
HUBWIRE_ALWAYS_INLINE constexpr result<bytes> encode(buffer output, packet_type type, const Packet& p,
                                                     std::size_t omitted, const options& rules) noexcept {
    measure m;
    measure_body(m, p, rules);
    const std::size_t header = fixed_header_size(m.size());
    if (m.error().code != errc::none) [[unlikely]]
        return error{.code = m.error().code, .offset = header + m.error().offset};
    const std::size_t size = header + m.size() - omitted;
    if (size > output.size()) [[unlikely]]
        return error{.code = errc::no_space, .offset = output.size(), .needed = size - output.size()};
    using writer_type = std::conditional_t<has_items<Packet>, writer, unchecked_writer>;
    writer_type out{output};
    write_fixed_header(out, type, header_flags(p), m.size());
    write_body(out, p);
    if constexpr (has_items<Packet>) require(out.size() == size);
    return out.finish();
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
                                             const options& rules = {}) noexcept {
    return detail::encode(output, T::type, packet, 0, rules);
}

/// How many bytes encode would write, or why it would not.
template <any_packet_type T>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const T& packet, const options& rules = {}) noexcept {
    detail::measure m;
    detail::measure_body(m, packet, rules);
    const std::size_t header = detail::fixed_header_size(m.size());
    if (m.error().code != errc::none) return error{.code = m.error().code, .offset = header + m.error().offset};
    return header + m.size();
}

/// Writes a PUBLISH up to its payload, which the caller sends behind it from where it lies, as with writev.
[[nodiscard]] constexpr result<bytes> encode_head(buffer output HUBWIRE_LIFETIMEBOUND, const publish_head& packet,
                                                  const options& rules = {}) noexcept {
    return detail::encode(output, packet_type::publish, packet, packet.payload_size, rules);
}
[[nodiscard]] constexpr result<bytes> encode_head(buffer output HUBWIRE_LIFETIMEBOUND, const publish& packet,
                                                  const options& rules = {}) noexcept {
    return detail::encode(output, packet_type::publish, detail::head_of(packet), packet.payload.size(), rules);
}

/// SUBSCRIBE, SUBACK and UNSUBSCRIBE with items from any range of what converts to one: a linked list, a transforming
/// or filtering view, another packet's items. Pre: it gives the same items twice, or the program traps.
template <detail::range_of<subscription> Range>
[[nodiscard]] constexpr result<bytes> encode_subscribe(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t packet_id,
                                                       Range&& subscriptions, const options& rules = {}) noexcept {
    const detail::id_and_items<subscription, std::remove_reference_t<Range>> packet{
        .packet_id = packet_id, .items = subscriptions, .when_empty = errc::mqtt_no_subscriptions};
    return detail::encode(output, packet_type::subscribe, packet, 0, rules);
}
template <detail::range_of<suback_code> Range>
[[nodiscard]] constexpr result<bytes> encode_suback(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t packet_id,
                                                    Range&& codes, const options& rules = {}) noexcept {
    const detail::id_and_items<suback_code, std::remove_reference_t<Range>> packet{
        .packet_id = packet_id,
        .items = codes,
        .when_empty = errc::mqtt_suback_count,
        .when_id_is_zero = errc::mqtt_subscribe_answer_id};
    return detail::encode(output, packet_type::suback, packet, 0, rules);
}
template <detail::range_of<std::string_view> Range>
[[nodiscard]] constexpr result<bytes> encode_unsubscribe(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t packet_id,
                                                         Range&& filters, const options& rules = {}) noexcept {
    const detail::id_and_items<std::string_view, std::remove_reference_t<Range>> packet{
        .packet_id = packet_id, .items = filters, .when_empty = errc::mqtt_no_filters};
    return detail::encode(output, packet_type::unsubscribe, packet, 0, rules);
}

namespace detail {

template <class T>
HUBWIRE_ALWAYS_INLINE constexpr T read_packet(reader& in, const fixed_header& header, const options& rules) noexcept {
    T packet;
    in.take(header.size);
    const auto around = in.enter(header.remaining_length);
    read_body(in, header, packet, rules);
    in.leave(around);
    return packet;
}

template <class T>
HUBWIRE_ALWAYS_INLINE constexpr result<T> decode_behind(const fixed_header& header, bytes input,
                                                        const options& rules) noexcept {
    reader in{input};
    const T packet = read_packet<T>(in, header, rules);
    return in.finish(packet);
}

template <class T>
HUBWIRE_NEVER_INLINE constexpr result<T> decode_unusual(bytes input, const options& rules) noexcept {
    if (is_of_another_type(input, T::type)) return error{.code = errc::mqtt_wrong_packet};
    const auto header = decode_any_fixed_header(input, rules);
    if (!header) return header.error();
    return decode_behind<T>(*header, input, rules);
}

}  // namespace detail

/// The packet that the input is: all of it, and of this type. Text and binary fields, and lists, are views into the
/// input. If the input ends early it is incomplete, unless what is there is wrong already.
template <any_packet_type T>
[[nodiscard]] constexpr result<T> decode(bytes input, const options& rules = {}) noexcept {
    fixed_header header;
    if (detail::is_usual_fixed_header(input, T::type, rules, header)) [[likely]]
        return detail::decode_behind<T>(header, input, rules);
    return detail::decode_unusual<T>(input, rules);
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
[[nodiscard]] constexpr result<packet> decode(bytes input, const options& rules = {}) noexcept {
    const auto header = detail::read_fixed_header(input, rules);
    if (!header) return header.error();
    const auto read_as = [&]<class T>(T&&) -> result<packet> {
        const auto outcome = detail::decode_behind<std::remove_cvref_t<T>>(*header, input, rules);
        if (!outcome) return outcome.error();
        return {std::in_place, *outcome};
    };
    switch (header->type) {
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
    block sextets;
    std::memcpy(&sextets, &spread, sizeof sextets);
    const auto if_above = [&sextets](signed char bound, signed char offset) {
        return static_cast<block>(sextets > bound) & offset;
    };
    const block characters = sextets + 'A' + if_above(25, 'a' - 'Z' - 1) + if_above(51, '0' - 'z' - 1) +
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

/// Bytes that are not among the characters that are bare in any case. Exact.
HUBWIRE_ALWAYS_INLINE constexpr word not_always_bare_bytes(word w) noexcept {
    // A sum has the top bit of a byte set where seven bits reach a bound; two bounds make a range.
    const word low = w & every_byte(0x7F);
    const word lower = low | every_byte(0x20);
    const auto from = [](word bytes, unsigned char bound) {
        return bytes + every_byte(static_cast<unsigned char>(0x80 - bound));
    };
    const word letters = from(lower, 'a') ^ from(lower, 'z' + 1);
    const word digits = from(low, '0') ^ from(low, '9' + 1);
    const word minus_and_point = from(low, '-') ^ from(low, '.' + 1);
    const word underscore = from(low, '_') ^ from(low, '_' + 1);
    return (w | ~(letters | digits | minus_and_point | underscore)) & every_byte(0x80);
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
            const word stop = bytes_equal_to(w, '%') & ~w;  // what is not ASCII might show as well, and cost a step
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
        bad |= (digits | (digits + headroom_)) & every_byte(0x80);
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
