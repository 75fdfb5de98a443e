// expect: could not convert ||| no viable conversion
// What was read cannot be written to.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::buffer whole(hubwire::buffer some) { return some; }
#else
hubwire::buffer whole(hubwire::bytes some) { return some; }
#endif
