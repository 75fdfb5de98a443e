#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>

#include "support/measure.hpp"

// Four properties, two of them the system's, behind a topic; and a message with them from one carrier to the other.
// Each stands beside code as one writes it by hand for just these messages, which trusts its input: no UTF-8, no types,
// no name that is there twice, and half of the bounds.

namespace {

using bench::measure;
using bench::memory;
using hubwire::bytes;
using namespace hubwire::iothub;
using namespace std::literals;
namespace amqp = hubwire::amqp;
namespace text = hubwire::text;

constexpr std::string_view prefix = "devices/MyDevice01/messages/events/";
constexpr property four[] = {
    {"$.ct", "application/json"}, {"$.ce", "utf-8"}, {"temperatureAlert", "true"}, {"site", "Building 43"}};
constexpr std::string_view bag = "%24.ct=application%2Fjson&%24.ce=utf-8&temperatureAlert=true&site=Building%2043";
constexpr std::string_view topic =
    "devices/MyDevice01/messages/events/"
    "%24.ct=application%2Fjson&%24.ce=utf-8&temperatureAlert=true&site=Building%2043";
constexpr std::string_view decoded = "$.ctapplication/json$.ceutf-8temperatureAlerttruesiteBuilding 43";
constexpr std::string_view payload = "{\"temperature\":21.5}";
constexpr std::string_view wire =
    "\x00\x53\x73\xc0\x20\x08\x40\x40\x40\x40\x40\x40\xa3\x10"
    "application/json\xa3\x05utf-8"
    "\x00\x53\x74\xc1\x2c\x04\xa1\x10temperatureAlert\xa1\x04true\xa1\x04site\xa1\x0b"
    "Building 43"
    "\x00\x53\x75\xa0\x14{\"temperature\":21.5}"sv;

// ---- written by hand

namespace by_hand {

char* put(char* to, std::string_view from) {
    std::memcpy(to, from.data(), from.size());
    return to + from.size();
}

char* put_encoded(char* to, std::string_view from) {
    for (const char c : from) {
        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
            c == '_' || c == '~') {
            *to++ = c;
        } else {
            *to++ = '%';
            *to++ = "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
            *to++ = "0123456789ABCDEF"[c & 15];
        }
    }
    return to;
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

char* put_decoded(char* to, std::string_view from) {
    for (std::size_t i = 0; i != from.size(); ++i) {
        if (from[i] != '%') {
            *to++ = from[i];
            continue;
        }
        if (from.size() - i < 3) return nullptr;
        const int high = hex(from[i + 1]);
        const int low = hex(from[i + 2]);
        if (high < 0 || low < 0) return nullptr;
        *to++ = static_cast<char>(high * 16 + low);
        i += 2;
    }
    return to;
}

std::optional<bytes> written(const char* end) {
    if (end == nullptr) return {};
    return bytes{memory.data(), static_cast<std::size_t>(end - memory.data())};
}

/// Calls take(name, value) with each.
template <class Take>
void split(std::string_view from, Take take) {
    while (!from.empty()) {
        const std::size_t end = from.find('&');
        const std::string_view pair = from.substr(0, end);
        const std::size_t equals = pair.find('=');
        take(pair.substr(0, equals), equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
        from = end == std::string_view::npos ? std::string_view{} : from.substr(end + 1);
    }
}

std::optional<bytes> encode(std::string_view behind) {
    char* to = put(memory.data(), behind);
    for (const property& p : four) {
        if (&p != four) *to++ = '&';
        to = put_encoded(to, p.name.raw());
        *to++ = '=';
        to = put_encoded(to, p.value.raw());
    }
    return written(to);
}

std::optional<bytes> decode(std::string_view from) {
    char* to = memory.data();
    split(from, [&](std::string_view name, std::string_view value) {
        if (to != nullptr) to = put_decoded(to, name);
        if (to != nullptr) to = put_decoded(to, value);
    });
    return written(to);
}

std::optional<std::string_view> find(std::string_view from) {
    std::optional<std::string_view> found;
    split(from, [&](std::string_view name, std::string_view value) {
        if (!found && name == "site") found = value;
    });
    return found;
}

char* put_sized(char* to, char code, std::string_view from) {
    *to++ = code;
    char* const size = to++;
    to = put_decoded(to, from);
    if (to != nullptr) *size = static_cast<char>(to - size - 1);
    return to;
}

std::optional<bytes> to_amqp(std::string_view from) {
    std::string_view type;
    std::string_view encoding;
    split(from, [&](std::string_view name, std::string_view value) {
        if (name == "%24.ct" || name == "$.ct") type = value;
        if (name == "%24.ce" || name == "$.ce") encoding = value;
    });
    char* to = put(memory.data(), "\x00\x53\x73\xc0\x00\x08\x40\x40\x40\x40\x40\x40"sv);
    to = put_sized(to, '\xa3', type);
    if (to == nullptr || (to = put_sized(to, '\xa3', encoding)) == nullptr) return {};
    memory[4] = static_cast<char>(to - memory.data() - 5);
    char* const map = to;
    to = put(to, "\x00\x53\x74\xc1\x00\x00"sv);
    split(from, [&](std::string_view name, std::string_view value) {
        if (to == nullptr || name.starts_with("%24.") || name.starts_with("$.")) return;
        map[5] = static_cast<char>(map[5] + 2);
        to = put_sized(to, '\xa1', name);
        if (to != nullptr) to = put_sized(to, '\xa1', value);
    });
    if (to == nullptr) return {};
    map[4] = static_cast<char>(to - map - 5);
    to = put(to, "\x00\x53\x75\xa0\x14"sv);
    return written(put(to, payload));
}

std::optional<bytes> to_mqtt(bytes from) {
    const char* at = from.data() + 12;
    const auto take = [&] {
        const std::string_view content{at + 2, static_cast<unsigned char>(at[1])};
        at += 2 + content.size();
        return content;
    };
    char* to = put_encoded(put(memory.data(), "%24.ct="), take());
    to = put_encoded(put(to, "&%24.ce="), take());
    const int items = at[5];
    at += 6;
    for (int i = 0; i != items; i += 2) {
        *to++ = '&';
        to = put_encoded(to, take());
        *to++ = '=';
        to = put_encoded(to, take());
    }
    return written(to);
}

}  // namespace by_hand

// ---- a bag

void encode_4_properties(benchmark::State& state) {
    measure(
        state, prefix,
        [](std::string_view behind) {
            hubwire::writer out{memory};
            out.put(behind);
            put_property_bag(out, four);
            return out.finish();
        },
        bytes{topic});
}
BENCHMARK(encode_4_properties);
void encode_4_properties_by_hand(benchmark::State& state) { measure(state, prefix, by_hand::encode, bytes{topic}); }
BENCHMARK(encode_4_properties_by_hand);

void decode_4_properties(benchmark::State& state) {
    measure(
        state, bag,
        [](std::string_view from) -> hubwire::result<bytes> {
            const auto properties = decode_property_bag(from);
            if (!properties) return properties.error();
            hubwire::writer out{memory};
            for (const property p : *properties) {
                put_decoded(out, p.name);
                put_decoded(out, p.value);
            }
            return out.finish();
        },
        bytes{decoded});
}
BENCHMARK(decode_4_properties);
void decode_4_properties_by_hand(benchmark::State& state) { measure(state, bag, by_hand::decode, bytes{decoded}); }
BENCHMARK(decode_4_properties_by_hand);

void find_the_last_of_4(benchmark::State& state) {
    measure(
        state, bag,
        [](std::string_view from) -> std::optional<std::string_view> {
            const auto properties = decode_property_bag(from);
            if (!properties) return {};
            const auto found = properties->find("site");
            return found ? std::optional{found->raw()} : std::nullopt;
        },
        "Building%2043"sv);
}
BENCHMARK(find_the_last_of_4);
void find_the_last_of_4_by_hand(benchmark::State& state) { measure(state, bag, by_hand::find, "Building%2043"sv); }
BENCHMARK(find_the_last_of_4_by_hand);

// ---- a message

void mqtt_to_amqp(benchmark::State& state) {
    measure(
        state, bag,
        [](std::string_view from) -> hubwire::result<bytes> {
            const auto m = decode_mqtt_message(from, bytes{payload});
            if (!m) return m.error();
            return encode_amqp_message(memory, *m);
        },
        bytes{wire});
}
BENCHMARK(mqtt_to_amqp);
void mqtt_to_amqp_by_hand(benchmark::State& state) { measure(state, bag, by_hand::to_amqp, bytes{wire}); }
BENCHMARK(mqtt_to_amqp_by_hand);

void amqp_to_mqtt(benchmark::State& state) {
    measure(
        state, bytes{wire},
        [](bytes from) -> hubwire::result<bytes> {
            const auto m = decode_amqp_message(from);
            if (!m) return m.error();
            return encode_mqtt_bag(memory, *m);
        },
        bytes{bag});
}
BENCHMARK(amqp_to_mqtt);
void amqp_to_mqtt_by_hand(benchmark::State& state) { measure(state, bytes{wire}, by_hand::to_mqtt, bytes{bag}); }
BENCHMARK(amqp_to_mqtt_by_hand);

}  // namespace
