#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_text.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::text;
using namespace std::literals;

namespace {

static_assert([] {
    std::array<char, 64> memory{};
    return encode_percent(memory, "myhub.azure-devices.net/devices/one")->text() ==
           "myhub.azure-devices.net%2Fdevices%2Fone";
}());
static_assert([] {
    std::array<char, 64> memory{};
    return decode_percent(memory, "%24.to=%2Fdevices%2fone%2Fmessages")->text() == "$.to=/devices/one/messages";
}());
static_assert(*percent_encoded_size("a b") == 5 && *percent_decoded_size("a%20b") == 3);
static_assert(percent_decodes_to("%24.mid", "$.mid"));

std::string every_byte() {
    std::string all;
    for (unsigned c = 0; c != 256; ++c) all += static_cast<char>(static_cast<unsigned char>(c));
    return all;
}

std::string encoded(std::string_view text, const percent_options& rules = {}) {
    const support::exact_block input{text};
    const std::string_view view{input.data(), input.size()};
    support::exact_block output{*percent_encoded_size(view, rules)};  // no larger than it has to be
    return std::string{encode_percent(hubwire::buffer{output.data(), output.size()}, view, rules)->text()};
}

/// The library and the naive decoder agree: with room enough, with just enough, and with none.
bool decodes_alike(std::string_view text, bool keep_malformed) {
    const percent_options rules{.keep_malformed = keep_malformed};
    const auto naive = support::naive_from_percent(text, keep_malformed);
    const auto* value = std::get_if<std::string>(&naive);
    const support::exact_block input{text};
    const std::string_view view{input.data(), input.size()};
    for (const std::size_t capacity : {text.size(), value != nullptr ? value->size() : 0}) {
        support::exact_block output{capacity};
        if (support::outcome_of(decode_percent(hubwire::buffer{output.data(), capacity}, view, rules)) != naive)
            return false;
    }
    const auto size = percent_decoded_size(view, rules);
    if (value == nullptr)
        return !size && support::outcome_of(decode_percent({}, view, rules)) == naive &&
               size.error() == decode_percent({}, view, rules).error() && !percent_decodes_to(view, "", rules);
    return *size == value->size() && percent_decodes_to(view, *value, rules) &&
           !percent_decodes_to(view, *value + "x", rules) &&
           (value->empty() || !percent_decodes_to(view, std::string_view{*value}.substr(1), rules)) &&
           (value->empty() || decode_percent({}, view, rules).error() ==
                                  error{.code = errc::no_space, .offset = 0, .needed = value->size()});
}

}  // namespace

TEST_CASE("RFC 3986-2.3: unreserved characters stand for themselves, all others are escaped") {
    CHECK(encoded(every_byte()) == support::naive_percent(every_byte(), "~", false));
    CHECK(encoded("abcXYZ019-._~") == "abcXYZ019-._~");
    CHECK(encoded("$.mid") == "%24.mid");
    CHECK(encoded("a b+c/d:e&f=g%h") == "a%20b%2Bc%2Fd%3Ae%26f%3Dg%25h");
    CHECK(encoded("\u00fc\u4e16") == "%C3%BC%E4%B8%96");
    CHECK(encoded("\0"sv) == "%00");
    CHECK(encoded("") == "");
}

TEST_CASE("other characters can be left as they are, and the digits can be those of other peers") {
    CHECK(encoded(every_byte(), {.bare = uri_component}) == support::naive_percent(every_byte(), "~!*'()", false));
    CHECK(encoded(every_byte(), {.bare = bare_characters{"!*()"}, .lower_case = true}) ==
          support::naive_percent(every_byte(), "!*()", true));
    CHECK(encoded("host/devices/id", {.bare = bare_characters{"/"}}) == "host/devices/id");
    CHECK(encoded("q/Z=", {.lower_case = true}) == "q%2fZ%3d");
    CHECK(encoded("~", {.bare = bare_characters{""}}) == "%7E");
}

TEST_CASE("a text of every length is escaped alike, with each character at each place in it") {
    for (std::size_t length = 1; length <= 20; ++length) {
        for (std::size_t at = 0; at != length; ++at) {
            for (unsigned c = 0; c != 256; ++c) {
                std::string text(length, 'a');
                text[at] = static_cast<char>(static_cast<unsigned char>(c));
                text[length - 1 - at / 2] = at % 3 == 0 ? '/' : text[length - 1 - at / 2];
                const std::string expected = support::naive_percent(text, "~", false);
                if (encoded(text) != expected || !decodes_alike(expected, false)) FAIL(text);
            }
        }
    }
}

