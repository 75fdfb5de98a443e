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
using hubwire::proven_writer;
using hubwire::result;
using hubwire::writer;
using support::wire;
using namespace std::literals;

namespace {

/// Uses all of the writer: a part whose size is patched in, with a number of each width and a text, then a byte.
constexpr void write_record(auto& out) {
    out.u8(0);
    out.u16(0x0102);
    out.u32(0x01020304);
    out.u64(0x0102030405060708);
    out.template sized<std::uint8_t>("abc"sv);
    out.template patch<std::uint8_t>(0, static_cast<std::uint8_t>(out.size() - 1));
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
static_assert(encodes_at_compile_time<writer>() && encodes_at_compile_time<proven_writer>());
static_assert(*encoded_size() == expected.size());

}  // namespace

TEST_CASE("all writers agree on what is written") {
    std::array<unsigned char, 32> memory{};
    CHECK(*encode<writer>(memory) == bytes{expected});
    memory.fill(0);
    CHECK(*encode<proven_writer>(memory) == bytes{expected});
    CHECK(*encoded_size() == expected.size());
    CHECK(support::every_capacity(expected, encode<writer>) == "");
}

TEST_CASE("a proven writer writes nothing but what it was told, in memory of exactly that size") {
    support::exact_block memory{expected.size()};
    CHECK(*encode<proven_writer>(buffer{memory.data(), memory.size()}) == bytes{expected});
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

TEST_CASE("a patch after running out of room is not written, wherever it would lie") {
    std::array<char, 2> memory{'a', 'b'};
    writer out{memory};
    out.u8(1);
    out.u16(2);
    out.patch<std::uint16_t>(1, 0xffff);
    CHECK(std::string_view{memory.data(), 2} == "\1b");
    CHECK(out.finish().error().code == errc::no_space);
}

TEST_CASE("a text as long as its length field can say is written, one byte more is too long") {
    const std::string longest(255, 'x');
    const std::string too_long(256, 'x');
    std::array<char, 300> memory{};

    writer fits{memory};
    fits.sized<std::uint8_t>(longest);
    REQUIRE(fits.finish());
    CHECK(fits.finish()->size() == 256);
    CHECK((*fits.finish())[0] == 255);

    writer does_not{memory};
    does_not.u8(1);
    does_not.sized<std::uint8_t>(too_long);
    CHECK_FALSE(does_not.ok());
    CHECK(does_not.finish().error() == error{.code = errc::too_long, .offset = 1});

    counting_writer counts;
    counts.u8(1);
    counts.sized<std::uint8_t>(too_long);
    CHECK_FALSE(counts.ok());
    CHECK(counts.finish().error() == error{.code = errc::too_long, .offset = 1});

    support::exact_block room{258};
    proven_writer proven{buffer{room.data(), room.size()}};
    proven.u8(1);
    proven.sized<std::uint8_t>(too_long);
    CHECK(proven.finish().error() == error{.code = errc::too_long, .offset = 1});

    const std::string longest16(65'535, 'x');
    counting_writer counts16;
    counts16.sized<std::uint16_t>(longest16);
    CHECK(*counts16.finish() == 65'537);
    counts16.sized<std::uint16_t>(longest16 + "x");
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
    const bytes endless{nullptr, std::numeric_limits<std::size_t>::max() - 2};
    std::array<char, 1> memory{};
    writer out{memory};
    out.put(endless);
    out.put(endless);
    CHECK(out.finish().error().code == errc::no_space);
    CHECK(out.finish().error().needed == std::numeric_limits<std::size_t>::max() - 1);

    counting_writer counts;
    counts.put(endless);
    CHECK(counts.ok());
    counts.put(endless);
    CHECK_FALSE(counts.finish());
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
