#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/wire.hpp"

namespace amqp = hubwire::amqp;
using amqp::entry;
using amqp::symbol;
using amqp::type;
using amqp::value;
using hubwire::bytes;
using hubwire::errc;
using support::wire;
using namespace std::literals;

namespace {

constexpr auto array_wire = wire<"e0 03 01 50 07">;
constexpr value pair[] = {symbol{"d"}, 1};
constexpr value items[] = {1, "two"};
constexpr entry entries[] = {{"key", 1}};

/// One value of each type, in the order of amqp::type.
std::vector<value> one_of_each() {
    return {value{},
            true,
            std::uint8_t{1},
            std::uint16_t{1},
            std::uint32_t{1},
            std::uint64_t{1},
            std::int8_t{1},
            std::int16_t{1},
            std::int32_t{1},
            std::int64_t{1},
            1.0F,
            1.0,
            amqp::decimal32{1},
            amqp::decimal64{1},
            amqp::decimal128{{1}},
            U'\1',
            amqp::timestamp{1},
            amqp::uuid{{1}},
            bytes{"x"sv},
            "x",
            symbol{"x"},
            amqp::list{items},
            amqp::map{entries},
            *amqp::decode<amqp::array>(array_wire),
            amqp::described{pair}};
}

/// The types, of those in one_of_each, whose values can be read as a T.
template <class T>
std::vector<type> readable_as() {
    std::vector<type> types;
    for (const value& v : one_of_each()) {
        if (v.as<T>()) types.push_back(v.type());
    }
    return types;
}

constexpr bool reads_at_compile_time() {
    const value v = 7u;
    const value number_list[] = {v, "text"};
    const value l = amqp::list{number_list};
    return v.as<std::uint32_t>() == 7u && !v.as<std::int32_t>() && v.integer() == 7 &&
           l.as<amqp::list>()->size() == 2 && (*l.as<amqp::list>()->begin()).integer() == 7 &&
           l == value{amqp::list{number_list}};
}
static_assert(reads_at_compile_time());
static_assert(amqp::map{entries}.get<std::int32_t>("key") == 1);

// Characters and enumerations are no numbers, and pointers no truths.
template <class T>
concept a_value = std::constructible_from<value, T>;
static_assert(!a_value<char> && !a_value<wchar_t> && !a_value<char8_t> && !a_value<char16_t> && !a_value<type> &&
              !a_value<void*> && !a_value<const int*>);

}  // namespace

TEST_CASE("a value has the AMQP type of what it is made of") {
    CHECK(value{}.type() == type::null);
    CHECK(value{true}.type() == type::boolean);
    CHECK(value{std::uint8_t{1}}.type() == type::ubyte);
    CHECK(value{std::uint16_t{1}}.type() == type::ushort);
    CHECK(value{1u}.type() == type::uint);
    CHECK(value{1ull}.type() == type::ulong);
    CHECK(value{static_cast<signed char>(1)}.type() == type::byte);
    CHECK(value{std::int16_t{1}}.type() == type::short_);
    CHECK(value{1}.type() == type::int_);
    CHECK(value{1ll}.type() == type::long_);
    CHECK(value{1l}.type() == (sizeof(long) == 8 ? type::long_ : type::int_));
    CHECK(value{1ul}.type() == (sizeof(long) == 8 ? type::ulong : type::uint));
    CHECK(value{U'x'}.type() == type::char_);
    CHECK(value{1.0F}.type() == type::float_);
    CHECK(value{1.0}.type() == type::double_);
    CHECK(value{"text"}.type() == type::string);
    CHECK(value{"text"s}.type() == type::string);
    CHECK(value{"text"sv}.type() == type::string);
    CHECK(value{symbol{"text"}}.type() == type::symbol);
    CHECK(value{bytes{"text"sv}}.type() == type::binary);
    CHECK(value{amqp::list{}}.type() == type::list);
    CHECK(value{amqp::map{}}.type() == type::map);
    CHECK(value{amqp::array{}}.type() == type::array);
    CHECK(value{amqp::described{pair}}.type() == type::described);
}

