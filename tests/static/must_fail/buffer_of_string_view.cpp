// expect: could not convert ||| no viable conversion
// A view borrows, but it does not let write.
#include <hubwire/hubwire.hpp>

#include <span>
#include <string_view>

#ifdef CORRECT
hubwire::buffer whole(std::span<char> some) { return some; }
#else
hubwire::buffer whole(std::string_view some) { return some; }
#endif
