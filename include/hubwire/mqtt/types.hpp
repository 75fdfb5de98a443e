#ifndef HUBWIRE_MQTT_TYPES_HPP
#define HUBWIRE_MQTT_TYPES_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/name_in.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// MQTT 3.1.1, as OASIS wrote it down on 29 October 2014. Rules are named as there: [MQTT-3.1.2-22] is a numbered
/// statement, "MQTT 2.2.3" a section.
namespace hubwire::mqtt {

/// MQTT 2.2.1
enum class packet_type : std::uint8_t {
    connect = 1,
    connack,
    publish,
    puback,
    pubrec,
    pubrel,
    pubcomp,
    subscribe,
    suback,
    unsubscribe,
    unsuback,
    pingreq,
    pingresp,
    disconnect,
};

namespace detail {

inline constexpr std::string_view packet_names[]{
    "",          "CONNECT", "CONNACK",     "PUBLISH",  "PUBACK",  "PUBREC",   "PUBREL",     "PUBCOMP",
    "SUBSCRIBE", "SUBACK",  "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT",
};

}  // namespace detail

/// As the specification writes it, for logs; empty for a number that is none of these.
[[nodiscard]] constexpr std::string_view name_of(packet_type type) noexcept {
    return hubwire::detail::name_in(detail::packet_names, type);
}

/// MQTT 4.3
enum class qos : std::uint8_t { at_most_once, at_least_once, exactly_once };

/// MQTT 3.2.2.3
enum class connect_code : std::uint8_t {
    accepted,
    unacceptable_protocol_version,
    identifier_rejected,
    server_unavailable,
    bad_username_or_password,
    not_authorized,
};

namespace detail {

inline constexpr std::string_view connect_code_names[]{
    "accepted",           "unacceptable protocol version", "identifier rejected",
    "server unavailable", "bad user name or password",     "not authorized",
};

}  // namespace detail

/// What a server means by it, for logs; empty for a number that is none of these.
[[nodiscard]] constexpr std::string_view name_of(connect_code code) noexcept {
    return hubwire::detail::name_in(detail::connect_code_names, code);
}

/// MQTT 3.9.3
enum class suback_code : std::uint8_t { granted_qos_0, granted_qos_1, granted_qos_2, failure = 0x80 };

/// What a server means by it, likewise.
[[nodiscard]] constexpr std::string_view name_of(suback_code code) noexcept {
    switch (code) {
        case suback_code::granted_qos_0:
            return "granted QoS 0";
        case suback_code::granted_qos_1:
            return "granted QoS 1";
        case suback_code::granted_qos_2:
            return "granted QoS 2";
        case suback_code::failure:
            return "failure";
    }
    return {};
}

/// The most that four bytes of remaining length can say, and a packet of that length with its fixed header.
inline constexpr std::size_t max_remaining_length = 268'435'455;
inline constexpr std::size_t max_packet_size = max_remaining_length + 5;

/// The longest text, password or will payload: their length has two bytes.
inline constexpr std::size_t max_field_size = 65'535;

/// Where the specification leaves it open, or peers are laxer. The defaults are the specification, to the letter.
///
/// There is none to refuse filters such as "$share/group/filter", which MQTT 3.1.1 does not know from others: it would
/// refuse the packet, with all its filters, where a server that has no shared subscriptions has an answer for that one
/// alone. See parse_shared_filter.
struct options {
    /// Packets of more bytes than this are refused as soon as their length is known (decoding only).
    std::size_t max_packet_size = mqtt::max_packet_size;

    /// Refuse control characters and code points that are no characters in text: a sender SHOULD NOT use them, and a
    /// receiver MAY close the connection (MQTT 1.5.3).
    bool refuse_discouraged_characters = false;

    /// Refuse a remaining length with more bytes than it needs, such as 82 00 for 2. The specification does not
    /// (decoding only).
    bool refuse_padded_length = false;

    /// Accept protocol level 3 with the name "MQIsdp": MQTT 3.1.
    bool allow_mqtt_3_1 = false;

    /// Accept a protocol level with its top bit set, by which some brokers tell that they are bridges.
    bool allow_bridge = false;
};

/// The specification, to the letter.
inline constexpr options default_options{};

}  // namespace hubwire::mqtt

#endif
