#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/operation.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using hubwire::errc;
using fault = hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;
namespace amqp = hubwire::amqp;
namespace text = hubwire::text;
using support::refusal_as;
using support::wire;

namespace {

constexpr auto two_wire = wire<"005375 a006 005375 a001 'a' 005375 a007 005375 a002 'bc'">;

consteval bool batch_is_a_constant() {
    std::array<char, 100> memory{};
    batch_builder b{memory};
    if (!b.add(amqp::message{.body = amqp::data{"a"sv}}) || !b.add(wire<"005375 a002 'bc'">)) return false;
    if (*b.finish() != bytes{two_wire}) return false;
    std::array<char, 100> other_memory{};
    batch_builder other{other_memory};
    if (!other.add(message{.body = "a"sv}) || !other.add(message{.body = "bc"sv})) return false;
    if (*other.finish() != bytes{two_wire}) return false;
    std::size_t count = 0;
    const auto read = decode<batch>(*b.finish());
    for (const amqp::data one : read->messages)
        count += amqp::decode<amqp::message>(one.content)->body.single_data()->size();
    return count == 3;
}
static_assert(batch_is_a_constant());

/// The bodies of the messages in a batch.
std::vector<std::string> bodies_of(const batch& b, const amqp::options& rules) {
    std::vector<std::string> bodies;
    for (const amqp::data one : b.messages) {
        const auto m = amqp::decode<amqp::message>(one.content, rules);
        bodies.emplace_back(m ? m->body.single_data()->text() : m.error().message());
    }
    return bodies;
}

}  // namespace

TEST_CASE("messages are added one by one, encoded or not, and gone through") {
    std::array<char, 100> memory;
    batch_builder b{memory};
    CHECK(b.finish().error() == fault{errc::iothub_amqp_body, 0, 0});
    CHECK(b.add(amqp::message{.body = amqp::data{"a"sv}}));
    CHECK(b.count() == 1);
    CHECK(b.size() == 11);
    CHECK(b.finish()->size() == 11);
    CHECK(b.add(wire<"005375 a002 'bc'">));
    CHECK(b.count() == 2);
    CHECK(*b.finish() == bytes{two_wire});
    const auto read = decode<batch>(*b.finish());
    REQUIRE(read);
    CHECK(read->messages.size() == 2);
    CHECK(bodies_of(*read, {}) == std::vector<std::string>{"a", "bc"});
}

TEST_CASE("a batch stays as it was where a message does not fit, or is refused") {
    for (std::size_t capacity = 0; capacity <= two_wire.size(); ++capacity) {
        support::exact_block block{capacity};
        batch_builder b{{block.data(), block.size()}};
        const auto first = b.add(amqp::message{.body = amqp::data{"a"sv}});
        CHECK(first.has_value() == (capacity >= 11));
        if (!first) {
            CHECK(first.error() == fault{errc::no_space, capacity, 11 - capacity});
            CHECK(b.count() == 0);
            continue;
        }
        const auto second = b.add(wire<"005375 a002 'bc'">);
        CHECK(second.has_value() == (capacity == two_wire.size()));
        if (!second) CHECK(second.error() == fault{errc::no_space, capacity, two_wire.size() - capacity});
        CHECK(*b.finish() == bytes{two_wire}.first(second ? two_wire.size() : 11));
    }
    std::array<char, 100> memory;
    batch_builder b{memory};
    CHECK(b.add(amqp::message{.body = amqp::data{"a"sv}}));
    CHECK(b.add(amqp::message{}).error() == fault{errc::amqp_no_body, 0, 0});
    CHECK(b.add(amqp::message{.body = amqp::amqp_value{"\xff"}}).error().code == errc::invalid_utf8);
    CHECK(*b.finish() == bytes{two_wire}.first(11));
    batch_builder of_empty{memory, {.no_body = true}};
    CHECK(of_empty.add(amqp::message{}));
    CHECK(*of_empty.finish() == bytes{wire<"005375 a000">});
}

