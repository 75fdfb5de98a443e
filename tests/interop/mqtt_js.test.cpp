// A server written on hubwire, and MQTT.js as its client.

#include <string>

#include "mqtt_server.hpp"
#include "node.hpp"
#include "process.hpp"
#include "support/catch2.hpp"

TEST_CASE("MQTT.js publishes, subscribes, and leaves a will") {
    interop::mqtt_server server;
    const auto command = interop::node_command("mqtt", "mqtt_js_client.js", {std::to_string(server.port())});
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
