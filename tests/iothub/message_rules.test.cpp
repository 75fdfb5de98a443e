#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;
using hubwire::text::percent_text;
namespace amqp = hubwire::amqp;

static_assert(check_property_text("!#$%&'*+-.^_`|~aZ09") && check_message_id("-:.+%_#*?!(),=@;$'aZ09"));
static_assert(find_obstacle_to_device({.message_id = "/"})->system == system_property::message_id);
static_assert(check_creation_time_utc("2021-04-21T11:30:16Z") && !check_creation_time_utc("2021-04-21T11:30:16-07:00"));

TEST_CASE("the names and values of properties are made of certain characters") {
    for (unsigned c = 0; c != 256; ++c) {
        const std::string text{'a', static_cast<char>(static_cast<unsigned char>(c))};
        const std::string allowed = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        const bool fine = allowed.find(text[1]) != std::string::npos;
        CHECK(check_property_text(text).has_value() == fine);
        if (!fine)
            CHECK(check_property_text(text).error() == error{.code = errc::iothub_message_character, .offset = 1});
    }
    CHECK(check_property_text(""));
    CHECK(check_property_text({}));
    CHECK(check_property_text(-7));
    CHECK(check_property_text(percent_text{"%41%25"}));
    CHECK(check_property_text(percent_text{"%41%20b"}).error() ==
          error{.code = errc::iothub_message_character, .offset = 3});
    CHECK(check_property_text(percent_text{"a%4"}).error() == error{.code = errc::percent_escape, .offset = 1});
    CHECK(check_property_text(percent_text{"a%4", true}));
    CHECK(check_property_text(hubwire::bytes{"\0"sv}).error().code == errc::iothub_message_character);
}

TEST_CASE("the id of a message is made of certain characters, and of 128 at most") {
    for (unsigned c = 0; c != 256; ++c) {
        const std::string text{'a', static_cast<char>(static_cast<unsigned char>(c))};
        const std::string allowed = "-:.+%_#*?!(),=@;$'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        const bool fine = allowed.find(text[1]) != std::string::npos;
        CHECK(check_message_id(text).has_value() == fine);
        if (!fine) CHECK(check_message_id(text).error() == error{.code = errc::iothub_message_id, .offset = 1});
    }
    CHECK(check_message_id(std::string(128, 'a')));
    CHECK(check_message_id(std::string(129, 'a')).error() ==
          error{.code = errc::iothub_message_id_length, .offset = 128});
    std::string escaped;
    for (int i = 0; i != 128; ++i) escaped += "%3a";
    CHECK(check_message_id(percent_text{escaped}));
    CHECK(check_message_id(percent_text{escaped + "b"}).error() ==
          error{.code = errc::iothub_message_id_length, .offset = 384});
    CHECK(check_message_id(percent_text{"%3a%2f"}).error() == error{.code = errc::iothub_message_id, .offset = 3});
    CHECK(check_message_id({}));
}

TEST_CASE("a creation time is in UTC, with a Z") {
    CHECK(check_creation_time_utc("2021-01-29T16:45:39.021Z"));
    CHECK(check_creation_time_utc(percent_text{"2021-04-21T11%3A30%3A16Z"}));
    CHECK(check_creation_time_utc(amqp::timestamp{0}));
    CHECK(check_creation_time_utc("2021-04-21T11:30:16-07:00").error() ==
          error{.code = errc::timestamp_zone, .offset = 19});
    CHECK(check_creation_time_utc("2021-04-21T11:30:16").error() == error{.code = errc::timestamp_zone, .offset = 19});
    CHECK(check_creation_time_utc({}).error().code == errc::iothub_message_type);
}

TEST_CASE("the size of a message does not depend on what carries it") {
    CHECK(*message_size({}) == 0);
    // Values of the system, names and values of the application, and the body.
    const property app[] = {{"name", "value"}, {"null", {}}, {"n", -7}};
    const message m{
        .message_id = "12345", .user_id = hubwire::bytes{"u"sv}, .application_properties = app, .body = "body"sv};
    CHECK(*message_size(m) == 5 + 1 + 9 + 4 + 3 + 4);
    std::array<char, 256> memory{};
    const auto bag = encode_mqtt_bag(memory, m);
    CHECK(message_size(*decode_mqtt_message(bag->text(), "body"sv)).value_or(0) == *message_size(m));
    std::array<char, 256> wire{};
    CHECK(message_size(*decode_amqp_message(*encode_amqp_message(wire, m))).value_or(0) == *message_size(m));
    CHECK(*message_size({.to = percent_text{"%2Fa"}}) == 2);
    CHECK(message_size({.to = percent_text{"%2"}}).error().code == errc::percent_escape);
    CHECK(message_size({.lock_token = 1.5}).error().code == errc::iothub_message_type);

    const char c = 'a';
    const hubwire::bytes huge{&c, ~std::size_t{0}};
    CHECK(*message_size({.body = huge}) == ~std::size_t{0});
    CHECK(message_size({.to = "a", .body = huge}).error().code == errc::too_long);
}

