#ifndef HUBWIRE_AMQP_ERROR_CONDITION_HPP
#define HUBWIRE_AMQP_ERROR_CONDITION_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

namespace hubwire::amqp {

/// Why a connection, a session or a link is closed, or a message rejected (AMQP 2.8.14).
struct error {
    symbol condition{};
    std::optional<std::string_view> description{};
    std::optional<fields> info{};

    static constexpr type_descriptor descriptor{0x1D, "amqp:error:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("condition", &error::condition),
        detail::optional_field("description", &error::description),
        detail::optional_field("info", &error::info),
    };

    friend constexpr bool operator==(const error&, const error&) noexcept = default;
};

/// The conditions of AMQP 2.8.15 to 2.8.18 and 4.5.8. Peers have others of their own.
namespace condition {

inline constexpr symbol internal_error{"amqp:internal-error"};
inline constexpr symbol not_found{"amqp:not-found"};
inline constexpr symbol unauthorized_access{"amqp:unauthorized-access"};
inline constexpr symbol decode_error{"amqp:decode-error"};
inline constexpr symbol resource_limit_exceeded{"amqp:resource-limit-exceeded"};
inline constexpr symbol not_allowed{"amqp:not-allowed"};
inline constexpr symbol invalid_field{"amqp:invalid-field"};
inline constexpr symbol not_implemented{"amqp:not-implemented"};
inline constexpr symbol resource_locked{"amqp:resource-locked"};
inline constexpr symbol precondition_failed{"amqp:precondition-failed"};
inline constexpr symbol resource_deleted{"amqp:resource-deleted"};
inline constexpr symbol illegal_state{"amqp:illegal-state"};
inline constexpr symbol frame_size_too_small{"amqp:frame-size-too-small"};

inline constexpr symbol connection_forced{"amqp:connection:forced"};
inline constexpr symbol framing_error{"amqp:connection:framing-error"};
inline constexpr symbol connection_redirect{"amqp:connection:redirect"};

inline constexpr symbol window_violation{"amqp:session:window-violation"};
inline constexpr symbol errant_link{"amqp:session:errant-link"};
inline constexpr symbol handle_in_use{"amqp:session:handle-in-use"};
inline constexpr symbol unattached_handle{"amqp:session:unattached-handle"};

inline constexpr symbol detach_forced{"amqp:link:detach-forced"};
inline constexpr symbol transfer_limit_exceeded{"amqp:link:transfer-limit-exceeded"};
inline constexpr symbol message_size_exceeded{"amqp:link:message-size-exceeded"};
inline constexpr symbol link_redirect{"amqp:link:redirect"};
inline constexpr symbol stolen{"amqp:link:stolen"};

inline constexpr symbol unknown_transaction{"amqp:transaction:unknown-id"};
inline constexpr symbol transaction_rollback{"amqp:transaction:rollback"};
inline constexpr symbol transaction_timeout{"amqp:transaction:timeout"};

}  // namespace condition

/// Where an error of the condition link_redirect or connection_redirect points (AMQP 2.8.16 and 2.8.18): its info, as
/// far as it is there and of the right type; of a key that is there twice, the last one.
struct redirect {
    std::optional<std::string_view> hostname{};      // for `open`, and for TLS and SASL
    std::optional<std::string_view> network_host{};  // to connect to
    std::optional<std::uint16_t> port{};             // peers send any type of integer
    std::optional<std::string_view> address{};       // of the node, for a link

    friend constexpr bool operator==(const redirect&, const redirect&) noexcept = default;
};

/// The redirect that an error tells of, if it does.
[[nodiscard]] constexpr std::optional<redirect> redirect_of(const error& why) noexcept {
    if (why.condition != condition::link_redirect && why.condition != condition::connection_redirect)
        return std::nullopt;
    redirect to;
    if (!why.info) return to;
    for (const entry e : *why.info) {
        const auto key = e.key.text();
        const auto text = e.value.text();
        if (text && key == "hostname") to.hostname = text;
        if (text && key == "network-host") to.network_host = text;
        if (text && key == "address") to.address = text;
        if (key == "port") {
            const auto port = e.value.integer();
            if (port && 0 <= *port && *port <= 0xFFFF) to.port = static_cast<std::uint16_t>(*port);
        }
    }
    return to;
}

}  // namespace hubwire::amqp

#endif
