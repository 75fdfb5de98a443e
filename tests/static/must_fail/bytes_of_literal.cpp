// expect: use of deleted function ||| invokes a deleted function
// Whether the terminator is meant, a literal does not say.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::bytes text() { return std::string_view{"text"}; }
#else
hubwire::bytes text() { return "text"; }
#endif
