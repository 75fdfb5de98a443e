#include <array>
#include <hubwire/hubwire.hpp>

#include "support/catch2.hpp"
#include "support/mqtt.hpp"
#include "support/wire.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::mqtt;
using support::encode_refusal;
using support::refusal;
using support::same_on_the_wire;
using support::wire;

static_assert(decode<puback>(wire<"40 02 0102">)->packet_id == 0x0102);

namespace {

template <class T>
void check_ack(unsigned char first, errc when_zero) {
    const std::array<unsigned char, 4> packet{first, 2, 1, 2};
    CHECK(same_on_the_wire(T{.packet_id = 0x0102}, packet) == "");

    // MQTT-2.3.1-6, -7: the identifier is that of the packet it answers, and so never 0.
    const std::array<unsigned char, 4> without_id{first, 2, 0, 0};
    CHECK(refusal<T>(without_id) == error{.code = when_zero, .offset = 2});
    CHECK(encode_refusal(T{}) == error{.code = when_zero, .offset = 2});
}

}  // namespace

TEST_CASE("MQTT 3.4: PUBACK names the PUBLISH it answers [MQTT-2.3.1-6]") {
    check_ack<puback>(0x40, errc::mqtt_publish_answer_id);
}
TEST_CASE("MQTT 3.5: PUBREC names the PUBLISH it answers [MQTT-2.3.1-6]") {
    check_ack<pubrec>(0x50, errc::mqtt_publish_answer_id);
}
TEST_CASE("MQTT 3.6: PUBREL names the PUBLISH it goes on with, and has flags of 2 [MQTT-3.6.1-1]") {
    check_ack<pubrel>(0x62, errc::mqtt_publish_answer_id);
    CHECK(refusal<pubrel>(wire<"60 02 0001">).rule() == "MQTT-3.6.1-1");
}
TEST_CASE("MQTT 3.7: PUBCOMP names the PUBLISH it ends [MQTT-2.3.1-6]") {
    check_ack<pubcomp>(0x70, errc::mqtt_publish_answer_id);
}
TEST_CASE("MQTT 3.11: UNSUBACK names the UNSUBSCRIBE it answers [MQTT-2.3.1-7]") {
    check_ack<unsuback>(0xb0, errc::mqtt_subscribe_answer_id);
}

TEST_CASE("MQTT 3.12, 3.13: PINGREQ and PINGRESP are two bytes") {
    CHECK(same_on_the_wire(pingreq{}, wire<"c0 00">) == "");
    CHECK(same_on_the_wire(pingresp{}, wire<"d0 00">) == "");
}
