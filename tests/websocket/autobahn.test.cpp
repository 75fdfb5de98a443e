#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/naive_websocket.hpp"
#include "support/sweep.hpp"

/// The cases of the Autobahn test suite, by their numbers, as far as a codec answers them: what an endpoint would echo,
/// which pongs it would send, and the code it would close with. Each is played to a server and to a client, in one
/// piece, in the pieces of the case, and byte by byte. 12 and 13 are for an extension that nobody here speaks; what is
/// not in the tables of 1 to 10 differs from its neighbours in times only.

using hubwire::bytes;
using hubwire::errc;
using namespace hubwire::websocket;
using namespace std::literals;
using support::conversation;

namespace {

void complain(const char* what) { FAIL(what); }

/// A frame as the suite's own tool makes it, whether that is allowed or not.
struct sent {
    unsigned code = 0;
    std::string payload{};
    bool fin = true;
    unsigned rsv = 0;
};

std::string wire_of(const sent& f, bool is_masked) {
    const auto byte = [](std::uint64_t value) { return static_cast<char>(static_cast<unsigned char>(value & 255)); };
    const std::string key = "\x12\x9a\x00\xff"s;
    std::string wire{byte((f.fin ? 128u : 0u) | f.rsv << 4 | f.code)};
    const std::size_t size = f.payload.size();
    const unsigned mask_bit = is_masked ? 128 : 0;
    if (size < 126) {
        wire += byte(mask_bit | size);
    } else {
        const int digits = size < 65'536 ? 2 : 8;
        wire += byte(mask_bit | (digits == 2 ? 126u : 127u));
        for (int i = digits; i-- != 0;) wire += byte(std::uint64_t{size} >> (8 * i));
    }
    if (!is_masked) return wire + f.payload;
    return wire + key + support::naive_mask(f.payload, key);
}

/// Everything that the suite wants to see: messages and pongs, and the code with which the connection ends.
struct answer {
    std::vector<conversation::part> parts{};
    std::optional<close_code> code{};
    friend bool operator==(const answer&, const answer&) = default;
};

answer answer_of(const conversation& said) {
    answer all;
    for (const conversation::part& part : said.parts) {
        if (part.opcode == 8) {
            const auto status = decode_close_status(bytes{part.data});
            REQUIRE(status);
            // An endpoint answers with the code it was given, or with none.
            all.code = status->code;
        } else if (part.opcode == 9) {
            std::string memory(256, '\0');
            const auto pong = encode(memory, {.opcode = opcode::pong, .payload = bytes{part.data}});
            REQUIRE(pong);
            all.parts.push_back({10, std::string{pong->without_first(2).text()}});
        } else if (part.opcode != 10) {
            all.parts.push_back(part);
        }
    }
    if (!all.code && said.wrong != errc::none) all.code = answer_to(hubwire::error{.code = said.wrong});
    return all;
}

answer play(const std::vector<sent>& frames, std::size_t step = 0) {
    std::vector<answer> answers;
    for (const role receiver : {role::client, role::server}) {
        std::string stream;
        std::vector<std::size_t> frame_by_frame;
        for (const sent& f : frames) {
            stream += wire_of(f, receiver == role::server);
            frame_by_frame.push_back(stream.size());
        }
        std::vector<std::vector<std::size_t>> chops{{stream.size()}, frame_by_frame};
        if (step == 0 && stream.size() < 2000) step = 1;
        if (step != 0) {
            chops.emplace_back();
            for (std::size_t n = step; n < stream.size(); n += step) chops.back().push_back(n);
            chops.back().push_back(stream.size());
        }
        for (const auto& arrivals : chops)
            answers.push_back(answer_of(support::converse(stream, arrivals, receiver, {}, complain)));
    }
    for (const answer& a : answers) {
        if (!(a == answers[0])) FAIL("it depends on how the stream is chopped, or on the role");
    }
    return answers[0];
}

std::string repeated(std::string_view what, std::size_t size) {
    std::string text;
    while (text.size() < size) text += what;
    text.resize(size);
    return text;
}

const sent close_1000{8, "\x03\xe8"};
constexpr auto normal = close_code::normal;
constexpr auto protocol_error = close_code::protocol_error;
constexpr auto invalid_payload = close_code::invalid_payload;

struct row {
    const char* number;
    std::vector<sent> frames;
    answer expected;
    std::size_t step = 0;
};

void play_all(const std::vector<row>& rows) {
    for (const row& r : rows) {
        INFO("case " << r.number);
        CHECK((play(r.frames, r.step) == r.expected));
    }
}

}  // namespace

