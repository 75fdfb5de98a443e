// expect: no matching function ||| no matching member function
// How many bytes a number takes is never left to integer promotions.
#include <hubwire/hubwire.hpp>

#include <cstdint>

#ifdef CORRECT
void write(hubwire::writer& out, std::uint16_t number) { out.be<std::uint16_t>(number); }
#else
void write(hubwire::writer& out, std::uint16_t number) { out.be(number); }
#endif
