#include "sweep.hpp"

#include <cstdint>
#include <cstdlib>
#include <hubwire/hubwire.hpp>
#include <set>
#include <string>
#include <string_view>

#include "catch2.hpp"
#include "wire.hpp"

// The sweeps are what every codec is tested with, so each thing they promise to see is shown here to be seen.

using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using hubwire::result;
using support::wire;

namespace {

/// One byte that says how many follow.
result<bytes> decode_counted(bytes input) {
    hubwire::reader in{input};
    const bytes content = in.sized8();
    return in.result_of(content);
}

result<std::size_t> cut_counted(bytes input) {
    hubwire::reader in{input};
    const bytes content = in.sized8();
    return in.result_of(content.size() + 1);
}

result<bytes> encode_counted(hubwire::buffer output) {
    hubwire::writer out{output};
    out.sized8(std::string_view{"abc"});
    return out.finish();
}

bool says(const std::string& complaint, std::string_view what) { return complaint.substr(0, what.size()) == what; }

}  // namespace

TEST_CASE("the sweeps pass a decoder, an encoder and a cutter that are right") {
    CHECK(support::every_truncation(wire<"03 'abc'">, decode_counted) == "");
    CHECK(support::every_mutation(wire<"03 'abc'">, decode_counted) == "");
    CHECK(support::every_short_input(decode_counted) == "");
    CHECK(support::every_capacity(wire<"03 'abc'">, encode_counted) == "");
    CHECK(support::every_split(wire<"03 'abc' 00 01 'd'">, cut_counted) == "");
}

TEST_CASE("every_truncation sees a prefix that is taken for the whole") {
    const auto decode = [](bytes input) -> result<bytes> {
        if (input.size() >= 2) return input;
        return error{.code = errc::incomplete, .offset = input.size(), .needed = 1};
    };
    CHECK(says(support::every_truncation(wire<"03 'abc'">, decode), "a truncated value was not incomplete, for 2 "));
}

TEST_CASE("every_truncation sees a decoder that asks for too much") {
    const auto decode = [](bytes input) -> result<bytes> {
        if (input.size() == 4) return input;
        return error{.code = errc::incomplete, .offset = input.size(), .needed = 3};
    };
    CHECK(says(support::every_truncation(wire<"03 'abc'">, decode), "more was asked for than is missing, for 2 "));
}

TEST_CASE("every_truncation sees that the whole is refused") {
    const auto decode = [](bytes input) -> result<bytes> {
        if (input.size() == 4) return error{.code = errc::truncated};
        return error{.code = errc::incomplete, .offset = input.size(), .needed = 1};
    };
    CHECK(says(support::every_truncation(wire<"03 'abc'">, decode), "the whole was refused"));
}

TEST_CASE("all sweeps of decoders see answers that make no sense") {
    const auto beyond = [](bytes input) -> result<bytes> {
        return error{.code = errc::truncated, .offset = input.size() + 1};
    };
    const auto not_at_end = [](bytes) -> result<bytes> {
        return error{.code = errc::incomplete, .offset = 0, .needed = 1};
    };
    const auto needless = [](bytes input) -> result<bytes> {
        return error{.code = errc::incomplete, .offset = input.size()};
    };
    const auto needy = [](bytes) -> result<bytes> { return error{.code = errc::truncated, .needed = 1}; };
    CHECK(says(support::every_mutation(wire<"00">, beyond), "an error beyond the end"));
    CHECK(says(support::every_short_input(beyond), "an error beyond the end"));
    CHECK(says(support::every_truncation(wire<"00">, beyond), "an error beyond the end"));
    CHECK(says(support::every_mutation(wire<"00">, not_at_end), "incomplete, but not at the end"));
    CHECK(says(support::every_mutation(wire<"00">, needless), "incomplete without a need"));
    CHECK(says(support::every_mutation(wire<"00">, needy), "incomplete without a need"));
}

TEST_CASE("the sweeps see an allocation by operator new") {
    const auto decode = [](bytes input) -> result<bytes> {
        int* volatile block = new int;  // volatile, or the compiler leaves both out
        delete block;
        return input;
    };
    const auto encode = [](hubwire::buffer output) -> result<bytes> {
        int* volatile block = new int[3];
        delete[] block;
        return encode_counted(output);
    };
    CHECK(says(support::every_mutation(wire<"00">, decode), "the decoder allocated"));
    CHECK(says(support::every_capacity(wire<"03 'abc'">, encode), "the encoder allocated"));
}

#if defined(HUBWIRE_TEST_WRAPS_MALLOC)
TEST_CASE("the sweeps see an allocation by malloc, calloc, realloc and aligned_alloc") {
    const auto sees = [](auto allocate) {
        const auto decode = [&](bytes input) -> result<bytes> {
            void* volatile block = allocate();
            std::free(block);
            return input;
        };
        return says(support::every_mutation(wire<"00">, decode), "the decoder allocated");
    };
    CHECK(sees([] { return std::malloc(1); }));
    CHECK(sees([] { return std::calloc(1, 1); }));
    CHECK(sees([] { return std::realloc(nullptr, 1); }));
    CHECK(sees([] { return std::aligned_alloc(16, 16); }));
    CHECK_FALSE(sees([] { return static_cast<void*>(nullptr); }));
}
#endif

