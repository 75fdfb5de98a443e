#ifndef HUBWIRE_TESTS_SUPPORT_SWEEP_HPP
#define HUBWIRE_TESTS_SUPPORT_SWEEP_HPP

#include <algorithm>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "allocations.hpp"
#include "exact_block.hpp"

/// Inputs nobody sends on purpose, for any decoder or encoder. Each function returns "" if all went well, otherwise
/// what went wrong first, so that a test reads CHECK(every_truncation(packet, decode) == "") and the sweeps can be
/// tested themselves. Inputs and outputs lie in heap blocks of exactly their size; that nothing beyond is touched is
/// for AddressSanitizer to see. Every call of the library is watched for allocations.
///
/// A decoder is anything that takes hubwire::bytes and returns a hubwire::result.
/// An encoder is anything that takes a hubwire::buffer and returns a hubwire::result<hubwire::bytes>.
/// A cutter is a decoder whose value is the size of the packet or frame that the input begins with.
namespace support {

namespace detail {

inline std::string hex(hubwire::bytes input) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : input.as<unsigned char>()) {
        if (text.size() == 3 * 64 - 1) return text += "...";
        if (!text.empty()) text += ' ';
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

inline std::string complaint(std::string_view what, hubwire::bytes input) {
    return std::string{what} + ", for " + std::to_string(input.size()) + " bytes: " + hex(input);
}

/// What any answer of any decoder must satisfy, be the input what it may.
template <class Result>
std::string sound(const Result& answer, hubwire::bytes input) {
    if (answer.has_value()) return "";
    const hubwire::error& failure = answer.error();
    if (failure.message().empty()) return complaint("an error without a message", input);
    if (failure.offset > input.size()) return complaint("an error beyond the end of the input", input);
    if (failure.incomplete() && failure.offset != input.size())
        return complaint("incomplete, but not at the end of the input", input);
    if (failure.incomplete() != (failure.needed != 0))
        return complaint("incomplete without a need, or the other way round", input);
    return "";
}

template <class Decode>
std::string decode_watched(const exact_block& input, Decode& decode) {
    const hubwire::bytes view{input.data(), input.size()};
    const std::size_t before = allocations();
    const auto answer = decode(view);
    if (allocations() != before) return complaint("the decoder allocated", view);
    return sound(answer, view);
}

}  // namespace detail

/// Every proper prefix of a complete value is incomplete, and never asks for more than the rest; the whole decodes.
template <class Decode>
std::string every_truncation(hubwire::bytes whole, Decode decode) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const exact_block input{whole.first(size)};
        if (std::string wrong = detail::decode_watched(input, decode); !wrong.empty()) return wrong;
        const auto answer = decode(hubwire::bytes{input.data(), input.size()});
        if (size == whole.size()) return answer ? "" : detail::complaint("the whole was refused", whole);
        if (!answer.incomplete()) return detail::complaint("a truncated value was not incomplete", whole.first(size));
        if (answer.error().needed > whole.size() - size)
            return detail::complaint("more was asked for than is missing", whole.first(size));
    }
    return "";
}

/// Every byte of the input is replaced by each of the 256 values in turn. Any answer will do, as long as it is sound.
template <class Decode>
std::string every_mutation(hubwire::bytes original, Decode decode) {
    exact_block input{original};
    for (std::size_t at = 0; at != original.size(); ++at) {
        for (unsigned value = 0; value != 256; ++value) {
            input.data()[at] = static_cast<char>(static_cast<unsigned char>(value));
            if (std::string wrong = detail::decode_watched(input, decode); !wrong.empty()) return wrong;
        }
        input.data()[at] = original.data()[at];
    }
    return "";
}

#if defined(HUBWIRE_TEST_EMULATED) || (defined(__clang__) && !defined(__OPTIMIZE__))
// An emulator takes minutes for the 16 million inputs of three bytes, and for megabytes of anything; so does what is
// not optimized and watched by sanitizers.
inline constexpr std::size_t exhaustive_size = 2;
inline constexpr std::size_t huge_size = 500'000;
#else
inline constexpr std::size_t exhaustive_size = 3;
inline constexpr std::size_t huge_size = 10'000'000;  // of an input that would keep a quadratic decoder for hours
#endif

/// Every input of up to three bytes. Any answer will do, as long as it is sound.
template <class Decode>
std::string every_short_input(Decode decode) {
    for (std::size_t size = 0; size <= exhaustive_size; ++size) {
        exact_block input{size};
        std::fill_n(input.data(), size, '\0');
        bool wrapped = false;
        while (!wrapped) {
            if (std::string wrong = detail::decode_watched(input, decode); !wrong.empty()) return wrong;
            wrapped = std::none_of(input.data(), input.data() + size, [](char& digit) { return ++digit != 0; });
        }
    }
    return "";
}

