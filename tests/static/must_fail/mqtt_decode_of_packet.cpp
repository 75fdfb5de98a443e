// expect: no matching function
// Any packet is decoded without naming a type.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto packet(hubwire::bytes input) { return hubwire::mqtt::decode(input); }
#else
auto packet(hubwire::bytes input) { return hubwire::mqtt::decode<hubwire::mqtt::packet>(input); }
#endif
