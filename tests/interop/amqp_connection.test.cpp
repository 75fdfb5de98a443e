// Both ends of a connection on hubwire, without anything between them but strings of bytes: what the tests against
// programs of others are built upon.

#include "amqp_connection.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "support/catch2.hpp"

namespace {

namespace amqp = hubwire::amqp;
using namespace interop;
using namespace std::literals;

/// A client and a server, and pieces of so many bytes that the network makes of what they say.
struct pair_of_ends {
    explicit pair_of_ends(const amqp_settings& of_client = {}, amqp_settings of_server = {}, std::size_t pieces = 7)
        : client{of_client}, server{as_server(std::move(of_server))}, piece{pieces} {}

    void run() {
        while (!client.output().empty() || !server.output().empty()) {
            carry(client, server);
            carry(server, client);
        }
    }

    amqp_connection client;
    amqp_connection server;
    std::size_t piece;

private:
    static amqp_settings as_server(amqp_settings s) {
        s.is_server = true;
        return s;
    }
    void carry(amqp_connection& from, amqp_connection& to) const {
        while (!from.output().empty()) {
            const std::size_t n = std::min(piece, from.output().size());
            to.receive(from.output().first(n));
            from.sent(n);
        }
    }
};

/// The next event of this kind; those before it are passed over.
template <class Event>
std::optional<Event> next(amqp_connection& of) {
    while (const auto e = of.next_event()) {
        if (const auto* wanted = std::get_if<Event>(&*e)) return *wanted;
        if (const auto* failed = std::get_if<amqp_event::failed>(&*e)) FAIL("failed: " << failed->why);
    }
    return std::nullopt;
}

std::string payload_of(std::size_t size) {
    std::string payload(size, '\0');
    for (std::size_t i = 0; i != size; ++i) payload[i] = static_cast<char>(static_cast<unsigned char>(i * 131 >> 3));
    return payload;
}

/// A link from the client to the server, with credit.
struct links {
    link_id sender = 0;
    link_id receiver = 0;
};
links link_up(pair_of_ends& ends, const amqp::attach& wanted, std::uint32_t credit) {
    links both;
    const session_id s = ends.client.begin();
    both.sender = ends.client.attach(s, wanted);
    ends.run();
    const auto asked = next<amqp_event::attached>(ends.server);
    REQUIRE(asked);
    CHECK(asked->is_request);
    both.receiver = asked->link;
    ends.server.accept(both.receiver);
    ends.server.grant(both.receiver, credit);
    ends.run();
    const auto answer = next<amqp_event::attached>(ends.client);
    REQUIRE(answer);
    CHECK(answer->link == both.sender);
    CHECK_FALSE(answer->is_request);
    return both;
}

}  // namespace

