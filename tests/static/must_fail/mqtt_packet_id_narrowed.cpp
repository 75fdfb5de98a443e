// expect: narrowing
// A packet identifier that does not fit is not cut off.
#include <hubwire/hubwire.hpp>

#include <cstdint>

#ifdef CORRECT
hubwire::mqtt::puback answer(std::uint16_t id) { return {.packet_id = id}; }
#else
hubwire::mqtt::puback answer(std::uint32_t id) { return {.packet_id = id}; }
#endif
