#ifndef HUBWIRE_MQTT_CONNECT_HPP
#define HUBWIRE_MQTT_CONNECT_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/mqtt/field.hpp>
#include <hubwire/mqtt/frame.hpp>
#include <hubwire/mqtt/topic.hpp>
#include <hubwire/mqtt/types.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace hubwire::mqtt {

/// A message that the server publishes if the connection ends without DISCONNECT (MQTT 3.1.2.5).
struct will {
    std::string_view topic{};
    bytes payload{};  // at most 65,535 bytes; "text"sv, not "text"
    mqtt::qos qos = mqtt::qos::at_most_once;
    bool retain = false;

    friend constexpr bool operator==(const will&, const will&) noexcept = default;
};

/// The first packet of a connection, from client to server (MQTT 3.1).
struct connect {
    static constexpr packet_type type = packet_type::connect;

    std::string_view client_id{};  // may be empty with a clean session [MQTT-3.1.3-7]
    std::optional<mqtt::will> will{};
    std::optional<std::string_view> username{};
    std::optional<bytes> password{};  // not without a user name [MQTT-3.1.2-22]; "text"sv, not "text"
    std::uint16_t keep_alive = 0;     // seconds; 0 for none
    bool clean_session = true;

    /// 4 is MQTT 3.1.1. 3, and a level with its top bit set, take the options that allow them.
    std::uint8_t level = 4;

    friend constexpr bool operator==(const connect&, const connect&) noexcept = default;
};

/// The server's answer to CONNECT (MQTT 3.2).
struct connack {
    static constexpr packet_type type = packet_type::connack;

    bool session_present = false;  // not with a code other than accepted [MQTT-3.2.2-4]
    connect_code code = connect_code::accepted;

    friend constexpr bool operator==(const connack&, const connack&) noexcept = default;
};

/// The last packet of a client; the server then drops its will (MQTT 3.14).
struct disconnect {
    static constexpr packet_type type = packet_type::disconnect;

    friend constexpr bool operator==(const disconnect&, const disconnect&) noexcept = default;
};

/// What a server answers before it closes the connection, if a CONNECT was refused for a reason that has a code of its
/// own: a protocol level that it does not support [MQTT-3.1.2-2], or an empty client identifier without a clean session
/// [MQTT-3.1.3-8]. Nothing else is answered, and no second CONNECT [MQTT-3.1.0-2]: the connection is just closed.
[[nodiscard]] constexpr std::optional<connect_code> answer_to(const error& refusal) noexcept {
    if (refusal.code == errc::mqtt_protocol_level) return connect_code::unacceptable_protocol_version;
    if (refusal.code == errc::mqtt_empty_client_id) return connect_code::identifier_rejected;
    return {};
}

