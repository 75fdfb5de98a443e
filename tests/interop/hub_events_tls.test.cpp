// The same hub, and clients of uamqp, which the hub's SDKs for Python were built upon: a device, which sends batches as
// well, and a service that reads what devices send.

#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "hub_device.hpp"
#include "python.hpp"
#include "support/catch2.hpp"

namespace {

namespace iothub = hubwire::iothub;
using interop::device_key;
using interop::hub_core;
using interop::lines_of;
using interop::must;
using interop::outcome;
using interop::test_device;

constexpr iothub::identity other_device{.device_id = "MyDevice02"};

/// The command that runs a script of uamqp with the hub's port and authority, and these arguments; if that cannot be,
/// it says so.
std::optional<std::vector<std::string>> uamqp_command(const interop::test_hub& on_loopback, const std::string& script,
                                                      std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {std::to_string(on_loopback.hub.amqp_port()), on_loopback.certificates.authority});
    auto command = interop::python_command("uamqp", script, arguments);
    if (!command) WARN("not installed: the module uamqp of Python");
    return command;
}

/// What a message of this id says in hub_device.py.
std::vector<std::string> full_lines(const std::string& id, const std::string& generation, const std::string& body) {
    return interop::joined({"message-id: " + id, "user-id: user 1", "correlation-id: correlation-" + id,
                            "content-type: application/json", "content-encoding: utf-8",
                            "absolute-expiry-time: 2030-01-02T03:04:05.006Z", "iothub-interface-id: urn:example:1"},
                           interop::sender_lines(test_device, generation), {"site=Building 43", "level=3", body});
}

/// What hub_events.py shows of an event: its annotations, and the rest of it, which the sender has said.
std::string shown(hub_core& hub, std::uint32_t partition, int number, const iothub::identity& who,
                  const std::string& said) {
    return "[" + std::to_string(partition) + R"(, {"x-opt-sequence-number": )" + std::to_string(number) +
           R"(, "iothub-connection-device-id": ")" + std::string{who.device_id} +
           R"(", "iothub-connection-auth-generation-id": ")" + hub.clients.at(who).generation_id +
           R"(", "iothub-connection-auth-method": "{\"scope\":\"device\",\"type\":\"sas\",\"issuer\":\"iothub\"}"}, )" +
           said + "]\n";
}

/// What a device says with hub_device.js, of which the SDK leaves two properties out over AMQP.
std::string full_event(const std::string& only_over_mqtt) {
    return R"({"message_id": "message-1", )" + only_over_mqtt +
           R"("correlation_id": "correlation-1", "content_type": "application/json", "content_encoding": "utf-8", )"
           R"("absolute_expiry_time": 1893553445006}, )"
           R"({"iothub-creation-time-utc": "2021-01-29T16:45:39.021Z", "site": "Building 43", )"
           R"("水 & = ? / # + %": "温 & = ? / # + %", "empty": "", "plain": "#43_a%20b&c|~"}, )"
           R"("{\"temperature\":21.5,\"note\":\"水温\"}")";
}

void queue_message(hub_core& hub, const std::string& id, const char* settle) {
    const iothub::property properties[] = {{"settle", settle}};
    must(hub.send(
        test_device,
        {.message_id = id, .ack = "full", .application_properties = properties, .body = std::string_view{"do it"}}));
}

}  // namespace

