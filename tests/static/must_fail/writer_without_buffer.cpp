// expect: no matching function ||| no matching constructor
// Only a counting writer has no buffer.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::counting_writer out;
#else
hubwire::writer out;
#endif
