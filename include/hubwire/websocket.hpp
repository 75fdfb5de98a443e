#ifndef HUBWIRE_WEBSOCKET_HPP
#define HUBWIRE_WEBSOCKET_HPP

/// WebSocket (RFC 6455), in which the hub speaks MQTT and AMQP on port 443: the opening handshake.

#include <hubwire/websocket/comma_list.hpp>
#include <hubwire/websocket/handshake_key.hpp>
#include <hubwire/websocket/head.hpp>
#include <hubwire/websocket/header_field.hpp>
#include <hubwire/websocket/hub.hpp>
#include <hubwire/websocket/request.hpp>
#include <hubwire/websocket/response.hpp>
#include <hubwire/websocket/sha1.hpp>

#endif
