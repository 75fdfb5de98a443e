// A client written on hubwire, and RabbitMQ with its plugin for AMQP 1.0 as the broker.

#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "amqp_connection.hpp"
#include "amqp_peer.hpp"
#include "amqp_samples.hpp"
#include "rabbitmq.hpp"
#include "socket.hpp"
#include "support/catch2.hpp"

namespace {

namespace amqp = hubwire::amqp;
using namespace interop;
using namespace std::literals;

using peer = amqp_peer<tcp_connection>;

/// One broker for all: it takes some seconds to start.
class broker {
public:
    static rabbitmq* get() {
        static const auto programs = find_rabbitmq();
        if (!programs) {
            WARN("not installed: rabbitmq-server");
            return nullptr;
        }
        static rabbitmq one{*programs};
        return &one;
    }
};

amqp_settings as_guest(std::uint32_t max_frame_size = 65'536) {
    return {.mechanisms = {"PLAIN"},
            .credentials = {.user = "guest", .password = "guest"},
            .open = {.container_id = "hubwire", .hostname = "localhost", .max_frame_size = max_frame_size}};
}

/// A client that sends to a queue and receives from it.
struct at_queue {
    at_queue(std::uint16_t port, const std::string& name, const amqp_settings& settings = as_guest())
        : client{tcp_connection::to(port), settings} {
        const session_id s = client->begin();
        const std::string node = "/queue/" + name;
        sender = client.attach(s, {.name = "to", .source = amqp::source{}, .target = amqp::target{.address = node}});
        receiver = client.attach(s, {.name = "from",
                                     .role = amqp::role::receiver,
                                     .source = amqp::source{.address = node},
                                     .target = amqp::target{}});
        client.wait_for_credit(sender);
    }
    std::string pass(const std::string& wire) {
        const auto sent = client.deliver(sender, wire);
        REQUIRE((*sent.state).is<amqp::accepted>());
        client->grant(receiver, 1);
        const auto back = client.next_message(receiver);
        frames = back.frames;
        client->settle(receiver, back.delivery_id, amqp::accepted{});
        return back.message;
    }

    peer client;
    link_id sender = 0;
    link_id receiver = 0;
    std::size_t frames = 0;
};

}  // namespace

TEST_CASE("payloads of every size come back from RabbitMQ, in frames of every size") {
    rabbitmq* const server = broker::get();
    if (server == nullptr) return;
    for (const std::uint32_t frame_size : {512u, 4'096u, 65'536u}) {
        at_queue q{server->port(), "sizes", as_guest(frame_size)};
        for (const std::size_t size : {0u, 1u, 255u, 256u, 65'535u, 65'536u, 1'048'576u}) {
            const std::string payload = payload_of(size);
            const std::string back = q.pass(to_wire(amqp::message{.body = amqp::data{payload}}));
            CHECK(q.frames >= size / frame_size);
            const auto message = must(amqp::decode<amqp::message>(back));
            REQUIRE(message.body.single_data());
            CHECK(*message.body.single_data() == payload);
        }
        q.client.close();
    }
}

