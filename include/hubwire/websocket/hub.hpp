#ifndef HUBWIRE_WEBSOCKET_HUB_HPP
#define HUBWIRE_WEBSOCKET_HUB_HPP

#include <cstdint>
#include <string_view>

/// Where a hub, an edgeHub too, speaks MQTT and AMQP inside WebSocket.
namespace hubwire::websocket {

inline constexpr std::uint16_t hub_port = 443;
inline constexpr std::string_view hub_path = "/$iothub/websocket";

/// The target of a client that logs in with a token: with this query the hub does not ask for a certificate.
inline constexpr std::string_view hub_target_without_certificate = "/$iothub/websocket?iothub-no-client-cert=true";

/// Which protocol is spoken: one has to be offered, or the hub refuses.
inline constexpr std::string_view mqtt_subprotocol = "mqtt";
inline constexpr std::string_view amqp_subprotocol = "amqp";  // as OASIS has registered it
inline constexpr std::string_view amqp_sdk_subprotocol =
    "AMQPWSB10";  // as SDKs call it, those for C# and Java among them

}  // namespace hubwire::websocket

#endif
