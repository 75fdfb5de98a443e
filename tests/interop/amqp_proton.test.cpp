// Both ends of an AMQP connection, each with Qpid Proton at the other; and a coordinator of transactions for it.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <hubwire/hubwire.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "amqp_connection.hpp"
#include "amqp_echo.hpp"
#include "amqp_peer.hpp"
#include "amqp_samples.hpp"
#include "process.hpp"
#include "python.hpp"
#include "socket.hpp"
#include "support/catch2.hpp"

namespace {

namespace amqp = hubwire::amqp;
using namespace interop;
using namespace std::literals;

using peer = amqp_peer<tcp_connection>;

/// A node that keeps what it is sent within a transaction until that is committed, and the coordinator of these.
class transactional_node {
public:
    explicit transactional_node(amqp_connection& connection) : connection_{&connection} {}

    std::string failure{};
    std::size_t rolled_back = 0;
    std::vector<std::string> stored{};    // bodies of messages that came to stay
    std::vector<std::string> accepted{};  // that went out, and were taken

    void operator()(const amqp_event::attached& e) {
        if (!e.is_request) return;
        is_coordinator_[e.link] = e.peer->target.is<amqp::coordinator>();
        if (connection_->role_of(e.link) == amqp::role::sender) out_ = e.link;
        connection_->accept(e.link);
        if (connection_->role_of(e.link) == amqp::role::receiver) connection_->grant(e.link, 100);
    }

    void operator()(const amqp_event::received& e) {
        const auto message = must(amqp::decode<amqp::message>(e.message));
        if (is_coordinator_[e.link]) return coordinate(e, message);
        const std::string body{message.body.single_value().value_or("").text().value_or("")};
        const auto* const state = (*e.state).get_if<amqp::transactional_state>();
        if (state == nullptr) {
            failure = "sent outside of a transaction";
            return;
        }
        transactions_[std::string{state->txn_id.text()}].push_back(body);
        connection_->settle(e.link, e.delivery_id,
                            amqp::transactional_state{.txn_id = state->txn_id, .outcome = amqp::accepted{}});
    }

    void operator()(const amqp_event::updated& e) {
        const auto* const state = (*e.state).get_if<amqp::transactional_state>();
        if (state == nullptr || !state->outcome.is<amqp::accepted>()) failure = "taken outside of a transaction";
        accepted.push_back(sent_[e.delivery]);
    }

    void operator()(const amqp_event::failed& e) { failure = e.why; }
    template <class Other>
    void operator()(const Other&) {}

private:
    void coordinate(const amqp_event::received& e, const amqp::message& message) {
        const amqp::value what = message.body.single_value().value_or(amqp::value{});
        if (amqp::decode<amqp::declare>(what)) {
            const std::string id = "transaction " + std::to_string(++count_);
            transactions_[id];
            return connection_->settle(e.link, e.delivery_id, amqp::declared{.txn_id = id});
        }
        const auto discharge = must(amqp::decode<amqp::discharge>(what));
        const auto ended = transactions_.extract(std::string{discharge.txn_id.text()});
        if (ended.empty()) {
            return connection_->settle(e.link, e.delivery_id,
                                       amqp::rejected{amqp::error{.condition = amqp::condition::unknown_transaction}});
        }
        if (count_ == 4) {
            return connection_->settle(e.link, e.delivery_id,
                                       amqp::rejected{amqp::error{.condition = amqp::condition::transaction_rollback}});
        }
        if (discharge.fail.value_or(false)) {
            ++rolled_back;
        } else {
            for (const std::string& body : ended.mapped()) {
                stored.push_back(body);
                sent_[connection_->send(out_, to_wire(amqp::message{.body = amqp::amqp_value{body}}))] = body;
            }
        }
        connection_->settle(e.link, e.delivery_id, amqp::accepted{});
    }

    amqp_connection* connection_;
    std::map<link_id, bool> is_coordinator_;
    link_id out_ = 0;
    std::size_t count_ = 0;
    std::map<std::string, std::vector<std::string>> transactions_;
    std::map<delivery_number, std::string> sent_;
};

}  // namespace

