// expect: non-.constexpr. function .*trap ||| non-constexpr function 'trap'
// A broken precondition does not compile in a constant expression.
#include <hubwire/hubwire.hpp>

constexpr hubwire::result<int> one = 1;

#ifdef CORRECT
static_assert(*one == 1);
#else
static_assert(one.error().offset == 0);
#endif
