// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a packet that is kept, of bytes that are gone, is an error; one without views,
// or what is asked of it at once, is none.
#include <hubwire/hubwire.hpp>
#include <vector>

namespace mqtt = hubwire::mqtt;

std::vector<char> receive();

#ifdef CORRECT
bool is_good() {
    const auto answer = mqtt::decode<mqtt::connack>(receive());
    const bool is_connect = mqtt::decode<mqtt::connect>(receive()).has_value();
    return answer && is_connect;
}
#else
bool is_good() {
    const auto p = mqtt::decode<mqtt::connect>(receive());
    return p && p->client_id == "d";
}
#endif
