#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/sweep.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using hubwire::reader;
using hubwire::result;
using support::wire;

namespace {

/// A record that uses all of the reader: a part of known size with a number of each width and a text, then a byte.
struct record {
    std::uint16_t small = 0;
    std::uint32_t medium = 0;
    std::uint64_t large = 0;
    std::string_view name;
    std::uint8_t last = 0;
};

constexpr result<record> decode(bytes input) {
    reader in{input};
    record value;
    const auto outside = in.enter(in.u8());
    value.small = in.u16();
    value.medium = in.u32();
    value.large = in.u64();
    value.name = in.sized8().text();
    in.leave(outside);
    value.last = in.u8();
    return in.result_of(value);
}

constexpr auto whole = wire<
    "12"                       // 18 bytes follow in the part
    "01 02"                    // small
    "01 02 03 04"              // medium
    "01 02 03 04 05 06 07 08"  // large
    "03 'abc'"                 // name
    "ff">;                     // last

static_assert(decode(whole)->small == 0x0102);
static_assert(decode(whole)->medium == 0x01020304);
static_assert(decode(whole)->large == 0x0102030405060708);
static_assert(decode(whole)->name == "abc");
static_assert(decode(whole)->last == 0xff);
static_assert(decode(bytes{whole}.first(19)).error() == error{.code = errc::incomplete, .offset = 19, .needed = 1});

}  // namespace

TEST_CASE("the reader reads what is there, in order") {
    reader in{whole};
    CHECK(in.left() == 20);
    CHECK(in.offset() == 0);
    CHECK(in.u8() == 18);
    CHECK(in.take(2) == bytes{wire<"01 02">});
    CHECK(in.offset() == 3);
    CHECK(in.left() == 17);
    CHECK(in.be<std::uint32_t>() == 0x01020304);
    CHECK(in.take(0).empty());
    CHECK(in.rest().size() == 13);
    CHECK(in.left() == 0);
    CHECK(in.rest().empty());
    CHECK(in.ok());
    CHECK(in.error().code == errc::none);
}

TEST_CASE("the reader refuses truncated and survives mutated input") {
    CHECK(support::every_truncation(whole, decode) == "");
    CHECK(support::every_mutation(whole, decode) == "");
    CHECK(support::every_short_input(decode) == "");
}

TEST_CASE("running out of an open input is incomplete, and says how much is missing at least") {
    reader in{wire<"01 02">};
    CHECK(in.u32() == 0);
    CHECK_FALSE(in.ok());
    CHECK(in.error() == error{.code = errc::incomplete, .offset = 2, .needed = 2});
}

TEST_CASE("running out of a closed input is an error, at the value that does not fit") {
    reader in{wire<"01 02 03">, errc::truncated};
    CHECK(in.u8() == 1);
    CHECK(in.u32() == 0);
    CHECK(in.error() == error{.code = errc::truncated, .offset = 1});
}

TEST_CASE("running out of a part is truncated, even where more input follows") {
    reader in{wire<"00 01 02 03 04 05">};
    in.u8();
    const auto outside = in.enter(3);
    CHECK(in.left() == 3);
    CHECK(in.u32() == 0);
    in.leave(outside);
    CHECK(in.error() == error{.code = errc::truncated, .offset = 1});
}

TEST_CASE("a part within a part cannot reach out of it") {
    reader in{wire<"00 01 02 03 04 05">};
    const auto outside = in.enter(3);
    in.u8();
    const auto between = in.enter(3);
    CHECK(in.left() == 0);
    in.leave(between);
    in.leave(outside);
    CHECK(in.error() == error{.code = errc::truncated, .offset = 1});
}

TEST_CASE("what lies ahead in a part counts whether it is there yet or not, and in the input only if it is") {
    reader in{wire<"00 01 02">};
    CHECK(in.ahead() == 3);
    (void)in.enter(5);
    CHECK(in.left() == 3);
    CHECK(in.ahead() == 5);
    (void)in.enter(4);
    CHECK(in.ahead() == 4);
    CHECK(in.u16() == 1);
    CHECK(in.ahead() == 2);
    CHECK(in.u8() == 2);
    CHECK(in.left() == 0);
    CHECK(in.ahead() == 1);
    CHECK(in.ok());
    CHECK(in.u8() == 0);
    CHECK(in.error() == error{.code = errc::incomplete, .offset = 3, .needed = 1});
    CHECK(in.ahead() == 0);
}

TEST_CASE("in a part that is not all there yet, a read asks for what it lacks, and the rest for all of it") {
    reader number{wire<"00 01 02">};
    (void)number.enter(9);
    CHECK(number.u32() == 0);
    CHECK(number.error() == error{.code = errc::incomplete, .offset = 3, .needed = 1});

    reader rest{wire<"00 01 02">};
    (void)rest.enter(9);
    rest.u8();
    CHECK(rest.rest().empty());
    CHECK(rest.error() == error{.code = errc::incomplete, .offset = 3, .needed = 6});
}

