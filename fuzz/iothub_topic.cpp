#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "support/naive_topic.hpp"
#include "support/oracle.hpp"

// Topics and filters of the hub, against readers that go by the patterns, and as round trips. The first byte says which
// options, and what is built of the rest; the rest is the topic.

namespace {

using fuzz::expect;
using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using namespace hubwire::iothub;

/// Encodes into no room, then into as much more as the error asks for, which is then exactly enough. Nothing if the
/// topic cannot be written, which then is so in any room.
template <class Encode>
std::string exactly(Encode encode, const hubwire::result<std::size_t>& size) {
    if (!size) {
        std::array<char, 4096> memory{};
        const auto refused = encode(buffer{memory});
        expect(!refused && refused.error() == size.error(), "refused for the same reason, and there");
        return {};
    }
    const std::unique_ptr<char[]> room{new char[*size]};
    if (*size != 0) {
        const auto refused = encode(buffer{room.get(), *size - 1});
        expect(!refused && refused.error() == hubwire::error{errc::no_space, *size - 1, 1}, "one byte is missing");
    }
    const auto encoded = encode(buffer{room.get(), *size});
    expect(encoded && encoded->size() == *size, "what is needed is exactly what is used");
    return std::string{encoded->text()};
}

template <class T>
std::string written(const T& topic) {
    return exactly([&](buffer to) { return encode(to, topic); }, encoded_size(topic));
}

/// What was built is written, and comes back.
template <class T>
void build(const T& topic) {
    const std::string text = written(topic);
    if (text.empty()) return;
    const auto again = decode<T>(text);
    expect(again && *again == topic, "what was built comes back");
    expect(support::shown_outcome(again) == support::naive_topic(T::kind, text), "and is what it says it is");
}

/// What was read is written again, unless it holds what no topic can.
template <class T>
void rebuild(const T& topic, std::string_view text) {
    const std::string again = written(topic);
    expect(again.empty() == (!encoded_size(topic).has_value()), "written or refused");
    if (again.empty()) {
        expect(text.find_first_of(std::string_view{"#+\0", 3}) != std::string_view::npos, "only for a wildcard");
        return;
    }
    const auto read = decode<T>(again);
    expect(read && *read == topic, "what is written again is read the same");
    expect(written(*read) == again, "and is written as before");
}

template <class T>
void read(std::string_view text, const topic_options& rules) {
    const auto topic = decode<T>(text, rules);
    expect(support::shown_outcome(topic) == support::naive_topic(T::kind, text, rules.allow_missing_slash),
           "a topic as the naive reader has it");
    if (topic) rebuild(*topic, text);
}

template <class Any>
void read_any(const hubwire::result<Any>& any, const support::outcome<std::string>& naive) {
    const auto ours = support::shown_outcome(any);
    if (const auto* refused = std::get_if<support::refusal>(&ours)) {
        const auto* expected = std::get_if<support::refusal>(&naive);
        expect(expected != nullptr && refused->at == expected->at, "refused where it comes latest");
    } else {
        expect(ours == naive, "any topic as the naive reader has it");
    }
}

void read_all(std::string_view text, const topic_options& rules) {
    read<telemetry_topic>(text, rules);
    read<twin_get_topic>(text, rules);
    read<twin_reported_topic>(text, rules);
    read<method_response_topic>(text, rules);
    read<devicebound_topic>(text, rules);
    read<input_topic>(text, rules);
    read<twin_response_topic>(text, rules);
    read<twin_desired_topic>(text, rules);
    read<method_request_topic>(text, rules);
    read_any(decode_topic_to_client(text, rules), support::naive_topic_to_client(text, rules.allow_missing_slash));
    read_any(decode_topic_to_hub(text, rules), support::naive_topic_to_hub(text, rules.allow_missing_slash));
}

/// A filter is what it should be for the client, or refused where it first differs from all of them.
void read_filter(std::string_view filter, const identity& client, const filter_options& rules) {
    const auto ours = decode_filter(filter, client, rules);
    std::string own = "devices/" + std::string{client.device_id};
    if (client.is_module()) own += "/modules/" + std::string{client.module_id};
    const auto is_desired = filter.substr(0, 38) == "$iothub/twin/PATCH/properties/desired/";
    const auto is_method = filter.substr(0, 21) == "$iothub/methods/POST/";
    const bool has_end = filter.substr(is_desired ? 38 : is_method ? 21 : filter.size()) == "#";
    std::size_t naive = 99;
    if (filter == "$iothub/twin/res/#") naive = static_cast<std::size_t>(feed::twin_responses);
    if (is_desired && (has_end || rules.allow_any_end)) naive = static_cast<std::size_t>(feed::twin_desired);
    if (is_method && (has_end || rules.allow_any_end)) naive = static_cast<std::size_t>(feed::method_requests);
    if (!client.is_module() && filter == own + "/messages/devicebound/#")
        naive = static_cast<std::size_t>(feed::devicebound);
    if (client.is_module() && (filter == own + "/inputs/#" || (rules.allow_whole_module && filter == own + "/#")))
        naive = static_cast<std::size_t>(feed::inputs);
    expect((ours ? static_cast<std::size_t>(*ours) : 99) == naive, "a filter as read by hand");
    if (!ours) expect(ours.error().offset <= filter.size(), "refused within the filter");
    using hubwire::mqtt::qos;
    for (const qos wanted : {qos::at_most_once, qos::at_least_once, qos::exactly_once}) {
        const auto answer = answer_to_subscription({.filter = filter, .qos = wanted}, client, rules);
        expect(ours ? answer.granted == *ours : !answer.granted, "what is granted is what the filter says");
        const unsigned code = !ours ? 0x80 : wanted == qos::at_most_once ? 0 : 1;
        expect(static_cast<unsigned>(answer.code()) == code, "with QoS 1 at most");
    }
}

void filters(std::string_view text, std::string_view device, std::string_view module, unsigned choice) {
    const filter_options rules{.allow_any_end = (choice & 2) != 0, .allow_whole_module = (choice & 4) != 0};
    for (const identity& client : {identity{.device_id = device}, identity{device, module}}) {
        read_filter(text, client, rules);
        for (const feed wanted :
             {feed::devicebound, feed::inputs, feed::twin_responses, feed::twin_desired, feed::method_requests}) {
            std::array<char, 4096> memory{};
            const auto filter = encode_filter(memory, wanted, client);
            const bool is_own = wanted == (client.is_module() ? feed::devicebound : feed::inputs);
            expect(filter.has_value() != is_own, "which client has which feed");
            if (!filter) continue;
            expect(*decode_filter(filter->text(), client, rules) == wanted, "a filter comes back");
            read_filter(filter->text(), client, rules);
            if (hubwire::utf8_valid_prefix(filter->text(), hubwire::nul::refused) == filter->size())
                expect(hubwire::mqtt::check_topic_filter(filter->text()).has_value(), "and is one");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 600) return 0;
    const unsigned choice = data[0];
    const std::string_view text = bytes{data + 1, size - 1}.text();
    read_all(text, {.allow_missing_slash = (choice & 1) != 0});

    // Of the same bytes: a level, a level and a value, which may be anything.
    const std::size_t half = text.size() / 2;
    const std::string device = support::as_level(text.substr(0, half));
    const std::string module = support::as_level(text.substr(half));
    const std::string_view value = text.empty() ? "x" : text;
    const auto number = static_cast<std::int64_t>(choice * 0x9E37'79B9'7F4A'7C15u * (size | 1));
    const auto status = static_cast<std::uint16_t>(number & 1023);
    const std::optional<std::int64_t> version = (choice & 1) != 0 ? std::optional<std::int64_t>{number} : std::nullopt;
    build(telemetry_topic{.sender = {.device_id = device}, .bag = text});
    build(telemetry_topic{.sender = {device, module}, .bag = text});
    build(devicebound_topic{.device_id = device, .bag = text});
    build(input_topic{.receiver = {device, module}, .input = value, .bag = text});
    build(twin_get_topic{.rid = value});
    build(twin_reported_topic{.rid = value, .version = version});
    build(twin_response_topic{.status = status, .rid = value, .version = version});
    build(twin_desired_topic{.version = number});
    build(method_request_topic{.name = value, .rid = value});
    build(method_response_topic{.status = status, .rid = value});
    expect(encoded_size(method_response_topic{.status = status, .rid = value}).has_value() == (status <= 999),
           "what can be written");
    expect(encoded_size(telemetry_topic{.sender = {device, module}}).has_value(), "a level that can be one");
    const method_name name = split_method_name(value);
    const std::size_t star = value.find('*');
    expect(name.component == value.substr(0, star == value.npos ? 0 : star), "a component");
    expect(name.command == value.substr(star == value.npos ? 0 : star + 1), "a command");

    // Such as they are, identifiers are refused if they cannot be levels.
    const bool is_level = text.find_first_of(std::string_view{"/#+\0", 4}) == std::string_view::npos && !text.empty();
    expect(encoded_size(devicebound_topic{.device_id = text}).has_value() == is_level, "what can be a level");
    filters(text, device, module, choice);
    return 0;
}
