#ifndef HUBWIRE_BENCH_PEERS_FEEDBACK_HPP
#define HUBWIRE_BENCH_PEERS_FEEDBACK_HPP

#include <optional>
#include <string>
#include <string_view>

#include "../samples/feedback.hpp"
#include "../support/measure.hpp"

namespace bench {

/// So that all that is found is used: the sizes of all texts of all records, as they are without escapes.
inline std::size_t size_of_texts(std::string_view body) {
    std::size_t sum = 0;
    hubwire::json::reader in{body};
    in.enter_array();
    while (in.next_item()) {
        in.enter_object();
        while (in.next_member()) sum += in.get<hubwire::json::string>().decoded_size();
    }
    return in.finish() ? sum : 0;
}

/// Pre: behind the body that read is called with 64 bytes may be read.
template <form As, class Read>
void read_feedback(benchmark::State& state, const Read& read) {
    const std::string body = body_of(static_cast<std::size_t>(state.range(0)), As);
    measure(state, std::string_view{body}, read, size_of_texts(body));
}

}  // namespace bench

/// Benchmarks of a reader of another library's, under the names of hubwire's: json.bench.cpp.
#define HUBWIRE_BENCH_READ_AS(as, peer, read)                                                                         \
    void feedback_##as##_with_##peer(benchmark::State& state) { bench::read_feedback<bench::form::as>(state, read); } \
    BENCHMARK(feedback_##as##_with_##peer)
#define HUBWIRE_BENCH_READ(peer, read)                                                \
    HUBWIRE_BENCH_READ_AS(compact, peer, read)->Arg(1)->Arg(10)->Arg(100)->Arg(1000); \
    HUBWIRE_BENCH_READ_AS(pretty, peer, read)->Arg(100);                              \
    HUBWIRE_BENCH_READ_AS(escaped, peer, read)->Arg(100);                             \
    HUBWIRE_BENCH_READ_AS(mixed, peer, read)->Arg(100)

#endif