TEST_CASE("the sections of a message come back from RabbitMQ") {
    rabbitmq* const server = broker::get();
    if (server == nullptr) return;
    at_queue q{server->port(), "sections"};
    const amqp::entry extras[] = {{"text", "häuser \U0001F600"},
                                  {"yes", true},
                                  {"no", false},
                                  {"byte", std::int8_t{-128}},
                                  {"short", std::int16_t{-32'768}},
                                  {"int", -2'147'483'647 - 1},
                                  {"long", std::int64_t{-9'007'199'254'740'993}},
                                  {"double", -0.1},
                                  {"nothing", amqp::value{}}};
    const amqp::entry marks[] = {{amqp::symbol{"x-opt-mark"}, "1"}, {amqp::symbol{"x-opt-number"}, std::int64_t{2}}};
    const amqp::message sent{
        .header = amqp::header{.durable = true, .priority = std::uint8_t{7}, .ttl = amqp::milliseconds{60'000}},
        .message_annotations = amqp::map{marks},
        .properties = amqp::properties{.message_id = "m-1",
                                       .reply_to = "/queue/answers",
                                       .correlation_id = "c-1",
                                       .content_type = "application/json",
                                       .content_encoding = "utf-8",
                                       .creation_time = amqp::timestamp{1'456'481'802'000},
                                       .group_id = "g"},
        .application_properties = amqp::map{extras},
        .body = amqp::data{"{}"sv}};
    const std::string wire = q.pass(to_wire(sent));
    const auto back = must(amqp::decode<amqp::message>(wire));
    REQUIRE(back.header);
    CHECK(*back.header->durable);
    CHECK(*back.header->priority == 7);
    REQUIRE(back.properties);
    CHECK(back.properties->message_id == sent.properties->message_id);
    CHECK(back.properties->reply_to == sent.properties->reply_to);
    CHECK(back.properties->correlation_id == sent.properties->correlation_id);
    CHECK(back.properties->content_type == sent.properties->content_type);
    CHECK(back.properties->content_encoding == sent.properties->content_encoding);
    CHECK(back.properties->creation_time == sent.properties->creation_time);
    REQUIRE(back.application_properties);
    for (const amqp::entry& e : extras) {
        INFO(*e.key.text());
        CHECK(back.application_properties->find(e.key) == e.value);
    }
    REQUIRE(back.message_annotations);
    for (const amqp::entry& e : marks) CHECK(back.message_annotations->find(e.key) == e.value);
    CHECK(back.body == sent.body);
    q.client.close();
}

TEST_CASE("bodies of every kind come back from RabbitMQ") {
    rabbitmq* const server = broker::get();
    if (server == nullptr) return;
    at_queue q{server->port(), "bodies"};
    const amqp::value items[] = {1, "two", amqp::symbol{"three"}, 4.0};
    const amqp::data parts[] = {{"one"sv}, {""sv}, {"two"sv}};
    const amqp::amqp_sequence sequences[] = {{amqp::list{items}}, {amqp::list{}}};
    // It turns the order of several sections round, and a value that is a list is too much for it.
    const amqp::data turned_parts[] = {parts[2], parts[1], parts[0]};
    const amqp::amqp_sequence turned_sequences[] = {sequences[1], sequences[0]};
    struct body_there_and_back {
        amqp::message_body sent;
        amqp::message_body back;
    };
    const body_there_and_back bodies[] = {
        {amqp::data{"one"sv}, amqp::data{"one"sv}},
        {parts, turned_parts},
        {amqp::amqp_sequence{amqp::list{items}}, amqp::amqp_sequence{amqp::list{items}}},
        {sequences, turned_sequences},
        {amqp::amqp_value{}, amqp::amqp_value{}},
        {amqp::amqp_value{std::uint64_t{1} << 63}, amqp::amqp_value{std::uint64_t{1} << 63}},
        {amqp::amqp_value{amqp::uuid{{1, 2, 3}}}, amqp::amqp_value{amqp::uuid{{1, 2, 3}}}}};
    for (const auto& body : bodies) {
        const std::string wire = q.pass(to_wire(amqp::message{.body = body.sent}));
        CHECK(must(amqp::decode<amqp::message>(wire)).body == body.back);
    }
    q.client.close();
}

TEST_CASE("what is released comes again from RabbitMQ, what is rejected does not") {
    rabbitmq* const server = broker::get();
    if (server == nullptr) return;
    at_queue q{server->port(), "outcomes"};
    const auto body_of = [](const std::string& wire) {
        return std::string{
            must(amqp::decode<amqp::message>(wire)).body.single_data().value_or(hubwire::bytes{}).text()};
    };
    for (const std::string_view text : {"released"sv, "rejected"sv, "accepted"sv})
        q.client.deliver(q.sender, to_wire(amqp::message{.body = amqp::data{text}}));

    std::vector<std::string> seen;
    bool is_new = true;
    while (seen.size() != 4) {
        q.client->grant(q.receiver, 1);
        const auto m = q.client.next_message(q.receiver);
        seen.push_back(body_of(m.message));
        CHECK_FALSE(m.settled);
        if (seen.back() == "rejected") {
            q.client->settle(q.receiver, m.delivery_id,
                             amqp::rejected{amqp::error{.condition = amqp::condition::not_allowed}});
        } else if (seen.back() == "accepted") {
            q.client->settle(q.receiver, m.delivery_id, amqp::accepted{});
        } else if (std::exchange(is_new, false)) {
            q.client->settle(q.receiver, m.delivery_id, amqp::released{});
        } else {
            CHECK_FALSE(*must(amqp::decode<amqp::message>(m.message)).header->first_acquirer);
            q.client->settle(q.receiver, m.delivery_id, amqp::accepted{});
        }
    }
    CHECK(seen == std::vector<std::string>{"released", "released", "rejected", "accepted"});
    q.client.close();
}

TEST_CASE("RabbitMQ lets in who is nobody, and not who says the wrong password") {
    rabbitmq* const server = broker::get();
    if (server == nullptr) return;
    const auto settled = [](peer& client, const std::string& node) {
        const session_id s = client->begin();
        const link_id to = client.attach(
            s, {.name = "to", .snd_settle_mode = amqp::sender_settle_mode::settled, .target = amqp::target{node}});
        client.wait_for_credit(to);
        client->send(to, to_wire(amqp::message{.body = amqp::data{"anonymous"sv}}), {.settled = true});
        const link_id from = client.attach(s, {.name = "from",
                                               .role = amqp::role::receiver,
                                               .snd_settle_mode = amqp::sender_settle_mode::settled,
                                               .source = amqp::source{.address = node},
                                               .target = amqp::target{}});
        client->grant(from, 1);
        const auto back = client.next_message(from);
        CHECK(back.settled);
        CHECK(must(amqp::decode<amqp::message>(back.message)).body == amqp::data{"anonymous"sv});
        client.close();
    };
    SECTION("ANONYMOUS") {
        amqp_settings nobody = as_guest();
        nobody.mechanisms = {"ANONYMOUS"};
        peer client{tcp_connection::to(server->port()), nobody};
        client.wait_for<amqp_event::authenticated>();
        settled(client, "/queue/anonymous");
    }
    SECTION("without SASL") {
        amqp_settings nobody = as_guest();
        nobody.mechanisms.clear();
        peer client{tcp_connection::to(server->port()), nobody};
        settled(client, "/queue/anonymous");
    }
    SECTION("the wrong password") {
        amqp_settings wrong = as_guest();
        wrong.credentials.password = "gast";
        peer client{tcp_connection::to(server->port()), wrong};
        CHECK_THROWS_WITH(client.wait_for<amqp_event::opened>(), "failed: not let in: 1");
    }
}

TEST_CASE("RabbitMQ says why there is no link, and ends a session") {
    rabbitmq* const server = broker::get();
    if (server == nullptr) return;
    peer client{tcp_connection::to(server->port()), as_guest()};
    const session_id s = client->begin();
    client->attach(s, {.name = "from",
                       .role = amqp::role::receiver,
                       .source = amqp::source{.address = "/amq/queue/none"},
                       .target = amqp::target{}});
    const auto end = client.wait_for<amqp_event::ended>();
    REQUIRE(end.peer->error);
    CHECK(end.peer->error->condition == amqp::condition::not_found);
    client.close();
}

TEST_CASE("RabbitMQ was ours, and ends as one should") {
    rabbitmq* const server = broker::get();
    if (server == nullptr) return;
    CHECK(server->stop() == 0);
}
