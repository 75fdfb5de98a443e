#include <array>
#include <hubwire/hubwire.hpp>
#include <string_view>

#include "support/catch2.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;
namespace json = hubwire::json;

namespace {

constexpr auto usual = R"({"scope":"device","type":"sas","issuer":"iothub"})"sv;
constexpr auth_method usual_method{.scope = auth_scope::device, .type = auth_type::sas, .issuer = "iothub"};

static_assert(*decode_auth_method(usual) == usual_method);
static_assert([] {
    std::array<char, 64> memory{};
    return encode_auth_method(memory, usual_method)->text() == usual;
}());
static_assert(*encoded_size(usual_method) == usual.size());

}  // namespace

TEST_CASE("an auth method is read, and written again as it was") {
    CHECK(*decode_auth_method(usual) == usual_method);
    CHECK(support::every_capacity(usual, [](hubwire::buffer to) { return encode_auth_method(to, usual_method); }) ==
          "");
    for (const auto scope : {auth_scope::hub, auth_scope::device}) {
        for (const auto type : {auth_type::symkey, auth_type::sas, auth_type::x509}) {
            std::array<char, 128> memory{};
            const auth_method method{.scope = scope, .type = type, .issuer = "a\"b"};
            const auto written = encode_auth_method(memory, method);
            REQUIRE(written);
            CHECK(*decode_auth_method(written->text()) == method);
            CHECK(*decode_auth_method(written->text())->scope->known() == scope);
            CHECK(*decode_auth_method(written->text())->type->known() == type);
            CHECK(*encoded_size(method) == written->size());
        }
    }
}

TEST_CASE("unknown members are skipped, unknown texts are kept, absent ones are empty") {
    const auto found = decode_auth_method(
        R"( { "issuer" : "external", "acceptingIpFilterRule" : null, "x":[{}], "scope":"module", "type":"x509Certificate" } )");
    REQUIRE(found);
    CHECK(found->scope->text() == "module");
    CHECK_FALSE(found->scope->known());
    CHECK(found->type != named<auth_type>{auth_type::x509});
    CHECK(found->issuer == "external");
    std::array<char, 128> memory{};
    CHECK(encode_auth_method(memory, *found)->text() ==
          R"({"scope":"module","type":"x509Certificate","issuer":"external"})");

    CHECK(*decode_auth_method("{}") == auth_method{});
    CHECK(encode_auth_method(memory, {})->text() == "{}");
    CHECK(*decode_auth_method(R"({"scope":null,"type":"sas","type":null})") == auth_method{});
    CHECK(*decode_auth_method(R"({"scope":"hub","scope":"device"})") == auth_method{.scope = auth_scope::device});
    CHECK(*decode_auth_method(R"({"\u0073cope":"h\u0075b"})")->scope == auth_scope::hub);
    CHECK(decode_auth_method(R"({"issuer":"\ud800"})", {.replace_lone_surrogates = true})->issuer == "\uFFFD");
}

TEST_CASE("what is no auth method is refused where it stands") {
    CHECK(decode_auth_method("").error() == error{.code = errc::json_end, .offset = 0});
    CHECK(decode_auth_method("[]").error() == error{.code = errc::json_kind, .offset = 0});
    CHECK(decode_auth_method(R"({"scope":1})").error() == error{.code = errc::json_kind, .offset = 9});
    CHECK(decode_auth_method(R"({"scope":"device")").error() == error{.code = errc::json_end, .offset = 17});
    CHECK(decode_auth_method("{} {}").error() == error{.code = errc::json_leftover, .offset = 3});
    CHECK(support::every_mutation(usual, [](hubwire::bytes b) { return decode_auth_method(b.text()); }) == "");
    std::array<char, 64> memory{};
    CHECK(encode_auth_method(memory, {.issuer = "\xFF"}).error() == error{.code = errc::json_utf8, .offset = 10});
}
