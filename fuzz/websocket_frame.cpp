// Frames and messages of WebSocket: in one piece, byte by byte and in chunks, against a reading by hand; as a stream;
// and as they are written.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/allocations.hpp"
#include "support/exact_block.hpp"
#include "support/mutate_websocket.hpp"
#include "support/naive_websocket.hpp"
#include "support/oracle.hpp"

namespace {

namespace websocket = hubwire::websocket;
using fuzz::expect;
using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using support::conversation;
using websocket::opcode;
using websocket::role;

void complain(const char* what) { expect(false, what); }

/// A head by itself: what is decoded is encoded as it was, and what is refused is refused whatever follows.
void look_at_head(bytes stream, role receiver, const websocket::options& rules) {
    const auto head = websocket::decode_frame_head(stream, receiver, rules);
    if (!head) {
        std::string longer{stream.text()};
        longer += std::string(14, '\xff');
        const auto again = websocket::decode_frame_head(longer, receiver, rules);
        if (!head.incomplete()) expect(!again && again.error() == head.error(), "refused, whatever follows");
        return;
    }
    std::array<char, websocket::max_head_size> memory{};
    const auto written = websocket::encode_frame_head(memory, *head);
    expect(written.has_value() && *written == stream.first(head->size()), "a head is written in one way");
    const support::exact_block block{stream.first(head->size() - 1)};
    const auto shorter = websocket::decode_frame_head(bytes{block.data(), block.size()}, receiver, rules);
    expect(shorter.incomplete() && shorter.error().needed == 1, "a head that lacks a byte");
}

/// What a stream_reader makes of it, in memory that is large enough, with packets of some size that are consumed whole.
void read_as_stream(std::string_view stream, role receiver, websocket::options rules, std::size_t chunk,
                    std::size_t packet) {
    rules.binary_only = true;
    const conversation expected = support::naive_websocket{stream, receiver, rules}.read();
    std::string text;
    std::vector<conversation::part> controls;
    for (const conversation::part& part : expected.parts) {
        if (part.opcode >= 8) {
            controls.push_back(part);
        } else {
            text += part.data;
        }
    }
    text += expected.unfinished;

    const std::string behind_head = "HTTP/1.1 503 \r\n\r\n" + std::string{stream};
    stream = behind_head;
    bool is_cut = false;
    websocket::head_cutter cutter{websocket::head_kind::response};
    support::exact_block memory{packet + websocket::stream_reader::max_frame_overhead};
    websocket::stream_reader in{buffer{memory.data(), memory.size()}, receiver, rules};
    std::string found_text;
    std::vector<conversation::part> found_controls;
    errc wrong = errc::none;
    while (!stream.empty() && wrong == errc::none) {
        const buffer space = in.free_space();
        const std::size_t n = std::min({chunk, space.size(), stream.size()});
        expect(n != 0, "room for a packet and a frame");
        std::copy_n(stream.data(), n, space.data());
        in.received(n);
        stream.remove_prefix(n);
        if (!is_cut) {
            const auto head = cutter.cut(in.unread());
            if (head.incomplete()) continue;
            in.skip_head(head->size());
            is_cut = true;
        }
        auto control = in.next_control();
        for (; control; control = in.next_control())
            found_controls.push_back({static_cast<unsigned>(control->opcode), std::string{control->data.text()}});
        if (!control.incomplete()) wrong = control.error().code;
        while (in.stream().size() >= packet) {
            found_text += in.stream().first(packet).text();
            in.consume(packet);
        }
    }
    found_text += in.stream().text();
    expect(wrong == expected.wrong, "the same failure as a stream");
    expect(found_controls == controls, "the same control frames");
    if (wrong == errc::none) {
        expect(found_text == text, "the same stream");
    } else {
        expect(found_text.substr(0, text.size()) == text, "the same stream, up to a message that is wrong");
    }
}

/// Frames made of the bytes, each by one that says which: they are written in both ways, and read as they were meant.
void write_and_read(bytes content, bool is_masked) {
    std::string stream;
    std::vector<conversation::part> parts;
    std::string message;
    websocket::frame_order order;
    while (content.size() >= 2) {
        const unsigned first = content[0];
        const opcode code = (first & 3) == 0 ? opcode::ping : order.is_open() ? opcode::continuation : opcode::binary;
        const std::size_t most = websocket::is_control(code) ? 125 : content.size() - 2;
        const std::size_t size = std::min({std::size_t{content[1]} << (first >> 4 & 3), content.size() - 2, most});
        websocket::frame f{.fin = code == opcode::ping || (first & 4) != 0,
                           .opcode = code,
                           .payload = content.without_first(2).first(size)};
        if (is_masked) f.key = websocket::masking_key{first * 0x01010101u ^ static_cast<std::uint32_t>(size) << 5};
        const std::size_t before = support::allocations();
        const auto whole_size = websocket::encoded_size(f);
        expect(whole_size.has_value() && *whole_size == f.head().size() + size, "a size");
        expect(support::allocations() == before, "no allocation");

        support::exact_block output{*whole_size};
        const auto written = websocket::encode(buffer{output.data(), output.size()}, f);
        expect(written.has_value() && written->size() == output.size(), "a frame fills its size");
        support::exact_block around{websocket::max_head_size + size};
        std::copy_n(f.payload.data(), size, around.data() + websocket::max_head_size);
        const auto same = websocket::encode_frame_around(buffer{around.data(), around.size()}, f.head());
        expect(same.has_value() && *same == *written, "a head around a payload makes the same frame");

        const std::size_t here = size * (first >> 6) / 3;
        support::exact_block begin{websocket::max_head_size + here};
        std::copy_n(f.payload.data(), here, begin.data() + websocket::max_head_size);
        std::string rest{f.payload.without_first(here).text()};
        const auto in_front = websocket::encode_frame_around(buffer{begin.data(), begin.size()}, f.head(), here);
        if (f.key) websocket::mask(rest, *f.key, here);
        expect(in_front.has_value() && std::string{in_front->text()} + rest == written->text(),
               "a head around a part of a payload begins the same frame");

        stream += written->text();
        order.advance(code, f.fin);
        if (code == opcode::ping) {
            parts.push_back({9, std::string{f.payload.text()}});
        } else {
            if (code == opcode::binary) message.clear();
            message += f.payload.text();
            if (f.fin) parts.push_back({2, message});
        }
        content = content.without_first(2 + size);
    }
    const conversation said = support::converse(stream, {stream.size() / 2, stream.size()},
                                                is_masked ? role::server : role::client, {}, complain);
    expect(said.wrong == errc::none && said.parts == parts, "what was written is read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 5) return 0;
    const role receiver = (data[0] & 1) != 0 ? role::server : role::client;
    websocket::options rules{.binary_only = (data[0] & 2) != 0, .any_text = (data[0] & 4) != 0};
    if ((data[0] & 8) != 0) rules.max_frame_size = std::uint64_t{data[1]} << (data[2] & 15);
    if ((data[0] & 16) != 0) rules.max_message_size = std::uint64_t{data[2]} << (data[1] & 15);
    const std::size_t steps[] = {1 + std::size_t{data[3]} % 16, 1 + std::size_t{data[4]}};
    const bytes input{data + 5, std::min<std::size_t>(size - 5, 1024)};  // byte by byte takes quadratic time
    const std::string_view stream = input.text();

    look_at_head(input, receiver, rules);
    const conversation expected = support::naive_websocket{stream, receiver, rules}.read();
    std::vector<std::size_t> single;
    std::vector<std::size_t> chunks;
    for (std::size_t n = 1; n <= stream.size(); ++n) single.push_back(n);
    for (std::size_t n = 0, i = 0; n != stream.size(); ++i) {
        n = std::min(n + steps[i % 2], stream.size());
        chunks.push_back(n);
    }
    expect(support::converse(stream, {stream.size()}, receiver, rules, complain) == expected, "as read by hand");
    expect(support::converse(stream, single, receiver, rules, complain) == expected, "the same byte by byte");
    expect(support::converse(stream, chunks, receiver, rules, complain) == expected, "the same in chunks");

    read_as_stream(stream, receiver, rules, steps[0], steps[1]);
    write_and_read(input, receiver == role::server);
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 5,
                        [](std::string& text, const std::uint8_t* choice, fuzz::dice& d) {
                            fuzz::bend_websocket(text, (choice[0] & 1) != 0, d);
                        });
}
