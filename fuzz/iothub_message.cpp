#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/mutate_amqp.hpp"
#include "support/naive_bag.hpp"
#include "support/oracle.hpp"

// Messages from one carrier to the other and back. The first byte says which options, and which carrier the rest is of.

namespace {

using fuzz::expect;
using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using namespace hubwire::iothub;
namespace amqp = hubwire::amqp;

using bytes_or_refusal = std::optional<std::string>;

/// Encodes into no room, then into as much more as the error asks for, which is then exactly enough.
template <class Encode, class Size>
bytes_or_refusal exactly(Encode encode, Size size_of) {
    const auto size = size_of();
    const auto refused = encode(buffer{});
    if (!size) {
        expect(!refused, "what has no size is not written");
        return std::nullopt;
    }
    const std::unique_ptr<char[]> room{new char[*size]};
    const auto encoded = encode(buffer{room.get(), *size});
    expect(encoded && encoded->size() == *size, "what is foretold is exactly what is used");
    expect(*size == 0 || (!refused && refused.error() == hubwire::error{errc::no_space, 0, *size}),
           "without room there is no space");
    return std::string{encoded->text()};
}
bytes_or_refusal to_mqtt(const message& m, const message_options& rules) {
    return exactly([&](buffer to) { return encode_mqtt_bag(to, m, rules); }, [&] { return mqtt_bag_size(m, rules); });
}
bytes_or_refusal to_amqp(const message& m, const message_options& rules) {
    return exactly([&](buffer to) { return encode_amqp_message(to, m, rules); },
                   [&] { return amqp_message_size(m, rules); });
}

/// An encoder refuses a message exactly if there is an obstacle, and with the same code; and what is in the way is
/// there.
void expect_obstacle(const message& m, const std::optional<obstacle>& found, const hubwire::result<std::size_t>& size) {
    expect(found.has_value() == !size, "there is an obstacle where it is refused");
    if (!found) return;
    expect(found->code == size.error().code, "which is what the encoder says");
    expect(found->system ? !m[*found->system].is_null() : !found->name.is_null(), "and a property that is there");
}
void expect_obstacles(const message& m, message_options rules) {
    expect_obstacle(m, find_amqp_obstacle(m, rules), amqp_message_size(m, rules));
    for (const bool refuse_loss : {false, true}) {
        rules.refuse_loss = refuse_loss;
        expect_obstacle(m, find_mqtt_obstacle(m, rules), mqtt_bag_size(m, rules));
    }
}

/// What breaks a rule of the hub breaks it alone, too, and at the same place.
void expect_broken_rule(const message& m, const std::optional<obstacle>& found,
                        hubwire::result<void> (*check)(const message&)) {
    const auto verdict = check(m);
    expect(found.has_value() == !verdict, "there is an obstacle where it is refused");
    if (!found) return;
    const hubwire::error why{.code = found->code, .offset = found->offset};
    expect(verdict.error() == why, "which is what the check says");
    const auto is_refused = [&](const message& alone) {
        const auto its_own = check(alone);
        return !its_own && its_own.error() == why;
    };
    message alone;
    if (found->system) {
        alone[*found->system] = m[*found->system];
        return expect(is_refused(alone), "a property of the system is refused by itself");
    }
    if (found->name.is_null()) return expect(why.code == errc::iothub_message_size, "nobody is to blame for a size");
    bool is_there = false;
    for (const property p : m.application_properties) {
        const property one = found->in_name ? property{.name = p.name} : p;
        alone.application_properties = std::span<const property>{&one, 1};
        is_there = is_there || (found->name.raw() == p.name.raw() && is_refused(alone));
    }
    expect(is_there, "a property of the application is refused by itself");
}
void expect_broken_rules(const message& m) {
    expect_broken_rule(m, find_obstacle_from_device(m), check_message_from_device);
    expect_broken_rule(m, find_obstacle_to_device(m), check_message_to_device);
}

std::string payload_of(const message& m) {
    std::string all;
    for (const amqp::data piece : m.body.sections()) all += piece.content.text();
    return all;
}

bool same_text(const property_value& a, const property_value& b) { return support::text_of(a) == support::text_of(b); }

/// Field for field, but for the types that MQTT does not have: there everything is a text.
void expect_same(const message& a, const message& b, bool of_mqtt) {
    bool stayed_behind = false;
    for (std::size_t i = 0; i != system_property_count; ++i) {
        const auto which = static_cast<system_property>(i);
        if (of_mqtt && mqtt_name(which).empty()) {
            stayed_behind = stayed_behind || !a[which].is_null();
            continue;
        }
        if (which == system_property::absolute_expiry_time || which == system_property::creation_time) {
            // A time can be written in several ways, and that there is none, too.
            const auto time = a[which].time();
            const auto other = b[which].time();
            expect(time.has_value() == other.has_value() && (!time || *time == *other), "a time is the same");
        } else {
            expect(same_text(a[which], b[which]), "a property of the system is the same");
        }
    }
    expect(support::properties_of(a.application_properties) == support::properties_of(b.application_properties),
           "the application's properties are the same");
    expect(a.body == b.body, "the body is the same");
    if (stayed_behind) return;  // and may have been what has no form as a text, and so no size
    const auto size = message_size(a);
    expect(size.has_value() == message_size(b).has_value(), "the size has the same meaning");
}

/// In a batch behind another one: as it is alone, or not at all.
void expect_batched(const message& m, const bytes_or_refusal& wire, const message_options& rules) {
    constexpr std::size_t first = 11;
    const std::size_t head = wire && wire->size() > 0xFF ? 8 : 5;
    const std::size_t size = first + (wire ? head + wire->size() : 0);
    const std::unique_ptr<char[]> room{new char[size]};
    batch_builder tight{buffer{room.get(), size - (wire ? 1 : 0)}};
    expect(tight.add(message{.body = bytes{"a", 1}}).has_value() && tight.size() == first, "a small one fits");
    expect(!tight.add(m, rules) && tight.size() == first && tight.count() == 1, "what does not fit changes nothing");
    if (!wire) return;
    batch_builder all{buffer{room.get(), size}};
    expect(all.add(message{.body = bytes{"a", 1}}) && all.add(m, rules), "both fit exactly");
    const auto read = decode<batch>(*all.finish());
    expect(read && read->messages.size() == 2 && (*++read->messages.begin()).content == bytes{*wire}, "and are there");
}

void check_mqtt(std::string_view input, const message_options& rules) {
    const bytes payload{input.data(), input.size() / 4};
    const auto m = decode_mqtt_message(input, payload, rules);
    const auto bag = decode_property_bag(input, rules.bag);
    if (!bag) return expect(!m && m.error() == bag.error(), "a message is refused as its bag is");
    // Field for field, against the naive reading of the bag.
    std::array<std::optional<std::string>, system_property_count> of_system;
    support::naive_properties of_application;
    std::array<bool, system_property_count> seen{};
    bool repeated = false;
    for (const auto& [name, value] : support::properties_of(*bag)) {
        const auto which = find_mqtt_name(name);
        if (!which) {
            of_application.emplace_back(name, value);
            continue;
        }
        const auto index = static_cast<std::size_t>(*which);
        repeated = repeated || seen[index];
        seen[index] = true;
        of_system[index] = value;
    }
    if (repeated && !rules.last_repeated_counts)
        return expect(!m && m.error().code == errc::iothub_message_repeated, "repeated properties are refused");
    expect(m.has_value(), "everything else is a message");
    for (std::size_t i = 0; i != system_property_count; ++i)
        expect(support::text_of((*m)[static_cast<system_property>(i)]) == of_system[i], "a property of the system");
    expect(support::properties_of(m->application_properties) == of_application, "the application's properties");

    const auto again = to_mqtt(*m, rules);
    expect(again.has_value(), "what came by MQTT goes by MQTT");
    const auto same = decode_mqtt_message(*again, payload);
    expect(same && *same == *m, "and means the same");
    const auto wire = to_amqp(*m, rules);
    expect_batched(*m, wire, rules);
    expect_obstacles(*m, rules);
    expect_broken_rules(*m);
    if (!wire) return;
    const auto from_amqp = decode_amqp_message(bytes{*wire});
    expect(from_amqp.has_value(), "what was written for AMQP is read");
    expect_same(*m, *from_amqp, true);
    const auto back = to_mqtt(*from_amqp, rules);
    if (!back) return expect(false, "what came by MQTT goes back");
    const auto third = decode_mqtt_message(*back, payload);
    expect(third.has_value(), "and is read");
    expect(to_amqp(*third, rules) == wire, "from there on nothing changes");
}

void check_amqp(std::string_view input, const message_options& rules) {
    const auto m = decode_amqp_message(bytes{input}, rules);
    const auto parsed = amqp::decode<amqp::message>(bytes{input}, rules.amqp);
    if (!parsed) return expect(!m && m.error() == parsed.error(), "a message is refused as AMQP refuses it");
    expect(to_message(*parsed, rules).has_value() == m.has_value(), "one that was read already is the same");
    if (!m) return expect(m.error().offset <= input.size(), "refused within the input");
    const auto wire = to_amqp(*m, rules);
    expect(wire.has_value(), "what came by AMQP goes by AMQP");
    expect_batched(*m, wire, rules);
    expect_obstacles(*m, rules);
    expect_broken_rules(*m);
    const auto again = decode_amqp_message(bytes{*wire}, rules);
    expect(again && to_amqp(*again, rules) == wire, "and is the same");
    const auto bag = to_mqtt(*m, rules);
    if (!bag) return;
    const std::string payload = payload_of(*m);
    const auto from_mqtt = decode_mqtt_message(*bag, bytes{payload});
    expect(from_mqtt.has_value(), "what was written for MQTT is read");
    expect_same(*m, *from_mqtt, true);
    expect(to_mqtt(*from_mqtt, rules) == bag, "and is the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::unique_ptr<char[]> copy{new char[size - 1]};
    for (std::size_t i = 0; i + 1 < size; ++i) copy[i] = static_cast<char>(data[i + 1]);
    const std::string_view input{copy.get(), size - 1};
    const message_options rules{.bag = {.keep_malformed = (data[0] & 2) != 0},
                                .amqp = {.no_body = (data[0] & 4) != 0, .any_order = (data[0] & 8) != 0},
                                .last_repeated_counts = (data[0] & 16) != 0};
    (data[0] & 1) != 0 ? check_mqtt(input, rules) : check_amqp(input, rules);
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 1,
                        [](std::string& text, const std::uint8_t* choice, fuzz::dice& d) {
                            if ((choice[0] & 1) != 0) return fuzz::bend_text(text, d);
                            fuzz::bend_amqp(text, fuzz::amqp_input::message, d);
                        });
}
