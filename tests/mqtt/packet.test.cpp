#include <array>
#include <concepts>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/mqtt.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using namespace hubwire::mqtt;
using support::wire;

namespace {

static_assert(decode(wire<"40 02 0007">)->get_if<puback>()->packet_id == 7);
static_assert(decode(wire<"c0 00">)->visit([](const auto& p) { return p.type; }) == packet_type::pingreq);

template <class T>
bool is_decoded_as(bytes wire) {
    const auto decoded = decode(wire);
    if (!decoded || decoded->type() != T::type || decoded->template get_if<T>() == nullptr) return false;
    std::array<char, 16> memory{};
    const auto again = encode(memory, *decoded);
    if (!again || *again != wire || encoded_size(*decoded).value_or(0) != wire.size()) return false;
    if (*decoded != *decode(*again) || *decoded != packet{*decoded->template get_if<T>()}) return false;
    return decoded->visit([](const auto& p) { return std::same_as<std::remove_cvref_t<decltype(p)>, T>; });
}

}  // namespace

TEST_CASE("each of the fourteen packets is decoded as what it is, and encoded so") {
    CHECK(is_decoded_as<connect>(wire<"10 0c 0004 'MQTT' 04 02 0000 0000">));
    CHECK(is_decoded_as<connack>(wire<"20 02 00 00">));
    CHECK(is_decoded_as<publish>(wire<"30 03 0001 'a'">));
    CHECK(is_decoded_as<puback>(wire<"40 02 0001">));
    CHECK(is_decoded_as<pubrec>(wire<"50 02 0001">));
    CHECK(is_decoded_as<pubrel>(wire<"62 02 0001">));
    CHECK(is_decoded_as<pubcomp>(wire<"70 02 0001">));
    CHECK(is_decoded_as<subscribe>(wire<"82 06 0001 0001 'a' 00">));
    CHECK(is_decoded_as<suback>(wire<"90 03 0001 00">));
    CHECK(is_decoded_as<unsubscribe>(wire<"a2 05 0001 0001 'a'">));
    CHECK(is_decoded_as<unsuback>(wire<"b0 02 0001">));
    CHECK(is_decoded_as<pingreq>(wire<"c0 00">));
    CHECK(is_decoded_as<pingresp>(wire<"d0 00">));
    CHECK(is_decoded_as<disconnect>(wire<"e0 00">));
}

TEST_CASE("MQTT 2.2.1: a packet type has the specification's name, a reserved one has none") {
    const std::array<std::string_view, 16> names{
        "",          "CONNECT", "CONNACK",     "PUBLISH",  "PUBACK",  "PUBREC",   "PUBREL",     "PUBCOMP",
        "SUBSCRIBE", "SUBACK",  "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", ""};
    for (std::uint8_t type = 0; type != 16; ++type) CHECK(name_of(packet_type{type}) == names[type]);
}

TEST_CASE("a packet is not taken for one of another type") {
    const auto decoded = decode(wire<"40 02 0001">);
    REQUIRE(decoded);
    CHECK(decoded->get_if<pubrec>() == nullptr);
    CHECK(support::refusal<pubrec>(wire<"40 02 0001">) == error{.code = errc::mqtt_wrong_packet, .offset = 0});
    CHECK(support::refusal<connect>(wire<"c0">) == error{.code = errc::mqtt_wrong_packet, .offset = 0});
    CHECK(support::refusal<connect>(wire<"f0">).code == errc::mqtt_packet_type);
    CHECK(support::refusal<connect>(wire<"10">).code == errc::incomplete);
}

TEST_CASE("packets are equal if they are of one type, and equal") {
    CHECK(packet{pingreq{}} == pingreq{});
    CHECK_FALSE(packet{pingreq{}} == packet{pingresp{}});
    CHECK_FALSE(packet{puback{.packet_id = 1}} == packet{puback{.packet_id = 2}});
    CHECK_FALSE(packet{puback{.packet_id = 1}} == packet{pubrec{.packet_id = 1}});
}

