#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using hubwire::iothub::property_value;
using hubwire::text::percent_text;
using namespace std::literals;
namespace amqp = hubwire::amqp;

namespace {

constexpr amqp::uuid id{
    {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10}};

static_assert(property_value{}.is_null() && property_value{std::nullopt}.is_null());
static_assert(property_value{"a/b"} == "a/b" && property_value{percent_text{"a%2Fb"}} == "a/b");
static_assert(property_value{"a/b"} == property_value{percent_text{"a%2Fb"}});
static_assert(property_value{amqp::message_id{id}} == id && property_value{amqp::message_id{"a"}} == "a");
static_assert(property_value{std::optional<int>{}}.is_null() && property_value{std::optional{7}}.integer() == 7);
static_assert(property_value{percent_text{"2021-04-21T11%3A30%3A16Z"}}.time()->milliseconds == 1'619'004'616'000);

std::string decoded(const property_value& v) {
    const auto size = v.decoded_size();
    REQUIRE(size);
    support::exact_block output{*size};
    return std::string{v.decode(hubwire::buffer{output.data(), output.size()})->text()};
}

std::string encoded(const property_value& v, const hubwire::text::percent_options& rules = {}) {
    std::array<char, 128> memory{};
    hubwire::writer out{memory};
    hubwire::iothub::put_percent(out, v, rules);
    REQUIRE(out.finish());
    return std::string{out.finish()->text()};
}

}  // namespace

TEST_CASE("a value may be made of a text that is there or not, and that a string keeps") {
    const std::optional<std::string> there = "a/b";
    const std::optional<std::string> missing;
    CHECK(property_value{there} == "a/b");
    CHECK(property_value{there}.type() == amqp::type::string);
    CHECK(property_value{missing}.is_null());
}

TEST_CASE("a value may be made of an id in AMQP, of whatever type that is") {
    const auto value_of = [](const std::optional<amqp::message_id>& from) { return property_value{from}; };
    CHECK(value_of("m-1").type() == amqp::type::string);
    CHECK(value_of("m-1") == "m-1");
    CHECK(value_of(7u) == std::uint64_t{7});
    CHECK(value_of(7u).type() == amqp::type::ulong);
    CHECK(value_of(id) == id);
    CHECK(value_of(hubwire::bytes{"b"sv}) == hubwire::bytes{"b"sv});
    CHECK(value_of(std::nullopt).is_null());
    const amqp::message_id asked{"m-1"};
    const hubwire::iothub::property in_answer{"in-reply-to", asked};
    CHECK(in_answer.value == asked);
    CHECK(in_answer.value == "m-1");
}

TEST_CASE("a value is what it was made of") {
    const property_value null;
    CHECK(null.type() == amqp::type::null);
    CHECK_FALSE(null.has_bytes());
    CHECK(null.to_amqp().is_null());
    CHECK(null.raw().empty());

    const std::string owned = "text";
    const property_value text = owned;
    CHECK(text.is_text());
    CHECK(text.has_bytes());
    CHECK_FALSE(text.is_encoded());
    CHECK(text.raw().data() == owned.data());
    CHECK(text.plain() == "text");
    CHECK(text.to_amqp() == amqp::value{"text"});

    const property_value plain = percent_text{"abc"};
    CHECK(plain.is_encoded());
    CHECK(plain.type() == amqp::type::string);
    CHECK(plain.plain() == "abc");
    CHECK(plain.percent().raw() == "abc");
    const property_value escaped = percent_text{"%zz%41", true};
    CHECK_FALSE(escaped.plain());
    CHECK(escaped.raw() == "%zz%41");
    CHECK(escaped.percent().keeps_malformed());
    CHECK(escaped == "%zzA");

    const property_value binary = hubwire::bytes{"\0\xff"sv};
    CHECK(binary.has_bytes());
    CHECK_FALSE(binary.is_text());
    CHECK_FALSE(binary.plain());
    CHECK(binary.raw() == "\0\xff"sv);
    CHECK_FALSE(binary == "\0\xff"sv);
}

