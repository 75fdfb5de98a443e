#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/oracle.hpp"

// Connection strings, against a reading that splits the text into strings and then looks the keys up. The first byte
// says which rules are laxer; the rest is the text.

namespace {

using fuzz::expect;
using hubwire::buffer;
using hubwire::bytes;
namespace iothub = hubwire::iothub;

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

const std::vector<std::string> keys{
    "HostName",        "CredentialScope",       "CredentialType", "DeviceId", "ModuleId",       "SharedAccessKeyName",
    "SharedAccessKey", "SharedAccessSignature", "x509",           "X509Cert", "GatewayHostName"};

std::optional<std::size_t> key_of(const std::string& name, bool ignore_case) {
    for (std::size_t i = 0; i != keys.size(); ++i) {
        if (name == keys[i] || (ignore_case && lower(name) == lower(keys[i]))) return i;
    }
    return {};
}

bool consists_of(const std::string& text, std::string_view besides) {
    for (const char c : text) {
        const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alphanumeric && besides.find(c) == std::string_view::npos) return false;
    }
    return !text.empty();
}

/// The values by the index of their key, or nothing if the text is refused.
std::optional<std::vector<std::string>> naive(const std::string& text, const iothub::connection_string_options& rules) {
    std::vector<std::string> parts{""};
    for (const char c : text) {
        if (c == ';') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    std::vector<std::string> values(keys.size());
    std::vector<bool> seen(keys.size(), false);
    for (std::size_t i = 0; i != parts.size(); ++i) {
        if (parts[i].empty() && rules.skip_empty_parts) continue;
        const std::size_t equals = parts[i].find('=');
        if (equals == std::string::npos || equals == 0) return {};
        auto key = key_of(parts[i].substr(0, equals), rules.ignore_case);
        if (!key && !rules.skip_unknown_keys) return {};
        std::string value = parts[i].substr(equals + 1);
        if (key && (*key == 3 || *key == 4) && rules.semicolon_in_identifier) {
            while (i + 1 != parts.size()) {
                const std::size_t next = parts[i + 1].find('=');
                if (next != std::string::npos && key_of(parts[i + 1].substr(0, next), rules.ignore_case)) break;
                value += ';' + parts[++i];
            }
        }
        if (!key) continue;
        if (*key == 9) key = 8;
        if (seen[*key] && !rules.last_repeated_counts) return {};
        seen[*key] = true;
        if (value.empty()) return {};
        if ((*key == 0 || *key == 10) && !consists_of(value, "-._")) return {};
        if ((*key == 3 || *key == 4) && (!consists_of(value, "-:.+%_#*?!(),=@;$'") || value.size() > 128)) return {};
        if (*key == 5 && !consists_of(value, "-._@")) return {};
        if (*key == 8) {
            value = lower(value);
            if (value != "true" && value != "false") return {};
            if (value == "false") value.clear();
        }
        values[*key] = value;
    }
    const bool device = !values[3].empty();
    const bool policy = !values[5].empty();
    const bool x509 = !values[8].empty();
    const int proofs = !values[6].empty() + !values[7].empty() + x509;
    if (values[0].empty() || (!device && (!policy || !values[4].empty() || x509)) || proofs != 1 || (x509 && policy))
        return {};
    return values;
}

bool same(const iothub::connection_string& ours, const std::vector<std::string>& values) {
    return ours.host_name == values[0] && ours.credential_scope == values[1] && ours.credential_type == values[2] &&
           ours.who.device_id == values[3] && ours.who.module_id == values[4] &&
           ours.shared_access_key_name == values[5] && ours.shared_access_key == values[6] &&
           ours.shared_access_signature == values[7] && ours.x509 == !values[8].empty() &&
           ours.gateway_host_name == values[10];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned choice = data[0];
    const std::string_view input = bytes{data + 1, size - 1}.text();
    const iothub::connection_string_options rules{.ignore_case = (choice & 1) != 0,
                                                  .skip_empty_parts = (choice & 2) != 0,
                                                  .skip_unknown_keys = (choice & 4) != 0,
                                                  .last_repeated_counts = (choice & 8) != 0,
                                                  .semicolon_in_identifier = (choice & 16) != 0};
    const auto ours = iothub::decode_connection_string(input, rules);
    const auto theirs = naive(std::string{input}, rules);
    expect(ours.has_value() == theirs.has_value(), "accepted as by the naive reading");
    if (!ours) {
        expect(ours.error().offset <= input.size() && !ours.error().message().empty(), "a sound error");
        expect(!iothub::decode_connection_string(input), "what lax rules refuse, the strict ones do");
        return 0;
    }
    expect(same(*ours, *theirs), "the same values");

    const iothub::connection_string_options writing{.semicolon_in_identifier = rules.semicolon_in_identifier};
    const auto written_size = iothub::encoded_size(*ours, writing);
    if (!written_size) {
        // An identifier that only the laxest reading ends where it does.
        expect(written_size.error().code == hubwire::errc::iothub_connection_semicolon, "nothing else is in the way");
        return 0;
    }
    const std::unique_ptr<char[]> memory{new char[*written_size]};
    const auto written = iothub::encode_connection_string(buffer{memory.get(), *written_size}, *ours, writing);
    expect(written && written->size() == *written_size, "it takes as much as it said");
    const auto again = iothub::decode_connection_string(written->text(), writing);
    expect(again && *again == *ours, "it comes back");
    const auto refused = iothub::encode_connection_string(buffer{memory.get(), *written_size - 1}, *ours, writing);
    expect(!refused && refused.error() == hubwire::error{hubwire::errc::no_space, *written_size - 1, 1}, "no space");
    return 0;
}
