#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_bag.hpp"
#include "support/sweep.hpp"

using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;
using hubwire::text::percent_text;
namespace amqp = hubwire::amqp;

namespace {

constexpr amqp::uuid id{
    {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10}};

static_assert([] {
    std::array<char, 512> memory{};
    const property app[] = {{"a", percent_text{"%C3%BC"}}, {"n", {}}};
    const message m{.message_id = percent_text{"a%2Fb"}, .application_properties = app, .body = "body"sv};
    const auto wire = encode_amqp_message(memory, m);
    const auto again = decode_amqp_message(*wire);
    return again && again->message_id == "a/b" && *again == m;
}());

std::string wire_of(const message& m, const message_options& rules = {}) {
    const auto size = amqp_message_size(m, rules);
    REQUIRE(size);
    support::exact_block output{*size};
    const auto wire = encode_amqp_message(hubwire::buffer{output.data(), output.size()}, m, rules);
    REQUIRE(wire);
    return std::string{wire->text()};
}

/// Encoded, and what AMQP says it is.
struct carried {
    explicit carried(const message& m, const message_options& rules = {}) : wire{wire_of(m, rules)} {
        const auto decoded = amqp::decode<amqp::message>(wire);
        REQUIRE(decoded);
        as = *decoded;
    }
    std::string wire;
    amqp::message as;
};

errc refusal_of(const message& m, const message_options& rules = {}) {
    std::array<char, 1024> memory{};
    const auto wire = encode_amqp_message(memory, m, rules);
    REQUIRE_FALSE(wire);
    REQUIRE_FALSE(amqp_message_size(m, rules));
    CHECK(amqp_message_size(m, rules).error() == wire.error());
    return wire.error().code;
}

std::string encoded(const amqp::message& m, const amqp::options& rules = {}) {
    std::array<char, 1024> memory{};
    const auto wire = amqp::encode(memory, m, rules);
    REQUIRE(wire);
    return std::string{wire->text()};
}

}  // namespace

TEST_CASE("an unchecked writer of exactly the size takes a message, and nothing behind it is touched") {
    for (const std::string_view text : {"plain"sv, "%41%41%41"sv, "%41%42ab"sv, "%41aaaaaaaa"sv, "%C3%BCber"sv}) {
        const property app[] = {{percent_text{text}, percent_text{text}}};
        for (const message& m : {message{.user_id = percent_text{text}}, message{.message_id = percent_text{text}},
                                 message{.application_properties = app}}) {
            std::array<char, 256> memory{};
            const auto expected = encode_amqp_message(memory, m);
            REQUIRE(expected);
            support::exact_block exact{expected->size()};
            hubwire::unchecked_writer out{hubwire::buffer{exact.data(), exact.size()}};
            put_amqp_message(out, m);
            CHECK(out.finish()->text() == expected->text());
        }
    }
}

TEST_CASE("a message on the wire, byte by byte") {
    const property app[] = {{percent_text{"%61"}, percent_text{"%C3%BC"}}, {"n", {}}};
    const message m{.message_id = percent_text{"m%2F1"},
                    .content_type = "application/json",
                    .absolute_expiry_time = percent_text{"1970-01-01T00%3A00%3A01Z"},
                    .ack = "full",
                    .dt_subject = percent_text{"%73"},
                    .application_properties = app,
                    .body = "{}"sv};
    constexpr std::string_view expected =
        "\x00\x53\x72\xc1\x10\x02"  // message-annotations: a map of two
        "\xa3\x0a"
        "dt-subject"
        "\xa1\x01s"                 //
        "\x00\x53\x73\xc0\x27\x09"  // properties: a list of nine
        "\xa1\x03m/1"               // message-id
        "\x40\x40\x40\x40\x40"      // user-id, to, subject, reply-to, correlation-id
        "\xa3\x10"
        "application/json"                      // content-type, a symbol
        "\x40"                                  // content-encoding
        "\x83\x00\x00\x00\x00\x00\x00\x03\xe8"  // absolute-expiry-time
        "\x00\x53\x74\xc1\x1e\x06"              // application-properties: a map of six
        "\xa1\x0aiothub-ack"
        "\xa1\x04"
        "full"  //
        "\xa1\x01"
        "a"
        "\xa1\x02\xc3\xbc"           //
        "\xa1\x01n\x40"              //
        "\x00\x53\x75\xa0\x02{}"sv;  // data
    CHECK(wire_of(m) == expected);
    CHECK(support::every_capacity(expected, [&](hubwire::buffer to) { return encode_amqp_message(to, m); }) == "");
    const auto again = decode_amqp_message(expected);
    REQUIRE(again);
    CHECK(again->message_id == "m/1");
    CHECK(again->content_type == "application/json");
    CHECK(again->absolute_expiry_time == property_value{amqp::timestamp{1000}});
    CHECK(again->ack == "full");
    CHECK(again->dt_subject == "s");
    CHECK(again->application_properties == m.application_properties);
    CHECK(again->body == m.body);
    CHECK(wire_of({}) == "\x00\x53\x75\xa0\x00"sv);
}

