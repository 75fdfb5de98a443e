// expect: ambiguous
// A char of C++ is no character of AMQP, nor a number: say which is meant.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::amqp::value v{U'x'};
#else
hubwire::amqp::value v{'x'};
#endif
