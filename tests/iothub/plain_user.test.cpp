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

constexpr plain_user service{.hub_name = "myhub", .policy = "service"};
constexpr plain_user device{.hub_name = "myhub", .who = {.device_id = "d"}};
static_assert(*decode_plain_user("service@sas.root.myhub") == service && service.is_service());
static_assert(*decode_plain_user("d@sas.myhub") == device && !device.is_service());
static_assert([] {
    std::array<char, 64> memory{};
    return encode_plain_user(memory, service)->text() == "service@sas.root.myhub";
}());

error refusal(std::string_view text) { return decode_plain_user(text).error(); }

}  // namespace

TEST_CASE("a user name, both ways") {
    struct row {
        plain_user user;
        std::string_view text;
    };
    for (const row& r :
         {row{service, "service@sas.root.myhub"}, row{device, "d@sas.myhub"},
          row{{.hub_name = "myhub", .who = {.device_id = "d", .module_id = "m"}}, "d/modules/m@sas.myhub"},
          row{{.hub_name = "h", .who = {.device_id = "a@sas.b", .module_id = "@sas."}}, "a@sas.b/modules/@sas.@sas.h"},
          row{{.hub_name = "h", .policy = "p@sas.q"}, "p@sas.q@sas.root.h"},
          row{{.hub_name = "root", .who = {.device_id = "d"}}, "d@sas.root"},
          row{{.hub_name = "root", .policy = "p"}, "p@sas.root.root"},
          row{{.hub_name = "h.azure-devices.net", .who = {.device_id = "d"}}, "d@sas.h.azure-devices.net"}}) {
        INFO(r.text);
        CHECK(support::every_capacity(r.text, [&](hubwire::buffer to) { return encode_plain_user(to, r.user); }) == "");
        CHECK(*encoded_size(r.user) == r.text.size());
        CHECK(*decode_plain_user(r.text) == r.user);
    }
}

TEST_CASE("what is no user name is refused where it stops being one") {
    CHECK(refusal("") == error{.code = errc::iothub_plain_user, .offset = 0});
    CHECK(refusal("d@sas") == error{.code = errc::iothub_plain_user, .offset = 5});
    CHECK(refusal("@sas.h") == error{.code = errc::iothub_identifier_length, .offset = 0});
    CHECK(refusal("d@sas.") == error{.code = errc::iothub_host_name, .offset = 6});
    CHECK(refusal("d@sas.h/x") == error{.code = errc::iothub_host_name, .offset = 7});
    CHECK(refusal("a b@sas.h") == error{.code = errc::iothub_identifier, .offset = 1});
    CHECK(refusal("d/module/m@sas.h") == error{.code = errc::iothub_plain_user, .offset = 1});
    CHECK(refusal("d/modules/@sas.h") == error{.code = errc::iothub_identifier_length, .offset = 10});
    CHECK(refusal("d/modules/m/n@sas.h") == error{.code = errc::iothub_identifier, .offset = 11});
    CHECK(refusal("@sas.root.h") == error{.code = errc::iothub_policy_name, .offset = 0});
    CHECK(refusal("a/b@sas.root.h") == error{.code = errc::iothub_policy_name, .offset = 1});
    CHECK(refusal("p@sas.root.") == error{.code = errc::iothub_host_name, .offset = 11});
    CHECK(refusal("p@sas.root.root.h") == error{.code = errc::iothub_plain_user, .offset = 11});

    const auto decode = [](hubwire::bytes input) { return decode_plain_user(input.text()); };
    CHECK(support::every_short_input(decode) == "");
    CHECK(support::every_mutation("d/modules/m@sas.root.h"sv, decode) == "");
    CHECK(support::every_mutation("d/modules/m@sas.h"sv, decode) == "");
}

TEST_CASE("a user that could not be told from another is not written") {
    std::array<char, 64> memory{};
    const auto put = [&](const plain_user& user) { return encode_plain_user(memory, user).error(); };
    CHECK(put({.hub_name = "h"}) == error{.code = errc::iothub_plain_user, .offset = 0});
    CHECK(put({.hub_name = "h", .policy = "p", .who = {.device_id = "d"}}) ==
          error{.code = errc::iothub_plain_user, .offset = 0});
    CHECK(put({.hub_name = "h", .policy = "a b"}) == error{.code = errc::iothub_policy_name, .offset = 0});
    CHECK(put({.hub_name = "h", .who = {.module_id = "m"}}) ==
          error{.code = errc::iothub_identifier_length, .offset = 0});
    CHECK(put({.hub_name = "", .policy = "p"}) == error{.code = errc::iothub_host_name, .offset = 11});
    CHECK(put({.hub_name = "root.h", .who = {.device_id = "d"}}) ==
          error{.code = errc::iothub_plain_user, .offset = 6});
}

TEST_CASE("the initial response of PLAIN is what amqp::encode_plain makes of user and token") {
    const std::string_view token = "SharedAccessSignature sr=h&sig=b%3D&se=1&skn=service";
    std::array<char, 128> user{};
    std::array<char, 256> response{};
    const auto name = encode_plain_user(user, service);
    const auto expected = hubwire::amqp::encode_plain(response, {.user = name->text(), .password = token});
    REQUIRE(expected);
    CHECK(support::every_capacity(*expected,
                                  [&](hubwire::buffer to) { return encode_plain_response(to, service, token); }) == "");
    const auto who = hubwire::amqp::decode_plain(*expected);
    CHECK(*decode_plain_user(who->user) == service);
    CHECK(who->password == token);

    CHECK(encode_plain_response(response, service, "").error() == error{.code = errc::amqp_credentials, .offset = 24});
    CHECK(encode_plain_response(response, service, "a\0"sv).error() == error{.code = errc::nul_in_text, .offset = 25});
    CHECK(encode_plain_response(response, service, "\xFF").error() == error{.code = errc::invalid_utf8, .offset = 24});
    CHECK(encode_plain_response(response, {}, "a").error() == error{.code = errc::iothub_plain_user, .offset = 1});
}
