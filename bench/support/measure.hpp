#ifndef HUBWIRE_BENCH_SUPPORT_MEASURE_HPP
#define HUBWIRE_BENCH_SUPPORT_MEASURE_HPP

#include <benchmark/benchmark.h>

#include <array>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <optional>

namespace bench {

/// A call as from another translation unit; instructions.py looks for this name.
template <class Op, class Input>
HUBWIRE_NEVER_INLINE auto not_inlined(const Op& op, const Input& input) {
    return op(input);
}

/// Times op, whose outcome (a result, or an optional) is to hold what is expected.
template <class Input, class Op, class T>
void measure(benchmark::State& state, Input input, const Op& op, const T& expected) {
    benchmark::DoNotOptimize(input);
    const auto first = not_inlined(op, input);
    if (!first || !(*first == expected)) return state.SkipWithError("this is not what was expected");
    for (auto _ : state) {
        benchmark::DoNotOptimize(input);
        auto outcome = op(input);
        benchmark::DoNotOptimize(outcome);
        benchmark::ClobberMemory();
    }
}

/// Where operations write to.
inline std::array<char, 1024> memory;

inline std::optional<hubwire::bytes> copied(hubwire::bytes input) {
    if (input.size() > memory.size()) return {};
    std::memcpy(memory.data(), input.data(), input.size());
    return hubwire::bytes{memory.data(), input.size()};
}

inline void measure_memcpy(benchmark::State& state, hubwire::bytes input) {
    measure(state, input, [](hubwire::bytes from) { return copied(from); }, input);
}

}  // namespace bench

#endif
