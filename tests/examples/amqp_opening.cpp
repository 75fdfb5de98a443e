// A device logs in to a hub over AMQP 1.0 and attaches a link for its telemetry: all that either side sends and reads
// before the first message. Strings of bytes stand for the connection, which is TCP to port 5671 within TLS.

#include <array>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <initializer_list>
#include <string_view>

namespace {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;

void say(const char* whose, std::string_view text) {
    std::printf("%-10s%.*s\n", whose, static_cast<int>(text.size()), text.empty() ? "" : text.data());
}

int fail(const hubwire::error& e) {
    std::printf("refused at byte %zu\n", e.offset);
    say("because", e.message());
    return 1;
}

/// What is to be sent, one thing behind the other.
class outbox {
public:
    [[nodiscard]] hubwire::buffer room() { return hubwire::buffer{memory_}.without_first(size_); }
    [[nodiscard]] hubwire::bytes sent() const { return {memory_.data(), size_}; }

    /// What was encoded into the room, or why it was not.
    hubwire::result<void> add(const hubwire::result<hubwire::bytes>& encoded) {
        if (!encoded) return encoded.error();
        size_ += encoded->size();
        return {};
    }

private:
    std::array<std::uint8_t, 1024> memory_{};
    std::size_t size_ = 0;
};

/// The user is made of the names of the hub and the device, the password is a token.
hubwire::result<void> device_logs_in(outbox& out) {
    std::array<char, 256> scratch{};
    const auto response =
        iothub::encode_plain_response(scratch, {.hub_name = "contoso", .who = {.device_id = "MyDevice01"}},
                                      "SharedAccessSignature sr=...&sig=...&se=1456481802");
    if (!response) return response.error();
    if (const auto done = out.add(amqp::encode_protocol_header(out.room(), amqp::protocol::sasl)); !done) return done;
    return out.add(amqp::encode_frame(out.room(), amqp::sasl_init{.mechanism = amqp::sasl_mechanism::plain,
                                                                  .initial_response = *response,
                                                                  .hostname = "contoso.azure-devices.net"}));
}

/// A link lies within a session, on a channel, and that within the connection. The device waits for no answer to the
/// one before it asks for the next.
hubwire::result<void> device_opens(outbox& out) {
    std::array<char, 128> memory{};
    const auto events =
        iothub::encode_address(memory, {.kind = iothub::endpoint::events, .who = {.device_id = "MyDevice01"}});
    if (!events) return events.error();
    std::array<char, 128> scratch{};
    const auto properties = iothub::as_fields(scratch, {.client_version = "device 1.0", .api_version = "2021-04-12"});
    if (!properties) return properties.error();

    const std::uint16_t channel = 0;
    const auto in_turn = {
        out.add(amqp::encode_protocol_header(out.room(), amqp::protocol::amqp)),
        out.add(amqp::encode_frame(out.room(), 0,
                                   amqp::open{.container_id = "MyDevice01",
                                              .hostname = "contoso.azure-devices.net",
                                              .max_frame_size = 4096,
                                              .idle_time_out = amqp::milliseconds{240'000}})),
        out.add(amqp::encode_frame(
            out.room(), channel,
            amqp::begin{.next_outgoing_id = 0, .incoming_window = 100, .outgoing_window = 100, .handle_max = 7})),
        out.add(amqp::encode_frame(out.room(), channel,
                                   amqp::attach{.name = "telemetry",
                                                .handle = 0,
                                                .role = amqp::role::sender,
                                                .source = amqp::source{.address = "MyDevice01"},
                                                .target = amqp::target{.address = events->text()},
                                                .initial_delivery_count = 0,
                                                .properties = *properties})),
    };
    for (const auto& done : in_turn)
        if (!done) return done;
    return {};
}

/// What the hub answers to the first, once the token is good.
hubwire::result<void> hub_lets_in(outbox& out) {
    if (const auto done = out.add(amqp::encode_protocol_header(out.room(), amqp::protocol::sasl)); !done) return done;
    if (const auto done = out.add(amqp::encode_frame(
            out.room(), amqp::sasl_mechanisms{.sasl_server_mechanisms = {amqp::sasl_mechanism::plain}}));
        !done)
        return done;
    return out.add(amqp::encode_frame(out.room(), amqp::sasl_outcome{.code = amqp::sasl_code::ok}));
}

/// And to the second. A link that it does not want it would attach without a target, and detach.
hubwire::result<void> hub_opens(outbox& out) {
    const std::uint16_t channel = 0;
    const auto in_turn = {
        out.add(amqp::encode_protocol_header(out.room(), amqp::protocol::amqp)),
        out.add(amqp::encode_frame(out.room(), 0, amqp::open{.container_id = "hub", .max_frame_size = 65'536})),
        out.add(amqp::encode_frame(
            out.room(), channel,
            amqp::begin{.remote_channel = 0, .next_outgoing_id = 0, .incoming_window = 5000, .outgoing_window = 5000})),
        out.add(
            amqp::encode_frame(out.room(), channel,
                               amqp::attach{.name = "telemetry",
                                            .handle = 0,
                                            .role = amqp::role::receiver,
                                            .source = amqp::source{.address = "MyDevice01"},
                                            .target = amqp::target{.address = "/devices/MyDevice01/messages/events"}})),
        out.add(amqp::encode_frame(out.room(), channel,
                                   amqp::flow{.next_incoming_id = 0,
                                              .incoming_window = 5000,
                                              .next_outgoing_id = 0,
                                              .outgoing_window = 5000,
                                              .handle = 0,
                                              .delivery_count = 0,
                                              .link_credit = 50})),
    };
    for (const auto& done : in_turn)
        if (!done) return done;
    return {};
}

/// A peer's header first, then its frames, each as it comes. What is cut, and what a frame is, does not depend on where
/// the stream was split: error().needed says how many bytes more to wait for.
hubwire::result<void> read(const char* whose, hubwire::bytes received) {
    const auto protocol = amqp::decode_protocol_header(received);
    if (!protocol) return protocol.error();
    say(whose, *protocol == amqp::protocol::sasl ? "header of SASL" : "header of AMQP");
    received = received.without_first(amqp::protocol_header_size);
    while (!received.empty()) {
        const auto cut = amqp::cut(received, {.max_frame_size = 4096});
        if (!cut) return cut.error();
        const auto frame = amqp::decode_frame(*cut);
        if (!frame) return frame.error();
        say(whose, amqp::name_of(*frame));
        if (const auto* outcome = frame->get_if<amqp::sasl_outcome>();
            outcome != nullptr && outcome->code != amqp::sasl_code::ok)
            say("refused", amqp::name_of(outcome->code));
        if (const auto* flow = frame->get_if<amqp::flow>(); flow != nullptr && flow->link_credit)
            std::printf("%-10s%u messages may be sent\n", "", unsigned{*flow->link_credit});
        received = received.without_first(cut->size());
    }
    return {};
}

}  // namespace

int main() {
    using step = hubwire::result<void> (*)(outbox&);
    const struct {
        const char* whose;
        step encode;
    } steps[] = {{"device", device_logs_in}, {"hub", hub_lets_in}, {"device", device_opens}, {"hub", hub_opens}};
    for (const auto& [whose, encode] : steps) {
        outbox out;
        if (const auto done = encode(out); !done) return fail(done.error());
        if (const auto done = read(whose, out.sent()); !done) return fail(done.error());
    }
}
