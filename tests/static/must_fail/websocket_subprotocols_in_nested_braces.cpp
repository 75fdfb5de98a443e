// expect: could not convert|no matching|cannot convert
// Two literals would be taken for the begin and the end of one text, which reaches from one to the other.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
inline constexpr std::string_view both[] = {"mqtt", "amqp"};
inline constexpr hubwire::websocket::token_list offered{both};
#else
inline hubwire::websocket::token_list offered{{"mqtt", "amqp"}};
#endif
