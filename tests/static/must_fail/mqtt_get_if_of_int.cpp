// expect: no matching (member )?function
// Only packets are in a packet.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
const auto* get(const hubwire::mqtt::packet& any) { return any.get_if<hubwire::mqtt::publish>(); }
#else
const auto* get(const hubwire::mqtt::packet& any) { return any.get_if<int>(); }
#endif
