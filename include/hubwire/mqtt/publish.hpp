#ifndef HUBWIRE_MQTT_PUBLISH_HPP
#define HUBWIRE_MQTT_PUBLISH_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/mqtt/frame.hpp>
#include <hubwire/mqtt/measure.hpp>
#include <hubwire/mqtt/topic.hpp>
#include <hubwire/mqtt/types.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubwire::mqtt {

/// A message, in either direction (MQTT 3.3).
struct publish {
    static constexpr packet_type type = packet_type::publish;

    std::string_view topic{};
    bytes payload{};
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

[[nodiscard]] constexpr publish_head head_of(const publish& p) noexcept {
    return {.topic = p.topic,
            .payload_size = p.payload.size(),
            .qos = p.qos,
            .packet_id = p.packet_id,
            .dup = p.dup,
            .retain = p.retain};
}

constexpr void measure_body(measure& m, const publish_head& p, const options& rules) noexcept {
    m.rule(p.qos <= qos::exactly_once, errc::mqtt_qos);
    m.rule(!p.dup || p.qos != qos::at_most_once, errc::mqtt_dup_at_qos_0);
    m.text(p.topic, check_topic_name(p.topic, rules));
    if (p.qos != qos::at_most_once) {
        m.rule(p.packet_id != 0, errc::mqtt_packet_id);
        m.fixed(2);
    } else {
        m.rule(p.packet_id == 0, errc::mqtt_packet_id_at_qos_0);
    }
    m.payload(p.payload_size);
}
constexpr void measure_body(measure& m, const publish& p, const options& rules) noexcept {
    measure_body(m, head_of(p), rules);
}

[[nodiscard]] constexpr std::uint8_t header_flags(const publish_head& p) noexcept {
    return static_cast<std::uint8_t>((p.dup ? dup_flag : 0) | static_cast<unsigned>(p.qos) << 1 |
                                     (p.retain ? retain_flag : 0));
}
[[nodiscard]] constexpr std::uint8_t header_flags(const publish& p) noexcept { return header_flags(head_of(p)); }

template <room Room>
constexpr void write_body(basic_writer<Room>& out, const publish_head& p) noexcept {
    put_field(out, p.topic);
    if (p.qos != qos::at_most_once) out.u16(p.packet_id);
}
template <room Room>
constexpr void write_body(basic_writer<Room>& out, const publish& p) noexcept {
    write_body(out, head_of(p));
    out.put(p.payload);
}

/// What stands before the payload; the flags were checked with the fixed header.
constexpr publish_head read_publish_head(reader& in, const fixed_header& header, const options& rules) noexcept {
    publish_head p{.qos = mqtt::qos{static_cast<std::uint8_t>(header.flags >> 1 & 3)},
                   .dup = (header.flags & dup_flag) != 0,
                   .retain = (header.flags & retain_flag) != 0};
    const bytes topic = in.sized16();
    if (in.ok()) in.expect(topic, check_topic_name(topic.text(), rules));
    p.topic = topic.text();
    if (p.qos != qos::at_most_once) {
        const std::size_t id_at = in.offset();
        p.packet_id = in.u16();
        if (p.packet_id == 0) in.fail(errc::mqtt_packet_id, id_at);
    }
    return p;
}

constexpr void read_body(reader& in, const fixed_header& header, publish& p, const options& rules) noexcept {
    const publish_head head = read_publish_head(in, header, rules);
    p = {.topic = head.topic,
         .payload = in.rest(),
         .qos = head.qos,
         .packet_id = head.packet_id,
         .dup = head.dup,
         .retain = head.retain};
}

}  // namespace detail

/// A head that was decoded, and how many bytes it had: the payload begins behind them.
struct decoded_publish_head {
    publish_head head{};
    std::size_t size = 0;
};

/// The head of the PUBLISH that the input begins with, as soon as it is there: the payload may follow later, or never
/// fit into a buffer at all. It has head.payload_size bytes, behind the first `size` ones of the input.
[[nodiscard]] constexpr result<decoded_publish_head> decode_publish_head(bytes received,
                                                                         const options& rules = {}) noexcept {
    reader in{received};
    const fixed_header header = detail::read_fixed_header(in, rules);
    if (in.ok() && header.type != packet_type::publish) in.fail(errc::mqtt_wrong_packet, 0);
    if (!in.ok()) return in.error();
    (void)in.enter(header.remaining_length);
    decoded_publish_head decoded{.head = detail::read_publish_head(in, header, rules)};
    if (!in.ok()) return in.error();
    decoded.size = in.offset();
    decoded.head.payload_size = header.packet_size() - decoded.size;
    return decoded;
}

}  // namespace hubwire::mqtt

#endif
