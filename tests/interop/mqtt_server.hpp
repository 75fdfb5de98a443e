#ifndef HUBWIRE_TESTS_INTEROP_MQTT_SERVER_HPP
#define HUBWIRE_TESTS_INTEROP_MQTT_SERVER_HPP

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <hubwire/hubwire.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "mqtt_device.hpp"
#include "socket.hpp"

namespace interop {

/// A broker of MQTT, as small as it can be: clean sessions, every QoS, wills, retained messages. It serves its clients
/// one packet after the other, in a thread of its own, and keeps all that it was sent for the test to look at.
template <class Transport>
class mqtt_server_over {
public:
    mqtt_server_over() {
        std::array<int, 2> ends{};
        if (make_pipe(ends) != 0) fail_with_errno("pipe");
        wake_ = descriptor{ends[0]};
        waker_ = descriptor{ends[1]};
        thread_ = std::thread{[this] { run(); }};
    }
    mqtt_server_over(const mqtt_server_over&) = delete;
    mqtt_server_over& operator=(const mqtt_server_over&) = delete;
    ~mqtt_server_over() {
        waker_.close();  // its thread reads the end of this
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

    /// Waits until this holds of what clients have done; false if that takes too long.
    struct record {
        std::vector<message> messages{};           // that were published, in their order
        std::vector<std::string> client_ids{};     // that were let in
        std::vector<std::string> subscriptions{};  // filters
        std::size_t unsubscriptions = 0;
        std::size_t pings = 0;
        std::size_t orderly_ends = 0;  // by DISCONNECT
        std::size_t acknowledged = 0;  // messages of the server's, by PUBACK and PUBCOMP
        std::string refusal{};         // why a client was sent away last
    };
    bool wait_until(const std::function<bool(const record&)>& holds) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, patience, [&] { return holds(record_); });
    }
    record so_far() {
        const std::lock_guard lock{mutex_};
        return record_;
    }

private:
    using qos = hubwire::mqtt::qos;

    struct client {
        explicit client(Transport accepted) : connection{std::move(accepted)} {}

        Transport connection;
        packet_buffer input{};
        std::string id{};
        bool is_first = true;  // nothing has come yet
        bool is_over = false;
        std::optional<message> will{};
        std::vector<std::pair<std::string, qos>> subscriptions{};
        std::uint16_t last_id = 0;
        std::set<std::uint16_t> received{};  // of QoS 2, not yet released
    };

    template <class Change>
    void note(Change change) {
        {
            const std::lock_guard lock{mutex_};
            change(record_);
        }
        changed_.notify_all();
    }

    void run() {
        for (;;) {
            std::vector<pollfd> ready{{.fd = wake_.get(), .events = POLLIN, .revents = 0},
                                      {.fd = listener_.fd(), .events = POLLIN, .revents = 0}};
            for (const auto& c : clients_) ready.push_back({.fd = c->connection.fd(), .events = POLLIN, .revents = 0});
            if (::poll(ready.data(), static_cast<nfds_t>(ready.size()), -1) < 0) {
                if (errno == EINTR) continue;
                return;
            }
            if (ready[0].revents != 0) return;
            for (std::size_t i = 2; i != ready.size(); ++i) {
                if (ready[i].revents != 0 && !clients_[i - 2]->is_over) serve(*clients_[i - 2]);
            }
            if (ready[1].revents != 0) let_in();
            std::erase_if(clients_, [](const auto& c) { return c->is_over; });
        }
    }

    /// A connection that does not come about is no loss but to its client.
    void let_in() {
        try {
            auto connection = listener_.try_accept();
            if (!connection) return;
            if constexpr (std::same_as<Transport, tcp_connection>) {
                clients_.push_back(std::make_unique<client>(std::move(*connection)));
            } else {
                clients_.push_back(std::make_unique<client>(Transport::accepted(std::move(*connection), "mqtt")));
            }
        } catch (const std::exception& why) {
            note([&](record& r) { r.refusal = why.what(); });
        }
    }

    /// What a client has sent, as far as it is there. Whatever is wrong with it ends its connection and nothing else.
    void serve(client& from) {
        try {
            do {
                const std::size_t n = from.connection.receive(from.input.room());
                if (n == 0) return end(from);
                from.input.received(n);
                serve_packets(from);
            } while (!from.is_over && from.connection.has_pending());
        } catch (const std::exception& why) {
            note([&](record& r) { r.refusal = why.what(); });
            end(from);
        }
    }

    void serve_packets(client& from) {
        while (!from.is_over) {
            const hubwire::bytes whole = from.input.next(rules_);
            if (whole.empty()) return;
            const auto packet = hubwire::mqtt::decode(whole, rules_);
            if (!packet) return refuse(from, packet.error());
            if (const auto allowed = check_direction(hubwire::mqtt::role::server, packet->type()); !allowed)
                return refuse(from, allowed.error());
            if (const auto in_order =
                    check_order(hubwire::mqtt::role::server, packet->type(), std::exchange(from.is_first, false));
                !in_order)
                return refuse(from, in_order.error());
            packet->visit([&](const auto& p) { handle(from, p); });
        }
    }

    void refuse(client& from, const hubwire::error& why) {
        note([&](record& r) { r.refusal = why.message(); });
        if (const auto code = hubwire::mqtt::answer_to(why); code && from.is_first)
            send_packet(from.connection, hubwire::mqtt::connack{.code = *code});
        end(from);
    }

    /// Without DISCONNECT, the will is published [MQTT-3.1.2-8].
    void end(client& of) {
        if (std::exchange(of.is_over, true)) return;
        if (const auto will = std::exchange(of.will, std::nullopt)) publish(*will);
    }

