// expect: use of deleted function ||| invokes a deleted function
// A payload is binary, likewise.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::mqtt::publish message{.topic = "t", .payload = std::string_view{"text"}};
#else
hubwire::mqtt::publish message{.topic = "t", .payload = "text"};
#endif
