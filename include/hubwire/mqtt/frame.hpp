#ifndef HUBWIRE_MQTT_FRAME_HPP
#define HUBWIRE_MQTT_FRAME_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/mqtt/types.hpp>

#include <cstddef>
#include <cstdint>

namespace hubwire::mqtt {

/// What a packet begins with (MQTT 2.2): its type, the flags beside it, and how many bytes follow.
struct fixed_header {
    packet_type type = packet_type::connect;
    std::uint8_t flags = 0;
    std::uint8_t size = 0;  // of the fixed header itself
    std::uint32_t remaining_length = 0;

    [[nodiscard]] constexpr std::size_t packet_size() const noexcept { return std::size_t{size} + remaining_length; }

    friend constexpr bool operator==(const fixed_header&, const fixed_header&) noexcept = default;
};

namespace detail {

using namespace hubwire::detail;

inline constexpr std::uint8_t dup_flag = 0x08;
inline constexpr std::uint8_t retain_flag = 0x01;

/// What the first byte and the length of each packet type can be.
struct shape {
    std::uint8_t flags;  // of all but PUBLISH, whose flags mean something
    errc when_other;
    std::uint8_t least;  // remaining length
    bool exact;          // ... and no other
};

inline constexpr shape shapes[] = {
    {0, errc::mqtt_flags, 7, false},              // CONNECT: name and level, which decides what has to follow
    {0, errc::mqtt_flags, 2, true},               // CONNACK
    {0, errc::mqtt_flags, 2, false},              // PUBLISH: a topic, whose own rule says that it is not empty
    {0, errc::mqtt_flags, 2, true},               // PUBACK
    {0, errc::mqtt_flags, 2, true},               // PUBREC
    {2, errc::mqtt_pubrel_flags, 2, true},        // PUBREL
    {0, errc::mqtt_flags, 2, true},               // PUBCOMP
    {2, errc::mqtt_subscribe_flags, 5, false},    // SUBSCRIBE: identifier, a filter (likewise), QoS
    {0, errc::mqtt_flags, 3, false},              // SUBACK: identifier, a return code
    {2, errc::mqtt_unsubscribe_flags, 4, false},  // UNSUBSCRIBE: identifier, a filter (likewise)
    {0, errc::mqtt_flags, 2, true},               // UNSUBACK
    {0, errc::mqtt_flags, 0, true},               // PINGREQ
    {0, errc::mqtt_flags, 0, true},               // PINGRESP
    {0, errc::mqtt_disconnect_flags, 0, true},    // DISCONNECT
};

[[nodiscard]] constexpr const shape& shape_of(packet_type type) noexcept {
    return shapes[static_cast<std::size_t>(type) - 1];
}

/// What a packet of this type begins with; PUBLISH sets its flags in it.
[[nodiscard]] constexpr std::uint8_t first_byte(packet_type type) noexcept {
    return static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | shape_of(type).flags);
}

[[nodiscard]] constexpr bool is_packet_type(std::uint8_t value) noexcept { return value >= 1 && value <= 14; }

/// What is wrong with the first byte alone, so that nobody waits for more behind it.
[[nodiscard]] constexpr errc check_first_byte(std::uint8_t first) noexcept {
    const auto type = static_cast<std::uint8_t>(first >> 4);
    const auto flags = static_cast<std::uint8_t>(first & 0x0F);
    if (!is_packet_type(type)) return errc::mqtt_packet_type;
    if (type == static_cast<std::uint8_t>(packet_type::publish)) {
        if ((flags >> 1 & 3) == 3) return errc::mqtt_qos;
        return (flags >> 1 & 3) == 0 && (flags & dup_flag) != 0 ? errc::mqtt_dup_at_qos_0 : errc::none;
    }
    const shape& expected = shape_of(packet_type{type});
    return flags == expected.flags ? errc::none : expected.when_other;
}

/// Whether the input begins a packet that is fine so far, and of another type.
[[nodiscard]] constexpr bool is_of_another_type(bytes input, packet_type type) noexcept {
    return !input.empty() && check_first_byte(input[0]) == errc::none && input[0] >> 4 != static_cast<int>(type);
}

[[nodiscard]] constexpr errc check_length(packet_type type, std::uint8_t flags, std::size_t length) noexcept {
    const shape& expected = shape_of(type);
    const bool with_id = type == packet_type::publish && (flags & 6) != 0;
    const std::size_t least = expected.least + (with_id ? 2u : 0u);
    if (length == least || (length > least && !expected.exact)) [[likely]]
        return errc::none;
    if (length == 2) {  // room for an identifier, and no list behind it
        if (type == packet_type::subscribe) return errc::mqtt_no_subscriptions;
        if (type == packet_type::suback) return errc::mqtt_suback_count;
        if (type == packet_type::unsubscribe) return errc::mqtt_no_filters;
    }
    return errc::mqtt_impossible_length;
}

/// Reads a fixed header, and fails as soon as nothing that could follow would help.
constexpr fixed_header scan_fixed_header(reader& in, const options& rules) noexcept {
    const std::uint8_t first = in.u8();
    if (!in.ok()) return {};
    if (const errc wrong = check_first_byte(first); wrong != errc::none) {
        in.fail(wrong, 0);
        return {};
    }
    fixed_header header{.type = packet_type{static_cast<std::uint8_t>(first >> 4)},
                        .flags = static_cast<std::uint8_t>(first & 0x0F),
                        .size = 1};
    for (;;) {
        const std::uint8_t digit = in.u8();
        if (!in.ok()) return {};
        header.remaining_length |= static_cast<std::uint32_t>(digit & 0x7F) << (7 * (header.size - 1));
        ++header.size;
        if (digit < 0x80) {
            if (digit == 0 && header.size > 2 && rules.refuse_padded_length) in.fail(errc::mqtt_padded_length, 1);
            break;
        }
        if (header.size == 5) {  // a fourth byte of the length announces a fifth [MQTT 2.2.3]
            in.fail(errc::mqtt_remaining_length, 4);
            return {};
        }
        // The bytes to come can add to the length, and nothing to its seven lowest bits.
        if (shape_of(header.type).exact) {
            const bool possible = header.remaining_length == shape_of(header.type).least;
            if (!possible) in.fail(errc::mqtt_impossible_length, 1);
            if (rules.refuse_padded_length) in.fail(errc::mqtt_padded_length, 1);
            if (!in.ok()) return {};
        }
        if (header.packet_size() >= rules.max_packet_size) {  // and there is a byte of the header to come
            in.fail(errc::over_limit, 1);
            return {};
        }
    }
    if (const errc wrong = check_length(header.type, header.flags, header.remaining_length); wrong != errc::none)
        in.fail(wrong, 1);
    if (header.packet_size() > rules.max_packet_size) in.fail(errc::over_limit, 1);
    return header;
}

HUBWIRE_NEVER_INLINE constexpr result<fixed_header> decode_any_fixed_header(bytes input,
                                                                            const options& rules) noexcept {
    reader in{input};
    const fixed_header header = scan_fixed_header(in, rules);
    return in.result_of(header);
}

/// The same for nearly all headers there are: of the given type, two or three bytes long, and with nothing wrong.
/// False for others. Where the type is known to the compiler, so are most of the rules.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_usual_fixed_header(bytes input, packet_type type,
                                                                         const options& rules,
                                                                         fixed_header& header) noexcept {
    if (optimize_for_size || input.size() < 3 || input[0] >> 4 != static_cast<int>(type)) return false;
    const bool longer = input[1] >= 0x80;
    const std::uint8_t high = longer ? input[2] : 0;
    header = {.type = type,
              .flags = static_cast<std::uint8_t>(input[0] & 0x0F),
              .size = static_cast<std::uint8_t>(longer ? 3 : 2),
              .remaining_length = (input[1] & 0x7Fu) | std::uint32_t{high} << 7};
    return (!longer || (high != 0 && high < 0x80)) && check_first_byte(input[0]) == errc::none &&
           check_length(type, header.flags, header.remaining_length) == errc::none &&
           header.packet_size() <= rules.max_packet_size;
}