    void handle(client& from, const hubwire::mqtt::connect& p) {
        for (const auto& other : clients_) {
            if (other.get() != &from && !p.client_id.empty() && other->id == p.client_id) end(*other);
        }
        from.id = p.client_id;
        if (p.will)
            from.will = message{.topic = std::string{p.will->topic},
                                .payload = std::string{p.will->payload.text()},
                                .qos = p.will->qos,
                                .retain = p.will->retain};
        note([&](record& r) { r.client_ids.push_back(from.id); });
        send_packet(from.connection, hubwire::mqtt::connack{});
    }
    void handle(client& from, const hubwire::mqtt::publish& p) {
        const bool is_new = p.qos != qos::exactly_once || from.received.insert(p.packet_id).second;
        if (p.qos == qos::at_least_once) send_packet(from.connection, hubwire::mqtt::puback{.packet_id = p.packet_id});
        if (p.qos == qos::exactly_once) send_packet(from.connection, hubwire::mqtt::pubrec{.packet_id = p.packet_id});
        if (is_new)
            publish({.topic = std::string{p.topic},
                     .payload = std::string{p.payload.text()},
                     .qos = p.qos,
                     .dup = p.dup,
                     .retain = p.retain});
    }
    void handle(client& from, const hubwire::mqtt::pubrel& p) {
        from.received.erase(p.packet_id);
        send_packet(from.connection, hubwire::mqtt::pubcomp{.packet_id = p.packet_id});
    }
    void handle(client& from, const hubwire::mqtt::pubrec& p) {
        send_packet(from.connection, hubwire::mqtt::pubrel{.packet_id = p.packet_id});
    }
    void handle(client&, const hubwire::mqtt::puback&) {
        note([](record& r) { ++r.acknowledged; });
    }
    void handle(client&, const hubwire::mqtt::pubcomp&) {
        note([](record& r) { ++r.acknowledged; });
    }
    void handle(client& from, const hubwire::mqtt::subscribe& p) {
        std::vector<hubwire::mqtt::suback_code> codes;
        for (const hubwire::mqtt::subscription s : p.subscriptions) {
            std::erase_if(from.subscriptions, [&](const auto& old) { return old.first == s.filter; });
            from.subscriptions.emplace_back(s.filter, s.qos);
            codes.push_back(hubwire::mqtt::granted(s.qos));
        }
        send_packet(from.connection, hubwire::mqtt::suback{.packet_id = p.packet_id, .codes = codes});
        for (const auto& [topic, kept] : retained_) {
            for (const hubwire::mqtt::subscription s : p.subscriptions) {
                if (hubwire::mqtt::topic_matches(s.filter, topic)) deliver(from, kept, std::min(kept.qos, s.qos), true);
            }
        }
        note([&](record& r) {
            for (const hubwire::mqtt::subscription s : p.subscriptions) r.subscriptions.emplace_back(s.filter);
        });
    }
    void handle(client& from, const hubwire::mqtt::unsubscribe& p) {
        for (const std::string_view filter : p.filters)
            std::erase_if(from.subscriptions, [&](const auto& s) { return s.first == filter; });
        send_packet(from.connection, hubwire::mqtt::unsuback{.packet_id = p.packet_id});
        note([](record& r) { ++r.unsubscriptions; });
    }
    void handle(client& from, const hubwire::mqtt::pingreq&) {
        send_packet(from.connection, hubwire::mqtt::pingresp{});
        note([](record& r) { ++r.pings; });
    }
    void handle(client& from, const hubwire::mqtt::disconnect&) {
        from.will.reset();
        note([](record& r) { ++r.orderly_ends; });
        end(from);
    }
    /// What a server never receives: the direction was checked before.
    template <class Other>
    void handle(client&, const Other&) {}

    void publish(const message& m) {
        if (m.retain) {
            if (m.payload.empty()) {
                retained_.erase(m.topic);
            } else {
                retained_[m.topic] = m;
            }
        }
        note([&](record& r) { r.messages.push_back(m); });
        for (const auto& to : clients_) {
            std::optional<qos> granted;
            for (const auto& [filter, quality] : to->subscriptions) {
                if (hubwire::mqtt::topic_matches(filter, m.topic))
                    granted = std::max(granted.value_or(qos::at_most_once), quality);
            }
            if (granted && !to->is_over) deliver(*to, m, std::min(*granted, m.qos), false);
        }
    }

    void deliver(client& to, const message& m, qos quality, bool retain) {
        std::uint16_t id = 0;
        if (quality != qos::at_most_once) {
            to.last_id = to.last_id == 0xFFFF ? std::uint16_t{1} : static_cast<std::uint16_t>(to.last_id + 1);
            id = to.last_id;
        }
        try {
            send_packet(to.connection,
                        hubwire::mqtt::publish{
                            .topic = m.topic, .payload = m.payload, .qos = quality, .packet_id = id, .retain = retain});
        } catch (const std::exception& why) {
            note([&](record& r) { r.refusal = why.what(); });
            end(to);
        }
    }

    hubwire::mqtt::options rules_{.max_packet_size = 16 * 1024 * 1024};
    tcp_listener listener_;
    descriptor wake_;
    descriptor waker_;
    std::vector<std::unique_ptr<client>> clients_;
    std::map<std::string, message> retained_;
    std::mutex mutex_;
    std::condition_variable changed_;
    record record_;
    std::thread thread_;
};

using mqtt_server = mqtt_server_over<tcp_connection>;

}  // namespace interop

#endif
