// expect: no matching (member )?function
// Likewise: the answer could only be no.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool is(const hubwire::amqp::outcome& o) { return o.is<hubwire::amqp::accepted>(); }
#else
bool is(const hubwire::amqp::outcome& o) { return o.is<hubwire::amqp::received>(); }
#endif
