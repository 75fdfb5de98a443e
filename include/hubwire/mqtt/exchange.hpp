#ifndef HUBWIRE_MQTT_EXCHANGE_HPP
#define HUBWIRE_MQTT_EXCHANGE_HPP

#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/mqtt/ack.hpp>
#include <hubwire/mqtt/packet.hpp>
#include <hubwire/mqtt/publish.hpp>
#include <hubwire/mqtt/subscribe.hpp>
#include <hubwire/mqtt/types.hpp>

#include <cstdint>
#include <optional>

/// What goes with what in a session, as far as that needs no memory but the caller's.
namespace hubwire::mqtt {

/// The two ends of a connection.
enum class role : std::uint8_t { client, server };

/// Whether one that plays this role ever receives packets of this type (the table of MQTT 2.2.1). One that never does
/// closes the connection. Nobody receives the reserved types, 0 and 15.
[[nodiscard]] constexpr result<void> check_direction(role receiver, packet_type type) noexcept {
    bool received = false;
    switch (type) {
        case packet_type::connect:
        case packet_type::subscribe:
        case packet_type::unsubscribe:
        case packet_type::pingreq:
        case packet_type::disconnect:
            received = receiver == role::server;
            break;
        case packet_type::connack:
        case packet_type::suback:
        case packet_type::unsuback:
        case packet_type::pingresp:
            received = receiver == role::client;
            break;
        case packet_type::publish:
        case packet_type::puback:
        case packet_type::pubrec:
        case packet_type::pubrel:
        case packet_type::pubcomp:
            received = true;
            break;
        default:
            return error{.code = errc::mqtt_packet_type};
    }
    if (received) return {};
    return error{.code = errc::mqtt_direction};
}

/// Whether a packet of this type may come now, of which the receiver remembers only whether it is the first one on its
/// connection: the first from a client is CONNECT [MQTT-3.1.0-1], and no other one is [MQTT-3.1.0-2]; the first from a
/// server is CONNACK [MQTT-3.2.0-1], and no other one is: it answers the one CONNECT (MQTT 3.2). Any other order closes
/// the connection.
[[nodiscard]] constexpr result<void> check_order(role receiver, packet_type type, bool is_first) noexcept {
    if (receiver == role::client) {
        if (is_first && type != packet_type::connack) return error{.code = errc::mqtt_connack_first};
        if (!is_first && type == packet_type::connack) return error{.code = errc::mqtt_connack_twice};
        return {};
    }
    if (is_first && type != packet_type::connect) return error{.code = errc::mqtt_connect_first};
    if (!is_first && type == packet_type::connect) return error{.code = errc::mqtt_connect_twice};
    return {};
}

/// Whether a SUBACK answers a SUBSCRIBE: the same identifier, and a return code for each filter [MQTT-3.8.4-5].
[[nodiscard]] constexpr result<void> check_answer(std::uint16_t packet_id, std::size_t filter_count,
                                                  const suback& answer) noexcept {
    if (answer.packet_id != packet_id) return error{.code = errc::mqtt_subscribe_answer_id};
    if (answer.codes.size() != filter_count) return error{.code = errc::mqtt_suback_count};
    return {};
}
[[nodiscard]] constexpr result<void> check_answer(const subscribe& request, const suback& answer) noexcept {
    return check_answer(request.packet_id, request.subscriptions.size(), answer);
}

/// Whether an UNSUBACK answers an UNSUBSCRIBE: the same identifier [MQTT-3.10.4-4].
[[nodiscard]] constexpr result<void> check_answer(const unsubscribe& request, const unsuback& answer) noexcept {
    if (answer.packet_id != request.packet_id) return error{.code = errc::mqtt_subscribe_answer_id};
    return {};
}

/// The type of the packet that answers one with the same identifier (MQTT 4.3); nothing where no such answer is due.
/// The QoS matters to PUBLISH only.
[[nodiscard]] constexpr std::optional<packet_type> acknowledgement_of(packet_type type, mqtt::qos quality) noexcept {
    switch (type) {
        case packet_type::publish:
            if (quality == qos::at_least_once) return packet_type::puback;
            if (quality == qos::exactly_once) return packet_type::pubrec;
            return {};
        case packet_type::pubrec:
            return packet_type::pubrel;
        case packet_type::pubrel:
            return packet_type::pubcomp;
        case packet_type::subscribe:
            return packet_type::suback;
        case packet_type::unsubscribe:
            return packet_type::unsuback;
        default:
            return {};
    }
}
[[nodiscard]] constexpr std::optional<packet_type> acknowledgement_of(const publish& message) noexcept {
    return acknowledgement_of(packet_type::publish, message.qos);
}
[[nodiscard]] constexpr std::optional<packet_type> acknowledgement_of(const publish_head& message) noexcept {
    return acknowledgement_of(packet_type::publish, message.qos);
}
[[nodiscard]] constexpr std::optional<packet_type> acknowledgement_of(const packet& any) noexcept {
    const publish* const message = any.get_if<publish>();
    return acknowledgement_of(any.type(), message != nullptr ? message->qos : qos::at_most_once);
}

/// The return code that grants a subscription at this QoS. Pre: it is one of the three, or encode refuses the code.
[[nodiscard]] constexpr suback_code granted(mqtt::qos quality) noexcept {
    return suback_code{static_cast<std::uint8_t>(quality)};
}

}  // namespace hubwire::mqtt

#endif
