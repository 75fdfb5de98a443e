#ifndef HUBWIRE_IOTHUB_CBS_HPP
#define HUBWIRE_IOTHUB_CBS_HPP

#include <hubwire/amqp/message.hpp>
#include <hubwire/amqp/section.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/iothub/amqp_operation.hpp>
#include <hubwire/iothub/sas_resource.hpp>
#include <hubwire/text/percent.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

/// Claims-based security: how a connection that carries many devices, or outlives a token, shows its tokens. They are
/// put to the node $cbs, one request each, over a link in either direction; encode and decode are in
/// amqp_operation.hpp.
namespace hubwire::iothub::detail {

constexpr bool is_audience(std::string_view audience, const sas_resource& resource) noexcept {
    const auto what = decode_sas_resource(audience);
    return what && *what == resource;
}

}  // namespace hubwire::iothub::detail

namespace hubwire::iothub::cbs {

/// The node that both links are attached to, and what the SDKs name as the place to reply to.
inline constexpr std::string_view node{"$cbs"};
inline constexpr std::string_view usual_reply_to{"cbs"};

/// What a token is. Peers may know others.
namespace token_type {
inline constexpr std::string_view service_bus_sas{"servicebus.windows.net:sastoken"};  // SDKs for Node, Python, C
inline constexpr std::string_view hub_sas{"azure-devices.net:sastoken"};               // SDKs for C#, Java
inline constexpr std::string_view jwt{"jwt"};                                          // of Azure AD, to Event Hubs
inline constexpr std::string_view bearer{"bearer"};                                    // of Azure AD, to the hub
}  // namespace token_type

/// Shows a token. The hub cuts what depends on it once it has expired.
struct put_token {
    std::optional<amqp::message_id> message_id{};  // the reply has it as its correlation id
    std::optional<std::string_view> to{node};
    std::optional<std::string_view> reply_to{usual_reply_to};
    std::string_view type{token_type::service_bus_sas};
    std::string_view audience{};                  // what it is good for; some SDKs percent-encode it, others do not
    std::optional<amqp::timestamp> expiration{};  // few send it: the token itself says it, and the hub believes that
    std::string_view token{};

    /// Whether the audience is this one, as a token's resource is compared: of a hub, a device or a module.
    [[nodiscard]] constexpr bool is_for(const sas_resource& resource) const noexcept {
        return detail::is_audience(audience, resource);
    }
    /// The same of any other audience, such as that of Event Hubs: to the letter, percent-decoded.
    [[nodiscard]] constexpr bool is_for(std::string_view plain) const noexcept {
        return text::percent_decodes_to(audience, plain);
    }
    friend constexpr bool operator==(const put_token&, const put_token&) noexcept = default;
};

/// Takes back what was shown for an audience.
struct delete_token {
    std::optional<amqp::message_id> message_id{};
    std::optional<std::string_view> to{node};
    std::optional<std::string_view> reply_to{usual_reply_to};
    std::string_view type{token_type::service_bus_sas};
    std::string_view audience{};

    /// As above.
    [[nodiscard]] constexpr bool is_for(const sas_resource& resource) const noexcept {
        return detail::is_audience(audience, resource);
    }
    [[nodiscard]] constexpr bool is_for(std::string_view plain) const noexcept {
        return text::percent_decodes_to(audience, plain);
    }
    friend constexpr bool operator==(const delete_token&, const delete_token&) noexcept = default;
};

/// What became of a request. Who answers settles the request first, and sends this then: uamqp forgets the request with
/// the answer to it, and would look for it in vain.
struct reply {
    std::optional<amqp::message_id> correlation_id{};  // the message id of the request
    std::int32_t status_code = 200;                    // as in HTTP
    std::optional<std::string_view> status_description{};

    [[nodiscard]] constexpr bool is_success() const noexcept { return status_code == 200 || status_code == 202; }
    friend constexpr bool operator==(const reply&, const reply&) noexcept = default;
};

enum class operation : std::uint8_t { put_token, delete_token };

/// What a message asks $cbs for, so that it can be decoded as that; nothing if it is for something else.
[[nodiscard]] constexpr std::optional<operation> operation_of(const amqp::message& m) noexcept {
    if (!m.application_properties) return std::nullopt;
    const auto name = detail::pick(*m.application_properties, std::string_view{"operation"})[0].text();
    if (name == "put-token") return operation::put_token;
    if (name == "delete-token") return operation::delete_token;
    return std::nullopt;
}

// So that a call finds them by the operation, as it finds those of every other aggregate.
using iothub::encode;
using iothub::encoded_size;
using iothub::put_message;

}  // namespace hubwire::iothub::cbs

