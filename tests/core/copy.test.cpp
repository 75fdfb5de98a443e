#include <array>
#include <cstddef>
#include <cstring>
#include <hubwire/hubwire.hpp>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"

using hubwire::detail::copy;

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
