#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/own_stack.hpp"
#include "support/wire.hpp"

namespace amqp = hubwire::amqp;
using amqp::entry;
using amqp::symbol;
using amqp::type;
using amqp::value;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using support::be32;
using support::comes_back;
using support::decodes_to;
using support::encode_refusal;
using support::encodes_to;
using support::refusal;
using support::repeated;
using support::same_on_the_wire;
using support::wire;
using namespace std::literals;

namespace {

std::string byte(std::size_t number) { return std::string(1, static_cast<char>(static_cast<unsigned char>(number))); }

/// The binary that takes so many bytes, and its bytes; of 2 to 257.
std::string binary_of(std::size_t size) { return "\xa0" + byte(size - 2) + std::string(size - 2, 'b'); }

template <class T>
T decoded(bytes input, const amqp::options& rules = {}) {
    const auto answer = amqp::decode<T>(input, rules);
    REQUIRE(answer);
    return *answer;
}

/// A list, map, array or described value, so many levels deep, around a null.
std::string nested_lists(std::size_t depth) {
    std::string whole = "\x40";
    for (std::size_t i = 0; i != depth; ++i) whole = "\xd0" + be32(whole.size() + 4) + be32(1) + whole;
    return whole;
}
std::string nested_maps(std::size_t depth) {
    std::string whole = "\x40";
    for (std::size_t i = 0; i != depth; ++i) whole = "\xd1" + be32(whole.size() + 5) + be32(2) + "\x40" + whole;
    return whole;
}
std::string nested_map_keys(std::size_t depth) {
    std::string whole = "\x40";
    for (std::size_t i = 0; i != depth; ++i) whole = "\xd1" + be32(whole.size() + 5) + be32(2) + whole + "\x40";
    return whole;
}
std::string nested_arrays(std::size_t depth) {
    std::string element = be32(5) + be32(0) + "\x40";  // of no nulls
    for (std::size_t i = 1; i < depth; ++i) element = be32(element.size() + 5) + be32(1) + "\xf0" + element;
    return "\xf0" + element;
}
std::string nested_contents(std::size_t depth) { return repeated("\x00\x40"sv, depth) + "\x40"; }
std::string nested_descriptors(std::size_t depth) { return std::string(depth, '\0') + std::string(depth + 1, '\x40'); }
std::string array_of_nested_descriptors(std::size_t depth) {
    const std::string content = repeated("\x00\x40"sv, depth - 1) + "\x40";
    return "\xf0" + be32(content.size() + 4) + be32(3) + content;
}

/// All there is to read in a value: how many values, in whatever they are contained.
std::size_t count_all(const value& v) {
    std::size_t count = 1;
    if (const auto list = v.as<amqp::list>()) {
        for (const value item : *list) count += count_all(item);
    } else if (const auto map = v.as<amqp::map>()) {
        for (const entry e : *map) count += count_all(e.key) + count_all(e.value);
    } else if (const auto array = v.as<amqp::array>()) {
        if (array->size() > 10'000'000) return count;
        for (const value element : *array) count += count_all(element);
    } else if (const auto d = v.as<amqp::described>()) {
        count += count_all(d->descriptor()) + count_all(d->content());
    }
    return count;
}

constexpr value items[] = {1u, "two", symbol{"three"}, value{}, true};
constexpr entry entries[] = {{"a", 1u}, {symbol{"b"}, "two"}, {7u, value{}}};

constexpr bool lists_and_maps_at_compile_time() {
    constexpr auto expected = wire<"c1 08 04 a1 01 'a' 52 01 40 41">;
    const entry two[] = {{"a", 1u}, {value{}, true}};
    std::array<char, 64> memory{};
    const auto encoded = amqp::encode(memory, amqp::map{two});
    const auto back = amqp::decode<amqp::map>(*encoded);
    return *encoded == bytes{expected} && *back == amqp::map{two} && *back->get<std::uint32_t>("a") == 1;
}
static_assert(lists_and_maps_at_compile_time());
static_assert(amqp::decode<value>(wire<"c1 02 01 40">).error().code == errc::amqp_odd_map);

}  // namespace

// ---------------------------------------------------------------------------------------------------------------------
// Lists

TEST_CASE("a list has values of any types, in their order [AMQP 1.6.22]") {
    CHECK(same_on_the_wire(amqp::list{items}, wire<"c0 11 05 52 01 a1 03 'two' a3 05 'three' 40 41">) == "");
    CHECK(decodes_to(amqp::list{items}, wire<"d0 00000014 00000005 52 01 a1 03 'two' a3 05 'three' 40 41">) == "");
    const auto l = decoded<amqp::list>(wire<"c0 11 05 52 01 a1 03 'two' a3 05 'three' 40 41">);
    CHECK(l.size() == 5);
    std::vector<type> types;
    for (const value item : l) types.push_back(item.type());
    CHECK(types == std::vector{type::uint, type::string, type::symbol, type::null, type::boolean});
    auto at = l.begin();
    CHECK(at->integer() == 1);
    CHECK(at++->integer() == 1);
    CHECK(at->text() == "two");
    CHECK((*++at).text() == "three");
}

TEST_CASE("an empty list is the same in each of its encodings, and sent in one byte [AMQP 1.6.22]") {
    CHECK(same_on_the_wire(amqp::list{}, wire<"45">) == "");
    CHECK(decodes_to(amqp::list{}, wire<"c0 01 00">) == "");
    CHECK(decodes_to(amqp::list{}, wire<"d0 00000004 00000000">) == "");
    for (const std::string_view empty : {"\x45"sv, "\xc0\1\0"sv, "\xd0\0\0\0\4\0\0\0\0"sv}) {
        const auto l = decoded<amqp::list>(empty);
        CHECK(l.empty());
        CHECK(l.begin() == l.end());
        CHECK(encodes_to(l, wire<"45">) == "");
    }
    CHECK(refusal<amqp::list>(wire<"40">) == error{.code = errc::amqp_type, .offset = 0});
}

TEST_CASE("the size of a list includes its count: list8 holds at most 254 bytes of items [AMQP 1.2]") {
    for (const std::size_t size : {253u, 254u, 255u, 256u}) {
        const std::string content = binary_of(size);
        const value item[] = {bytes{content}.without_first(2)};
        const std::string head = size <= 254 ? "\xc0" + byte(size + 1) + "\1" : "\xd0" + be32(size + 4) + be32(1);
        INFO(size);
        CHECK(encodes_to(amqp::list{item}, head + content) == "");
        CHECK(decoded<amqp::list>(head + content) == amqp::list{item});
        CHECK(decoded<amqp::list>("\xd0" + be32(size + 4) + be32(1) + content) == amqp::list{item});
        // From the wire, it is sent in the smallest form as well.
        CHECK(encodes_to(decoded<amqp::list>("\xd0" + be32(size + 4) + be32(1) + content), head + content) == "");
    }
    // 255 with its count would be 256, which another implementation writes as 0.
    CHECK(refusal<value>("\xc0" + byte(0) + "\1" + binary_of(255)) == error{.code = errc::amqp_size, .offset = 1});
}

TEST_CASE("up to 254 items of one byte fit list8, as many as it has room for [AMQP 1.2]") {
    for (const std::size_t count : {253u, 254u, 255u, 256u}) {
        const std::vector<value> nulls(count);
        const std::string content(count, '\x40');
        const std::string head =
            count <= 254 ? "\xc0" + byte(count + 1) + byte(count) : "\xd0" + be32(count + 4) + be32(count);
        INFO(count);
        CHECK(encodes_to(amqp::list{nulls}, head + content) == "");
        CHECK(decoded<amqp::list>(head + content) == amqp::list{nulls});
    }
}

