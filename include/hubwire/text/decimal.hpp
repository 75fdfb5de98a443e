#ifndef HUBWIRE_TEXT_DECIMAL_HPP
#define HUBWIRE_TEXT_DECIMAL_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>

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
    // coverage: off, for constant expressions; decimal.test.cpp has it
    if (std::is_constant_evaluated()) {
        to[0] = digit_pairs[2 * value];
        to[1] = digit_pairs[2 * value + 1];
        return;
    }
    // coverage: on
    std::memcpy(to, digit_pairs.data() + 2 * value, 2);  // in one move
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
[[nodiscard]] constexpr result<bytes> encode_decimal(buffer output HUBWIRE_LIFETIMEBOUND, T value) noexcept {
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
