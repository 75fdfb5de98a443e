#include <hubwire/hubwire.hpp>
#include <string_view>
#include <type_traits>

#include "support/catch2.hpp"

using hubwire::errc;
using hubwire::error;
using hubwire::result;

namespace {

struct point {
    int x = 0;
    int y = 0;
};

constexpr result<point> found = point{.x = 1, .y = 2};
constexpr result<point> failed = error{.code = errc::truncated, .offset = 7};
constexpr result<point> waiting = error{.code = errc::incomplete, .offset = 7, .needed = 2};

static_assert(found.has_value() && found && found->x == 1 && (*found).y == 2 && !found.incomplete());
static_assert(!failed.has_value() && !failed && failed.error().offset == 7 && !failed.incomplete());
static_assert(waiting.incomplete() && waiting.error().needed == 2);
static_assert(found.value_or({}).x == 1 && failed.value_or({.x = 3}).x == 3);

constexpr result<void> fine;
constexpr result<void> broken = error{.code = errc::leftover, .offset = 1};
static_assert(fine.has_value() && fine && !fine.incomplete());
static_assert(!broken.has_value() && !broken && broken.error().code == errc::leftover && !broken.incomplete());
static_assert(result<void>{error{.code = errc::incomplete, .needed = 1}}.incomplete());

// Plain values, to be returned in registers and copied at will.
static_assert(std::is_trivially_copyable_v<result<point>> && std::is_trivially_copyable_v<result<void>>);
static_assert(!std::is_convertible_v<result<point>, bool> && !std::is_convertible_v<result<void>, bool>);
static_assert(std::is_same_v<result<point>::value_type, point> && std::is_same_v<result<void>::value_type, void>);

}  // namespace

TEST_CASE("a result holds either a value or an error, and can be assigned the other") {
    result<int> answer = 42;
    REQUIRE(answer);
    CHECK(*answer == 42);
    CHECK(answer.value_or(1) == 42);
    CHECK_FALSE(answer.incomplete());

    answer = error{.code = errc::incomplete, .offset = 3, .needed = 5};
    REQUIRE_FALSE(answer);
    CHECK(answer.incomplete());
    CHECK(answer.error() == error{.code = errc::incomplete, .offset = 3, .needed = 5});
    CHECK(answer.value_or(1) == 1);

    answer = error{.code = errc::no_space, .needed = 1};
    CHECK_FALSE(answer.incomplete());

    answer = 7;
    CHECK(*answer == 7);
}

TEST_CASE("members of the value are reached through the result") {
    const result<std::string_view> text = std::string_view{"abc"};
    CHECK(text->size() == 3);
}
TEST_CASE("a check without a value tells success from failure") {
    result<void> checked;
    CHECK(checked);
    checked = error{.code = errc::no_space, .offset = 4, .needed = 1};
    REQUIRE_FALSE(checked);
    CHECK(checked.error().offset == 4);
    CHECK_FALSE(checked.incomplete());
    CHECK(result<void>{error{.code = errc::incomplete, .needed = 1}}.incomplete());
}
