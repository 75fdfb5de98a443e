// expect: no matching function ||| no matching member function
// The wire has unsigned numbers; what a sign means there, each protocol says itself.
#include <hubwire/hubwire.hpp>

#include <cstdint>

#ifdef CORRECT
void write(hubwire::writer& out) { out.be<std::uint16_t>(1); }
#else
void write(hubwire::writer& out) { out.be<std::int16_t>(1); }
#endif
