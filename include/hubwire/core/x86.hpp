#ifndef HUBWIRE_CORE_X86_HPP
#define HUBWIRE_CORE_X86_HPP

#include <hubwire/core/config.hpp>

#include <cstdint>

/// Which instructions an x86-64 has besides those that each has.
#if defined(HUBWIRE_HAS_X86_LEVELS)

// coverage: off, which of them the processor has that counts is not known; sha256.test.cpp tries each answer

namespace hubwire::detail {

/// What its registers hold.
using x86_bytes [[gnu::vector_size(16)]] = char;
using x86_words [[gnu::vector_size(16)]] = std::uint32_t;

/// A processor has what is before its own as well. SHA stands for the instructions for SHA-256, and SSE4.1.
enum class x86_level : std::uint8_t { not_asked, basic, ssse3, sha };

/// What the CPUID leaves say; the instruction takes microseconds in a virtual machine.
inline x86_level ask_for_x86_level() noexcept {
    struct leaf {
        std::uint32_t eax, ebx, ecx, edx;
    };
    const auto ask = [](std::uint32_t number) {
        leaf answer{};
        asm volatile("cpuid"
                     : "=a"(answer.eax), "=b"(answer.ebx), "=c"(answer.ecx), "=d"(answer.edx)
                     : "a"(number), "c"(0));
        return answer;
    };
    constexpr std::uint32_t ssse3 = std::uint32_t{1} << 9;
    constexpr std::uint32_t sse4_1 = std::uint32_t{1} << 19;
    constexpr std::uint32_t sha = std::uint32_t{1} << 29;
    const std::uint32_t features = ask(1).ecx;
    if ((features & ssse3) == 0) return x86_level::basic;
    if ((features & sse4_1) == 0 || ask(0).eax < 7 || (ask(7).ebx & sha) == 0) return x86_level::ssse3;
    return x86_level::sha;
}

/// The only thing in the library that changes: the answer, once it is known. Threads that ask at the same time get the
/// same one. (By the compilers' own atomics: <atomic> would cost eleven thousand lines.)
inline constinit x86_level known_x86_level = x86_level::not_asked;  // NOLINT(*-avoid-non-const-global-variables)

/// As x86_has, for what is not known to be there yet.
HUBWIRE_NEVER_INLINE inline bool x86_turns_out_to_have(x86_level least) noexcept {
    x86_level known{};
    __atomic_load(&known_x86_level, &known, __ATOMIC_RELAXED);
    if (known == x86_level::not_asked) {
        known = ask_for_x86_level();
        __atomic_store(&known_x86_level, &known, __ATOMIC_RELAXED);
    }
    return known >= least;
}

/// Whether the processor has the instructions of a level. Nobody is asked where the compiler is told so.
HUBWIRE_ALWAYS_INLINE bool x86_has(x86_level least) noexcept {
#if defined(__SHA__) && defined(__SSE4_1__) && defined(__SSSE3__)
    constexpr x86_level told = x86_level::sha;
#elif defined(__SSSE3__)
    constexpr x86_level told = x86_level::ssse3;
#else
    constexpr x86_level told = x86_level::basic;
#endif
    if (told >= least) return true;
    x86_level known{};
    __atomic_load(&known_x86_level, &known, __ATOMIC_RELAXED);
    return known >= least || x86_turns_out_to_have(least);
}

}  // namespace hubwire::detail

// coverage: on

#endif

#endif
