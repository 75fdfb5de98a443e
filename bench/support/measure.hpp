#ifndef HUBWIRE_BENCH_SUPPORT_MEASURE_HPP
#define HUBWIRE_BENCH_SUPPORT_MEASURE_HPP

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>

#include "allocations.hpp"

namespace bench {

/// A call as from another translation unit; instructions.py looks for this name. It stays in one piece: g++ would give
/// the same name to a part that seldom runs, and counting would end where that begins.
template <class Op, class Input>
#if defined(__GNUC__) && !defined(__clang__)
[[gnu::optimize("no-reorder-blocks-and-partition")]]
#endif
HUBWIRE_NEVER_INLINE auto not_inlined(const Op& op, const Input& input) {
    return op(input);
}

/// Says so to instructions.py, which looks for this name as well.
HUBWIRE_NEVER_INLINE inline void call_is_over() { benchmark::ClobberMemory(); }

/// Of what has bytes; else 0.
template <class T>
std::size_t bytes_of(const T& value) {
    if constexpr (requires { hubwire::bytes{value}; }) {
        return hubwire::bytes{value}.size();
    } else {
        return 0;
    }
}

/// Times op, whose outcome (a result, or an optional) is to hold what is expected. Its bytes are those it reads or
/// those it writes, whichever are more.
template <class Input, class Op, class T>
void measure(benchmark::State& state, Input input, const Op& op, const T& expected) {
    benchmark::DoNotOptimize(input);
    // Twice, of which instructions.py counts the second: what is done only once is done by then.
    for (int call = 0; call != 2; ++call) {
        const auto outcome = not_inlined(op, input);
        call_is_over();
        if (!outcome || !(*outcome == expected)) return state.SkipWithError("this is not what was expected");
    }
    const std::size_t before = allocations();
    for (auto _ : state) {
        benchmark::DoNotOptimize(input);
        auto outcome = op(input);
        benchmark::DoNotOptimize(outcome);
        benchmark::ClobberMemory();
    }
    const auto after = static_cast<double>(allocations() - before);
    if (allocations_are_counted) state.counters["allocations"] = {after, benchmark::Counter::kAvgIterations};
    if (const std::size_t size = std::max(bytes_of(input), bytes_of(expected)); size != 0) {
        state.counters["bytes"] = static_cast<double>(size);
        state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
    }
}

/// Where operations write to.
inline std::array<char, 1024> memory;

}  // namespace bench

#endif
