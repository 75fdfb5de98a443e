// expect: use of deleted function ||| (call to deleted|invokes a deleted)
// A body is binary: whether a literal's terminator belongs to it, nobody can tell.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::amqp::data body{.content = std::string_view{"text"}};
#else
hubwire::amqp::data body{.content = "text"};
#endif
