// expect: (no matching|constraints not satisfied) ||| no matching (member )?function
// As a double it would have digits that nobody meant.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
void write(hubwire::json::writer<hubwire::room::checked>& out) { out.value(0.1); }
#else
void write(hubwire::json::writer<hubwire::room::checked>& out) { out.value(0.1f); }
#endif
