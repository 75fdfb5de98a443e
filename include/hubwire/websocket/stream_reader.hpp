#ifndef HUBWIRE_WEBSOCKET_STREAM_READER_HPP
#define HUBWIRE_WEBSOCKET_STREAM_READER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/websocket/message_reader.hpp>
#include <hubwire/websocket/types.hpp>

#include <cstddef>

namespace hubwire::websocket {

/// Turns the frames of one direction of a connection into the stream of bytes that mqtt::cut and amqp::cut take: what
/// is in the payloads of its binary messages, one behind the other, whatever the frames are (RFC 6455 promises nothing
/// of their sizes; MQTT-6.0.0-2 says so of its packets). It works in memory of the caller's, where bytes come in:
///     in.received(receive(in.free_space()));             // what the transport does
///     while (const auto control = in.next_control()) {}  // a ping, or the end; at last "incomplete"
///     while (const auto packet = mqtt::cut(in.stream())) { ... in.consume(packet->size()); }
///
/// What lies in one frame stays where it came in. Only where the head of a frame, or a control frame, comes between
/// bytes that nobody has consumed, the smaller of what lies before and behind it is moved; and what is not consumed
/// goes to the front of the memory when that pays, or when its end is reached.
///
/// The memory has to hold the largest packet, and max_frame_overhead bytes more. If free_space() has no bytes once
/// next_control() said "incomplete", and the cutter wants more, then the packet is too large; with a limit of no more
/// than capacity() it was refused before. (Many transports that are to bring no bytes say what they say at the end.)
///
/// One is for one connection. It can be neither copied, as each would move the bytes of the other, nor moved, as it may
/// lie in one object with its memory.
///
/// The head of the handshake may come into the same memory before, if that can hold it: what is received with the end
/// of the head are frames already, and they are where they belong.
///     head = cutter.cut(in.unread());  // of as much as was received; then:
///     in.skip_head(head->size());
class stream_reader {
public:
    /// Room for what may lie behind the stream and is not part of it: a head, or a control frame.
    static constexpr std::size_t max_frame_overhead = max_head_size + max_control_size;

    /// Text messages are refused, whatever the options say.
    constexpr stream_reader(buffer memory HUBWIRE_LIFETIMEBOUND, role receiver, const options& rules = {}) noexcept
        : memory_{memory}, frames_{receiver, binary_only(rules)} {}
    stream_reader(const stream_reader&) = delete;
    stream_reader(stream_reader&&) = delete;
    stream_reader& operator=(const stream_reader&) = delete;
    stream_reader& operator=(stream_reader&&) = delete;
    ~stream_reader() = default;

    /// The size of the largest packet that can be whole in it, whatever frames it comes in.
    [[nodiscard]] constexpr std::size_t capacity() const noexcept {
        return memory_.size() < max_frame_overhead ? 0 : memory_.size() - max_frame_overhead;
    }

    /// Where the next bytes go that come in: room for as many as are wanted, and for one at least, or for all that the
    /// memory holds besides what came in, if these are less. Views that were handed out before are no longer valid.
    [[nodiscard]] constexpr buffer free_space(std::size_t wanted = 1) noexcept {
        const std::size_t used = filled_ - begin_;
        const std::size_t behind = memory_.size() - filled_;
        if (begin_ != 0 && (begin_ >= used || behind == 0 || behind < wanted)) {
            hubwire::detail::move_down(memory_.data(), memory_.data() + begin_, used);
            end_ -= begin_;
            raw_ -= begin_;
            filled_ = used;
            begin_ = 0;
        }
        return memory_.without_first(filled_);
    }

    /// So many bytes were put there. Pre: there was room for them, or the program traps.
    constexpr void received(std::size_t n) noexcept {
        hubwire::detail::require(n <= memory_.size() - filled_);
        filled_ += n;
    }

    /// What has come in and was not taken apart yet: before the first frame, the head of the handshake, and what comes
    /// behind it.
    [[nodiscard]] constexpr bytes unread() const noexcept { return {memory_.data() + raw_, filled_ - raw_}; }

    /// So many of these bytes are a head, and no frame. Views into it stay valid until free_space() is called.
    /// Pre: they are there, and nothing is in the stream, or the program traps; no frame was begun.
    constexpr void skip_head(std::size_t n) noexcept {
        hubwire::detail::require(n <= filled_ - raw_ && begin_ == end_);
        raw_ += n;
        begin_ = raw_;
        end_ = raw_;
    }

    /// Takes frames apart, up to the next control frame, and returns that. "Incomplete" once all is taken apart that
    /// came in. Views that were handed out before are no longer valid. The first failure sticks; its offset counts from
    /// the frame that is wrong, or from the first byte that has come in of it since.
    [[nodiscard]] constexpr result<event> next_control() noexcept {
        for (;;) {
            const auto found = frames_.next(buffer{memory_.data() + raw_, filled_ - raw_});
            if (!found) {
                close_gap();
                return found;
            }
            raw_ += found->size;
            if (is_control(found->opcode)) return found;
            append(raw_ - found->data.size(), found->data.size());
        }
    }

    /// The bytes of the stream that have come in, and were not consumed yet.
    [[nodiscard]] constexpr bytes stream() const noexcept { return {memory_.data() + begin_, end_ - begin_}; }

    /// The first n bytes are done with. Pre: n <= stream().size(), or the program traps.
    constexpr void consume(std::size_t n) noexcept {
        hubwire::detail::require(n <= end_ - begin_);
        begin_ += n;
    }

    /// A close frame was read: the stream has ended.
    [[nodiscard]] constexpr bool is_closed() const noexcept { return frames_.is_closed(); }

private:
    [[nodiscard]] static constexpr options binary_only(options rules) noexcept {
        rules.binary_only = true;
        return rules;
    }

    /// The stream goes on with n bytes that lie somewhere behind it.
    constexpr void append(std::size_t from, std::size_t n) noexcept {
        const std::size_t size = end_ - begin_;
        if (from != end_ && size < n) {
            hubwire::detail::move_up(memory_.data() + (from - size), memory_.data() + begin_, size);
            begin_ = from - size;
            end_ = from;
        } else if (from != end_) {
            hubwire::detail::move_down(memory_.data() + end_, memory_.data() + from, n);
        }
        end_ += n;
    }

    /// What is left of a frame that is not all there goes right behind the stream, or all of the memory is free.
    constexpr void close_gap() noexcept {
        const std::size_t rest = filled_ - raw_;
        if (begin_ == end_) {
            begin_ = raw_;
        } else {
            hubwire::detail::move_down(memory_.data() + end_, memory_.data() + raw_, rest);
            raw_ = end_;
        }
        end_ = raw_;
        filled_ = raw_ + rest;
    }

    buffer memory_;
    message_reader frames_;
    // The memory is what was consumed, the stream, what was between frames, what is not taken apart yet, and free
    // space.
    std::size_t begin_ = 0;   // of the stream
    std::size_t end_ = 0;     // of the stream
    std::size_t raw_ = 0;     // where frames are that were not taken apart
    std::size_t filled_ = 0;  // up to where bytes came in
};

}  // namespace hubwire::websocket

#endif
