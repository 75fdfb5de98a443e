#include <simdjson.h>

#include "feedback.hpp"

// simdjson on demand, with a parser that is used again. It takes the instructions that the processor has, and may read
// 64 bytes behind the text.

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

}  // namespace
