#ifndef HUBWIRE_WEBSOCKET_FRAME_ORDER_HPP
#define HUBWIRE_WEBSOCKET_FRAME_ORDER_HPP

#include <hubwire/core/error.hpp>
#include <hubwire/websocket/types.hpp>

namespace hubwire::websocket {

/// Which frames may follow which, in one direction of a connection (RFC 6455-5.4): a message is a frame of text or
/// binary data and as many continuations as it takes; between them there may be control frames, but no other message;
/// nothing comes behind a close frame. Readers have one of these; a sender that fragments can ask one as well.
class frame_order {
public:
    /// What is wrong with such a frame coming next, or errc::none.
    [[nodiscard]] constexpr errc verdict(opcode code) const noexcept {
        if (is_closed_) return errc::websocket_after_close;
        if (is_control(code)) return errc::none;
        if (code == opcode::continuation) return is_open_ ? errc::none : errc::websocket_continuation;
        return is_open_ ? errc::websocket_interrupted_message : errc::none;
    }

    /// A frame comes. Pre: nothing is wrong with that, and `fin` is set if it is a control frame.
    constexpr void advance(opcode code, bool fin) noexcept {
        if (code == opcode::close) is_closed_ = true;
        if (is_control(code)) return;
        if (code != opcode::continuation) message_ = code;
        is_open_ = !fin;
    }

    /// A message has begun, and not ended.
    [[nodiscard]] constexpr bool is_open() const noexcept { return is_open_; }

    /// Which of text and binary the message is, or the last one was.
    [[nodiscard]] constexpr opcode message() const noexcept { return message_; }

    /// There was a close frame.
    [[nodiscard]] constexpr bool is_closed() const noexcept { return is_closed_; }

private:
    opcode message_ = opcode::binary;
    bool is_open_ = false;
    bool is_closed_ = false;
};

}  // namespace hubwire::websocket

#endif
