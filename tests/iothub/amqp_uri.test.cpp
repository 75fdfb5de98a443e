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

namespace {

constexpr amqp_uri whole{.user = "service@sas.root.myhub",
                         .password = "SharedAccessSignature sr=h&sig=b%2B&se=1",
                         .host = "myhub.azure-devices.net",
                         .path = "/messages/devicebound"};
constexpr std::string_view whole_text =
    "amqps://service%40sas.root.myhub:SharedAccessSignature+sr%3Dh%26sig%3Db%252B%26se%3D1"
    "@myhub.azure-devices.net/messages/devicebound";

static_assert([] {
    std::array<char, 256> memory{};
    return encode_amqp_uri(memory, whole)->text() == whole_text;
}());
static_assert(decode_amqp_uri(whole_text)->password == whole.password);

error refusal(std::string_view text) { return decode_amqp_uri(text).error(); }

}  // namespace

TEST_CASE("a URI, both ways") {
    for (const amqp_uri& uri : {whole, amqp_uri{.user = "a b", .password = " + ", .host = "h:5671", .path = ""},
                                amqp_uri{.user = " ", .password = "~-._", .host = "h", .path = "/"}}) {
        std::array<char, 256> memory{};
        const std::string text{encode_amqp_uri(memory, uri)->text()};
        INFO(text);
        CHECK(support::every_capacity(text, [&](hubwire::buffer to) { return encode_amqp_uri(to, uri); }) == "");
        CHECK(*encoded_size(uri) == text.size());
        const auto view = decode_amqp_uri(text);
        REQUIRE(view);
        CHECK(view->user == uri.user);
        CHECK(view->password == uri.password);
        CHECK(view->host == uri.host);
        CHECK(view->path == uri.path);
        CHECK(support::every_capacity(uri.password, [&](hubwire::buffer to) { return view->password.decode(to); }) ==
              "");
    }
    CHECK(decode_amqp_uri("AMQPS://a:b@h")->host == "h");
    CHECK(decode_amqp_uri("amqps://a:b@h/x:@y")->path == "/x:@y");
}

TEST_CASE("a quoted text has a + for a space, and escapes of either case") {
    CHECK(quoted_text{"a+b%2Bc%2b"} == "a b+c+");
    CHECK(quoted_text{} == "");
    CHECK_FALSE(quoted_text{"a+b"} == "a+b");
    CHECK_FALSE(quoted_text{"a+b"} == "a bc");
    CHECK_FALSE(quoted_text{"a+b"} == "a ");
    CHECK_FALSE(quoted_text{"%4"} == "%4");
    CHECK(quoted_text{"%4"}.raw() == "%4");
    std::array<char, 8> memory{};
    CHECK(quoted_text{"a%4"}.decode(memory).error() == error{.code = errc::percent_escape, .offset = 1});
    CHECK(quoted_text{"abc%4"}.decode(hubwire::buffer{memory.data(), 1}).error() ==
          error{.code = errc::percent_escape, .offset = 3});
    CHECK(quoted_text{"abc"}.decode(hubwire::buffer{memory.data(), 1}).error() ==
          error{.code = errc::no_space, .offset = 1, .needed = 2});
}

TEST_CASE("what is no URI is refused where it stops being one") {
    CHECK(refusal("") == error{.code = errc::iothub_amqp_uri, .offset = 0});
    CHECK(refusal("amqp://a:b@h") == error{.code = errc::iothub_amqp_uri, .offset = 4});
    CHECK(refusal("amqps://") == error{.code = errc::iothub_amqp_uri, .offset = 8});
    CHECK(refusal("amqps://a@h") == error{.code = errc::iothub_amqp_uri, .offset = 9});
    CHECK(refusal("amqps://:b@h") == error{.code = errc::iothub_amqp_uri, .offset = 8});
    CHECK(refusal("amqps://a:@h") == error{.code = errc::iothub_amqp_uri, .offset = 10});
    CHECK(refusal("amqps://a:b:c@h") == error{.code = errc::iothub_amqp_uri, .offset = 11});
    CHECK(refusal("amqps://a:b/c@h") == error{.code = errc::iothub_amqp_uri, .offset = 11});
    CHECK(refusal("amqps://a:b") == error{.code = errc::iothub_amqp_uri, .offset = 11});
    CHECK(refusal("amqps://a:b@") == error{.code = errc::iothub_host_name, .offset = 12});
    CHECK(refusal("amqps://a:b@h h/") == error{.code = errc::iothub_host_name, .offset = 13});
    CHECK(refusal("amqps://a:b@h/ ") == error{.code = errc::iothub_amqp_uri, .offset = 14});

    const auto decode = [](hubwire::bytes input) { return decode_amqp_uri(input.text()); };
    CHECK(support::every_short_input(decode) == "");
    CHECK(support::every_mutation(whole_text, decode) == "");
}

TEST_CASE("what is no URI is not written") {
    std::array<char, 64> memory{};
    const auto put = [&](const amqp_uri& uri) { return encode_amqp_uri(memory, uri).error(); };
    CHECK(put({.password = "b", .host = "h"}) == error{.code = errc::iothub_amqp_uri, .offset = 0});
    CHECK(put({.user = "a", .host = "h"}) == error{.code = errc::iothub_amqp_uri, .offset = 0});
    CHECK(put({.user = "a", .password = "b"}) == error{.code = errc::iothub_host_name, .offset = 0});
    CHECK(put({.user = "a", .password = "b", .host = "h", .path = "x"}) ==
          error{.code = errc::iothub_amqp_uri, .offset = 0});
    CHECK(put({.user = "a", .password = "b", .host = "h", .path = "/ "}) ==
          error{.code = errc::iothub_amqp_uri, .offset = 0});
}
