// expect: non-.constexpr. function .*trap ||| non-constexpr function 'trap'
// A packet that the specification does not allow cannot be made at compile time.
#include <hubwire/hubwire.hpp>

#include <array>
#include <string_view>

constexpr std::size_t size_of(std::string_view topic) {
    std::array<char, 32> memory{};
    return hubwire::mqtt::encode(memory, hubwire::mqtt::publish{.topic = topic})->size();
}

#ifdef CORRECT
static_assert(size_of("devices/one") == 15);
#else
static_assert(size_of("devices/#") == 13);
#endif
