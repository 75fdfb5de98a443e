// What the hub of the tests refuses, and what it keeps: by a device that is written on hubwire too, and does what no
// SDK does.

#include <chrono>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub_device.hpp"
#include "mqtt_device.hpp"
#include "support/catch2.hpp"
#include "tls.hpp"
#include "websocket.hpp"

namespace {

namespace iothub = hubwire::iothub;
namespace mqtt = hubwire::mqtt;
using interop::hub_core;
using interop::lines_of;
using interop::must;
using interop::test_device;
using interop::test_module;
using interop::token_for;
using mqtt::qos;
using device = interop::mqtt_device<interop::tls_connection>;
using namespace std::literals;

constexpr std::string_view host = "hubwire.azure-devices.net";

struct fixture : interop::test_hub {
    fixture() {
        hub.with([](hub_core& h) {
            h.add(test_device, interop::device_key);
            h.add(test_module, interop::device_key);
        });
    }

    interop::tls_connection transport(std::uint16_t port) {
        return {interop::tcp_connection::to(port), certificates.authority, "localhost"};
    }
    device connect() { return device{transport(hub.mqtt_port())}; }

    template <class Device>
    static mqtt::connack log_in(Device& d, const std::string& token, std::optional<mqtt::will> will = {},
                                const iothub::mqtt_username& user = {.host = host, .client = test_device}) {
        std::array<char, 256> memory;
        mqtt::connect packet = must(iothub::make_connect(memory, user));
        packet.password = hubwire::bytes{token};
        packet.will = will;
        return d.connect(packet);
    }

    std::vector<std::string> refusals() {
        return hub.with([](hub_core& h) { return h.refusals; });
    }
};

/// Whether the hub has ended the connection.
bool is_ended(device& d) {
    try {
        static_cast<void>(d.receive());
    } catch (const std::exception&) {
        return true;
    }
    return false;
}

#define NEEDS_OPENSSL() \
    if (!interop::can_run_sdk({})) return;

}  // namespace

TEST_CASE("only who has shown a good token is let in, and only as who it is") {
    NEEDS_OPENSSL();
    fixture f;
    const auto code_of = [&](const std::string& token, const iothub::mqtt_username& user) {
        device d = f.connect();
        const auto code = fixture::log_in(d, token, {}, user).code;
        return code;
    };
    const iothub::mqtt_username user{.host = host, .client = test_device};
    const iothub::mqtt_username module{.host = host, .client = test_module};
    CHECK(code_of(token_for(test_device), user) == mqtt::connect_code::accepted);
    CHECK(code_of(token_for(test_module), module) == mqtt::connect_code::accepted);
    CHECK(code_of(token_for(test_device), module) == mqtt::connect_code::accepted);  // a device speaks for its modules
    CHECK(code_of(token_for(test_module), user) == mqtt::connect_code::not_authorized);
    CHECK(code_of(token_for(test_device, "YW5vdGhlcg=="), user) == mqtt::connect_code::not_authorized);
    CHECK(code_of("SharedAccessSignature sr=x", user) == mqtt::connect_code::not_authorized);
    CHECK(code_of(token_for(test_device), {.host = "another.hub", .client = test_device}) ==
          mqtt::connect_code::not_authorized);
    CHECK(code_of(token_for({.device_id = "nobody"}), {.host = host, .client = {.device_id = "nobody"}}) ==
          mqtt::connect_code::not_authorized);
    CHECK(f.refusals().size() == 5);
}

TEST_CASE("who is let in stays so for as long as the token says") {
    NEEDS_OPENSSL();
    fixture f;
    device d = f.connect();
    fixture::log_in(d, token_for(test_device));
    d.ping();
    f.hub.with([](hub_core& h) { h.ahead = 2h; });
    CHECK(is_ended(d));
    CHECK(f.refusals() == std::vector<std::string>{"an old token"});
}

