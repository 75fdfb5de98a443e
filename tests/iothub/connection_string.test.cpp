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

constexpr std::string_view device_text = "HostName=h.net;DeviceId=d;SharedAccessKey=a2V5;GatewayHostName=gw";
constexpr connection_string device{
    .host_name = "h.net", .who = {.device_id = "d"}, .shared_access_key = "a2V5", .gateway_host_name = "gw"};
static_assert(*decode_connection_string(device_text) == device);
static_assert(device.client() == client_kind::device && device.credential() == credential_kind::key);
static_assert(device.host_to_connect_to() == "gw" && device.resource().host_name == "h.net");
static_assert([] {
    std::array<char, 128> memory{};
    return encode_connection_string(memory, device)->text() == device_text;
}());
static_assert(*encoded_size(device) == device_text.size());

error refusal(std::string_view text, const connection_string_options& rules = {}) {
    return decode_connection_string(text, rules).error();
}

}  // namespace

TEST_CASE("what is canonical comes back as it was") {
    for (
        const std::string_view text :
        {device_text, "HostName=h;DeviceId=d;SharedAccessKey=a=b=="sv,
         "HostName=h;DeviceId=d;ModuleId=m;SharedAccessKey=k;GatewayHostName=g"sv,
         "HostName=h;DeviceId=d;SharedAccessSignature=SharedAccessSignature sr=h%2Fdevices%2Fd&sig=b%3D&se=1"sv,
         "HostName=h;DeviceId=d;x509=true"sv, "HostName=h;DeviceId=d;ModuleId=m;x509=true;GatewayHostName=g"sv,
         "HostName=h;SharedAccessKeyName=service;SharedAccessKey=k"sv,
         "HostName=h;DeviceId=d;SharedAccessKeyName=p;SharedAccessKey=k"sv,
         "HostName=h;CredentialScope=IotHub;CredentialType=SharedAccessSignature;SharedAccessKeyName=p;SharedAccessKey=k"sv,
         "HostName=h;SharedAccessKeyName=p;SharedAccessSignature=s"sv}) {
        INFO(text);
        const auto all = decode_connection_string(text);
        REQUIRE(all);
        CHECK(support::every_capacity(text, [&](hubwire::buffer to) { return encode_connection_string(to, *all); }) ==
              "");
        CHECK(*encoded_size(*all) == text.size());
    }
}

TEST_CASE("who connects, how, and for what") {
    const auto module_of_it = *decode_connection_string("HostName=h;DeviceId=d;ModuleId=m;x509=true");
    CHECK(module_of_it.client() == client_kind::module);
    CHECK(module_of_it.credential() == credential_kind::x509);
    CHECK(module_of_it.resource() == sas_resource{.host_name = "h", .who = {.device_id = "d", .module_id = "m"}});
    CHECK(module_of_it.host_to_connect_to() == "h");
    const auto service = *decode_connection_string("HostName=h;SharedAccessKeyName=p;SharedAccessSignature=s");
    CHECK(service.client() == client_kind::service);
    CHECK(service.credential() == credential_kind::signature);
    CHECK(service.resource() == sas_resource{.host_name = "h"});
    const auto by_policy = *decode_connection_string("HostName=h;DeviceId=d;SharedAccessKeyName=p;SharedAccessKey=k");
    CHECK(by_policy.client() == client_kind::device);
    CHECK(by_policy.resource() == sas_resource{.host_name = "h"});
}

TEST_CASE("keys come in any order, and x509 by two names and in any case") {
    CHECK(*decode_connection_string("GatewayHostName=gw;SharedAccessKey=a2V5;DeviceId=d;HostName=h.net") == device);
    for (const std::string_view text : {"DeviceId=d;X509Cert=TRUE;HostName=h"sv, "x509=True;HostName=h;DeviceId=d"sv})
        CHECK(*decode_connection_string(text) ==
              connection_string{.host_name = "h", .who = {.device_id = "d"}, .x509 = true});
    CHECK_FALSE(decode_connection_string("HostName=h;DeviceId=d;SharedAccessKey=k;X509Cert=False")->x509);
}

