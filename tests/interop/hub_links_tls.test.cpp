// What the hub of the tests does with links of AMQP: by clients that are written on hubwire too, and do what no SDK
// does.

#include <array>
#include <chrono>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amqp_connection.hpp"
#include "amqp_peer.hpp"
#include "hub_device.hpp"
#include "support/catch2.hpp"
#include "tls.hpp"

namespace {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;
using interop::device_key;
using interop::hub_core;
using interop::link_id;
using interop::must;
using interop::session_id;
using interop::test_device;
using interop::token_for;
using interop::written;
namespace amqp_event = interop::amqp_event;
using namespace std::literals;

constexpr iothub::identity other_device{.device_id = "MyDevice02"};
const std::string event_hub = "iothub-ehub-hubwire";

/// A connection of AMQP with a session, and what clients of the hub do there.
class client {
public:
    explicit client(interop::tls_connection transport)
        : peer_{std::move(transport), {.mechanisms = {"MSSBCBS"}}}, session_{peer_->begin()} {}

    /// Puts a token to $cbs; returns what is answered.
    std::int32_t put_token(const std::string& audience, const std::string& token) {
        if (!requests_) {
            requests_ = sender("$cbs");
            replies_ = receiver("$cbs");
            peer_.wait_for_credit(*requests_);
        }
        const iothub::cbs::put_token request{.message_id = "1", .audience = audience, .token = token};
        peer_.deliver(*requests_, encoded(request));
        const auto answer = peer_.next_message(replies_);
        peer_->settle(replies_, answer.delivery_id, amqp::accepted{});
        const auto reply = must(iothub::decode<iothub::cbs::reply>(hubwire::bytes{answer.message}));
        CHECK(reply.correlation_id == amqp::message_id{"1"});
        return reply.status_code;
    }
    std::int32_t log_in(const iothub::identity& who) {
        const iothub::sas_resource resource{.host_name = "hubwire.azure-devices.net", .who = who};
        return put_token(written([&](auto& out) { put_sas_resource(out, resource); }), token_for(who));
    }

    link_id sender(std::string_view address) {
        return peer_.attach(session_, {.name = new_name(),
                                       .role = amqp::role::sender,
                                       .source = amqp::source{.address = "here"},
                                       .target = amqp::target{.address = address}});
    }
    link_id receiver(std::string_view address, const std::optional<amqp::filter_set>& filter = {}) {
        const link_id link = peer_.attach(session_, {.name = new_name(),
                                                     .role = amqp::role::receiver,
                                                     .source = amqp::source{.address = address, .filter = filter},
                                                     .target = amqp::target{.address = "here"}});
        if (peer_->has(link)) peer_->grant(link, 10);  // or it was refused
        return link;
    }

    /// Wants a link, and gives it up before anything can be answered.
    void change_its_mind(std::string_view address, amqp::role role) {
        peer_->detach(peer_->attach(session_, {.name = new_name(),
                                               .role = role,
                                               .source = amqp::source{.address = address},
                                               .target = amqp::target{.address = address}}));
    }

    /// Why the hub has ended a link.
    amqp_event::detached wait_for_end(link_id link) {
        return peer_.wait_for<amqp_event::detached>([link](const amqp_event::detached& d) { return d.link == link; });
    }
    std::string why_ended(link_id link) {
        const auto end = wait_for_end(link);
        return end.peer->error ? std::string{end.peer->error->condition.text} : "";
    }

    /// Sends a message; returns whether the hub takes it.
    bool deliver(link_id link, const iothub::message& m) {
        peer_.wait_for_credit(link);
        const auto update = peer_.deliver(link, written([&](auto& out) { put_amqp_message(out, m); }));
        return update.state->is<amqp::accepted>();
    }

    interop::amqp_peer<interop::tls_connection>& peer() { return peer_; }

private:
    template <class Operation>
    static std::string encoded(const Operation& operation) {
        return written([&](auto& out) { iothub::put_message(out, operation); });
    }
    std::string new_name() { return "link-" + std::to_string(++links_); }

    interop::amqp_peer<interop::tls_connection> peer_;
    session_id session_;
    unsigned links_ = 0;
    std::optional<link_id> requests_{};
    link_id replies_ = 0;
};

struct fixture : interop::test_hub {
    fixture() {
        hub.with([](hub_core& h) {
            h.add(test_device, device_key);
            h.add(other_device, device_key);
            h.policies["service"] = device_key;
        });
    }

