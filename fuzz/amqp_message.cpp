#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/amqp.hpp"
#include "support/exact_block.hpp"
#include "support/mutate_amqp.hpp"
#include "support/naive_amqp.hpp"
#include "support/oracle.hpp"

// Messages, and the deliveries that carry them. The first byte of the input says by which options, and whether the rest
// is a message, is cut into transfers, or says what transfers come in.

namespace {

using fuzz::expect;
using hubwire::bytes;
using hubwire::errc;
namespace amqp = hubwire::amqp;
namespace naive = fuzz::naive;

amqp::options options_of(std::uint8_t choice) {
    return {.max_depth = (choice & 1) != 0 ? 4u : 64u,
            .any_symbol = (choice & 2) != 0,
            .any_key = (choice & 4) != 0,
            .any_property = (choice & 8) != 0,
            .no_body = (choice & 16) != 0,
            .any_order = (choice & 32) != 0};
}

// Messages

void check_body(const amqp::message& m, const naive::message& known) {
    std::vector<const naive::item*> bodies;
    unsigned kind = 0;
    for (std::size_t i = 0; i != known.kinds.size(); ++i) {
        if (known.kinds[i] < 0x75 || known.kinds[i] > 0x77) continue;
        kind = known.kinds[i];
        bodies.push_back(&known.sections[i].items[1]);
    }
    const auto data = m.body.data_sections();
    const auto sequences = m.body.sequences();
    expect(data.size() == (kind == 0x75 ? bodies.size() : 0), "as many data sections");
    expect(sequences.size() == (kind == 0x76 ? bodies.size() : 0), "as many sequences");
    std::size_t index = 0;
    for (const amqp::data d : data) expect(d.content.text() == bodies[index++]->octets, "the bytes that are there");
    index = 0;
    for (const amqp::amqp_sequence q : sequences)
        expect(fuzz::same(amqp::value{q.content}, *bodies[index++]), "the values that are there");
    expect(m.body.single_value().has_value() == (kind == 0x77), "one value");
    if (kind == 0x77) expect(fuzz::same(*m.body.single_value(), *bodies[0]), "the value that is there");
    expect(m.body.single_data().has_value() == (kind == 0x75 && bodies.size() == 1), "one data section");
    constexpr amqp::body_kind kinds[] = {amqp::body_kind::data, amqp::body_kind::sequence, amqp::body_kind::value};
    expect(m.body.kind() == (kind == 0 ? amqp::body_kind::none : kinds[kind - 0x75]), "a body of this kind");
}

/// The same body from an array of the caller's.
void check_body_of_ours(amqp::message m, std::string_view wire, const amqp::options& rules) {
    std::vector<amqp::data> data;
    for (const amqp::data d : m.body.data_sections()) data.push_back(d);
    std::vector<amqp::amqp_sequence> sequences;
    for (const amqp::amqp_sequence q : m.body.sequences()) sequences.push_back(q);
    if (data.empty() && sequences.empty()) return;
    const amqp::message before = m;
    if (!data.empty()) m.body = std::span<const amqp::data>{data};
    if (!sequences.empty()) m.body = std::span<const amqp::amqp_sequence>{sequences};
    expect(m == before, "an array of the same sections is the same body");
    fuzz::expect_encodes(m, wire, rules);
}

void check_head(const amqp::message& m, const std::string& wire, const amqp::options& rules) {
    const auto payload = m.body.single_data();
    if (!payload || m.footer) {
        char memory[16];
        expect(!amqp::encode_head(memory, m, rules) && !amqp::encoded_head_size(m, rules),
               "only a payload can be sent apart");
        return;
    }
    support::exact_block memory{wire.size() - payload->size()};
    const auto head = fuzz::without_allocations([&] { return amqp::encode_head(memory, m, rules); });
    expect(head && std::string{head->text()} + std::string{payload->text()} == wire,
           "head and payload are the message");
    expect(amqp::encoded_head_size(m, rules).value_or(0) == head->size(), "the size of the head was foretold");
    support::exact_block less{memory.size() - 1};
    const auto refused = amqp::encode_head(less, m, rules);
    expect(!refused && refused.error() == hubwire::error{errc::no_space, less.size(), 1}, "the head needs all of it");
}

void check_section_alone(amqp::section_kind kind, const amqp::section& s, const std::string& wire,
                         const amqp::options& rules) {
    using enum amqp::section_kind;
    switch (kind) {
        case header:
            return expect(amqp::decode<amqp::header>(s.whole, rules).has_value(), "a header");
        case properties:
            return expect(amqp::decode<amqp::properties>(s.whole, rules).has_value(), "properties");
        case delivery_annotations:
        case message_annotations:
        case footer:
            expect(amqp::decode<amqp::annotations>(s.content, rules).has_value(), "annotations");
            break;
        case application_properties:
            expect(amqp::decode<amqp::application_properties>(s.content, rules).has_value(), "application properties");
            break;
        case data:
            return expect(amqp::decode<bytes>(s.content, rules).has_value(), "bytes");
        case amqp_sequence:
            return expect(amqp::decode<amqp::list>(s.content, rules).has_value(), "a list");
        case amqp_value:
            return expect(amqp::decode<amqp::value>(s.content, rules).has_value(), "a value");
    }
    const auto entries = amqp::decode<amqp::map>(s.content, rules);
    support::exact_block memory{wire.size()};
    const auto written = amqp::encode_section(memory, kind, *entries, rules);
    expect(written && written->text() == wire, "a section of these entries");
}

/// Goes through the sections one by one, without looking into them.
void walk(bytes input, const naive::message& known, const amqp::options& rules) {
    std::size_t index = 0;
    for (bytes rest = input; !rest.empty(); ++index) {
        const auto section = fuzz::without_allocations([&] { return amqp::cut_section(rest); });
        fuzz::expect_sound(rest, section);
        if (!section) {
            expect(!known.valid, "all sections of a message are found");
            return;
        }
        expect(section->whole.data() == rest.data() && section->whole.size() <= rest.size(), "a section at the front");
        expect(fuzz::inside(section->content, section->whole) &&
                   section->content.data() + section->content.size() == rest.data() + section->whole.size(),
               "with its content at its end");
        if (known.valid) {
            expect(section->whole.text() == known.sections[index].whole &&
                       section->content.text() == known.sections[index].items[1].whole,
                   "as the walker has it");
            expect(static_cast<unsigned>(section->kind) + 0x70 == known.kinds[index], "of this kind");
            // A composite takes two levels; a section of a message is at its top.
            check_section_alone(section->kind, *section, known.wires[index], rules);
        }
        rest = rest.without_first(section->whole.size());
    }
    if (known.valid) expect(index == known.kinds.size(), "as many sections");
}

void split(bytes input, const naive::message& known) {
    const bool ordered = std::is_sorted(known.kinds.begin(), known.kinds.end());
    const auto wholes = [&](unsigned first, unsigned last) {
        std::string all;
        for (std::size_t i = 0; i != known.kinds.size(); ++i) {
            if (first <= known.kinds[i] && known.kinds[i] <= last) all += known.sections[i].whole;
        }
        return all;
    };
    for (unsigned kind = 0x70; kind <= 0x78; ++kind) {
        const auto parts = fuzz::without_allocations(
            [&] { return amqp::split_at(input, amqp::section_kind{static_cast<std::uint8_t>(kind - 0x70)}); });
        fuzz::expect_sound(input, parts);
        if (!parts) {
            expect(!known.valid || !ordered, "a message is split where its sections are in order");
            expect(!parts.incomplete(), "nothing in a message says that there is more");
            continue;
        }
        expect(parts->before.data() == input.data() && parts->found.data() == input.data() + parts->before.size() &&
                   parts->behind.data() == parts->found.data() + parts->found.size() &&
                   parts->before.size() + parts->found.size() + parts->behind.size() == input.size(),
               "in three parts");
        if (!known.valid) continue;
        const bool of_body = 0x75 <= kind && kind <= 0x77;
        const unsigned first = of_body ? 0x75 : kind;
        const unsigned last = of_body ? 0x77 : kind;
        expect(parts->before.text() == wholes(0x70, first - 1) && parts->found.text() == wholes(first, last) &&
                   parts->behind.text() == wholes(last + 1, 0x78),
               "before, at and behind the kind, or the body of any kind");
    }
    const auto bare = amqp::bare_message(input);
    if (known.valid && ordered) expect(bare.has_value(), "a message has a part that nobody changes");
    if (known.valid && bare) expect(bare->text() == wholes(0x73, 0x77), "from the properties to the body");
}

void check_message(bytes input, const amqp::options& rules) {
    const naive::message known = naive::read_message(input.text(), rules);
    const auto answer = fuzz::without_allocations([&] { return amqp::decode<amqp::message>(input, rules); });
    fuzz::expect_sound(input, answer);
    expect(answer.has_value() == known.valid, "a message is what the specification calls one");
    expect(!answer.incomplete(), "nothing in a message says that there is more");
    walk(input, known, rules);
    split(input, known);

    for (std::size_t size = 0; size < input.size(); size += 1 + input.size() / 32) {
        const support::exact_block part{input.first(size)};
        fuzz::expect_sound(part, amqp::decode<amqp::message>(part, rules));
    }
    if (!answer) return;

    check_body(*answer, known);
    const std::string wire = naive::wire_of(known);
    fuzz::expect_encodes(*answer, wire, rules);
    const support::exact_block again{wire};
    const auto back = amqp::decode<amqp::message>(again, rules);
    expect(back && *back == *answer && *answer == *back, "what was encoded decodes to an equal message");
    fuzz::expect_encodes(*back, wire, rules);
    check_body_of_ours(*answer, wire, rules);
    check_head(*answer, wire, rules);
}

// Deliveries

class source {
public:
    explicit source(bytes input) : in_{input, errc::truncated} {}
    std::uint8_t u8() { return in_.left() != 0 ? in_.u8() : std::uint8_t{0}; }
    bytes some(std::size_t most) { return in_.take(std::min(most, in_.left())); }
    [[nodiscard]] bool empty() const { return in_.left() == 0; }

private:
    hubwire::reader in_;
};

/// A message cut into transfers and joined again.
void send(source from) {
    amqp::options rules;
    rules.max_frame_size = 16u + from.u8();
    amqp::transfer first{.handle = from.u8()};
    const std::uint8_t which = from.u8();
    if ((which & 1) == 0) first.delivery_id = from.u8() * 1000u;
    if ((which & 2) == 0) first.delivery_tag = from.some(from.u8() % 40);
    if ((which & 4) != 0) first.message_format = amqp::batch_message_format;
    if ((which & 8) != 0) first.settled = true;
    if ((which & 16) != 0) first.state = amqp::accepted{};
    if ((which & 32) != 0) first.more = true;  // seen to
    const std::size_t head_size = from.u8();
    const bytes head = from.some(head_size);
    const bytes payload = from.some(4096);
    const bytes middle = payload.first(std::min<std::size_t>(payload.size(), which >> 6));
    const std::string message = std::string{head.text()} + std::string{payload.text()};
    const bool valid = first.delivery_id && first.delivery_tag && first.delivery_tag->size() <= 32;

    amqp::outgoing_delivery out{7, first, head, middle, payload.without_first(middle.size())};
    support::exact_block memory{message.size()};
    amqp::incoming_delivery in{memory};
    amqp::incoming_delivery in_pieces;
    std::string pieces;
    support::exact_block scratch{512};
    for (std::size_t count = 0; !out.is_done(); ++count) {
        support::exact_block nothing{3};
        if (count == 1) expect(!out.next(nothing, rules), "no head fits there, and the same frame can be tried again");
        const auto frame = fuzz::without_allocations([&] { return out.next(scratch, rules); });
        if (!frame) {
            const errc code = frame.error().code;
            if (!first.delivery_id || !first.delivery_tag) return expect(code == errc::amqp_first_transfer, "no tag");
            if (!valid) return expect(code == errc::amqp_delivery_tag, "too long a tag");
            return expect(code == errc::amqp_max_frame_size && rules.max_frame_size < 100,
                          "frames too small for a head");
        }
        expect(valid, "a first transfer with its id and its tag");
        expect(frame->size() <= rules.max_frame_size, "frames that the peer accepts");
        expect(frame->is_last == out.is_done(), "the last one is the last one");
        std::string wire{frame->head.text()};
        wire += frame->first.text();
        wire += frame->second.text();
        wire += frame->third.text();
        expect(wire.size() == frame->size(), "of its parts");
        expect(frame->is_last || wire.size() == rules.max_frame_size, "each as large as may be");
        expect(frame->is_last || !frame->first.empty(), "and each of some use");
        const support::exact_block block{wire};
        const auto t = amqp::decode_frame<amqp::transfer>(block, rules);
        expect(t && t->channel == 7 && *t->body.more == !frame->is_last, "a transfer");
        pieces += t->payload.text();
        const auto progress = fuzz::without_allocations([&] { return in.add(t->body, t->payload); });
        const auto same = in_pieces.add(t->body, t->payload);
        const auto wanted = frame->is_last ? amqp::delivery_progress::complete : amqp::delivery_progress::more;
        expect(progress && *progress == wanted && same && *same == wanted, "joined");
        expect(in.message().text() == pieces && in.size() == pieces.size() && in_pieces.size() == pieces.size() &&
                   in_pieces.message().empty(),
               "what has come so far");
    }
    expect(pieces == message, "the same message");
    amqp::transfer told = in.first_transfer();
    if (*told.more) first.message_format = first.message_format.value_or(0);
    first.more.reset();
    told.more.reset();
    first.state = {};
    expect(told == first, "of this transfer");
}

/// Transfers that fit together, or do not.
void receive(source from) {
    struct open_delivery {
        std::uint32_t handle;
        std::uint32_t id;
        std::string tag;
        std::optional<std::uint32_t> format;
    };
    support::exact_block memory{from.u8()};
    amqp::incoming_delivery in{memory};
    std::optional<open_delivery> open;
    std::string joined;
    bool settled = false;
    while (!from.empty()) {
        const std::uint8_t which = from.u8();
        const std::uint8_t values = from.u8();
        amqp::transfer t{.handle = values & 1u};
        const std::string tag((values & 2) != 0 ? (values & 4) != 0 ? 33u : 32u : (values & 4) != 0 ? 1u : 0u, 't');
        if ((which & 1) != 0) t.delivery_id = values >> 3 & 1u;
        if ((which & 2) != 0) t.delivery_tag = tag;
        if ((which & 4) != 0) t.message_format = values >> 4 & 1u;
        if ((which & 8) != 0) t.settled = (values & 32) != 0;
        if ((which & 16) != 0) t.more = (which & 128) != 0;
        if ((which & 32) != 0) t.aborted = true;
        const support::exact_block payload{from.some(values >> 5)};
        const auto answer = fuzz::without_allocations([&] { return in.add(t, payload); });

        errc wrong = errc::none;
        if (!open) {
            if (!t.delivery_id || !t.delivery_tag)
                wrong = errc::amqp_first_transfer;
            else if (tag.size() > 32)
                wrong = errc::amqp_delivery_tag;
        } else if (t.handle != open->handle || (t.delivery_id && *t.delivery_id != open->id) ||
                   (t.delivery_tag && tag != open->tag) ||
                   (t.message_format && *t.message_format != open->format.value_or(0))) {
            wrong = errc::amqp_next_transfer;
        }
        if (wrong != errc::none) {
            expect(!answer && answer.error().code == wrong, "what does not fit together is refused");
            return;
        }
        const std::string before = open ? joined : "";
        if (!open) {
            open = open_delivery{t.handle, *t.delivery_id, tag, t.message_format};
            settled = false;
        }
        settled = settled || t.settled.value_or(false) || *t.aborted;  // which is to settle it (AMQP 2.7.5)
        joined = *t.aborted ? "" : before + std::string{bytes{payload}.text()};
        const auto wanted = *t.aborted ? amqp::delivery_progress::aborted
                            : *t.more  ? amqp::delivery_progress::more
                                       : amqp::delivery_progress::complete;
        expect(in.size() == joined.size(), "so much has come");
        if (joined.size() > memory.size()) {  // to the end of the delivery, whether this transfer would fit or not
            const hubwire::error lacks{errc::no_space, memory.size(), joined.size() - memory.size()};
            expect(!answer && answer.error() == lacks && in.message().empty(), "so much room is missing");
        } else {
            expect(answer && *answer == wanted, "what fits is taken");
            expect(in.message().text() == joined, "the message so far");
        }
        const amqp::transfer first = in.first_transfer();
        expect(first.handle == open->handle && first.delivery_id == open->id &&
                   first.delivery_tag->text() == open->tag && first.message_format == open->format &&
                   first.settled.value_or(false) == settled,
               "the first transfer");
        if (wanted != amqp::delivery_progress::more) open.reset();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const support::exact_block block{bytes{data + 1, size - 1}};
    switch (data[0] >> 6) {
        case 2:
            send(source{block});
            break;
        case 3:
            receive(source{block});
            break;
        default:
            check_message(block, options_of(data[0]));
            break;
    }
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 1,
                        [](std::string& text, const std::uint8_t* choice, fuzz::dice& d) {
                            if (choice[0] >> 6 >= 2) return fuzz::bend_text(text, d);
                            fuzz::bend_amqp(text, fuzz::amqp_input::message, d);
                        });
}
