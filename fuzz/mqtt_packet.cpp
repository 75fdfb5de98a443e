#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "support/exact_block.hpp"
#include "support/mutate_mqtt.hpp"
#include "support/naive_mqtt.hpp"
#include "support/oracle.hpp"

// Packets, both ways. The first byte of the input says which options, and whether the rest is decoded as it is or says
// what packet to build, valid or not. Whether a packet is valid, and how it is written, a second implementation knows;
// the library's functions also have to agree with each other.

namespace {

using fuzz::expect;
using hubwire::bytes;
using hubwire::errc;
namespace mqtt = hubwire::mqtt;
namespace naive = fuzz::naive;

mqtt::options options_of(std::uint8_t choice) {
    constexpr std::size_t limits[] = {mqtt::max_packet_size, 200, 64, 24};
    return {.max_packet_size = limits[choice >> 4 & 3],
            .refuse_discouraged_characters = (choice & 1) != 0,
            .refuse_padded_length = (choice & 2) != 0,
            .allow_mqtt_3_1 = (choice & 4) != 0,
            .allow_bridge = (choice & 8) != 0};
}

bool same(const mqtt::packet& a, const mqtt::packet& b) {
    return a.type() == b.type() &&
           a.visit([&]<class T>(const T& p) { return b.get_if<T>() != nullptr && *b.get_if<T>() == p; });
}

template <class A, class B>
bool same_answer(const hubwire::result<A>& a, const hubwire::result<B>& b) {
    if (a.has_value() != b.has_value()) return false;
    if (!a) return a.error() == b.error();
    return same(mqtt::packet{*a}, mqtt::packet{*b});
}

// Where the fields lie

bool inside(bytes part, bytes whole) {
    return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

template <class T>
void expect_inside(const T&, bytes) {}
void expect_inside(const mqtt::publish& p, bytes whole) {
    expect(inside(p.topic, whole) && inside(p.payload, whole), "views within the input");
}
void expect_inside(const mqtt::connect& p, bytes whole) {
    expect(inside(p.client_id, whole), "a client identifier within the input");
    if (p.will) expect(inside(p.will->topic, whole) && inside(p.will->payload, whole), "a will within the input");
    if (p.username) expect(inside(*p.username, whole), "a user name within the input");
    if (p.password) expect(inside(*p.password, whole), "a password within the input");
}

/// Goes through a list as a user would, with each item checked; an array of the same items has to be the same list.
template <class Item, class List, class Check>
std::vector<Item> items_of(const List& items, Check check) {
    std::vector<Item> all;
    for (const Item item : items) {
        check(item);
        all.push_back(item);
    }
    expect(all.size() == items.size() && items.empty() == all.empty(), "as many items as the list has");
    expect(List{all} == items && items == List{all}, "an array of the same items is the same list");
    if (!all.empty()) {
        auto at = items.begin();
        expect(*at++ == all.front() && (at == items.end()) == (all.size() == 1), "one item after the other");
        const std::vector<Item> fewer(all.begin(), all.end() - 1);
        expect(!(List{fewer} == items), "a shorter list is another one");
    }
    return all;
}

// An encoder of its own for lists, which takes any range

template <class T>
std::optional<hubwire::result<bytes>> encode_items(hubwire::buffer, const T&, const mqtt::options&) {
    return {};
}
std::optional<hubwire::result<bytes>> encode_items(hubwire::buffer output, const mqtt::subscribe& p,
                                                   const mqtt::options& rules) {
    const std::deque<mqtt::subscription> items(p.subscriptions.begin(), p.subscriptions.end());
    return mqtt::encode_subscribe(output, p.packet_id, items, rules);
}
std::optional<hubwire::result<bytes>> encode_items(hubwire::buffer output, const mqtt::suback& p,
                                                   const mqtt::options& rules) {
    const std::deque<mqtt::suback_code> items(p.codes.begin(), p.codes.end());
    return mqtt::encode_suback(output, p.packet_id, items, rules);
}
std::optional<hubwire::result<bytes>> encode_items(hubwire::buffer output, const mqtt::unsubscribe& p,
                                                   const mqtt::options& rules) {
    std::deque<std::string> items;
    for (const std::string_view filter : p.filters) items.emplace_back(filter);
    return mqtt::encode_unsubscribe(output, p.packet_id, items, rules);
}

void encode_head(const mqtt::publish& p, const std::string& whole, const mqtt::options& rules) {
    support::exact_block memory{whole.size() - p.payload.size()};
    const auto head = mqtt::encode_head(memory, p, rules);
    expect(head && head->size() == memory.size(), "the head encodes into what the payload leaves");
    expect(std::string{head->text()} + std::string{p.payload.text()} == whole, "head and payload are the packet");
    support::exact_block less{memory.size() - 1};
    const auto refused = mqtt::encode_head(less, p, rules);
    expect(!refused && refused.error() == hubwire::error{errc::no_space, less.size(), 1}, "the head needs all of it");
}

/// Encodes a valid packet in every way there is. Returns it.
template <class T>
std::string encode_valid(const T& packet, const mqtt::options& rules) {
    const std::string expected = naive::wire_of(packet);
    const auto size = mqtt::encoded_size(packet, rules);
    expect(size && *size == expected.size(), "the size that it has");

    support::exact_block memory{expected.size()};
    const auto written = mqtt::encode(memory, packet, rules);
    expect(written.has_value(), "it encodes into a buffer of its size");
    expect(written->data() == memory.data() && written->text() == expected, "as the specification says");

    support::exact_block less{expected.size() - 1};
    const auto refused = mqtt::encode(less, packet, rules);
    expect(!refused && refused.error() == hubwire::error{errc::no_space, less.size(), 1}, "it needs one byte more");
    const auto nowhere = mqtt::encode({}, packet, rules);
    expect(!nowhere && nowhere.error() == hubwire::error{errc::no_space, 0, expected.size()}, "it needs all of it");

    if (const auto items = encode_items(memory, packet, rules))
        expect(*items && (*items)->text() == expected, "the same from any range");
    if constexpr (std::is_same_v<T, mqtt::publish>) encode_head(packet, expected, rules);
    return expected;
}

/// What encodes decodes to an equal packet, whatever the options of the decoder alone are.
template <class T>
void encode_and_decode(const T& packet, mqtt::options rules) {
    const std::string wire = encode_valid(packet, rules);
    const support::exact_block input{wire};
    rules.max_packet_size = wire.size();
    rules.refuse_padded_length = true;
    const auto back = mqtt::decode<T>(input, rules);
    expect(back && *back == packet, "what was encoded decodes to an equal packet");
    rules.max_packet_size = wire.size() - 1;
    const auto refused = mqtt::decode<T>(input, rules);
    expect(!refused && refused.error().code == errc::over_limit, "the limit is the packet's size");
}

// Decoding

template <class... Ts>
struct types {};
using all_types = types<mqtt::connect, mqtt::connack, mqtt::publish, mqtt::puback, mqtt::pubrec, mqtt::pubrel,
                        mqtt::pubcomp, mqtt::subscribe, mqtt::suback, mqtt::unsubscribe, mqtt::unsuback, mqtt::pingreq,
                        mqtt::pingresp, mqtt::disconnect>;

template <class T>
void decode_typed(bytes input, const mqtt::options& rules, const hubwire::result<mqtt::packet>& any,
                  const hubwire::result<mqtt::fixed_header>& header) {
    const auto typed = mqtt::decode<T>(input, rules);
    const bool other_type = !input.empty() && input[0] >> 4 != static_cast<int>(T::type);
    if (!header && (!other_type || header.error().offset == 0)) {
        expect(!typed && typed.error() == header.error(), "a bad first byte is one for every type");
    } else if (!header) {
        expect(!typed && typed.error() == hubwire::error{errc::mqtt_wrong_packet, 0, 0},
               "the wrong type, before its length");
    } else if (header->type != T::type) {
        expect(!typed && typed.error() == hubwire::error{errc::mqtt_wrong_packet, 0, 0}, "the wrong type");
    } else {
        expect(same_answer(typed, any), "any packet and the packet of its type");
    }
}

template <class... Ts>
void decode_as_each(types<Ts...>, bytes input, const mqtt::options& rules, const hubwire::result<mqtt::packet>& any) {
    const auto header = mqtt::decode_fixed_header(input, rules);
    if (!header) expect(!any && any.error() == header.error(), "a bad header is the packet's error");
    (decode_typed<Ts>(input, rules, any, header), ...);
}

void decode_head(bytes input, const mqtt::options& rules) {
    const auto head = mqtt::decode_publish_head(input, rules);
    const auto whole = mqtt::decode<mqtt::publish>(input, rules);
    if (head) {
        expect(head->size <= input.size(), "a head within the input");
        expect(inside(head->head.topic, input), "with its topic");
        const std::size_t payload = head->head.payload_size;
        if (whole) {
            expect(head->head == mqtt::publish_head{whole->topic, whole->payload.size(), whole->qos, whole->packet_id,
                                                    whole->dup, whole->retain},
                   "the head of the packet");
            expect(bytes{input}.without_first(head->size) == whole->payload, "with its payload behind it");
        } else if (whole.incomplete()) {
            expect(head->size + payload == input.size() + whole.error().needed, "as much payload as is missing");
        } else {
            expect(whole.error() == hubwire::error{errc::leftover, head->size + payload, 0}, "bytes behind the packet");
        }
    } else {
        expect(!whole && whole.error().code == head.error().code && whole.error().offset == head.error().offset &&
                   whole.error().needed >= head.error().needed,
               "a bad head is a bad packet, which may lack more");
    }
}

void expect_sound(bytes input, const hubwire::result<mqtt::packet>& answer) {
    if (answer) return;
    const hubwire::error& error = answer.error();
    expect(error.offset <= input.size(), "an error within the input");
    expect(error.incomplete() == (error.needed != 0), "a need if and only if it is incomplete");
    expect(!error.incomplete() || error.offset == input.size(), "incomplete at the end of the input");
}

/// What the input begins with decodes to nothing yet, and to no other error than the whole.
void decode_prefix(bytes whole, std::size_t size, const mqtt::options& rules,
                   const hubwire::result<mqtt::packet>& answer) {
    const support::exact_block prefix{whole.first(size)};
    const auto part = mqtt::decode(prefix, rules);
    expect_sound(prefix, part);
    if (part.incomplete()) {
        if (answer) expect(part.error().needed <= whole.size() - size, "no more is needed than is missing");
    } else {
        expect(!answer, "a part of a packet is no packet");
        if (part) {
            expect(answer.error() == hubwire::error{errc::leftover, size, 0}, "a packet, and something behind it");
        } else {
            expect(part.error() == answer.error(), "what is wrong already stays so");
        }
    }
    decode_head(prefix, rules);
}

/// Each option by itself: what the stricter setting accepts, the laxer one accepts as the same packet.
void compare_options(bytes input, const mqtt::options& rules) {
    const auto compare = [&](auto relax, auto tighten) {
        mqtt::options lax = rules;
        mqtt::options strict = rules;
        relax(lax);
        tighten(strict);
        const auto strictly = mqtt::decode(input, strict);
        if (!strictly) return;
        const auto laxly = mqtt::decode(input, lax);
        expect(laxly && same(*laxly, *strictly), "laxer options accept the same, and more");
    };
    compare([](auto& o) { o.max_packet_size = mqtt::max_packet_size; }, [](auto& o) { o.max_packet_size = 32; });
    compare([](auto& o) { o.refuse_discouraged_characters = false; },
            [](auto& o) { o.refuse_discouraged_characters = true; });
    compare([](auto& o) { o.refuse_padded_length = false; }, [](auto& o) { o.refuse_padded_length = true; });
    compare([](auto& o) { o.allow_mqtt_3_1 = true; }, [](auto& o) { o.allow_mqtt_3_1 = false; });
    compare([](auto& o) { o.allow_bridge = true; }, [](auto& o) { o.allow_bridge = false; });
}

void check_items(const mqtt::packet& packet, bytes input, const mqtt::options& rules) {
    const auto filter = [&](std::string_view some) {
        expect(inside(some, input), "a filter within the input");
        expect(mqtt::check_topic_filter(some, rules).has_value(), "a filter that is one");
    };
    if (const auto* subscribe = packet.get_if<mqtt::subscribe>()) {
        items_of<mqtt::subscription>(subscribe->subscriptions, [&](const mqtt::subscription& item) {
            filter(item.filter);
            expect(item.qos <= mqtt::qos::exactly_once, "a QoS that is one");
        });
    }
    if (const auto* unsubscribe = packet.get_if<mqtt::unsubscribe>())
        items_of<std::string_view>(unsubscribe->filters, filter);
    if (const auto* suback = packet.get_if<mqtt::suback>())
        items_of<mqtt::suback_code>(suback->codes, [](mqtt::suback_code) {});
}

void decode_checked(bytes input, const mqtt::options& rules) {
    const auto answer = mqtt::decode(input, rules);
    expect_sound(input, answer);
    expect(answer.has_value() == naive::accepts(input.text(), rules), "a packet is what the specification calls one");
    decode_as_each(all_types{}, input, rules, answer);
    decode_head(input, rules);
    compare_options(input, rules);

    const auto cut = mqtt::cut(input, rules);
    if (answer) expect(cut && *cut == input, "the packet is what the cutter cuts");
    if (cut) {
        expect(cut->size() == input.size() || !answer, "the packet ends where the cutter says");
        const auto alone = mqtt::decode(*cut, rules);
        expect(!alone.incomplete(), "what was cut is complete");
        if (cut->size() != input.size() && alone)
            expect(answer.error() == hubwire::error{errc::leftover, cut->size(), 0}, "what is behind it is left over");
    } else if (!cut.incomplete()) {
        expect(!answer && answer.error() == cut.error(), "what the cutter refuses is refused");
    }

    // All prefixes of what is short, some of what is long.
    const std::size_t step = input.size() <= 64 ? 1 : 1 + input.size() / 32;
    for (std::size_t size = 0; size < input.size(); size += size < 16 ? 1 : step)
        decode_prefix(input, size, rules, answer);
    if (!input.empty()) decode_prefix(input, input.size() - 1, rules, answer);

    if (answer.incomplete() && answer.error().needed <= 4096) {
        std::string longer{input.text()};
        longer.append(answer.error().needed - 1, 'x');
        expect(!mqtt::decode(support::exact_block{longer}, rules), "less than what is needed is not enough");
    }
    if (!answer) return;

    check_items(*answer, input, rules);
    answer->visit([&]<class T>(const T& packet) {
        expect_inside(packet, input);
        const std::string wire = encode_valid(packet, rules);
        // A longer form of the same differs in its length only, which has the top bit of all bytes but the last set.
        expect(wire.size() <= input.size() && wire.size() + 3 >= input.size(), "nothing but the length can be padded");
        if (wire.size() == input.size()) expect(wire == input.text(), "what was decoded encodes to the same bytes");
        const support::exact_block minimal{wire};
        const auto again = mqtt::decode<T>(minimal, rules);
        expect(again && *again == packet, "and to an equal packet again");
        expect(encode_valid(*again, rules) == wire, "and so on");
        encode_and_decode(packet, rules);
    });
}

// Building

class source {
public:
    explicit source(bytes input) : in_{input, errc::truncated} {}

    std::uint8_t u8() { return in_.left() != 0 ? in_.u8() : std::uint8_t{0}; }
    std::uint16_t u16() { return static_cast<std::uint16_t>(u8() << 8 | u8()); }
    bool flag() { return (u8() & 1) != 0; }
    mqtt::qos qos() { return mqtt::qos{static_cast<std::uint8_t>(u8() & 3)}; }

    /// Up to 253 bytes of the input, or many of the same.
    std::string_view text() {
        const std::uint8_t size = u8();
        if (size < 254) return in_.take(std::min<std::size_t>(size, in_.left())).text();
        long_ones_.emplace_back(size == 254 ? 16250 + u8() : 65530 + u8() % 8, 'a');
        return long_ones_.back();
    }
    template <class Item, class Make>
    std::vector<Item> several(Make make) {
        std::vector<Item> all;
        for (int count = u8() % 8; count != 0; --count) all.push_back(make());
        return all;
    }

private:
    hubwire::reader in_;
    std::deque<std::string> long_ones_;
};

/// Encodes if and only if it is valid: if what a naive encoder makes of it is a packet.
template <class T>
void build(const T& packet, mqtt::options rules, bool representable = true) {
    rules.max_packet_size = mqtt::max_packet_size;
    const auto size = mqtt::encoded_size(packet, rules);
    std::vector<char> memory(size ? *size : 0);
    const auto written = mqtt::encode(memory, packet, rules);
    const bool valid = representable && naive::accepts(naive::wire_of(packet), rules);
    expect(written.has_value() == valid, "what is valid encodes, and nothing else");
    if (valid) return encode_and_decode(packet, rules);
    expect(!size && size.error() == written.error(), "what does not encode has no size, for the same reason");
    expect(size.error().code != errc::incomplete && size.error().needed == 0, "and no buffer would help");
    if (const auto items = encode_items(memory, packet, rules))
        expect(!*items && items->error() == written.error(), "nor from any other range");
}

bool fits(bytes field) { return field.size() <= 65535; }

void build_connect(source& from, const mqtt::options& rules) {
    mqtt::connect p;
    const std::uint8_t parts = from.u8();
    constexpr std::uint8_t levels[] = {4, 4, 4, 3, 0x84, 0x83, 5, 0x80};
    p.level = levels[parts & 7];
    p.clean_session = (parts & 8) == 0;
    p.keep_alive = from.u16();
    p.client_id = from.text();
    if ((parts & 16) != 0) {
        p.will = mqtt::will{.topic = from.text(), .payload = from.text()};
        p.will->qos = from.qos();
        p.will->retain = from.flag();
    }
    if ((parts & 32) != 0) p.username = from.text();
    if ((parts & 64) != 0) p.password = from.text();
    build(p, rules,
          fits(p.client_id) && (!p.will || (fits(p.will->topic) && fits(p.will->payload))) &&
              (!p.username || fits(*p.username)) && (!p.password || fits(*p.password)));
}

void build_publish(source& from, const mqtt::options& rules) {
    const mqtt::publish p{.topic = from.text(),
                          .payload = from.text(),
                          .qos = from.qos(),
                          .packet_id = from.u16(),
                          .dup = from.flag(),
                          .retain = from.flag()};
    build(p, rules, fits(p.topic) && (p.qos != mqtt::qos::at_most_once || p.packet_id == 0));
}

/// The head of a PUBLISH whose payload is nowhere, so that it may have any size.
void build_head(source& from, mqtt::options rules) {
    rules.max_packet_size = mqtt::max_packet_size;
    mqtt::publish_head p{.topic = from.text(), .qos = from.qos(), .packet_id = from.u16()};
    p.dup = from.flag();
    p.retain = from.flag();
    const std::size_t behind_topic = p.qos != mqtt::qos::at_most_once ? 2 : 0;
    constexpr std::size_t edges[] = {0, 128, 16'384, 2'097'152, 268'435'456};
    const std::size_t edge = edges[from.u8() % 5];  // of the remaining length
    const std::size_t before = 2 + p.topic.size() + behind_topic;
    p.payload_size = edge < before ? from.u16() : edge - before + from.u8() % 4 - (edge - before < 2 ? 0u : 2u);
    if (from.u8() == 255) p.payload_size = ~std::size_t{from.u8()};

    const mqtt::publish like{.topic = p.topic, .qos = p.qos, .packet_id = p.packet_id, .dup = p.dup};
    const bool valid = fits(p.topic) && (p.qos != mqtt::qos::at_most_once || p.packet_id == 0) &&
                       naive::accepts(naive::wire_of(like), rules) && p.payload_size <= 268'435'455 - before;
    const std::string expected = fits(p.topic) ? naive::wire_of(p) : "";
    support::exact_block memory{expected.size()};
    const auto head = mqtt::encode_head(memory, p, rules);
    expect(head.has_value() == valid, "a head is encoded if its packet is valid");
    if (!head) return;
    expect(head->text() == expected, "as the specification says");
    support::exact_block less{expected.size() - 1};
    const auto refused = mqtt::encode_head(less, p, rules);
    expect(!refused && refused.error() == hubwire::error{errc::no_space, less.size(), 1}, "the head needs all of it");
    const auto back = mqtt::decode_publish_head(*head, rules);
    expect(back && back->head == p && back->size == expected.size(), "what was encoded decodes to an equal head");
}

void build(source& from, const mqtt::options& rules) {
    switch (from.u8() % 15) {
        case 0:
            return build_connect(from, rules);
        case 1:
            return build(mqtt::connack{.session_present = from.flag(), .code = mqtt::connect_code{from.u8()}}, rules);
        case 2:
            return build_publish(from, rules);
        case 3:
            return build(mqtt::puback{from.u16()}, rules);
        case 4:
            return build(mqtt::pubrec{from.u16()}, rules);
        case 5:
            return build(mqtt::pubrel{from.u16()}, rules);
        case 6:
            return build(mqtt::pubcomp{from.u16()}, rules);
        case 7: {
            const std::uint16_t id = from.u16();
            const auto items = from.several<mqtt::subscription>([&] {
                const std::string_view filter = from.text();
                return mqtt::subscription{filter, from.qos()};
            });
            return build(mqtt::subscribe{id, std::span{items}}, rules,
                         std::all_of(items.begin(), items.end(), [](const auto& i) { return fits(i.filter); }));
        }
        case 8: {
            const std::uint16_t id = from.u16();
            const auto codes = from.several<mqtt::suback_code>([&] { return mqtt::suback_code{from.u8()}; });
            return build(mqtt::suback{id, std::span{codes}}, rules);
        }
        case 9: {
            const std::uint16_t id = from.u16();
            const auto filters = from.several<std::string_view>([&] { return from.text(); });
            return build(mqtt::unsubscribe{id, std::span{filters}}, rules,
                         std::all_of(filters.begin(), filters.end(), fits));
        }
        case 10:
            return build(mqtt::unsuback{from.u16()}, rules);
        case 11:
            return build(mqtt::pingreq{}, rules);
        case 12:
            return build(mqtt::pingresp{}, rules);
        case 13:
            return build(mqtt::disconnect{}, rules);
        default:
            return build_head(from, rules);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const mqtt::options rules = options_of(data[0]);
    const bytes rest{data + 1, size - 1};
    if ((data[0] & 0x80) != 0) {
        source from{rest};
        build(from, rules);
    } else {
        decode_checked(rest, rules);
    }
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 1,
                        [](std::string& text, const std::uint8_t* choice, fuzz::dice& d) {
                            if ((choice[0] & 0x80) != 0) return fuzz::bend_text(text, d);
                            fuzz::bend_mqtt(text, d);
                        });
}
