// expect: (no matching|conversion from|could not convert) ||| (no matching|no viable conversion)
// A pointer is no boolean.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::amqp::value of(const int* number) { return *number; }
#else
hubwire::amqp::value of(const int* number) { return number; }
#endif
