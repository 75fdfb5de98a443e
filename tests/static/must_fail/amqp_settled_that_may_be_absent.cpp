// expect: no match for .*operator\* ||| indirection requires pointer
// What a peer may leave out is not read as if it were there, which would end the program.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool is_settled(const hubwire::amqp::transfer& t) { return t.settled.value_or(false); }
#else
bool is_settled(const hubwire::amqp::transfer& t) { return *t.settled; }
#endif
