// expect: no match for call ||| no matching function
// Who handles packets by their type says what becomes of each of the fourteen.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
int handle(const hubwire::mqtt::packet& any) {
    return any.visit([](const auto&) { return 1; });
}
#else
int handle(const hubwire::mqtt::packet& any) {
    return any.visit([](const hubwire::mqtt::publish&) { return 1; });
}
#endif
