#ifndef HUBWIRE_TESTS_INTEROP_HUB_AMQP_HPP
#define HUBWIRE_TESTS_INTEROP_HUB_AMQP_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <hubwire/hubwire.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "amqp_connection.hpp"
#include "hub_core.hpp"
#include "hub_message.hpp"
#include "hub_stream.hpp"
#include "must.hpp"

namespace interop {

/// A connection of AMQP: of a device, of several that share it, or of a service. What it may do is shown by tokens,
/// with SASL or put to $cbs.
class amqp_session final : public hub_session, public feedback_receiver {
public:
    amqp_session(hub_core& hub, hub_stream stream)
        : hub_{hub}, stream_{std::move(stream)}, connection_{make_settings()} {}

    [[nodiscard]] int fd() const override { return stream_.fd(); }
    [[nodiscard]] bool is_over() const override { return is_over_; }

    void serve() override {
        try {
            do {
                const std::size_t n = stream_.receive(memory_);
                if (n == 0) return end();
                connection_.receive(hubwire::bytes{memory_}.first(n));
                while (const auto event = connection_.next_event())
                    std::visit([this](const auto& e) { on(e); }, *event);
                flush();
            } while (!is_over_ && stream_.has_pending());
            if (connection_.is_over()) end();
        } catch (const std::exception& why) {
            hub_.refusals.emplace_back(why.what());
            end();
        }
    }

    void deliver_feedback() override {
        while (feedback_link_ && !hub_.feedback.empty() && has_credit(*feedback_link_)) {
            std::vector<hub_feedback> batch;
            std::vector<iothub::feedback_record> records;
            for (; !hub_.feedback.empty() && batch.size() != most_feedback; hub_.feedback.pop_front())
                batch.push_back(hub_.feedback.front());
            for (const hub_feedback& f : batch)
                records.push_back({.original_message_id = f.message_id,
                                   .enqueued_time_utc = f.time,
                                   .status_code = f.status,
                                   .description = f.status == iothub::feedback_status::success ? "Success" : "Failed",
                                   .device_id = f.device.device_id,
                                   .device_generation_id = f.generation_id});
            const std::string body = written([&](auto& out) { iothub::put_feedback(out, records); });
            const delivery_number number = connection_.send(*feedback_link_, to_wire(iothub::feedback_message(body)));
            feedback_on_its_way_[number] = std::move(batch);
        }
        flush();
    }

private:
    static constexpr std::uint32_t usual_credit = 100;
    static constexpr std::size_t most_feedback = 64;
    static constexpr std::uint64_t most_message_bytes = 512 * 1024;

    /// A device on this connection, and its links.
    class client final : public client_connection {
    public:
        client(amqp_session& session, const iothub::identity& who) : session_{session}, name_{who} {
            session_.hub_.connect(who, *this);
        }

        void deliver() override {
            while (messages && session_.has_credit(*messages)) {
                queued_message* const m = session_.hub_.next_message_for(name_.view());
                if (m == nullptr) break;
                iothub::message view = m->message.view();
                view.lock_token = m->lock_token;
                view.delivery_count = static_cast<std::uint8_t>(m->deliveries - 1);
                on_their_way[session_.send(*messages, view)] = m->lock_token;
            }
            session_.flush();
        }
        void deliver_to_input(std::string_view input, const iothub::message& m) override {
            if (!inputs) return;
            iothub::message routed = m;
            routed.input_name = input;
            session_.send(*inputs, routed);
            session_.flush();
        }
        void tell_desired(std::string_view patch, std::int64_t version) override {
            if (!twin || !wants_desired) return;
            session_.send(*twin, iothub::amqp_twin::desired_update{.version = version, .body = patch});
            session_.flush();
        }
        bool call_method(std::string_view name, std::string_view id, std::string_view payload) override {
            if (!methods) return false;
            session_.send(*methods,
                          iothub::amqp_method::request{.correlation_id = id, .name = name, .payload = payload});
            session_.flush();
            return true;
        }
        void evict() override { session_.evict(); }

        // The links to it.
        std::optional<link_id> messages{};
        std::optional<link_id> inputs{};
        std::optional<link_id> twin{};
        std::optional<link_id> methods{};
        bool wants_desired = false;
        std::map<delivery_number, std::string> on_their_way{};  // messages: which lock token each has

