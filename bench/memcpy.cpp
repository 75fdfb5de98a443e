#include <benchmark/benchmark.h>

#include <charconv>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

// A memcpy of each of the sizes that it is called with: what bench/run compares each operation's time with.
//
//     bench_memcpy 5 256 4096 --benchmark_format=json

namespace {

void copy(benchmark::State& state) {
    const auto size = static_cast<std::size_t>(state.range(0));
    const std::vector<char> from(size + 1, 'x');
    std::vector<char> to(size + 1);
    for (auto _ : state) {
        auto now = size;  // not known when it is compiled, as it is not where a length comes from the wire
        benchmark::DoNotOptimize(now);
        std::memcpy(to.data(), from.data(), now);
        benchmark::ClobberMemory();
    }
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    for (int i = 1; i != argc; ++i) {
        const std::string_view text = argv[i];
        std::size_t size = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), size).ptr != text.data() + text.size()) return 2;
        benchmark::RegisterBenchmark("memcpy", copy)->Arg(static_cast<std::int64_t>(size));
    }
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
