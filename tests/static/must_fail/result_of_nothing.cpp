// expect: no match for .operator\* ||| indirection requires pointer operand
// There is nothing behind a result<void>.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool answer(hubwire::result<void> check) { return check.has_value(); }
#else
bool answer(hubwire::result<void> check) { return *check; }
#endif
