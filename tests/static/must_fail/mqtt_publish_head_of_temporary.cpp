// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a head decoded from bytes that are gone is an error: its topic is a view.
#include <hubwire/hubwire.hpp>
#include <vector>

std::vector<char> receive();

#ifdef CORRECT
bool is_for_us() {
    const std::vector<char> received = receive();
    const auto decoded = hubwire::mqtt::decode_publish_head(received);
    return decoded && decoded->head.topic == "us";
}
#else
bool is_for_us() {
    const auto decoded = hubwire::mqtt::decode_publish_head(receive());
    return decoded && decoded->head.topic == "us";
}
#endif
