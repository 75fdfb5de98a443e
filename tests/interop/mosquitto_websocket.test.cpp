// The same device within WebSocket, to a mosquitto that listens for it, as the hub does on port 443.

#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mosquitto.hpp"
#include "mqtt_device.hpp"
#include "support/catch2.hpp"
#include "websocket.hpp"

namespace {

namespace mqtt = hubwire::mqtt;
using hubwire::websocket::close_code;
using interop::message;
using interop::tcp_connection;
using mqtt::qos;
using namespace std::literals;
using connection = interop::websocket_connection<tcp_connection>;

const std::optional<std::string> program = interop::find_program("mosquitto");

#define NEEDS_MOSQUITTO()                 \
    if (!program) {                       \
        WARN("not installed: mosquitto"); \
        return;                           \
    }

connection connect_to(const interop::mosquitto& broker, std::size_t frame_size = connection::any_size) {
    return connection::to(tcp_connection::to(broker.port()), "/mqtt", "mqtt", frame_size);
}

}  // namespace

TEST_CASE("a device talks to a broker within WebSocket, in frames of any size") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program, {}, interop::carrier::websocket};
    for (const std::size_t frame_size : {connection::any_size, std::size_t{1}, std::size_t{125}, std::size_t{126},
                                         std::size_t{65'535}, std::size_t{65'536}}) {
        interop::mqtt_device device{connect_to(broker, frame_size)};
        CHECK(device.transport().subprotocol() == "mqtt");
        REQUIRE(device.connect({.client_id = "device"}).code == mqtt::connect_code::accepted);
        REQUIRE(device.subscribe({{.filter = "echo/#", .qos = qos::exactly_once}}) ==
                std::vector{mqtt::suback_code::granted_qos_2});
        for (const std::size_t size : {0u, 1u, 100u, 1'000u, 70'000u}) {
            if (size / 100 > frame_size) continue;  // that would be more frames than anybody waits for
            std::string payload(size, '\0');
            for (std::size_t i = 0; i != size; ++i)
                payload[i] = static_cast<char>(static_cast<unsigned char>(i * 131 >> 3));
            for (const qos quality : {qos::at_most_once, qos::at_least_once, qos::exactly_once}) {
                // The broker takes a tenth of a second for every few kilobytes that come in this way.
                if (size > 1'000 && quality != qos::at_least_once) continue;
                INFO("of " << size << " bytes, at QoS " << static_cast<int>(quality) << ", in frames of "
                           << frame_size);
                device.publish("echo/websocket", payload, quality);
                CHECK(
                    (device.next_message() == message{.topic = "echo/websocket", .payload = payload, .qos = quality}));
            }
        }
        device.settle();
        device.ping();
        device.disconnect();
    }
    CHECK(broker.stop() == 0);
}

TEST_CASE("several packets in a frame are as good as one") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program, {}, interop::carrier::websocket};
    interop::mqtt_device device{connect_to(broker)};
    REQUIRE(device.connect({.client_id = "device"}).code == mqtt::connect_code::accepted);
    std::string packets;
    std::array<char, 128> memory;
    const auto add = [&](const auto& packet) { packets += mqtt::encode(memory, packet)->text(); };
    device.subscribe({{.filter = "a", .qos = qos::at_most_once}});
    for (int i = 0; i != 20; ++i) add(mqtt::publish{.topic = "a", .payload = "x"sv});
    device.transport().send({packets});
    for (int i = 0; i != 20; ++i) CHECK(device.next_message().payload == "x");
    device.ping();
}

TEST_CASE("pings are answered, and a connection is closed as one should") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program, {}, interop::carrier::websocket};
    interop::mqtt_device device{connect_to(broker)};
    REQUIRE(device.connect({.client_id = "device"}).code == mqtt::connect_code::accepted);
    device.transport().ping("are you there?");
    device.ping();
    device.ping();
    CHECK(device.transport().pongs() == std::vector{"are you there?"s});

    device.transport().close(close_code::normal);
    std::array<char, 16> rest;
    CHECK(device.transport().receive(rest) == 0);
    CHECK(device.transport().closed_with() == close_code::normal);
}
