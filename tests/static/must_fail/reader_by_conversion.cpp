// expect: could not convert ||| no matching function
// A reader has a place of its own, so it is made by name only.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
void skip(hubwire::reader in);
void skip_all(hubwire::bytes input) { skip(hubwire::reader{input}); }
#else
void skip(hubwire::reader in);
void skip_all(hubwire::bytes input) { skip(input); }
#endif
