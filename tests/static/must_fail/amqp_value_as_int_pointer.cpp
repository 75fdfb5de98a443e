// expect: (incomplete type|no matching|constraint) ||| (undefined template|no matching|constraint)
// A value is read as a type that AMQP has.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto text(const hubwire::amqp::value& v) { return v.as<std::string_view>(); }
#else
auto text(const hubwire::amqp::value& v) { return v.as<const char*>(); }
#endif
