// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Who does not look at a result has missed an error.
#include <hubwire/hubwire.hpp>

hubwire::result<int> find();

#ifdef CORRECT
bool encode() { return find().has_value(); }
#else
void encode() { find(); }
#endif
