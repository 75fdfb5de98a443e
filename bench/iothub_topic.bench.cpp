#include <benchmark/benchmark.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "support/measure.hpp"

// Each operation stands beside code as one writes it by hand, with memcpy, string_view::find and from_chars, which does
// not look at what cannot stand in a topic.

namespace {

namespace iothub = hubwire::iothub;
using bench::measure;
using bench::memory;
using hubwire::bytes;

// ---- written by hand

namespace by_hand {

class appender {
public:
    appender& operator<<(std::string_view text) {
        if (text.size() > memory.size() - size_) {
            fits_ = false;
        } else {
            std::memcpy(memory.data() + size_, text.data(), text.size());
            size_ += text.size();
        }
        return *this;
    }
    [[nodiscard]] std::optional<bytes> done() const {
        if (!fits_) return {};
        return bytes{memory.data(), size_};
    }

private:
    std::size_t size_ = 0;
    bool fits_ = true;
};

std::optional<bytes> telemetry(const iothub::telemetry_topic& t) {
    appender out;
    out << "devices/" << t.sender.device_id;
    if (!t.sender.module_id.empty()) out << "/modules/" << t.sender.module_id;
    return (out << "/messages/events/" << t.bag).done();
}

struct response {
    int status = 0;
    std::string_view rid{};
    std::int64_t version = 0;

