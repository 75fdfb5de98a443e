// expect: non-.constexpr. function .*trap ||| non-constexpr function 'trap'
// A broken precondition does not compile in a constant expression.
#include <hubwire/hubwire.hpp>

constexpr hubwire::result<int> failed = hubwire::error{.code = hubwire::errc::too_long};

#ifdef CORRECT
static_assert(!failed.has_value());
#else
static_assert(*failed == 1);
#endif
