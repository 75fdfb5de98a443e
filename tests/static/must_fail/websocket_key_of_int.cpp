// expect: could not convert|cannot convert|no matching function|invalid conversion ||| cannot initialize|no viable
// conversion|no matching function|no known conversion A key is said to be one: a size in its place would mask with
// something that everybody can predict.
#include <hubwire/hubwire.hpp>

#include <cstdint>

#ifdef CORRECT
void mask(hubwire::buffer payload, std::uint32_t key) {
    hubwire::websocket::mask(payload, hubwire::websocket::masking_key{key});
}
#else
void mask(hubwire::buffer payload, std::uint32_t key) { hubwire::websocket::mask(payload, key); }
#endif
