#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "samples/feedback.hpp"
#include "support/measure.hpp"

// What operations take when there is more of something: of payload, of properties, of records, of nesting, of packets.
// The argument says how much. scaling.py holds the instructions to a straight line; times, and their slope beside a
// memcpy's, are in the table that bench/run makes.

namespace {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;
namespace json = hubwire::json;
namespace mqtt = hubwire::mqtt;
using bench::measure;
using hubwire::bytes;
using namespace std::literals;

std::vector<char> large(1 << 22);

std::size_t size_of(const benchmark::State& state) { return static_cast<std::size_t>(state.range(0)); }

/// What an encoder has just written, kept.
std::string kept(const hubwire::result<bytes>& wire) { return wire ? std::string{wire->text()} : std::string{}; }

// ---- payload, in bytes: 0 to 256 KB

void payloads(benchmark::internal::Benchmark* b) { b->Arg(0)->Arg(256)->Arg(4096)->Arg(65'536)->Arg(262'144); }

mqtt::publish publish_of(bytes payload) {
    return {.topic = "devices/MyDevice01/messages/events/",
            .payload = payload,
            .qos = mqtt::qos::at_least_once,
            .packet_id = 7};
}
amqp::message message_of(bytes payload) {
    return {.properties = amqp::properties{.message_id = "1"}, .body = amqp::data{payload}};
}

void payload_mqtt_encode(benchmark::State& state) {
    const std::string payload(size_of(state), 'x');
    const mqtt::publish p = publish_of(payload);
    const std::string wire = kept(mqtt::encode(large, p));
    measure(state, p, [](const mqtt::publish& from) { return mqtt::encode(large, from); }, bytes{wire});
}
void payload_mqtt_decode(benchmark::State& state) {
    const std::string payload(size_of(state), 'x');
    const std::string wire = kept(mqtt::encode(large, publish_of(payload)));
    measure(state, bytes{wire}, [](bytes from) { return mqtt::decode<mqtt::publish>(from); }, publish_of(payload));
}
void payload_amqp_encode(benchmark::State& state) {
    const std::string payload(size_of(state), 'x');
    const amqp::message m = message_of(payload);
    const std::string wire = kept(amqp::encode(large, m));
    measure(state, m, [](const amqp::message& from) { return amqp::encode(large, from); }, bytes{wire});
}
void payload_amqp_decode(benchmark::State& state) {
    const std::string payload(size_of(state), 'x');
    const std::string wire = kept(amqp::encode(large, message_of(payload)));
    const auto op = [](bytes from) -> std::optional<std::size_t> {
        const auto m = amqp::decode<amqp::message>(from);
        if (!m) return {};
        return m->body.single_data().value_or(bytes{}).size();
    };
    measure(state, bytes{wire}, op, payload.size());
}
BENCHMARK(payload_mqtt_encode)->Apply(payloads);
BENCHMARK(payload_mqtt_decode)->Apply(payloads);
BENCHMARK(payload_amqp_encode)->Apply(payloads);
BENCHMARK(payload_amqp_decode)->Apply(payloads);

// ---- properties: 0 to 1000

void counts(benchmark::internal::Benchmark* b) { b->Arg(0)->Arg(10)->Arg(100)->Arg(1000); }

std::vector<std::string> names_of(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i != count; ++i) names.push_back("property" + std::to_string(100'000 + i));
    return names;
}

struct properties {
    std::vector<std::string> names;
    std::vector<iothub::property> list{};

    explicit properties(std::size_t count) : names{names_of(count)} {
        for (const std::string& name : names) list.push_back({std::string_view{name}, "Building 43"});
    }
};
using property_list = const std::vector<iothub::property>*;

hubwire::result<bytes> encode_bag(property_list from) { return iothub::encode_property_bag(large, *from); }

void properties_bag_encode(benchmark::State& state) {
    const properties all{size_of(state)};
    const std::string bag = kept(encode_bag(&all.list));
    measure(state, &all.list, encode_bag, bytes{bag});
}
void properties_bag_decode(benchmark::State& state) {
    const properties all{size_of(state)};
    const std::string bag = kept(encode_bag(&all.list));
    const auto op = [](std::string_view from) -> std::optional<std::size_t> {
        const auto decoded = iothub::decode_property_bag(from);
        if (!decoded) return {};
        std::size_t sum = 0;
        for (const iothub::property p : *decoded) sum += p.value.raw().empty() ? 0u : 1u;
        return sum;
    };
    measure(state, std::string_view{bag}, op, all.list.size());
}
void properties_mqtt_to_amqp(benchmark::State& state) {
    const properties all{size_of(state)};
    const std::string bag = kept(encode_bag(&all.list));
    const auto op = [](std::string_view from) -> hubwire::result<bytes> {
        const auto m = iothub::decode_mqtt_message(from, bytes{});
        if (!m) return m.error();
        return iothub::encode_amqp_message(large, *m);
    };
    const std::string wire = kept(op(bag));
    measure(state, std::string_view{bag}, op, bytes{wire});
}
void properties_amqp_to_mqtt(benchmark::State& state) {
    const properties all{size_of(state)};
    const std::string bag = kept(encode_bag(&all.list));
    const auto message = iothub::decode_mqtt_message(bag, bytes{});
    const std::string wire = message ? kept(iothub::encode_amqp_message(large, *message)) : std::string{};
    const auto op = [](bytes from) -> hubwire::result<bytes> {
        const auto m = iothub::decode_amqp_message(from);
        if (!m) return m.error();
        return iothub::encode_mqtt_bag(large, *m);
    };
    measure(state, bytes{wire}, op, bytes{bag});
}
BENCHMARK(properties_bag_encode)->Apply(counts);
BENCHMARK(properties_bag_decode)->Apply(counts);
BENCHMARK(properties_mqtt_to_amqp)->Apply(counts);
BENCHMARK(properties_amqp_to_mqtt)->Apply(counts);

// ---- AMQP: so many sections, items, entries, elements and symbols, received and gone through

void wide(benchmark::internal::Benchmark* b) { b->Arg(10)->Arg(100)->Arg(1000)->Arg(10'000); }

/// A number in network byte order.
std::string be32(std::size_t number) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(number >> shift);
    return text;
}

/// The part so many times, behind something else. (All is appended: g++ suspects a literal in front of a string.)
std::string repeated(std::string_view part, std::size_t count, std::string_view front = {}) {
    std::string whole{front};
    for (std::size_t i = 0; i != count; ++i) whole += part;
    return whole;
}

/// A list, map or array with a size and a count of four bytes.
std::string compound(char format_code, std::size_t count, const std::string& content) {
    std::string whole(1, format_code);
    whole += be32(content.size() + 4);
    whole += be32(count);
    whole += content;
    return whole;
}

template <class View>
std::optional<std::size_t> count_of(bytes from) {
    const auto view = amqp::decode<View>(from);
    if (!view) return {};
    std::size_t count = 0;
    for ([[maybe_unused]] const auto item : *view) ++count;
    return count;
}

void wide_message(benchmark::State& state) {
    const std::string wire = repeated("\0\x53\x75\xa0\0"sv, size_of(state));
    const auto op = [](bytes from) -> std::optional<std::size_t> {
        const auto m = amqp::decode<amqp::message>(from);
        if (!m) return {};
        std::size_t count = 0;
        for (const amqp::data section : m->body.data_sections()) count += section.content.empty() ? 1u : 0u;
        return count;
    };
    measure(state, bytes{wire}, op, size_of(state));
}
void wide_list(benchmark::State& state) {
    const std::string wire = compound('\xd0', size_of(state), repeated("\x54\x07"sv, size_of(state)));
    measure(state, bytes{wire}, count_of<amqp::list>, size_of(state));
}
void wide_map(benchmark::State& state) {
    const std::string wire = compound('\xd1', 2 * size_of(state), repeated("\xa1\1k\x54\x07"sv, size_of(state)));
    measure(state, bytes{wire}, count_of<amqp::map>, size_of(state));
}
void wide_array(benchmark::State& state) {
    const std::string wire = compound('\xf0', size_of(state), repeated("\1x"sv, size_of(state), "\xa1"sv));
    measure(state, bytes{wire}, count_of<amqp::array>, size_of(state));
}
/// Many symbols in one field.
void wide_symbols(benchmark::State& state) {
    const std::string names = compound('\xf0', size_of(state), repeated("\1x"sv, size_of(state), "\xa3"sv));
    const std::string wire = repeated(compound('\xd0', 1, names), 1, "\0\x53\x40"sv);
    const auto op = [](bytes from) -> std::optional<std::size_t> {
        const auto m = amqp::decode<amqp::sasl_mechanisms>(from);
        if (!m || m->sasl_server_mechanisms.contains("absent")) return {};
        return m->sasl_server_mechanisms.size();
    };
    measure(state, bytes{wire}, op, size_of(state));
}
BENCHMARK(wide_message)->Apply(wide);
BENCHMARK(wide_list)->Apply(wide);
BENCHMARK(wide_map)->Apply(wide);
BENCHMARK(wide_array)->Apply(wide);
BENCHMARK(wide_symbols)->Apply(wide);

// ---- records of feedback: 1 to 10,000

void records(benchmark::internal::Benchmark* b) { b->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->Arg(10'000); }

void feedback_read(benchmark::State& state) {
    const std::string body = bench::body_of(size_of(state), bench::form::escaped);
    const auto op = [](std::string_view from) -> std::optional<std::size_t> {
        iothub::feedback_reader in{from};
        std::size_t count = 0;
        while (in.next()) ++count;
        return in.ok() ? std::optional{count} : std::nullopt;
    };
    measure(state, std::string_view{body}, op, size_of(state));
}
void feedback_read_by_any_reader(benchmark::State& state) {
    const std::string body = bench::body_of(size_of(state), bench::form::escaped);
    const auto op = [](std::string_view from) -> std::optional<std::size_t> {
        json::reader in{from};
        std::size_t count = 0;
        in.enter_array();
        while (in.next_item()) {
            in.enter_object();
            while (in.next_member()) count += in.get<json::string>().raw().empty() ? 0u : 1u;
        }
        return in.finish() ? std::optional{count / 6} : std::nullopt;
    };
    measure(state, std::string_view{body}, op, size_of(state));
}
BENCHMARK(feedback_read)->Apply(records);
BENCHMARK(feedback_read_by_any_reader)->Apply(records);

// ---- nesting, to the depth that is allowed if nothing else is said

void depths(benchmark::internal::Benchmark* b) { b->Arg(8)->Arg(16)->Arg(32)->Arg(64); }

void nesting_json(benchmark::State& state) {
    static_assert(json::default_max_depth == 64);
    std::string text = "1";
    for (std::size_t i = 0; i != size_of(state); ++i)
        text = i % 2 == 0 ? "[1," + text + "]" : "{\"name\":" + text + "}";
    const auto op = [](std::string_view from) -> std::optional<std::size_t> {
        json::reader in{from};
        const std::size_t size = in.raw().size();
        return in.finish() ? std::optional{size} : std::nullopt;
    };
    measure(state, std::string_view{text}, op, text.size());
}
/// A list in a list in a list, each with a number behind it.
void nesting_amqp(benchmark::State& state) {
    static_assert(amqp::options{}.max_depth == 64);
    std::string wire = "\x45";
    for (std::size_t i = 1; i < size_of(state); ++i) {
        wire = compound('\xd0', 2, wire + "\x54\x07");
    }
    const auto op = [](bytes from) -> std::optional<std::size_t> {
        const auto v = amqp::decode<amqp::value>(from);
        return v ? std::optional{from.size()} : std::nullopt;
    };
    measure(state, bytes{wire}, op, wire.size());
}
BENCHMARK(nesting_json)->Apply(depths);
BENCHMARK(nesting_amqp)->Apply(depths);

// ---- a stream of so many packets, or frames, of all sizes and several kinds, as a receiver's buffer has them again
// and again

void streams(benchmark::internal::Benchmark* b) { b->Arg(1000)->Arg(10'000)->Arg(1'000'000); }

constexpr std::size_t in_a_buffer = 1000;

struct stream {
    bytes once;
    std::size_t count;
};

template <class Cut>
std::optional<std::size_t> count_cuts(const stream& s, Cut cut) {
    std::size_t count = 0;
    while (count < s.count) {
        for (bytes left = s.once; !left.empty(); ++count) {
            const auto one = cut(left);
            if (!one) return {};
            left = left.without_first(one->size());
        }
    }
    return count;
}

template <class Cut>
void measure_stream(benchmark::State& state, const std::string& once, Cut cut) {
    const stream s{.once = once, .count = size_of(state)};
    measure(state, s, [cut](const stream& from) { return count_cuts(from, cut); }, s.count);
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void stream_mqtt_cut(benchmark::State& state) {
    std::string once;
    for (std::size_t i = 0; i != in_a_buffer; ++i) {
        const std::string payload(i * 2654435761u % 500, 'x');
        const auto id = static_cast<std::uint16_t>(i + 1);
        switch (i * 40503u / 7 % 4) {
            case 0:
                once += kept(mqtt::encode(large, mqtt::puback{.packet_id = id}));
                break;
            case 1:
                once += kept(mqtt::encode(large, mqtt::pingresp{}));
                break;
            default:
                once += kept(mqtt::encode(large, publish_of(payload)));
        }
    }
    measure_stream(state, once, [](bytes left) { return mqtt::cut(left); });
}
void stream_amqp_cut(benchmark::State& state) {
    std::string once;
    for (std::size_t i = 0; i != in_a_buffer; ++i) {
        const std::string payload(i * 2654435761u % 500, 'x');
        const auto id = static_cast<std::uint32_t>(i);
        switch (i * 40503u / 7 % 4) {
            case 0:
                once += kept(amqp::encode_frame(large, 0, amqp::disposition{.first = id, .state = amqp::accepted{}}));
                break;
            case 1:
                once += kept(amqp::encode_frame(large, 0, amqp::flow{.next_outgoing_id = id}));
                break;
            default:
                once += kept(amqp::encode_frame(large, 0, amqp::transfer{.delivery_id = id}, payload));
        }
    }
    measure_stream(state, once, [](bytes left) { return amqp::cut(left); });
}
BENCHMARK(stream_mqtt_cut)->Apply(streams);
BENCHMARK(stream_amqp_cut)->Apply(streams);

}  // namespace