TEST_CASE("a client of Proton sends every type, and gets back what it sent") {
    tcp_listener listener;
    const auto command = python_command("proton", "proton_peer.py", {"client", std::to_string(listener.port())});
    if (!command) {
        WARN("not installed: python3-qpid-proton");
        return;
    }
    process client{*command};
    amqp_settings settings{.is_server = true, .mechanisms = {"ANONYMOUS", "PLAIN"}};
    settings.open.max_frame_size = 4'096;
    settings.lets_in = [](const sasl_attempt& a) {
        return a.mechanism == "PLAIN" && a.plain().user == "me" && a.plain().password == "secret";
    };
    peer server{listener.accept(), settings};
    amqp_echo echo{server.connection(), {.no_body = true}};  // nor has a message of Proton's, where it is None
    CHECK(server.serve(echo));
    CHECK(client.finish() == 0);
    CHECK(client.output() == "ok\n");
    CHECK(echo.failure == "");
}

TEST_CASE("a server of Proton reads and writes every type, and every section") {
    const std::uint16_t port = free_port();
    const auto command = python_command("proton", "proton_peer.py", {"server", std::to_string(port)});
    if (!command) {
        WARN("not installed: python3-qpid-proton");
        return;
    }
    process server{*command};
    REQUIRE(server.wait_for_output("listening"));
    peer client{tcp_connection::to(port),
                {.mechanisms = {"ANONYMOUS"},
                 .open = {.container_id = "hubwire", .hostname = "localhost", .max_frame_size = 1'024}}};
    const session_id s = client->begin();
    const link_id sender =
        client.attach(s, {.name = "to", .source = amqp::source{}, .target = amqp::target{.address = "echo"}});
    const link_id receiver = client.attach(s, {.name = "from",
                                               .role = amqp::role::receiver,
                                               .source = amqp::source{.address = "echo"},
                                               .target = amqp::target{}});
    client->grant(receiver, 1'000);
    client.wait_for_credit(sender);
    const auto pass = [&](const amqp::message& sent) {
        const auto verdict = client.deliver(sender, to_wire(sent));
        CHECK((*verdict.state).is<amqp::accepted>());
        auto back = client.next_message(receiver);
        client->settle(receiver, back.delivery_id, amqp::accepted{});
        return std::move(back.message);
    };

    const full_message around;
    std::string memory;
    std::vector<sample> samples = simple_samples();
    for (const sample& one : compound_samples(memory)) samples.push_back(one);
    for (const sample& one : samples) {
        INFO(one.name);
        const amqp::message sent = around.with(amqp::amqp_value{one.value});
        const std::string wire = pass(sent);
        const auto back = must(amqp::decode<amqp::message>(wire, {.no_body = true}));
        CHECK(back.header == sent.header);
        CHECK(back.delivery_annotations == sent.delivery_annotations);
        CHECK(back.message_annotations == sent.message_annotations);
        CHECK(back.properties == sent.properties);
        CHECK(back.application_properties == sent.application_properties);
        CHECK(back.body == (one.value.is_null() ? amqp::message_body{} : sent.body));  // of None it makes no body
    }
    for (const std::size_t size : {0u, 1u, 255u, 256u, 4'096u, 65'536u, 1'048'576u}) {
        const std::string payload = payload_of(size);
        const amqp::message sent{.body = amqp::data{payload}};
        const std::string wire = pass(sent);
        CHECK(must(amqp::decode<amqp::message>(wire)).body == sent.body);
    }

    const auto outcome_of = [&](std::string_view subject) {
        const amqp::message m{.properties = amqp::properties{.subject = subject}, .body = amqp::data{"x"sv}};
        return client.deliver(sender, to_wire(m));
    };
    CHECK((*outcome_of("release").state).is<amqp::released>());
    CHECK((*outcome_of("reject").state).is<amqp::rejected>());
    const auto modified = outcome_of("modify");
    REQUIRE((*modified.state).is<amqp::modified>());
    CHECK((*modified.state).get_if<amqp::modified>()->delivery_failed == true);
    CHECK((*modified.state).get_if<amqp::modified>()->undeliverable_here == true);
    client.close();
    CHECK(server.finish() == 0);
    CHECK(server.output() == "listening\nok\n");
}

TEST_CASE("Proton rolls a transaction back, commits two, and is told that the last one failed") {
    tcp_listener listener;
    const auto command = python_command("proton", "proton_peer.py", {"transactions", std::to_string(listener.port())});
    if (!command) {
        WARN("not installed: python3-qpid-proton");
        return;
    }
    process client{*command};
    peer server{listener.accept(), {.is_server = true, .mechanisms = {"ANONYMOUS"}}};
    transactional_node node{server.connection()};
    CHECK(server.serve(node));
    CHECK(client.finish() == 0);
    CHECK(client.output() == "ok\n");
    CHECK(node.failure == "");
    CHECK(node.rolled_back == 1);
    CHECK(node.stored == std::vector<std::string>{"2.0", "2.1"});
    CHECK(node.accepted == node.stored);
}
