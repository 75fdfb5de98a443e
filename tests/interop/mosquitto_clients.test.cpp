// A server written on hubwire, and mosquitto_sub and mosquitto_pub as its clients.

#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqtt_device.hpp"
#include "mqtt_server.hpp"
#include "process.hpp"
#include "socket.hpp"
#include "support/catch2.hpp"

namespace {

namespace mqtt = hubwire::mqtt;
using interop::message;
using interop::mqtt_server;
using interop::process;
using interop::tcp_connection;
using mqtt::qos;
using namespace std::literals;

const std::optional<std::string> publisher = interop::find_program("mosquitto_pub");
const std::optional<std::string> subscriber = interop::find_program("mosquitto_sub");

#define NEEDS_MOSQUITTO_CLIENTS()                 \
    if (!publisher || !subscriber) {              \
        WARN("not installed: mosquitto-clients"); \
        return;                                   \
    }

std::vector<std::string> with(const std::string& program, const mqtt_server& server,
                              std::initializer_list<std::string> arguments) {
    std::vector<std::string> command{program, "-h", "127.0.0.1", "-p", std::to_string(server.port())};
    command.insert(command.end(), arguments);
    return command;
}
int publish(const mqtt_server& server, std::initializer_list<std::string> arguments) {
    process p{with(*publisher, server, arguments)};
    const int status = p.finish();
    if (status != 0) WARN(p.output());
    return status;
}

std::string payload_of(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t state = 1;
    for (char& byte : bytes) {
        state = state * 1'664'525u + 1'013'904'223u;
        byte = static_cast<char>(static_cast<unsigned char>(state >> 24));
    }
    return bytes;
}

std::string in_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

}  // namespace

TEST_CASE("what mosquitto_pub publishes arrives at the server, byte for byte") {
    NEEDS_MOSQUITTO_CLIENTS();
    mqtt_server server;
    const interop::temporary_folder folder;
    for (const std::size_t size : {0u, 1u, 127u, 128u, 16'384u, 65'536u, 1'048'576u}) {
        const std::string payload = payload_of(size);
        const std::string file = folder.file("payload", payload);
        for (const char* const quality : {"0", "1", "2"}) {
            INFO("of " << size << " bytes, at QoS " << quality);
            const std::size_t before = server.so_far().messages.size();
            if (size == 0) {
                CHECK(publish(server, {"-t", "from/pub", "-q", quality, "-n"}) == 0);
            } else {
                CHECK(publish(server, {"-t", "from/pub", "-q", quality, "-f", file}) == 0);
            }
            REQUIRE(server.wait_until([&](const auto& r) { return r.messages.size() > before; }));
            CHECK(
                (server.so_far().messages.back() == message{.topic = "from/pub",
                                                            .payload = payload,
                                                            .qos = qos{static_cast<std::uint8_t>(quality[0] - '0')}}));
        }
    }
    CHECK(server.so_far().refusal.empty());
}

TEST_CASE("mosquitto_sub gets what a device publishes, at every QoS, and what was retained before") {
    NEEDS_MOSQUITTO_CLIENTS();
    mqtt_server server;
    interop::mqtt_device device{tcp_connection::to(server.port())};
    REQUIRE(device.connect({.client_id = "device"}).code == mqtt::connect_code::accepted);
    device.publish("to/sub/kept", "kept"sv, qos::at_least_once, true);
    device.settle();

    const std::string large = payload_of(1'048'576);
    process sub{with(*subscriber, server,
                     {"-i", "sub", "-t", "to/sub/#", "-t", "other", "-q", "2", "-C", "6", "-F", "%t %q %r %x"})};
    REQUIRE(server.wait_until([](const auto& r) { return r.subscriptions.size() == 2; }));
    for (const qos quality : {qos::at_most_once, qos::at_least_once, qos::exactly_once})
        device.publish("to/sub/\u6c34\u6e29", "21.5 \u00b0C"sv, quality);
    device.publish("not/for/sub", "x"sv);
    device.publish("other", {}, qos::exactly_once);
    device.publish("to/sub/large", large, qos::exactly_once);
    device.settle();

    const std::string degrees = in_hex("21.5 \u00b0C");
    CHECK(sub.finish() == 0);
    const std::string expected = "to/sub/kept 1 1 " + in_hex("kept") +
                                 "\n"
                                 "to/sub/\u6c34\u6e29 0 0 " +
                                 degrees +
                                 "\n"
                                 "to/sub/\u6c34\u6e29 1 0 " +
                                 degrees +
                                 "\n"
                                 "to/sub/\u6c34\u6e29 2 0 " +
                                 degrees +
                                 "\n"
                                 "other 2 0 \n"
                                 "to/sub/large 2 0 " +
                                 in_hex(large) + "\n";
    CHECK((sub.output() == expected));
    CHECK(server.wait_until([](const auto& r) { return r.acknowledged == 5 && r.orderly_ends == 1; }));
    CHECK(server.so_far().refusal.empty());
}

