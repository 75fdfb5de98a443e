// expect: could not convert ||| no viable conversion
// Only single bytes are bytes.
#include <hubwire/hubwire.hpp>

#include <vector>

#ifdef CORRECT
hubwire::bytes all(const std::vector<unsigned char>& values) { return values; }
#else
hubwire::bytes all(const std::vector<int>& values) { return values; }
#endif
