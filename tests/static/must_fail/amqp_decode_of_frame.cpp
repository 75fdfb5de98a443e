// expect: no matching function
// A frame is decoded by decode_frame: it is no value.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto frame(hubwire::bytes input) { return hubwire::amqp::decode_frame(input); }
#else
auto frame(hubwire::bytes input) { return hubwire::amqp::decode<hubwire::amqp::frame>(input); }
#endif
