// expect: use of deleted function ||| (call to deleted|invokes a deleted)
// A described value is a view of the descriptor and the content: these have to be somewhere.
#include <hubwire/hubwire.hpp>

namespace amqp = hubwire::amqp;

#ifdef CORRECT
const amqp::value point[] = {amqp::symbol{"com.example:point"}, "1;2"};
amqp::described d{point};
#else
using pair = amqp::value[2];
amqp::described d{pair{amqp::symbol{"com.example:point"}, "1;2"}};
#endif
