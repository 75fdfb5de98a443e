#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>

#include "support/measure.hpp"

// A client's handshake with a hub. Each operation stands beside code as one writes it by hand, with memcpy and
// string_view::find, which knows the lines that it looks for, compares their names as they are mostly written, and
// looks at nothing else; it has the library's SHA-1, which is measured by itself.

namespace {

namespace websocket = hubwire::websocket;
using bench::measure;
using bench::memory;
using hubwire::bytes;

constexpr websocket::handshake_key key = websocket::handshake_key::on_the_wire("dGhlIHNhbXBsZSBub25jZQ==");
constexpr websocket::request asked{.target = websocket::hub_target_without_certificate,
                                   .host = "myhub.azure-devices.net",
                                   .key = key,
                                   .subprotocols = "mqtt"};

constexpr std::string_view request_head =
    "GET /$iothub/websocket?iothub-no-client-cert=true HTTP/1.1\r\nHost: myhub.azure-devices.net\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
constexpr std::string_view response_head =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nServer: Microsoft-HTTPAPI/2.0\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: mqtt\r\n"
    "Date: Sat, 21 Nov 2026 10:00:00 GMT\r\n\r\n";

// ---- written by hand

namespace by_hand {

std::optional<bytes> encode(const websocket::request& r) {
    std::size_t size = 0;
    bool fits = true;
    const auto put = [&](std::string_view text) {
        fits = fits && text.size() <= memory.size() - size;
        if (!fits) return;
        std::memcpy(memory.data() + size, text.data(), text.size());
        size += text.size();
    };
    put("GET ");
    put(r.target);
    put(" HTTP/1.1\r\nHost: ");
    put(r.host);
    put("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ");
    put(r.key.text());
    put("\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ");
    put("mqtt");
    put("\r\n\r\n");
    if (!fits) return {};
    return bytes{memory.data(), size};
}

std::optional<std::string_view> field(std::string_view head, std::string_view name) {
    const std::size_t at = head.find(name);
    if (at == head.npos) return {};
    const std::size_t begin = at + name.size();
    return head.substr(begin, head.find('\r', begin) - begin);
}

/// The subprotocol, if the server switches.
std::optional<std::string_view> decode(std::string_view head) {
    if (head.find("\r\n\r\n") != head.size() - 4 || head.substr(0, 13) != "HTTP/1.1 101 ") return {};
    const websocket::accept_key expected{key};
    if (field(head, "\r\nUpgrade: ") != "websocket" || field(head, "\r\nConnection: ") != "Upgrade" ||
        field(head, "\r\nSec-WebSocket-Accept: ") != expected.text())
        return {};
    return field(head, "\r\nSec-WebSocket-Protocol: ");
}

std::optional<std::string_view> decode_request(std::string_view head) {
    if (head.find("\r\n\r\n") != head.size() - 4 || head.substr(0, 4) != "GET ") return {};
    const auto text = field(head, "\r\nSec-WebSocket-Key: ");
    if (field(head, "\r\nUpgrade: ") != "websocket" || field(head, "\r\nConnection: ") != "Upgrade" ||
        field(head, "\r\nSec-WebSocket-Version: ") != "13" || !field(head, "\r\nHost: ") || !text || text->size() != 24)
        return {};
    return field(head, "\r\nSec-WebSocket-Protocol: ");
}

}  // namespace by_hand

// ---- the client's side

void request_encode(benchmark::State& state) {
    measure(state, asked, [](const websocket::request& r) { return encode(memory, r); }, bytes{request_head});
}
BENCHMARK(request_encode);

void request_encode_by_hand(benchmark::State& state) {
    measure(state, asked, [](const websocket::request& r) { return by_hand::encode(r); }, bytes{request_head});
}
BENCHMARK(request_encode_by_hand);

void response_cut(benchmark::State& state) {
    measure(
        state, bytes{response_head},
        [](bytes received) { return websocket::head_cutter{websocket::head_kind::response}.cut(received); },
        bytes{response_head});
}
BENCHMARK(response_cut);

void response_decode(benchmark::State& state) {
    const auto decode = [](bytes head) -> std::optional<std::string_view> {
        const auto r = websocket::decode_response(head, asked);
        if (!r) return {};
        return r->subprotocol;
    };
    measure(state, bytes{response_head}, decode, std::string_view{"mqtt"});
}
BENCHMARK(response_decode);

void response_decode_by_hand(benchmark::State& state) {
    measure(state, response_head, by_hand::decode, std::string_view{"mqtt"});
}
BENCHMARK(response_decode_by_hand);

// ---- the server's

void request_decode(benchmark::State& state) {
    const auto decode = [](bytes head) -> std::optional<std::string_view> {
        const auto r = websocket::decode_request(head);
        if (!r) return {};
        return *r->subprotocols.begin();
    };
    measure(state, bytes{request_head}, decode, std::string_view{"mqtt"});
}
BENCHMARK(request_decode);

void request_decode_by_hand(benchmark::State& state) {
    measure(state, request_head, by_hand::decode_request, std::string_view{"mqtt"});
}
BENCHMARK(request_decode_by_hand);

void accept_key(benchmark::State& state) {
    measure(
        state, key, [](const websocket::handshake_key& k) { return std::optional{websocket::accept_key{k}}; },
        websocket::accept_key{key});
}
BENCHMARK(accept_key);

}  // namespace
