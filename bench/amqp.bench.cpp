#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "samples/telemetry.hpp"
#include "support/measure.hpp"

// Each operation stands beside code written by hand for the one shape at hand, which looks at bounds and at nothing
// else. Both are held to the same outcome before anything is timed.

namespace {

namespace amqp = hubwire::amqp;
using bench::encode;
using bench::measure;
using bench::memory;
using bench::read_all;
using bench::telemetry;
using hubwire::buffer;
using hubwire::bytes;
using namespace std::string_view_literals;

// ---- what is sent, and what it is on the wire

const telemetry sample;

std::string text_of(const hubwire::result<bytes>& wire) { return wire ? std::string{wire->text()} : std::string{}; }

const std::string message_wire = text_of(encode(sample));
constexpr std::size_t message_size = 446;

const amqp::transfer transfer{
    .handle = 1, .delivery_id = 4711u, .delivery_tag = "\0\0\x12\x67"sv, .message_format = 0u, .settled = false};
const amqp::disposition disposition{
    .role = amqp::role::receiver, .first = 4711, .last = 4720u, .settled = true, .state = amqp::accepted{}};
const amqp::flow flow{.next_incoming_id = 17u,
                      .incoming_window = 2048,
                      .next_outgoing_id = 4712,
                      .outgoing_window = 2048,
                      .handle = 1u,
                      .delivery_count = 4711u,
                      .link_credit = 100u};
const amqp::properties properties{.message_id = sample.id,
                                  .to = sample.to,
                                  .content_type = sample.content_type,
                                  .content_encoding = sample.content_encoding};
const amqp::attach attach{.name = "sender-9f5f2a0e",
                          .handle = 1,
                          .role = amqp::role::sender,
                          .snd_settle_mode = amqp::sender_settle_mode::unsettled,
                          .source = amqp::source{.address = "MyDevice01"},
                          .target = amqp::target{.address = sample.to},
                          .initial_delivery_count = 0u};

template <class T>
std::string wire_of(const T& composite) {
    return text_of(amqp::encode(memory, composite));
}
const std::string transfer_wire = wire_of(transfer);
const std::string disposition_wire = wire_of(disposition);
const std::string flow_wire = wire_of(flow);
const std::string properties_wire = wire_of(properties);
const std::string attach_wire = wire_of(attach);

// ---- written by hand

namespace by_hand {

char* put_u32(char* to, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) *to++ = static_cast<char>(value >> shift);
    return to;
}
char* put_text(char* to, unsigned code8, bytes text) {
    if (text.size() <= 255) {
        *to++ = static_cast<char>(code8);
        *to++ = static_cast<char>(text.size());
    } else {
        *to++ = static_cast<char>(code8 + 0x10);
        to = put_u32(to, static_cast<std::uint32_t>(text.size()));
    }
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
}
char* put_uint(char* to, std::uint32_t value) {
    if (value == 0) {
        *to++ = 0x43;
    } else if (value <= 255) {
        *to++ = 0x52;
        *to++ = static_cast<char>(value);
    } else {
        *to++ = 0x70;
        to = put_u32(to, value);
    }
    return to;
}
char* put_head(char* to, unsigned descriptor, unsigned compound) {
    *to++ = 0;
    *to++ = 0x53;
    *to++ = static_cast<char>(descriptor);
    *to++ = static_cast<char>(compound);
    return to + 2;
}
/// Fills in the size of a compound of which at most 254 bytes were written.
void close(char* begin, char* end, unsigned count) {
    begin[-2] = static_cast<char>(end - begin + 1);
    begin[-1] = static_cast<char>(count);
}

char* put_properties(char* to, const telemetry& t) {
    char* const begin = put_head(to, 0x73, 0xC0);
    to = put_text(begin, 0xA1, t.id);
    *to++ = 0x40;
    to = put_text(to, 0xA1, t.to);
    std::memset(to, 0x40, 3);
    to = put_text(to + 3, 0xA3, t.content_type);
    to = put_text(to, 0xA3, t.content_encoding);
    close(begin, to, 8);
    return to;
}

std::optional<bytes> encode_message(const telemetry& t) {
    std::size_t size =
        64 + t.id.size() + t.to.size() + t.content_type.size() + t.content_encoding.size() + t.body.size();
    for (const auto& [key, value] : t.properties) size += 4 + key.size() + value.size();
    if (size > memory.size()) return {};
    char* to = put_properties(memory.data(), t);
    char* const begin = put_head(to, 0x74, 0xC1);
    to = begin;
    for (const auto& [key, value] : t.properties) to = put_text(put_text(to, 0xA1, key), 0xA1, value);
    close(begin, to, 8);
    *to++ = 0;
    *to++ = 0x53;
    *to++ = 0x75;
    to = put_text(to, 0xA0, t.body);
    return bytes{memory.data(), static_cast<std::size_t>(to - memory.data())};
}

char* put_transfer(char* to, const amqp::transfer& t) {
    char* const begin = put_head(to, 0x14, 0xC0);
    to = put_uint(begin, t.handle);
    to = put_uint(to, *t.delivery_id);
    to = put_text(to, 0xA0, *t.delivery_tag);
    to = put_uint(to, *t.message_format);
    *to++ = t.settled.value_or(false) ? 0x41 : 0x42;
    close(begin, to, 5);
    return to;
}

std::optional<bytes> encode_transfer(const amqp::transfer& t) {
    if (64 + t.delivery_tag->size() > memory.size()) return {};
    char* const to = put_transfer(memory.data(), t);
    return bytes{memory.data(), static_cast<std::size_t>(to - memory.data())};
}

/// The head of a frame with a transfer, before which a payload of so many bytes follows.
std::optional<bytes> encode_transfer_frame_head(const amqp::transfer& t, std::size_t payload_size) {
    if (72 + t.delivery_tag->size() > memory.size()) return {};
    char* const begin = memory.data() + 8;
    char* const end = put_transfer(begin, t);
    char* const size_end = put_u32(
        memory.data(), static_cast<std::uint32_t>(8 + (end - begin)) + static_cast<std::uint32_t>(payload_size));
    std::memcpy(size_end, "\2\0\0\1", 4);
    return bytes{memory.data(), static_cast<std::size_t>(end - memory.data())};
}

std::optional<bytes> encode_disposition(const amqp::disposition& d) {
    char* const begin = put_head(memory.data(), 0x15, 0xC0);
    char* to = begin;
    *to++ = d.role == amqp::role::receiver ? 0x41 : 0x42;
    to = put_uint(to, d.first);
    to = put_uint(to, *d.last);
    *to++ = *d.settled ? 0x41 : 0x42;
    std::memcpy(to, "\0\x53\x24\x45", 4);
    to += 4;
    close(begin, to, 5);
    return bytes{memory.data(), static_cast<std::size_t>(to - memory.data())};
}

std::optional<bytes> encode_flow(const amqp::flow& f) {
    char* const begin = put_head(memory.data(), 0x13, 0xC0);
    char* to = put_uint(begin, *f.next_incoming_id);
    to = put_uint(put_uint(put_uint(to, f.incoming_window), f.next_outgoing_id), f.outgoing_window);
    to = put_uint(put_uint(put_uint(to, *f.handle), *f.delivery_count), *f.link_credit);
    close(begin, to, 7);
    return bytes{memory.data(), static_cast<std::size_t>(to - memory.data())};
}

/// A source or a target of which only the address is there.
char* put_terminus(char* to, unsigned descriptor, std::string_view address) {
    char* const begin = put_head(to, descriptor, 0xC0);
    to = put_text(begin, 0xA1, address);
    close(begin, to, 1);
    return to;
}

std::optional<bytes> encode_attach(const amqp::attach& a) {
    const std::string_view source = *a.source.get_if<amqp::source>()->address;
    const std::string_view target = *a.target.get_if<amqp::target>()->address;
    if (64 + a.name.size() + source.size() + target.size() > memory.size()) return {};
    char* const begin = put_head(memory.data(), 0x12, 0xC0);
    char* to = put_text(begin, 0xA1, a.name);
    to = put_uint(to, a.handle);
    *to++ = a.role == amqp::role::receiver ? 0x41 : 0x42;
    *to++ = 0x50;
    *to++ = static_cast<char>(*a.snd_settle_mode);
    *to++ = 0x40;
    to = put_terminus(to, 0x28, source);
    to = put_terminus(to, 0x29, target);
    std::memset(to, 0x40, 2);
    to = put_uint(to + 2, *a.initial_delivery_count);
    close(begin, to, 10);
    return bytes{memory.data(), static_cast<std::size_t>(to - memory.data())};
}

/// What is left of an input. A read looks whether it is all there.
struct input {
    const unsigned char* at;
    std::size_t left;
    bool ok = true;

