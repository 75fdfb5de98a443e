// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Who does not look whether a transfer fits takes a part of a message for all of it.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool receive(hubwire::amqp::incoming_delivery& in, const hubwire::amqp::transfer& t, hubwire::bytes payload) {
    return in.add(t, payload).has_value();
}
#else
void receive(hubwire::amqp::incoming_delivery& in, const hubwire::amqp::transfer& t, hubwire::bytes payload) {
    in.add(t, payload);
}
#endif
