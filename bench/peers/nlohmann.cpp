#include <nlohmann/json.hpp>

#include "../samples/twin.hpp"
#include "feedback.hpp"

// nlohmann's JSON, which makes a tree of the whole document.

namespace {

std::optional<std::size_t> read(std::string_view body) {
    const auto document = nlohmann::json::parse(body, nullptr, false);
    if (!document.is_array()) return {};
    std::size_t sum = 0;
    for (const auto& record : document) {
        for (const auto& member : record) sum += member.get_ref<const std::string&>().size();
    }
    return sum;
}

HUBWIRE_BENCH_READ(nlohmann, read);

void twin_read_with_nlohmann(benchmark::State& state) {
    const auto op = [](std::string_view from) -> std::optional<bench::versions> {
        const auto document = nlohmann::json::parse(from, nullptr, false);
        if (!document.is_object()) return {};
        return bench::versions{.desired = document["desired"]["$version"].get<std::int64_t>(),
                               .reported = document["reported"]["$version"].get<std::int64_t>()};
    };
    bench::measure(state, bench::twin(), op, bench::versions_of_twin);
}
BENCHMARK(twin_read_with_nlohmann);

}  // namespace