TEST_CASE("what is no connection string is refused where it stops being one") {
    CHECK(refusal("") == error{.code = errc::iothub_connection_part, .offset = 0});
    CHECK(refusal("garbage") == error{.code = errc::iothub_connection_part, .offset = 7});
    CHECK(refusal("HostName=h;") == error{.code = errc::iothub_connection_part, .offset = 11});
    CHECK(refusal("HostName=h;;DeviceId=d") == error{.code = errc::iothub_connection_part, .offset = 11});
    CHECK(refusal(";HostName=h") == error{.code = errc::iothub_connection_part, .offset = 0});
    CHECK(refusal("HostName=h;=d") == error{.code = errc::iothub_connection_part, .offset = 11});
    CHECK(refusal("HostName;DeviceId=d") == error{.code = errc::iothub_connection_part, .offset = 8});
    CHECK(refusal("HostName=;DeviceId=d") == error{.code = errc::iothub_connection_empty_value, .offset = 9});
    CHECK(refusal("SharedAccessKey=") == error{.code = errc::iothub_connection_empty_value, .offset = 16});
    CHECK(refusal("HostName=h;Foo=bar") == error{.code = errc::iothub_connection_unknown_key, .offset = 11});
    CHECK(refusal("hostname=h") == error{.code = errc::iothub_connection_unknown_key, .offset = 0});
    CHECK(refusal("HostName =h") == error{.code = errc::iothub_connection_unknown_key, .offset = 0});
    CHECK(refusal("HostName=h; DeviceId=d") == error{.code = errc::iothub_connection_unknown_key, .offset = 11});
    CHECK(refusal("HostName=h;HostName=h") == error{.code = errc::iothub_connection_repeated_key, .offset = 11});
    CHECK(refusal("x509=true;X509Cert=true") == error{.code = errc::iothub_connection_repeated_key, .offset = 10});
    CHECK(refusal("HostName=h/") == error{.code = errc::iothub_host_name, .offset = 10});
    CHECK(refusal("GatewayHostName=a b") == error{.code = errc::iothub_host_name, .offset = 17});
    CHECK(refusal("DeviceId=a/b") == error{.code = errc::iothub_identifier, .offset = 10});
    CHECK(refusal("ModuleId=a b") == error{.code = errc::iothub_identifier, .offset = 10});
    CHECK(refusal("DeviceId=" + std::string(129, 'd')) ==
          error{.code = errc::iothub_identifier_length, .offset = 9 + 128});
    CHECK(refusal("SharedAccessKeyName=a b") == error{.code = errc::iothub_policy_name, .offset = 21});
    CHECK(refusal("x509=1") == error{.code = errc::iothub_connection_x509, .offset = 5});
}

TEST_CASE("what does not go together is refused: what is missing, at the end; what is too much, at the second") {
    CHECK(refusal("DeviceId=d;SharedAccessKey=k") == error{.code = errc::iothub_connection_no_host, .offset = 28});
    CHECK(refusal("HostName=h;SharedAccessKey=k") == error{.code = errc::iothub_connection_no_device, .offset = 28});
    CHECK(refusal("HostName=h;ModuleId=m;SharedAccessKeyName=p;SharedAccessKey=k") ==
          error{.code = errc::iothub_connection_no_device, .offset = 11});
    CHECK(refusal("HostName=h;x509=true") == error{.code = errc::iothub_connection_no_device, .offset = 11});
    CHECK(refusal("HostName=h;DeviceId=d") == error{.code = errc::iothub_connection_no_credential, .offset = 21});
    CHECK(refusal("HostName=h;DeviceId=d;x509=false") ==
          error{.code = errc::iothub_connection_no_credential, .offset = 32});
    CHECK(refusal("SharedAccessKey=k;HostName=h;SharedAccessSignature=s;DeviceId=d") ==
          error{.code = errc::iothub_connection_two_credentials, .offset = 29});
    CHECK(refusal("SharedAccessSignature=s;HostName=h;SharedAccessKey=k;DeviceId=d") ==
          error{.code = errc::iothub_connection_two_credentials, .offset = 35});
    CHECK(refusal("HostName=h;DeviceId=d;x509=true;SharedAccessKey=k") ==
          error{.code = errc::iothub_connection_two_credentials, .offset = 32});
    CHECK(refusal("HostName=h;DeviceId=d;x509=true;SharedAccessSignature=s") ==
          error{.code = errc::iothub_connection_two_credentials, .offset = 32});
    CHECK(refusal("SharedAccessKeyName=p;HostName=h;DeviceId=d;x509=true") ==
          error{.code = errc::iothub_connection_two_credentials, .offset = 44});
}

TEST_CASE("each laxer rule lets its own pass, and nothing else") {
    struct row {
        std::string_view text;
        connection_string_options rules;
    };
    const connection_string expected{.host_name = "h", .who = {.device_id = "d"}, .shared_access_key = "k"};
    for (const row& r : {row{"hostname=h;DEVICEID=d;sharedAccessKey=k", {.ignore_case = true}},
                         row{"HostName=h;DeviceId=d;SharedAccessKey=k;", {.skip_empty_parts = true}},
                         row{";;HostName=h;;DeviceId=d;SharedAccessKey=k", {.skip_empty_parts = true}},
                         row{"HostName=h;Foo=;DeviceId=d;Bar=x;SharedAccessKey=k", {.skip_unknown_keys = true}},
                         row{"HostName=g;HostName=h;DeviceId=d;SharedAccessKey=k", {.last_repeated_counts = true}}}) {
        INFO(r.text);
        CHECK(!decode_connection_string(r.text));
        const auto all = decode_connection_string(r.text, r.rules);
        REQUIRE(all);
        CHECK(*all == expected);
    }
    CHECK(refusal("", {.skip_empty_parts = true}) == error{.code = errc::iothub_connection_no_host, .offset = 0});
    CHECK(refusal("garbage", {.skip_unknown_keys = true}) == error{.code = errc::iothub_connection_part, .offset = 7});
}

