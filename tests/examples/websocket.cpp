// A device and a server talk MQTT inside WebSocket, as on port 443; strings of bytes stand for the network between
// them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

namespace {

namespace mqtt = hubwire::mqtt;
namespace websocket = hubwire::websocket;
using namespace std::literals;

void say(const char* what, std::string_view text) {
    std::printf("%-10s%.*s\n", what, static_cast<int>(text.size()), text.empty() ? "" : text.data());
}

int fail(const hubwire::error& e) {
    std::printf("refused at byte %zu\n", e.offset);
    say("because", e.message());
    say("rule", e.rule());
    return 1;
}

/// A device takes four new bytes from the system's random numbers for each frame. These here are for show.
std::uint32_t random_number() {
    static std::uint32_t state = 1;
    return state = state * 1'664'525 + 1'013'904'223;
}

class network {
public:
    void send(hubwire::bytes sent) { bytes_ += sent.text(); }

    /// As recv: some of what was sent, here not more than seven bytes at once.
    std::size_t receive(hubwire::buffer space) {
        const std::size_t n = std::min({std::size_t{7}, space.size(), bytes_.size()});
        std::copy_n(bytes_.data(), n, space.data());
        bytes_.erase(0, n);
        return n;
    }

private:
    std::string bytes_;
};

hubwire::result<void> device_sends(network& out) {
    // A packet in one buffer: written behind room for the head of a frame, which is then put in front of it.
    std::array<char, 256> memory;
    const auto packet = mqtt::encode(websocket::payload_room(memory), mqtt::connect{.client_id = "MyDevice01"});
    if (!packet) return packet.error();
    const auto frame = websocket::encode_frame_around(
        memory, {.key = websocket::masking_key{random_number()}, .payload_size = packet->size()});
    if (!frame) return frame.error();
    out.send(*frame);

    // A payload that stays where it is: the head of its packet goes behind that of the frame, and is sent with it.
    std::string payload = "{\"temperature\":21}";
    const auto start =
        mqtt::encode_head(websocket::payload_room(memory),
                          mqtt::publish{.topic = "devices/MyDevice01/messages/events/", .payload = payload});
    if (!start) return start.error();
    const websocket::masking_key key{random_number()};
    const auto first = websocket::encode_frame_around(
        memory, {.key = key, .payload_size = start->size() + payload.size()}, start->size());
    if (!first) return first.error();
    websocket::mask(payload, key, start->size());  // where it lies; encode_masked, if it may not be written to
    out.send(*first);
    out.send(payload);

    const auto goodbye = websocket::encode_close_frame(
        memory, {.code = websocket::close_code::normal, .reason = "done"}, websocket::masking_key{random_number()});
    if (!goodbye) return goodbye.error();
    out.send(*goodbye);
    return {};
}

/// Answers what concerns the connection: the end of it, and pings.
hubwire::result<void> answer(const websocket::event& control, network& out) {
    std::array<char, 256> memory;
    if (control.opcode == websocket::opcode::close) {
        const auto status = websocket::decode_close_status(control.data);
        if (!status) return status.error();
        say("CLOSE", status->reason);
        const auto frame = websocket::encode_close_frame(memory, {.code = status->code});  // a server has no key
        if (!frame) return frame.error();
        out.send(*frame);
    } else if (control.opcode == websocket::opcode::ping) {
        const auto pong = websocket::encode(memory, {.opcode = websocket::opcode::pong, .payload = control.data});
        if (!pong) return pong.error();
        out.send(*pong);
    }
    return {};
}

int server_runs(network& from, network& to) {
    std::array<char, 512 + websocket::stream_reader::max_frame_overhead> memory;  // for packets of up to 512 bytes
    websocket::stream_reader in{memory, websocket::role::server};
    for (;;) {
        auto control = in.next_control();  // first of all in what came with the head of the handshake, if anything did
        for (; control; control = in.next_control()) {
            if (const auto answered = answer(*control, to); !answered) return fail(answered.error());
        }
        if (!control.incomplete()) {
            // What is wrong is answered with its code before the connection is closed.
            if (const auto code = websocket::answer_to(control.error())) {
                std::array<char, 16> goodbye;
                const auto frame = websocket::encode_close_frame(goodbye, {.code = *code});
                if (frame) to.send(*frame);
            }
            return fail(control.error());
        }
        // Frames begin and end where they like: the packets are in the stream.
        auto packet = mqtt::cut(in.stream(), {.max_packet_size = in.capacity()});
        for (; packet; packet = mqtt::cut(in.stream(), {.max_packet_size = in.capacity()})) {
            const auto any = mqtt::decode(*packet);
            if (!any) return fail(any.error());
            if (const auto* connect = any->get_if<mqtt::connect>()) say("CONNECT", connect->client_id);
            if (const auto* publish = any->get_if<mqtt::publish>()) say("PUBLISH", publish->payload.text());
            in.consume(packet->size());
        }
        if (!packet.incomplete()) return fail(packet.error());
        if (in.is_closed()) return 0;
        const std::size_t n = from.receive(in.free_space());  // which is not empty, by the limit on packets
        if (n == 0) return 1;
        in.received(n);
    }
}

}  // namespace

int main() {
    network to_server;
    network to_device;
    if (const auto sent = device_sends(to_server); !sent) return fail(sent.error());
    return server_runs(to_server, to_device);
}
