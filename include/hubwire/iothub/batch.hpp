#ifndef HUBWIRE_IOTHUB_BATCH_HPP
#define HUBWIRE_IOTHUB_BATCH_HPP

#include <hubwire/amqp/message.hpp>
#include <hubwire/amqp/primitive.hpp>
#include <hubwire/amqp/section.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/amqp_operation.hpp>
#include <hubwire/iothub/message.hpp>
#include <hubwire/iothub/message_amqp.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

/// Event Hubs' batches: a message of amqp::batch_message_format, which the transfer says, whose data sections each hold
/// a message of their own. Devices send telemetry so.
namespace hubwire::iothub {

/// By what rules the messages in a batch from the SDK for C are read: it writes their sections in an order of its own.
inline constexpr amqp::options c_sdk_messages{.any_order = true};

/// What a batch holds, lazily. The messages are bytes; each is looked into when it is decoded, so that one that is
/// wrong does not stand in the way of the others:
///     for (const amqp::data one : batch.messages) auto m = decode_amqp_message(one.content, {.amqp = c_sdk_messages});
struct batch {
    std::optional<amqp::annotations> message_annotations{};  // of all of them, such as their partition key
    amqp::body_sections<amqp::data> messages{};              // there has to be one

    friend constexpr bool operator==(const batch&, const batch&) noexcept = default;
};

namespace detail {

template <>
struct operation_form<batch> {
    static constexpr errc broken_rule(const batch& b) noexcept {
        return b.messages.empty() ? errc::iothub_amqp_body : errc::none;
    }
    template <class Use>
    static constexpr auto use_message(const batch& b, Use& use) noexcept {
        return use(amqp::message{.message_annotations = b.message_annotations, .body = b.messages});
    }
    static constexpr refusal take_from(const amqp::message& m, batch& b) noexcept {
        assign(b.message_annotations, m.message_annotations);
        b.messages = m.body.data_sections();
        return {broken_rule(b), amqp::section_kind::data};
    }

    /// Whether it is nothing but data sections, with descriptors as they are mostly written. If not, nothing is said of
    /// it, and nothing taken.
    static constexpr bool take_usual(bytes message, batch& b, const amqp::options& rules) noexcept {
        constexpr std::uint32_t data_section = 0x00'53'75;
        quick_reader in{message};
        std::uint32_t count = 0;
        while (in.left() != 0) {
            const std::uint32_t head = in.u32();
            if (head == (data_section << 8 | amqp::detail::code::binary8)) {
                in.sized8();
            } else if (head == (data_section << 8 | amqp::detail::code::binary32)) {
                in.take(in.u32());
            } else {
                return false;
            }
            ++count;
        }
        if (!in.ok() || count == 0 || rules.max_depth == 0) return false;
        b.messages = amqp::body_sections<amqp::data>::on_the_wire(message, count);
        return true;
    }
};

}  // namespace detail

/// Fills a buffer with a batch, one message after the other, for as long as they fit:
///     batch_builder b{memory};
///     while (next && b.add(*next)) ...
///     auto wire = b.finish();
class batch_builder {
    template <class Put>
    constexpr result<void> append(Put put) noexcept {
        writer out{output_.without_first(size_)};
        put(out);
        const auto written = out.finish();
        if (!written) {
            error wrong = written.error();
            wrong.offset += size_;
            return wrong;
        }
        size_ += written->size();
        return {};
    }
    template <class Put>
    constexpr result<void> add_section(std::size_t content_size, Put put) noexcept {
        const auto added = append([&](writer& out) {
            amqp::detail::write_section_kind(out, amqp::section_kind::data);
            amqp::detail::wire<bytes>::form::write_head(out, content_size);
            put(out);
        });
        if (added) ++count_;
        return added;
    }

public:
    /// The batch may take all of the output; give a buffer of as many bytes as the peer's max-message-size.
    constexpr explicit batch_builder(buffer output HUBWIRE_LIFETIMEBOUND, const amqp::options& rules = {}) noexcept
        : output_{output}, rules_{rules} {}

    /// What is said of all messages, such as their partition key: once, and before the first of them.
    [[nodiscard]] constexpr result<void> annotate(const amqp::annotations& all) noexcept {
        if (size_ != 0) return error{.code = errc::amqp_section_order, .offset = size_};
        return append([&](writer& out) {
            amqp::detail::write_section(out, amqp::section_kind::message_annotations, std::optional{all},
                                        amqp::detail::scope{rules_});
        });
    }

    /// One more message: the hub's or one of AMQP, encoded in its place, or copied there if it is encoded already.
    /// Where it does not fit, or is refused, the batch stays as it was: send that, and begin another one.
    [[nodiscard]] constexpr result<void> add(const message& m, const message_options& rules) noexcept {
        const auto size = amqp_message_size(m, rules);
        if (!size) return size.error();
        return add_section(*size, [&](writer& out) { put_amqp_message(out, m, rules); });
    }
    [[nodiscard]] constexpr result<void> add(const message& m) noexcept { return add(m, {.amqp = rules_}); }
    [[nodiscard]] constexpr result<void> add(const amqp::message& m) noexcept {
        const auto size = amqp::encoded_size(m, rules_);
        if (!size) return size.error();
        return add_section(*size,
                           [&](writer& out) { amqp::detail::write_message(out, m, amqp::detail::scope{rules_}); });
    }
    [[nodiscard]] constexpr result<void> add(bytes encoded) noexcept {
        return add_section(encoded.size(), [&](writer& out) { out.put(encoded); });
    }

    [[nodiscard]] constexpr std::size_t count() const noexcept { return count_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

    /// The batch, which has to hold a message: a view of the buffer. More may be added behind.
    [[nodiscard]] constexpr result<bytes> finish() const noexcept {
        if (count_ == 0) return error{.code = errc::iothub_amqp_body};
        return bytes{output_.data(), size_};
    }

private:
    buffer output_;
    amqp::options rules_;
    std::size_t size_ = 0;
    std::size_t count_ = 0;
};

}  // namespace hubwire::iothub

#endif
