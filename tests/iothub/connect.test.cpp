#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;
namespace mqtt = hubwire::mqtt;

namespace {

static_assert(decode_client_id("d/m")->module_id == "m");
static_assert(answer_to(read_connect({}).error()) == mqtt::connect_code::bad_username_or_password);

constexpr mqtt_username device{.host = "h", .client = {.device_id = "d"}};
constexpr mqtt_username module{.host = "h", .client = {"d", "m"}};

}  // namespace

TEST_CASE("a client identifier is that of the device, or of the device and the module") {
    const auto round_trip = [](std::string_view text, const identity& client) {
        CHECK(support::every_capacity(text, [&](hubwire::buffer to) { return encode_client_id(to, client); }) == "");
        const support::exact_block input{hubwire::bytes{text}};
        CHECK(*decode_client_id({input.data(), input.size()}) == client);
    };
    round_trip("MyDevice01", {.device_id = "MyDevice01"});
    round_trip("d/m", {"d", "m"});
    round_trip("a+b", {.device_id = "a+b"});
    round_trip("#/+", {"#", "+"});
    const auto refusal = [](std::string_view text) { return decode_client_id(text).error(); };
    CHECK(refusal("\0"sv) == error{.code = errc::iothub_topic_character, .offset = 0});
    CHECK(refusal("d\0/m"sv) == error{.code = errc::iothub_topic_character, .offset = 1});
    CHECK(refusal("d/m\0"sv) == error{.code = errc::iothub_topic_character, .offset = 3});
    CHECK(refusal("") == error{.code = errc::iothub_topic_level, .offset = 0});
    CHECK(refusal("/m") == error{.code = errc::iothub_topic_level, .offset = 0});
    CHECK(refusal("device/") == error{.code = errc::iothub_topic_level, .offset = 7});
    CHECK(refusal("d/m/x") == error{.code = errc::iothub_topic_character, .offset = 3});
    std::array<char, 16> memory{};
    CHECK(encode_client_id(memory, {"d", "a/b"}).error() == error{.code = errc::iothub_topic_character, .offset = 3});
    CHECK(encode_client_id(memory, {.device_id = "a\0b"sv}).error() ==
          error{.code = errc::iothub_topic_character, .offset = 1});
    CHECK(encode_client_id(memory, {}).error() == error{.code = errc::iothub_topic_level, .offset = 0});
}

TEST_CASE("a CONNECT is made of a user name, and read by the hub") {
    for (const mqtt_username& u : {device, module}) {
        std::array<char, 128> memory{};
        const auto packet = make_connect(memory, u);
        REQUIRE(packet);
        CHECK(packet->client_id == (u.client.is_module() ? "d/m" : "d"));
        CHECK(packet->username ==
              (u.client.is_module() ? "h/d/m/?api-version=2021-04-12"sv : "h/d/?api-version=2021-04-12"sv));
        CHECK_FALSE(packet->clean_session);
        CHECK(packet->keep_alive == 240);
        CHECK_FALSE(packet->password);
        CHECK(*read_connect(*packet) == u);

        std::array<char, 256> wire{};
        const auto sent = mqtt::encode(wire, *packet);
        REQUIRE(sent);
        CHECK(*read_connect(*mqtt::decode<mqtt::connect>(*sent)) == u);
    }
}

TEST_CASE("a CONNECT is made whole or not at all") {
    for (std::size_t size = 0; size != 28; ++size) {
        support::exact_block memory{size};
        CHECK(make_connect({memory.data(), size}, device).error() ==
              error{.code = errc::no_space, .offset = size, .needed = 28 - size});
    }
    std::array<char, 128> memory{};
    CHECK(make_connect(memory, {.host = "h", .client = {.device_id = "a/b"}}).error().code ==
          errc::iothub_username_character);
    CHECK(make_connect(memory, {.client = {.device_id = "d"}}).error().code == errc::iothub_username);
}

