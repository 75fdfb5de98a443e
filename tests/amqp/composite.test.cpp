#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/wire.hpp"

namespace amqp = hubwire::amqp;
using amqp::symbol;
using amqp::symbols;
using amqp::value;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using support::be32;
using support::composite_of;
using support::decodes_to;
using support::encode_refusal;
using support::encodes_to;
using support::refusal;
using support::same_composite;
using support::same_on_the_wire;
using support::wire;
using namespace std::literals;

namespace {

constexpr symbol one_symbol[] = {"a"};
constexpr symbol two_symbols[] = {"a", "bc"};

/// An open with nothing but one of the fields that may have several symbols.
std::string open_with(bytes outgoing_locales) {
    return composite_of(0x10, 6, "\xa1\1c\x40\x40\x40\x40" + std::string{outgoing_locales.text()});
}
amqp::open with(const symbols& outgoing_locales) { return {.container_id = "c", .outgoing_locales = outgoing_locales}; }

/// A type of the caller's own, of a vendor's domain.
struct reading {
    std::uint32_t sensor = 0;
    std::optional<std::string_view> unit{};

    static constexpr amqp::type_descriptor descriptor{0x0000'468C'0000'0005, "com.example:reading:list"};
    static constexpr auto field_table = amqp::detail::field_list{
        amqp::detail::mandatory_field<&reading::sensor>{"sensor"},
        amqp::detail::optional_field<&reading::unit>{"unit"},
    };
    friend constexpr bool operator==(const reading&, const reading&) noexcept = default;
};

constexpr bool described_at_compile_time() {
    std::array<char, 16> scratch{};
    const auto any = amqp::as_value(scratch, amqp::rejected{});
    return amqp::decode<amqp::rejected>(*any->as<amqp::described>()).has_value();
}
static_assert(described_at_compile_time());

}  // namespace

TEST_CASE("a field is absent if the list is too short for it, or if it is null [AMQP 1.4]") {
    const amqp::open least{.container_id = "c"};
    CHECK(decodes_to(least, composite_of(0x10, 1, wire<"a1 01 'c'">)) == "");
    CHECK(decodes_to(least, composite_of(0x10, 2, wire<"a1 01 'c' 40">)) == "");
    CHECK(decodes_to(least, composite_of(0x10, 5, wire<"a1 01 'c' 40 40 40 40">)) == "");
    CHECK(decodes_to(least, composite_of(0x10, 10, wire<"a1 01 'c' 40 40 40 40 40 40 40 40 40">)) == "");
    CHECK(decodes_to(least, wire<"00 53 10 d0 00000007 00000001 a1 01 'c'">) == "");
}

TEST_CASE("a value that is just the default is told from an absent one, and both can be sent [AMQP 1.4]") {
    const amqp::detach absent{};
    const amqp::detach explicitly_false{.closed = false};
    const amqp::detach closed{.closed = true};
    CHECK_FALSE(absent == explicitly_false);
    CHECK(*absent.closed == *explicitly_false.closed);
    CHECK(same_composite(absent, composite_of(0x16, 1, wire<"43">)) == "");
    CHECK(same_composite(explicitly_false, composite_of(0x16, 2, wire<"43 42">)) == "");
    CHECK(same_composite(closed, composite_of(0x16, 2, wire<"43 41">)) == "");
    CHECK(amqp::decode<amqp::detach>(composite_of(0x16, 2, wire<"43 56 00">))->closed.has_value());
    CHECK_FALSE(amqp::decode<amqp::detach>(composite_of(0x16, 2, wire<"43 40">))->closed.has_value());
}

TEST_CASE("nulls behind the last field are left out, unless an option keeps them [AMQP 1.4]") {
    constexpr amqp::options keep{.keep_trailing_nulls = true};
    CHECK(encodes_to(amqp::open{.container_id = "c", .channel_max = 1},
                     composite_of(0x10, 4, wire<"a1 01 'c' 40 40 60 0001">)) == "");
    CHECK(encodes_to(amqp::open{.container_id = "c", .channel_max = 1},
                     composite_of(0x10, 10, wire<"a1 01 'c' 40 40 60 0001 40 40 40 40 40 40">), keep) == "");
    CHECK(encodes_to(amqp::end{}, wire<"00 53 17 45">) == "");
    CHECK(encodes_to(amqp::end{}, composite_of(0x17, 1, wire<"40">), keep) == "");
    CHECK(encodes_to(amqp::attach{.name = "n", .role = amqp::role::receiver, .source = amqp::source{}},
                     composite_of(0x12, 14,
                                  wire<"a1 01 'n' 43 41 40 40 00 53 28 c0 0c 0b 40 40 40 40 40 40 40 40 40 40 40"
                                       "40 40 40 40 40 40 40 40">),
                     keep) == "");
}

TEST_CASE("a composite without fields is the same in each encoding of an empty list [AMQP 1.3]") {
    CHECK(decodes_to(amqp::end{}, wire<"00 53 17 45">) == "");
    CHECK(decodes_to(amqp::end{}, wire<"00 53 17 c0 01 00">) == "");
    CHECK(decodes_to(amqp::end{}, wire<"00 53 17 d0 00000004 00000000">) == "");
}

TEST_CASE("a mandatory field that is missing or null is refused [AMQP 1.4]") {
    CHECK(refusal<amqp::open>(wire<"00 53 10 45">) == error{.code = errc::amqp_missing_field, .offset = 4});
    CHECK(refusal<amqp::open>(wire<"00 53 10 c0 01 00">).code == errc::amqp_missing_field);
    CHECK(refusal<amqp::open>(wire<"00 53 10 c0 02 01 40">) == error{.code = errc::amqp_missing_field, .offset = 6});
    CHECK(refusal<amqp::begin>(composite_of(0x11, 3, wire<"40 43 43">)).code == errc::amqp_missing_field);
    CHECK(refusal<amqp::begin>(composite_of(0x11, 4, wire<"40 43 43 40">)).code == errc::amqp_missing_field);
    CHECK(refusal<amqp::begin>(composite_of(0x11, 4, wire<"40 40 43 43">)) ==
          error{.code = errc::amqp_missing_field, .offset = 7});
    CHECK(refusal<amqp::begin>(composite_of(0x11, 4, wire<"40 43 43 43">)) == error{});
}

TEST_CASE("one field more than the type has is refused, be it null [AMQP 1.4]") {
    CHECK(refusal<amqp::end>(composite_of(0x17, 1, wire<"40">)) == error{});
    CHECK(refusal<amqp::end>(composite_of(0x17, 2, wire<"40 40">)) ==
          error{.code = errc::amqp_too_many_fields, .offset = 4});
    CHECK(refusal<amqp::open>(composite_of(0x10, 11, wire<"a1 01 'c' 40 40 40 40 40 40 40 40 40 40">)).code ==
          errc::amqp_too_many_fields);
    CHECK(refusal<amqp::open>(wire<"00 53 10 d0 00010004 00010000">).code == errc::amqp_too_many_fields);
}

TEST_CASE("the list of a composite is of the size and the count that it says [AMQP 1.2]") {
    CHECK(refusal<amqp::detach>(wire<"00 53 16 c0 03 01 43 40">).code == errc::leftover);
    CHECK(refusal<amqp::detach>(wire<"00 53 16 c0 02 02 43">) == error{.code = errc::amqp_count, .offset = 4});
    CHECK(refusal<amqp::detach>(wire<"00 53 16 c0 03 02 52 01">).code == errc::truncated);
    CHECK(refusal<amqp::detach>(wire<"00 53 16 c0 02 01 52 01">).code == errc::truncated);
    CHECK(refusal<amqp::detach>(wire<"00 53 16 c0 00 01 43">).code == errc::amqp_size);
    CHECK(refusal<amqp::detach>(wire<"00 53 16 c0 02 01 43 40">).code == errc::leftover);
    CHECK(refusal<amqp::detach>(wire<"00 53 16 d0 00000005 ffffffff 43">).code == errc::amqp_count);
    // An error that reaches past the end of the detach it stands in
    CHECK(refusal<amqp::detach>(wire<"00 53 16 c0 08 03 43 41 00 53 1d c0 04 01 a3 01 'c'">).code == errc::truncated);
    CHECK(refusal<amqp::detach>(wire<"00 53 16 c0 0c 03 43 41 00 53 1d c0 03 01 a3 01 'c'">).code == errc::truncated);
    CHECK(refusal<amqp::detach>(wire<"00 53 16 c0 0c 03 43 41 00 53 1d c0 04 01 a3 00 40">).code == errc::leftover);
}

TEST_CASE("a composite of more than 254 bytes has a list32 [AMQP 1.2]") {
    for (const std::size_t size : {251u, 252u, 253u, 254u}) {
        const std::string name(size, 'n');
        const std::string fields = "\xa1" + std::string(1, static_cast<char>(static_cast<unsigned char>(size))) + name;
        INFO(size + 2);
        CHECK(encodes_to(amqp::open{.container_id = name}, composite_of(0x10, 1, fields)) == "");
        CHECK(amqp::decode<amqp::open>(composite_of(0x10, 1, fields))->container_id.size() == size);
        CHECK(refusal<amqp::open>("\0\x53\x10\xd0"s + be32(size + 6) + be32(1) + fields) == error{});
    }
    CHECK(refusal<amqp::open>("\0\x53\x10\xc0\0\1\xa1\xfd"s + std::string(253, 'n')).code == errc::amqp_size);
}

TEST_CASE("a composite of more than its size can say is refused, and not cut short [AMQP 1.2]") {
    // Nobody looks at the bytes in order to measure them, so that one is enough. Where sizes are of 32 bits, there is
    // nothing so large.
    if constexpr (sizeof(std::size_t) > 4) {
        constexpr std::uint64_t most = 0xffff'ffff;
        const char byte = 0;
        const auto size_of = [&](std::uint64_t size) {
            return amqp::encoded_size(amqp::sasl_challenge{bytes{&byte, static_cast<std::size_t>(size)}});
        };
        // The size counts a count of four bytes and the five in front of a binary.
        CHECK(size_of(most - 4 - 5).value_or(0) == 3 + 5 + most);
        for (const std::uint64_t size : {most - 4 - 5 + 1, most, most + 1}) {
            INFO(size);
            CHECK(size_of(size).error().code == errc::too_long);
        }
    }
}

TEST_CASE("a descriptor is a ulong of any width, or a symbol, and all of it counts [AMQP 1.3]") {
    const amqp::end e;
    CHECK(decodes_to(e, wire<"00 53 17 45">) == "");
    CHECK(decodes_to(e, wire<"00 80 0000000000000017 45">) == "");
    CHECK(decodes_to(e, wire<"00 a3 0d 'amqp:end:list' 45">) == "");
    CHECK(decodes_to(e, wire<"00 b3 0000000d 'amqp:end:list' 45">) == "");
    for (const bytes other : {
             bytes{wire<"00 80 0000000000000117 45">},  // the same low byte
             bytes{wire<"00 80 0000000100000017 45">},  // the same low four
             bytes{wire<"00 80 8000000000000017 45">},
             bytes{wire<"00 80 ffffffffffffff17 45">},
             bytes{wire<"00 53 18 45">},
             bytes{wire<"00 44 45">},
             bytes{wire<"00 52 17 45">},  // a uint
             bytes{wire<"00 50 17 45">},
             bytes{wire<"00 55 17 45">},
             bytes{wire<"00 a1 0d 'amqp:end:list' 45">},  // a string
             bytes{wire<"00 a0 0d 'amqp:end:list' 45">},
             bytes{wire<"00 a3 0c 'amqp:end:lis' 45">},
             bytes{wire<"00 a3 0e 'amqp:end:lists' 45">},
             bytes{wire<"00 a3 0d 'AMQP:END:LIST' 45">},
             bytes{wire<"00 a3 00 45">},
             bytes{wire<"00 40 45">},
             bytes{wire<"00 45 45">},
             bytes{wire<"00 00 53 17 45 45">},
         }) {
        INFO(support::detail::hex(other));
        CHECK(refusal<amqp::end>(other) == error{.code = errc::amqp_descriptor, .offset = 1});
        const auto described = amqp::decode<amqp::described>(other);
        REQUIRE(described);
        CHECK(amqp::decode<amqp::end>(*described).error().code == errc::amqp_descriptor);
    }
    CHECK(refusal<amqp::end>(wire<"00 46 45">).code == errc::amqp_format_code);
    CHECK(refusal<amqp::end>(wire<"00 a3 01 80 45">).code == errc::amqp_symbol);
}

TEST_CASE("a composite is a described list, and nothing else [AMQP 1.3]") {
    CHECK(refusal<amqp::end>(wire<"45">) == error{.code = errc::amqp_type, .offset = 0});
    CHECK(refusal<amqp::end>(wire<"40">).code == errc::amqp_type);
    CHECK(refusal<amqp::end>(wire<"46">).code == errc::amqp_format_code);
    CHECK(refusal<amqp::end>(wire<"00 53 17 40">) == error{.code = errc::amqp_type, .offset = 3});
    CHECK(refusal<amqp::end>(wire<"00 53 17 c1 01 00">).code == errc::amqp_type);
    CHECK(refusal<amqp::end>(wire<"00 53 17 00 53 17 45">).code == errc::amqp_type);
    CHECK(refusal<amqp::end>(wire<"00 53 17 45 45">) == error{.code = errc::leftover, .offset = 4});
    const auto of_a_map = amqp::decode<amqp::described>(wire<"00 53 17 c1 01 00">);
    CHECK(amqp::decode<amqp::end>(*of_a_map).error().code == errc::amqp_type);
    const auto nested = amqp::decode<amqp::described>(wire<"00 53 17 00 53 17 45">);
    CHECK(amqp::decode<amqp::end>(*nested).error().code == errc::amqp_type);
    constexpr value pair[] = {std::uint64_t{0x17}, amqp::list{}};
    CHECK(amqp::decode<amqp::end>(amqp::described{pair}).error().code == errc::amqp_type);  // not on the wire
}

TEST_CASE("fields within a described value are checked as anywhere else [AMQP 1.3]") {
    const std::string input = composite_of(0x16, 2, wire<"43 43">);
    const auto d = amqp::decode<amqp::described>(input);
    REQUIRE(d);
    CHECK(amqp::decode<amqp::detach>(*d).error() == error{.code = errc::amqp_type, .offset = 3});
    const auto short_one = amqp::decode<amqp::described>(wire<"00 53 16 45">);
    CHECK(amqp::decode<amqp::detach>(*short_one).error().code == errc::amqp_missing_field);
}

TEST_CASE("a field of several symbols is one of them, an array, an empty array or null [AMQP 1.4]") {
    CHECK(decodes_to(with({}), open_with(wire<"40">)) == "");
    CHECK(decodes_to(with({}), open_with(wire<"e0 02 00 a3">)) == "");
    CHECK(decodes_to(with({}), open_with(wire<"e0 02 00 40">)) == "");  // without elements, their type means nothing
    CHECK(decodes_to(with({}), open_with(wire<"f0 00000005 00000000 b3">)) == "");
    CHECK(decodes_to(with(one_symbol), open_with(wire<"a3 01 'a'">)) == "");
    CHECK(decodes_to(with(one_symbol), open_with(wire<"b3 00000001 'a'">)) == "");
    CHECK(decodes_to(with(one_symbol), open_with(wire<"e0 04 01 a3 01 'a'">)) == "");
    CHECK(decodes_to(with(one_symbol), open_with(wire<"f0 0000000a 00000001 b3 00000001 'a'">)) == "");
    CHECK(decodes_to(with(two_symbols), open_with(wire<"e0 07 02 a3 01 'a' 02 'bc'">)) == "");
    CHECK(decodes_to(with(two_symbols), open_with(wire<"f0 00000010 00000002 b3 00000001 'a' 00000002 'bc'">)) == "");

    CHECK(refusal<amqp::open>(open_with(wire<"a1 01 'a'">)).code == errc::amqp_type);
    CHECK(refusal<amqp::open>(open_with(wire<"45">)).code == errc::amqp_type);
    CHECK(refusal<amqp::open>(open_with(wire<"c0 04 01 a3 01 'a'">)).code == errc::amqp_type);
    CHECK(refusal<amqp::open>(open_with(wire<"e0 04 01 a1 01 'a'">)).code == errc::amqp_type);
    CHECK(refusal<amqp::open>(open_with(wire<"e0 02 02 40">)).code == errc::amqp_type);
    CHECK(refusal<amqp::open>(open_with(wire<"e0 07 01 00 53 01 a3 01 'a'">)).code == errc::amqp_type);
    CHECK(refusal<amqp::open>(open_with(wire<"e0 04 01 a3 01 80">)).code == errc::amqp_symbol);
    CHECK(refusal<amqp::open>(open_with(wire<"a3 01 80">)).code == errc::amqp_symbol);
    CHECK(refusal<amqp::open>(open_with(wire<"a3 01 80">), {.any_symbol = true}).code == errc::none);
    CHECK(refusal<amqp::open>(open_with(wire<"f0 00000005 ffffffff 41">)).code == errc::amqp_type);
}

TEST_CASE("several symbols are sent as an array, one alone, and none not at all [AMQP 1.4]") {
    CHECK(encodes_to(with({}), composite_of(0x10, 1, wire<"a1 01 'c'">)) == "");
    CHECK(encodes_to(with(one_symbol), open_with(wire<"a3 01 'a'">)) == "");
    CHECK(encodes_to(with(two_symbols), open_with(wire<"e0 07 02 a3 01 'a' 02 'bc'">)) == "");
    // One that is longer than 255 bytes makes all of them wide.
    const std::string long_name(256, 'l');
    const symbol mixed[] = {"a", long_name};
    CHECK(encodes_to(with(mixed), open_with("\xf0" + be32(4 + 1 + 5 + 260) + be32(2) + "\xb3" + be32(1) + "a" +
                                            be32(256) + long_name)) == "");
    // Of 253 to 256 bytes with their constructor, and more, of which 254 fit the small form (AMQP 1.6.24)
    const auto byte = [](std::size_t n) { return std::string(1, static_cast<char>(static_cast<unsigned char>(n))); };
    for (const std::size_t count : {84u, 255u, 256u}) {
        for (const std::string_view last : {"ab"sv, "abc"sv, "abcd"sv, "abcde"sv}) {
            std::vector<symbol> many(count, symbol{"ab"});
            many.back() = last;
            const std::string content =
                "\xa3" + support::repeated("\2ab"sv, count - 1) + byte(last.size()) + std::string{last};
            const std::string head = content.size() <= 254 ? "\xe0" + byte(content.size() + 1) + byte(count)
                                                           : "\xf0" + be32(content.size() + 4) + be32(count);
            INFO(count << ' ' << content.size());
            CHECK(encodes_to(with(std::span<const symbol>{many}), open_with(head + content)) == "");
        }
    }
    const symbol not_ascii[] = {"a", "\xc3\xa9"};
    CHECK(encode_refusal(with(not_ascii)).code == errc::amqp_symbol);
    CHECK(encode_refusal(with(not_ascii), {.any_symbol = true}).code == errc::none);
    const symbol not_ascii_alone[] = {"\xc3\xa9"};
    CHECK(encode_refusal(with(not_ascii_alone)).code == errc::amqp_symbol);
    // From the wire to the wire
    const std::string wide = open_with(wire<"f0 00000010 00000002 b3 00000001 'a' 00000002 'bc'">);
    CHECK(encodes_to(*amqp::decode<amqp::open>(wide), open_with(wire<"e0 07 02 a3 01 'a' 02 'bc'">)) == "");
}

TEST_CASE("several symbols are gone through, searched and compared") {
    const symbols names{two_symbols};
    CHECK(names.size() == 2);
    CHECK_FALSE(names.empty());
    CHECK(symbols{}.empty());
    CHECK(symbols{}.begin() == symbols{}.end());
    CHECK(names.contains("bc"));
    CHECK_FALSE(names.contains("b"));
    CHECK_FALSE(symbols{}.contains(""));
    auto at = names.begin();
    CHECK(*at++ == symbol{"a"});
    CHECK(*at == symbol{"bc"});
    CHECK(++at == names.end());
    CHECK(names == symbols{std::span{two_symbols}});
    CHECK_FALSE(names == symbols{one_symbol});
    const symbol others[] = {"a", "bd"};
    CHECK_FALSE(names == symbols{others});
    CHECK(symbols{"a", "bc"} == names);
    CHECK(encodes_to(amqp::coordinator{.capabilities = {"x"}}, composite_of(0x30, 1, wire<"a3 01 'x'">)) == "");

    const std::vector<symbol> in_a_vector{"a", "b"};
    constexpr std::array<symbol, 2> in_an_array{symbol{"a"}, symbol{"b"}};
    CHECK(amqp::open{.offered_capabilities = in_a_vector}.offered_capabilities == amqp::symbols{in_an_array});
}

TEST_CASE("a described value that was decoded with little depth is refused as a composite, and nothing traps") {
    const amqp::options shallow{.max_depth = 1};
    const auto d = amqp::decode<amqp::described>(wire<"00 53 24 45">, shallow);
    REQUIRE(d);
    CHECK(amqp::decode<amqp::accepted>(*d, shallow).error().code == errc::amqp_depth);
    CHECK(amqp::decode<amqp::accepted>(*d));
    CHECK(amqp::decode<amqp::accepted>(value{*d}));
    CHECK(amqp::decode<amqp::accepted>(value{5}).error().code == errc::amqp_type);
}

TEST_CASE("a value without an end is refused by its depth, and not followed") {
    value pair[2] = {1, 2};
    pair[1] = amqp::described{pair};
    char memory[1024];  // more than as many levels take as there may be
    CHECK(amqp::encode(memory, pair[1]).error().code == errc::amqp_depth);
    CHECK(amqp::encoded_size(pair[1]).error().code == errc::amqp_depth);
    value items[1] = {};
    items[0] = amqp::list{items};
    CHECK(amqp::encode(memory, items[0]).error().code == errc::amqp_depth);
}

TEST_CASE("composites nest within the same depth as any values") {
    const std::string input = composite_of(0x12, 6, wire<"a1 01 'n' 43 41 40 40 00 53 28 c0 04 01 a1 01 's'">);
    // An attach and its list, a source and its list
    CHECK(refusal<amqp::attach>(input, {.max_depth = 4}) == error{});
    CHECK(refusal<amqp::attach>(input, {.max_depth = 3}).code == errc::amqp_depth);
    CHECK(refusal<amqp::attach>(input, {.max_depth = 1}).code == errc::amqp_depth);
    CHECK(refusal<amqp::attach>(input, {.max_depth = 0}).code == errc::amqp_depth);
    CHECK(refusal<value>(input, {.max_depth = 4}) == error{});
    CHECK(refusal<value>(input, {.max_depth = 3}).code == errc::amqp_depth);
    const amqp::attach a{.name = "n", .role = amqp::role::receiver, .source = amqp::source{.address = "s"}};
    CHECK(encode_refusal(a, {.max_depth = 4}) == error{});
    CHECK(encode_refusal(a, {.max_depth = 3}).code == errc::amqp_depth);
    CHECK(encode_refusal(a, {.max_depth = 1}).code == errc::amqp_depth);
}

TEST_CASE("an array of symbols is a level, when it is encoded as when it is decoded") {
    const amqp::symbol two[] = {"a", "b"};
    CHECK(encode_refusal(amqp::coordinator{.capabilities = two}, {.max_depth = 3}) == error{});
    CHECK(encode_refusal(amqp::coordinator{.capabilities = two}, {.max_depth = 2}) ==
          error{.code = errc::amqp_depth, .offset = 6});
    CHECK(refusal<amqp::coordinator>(wire<"00 53 30 c0 09 01 e0 06 02 a3 01 'a' 01 'b'">, {.max_depth = 3}) == error{});
    CHECK(refusal<amqp::coordinator>(wire<"00 53 30 c0 09 01 e0 06 02 a3 01 'a' 01 'b'">, {.max_depth = 2}) ==
          error{.code = errc::amqp_depth, .offset = 6});
    // One alone is no array.
    CHECK(encode_refusal(amqp::coordinator{.capabilities = std::span{two, 1}}, {.max_depth = 2}) == error{});
}

TEST_CASE("a composite becomes a value in scratch memory, if there is enough of it") {
    std::array<char, 12> scratch{};
    const auto v = amqp::as_value(scratch, amqp::detach{.handle = 1});
    REQUIRE(v);
    CHECK(v->as<amqp::described>()->descriptor() == value{std::uint64_t{0x16}});
    CHECK(v->as<amqp::described>()->content().as<amqp::list>()->size() == 1);
    const auto too_large = amqp::as_value(std::span{scratch}.first(3), amqp::detach{.handle = 1});
    CHECK(too_large.error().code == errc::no_space);
    CHECK(too_large.error().needed == 5);
    CHECK(amqp::as_value(scratch, amqp::sasl_mechanisms{}).error().code == errc::amqp_missing_field);
}

TEST_CASE("the descriptor of a vendor's type has a domain in its upper 32 bits, and takes eight bytes [AMQP 1.5]") {
    const reading r{.sensor = 7, .unit = "K"};
    CHECK(same_on_the_wire(r, wire<"00 80 0000468c 00000005 c0 06 02 52 07 a1 01 'K'">) == "");
    CHECK(decodes_to(r, wire<"00 a3 18 'com.example:reading:list' c0 06 02 52 07 a1 01 'K'">) == "");
    CHECK(same_on_the_wire(reading{}, wire<"00 80 0000468c 00000005 c0 02 01 43">) == "");
    CHECK(refusal<reading>(wire<"00 53 05 c0 02 01 43">) == error{.code = errc::amqp_descriptor, .offset = 1});
    CHECK(encode_refusal(r, {.max_depth = 1}).code == errc::amqp_depth);

    const amqp::choice<reading, amqp::accepted> one = r;
    CHECK(same_on_the_wire(one, wire<"00 80 0000468c 00000005 c0 06 02 52 07 a1 01 'K'">) == "");
    std::array<char, 32> scratch{};
    const auto v = amqp::as_value(scratch, r);
    REQUIRE(v);
    CHECK(amqp::decode<reading>(*v).value_or({}) == r);
}
