#ifndef HUBWIRE_IOTHUB_HPP
#define HUBWIRE_IOTHUB_HPP

/// What Azure IoT Hub layers over MQTT and AMQP, for all who take part: devices, modules, services, and the hub itself.

#include <hubwire/iothub/connect.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/mqtt_username.hpp>
#include <hubwire/iothub/topic.hpp>
#include <hubwire/iothub/topic_filter.hpp>

#endif
