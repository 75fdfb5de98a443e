#ifndef HUBWIRE_IOTHUB_MESSAGE_MQTT_HPP
#define HUBWIRE_IOTHUB_MESSAGE_MQTT_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/message.hpp>
#include <hubwire/iothub/property_bag.hpp>
#include <hubwire/iothub/system_property.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

/// Messages in MQTT: a property bag behind the topic, and the payload of a PUBLISH.
namespace hubwire::iothub {

namespace detail {

constexpr result<void> take_bag(message& m, std::string_view bag, const message_options& rules) noexcept {
    const auto properties = decode_property_bag(bag, rules.bag);
    if (!properties) return properties.error();
    system_setter setter{m, rules};
    const char* first = nullptr;  // of the application's properties, from here on
    const char* behind = nullptr;
    for (const property p : *properties) {
        const std::string_view name = p.name.raw();
        if (const auto which = system_property_in_bag(p.name)) {
            if (!setter.set(*which, p.value))
                return error{.code = errc::iothub_message_repeated,
                             .offset = static_cast<std::size_t>(name.data() - bag.data())};
            continue;
        }
        const std::string_view last = p.value.is_null() ? name : p.value.raw();
        if (first == nullptr) first = name.data();
        behind = last.data() + last.size();
    }
    // What stands before and behind them need not be looked at again. (One alone that has no name and no value takes no
    // characters, and would be no bag.)
    if (first != behind) {
        const std::string_view part{first, static_cast<std::size_t>(behind - first)};
        m.application_properties = property_bag::on_the_wire(part, rules.bag.keep_malformed);
    } else if (first != nullptr) {
        m.application_properties = *properties;
    }
    return {};
}

}  // namespace detail

/// The message that a bag and a payload are. Of a property of the system that is null, nothing is kept. Refused is what
/// decode_property_bag refuses, and a property of the system that is there twice.
[[nodiscard]] constexpr result<message> decode_mqtt_message(
    std::string_view bag, bytes payload HUBWIRE_LIFETIMEBOUND,
    const message_options& rules = default_message_options) noexcept {
    result<message> m{std::in_place};
    m->body = payload;
    if (const auto taken = detail::take_bag(*m, bag, rules); !taken) m = taken.error();
    return m;  // alone, so that it is made where it is returned
}

/// Writes the bag: the properties of the system, in the order of system_property, and then the application's. Refused
/// are an application property with the name of one of the system, or with one that is no text, and values of types
/// that have no form as a text. A property of the system without a name in MQTT stays behind, or is refused by option.
template <room Room>
constexpr void put_mqtt_bag(basic_writer<Room>& out, const message& m,
                            const message_options& rules = default_message_options) noexcept {
    detail::bag_writer<Room> bag{out, rules.bag};
    const bool raw_dollar = rules.bag.bare.contains('$');
    for (const detail::system_property_names& names : detail::system_properties) {
        const property_value& value = m[names.property];
        if (value.is_null()) continue;
        if (names.mqtt.empty()) {
            if (rules.refuse_loss) out.fail(errc::iothub_message_nameless);
        } else if (raw_dollar) {
            bag.add({.name = names.mqtt, .value = value});
        } else {
            bag.add_encoded(names.mqtt_encoded, value);
        }
    }
    for (const property p : m.application_properties) {
        if (p.name.type() == amqp::type::binary) out.fail(errc::iothub_message_type);
        if (detail::system_property_in_bag(p.name)) out.fail(errc::iothub_message_reserved);
        bag.add(p);
    }
    bag.finish();
}
[[nodiscard]] constexpr result<bytes> encode_mqtt_bag(buffer output HUBWIRE_LIFETIMEBOUND, const message& m,
                                                      const message_options& rules = default_message_options) noexcept {
    writer out{output};
    put_mqtt_bag(out, m, rules);
    return out.finish();
}

/// How many characters encode_mqtt_bag would write, or why it would not.
[[nodiscard]] constexpr result<std::size_t> mqtt_bag_size(
    const message& m, const message_options& rules = default_message_options) noexcept {
    counting_writer out;
    put_mqtt_bag(out, m, rules);
    return out.finish();
}

/// Writes the payload, for a body in several pieces; one in a single piece need not be copied.
template <room Room>
constexpr void put_mqtt_payload(basic_writer<Room>& out, const message& m) noexcept {
    for (const amqp::data piece : m.body.sections()) out.put(piece.content);
}
[[nodiscard]] constexpr result<bytes> encode_mqtt_payload(buffer output HUBWIRE_LIFETIMEBOUND,
                                                          const message& m) noexcept {
    writer out{output};
    put_mqtt_payload(out, m);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif
