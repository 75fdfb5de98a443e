#ifndef HUBWIRE_MQTT_ACK_HPP
#define HUBWIRE_MQTT_ACK_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/mqtt/frame.hpp>
#include <hubwire/mqtt/types.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace hubwire::mqtt {

/// The packets that say no more than which packet they answer (MQTT 3.4 to 3.7 and 3.11). The identifier is that of the
/// PUBLISH or UNSUBSCRIBE, and not 0 [MQTT-2.3.1-6, -7].
struct puback {
    static constexpr packet_type type = packet_type::puback;
    std::uint16_t packet_id = 0;
    friend constexpr bool operator==(const puback&, const puback&) noexcept = default;
};
struct pubrec {
    static constexpr packet_type type = packet_type::pubrec;
    std::uint16_t packet_id = 0;
    friend constexpr bool operator==(const pubrec&, const pubrec&) noexcept = default;
};
struct pubrel {
    static constexpr packet_type type = packet_type::pubrel;
    std::uint16_t packet_id = 0;
    friend constexpr bool operator==(const pubrel&, const pubrel&) noexcept = default;
};
struct pubcomp {
    static constexpr packet_type type = packet_type::pubcomp;
    std::uint16_t packet_id = 0;
    friend constexpr bool operator==(const pubcomp&, const pubcomp&) noexcept = default;
};
struct unsuback {
    static constexpr packet_type type = packet_type::unsuback;
    std::uint16_t packet_id = 0;
    friend constexpr bool operator==(const unsuback&, const unsuback&) noexcept = default;
};

/// The packets that keep a silent connection alive, and say nothing at all (MQTT 3.12 and 3.13).
struct pingreq {
    static constexpr packet_type type = packet_type::pingreq;
    friend constexpr bool operator==(const pingreq&, const pingreq&) noexcept = default;
};
struct pingresp {
    static constexpr packet_type type = packet_type::pingresp;
    friend constexpr bool operator==(const pingresp&, const pingresp&) noexcept = default;
};

namespace detail {

template <class T>
concept ack = std::same_as<T, puback> || std::same_as<T, pubrec> || std::same_as<T, pubrel> ||
              std::same_as<T, pubcomp> || std::same_as<T, unsuback>;

/// What is said of an answer to no packet at all.
template <ack T>
inline constexpr errc no_answer =
    std::same_as<T, unsuback> ? errc::mqtt_subscribe_answer_id : errc::mqtt_publish_answer_id;

template <class Body, ack T>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const T& p, const options&) noexcept {
    to.rule(p.packet_id != 0, no_answer<T>);
    to.u16(p.packet_id);
}

/// A packet identifier, which is never 0 on the wire.
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr std::uint16_t read_packet_id(Reader& in, errc when_zero) noexcept {
    const std::size_t at = in.offset();
    const std::uint16_t id = in.u16();
    in.expect(id != 0, when_zero, at);
    return id;
}
template <any_reader Reader, ack T>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header&, T& p, const options&) noexcept {
    p.packet_id = read_packet_id(in, no_answer<T>);
}

/// PINGREQ, PINGRESP and DISCONNECT.
template <class T>
concept empty_packet = std::is_empty_v<T>;

template <class Body, empty_packet T>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body&, const T&, const options&) noexcept {}
template <any_reader Reader, empty_packet T>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader&, const fixed_header&, T&, const options&) noexcept {}

}  // namespace detail

}  // namespace hubwire::mqtt

#endif
