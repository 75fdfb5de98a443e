// expect: could not convert .*handshake_key ||| no matching constructor
// A key that nobody chose would be the same for everybody.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::result<hubwire::bytes> hello(hubwire::buffer output, const hubwire::websocket::handshake_key& key) {
    return encode(output, hubwire::websocket::request{.host = "h", .key = key});
}
#else
hubwire::result<hubwire::bytes> hello(hubwire::buffer output, const hubwire::websocket::handshake_key&) {
    return encode(output, hubwire::websocket::request{.host = "h"});
}
#endif
