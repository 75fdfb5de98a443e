#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_bag.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;
namespace amqp = hubwire::amqp;

namespace {

constexpr std::string_view everything =
    "%24.mid=1&%24.uid=2&%24.to=3&%24.cid=4&%24.ct=5&%24.ce=6&%24.exp=7&%24.ctime=8&iothub-ack=9&iothub-operation=10&"
    "iothub-creation-time-utc=11&%24.schema=12&%24.on=13&%24.ifid=14&%24.sub=15&%24.diagid=16&%24.diagctx=17&%24.cdid="
    "18&%24.cmid=19&app=20";

static_assert([] {
    std::array<char, 512> memory{};
    const auto m = decode_mqtt_message(everything, "body"sv);
    return m && m->connection_module_id == "19" && encode_mqtt_bag(memory, *m)->text() == everything;
}());

std::string bag_of(const message& m, const message_options& rules = {}) {
    const auto size = mqtt_bag_size(m, rules);
    REQUIRE(size);
    support::exact_block output{*size};
    return std::string{encode_mqtt_bag(hubwire::buffer{output.data(), output.size()}, m, rules)->text()};
}

error refusal_of(const message& m, const message_options& rules = {}) {
    std::array<char, 256> memory{};
    const auto bag = encode_mqtt_bag(memory, m, rules);
    REQUIRE_FALSE(bag);
    return bag.error();
}

}  // namespace

TEST_CASE("each name in a bag has its place in a message, and the other way round") {
    const auto m = decode_mqtt_message(everything, "body"sv);
    REQUIRE(m);
    CHECK(m->message_id == "1");
    CHECK(m->user_id == "2");
    CHECK(m->to == "3");
    CHECK(m->correlation_id == "4");
    CHECK(m->content_type == "5");
    CHECK(m->content_encoding == "6");
    CHECK(m->absolute_expiry_time == "7");
    CHECK(m->creation_time == "8");
    CHECK(m->ack == "9");
    CHECK(m->operation == "10");
    CHECK(m->creation_time_utc == "11");
    CHECK(m->message_schema == "12");
    CHECK(m->output_name == "13");
    CHECK(m->interface_id == "14");
    CHECK(m->dt_subject == "15");
    CHECK(m->diagnostic_id == "16");
    CHECK(m->correlation_context == "17");
    CHECK(m->connection_device_id == "18");
    CHECK(m->connection_module_id == "19");
    CHECK(support::properties_of(m->application_properties) == support::naive_properties{{"app", "20"}});
    CHECK(m->body.single()->text() == "body");
    CHECK(bag_of(*m) == everything);
}

TEST_CASE("what a service sends, as a device sees it") {
    const auto m = decode_mqtt_message(
        "%24.to=%2Fdevices%2Fdev_c%2Fmessages%2FdeviceBound&%24.cid&$.uid=&iothub-ack=Full&a=1/2&n/", {});
    REQUIRE(m);
    CHECK(m->to == "/devices/dev_c/messages/deviceBound");
    CHECK(m->correlation_id.is_null());
    CHECK(m->user_id == "");
    CHECK(requested_ack(m->ack) == ack_request::full);
    CHECK(*m->application_properties.find("a") == "1/2");
    CHECK(m->application_properties.find("n")->is_null());
    CHECK(bag_of(*m) == "%24.uid=&%24.to=%2Fdevices%2Fdev_c%2Fmessages%2FdeviceBound&iothub-ack=Full&a=1%2F2&n");
}

TEST_CASE("a property of the system that is there twice is refused, or the last one by option") {
    CHECK(decode_mqtt_message("a=1&$.mid=2&%24.mid=3", {}).error() ==
          error{.code = errc::iothub_message_repeated, .offset = 12});
    CHECK(decode_mqtt_message("?$.mid=2&%24.mid=3", {}, {.bag = {.skip_question_mark = true}}).error() ==
          error{.code = errc::iothub_message_repeated, .offset = 9});
    const auto last = decode_mqtt_message("$.mid=2&%24.mid=3", {}, {.last_repeated_counts = true});
    REQUIRE(last);
    CHECK(last->message_id == "3");
    CHECK(last->application_properties.empty());
    CHECK(decode_mqtt_message("a=1&&", {}).error() == error{.code = errc::iothub_bag_name, .offset = 4});
    CHECK(decode_mqtt_message("a=1&$.mid=%", {}).error() == error{.code = errc::percent_escape, .offset = 10});
}

TEST_CASE("what the application writes never becomes the system's") {
    for (const property& p :
         {property{"$.cdid", "other"}, property{"iothub-ack", "full"},
          property{hubwire::text::percent_text{"%24.mid"}, "1"}, property{amqp::symbol{"iothub-operation"}, {}}}) {
        const property all[] = {{"a", "1"}, p};
        CHECK(refusal_of({.application_properties = all}) == error{.code = errc::iothub_message_reserved, .offset = 3});
    }
    const property harmless[] = {{"%24.mid", "1"}, {"$.unknown", "2"}};
    CHECK(bag_of({.application_properties = harmless}) == "%2524.mid=1&%24.unknown=2");
    const amqp::entry entries[] = {{"$.mid", "1"}};
    CHECK(refusal_of({.application_properties = amqp::map{entries}}).code == errc::iothub_message_reserved);
}

