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

static_assert(check_identifier("MyDevice01"));
static_assert(check_identifier("-:.+%_#*?!(),=@;$'"));
static_assert(check_identifier("a/b").error() == error{.code = errc::iothub_identifier, .offset = 1});
static_assert(check_identity({.device_id = "d", .module_id = "$edgeHub"}));
static_assert(!identity{.device_id = "d"}.is_module() && identity{.device_id = "d", .module_id = "m"}.is_module());
static_assert(identity{.device_id = "d"} != identity{.device_id = "D"});

constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-:.+%_#*?!(),=@;$'";

}  // namespace

TEST_CASE("an identifier has the characters that the hub allows, and no others, wherever they stand") {
    for (unsigned value = 0; value != 256; ++value) {
        const char c = static_cast<char>(static_cast<unsigned char>(value));
        const bool fine = allowed.find(c) != std::string_view::npos;
        for (const std::size_t before : {0u, 1u, 7u, 127u}) {
            const support::exact_block id{std::string(before, 'a') + c};
            const auto verdict = check_identifier({id.data(), id.size()});
            if (verdict.has_value() != fine) FAIL(value);
            if (!fine) CHECK(verdict.error() == error{.code = errc::iothub_identifier, .offset = before});
        }
    }
}

TEST_CASE("an identifier has 1 to 128 characters") {
    CHECK(check_identifier("").error() == error{.code = errc::iothub_identifier_length, .offset = 0});
    CHECK(check_identifier("a"));
    CHECK(check_identifier(std::string(128, 'a')));
    CHECK(check_identifier(std::string(129, 'a')).error() ==
          error{.code = errc::iothub_identifier_length, .offset = 128});
    CHECK(check_identifier(std::string(128, 'a') + '/').error() ==
          error{.code = errc::iothub_identifier_length, .offset = 128});
}

TEST_CASE("a module belongs to a device") {
    CHECK(check_identity({.device_id = "d"}));
    CHECK(check_identity({.module_id = "m"}).error() == error{.code = errc::iothub_identifier_length, .offset = 0});
    CHECK(check_identity({.device_id = "d/", .module_id = "m/m"}).error() ==
          error{.code = errc::iothub_identifier, .offset = 1});
    CHECK(check_identity({.device_id = "d", .module_id = "m m"}).error() ==
          error{.code = errc::iothub_identifier, .offset = 1});
}

TEST_CASE("an encoded identifier is judged by what it stands for") {
    using hubwire::iothub::detail::check_encoded_identifier;
    CHECK(check_encoded_identifier("a%40b"));
    CHECK(check_encoded_identifier("100%"));
    CHECK(check_encoded_identifier("a%4"));
    CHECK(check_encoded_identifier("a%2Fb").error() == error{.code = errc::iothub_identifier, .offset = 1});
    CHECK(check_encoded_identifier("%00").error() == error{.code = errc::iothub_identifier, .offset = 0});
    CHECK(check_encoded_identifier("").error() == error{.code = errc::iothub_identifier_length, .offset = 0});
    std::string longest;
    for (int i = 0; i != 128; ++i) longest += "%40";
    CHECK(check_encoded_identifier(longest));
    CHECK(check_encoded_identifier(longest + 'a').error() ==
          error{.code = errc::iothub_identifier_length, .offset = 384});
    const auto decode = [](hubwire::bytes input) { return check_encoded_identifier(input.text()); };
    CHECK(support::every_mutation("a%40b"sv, decode) == "");
}
