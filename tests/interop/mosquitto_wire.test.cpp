// What a device and mosquitto say to each other, seen by the inspector: it finds nothing wrong with either.

#include <algorithm>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <initializer_list>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "mosquitto.hpp"
#include "mqtt_device.hpp"
#include "support/catch2.hpp"
#include "wire/inspector.hpp"

namespace {

namespace mqtt = hubwire::mqtt;
using interop::tcp_connection;
using mqtt::qos;
using namespace std::literals;

/// A transport that keeps what has passed through it.
class recorded {
public:
    struct record {
        std::string sent{};
        std::string received{};
    };

    recorded(tcp_connection transport, record& to) : transport_{std::move(transport)}, to_{&to} {}

    void send(std::initializer_list<hubwire::bytes> parts) {
        for (const hubwire::bytes part : parts) to_->sent += part.text();
        transport_.send(parts);
    }
    [[nodiscard]] std::size_t receive(hubwire::buffer into) {
        const std::size_t n = transport_.receive(into);
        to_->received.append(into.data(), n);
        return n;
    }

private:
    tcp_connection transport_;
    record* to_;
};

}  // namespace

TEST_CASE("the inspector finds nothing wrong with a device and a broker, and names all that they send") {
    const auto program = interop::find_program("mosquitto");
    if (!program) {
        WARN("not installed: mosquitto");
        return;
    }
    interop::mosquitto broker{*program};
    recorded::record record;
    interop::mqtt_device device{recorded{tcp_connection::to(broker.port()), record}};
    device.connect({.client_id = "device", .will = mqtt::will{.topic = "will", .payload = "gone"sv}, .keep_alive = 60});
    device.subscribe({{.filter = "echo/#", .qos = qos::exactly_once}, {.filter = "other/+"}});
    for (const qos quality : {qos::at_most_once, qos::at_least_once, qos::exactly_once}) {
        device.publish("echo/devices", R"({"temperature":21.5})"sv, quality);
        device.next_message();
    }
    device.settle();
    device.ping();
    device.unsubscribe({"echo/#"});
    device.disconnect();

    for (const auto& [stream, from, names] :
         {std::tuple{std::string_view{record.sent}, wire::sender::client,
                     "CONNECT SUBSCRIBE PUBLISH PUBACK PUBREC PUBREL PUBCOMP PINGREQ UNSUBSCRIBE DISCONNECT"sv},
          std::tuple{std::string_view{record.received}, wire::sender::hub,
                     "CONNACK SUBACK PUBLISH PUBACK PUBREC PUBREL PUBCOMP PINGRESP UNSUBACK"sv}}) {
        std::string text;
        const wire::summary seen =
            wire::inspect(stream, {.from = from}, [&](std::string_view piece) { text += piece; });
        INFO(text);
        CHECK(seen.violations == 0);
        CHECK(seen.remarks == 0);
        for (std::string_view rest = names; !rest.empty();) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            const std::string name{rest.substr(0, end)};
            CHECK(text.find("  " + name + "  ") != text.npos);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
}
