#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "support/amqp.hpp"
#include "support/exact_block.hpp"
#include "support/mutate_amqp.hpp"
#include "support/naive_amqp.hpp"
#include "support/oracle.hpp"

// The stream of a connection, protocol headers and frames, cut at once, byte by byte and in chunks: each time the same,
// and what a naive reading of AMQP 2.2, 2.3 and 5.3 says. Each frame is decoded and encoded again. The first bytes of
// the input say which options and which chunks.

namespace {

using fuzz::expect;
using hubwire::bytes;
using hubwire::errc;
namespace amqp = hubwire::amqp;
namespace naive = fuzz::naive;

constexpr std::uint64_t amqp_bodies[] = {0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18};
constexpr std::uint64_t sasl_bodies[] = {0x40, 0x41, 0x42, 0x43, 0x44};

/// What a stream begins with, as far as it is there.
struct begun {
    naive::state how = naive::state::wanting;
    std::size_t needed = 0;
    std::size_t size = 0;
};

begun begin_of_header(std::string_view s) {
    for (std::size_t i = 0; i != std::min<std::size_t>(s.size(), 8); ++i) {
        const bool right =
            i == 4 ? s[4] == 0 || s[4] == 2 || s[4] == 3 : s[i] == (std::string_view{"AMQP\0\1\0\0", 8})[i];
        if (!right) return {.how = naive::state::wrong};
    }
    if (s.size() < 8) return {.needed = 1};
    return {.how = naive::state::good, .size = 8};
}

begun begin_of_frame(std::string_view s, const amqp::options& rules) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    if (s.size() < 4) return {.needed = 4 - s.size()};
    std::uint32_t size = 0;
    for (std::size_t i = 0; i != 4; ++i) size = size << 8 | octet(i);
    if (size < 8 || size > rules.max_frame_size) return {.how = naive::state::wrong};
    if (s.size() < 5) return {.needed = 1};
    if (octet(4) < 2 || octet(4) * 4u > size) return {.how = naive::state::wrong};
    if (s.size() < 6) return {.needed = 1};
    if (octet(5) > 1 || (octet(5) == 1 && size > 512 && !rules.any_sasl_frame_size))
        return {.how = naive::state::wrong};
    if (s.size() < 8) return {.needed = 8 - s.size()};
    if (s.size() < size) return {.needed = size - s.size()};
    return {.how = naive::state::good, .size = size};
}

/// What a whole frame is written as, if it is one: its own header, its body, its payload.
struct known_frame {
    bool valid = false;
    std::uint64_t body = 0;  // the code of its type, or 0 for a heartbeat
    std::uint16_t channel = 0;
    std::string payload{};
    std::string wire{};
};

known_frame read_frame(std::string_view s, const amqp::options& rules) {
    known_frame f;
    const std::size_t offset = 4u * static_cast<unsigned char>(s[4]);
    const bool is_sasl = s[5] == 1;
    const std::string_view rest = s.substr(offset);
    if (!is_sasl)
        f.channel =
            static_cast<std::uint16_t>(static_cast<unsigned char>(s[6]) << 8 | static_cast<unsigned char>(s[7]));
    const auto framed = [&](const std::string& body) {
        return naive::big_endian(8 + body.size(), 4) + naive::byte(2) + naive::byte(is_sasl ? 1 : 0) +
               naive::big_endian(f.channel, 2) + body;
    };
    if (rest.empty()) {
        f.valid = !is_sasl;
        f.wire = framed("");
        return f;
    }
    naive::walker walk{rest, rules};
    const naive::item body = walk.value(rules.max_depth);
    if (walk.how() != naive::state::good) return f;
    for (const std::uint64_t code : is_sasl
                                        ? std::vector<std::uint64_t>(std::begin(sasl_bodies), std::end(sasl_bodies))
                                        : std::vector<std::uint64_t>(std::begin(amqp_bodies), std::end(amqp_bodies))) {
        const auto wire = naive::composite_of(code, body, rules.max_depth, rules);
        if (!wire) continue;
        f.payload = rest.substr(walk.offset());
        f.valid = f.payload.empty() || code == 0x14;
        f.body = code;
        f.wire = framed(*wire + f.payload);
    }
    return f;
}

