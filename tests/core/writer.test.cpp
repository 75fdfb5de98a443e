#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/sweep.hpp"
#include "support/wire.hpp"

using hubwire::buffer;
using hubwire::bytes;
using hubwire::counting_writer;
using hubwire::errc;
using hubwire::error;
using hubwire::result;
using hubwire::unchecked_writer;
using hubwire::writer;
using support::wire;
using namespace std::literals;

namespace {

/// Uses all of the writer: a part whose size is patched in, with a number of each width and a text, then a byte.
template <hubwire::room Room>
constexpr void write_record(hubwire::basic_writer<Room>& out) {
    const auto size = out.reserve8();
    out.u16(0x0102);
    out.u32(0x01020304);
    out.u64(0x0102030405060708);
    out.sized8("abc"sv);
    out.fill_size(size);
    out.u8(0xff);
}

constexpr auto expected = wire<"12  01 02  01 02 03 04  01 02 03 04 05 06 07 08  03 'abc'  ff">;

template <class Writer>
constexpr result<bytes> encode(buffer output) {
    Writer out{output};
    write_record(out);
    return out.finish();
}

constexpr result<std::size_t> encoded_size() {
    counting_writer out;
    write_record(out);
    return out.finish();
}

template <class Writer>
constexpr bool encodes_at_compile_time() {
    std::array<char, expected.size()> memory{};
    return *encode<Writer>(memory) == bytes{expected} && memory == expected;
}
static_assert(encodes_at_compile_time<writer>() && encodes_at_compile_time<unchecked_writer>());
static_assert(*encoded_size() == expected.size());

}  // namespace

TEST_CASE("all writers agree on what is written") {
    std::array<unsigned char, 32> memory{};
    CHECK(*encode<writer>(memory) == bytes{expected});
    memory.fill(0);
    CHECK(*encode<unchecked_writer>(memory) == bytes{expected});
    CHECK(*encoded_size() == expected.size());
    CHECK(support::every_capacity(expected, encode<writer>) == "");
}

TEST_CASE("an unchecked writer writes nothing but what it was told, in memory of exactly that size") {
    support::exact_block memory{expected.size()};
    CHECK(*encode<unchecked_writer>(buffer{memory.data(), memory.size()}) == bytes{expected});
}

TEST_CASE("the checked writer takes a short value no more once a long one did not fit") {
    std::array<char, 4> memory{'a', 'b', 'c', 'd'};
    writer out{memory};
    out.u8(1);
    out.u32(2);  // three bytes of room are left
    out.u8(3);
    CHECK_FALSE(out.ok());
    CHECK(out.size() == 6);
    CHECK(out.finish().error() == error{.code = errc::no_space, .offset = 4, .needed = 2});
    CHECK(std::string_view{memory.data(), 4} == "\1bcd");
}

TEST_CASE("a writer that ran out of room leaves what lies behind it alone, whatever else is written") {
    std::array<char, 12> memory{};
    writer out{buffer{memory.data() + 1, 3}};
    out.u16(0x0102);
    out.u32(0x03040506);
    out.u8(7);
    out.put("x"sv);
    out.sized8("abc"sv);
    CHECK(memory == std::array<char, 12>{0, 1, 2});
    CHECK(out.finish().error().needed == 9);
}

TEST_CASE("a place that did not fit is not filled in, wherever it would lie") {
    std::array<char, 2> memory{'a', 'b'};
    writer out{memory};
    out.u8(1);
    const auto beyond = out.reserve16();
    out.fill(beyond, 0xffff);
    out.fill_size(beyond);
    CHECK(std::string_view{memory.data(), 2} == "\1b");
    CHECK(out.finish().error().code == errc::no_space);
}

