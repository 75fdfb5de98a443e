#include <algorithm>
#include <array>
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
using support::encode_refusal;
using support::refusal;
using support::same_on_the_wire;
using support::wire;
using namespace std::literals;

static_assert(decode<publish>(wire<"32 0a 0003 'a/b' 000a 'xyz'">)->payload.text() == "xyz");

namespace {

constexpr bool takes_pieces_at_compile_time() {
    incoming_payload payload{{.topic = "a", .payload_size = 3}};
    return payload.take("xy"sv) == bytes{"xy"sv} && payload.left() == 1 && payload.take("zc"sv) == bytes{"z"sv} &&
           payload.is_done();
}
static_assert(takes_pieces_at_compile_time());

/// Receives a stream in pieces of one size, the last one aside, and takes from it one PUBLISH, as if none of it were
/// kept but what is not used yet. Returns the payload; what follows it is left in `behind`.
std::string payload_in_pieces(bytes stream, std::size_t piece_size, std::string& behind) {
    std::string kept;
    const auto receive = [&] {
        const bytes piece = stream.first(std::min(piece_size, stream.size()));
        kept += piece.text();
        stream = stream.without_first(piece.size());
    };
    auto head = decode_publish_head(kept);
    for (; head.incomplete(); head = decode_publish_head(kept)) receive();
    kept.erase(0, head->size);

    incoming_payload payload{head->head};
    std::string taken;
    for (;;) {
        const support::exact_block block{kept};
        const bytes piece = payload.take(block);
        CHECK(piece.data() == block.data());
        taken += piece.text();
        CHECK(payload.left() == head->head.payload_size - taken.size());
        kept.erase(0, piece.size());
        if (payload.is_done() || stream.empty()) break;
        CHECK(kept.empty());
        receive();
    }
    behind = kept + std::string{stream.text()};
    return taken;
}

}  // namespace

TEST_CASE("MQTT 3.3: PUBLISH is a topic, an identifier above QoS 0, and the payload") {
    CHECK(same_on_the_wire(publish{.topic = "a/b", .payload = "xyz"sv}, wire<"30 08 0003 'a/b' 'xyz'">) == "");
    CHECK(same_on_the_wire(publish{.topic = "a/b", .payload = "xyz"sv, .qos = qos::at_least_once, .packet_id = 10},
                           wire<"32 0a 0003 'a/b' 000a 'xyz'">) == "");
    CHECK(same_on_the_wire(
              publish{.topic = "a", .qos = qos::exactly_once, .packet_id = 0xffff, .dup = true, .retain = true},
              wire<"3d 05 0001 'a' ffff">) == "");
    CHECK(same_on_the_wire(publish{.topic = "/", .retain = true}, wire<"31 03 0001 '/'">) == "");
}

TEST_CASE("MQTT-3.3.2-1: the topic comes first, in UTF-8 and within the packet") {
    CHECK(refusal<publish>(wire<"30 04 0002 'a' ff">) == error{.code = errc::mqtt_invalid_utf8, .offset = 5});
    CHECK(refusal<publish>(wire<"30 04 0003 'ab' 'c'">) == error{.code = errc::truncated, .offset = 4});
    CHECK(refusal<publish>(wire<"30 04 ffff 'ab'">) == error{.code = errc::truncated, .offset = 4});
    CHECK(refusal<publish>(wire<"32 05 0003 'abc' 0001">) == error{.code = errc::truncated, .offset = 4});
    CHECK(refusal<publish>(wire<"32 06 0003 'abc' 00 01">) == error{.code = errc::truncated, .offset = 4});
    CHECK(refusal<publish>(wire<"32 06 0003">) == error{.code = errc::truncated, .offset = 4});
    CHECK(encode_refusal(publish{.topic = "a\xff"}) == error{.code = errc::mqtt_invalid_utf8, .offset = 5});
}

TEST_CASE("MQTT-3.3.2-2: the topic holds no wildcard") {
    CHECK(refusal<publish>(wire<"30 05 0003 'a/+'">) == error{.code = errc::mqtt_wildcard_in_topic, .offset = 6});
    CHECK(refusal<publish>(wire<"30 05 0003 'a/#'">) == error{.code = errc::mqtt_wildcard_in_topic, .offset = 6});
    CHECK(encode_refusal(publish{.topic = "a/+"}) == error{.code = errc::mqtt_wildcard_in_topic, .offset = 6});
}

TEST_CASE("MQTT-4.7.3-1: the topic is not empty") {
    CHECK(refusal<publish>(wire<"30 02 0000">) == error{.code = errc::mqtt_empty_topic, .offset = 4});
    CHECK(encode_refusal(publish{}) == error{.code = errc::mqtt_empty_topic, .offset = 4});
}

TEST_CASE("MQTT-2.3.1-1: above QoS 0 the packet identifier is not 0") {
    CHECK(refusal<publish>(wire<"32 05 0001 'a' 0000">) == error{.code = errc::mqtt_packet_id, .offset = 5});
    CHECK(encode_refusal(publish{.topic = "a", .qos = qos::at_least_once}) ==
          error{.code = errc::mqtt_packet_id, .offset = 5});
}

