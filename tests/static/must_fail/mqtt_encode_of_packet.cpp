// expect: no matching function
// A packet of any type is encoded as what it is.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto encode(hubwire::buffer output, const hubwire::mqtt::packet& any) {
    return any.visit([&](const auto& packet) { return hubwire::mqtt::encode(output, packet); });
}
#else
auto encode(hubwire::buffer output, const hubwire::mqtt::packet& any) { return hubwire::mqtt::encode(output, any); }
#endif
