// expect: non-.constexpr. function .*trap ||| non-constexpr function 'trap'
// A % that stands for itself could not be told from an escape.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
constexpr hubwire::text::bare_characters bare{"/*"};
static_assert(bare.contains('/'));
#else
constexpr hubwire::text::bare_characters bare{"/%"};
static_assert(bare.contains('/'));
#endif
