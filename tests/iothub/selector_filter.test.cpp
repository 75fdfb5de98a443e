#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/sweep.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using hubwire::errc;
using fault = hubwire::error;
using namespace hubwire::iothub;
namespace amqp = hubwire::amqp;
using support::wire;

namespace {

constexpr selector after_2995{.number = 2995};
constexpr auto filters_wire = wire<
    "c1 76 02 a321 'apache.org:selector-filter:string'"
    "00 a321 'apache.org:selector-filter:string'"
    "a12c 'amqp.annotation.x-opt-sequence-number > 2995'">;

consteval bool selector_is_a_constant() {
    std::array<char, 300> memory{};
    const auto filters = as_filters(memory, after_2995);
    return filters->size() == 1 && **selector_of(*filters) == after_2995;
}
static_assert(selector_is_a_constant());

std::string written(const selector& s) {
    std::array<char, 1200> memory;
    const auto text = encode_selector(memory, s);
    return text ? std::string{text->text()} : std::string{text.error().message()};
}

fault refusal(std::string_view expression) {
    const support::exact_block block{bytes{expression}};
    const auto decoded = decode_selector({block.data(), block.size()});
    return decoded ? fault{} : decoded.error();
}

constexpr fault at(std::size_t offset, errc code = errc::iothub_amqp_selector) { return {code, offset, 0}; }

}  // namespace

TEST_CASE("each kind of selector as the hub wants it, and back") {
    const struct {
        selector s;
        std::string_view text;
    } rows[] = {
        {after_2995, "amqp.annotation.x-opt-sequence-number > 2995"},
        {{.inclusive = true, .number = 0}, "amqp.annotation.x-opt-sequence-number >= 0"},
        {{.number = -1}, "amqp.annotation.x-opt-sequence-number > -1"},
        {{.number = std::numeric_limits<std::int64_t>::min()},
         "amqp.annotation.x-opt-sequence-number > -9223372036854775808"},
        {{.key = selector_key::offset, .offset = "51539607552"}, "amqp.annotation.x-opt-offset > '51539607552'"},
        {{.key = selector_key::offset, .inclusive = true, .offset = "@latest"},
         "amqp.annotation.x-opt-offset >= '@latest'"},
        {{.key = selector_key::offset}, "amqp.annotation.x-opt-offset > ''"},
        {{.key = selector_key::enqueued_time, .number = 1445990400000},
         "amqp.annotation.x-opt-enqueued-time > 1445990400000"},
    };
    for (const auto& row : rows) {
        CHECK(written(row.s) == row.text);
        CHECK(support::every_capacity(bytes{row.text},
                                      [&](hubwire::buffer output) { return encode_selector(output, row.s); }) == "");
        const auto read = decode_selector(row.text);
        REQUIRE(read);
        CHECK(*read == row.s);
        CHECK(support::every_mutation(bytes{row.text}, [](bytes input) { return decode_selector(input.text()); }) ==
              "");
    }
}

TEST_CASE("nothing in an offset breaks out of its quotes") {
    for (const std::string_view offset : {"'", "1'", "1' OR '1'='1", "''", "it''s"}) {
        std::array<char, 200> memory;
        const selector s{.key = selector_key::offset, .offset = offset};
        CHECK(encode_selector(memory, s).error() == at(31));
        CHECK(as_filters(memory, s).error() == at(107));
    }
    CHECK(refusal("amqp.annotation.x-opt-offset > '1' OR '1'='1'") == at(31));
    CHECK(refusal("amqp.annotation.x-opt-offset > '1''2'") == at(31));
    CHECK(refusal("amqp.annotation.x-opt-offset > '''") == at(31));
    std::array<char, 200> memory;
    CHECK(encode_selector(memory, {.key = selector_key{3}}).error() == at(0));
}