TEST_CASE("what cannot fit into a part is refused before the part is all there") {
    reader in{wire<"00 ff 02">};
    (void)in.enter(5);
    in.u8();
    CHECK(in.sized8().empty());
    CHECK(in.error() == error{.code = errc::truncated, .offset = 2});

    reader nested{wire<"00 01">};
    (void)nested.enter(5);
    (void)nested.enter(6);
    CHECK(nested.error() == error{.code = errc::truncated, .offset = 0});

    reader fits{wire<"00 01">};
    const auto outer = fits.enter(5);
    const auto inner = fits.enter(4);
    CHECK(fits.u16() == 1);
    CHECK(fits.rest().empty());
    fits.leave(inner);
    fits.leave(outer);
    CHECK(fits.error() == error{.code = errc::incomplete, .offset = 2, .needed = 2});
}

TEST_CASE("bytes left over in a part are refused before the part is all there") {
    reader in{wire<"00 01 02 03">};
    const auto outer = in.enter(9);
    const auto inner = in.enter(3);
    in.u16();
    in.leave(inner);
    in.leave(outer);
    CHECK(in.error() == error{.code = errc::leftover, .offset = 2});

    reader absent{wire<"00 01">};
    const auto around = absent.enter(9);
    absent.u16();
    absent.leave(around);
    CHECK(absent.error() == error{.code = errc::leftover, .offset = 2});
}

TEST_CASE("a closed input's parts have to be there") {
    reader in{wire<"00 01 02">, errc::over_limit};
    (void)in.enter(4);
    CHECK(in.error() == error{.code = errc::over_limit, .offset = 0});
}

TEST_CASE("after a part, running out means what it meant before") {
    reader closed{wire<"00 01 02">, errc::over_limit};
    const auto only = closed.enter(2);
    closed.u16();
    closed.leave(only);
    CHECK(closed.u16() == 0);
    CHECK(closed.error() == error{.code = errc::over_limit, .offset = 2});

    reader nested{wire<"00 01 02 03">};
    const auto outer = nested.enter(3);
    const auto inner = nested.enter(2);
    nested.u16();
    nested.leave(inner);
    CHECK(nested.u16() == 0);
    CHECK(nested.error() == error{.code = errc::truncated, .offset = 2});
    nested.leave(outer);
    CHECK(nested.error() == error{.code = errc::truncated, .offset = 2});
}

TEST_CASE("a loop that breaks off at a failure need not leave the part it was in") {
    reader in{wire<"05 09">};
    const auto outside = in.enter(2);
    while (in.left() != 0) {
        const auto item = in.enter(in.u8());
        if (!in.ok()) break;
        in.rest();
        in.leave(item);
    }
    in.leave(outside);
    CHECK(in.result_of(0).error() == error{.code = errc::truncated, .offset = 1});
}

TEST_CASE("after a failure, offsets computed from what was not read do no harm") {
    reader in{bytes{}};
    in.u8();
    in.fail(errc::too_long, in.offset() - 1);
    CHECK(in.error().code == errc::incomplete);
    CHECK(in.read_since(7).empty());
}

TEST_CASE("bytes left over in a part are an error, at the first of them") {
    reader in{wire<"00 01 02 03">};
    const auto outside = in.enter(3);
    in.u8();
    in.leave(outside);
    CHECK(in.error() == error{.code = errc::leftover, .offset = 1});
    CHECK(in.left() == 0);
}

TEST_CASE("after a part the reader goes on behind it, and running out is incomplete again") {
    reader in{wire<"00 01 02 03">};
    const auto outside = in.enter(2);
    CHECK(in.rest() == bytes{wire<"00 01">});
    in.leave(outside);
    CHECK(in.u8() == 2);
    CHECK(in.left() == 1);
    CHECK(in.u16() == 0);
    CHECK(in.error() == error{.code = errc::incomplete, .offset = 4, .needed = 1});
}

TEST_CASE("the first failure sticks, and nothing is read after it") {
    reader in{wire<"01 02 03 04">};
    in.u8();
    in.fail(errc::too_long);
    CHECK(in.left() == 0);
    CHECK(in.u8() == 0);
    CHECK(in.sized8().empty());
    CHECK(in.rest().empty());
    in.fail(errc::leftover, 0);
    const auto outside = in.enter(1);
    in.leave(outside);
    CHECK(in.error() == error{.code = errc::too_long, .offset = 1});
    CHECK(in.result_of(1).error() == in.error());
}

TEST_CASE("a failure can name an earlier offset than where the reader stands") {
    reader in{wire<"01 02 03 04">};
    in.u32();
    in.fail(errc::too_long, 2);
    CHECK(in.error() == error{.code = errc::too_long, .offset = 2});
}