    friend bool operator==(const response&, const response&) = default;
};

bool take(std::string_view& text, std::string_view prefix) {
    if (text.substr(0, prefix.size()) != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// With the parameters in this order, and no others.
std::optional<response> twin_response(std::string_view text) {
    response r;
    if (!take(text, "$iothub/twin/res/")) return {};
    const std::size_t slash = text.find("/?$rid=");
    if (slash == std::string_view::npos) return {};
    const auto status = std::from_chars(text.data(), text.data() + slash, r.status);
    if (status.ec != std::errc{} || status.ptr != text.data() + slash) return {};
    text.remove_prefix(slash + 7);
    const std::size_t end = text.find("&$version=");
    r.rid = text.substr(0, end);
    if (end == std::string_view::npos) return r;
    text.remove_prefix(end + 10);
    const auto version = std::from_chars(text.data(), text.data() + text.size(), r.version);
    if (version.ec != std::errc{} || version.ptr != text.data() + text.size()) return {};
    return r;
}

struct request {
    std::string_view name{};
    std::string_view rid{};

    friend bool operator==(const request&, const request&) = default;
};

std::optional<request> method_request(std::string_view text) {
    if (!take(text, "$iothub/methods/POST/")) return {};
    const std::size_t end = text.find("/?$rid=");
    if (end == std::string_view::npos) return {};
    return request{text.substr(0, end), text.substr(end + 7)};
}

std::optional<bytes> method_response(const iothub::method_response_topic& t) {
    char digits[8];
    const auto end = std::to_chars(digits, digits + sizeof digits, t.status);
    appender out;
    out << "$iothub/methods/res/" << std::string_view{digits, static_cast<std::size_t>(end.ptr - digits)};
    return (out << "/?$rid=" << t.rid.raw()).done();
}

std::optional<iothub::devicebound_topic> devicebound(std::string_view text) {
    if (!take(text, "devices/")) return {};
    const std::size_t end = text.find('/');
    if (end == std::string_view::npos) return {};
    const std::string_view device_id = text.substr(0, end);
    text.remove_prefix(end);
    if (!take(text, "/messages/devicebound/")) return {};
    return iothub::devicebound_topic{.device_id = device_id, .bag = text};
}

/// Without encoding anything.
std::optional<bytes> username(const iothub::mqtt_username& u) {
    appender out;
    out << u.host << "/" << u.client.device_id << "/?api-version=" << u.api_version.raw();
    if (!u.device_client_type.empty()) out << "&DeviceClientType=" << u.device_client_type.raw();
    if (!u.model_id.empty()) out << "&model-id=" << u.model_id.raw();
    return out.done();
}

struct user {
    std::string_view host{};
    std::string_view device{};
    std::string_view version{};
    std::string_view type{};

    friend bool operator==(const user&, const user&) = default;
};

/// Of a device, in the usual order.
std::optional<user> username_of(std::string_view text) {
    const std::size_t first = text.find('/');
    const std::size_t query = text.find("/?api-version=");
    if (first == std::string_view::npos || query == std::string_view::npos || first >= query) return {};
    user u{.host = text.substr(0, first), .device = text.substr(first + 1, query - first - 1)};
    text.remove_prefix(query + 14);
    u.version = text.substr(0, text.find('&'));
    const std::size_t type = text.find("&DeviceClientType=");
    if (type == std::string_view::npos) return u;
    text.remove_prefix(type + 18);
    u.type = text.substr(0, text.find('&'));
    return u;
}

}  // namespace by_hand

constexpr std::string_view uuid = "7f3c2a10-52f4-4ac1-9f0e-6a3b1c9d8e70";

// ---- telemetry: the topic, without a bag

constexpr iothub::telemetry_topic telemetry{.sender = {.device_id = "MyDevice01"}};
constexpr iothub::telemetry_topic of_module{.sender = {"MyDevice01", "thermostat"}};
constexpr std::string_view telemetry_text = "devices/MyDevice01/messages/events/";
constexpr std::string_view of_module_text = "devices/MyDevice01/modules/thermostat/messages/events/";

constexpr auto write = [](const auto& topic) { return iothub::encode(memory, topic); };

void telemetry_topic(benchmark::State& state) { measure(state, telemetry, write, bytes{telemetry_text}); }
void telemetry_topic_by_hand(benchmark::State& state) {
    measure(state, telemetry, by_hand::telemetry, bytes{telemetry_text});
}
void telemetry_topic_of_module(benchmark::State& state) { measure(state, of_module, write, bytes{of_module_text}); }
void telemetry_topic_of_module_by_hand(benchmark::State& state) {
    measure(state, of_module, by_hand::telemetry, bytes{of_module_text});
}
BENCHMARK(telemetry_topic);
BENCHMARK(telemetry_topic_by_hand);
BENCHMARK(telemetry_topic_of_module);
BENCHMARK(telemetry_topic_of_module_by_hand);

// ---- the answer of a twin: as az_iot's is measured, and with a uuid

constexpr std::string_view response_text = "$iothub/twin/res/204/?$rid=2&$version=7";
constexpr iothub::twin_response_topic response{.status = 204, .rid = "2", .version = 7};
const std::string long_response_text = "$iothub/twin/res/204/?$rid=" + std::string{uuid} + "&$version=123456";
constexpr iothub::twin_response_topic long_response{.status = 204, .rid = uuid, .version = 123456};

constexpr auto read_response = [](std::string_view text) { return iothub::decode<iothub::twin_response_topic>(text); };
constexpr auto read_any = [](std::string_view text) -> std::optional<iothub::twin_response_topic> {
    const auto any = iothub::decode_topic_to_client(text);
    const auto* topic = any ? any->get_if<iothub::twin_response_topic>() : nullptr;
    if (topic == nullptr) return {};
    return *topic;
};

void twin_response(benchmark::State& state) { measure(state, response_text, read_response, response); }
void twin_response_by_hand(benchmark::State& state) {
    measure(state, response_text, by_hand::twin_response, by_hand::response{204, "2", 7});
}
void twin_response_of_any(benchmark::State& state) { measure(state, response_text, read_any, response); }
void twin_response_uuid(benchmark::State& state) {
    measure(state, std::string_view{long_response_text}, read_response, long_response);
}
void twin_response_uuid_by_hand(benchmark::State& state) {
    measure(state, std::string_view{long_response_text}, by_hand::twin_response, by_hand::response{204, uuid, 123456});
}
BENCHMARK(twin_response);
BENCHMARK(twin_response_by_hand);
BENCHMARK(twin_response_of_any);
BENCHMARK(twin_response_uuid);
BENCHMARK(twin_response_uuid_by_hand);

// ---- methods

constexpr std::string_view request_text = "$iothub/methods/POST/getMaxMinReport/?$rid=1";
constexpr iothub::method_request_topic request{.name = "getMaxMinReport", .rid = "1"};
constexpr iothub::method_response_topic answer{.status = 200, .rid = "1"};
constexpr std::string_view answer_text = "$iothub/methods/res/200/?$rid=1";

void method_request(benchmark::State& state) {
    measure(
        state, request_text, [](std::string_view text) { return iothub::decode<iothub::method_request_topic>(text); },
        request);
}
void method_request_by_hand(benchmark::State& state) {
    measure(state, request_text, by_hand::method_request, by_hand::request{"getMaxMinReport", "1"});
}
void method_response(benchmark::State& state) { measure(state, answer, write, bytes{answer_text}); }
void method_response_by_hand(benchmark::State& state) {
    measure(state, answer, by_hand::method_response, bytes{answer_text});
}
BENCHMARK(method_request);
BENCHMARK(method_request_by_hand);
BENCHMARK(method_response);
BENCHMARK(method_response_by_hand);

// ---- a message from the cloud: the topic, and its bag as it lies

constexpr std::string_view message_text = "devices/MyDevice01/messages/devicebound/%24.mid=1&%24.to=%2Fdevices&a=b";
constexpr iothub::devicebound_topic message{.device_id = "MyDevice01", .bag = "%24.mid=1&%24.to=%2Fdevices&a=b"};

void devicebound_topic(benchmark::State& state) {
    measure(
        state, message_text, [](std::string_view text) { return iothub::decode<iothub::devicebound_topic>(text); },
        message);
}
void devicebound_topic_by_hand(benchmark::State& state) { measure(state, message_text, by_hand::devicebound, message); }
BENCHMARK(devicebound_topic);
BENCHMARK(devicebound_topic_by_hand);

// ---- user names

constexpr iothub::mqtt_username user{
    .host = "myhub.azure-devices.net", .client = {.device_id = "MyDevice01"}, .device_client_type = "hubwire-1.0"};
constexpr std::string_view user_text =
    "myhub.azure-devices.net/MyDevice01/?api-version=2021-04-12&DeviceClientType=hubwire-1.0";

void username_encode(benchmark::State& state) { measure(state, user, write, bytes{user_text}); }
void username_encode_by_hand(benchmark::State& state) { measure(state, user, by_hand::username, bytes{user_text}); }
void username_decode(benchmark::State& state) {
    measure(state, user_text, [](std::string_view text) { return iothub::decode_username(text); }, user);
}
void username_decode_by_hand(benchmark::State& state) {
    measure(state, user_text, by_hand::username_of,
            by_hand::user{"myhub.azure-devices.net", "MyDevice01", "2021-04-12", "hubwire-1.0"});
}
BENCHMARK(username_encode);
BENCHMARK(username_encode_by_hand);
BENCHMARK(username_decode);
BENCHMARK(username_decode_by_hand);

}  // namespace
