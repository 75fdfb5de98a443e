#include <benchmark/benchmark.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "samples/text.hpp"
#include "support/measure.hpp"

// Each operation stands beside code as one writes it by hand, a character at a time, and where there is such a thing
// beside the standard library's.

namespace {

namespace text = hubwire::text;
using bench::clean;
using bench::escaping;
using bench::measure;
using bench::memory;
using hubwire::bytes;

// ---- written by hand

namespace by_hand {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<bytes> encode_base64(bytes value) {
    char* to = memory.data();
    std::uint32_t bits = 0;
    std::size_t count = 0;
    for (const unsigned char byte : value) {
        bits = bits << 8 | byte;
        if (++count % 3 != 0) continue;
        for (int shift = 18; shift >= 0; shift -= 6) *to++ = alphabet[bits >> shift & 63];
    }
    if (count % 3 != 0) {
        bits <<= count % 3 == 1 ? 16 : 8;
        *to++ = alphabet[bits >> 18 & 63];
        *to++ = alphabet[bits >> 12 & 63];
        *to++ = count % 3 == 1 ? '=' : alphabet[bits >> 6 & 63];
        *to++ = '=';
    }
    return bytes{memory.data(), static_cast<std::size_t>(to - memory.data())};
}

std::optional<unsigned> sextet(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a' + 26);
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0' + 52);
    if (c == '+') return 62;
    if (c == '/') return 63;
    return {};
}

std::optional<bytes> decode_base64(std::string_view from) {
    if (from.size() % 4 != 0) return {};
    char* to = memory.data();
    std::uint32_t bits = 0;
    unsigned count = 0;
    while (!from.empty() && from.back() == '=') from.remove_suffix(1);
    for (const char c : from) {
        const auto value = sextet(c);
        if (!value) return {};
        bits = bits << 6 | *value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            *to++ = static_cast<char>(bits >> count);
        }
    }
    if ((bits & ((1u << count) - 1)) != 0) return {};
    return bytes{memory.data(), static_cast<std::size_t>(to - memory.data())};
}

bool bare(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

std::optional<bytes> encode_percent(std::string_view from) {
    char* to = memory.data();
    for (const char c : from) {
        if (bare(c)) {
            *to++ = c;
        } else {
            *to++ = '%';
            *to++ = "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
            *to++ = "0123456789ABCDEF"[c & 15];
        }
    }
    return bytes{memory.data(), static_cast<std::size_t>(to - memory.data())};
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

std::optional<bytes> decode_percent(std::string_view from) {
    char* to = memory.data();
    for (std::size_t i = 0; i != from.size(); ++i) {
        if (from[i] != '%') {
            *to++ = from[i];
            continue;
        }
        if (from.size() - i < 3) return {};
        const int high = hex(from[i + 1]);
        const int low = hex(from[i + 2]);
        if (high < 0 || low < 0) return {};
        *to++ = static_cast<char>(high * 16 + low);
        i += 2;
    }
    return bytes{memory.data(), static_cast<std::size_t>(to - memory.data())};
}

bool number(std::string_view from, std::size_t at, std::size_t digits, int& value) {
    const auto end = std::from_chars(from.data() + at, from.data() + at + digits, value);
    return end.ec == std::errc{} && end.ptr == from.data() + at + digits;
}

std::int64_t days(int year, int month, int day) {
    constexpr int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    const int leap = month > 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 1 : 0;
    const int past = year - 1;
    return std::int64_t{past} * 365 + past / 4 - past / 100 + past / 400 + before[month - 1] + leap + day - 1 - 719'162;
}

/// With from_chars, and without a look at how many days the month has.
std::optional<std::int64_t> decode_timestamp(std::string_view from) {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int milliseconds = 0;
    if (from.size() != 24 || from[4] != '-' || from[7] != '-' || from[10] != 'T' || from[13] != ':' ||
        from[16] != ':' || from[19] != '.' || from[23] != 'Z')
        return {};
    if (!number(from, 0, 4, year) || !number(from, 5, 2, month) || !number(from, 8, 2, day) ||
        !number(from, 11, 2, hour) || !number(from, 14, 2, minute) || !number(from, 17, 2, second) ||
        !number(from, 20, 3, milliseconds) || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
        minute > 59 || second > 59)
        return {};
    return (days(year, month, day) * 86'400 + hour * 3600 + minute * 60 + second) * 1000 + milliseconds;
}

std::optional<bytes> encode_timestamp(std::int64_t milliseconds) {
    const std::time_t seconds = milliseconds / 1000;
    const std::tm* parts = std::gmtime(&seconds);
    const int size = std::snprintf(memory.data(), memory.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                                   parts->tm_year + 1900, parts->tm_mon + 1, parts->tm_mday, parts->tm_hour,
                                   parts->tm_min, parts->tm_sec, static_cast<int>(milliseconds % 1000));
    return bytes{memory.data(), static_cast<std::size_t>(size)};
}

}  // namespace by_hand

// ---- base64: a signature of 32 bytes

const std::string signature = bench::signature();
const std::string signature_base64{by_hand::encode_base64(signature)->text()};

void base64_encode(benchmark::State& state) {
    measure(
        state, bytes{signature}, [](bytes from) { return text::encode_base64(memory, from); }, bytes{signature_base64});
}
void base64_encode_by_hand(benchmark::State& state) {
    measure(state, bytes{signature}, by_hand::encode_base64, bytes{signature_base64});
}
BENCHMARK(base64_encode);
BENCHMARK(base64_encode_by_hand);

void base64_decode(benchmark::State& state) {
    measure(
        state, std::string_view{signature_base64},
        [](std::string_view from) { return text::decode_base64(memory, from); }, bytes{signature});
}
void base64_decode_by_hand(benchmark::State& state) {
    measure(state, std::string_view{signature_base64}, by_hand::decode_base64, bytes{signature});
}
BENCHMARK(base64_decode);
BENCHMARK(base64_decode_by_hand);

// ---- percent-encoding: 60 characters, with seven that are escaped, and with none

static_assert(escaping.size() == 60 && clean.size() == 60 && *text::percent_encoded_size(escaping) == 72 + 2);

const std::string escaped{by_hand::encode_percent(escaping)->text()};

constexpr auto encode = [](std::string_view from) { return text::encode_percent(memory, from); };
constexpr auto decode = [](std::string_view from) { return text::decode_percent(memory, from); };

void percent_encode(benchmark::State& state) { measure(state, escaping, encode, bytes{escaped}); }
void percent_encode_by_hand(benchmark::State& state) {
    measure(state, escaping, by_hand::encode_percent, bytes{escaped});
}
void percent_encode_clean(benchmark::State& state) { measure(state, clean, encode, bytes{clean}); }
void percent_encode_clean_by_hand(benchmark::State& state) {
    measure(state, clean, by_hand::encode_percent, bytes{clean});
}
BENCHMARK(percent_encode);
BENCHMARK(percent_encode_by_hand);
BENCHMARK(percent_encode_clean);
BENCHMARK(percent_encode_clean_by_hand);

void percent_decode(benchmark::State& state) { measure(state, std::string_view{escaped}, decode, bytes{escaping}); }
void percent_decode_by_hand(benchmark::State& state) {
    measure(state, std::string_view{escaped}, by_hand::decode_percent, bytes{escaping});
}
void percent_decode_clean(benchmark::State& state) { measure(state, clean, decode, bytes{clean}); }
void percent_decode_clean_by_hand(benchmark::State& state) {
    measure(state, clean, by_hand::decode_percent, bytes{clean});
}
BENCHMARK(percent_decode);
BENCHMARK(percent_decode_by_hand);
BENCHMARK(percent_decode_clean);
BENCHMARK(percent_decode_clean_by_hand);

// ---- timestamps, with milliseconds

constexpr std::string_view moment_text = "2015-07-28T16:24:48.789Z";
constexpr std::int64_t moment = 1'438'100'688'789;

void timestamp_decode(benchmark::State& state) {
    measure(
        state, moment_text,
        [](std::string_view from) -> hubwire::result<std::int64_t> {
            const auto decoded = text::decode_timestamp(from);
            if (!decoded) return decoded.error();
            return decoded->in_milliseconds();
        },
        moment);
}
void timestamp_decode_by_hand(benchmark::State& state) {
    measure(state, moment_text, by_hand::decode_timestamp, moment);
}
void timestamp_encode(benchmark::State& state) {
    measure(
        state, moment,
        [](std::int64_t from) { return text::encode_timestamp(memory, text::timestamp::from_milliseconds(from)); },
        bytes{moment_text});
}
void timestamp_encode_with_std(benchmark::State& state) {
    measure(state, moment, by_hand::encode_timestamp, bytes{moment_text});
}
BENCHMARK(timestamp_decode);
BENCHMARK(timestamp_decode_by_hand);
BENCHMARK(timestamp_encode);
BENCHMARK(timestamp_encode_with_std);

// ---- decimal: an expiry

constexpr std::string_view expiry_text = "1735689600";
constexpr std::uint64_t expiry = 1'735'689'600;

void decimal_decode(benchmark::State& state) {
    measure(
        state, expiry_text, [](std::string_view from) { return text::decode_decimal<std::uint64_t>(from); }, expiry);
}
void decimal_decode_with_std(benchmark::State& state) {
    measure(
        state, expiry_text,
        [](std::string_view from) -> std::optional<std::uint64_t> {
            std::uint64_t value = 0;
            const auto end = std::from_chars(from.data(), from.data() + from.size(), value);
            if (end.ec != std::errc{} || end.ptr != from.data() + from.size()) return {};
            return value;
        },
        expiry);
}
void decimal_encode(benchmark::State& state) {
    measure(state, expiry, [](std::uint64_t from) { return text::encode_decimal(memory, from); }, bytes{expiry_text});
}
void decimal_encode_with_std(benchmark::State& state) {
    measure(
        state, expiry,
        [](std::uint64_t from) -> std::optional<bytes> {
            const auto end = std::to_chars(memory.data(), memory.data() + memory.size(), from);
            return bytes{memory.data(), static_cast<std::size_t>(end.ptr - memory.data())};
        },
        bytes{expiry_text});
}
BENCHMARK(decimal_decode);
BENCHMARK(decimal_decode_with_std);
BENCHMARK(decimal_encode);
BENCHMARK(decimal_encode_with_std);

}  // namespace