TEST_CASE("values of all types are written as texts, or refused") {
    const property all[] = {{"n", -1}, {"t", true}, {"time", amqp::timestamp{0}}, {7, "name"}};
    CHECK(bag_of({.message_id = ~std::uint64_t{0},
                  .user_id = hubwire::bytes{"\x01u"sv},
                  .absolute_expiry_time = amqp::timestamp{0},
                  .application_properties = all}) ==
          "%24.mid=18446744073709551615&%24.uid=%01u&%24.exp=1970-01-01T00%3A00%3A00Z&n=-1&t=true&time=1970-01-01T00%"
          "3A00%3A00Z&7=name");
    const property no_form[] = {{"n", 1.5}};
    CHECK(refusal_of({.application_properties = no_form}) == error{.code = errc::iothub_message_type, .offset = 2});
    const property nameless[] = {{"a", {}}, {"", "v"}};
    CHECK(refusal_of({.application_properties = nameless}) == error{.code = errc::iothub_bag_name, .offset = 2});
}

TEST_CASE("what MQTT has no name for stays behind, or is refused by option") {
    const message m{.to = "t", .subject = "s", .group_sequence = 7, .sequence_number = std::int64_t{9}};
    CHECK(bag_of(m) == "%24.to=t");
    CHECK(refusal_of(m, {.refuse_loss = true}) == error{.code = errc::iothub_message_nameless, .offset = 8});
}

TEST_CASE("names of the system are escaped as the others are") {
    const message m{.message_id = "*", .ack = "full"};
    CHECK(bag_of(m, {.bag = {.bare = hubwire::text::bare_characters{"$*"}, .trailing_slash = true}}) ==
          "$.mid=*&iothub-ack=full/");
    CHECK(bag_of({}) == "");
}

TEST_CASE("a bag is written whole or not at all, in every buffer, and a payload of several pieces too") {
    const auto m = decode_mqtt_message("$.to=/a%41&k", {});
    CHECK(support::every_capacity("%24.to=%2FaA&k"sv, [&](hubwire::buffer to) { return encode_mqtt_bag(to, *m); }) ==
          "");
    const amqp::data pieces[] = {{"he"sv}, {""sv}, {"llo"sv}};
    const message several{.body = amqp::body_sections<amqp::data>{pieces}};
    CHECK(support::every_capacity("hello"sv, [&](hubwire::buffer to) { return encode_mqtt_payload(to, several); }) ==
          "");
}

TEST_CASE("a decoder of messages stands anything, and what it takes can be encoded and means the same") {
    for (const bool lenient : {false, true}) {
        const message_options rules{.bag = {.keep_malformed = lenient}, .last_repeated_counts = lenient};
        bool same = true;
        const auto decode = [&](hubwire::bytes input) -> hubwire::result<std::size_t> {
            const auto m = decode_mqtt_message(input.text(), {}, rules);
            if (!m) return m.error();
            std::array<char, 256> memory{};
            const auto bag = encode_mqtt_bag(memory, *m, rules);
            if (!bag) return std::size_t{0};
            const auto again = decode_mqtt_message(bag->text(), {});
            same = same && again && *again == *m;
            return bag->size();
        };
        CHECK(support::every_mutation("%24.mid=a%2F&k&iothub-ack=&$.to=b"sv, decode) == "");
        CHECK(same);
    }
}

TEST_CASE("a property of the system that is null is there all the same, and not to be there again") {
    CHECK(decode_mqtt_message("$.cdid&$.cdid=evil", {}).error() ==
          error{.code = errc::iothub_message_repeated, .offset = 7});
    CHECK(decode_mqtt_message("$.mid=1&$.mid", {}).error() ==
          error{.code = errc::iothub_message_repeated, .offset = 8});
    CHECK(decode_mqtt_message("$.cdid&$.cdid=last", {}, {.last_repeated_counts = true})->connection_device_id ==
          "last");
}

TEST_CASE("the application's properties are those of the bag without the system's, wherever these stand") {
    const message_options nameless{.bag = {.empty_names = true}};
    const auto has = [&](std::string_view bag, std::string_view others) {
        const auto m = decode_mqtt_message(bag, {}, nameless);
        return m && bag_of({.application_properties = m->application_properties}, nameless) == others;
    };
    for (const std::string_view others : {"", "a", "a=", "a=1", "a=1&b", "a&b=2", "=1", "a=1&&b=2", "&a", "a&b="}) {
        const std::string text{others};
        CHECK(has(text, others));
        if (others.empty()) continue;
        CHECK(has("%24.mid=1&" + text, others));
        CHECK(has(text + "&%24.mid=1", others));
        CHECK(has("$.ct&" + text + "&iothub-ack=full&" + text + "&%24.mid=1", text + "&" + text));
    }
    CHECK(has("%24.mid=1&$.ct=2", ""));
    const auto m = decode_mqtt_message("%24.mid=1&", {}, nameless);  // one without a name, which is null
    REQUIRE(m);
    REQUIRE_FALSE(m->application_properties.empty());
    CHECK(m->application_properties.begin()->name == "");
    CHECK(m->application_properties.begin()->value.is_null());
    CHECK(++m->application_properties.begin() == m->application_properties.end());
}

TEST_CASE("a binary is no name, not even of a property of the system") {
    std::array<char, 64> memory{};
    const property named_by_bytes[] = {{.name = property_value{hubwire::bytes{"$.cdid"sv}}, .value = "evil"}};
    CHECK(encode_mqtt_bag(memory, message{.application_properties = named_by_bytes}).error().code ==
          errc::iothub_message_type);
}