TEST_CASE("a number as large as its field can hold is written, one more is too large") {
    std::array<char, 16> memory{};
    writer fits{memory};
    fits.u8(0xff);
    fits.u16(0xffff);
    fits.u32(0xffffffff);
    fits.u64(0xffffffffffffffff);
    CHECK(*fits.finish() == bytes{wire<"ff ffff ffffffff ffffffffffffffff">});

    const auto refused = [&](auto write) {
        writer out{memory};
        out.u8(1);
        write(out);
        const auto answer = out.finish();
        return !answer && answer.error() == error{.code = errc::too_large, .offset = 1};
    };
    CHECK(refused([](writer& out) { out.u8(0x100); }));
    CHECK(refused([](writer& out) { out.u16(0x10000); }));
    CHECK(refused([](writer& out) { out.u32(0x100000000); }));
    CHECK(refused([](writer& out) { out.be<std::uint16_t>(static_cast<std::uint64_t>(-1)); }));

    writer filled{memory};
    const auto place = filled.reserve8();
    filled.fill(place, 0xff);
    CHECK((*filled.finish())[0] == 0xff);
    filled.fill(place, 0x100);
    CHECK(filled.finish().error() == error{.code = errc::too_large, .offset = 1});

    counting_writer counts;
    counts.u8(0x100);
    CHECK(counts.finish().error() == error{.code = errc::too_large, .offset = 0});
}

TEST_CASE("sizes filled in count what lies behind them, to the most their width can say") {
    const std::string content(255, 'x');
    std::array<char, 400> memory{};
    writer out{memory};
    out.u8(7);
    const auto outer = out.reserve16();
    const auto inner = out.reserve8();
    out.put(content);
    out.fill_size(inner);
    out.fill_size(outer);
    REQUIRE(out.finish());
    CHECK(out.finish()->first(4) == bytes{wire<"07 0100 ff">});

    out.u8(1);
    out.fill_size(inner);
    CHECK(out.finish().error() == error{.code = errc::too_long, .offset = 260});

    counting_writer counts;
    const auto counted = counts.reserve8();
    counts.put(content);
    counts.fill_size(counted);
    CHECK(*counts.finish() == 256);
    counts.u8(1);
    counts.fill_size(counted);
    CHECK(counts.finish().error() == error{.code = errc::too_long, .offset = 257});
}

TEST_CASE("a writer may be asked what it has at any time") {
    std::array<char, 4> memory{};
    writer out{memory};
    out.u8(1);
    CHECK(out.finish()->size() == 1);
    out.u16(2);
    CHECK(*out.finish() == bytes{wire<"01 0002">});
}