TEST_CASE("a failure found within a view gets its place in the whole input") {
    const bytes input = wire<"01 02 'abc' 03">;
    reader in{input};
    in.u16();
    const bytes text = in.take(3);
    in.expect(text, result<void>{});
    in.expect(text, result<int>{1});
    CHECK(in.ok());
    in.expect(text, result<void>{error{.code = errc::invalid_utf8, .offset = 1}});
    CHECK(in.error() == error{.code = errc::invalid_utf8, .offset = 3});
    in.expect(text, result<void>{error{.code = errc::leftover, .offset = 0}});
    CHECK(in.error() == error{.code = errc::invalid_utf8, .offset = 3});

    reader again{input};
    again.u8();
    again.expect(again.take(2), result<void>{error{.code = errc::incomplete, .offset = 2, .needed = 5}});
    CHECK(again.error() == error{.code = errc::truncated, .offset = 3});

    reader failed{input};
    failed.expect(failed.take(7), result<void>{error{.code = errc::leftover}});
    CHECK(failed.error() == error{.code = errc::incomplete, .offset = 6, .needed = 1});
}

TEST_CASE("a length above the limit is refused as soon as it is there") {
    const auto sized = [](bytes input, std::size_t limit) {
        reader in{input};
        in.u8();
        const bytes content = in.sized32(limit);
        return in.result_of(content);
    };
    CHECK(sized(wire<"00 00000003 'abc'">, 3)->text() == "abc");
    CHECK(sized(wire<"00 00000003 'abc'">, 2).error() == error{.code = errc::over_limit, .offset = 1});
    CHECK(sized(wire<"00 ffffffff">, 0xfffffffe).error() == error{.code = errc::over_limit, .offset = 1});
    CHECK(sized(wire<"00 ffff">, 1).error() == error{.code = errc::incomplete, .offset = 3, .needed = 2});
}

TEST_CASE("an input that is to hold one value holds nothing else") {
    reader exact{wire<"01 02">};
    CHECK(*exact.finish(exact.u16()) == 0x0102);

    reader longer{wire<"01 02 03">};
    const auto value = longer.u16();
    CHECK(longer.finish(value).error() == error{.code = errc::leftover, .offset = 2});

    reader shorter{wire<"01">};
    CHECK(shorter.finish(shorter.u16()).error() == error{.code = errc::incomplete, .offset = 1, .needed = 1});
}

TEST_CASE("what was read can be looked at again as it stands in the input") {
    const bytes input = wire<"01 02 03 04">;
    reader in{input};
    in.u8();
    const std::size_t begin = in.offset();
    in.u16();
    CHECK(in.read_since(begin) == bytes{wire<"02 03">});
    CHECK(in.read_since(in.offset()).empty());
    CHECK(in.read_since(0) == input.first(3));
}

TEST_CASE("a copy of a reader reads on by itself") {
    reader in{wire<"01 02 03">};
    in.u8();
    reader copy = in;
    CHECK(copy.u16() == 0x0203);
    CHECK(in.u8() == 2);
    CHECK(in.left() == 1);
}

TEST_CASE("a length of two bytes counts with both") {
    std::array<char, 2 + 258> input{'\1', '\2'};
    reader in{input};
    CHECK(in.sized16().size() == 258);
    CHECK(in.left() == 0);
}

TEST_CASE("lengths up to the largest do not wrap") {
    reader sized{wire<"ff ff ff ff ff ff ff ff 'abc'">};
    CHECK(sized.sized32(0xffffffff).empty());
    CHECK(sized.error().needed == 0xffffffff - 7);

    reader taken{wire<"'abc'">};
    taken.u8();
    CHECK(taken.take(static_cast<std::size_t>(-1)).empty());
    CHECK(taken.error() == error{.code = errc::incomplete, .offset = 3, .needed = static_cast<std::size_t>(-1) - 2});
}

TEST_CASE("an empty input, with or without an address, is read as any other") {
    for (const bytes input : {bytes{}, bytes{std::string_view{""}}}) {
        reader in{input};
        CHECK(in.rest().empty());
        CHECK(in.take(0).empty());
        CHECK(in.ok());
        CHECK(in.u8() == 0);
        CHECK(in.error() == error{.code = errc::incomplete, .offset = 0, .needed = 1});
    }
}

TEST_CASE("a quick reader takes what a reader takes, and fails where that fails") {
    const std::string input = "0123456789";
    for (std::size_t size = 0; size <= input.size(); ++size) {
        const support::exact_block block{bytes{input.data(), size}};
        for (std::size_t first = 0; first <= size + 1; ++first) {
            for (std::size_t part = 0; part <= size + 1; ++part) {
                reader in{block, errc::truncated};
                hubwire::quick_reader quick{block};
                CHECK(quick.take(first) == in.take(first));
                const auto around = in.enter(part);
                const auto quick_around = quick.enter(part);
                CHECK(quick.u16() == in.u16());
                CHECK(quick.rest() == in.rest());
                in.leave(around);
                quick.leave(quick_around);
                CHECK(quick.ok() == in.ok());
                CHECK(quick.left() == in.left());
                CHECK(quick.sized8() == in.sized8());
                CHECK(quick.ok() == in.ok());
            }
        }
    }
}
