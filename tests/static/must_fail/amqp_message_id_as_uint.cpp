// expect: no matching function ||| no matching member function
// A message id is a ulong, a UUID, a binary or a string: as anything else it would never be there.
#include <hubwire/hubwire.hpp>

#include <cstdint>

#ifdef CORRECT
bool is_number(const hubwire::amqp::message_id& id) { return id.as<std::uint64_t>().has_value(); }
#else
bool is_number(const hubwire::amqp::message_id& id) { return id.as<std::uint32_t>().has_value(); }
#endif