TEST_CASE("all thirteen properties go as the types that AMQP has for them") {
    const message m{.message_id = id,
                    .user_id = percent_text{"%00%FF"},
                    .to = "to",
                    .subject = "subject",
                    .reply_to = "reply-to",
                    .correlation_id = std::uint64_t{300},
                    .content_type = percent_text{"application%2Fjson"},
                    .content_encoding = "utf-8",
                    .absolute_expiry_time = "2021-04-21T11:30:16.039Z",
                    .creation_time = amqp::timestamp{-1},
                    .group_id = "group",
                    .group_sequence = percent_text{"4294967295"},
                    .reply_to_group_id = 7};
    const carried c{m};
    REQUIRE(c.as.properties);
    const amqp::properties& p = *c.as.properties;
    CHECK(p.message_id == amqp::message_id{id});
    CHECK(p.user_id->text() == "\0\xff"sv);
    CHECK(p.to == "to");
    CHECK(p.subject == "subject");
    CHECK(p.reply_to == "reply-to");
    CHECK(p.correlation_id == amqp::message_id{std::uint64_t{300}});
    CHECK(p.content_type->text == "application/json");
    CHECK(p.content_encoding->text == "utf-8");
    CHECK(p.absolute_expiry_time->milliseconds == 1'619'004'616'039);
    CHECK(p.creation_time->milliseconds == -1);
    CHECK(p.group_id == "group");
    CHECK(p.group_sequence == 4'294'967'295u);
    CHECK(p.reply_to_group_id == "7");

    const auto back = decode_amqp_message(c.wire);
    REQUIRE(back);
    CHECK(back->message_id == property_value{id});
    CHECK(back->user_id == property_value{bytes{"\0\xff"sv}});
    CHECK(back->correlation_id == property_value{std::uint64_t{300}});
    CHECK(back->content_type == "application/json");
    CHECK(back->group_sequence == property_value{4'294'967'295u});
    CHECK(wire_of(*back) == c.wire);
}

TEST_CASE("ids are of four types, and others are refused") {
    for (const property_value& v :
         {property_value{std::uint64_t{7}}, property_value{id}, property_value{bytes{"b"sv}}, property_value{"text"}}) {
        const std::string wire = wire_of({.message_id = v, .correlation_id = v});
        const auto back = decode_amqp_message(wire);
        CHECK(back->message_id == v);
        CHECK(back->correlation_id == v);
        CHECK(back->message_id.type() == v.type());
    }
    CHECK(decode_amqp_message(wire_of({.message_id = amqp::symbol{"s"}}))->message_id.type() == amqp::type::string);
    CHECK(refusal_of({.message_id = 7}) == errc::iothub_message_type);
    CHECK(refusal_of({.correlation_id = true}) == errc::iothub_message_type);
}

TEST_CASE("what has no room in a field of AMQP is refused where it would stand") {
    std::array<char, 256> memory{};
    CHECK(encode_amqp_message(memory, {.content_type = percent_text{"a%C3%BC"}}).error() ==
          error{.code = errc::amqp_symbol, .offset = 12});
    CHECK(refusal_of({.to = percent_text{"%C3"}}) == errc::invalid_utf8);
    CHECK(refusal_of({.to = percent_text{"%C3%28"}}) == errc::invalid_utf8);
    CHECK(refusal_of({.to = percent_text{"%ED%A0%80"}}) == errc::invalid_utf8);
    CHECK(refusal_of({.to = percent_text{"a%"}}) == errc::percent_escape);
    CHECK(refusal_of({.to = "\xff"}) == errc::invalid_utf8);
    CHECK(refusal_of({.to = 1.5}) == errc::iothub_message_type);
    CHECK(refusal_of({.absolute_expiry_time = "1234"}) == errc::timestamp_format);
    CHECK(refusal_of({.absolute_expiry_time = "2019-02-02T00:00:00"}) == errc::timestamp_zone);
    CHECK(refusal_of({.creation_time = "0"}) == errc::timestamp_format);
    CHECK(refusal_of({.creation_time = 7}) == errc::iothub_message_type);
    CHECK(refusal_of({.group_sequence = "x"}) == errc::iothub_message_type);
    CHECK(refusal_of({.group_sequence = -1}) == errc::too_large);
    CHECK(refusal_of({.group_sequence = std::uint64_t{1} << 32}) == errc::too_large);
    const amqp::value items[] = {1};
    CHECK(refusal_of({.lock_token = amqp::value{amqp::list{items}}}) == errc::iothub_message_type);
    const property compound[] = {{"a", amqp::value{amqp::list{items}}}};
    CHECK(refusal_of({.application_properties = compound}) == errc::iothub_message_type);
    const property name[] = {{percent_text{"%FF"}, "v"}};
    CHECK(refusal_of({.application_properties = name}) == errc::invalid_utf8);

    CHECK(*carried{{.content_type = percent_text{"a%7F"}}}.as.properties->content_type == amqp::symbol{"a\x7f"});
    CHECK(wire_of({.content_type = percent_text{"%C3%BC"}}, {.amqp = {.any_symbol = true}}).find("\u00fc") !=
          std::string::npos);
    CHECK(carried{{.to = percent_text{"%F0%9F%98%80\u00fc%C3\xBC"}}}.as.properties->to == "\U0001F600\u00fc\u00fc");
    CHECK(carried{{.absolute_expiry_time = "2019-02-02T00:00:00"}, {.times = {.allow_no_zone = true}}}
              .as.properties->absolute_expiry_time->milliseconds == 1'549'065'600'000);
}

TEST_CASE("the time 0 says that a message does not expire") {
    for (const property_value& zero : {property_value{"0"}, property_value{percent_text{"%30"}}}) {
        CHECK(wire_of({.absolute_expiry_time = zero}) == wire_of({}));
        const carried c{{.to = "t", .absolute_expiry_time = zero, .group_id = "g"}};
        CHECK_FALSE(c.as.properties->absolute_expiry_time);
        CHECK(c.as.properties->group_id == "g");
    }
}

TEST_CASE("annotations go as what they are, and come so") {
    const message m{.interface_id = percent_text{"urn%3Aa"},
                    .diagnostic_id = "0",
                    .correlation_context = "creationtimeutc=1",
                    .input_name = "input1",
                    .lock_token = id,
                    .sequence_number = std::int64_t{2995},
                    .offset = "37120",
                    .enqueued_time = amqp::timestamp{1},
                    .event_enqueued_time = amqp::timestamp{2},
                    .partition_key = "k",
                    .delivery_count = std::uint8_t{3},
                    .connection_device_id = "d",
                    .connection_module_id = "m",
                    .connection_auth_generation_id = "g",
                    .connection_auth_method = "{}"};
    const carried c{m};
    REQUIRE(c.as.message_annotations);
    const amqp::annotations& a = *c.as.message_annotations;
    CHECK(a.size() == 15);
    CHECK(*a.find(amqp::value{amqp::symbol{"iothub-interface-id"}}) == amqp::value{"urn:a"});
    CHECK(a.get<std::int64_t>("x-opt-sequence-number") == 2995);
    CHECK(a.get<std::uint8_t>("iothub-deliverycount") == 3);
    CHECK(a.get<amqp::uuid>("x-opt-lock-token") == id);
    CHECK(a.get<std::string_view>("x-opt-input-name") == "input1");
    CHECK(a.get<amqp::timestamp>("iothub-enqueuedtime")->milliseconds == 1);
    CHECK(a.get<amqp::timestamp>("x-opt-enqueued-time")->milliseconds == 2);
    CHECK(a.get<std::string_view>("x-opt-partition-key") == "k");
    CHECK(a.get<std::string_view>("iothub-connection-auth-method") == "{}");
    CHECK(*decode_amqp_message(c.wire) == m);
}

TEST_CASE("what is not the hub's stays behind") {
    const amqp::entry annotations[] = {{amqp::symbol{"x-opt-of-others"}, amqp::value{amqp::map{}}},
                                       {std::uint64_t{7}, "x"},
                                       {amqp::symbol{"dt-subject"}, "s"}};
    const std::string wire = encoded({.header = amqp::header{.durable = true},
                                      .delivery_annotations = amqp::annotations{},
                                      .message_annotations = amqp::annotations{annotations},
                                      .body = amqp::data{"b"sv},
                                      .footer = amqp::annotations{}});
    const auto m = decode_amqp_message(wire);
    REQUIRE(m);
    CHECK(*m == message{.dt_subject = "s", .body = "b"sv});
}

TEST_CASE("a property of the system that is there twice is refused, or the last one by option") {
    const amqp::entry twice[] = {{"a", 1}, {"iothub-ack", "none"}, {"iothub-ack", "full"}};
    const std::string wire = encoded({.application_properties = amqp::map{twice}, .body = amqp::data{}});
    const std::size_t second = wire.rfind("iothub-ack");
    CHECK(decode_amqp_message(wire).error() == error{.code = errc::iothub_message_repeated, .offset = second});
    CHECK(decode_amqp_message(wire, {.last_repeated_counts = true})->ack == "full");
    const amqp::message m = *amqp::decode<amqp::message>(wire);
    CHECK(to_message(m).error() == error{.code = errc::iothub_message_repeated, .offset = 0});
    CHECK(to_message(m, {.last_repeated_counts = true})->ack == "full");

    const amqp::entry annotations[] = {{amqp::symbol{"dt-subject"}, "1"}, {amqp::symbol{"dt-subject"}, "2"}};
    const std::string other = encoded({.message_annotations = amqp::map{annotations}, .body = amqp::data{}});
    CHECK(decode_amqp_message(other).error() ==
          error{.code = errc::iothub_message_repeated, .offset = other.rfind("dt-subject")});
}

TEST_CASE("values that contain others are refused, where the key stands") {
    const amqp::value pair[] = {amqp::symbol{"d"}, 1};
    const amqp::entry of_app[] = {{"a", 1}, {"bcd", amqp::described{pair}}};
    const std::string app = encoded({.application_properties = amqp::map{of_app}, .body = amqp::data{}});
    CHECK(decode_amqp_message(app).error() == error{.code = errc::iothub_message_type, .offset = app.find("bcd")});
    const amqp::entry of_hub[] = {{amqp::symbol{"dt-subject"}, amqp::value{amqp::map{}}}};
    const std::string hub = encoded({.message_annotations = amqp::map{of_hub}, .body = amqp::data{}});
    CHECK(decode_amqp_message(hub).error() == error{.code = errc::iothub_message_type, .offset = hub.find("dt-subj")});
    const amqp::entry odd_key[] = {{amqp::described{pair}, 1}};
    const amqp::options any{.any_key = true};
    const std::string odd = encoded({.application_properties = amqp::map{odd_key}, .body = amqp::data{}}, any);
    CHECK(decode_amqp_message(odd, {.amqp = any}).error() == error{.code = errc::iothub_message_type, .offset = 0});
}

TEST_CASE("what the application writes never becomes the system's") {
    for (const std::string_view name : {"iothub-ack"sv, "iothub-operation"sv, "iothub-creation-time-utc"sv,
                                        "iothub-message-schema"sv, "iothub-outputname"sv}) {
        const property app[] = {{"a", 1}, {name, "x"}};
        CHECK(refusal_of({.application_properties = app}) == errc::iothub_message_reserved);
    }
    const auto m = decode_mqtt_message("iothub-message%2dschema=x", {});
    CHECK(refusal_of(*m) == errc::iothub_message_reserved);
    const property harmless[] = {{"$.mid", "x"}, {"message-id", "y"}, {"dt-subject", "z"}};
    CHECK(decode_amqp_message(wire_of({.application_properties = harmless}))->application_properties ==
          application_properties{harmless});
}

TEST_CASE("a body is data sections, or one value of bytes") {
    const amqp::data pieces[] = {{"he"sv}, {"llo"sv}};
    const std::string several = encoded({.body = pieces});
    CHECK(decode_amqp_message(several)->body == message_body{"hello"sv});
    CHECK(wire_of(*decode_amqp_message(several)) == several);
    CHECK(decode_amqp_message(encoded({.body = amqp::amqp_value{"text"}}))->body == message_body{"text"sv});
    CHECK(decode_amqp_message(encoded({.body = amqp::amqp_value{bytes{"b"sv}}}))->body == message_body{"b"sv});
    const message_options no_body{.amqp = {.no_body = true}};
    CHECK(decode_amqp_message(""sv).error().code == errc::amqp_no_body);
    CHECK(decode_amqp_message(""sv, no_body)->body == message_body{});

    const amqp::properties p{.to = "t"};
    CHECK(decode_amqp_message(encoded({.properties = p, .body = amqp::amqp_value{}}))->body.size() == 0);
    const std::string number = encoded({.properties = p, .body = amqp::amqp_value{7}});
    CHECK(decode_amqp_message(number).error() ==
          error{.code = errc::iothub_message_body, .offset = number.find("\x00\x53\x77"sv)});
    const std::string sequence = encoded({.properties = p, .body = amqp::amqp_sequence{}});
    CHECK(decode_amqp_message(sequence).error() ==
          error{.code = errc::iothub_message_body, .offset = sequence.find("\x00\x53\x76"sv)});
    CHECK(to_message({.body = amqp::amqp_value{7}}).error() == error{.code = errc::iothub_message_body, .offset = 0});
    // In any order, nothing can be said of what comes before.
    const std::string turned =
        number.substr(number.find("\x00\x53\x77"sv)) + number.substr(0, number.find("\x00\x53\x77"sv));
    CHECK(decode_amqp_message(turned, {.amqp = {.any_order = true}}).error() ==
          error{.code = errc::iothub_message_body, .offset = 0});
}

TEST_CASE("large properties and large maps have large heads") {
    const std::string value(300, 'x');
    std::string escaped;
    for (int i = 0; i != 300; ++i) escaped += "%78";
    const property app[] = {{"a", percent_text{escaped}}};
    const message m{.to = percent_text{escaped},
                    .content_type = percent_text{escaped},
                    .dt_subject = value,
                    .application_properties = app,
                    .body = value};
    const std::string wire = wire_of(m);
    const auto again = decode_amqp_message(wire);
    REQUIRE(again);
    CHECK(*again == m);
    CHECK(support::every_capacity(wire, [&](hubwire::buffer to) { return encode_amqp_message(to, m); }) == "");
}

TEST_CASE("what came by MQTT goes by AMQP, and comes back") {
    constexpr std::string_view bag =
        "%24.mid=m%2F1&%24.uid=%01&%24.to=%2Fdevices%2Fd&%24.cid=%C3%BC&%24.ct=application%2Fjson&%24.ce=utf-8&%24.exp="
        "2021-04-21T11%3A30%3A16Z&iothub-ack=full&%24.schema=s&%24.on=o&%24.ifid=i&%24.sub=s&%24.cdid=d&%24.cmid=m&a=1&"
        "b&c=&a=2";
    std::array<char, 1024> wire{};
    std::array<char, 1024> back{};
    const auto from_mqtt = decode_mqtt_message(bag, "payload"sv);
    REQUIRE(from_mqtt);
    const auto amqp_bytes = encode_amqp_message(wire, *from_mqtt);
    REQUIRE(amqp_bytes);
    const auto from_amqp = decode_amqp_message(*amqp_bytes);
    REQUIRE(from_amqp);
    CHECK(encode_mqtt_bag(back, *from_amqp)->text() == bag);
    CHECK(from_amqp->body == from_mqtt->body);
    CHECK(from_amqp->application_properties == from_mqtt->application_properties);
}

TEST_CASE("a decoder of messages stands anything, and what it takes can be encoded") {
    bool same = true;
    const auto decode = [&](bytes input) -> hubwire::result<std::size_t> {
        const auto m = decode_amqp_message(input);
        if (!m) return m.error();
        std::array<char, 512> memory{};
        const auto wire = encode_amqp_message(memory, *m);
        if (!wire) return std::size_t{0};
        const auto again = decode_amqp_message(*wire);
        std::array<char, 512> third{};
        same = same && again && encode_amqp_message(third, *again)->text() == wire->text();
        return wire->size();
    };
    const property app[] = {{"a", 1}, {"n", {}}};
    const std::string wire = wire_of({.message_id = id,
                                      .user_id = "u",
                                      .content_type = "c",
                                      .ack = "full",
                                      .dt_subject = "s",
                                      .application_properties = app,
                                      .body = "b"sv});
    CHECK(support::every_mutation(wire, decode) == "");
    CHECK(same);
}

TEST_CASE("a binary is no name in AMQP either") {
    std::array<char, 256> memory{};
    const property named_by_bytes[] = {{.name = property_value{hubwire::bytes{"iothub-ack"sv}}, .value = "full"}};
    CHECK(encode_amqp_message(memory, message{.application_properties = named_by_bytes}).error().code ==
          errc::iothub_message_type);
    const hubwire::amqp::entry entries[] = {{hubwire::bytes{"$.cdid"sv}, "evil"}};
    CHECK(to_message(hubwire::amqp::message{.application_properties = hubwire::amqp::map{entries}}).error().code ==
          errc::iothub_message_type);
    const hubwire::amqp::entry twice[] = {{hubwire::amqp::symbol{"iothub-connection-device-id"}, {}},
                                          {hubwire::amqp::symbol{"iothub-connection-device-id"}, "evil"}};
    CHECK(to_message(hubwire::amqp::message{.message_annotations = hubwire::amqp::map{twice}}).error().code ==
          errc::iothub_message_repeated);
}

TEST_CASE("a percent-encoded text of several scripts becomes one of AMQP") {
    const auto m = decode_mqtt_message("note=%C3%BCa%E2%82%ACb%F0%9F%98%80c", {});
    std::array<char, 256> memory{};
    const auto wire = encode_amqp_message(memory, *m);
    REQUIRE(wire);
    const auto back = decode_amqp_message(*wire);
    CHECK(back->application_properties.find("note") == property_value{"\u00fca\u20acb\U0001f600c"});
}

TEST_CASE("a percent-encoded text is the same, and refused the same, however much room there is") {
    struct row {
        std::string encoded;
        std::string decoded;     // where it is one
        errc refused;            // as a string
        errc refused_as_symbol;  // where this is another
        bool malformed_is_kept;
    };
    const std::string long_text(255, 'x');
    const row rows[] = {
        {"%41", "A", errc::none, errc::none, false},
        {"application%2Fjson", "application/json", errc::none, errc::none, false},
        {"%C3%BC", "\u00fc", errc::none, errc::amqp_symbol, false},
        {"\u00fc%20", "\u00fc ", errc::none, errc::amqp_symbol, false},
        {"abcdefghijk%C3", "", errc::invalid_utf8, errc::amqp_symbol, false},
        {"%BCabcdefghijk", "", errc::invalid_utf8, errc::amqp_symbol, false},
        {"%C3\xBC", "\u00fc", errc::none, errc::amqp_symbol, false},
        {"%ED%A0%80", "", errc::invalid_utf8, errc::amqp_symbol, false},
        {"a%zz", "", errc::percent_escape, errc::percent_escape, false},
        {"a%zz%", "a%zz%", errc::none, errc::none, true},
        // Around what one byte can say, of the encoded text and of the text.
        {long_text.substr(3) + "%41", long_text.substr(3) + "A", errc::none, errc::none, false},
        {long_text.substr(2) + "%41", long_text.substr(2) + "A", errc::none, errc::none, false},
        {long_text.substr(1) + "%41", long_text.substr(1) + "A", errc::none, errc::none, false},
        {long_text + "%41", long_text + "A", errc::none, errc::none, false},
        {long_text + "%C3", "", errc::invalid_utf8, errc::amqp_symbol, false},
        {long_text + "%4", "", errc::percent_escape, errc::percent_escape, false},
    };
    for (const row& r : rows) {
        INFO(r.encoded);
        const percent_text encoded{r.encoded, r.malformed_is_kept};
        const auto same_as_plain = [&](const message& m, const message& plain) {
            std::array<char, 1024> memory{};
            const auto expected = encode_amqp_message(memory, plain);
            REQUIRE(expected);
            CHECK(support::every_capacity(
                      *expected, [&](hubwire::buffer output) { return encode_amqp_message(output, m); }) == "");
        };
        const auto refused = [&](const message& m, errc code) {
            // Where a field fails does not depend on the room behind it.
            std::array<char, 1024> memory{};
            const auto with_room = encode_amqp_message(memory, m);
            REQUIRE_FALSE(with_room);
            CHECK(with_room.error().code == code);
            support::exact_block output{with_room.error().offset};
            const auto without = encode_amqp_message(hubwire::buffer{output.data(), output.size()}, m);
            REQUIRE_FALSE(without);
            CHECK(without.error() == with_room.error());
            CHECK(amqp_message_size(m).error() == with_room.error());
        };
        const message text{.to = encoded};
        const message symbol{.content_type = encoded};
        const message binary{.user_id = encoded};
        if (r.refused == errc::none) {
            same_as_plain(text, {.to = r.decoded});
        } else {
            refused(text, r.refused);
        }
        if (r.refused_as_symbol == errc::none) {
            same_as_plain(symbol, {.content_type = r.decoded});
        } else {
            refused(symbol, r.refused_as_symbol);
        }
        if (r.refused == errc::none) same_as_plain(binary, {.user_id = r.decoded});
    }
}