TEST_CASE("lists within lists, of which the outer ones turn out to be large [AMQP 1.6.22]") {
    const std::string text(251, 't');
    const value innermost[] = {std::string_view{text}};
    const value middle[] = {amqp::list{innermost}, 1u};
    const value outer[] = {amqp::list{middle}, amqp::list{innermost}};
    const std::string inner_wire = "\xc0\xfe\1\xa1\xfb" + text;  // 256 bytes
    const std::string middle_wire = "\xd0" + be32(256 + 2 + 4) + be32(2) + inner_wire + "\x52\1";
    const std::string outer_wire =
        "\xd0" + be32(middle_wire.size() + inner_wire.size() + 4) + be32(2) + middle_wire + inner_wire;
    CHECK(encodes_to(amqp::list{outer}, outer_wire) == "");
    CHECK(decoded<amqp::list>(outer_wire) == amqp::list{outer});
}

// ---------------------------------------------------------------------------------------------------------------------
// Sizes and counts

TEST_CASE("a size too small for the count that it includes is refused [AMQP 1.2]") {
    CHECK(refusal<value>(wire<"c0 00 00">) == error{.code = errc::amqp_size, .offset = 1});
    CHECK(refusal<value>(wire<"c1 00 00">) == error{.code = errc::amqp_size, .offset = 1});
    CHECK(refusal<value>(wire<"e0 00 00 40">) == error{.code = errc::amqp_size, .offset = 1});
    for (const unsigned size : {0u, 1u, 3u}) {
        CHECK(refusal<value>("\xd0" + be32(size) + be32(0)) == error{.code = errc::amqp_size, .offset = 1});
        CHECK(refusal<value>("\xd1" + be32(size) + be32(0)) == error{.code = errc::amqp_size, .offset = 1});
        CHECK(refusal<value>("\xf0" + be32(size) + be32(0) + "\x40") == error{.code = errc::amqp_size, .offset = 1});
    }
}

TEST_CASE("a size is checked against the end of what contains it, not only that of the input [AMQP 1.2]") {
    // The bytes are there, but do not belong to it.
    CHECK(refusal<value>(wire<"c0 05 01 c0 04 01 40 40 40">).code == errc::truncated);
    CHECK(refusal<value>(wire<"c0 04 01 a1 02 'x' 'y'">).code == errc::truncated);
    CHECK(refusal<value>(wire<"c1 04 02 40 b0 00000001 00">).code == errc::truncated);
    CHECK(refusal<value>(wire<"c0 03 01 70 00 00 00 01">).code == errc::truncated);
    CHECK(refusal<value>(wire<"e0 04 01 a0 05 'abcde'">).code == errc::truncated);
    CHECK(refusal<value>(wire<"c0 06 01 e0 05 01 50 01 40">).code == errc::truncated);
    CHECK(refusal<value>(wire<"c0 02 01 00 40 40">).code == errc::truncated);
    CHECK(refusal<value>(wire<"c0 06 01 d0 ffffffff 00000000">).code == errc::truncated);
    // A contradiction is one as soon as it is seen, even if not all of the outer list is there yet.
    CHECK(refusal<value>(wire<"c0 20 02 c0 40">).code == errc::incomplete);
    CHECK(refusal<value>(wire<"c0 20 02 c0 40 01">).code == errc::truncated);
}

TEST_CASE("as many items as the count says, no more and no fewer [AMQP 1.2]") {
    CHECK(refusal<value>(wire<"c0 03 03 40 40">) == error{.code = errc::amqp_count, .offset = 3});  // more than can be
    CHECK(refusal<value>(wire<"c0 04 02 52 01 40 40">).code == errc::leftover);
    CHECK(refusal<value>(wire<"c0 03 01 40 40">) == error{.code = errc::leftover, .offset = 4});
    CHECK(refusal<value>(wire<"c0 03 02 52 01">).code == errc::truncated);
    CHECK(refusal<value>(wire<"c0 02 00 40">) == error{.code = errc::leftover, .offset = 3});
    CHECK(refusal<value>(wire<"c1 03 00 40 40">).code == errc::leftover);
    CHECK(refusal<value>(wire<"c1 05 02 40 40 40 40">).code == errc::leftover);
    CHECK(refusal<value>(wire<"c1 03 04 40 40">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"d0 00000005 ffffffff 40">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"d1 00000006 fffffffe 40 40">).code == errc::amqp_count);
    // At once, and not after four billion items, or once they are there.
    CHECK(refusal<value>(wire<"d0 00000010 ffffffff">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"c0 01 01">).code == errc::amqp_count);
}

TEST_CASE("what is left over within a list is not read as what follows it [AMQP 1.2]") {
    // A parser that believes the count reads [null], then true; one that believes the size reads [null].
    CHECK(refusal<value>(wire<"c0 06 02 c0 03 01 40 41">).code == errc::leftover);
    CHECK(refusal<value>(wire<"c0 07 01 c1 04 02 40 40 41">).code == errc::leftover);
    CHECK(refusal<value>(wire<"c0 07 01 e0 04 01 50 01 02">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"c0 08 01 e0 05 01 a0 01 01 02">).code == errc::leftover);
}

// ---------------------------------------------------------------------------------------------------------------------
// Maps

TEST_CASE("a map has keys and values of any types, in the order of the sender [AMQP 1.6.23]") {
    constexpr auto small = wire<"c1 11 06 a1 01 'a' 52 01 a3 01 'b' a1 03 'two' 52 07 40">;
    CHECK(same_on_the_wire(amqp::map{entries}, small) == "");
    CHECK(decodes_to(amqp::map{entries}, wire<"d1 00000014 00000006 a1 01 'a' 52 01 a3 01 'b' a1 03 'two' 52 07 40">) ==
          "");
    CHECK(decoded<amqp::map>(small).size() == 3);
    // Keys that are a list, a map, an array, a described value, and a NaN
    CHECK(comes_back(wire<"c1 1d 0a c0 02 01 40 41 c1 01 00 41 e0 02 00 40 41 00 40 40 41 82 7ff8000000000001 41">) ==
          "");
}

TEST_CASE("an empty map is not an absent one [AMQP 1.6.23]") {
    CHECK(same_on_the_wire(amqp::map{}, wire<"c1 01 00">) == "");
    CHECK(decodes_to(amqp::map{}, wire<"d1 00000004 00000000">) == "");
    CHECK(amqp::map{}.begin() == amqp::map{}.end());
    CHECK_FALSE(decoded<value>(wire<"c1 01 00">).is_null());
}

TEST_CASE("a key without a value is refused [AMQP 1.6.23]") {
    CHECK(refusal<value>(wire<"c1 02 01 40">) == error{.code = errc::amqp_odd_map, .offset = 2});
    CHECK(refusal<amqp::map>(wire<"c1 04 03 40 40 40">) == error{.code = errc::amqp_odd_map, .offset = 2});
    CHECK(refusal<value>(wire<"d1 00000007 00000003 40 40 40">) == error{.code = errc::amqp_odd_map, .offset = 5});
    CHECK(refusal<value>(wire<"d1 00000006 ffffffff 40 40">).code == errc::amqp_odd_map);
}

