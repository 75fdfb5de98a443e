// expect: no matching function
// A head is half a packet: it is encoded by that name.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto encode(hubwire::buffer output, const hubwire::mqtt::publish_head& head) {
    return hubwire::mqtt::encode_head(output, head);
}
#else
auto encode(hubwire::buffer output, const hubwire::mqtt::publish_head& head) {
    return hubwire::mqtt::encode(output, head);
}
#endif
