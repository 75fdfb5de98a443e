// The same hub, and devices, modules and a service of the Azure SDK for Node that talk AMQP to it; and messages that
// come in by one protocol and go out by the other.

#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub_device.hpp"
#include "python.hpp"
#include "support/catch2.hpp"

namespace {

using interop::device_key;
using interop::hub_core;
using interop::sdk_program;
using interop::test_device;

constexpr hubwire::iothub::identity other_device{.device_id = "MyDevice02"};

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("a device and a module of the SDK for Node talk AMQP to the hub") {
    interop::check_device_of_sdk("azure-iot-device-amqp", "amqp");
}

TEST_CASE("the same within WebSocket") { interop::check_device_of_sdk("azure-iot-device-amqp", "amqp-ws"); }

TEST_CASE("a service of the SDK sends messages to a device, and is told what became of them") {
    if (!interop::can_run_sdk({"azure-iot-device", "azure-iot-device-amqp", "azure-iothub"})) return;
    interop::test_hub on_loopback;
    interop::iot_hub& hub = on_loopback.hub;
    hub.with([](hub_core& h) {
        h.add(test_device, device_key);
        h.policies["service"] = device_key;
    });
    std::vector<std::string> command = *interop::node_command(
        "azure-iothub", "hub_service.js",
        {std::to_string(hub.amqp_port()), std::string{test_device.device_id}, "service", device_key});
    command.insert(command.begin() + 1, "NODE_EXTRA_CA_CERTS=" + on_loopback.certificates.authority);
    sdk_program service{hub, command};
    interop::process device{on_loopback.device_command("amqp", test_device, "receive")};
    CHECK(device.finish() == 0);
    INFO(device.output());
    CHECK(device.output().starts_with(
        R"(["full","correlation-2","text/plain","utf-8","close the valve",1893553445006,"level=3","settle=complete"])"
        "\n"));
    CHECK(count_of(device.output(), R"(["abandoned",)") == hub_core::max_deliveries);
    for (const std::string_view once : {R"(["silent",)", R"(["rejected",)", R"(["positive",)", R"(["last",)"})
        CHECK(count_of(device.output(), once) == 1);
    CHECK(count_of(device.output(), "expired") == 0);
    service.meanwhile([] {});
    hub.with([](hub_core& h) {
        CHECK(h.feedback.empty());
        CHECK(h.refusals.size() == 2);  // another key, and a device that there is not
    });
}

TEST_CASE("a service of uamqp logs in by its user name, sends messages, and is told what became of them") {
    if (!interop::can_run_sdk({"azure-iot-device", "azure-iot-device-amqp"})) return;
    interop::test_hub on_loopback;
    interop::iot_hub& hub = on_loopback.hub;
    const auto command = interop::python_command("uamqp", "hub_service.py",
                                                 {std::to_string(hub.amqp_port()), on_loopback.certificates.authority,
                                                  std::string{test_device.device_id}, "service", device_key});
    if (!command) {
        WARN("not installed: the module uamqp of Python");
        return;
    }
    hub.with([](hub_core& h) {
        h.add(test_device, device_key);
        h.policies["service"] = device_key;
    });
    sdk_program service{hub, *command};
    interop::process device{on_loopback.device_command("amqp", test_device, "receive")};
    CHECK(device.finish() == 0);
    CHECK(device.output() == R"(["one","correlation-one",null,null,"close the valve",null,"settle=complete"])"
                             "\n"
                             R"(["two","correlation-two",null,null,"no thanks",null,"settle=reject"])"
                             "\n"
                             R"(["three","correlation-three",null,null,"the last",null,"settle=complete"])"
                             "\nok\n");
    service.meanwhile([] {});
}

TEST_CASE("what comes in by one protocol goes out by the other as it came") {
    if (!interop::can_run_sdk({"azure-iot-device", "azure-iot-device-mqtt", "azure-iot-device-amqp"})) return;
    for (const auto& [from, to] : {std::pair{"mqtt", "amqp"}, std::pair{"amqp", "mqtt"}}) {
        INFO("from " << from << " to " << to);
        interop::test_hub on_loopback;
        interop::iot_hub& hub = on_loopback.hub;
        hub.with([](hub_core& h) {
            h.add(test_device, device_key);
            h.add(other_device, device_key);
        });
        interop::process sender{on_loopback.device_command(from, test_device, "send")};
        CHECK(sender.finish() == 0);
        INFO(sender.output());
        hub.with([](hub_core& h) {
            REQUIRE(h.events.size() == 1);
            hubwire::iothub::message m = h.events[0].message.view();
            m.set_sender({});
            // What may be said to a device is less than what one may say.
            std::vector<hubwire::iothub::property> properties;
            for (const hubwire::iothub::property p : m.application_properties) {
                if (check_property_text(p.name) && check_property_text(p.value)) properties.push_back(p);
            }
            m.application_properties = properties;
            interop::must(h.send(other_device, m));
            interop::must(h.send(other_device, {.body = std::string_view{"the last"}}));
        });
        interop::process receiver{on_loopback.device_command(to, other_device, "receive")};
        CHECK(receiver.finish() == 0);
        CHECK(receiver.output() ==
              R"(["message-1","correlation-1","application/json","utf-8","{\"temperature\":21.5,\"note\":\"水温\"}",)"
              R"(1893553445006,"empty=","plain=#43_a%20b&c|~"])"
              "\n"
              R"(["","",null,null,"the last",null])"
              "\nok\n");
    }
}
