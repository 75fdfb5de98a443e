// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a packet in a temporary packet of any type is an error.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool is_publish(hubwire::bytes input) {
    const auto any = hubwire::mqtt::decode(input);
    const auto* message = any ? any->get_if<hubwire::mqtt::publish>() : nullptr;
    return message != nullptr;
}
#else
bool is_publish(const hubwire::mqtt::publish& p) {
    const auto* message = hubwire::mqtt::packet{p}.get_if<hubwire::mqtt::publish>();
    return message != nullptr;
}
#endif
