#include <array>
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
using support::refused_once_known;
using support::same_on_the_wire;
using support::wire;
using namespace std::literals;

namespace {

const connect everything{.client_id = "MyDevice01",
                         .will = will{.topic = "a/b", .payload = "gone"sv, .qos = qos::at_least_once, .retain = true},
                         .username = "user",
                         .password = "pass"sv,
                         .keep_alive = 240,
                         .clean_session = false};

constexpr auto everything_wire = wire<
    "10 2d"              // CONNECT, 45 bytes
    "0004 'MQTT' 04"     // protocol and level
    "ec"                 // user name, password, will retain, will QoS 1, will
    "00f0"               // keep alive
    "000a 'MyDevice01'"  // client identifier
    "0003 'a/b'"         // will topic
    "0004 'gone'"        // will payload
    "0004 'user'"        // user name
    "0004 'pass'">;      // password

constexpr auto least_wire = wire<"10 0c 0004 'MQTT' 04 02 0000 0000">;

// A whole CONNECT is encoded, and decoded, by the compiler.
constexpr bool encodes_and_decodes_at_compile_time() {
    const connect packet{.client_id = "MyDevice01",
                         .will = will{.topic = "a/b", .payload = "gone"sv, .qos = qos::at_least_once, .retain = true},
                         .username = "user",
                         .password = "pass"sv,
                         .keep_alive = 240,
                         .clean_session = false};
    std::array<char, everything_wire.size()> memory{};
    return *encode(memory, packet) == bytes{everything_wire} && *decode<connect>(everything_wire) == packet;
}
static_assert(encodes_and_decodes_at_compile_time());
static_assert(decode<connect>(wire<"10 0c 0004 'MQTT' 04 01 0000 0000">).error().code ==
              errc::mqtt_reserved_connect_flag);

}  // namespace

TEST_CASE("MQTT-3.1.3-1: CONNECT has its fields in their order") {
    CHECK(same_on_the_wire(everything, everything_wire) == "");
    CHECK(same_on_the_wire(connect{}, least_wire) == "");
    CHECK(same_on_the_wire(connect{.client_id = "c", .username = "u"},
                           wire<"10 10 0004 'MQTT' 04 82 0000 0001 'c' 0001 'u'">) == "");
    CHECK(same_on_the_wire(connect{.client_id = "c", .will = will{.topic = "t", .qos = qos::exactly_once}},
                           wire<"10 12 0004 'MQTT' 04 16 0000 0001 'c' 0001 't' 0000">) == "");
}

TEST_CASE("texts and binaries of CONNECT may be empty, which is not the same as absent") {
    const connect empty{.will = will{.topic = "t"}, .username = "", .password = bytes{}};
    CHECK(same_on_the_wire(empty, wire<"10 15 0004 'MQTT' 04 c6 0000 0000 0001 't' 0000 0000 0000">) == "");
    const auto decoded = decode<connect>(least_wire);
    REQUIRE(decoded);
    CHECK_FALSE(decoded->username.has_value());
    CHECK_FALSE(decoded->password.has_value());
    CHECK_FALSE(decoded->will.has_value());
}

TEST_CASE("password and will payload are binary") {
    const connect binary{.client_id = "c",
                         .will = will{.topic = "t", .payload = wire<"00 ff">},
                         .username = "u",
                         .password = bytes{wire<"ff 00 80">}};
    CHECK(same_on_the_wire(
              binary, wire<"10 1c 0004 'MQTT' 04 c6 0000 0001 'c' 0001 't' 0002 00ff 0001 'u' 0003 ff0080">) == "");
}

TEST_CASE("MQTT-3.1.2-1: the protocol name is MQTT") {
    CHECK(refusal<connect>(wire<"10 0c 0004 'MQTt' 04 02 0000 0000">) ==
          error{.code = errc::mqtt_protocol_name, .offset = 2});
    CHECK(refusal<connect>(wire<"10 0e 0006 'MQIsdp' 03 02 0000 0000">) ==
          error{.code = errc::mqtt_protocol_name, .offset = 2});
    CHECK(refusal<connect>(wire<"10 0c 0000 04 02 0000 0000 00000000">).code == errc::mqtt_protocol_name);
    CHECK(refusal<connect>(wire<"10 0c 0005 'MQTTX' 04 02 0000 00">).code == errc::mqtt_protocol_name);
}

