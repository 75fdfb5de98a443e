#ifndef HUBWIRE_IOTHUB_HPP
#define HUBWIRE_IOTHUB_HPP

/// What Azure IoT Hub layers over MQTT and AMQP, for all who take part: devices, modules, services, and the hub itself.

#include <hubwire/iothub/address.hpp>
#include <hubwire/iothub/amqp_method.hpp>
#include <hubwire/iothub/amqp_operation.hpp>
#include <hubwire/iothub/amqp_twin.hpp>
#include <hubwire/iothub/amqp_uri.hpp>
#include <hubwire/iothub/auth_method.hpp>
#include <hubwire/iothub/batch.hpp>
#include <hubwire/iothub/cbs.hpp>
#include <hubwire/iothub/connect.hpp>
#include <hubwire/iothub/connection_string.hpp>
#include <hubwire/iothub/endpoint_names.hpp>
#include <hubwire/iothub/error_condition.hpp>
#include <hubwire/iothub/event_annotations.hpp>
#include <hubwire/iothub/feedback.hpp>
#include <hubwire/iothub/feedback_message.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/link_properties.hpp>
#include <hubwire/iothub/message.hpp>
#include <hubwire/iothub/message_amqp.hpp>
#include <hubwire/iothub/message_mqtt.hpp>
#include <hubwire/iothub/message_rules.hpp>
#include <hubwire/iothub/mqtt_username.hpp>
#include <hubwire/iothub/name.hpp>
#include <hubwire/iothub/named.hpp>
#include <hubwire/iothub/obstacle.hpp>
#include <hubwire/iothub/plain_user.hpp>
#include <hubwire/iothub/property_bag.hpp>
#include <hubwire/iothub/property_value.hpp>
#include <hubwire/iothub/sas_key.hpp>
#include <hubwire/iothub/sas_resource.hpp>
#include <hubwire/iothub/sas_token.hpp>
#include <hubwire/iothub/selector_filter.hpp>
#include <hubwire/iothub/system_property.hpp>
#include <hubwire/iothub/topic.hpp>
#include <hubwire/iothub/topic_filter.hpp>
#include <hubwire/iothub/uuid_text.hpp>

#endif
