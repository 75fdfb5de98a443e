// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Who does not look at what was read does not know how much of the input it took.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool read(hubwire::websocket::message_reader& in, hubwire::buffer received) { return in.next(received).has_value(); }
#else
void read(hubwire::websocket::message_reader& in, hubwire::buffer received) { in.next(received); }
#endif