TEST_CASE("a value is read as a T only if it is of just that type") {
    using types = std::vector<type>;
    CHECK(readable_as<bool>() == types{type::boolean});
    CHECK(readable_as<std::uint8_t>() == types{type::ubyte});
    CHECK(readable_as<std::uint16_t>() == types{type::ushort});
    CHECK(readable_as<std::uint32_t>() == types{type::uint});
    CHECK(readable_as<std::uint64_t>() == types{type::ulong});
    CHECK(readable_as<std::int8_t>() == types{type::byte});
    CHECK(readable_as<std::int16_t>() == types{type::short_});
    CHECK(readable_as<std::int32_t>() == types{type::int_});
    CHECK(readable_as<std::int64_t>() == types{type::long_});
    CHECK(readable_as<float>() == types{type::float_});
    CHECK(readable_as<double>() == types{type::double_});
    CHECK(readable_as<amqp::decimal32>() == types{type::decimal32});
    CHECK(readable_as<amqp::decimal64>() == types{type::decimal64});
    CHECK(readable_as<amqp::decimal128>() == types{type::decimal128});
    CHECK(readable_as<char32_t>() == types{type::char_});
    CHECK(readable_as<amqp::timestamp>() == types{type::timestamp});
    CHECK(readable_as<amqp::uuid>() == types{type::uuid});
    CHECK(readable_as<std::string_view>() == types{type::string});
    CHECK(readable_as<symbol>() == types{type::symbol});
    CHECK(readable_as<amqp::list>() == types{type::list});
    CHECK(readable_as<amqp::map>() == types{type::map});
    CHECK(readable_as<amqp::array>() == types{type::array});
    CHECK(readable_as<amqp::described>() == types{type::described});
    CHECK(readable_as<amqp::milliseconds>() == types{type::uint});
    CHECK(readable_as<amqp::seconds>() == types{type::uint});
}

TEST_CASE("what is read is what the value was made of") {
    CHECK(value{std::int8_t{-7}}.as<std::int8_t>() == std::int8_t{-7});
    CHECK(value{std::int64_t{-7}}.as<std::int64_t>() == std::int64_t{-7});
    CHECK(value{18446744073709551615ull}.as<std::uint64_t>() == 18446744073709551615ull);
    CHECK(value{-1.5F}.as<float>() == -1.5F);
    CHECK(value{-1.5}.as<double>() == -1.5);
    CHECK(value{U'\U0001F600'}.as<char32_t>() == U'\U0001F600');
    CHECK(value{amqp::timestamp{-3}}.as<amqp::timestamp>() == amqp::timestamp{-3});
    const amqp::uuid id{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255}};
    CHECK(value{id}.as<amqp::uuid>() == id);
    CHECK(value{amqp::decimal128{id.octets}}.as<amqp::decimal128>() == amqp::decimal128{id.octets});
    CHECK(value{"text"}.as<std::string_view>() == "text"sv);
    CHECK(value{symbol{"text"}}.as<symbol>() == symbol{"text"});
    CHECK(value{bytes{"text"sv}}.as<bytes>()->text() == "text");
    CHECK(value{30u}.as<amqp::seconds>() == amqp::seconds{30});
    CHECK(value{false}.as<bool>() == false);
}

TEST_CASE("a number is read from any type of integer that fits") {
    CHECK(value{std::uint8_t{255}}.integer() == 255);
    CHECK(value{std::uint16_t{65535}}.integer() == 65535);
    CHECK(value{std::uint32_t{4294967295}}.integer() == 4294967295);
    CHECK(value{std::uint64_t{9223372036854775807}}.integer() == 9223372036854775807);
    CHECK(value{std::uint64_t{9223372036854775808u}}.integer() == std::nullopt);
    CHECK(value{std::int8_t{-128}}.integer() == -128);
    CHECK(value{std::int16_t{-32768}}.integer() == -32768);
    CHECK(value{std::int32_t{-5}}.integer() == -5);
    CHECK(value{std::numeric_limits<std::int64_t>::min()}.integer() == std::numeric_limits<std::int64_t>::min());
    for (const value& v : one_of_each()) {
        const bool is_integer = type::ubyte <= v.type() && v.type() <= type::long_;
        CHECK(v.integer() == (is_integer ? std::optional<std::int64_t>{1} : std::nullopt));
    }
}

