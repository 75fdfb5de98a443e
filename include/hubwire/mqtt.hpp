#ifndef HUBWIRE_MQTT_HPP
#define HUBWIRE_MQTT_HPP

/// MQTT 3.1.1: all fourteen packets, for either side of a connection.

#include <hubwire/mqtt/ack.hpp>
#include <hubwire/mqtt/body.hpp>
#include <hubwire/mqtt/connect.hpp>
#include <hubwire/mqtt/exchange.hpp>
#include <hubwire/mqtt/field.hpp>
#include <hubwire/mqtt/frame.hpp>
#include <hubwire/mqtt/list.hpp>
#include <hubwire/mqtt/packet.hpp>
#include <hubwire/mqtt/publish.hpp>
#include <hubwire/mqtt/subscribe.hpp>
#include <hubwire/mqtt/topic.hpp>
#include <hubwire/mqtt/types.hpp>

#endif
