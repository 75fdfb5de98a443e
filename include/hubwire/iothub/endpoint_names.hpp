#ifndef HUBWIRE_IOTHUB_ENDPOINT_NAMES_HPP
#define HUBWIRE_IOTHUB_ENDPOINT_NAMES_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/iothub/system_property.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubwire::iothub {

/// Where the hub routes messages of devices to.
enum class routing_endpoint : std::uint8_t { event_hubs, storage, service_bus, event_grid };

namespace detail {

struct endpoint_names {
    system_property property;
    std::string_view names[4];  // in the order of routing_endpoint; empty where the property is not there
};

/// In the order of system_property.
inline constexpr endpoint_names names_at_endpoints[] = {
    {system_property::message_id, {"message-id", "messageId", "MessageId", "message-id"}},
    {system_property::user_id, {"user-id", "userId", "UserId", "user-id"}},
    {system_property::correlation_id, {"correlation-id", "correlationId", "CorrelationId", "correlation-id"}},
    {system_property::content_type, {"content-type", "contentType", "ContentType", "iothub-content-type"}},
    {system_property::content_encoding,
     {"content-encoding", "contentEncoding", "ContentEncoding", "iothub-content-encoding"}},
    {system_property::dt_subject, {"dt-subject", "dt-subject", "dt-subject", "dt-subject"}},
    {system_property::dt_dataschema, {"dt-dataschema", "dt-dataschema", "dt-dataschema", "dt-dataschema"}},
    {system_property::enqueued_time, {"iothub-enqueuedtime", "enqueuedTime", "", "iothub-enqueuedtime"}},
    {system_property::connection_device_id,
     {"iothub-connection-device-id", "connectionDeviceId", "iothub-connection-device-id",
      "iothub-connection-device-id"}},
    {system_property::connection_module_id,
     {"iothub-connection-module-id", "connectionModuleId", "iothub-connection-module-id",
      "iothub-connection-module-id"}},
    {system_property::connection_auth_generation_id,
     {"iothub-connection-auth-generation-id", "connectionDeviceGenerationId", "iothub-connection-auth-generation-id",
      "iothub-connection-auth-generation-id"}},
    {system_property::connection_auth_method,
     {"iothub-connection-auth-method", "connectionAuthMethod", "iothub-connection-auth-method",
      "iothub-connection-auth-method"}},
};

constexpr std::size_t index_of(routing_endpoint where) noexcept {
    require(where <= routing_endpoint::event_grid);
    return static_cast<std::size_t>(where);
}

}  // namespace detail

/// What a property of the system is called in messages that come from this endpoint; empty if it is not there.
[[nodiscard]] constexpr std::string_view endpoint_name(routing_endpoint where, system_property which) noexcept {
    for (const detail::endpoint_names& row : detail::names_at_endpoints) {
        if (row.property == which) return row.names[detail::index_of(where)];
    }
    return {};
}

/// The property with this name at this endpoint.
[[nodiscard]] constexpr std::optional<system_property> find_endpoint_name(routing_endpoint where,
                                                                          std::string_view name) noexcept {
    if (name.empty()) return {};
    for (const detail::endpoint_names& row : detail::names_at_endpoints) {
        if (row.names[detail::index_of(where)] == name) return row.property;
    }
    return {};
}

}  // namespace hubwire::iothub

#endif
