#include <simdjson.h>

#include "../samples/twin.hpp"
#include "feedback.hpp"

// simdjson on demand, with a parser that is used again. It takes the instructions that the processor has, may read 64
// bytes behind the text, and does not look closely at what it skips.

namespace {

std::optional<std::size_t> read(std::string_view body) {
    static simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    simdjson::ondemand::array records;
    if (parser.iterate(body.data(), body.size(), body.size() + simdjson::SIMDJSON_PADDING).get(document) ||
        document.get_array().get(records))
        return {};
    std::size_t sum = 0;
    for (auto record : records) {
        simdjson::ondemand::object members;
        if (record.get_object().get(members)) return {};
        for (auto member : members) {
            std::string_view name;
            std::string_view value;
            if (member.unescaped_key().get(name) || member.value().get_string().get(value)) return {};
            sum += value.size();
        }
    }
    return sum;
}

HUBWIRE_BENCH_READ(simdjson, read);

void twin_read_with_simdjson(benchmark::State& state) {
    simdjson::ondemand::parser parser;
    const auto op = [&parser](std::string_view from) -> std::optional<bench::versions> {
        simdjson::ondemand::document document;
        bench::versions found;
        if (parser.iterate(from.data(), from.size(), from.size() + simdjson::SIMDJSON_PADDING).get(document) ||
            document["desired"]["$version"].get_int64().get(found.desired) ||
            document["reported"]["$version"].get_int64().get(found.reported))
            return {};
        return found;
    };
    bench::measure(state, bench::twin(), op, bench::versions_of_twin);
}
BENCHMARK(twin_read_with_simdjson);

}  // namespace
