#ifndef HUBWIRE_IOTHUB_HPP
#define HUBWIRE_IOTHUB_HPP

/// What Azure IoT Hub layers over MQTT and AMQP, for all who take part: devices, modules, services, and the hub itself.

#include <hubwire/iothub/auth_method.hpp>
#include <hubwire/iothub/feedback.hpp>
#include <hubwire/iothub/feedback_message.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/named.hpp>

#endif
