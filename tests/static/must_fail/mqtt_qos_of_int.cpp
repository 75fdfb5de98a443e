// expect: cannot convert|invalid conversion ||| cannot initialize
// A QoS has a name: not every number is one.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::mqtt::publish message{.topic = "t", .qos = hubwire::mqtt::qos::at_least_once, .packet_id = 1};
#else
hubwire::mqtt::publish message{.topic = "t", .qos = 1, .packet_id = 1};
#endif