TEST_CASE("the hub's messages are added as they are") {
    const property properties[] = {{"level", text::percent_text{"h%20i"}}};
    const message m{.message_id = "m-1", .application_properties = properties, .body = "21"sv};
    std::array<char, 200> alone;
    const auto encoded = encode_amqp_message(alone, m);
    REQUIRE(encoded);
    constexpr std::size_t head = 5;
    for (std::size_t capacity = 0; capacity <= two_wire.size() + head + encoded->size(); ++capacity) {
        support::exact_block block{capacity};
        batch_builder b{{block.data(), block.size()}};
        if (!b.add(message{.body = "a"sv}) || !b.add(message{.body = "bc"sv})) continue;
        const auto added = b.add(m);
        const bool fits = capacity == two_wire.size() + head + encoded->size();
        CHECK(added.has_value() == fits);
        CHECK(b.count() == (fits ? 3 : 2));
        if (!fits) {
            CHECK(added.error() ==
                  fault{errc::no_space, capacity, two_wire.size() + head + encoded->size() - capacity});
            CHECK(*b.finish() == bytes{two_wire});
            continue;
        }
        const auto read = decode<batch>(*b.finish());
        REQUIRE(read);
        std::size_t count = 0;
        for (const amqp::data one : read->messages) {
            if (++count == 3) CHECK(one.content == *encoded);
            CHECK(decode_amqp_message(one.content, {.amqp = c_sdk_messages}));
        }
        CHECK(count == 3);
    }
}

TEST_CASE("a message of the hub that AMQP cannot carry leaves the batch as it was") {
    std::array<char, 100> memory;
    batch_builder b{memory};
    CHECK(b.add(message{.body = "a"sv}));
    const message of_bad_time{.creation_time = "2021-04-21T11:30:16", .body = "b"sv};
    CHECK(b.add(of_bad_time).error().code == errc::timestamp_zone);
    CHECK(b.add(message{.subject = "\xff", .body = "b"sv}).error().code == errc::invalid_utf8);
    CHECK(*b.finish() == bytes{two_wire}.first(11));
    CHECK(b.add(of_bad_time, {.times = {.allow_no_zone = true}}));
    CHECK(b.count() == 2);
    batch_builder of_any_symbol{memory, {.any_symbol = true}};
    CHECK(of_any_symbol.add(message{.content_type = "\xc3\xa9"}));
    CHECK(b.add(message{.content_type = "\xc3\xa9"}).error().code == errc::amqp_symbol);
}

TEST_CASE("large messages have large heads") {
    const std::string body(300, 'x');
    std::vector<char> memory(2000);
    batch_builder b{memory};
    CHECK(b.add(amqp::message{.body = amqp::data{body}}));
    const std::string encoded = std::string{bytes{wire<"005375 b0 0000012c">}.text()} + body;
    CHECK(b.add(encoded));
    const std::string one = std::string{bytes{wire<"005375 b0 00000134">}.text()} + encoded;
    CHECK(*b.finish() == bytes{one + one});
    CHECK(bodies_of(*decode<batch>(*b.finish()), {}) == std::vector<std::string>{body, body});
}

TEST_CASE("a batch as the SDK for C writes it is read by the named relaxation") {
    constexpr auto with_property = wire<
        "005375 a025 005373 45 005374 c1 07 02 a101 'p' a101 'v'"
        "005372 c1 05 02 a301 'a' 41 005375 a006 'c body'">;
    const auto read = decode<batch>(with_property);
    REQUIRE(read);
    CHECK(bodies_of(*read, {}) == std::vector<std::string>{"the sections are not in their order"});
    CHECK(bodies_of(*read, c_sdk_messages) == std::vector<std::string>{"c body"});
    const auto m = amqp::decode<amqp::message>((*read->messages.begin()).content, c_sdk_messages);
    REQUIRE(m);
    CHECK(m->properties == amqp::properties{});
    CHECK(m->application_properties->get<std::string_view>("p") == "v");
    CHECK(m->message_annotations->size() == 1);
}

TEST_CASE("a batch with annotations, encoded at once") {
    const amqp::entry annotations[] = {{amqp::symbol{"x-opt-partition-key"}, "k"}};
    const amqp::data messages[] = {{wire<"005375 a001 'a'">}, {wire<"005375 a002 'bc'">}};
    const batch b{.message_annotations = amqp::annotations{annotations},
                  .messages = std::span<const amqp::data>{messages}};
    CHECK(support::refusal_of(b) == fault{});
    std::array<char, 100> memory;
    const auto encoded = encode(memory, b);
    REQUIRE(encoded);
    CHECK(*encoded == bytes{wire<"005372 c1 19 02 a313 'x-opt-partition-key' a101 'k'"
                                 "005375 a006 005375 a001 'a' 005375 a007 005375 a002 'bc'">});
    const auto read = decode<batch>(*encoded);
    REQUIRE(read);
    CHECK(*read == b);
    CHECK(event_annotations_of(read->message_annotations).partition_key == "k");
    CHECK(support::refusal_of(batch{}) == fault{errc::iothub_amqp_body, 0, 0});
}

