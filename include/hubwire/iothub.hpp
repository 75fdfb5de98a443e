#ifndef HUBWIRE_IOTHUB_HPP
#define HUBWIRE_IOTHUB_HPP

/// What Azure IoT Hub layers over MQTT and AMQP, for all who take part: devices, modules, services, and the hub itself.

#include <hubwire/iothub/address.hpp>
#include <hubwire/iothub/amqp_uri.hpp>
#include <hubwire/iothub/connection_string.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/name.hpp>
#include <hubwire/iothub/plain_user.hpp>
#include <hubwire/iothub/sas_key.hpp>
#include <hubwire/iothub/sas_resource.hpp>
#include <hubwire/iothub/sas_token.hpp>

#endif