    client connect(std::uint16_t port) {
        return client{interop::tls_connection{interop::tcp_connection::to(port), certificates.authority, "localhost"}};
    }
    client connect() { return connect(hub.amqp_port()); }
    void log_in_as_service(client& c) {
        const std::string host = "localhost:" + std::to_string(hub.amqp_port());
        CHECK(c.put_token(host, token_for({.host_name = host}, iothub::sas_key::of_hub(device_key), "service")) == 200);
    }

    void send_to(const iothub::identity& who, const char* id) {
        hub.with([&](hub_core& h) { must(h.send(who, {.message_id = id, .body = "for you"sv})); });
    }
};

std::string events_of(const iothub::identity& who) {
    return "/devices/" + std::string{who.device_id} + "/messages/events";
}
std::string messages_for(const iothub::identity& who) {
    return "/devices/" + std::string{who.device_id} + "/messages/devicebound";
}

#define NEEDS_OPENSSL() \
    if (!interop::can_run_sdk({})) return;

}  // namespace

TEST_CASE("of a connection that devices share, a newer one of one of them ends what is that one's") {
    NEEDS_OPENSSL();
    fixture f;
    client shared = f.connect();
    CHECK(shared.log_in(test_device) == 200);
    CHECK(shared.log_in(other_device) == 200);
    const link_id sends = shared.sender(events_of(test_device));
    const link_id receives = shared.receiver(messages_for(test_device));
    const link_id other_sends = shared.sender(events_of(other_device));
    const link_id other_receives = shared.receiver(messages_for(other_device));
    CHECK(shared.deliver(sends, {.body = "1"sv}));
    f.send_to(test_device, "unsettled");
    const auto unsettled = shared.peer().next_message(receives);

    client newer = f.connect();
    CHECK(newer.log_in(test_device) == 200);
    const link_id newer_receives = newer.receiver(messages_for(test_device));
    CHECK(shared.why_ended(sends) == "amqp:link:stolen");
    CHECK(shared.why_ended(receives) == "amqp:link:stolen");

    // What was on its way comes again, to the newer one.
    const auto again = newer.peer().next_message(newer_receives);
    CHECK(must(iothub::decode_amqp_message(again.message)).message_id == "unsettled");
    CHECK(must(iothub::decode_amqp_message(again.message)).delivery_count == std::uint8_t{1});
    newer.peer()->settle(newer_receives, again.delivery_id, amqp::accepted{});

    // The other device has noticed nothing.
    CHECK(shared.deliver(other_sends, {.body = "2"sv}));
    f.send_to(other_device, "mine");
    const auto mine = shared.peer().next_message(other_receives);
    CHECK(must(iothub::decode_amqp_message(mine.message)).message_id == "mine");
    shared.peer()->settle(other_receives, mine.delivery_id, amqp::accepted{});
    shared.peer().close();
    newer.peer().close();
    f.hub.with([](hub_core& h) {
        REQUIRE(h.events.size() == 2);
        CHECK(h.events[1].sender == interop::client_name{other_device});
        CHECK(h.settled.size() == 2);
        CHECK(h.refusals.empty());
    });
}

TEST_CASE("a device that comes back on a connection that it was put off from takes its links back") {
    NEEDS_OPENSSL();
    fixture f;
    client first = f.connect();
    client second = f.connect();
    for (client* c : {&first, &second}) CHECK(c->log_in(test_device) == 200);
    std::optional<link_id> last{};
    for (int i = 0; i != 3; ++i) {
        client& in = i % 2 == 0 ? first : second;
        client& out = i % 2 == 0 ? second : first;
        const link_id link = in.receiver(messages_for(test_device));
        if (last) CHECK(out.why_ended(*last) == "amqp:link:stolen");
        last = link;
    }
    f.send_to(test_device, "here");
    const auto m = first.peer().next_message(*last);
    CHECK(must(iothub::decode_amqp_message(m.message)).message_id == "here");
}

TEST_CASE("a device that has said nothing yet is put off, too") {
    NEEDS_OPENSSL();
    fixture f;
    client silent = f.connect();
    client newer = f.connect();
    for (client* c : {&silent, &newer}) CHECK(c->log_in(test_device) == 200);
    const link_id sends = silent.sender(events_of(test_device));
    CHECK(newer.deliver(newer.sender(events_of(test_device)), {.body = "1"sv}));
    CHECK(silent.why_ended(sends) == "amqp:link:stolen");
}

