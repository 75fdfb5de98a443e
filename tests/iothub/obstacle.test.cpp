#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "support/catch2.hpp"

using hubwire::bytes;
using hubwire::errc;
using namespace hubwire::iothub;
using namespace std::literals;
using hubwire::text::percent_text;
namespace amqp = hubwire::amqp;

namespace {

constexpr bool is_obstacle_a_constant() {
    const property app[] = {{"fine", 1}, {"pi", 3.14}};
    const message m{.application_properties = app};
    return find_mqtt_obstacle(m) == obstacle{.code = errc::iothub_message_type, .name = "pi"} && !find_amqp_obstacle(m);
}
static_assert(is_obstacle_a_constant());

obstacle of_system(errc code, system_property which) {
    return {.code = code, .system = which, .name = amqp_name(which)};
}

}  // namespace

TEST_CASE("a message that either carrier takes has no obstacle") {
    const property app[] = {{"a", percent_text{"%C3%BC"}}, {"n", {}}, {"t", amqp::timestamp{1}}};
    for (const message& m : {message{}, message{.message_id = "m-1",
                                                .content_type = "text/plain",
                                                .absolute_expiry_time = "0",
                                                .lock_token = 1,
                                                .application_properties = app,
                                                .body = "21"sv}}) {
        CHECK(find_mqtt_obstacle(m) == std::nullopt);
        CHECK(find_amqp_obstacle(m) == std::nullopt);
    }
}

