// expect: non-.constexpr. function .*trap ||| non-constexpr function 'trap'
// A broken precondition does not compile in a constant expression.
#include <hubwire/hubwire.hpp>

#include <string_view>

constexpr hubwire::bytes text = std::string_view{"text"};

#ifdef CORRECT
static_assert(text.first(4).size() == 4);
#else
static_assert(text.first(5).size() == 5);
#endif
