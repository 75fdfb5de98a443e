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

// Where the program is compiled for size, g++ knows best what to put where; clang inlines too much. What everything
// else is made of is then shared, and inlined everywhere where the program is compiled for speed.
#if defined(__OPTIMIZE_SIZE__)
#define HUBWIRE_ALWAYS_INLINE inline
#if defined(__clang__)
#define HUBWIRE_NEVER_INLINE [[gnu::noinline]]
#else
#define HUBWIRE_NEVER_INLINE
#endif
#define HUBWIRE_SHARED [[gnu::noinline]]
#elif defined(__GNUC__)
#define HUBWIRE_ALWAYS_INLINE [[gnu::always_inline]] inline
#define HUBWIRE_NEVER_INLINE [[gnu::noinline]]
#define HUBWIRE_SHARED [[gnu::always_inline]] inline
#elif defined(_MSC_VER)
#define HUBWIRE_ALWAYS_INLINE __forceinline
#define HUBWIRE_NEVER_INLINE __declspec(noinline)
#define HUBWIRE_SHARED __forceinline
#else
#define HUBWIRE_ALWAYS_INLINE inline
#define HUBWIRE_NEVER_INLINE
#define HUBWIRE_SHARED inline
#endif

// Sixteen bytes at once, by the vectors that g++ and clang have as an extension, where they are an ordinary register
// and the program is not compiled for size.
#if defined(__GNUC__) && !defined(__OPTIMIZE_SIZE__) && (defined(__SSE2__) || defined(__aarch64__))
#define HUBWIRE_HAS_BLOCKS
#endif

// Marks a parameter that the result keeps pointing into, so that a compiler that knows it warns of dangling views.
#if defined(__clang__)
#define HUBWIRE_LIFETIMEBOUND [[clang::lifetimebound]]
#elif defined(_MSC_VER) && _MSC_VER >= 1937
#define HUBWIRE_LIFETIMEBOUND [[msvc::lifetimebound]]
#else
#define HUBWIRE_LIFETIMEBOUND
#endif

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

/// The same address, of which the compiler no longer knows what it points to. g++ sees that an encoder could write past
/// an array of known size, not that it has shown beforehand that it will not, and would warn of that in programs that
/// do nothing wrong. No instruction comes of it.
HUBWIRE_ALWAYS_INLINE constexpr char* opaque(char* address) noexcept {
#if defined(__GNUC__)
    if (!std::is_constant_evaluated()) asm("" : "+r"(address));
#endif
    return address;
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

#include <bit>
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
/// less than four bytes as a word that is filled up with letters.
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
    return mask_of(all_three | (every_byte<'x'> & ~word{0xFFFFFF})) == 0;
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
    if (size + 2 * to_come.count() > in.ahead()) [[unlikely]]
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
    if (1 + in.ahead() < least_behind_level + 2 * to_come.count())
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
    if constexpr (detail::optimize_for_size) {
        return detail::decode_carefully<T>(input, rules);
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

// hubwire/hubwire.hpp

#ifndef HUBWIRE_HUBWIRE_HPP
#define HUBWIRE_HUBWIRE_HPP

/// Everything. Each area's own header can be included alone as well.

#endif
