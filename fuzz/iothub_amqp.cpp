#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/amqp.hpp"
#include "support/exact_block.hpp"
#include "support/mutate_amqp.hpp"
#include "support/oracle.hpp"

// What the hub layers over AMQP. The first byte of the input says by which options, and whether the rest is a message
// to be read as each of the operations, the fields of operations to be written, or texts and parts of a batch.

namespace {

using fuzz::expect;
using hubwire::bytes;
using hubwire::errc;
namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;
using namespace std::literals;

amqp::options options_of(std::uint8_t choice) {
    return {.any_symbol = (choice & 1) != 0,
            .any_key = (choice & 2) != 0,
            .any_property = (choice & 4) != 0,
            .no_body = (choice & 8) != 0,
            .any_order = (choice & 16) != 0};
}

// Operations, read from any message

/// In as many ways as there are, and in no less room.
template <class T>
std::optional<std::string> encoded(const T& operation, const amqp::options& rules) {
    const auto size = fuzz::without_allocations([&] { return iothub::encoded_size(operation, rules); });
    if (!size) return std::nullopt;
    support::exact_block memory{*size};
    const auto wire = fuzz::without_allocations([&] { return iothub::encode(memory, operation, rules); });
    expect(wire && wire->data() == memory.data() && wire->size() == *size, "it is as long as it was measured");
    std::string text{wire->text()};
    if (*size == 0) return text;
    support::exact_block less{*size - 1};
    const auto refused = iothub::encode(less, operation, rules);
    expect(!refused && refused.error() == hubwire::error{errc::no_space, *size - 1, 1}, "a byte less is too little");
    return text;
}

template <class T>
void expect_round_trip(const T& operation, const std::string& wire, const amqp::options& rules) {
    const support::exact_block block{bytes{wire}};
    const auto again = iothub::decode<T>(bytes{block}, rules);
    expect(again && *again == operation, "what was written is read as the same");
    expect(encoded(*again, rules) == wire, "and written as the same");
}

/// Whether a message is one, put as plainly as can be: the properties one after the other, by name.
struct plain {
    const amqp::message& m;

    [[nodiscard]] amqp::value property(std::string_view name) const {
        return m.application_properties ? first_of(*m.application_properties, name) : amqp::value{};
    }
    [[nodiscard]] amqp::value annotation(std::string_view name) const {
        return m.message_annotations ? first_of(*m.message_annotations, name) : amqp::value{};
    }
    /// A null does not count.
    static amqp::value first_of(const amqp::map& entries, std::string_view name) {
        for (const amqp::entry e : entries) {
            if (e.key.text() == name && !e.value.is_null()) return e.value;
        }
        return {};
    }
    [[nodiscard]] bool is_correlated() const { return m.properties && m.properties->correlation_id; }
    [[nodiscard]] bool has_bytes() const {
        return m.body.kind() == amqp::body_kind::none || m.body.single_data().has_value();
    }
    static bool is_text_or_absent(const amqp::value& v) { return v.is_null() || v.text().has_value(); }
    static bool is_number_or_absent(const amqp::value& v) { return v.is_null() || v.integer().has_value(); }
    static bool is_int(const amqp::value& v) {
        const auto n = v.integer();
        return n && *n >= std::numeric_limits<std::int32_t>::min() && *n <= std::numeric_limits<std::int32_t>::max();
    }
    [[nodiscard]] bool is_request(std::string_view operation) const {
        return property("operation").text() == operation && property("type").text() && property("name").text();
    }
    [[nodiscard]] bool has_expiration() const {
        const amqp::value v = property("expiration");
        const auto n = v.integer();
        return v.is_null() || v.type() == amqp::type::timestamp ||
               (n && *n <= 9'223'372'036'854'775 && *n >= -9'223'372'036'854'775);
    }

