// expect: use of deleted function ||| invokes a deleted function
// A payload is binary: with a literal it is open whether its terminator is meant.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::websocket::frame ping{.opcode = hubwire::websocket::opcode::ping, .payload = std::string_view{"text"}};
#else
hubwire::websocket::frame ping{.opcode = hubwire::websocket::opcode::ping, .payload = "text"};
#endif
