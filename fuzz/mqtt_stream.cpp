#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "support/exact_block.hpp"
#include "support/mutate_mqtt.hpp"
#include "support/naive_mqtt.hpp"
#include "support/oracle.hpp"

// A stream, cut at once, byte by byte and in chunks: each time the same packets and the same end, and those of a cutter
// that knows nothing but the table of packet types; the same out of a receive_buffer that is large enough, and out of
// one that is not, as many as fit. Payloads taken in chunks end where their packets were cut. The first bytes of the
// input say which options and which chunks.

namespace {

using fuzz::expect;
using hubwire::bytes;
using hubwire::errc;
namespace mqtt = hubwire::mqtt;
namespace naive = fuzz::naive;

struct cuts {
    std::vector<std::size_t> ends;  // of the packets, in the stream
    hubwire::error end;             // what came after the last one, at an offset in the stream; no error if nothing did
    friend bool operator==(const cuts&, const cuts&) = default;
};

/// One call, with what cut() says looked at by itself.
hubwire::result<bytes> cut_checked(bytes received, const mqtt::options& rules) {
    const auto packet = mqtt::cut(received, rules);
    const naive::header known = naive::read_header(received.text(), rules);
    const auto header = mqtt::decode_fixed_header(received, rules);

    if (packet) {
        expect(known.state == naive::progress::complete, "a packet with a header that is in order");
        expect(packet->data() == received.data(), "a packet at the front");
        expect(packet->size() == known.size + known.remaining, "a packet of the size that its header says");
    } else {
        const hubwire::error& error = packet.error();
        expect(error.offset <= received.size(), "an error within the input");
        expect(error.incomplete() == (error.needed != 0), "a need if and only if it is incomplete");
        switch (known.state) {
            case naive::progress::complete:
                expect(error.incomplete() && error.offset == received.size(), "incomplete at the end");
                expect(error.needed == known.size + known.remaining - received.size(), "and needs just the rest");
                break;
            case naive::progress::refused:
                if (error.code == errc::over_limit && known.wrong.code != errc::mqtt_remaining_length &&
                    known.wrong.offset == 1) {
                    // The limit was exceeded before the whole length was there.
                    expect(known.size + known.remaining > rules.max_packet_size || known.size == 0, "over the limit");
                    expect(error.offset == 1, "and it is the length that is");
                } else {
                    const bool early =  // a length that cannot be one was refused before all its bytes were there
                        error.code == errc::mqtt_impossible_length && error.offset == 1 &&
                        (known.wrong.code == errc::mqtt_padded_length ||
                         known.wrong.code == errc::mqtt_remaining_length);
                    const bool padded =  // likewise one to which only padding could have been added
                        rules.refuse_padded_length && error.code == errc::mqtt_padded_length && error.offset == 1 &&
                        (known.wrong.code == errc::mqtt_impossible_length ||
                         known.wrong.code == errc::mqtt_remaining_length);
                    const bool limited =  // likewise one over the limit
                        error.code == errc::over_limit && known.wrong.code == errc::mqtt_remaining_length;
                    expect(error.code == known.wrong.code || early || padded || limited,
                           "refused for the reason there is");
                    if (error.code == known.wrong.code) expect(error.offset == known.wrong.offset, "where it is");
                }
                break;
            case naive::progress::wanting:
                if (error.incomplete()) {
                    expect(error.needed == 1 && error.offset == received.size(), "the header's next byte, and no more");
                    expect(!known.hopeless, "no waiting where there is no hope");
                } else if (error.code == errc::mqtt_padded_length) {
                    expect(rules.refuse_padded_length && received.size() >= 2,
                           "no refusal of padding but by the option");
                } else if (error.code == errc::mqtt_impossible_length) {
                    expect(known.hopeless, "no refusal as long as there is hope");
                } else {
                    expect(error.code == errc::over_limit && received.size() + known.remaining >= rules.max_packet_size,
                           "a length that is over the limit already");
                }
                break;
        }
    }

    expect(header.has_value() == (known.state == naive::progress::complete), "a header is a header");
    if (header) {
        expect(header->size == known.size && header->remaining_length == known.remaining, "of this size and length");
        expect(header->packet_size() == known.size + known.remaining, "which add up");
        expect(static_cast<unsigned>(header->type) << 4 == (received[0] & 0xF0u), "of this type");
        expect(header->flags == (received[0] & 0x0F), "with these flags");
    } else {
        expect(header.error() == packet.error(), "what refuses the header refuses the packet");
    }
    return packet;
}

/// Receives the stream up to each of the sizes in turn, and cuts what is there.
cuts cut_all(bytes stream, const std::vector<std::size_t>& arrivals, const mqtt::options& rules) {
    cuts all;
    std::size_t begin = 0;
    std::size_t wanted = 0;  // up to where it was said to be incomplete at least
    for (const std::size_t arrived : arrivals) {
        while (begin != arrived) {
            const support::exact_block input{stream.first(arrived).without_first(begin)};
            const auto packet = cut_checked(bytes{input.data(), input.size()}, rules);
            if (!packet) {
                all.end = packet.error();
                all.end.offset += begin;
                if (!packet.incomplete()) return all;
                wanted = std::max(wanted, arrived + packet.error().needed);
                break;
            }
            expect(begin + packet->size() >= wanted, "no more was asked for than the packet has");
            begin += packet->size();
            all.ends.push_back(begin);
            all.end = {};
        }
    }
    return all;
}

cuts cut_naively(bytes stream, const mqtt::options& rules) {
    cuts all;
    for (std::size_t begin = 0;;) {
        const std::string_view rest = stream.text().substr(begin);
        const naive::header header = naive::read_header(rest, rules);
        const std::size_t size = header.size + header.remaining;
        if (rest.empty() || header.state != naive::progress::complete || size > rest.size()) return all;
        begin += size;
        all.ends.push_back(begin);
    }
}

/// Receives the stream into a memory of some size, from which packets are cut as they come.
cuts cut_in_memory(bytes stream, std::size_t memory_size, const std::size_t (&steps)[2], const mqtt::options& rules) {
    support::exact_block memory{memory_size};
    hubwire::receive_buffer in{hubwire::buffer{memory.data(), memory.size()}};
    cuts all;
    std::size_t begin = 0;
    for (std::size_t i = 0; !stream.empty(); ++i) {
        const hubwire::buffer space = in.free_space();
        expect(space.empty() == (in.stream().size() == memory_size), "room, as long as there is any");
        if (space.empty()) break;
        const bytes piece = stream.first(std::min({steps[i % 2], space.size(), stream.size()}));
        std::copy_n(piece.data(), piece.size(), space.data());
        in.received(piece.size());
        stream = stream.without_first(piece.size());
        while (!in.stream().empty()) {
            const auto packet = mqtt::cut(in.stream(), rules);
            if (!packet) {
                all.end = packet.error();
                all.end.offset += begin;
                if (!packet.incomplete()) return all;
                break;
            }
            in.consume(packet->size());
            begin += packet->size();
            all.ends.push_back(begin);
            all.end = {};
        }
    }
    return all;
}

/// The payload of the PUBLISH that begins there, if one does: all of the stream behind its head is handed to it, in
/// chunks, and it takes what the cutter found to be of this packet.
void take_payload(bytes stream, std::size_t begin, const cuts& whole, std::size_t chunk, const mqtt::options& rules) {
    const auto decoded = mqtt::decode_publish_head(stream.without_first(begin), rules);
    if (!decoded) return;
    const auto end = std::upper_bound(whole.ends.begin(), whole.ends.end(), begin);
    const bool is_whole = end != whole.ends.end();
    const std::size_t expected = (is_whole ? *end : stream.size()) - begin - decoded->size;

    bytes rest = stream.without_first(begin + decoded->size);
    mqtt::incoming_payload payload{decoded->head};
    std::size_t taken = 0;
    for (bool ended = false; !rest.empty();) {
        const support::exact_block received{rest.first(std::min(chunk, rest.size()))};
        const bytes piece = payload.take(received);
        expect(piece.data() == received.data(), "a piece is the front of what was received");
        expect(ended ? piece.empty() : piece.size() == received.size() || payload.is_done(),
               "all until the end, and nothing behind it");
        ended = payload.is_done();
        taken += piece.size();
        rest = rest.without_first(received.size());
    }
    expect(taken == expected, "the payload of the packet that was cut, and no more");
    expect(payload.is_done() == (payload.left() == 0), "an end if and only if nothing is left");
    expect(payload.left() == (is_whole ? 0 : whole.end.needed), "what is left is what the packet needs");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 5) return 0;
    mqtt::options rules;
    rules.refuse_padded_length = (data[0] & 1) != 0;
    if ((data[0] & 2) != 0) rules.max_packet_size = std::size_t{data[1]} << 8 | data[2];
    const std::size_t steps[] = {1 + std::size_t{data[3]} % 16, 1 + std::size_t{data[4]}};
    const bytes stream{data + 5, std::min<std::size_t>(size - 5, 1024)};  // byte by byte takes quadratic time

