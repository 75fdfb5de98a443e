#include <hubwire/iothub/sas_token.hpp>

// A key and a token signed with it, as a device needs them, SHA-256 included; as mqtt_device.cpp.

namespace iothub = hubwire::iothub;

hubwire::result<hubwire::bytes> sign(hubwire::buffer to, const iothub::sas_claims& claims, std::string_view key) {
    return iothub::encode_sas_token(to, claims, iothub::sas_key::of_hub(key));
}