TEST_CASE("of a batch for devices all messages are taken, or none") {
    NEEDS_OPENSSL();
    fixture f;
    client service = f.connect();
    f.log_in_as_service(service);
    const link_id link = service.sender("/messages/devicebound");
    service.peer().wait_for_credit(link);
    const auto verdict_on = [&](std::string_view second) {
        std::array<char, 1'024> memory;
        iothub::batch_builder batch{memory};
        for (const std::string_view to : {"/devices/MyDevice01/messages/devicebound"sv, second})
            must(batch.add(hubwire::bytes{
                written([&](auto& out) { put_amqp_message(out, iothub::message{.to = to, .body = "x"sv}); })}));
        return service.peer()
            .deliver(link, std::string{must(batch.finish()).text()}, {.message_format = amqp::batch_message_format})
            .state->is<amqp::accepted>();
    };
    const auto queued = [&](const iothub::identity& who) {
        return f.hub.with([&](hub_core& h) { return h.clients.at(who).queue.size(); });
    };
    CHECK_FALSE(verdict_on("/devices/nobody/messages/devicebound"));
    CHECK(queued(test_device) == 0);
    CHECK(verdict_on("/devices/MyDevice02/messages/devicebound"));
    CHECK(queued(test_device) == 1);
    CHECK(queued(other_device) == 1);
}

TEST_CASE("links are for who has shown a token for them, and in one direction") {
    NEEDS_OPENSSL();
    fixture f;
    client c = f.connect();
    CHECK(c.why_ended(c.sender(events_of(test_device))) == "amqp:unauthorized-access");
    CHECK(c.why_ended(c.receiver("/messages/serviceBound/feedback")) == "amqp:unauthorized-access");
    CHECK(c.why_ended(c.receiver("/messages/events")) == "amqp:unauthorized-access");
    CHECK(c.why_ended(c.receiver("/messages/eventsAndMore")) == "amqp:not-found");
    CHECK(c.why_ended(c.sender("/nowhere")) == "amqp:not-found");
    CHECK(c.put_token("hubwire.azure-devices.net%2Fdevices%2FMyDevice01", token_for(test_device, "YW5vdGhlcg==")) ==
          401);
    CHECK(c.why_ended(c.sender(events_of(test_device))) == "amqp:unauthorized-access");
    CHECK(c.log_in(test_device) == 200);
    CHECK(c.why_ended(c.sender(events_of(other_device))) == "amqp:unauthorized-access");
    CHECK(c.why_ended(c.sender(messages_for(test_device))) == "amqp:not-allowed");
    CHECK(c.why_ended(c.receiver(events_of(test_device))) == "amqp:not-allowed");  // a device has no inputs
    CHECK(c.deliver(c.sender(events_of(test_device)), {.body = "1"sv}));
    c.peer().close();
}

