#ifndef HUBWIRE_TESTS_INTEROP_HUB_AMQP_HPP
#define HUBWIRE_TESTS_INTEROP_HUB_AMQP_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "amqp_connection.hpp"
#include "hub_amqp_session.hpp"
#include "hub_core.hpp"
#include "hub_message.hpp"
#include "hub_stream.hpp"
#include "must.hpp"

namespace interop {

/// A connection of AMQP: of a device, of several that share it, or of a service.
class hub_amqp_session final : public amqp_session, public service_connection {
public:
    hub_amqp_session(hub_core& hub, hub_stream stream) : amqp_session{hub, std::move(stream)} {}

    void deliver_feedback() override {
        if (!is_service()) return;
        attempt([this] { send_feedback(); });
    }

private:
    static constexpr std::size_t most_feedback = 64;

    /// A device on this connection, and its links.
    class client final : public client_connection {
    public:
        client(hub_amqp_session& session, const iothub::identity& who) : session_{session}, name_{who} {
            session_.hub_.connect(who, *this);
        }

        // What comes when its token is too old is not for it: it is about to be disconnected.

        void deliver() override {
            if (!session_.is_allowed(name_)) return;
            session_.attempt([this] {
                while (messages && session_.has_credit(*messages)) {
                    queued_message* const m = session_.hub_.next_message_for(name_.view());
                    if (m == nullptr) break;
                    iothub::message view = m->message.view();
                    view.lock_token = m->lock_token;
                    view.delivery_count = static_cast<std::uint8_t>(m->deliveries - 1);
                    on_their_way[session_.send(*messages, view)] = m->lock_token;
                }
            });
        }
        void deliver_to_input(std::string_view input, const iothub::message& m) override {
            if (!inputs || !session_.is_there(*inputs) || !session_.is_allowed(name_)) return;
            iothub::message routed = m;
            routed.input_name = input;
            session_.attempt([&] { session_.send(*inputs, routed); });
        }
        void tell_desired(std::string_view patch, std::int64_t version) override {
            if (!twin || !wants_desired || !session_.is_allowed(name_)) return;
            const iothub::amqp_twin::desired_update update{.version = version, .body = patch};
            session_.attempt([&] { session_.send(*twin, update); });
        }
        bool call_method(std::string_view name, std::string_view id, std::string_view payload) override {
            if (!methods || !session_.is_allowed(name_)) return false;
            const iothub::amqp_method::request call{.correlation_id = id, .name = name, .payload = payload};
            session_.attempt([&] { session_.send(*methods, call); });
            return true;
        }
        void evict() override { session_.evict(name_); }  // which is the end of this

        // The links to it.
        std::optional<link_id> messages{};
        std::optional<link_id> inputs{};
        std::optional<link_id> twin{};
        std::optional<link_id> methods{};
        bool wants_desired = false;
        std::map<delivery_number, std::string> on_their_way{};  // messages: which lock token each has

    private:
        hub_amqp_session& session_;
        client_name name_;
    };

    /// What a link is for, and whose it is.
    struct link_use {
        iothub::endpoint endpoint{};
        client_name who;
    };

    bool lets_in(const amqp::plain_credentials& shown) override {
        const auto user = iothub::decode_plain_user(shown.user);
        return user && user->hub_name == hub_.name() && is_let_in(user->who, shown.password);
    }
    bool lets_in(const iothub::cbs::put_token& shown) override {
        const auto audience = iothub::decode_sas_resource(shown.audience);
        if (!audience) return false;
        std::array<char, 256> memory;
        return is_let_in(must(audience->who.decode(memory)), shown.token);
    }

    /// Whether the token is one of this device, or, without a device, of a service.
    bool is_let_in(const iothub::identity& who, std::string_view token) {
        const bool is_service = who == iothub::identity{};
        const std::string why = is_service ? hub_.why_service_refused(token) : hub_.why_refused(who, token);
        if (!why.empty()) {
            hub_.refusals.push_back(why);
            return false;
        }
        const std::uint64_t until = must(iothub::decode_sas_token(token)).expiry;
        if (is_service) {
            service_until_ = until;
        } else {
            allowed_until_[who] = until;
        }
        return true;
    }