[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<fixed_header> read_fixed_header(bytes input,
                                                                                     const options& rules) noexcept {
    fixed_header header;
    if (!input.empty() && is_usual_fixed_header(input, static_cast<packet_type>(input[0] >> 4), rules, header))
        [[likely]]
        return header;
    return decode_any_fixed_header(input, rules);
}

}  // namespace detail

/// The fixed header that the input begins with. Refused from the first byte on where nothing that follows could help: a
/// reserved type, flags that are not this type's, a length that this type cannot have or that is over the limit.
[[nodiscard]] constexpr result<fixed_header> decode_fixed_header(bytes input, const options& rules = {}) noexcept {
    return detail::read_fixed_header(input, rules);
}

namespace detail {

HUBWIRE_NEVER_INLINE constexpr result<bytes> cut_unusual(bytes received, const options& rules) noexcept {
    const auto header = decode_any_fixed_header(received, rules);
    if (!header) return header.error();
    reader in{received};
    const bytes packet = in.take(header->packet_size());
    return in.result_of(packet);
}

}  // namespace detail

/// The packet that a stream begins with, as a view of its bytes, for decode(). "Incomplete" says how many bytes more it
/// takes: exactly so many once the length is there. Works from the first byte on, however the stream was split.
///
/// Give it what was received and not yet used; go on behind the packet, which has as many bytes as the view.
[[nodiscard]] constexpr result<bytes> cut(bytes received, const options& rules = {}) noexcept {
    fixed_header header;
    if (!received.empty() &&
        detail::is_usual_fixed_header(received, static_cast<packet_type>(received[0] >> 4), rules, header)) {
        reader in{received};
        const bytes packet = in.take(header.packet_size());
        if (in.ok()) [[likely]]
            return packet;
    }
    return detail::cut_unusual(received, rules);
}

}  // namespace hubwire::mqtt

#endif
