// expect: -Werror=conversion ||| -Wimplicit-int-conversion
// A number that does not fit its field is not cut off on the way.
#include <hubwire/hubwire.hpp>

#include <cstdint>

#ifdef CORRECT
hubwire::amqp::open open(std::uint16_t channels) { return {.container_id = "me", .channel_max = channels}; }
#else
hubwire::amqp::open open(std::uint32_t channels) { return {.container_id = "me", .channel_max = channels}; }
#endif
