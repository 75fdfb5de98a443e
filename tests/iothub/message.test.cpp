#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/naive_bag.hpp"

using namespace hubwire::iothub;
using namespace std::literals;
namespace amqp = hubwire::amqp;
using hubwire::bytes;
using support::naive_properties;
using support::properties_of;

namespace {

constexpr property two[] = {{"a", "1"}, {"b", {}}};
constexpr message telemetry{
    .message_id = "m-1", .content_type = "application/json", .application_properties = two, .body = "{}"sv};
static_assert(telemetry[system_property::message_id] == "m-1");
static_assert(telemetry.body.single()->text() == "{}");
static_assert(telemetry.application_properties.find("a") == std::optional<property_value>{"1"});
static_assert(requested_ack("FULL") == ack_request::full && requested_ack({}) == ack_request::none);
static_assert(std::input_iterator<application_properties::iterator>);

template <class Section>
amqp::data piece(Section text) {
    return {.content = std::string_view{text}};
}

}  // namespace

TEST_CASE("each property of the system has its place in a message") {
    message m;
    for (std::size_t i = 0; i != system_property_count; ++i) {
        CHECK(m[static_cast<system_property>(i)].is_null());
        m[static_cast<system_property>(i)] = static_cast<int>(i);
    }
    const message& c = m;
    for (std::size_t i = 0; i != system_property_count; ++i)
        CHECK(c[static_cast<system_property>(i)].integer() == static_cast<int>(i));
    CHECK(m.message_id.integer() == 0);
    CHECK(m.user_id.integer() == 1);
    CHECK(m.to.integer() == 2);
    CHECK(m.correlation_id.integer() == static_cast<int>(system_property::correlation_id));
    CHECK(m.reply_to_group_id.integer() == static_cast<int>(system_property::reply_to_group_id));
    CHECK(m.ack.integer() == static_cast<int>(system_property::ack));
    CHECK(m.interface_id.integer() == static_cast<int>(system_property::interface_id));
    CHECK(m.sequence_number.integer() == static_cast<int>(system_property::sequence_number));
    CHECK(m.event_enqueued_time.integer() == static_cast<int>(system_property::event_enqueued_time));
    CHECK(m.partition_key.integer() == static_cast<int>(system_property::partition_key));
    CHECK(m.connection_auth_method.integer() == static_cast<int>(system_property::connection_auth_method));
}

TEST_CASE("application properties look the same, wherever they lie") {
    const naive_properties expected{{"a", "1"}, {"b", std::nullopt}, {"a", "2"}};
    const std::vector<property> array{{"a", "1"}, {"b", {}}, {"a", "2"}};
    const auto bag = decode_property_bag("%24.mid=x&a=1&iothub-ack=full&b&$.unknown&a=%32&%24.to=y");
    const amqp::entry entries[] = {
        {"iothub-outputname", "o"}, {"a", "1"}, {"b", {}}, {"a", "2"}, {"iothub-ack", "full"}};
    const application_properties of_array = array;
    const application_properties of_span = std::span{array};
    const application_properties of_bag = *bag;
    const application_properties of_map = amqp::map{entries};
    CHECK(properties_of(of_array) == expected);
    CHECK(properties_of(of_span) == expected);
    CHECK(properties_of(of_map) == expected);
    CHECK(properties_of(of_bag) ==
          naive_properties{{"a", "1"}, {"b", std::nullopt}, {"$.unknown", std::nullopt}, {"a", "2"}});
    CHECK(of_array == of_map);
    CHECK_FALSE(of_array == of_bag);
    CHECK_FALSE(of_array == application_properties{});
    CHECK_FALSE(application_properties{} == of_array);
    for (const application_properties& all : {of_array, of_bag, of_map}) {
        CHECK_FALSE(all.empty());
        CHECK(*all.find("a") == "1");
        CHECK(all.find("b")->is_null());
        CHECK_FALSE(all.find("c"));
        CHECK_FALSE(all.find("iothub-ack"));
        CHECK_FALSE(all.find("$.mid"));
        auto at = all.begin();
        CHECK(at->name == "a");
        CHECK((*at++).value == "1");
        CHECK(at->name == "b");
    }
    CHECK(application_properties{}.empty());
    CHECK(application_properties{*decode_property_bag("%24.mid=x")}.empty());
    const amqp::entry ack[] = {{"iothub-ack", "full"}};
    CHECK(application_properties{amqp::map{ack}}.empty());
}

