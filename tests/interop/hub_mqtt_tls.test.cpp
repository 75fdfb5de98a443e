// A hub written on hubwire, and devices and modules of the Azure SDK for Node that talk MQTT to it, as they would to
// the real one.

#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub_device.hpp"
#include "support/catch2.hpp"

TEST_CASE("a device and a module of the SDK for Node talk MQTT to the hub") {
    interop::check_device_of_sdk("azure-iot-device-mqtt", "mqtt");
}

TEST_CASE("the same within WebSocket") { interop::check_device_of_sdk("azure-iot-device-mqtt", "mqtt-ws"); }
