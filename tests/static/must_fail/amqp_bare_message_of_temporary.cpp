// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a part of bytes that are gone is an error.
#include <hubwire/hubwire.hpp>
#include <vector>

std::vector<char> receive();

#ifdef CORRECT
bool is_complete() {
    const std::vector<char> received = receive();
    const auto found = hubwire::amqp::bare_message(received);
    return found.has_value();
}
#else
bool is_complete() {
    const auto found = hubwire::amqp::bare_message(receive());
    return found.has_value();
}
#endif
