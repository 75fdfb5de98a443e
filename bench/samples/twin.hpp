#ifndef HUBWIRE_BENCH_SAMPLES_TWIN_HPP
#define HUBWIRE_BENCH_SAMPLES_TWIN_HPP

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// A device's twin, as the hub writes one.
inline constexpr std::string_view twin_text =
    R"({"desired":{"telemetryConfig":{"sendFrequency":"5m","configId":"db00ebf5-eeeb-42be-86a1-458cccb69e57"},)"
    R"("interval":60,"limits":[-12.5,80,1e3],"notify":true,"$metadata":{"$lastUpdated":"2026-01-15T09:30:00.1234567Z",)"
    R"("telemetryConfig":{"$lastUpdated":"2026-01-15T09:30:00.1234567Z"},"interval":{"$lastUpdated":)"
    R"("2026-01-15T09:30:00.1234567Z"}},"$version":4},"reported":{"telemetryConfig":{"sendFrequency":"5m",)"
    R"("configId":"db00ebf5-eeeb-42be-86a1-458cccb69e57","status":"success"},"interval":60,"firmware":"1.4.2",)"
    R"("batteryLevel":55,"location":null,"$metadata":{"$lastUpdated":"2026-02-03T17:01:59.7654321Z",)"
    R"("firmware":{"$lastUpdated":"2026-02-03T17:01:59.7654321Z"}},"$version":4711}})";

/// Behind it are 64 bytes that may be read, as simdjson asks for.
inline std::string_view twin() {
    static const std::string text = [] {
        std::string value{twin_text};
        value.reserve(value.size() + 64);
        return value;
    }();
    return text;
}

struct versions {
    std::int64_t desired = 0;
    std::int64_t reported = 0;

    friend bool operator==(const versions&, const versions&) = default;
};
inline constexpr versions versions_of_twin{.desired = 4, .reported = 4711};

}  // namespace bench

#endif
