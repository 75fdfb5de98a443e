#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

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
    std::array<char, *base64_encoded_size(20)> memory{};
    const auto encoded = encode_base64(memory, "twenty bytes of text"sv);
    std::array<char, 20> back{};
    return encoded->text() == "dHdlbnR5IGJ5dGVzIG9mIHRleHQ=" &&
           decode_base64(back, encoded->text())->text() == "twenty bytes of text";
}());
static_assert(decode_base64({}, "ab=c").error() == error{.code = errc::base64_padding, .offset = 3});

std::string some_bytes(std::size_t size) {
    std::string value;
    for (std::size_t i = 0; i != size; ++i) value += static_cast<char>(static_cast<unsigned char>(i * 151 + size * 7));
    return value;
}

/// Decoded into memory of exactly the size that the text says it takes.
hubwire::result<hubwire::bytes> decode_exactly(std::string_view text, support::exact_block& output) {
    const support::exact_block input{text};
    return decode_base64(hubwire::buffer{output.data(), output.size()}, {input.data(), input.size()});
}

/// The library and the naive decoder agree, whether there is room or not.
bool agrees(std::string_view text) {
    const auto naive = support::naive_from_base64(text);
    support::exact_block room{base64_decoded_size(text).value_or(0)};
    if (support::outcome_of(decode_exactly(text, room)) != naive) return false;
    support::exact_block none{0};
    const auto refused = decode_exactly(text, none);
    const auto* value = std::get_if<std::string>(&naive);
    if (value == nullptr) return support::outcome_of(refused) == naive;
    if (value->empty()) return refused && refused->empty();
    return refused.error() == error{.code = errc::no_space, .offset = 0, .needed = value->size()};
}

error refusal_of(std::string_view text) {
    support::exact_block output{text.size()};
    const auto decoded = decode_exactly(text, output);
    return decoded ? error{} : decoded.error();
}

/// Calls it as this processor does, and then as one with less instructions does, if it is known at run time only.
template <class Body>
void on_each_processor(Body body) {
    body();
#if defined(HUBWIRE_HAS_X86_LEVELS) && !defined(__SSSE3__)
    const auto really = std::exchange(hubwire::detail::known_x86_level, hubwire::detail::x86_level::basic);
    body();
    hubwire::detail::known_x86_level = really;
#endif
}

}  // namespace

TEST_CASE("RFC 4648-10: the test vectors") {
    const struct {
        std::string_view value;
        std::string_view text;
    } vectors[] = {{"", ""},
                   {"f", "Zg=="},
                   {"fo", "Zm8="},
                   {"foo", "Zm9v"},
                   {"foob", "Zm9vYg=="},
                   {"fooba", "Zm9vYmE="},
                   {"foobar", "Zm9vYmFy"}};
    for (const auto& [value, text] : vectors) {
        INFO(text);
        CHECK(support::every_capacity(text, [v = value](hubwire::buffer to) { return encode_base64(to, v); }) == "");
        CHECK(support::every_capacity(value, [t = text](hubwire::buffer to) { return decode_base64(to, t); }) == "");
    }
}

TEST_CASE("bytes of every size and every value come back, and are written as the bits say") {
    on_each_processor([] {
        for (std::size_t size = 0; size <= 300; ++size) {
            const std::string value = some_bytes(size);
            const support::exact_block input{value};
            support::exact_block encoded{*base64_encoded_size(size)};
            const auto text =
                encode_base64(hubwire::buffer{encoded.data(), encoded.size()}, {input.data(), input.size()});
            REQUIRE(text);
            CHECK(text->text() == support::naive_base64(value));
            CHECK(*base64_decoded_size(text->text()) == size);
            support::exact_block back{size};
            CHECK(*decode_exactly(text->text(), back) == hubwire::bytes{value});
        }
        for (unsigned a = 0; a != 256; ++a) {
            for (const unsigned b : {0u, 1u, 0x7Fu, 0x80u, 0xFFu}) {
                std::string value;
                for (std::size_t i = 0; i != 24; ++i)
                    value += static_cast<char>(static_cast<unsigned char>(i % 2 == 0 ? a : b));
                std::array<char, 32> memory{};
                CHECK(encode_base64(memory, value)->text() == support::naive_base64(value));
            }
        }
    });
}