template <class T>
void decode_as(bytes input, const known_frame& known, const amqp::frame* any, const amqp::options& rules) {
    const auto typed = fuzz::without_allocations([&] { return amqp::decode_frame<T>(input, rules); });
    fuzz::expect_sound(input, typed);
    const bool is_one = known.valid && known.body == T::descriptor.code;
    expect(typed.has_value() == is_one, "a frame of this body");
    expect(!typed.incomplete(), "all of it");
    expect((any != nullptr && any->get_if<T>() != nullptr) == is_one, "is any frame of this body");
    if (!is_one) return;
    expect(typed->body == *any->get_if<T>() && typed->channel == any->channel && typed->payload == any->payload,
           "alike");
    expect(typed->channel == known.channel && typed->payload.text() == known.payload, "as it stands there");
    expect(fuzz::inside(typed->payload, input), "with a payload within the input");

    const std::string& wire = known.wire;
    const auto encode = [&](hubwire::buffer output) {
        return fuzz::without_allocations([&] {
            if constexpr (std::is_same_v<T, amqp::transfer>) {
                return amqp::encode_frame(output, typed->channel, typed->body, typed->payload, rules);
            } else {
                return amqp::encode_frame(output, typed->channel, typed->body, rules);
            }
        });
    };
    support::exact_block memory{wire.size()};
    const auto written = encode(memory);
    expect(written && written->text() == wire, "written as the specification says");
    support::exact_block less{wire.size() - 1};
    const auto refused = encode(less);
    expect(!refused && refused.error() == hubwire::error{errc::no_space, less.size(), 1}, "and needs all of the room");
    if (typed->payload.empty())
        expect(amqp::encoded_frame_size(typed->body, rules).value_or(0) == wire.size(), "as was foretold");
    support::exact_block roomy{wire.size() + 1024};
    expect(encode(roomy) && encode(roomy)->text() == wire, "which may be more");
    const auto back = amqp::decode_frame<T>(bytes{memory}, rules);
    expect(back && *back == *typed, "what was encoded decodes to an equal frame");

    if constexpr (std::is_same_v<T, amqp::transfer>) {
        const std::size_t size = typed->payload.size();
        support::exact_block head_memory{wire.size() - size};
        const auto head = amqp::encode_frame_head(head_memory, typed->channel, typed->body, size, rules);
        expect(head && std::string{head->text()} + known.payload == wire, "its head alone, and the payload");
        expect(amqp::encoded_frame_size(typed->body, typed->payload, rules).value_or(0) == wire.size() &&
                   amqp::encoded_frame_head_size(typed->body, size, rules).value_or(0) == head->size(),
               "whose sizes were foretold");
    }
    amqp::options tight = rules;
    tight.max_frame_size = static_cast<std::uint32_t>(wire.size() - 1);
    const auto limited =
        fuzz::without_allocations([&] { return amqp::encode_frame(roomy, typed->channel, typed->body, tight); });
    if (typed->payload.empty())
        expect(!limited && limited.error().code == errc::amqp_max_frame_size, "the limit holds");
}

void check_plain(bytes response) {
    const auto who = amqp::decode_plain(response);
    std::vector<std::string> parts(1);
    for (const unsigned char c : response) {
        if (c == 0) {
            parts.emplace_back();
        } else {
            parts.back().push_back(static_cast<char>(c));
        }
    }
    const auto is_text = [](const std::string& s) {
        return support::naive_utf8_prefix(s, hubwire::nul::allowed) == s.size();
    };
    const bool valid =
        parts.size() == 3 && !parts[1].empty() && !parts[2].empty() && std::all_of(parts.begin(), parts.end(), is_text);
    expect(who.has_value() == valid, "credentials as RFC 4616 has them");
    if (!who) return fuzz::expect_sound(response, who);
    expect(who->authorization_id == parts[0] && who->user == parts[1] && who->password == parts[2], "the three texts");
    support::exact_block memory{response.size()};
    const auto written = amqp::encode_plain(memory, *who);
    expect(written && *written == response, "which are written alike");
}

void check_frame(bytes input, const amqp::options& rules) {
    const known_frame known = read_frame(input.text(), rules);
    const auto any = fuzz::without_allocations([&] { return amqp::decode_frame(input, rules); });
    fuzz::expect_sound(input, any);
    expect(any.has_value() == known.valid && !any.incomplete(), "a frame is what the specification calls one");
    const amqp::frame* frame = any ? &*any : nullptr;
    if (frame != nullptr) {
        expect(frame->is_heartbeat() == (known.body == 0) && frame->channel == known.channel, "of this channel");
        if (known.body == 0) {
            char memory[8];
            const auto beat = amqp::encode_heartbeat(memory);
            expect(beat && amqp::decode_frame(*beat)->is_heartbeat(), "a sign of life");
        }
    }
    decode_as<amqp::open>(input, known, frame, rules);
    decode_as<amqp::begin>(input, known, frame, rules);
    decode_as<amqp::attach>(input, known, frame, rules);
    decode_as<amqp::flow>(input, known, frame, rules);
    decode_as<amqp::transfer>(input, known, frame, rules);
    decode_as<amqp::disposition>(input, known, frame, rules);
    decode_as<amqp::detach>(input, known, frame, rules);
    decode_as<amqp::end>(input, known, frame, rules);
    decode_as<amqp::close>(input, known, frame, rules);
    decode_as<amqp::sasl_mechanisms>(input, known, frame, rules);
    decode_as<amqp::sasl_init>(input, known, frame, rules);
    decode_as<amqp::sasl_challenge>(input, known, frame, rules);
    decode_as<amqp::sasl_response>(input, known, frame, rules);
    decode_as<amqp::sasl_outcome>(input, known, frame, rules);
    if (frame != nullptr) {
        if (const auto* init = frame->get_if<amqp::sasl_init>(); init != nullptr && init->initial_response)
            check_plain(*init->initial_response);
    }
    fuzz::check_prefixes(input, [&](bytes part) { return amqp::decode_frame(part, rules); });
}

