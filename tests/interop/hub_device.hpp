#ifndef HUBWIRE_TESTS_INTEROP_HUB_DEVICE_HPP
#define HUBWIRE_TESTS_INTEROP_HUB_DEVICE_HPP

#include <chrono>
#include <cstdint>
#include <exception>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "hub_core.hpp"
#include "hub_message.hpp"
#include "iot_hub.hpp"
#include "node.hpp"
#include "process.hpp"
#include "support/catch2.hpp"
#include "tls.hpp"

/// What a hub and the device of hub_device.js say to each other, over any transport.
namespace interop {

inline const std::string device_key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
inline constexpr iothub::identity test_device{.device_id = "MyDevice01"};
inline constexpr iothub::identity test_module{.device_id = "MyDevice01", .module_id = "camera"};

/// A token for an hour, as a device makes it; or a service, which has a policy.
inline std::string token_for(const iothub::sas_resource& resource, const iothub::sas_key& key,
                             std::string_view policy = {}) {
    const iothub::sas_claims claims{
        .resource = resource, .expiry = seconds_of(std::chrono::system_clock::now()) + 3'600, .policy = policy};
    std::string memory(must(iothub::most_encoded_size(claims)), '\0');
    memory.resize(must(iothub::encode_sas_token(memory, claims, key)).size());
    return memory;
}
inline std::string token_for(const iothub::identity& who, const std::string& key = device_key) {
    return token_for({.host_name = "hubwire.azure-devices.net", .who = who}, iothub::sas_key::of_hub(key));
}

inline std::string all_bytes() {
    std::string all;
    for (int i = 0; i != 256; ++i) all += static_cast<char>(i);
    return all;
}

/// What the hub has said of who has sent a message.
inline std::vector<std::string> sender_lines(const iothub::identity& who, const std::string& generation) {
    std::vector<std::string> lines{"iothub-connection-device-id: " + std::string{who.device_id}};
    if (who.is_module()) lines.push_back("iothub-connection-module-id: " + std::string{who.module_id});
    lines.push_back("iothub-connection-auth-generation-id: " + generation);
    lines.push_back(R"(iothub-connection-auth-method: {"scope":"device","type":"sas","issuer":"iothub"})");
    return lines;
}

/// Lines of system properties, of the sender, and of all that comes behind these.
inline std::vector<std::string> joined(std::vector<std::string> lines, const std::vector<std::string>& sender,
                                       const std::vector<std::string>& rest) {
    lines.insert(lines.end(), sender.begin(), sender.end());
    lines.insert(lines.end(), rest.begin(), rest.end());
    return lines;
}

inline void send_messages_to_device(hub_core& hub) {
    using iothub::property;
    const property properties[] = {{"level", 3}, {"settle", "complete"}, {"quoted", "a%20b&c"}};
    must(hub.send(test_device, {.message_id = "alert-1",
                                .user_id = hubwire::bytes{std::string_view{"hubwire"}},
                                .correlation_id = "correlation-2",
                                .content_type = "text/plain",
                                .content_encoding = "utf-8",
                                .absolute_expiry_time = amqp::timestamp{1'893'553'445'006},
                                .ack = to_text(iothub::ack_request::full),
                                .application_properties = properties,
                                .body = std::string_view{"close the valve"}}));
    const std::string binary = all_bytes();
    must(hub.send(test_device, {.message_id = "binary", .body = binary}));
    must(hub.send(test_device, {.message_id = "expired",
                                .absolute_expiry_time = amqp::timestamp{1},
                                .ack = "negative",
                                .body = std::string_view{"too late"}}));
    must(hub.send(test_device, {.message_id = "last", .ack = "negative", .body = std::string_view{"the last"}}));
}

inline void check_events(hub_core& hub, bool is_mqtt) {
    const auto lines = [&](std::size_t i) { return lines_of(hub.events[i].message.view()); };
    const auto device = sender_lines(test_device, hub.clients.at(test_device).generation_id);
    const auto module = sender_lines(test_module, hub.clients.at(test_module).generation_id);
    REQUIRE(hub.events.size() == 7);
    std::vector<std::string> properties{"message-id: message-1"};
    if (is_mqtt) {  // over AMQP the SDK leaves out the one, and has the address of the link in the other
        properties.emplace_back("user-id: user 1");
        properties.emplace_back("to: some/where");
    }
    for (const char* const line :
         {"correlation-id: correlation-1", "content-type: application/json", "content-encoding: utf-8",
          "absolute-expiry-time: 2030-01-02T03:04:05.006Z", "iothub-creation-time-utc: 2021-01-29T16:45:39.021Z"})
        properties.emplace_back(line);
    CHECK(lines(0) == joined(properties, device,
                             {"site=Building 43", "\u6c34 & = ? / # + %=\u6e29 & = ? / # + %",
                              "empty=", "{\"temperature\":21.5,\"note\":\"\u6c34\u6e29\"}"}));
    CHECK(lines(1) == joined({"message-id: 6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, device, {all_bytes()}));
    CHECK(lines(2) == joined({}, device, {""}));
    CHECK(lines(3) == joined({"iothub-interface-id: urn:azureiot:Security:SecurityAgent:1"}, device, {"attack"}));
    CHECK(lines(4) == joined({}, device, {std::string(200 * 1024, 'x')}));
    CHECK(lines(5) == joined({}, module, {"to the hub"}));
    CHECK(lines(6) ==
          joined({"message-id: picture-1", "iothub-outputname: pictures"}, module, {"colour=light blue", "seen"}));
}

/// What became of the messages, and what the service is to be told of it.
inline void check_settled(hub_core& hub) {
    const auto completed = [](std::string id) {
        return settled_message{.receiver = test_device, .id = std::move(id), .what = outcome::completed};
    };
    CHECK(hub.settled == std::vector{completed("alert-1"), completed("binary"), completed("last"), completed("later")});
    CHECK(hub.clients.at(test_device).queue.empty());
    std::vector<std::pair<std::string, iothub::feedback_status>> told;
    for (const hub_feedback& f : hub.feedback) {
        CHECK(f.device == client_name{test_device});
        told.emplace_back(f.message_id, f.status);
    }
    CHECK(told ==
          std::vector{std::pair<std::string, iothub::feedback_status>{"expired", iothub::feedback_status::expired},
                      {"alert-1", iothub::feedback_status::success}});
}

inline void check_twin_and_methods(iot_hub& hub, const iothub::identity& who) {
    hub.wait_until("reported properties", [&](const hub_core& h) { return h.clients.at(who).reported.version() == 3; });
    hub.with([&](hub_core& h) { h.change_desired(who, R"({"interval":30,"nested":{"a":null}})"); });
    const method_answer echoed = hub.call_method(who, "echo", R"({"text":"水","list":[1,null]})");
    CHECK(echoed.status == 201);
    CHECK(echoed.payload == R"({"method":"echo","payload":{"text":"水","list":[1,null]}})");
    const method_answer last = hub.call_method(who, "last", "null");
    CHECK(last.status == 200);
    CHECK((last.payload.empty() || last.payload == "null"));  // the SDK has one for MQTT and the other for AMQP
    CHECK(hub.with([&](hub_core& h) { return h.twin_of(who); }) ==
          R"({"desired":{"interval":30,"nested":{"b":[1,{"c":"水"}]},"$version":3},)"
          R"("reported":{"firmware":"1.0","nested":{"y":2},"$version":3}})");
}

/// A program on the SDK that talks to the hub, and says "ok" at the end.
class sdk_program {
public:
    sdk_program(iot_hub& hub, const std::vector<std::string>& command)
        : program_{command}, thread_{[this, &hub] {
              try {
                  status_ = program_.finish();
              } catch (const std::exception&) {  // it says nothing, and does not end
              }
              hub.give_up();
          }} {}
    sdk_program(const sdk_program&) = delete;
    sdk_program& operator=(const sdk_program&) = delete;
    ~sdk_program() {
        if (thread_.joinable()) thread_.join();
    }

    /// Does this while the program runs, and sees to it that that comes to a good end.
    template <class Do>
    void meanwhile(const Do& what) {
        std::string failure;
        try {
            what();
        } catch (const std::exception& why) {
            failure = why.what();
        }
        thread_.join();
        INFO(program_.output());
        CHECK(failure == "");
        CHECK(status_ == 0);
        CHECK(program_.output() == "ok\n");
    }

private:
    process program_;
    int status_ = -1;
    std::thread thread_;
};

inline std::uint16_t port_for(const iot_hub& hub, const std::string& transport) {
    if (transport == "mqtt") return hub.mqtt_port();
    if (transport == "amqp") return hub.amqp_port();
    return hub.websocket_port();
}

/// Whether a test can be, with these packages of npm; if not, it says so.
inline bool can_run_sdk(const std::vector<std::string>& packages) {
    bool all = find_program("openssl").has_value();
    std::string names;
    for (const std::string& package : packages) {
        all = all && node_command(package, "hub_device.js", {});
        names += " " + package;
    }
    if (!all) WARN("not installed: openssl, node, or the packages" + names + " of npm (tests/interop/run gets them)");
    return all;
}

/// A hub with certificates of its own. Pre: openssl is there.
struct test_hub {
    temporary_folder folder{};
    test_certificates certificates{*find_program("openssl"), folder};
    iot_hub hub{certificates};

    /// The command that runs a script with the SDK's device.
    [[nodiscard]] std::vector<std::string> device_command(const std::string& transport, const iothub::identity& who,
                                                          const std::string& what) const {
        return *node_command("azure-iot-device", "hub_device.js",
                             {transport, std::to_string(port_for(hub, transport)), certificates.authority,
                              std::string{who.device_id}, device_key, what});
    }
};

inline void check_device_of_sdk(const std::string& package, const std::string& transport) {
    if (!can_run_sdk({"azure-iot-device", package})) return;
    test_hub on_loopback;
    iot_hub& hub = on_loopback.hub;
    hub.with([&](hub_core& h) {
        for (const auto& who : {test_device, test_module}) {
            h.add(who, device_key);
            h.change_desired(who, R"({"interval":60,"nested":{"a":1,"b":[1,{"c":"水"}]}})");
        }
        h.routes.push_back({.from = test_module, .output = "pictures", .to = test_module, .input = "archive"});
        send_messages_to_device(h);
    });
    sdk_program device{hub, on_loopback.device_command(transport, test_device, "everything")};
    device.meanwhile([&] {
        check_twin_and_methods(hub, test_device);
        hub.wait_until("the end of a connection",
                       [](const hub_core& h) { return h.clients.at(test_device).connection == nullptr; });
        hub.with([](hub_core& h) {
            must(h.send(test_device, {.message_id = "later", .body = std::string_view{"the last"}}));
        });
        check_twin_and_methods(hub, test_module);
    });
    hub.with([&](hub_core& h) {
        for (const std::string& why : h.refusals) UNSCOPED_INFO(why);
        CHECK(h.refusals.size() == 1);  // of the one with another key
        check_events(h, transport.starts_with("mqtt"));
        check_settled(h);
    });
}

}  // namespace interop

#endif
