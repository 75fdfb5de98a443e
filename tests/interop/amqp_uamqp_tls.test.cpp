// A server written on hubwire, and uamqp, which the hub's SDKs for Python were built upon, as its client: within TLS,
// without which it does not connect.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "amqp_connection.hpp"
#include "amqp_peer.hpp"
#include "amqp_samples.hpp"
#include "process.hpp"
#include "python.hpp"
#include "socket.hpp"
#include "support/catch2.hpp"
#include "tls.hpp"

namespace {

namespace amqp = hubwire::amqp;
using namespace interop;
using namespace std::literals;

using peer = amqp_peer<tls_connection>;

/// Keeps what it is sent on one connection, and sends that on another.
struct post_office {
    amqp_connection* connection = nullptr;
    std::vector<std::string> messages{};
    std::size_t sent = 0;
    std::size_t accepted = 0;
    std::string mechanism{};
    std::string failure{};

    void operator()(const amqp_event::authenticated& e) { mechanism = e.attempt.mechanism; }
    void operator()(const amqp_event::attached& e) {
        if (!e.is_request) return;
        connection->accept(e.link);
        if (connection->role_of(e.link) == amqp::role::receiver) {
            connection->grant(e.link, 1'000);
        } else {
            for (const std::string& m : messages) {
                connection->send(e.link, m);
                ++sent;
            }
        }
    }
    void operator()(const amqp_event::received& e) {
        messages.push_back(to_wire(must(amqp::decode<amqp::message>(e.message))));
        connection->settle(e.link, e.delivery_id, amqp::accepted{});
    }
    void operator()(const amqp_event::updated& e) { accepted += (*e.state).is<amqp::accepted>() ? 1u : 0u; }
    void operator()(const amqp_event::failed& e) { failure = e.why; }
    template <class Other>
    void operator()(const Other&) {}
};

}  // namespace

TEST_CASE("uamqp sends every type, and gets back what it sent") {
    const auto openssl = find_program("openssl");
    tcp_listener listener;
    const temporary_folder folder;
    const auto command = python_command("uamqp", "uamqp_peer.py",
                                        {std::to_string(listener.port()), (folder.path() / "ca.pem").string()});
    if (!command || !openssl) {
        WARN("not installed: python3-uamqp or openssl");
        return;
    }
    const test_certificates certificates{*openssl, folder};
    tls_server tls{certificates.certificate, certificates.key};
    process client{*command};

    amqp_settings settings{.is_server = true, .mechanisms = {"PLAIN", "ANONYMOUS"}};
    settings.open.max_frame_size = 4'096;
    settings.lets_in = [](const sasl_attempt& a) {
        return a.mechanism == "ANONYMOUS" || (a.plain().user == "me" && a.plain().password == "secret");
    };
    post_office office;
    try {
        for (const std::string_view mechanism : {"PLAIN"sv, "ANONYMOUS"sv}) {
            peer server{tls.accept(listener.accept()), settings};
            office.connection = &server.connection();
            CHECK(server.serve(office));
            CHECK(office.mechanism == mechanism);
        }
    } catch (const std::exception& why) {
        FAIL_CHECK(why.what());
    }
    CHECK(client.finish() == 0);
    CHECK(client.output() == "ok\n");
    CHECK(office.failure == "");
    CHECK(office.sent == office.messages.size());
    CHECK(office.accepted == office.sent);

    const amqp::value values[] = {
        true,
        false,
        std::uint8_t{255},
        std::uint16_t{65'535},
        4'294'967'295u,
        ~std::uint64_t{0},
        std::int8_t{-128},
        std::int16_t{-32'768},
        -2'147'483'647 - 1,
        -9'223'372'036'854'775'807 - std::int64_t{1},
        -0.1,
        amqp::uuid{{0x55, 0x0E, 0x84, 0, 0xE2, 0x9B, 0x41, 0xD4, 0xA7, 0x16, 0x44, 0x66, 0x55, 0x44, 0, 0}},
        "h\u00E4user \U0001F600"sv,
        amqp::symbol{"symbol"},
        hubwire::bytes{"\0\1"sv}};
    REQUIRE(office.messages.size() > std::size(values));
    for (std::size_t i = 0; i != std::size(values); ++i) {
        INFO(i);
        const auto m = must(amqp::decode<amqp::message>(office.messages[i]));
        CHECK(m.body == amqp::amqp_value{values[i]});
        CHECK(m.properties->message_id == amqp::message_id{"m-1"});
        CHECK(m.application_properties->get<std::string_view>("text") == "a");
    }
}