/// Every text of up to so many of these characters: what a grammar is made of, in every order. check takes the text and
/// returns a complaint, or "".
template <class Check>
std::string every_text_of(std::string_view alphabet, std::size_t most, Check check) {
    if (exhaustive_size < 3) --most;
    for (std::size_t size = 0; size <= most; ++size) {
        std::vector<std::size_t> digits(size);
        std::string text(size, alphabet[0]);
        for (bool wrapped = false; !wrapped;) {
            if (std::string wrong = check(std::string_view{text}); !wrong.empty())
                return detail::complaint(wrong, hubwire::bytes{text});
            wrapped = true;
            for (std::size_t at = 0; wrapped && at != size; ++at) {
                digits[at] = (digits[at] + 1) % alphabet.size();
                text[at] = alphabet[digits[at]];
                wrapped = digits[at] == 0;
            }
        }
    }
    return "";
}

/// In every buffer that is too small the encoder fails with no_space, and says exactly how much is missing; in one that
/// fits, and in a larger one, it writes the expected bytes and nothing behind them.
template <class Encode>
std::string every_capacity(hubwire::bytes expected, Encode encode) {
    constexpr char untouched = '\x5a';
    for (std::size_t capacity = 0; capacity <= expected.size() + 2; ++capacity) {
        exact_block output{capacity};
        std::fill_n(output.data(), capacity, untouched);
        const std::size_t before = allocations();
        const hubwire::result<hubwire::bytes> answer = encode(hubwire::buffer{output.data(), capacity});
        if (allocations() != before) return detail::complaint("the encoder allocated", expected);
        const std::string where = " in a buffer of " + std::to_string(capacity);
        if (capacity < expected.size()) {
            if (answer || answer.error().code != hubwire::errc::no_space)
                return detail::complaint("no lack of space was reported" + where, expected);
            if (answer.error().needed != expected.size() - capacity)
                return detail::complaint("the missing space is wrong" + where, expected);
        } else {
            if (!answer) return detail::complaint("the encoder failed" + where, expected);
            if (!(*answer == expected)) return detail::complaint("other bytes were written" + where, *answer);
            if (answer->data() != output.data()) return detail::complaint("the bytes lie elsewhere" + where, expected);
            if (!std::all_of(output.data() + expected.size(), output.data() + capacity,
                             [](char c) { return c == untouched; }))
                return detail::complaint("bytes behind the output were written" + where, expected);
        }
    }
    return "";
}

/// A stream of packets is handed to the cutter in two parts, at every split point, and byte by byte. Each time the same
/// packets come out as from the whole stream at once, and the cutter never asks for bytes beyond the packet it is in.
template <class Cut>
std::string every_split(hubwire::bytes stream, Cut cut) {
    const auto cuts_of = [&](const std::vector<std::size_t>& arrivals, std::string& wrong) {
        std::vector<std::size_t> cuts;
        std::size_t begin = 0;  // of the packet that is being waited for
        std::size_t wanted = 0;
        for (const std::size_t arrived : arrivals) {
            while (wrong.empty() && begin != arrived) {
                const exact_block input{stream.first(arrived).without_first(begin)};
                wrong = detail::decode_watched(input, cut);
                const auto size = cut(hubwire::bytes{input.data(), input.size()});
                if (size.incomplete()) {
                    wanted = begin + input.size() + size.error().needed;
                    break;
                }
                if (!size) {
                    wrong = detail::complaint("the stream was refused", stream.first(arrived));
                } else if (*size == 0 || *size > input.size()) {
                    wrong = detail::complaint("a cut that is not within the input", stream.first(arrived));
                } else if (begin + *size < wanted) {
                    wrong = detail::complaint("more was asked for than the packet has", stream.first(arrived));
                } else {
                    begin += *size;
                    cuts.push_back(begin);
                }
            }
        }
        if (wrong.empty() && begin != stream.size()) wrong = detail::complaint("the stream does not end", stream);
        return cuts;
    };

    std::string wrong;
    const std::vector<std::size_t> expected = cuts_of({stream.size()}, wrong);
    std::vector<std::size_t> single_bytes;
    for (std::size_t split = 0; wrong.empty() && split <= stream.size(); ++split) {
        single_bytes.push_back(split);
        if (cuts_of({split, stream.size()}, wrong) != expected && wrong.empty())
            wrong = detail::complaint("other packets when split here", stream.first(split));
    }
    if (wrong.empty() && cuts_of(single_bytes, wrong) != expected && wrong.empty())
        wrong = detail::complaint("other packets byte by byte", stream);
    return wrong;
}

}  // namespace support

#endif
