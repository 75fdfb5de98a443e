#ifndef HUBWIRE_TEXT_TIMESTAMP_HPP
#define HUBWIRE_TEXT_TIMESTAMP_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/maybe.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/text/decimal.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

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
    maybe<std::uint8_t> fraction_digits{};

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

/// The digits of a fraction as nanoseconds, all of them at once; sets a bit of bad if one is none. Pre: there are 1 to
/// 8 of them, and at least eight characters in the text before the end.
HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t nanoseconds_of(const char* end, std::size_t digits, word& bad) noexcept {
    const word values = (load_word(end - word_size) ^ every_byte<'0'>) >> 8 * (word_size - digits);
    bad |= (values | (values + every_byte<0x7F - 9>)) & every_byte<0x80>;
    // Neighbours are put together: two digits, and then all four pairs, by products of which the upper half is the sum.
    const word pairs = values * 10 + (values >> 8);
    constexpr word in_halves = 0xFF'0000'00FF;
    const word sum =
        (pairs & in_halves) * (100 + (word{1'000'000} << 32)) + (pairs >> 16 & in_halves) * (1 + (word{10'000} << 32));
    return static_cast<std::uint32_t>(sum >> 32) * 10;
}

/// The usual form, with a Z and up to eight digits of fraction, eight characters at a time. Nothing if it is not of
/// that form, or wrong.
HUBWIRE_ALWAYS_INLINE constexpr std::optional<timestamp> decode_usual_timestamp(std::string_view text) noexcept {
    constexpr std::size_t without_fraction = 20;
    constexpr std::size_t point = 19;
    constexpr std::size_t most = point + 1 + word_size + 1;
    if (text.size() < without_fraction || text.size() > most || text[text.size() - 1] != 'Z') return {};

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
    std::uint32_t nanoseconds = 0;
    if (text.size() != without_fraction) {
        if (text[point] != '.' || text.size() == without_fraction + 1) return {};
        nanoseconds = nanoseconds_of(from + text.size() - 1, text.size() - without_fraction - 1, bad);
    }
    if (bad != 0 || d.year == 0 || d.month - 1 > 11 || d.day - 1 > 30 || t.hour > 23 || t.minute > 59 || t.second > 59)
        return {};
    if (d.day > 28 && d.day > days_in_month(d.year, d.month)) return {};
    return timestamp{.seconds = seconds_of(day_of(d), t), .nanoseconds = nanoseconds};
}

/// The first digits of nanoseconds. Those of the usual fractions come without a division by what is not known.
HUBWIRE_ALWAYS_INLINE constexpr void write_fraction(char* to, std::uint32_t nanoseconds, std::size_t digits) noexcept {
    if constexpr (!optimize_for_size) {
        if (digits == 3) return write_digits(to, nanoseconds / 1'000'000, 3);
        if (digits == 6) return write_digits(to, nanoseconds / 1'000, 6);
    }
    write_digits(to, nanoseconds / power_of_ten(9 - digits), digits);
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
        write_fraction(to, moment.nanoseconds, fraction_digits);
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
        // (Were it not opaque, g++ would store both in pieces and copy them as one, for which it has to wait.)
        if (const auto moment = detail::decode_usual_timestamp(text)) [[likely]]
            return timestamp{.seconds = detail::opaque(moment->seconds), .nanoseconds = moment->nanoseconds};
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
    std::size_t digits = detail::shortest_fraction(moment.nanoseconds);
    if (rules.fraction_digits) {
        digits = *rules.fraction_digits;
        if (digits > 9 || moment.nanoseconds % detail::power_of_ten(9 - digits) != 0)
            return out.fail(errc::timestamp_fraction);
    }
    out.put_with(20 + digits + (digits != 0 ? 1 : 0), [&](char* to) { detail::write_timestamp(to, moment, digits); });
}
[[nodiscard]] constexpr result<bytes> encode_timestamp(buffer output HUBWIRE_LIFETIMEBOUND, const timestamp& moment,
                                                       const timestamp_options& rules = {}) noexcept {
    writer out{output};
    put_timestamp(out, moment, rules);
    return out.finish();
}

}  // namespace hubwire::text

#endif
