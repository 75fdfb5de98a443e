#ifndef HUBWIRE_AMQP_ERROR_CONDITION_HPP
#define HUBWIRE_AMQP_ERROR_CONDITION_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/maybe.hpp>
#include <hubwire/core/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hubwire::amqp {

/// Why a connection, a session or a link is closed, or a message rejected (AMQP 2.8.14).
struct error {
    symbol condition{};  // mandatory
    std::optional<std::string_view> description{};
    std::optional<fields> info{};

    static constexpr type_descriptor descriptor{0x1D, "amqp:error:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&error::condition>{"condition"},
        detail::optional_field<&error::description>{"description"},
        detail::optional_field<&error::info>{"info"},
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

/// The condition by which a connection is closed whose peer has sent what a decoder refused
/// (AMQP 2.3.1, 2.7.1, 2.8.15); none where nothing is answered so: "incomplete" is no refusal, before `open` there is
/// only the protocol header that would have been right, and of other protocols this knows nothing. Where a deployment
/// has limits of its own, such as the size of a message, it knows the condition better.
[[nodiscard]] constexpr std::optional<symbol> answer_to(const hubwire::error& refusal) noexcept {
    switch (refusal.code) {
        case errc::amqp_frame_size:
        case errc::amqp_data_offset:
        case errc::amqp_frame_type:
        case errc::amqp_max_frame_size:
        case errc::amqp_payload:
            return condition::framing_error;
        case errc::amqp_missing_field:
        case errc::amqp_too_many_fields:
        case errc::amqp_choice:
        case errc::amqp_delivery_tag:
        case errc::amqp_first_transfer:
        case errc::amqp_next_transfer:
        case errc::amqp_flow:
        case errc::amqp_transaction_id:
            return condition::invalid_field;
        case errc::over_limit:
        case errc::no_space:
        case errc::amqp_depth:
            return condition::resource_limit_exceeded;
        case errc::amqp_protocol_header:
        case errc::amqp_header_not_due:
        case errc::amqp_sasl_frame_size:
        case errc::amqp_empty_sasl_frame:
            return std::nullopt;
        case errc::truncated:
        case errc::leftover:
        case errc::invalid_utf8:
            return condition::decode_error;
        default:
            break;
    }
    const bool is_of_a_value = errc::amqp_format_code <= refusal.code && refusal.code <= errc::amqp_no_body;
    return is_of_a_value ? std::optional{condition::decode_error} : std::nullopt;
}

/// Where an error of the condition link_redirect or connection_redirect points (AMQP 2.8.16 and 2.8.18): its info, as
/// far as it is there and of the right type; of a key that is there twice, the last one.
struct redirect {
    std::optional<std::string_view> hostname{};      // for `open`, and for TLS and SASL
    std::optional<std::string_view> network_host{};  // to connect to
    maybe<std::uint16_t> port{};                     // peers send any type of integer
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

/// The error that redirects there, for the one who detaches or closes: the way back from redirect_of. Its info is
/// written into scratch memory.
[[nodiscard]] constexpr result<error> as_error(buffer scratch HUBWIRE_LIFETIMEBOUND, const redirect& to,
                                               const symbol& condition = condition::link_redirect) noexcept {
    entry entries[4];
    std::size_t count = 0;
    const auto add = [&](std::string_view key, const auto& member) {
        if (member) entries[count++] = {symbol{key}, value{*member}};
    };
    add("hostname", to.hostname);
    add("network-host", to.network_host);
    add("port", to.port);
    add("address", to.address);
    const auto written = encode(scratch, fields{std::span<const entry>{entries, count}});
    if (!written) return written.error();
    const auto info = decode<fields>(*written);
    if (!info) return info.error();
    return error{.condition = condition, .info = *info};
}

}  // namespace hubwire::amqp

#endif
