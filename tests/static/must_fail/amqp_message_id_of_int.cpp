// expect: could not convert ||| no viable conversion
// A message id is a number without a sign: a negative one would become a large one, and no compiler would say so.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::amqp::properties made() { return {.message_id = 1u}; }
#else
hubwire::amqp::properties made() { return {.message_id = -1}; }
#endif
