#include <hubwire/iothub/property_bag.hpp>
#include <hubwire/iothub/topic.hpp>

// The topics that a device sends to and is sent, and the property bags at their ends; as mqtt_device.cpp.

namespace iothub = hubwire::iothub;

hubwire::result<hubwire::bytes> encode_telemetry(hubwire::buffer to, const iothub::telemetry_topic& t) {
    return iothub::encode(to, t);
}
hubwire::result<hubwire::bytes> encode_method_response(hubwire::buffer to, const iothub::method_response_topic& t) {
    return iothub::encode(to, t);
}
hubwire::result<hubwire::bytes> encode_bag(hubwire::buffer to, const std::span<const iothub::property>& properties) {
    return iothub::encode_property_bag(to, properties);
}

hubwire::result<iothub::topic_to_client> decode_any(std::string_view topic) {
    return iothub::decode_topic_to_client(topic);
}
hubwire::result<iothub::property_bag> decode_bag(std::string_view bag) { return iothub::decode_property_bag(bag); }
