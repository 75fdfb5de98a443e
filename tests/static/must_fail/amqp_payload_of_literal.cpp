// expect: use of deleted function ||| (call to deleted|invokes a deleted|no matching function)
// The payload of a transfer is binary, likewise.
#include <hubwire/hubwire.hpp>

#include <string_view>

hubwire::result<hubwire::bytes> send(hubwire::buffer output, const hubwire::amqp::transfer& t) {
#ifdef CORRECT
    return hubwire::amqp::encode_frame(output, 0, t, std::string_view{"text"});
#else
    return hubwire::amqp::encode_frame(output, 0, t, "text");
#endif
}
