#ifndef HUBWIRE_WEBSOCKET_FRAME_HPP
#define HUBWIRE_WEBSOCKET_FRAME_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/utf8.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/websocket/mask.hpp>
#include <hubwire/websocket/types.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace hubwire::websocket {

/// What a frame begins with (RFC 6455-5.2).
struct frame_head {
    bool fin = true;  // it is the last frame of its message
    websocket::opcode opcode = opcode::binary;
    std::optional<masking_key> key{};  // a client's frames have one, a server's have none
    std::uint64_t payload_size = 0;

    /// How many bytes the head takes: there is one way to write each.
    [[nodiscard]] constexpr std::size_t size() const noexcept {
        const std::size_t length = payload_size <= max_control_size ? 0 : payload_size <= 0xFFFF ? 2 : 8;
        return 2 + length + (key ? 4 : 0);
    }

    friend constexpr bool operator==(const frame_head&, const frame_head&) noexcept = default;
};

/// A frame to be sent, with its payload as it is before it is masked.
struct frame {
    bool fin = true;
    websocket::opcode opcode = opcode::binary;
    std::optional<masking_key> key{};
    bytes payload{};

    [[nodiscard]] constexpr frame_head head() const noexcept {
        return {.fin = fin, .opcode = opcode, .key = key, .payload_size = payload.size()};
    }
};

namespace detail {

[[nodiscard]] constexpr bool is_opcode(opcode code) noexcept {
    const auto number = static_cast<std::uint8_t>(code);
    return number <= 2 || (number >= 8 && number <= 10);
}

/// What is wrong with the first byte, by itself.
[[nodiscard]] constexpr errc check_first_byte(unsigned char first, bool binary_only) noexcept {
    const opcode code{static_cast<std::uint8_t>(first & 0x0F)};
    if ((first & 0x70) != 0) return errc::websocket_reserved_bits;
    if (!is_opcode(code)) return errc::websocket_opcode;
    if (is_control(code) && first < 0x80) return errc::websocket_control_fragmented;
    return code == opcode::text && binary_only ? errc::websocket_text_message : errc::none;
}

[[nodiscard]] constexpr errc check_control_size(opcode code, std::uint64_t size) noexcept {
    if (size > max_control_size) return errc::websocket_control_size;
    return code == opcode::close && size == 1 ? errc::websocket_close_size : errc::none;
}

/// How the second byte announces a length.
inline constexpr unsigned char length_of_2 = 126;
inline constexpr unsigned char length_of_8 = 127;

/// There is a part of something of at least this size.
[[nodiscard]] constexpr error part_of(std::size_t size, bytes input) noexcept {
    return {.code = errc::incomplete, .offset = input.size(), .needed = size - input.size()};
}

/// Reads the head of a frame as bytes of it come in. Whatever is wrong is found at the same byte, however many of them
/// are there.
struct head_reader {
    role receiver;
    std::uint64_t limit;  // of the payload of a frame that is no control frame

