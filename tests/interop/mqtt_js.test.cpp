// A server written on hubwire, and MQTT.js as its client, which speaks MQTT as it is or within WebSocket.

#include <string>

#include "mqtt_server.hpp"
#include "node.hpp"
#include "process.hpp"
#include "support/catch2.hpp"
#include "websocket.hpp"

namespace {

template <class Server>
void serve_mqtt_js(const std::string& scheme) {
    Server server;
    const std::string url = scheme + "://127.0.0.1:" + std::to_string(server.port());
    const auto command = interop::node_command("mqtt", "mqtt_js_client.js", {url});
    if (!command) {
        WARN("not installed: node, or the package mqtt of npm (tests/interop/run gets it)");
        return;
    }
    interop::process client{*command};
    const int status = client.finish();
    INFO(client.output());
    CHECK(status == 0);
    CHECK(client.output() == "ok\n");
    const auto seen = server.so_far();
    CHECK(seen.refusal.empty());
    CHECK(seen.messages.size() == 7 * 3 + 2);
    CHECK(seen.orderly_ends == 1);
}

}  // namespace

TEST_CASE("MQTT.js publishes, subscribes, and leaves a will") { serve_mqtt_js<interop::mqtt_server>("mqtt"); }

TEST_CASE("MQTT.js does the same within WebSocket") {
    serve_mqtt_js<interop::mqtt_server_over<interop::websocket_connection<interop::tcp_connection>>>("ws");
}
