#include <benchmark/benchmark.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "support/measure.hpp"

// SAS tokens and connection strings beside the HMAC alone, which is most of a token and nobody can leave out; beside
// what one writes by hand with std::string. What is portable signs in plain C++, whatever the processor has.

namespace {

namespace crypto = hubwire::crypto;
namespace iothub = hubwire::iothub;
namespace text = hubwire::text;
using bench::measure;
using bench::memory;
using hubwire::bytes;

// ---- written by hand

namespace by_hand {

std::string escaped(std::string_view from) {
    std::string to;
    for (const char c : from) {
        const bool bare = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '.' || c == '_' || c == '~';
        if (bare) {
            to += c;
        } else {
            to += '%';
            to += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
            to += "0123456789ABCDEF"[c & 15];
        }
    }
    return to;
}

std::string base64(bytes value) {
    std::array<char, 64> to{};
    return std::string{text::encode_base64(to, value)->text()};
}

std::string token(const std::string& resource, std::uint64_t expiry, const crypto::hmac_key& key) {
    const std::string sr = escaped(resource);
    const std::string se = std::to_string(expiry);
    return "SharedAccessSignature sr=" + sr + "&sig=" + escaped(base64(key.sign(sr + "\n" + se))) + "&se=" + se;
}

/// The fields, which it takes to be in their order.
struct parts {
    std::string_view sr, sig, se;
    friend bool operator==(const parts&, const parts&) = default;
};
std::optional<parts> parse(std::string_view from) {
    constexpr std::string_view word = "SharedAccessSignature sr=";
    if (!from.starts_with(word)) return {};
    const std::size_t sig = from.find("&sig=");
    const std::size_t se = from.find("&se=");
    if (sig == std::string_view::npos || se == std::string_view::npos || se < sig) return {};
    return parts{from.substr(word.size(), sig - word.size()), from.substr(sig + 5, se - sig - 5), from.substr(se + 4)};
}

std::string unescaped(std::string_view from) {
    std::string to;
    for (std::size_t i = 0; i != from.size(); ++i) {
        if (from[i] == '%' && from.size() - i >= 3) {
            unsigned value = 0;
            std::from_chars(from.data() + i + 1, from.data() + i + 3, value, 16);
            to += static_cast<char>(static_cast<unsigned char>(value));
            i += 2;
        } else {
            to += from[i];
        }
    }
    return to;
}

bool verified(std::string_view from, const crypto::hmac_key& key) {
    const auto found = parse(from);
    if (!found) return false;
    const std::string message = std::string{found->sr} + "\n" + std::string{found->se};
    return base64(key.sign(message)) == unescaped(found->sig);  // which takes longer the more of it is right
}

/// Host, device and key of a string that has them in this order.
std::optional<std::size_t> connection(std::string_view from) {
    std::size_t sizes = 0;
    for (const std::string_view key : {"HostName=", "DeviceId=", "SharedAccessKey="}) {
        if (!from.starts_with(key)) return {};
        const std::size_t end = from.find(';');
        sizes = sizes * 100 + from.substr(0, end).size() - key.size();
        from.remove_prefix(end == std::string_view::npos ? from.size() : end + 1);
    }
    return sizes;
}

}  // namespace by_hand

// ---- the portable functions, whatever the processor has

struct portable_key {
    crypto::detail::sha256_state inner = crypto::detail::sha256_start;
    crypto::detail::sha256_state outer = crypto::detail::sha256_start;

    explicit portable_key(std::string_view secret) {
        std::string pad(64, '\x36');
        for (std::size_t i = 0; i != secret.size(); ++i) pad[i] = static_cast<char>(pad[i] ^ secret[i]);
        crypto::detail::compress_portably(inner, pad.data(), 1);
        for (char& c : pad) c = static_cast<char>(c ^ 0x36 ^ 0x5c);
        crypto::detail::compress_portably(outer, pad.data(), 1);
    }

