// expect: no matching (member )?function
// Only what a field can be is looked for in it.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
const auto* get(const hubwire::amqp::outcome& o) { return o.get_if<hubwire::amqp::accepted>(); }
#else
const auto* get(const hubwire::amqp::outcome& o) { return o.get_if<hubwire::amqp::received>(); }
#endif
