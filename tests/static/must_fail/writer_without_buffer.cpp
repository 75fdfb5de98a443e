// expect: no matching function ||| no matching constructor
// Only a counting writer has no buffer.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
hubwire::counting_writer a_writer;
#else
hubwire::writer a_writer;
#endif
