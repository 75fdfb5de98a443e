// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a body of sections that are gone is an error.
#include <hubwire/hubwire.hpp>
#include <vector>

using hubwire::amqp::data;
using hubwire::amqp::message_body;

#ifdef CORRECT
hubwire::amqp::body_kind kind_of(const std::vector<data>& sections) {
    const message_body body = sections;
    return body.kind();
}
#else
hubwire::amqp::body_kind kind_of(const data& section) {
    const message_body body = std::vector<data>(2, section);
    return body.kind();
}
#endif
