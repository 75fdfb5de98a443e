#ifndef HUBWIRE_TESTS_INTEROP_HUB_MQTT_HPP
#define HUBWIRE_TESTS_INTEROP_HUB_MQTT_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub_core.hpp"
#include "hub_message.hpp"
#include "hub_stream.hpp"
#include "mqtt_device.hpp"
#include "must.hpp"

namespace interop {

/// The connection of a device or a module that speaks MQTT.
class mqtt_session final : public hub_session, public client_connection {
public:
    mqtt_session(hub_core& hub, hub_stream stream) : hub_{hub}, stream_{std::move(stream)} {}

    [[nodiscard]] int fd() const override { return stream_.fd(); }
    [[nodiscard]] bool is_over() const override { return is_over_; }

    void serve() override {
        try {
            while (!is_over_) {
                const auto n = stream_.try_receive(input_.room());
                if (!n) return;
                if (*n == 0) return end();
                input_.received(*n);
                while (!is_over_) {
                    const hubwire::bytes whole = input_.next(rules_);
                    if (whole.empty()) break;
                    take(whole);
                }
            }
        } catch (const std::exception& why) {
            refuse(why.what());
        }
    }

    void expire() override {
        if (!is_over_ && name_ && hub_.has_passed(until_)) refuse(an_old_token);
    }

    void deliver() override {
        const auto granted = client_->session.find(feed::devicebound);
        if (granted == client_->session.end()) return;
        while (!is_over_) {
            queued_message* const m = hub_.next_message_for(who());
            if (m == nullptr) break;
            const iothub::message view = m->message.view();
            std::string topic;
            try {
                topic = written([&](auto& out) {
                    put_topic(out, iothub::devicebound_topic{.device_id = who().device_id});
                    put_mqtt_bag(out, view);
                });
            } catch (const std::exception& why) {  // MQTT has no form for a float, say
                hub_.refusals.emplace_back(why.what());
                hub_.settle(who(), std::string{m->lock_token}, outcome::rejected);
                continue;
            }
            const bool is_acknowledged = granted->second != qos::at_most_once;
            if (is_acknowledged && m->packet_id == 0) m->packet_id = next_id();
            const std::uint16_t id = is_acknowledged ? m->packet_id : std::uint16_t{0};
            publish(topic, view, granted->second, id, is_acknowledged && m->deliveries > 1);
            if (!is_acknowledged) hub_.settle(who(), std::string{m->lock_token}, outcome::completed);
        }
    }

    void deliver_to_input(std::string_view input, const iothub::message& m) override {
        if (!client_->session.contains(feed::inputs)) return;
        const std::string topic = written([&](auto& out) {
            put_topic(out, iothub::input_topic{.receiver = who(), .input = input});
            put_mqtt_bag(out, m, {.bag = {.trailing_slash = true}});  // as edgeHub does
        });
        publish(topic, m);
    }

    void tell_desired(std::string_view patch, std::int64_t version) override {
        if (client_->session.contains(feed::twin_desired))
            publish(iothub::twin_desired_topic{.version = version}, patch);
    }

    bool call_method(std::string_view name, std::string_view id, std::string_view payload) override {
        if (!client_->session.contains(feed::method_requests)) return false;
        publish(iothub::method_request_topic{.name = name, .rid = id}, payload);
        return true;
    }

    void evict() override { end(); }

private:
    using qos = mqtt::qos;
    using feed = iothub::feed;

    [[nodiscard]] iothub::identity who() const { return name_->view(); }

    void take(hubwire::bytes whole) {
        const auto packet = mqtt::decode(whole, rules_);
        hubwire::result<void> in_order =
            packet ? check_direction(mqtt::role::server, packet->type()) : hubwire::result<void>{packet.error()};
        if (in_order) in_order = check_order(mqtt::role::server, packet->type(), std::exchange(is_first_, false));
        if (in_order) return packet->visit([&](const auto& p) { handle(p); });
        if (const auto code = mqtt::answer_to(in_order.error()); code && is_first_)
            send_packet(stream_, connack_of(*code));
        refuse(in_order.error().message());
    }

