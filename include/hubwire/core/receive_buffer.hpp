#ifndef HUBWIRE_CORE_RECEIVE_BUFFER_HPP
#define HUBWIRE_CORE_RECEIVE_BUFFER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>

#include <cstddef>

namespace hubwire {

/// Memory of the caller's between a transport, which brings some bytes of a stream, and a cutter, which wants the whole
/// of a packet or a frame:
///     receive_buffer in{memory};
///     for (;;) {
///         const auto packet = mqtt::cut(in.stream(), {.max_packet_size = in.capacity()});
///         if (packet) {
///             ...
///             in.consume(packet->size());
///         } else if (packet.incomplete()) {
///             const std::size_t n = receive(in.free_space(packet.error().needed));  // what the transport does
///             if (n == 0) ...  // the end; within a packet, if in.stream() is not empty
///             in.received(n);
///         } else ...  // refused: nothing can follow
///     }
/// With a limit of no more than the memory, a packet that is larger is refused at its head, which takes up to 5 bytes
/// in MQTT, and 8 in AMQP. Without one, free_space() has no bytes at last, and many transports then say what they say
/// at the end of a connection.
///
/// Views of the stream, consumed or not, stay valid until free_space() is called, whether that moves anything or not.
/// It moves what is not consumed to the front of the memory when that pays, or when there is not the room that is
/// wanted.
///
/// One is for one connection, or consumes all of its stream before the next. It can be neither copied, as each would
/// move the bytes of the other, nor moved, as it may lie in one object with its memory.
///
/// A websocket::stream_reader has the same functions, and takes its place where there are frames around the stream:
/// there, next_control() comes between received() and stream().
class receive_buffer {
public:
    constexpr explicit receive_buffer(buffer memory HUBWIRE_LIFETIMEBOUND) noexcept : memory_{memory} {}
    receive_buffer(const receive_buffer&) = delete;
    receive_buffer(receive_buffer&&) = delete;
    receive_buffer& operator=(const receive_buffer&) = delete;
    receive_buffer& operator=(receive_buffer&&) = delete;
    ~receive_buffer() = default;

    /// The size of the largest packet that can be whole in it.
    [[nodiscard]] constexpr std::size_t capacity() const noexcept { return memory_.size(); }

    /// Where the next bytes go that come in: room for as many as are wanted, and for one at least, or for all that the
    /// memory holds besides the stream, if these are less. Not to be called while bytes are on their way to where it
    /// said last.
    [[nodiscard]] constexpr buffer free_space(std::size_t wanted = 1) noexcept {
        const std::size_t size = end_ - begin_;
        const std::size_t behind = memory_.size() - end_;
        if (begin_ != 0 && (begin_ >= size || behind == 0 || behind < wanted)) {
            detail::move_down(memory_.data(), memory_.data() + begin_, size);
            begin_ = 0;
            end_ = size;
        }
        return memory_.without_first(end_);
    }

    /// So many bytes were put there (which the -1 of a read that has failed is not). Pre: there was room for them, or
    /// the program traps.
    constexpr void received(std::size_t n) noexcept {
        detail::require(n <= memory_.size() - end_);
        end_ += n;
    }

    /// The bytes that have come in and were not consumed yet.
    [[nodiscard]] constexpr bytes stream() const noexcept { return {memory_.data() + begin_, end_ - begin_}; }

    /// The first n bytes are done with. Pre: n <= stream().size(), or the program traps.
    constexpr void consume(std::size_t n) noexcept {
        detail::require(n <= end_ - begin_);
        begin_ += n;
    }

private:
    buffer memory_;
    std::size_t begin_ = 0;  // of the stream
    std::size_t end_ = 0;    // of the stream, and where free space begins
};

}  // namespace hubwire

#endif
