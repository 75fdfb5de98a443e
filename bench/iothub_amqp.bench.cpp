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

// Each operation of the hub over AMQP stands beside code written by hand for the one shape at hand, which looks at
// bounds and at nothing else; as amqp.bench.cpp.

namespace {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;
using bench::measure;
using bench::memory;
using hubwire::bytes;
using namespace std::string_view_literals;

// ---- what is sent, and what it is on the wire

const iothub::cbs::put_token put_token{
    .message_id = "9f5f2a0e-7f0b-4d0e-9d0c-3c6d6a1d5b1e",
    .audience = "contoso.azure-devices.net%2Fdevices%2FMyDevice01",
    .token =
        "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01&sig="
        "vSgHBMUG16LWMoOmgvn7kpeTJjQ2fv7Kj3oRpI%2FNtg0%3D&se=1456481802"};
const iothub::cbs::reply cbs_reply{.correlation_id = put_token.message_id, .status_description = "OK"};
constexpr amqp::uuid id{
    {0x9f, 0x5f, 0x2a, 0x0e, 0x7f, 0x0b, 0x4d, 0x0e, 0x9d, 0x0c, 0x3c, 0x6d, 0x6a, 0x1d, 0x5b, 0x1e}};
const iothub::amqp_twin::reply twin_reply{
    .correlation_id = id,
    .version = 4711,
    .body = R"({"desired":{"interval":60,"$version":4},"reported":{"interval":60,"$version":4711}})"sv};
const iothub::amqp_method::request method_request{
    .correlation_id = id, .name = "reboot", .payload = R"({"delay":5})"sv};
const iothub::selector selector{.key = iothub::selector_key::offset, .offset = "51539607552"};

template <class T>
std::string wire_of(const T& operation) {
    const auto wire = iothub::encode(memory, operation);
    return wire ? std::string{wire->text()} : std::string{};
}
const std::string put_token_wire = wire_of(put_token);
const std::string cbs_reply_wire = wire_of(cbs_reply);
const std::string twin_reply_wire = wire_of(twin_reply);
const std::string method_request_wire = wire_of(method_request);
const std::string batch_wire = [] {
    std::array<char, 4096> buffer;
    iothub::batch_builder b{buffer};
    for (int i = 0; i != 10; ++i) static_cast<void>(b.add(amqp::message{.body = amqp::data{twin_reply.body}}));
    const auto wire = b.finish();
    return wire ? std::string{wire->text()} : std::string{};
}();

// ---- written by hand

namespace by_hand {

char* put(char* to, std::string_view text) {
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
}
char* put_text(char* to, unsigned code, std::string_view text) {
    *to++ = static_cast<char>(code);
    *to++ = static_cast<char>(text.size());
    return put(to, text);
}
/// Pre: the texts are of less than 256 bytes.
std::optional<bytes> encode_put_token(const iothub::cbs::put_token& t) {
    const std::string_view id = t.message_id->as<std::string_view>().value_or("");
    if (256 + id.size() + t.type.size() + t.audience.size() + t.token.size() > memory.size()) return {};
    char* to = put(memory.data(), "\0\x53\x73\xc0"sv);
    char* begin = to;
    to = put(put_text(to + 2, 0xA1, id), "\x40"sv);
    to = put(put_text(to, 0xA1, *t.to), "\x40"sv);
    to = put_text(to, 0xA1, *t.reply_to);
    begin[0] = static_cast<char>(to - begin - 1);
    begin[1] = 5;
    to = put(to, "\0\x53\x74\xc1"sv);
    begin = to;
    to = put(to + 2, "\xa1\x09operation\xa1\x09put-token\xa1\x04type"sv);
    to = put(put_text(to, 0xA1, t.type), "\xa1\x04name"sv);
    to = put_text(to, 0xA1, t.audience);
    begin[0] = static_cast<char>(to - begin - 1);
    begin[1] = 6;
    to = put_text(put(to, "\0\x53\x77"sv), 0xA1, t.token);
    return bytes{memory.data(), static_cast<std::size_t>(to - memory.data())};
}

/// What is left of an input. A read looks whether it is all there, and what it is.
struct input {
    const char* at;
    std::size_t left;
    bool ok = true;

