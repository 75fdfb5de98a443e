// expect: could not convert ||| no viable conversion
// A buffer is written to.
#include <hubwire/hubwire.hpp>

#include <array>

#ifdef CORRECT
hubwire::buffer whole(std::array<char, 4>& array) { return array; }
#else
hubwire::buffer whole(const std::array<char, 4>& array) { return array; }
#endif
