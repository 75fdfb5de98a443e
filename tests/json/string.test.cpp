#include <array>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_json.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace std::literals;
namespace json = hubwire::json;

namespace {

static_assert(json::string{"a"} == "a" && !(json::string{"a"} == "b") && json::string{}.raw().empty());
static_assert(*json::string{"a\\n"}.plain() == "a\\n" && !json::string{"a\\n"}.is_escaped());

/// The one string that the text is.
json::string read(std::string_view text) {
    json::reader in{text};
    const auto found = in.get<json::string>();
    REQUIRE(in.finish());
    return found;
}

std::string quoted(std::string_view plain) {
    std::string text = "\"";
    for (const char c : plain) {
        const auto byte = static_cast<unsigned char>(c);
        const std::size_t which = "\b\t\n\f\r\"\\"sv.find(c);
        if (which != std::string_view::npos) {
            text += '\\';
            text += "btnfr\"\\"[which];
        } else if (byte < 0x20) {
            text += "\\u00";
            text += "0123456789abcdef"[byte >> 4];
            text += "0123456789abcdef"[byte & 15];
        } else {
            text += c;
        }
    }
    return text + '"';
}

}  // namespace

TEST_CASE("a string without escapes is there where it lies, and one with escapes once it is decoded") {
    constexpr auto plain = "\"unit \u00fc\""sv;
    CHECK(read(plain).plain()->data() == plain.data() + 1);
    CHECK(read(plain).raw() == "unit \u00fc");
    const json::string escaped = read(R"("\"\\\/\b\f\n\r\t\u00e9\u4e16\ud83d\ude00\u0000\u007f")");
    CHECK(escaped.is_escaped());
    CHECK_FALSE(escaped.plain());
    constexpr auto meaning = "\"\\/\b\f\n\r\t\u00e9\u4e16\U0001F600\0\x7f"sv;
    CHECK(escaped.decoded_size() == meaning.size());
    CHECK(support::every_capacity(meaning, [&](hubwire::buffer to) { return escaped.decode(to); }) == "");
    CHECK(support::every_capacity("abc"sv, [&](hubwire::buffer to) { return json::string{"abc"}.decode(to); }) == "");
    CHECK(escaped == meaning);
    CHECK(read(R"("\uD83D\uDE00\uFFFF\uD7FF\uE000\udbff\udfff")") == "\U0001F600\uFFFF\uD7FF\uE000\U0010FFFF");
}

TEST_CASE("RFC 8259-7: behind a \\u come four hexadecimal digits, and nothing else") {
    const auto is_hex = [](int c) {
        return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f') || ('A' <= c && c <= 'F');
    };
    for (std::size_t at = 2; at != 6; ++at) {
        for (int c = 0; c != 256; ++c) {
            std::string text = R"("a\u00e9bcdefghijkl")";
            text[at + 2] = static_cast<char>(c);
            json::reader in{text};
            const auto value = in.get<json::string>();
            INFO(text);
            CHECK(in.ok() == is_hex(c));
            if (in.ok()) CHECK(value.is_escaped());
            if (!in.ok() && c >= 0x20 && c < 0x80) CHECK(in.error() == error{.code = errc::json_escape, .offset = 2});
        }
    }
    for (const std::string_view half : {R"("\ud800")"sv, R"("\uDFFF")"sv, R"("\udbff.")"sv}) {
        json::reader in{half};
        static_cast<void>(in.get<json::string>());
        CHECK(in.error() == error{.code = errc::json_surrogate, .offset = 1});
    }
    json::reader whole{R"("\ud7ff\uD000")"};
    CHECK(whole.get<json::string>().is_escaped());
    CHECK(whole.ok());
}

