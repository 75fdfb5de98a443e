// expect: -Werror=overflow ||| -Werror,-Wconstant-conversion
// A number that does not fit is not cut short without a word.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
void write(hubwire::writer& out) { out.u8(255); }
#else
void write(hubwire::writer& out) { out.u8(256); }
#endif
