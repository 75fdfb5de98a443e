// expect: use of deleted function ||| (call to deleted|invokes a deleted)
// A list is a view of its items: filters that lie elsewhere as strings are for encode_unsubscribe.
#include <hubwire/hubwire.hpp>
#include <string>
#include <vector>

#ifdef CORRECT
auto encode(hubwire::buffer output, const std::vector<std::string>& filters) {
    return hubwire::mqtt::encode_unsubscribe(output, 1, filters);
}
#else
auto encode(hubwire::buffer output, const std::vector<std::string>& filters) {
    return hubwire::mqtt::encode(output, hubwire::mqtt::unsubscribe{.packet_id = 1, .filters = filters});
}
#endif
