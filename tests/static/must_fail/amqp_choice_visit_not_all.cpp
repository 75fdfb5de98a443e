// expect: no match for call ||| no matching function
// Who handles a field by its type says what becomes of each, and of those that nobody here knows.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
void handle(const hubwire::amqp::outcome& o) {
    o.visit([](const auto&) {});
}
#else
void handle(const hubwire::amqp::outcome& o) {
    o.visit([](const hubwire::amqp::accepted&) {});
}
#endif
