#ifndef HUBWIRE_TESTS_EXAMPLES_DEMO_PAPER_HPP
#define HUBWIRE_TESTS_EXAMPLES_DEMO_PAPER_HPP

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <hubwire/hubwire.hpp>
#include <string_view>

#if !defined(_WIN32)
#include <unistd.h>
#endif

/// What the demo writes on: lines, in colour on a terminal, without an allocation.
namespace demo {

enum class ink : std::uint8_t { plain, dim, strong, device, hub, meaning, wrong };

/// A text with spaces behind it, up to a width.
struct left {
    std::string_view text{};
    std::size_t width = 0;
};
struct hex {
    std::size_t number = 0;
    int digits = 2;
};

inline bool is_colourful() {
#if defined(_WIN32)
    return false;
#else
    static const bool yes = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    return yes;
#endif
}

inline void put(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
inline void put(hex h) { std::printf("%0*zx", h.digits, h.number); }
template <std::integral T>
void put(T number) {
    std::array<char, hubwire::text::max_decimal_size> memory;
    if (const auto digits = hubwire::text::encode_decimal(memory, number)) put(digits->text());
}
inline void put(const hubwire::text::timestamp& when) {
    std::array<char, 40> memory;
    if (const auto written = hubwire::text::encode_timestamp(memory, when)) put(written->text());
}
/// What is percent-encoded, or a value of either carrier, as it is to be read.
template <class Encoded>
    requires requires(const Encoded& value, hubwire::buffer memory) { value.decode(memory); }
void put(const Encoded& value) {
    std::array<char, 128> memory;
    if (const auto plain = value.decode(memory)) put(plain->text());
}
/// What follows is in this colour; behind ink::plain it is as it was.
inline void put(ink colour) {
    constexpr std::string_view codes[] = {"0", "2", "1", "1;32", "1;34", "36", "1;31"};
    if (is_colourful()) std::printf("\x1b[%sm", codes[static_cast<std::size_t>(colour)].data());
}
inline void put(left column) {
    std::printf("%-*.*s", static_cast<int>(column.width), static_cast<int>(column.text.size()), column.text.data());
}

template <class... Parts>
void print(const Parts&... parts) {
    (put(parts), ...);
}

inline void chapter(std::string_view title) { print("\n", ink::strong, title, ink::plain, "\n"); }

/// What stands below a packet: what it means, or what somebody makes of it.
template <class... Parts>
void meaning(const Parts&... parts) {
    print(ink::meaning, "                    = ", parts..., ink::plain, "\n");
}

/// What was sent, in lines that a terminal has room for.
inline void content(std::string_view text) {
    constexpr std::size_t most = 76;
    for (; !text.empty(); text.remove_prefix(std::min(most, text.size())))
        print(ink::dim, "                      ", text.substr(0, most), ink::plain, "\n");
}

/// What is wrong with bytes, of which some are shown: where, the sentence, and the rule.
inline void complaint(const hubwire::error& wrong, hubwire::bytes input) {
    constexpr std::size_t row = 32;
    const std::size_t begin = wrong.offset / row * row;
    const hubwire::bytes shown = input.without_first(begin);
    print(ink::dim, "    ", hex{begin, 4}, ink::plain, " ");
    for (const unsigned char byte : shown.first(std::min(row, shown.size()))) print(" ", hex{byte});
    print("\n         ", left{"", 3 * (wrong.offset - begin)}, ink::wrong, " ^^ ", ink::plain, "at byte ",
          wrong.offset);
    print("\n    ", ink::wrong, wrong.message(), ink::plain);
    if (!wrong.rule().empty()) print(" (", wrong.rule(), ")");
    print("\n");
}

}  // namespace demo

#endif
