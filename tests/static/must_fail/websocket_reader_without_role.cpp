// expect: no matching function ||| no matching constructor
// Whether frames have to be masked depends on which end this is, for which there is no good default.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::websocket::message_reader from_server{hubwire::websocket::role::client};
#else
hubwire::websocket::message_reader from_server{};
#endif
