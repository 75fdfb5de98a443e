#ifndef HUBWIRE_IOTHUB_AUTH_METHOD_HPP
#define HUBWIRE_IOTHUB_AUTH_METHOD_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/named.hpp>
#include <hubwire/json/reader.hpp>
#include <hubwire/json/string.hpp>
#include <hubwire/json/writer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// How the sender of a message has shown who it is, in the words of the hub: the value of the property
/// iothub-connection-auth-method, which the hub puts on each message, so that nobody can pass for another.
namespace hubwire::iothub {

/// Whose key or certificate it was.
enum class auth_scope : std::uint8_t { hub, device };

/// What it was. (symkey is a key, sas a token, x509 a certificate.)
enum class auth_type : std::uint8_t { symkey, sas, x509 };

namespace detail {

template <>
struct names_of<auth_scope> {
    static constexpr std::string_view all[] = {"hub", "device"};
};
template <>
struct names_of<auth_type> {
    static constexpr std::string_view all[] = {"symkey", "sas", "x509"};
};

}  // namespace detail

/// As in {"scope":"device","type":"sas","issuer":"iothub"}. A member that is absent, or null, is empty.
struct auth_method {
    std::optional<named<auth_scope>> scope{};
    std::optional<named<auth_type>> type{};
    std::optional<json::string> issuer{};

    friend constexpr bool operator==(const auth_method&, const auth_method&) noexcept = default;
};

/// The method that the text is: an object, all of it. Members that are not known are skipped (the hub itself adds
/// some), and texts that are not known are kept; of a name that is there twice, the last counts.
[[nodiscard]] constexpr result<auth_method> decode_auth_method(std::string_view text,
                                                               const json::options& rules = {}) noexcept {
    auth_method method;
    json::reader in{text, rules};
    const auto read_into = [&in](auto& member) {
        const auto found = in.get<std::optional<json::string>>();
        member.reset();
        if (found) member.emplace(*found);
    };
    in.enter_object();
    while (in.next_member()) {
        if (in.name() == "scope") {
            read_into(method.scope);
        } else if (in.name() == "type") {
            read_into(method.type);
        } else if (in.name() == "issuer") {
            read_into(method.issuer);
        }
    }
    return in.finish(method);
}

/// Writes the members that are there, without any white space.
template <room Room>
constexpr void put_auth_method(basic_writer<Room>& out, const auth_method& method) noexcept {
    json::writer object{out};
    object.begin_object();
    if (method.scope) object.member("scope", method.scope->text());
    if (method.type) object.member("type", method.type->text());
    if (method.issuer) object.member("issuer", *method.issuer);
    object.end_object();
}
[[nodiscard]] constexpr result<bytes> encode_auth_method(buffer output HUBWIRE_LIFETIMEBOUND,
                                                         const auth_method& method) noexcept {
    writer out{output};
    put_auth_method(out, method);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const auth_method& method) noexcept {
    counting_writer out;
    put_auth_method(out, method);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif
