#ifndef HUBWIRE_MQTT_PACKET_HPP
#define HUBWIRE_MQTT_PACKET_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/mqtt/ack.hpp>
#include <hubwire/mqtt/body.hpp>
#include <hubwire/mqtt/connect.hpp>
#include <hubwire/mqtt/frame.hpp>
#include <hubwire/mqtt/publish.hpp>
#include <hubwire/mqtt/subscribe.hpp>
#include <hubwire/mqtt/types.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hubwire::mqtt {

namespace detail {

template <class T, class... Ts>
concept one_of = (std::same_as<T, Ts> || ...);

template <class T>
[[nodiscard]] constexpr std::uint8_t first_byte_of(const T&) noexcept {
    return first_byte(T::type);
}

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_fixed_header(basic_writer<Room>& out, std::uint8_t first,
                                                        std::size_t remaining) noexcept {
    out.u8(first);
    const auto more = [](std::size_t digit) { return static_cast<std::uint8_t>(digit | 0x80); };
    if (remaining >= 128) {
        out.u8(more(remaining));
        remaining >>= 7;
        for (; remaining >= 128; remaining >>= 7) [[unlikely]]
            out.u8(more(remaining));
    }
    out.u8(static_cast<std::uint8_t>(remaining));
}

template <class Packet>
HUBWIRE_NEVER_INLINE constexpr result<bytes> encode_carefully(buffer output HUBWIRE_LIFETIMEBOUND, std::uint8_t first,
                                                              const Packet& p, std::size_t omitted,
                                                              const options& rules) noexcept {
    careful_body to{rules};
    put_body(to, p, rules);
    if (to.begin(output, first, omitted)) put_body(to, p, rules);
    return to.finish();
}

/// Measures a packet, and writes all of it but the last `omitted` bytes, which are the payload's. What was measured
/// fits when it is written, except for items: a range may give others the second time, and a list that lies on the
/// wire, under the output, is not what it was. That is the caller's mistake; it traps where the size is another one,
/// and nothing is written beyond.
template <class Packet>
HUBWIRE_ALWAYS_INLINE constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, std::uint8_t first,
                                                     const Packet& p, std::size_t omitted,
                                                     const options& rules) noexcept {
    if constexpr (!optimize_for_size) {
        body_measure m{rules};
        put_body(m, p, rules);
        const std::size_t size = fixed_header_size(m.size()) + m.size() - omitted;
        if (m.ok() && size <= output.size()) [[likely]] {
            std::conditional_t<has_items<Packet>, writer, unchecked_writer> out{output};
            write_fixed_header(out, first, m.size());
            body_writer to{out};
            put_body(to, p, rules);
            if constexpr (has_items<Packet>) require(out.size() == size);
            if (to.ok()) [[likely]]
                return out.finish();
        }
    }
    return encode_carefully(output, first, p, omitted, rules);
}

/// The size of a packet with its fixed header.
template <class Packet>
constexpr result<std::size_t> measured(const Packet& p, const options& rules) noexcept {
    careful_body to{rules};
    put_body(to, p, rules);
    return to.packet_size();
}

template <message T>
HUBWIRE_ALWAYS_INLINE constexpr result<bytes> encode_head(buffer output HUBWIRE_LIFETIMEBOUND, const T& p,
                                                          std::size_t payload_size, const options& rules) noexcept {
    return encode(output, first_byte_of(p), head_only<T>{.message = p, .payload_size = payload_size}, payload_size,
                  rules);
}

}  // namespace detail

/// Any of the fourteen.
template <class T>
concept any_packet_type = detail::one_of<T, connect, connack, publish, puback, pubrec, pubrel, pubcomp, subscribe,
                                         suback, unsubscribe, unsuback, pingreq, pingresp, disconnect>;

/// Writes the packet into the buffer; returns a view of the bytes written. Whatever the specification does not allow is
/// refused, with its statement, and so is what does not fit a length field or the buffer (error().needed says how many
/// bytes it lacks). The offset of an error is where it would have stood in the packet, had that ended there.
/// Pre: the buffer is not where the packet's texts, binaries and lists lie.
template <any_packet_type T>
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const T& packet,
                                             const options& rules = default_options) noexcept {
    return detail::encode(output, detail::first_byte_of(packet), packet, 0, rules);
}

/// How many bytes encode would write, or why it would not.
template <any_packet_type T>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const T& packet,
                                                         const options& rules = default_options) noexcept {
    return detail::measured(packet, rules);
}

