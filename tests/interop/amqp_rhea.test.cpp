// Both ends of an AMQP connection, each with the package rhea of npm at the other.

#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "amqp_connection.hpp"
#include "amqp_echo.hpp"
#include "amqp_peer.hpp"
#include "amqp_samples.hpp"
#include "node.hpp"
#include "process.hpp"
#include "socket.hpp"
#include "support/catch2.hpp"

namespace {

namespace amqp = hubwire::amqp;
using namespace interop;
using namespace std::literals;

using peer = amqp_peer<tcp_connection>;

/// The format of messages that rhea gives back value by value.
constexpr std::uint32_t typed = 0x4857'0000;

/// A server of rhea's, and a client of ours that sends to it and gets back.
struct at_rhea {
    explicit at_rhea(const std::vector<std::string>& command, std::uint16_t port, const amqp_settings& settings)
        : server{command}, client{started(server, port), settings} {
        const session_id s = client->begin();
        sender = client.attach(s, {.name = "to", .source = amqp::source{}, .target = amqp::target{.address = "echo"}});
        receiver = client.attach(s, {.name = "from",
                                     .role = amqp::role::receiver,
                                     .source = amqp::source{.address = "echo"},
                                     .target = amqp::target{}});
        client->grant(receiver, 1'000);
        client.wait_for_credit(sender);
    }
    std::string pass(const std::string& wire, std::uint32_t format) {
        const auto sent = client.deliver(sender, wire, {.message_format = format});
        CHECK((*sent.state).is<amqp::accepted>());
        const auto back = client.next_message(receiver);
        CHECK(back.message_format == format);
        client->settle(receiver, back.delivery_id, amqp::accepted{});
        return back.message;
    }
    void end() {
        client.close();
        CHECK(server.finish() == 0);
        CHECK(server.output() == "listening\nok\n");
    }

    static tcp_connection started(process& p, std::uint16_t port) {
        if (!p.wait_for_output("listening")) throw std::runtime_error{p.output()};
        return tcp_connection::to(port);
    }

    process server;
    peer client;
    link_id sender = 0;
    link_id receiver = 0;
};

amqp_settings by_password() {
    return {.mechanisms = {"PLAIN"},
            .credentials = {.user = "me", .password = "secret"},
            .open = {.container_id = "hubwire", .hostname = "localhost", .max_frame_size = 1'024}};
}

}  // namespace

TEST_CASE("a server of rhea reads and writes every type, and every section") {
    const std::uint16_t port = free_port();
    const auto command = node_command("rhea", "rhea_peer.js", {"server", std::to_string(port)});
    if (!command) {
        WARN("not installed: node, or the package rhea of npm (tests/interop/run gets it)");
        return;
    }
    at_rhea at{*command, port, by_password()};
    const full_message around;
    std::string memory;
    std::vector<sample> samples = simple_samples();
    for (const sample& s : compound_samples(memory)) {
        // Of two descriptors in a row rhea keeps the first, and of lists in an array nothing.
        if (s.value.type() != amqp::type::described && s.name != "array-of-lists") samples.push_back(s);
    }
    for (const sample& s : samples) {
        INFO(s.name);
        const amqp::message sent = around.with(amqp::amqp_value{s.value});
        const std::string wire = at.pass(to_wire(sent), typed);
        CHECK(must(amqp::decode<amqp::message>(wire)) == sent);
    }
    const amqp::value items[] = {1, "two", amqp::symbol{"three"}, 4.0};
    const amqp::data parts[] = {{"one"sv}, {""sv}, {"two"sv}};
    const amqp::amqp_sequence sequences[] = {{amqp::list{items}}, {amqp::list{}}};
    const amqp::message_body bodies[] = {amqp::data{"one"sv}, parts, amqp::amqp_sequence{amqp::list{items}}, sequences};
    for (const amqp::message_body& body : bodies) {
        const amqp::message sent = around.with(body);
        const std::string typed_wire = at.pass(to_wire(sent), typed);
        CHECK(must(amqp::decode<amqp::message>(typed_wire)) == sent);
        // What rhea's own messages keep of it.
        const std::string wire = at.pass(to_wire(sent), amqp::message_format);
        // Its footer comes before the body, and has strings for keys.
        const auto back = must(amqp::decode<amqp::message>(wire, {.any_key = true, .any_order = true}));
        CHECK(back.header == sent.header);
        CHECK(back.properties == sent.properties);
        CHECK(back.body.kind() == sent.body.kind());
        CHECK(back.body.data_sections() == sent.body.data_sections());
        CHECK(back.application_properties->get<std::string_view>("string-astral") == "h\u00E4user \U0001F600"sv);
    }
    for (const std::size_t size : {0u, 1u, 255u, 256u, 4'096u, 65'536u, 1'048'576u}) {
        const std::string payload = payload_of(size);
        const amqp::message sent{.body = amqp::data{payload}};
        const std::string wire = at.pass(to_wire(sent), amqp::message_format);
        CHECK(must(amqp::decode<amqp::message>(wire)).body == sent.body);
    }
    at.end();
}

TEST_CASE("a server of rhea releases, rejects, modifies, and has no such node") {
    const std::uint16_t port = free_port();
    const auto command = node_command("rhea", "rhea_peer.js", {"server", std::to_string(port)});
    if (!command) {
        WARN("not installed: node, or the package rhea of npm (tests/interop/run gets it)");
        return;
    }
    amqp_settings nobody = by_password();
    nobody.mechanisms = {"ANONYMOUS"};
    at_rhea at{*command, port, nobody};
    const auto outcome_of = [&](std::string_view subject) {
        const amqp::message m{.properties = amqp::properties{.subject = subject}, .body = amqp::data{"x"sv}};
        return at.client.deliver(at.sender, to_wire(m));
    };
    const auto released = outcome_of("release");
    CHECK(released.settled);
    CHECK((*released.state).is<amqp::released>());
    const auto rejected = outcome_of("reject");
    REQUIRE((*rejected.state).is<amqp::rejected>());
    CHECK((*rejected.state).get_if<amqp::rejected>()->error->condition == amqp::condition::not_allowed);
    CHECK((*rejected.state).get_if<amqp::rejected>()->error->description == "not this one");
    const auto modified = outcome_of("modify");
    REQUIRE((*modified.state).is<amqp::modified>());
    const auto& how = *(*modified.state).get_if<amqp::modified>();
    CHECK(how.delivery_failed == true);
    CHECK(how.undeliverable_here == true);
    CHECK(how.message_annotations->find("a")->integer() == 1);

    const link_id none = at.client->attach(
        at.client->begin(), {.name = "none", .source = amqp::source{}, .target = amqp::target{.address = "closed"}});
    const auto gone = at.client.wait_for<amqp_event::detached>();
    CHECK(gone.link == none);
    CHECK(gone.peer->error->condition == amqp::condition::not_found);
    at.end();
}

TEST_CASE("a client of rhea sends every type, and gets back what it sent") {
    tcp_listener listener;
    const auto command = node_command("rhea", "rhea_peer.js", {"client", std::to_string(listener.port())});
    if (!command) {
        WARN("not installed: node, or the package rhea of npm (tests/interop/run gets it)");
        return;
    }
    process client{*command};
    amqp_settings settings{.is_server = true, .mechanisms = {"ANONYMOUS", "PLAIN"}};
    settings.open.max_frame_size = 2'048;
    settings.lets_in = [](const sasl_attempt& a) {
        return a.mechanism == "PLAIN" && a.plain().user == "me" && a.plain().password == "secret";
    };
    peer server{listener.accept(), settings};
    amqp_echo echo{server.connection()};
    bool is_orderly = false;
    try {
        is_orderly = server.serve(echo);
    } catch (const std::exception& why) {
        FAIL_CHECK(why.what());
    }
    CHECK(is_orderly);
    CHECK(client.finish() == 0);
    CHECK(client.output() == "ok\n");
    CHECK(echo.failure == "");
    CHECK(echo.link_properties == 1);

    // What the samples of rhea's are.
    const auto last = must(amqp::decode<amqp::message>(echo.last));
    REQUIRE(last.application_properties);
    const std::map<std::string_view, amqp::value> wanted{
        {"null", {}},
        {"true", true},
        {"false", false},
        {"ubyte", std::uint8_t{255}},
        {"ushort", std::uint16_t{65'535}},
        {"uint0", 0u},
        {"smalluint", 255u},
        {"uint", 4'294'967'295u},
        {"ulong0", std::uint64_t{0}},
        {"smallulong", std::uint64_t{255}},
        {"ulong", std::uint64_t{9'007'199'254'740'991}},
        {"byte", std::int8_t{-128}},
        {"short", std::int16_t{-32'768}},
        {"smallint", -128},
        {"int", -2'147'483'647 - 1},
        {"smalllong", std::int64_t{-128}},
        {"long", std::int64_t{-9'007'199'254'740'991}},
        {"float", 1.5f},
        {"double", -0.1},
        {"decimal32", amqp::decimal32{0x2250'0001}},
        {"decimal64", amqp::decimal64{0x2238'0000'0000'0001}},
        {"decimal128", amqp::decimal128{{0x22, 0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}},
        {"char", U'\U0001F600'},
        {"timestamp", amqp::timestamp{-1}},
        {"uuid", amqp::uuid{{0x55, 0x0E, 0x84, 0, 0xE2, 0x9B, 0x41, 0xD4, 0xA7, 0x16, 0x44, 0x66, 0x55, 0x44, 0, 0}}},
        {"vbin8", hubwire::bytes{"\0\1"sv}},
        {"vbin32", hubwire::bytes{"\0\1"sv}},
        {"str8", "h\u00E4user \U0001F600"sv},
        {"str32", "h\u00E4user \U0001F600"sv},
        {"sym8", amqp::symbol{"symbol"}},
        {"sym32", amqp::symbol{"symbol"}},
    };
    CHECK(last.application_properties->size() == wanted.size());
    for (const amqp::entry e : *last.application_properties) {
        INFO(*e.key.text());
        REQUIRE(wanted.contains(*e.key.text()));
        CHECK(e.value == wanted.at(*e.key.text()));
    }
}