    [[nodiscard]] constexpr error check_second_byte(opcode code, unsigned char second) const noexcept {
        if (receiver == role::server && second < 0x80) return {.code = errc::websocket_unmasked, .offset = 1};
        if (receiver == role::client && second >= 0x80) return {.code = errc::websocket_masked, .offset = 1};
        const unsigned length = second & 0x7Fu;
        if (is_control(code)) return {.code = check_control_size(code, length), .offset = 1};
        // Longer lengths are for what does not fit in shorter ones.
        return over(length == length_of_8 ? 0x1'0000u : length);
    }

    [[nodiscard]] constexpr error over(std::uint64_t least) const noexcept {
        return {.code = least > limit ? errc::over_limit : errc::none, .offset = 1};
    }

    /// A length of two or eight bytes is not less than one number and not more than another, by those of its bytes that
    /// are there.
    [[nodiscard]] constexpr error check_length(std::uint64_t least, std::uint64_t most, bool has_two) const noexcept {
        if (least > max_payload_size) return {.code = errc::websocket_length_top_bit, .offset = 2};
        if (most <= (has_two ? max_control_size : 0xFFFFu)) return {.code = errc::websocket_padded_length, .offset = 2};
        return over(least);
    }

    /// Pre: the first byte is there, and in order.
    [[nodiscard]] constexpr result<frame_head> scan(bytes input) const noexcept {
        const std::size_t key_size = receiver == role::server ? 4 : 0;
        frame_head head{.fin = input[0] >= 0x80, .opcode = opcode{static_cast<std::uint8_t>(input[0] & 0x0F)}};
        if (input.size() == 1) return part_of(2 + key_size, input);
        const unsigned length = input[1] & 0x7Fu;
        error wrong = check_second_byte(head.opcode, input[1]);
        head.payload_size = length;
        std::size_t size = 2 + key_size;
        if (wrong.code == errc::none && length > max_control_size) {
            const bool has_two = length == length_of_2;
            const std::size_t length_size = has_two ? 2 : 8;
            size += length_size;
            if (input.size() >= 2 + length_size) [[likely]] {
                const char* const at = input.data() + 2;
                head.payload_size = has_two ? load_be<std::uint16_t>(at) : load_be<std::uint64_t>(at);
                wrong = check_length(head.payload_size, head.payload_size, has_two);
            } else if (input.size() > 2) {
                std::uint64_t known = 0;
                for (const unsigned char byte : input.without_first(2)) known = known << 8 | byte;
                const std::size_t missing = 8 * (2 + length_size - input.size());  // in bits
                const std::uint64_t least = known << missing;
                wrong = check_length(least, least | ((std::uint64_t{1} << missing) - 1), has_two);
            }
        }
        if (wrong.code != errc::none) return wrong;
        if (input.size() < size) return part_of(size, input);
        if (key_size != 0) head.key = masking_key{load_be<std::uint32_t>(input.data() + (size - key_size))};
        return head;
    }

    /// The least that every head has.
    [[nodiscard]] constexpr std::size_t least_size() const noexcept { return receiver == role::server ? 6 : 2; }
};

}  // namespace detail

/// The head of the frame that the input begins with, as it comes to the given end of a connection: masked to a server,
/// not masked to a client. Its payload follows behind head->size() bytes. Refused from the first byte on that shows
/// that nothing good will come of it: reserved bits and opcodes, a length that a control frame cannot have, that takes
/// more bytes than it needs, or that is over a limit.
///
/// This looks at one frame by itself; message_reader knows what came before as well.
[[nodiscard]] constexpr result<frame_head> decode_frame_head(bytes input, role receiver,
                                                             const options& rules = {}) noexcept {
    const bool by_frame = rules.max_frame_size < rules.max_message_size;
    const detail::head_reader in{receiver, by_frame ? rules.max_frame_size : rules.max_message_size};
    if (input.empty()) return detail::part_of(in.least_size(), input);
    if (const errc wrong = detail::check_first_byte(input[0], rules.binary_only); wrong != errc::none)
        return error{.code = wrong, .offset = 0};
    return in.scan(input);
}

namespace detail {

/// What keeps a head from being sent.
[[nodiscard]] constexpr errc check_head(const frame_head& head) noexcept {
    if (!is_opcode(head.opcode)) return errc::websocket_opcode;
    if (!is_control(head.opcode)) return head.payload_size > max_payload_size ? errc::too_long : errc::none;
    return head.fin ? check_control_size(head.opcode, head.payload_size) : errc::websocket_control_fragmented;
}

/// Pre: nothing does.
template <room Room>
constexpr void put_checked_head(basic_writer<Room>& out, const frame_head& head) noexcept {
    out.u8((head.fin ? 0x80u : 0u) | static_cast<unsigned>(head.opcode));
    const unsigned masked = head.key ? 0x80 : 0;
    if (head.payload_size <= max_control_size) {
        out.u8(masked | static_cast<unsigned>(head.payload_size));
    } else if (head.payload_size <= 0xFFFF) {
        out.u8(masked | length_of_2);
        out.u16(head.payload_size);
    } else {
        out.u8(masked | length_of_8);
        out.u64(head.payload_size);
    }
    if (head.key) out.u32(static_cast<std::uint32_t>(*head.key));
}

}  // namespace detail

/// Writes the head of a frame, for its payload to be sent behind it from where it lies, as with writev; whoever gives a
/// key has masked that, or does so in the meantime. Refused are opcodes that are not defined, control frames that are
/// fragmented or longer than 125 bytes, a close frame of one byte, and a length that 63 bits cannot say.
template <room Room>
constexpr void put_frame_head(basic_writer<Room>& out, const frame_head& head) noexcept {
    if (const errc wrong = detail::check_head(head); wrong != errc::none) return out.fail(wrong);
    detail::put_checked_head(out, head);
}
[[nodiscard]] constexpr result<bytes> encode_frame_head(buffer output HUBWIRE_LIFETIMEBOUND,
                                                        const frame_head& head) noexcept {
    writer out{output};
    put_frame_head(out, head);
    return out.finish();
}

/// Writes a whole frame, its payload masked on the way; that stays as it is, and may not overlap the output. Refused as
/// above, and where a text message in one frame is not UTF-8. (Of fragments of text, only the whole tells.)
template <room Room>
constexpr void put_frame(basic_writer<Room>& out, const frame& f) noexcept {
    put_frame_head(out, f.head());
    if (f.opcode == opcode::text && f.fin && !is_utf8(f.payload.text())) return out.fail(errc::websocket_invalid_utf8);
    if (f.key) return put_masked(out, f.payload, *f.key);
    out.put(f.payload);
}
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const frame& f) noexcept {
    writer out{output};
    put_frame(out, f);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const frame& f) noexcept {
    counting_writer out;
    put_frame(out, f);
    return out.finish();
}

