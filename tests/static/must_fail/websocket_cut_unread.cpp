// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Who does not look whether there is a head reads one that is not all there.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool cut(hubwire::websocket::head_cutter& cutter, hubwire::bytes received) { return cutter.cut(received).has_value(); }
#else
void cut(hubwire::websocket::head_cutter& cutter, hubwire::bytes received) { cutter.cut(received); }
#endif