// Not by way of a packet of any type, either: it would always be false.
template <class A, class B>
concept compare = requires(const A& a, const B& b) { a == b; };
static_assert(compare<packet, puback> && compare<puback, packet> && compare<puback, puback>);
static_assert(!compare<puback, pubrec> && !compare<pingreq, pingresp>);

TEST_CASE("a packet of any type is refused as what it is, and by the same options") {
    std::array<char, 16> memory{};
    const packet without_id = puback{};
    CHECK(encode(memory, without_id).error() == error{.code = errc::mqtt_publish_answer_id, .offset = 2});
    CHECK(encoded_size(without_id).error().code == errc::mqtt_publish_answer_id);
    constexpr options strict{.refuse_discouraged_characters = true};
    const packet control = publish{.topic = "\x01"};
    CHECK(encode(memory, control));
    CHECK(encode(memory, control, strict).error().code == errc::mqtt_discouraged_character);
    CHECK(encoded_size(control, strict).error().code == errc::mqtt_discouraged_character);
}

TEST_CASE("what follows a packet is not part of it") {
    CHECK(decode(wire<"c0 00 c0">).error() == error{.code = errc::leftover, .offset = 2});
    CHECK(decode<pingreq>(wire<"c0 00 c0">).error() == error{.code = errc::leftover, .offset = 2});
}

TEST_CASE("a packet is refused before it is all there, if what is there is wrong") {
    CHECK(decode(wire<"10 20 0004 'MQTT' 04 01">).error() ==
          error{.code = errc::mqtt_reserved_connect_flag, .offset = 9});
    CHECK(decode(wire<"82 20 0001 0002 'a#'">).error() == error{.code = errc::mqtt_multi_level_wildcard, .offset = 7});
    CHECK(decode(wire<"30 20 0002 'a'">).error() == error{.code = errc::incomplete, .offset = 5, .needed = 29});
}

TEST_CASE("what a packet lacks is what all of it lacks, as it is when it is cut") {
    const hubwire::bytes whole = wire<"82 8b 80 00 0001 0002 'ab' 00 0001 'c' 01">;
    for (std::size_t size = 1; size != whole.size(); ++size) {
        const auto cut = hubwire::mqtt::cut(whole.first(size));
        CHECK(cut.incomplete());
        CHECK(decode<subscribe>(whole.first(size)).error().needed == cut.error().needed);
    }
    CHECK(decode<subscribe>(whole));
}

TEST_CASE("MQTT-4.8.0-1: what was refused stays refused, whatever follows: there is nothing to do but to close") {
    for (const bytes violation :
         {bytes{wire<"00">}, bytes{wire<"f0">}, bytes{wire<"36">}, bytes{wire<"80">}, bytes{wire<"40 03">},
          bytes{wire<"30 ffffffff">}, bytes{wire<"10 20 0004 'MQTT' 04 01">}, bytes{wire<"10 20 0004 'MQTT' 05">},
          bytes{wire<"30 7f 0003 'a/#'">}, bytes{wire<"30 7f 0002 'a' ff">}, bytes{wire<"30 04 0003 'ab'">},
          bytes{wire<"32 7f 0001 'a' 0000">}, bytes{wire<"82 20 0001 0002 'a#'">}, bytes{wire<"90 05 0001 03">}}) {
        const auto refused = decode(violation);
        REQUIRE_FALSE(refused);
        REQUIRE_FALSE(refused.incomplete());
        for (const bytes filler : {bytes{wire<"00">}, bytes{wire<"01">}, bytes{wire<"7f">}, bytes{wire<"ff">},
                                   bytes{wire<"c0 00">}}) {  // a byte of any kind, or a packet
            std::string more{violation.text()};
            while (more.size() < 300) {
                more += filler.text();
                INFO(support::detail::hex(more));
                const support::exact_block block{more};
                CHECK(decode(block).error() == refused.error());
            }
        }
    }
}

