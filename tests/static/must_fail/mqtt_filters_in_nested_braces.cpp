// expect: ambiguous|use of deleted function|could not convert ||| (ambiguous|call to deleted|invokes a deleted)
// Two literals in two pairs of braces would be the begin and the end of one text, which reaches from one to the other.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
auto encode(hubwire::buffer output) {
    return hubwire::mqtt::encode(output, hubwire::mqtt::unsubscribe{.packet_id = 1, .filters = {"a", "b"}});
}
auto encode_one(hubwire::buffer output) {
    return hubwire::mqtt::encode(output, hubwire::mqtt::unsubscribe{.packet_id = 1, .filters = {"a"}});
}
auto encode_braced(hubwire::buffer output) {
    return hubwire::mqtt::encode(output, hubwire::mqtt::unsubscribe{.packet_id = 1, .filters = {{"a"}, {"b"}}});
}
#else
auto encode(hubwire::buffer output) {
    return hubwire::mqtt::encode(output, hubwire::mqtt::unsubscribe{.packet_id = 1, .filters = {{"a", "b"}}});
}
#endif
