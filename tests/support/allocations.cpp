#include "allocations.hpp"

#include <cstdlib>
#include <new>

namespace {

std::size_t count = 0;

}  // namespace

std::size_t support::allocations() noexcept { return count; }

#if defined(HUBWIRE_TEST_WRAPS_MALLOC)
// The linker's --wrap sends every call of malloc in our objects to __wrap_malloc, and __real_malloc to the real one.
// NOLINTBEGIN(bugprone-reserved-identifier): these names are the linker's
extern "C" {
void* __real_malloc(std::size_t);
void* __real_calloc(std::size_t, std::size_t);
void* __real_realloc(void*, std::size_t);
void* __real_aligned_alloc(std::size_t, std::size_t);

void* __wrap_malloc(std::size_t size);
void* __wrap_calloc(std::size_t n, std::size_t size);
void* __wrap_realloc(void* block, std::size_t size);
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t size);

void* __wrap_malloc(std::size_t size) {
    ++count;
    return __real_malloc(size);
}
void* __wrap_calloc(std::size_t n, std::size_t size) {
    ++count;
    return __real_calloc(n, size);
}
void* __wrap_realloc(void* block, std::size_t size) {
    ++count;
    return __real_realloc(block, size);
}
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t size) {
    ++count;
    return __real_aligned_alloc(alignment, size);
}
}
// NOLINTEND(bugprone-reserved-identifier)
#endif

// MemorySanitizer does not let go of its own operators: nothing is counted there.
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#define HUBWIRE_TEST_COUNTS_NOTHING
#endif
#endif

#if !defined(HUBWIRE_TEST_COUNTS_NOTHING)
namespace {

void* allocate(std::size_t size) noexcept {
#if !defined(HUBWIRE_TEST_WRAPS_MALLOC)
    ++count;
#endif
    return std::malloc(size != 0 ? size : 1);
}

void* allocate_or_abort(std::size_t size) noexcept {
    void* const block = allocate(size);
    if (block == nullptr) std::abort();
    return block;
}

}  // namespace

// All forms but the over-aligned ones, which static.undefined_symbols rules out. The array forms would end up in the
// others by themselves, but not where a sanitizer brings its own.
void* operator new(std::size_t size) { return allocate_or_abort(size); }
void* operator new[](std::size_t size) { return allocate_or_abort(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { std::free(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { std::free(block); }
#endif
