#ifndef HUBWIRE_WEBSOCKET_MESSAGE_READER_HPP
#define HUBWIRE_WEBSOCKET_MESSAGE_READER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/websocket/close_status.hpp>
#include <hubwire/websocket/frame.hpp>
#include <hubwire/websocket/frame_order.hpp>
#include <hubwire/websocket/mask.hpp>
#include <hubwire/websocket/types.hpp>
#include <hubwire/websocket/utf8_stream.hpp>

#include <cstddef>
#include <cstdint>

namespace hubwire::websocket {

/// What a reader came upon: a piece of a message, or a whole control frame.
struct event {
    websocket::opcode opcode = opcode::binary;  // text or binary, as the message is; or close, ping or pong
    bool begins = false;                        // it is the first piece of its message; never a control frame
    bool ends = false;                          // it is the last one; likewise
    bytes data{};                               // without the mask; may be empty
    std::size_t size = 0;                       // how many bytes of what was received it took, with the frame's head
};

/// Reads one direction of a connection, message by message, in pieces as they come in. It keeps no bytes: those of a
/// message are handed on as soon as they are there, however long it is, and what is to be kept is for the caller to
/// keep.
///
/// Everything that RFC 6455 says in sections 5 and 7 of what may be sent is enforced, text that is UTF-8 included; the
/// first failure sticks. answer_to(error) is the code for the close frame that answers one.
class message_reader {
public:
    /// Which end of the connection this is: a server takes masked frames only, and a client none of them.
    constexpr explicit message_reader(role receiver, const options& rules = {}) noexcept
        : rules_{rules}, receiver_{receiver} {}

    /// Reads what was received and not yet used, and takes the mask off where it lies. Go on behind event.size bytes.
    /// "Incomplete" leaves everything as it is: try again, from the same first byte, with at least as many bytes more
    /// as it says. What it waits for is never more than a head and a byte, or a control frame: 139 bytes, all told.
    ///
    /// The payload of a close frame is decode_close_status's to read, which will not fail. After one, anything that
    /// follows is refused; RFC 6455-1.4 has the receiver pass over it.
    [[nodiscard]] constexpr result<event> next(buffer received HUBWIRE_LIFETIMEBOUND) noexcept {
        if (failure_ != errc::none) return error{.code = failure_};
        const auto found = left_ == 0 ? next_frame(received) : next_piece(received, 0, false);
        if (!found && !found.incomplete()) failure_ = found.error().code;
        return found;
    }

    /// A close frame was read.
    [[nodiscard]] constexpr bool is_closed() const noexcept { return order_.is_closed(); }

private:
    constexpr result<event> next_frame(buffer received HUBWIRE_LIFETIMEBOUND) noexcept {
        const bytes input{received.data(), received.size()};
        const detail::head_reader in{receiver_, limit_after(opcode_of(input))};
        if (input.empty()) return detail::part_of(in.least_size(), input);
        errc wrong = detail::check_first_byte(input[0], rules_.binary_only);
        if (wrong == errc::none || order_.is_closed()) wrong = order_.verdict(opcode_of(input));
        if (wrong != errc::none) return error{.code = wrong, .offset = 0};
        const auto head = in.scan(input);
        if (!head) return head.error();

        const std::size_t head_size = head->size();
        if (is_control(head->opcode)) return control_frame(received, *head);
        if (head->payload_size != 0 && input.size() == head_size) return detail::part_of(head_size + 1, input);
        const bool begins = head->opcode != opcode::continuation;
        order_.advance(head->opcode, head->fin);
        message_size_ = (begins ? 0 : message_size_) + head->payload_size;
        left_ = head->payload_size;
        key_ = static_cast<std::uint32_t>(head->key.value_or(masking_key{}));
        return next_piece(received, head_size, begins);
    }

    constexpr result<event> control_frame(buffer received HUBWIRE_LIFETIMEBOUND, const frame_head& head) noexcept {
        const bytes input{received.data(), received.size()};
        const std::size_t head_size = head.size();
        const std::size_t size = head_size + static_cast<std::size_t>(head.payload_size);
        if (input.size() < size) return detail::part_of(size, input);
        if (head.key) mask(buffer{received.data() + head_size, size - head_size}, *head.key);
        const bytes payload = input.first(size).without_first(head_size);
        if (head.opcode == opcode::close) {
            if (const auto status = decode_close_status(payload); !status)
                return error{.code = status.error().code, .offset = head_size + status.error().offset};
        }
        order_.advance(head.opcode, true);
        return event{.opcode = head.opcode, .data = payload, .size = size};
    }

    /// As much of the payload of a frame as is there, behind so many bytes of its head.
    constexpr result<event> next_piece(buffer received HUBWIRE_LIFETIMEBOUND, std::size_t head_size,
                                       bool begins) noexcept {
        const std::size_t there = received.size() - head_size;
        const std::size_t size = there < left_ ? there : static_cast<std::size_t>(left_);
        const buffer piece{received.data() + head_size, size};
        if (size == 0 && left_ != 0) return error{.code = errc::incomplete, .needed = 1};
        if (receiver_ == role::server) {
            mask(piece, masking_key{key_});
            key_ = detail::rotated(key_, size);
        }
        left_ -= size;
        const bytes data{piece.data(), size};
        const bool ends = left_ == 0 && !order_.is_open();
        if (order_.message() == opcode::text && !rules_.any_text) {
            const std::size_t valid = text_.push(data);
            if (valid != size || (ends && !text_.is_complete()))
                return error{.code = errc::websocket_invalid_utf8, .offset = head_size + valid};
        }
        return event{
            .opcode = order_.message(), .begins = begins, .ends = ends, .data = data, .size = head_size + size};
    }

    [[nodiscard]] static constexpr opcode opcode_of(bytes input) noexcept {
        return input.empty() ? opcode::binary : opcode{static_cast<std::uint8_t>(input[0] & 0x0F)};
    }

    /// How much payload a frame may have.
    [[nodiscard]] constexpr std::uint64_t limit_after(opcode code) const noexcept {
        const std::uint64_t before = code == opcode::continuation ? message_size_ : 0;
        const std::uint64_t rest = rules_.max_message_size - before;
        return rules_.max_frame_size < rest ? rules_.max_frame_size : rest;
    }

    options rules_;
    std::uint64_t message_size_ = 0;  // as far as its frames have announced it; not above the limit
    std::uint64_t left_ = 0;          // of the payload of the frame
    std::uint32_t key_ = 0;           // for the next byte of it
    utf8_stream text_{};
    frame_order order_{};
    role receiver_;
    errc failure_ = errc::none;
};

}  // namespace hubwire::websocket

#endif
