#include <array>
#include <cstdint>
#include <cstring>
#include <hubwire/hubwire.hpp>

#include "support/catch2.hpp"
#include "support/wire.hpp"

using hubwire::detail::load_be;
using hubwire::detail::load_le;
using hubwire::detail::store_be;
using hubwire::detail::store_le;
using support::wire;

static_assert(load_be<std::uint8_t>(wire<"fe">.data()) == 0xfe);
static_assert(load_be<std::uint16_t>(wire<"fe dc">.data()) == 0xfedc);
static_assert(load_be<std::uint32_t>(wire<"fe dc ba 98">.data()) == 0xfedcba98);
static_assert(load_be<std::uint64_t>(wire<"fe dc ba 98 76 54 32 10">.data()) == 0xfedcba9876543210);
static_assert(load_le<std::uint32_t>(wire<"fe dc ba 98">.data()) == 0x98badcfe);
static_assert(load_le<std::uint64_t>(wire<"fe dc ba 98 76 54 32 10">.data()) == 0x1032547698badcfe);

namespace {

template <class U>
constexpr auto stored(U value) {
    std::array<char, sizeof(U)> bytes{};
    store_be<U>(bytes.data(), value);
    return bytes;
}
template <class U>
constexpr auto stored_little(U value) {
    std::array<char, sizeof(U)> bytes{};
    store_le<U>(bytes.data(), value);
    return bytes;
}

}  // namespace

static_assert(stored<std::uint8_t>(0xfe) == wire<"fe">);
static_assert(stored<std::uint16_t>(0xfedc) == wire<"fe dc">);
static_assert(stored<std::uint32_t>(0xfedcba98) == wire<"fe dc ba 98">);
static_assert(stored<std::uint64_t>(0xfedcba9876543210) == wire<"fe dc ba 98 76 54 32 10">);
static_assert(stored_little<std::uint16_t>(0xfedc) == wire<"dc fe">);
static_assert(stored_little<std::uint64_t>(0xfedcba9876543210) == wire<"10 32 54 76 98 ba dc fe">);

TEST_CASE("numbers are loaded and stored at any alignment, whatever the machine's byte order") {
    alignas(8) std::array<char, 16> memory{};
    for (std::size_t at = 0; at != 8; ++at) {
        store_be<std::uint64_t>(memory.data() + at, 0x8001020304050607);
        CHECK(std::memcmp(memory.data() + at, wire<"80 01 02 03 04 05 06 07">.data(), 8) == 0);
        CHECK(load_be<std::uint64_t>(memory.data() + at) == 0x8001020304050607);
        CHECK(load_le<std::uint64_t>(memory.data() + at) == 0x0706050403020180);
        CHECK(load_be<std::uint16_t>(memory.data() + at) == 0x8001);
        CHECK(load_be<std::uint32_t>(memory.data() + at) == 0x80010203);
        store_le<std::uint64_t>(memory.data() + at, 0x8001020304050607);
        CHECK(std::memcmp(memory.data() + at, wire<"07 06 05 04 03 02 01 80">.data(), 8) == 0);
    }
}