/// One call for what has arrived, with what it says looked at by itself. Returns the size, or 0.
struct outcome {
    std::size_t size = 0;
    hubwire::error end{};
};
outcome next(bytes received, const amqp::options& rules) {
    const bool is_header = !received.empty() && received[0] == 'A';
    const begun known = is_header ? begin_of_header(received.text()) : begin_of_frame(received.text(), rules);
    outcome answer;
    if (is_header) {
        const auto header = fuzz::without_allocations([&] { return amqp::decode_protocol_header(received); });
        fuzz::expect_sound(received, header);
        if (header) {
            expect(static_cast<unsigned char>(*header) == received[4], "which protocol");
            char memory[8];
            const auto same = amqp::encode_protocol_header(memory, *header);
            expect(same && *same == received.first(8), "a header is written alike");
            answer.size = amqp::protocol_header_size;
        } else {
            answer.end = header.error();
        }
    } else {
        const auto frame = fuzz::without_allocations([&] { return amqp::cut(received, rules); });
        fuzz::expect_sound(received, frame);
        const auto header = amqp::decode_frame_header(received, rules);
        if (frame) {
            expect(frame->data() == received.data() && header && header->size == frame->size(), "a frame at the front");
            expect(header->body_offset() == 4u * received[4] &&
                       (header->type == amqp::frame_type::sasl) == (received[5] == 1),
                   "as its header says");
            answer.size = frame->size();
        } else {
            answer.end = frame.error();
            if (!header) expect(header.error() == frame.error(), "a bad header is a bad frame");
        }
    }
    expect((answer.size != 0) == (known.how == naive::state::good) && answer.size == known.size, "of this size");
    expect(answer.end.incomplete() == (known.how == naive::state::wanting), "incomplete if nothing is wrong yet");
    if (known.how == naive::state::wanting) expect(answer.end.needed == known.needed, "and so much is missing");
    return answer;
}

struct cuts {
    std::vector<std::size_t> ends;
    hubwire::error end;
    friend bool operator==(const cuts&, const cuts&) = default;
};

/// Receives the stream up to each of the sizes in turn, and takes what is there.
template <class Use>
cuts cut_all(bytes stream, const std::vector<std::size_t>& arrivals, const amqp::options& rules, Use use) {
    cuts all;
    std::size_t begin = 0;
    for (const std::size_t arrived : arrivals) {
        while (begin != arrived) {
            const support::exact_block input{stream.first(arrived).without_first(begin)};
            const outcome one = next(bytes{input}, rules);
            if (one.size == 0) {
                all.end = one.end;
                all.end.offset += begin;
                if (!one.end.incomplete()) return all;
                break;
            }
            use(bytes{input}.first(one.size));
            begin += one.size;
            all.ends.push_back(begin);
            all.end = {};
        }
    }
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    constexpr std::uint32_t limits[] = {0xFFFF'FFFF, 512, 100, 24};
    const amqp::options rules{.max_frame_size = limits[data[0] & 3],
                              .any_symbol = (data[0] & 4) != 0,
                              .any_key = (data[0] & 8) != 0,
                              .any_sasl_frame_size = (data[0] & 16) != 0};
    const std::size_t steps[] = {1 + std::size_t{data[1]} % 16, 1 + std::size_t{data[2]}};
    const bytes stream{data + 3, std::min<std::size_t>(size - 3, 1024)};  // byte by byte takes quadratic time

    const cuts whole = cut_all(stream, {stream.size()}, rules, [&](bytes one) {
        if (one[0] != 'A') check_frame(bytes{support::exact_block{one}}, rules);
    });
    std::vector<std::size_t> single;
    std::vector<std::size_t> chunks;
    for (std::size_t n = 1; n <= stream.size(); ++n) single.push_back(n);
    for (std::size_t n = 0, i = 0; n != stream.size(); ++i) {
        n = std::min(n + steps[i % 2], stream.size());
        chunks.push_back(n);
    }
    const auto nothing = [](bytes) {};
    expect(cut_all(stream, single, rules, nothing) == whole, "the same byte by byte");
    expect(cut_all(stream, chunks, rules, nothing) == whole, "the same in chunks");
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 3, [](std::string& text, const std::uint8_t*, fuzz::dice& d) {
        fuzz::bend_amqp(text, fuzz::amqp_input::frames, d);
    });
}