TEST_CASE("a name is the system's however it is escaped, and only if it is that name") {
    const auto names_of = [](std::string_view text) {
        return properties_of(application_properties{*decode_property_bag(text)});
    };
    CHECK(names_of("%24.mid=1&$.mid=1&%24%2emid=1&$.m%69d=1&%69othub-ack=1&iothub-operation&iothub-creation-time-utc=x")
              .empty());
    const naive_properties others{{"$.MID", "1"},
                                  {"$mid", "1"},
                                  {"%24.mid", "1"},
                                  {"iothub-ackk", "1"},
                                  {"iothub-message-schema", "1"},
                                  {"i", "1"},
                                  {"$.mid-and-much-more-than-any-name", "1"}};
    CHECK(
        names_of("$.MID=1&$mid=1&%2524.mid=1&iothub-ackk=1&iothub-message-schema=1&i=1&%24.mid-and-much-more-than-any-"
                 "name=1") == others);
    // As a binary it is nobody's name.
    CHECK_FALSE(detail::system_property_in_bag(bytes{"iothub-ack"sv}));
    CHECK_FALSE(detail::system_property_in_bag({}));
    CHECK(detail::system_property_in_bag("$.mid") == system_property::message_id);
    CHECK_FALSE(detail::system_property_in_bag("%24.mid"));  // plain, and so not escaped
}

TEST_CASE("a body is one piece, or several with the same bytes") {
    const amqp::data pieces[] = {piece(""), piece("he"), piece(""), piece("llo")};
    const message_body several = amqp::body_sections<amqp::data>{pieces};
    const message_body one = "hello"sv;
    CHECK(one.single()->text() == "hello");
    CHECK_FALSE(several.single());
    CHECK(several.size() == 5);
    CHECK(one == several);
    CHECK(several == one);
    CHECK_FALSE(message_body{"hullo"sv} == several);
    CHECK_FALSE(message_body{"hell"sv} == several);
    CHECK(message_body{}.single()->empty());
    CHECK(message_body{} == message_body{""sv});
    CHECK(message_body{}.sections().empty());
    const std::string owned = "text";
    CHECK(message_body{owned}.single()->data() == owned.data());
}

TEST_CASE("what feedback a message asks for is read in any case, and what is unknown is kept") {
    CHECK(requested_ack("none") == ack_request::none);
    CHECK(requested_ack("Positive") == ack_request::positive);
    CHECK(requested_ack("NEGATIVE") == ack_request::negative);
    CHECK(requested_ack(hubwire::text::percent_text{"%46ull"}) == ack_request::full);
    CHECK(requested_ack("po$itive") == ack_request::unknown);
    CHECK(requested_ack("") == ack_request::unknown);
    CHECK(requested_ack("positively") == ack_request::unknown);
    CHECK(requested_ack(hubwire::text::percent_text{"full%"}) == ack_request::unknown);
    CHECK(requested_ack(1.5) == ack_request::unknown);
    for (const ack_request ack : {ack_request::none, ack_request::positive, ack_request::negative, ack_request::full})
        CHECK(requested_ack(to_text(ack)) == ack);
    CHECK(to_text(ack_request::full) == "full");
    CHECK(to_text(ack_request::unknown).empty());
}

TEST_CASE("who has sent a message is for the receiver to say, whatever the message says of it") {
    message m{.connection_device_id = "a",
              .connection_module_id = "b",
              .connection_auth_generation_id = "c",
              .connection_auth_method = "d"};
    m.set_sender({.device_id = "device"});
    CHECK(m == message{.connection_device_id = "device"});
    m.set_sender({"device", "module"}, "generation", "{}");
    CHECK(m == message{.connection_device_id = "device",
                       .connection_module_id = "module",
                       .connection_auth_generation_id = "generation",
                       .connection_auth_method = "{}"});
    m.set_sender({});
    CHECK(m == message{});
}
