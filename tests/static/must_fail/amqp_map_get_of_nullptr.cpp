// expect: deleted
// There is no text in it.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool is_set(const hubwire::amqp::map& m) { return m.get<bool>("set").value_or(false); }
#else
bool is_set(const hubwire::amqp::map& m) { return m.get<bool>(nullptr).value_or(false); }
#endif