TEST_CASE("what the hub takes of a device, and for one") {
    const std::string kilobytes(max_message_from_device, 'x');
    const auto body = [&](std::size_t size) { return hubwire::bytes{kilobytes}.first(size); };
    CHECK(check_message_from_device({.body = body(256 * 1024)}));
    CHECK(check_message_from_device({.to = "1", .body = body(256 * 1024)}).error() ==
          error{.code = errc::iothub_message_size, .offset = 256 * 1024});
    CHECK(check_message_to_device({.to = "1", .body = body(64 * 1024 - 1)}));
    CHECK(check_message_to_device({.to = "1", .body = body(64 * 1024)}).error() ==
          error{.code = errc::iothub_message_size, .offset = 64 * 1024});

    CHECK(check_message_from_device({.message_id = "a b"}).error() ==
          error{.code = errc::iothub_message_id, .offset = 1});
    CHECK(check_message_to_device({.message_id = "a b"}).error().code == errc::iothub_message_id);
    CHECK(check_message_from_device({.creation_time_utc = "2021-04-21T11:30:16+00:00"}).error() ==
          error{.code = errc::timestamp_zone, .offset = 19});
    CHECK(check_message_from_device({.creation_time_utc = "2021-04-21T11:30:16Z"}));
    CHECK(check_message_from_device({.to = percent_text{"%"}}).error().code == errc::percent_escape);

    const property name[] = {{"a", "1"}, {"bc d", "1"}};
    const property value[] = {{"a", "1"}, {"b", "cd\n"}};
    CHECK(check_message_from_device({.application_properties = name}));  // which is so over HTTPS only
    CHECK(check_message_to_device({.application_properties = name}).error() ==
          error{.code = errc::iothub_message_character, .offset = 2});
    CHECK(check_message_to_device({.application_properties = value}).error() ==
          error{.code = errc::iothub_message_character, .offset = 2});
    CHECK(max_queued_messages == 50);
    CHECK(metered_block == 4096);
}

TEST_CASE("the property that breaks a rule is named, and where it does") {
    const auto is = [](errc code, system_property which, std::size_t offset) {
        return obstacle{.code = code, .system = which, .name = amqp_name(which), .offset = offset};
    };
    using enum system_property;
    CHECK_FALSE(find_obstacle_from_device({}));
    CHECK_FALSE(find_obstacle_to_device({.message_id = "m-1", .creation_time_utc = "2021-04-21T11:30:16Z"}));
    for (const auto find : {find_obstacle_from_device, find_obstacle_to_device}) {
        CHECK(find({.message_id = "a b"}) == is(errc::iothub_message_id, message_id, 1));
        CHECK(find({.message_id = std::string_view{std::string(129, 'a')}}) ==
              is(errc::iothub_message_id_length, message_id, 128));
        CHECK(find({.creation_time_utc = "2021-04-21T11:30:16+00:00"}) ==
              is(errc::timestamp_zone, creation_time_utc, 19));
        CHECK(find({.to = percent_text{"%41%4"}}) == is(errc::percent_escape, to, 3));
        CHECK(find({.lock_token = 1.5}) == is(errc::iothub_message_type, lock_token, 0));
    }

    const auto in_application = [](auto find, const property& p) {
        const property all[] = {{"before", "1"}, p, {"b ehind", "\n"}};
        return find({.application_properties = all});
    };
    const auto to_device = [&](const property& p) { return in_application(find_obstacle_to_device, p); };
    constexpr errc character = errc::iothub_message_character;
    CHECK(to_device({"a b", "1"}) == obstacle{.code = character, .name = "a b", .in_name = true, .offset = 1});
    CHECK(to_device({"a", "bc\n"}) == obstacle{.code = character, .name = "a", .offset = 2});
    CHECK(to_device({"a", "1"}) == obstacle{.code = character, .name = "b ehind", .in_name = true, .offset = 1});
    const auto from_device = [&](const property& p) { return in_application(find_obstacle_from_device, p); };
    CHECK_FALSE(from_device({"a b", "1"}));
    CHECK(from_device({"a", percent_text{"%41%2"}}) ==
          obstacle{.code = errc::percent_escape, .name = "a", .offset = 3});
    for (const auto& found : {from_device({percent_text{"%41%2"}, "1"}), to_device({percent_text{"%41%2"}, "1"})}) {
        REQUIRE(found);
        CHECK(found->code == errc::percent_escape);
        CHECK(found->name.raw() == "%41%2");
        CHECK(found->in_name);
        CHECK(found->offset == 3);
    }
    CHECK(from_device({"a", 1.5}) == obstacle{.code = errc::iothub_message_type, .name = "a"});
}

TEST_CASE("no single property is to blame for the size") {
    const std::string much(max_message_from_device + 1, 'x');
    const message m{.to = std::string_view{much}};
    CHECK(find_obstacle_from_device(m) ==
          obstacle{.code = errc::iothub_message_size, .offset = max_message_from_device});
    CHECK(find_obstacle_to_device(m) == obstacle{.code = errc::iothub_message_size, .offset = max_message_to_device});
    const char c = 'a';
    CHECK(find_obstacle_from_device({.to = "a", .body = hubwire::bytes{&c, ~std::size_t{0}}}) ==
          obstacle{.code = errc::too_long});
}