TEST_CASE("strings are compared by what they stand for") {
    CHECK(read(R"("\u0061b")") == "ab");
    CHECK("ab" == read(R"("a\u0062")"));
    CHECK(read(R"("\u0061b")") == read(R"("a\u0062")"));
    CHECK_FALSE(read(R"("\u0061b")") == "a");
    CHECK_FALSE(read(R"("\u0061b")") == "abc");
    CHECK_FALSE(read(R"("\u0061b")") == "aB");
    CHECK_FALSE(read(R"("\n")") == "\\n");
    CHECK_FALSE(json::string{"\\n"} == read(R"("\n")"));
    CHECK(json::string{"\\n"} == read(R"("\\n")"));
    CHECK(read(R"("\u00fc")") == std::string{"\u00fc"});
    CHECK_FALSE(read(R"("\u00fc")") == "\xC3");
    CHECK(read("\"\"") == json::string{});
}

TEST_CASE("RFC 8259-7: of a plain text only what has to be is escaped, and it reads as it was") {
    for (unsigned c = 0; c != 0x80; ++c) {
        for (std::size_t length : {0u, 1u, 7u, 8u, 15u, 16u, 17u, 40u}) {
            for (const std::size_t at : {std::size_t{0}, length / 2, length}) {
                std::string plain(length, 'a');
                plain.insert(at, 1, static_cast<char>(c));
                const std::string expected = quoted(plain);
                const support::exact_block block{plain};
                const std::string_view view{block.data(), block.size()};
                support::exact_block output{expected.size()};
                const auto written = json::encode_string(hubwire::buffer{output.data(), output.size()}, view);
                if (!written || written->text() != expected || !(read(expected) == view)) FAIL(expected);
            }
        }
    }
    for (const std::string_view plain :
         {"a\"b\\c\nd\x01"sv, "\u00fc\u4e16\U0001F600 and a long tail of ASCII"sv, ""sv, "\"\"\"\"\"\"\"\""sv}) {
        const std::string expected = quoted(plain);
        CHECK(support::every_capacity(expected, [&](hubwire::buffer to) { return json::encode_string(to, plain); }) ==
              "");
        hubwire::counting_writer count;
        json::put_string(count, plain);
        CHECK(*count.finish() == expected.size());
    }
}

TEST_CASE("a string from a document is written as it was escaped there") {
    constexpr auto text = R"("\u0061\/\ud83d\ude00\u001f")"sv;
    CHECK(support::every_capacity(text, [&](hubwire::buffer to) { return json::encode_string(to, read(text)); }) == "");
    json::reader in{R"("x\ud83d")", {.replace_lone_surrogates = true}};
    const auto lone = in.get<json::string>();
    std::array<char, 64> memory{};
    CHECK(json::encode_string(memory, lone)->text() == R"("x\ud83d")");
    CHECK(lone == "x\uFFFD");
    CHECK(lone.decode(memory)->text() == "x\uFFFD");
}

TEST_CASE("RFC 8259-8.1: what is not UTF-8 is not written, in any buffer") {
    for (const std::string_view plain :
         {"\xFF"sv, "abc\xC3"sv, "\xED\xA0\x80"sv, "0123456789abcdef0123\xC0\xAFxyz"sv}) {
        for (const std::size_t capacity : {std::size_t{0}, plain.size(), plain.size() + 2, std::size_t{300}}) {
            support::exact_block output{capacity};
            const auto written = json::encode_string(hubwire::buffer{output.data(), capacity}, plain);
            CHECK(written.error() == error{.code = errc::json_utf8, .offset = 0});
        }
        hubwire::counting_writer count;
        count.u8('x');
        json::put_string(count, plain);
        CHECK(count.finish().error() == error{.code = errc::json_utf8, .offset = 1});
    }
}

TEST_CASE("sizes do not wrap") {
    const char c = 'a';
    hubwire::counting_writer count;
    json::put_string(count, std::string_view{&c, (std::numeric_limits<std::size_t>::max)() / 6});
    CHECK(count.finish().error().code == errc::too_long);
}

static_assert([] {
    std::array<char, 64> memory{};
    json::reader in{R"("caf\u00e9")"};
    const auto text = in.get<json::string>();
    return text == "caf\u00e9" && text.decode(memory)->text() == "caf\u00e9" &&
           json::encode_string(memory, "a\"\x02\u00e9")->text() == "\"a\\\"\\u0002\u00e9\"";
}());
