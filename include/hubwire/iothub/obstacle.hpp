#ifndef HUBWIRE_IOTHUB_OBSTACLE_HPP
#define HUBWIRE_IOTHUB_OBSTACLE_HPP

#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/iothub/message.hpp>
#include <hubwire/iothub/message_amqp.hpp>
#include <hubwire/iothub/message_mqtt.hpp>
#include <hubwire/iothub/property_value.hpp>
#include <hubwire/iothub/system_property.hpp>
#include <hubwire/mqtt/types.hpp>

#include <cstddef>
#include <optional>
#include <span>

/// Why a message that came by one carrier cannot go by the other, or breaks a rule of the hub (message_rules.hpp), for
/// a gateway that has to tell the sender: encoders and checks say what is wrong, and this says with which property.
namespace hubwire::iothub {

/// A property that keeps a message from being encoded, or taken.
struct obstacle {
    errc code = errc::none;                   // what the encoder fails with, or the check
    std::optional<system_property> system{};  // which of the system's it is; none for one of the application
    property_value name{};   // what it is called, that of the system in AMQP; null where no single one is to blame
    bool in_name = false;    // whether it is the name that is refused, and not the value
    std::size_t offset = 0;  // where, as the check of it has it; 0 where it is a carrier that refuses

    friend constexpr bool operator==(const obstacle&, const obstacle&) noexcept = default;
};

namespace detail {

/// The first property that is refused by itself, for the same reason as all of them. A message without obstacles is
/// measured once, and no more.
template <class Measure>
constexpr std::optional<obstacle> find_obstacle(const message& m, std::size_t first, Measure measure) noexcept {
    const auto all = measure(m);
    if (all) return std::nullopt;
    const errc code = all.error().code;
    for (std::size_t i = 0; i != system_property_count; ++i) {
        const system_property_names& names = system_properties[(first + i) % system_property_count];
        if (m[names.property].is_null()) continue;
        message alone;
        alone[names.property] = m[names.property];
        if (const auto size = measure(alone); !size && size.error().code == code)
            return obstacle{.code = code, .system = names.property, .name = names.amqp};
    }
    for (const property p : m.application_properties) {
        const auto is_refused = [&](const property& one) {
            const auto size = measure(message{.application_properties = std::span<const property>{&one, 1}});
            return !size && size.error().code == code;
        };
        if (is_refused(p)) return obstacle{.code = code, .name = p.name, .in_name = is_refused({.name = p.name})};
    }
    return obstacle{.code = code};  // too long, all together
}

}  // namespace detail

/// What encode_mqtt_bag would fail with, if not for want of space, or what makes the topic too long that ends in the
/// bag and has so many bytes before it; nothing if the message can go by MQTT. With refuse_loss among the options, also
/// what would stay behind.
[[nodiscard]] constexpr std::optional<obstacle> find_mqtt_obstacle(
    const message& m, const message_options& rules = default_message_options, std::size_t topic_size = 0) noexcept {
    const std::size_t most = topic_size < mqtt::max_field_size ? mqtt::max_field_size - topic_size : 0;
    return detail::find_obstacle(m, 0, [&](const message& some) -> result<std::size_t> {
        const auto size = mqtt_bag_size(some, rules);
        if (size && *size > most) return error{.code = errc::mqtt_topic_too_long, .offset = most};
        return size;
    });
}

/// What encode_amqp_message would fail with, if not for want of space; nothing if the message can go by AMQP.
[[nodiscard]] constexpr std::optional<obstacle> find_amqp_obstacle(
    const message& m, const message_options& rules = default_message_options) noexcept {
    return detail::find_obstacle(m, detail::first_in_annotations,
                                 [&](const message& some) { return amqp_message_size(some, rules); });
}

}  // namespace hubwire::iothub

#endif
