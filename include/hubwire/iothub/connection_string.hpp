#ifndef HUBWIRE_IOTHUB_CONNECTION_STRING_HPP
#define HUBWIRE_IOTHUB_CONNECTION_STRING_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/name.hpp>
#include <hubwire/iothub/sas_resource.hpp>
#include <hubwire/iothub/text_part.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// HostName=...;DeviceId=...;SharedAccessKey=...: whom to connect to, who one is, and how to prove it.
namespace hubwire::iothub {

/// Who connects with such a string.
enum class client_kind : std::uint8_t { device, module, service };

/// How it proves who it is.
enum class credential_kind : std::uint8_t { key, signature, x509 };

/// A connection string, each value as it lies there; empty if it does not. It has a host; a device, with a module or
/// without, or a policy, or both (a policy's key may speak for a device); and exactly one of a key, a signature, and
/// x509=true, which is for devices and modules.
struct connection_string {
    std::string_view host_name{};                // HostName
    std::string_view credential_scope{};         // CredentialScope, of the SDK for C#
    std::string_view credential_type{};          // CredentialType, the same
    identity who{};                              // DeviceId, ModuleId
    std::string_view shared_access_key_name{};   // SharedAccessKeyName: the policy
    std::string_view shared_access_key{};        // SharedAccessKey: for sas_key
    std::string_view shared_access_signature{};  // SharedAccessSignature: for decode_sas_token
    bool x509 = false;                           // x509 or X509Cert
    std::string_view gateway_host_name{};        // GatewayHostName

    /// Pre: it was decoded, or could be encoded.
    [[nodiscard]] constexpr client_kind client() const noexcept {
        if (who.device_id.empty()) return client_kind::service;
        return who.is_module() ? client_kind::module : client_kind::device;
    }
    [[nodiscard]] constexpr credential_kind credential() const noexcept {
        if (x509) return credential_kind::x509;
        return shared_access_key.empty() ? credential_kind::signature : credential_kind::key;
    }

    /// The host to connect to: the gateway, if there is one before the hub.
    [[nodiscard]] constexpr std::string_view host_to_connect_to() const noexcept {
        return gateway_host_name.empty() ? host_name : gateway_host_name;
    }

    /// What its tokens are for. It is the hub's host that stands there, also where a gateway is before it. A policy
    /// asks for the whole hub.
    [[nodiscard]] constexpr sas_resource resource() const noexcept {
        return {.host_name = host_name, .who = shared_access_key_name.empty() ? who : identity{}};
    }

    friend constexpr bool operator==(const connection_string&, const connection_string&) noexcept = default;
};

/// Where SDKs are laxer than the rules that all of them keep to. By default keys are written exactly as above (as the
/// SDKs for Node, Python and C compare them), a key that is not one of them is refused, as a misspelt one would be
/// missed later (Python), and so are empty parts and repeated keys, as then something was lost on the way (Python).
struct connection_string_options {
    /// hostname=..., X509=...: the SDK for C#.
    bool ignore_case = false;

    /// Nothing may stand before, between or behind a ; (the SDK for Node; that for C, at the end).
    bool skip_empty_parts = false;

    /// Keys that are none are passed over, with their values: the SDKs for Node, C and C#.
    bool skip_unknown_keys = false;

    /// A key may come twice, and the last one counts: the SDK for Node.
    bool last_repeated_counts = false;