    [[nodiscard]] bool is_service() const { return !hub_.has_passed(service_until_); }
    [[nodiscard]] bool is_allowed(const client_name& who) const {
        const auto until = allowed_until_.find(who);
        return until != allowed_until_.end() && !hub_.has_passed(until->second);
    }

    void end_expired() override {
        std::erase_if(uses_, [&](const auto& use) {
            if (may_use(use.second)) return false;
            if (feedback_link_ == use.first) stop_feedback();
            end_link(use.first, an_old_token);
            return true;
        });
        std::erase_if(clients_, [&](const auto& c) {
            if (is_allowed(c.first)) return false;
            hub_.disconnect(c.first.view(), *c.second);
            return true;
        });
    }
    void stop_feedback() {
        feedback_link_.reset();
        hub_.feedback_readers.erase(this);
    }

    /// Another connection of this client has come: what this one has of it ends. Others may share this one.
    void evict(client_name who) {
        attempt([&] {
            std::erase_if(uses_, [&](const auto& use) {
                if (use.second.who != who) return false;
                if (is_there(use.first))
                    connection_.detach(use.first, amqp::error{.condition = amqp::condition::stolen});
                return true;
            });
        });
        const auto its = clients_.extract(who);
        if (!its.empty()) hub_.disconnect(who.view(), *its.mapped());
    }