TEST_CASE("a long text is escaped alike, with each character at each place in it") {
    // Such a one is looked at by 32 to 64 bytes at a time.
    const std::string_view edges = "/0129:@AZ[_`az{~-.,%\x7F\x80\xFF";
    for (const std::size_t edge : {32u, 64u, 96u, 128u}) {
        for (std::size_t length = edge - 2; length <= edge + 2; ++length) {
            for (std::size_t at = 0; at != length; ++at) {
                for (const char c : edges) {
                    std::string text(length, 'a');
                    text[at] = c;
                    text[(at * 7 + length) % length] = '/';
                    const std::string expected = support::naive_percent(text, "~", false);
                    if (encoded(text) != expected || !decodes_alike(expected, false)) FAIL(text);
                }
            }
        }
    }
    std::string all(33, 'a');
    for (unsigned c = 0; c != 256; ++c) {
        all[c % 33] = static_cast<char>(static_cast<unsigned char>(c));
        CHECK(encoded(all) == support::naive_percent(all, "~", false));
    }
}

TEST_CASE("whatever room there is, nothing is written behind it") {
    for (const std::string_view plain : {"/"sv, "a/"sv, "ab/cdefg"sv, "/234567/901234/"sv, "12345678901234567/89//"sv,
                                         "1234567890/234567890/234567890/234567890/234567890"sv}) {
        const std::string text = support::naive_percent(plain, "~", false);
        for (std::size_t room = plain.size(); room <= text.size() + 20; ++room) {
            support::exact_block memory{room};
            CHECK(decode_percent({memory.data(), room}, text)->text() == plain);
            hubwire::writer out{hubwire::buffer{memory.data(), room}};
            put_decoded(out, percent_text{text});
            CHECK(out.finish()->text() == plain);
        }
    }
}

TEST_CASE("in every buffer a text is encoded, and decoded, whole or not at all") {
    for (const std::string_view text :
         {"a/b c"sv, "//////////"sv, "abcdefghijklmnopqrstuvwxyz"sv, "abcdefg/"sv, "/abcdefgh"sv, "//ab"sv, "/00000"sv,
          "devices/MyDevice01/messages/events/ \u00fc"sv}) {
        const std::string expected = support::naive_percent(text, "~", false);
        CHECK(support::every_capacity(expected, [&](hubwire::buffer to) { return encode_percent(to, text); }) == "");
        CHECK(support::every_capacity(text, [&](hubwire::buffer to) { return decode_percent(to, expected); }) == "");

        hubwire::counting_writer count;
        put_percent(count, text);
        CHECK(*count.finish() == expected.size());
        support::exact_block memory{expected.size()};
        hubwire::unchecked_writer unchecked{hubwire::buffer{memory.data(), memory.size()}};
        put_percent(unchecked, text);
        CHECK(unchecked.finish()->text() == expected);
        support::exact_block decoded_memory{text.size()};
        hubwire::unchecked_writer decoded{hubwire::buffer{decoded_memory.data(), decoded_memory.size()}};
        put_decoded(decoded, percent_text{expected});
        CHECK(decoded.finish()->text() == text);
    }
}

TEST_CASE("RFC 3986-2.1: an escape has two hexadecimal digits, of either case") {
    for (unsigned high = 0; high != 256; ++high) {
        for (unsigned low = 0; low != 256; ++low) {
            std::string text{"ab%xy"};
            text[3] = static_cast<char>(static_cast<unsigned char>(high));
            text[4] = static_cast<char>(static_cast<unsigned char>(low));
            if (!decodes_alike(text, false) || !decodes_alike(text, true)) FAIL(text);
        }
    }
    std::array<char, 8> memory{};
    CHECK(decode_percent(memory, "a%GG").error() == error{.code = errc::percent_escape, .offset = 1});
    CHECK(decode_percent(memory, "a%2").error() == error{.code = errc::percent_escape, .offset = 1});
    CHECK(decode_percent(memory, "%").error() == error{.code = errc::percent_escape, .offset = 0});
    CHECK(decode_percent(memory, "%2%20").error() == error{.code = errc::percent_escape, .offset = 0});
    CHECK(decode_percent(memory, "%e4%B8%96")->text() == "\u4e16");
    CHECK(decode_percent(memory, "%00")->text() == "\0"sv);
    CHECK(decode_percent(memory, "a+b")->text() == "a+b");
}

