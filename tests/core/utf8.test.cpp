#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_utf8.hpp"

using hubwire::check_utf8;
using hubwire::errc;
using hubwire::error;
using hubwire::is_utf8;
using hubwire::nul;
using hubwire::utf8_valid_prefix;
using support::naive_utf8_prefix;
using namespace std::literals;

namespace {

static_assert(is_utf8("") && is_utf8({}) && is_utf8("plain") &&
              is_utf8("gr\u00fc\u00df dich, \u4e16\u754c \U0001f30d"));
static_assert(is_utf8("\0"sv) && !is_utf8("\0"sv, nul::refused));
static_assert(utf8_valid_prefix("0123456789abcdef\xff") == 16);
static_assert(check_utf8("abc\0"sv, nul::refused).error() == error{.code = errc::nul_in_text, .offset = 3});

std::string encoded(std::uint32_t character) {
    const auto byte = [](std::uint32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
    const auto tail = [&](int shift) { return byte(0x80 | (character >> shift & 0x3f)); };
    if (character < 0x80) return {byte(character)};
    if (character < 0x800) return {byte(0xc0 | character >> 6), tail(0)};
    if (character < 0x10000) return {byte(0xe0 | character >> 12), tail(6), tail(0)};
    return {byte(0xf0 | character >> 18), tail(12), tail(6), tail(0)};
}

/// The library and the definition agree on the text, in memory of exactly its size, with U+0000 allowed and refused.
bool agrees(std::string_view text) {
    const support::exact_block block{text};
    const std::string_view view{block.data(), block.size()};
    return utf8_valid_prefix(view) == naive_utf8_prefix(text, nul::allowed) &&
           utf8_valid_prefix(view, nul::refused) == naive_utf8_prefix(text, nul::refused);
}

}  // namespace

TEST_CASE("RFC 3629-3: every character is valid and every surrogate is not") {
    for (std::uint32_t character = 0; character <= 0x10ffff; ++character) {
        const bool surrogate = character >= 0xd800 && character <= 0xdfff;
        if (is_utf8(encoded(character)) == surrogate) FAIL(character);
    }
}

TEST_CASE("RFC 3629-3: overlong forms and characters beyond U+10FFFF are refused") {
    for (const std::string_view text :
         {"\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x80\x80"sv, "\xe0\x9f\xbf"sv, "\xf0\x80\x80\x80"sv, "\xf0\x8f\xbf\xbf"sv,
          "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xf8\x88\x80\x80\x80"sv, "\xfe"sv, "\xff"sv}) {
        CHECK(utf8_valid_prefix(text) == 0);
        CHECK(check_utf8(text).error() == error{.code = errc::invalid_utf8, .offset = 0});
    }
}

TEST_CASE("RFC 3629-3: every sequence of two and three bytes is judged as the definition says") {
    std::string text(3, '\0');
    for (std::size_t size = 2; size <= 3; ++size) {
        for (std::uint32_t number = 0; number < std::uint32_t{1} << (8 * size); ++number) {
            for (std::size_t i = 0; i != size; ++i)
                text[i] = static_cast<char>(static_cast<unsigned char>(number >> (8 * i)));
            const std::string_view view{text.data(), size};
            if (utf8_valid_prefix(view) != naive_utf8_prefix(view, nul::allowed)) FAIL(number);
        }
    }
}

TEST_CASE("RFC 3629-3: four-byte sequences are judged as the definition says, at every edge of each byte") {
    constexpr std::string_view edges = "\x00\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xff"sv;
    for (unsigned lead = 0xf0; lead != 0x100; ++lead) {
        for (const char second : edges) {
            for (const char third : edges) {
                for (const char fourth : edges) {
                    const std::string text{static_cast<char>(static_cast<unsigned char>(lead)), second, third, fourth};
                    if (!agrees(text)) FAIL(lead);
                }
            }
        }
    }
}

TEST_CASE("a character that is cut off at the end is not valid") {
    for (const std::string_view character : {"\u00fc"sv, "\u4e16"sv, "\U0001f30d"sv}) {
        for (std::size_t size = 1; size != character.size(); ++size) {
            const support::exact_block block{character.substr(0, size)};
            CHECK(utf8_valid_prefix({block.data(), block.size()}) == 0);
        }
    }
}

TEST_CASE("text of every length is judged alike with a special byte or character at every place in it") {
    const std::string_view specials[] = {"\0"sv,     "\1"sv,         "\x7f"sv,         "\x80"sv,
                                         "\xff"sv,   "\xc3"sv,       "\u00fc"sv,       "\u4e16"sv,
                                         "\ud7ff"sv, "\U0010ffff"sv, "\xed\xa0\x80"sv, "\0\1"sv,
                                         "\1\0\1"sv, "\xe4\xb8"sv,   "\u00fc\0"sv,     "\U0001f30d\U0001f30d"sv};
    for (std::size_t length = 0; length <= 40; ++length) {
        for (std::size_t at = 0; at <= length; ++at) {
            for (const std::string_view special : specials) {
                const std::string text = std::string(at, 'a') + std::string{special} + std::string(length - at, 'z');
                INFO(length << ' ' << at);
                if (!agrees(text)) FAIL(text);
            }
        }
    }
}

TEST_CASE("texts of one kind of character, of every length, are valid up to the last whole one") {
    for (const std::string_view character : {"a"sv, "\u00fc"sv, "\u4e16"sv, "\U0001f30d"sv}) {
        std::string text;
        while (text.size() < 80) text += character;
        for (std::size_t size = 0; size <= text.size(); ++size) {
            if (!agrees(std::string_view{text}.substr(0, size))) FAIL(size);
            CHECK(utf8_valid_prefix(std::string_view{text}.substr(0, size)) == size - size % character.size());
        }
    }
}

TEST_CASE("the check says what is wrong and where") {
    CHECK(check_utf8("fine"));
    CHECK(check_utf8("\0"sv));
    CHECK(check_utf8("ok \xff"sv).error() == error{.code = errc::invalid_utf8, .offset = 3});
    CHECK(check_utf8("ok \0"sv, nul::refused).error() == error{.code = errc::nul_in_text, .offset = 3});
    CHECK(check_utf8("\u00fc\0"sv, nul::refused).error() == error{.code = errc::nul_in_text, .offset = 2});
    CHECK(is_utf8("ok \0"sv));
    CHECK_FALSE(is_utf8("ok \0"sv, nul::refused));
}