TEST_CASE("the size of a map includes its count: map8 holds at most 254 bytes of entries [AMQP 1.2]") {
    for (const std::size_t size : {253u, 254u, 255u, 256u}) {
        const std::string content = binary_of(size - 1);
        const entry e[] = {{true, bytes{content}.without_first(2)}};
        const std::string head = size <= 254 ? "\xc1" + byte(size + 1) + "\2" : "\xd1" + be32(size + 4) + be32(2);
        INFO(size);
        CHECK(encodes_to(amqp::map{e}, head + "\x41" + content) == "");
        CHECK(decoded<amqp::map>(head + "\x41" + content) == amqp::map{e});
        CHECK(encodes_to(decoded<amqp::map>("\xd1" + be32(size + 4) + be32(2) + "\x41" + content),
                         head + "\x41" + content) == "");
    }
    for (const std::size_t count : {126u, 127u, 128u}) {  // entries of two bytes
        const std::vector<entry> nulls(count);
        const std::string content(2 * count, '\x40');
        const std::string head = count <= 127 ? "\xc1" + byte(2 * count + 1) + byte(2 * count)
                                              : "\xd1" + be32(2 * count + 4) + be32(2 * count);
        INFO(count);
        CHECK(encodes_to(amqp::map{nulls}, head + content) == "");
        CHECK(decoded<amqp::map>(head + content) == amqp::map{nulls});
    }
}

TEST_CASE("a value is found by the text of its key, be that a string or a symbol") {
    const auto m = decoded<amqp::map>(wire<"c1 12 08 52 01 42 a1 01 'a' 52 01 a3 01 'b' 52 02 a3 01 'a' 40">);
    CHECK(m.find("a") == value{1u});  // the first of its name
    CHECK(m.find("b") == value{2u});
    CHECK(m.find("c") == std::nullopt);
    CHECK(m.find("") == std::nullopt);
    CHECK(m.find(symbol{"a"}) == value{});  // the first of this type and name
    CHECK(m.find(value{"a"}) == value{1u});
    CHECK(m.find(value{1u}) == value{false});
    CHECK(m.find(value{1}) == std::nullopt);
    CHECK(m.get<std::uint32_t>("a") == 1u);
    CHECK(m.get<std::int32_t>("a") == std::nullopt);
    CHECK(m.get<std::uint32_t>("c") == std::nullopt);
    CHECK(amqp::map{entries}.find("b") == value{"two"});
    CHECK(amqp::map{}.find("b") == std::nullopt);

    // Behind keys that are no texts, and a described one; in the wide encodings; with values of all widths.
    const auto odd = decoded<amqp::map>(
        wire<"c1 31 0a 43 a1 01 'a' 00 a3 01 'd' 40 71 00 00 00 05 b1 00 00 00 01 'a' 80 00 00 00 00 00 00 00 09 "
             "b3 00 00 00 01 'b' c0 03 01 52 07 a1 01 'c' b0 00 00 00 00">);
    CHECK(odd.find("a") == value{std::uint64_t{9}});
    CHECK(odd.find("b")->as<amqp::list>()->size() == 1);
    CHECK(odd.find("c") == value{bytes{}});
    CHECK(odd.find("d") == std::nullopt);
}

TEST_CASE("a key may be there twice, and entries keep their order [AMQP 1.6.23]") {
    constexpr entry forwards[] = {{"k", true}, {"k", false}};
    constexpr entry backwards[] = {{"k", false}, {"k", true}};
    CHECK(same_on_the_wire(amqp::map{forwards}, wire<"c1 09 04 a1 01 'k' 41 a1 01 'k' 42">) == "");
    const auto m = decoded<amqp::map>(wire<"c1 09 04 a1 01 'k' 41 a1 01 'k' 42">);
    CHECK(m == amqp::map{forwards});
    CHECK_FALSE(m == amqp::map{backwards});
    CHECK(m.get<bool>("k") == true);
    std::vector<bool> seen;
    for (const entry e : m) seen.push_back(*e.value.as<bool>());
    CHECK(seen == std::vector{true, false});
}

TEST_CASE("maps for fields have symbols as keys, unless an option relaxes it [AMQP 2.8.13]") {
    constexpr entry by_symbol[] = {{symbol{"k"}, 1u}};
    constexpr entry by_string[] = {{"k", 1u}};
    constexpr auto symbol_key = wire<"c1 06 02 a3 01 'k' 52 01">;
    constexpr auto string_key = wire<"c1 06 02 a1 01 'k' 52 01">;
    constexpr amqp::options relaxed{.any_key = true};
    CHECK(same_on_the_wire(amqp::fields{by_symbol}, symbol_key) == "");
    CHECK(refusal<amqp::fields>(string_key) == error{.code = errc::amqp_key, .offset = 3});
    CHECK(refusal<amqp::fields>(wire<"c1 05 02 53 01 52 01">).code == errc::amqp_key);
    CHECK(refusal<amqp::fields>(wire<"c1 04 02 40 52 01">).code == errc::amqp_key);
    CHECK(encode_refusal(amqp::fields{by_string}) == error{.code = errc::amqp_key, .offset = 3});
    CHECK(same_on_the_wire(amqp::fields{by_string}, string_key, relaxed) == "");
    // The second key counts as well; keys of what the values contain do not.
    CHECK(refusal<amqp::fields>(wire<"c1 09 04 a3 01 'k' 40 a1 01 'k' 40">) ==
          error{.code = errc::amqp_key, .offset = 7});
    CHECK(refusal<amqp::fields>(wire<"c1 09 02 a3 01 'k' c1 03 02 41 40">).code == errc::none);
    // A view of an unrestricted map is looked through again before it is sent as one that is.
    CHECK(encode_refusal(amqp::fields{decoded<amqp::map>(string_key)}).code == errc::amqp_key);
    CHECK(encodes_to(amqp::fields{decoded<amqp::map>(string_key)}, string_key, relaxed) == "");
    CHECK(encodes_to(amqp::fields{decoded<amqp::map>(symbol_key)}, symbol_key) == "");
}

TEST_CASE("filters are symbols, each with a described value or null [AMQP 3.5.8]") {
    constexpr auto good = wire<"c1 0c 04 a3 01 'f' 00 44 a1 00 a3 01 'g' 40">;
    constexpr value filter_pair[] = {std::uint64_t{0}, ""};
    const entry filters[] = {{symbol{"f"}, amqp::described{filter_pair}}, {symbol{"g"}, value{}}};
    CHECK(same_on_the_wire(amqp::filter_set{filters}, good) == "");
    CHECK(refusal<amqp::filter_set>(wire<"c1 06 02 a3 01 'f' 52 01">) ==
          error{.code = errc::amqp_map_value, .offset = 6});
    CHECK(refusal<amqp::filter_set>(wire<"c1 05 02 a1 01 'f' 40">).code == errc::amqp_key);
    CHECK(refusal<amqp::filter_set>(wire<"c1 05 02 a3 01 'f' 46">).code == errc::amqp_format_code);
    constexpr entry plain[] = {{symbol{"f"}, "text"}};
    CHECK(encode_refusal(amqp::filter_set{plain}) == error{.code = errc::amqp_map_value, .offset = 3});
    CHECK(same_on_the_wire(amqp::filter_set{plain}, wire<"c1 0a 02 a3 01 'f' a1 04 'text'">, {.any_property = true}) ==
          "");
}

TEST_CASE("annotations are named by symbols or ulongs [AMQP 3.2.10]") {
    constexpr entry both[] = {{symbol{"x-opt"}, 1u}, {std::uint64_t{7}, "v"}};
    CHECK(same_on_the_wire(amqp::annotations{both}, wire<"c1 0f 04 a3 05 'x-opt' 52 01 53 07 a1 01 'v'">) == "");
    CHECK(refusal<amqp::annotations>(wire<"c1 05 02 a1 01 'k' 40">) == error{.code = errc::amqp_key, .offset = 3});
    CHECK(refusal<amqp::annotations>(wire<"c1 04 02 52 01 40">).code == errc::amqp_key);
    CHECK(decoded<amqp::annotations>(wire<"c1 05 02 a1 01 'k' 40">, {.any_key = true}).find("k") == value{});
    constexpr entry by_uint[] = {{1u, 1u}};
    CHECK(encode_refusal(amqp::annotations{by_uint}).code == errc::amqp_key);
}

