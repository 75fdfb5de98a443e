#ifndef HUBWIRE_TESTS_SUPPORT_WIRE_HPP
#define HUBWIRE_TESTS_SUPPORT_WIRE_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

/// Test vectors as a person writes wire bytes down: hex digits in pairs, text in single quotes, and white space
/// anywhere between them. wire<"00 04 'MQTT'"> is an array of six chars. What is neither does not compile.
namespace support {

namespace detail {

template <std::size_t N>
struct notation {
    char text[N];
    consteval notation(const char (&literal)[N]) { std::copy_n(literal, N, text); }
};

constexpr int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

/// Calls emit(byte) for each byte; false if the notation is not understood.
template <class Emit>
constexpr bool read_notation(std::string_view text, Emit emit) {
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == ' ' || text[i] == '\n') {
            ++i;
        } else if (text[i] == '\'') {
            for (++i; i < text.size() && text[i] != '\''; ++i) emit(text[i]);
            if (i == text.size()) return false;
            ++i;
        } else {
            if (i + 1 == text.size() || hex_digit(text[i]) < 0 || hex_digit(text[i + 1]) < 0) return false;
            emit(static_cast<char>(hex_digit(text[i]) * 16 + hex_digit(text[i + 1])));
            i += 2;
        }
    }
    return true;
}

template <notation Text>
consteval auto parse_wire() {
    constexpr std::string_view text{Text.text, sizeof Text.text - 1};
    constexpr std::size_t size = [&] {
        std::size_t count = 0;
        return read_notation(text, [&](char) { ++count; }) ? count : std::size_t(-1);
    }();
    static_assert(size != std::size_t(-1), "neither a pair of lower-case hex digits nor 'text'");
    std::array<char, size> bytes{};
    std::size_t at = 0;
    read_notation(text, [&](char byte) { bytes[at++] = byte; });
    return bytes;
}

}  // namespace detail

template <detail::notation Text>
inline constexpr auto wire = detail::parse_wire<Text>();

}  // namespace support

#endif
