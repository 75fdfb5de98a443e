#include <array>
#include <bit>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <string>
#include <string_view>

#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/wire.hpp"

namespace amqp = hubwire::amqp;
using amqp::symbol;
using amqp::timestamp;
using amqp::value;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using support::be32;
using support::decodes_to;
using support::encode_refusal;
using support::refusal;
using support::repeated;
using support::same_on_the_wire;
using support::wire;
using namespace std::literals;

namespace {

/// Bytes that are no T, and are no value of any other type either.
template <class T>
error refused(bytes input) {
    const error typed = refusal<T>(input);
    return typed == refusal<value>(input) ? typed : error{.code = errc::application};
}

constexpr amqp::uuid an_id{
    {0xf8, 0x1d, 0x4f, 0xae, 0x7d, 0xec, 0x11, 0xd0, 0xa7, 0x65, 0x00, 0xa0, 0xc9, 0x1e, 0x6b, 0xf6}};

// Numbers and texts are encoded, and decoded, by the compiler.
template <class T>
constexpr bool at_compile_time(const T& v, bytes expected) {
    std::array<char, 32> memory{};
    return *amqp::encode(memory, v) == expected && *amqp::decode<T>(expected) == v &&
           *amqp::encoded_size(v) == expected.size();
}
static_assert(at_compile_time(std::uint32_t{7}, wire<"52 07">));
static_assert(at_compile_time(std::int64_t{-2}, wire<"55 fe">));
static_assert(at_compile_time(1.5F, wire<"72 3fc00000">));
static_assert(at_compile_time("text"sv, wire<"a1 04 'text'">));
static_assert(at_compile_time(symbol{"name"}, wire<"a3 04 'name'">));
static_assert(at_compile_time(an_id, wire<"98 f81d4fae7dec11d0a76500a0c91e6bf6">));
static_assert(amqp::decode<bool>(wire<"56 02">).error().code == errc::amqp_boolean);

}  // namespace

TEST_CASE("null is one byte [AMQP 1.6.1]") {
    CHECK(same_on_the_wire(value{}, wire<"40">) == "");
    CHECK(amqp::decode<value>(wire<"40">)->is_null());
    CHECK(refusal<bool>(wire<"40">) == error{.code = errc::amqp_type, .offset = 0});
    CHECK(refusal<std::string_view>(wire<"40">).code == errc::amqp_type);
}

TEST_CASE("boolean is a code of its own for each value, or a byte of 0 or 1 [AMQP 1.6.2]") {
    CHECK(same_on_the_wire(true, wire<"41">) == "");
    CHECK(same_on_the_wire(false, wire<"42">) == "");
    CHECK(decodes_to(true, wire<"56 01">) == "");
    CHECK(decodes_to(false, wire<"56 00">) == "");
    CHECK(refused<bool>(wire<"56 02">) == error{.code = errc::amqp_boolean, .offset = 1});
    CHECK(refused<bool>(wire<"56 ff">) == error{.code = errc::amqp_boolean, .offset = 1});
}

TEST_CASE("ubyte, ushort, byte and short have one encoding each [AMQP 1.6.3, 1.6.4, 1.6.7, 1.6.8]") {
    CHECK(same_on_the_wire(std::uint8_t{0}, wire<"50 00">) == "");
    CHECK(same_on_the_wire(std::uint8_t{255}, wire<"50 ff">) == "");
    CHECK(same_on_the_wire(std::uint16_t{0}, wire<"60 0000">) == "");
    CHECK(same_on_the_wire(std::uint16_t{0x1234}, wire<"60 1234">) == "");
    CHECK(same_on_the_wire(std::uint16_t{65535}, wire<"60 ffff">) == "");
    CHECK(same_on_the_wire(std::int8_t{0}, wire<"51 00">) == "");
    CHECK(same_on_the_wire(std::int8_t{127}, wire<"51 7f">) == "");
    CHECK(same_on_the_wire(std::int8_t{-128}, wire<"51 80">) == "");
    CHECK(same_on_the_wire(std::int8_t{-1}, wire<"51 ff">) == "");
    CHECK(same_on_the_wire(std::int16_t{0}, wire<"61 0000">) == "");
    CHECK(same_on_the_wire(std::int16_t{32767}, wire<"61 7fff">) == "");
    CHECK(same_on_the_wire(std::int16_t{-32768}, wire<"61 8000">) == "");
    CHECK(same_on_the_wire(std::int16_t{-2}, wire<"61 fffe">) == "");
}