    [[nodiscard]] bool is(const iothub::cbs::put_token*) const {
        const auto token = m.body.single_value();
        return is_request("put-token") && has_expiration() && token && token->type() == amqp::type::string;
    }
    [[nodiscard]] bool is(const iothub::cbs::delete_token*) const { return is_request("delete-token"); }
    [[nodiscard]] bool is(const iothub::cbs::reply*) const {
        return is_int(property("status-code")) && is_text_or_absent(property("status-description"));
    }
    [[nodiscard]] bool is(const iothub::amqp_twin::request*) const {
        const auto name = annotation("operation").text();
        return (name == "GET" || name == "PATCH" || name == "PUT" || name == "DELETE") && is_correlated() &&
               is_text_or_absent(annotation("resource")) && is_number_or_absent(annotation("version")) && has_bytes();
    }
    [[nodiscard]] bool is(const iothub::amqp_twin::reply*) const {
        return is_correlated() && is_int(annotation("status")) && is_number_or_absent(annotation("version")) &&
               is_text_or_absent(annotation("resource")) && has_bytes();
    }
    [[nodiscard]] bool is(const iothub::amqp_twin::desired_update*) const {
        const auto resource = annotation("resource").text();
        return !is_correlated() &&
               (resource == "/properties/desired" || resource == "/notifications/twin/properties/desired") &&
               is_number_or_absent(annotation("version")) && has_bytes();
    }
    [[nodiscard]] bool is(const iothub::amqp_method::request*) const {
        return is_correlated() && property("IoThub-methodname").text().value_or("") != "" && has_bytes();
    }
    [[nodiscard]] bool is(const iothub::amqp_method::reply*) const {
        return is_correlated() && is_int(property("IoThub-status")) && has_bytes();
    }
    [[nodiscard]] bool is(const iothub::batch*) const { return m.body.kind() == amqp::body_kind::data; }
};

template <class T>
void read_as(bytes input, const amqp::options& rules) {
    const auto answer = fuzz::without_allocations([&] { return iothub::decode<T>(input, rules); });
    fuzz::expect_sound(input, answer);
    expect(!answer.incomplete(), "nothing in a message says that there is more");
    const auto m = amqp::decode<amqp::message>(input, rules);
    if (!m) {
        expect(!answer && answer.error() == m.error(), "what is wrong with the message comes first");
        return;
    }
    const auto of_message = iothub::decode<T>(*m);
    expect(answer.has_value() == of_message.has_value(), "as bytes and as a message");
    expect(answer.has_value() == plain{*m}.is(static_cast<const T*>(nullptr)), "it is what it looks like");
    if (!answer) {
        expect(of_message.error() == hubwire::error{.code = answer.error().code}, "for the same reason");
        return;
    }
    expect(*answer == *of_message, "the same operation");
    const auto wire = encoded(*answer, rules);
    expect(wire || rules.any_symbol, "what was read can be written; symbols may not be texts");
    if (wire) expect_round_trip(*answer, *wire, rules);
}

void read_all(bytes input, const amqp::options& rules) {
    read_as<iothub::cbs::put_token>(input, rules);
    read_as<iothub::cbs::delete_token>(input, rules);
    read_as<iothub::cbs::reply>(input, rules);
    read_as<iothub::amqp_twin::request>(input, rules);
    read_as<iothub::amqp_twin::reply>(input, rules);
    read_as<iothub::amqp_twin::desired_update>(input, rules);
    read_as<iothub::amqp_method::request>(input, rules);
    read_as<iothub::amqp_method::reply>(input, rules);
    read_as<iothub::batch>(input, rules);

    const auto m = amqp::decode<amqp::message>(input, rules);
    if (!m) return;
    using iothub::cbs::operation;
    const auto asked = iothub::cbs::operation_of(*m);
    const amqp::value named = m->application_properties
                                  ? m->application_properties->find("operation").value_or(amqp::value{})
                                  : amqp::value{};
    expect((asked == operation::put_token) == (named.text() == "put-token"), "what it asks for");
    expect((asked == operation::delete_token) == (named.text() == "delete-token"), "what it asks for");
    const iothub::event_annotations event = iothub::event_annotations_of(m->message_annotations);
    expect(event.offset == plain{*m}.annotation("x-opt-offset").text(), "its offset");
    expect(event.sequence_number == plain{*m}.annotation("x-opt-sequence-number").integer(), "its number");
    std::vector<char> memory(input.size() + 200);
    if (const auto map = iothub::as_annotations(memory, event))
        expect(iothub::event_annotations_of(*map) == event, "annotations are what was written");
}

// Operations, written with any fields

class source {
public:
    explicit source(bytes input) : in_{input, errc::truncated} {}
    std::uint8_t u8() { return in_.left() != 0 ? in_.u8() : std::uint8_t{0}; }
    std::uint64_t u64() {
        std::uint64_t number = 0;
        for (int i = u8() % 9; i != 0; --i) number = number << 8 | u8();
        return number;
    }
    bytes some() { return in_.take(std::min<std::size_t>(u8(), in_.left())); }
    std::string_view text() { return some().text(); }
    std::optional<std::string_view> maybe_text() { return (u8() & 1) != 0 ? std::optional{text()} : std::nullopt; }
    std::optional<std::int64_t> maybe_number() {
        return (u8() & 1) != 0 ? std::optional{static_cast<std::int64_t>(u64())} : std::nullopt;
    }
    std::optional<amqp::message_id> maybe_id() {
        switch (u8() % 5) {
            case 1:
                return u64();
            case 2:
                return text();
            case 3:
                return some();
            case 4: {
                amqp::uuid id;
                for (std::uint8_t& octet : id.octets) octet = u8();
                return id;
            }
            default:
                return std::nullopt;
        }
    }
    [[nodiscard]] bool empty() const { return in_.left() == 0; }

private:
    hubwire::reader in_;
};

/// Whatever can be written is read as the same. Only what is not UTF-8, or breaks the operation's own rule, cannot.
template <class T>
void write_one(const T& operation) {
    const auto wire = encoded(operation, {});
    if (wire) return expect_round_trip(operation, *wire, {});
    const errc why = iothub::encoded_size(operation).error().code;
    expect(why == errc::invalid_utf8 || why == errc::iothub_amqp_absent || why == errc::iothub_amqp_operation ||
               why == errc::iothub_amqp_body,
           "a reason not to write it");
    support::exact_block memory{8192};
    const auto refused = iothub::encode(memory, operation);
    expect(!refused && refused.error() == iothub::encoded_size(operation).error(), "the same reason");
}

/// A body of one space is none.
bytes without_space(bytes body) { return body.text() == " " ? bytes{} : body; }

void write_some(source from) {
    using namespace iothub;
    switch (from.u8() % 8) {
        case 0: {
            cbs::put_token t{.message_id = from.maybe_id(),
                             .to = from.maybe_text(),
                             .reply_to = from.maybe_text(),
                             .type = from.text(),
                             .audience = from.text()};
            if ((from.u8() & 1) != 0) t.expiration = amqp::timestamp{static_cast<std::int64_t>(from.u64())};
            t.token = from.text();
            return write_one(t);
        }
        case 1:
            return write_one(cbs::delete_token{.message_id = from.maybe_id(),
                                               .to = from.maybe_text(),
                                               .reply_to = from.maybe_text(),
                                               .type = from.text(),
                                               .audience = from.text()});
        case 2:
            return write_one(cbs::reply{.correlation_id = from.maybe_id(),
                                        .status_code = static_cast<std::int32_t>(from.u64()),
                                        .status_description = from.maybe_text()});
        case 3:
            return write_one(amqp_twin::request{.correlation_id = from.maybe_id(),
                                                .operation = amqp_twin::operation{from.u8()},
                                                .resource = from.maybe_text(),
                                                .version = from.maybe_number(),
                                                .body = without_space(from.some())});
        case 4:
            return write_one(amqp_twin::reply{.correlation_id = from.maybe_id(),
                                              .status = static_cast<std::int32_t>(from.u64()),
                                              .version = from.maybe_number(),
                                              .resource = from.maybe_text(),
                                              .body = without_space(from.some())});
        case 5: {
            amqp_twin::desired_update u{.version = from.maybe_number(), .body = without_space(from.some())};
            if (from.u8() % 4 == 0) u.resource = from.text();
            return write_one(u);
        }
        case 6:
            return write_one(
                amqp_method::request{.correlation_id = from.maybe_id(), .name = from.text(), .payload = from.some()});
        default:
            return write_one(amqp_method::reply{.correlation_id = from.maybe_id(),
                                                .status = static_cast<std::int32_t>(from.u64()),
                                                .payload = from.some()});
    }
}

void write_link_properties(source from) {
    const iothub::link_properties properties{.client_version = from.maybe_text(),
                                             .api_version = from.maybe_text(),
                                             .channel_correlation_id = from.maybe_text(),
                                             .model_id = from.maybe_text(),
                                             .auth_chain = from.maybe_text()};
    support::exact_block memory{4096};
    const auto map = fuzz::without_allocations([&] { return iothub::as_fields(memory, properties); });
    if (map) {
        expect(iothub::link_properties_of(*map) == properties, "properties are what was written");
    } else {
        expect(map.error().code == errc::invalid_utf8, "any text can be written");
    }
    amqp::redirect to{.hostname = from.maybe_text(), .network_host = from.maybe_text(), .address = from.maybe_text()};
    if ((from.u8() & 1) != 0) to.port = static_cast<std::uint16_t>(from.u64());
    const auto why = fuzz::without_allocations([&] { return amqp::as_error(memory, to); });
    if (why) {
        expect(amqp::redirect_of(*why) == to, "a redirect is what was written");
        expect(iothub::condition_of(*why) == iothub::hub_condition::link_redirect, "and is called one");
    } else {
        expect(why.error().code == errc::invalid_utf8, "any text can be written");
    }
}

// Texts

bool is_uuid(std::string_view text) {
    constexpr std::string_view form = "00000000-0000-0000-0000-000000000000";
    return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char f) {
        return f == '-' ? c == '-' : "0123456789abcdefABCDEF"sv.find(c) != std::string_view::npos;
    });
}

