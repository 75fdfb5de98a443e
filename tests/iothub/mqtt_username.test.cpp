#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_username.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;

namespace {

static_assert(decode_username("h/d/?api-version=2021-04-12&model-id=dtmi%3Aa%3B1")->model_id == "dtmi:a;1");
static_assert([] {
    std::array<char, 64> memory{};
    return encode(memory, mqtt_username{.host = "h", .client = {.device_id = "d"}})->text() ==
           "h/d/?api-version=2021-04-12";
}());

void round_trip(std::string_view text, const mqtt_username& u) {
    INFO(text);
    CHECK(support::every_capacity(text, [&](hubwire::buffer to) { return encode(to, u); }) == "");
    CHECK(*encoded_size(u) == text.size());
    const support::exact_block input{hubwire::bytes{text}};
    const auto read = decode_username({input.data(), input.size()});
    REQUIRE(read);
    CHECK(*read == u);
    CHECK(support::as_naive(*read) == support::read_naive_username(text));
    std::string again(text.size(), ' ');
    CHECK(encode(again, *read)->text() == text);
}

void refused(std::string_view text, errc code, std::size_t at) {
    INFO(text);
    const support::exact_block input{hubwire::bytes{text}};
    CHECK(decode_username({input.data(), input.size()}).error() == error{.code = code, .offset = at});
    CHECK_FALSE(support::read_naive_username(text));
}

bool alike(std::string_view text) {
    const support::exact_block input{hubwire::bytes{text}};
    const auto read = decode_username({input.data(), input.size()});
    const auto naive = support::read_naive_username(text);
    return read ? support::as_naive(*read) == naive : !naive;
}

error refusal(const mqtt_username& u) { return encoded_size(u).error(); }

}  // namespace

TEST_CASE("a user name says who connects, and how") {
    round_trip("hub.azure-devices.net/MyDevice01/?api-version=2021-04-12",
               {.host = "hub.azure-devices.net", .client = {.device_id = "MyDevice01"}});
    round_trip(
        "h/d/m/?api-version=2020-05-31-preview&DeviceClientType=my%20client%2F1.0&model-id=dtmi%3Acom%3Ax%3B1&"
        "auth-chain=leaf%3Bedge",
        {.host = "h",
         .client = {"d", "m"},
         .api_version = "2020-05-31-preview",
         .device_client_type = "my client/1.0",
         .model_id = "dtmi:com:x;1",
         .auth_chain = "leaf;edge"});
    round_trip("h/d$+#?%/?api-version=1", {.host = "h", .client = {.device_id = "d$+#?%"}, .api_version = "1"});
}

TEST_CASE("older clients have other forms") {
    round_trip("h/d/api-version=2016-11-14",
               {.host = "h", .client = {.device_id = "d"}, .api_version = "2016-11-14", .form = username_form::bare});
    round_trip("h/d/m/api-version=2016-11-14&DeviceClientType=a%2Fb&model-id=c", {.host = "h",
                                                                                  .client = {"d", "m"},
                                                                                  .api_version = "2016-11-14",
                                                                                  .device_client_type = "a/b",
                                                                                  .model_id = "c",
                                                                                  .form = username_form::bare});
    for (const std::string_view module_id : {""sv, "m"sv}) {
        const std::string slash = module_id.empty() ? "" : "/";
        round_trip("h/d" + slash + std::string{module_id} +
                       "/api-version=2017-06-30/DeviceClientType=Microsoft.Azure.Devices.Client/1.5.1-preview-003",
                   {.host = "h",
                    .client = {"d", module_id},
                    .api_version = "2017-06-30",
                    .device_client_type = "Microsoft.Azure.Devices.Client/1.5.1-preview-003",
                    .form = username_form::slashed});
    }
}

TEST_CASE("properties are found in any order; of two the first counts, others are skipped") {
    std::string text;
    const auto read = [&](std::string_view properties) {
        text = "h/d/?";
        text += properties;
        return *decode_username(text);
    };
    CHECK(read("model-id=m&api-version=1").model_id == "m");
    CHECK(read("api-version=1&api-version=2").api_version == "1");
    CHECK(read("api-version=1&model-id&model-id=m").model_id.empty());
    CHECK(read("api-version=1&model-id=&model-id=m").model_id.empty());
    CHECK(read("api-version=1&model-id=a=b").model_id == "a=b");
    CHECK(read("api-version=1&Model-Id=a&model-idx=a&xmodel-id=a").model_id.empty());
    CHECK(read("&&=&=x&api-version=1&").api_version == "1");
    CHECK(read("api-version=1?DeviceClientType=x").api_version == "1?DeviceClientType=x");
    CHECK(decode_username("h/d/m?/?api-version=1")->client.module_id == "m?");
    CHECK(decode_username("h/d/x&api-version=1")->form == username_form::bare);
}