    explicit input(bytes from) : at{reinterpret_cast<const unsigned char*>(from.data())}, left{from.size()} {}

    const unsigned char* take(std::size_t n) {
        static constexpr unsigned char zeros[16] = {};
        if (n > left) {
            ok = false;
            return zeros;
        }
        at += n;
        left -= n;
        return at - n;
    }
    bytes text(unsigned code8) {
        const unsigned char* const head = take(2);
        std::size_t size = head[1];
        if (head[0] == code8 + 0x10) {
            const unsigned char* const more = take(3);
            size = static_cast<std::size_t>(head[1]) << 24 | static_cast<std::size_t>(more[0]) << 16 |
                   static_cast<std::size_t>(more[1]) << 8 | more[2];
        } else if (head[0] != code8) {
            ok = false;
        }
        if (size > left) {
            ok = false;
            return {};
        }
        return {take(size), size};
    }
    std::uint32_t uint() {
        switch (*take(1)) {
            case 0x43:
                return 0;
            case 0x52:
                return *take(1);
            case 0x70: {
                const unsigned char* const v = take(4);
                return static_cast<std::uint32_t>(v[0]) << 24 | static_cast<std::uint32_t>(v[1]) << 16 |
                       static_cast<std::uint32_t>(v[2]) << 8 | v[3];
            }
            default:
                ok = false;
                return 0;
        }
    }
    bool boolean() { return *take(1) == 0x41; }
    void head(unsigned descriptor) {
        const unsigned char* const h = take(6);
        if (h[1] != 0x53 || h[2] != descriptor) ok = false;
    }
};

std::optional<telemetry> decode_message(bytes from) {
    input in{from};
    std::optional<telemetry> read{std::in_place};  // filled where it is returned
    telemetry& t = *read;
    in.head(0x73);
    t.id = in.text(0xA1).text();
    in.take(1);
    t.to = in.text(0xA1).text();
    in.take(3);
    t.content_type = in.text(0xA3).text();
    t.content_encoding = in.text(0xA3).text();
    in.head(0x74);
    for (auto& [key, value] : t.properties) {
        key = in.text(0xA1).text();
        value = in.text(0xA1).text();
    }
    in.take(3);
    t.body = in.text(0xA0);
    if (!in.ok || in.left != 0) read.reset();
    return read;
}

std::optional<std::string_view> find_one(bytes from) {
    input in{from};
    in.head(0x73);
    in.take(std::size_t{static_cast<unsigned char>(from.data()[4])} - 1);
    in.head(0x74);
    for (unsigned left = in.at[-1] / 2; left != 0 && in.ok; --left) {
        const std::string_view key = in.text(0xA1).text();
        const std::string_view value = in.text(0xA1).text();
        if (key == "site") return value;
    }
    return {};
}

std::optional<std::size_t> section_size(bytes from) {
    input in{from};
    const unsigned char* const head = in.take(5);
    if (head[0] != 0 || head[1] != 0x53 || head[3] != 0xC0) return {};
    in.take(head[4]);
    if (!in.ok) return {};
    return from.size() - in.left;
}

std::optional<amqp::properties> decode_properties(bytes from) {
    std::optional<amqp::properties> read{std::in_place};
    input in{from};
    in.head(0x73);
    read->message_id = in.text(0xA1).text();
    in.take(1);
    read->to = in.text(0xA1).text();
    in.take(3);
    read->content_type = amqp::symbol{in.text(0xA3).text()};
    read->content_encoding = amqp::symbol{in.text(0xA3).text()};
    if (!in.ok || in.left != 0) read.reset();
    return read;
}

std::optional<bytes> cut(bytes received) {
    if (received.size() < 8) return {};
    const auto* const b = reinterpret_cast<const unsigned char*>(received.data());
    const std::size_t size = static_cast<std::size_t>(b[0]) << 24 | static_cast<std::size_t>(b[1]) << 16 |
                             static_cast<std::size_t>(b[2]) << 8 | b[3];
    if (size < 8 || size > received.size() || b[4] < 2 || 4u * b[4] > size) return {};
    return received.first(size);
}

std::optional<amqp::transfer> decode_transfer(bytes from) {
    input in{from};
    amqp::transfer t;
    in.head(0x14);
    t.handle = in.uint();
    t.delivery_id = in.uint();
    t.delivery_tag = in.text(0xA0);
    t.message_format = in.uint();
    t.settled = in.boolean();
    if (!in.ok || in.left != 0) return {};
    return t;
}

std::optional<amqp::disposition> decode_disposition(bytes from) {
    input in{from};
    amqp::disposition d;
    in.head(0x15);
    d.role = in.boolean() ? amqp::role::receiver : amqp::role::sender;
    d.first = in.uint();
    d.last = in.uint();
    d.settled = in.boolean();
    if (in.take(4)[2] != 0x24) return {};
    d.state = amqp::accepted{};
    if (!in.ok || in.left != 0) return {};
    return d;
}

std::optional<amqp::attach> decode_attach(bytes from) {
    std::optional<amqp::attach> read{std::in_place};
    input in{from};
    in.head(0x12);
    read->name = in.text(0xA1).text();
    read->handle = in.uint();
    read->role = in.boolean() ? amqp::role::receiver : amqp::role::sender;
    read->snd_settle_mode = static_cast<amqp::sender_settle_mode>(in.take(2)[1]);
    in.take(1);
    in.head(0x28);
    read->source = amqp::source{.address = in.text(0xA1).text()};
    in.head(0x29);
    read->target = amqp::target{.address = in.text(0xA1).text()};
    in.take(2);
    read->initial_delivery_count = in.uint();
    if (!in.ok || in.left != 0) read.reset();
    return read;
}

std::optional<amqp::flow> decode_flow(bytes from) {
    input in{from};
    amqp::flow f;
    in.head(0x13);
    f.next_incoming_id = in.uint();
    f.incoming_window = in.uint();
    f.next_outgoing_id = in.uint();
    f.outgoing_window = in.uint();
    f.handle = in.uint();
    f.delivery_count = in.uint();
    f.link_credit = in.uint();
    if (!in.ok || in.left != 0) return {};
    return f;
}

}  // namespace by_hand

