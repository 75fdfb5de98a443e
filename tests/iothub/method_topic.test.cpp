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

static_assert(decode<method_request_topic>("$iothub/methods/POST/reboot/?$rid=1")->name == "reboot");
static_assert(split_method_name("led*blink").command == "blink");

TEST_CASE("the hub calls a method, and the client answers") {
    support::round_trip("$iothub/methods/POST/method_name/?$rid=b",
                        method_request_topic{.name = "method_name", .rid = "b"});
    support::round_trip("$iothub/methods/POST/led*blink/?$rid=b",
                        method_request_topic{.name = "led*blink", .rid = "b"});
    support::round_trip("$iothub/methods/POST/a%2Fb%2B%23%3F%26/?$rid=b",
                        method_request_topic{.name = "a/b+#?&", .rid = "b"});
    support::round_trip("$iothub/methods/res/200/?$rid=1", method_response_topic{.rid = "1"});
    support::round_trip("$iothub/methods/res/501/?$rid=invalid%23request%3Fid",
                        method_response_topic{.status = 501, .rid = "invalid#request?id"});
}

TEST_CASE("an answer has the identifier of the request as it came") {
    const auto request = decode<method_request_topic>("$iothub/methods/POST/fake%24method/?$rid=a%2fb%&x=2");
    REQUIRE(request);
    CHECK(request->name == "fake$method");
    CHECK(request->rid == "a/b%");
    std::array<char, 64> memory{};
    CHECK(encode(memory, method_response_topic{.rid = request->rid})->text() == "$iothub/methods/res/200/?$rid=a%2fb%");
}

TEST_CASE("the name of a method splits at its first *") {
    CHECK(split_method_name("reboot") == method_name{.command = "reboot"});
    for (const std::string_view encoded : {"led*blink", "led%2Ablink", "led%2ablink"})
        CHECK(split_method_name(hubwire::text::percent_text{encoded}) ==
              method_name{.component = "led", .command = "blink"});
    CHECK(split_method_name("led%2Ablink") == method_name{.command = "led%2Ablink"});  // plain, it is no *
    CHECK(split_method_name("led*blink") == method_name{.component = "led", .command = "blink"});
    CHECK(split_method_name("led*blink*twice") == method_name{.component = "led", .command = "blink*twice"});
    CHECK(split_method_name("*blink") == method_name{.command = "blink"});
    CHECK(split_method_name("led*") == method_name{.component = "led"});
    CHECK(split_method_name("a long component*a long command").component == "a long component");
    const auto received = split_method_name(hubwire::text::percent_text{"l%65d*bl%69nk"});
    CHECK(received == method_name{.component = "led", .command = "blink"});
    CHECK(received.component.is_encoded());
    CHECK(received.command.is_encoded());
}

TEST_CASE("what is no topic of a method is refused") {
    support::refused<method_request_topic>("$iothub/methods/POST//?$rid=1", errc::iothub_topic_level, 21);
    support::refused<method_request_topic>("$iothub/methods/POST/a/b/?$rid=1", errc::iothub_topic, 23);
    support::refused<method_request_topic>("$iothub/methods/POST/a", errc::iothub_topic, 22);
    support::refused<method_request_topic>("$iothub/methods/POST/a/?", errc::iothub_topic_rid, 24);
    support::refused<method_request_topic>("$iothub/mthds/POST/a/?$rid=1", errc::iothub_topic, 9);
    support::refused<method_request_topic>("$iothub/methods/res/200/?$rid=1", errc::iothub_topic, 16);
    support::refused<method_response_topic>("$iothub/methods/res/1000/?$rid=1", errc::iothub_topic_status, 23);
    support::refused<method_response_topic>("$iothub/methods/res/200/?$rid=", errc::iothub_topic_rid, 30);
    CHECK(encoded_size(method_request_topic{.rid = "1"}).error() ==
          error{.code = errc::iothub_topic_level, .offset = 21});
    CHECK(encoded_size(method_request_topic{.name = hubwire::text::percent_text{"a/b"}, .rid = "1"}).error() ==
          error{.code = errc::iothub_topic_character, .offset = 22});
    CHECK(encoded_size(method_request_topic{.name = "a"}).error() ==
          error{.code = errc::iothub_topic_rid, .offset = 29});
    CHECK(encoded_size(method_response_topic{.status = 1000, .rid = "1"}).error() ==
          error{.code = errc::iothub_topic_status, .offset = 20});
    CHECK(encoded_size(method_response_topic{.status = -1, .rid = "1"}).error() ==
          error{.code = errc::iothub_topic_status, .offset = 20});
    CHECK(encoded_size(method_response_topic{}).error() == error{.code = errc::iothub_topic_rid, .offset = 30});
}

TEST_CASE("readers of topics of methods stand anything") {
    support::stands_anything<method_request_topic>("$iothub/methods/POST/a*b/?$rid=1");
    support::stands_anything<method_response_topic>("$iothub/methods/res/200/?$rid=0123456789abcdef");
}
