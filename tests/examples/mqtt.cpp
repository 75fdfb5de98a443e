// A device and a server talk MQTT, each in its own buffers.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace mqtt = hubwire::mqtt;
using namespace std::literals;

using block = std::array<std::uint8_t, 512>;

void say(const char* what, std::string_view text) {
    std::printf("%-10s%.*s\n", what, static_cast<int>(text.size()), text.empty() ? "" : text.data());
}

int fail(const hubwire::error& e) {
    std::printf("refused at byte %zu\n", e.offset);
    say("because", e.message());
    say("rule", e.rule());
    return 1;
}

/// Stands for a socket: it gives some of what was sent, and nothing at the end.
class network {
public:
    explicit network(hubwire::bytes sent) : left_{sent} {}

    std::size_t receive(hubwire::buffer into) {
        const std::size_t n = std::min({std::size_t{50}, into.size(), left_.size()});
        std::copy_n(left_.data(), n, into.data());
        left_ = left_.without_first(n);
        return n;
    }

private:
    hubwire::bytes left_;
};

/// What the device sends, one packet behind the other; returns how many bytes that takes.
hubwire::result<std::size_t> device_sends(block& wire) {
    std::size_t size = 0;
    const auto room = [&] { return hubwire::buffer{wire}.without_first(size); };

    const auto connect = mqtt::encode(
        room(), mqtt::connect{.client_id = "MyDevice01",
                              .will = {{.topic = "devices/MyDevice01/messages/events/", .payload = "gone"sv}},
                              .username = "hub.example/MyDevice01/?api-version=2021-04-12",
                              .password = "SharedAccessSignature sr=..."sv,
                              .keep_alive = 240,
                              .clean_session = false});
    if (!connect) return connect.error();  // .code, .offset, .message(), .rule()
    size += connect->size();

    // A packet that has a name has lists that have names: what is in braces is gone at the semicolon.
    const mqtt::subscription wanted[] = {
        {.filter = "devices/MyDevice01/messages/devicebound/#", .qos = mqtt::qos::at_least_once}};
    const mqtt::subscribe request{.packet_id = 1, .subscriptions = wanted};
    const auto subscribe = mqtt::encode(room(), request);
    if (!subscribe) return subscribe.error();
    size += subscribe->size();

    // The payload stays where it is: send these two buffers, as with writev.
    const std::string_view payload = "{\"temperature\":21}";
    const mqtt::publish message{.topic = "devices/MyDevice01/messages/events/",
                                .payload = payload,
                                .qos = mqtt::qos::at_least_once,
                                .packet_id = 2};
    const auto head = mqtt::encode_head(room(), message);
    if (!head) return head.error();
    size += head->size();
    if (payload.size() > room().size()) return hubwire::error{.code = hubwire::errc::no_space};
    payload.copy(reinterpret_cast<char*>(room().data()), payload.size());
    return size + payload.size();
}

bool may_receive(std::string_view filter) {
    say("SUBSCRIBE", filter);
    return filter.starts_with("devices/MyDevice01/");
}

/// What the server makes of one packet: it writes the answer, if there is one.
hubwire::result<hubwire::bytes> server_answers(const mqtt::packet& packet, block& answer) {
    if (const auto* connect = packet.get_if<mqtt::connect>()) {
        say("CONNECT", connect->client_id);
        return mqtt::encode(answer, mqtt::connack{});
    }
    if (const auto* subscribe = packet.get_if<mqtt::subscribe>()) {
        std::vector<mqtt::suback_code> codes;  // or any other range: one for each filter, in their order
        for (const mqtt::subscription& wanted : subscribe->subscriptions)
            codes.push_back(may_receive(wanted.filter) ? mqtt::granted(wanted.qos) : mqtt::suback_code::failure);
        return mqtt::encode_suback(answer, subscribe->packet_id, codes);
    }
    if (const auto* message = packet.get_if<mqtt::publish>()) {
        say("PUBLISH", message->topic);
        say("", message->payload.text());
        if (mqtt::acknowledgement_of(*message) == mqtt::packet_type::puback)
            return mqtt::encode(answer, mqtt::puback{.packet_id = message->packet_id});
    }
    return hubwire::bytes{};
}

