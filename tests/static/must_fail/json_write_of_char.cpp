// expect: (no matching|constraints not satisfied) ||| no matching (member )?function
// A character or a number?
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
void write(hubwire::json::writer<hubwire::room::checked>& out) { out.value("c"); }
#else
void write(hubwire::json::writer<hubwire::room::checked>& out) { out.value('c'); }
#endif
