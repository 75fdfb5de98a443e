#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"

using namespace hubwire::crypto;
using namespace std::literals;

static_assert(equal_in_constant_time("abc"sv, "abc"sv) && !equal_in_constant_time("abc"sv, "abd"sv));
static_assert([] {
    std::array<char, 3> memory{'a', 'b', 'c'};
    wipe(memory);
    return memory;
}() == std::array<char, 3>{});

TEST_CASE("what is equal is equal, and any bit makes a difference") {
    for (std::size_t size = 0; size <= 40; ++size) {
        std::string text(size, 'x');
        const support::exact_block block{text};
        const hubwire::bytes original{block.data(), size};
        CHECK(equal_in_constant_time(original, text));
        for (std::size_t at = 0; at != size; ++at) {
            for (int bit = 0; bit != 8; ++bit) {
                text[at] = static_cast<char>('x' ^ 1 << bit);
                if (equal_in_constant_time(original, text)) FAIL(size << ' ' << at << ' ' << bit);
            }
            text[at] = 'x';
        }
        CHECK_FALSE(equal_in_constant_time(original, text + 'x'));
        if (size != 0) CHECK_FALSE(equal_in_constant_time(original, std::string_view{text}.substr(1)));
    }
    CHECK(equal_in_constant_time({}, ""sv));
}

TEST_CASE("differences do not cancel out") {
    CHECK_FALSE(equal_in_constant_time("ab"sv, "ba"sv));
    CHECK_FALSE(equal_in_constant_time("aa"sv, "bb"sv));
    CHECK_FALSE(equal_in_constant_time("\0\xff"sv, "\xff\0"sv));
}

TEST_CASE("a secret is overwritten, and nothing beside it") {
    std::array<unsigned char, 20> memory{};
    memory.fill(0xAA);
    wipe(hubwire::buffer{memory.data() + 2, 16});
    for (std::size_t i = 0; i != memory.size(); ++i) CHECK(memory[i] == (i < 2 || i >= 18 ? 0xAA : 0));
    wipe({});
}
