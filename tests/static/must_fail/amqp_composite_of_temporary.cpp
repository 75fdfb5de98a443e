// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a composite of bytes that are gone is an error. A number is none.
#include <hubwire/hubwire.hpp>
#include <vector>

std::vector<char> receive();

#ifdef CORRECT
bool is_complete() {
    const std::vector<char> received = receive();
    const auto found = hubwire::amqp::decode<hubwire::amqp::properties>(received);
    const auto number = hubwire::amqp::decode<bool>(receive());
    return found.has_value() && *number;
}
#else
bool is_complete() {
    const auto found = hubwire::amqp::decode<hubwire::amqp::properties>(receive());
    return found.has_value();
}
#endif