TEST_CASE("uint is sent in 0, 1 or 4 bytes, and read from each [AMQP 1.6.5]") {
    CHECK(same_on_the_wire(std::uint32_t{0}, wire<"43">) == "");
    CHECK(same_on_the_wire(std::uint32_t{1}, wire<"52 01">) == "");
    CHECK(same_on_the_wire(std::uint32_t{255}, wire<"52 ff">) == "");
    CHECK(same_on_the_wire(std::uint32_t{256}, wire<"70 00000100">) == "");
    CHECK(same_on_the_wire(std::uint32_t{4294967295}, wire<"70 ffffffff">) == "");
    CHECK(decodes_to(std::uint32_t{0}, wire<"52 00">) == "");
    CHECK(decodes_to(std::uint32_t{0}, wire<"70 00000000">) == "");
    CHECK(decodes_to(std::uint32_t{1}, wire<"70 00000001">) == "");
    CHECK(same_on_the_wire(amqp::milliseconds{60'000}, wire<"70 0000ea60">) == "");
    CHECK(same_on_the_wire(amqp::seconds{0}, wire<"43">) == "");
    CHECK(decodes_to(amqp::seconds{30}, wire<"52 1e">) == "");
}

TEST_CASE("ulong is sent in 0, 1 or 8 bytes, and read from each [AMQP 1.6.6]") {
    CHECK(same_on_the_wire(std::uint64_t{0}, wire<"44">) == "");
    CHECK(same_on_the_wire(std::uint64_t{1}, wire<"53 01">) == "");
    CHECK(same_on_the_wire(std::uint64_t{255}, wire<"53 ff">) == "");
    CHECK(same_on_the_wire(std::uint64_t{256}, wire<"80 0000000000000100">) == "");
    CHECK(same_on_the_wire(std::uint64_t{18446744073709551615u}, wire<"80 ffffffffffffffff">) == "");
    CHECK(decodes_to(std::uint64_t{0}, wire<"53 00">) == "");
    CHECK(decodes_to(std::uint64_t{0}, wire<"80 0000000000000000">) == "");
    CHECK(decodes_to(std::uint64_t{255}, wire<"80 00000000000000ff">) == "");
}

TEST_CASE("int is sent in 1 or 4 bytes, with its sign, and read from each [AMQP 1.6.9]") {
    CHECK(same_on_the_wire(std::int32_t{0}, wire<"54 00">) == "");
    CHECK(same_on_the_wire(std::int32_t{127}, wire<"54 7f">) == "");
    CHECK(same_on_the_wire(std::int32_t{-1}, wire<"54 ff">) == "");
    CHECK(same_on_the_wire(std::int32_t{-128}, wire<"54 80">) == "");
    CHECK(same_on_the_wire(std::int32_t{128}, wire<"71 00000080">) == "");
    CHECK(same_on_the_wire(std::int32_t{-129}, wire<"71 ffffff7f">) == "");
    CHECK(same_on_the_wire(std::int32_t{2147483647}, wire<"71 7fffffff">) == "");
    CHECK(same_on_the_wire(std::numeric_limits<std::int32_t>::min(), wire<"71 80000000">) == "");
    CHECK(decodes_to(std::int32_t{-1}, wire<"71 ffffffff">) == "");
    CHECK(decodes_to(std::int32_t{0}, wire<"71 00000000">) == "");
}

TEST_CASE("long is sent in 1 or 8 bytes, with its sign, and read from each [AMQP 1.6.10]") {
    CHECK(same_on_the_wire(std::int64_t{0}, wire<"55 00">) == "");
    CHECK(same_on_the_wire(std::int64_t{127}, wire<"55 7f">) == "");
    CHECK(same_on_the_wire(std::int64_t{-1}, wire<"55 ff">) == "");
    CHECK(same_on_the_wire(std::int64_t{-128}, wire<"55 80">) == "");
    CHECK(same_on_the_wire(std::int64_t{128}, wire<"81 0000000000000080">) == "");
    CHECK(same_on_the_wire(std::int64_t{-129}, wire<"81 ffffffffffffff7f">) == "");
    CHECK(same_on_the_wire(std::numeric_limits<std::int64_t>::max(), wire<"81 7fffffffffffffff">) == "");
    CHECK(same_on_the_wire(std::numeric_limits<std::int64_t>::min(), wire<"81 8000000000000000">) == "");
    CHECK(decodes_to(std::int64_t{-1}, wire<"81 ffffffffffffffff">) == "");
}

TEST_CASE("float and double keep every bit, those of a NaN too [AMQP 1.6.11, 1.6.12]") {
    CHECK(same_on_the_wire(0.0F, wire<"72 00000000">) == "");
    CHECK(same_on_the_wire(-0.0F, wire<"72 80000000">) == "");
    CHECK(same_on_the_wire(3.14F, wire<"72 4048f5c3">) == "");
    CHECK(same_on_the_wire(std::numeric_limits<float>::infinity(), wire<"72 7f800000">) == "");
    CHECK(same_on_the_wire(std::bit_cast<float>(0x7fc12345u), wire<"72 7fc12345">) == "");
    CHECK(same_on_the_wire(std::numeric_limits<float>::denorm_min(), wire<"72 00000001">) == "");
    CHECK(same_on_the_wire(0.0, wire<"82 0000000000000000">) == "");
    CHECK(same_on_the_wire(21.5, wire<"82 4035800000000000">) == "");
    CHECK(same_on_the_wire(-std::numeric_limits<double>::infinity(), wire<"82 fff0000000000000">) == "");
    CHECK(same_on_the_wire(std::bit_cast<double>(0xfff8dead'beef0001u), wire<"82 fff8deadbeef0001">) == "");
}

TEST_CASE("signalling NaNs among any values stay as they are [AMQP 1.6.11, 1.6.12]") {
    // As float and double they would not on every machine: x87 registers quieten them.
    CHECK(support::comes_back(wire<"72 7f800001">) == "");
    CHECK(support::comes_back(wire<"82 7ff0000000000001">) == "");
}

TEST_CASE("decimals are handed on as their bits [AMQP 1.6.13 to 1.6.15]") {
    CHECK(same_on_the_wire(amqp::decimal32{0x22500001}, wire<"74 22500001">) == "");
    CHECK(same_on_the_wire(amqp::decimal64{0x7c00'0000'0000'0001}, wire<"84 7c00000000000001">) == "");
    CHECK(same_on_the_wire(amqp::decimal128{{0, 1, 2, 3, 4, 5, 6, 7, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}},
                           wire<"94 0001020304050607 8899aabbccddeeff">) == "");
    CHECK(same_on_the_wire(amqp::decimal32{}, wire<"74 00000000">) == "");
}

TEST_CASE("char is any character: U+0000, astral ones, but no surrogate [AMQP 1.6.16]") {
    CHECK(same_on_the_wire(U'A', wire<"73 00000041">) == "");
    CHECK(same_on_the_wire(char32_t{0}, wire<"73 00000000">) == "");
    CHECK(same_on_the_wire(U'\U0001F600', wire<"73 0001f600">) == "");
    CHECK(same_on_the_wire(char32_t{0x10FFFF}, wire<"73 0010ffff">) == "");
    CHECK(same_on_the_wire(char32_t{0xD7FF}, wire<"73 0000d7ff">) == "");
    CHECK(same_on_the_wire(char32_t{0xE000}, wire<"73 0000e000">) == "");
    CHECK(refused<char32_t>(wire<"73 0000d800">) == error{.code = errc::amqp_char, .offset = 1});
    CHECK(refused<char32_t>(wire<"73 0000dfff">) == error{.code = errc::amqp_char, .offset = 1});
    CHECK(refused<char32_t>(wire<"73 00110000">) == error{.code = errc::amqp_char, .offset = 1});
    CHECK(refused<char32_t>(wire<"73 ffffffff">) == error{.code = errc::amqp_char, .offset = 1});
    CHECK(encode_refusal(char32_t{0xD800}).code == errc::amqp_char);
    CHECK(encode_refusal(char32_t{0xDFFF}).code == errc::amqp_char);
    CHECK(encode_refusal(value{char32_t{0x110000}}).code == errc::amqp_char);
}

TEST_CASE("timestamps are signed, and reach to the year 9999 and beyond [AMQP 1.6.17]") {
    CHECK(same_on_the_wire(timestamp{0}, wire<"83 0000000000000000">) == "");
    CHECK(same_on_the_wire(timestamp{-1}, wire<"83 ffffffffffffffff">) == "");
    CHECK(same_on_the_wire(timestamp{-62135596800000}, wire<"83 ffffc77cedd32800">) == "");  // .NET's minimum
    CHECK(same_on_the_wire(timestamp{253402300799999}, wire<"83 0000e677d21fdbff">) == "");  // and maximum
    CHECK(same_on_the_wire(timestamp{std::numeric_limits<std::int64_t>::min()}, wire<"83 8000000000000000">) == "");
    CHECK(timestamp{-1} < timestamp{0});
}

TEST_CASE("uuid is 16 bytes, as written [AMQP 1.6.18]") {
    CHECK(same_on_the_wire(an_id, wire<"98 f81d4fae 7dec 11d0 a765 00a0c91e6bf6">) == "");
    CHECK(refusal<amqp::decimal128>(wire<"98 00000000000000000000000000000000">).code == errc::amqp_type);
}

TEST_CASE("binary is any bytes, up to 255 of them behind a size of one byte [AMQP 1.6.19]") {
    CHECK(same_on_the_wire(bytes{}, wire<"a0 00">) == "");
    CHECK(same_on_the_wire(bytes{wire<"00 ff 80">}, wire<"a0 03 00 ff 80">) == "");
    CHECK(decodes_to(bytes{}, wire<"b0 00000000">) == "");
    CHECK(decodes_to(bytes{wire<"00 ff">}, wire<"b0 00000002 00 ff">) == "");
    const std::string longest(255, '\x80');
    CHECK(same_on_the_wire(bytes{longest}, "\xa0\xff" + longest) == "");
    const std::string longer(256, '\x80');
    CHECK(same_on_the_wire(bytes{longer}, "\xb0" + be32(256) + longer) == "");
}

TEST_CASE("a binary of more than its size can say is refused, and not cut short [AMQP 1.6.19]") {
    // Nobody looks at the bytes before there is room for them, so that one is enough. Where sizes are of 32 bits, there
    // is nothing so large.
    if constexpr (sizeof(std::size_t) > 4) {
        constexpr std::uint64_t most = 0xffff'ffff;
        const char byte = 0;
        const auto binary = [&](std::uint64_t size) { return bytes{&byte, static_cast<std::size_t>(size)}; };
        std::array<char, 16> memory{};
        CHECK(amqp::encoded_size(binary(most)).value_or(0) == 5 + most);
        CHECK(amqp::encode(memory, binary(most)).error() ==
              error{.code = errc::no_space, .offset = 16, .needed = static_cast<std::size_t>(5 + most - 16)});
        CHECK(amqp::encoded_size(binary(most + 1)).error() == error{.code = errc::too_long, .offset = 0});
        CHECK(amqp::encode(memory, binary(most + 1)).error() == error{.code = errc::too_long, .offset = 0});
    }
}

TEST_CASE("string is UTF-8, in which U+0000 is a character like others; empty is not null [AMQP 1.6.20]") {
    CHECK(same_on_the_wire(""sv, wire<"a1 00">) == "");
    CHECK(same_on_the_wire("a\0b"sv, wire<"a1 03 'a' 00 'b'">) == "");
    CHECK(same_on_the_wire("\xe2\x82\xac \xf0\x9f\x98\x80"sv, wire<"a1 08 e282ac 20 f09f9880">) == "");
    CHECK(decodes_to("abc"sv, wire<"b1 00000003 'abc'">) == "");
    CHECK(decodes_to(""sv, wire<"b1 00000000">) == "");
    CHECK_FALSE(amqp::decode<value>(wire<"a1 00">)->is_null());
    const std::string longest(255, 's');
    CHECK(same_on_the_wire(std::string_view{longest}, "\xa1\xff" + longest) == "");
    const std::string longer(256, 's');
    CHECK(same_on_the_wire(std::string_view{longer}, "\xb1" + be32(256) + longer) == "");
}

TEST_CASE("what is not UTF-8 is no string, and it says where [AMQP 1.6.20]") {
    CHECK(refused<std::string_view>(wire<"a1 03 'ab' ff">) == error{.code = errc::invalid_utf8, .offset = 4});
    CHECK(refused<std::string_view>(wire<"a1 02 c080">) == error{.code = errc::invalid_utf8, .offset = 2});
    CHECK(refused<std::string_view>(wire<"a1 03 eda080">) == error{.code = errc::invalid_utf8, .offset = 2});
    CHECK(refused<std::string_view>(wire<"a1 04 f4908080">) == error{.code = errc::invalid_utf8, .offset = 2});
    CHECK(refused<std::string_view>(wire<"b1 00000003 'a' e282">) == error{.code = errc::invalid_utf8, .offset = 6});
    CHECK(encode_refusal("ab\xff"sv) == error{.code = errc::invalid_utf8, .offset = 4});
    CHECK(encode_refusal(value{"ab\xff"}) == error{.code = errc::invalid_utf8, .offset = 4});
    const std::string long_one = std::string(300, 'x') + '\xc3';
    CHECK(encode_refusal(std::string_view{long_one}) == error{.code = errc::invalid_utf8, .offset = 305});
}

TEST_CASE("symbol is ASCII, unless an option says otherwise [AMQP 1.6.21]") {
    CHECK(same_on_the_wire(symbol{}, wire<"a3 00">) == "");
    CHECK(same_on_the_wire(symbol{"a\0b"sv}, wire<"a3 03 'a' 00 'b'">) == "");
    CHECK(same_on_the_wire(symbol{"amqp:open:list"}, wire<"a3 0e 'amqp:open:list'">) == "");
    CHECK(decodes_to(symbol{"abc"}, wire<"b3 00000003 'abc'">) == "");
    const std::string longest(255, '\x7f');
    CHECK(same_on_the_wire(symbol{longest}, "\xa3\xff" + longest) == "");
    const std::string longer(256, '\x7f');
    CHECK(same_on_the_wire(symbol{longer}, "\xb3" + be32(256) + longer) == "");

    CHECK(refused<symbol>(wire<"a3 02 'a' 80">) == error{.code = errc::amqp_symbol, .offset = 3});
    CHECK(refused<symbol>(wire<"a3 09 'abcdefgh' ff">) == error{.code = errc::amqp_symbol, .offset = 10});
    CHECK(refused<symbol>(wire<"b3 00000002 c3a9">) == error{.code = errc::amqp_symbol, .offset = 5});
    CHECK(encode_refusal(symbol{"a\xc3\xa9"}) == error{.code = errc::amqp_symbol, .offset = 3});
    CHECK(same_on_the_wire(symbol{"a\xc3\xa9"}, wire<"a3 03 'a' c3a9">, {.any_symbol = true}) == "");
    CHECK(same_on_the_wire(symbol{"\xff"}, wire<"a3 01 ff">, {.any_symbol = true}) == "");
}

TEST_CASE("a format code that is not defined is refused, whatever is asked for [AMQP 1.6]") {
    constexpr std::string_view defined =
        "\x00\x40\x41\x42\x43\x44\x45\x50\x51\x52\x53\x54\x55\x56\x60\x61\x70\x71\x72\x73\x74\x80\x81\x82\x83\x84\x94"
        "\x98\xa0\xa1\xa3\xb0\xb1\xb3\xc0\xc1\xd0\xd1\xe0\xf0"sv;
    for (unsigned code = 0; code != 256; ++code) {
        const std::string input = static_cast<char>(static_cast<unsigned char>(code)) + std::string(20, '\0');
        const bool is_defined = defined.find(input[0]) != std::string_view::npos;
        INFO(code);
        CHECK((refusal<value>(input) == error{.code = errc::amqp_format_code, .offset = 0}) == !is_defined);
        const error number = refusal<std::uint32_t>(input);
        if (!is_defined) CHECK(number == error{.code = errc::amqp_format_code, .offset = 0});
        if (is_defined && code != 0x43 && code != 0x52 && code != 0x70)
            CHECK(number == error{.code = errc::amqp_type, .offset = 0});
    }
}

TEST_CASE("a value of another type is not converted [AMQP 1.2]") {
    CHECK(refusal<std::uint32_t>(wire<"53 01">) == error{.code = errc::amqp_type, .offset = 0});
    CHECK(refusal<std::uint64_t>(wire<"52 01">).code == errc::amqp_type);
    CHECK(refusal<std::int32_t>(wire<"52 01">).code == errc::amqp_type);
    CHECK(refusal<std::int64_t>(wire<"54 01">).code == errc::amqp_type);
    CHECK(refusal<std::uint8_t>(wire<"51 01">).code == errc::amqp_type);
    CHECK(refusal<std::int8_t>(wire<"50 01">).code == errc::amqp_type);
    CHECK(refusal<std::uint16_t>(wire<"61 0001">).code == errc::amqp_type);
    CHECK(refusal<std::int16_t>(wire<"60 0001">).code == errc::amqp_type);
    CHECK(refusal<float>(wire<"70 00000000">).code == errc::amqp_type);
    CHECK(refusal<double>(wire<"84 0000000000000000">).code == errc::amqp_type);
    CHECK(refusal<amqp::decimal32>(wire<"72 00000000">).code == errc::amqp_type);
    CHECK(refusal<amqp::decimal64>(wire<"82 0000000000000000">).code == errc::amqp_type);
    CHECK(refusal<char32_t>(wire<"70 00000041">).code == errc::amqp_type);
    CHECK(refusal<timestamp>(wire<"81 0000000000000000">).code == errc::amqp_type);
    CHECK(refusal<amqp::milliseconds>(wire<"83 0000000000000000">).code == errc::amqp_type);
    CHECK(refusal<amqp::uuid>(wire<"94 00000000000000000000000000000000">).code == errc::amqp_type);
    CHECK(refusal<bytes>(wire<"a1 00">).code == errc::amqp_type);
    CHECK(refusal<std::string_view>(wire<"a3 00">).code == errc::amqp_type);
    CHECK(refusal<symbol>(wire<"a1 00">).code == errc::amqp_type);
    CHECK(refusal<bool>(wire<"50 01">).code == errc::amqp_type);
}

TEST_CASE("an input is one value: bytes behind it are left over") {
    CHECK(refused<bool>(wire<"41 41">) == error{.code = errc::leftover, .offset = 1});
    CHECK(refused<std::string_view>(wire<"a1 01 'ab'">) == error{.code = errc::leftover, .offset = 3});
}

TEST_CASE("a size of four bytes asks for what is missing, and makes no room for it") {
    CHECK(refused<bytes>(wire<"b0 ffffffff 00">) ==
          error{.code = errc::incomplete, .offset = 6, .needed = 0xffff'fffe});
    CHECK(refused<std::string_view>(wire<"b1 80000000">) ==
          error{.code = errc::incomplete, .offset = 5, .needed = 0x8000'0000});
}

TEST_CASE("any input of up to three bytes gets a sound answer as any value") {
    CHECK(support::every_short_input([](bytes input) { return amqp::decode<value>(input); }) == "");
    CHECK(support::every_short_input([](bytes input) { return amqp::decode<std::string_view>(input); }) == "");
}
