// expect: use of deleted function ||| invokes a deleted function
// An array declared like a literal may end in a terminator as well.
#include <hubwire/hubwire.hpp>

#include <span>

constexpr char array[] = {'t', 'e', 'x', 't'};

#ifdef CORRECT
hubwire::bytes text() { return std::span{array}; }
#else
hubwire::bytes text() { return array; }
#endif
