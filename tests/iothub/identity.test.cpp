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

TEST_CASE("an identity that was received is compared and decoded, however it is written") {
    const auto view = [](std::string_view device, std::string_view module_of_it = {}) {
        return identity_view{.device_id = detail::encoded_identifier(device),
                             .module_id = detail::encoded_identifier(module_of_it)};
    };
    const identity who{.device_id = "a@b", .module_id = "$edge"};
    std::array<char, 256> memory;
    for (const auto& v : {view("a@b", "$edge"), view("a%40b", "%24edge")}) {
        CHECK(v == who);
        CHECK(v.is_module());
        CHECK(*v.decode(memory) == who);
        CHECK(*v.decode({memory.data(), 8}) == who);
        CHECK(v.decode({memory.data(), 7}).error() == error{.code = errc::no_space, .offset = 7, .needed = 1});
    }
    CHECK_FALSE(view("a@b") == who);
    CHECK_FALSE(view("a@b", "$Edge") == who);
    CHECK(*view("100%").decode(memory) == identity{.device_id = "100%"});
    CHECK(*identity_view{}.decode({}) == identity{});
    const std::string longest(384, '%');
    CHECK(view(longest, longest).decode(memory).error().needed == 512);

    // The longest identifiers there can be, of characters that are longest when they are encoded.
    std::string encoded;
    for (int i = 0; i != 128; ++i) encoded += "%40";
    const std::string plain(128, '@');
    CHECK(*view(encoded, encoded).decode(memory) == identity{.device_id = plain, .module_id = plain});
}
