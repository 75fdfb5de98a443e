#include <hubwire/hubwire.hpp>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/wire.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::mqtt;
using support::wire;

TEST_CASE("MQTT 2.2.1: each side receives what the other sends, and no more") {
    for (const packet_type type : {packet_type::connect, packet_type::subscribe, packet_type::unsubscribe,
                                   packet_type::pingreq, packet_type::disconnect}) {
        CHECK(check_direction(role::server, type));
        CHECK(check_direction(role::client, type).error().code == errc::mqtt_direction);
    }
    for (const packet_type type :
         {packet_type::connack, packet_type::suback, packet_type::unsuback, packet_type::pingresp}) {
        CHECK(check_direction(role::client, type));
        CHECK(check_direction(role::server, type).error().code == errc::mqtt_direction);
    }
    for (const packet_type type :
         {packet_type::publish, packet_type::puback, packet_type::pubrec, packet_type::pubrel, packet_type::pubcomp}) {
        CHECK(check_direction(role::client, type));
        CHECK(check_direction(role::server, type));
    }
}

TEST_CASE("MQTT 2.2.1: packets of a reserved type are received by nobody") {
    for (const role receiver : {role::client, role::server}) {
        CHECK(check_direction(receiver, packet_type{0}).error().code == errc::mqtt_packet_type);
        CHECK(check_direction(receiver, packet_type{15}).error().code == errc::mqtt_packet_type);
    }
}

TEST_CASE("MQTT-3.1.0-1, MQTT-3.1.0-2: the first packet of a client is CONNECT, and no later one is") {
    CHECK(check_order(role::server, packet_type::connect, true));
    CHECK(check_order(role::server, packet_type::connect, false).error().rule() == "MQTT-3.1.0-2");
    for (int type = 2; type <= 14; ++type) {
        CHECK(check_order(role::server, static_cast<packet_type>(type), true).error().rule() == "MQTT-3.1.0-1");
        CHECK(check_order(role::server, static_cast<packet_type>(type), false));
    }
}

TEST_CASE("MQTT-3.2.0-1, MQTT 3.2: the first packet of a server is CONNACK, and no later one is") {
    for (int type = 1; type <= 14; ++type) {
        const auto first = check_order(role::client, static_cast<packet_type>(type), true);
        CHECK(first.has_value() == (static_cast<packet_type>(type) == packet_type::connack));
        if (!first) CHECK(first.error().rule() == "MQTT-3.2.0-1");
        const auto later = check_order(role::client, static_cast<packet_type>(type), false);
        CHECK(later.has_value() == (static_cast<packet_type>(type) != packet_type::connack));
        if (!later) CHECK(later.error() == error{.code = errc::mqtt_connack_twice});
    }
}

TEST_CASE("MQTT-3.8.4-5, MQTT-2.3.1-7: a SUBACK has the SUBSCRIBE's identifier, and a code for each of its filters") {
    const auto request = decode<subscribe>(wire<"82 0a 0007 0001 'a' 00 0001 'b' 00">);
    REQUIRE(request);
    CHECK(check_answer(7, 2, *decode<suback>(wire<"90 04 0007 00 80">)));
    CHECK(check_answer(7, 1, *decode<suback>(wire<"90 04 0007 00 80">)).error().code == errc::mqtt_suback_count);
    CHECK(check_answer(*request, *decode<suback>(wire<"90 04 0007 00 80">)));
    CHECK(check_answer(*request, *decode<suback>(wire<"90 03 0007 00">)).error().code == errc::mqtt_suback_count);
    CHECK(check_answer(*request, *decode<suback>(wire<"90 05 0007 00 00 00">)).error().code == errc::mqtt_suback_count);
    CHECK(check_answer(*request, *decode<suback>(wire<"90 04 0008 00 00">)).error().code ==
          errc::mqtt_subscribe_answer_id);
}

TEST_CASE("MQTT-3.10.4-4, MQTT-2.3.1-7: an UNSUBACK has the UNSUBSCRIBE's identifier") {
    const std::string_view filters[] = {"a", "b"};
    const unsubscribe request{.packet_id = 7, .filters = filters};
    CHECK(check_answer(request, *decode<unsuback>(wire<"b0 02 0007">)));
    CHECK(check_answer(request, *decode<unsuback>(wire<"b0 02 0008">)).error() ==
          error{.code = errc::mqtt_subscribe_answer_id});
}

TEST_CASE("MQTT-4.3.2-2, MQTT-4.3.3-2: a PUBLISH is answered as its QoS asks") {
    CHECK_FALSE(acknowledgement_of(publish{.topic = "a"}));
    CHECK(acknowledgement_of(publish{.topic = "a", .qos = qos::at_least_once}) == packet_type::puback);
    CHECK(acknowledgement_of(publish_head{.topic = "a", .qos = qos::exactly_once}) == packet_type::pubrec);
    for (const qos any : {qos::at_most_once, qos::exactly_once}) {
        CHECK(acknowledgement_of(packet_type::pubrec, any) == packet_type::pubrel);
        CHECK(acknowledgement_of(packet_type::pubrel, any) == packet_type::pubcomp);
        CHECK(acknowledgement_of(packet_type::subscribe, any) == packet_type::suback);
        CHECK(acknowledgement_of(packet_type::unsubscribe, any) == packet_type::unsuback);
    }
    for (const packet_type type :
         {packet_type::puback, packet_type::pubcomp, packet_type::suback, packet_type::connack})
        CHECK_FALSE(acknowledgement_of(type, qos::exactly_once));
}

TEST_CASE("MQTT-4.3.2-2, MQTT-4.3.3-2: a packet of any type is answered as what it is") {
    CHECK_FALSE(acknowledgement_of(*decode(wire<"30 03 0001 'a'">)));
    CHECK(acknowledgement_of(*decode(wire<"32 05 0001 'a' 0007">)) == packet_type::puback);
    CHECK(acknowledgement_of(*decode(wire<"34 05 0001 'a' 0007">)) == packet_type::pubrec);
    CHECK(acknowledgement_of(*decode(wire<"62 02 0007">)) == packet_type::pubcomp);
    CHECK_FALSE(acknowledgement_of(*decode(wire<"40 02 0007">)));
}

TEST_CASE("MQTT-3.8.4-6: a subscription is granted at a QoS, by the code of that QoS") {
    CHECK(granted(qos::at_most_once) == suback_code::granted_qos_0);
    CHECK(granted(qos::at_least_once) == suback_code::granted_qos_1);
    CHECK(granted(qos::exactly_once) == suback_code::granted_qos_2);
}