TEST_CASE("messages of every size go to the other end, in frames of every size") {
    const auto largest = GENERATE(512u, 1'000u, 65'536u);
    amqp_settings of_server;
    of_server.open.max_frame_size = largest;
    of_server.incoming_window = 4;
    pair_of_ends ends{{}, of_server, 1'000};
    const links both = link_up(ends, {.name = "telemetry", .target = amqp::target{.address = "q"}}, 10);
    CHECK(ends.client.credit_of(both.sender) == 10);
    for (const std::size_t size : {0u, 1u, 400u, 512u, 65'536u, 1'048'576u}) {
        const std::string message = to_wire(amqp::message{.body = amqp::data{payload_of(size)}});
        const delivery_number number = ends.client.send(both.sender, message);
        ends.run();
        const auto received = next<amqp_event::received>(ends.server);
        REQUIRE(received);
        CHECK(received->message == message);
        CHECK(received->tag == std::to_string(number));
        CHECK_FALSE(received->settled);
        CHECK(received->frames >= message.size() / largest);
        ends.server.settle(both.receiver, received->delivery_id, amqp::accepted{});
        ends.run();
        const auto updated = next<amqp_event::updated>(ends.client);
        REQUIRE(updated);
        CHECK(updated->delivery == number);
        CHECK(updated->settled);
        CHECK((*updated->state).is<amqp::accepted>());
    }
}

TEST_CASE("what there is no credit for waits, and a drained link says so") {
    pair_of_ends ends;
    const links both = link_up(ends, {.name = "a", .target = amqp::target{.address = "q"}}, 1);
    for (const std::string_view text : {"one"sv, "two"sv, "three"sv})
        ends.client.send(both.sender, to_wire(amqp::message{.body = amqp::data{text}}), {.settled = true});
    ends.run();
    CHECK(ends.client.waiting(both.sender) == 2);
    CHECK(next<amqp_event::received>(ends.server)->settled);
    CHECK_FALSE(next<amqp_event::received>(ends.server));
    ends.server.grant(both.receiver, 5, true);
    ends.run();
    CHECK(ends.client.waiting(both.sender) == 0);
    CHECK(next<amqp_event::received>(ends.server));
    CHECK(next<amqp_event::received>(ends.server));
    const auto drained = next<amqp_event::flowed>(ends.server);
    REQUIRE(drained);
    CHECK(drained->drain);
    CHECK(drained->credit == 0);
    CHECK(ends.client.credit_of(both.sender) == 0);
}

TEST_CASE("every outcome comes back, and what is settled second") {
    pair_of_ends ends;
    const links both = link_up(
        ends,
        {.name = "a", .rcv_settle_mode = amqp::receiver_settle_mode::second, .target = amqp::target{.address = "q"}},
        10);
    const amqp::delivery_state states[] = {
        amqp::accepted{},
        amqp::rejected{amqp::error{.condition = amqp::condition::not_allowed, .description = "not this one"}},
        amqp::released{}, amqp::modified{.delivery_failed = true, .undeliverable_here = false}};
    for (const amqp::delivery_state& state : states) {
        ends.client.send(both.sender, to_wire(amqp::message{.body = amqp::amqp_value{1}}));
        ends.run();
        const auto received = next<amqp_event::received>(ends.server);
        REQUIRE(received);
        ends.server.settle(both.receiver, received->delivery_id, state, false);
        ends.run();
        const auto updated = next<amqp_event::updated>(ends.client);
        REQUIRE(updated);
        CHECK_FALSE(updated->settled);
        CHECK(*updated->state == state);
        const auto settled = next<amqp_event::settled>(ends.server);
        REQUIRE(settled);
        CHECK(settled->delivery_id == received->delivery_id);
    }
}

TEST_CASE("what a link is asked for with is seen by the other end, and can be refused") {
    pair_of_ends ends;
    const session_id s = ends.client.begin();
    const amqp::symbol capabilities[] = {"a", "b"};
    const amqp::entry properties[] = {{amqp::symbol{"com.microsoft:client-version"}, "1.0"}};
    const link_id link = ends.client.attach(s, {.name = "events",
                                                .role = amqp::role::receiver,
                                                .source = amqp::source{.address = "/messages/events"},
                                                .target = amqp::target{},
                                                .offered_capabilities = capabilities,
                                                .properties = amqp::map{properties}});
    ends.run();
    const auto asked = next<amqp_event::attached>(ends.server);
    REQUIRE(asked);
    CHECK(asked->peer->role == amqp::role::receiver);
    CHECK(asked->peer->source.get_if<amqp::source>()->address == "/messages/events");
    CHECK(asked->peer->offered_capabilities.contains("b"));
    CHECK(asked->peer->properties->get<std::string_view>("com.microsoft:client-version") == "1.0");
    const amqp::entry info[] = {{amqp::symbol{"network-host"}, "elsewhere"},
                                {amqp::symbol{"port"}, std::uint16_t{5671}}};
    ends.server.refuse(asked->link, {.condition = amqp::condition::link_redirect, .info = amqp::map{info}});
    ends.run();
    CHECK(next<amqp_event::attached>(ends.client)->link == link);
    const auto refused = next<amqp_event::detached>(ends.client);
    REQUIRE(refused);
    CHECK(refused->link == link);
    CHECK(amqp::redirect_of(*refused->peer->error)->port == 5671);
    CHECK_FALSE(ends.client.has(link));
    CHECK(next<amqp_event::detached>(ends.server));
    CHECK_FALSE(ends.server.has(asked->link));
}

TEST_CASE("several sessions and links, in both directions, are told apart") {
    amqp_settings small;
    small.open.max_frame_size = 512;
    pair_of_ends ends{small, small};
    std::map<link_id, std::string> nodes;  // of the server's links
    std::vector<link_id> senders;
    std::vector<link_id> receivers;
    for (int i = 0; i != 2; ++i) {
        const session_id s = ends.client.begin();
        for (const std::string_view node : {"a"sv, "b"sv}) {
            senders.push_back(ends.client.attach(s, {.name = node, .target = amqp::target{.address = node}}));
            receivers.push_back(ends.client.attach(
                s, {.name = node, .role = amqp::role::receiver, .source = amqp::source{.address = node}}));
            ends.client.grant(receivers.back(), 10);
        }
    }
    ends.run();
    std::vector<link_id> to_client;
    while (const auto asked = next<amqp_event::attached>(ends.server)) {
        ends.server.accept(asked->link);
        nodes[asked->link] = std::to_string(asked->session) + std::string{asked->peer->name};
        if (ends.server.role_of(asked->link) == amqp::role::receiver) {
            ends.server.grant(asked->link, 10);
        } else {
            to_client.push_back(asked->link);
        }
    }
    REQUIRE(to_client.size() == 4);
    ends.run();
    const auto digit = [](std::size_t n) { return "01234567"[n]; };
    const auto message_of = [](char which, std::size_t size) {
        const std::string payload(size, which);
        return to_wire(amqp::message{.body = amqp::data{payload}});
    };
    for (std::size_t i = 0; i != 4; ++i) {
        ends.client.send(senders[i], message_of(digit(i), 2'000));
        ends.server.send(to_client[i], message_of(digit(4 + i), 2'000));
    }
    ends.run();
    const std::string names[] = {"0a", "0b", "1a", "1b"};
    for (std::size_t i = 0; i != 4; ++i) {
        const auto there = next<amqp_event::received>(ends.server);
        REQUIRE(there);
        const std::size_t from = "01234567"sv.find(there->message.back());
        REQUIRE(from < 4);
        CHECK(nodes[there->link] == names[from]);
        CHECK(there->message == message_of(digit(from), 2'000));
        const auto back = next<amqp_event::received>(ends.client);
        REQUIRE(back);
        const std::size_t to = "4567"sv.find(back->message.back());
        REQUIRE(to < 4);
        CHECK(back->link == receivers[to]);
        CHECK(back->frames == 5);
    }
}

TEST_CASE("SASL: who is let in, by which mechanism, and who is not") {
    amqp_settings of_client{.mechanisms = {"MSSBCBS", "PLAIN"},
                            .credentials = {.user = "u", .password = "p"},
                            .open = {.container_id = "c", .hostname = "localhost"}};
    amqp_settings of_server{.mechanisms = {"ANONYMOUS", "PLAIN"}};
    of_server.lets_in = [](const sasl_attempt& a) {
        return a.mechanism == "PLAIN" && a.plain() == amqp::plain_credentials{.user = "u", .password = "p"};
    };
    SECTION("with the right password") {
        pair_of_ends ends{of_client, of_server, 1};
        ends.run();
        const auto in = next<amqp_event::authenticated>(ends.server);
        REQUIRE(in);
        CHECK(in->attempt.hostname == "localhost");
        CHECK(next<amqp_event::opened>(ends.client)->peer->container_id == "hubwire");
        CHECK(next<amqp_event::opened>(ends.server)->peer->container_id == "c");
    }
    SECTION("by $cbs, later") {
        of_server.mechanisms = {"MSSBCBS"};
        of_server.lets_in = {};
        pair_of_ends ends{of_client, of_server, 1};
        ends.client.begin();  // before there is a connection
        ends.run();
        CHECK(next<amqp_event::authenticated>(ends.server)->attempt.mechanism == "MSSBCBS");
        CHECK(next<amqp_event::begun>(ends.server));
    }
    SECTION("by what lies below, such as a certificate") {
        of_client.mechanisms = of_server.mechanisms = {"EXTERNAL"};
        of_server.lets_in = [](const sasl_attempt& a) { return a.response.empty(); };
        pair_of_ends ends{of_client, of_server, 1};
        ends.run();
        CHECK(next<amqp_event::authenticated>(ends.server)->attempt.mechanism == "EXTERNAL");
    }
    SECTION("with the wrong one") {
        of_client.credentials.password = "q";
        pair_of_ends ends{of_client, of_server, 1};
        ends.run();
        CHECK(ends.client.is_over());
        CHECK(ends.server.is_over());
        CHECK(std::get<amqp_event::failed>(*ends.client.next_event()).why == "not let in: 1");
    }
    SECTION("not at all") {
        of_client.mechanisms.clear();
        pair_of_ends ends{of_client, of_server, 1};
        ends.run();
        CHECK(ends.client.is_over());
        CHECK(ends.server.is_over());
    }
}

TEST_CASE("links, sessions and the connection end from either end, with a reason") {
    pair_of_ends ends;
    const links both = link_up(ends, {.name = "a", .target = amqp::target{.address = "q"}}, 1);
    const auto why = [](std::string_view text) {
        return amqp::error{.condition = amqp::condition::internal_error, .description = text};
    };
    ends.server.detach(both.receiver, why("the link"), false);
    ends.run();
    const auto detached = next<amqp_event::detached>(ends.client);
    REQUIRE(detached);
    CHECK(detached->peer->error->description == "the link");
    CHECK_FALSE(*detached->peer->closed);
    CHECK(next<amqp_event::detached>(ends.server));

    const session_id another = ends.client.begin();
    ends.run();
    CHECK(next<amqp_event::begun>(ends.client)->session == another);
    ends.client.end(another, why("the session"));
    ends.run();
    CHECK(next<amqp_event::ended>(ends.server)->peer->error->description == "the session");
    CHECK(next<amqp_event::ended>(ends.client)->session == another);

    ends.server.close(why("the connection"));
    ends.run();
    CHECK(next<amqp_event::closed>(ends.client)->peer->error->description == "the connection");
    CHECK(next<amqp_event::closed>(ends.server));
    CHECK(ends.client.is_over());
    CHECK(ends.server.is_over());
}

TEST_CASE("signs of life are sent in time, and missed") {
    const auto begin = amqp_connection::clock::now();
    amqp_settings of_client;
    of_client.open.idle_time_out = amqp::milliseconds{1'000};
    pair_of_ends ends{of_client};
    ends.run();
    ends.server.tick(begin + 10s);
    CHECK(ends.server.output().size() == 8);
    ends.run();
    CHECK(ends.client.heartbeats_received() == 1);
    ends.client.tick(begin + 10s);
    CHECK(ends.client.is_over());
    ends.run();
    CHECK(next<amqp_event::closed>(ends.server)->peer->error->condition == amqp::condition::resource_limit_exceeded);
}

TEST_CASE("whatever is wrong ends the connection, and nothing else") {
    const std::string_view stream = GENERATE("GET / HTTP/1.1\r\n\r\n"sv, "AMQP\x00\x01\x00\x00\x00\x00\x00\x04....."sv,
                                             "AMQP\x00\x01\x00\x00\x7F\x00\x00\x00\x02\x00\x00\x00"sv,
                                             "AMQP\x00\x01\x00\x00\x00\x00\x00\x0C\x02\x00\x00\x00\x00\x53\x17\x45"sv);
    amqp_connection server{{.is_server = true}};
    server.receive(stream);
    CHECK(server.is_over());
    CHECK(std::holds_alternative<amqp_event::failed>(*server.next_event()));
}

namespace {

/// A peer that says what it likes, whether or not it may: a stream for the other end to receive at once.
class outspoken {
public:
    outspoken() { stream_ = "AMQP\x00\x01\x00\x00"s; }

    template <class T>
    outspoken& say(const T& body, std::uint16_t channel = 0, hubwire::bytes payload = {}) {
        std::string memory(4'096 + payload.size(), '\0');
        if constexpr (std::same_as<T, amqp::transfer>) {
            stream_ += must(amqp::encode_frame(memory, channel, body, payload, rules)).text();
        } else {
            stream_ += must(amqp::encode_frame(memory, channel, body, rules)).text();
        }
        return *this;
    }
    [[nodiscard]] std::string said() { return std::exchange(stream_, {}); }

    /// As far as a session, with this window of its own.
    outspoken& begin(std::uint32_t incoming_window = 100) {
        say(amqp::open{.container_id = "peer"});
        return say(amqp::begin{.incoming_window = incoming_window, .outgoing_window = 100});
    }
    /// A link that it receives from, or that it sends to.
    outspoken& attach(amqp::role role, std::uint32_t handle = 0) {
        const bool sends = role == amqp::role::sender;
        return say(amqp::attach{.name = "link",
                                .handle = handle,
                                .role = role,
                                .source = amqp::source{.address = "q"},
                                .target = amqp::target{.address = "q"},
                                .initial_delivery_count = sends ? std::optional<std::uint32_t>{0} : std::nullopt});
    }

private:
    static constexpr amqp::options rules{.max_frame_size = 65'536};
    std::string stream_;
};

/// What an end has sent by now, a name for each frame and "header" for each protocol header.
std::vector<std::string> names_of(amqp_connection& of) {
    std::vector<std::string> names;
    for (hubwire::bytes rest = of.output(); !rest.empty();) {
        if (rest.text().front() == 'A') {
            names.emplace_back("header");
            rest = rest.without_first(amqp::protocol_header_size);
            continue;
        }
        const auto whole = must(amqp::cut(rest, {.max_frame_size = 65'536}));
        must(amqp::decode_frame(whole, {.max_frame_size = 65'536})).body.visit([&]<class T>(const T&) {
            if constexpr (amqp::frame_body<T>) names.emplace_back(T::descriptor.name);
        });
        rest = rest.without_first(whole.size());
    }
    of.sent(of.output().size());
    return names;
}

}  // namespace

TEST_CASE("credit that is taken back below what is on its way is none") {
    amqp_connection server{{.is_server = true}};
    outspoken peer;
    server.receive(peer.begin().attach(amqp::role::receiver).said());
    const link_id link = next<amqp_event::attached>(server)->link;
    server.accept(link);
    const amqp::flow grant{.next_incoming_id = 0,
                           .incoming_window = 100,
                           .outgoing_window = 100,
                           .handle = 0,
                           .delivery_count = 0,
                           .link_credit = 3};
    server.receive(peer.say(grant).said());
    for (int i = 0; i != 3; ++i) server.send(link, "message");
    CHECK(server.credit_of(link) == 0);
    // The peer has not seen them yet.
    amqp::flow taken_back = grant;
    taken_back.link_credit = 1;
    server.receive(peer.say(taken_back).said());
    CHECK(server.credit_of(link) == 0);
    static_cast<void>(names_of(server));
    server.send(link, "message");
    CHECK(names_of(server).empty());
    CHECK(server.waiting(link) == 1);
}

TEST_CASE("a window that is made smaller than what is on its way is closed") {
    amqp_connection server{{.is_server = true}};
    outspoken peer;
    server.receive(peer.begin(5).attach(amqp::role::receiver).said());
    const link_id link = next<amqp_event::attached>(server)->link;
    server.accept(link);
    const amqp::flow grant{.next_incoming_id = 0,
                           .incoming_window = 5,
                           .outgoing_window = 100,
                           .handle = 0,
                           .delivery_count = 0,
                           .link_credit = 100};
    server.receive(peer.say(grant).said());
    for (int i = 0; i != 5; ++i) server.send(link, "message");
    server.receive(peer.say(amqp::flow{.next_incoming_id = 0, .incoming_window = 2, .outgoing_window = 100}).said());
    static_cast<void>(names_of(server));
    server.send(link, "message");
    CHECK(names_of(server).empty());
}

TEST_CASE("no peer takes credit from a receiver by saying that it has drained more") {
    amqp_connection server{{.is_server = true}};
    outspoken peer;
    server.receive(peer.begin().attach(amqp::role::sender).said());
    const link_id link = next<amqp_event::attached>(server)->link;
    server.accept(link);
    server.grant(link, 2);
    server.receive(peer.say(amqp::flow{.next_incoming_id = 0,
                                       .incoming_window = 100,
                                       .outgoing_window = 100,
                                       .handle = 0,
                                       .delivery_count = 0,
                                       .link_credit = 1'000'000,
                                       .drain = true})
                       .said());
    CHECK(server.credit_of(link) == 2);
}

TEST_CASE("an outcome that is too long for the peer's own frames ends its connection") {
    amqp_connection server{{.is_server = true}};
    outspoken peer;
    peer.say(amqp::open{.container_id = "peer", .max_frame_size = 512});
    peer.say(amqp::begin{.incoming_window = 100, .outgoing_window = 100});
    server.receive(peer.attach(amqp::role::receiver).said());
    const link_id link = next<amqp_event::attached>(server)->link;
    server.accept(link);
    server.receive(peer.say(amqp::flow{.next_incoming_id = 0,
                                       .incoming_window = 100,
                                       .outgoing_window = 100,
                                       .handle = 0,
                                       .delivery_count = 0,
                                       .link_credit = 1})
                       .said());
    server.send(link, "message");
    const std::string why(1'000, 'x');
    const amqp::rejected no{amqp::error{.condition = amqp::condition::not_allowed, .description = why}};
    server.receive(peer.say(amqp::disposition{.role = amqp::role::receiver, .first = 0, .state = no}).said());
    CHECK(server.is_over());
}

TEST_CASE("a disposition means the deliveries from one to another, also where their ids begin anew, and no others") {
    amqp_connection server{{.is_server = true}};
    outspoken peer;
    server.receive(peer.begin().attach(amqp::role::sender).said());
    const link_id link = next<amqp_event::attached>(server)->link;
    server.accept(link);
    server.grant(link, 10);
    constexpr std::uint32_t last_id = 0xFFFF'FFFF;
    for (const std::uint32_t id : {last_id - 2, last_id - 1, last_id, 0u, 1u, 2u})
        peer.say(amqp::transfer{.handle = 0, .delivery_id = id, .delivery_tag = "0"sv}, 0, "message"sv);
    server.receive(peer.said());
    const auto settled_by = [&](const amqp::disposition& d) {
        server.receive(peer.say(d).said());
        std::vector<std::uint32_t> ids;
        while (const auto e = next<amqp_event::settled>(server)) ids.push_back(e->delivery_id);
        return ids;
    };
    amqp::disposition d{.role = amqp::role::sender, .first = last_id - 1, .last = 1u, .state = amqp::accepted{}};
    CHECK(settled_by(d).empty());  // which says that they have a state, and no more
    d.settled = true;
    CHECK(settled_by(d) == std::vector<std::uint32_t>{last_id - 1, last_id, 0, 1});
    CHECK(settled_by(d).empty());
    d.first = last_id / 2 + 4;
    d.last = 2u;
    CHECK(settled_by(d) == std::vector<std::uint32_t>{last_id - 2, 2});
    CHECK_FALSE(server.is_over());
}

TEST_CASE("a range of deliveries that ends before it begins ends the connection, and settles none") {
    const auto [first, last] =
        GENERATE(std::pair{1u, 0u}, std::pair{0u, 0xFFFF'FFFFu}, std::pair{0u, 0x8000'0000u}, std::pair{5u, 3u});
    const auto role = GENERATE(amqp::role::sender, amqp::role::receiver);
    INFO(first << " to " << last);
    pair_of_ends ends;
    const links both = link_up(ends, {.name = "a", .target = amqp::target{.address = "q"}}, 10);
    ends.client.send(both.sender, "message");
    ends.run();
    REQUIRE(next<amqp_event::received>(ends.server));
    const bool is_of_client = role == amqp::role::sender;
    amqp_connection& end = is_of_client ? ends.server : ends.client;
    amqp::disposition d{.role = role, .first = first, .last = last, .state = amqp::accepted{}};
    d.settled = true;
    std::array<char, 128> memory;
    end.receive(must(amqp::encode_frame(memory, 0, d)));
    CHECK(end.is_over());
    while (const auto e = end.next_event()) {
        CHECK_FALSE(std::holds_alternative<amqp_event::settled>(*e));
        CHECK_FALSE(std::holds_alternative<amqp_event::updated>(*e));
    }
}

TEST_CASE("a transfer on a link that has not been accepted ends the connection, and says nothing of the link") {
    amqp_connection server{{.is_server = true}};
    outspoken peer;
    peer.begin().attach(amqp::role::sender);
    server.receive(
        peer.say(amqp::transfer{.handle = 0, .delivery_id = 0, .delivery_tag = "0"sv}, 0, "message"sv).said());
    CHECK(server.is_over());
    const auto names = names_of(server);
    CHECK(std::find(names.begin(), names.end(), "amqp:detach:list") == names.end());
    CHECK(names.back() == "amqp:close:list");
}

TEST_CASE("nothing is said behind a close") {
    amqp_connection server{{.is_server = true}};
    outspoken peer;
    peer.begin()
        .attach(amqp::role::receiver)
        .say(amqp::flow{.next_incoming_id = 0,
                        .incoming_window = 100,
                        .outgoing_window = 100,
                        .handle = 0,
                        .delivery_count = 0,
                        .link_credit = 1});
    server.receive(peer.say(amqp::close{}).said());
    const link_id link = next<amqp_event::attached>(server)->link;
    server.accept(link);
    server.send(link, "message");
    CHECK(names_of(server).back() == "amqp:close:list");
}

TEST_CASE("a link that is gone before it was answered is no link any more") {
    amqp_connection server{{.is_server = true}};
    outspoken peer;
    server.receive(peer.begin().attach(amqp::role::sender).say(amqp::detach{.handle = 0, .closed = true}).said());
    const link_id link = next<amqp_event::attached>(server)->link;
    CHECK_FALSE(server.has(link));
}

TEST_CASE("channels and handles beyond what was said at the beginning are refused") {
    amqp_settings settings{.is_server = true};
    settings.open.channel_max = 3;
    amqp_connection server{settings};
    outspoken peer;
    peer.say(amqp::open{.container_id = "peer"});
    SECTION("a channel") {
        server.receive(peer.say(amqp::begin{.incoming_window = 1, .outgoing_window = 1}, 3).said());
        CHECK_FALSE(server.is_over());
        server.receive(peer.say(amqp::begin{.incoming_window = 1, .outgoing_window = 1}, 4).said());
        CHECK(server.is_over());
    }
    SECTION("a handle") {
        peer.say(amqp::begin{.incoming_window = 1, .outgoing_window = 1});
        server.receive(peer.attach(amqp::role::sender, 255).said());
        CHECK_FALSE(server.is_over());
        server.receive(peer.attach(amqp::role::sender, 256).said());
        CHECK(server.is_over());
    }
}