TEST_CASE("Autobahn 1: framing") {
    std::vector<row> rows;
    for (const unsigned code : {1u, 2u}) {
        const char* numbers[][2] = {{"1.1.1", "1.2.1"}, {"1.1.2", "1.2.2"}, {"1.1.3", "1.2.3"}, {"1.1.4", "1.2.4"},
                                    {"1.1.5", "1.2.5"}, {"1.1.6", "1.2.6"}, {"1.1.7", "1.2.7"}, {"1.1.8", "1.2.8"}};
        const std::size_t sizes[] = {0, 125, 126, 127, 128, 65'535, 65'536, 65'536};
        for (std::size_t i = 0; i != 8; ++i) {
            const std::string payload = repeated(code == 1 ? "*" : "\xfe", sizes[i]);
            rows.push_back(
                {numbers[i][code - 1], {{code, payload}, close_1000}, {{{code, payload}}, normal}, i == 7 ? 997u : 0u});
        }
    }
    play_all(rows);
}

TEST_CASE("Autobahn 2: pings and pongs") {
    const std::string full = repeated("\xfe", 125);
    const std::string binary = "\x00\xff\xfe\xfd\xfc\xfb\x00\xff"s;
    std::vector<sent> ten;
    answer ten_pongs{{}, normal};
    for (const char digit : "0123456789"sv) {
        ten.push_back({9, "payload-"s + digit});
        ten_pongs.parts.push_back({10, "payload-"s + digit});
    }
    ten.push_back(close_1000);
    play_all({
        {"2.1", {{9}, close_1000}, {{{10, ""}}, normal}},
        {"2.2", {{9, "Hello, world!"}, close_1000}, {{{10, "Hello, world!"}}, normal}},
        {"2.3", {{9, binary}, close_1000}, {{{10, binary}}, normal}},
        {"2.4", {{9, full}, close_1000}, {{{10, full}}, normal}},
        {"2.5", {{9, repeated("\xfe", 126)}}, {{}, protocol_error}},
        {"2.6", {{9, full}, close_1000}, {{{10, full}}, normal}, 1},
        {"2.7", {{10}, close_1000}, {{}, normal}},
        {"2.8", {{10, "unsolicited pong payload"}, close_1000}, {{}, normal}},
        {"2.9", {{10, "unsolicited pong payload"}, {9, "ping payload"}, close_1000}, {{{10, "ping payload"}}, normal}},
        {"2.10", ten, ten_pongs},
        {"2.11", ten, ten_pongs, 1},
    });
}

TEST_CASE("Autobahn 3: reserved bits") {
    const sent hello{1, "Hello, world!"};
    const auto with_bits = [&](unsigned rsv) { return sent{1, hello.payload, true, rsv}; };
    const answer after_echo{{{1, hello.payload}}, protocol_error};
    play_all({
        {"3.1", {with_bits(1)}, {{}, protocol_error}},
        {"3.2", {hello, with_bits(2), {9}}, after_echo},
        {"3.3", {hello, with_bits(3), {9}}, after_echo},
        {"3.4", {hello, with_bits(4), {9}}, after_echo, 1},
        {"3.5", {{2, "\x00\xff\xfe\xfd\xfc\xfb\x00\xff"s, true, 5}}, {{}, protocol_error}},
        {"3.6", {{9, hello.payload, true, 6}}, {{}, protocol_error}},
        {"3.7", {{8, "", true, 7}}, {{}, protocol_error}},
    });
}

TEST_CASE("Autobahn 4: reserved opcodes") {
    const sent hello{1, "Hello, world!"};
    const answer at_once{{}, protocol_error};
    const answer after_echo{{{1, hello.payload}}, protocol_error};
    play_all({
        {"4.1.1", {{3}}, at_once},
        {"4.1.2", {{4, "reserved opcode payload"}}, at_once},
        {"4.1.3", {hello, {5}, {9}}, after_echo},
        {"4.1.4", {hello, {6, hello.payload}, {9}}, after_echo},
        {"4.1.5", {hello, {7, hello.payload}, {9}}, after_echo, 1},
        {"4.2.1", {{11}}, at_once},
        {"4.2.2", {{12, "reserved opcode payload"}}, at_once},
        {"4.2.3", {hello, {13}, {9}}, after_echo},
        {"4.2.4", {hello, {14, hello.payload}, {9}}, after_echo},
        {"4.2.5", {hello, {15, hello.payload}, {9}}, after_echo, 1},
    });
}

TEST_CASE("Autobahn 5: fragmentation") {
    const sent begin{1, "fragment1", false};
    const sent middle{0, "fragment3", false};
    const sent end{0, "fragment2"};
    const sent hello{1, "Hello, world!"};
    const sent ping{9, "ping payload"};
    const answer joined{{{1, "fragment1fragment2"}}, normal};
    const answer joined_behind_pong{{{10, "ping payload"}, {1, "fragment1fragment2"}}, normal};
    const answer at_once{{}, protocol_error};
    const sent stray{0, "non-continuation payload"};
    const sent open_stray{0, "non-continuation payload", false};
    const std::vector<sent> long_one{begin,
                                     {0, "fragment2", false},
                                     {9, "pongme 1!"},
                                     middle,
                                     {0, "fragment4", false},
                                     {9, "pongme 2!"},
                                     {0, "fragment5"},
                                     close_1000};
    const answer long_answer{
        {{10, "pongme 1!"}, {10, "pongme 2!"}, {1, "fragment1fragment2fragment3fragment4fragment5"}}, normal};
    play_all({
        {"5.1", {{9, "fragment1", false}, end}, at_once},
        {"5.2", {{10, "fragment1", false}, end}, at_once},
        {"5.3", {begin, end, close_1000}, joined},
        {"5.4", {begin, end, close_1000}, joined},
        {"5.5", {begin, end, close_1000}, joined, 1},
        {"5.6", {begin, ping, end, close_1000}, joined_behind_pong},
        {"5.7", {begin, ping, end, close_1000}, joined_behind_pong},
        {"5.8", {begin, ping, end, close_1000}, joined_behind_pong, 1},
        {"5.9", {stray, hello}, at_once},
        {"5.10", {stray, hello}, at_once},
        {"5.11", {stray, hello}, at_once, 1},
        {"5.12", {open_stray, hello}, at_once},
        {"5.13", {open_stray, hello}, at_once},
        {"5.14", {open_stray, hello}, at_once, 1},
        {"5.15", {begin, end, middle, {1, "fragment4"}}, {{{1, "fragment1fragment2"}}, protocol_error}},
        {"5.16", {middle, begin, end, middle, begin, end}, at_once},
        {"5.17", {end, begin, end, end, begin, end}, at_once},
        {"5.18", {begin, {1, "fragment2"}}, at_once},
        {"5.19", long_one, long_answer},
        {"5.20", long_one, long_answer},
    });
}

TEST_CASE("Autobahn 6.1 to 6.4: text in fragments, and how early it fails") {
    const std::string greek = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";
    const std::string umlauts = "Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!";
    const auto fragments_of_one = [](const std::string& text) {
        std::vector<sent> all;
        for (std::size_t i = 0; i != text.size(); ++i)
            all.push_back({i == 0 ? 1u : 0u, text.substr(i, 1), i + 1 == text.size()});
        all.push_back(close_1000);
        return all;
    };
    const std::string surrogate = greek + "\xed\xa0\x80" + "edited";
    play_all({
        {"6.1.1", {{1}, close_1000}, {{{1, ""}}, normal}},
        {"6.1.2", {{1, "", false}, {0, "", false}, {0}, close_1000}, {{{1, ""}}, normal}},
        {"6.1.3",
         {{1, "", false}, {0, "middle frame payload", false}, {0}, close_1000},
         {{{1, "middle frame payload"}}, normal}},
        {"6.2.1", {{1, umlauts}, close_1000}, {{{1, umlauts}}, normal}},
        {"6.2.2", {{1, umlauts.substr(0, 14), false}, {0, umlauts.substr(14)}, close_1000}, {{{1, umlauts}}, normal}},
        {"6.2.3", fragments_of_one(umlauts), {{{1, umlauts}}, normal}},
        {"6.2.4", fragments_of_one(greek), {{{1, greek}}, normal}},
        {"6.3.1", {{1, surrogate}}, {{}, invalid_payload}},
        {"6.3.2", fragments_of_one(surrogate), {{}, invalid_payload}},
    });

    // The 13th byte is the first with which the text is wrong, whether it ends a fragment (6.4.1, 6.4.2) or a chop of
    // one (6.4.3, 6.4.4), and nothing behind it is waited for.
    const std::string beyond = greek + "\xf4\x90\x80\x80" + "edited";
    for (const bool in_fragments : {true, false}) {
        for (const role receiver : {role::client, role::server}) {
            const bool is_masked = receiver == role::server;
            std::string stream = wire_of({1, in_fragments ? beyond.substr(0, 12) : beyond, !in_fragments}, is_masked);
            if (in_fragments) stream += wire_of({0, beyond.substr(12)}, is_masked);
            const std::size_t heads = (is_masked ? 6u : 2u) * (in_fragments ? 2u : 1u);
            for (const std::size_t shown : {heads + 12, heads + 13}) {
                const auto said =
                    support::converse(std::string_view{stream}.substr(0, shown), {shown}, receiver, {}, complain);
                CHECK((said.wrong == errc::websocket_invalid_utf8) == (shown == heads + 13));
            }
        }
    }
}

TEST_CASE("Autobahn 6.5 to 6.23: texts that are UTF-8, and texts that are not") {
    struct texts {
        const char* numbers;
        bool is_valid;
        std::vector<std::string> all;
    };
    std::string continuations;
    for (unsigned c = 0x80; c != 0xbf; ++c) continuations += static_cast<char>(static_cast<unsigned char>(c));
    const auto lonely = [](unsigned first, unsigned last) {
        std::string text;
        for (unsigned c = first; c != last; ++c) {
            text += static_cast<char>(static_cast<unsigned char>(c));
            text += ' ';
        }
        return text;
    };
    const std::string greek = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";
    const std::vector<std::string> cut_short = {
        "\xc0", "\xe0\x80", "\xf0\x80\x80", "\xf8\x80\x80\x80", "\xfc\x80\x80\x80\x80",
        "\xdf", "\xef\xbf", "\xf7\xbf\xbf", "\xfb\xbf\xbf\xbf", "\xfd\xbf\xbf\xbf\xbf"};
    std::string all_cut_short;
    for (const std::string& text : cut_short) all_cut_short += text;
    std::vector<std::string> no_characters{"\xef\xbf\xbe", "\xef\xbf\xbf"};
    for (const char* plane :
         {"\xf0\x9f", "\xf0\xaf", "\xf0\xbf", "\xf1\x8f", "\xf1\x9f", "\xf1\xaf", "\xf1\xbf", "\xf2\x8f", "\xf2\x9f",
          "\xf2\xaf", "\xf2\xbf", "\xf3\x8f", "\xf3\x9f", "\xf3\xaf", "\xf3\xbf", "\xf4\x8f"}) {
        no_characters.push_back(plane + "\xbf\xbe"s);
        no_characters.push_back(plane + "\xbf\xbf"s);
    }
    const std::vector<texts> table = {
        {"6.5",
         true,
         {"hello\x24world", "hello\xC2\xA2world", "hello\xE2\x82\xACworld", "hello\xF0\xA4\xAD\xA2world", greek}},
        {"6.6, whole characters",
         true,
         {greek.substr(0, 2), greek.substr(0, 5), greek.substr(0, 7), greek.substr(0, 9), greek}},
        {"6.6, cut in characters",
         false,
         {greek.substr(0, 1), greek.substr(0, 3), greek.substr(0, 4), greek.substr(0, 6), greek.substr(0, 8),
          greek.substr(0, 10)}},
        {"6.7", true, {"\0"s, "\xc2\x80", "\xe0\xa0\x80", "\xf0\x90\x80\x80"}},
        {"6.8", false, {"\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80"}},
        {"6.9", true, {"\x7f", "\xdf\xbf", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"}},
        {"6.10", false, {"\xf7\xbf\xbf\xbf", "\xfb\xbf\xbf\xbf\xbf", "\xfd\xbf\xbf\xbf\xbf\xbf"}},
        {"6.11.1 to 4", true, {"\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbd", "\xf4\x8f\xbf\xbf"}},
        {"6.11.5", false, {"\xf4\x90\x80\x80"}},
        {"6.12",
         false,
         {"\x80", "\xbf", "\x80\xbf", "\x80\xbf\x80", "\x80\xbf\x80\xbf", "\x80\xbf\x80\xbf\x80",
          "\x80\xbf\x80\xbf\x80\xbf", continuations}},
        {"6.13",
         false,
         {lonely(0xc0, 0xdf), lonely(0xe0, 0xef), lonely(0xf0, 0xf7), lonely(0xf8, 0xfb), lonely(0xfc, 0xfd)}},
        {"6.14", false, cut_short},
        {"6.15", false, {all_cut_short}},
        {"6.16", false, {"\xfe", "\xff", "\xfe\xfe\xff\xff"}},
        {"6.17",
         false,
         {"\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf8\x80\x80\x80\xaf", "\xfc\x80\x80\x80\x80\xaf"}},
        {"6.18",
         false,
         {"\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf8\x87\xbf\xbf\xbf", "\xfc\x83\xbf\xbf\xbf\xbf"}},
        {"6.19",
         false,
         {"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf8\x80\x80\x80\x80", "\xfc\x80\x80\x80\x80\x80"}},
        {"6.20",
         false,
         {"\xed\xa0\x80", "\xed\xad\xbf", "\xed\xae\x80", "\xed\xaf\xbf", "\xed\xb0\x80", "\xed\xbe\x80",
          "\xed\xbf\xbf"}},
        {"6.21",
         false,
         {"\xed\xa0\x80\xed\xb0\x80", "\xed\xa0\x80\xed\xbf\xbf", "\xed\xad\xbf\xed\xb0\x80",
          "\xed\xad\xbf\xed\xbf\xbf", "\xed\xae\x80\xed\xb0\x80", "\xed\xae\x80\xed\xbf\xbf",
          "\xed\xaf\xbf\xed\xb0\x80", "\xed\xaf\xbf\xed\xbf\xbf"}},
        {"6.22", true, no_characters},
        {"6.23",
         true,
         {"\xef\xbf\xb9", "\xef\xbf\xba", "\xef\xbf\xbb", "\xef\xbf\xbc", "\xef\xbf\xbd", "\xef\xbf\xbe",
          "\xef\xbf\xbf"}},
    };
    CHECK(no_characters.size() == 34);
    for (const texts& t : table) {
        for (const std::string& text : t.all) {
            INFO("case " << t.numbers << ": " << support::detail::hex(bytes{text}));
            const answer expected = t.is_valid ? answer{{{1, text}}, normal} : answer{{}, invalid_payload};
            CHECK((play({{1, text}, close_1000}) == expected));
        }
    }
}

TEST_CASE("Autobahn 7: how connections end") {
    const auto close_with = [](unsigned code, std::string_view reason = {}) {
        std::string payload{static_cast<char>(static_cast<unsigned char>(code >> 8)),
                            static_cast<char>(static_cast<unsigned char>(code & 255))};
        return sent{8, payload.append(reason)};
    };
    const sent hello{1, "Hello World!"};
    const std::string large = repeated("BAsd7&jh23", 256 * 1024);
    const std::string bad =
        "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80"
        "edited";
    play_all({
        {"7.1.1", {hello, close_1000}, {{{1, "Hello World!"}}, normal}},
        {"7.1.2", {close_1000, {8}}, {{}, normal}},
        {"7.1.3", {close_1000, {9}}, {{}, normal}},
        {"7.1.4", {close_1000, hello}, {{}, normal}},
        {"7.1.5", {{1, "fragment1", false}, close_1000, {0, "fragment2"}}, {{}, normal}},
        {"7.1.6", {{1, large}, hello, close_1000, {9}}, {{{1, large}, {1, "Hello World!"}}, normal}},
        {"7.3.1", {{8}}, {{}, close_code::no_status}},  // answered with an empty close frame
        {"7.3.2", {{8, "a"}}, {{}, protocol_error}},
        {"7.3.3", {close_1000}, {{}, normal}},
        {"7.3.4", {close_with(1000, "Hello World!")}, {{}, normal}},
        {"7.3.5", {close_with(1000, repeated("*", 123))}, {{}, normal}},
        {"7.3.6", {close_with(1000, repeated("*", 124))}, {{}, protocol_error}},
        {"7.5.1", {close_with(1000, bad)}, {{}, invalid_payload}},
        {"7.13.1", {close_with(5000)}, {{}, protocol_error}},
        {"7.13.2", {close_with(65'535)}, {{}, protocol_error}},  // 65536, in the suite, has no place in two bytes
    });
    for (const unsigned code :
         {1000u, 1001u, 1002u, 1003u, 1007u, 1008u, 1009u, 1010u, 1011u, 3000u, 3999u, 4000u, 4999u}) {
        INFO("case 7.7: " << code);
        CHECK((play({close_with(code)}) == answer{{}, close_code{static_cast<std::uint16_t>(code)}}));
    }
    for (const unsigned code : {0u, 999u, 1004u, 1005u, 1006u, 1016u, 1100u, 2000u, 2999u}) {
        INFO("case 7.9: " << code);
        CHECK((play({close_with(code)}) == answer{{}, protocol_error}));
    }
}

TEST_CASE("Autobahn 9 and 10: large messages, in fragments and chops of many sizes") {
    for (const unsigned code : {1u, 2u}) {
        const std::string all = repeated(code == 1 ? "BAsd7&jh23" : "\x00\xfe\x23\xfa\xf0"sv, 1 << 20);
        // 9.1 and 9.2, up to a megabyte; in chops, as in 9.5 and 9.6
        for (const std::size_t size : {std::size_t{1} << 16, std::size_t{1} << 18, all.size()}) {
            const std::string text = all.substr(0, size);
            CHECK((play({{code, text}, close_1000}, size / 16 + 3) == answer{{{code, text}}, normal}));
        }
        // 9.3 and 9.4; 10.1.1 has fragments of 1300 bytes
        const std::string text = all.substr(0, 1 << 16);
        for (const std::size_t fragment : {64u, 256u, 1024u, 1300u, 4096u, 16'384u, 65'536u}) {
            std::vector<sent> frames;
            for (std::size_t begin = 0; begin < text.size(); begin += fragment)
                frames.push_back(
                    {begin == 0 ? code : 0, text.substr(begin, fragment), begin + fragment >= text.size()});
            frames.push_back(close_1000);
            CHECK((play(frames, 1999) == answer{{{code, text}}, normal}));
        }
    }
}