TEST_CASE("a malformed escape is an error, or literal by option, at every place of a text of every length") {
    for (std::size_t length = 0; length <= 40; ++length) {
        for (std::size_t at = 0; at <= length; ++at) {
            for (const std::string_view part : {"%"sv, "%4"sv, "%4x"sv, "%%41"sv, "%41"sv, "\xA5"sv, "\xA4%41\xA6"sv}) {
                const std::string text = std::string(at, 'a') + std::string{part} + std::string(length - at, '%');
                const std::string other = std::string(at, 'a') + std::string{part} + std::string(length - at, 'b');
                if (!decodes_alike(text, false) || !decodes_alike(text, true)) FAIL(text);
                if (!decodes_alike(other, false) || !decodes_alike(other, true)) FAIL(other);
            }
        }
    }
    std::array<char, 16> memory{};
    CHECK(decode_percent(memory, "100%,%GG%2", {.keep_malformed = true})->text() == "100%,%GG%2");
}

TEST_CASE("an encoded text can be compared with a plain one where it lies") {
    CHECK(percent_decodes_to("", ""));
    CHECK(percent_decodes_to("%24.mid", "$.mid"));
    CHECK(percent_decodes_to("$.mid", "$.mid"));
    CHECK(percent_decodes_to("%24%2e%6Did", "$.mid"));
    CHECK_FALSE(percent_decodes_to("%24.mid", "%24.mid"));
    CHECK_FALSE(percent_decodes_to("%24.mid", "$.mi"));
    CHECK_FALSE(percent_decodes_to("%24.mi", "$.mid"));
    CHECK_FALSE(percent_decodes_to("%2", "%2"));
    CHECK(percent_decodes_to("%2", "%2", {.keep_malformed = true}));
    CHECK_FALSE(percent_decodes_to("", "\0"sv));
}

TEST_CASE("sizes do not wrap") {
    constexpr std::size_t most = (std::numeric_limits<std::size_t>::max)();
    const char c = 'a';
    const std::string_view huge{&c, most / 3 + 1};
    CHECK(percent_encoded_size(huge).error().code == errc::too_long);
    hubwire::counting_writer count;
    put_percent(count, huge);
    CHECK(count.finish().error().code == errc::too_long);
}

TEST_CASE("every short text is decoded as the naive decoder does") {
    std::array<char, 64> memory{};
    for (const bool keep : {false, true}) {
        const auto compare = [&](std::string_view text) -> std::string {
            const auto ours = decode_percent(memory, text, {.keep_malformed = keep});
            return support::outcome_of(ours) == support::naive_from_percent(text, keep) ? "" : "otherwise";
        };
        CHECK(support::every_text_of("%29afFg+", 6, compare) == "");
    }
}

TEST_CASE("a percent decoder stands anything") {
    std::array<char, 64> memory{};
    const auto decode = [&](hubwire::bytes input) { return decode_percent(memory, input.text()); };
    CHECK(support::every_mutation("prop1=%24.mid%3D1&prop2=%C3%BC&prop3"sv, decode) == "");
    CHECK(support::every_short_input(decode) == "");
}

