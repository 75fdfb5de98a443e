// expect: no matching function
// An encoder writes to its buffer.
#include <hubwire/hubwire.hpp>

#include <array>

#ifdef CORRECT
bool encode(std::array<char, 64>& memory) {
    return hubwire::amqp::encode(memory, hubwire::amqp::accepted{}).has_value();
}
#else
bool encode(const std::array<char, 64>& memory) {
    return hubwire::amqp::encode(memory, hubwire::amqp::accepted{}).has_value();
}
#endif
