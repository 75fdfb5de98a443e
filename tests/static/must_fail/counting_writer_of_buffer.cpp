// expect: no matching function ||| no matching constructor
// A counting writer would not write there.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
char memory[4];
hubwire::writer out{memory};
#else
char memory[4];
hubwire::counting_writer out{memory};
#endif
