// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a frame with its body of bytes that are gone is an error.
#include <hubwire/hubwire.hpp>
#include <vector>

std::vector<char> receive();

#ifdef CORRECT
bool is_complete() {
    const std::vector<char> received = receive();
    const auto found = hubwire::amqp::decode_frame<hubwire::amqp::transfer>(received);
    return found.has_value();
}
#else
bool is_complete() {
    const auto found = hubwire::amqp::decode_frame<hubwire::amqp::transfer>(receive());
    return found.has_value();
}
#endif
