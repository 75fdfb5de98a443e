#include <array>
#include <hubwire/hubwire.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/naive_handshake.hpp"

using namespace hubwire::websocket;
using namespace std::literals;

namespace {

constexpr std::string_view lines =
    "Retry-After: 120\r\nX-Empty:\r\nLOCATION:\t/a b \t\r\nretry-after: 1\r\nHost: h\r\n";

constexpr field_list in_head(std::string_view text, detail::name_set hidden = 0) {
    return field_list::on_the_wire(text, hidden);
}

static_assert(in_head(lines).find("location") == "/a b"sv);
static_assert(!in_head(lines, detail::names_of_request).find("Host"));
static_assert(field_list{}.empty() && in_head("").empty() && in_head("Host: h\r\n", detail::names_of_request).empty());

}  // namespace

TEST_CASE("fields are found by their names in any case, the first of each") {
    const field_list fields = in_head(lines);
    CHECK(fields.find("Retry-After") == "120"sv);
    CHECK(fields.find("RETRY-AFTER") == "120"sv);
    CHECK(fields.find("x-empty") == ""sv);
    CHECK(fields.find("Location") == "/a b"sv);
    CHECK(fields.find("host") == "h"sv);
    CHECK_FALSE(fields.find("Locatio"));
    CHECK_FALSE(fields.find(""));
    CHECK_FALSE(in_head("[: a\r\n").find("{"));  // which differ as a letter's cases do
}

TEST_CASE("fields of a head and of an array look the same") {
    const std::array<header_field, 3> array{{{"A", "1"}, {"B", ""}, {"A", "2"}}};
    const std::vector<header_field> vector{array.begin(), array.end()};
    const field_list wire = in_head("A: 1\r\nB:\r\nA:2\r\n");
    CHECK(field_list{array} == wire);
    CHECK(field_list{vector} == wire);
    CHECK(field_list{std::span{array}} == wire);
    CHECK(field_list{array}.find("b") == ""sv);
    CHECK_FALSE(field_list{array}.empty());
    CHECK_FALSE(in_head("A: 1\r\n") == wire);
    CHECK_FALSE(wire == in_head("A: 1\r\n"));
    CHECK_FALSE(in_head("A: 1\r\nB: \r\na:2\r\n") == wire);
    CHECK_FALSE(field_list{} == wire);
    CHECK(in_head("Host: h\r\nA: 1\r\nOrigin: o\r\nB:\r\nA: 2\r\nUpgrade: u\r\n", detail::names_of_request) == wire);

    auto at = wire.begin();
    CHECK(at->value == "1");
    CHECK((at++)->name == "A");
    CHECK(*at == header_field{"B", ""});
    ++at;
    CHECK(++at == wire.end());
    auto item = field_list{array}.begin();
    CHECK(*++item == array[1]);
    CHECK(*++item == array[2]);
    CHECK(++item == field_list{}.end());
}

TEST_CASE("a text is taken up to a character, wherever that stands, and whatever comes before") {
    for (std::size_t size = 0; size != 30; ++size) {
        for (const char filler : "a\0\x0C\x0E\x8D\xFF"sv) {
            const std::string before(size, filler);
            const std::string text = before + "\rb\r";
            std::string_view left = text;
            CHECK(detail::take_until<'\r'>(left) == before);
            CHECK(left == "b\r");
            left = before;
            CHECK(detail::take_until<'\r'>(left) == before);
            CHECK(left.empty());
        }
    }
}

TEST_CASE("a handshake knows its names in any case") {
    for (std::size_t i = 0; i != std::size(detail::known_names); ++i) {
        const auto name = static_cast<detail::known_name>(i);
        CHECK(detail::find_known_name(detail::name_of(name)) == name);
        std::string lower = support::handshake::lower(std::string{detail::name_of(name)});
        CHECK(detail::find_known_name(lower) == name);
        lower.back() = 'x';
        CHECK(detail::find_known_name(lower) == detail::known_name::none);
    }
    CHECK(detail::find_known_name("") == detail::known_name::none);
}
