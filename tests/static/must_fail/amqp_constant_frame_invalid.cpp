// expect: non-.constexpr. function .*trap ||| non-constexpr function 'trap'
// A frame that the specification does not allow cannot be made at compile time.
#include <hubwire/hubwire.hpp>

#include <array>
#include <string_view>

constexpr std::size_t size_of(std::string_view hostname) {
    std::array<char, 64> memory{};
    return hubwire::amqp::encode_frame(memory, 0, hubwire::amqp::open{.container_id = "me", .hostname = hostname})
        ->size();
}

#ifdef CORRECT
static_assert(size_of("hub") == 23);
#else
static_assert(size_of("\xff") == 21);
#endif
