// A device and a hub agree to speak MQTT inside WebSocket, as on port 443, in memory.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

namespace {

namespace websocket = hubwire::websocket;
using hubwire::bytes;

void say(const char* what, std::string_view value) {
    std::printf("%-10s%.*s\n", what, static_cast<int>(value.size()), value.data());
}

int fail(const hubwire::error& e) {
    std::printf("refused at %zu\n", e.offset);
    say("because", e.message());
    return 1;
}

/// As recv: some of what was sent, here not more than seven bytes at once.
class network {
public:
    explicit network(bytes sent) : sent_{sent} {}
    std::size_t receive(hubwire::buffer space) {
        const std::size_t n = std::min({std::size_t{7}, space.size(), sent_.size()});
        std::copy_n(sent_.data(), n, space.data());
        sent_ = sent_.without_first(n);
        return n;
    }

private:
    bytes sent_;
};

/// What a hub sends back when these bytes have arrived; nothing as long as they are not a whole head.
hubwire::result<bytes> hub_answers(websocket::head_cutter& cutter, bytes received, hubwire::buffer memory) {
    const auto head = cutter.cut(received);  // looks at new bytes only, however they were split
    if (head.incomplete()) return bytes{};
    if (!head) return encode(memory, websocket::refusal(head.error()));

    const auto request = websocket::decode_request(*head);
    if (!request) return encode(memory, websocket::refusal(request.error()));  // 400, 426, ...
    if (request->path() != websocket::hub_path) return encode(memory, websocket::refusal(404));
    const auto answer = websocket::answer_to(*request, "mqtt, amqp, AMQPWSB10");  // the client's favourite among these
    if (answer.subprotocol.empty()) return encode(memory, websocket::refusal(400));
    return encode(memory, answer);
}

}  // namespace

int main() {
    // From the random number generator of the device; these bytes are those of an example in RFC 6455.
    const std::array<unsigned char, 16> random{'t', 'h', 'e', ' ', 's', 'a', 'm', 'p',
                                               'l', 'e', ' ', 'n', 'o', 'n', 'c', 'e'};

    const websocket::request hello{.target = websocket::hub_target_without_certificate,
                                   .host = "myhub.azure-devices.net",
                                   .key = websocket::handshake_key{random},  // new for each connection
                                   .subprotocols = "mqtt"};
    std::array<std::byte, 1024> tx;
    const auto sent = encode(tx, hello);
    if (!sent) return fail(sent.error());
    std::fwrite(sent->data(), 1, sent->size(), stdout);

    std::array<std::byte, 1024> tx_of_hub;
    websocket::head_cutter hub{websocket::head_kind::request};
    hubwire::result<bytes> received = bytes{};
    for (std::size_t n = 1; received && received->empty(); ++n) received = hub_answers(hub, sent->first(n), tx_of_hub);
    if (!received) return fail(received.error());
    std::fwrite(received->data(), 1, received->size(), stdout);

    std::array<std::byte, 1024> rx;
    network hub_to_us{*received};
    websocket::stream_reader in{rx, websocket::role::client};
    websocket::head_cutter cutter{websocket::head_kind::response, {.max_head_size = rx.size()}};
    auto head = cutter.cut(in.unread());  // incomplete until the empty line is there
    while (head.incomplete()) {
        const std::size_t n = hub_to_us.receive(in.free_space());
        if (n == 0) return fail(head.error());  // the end of the connection
        in.received(n);
        head = cutter.cut(in.unread());
    }
    if (!head) return fail(head.error());
    const auto answer = websocket::decode_response(*head, hello);
    if (!answer) return fail(answer.error());
    in.skip_head(head->size());  // what came behind it are frames
    if (!answer->switches()) {
        std::printf("status %u\n", unsigned{answer->status});
        say("again in", answer->fields.find("Retry-After").value_or("a while"));
        return 1;
    }
    say("we speak", answer->subprotocol);  // empty if the hub chose none
    return answer->subprotocol == websocket::mqtt_subprotocol ? 0 : 1;
}