void send(hubwire::bytes packet) { std::printf("          answered with %zu bytes\n", packet.size()); }

int server_receives(network& from) {
    std::array<char, 512> memory;
    block answer{};
    hubwire::receive_buffer in{memory};
    bool is_first = true;  // of the connection: that is CONNECT, and no other one is
    for (;;) {
        const auto cut = mqtt::cut(in.stream(), {.max_packet_size = in.capacity()});
        if (cut.incomplete()) {
            const std::size_t n = from.receive(in.free_space(cut.error().needed));
            if (n == 0) break;  // the end of the connection: of a packet as well, if in.stream() is not empty
            in.received(n);
            continue;
        }
        if (!cut) return fail(cut.error());
        const auto packet = mqtt::decode(*cut);
        if (!packet) {
            // Some refusals of the first CONNECT are answered before the connection is closed.
            if (const auto code = mqtt::answer_to(packet.error()); code && is_first) {
                const auto refusal = mqtt::encode(answer, mqtt::connack{.code = *code});
                if (refusal) send(*refusal);
            }
            return fail(packet.error());
        }
        if (const auto ok = mqtt::check_direction(mqtt::role::server, packet->type()); !ok) return fail(ok.error());
        if (const auto ok = mqtt::check_order(mqtt::role::server, packet->type(), is_first); !ok)
            return fail(ok.error());
        is_first = false;
        const auto answered = server_answers(*packet, answer);
        if (!answered) return fail(answered.error());
        if (!answered->empty()) send(*answered);
        in.consume(cut->size());
    }
    return in.stream().empty() ? 0 : 1;
}

/// A message larger than any buffer: its head is decoded as soon as it is there, and the payload handed on in pieces.
/// What comes behind it is kept, and is the next packet.
int server_streams(network& from) {
    std::array<char, 64> memory;
    hubwire::receive_buffer in{memory};
    const auto receive_more = [&] {
        const std::size_t n = from.receive(in.free_space());
        in.received(n);
        return n != 0;
    };
    std::size_t pieces = 0;
    std::size_t handed_on = 0;
    const auto hand_on = [&](hubwire::bytes piece) {
        ++pieces;
        handed_on += piece.size();
    };

    auto head = mqtt::decode_publish_head(in.stream());
    while (head.incomplete() && receive_more()) head = mqtt::decode_publish_head(in.stream());
    if (!head) return fail(head.error());
    say("PUBLISH", head->head.topic);  // a view, which lasts until more is received
    in.consume(head->size);

    mqtt::incoming_payload payload{head->head};
    do {
        const hubwire::bytes piece = payload.take(in.stream());  // not what belongs to the next packet
        hand_on(piece);
        in.consume(piece.size());
    } while (!payload.is_done() && receive_more());
    if (!payload.is_done()) return 1;  // the end of the connection

    std::printf("          %zu bytes of payload in %zu pieces, and %zu bytes behind it\n", handed_on, pieces,
                in.stream().size());
    return handed_on == head->head.payload_size && mqtt::decode<mqtt::pingreq>(in.stream()) ? 0 : 1;
}

}  // namespace

int main() {
    const std::string payload(100'000, 'x');
    std::string large(payload.size() + 64, '\0');
    const auto packet = mqtt::encode(large, mqtt::publish{.topic = "a", .payload = payload});
    if (!packet) return fail(packet.error());
    const auto ping = mqtt::encode(hubwire::buffer{large}.without_first(packet->size()), mqtt::pingreq{});
    if (!ping) return fail(ping.error());
    network large_one{{large.data(), packet->size() + ping->size()}};
    if (server_streams(large_one) != 0) return 1;

    block wire{};
    const auto sent = device_sends(wire);
    if (!sent) return fail(sent.error());
    network between{{wire.data(), *sent}};
    return server_receives(between);
}
