#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace std::literals;
namespace json = hubwire::json;

namespace {

template <class T>
constexpr hubwire::result<T> read(std::string_view text) {
    json::reader in{text};
    const auto found = in.get<T>();
    return in.finish(found);
}

std::uint64_t bits_of(double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

/// As the C library reads it.
bool as_strtod(const std::string& text) {
    const double expected = std::strtod(text.c_str(), nullptr);
    const auto found = read<double>(text);
    if (std::isinf(expected)) return !found && found.error().code == errc::json_number_range;
    return found && bits_of(*found) == bits_of(expected);
}

std::string written(double value) {
    std::array<char, 64> memory{};
    return std::string{json::encode_number(memory, value)->text()};
}

bool comes_back(double value) {
    const auto back = read<double>(written(value));
    return back && bits_of(*back) == bits_of(value);
}

std::size_t digits_in(std::string_view text) {
    std::string digits;
    for (const char c : text.substr(0, text.find('e'))) {
        if (c >= '0' && c <= '9' && !(digits.empty() && c == '0')) digits += c;
    }
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
    return digits.size();
}

static_assert(*read<int>("1e2") == 100 && *read<double>("-0.1") == -0.1 && *read<double>("1e23") == 1e23);
static_assert(*read<double>("123456789012345678901234567890e-300") == 123456789012345678901234567890e-300);

}  // namespace

TEST_CASE("a number is an integer if it is one, however it is written, and one that the type holds") {
    CHECK(*read<int>("0") == 0);
    CHECK(*read<int>("-0") == 0);
    CHECK(*read<unsigned>("-0") == 0);
    CHECK(*read<unsigned>("-0.0e5") == 0);
    CHECK(*read<int>("60.0") == 60);
    CHECK(*read<int>("6e1") == 60);
    CHECK(*read<int>("6000e-2") == 60);
    CHECK(*read<int>("0.06e+3") == 60);
    CHECK(*read<int>("-12.50E1") == -125);
    CHECK(*read<int>("0e999999999999999999999999") == 0);
    CHECK(*read<int>("0.000e-999999999999999999999999") == 0);
    CHECK(*read<std::int64_t>("9223372036854775807") == (std::numeric_limits<std::int64_t>::max)());
    CHECK(*read<std::int64_t>("-9223372036854775808") == (std::numeric_limits<std::int64_t>::min)());
    CHECK(*read<std::uint64_t>("18446744073709551615") == (std::numeric_limits<std::uint64_t>::max)());
    CHECK(*read<std::uint64_t>("1844674407370955161.5e1") == (std::numeric_limits<std::uint64_t>::max)());
    CHECK(*read<std::uint8_t>("255") == 255);
    CHECK(*read<std::int8_t>("-128") == -128);

    const auto refused = [](const auto& found) { return found.error() == error{.code = errc::json_number_range}; };
    CHECK(refused(read<std::int64_t>("9223372036854775808")));
    CHECK(refused(read<std::int64_t>("-9223372036854775809")));
    CHECK(refused(read<std::uint64_t>("18446744073709551616")));
    CHECK(refused(read<std::uint64_t>("99999999999999999999")));
    CHECK(refused(read<std::uint64_t>("1e20")));
    CHECK(refused(read<std::uint64_t>("1e999999999999999999999999")));
    CHECK(refused(read<std::uint8_t>("256")));
    CHECK(refused(read<std::int8_t>("-129")));
    CHECK(refused(read<std::int8_t>("128")));
    CHECK(refused(read<unsigned>("-1")));
    CHECK(refused(read<int>("0.5")));
    CHECK(refused(read<int>("1e-1")));
    CHECK(refused(read<int>("1e-999999999999999999999999")));
    CHECK(refused(read<int>("10.01")));
    CHECK(*read<int>("1" + std::string(1000, '0') + "e-1000") == 1);
    CHECK(*read<int>("0." + std::string(999, '0') + "1e1000") == 1);
}

TEST_CASE("a number is the double nearest to it") {
    for (const std::string_view text : {"0"sv,
                                        "-0"sv,
                                        "0.0"sv,
                                        "-0e5"sv,
                                        "1"sv,
                                        "-1.5"sv,
                                        "0.1"sv,
                                        "1e22"sv,
                                        "1e23"sv,
                                        "1e-22"sv,
                                        "1e-23"sv,
                                        "9007199254740992"sv,
                                        "9007199254740993"sv,
                                        "9007199254740993.0000000000000000000000001"sv,
                                        "9007199254740994"sv,
                                        "9007199254740995"sv,
                                        "123456789012345678901234567890"sv,
                                        "1.7976931348623157e308"sv,
                                        "1.7976931348623158e308"sv,
                                        "1.7976931348623159e308"sv,
                                        "1e308"sv,
                                        "1e309"sv,
                                        "1e310"sv,
                                        "1e311"sv,
                                        "1e999999999999999999999"sv,
                                        "-1e400"sv,
                                        "1e-307"sv,
                                        "2.2250738585072014e-308"sv,
                                        "2.2250738585072011e-308"sv,
                                        "2.2250738585072012e-308"sv,
                                        "4.9406564584124654e-324"sv,
                                        "2.4703282292062327e-324"sv,
                                        "2.4703282292062328e-324"sv,
                                        "2.5e-324"sv,
                                        "2.4e-324"sv,
                                        "1e-323"sv,
                                        "1e-324"sv,
                                        "1e-330"sv,
                                        "1e-331"sv,
                                        "1e-400"sv,
                                        "-1e-400"sv,
                                        "1e-999999999999999999999"sv,
                                        "0.000000000000000000000000000000000000001e39"sv,
                                        "100000000000000000000000000000000000000e-38"sv}) {
        INFO(text);
        CHECK(as_strtod(std::string{text}));
    }
    // Digits beyond those that decide, of which only counts whether there are any.
    const std::string halfway = "9007199254740993." + std::string(900, '0');
    CHECK(as_strtod(halfway));
    CHECK(as_strtod(halfway + "1"));
    CHECK(*read<double>(halfway) == 9007199254740992.0);
    CHECK(*read<double>(halfway + "1") == 9007199254740994.0);
    CHECK(as_strtod(std::string(2000, '7') + "e-1900"));
    CHECK(as_strtod("0." + std::string(400, '0') + std::string(1500, '3') + "e400"));
    CHECK(read<double>("[1e309]").error().code == errc::json_kind);
}

TEST_CASE("numbers between two doubles are rounded to the nearer one, and from the middle to the even one") {
    std::mt19937_64 random{20'151'029};
    std::array<char, 1200> memory{};
    for (int i = 0; i != 3000; ++i) {
        std::uint64_t bits = random() & ~(std::uint64_t{1} << 63);
        if (i % 4 == 0) bits &= (std::uint64_t{1} << 54) - 1;  // next to 0
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        if (!std::isfinite(value)) continue;
        const double next = std::nextafter(value, std::numeric_limits<double>::infinity());
        if (!std::isfinite(next)) continue;
        const long double middle = (static_cast<long double>(value) + static_cast<long double>(next)) / 2;
        const int size = std::snprintf(memory.data(), memory.size(), "%.*Le", i % 2 == 0 ? 800 : i % 40, middle);
        std::string text{memory.data(), static_cast<std::size_t>(size)};
        if (!as_strtod(text)) FAIL(text);
        const std::size_t last = text.find('e') - 1;
        for (const char c : {'1', '4', '5', '9'}) {
            text[last] = c;
            if (!as_strtod(text)) FAIL(text);
        }
    }
}

TEST_CASE("any digits with any exponent are read as the C library does") {
    std::mt19937_64 random{64};
    for (int i = 0; i != 20'000; ++i) {
        std::string text = i % 2 == 0 ? "-" : "";
        const std::size_t digits = 1 + static_cast<std::size_t>(random() % (i % 100 == 0 ? 900 : 25));
        text += static_cast<char>('1' + random() % 9);
        for (std::size_t n = 1; n < digits; ++n) text += static_cast<char>('0' + random() % 10);
        if (i % 3 == 0) text += '.' + std::to_string(random() % 1'000'000);
        text += "e" + std::to_string(static_cast<int>(random() % 700) - 350 - static_cast<int>(digits) / 2);
        if (!as_strtod(text)) FAIL(text);
    }
}

TEST_CASE("numbers of up to 19 digits, with the exponents that peers send, are read as the C library does") {
    std::mt19937_64 random{19};
    for (int i = 0; i != 50'000; ++i) {
        const std::string digits = std::to_string(random()).substr(0, static_cast<std::size_t>(1 + random() % 19));
        const std::string text = digits + "e" + std::to_string(static_cast<int>(random() % 64) - 32);
        if (!as_strtod(text)) FAIL(text);
        // An odd number of 54 bits, doubled as often as one likes, lies in the middle between two doubles.
        const std::uint64_t middle = std::uint64_t{1} << 53 | random() >> 11 | 1;
        const std::string between = std::to_string(middle << random() % 10);
        if (!as_strtod(between) || !as_strtod(between + "e0") || !as_strtod(between + "0e-1")) FAIL(between);
    }
}

TEST_CASE("a double is written so that it comes back, with as few digits as that takes") {
    CHECK(written(0) == "0");
    CHECK(written(-0.0) == "-0");
    CHECK(written(1) == "1");
    CHECK(written(-21.5) == "-21.5");
    CHECK(written(0.1) == "0.1");
    CHECK(written(0.1 + 0.2) == "0.30000000000000004");
    CHECK(written(100) == "100");
    CHECK(written(123456789012345680.0) == "123456789012345680");
    CHECK(written(1e20) == "100000000000000000000");
    CHECK(written(1e21) == "1e+21");
    CHECK(written(1.5e300) == "1.5e+300");
    CHECK(written(0.000001) == "0.000001");
    CHECK(written(0.0000001) == "1e-7");
    CHECK(written(0.00001) == "0.00001");
    CHECK(written(-1.25e-7) == "-1.25e-7");
    CHECK(written(5e-324) == "5e-324");
    CHECK(written(2.2250738585072014e-308) == "2.2250738585072014e-308");
    CHECK(written((std::numeric_limits<double>::max)()) == "1.7976931348623157e+308");
    CHECK(written(9007199254740993.0) == "9007199254740992");
    CHECK(written(999999999999999.0) == "999999999999999");
    CHECK(written(999999999999999.9) == "999999999999999.9");

    std::mt19937_64 random{1959};
    std::array<char, 64> memory{};
    for (int i = 0; i != 20'000; ++i) {
        std::uint64_t bits = random();
        if (i % 5 == 0) bits &= (std::uint64_t{1} << 54) - 1;
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        if (i % 5 == 1) value = static_cast<double>(random() % 100'000'000) / 1000;
        if (i % 5 == 2) value = static_cast<double>(random() >> 11) / 9007199254740992.0;
        if (!std::isfinite(value)) continue;
        if (!comes_back(value)) FAIL(written(value));
        const auto shortest =
            std::to_chars(memory.data(), memory.data() + memory.size(), value, std::chars_format::scientific);
        const std::string_view other{memory.data(), static_cast<std::size_t>(shortest.ptr - memory.data())};
        if (digits_in(written(value)) != digits_in(other)) FAIL(written(value) << " rather than " << other);
    }
    for (int power = -1074; power != 1024; ++power) {
        const double value = std::ldexp(1.0, power);
        CHECK((comes_back(value) && comes_back(std::nextafter(value, 0)) && comes_back(-value)));
    }
}

TEST_CASE("numbers are written whole or not at all, and only those that JSON has") {
    CHECK(support::every_capacity("-21.5"sv, [](hubwire::buffer to) { return json::encode_number(to, -21.5); }) == "");
    CHECK(support::every_capacity("-7"sv, [](hubwire::buffer to) { return json::encode_number(to, -7); }) == "");
    json::reader in{"1.50E+2"};
    const auto kept = in.get<json::number>();
    CHECK(support::every_capacity("1.50E+2"sv, [&](hubwire::buffer to) { return json::encode_number(to, kept); }) ==
          "");
    CHECK(kept == kept);
    CHECK_FALSE(kept == json::number{});
    std::array<char, 64> memory{};
    for (const double value : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                               std::numeric_limits<double>::quiet_NaN()}) {
        CHECK(json::encode_number(memory, value).error() == error{.code = errc::json_number_range});
    }
}
