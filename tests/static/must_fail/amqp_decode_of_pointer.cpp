// expect: no matching function
// Only types of AMQP are decoded.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto text(hubwire::bytes input) { return hubwire::amqp::decode<std::string_view>(input); }
#else
auto text(hubwire::bytes input) { return hubwire::amqp::decode<const char*>(input); }
#endif
