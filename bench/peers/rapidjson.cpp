#include <rapidjson/document.h>
#include <rapidjson/reader.h>

#include "../samples/twin.hpp"
#include "feedback.hpp"

// RapidJSON's reader that calls back, with UTF-8 checked.

namespace {

struct sum_of_texts : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, sum_of_texts> {
    bool Key(const char*, rapidjson::SizeType, bool) { return true; }
    bool String(const char*, rapidjson::SizeType size, bool) {
        sum += size;
        return true;
    }
    std::size_t sum = 0;
};

std::optional<std::size_t> read(std::string_view body) {
    rapidjson::MemoryStream in{body.data(), body.size()};
    sum_of_texts handler;
    rapidjson::Reader reader;
    if (!reader.Parse<rapidjson::kParseValidateEncodingFlag>(in, handler)) return {};
    return handler.sum;
}

HUBWIRE_BENCH_READ(rapidjson, read);

/// Into a tree, as one does with documents of this kind.
void twin_read_with_rapidjson(benchmark::State& state) {
    const auto op = [](std::string_view from) -> std::optional<bench::versions> {
        rapidjson::Document document;
        document.Parse<rapidjson::kParseValidateEncodingFlag>(from.data(), from.size());
        if (document.HasParseError()) return {};
        return bench::versions{.desired = document["desired"]["$version"].GetInt64(),
                               .reported = document["reported"]["$version"].GetInt64()};
    };
    bench::measure(state, bench::twin(), op, bench::versions_of_twin);
}
BENCHMARK(twin_read_with_rapidjson);

}  // namespace
