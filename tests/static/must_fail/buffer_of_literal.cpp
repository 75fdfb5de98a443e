// expect: could not convert ||| no viable conversion
// A buffer is written to.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
char memory[5];
hubwire::buffer whole() { return memory; }
#else
hubwire::buffer whole() { return "text"; }
#endif