    private:
        amqp_session& session_;
        client_name name_;
    };

    /// What a link is for, and whose it is.
    struct link_use {
        iothub::endpoint endpoint{};
        client_name who;
    };

    amqp_settings make_settings() {
        amqp_settings settings{.is_server = true, .mechanisms = {"MSSBCBS", "PLAIN", "ANONYMOUS"}};
        settings.sasl_is_optional = true;
        settings.lets_in = [this](const sasl_attempt& attempt) {
            return attempt.mechanism != "PLAIN" || lets_in(attempt.plain());
        };
        return settings;
    }

    bool lets_in(const amqp::plain_credentials& shown) {
        const auto user = iothub::decode_plain_user(shown.user);
        return user && user->hub_name == hub_.name() && is_let_in(user->who, shown.password);
    }

    /// Whether the token is one of this device, or, without a device, of a service.
    bool is_let_in(const iothub::identity& who, std::string_view token) {
        const bool is_service = who == iothub::identity{};
        const std::string why = is_service ? hub_.why_service_refused(token) : hub_.why_refused(who, token);
        if (!why.empty()) {
            hub_.refusals.push_back(why);
            return false;
        }
        if (is_service) {
            is_service_ = true;
        } else {
            allowed_.insert(who);
        }
        return true;
    }

    void evict() {
        connection_.close(amqp::error{.condition = amqp::condition::stolen});
        flush();
        end();
    }

    void end() {
        if (std::exchange(is_over_, true)) return;
        for (const auto& [who, its] : clients_) hub_.disconnect(who.view(), *its);
        if (feedback_link_) hub_.feedback_receivers.erase(this);
    }

    void flush() {
        const hubwire::bytes output = connection_.output();
        if (output.empty()) return;
        const std::size_t n = output.size();
        stream_.send({output});
        connection_.sent(n);
    }

    [[nodiscard]] bool has_credit(link_id link) const {
        return connection_.credit_of(link) > connection_.waiting(link);
    }

    delivery_number send(link_id link, const iothub::message& m) {
        return connection_.send(link, written([&](auto& out) { iothub::put_amqp_message(out, m); }));
    }
    template <iothub::amqp_operation Operation>
    void send(link_id link, const Operation& operation) {
        connection_.send(link, written([&](auto& out) { iothub::put_message(out, operation); }));
    }

    client& client_for(const client_name& who) {
        std::unique_ptr<client>& its = clients_[who];
        if (!its) its = std::make_unique<client>(*this, who.view());
        return *its;
    }
    client* find_client(const client_name& who) {
        const auto found = clients_.find(who);
        return found == clients_.end() ? nullptr : found->second.get();
    }

    /// A peer wants a link: which node it is to, and whether the peer may.
    void on(const amqp_event::attached& e) {
        const amqp::attach& asked = *e.peer;
        const bool to_peer = asked.role == amqp::role::receiver;
        std::string_view text;
        if (const auto* source = asked.source.get_if<amqp::source>(); to_peer && source != nullptr)
            text = source->address.value_or("");
        if (const auto* target = asked.target.get_if<amqp::target>(); !to_peer && target != nullptr)
            text = target->address.value_or("");
        const auto address = iothub::decode_address(text);
        if (!address) return refuse(e.link, amqp::condition::not_found, address.error().message());
        std::array<char, 256> memory;
        const link_use use{address->kind, must(address->who.decode(memory))};
        if (!may_use(use)) return refuse(e.link, amqp::condition::unauthorized_access, "show a token first");
        if (to_peer ? !give(use, e.link) : !takes(use.endpoint))
            return refuse(e.link, amqp::condition::not_allowed, "not in this direction");
        uses_.insert_or_assign(e.link, use);
        connection_.accept(e.link, {.max_message_size = most_message_bytes});
        if (!to_peer) connection_.grant(e.link, usual_credit);
    }

    void refuse(link_id link, amqp::symbol condition, std::string_view why) {
        hub_.refusals.emplace_back(why);
        connection_.refuse(link, {.condition = condition, .description = why});
    }

    [[nodiscard]] bool may_use(const link_use& use) const {
        switch (use.endpoint) {
            case iothub::endpoint::cbs:
                return true;
            case iothub::endpoint::events:
            case iothub::endpoint::device_bound:
            case iothub::endpoint::twin:
            case iothub::endpoint::methods:
                return allowed_.contains(use.who);
            default:
                return is_service_;
        }
    }

