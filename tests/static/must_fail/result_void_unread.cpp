// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// A check whose answer nobody reads is no check.
#include <hubwire/hubwire.hpp>

hubwire::result<void> check();

#ifdef CORRECT
bool accept() { return check().has_value(); }
#else
void accept() { check(); }
#endif
