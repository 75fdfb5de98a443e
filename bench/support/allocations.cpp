#include "allocations.hpp"

#include <cstdlib>

namespace {

std::size_t count = 0;

}  // namespace

std::size_t bench::allocations() noexcept { return count; }

// A program's own malloc takes the place of the C library's for every library that is loaded with it, operator new's
// and those of other libraries' calls included. glibc's is still to be had, by another name. A sanitizer brings a
// malloc of its own, which is left alone.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
const bool bench::allocations_are_counted = true;

// NOLINTBEGIN(bugprone-reserved-identifier): these names are glibc's
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t size) noexcept {
    ++count;
    return __libc_malloc(size);
}
void* calloc(std::size_t n, std::size_t size) noexcept {
    ++count;
    return __libc_calloc(n, size);
}
void* realloc(void* block, std::size_t size) noexcept {
    ++count;
    return __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    ++count;
    return __libc_memalign(alignment, size);
}
void free(void* block) noexcept { __libc_free(block); }
}
// NOLINTEND(bugprone-reserved-identifier)
#else
const bool bench::allocations_are_counted = false;
#endif