    /// A link on which the peer receives, if there is one such.
    bool give(const link_use& use, link_id link) {
        switch (use.endpoint) {
            case iothub::endpoint::cbs:
                cbs_link_ = link;
                return true;
            case iothub::endpoint::events:
                if (use.who.module_id.empty()) return false;  // what is routed to inputs, and a device has none
                client_for(use.who).inputs = link;
                return true;
            case iothub::endpoint::device_bound:
                client_for(use.who).messages = link;
                return true;
            case iothub::endpoint::twin:
                client_for(use.who).twin = link;
                return true;
            case iothub::endpoint::methods:
                client_for(use.who).methods = link;
                return true;
            case iothub::endpoint::feedback:
                feedback_link_ = link;
                hub_.feedback_receivers.insert(this);
                return true;
            default:
                return false;
        }
    }
    /// Whether messages can be sent to it.
    static bool takes(iothub::endpoint endpoint) {
        return endpoint != iothub::endpoint::device_bound && endpoint != iothub::endpoint::feedback &&
               endpoint != iothub::endpoint::partition;
    }

    void on(const amqp_event::detached& e) {
        if (cbs_link_ == e.link) cbs_link_.reset();
        if (feedback_link_ == e.link) {
            feedback_link_.reset();
            hub_.feedback_receivers.erase(this);
        }
        for (const auto& [who, its] : clients_) {
            for (std::optional<link_id>* const link : {&its->messages, &its->inputs, &its->twin, &its->methods}) {
                if (*link == e.link) link->reset();
            }
        }
        uses_.erase(e.link);
    }

    void on(const amqp_event::flowed& e) {
        const auto use = uses_.find(e.link);
        if (use == uses_.end()) return;
        if (use->second.endpoint == iothub::endpoint::feedback) return deliver_feedback();
        if (use->second.endpoint == iothub::endpoint::device_bound) client_for(use->second.who).deliver();
    }

    void on(const amqp_event::received& e) {
        const link_use& use = uses_.at(e.link);
        const auto taken = take(use, e);
        if (!e.settled) {
            if (taken) {
                connection_.settle(e.link, e.delivery_id, amqp::accepted{});
            } else {
                hub_.refusals.emplace_back(taken.error().message());
                connection_.settle(e.link, e.delivery_id,
                                   amqp::rejected{amqp::error{.condition = amqp::condition::not_allowed,
                                                              .description = taken.error().message()}});
            }
        }
        if (connection_.has(e.link) && connection_.credit_of(e.link) < usual_credit / 2)
            connection_.grant(e.link, usual_credit);
    }

    hubwire::result<void> take(const link_use& use, const amqp_event::received& e) {
        switch (use.endpoint) {
            case iothub::endpoint::cbs:
                return take_token(e.message);
            case iothub::endpoint::events:
                return take_events(use.who.view(), e);
            case iothub::endpoint::twin:
                return take_twin_request(use.who, e.message);
            case iothub::endpoint::methods:
                return take_method_answer(e.message);
            case iothub::endpoint::service_device_bound:
                return take_message_to_device(e.message);
            default:
                return hubwire::error{.code = hubwire::errc::iothub_address};
        }
    }

    hubwire::result<void> take_token(const std::string& wire) {
        const auto request = iothub::decode<iothub::cbs::put_token>(hubwire::bytes{wire});
        if (!request) return request.error();
        const auto audience = iothub::decode_sas_resource(request->audience);
        if (!audience) return audience.error();
        std::array<char, 256> memory;
        const bool good = is_let_in(must(audience->who.decode(memory)), request->token);
        if (cbs_link_)
            send(*cbs_link_, iothub::cbs::reply{.correlation_id = request->message_id,
                                                .status_code = good ? 200 : 401,
                                                .status_description = good ? "OK" : "Unauthorized"});
        return {};
    }