TEST_CASE("MQTT-2.3.1-5: at QoS 0 there is no packet identifier") {
    CHECK(encode_refusal(publish{.topic = "a", .packet_id = 1}) ==
          error{.code = errc::mqtt_packet_id_at_qos_0, .offset = 5});
    CHECK(decode<publish>(wire<"30 05 0001 'a' 0001">)->payload == bytes{wire<"0001">});
}

TEST_CASE("MQTT-3.3.1-2, MQTT-3.3.1-4: DUP at QoS 0 and QoS 3 are refused") {
    CHECK(refusal<publish>(wire<"38 03 0001 'a'">) == error{.code = errc::mqtt_dup_at_qos_0, .offset = 0});
    CHECK(refusal<publish>(wire<"36 05 0001 'a' 0001">) == error{.code = errc::mqtt_qos, .offset = 0});
    CHECK(encode_refusal(publish{.topic = "a", .dup = true}).code == errc::mqtt_dup_at_qos_0);
    for (const int value : {3, 4, 255})
        CHECK(encode_refusal(publish{.topic = "a", .qos = static_cast<qos>(value), .packet_id = 1}).code ==
              errc::mqtt_qos);
}

TEST_CASE("a PUBLISH is as long as four bytes of length can say, and no longer") {
    // Only the size of the payload matters to a head; there is no such payload here.
    const std::size_t fits = max_remaining_length - 5;
    publish_head head{.topic = "abc", .payload_size = fits};
    std::array<char, 16> memory{};
    const auto encoded = encode_head(memory, head);
    REQUIRE(encoded);
    CHECK(*encoded == bytes{wire<"30 ffffff7f 0003 'abc'">});

    head.payload_size = fits + 1;
    CHECK(encode_head(memory, head).error() == error{.code = errc::mqtt_remaining_length, .offset = 2 + 5});
    head.payload_size = static_cast<std::size_t>(-1);
    CHECK(encode_head(memory, head).error().code == errc::mqtt_remaining_length);
}

