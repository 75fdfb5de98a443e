// A device and a hub talk AMQP 1.0, each in its own buffers; strings of bytes stand for the network between them.

#include <array>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

namespace {

namespace amqp = hubwire::amqp;
using namespace std::literals;

using memory = std::array<std::uint8_t, 1024>;

void say(const char* what, std::string_view text) {
    std::printf("%-10s%.*s\n", what, static_cast<int>(text.size()), text.empty() ? "" : text.data());
}

int fail(const hubwire::error& e) {
    std::printf("refused at byte %zu\n", e.offset);
    say("because", e.message());
    say("rule", e.rule());
    return 1;
}

/// What the device sends, one frame behind the other; returns how many bytes that takes.
hubwire::result<std::size_t> device_sends(memory& network, const amqp::open& peer) {
    std::size_t size = 0;
    const auto room = [&] { return hubwire::buffer{network}.without_first(size); };

    const auto open = amqp::encode_frame(
        room(), 0, amqp::open{.container_id = "MyDevice01", .hostname = "hub.example", .max_frame_size = 65'536});
    if (!open) return open.error();  // .code, .offset, .message(), .rule()
    size += open->size();

    const std::string_view payload = "{\"temperature\":21}";
    const amqp::entry extras[] = {{"level", "high"}, {"floor", 3}};
    const amqp::message telemetry{
        .properties = amqp::properties{.message_id = "m-1", .content_type = "application/json"},
        .application_properties = amqp::map{extras},
        .body = amqp::data{payload}};

    // The payload stays where it is: what stands before it in the message is encoded alone.
    std::array<char, 512> scratch{};
    const auto head = amqp::encode_head(scratch, telemetry);
    if (!head) return head.error();

    // As many frames as the peer's limit asks for, each in parts to be sent as with writev: nothing is copied before.
    const amqp::options limits{.max_frame_size = peer.accepted_frame_size()};
    amqp::outgoing_delivery delivery{0, amqp::transfer{.handle = 0, .delivery_id = 1, .delivery_tag = "1"sv}, *head,
                                     payload};
    while (!delivery.is_done()) {
        std::array<char, 512> frame_head;
        const auto frame = delivery.next(frame_head, limits);
        if (!frame) return frame.error();
        for (const hubwire::bytes part : {frame->head, frame->first, frame->second, frame->third}) {
            if (part.size() > room().size()) return hubwire::error{.code = hubwire::errc::no_space};
            part.text().copy(room().data(), part.size());
            size += part.size();
        }
    }
    return size;
}

/// What is needed of a message is looked at where it lies; the rest is passed over.
hubwire::result<void> look_for_level(hubwire::bytes message) {
    for (hubwire::bytes rest = message; !rest.empty();) {
        const auto section = amqp::cut_section(rest);
        if (!section) return section.error();
        if (section->kind == amqp::section_kind::application_properties) {
            const auto properties = amqp::decode<amqp::application_properties>(section->content);
            if (!properties) return properties.error();
            say("level", properties->get<std::string_view>("level").value_or("none"));
        }
        rest = rest.without_first(section->whole.size());
    }
    return {};
}

/// What became of a message that was sent.
int device_hears(hubwire::bytes received) {
    const auto settled = amqp::decode_frame<amqp::disposition>(received);
    if (!settled) return fail(settled.error());
    const amqp::delivery_state& state = settled->body.state;
    if (const auto* rejected = state.get_if<amqp::rejected>())
        say("rejected", rejected->error ? rejected->error->condition.text : "without a reason");
    else
        say("settled", state.is<amqp::accepted>() ? "accepted" : "otherwise");
    return 0;
}

/// What was taken is settled as accepted, what was not as rejected, with a reason.
hubwire::result<hubwire::bytes> hub_settles(hubwire::buffer answer, const amqp::transfer& taken, bool is_wanted) {
    amqp::disposition verdict{.role = amqp::role::receiver,
                              .first = taken.delivery_id.value_or(0),
                              .settled = true,
                              .state = amqp::accepted{}};
    if (!is_wanted)
        verdict.state = amqp::rejected{.error = amqp::error{.condition = amqp::condition::not_implemented,
                                                            .description = "one section of data is what is read"}};
    return amqp::encode_frame(answer, 0, verdict);
}

int hub_receives(hubwire::bytes received) {
    memory joined{};
    memory answer{};
    amqp::incoming_delivery delivery{joined};
    while (!received.empty()) {
        const auto cut = amqp::cut(received, {.max_frame_size = 65'536});
        if (!cut) return fail(cut.error());  // incomplete() says that error().needed more bytes are to be waited for
        const auto frame = amqp::decode_frame(*cut);
        if (!frame) return fail(frame.error());
        if (const auto* open = frame->get_if<amqp::open>()) say("OPEN", open->container_id);
        if (const auto* transfer = frame->get_if<amqp::transfer>()) {
            const auto progress = delivery.add(*transfer, frame->payload);
            if (!progress) return fail(progress.error());
            std::printf("TRANSFER  %zu bytes of the message\n", frame->payload.size());
            if (*progress == amqp::delivery_progress::complete) {
                if (const auto looked_at = look_for_level(delivery.message()); !looked_at)
                    return fail(looked_at.error());
                const auto message = amqp::decode<amqp::message>(delivery.message());
                if (!message) return fail(message.error());
                const auto body = message->body.single_data();
                if (body) say("body", body->text());
                const auto verdict = hub_settles(answer, delivery.first_transfer(), body.has_value());
                if (!verdict) return fail(verdict.error());
                if (const int failed = device_hears(*verdict); failed != 0) return failed;
            }
        }
        received = received.without_first(cut->size());
    }
    return 0;
}

}  // namespace

int main() {
    memory network{};
    const auto sent = device_sends(network, {.container_id = "hub", .max_frame_size = 512});
    if (!sent) return fail(sent.error());
    return hub_receives(hubwire::bytes{network.data(), *sent});
}
