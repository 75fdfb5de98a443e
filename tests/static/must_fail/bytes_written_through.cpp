// expect: lvalue required ||| not assignable
// bytes are read only, whatever they were made from.
#include <hubwire/hubwire.hpp>

#include <span>

#ifdef CORRECT
void set(std::span<char> some) { some[0] = 1; }
#else
void set(hubwire::bytes some) { some[0] = 1; }
#endif
