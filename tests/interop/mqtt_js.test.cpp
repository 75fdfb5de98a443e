// A server written on hubwire, and MQTT.js as its client.

#include <sys/stat.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "mqtt_server.hpp"
#include "process.hpp"
#include "support/catch2.hpp"

namespace {

/// The folder with MQTT.js in it that tests/interop/run has filled.
std::string node_modules() {
    const char* const elsewhere = std::getenv("HUBWIRE_NODE_MODULES");
    return elsewhere != nullptr ? elsewhere : HUBWIRE_INTEROP_DIR "/../../build-interop/npm/node_modules";
}

bool is_folder(const std::string& path) {
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

}  // namespace

TEST_CASE("MQTT.js publishes, subscribes, and leaves a will") {
    const auto node = interop::find_program("node");
    if (!node || !is_folder(node_modules() + "/mqtt")) {
        WARN("not installed: node, or the package mqtt of npm (tests/interop/run gets it)");
        return;
    }
    interop::mqtt_server server;
    interop::process client{{"/usr/bin/env", "NODE_PATH=" + node_modules(), *node,
                             HUBWIRE_INTEROP_DIR "/mqtt_js_client.js", std::to_string(server.port())}};
    const int status = client.finish();
    INFO(client.output());
    CHECK(status == 0);
    CHECK(client.output() == "ok\n");
    const auto seen = server.so_far();
    CHECK(seen.refusal.empty());
    CHECK(seen.messages.size() == 7 * 3 + 2);
    CHECK(seen.orderly_ends == 1);
}
