#include <array>
#include <cstddef>
#include <cstring>
#include <hubwire/hubwire.hpp>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"

using hubwire::detail::ascii_text;
using hubwire::detail::copy;
using hubwire::detail::copy_text;
using hubwire::detail::is_ascii_at_a_glance;

namespace {

constexpr std::array<char, 300> pattern = [] {
    std::array<char, 300> bytes{};
    for (std::size_t i = 0; i != bytes.size(); ++i) bytes[i] = static_cast<char>(i % 251 + 1);
    return bytes;
}();

constexpr bool copies_at_compile_time(std::size_t n) {
    std::array<char, 300> to{};
    copy(to.data(), pattern.data(), n);
    for (std::size_t i = 0; i != to.size(); ++i) {
        if (to[i] != (i < n ? pattern[i] : '\0')) return false;
    }
    return true;
}
static_assert(copies_at_compile_time(0) && copies_at_compile_time(3) && copies_at_compile_time(300));

/// A text of n letters, of which the one at the given place is not ASCII, if there is such a place.
constexpr std::array<char, 150> text_with(std::size_t place) {
    std::array<char, 150> text{};
    for (std::size_t i = 0; i != text.size(); ++i) text[i] = static_cast<char>(i == place ? 0x80 : 'a' + i % 26);
    return text;
}

constexpr bool copies_ascii_at_compile_time(std::size_t n, std::size_t place) {
    const auto from = text_with(place);
    std::array<char, 150> to{};
    if (copy_text<ascii_text>(to.data(), from.data(), n) != (place >= n)) return false;
    for (std::size_t i = 0; i != n; ++i) {
        if (to[i] != from[i]) return false;
    }
    return to[n] == '\0' && (!is_ascii_at_a_glance(from.data(), n, from.size()) || place >= n);
}
static_assert(copies_ascii_at_compile_time(0, 0) && copies_ascii_at_compile_time(3, 3));
static_assert(copies_ascii_at_compile_time(7, 6) && copies_ascii_at_compile_time(140, 139));

}  // namespace

TEST_CASE("copy copies exactly n bytes, for every n on either side of each short cut") {
    for (std::size_t n = 0; n <= 300; ++n) {
        const support::exact_block from{hubwire::bytes{pattern.data(), n}};
        std::array<char, 302> around{};
        copy(around.data() + 1, from.data(), n);
        CHECK(std::memcmp(around.data() + 1, pattern.data(), n) == 0);
        CHECK(around[0] == 0);
        CHECK(around[n + 1] == 0);

        support::exact_block to{n};  // for AddressSanitizer: not a byte of room on either side
        copy(to.data(), from.data(), n);
        CHECK(hubwire::bytes{to.data(), n} == hubwire::bytes{from.data(), n});
    }
}

TEST_CASE("copy of nothing takes null pointers") {
    copy(nullptr, nullptr, 0);
    char to = 'x';
    copy(&to, nullptr, 0);
    CHECK(to == 'x');
}

TEST_CASE("a copy is ASCII if each of its bytes is, wherever another one stands, and whatever lies behind") {
    for (std::size_t n = 0; n <= 140; ++n) {
        for (std::size_t place = 0; place <= n; ++place) {
            const auto pattern_of = text_with(place);
            const support::exact_block from{hubwire::bytes{pattern_of.data(), n}};
            support::exact_block to{n};
            INFO(n << " bytes, " << place);
            CHECK(copy_text<ascii_text>(to.data(), from.data(), n) == (place == n));
            CHECK(hubwire::bytes{to.data(), n} == hubwire::bytes{from.data(), n});
        }
    }
    CHECK(copy_text<ascii_text>(nullptr, nullptr, 0));
}

TEST_CASE("a glance takes no other text for ASCII, and reads nothing but what can be read") {
    for (std::size_t n = 0; n <= 140; ++n) {
        for (const std::size_t behind : {0u, 1u, 7u, 8u}) {
            for (std::size_t place = 0; place <= n; ++place) {
                const auto pattern_of = text_with(place);
                const support::exact_block from{hubwire::bytes{pattern_of.data(), n + behind}};
                INFO(n << " bytes and " << behind << ", " << place);
                const bool seen = is_ascii_at_a_glance(from.data(), n, n + behind);
                if (place < n) CHECK_FALSE(seen);
                if (place == n && 0 < n && n <= 16 && n + behind >= 8) CHECK(seen);
            }
        }
    }
    CHECK_FALSE(is_ascii_at_a_glance(nullptr, 0, 0));
}