TEST_CASE("each three bytes are written as the bits say, and come back, wherever they stand") {
    on_each_processor([] {
        std::array<char, 64> memory{};
        for (unsigned bits = 0; bits != 1u << 12; ++bits) {
            // Two sextets of a group take all values, first the upper ones and then the lower ones.
            std::string value(24, '\0');
            for (std::size_t i = 0; i != 24; i += 3) {
                const unsigned group = i % 2 == 0 ? bits << 12 | (bits ^ 0x5A5) : (bits ^ 0x5A5) << 12 | bits;
                for (std::size_t k = 0; k != 3; ++k)
                    value[i + k] = static_cast<char>(static_cast<unsigned char>(group >> (16 - 8 * k)));
            }
            for (const std::size_t size : {24u, 23u, 22u, 17u}) {
                const std::string part = value.substr(0, size);
                const auto text = encode_base64(memory, part);
                if (text->text() != support::naive_base64(part)) FAIL(bits << ' ' << size);
                support::exact_block back{size};
                if (*decode_exactly(text->text(), back) != hubwire::bytes{part}) FAIL(bits << ' ' << size);
            }
        }
    });
}

TEST_CASE("in every buffer base64 is written, and read, whole or not at all") {
    for (const std::size_t size : {1u, 2u, 3u, 11u, 12u, 13u, 14u, 32u}) {
        const std::string value = some_bytes(size);
        const std::string text = support::naive_base64(value);
        CHECK(support::every_capacity(text, [&](hubwire::buffer to) { return encode_base64(to, value); }) == "");
        CHECK(support::every_capacity(value, [&](hubwire::buffer to) { return decode_base64(to, text); }) == "");
    }
    hubwire::counting_writer count;
    put_base64(count, "abcd"sv);
    CHECK(*count.finish() == 8);
}

TEST_CASE("RFC 4648-3.3: a character that is not of the alphabet is refused, at every place") {
    on_each_processor([] {
        const std::string text = support::naive_base64(some_bytes(33));
        for (std::size_t at = 0; at != text.size(); ++at) {
            for (unsigned c = 0; c != 256; ++c) {
                const char character = static_cast<char>(static_cast<unsigned char>(c));
                std::string mutated = text;
                mutated[at] = character;
                const bool known = support::naive_alphabet.find(character) != std::string_view::npos;
                if (!agrees(mutated)) FAIL(mutated);
                if (!known && c != '=')
                    CHECK(refusal_of(mutated) == error{.code = errc::base64_character, .offset = at});
            }
        }
    });
    for (const std::string_view white : {" "sv, "\n"sv, "\r\n"sv, "\t"sv})
        CHECK(refusal_of("Zm9v" + std::string{white} + "YmFy").code == errc::base64_character);
    CHECK(refusal_of("Zm9-").code == errc::base64_character);
    CHECK(refusal_of("Zm9_").code == errc::base64_character);
}

TEST_CASE("RFC 4648-4: padding stands at the end, as much as it takes, and nothing behind it") {
    CHECK(refusal_of("Zg") == error{.code = errc::base64_length, .offset = 2});
    CHECK(refusal_of("Zg=") == error{.code = errc::base64_length, .offset = 3});
    CHECK(refusal_of("Zm9vY") == error{.code = errc::base64_length, .offset = 5});
    CHECK(refusal_of("=") == error{.code = errc::base64_padding, .offset = 0});
    CHECK(refusal_of("====") == error{.code = errc::base64_padding, .offset = 0});
    CHECK(refusal_of("Z===") == error{.code = errc::base64_padding, .offset = 1});
    CHECK(refusal_of("Zg=v") == error{.code = errc::base64_padding, .offset = 3});
    CHECK(refusal_of("Zg=!") == error{.code = errc::base64_padding, .offset = 3});
    CHECK(refusal_of("Zg===") == error{.code = errc::base64_padding, .offset = 4});
    CHECK(refusal_of("Zg==Zg==") == error{.code = errc::base64_padding, .offset = 4});
    CHECK(refusal_of("Zm8=Zm8=") == error{.code = errc::base64_padding, .offset = 4});
    CHECK(refusal_of("Zm9v====") == error{.code = errc::base64_padding, .offset = 4});
}