namespace hubwire::iothub::detail {

/// What both requests have: all but the token.
template <class Request>
constexpr refusal read_cbs_request(const amqp::message& m, std::string_view operation, Request& request,
                                   amqp::value& expiration) noexcept {
    using namespace std::string_view_literals;
    request.to.reset();
    request.reply_to.reset();
    if (m.properties) {
        assign(request.message_id, m.properties->message_id);
        assign(request.to, m.properties->to);
        assign(request.reply_to, m.properties->reply_to);
    }
    const auto [named, type, audience, expires] =
        pick(entries_of(m.application_properties), "operation"sv, "type"sv, "name"sv, "expiration"sv);
    std::string_view name;
    errc wrong = read_value(named, name);
    if (wrong == errc::none && name != operation) wrong = errc::iothub_amqp_operation;
    if (wrong == errc::none) wrong = read_value(type, request.type);
    if (wrong == errc::none) wrong = read_value(audience, request.audience);
    expiration = expires;
    return {wrong, amqp::section_kind::application_properties};
}

/// A timestamp, as the protocol has it, or an integer of seconds, as the SDK for Python sends it.
constexpr errc read_expiration(const amqp::value& v, std::optional<amqp::timestamp>& expiration) noexcept {
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)() / 1000;
    if (v.is_null()) return errc::none;
    if (const auto time = v.as<amqp::timestamp>()) {
        expiration.emplace(*time);
        return errc::none;
    }
    const auto seconds = v.integer();
    if (!seconds || *seconds > most || *seconds < -most) return errc::iothub_amqp_type;
    expiration.emplace(amqp::timestamp{*seconds * 1000});
    return errc::none;
}

template <>
struct operation_form<cbs::put_token> {
    static constexpr errc broken_rule(const cbs::put_token&) noexcept { return errc::none; }

    template <class Use>
    static constexpr auto use_message(const cbs::put_token& request, Use& use) noexcept {
        entry_list<4> properties;
        properties.add("operation", "put-token");
        properties.add("type", request.type);
        properties.add("name", request.audience);
        properties.add("expiration", request.expiration);
        return use(amqp::message{
            .properties =
                amqp::properties{.message_id = request.message_id, .to = request.to, .reply_to = request.reply_to},
            .application_properties = properties.view(),
            .body = amqp::amqp_value{request.token}});
    }

    static constexpr refusal take_from(const amqp::message& m, cbs::put_token& request) noexcept {
        amqp::value expiration;
        refusal why = read_cbs_request(m, "put-token", request, expiration);
        if (why.code == errc::none) why.code = read_expiration(expiration, request.expiration);
        if (why.code != errc::none) return why;
        const auto body = m.body.single_value();
        const auto token = body ? body->as<std::string_view>() : std::nullopt;
        if (!token) return {errc::iothub_amqp_body, amqp::section_kind::amqp_value};
        request.token = *token;
        return {};
    }
};

template <>
struct operation_form<cbs::delete_token> {
    static constexpr errc broken_rule(const cbs::delete_token&) noexcept { return errc::none; }

    template <class Use>
    static constexpr auto use_message(const cbs::delete_token& request, Use& use) noexcept {
        const amqp::entry properties[] = {
            {"operation", "delete-token"}, {"type", request.type}, {"name", request.audience}};
        return use(amqp::message{
            .properties =
                amqp::properties{.message_id = request.message_id, .to = request.to, .reply_to = request.reply_to},
            .application_properties = amqp::map{properties},
            .body = amqp::amqp_value{}});
    }

    static constexpr refusal take_from(const amqp::message& m, cbs::delete_token& request) noexcept {
        amqp::value expiration;
        return read_cbs_request(m, "delete-token", request, expiration);
    }
};

template <>
struct operation_form<cbs::reply> {
    static constexpr errc broken_rule(const cbs::reply&) noexcept { return errc::none; }

    template <class Use>
    static constexpr auto use_message(const cbs::reply& reply, Use& use) noexcept {
        entry_list<2> properties;
        properties.add("status-code", reply.status_code);
        properties.add("status-description", reply.status_description);
        return use(amqp::message{.properties = amqp::properties{.correlation_id = reply.correlation_id},
                                 .application_properties = properties.view(),
                                 .body = amqp::amqp_value{}});
    }

    static constexpr refusal take_from(const amqp::message& m, cbs::reply& reply) noexcept {
        using namespace std::string_view_literals;
        if (m.properties) assign(reply.correlation_id, m.properties->correlation_id);
        const auto [status, description] =
            pick(entries_of(m.application_properties), "status-code"sv, "status-description"sv);
        errc wrong = read_value(status, reply.status_code);
        if (wrong == errc::none) wrong = read_value(description, reply.status_description);
        return {wrong, amqp::section_kind::application_properties};
    }
};

}  // namespace hubwire::iothub::detail

#endif
