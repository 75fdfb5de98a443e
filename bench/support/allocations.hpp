#ifndef HUBWIRE_BENCH_SUPPORT_ALLOCATIONS_HPP
#define HUBWIRE_BENCH_SUPPORT_ALLOCATIONS_HPP

#include <cstddef>

namespace bench {

/// How often this program, with all the libraries it has loaded, has asked for memory so far. Where that cannot be
/// counted (it takes glibc) it is 0, and allocations_are_counted is false.
std::size_t allocations() noexcept;
extern const bool allocations_are_counted;

}  // namespace bench

#endif
