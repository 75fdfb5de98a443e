#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>

#include "support/catch2.hpp"
#include "support/sweep.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using hubwire::result;
using namespace hubwire::mqtt;
using support::wire;

namespace {

static_assert(decode_fixed_header(wire<"30 80 01">)->remaining_length == 128);

errc refusal(bytes input, const options& rules = {}) {
    const auto header = decode_fixed_header(input, rules);
    return header ? errc::none : header.error().code;
}

/// What a receiver that has the first byte alone says of it; one that may be right leaves the length to be waited for.
error verdict_on_first_byte(unsigned value) {
    const std::array<unsigned char, 1> memory{static_cast<unsigned char>(value)};
    return decode_fixed_header(memory).error();
}
constexpr error right_so_far{.code = errc::incomplete, .offset = 1, .needed = 1};

const auto cut_size = [](bytes received) -> result<std::size_t> {
    const auto packet = cut(received);
    if (!packet) return packet.error();
    return packet->size();
};

}  // namespace

TEST_CASE("MQTT 2.2.1: packet types 0 and 15 are refused from the first byte on") {
    for (unsigned flags = 0; flags != 16; ++flags) {
        CHECK(verdict_on_first_byte(flags) == error{.code = errc::mqtt_packet_type, .offset = 0});
        CHECK(verdict_on_first_byte(0xf0 | flags) == error{.code = errc::mqtt_packet_type, .offset = 0});
    }
}

TEST_CASE(
    "MQTT-2.2.2-1, MQTT-2.2.2-2: flags are those of the packet type, and others are refused from the first byte on "
    "[MQTT-3.6.1-1, MQTT-3.8.1-1, MQTT-3.10.1-1, MQTT-3.14.1-1]") {
    // In the order of the types, with the statement that says so; PUBLISH has a test of its own.
    struct row {
        unsigned type;
        unsigned flags;
        errc otherwise;
    };
    constexpr row rows[] = {
        {1, 0, errc::mqtt_flags},
        {2, 0, errc::mqtt_flags},
        {4, 0, errc::mqtt_flags},
        {5, 0, errc::mqtt_flags},
        {6, 2, errc::mqtt_pubrel_flags},
        {7, 0, errc::mqtt_flags},
        {8, 2, errc::mqtt_subscribe_flags},
        {9, 0, errc::mqtt_flags},
        {10, 2, errc::mqtt_unsubscribe_flags},
        {11, 0, errc::mqtt_flags},
        {12, 0, errc::mqtt_flags},
        {13, 0, errc::mqtt_flags},
        {14, 0, errc::mqtt_disconnect_flags},
    };
    for (const row& r : rows) {
        for (unsigned flags = 0; flags != 16; ++flags) {
            INFO(r.type << ' ' << flags);
            CHECK(verdict_on_first_byte(r.type << 4 | flags) ==
                  (flags == r.flags ? right_so_far : error{.code = r.otherwise, .offset = 0}));
        }
    }
    CHECK(error{.code = errc::mqtt_pubrel_flags}.rule() == "MQTT-3.6.1-1");
    CHECK(error{.code = errc::mqtt_subscribe_flags}.rule() == "MQTT-3.8.1-1");
    CHECK(error{.code = errc::mqtt_unsubscribe_flags}.rule() == "MQTT-3.10.1-1");
    CHECK(error{.code = errc::mqtt_disconnect_flags}.rule() == "MQTT-3.14.1-1");
}

TEST_CASE("MQTT-3.3.1-2, MQTT-3.3.1-4: PUBLISH has no QoS 3, and no DUP at QoS 0, from the first byte on") {
    for (unsigned flags = 0; flags != 16; ++flags) {
        const unsigned quality = flags >> 1 & 3;
        const bool dup = (flags & 8) != 0;
        const error expected = quality == 3          ? error{.code = errc::mqtt_qos, .offset = 0}
                               : quality == 0 && dup ? error{.code = errc::mqtt_dup_at_qos_0, .offset = 0}
                                                     : right_so_far;
        CHECK(verdict_on_first_byte(0x30 | flags) == expected);
    }
}

