#ifndef HUBWIRE_TESTS_INTEROP_AMQP_ECHO_HPP
#define HUBWIRE_TESTS_INTEROP_AMQP_ECHO_HPP

#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "amqp_connection.hpp"

namespace interop {

/// A server's handler of events that accepts every link, and gives back each message on the link from the same node:
/// decoded, and encoded again. On the node "outcomes" it does with a message what its subject says.
class amqp_echo {
public:
    explicit amqp_echo(amqp_connection& connection, const hubwire::amqp::options& rules = {})
        : connection_{&connection}, rules_{rules} {}

    std::string failure{};
    std::string last{};               // message that was given back
    std::size_t link_properties = 0;  // links that had some

    void operator()(const amqp_event::attached& e) {
        if (!e.is_request) return;
        if (e.peer->properties) ++link_properties;
        connection_->accept(e.link);
        if (connection_->role_of(e.link) == hubwire::amqp::role::receiver) {
            const auto* const to = e.peer->target.get_if<hubwire::amqp::target>();
            nodes_[e.link] = to == nullptr ? "" : to->address.value_or("");
            connection_->grant(e.link, 1'000);
        } else {
            const auto* const from = e.peer->source.get_if<hubwire::amqp::source>();
            back_[from == nullptr ? "" : std::string{from->address.value_or("")}] = e.link;
        }
    }

    void operator()(const amqp_event::received& e) {
        namespace amqp = hubwire::amqp;
        const auto message = amqp::decode<amqp::message>(e.message, rules_);
        if (!message) {
            failure = std::string{message.error().message()};
            connection_->settle(e.link, e.delivery_id,
                                amqp::rejected{amqp::error{.condition = amqp::condition::decode_error}});
            return;
        }
        const std::string& node = nodes_[e.link];
        if (node == "outcomes") {
            if (!e.settled) connection_->settle(e.link, e.delivery_id, outcome_of(*message));
            return;
        }
        last = to_wire(*message, rules_);
        if (!e.settled) connection_->settle(e.link, e.delivery_id, amqp::accepted{});
        if (back_.contains(node))
            connection_->send(back_[node], last, {.settled = e.settled, .message_format = e.message_format});
    }

    void operator()(const amqp_event::failed& e) { failure = e.why; }

    void operator()(const amqp_event::detached& e) {
        nodes_.erase(e.link);
        std::erase_if(back_, [&](const auto& b) { return b.second == e.link; });
    }

    template <class Other>
    void operator()(const Other&) {}

private:
    static hubwire::amqp::delivery_state outcome_of(const hubwire::amqp::message& m) {
        namespace amqp = hubwire::amqp;
        const std::string_view subject = m.properties ? m.properties->subject.value_or("") : "";
        if (subject == "release") return amqp::released{};
        if (subject == "reject")
            return amqp::rejected{
                amqp::error{.condition = amqp::condition::not_allowed, .description = "not this one"}};
        if (subject == "modify") return amqp::modified{.delivery_failed = true, .undeliverable_here = true};
        return amqp::accepted{};
    }

    amqp_connection* connection_;
    hubwire::amqp::options rules_;
    std::map<link_id, std::string> nodes_;
    std::map<std::string, link_id> back_;
};

}  // namespace interop

#endif
