// expect: unsigned conversion from 'int' to|overflow ||| implicit conversion from 'int' to
// A number that a field cannot hold is seen by the compiler, though the field may be absent.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::amqp::begin made() { return {.remote_channel = 7}; }
#else
hubwire::amqp::begin made() { return {.remote_channel = 70'000}; }
#endif
