#ifndef HUBWIRE_JSON_NUMBER_HPP
#define HUBWIRE_JSON_NUMBER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/json/string.hpp>
#include <hubwire/text/decimal.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

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
    /// All of them as one number. Pre: no more than 19 are left without zeros at the front.
    [[nodiscard]] constexpr std::uint64_t digits() const noexcept {
        std::uint64_t all = 0;
        for (const char c : whole) all = all * 10 + text::detail::digit_value(c);
        for (const char c : fraction) all = all * 10 + text::detail::digit_value(c);
        return all;
    }
};

/// Any number of so many digits fits in 64 bits.
inline constexpr std::size_t digits_in_64_bits = 19;

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
    if (!optimize_for_size && parts.point == count && parts.size() <= digits_in_64_bits) [[likely]] {
        value = parts.digits();
        return value <= most ? std::optional{value} : std::nullopt;
    }
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

#if defined(HUBWIRE_HAS_WIDE_NUMBERS)
inline constexpr std::array<std::uint64_t, 28> powers_of_five = [] {  // all that 64 bits hold
    std::array<std::uint64_t, 28> powers{1};
    for (std::size_t i = 1; i != powers.size(); ++i) powers[i] = powers[i - 1] * 5;
    return powers;
}();
inline constexpr int most_power_of_five = static_cast<int>(powers_of_five.size()) - 1;

/// What 2^127 - 1 divided by each is, with their top bits set: to divide that many bits would take a function of the
/// compiler's library.
inline constexpr std::array<std::uint64_t, powers_of_five.size()> reciprocals_of_powers = [] {
    std::array<std::uint64_t, powers_of_five.size()> all{};
    for (std::size_t i = 0; i != all.size(); ++i) {
        const std::uint64_t power = powers_of_five[i] << std::countl_zero(powers_of_five[i]);
        all[i] = static_cast<std::uint64_t>(~wide_number{0} / 2 / power);
    }
    return all;
}();

/// The double nearest to digits * 10^exponent, by a product or a quotient of which every bit is known. Pre: digits is
/// not 0, and the exponent, whatever its sign, no more than most_power_of_five.
constexpr std::optional<double> nearest_double(std::uint64_t digits, int exponent) noexcept {
    const auto index = static_cast<std::size_t>(exponent < 0 ? -exponent : exponent);
    const int digits_shift = std::countl_zero(digits);
    const int power_shift = std::countl_zero(powers_of_five[index]);
    const wide_number n = digits << digits_shift;
    const wide_number d = powers_of_five[index] << power_shift;
    if (exponent < 0) {
        wide_number quotient = n * reciprocals_of_powers[index] >> 64;  // (n << 63) / d, or a little less
        wide_number rest = (n << 63) - quotient * d;
        for (; rest >= d; rest -= d) ++quotient;
        const int up = quotient >> 63 == 0 ? 1 : 0;
        return nearest_double(static_cast<std::uint64_t>(quotient) << up,
                              exponent - digits_shift + power_shift - 63 - up, rest != 0);
    }
    const wide_number product = n * d;
    const int up = product >> 127 == 0 ? 1 : 0;
    return nearest_double(static_cast<std::uint64_t>(product << up >> 64),
                          exponent - digits_shift - power_shift + 64 - up,
                          static_cast<std::uint64_t>(product << up) != 0);
}
#endif

/// The double nearest to digits * 10^exponent, where a few operations come to that; otherwise nothing. Where both are
/// doubles themselves, one operation rounds as it has to (Clinger, 1990).
constexpr std::optional<double> quick_double(std::uint64_t digits, std::int64_t exponent) noexcept {
    if (doubles_stay_doubles && digits <= std::uint64_t{1} << 53 && -22 <= exponent && exponent <= 22) {
        const auto value = static_cast<double>(digits);
        return exponent < 0 ? value / exact_powers_of_ten[static_cast<std::size_t>(-exponent)]
                            : value * exact_powers_of_ten[static_cast<std::size_t>(exponent)];
    }
#if defined(HUBWIRE_HAS_WIDE_NUMBERS)
    if (digits != 0 && -most_power_of_five <= exponent && exponent <= most_power_of_five)
        return nearest_double(digits, static_cast<int>(exponent));
#endif
    return std::nullopt;
}

/// The double nearest to the number; nothing if that is infinite.
constexpr std::optional<double> double_of(const decimal_parts& parts) noexcept {
    const auto with_sign = [&](std::optional<double> value) {
        return value && parts.negative ? std::optional{-*value} : value;
    };
    std::size_t first = 0;
    while (first != parts.size() && parts[first] == 0) ++first;
    const std::size_t count = parts.size() - first;
    if (count == 0) return with_sign(0.0);
    if (count <= digits_in_64_bits) {
        if (const auto value = quick_double(parts.digits(), parts.point - static_cast<std::int64_t>(parts.size())))
            return with_sign(value);
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
#if defined(HUBWIRE_HAS_WIDE_NUMBERS)
        if (const int down = -(power + scale); 0 <= scale && scale <= most_power_of_five && 0 <= down && down < 128) {
            const wide_number n = wide_number{significand} * powers_of_five[static_cast<std::size_t>(scale)];
            const auto digits = static_cast<std::uint64_t>(n >> down);  // less than 10^19
            rest = n >> down << down != n;
            if (digits < text::detail::powers_of_ten[wanted])
                return {.digits = digits, .count = wanted, .exponent = exponent};
            continue;
        }
#endif
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
    if (const auto quick = quick_double(d.digits, d.exponent + 1 - d.count)) return *quick == value;
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