TEST_CASE("MQTT 2.2.3: the remaining length has one to four bytes, of seven bits each") {
    CHECK(decode_fixed_header(wire<"30 7f">)->remaining_length == 127);
    CHECK(decode_fixed_header(wire<"30 8001">)->remaining_length == 128);
    CHECK(decode_fixed_header(wire<"30 ff7f">)->remaining_length == 16'383);
    CHECK(decode_fixed_header(wire<"30 808001">)->remaining_length == 16'384);
    CHECK(decode_fixed_header(wire<"30 ffff7f">)->remaining_length == 2'097'151);
    CHECK(decode_fixed_header(wire<"30 80808001">)->remaining_length == 2'097'152);
    CHECK(decode_fixed_header(wire<"30 ffffff7f">)->remaining_length == 268'435'455);
    CHECK(decode_fixed_header(wire<"30 ffffff7f">)->packet_size() == max_packet_size);
    CHECK(decode_fixed_header(wire<"35 ffffff7f">).value_or({}) ==
          fixed_header{.type = packet_type::publish, .flags = 5, .size = 5, .remaining_length = 268'435'455});
}

TEST_CASE("MQTT 2.2.3: a fourth length byte that announces a fifth is refused at once") {
    CHECK(decode_fixed_header(wire<"30 ffffffff">).error() == error{.code = errc::mqtt_remaining_length, .offset = 4});
    CHECK(decode_fixed_header(wire<"30 80808080">).error() == error{.code = errc::mqtt_remaining_length, .offset = 4});
    CHECK(decode_fixed_header(wire<"30 ffffff">).error() == error{.code = errc::incomplete, .offset = 4, .needed = 1});
}

TEST_CASE("MQTT 2.2.3: a length with more bytes than it needs is refused by option only") {
    constexpr options strict{.refuse_padded_length = true};
    CHECK(decode_fixed_header(wire<"c0 8000">)->size == 3);
    CHECK(decode_fixed_header(wire<"40 82808000">)->remaining_length == 2);
    CHECK(decode_fixed_header(wire<"c0 8000">, strict).error() == error{.code = errc::mqtt_padded_length, .offset = 1});
    CHECK(refusal(wire<"40 82808000">, strict) == errc::mqtt_padded_length);
    CHECK(refusal(wire<"40 82">, strict) == errc::mqtt_padded_length);  // nothing but padding could follow
    CHECK(refusal(wire<"c0 80">, strict) == errc::mqtt_padded_length);
    CHECK(refusal(wire<"c0 81">, strict) == errc::mqtt_impossible_length);
    CHECK(decode_fixed_header(wire<"c0 00">, strict));
    CHECK(decode_fixed_header(wire<"30 8001">, strict));
    CHECK(decode<pingreq>(wire<"c0 8000">));
}

TEST_CASE("packets of a fixed length have no other, and are refused as soon as it shows") {
    for (const unsigned type : {0x20u, 0x40u, 0x50u, 0x62u, 0x70u, 0xb0u}) {
        for (unsigned length = 0; length != 256; ++length) {
            const std::array<unsigned char, 2> input{static_cast<unsigned char>(type),
                                                     static_cast<unsigned char>(length)};
            const errc expected = length == 2      ? errc::none
                                  : length == 0x82 ? errc::incomplete  // 82 00 is 2 as well
                                                   : errc::mqtt_impossible_length;
            INFO(type << ' ' << length);
            CHECK(refusal(input) == expected);
        }
    }
    for (const unsigned type : {0xc0u, 0xd0u, 0xe0u}) {
        for (unsigned length = 0; length != 256; ++length) {
            const std::array<unsigned char, 2> input{static_cast<unsigned char>(type),
                                                     static_cast<unsigned char>(length)};
            const errc expected = length == 0      ? errc::none
                                  : length == 0x80 ? errc::incomplete
                                                   : errc::mqtt_impossible_length;
            CHECK(refusal(input) == expected);
        }
    }
    CHECK(refusal(wire<"40 8201">) == errc::mqtt_impossible_length);
    CHECK(decode_fixed_header(wire<"20 03">).error().offset == 1);
}

TEST_CASE("packets that are too short for what they have to hold are refused from the fixed header") {
    CHECK(refusal(wire<"10 06">) == errc::mqtt_impossible_length);
    CHECK(refusal(wire<"10 07">) == errc::none);  // as much as it takes to see an unsupported level
    CHECK(refusal(wire<"30 01">) == errc::mqtt_impossible_length);
    CHECK(refusal(wire<"30 02">) == errc::none);
    CHECK(refusal(wire<"32 03">) == errc::mqtt_impossible_length);
    CHECK(refusal(wire<"34 03">) == errc::mqtt_impossible_length);
    CHECK(refusal(wire<"34 04">) == errc::none);
    CHECK(decode_fixed_header(wire<"40 83">).error() == error{.code = errc::mqtt_impossible_length, .offset = 1});
    CHECK(refusal(wire<"82 04">) == errc::mqtt_impossible_length);
    CHECK(refusal(wire<"82 05">) == errc::none);
    CHECK(refusal(wire<"90 01">) == errc::mqtt_impossible_length);
    CHECK(refusal(wire<"90 03">) == errc::none);
    CHECK(refusal(wire<"a2 03">) == errc::mqtt_impossible_length);
    CHECK(refusal(wire<"a2 04">) == errc::none);
}

TEST_CASE("packets over the receiver's limit are refused as soon as their length shows it") {
    constexpr options small{.max_packet_size = 130};
    CHECK(decode_fixed_header(wire<"30 7f">, small));
    CHECK(refusal(wire<"30 8001">, small) == errc::over_limit);  // 128 and a header of 3
    CHECK(refusal(wire<"30 ff01">, small) == errc::over_limit);
    CHECK(decode_fixed_header(wire<"30 8201">, {.max_packet_size = 133}));
    CHECK(refusal(wire<"30 8201">, {.max_packet_size = 132}) == errc::over_limit);
    CHECK(decode_fixed_header(wire<"30 ffffff">, {.max_packet_size = 1000}).error() ==
          error{.code = errc::over_limit, .offset = 1});
    CHECK(cut(wire<"30 ffff7f 00">, {.max_packet_size = 1000}).error().code == errc::over_limit);
    CHECK(refusal(wire<"30 ff">, {.max_packet_size = 129}) == errc::over_limit);
    CHECK(refusal(wire<"30 ff">, {.max_packet_size = 130}) == errc::incomplete);
    for (const bytes input : {bytes{wire<"82 82 01">}, bytes{wire<"90 82 05">}, bytes{wire<"32 83 01">}})
        CHECK(refusal(input, {.max_packet_size = 1}) == errc::over_limit);
}

TEST_CASE("MQTT-6.0.0-2: a stream is cut into the same packets wherever it was split") {
    constexpr auto stream = wire<
        "20 02 00 00"          // CONNACK
        "30 05 0001 'a' 'bc'"  // PUBLISH
        "c0 00"                // PINGREQ
        "40 82 00 00 07"       // PUBACK, its length padded
        "32 05 0001 'a' 0001"  // PUBLISH without a payload
        "e0 00">;              // DISCONNECT
    CHECK(support::every_split(stream, cut_size) == "");
}

TEST_CASE("a packet is cut off exactly, whatever follows it") {
    const auto packet = cut(wire<"30 05 0001 'a' 'bc' ff ff ff">);
    REQUIRE(packet);
    CHECK(*packet == bytes{wire<"30 05 0001 'a' 'bc'">});
    CHECK(cut(wire<"c0 00 ff">)->size() == 2);
}

TEST_CASE("an incomplete packet says how many bytes more it takes") {
    CHECK(cut(bytes{}).error() == error{.code = errc::incomplete, .offset = 0, .needed = 1});
    CHECK(cut(wire<"30">).error() == error{.code = errc::incomplete, .offset = 1, .needed = 1});
    CHECK(cut(wire<"30 05">).error() == error{.code = errc::incomplete, .offset = 2, .needed = 5});
    CHECK(cut(wire<"30 05 00 01">).error() == error{.code = errc::incomplete, .offset = 4, .needed = 3});
    CHECK(cut(wire<"30 ffffff7f 00">).error().needed == 268'435'454);
}

TEST_CASE("the cutter survives every short and every mutated input") {
    CHECK(support::every_short_input(cut_size) == "");
    CHECK(support::every_mutation(wire<"32 8a00 0001 'a' 0001 'hello'">, cut_size) == "");
    CHECK(support::every_truncation(wire<"32 8a00 0001 'a' 0001 'hello'">, cut_size) == "");
}
