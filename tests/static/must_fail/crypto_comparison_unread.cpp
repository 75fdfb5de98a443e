// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// A comparison that nobody looks at lets every signature pass.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool same(hubwire::bytes a, hubwire::bytes b) { return hubwire::crypto::equal_in_constant_time(a, b); }
#else
void same(hubwire::bytes a, hubwire::bytes b) { hubwire::crypto::equal_in_constant_time(a, b); }
#endif