// ---- messages

void message_encode(benchmark::State& state) { measure(state, sample, encode, bytes{message_wire}); }
void message_encode_by_hand(benchmark::State& state) {
    measure(state, sample, by_hand::encode_message, bytes{message_wire});
}
BENCHMARK(message_encode);
BENCHMARK(message_encode_by_hand);

void message_decode_all(benchmark::State& state) { measure(state, bytes{message_wire}, read_all, sample); }
void message_decode_all_by_hand(benchmark::State& state) {
    measure(state, bytes{message_wire}, by_hand::decode_message, sample);
}
BENCHMARK(message_decode_all);
BENCHMARK(message_decode_all_by_hand);

/// Only the section that is asked about is looked into, and checked.
std::optional<std::string_view> find_one(bytes wire) {
    const auto split = amqp::split_at(wire, amqp::section_kind::application_properties);
    if (!split) return {};
    const auto section = amqp::cut_section(split->found);
    if (!section) return {};
    const auto found = amqp::decode<amqp::application_properties>(section->content);
    return found ? found->get<std::string_view>("site") : std::nullopt;
}
void message_find_one(benchmark::State& state) { measure(state, bytes{message_wire}, find_one, "plant-7-hall-2b"sv); }
void message_find_one_by_hand(benchmark::State& state) {
    measure(state, bytes{message_wire}, by_hand::find_one, "plant-7-hall-2b"sv);
}
BENCHMARK(message_find_one);
BENCHMARK(message_find_one_by_hand);

