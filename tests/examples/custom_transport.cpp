// A transport of your own: all that is wanted of it is to take some of the bytes of a few buffers, and to give some
// bytes. This one takes and gives a few at a time, as sockets and radios do when they are busy.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

namespace {

namespace mqtt = hubwire::mqtt;
using namespace std::literals;

constexpr auto transport_has_ended = static_cast<hubwire::errc>(0x8001);  // a code of the application's own

/// What a connection needs: writev and read, in whatever form yours has them.
class transport {
public:
    transport() = default;
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;
    virtual ~transport() = default;

    /// Takes bytes of both parts, one behind the other; says how many it took, which may be fewer than there are, but
    /// none only if it never takes any again.
    virtual std::size_t write(hubwire::bytes first, hubwire::bytes second) = 0;

    /// Gives at least one byte, or none if there is no more.
    virtual std::size_t read(hubwire::buffer into) = 0;
};

/// MQTT over a transport: one buffer for what is sent, one for what is received, and nothing else. Where half a packet
/// was sent, or something was received that is none, nothing can follow: the first failure of either stays, and the
/// connection is to be closed. A packet that does not fit into the buffer is refused before any of it is sent.
class connection {
public:
    explicit connection(transport& over) : transport_{over} {}

    template <class Packet>
    hubwire::result<void> send(const Packet& packet) {
        const auto wire = mqtt::encode(output_, packet);
        if (!wire) return wire.error();
        return write(*wire, {});
    }

    /// The payload is sent from where it lies, so it may be larger than any buffer here.
    hubwire::result<void> send_message(const mqtt::publish& message) {
        const auto head = mqtt::encode_head(output_, message);
        if (!head) return head.error();
        return write(*head, message.payload);
    }

    /// The next packet, whose texts lie in here until the next one is asked for. Without one, "incomplete" says that
    /// the transport had no more to give.
    hubwire::result<mqtt::packet> receive() {
        while (status_) {
            const auto whole = mqtt::cut(in_.stream(), rules_);
            if (whole) {
                in_.consume(whole->size());  // it stays where it is until there is to be free space
                const auto packet = mqtt::decode(*whole, rules_);
                if (!packet) status_ = packet.error();
                return packet;
            }
            if (!whole.incomplete()) {
                status_ = whole.error();
                break;
            }
            // There is room: a packet that this buffer could not hold was refused for its size.
            const std::size_t n = transport_.read(in_.free_space(whole.error().needed));
            if (n == 0) return whole.error();
            in_.received(n);
        }
        return status_.error();
    }

private:
    hubwire::result<void> write(hubwire::bytes first, hubwire::bytes second) {
        while (status_ && !(first.empty() && second.empty())) {
            const std::size_t n = transport_.write(first, second);
            if (n == 0) status_ = hubwire::error{.code = transport_has_ended};
            const std::size_t of_first = std::min(n, first.size());
            first = first.without_first(of_first);
            second = second.without_first(n - of_first);
        }
        return status_;
    }

    transport& transport_;
    std::array<char, 128> output_{};
    std::array<char, 512> input_{};
    hubwire::receive_buffer in_{input_};
    hubwire::result<void> status_{};
    mqtt::options rules_{.max_packet_size = input_.size()};
};

/// One end of a pair of pipes, of which none takes or gives more than a few bytes at once.
class slow_pipes final : public transport {
public:
    slow_pipes(std::string& out, std::string& in) : out_{out}, in_{in} {}

    std::size_t write(hubwire::bytes first, hubwire::bytes second) override {
        std::size_t left = std::min(std::size_t{7}, left_);
        const std::size_t before = out_.size();
        for (const hubwire::bytes part : {first, second}) {
            const std::size_t n = std::min(left, part.size());
            out_ += part.first(n).text();
            left -= n;
        }
        left_ -= out_.size() - before;
        return out_.size() - before;
    }

    std::size_t read(hubwire::buffer into) override {
        const std::size_t n = std::min({std::size_t{5}, in_.size(), into.size()});
        in_.copy(into.data(), n);
        in_.erase(0, n);
        return n;
    }

    void end_after(std::size_t bytes) { left_ = bytes; }

private:
    std::string& out_;
    std::string& in_;
    std::size_t left_ = static_cast<std::size_t>(-1);
};

int fail(const hubwire::error& e) {
    std::printf("refused at %zu: %.*s\n", e.offset, static_cast<int>(e.message().size()), e.message().data());
    return 1;
}

/// The server answers what is there, until there is no more.
int server_answers(connection& server) {
    for (;;) {
        const auto packet = server.receive();
        if (packet.incomplete()) return 0;
        if (!packet) return fail(packet.error());
        hubwire::result<void> answered;
        if (packet->get_if<mqtt::connect>() != nullptr) answered = server.send(mqtt::connack{});
        if (const auto* message = packet->get_if<mqtt::publish>()) {
            std::printf("server: %zu bytes for %.*s\n", message->payload.size(),
                        static_cast<int>(message->topic.size()), message->topic.data());
            answered = server.send(mqtt::puback{.packet_id = message->packet_id});
        }
        if (!answered) return fail(answered.error());
    }
}

}  // namespace

int main() {
    std::string to_server;
    std::string to_device;
    slow_pipes device_end{to_server, to_device};
    slow_pipes server_end{to_device, to_server};
    connection device{device_end};
    connection server{server_end};

    const std::string readings(300, '7');  // more than the device has memory for
    if (const auto sent = device.send(mqtt::connect{.client_id = "MyDevice01"}); !sent) return fail(sent.error());
    if (const auto sent = device.send_message({.topic = "devices/MyDevice01/messages/events/",
                                               .payload = readings,
                                               .qos = mqtt::qos::at_least_once,
                                               .packet_id = 1});
        !sent)
        return fail(sent.error());
    if (const int status = server_answers(server); status != 0) return status;

    const auto accepted = device.receive();
    if (!accepted) return fail(accepted.error());
    const auto* connack = accepted->get_if<mqtt::connack>();
    if (connack == nullptr || connack->code != mqtt::connect_code::accepted) return 1;
    const auto acknowledged = device.receive();
    if (!acknowledged) return fail(acknowledged.error());
    const auto* puback = acknowledged->get_if<mqtt::puback>();
    if (puback == nullptr) return 1;
    std::printf("device: message %u has arrived\n", unsigned{puback->packet_id});

    // A transport that ends within a packet: whatever came behind it would be taken for the rest of that.
    device_end.end_after(20);
    const auto half = device.send_message({.topic = "devices/MyDevice01/messages/events/", .payload = readings});
    device_end.end_after(1'000);
    const auto behind = device.send(mqtt::pingreq{});
    if (half || behind || behind.error().code != transport_has_ended || to_server.size() != 20) return 1;
    std::printf("device: the transport has ended, and so has the connection\n");
    return 0;
}
