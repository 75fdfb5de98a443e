#ifndef HUBWIRE_TESTS_INTEROP_HUB_MESSAGE_HPP
#define HUBWIRE_TESTS_INTEROP_HUB_MESSAGE_HPP

#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "must.hpp"

namespace interop {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;
namespace mqtt = hubwire::mqtt;

/// A message with memory of its own. It is kept as AMQP has it, which has a place for everything.
class stored_message {
public:
    stored_message() = default;
    explicit stored_message(const iothub::message& m)
        : wire_{written([&](auto& out) { iothub::put_amqp_message(out, m); })} {}

    /// A view of it, as long as this lives and stays where it is.
    [[nodiscard]] iothub::message view() const { return must(iothub::decode_amqp_message(wire_)); }
    [[nodiscard]] std::size_t size() const { return wire_.size(); }

private:
    std::string wire_{};
};

/// A value as a text, whatever it is and however it is encoded.
inline std::string text_of(const iothub::property_value& value) {
    std::string text(must(value.decoded_size()), '\0');
    must(value.decode(text));
    return text;
}

/// The same of a text that is encoded in a topic.
inline std::string text_of(const iothub::wire_text& value) {
    std::string text(value.raw().size(), '\0');  // it gets no longer
    text.resize(must(value.decode(text)).size());
    return text;
}

/// The same of an id.
inline std::string text_of(const amqp::message_id& id) {
    if (const auto number = id.as<std::uint64_t>()) return std::to_string(*number);
    if (const auto uuid = id.as<amqp::uuid>()) return text_of(iothub::property_value{*uuid});
    if (const auto binary = id.as<hubwire::bytes>()) return std::string{binary->text()};
    return std::string{id.as<std::string_view>().value_or("")};
}

/// All that a message says, a line for each property, with those of the system first, and the body as the last one: the
/// same whatever has carried it.
inline std::vector<std::string> lines_of(const iothub::message& m) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i != iothub::system_property_count; ++i) {
        const auto which = static_cast<iothub::system_property>(i);
        if (!m[which].is_null()) lines.push_back(std::string{amqp_name(which)} + ": " + text_of(m[which]));
    }
    for (const iothub::property p : m.application_properties)
        lines.push_back(text_of(p.name) + (p.value.is_null() ? "" : "=" + text_of(p.value)));
    std::string body;
    for (const amqp::data piece : m.body.sections()) body += piece.content.text();
    lines.push_back(std::move(body));
    return lines;
}

}  // namespace interop

#endif
