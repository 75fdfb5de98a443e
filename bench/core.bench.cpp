#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "support/measure.hpp"

// What each operation is compared with stands beside it, in the same run: a byte-wise automaton for UTF-8, memcpy for
// copies, and code written by hand for the one shape at hand for the cursors.

namespace {

using bench::measure;
using bench::memory;
using hubwire::bytes;

// ---- UTF-8

/// The usual byte-wise automaton: a table look-up for the class of the byte and one for the next state, at every byte.
class automaton {
public:
    constexpr automaton() {
        for (unsigned byte = 0; byte != 256; ++byte) class_of_[byte] = classify(byte);
        for (auto& row : next_) row.fill(refused);
        next_[start][ascii] = start;
        next_[start][lead2] = tail1;
        next_[start][lead_e0] = after_e0;
        next_[start][lead3] = tail2;
        next_[start][lead_ed] = after_ed;
        next_[start][lead_f0] = after_f0;
        next_[start][lead4] = tail3;
        next_[start][lead_f4] = after_f4;
        for (const unsigned tail : {tail_80_8f, tail_90_9f, tail_a0_bf}) {
            next_[tail1][tail] = start;
            next_[tail2][tail] = tail1;
            next_[tail3][tail] = tail2;
            if (tail == tail_a0_bf) next_[after_e0][tail] = tail1;
            if (tail != tail_a0_bf) next_[after_ed][tail] = tail1;
            if (tail != tail_80_8f) next_[after_f0][tail] = tail2;
            if (tail == tail_80_8f) next_[after_f4][tail] = tail2;
        }
    }

    [[nodiscard]] bool accepts(std::string_view text) const {
        unsigned now = start;
        for (const char c : text) now = next_[now][class_of_[static_cast<unsigned char>(c)]];
        return now == start;
    }

private:
    enum step : unsigned { start, refused, tail1, tail2, tail3, after_e0, after_ed, after_f0, after_f4, steps };
    enum kind : unsigned {
        ascii,
        tail_80_8f,
        tail_90_9f,
        tail_a0_bf,
        lead2,
        lead_e0,
        lead3,
        lead_ed,
        lead_f0,
        lead4,
        lead_f4,
        other,
    };

    static constexpr std::uint8_t classify(unsigned byte) {
        if (byte < 0x80) return ascii;
        if (byte < 0x90) return tail_80_8f;
        if (byte < 0xa0) return tail_90_9f;
        if (byte < 0xc0) return tail_a0_bf;
        if (byte < 0xc2) return other;
        if (byte < 0xe0) return lead2;
        if (byte == 0xe0) return lead_e0;
        if (byte == 0xed) return lead_ed;
        if (byte < 0xf0) return lead3;
        if (byte == 0xf0) return lead_f0;
        if (byte < 0xf4) return lead4;
        return byte == 0xf4 ? lead_f4 : other;
    }

    std::array<std::uint8_t, 256> class_of_{};
    std::array<std::array<std::uint8_t, 12>, steps> next_{};
};

constexpr automaton byte_wise;

std::string ascii_text(std::size_t size) {
    std::string text;
    while (text.size() < size) text += "devices/MyDevice01/messages/events/";
    text.resize(size);
    return text;
}

std::string mixed_text(std::size_t size) {
    std::string text;
    while (text.size() + 11 <= size) text += "\u00e4\u00f6 \u4e16\u754c";
    text.resize(size, 'x');
    return text;
}

template <class Validate>
void measure_utf8(benchmark::State& state, std::string (*make)(std::size_t), Validate valid) {
    const std::string text = make(static_cast<std::size_t>(state.range(0)));
    if (!byte_wise.accepts(text) || valid(text + '\x80') || byte_wise.accepts(text + '\x80'))
        return state.SkipWithError("the validators disagree");
    measure(state, std::string_view{text}, [valid](std::string_view from) { return std::optional{valid(from)}; }, true);
}

void utf8_ascii(benchmark::State& state) {
    measure_utf8(state, ascii_text, [](std::string_view text) { return hubwire::is_utf8(text); });
}
void utf8_ascii_without_nul(benchmark::State& state) {
    measure_utf8(state, ascii_text,
                 [](std::string_view text) { return hubwire::is_utf8(text, hubwire::nul::refused); });
}
void utf8_ascii_by_hand(benchmark::State& state) {
    measure_utf8(state, ascii_text, [](std::string_view text) { return byte_wise.accepts(text); });
}
void utf8_mixed(benchmark::State& state) {
    measure_utf8(state, mixed_text, [](std::string_view text) { return hubwire::is_utf8(text); });
}
void utf8_mixed_by_hand(benchmark::State& state) {
    measure_utf8(state, mixed_text, [](std::string_view text) { return byte_wise.accepts(text); });
}
BENCHMARK(utf8_ascii)->Arg(5)->Arg(16)->Arg(36)->Arg(64)->Arg(100)->Arg(1000);
BENCHMARK(utf8_ascii_without_nul)->Arg(5)->Arg(16)->Arg(36)->Arg(64)->Arg(100)->Arg(1000);
BENCHMARK(utf8_ascii_by_hand)->Arg(5)->Arg(16)->Arg(36)->Arg(64)->Arg(100)->Arg(1000);
BENCHMARK(utf8_mixed)->Arg(16)->Arg(100)->Arg(1000);
BENCHMARK(utf8_mixed_by_hand)->Arg(16)->Arg(100)->Arg(1000);

// ---- copies

template <class Copy>
void measure_copy(benchmark::State& state, Copy copy) {
    const std::string text = ascii_text(static_cast<std::size_t>(state.range(0)));
    measure(
        state, bytes{text},
        [copy](bytes from) {
            copy(memory.data(), from.data(), from.size());
            return std::optional{bytes{memory.data(), from.size()}};
        },
        bytes{text});
}

void copy(benchmark::State& state) {
    measure_copy(state, [](char* to, const char* from, std::size_t n) { hubwire::detail::copy(to, from, n); });
}
void copy_by_hand(benchmark::State& state) {
    measure_copy(state, [](char* to, const char* from, std::size_t n) { std::memcpy(to, from, n); });
}
BENCHMARK(copy)->Arg(2)->Arg(5)->Arg(12)->Arg(20)->Arg(32)->Arg(256);
BENCHMARK(copy_by_hand)->Arg(2)->Arg(5)->Arg(12)->Arg(20)->Arg(32)->Arg(256);

// ---- cursors: a kind, a topic behind its length, and a number

struct record {
    std::uint8_t kind = 0;
    std::string_view topic;
    std::uint32_t number = 0;