TEST_CASE("what is no user name is refused") {
    refused("", errc::iothub_username, 0);
    refused("h", errc::iothub_username, 1);
    refused("h/d", errc::iothub_username, 3);
    refused("/d/?api-version=1", errc::iothub_username, 0);
    refused("h//?api-version=1", errc::iothub_username, 2);
    refused("h/d//?api-version=1", errc::iothub_username, 4);
    refused("h/d/m//api-version=1", errc::iothub_username_api_version, 4);
    refused("h/d/", errc::iothub_username_api_version, 4);
    refused("h/d/?", errc::iothub_username_api_version, 4);
    refused("h/d/?api-version", errc::iothub_username_api_version, 4);
    refused("h/d/?api-version=", errc::iothub_username_api_version, 4);
    refused("h/d/?api-version=&api-version=1", errc::iothub_username_api_version, 4);
    refused("h/d/?version=1", errc::iothub_username_api_version, 4);
    refused("h/d/m/?version=1", errc::iothub_username_api_version, 6);
    refused("h/d/m/?api-version=1/x", errc::iothub_username_api_version, 4);
    refused("h/d/m/a/b/c/d", errc::iothub_username, 11);
    refused("h/d/api-version=1/x", errc::iothub_username_api_version, 16 + 2);
    refused("h/d/api-version=1/DeviceClientType=a", errc::iothub_username_api_version, 18);
    refused("h/d/api-version=/DeviceClientType=a/b", errc::iothub_username_api_version, 4);
    refused("h/d/api-version=1/Client=a/b", errc::iothub_username, 18);
    refused("h/d/api-version=1/DeviceClientType=/b", errc::iothub_username, 35);
    refused("h/d/api-version=1/DeviceClientType=a/", errc::iothub_username, 35);
    refused("h/d/api-version=1/DeviceClientType=a/b&x=y", errc::iothub_username_character, 38);
    refused("h/d/m/api-version=1/DeviceClientType=a/b/c", errc::iothub_username, 40);
}

TEST_CASE("what cannot stand in a user name is not written") {
    const identity d{.device_id = "d"};
    CHECK(refusal({.client = d}) == error{.code = errc::iothub_username, .offset = 0});
    CHECK(refusal({.host = "h"}) == error{.code = errc::iothub_username, .offset = 2});
    CHECK(refusal({.host = "a/b", .client = d}) == error{.code = errc::iothub_username_character, .offset = 1});
    CHECK(refusal({.host = "h", .client = {.device_id = "d/e"}}) ==
          error{.code = errc::iothub_username_character, .offset = 3});
    CHECK(refusal({.host = "h", .client = {"d", "m\0"sv}}) ==
          error{.code = errc::iothub_username_character, .offset = 5});
    CHECK(refusal({.host = "h", .client = d, .api_version = {}}) ==
          error{.code = errc::iothub_username_api_version, .offset = 17});
    for (const std::string_view value : {"a&b"sv, "a/b"sv, "a\0b"sv}) {
        CHECK(refusal({.host = "h", .client = d, .model_id = hubwire::text::percent_text{value}}) ==
              error{.code = errc::iothub_username_character, .offset = 38});
    }
    const auto slashed = [&](wire_text type, wire_text model_id = {}) {
        return refusal({.host = "h",
                        .client = d,
                        .device_client_type = type,
                        .model_id = model_id,
                        .form = username_form::slashed});
    };
    for (const std::string_view type : {""sv, "a"sv, "/a"sv, "a/"sv, "a/b/c"sv})
        CHECK(slashed(type) == error{.code = errc::iothub_username, .offset = 44});
    CHECK(slashed("a/b", "m") == error{.code = errc::iothub_username, .offset = 44});
    CHECK(slashed(hubwire::text::percent_text{"a/b&c"}) ==
          error{.code = errc::iothub_username_character, .offset = 47});
    CHECK(refusal({.host = "h",
                   .client = d,
                   .device_client_type = "a/b",
                   .auth_chain = "c",
                   .form = username_form::slashed}) == error{.code = errc::iothub_username, .offset = 44});
}

TEST_CASE("a reader of user names stands anything") {
    const auto decode = [](hubwire::bytes input) { return decode_username(input.text()); };
    CHECK(support::every_short_input(decode) == "");
    for (const std::string_view text :
         {"h/d/m/?api-version=1&DeviceClientType=a&model-id=b"sv, "h/d/api-version=1&auth-chain=&x"sv,
          "h/d/m/api-version=1/DeviceClientType=a/b"sv}) {
        CHECK(support::every_mutation(text, decode) == "");
        std::string changed{text};
        for (std::size_t at = 0; at != text.size(); ++at) {
            if (!alike(text.substr(0, at)) || !alike(text.substr(at))) FAIL(at);
            for (const char c : "/?&=a\0"sv) {
                changed[at] = c;
                if (!alike(changed)) FAIL(changed);
            }
            changed[at] = text[at];
        }
    }
}

TEST_CASE("a long user name takes linear time") {
    CHECK(decode_username(std::string(65'535, '/')).error() == error{.code = errc::iothub_username, .offset = 5});
    std::string text = "h/d/?";
    text.append(65'000, '&');
    CHECK(decode_username(text).error().code == errc::iothub_username_api_version);
    text += "api-version=1";
    CHECK(decode_username(text)->api_version == "1");
}