    /// A ; may belong to the identifier of a device or a module, for which the hub allows it. It ends the identifier
    /// only if one of the keys and a = follow: the SDK for C#. (Encoding: a ; that would end it is still refused.)
    bool semicolon_in_identifier = false;
};

namespace detail {

enum class connection_key : std::uint8_t {
    host_name,
    credential_scope,
    credential_type,
    device_id,
    module_id,
    shared_access_key_name,
    shared_access_key,
    shared_access_signature,
    x509,
    x509_cert,  // the same by another name
    gateway_host_name,
    none,
};

inline constexpr std::string_view connection_keys[] = {
    "HostName",        "CredentialScope",       "CredentialType", "DeviceId", "ModuleId",        "SharedAccessKeyName",
    "SharedAccessKey", "SharedAccessSignature", "x509",           "X509Cert", "GatewayHostName",
};
inline constexpr std::size_t longest_connection_key = 21;

constexpr connection_key find_connection_key(std::string_view name, bool ignore_case) noexcept {
    std::uint8_t index = 0;
    for (const std::string_view key : connection_keys) {
        if (name == key || (ignore_case && equal_ignoring_case(name, key))) break;
        ++index;
    }
    return static_cast<connection_key>(index);
}

/// Whether a key and a = stand there. Looks at no more characters than the longest key has.
constexpr bool key_follows(std::string_view text, std::size_t at, bool ignore_case) noexcept {
    const std::size_t left = text.size() - at;
    const std::string_view head =
        part_of(text, at, left < longest_connection_key + 1 ? left : longest_connection_key + 1);
    const std::size_t equals = find_or_end<'='>(head, 0);
    return equals != head.size() && find_connection_key(part_of(head, 0, equals), ignore_case) != connection_key::none;
}

/// Where the identifier that begins there ends, of which a ; may be part.
constexpr std::size_t end_of_identifier(std::string_view text, std::size_t at, bool ignore_case) noexcept {
    std::size_t end = find_or_end<';'>(text, at);
    while (end != text.size() && !key_follows(text, end + 1, ignore_case)) end = find_or_end<';'>(text, end + 1);
    return end;
}

/// true or false, as text in any case: SDKs write true and True.
struct connection_flag {
    bool known = false;
    bool set = false;
};
constexpr connection_flag read_connection_flag(std::string_view value) noexcept {
    const bool set = equal_ignoring_case(value, "true");
    return {.known = set || equal_ignoring_case(value, "false"), .set = set};
}

/// What is wrong with all of it together, and because of which keys; none of them if something is missing.
struct connection_fault {
    errc code = errc::none;
    unsigned keys = 0;  // a bit each
};

constexpr unsigned bit_of(connection_key key) noexcept { return 1u << static_cast<unsigned>(key); }

constexpr connection_fault check_together(const connection_string& all) noexcept {
    const bool policy = !all.shared_access_key_name.empty();
    if (all.host_name.empty()) return {.code = errc::iothub_connection_no_host};
    if (all.who.device_id.empty()) {
        if (all.who.is_module())
            return {.code = errc::iothub_connection_no_device, .keys = bit_of(connection_key::module_id)};
        if (all.x509) return {.code = errc::iothub_connection_no_device, .keys = bit_of(connection_key::x509)};
        if (!policy) return {.code = errc::iothub_connection_no_device};
    }
    const unsigned proofs =
        (all.shared_access_key.empty() ? 0 : bit_of(connection_key::shared_access_key)) |
        (all.shared_access_signature.empty() ? 0 : bit_of(connection_key::shared_access_signature)) |
        (all.x509 ? bit_of(connection_key::x509) : 0) |
        (all.x509 && policy ? bit_of(connection_key::shared_access_key_name) : 0);  // which has no certificate
    if (proofs == 0) return {.code = errc::iothub_connection_no_credential};
    if ((proofs & (proofs - 1)) != 0) return {.code = errc::iothub_connection_two_credentials, .keys = proofs};
    return {};
}

/// Whether the value can stand behind the key: the offset is that within the value.
constexpr result<void> check_connection_value(connection_key key, std::string_view value) noexcept {
    if (value.empty()) return error{.code = errc::iothub_connection_empty_value};
    switch (key) {
        case connection_key::host_name:
        case connection_key::gateway_host_name:
            return check_host_name(value);
        case connection_key::device_id:
        case connection_key::module_id:
            return check_identifier(value);
        case connection_key::shared_access_key_name:
            return check_policy_name(value);
        case connection_key::x509:
            if (!read_connection_flag(value).known) return error{.code = errc::iothub_connection_x509};
            return {};
        default:
            return {};
    }
}

}  // namespace detail

/// What the string says. What is missing is missing at its end; of two keys that exclude each other, the second is
/// refused. Whether a key is base64, or a signature a token, is found out where they are used.
[[nodiscard]] constexpr result<connection_string> decode_connection_string(
    std::string_view text, const connection_string_options& rules = {}) noexcept {
    using detail::connection_key;
    connection_string all;
    std::size_t places[static_cast<std::size_t>(connection_key::none)]{};  // of the keys that were seen
    unsigned seen = 0;
    std::size_t at = 0;
    for (bool more = true; more;) {
        const std::size_t begin = at;
        std::size_t end = detail::find_or_end<';'>(text, at);
        if (end == begin && rules.skip_empty_parts) {
            more = end != text.size();
            at = end + 1;
            continue;
        }
        const std::size_t equals = detail::find_or_end<'='>(detail::part_of(text, 0, end), begin);
        if (equals == begin || equals == end) return error{.code = errc::iothub_connection_part, .offset = equals};
        connection_key key =
            detail::find_connection_key(detail::part_of(text, begin, equals - begin), rules.ignore_case);
        if (key == connection_key::x509_cert) key = connection_key::x509;
        if (key == connection_key::none && !rules.skip_unknown_keys)
            return error{.code = errc::iothub_connection_unknown_key, .offset = begin};
        if (rules.semicolon_in_identifier && (key == connection_key::device_id || key == connection_key::module_id))
            end = detail::end_of_identifier(text, equals + 1, rules.ignore_case);
        more = end != text.size();
        at = end + 1;
        if (key == connection_key::none) continue;

        if ((seen & detail::bit_of(key)) != 0 && !rules.last_repeated_counts)
            return error{.code = errc::iothub_connection_repeated_key, .offset = begin};
        seen |= detail::bit_of(key);
        places[static_cast<std::size_t>(key)] = begin;
        const std::string_view value = detail::part_of(text, equals + 1, end - equals - 1);
        if (const auto valid = detail::check_connection_value(key, value); !valid)
            return error{.code = valid.error().code, .offset = equals + 1 + valid.error().offset};
        switch (key) {
            case connection_key::host_name:
                all.host_name = value;
                break;
            case connection_key::credential_scope:
                all.credential_scope = value;
                break;
            case connection_key::credential_type:
                all.credential_type = value;
                break;
            case connection_key::device_id:
                all.who.device_id = value;
                break;
            case connection_key::module_id:
                all.who.module_id = value;
                break;
            case connection_key::shared_access_key_name:
                all.shared_access_key_name = value;
                break;
            case connection_key::shared_access_key:
                all.shared_access_key = value;
                break;
            case connection_key::shared_access_signature:
                all.shared_access_signature = value;
                break;
            case connection_key::gateway_host_name:
                all.gateway_host_name = value;
                break;
            default:
                all.x509 = detail::read_connection_flag(value).set;
        }
    }
    const detail::connection_fault fault = detail::check_together(all);
    if (fault.code == errc::none) return all;
    std::size_t last = fault.keys == 0 ? text.size() : 0;
    for (unsigned key = 0; fault.keys >> key != 0; ++key) {
        if ((fault.keys >> key & 1) != 0 && places[key] > last) last = places[key];
    }
    return error{.code = fault.code, .offset = last};
}

/// Writes a connection string, in the order of the struct. What decode_connection_string would refuse, or read
/// otherwise, fails: nothing that is not in its place, and no ; in a value.
template <room Room>
constexpr void put_connection_string(basic_writer<Room>& out, const connection_string& all,
                                     const connection_string_options& rules = {}) noexcept {
    using detail::connection_key;
    if (const auto fault = detail::check_together(all); fault.code != errc::none) out.fail(fault.code);
    const auto put = [&](connection_key key, std::string_view value) {
        if (value.empty()) return;
        if (key != connection_key::host_name) out.put(std::string_view{";"});
        out.put(detail::connection_keys[static_cast<std::size_t>(key)]);
        out.put(std::string_view{"="});
        if (const auto valid = detail::check_connection_value(key, value); !valid) {
            out.put(detail::part_of(value, 0, valid.error().offset));
            return out.fail(valid.error().code);
        }
        const bool identifier = key == connection_key::device_id || key == connection_key::module_id;
        const std::size_t end = identifier && rules.semicolon_in_identifier ? detail::end_of_identifier(value, 0, true)
                                                                            : detail::find_or_end<';'>(value, 0);
        out.put(detail::part_of(value, 0, end));
        if (end != value.size()) out.fail(errc::iothub_connection_semicolon);
    };
    put(connection_key::host_name, all.host_name);
    put(connection_key::credential_scope, all.credential_scope);
    put(connection_key::credential_type, all.credential_type);
    put(connection_key::device_id, all.who.device_id);
    put(connection_key::module_id, all.who.module_id);
    put(connection_key::shared_access_key_name, all.shared_access_key_name);
    put(connection_key::shared_access_key, all.shared_access_key);
    put(connection_key::shared_access_signature, all.shared_access_signature);
    if (all.x509) put(connection_key::x509, "true");
    put(connection_key::gateway_host_name, all.gateway_host_name);
}
[[nodiscard]] constexpr result<bytes> encode_connection_string(buffer output HUBWIRE_LIFETIMEBOUND,
                                                               const connection_string& all,
                                                               const connection_string_options& rules = {}) noexcept {
    writer out{output};
    put_connection_string(out, all, rules);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const connection_string& all,
                                                         const connection_string_options& rules = {}) noexcept {
    counting_writer out;
    put_connection_string(out, all, rules);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif
