// expect: (no matching|could not convert|conversion from|cannot convert) ||| (no viable conversion|no matching)
// A field takes what it can be, and nothing else.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::amqp::attach link{.name = "l", .target = hubwire::amqp::coordinator{}};
#else
hubwire::amqp::attach link{.name = "l", .target = hubwire::amqp::source{}};
#endif
