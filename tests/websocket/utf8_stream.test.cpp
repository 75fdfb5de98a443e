#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_websocket.hpp"

using hubwire::bytes;
using namespace hubwire::websocket;
using namespace std::literals;

namespace {

static_assert([] {
    utf8_stream text;
    return text.push("gr\xc3"sv) == 3 && !text.is_complete() && text.push("\xbc\xc3\x9f"sv) == 3 &&
           text.is_complete() && text.push("a\xff"sv) == 1;
}());

/// Up to where the text can stand, and whether it ends with a character, by the definition.
std::size_t naive_prefix(std::string_view text, bool& complete) {
    std::string character;
    for (std::size_t at = 0; at != text.size(); ++at) {
        character += text[at];
        if (!support::naive_begins_character(character)) return at;
        if (support::naive_utf8_prefix(character, hubwire::nul::allowed) != 0) character.clear();
    }
    complete = character.empty();
    return text.size();
}

/// The text in two pieces, at every place, and byte by byte, as by the definition.
bool agrees(std::string_view text) {
    bool complete = false;
    const std::size_t expected = naive_prefix(text, complete);
    const auto push = [](utf8_stream& in, std::string_view piece) {
        const support::exact_block block{bytes{piece}};
        return in.push(bytes{block.data(), block.size()});
    };
    for (std::size_t split = 0; split <= text.size(); ++split) {
        utf8_stream in;
        std::size_t valid = push(in, text.substr(0, split));
        if (valid == split) valid += push(in, text.substr(split));
        if (valid != expected || (valid == text.size() && in.is_complete() != complete)) return false;
    }
    utf8_stream in;
    std::size_t valid = 0;
    while (valid != text.size() && push(in, text.substr(valid, 1)) == 1) ++valid;
    return valid == expected && (valid != text.size() || in.is_complete() == complete);
}

}  // namespace

TEST_CASE("RFC 3629-4: text is UTF-8 or not, and from which byte on, however it is cut") {
    CHECK(agrees(""));
    CHECK(agrees("plain, and so long that words of eight bytes are looked at"));
    CHECK(agrees("\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5 \xf0\xa4\xad\xa2"));
    CHECK(agrees("\0"sv));
    for (const std::string_view text : {"\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv, "\xc0\xaf"sv, "\xe0\x80\xaf"sv,
                                        "\xf0\x8f\xbf\xbf"sv, "\xf8\x88\x80"sv, "\xff"sv, "\x80"sv, "a\xc3(b"sv,
                                        "0123456\xe2\x82"sv, "01234567\xe2\x82\xac\xe2"sv, "\xf0\x90\x80"sv}) {
        CHECK(agrees(text));
    }
}

TEST_CASE("RFC 3629-4: every beginning of a character, cut anywhere, between other text") {
    for (unsigned lead = 0; lead != 256; ++lead) {
        for (unsigned second = 0; second < 256; second += second >= 0x70 && second < 0xc8 ? 1 : 13) {
            for (const unsigned third : {0x20u, 0x7fu, 0x80u, 0xbfu, 0xc0u}) {
                std::string text = "ab";
                for (const unsigned byte : {lead, second, third, 0x80u}) text += static_cast<char>(byte);
                text += "cd";
                if (!agrees(text)) FAIL(lead << ' ' << second << ' ' << third);
            }
        }
    }
}
