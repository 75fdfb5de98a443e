#ifndef HUBWIRE_CORE_CONFIG_HPP
#define HUBWIRE_CORE_CONFIG_HPP

/// Whatever depends on the compiler: nothing outside this header asks which one it is.

// Concepts, designated initializers and constexpr containers are all there once this much is. The test asks for
// features, not for a standard's year: MSVC reports the year in a macro of its own.
#if !defined(__cpp_concepts) || __cpp_concepts < 201907L || !defined(__cpp_constexpr) || __cpp_constexpr < 201907L || \
    !defined(__cpp_designated_initializers) || !defined(__cpp_impl_three_way_comparison)
#error "hubwire needs C++20: g++ 12, clang 14, MSVC 19.30 or newer, with -std=c++20 or /std:c++20"
// A missing file is fatal where #error is not: without it, hundreds of errors would hide the one above.
#include "hubwire needs C++20"
#endif

// What is inlined. Where the program is compiled for size, g++ knows best, and clang inlines too much: what everything
// else is made of (SHARED) is then shared, as it is inlined everywhere where the program is compiled for speed. Where
// it is not optimized, nothing is gained by it. COLD is what runs only when something is wrong; INLINE_LAMBDA stands
// behind the parameters of a lambda.
#if defined(__OPTIMIZE_SIZE__)
#define HUBWIRE_ALWAYS_INLINE inline
#if defined(__clang__)
#define HUBWIRE_NEVER_INLINE [[gnu::noinline]]
#else
#define HUBWIRE_NEVER_INLINE
#endif
#define HUBWIRE_SHARED [[gnu::noinline]]
#define HUBWIRE_COLD
#define HUBWIRE_INLINE_LAMBDA
#elif defined(__GNUC__) && defined(__OPTIMIZE__)
#define HUBWIRE_ALWAYS_INLINE [[gnu::always_inline]] inline
#define HUBWIRE_NEVER_INLINE [[gnu::noinline]]
#define HUBWIRE_SHARED [[gnu::always_inline]] inline
#define HUBWIRE_COLD [[gnu::noinline, gnu::cold]]
#define HUBWIRE_INLINE_LAMBDA __attribute__((always_inline))
#elif defined(_MSC_VER)
#define HUBWIRE_ALWAYS_INLINE __forceinline
#define HUBWIRE_NEVER_INLINE __declspec(noinline)
#define HUBWIRE_SHARED __forceinline
#define HUBWIRE_COLD __declspec(noinline)
#define HUBWIRE_INLINE_LAMBDA
#else
#define HUBWIRE_ALWAYS_INLINE inline
#define HUBWIRE_NEVER_INLINE
#define HUBWIRE_SHARED inline
#define HUBWIRE_COLD
#define HUBWIRE_INLINE_LAMBDA
#endif

// Sixteen bytes at once, by the vectors that g++ and clang have as an extension, where they are an ordinary register
// and the program is not compiled for size.
#if defined(__GNUC__) && !defined(__OPTIMIZE_SIZE__) && (defined(__SSE2__) || defined(__aarch64__))
#define HUBWIRE_HAS_BLOCKS
#endif

// Where it takes an instruction to make a number of the top bits of a block, which bytes are a character can be asked
// of many at once.
#if defined(HUBWIRE_HAS_BLOCKS) && defined(__SSE2__)
#define HUBWIRE_HAS_BLOCK_MASKS
#endif

// Numbers of 128 bits, which g++ and clang have as an extension on 64-bit machines, where the program is not compiled
// for size.
#if defined(__GNUC__) && defined(__SIZEOF_INT128__) && !defined(__OPTIMIZE_SIZE__)
#define HUBWIRE_HAS_WIDE_NUMBERS
#endif

// Instructions that not each x86-64 has, for SHA-256 and base64. Which there are is asked at run time, and the answer
// is kept: not where there is no system around the program, or where it is compiled for size.
#if defined(__GNUC__) && defined(__x86_64__) && defined(__SSE2__) && !defined(__OPTIMIZE_SIZE__) && __STDC_HOSTED__
#define HUBWIRE_HAS_X86_LEVELS
#endif

// SHA-256 by the processor's own instructions, on Arm, where the compiler is told by its flags.
#if defined(__ARM_NEON) && !defined(__ARM_BIG_ENDIAN) && (defined(__ARM_FEATURE_SHA2) || defined(__ARM_FEATURE_CRYPTO))
#define HUBWIRE_HAS_SHA_ARM
#endif