/// Writes a PUBLISH up to its payload, which the caller sends behind it from where it lies, as with writev.
[[nodiscard]] constexpr result<bytes> encode_head(buffer output HUBWIRE_LIFETIMEBOUND, const publish_head& packet,
                                                  const options& rules = default_options) noexcept {
    return detail::encode_head(output, packet, packet.payload_size, rules);
}
[[nodiscard]] constexpr result<bytes> encode_head(buffer output HUBWIRE_LIFETIMEBOUND, const publish& packet,
                                                  const options& rules = default_options) noexcept {
    return detail::encode_head(output, packet, packet.payload.size(), rules);
}

/// How many bytes encode_head would write, or why it would not.
[[nodiscard]] constexpr result<std::size_t> encoded_head_size(const publish_head& packet,
                                                              const options& rules = default_options) noexcept {
    const auto whole = detail::measured(detail::head_only<publish_head>{packet, packet.payload_size}, rules);
    return whole ? result<std::size_t>{*whole - packet.payload_size} : whole;
}
[[nodiscard]] constexpr result<std::size_t> encoded_head_size(const publish& packet,
                                                              const options& rules = default_options) noexcept {
    const auto whole = detail::measured(packet, rules);
    return whole ? result<std::size_t>{*whole - packet.payload.size()} : whole;
}

/// SUBSCRIBE, SUBACK and UNSUBSCRIBE with items from any range of what converts to one: a linked list, a transforming
/// or filtering view, another packet's items. How many bytes they take, a call with an empty buffer says: by
/// error().needed. Pre: the range gives the same items twice; others are written without another look, and if they are
/// of another size the program traps. Nothing that the range does may throw, for these do not.
template <detail::range_of<subscription> Range>
[[nodiscard]] constexpr result<bytes> encode_subscribe(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t packet_id,
                                                       Range&& subscriptions,
                                                       const options& rules = default_options) noexcept {
    const detail::id_and_items<subscription, std::remove_reference_t<Range>> packet{
        .packet_id = packet_id, .items = subscriptions, .when_empty = errc::mqtt_no_subscriptions};
    return detail::encode(output, detail::first_byte(packet_type::subscribe), packet, 0, rules);
}
template <detail::range_of<suback_code> Range>
[[nodiscard]] constexpr result<bytes> encode_suback(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t packet_id,
                                                    Range&& codes, const options& rules = default_options) noexcept {
    const detail::id_and_items<suback_code, std::remove_reference_t<Range>> packet{
        .packet_id = packet_id,
        .items = codes,
        .when_empty = errc::mqtt_suback_count,
        .when_id_is_zero = errc::mqtt_subscribe_answer_id};
    return detail::encode(output, detail::first_byte(packet_type::suback), packet, 0, rules);
}
template <detail::range_of<std::string_view> Range>
[[nodiscard]] constexpr result<bytes> encode_unsubscribe(buffer output HUBWIRE_LIFETIMEBOUND, std::uint16_t packet_id,
                                                         Range&& filters,
                                                         const options& rules = default_options) noexcept {
    const detail::id_and_items<std::string_view, std::remove_reference_t<Range>> packet{
        .packet_id = packet_id, .items = filters, .when_empty = errc::mqtt_no_filters};
    return detail::encode(output, detail::first_byte(packet_type::unsubscribe), packet, 0, rules);
}

namespace detail {

/// A packet that is all there, and nothing behind it, has no end of its own to look at. False if it is not as usual, or
/// if anything is wrong.
template <class T>
HUBWIRE_ALWAYS_INLINE constexpr bool read_usual_packet(bytes input, const fixed_header& header, T& packet,
                                                       const options& rules) noexcept {
    if (header.packet_size() != input.size()) return false;
    quick_reader in{input};
    in.take(header.size);
    read_body(in, header, packet, rules);
    return in.ok() && in.left() == 0;
}

template <class T>
HUBWIRE_NEVER_INLINE constexpr result<T> decode_carefully(bytes input, const options& rules) noexcept {
    packet_reader from{input, T::type, rules};
    T packet;
    read_body(from.in, from.header, packet, rules);
    if (!from.finish()) return from.in.error();
    return packet;
}

/// Of packets that fit into registers.
template <class T>
HUBWIRE_ALWAYS_INLINE constexpr result<T> decode_small(bytes input, const options& rules) noexcept {
    T packet;
    fixed_header header;
    if (is_usual_fixed_header(input, T::type, rules, header) && read_usual_packet(input, header, packet, rules))
        [[likely]]
        return packet;
    return decode_carefully<T>(input, rules);
}

/// Of all others: read where they are wanted, for a copy would cost as much as the rest.
template <class T>
HUBWIRE_ALWAYS_INLINE constexpr result<T> decode_large(bytes input, const options& rules) noexcept {
    result<T> packet{T{}};
    fixed_header header;
    if (!is_usual_fixed_header(input, T::type, rules, header) || !read_usual_packet(input, header, *packet, rules))
        [[unlikely]]
        packet = decode_carefully<T>(input, rules);
    return packet;
}

template <class T>
HUBWIRE_ALWAYS_INLINE constexpr result<T> decode_packet(bytes input, const options& rules) noexcept {
    // coverage: off, for -Os, and a build with it has it
    if constexpr (optimize_for_size) {
        return decode_carefully<T>(input, rules);
        // coverage: on
    } else if constexpr (sizeof(T) <= 2 * sizeof(void*)) {
        return decode_small<T>(input, rules);
    } else {
        return decode_large<T>(input, rules);
    }
}

template <class T>
concept holds_views = one_of<T, connect, publish, subscribe, suback, unsubscribe>;

}  // namespace detail

