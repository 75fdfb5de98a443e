// expect: non-.constexpr. function .*trap ||| non-constexpr function 'trap'
// A broken precondition does not compile in a constant expression.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
constexpr hubwire::result<int> failed = hubwire::error{.code = hubwire::errc::too_long};
static_assert(!failed);
#else
constexpr hubwire::result<int> failed = hubwire::error{};
static_assert(!failed);
#endif
