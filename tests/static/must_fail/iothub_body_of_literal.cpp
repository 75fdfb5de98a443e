// expect: (could not convert|no matching|cannot convert|conversion from) ||| (no viable conversion|no matching)
// A body is binary: whether a literal's terminator belongs to it, nobody can tell.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::iothub::message message{.body = std::string_view{"text"}};
#else
hubwire::iothub::message message{.body = "text"};
#endif