    void ended() override {
        for (const auto& [who, its] : clients_) hub_.disconnect(who.view(), *its);
        hub_.feedback_readers.erase(this);
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

    void attach(link_id link, std::string_view text) override {
        if (const auto rest = behind_events(text); rest && receives(link)) return redirect(link, *rest);
        const auto address = iothub::decode_address(text);
        if (!address) return refuse(link, amqp::condition::not_found, address.error().message());
        std::array<char, 256> memory;
        const link_use use{address->kind, must(address->who.decode(memory))};
        if (!may_use(use)) return refuse(link, amqp::condition::unauthorized_access, "show a token first");
        if (receives(link) ? !give(use, link) : !takes(use.endpoint))
            return refuse(link, amqp::condition::not_allowed, "not in this direction");
        if (use.who != client_name{{}}) client_for(use.who);  // which is here from now on, and nowhere else
        uses_.insert_or_assign(link, use);
        accept(link);
    }

    /// What stands behind the path under which a service asks the hub for events.
    static std::optional<std::string_view> behind_events(std::string_view address) {
        constexpr std::string_view scheme = "amqps://";
        constexpr std::string_view path = "/messages/events";
        if (address.starts_with(scheme))
            address.remove_prefix(std::min(address.find('/', scheme.size()), address.size()));
        if (!address.starts_with(path)) return std::nullopt;
        address.remove_prefix(path.size());
        if (!address.empty() && address.front() != '/') return std::nullopt;
        return address;
    }

    /// The events are elsewhere.
    void redirect(link_id link, std::string_view rest) {
        if (!is_service()) return refuse(link, amqp::condition::unauthorized_access, "show a token first");
        const event_hub_place& place = hub_.event_hub;
        const std::string address = "amqps://" + place.host_and_port() + "/" + place.name + std::string{rest};
        std::array<char, 512> memory;
        connection_.refuse(link, must(amqp::as_error(memory, amqp::redirect{.hostname = place.host,
                                                                            .network_host = place.host,
                                                                            .port = place.port,
                                                                            .address = address})));
    }

    [[nodiscard]] bool may_use(const link_use& use) const {
        switch (use.endpoint) {
            case iothub::endpoint::events:
            case iothub::endpoint::device_bound:
            case iothub::endpoint::twin:
            case iothub::endpoint::methods:
                return is_allowed(use.who);
            default:
                return is_service();
        }
    }

    /// A link on which the peer receives, if there is one such.
    bool give(const link_use& use, link_id link) {
        switch (use.endpoint) {
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
                hub_.feedback_readers.insert(this);
                return true;
            default:
                return false;
        }
    }
    /// Whether messages can be sent to it.
    static bool takes(iothub::endpoint endpoint) {
        switch (endpoint) {
            case iothub::endpoint::events:
            case iothub::endpoint::twin:
            case iothub::endpoint::methods:
            case iothub::endpoint::cbs:
            case iothub::endpoint::service_device_bound:
                return true;
            default:
                return false;
        }
    }

    void detached(link_id gone) override {
        if (feedback_link_ == gone) stop_feedback();
        for (const auto& [who, its] : clients_) {
            for (std::optional<link_id>* const link : {&its->messages, &its->inputs, &its->twin, &its->methods}) {
                if (*link == gone) link->reset();
            }
        }
        uses_.erase(gone);
    }

    void flowed(link_id link) override {
        const auto use = uses_.find(link);
        if (use == uses_.end()) return;
        if (use->second.endpoint == iothub::endpoint::feedback) return send_feedback();
        if (use->second.endpoint == iothub::endpoint::device_bound) client_for(use->second.who).deliver();
    }

    hubwire::result<void> take(const amqp_event::received& e) override {
        const auto found = uses_.find(e.link);
        if (found == uses_.end()) return hubwire::error{.code = hubwire::errc::iothub_address};
        const link_use& use = found->second;
        switch (use.endpoint) {
            case iothub::endpoint::events:
                return take_events(use.who.view(), e);
            case iothub::endpoint::twin:
                return take_twin_request(use.who, e.message);
            case iothub::endpoint::methods:
                return take_method_answer(use.who, e.message);
            case iothub::endpoint::service_device_bound:
                return take_messages_to_devices(e);
            default:
                return hubwire::error{.code = hubwire::errc::iothub_address};
        }
    }

    /// All of a batch, or nothing.
    hubwire::result<void> take_events(const iothub::identity& sender, const amqp_event::received& e) {
        std::vector<iothub::message> messages;
        const auto valid = for_each_message(e, [&](iothub::message m) {
            m.to = {};  // where the SDK writes the address of the link
            messages.push_back(m);
            return check_message_from_device(m);
        });
        if (!valid) return valid;
        for (const iothub::message& m : messages) must(hub_.take_event(sender, m));
        return {};
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

    hubwire::result<void> take_method_answer(const client_name& who, const std::string& wire) {
        const auto reply = iothub::decode<iothub::amqp_method::reply>(hubwire::bytes{wire});
        if (!reply) return reply.error();
        return hub_.answer_method(who.view(), text_of(*reply->correlation_id),
                                  {.status = reply->status, .payload = std::string{reply->payload.text()}});
    }

    /// The same of messages of which each says to whom it is.
    hubwire::result<void> take_messages_to_devices(const amqp_event::received& e) {
        std::vector<std::pair<std::string, iothub::message>> messages;
        const auto valid = for_each_message(e, [&](const iothub::message& m) -> hubwire::result<void> {
            const auto to = iothub::decode_address(m.to.plain().value_or(""));
            if (!to) return to.error();
            std::array<char, 256> memory;
            const iothub::identity who = must(to->who.decode(memory));
            if (to->kind != iothub::endpoint::device_bound || who.is_module() || !hub_.clients.contains(who))
                return hubwire::error{.code = hubwire::errc::iothub_address};
            messages.emplace_back(who.device_id, m);
            return check_message_to_device(m);
        });
        if (!valid) return valid;
        for (const auto& [device_id, m] : messages) must(hub_.send({.device_id = device_id}, m));
        return {};
    }

    void send_feedback() {
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
            const std::string message = written([&](auto& out) { iothub::put_feedback_message(out, records); });
            const delivery_number number = connection_.send(*feedback_link_, message);
            feedback_on_its_way_[number] = std::move(batch);
        }
    }

    /// The peer has settled a message, or says what it wants to become of it.
    void updated(const amqp_event::updated& e) override {
        if (!e.settled && (!*e.state || e.state->is<amqp::received>())) return;  // it has not made up its mind yet
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

    std::map<link_id, link_use> uses_;
    std::map<client_name, std::unique_ptr<client>> clients_;
    // In seconds since 1970, by the tokens that were shown last:
    std::map<client_name, std::uint64_t> allowed_until_;
    std::uint64_t service_until_ = 0;
    std::optional<link_id> feedback_link_{};
    std::map<delivery_number, std::vector<hub_feedback>> feedback_on_its_way_;
};

}  // namespace interop

#endif
