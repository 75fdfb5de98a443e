// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a packet cut out of bytes that are gone is an error.
#include <hubwire/hubwire.hpp>
#include <vector>

std::vector<char> receive();

#ifdef CORRECT
bool is_small() {
    const std::vector<char> received = receive();
    const auto packet = hubwire::mqtt::cut(received);
    return packet && packet->size() < 10;
}
#else
bool is_small() {
    const auto packet = hubwire::mqtt::cut(receive());
    return packet && packet->size() < 10;
}
#endif