TEST_CASE("MQTT-4.7.3-3: a topic has 65,535 bytes, of which the bag has what is left") {
    const std::string all(65'533, 'x');
    const property one[] = {{"a", std::string_view{all}}};
    message m{.application_properties = one};
    REQUIRE(*mqtt_bag_size(m) == 65'535);
    CHECK_FALSE(find_mqtt_obstacle(m));
    CHECK(find_mqtt_obstacle(m, {}, 1) == obstacle{.code = errc::mqtt_topic_too_long, .name = "a"});
    for (const std::size_t topic_size :
         {std::size_t{65'535}, std::size_t{65'536}, (std::numeric_limits<std::size_t>::max)()}) {
        CHECK(find_mqtt_obstacle(m, {}, topic_size) ==
              obstacle{.code = errc::mqtt_topic_too_long, .name = "a", .in_name = true});
        CHECK_FALSE(find_mqtt_obstacle({}, {}, topic_size));
    }
    const std::string half(40'000, 'x');
    const property two[] = {{"a", std::string_view{half}}, {"b", std::string_view{half}}};
    m.application_properties = two;
    CHECK(find_mqtt_obstacle(m) == obstacle{.code = errc::mqtt_topic_too_long});  // too long, all together
}

TEST_CASE("the property of the system that is in the way is named, whichever it is") {
    for (std::size_t i = 0; i != system_property_count; ++i) {
        const auto which = static_cast<system_property>(i);
        INFO(amqp_name(which));
        message m;
        m[which] = percent_text{"%"};
        const bool in_mqtt = !mqtt_name(which).empty();
        CHECK(find_mqtt_obstacle(m).has_value() == in_mqtt);
        if (in_mqtt) CHECK(find_mqtt_obstacle(m) == of_system(errc::percent_escape, which));
        CHECK(find_mqtt_obstacle(m, {.refuse_loss = true}) ==
              of_system(in_mqtt ? errc::percent_escape : errc::iothub_message_nameless, which));
        const auto found = find_amqp_obstacle(m);
        REQUIRE(found);
        CHECK(found->system == which);
        CHECK(found->name == amqp_name(which));
        CHECK(amqp_message_size(m).error().code == found->code);
    }
    CHECK(find_amqp_obstacle({.content_type = "\xc3\xa9"}) ==
          of_system(errc::amqp_symbol, system_property::content_type));
    CHECK(find_amqp_obstacle({.creation_time = "noon"}) ==
          of_system(errc::timestamp_format, system_property::creation_time));
    CHECK(find_amqp_obstacle({.message_id = 1.5}) == of_system(errc::iothub_message_type, system_property::message_id));
}

TEST_CASE("the application's property that is in the way is named") {
    const auto in_mqtt = [](const property& p, bool in_name, const message_options& rules = {}) {
        const property app[] = {{"before", "1"}, p, {"behind", 1.5}};
        const auto found = find_mqtt_obstacle({.application_properties = app}, rules);
        REQUIRE(found);
        CHECK_FALSE(found->system);
        CHECK(found->name.raw() == p.name.raw());
        CHECK(found->in_name == in_name);
        CHECK(found->offset == 0);
        return found->code;
    };
    CHECK(in_mqtt({"d", 1.5}, false) == errc::iothub_message_type);
    CHECK(in_mqtt({"$.mid", "1"}, true) == errc::iothub_message_reserved);
    CHECK(in_mqtt({bytes{"b"sv}, "1"}, true) == errc::iothub_message_type);
    CHECK(in_mqtt({"p", percent_text{"%g"}}, false) == errc::percent_escape);
    CHECK(in_mqtt({percent_text{"%g"}, percent_text{"%g"}}, true) == errc::percent_escape);
    const auto in_amqp = [](const property& p, bool in_name) {
        const property app[] = {{"before", 1.5}, p, {"behind", "\xff"}};
        const auto found = find_amqp_obstacle({.application_properties = app});
        REQUIRE(found);
        CHECK_FALSE(found->system);
        CHECK(found->name.raw() == p.name.raw());
        CHECK(found->in_name == in_name);
        CHECK(found->offset == 0);
        return found->code;
    };
    CHECK(in_amqp({"iothub-ack", "1"}, true) == errc::iothub_message_reserved);
    CHECK(in_amqp({"\xff", "1"}, true) == errc::invalid_utf8);
    CHECK(in_amqp({"p", percent_text{"%FF"}}, false) == errc::invalid_utf8);
}

TEST_CASE("of several, the first is named that the encoder comes to") {
    const property app[] = {{"d", 1.5}, {"iothub-ack", "1"}};
    message m{.message_id = 1.5, .lock_token = percent_text{"%"}, .application_properties = app};
    const auto expect_first = [&](system_property mqtt, system_property amqp) {
        CHECK(find_mqtt_obstacle(m)->system == mqtt);
        CHECK(find_mqtt_obstacle(m)->code == mqtt_bag_size(m).error().code);
        CHECK(find_amqp_obstacle(m)->system == amqp);
        CHECK(find_amqp_obstacle(m)->code == amqp_message_size(m).error().code);
    };
    expect_first(system_property::message_id, system_property::lock_token);
    m.lock_token = {};
    expect_first(system_property::message_id, system_property::message_id);
    m.message_id = std::uint64_t{1};
    CHECK(find_mqtt_obstacle(m) == obstacle{.code = errc::iothub_message_type, .name = "d"});
    CHECK(find_amqp_obstacle(m) ==
          obstacle{.code = errc::iothub_message_reserved, .name = "iothub-ack", .in_name = true});
}

TEST_CASE("what is in the way by itself only, and not among the others, is not named") {
    const property app[] = {{"", {}}, {"iothub-ack", "x"}};
    const message m{.application_properties = app};
    const message_options rules{.bag = {.empty_names = true}};
    CHECK(mqtt_bag_size(m, rules).error().code == errc::iothub_message_reserved);
    CHECK(find_mqtt_obstacle(m, rules) ==
          obstacle{.code = errc::iothub_message_reserved, .name = "iothub-ack", .in_name = true});
}

TEST_CASE("where no single property is in the way, none is named") {
    if constexpr (sizeof(std::size_t) > 4) {
        const message m{.body = bytes{"", std::size_t{1} << 33}};  // which is measured, and not read
        CHECK(find_amqp_obstacle(m) == obstacle{.code = errc::too_long});
        CHECK(find_amqp_obstacle(m)->name.is_null());
        CHECK_FALSE(find_mqtt_obstacle(m));
    }
}

TEST_CASE("an obstacle in a message that was received is named as it stands there") {
    const amqp::entry app[] = {{"pi", 3.14}};
    std::array<char, 64> memory;
    const auto wire =
        amqp::encode(memory, amqp::message{.application_properties = amqp::map{app}, .body = amqp::data{"1"sv}});
    REQUIRE(wire);
    const auto m = decode_amqp_message(*wire);
    REQUIRE(m);
    CHECK(find_mqtt_obstacle(*m) == obstacle{.code = errc::iothub_message_type, .name = "pi"});
    const auto of_mqtt = decode_mqtt_message("%24.ct=%C3%A9&a%FF=1", {});
    REQUIRE(of_mqtt);
    CHECK(find_amqp_obstacle(*of_mqtt) == of_system(errc::amqp_symbol, system_property::content_type));
    const auto other = decode_mqtt_message("a%FF=1", {});
    REQUIRE(other);
    CHECK(find_amqp_obstacle(*other)->name.raw() == "a%FF");
}
