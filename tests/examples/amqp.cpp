// A device and a hub talk AMQP 1.0, each in its own buffers.

#include <algorithm>
#include <array>
#include <cstddef>
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

/// What the device sends, one frame behind the other; returns how many bytes that takes.
hubwire::result<std::size_t> device_sends(memory& wire, const amqp::open& peer) {
    std::size_t size = 0;
    const auto room = [&] { return hubwire::buffer{wire}.without_first(size); };

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

/// What the hub says in its open: no larger one is to come.
constexpr std::uint32_t largest_frame = 512;

int hub_receives(network& from) {
    memory joined{};
    memory answer{};
    amqp::incoming_delivery delivery{joined};
    std::array<char, largest_frame> rx;
    hubwire::receive_buffer in{rx};
    for (;;) {
        const auto cut = amqp::cut(in.stream(), {.max_frame_size = largest_frame});
        if (cut.incomplete()) {
            const std::size_t n = from.receive(in.free_space(cut.error().needed));
            if (n == 0) break;  // the end of the connection: of a frame as well, if in.stream() is not empty
            in.received(n);
            continue;
        }
        if (!cut) return fail(cut.error());
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
        in.consume(cut->size());
    }
    return in.stream().empty() ? 0 : 1;
}

}  // namespace

int main() {
    memory wire{};
    const auto sent = device_sends(wire, {.container_id = "hub", .max_frame_size = largest_frame});
    if (!sent) return fail(sent.error());
    network between{{wire.data(), *sent}};
    return hub_receives(between);
}
