#ifndef HUBWIRE_TESTS_INTEROP_MQTT_DEVICE_HPP
#define HUBWIRE_TESTS_INTEROP_MQTT_DEVICE_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <hubwire/hubwire.hpp>
#include <initializer_list>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// MQTT over a transport: anything with send({bytes...}) and receive(buffer).
namespace interop {

/// A message that was received, with memory of its own.
struct message {
    std::string topic{};
    std::string payload{};
    hubwire::mqtt::qos qos = hubwire::mqtt::qos::at_most_once;
    bool dup = false;
    bool retain = false;

    friend bool operator==(const message&, const message&) = default;
};

/// The bytes that a transport has brought and nobody has used yet, cut into packets.
class packet_buffer {
public:
    /// The next packet that is all there: a view that lasts until the next call; otherwise empty, with room made for
    /// what is missing.
    hubwire::bytes next(const hubwire::mqtt::options& rules) {
        begin_ += std::exchange(used_, 0);
        if (begin_ == end_) begin_ = end_ = 0;
        const auto packet = hubwire::mqtt::cut(hubwire::bytes{memory_.data() + begin_, end_ - begin_}, rules);
        if (packet) {
            used_ = packet->size();
            return *packet;
        }
        if (!packet.incomplete()) throw std::runtime_error{"refused: " + std::string{packet.error().message()}};
        // error().needed is within max_packet_size, or the header would have been refused.
        if (memory_.size() - end_ < packet.error().needed) {
            std::copy(memory_.begin() + static_cast<std::ptrdiff_t>(begin_),
                      memory_.begin() + static_cast<std::ptrdiff_t>(end_), memory_.begin());
            end_ -= std::exchange(begin_, 0);
            memory_.resize(std::max(memory_.size(), end_ + packet.error().needed));
        }
        return {};
    }

    [[nodiscard]] hubwire::buffer room() { return {memory_.data() + end_, memory_.size() - end_}; }
    void received(std::size_t n) { end_ += n; }

private:
    std::vector<char> memory_ = std::vector<char>(16'384);
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t used_ = 0;  // of the packet that was handed out last
};

/// Sends any packet; the payload of a PUBLISH from where it lies.
template <class Transport, hubwire::mqtt::any_packet_type Packet>
void send_packet(Transport& to, const Packet& packet) {
    constexpr bool is_message = std::same_as<Packet, hubwire::mqtt::publish>;
    const auto encode = [&](hubwire::buffer memory) {
        if constexpr (is_message) {
            return hubwire::mqtt::encode_head(memory, packet);
        } else {
            return hubwire::mqtt::encode(memory, packet);
        }
    };
    std::vector<char> memory(512);
    auto written = encode(memory);
    if (!written && written.error().code == hubwire::errc::no_space) {
        memory.resize(memory.size() + written.error().needed);
        written = encode(memory);
    }
    if (!written) throw std::runtime_error{"not sent: " + std::string{written.error().message()}};
    if constexpr (is_message) {
        to.send({*written, packet.payload});
    } else {
        to.send({*written});
    }
}

/// A device: one connection, and the state of its session.
template <class Transport>
class mqtt_device {
public:
    using qos = hubwire::mqtt::qos;

    explicit mqtt_device(Transport transport) : transport_{std::move(transport)} {}

    hubwire::mqtt::connack connect(const hubwire::mqtt::connect& packet) {
        send_packet(transport_, packet);
        const auto first = receive();
        const auto* answer = first.template get_if<hubwire::mqtt::connack>();
        if (answer == nullptr) throw std::runtime_error{"the first packet is no CONNACK"};
        return *answer;
    }

    /// Another connection, of the same session.
    void reconnect(Transport transport) {
        transport_ = std::move(transport);
        input_ = {};
    }

    std::vector<hubwire::mqtt::suback_code> subscribe(
        std::initializer_list<hubwire::mqtt::subscription> subscriptions) {
        const hubwire::mqtt::subscribe request{.packet_id = next_id(), .subscriptions = subscriptions};
        send_packet(transport_, request);
        std::vector<hubwire::mqtt::suback_code> codes;
        wait_for([&](const hubwire::mqtt::packet& p) {
            const auto* answer = p.template get_if<hubwire::mqtt::suback>();
            if (answer == nullptr) return false;
            if (const auto right = check_answer(request, *answer); !right)
                throw std::runtime_error{std::string{right.error().message()}};
            codes.assign(answer->codes.begin(), answer->codes.end());
            return true;
        });
        return codes;
    }

    void unsubscribe(std::initializer_list<std::string_view> filters) {
        const std::uint16_t id = next_id();
        send_packet(transport_, hubwire::mqtt::unsubscribe{.packet_id = id, .filters = filters});
        wait_for([&](const hubwire::mqtt::packet& p) {
            const auto* answer = p.template get_if<hubwire::mqtt::unsuback>();
            return answer != nullptr && answer->packet_id == id;
        });
    }