TEST_CASE("application properties are named by strings, and are no lists, maps or arrays [AMQP 3.2.5]") {
    constexpr value pair[] = {symbol{"d"}, 1u};
    const entry simple[] = {{"k", 1u}, {"l", value{}}, {"m", amqp::described{pair}}};
    constexpr auto simple_wire = wire<"c1 13 06 a1 01 'k' 52 01 a1 01 'l' 40 a1 01 'm' 00 a3 01 'd' 52 01">;
    constexpr amqp::options relaxed{.any_property = true};
    CHECK(same_on_the_wire(amqp::application_properties{simple}, simple_wire) == "");
    CHECK(refusal<amqp::application_properties>(wire<"c1 05 02 a3 01 'k' 40">) ==
          error{.code = errc::amqp_key, .offset = 3});
    CHECK(refusal<amqp::application_properties>(wire<"c1 05 02 a1 01 'k' 45">) ==
          error{.code = errc::amqp_map_value, .offset = 6});
    CHECK(refusal<amqp::application_properties>(wire<"c1 07 02 a1 01 'k' c0 01 00">).code == errc::amqp_map_value);
    CHECK(refusal<amqp::application_properties>(wire<"c1 07 02 a1 01 'k' c1 01 00">).code == errc::amqp_map_value);
    CHECK(refusal<amqp::application_properties>(wire<"c1 08 02 a1 01 'k' e0 02 00 40">).code == errc::amqp_map_value);
    const entry structured[] = {{"k", amqp::list{items}}};
    CHECK(encode_refusal(amqp::application_properties{structured}).code == errc::amqp_map_value);
    CHECK(same_on_the_wire(amqp::application_properties{structured},
                           wire<"c1 17 02 a1 01 'k' c0 11 05 52 01 a1 03 'two' a3 05 'three' 40 41">, relaxed) == "");
    CHECK(decoded<amqp::application_properties>(wire<"c1 05 02 a3 01 'k' 40">, {.any_key = true}).size() == 1);
}

// ---------------------------------------------------------------------------------------------------------------------
// Arrays

TEST_CASE("an array has one constructor, and the elements behind it, of every type [AMQP 1.6.24]") {
    constexpr std::pair<bytes, type> arrays[] = {
        {bytes{wire<"e0 02 03 40">}, type::null},
        {bytes{wire<"e0 02 03 41">}, type::boolean},
        {bytes{wire<"e0 02 03 42">}, type::boolean},
        {bytes{wire<"e0 04 02 56 00 01">}, type::boolean},
        {bytes{wire<"e0 04 02 50 00 ff">}, type::ubyte},
        {bytes{wire<"e0 06 02 60 0001 ffff">}, type::ushort},
        {bytes{wire<"e0 02 02 43">}, type::uint},
        {bytes{wire<"e0 04 02 52 00 ff">}, type::uint},
        {bytes{wire<"e0 0a 02 70 00000000 ffffffff">}, type::uint},
        {bytes{wire<"e0 02 02 44">}, type::ulong},
        {bytes{wire<"e0 04 02 53 00 ff">}, type::ulong},
        {bytes{wire<"e0 0a 01 80 0000000000000001">}, type::ulong},
        {bytes{wire<"e0 04 02 51 00 ff">}, type::byte},
        {bytes{wire<"e0 06 02 61 0001 ffff">}, type::short_},
        {bytes{wire<"e0 04 02 54 00 ff">}, type::int_},
        {bytes{wire<"e0 0a 02 71 00000000 ffffffff">}, type::int_},
        {bytes{wire<"e0 04 02 55 00 ff">}, type::long_},
        {bytes{wire<"e0 0a 01 81 0000000000000001">}, type::long_},
        {bytes{wire<"e0 0a 02 72 3f800000 7f800001">}, type::float_},
        {bytes{wire<"e0 0a 01 82 7ff0000000000001">}, type::double_},
        {bytes{wire<"e0 06 01 74 22500001">}, type::decimal32},
        {bytes{wire<"e0 0a 01 84 7c00000000000001">}, type::decimal64},
        {bytes{wire<"e0 12 01 94 000102030405060708090a0b0c0d0e0f">}, type::decimal128},
        {bytes{wire<"e0 0a 02 73 00000041 0010ffff">}, type::char_},
        {bytes{wire<"e0 0a 01 83 ffffffffffffffff">}, type::timestamp},
        {bytes{wire<"e0 12 01 98 000102030405060708090a0b0c0d0e0f">}, type::uuid},
        {bytes{wire<"e0 06 03 a0 00 01 ff 00">}, type::binary},
        {bytes{wire<"e0 0a 02 b0 00000000 00000000">}, type::binary},
        {bytes{wire<"e0 05 02 a1 01 'a' 00">}, type::string},
        {bytes{wire<"e0 07 01 b1 00000001 'a'">}, type::string},
        {bytes{wire<"e0 05 02 a3 01 'a' 00">}, type::symbol},
        {bytes{wire<"e0 07 01 b3 00000001 'a'">}, type::symbol},
        {bytes{wire<"e0 02 05 45">}, type::list},
        {bytes{wire<"e0 07 02 c0 01 00 02 01 41">}, type::list},
        {bytes{wire<"e0 0b 01 d0 00000005 00000001 41">}, type::list},
        {bytes{wire<"e0 08 02 c1 01 00 03 02 40 40">}, type::map},
        {bytes{wire<"e0 0a 01 d1 00000004 00000000">}, type::map},
        {bytes{wire<"e0 09 02 e0 02 03 41 03 01 50 07">}, type::array},
        {bytes{wire<"e0 0b 01 f0 00000005 ffffffff 41">}, type::array},
        {bytes{wire<"e0 07 02 00 53 01 50 07 08">}, type::described},
    };
    for (const auto& [input, of] : arrays) {
        INFO(support::detail::hex(input));
        CHECK(comes_back(input) == "");
        const auto a = decoded<amqp::array>(input);
        CHECK(a.element_type() == of);
        CHECK(a.size() == input[2]);
        std::size_t count = 0;
        for (const value element : a) {
            CHECK(element.type() == of);
            ++count;
        }
        CHECK(count == a.size());
        // The same in the wide form, which is sent as the narrow one.
        const std::string wide = "\xf0" + be32(input[1] + 3u) + be32(input[2]) + std::string{input.text().substr(3)};
        CHECK(decodes_to(a, wide) == "");
        CHECK(encodes_to(decoded<amqp::array>(wide), input) == "");
    }
}

TEST_CASE("elements of arrays are read as values are [AMQP 1.6.24]") {
    const auto numbers = decoded<amqp::array>(wire<"e0 0a 02 70 00000001 ffffffff">);
    auto at = numbers.begin();
    CHECK(*at == value{1u});
    CHECK(*at++ == value{1u});
    CHECK(*at == value{4294967295u});
    CHECK(++at == numbers.end());
    const auto truths = decoded<amqp::array>(wire<"e0 04 02 56 01 00">);
    CHECK(*truths.begin() == value{true});
    const auto texts = decoded<amqp::array>(wire<"e0 0a 02 a3 03 'one' 03 'two'">);
    CHECK(*++texts.begin() == value{symbol{"two"}});
    const auto lists = decoded<amqp::array>(wire<"e0 07 02 c0 01 00 02 01 41">);
    CHECK((*lists.begin()).as<amqp::list>()->empty());
    CHECK(*(*++lists.begin()).as<amqp::list>()->begin() == value{true});
}

