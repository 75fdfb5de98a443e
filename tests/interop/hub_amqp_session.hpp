#ifndef HUBWIRE_TESTS_INTEROP_HUB_AMQP_SESSION_HPP
#define HUBWIRE_TESTS_INTEROP_HUB_AMQP_SESSION_HPP

#include <array>
#include <cstdint>
#include <exception>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "amqp_connection.hpp"
#include "hub_core.hpp"
#include "hub_message.hpp"
#include "hub_stream.hpp"
#include "must.hpp"

namespace interop {

/// A connection of AMQP to the hub, whatever there is to be had at its other links: what the peer may do it shows by
/// SASL PLAIN, or by tokens put to $cbs.
class amqp_session : public hub_session {
public:
    [[nodiscard]] int fd() const override { return stream_.fd(); }
    [[nodiscard]] bool is_over() const override { return is_over_; }

    void serve() override {
        attempt([this] {
            while (!is_over_) {
                const auto n = stream_.try_receive(memory_);
                if (!n) break;
                if (*n == 0) return end();
                connection_.receive(hubwire::bytes{memory_}.first(*n));
                while (const auto event = connection_.next_event())
                    std::visit([this](const auto& e) { on(e); }, *event);
            }
        });
    }

    void expire() override {
        attempt([this] { end_expired(); });
    }

protected:
    amqp_session(hub_core& hub, hub_stream stream)
        : hub_{hub}, stream_{std::move(stream)}, connection_{make_settings()} {}

    // What there is, and for whom.

    virtual bool lets_in(const amqp::plain_credentials& shown) = 0;
    virtual bool lets_in(const iothub::cbs::put_token& shown) = 0;
    /// Ends the links, or what goes over them, that nothing but tokens whose time has passed allow.
    virtual void end_expired() = 0;
    /// The peer wants a link to a node, or from it: it gets it, or is refused.
    virtual void attach(link_id link, std::string_view address) = 0;
    virtual void detached(link_id link) = 0;
    /// Takes a message in, or says why not.
    virtual hubwire::result<void> take(const amqp_event::received& e) = 0;
    /// The peer wants so many messages of a link.
    virtual void flowed(link_id) {}
    /// The peer says what it wants to become of a message.
    virtual void updated(const amqp_event::updated&) {}
    /// The connection is over. Called once.
    virtual void ended() = 0;

    // What that is made of.

    /// Does something for the peer, and sends what comes of it. What goes wrong ends this connection, and nothing else:
    /// mostly it is another one that has brought this about.
    template <class Do>
    void attempt(const Do& what) {
        if (is_over_) return;
        try {
            what();
        } catch (const std::exception& why) {
            hub_.refusals.emplace_back(why.what());
            return end();
        }
        if (!flush() || connection_.is_over()) end();
    }

    void accept(link_id link) {
        connection_.accept(link, {.max_message_size = most_message_bytes});
        if (connection_.role_of(link) == amqp::role::receiver) connection_.grant(link, usual_credit);
    }
    /// The same for questions, which are answered by messages on another link. Who asks is told first that the question
    /// has come: uamqp forgets it with the answer, and then looks for it in vain.
    void accept_questions(link_id link) {
        accept(link);
        questions_.insert(link);
    }
    void refuse(link_id link, amqp::symbol condition, std::string_view why) {
        hub_.refusals.emplace_back(why);
        connection_.refuse(link, {.condition = condition, .description = why});
    }

    /// Ends a link that was accepted, if it is there still.
    void end_link(link_id link, std::string_view why) {
        if (!is_there(link)) return;
        hub_.refusals.emplace_back(why);
        connection_.detach(link, amqp::error{.condition = amqp::condition::unauthorized_access, .description = why});
    }

    /// Whether the link has not gone meanwhile: the event that says so may still be to come.
    [[nodiscard]] bool is_there(link_id link) const { return connection_.has(link); }
    [[nodiscard]] bool has_credit(link_id link) const {
        return is_there(link) && connection_.credit_of(link) > connection_.waiting(link);
    }
    [[nodiscard]] bool receives(link_id link) const { return connection_.role_of(link) == amqp::role::sender; }

    delivery_number send(link_id link, const iothub::message& m) {
        return connection_.send(link, written([&](auto& out) { iothub::put_amqp_message(out, m); }));
    }
    template <iothub::amqp_operation Operation>
    void send(link_id link, const Operation& operation) {
        if (is_there(link)) connection_.send(link, written([&](auto& out) { iothub::put_message(out, operation); }));
    }

    hub_core& hub_;
    hub_stream stream_;
    amqp_connection connection_;

private:
    static constexpr std::uint32_t usual_credit = 100;
    static constexpr std::uint64_t most_message_bytes = 512 * 1024;

