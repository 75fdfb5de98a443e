#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "support/catch2.hpp"

using namespace hubwire::iothub;

namespace {

static_assert(mqtt_name(system_property::message_id) == "$.mid" &&
              amqp_name(system_property::message_id) == "message-id");
static_assert(find_mqtt_name("$.mid") == system_property::message_id && !find_mqtt_name("%24.mid"));
static_assert(find_amqp_name(amqp_place::application_properties, "iothub-ack") == system_property::ack);
static_assert(place_in_amqp(system_property::dt_subject) == amqp_place::message_annotations);

system_property nth(std::size_t index) { return static_cast<system_property>(index); }

}  // namespace

TEST_CASE("every property is found by its names, and no two have the same") {
    std::set<std::pair<amqp_place, std::string_view>> amqp;
    std::set<std::string_view> mqtt;
    std::size_t with_mqtt_name = 0;
    for (std::size_t i = 0; i != system_property_count; ++i) {
        const system_property which = nth(i);
        INFO(amqp_name(which));
        CHECK(find_amqp_name(place_in_amqp(which), amqp_name(which)) == which);
        CHECK(amqp.emplace(place_in_amqp(which), amqp_name(which)).second);
        if (mqtt_name(which).empty()) continue;
        ++with_mqtt_name;
        CHECK(find_mqtt_name(mqtt_name(which)) == which);
        CHECK(mqtt.insert(mqtt_name(which)).second);
        CHECK(hubwire::text::percent_decodes_to(detail::names_of_property(which).mqtt_encoded, mqtt_name(which)));
    }
    CHECK(with_mqtt_name == 19);
}

TEST_CASE("names are told apart by case, by place, and to the last character") {
    CHECK_FALSE(find_mqtt_name("$.MID"));
    CHECK_FALSE(find_mqtt_name("$.mi"));
    CHECK_FALSE(find_mqtt_name("$.midd"));
    CHECK_FALSE(find_mqtt_name("$.diagctxx"));
    CHECK_FALSE(find_mqtt_name("$."));
    CHECK_FALSE(find_mqtt_name("$"));
    CHECK_FALSE(find_mqtt_name(""));
    CHECK_FALSE(find_mqtt_name("mid"));
    CHECK_FALSE(find_mqtt_name("iothub-ac"));
    CHECK_FALSE(find_mqtt_name("iothub-message-schema"));  // which is $.schema
    CHECK_FALSE(find_amqp_name(amqp_place::message_annotations, "iothub-ack"));
    CHECK_FALSE(find_amqp_name(amqp_place::properties, "Message-Id"));
    CHECK_FALSE(find_amqp_name(amqp_place::application_properties, ""));
    CHECK(find_amqp_name(amqp_place::properties, "reply-to-group-id") == system_property::reply_to_group_id);
    // A name of eight bytes whose number would begin as a shorter one's.
    CHECK_FALSE(find_mqtt_name(std::string_view{"$.\0mid", 6}));
}