TEST_CASE("RFC 4648-3.5: bits that stand for nothing are 0") {
    CHECK(refusal_of("Zh==") == error{.code = errc::base64_stray_bits, .offset = 1});
    CHECK(refusal_of("Zm9=") == error{.code = errc::base64_stray_bits, .offset = 2});
    CHECK(refusal_of("Zm9vYk==") == error{.code = errc::base64_stray_bits, .offset = 5});
    std::size_t accepted = 0;
    for (const char c : support::naive_alphabet) {
        const std::string one{'Z', c, '=', '='};
        const std::string two{'Z', 'm', c, '='};
        accepted += refusal_of(one).code == errc::none ? 1u : 0u;
        accepted += refusal_of(two).code == errc::none ? 1u : 0u;
        CHECK(agrees(one));
        CHECK(agrees(two));
    }
    CHECK(accepted == 4 + 16);
}

TEST_CASE("the naive decoder agrees on every short text of a few characters") {
    constexpr std::string_view characters = "AQ/=- ";
    for (std::size_t size = 0; size <= 6; ++size) {
        std::string text(size, characters[0]);
        std::size_t count = 1;
        for (std::size_t i = 0; i != size; ++i) count *= characters.size();
        for (std::size_t number = 0; number != count; ++number) {
            std::size_t rest = number;
            for (char& c : text) {
                c = characters[rest % characters.size()];
                rest /= characters.size();
            }
            if (!agrees(text)) FAIL(text);
            if (!agrees("Zm9vZm9vZm9vZm9v" + text)) FAIL(text);
        }
    }
}

TEST_CASE("sizes do not wrap") {
    constexpr std::size_t most = (std::numeric_limits<std::size_t>::max)();
    CHECK(*base64_encoded_size(most / 4 * 3) == most / 4 * 4);
    CHECK(base64_encoded_size(most / 4 * 3 + 1).error().code == errc::too_long);
    CHECK(base64_encoded_size(most).error().code == errc::too_long);
    CHECK(base64_decoded_size("Zg=").error() == error{.code = errc::base64_length, .offset = 3});
    CHECK(*base64_decoded_size("") == 0);
    CHECK(*base64_decoded_size("====") == 1);  // it goes by the end alone

    hubwire::counting_writer count;
    const char byte = 0;
    put_base64(count, {&byte, most});
    CHECK(count.finish().error().code == errc::too_long);
    CHECK(encode_base64({}, {&byte, most}).error() == error{.code = errc::too_long});
}

TEST_CASE("a base64 decoder stands anything") {
    std::array<char, 64> memory{};
    const auto decode = [&](hubwire::bytes input) { return decode_base64(memory, input.text()); };
    CHECK(support::every_mutation("Zm9vYmFyZm9vYg=="sv, decode) == "");
    CHECK(support::every_short_input(decode) == "");
}

TEST_CASE("every short base64 is decoded as the naive decoder does") {
    std::array<char, 64> memory{};
    const auto compare = [&](std::string_view text) -> std::string {
        return support::outcome_of(decode_base64(memory, text)) == support::naive_from_base64(text) ? "" : "otherwise";
    };
    CHECK(support::every_text_of("AQgw/=-\n", 5, compare) == "");
    CHECK(support::every_text_of("Ag=", 9, compare) == "");
}