TEST_CASE("every_capacity sees each way in which an encoder can be wrong") {
    const bytes expected = wire<"03 'abc'">;
    const auto never_full = [](hubwire::buffer output) -> result<bytes> { return bytes{output.data(), output.size()}; };
    const auto wrong_need = [](hubwire::buffer output) -> result<bytes> {
        const auto answer = encode_counted(output);
        if (answer) return answer;
        return error{.code = errc::no_space, .offset = 0, .needed = 1};
    };
    const auto always_full = [](hubwire::buffer output) -> result<bytes> {
        return error{.code = errc::no_space, .offset = 0, .needed = output.size() < 4 ? 4 - output.size() : 1};
    };
    const auto other_bytes = [](hubwire::buffer output) -> result<bytes> {
        const auto answer = encode_counted(output);
        if (answer) output.data()[1] = 'x';
        return answer;
    };
    const auto elsewhere = [](hubwire::buffer output) -> result<bytes> {
        const auto answer = encode_counted(output);
        if (answer) return bytes{wire<"03 'abc'">};
        return answer;
    };
    const auto too_far = [](hubwire::buffer output) -> result<bytes> {
        const auto answer = encode_counted(output);
        if (answer && output.size() > answer->size()) output.data()[answer->size()] = 'x';
        return answer;
    };
    CHECK(says(support::every_capacity(expected, never_full), "no lack of space was reported in a buffer of 0"));
    CHECK(says(support::every_capacity(expected, wrong_need), "the missing space is wrong in a buffer of 0"));
    CHECK(says(support::every_capacity(expected, always_full), "the encoder failed in a buffer of 4"));
    CHECK(says(support::every_capacity(expected, other_bytes), "other bytes were written in a buffer of 4"));
    CHECK(says(support::every_capacity(expected, elsewhere), "the bytes lie elsewhere in a buffer of 4"));
    CHECK(says(support::every_capacity(expected, too_far), "bytes behind the output were written in a buffer of 5"));
}

TEST_CASE("every_text_of has each text once, and says which is wrong") {
    std::set<std::string> seen;
    const auto once = [&](std::string_view text) { return std::string{seen.emplace(text).second ? "" : "again"}; };
    CHECK(support::every_text_of("abc", 4, once) == "");
    CHECK(seen.size() == (support::exhaustive_size < 3 ? 40 : 121));
    const auto wrong = [](std::string_view text) { return std::string{text == "ba" ? "wrong" : ""}; };
    CHECK(support::every_text_of("abc", 4, wrong) == "wrong, for 2 bytes: 62 61");
}

TEST_CASE("every_split sees each way in which a cutter can be wrong") {
    const bytes stream = wire<"03 'abc' 00 01 'd'">;
    const auto refuses = [](bytes) -> result<std::size_t> { return error{.code = errc::truncated}; };
    const auto stands_still = [](bytes) -> result<std::size_t> { return 0; };
    const auto overshoots = [](bytes input) -> result<std::size_t> { return input.size() + 1; };
    const auto greedy = [](bytes input) -> result<std::size_t> { return input.size(); };
    const auto never_done = [](bytes input) -> result<std::size_t> {
        return error{.code = errc::incomplete, .offset = input.size(), .needed = 1};
    };
    const auto too_needy = [](bytes input) -> result<std::size_t> {
        const auto size = cut_counted(input);
        if (!size.incomplete()) return size;
        return error{.code = errc::incomplete, .offset = input.size(), .needed = size.error().needed + 1};
    };
    CHECK(says(support::every_split(stream, refuses), "the stream was refused"));
    CHECK(says(support::every_split(stream, stands_still), "a cut that is not within the input"));
    CHECK(says(support::every_split(stream, overshoots), "a cut that is not within the input"));
    CHECK(says(support::every_split(stream, greedy), "other packets when split here"));
    CHECK(says(support::every_split(stream, never_done), "the stream does not end"));
    CHECK(says(support::every_split(stream, too_needy), "more was asked for than the packet has"));
}

TEST_CASE("the complaint shows the bytes, and only the first of many") {
    const auto decode = [](bytes) -> result<bytes> { return error{.code = errc::truncated, .offset = 1000}; };
    CHECK(support::every_mutation(wire<"f0 0f">, decode) == "an error beyond the end of the input, for 2 bytes: 00 0f");
    const std::string many(65, 'a');
    const std::string complaint = support::every_mutation(many, decode);
    CHECK(complaint.substr(complaint.size() - 8) == "61 61...");
}

static_assert(wire<"00 04 'MQ'\n ff">.size() == 5);
static_assert(wire<"00 04 'MQ'\n ff">[4] == '\xff');
static_assert(wire<"">.empty());