namespace {

static_assert(percent_text{"%24.mid"} == "$.mid" && percent_text{"%24.mid"} == percent_text{"$.%6did"});
static_assert(percent_text{"abc"}.is_plain() && !percent_text{"a%20b"}.is_plain());
static_assert(percent_text{"abc"}.plain() == "abc" && !percent_text{"a%20b"}.plain() && percent_text{}.plain() == "");
static_assert(percent_text{}.raw().empty() && percent_text{}.is_plain() && percent_text{} == "");
static_assert([] {
    std::array<char, 64> memory{};
    hubwire::writer out{memory};
    put_decoded(out, percent_text{"a%2Fb%20"});
    put_percent(out, percent_text{"%7e%2f$%41"});
    return out.finish()->text() == "a/b ~%2F%24A";
}());

/// Both ways of writing a percent_text agree with the naive reading, in a buffer that is just large enough.
bool written_alike(std::string_view encoded_text, bool keep_malformed, const percent_options& rules,
                   std::string_view besides) {
    const support::exact_block input{encoded_text};
    const percent_text text{{input.data(), input.size()}, keep_malformed};
    const auto naive = support::naive_from_percent(encoded_text, keep_malformed);
    const auto* value = std::get_if<std::string>(&naive);
    hubwire::counting_writer decoded_count;
    hubwire::counting_writer encoded_count;
    put_decoded(decoded_count, text);
    put_percent(encoded_count, text, rules);
    if (value == nullptr) {
        const error malformed{.code = errc::percent_escape, .offset = 0};
        return decoded_count.finish().error() == malformed && encoded_count.finish().error() == malformed &&
               !text.decoded_size() && !(text == encoded_text) && !(text == text);
    }
    const std::string again = support::naive_percent(*value, besides, rules.lower_case);
    if (*decoded_count.finish() != value->size() || *encoded_count.finish() != again.size()) return false;
    for (const bool with_room : {false, true}) {
        support::exact_block plain{with_room ? 3 * encoded_text.size() : value->size()};
        support::exact_block escaped{with_room ? 3 * encoded_text.size() + 8 : again.size()};
        hubwire::writer decoding{hubwire::buffer{plain.data(), plain.size()}};
        hubwire::writer encoding{hubwire::buffer{escaped.data(), escaped.size()}};
        put_decoded(decoding, text);
        put_percent(encoding, text, rules);
        if (decoding.finish()->text() != *value || encoding.finish()->text() != again) return false;
        if (text.decode(hubwire::buffer{plain.data(), plain.size()})->text() != *value) return false;
    }
    return *text.decoded_size() == value->size() && text == *value && text == percent_text{again} &&
           !(text == *value + "x") && !(text == percent_text{again + "x"}) && !(percent_text{again + "x"} == text) &&
           text.is_plain() == (encoded_text.find('%') == std::string_view::npos);
}

}  // namespace

TEST_CASE("a text that lies encoded is compared, and written either way, without a buffer") {
    const percent_text text{"a%2fb%zz", true};
    CHECK(text.raw() == "a%2fb%zz");
    CHECK(text.keeps_malformed());
    CHECK_FALSE(percent_text{"a"}.keeps_malformed());
    CHECK(text == "a/b%zz");
    CHECK_FALSE(percent_text{"a%2fb%zz"} == "a/b%zz");
    CHECK_FALSE(percent_text{"a"} == percent_text{"%"});
    CHECK_FALSE(percent_text{"%"} == percent_text{"a"});
    CHECK(percent_text{"a%41"} == percent_text{"%61A"});
    CHECK_FALSE(percent_text{"a%41"} == percent_text{"%61B"});
    std::array<char, 2> memory{};
    CHECK(percent_text{"a%2fb"}.decode(memory).error() == error{.code = errc::no_space, .offset = 2, .needed = 1});
    CHECK(percent_text{"a%2"}.decoded_size().error() == error{.code = errc::percent_escape, .offset = 1});
}

TEST_CASE("a malformed text fails where it would be written, and nothing of it is") {
    std::array<char, 64> memory{};
    for (const bool decode : {true, false}) {
        hubwire::writer out{memory};
        out.put("ab"sv);
        decode ? put_decoded(out, percent_text{"cd%4"}) : put_percent(out, percent_text{"cd%4"});
        CHECK(out.finish().error() == error{.code = errc::percent_escape, .offset = 2});
    }
}

TEST_CASE("a text of every length is written alike, with each escape at each place in it") {
    const percent_options own;
    const percent_options other{.bare = bare_characters{"/"}, .lower_case = true};
    for (std::size_t length = 0; length <= 40; ++length) {
        for (std::size_t at = 0; at <= length; ++at) {
            for (const std::string_view part : {"%"sv, "%4"sv, "%41"sv, "%2f"sv, "/"sv, "%41%42%43%44%45%46%47%48%49"sv,
                                                "%2F%2F%2F"sv, "\xA5"sv, "%a5"sv, "~%7E"sv}) {
                const std::string text = std::string(at, 'a') + std::string{part} + std::string(length - at, 'b');
                if (!written_alike(text, false, own, "~") || !written_alike(text, true, own, "~")) FAIL(text);
                if (!written_alike(text, true, other, "/")) FAIL(text);
            }
        }
    }
}

TEST_CASE("the sizes of texts that lie encoded do not wrap") {
    constexpr std::size_t most = (std::numeric_limits<std::size_t>::max)();
    const std::string_view escapes = "%%%%%%%%%%%%%%%%";
    hubwire::counting_writer count;
    put_percent(count, percent_text{escapes, true});
    CHECK(*count.finish() == 3 * escapes.size());
    const std::string_view huge{escapes.data(), most / 3 + 1};
    hubwire::counting_writer too_long;
    put_percent(too_long, percent_text{huge, true});
    CHECK(too_long.finish().error().code == errc::too_long);
}
