// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Who does not look whether a packet was encoded sends what was in the buffer before.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool encode(hubwire::buffer output) { return hubwire::mqtt::encode(output, hubwire::mqtt::pingreq{}).has_value(); }
#else
void encode(hubwire::buffer output) { hubwire::mqtt::encode(output, hubwire::mqtt::pingreq{}); }
#endif