TEST_CASE("MQTT-3.1.2-2: an unsupported level is answered with code 1, whatever else is wrong") {
    for (const bytes packet :
         {bytes{wire<"10 0c 0004 'MQTT' 05 02 0000 0000">}, bytes{wire<"10 0c 0004 'MQTT' 03 02 0000 0000">},
          bytes{wire<"10 0c 0004 'MQTT' 00 ff ffff ffff">}, bytes{wire<"10 0c 0004 'MQTT' 84 02 0000 0000">}}) {
        const error e = refusal<connect>(packet);
        CHECK(e == error{.code = errc::mqtt_protocol_level, .offset = 8});
        CHECK(answer_to(e) == connect_code::unacceptable_protocol_version);
    }
    CHECK(refusal<connect>(wire<"10 07 0004 'MQTT' 05">).code == errc::mqtt_protocol_level);
    // ... as soon as the level is there.
    CHECK(refusal<connect>(wire<"10 0c 0004 'MQTT' 05">).code == errc::mqtt_protocol_level);
}

TEST_CASE("MQTT-3.1.2-3: the reserved connect flag is 0") {
    CHECK(refusal<connect>(wire<"10 0c 0004 'MQTT' 04 03 0000 0000">) ==
          error{.code = errc::mqtt_reserved_connect_flag, .offset = 9});
}

TEST_CASE("MQTT-3.1.2-11, MQTT-3.1.2-13, MQTT-3.1.2-15: without a will there is no will QoS and no will retain") {
    CHECK(refusal<connect>(wire<"10 0c 0004 'MQTT' 04 0a 0000 0000">) ==
          error{.code = errc::mqtt_will_qos_without_will, .offset = 9});
    CHECK(refusal<connect>(wire<"10 0c 0004 'MQTT' 04 12 0000 0000">).code == errc::mqtt_will_qos_without_will);
    CHECK(refusal<connect>(wire<"10 0c 0004 'MQTT' 04 22 0000 0000">) ==
          error{.code = errc::mqtt_will_retain_without_will, .offset = 9});
}

TEST_CASE("MQTT-3.1.2-9: with a will there are a topic and a payload") {
    constexpr error at_flags{.code = errc::mqtt_will_absent, .offset = 9};
    CHECK(at_flags.rule() == "MQTT-3.1.2-9");
    CHECK(refused_once_known<connect>(wire<"10 0c 0004 'MQTT' 04 06 0000 0000">, 10, at_flags) == "");
    CHECK(refused_once_known<connect>(wire<"10 0f 0004 'MQTT' 04 06 0000 0000 000000">, 10, at_flags) == "");
    CHECK(refused_once_known<connect>(wire<"10 10 0004 'MQTT' 04 06 0000 0001 'c' 000000">, 14,
                                      error{.code = errc::mqtt_will_absent, .offset = 14}) == "");
    CHECK(refused_once_known<connect>(wire<"10 11 0004 'MQTT' 04 06 0000 0000 0002 'tu' 00">, 16,
                                      error{.code = errc::mqtt_will_absent, .offset = 16}) == "");
    CHECK(refused_once_known<connect>(wire<"10 11 0004 'MQTT' 04 06 0000 0000 0001 't' 0001">, 19,
                                      error{.code = errc::truncated, .offset = 19}) == "");
    CHECK(refused_once_known<connect>(wire<"10 11 0004 'MQTT' 04 06 0000 0000 0004 'tuvw'">, 16,
                                      error{.code = errc::truncated, .offset = 16}) == "");
}

TEST_CASE("MQTT-3.1.2-14: the will QoS is not 3") {
    CHECK(refusal<connect>(wire<"10 11 0004 'MQTT' 04 1e 0000 0000 0001 't' 0000">) ==
          error{.code = errc::mqtt_will_qos, .offset = 9});
    CHECK(encode_refusal(connect{.will = will{.topic = "t", .qos = static_cast<qos>(3)}}) ==
          error{.code = errc::mqtt_will_qos, .offset = 9});
}

