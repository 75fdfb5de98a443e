// expect: sign-conversion
// A negative number is not taken for a large one, though the field may be absent.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::amqp::flow made() { return {.link_credit = 1}; }
#else
hubwire::amqp::flow made() { return {.link_credit = -1}; }
#endif