void check_uuid(bytes input) {
    const auto id = fuzz::without_allocations([&] { return iothub::decode_uuid(input.text()); });
    fuzz::expect_sound(input, id);
    expect(id.has_value() == is_uuid(input.text()), "a UUID is what looks like one");
    if (!id) return;
    support::exact_block memory{iothub::uuid_text_size};
    const auto text = iothub::encode_uuid(memory, *id);
    std::string lower{input.text()};
    for (char& c : lower) c = static_cast<char>('A' <= c && c <= 'F' ? c + 32 : c);
    expect(text && text->text() == lower, "in lower case");
}

/// A selector as a person would take it apart, without offsets.
std::optional<iothub::selector> plain_selector(std::string_view text) {
    const auto trim = [](std::string_view t) {
        while (t.starts_with(' ')) t.remove_prefix(1);
        while (t.ends_with(' ')) t.remove_suffix(1);
        return t;
    };
    const std::size_t greater = text.find('>');
    if (greater == std::string_view::npos) return std::nullopt;
    const std::string_view left = trim(text.substr(0, greater));
    std::string_view right = text.substr(greater + 1);
    iothub::selector s;
    if (right.starts_with('=')) {
        s.inclusive = true;
        right.remove_prefix(1);
    }
    right = trim(right);
    const char mark = right.empty() ? ' ' : right.front();
    const bool quoted = right.size() >= 2 && (mark == '\'' || mark == '"') && right.back() == mark;
    const std::string_view inner = quoted ? right.substr(1, right.size() - 2) : right;
    if (left == "amqp.annotation.x-opt-offset") {
        constexpr std::string_view bare = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@-_.:";
        if (quoted && (inner.find(mark) != inner.npos || inner.find('\'') != inner.npos)) return std::nullopt;
        if (!quoted && (inner.empty() || inner.find_first_not_of(bare) != inner.npos)) return std::nullopt;
        s.key = iothub::selector_key::offset;
        s.offset = inner;
        return s;
    }
    if (left == "amqp.annotation.x-opt-enqueued-time" || left == "amqp.annotation.x-opt-enqueuedtimeutc")
        s.key = iothub::selector_key::enqueued_time;
    else if (left != "amqp.annotation.x-opt-sequence-number")
        return std::nullopt;
    const auto number = hubwire::text::decode_decimal<std::int64_t>(inner);
    if (!number) return std::nullopt;
    s.number = *number;
    return s;
}

