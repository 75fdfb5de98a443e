#ifndef HUBWIRE_TESTS_SUPPORT_NAIVE_HANDSHAKE_HPP
#define HUBWIRE_TESTS_SUPPORT_NAIVE_HANDSHAKE_HPP

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "naive_text.hpp"

/// The opening handshake of WebSocket by strings that are split into lists, for tests and fuzzers to compare with; and
/// SHA-1 line by line as FIPS 180-4 has it, with constants made of the roots of numbers.
namespace support {

inline std::string naive_sha1(std::string_view message) {
    const auto rotl = [](std::uint32_t x, int n) { return x << n | x >> (32 - n); };
    std::string padded{message};
    padded += '\x80';
    while (padded.size() % 64 != 56) padded += '\0';
    for (int shift = 56; shift >= 0; shift -= 8)
        padded += static_cast<char>(static_cast<unsigned char>(std::uint64_t{message.size()} * 8 >> shift));

    std::array<std::uint32_t, 5> hash{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    for (std::size_t block = 0; block != padded.size(); block += 64) {
        std::array<std::uint32_t, 80> w{};
        for (std::size_t t = 0; t != 64; ++t) w[t / 4] = w[t / 4] << 8 | static_cast<unsigned char>(padded[block + t]);
        for (std::size_t t = 16; t != 80; ++t) w[t] = rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
        std::array<std::uint32_t, 5> v = hash;
        auto& [a, b, c, d, e] = v;
        for (std::size_t t = 0; t != 80; ++t) {
            const double root = std::sqrt(std::array{2.0, 3.0, 5.0, 10.0}[t / 20]);
            const auto k = static_cast<std::uint32_t>(std::floor(root * 1073741824.0));
            const std::uint32_t f = t < 20        ? ((b & c) | (~b & d))
                                    : t / 20 == 2 ? ((b & c) ^ (b & d) ^ (c & d))
                                                  : b ^ c ^ d;
            const std::uint32_t next = rotl(a, 5) + f + e + k + w[t];
            e = d;
            d = c;
            c = rotl(b, 30);
            b = a;
            a = next;
        }
        for (std::size_t i = 0; i != 5; ++i) hash[i] += v[i];
    }
    std::string digest;
    for (std::size_t i = 0; i != 20; ++i)
        digest += static_cast<char>(static_cast<unsigned char>(hash[i / 4] >> (24 - 8 * (i % 4))));
    return digest;
}

inline std::string naive_accept(std::string_view key) {
    return naive_base64(naive_sha1(std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
}

using naive_fields = std::vector<std::pair<std::string, std::string>>;

struct naive_request {
    std::string target{};
    std::string host{};
    std::string key{};
    std::string origin{};
    std::vector<std::string> subprotocols{};
    naive_fields extensions{};
    naive_fields fields{};

    friend bool operator==(const naive_request&, const naive_request&) = default;
};

struct naive_response {
    std::string status{};
    std::string accept{};
    std::string subprotocol{};
    naive_fields extensions{};
    std::vector<std::string> versions{};
    naive_fields fields{};

    friend bool operator==(const naive_response&, const naive_response&) = default;
};

namespace handshake {

inline std::vector<std::string> split(const std::string& text, const std::string& separator) {
    std::vector<std::string> parts;
    for (std::size_t at = 0;;) {
        const std::size_t next = text.find(separator, at);
        parts.push_back(text.substr(at, next == std::string::npos ? next : next - at));
        if (next == std::string::npos) return parts;
        at = next + separator.size();
    }
}

inline std::string trim(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

inline std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return text;
}

inline const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
inline bool only(const std::string& text, const std::string& others) {
    return text.find_first_not_of(letters + others) == std::string::npos;
}
inline bool is_token(const std::string& text) { return !text.empty() && only(text, "!#$%&'*+-.^_`|~"); }
inline bool is_number(const std::string& text) { return text.find_first_not_of("0123456789") == std::string::npos; }

inline std::vector<std::string> items(const std::string& value) {
    std::vector<std::string> all;
    for (const std::string& part : split(value, ",")) {
        if (!trim(part).empty()) all.push_back(trim(part));
    }
    return all;
}

inline bool is_host(std::string host) {
    const std::size_t bracket = host.find(']');
    const std::size_t colon = host.find(':', host.starts_with('[') && bracket != std::string::npos ? bracket : 0);
    if (colon != std::string::npos) {
        const std::string port = host.substr(colon + 1);
        if (!is_number(port)) return false;
        const std::string digits = port.substr(std::min(port.find_first_not_of('0'), port.size()));
        if (digits.size() > 5 || (!digits.empty() && std::stoi(digits) > 65535)) return false;
        host.resize(colon);
    }
    if (host.starts_with('['))
        return host.size() > 2 && host.back() == ']' &&
               host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos;
    return !host.empty() && only(host, "-._~!$&'()*+,;=%");
}

inline bool is_target(const std::string& target) {
    if (!only(target, "-._~!$&'()*+,;=%:@/?[]")) return false;
    for (const std::string scheme : {"http://", "https://"}) {
        if (lower(target).starts_with(scheme))
            return target.size() > scheme.size() && target[scheme.size()] != '/' && target[scheme.size()] != '?';
    }
    return target.starts_with('/');
}

/// A name, and its parameters as they are written.
inline std::optional<std::pair<std::string, std::string>> extension(const std::string& text) {
    const std::vector<std::string> parts = split(text, ";");
    if (!is_token(trim(parts[0]))) return {};
    for (std::size_t i = 1; i != parts.size(); ++i) {
        const std::size_t equals = parts[i].find('=');
        if (!is_token(trim(parts[i].substr(0, equals)))) return {};
        if (equals == std::string::npos) continue;
        std::string value = trim(parts[i].substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
            std::string bare;
            value = value.substr(1, value.size() - 2);
            for (std::size_t at = 0; at < value.size(); ++at) {
                if (value[at] == '\\' && ++at == value.size()) return {};  // the quotation mark is an escaped one
                bare += value[at];
            }
            value = bare;
        }
        if (!is_token(value)) return {};
    }
    const std::size_t semicolon = text.find(';');
    return std::pair{trim(parts[0]), semicolon == std::string::npos ? "" : trim(text.substr(semicolon + 1))};
}

/// The lines of a head with nothing behind it; nothing if the lines are not what lines are.
inline std::optional<std::vector<std::string>> lines(const std::string& head,
                                                     const hubwire::websocket::head_options& rules) {
    if (head.size() > rules.max_head_size || head.find("\r\n\r\n") + 4 != head.size()) return {};
    std::vector<std::string> all = split(head.substr(0, head.size() - 4), "\r\n");
    for (const std::string& line : all) {
        for (const char c : line) {
            if (c != '\t' && (static_cast<unsigned char>(c) < 32 || c == 127)) return {};
        }
    }
    if (all.size() - 1 > rules.max_fields) return {};
    return all;
}

inline std::optional<naive_fields> fields(const std::vector<std::string>& lines) {
    naive_fields all;
    for (std::size_t i = 1; i != lines.size(); ++i) {
        const std::size_t colon = lines[i].find(':');
        if (colon == std::string::npos || !is_token(lines[i].substr(0, colon))) return {};
        all.emplace_back(lines[i].substr(0, colon), trim(lines[i].substr(colon + 1)));
    }
    return all;
}

/// All values of a name, and whether the value of a name is allowed to be there once only.
inline std::vector<std::string> values(const naive_fields& all, const std::string& name) {
    std::vector<std::string> found;
    for (const auto& [key, value] : all) {
        if (lower(key) == name) found.push_back(value);
    }
    return found;
}
inline std::vector<std::string> all_items(const naive_fields& all, const std::string& name) {
    std::vector<std::string> found;
    for (const std::string& value : values(all, name)) {
        for (const std::string& item : items(value)) found.push_back(item);
    }
    return found;
}
inline bool has_empty(const naive_fields& all, const std::string& name) {
    for (const std::string& value : values(all, name)) {
        if (items(value).empty()) return true;
    }
    return false;
}
inline naive_fields without(const naive_fields& all, const std::set<std::string>& names) {
    naive_fields left;
    for (const auto& field : all) {
        if (!names.contains(lower(field.first))) left.push_back(field);
    }
    return left;
}

}  // namespace handshake

inline std::optional<naive_request> read_naive_request(std::string_view head,
                                                       const hubwire::websocket::head_options& rules = {}) {
    using namespace handshake;
    const auto all_lines = lines(std::string{head}, rules);
    if (!all_lines) return {};
    const std::vector<std::string> first = split(all_lines->front(), " ");
    if (first.size() != 3 || first[0] != "GET" || !is_target(first[1]) || first[2] != "HTTP/1.1") return {};
    const auto all = fields(*all_lines);
    if (!all) return {};

    naive_request r{.target = first[1]};
    const auto once = [&](const std::string& name, std::string& value, bool needed) {
        const auto found = values(*all, name);
        if (!found.empty()) value = found[0];
        return found.size() == 1 || (found.empty() && !needed);
    };
    std::string version;
    if (!once("host", r.host, true) || !once("sec-websocket-key", r.key, true) ||
        !once("sec-websocket-version", version, true) || !once("origin", r.origin, false))
        return {};
    if (!values(*all, "origin").empty() && r.origin.empty()) return {};
    if (!is_host(r.host) || version != "13") return {};
    if (r.key.size() != 24 || !only(r.key.substr(0, 22), "+/") || r.key.substr(22) != "==") return {};
    const auto has = [&](const std::string& name, const std::string& wanted) {
        const auto found = all_items(*all, name);
        return std::any_of(found.begin(), found.end(), [&](const std::string& item) { return lower(item) == wanted; });
    };
    if (!has("upgrade", "websocket") || !has("connection", "upgrade")) return {};
    if (!values(*all, "transfer-encoding").empty()) return {};
    for (const std::string& length : values(*all, "content-length")) {
        if (length.empty() || length.find_first_not_of('0') != std::string::npos) return {};
    }
    r.subprotocols = all_items(*all, "sec-websocket-protocol");
    if (has_empty(*all, "sec-websocket-protocol") || r.subprotocols.size() > 32) return {};
    if (std::set<std::string>{r.subprotocols.begin(), r.subprotocols.end()}.size() != r.subprotocols.size()) return {};
    if (!std::all_of(r.subprotocols.begin(), r.subprotocols.end(), is_token)) return {};
    if (has_empty(*all, "sec-websocket-extensions")) return {};
    for (const std::string& item : all_items(*all, "sec-websocket-extensions")) {
        const auto one = extension(item);
        if (!one) return {};
        r.extensions.push_back(*one);
    }
    r.fields = without(*all, {"host", "origin", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version",
                              "sec-websocket-protocol", "sec-websocket-extensions"});
    return r;
}

inline std::optional<naive_response> read_naive_response(std::string_view head, std::string_view key,
                                                         const std::vector<std::string>& offered,
                                                         const std::vector<std::string>& extensions,
                                                         const hubwire::websocket::head_options& rules = {}) {
    using namespace handshake;
    const auto all_lines = lines(std::string{head}, rules);
    if (!all_lines) return {};
    const std::string& first = all_lines->front();
    if (!first.starts_with("HTTP/1.1 ") && !first.starts_with("HTTP/1.0 ")) return {};
    naive_response r{.status = first.substr(9, 3)};
    if (first.size() < 13 || first[12] != ' ' || !is_number(r.status) || r.status < "100" || r.status > "599")
        return {};
    if (first[7] == '0' && r.status[0] == '1') return {};
    const auto all = fields(*all_lines);
    if (!all) return {};
    r.versions = all_items(*all, "sec-websocket-version");
    r.fields = without(*all, {"sec-websocket-version"});
    if (r.status != "101") return r;

    const auto upgrades = all_items(*all, "upgrade");
    const auto connections = all_items(*all, "connection");
    if (upgrades.empty() || std::any_of(upgrades.begin(), upgrades.end(),
                                        [](const std::string& item) { return lower(item) != "websocket"; }))
        return {};
    if (std::none_of(connections.begin(), connections.end(),
                     [](const std::string& item) { return lower(item) == "upgrade"; }))
        return {};
    if (values(*all, "sec-websocket-accept") != std::vector<std::string>{naive_accept(key)}) return {};
    r.accept = naive_accept(key);
    const auto chosen = values(*all, "sec-websocket-protocol");
    if (chosen.size() > 1) return {};
    if (chosen.size() == 1) {
        r.subprotocol = chosen[0];
        if (std::find(offered.begin(), offered.end(), r.subprotocol) == offered.end()) return {};
    }
    if (values(*all, "sec-websocket-extensions").size() > 1 || has_empty(*all, "sec-websocket-extensions")) return {};
    for (const std::string& item : all_items(*all, "sec-websocket-extensions")) {
        const auto one = extension(item);
        if (!one || std::find(extensions.begin(), extensions.end(), one->first) == extensions.end()) return {};
        r.extensions.push_back(*one);
    }
    r.fields = without(*all, {"upgrade", "connection", "sec-websocket-accept", "sec-websocket-version",
                              "sec-websocket-protocol", "sec-websocket-extensions"});
    return r;
}

// What the library has read, in the same form.

inline naive_fields as_naive(const hubwire::websocket::field_list& fields) {
    naive_fields all;
    for (const auto& field : fields) all.emplace_back(field.name, field.value);
    return all;
}
inline naive_fields as_naive(const hubwire::websocket::extension_list& extensions) {
    naive_fields all;
    for (const auto& one : extensions) all.emplace_back(one.name, one.parameters);
    return all;
}
inline std::vector<std::string> as_naive(const hubwire::websocket::token_list& tokens) {
    std::vector<std::string> all;
    for (const std::string_view token : tokens) all.emplace_back(token);
    return all;
}
inline naive_request as_naive(const hubwire::websocket::request& r) {
    return {.target = std::string{r.target},
            .host = std::string{r.host},
            .key = std::string{r.key.text()},
            .origin = std::string{r.origin},
            .subprotocols = as_naive(r.subprotocols),
            .extensions = as_naive(r.extensions),
            .fields = as_naive(r.fields)};
}
inline naive_response as_naive(const hubwire::websocket::response& r) {
    return {.status = std::to_string(r.status),
            .accept = r.accept ? std::string{r.accept->text()} : "",
            .subprotocol = std::string{r.subprotocol},
            .extensions = as_naive(r.extensions),
            .versions = as_naive(r.versions),
            .fields = as_naive(r.fields)};
}

}  // namespace support

#endif
