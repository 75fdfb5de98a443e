// The same device within TLS: by OpenSSL, to a mosquitto whose certificate the test has made.

#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mosquitto.hpp"
#include "mqtt_device.hpp"
#include "support/catch2.hpp"
#include "tls.hpp"

namespace {

namespace mqtt = hubwire::mqtt;
using interop::message;
using interop::tcp_connection;
using interop::tls_connection;
using mqtt::qos;
using namespace std::literals;

const std::optional<std::string> broker_program = interop::find_program("mosquitto");
const std::optional<std::string> openssl = interop::find_program("openssl");

#define NEEDS_MOSQUITTO_AND_OPENSSL()                \
    if (!broker_program || !openssl) {               \
        WARN("not installed: mosquitto or openssl"); \
        return;                                      \
    }

}  // namespace

TEST_CASE("a device talks to a broker within TLS") {
    NEEDS_MOSQUITTO_AND_OPENSSL();
    const interop::temporary_folder folder;
    const interop::test_certificates certificates{*openssl, folder};
    interop::mosquitto broker{*broker_program, {.certificate = certificates.certificate, .key = certificates.key}};

    interop::mqtt_device device{tls_connection{tcp_connection::to(broker.port()), certificates.authority, "localhost"}};
    REQUIRE(device.connect({.client_id = "device"}).code == mqtt::connect_code::accepted);
    REQUIRE(device.subscribe({{.filter = "echo/#", .qos = qos::exactly_once}}) ==
            std::vector{mqtt::suback_code::granted_qos_2});
    for (const std::size_t size : {0u, 1u, 16'384u, 65'536u, 1'048'576u}) {
        std::string payload(size, '\0');
        for (std::size_t i = 0; i != size; ++i)
            payload[i] = static_cast<char>(static_cast<unsigned char>(i * 131 >> 3));
        for (const qos quality : {qos::at_most_once, qos::at_least_once, qos::exactly_once}) {
            INFO("of " << size << " bytes, at QoS " << static_cast<int>(quality));
            device.publish("echo/tls", payload, quality);
            CHECK((device.next_message() == message{.topic = "echo/tls", .payload = payload, .qos = quality}));
        }
    }
    device.settle();

    // The will of one whose connection was cut.
    device.subscribe({{.filter = "will", .qos = qos::at_least_once}});
    interop::mqtt_device mortal{tls_connection{tcp_connection::to(broker.port()), certificates.authority, "localhost"}};
    REQUIRE(mortal.connect({.client_id = "mortal", .will = mqtt::will{.topic = "will", .payload = "gone"sv}}).code ==
            mqtt::connect_code::accepted);
    mortal.transport().cut();
    CHECK(device.next_message().payload == "gone");
    device.ping();
    device.disconnect();
    CHECK(broker.stop() == 0);
}

TEST_CASE("a certificate of another name, or of another authority, is no hub") {
    NEEDS_MOSQUITTO_AND_OPENSSL();
    const interop::temporary_folder folder;
    const interop::temporary_folder elsewhere;
    const interop::test_certificates certificates{*openssl, folder};
    const interop::test_certificates strange{*openssl, elsewhere};
    const interop::mosquitto broker{*broker_program,
                                    {.certificate = certificates.certificate, .key = certificates.key}};
    CHECK_THROWS(tls_connection{tcp_connection::to(broker.port()), certificates.authority, "hub.example"});
    CHECK_THROWS(tls_connection{tcp_connection::to(broker.port()), strange.authority, "localhost"});
    CHECK_NOTHROW(tls_connection{tcp_connection::to(broker.port()), certificates.authority, "localhost"});
}