namespace detail {

inline constexpr std::uint8_t connect_reserved = 0x01;
inline constexpr std::uint8_t connect_clean_session = 0x02;
inline constexpr std::uint8_t connect_will = 0x04;
inline constexpr std::uint8_t connect_will_retain = 0x20;
inline constexpr std::uint8_t connect_password = 0x40;
inline constexpr std::uint8_t connect_username = 0x80;
inline constexpr std::uint8_t bridge_bit = 0x80;

/// The flags behind the level, the keep alive, and the length of the client identifier: what no CONNECT lacks.
inline constexpr std::size_t least_behind_level = 1 + 2 + 2;

[[nodiscard]] constexpr bool is_level_3(std::uint8_t level) noexcept { return (level & ~bridge_bit) == 3; }
/// The protocol name as it lies on the wire, behind its length.
[[nodiscard]] constexpr std::string_view protocol_field(bool level_3) noexcept {
    return level_3 ? std::string_view{"\0\6MQIsdp", 8} : std::string_view{"\0\4MQTT", 6};
}

[[nodiscard]] constexpr bool is_supported(std::uint8_t level, const options& rules) noexcept {
    if ((level & bridge_bit) != 0 && !rules.allow_bridge) return false;
    return (level & ~bridge_bit) == 4 || (is_level_3(level) && rules.allow_mqtt_3_1);
}

/// Whether the client identifier may be empty: with a clean session [MQTT-3.1.3-7], and in MQTT 3.1 never.
[[nodiscard]] constexpr bool client_id_may_be_empty(const connect& p) noexcept {
    return p.clean_session && !is_level_3(p.level);
}

template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const connect& p, const options& rules) noexcept {
    unsigned flags = p.clean_session ? connect_clean_session : 0u;
    if (p.will) flags |= connect_will | static_cast<unsigned>(p.will->qos) << 3;
    if (p.will && p.will->retain) flags |= connect_will_retain;
    if (p.password) flags |= connect_password;
    if (p.username) flags |= connect_username;

    to.put(protocol_field(is_level_3(p.level)));
    to.rule(is_supported(p.level, rules), errc::mqtt_protocol_level);
    to.u8(p.level);
    to.rule(!p.will || p.will->qos <= qos::exactly_once, errc::mqtt_will_qos);
    to.rule(!p.password || p.username, errc::mqtt_password_without_username);
    to.u8(static_cast<std::uint8_t>(flags));
    to.u16(p.keep_alive);
    to.rule(!p.client_id.empty() || client_id_may_be_empty(p), errc::mqtt_empty_client_id);
    to.text(text_kind::any, p.client_id);
    if (p.will) {
        to.text(text_kind::will_topic, p.will->topic);
        to.binary(p.will->payload);
    }
    if (p.username) to.text(text_kind::any, *p.username);
    if (p.password) to.binary(*p.password);
}

/// What is wrong with the connect flags by themselves.
[[nodiscard]] constexpr errc check_connect_flags(std::uint8_t flags) noexcept {
    const unsigned will_qos = flags >> 3 & 3u;
    if ((flags & connect_reserved) != 0) return errc::mqtt_reserved_connect_flag;
    if ((flags & connect_will) == 0) {
        if (will_qos != 0) return errc::mqtt_will_qos_without_will;
        if ((flags & connect_will_retain) != 0) return errc::mqtt_will_retain_without_will;
    }
    if (will_qos == 3) return errc::mqtt_will_qos;
    if ((flags & connect_password) != 0 && (flags & connect_username) == 0) return errc::mqtt_password_without_username;
    return errc::none;
}

/// Whether the input begins with these bytes, or could once more of it is there. (The reader is a copy.)
template <any_reader Reader>
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool could_begin_with(Reader in, std::string_view field) noexcept {
    if (in.left() >= field.size()) [[likely]]  // so that the size is a constant
        return in.take(field.size()) == bytes{field};
    const bytes there = in.take(in.left());
    return there == bytes{field}.first(there.size());
}

/// How many fields the flags announce behind the client identifier.
struct announced_fields {
    std::uint8_t of_will;
    std::uint8_t username;
    std::uint8_t password;

    [[nodiscard]] constexpr unsigned count() const noexcept { return 0u + of_will + username + password; }
};

[[nodiscard]] constexpr announced_fields announced_by(std::uint8_t flags) noexcept {
    return {.of_will = static_cast<std::uint8_t>((flags & connect_will) != 0 ? 2 : 0),
            .username = static_cast<std::uint8_t>((flags & connect_username) != 0 ? 1 : 0),
            .password = static_cast<std::uint8_t>((flags & connect_password) != 0 ? 1 : 0)};
}

/// The first of them for which so many bytes have no room.
[[nodiscard]] constexpr errc missing_of(const announced_fields& fields, std::size_t room) noexcept {
    const std::size_t lengths = room / 2;
    if (lengths < fields.of_will) return errc::mqtt_will_absent;
    if (lengths < 0u + fields.of_will + fields.username) return errc::mqtt_username_absent;
    return errc::mqtt_password_absent;
}