TEST_CASE("by option a ; belongs to an identifier, unless a key follows") {
    const connection_string_options rules{.semicolon_in_identifier = true};
    const auto id_of = [&](std::string_view text) { return decode_connection_string(text, rules)->who.device_id; };
    CHECK(id_of("HostName=h;DeviceId=a;b;SharedAccessKey=k") == "a;b");
    CHECK(id_of("HostName=h;DeviceId=;;SharedAccessKey=k") == ";");
    CHECK(id_of("HostName=h;SharedAccessKey=k;DeviceId=a;x509") == "a;x509");
    CHECK(id_of("HostName=h;SharedAccessKey=k;DeviceId=a;Foo=b") == "a;Foo=b");
    CHECK(id_of("HostName=h;DeviceId=a;x509=true") == "a");
    CHECK(refusal("HostName=h;DeviceId=a;b;SharedAccessKey=k") ==
          error{.code = errc::iothub_connection_part, .offset = 22 + 1});

    std::array<char, 128> memory{};
    connection_string all{.host_name = "h", .who = {.device_id = "a;b"}, .shared_access_key = "k"};
    const auto put = [&](const connection_string_options& r) { return encode_connection_string(memory, all, r); };
    CHECK(put({}).error() == error{.code = errc::iothub_connection_semicolon, .offset = 21});
    CHECK(put(rules)->text() == "HostName=h;DeviceId=a;b;SharedAccessKey=k");
    CHECK(*encoded_size(all, rules) == put(rules)->size());
    all.who.device_id = "a;X509=true";
    CHECK(put(rules).error() == error{.code = errc::iothub_connection_semicolon, .offset = 21});
    all.who.device_id = ";;";
    CHECK(*decode_connection_string(put(rules)->text(), rules) == all);
}

TEST_CASE("what could not be read back is not written") {
    std::array<char, 256> memory{};
    const auto put = [&](const connection_string& all) { return encode_connection_string(memory, all).error(); };
    CHECK(put({}) == error{.code = errc::iothub_connection_no_host, .offset = 0});
    CHECK(put({.host_name = "h", .shared_access_key = "k"}) ==
          error{.code = errc::iothub_connection_no_device, .offset = 0});
    CHECK(put({.host_name = "h", .who = {.device_id = "d"}}) ==
          error{.code = errc::iothub_connection_no_credential, .offset = 0});
    CHECK(put({.host_name = "h", .who = {.device_id = "d"}, .shared_access_key = "k", .x509 = true}) ==
          error{.code = errc::iothub_connection_two_credentials, .offset = 0});
    CHECK(put({.host_name = "h;DeviceId=x", .who = {.device_id = "d"}, .shared_access_key = "k"}) ==
          error{.code = errc::iothub_host_name, .offset = 10});
    CHECK(put({.host_name = "h", .who = {.device_id = "d"}, .shared_access_key = "k;x509=true"}) ==
          error{.code = errc::iothub_connection_semicolon, .offset = 39});
    CHECK(
        put({.host_name = "h", .who = {.device_id = "d"}, .shared_access_key_name = "a b", .shared_access_key = "k"}) ==
        error{.code = errc::iothub_policy_name, .offset = 43});
}

TEST_CASE("a reader of connection strings stands anything, in linear time") {
    constexpr std::string_view whole =
        "HostName=h;DeviceId=a;b;ModuleId=m;SharedAccessKeyName=p;SharedAccessKey=k;X509Cert=false;GatewayHostName=g";
    const connection_string_options lax{.ignore_case = true,
                                        .skip_empty_parts = true,
                                        .skip_unknown_keys = true,
                                        .last_repeated_counts = true,
                                        .semicolon_in_identifier = true};
    CHECK(decode_connection_string(whole, lax));
    for (const connection_string_options& rules : {connection_string_options{}, lax}) {
        const auto decode = [&](hubwire::bytes input) { return decode_connection_string(input.text(), rules); };
        CHECK(support::every_mutation(whole, decode) == "");
        CHECK(support::every_short_input(decode) == "");
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            const support::exact_block input{hubwire::bytes{whole}.first(size)};
            const auto all = decode({input.data(), input.size()});
            if (!all) CHECK(all.error().offset <= size);
        }
        CHECK_FALSE(decode(hubwire::bytes{std::string(support::huge_size, ';')}));
        CHECK_FALSE(decode(hubwire::bytes{"DeviceId=" + std::string(support::huge_size, ';')}));
    }
}
