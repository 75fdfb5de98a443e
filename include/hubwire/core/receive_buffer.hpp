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
///     in.received(receive(in.free_space()));  // what the transport does
///     while (const auto packet = mqtt::cut(in.stream())) { ... in.consume(packet->size()); }
/// Views of what was consumed stay valid until free_space() is called, which moves what is left to the front of the
/// memory when that pays, or when there is no room behind it. (An error that says "incomplete" says how many bytes are
/// needed: free_space(needed) has room for these, so that a large packet does not come in by the byte.)
///
/// If free_space() has no bytes, and the cutter wants more, then the packet is larger than the memory. A limit on the
/// size of packets, of no more than that of the memory, has such a packet refused at its head.
///
/// A websocket::stream_reader has the same four functions, and takes the place of this where there are frames around
/// the stream.
class receive_buffer {
public:
    constexpr explicit receive_buffer(buffer memory HUBWIRE_LIFETIMEBOUND) noexcept : memory_{memory} {}

    /// Where the next bytes go that come in: room for as many as are wanted, or for all that the memory holds besides
    /// the stream, if these are less. Views that were handed out before are no longer valid.
    [[nodiscard]] constexpr buffer free_space(std::size_t wanted = 1) noexcept {
        const std::size_t size = end_ - begin_;
        if (begin_ != 0 && (begin_ >= size || memory_.size() - end_ < wanted)) {
            detail::move_down(memory_.data(), memory_.data() + begin_, size);
            begin_ = 0;
            end_ = size;
        }
        return memory_.without_first(end_);
    }

    /// So many bytes were put there. Pre: there was room for them, or the program traps.
    constexpr void received(std::size_t n) noexcept {
        detail::require(n <= memory_.size() - end_);
        end_ += n;
    }

    /// The bytes that have come in and were not consumed yet.
    [[nodiscard]] constexpr bytes stream() const noexcept { return {memory_.data() + begin_, end_ - begin_}; }

    /// The first n bytes are done with; all of them, where a new connection begins. Pre: n <= stream().size(), or the
    /// program traps.
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
