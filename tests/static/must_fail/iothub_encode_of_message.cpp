// expect: call encode_amqp_message or encode_mqtt_bag
// What a message is on the wire depends on what carries it, which the compiler tells of.
#include <hubwire/hubwire.hpp>

namespace iothub = hubwire::iothub;

#ifdef CORRECT
auto encode(hubwire::buffer output, const iothub::message& m) { return iothub::encode_amqp_message(output, m); }
#else
auto encode(hubwire::buffer output, const iothub::message& m) { return iothub::encode(output, m); }
#endif
