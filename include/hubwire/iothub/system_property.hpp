#ifndef HUBWIRE_IOTHUB_SYSTEM_PROPERTY_HPP
#define HUBWIRE_IOTHUB_SYSTEM_PROPERTY_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/iothub/text_part.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubwire::iothub {

/// The properties of a message that have a meaning to the hub; all others are the application's.
enum class system_property : std::uint8_t {
    message_id,
    user_id,
    to,
    subject,
    reply_to,
    correlation_id,
    content_type,
    content_encoding,
    absolute_expiry_time,
    creation_time,
    group_id,
    group_sequence,
    reply_to_group_id,

    ack,
    operation,
    creation_time_utc,
    message_schema,
    output_name,

    interface_id,
    dt_subject,
    dt_dataschema,
    diagnostic_id,
    correlation_context,
    input_name,
    lock_token,
    sequence_number,
    offset,
    enqueued_time,
    event_enqueued_time,
    partition_key,
    delivery_count,
    connection_device_id,
    connection_module_id,
    connection_auth_generation_id,
    connection_auth_method,
};

/// How many there are.
inline constexpr std::size_t system_property_count = 35;

/// Where AMQP has a property: in which section of a message.
enum class amqp_place : std::uint8_t { properties, application_properties, message_annotations };

namespace detail {

using namespace hubwire::detail;

struct system_property_names {
    system_property property;
    amqp_place place;
    std::string_view amqp;
    std::string_view mqtt;          // empty where MQTT has none
    std::string_view mqtt_encoded;  // the same as it stands in a bag
};

/// In the order of system_property; the first thirteen in the order of their fields in AMQP (AMQP 3.2.4).
inline constexpr system_property_names system_properties[] = {
    {system_property::message_id, amqp_place::properties, "message-id", "$.mid", "%24.mid"},
    {system_property::user_id, amqp_place::properties, "user-id", "$.uid", "%24.uid"},
    {system_property::to, amqp_place::properties, "to", "$.to", "%24.to"},
    {system_property::subject, amqp_place::properties, "subject", "", ""},
    {system_property::reply_to, amqp_place::properties, "reply-to", "", ""},
    {system_property::correlation_id, amqp_place::properties, "correlation-id", "$.cid", "%24.cid"},
    {system_property::content_type, amqp_place::properties, "content-type", "$.ct", "%24.ct"},
    {system_property::content_encoding, amqp_place::properties, "content-encoding", "$.ce", "%24.ce"},
    {system_property::absolute_expiry_time, amqp_place::properties, "absolute-expiry-time", "$.exp", "%24.exp"},
    {system_property::creation_time, amqp_place::properties, "creation-time", "$.ctime", "%24.ctime"},
    {system_property::group_id, amqp_place::properties, "group-id", "", ""},
    {system_property::group_sequence, amqp_place::properties, "group-sequence", "", ""},
    {system_property::reply_to_group_id, amqp_place::properties, "reply-to-group-id", "", ""},

    {system_property::ack, amqp_place::application_properties, "iothub-ack", "iothub-ack", "iothub-ack"},
    {system_property::operation, amqp_place::application_properties, "iothub-operation", "iothub-operation",
     "iothub-operation"},
    {system_property::creation_time_utc, amqp_place::application_properties, "iothub-creation-time-utc",
     "iothub-creation-time-utc", "iothub-creation-time-utc"},
    {system_property::message_schema, amqp_place::application_properties, "iothub-message-schema", "$.schema",
     "%24.schema"},
    {system_property::output_name, amqp_place::application_properties, "iothub-outputname", "$.on", "%24.on"},

    {system_property::interface_id, amqp_place::message_annotations, "iothub-interface-id", "$.ifid", "%24.ifid"},
    {system_property::dt_subject, amqp_place::message_annotations, "dt-subject", "$.sub", "%24.sub"},
    {system_property::dt_dataschema, amqp_place::message_annotations, "dt-dataschema", "", ""},
    {system_property::diagnostic_id, amqp_place::message_annotations, "Diagnostic-Id", "$.diagid", "%24.diagid"},
    {system_property::correlation_context, amqp_place::message_annotations, "Correlation-Context", "$.diagctx",
     "%24.diagctx"},
    {system_property::input_name, amqp_place::message_annotations, "x-opt-input-name", "", ""},
    {system_property::lock_token, amqp_place::message_annotations, "x-opt-lock-token", "", ""},
    {system_property::sequence_number, amqp_place::message_annotations, "x-opt-sequence-number", "", ""},
    {system_property::offset, amqp_place::message_annotations, "x-opt-offset", "", ""},
    {system_property::enqueued_time, amqp_place::message_annotations, "iothub-enqueuedtime", "", ""},
    {system_property::event_enqueued_time, amqp_place::message_annotations, "x-opt-enqueued-time", "", ""},
    {system_property::partition_key, amqp_place::message_annotations, "x-opt-partition-key", "", ""},
    {system_property::delivery_count, amqp_place::message_annotations, "iothub-deliverycount", "", ""},
    {system_property::connection_device_id, amqp_place::message_annotations, "iothub-connection-device-id", "$.cdid",
     "%24.cdid"},
    {system_property::connection_module_id, amqp_place::message_annotations, "iothub-connection-module-id", "$.cmid",
     "%24.cmid"},
    {system_property::connection_auth_generation_id, amqp_place::message_annotations,
     "iothub-connection-auth-generation-id", "", ""},
    {system_property::connection_auth_method, amqp_place::message_annotations, "iothub-connection-auth-method", "", ""},
};

consteval bool system_properties_in_order() {
    std::size_t index = 0;
    for (const system_property_names& names : system_properties) {
        if (static_cast<std::size_t>(names.property) != index++) return false;
    }
    return index == system_property_count;
}
static_assert(system_properties_in_order(), "one row for each system property, in its order");

/// Pre: the property is one of those that have a name here.
constexpr const system_property_names& names_of_property(system_property property) noexcept {
    const auto index = static_cast<std::size_t>(property);
    require(index < system_property_count);
    return system_properties[index];
}

/// Up to seven characters as a number, which begins with a 1: a character may be 0. Pre: no more than that.
constexpr std::uint64_t packed(std::string_view text) noexcept {
    std::uint64_t all = 1;
    for (const char c : text) all = all << 8 | static_cast<unsigned char>(c);
    return all;
}

/// The property with this name behind the $. that most have in a bag.
constexpr std::optional<system_property> dollar_property(std::string_view behind_dollar) noexcept {
    constexpr std::size_t longest = 7;
    if (behind_dollar.empty() || behind_dollar.size() > longest) return {};
    switch (packed(behind_dollar)) {
        case packed("mid"):
            return system_property::message_id;
        case packed("uid"):
            return system_property::user_id;
        case packed("to"):
            return system_property::to;
        case packed("cid"):
            return system_property::correlation_id;
        case packed("ct"):
            return system_property::content_type;
        case packed("ce"):
            return system_property::content_encoding;
        case packed("exp"):
            return system_property::absolute_expiry_time;
        case packed("ctime"):
            return system_property::creation_time;
        case packed("schema"):
            return system_property::message_schema;
        case packed("on"):
            return system_property::output_name;
        case packed("ifid"):
            return system_property::interface_id;
        case packed("sub"):
            return system_property::dt_subject;
        case packed("diagid"):
            return system_property::diagnostic_id;
        case packed("diagctx"):
            return system_property::correlation_context;
        case packed("cdid"):
            return system_property::connection_device_id;
        case packed("cmid"):
            return system_property::connection_module_id;
        default:
            return {};
    }
}

/// The first of the properties of a place, or of all, and the one behind the last.
inline constexpr std::size_t first_in_application_properties = static_cast<std::size_t>(system_property::ack);
inline constexpr std::size_t first_in_annotations = static_cast<std::size_t>(system_property::interface_id);

}  // namespace detail