TEST_CASE("every scalar of AMQP stays what it is, and of others only the type is known") {
    const amqp::value scalars[] = {{},
                                   true,
                                   false,
                                   std::uint8_t{200},
                                   std::uint16_t{60'000},
                                   4'000'000'000u,
                                   ~std::uint64_t{0},
                                   std::int8_t{-100},
                                   std::int16_t{-30'000},
                                   -2'000'000'000,
                                   (std::numeric_limits<std::int64_t>::min)(),
                                   1.5f,
                                   -2.5,
                                   amqp::decimal32{7},
                                   amqp::decimal64{8},
                                   amqp::decimal128{id.octets},
                                   U'\U0001F600',
                                   amqp::timestamp{-1},
                                   id,
                                   hubwire::bytes{"b"sv},
                                   "string",
                                   amqp::symbol{"symbol"}};
    for (const amqp::value& v : scalars) {
        const property_value ours = v;
        CHECK(ours.is_scalar());
        CHECK(ours.type() == v.type());
        CHECK(ours.to_amqp() == v);
        for (const amqp::value& other : scalars) CHECK((ours == property_value{other}) == (v == other));
    }
    const amqp::value items[] = {1, 2};
    for (const amqp::value& v : {amqp::value{amqp::list{items}}, amqp::value{amqp::map{}}, amqp::value{amqp::array{}},
                                 amqp::value{amqp::described{items}}}) {
        const property_value ours = v;
        CHECK_FALSE(ours.is_scalar());
        CHECK(ours.type() == v.type());
        CHECK(ours.to_amqp().is_null());
        CHECK(ours.raw().empty());
        CHECK_FALSE(ours == ours);
        CHECK(ours.decoded_size().error().code == errc::iothub_message_type);
    }
}

TEST_CASE("texts are the same if they have the same characters") {
    const property_value plain = "a/b";
    const property_value symbol = amqp::symbol{"a/b"};
    const property_value escaped = percent_text{"%61%2fb"};
    const property_value other = percent_text{"a%2Fc"};
    for (const property_value& a : {plain, symbol, escaped}) {
        for (const property_value& b : {plain, symbol, escaped}) CHECK(a == b);
        CHECK_FALSE(a == other);
        CHECK_FALSE(other == a);
        CHECK_FALSE(a == property_value{});
        CHECK_FALSE(a == property_value{hubwire::bytes{"a/b"sv}});
    }
    CHECK(property_value{hubwire::bytes{"a"sv}} == property_value{hubwire::bytes{"a"sv}});
    CHECK_FALSE(property_value{hubwire::bytes{"a"sv}} == property_value{hubwire::bytes{"b"sv}});
    CHECK_FALSE(property_value{1} == property_value{2});
    CHECK_FALSE(property_value{1} == property_value{1u});
    CHECK_FALSE(property_value{} == "");
}

TEST_CASE("each type has a form as a text, or none") {
    CHECK(decoded({}) == "");
    CHECK(decoded("a b") == "a b");
    CHECK(decoded(percent_text{"a%20b"}) == "a b");
    CHECK(decoded(percent_text{"ab"}) == "ab");
    CHECK(decoded(hubwire::bytes{"\0\xff"sv}) == "\0\xff"sv);
    CHECK(decoded(amqp::symbol{"s"}) == "s");
    CHECK(decoded(true) == "true");
    CHECK(decoded(false) == "false");
    CHECK(decoded(std::uint8_t{200}) == "200");
    CHECK(decoded(-7) == "-7");
    CHECK(decoded((std::numeric_limits<std::int64_t>::min)()) == "-9223372036854775808");
    CHECK(decoded(~std::uint64_t{0}) == "18446744073709551615");
    CHECK(decoded(amqp::timestamp{1'619'004'616'039}) == "2021-04-21T11:30:16.039Z");
    CHECK(decoded(id) == "01234567-89ab-cdef-fedc-ba9876543210");

    CHECK(encoded(amqp::timestamp{1'619'004'616'000}) == "2021-04-21T11%3A30%3A16Z");
    CHECK(encoded(id) == "01234567-89ab-cdef-fedc-ba9876543210");
    CHECK(encoded(hubwire::bytes{"\0\xff"sv}) == "%00%FF");
    CHECK(encoded(percent_text{"a%2f+"}) == "a%2F%2B");
    CHECK(encoded(percent_text{"a%2f+"}, {.lower_case = true}) == "a%2f%2b");
    CHECK(encoded({}) == "");

    std::array<char, 64> memory{};
    for (const property_value& v :
         {property_value{1.5f}, property_value{1.5}, property_value{U'x'}, property_value{amqp::decimal32{}},
          property_value{amqp::decimal64{}}, property_value{amqp::decimal128{}}}) {
        CHECK(v.decode(memory).error() == error{.code = errc::iothub_message_type, .offset = 0});
        hubwire::writer out{memory};
        out.put("ab"sv);
        hubwire::iothub::put_percent(out, v);
        CHECK(out.finish().error() == error{.code = errc::iothub_message_type, .offset = 2});
    }
    CHECK(property_value{amqp::timestamp{(std::numeric_limits<std::int64_t>::max)()}}.decoded_size().error().code ==
          errc::timestamp_range);
    CHECK(property_value{percent_text{"a%"}}.decode(memory).error() ==
          error{.code = errc::percent_escape, .offset = 1});
}

TEST_CASE("a value is decoded whole or not at all, in every buffer") {
    CHECK(support::every_capacity(
              "a b"sv, [](hubwire::buffer to) { return property_value{percent_text{"a%20b"}}.decode(to); }) == "");
    CHECK(support::every_capacity("01234567-89ab-cdef-fedc-ba9876543210"sv,
                                  [](hubwire::buffer to) { return property_value{id}.decode(to); }) == "");
    CHECK(support::every_capacity("-7"sv, [](hubwire::buffer to) { return property_value{-7}.decode(to); }) == "");
}

TEST_CASE("an integer is one of any type, or the text of one") {
    CHECK(property_value{std::uint8_t{7}}.integer() == 7);
    CHECK(property_value{"-7"}.integer() == -7);
    CHECK(property_value{percent_text{"%37"}}.integer() == 7);
    CHECK_FALSE(property_value{~std::uint64_t{0}}.integer());
    CHECK_FALSE(property_value{"7a"}.integer());
    CHECK_FALSE(property_value{percent_text{"%3"}}.integer());
    CHECK_FALSE(property_value{percent_text{"%30000000000000000000000000000001"}}.integer());
    CHECK_FALSE(property_value{}.integer());
    CHECK_FALSE(property_value{true}.integer());
}

TEST_CASE("a time is one, or the text of one") {
    CHECK(property_value{amqp::timestamp{-5}}.time()->milliseconds == -5);
    CHECK(property_value{"1970-01-01T00:00:01.9999999Z"}.time()->milliseconds == 1999);
    CHECK(property_value{percent_text{"1970-01-01T00%3A00%3A01Z"}}.time()->milliseconds == 1000);
    CHECK(property_value{"1970-01-01T00:00:01"}.time().error() == error{.code = errc::timestamp_zone, .offset = 19});
    CHECK(property_value{"1970-01-01T00:00:01"}.time({.allow_no_zone = true})->milliseconds == 1000);
    CHECK(
        property_value{percent_text{"1970-01-01T01%3A00%3A01%2B01%3A00"}}.time({.allow_offset = true})->milliseconds ==
        1000);
    CHECK(property_value{percent_text{"1970-01-01T01:00:01.123456789-01%3A00"}}
              .time({.allow_offset = true})
              ->milliseconds == 7'201'123);
    CHECK(property_value{percent_text{"1234"}}.time().error() == error{.code = errc::timestamp_format, .offset = 4});
    CHECK(property_value{percent_text{"1970%"}}.time().error() == error{.code = errc::percent_escape, .offset = 4});
    CHECK(property_value{percent_text{"1970-01-01T01:00:01.12345678900000000000000Z"}}.time().error() ==
          error{.code = errc::timestamp_format, .offset = 38});
    CHECK(property_value{7}.time().error().code == errc::iothub_message_type);
    CHECK(property_value{}.time().error().code == errc::iothub_message_type);
}

TEST_CASE("a number is the same in every form of text, however long") {
    constexpr std::string_view digits = "000000000000000000000000007";
    CHECK(property_value{digits}.integer() == 7);
    CHECK(property_value{hubwire::text::percent_text{digits}}.integer() == 7);
    CHECK(property_value{hubwire::text::percent_text{"%37"}}.integer() == 7);
}

TEST_CASE("nothing is null") {
    CHECK(property_value{std::nullopt}.is_null());
    CHECK(property_value{} == property_value{std::nullopt});
}

TEST_CASE("a number or a truth value that may be absent is null if it is") {
    CHECK(property_value{hubwire::maybe<std::uint32_t>{7}} == property_value{std::uint32_t{7}});
    CHECK(property_value{hubwire::maybe<std::uint32_t>{}}.is_null());
    CHECK(property_value{hubwire::maybe<bool>{false}} == property_value{false});
    CHECK(property_value{hubwire::maybe<bool>{true}} == property_value{true});
    CHECK(property_value{hubwire::maybe<bool>{}}.is_null());
}