    friend bool operator==(const record&, const record&) = default;
};

const std::string topic = ascii_text(29);

const record sample{.kind = 3, .topic = topic, .number = 0x01020304};

template <class Writer>
hubwire::result<bytes> encode(const record& value) {
    Writer out{memory};
    out.u8(value.kind);
    out.sized16(value.topic);
    out.u32(value.number);
    return out.finish();
}

/// With the bounds checked, as it has to be; it answers only whether, not why not.
std::optional<bytes> encode_by_hand(const record& value) {
    const std::size_t size = value.topic.size();
    if (size > 0xFFFF || size + 7 > memory.size()) return {};
    char* const to = memory.data();
    to[0] = static_cast<char>(value.kind);
    to[1] = static_cast<char>(size >> 8);
    to[2] = static_cast<char>(size);
    std::memcpy(to + 3, value.topic.data(), size);
    for (std::size_t i = 0; i != 4; ++i) to[3 + size + i] = static_cast<char>(value.number >> (24 - 8 * i));
    return bytes{to, 7 + size};
}

const std::string wire = [] {
    const auto encoded = encode_by_hand(sample);
    return std::string{encoded->text()};
}();

void writer_of_record(benchmark::State& state) { measure(state, sample, encode<hubwire::writer>, bytes{wire}); }
/// Unlike the others, this looks at no bound.
void writer_of_record_unchecked(benchmark::State& state) {
    measure(state, sample, encode<hubwire::unchecked_writer>, bytes{wire});
}
void writer_of_record_by_hand(benchmark::State& state) { measure(state, sample, encode_by_hand, bytes{wire}); }
BENCHMARK(writer_of_record);
BENCHMARK(writer_of_record_unchecked);
BENCHMARK(writer_of_record_by_hand);

hubwire::result<record> decode(bytes input) {
    hubwire::reader in{input};
    record value;
    value.kind = in.u8();
    value.topic = in.sized16().text();
    value.number = in.u32();
    return in.result_of(value);
}

std::optional<record> decode_by_hand(bytes input) {
    const auto* const from = reinterpret_cast<const unsigned char*>(input.data());
    const std::size_t size = input.size();
    if (size < 3) return {};
    const std::size_t length = static_cast<std::size_t>(from[1] << 8 | from[2]);
    if (size - 3 < length || size - 3 - length < 4) return {};
    record value{.kind = from[0], .topic = {input.data() + 3, length}};
    for (std::size_t i = 0; i != 4; ++i) value.number = value.number << 8 | from[3 + length + i];
    return value;
}

void reader_of_record(benchmark::State& state) { measure(state, bytes{wire}, decode, sample); }
void reader_of_record_by_hand(benchmark::State& state) { measure(state, bytes{wire}, decode_by_hand, sample); }
BENCHMARK(reader_of_record);
BENCHMARK(reader_of_record_by_hand);

// ---- a stream that comes in pieces of 400 bytes, of packets of 48 of which nothing is looked at but their size

constexpr std::size_t piece = 400;
constexpr std::size_t packet = 48;
const std::string stream = ascii_text(100 * packet);
std::array<char, 512> received;

std::optional<std::size_t> receive(bytes transport) {
    hubwire::receive_buffer in{received};
    std::size_t packets = 0;
    while (!transport.empty()) {
        const hubwire::buffer space = in.free_space();
        const std::size_t n = std::min({piece, space.size(), transport.size()});
        std::memcpy(space.data(), transport.data(), n);
        transport = transport.without_first(n);
        for (in.received(n); in.stream().size() >= packet; in.consume(packet)) {
            benchmark::DoNotOptimize(in.stream().data());
            ++packets;
        }
    }
    return packets;
}

/// What is left goes to the front of the memory behind each packet.
std::optional<std::size_t> receive_by_hand(bytes transport) {
    std::size_t have = 0;
    std::size_t packets = 0;
    while (!transport.empty()) {
        const std::size_t n = std::min({piece, received.size() - have, transport.size()});
        std::memcpy(received.data() + have, transport.data(), n);
        transport = transport.without_first(n);
        for (have += n; have >= packet; have -= packet) {
            benchmark::DoNotOptimize(received.data());
            ++packets;
            std::memmove(received.data(), received.data() + packet, have - packet);
        }
    }
    return packets;
}

void receive_100_packets(benchmark::State& state) { measure(state, bytes{stream}, receive, std::size_t{100}); }
void receive_100_packets_by_hand(benchmark::State& state) {
    measure(state, bytes{stream}, receive_by_hand, std::size_t{100});
}
BENCHMARK(receive_100_packets);
BENCHMARK(receive_100_packets_by_hand);

}  // namespace
