#ifndef HUBWIRE_TESTS_SUPPORT_NAIVE_TEXT_HPP
#define HUBWIRE_TESTS_SUPPORT_NAIVE_TEXT_HPP

#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// Decimal, base64, percent-encoding and timestamps, a character at a time and in the order of the rules, for tests and
/// fuzzers to compare with. An outcome is a value, or what is refused and where.
namespace support {

using hubwire::errc;

struct refusal {
    errc code = errc::none;
    std::size_t at = 0;
    friend bool operator==(const refusal&, const refusal&) = default;
};

template <class T>
using outcome = std::variant<T, refusal>;

/// What the library said, in the same form.
template <class T, class U>
outcome<T> outcome_of(const hubwire::result<U>& said, T (*value_of)(const U&)) {
    if (said) return value_of(*said);
    return refusal{said.error().code, said.error().offset};
}
inline outcome<std::string> outcome_of(const hubwire::result<hubwire::bytes>& said) {
    return outcome_of<std::string, hubwire::bytes>(said, [](const hubwire::bytes& b) { return std::string{b.text()}; });
}

// ---- decimal: as strings of digits, which are compared by their lengths first

inline outcome<std::string> naive_decimal(std::string_view text, bool has_sign, std::string_view most,
                                          std::string_view least, bool refuse_leading_zeros) {
    const bool negative = has_sign && !text.empty() && text[0] == '-';
    const std::string_view limit = negative ? least : most;  // without its sign
    std::string digits;
    for (std::size_t at = negative ? 1 : 0; at != text.size(); ++at) {
        if (text[at] < '0' || text[at] > '9') return refusal{errc::decimal_digit, at};
        if (digits.empty() && text[at] == '0' && refuse_leading_zeros && at + 1 != text.size() && text[at + 1] >= '0' &&
            text[at + 1] <= '9')
            return refusal{errc::decimal_leading_zero, at};
        if (digits == "0") digits.clear();
        digits += text[at];
        if (digits.size() > limit.size() || (digits.size() == limit.size() && digits > limit))
            return refusal{errc::too_large, at};
    }
    if (digits.empty()) return refusal{errc::decimal_digit, text.size()};
    return negative && digits != "0" ? '-' + digits : digits;
}

// ---- base64: as a string of bits

inline std::string naive_bits(unsigned value, unsigned count) {
    std::string bits;
    while (count-- != 0) bits += (value >> count & 1) != 0 ? '1' : '0';
    return bits;
}
inline unsigned naive_number(std::string_view bits) {
    unsigned value = 0;
    for (const char bit : bits) value = value * 2 + (bit == '1' ? 1 : 0);
    return value;
}
constexpr std::string_view naive_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

inline std::string naive_base64(std::string_view value) {
    std::string bits;
    for (const char c : value) bits += naive_bits(static_cast<unsigned char>(c), 8);
    while (bits.size() % 6 != 0) bits += '0';
    std::string text;
    for (std::size_t i = 0; i != bits.size(); i += 6) text += naive_alphabet[naive_number(bits.substr(i, 6))];
    while (text.size() % 4 != 0) text += '=';
    return text;
}

inline outcome<std::string> naive_from_base64(std::string_view text) {
    std::string bits;
    std::size_t padding = 0;
    for (std::size_t at = 0; at != text.size(); ++at) {
        const std::size_t sextet = naive_alphabet.find(text[at]);
        if (sextet == std::string_view::npos && text[at] != '=') {
            // Behind padding nothing may stand but padding, whatever it is.
            return refusal{padding != 0 ? errc::base64_padding : errc::base64_character, at};
        }
        if (text[at] == '=') {
            const std::size_t characters = at - padding;
            if (characters % 4 < 2 || padding == 4 - characters % 4) return refusal{errc::base64_padding, at};
            ++padding;
        } else {
            if (padding != 0) return refusal{errc::base64_padding, at};
            bits += naive_bits(static_cast<unsigned>(sextet), 6);
        }
    }
    if (text.size() % 4 != 0) return refusal{errc::base64_length, text.size()};
    std::string value;
    std::size_t at = 0;
    for (; bits.size() - at >= 8; at += 8)
        value += static_cast<char>(static_cast<unsigned char>(naive_number(std::string_view{bits}.substr(at, 8))));
    if (bits.find('1', at) != std::string::npos) return refusal{errc::base64_stray_bits, text.size() - padding - 1};
    return value;
}

// ---- percent-encoding

inline std::string naive_percent(std::string_view text, std::string_view besides, bool lower_case) {
    std::string encoded;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
            besides.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            const std::string_view digits = lower_case ? "0123456789abcdef" : "0123456789ABCDEF";
            encoded += '%';
            encoded += digits[static_cast<unsigned char>(c) / 16];
            encoded += digits[static_cast<unsigned char>(c) % 16];
        }
    }
    return encoded;
}