/// The packet that the input is: all of it, and of this type. Text and binary fields, and lists, are views into the
/// input. If the input ends early it is incomplete, unless what is there is wrong already; a text is judged when all of
/// it is there.
template <any_packet_type T>
[[nodiscard]] constexpr result<T> decode(bytes input HUBWIRE_LIFETIMEBOUND,
                                         const options& rules = default_options) noexcept {
    return detail::decode_packet<T>(input, rules);
}
template <any_packet_type T>
    requires(!detail::holds_views<T>)
[[nodiscard]] constexpr result<T> decode(bytes input, const options& rules = default_options) noexcept {
    return detail::decode_packet<T>(input, rules);
}

/// Any packet, by its type.
class packet {
public:
    constexpr packet(const connect& p) noexcept : type_{packet_type::connect}, connect_{p} {}
    constexpr packet(const connack& p) noexcept : type_{packet_type::connack}, connack_{p} {}
    constexpr packet(const publish& p) noexcept : type_{packet_type::publish}, publish_{p} {}
    constexpr packet(const puback& p) noexcept : type_{packet_type::puback}, puback_{p} {}
    constexpr packet(const pubrec& p) noexcept : type_{packet_type::pubrec}, pubrec_{p} {}
    constexpr packet(const pubrel& p) noexcept : type_{packet_type::pubrel}, pubrel_{p} {}
    constexpr packet(const pubcomp& p) noexcept : type_{packet_type::pubcomp}, pubcomp_{p} {}
    constexpr packet(const subscribe& p) noexcept : type_{packet_type::subscribe}, subscribe_{p} {}
    constexpr packet(const suback& p) noexcept : type_{packet_type::suback}, suback_{p} {}
    constexpr packet(const unsubscribe& p) noexcept : type_{packet_type::unsubscribe}, unsubscribe_{p} {}
    constexpr packet(const unsuback& p) noexcept : type_{packet_type::unsuback}, unsuback_{p} {}
    constexpr packet(const pingreq& p) noexcept : type_{packet_type::pingreq}, pingreq_{p} {}
    constexpr packet(const pingresp& p) noexcept : type_{packet_type::pingresp}, pingresp_{p} {}
    constexpr packet(const disconnect& p) noexcept : type_{packet_type::disconnect}, disconnect_{p} {}

    [[nodiscard]] constexpr packet_type type() const noexcept { return type_; }

    /// The packet, if it is of this type; otherwise null.
    template <any_packet_type T>
    [[nodiscard]] constexpr const T* get_if() const noexcept HUBWIRE_LIFETIMEBOUND {
        return type_ == T::type ? &(this->*member(std::type_identity<T>{})) : nullptr;
    }