    explicit input(bytes from) : at{from.data()}, left{from.size()} {}

    const char* take(std::size_t n) {
        static constexpr char zeros[16] = {};
        if (n > left) {
            ok = false;
            return zeros;
        }
        at += n;
        left -= n;
        return at - n;
    }
    void expect(std::string_view text) {
        if (text.size() > left || std::memcmp(take(text.size()), text.data(), text.size()) != 0) ok = false;
    }
    std::string_view text(char code) {
        const char* const head = take(2);
        const auto size = static_cast<std::size_t>(static_cast<unsigned char>(head[1]));
        if (head[0] != code || size > left) {
            ok = false;
            return {};
        }
        return {take(size), size};
    }
    std::uint32_t u32() {
        const auto* const p = reinterpret_cast<const unsigned char*>(take(4));
        return static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 |
               static_cast<std::uint32_t>(p[2]) << 8 | p[3];
    }
    amqp::uuid uuid() {
        amqp::uuid read;
        std::memcpy(read.octets.data(), take(16), 16);
        return read;
    }
};

std::optional<iothub::cbs::reply> decode_cbs_reply(bytes from) {
    input in{from};
    iothub::cbs::reply r;
    in.expect("\0\x53\x73\xc0"sv);
    in.take(2);
    in.expect("\x40\x40\x40\x40\x40"sv);
    r.correlation_id = in.text('\xa1');
    in.expect("\0\x53\x74\xc1"sv);
    in.take(2);
    in.expect("\xa1\x0bstatus-code\x71"sv);
    r.status_code = static_cast<std::int32_t>(in.u32());
    in.expect("\xa1\x12status-description"sv);
    r.status_description = in.text('\xa1');
    in.expect("\0\x53\x77\x40"sv);
    if (!in.ok || in.left != 0) return {};
    return r;
}

std::optional<iothub::amqp_twin::reply> decode_twin_reply(bytes from) {
    input in{from};
    iothub::amqp_twin::reply r;
    in.expect("\0\x53\x72\xc1"sv);
    in.take(2);
    in.expect("\xa3\x06status\x71"sv);
    r.status = static_cast<std::int32_t>(in.u32());
    in.expect("\xa3\x07version\x81"sv);
    r.version = static_cast<std::int64_t>(std::uint64_t{in.u32()} << 32);
    r.version = *r.version | in.u32();
    in.expect("\0\x53\x73\xc0"sv);
    in.take(2);
    in.expect("\x40\x40\x40\x40\x40\x98"sv);
    r.correlation_id = in.uuid();
    in.expect("\0\x53\x75"sv);
    r.body = in.text('\xa0');
    if (!in.ok || in.left != 0) return {};
    return r;
}

std::optional<iothub::amqp_method::request> decode_method_request(bytes from) {
    input in{from};
    iothub::amqp_method::request r;
    in.expect("\0\x53\x73\xc0"sv);
    in.take(2);
    in.expect("\x40\x40\x40\x40\x40\x98"sv);
    r.correlation_id = in.uuid();
    in.expect("\0\x53\x74\xc1"sv);
    in.take(2);
    in.expect("\xa1\x11IoThub-methodname"sv);
    r.name = in.text('\xa1');
    in.expect("\0\x53\x75"sv);
    r.payload = in.text('\xa0');
    if (!in.ok || in.left != 0) return {};
    return r;
}

std::optional<std::size_t> sum_of_batch(bytes from) {
    input in{from};
    std::size_t sum = 0;
    while (in.ok && in.left != 0) {
        in.expect("\0\x53\x75"sv);
        sum += in.text('\xa0').size();
    }
    if (!in.ok) return {};
    return sum;
}

std::optional<bytes> filters_of_offset(const iothub::selector& s) {
    if (s.offset.size() > 64 || s.offset.find('\'') != std::string_view::npos) return {};
    char* to = put(memory.data(), "\xc1"sv);
    char* const begin = to;
    to = put(to + 2,
             "\xa3\x21"
             "apache.org:selector-filter:string\0\xa3\x21"
             "apache.org:selector-filter:string\xa1"sv);
    char* const size = to++;
    to = put(put(put(to, "amqp.annotation.x-opt-offset > '"sv), s.offset), "'"sv);
    *size = static_cast<char>(to - size - 1);
    begin[0] = static_cast<char>(to - begin - 1);
    begin[1] = 2;
    return bytes{memory.data(), static_cast<std::size_t>(to - memory.data())};
}

}  // namespace by_hand

// ---- claims

void put_token_encode(benchmark::State& state) {
    const auto op = [](const iothub::cbs::put_token& t) { return iothub::encode(memory, t); };
    measure(state, put_token, op, bytes{put_token_wire});
}
void put_token_encode_by_hand(benchmark::State& state) {
    measure(state, put_token, by_hand::encode_put_token, bytes{put_token_wire});
}
BENCHMARK(put_token_encode);
BENCHMARK(put_token_encode_by_hand);

template <class T>
void measure_decode(benchmark::State& state, bytes wire, const T& operation) {
    measure(state, wire, [](bytes from) { return iothub::decode<T>(from); }, operation);
}
void cbs_reply_decode(benchmark::State& state) { measure_decode(state, cbs_reply_wire, cbs_reply); }
void cbs_reply_decode_by_hand(benchmark::State& state) {
    measure(state, bytes{cbs_reply_wire}, by_hand::decode_cbs_reply, cbs_reply);
}
void cbs_reply_message_only(benchmark::State& state) {
    const auto op = [](bytes from) -> std::optional<std::size_t> {
        const auto m = amqp::decode<amqp::message>(from);
        if (!m) return {};
        return m->application_properties->size();
    };
    measure(state, bytes{cbs_reply_wire}, op, std::size_t{2});
}
BENCHMARK(cbs_reply_decode);
BENCHMARK(cbs_reply_message_only);
BENCHMARK(cbs_reply_decode_by_hand);

// ---- twins and methods

void twin_reply_decode(benchmark::State& state) { measure_decode(state, twin_reply_wire, twin_reply); }
void twin_reply_decode_by_hand(benchmark::State& state) {
    measure(state, bytes{twin_reply_wire}, by_hand::decode_twin_reply, twin_reply);
}
BENCHMARK(twin_reply_decode);
BENCHMARK(twin_reply_decode_by_hand);

void method_request_decode(benchmark::State& state) { measure_decode(state, method_request_wire, method_request); }
void method_request_decode_by_hand(benchmark::State& state) {
    measure(state, bytes{method_request_wire}, by_hand::decode_method_request, method_request);
}
BENCHMARK(method_request_decode);
BENCHMARK(method_request_decode_by_hand);

// ---- batches and filters

void batch_of_10(benchmark::State& state) {
    const auto op = [](bytes from) -> std::optional<std::size_t> {
        const auto b = iothub::decode<iothub::batch>(from);
        if (!b) return {};
        std::size_t sum = 0;
        for (const amqp::data one : b->messages) sum += one.content.size();
        return sum;
    };
    measure(state, bytes{batch_wire}, op, batch_wire.size() - 50);
}
void batch_of_10_by_hand(benchmark::State& state) {
    measure(state, bytes{batch_wire}, by_hand::sum_of_batch, batch_wire.size() - 50);
}
BENCHMARK(batch_of_10);
BENCHMARK(batch_of_10_by_hand);

void selector_filter(benchmark::State& state) {
    const auto op = [](const iothub::selector& s) { return iothub::as_filters(memory, s); };
    const auto expected = op(selector);
    if (!expected) return state.SkipWithError("this is not what was expected");
    std::array<char, 256> copy;  // what is expected may not lie where the filter is written
    const auto kept = amqp::encode(copy, *expected);
    measure(state, selector, op, *amqp::decode<amqp::filter_set>(*kept));
}
void selector_filter_by_hand(benchmark::State& state) {
    std::array<char, 256> other;
    const auto filters = iothub::as_filters(other, selector);
    std::array<char, 256> copy;
    measure(state, selector, by_hand::filters_of_offset, *amqp::encode(copy, *filters));
}
BENCHMARK(selector_filter);
BENCHMARK(selector_filter_by_hand);

}  // namespace
