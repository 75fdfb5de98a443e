#include <array>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>

#include "support/catch2.hpp"
#include "support/sweep.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using hubwire::errc;
using namespace hubwire::iothub;
namespace amqp = hubwire::amqp;
using support::wire;

namespace {

constexpr auto two = wire<
    "c1 49 04 a31c 'com.microsoft:client-version' a101 'x'"
    "a319 'com.microsoft:api-version' a10a '2021-04-12'">;

consteval bool link_properties_are_constants() {
    std::array<char, 200> memory{};
    const auto map = as_fields(memory, {.client_version = "x", .api_version = "2021-04-12"});
    return map->size() == 2 && map->get<std::string_view>("com.microsoft:api-version") == "2021-04-12" &&
           link_properties_of(*map).client_version == "x" &&
           decode_channel_correlation("twin:1")->channel == link_channel::twin;
}
static_assert(link_properties_are_constants());

}  // namespace

TEST_CASE("what a device says of itself becomes the properties of an attach, and is read from them") {
    const link_properties all{.client_version = "hubwire/0.1",
                              .api_version = "2021-04-12",
                              .channel_correlation_id = "twin:1",
                              .model_id = "dtmi:com:example:Thermostat;1",
                              .auth_chain = "d;g"};
    std::array<char, 400> memory;
    const auto properties = as_fields(memory, all);
    REQUIRE(properties);
    CHECK(properties->size() == 5);
    CHECK(properties->get<std::string_view>("com.microsoft:client-version") == "hubwire/0.1");
    CHECK(properties->get<std::string_view>("com.microsoft:api-version") == "2021-04-12");
    CHECK(properties->get<std::string_view>("com.microsoft:channel-correlation-id") == "twin:1");
    CHECK(properties->get<std::string_view>("com.microsoft:model-id") == "dtmi:com:example:Thermostat;1");
    CHECK(properties->get<std::string_view>("com.microsoft:auth-chain") == "d;g");
    CHECK(link_properties_of(*properties) == all);

    std::array<char, 600> frame;
    const auto attach = amqp::encode(frame, amqp::attach{.name = "l",
                                                         .source = amqp::source{},
                                                         .target = amqp::target{},
                                                         .initial_delivery_count = 0,
                                                         .properties = *properties});
    REQUIRE(attach);
    CHECK(link_properties_of(amqp::decode<amqp::attach>(*attach)->properties) == all);
}

TEST_CASE("the bytes of the map, in every buffer") {
    const auto encode = [](hubwire::buffer output) -> hubwire::result<bytes> {
        const auto fields = as_fields(output, {.client_version = "x", .api_version = "2021-04-12"});
        if (!fields) return fields.error();
        return bytes{output.data(), two.size()};
    };
    CHECK(support::every_capacity(two, encode) == "");
    std::array<char, 64> memory;
    CHECK(as_fields(memory, {})->empty());
    const auto not_utf8 = as_fields(memory, {.model_id = "\xff"});
    REQUIRE_FALSE(not_utf8);
    CHECK(not_utf8.error().code == errc::invalid_utf8);
}

TEST_CASE("what is absent, or no text, is not there") {
    CHECK(link_properties_of(std::nullopt) == link_properties{});
    CHECK(link_properties_of(amqp::fields{}) == link_properties{});
    const amqp::entry entries[] = {{amqp::symbol{"com.microsoft:api-version"}, 1},
                                   {amqp::symbol{"com.microsoft:model-id"}, {}},
                                   {amqp::symbol{"com.microsoft:timeout"}, 20u},
                                   {amqp::symbol{"com.microsoft:client-version"}, amqp::symbol{"s"}},
                                   {1, "no name"}};
    CHECK(link_properties_of(amqp::fields{entries}) == link_properties{.client_version = "s"});
}

TEST_CASE("a channel correlation id is written and read") {
    const auto twin = [](hubwire::buffer output) {
        return encode_channel_correlation(output, {.channel = link_channel::twin, .id = "550e"});
    };
    CHECK(support::every_capacity(wire<"'twin:550e'">, twin) == "");
    const auto methods = [](hubwire::buffer output) {
        return encode_channel_correlation(output, {.channel = link_channel::methods, .id = "d/m"});
    };
    CHECK(support::every_capacity(wire<"'methods:d/m'">, methods) == "");
    CHECK(*decode_channel_correlation("twin:550e") == channel_correlation{link_channel::twin, "550e"});
    CHECK(*decode_channel_correlation("methods:d/m:2") == channel_correlation{link_channel::methods, "d/m:2"});
    CHECK(*decode_channel_correlation("twin:") == channel_correlation{});
    for (const std::string_view text : {"", "twin", "Twin:1", "method:1", "methods", "550e"})
        CHECK(decode_channel_correlation(text).error() == hubwire::error{errc::iothub_amqp_channel, 0, 0});
}

TEST_CASE("what is told differs by what it is made of") {
    CHECK_FALSE(link_properties{.model_id = "1"} == link_properties{.model_id = "2"});
    CHECK_FALSE(link_properties{.auth_chain = "1"} == link_properties{.auth_chain = "2"});
    CHECK_FALSE(channel_correlation{.id = "1"} == channel_correlation{.id = "2"});
}