TEST_CASE("a will is sent for a device whose connection is cut, and marked as one") {
    NEEDS_OPENSSL();
    fixture f;
    device d = f.connect();
    fixture::log_in(
        d, token_for(test_device),
        mqtt::will{.topic = "devices/MyDevice01/messages/events/%24.ct=text%2Fplain&why=cut", .payload = "gone"sv});
    d.transport().cut();
    f.hub.wait_until("the will", [](const hub_core& h) { return !h.events.empty(); });
    f.hub.with([](hub_core& h) {
        const auto m = h.events[0].message.view();
        CHECK(m.content_type == "text/plain");
        CHECK(m.application_properties.find("why") == std::optional<iothub::property_value>{"cut"});
        CHECK(m.application_properties.find("iothub-MessageType") == std::optional<iothub::property_value>{"Will"});
        CHECK(lines_of(m).back() == "gone");
    });
}

TEST_CASE("RETAIN becomes a property, and who sends messages has no say in it") {
    NEEDS_OPENSSL();
    fixture f;
    device d = f.connect();
    fixture::log_in(d, token_for(test_device));
    d.publish("devices/MyDevice01/messages/events/%24.cdid=another&a=1", "kept"sv, qos::at_least_once, true);
    d.settle();
    f.hub.with([](hub_core& h) {
        const auto m = h.events[0].message.view();
        CHECK(m.application_properties.find("x-opt-retain") == std::optional<iothub::property_value>{"true"});
        CHECK(m.connection_device_id == test_device.device_id);
    });
    d.disconnect();
}

TEST_CASE("what the hub has no use for ends the connection") {
    NEEDS_OPENSSL();
    fixture f;
    for (const auto& [topic, quality] : {std::pair{"devices/MyDevice01/messages/events/"sv, qos::exactly_once},
                                         std::pair{"devices/another/messages/events/"sv, qos::at_least_once},
                                         std::pair{"devices/MyDevice01/messages/events/a=%GG"sv, qos::at_least_once},
                                         std::pair{"anything/else"sv, qos::at_least_once}}) {
        INFO(topic);
        device d = f.connect();
        fixture::log_in(d, token_for(test_device));
        d.publish(topic, "x"sv, quality);
        CHECK(is_ended(d));
    }
    f.hub.with([](hub_core& h) { CHECK(h.events.empty()); });
    CHECK(f.refusals().size() == 4);
}

TEST_CASE("there are no filters but those of the hub, and no more than QoS 1") {
    NEEDS_OPENSSL();
    fixture f;
    device d = f.connect();
    CHECK_FALSE(fixture::log_in(d, token_for(test_device)).session_present);
    CHECK(d.subscribe({{.filter = "devices/MyDevice01/messages/devicebound/#", .qos = qos::exactly_once},
                       {.filter = "devices/another/messages/devicebound/#", .qos = qos::at_least_once},
                       {.filter = "#", .qos = qos::at_most_once},
                       {.filter = "$iothub/methods/POST/#", .qos = qos::at_most_once}}) ==
          std::vector{mqtt::suback_code::granted_qos_1, mqtt::suback_code::failure, mqtt::suback_code::failure,
                      mqtt::suback_code::granted_qos_0});
    d.disconnect();
    CHECK(is_ended(d));

    // The session goes on, and so does what was subscribed to.
    f.hub.with([](hub_core& h) { must(h.send(test_device, {.message_id = "waits", .body = "for it"sv})); });
    device again = f.connect();
    CHECK(fixture::log_in(again, token_for(test_device)).session_present);
    CHECK(again.next_message().payload == "for it");
    f.hub.wait_until("an acknowledgement", [](const hub_core& h) { return h.settled.size() == 1; });

    // A newer connection takes the place of an older one.
    device newer = f.connect();
    fixture::log_in(newer, token_for(test_device));
    CHECK(is_ended(again));
    newer.ping();
    newer.disconnect();
}