TEST_CASE("values may be quoted or bare, and spaces may be many or none") {
    CHECK(*decode_selector("amqp.annotation.x-opt-sequence-number > '2995'") == after_2995);
    CHECK(*decode_selector("  amqp.annotation.x-opt-sequence-number>2995") == after_2995);
    CHECK(*decode_selector("amqp.annotation.x-opt-sequence-number   >   2995   ") == after_2995);
    CHECK(*decode_selector("amqp.annotation.x-opt-offset>=' a '  ") ==
          selector{.key = selector_key::offset, .inclusive = true, .offset = " a "});
}

TEST_CASE("what SDKs write is understood") {
    const auto offset = [](bool inclusive, std::string_view text) {
        return selector{.key = selector_key::offset, .inclusive = inclusive, .offset = text};
    };
    const selector since{.key = selector_key::enqueued_time, .number = 1518731960545};
    // for .NET
    CHECK(*decode_selector("amqp.annotation.x-opt-offset > -1") == offset(false, "-1"));
    CHECK(*decode_selector("amqp.annotation.x-opt-offset >= @latest ") == offset(true, "@latest"));
    CHECK(*decode_selector("amqp.annotation.x-opt-offset >51539607552") == offset(false, "51539607552"));
    CHECK(*decode_selector("amqp.annotation.x-opt-offset > aZ_0:9.x") == offset(false, "aZ_0:9.x"));
    // for C, and what az is extended with
    CHECK(*decode_selector("amqp.annotation.x-opt-enqueuedtimeutc > 1518731960545") == since);
    CHECK(*decode_selector("amqp.annotation.x-opt-enqueuedtimeutc > '1518731960545'") == since);
    // for Node, once
    CHECK(*decode_selector(R"(amqp.annotation.x-opt-enqueued-time > "1518731960545")") == since);
    CHECK(*decode_selector(R"(amqp.annotation.x-opt-offset > "-1")") == offset(false, "-1"));
    CHECK(*decode_selector(R"(amqp.annotation.x-opt-offset > "")") == offset(false, ""));
    CHECK(*decode_selector(R"(amqp.annotation.x-opt-offset > 'say "1"')") == offset(false, R"(say "1")"));

    for (const std::string_view text :
         {R"(amqp.annotation.x-opt-offset > "1"2")", R"(amqp.annotation.x-opt-offset > "1'2")",
          R"(amqp.annotation.x-opt-offset > "1')", R"(amqp.annotation.x-opt-offset > ")",
          R"(amqp.annotation.x-opt-offset > 1")", "amqp.annotation.x-opt-offset > 1 OR 1",
          "amqp.annotation.x-opt-offset > (1)", "amqp.annotation.x-opt-offset > 1=1"})
        CHECK(refusal(text) == at(31));
    CHECK(refusal("amqp.annotation.x-opt-enqueuedtime > 1") == at(16));
    CHECK(refusal(R"(amqp.annotation.x-opt-enqueuedtimeutc > "1x")") == at(42, errc::decimal_digit));
}

TEST_CASE("another expression is refused where it begins to be one") {
    CHECK(refusal("") == at(0));
    CHECK(refusal("  ") == at(2));
    CHECK(refusal("x-opt-offset > '1'") == at(0));
    CHECK(refusal("amqp.annotation.x-opt-partition > 1") == at(16));
    CHECK(refusal("amqp.annotation.x-opt-offset") == at(28));
    CHECK(refusal("amqp.annotation.x-opt-offset < '1'") == at(29));
    CHECK(refusal("amqp.annotation.x-opt-offset = '1'") == at(29));
    CHECK(refusal("amqp.annotation.x-opt-offset > '1") == at(31));
    CHECK(refusal("amqp.annotation.x-opt-offset > '") == at(31));
    CHECK(refusal("amqp.annotation.x-opt-offset >") == at(30));
    CHECK(refusal("amqp.annotation.x-opt-offset > = '1'") == at(31));
    CHECK(refusal("amqp.annotation.x-opt-sequence-number > ") == at(40, errc::decimal_digit));
    CHECK(refusal("amqp.annotation.x-opt-sequence-number > 1x") == at(41, errc::decimal_digit));
    CHECK(refusal("amqp.annotation.x-opt-sequence-number > '1x'") == at(42, errc::decimal_digit));
    CHECK(refusal("amqp.annotation.x-opt-sequence-number > '1") == at(40));
    CHECK(refusal("amqp.annotation.x-opt-sequence-number > 9223372036854775808") == at(58, errc::too_large));
}

