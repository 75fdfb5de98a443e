// A device and a server talk MQTT, each in its own buffers; strings of bytes stand for the network between them.

#include <array>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

namespace {

namespace mqtt = hubwire::mqtt;
using namespace std::literals;

using memory = std::array<std::uint8_t, 512>;

void say(const char* what, std::string_view text) {
    std::printf("%-10s%.*s\n", what, static_cast<int>(text.size()), text.empty() ? "" : text.data());
}

int fail(const hubwire::error& e) {
    std::printf("refused at byte %zu\n", e.offset);
    say("because", e.message());
    say("rule", e.rule());
    return 1;
}

/// What the device sends, one packet behind the other; returns how many bytes that takes.
hubwire::result<std::size_t> device_sends(memory& network) {
    std::size_t size = 0;
    const auto room = [&] { return hubwire::buffer{network}.without_first(size); };

    const auto connect =
        mqtt::encode(room(), mqtt::connect{.client_id = "MyDevice01",
                                           .username = "hub.example/MyDevice01/?api-version=2021-04-12",
                                           .password = "SharedAccessSignature sr=..."sv,
                                           .keep_alive = 240,
                                           .clean_session = false});
    if (!connect) return connect.error();  // .code, .offset, .message(), .rule()
    size += connect->size();

    const auto subscribe =
        mqtt::encode(room(), mqtt::subscribe{.packet_id = 1,
                                             .subscriptions = {{.filter = "devices/MyDevice01/messages/devicebound/#",
                                                                .qos = mqtt::qos::at_least_once}}});
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

/// What the server makes of one packet: it writes the answer, if there is one.
hubwire::result<hubwire::bytes> server_answers(const mqtt::packet& packet, memory& answer) {
    if (const auto allowed = mqtt::check_direction(mqtt::role::server, packet.type()); !allowed) return allowed.error();
    if (const auto* connect = packet.get_if<mqtt::connect>()) {
        say("CONNECT", connect->client_id);
        return mqtt::encode(answer, mqtt::connack{});
    }
    if (const auto* subscribe = packet.get_if<mqtt::subscribe>()) {
        for (const mqtt::subscription& wanted : subscribe->subscriptions) say("SUBSCRIBE", wanted.filter);
        return mqtt::encode(
            answer, mqtt::suback{.packet_id = subscribe->packet_id, .codes = {mqtt::suback_code::granted_qos_1}});
    }
    if (const auto* message = packet.get_if<mqtt::publish>()) {
        say("PUBLISH", message->topic);
        say("", message->payload.text());
        if (mqtt::acknowledgement_of(*message) == mqtt::packet_type::puback)
            return mqtt::encode(answer, mqtt::puback{.packet_id = message->packet_id});
    }
    return hubwire::bytes{};
}

int server_receives(hubwire::bytes received) {
    memory answer{};
    while (!received.empty()) {
        const auto cut = mqtt::cut(received, {.max_packet_size = 256 * 1024});
        if (cut.incomplete()) return fail(cut.error());  // a real server waits for error().needed more bytes
        if (!cut) return fail(cut.error());
        const auto packet = mqtt::decode(*cut);
        if (!packet) {
            // Some refusals of CONNECT are answered before the connection is closed.
            if (const auto code = mqtt::answer_to(packet.error()))
                (void)mqtt::encode(answer, mqtt::connack{.code = *code});
            return fail(packet.error());
        }
        const auto answered = server_answers(*packet, answer);
        if (!answered) return fail(answered.error());
        std::printf("          answered with %zu bytes\n", answered->size());
        received = received.without_first(cut->size());
    }
    return 0;
}

}  // namespace

int main() {
    memory network{};
    const auto sent = device_sends(network);
    if (!sent) return fail(sent.error());
    return server_receives(hubwire::bytes{network.data(), *sent});
}
