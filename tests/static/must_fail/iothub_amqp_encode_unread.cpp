// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Who does not look whether a token was encoded sends what was in the buffer before.
#include <hubwire/hubwire.hpp>

namespace iothub = hubwire::iothub;

#ifdef CORRECT
bool encode(hubwire::buffer output) { return iothub::encode(output, iothub::cbs::put_token{}).has_value(); }
#else
void encode(hubwire::buffer output) { iothub::encode(output, iothub::cbs::put_token{}); }
#endif
