// expect: no matching function ||| no matching member function
// How many bytes to read, only the type says.
#include <hubwire/hubwire.hpp>

#include <cstdint>

#ifdef CORRECT
std::uint16_t read(hubwire::reader& in) { return in.be<std::uint16_t>(); }
#else
std::uint16_t read(hubwire::reader& in) { return in.be(); }
#endif
