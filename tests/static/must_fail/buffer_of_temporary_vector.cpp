// expect: could not convert ||| no viable conversion
// What is written to a temporary is lost.
#include <hubwire/hubwire.hpp>

#include <vector>

#ifdef CORRECT
hubwire::buffer whole(std::vector<char>& vector) { return vector; }
#else
hubwire::buffer whole() { return std::vector<char>(4); }
#endif