TEST_CASE("a client whose name could be a wildcard connects, and has no topic with its name") {
    const mqtt_username u{.host = "h", .client = {.device_id = "a+b", .module_id = "#"}};
    std::array<char, 128> memory{};
    const auto packet = make_connect(memory, u);
    REQUIRE(packet);
    CHECK(packet->client_id == "a+b/#");
    CHECK(*read_connect(*packet) == u);
    std::array<char, 128> topic{};
    CHECK(encode(topic, telemetry_topic{.sender = u.client}).error() ==
          error{.code = errc::iothub_topic_character, .offset = 9});
    CHECK(encode_filter(topic, feed::inputs, u.client).error().code == errc::iothub_topic_character);
    CHECK(answer_to_subscription({.filter = "devices/a+b/modules/#/inputs/#"}, u.client) == subscription_answer{});
    CHECK(answer_to_subscription({.filter = method_request_filter}, u.client).granted == feed::method_requests);
}

TEST_CASE("the client identifier and the will are those of the client in the user name") {
    std::array<char, 128> memory{};
    mqtt::connect packet = *make_connect(memory, module);
    const auto refusal = [&] { return read_connect(packet).error(); };
    for (const std::string_view other : {"d"sv, "d/n"sv, "e/m"sv, "m/d"sv}) {
        packet.client_id = other;
        CHECK(refusal() == error{.code = errc::iothub_username_client});
    }
    packet.client_id = "d/";
    CHECK(refusal() == error{.code = errc::iothub_topic_level, .offset = 2});
    packet.client_id = "d/m";

    packet.will = mqtt::will{.topic = "devices/d/modules/m/messages/events/iothub-MessageType=Will"};
    CHECK(read_connect(packet));
    packet.will->topic = "devices/d/messages/events/";
    CHECK(refusal() == error{.code = errc::iothub_username_client});
    packet.will->topic = "devices/d/messages/devicebound/";
    CHECK(refusal() == error{.code = errc::iothub_topic, .offset = 19});
    packet.will->topic = "devices/d/modules/m/messages/events";
    CHECK(refusal() == error{.code = errc::iothub_topic, .offset = 35});
    CHECK(read_connect(packet, {.allow_missing_slash = true}));

    packet.username = "h/d";
    CHECK(refusal() == error{.code = errc::iothub_username, .offset = 3});
    packet.username.reset();
    CHECK(refusal() == error{.code = errc::iothub_username_absent});
}

TEST_CASE("who is refused is told whether what it says of itself is malformed, or is not allowed") {
    using enum mqtt::connect_code;
    std::array<char, 128> memory{};
    mqtt::connect packet = *make_connect(memory, module);
    const auto answer = [&] { return answer_to(read_connect(packet).error()); };
    packet.client_id = "d";
    CHECK(answer() == not_authorized);
    packet.client_id = "/";
    CHECK(answer() == not_authorized);
    packet.client_id = "d/m";
    packet.will = mqtt::will{.topic = "devices/d/messages/events/"};
    CHECK(answer() == not_authorized);
    packet.will->topic = "t";
    CHECK(answer() == not_authorized);
    for (const std::string_view username : {""sv, "h"sv, "h/d/m"sv, "h/d/m/?x=1"sv, "h/d\0"sv}) {
        packet.username = username;
        CHECK(answer() == bad_username_or_password);
    }
    packet.username.reset();
    CHECK(answer() == bad_username_or_password);

    const auto answer_to_token = [](std::string_view token) { return answer_to(decode_sas_token(token).error()); };
    for (const std::string_view token :
         {""sv, "SharedAccessSignature sr=h&se=1"sv, "SharedAccessSignature sr=h&sig=a&se=x"sv,
          "SharedAccessSignature sr=h&sig=a&se=1&se=1"sv})
        CHECK(answer_to_token(token) == bad_username_or_password);
    for (const errc code :
         {errc::iothub_sas_wrong_signature, errc::iothub_sas_other_resource, errc::iothub_sas_expired})
        CHECK(answer_to({.code = code}) == not_authorized);

    CHECK(answer_to({.code = errc::mqtt_protocol_level}) == unacceptable_protocol_version);
    CHECK(answer_to({.code = errc::mqtt_empty_client_id}) == identifier_rejected);
    for (const errc code : {errc::none, errc::truncated, errc::nul_in_text, errc::json_end, errc::mqtt_protocol_name,
                            errc::mqtt_direction, errc::amqp_next_transfer, errc::websocket_method, errc::application})
        CHECK_FALSE(answer_to({.code = code}));
}

TEST_CASE("a reader of client identifiers stands anything") {
    CHECK(support::every_short_input([](hubwire::bytes input) { return decode_client_id(input.text()); }) == "");
}