    void ping() {
        send_packet(transport_, hubwire::mqtt::pingreq{});
        wait_for(
            [](const hubwire::mqtt::packet& p) { return p.template get_if<hubwire::mqtt::pingresp>() != nullptr; });
    }

    void disconnect() { send_packet(transport_, hubwire::mqtt::disconnect{}); }

    /// Sends a message, and does not wait for what the peer says to it.
    void publish(std::string_view topic, hubwire::bytes payload, qos quality = qos::at_most_once, bool retain = false) {
        const std::uint16_t id = quality == qos::at_most_once ? std::uint16_t{0} : next_id();
        if (id != 0) unacknowledged_.insert(id);
        send_packet(transport_,
                    hubwire::mqtt::publish{
                        .topic = topic, .payload = payload, .qos = quality, .packet_id = id, .retain = retain});
    }

    /// Waits until no more than so many of its messages are still to be acknowledged.
    void settle(std::size_t most = 0) {
        while (unacknowledged_.size() > most) handle(receive());
    }

    /// The next message that comes, or has come while something else was waited for.
    message next_message() {
        while (inbox_.empty()) handle(receive());
        message first = std::move(inbox_.front());
        inbox_.pop_front();
        return first;
    }
    [[nodiscard]] bool has_message() const { return !inbox_.empty(); }

    /// The next packet as it comes, without an answer: for a test that wants to answer otherwise. It lasts until the
    /// next one is received.
    hubwire::mqtt::packet receive() {
        for (;;) {
            const hubwire::bytes whole = input_.next(rules_);
            if (!whole.empty()) {
                const auto packet = hubwire::mqtt::decode(whole, rules_);
                if (!packet) throw std::runtime_error{"refused: " + std::string{packet.error().message()}};
                if (const auto allowed = check_direction(hubwire::mqtt::role::client, packet->type()); !allowed)
                    throw std::runtime_error{std::string{allowed.error().message()}};
                return *packet;
            }
            const std::size_t n = transport_.receive(input_.room());
            if (n == 0) throw std::runtime_error{"the peer has closed the connection"};
            input_.received(n);
        }
    }

    template <hubwire::mqtt::any_packet_type Packet>
    void send(const Packet& packet) {
        send_packet(transport_, packet);
    }

    Transport& transport() { return transport_; }

private:
    std::uint16_t next_id() {
        do {
            last_id_ = last_id_ == 0xFFFF ? std::uint16_t{1} : static_cast<std::uint16_t>(last_id_ + 1);
        } while (unacknowledged_.contains(last_id_));
        return last_id_;
    }

    template <class Is>
    void wait_for(Is is_it) {
        for (;;) {
            const hubwire::mqtt::packet p = receive();
            if (is_it(p)) return;
            handle(p);
        }
    }

    /// Answers what has to be answered (MQTT 4.3).
    void handle(const hubwire::mqtt::packet& p) {
        if (const auto* m = p.template get_if<hubwire::mqtt::publish>()) {
            const bool is_new = m->qos != qos::exactly_once || received_.insert(m->packet_id).second;
            if (is_new)
                inbox_.push_back({.topic = std::string{m->topic},
                                  .payload = std::string{m->payload.text()},
                                  .qos = m->qos,
                                  .dup = m->dup,
                                  .retain = m->retain});
            if (m->qos == qos::at_least_once) send(hubwire::mqtt::puback{.packet_id = m->packet_id});
            if (m->qos == qos::exactly_once) send(hubwire::mqtt::pubrec{.packet_id = m->packet_id});
        } else if (const auto* released = p.template get_if<hubwire::mqtt::pubrel>()) {
            received_.erase(released->packet_id);
            send(hubwire::mqtt::pubcomp{.packet_id = released->packet_id});
        } else if (const auto* taken = p.template get_if<hubwire::mqtt::pubrec>()) {
            send(hubwire::mqtt::pubrel{.packet_id = taken->packet_id});
        } else if (const auto* acknowledged = p.template get_if<hubwire::mqtt::puback>()) {
            unacknowledged_.erase(acknowledged->packet_id);
        } else if (const auto* complete = p.template get_if<hubwire::mqtt::pubcomp>()) {
            unacknowledged_.erase(complete->packet_id);
        } else {
            throw std::runtime_error{"an answer that nobody waits for"};
        }
    }

    hubwire::mqtt::options rules_{.max_packet_size = 16 * 1024 * 1024};
    Transport transport_;
    packet_buffer input_;
    std::uint16_t last_id_ = 0;
    std::set<std::uint16_t> unacknowledged_;  // messages that were sent
    std::set<std::uint16_t> received_;        // of QoS 2, not yet released
    std::deque<message> inbox_;
};

}  // namespace interop

#endif
