// expect: no matching function
// Only packets are decoded.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto packet(hubwire::bytes input) { return hubwire::mqtt::decode<hubwire::mqtt::puback>(input); }
#else
auto packet(hubwire::bytes input) { return hubwire::mqtt::decode<int>(input); }
#endif
