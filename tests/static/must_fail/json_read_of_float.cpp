// expect: (no matching|constraints not satisfied) ||| no matching (member )?function
// A float has fewer digits than the number may have: read a double.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
double read(hubwire::json::reader& in) { return in.get<double>(); }
#else
float read(hubwire::json::reader& in) { return in.get<float>(); }
#endif
