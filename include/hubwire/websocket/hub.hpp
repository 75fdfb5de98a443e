#ifndef HUBWIRE_WEBSOCKET_HUB_HPP
#define HUBWIRE_WEBSOCKET_HUB_HPP

#include <cstdint>
#include <string_view>

/// Where a hub, an edgeHub too, speaks MQTT and AMQP inside WebSocket.
namespace hubwire::websocket {

inline constexpr std::uint16_t hub_port = 443;
inline constexpr std::string_view hub_path = "/$iothub/websocket";

/// The target of a client that logs in with a token: with the query the hub does not ask for a certificate, which some
/// TLS stacks answer badly when they have none.
inline constexpr std::string_view hub_target_without_certificate = "/$iothub/websocket?iothub-no-client-cert=true";

/// Which protocol is spoken. The hub answers with the one that was offered; without any it refuses.
inline constexpr std::string_view mqtt_subprotocol = "mqtt";
inline constexpr std::string_view amqp_subprotocol = "amqp";           // as OASIS has registered it
inline constexpr std::string_view amqp_sdk_subprotocol = "AMQPWSB10";  // as the SDKs for C#, Java and Node call it

}  // namespace hubwire::websocket

#endif
