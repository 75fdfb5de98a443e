// expect: cannot convert ||| no viable conversion
// Whether there is a value is asked for by name or in a condition: a result<bool> is not its value.
#include <hubwire/hubwire.hpp>

hubwire::result<bool> find();

#ifdef CORRECT
bool answer() { return *find(); }
#else
bool answer() { return find(); }
#endif