    static mqtt::connack connack_of(mqtt::connect_code code) { return {.code = code}; }

    void refuse(std::string_view why) {
        hub_.refusals.emplace_back(why);
        end();
    }

    /// Without DISCONNECT, the will is sent.
    void end() {
        if (std::exchange(is_over_, true) || !name_) return;
        hub_.disconnect(who(), *this);
        if (!will_) return;
        const iothub::property is_will[] = {{"iothub-MessageType", "Will"}};
        const auto taken = take_event_with(will_->view(), is_will);
        if (!taken) hub_.refusals.emplace_back(taken.error().message());
    }

    /// Takes a message of this client's in, with properties that are the hub's own.
    hubwire::result<void> take_event_with(iothub::message m, std::span<const iothub::property> additional) {
        std::vector<iothub::property> all{m.application_properties.begin(), m.application_properties.end()};
        all.insert(all.end(), additional.begin(), additional.end());
        m.application_properties = all;
        return hub_.take_event(who(), m);
    }

    void handle(const mqtt::connect& p) {
        using mqtt::connect_code;
        const auto answer = [&](connect_code code, std::string_view why) {
            send_packet(stream_, connack_of(code));
            refuse(why);
        };
        const auto user = iothub::read_connect(p);
        if (!user) return answer(*iothub::answer_to(user.error()), user.error().message());
        if (!hub_.is_own_name(user->host)) return answer(connect_code::not_authorized, "another hub");
        const std::string why = hub_.why_refused(user->client, p.password.value_or(hubwire::bytes{}).text());
        if (!why.empty()) return answer(connect_code::not_authorized, why);
        if (p.will) {
            const auto topic = must(iothub::decode<iothub::telemetry_topic>(p.will->topic));
            will_ = stored_message{must(iothub::decode_mqtt_message(topic.bag, p.will->payload))};
        }
        name_ = user->client;
        until_ = must(iothub::decode_sas_token(p.password->text())).expiry;
        client_ = &hub_.connect(who(), *this);
        const bool was_there = !client_->session.empty() && !p.clean_session;
        if (!was_there) client_->session.clear();
        ends_session_ = p.clean_session;
        send_packet(stream_, mqtt::connack{.session_present = was_there});
        deliver();
    }

    void handle(const mqtt::subscribe& p) {
        std::vector<mqtt::suback_code> codes;
        for (const mqtt::subscription s : p.subscriptions) {
            const auto answer = iothub::answer_to_subscription(s, who());
            codes.push_back(answer.code());
            if (answer.granted) client_->session[*answer.granted] = answer.qos;
        }
        send_packet(stream_, mqtt::suback{.packet_id = p.packet_id, .codes = codes});
        deliver();
    }

    void handle(const mqtt::unsubscribe& p) {
        for (const std::string_view filter : p.filters) {
            if (const auto wanted = iothub::decode_filter(filter, who())) client_->session.erase(*wanted);
        }
        send_packet(stream_, mqtt::unsuback{.packet_id = p.packet_id});
    }

