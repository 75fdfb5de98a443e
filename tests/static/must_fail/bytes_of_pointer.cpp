// expect: could not convert ||| no viable conversion
// A pointer alone has no size: nothing is looked for behind it.
#include <hubwire/hubwire.hpp>

#include <cstddef>

#ifdef CORRECT
hubwire::bytes all(const char* data, std::size_t size) { return {data, size}; }
#else
hubwire::bytes all(const char* data, std::size_t) { return data; }
#endif