TEST_CASE("what is said of all messages of a batch stands before them, and fits or is left out") {
    constexpr auto all = wire<
        "005372 c1 19 02 a313 'x-opt-partition-key' a101 'k'"
        "005375 a006 005375 a001 'a'">;
    const amqp::entry entries[] = {{amqp::symbol{"x-opt-partition-key"}, "k"}};
    const amqp::annotations annotations{entries};
    constexpr std::size_t head = all.size() - 11;
    for (std::size_t capacity = 0; capacity <= all.size(); ++capacity) {
        support::exact_block block{capacity};
        batch_builder b{{block.data(), block.size()}};
        const auto annotated = b.annotate(annotations);
        CHECK(annotated.has_value() == (capacity >= head));
        CHECK(b.size() == (annotated ? head : 0));
        CHECK(b.count() == 0);
        CHECK(b.finish().error() == fault{errc::iothub_amqp_body, 0, 0});
        if (!annotated) {
            CHECK(annotated.error().code == errc::no_space);
            continue;
        }
        CHECK(b.annotate(annotations).error() == fault{errc::amqp_section_order, head, 0});  // once
        if (b.add(message{.body = "a"sv})) CHECK(*b.finish() == bytes{all});
        CHECK(b.count() == (capacity == all.size() ? 1 : 0));
    }
    std::array<char, 100> memory;
    batch_builder b{memory};
    CHECK(b.add(message{.body = "a"sv}));
    CHECK(b.annotate(annotations).error() == fault{errc::amqp_section_order, 11, 0});  // too late
    CHECK(*b.finish() == bytes{two_wire}.first(11));
    batch_builder other{memory};
    const amqp::entry no_symbol[] = {{"x-opt-partition-key", "k"}};
    CHECK(other.annotate(amqp::annotations{no_symbol}).error().code == errc::amqp_key);
    CHECK(other.size() == 0);
    CHECK(other.annotate(annotations));
}

TEST_CASE("a message in a batch has a partition key of its own") {
    std::array<char, 100> memory;
    batch_builder b{memory};
    CHECK(b.add(message{.partition_key = "k", .body = "a"sv}));
    const auto read = decode<batch>(*b.finish());
    REQUIRE(read);
    CHECK_FALSE(read->message_annotations);
    const auto m = decode_amqp_message((*read->messages.begin()).content);
    REQUIRE(m);
    CHECK(m->partition_key == "k");
    CHECK(m->body == message_body{"a"sv});
}

TEST_CASE("what is no batch is refused, and where") {
    CHECK(refusal_as<batch>(wire<"005373 45 005377 40">) == fault{errc::iothub_amqp_body, 4, 0});
    CHECK(refusal_as<batch>(wire<"005376 45">) == fault{errc::iothub_amqp_body, 0, 0});
    CHECK(refusal_as<batch>(wire<"005373 45">) == fault{errc::amqp_no_body, 4, 0});
    CHECK(refusal_as<batch>(wire<"005373 45">, {.no_body = true}) == fault{errc::iothub_amqp_body, 4, 0});
    CHECK(refusal_as<batch>(wire<"005375 a002 'a'">).code == errc::truncated);
    CHECK(support::every_mutation(two_wire, [](bytes input) { return decode<batch>(input); }) == "");
}

TEST_CASE("a batch in the usual form is read by the same rules as any message") {
    CHECK(refusal_as<batch>(wire<"">) == fault{errc::amqp_no_body, 0, 0});
    CHECK(refusal_as<batch>(two_wire, {.max_depth = 1}) == fault{});
    CHECK(refusal_as<batch>(two_wire, {.max_depth = 0}).code == errc::amqp_depth);
    CHECK(refusal_as<batch>(wire<"005375 b0 00000003 'a'">).code == errc::truncated);
    CHECK(refusal_as<batch>(wire<"005375 a001 'a' 005375 a103 'abc'">) == fault{errc::amqp_type, 9, 0});
    CHECK(refusal_as<batch>(wire<"00 80 00000000 00000075 a001 'a'">) == fault{});
    CHECK_FALSE(batch{.messages = amqp::data{"a"sv}} == batch{});
}
