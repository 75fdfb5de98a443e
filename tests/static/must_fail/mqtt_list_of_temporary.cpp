// expect: use of deleted function ||| selected deleted operator
// Items that are gone at the end of the statement are not assigned to a list.
#include <hubwire/hubwire.hpp>

#include <string_view>
#include <vector>

void fill(hubwire::mqtt::unsubscribe& packet, const std::vector<std::string_view>& filters) {
#ifdef CORRECT
    packet.filters = filters;
#else
    packet.filters = std::vector<std::string_view>{filters};
#endif
}
