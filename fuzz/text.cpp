#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "support/naive_text.hpp"
#include "support/oracle.hpp"

// Decimal, base64, percent-encoding and timestamps, each against its naive reading and as a round trip. The first byte
// says which options, and how much room there is; the rest is the text, and also the value that is encoded.

namespace {

using fuzz::expect;
using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
namespace text = hubwire::text;

/// A heap block of exactly a size, for AddressSanitizer to watch.
struct block {
    explicit block(std::size_t n) : data{new char[n]}, size{n} {}
    operator buffer() const { return {data.get(), size}; }
    std::unique_ptr<char[]> data;
    std::size_t size;
};

/// Encodes into no room, then into as much more as the error asks for, which is then exactly enough.
template <class Encode>
std::string exactly(Encode encode) {
    const auto refused = encode(buffer{});
    if (refused) return std::string{refused->text()};
    expect(refused.error().code == errc::no_space && refused.error().offset == 0, "without room there is no space");
    const block room{refused.error().needed};
    const auto encoded = encode(room);
    expect(encoded && encoded->size() == room.size, "what is needed is exactly what is used");
    return std::string{encoded->text()};
}

/// A decoder into a buffer agrees with the naive one, in a buffer of any size.
template <class Decode>
void decodes_as(const support::outcome<std::string>& naive, std::size_t capacity, Decode decode) {
    const block room{capacity};
    const auto ours = decode(room);
    const auto* value = std::get_if<std::string>(&naive);
    if (value != nullptr && value->size() > capacity) {
        expect(!ours && ours.error() == hubwire::error{errc::no_space, capacity, value->size() - capacity},
               "no space, and how much is missing");
    } else {
        expect(support::outcome_of(ours) == naive, "decoded as the naive decoder does");
    }
}

void check_base64(std::string_view input, std::size_t capacity) {
    decodes_as(support::naive_from_base64(input), capacity, [&](buffer to) { return text::decode_base64(to, input); });
    const std::string encoded = exactly([&](buffer to) { return text::encode_base64(to, input); });
    expect(encoded == support::naive_base64(input), "base64 as the naive encoder writes it");
    expect(encoded.size() == *text::base64_encoded_size(input.size()), "the size was foretold");
    expect(exactly([&](buffer to) { return text::decode_base64(to, encoded); }) == input, "base64 comes back");
}

/// A text that lies encoded, written decoded and by other rules, into just as much room as that takes.
void check_percent_text(std::string_view input, const text::percent_options& rules, std::string_view besides,
                        const support::outcome<std::string>& naive) {
    const text::percent_text lies{input, rules.keep_malformed};
    const auto written = [](auto put) {
        return [put](buffer to) {
            hubwire::writer out{to};
            put(out);
            return out.finish();
        };
    };
    const auto decode = written([&](hubwire::writer& out) { text::put_decoded(out, lies); });
    const auto again = written([&](hubwire::writer& out) { text::put_percent(out, lies, rules); });
    expect(lies.is_plain() == (input.find('%') == std::string_view::npos), "plain is what holds no %");
    if (const auto* value = std::get_if<std::string>(&naive)) {
        expect(exactly(decode) == *value, "it is written decoded");
        const std::string encoded = exactly(again);
        expect(encoded == support::naive_percent(*value, besides, rules.lower_case), "it is written by other rules");
        expect(lies == *value && lies == text::percent_text{encoded}, "it is the same text");
        expect(!(lies == text::percent_text{encoded + 'x'}), "and no longer one");
    } else {
        const hubwire::error malformed{.code = errc::percent_escape};
        expect(decode({}).error() == malformed && again({}).error() == malformed, "what is malformed is not written");
        expect(!(lies == lies), "and is the same as nothing");
    }
}

void check_percent(std::string_view input, std::size_t capacity, unsigned choice) {
    constexpr std::string_view besides[] = {"~", "~!*'()", "/", ""};
    const text::percent_options rules{.bare = text::bare_characters{besides[choice & 3]},
                                      .lower_case = (choice & 4) != 0,
                                      .keep_malformed = (choice & 8) != 0};
    const auto naive = support::naive_from_percent(input, rules.keep_malformed);
    decodes_as(naive, capacity, [&](buffer to) { return text::decode_percent(to, input, rules); });
    if (const auto* value = std::get_if<std::string>(&naive)) {
        expect(*text::percent_decoded_size(input, rules) == value->size(), "the decoded size");
        expect(text::percent_decodes_to(input, *value, rules), "it decodes to what it decodes to");
        expect(!text::percent_decodes_to(input, *value + 'x', rules), "and to nothing longer");
    } else {
        expect(!text::percent_decodes_to(input, input, rules), "what is malformed decodes to nothing");
    }
    check_percent_text(input, rules, besides[choice & 3], naive);
    const std::string encoded = exactly([&](buffer to) { return text::encode_percent(to, input, rules); });
    expect(encoded == support::naive_percent(input, besides[choice & 3], rules.lower_case),
           "as the naive encoder does");
    expect(*text::percent_encoded_size(input, rules) == encoded.size(), "the encoded size");
    expect(text::percent_decodes_to(encoded, input), "an encoded text decodes to itself");
    expect(exactly([&](buffer to) { return text::decode_percent(to, encoded); }) == input, "it comes back");
}

template <class T>
void check_decimal(std::string_view input, bool strict) {
    using limits = std::numeric_limits<T>;
    const auto digits = [](T limit) { return std::to_string(limit).substr(limit < 0 ? 1 : 0); };
    const auto ours = text::decode_decimal<T>(input, {.refuse_leading_zeros = strict});
    const auto naive =
        support::naive_decimal(input, limits::is_signed, digits((limits::max)()), digits((limits::min)()), strict);
    expect(support::outcome_of<std::string, T>(ours, [](const T& v) { return std::to_string(v); }) == naive,
           "a number as the naive reading has it");
    T value{};
    for (const char c : input.substr(0, sizeof(T)))
        value = static_cast<T>(static_cast<std::uint64_t>(value) << 8 | static_cast<unsigned char>(c));
    const std::string written = exactly([&](buffer to) { return text::encode_decimal(to, value); });
    expect(written == std::to_string(value), "written as std::to_string does");
    expect(*text::decode_decimal<T>(written, {.refuse_leading_zeros = true}) == value, "a number comes back");
}

void check_timestamp(std::string_view input, unsigned choice) {
    const text::timestamp_options rules{.allow_offset = (choice & 1) != 0, .allow_no_zone = (choice & 2) != 0};
    const auto ours = text::decode_timestamp(input, rules);
    const auto naive = support::naive_timestamp(input, rules.allow_offset, rules.allow_no_zone);
    expect(support::outcome_of<support::naive_moment, text::timestamp>(
               ours, [](const text::timestamp& t) { return support::naive_moment{t.seconds, t.nanoseconds}; }) == naive,
           "a timestamp as the naive reading has it");
    if (ours) {
        const std::string written = exactly([&](buffer to) { return text::encode_timestamp(to, *ours); });
        expect(*text::decode_timestamp(written) == *ours, "a moment comes back");
        expect(text::timestamp::from_milliseconds(*ours->in_milliseconds()) <= *ours, "milliseconds round down");
    }
    std::uint64_t bits = 0;
    for (const char c : input.substr(0, 8)) bits = bits << 8 | static_cast<unsigned char>(c);
    const auto since_1970 = static_cast<std::int64_t>(bits);
    expect(*text::timestamp::from_milliseconds(since_1970).in_milliseconds() == since_1970, "milliseconds come back");
    const auto moment = text::timestamp::from_nanoseconds(since_1970);
    expect(*moment.in_nanoseconds() == since_1970, "nanoseconds come back");
    const std::string written = exactly([&](buffer to) { return text::encode_timestamp(to, moment); });
    expect(*text::decode_timestamp(written) == moment, "all nanoseconds of 64 bits have a text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned choice = data[0];
    const std::string_view input = bytes{data + 1, size - 1}.text();
    const std::size_t capacity = input.size() * (choice >> 4) / 12;  // from none to more than enough
    check_base64(input, capacity);
    check_percent(input, capacity, choice);
    check_decimal<std::uint64_t>(input, (choice & 1) != 0);
    check_decimal<std::int64_t>(input, (choice & 1) != 0);
    check_decimal<std::uint16_t>(input, (choice & 1) != 0);
    check_decimal<std::int8_t>(input, (choice & 1) != 0);
    check_timestamp(input, choice);
    return 0;
}
