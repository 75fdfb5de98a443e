#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/iothub_topic.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;

static_assert(decode<input_topic>("devices/d/modules/m/inputs/i/a=b/")->input == "i");

TEST_CASE("messages to an input come by a topic of the module") {
    support::round_trip("devices/d/modules/m/inputs/input1/", input_topic{.receiver = {"d", "m"}, .input = "input1"});
    support::round_trip("devices/d/modules/m/inputs/%CE%B1%2Fb/a=1&b=2",
                        input_topic{.receiver = {"d", "m"}, .input = "\u03b1/b", .bag = "a=1&b=2"});
}

TEST_CASE("edgeHub puts a slash behind a bag, and it is handed on with it") {
    support::round_trip("devices/d/modules/m/inputs/i/%24.cdid=a&%24.cmid=b/",
                        input_topic{.receiver = {"d", "m"}, .input = "i", .bag = "%24.cdid=a&%24.cmid=b/"});
}

TEST_CASE("the name of an input may be encoded, and is sent on as it came") {
    const auto topic = decode<input_topic>("devices/d/modules/m/inputs/fake%24input/");
    REQUIRE(topic);
    CHECK(topic->input == "fake$input");
    std::array<char, 64> memory{};
    CHECK(encode(memory, *topic)->text() == "devices/d/modules/m/inputs/fake%24input/");
    CHECK(encode(memory, input_topic{.receiver = {"d", "m"}, .input = "fake$input"})->text() ==
          "devices/d/modules/m/inputs/fake$input/");
}

TEST_CASE("what is no topic of an input is refused") {
    const auto refusal = [](const input_topic& topic) { return encoded_size(topic).error(); };
    CHECK(refusal({.receiver = {.device_id = "d"}, .input = "i"}) ==
          error{.code = errc::iothub_topic_level, .offset = 9});
    CHECK(refusal({.receiver = {"d", "m"}}) == error{.code = errc::iothub_topic_level, .offset = 27});
    CHECK(refusal({.receiver = {"d", "m#"}, .input = "i"}) ==
          error{.code = errc::iothub_topic_character, .offset = 19});
    CHECK(refusal({.receiver = {"d", "m"}, .input = hubwire::text::percent_text{"a+b"}}) ==
          error{.code = errc::iothub_topic_character, .offset = 28});
    support::refused<input_topic>("devices/d/modules/m/inputs", errc::iothub_topic, 26);
    support::refused<input_topic>("devices/d/modules/m/inputs/", errc::iothub_topic_level, 27);
    support::refused<input_topic>("devices/d/modules/m/inputs//", errc::iothub_topic_level, 27);
    support::refused<input_topic>("devices/d/modules/m/inputs/i", errc::iothub_topic, 28);
    support::refused<input_topic>("devices/d/messages/devicebound/", errc::iothub_topic, 11);
    support::refused<input_topic>("devices/d/modules//inputs/i/", errc::iothub_topic_level, 18);
    support::refused<input_topic>("devices/d/modules/m/inutps/i/", errc::iothub_topic, 22);
    CHECK(decode<input_topic>("devices/d/modules/m/inputs/i", {.allow_missing_slash = true})->input == "i");
}

TEST_CASE("a reader of topics of inputs stands anything") {
    support::stands_anything<input_topic>("devices/d/modules/m/inputs/i/a=b/");
}
