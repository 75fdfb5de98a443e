// expect: no matching function ||| no matching function
// A response means something only as the answer to a request.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool hear(hubwire::bytes head, const hubwire::websocket::request& asked) {
    return hubwire::websocket::decode_response(head, asked).has_value();
}
#else
bool hear(hubwire::bytes head, const hubwire::websocket::request&) {
    return hubwire::websocket::decode_response(head).has_value();
}
#endif
