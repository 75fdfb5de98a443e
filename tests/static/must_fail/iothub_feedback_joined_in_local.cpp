// expect: stack memory
// only: clang++
// Where the compiler follows lifetimes, records in a buffer that is gone are an error.
#include <hubwire/hubwire.hpp>

using hubwire::iothub::decode_feedback_message;
using hubwire::iothub::feedback_reader;

#ifdef CORRECT
hubwire::result<feedback_reader> read(hubwire::bytes message, hubwire::buffer joined) {
    return decode_feedback_message(message, joined);
}
#else
hubwire::result<feedback_reader> read(hubwire::bytes message) {
    char joined[1000];
    return decode_feedback_message(message, joined);
}
#endif
