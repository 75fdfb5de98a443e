#ifndef HUBWIRE_IOTHUB_FEEDBACK_MESSAGE_HPP
#define HUBWIRE_IOTHUB_FEEDBACK_MESSAGE_HPP

#include <hubwire/amqp/message.hpp>
#include <hubwire/amqp/primitive.hpp>
#include <hubwire/amqp/section.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/feedback.hpp>
#include <hubwire/iothub/message.hpp>
#include <hubwire/json/string.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubwire::iothub {

/// The records of a feedback message, as it came over AMQP on the service's link for feedback. If its body is one data
/// section, as usual, the records are views into the message. If it is several, these are joined in the buffer, and
/// the records are views into that; "no space" says how much more that would take. A message with another content type,
/// or a body that is not data, is refused, at offset 0.
[[nodiscard]] constexpr result<feedback_reader> decode_feedback_message(bytes message HUBWIRE_LIFETIMEBOUND,
                                                                        buffer joined HUBWIRE_LIFETIMEBOUND = {},
                                                                        const json::options& rules = {},
                                                                        const amqp::options& amqp_rules = {}) noexcept {
    const auto decoded = amqp::decode<amqp::message>(message, amqp_rules);
    if (!decoded) return decoded.error();
    const auto& properties = decoded->properties;
    if (!properties || !properties->content_type || properties->content_type->text != feedback_content_type)
        return error{.code = errc::iothub_feedback_content_type};
    if (decoded->body.kind() != amqp::body_kind::data) return error{.code = errc::iothub_feedback_body};
    if (const auto body = decoded->body.single_data()) return feedback_reader{body->text(), rules};
    writer out{joined};
    for (const amqp::data& section : decoded->body.data_sections()) out.put(section.content);
    const auto body = out.finish();
    if (!body) return body.error();
    return feedback_reader{body->text(), rules};
}

/// The message that a hub sends with such a body.
[[nodiscard]] constexpr amqp::message feedback_message(bytes body) noexcept {
    return {.properties = amqp::properties{.content_type = feedback_content_type}, .body = amqp::data{body}};
}

/// Writes such a message of the records, which are gone through once; as put_feedback.
template <room Room, feedback_records Range>
constexpr void put_feedback_message(basic_writer<Room>& out, Range&& records) noexcept {
    const amqp::options rules{};
    amqp::detail::write_before_body(out, feedback_message({}), amqp::detail::scope{rules});
    amqp::detail::write_section_kind(out, amqp::section_kind::data);
    const std::size_t head = out.size();
    out.u8(amqp::detail::code::binary8);
    static_cast<void>(out.reserve8());
    put_feedback(out, records);
    const std::size_t size = out.size() - head - 2;
    if (size <= 0xFF) return out.fill(out.template slot_at<std::uint8_t>(head + 1), size);
    out.widen(head + 2, 3);
    out.fill(out.template slot_at<std::uint8_t>(head), amqp::detail::code::binary32);
    out.fill(out.template slot_at<std::uint32_t>(head + 1), size);
}
template <feedback_records Range>
[[nodiscard]] constexpr result<bytes> encode_feedback_message(buffer output HUBWIRE_LIFETIMEBOUND,
                                                              Range&& records) noexcept {
    writer out{output};
    put_feedback_message(out, records);
    return out.finish();
}

/// How many bytes encode_feedback_message would write, or why it would not.
template <feedback_records Range>
[[nodiscard]] constexpr result<std::size_t> feedback_message_size(Range&& records) noexcept {
    counting_writer out;
    put_feedback_message(out, records);
    return out.finish();
}

/// Whether a service that has asked for this is told of that. What the hub may call a status tomorrow is no success.
[[nodiscard]] constexpr bool asks_for(ack_request ack, const named<feedback_status>& status) noexcept {
    const bool is_good = status == feedback_status::success;
    return ack == ack_request::full || ack == (is_good ? ack_request::positive : ack_request::negative);
}

}  // namespace hubwire::iothub

#endif