TEST_CASE("MQTT-3.1.2-18, MQTT-3.1.2-19, MQTT-3.1.2-20, MQTT-3.1.2-21: user name and password are as their flags say") {
    constexpr error no_username{.code = errc::mqtt_username_absent, .offset = 9};
    constexpr error no_password{.code = errc::mqtt_password_absent, .offset = 9};
    CHECK(refused_once_known<connect>(wire<"10 0c 0004 'MQTT' 04 82 0000 0000">, 10, no_username) == "");
    CHECK(refused_once_known<connect>(wire<"10 0d 0004 'MQTT' 04 c2 0000 0000 00">, 10, no_username) == "");
    CHECK(refused_once_known<connect>(wire<"10 0f 0004 'MQTT' 04 c2 0000 0000 0001 'u'">, 10, no_password) == "");
    CHECK(refused_once_known<connect>(wire<"10 11 0004 'MQTT' 04 86 0000 0000 0001 't' 0000">, 10, no_username) == "");
    CHECK(refused_once_known<connect>(wire<"10 10 0004 'MQTT' 04 c2 0000 0000 0002 'uv'">, 16,
                                      error{.code = errc::mqtt_password_absent, .offset = 16}) == "");
    CHECK(refused_once_known<connect>(wire<"10 11 0004 'MQTT' 04 c6 0000 0001 'c' 0000">, 10, no_username) == "");
    CHECK(refused_once_known<connect>(wire<"10 14 0004 'MQTT' 04 c6 0000 0001 'c' 0001 't' 0000 00">, 14,
                                      error{.code = errc::mqtt_password_absent, .offset = 14}) == "");
    CHECK(refused_once_known<connect>(wire<"10 16 0004 'MQTT' 04 c6 0000 0000 0001 't' 0002 'pp' 000000">, 19,
                                      error{.code = errc::mqtt_password_absent, .offset = 19}) == "");
    CHECK(refused_once_known<connect>(wire<"10 15 0004 'MQTT' 04 86 0000 0000 0001 't' 0004 'pppp'">, 19,
                                      error{.code = errc::mqtt_username_absent, .offset = 19}) == "");

    CHECK(refused_once_known<connect>(wire<"10 0f 0004 'MQTT' 04 02 0000 0000 0001 'u'">, 14,
                                      error{.code = errc::mqtt_username_without_flag, .offset = 14}) == "");
    CHECK(refused_once_known<connect>(wire<"10 12 0004 'MQTT' 04 82 0000 0000 0001 'u' 0001 'p'">, 17,
                                      error{.code = errc::mqtt_password_without_flag, .offset = 17}) == "");

    CHECK(error{.code = errc::mqtt_username_without_flag}.rule() == "MQTT-3.1.2-18");
    CHECK(no_username.rule() == "MQTT-3.1.2-19");
    CHECK(error{.code = errc::mqtt_password_without_flag}.rule() == "MQTT-3.1.2-20");
    CHECK(no_password.rule() == "MQTT-3.1.2-21");
}

TEST_CASE("a CONNECT of this protocol is not too short for what each has") {
    constexpr error too_short{.code = errc::mqtt_impossible_length, .offset = 1};
    CHECK(refused_once_known<connect>(wire<"10 07 0004 'MQTT' 04">, 9, too_short) == "");
    CHECK(refused_once_known<connect>(wire<"10 0b 0004 'MQTT' 04 02 0000 00">, 9, too_short) == "");
    CHECK(refused_once_known<connect>(wire<"10 0d 0006 'MQIsdp' 03 02 0000 00">, 11, too_short,
                                      {.allow_mqtt_3_1 = true}) == "");
}

TEST_CASE("MQTT-3.1.2-22: there is no password without a user name") {
    CHECK(refusal<connect>(wire<"10 0f 0004 'MQTT' 04 42 0000 0000 0001 'p'">) ==
          error{.code = errc::mqtt_password_without_username, .offset = 9});
    CHECK(encode_refusal(connect{.password = "p"sv}) ==
          error{.code = errc::mqtt_password_without_username, .offset = 9});
}

