// expect: no matching function
// Frames hold performatives and what SASL says; a section of a message goes into the payload of a transfer.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto send(hubwire::buffer output) { return hubwire::amqp::encode_frame(output, 0, hubwire::amqp::close{}); }
#else
auto send(hubwire::buffer output) { return hubwire::amqp::encode_frame(output, 0, hubwire::amqp::properties{}); }
#endif
