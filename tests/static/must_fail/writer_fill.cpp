// expect: non-.constexpr. function .*trap ||| non-constexpr function 'trap'
// A broken precondition does not compile in a constant expression.
#include <hubwire/hubwire.hpp>

#include <cstdint>

constexpr bool filled(bool in_its_own) {
    char memory[8]{};
    hubwire::writer longer{memory};
    longer.u32(0);
    const auto place = longer.reserve16();
    hubwire::writer shorter{memory};
    shorter.u32(0);
    (in_its_own ? longer : shorter).fill(place, 1);
    return shorter.ok();
}

#ifdef CORRECT
static_assert(filled(true));
#else
static_assert(filled(false));
#endif
