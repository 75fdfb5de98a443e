#ifndef HUBWIRE_MQTT_PUBLISH_HPP
#define HUBWIRE_MQTT_PUBLISH_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/mqtt/ack.hpp>
#include <hubwire/mqtt/field.hpp>
#include <hubwire/mqtt/frame.hpp>
#include <hubwire/mqtt/topic.hpp>
#include <hubwire/mqtt/types.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubwire::mqtt {

/// A message, in either direction (MQTT 3.3).
struct publish {
    static constexpr packet_type type = packet_type::publish;

    std::string_view topic{};
    bytes payload{};  // "text"sv, not "text"
    mqtt::qos qos = mqtt::qos::at_most_once;
    std::uint16_t packet_id = 0;  // not 0 above QoS 0 [MQTT-2.3.1-1], 0 at QoS 0 [MQTT-2.3.1-5]
    bool dup = false;             // not at QoS 0 [MQTT-3.3.1-2]
    bool retain = false;

    friend constexpr bool operator==(const publish&, const publish&) noexcept = default;
};

/// A PUBLISH without its payload, of which only the size is known: for a payload that is sent from, or received into,
/// somewhere else, in as many pieces as it takes.
struct publish_head {
    static constexpr packet_type type = packet_type::publish;

    std::string_view topic{};
    std::size_t payload_size = 0;
    mqtt::qos qos = mqtt::qos::at_most_once;
    std::uint16_t packet_id = 0;
    bool dup = false;
    bool retain = false;

    friend constexpr bool operator==(const publish_head&, const publish_head&) noexcept = default;
};

namespace detail {

template <class T>
concept message = std::same_as<T, publish> || std::same_as<T, publish_head>;

template <class Body, message T>
HUBWIRE_ALWAYS_INLINE constexpr void put_head(Body& to, const T& p) noexcept {
    to.rule(p.qos <= qos::exactly_once, errc::mqtt_qos);
    to.rule(!p.dup || p.qos != qos::at_most_once, errc::mqtt_dup_at_qos_0);
    to.text(text_kind::topic_name, p.topic);
    if (p.qos != qos::at_most_once) {
        to.rule(p.packet_id != 0, errc::mqtt_packet_id);
        to.u16(p.packet_id);
    } else {
        to.rule(p.packet_id == 0, errc::mqtt_packet_id_at_qos_0);
    }
}

template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const publish& p, const options&) noexcept {
    put_head(to, p);
    to.payload(p.payload);
}

/// A message whose payload is counted and not written.
template <message T>
struct head_only {
    const T& message;
    std::size_t payload_size;
};

template <class Body, message T>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const head_only<T>& p, const options&) noexcept {
    put_head(to, p.message);
    to.payload_of_size(p.payload_size);
}

template <message T>
[[nodiscard]] constexpr std::uint8_t first_byte_of(const T& p) noexcept {
    return static_cast<std::uint8_t>(first_byte(packet_type::publish) | (p.dup ? dup_flag : 0) |
                                     static_cast<unsigned>(p.qos) << 1 | (p.retain ? retain_flag : 0));
}

/// What stands before the payload; the flags were checked with the fixed header.
template <any_reader Reader, message T>
HUBWIRE_ALWAYS_INLINE constexpr void read_publish_head(Reader& in, const fixed_header& header, T& p,
                                                       const options& rules) noexcept {
    p.qos = mqtt::qos{static_cast<std::uint8_t>(header.flags >> 1 & 3)};
    p.dup = (header.flags & dup_flag) != 0;
    p.retain = (header.flags & retain_flag) != 0;
    const bool has_id = p.qos != qos::at_most_once;
    p.topic = read_text(in, text_kind::topic_name, rules, has_id ? 2 : 0);
    if (has_id) p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
}

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header& header, publish& p,
                                               const options& rules) noexcept {
    read_publish_head(in, header, p, rules);
    p.payload = in.rest();
}

}  // namespace detail

/// A head that was decoded, and how many bytes it had: the payload begins behind them.
struct decoded_publish_head {
    publish_head head{};
    std::size_t size = 0;
};

/// The head of the PUBLISH that the input begins with, as soon as it is there: the payload may follow later, or never
/// fit into a buffer at all. It has head.payload_size bytes, behind the first `size` ones of the input. Which packet it
/// is, decode_fixed_header says; options::max_packet_size counts the payload as well. A head that does not fit into the
/// receiver's buffer stays incomplete: error().needed says so.
[[nodiscard]] constexpr result<decoded_publish_head> decode_publish_head(
    bytes received HUBWIRE_LIFETIMEBOUND, const options& rules = default_options) noexcept {
    detail::packet_reader from{received, packet_type::publish, rules};
    decoded_publish_head decoded;
    detail::read_publish_head(from.in, from.header, decoded.head, rules);
    if (!from.in.ok()) return from.in.error();
    decoded.size = from.in.offset();
    decoded.head.payload_size = from.header.packet_size() - decoded.size;
    return decoded;
}

/// The payload behind a decoded head, in pieces as they are received, and where it ends: what comes then is the next
/// packet. Nothing is kept of the head, whose topic is a view.
///     incoming_payload payload{decoded->head};
///     const bytes piece = payload.take(received);  // first of what came behind the head
class incoming_payload {
public:
    constexpr explicit incoming_payload(const publish_head& head) noexcept : left_{head.payload_size} {}

    /// The part of these bytes that is payload: the first ones of them, all, or none once the payload is over.
    [[nodiscard]] constexpr bytes take(bytes received HUBWIRE_LIFETIMEBOUND) noexcept {
        const bytes piece = received.first(received.size() < left_ ? received.size() : left_);
        left_ -= piece.size();
        return piece;
    }

    /// How many bytes of it are still to come.
    [[nodiscard]] constexpr std::size_t left() const noexcept { return left_; }
    [[nodiscard]] constexpr bool is_done() const noexcept { return left_ == 0; }

private:
    std::size_t left_;
};

}  // namespace hubwire::mqtt

#endif
