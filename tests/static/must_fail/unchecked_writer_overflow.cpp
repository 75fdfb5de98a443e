// expect: outside the bounds of array ||| past-the-end pointer
// Room that is not there is found out in a constant expression.
#include <hubwire/hubwire.hpp>

#include <cstddef>

template <std::size_t Size>
constexpr bool written() {
    char memory[Size]{};
    hubwire::unchecked_writer out{memory};
    out.u32(1);
    return out.ok();
}

#ifdef CORRECT
static_assert(written<4>());
#else
static_assert(written<3>());
#endif
