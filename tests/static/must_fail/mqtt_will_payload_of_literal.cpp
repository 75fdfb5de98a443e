// expect: use of deleted function ||| invokes a deleted function
// The payload of a will is binary, likewise.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::mqtt::connect hello{.will = hubwire::mqtt::will{.topic = "t", .payload = std::string_view{"gone"}}};
#else
hubwire::mqtt::connect hello{.will = hubwire::mqtt::will{.topic = "t", .payload = "gone"}};
#endif