    hubwire::result<void> take_events(const iothub::identity& sender, const amqp_event::received& e) {
        client_for(sender);
        if (e.message_format != amqp::batch_message_format) return take_event(sender, e.message, {});
        const auto batch = iothub::decode<iothub::batch>(hubwire::bytes{e.message});
        if (!batch) return batch.error();
        for (const amqp::data one : batch->messages) {
            const auto taken = take_event(sender, one.content, {.amqp = iothub::c_sdk_messages});
            if (!taken) return taken;
        }
        return {};
    }
    hubwire::result<void> take_event(const iothub::identity& sender, hubwire::bytes wire,
                                     const iothub::message_options& rules) {
        auto m = iothub::decode_amqp_message(wire, rules);
        if (!m) return m.error();
        m->to = {};  // where the SDK writes the address of the link
        return hub_.take_event(sender, *m);
    }

    hubwire::result<void> take_twin_request(const client_name& who, const std::string& wire) {
        const auto request = iothub::decode<iothub::amqp_twin::request>(hubwire::bytes{wire});
        if (!request) return request.error();
        client& from = client_for(who);
        iothub::amqp_twin::reply reply{.correlation_id = request->correlation_id};
        std::string twin;
        switch (request->operation) {
            case iothub::amqp_twin::operation::get:
                twin = hub_.twin_of(who.view());
                reply.body = twin;
                break;
            case iothub::amqp_twin::operation::patch: {
                const auto done = hub_.report(who.view(), request->body.text(), request->version);
                reply.status = done.status;
                if (done.version != 0) reply.version = done.version;
                break;
            }
            case iothub::amqp_twin::operation::put:
                from.wants_desired = true;
                break;
            case iothub::amqp_twin::operation::delete_:
                from.wants_desired = false;
                break;
        }
        if (from.twin) send(*from.twin, reply);
        return {};
    }

    hubwire::result<void> take_method_answer(const std::string& wire) {
        const auto reply = iothub::decode<iothub::amqp_method::reply>(hubwire::bytes{wire});
        if (!reply) return reply.error();
        hub_.answer_method(text_of(*reply->correlation_id),
                           {.status = reply->status, .payload = std::string{reply->payload.text()}});
        return {};
    }

    hubwire::result<void> take_message_to_device(const std::string& wire) {
        const auto m = iothub::decode_amqp_message(wire);
        if (!m) return m.error();
        const auto to = iothub::decode_address(m->to.text().value_or(""));
        if (!to) return to.error();
        std::array<char, 256> memory;
        const iothub::identity who = must(to->who.decode(memory));
        if (to->kind != iothub::endpoint::device_bound || who.is_module() || !hub_.clients.contains(who))
            return hubwire::error{.code = hubwire::errc::iothub_address};
        return hub_.send(who, *m);
    }

    /// The peer has settled a message, or says what it wants to become of it.
    void on(const amqp_event::updated& e) {
        const auto use = uses_.find(e.link);
        if (use == uses_.end()) return;
        if (use->second.endpoint == iothub::endpoint::feedback) return settle_feedback(e);
        client* const its = find_client(use->second.who);
        if (its == nullptr || !its->on_their_way.contains(e.delivery)) return;
        const std::string token = its->on_their_way.extract(e.delivery).mapped();
        const outcome what = e.state->is<amqp::accepted>()   ? outcome::completed
                             : e.state->is<amqp::rejected>() ? outcome::rejected
                                                             : outcome::abandoned;
        hub_.settle(use->second.who.view(), token, what);
        if (what == outcome::abandoned) its->deliver();
    }
    void settle_feedback(const amqp_event::updated& e) {
        auto found = feedback_on_its_way_.extract(e.delivery);
        if (found.empty() || e.state->is<amqp::accepted>()) return;
        hub_.feedback.insert(hub_.feedback.begin(), found.mapped().begin(), found.mapped().end());
    }

    void on(const amqp_event::failed& e) { hub_.refusals.push_back(e.why); }

    /// What the hub need not know of.
    template <class Other>
    void on(const Other&) {}

    hub_core& hub_;
    hub_stream stream_;
    amqp_connection connection_;
    std::array<char, 16'384> memory_;
    std::map<link_id, link_use> uses_;
    std::map<client_name, std::unique_ptr<client>> clients_;
    std::set<client_name> allowed_;  // devices and modules that have shown who they are
    bool is_service_ = false;
    std::optional<link_id> cbs_link_{};
    std::optional<link_id> feedback_link_{};
    std::map<delivery_number, std::vector<hub_feedback>> feedback_on_its_way_;
    bool is_over_ = false;
};

}  // namespace interop

#endif
