// expect: no matching function
// A message as such is AMQP's to decode; the hub's functions read it as one of its operations.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto decode(hubwire::bytes input) { return hubwire::iothub::decode<hubwire::iothub::amqp_twin::reply>(input); }
#else
auto decode(hubwire::bytes input) { return hubwire::iothub::decode<hubwire::amqp::message>(input); }
#endif