// Marks a parameter that the result keeps pointing into, so that a compiler that knows it warns of dangling views. (One
// that is a std::string_view has no use for it: no compiler follows what a std::string converts to.)
#if defined(__clang__)
#define HUBWIRE_LIFETIMEBOUND [[clang::lifetimebound]]
#elif defined(_MSC_VER) && _MSC_VER >= 1937
#define HUBWIRE_LIFETIMEBOUND [[msvc::lifetimebound]]
#else
#define HUBWIRE_LIFETIMEBOUND
#endif

#include <cstddef>
#include <cstring>
#include <type_traits>

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif

namespace hubwire::detail {

/// Whether the translation unit is compiled for size (-Os): unrolled short cuts then give way to a library call.
#if defined(__OPTIMIZE_SIZE__)
inline constexpr bool optimize_for_size = true;
#else
inline constexpr bool optimize_for_size = false;
#endif

/// Whether a double is calculated with as a double, and not with more digits, as by the x87.
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0
inline constexpr bool doubles_stay_doubles = false;
#else
inline constexpr bool doubles_stay_doubles = true;
#endif

#if defined(HUBWIRE_HAS_WIDE_NUMBERS)
__extension__ typedef unsigned __int128 wide_number;
#endif

#if defined(HUBWIRE_HAS_BLOCKS)
/// Sixteen bytes, in one register.
using block [[gnu::vector_size(16)]] = unsigned char;

/// The top bit of each byte, that of the first one in memory lowest.
HUBWIRE_ALWAYS_INLINE unsigned top_bits(block bytes) noexcept {
#if defined(__SSE2__)
    using chars [[gnu::vector_size(16)]] = char;
    chars same;
    std::memcpy(&same, &bytes, sizeof same);
    return static_cast<unsigned>(__builtin_ia32_pmovmskb128(same));
// coverage: off, for other machines than the one that counts
#else
    unsigned char all[sizeof bytes];
    std::memcpy(all, &bytes, sizeof all);
    const auto of_half = [&all](unsigned first) {
        unsigned long long half = 0;  // a product moves each of its top bits to a place of its own in the highest byte
        for (unsigned i = 8; i-- != 0;) half = half << 8 | all[first + i];
        return static_cast<unsigned>((half & 0x8080'8080'8080'8080u) / 128 * 0x0102'0408'1020'4080u >> 56);
    };
    return of_half(0) | of_half(8) << 8;
#endif
    // coverage: on
}

#if defined(__AVX2__)
/// As many as the widest register holds that a program is compiled for.
using wide_block [[gnu::vector_size(32)]] = unsigned char;

HUBWIRE_ALWAYS_INLINE unsigned top_bits(wide_block bytes) noexcept {
    using chars [[gnu::vector_size(32)]] = char;
    chars same;
    std::memcpy(&same, &bytes, sizeof same);
    return static_cast<unsigned>(__builtin_ia32_pmovmskb256(same));
}
#else
using wide_block = block;
#endif
#endif

/// The same address, or number, of which the compiler no longer knows what it is, or points to. g++ sees that an
/// encoder could write past an array of known size, not that it has shown beforehand that it will not, and would warn
/// of that in programs that do nothing wrong. No instruction comes of it.
template <class T>
HUBWIRE_ALWAYS_INLINE constexpr T opaque(T value) noexcept {
#if defined(__GNUC__)
    if (!std::is_constant_evaluated()) asm("" : "+r"(value));
#endif
    return value;
}

/// Fills memory with zeros, and is not left out although nobody reads the memory again.
HUBWIRE_ALWAYS_INLINE void wipe_memory(void* memory, std::size_t size) noexcept {
#if defined(__GNUC__)
    std::memset(memory, 0, size);
    asm volatile("" : : "r"(memory) : "memory");  // which might read it
// coverage: off, for other compilers than the one that counts
#else
    volatile char* const bytes = static_cast<char*>(memory);
    for (std::size_t i = 0; i != size; ++i) bytes[i] = 0;
#endif
    // coverage: on
}

// coverage: off, a program that traps leaves no counts; static.trap sees that it does

/// Stops the program on the spot. No symbol is needed, so it works without a C library as well.
[[noreturn]] inline void trap() noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    __fastfail(7);  // FAST_FAIL_FATAL_APP_EXIT
#else
    __builtin_trap();
#endif
}

/// A precondition of the caller's, such as dereferencing only a result that holds a value. Breaking one is a mistake in
/// the calling program, never a matter of input; it ends in a trap rather than in undefined behaviour, and in a
/// constant expression it does not compile.
HUBWIRE_ALWAYS_INLINE constexpr void require(bool holds) noexcept {
    if (!holds) [[unlikely]]
        trap();
}
// coverage: on

}  // namespace hubwire::detail

#endif