TEST_CASE("from mosquitto_pub to mosquitto_sub, a thousand messages through the server") {
    NEEDS_MOSQUITTO_CLIENTS();
    mqtt_server server;
    const interop::temporary_folder folder;
    std::string lines;
    for (int i = 0; i != 1'000; ++i) lines += "message " + std::to_string(i) + "\n";
    const std::string file = folder.file("lines", lines);

    process sub{with(*subscriber, server, {"-t", "lines", "-q", "1", "-C", "1000"})};
    REQUIRE(server.wait_until([](const auto& r) { return r.subscriptions.size() == 1; }));
    // mosquitto_pub -l reads lines from its input, which a shell gives it.
    process pub{
        {"/bin/sh", "-c",
         *publisher + " -h 127.0.0.1 -p " + std::to_string(server.port()) + " -t lines -q 1 -l < '" + file + "'"}};
    CHECK(pub.finish() == 0);
    CHECK(sub.finish() == 0);
    CHECK((sub.output() == lines));
    CHECK(server.so_far().refusal.empty());
}

TEST_CASE("a will, keep alive and refusals are as clients expect them") {
    NEEDS_MOSQUITTO_CLIENTS();
    mqtt_server server;
    {
        process sub{with(*subscriber, server,
                         {"-i", "mortal", "-t", "x", "-k", "5", "--will-topic", "will/mortal", "--will-payload", "gone",
                          "--will-qos", "1"})};
        REQUIRE(server.wait_until([](const auto& r) { return r.subscriptions.size() == 1; }));
        REQUIRE(server.wait_until([](const auto& r) { return r.pings != 0; }));
    }  // killed, and so its will is published
    REQUIRE(server.wait_until([](const auto& r) { return r.messages.size() == 1; }));
    CHECK(
        (server.so_far().messages[0] == message{.topic = "will/mortal", .payload = "gone", .qos = qos::at_least_once}));

    // A client of MQTT 5 learns that it is not understood.
    process newer{with(*publisher, server, {"-V", "5", "-t", "x", "-m", "y"})};
    CHECK(newer.finish() != 0);
    CHECK(newer.output().find("rotocol") != std::string::npos);
    CHECK(server.so_far().refusal == hubwire::error{.code = hubwire::errc::mqtt_protocol_level}.message());

    // A device on hubwire is served like the others.
    interop::mqtt_device device{tcp_connection::to(server.port())};
    CHECK(device.connect({.client_id = "device"}).code == mqtt::connect_code::accepted);
    CHECK(device.subscribe({{.filter = "echo", .qos = qos::exactly_once}}) ==
          std::vector{mqtt::suback_code::granted_qos_2});
    device.publish("echo", "heard"sv, qos::exactly_once);
    CHECK((device.next_message() == message{.topic = "echo", .payload = "heard", .qos = qos::exactly_once}));
    device.unsubscribe({"echo"});
    device.ping();
    device.disconnect();
    CHECK(server.wait_until([](const auto& r) { return r.unsubscriptions == 1 && r.orderly_ends == 1; }));
}
