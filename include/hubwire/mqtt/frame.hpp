#ifndef HUBWIRE_MQTT_FRAME_HPP
#define HUBWIRE_MQTT_FRAME_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/receive_buffer.hpp>  // what packets are cut from
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
    std::uint8_t least;  // remaining length
    bool exact;          // ... and no other
    errc when_other_flags;
    errc when_id_alone;  // with an identifier, and no room for a list behind it
};

inline constexpr shape shapes[] = {
    // CONNECT: name and level, which decides what has to follow
    {0, 7, false, errc::mqtt_flags, errc::mqtt_impossible_length},
    {0, 2, true, errc::mqtt_flags, errc::mqtt_impossible_length},  // CONNACK
    // PUBLISH: a topic, whose own rule says that it is not empty
    {0, 2, false, errc::mqtt_flags, errc::mqtt_impossible_length},
    {0, 2, true, errc::mqtt_flags, errc::mqtt_impossible_length},         // PUBACK
    {0, 2, true, errc::mqtt_flags, errc::mqtt_impossible_length},         // PUBREC
    {2, 2, true, errc::mqtt_pubrel_flags, errc::mqtt_impossible_length},  // PUBREL
    {0, 2, true, errc::mqtt_flags, errc::mqtt_impossible_length},         // PUBCOMP
    // SUBSCRIBE: identifier, a filter (likewise), QoS
    {2, 5, false, errc::mqtt_subscribe_flags, errc::mqtt_no_subscriptions},
    {0, 3, false, errc::mqtt_flags, errc::mqtt_suback_count},  // SUBACK: identifier, a return code
    // UNSUBSCRIBE: identifier, a filter (likewise)
    {2, 4, false, errc::mqtt_unsubscribe_flags, errc::mqtt_no_filters},
    {0, 2, true, errc::mqtt_flags, errc::mqtt_impossible_length},             // UNSUBACK
    {0, 0, true, errc::mqtt_flags, errc::mqtt_impossible_length},             // PINGREQ
    {0, 0, true, errc::mqtt_flags, errc::mqtt_impossible_length},             // PINGRESP
    {0, 0, true, errc::mqtt_disconnect_flags, errc::mqtt_impossible_length},  // DISCONNECT
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
    return flags == expected.flags ? errc::none : expected.when_other_flags;
}

[[nodiscard]] constexpr errc check_length(packet_type type, std::uint8_t flags, std::size_t length) noexcept {
    const shape& expected = shape_of(type);
    const bool with_id = type == packet_type::publish && (flags & 6) != 0;
    const std::size_t least = expected.least + (with_id ? 2u : 0u);
    if (length == least || (length > least && !expected.exact)) [[likely]]
        return errc::none;
    return length == 2 ? expected.when_id_alone : errc::mqtt_impossible_length;
}

/// What is wrong with a whole header, whose length ends with this digit.
[[nodiscard]] constexpr errc check_header(const fixed_header& header, std::uint8_t last,
                                          const options& rules) noexcept {
    if (last == 0 && header.size > 2 && rules.refuse_padded_length) return errc::mqtt_padded_length;
    const errc wrong = check_length(header.type, header.flags, header.remaining_length);
    return wrong == errc::none && header.packet_size() > rules.max_packet_size ? errc::over_limit : wrong;
}

/// ... and with one whose length goes on: that can become more, but its seven lowest bits are what they are.
[[nodiscard]] constexpr errc check_open_header(const fixed_header& header, const options& rules) noexcept {
    if (header.size == 5) return errc::mqtt_remaining_length;  // a fourth digit announces a fifth [MQTT 2.2.3]
    const shape& expected = shape_of(header.type);
    if (expected.exact && header.remaining_length != expected.least) return errc::mqtt_impossible_length;
    if (expected.exact && rules.refuse_padded_length) return errc::mqtt_padded_length;
    return header.packet_size() >= rules.max_packet_size ? errc::over_limit : errc::none;
}

inline constexpr std::uint8_t any_type = 0;

/// Reads a fixed header, of a certain type or of any, and fails as soon as nothing that could follow would help.
HUBWIRE_NEVER_INLINE constexpr fixed_header scan_fixed_header(reader& in, const options& rules,
                                                              std::uint8_t wanted = any_type) noexcept {
    const std::uint8_t first = in.u8();
    fixed_header header{.type = packet_type{static_cast<std::uint8_t>(first >> 4)},
                        .flags = static_cast<std::uint8_t>(first & 0x0F),
                        .size = 1};
    errc wrong = check_first_byte(first);
    if (wrong == errc::none && wanted != any_type && first >> 4 != wanted) wrong = errc::mqtt_wrong_packet;
    std::uint8_t digit = 0x80;
    while (wrong == errc::none && digit >= 0x80) {
        digit = in.u8();
        if (!in.ok()) return header;
        header.remaining_length |= static_cast<std::uint32_t>(digit & 0x7F) << (7 * (header.size - 1));
        ++header.size;
        wrong = digit < 0x80 ? check_header(header, digit, rules) : check_open_header(header, rules);
    }
    const std::size_t at = wrong == errc::mqtt_remaining_length ? 4 : header.size == 1 ? 0 : 1;
    if (wrong != errc::none) in.fail(wrong, at);
    return header;
}

