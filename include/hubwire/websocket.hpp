#ifndef HUBWIRE_WEBSOCKET_HPP
#define HUBWIRE_WEBSOCKET_HPP

/// WebSocket, for MQTT and AMQP on port 443: frames and messages, for either side of a connection.

#include <hubwire/websocket/close_code.hpp>
#include <hubwire/websocket/close_status.hpp>
#include <hubwire/websocket/frame.hpp>
#include <hubwire/websocket/frame_order.hpp>
#include <hubwire/websocket/mask.hpp>
#include <hubwire/websocket/message_reader.hpp>
#include <hubwire/websocket/stream_reader.hpp>
#include <hubwire/websocket/types.hpp>
#include <hubwire/websocket/utf8_stream.hpp>

#endif
