// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Who enters a part needs what enter() returns, to leave it again.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
void read(hubwire::reader& in) { in.leave(in.enter(4)); }
#else
void read(hubwire::reader& in) { in.enter(4); }
#endif
