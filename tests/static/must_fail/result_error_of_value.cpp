// expect: non-.constexpr. function .*trap ||| non-constexpr function 'trap'
// A broken precondition does not compile in a constant expression.
#include <hubwire/hubwire.hpp>

constexpr hubwire::result<int> a_result = 1;

#ifdef CORRECT
static_assert(*a_result == 1);
#else
static_assert(a_result.error().offset == 0);
#endif
