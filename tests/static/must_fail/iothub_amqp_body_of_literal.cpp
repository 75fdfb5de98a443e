// expect: use of deleted function ||| (call to deleted|invokes a deleted|no matching function)
// The payload of a method is bytes: whether the terminator of a literal is meant is not to be guessed.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::iothub::amqp_method::reply reply() { return {.payload = std::string_view{"{}"}}; }
#else
hubwire::iothub::amqp_method::reply reply() { return {.payload = "{}"}; }
#endif
