#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "support/catch2.hpp"

using hubwire::errc;
using hubwire::error;

static_assert(error{}.code == errc::none && !error{}.incomplete());
static_assert(error{.code = errc::incomplete, .offset = 3, .needed = 1}.incomplete());
static_assert(!error{.code = errc::no_space, .offset = 3, .needed = 1}.incomplete());
static_assert(error{.code = errc::invalid_utf8}.rule() == "RFC 3629-3");
static_assert(error{.code = errc::truncated}.rule().empty());

TEST_CASE("every error has a sentence, or at least a rule, of its own, which can stand in the middle of another") {
    std::set<std::string> sentences;
    for (const auto& rule : hubwire::detail::rules) {
        const std::string_view sentence = error{.code = rule.code}.message();
        INFO(sentence);
        REQUIRE(sentence.size() > 5);
        CHECK((sentences.insert(std::string{rule.id} + ": " + std::string{sentence}).second));
        CHECK(hubwire::is_utf8(sentence));
        CHECK(sentence.back() != '.');
        CHECK(sentence.find("  ") == std::string_view::npos);
        CHECK(error{.code = rule.code}.rule() == rule.id);
    }
}

TEST_CASE("an application's own codes have a sentence as well, and never meet the library's") {
    const auto own = static_cast<errc>(static_cast<unsigned>(errc::application) + 7);
    CHECK(error{.code = own}.message() == "a rule of the application's own refuses it");
    CHECK(error{.code = own}.rule().empty());
    CHECK(error{.code = static_cast<errc>(0xffff)}.message() == "a rule of the application's own refuses it");
    CHECK(static_cast<std::size_t>(errc::application) > std::size(hubwire::detail::rules));
}

TEST_CASE("errors are the same if code, offset and need are") {
    const error one{.code = errc::truncated, .offset = 3};
    CHECK(one == error{.code = errc::truncated, .offset = 3});
    CHECK_FALSE(one == error{.code = errc::leftover, .offset = 3});
    CHECK_FALSE(one == error{.code = errc::truncated, .offset = 4});
    CHECK_FALSE(one == error{.code = errc::truncated, .offset = 3, .needed = 1});
}