TEST_CASE("a service follows the hub to where the events are, and reads them from where it likes") {
    NEEDS_OPENSSL();
    fixture f;
    f.hub.with([](hub_core& h) {
        for (const std::string_view body : {"0"sv, "1"sv, "2"sv}) must(h.take_event(other_device, {.body = body}));
    });
    client service = f.connect();
    f.log_in_as_service(service);
    const iothub::address wanted{
        .kind = iothub::endpoint::partition, .consumer_group = iothub::default_consumer_group, .partition = "0"};
    const auto redirection =
        service.wait_for_end(service.receiver(written([&](auto& out) { put_address(out, wanted); })));
    const auto to = amqp::redirect_of(*redirection.peer->error);
    REQUIRE(to);
    CHECK(to->hostname == "127.0.0.1");
    CHECK(to->network_host == "127.0.0.1");
    const auto there = must(iothub::decode_address(to->address.value_or("")));
    CHECK(there.same_path({.kind = iothub::endpoint::partition,
                           .event_hub = event_hub,
                           .consumer_group = iothub::default_consumer_group,
                           .partition = "0"}));
    service.peer().close();

    client reader = f.connect(to->port.value_or(0));
    CHECK(reader.why_ended(reader.receiver(*to->address)) == "amqp:unauthorized-access");
    const auto event_token = [&](const std::string& uri, const iothub::sas_key& key, std::string_view policy) {
        return reader.put_token(uri, token_for({.host_name = uri}, key, policy));
    };
    const std::string uri = "sb://127.0.0.1/" + event_hub;
    const auto key = iothub::sas_key::of_event_hubs(device_key);
    CHECK(event_token(uri, iothub::sas_key::of_hub(device_key), "service") == 401);  // which is not how it is done here
    CHECK(event_token(uri, key, "nobody") == 401);
    CHECK(event_token("sb://127.0.0.1/another", key, "service") == 401);
    CHECK(event_token(uri + "-and-more", key, "service") == 401);
    CHECK(event_token(uri, key, "service") == 200);

    std::array<char, 256> memory;
    const auto behind_first =
        must(iothub::as_filters(memory, {.key = iothub::selector_key::sequence_number, .number = 0}));
    const link_id link = reader.receiver(*to->address, behind_first);
    std::string last_offset;
    for (const std::int64_t number : {1, 2}) {
        const auto e = reader.peer().next_message(link);
        reader.peer()->settle(link, e.delivery_id, amqp::accepted{});
        const auto m = must(amqp::decode<amqp::message>(e.message));
        const auto place = iothub::event_annotations_of(m.message_annotations);
        CHECK(place.sequence_number == number);
        CHECK(place.enqueued_time > amqp::timestamp{1'700'000'000'000});
        CHECK(place.offset.value_or("") != last_offset);
        last_offset = place.offset.value_or("");
        CHECK(interop::lines_of(must(iothub::to_message(m))).back() == std::to_string(number));
    }

    const std::string partitions = "/" + event_hub + "/ConsumerGroups/$Default/Partitions/";
    CHECK(reader.why_ended(reader.receiver(partitions + "2")) == "amqp:not-found");
    CHECK(reader.why_ended(reader.receiver("/another/ConsumerGroups/$Default/Partitions/0")) == "amqp:not-found");
    CHECK(reader.why_ended(reader.sender(partitions + "0")) == "amqp:not-allowed");
    for (const std::string_view offset : {"soon"sv, ""sv}) {
        const auto filter = must(iothub::as_filters(memory, {.key = iothub::selector_key::offset, .offset = offset}));
        CHECK(reader.why_ended(reader.receiver(partitions + "0", filter)) == "amqp:invalid-field");
    }
    reader.peer().close();
}

TEST_CASE("who gives up a link before it is answered, or before its answers come, loses nothing else") {
    NEEDS_OPENSSL();
    fixture f;
    client c = f.connect();
    CHECK(c.log_in(test_device) == 200);
    const link_id sends = c.sender(events_of(test_device));
    for (const amqp::role role : {amqp::role::sender, amqp::role::receiver}) {
        for (const std::string_view address : {"$cbs"sv, "/devices/MyDevice01/twin"sv, "/nowhere"sv})
            c.change_its_mind(address, role);
    }
    CHECK(c.deliver(sends, {.body = "1"sv}));

    const link_id questions = c.sender("/devices/MyDevice01/twin");
    const link_id answers = c.receiver("/devices/MyDevice01/twin");
    c.peer().wait_for_credit(questions);
    const iothub::amqp_twin::request get{.correlation_id = "1"};
    c.peer()->send(questions, written([&](auto& out) { iothub::put_message(out, get); }));
    c.peer()->detach(answers);
    CHECK(c.deliver(sends, {.body = "2"sv}));
    c.peer().close();
}

TEST_CASE("a method is answered by the device that it was called on, and once") {
    NEEDS_OPENSSL();
    fixture f;
    client asked = f.connect();
    client other = f.connect();
    CHECK(asked.log_in(test_device) == 200);
    CHECK(other.log_in(other_device) == 200);
    const auto methods_of = [](const iothub::identity& who) {
        return "/devices/" + std::string{who.device_id} + "/methods/devicebound";
    };
    const link_id calls = asked.receiver(methods_of(test_device));
    const link_id answers = asked.sender(methods_of(test_device));
    const link_id of_other = other.sender(methods_of(other_device));
    const auto call = [&](hub_core& h) { return h.call_method(test_device, "open", "1"); };
    const std::string id = f.hub.with(call).value_or("");
    const auto received = asked.peer().next_message(calls);
    const auto question = must(iothub::decode<iothub::amqp_method::request>(hubwire::bytes{received.message}));

    const auto answer = [&](client& c, link_id link, std::string_view payload) {
        c.peer().wait_for_credit(link);
        const iothub::amqp_method::reply reply{
            .correlation_id = question.correlation_id, .status = 200, .payload = payload};
        return c.peer()
            .deliver(link, written([&](auto& out) { iothub::put_message(out, reply); }))
            .state->is<amqp::accepted>();
    };
    CHECK_FALSE(answer(other, of_other, "forged"));
    CHECK(answer(asked, answers, "true"));
    CHECK_FALSE(answer(asked, answers, "once more"));
    f.hub.with([&](hub_core& h) {
        CHECK(h.method_answers ==
              std::map<std::string, interop::method_answer>{{id, {.status = 200, .payload = "true"}}});
    });
}

