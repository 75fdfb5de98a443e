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

static_assert(*decode_decimal<std::uint64_t>("18446744073709551615") == 18'446'744'073'709'551'615u);
static_assert(*decode_decimal<std::int64_t>("-9223372036854775808") == (std::numeric_limits<std::int64_t>::min)());
static_assert(decode_decimal<std::uint8_t>("256").error() == error{.code = errc::too_large, .offset = 2});
static_assert([] {
    std::array<char, max_decimal_size> memory{};
    return *encode_decimal(memory, -1'735'689'600) == hubwire::bytes{"-1735689600"sv};
}());

template <class T>
std::string written(T value) {
    std::array<char, max_decimal_size> memory{};
    return std::string{encode_decimal(memory, value)->text()};
}

template <class T>
std::string digits_of(T limit) {
    std::string text = std::to_string(limit);
    return text[0] == '-' ? text.substr(1) : text;
}

/// The library and the naive reading agree on the text, for a T, with and without leading zeros.
template <class T>
bool agrees(std::string_view text) {
    using limits = std::numeric_limits<T>;
    const support::exact_block block{text};
    for (const bool strict : {false, true}) {
        const auto ours =
            decode_decimal<T>(std::string_view{block.data(), block.size()}, {.refuse_leading_zeros = strict});
        const auto naive = support::naive_decimal(text, limits::is_signed, digits_of((limits::max)()),
                                                  digits_of((limits::min)()), strict);
        if (support::outcome_of<std::string, T>(ours, [](const T& v) { return std::to_string(v); }) != naive)
            return false;
    }
    return true;
}
bool all_agree(std::string_view text) {
    return agrees<std::uint64_t>(text) && agrees<std::int64_t>(text) && agrees<std::uint32_t>(text) &&
           agrees<std::int32_t>(text) && agrees<std::uint16_t>(text) && agrees<std::int16_t>(text) &&
           agrees<std::uint8_t>(text) && agrees<std::int8_t>(text);
}

}  // namespace

TEST_CASE("a number is written with the digits it needs, and read back") {
    for (unsigned shift = 0; shift != 64; ++shift) {
        for (const std::uint64_t off : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
            const std::uint64_t value = (std::uint64_t{1} << shift) + off;
            CHECK(written(value) == std::to_string(value));
            CHECK(*decode_decimal<std::uint64_t>(std::to_string(value)) == value);
            const auto with_sign = static_cast<std::int64_t>(value);
            CHECK(written(with_sign) == std::to_string(with_sign));
            CHECK(*decode_decimal<std::int64_t>(std::to_string(with_sign)) == with_sign);
        }
    }
    std::uint64_t power = 1;
    for (std::size_t digits = 1; digits <= 20; ++digits, power *= 10) {
        CHECK(written(power).size() == digits);
        CHECK(written(power) == std::to_string(power));
        CHECK(written(power - 1) == std::to_string(power - 1));
    }
    CHECK(written(std::int8_t{-128}) == "-128");
    CHECK(written(std::uint8_t{200}) == "200");
}

TEST_CASE("in every buffer a number is written whole or not at all") {
    CHECK(support::every_capacity("-1234567"sv, [](hubwire::buffer to) { return encode_decimal(to, -1'234'567); }) ==
          "");
    CHECK(support::every_capacity("0"sv, [](hubwire::buffer to) { return encode_decimal(to, 0); }) == "");
    hubwire::counting_writer count;
    put_decimal(count, std::uint64_t{18'446'744'073'709'551'615u});
    put_decimal(count, (std::numeric_limits<std::int64_t>::min)());
    CHECK(*count.finish() == 2 * max_decimal_size);
}

