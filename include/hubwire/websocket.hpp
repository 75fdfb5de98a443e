#ifndef HUBWIRE_WEBSOCKET_HPP
#define HUBWIRE_WEBSOCKET_HPP

/// WebSocket (RFC 6455), in which the hub speaks MQTT and AMQP on port 443: the opening handshake, frames and messages,
/// for either side of a connection.

#include <hubwire/websocket/close_code.hpp>
#include <hubwire/websocket/close_status.hpp>
#include <hubwire/websocket/comma_list.hpp>
#include <hubwire/websocket/frame.hpp>
#include <hubwire/websocket/frame_order.hpp>
#include <hubwire/websocket/handshake_key.hpp>
#include <hubwire/websocket/head.hpp>
#include <hubwire/websocket/header_field.hpp>
#include <hubwire/websocket/hub.hpp>
#include <hubwire/websocket/mask.hpp>
#include <hubwire/websocket/message_reader.hpp>
#include <hubwire/websocket/request.hpp>
#include <hubwire/websocket/response.hpp>
#include <hubwire/websocket/sha1.hpp>
#include <hubwire/websocket/stream_reader.hpp>
#include <hubwire/websocket/types.hpp>
#include <hubwire/websocket/utf8_stream.hpp>

#endif