TEST_CASE("what a token allows ends with its time") {
    NEEDS_OPENSSL();
    fixture f;
    client device = f.connect();
    CHECK(device.log_in(test_device) == 200);
    const link_id sends = device.sender(events_of(test_device));
    const link_id receives = device.receiver(messages_for(test_device));
    client service = f.connect();
    f.log_in_as_service(service);
    const link_id commands = service.sender("/messages/devicebound");
    const link_id feedback = service.receiver("/messages/serviceBound/feedback");
    const std::string partition = "/" + event_hub + "/ConsumerGroups/$Default/Partitions/0";
    const std::string uri = "sb://127.0.0.1/" + event_hub;
    const auto port_of_events = f.hub.with([](hub_core& h) { return h.event_hub.port; });
    client reader = f.connect(port_of_events);
    const auto read_token = token_for({.host_name = uri}, iothub::sas_key::of_event_hubs(device_key), "service");
    CHECK(reader.put_token(uri, read_token) == 200);
    const link_id events = reader.receiver(partition);
    client newer = f.connect();
    CHECK(newer.log_in(other_device) == 200);
    const link_id newer_sends = newer.sender(events_of(other_device));
    CHECK(device.deliver(sends, {.body = "in time"sv}));

    f.hub.with([](hub_core& h) {
        h.ahead = 2h;
        must(h.send(test_device, {.message_id = "waits", .body = "for a token"sv}));
    });
    CHECK(device.why_ended(sends) == "amqp:unauthorized-access");
    CHECK(device.why_ended(receives) == "amqp:unauthorized-access");
    CHECK(service.why_ended(commands) == "amqp:unauthorized-access");
    CHECK(service.why_ended(feedback) == "amqp:unauthorized-access");
    CHECK(reader.why_ended(events) == "amqp:unauthorized-access");
    CHECK(newer.why_ended(newer_sends) == "amqp:unauthorized-access");
    CHECK(device.why_ended(device.sender(events_of(test_device))) == "amqp:unauthorized-access");
    CHECK(service.why_ended(service.sender("/messages/devicebound")) == "amqp:unauthorized-access");
    CHECK(reader.why_ended(reader.receiver(partition)) == "amqp:unauthorized-access");
    CHECK(device.log_in(test_device) == 401);  // with a token of before
    f.hub.with([](hub_core& h) {
        CHECK(h.events.size() == 1);
        CHECK(h.feedback_readers.empty());
        CHECK(h.clients.at(test_device).connection == nullptr);
        CHECK_FALSE(h.clients.at(test_device).queue.front().is_out);
        h.ahead = 0h;
    });

    // A newer token does for the same connection.
    CHECK(device.log_in(test_device) == 200);
    const auto m = device.peer().next_message(device.receiver(messages_for(test_device)));
    CHECK(must(iothub::decode_amqp_message(m.message)).message_id == "waits");
}

TEST_CASE("a message of which some has come is not abandoned by that") {
    NEEDS_OPENSSL();
    fixture f;
    client c = f.connect();
    CHECK(c.log_in(test_device) == 200);
    const link_id link = c.receiver(messages_for(test_device));
    f.send_to(test_device, "slowly");
    const auto m = c.peer().next_message(link);
    c.peer()->settle(link, m.delivery_id, amqp::received{.section_number = 0, .section_offset = 1}, false);
    c.peer()->settle(link, m.delivery_id, amqp::accepted{});
    CHECK(c.deliver(c.sender(events_of(test_device)), {.body = "1"sv}));
    f.hub.with([](hub_core& h) {
        CHECK(h.settled == std::vector<interop::settled_message>{
                               {.receiver = test_device, .id = "slowly", .what = interop::outcome::completed}});
        CHECK(h.clients.at(test_device).queue.empty());
    });
    c.peer().close();
}