void section_skip(benchmark::State& state) {
    const auto skip = [](bytes wire) -> std::optional<std::size_t> {
        const auto section = amqp::cut_section(wire);
        if (!section) return {};
        return section->whole.size();
    };
    measure(state, bytes{message_wire}, skip, properties_wire.size());
}
void section_skip_by_hand(benchmark::State& state) {
    measure(state, bytes{message_wire}, by_hand::section_size, properties_wire.size());
}
BENCHMARK(section_skip);
BENCHMARK(section_skip_by_hand);

// ---- composites

template <class T>
void measure_encode(benchmark::State& state, const T& composite, bytes wire) {
    measure(state, composite, [](const T& v) { return amqp::encode(memory, v); }, wire);
}
template <class T>
void measure_decode(benchmark::State& state, bytes wire, const T& composite) {
    measure(state, wire, [](bytes from) { return amqp::decode<T>(from); }, composite);
}

void transfer_encode(benchmark::State& state) { measure_encode(state, transfer, transfer_wire); }
void transfer_encode_by_hand(benchmark::State& state) {
    measure(state, transfer, by_hand::encode_transfer, bytes{transfer_wire});
}
void transfer_decode(benchmark::State& state) { measure_decode(state, transfer_wire, transfer); }
void transfer_decode_by_hand(benchmark::State& state) {
    measure(state, bytes{transfer_wire}, by_hand::decode_transfer, transfer);
}
BENCHMARK(transfer_encode);
BENCHMARK(transfer_encode_by_hand);
BENCHMARK(transfer_decode);
BENCHMARK(transfer_decode_by_hand);