TEST_CASE("an array that was not received or built is one of no nulls [AMQP 1.6.24]") {
    CHECK(encodes_to(amqp::array{}, wire<"e0 02 00 40">) == "");
    CHECK(amqp::array{}.element_type() == type::null);
    CHECK(amqp::array{}.empty());
    CHECK(amqp::array{}.begin() == amqp::array{}.end());
    CHECK(decoded<amqp::array>(wire<"e0 02 00 40">) == amqp::array{});
    CHECK(decoded<amqp::array>(wire<"e0 02 00 a3">).element_type() == type::symbol);
    CHECK_FALSE(decoded<amqp::array>(wire<"e0 02 00 a3">) == amqp::array{});
    CHECK(comes_back(wire<"e0 02 00 a3">) == "");
}

TEST_CASE("elements are checked, each of them [AMQP 1.6.24]") {
    CHECK(refusal<value>(wire<"e0 05 03 56 00 01 02">) == error{.code = errc::amqp_boolean, .offset = 6});
    CHECK(refusal<value>(wire<"e0 0a 02 73 00000041 0000d800">) == error{.code = errc::amqp_char, .offset = 8});
    CHECK(refusal<value>(wire<"e0 05 02 a1 01 'a' ff">).code == errc::truncated);
    CHECK(refusal<value>(wire<"e0 05 02 a1 00 01 ff">) == error{.code = errc::invalid_utf8, .offset = 6});
    CHECK(refusal<value>(wire<"e0 05 02 a3 00 01 80">) == error{.code = errc::amqp_symbol, .offset = 6});
    CHECK(refusal<value>(wire<"e0 05 01 c1 02 01 40">).code == errc::amqp_odd_map);
    CHECK(refusal<value>(wire<"e0 05 01 c0 02 01 46">).code == errc::amqp_format_code);
    CHECK(refusal<value>(wire<"e0 02 00 46">) == error{.code = errc::amqp_format_code, .offset = 3});
    CHECK(refusal<value>(wire<"e0 01 00">).code == errc::truncated);  // without a constructor
    CHECK(refusal<value>(wire<"f0 00000004 00000000">).code == errc::truncated);
}

TEST_CASE("elements of one width fill an array exactly [AMQP 1.6.24]") {
    CHECK(refusal<value>(wire<"e0 04 03 50 00 00">) == error{.code = errc::amqp_count, .offset = 4});
    CHECK(refusal<value>(wire<"e0 04 01 50 00 00">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"e0 05 01 60 0000 00">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"e0 05 01 70 000000">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"e0 11 01 98 000102030405060708090a0b0c0d0e">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"e0 13 01 98 000102030405060708090a0b0c0d0e0f00">).code == errc::amqp_count);
    // A count whose product with the width does not fit 32 bits
    CHECK(refusal<value>(wire<"f0 00000005 40000000 70">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"f0 00000005 20000000 80">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"f0 00000005 10000000 98">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"f0 00000009 40000001 70 00000000">).code == errc::amqp_count);
    // Those with a size of their own
    CHECK(refusal<value>(wire<"e0 03 02 a0 00">).code == errc::amqp_count);
    CHECK(refusal<value>(wire<"e0 04 01 a0 00 00">).code == errc::leftover);
    CHECK(refusal<value>(wire<"f0 00000006 ffffffff a0 00">).code == errc::amqp_count);
    // At once, and not when all of them are there
    CHECK(refusal<value>(wire<"f0 00010005 00010001 50">).code == errc::amqp_count);
}