    amqp_settings make_settings() {
        amqp_settings settings{.is_server = true, .mechanisms = {"MSSBCBS", "PLAIN", "ANONYMOUS"}};
        settings.sasl_is_optional = true;
        settings.lets_in = [this](const sasl_attempt& attempt) {
            return attempt.mechanism != "PLAIN" || lets_in(attempt.plain());
        };
        return settings;
    }

    void end() {
        if (!std::exchange(is_over_, true)) ended();
    }

    /// False if the peer has gone: some say that they close, and do not wait for the answer.
    bool flush() {
        try {
            while (!connection_.output().empty()) {
                const hubwire::bytes output = connection_.output();
                stream_.send({output});
                connection_.sent(output.size());
            }
        } catch (const std::exception&) {
            return false;
        }
        return true;
    }

    static std::string_view address_of(const amqp::attach& asked) {
        if (asked.role == amqp::role::receiver) {
            const auto* const source = asked.source.get_if<amqp::source>();
            return source == nullptr ? "" : source->address.value_or("");
        }
        const auto* const target = asked.target.get_if<amqp::target>();
        return target == nullptr ? "" : target->address.value_or("");
    }

    void on(const amqp_event::attached& e) {
        if (!is_there(e.link) || connection_.is_over()) return;
        const std::string_view text = address_of(*e.peer);
        const auto address = iothub::decode_address(text);
        if (!address || address->kind != iothub::endpoint::cbs) return attach(e.link, text);
        if (receives(e.link)) {
            cbs_replies_ = e.link;
            accept(e.link);
        } else {
            cbs_requests_ = e.link;
            accept_questions(e.link);
        }
    }

    void on(const amqp_event::detached& e) {
        for (std::optional<link_id>* const link : {&cbs_requests_, &cbs_replies_}) {
            if (*link == e.link) link->reset();
        }
        questions_.erase(e.link);
        detached(e.link);
    }

    void on(const amqp_event::flowed& e) {
        if (is_there(e.link) && receives(e.link)) flowed(e.link);
    }

    void on(const amqp_event::received& e) {
        const bool is_question = questions_.contains(e.link);
        if (is_question) settle(e, {});
        const auto taken = cbs_requests_ == e.link ? take_token(e.message) : take(e);
        if (!taken) hub_.refusals.emplace_back(taken.error().message());
        if (!is_question) settle(e, taken);
    }

    void settle(const amqp_event::received& e, const hubwire::result<void>& taken) {
        if (!connection_.has(e.link)) return;
        if (!e.settled && taken) connection_.settle(e.link, e.delivery_id, amqp::accepted{});
        if (!e.settled && !taken) {
            const amqp::error why{.condition = amqp::condition::not_allowed, .description = taken.error().message()};
            connection_.settle(e.link, e.delivery_id, amqp::rejected{why});
        }
        if (connection_.credit_of(e.link) < usual_credit / 2) connection_.grant(e.link, usual_credit);
    }

    hubwire::result<void> take_token(const std::string& wire) {
        const auto request = iothub::decode<iothub::cbs::put_token>(hubwire::bytes{wire});
        if (!request) return request.error();
        const bool good = lets_in(*request);
        if (cbs_replies_)
            send(*cbs_replies_, iothub::cbs::reply{.correlation_id = request->message_id,
                                                   .status_code = good ? 200 : 401,
                                                   .status_description = good ? "OK" : "Unauthorized"});
        return {};
    }

    void on(const amqp_event::updated& e) { updated(e); }
    void on(const amqp_event::failed& e) { hub_.refusals.push_back(e.why); }

    /// What the hub need not know of.
    template <class Other>
    void on(const Other&) {}

    std::array<char, 16'384> memory_;
    std::optional<link_id> cbs_requests_{};
    std::optional<link_id> cbs_replies_{};
    std::set<link_id> questions_;
    bool is_over_ = false;
};

/// Hands on each message that a transfer holds, one or those of a batch, until one is refused.
template <class Use>
hubwire::result<void> for_each_message(const amqp_event::received& e, const Use& use) {
    const auto hand_on = [&](hubwire::bytes wire, const amqp::options& rules) -> hubwire::result<void> {
        const auto m = iothub::decode_amqp_message(wire, {.amqp = rules});
        return m ? use(*m) : m.error();
    };
    if (e.message_format != amqp::batch_message_format) return hand_on(e.message, {});
    const auto batch = iothub::decode<iothub::batch>(hubwire::bytes{e.message});
    if (!batch) return batch.error();
    for (const amqp::data one : batch->messages) {
        const auto taken = hand_on(one.content, iothub::c_sdk_messages);
        if (!taken) return taken;
    }
    return {};
}

}  // namespace interop

#endif