/// The same for nearly all headers there are: of the given type, two or three bytes long, and with nothing wrong.
/// False for others. Where the type is known to the compiler, so are most of the rules.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_usual_fixed_header(bytes input, packet_type type,
                                                                         const options& rules,
                                                                         fixed_header& header) noexcept {
    if (optimize_for_size || input.size() < 2 || input[0] >> 4 != static_cast<int>(type)) return false;
    const bool longer = input[1] >= 0x80;
    if (longer && input.size() == 2) return false;
    const std::uint8_t high = longer ? input[2] : 0;
    header = {.type = type,
              .flags = static_cast<std::uint8_t>(input[0] & 0x0F),
              .size = static_cast<std::uint8_t>(longer ? 3 : 2),
              .remaining_length = (input[1] & 0x7Fu) | std::uint32_t{high} << 7};
    return (!longer || (high != 0 && high < 0x80)) && check_first_byte(input[0]) == errc::none &&
           check_length(type, header.flags, header.remaining_length) == errc::none &&
           header.packet_size() <= rules.max_packet_size;
}

[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_usual_fixed_header(bytes input, const options& rules,
                                                                         fixed_header& header) noexcept {
    return !input.empty() && is_usual_fixed_header(input, static_cast<packet_type>(input[0] >> 4), rules, header);
}

/// Reads a packet of a certain type, wherever its bytes end, and knows all that can be wrong with it. What is behind
/// the fixed header is read with `in`.
struct packet_reader {
    reader in;
    fixed_header header;
    reader::outside around;
    std::size_t absent;  // of its bytes, where its length is there

    HUBWIRE_NEVER_INLINE constexpr packet_reader(bytes input, packet_type type, const options& rules) noexcept
        : in{input},
          header{scan_fixed_header(in, rules, static_cast<std::uint8_t>(type))},
          around{in.enter(header.remaining_length)},
          absent{in.ahead() - in.left()} {}

    /// The packet has been read, and nothing comes behind it. Whether all of it is right. What is lacking is what all
    /// of the packet lacks, as cut() says it: by what the field at hand lacks, a list would be read anew for each item.
    [[nodiscard]] HUBWIRE_NEVER_INLINE constexpr bool finish() noexcept {
        in.leave(around);
        if (in.left() != 0) in.fail(errc::leftover);
        in.need(absent);
        return in.ok();
    }
};

}  // namespace detail

/// The fixed header that the input begins with. Refused from the first byte on where nothing that follows could help: a
/// reserved type, flags that are not this type's, a length that this type cannot have or that is over the limit.
[[nodiscard]] constexpr result<fixed_header> decode_fixed_header(bytes input,
                                                                 const options& rules = default_options) noexcept {
    fixed_header header;
    if (detail::is_usual_fixed_header(input, rules, header)) [[likely]]
        return header;
    reader in{input};
    header = detail::scan_fixed_header(in, rules);
    return in.result_of(header);
}

namespace detail {

HUBWIRE_NEVER_INLINE constexpr result<bytes> cut_carefully(bytes received, const options& rules) noexcept {
    reader in{received};
    in.take(scan_fixed_header(in, rules).remaining_length);
    return in.result_of(in.read_since(0));
}

}  // namespace detail

/// The packet that a stream begins with, as a view of its bytes, for decode(). "Incomplete" says how many bytes more it
/// takes: exactly so many once the length is there. Works from the first byte on, however the stream was split.
///
/// Give it what was received and not yet used; go on behind the packet, which has as many bytes as the view.
[[nodiscard]] constexpr result<bytes> cut(bytes received HUBWIRE_LIFETIMEBOUND,
                                          const options& rules = default_options) noexcept {
    if constexpr (!detail::optimize_for_size) {
        fixed_header header;
        if (detail::is_usual_fixed_header(received, rules, header)) {
            reader in{received};
            const bytes packet = in.take(header.packet_size());
            if (in.ok()) [[likely]]
                return packet;
        }
    }
    return detail::cut_carefully(received, rules);
}

}  // namespace hubwire::mqtt

#endif
