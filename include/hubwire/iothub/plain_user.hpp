#ifndef HUBWIRE_IOTHUB_PLAIN_USER_HPP
#define HUBWIRE_IOTHUB_PLAIN_USER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/utf8.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/name.hpp>
#include <hubwire/iothub/text_part.hpp>

#include <cstddef>
#include <string_view>

/// Who logs in by SASL PLAIN; the password is a SAS token.
namespace hubwire::iothub {

/// A service by its policy, written policy@sas.root.hub, or a device or a module, written device@sas.hub and
/// device/modules/module@sas.hub. The hub is called by its name, not by its host's: myhub, not
/// myhub.azure-devices.net; where a dot is in it all the same it is taken as it is, but root. is no way to begin.
struct plain_user {
    std::string_view hub_name{};
    std::string_view policy{};  // of a service
    identity who{};             // of a device or a module

    [[nodiscard]] constexpr bool is_service() const noexcept { return !policy.empty(); }
    friend constexpr bool operator==(const plain_user&, const plain_user&) noexcept = default;
};

namespace detail {

inline constexpr std::string_view sas_realm = "@sas.";
inline constexpr std::string_view root_of_realm = "root.";
inline constexpr std::string_view modules_path = "/modules/";

/// Where the last @sas. begins, or the end of the text if there is none.
constexpr std::size_t find_realm(std::string_view text) noexcept {
    for (std::size_t at = text.size(); at >= sas_realm.size(); --at) {
        if (part_of(text, at - sas_realm.size(), sas_realm.size()) == sas_realm) return at - sas_realm.size();
    }
    return text.size();
}

}  // namespace detail

/// Writes the user name. It has to have either a policy or a device, and a hub.
template <room Room>
constexpr void put_plain_user(basic_writer<Room>& out, const plain_user& user) noexcept {
    if (user.is_service() == (user.who != identity{})) return out.fail(errc::iothub_plain_user);
    const auto valid = user.is_service() ? check_policy_name(user.policy) : check_identity(user.who);
    if (!valid) return out.fail(valid.error().code);
    out.put(user.is_service() ? user.policy : user.who.device_id);
    if (user.who.is_module()) {
        out.put(detail::modules_path);
        out.put(user.who.module_id);
    }
    out.put(detail::sas_realm);
    if (user.is_service()) out.put(detail::root_of_realm);
    if (const auto hub = check_host_name(user.hub_name); !hub) out.fail(hub.error().code);
    if (detail::begins_with(user.hub_name, detail::root_of_realm)) out.fail(errc::iothub_plain_user);
    out.put(user.hub_name);
}
[[nodiscard]] constexpr result<bytes> encode_plain_user(buffer output HUBWIRE_LIFETIMEBOUND,
                                                        const plain_user& user) noexcept {
    writer out{output};
    put_plain_user(out, user);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const plain_user& user) noexcept {
    counting_writer out;
    put_plain_user(out, user);
    return out.finish();
}

/// The user that the name is of. An @ may be part of it: the last @sas. is what counts.
[[nodiscard]] constexpr result<plain_user> decode_plain_user(std::string_view text) noexcept {
    const auto refused = [](const result<void>& valid, std::size_t before) {
        return error{.code = valid.error().code, .offset = before + valid.error().offset};
    };
    const std::size_t realm = detail::find_realm(text);
    if (realm == text.size()) return error{.code = errc::iothub_plain_user, .offset = text.size()};
    const std::string_view name = detail::part_of(text, 0, realm);
    std::size_t hub_at = realm + detail::sas_realm.size();
    plain_user user{.hub_name = detail::rest_of(text, hub_at)};
    if (detail::begins_with(user.hub_name, detail::root_of_realm)) {
        hub_at += detail::root_of_realm.size();
        user.hub_name = detail::rest_of(text, hub_at);
        user.policy = name;
        if (const auto valid = check_policy_name(name); !valid) return refused(valid, 0);
        if (detail::begins_with(user.hub_name, detail::root_of_realm))
            return error{.code = errc::iothub_plain_user, .offset = hub_at};
    } else {
        const std::size_t slash = detail::find_or_end<'/'>(name, 0);
        user.who.device_id = detail::part_of(name, 0, slash);
        if (const auto valid = check_identifier(user.who.device_id); !valid) return refused(valid, 0);
        if (slash != name.size()) {
            if (!detail::begins_with(detail::rest_of(name, slash), detail::modules_path))
                return error{.code = errc::iothub_plain_user, .offset = slash};
            const std::size_t module_at = slash + detail::modules_path.size();
            user.who.module_id = detail::rest_of(name, module_at);
            if (const auto valid = check_identifier(user.who.module_id); !valid) return refused(valid, module_at);
        }
    }
    if (const auto valid = check_host_name(user.hub_name); !valid) return refused(valid, hub_at);
    return user;
}

/// Writes the initial response of PLAIN in one piece: what amqp::encode_plain makes of the user name and the password,
/// without the user name in a buffer of its own. The password, a token, is not empty, and UTF-8 without U+0000.
template <room Room>
constexpr void put_plain_response(basic_writer<Room>& out, const plain_user& user, std::string_view password) noexcept {
    password = {detail::opaque(password.data()), password.size()};
    out.u8(0);
    put_plain_user(out, user);
    out.u8(0);
    if (password.empty()) out.fail(errc::amqp_credentials);
    if (const auto valid = check_utf8(password, nul::refused); !valid) {
        out.put(detail::part_of(password, 0, valid.error().offset));
        out.fail(valid.error().code);
    }
    out.put(password);
}
[[nodiscard]] constexpr result<bytes> encode_plain_response(buffer output HUBWIRE_LIFETIMEBOUND, const plain_user& user,
                                                            std::string_view password) noexcept {
    writer out{output};
    put_plain_response(out, user, password);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif
