// expect: no matching function
// Only SASL frames have no channel.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto send(hubwire::buffer output) { return hubwire::amqp::encode_frame(output, hubwire::amqp::sasl_init{}); }
#else
auto send(hubwire::buffer output) { return hubwire::amqp::encode_frame(output, hubwire::amqp::open{}); }
#endif