TEST_CASE("MQTT-3.1.3-3, MQTT-3.1.3-4: there is a client identifier, in UTF-8") {
    CHECK(refusal<connect>(wire<"10 0d 0004 'MQTT' 04 02 0000 0001 ff">) ==
          error{.code = errc::mqtt_invalid_utf8, .offset = 14});
    CHECK(refusal<connect>(wire<"10 0d 0004 'MQTT' 04 02 0000 0001 00">) ==
          error{.code = errc::mqtt_nul_in_text, .offset = 14});
    CHECK(encode_refusal(connect{.client_id = "ab\xff"}) == error{.code = errc::mqtt_invalid_utf8, .offset = 16});
    CHECK(refusal<connect>(wire<"10 0c 0004 'MQTT' 04 02 0000 0001">) == error{.code = errc::truncated, .offset = 14});
}

TEST_CASE("MQTT-3.1.3-7, MQTT-3.1.3-8: an empty client identifier without a clean session is answered with code 2") {
    const error e = refusal<connect>(wire<"10 0c 0004 'MQTT' 04 00 0000 0000">);
    CHECK(e == error{.code = errc::mqtt_empty_client_id, .offset = 12});
    CHECK(answer_to(e) == connect_code::identifier_rejected);
    CHECK(answer_to(refusal<connect>(wire<"10 0f 0004 'MQTT' 04 80 0000 0000 0001 'u'">)) ==
          connect_code::identifier_rejected);
    CHECK(encode_refusal(connect{.clean_session = false}) == error{.code = errc::mqtt_empty_client_id, .offset = 12});
}

TEST_CASE("MQTT-3.1.4-1: an empty client identifier is answered only if all the rest is as it should be") {
    CHECK(refused_once_known<connect>(wire<"10 0d 0004 'MQTT' 04 00 0000 0000 00">, 14,
                                      error{.code = errc::mqtt_username_without_flag, .offset = 14}) == "");
    CHECK(refusal<connect>(wire<"10 0f 0004 'MQTT' 04 80 0000 0000 0001 ff">).code == errc::mqtt_invalid_utf8);
    CHECK(refusal<connect>(wire<"10 0f 0004 'MQTT' 04 80 0000 0000 00">).code == errc::incomplete);
}

TEST_CASE("other refusals of CONNECT are not answered") {
    CHECK_FALSE(answer_to(refusal<connect>(wire<"10 0c 0004 'MQTt' 04 02 0000 0000">)));
    CHECK_FALSE(answer_to(refusal<connect>(wire<"10 0c 0004">)));
}

TEST_CASE("MQTT-3.1.3-10, MQTT-4.7.1-1: the will's topic is a topic name") {
    CHECK(refusal<connect>(wire<"10 11 0004 'MQTT' 04 06 0000 0000 0001 ff 0000">) ==
          error{.code = errc::mqtt_invalid_utf8, .offset = 16});
    CHECK(refusal<connect>(wire<"10 12 0004 'MQTT' 04 06 0000 0000 0002 'a+' 0000">) ==
          error{.code = errc::mqtt_wildcard_in_will_topic, .offset = 17});
    CHECK(refusal<connect>(wire<"10 10 0004 'MQTT' 04 06 0000 0000 0000 0000">) ==
          error{.code = errc::mqtt_empty_topic, .offset = 16});
    CHECK(encode_refusal(connect{.will = will{.topic = "a/#"}}) ==
          error{.code = errc::mqtt_wildcard_in_will_topic, .offset = 18});
    CHECK(encode_refusal(connect{.will = will{}}) == error{.code = errc::mqtt_empty_topic, .offset = 16});
}

TEST_CASE("MQTT-3.1.3-11: the user name is UTF-8") {
    CHECK(refusal<connect>(wire<"10 0f 0004 'MQTT' 04 82 0000 0000 0001 ff">) ==
          error{.code = errc::mqtt_invalid_utf8, .offset = 16});
    CHECK(encode_refusal(connect{.username = "\xff"}) == error{.code = errc::mqtt_invalid_utf8, .offset = 16});
}