    crypto::sha256_digest sign(bytes message) const {
        const std::size_t whole = message.size() / 64;
        const bytes rest = message.without_first(64 * whole);
        const crypto::detail::padded_end end{rest.data(), rest.size(), 64 + message.size()};
        return crypto::detail::digest_of(
            crypto::detail::authenticate_portably(inner, outer, message.data(), whole, end.data(), end.count()));
    }
};

const std::string secret = "0123456789abcdef0123456789abcdef";
const crypto::hmac_key key{secret};
const portable_key slow_key{secret};

const std::string resource = "myhub.azure-devices.net/devices/MyDevice01";
constexpr std::uint64_t expiry = 1'735'689'600;
const std::string signed_text = by_hand::escaped(resource) + "\n1735689600";
const std::string token = by_hand::token(resource, expiry, key);

const iothub::sas_claims claims{
    .resource = {.host_name = "myhub.azure-devices.net", .who = {.device_id = "MyDevice01"}},
    .expiry = expiry,
};

// ---- a token

void token_hmac_alone(benchmark::State& state) {
    measure(state, bytes{signed_text}, [](bytes from) { return std::optional{key.sign(from)}; }, key.sign(signed_text));
}
void token_hmac_alone_portable(benchmark::State& state) {
    measure(
        state, bytes{signed_text}, [](bytes from) { return std::optional{slow_key.sign(from)}; },
        key.sign(signed_text));
}
void sas_token(benchmark::State& state) {
    measure(state, claims, [](const auto& from) { return iothub::encode_sas_token(memory, from, key); }, bytes{token});
}
void sas_token_portable(benchmark::State& state) {
    measure(
        state, claims, [](const auto& from) { return iothub::encode_sas_token(memory, from, slow_key); }, bytes{token});
}
void sas_token_tight(benchmark::State& state) {
    measure(
        state, claims,
        [](const auto& from) {
            return iothub::encode_sas_token(hubwire::buffer{memory.data(), token.size()}, from, key);
        },
        bytes{token});
}
void sas_token_with_new_key(benchmark::State& state) {
    const std::string base64 = by_hand::base64(secret);
    measure(
        state, std::string_view{base64},
        [](std::string_view from) { return iothub::encode_sas_token(memory, claims, iothub::sas_key::of_hub(from)); },
        bytes{token});
}
void sas_token_by_hand(benchmark::State& state) {
    measure(
        state, expiry, [](std::uint64_t from) { return std::optional{by_hand::token(resource, from, key)}; }, token);
}
BENCHMARK(token_hmac_alone);
BENCHMARK(token_hmac_alone_portable);
BENCHMARK(sas_token);
BENCHMARK(sas_token_portable);
BENCHMARK(sas_token_tight);
BENCHMARK(sas_token_with_new_key);
BENCHMARK(sas_token_by_hand);

// ---- parsed, and verified

void sas_parse(benchmark::State& state) {
    measure(
        state, std::string_view{token},
        [](std::string_view from) -> std::optional<std::uint64_t> {
            const auto decoded = iothub::decode_sas_token(from);
            benchmark::DoNotOptimize(decoded);
            if (!decoded) return {};
            return decoded->expiry;
        },
        expiry);
}
void sas_parse_by_hand(benchmark::State& state) {
    measure(state, std::string_view{token}, by_hand::parse, *by_hand::parse(token));
}
void sas_verify(benchmark::State& state) {
    measure(
        state, std::string_view{token},
        [](std::string_view from) -> std::optional<bool> {
            const auto decoded = iothub::decode_sas_token(from);
            return decoded && iothub::check_sas_token(*decoded, key, {.resource = claims.resource, .now = 1});
        },
        true);
}
void sas_verify_by_hand(benchmark::State& state) {
    measure(
        state, std::string_view{token},
        [](std::string_view from) { return std::optional{by_hand::verified(from, key)}; }, true);
}
BENCHMARK(sas_parse);
BENCHMARK(sas_parse_by_hand);
BENCHMARK(sas_verify);
BENCHMARK(sas_verify_by_hand);

// ---- a connection string

constexpr std::string_view connection =
    "HostName=myhub.azure-devices.net;DeviceId=MyDevice01;SharedAccessKey=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

void connection_parse(benchmark::State& state) {
    measure(
        state, connection, [](std::string_view from) { return iothub::decode_connection_string(from); },
        *iothub::decode_connection_string(connection));
}
void connection_parse_by_hand(benchmark::State& state) {
    measure(state, connection, by_hand::connection, std::size_t{231'044});
}
void connection_encode(benchmark::State& state) {
    measure(
        state, *iothub::decode_connection_string(connection),
        [](const auto& from) { return iothub::encode_connection_string(memory, from); }, bytes{connection});
}
BENCHMARK(connection_parse);
BENCHMARK(connection_parse_by_hand);
BENCHMARK(connection_encode);

// ---- an address

constexpr std::string_view address = "amqps://myhub.azure-devices.net/devices/MyDevice01/messages/devicebound";
const iothub::address where{
    .kind = iothub::endpoint::device_bound, .host = "myhub.azure-devices.net", .who = {.device_id = "MyDevice01"}};

void address_parse(benchmark::State& state) {
    measure(state, address, [](std::string_view from) { return iothub::decode_address(from); }, where);
}
void address_encode(benchmark::State& state) {
    measure(state, where, [](const auto& from) { return iothub::encode_address(memory, from); }, bytes{address});
}
BENCHMARK(address_parse);
BENCHMARK(address_encode);

}  // namespace
