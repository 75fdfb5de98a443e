// expect: deleted
// errors: 1
// The line that is shown says what to write instead.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool is_five(const hubwire::amqp::message_id& id) { return id == hubwire::amqp::message_id{5u}; }
#else
bool is_five(const hubwire::amqp::message_id& id) { return id == hubwire::amqp::message_id{5}; }
#endif
