// expect: no matching function ||| no matching constructor
// A counting writer would not write there.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
char memory[4];
hubwire::writer a_writer{memory};
#else
char memory[4];
hubwire::counting_writer a_writer{memory};
#endif
