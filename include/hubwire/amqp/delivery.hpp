#ifndef HUBWIRE_AMQP_DELIVERY_HPP
#define HUBWIRE_AMQP_DELIVERY_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/delivery_state.hpp>
#include <hubwire/amqp/frame.hpp>
#include <hubwire/amqp/performative.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

/// A message in as many transfers as it takes (AMQP 2.6.14).
namespace hubwire::amqp {

/// One frame of a delivery, to be sent in this order: the frame's own bytes, then those of the message from where they
/// lie.
struct delivery_frame {
    bytes head{};
    bytes first{};
    bytes second{};  // mostly empty: where a frame takes the end of one part of the message and the start of the next
    bytes third{};
    bool is_last = false;

    [[nodiscard]] constexpr std::size_t size() const noexcept {
        return head.size() + first.size() + second.size() + third.size();
    }
};

/// Cuts a message into frames that the peer accepts. The message is not copied, nor has it to be in one piece: its head
/// and its payload can lie apart (see encode_head), or, of one that is forwarded, what stands before and behind a
/// section that is put in (see split_at).
///     outgoing_delivery delivery{channel, transfer, head, payload};
///     while (!delivery.is_done()) { auto frame = delivery.next(scratch, rules); ... send its parts ... }
class outgoing_delivery {
public:
    /// The transfer is that of the first frame: with a delivery id and a tag. Its `more` is seen to, and of several
    /// frames the first says a message format, 0 if none is given. What tag and state are views of is to outlive this
    /// as well. One that is aborted is a frame without a payload: receivers drop what there is of the message (AMQP
    /// 2.7.5).
    constexpr outgoing_delivery(std::uint16_t channel, const transfer& first, bytes message HUBWIRE_LIFETIMEBOUND,
                                bytes second_part HUBWIRE_LIFETIMEBOUND = {},
                                bytes third_part HUBWIRE_LIFETIMEBOUND = {}) noexcept
        : transfer_{first}, channel_{channel} {
        if (!*first.aborted) parts_ = {{message, second_part, third_part}};
    }

    [[nodiscard]] constexpr bool is_done() const noexcept { return is_done_; }

    /// The next frame, not larger than rules.max_frame_size. Its head is written to the buffer, for which 512 bytes are
    /// enough unless the delivery has a large state. After an error the same frame can be tried again.
    /// Pre: !is_done(), or the program traps.
    [[nodiscard]] constexpr result<delivery_frame> next(buffer output HUBWIRE_LIFETIMEBOUND,
                                                        const options& rules = {}) noexcept {
        hubwire::detail::require(!is_done_);
        if (!transfer_.delivery_id && is_first_) return hubwire::error{.code = errc::amqp_first_transfer};
        if (!transfer_.delivery_tag && is_first_) return hubwire::error{.code = errc::amqp_first_transfer};
        const std::uint64_t left = std::uint64_t{parts_[0].size()} + parts_[1].size() + parts_[2].size();
        const auto alone = head_size(false, rules);
        if (!alone) return alone.error();
        const bool more = *alone + left > rules.max_frame_size;
        std::size_t size = static_cast<std::size_t>(left);
        if (more) {
            const auto with_more = head_size(true, rules);
            if (!with_more) return with_more.error();
            if (*with_more >= rules.max_frame_size)
                return hubwire::error{.code = errc::amqp_max_frame_size, .offset = *with_more};
            size = rules.max_frame_size - *with_more;
        }
        const auto head = encode_frame_head(output, channel_, transfer_of(more), size, rules);
        if (!head) return head.error();
        delivery_frame frame{.head = *head, .is_last = !more};
        frame.first = take(size);
        frame.second = take(size);
        frame.third = take(size);
        if (is_first_) {
            // Each frame says that it is part of a transaction (AMQP 4.4.1); nothing else has to be said again.
            transfer next{.handle = transfer_.handle};
            if (transfer_.state.is<transactional_state>()) next.state = transfer_.state;
            transfer_ = next;
        }
        is_first_ = false;
        is_done_ = !more;
        return frame;
    }

private:
    /// That of the next frame. The first of several must say which format the message has (AMQP 2.7.5).
    [[nodiscard]] constexpr transfer transfer_of(bool more) const noexcept {
        transfer t = transfer_;
        t.more.reset();
        if (more) t.more = true;
        if (more && is_first_ && !t.message_format) t.message_format = 0;
        return t;
    }
    [[nodiscard]] constexpr result<std::size_t> head_size(bool more, const options& rules) const noexcept {
        const auto size = encoded_size(transfer_of(more), rules);
        if (!size) return size.error();
        return detail::frame_header_size + *size;
    }
    /// Up to so many bytes of the first part that has some left; `most` tells how many are wanted of the next one.
    constexpr bytes take(std::size_t& most) noexcept {
        bytes& from = !parts_[0].empty() ? parts_[0] : !parts_[1].empty() ? parts_[1] : parts_[2];
        const bytes taken = from.first(most < from.size() ? most : from.size());
        from = from.without_first(taken.size());
        most -= taken.size();
        return taken;
    }

