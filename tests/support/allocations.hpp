#ifndef HUBWIRE_TESTS_SUPPORT_ALLOCATIONS_HPP
#define HUBWIRE_TESTS_SUPPORT_ALLOCATIONS_HPP

#include <cstddef>

namespace support {

/// How often this program has asked for memory so far, by operator new or, where the linker can tell (GNU's and
/// LLVM's), by malloc and its kin called from our own objects. The library never does: the difference across a call of
/// it is 0.
std::size_t allocations() noexcept;

}  // namespace support

#endif
