#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/naive_text.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using hubwire::iothub::wire_text;
using hubwire::text::percent_text;
using namespace std::literals;

namespace {

static_assert(wire_text{"a b"} == percent_text{"a%20b"} && wire_text{}.empty());
static_assert([] {
    std::array<char, 8> memory{};
    return wire_text{percent_text{"%24rid"}}.decode(memory)->text() == "$rid";
}());

}  // namespace

TEST_CASE("a text is plain where a program gives it, and encoded where it was received") {
    const std::string owner = "100%";
    const wire_text plain = owner;
    const wire_text received = percent_text{"100%25"};
    CHECK(plain.raw() == "100%");
    CHECK_FALSE(plain.is_encoded());
    CHECK(received.raw() == "100%25");
    CHECK(received.is_encoded());
    CHECK(plain == received);
    CHECK(received == "100%");
    CHECK("100%"sv == received);
    CHECK(received == received);
    CHECK_FALSE(received == "100%25");
    CHECK_FALSE(received == "100");
    CHECK_FALSE(received == "100%%");
    CHECK_FALSE(received == "200%");
    CHECK_FALSE(wire_text{} == received);
    CHECK(wire_text{} == wire_text{percent_text{}});
    CHECK(wire_text{percent_text{"%24%2f"}} == percent_text{"$%2F"});
}

TEST_CASE("a malformed % in a received text stands for itself") {
    for (const std::string_view text : {"%"sv, "50%"sv, "%4"sv, "%GG"sv, "%%41"sv}) {
        std::array<char, 8> memory{};
        const wire_text received{percent_text{text}};
        CHECK(received.decode(memory)->text() == std::get<std::string>(support::naive_from_percent(text, true)));
        CHECK(received == received);
    }
    CHECK(wire_text{percent_text{"50%"}} == "50%");
}

TEST_CASE("it is decoded whole or not at all") {
    CHECK(support::every_capacity("a b/c"sv, [](hubwire::buffer to) { return wire_text{"a b/c"}.decode(to); }) == "");
    CHECK(support::every_capacity(
              "a b/c"sv, [](hubwire::buffer to) { return wire_text{percent_text{"a%20b%2fc"}}.decode(to); }) == "");
}

TEST_CASE("a text that can be read where it lies is, and the size of any is foretold") {
    CHECK(wire_text{}.plain() == "");
    CHECK(wire_text{"a%20b"}.plain() == "a%20b");
    CHECK(wire_text{percent_text{"a+b"}}.plain() == "a+b");
    CHECK_FALSE(wire_text{percent_text{"a%20b"}}.plain());
    CHECK_FALSE(wire_text{percent_text{"a%"}}.plain());
    CHECK(*wire_text{"a%20b"}.decoded_size() == 5);
    CHECK(*wire_text{percent_text{"a%20b"}}.decoded_size() == 3);
    CHECK(*wire_text{percent_text{"a%"}}.decoded_size() == 2);
}
