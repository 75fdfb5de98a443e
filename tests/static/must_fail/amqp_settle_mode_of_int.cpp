// expect: could not convert|cannot convert ||| no viable conversion|cannot initialize
// The values of a restricted type have names.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::amqp::attach link{.name = "l", .snd_settle_mode = hubwire::amqp::sender_settle_mode::settled};
#else
hubwire::amqp::attach link{.name = "l", .snd_settle_mode = 1};
#endif