TEST_CASE("four billion elements without a width cost nothing [AMQP 1.6.24]") {
    for (const char code : "\x40\x41\x42\x43\x44\x45"sv) {
        for (const std::uint64_t count : {3ull, 65'536ull, 2'147'483'647ull, 2'147'483'648ull, 4'294'967'295ull}) {
            const std::string input = "\xf0" + be32(5) + be32(count) + code;
            INFO(support::detail::hex(input));
            const auto a = amqp::decode<amqp::array>(input);
            REQUIRE(a);
            CHECK(a->size() == count);
            CHECK(*a == decoded<amqp::array>(input));
            CHECK_FALSE(*a == decoded<amqp::array>("\xf0" + be32(5) + be32(count - 1) + code));
            auto at = a->begin();
            const value first = *at;
            CHECK(first == *++at);
            if (count > 255) CHECK(encodes_to(*a, input) == "");
            // Where they would take room, there is none for them.
            CHECK(refusal<value>("\xf0" + be32(6) + be32(count) + code + code).code == errc::amqp_count);
        }
        // As values are, they are equal in whatever encoding they come.
        const std::string described = "\xf0"s + be32(8) + be32(4'294'967'295) + "\0\x53\1"s + code;
        CHECK(decoded<amqp::array>(described).size() == 4'294'967'295);
        CHECK(decoded<amqp::array>(described) ==
              decoded<amqp::array>("\xf0"s + be32(15) + be32(4'294'967'295) + "\0\x80\0\0\0\0\0\0\0\1"s + code));
    }
    CHECK_FALSE(decoded<amqp::array>("\xf0" + be32(5) + be32(4'294'967'295) + "\x41") ==
                decoded<amqp::array>("\xf0" + be32(5) + be32(4'294'967'295) + "\x42"));
}

TEST_CASE("arrays of four billion elements are counted by those who go through them, and by nobody else") {
    // 200 of them among the entries of a map, in a list, and in an array
    const std::string huge = "\xf0" + be32(5) + be32(4'294'967'295) + "\x45";
    const std::string in_a_list = repeated(huge, 200);
    CHECK(decoded<amqp::list>("\xd0" + be32(in_a_list.size() + 4) + be32(200) + in_a_list).size() == 200);
    const std::string in_an_array = repeated(bytes{huge}.without_first(1), 200);
    const std::string whole = "\xf0" + be32(in_an_array.size() + 5) + be32(200) + "\xf0" + in_an_array;
    const auto a = decoded<amqp::array>(whole);
    CHECK(a.size() == 200);
    CHECK((*a.begin()).as<amqp::array>()->size() == 4'294'967'295);
}

TEST_CASE("the size of an array includes its count and its constructor: array8 holds 254 bytes [AMQP 1.2]") {
    for (const std::size_t size : {253u, 254u, 255u, 256u}) {
        const std::string content = "\x50" + std::string(size - 1, '\7');
        const std::string wide = "\xf0" + be32(size + 4) + be32(size - 1) + content;
        const std::string small = size <= 254 ? "\xe0" + byte(size + 1) + byte(size - 1) + content : wide;
        INFO(size);
        CHECK(decoded<amqp::array>(small) == decoded<amqp::array>(wide));
        CHECK(encodes_to(decoded<amqp::array>(wide), small) == "");
    }
    for (const std::size_t count : {254u, 255u, 256u}) {
        const std::string wide = "\xf0" + be32(5) + be32(count) + "\x43";
        const std::string small = count <= 255 ? "\xe0\2" + byte(count) + "\x43" : wide;
        INFO(count);
        CHECK(decoded<amqp::array>(small).size() == count);
        CHECK(encodes_to(decoded<amqp::array>(wide), small) == "");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Described values

TEST_CASE("a descriptor is any value, and both it and the content stay as they came [AMQP 1.2]") {
    const std::pair<bytes, value> all[] = {
        {bytes{wire<"00 44 40">}, std::uint64_t{0}},
        {bytes{wire<"00 53 10 40">}, std::uint64_t{0x10}},
        {bytes{wire<"00 80 0000000000000010 40">}, std::uint64_t{0x10}},
        {bytes{wire<"00 80 00000137000000 0a 40">}, std::uint64_t{0x0000'0137'0000'000a}},
        {bytes{wire<"00 a3 03 'a:b' 40">}, symbol{"a:b"}},
        {bytes{wire<"00 b3 00000003 'a:b' 40">}, symbol{"a:b"}},
        {bytes{wire<"00 52 10 40">}, 0x10u},
        {bytes{wire<"00 a1 03 'a:b' 40">}, "a:b"},
        {bytes{wire<"00 40 40">}, value{}},
        {bytes{wire<"00 45 40">}, amqp::list{}},
    };
    for (const auto& [input, descriptor] : all) {
        INFO(support::detail::hex(input));
        CHECK(comes_back(input) == "");
        const auto d = decoded<amqp::described>(input);
        CHECK(d.descriptor() == descriptor);
        CHECK(d.content().is_null());
        const value pair[] = {descriptor, value{}};
        CHECK(d == amqp::described{pair});
    }
}

TEST_CASE("the content of a described value is any value, in any encoding, and is sent as it came [AMQP 1.2]") {
    for (const bytes input : {
             bytes{wire<"00 53 01 41">},
             bytes{wire<"00 53 01 56 01">},
             bytes{wire<"00 53 01 70 00000001">},
             bytes{wire<"00 53 01 81 0000000000000001">},
             bytes{wire<"00 53 01 b1 00000001 'x'">},
             bytes{wire<"00 53 01 d0 00000004 00000000">},
             bytes{wire<"00 53 01 c0 03 01 56 01">},
             bytes{wire<"00 53 01 d1 00000006 00000002 40 40">},
             bytes{wire<"00 53 01 f0 00000006 00000001 50 07">},
             bytes{wire<"00 53 01 98 00112233445566778899aabbccddeeff">},
         }) {
        INFO(support::detail::hex(input));
        CHECK(comes_back(input) == "");
        CHECK(decoded<amqp::described>(input).content() == decoded<value>(input.without_first(3)));
    }
    constexpr value pair[] = {symbol{"d"}, "text"};
    CHECK(same_on_the_wire(amqp::described{pair}, wire<"00 a3 01 'd' a1 04 'text'">) == "");
}

TEST_CASE("described values nest, in descriptors as well as in contents [AMQP 1.2]") {
    constexpr auto in_content = wire<"00 53 01 00 53 02 00 53 03 a1 01 'x'">;
    CHECK(comes_back(in_content) == "");
    const auto outer = decoded<amqp::described>(in_content);
    CHECK(outer.descriptor() == value{std::uint64_t{1}});
    const auto middle = outer.content().as<amqp::described>();
    REQUIRE(middle);
    CHECK(middle->descriptor() == value{std::uint64_t{2}});
    const auto inner = middle->content().as<amqp::described>();
    REQUIRE(inner);
    CHECK(inner->descriptor() == value{std::uint64_t{3}});
    CHECK(inner->content() == value{"x"});
    CHECK(encodes_to(*middle, bytes{in_content}.without_first(3)) == "");

    constexpr auto in_descriptor = wire<"00 00 53 01 a3 01 'd' 52 07">;
    CHECK(comes_back(in_descriptor) == "");
    const auto d = decoded<amqp::described>(in_descriptor);
    CHECK(d.descriptor().as<amqp::described>()->content() == value{symbol{"d"}});
    CHECK(d.content() == value{7u});

    constexpr value inner_pair[] = {std::uint64_t{3}, "x"};
    const value middle_pair[] = {std::uint64_t{2}, amqp::described{inner_pair}};
    const value outer_pair[] = {std::uint64_t{1}, amqp::described{middle_pair}};
    CHECK(same_on_the_wire(amqp::described{outer_pair}, in_content) == "");
    const value descriptor_pair[] = {std::uint64_t{1}, symbol{"d"}};
    const value with_described_descriptor[] = {amqp::described{descriptor_pair}, 7u};
    CHECK(same_on_the_wire(amqp::described{with_described_descriptor}, in_descriptor) == "");
}

TEST_CASE("the elements of an array can be described, with one descriptor for all [AMQP 1.2]") {
    constexpr auto two = wire<"e0 08 02 00 a3 01 'd' 50 0708">;
    CHECK(comes_back(two) == "");
    const auto a = decoded<amqp::array>(two);
    CHECK(a.element_type() == type::described);
    CHECK(a.size() == 2);
    std::vector<std::int64_t> contents;
    for (const value element : a) {
        const auto d = element.as<amqp::described>();
        REQUIRE(d);
        CHECK(d->descriptor() == value{symbol{"d"}});
        contents.push_back(*d->content().integer());
        // Alone, an element is a described value like any other.
        CHECK(encodes_to(*d, "\0\xa3\1d\x50"s + byte(static_cast<std::size_t>(contents.back()))) == "");
    }
    CHECK(contents == std::vector<std::int64_t>{7, 8});

    constexpr auto nested = wire<"e0 0a 02 00 53 01 00 53 02 a1 00 00">;
    CHECK(comes_back(nested) == "");
    const auto first = *decoded<amqp::array>(nested).begin();
    CHECK(first.as<amqp::described>()->content().as<amqp::described>()->descriptor() == value{std::uint64_t{2}});
    CHECK(refusal<value>(wire<"e0 04 00 00 53 01">).code == errc::truncated);
    CHECK(refusal<value>(wire<"e0 05 00 00 53 01 46">).code == errc::amqp_format_code);
    // Of composites, each a list
    CHECK(comes_back(wire<"e0 0a 02 00 53 24 c0 01 00 02 01 40">) == "");
    CHECK(comes_back(wire<"e0 05 02 00 53 24 45">) == "");
}

TEST_CASE("arrays of described values are equal if descriptors and contents are") {
    const auto of = [](bytes input) { return decoded<amqp::array>(input); };
    const auto a = of(wire<"e0 07 02 00 53 01 50 0708">);
    CHECK(a == of(wire<"e0 0e 02 00 80 0000000000000001 50 0708">));
    CHECK_FALSE(a == of(wire<"e0 07 02 00 53 02 50 0708">));
    CHECK_FALSE(a == of(wire<"e0 07 02 00 53 01 50 0709">));
    CHECK_FALSE(a == of(wire<"e0 0e 02 00 80 0000000000000001 50 0709">));
    CHECK_FALSE(a == of(wire<"e0 0e 02 00 80 0000000000000002 50 0708">));
    CHECK_FALSE(a == of(wire<"e0 04 02 50 0708">));
    CHECK_FALSE(a == of(wire<"e0 0a 02 00 53 01 00 53 01 50 0708">));
    CHECK(of(wire<"e0 07 02 00 53 01 52 0708">) == of(wire<"e0 0d 02 00 53 01 70 00000007 00000008">));
    CHECK_FALSE(of(wire<"e0 07 02 00 53 01 52 0708">) == of(wire<"e0 0d 02 00 53 01 70 00000007 00000009">));
    CHECK(of(wire<"e0 05 00 00 53 01 52">) == of(wire<"e0 05 00 00 53 01 52">));
}

// ---------------------------------------------------------------------------------------------------------------------
// Depth

TEST_CASE("what its size cannot say is refused, and no sum of sizes wraps [AMQP 1.2]") {
    // Nobody looks at the bytes in order to measure them, so that one is enough. Where sizes are of 32 bits, there is
    // nothing so large.
    if constexpr (sizeof(std::size_t) > 4) {
        constexpr std::uint64_t most = 0xffff'ffff;
        constexpr std::uint64_t half = 0x8000'0000;
        const char byte = 0;
        const auto binary = [&](std::uint64_t size) { return value{bytes{&byte, static_cast<std::size_t>(size)}}; };
        // A binary has five bytes in front of it; a size counts them, and a count of four bytes.
        const auto size_of_list = [&](std::uint64_t size) {
            const value both[] = {binary(half), binary(size)};
            return amqp::encoded_size(amqp::list{both});
        };
        const auto size_of_map = [&](std::uint64_t size) {
            const entry one[] = {{binary(half), binary(size)}};
            return amqp::encoded_size(amqp::map{one});
        };
        const std::uint64_t fits = most - 4 - 2 * 5 - half;
        CHECK(size_of_list(fits).value_or(0) == 5 + most);
        CHECK(size_of_map(fits).value_or(0) == 5 + most);
        for (const std::uint64_t size : {fits + 1, half, most}) {
            INFO(size);
            CHECK(size_of_list(size).error().code == errc::too_long);
            CHECK(size_of_map(size).error().code == errc::too_long);
        }
        const auto size_of_described = [&](std::uint64_t size) {
            const value pair[] = {std::uint64_t{1}, binary(size)};
            return amqp::encoded_size(amqp::described{pair});
        };
        CHECK(size_of_described(most).value_or(0) == 3 + 5 + most);
        CHECK(size_of_described(most + 1).error().code == errc::too_long);
    }
}

TEST_CASE("values nest 64 levels deep, and no deeper, in each way in which they can") {
    const std::pair<const char*, std::string (*)(std::size_t)> shapes[] = {
        {"lists", nested_lists},
        {"maps", nested_maps},
        {"keys of maps", nested_map_keys},
        {"arrays", nested_arrays},
        {"described values", nested_contents},
        {"descriptors", nested_descriptors},
        {"an array and descriptors", array_of_nested_descriptors},
    };
    for (const auto& [name, of_depth] : shapes) {
        INFO(name);
        for (const std::size_t depth : {1u, 2u, 63u, 64u}) {
            CHECK(refusal<value>(of_depth(depth)) == error{});
            const std::string input = of_depth(depth);
            const auto v = decoded<value>(input);
            std::vector<char> memory(input.size());
            const auto encoded = amqp::encode(memory, v);
            REQUIRE(encoded);
            CHECK(decoded<value>(*encoded) == v);
        }
        CHECK(refusal<value>(of_depth(65)).code == errc::amqp_depth);
        CHECK(refusal<value>(of_depth(200)).code == errc::amqp_depth);
        CHECK(refusal<value>(of_depth(65), {.max_depth = 65}) == error{});
        CHECK(refusal<value>(of_depth(3), {.max_depth = 3}) == error{});
        CHECK(refusal<value>(of_depth(4), {.max_depth = 3}).code == errc::amqp_depth);
        CHECK(refusal<value>(of_depth(1), {.max_depth = 0}) == error{.code = errc::amqp_depth, .offset = 0});
        CHECK(refusal<value>(of_depth(200), {.max_depth = 200}) == error{});
    }
    CHECK(refusal<value>(wire<"40">, {.max_depth = 0}) == error{});
    // Where the level begins that is too much
    CHECK(refusal<value>(wire<"c0 05 02 41 c0 01 00">, {.max_depth = 1}) ==
          error{.code = errc::amqp_depth, .offset = 4});
}

TEST_CASE("what is nested deeper than 64 levels is not sent") {
    std::array<value, 66> lists{};
    for (std::size_t i = 1; i != lists.size(); ++i) lists[i] = amqp::list{std::span{&lists[i - 1], 1}};
    CHECK(encode_refusal(lists[64]) == error{});
    CHECK(encode_refusal(lists[65]).code == errc::amqp_depth);
    CHECK(encode_refusal(lists[3], {.max_depth = 3}) == error{});
    CHECK(encode_refusal(lists[4], {.max_depth = 3}).code == errc::amqp_depth);
    CHECK(encode_refusal(decoded<value>(wire<"c0 02 01 40">), {.max_depth = 0}).code == errc::amqp_depth);
    CHECK(encode_refusal(decoded<value>(wire<"c1 01 00">), {.max_depth = 0}).code == errc::amqp_depth);
    CHECK(encode_refusal(decoded<value>(wire<"e0 02 01 40">), {.max_depth = 0}).code == errc::amqp_depth);
    CHECK(encode_refusal(decoded<value>(wire<"00 40 40">), {.max_depth = 0}).code == errc::amqp_depth);
    constexpr value pair[] = {1, 2};
    CHECK(encode_refusal(value{amqp::described{pair}}, {.max_depth = 0}).code == errc::amqp_depth);
}

TEST_CASE("a value in which the same ones occur over and over takes as many bytes as it does") {
    // Nine levels of described values, two in each: 2 KB, of ten values.
    value pairs[10][2];
    for (std::size_t i = 1; i != std::size(pairs); ++i) {
        pairs[i][0] = amqp::described{pairs[i - 1]};
        pairs[i][1] = amqp::described{pairs[i - 1]};
    }
    const value all = amqp::described{pairs[9]};
    const std::size_t size = *amqp::encoded_size(all);
    CHECK(size == 1023 + 1024);
    std::vector<char> memory(size + 1, '#');
    CHECK(amqp::encode(hubwire::buffer{memory.data(), 300}, all).error() ==
          error{.code = errc::no_space, .offset = 300, .needed = size - 300});
    CHECK(std::string_view{memory.data() + 300, size - 299} == std::string(size - 299, '#'));
    CHECK(amqp::encode(hubwire::buffer{memory.data(), size}, all)->size() == size);
    CHECK(memory.back() == '#');
}

TEST_CASE("a value that contains itself, however often, is refused as too deep, and at once") {
    std::array<value, 100> in_list{};
    in_list.fill(amqp::list{in_list});
    std::array<entry, 100> in_map{};
    in_map.fill({amqp::map{in_map}, amqp::map{in_map}});
    value pair[2];
    pair[0] = pair[1] = amqp::described{pair};
    for (const value& endless : {in_list[0], in_map[0].key, pair[0]}) {
        CHECK(encode_refusal(endless).code == errc::amqp_depth);
        char memory[2000];
        CHECK_FALSE(amqp::encode(hubwire::buffer{memory, 20}, endless));
        amqp::builder alone{memory};
        alone.add(endless);
        CHECK(alone.finish().error().code == errc::amqp_depth);
        amqp::builder in_array{memory};
        in_array.array([&] { in_array.add(endless); });
        CHECK(in_array.finish().error().code == errc::amqp_depth);
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Hostile input

TEST_CASE("a representative value survives being cut short and changed") {
    constexpr auto sample = wire<
        "c0 4c 07"
        "  c1 0e 04 a1 01 'k' c0 03 02 40 41 a3 01 's' 56 01"
        "  e0 08 02 00 a3 01 'd' 50 0708"
        "  f0 00000005 ffffffff 41"
        "  00 80 0000000000000070 c0 04 02 40 a0 00"
        "  00 00 53 01 a3 01 'd' 73 0001f600"
        "  82 7ff8000000000001"
        "  45">;
    const std::size_t content = sample.size() - 2;
    std::string whole{sample.begin(), sample.end()};
    whole[1] = static_cast<char>(content);
    CHECK(comes_back(whole) == "");
    CHECK(count_all(decoded<value>(whole)) > 20);
    CHECK(support::every_mutation(whole, [](bytes input) {
              const auto v = amqp::decode<value>(input);
              // What was accepted can be gone through, compared, measured and encoded.
              if (v && (count_all(*v) == 0 || !(*v == *v) || !amqp::encoded_size(*v)))
                  return hubwire::result<value>{hubwire::error{.code = errc::truncated, .offset = input.size() + 1}};
              return v;
          }) == "");
}

TEST_CASE("64 levels take no more stack than is said, also where something is wrong at the bottom") {
    if (!support::own_stack::works()) return;
    for (const std::string_view bottom : {"\x40"sv, "\xa1\1\xff"sv}) {
        std::string in_lists{bottom};
        std::string in_maps{bottom};
        for (int i = 0; i != 64; ++i) {
            in_lists = "\xd0" + be32(in_lists.size() + 4) + be32(1) + in_lists;
            in_maps = "\xd1" + be32(in_maps.size() + 5) + be32(2) + "\x40" + in_maps;
        }
        for (const std::string& input : {in_lists, in_maps}) {
            support::own_stack stack;
            bool accepted = false;
            stack.run([&] { accepted = amqp::decode<value>(input).has_value(); });
            CHECK(accepted == (bottom == "\x40"));
#if !defined(HUBWIRE_TESTS_STACK_IS_WATCHED)
            CHECK(stack.used() < 100'000);
#endif
        }
    }
}

TEST_CASE("what describes the elements of an array nests twice at most: it is passed over for each of them") {
    const auto array_of = [](const std::string& descriptor) {
        const std::string content = "\0"s + descriptor + "\x50" + "xyz";
        return "\xf0" + be32(content.size() + 4) + be32(3) + content;
    };
    for (const auto& nested : {nested_lists, nested_contents, nested_descriptors}) {
        CHECK(refusal<value>(array_of(nested(2))) == error{});
        CHECK(refusal<value>(array_of(nested(3))).code == errc::amqp_depth);
    }
    CHECK(refusal<value>(array_of(nested_lists(1)), {.max_depth = 2}).code == errc::amqp_depth);
    CHECK(refusal<value>("\0"s + nested_descriptors(3) + "\x40") == error{});

    const auto build = [](const value& descriptor) {
        std::array<char, 64> memory{};
        amqp::builder b{memory};
        b.array([&] { b.described(descriptor, [&] { b.add(1); }); });
        const auto finished = b.finish();
        return finished ? errc::none : finished.error().code;
    };
    const value plain[] = {1, 2};
    const value described_once[] = {amqp::described{plain}, 3};
    const value described_twice[] = {amqp::described{described_once}, 4};
    CHECK(build(amqp::described{described_once}) == errc::none);
    CHECK(build(amqp::described{described_twice}) == errc::amqp_depth);
}

TEST_CASE("going past a value takes the same time however large it is [AMQP 1.2]") {
    // Were the large value gone through each time, this would take hours.
    const std::string large = "\xd0" + be32(4'000'004) + be32(4'000'000) + std::string(4'000'000, '\x40');
    const std::string in_list = "\xd0" + be32(large.size() + 5) + be32(2) + large + "\x41";
    const std::string in_map = "\xd1" + be32(2 * large.size() + 7) + be32(4) + large + large + "\xa1\0\x41"s;
    const std::string described = "\0"s + large + "\x41";
    const auto l = decoded<amqp::list>(in_list);
    const auto m = decoded<amqp::map>(in_map);
    const auto d = decoded<amqp::described>(described);
    std::size_t found = 0;
    for (std::size_t i = 0; i != 100'000; ++i) {
        found += *++l.begin() == value{true} && m.find("") == value{true} && d.content() == value{true} ? 1u : 0u;
    }
    CHECK(found == 100'000);
}

TEST_CASE("megabytes of the worst are accepted or refused, gone through and compared in linear time") {
    // Were any of it quadratic, this would take hours.
    for (const std::size_t size : {support::huge_size / 4, support::huge_size}) {
        const auto list_of = [](const std::string& content, std::size_t count) {
            return "\xd0" + be32(content.size() + 4) + be32(count) + content;
        };
        const auto array_of = [](const std::string& content, std::size_t count) {
            return "\xf0" + be32(content.size() + 4) + be32(count) + content;
        };
        const auto repeated_in_list = [&](const std::string& part) {
            return list_of(repeated(part, size / part.size()), size / part.size());
        };
        const std::string long_descriptor = "\xb1" + be32(size / 2) + std::string(size / 2, 'd');
        const std::string accepted[] = {
            repeated_in_list("\x40"),
            repeated_in_list("\xc0\1\0"s),
            repeated_in_list(nested_lists(63)),
            repeated_in_list(nested_contents(63)),
            repeated_in_list(nested_descriptors(63)),
            repeated_in_list("\xf0" + be32(5) + be32(0xffff'ffff) + "\x45"),
            "\xd1" + be32(size / 2 * 2 + 4) + be32(size / 2 * 2) + std::string(size / 2 * 2, '\x40'),
            array_of("\x50" + std::string(size, 'x'), size),
            array_of("\xa1" + std::string(size, '\0'), size),
            array_of("\xc0" + repeated("\1\0"sv, size / 2), size / 2),
            array_of("\xe0" + repeated("\2\3\x45"sv, size / 3), size / 3),
            array_of("\0"s + long_descriptor + "\x50" + std::string(size / 2, 'x'), size / 2),
            array_of("\0"s + long_descriptor + "\xa0" + std::string(size / 2, '\0'), size / 2),
        };
        for (const std::string& input : accepted) {
            INFO(support::detail::hex(input));
            const auto v = amqp::decode<value>(input);
            REQUIRE(v);
            if (size == support::huge_size) continue;
            CHECK(count_all(*v) > 1);
            const std::string copy = input;
            CHECK(*v == decoded<value>(copy));
            CHECK(amqp::encoded_size(*v));
            if (const auto m = v->as<amqp::map>()) CHECK(m->find("absent") == std::nullopt);
        }
        // Many elements with the same long descriptor, which comes in two encodings.
        const std::string elements = "\x50" + std::string(size / 2, 'x');
        const std::string one = array_of("\0"s + list_of(long_descriptor + "\x41", 2) + elements, size / 2);
        const std::string other = array_of("\0"s + list_of(long_descriptor + "\x56\1", 2) + elements, size / 2);
        CHECK(decoded<value>(one) == decoded<value>(other));

        std::string tree = "\x40";
        while (tree.size() < size / 4) tree = "\0"s + tree + tree;
        const std::string refused[] = {
            array_of("\0"s + tree + "\x50" + std::string(size / 2, 'x'), size / 2),
            std::string(size, '\0'),
            repeated("\0\x53\1"sv, size / 3),
            nested_lists(2000) + std::string(size, '\x40'),
            list_of(std::string(size - 1, '\x40') + "\x46", size),
            list_of(std::string(size, '\x40'), size - 1),
            list_of(std::string(size, '\x40'), size + 1),
            array_of("\xa1" + std::string(size - 2, '\0') + "\1\xff", size - 1),
            repeated("\xd0\xff\xff\xff\xff\0\0\0\1"sv, size / 9),
        };
        for (const std::string& input : refused) {
            INFO(support::detail::hex(input));
            CHECK_FALSE(amqp::decode<value>(input));
        }
    }
}

TEST_CASE("what is found in a view that is gone is still there, as a view is no owner") {
    static_assert(std::ranges::borrowed_range<amqp::annotations> && std::ranges::borrowed_range<amqp::fields>);
    CHECK(*std::ranges::find(decoded<amqp::list>(wire<"c0 05 02 5205 5206">), value{6u}) == value{6u});
    CHECK(*std::ranges::find(decoded<amqp::array>(wire<"e0 04 02 50 0506">), value{std::uint8_t{6}}) ==
          value{std::uint8_t{6}});
    const auto is_true = [](const amqp::entry& e) { return e.value == value{true}; };
    CHECK(std::ranges::find_if(decoded<amqp::map>(wire<"c1 09 04 a101 'f' 42 a101 't' 41">), is_true)->key ==
          value{"t"});

    const amqp::symbol names[] = {"a", "b"};
    CHECK(*std::ranges::find(amqp::symbols{names}, amqp::symbol{"b"}) == amqp::symbol{"b"});
    const auto body = decoded<amqp::message>(wire<"005375 a001 'a' 005375 a001 'b'">).body;
    const amqp::data wanted{"b"sv};
    CHECK(*std::ranges::find(body.data_sections(), wanted) == wanted);
    const amqp::data kept[] = {{"a"sv}, wanted};
    CHECK(*std::ranges::find(amqp::message_body{kept}.data_sections(), wanted) == wanted);
    CHECK(*std::ranges::find(amqp::message_body{wanted}.data_sections(), wanted) == wanted);
}
