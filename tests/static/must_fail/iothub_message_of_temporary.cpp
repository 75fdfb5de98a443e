// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a message that is kept, of bytes that are gone, is an error.
#include <hubwire/hubwire.hpp>
#include <vector>

std::vector<char> receive();

#ifdef CORRECT
bool has_id() {
    const std::vector<char> received = receive();
    const auto m = hubwire::iothub::decode_amqp_message(received);
    return m && !m->message_id.is_null();
}
#else
bool has_id() {
    const auto m = hubwire::iothub::decode_amqp_message(receive());
    return m && !m->message_id.is_null();
}
#endif
