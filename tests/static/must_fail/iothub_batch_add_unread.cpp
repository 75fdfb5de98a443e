// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Who does not look whether a message was added to a batch loses those that did not fit.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool add(hubwire::iothub::batch_builder& b, hubwire::bytes m) { return b.add(m).has_value(); }
#else
void add(hubwire::iothub::batch_builder& b, hubwire::bytes m) { b.add(m); }
#endif
