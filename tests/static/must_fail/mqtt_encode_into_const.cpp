// expect: no matching function
// A packet is not written to what is read only.
#include <hubwire/hubwire.hpp>

#include <array>

#ifdef CORRECT
bool encode(std::array<char, 2>& output) { return hubwire::mqtt::encode(output, hubwire::mqtt::pingreq{}).has_value(); }
#else
bool encode(const std::array<char, 2>& output) {
    return hubwire::mqtt::encode(output, hubwire::mqtt::pingreq{}).has_value();
}
#endif
