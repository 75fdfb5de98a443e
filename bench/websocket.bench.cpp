#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "support/measure.hpp"

// Masks stand beside a loop over bytes, as one writes it by hand; heads beside one that is read by hand, without a look
// at most of what can be wrong.

namespace {

namespace websocket = hubwire::websocket;
using bench::measure;
using hubwire::buffer;
using hubwire::bytes;
using websocket::masking_key;
using websocket::opcode;
using websocket::role;

constexpr masking_key key{0x37fa213d};

// What is masked in place lies here; as often as it is masked, the sum of what that gives is of no interest, its size
// is.
std::array<char, 65'536> payload;
std::array<char, 65'536> elsewhere;

namespace by_hand {

/// The key by value, lest a compiler fear that it changes with the data; g++ makes no vectors of it all the same.
void mask(char* data, std::size_t size, std::array<unsigned char, 4> with) {
    for (std::size_t i = 0; i != size; ++i)
        data[i] = static_cast<char>(static_cast<unsigned char>(data[i]) ^ with[i % 4]);
}

std::optional<std::uint64_t> read_head(bytes input) {
    if (input.size() < 6 || (input[0] & 0x70) != 0 || (input[1] & 0x80) == 0) return {};
    std::uint64_t size = input[1] & 0x7Fu;
    if (size == 126) {
        if (input.size() < 8) return {};
        size = std::uint64_t{input[2]} << 8 | input[3];
    } else if (size == 127) {
        if (input.size() < 14) return {};
        size = 0;
        for (std::size_t i = 2; i != 10; ++i) size = size << 8 | input[i];
    }
    return size;
}

}  // namespace by_hand

template <std::size_t Size>
void mask(benchmark::State& state) {
    measure(
        state, bytes{payload.data(), Size},
        [](bytes all) -> std::optional<std::size_t> {
            websocket::mask(buffer{payload.data(), all.size()}, key);
            return all.size();
        },
        Size);
}
template <std::size_t Size>
void mask_copy(benchmark::State& state) {
    measure(
        state, bytes{payload.data(), Size},
        [](bytes all) -> std::optional<std::size_t> { return websocket::encode_masked(elsewhere, all, key)->size(); },
        Size);
}
template <std::size_t Size>
void mask_by_hand(benchmark::State& state) {
    measure(
        state, bytes{payload.data(), Size},
        [](bytes all) -> std::optional<std::size_t> {
            by_hand::mask(payload.data(), all.size(), {0x37, 0xfa, 0x21, 0x3d});
            return all.size();
        },
        Size);
}
void mask_16(benchmark::State& state) { mask<16>(state); }
void mask_1k(benchmark::State& state) { mask<1024>(state); }
void mask_64k(benchmark::State& state) { mask<65'536>(state); }
void mask_16_copy(benchmark::State& state) { mask_copy<16>(state); }
void mask_1k_copy(benchmark::State& state) { mask_copy<1024>(state); }
void mask_64k_copy(benchmark::State& state) { mask_copy<65'536>(state); }
void mask_16_by_hand(benchmark::State& state) { mask_by_hand<16>(state); }
void mask_1k_by_hand(benchmark::State& state) { mask_by_hand<1024>(state); }
void mask_64k_by_hand(benchmark::State& state) { mask_by_hand<65'536>(state); }
BENCHMARK(mask_16);
BENCHMARK(mask_16_copy);
BENCHMARK(mask_16_by_hand);
BENCHMARK(mask_1k);
BENCHMARK(mask_1k_copy);
BENCHMARK(mask_1k_by_hand);
BENCHMARK(mask_64k);
BENCHMARK(mask_64k_copy);
BENCHMARK(mask_64k_by_hand);

// ---- heads

std::string frame_of(std::size_t size, opcode code = opcode::binary) {
    std::string memory(size + websocket::max_head_size, '\0');
    const std::string content(size, 'x');
    const auto written = websocket::encode(memory, {.opcode = code, .key = key, .payload = content});
    return std::string{written->text()};
}
const std::string short_frame = frame_of(100);
const std::string long_frame = frame_of(1000);

std::optional<std::uint64_t> read_head(bytes received) {
    const auto head = websocket::decode_frame_head(received, role::server);
    if (!head) return {};
    return head->payload_size;
}
void head_decode(benchmark::State& state) { measure(state, bytes{short_frame}, read_head, std::uint64_t{100}); }
void head_decode_by_hand(benchmark::State& state) {
    measure(state, bytes{short_frame}, by_hand::read_head, std::uint64_t{100});
}
void head_decode_long(benchmark::State& state) { measure(state, bytes{long_frame}, read_head, std::uint64_t{1000}); }
void head_decode_long_by_hand(benchmark::State& state) {
    measure(state, bytes{long_frame}, by_hand::read_head, std::uint64_t{1000});
}
void head_encode(benchmark::State& state) {
    measure(
        state, std::uint64_t{1000},
        [](std::uint64_t size) {
            return websocket::encode_frame_head(bench::memory, {.key = key, .payload_size = size});
        },
        bytes{long_frame}.first(8));
}
BENCHMARK(head_decode);
BENCHMARK(head_decode_by_hand);
BENCHMARK(head_decode_long);
BENCHMARK(head_decode_long_by_hand);
BENCHMARK(head_encode);

// ---- a frame of 100 bytes, from a device to a server: read as a message, as a stream, and written

constexpr masking_key no_mask{0};
const std::string unmasking_frame = [] {  // under a key of 0, it can be unmasked again and again
    std::string memory(200, '\0');
    return std::string{
        websocket::encode(memory, {.key = no_mask, .payload = std::string_view{short_frame}.substr(0, 100)})->text()};
}();
std::string received = unmasking_frame;

void message_read(benchmark::State& state) {
    measure(
        state, buffer{received},
        [](buffer from) -> std::optional<bytes> {
            websocket::message_reader in{role::server};
            const auto found = in.next(from);
            if (!found) return {};
            return found->data;
        },
        bytes{unmasking_frame}.without_first(6));
}
const std::string text_frame = [] {
    std::string memory(200, '\0');
    const std::string content(100, 'x');
    return std::string{websocket::encode(memory, {.opcode = opcode::text, .key = no_mask, .payload = content})->text()};
}();
std::string received_text = text_frame;
void message_read_text(benchmark::State& state) {
    measure(
        state, buffer{received_text},
        [](buffer from) -> std::optional<bytes> {
            websocket::message_reader in{role::server};
            const auto found = in.next(from);
            if (!found) return {};
            return found->data;
        },
        bytes{text_frame}.without_first(6));
}
void stream_read(benchmark::State& state) {
    measure(
        state, buffer{received},
        [](buffer from) -> std::optional<bytes> {
            websocket::stream_reader in{from, role::server};
            static_cast<void>(in.free_space());
            in.received(from.size());
            if (!in.next_control().incomplete()) return {};
            return in.stream();
        },
        bytes{unmasking_frame}.without_first(6));
}
void frame_around(benchmark::State& state) {
    std::copy_n(unmasking_frame.data() + 6, 100, bench::memory.data() + websocket::max_head_size);
    measure(
        state, no_mask,
        [](masking_key with) {
            return websocket::encode_frame_around(bench::memory, {.key = with, .payload_size = 100});
        },
        bytes{unmasking_frame});
}
BENCHMARK(message_read);
BENCHMARK(message_read_text);
BENCHMARK(stream_read);
BENCHMARK(frame_around);

}  // namespace