/// What AMQP calls the property, and where a message has it there.
[[nodiscard]] constexpr std::string_view amqp_name(system_property property) noexcept {
    return detail::names_of_property(property).amqp;
}
[[nodiscard]] constexpr amqp_place place_in_amqp(system_property property) noexcept {
    return detail::names_of_property(property).place;
}

/// What a property bag calls it, such as $.mid; empty for those that MQTT has no name for.
[[nodiscard]] constexpr std::string_view mqtt_name(system_property property) noexcept {
    return detail::names_of_property(property).mqtt;
}

/// The property with this name in a property bag. Names are told apart by case, as every SDK does.
[[nodiscard]] constexpr std::optional<system_property> find_mqtt_name(std::string_view name) noexcept {
    if (detail::begins_with(name, "$.")) return detail::dollar_property({name.data() + 2, name.size() - 2});
    if (!detail::begins_with(name, "iothub-")) return {};
    for (const system_property property :
         {system_property::ack, system_property::operation, system_property::creation_time_utc}) {
        if (mqtt_name(property) == name) return property;
    }
    return {};
}

/// The property with this name in a section of an AMQP message.
[[nodiscard]] constexpr std::optional<system_property> find_amqp_name(amqp_place place,
                                                                      std::string_view name) noexcept {
    constexpr std::size_t begins[] = {0, detail::first_in_application_properties, detail::first_in_annotations,
                                      system_property_count};
    const auto index = static_cast<std::size_t>(place);
    for (std::size_t at = begins[index]; at != begins[index + 1]; ++at) {
        if (detail::system_properties[at].amqp == name) return detail::system_properties[at].property;
    }
    return {};
}

}  // namespace hubwire::iothub

#endif