TEST_CASE("a device of uamqp sends telemetry, some of it in batches, and settles what it is sent in every way") {
    if (!interop::can_run_sdk({})) return;
    interop::test_hub on_loopback;
    interop::iot_hub& hub = on_loopback.hub;
    const auto command = uamqp_command(on_loopback, "hub_device.py", {std::string{test_device.device_id}, device_key});
    if (!command) return;
    hub.with([](hub_core& h) {
        h.add(test_device, device_key);
        for (const auto& [id, settle] :
             {std::pair{"a", "complete"}, std::pair{"b", "reject"}, std::pair{"c", "release"}})
            queue_message(h, id, settle);
    });
    interop::process device{*command};
    // The last one is queued once the released one has come back, and been completed.
    hub.wait_until("messages that are settled", [](const hub_core& h) { return h.settled.size() == 4; });
    hub.with([](hub_core& h) { queue_message(h, "d", "last"); });
    CHECK(device.finish() == 0);
    CHECK(device.output() ==
          "[\"a\", \"/devices/MyDevice01/messages/devicebound\", 0, 1, \"complete\", \"do it\"]\n"
          "[\"b\", \"/devices/MyDevice01/messages/devicebound\", 0, 2, \"reject\", \"do it\"]\n"
          "[\"c\", \"/devices/MyDevice01/messages/devicebound\", 0, 3, \"release\", \"do it\"]\n"
          "[\"c\", \"/devices/MyDevice01/messages/devicebound\", 1, 3, \"release\", \"do it\"]\n"
          "[\"d\", \"/devices/MyDevice01/messages/devicebound\", 0, 4, \"last\", \"do it\"]\n"
          "ok\n");
    hub.with([](hub_core& h) {
        const auto settled = [](std::string id, outcome what) {
            return interop::settled_message{.receiver = test_device, .id = std::move(id), .what = what};
        };
        CHECK(h.settled == std::vector{settled("a", outcome::completed), settled("b", outcome::rejected),
                                       settled("c", outcome::abandoned), settled("c", outcome::completed),
                                       settled("d", outcome::completed)});
        const std::string generation = h.clients.at(test_device).generation_id;
        const auto lines = [&](std::size_t i) { return lines_of(h.events[i].message.view()); };
        REQUIRE(h.events.size() == 34);
        CHECK(lines(0) == full_lines("one", generation, R"({"t":21.5})"));
        CHECK(lines(1) == full_lines("two", generation, "2"));
        CHECK(lines(2) == full_lines("three", generation, "3"));
        CHECK(lines(3).back() == "four");
        for (std::size_t i = 4; i != 34; ++i) {
            std::string body;
            for (int k = 0; k != 10'000; ++k) body += std::to_string(i + 6);
            CHECK(lines(i).back() == body);
        }
        for (const std::string& why : h.refusals) UNSCOPED_INFO(why);
        CHECK(h.refusals.size() == 1);  // of the batch with a message that is none
    });
}

TEST_CASE("a service of uamqp is told where events are, and reads there what devices have sent by either protocol") {
    if (!interop::can_run_sdk({"azure-iot-device", "azure-iot-device-mqtt", "azure-iot-device-amqp"})) return;
    interop::test_hub on_loopback;
    interop::iot_hub& hub = on_loopback.hub;
    const auto command = uamqp_command(on_loopback, "hub_events.py", {"service", device_key});
    if (!command) return;
    hub.with([](hub_core& h) {
        h.add(test_device, device_key);
        h.add(other_device, device_key);
        h.policies["service"] = device_key;
    });
    for (const auto& [transport, who] : {std::pair{"mqtt", test_device}, std::pair{"amqp", other_device}}) {
        interop::process sender{on_loopback.device_command(transport, who, "send")};
        const int status = sender.finish();
        INFO(sender.output());
        CHECK(status == 0);
    }
    const std::string plain_event = R"({}, {}, "and so on")";
    std::string wanted;
    hub.with([&](hub_core& h) {
        for (const iothub::identity& who : {test_device, other_device}) {
            for (int i = 0; i != 4; ++i) must(h.take_event(who, {.body = std::string_view{"and so on"}}));
        }
        REQUIRE(h.events[0].partition == 1);
        REQUIRE(h.events[1].partition == 0);
        for (const auto& [partition, who, properties] :
             {std::tuple{0u, other_device, ""},
              std::tuple{1u, test_device, R"("user_id": "user 1", "to": "some/where", )"}}) {
            wanted += shown(h, partition, 0, who, full_event(properties));
            for (const int i : {1, 2, 3, 4}) wanted += shown(h, partition, i, who, plain_event);
        }
        wanted += "waiting\n" + shown(h, 0, 5, other_device, plain_event) + "ok\n";
    });
    interop::process service{*command};
    if (service.wait_for_output("waiting"))
        hub.with([](hub_core& h) { must(h.take_event(other_device, {.body = std::string_view{"and so on"}})); });
    const int status = service.finish();
    CHECK(service.output() == wanted);
    CHECK(status == 0);
    hub.with([](hub_core& h) {
        for (const std::string& why : h.refusals) UNSCOPED_INFO(why);
        CHECK(h.refusals.size() == 2);  // of the selector that nobody understands, for each partition
    });
}