    /// Calls handle with the packet as what it is; it takes all fourteen, one by one or as a template.
    template <class Handle>
    constexpr decltype(auto) visit(Handle&& handle) const {
        switch (type_) {
            case packet_type::connect:
                return handle(connect_);
            case packet_type::connack:
                return handle(connack_);
            case packet_type::publish:
                return handle(publish_);
            case packet_type::puback:
                return handle(puback_);
            case packet_type::pubrec:
                return handle(pubrec_);
            case packet_type::pubrel:
                return handle(pubrel_);
            case packet_type::pubcomp:
                return handle(pubcomp_);
            case packet_type::subscribe:
                return handle(subscribe_);
            case packet_type::suback:
                return handle(suback_);
            case packet_type::unsubscribe:
                return handle(unsubscribe_);
            case packet_type::unsuback:
                return handle(unsuback_);
            case packet_type::pingreq:
                return handle(pingreq_);
            case packet_type::pingresp:
                return handle(pingresp_);
            case packet_type::disconnect:
                break;
        }
        return handle(disconnect_);
    }

private:
    static constexpr auto member(std::type_identity<connect>) noexcept { return &packet::connect_; }
    static constexpr auto member(std::type_identity<connack>) noexcept { return &packet::connack_; }
    static constexpr auto member(std::type_identity<publish>) noexcept { return &packet::publish_; }
    static constexpr auto member(std::type_identity<puback>) noexcept { return &packet::puback_; }
    static constexpr auto member(std::type_identity<pubrec>) noexcept { return &packet::pubrec_; }
    static constexpr auto member(std::type_identity<pubrel>) noexcept { return &packet::pubrel_; }
    static constexpr auto member(std::type_identity<pubcomp>) noexcept { return &packet::pubcomp_; }
    static constexpr auto member(std::type_identity<subscribe>) noexcept { return &packet::subscribe_; }
    static constexpr auto member(std::type_identity<suback>) noexcept { return &packet::suback_; }
    static constexpr auto member(std::type_identity<unsubscribe>) noexcept { return &packet::unsubscribe_; }
    static constexpr auto member(std::type_identity<unsuback>) noexcept { return &packet::unsuback_; }
    static constexpr auto member(std::type_identity<pingreq>) noexcept { return &packet::pingreq_; }
    static constexpr auto member(std::type_identity<pingresp>) noexcept { return &packet::pingresp_; }
    static constexpr auto member(std::type_identity<disconnect>) noexcept { return &packet::disconnect_; }

    packet_type type_;
    union {
        connect connect_;
        connack connack_;
        publish publish_;
        puback puback_;
        pubrec pubrec_;
        pubrel pubrel_;
        pubcomp pubcomp_;
        subscribe subscribe_;
        suback suback_;
        unsubscribe unsubscribe_;
        unsuback unsuback_;
        pingreq pingreq_;
        pingresp pingresp_;
        disconnect disconnect_;
    };
};

/// Whether they are of one type, and equal. (Templates, as the two below: nobody is to compile fourteen functions for
/// an include.)
template <std::same_as<packet> T>
[[nodiscard]] constexpr bool operator==(const T& a, const T& b) noexcept {
    return a.visit([&]<class Packet>(const Packet& p) {
        const Packet* const other = b.template get_if<Packet>();
        return other != nullptr && p == *other;
    });
}

/// A packet of any type with one of a certain type. (Only what is a packet already: two of different types do not
/// compare.)
template <std::same_as<packet> Any, any_packet_type T>
[[nodiscard]] constexpr bool operator==(const Any& a, const T& b) noexcept {
    const T* const same = a.template get_if<T>();
    return same != nullptr && *same == b;
}

/// A packet of any type, as what it is.
template <std::same_as<packet> T>
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const T& any,
                                             const options& rules = default_options) noexcept {
    return any.visit([&](const auto& p) { return encode(output, p, rules); });
}
template <std::same_as<packet> T>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const T& any,
                                                         const options& rules = default_options) noexcept {
    return any.visit([&](const auto& p) { return encoded_size(p, rules); });
}

/// The packet that the input is, whichever it is; otherwise as decode<T>.
[[nodiscard]] constexpr result<packet> decode(bytes input HUBWIRE_LIFETIMEBOUND,
                                              const options& rules = default_options) noexcept {
    const auto read_as = [&]<class T>(T&&) -> result<packet> {
        const auto outcome = decode<std::remove_cvref_t<T>>(input, rules);
        if (!outcome) return outcome.error();
        return {std::in_place, *outcome};
    };
    const packet_type type{static_cast<std::uint8_t>(input.empty() ? 0 : input[0] >> 4)};
    switch (type) {
        case packet_type::connect:
            return read_as(connect{});
        case packet_type::connack:
            return read_as(connack{});
        case packet_type::publish:
            return read_as(publish{});
        case packet_type::puback:
            return read_as(puback{});
        case packet_type::pubrec:
            return read_as(pubrec{});
        case packet_type::pubrel:
            return read_as(pubrel{});
        case packet_type::pubcomp:
            return read_as(pubcomp{});
        case packet_type::subscribe:
            return read_as(subscribe{});
        case packet_type::suback:
            return read_as(suback{});
        case packet_type::unsubscribe:
            return read_as(unsubscribe{});
        case packet_type::unsuback:
            return read_as(unsuback{});
        case packet_type::pingreq:
            return read_as(pingreq{});
        case packet_type::pingresp:
            return read_as(pingresp{});
        case packet_type::disconnect:
            break;
    }
    return read_as(disconnect{});
}

}  // namespace hubwire::mqtt

#endif