    transfer transfer_;
    std::array<bytes, 3> parts_{};
    std::uint16_t channel_;
    bool is_first_ = true;
    bool is_done_ = false;
};

/// What a transfer did to the delivery that it is part of.
enum class delivery_progress : std::uint8_t { more, complete, aborted };

/// Joins the transfers of one link to messages, in a buffer of the caller's; or, without a buffer, only sees to it that
/// they fit together, and the caller hands the pieces on. A link has one of its own: a transfer of another handle in
/// the midst of a delivery is refused.
class incoming_delivery {
public:
    /// Without a buffer: nothing is kept but the tag.
    constexpr incoming_delivery() noexcept = default;
    constexpr explicit incoming_delivery(buffer memory HUBWIRE_LIFETIMEBOUND) noexcept
        : memory_{memory}, is_joining_{true} {}

    /// Takes the next transfer of the link. A message that outgrows the memory fails as no_space, and goes on failing,
    /// with all that was missing so far, until its last transfer; the next delivery then begins anew. After any other
    /// error the link is to be closed.
    constexpr result<delivery_progress> add(const transfer& t, bytes payload) noexcept {
        if (!is_open_) {
            if (!t.delivery_id || !t.delivery_tag) return hubwire::error{.code = errc::amqp_first_transfer};
            if (t.delivery_tag->size() > max_delivery_tag_size) return hubwire::error{.code = errc::amqp_delivery_tag};
        } else if ((t.delivery_id && *t.delivery_id != first_.delivery_id) ||
                   (t.delivery_tag && !(*t.delivery_tag == first_tag())) || t.handle != first_.handle ||
                   t.message_format.value_or(format()) != format()) {
            return hubwire::error{.code = errc::amqp_next_transfer};
        }
        const std::size_t before = is_open_ ? size_ : 0;
        open(t);
        if (*t.aborted) {
            is_open_ = false;
            size_ = 0;
            return delivery_progress::aborted;
        }
        if (payload.size() > (std::numeric_limits<std::size_t>::max)() - before)
            return hubwire::error{.code = errc::too_long, .offset = before};
        size_ = before + payload.size();
        is_open_ = *t.more;
        if (is_joining_) {
            if (size_ > memory_.size()) {
                return hubwire::error{
                    .code = errc::no_space, .offset = memory_.size(), .needed = size_ - memory_.size()};
            }
            hubwire::detail::copy(hubwire::detail::opaque(memory_.data()) + before, payload.data(), payload.size());
        }
        return *t.more ? delivery_progress::more : delivery_progress::complete;
    }

    /// The first transfer of the delivery that was begun last, settled if any of its transfers was, or if it was
    /// aborted (AMQP 2.7.5); its tag is a view into this. Without its state, which was a view of a frame: what a
    /// transaction needs of that is to be kept when the frame comes.
    [[nodiscard]] constexpr transfer first_transfer() const noexcept HUBWIRE_LIFETIMEBOUND {
        transfer t = first_;
        t.delivery_tag = first_tag();
        return t;
    }

    /// What has been joined so far: the message, once it is complete. Empty without a buffer, or if that was too small.
    [[nodiscard]] constexpr bytes message() const noexcept {
        return is_joining_ && size_ <= memory_.size() ? bytes{memory_.data(), size_} : bytes{};
    }

    /// How many bytes of the message have come so far.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

private:
    [[nodiscard]] constexpr bytes first_tag() const noexcept { return {tag_.data(), tag_size_}; }
    /// What a peer means that leaves it out of the first transfer, and may say so in one that continues the delivery.
    [[nodiscard]] constexpr std::uint32_t format() const noexcept { return first_.message_format.value_or(0); }

    constexpr void open(const transfer& t) noexcept {
        if (!is_open_) {
            first_ = t;
            const bytes tag = t.delivery_tag.value_or(bytes{});
            hubwire::detail::copy(tag_.data(), tag.data(), tag.size());
            tag_size_ = tag.size();
            first_.delivery_tag = std::optional<bytes>{};
            first_.state = {};
            is_open_ = true;
        }
        if (t.settled == true || *t.aborted) first_.settled = true;
    }

    buffer memory_{};
    transfer first_{};
    std::array<char, max_delivery_tag_size> tag_{};
    std::size_t tag_size_ = 0;
    std::size_t size_ = 0;
    bool is_joining_ = false;
    bool is_open_ = false;
};

}  // namespace hubwire::amqp

#endif
