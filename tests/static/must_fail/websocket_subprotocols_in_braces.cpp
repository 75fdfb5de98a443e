// expect: could not convert|no matching constructor
// A braced list would be gone before the response is compared with what was offered.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
inline constexpr hubwire::websocket::token_list offered = "mqtt, amqp";
#else
inline constexpr hubwire::websocket::token_list offered = {"mqtt", "amqp"};
#endif
