#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "support/measure.hpp"

// Each operation stands beside code written by hand for the one shape at hand, which looks at bounds and at nothing
// else. Both are held to the same outcome before anything is timed.

namespace {

namespace mqtt = hubwire::mqtt;
using namespace std::string_view_literals;
using bench::measure;
using bench::memory;

// ---- written by hand

namespace by_hand {

using hubwire::buffer;
using hubwire::bytes;

char* put_u16(char* to, std::size_t value) {
    to[0] = static_cast<char>(value >> 8);
    to[1] = static_cast<char>(value);
    return to + 2;
}

char* put_field(char* to, bytes value) {
    to = put_u16(to, value.size());
    std::memcpy(to, value.data(), value.size());
    return to + value.size();
}

std::size_t header_size(std::size_t remaining) { return remaining < 128 ? 2 : remaining < 16'384 ? 3 : 4; }

char* put_header(char* to, unsigned first, std::size_t remaining) {
    *to++ = static_cast<char>(first);
    for (; remaining >= 128; remaining >>= 7) *to++ = static_cast<char>(remaining | 0x80);
    *to++ = static_cast<char>(remaining);
    return to;
}

std::optional<bytes> encode_connect(buffer output, const mqtt::connect& p) {
    std::size_t remaining = 12 + p.client_id.size();
    unsigned flags = p.clean_session ? 0x02 : 0;
    if (p.will) {
        flags |= 0x04u | static_cast<unsigned>(p.will->qos) << 3 | (p.will->retain ? 0x20u : 0);
        remaining += 4 + p.will->topic.size() + p.will->payload.size();
    }
    if (p.username) {
        flags |= 0x80;
        remaining += 2 + p.username->size();
    }
    if (p.password) {
        flags |= 0x40;
        remaining += 2 + p.password->size();
    }
    if (header_size(remaining) + remaining > output.size()) return {};
    char* to = put_header(output.data(), 0x10, remaining);
    std::memcpy(to, "\0\4MQTT\4", 7);
    to[7] = static_cast<char>(flags);
    to = put_u16(to + 8, p.keep_alive);
    to = put_field(to, p.client_id);
    if (p.will) to = put_field(put_field(to, p.will->topic), p.will->payload);
    if (p.username) to = put_field(to, *p.username);
    if (p.password) to = put_field(to, *p.password);
    return bytes{output.data(), static_cast<std::size_t>(to - output.data())};
}

std::optional<bytes> encode_publish(buffer output, const mqtt::publish& p, bool whole) {
    const std::size_t head = 2 + p.topic.size() + (p.qos != mqtt::qos::at_most_once ? 2 : 0);
    const std::size_t remaining = head + p.payload.size();
    if (header_size(remaining) + (whole ? remaining : head) > output.size()) return {};
    const unsigned first = 0x30u | (p.dup ? 8u : 0) | static_cast<unsigned>(p.qos) << 1 | (p.retain ? 1u : 0);
    char* to = put_field(put_header(output.data(), first, remaining), p.topic);
    if (p.qos != mqtt::qos::at_most_once) to = put_u16(to, p.packet_id);
    if (whole) {
        std::memcpy(to, p.payload.data(), p.payload.size());
        to += p.payload.size();
    }
    return bytes{output.data(), static_cast<std::size_t>(to - output.data())};
}

std::optional<bytes> encode_subscribe(buffer output, const mqtt::subscribe& p) {
    std::size_t remaining = 2;
    for (const auto& item : p.subscriptions) remaining += 3 + item.filter.size();
    if (header_size(remaining) + remaining > output.size()) return {};
    char* to = put_u16(put_header(output.data(), 0x82, remaining), p.packet_id);
    for (const auto& item : p.subscriptions) {
        to = put_field(to, item.filter);
        *to++ = static_cast<char>(item.qos);
    }
    return bytes{output.data(), static_cast<std::size_t>(to - output.data())};
}

/// What is left of an input. A read looks whether it is all there.
struct input {
    const unsigned char* at;
    std::size_t left;

    explicit input(bytes from) : at{reinterpret_cast<const unsigned char*>(from.data())}, left{from.size()} {}

    bool header(unsigned& first, std::size_t& remaining) {
        if (left < 2) return false;
        first = at[0];
        remaining = 0;
        std::size_t size = 1;
        for (unsigned shift = 0; shift != 28; shift += 7) {
            if (size == left) return false;
            const unsigned digit = at[size++];
            remaining |= std::size_t{digit & 0x7F} << shift;
            if (digit < 0x80) {
                at += size;
                left -= size;
                return true;
            }
        }
        return false;
    }
    bool u16(std::uint16_t& value) {
        if (left < 2) return false;
        value = static_cast<std::uint16_t>(at[0] << 8 | at[1]);
        at += 2;
        left -= 2;
        return true;
    }
    bytes rest() const { return {at, left}; }
    bool field(bytes& value) {
        std::uint16_t size = 0;
        if (!u16(size) || left < size) return false;
        value = {at, size};
        at += size;
        left -= size;
        return true;
    }
};

/// Of a client that says who it is, and has no will.
std::optional<mqtt::connect> decode_connect(bytes from) {
    input in{from};
    unsigned first = 0;
    std::size_t remaining = 0;
    if (!in.header(first, remaining) || first != 0x10 || remaining != in.left || in.left < 8 ||
        std::memcmp(in.at, "\0\4MQTT\4", 7) != 0)
        return {};
    const unsigned flags = in.at[7];
    if ((flags & 0x3D) != 0) return {};
    in.at += 8;
    in.left -= 8;
    mqtt::connect p{.clean_session = (flags & 0x02) != 0};
    bytes client_id;
    bytes username;
    bytes password;
    if (!in.u16(p.keep_alive) || !in.field(client_id)) return {};
    p.client_id = client_id.text();
    if ((flags & 0x80) != 0) {
        if (!in.field(username)) return {};
        p.username = username.text();
    }
    if ((flags & 0x40) != 0) {
        if (!in.field(password)) return {};
        p.password = password;
    }
    if (in.left != 0) return {};
    return p;
}

std::optional<mqtt::publish> decode_publish(bytes from) {
    input in{from};
    unsigned first = 0;
    std::size_t remaining = 0;
    if (!in.header(first, remaining) || first >> 4 != 3 || remaining != in.left) return {};
    mqtt::publish p{.qos = mqtt::qos{static_cast<std::uint8_t>(first >> 1 & 3)},
                    .dup = (first & 8) != 0,
                    .retain = (first & 1) != 0};
    bytes topic;
    if (!in.field(topic)) return {};
    p.topic = topic.text();
    if (p.qos != mqtt::qos::at_most_once && !in.u16(p.packet_id)) return {};
    p.payload = in.rest();
    return p;
}

std::optional<mqtt::connack> decode_connack(bytes from) {
    if (from.size() != 4 || from.data()[0] != 0x20 || from.data()[1] != 2) return {};
    return mqtt::connack{.session_present = from.data()[2] != 0,
                         .code = mqtt::connect_code{static_cast<std::uint8_t>(from.data()[3])}};
}

template <class T>
std::optional<T> decode_ack(bytes from, char first) {
    T p;
    if (from.size() != 4 || from.data()[0] != first || from.data()[1] != 2) return {};
    input in{from.without_first(2)};
    if (!in.u16(p.packet_id)) return {};
    return p;
}

std::optional<mqtt::suback> decode_suback(bytes from) {
    input in{from};
    unsigned first = 0;
    std::size_t remaining = 0;
    mqtt::suback p;
    if (!in.header(first, remaining) || first != 0x90 || remaining != in.left || !in.u16(p.packet_id)) return {};
    p.codes = mqtt::suback_code_list::on_the_wire(in.rest(), in.left);
    return p;
}

std::optional<mqtt::subscribe> decode_subscribe(bytes from) {
    input in{from};
    unsigned first = 0;
    std::size_t remaining = 0;
    mqtt::subscribe p;
    if (!in.header(first, remaining) || first != 0x82 || remaining != in.left || !in.u16(p.packet_id)) return {};
    const bytes items = in.rest();
    std::size_t count = 0;
    for (bytes filter; in.left != 0; ++count) {
        if (!in.field(filter) || in.left == 0) return {};
        ++in.at;
        --in.left;
    }
    p.subscriptions = mqtt::subscription_list::on_the_wire(items, count);
    return p;
}

std::optional<bytes> cut(bytes received) {
    input in{received};
    unsigned first = 0;
    std::size_t remaining = 0;
    if (!in.header(first, remaining) || remaining > in.left) return {};
    return received.first(received.size() - in.left + remaining);
}

bool check_topic(std::string_view topic) {
    if (topic.empty() || topic.size() > 65'535) return false;
    for (const char c : topic) {
        if (c == '+' || c == '#' || c <= 0) return false;  // and what is not ASCII, which the one at hand is
    }
    return true;
}

bool topic_matches(std::string_view filter, std::string_view topic) {
    std::size_t t = 0;
    for (std::size_t f = 0; f != filter.size(); ++f) {
        if (filter[f] == '#') return true;
        if (filter[f] == '+') {
            while (t != topic.size() && topic[t] != '/') ++t;
        } else {
            if (t == topic.size() || topic[t] != filter[f]) return false;
            ++t;
        }
    }
    return t == topic.size();
}

}  // namespace by_hand

// ---- the packets, and what they are on the wire

constexpr std::string_view password =
    "SharedAccessSignature sr=myhub.azure-devices.net%2Fdevices%2FMyDevice01&"
    "sig=Lq3SFs2ogLXmzYZjmFrGeUkMlLkb6vP2DjUMh0%2Fe1hk%3D&se=1735689600&skn=device";
constexpr std::string_view topic = "devices/MyDevice01/messages/events/temperatureAlert=true&level=4";
static_assert(password.size() == 149 && topic.size() == 64);

const std::string payload(256, 'x');

const mqtt::connect connect{.client_id = "MyDevice01",
                            .username = "myhub.azure-devices.net/MyDevice01/?api-version=2021-04-12",
                            .password = password,
                            .keep_alive = 240,
                            .clean_session = false};

mqtt::connect with_will(mqtt::connect p) {
    p.will = {.topic = "devices/MyDevice01/messages/events/", .payload = "gone"sv, .qos = mqtt::qos::at_least_once};
    return p;
}
const mqtt::connect connect_with_will = with_will(connect);

const mqtt::publish publish{.topic = topic, .payload = payload, .qos = mqtt::qos::at_least_once, .packet_id = 0x1234};
constexpr mqtt::connack connack{.session_present = true};
constexpr mqtt::puback puback{.packet_id = 0x1234};
constexpr std::array codes{mqtt::suback_code::granted_qos_1, mqtt::suback_code::failure};
const mqtt::suback suback{.packet_id = 0x1234, .codes = mqtt::suback_code_list{codes}};
constexpr std::array subscriptions{
    mqtt::subscription{.filter = "devices/MyDevice01/messages/devicebound/#", .qos = mqtt::qos::at_least_once},
    mqtt::subscription{.filter = "$iothub/methods/POST/#", .qos = mqtt::qos::at_most_once}};
const mqtt::subscribe subscribe{.packet_id = 0x1234, .subscriptions = mqtt::subscription_list{subscriptions}};

template <class T>
std::string wire_of(const T& packet) {
    std::array<char, 1024> to{};
    const auto written = mqtt::encode(to, packet);
    return written ? std::string{written->text()} : std::string{};
}

const std::string connect_wire = wire_of(connect);
const std::string connect_with_will_wire = wire_of(connect_with_will);
const std::string publish_wire = wire_of(publish);
const std::string publish_head_wire = publish_wire.substr(0, publish_wire.size() - payload.size());
const std::string connack_wire = wire_of(connack);
const std::string puback_wire = wire_of(puback);
const std::string suback_wire = wire_of(suback);
const std::string subscribe_wire = wire_of(subscribe);

// ---- encoders

template <class T>
void measure_encode(benchmark::State& state, const T& packet, hubwire::bytes wire) {
    measure(state, packet, [](const T& p) { return mqtt::encode(memory, p); }, wire);
}

void connect_encode(benchmark::State& state) { measure_encode(state, connect, connect_wire); }
void connect_encode_by_hand(benchmark::State& state) {
    measure(
        state, connect, [](const mqtt::connect& p) { return by_hand::encode_connect(memory, p); },
        hubwire::bytes{connect_wire});
}
BENCHMARK(connect_encode);
BENCHMARK(connect_encode_by_hand);

void connect_with_will_encode(benchmark::State& state) {
    measure_encode(state, connect_with_will, connect_with_will_wire);
}
void connect_with_will_encode_by_hand(benchmark::State& state) {
    measure(
        state, connect_with_will, [](const mqtt::connect& p) { return by_hand::encode_connect(memory, p); },
        hubwire::bytes{connect_with_will_wire});
}
BENCHMARK(connect_with_will_encode);
BENCHMARK(connect_with_will_encode_by_hand);

void publish_head_encode(benchmark::State& state) {
    measure(
        state, publish, [](const mqtt::publish& p) { return mqtt::encode_head(memory, p); },
        hubwire::bytes{publish_head_wire});
}
void publish_head_encode_by_hand(benchmark::State& state) {
    measure(
        state, publish, [](const mqtt::publish& p) { return by_hand::encode_publish(memory, p, false); },
        hubwire::bytes{publish_head_wire});
}
BENCHMARK(publish_head_encode);
BENCHMARK(publish_head_encode_by_hand);

void publish_encode(benchmark::State& state) { measure_encode(state, publish, publish_wire); }
void publish_encode_by_hand(benchmark::State& state) {
    measure(
        state, publish, [](const mqtt::publish& p) { return by_hand::encode_publish(memory, p, true); },
        hubwire::bytes{publish_wire});
}
BENCHMARK(publish_encode);
BENCHMARK(publish_encode_by_hand);

void subscribe_encode(benchmark::State& state) { measure_encode(state, subscribe, subscribe_wire); }
void subscribe_encode_by_hand(benchmark::State& state) {
    measure(
        state, subscribe, [](const mqtt::subscribe& p) { return by_hand::encode_subscribe(memory, p); },
        hubwire::bytes{subscribe_wire});
}
BENCHMARK(subscribe_encode);
BENCHMARK(subscribe_encode_by_hand);

// ---- decoders

template <class T>
void measure_decode(benchmark::State& state, hubwire::bytes wire, const T& packet) {
    measure(state, wire, [](hubwire::bytes from) { return mqtt::decode<T>(from); }, packet);
}

void connect_decode(benchmark::State& state) { measure_decode(state, connect_wire, connect); }
void connect_decode_by_hand(benchmark::State& state) {
    measure(state, hubwire::bytes{connect_wire}, by_hand::decode_connect, connect);
}
BENCHMARK(connect_decode);
BENCHMARK(connect_decode_by_hand);

void publish_decode(benchmark::State& state) { measure_decode(state, publish_wire, publish); }
void publish_decode_by_hand(benchmark::State& state) {
    measure(
        state, hubwire::bytes{publish_wire}, [](hubwire::bytes from) { return by_hand::decode_publish(from); },
        publish);
}
BENCHMARK(publish_decode);
BENCHMARK(publish_decode_by_hand);

void connack_decode(benchmark::State& state) { measure_decode(state, connack_wire, connack); }
void connack_decode_by_hand(benchmark::State& state) {
    measure(
        state, hubwire::bytes{connack_wire}, [](hubwire::bytes from) { return by_hand::decode_connack(from); },
        connack);
}
BENCHMARK(connack_decode);
BENCHMARK(connack_decode_by_hand);

void puback_decode(benchmark::State& state) { measure_decode(state, puback_wire, puback); }
void puback_decode_by_hand(benchmark::State& state) {
    measure(
        state, hubwire::bytes{puback_wire},
        [](hubwire::bytes from) { return by_hand::decode_ack<mqtt::puback>(from, 0x40); }, puback);
}
BENCHMARK(puback_decode);
BENCHMARK(puback_decode_by_hand);

void suback_decode(benchmark::State& state) { measure_decode(state, suback_wire, suback); }
void suback_decode_by_hand(benchmark::State& state) {
    measure(
        state, hubwire::bytes{suback_wire}, [](hubwire::bytes from) { return by_hand::decode_suback(from); }, suback);
}
BENCHMARK(suback_decode);
BENCHMARK(suback_decode_by_hand);

void subscribe_decode(benchmark::State& state) { measure_decode(state, subscribe_wire, subscribe); }
void subscribe_decode_by_hand(benchmark::State& state) {
    measure(
        state, hubwire::bytes{subscribe_wire}, [](hubwire::bytes from) { return by_hand::decode_subscribe(from); },
        subscribe);
}
BENCHMARK(subscribe_decode);
BENCHMARK(subscribe_decode_by_hand);

// ---- a stream as a device receives it: eight packets, of six types

const std::string stream =
    connack_wire + suback_wire + publish_wire + puback_wire +
    wire_of(mqtt::publish{.topic = "$iothub/methods/POST/reboot/?$rid=1", .payload = "{\"delay\":5}"sv}) +
    wire_of(mqtt::unsuback{.packet_id = 7}) + wire_of(mqtt::pingresp{}) + publish_wire;

/// Cuts all of the stream, and adds up what take makes of its packets; nothing if that, or a cut, fails.
template <class Cut, class Take>
std::optional<std::size_t> sum_of_stream(hubwire::bytes received, Cut cut, Take take) {
    std::size_t sum = 0;
    while (!received.empty()) {
        const auto packet = cut(received);
        if (!packet) return {};
        const std::optional<std::size_t> part = take(*packet);
        if (!part) return {};
        sum += *part;
        received = received.without_first(packet->size());
    }
    return sum;
}

constexpr auto one = [](hubwire::bytes) { return std::optional<std::size_t>{1}; };

void stream_cut(benchmark::State& state) {
    measure(
        state, hubwire::bytes{stream},
        [](hubwire::bytes from) { return sum_of_stream(from, [](hubwire::bytes b) { return mqtt::cut(b); }, one); },
        std::size_t{8});
}
void stream_cut_by_hand(benchmark::State& state) {
    measure(
        state, hubwire::bytes{stream}, [](hubwire::bytes from) { return sum_of_stream(from, by_hand::cut, one); },
        std::size_t{8});
}
BENCHMARK(stream_cut);
BENCHMARK(stream_cut_by_hand);

/// Some number that tells whether all of a packet was read.
constexpr auto number_of = [](const auto& p) -> std::size_t {
    if constexpr (requires { p.payload; }) {
        return p.payload.size() + p.topic.size() + p.packet_id;
    } else if constexpr (requires { p.codes; }) {
        return p.codes.size() + p.packet_id;
    } else if constexpr (requires { p.packet_id; }) {
        return p.packet_id;
    } else if constexpr (requires { p.session_present; }) {
        return p.session_present ? 100 : 0;
    } else {
        return 0;
    }
};
const std::size_t number_of_stream = 100 + (2 + 0x1234) + 2 * (256 + 64 + 0x1234) + 0x1234 + (11 + 35) + 7;

void stream_decode(benchmark::State& state) {
    const auto take = [](hubwire::bytes b) {
        const auto packet = mqtt::decode(b);
        return packet ? std::optional{packet->visit(number_of)} : std::nullopt;
    };
    measure(
        state, hubwire::bytes{stream},
        [take](hubwire::bytes from) {
            return sum_of_stream(from, [](hubwire::bytes b) { return mqtt::cut(b); }, take);
        },
        number_of_stream);
}
void stream_decode_by_hand(benchmark::State& state) {
    const auto take = [](hubwire::bytes b) -> std::optional<std::size_t> {
        const auto number = [](const auto& p) { return p ? std::optional{number_of(*p)} : std::nullopt; };
        switch (b[0] >> 4) {
            case 2:
                return number(by_hand::decode_connack(b));
            case 3:
                return number(by_hand::decode_publish(b));
            case 4:
                return number(by_hand::decode_ack<mqtt::puback>(b, 0x40));
            case 9:
                return number(by_hand::decode_suback(b));
            case 11:
                return number(by_hand::decode_ack<mqtt::unsuback>(b, '\xb0'));
            case 13:
                return b.size() == 2 ? std::optional<std::size_t>{0} : std::nullopt;
            default:
                return {};
        }
    };
    measure(
        state, hubwire::bytes{stream}, [take](hubwire::bytes from) { return sum_of_stream(from, by_hand::cut, take); },
        number_of_stream);
}
BENCHMARK(stream_decode);
BENCHMARK(stream_decode_by_hand);

// ---- topics

struct filter_and_topic {
    std::string_view filter;
    std::string_view topic;
};
constexpr filter_and_topic matching{.filter = "devices/+/messages/events/#", .topic = topic};

void topic_match(benchmark::State& state) {
    measure(
        state, matching,
        [](const filter_and_topic& p) { return std::optional{mqtt::topic_matches(p.filter, p.topic)}; }, true);
}
void topic_match_by_hand(benchmark::State& state) {
    measure(
        state, matching,
        [](const filter_and_topic& p) { return std::optional{by_hand::topic_matches(p.filter, p.topic)}; }, true);
}
BENCHMARK(topic_match);
BENCHMARK(topic_match_by_hand);

void topic_check(benchmark::State& state) {
    measure(
        state, topic, [](std::string_view t) { return std::optional{mqtt::check_topic_name(t).has_value()}; }, true);
}
void topic_check_by_hand(benchmark::State& state) {
    measure(state, topic, [](std::string_view t) { return std::optional{by_hand::check_topic(t)}; }, true);
}
BENCHMARK(topic_check);
BENCHMARK(topic_check_by_hand);

}  // namespace