void disposition_encode(benchmark::State& state) { measure_encode(state, disposition, disposition_wire); }
void disposition_encode_by_hand(benchmark::State& state) {
    measure(state, disposition, by_hand::encode_disposition, bytes{disposition_wire});
}
void disposition_decode(benchmark::State& state) { measure_decode(state, disposition_wire, disposition); }
void disposition_decode_by_hand(benchmark::State& state) {
    measure(state, bytes{disposition_wire}, by_hand::decode_disposition, disposition);
}
BENCHMARK(disposition_encode);
BENCHMARK(disposition_encode_by_hand);
BENCHMARK(disposition_decode);
BENCHMARK(disposition_decode_by_hand);

void flow_encode(benchmark::State& state) { measure_encode(state, flow, flow_wire); }
void flow_encode_by_hand(benchmark::State& state) { measure(state, flow, by_hand::encode_flow, bytes{flow_wire}); }
void flow_decode(benchmark::State& state) { measure_decode(state, flow_wire, flow); }
void flow_decode_by_hand(benchmark::State& state) { measure(state, bytes{flow_wire}, by_hand::decode_flow, flow); }
BENCHMARK(flow_encode);
BENCHMARK(flow_encode_by_hand);
BENCHMARK(flow_decode);
BENCHMARK(flow_decode_by_hand);

void properties_encode(benchmark::State& state) { measure_encode(state, properties, properties_wire); }
void properties_encode_by_hand(benchmark::State& state) {
    const auto encode_one = [](const telemetry& t) -> std::optional<bytes> {
        if (64 + t.id.size() + t.to.size() + t.content_type.size() + t.content_encoding.size() > memory.size())
            return {};
        char* const end = by_hand::put_properties(memory.data(), t);
        return bytes{memory.data(), static_cast<std::size_t>(end - memory.data())};
    };
    measure(state, sample, encode_one, bytes{properties_wire});
}
void properties_decode(benchmark::State& state) { measure_decode(state, properties_wire, properties); }
BENCHMARK(properties_encode);
BENCHMARK(properties_encode_by_hand);
void properties_decode_by_hand(benchmark::State& state) {
    measure(state, bytes{properties_wire}, by_hand::decode_properties, properties);
}
BENCHMARK(properties_decode);
BENCHMARK(properties_decode_by_hand);

void attach_encode(benchmark::State& state) { measure_encode(state, attach, attach_wire); }
void attach_encode_by_hand(benchmark::State& state) {
    measure(state, attach, by_hand::encode_attach, bytes{attach_wire});
}
void attach_decode(benchmark::State& state) { measure_decode(state, attach_wire, attach); }
void attach_decode_by_hand(benchmark::State& state) {
    measure(state, bytes{attach_wire}, by_hand::decode_attach, attach);
}
BENCHMARK(attach_encode);
BENCHMARK(attach_encode_by_hand);
BENCHMARK(attach_decode);
BENCHMARK(attach_decode_by_hand);

// ---- frames

const std::string transfer_frame = text_of(amqp::encode_frame(memory, 1, transfer, message_wire));

void frame_decode_any(benchmark::State& state) {
    const auto read = [](bytes wire) -> std::optional<std::uint32_t> {
        const auto frame = amqp::decode_frame(wire);
        const auto* const t = frame ? frame->get_if<amqp::transfer>() : nullptr;
        if (t == nullptr || frame->payload.size() < 256) return {};
        return t->handle;
    };
    measure(state, bytes{transfer_frame}, read, 1u);
}
void frame_cut(benchmark::State& state) {
    measure(state, bytes{transfer_frame}, [](bytes wire) { return amqp::cut(wire); }, bytes{transfer_frame});
}
void frame_cut_by_hand(benchmark::State& state) {
    measure(state, bytes{transfer_frame}, by_hand::cut, bytes{transfer_frame});
}
void frame_head_encode_by_hand(benchmark::State& state) {
    measure(
        state, transfer, [](const amqp::transfer& t) { return by_hand::encode_transfer_frame_head(t, message_size); },
        bytes{transfer_frame}.first(transfer_frame.size() - message_wire.size()));
}
void frame_head_encode(benchmark::State& state) {
    measure(
        state, transfer, [](const amqp::transfer& t) { return amqp::encode_frame_head(memory, 1, t, message_size); },
        bytes{transfer_frame}.first(transfer_frame.size() - message_wire.size()));
}
BENCHMARK(frame_decode_any);
BENCHMARK(frame_cut);
BENCHMARK(frame_cut_by_hand);
BENCHMARK(frame_head_encode);
BENCHMARK(frame_head_encode_by_hand);

}  // namespace
