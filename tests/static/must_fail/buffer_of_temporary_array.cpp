// expect: could not convert ||| no viable conversion
// What is written to a temporary is lost.
#include <hubwire/hubwire.hpp>

#include <array>

#ifdef CORRECT
hubwire::buffer whole(std::array<char, 4>& array) { return array; }
#else
hubwire::buffer whole() { return std::array<char, 4>{}; }
#endif