    const cuts whole = cut_all(stream, {stream.size()}, rules);
    expect(whole.ends == cut_naively(stream, rules).ends, "the packets of the table");

    std::vector<std::size_t> single;
    std::vector<std::size_t> chunks;
    for (std::size_t n = 1; n <= stream.size(); ++n) single.push_back(n);
    for (std::size_t n = 0, i = 0; n != stream.size(); ++i) {
        n = std::min(n + steps[i % 2], stream.size());
        chunks.push_back(n);
    }
    expect(cut_all(stream, single, rules) == whole, "the same byte by byte");
    expect(cut_all(stream, chunks, rules) == whole, "the same in chunks");

    std::size_t largest = 0;
    std::size_t last = 0;
    for (const std::size_t end : whole.ends) largest = std::max(largest, end - std::exchange(last, end));
    largest = std::max(largest, stream.size() - last);  // what is incomplete, or refused, has to come in as well
    expect(cut_in_memory(stream, largest + data[4] % 8, steps, rules) == whole,
           "the same in memory of the size it takes");
    const cuts tight = cut_in_memory(stream, largest / 2, steps, rules);
    expect(std::equal(tight.ends.begin(), tight.ends.end(), whole.ends.begin(),
                      whole.ends.begin() + static_cast<std::ptrdiff_t>(tight.ends.size())),
           "in less memory, the packets up to the one that is too large");

    take_payload(stream, 0, whole, steps[1], rules);
    for (const std::size_t begin : whole.ends) take_payload(stream, begin, whole, steps[1], rules);
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 5,
                        [](std::string& text, const std::uint8_t*, fuzz::dice& d) { fuzz::bend_mqtt(text, d); });
}
