#ifndef HUBWIRE_IOTHUB_HPP
#define HUBWIRE_IOTHUB_HPP

/// What Azure IoT Hub layers over MQTT and AMQP, for all who take part: devices, modules, services, and the hub itself.

#include <hubwire/iothub/endpoint_names.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/message.hpp>
#include <hubwire/iothub/message_amqp.hpp>
#include <hubwire/iothub/message_mqtt.hpp>
#include <hubwire/iothub/message_rules.hpp>
#include <hubwire/iothub/property_bag.hpp>
#include <hubwire/iothub/property_value.hpp>
#include <hubwire/iothub/system_property.hpp>

#endif