/// A field of CONNECT, which leaves room for those that are to come.
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr bytes read_field_before(Reader& in, const announced_fields& to_come) noexcept {
    const std::size_t size = in.u16();
    if (size + std::size_t{2} * to_come.count() > in.ahead()) [[unlikely]]
        in.fail(size > in.ahead() ? errc::truncated : missing_of(to_come, in.ahead() - size));
    return in.take(size);
}

/// What bytes behind the last field are.
[[nodiscard]] constexpr errc unannounced(const connect& p) noexcept {
    if (!p.username) return errc::mqtt_username_without_flag;
    return p.password ? errc::leftover : errc::mqtt_password_without_flag;
}

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header& header, connect& p,
                                               const options& rules) noexcept {
    const bool old_name = rules.allow_mqtt_3_1 && header.remaining_length > protocol_field(true).size() &&
                          could_begin_with(in, protocol_field(true));
    if (!old_name && !could_begin_with(in, protocol_field(false))) return in.fail(errc::mqtt_protocol_name);
    in.sized16();

    // The level decides what all the rest means, so it is judged before anything else [MQTT-3.1.2-2].
    const std::size_t level_at = in.offset();
    p.level = in.u8();
    if (!in.ok()) return;
    if (!is_supported(p.level, rules) || is_level_3(p.level) != old_name)
        return in.fail(errc::mqtt_protocol_level, level_at);

    if (in.ahead() < least_behind_level) return in.fail(errc::mqtt_impossible_length, 1);

    const std::size_t flags_at = in.offset();
    const std::uint8_t flags = in.u8();
    if (const errc wrong = check_connect_flags(flags); wrong != errc::none) in.fail(wrong, flags_at);
    announced_fields to_come = announced_by(flags);
    if (1 + in.ahead() < least_behind_level + std::size_t{2} * to_come.count())
        in.fail(missing_of(to_come, 1 + in.ahead() - least_behind_level), flags_at);
    p.clean_session = (flags & connect_clean_session) != 0;
    p.keep_alive = in.u16();

    const std::size_t id_at = in.offset();
    p.client_id = judged(in, read_field_before(in, to_come), text_kind::any, rules);
    if (to_come.of_will != 0) {
        mqtt::will will;
        to_come.of_will = 1;
        will.topic = judged(in, read_field_before(in, to_come), text_kind::will_topic, rules);
        to_come.of_will = 0;
        will.payload = read_field_before(in, to_come);
        will.qos = mqtt::qos{static_cast<std::uint8_t>(flags >> 3 & 3)};
        will.retain = (flags & connect_will_retain) != 0;
        p.will = will;
    }
    if (to_come.username != 0) {
        to_come.username = 0;
        p.username = judged(in, read_field_before(in, to_come), text_kind::any, rules);
    }
    if (to_come.password != 0) p.password = in.sized16();
    if (in.ahead() != 0) in.fail(unannounced(p));

    // Answered, and so refused, only if all the rest is there and as it should be [MQTT-3.1.4-1].
    in.expect(!p.client_id.empty() || client_id_may_be_empty(p), errc::mqtt_empty_client_id, id_at);
}

template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const connack& p, const options&) noexcept {
    const bool is_code = p.code <= connect_code::not_authorized;
    to.rule(!is_code || p.code == connect_code::accepted || !p.session_present, errc::mqtt_session_present);
    to.u8(p.session_present ? 1 : 0);
    to.rule(is_code, errc::mqtt_return_code);
    to.u8(static_cast<std::uint8_t>(p.code));
}

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header&, connack& p, const options&) noexcept {
    const std::size_t flags_at = in.offset();
    const std::uint8_t flags = in.u8();
    in.expect(flags <= 1, errc::mqtt_reserved_connack_flags, flags_at);
    const std::uint8_t code = in.u8();
    in.expect(code <= static_cast<std::uint8_t>(connect_code::not_authorized), errc::mqtt_return_code, flags_at + 1);
    in.expect(flags == 0 || code == 0, errc::mqtt_session_present, flags_at);
    p = {.session_present = flags != 0, .code = connect_code{code}};
}

}  // namespace detail

}  // namespace hubwire::mqtt

#endif
