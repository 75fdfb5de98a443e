// expect: no matching (member )?function
// Only what a frame can be is looked for in a frame.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
const auto* get(const hubwire::amqp::frame& any) { return any.get_if<hubwire::amqp::attach>(); }
#else
const auto* get(const hubwire::amqp::frame& any) { return any.get_if<hubwire::amqp::source>(); }
#endif