TEST_CASE("MQTT-3.1.4-1: what is left behind the last field is an error") {
    CHECK(refused_once_known<connect>(wire<"10 13 0004 'MQTT' 04 c2 0000 0000 0001 'u' 0000 00">, 19,
                                      error{.code = errc::leftover, .offset = 19}) == "");
    CHECK(refusal<connect>(wire<"10 0c 0004 'MQTT' 04 02 0000 0000 00">) ==
          error{.code = errc::leftover, .offset = 14});
}

TEST_CASE("fields of CONNECT longer than 65,535 bytes are refused, not cut") {
    const std::string longest(65'535, 'x');
    const std::string too_long(65'536, 'x');
    CHECK(encode_refusal(connect{.client_id = longest}).code == errc::none);
    CHECK(encode_refusal(connect{.client_id = too_long}).code == errc::too_long);
    CHECK(encode_refusal(connect{.will = will{.topic = too_long}}).code == errc::mqtt_topic_too_long);
    CHECK(encode_refusal(connect{.will = will{.topic = "t", .payload = too_long}}).code == errc::too_long);
    CHECK(encode_refusal(connect{.username = too_long}).code == errc::too_long);
    CHECK(encode_refusal(connect{.username = "u", .password = bytes{too_long}}).code == errc::too_long);
    CHECK(encode_refusal(connect{.client_id = longest,
                                 .will = will{.topic = longest, .payload = longest},
                                 .username = longest,
                                 .password = bytes{longest}})
              .code == errc::none);
}

TEST_CASE("MQTT 3.1 is understood by option") {
    constexpr options both{.allow_mqtt_3_1 = true};
    const connect old{.client_id = "c", .level = 3};
    CHECK(same_on_the_wire(old, wire<"10 0f 0006 'MQIsdp' 03 02 0000 0001 'c'">, both) == "");
    CHECK(same_on_the_wire(everything, everything_wire, both) == "");
    CHECK(encode_refusal(old).code == errc::mqtt_protocol_level);
    CHECK(encode_refusal(connect{.level = 3}, both).code == errc::mqtt_empty_client_id);
    CHECK(refusal<connect>(wire<"10 0e 0006 'MQIsdp' 03 02 0000 0000">, both).code == errc::mqtt_empty_client_id);
    CHECK(refusal<connect>(wire<"10 0d 0004 'MQTT' 03 02 0000 0001 'c'">, both).code == errc::mqtt_protocol_level);
    CHECK(refusal<connect>(wire<"10 0f 0006 'MQIsdp' 04 02 0000 0001 'c'">, both).code == errc::mqtt_protocol_level);
}

TEST_CASE("with two names to choose from, the beginning of one is not taken for the other") {
    constexpr options both{.allow_mqtt_3_1 = true};
    constexpr auto whole = wire<"10 07 0004 'MQTT' 05">;
    for (std::size_t size = 0; size != whole.size(); ++size)
        CHECK(refusal<connect>(bytes{whole}.first(size), both).code == errc::incomplete);
    CHECK(refusal<connect>(whole, both).code == errc::mqtt_protocol_level);
}

TEST_CASE("bridges are understood by option") {
    constexpr options bridges{.allow_bridge = true};
    const connect bridge{.client_id = "c", .level = 0x84};
    CHECK(same_on_the_wire(bridge, wire<"10 0d 0004 'MQTT' 84 02 0000 0001 'c'">, bridges) == "");
    CHECK(encode_refusal(bridge).code == errc::mqtt_protocol_level);
    CHECK(refusal<connect>(wire<"10 0f 0006 'MQIsdp' 83 02 0000 0001 'c'">, bridges).code == errc::mqtt_protocol_name);
    CHECK(decode<connect>(wire<"10 0f 0006 'MQIsdp' 83 02 0000 0001 'c'">,
                          {.allow_mqtt_3_1 = true, .allow_bridge = true}));
    CHECK(encode_refusal(connect{.level = 5}, bridges).code == errc::mqtt_protocol_level);
}

TEST_CASE("MQTT 3.2: CONNACK says whether there is a session, and one of six codes") {
    CHECK(same_on_the_wire(connack{}, wire<"20 02 00 00">) == "");
    CHECK(same_on_the_wire(connack{.session_present = true}, wire<"20 02 01 00">) == "");
    for (unsigned char code = 1; code <= 5; ++code) {
        const std::array<unsigned char, 4> bytes{0x20, 2, 0, code};
        CHECK(same_on_the_wire(connack{.code = connect_code{code}}, bytes) == "");
    }
}

TEST_CASE("MQTT-3.2.2-4: a refused connection has no session present") {
    CHECK(refusal<connack>(wire<"20 02 01 05">) == error{.code = errc::mqtt_session_present, .offset = 2});
    CHECK(encode_refusal(connack{.session_present = true, .code = connect_code::not_authorized}) ==
          error{.code = errc::mqtt_session_present, .offset = 2});
}

TEST_CASE("MQTT 3.2.2.1, 3.2.2.3: reserved flags and codes of CONNACK are refused") {
    for (unsigned value = 2; value != 256; ++value) {
        const std::array<unsigned char, 4> flags{0x20, 2, static_cast<unsigned char>(value), 0};
        CHECK(refusal<connack>(flags) == error{.code = errc::mqtt_reserved_connack_flags, .offset = 2});
    }
    for (unsigned value = 6; value != 256; ++value) {
        const std::array<unsigned char, 4> code{0x20, 2, 0, static_cast<unsigned char>(value)};
        CHECK(refusal<connack>(code) == error{.code = errc::mqtt_return_code, .offset = 3});
    }
    CHECK(encode_refusal(connack{.code = connect_code{6}}) == error{.code = errc::mqtt_return_code, .offset = 3});
}

TEST_CASE("MQTT-3.14.1-1: DISCONNECT is two bytes") {
    CHECK(same_on_the_wire(disconnect{}, wire<"e0 00">) == "");
    CHECK(refusal<disconnect>(wire<"e1 00">).rule() == "MQTT-3.14.1-1");
}

TEST_CASE("the keep alive has two bytes") {
    CHECK(same_on_the_wire(connect{.keep_alive = 0xfedc}, wire<"10 0c 0004 'MQTT' 04 02 fedc 0000">) == "");
}

TEST_CASE("the options hold for every text of CONNECT") {
    constexpr options strict{.refuse_discouraged_characters = true};
    for (const connect& packet :
         {connect{.client_id = "\x01"}, connect{.will = will{.topic = "\x01"}}, connect{.username = "\x01"}}) {
        std::array<char, 32> memory{};
        const auto encoded = encode(memory, packet);
        REQUIRE(encoded);
        CHECK(encode_refusal(packet, strict).code == errc::mqtt_discouraged_character);
        CHECK(refusal<connect>(*encoded).code == errc::none);
        CHECK(refusal<connect>(*encoded, strict).code == errc::mqtt_discouraged_character);
    }
}

TEST_CASE("with MQTT 3.1 allowed, other names are refused all the same, and so is a bridge without an identifier") {
    constexpr options lenient{.allow_mqtt_3_1 = true, .allow_bridge = true};
    CHECK(refusal<connect>(wire<"10 0e 0006 'MQIsdq' 03 02 0000 0000">, lenient).code == errc::mqtt_protocol_name);
    CHECK(refusal<connect>(wire<"10 0e 0006 'MQIsdp' 83 02 0000 0000">, lenient).code == errc::mqtt_empty_client_id);
    CHECK(encode_refusal(connect{.level = 0x83}, lenient).code == errc::mqtt_empty_client_id);
}

TEST_CASE("values that no enumerator has are refused") {
    for (const int value : {3, 4, 255}) {
        CHECK(encode_refusal(connect{.will = will{.topic = "t", .qos = static_cast<qos>(value)}}).code ==
              errc::mqtt_will_qos);
    }
    for (const int value : {6, 7, 255}) {
        CHECK(encode_refusal(connack{.session_present = true, .code = static_cast<connect_code>(value)}) ==
              error{.code = errc::mqtt_return_code, .offset = 3});
    }
}

TEST_CASE("return codes of CONNACK have names [MQTT 3.2.2.3]") {
    constexpr std::string_view names[] = {"accepted",           "unacceptable protocol version", "identifier rejected",
                                          "server unavailable", "bad user name or password",     "not authorized"};
    for (std::uint8_t code = 0; code != 6; ++code) CHECK(name_of(connect_code{code}) == names[code]);
    CHECK(name_of(connect_code{6}).empty());
}