TEST_CASE("a twin has ten levels, and a device that wants more does not lose it") {
    NEEDS_OPENSSL();
    fixture f;
    device d = f.connect();
    fixture::log_in(d, token_for(test_device));
    CHECK(d.subscribe({{.filter = "$iothub/twin/res/#"}}).front() == mqtt::suback_code::granted_qos_0);
    const auto ask = [&](std::string_view topic, const std::string& payload) {
        d.publish(topic, payload);
        return d.next_message();
    };
    const auto nested = [](std::size_t depth) {
        std::string text;
        for (std::size_t i = 1; i != depth; ++i) text += R"({"a":)";
        return text + R"({"b":1})" + std::string(depth - 1, '}');
    };
    constexpr auto patch = "$iothub/twin/PATCH/properties/reported/?$rid=1"sv;
    for (const std::size_t depth : {11u, 63u, 64u, 10'000u})
        CHECK(ask(patch, nested(depth)).topic == "$iothub/twin/res/400/?$rid=1");
    CHECK(ask(patch, nested(10)).topic == "$iothub/twin/res/204/?$rid=1&$version=2");
    const auto twin = ask("$iothub/twin/GET/?$rid=2", "");
    CHECK(twin.topic == "$iothub/twin/res/200/?$rid=2");
    CHECK(hubwire::json::decode(twin.payload));
    d.disconnect();
}

TEST_CASE("nobody answers a method that another one was asked") {
    NEEDS_OPENSSL();
    fixture f;
    device asked = f.connect();
    fixture::log_in(asked, token_for(test_device));
    device other = f.connect();
    fixture::log_in(other, token_for(test_module), {}, {.host = host, .client = test_module});
    CHECK(asked.subscribe({{.filter = iothub::method_request_filter}}).front() == mqtt::suback_code::granted_qos_0);
    f.hub.with([](hub_core& h) { CHECK(h.call_method(test_device, "open", "1")); });
    const std::string topic = asked.next_message().topic;
    const auto call = must(iothub::decode_topic_to_client(topic)).get_if<iothub::method_request_topic>()->rid;
    const auto response =
        interop::written([&](auto& out) { put_topic(out, iothub::method_response_topic{.status = 200, .rid = call}); });
    other.publish(response, "forged"sv);
    CHECK(is_ended(other));
    f.hub.with([](hub_core& h) { CHECK(h.method_answers.empty()); });
    asked.publish(response, "true"sv, qos::at_least_once);
    asked.settle();
    f.hub.with([](hub_core& h) {
        REQUIRE(h.method_answers.size() == 1);
        CHECK(h.method_answers.begin()->second == interop::method_answer{.status = 200, .payload = "true"});
    });
    asked.disconnect();
}

TEST_CASE("a message that was not acknowledged comes again") {
    NEEDS_OPENSSL();
    fixture f;
    f.hub.with([](hub_core& h) { must(h.send(test_device, {.message_id = "1", .body = "once more"sv})); });
    for (const bool dup : {false, true}) {
        device d = f.connect();
        fixture::log_in(d, token_for(test_device));
        d.send(mqtt::subscribe{
            .packet_id = 1,
            .subscriptions = {{.filter = "devices/MyDevice01/messages/devicebound/#", .qos = qos::at_least_once}}});
        mqtt::packet p = d.receive();
        while (p.get_if<mqtt::publish>() == nullptr) p = d.receive();
        CHECK(p.get_if<mqtt::publish>()->payload.text() == "once more");
        CHECK(p.get_if<mqtt::publish>()->dup == dup);
        CHECK(p.get_if<mqtt::publish>()->packet_id == 1);
        d.transport().cut();
        f.hub.wait_until("the end", [](const hub_core& h) { return h.clients.at(test_device).connection == nullptr; });
    }
    f.hub.with([](hub_core& h) { CHECK(h.clients.at(test_device).queue.size() == 1); });
}

TEST_CASE("a WebSocket in which there is no data yet keeps nobody waiting") {
    NEEDS_OPENSSL();
    fixture f;
    using websocket = interop::websocket_connection<interop::tls_connection>;
    websocket socket = websocket::to(f.transport(f.hub.websocket_port()), hubwire::websocket::hub_path, "mqtt");
    socket.ping("are you there");
    device meanwhile = f.connect();
    CHECK(fixture::log_in(meanwhile, token_for(test_device)).code == mqtt::connect_code::accepted);

    interop::mqtt_device<websocket> pinging{std::move(socket)};
    CHECK(fixture::log_in(pinging, token_for(test_module), {}, {.host = host, .client = test_module}).code ==
          mqtt::connect_code::accepted);
    CHECK(pinging.transport().pongs() == std::vector<std::string>{"are you there"});
    pinging.disconnect();
    meanwhile.disconnect();
}
