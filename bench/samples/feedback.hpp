#ifndef HUBWIRE_BENCH_SAMPLES_FEEDBACK_HPP
#define HUBWIRE_BENCH_SAMPLES_FEEDBACK_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

enum class form : std::uint8_t { compact, pretty, escaped, mixed };

/// A body of feedback as the hub writes it, pretty-printed, with escapes in every text, or with texts of all lengths.
/// Behind it are 64 bytes that may be read, as simdjson asks for.
inline std::string body_of(std::size_t count, form as) {
    const bool pretty = as == form::pretty;
    const auto text = [as](std::string value, std::size_t i) {
        if (as == form::mixed) value.resize(1 + (i * 2654435761u >> 7) % 40, 'x');
        return as == form::escaped ? "\\u00e9\\\"" + value : value;
    };
    std::string body = "[";
    for (std::size_t i = 0; i != count; ++i) {
        const std::string number = std::to_string(100'000 + i);
        body += i == 0 ? "" : ",";
        body += pretty ? "\n  {" : "{";
        std::string_view comma = "";
        const auto member = [&](std::string_view name, const std::string& value) {
            body += comma;
            body += pretty ? "\n    \"" : "\"";
            body += name;
            body += pretty ? "\": \"" : "\":\"";
            body += value + '"';
            comma = ",";
        };
        member("originalMessageId", text("5aac3169-af00-4536-acdb-cb9ea6" + number, i));
        member("description", text("Success", i + 1));
        member("deviceGenerationId", text("635794823643" + number, i + 2));
        member("deviceId", text("myFirstDevice", i + 3));
        member("enqueuedTimeUtc", "2015-10-29T07:59:00.9" + number + "Z");
        member("statusCode", "Success");
        body += pretty ? "\n  }" : "}";
    }
    body += pretty ? "\n]" : "]";
    body.reserve(body.size() + 64);
    return body;
}

}  // namespace bench

#endif
