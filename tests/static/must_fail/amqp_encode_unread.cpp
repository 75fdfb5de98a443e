// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Who does not look whether a value was encoded sends what was in the buffer before.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool encode(hubwire::buffer output) { return hubwire::amqp::encode(output, hubwire::amqp::accepted{}).has_value(); }
#else
void encode(hubwire::buffer output) { hubwire::amqp::encode(output, hubwire::amqp::accepted{}); }
#endif
