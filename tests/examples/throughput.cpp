// How fast it is: streams of packets and frames cut and decoded, and encoded, on one core; how often that asks for
// memory, and how much of the stack it is given. (bench/ measures each operation by itself, and against others.)

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

#include "../support/allocations.hpp"

namespace {

namespace amqp = hubwire::amqp;
namespace mqtt = hubwire::mqtt;
using namespace std::literals;

using memory = std::array<char, 1024>;

constexpr std::string_view payload = R"({"temperature":21.5,"pressure":3.02,"site":"Building 43"})";
constexpr mqtt::publish message{.topic = "devices/pump-17/messages/events/%24.ct=application%2Fjson&level=high",
                                .payload = payload,
                                .qos = mqtt::qos::at_least_once,
                                .packet_id = 2};
constexpr amqp::transfer transfer{.handle = 2, .delivery_id = 1, .delivery_tag = "1"sv, .message_format = 0};

/// Puts packets one behind the other; what does not fit shows at the end.
class stream {
public:
    explicit stream(memory& in) : all_{in} {}
    [[nodiscard]] hubwire::buffer room() const { return all_.without_first(size_); }
    void add(const hubwire::result<hubwire::bytes>& packet) { size_ += packet->size(); }
    [[nodiscard]] hubwire::bytes bytes() const { return hubwire::bytes{all_.data(), size_}; }

private:
    hubwire::buffer all_;
    std::size_t size_ = 0;
};

hubwire::bytes mqtt_stream(memory& in) {
    stream out{in};
    out.add(mqtt::encode(out.room(), mqtt::connack{}));
    out.add(mqtt::encode(out.room(), message));
    out.add(mqtt::encode(out.room(), mqtt::puback{.packet_id = 2}));
    out.add(mqtt::encode(out.room(), message));
    out.add(mqtt::encode(out.room(), mqtt::pingreq{}));
    return out.bytes();
}

hubwire::bytes amqp_stream(memory& in) {
    stream out{in};
    const amqp::flow credit{.next_incoming_id = 1,
                            .incoming_window = 100,
                            .outgoing_window = 100,
                            .handle = 2,
                            .delivery_count = 1,
                            .link_credit = 10};
    out.add(amqp::encode_frame(out.room(), 0, credit));
    out.add(amqp::encode_frame(out.room(), 0, transfer, payload));
    out.add(amqp::encode_frame(out.room(), 0, transfer, payload));
    out.add(amqp::encode_frame(
        out.room(), 0,
        amqp::disposition{.role = amqp::role::receiver, .first = 1, .settled = true, .state = amqp::accepted{}}));
    return out.bytes();
}

/// Keeps the compiler from knowing what it measures.
void forget(const void* where) {
#if defined(__GNUC__)
    asm volatile("" : : "g"(where) : "memory");
#else
    static const void* volatile seen;
    seen = where;
#endif
}

/// The best of many short runs: what disturbs them only makes them longer. Op returns how many packets it did.
template <class Op>
void measure(const char* what, std::size_t bytes, const Op& op) {
    using clock = std::chrono::steady_clock;
    constexpr int calls = 2000;
    const std::size_t before = support::allocations();
    double best = 1e300;
    std::size_t packets = 0;
    for (const auto end = clock::now() + 150ms; clock::now() < end;) {
        packets = 0;
        const auto start = clock::now();
        for (int i = 0; i != calls; ++i) packets += op();
        best = std::min(best, std::chrono::duration<double>(clock::now() - start).count());
    }
    const double rate = static_cast<double>(packets) / best;
    std::printf("  %-34s %6.1f million/s %8.0f MB/s %8.1f ns each   allocations: %zu\n", what, rate / 1e6,
                static_cast<double>(bytes) * calls / best / 1e6, 1e9 / rate, support::allocations() - before);
}

}  // namespace

int main() {
    memory input{};
    memory output{};
    std::printf("One core, buffers of %zu bytes on the stack, every check on:\n", sizeof(memory));

    const hubwire::bytes packets = mqtt_stream(input);
    measure("MQTT packets cut and decoded", packets.size(), [&] {
        forget(input.data());
        std::size_t count = 0;
        for (hubwire::bytes rest = packets; !rest.empty(); ++count) {
            const auto cut = mqtt::cut(rest);
            const auto packet = mqtt::decode(*cut);
            forget(&*packet);
            rest = rest.without_first(cut->size());
        }
        return count;
    });
    measure("MQTT PUBLISH encoded", mqtt::encode(output, message)->size(), [&] {
        forget(mqtt::encode(output, message)->data());
        return std::size_t{1};
    });

    const hubwire::bytes frames = amqp_stream(input);
    measure("AMQP frames cut and decoded", frames.size(), [&] {
        forget(input.data());
        std::size_t count = 0;
        for (hubwire::bytes rest = frames; !rest.empty(); ++count) {
            const auto cut = amqp::cut(rest);
            const auto frame = amqp::decode_frame(*cut);
            forget(&*frame);
            rest = rest.without_first(cut->size());
        }
        return count;
    });
    measure("AMQP transfer encoded", amqp::encode_frame(output, 0, transfer, payload)->size(), [&] {
        forget(amqp::encode_frame(output, 0, transfer, payload)->data());
        return std::size_t{1};
    });
    return support::allocations() == 0 ? 0 : 1;
}