TEST_CASE("a number that its type cannot hold is refused at the digit that makes it so") {
    const auto refused_at = [](const auto& decoded) {
        REQUIRE_FALSE(decoded);
        CHECK(decoded.error().code == errc::too_large);
        return decoded.error().offset;
    };
    CHECK(refused_at(decode_decimal<std::uint64_t>("18446744073709551616")) == 19);
    CHECK(refused_at(decode_decimal<std::uint64_t>("18446744073709551620")) == 19);
    CHECK(refused_at(decode_decimal<std::uint64_t>("184467440737095516150")) == 20);
    CHECK(refused_at(decode_decimal<std::uint64_t>("99999999999999999999x")) == 19);
    CHECK(refused_at(decode_decimal<std::int64_t>("9223372036854775808")) == 18);
    CHECK(refused_at(decode_decimal<std::int64_t>("-9223372036854775809")) == 19);
    CHECK(refused_at(decode_decimal<std::int8_t>("-129")) == 3);
    CHECK(refused_at(decode_decimal<std::uint16_t>("0000065536")) == 9);
}

TEST_CASE("what is no digit is refused where it stands, a sign where there is none, and nothing at all") {
    for (const std::string_view text : {""sv, "+1"sv, " 1"sv, "x"sv, "/"sv, ":"sv, "-1"sv, "\xB1"sv})
        CHECK(decode_decimal<std::uint32_t>(text).error() == error{.code = errc::decimal_digit, .offset = 0});
    for (const std::string_view text : {"-"sv, "--1"sv, "-+1"sv})
        CHECK(decode_decimal<std::int32_t>(text).error() == error{.code = errc::decimal_digit, .offset = 1});
    for (const std::string_view text : {"12 "sv, "12\0"sv, "12."sv, "12e3"sv})
        CHECK(decode_decimal<std::int32_t>(text).error() == error{.code = errc::decimal_digit, .offset = 2});
}

TEST_CASE("leading zeros are read, or refused where a format forbids them") {
    constexpr decimal_options strict{.refuse_leading_zeros = true};
    CHECK(*decode_decimal<std::int32_t>("007") == 7);
    CHECK(*decode_decimal<std::uint8_t>("000000000000000000000000000000255") == 255);
    CHECK(*decode_decimal<std::int32_t>("-0") == 0);
    CHECK(*decode_decimal<std::int32_t>("0", strict) == 0);
    CHECK(*decode_decimal<std::int32_t>("-0", strict) == 0);
    CHECK(*decode_decimal<std::int32_t>("100", strict) == 100);
    CHECK(decode_decimal<std::int32_t>("007", strict).error() ==
          error{.code = errc::decimal_leading_zero, .offset = 0});
    CHECK(decode_decimal<std::int32_t>("-01", strict).error() ==
          error{.code = errc::decimal_leading_zero, .offset = 1});
    CHECK(decode_decimal<std::int32_t>("0x1", strict).error() == error{.code = errc::decimal_digit, .offset = 1});
}

TEST_CASE("the naive reading agrees, on every text of a few characters and around every limit") {
    for (const std::string_view limit :
         {"127"sv, "128"sv, "255"sv, "32767"sv, "32768"sv, "65535"sv, "2147483647"sv, "2147483648"sv, "4294967295"sv,
          "9223372036854775807"sv, "9223372036854775808"sv, "18446744073709551615"sv}) {
        for (std::string text : {std::string{limit}, '-' + std::string{limit}}) {
            for (std::size_t at = 0; at != text.size(); ++at) {
                const char kept = text[at];
                for (char c = '-'; c <= ':'; ++c) {
                    text[at] = c;
                    if (!all_agree(text) || !all_agree(text + '0') || !all_agree('0' + text)) FAIL(text);
                }
                text[at] = kept;
            }
        }
    }
    constexpr std::string_view characters = "-059:/";
    for (const char a : characters) {
        for (const char b : characters) {
            for (const char c : characters) {
                const char text[] = {a, b, c};
                if (!all_agree({text, 3}) || !all_agree({text, 2}) || !all_agree({text, 1})) FAIL(a << b << c);
            }
        }
    }
    CHECK(all_agree(""));
}

TEST_CASE("a decimal decoder stands anything") {
    const auto decode = [](hubwire::bytes input) { return decode_decimal<std::int64_t>(input.text()); };
    CHECK(support::every_mutation("-9223372036854775808"sv, decode) == "");
}
