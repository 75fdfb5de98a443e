#include "own_stack.hpp"

#include <string_view>

#include "catch2.hpp"

// A test that finds no secret on the stack is worth what this is: that one which lies there would be found.

using namespace std::string_view_literals;

namespace {

// Written by way of a pointer that could have changed: compilers take arrays apart otherwise, byte by byte.

constexpr std::string_view secret = "what nobody may learn of this";

HUBWIRE_NEVER_INLINE int leave_behind(int depth) {
    volatile char copy[secret.size()];
    volatile char* volatile to = copy;
    for (std::size_t i = 0; i != secret.size(); ++i) to[i] = secret[i];
    return depth == 0 ? to[0] : leave_behind(depth - 1) + to[1];
}

HUBWIRE_NEVER_INLINE int leave_nothing_behind() {
    volatile char copy[secret.size()];
    volatile char* volatile to = copy;
    for (std::size_t i = 0; i != secret.size(); ++i) to[i] = secret[i];
    const int sum = to[0] + to[1];
    for (std::size_t i = 0; i != secret.size(); ++i) to[i] = 0;
    return sum;
}

}  // namespace

TEST_CASE("what a call leaves on its stack is found") {
#if defined(HUBWIRE_TESTS_HAVE_OWN_STACK) && defined(__linux__) && !defined(HUBWIRE_TESTS_STACK_IS_WATCHED)
    CHECK(support::own_stack::finds_what_is_left());
    for (const int depth : {0, 1, 100}) {
        volatile int kept = 0;
        support::own_stack stack;
        stack.run([&] { kept = leave_behind(depth); });
        CHECK(stack.holds(secret));
        CHECK_FALSE(stack.holds("what nobody has written anywhere"sv));
    }
#else
    WARN("locals may lie elsewhere than on the stack");
#endif
}

TEST_CASE("what a call wipes is not found on its stack") {
    volatile int kept = 0;
    support::own_stack stack;
    stack.run([&] { kept = leave_nothing_behind(); });
    CHECK(kept == 'w' + 'h');
    CHECK_FALSE(stack.holds(secret));
}
