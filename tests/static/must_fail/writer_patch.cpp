// expect: non-.constexpr. function .*trap ||| non-constexpr function 'trap'
// A broken precondition does not compile in a constant expression.
#include <hubwire/hubwire.hpp>

#include <cstddef>
#include <cstdint>

constexpr bool patched(std::size_t at) {
    char memory[4]{};
    hubwire::writer out{memory};
    out.u16(0);
    out.patch<std::uint16_t>(at, 1);
    return out.ok();
}

#ifdef CORRECT
static_assert(patched(0));
#else
static_assert(patched(1));
#endif