    void handle(const mqtt::publish& p) {
        if (p.qos == qos::exactly_once) return refuse("QoS 2");
        const auto topic = iothub::decode_topic_to_hub(p.topic);
        if (!topic) return refuse(topic.error().message());
        const auto taken = topic->visit([&](const auto& t) { return handle(t, p); });
        if (!taken) return refuse(taken.error().message());
        if (p.qos == qos::at_least_once) send_packet(stream_, mqtt::puback{.packet_id = p.packet_id});
    }
    hubwire::result<void> handle(const iothub::telemetry_topic& topic, const mqtt::publish& p) {
        if (topic.sender != who()) return hubwire::error{.code = hubwire::errc::iothub_username_client};
        const auto m = iothub::decode_mqtt_message(topic.bag, p.payload);
        if (!m) return m.error();
        if (!p.retain) return hub_.take_event(who(), *m);
        const iothub::property is_retained[] = {{"x-opt-retain", "true"}};  // which is all that is kept of it
        return take_event_with(*m, is_retained);
    }
    hubwire::result<void> handle(const iothub::twin_get_topic& topic, const mqtt::publish&) {
        answer_twin({.status = 200, .rid = topic.rid}, hub_.twin_of(who()));
        return {};
    }
    hubwire::result<void> handle(const iothub::twin_reported_topic& topic, const mqtt::publish& p) {
        const auto done = hub_.report(who(), p.payload.text(), topic.version);
        iothub::twin_response_topic answer{.status = done.status, .rid = topic.rid};
        if (done.status == 204) answer.version = done.version;
        answer_twin(answer, {});
        return {};
    }
    hubwire::result<void> handle(const iothub::method_response_topic& topic, const mqtt::publish& p) {
        return hub_.answer_method(who(), text_of(topic.rid),
                                  {.status = topic.status, .payload = std::string{p.payload.text()}});
    }

    void handle(const mqtt::puback& p) {
        const auto& queue = client_->queue;
        const auto found = std::find_if(queue.begin(), queue.end(), [&](const queued_message& m) {
            return m.is_out && m.packet_id == p.packet_id;
        });
        if (found == queue.end()) return refuse("a PUBACK of nothing");
        hub_.settle(who(), std::string{found->lock_token}, outcome::completed);
    }
    void handle(const mqtt::pingreq&) { send_packet(stream_, mqtt::pingresp{}); }
    void handle(const mqtt::disconnect&) {
        will_.reset();
        if (ends_session_) client_->session.clear();
        end();
    }
    /// What a server never receives, or not where no message has QoS 2.
    template <class Other>
    void handle(const Other&) {
        refuse("a packet that nobody has asked for");
    }

    void answer_twin(const iothub::twin_response_topic& topic, std::string_view payload) {
        if (client_->session.contains(feed::twin_responses)) publish(topic, payload);
    }

    template <iothub::topic_type Topic>
    void publish(const Topic& topic, std::string_view payload) {
        publish(written([&](auto& out) { put_topic(out, topic); }), {.body = payload});
    }

    void publish(std::string_view topic, const iothub::message& m, qos quality = qos::at_most_once,
                 std::uint16_t id = 0, bool dup = false) {
        std::string joined;
        auto payload = m.body.single();
        if (!payload) {
            joined = written([&](auto& out) { put_mqtt_payload(out, m); });
            payload = joined;
        }
        try {
            send_packet(stream_, mqtt::publish{
                                     .topic = topic, .payload = *payload, .qos = quality, .packet_id = id, .dup = dup});
        } catch (const std::exception& why) {
            refuse(why.what());
        }
    }

    /// One that no message to the device has, be it of an earlier connection.
    std::uint16_t next_id() {
        const auto is_last = [this](const queued_message& m) { return m.packet_id == last_id_; };
        do {
            last_id_ = last_id_ == 0xFFFF ? std::uint16_t{1} : static_cast<std::uint16_t>(last_id_ + 1);
        } while (std::any_of(client_->queue.begin(), client_->queue.end(), is_last));
        return last_id_;
    }

    hub_core& hub_;
    hub_stream stream_;
    packet_buffer input_;
    mqtt::options rules_{.max_packet_size = 512 * 1024};  // a message has up to 256 KB
    std::optional<client_name> name_{};                   // once it has shown that it is who it says
    std::uint64_t until_ = 0;                             // by its token, in seconds since 1970
    hub_client* client_ = nullptr;
    std::optional<stored_message> will_{};
    std::uint16_t last_id_ = 0;
    bool is_first_ = true;
    bool is_over_ = false;
    bool ends_session_ = false;
};

}  // namespace interop

#endif