TEST_CASE("the text of a string or of a symbol, which peers mix up") {
    for (const value& v : one_of_each()) {
        const bool is_text = v.type() == type::string || v.type() == type::symbol;
        CHECK(v.text() == (is_text ? std::optional{"x"sv} : std::nullopt));
    }
}

TEST_CASE("values are equal if their types and contents are, wherever these lie") {
    const auto each = one_of_each();
    for (std::size_t i = 0; i != each.size(); ++i) {
        CHECK(static_cast<std::size_t>(each[i].type()) == i);
        for (std::size_t j = 0; j != each.size(); ++j) CHECK((each[i] == each[j]) == (i == j));
    }
    CHECK_FALSE(value{1} == value{2});
    CHECK_FALSE(value{"a"} == value{"b"});
    CHECK_FALSE(value{"a"} == value{"ab"});
    CHECK(value{"a\0b"sv} == value{"a\0b"s});
    CHECK_FALSE(value{"a\0b"sv} == value{"a\0c"sv});
    CHECK_FALSE(value{0.0} == value{-0.0});  // by their bits
    CHECK(value{std::bit_cast<double>(0x7ff8'0000'0000'0001u)} == value{std::bit_cast<double>(0x7ff8'0000'0000'0001u)});
    CHECK_FALSE(value{std::bit_cast<double>(0x7ff8'0000'0000'0001u)} ==
                value{std::bit_cast<double>(0x7ff8'0000'0000'0002u)});
    CHECK_FALSE(value{amqp::uuid{{0, 0, 0, 0, 0, 0, 0, 0, 1}}} == value{amqp::uuid{{1}}});
}

TEST_CASE("values on the wire equal those of the caller, in whatever encoding they came") {
    for (const value& v : one_of_each()) {
        std::array<char, 64> memory{};
        const auto encoded = amqp::encode(memory, v);
        REQUIRE(encoded);
        const auto decoded = amqp::decode<value>(*encoded);
        REQUIRE(decoded);
        CHECK(*decoded == v);
        CHECK(v == *decoded);
    }
    // 1, "two" as widely as can be
    const auto wide = wire<"d0 00000011 00000002 71 00000001 b1 00000003 'two'">;
    CHECK(*amqp::decode<value>(wire<"d0 00000011 00000002 71 00000001 b1 00000003 'two'">) == value{amqp::list{items}});
    CHECK_FALSE(*amqp::decode<value>(wide) == value{amqp::list{std::span{items}.first(1)}});
    CHECK(*amqp::decode<value>(wire<"d1 00000011 00000002 b1 00000003 'key' 71 00000001">) ==
          value{amqp::map{entries}});
    CHECK(*amqp::decode<value>(wire<"00 b3 00000001 'd' 71 00000001">) == value{amqp::described{pair}});
    CHECK_FALSE(*amqp::decode<value>(wire<"00 b3 00000001 'e' 71 00000001">) == value{amqp::described{pair}});
    CHECK_FALSE(*amqp::decode<value>(wire<"00 b3 00000001 'd' 71 00000002">) == value{amqp::described{pair}});
    CHECK(*amqp::decode<value>(wire<"f0 00000006 00000001 50 07">) == *amqp::decode<value>(array_wire));
    CHECK_FALSE(*amqp::decode<value>(wire<"f0 00000006 00000001 50 08">) == *amqp::decode<value>(array_wire));
}

TEST_CASE("lists and maps are made of whatever lies in a row") {
    const std::vector<value> vector{1, "two"};
    const std::array<value, 2> array{1, "two"};
    const amqp::list expected{items};
    CHECK(amqp::list{vector} == expected);
    CHECK(amqp::list{array} == expected);
    CHECK(amqp::list{std::span{items}} == expected);
    CHECK(expected.size() == 2);
    CHECK_FALSE(expected.empty());
    CHECK(amqp::list{}.empty());

    const std::vector<entry> in_a_vector{{"key", 1}};
    CHECK(amqp::map{in_a_vector} == amqp::map{entries});
    CHECK(amqp::map{std::span{entries}} == amqp::map{entries});
    CHECK(amqp::map{{"key", 1}} == amqp::map{entries});
    CHECK(amqp::fields{entries} == amqp::fields{amqp::map{entries}});
}

TEST_CASE("a described value has a descriptor and a content") {
    const amqp::described d{pair};
    CHECK(d.descriptor() == value{symbol{"d"}});
    CHECK(d.content() == value{1});
    CHECK(d == amqp::described{pair});
    const value other_descriptor[] = {symbol{"e"}, 1};
    const value other_content[] = {symbol{"d"}, 2};
    CHECK_FALSE(d == amqp::described{other_descriptor});
    CHECK_FALSE(d == amqp::described{other_content});
}

TEST_CASE("floating point numbers are read as what they are") {
    CHECK(value{1.5}.as<double>() == 1.5);
    CHECK(value{1.5F}.as<float>() == 1.5F);
    CHECK_FALSE(value{1.5F}.as<double>());
}

TEST_CASE("a value is visited as what it is") {
    for (const value& v : one_of_each()) {
        const type visited = v.visit([&]<class T>(const T& is) {
            CHECK(v == value{is});
            return std::same_as<T, std::nullptr_t> ? type::null : v.type();
        });
        CHECK(visited == v.type());
    }
    const amqp::message_id id = "m-1";
    CHECK(id.as_value() == value{"m-1"});
}

TEST_CASE("nullptr is null, and no text, as a value and as a key [AMQP 1.6.1]") {
    CHECK(value{nullptr}.is_null());
    constexpr entry with_null[] = {{"k", nullptr}, {nullptr, "null"}};
    CHECK(amqp::map{with_null}.find("k") == value{});
    CHECK(amqp::map{with_null}.find(nullptr) == value{"null"});
    CHECK(amqp::map{}.find(nullptr) == std::nullopt);
}

TEST_CASE("an integer is read by any name of a type of its width") {
    CHECK(value{1LL}.as<std::int64_t>() == 1);
    CHECK(value{std::int64_t{-1}}.as<long long>() == -1);
    CHECK(value{std::uint64_t{1}}.as<unsigned long long>() == 1u);
    CHECK(value{1L}.as<long>() == 1);
    CHECK(value{1}.as<long long>() == std::nullopt);
    static_assert(amqp::detail::held_by_value<amqp::fields> && !amqp::detail::held_by_value<std::string> &&
                  !amqp::detail::held_by_value<amqp::open> && !amqp::detail::held_by_value<char>);
}

TEST_CASE("types, sections, roles and outcomes of SASL have names") {
    CHECK(amqp::name_of(type::null) == "null");
    CHECK(amqp::name_of(type::short_) == "short");
    CHECK(amqp::name_of(type::described) == "described");
    CHECK(amqp::name_of(type{25}).empty());
    CHECK(amqp::name_of(amqp::section_kind::header) == "header");
    CHECK(amqp::name_of(amqp::section_kind::footer) == "footer");
    CHECK(amqp::name_of(amqp::section_kind{9}).empty());
    CHECK(amqp::name_of(amqp::role::sender) == "sender");
    CHECK(amqp::name_of(amqp::role::receiver) == "receiver");
    CHECK(amqp::name_of(amqp::sasl_code::ok) == "ok");
    CHECK(amqp::name_of(amqp::sasl_code::sys_temp) == "sys-temp");
}
