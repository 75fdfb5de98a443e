// expect: non-.constexpr. function .*trap ||| non-constexpr function 'trap'
// A bag cannot be taken apart again if its separators are not escaped.
#include <hubwire/hubwire.hpp>

#include <array>
#include <cstddef>

constexpr std::size_t size_of(const char* bare) {
    std::array<char, 64> memory{};
    const auto bag =
        hubwire::iothub::encode_property_bag(memory, {{"a", "1&2"}}, {.bare = hubwire::text::bare_characters{bare}});
    return bag->size();
}

#ifdef CORRECT
static_assert(size_of("~!") == 7);
#else
static_assert(size_of("~&") == 5);
#endif
