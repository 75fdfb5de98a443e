// expect: no match for call ||| no matching function
// Who handles topics by their kind says what becomes of each.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
int handle(const hubwire::iothub::topic_to_client& any) {
    return any.visit([](const auto&) { return 1; });
}
#else
int handle(const hubwire::iothub::topic_to_client& any) {
    return any.visit([](const hubwire::iothub::input_topic&) { return 1; });
}
#endif