TEST_CASE("a text as long as its length field can say is written, one byte more is too long") {
    const std::string longest(255, 'x');
    const std::string too_long(256, 'x');
    std::array<char, 300> memory{};

    writer fits{memory};
    fits.sized8(longest);
    REQUIRE(fits.finish());
    CHECK(fits.finish()->size() == 256);
    CHECK((*fits.finish())[0] == 255);

    writer does_not{memory};
    does_not.u8(1);
    does_not.sized8(too_long);
    CHECK_FALSE(does_not.ok());
    CHECK(does_not.finish().error() == error{.code = errc::too_long, .offset = 1});

    counting_writer counts;
    counts.u8(1);
    counts.sized8(too_long);
    CHECK_FALSE(counts.ok());
    CHECK(counts.finish().error() == error{.code = errc::too_long, .offset = 1});

    support::exact_block room{258};
    unchecked_writer unchecked{buffer{room.data(), room.size()}};
    unchecked.u8(1);
    unchecked.sized8(too_long);
    CHECK(unchecked.finish().error() == error{.code = errc::too_long, .offset = 1});

    counting_writer counts32;
    counts32.sized32(std::string(65'536, 'x'));
    CHECK(*counts32.finish() == 65'540);

    const std::string longest16(65'535, 'x');
    counting_writer counts16;
    counts16.sized16(longest16);
    CHECK(*counts16.finish() == 65'537);
    counts16.sized16(longest16 + "x");
    CHECK(counts16.finish().error() == error{.code = errc::too_long, .offset = 65'537});
}

TEST_CASE("the first failure sticks") {
    std::array<char, 2> memory{};
    writer named{memory};
    named.u8(1);
    named.fail(errc::too_long);
    named.fail(errc::invalid_utf8);
    named.u32(1);
    CHECK(named.finish().error() == error{.code = errc::too_long, .offset = 1});

    writer full{memory};
    full.u32(1);
    full.fail(errc::too_long);
    CHECK(full.finish().error() == error{.code = errc::no_space, .offset = 2, .needed = 2});
}

TEST_CASE("sizes beyond what the machine can count are not taken for small ones") {
    // Views of one text can add up to more than there is memory; only their sizes are used here.
    std::array<char, 1> memory{};
    const bytes endless{memory.data(), std::numeric_limits<std::size_t>::max() - 2};
    writer out{memory};
    out.put(endless);
    out.put(endless);
    CHECK(out.finish().error().code == errc::no_space);
    CHECK(out.finish().error().needed == std::numeric_limits<std::size_t>::max() - 1);

    writer used{memory};
    used.u8(1);
    used.put(bytes{memory.data(), std::numeric_limits<std::size_t>::max()});
    CHECK(used.finish().error().code == errc::no_space);

    counting_writer counts;
    counts.put(endless);
    counts.u16(0);
    CHECK(*counts.finish() == std::numeric_limits<std::size_t>::max());
    counts.put(endless);
    CHECK_FALSE(counts.finish());
}

TEST_CASE("what is made where it goes is made only where there is room, and counted only where the most is too much") {
    const auto letters = [](char* to) {
        for (std::size_t i = 0; i != 3; ++i) to[i] = static_cast<char>('a' + i);
        return std::size_t{3};
    };
    CHECK(support::every_capacity("abc"sv, [&](buffer output) {
              writer out{output};
              out.put_with(3, letters);
              return out.finish();
          }) == "");
    std::size_t counted = 0;
    const auto count = [&] {
        ++counted;
        return std::size_t{3};
    };
    CHECK(support::every_capacity("xabc"sv, [&](buffer output) {
              writer out{output};
              out.u8('x');
              out.put_with(9, count, letters);
              return out.finish();
          }) == "");
    CHECK(counted != 0);

    std::array<char, 16> memory{};
    counted = 0;
    writer roomy{memory};
    roomy.put_with(16, count, letters);
    CHECK(roomy.finish()->text() == "abc");
    unchecked_writer unchecked{buffer{memory}};
    unchecked.put_with(std::numeric_limits<std::size_t>::max(), count, letters);
    CHECK(unchecked.finish()->text() == "abc");
    CHECK(counted == 0);

    counting_writer counts;
    counts.put_with(3, [](char*) { FAIL("there is nothing to write to"); });
    counts.put_with(9, count, [](char*) -> std::size_t {
        FAIL("there is nothing to write to");
        return 0;
    });
    CHECK(*counts.finish() == 6);

    writer full{buffer{memory.data(), 2}};
    full.u32(0);
    full.put_with(0, count, [](char*) -> std::size_t {
        FAIL("there is no room to write to");
        return 0;
    });
    CHECK(full.finish().error() == error{.code = errc::no_space, .offset = 2, .needed = 5});
}

TEST_CASE("what is not to stay was not written") {
    std::array<char, 4> memory{};
    unchecked_writer out{buffer{memory}};
    const auto make = [](bool stays) {
        return [stays](char* to) {
            to[0] = 'a';
            to[1] = 'b';
            return stays;
        };
    };
    CHECK(out.put_if(2, make(true)));
    CHECK_FALSE(out.put_if(2, make(false)));
    CHECK(out.size() == 2);
    out.u8('c');
    CHECK(out.finish()->text() == "abc");
}

TEST_CASE("writing nothing into nothing is fine") {
    writer out{buffer{}};
    out.put(bytes{});
    out.put(""sv);
    CHECK(out.ok());
    REQUIRE(out.finish());
    CHECK(out.finish()->empty());
    out.u8(1);
    CHECK(out.finish().error() == error{.code = errc::no_space, .offset = 0, .needed = 1});
}
