#ifndef HUBWIRE_HUBWIRE_HPP
#define HUBWIRE_HUBWIRE_HPP

/// Everything. Each area's own header can be included alone as well.

#include <hubwire/amqp.hpp>
#include <hubwire/core.hpp>
#include <hubwire/crypto.hpp>
#include <hubwire/iothub.hpp>
#include <hubwire/json.hpp>
#include <hubwire/mqtt.hpp>
#include <hubwire/text.hpp>
#include <hubwire/websocket.hpp>

#endif