void check_selector(bytes input) {
    const auto s = fuzz::without_allocations([&] { return iothub::decode_selector(input.text()); });
    fuzz::expect_sound(input, s);
    const auto expected = plain_selector(input.text());
    expect(s.has_value() == expected.has_value() && (!s || *s == *expected), "a selector is what looks like one");
    if (!s) return;
    support::exact_block memory{2 * input.size() + 200};
    const auto filters = fuzz::without_allocations([&] { return iothub::as_filters(memory, *s); });
    if (!filters) return expect(filters.error().code == errc::invalid_utf8, "it can be written");
    const auto again = iothub::selector_of(*filters);
    expect(again && *again == *s, "the filter is what was written");
}

void check_any_offset(bytes input) {
    const iothub::selector s{.key = iothub::selector_key::offset, .inclusive = true, .offset = input.text()};
    support::exact_block memory{input.size() + 100};
    const auto text = iothub::encode_selector(memory, s);
    const bool has_quote = input.text().find('\'') != std::string_view::npos;
    expect(text.has_value() == !has_quote, "nothing breaks out");
    if (!text) return;
    const auto again = iothub::decode_selector(text->text());
    expect(again && *again == s, "an offset stays what it is");
}

void check_channel(bytes input) {
    const auto c = iothub::decode_channel_correlation(input.text());
    fuzz::expect_sound(input, c);
    const bool known = input.text().starts_with("twin:") || input.text().starts_with("methods:");
    expect(c.has_value() == known, "twin or methods");
    if (!c) return;
    support::exact_block memory{input.size()};
    const auto text = iothub::encode_channel_correlation(memory, *c);
    expect(text && *text == input, "the same text");
}

