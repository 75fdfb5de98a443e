#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <type_traits>

#include "support/catch2.hpp"

using hubwire::maybe;

namespace {

static_assert(!maybe<int>{} && !maybe<int>{std::nullopt}.has_value() && maybe<int>{0}.has_value());
static_assert(*maybe<std::uint16_t>{65535} == 65535);
static_assert(std::is_trivially_copyable_v<maybe<std::uint32_t>>);

// What is converted on its way in is converted where a compiler looks; what is no number is refused.
static_assert(std::is_convertible_v<int, maybe<std::uint16_t>>);
static_assert(!std::is_convertible_v<std::optional<int>, maybe<std::uint16_t>>);
static_assert(!std::is_convertible_v<const char*, maybe<bool>> && !std::is_convertible_v<int, maybe<bool>>);

}  // namespace

TEST_CASE("a number that is there, and one that is not") {
    maybe<std::uint32_t> number = 5;
    CHECK(number == 5);
    CHECK(number == std::optional<std::uint32_t>{5});
    CHECK(number != 6);
    CHECK(number != std::nullopt);
    CHECK(number.value_or(1) == 5);
    number.reset();
    CHECK(number == std::nullopt);
    CHECK(number == std::optional<std::uint32_t>{});
    CHECK(std::optional<std::uint32_t>{} == number);
    CHECK(number == maybe<std::uint32_t>{});
    CHECK(number != std::optional<std::uint32_t>{0});
    CHECK(number != 0);
    CHECK(number.value_or(1) == 1);
    number.emplace() = 7;
    CHECK(*number == 7);
    const std::optional<std::uint32_t> copy = number;
    CHECK(copy == 7u);
    number = std::optional<std::uint32_t>{};
    CHECK_FALSE(number);
}

TEST_CASE("a truth value may be absent as well") {
    const maybe<bool> absent;
    const maybe<bool> no = false;
    CHECK(absent != no);
    CHECK(no == false);
    CHECK(no == std::optional<bool>{false});
    CHECK(absent == std::optional<bool>{});
    CHECK(absent == std::nullopt);
    // Asked for in braces as well, an optional is made of what is there, and not of whether it is.
    CHECK(std::optional<bool>{no} == std::optional{false});
    CHECK(std::optional<bool>{absent} == std::nullopt);
    // Nobody takes it for one that means something where it is absent, as fields with a default do.
    static_assert(![](const auto& truth) { return requires { *truth; }; }(maybe<bool>{}));
    CHECK_FALSE(absent.value_or(false));
    CHECK(absent.value_or(true));
}
