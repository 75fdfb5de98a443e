// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Who does not look whether a topic was written sends what was in the buffer before.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool write(hubwire::buffer to, const hubwire::iothub::telemetry_topic& topic) {
    return hubwire::iothub::encode(to, topic).has_value();
}
#else
void write(hubwire::buffer to, const hubwire::iothub::telemetry_topic& topic) { hubwire::iothub::encode(to, topic); }
#endif
