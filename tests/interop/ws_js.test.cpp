// Both ends of a WebSocket connection, each with the package ws of npm at the other.

#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "node.hpp"
#include "process.hpp"
#include "socket.hpp"
#include "support/catch2.hpp"
#include "websocket.hpp"

namespace {

using hubwire::websocket::close_code;
using interop::tcp_connection;
using connection = interop::websocket_connection<tcp_connection>;

}  // namespace

TEST_CASE("a client of ws gets back what it sends, its pings answered, and is let go as one should") {
    interop::tcp_listener listener;
    const auto command = interop::node_command("ws", "ws_js_peer.js", {"client", std::to_string(listener.port())});
    if (!command) {
        WARN("not installed: node, or the package ws of npm (tests/interop/run gets it)");
        return;
    }
    interop::process client{*command};
    {
        connection peer = connection::accepted(listener.accept(), "mqtt", 50'000);
        CHECK(peer.subprotocol() == "mqtt");
        std::string memory(30'000, '\0');
        while (const std::size_t n = peer.receive(memory)) peer.send({std::string_view{memory}.substr(0, n)});
        CHECK(peer.closed_with() == close_code::normal);
    }  // the server is the first to close what lies below (RFC 6455-7.1.1)
    CHECK(client.finish() == 0);
    CHECK(client.output() == "ok\n");
}

TEST_CASE("a server of ws sends back what it gets, in frames of every size") {
    const std::string port = std::to_string(interop::free_port());
    const auto command = interop::node_command("ws", "ws_js_peer.js", {"server", port});
    if (!command) {
        WARN("not installed: node, or the package ws of npm (tests/interop/run gets it)");
        return;
    }
    interop::process server{*command};
    REQUIRE(server.wait_for_output("listening"));
    {
        connection peer = connection::to(tcp_connection::to(static_cast<std::uint16_t>(std::stoi(port))),
                                         "/$iothub/websocket", "amqp", 1'000);
        CHECK(peer.subprotocol() == "amqp");
        std::string sent;
        std::string received;
        std::array<char, 10'000> memory;
        for (const std::size_t size : {1u, 125u, 126u, 1'000u, 65'535u, 65'536u, 1'048'576u}) {
            std::string payload(size, '\0');
            for (std::size_t i = 0; i != size; ++i)
                payload[i] = static_cast<char>(static_cast<unsigned char>(i * 131 >> 3));
            sent += payload;
            peer.send({payload});
            while (received.size() != sent.size()) {
                const std::size_t n = peer.receive(memory);
                REQUIRE(n != 0);
                received.append(memory.data(), n);
            }
        }
        CHECK(received == sent);
        peer.close(close_code::going_away);
        CHECK(peer.receive(memory) == 0);
        CHECK(peer.closed_with() == close_code::going_away);
    }
    CHECK(server.finish() == 0);
    CHECK(server.output() == "listening\nok\n");
}
