// expect: no matching function ||| no matching member function
// errors: 1
// A text is had as a view of it, std::string_view: nothing here allocates.
#include <hubwire/hubwire.hpp>

#include <string>
#include <string_view>

#ifdef CORRECT
bool has_name(const hubwire::amqp::map& m) { return m.get<std::string_view>("name").has_value(); }
#else
bool has_name(const hubwire::amqp::map& m) { return m.get<std::string>("name").has_value(); }
#endif
