#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/allocations.hpp"
#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/wire.hpp"

namespace amqp = hubwire::amqp;
using amqp::builder;
using amqp::symbol;
using amqp::type;
using amqp::value;
using hubwire::bytes;
using hubwire::errc;
using support::be32;
using support::repeated;
using support::wire;
using namespace std::literals;

namespace {

/// What fill builds is these bytes, in every buffer that takes them, and no allocation is made; and so is the value.
template <class Fill>
std::string builds(bytes expected, Fill fill, const amqp::options& rules = {}) {
    const auto encode = [&](hubwire::buffer output) {
        builder b{output, rules};
        fill(b);
        return b.encoded();
    };
    if (std::string wrong = support::every_capacity(expected, encode); !wrong.empty()) return wrong;
    std::vector<char> memory(expected.size());
    builder b{memory, rules};
    fill(b);
    const auto v = b.finish();
    if (!v) return "finish fails: " + std::string{v.error().message()};
    const auto decoded = amqp::decode<value>(expected, rules);
    if (!decoded) return "what was built cannot be decoded: " + std::string{decoded.error().message()};
    return *v == *decoded ? "" : "finish gives another value";
}

/// The code with which building fails, in ample room.
template <class Fill>
errc build_refusal(Fill fill, const amqp::options& rules = {}) {
    std::vector<char> memory(100'000);
    builder b{memory, rules};
    fill(b);
    const auto v = b.finish();
    const auto encoded = b.encoded();
    if (v.has_value() != encoded.has_value() || (!v && !(v.error() == encoded.error()))) return errc::application;
    return v ? errc::none : v.error().code;
}

constexpr bool builds_at_compile_time() {
    constexpr auto expected = wire<"c1 16 04 a1 01 't' 82 4035800000000000 a1 01 'r' e0 04 02 56 00 01">;
    std::array<char, 64> memory{};
    builder b{memory};
    b.map([&] {
        b.entry("t", 21.5);
        b.add("r");
        b.array([&] {
            b.add(false);
            b.add(true);
        });
    });
    return *b.encoded() == bytes{expected};
}
static_assert(builds_at_compile_time());

}  // namespace

TEST_CASE("a value alone is built as it is encoded") {
    CHECK(builds(wire<"40">, [](builder& b) { b.add({}); }) == "");
    CHECK(builds(wire<"52 07">, [](builder& b) { b.add(7u); }) == "");
    CHECK(builds(wire<"a1 04 'text'">, [](builder& b) { b.add("text"); }) == "");
    CHECK(builds(wire<"00 53 17 45">, [](builder& b) { b.add(amqp::end{}); }) == "");
}

TEST_CASE("finish wants one value, no more and no less") {
    CHECK(build_refusal([](builder&) {}) == errc::amqp_count);
    CHECK(build_refusal([](builder& b) {
              b.add(1);
              b.add(2);
          }) == errc::amqp_count);
}

TEST_CASE("lists are built of anything [AMQP 1.6.22]") {
    CHECK(builds(wire<"45">, [](builder& b) { b.list([] {}); }) == "");
    CHECK(builds(wire<"c0 10 05 54 01 a1 03 'two' 45 c0 02 01 41 c1 01 00">, [](builder& b) {
              b.list([&] {
                  b.add(1);
                  b.add("two");
                  b.list([] {});
                  b.list([&] { b.add(true); });
                  b.map([] {});
              });
          }) == "");
    CHECK(builds(wire<"c0 03 02 45 45">, [](builder& b) {
              b.list([&] {
                  b.list([] {});
                  b.list([] {});
              });
          }) == "");
}

TEST_CASE("maps are built of keys and values in turn [AMQP 1.6.23]") {
    CHECK(builds(wire<"c1 01 00">, [](builder& b) { b.map([] {}); }) == "");
    CHECK(builds(wire<"c1 0d 06 a3 01 'a' 54 01 41 45 45 c0 02 01 40">, [](builder& b) {
              b.map([&] {
                  b.entry(symbol{"a"}, 1);
                  b.add(true);
                  b.list([] {});
                  b.list([] {});
                  b.list([&] { b.add({}); });
              });
          }) == "");
    CHECK(build_refusal([](builder& b) { b.map([&] { b.add("key"); }); }) == errc::amqp_odd_map);
    CHECK(build_refusal([](builder& b) {
              b.map([&] {
                  b.entry(1, 2);
                  b.add(3);
              });
          }) == errc::amqp_odd_map);
}

TEST_CASE("described values are built around one value [AMQP 1.2]") {
    CHECK(builds(wire<"00 a3 01 'd' 54 01">, [](builder& b) { b.described(symbol{"d"}, [&] { b.add(1); }); }) == "");
    CHECK(builds(wire<"00 53 01 00 53 02 c0 03 02 40 40">, [](builder& b) {
              b.described(std::uint64_t{1}, [&] {
                  b.described(std::uint64_t{2}, [&] {
                      b.list([&] {
                          b.add({});
                          b.add({});
                      });
                  });
              });
          }) == "");
    CHECK(builds(wire<"00 53 01 45">, [](builder& b) { b.described(std::uint64_t{1}, [&] { b.list([] {}); }); }) == "");
    CHECK(builds(wire<"c0 06 02 00 53 01 45 40">, [](builder& b) {
              b.list([&] {
                  b.described(std::uint64_t{1}, [&] { b.list([] {}); });
                  b.add({});
              });
          }) == "");
    CHECK(build_refusal([](builder& b) { b.described(symbol{"d"}, [] {}); }) == errc::amqp_count);
    CHECK(build_refusal([](builder& b) {
              b.described(symbol{"d"}, [&] {
                  b.add(1);
                  b.add(2);
              });
          }) == errc::amqp_count);
}

TEST_CASE("elements of an array are written in the widest form of their type [AMQP 1.6.24]") {
    const auto array_of = [](auto... elements) {
        return [=](builder& b) { b.array([&] { (b.add(elements), ...); }); };
    };
    CHECK(builds(wire<"e0 02 00 40">, array_of()) == "");
    CHECK(builds(wire<"e0 02 03 40">, array_of(value{}, value{}, value{})) == "");
    CHECK(builds(wire<"e0 04 02 56 01 00">, array_of(true, false)) == "");
    CHECK(builds(wire<"e0 04 02 50 07 ff">, array_of(std::uint8_t{7}, std::uint8_t{255})) == "");
    CHECK(builds(wire<"e0 06 02 60 0007 ffff">, array_of(std::uint16_t{7}, std::uint16_t{65535})) == "");
    CHECK(builds(wire<"e0 0a 02 70 00000000 00000007">, array_of(0u, 7u)) == "");
    CHECK(builds(wire<"e0 12 02 80 0000000000000000 ffffffffffffffff">,
                 array_of(std::uint64_t{0}, std::uint64_t{18446744073709551615u})) == "");
    CHECK(builds(wire<"e0 04 02 51 07 ff">, array_of(std::int8_t{7}, std::int8_t{-1})) == "");
    CHECK(builds(wire<"e0 06 02 61 0007 ffff">, array_of(std::int16_t{7}, std::int16_t{-1})) == "");
    CHECK(builds(wire<"e0 0a 02 71 00000007 ffffffff">, array_of(7, -1)) == "");
    CHECK(builds(wire<"e0 12 02 81 0000000000000007 ffffffffffffffff">, array_of(std::int64_t{7}, std::int64_t{-1})) ==
          "");
    CHECK(builds(wire<"e0 0a 02 72 3f800000 bf800000">, array_of(1.0F, -1.0F)) == "");
    CHECK(builds(wire<"e0 0a 01 82 3ff0000000000000">, array_of(1.0)) == "");
    CHECK(builds(wire<"e0 06 01 74 22500001">, array_of(amqp::decimal32{0x22500001})) == "");
    CHECK(builds(wire<"e0 0a 01 84 2250000000000001">, array_of(amqp::decimal64{0x2250000000000001})) == "");
    CHECK(builds(wire<"e0 12 01 94 01000000000000000000000000000002">,
                 array_of(amqp::decimal128{{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}})) == "");
    CHECK(builds(wire<"e0 0a 02 73 00000041 0001f600">, array_of(U'A', U'\U0001F600')) == "");
    CHECK(builds(wire<"e0 0a 01 83 ffffffffffffffff">, array_of(amqp::timestamp{-1})) == "");
    CHECK(builds(wire<"e0 12 01 98 01000000000000000000000000000002">,
                 array_of(amqp::uuid{{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}})) == "");
    CHECK(builds(wire<"e0 0b 02 b0 00000001 ff 00000000">, array_of(bytes{wire<"ff">}, bytes{})) == "");
    CHECK(builds(wire<"e0 0d 02 b1 00000001 'a' 00000002 'bc'">, array_of("a", "bc")) == "");
    CHECK(builds(wire<"e0 0d 02 b3 00000001 'a' 00000002 'bc'">, array_of(symbol{"a"}, symbol{"bc"})) == "");
}

TEST_CASE("lists, maps and arrays are elements of arrays as well [AMQP 1.6.24]") {
    CHECK(builds(wire<"e0 14 02 d0 00000004 00000000 00000006 00000001 54 01">, [](builder& b) {
              b.array([&] {
                  b.list([] {});
                  b.list([&] { b.add(1); });
              });
          }) == "");
    CHECK(builds(wire<"e0 15 02 d1 00000004 00000000 00000007 00000002 41 54 01">, [](builder& b) {
              b.array([&] {
                  b.map([] {});
                  b.map([&] { b.entry(true, 1); });
              });
          }) == "");
    CHECK(builds(wire<"e0 16 02 f0 00000005 00000000 40 00000007 00000002 50 01 02">, [](builder& b) {
              b.array([&] {
                  b.array([] {});
                  b.array([&] {
                      b.add(std::uint8_t{1});
                      b.add(std::uint8_t{2});
                  });
              });
          }) == "");
    CHECK(build_refusal([](builder& b) { b.array([&] { b.map([&] { b.add("key"); }); }); }) == errc::amqp_odd_map);
}

TEST_CASE("views are elements of arrays as what they contain [AMQP 1.6.24]") {
    constexpr value items[] = {1, "two"};
    constexpr amqp::entry entries[] = {{"k", 1}};
    constexpr value pair[] = {symbol{"d"}, 1};
    const auto add_twice = [](const value& v) {
        return [&](builder& b) {
            b.array([&] {
                b.add(v);
                b.add(v);
            });
        };
    };
    CHECK(builds(wire<"e0 20 02 d0 0000000b 00000002 54 01 a1 03 'two' 0000000b 00000002 54 01 a1 03 'two'">,
                 add_twice(amqp::list{items})) == "");
    const auto on_the_wire = amqp::decode<value>(wire<"c0 08 02 54 01 a1 03 'two'">);
    CHECK(builds(wire<"e0 20 02 d0 0000000b 00000002 54 01 a1 03 'two' 0000000b 00000002 54 01 a1 03 'two'">,
                 add_twice(*on_the_wire)) == "");
    CHECK(builds(wire<"e0 1c 02 d1 00000009 00000002 a1 01 'k' 54 01 00000009 00000002 a1 01 'k' 54 01">,
                 add_twice(amqp::map{entries})) == "");
    const auto array = amqp::decode<value>(wire<"e0 06 01 70 00000007">);
    CHECK(builds(wire<"e0 1c 02 f0 00000009 00000001 70 00000007 00000009 00000001 70 00000007">, add_twice(*array)) ==
          "");
    CHECK(builds(wire<"e0 0e 02 00 a3 01 'd' 71 00000001 00000001">, add_twice(amqp::described{pair})) == "");
}

TEST_CASE("the elements of an array are of one type [AMQP 1.6.24]") {
    const auto mixed = [](auto first, auto second) {
        return build_refusal([&](builder& b) {
            b.array([&] {
                b.add(first);
                b.add(second);
            });
        });
    };
    CHECK(mixed(1, 2) == errc::none);
    CHECK(mixed(1, 2u) == errc::amqp_mixed_array);
    CHECK(mixed("a", symbol{"a"}) == errc::amqp_mixed_array);
    CHECK(mixed(value{}, 1) == errc::amqp_mixed_array);
    CHECK(mixed(1, value{}) == errc::amqp_mixed_array);
    CHECK(mixed(1, amqp::list{}) == errc::amqp_mixed_array);
    CHECK(mixed(amqp::list{}, amqp::map{}) == errc::amqp_mixed_array);
    constexpr value one[] = {symbol{"d"}, 1};
    constexpr value of_another_type[] = {symbol{"d"}, 1u};
    constexpr value by_another_name[] = {symbol{"e"}, 1};
    constexpr value longer[] = {symbol{"dd"}, 1};
    const value nested[] = {symbol{"d"}, amqp::described{one}};
    CHECK(mixed(amqp::described{one}, amqp::described{one}) == errc::none);
    CHECK(mixed(amqp::described{one}, amqp::described{of_another_type}) == errc::amqp_mixed_array);
    CHECK(mixed(amqp::described{one}, amqp::described{by_another_name}) == errc::amqp_mixed_array);
    CHECK(mixed(amqp::described{one}, amqp::described{longer}) == errc::amqp_mixed_array);
    CHECK(mixed(amqp::described{longer}, amqp::described{one}) == errc::amqp_mixed_array);
    CHECK(mixed(amqp::described{one}, amqp::described{nested}) == errc::amqp_mixed_array);
    CHECK(mixed(amqp::described{nested}, amqp::described{one}) == errc::amqp_mixed_array);
    CHECK(mixed(amqp::described{nested}, amqp::described{nested}) == errc::none);
    CHECK(mixed(amqp::described{one}, 1) == errc::amqp_mixed_array);
    CHECK(mixed(1, amqp::described{one}) == errc::amqp_mixed_array);
    CHECK(build_refusal([](builder& b) { b.array([&] { b.add(amqp::end{}); }); }) == errc::amqp_mixed_array);
    std::array<char, 16> memory{};
    builder array{memory};
    array.array([&] {
        array.add(1);
        array.add(2u);
    });
    CHECK(array.finish().error() == hubwire::error{.code = errc::amqp_mixed_array, .offset = 8});
    // An array that follows another one has a constructor of its own.
    CHECK(builds(wire<"c0 0b 02 e0 03 01 50 01 e0 03 01 51 01">, [](builder& b) {
              b.list([&] {
                  b.array([&] { b.add(std::uint8_t{1}); });
                  b.array([&] { b.add(std::int8_t{1}); });
              });
          }) == "");
}

TEST_CASE("arrays of described values fit in just as much room as they take [AMQP 1.2]") {
    // The descriptor is compared with that of the first element, and takes no room a second time.
    CHECK(builds(wire<"e0 14 03 00 a3 0f 'a:long:descript' 40">, [](builder& b) {
              b.array([&] {
                  for (int i = 0; i != 3; ++i) b.described(symbol{"a:long:descript"}, [&] { b.add({}); });
              });
          }) == "");
    CHECK(builds(wire<"e0 1a 02 00 53 01 00 a3 01 'd' d0 00000004 00000000 00000005 00000001 40">, [](builder& b) {
              b.array([&] {
                  b.described(std::uint64_t{1}, [&] { b.described(symbol{"d"}, [&] { b.list([] {}); }); });
                  b.described(std::uint64_t{1}, [&] { b.described(symbol{"d"}, [&] { b.list([&] { b.add({}); }); }); });
              });
          }) == "");
}

TEST_CASE("what elements are described by nests no deeper than decoders read, also where it was decoded") {
    const auto nested = [](int depth) {
        std::string wire = "\x54\1"s;
        for (int i = 0; i != depth; ++i) wire = "\xc0"s + static_cast<char>(wire.size() + 1) + '\1' + wire;
        return wire;
    };
    for (const int depth : {0, 1, 2, 3, 4}) {
        const std::string wire = nested(depth);
        const auto descriptor = amqp::decode<value>(wire);
        REQUIRE(descriptor);
        std::array<char, 64> memory{};
        builder b{memory};
        b.array([&] {
            for (int i = 0; i != 2; ++i) b.described(*descriptor, [&] { b.add(i); });
        });
        CHECK(b.finish().has_value() == (depth <= 2));
        if (depth <= 2) CHECK(amqp::decode<value>(*b.encoded()));
        if (depth > 2) CHECK(b.encoded().error().code == errc::amqp_depth);
    }
}

TEST_CASE("sizes count the counts: 254 bytes are the most of the small forms [AMQP 1.2]") {
    for (const std::size_t count : {253u, 254u, 255u, 256u}) {
        INFO(count);
        const auto byte = [](std::size_t n) {
            return std::string(1, static_cast<char>(static_cast<unsigned char>(n)));
        };
        const auto add_nulls = [&](builder& b) {
            return [&b, count] {
                for (std::size_t i = 0; i != count; ++i) b.add({});
            };
        };
        const std::string content(count, '\x40');
        const auto head = [&](std::size_t size, std::size_t items, char small, char large) {
            return size <= 254 && items <= 255 ? small + byte(size + 1) + byte(items)
                                               : large + be32(size + 4) + be32(items);
        };
        CHECK(builds(head(count, count, '\xc0', '\xd0') + content, [&](builder& b) { b.list(add_nulls(b)); }) == "");
        if (count % 2 == 0) {
            CHECK(builds(head(count, count, '\xc1', '\xd1') + content, [&](builder& b) { b.map(add_nulls(b)); }) == "");
        }
        const std::string text(count - 2, 't');  // behind a null: as many bytes in two items
        CHECK(builds(head(count + 1, 2, '\xc1', '\xd1') + "\x40\xa1" + byte(text.size()) + text,
                     [&](builder& b) { b.map([&] { b.entry({}, text); }); }) == "");
        CHECK(builds(head(1, count, '\xe0', '\xf0') + "\x40", [&](builder& b) { b.array(add_nulls(b)); }) == "");
        CHECK(builds(head(count + 1, count, '\xe0', '\xf0') + "\x50" + std::string(count, '\1'), [&](builder& b) {
                  b.array([&] {
                      for (std::size_t i = 0; i != count; ++i) b.add(std::uint8_t{1});
                  });
              }) == "");
    }
}

TEST_CASE("everything nests in everything, and outer heads that turn out to be large move what is inside") {
    const std::string text(200, 't');
    const std::string text_wire = "\xa1\xc8" + text;
    const std::string inner_list = "\xc0\xcb\1" + text_wire;
    const std::string element_list = be32(206) + be32(1) + text_wire;
    const std::string array_content = "\0\xa3\1d\xd0"s + element_list + element_list;
    const std::string array_whole = "\xf0" + be32(4 + array_content.size()) + be32(2) + array_content;
    const std::string map_content = "\xa1\1k" + array_whole + inner_list + "\0\x53\1"s + inner_list;
    const std::string map_whole = "\xd1" + be32(4 + map_content.size()) + be32(4) + map_content;
    const std::string whole = "\xd0" + be32(4 + map_whole.size() + 1) + be32(2) + map_whole + "\x45";
    CHECK(builds(whole, [&](builder& b) {
              const auto add_list = [&] { b.list([&] { b.add(text); }); };
              b.list([&] {
                  b.map([&] {
                      b.add("k");
                      b.array([&] {
                          b.described(symbol{"d"}, add_list);
                          b.described(symbol{"d"}, add_list);
                      });
                      add_list();
                      b.described(std::uint64_t{1}, add_list);
                  });
                  b.list([] {});
              });
          }) == "");
}

TEST_CASE("a builder nests as deep as a decoder does") {
    const auto nested = [](builder& b, unsigned depth, auto& self) -> void {
        if (depth == 0) return b.add({});
        if (depth % 4 == 0) return b.list([&] { self(b, depth - 1, self); });
        if (depth % 4 == 1) return b.array([&] { self(b, depth - 1, self); });
        if (depth % 4 == 2) return b.described(1u, [&] { self(b, depth - 1, self); });
        b.map([&] {
            b.add({});
            self(b, depth - 1, self);
        });
    };
    const auto refusal_of = [&](unsigned depth, const amqp::options& rules = {}) {
        return build_refusal([&](builder& b) { nested(b, depth, nested); }, rules);
    };
    for (unsigned depth = 0; depth <= 64; ++depth) CHECK(refusal_of(depth) == errc::none);
    CHECK(refusal_of(65) == errc::amqp_depth);
    CHECK(refusal_of(70) == errc::amqp_depth);
    CHECK(refusal_of(3, {.max_depth = 3}) == errc::none);
    CHECK(refusal_of(4, {.max_depth = 3}) == errc::amqp_depth);
    CHECK(refusal_of(1, {.max_depth = 0}) == errc::amqp_depth);
    CHECK(refusal_of(100, {.max_depth = 100}) == errc::none);
}

TEST_CASE("what no encoder sends, no builder does") {
    for (const bool in_array : {false, true}) {
        INFO(in_array);
        const auto adding = [&](const value& v, const amqp::options& rules = {}) {
            return build_refusal(
                [&](builder& b) {
                    if (in_array) return b.array([&] { b.add(v); });
                    b.list([&] { b.add(v); });
                },
                rules);
        };
        CHECK(adding("a\xff") == errc::invalid_utf8);
        CHECK(adding(symbol{"a\xff"}) == errc::amqp_symbol);
        CHECK(adding(symbol{"a\xff"}, {.any_symbol = true}) == errc::none);
        CHECK(adding(char32_t{0xD800}) == errc::amqp_char);
    }
    CHECK(build_refusal([](builder& b) { b.list([&] { b.add(amqp::sasl_mechanisms{}); }); }) ==
          errc::amqp_missing_field);
    // The first failure sticks.
    CHECK(build_refusal([](builder& b) {
              b.list([&] {
                  b.add("\xff");
                  b.map([&] { b.add(1); });
              });
          }) == errc::invalid_utf8);
}

TEST_CASE("four billion elements from the wire are put into an array at no cost [AMQP 1.6.24]") {
    for (const char code : "\x40\x41\x43\x45"sv) {
        const std::string huge = "\xf0" + be32(5) + be32(0xffff'ffff) + code;
        const auto v = amqp::decode<value>(huge);
        REQUIRE(v);
        INFO(support::detail::hex(huge));
        CHECK(builds("\xe0\x0b\1" + huge, [&](builder& b) { b.array([&] { b.add(*v); }); }) == "");
        CHECK(builds("\xc0\x0b\1" + huge, [&](builder& b) { b.list([&] { b.add(*v); }); }) == "");
    }
}

TEST_CASE("what is not whole yet is no value") {
    char memory[64];
    builder b{memory};
    b.list([&] {
        b.add(1);
        CHECK(b.finish().error().code == errc::amqp_count);
        CHECK(b.encoded().error().code == errc::amqp_count);
    });
    CHECK(b.finish());
}