/// The part of the memory where a payload is written if its head is to go right in front of it: all but the first
/// max_head_size bytes.
[[nodiscard]] constexpr buffer payload_room(buffer memory HUBWIRE_LIFETIMEBOUND) noexcept {
    return memory.without_first(memory.size() < max_head_size ? memory.size() : max_head_size);
}

namespace detail {

/// Puts a head in front of so many bytes, which are the first of its payload or all of it, and masks them.
[[nodiscard]] constexpr result<bytes> put_head_in_front(buffer memory HUBWIRE_LIFETIMEBOUND, const frame_head& head,
                                                        std::uint64_t here) noexcept {
    if (const errc wrong = check_head(head); wrong != errc::none) return error{.code = wrong, .offset = 0};
    const buffer room = payload_room(memory);
    if (memory.size() < max_head_size || here > room.size()) {
        const std::uint64_t most = (std::numeric_limits<std::size_t>::max)();
        const std::uint64_t wanted = here + max_head_size;  // does not wrap: 63 bits say how much is here
        const std::uint64_t missing = (wanted < most ? wanted : most) - memory.size();
        return error{.code = errc::no_space, .offset = memory.size(), .needed = static_cast<std::size_t>(missing)};
    }
    const auto size_here = static_cast<std::size_t>(here);
    const std::size_t head_size = head.size();
    unchecked_writer out{buffer{room.data() - head_size, head_size}};
    put_checked_head(out, head);
    if (head.key) mask(buffer{room.data(), size_here}, *head.key);
    return bytes{room.data() - head_size, head_size + size_here};
}

}  // namespace detail

/// Makes a frame of a payload that was written to payload_room(memory), of the size that the head says: puts the head
/// in front of it, masks it where it lies if there is a key, and returns both as one view. Nothing is copied. Refused
/// as encode_frame_head refuses it, or as "no space" if there cannot be such a payload; the memory is as it was then.
///     const auto packet = mqtt::encode(websocket::payload_room(memory), message);
///     const auto frame = websocket::encode_frame_around(memory, {.key = key, .payload_size = packet->size()});
[[nodiscard]] constexpr result<bytes> encode_frame_around(buffer memory HUBWIRE_LIFETIMEBOUND,
                                                          const frame_head& head) noexcept {
    return detail::put_head_in_front(memory, head, head.payload_size);
}

/// The same if only the first so many bytes of the payload were written there, and the others lie elsewhere, to be sent
/// behind as with writev. A client masks these by itself, from this offset on. Pre: there are not more bytes here than
/// in the payload, or the program traps.
///     const auto start = mqtt::encode_head(websocket::payload_room(memory), message);
///     const auto first = websocket::encode_frame_around(
///         memory, {.key = key, .payload_size = start->size() + payload.size()}, start->size());
///     websocket::mask(payload, key, start->size());
[[nodiscard]] constexpr result<bytes> encode_frame_around(buffer memory HUBWIRE_LIFETIMEBOUND, const frame_head& head,
                                                          std::size_t here) noexcept {
    hubwire::detail::require(here <= head.payload_size);
    return detail::put_head_in_front(memory, head, here);
}

}  // namespace hubwire::websocket

#endif