TEST_CASE("the remaining length takes as few bytes as it can") {
    const std::string content(20'000, 'x');
    std::array<char, 20'010> memory{};
    CHECK(*encoded_size(publish{.topic = "a", .payload = {content.data(), 0}}) == 5);
    for (const std::size_t size : {16'381u, 2'097'148u, 2'097'149u}) {
        // A head, since it is the length that matters: 2,097,151 is the last one of three bytes.
        const auto head = encode_head(memory, publish_head{.topic = "a", .payload_size = size});
        REQUIRE(head);
        CHECK(decode_publish_head(*head)->head.payload_size == size);
        CHECK(head->size() == (3 + size < 2'097'152 ? 7 : 8));
    }
    for (const std::size_t size : {124u, 125u, 16'380u, 16'381u}) {
        const publish packet{.topic = "a", .payload = bytes{content}.first(size)};
        const auto encoded = encode(memory, packet);
        REQUIRE(encoded);
        CHECK(encoded->size() == 3 + size + (3 + size < 128 ? 2 : 3 + size < 16'384 ? 3 : 4));
        CHECK(*decode<publish>(*encoded) == packet);
        CHECK(*encoded_size(packet) == encoded->size());
    }
}

TEST_CASE("a PUBLISH is encoded as a head, and a payload that stays where it is") {
    const publish packet{.topic = "a/b", .payload = "xyz"sv, .qos = qos::at_least_once, .packet_id = 10};
    constexpr auto head_wire = wire<"32 0a 0003 'a/b' 000a">;
    CHECK(support::every_capacity(head_wire, [&](hubwire::buffer out) { return encode_head(out, packet); }) == "");
    CHECK(*encoded_head_size(publish_head{.topic = packet.topic,
                                          .payload_size = packet.payload.size(),
                                          .qos = packet.qos,
                                          .packet_id = packet.packet_id,
                                          .dup = packet.dup,
                                          .retain = packet.retain}) == head_wire.size());
    CHECK(*encoded_head_size(packet) == head_wire.size());
    CHECK(encoded_head_size(publish{}).error() == error{.code = errc::mqtt_empty_topic, .offset = 4});
    CHECK(encoded_head_size(publish_head{}).error() == error{.code = errc::mqtt_empty_topic, .offset = 4});

    const publish_head head{.topic = "a/b", .payload_size = 3, .qos = qos::at_least_once, .packet_id = 10};
    std::array<char, 32> memory{};
    CHECK(*encode_head(memory, head) == bytes{head_wire});
    CHECK((*encode_head(memory, publish{.topic = "a", .qos = qos::at_least_once, .packet_id = 1, .dup = true}))[0] ==
          0x3a);
    CHECK((*encode_head(memory, publish{.topic = "a", .retain = true}))[0] == 0x31);
    CHECK(encode_head(memory, publish{.topic = "+"}).error().code == errc::mqtt_wildcard_in_topic);
}

TEST_CASE("the head of a PUBLISH is decoded as soon as it is there, the payload follows") {
    constexpr auto packet = wire<"3b 0c 0003 'a/b' 000a 'hello'">;
    for (std::size_t size = 0; size <= packet.size(); ++size) {
        const support::exact_block block{bytes{packet}.first(size)};
        const auto decoded = decode_publish_head({block.data(), block.size()});
        if (size < 9) {
            REQUIRE(decoded.incomplete());
            CHECK(decoded.error().needed <= 9 - size);
        } else {
            REQUIRE(decoded);
            CHECK(decoded->size == 9);
            CHECK(decoded->head == publish_head{.topic = "a/b",
                                                .payload_size = 5,
                                                .qos = qos::at_least_once,
                                                .packet_id = 10,
                                                .dup = true,
                                                .retain = true});
        }
    }
    const auto large = decode_publish_head(wire<"30 ffffff7f 0001 'a' 'only the beginning'">);
    REQUIRE(large);
    CHECK(large->head.payload_size == max_remaining_length - 3);
}

TEST_CASE("a head that is wrong is refused before its payload is there") {
    CHECK(decode_publish_head(wire<"30 7f 0003 'a/#'">).error() ==
          error{.code = errc::mqtt_wildcard_in_topic, .offset = 6});
    CHECK(decode_publish_head(wire<"30 05 0004 ">).error() == error{.code = errc::truncated, .offset = 4});
    CHECK(decode_publish_head(wire<"32 7f 0001 'a' 0000">).error() == error{.code = errc::mqtt_packet_id, .offset = 5});
    CHECK(decode_publish_head(wire<"c0">).error().code == errc::mqtt_wrong_packet);
    CHECK(decode_publish_head(wire<"c0 00">).error() == error{.code = errc::mqtt_wrong_packet, .offset = 0});
    CHECK(decode_publish_head(wire<"30 ffff7f 0001 'a'">, {.max_packet_size = 1000}).error().code == errc::over_limit);
    CHECK(support::every_short_input([](bytes input) { return decode_publish_head(input); }) == "");
}

TEST_CASE("a payload is taken in pieces, and ends where the next packet begins [MQTT-6.0.0-2]") {
    constexpr auto pingreq_wire = wire<"c0 00">;
    for (const std::size_t size : {0u, 1u, 5u, 1'000u}) {
        const std::string content(size, 'x');
        std::array<char, 1'100> memory{};
        const auto packet = encode(memory, publish{.topic = "a/b", .payload = content});
        REQUIRE(packet);
        const std::string stream = std::string{packet->text()} + std::string{bytes{pingreq_wire}.text()};
        // From byte by byte, by way of ten pieces, to all at once.
        for (const std::size_t piece_size : {std::size_t{1}, std::size_t{2}, (stream.size() + 9) / 10, stream.size()}) {
            INFO(size << " bytes in pieces of " << piece_size);
            std::string behind;
            CHECK(payload_in_pieces(stream, piece_size, behind) == content);
            CHECK(decode<pingreq>(behind));
        }
    }
}

TEST_CASE("a payload that is over takes nothing, and one of which nothing came is not over") {
    incoming_payload none{publish_head{.topic = "a"}};
    CHECK(none.is_done());
    CHECK(none.take("xyz"sv).empty());
    CHECK(none.left() == 0);

    incoming_payload some{publish_head{.topic = "a", .payload_size = 3}};
    CHECK(some.take({}).empty());
    CHECK_FALSE(some.is_done());
    CHECK(some.take("xyz"sv) == bytes{"xyz"sv});
    CHECK(some.is_done());
    CHECK(some.take("xyz"sv).empty());
    CHECK(some.left() == 0);

    // The largest there is: of 268 million bytes a few are here.
    incoming_payload large{publish_head{.topic = "a", .payload_size = max_remaining_length - 3}};
    CHECK(large.take("xyz"sv).size() == 3);
    CHECK(large.left() == max_remaining_length - 6);
}

TEST_CASE("the options hold for PUBLISH, its head and its topic") {
    constexpr options strict{.refuse_discouraged_characters = true};
    const publish control{.topic = "a\x01"};
    std::array<char, 16> memory{};
    CHECK(encode_refusal(control).code == errc::none);
    CHECK(encode_refusal(control, strict) == error{.code = errc::mqtt_discouraged_character, .offset = 5});
    CHECK(encode_head(memory, control, strict).error().code == errc::mqtt_discouraged_character);
    CHECK(encode_head(memory, publish_head{.topic = "a\x01"}, strict).error().code == errc::mqtt_discouraged_character);
    CHECK(refusal<publish>(wire<"30 04 0002 'a' 01">, strict) ==
          error{.code = errc::mqtt_discouraged_character, .offset = 5});
    CHECK(decode_publish_head(wire<"30 04 0002 'a' 01">, strict).error().code == errc::mqtt_discouraged_character);
}

TEST_CASE("the offset of an error counts a fixed header of its real size") {
    const std::string content(200, 'x');
    CHECK(encode_refusal(publish{.topic = "a+", .payload = content}) ==
          error{.code = errc::mqtt_wildcard_in_topic, .offset = 3 + 2 + 1});
}