inline outcome<std::string> naive_from_percent(std::string_view text, bool keep_malformed) {
    constexpr std::string_view hex = "0123456789abcdefABCDEF";
    std::string decoded;
    for (std::size_t at = 0; at != text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        const std::string_view digits = text.substr(at + 1, 2);
        if (digits.size() != 2 || digits.find_first_not_of(hex) != std::string_view::npos) {
            if (!keep_malformed) return refusal{errc::percent_escape, at};
            decoded += '%';
            continue;
        }
        const auto value = [&](char c) {
            const std::size_t place = hex.find(c);
            return place < 16 ? place : place - 6;
        };
        decoded += static_cast<char>(static_cast<unsigned char>(value(digits[0]) * 16 + value(digits[1])));
        at += 2;
    }
    return decoded;
}

// ---- timestamps: by counting days

struct naive_moment {
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;
    friend bool operator==(const naive_moment&, const naive_moment&) = default;
};

inline bool naive_leap(int year) { return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0); }
inline int naive_month_size(int year, int month) {
    constexpr int sizes[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return sizes[month - 1] + (month == 2 && naive_leap(year) ? 1 : 0);
}
/// Since the beginning of the year 1.
inline std::int64_t naive_days(int year, int month, int day) {
    std::int64_t days = day - 1;
    for (int m = 1; m < month; ++m) days += naive_month_size(year, m);
    for (int y = 1; y < year; ++y) days += naive_leap(y) ? 366 : 365;
    return days;
}

inline outcome<naive_moment> naive_timestamp(std::string_view text, bool allow_offset, bool allow_no_zone) {
    std::size_t at = 0;
    std::optional<refusal> wrong;
    const auto is_digit = [&] { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
    const auto field = [&](int digits, int least, int most) {
        const std::size_t begin = at;
        int value = 0;
        for (int i = 0; i != digits && !wrong; ++i, ++at) {
            if (!is_digit()) {
                wrong = refusal{errc::timestamp_format, at};
            } else {
                value = value * 10 + (text[at] - '0');
            }
        }
        if (!wrong && (value < least || value > most)) wrong = refusal{errc::timestamp_range, begin};
        return value;
    };
    const auto literal = [&](std::string_view one_of) {
        if (wrong) return;
        if (at >= text.size() || one_of.find(text[at]) == std::string_view::npos)
            wrong = refusal{errc::timestamp_format, at};
        ++at;
    };
    const int year = field(4, 1, 9999);
    literal("-");
    const int month = field(2, 1, 12);
    literal("-");
    const int day = field(2, 1, wrong ? 31 : naive_month_size(year, month));
    literal("Tt");
    const int hour = field(2, 0, 23);
    literal(":");
    const int minute = field(2, 0, 59);
    literal(":");
    const std::size_t second_at = at;
    const int second = field(2, 0, 60);
    std::string fraction;
    if (!wrong && at < text.size() && text[at] == '.') {
        ++at;
        while (is_digit() && fraction.size() < 9) fraction += text[at++];
        if (fraction.empty()) wrong = refusal{errc::timestamp_format, at};
        if (!wrong && is_digit()) wrong = refusal{errc::timestamp_fraction, at};
    }
    while (fraction.size() < 9) fraction += '0';
    int offset = 0;
    const std::size_t zone_at = at;
    if (!wrong && at == text.size()) {
        if (!allow_no_zone) wrong = refusal{errc::timestamp_zone, at};
    } else if (!wrong && (text[at] == '+' || text[at] == '-')) {
        if (!allow_offset) wrong = refusal{errc::timestamp_zone, at};
        const int sign = text[at] == '+' ? 1 : -1;
        ++at;
        const int hours = field(2, 0, 23);
        literal(":");
        const int minutes = field(2, 0, 59);
        offset = sign * (hours * 60 + minutes);
    } else {
        literal("Zz");
    }
    if (!wrong && at != text.size()) wrong = refusal{errc::timestamp_format, at};
    if (wrong) return *wrong;

    const std::int64_t since_year_1 =
        naive_days(year, month, day) * 86'400 + hour * 3600 + minute * 60 + second - std::int64_t{offset} * 60;
    const std::int64_t all_years = naive_days(10'000, 1, 1) * 86'400;
    if (second == 60) {
        bool leap_second = false;
        if (since_year_1 < all_years) {
            for (const int y : {year - 1, year, year + 1}) {
                for (const int m : {1, 7}) leap_second = leap_second || since_year_1 == naive_days(y, m, 1) * 86'400;
            }
        }
        if (!leap_second || since_year_1 < 0) return refusal{errc::timestamp_range, second_at};
    }
    if (since_year_1 < 0 || since_year_1 >= all_years) return refusal{errc::timestamp_range, zone_at};
    return naive_moment{since_year_1 - naive_days(1970, 1, 1) * 86'400,
                        static_cast<std::uint32_t>(std::stoul(fraction))};
}

}  // namespace support

#endif