// Batches

void build_batch(source from) {
    support::exact_block memory{from.u64() % 2048};
    iothub::batch_builder b{memory};
    std::vector<std::string> messages;
    std::size_t size = 0;
    while (!from.empty()) {
        const bytes body = from.some();
        const amqp::message m{.body = amqp::data{body}};
        const std::size_t encoded_size = *amqp::encoded_size(m);
        const std::size_t section = encoded_size + (encoded_size <= 255 ? 5 : 8);
        support::exact_block own{encoded_size};
        const bytes wire = *amqp::encode(own, m);
        const bool encoded_before = (from.u8() & 1) != 0;
        const auto added = fuzz::without_allocations([&] { return encoded_before ? b.add(wire) : b.add(m); });
        expect(added.has_value() == (section <= memory.size() - size), "what fits is added");
        if (added) {
            size += section;
            messages.emplace_back(wire.text());
        } else {
            const std::size_t missing = size + section - memory.size();
            expect(added.error() == hubwire::error{errc::no_space, memory.size(), missing}, "so much is missing");
        }
        expect(b.size() == size && b.count() == messages.size(), "nothing else");
    }
    const auto wire = b.finish();
    expect(wire.has_value() == !messages.empty(), "a batch holds a message");
    if (!wire) return;
    const auto read = iothub::decode<iothub::batch>(*wire);
    expect(read && read->messages.size() == messages.size(), "as many messages");
    std::size_t index = 0;
    for (const amqp::data one : read->messages) expect(one.content.text() == messages[index++], "the same messages");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const support::exact_block block{bytes{data + 1, size - 1}};
    switch (data[0] >> 5) {
        case 4:
            write_some(source{block});
            break;
        case 5:
            write_link_properties(source{block});
            break;
        case 6:
            check_uuid(block);
            check_selector(block);
            check_any_offset(block);
            check_channel(block);
            break;
        case 7:
            build_batch(source{block});
            break;
        default:
            read_all(block, options_of(data[0]));
            break;
    }
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate(data, size, max_size, seed, 1,
                        [](std::string& text, const std::uint8_t* choice, fuzz::dice& d) {
                            if (choice[0] >> 5 >= 4) return fuzz::bend_text(text, d);
                            fuzz::bend_amqp(text, fuzz::amqp_input::message, d);
                        });
}
