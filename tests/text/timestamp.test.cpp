#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_text.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::text;
using namespace std::literals;

namespace {

static_assert(*decode_timestamp("2015-07-28T16:24:48.789Z")->in_milliseconds() == 1'438'100'688'789);
static_assert(decode_timestamp("1970-01-01T00:00:00Z").value_or({.seconds = 1}) == timestamp{});
static_assert([] {
    std::array<char, max_timestamp_size> memory{};
    return encode_timestamp(memory, timestamp::from_milliseconds(1'438'100'688'789))->text() ==
           "2015-07-28T16:24:48.789Z";
}());

constexpr timestamp_options lenient{.allow_offset = true, .allow_no_zone = true};

hubwire::result<timestamp> decode(std::string_view text, const timestamp_options& rules = {}) {
    const support::exact_block block{text};
    return decode_timestamp({block.data(), block.size()}, rules);
}

error refusal_of(std::string_view text, const timestamp_options& rules = {}) {
    const auto decoded = decode(text, rules);
    return decoded ? error{} : decoded.error();
}

std::string written(const timestamp& moment, const timestamp_options& rules = {}) {
    std::array<char, max_timestamp_size> memory{};
    return std::string{encode_timestamp(memory, moment, rules)->text()};
}

bool agrees(std::string_view text) {
    for (const timestamp_options& rules : {timestamp_options{}, lenient}) {
        const auto naive = support::naive_timestamp(text, rules.allow_offset, rules.allow_no_zone);
        const auto ours = support::outcome_of<support::naive_moment, timestamp>(
            decode(text, rules), [](const timestamp& t) { return support::naive_moment{t.seconds, t.nanoseconds}; });
        if (ours != naive) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("every day of the years 1 to 9999 has the number that counting gives it") {
    std::int64_t days = -support::naive_days(1970, 1, 1);
    for (int year = 1; year <= 9999; ++year) {
        for (int month = 1; month <= 12; ++month) {
            for (int day = 1; day <= support::naive_month_size(year, month); ++day, ++days) {
                std::string text{"0000-00-00T00:00:00Z"};
                const auto put = [&](std::size_t at, std::size_t digits, int value) {
                    for (; digits != 0; --digits, value /= 10)
                        text[at + digits - 1] = static_cast<char>('0' + value % 10);
                };
                put(0, 4, year);
                put(5, 2, month);
                put(8, 2, day);
                const auto decoded = decode_timestamp(text);
                if (!decoded || *decoded != timestamp{.seconds = days * 86'400}) FAIL(text);
                std::array<char, max_timestamp_size> memory{};
                if (encode_timestamp(memory, *decoded)->text() != text) FAIL(text);
            }
        }
    }
    CHECK(days == support::naive_days(10'000, 1, 1) - support::naive_days(1970, 1, 1));
}

TEST_CASE("every second of a day, before 1970 and after, is written and read back") {
    for (const std::int64_t midnight : {std::int64_t{-86'400}, std::int64_t{0}, std::int64_t{1'709'164'800}}) {
        for (std::int64_t second = 0; second != 86'400; ++second) {
            const timestamp moment{.seconds = midnight + second, .nanoseconds = 1};
            const std::string text = written(moment);
            const auto two = [](std::int64_t value) { return std::to_string(100 + value).substr(1); };
            if (text.substr(11) !=
                two(second / 3600) + ':' + two(second / 60 % 60) + ':' + two(second % 60) + ".000000001Z")
                FAIL(text);
            if (*decode(text) != moment) FAIL(text);
        }
    }
}

TEST_CASE("RFC 3339-5.8: the examples") {
    CHECK(*decode("1985-04-12T23:20:50.52Z") == timestamp{.seconds = 482'196'050, .nanoseconds = 520'000'000});
    CHECK(*decode("1996-12-19T16:39:57-08:00", lenient) == *decode("1996-12-20T00:39:57Z"));
    CHECK(*decode("1990-12-31T23:59:60Z") == *decode("1991-01-01T00:00:00Z"));
    CHECK(*decode("1990-12-31T15:59:60-08:00", lenient) == *decode("1991-01-01T00:00:00Z"));
    CHECK(*decode("1937-01-01T12:00:27.87+00:20", lenient) == *decode("1937-01-01T11:40:27.87Z"));
}

TEST_CASE("RFC 3339-5.6: the form is kept to, character by character") {
    const std::string text{"2021-04-21T11:30:16.5Z"};
    for (std::size_t at = 0; at != text.size(); ++at) {
        for (unsigned c = 0; c != 256; ++c) {
            std::string mutated = text;
            mutated[at] = static_cast<char>(static_cast<unsigned char>(c));
            if (!agrees(mutated)) FAIL(mutated);
        }
    }
    for (const std::string_view whole :
         {"2021-04-21T11:30:16.123456789Z"sv, "2021-04-21T11:30:16+23:59"sv, "2021-04-21T11:30:16.5-00:00"sv}) {
        for (std::size_t size = 0; size <= whole.size(); ++size) CHECK(agrees(whole.substr(0, size)));
        CHECK(agrees(std::string{whole} + 'Z'));
        CHECK(agrees(std::string{whole} + ' '));
        CHECK(agrees(' ' + std::string{whole}));
    }
    CHECK(refusal_of("") == error{.code = errc::timestamp_format, .offset = 0});
    CHECK(refusal_of("2021-04-21 11:30:16Z") == error{.code = errc::timestamp_format, .offset = 10});
    CHECK(refusal_of("2021-4-21T11:30:16Z") == error{.code = errc::timestamp_format, .offset = 6});
    CHECK(refusal_of("2021-04-21T11:30Z") == error{.code = errc::timestamp_format, .offset = 16});
    CHECK(refusal_of("2021-04-21T11:30:16,5Z") == error{.code = errc::timestamp_format, .offset = 19});
    CHECK(refusal_of("2021-04-21T11:30:16.Z") == error{.code = errc::timestamp_format, .offset = 20});
    CHECK(refusal_of("2021-04-21T11:30:16Z ") == error{.code = errc::timestamp_format, .offset = 20});
    CHECK(refusal_of("+021-04-21T11:30:16Z") == error{.code = errc::timestamp_format, .offset = 0});
    CHECK(*decode("2021-04-21t11:30:16z") == *decode("2021-04-21T11:30:16Z"));
}

TEST_CASE("RFC 3339-5.7: every part is in its range") {
    const auto out_of_range = [](std::string_view text, std::size_t at) {
        CHECK(agrees(text));
        return refusal_of(text) == error{.code = errc::timestamp_range, .offset = at};
    };
    CHECK(out_of_range("0000-04-21T11:30:16Z", 0));
    CHECK(out_of_range("2021-00-21T11:30:16Z", 5));
    CHECK(out_of_range("2021-13-21T11:30:16Z", 5));
    CHECK(out_of_range("2021-04-00T11:30:16Z", 8));
    CHECK(out_of_range("2021-04-31T11:30:16Z", 8));
    CHECK(out_of_range("2021-02-29T11:30:16Z", 8));
    CHECK(out_of_range("1900-02-29T11:30:16Z", 8));
    CHECK(out_of_range("2021-04-21T24:00:00Z", 11));
    CHECK(out_of_range("2021-04-21T11:60:16Z", 14));
    CHECK(out_of_range("2021-04-21T11:30:61Z", 17));
    CHECK(decode("2000-02-29T11:30:16Z"));
    CHECK(decode("2024-02-29T23:59:59Z"));
    CHECK(refusal_of("2021-04-21T11:30:16+24:00", lenient) == error{.code = errc::timestamp_range, .offset = 20});
    CHECK(refusal_of("2021-04-21T11:30:16+23:60", lenient) == error{.code = errc::timestamp_range, .offset = 23});
}

TEST_CASE("RFC 3339-5.7: a leap second comes at the end of June or December, and is taken for the one after it") {
    for (const std::string_view text :
         {"2016-12-31T23:59:60Z"sv, "2015-06-30T23:59:60.5Z"sv, "1972-06-30T23:59:60Z"sv, "0001-06-30T23:59:60Z"sv}) {
        CHECK(agrees(text));
        CHECK(decode(text));
    }
    CHECK(*decode("2015-06-30T23:59:60.5Z") == *decode("2015-07-01T00:00:00.5Z"));
    CHECK(*decode("2015-07-01T09:59:60+10:00", lenient) == *decode("2015-07-01T00:00:00Z"));
    for (const std::string_view text :
         {"2016-12-31T23:58:60Z"sv, "2016-12-31T22:59:60Z"sv, "2016-12-30T23:59:60Z"sv, "2016-03-31T23:59:60Z"sv,
          "2016-06-29T23:59:60Z"sv, "9999-12-31T23:59:60Z"sv, "2016-12-31T23:59:60+01:00"sv}) {
        CHECK(agrees(text));
        CHECK(refusal_of(text, lenient) == error{.code = errc::timestamp_range, .offset = 17});
    }
}

TEST_CASE("a fraction has up to nine digits, and is exact") {
    CHECK(decode("2015-10-29T07:59:00.9772497Z")->nanoseconds == 977'249'700);
    const std::string_view digits = "1234567891";
    for (std::size_t count = 1; count <= 9; ++count) {
        const std::string text = "2021-04-21T11:30:16." + std::string{digits.substr(0, count)};
        CHECK(agrees(text + 'Z'));
        CHECK(decode(text + 'Z')->nanoseconds ==
              std::stoul((std::string{digits.substr(0, count)} + "000000000").substr(0, 9)));
    }
    CHECK(refusal_of("2021-04-21T11:30:16.1234567891Z") == error{.code = errc::timestamp_fraction, .offset = 29});
    CHECK(refusal_of("2021-04-21T11:30:16.0000000000Z") == error{.code = errc::timestamp_fraction, .offset = 29});
}

TEST_CASE("a fraction is written with as many of 0, 3, 6 and 9 digits as it takes, or with as many as asked for") {
    const auto with = [](std::uint32_t nanoseconds) { return timestamp{.seconds = 0, .nanoseconds = nanoseconds}; };
    CHECK(written(with(0)) == "1970-01-01T00:00:00Z");
    CHECK(written(with(120'000'000)) == "1970-01-01T00:00:00.120Z");
    CHECK(written(with(120'000)) == "1970-01-01T00:00:00.000120Z");
    CHECK(written(with(120)) == "1970-01-01T00:00:00.000000120Z");
    CHECK(written(with(0), {.fraction_digits = 3}) == "1970-01-01T00:00:00.000Z");
    CHECK(written(with(977'249'700), {.fraction_digits = 7}) == "1970-01-01T00:00:00.9772497Z");
    CHECK(written(with(977'249'700), {.fraction_digits = 9}) == "1970-01-01T00:00:00.977249700Z");
    for (std::uint8_t digits = 0; digits <= 9; ++digits) {
        const auto text = written(with(0), {.fraction_digits = digits});
        CHECK(text.size() == (digits == 0 ? 20 : 21u + digits));
        CHECK(*decode(text) == with(0));
    }
    std::array<char, 64> memory{};
    for (const std::uint8_t digits : {std::uint8_t{0}, std::uint8_t{6}, std::uint8_t{10}, std::uint8_t{255}})
        CHECK(encode_timestamp(memory, with(977'249'700), {.fraction_digits = digits}).error() ==
              error{.code = errc::timestamp_fraction, .offset = 0});
}

TEST_CASE("UTC is asked for by a Z; offsets, and none at all, are taken by option") {
    CHECK(refusal_of("2021-04-21T11:30:16-07:00") == error{.code = errc::timestamp_zone, .offset = 19});
    CHECK(refusal_of("2021-04-21T11:30:16.5+00:00") == error{.code = errc::timestamp_zone, .offset = 21});
    CHECK(refusal_of("2021-04-21T11:30:16") == error{.code = errc::timestamp_zone, .offset = 19});
    CHECK(*decode("2021-04-21T11:30:16-07:00", {.allow_offset = true}) == *decode("2021-04-21T18:30:16Z"));
    CHECK(*decode("2021-04-21T11:30:16+05:45", {.allow_offset = true}) == *decode("2021-04-21T05:45:16Z"));
    CHECK(*decode("2021-04-21T11:30:16.5", {.allow_no_zone = true}) == *decode("2021-04-21T11:30:16.5Z"));
    CHECK(refusal_of("2021-04-21T11:30:16", {.allow_offset = true}).code == errc::timestamp_zone);
    CHECK(refusal_of("2021-04-21T11:30:16+00:00", {.allow_no_zone = true}).code == errc::timestamp_zone);
    CHECK(refusal_of("2021-04-21T11:30:16+0000", lenient) == error{.code = errc::timestamp_format, .offset = 22});
}

TEST_CASE("moments outside of the years 1 to 9999 are neither read nor written") {
    const timestamp first = *decode("0001-01-01T00:00:00Z");
    const timestamp last = *decode("9999-12-31T23:59:59.999999999Z");
    CHECK(first.seconds == -62'135'596'800);
    CHECK(last.seconds == 253'402'300'799);
    CHECK(written(first) == "0001-01-01T00:00:00Z");
    CHECK(written(last).size() == max_timestamp_size);
    CHECK(refusal_of("0001-01-01T00:00:00+00:01", lenient) == error{.code = errc::timestamp_range, .offset = 19});
    CHECK(refusal_of("9999-12-31T23:59:59-00:01", lenient) == error{.code = errc::timestamp_range, .offset = 19});
    CHECK(decode("0001-01-01T00:00:00-00:01", lenient));

    std::array<char, 64> memory{};
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
    for (const timestamp& moment :
         {timestamp{.seconds = first.seconds - 1}, timestamp{.seconds = last.seconds + 1}, timestamp{.seconds = most},
          timestamp{.seconds = -most - 1}, timestamp{.nanoseconds = 1'000'000'000}})
        CHECK(encode_timestamp(memory, moment).error() == error{.code = errc::timestamp_range, .offset = 0});
    hubwire::writer out{memory};
    out.put("se="sv);
    put_timestamp(out, timestamp{.seconds = most});
    CHECK(out.finish().error() == error{.code = errc::timestamp_range, .offset = 3});
}

TEST_CASE("milliseconds and nanoseconds since 1970 are exact, before it as well") {
    CHECK(timestamp::from_milliseconds(-1) == timestamp{.seconds = -1, .nanoseconds = 999'000'000});
    CHECK(timestamp::from_milliseconds(-1'000) == timestamp{.seconds = -1});
    CHECK(timestamp::from_nanoseconds(-1) == timestamp{.seconds = -1, .nanoseconds = 999'999'999});
    CHECK(written(timestamp::from_milliseconds(-1)) == "1969-12-31T23:59:59.999Z");
    CHECK(*decode("2015-10-29T07:59:00.9772497Z")->in_milliseconds() == 1'446'105'540'977);
    CHECK(*timestamp{.seconds = -1, .nanoseconds = 999'999'999}.in_milliseconds() == -1);
    CHECK(*decode("0001-01-01T00:00:00Z")->in_milliseconds() == -62'135'596'800'000);

    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
    for (const std::int64_t value : {most, most - 1, -most - 1, -most, std::int64_t{0}, std::int64_t{1},
                                     std::int64_t{-1}, std::int64_t{999}, std::int64_t{-999'999'999}}) {
        CHECK(*timestamp::from_milliseconds(value).in_milliseconds() == value);
        CHECK(*timestamp::from_nanoseconds(value).in_nanoseconds() == value);
    }
    const timestamp last = timestamp::from_nanoseconds(most);
    const timestamp first = timestamp::from_nanoseconds(-most - 1);
    CHECK(written(first) == "1677-09-21T00:12:43.145224192Z");
    CHECK(written(last) == "2262-04-11T23:47:16.854775807Z");
    for (const timestamp& beyond : {timestamp{last.seconds, last.nanoseconds + 1}, timestamp{last.seconds + 1, 0},
                                    timestamp{first.seconds, first.nanoseconds - 1}, timestamp{first.seconds - 1, 0},
                                    timestamp{most, 0}, timestamp{-most - 1, 0}})
        CHECK(beyond.in_nanoseconds().error().code == errc::too_large);
    CHECK(timestamp{.seconds = most}.in_milliseconds().error().code == errc::too_large);
    CHECK(timestamp{.seconds = -most - 1}.in_milliseconds().error().code == errc::too_large);
    CHECK(first < last);
    CHECK(timestamp{1, 2} < timestamp{1, 3});
}

TEST_CASE("in every buffer a timestamp is written whole or not at all") {
    for (const std::string_view text :
         {"2015-07-28T16:24:48Z"sv, "2015-07-28T16:24:48.789Z"sv, "2015-07-28T16:24:48.789000001Z"sv}) {
        const timestamp moment = *decode(text);
        CHECK(support::every_capacity(text, [&](hubwire::buffer to) { return encode_timestamp(to, moment); }) == "");
        hubwire::counting_writer count;
        put_timestamp(count, moment);
        CHECK(*count.finish() == text.size());
    }
}

TEST_CASE("a timestamp decoder stands anything") {
    const auto decode_leniently = [](hubwire::bytes input) { return decode_timestamp(input.text(), lenient); };
    CHECK(support::every_mutation("2021-04-21T11:30:16.123456789+12:34"sv, decode_leniently) == "");
    CHECK(support::every_mutation("2016-12-31T23:59:60Z"sv, decode_leniently) == "");
}