TEST_CASE("the filters of a source") {
    std::array<char, 300> memory;
    const auto filters = as_filters(memory, after_2995);
    REQUIRE(filters);
    std::array<char, 200> wire_of;
    CHECK(*amqp::encode(wire_of, *filters) == bytes{filters_wire});
    CHECK(**selector_of(*filters) == after_2995);

    std::array<char, 300> frame;
    const auto source = amqp::encode(frame, amqp::source{.address = "p", .filter = *filters});
    REQUIRE(source);
    CHECK(**selector_of(*amqp::decode<amqp::source>(*source)->filter) == after_2995);

    CHECK(support::every_capacity(filters_wire, [](hubwire::buffer output) -> hubwire::result<bytes> {
              const auto again = as_filters(output, after_2995);
              if (!again) return again.error();
              return bytes{output.data(), filters_wire.size()};
          }) == "");
}

TEST_CASE("an offset may be long, and has to be a text") {
    for (const std::size_t size : {100u, 146u, 147u, 148u, 222u, 223u, 224u, 1000u}) {
        const std::string offset(size, 'o');
        const selector s{.key = selector_key::offset, .offset = offset};
        std::vector<char> memory(size + 200);
        const auto filters = as_filters(memory, s);
        REQUIRE(filters);
        CHECK(**selector_of(*filters) == s);
        std::vector<char> other(size + 200);
        const std::string expression = written(s);
        const amqp::value described[] = {selector_filter_name, expression};
        const amqp::entry entries[] = {{selector_filter_name, amqp::described{described}}};
        const auto expected = amqp::encode(other, amqp::filter_set{entries});
        REQUIRE(expected);
        CHECK(expected->text() == std::string_view{memory.data(), expected->size()});
    }
    std::array<char, 200> memory;
    CHECK(as_filters(memory, {.key = selector_key::offset, .offset = "\xff"}).error().code == errc::invalid_utf8);
}

TEST_CASE("other filters, and none") {
    CHECK(*selector_of({}) == std::nullopt);
    const amqp::value other[] = {amqp::symbol{"x"}, 1};
    const amqp::entry with_null[] = {{amqp::symbol{"other"}, amqp::described{other}}, {selector_filter_name, {}}};
    CHECK(*selector_of(amqp::map{with_null}) == std::nullopt);
    const amqp::entry bare[] = {{selector_filter_name, "amqp.annotation.x-opt-sequence-number > 2995"}};
    CHECK(**selector_of(amqp::map{bare}) == after_2995);
    const amqp::entry with_other[] = {{selector_filter_name, amqp::described{other}}};
    CHECK(selector_of(amqp::map{with_other}).error() == at(0));
    const amqp::entry number[] = {{selector_filter_name, 1}};
    CHECK(selector_of(amqp::map{number}).error() == at(0));
    const amqp::entry unknown[] = {{selector_filter_name, "amqp.annotation.x-opt-offset < 1"}};
    CHECK(selector_of(amqp::map{unknown}).error() == at(29));
}

TEST_CASE("selectors differ by what they are made of") {
    CHECK_FALSE(selector{.number = 1} == selector{.number = 2});
    CHECK_FALSE(selector{.offset = "1"} == selector{.offset = "2"});
    CHECK_FALSE(selector{.inclusive = true} == selector{});
}