TEST_CASE("the limit on the packet's size holds for decoding") {
    constexpr options small{.max_packet_size = 5};
    CHECK(decode(wire<"30 03 0001 'a'">, small));
    CHECK(decode(wire<"30 04 0001 'ab'">, small).error().code == errc::over_limit);
    CHECK(decode<publish>(wire<"30 04 0001 'ab'">, small).error().code == errc::over_limit);
}

namespace {

/// Whether a packet of this type is decoded just where any packet is decoded as one.
template <class T>
bool decoded_alike(bytes input, const hubwire::result<packet>& any) {
    const auto typed = decode<T>(input);
    const T* const expected = any ? any->get_if<T>() : nullptr;
    if (typed) return expected != nullptr && *typed == *expected;
    return expected == nullptr && support::detail::sound(typed, input).empty();
}

template <class... Ts>
bool each_decoded_alike(bytes input) {
    const auto any = decode(input);
    return (decoded_alike<Ts>(input, any) && ...);
}

}  // namespace

TEST_CASE("each type is decoded as any packet is, from every input of up to three bytes that could be one") {
    for (unsigned first = 0; first != 256; ++first) {
        for (const unsigned second : {0u, 1u, 2u, 128u}) {
            for (unsigned third = 0; third != 256; ++third) {
                const std::array<unsigned char, 3> octets{static_cast<unsigned char>(first),
                                                          static_cast<unsigned char>(second),
                                                          static_cast<unsigned char>(third)};
                for (std::size_t size = third == 0 ? 0 : 3; size <= 3; ++size) {
                    const support::exact_block input{bytes{octets}.first(size)};
                    const bool alike =
                        each_decoded_alike<connect, connack, publish, puback, pubrec, pubrel, pubcomp, subscribe,
                                           suback, unsubscribe, unsuback, pingreq, pingresp, disconnect>(bytes{input});
                    if (!alike) FAIL(support::detail::hex(bytes{input}));
                }
            }
        }
    }
}

TEST_CASE("every input of up to three bytes gets a sound answer") {
    CHECK(support::every_short_input([](bytes input) { return decode(input); }) == "");
    CHECK(support::every_short_input([](bytes input) { return decode<connect>(input); }) == "");
}

TEST_CASE("MQTT-1.5.3-3: a byte order mark is kept in every text, on both ways") {
    CHECK(support::same_on_the_wire(publish{.topic = "\xef\xbb\xbf/a"}, wire<"30 07 0005 efbbbf '/a'">) == "");
    CHECK(support::same_on_the_wire(
              connect{.client_id = "\xef\xbb\xbf", .username = "\xef\xbb\xbfu", .keep_alive = 0, .clean_session = true},
              wire<"10 15 0004 'MQTT' 04 82 0000 0003 efbbbf 0004 efbbbf 'u'">) == "");
    CHECK(support::same_on_the_wire(subscribe{.packet_id = 1, .subscriptions = {{.filter = "\xef\xbb\xbf/#"}}},
                                    wire<"82 0a 0001 0005 efbbbf '/#' 00">) == "");
}

TEST_CASE("valid texts that need a closer look are written as all others") {
    CHECK(support::same_on_the_wire(publish{.topic = "\xc3\xa9/b"}, wire<"30 06 0004 c3a9 '/b'">) == "");
    CHECK(support::same_on_the_wire(unsubscribe{.packet_id = 1, .filters = {"a/+/b"}},
                                    wire<"a2 09 0001 0005 'a/+/b'">) == "");
    std::array<char, 8> memory{};
    CHECK(*encode_head(memory, publish_head{.topic = "\xc3\xa9", .payload_size = 300}) ==
          bytes{wire<"30 b0 02 0002 c3a9">});
}

TEST_CASE("an encoder that does not fit says how much is missing, and writes nothing behind the buffer") {
    std::array<char, 4> memory{};
    CHECK(encode(memory, publish{.topic = "abc"}).error() == error{.code = errc::no_space, .offset = 4, .needed = 3});
    CHECK(memory == std::array<char, 4>{});
}
