#ifndef HUBWIRE_FUZZ_SUPPORT_ORACLE_HPP
#define HUBWIRE_FUZZ_SUPPORT_ORACLE_HPP

#include <cstdio>
#include <cstdlib>

namespace fuzz {

/// What must hold for every input. Where it does not, the program ends, and the fuzzer keeps the input.
inline void expect(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

}  // namespace fuzz

#endif
