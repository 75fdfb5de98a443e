#ifndef HUBWIRE_TESTS_SUPPORT_NAIVE_USERNAME_HPP
#define HUBWIRE_TESTS_SUPPORT_NAIVE_USERNAME_HPP

#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The user names of the hub, split into lists of strings first, for tests and fuzzers to compare with.
namespace support {

/// The fields as they lie there.
struct naive_username {
    std::string host{};
    std::string device{};
    std::string module{};
    std::string api_version{};
    std::string device_client_type{};
    std::string model_id{};
    std::string auth_chain{};
    char form = '?';  // or the first letter of another one

    friend bool operator==(const naive_username&, const naive_username&) = default;
};

inline std::vector<std::string> naive_split(std::string_view text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == separator) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

/// Nothing if it is none.
inline std::optional<naive_username> read_naive_username(std::string_view text) {
    std::vector<std::string> parts = naive_split(text, '/');
    const std::size_t count = parts.size();
    if (count < 3 || count > 6) return {};
    naive_username u{.host = parts[0], .device = parts[1]};
    if (count % 2 == 0) {
        u.module = parts[2];
        if (u.module.empty()) return {};
    }
    if (u.host.empty() || u.device.empty()) return {};

    std::map<std::string, std::string> properties;
    if (count <= 4) {
        std::string& last = parts.back();
        u.form = !last.empty() && last[0] == '?' ? '?' : 'b';
        if (u.form == '?') last.erase(0, 1);
        for (const std::string& property : naive_split(last, '&')) {
            const std::size_t equals = property.find('=');
            const std::string value = equals == std::string::npos ? "" : property.substr(equals + 1);
            properties.insert({property.substr(0, equals), value});  // only if there is none yet
        }
    } else {
        u.form = 's';
        const std::string version = parts[count - 3];
        const std::string type = parts[count - 2];
        if (version.substr(0, 12) != "api-version=" || type.substr(0, 17) != "DeviceClientType=") return {};
        if ((version + type + parts.back()).find('&') != std::string::npos) return {};
        if (type.size() == 17 || parts.back().empty()) return {};
        properties["api-version"] = version.substr(12);
        properties["DeviceClientType"] = type.substr(17) + '/' + parts.back();
    }
    u.api_version = properties["api-version"];
    u.device_client_type = properties["DeviceClientType"];
    u.model_id = properties["model-id"];
    u.auth_chain = properties["auth-chain"];
    if (u.api_version.empty()) return {};
    return u;
}

/// What the library has read, in the same form.
inline naive_username as_naive(const hubwire::iothub::mqtt_username& u) {
    const auto text = [](const hubwire::iothub::wire_text& t) { return std::string{t.raw()}; };
    using hubwire::iothub::username_form;
    return {.host = std::string{u.host},
            .device = std::string{u.client.device_id},
            .module = std::string{u.client.module_id},
            .api_version = text(u.api_version),
            .device_client_type = text(u.device_client_type),
            .model_id = text(u.model_id),
            .auth_chain = text(u.auth_chain),
            .form = u.form == username_form::query  ? '?'
                    : u.form == username_form::bare ? 'b'
                                                    : 's'};
}

}  // namespace support

#endif
