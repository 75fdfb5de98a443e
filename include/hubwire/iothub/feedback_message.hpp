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
#include <hubwire/json/string.hpp>

#include <string_view>

namespace hubwire::iothub {

/// The records of a feedback message, as it came over AMQP on the service's link for feedback. If its body is one data
/// section, as usual, the records are views into the message. If it is several, these are joined in the buffer, and
/// the records are views into that; "no space" says how much more that would take. A message with another content type,
/// or a body that is not data, is refused, at offset 0.
[[nodiscard]] constexpr result<feedback_reader> decode_feedback_message(bytes message,
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

}  // namespace hubwire::iothub

#endif
