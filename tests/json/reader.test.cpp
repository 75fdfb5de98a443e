#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_json.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::json;
using namespace std::literals;

namespace {

constexpr std::string_view twin = R"({
  "desired": {"telemetry": {"interval": 60, "unit": "\u00b0C"}, "$version": 7},
  "reported": {"on": true, "load": 0.25, "note": null, "list": [1, 2, [3]], "$version": 9007199254740993}
})";

struct settings {
    int interval = 0;
    std::int64_t version = 0;
    double load = 0;
    bool on = false;
    std::optional<hubwire::json::string> note{};
};

constexpr hubwire::result<settings> read_twin(std::string_view text) {
    settings found;
    reader in{text};
    in.enter_object();
    while (in.next_member()) {
        if (in.name() == "desired") {
            in.enter_object();
            if (in.find_member("telemetry")) {
                in.enter_object();
                if (in.find_member("interval")) found.interval = in.get<int>();
                in.leave();
            }
            in.leave();
        } else if (in.name() == "reported") {
            in.enter_object();
            while (in.next_member()) {
                if (in.name() == "$version") found.version = in.get<std::int64_t>();
                if (in.name() == "load") found.load = in.get<double>();
                if (in.name() == "on") found.on = in.get<bool>();
                if (in.name() == "note") found.note = in.get<std::optional<hubwire::json::string>>();
            }
        }
    }
    return in.finish(found);
}
static_assert([] {
    const auto found = read_twin(twin);
    return found && found->interval == 60 && found->version == 9007199254740993 && found->load == 0.25 && found->on &&
           !found->note;
}());

error refusal_of(std::string_view text, const options& rules = {}) {
    const support::exact_block block{text};
    reader in{{block.data(), block.size()}, rules};
    in.skip();
    const auto all = in.finish();
    REQUIRE(!all);
    CHECK(support::compare_json({block.data(), block.size()}, rules.replace_lone_surrogates) == "");
    return all.error();
}

}  // namespace

TEST_CASE("a twin is read member by member, and what is not asked for is skipped") {
    const support::exact_block block{twin};
    const auto found = read_twin({block.data(), block.size()});
    REQUIRE(found);
    CHECK(found->interval == 60);
    CHECK(found->version == 9007199254740993);
    CHECK(support::compare_json(twin, false) == "");
}

TEST_CASE("every refusal has its rule and its offset") {
    struct wrong {
        std::string_view text;
        errc code;
        std::size_t at;
    };
    constexpr wrong all[] = {
        {"", errc::json_end, 0},
        {"  ", errc::json_end, 2},
        {"[1,", errc::json_end, 3},
        {"{\"a\"", errc::json_end, 4},
        {"{\"a\":", errc::json_end, 5},
        {"{\"a\":1", errc::json_end, 6},
        {"{\"a\":1,", errc::json_end, 7},
        {"{", errc::json_end, 1},
        {"[", errc::json_end, 1},
        {"\"abc", errc::json_end, 4},
        {"\"abc\\", errc::json_end, 5},
        {"\"\\u00", errc::json_end, 5},
        {"\"\\ud83d", errc::json_end, 7},
        {"\"\\ud83d\\", errc::json_end, 8},
        {"\"\\ud83d\\ude", errc::json_end, 11},
        {"tru", errc::json_end, 3},
        {"-", errc::json_end, 1},
        {"1.", errc::json_end, 2},
        {"1e", errc::json_end, 2},
        {"1e-", errc::json_end, 3},
        {"x", errc::json_value, 0},
        {"[1,]", errc::json_value, 3},
        {"[,1]", errc::json_value, 1},
        {"trUe", errc::json_value, 2},
        {"nul]", errc::json_value, 3},
        {"+1", errc::json_value, 0},
        {".5", errc::json_value, 0},
        {"'a'", errc::json_value, 0},
        {"\xEF\xBB\xBF[]", errc::json_value, 0},
        {"{\"a\":}", errc::json_value, 5},
        {"NaN", errc::json_value, 0},
        {"-x", errc::json_number, 1},
        {"-Infinity", errc::json_number, 1},
        {"1.x", errc::json_number, 2},
        {"1e+x", errc::json_number, 3},
        {"01", errc::json_leading_zero, 0},
        {"-00", errc::json_leading_zero, 1},
        {"[0123]", errc::json_leading_zero, 1},
        {"\"a\nb\"", errc::json_control_character, 2},
        {"\"\0\""sv, errc::json_control_character, 1},
        {"\"\\x\"", errc::json_escape, 1},
        {"\"\\u12g4\"", errc::json_escape, 1},
        {"\"\\ud83d\"", errc::json_surrogate, 1},
        {"\"a\\ude00\"", errc::json_surrogate, 2},
        {"\"\\ud83d\\u0041\"", errc::json_surrogate, 1},
        {"\"\\ud83d\\n\"", errc::json_surrogate, 1},
        {"\"\\ud83dx\"", errc::json_surrogate, 1},
        {"\"\\ud83d\\u00zz\"", errc::json_surrogate, 1},
        {"\"ab\xFF\"", errc::json_utf8, 3},
        {"\"\xC0\xAF\"", errc::json_utf8, 1},
        {"\"\xED\xA0\x80\"", errc::json_utf8, 1},
        {"\"\xE4\xB8", errc::json_utf8, 1},
        {"{1:2}", errc::json_name, 1},
        {"{\"a\":1,}", errc::json_name, 7},
        {"{,}", errc::json_name, 1},
        {"[{]", errc::json_name, 2},
        {"{\"a\" 1}", errc::json_colon, 5},
        {"{\"a\",1}", errc::json_colon, 4},
        {"[1 2]", errc::json_comma, 3},
        {"[1}", errc::json_comma, 2},
        {"{\"a\":1 \"b\":2}", errc::json_comma, 7},
        {"{\"a\":1]", errc::json_comma, 6},
        {"1 2", errc::json_leftover, 2},
        {"[] x", errc::json_leftover, 3},
        {"truex", errc::json_leftover, 4},
        {"{}}", errc::json_leftover, 2},
    };
    for (const wrong& w : all) {
        INFO(w.text);
        CHECK(refusal_of(w.text) == error{.code = w.code, .offset = w.at});
        CHECK(refusal_of(w.text).rule().starts_with("RFC 8259-"));
    }
}

TEST_CASE("RFC 8259-9: the depth is bound, and what is deeper is refused where it begins, in linear time") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(support::compare_json(nested(64), false) == "");
    CHECK(refusal_of(nested(65)) == error{.code = errc::json_depth, .offset = 64});
    CHECK(refusal_of(nested(10'000)) == error{.code = errc::json_depth, .offset = 64});
    CHECK(refusal_of(std::string(1'000'000, '[')).code == errc::json_depth);
    for (const std::size_t depth : {0u, 1u, 63u, 64u, 65u, 199u, 200u, 201u}) {
        std::string objects;
        for (std::size_t i = 0; i != depth; ++i) objects += i % 3 == 0 ? "[" : "{\"a\":";
        objects += "1";
        for (std::size_t i = depth; i-- != 0;) objects += i % 3 == 0 ? "]" : "}";
        const auto naive = support::naive_json(objects, 200);
        CHECK(support::json_as_read<200>(objects) == naive);
        CHECK((depth <= 200) == (support::json_as_skipped<200>(objects) == support::outcome<bool>{true}));
    }
    CHECK(support::json_as_skipped<1>("[[]]") == support::outcome<bool>{support::refusal{errc::json_depth, 1}});
    CHECK(support::json_as_read<1>("[]") == support::naive_json("[]"));

    // Levels that were entered count where the rest is skipped.
    basic_reader<3> in{"[[[[]]]]"};
    in.enter_array();
    in.next_item();
    in.enter_array();
    in.next_item();
    CHECK(in.depth() == 2);
    in.skip();
    CHECK(in.error() == error{.code = errc::json_depth, .offset = 3});
    basic_reader<3> entering{"[[[[]]]]"};
    for (int i = 0; i != 4; ++i) {
        entering.enter_array();
        entering.next_item();
    }
    CHECK(entering.error() == error{.code = errc::json_depth, .offset = 3});
}

TEST_CASE("values are read as what they are asked for, or refused as another kind") {
    const auto refused = [](std::string_view text, auto read) {
        reader in{text};
        in.enter_array();
        in.next_item();
        read(in);
        CHECK(!in.next_item());
        CHECK(!in.next_member());
        return in.error();
    };
    constexpr auto kind_at_1 = error{.code = errc::json_kind, .offset = 1};
    CHECK(refused("[1]", [](reader& in) { CHECK_FALSE(in.get<bool>()); }) == kind_at_1);
    CHECK(refused("[\"1\"]", [](reader& in) { CHECK(in.get<int>() == 0); }) == kind_at_1);
    CHECK(refused("[true]", [](reader& in) { CHECK(in.get<double>() == 0); }) == kind_at_1);
    CHECK(refused("[null]", [](reader& in) { CHECK(in.get<hubwire::json::string>() == ""); }) == kind_at_1);
    CHECK(refused("[[]]", [](reader& in) { CHECK(in.get<number>().text() == "0"); }) == kind_at_1);
    CHECK(refused("[[]]", [](reader& in) { in.enter_object(); }) == kind_at_1);
    CHECK(refused("[{}]", [](reader& in) { in.enter_array(); }) == kind_at_1);
    CHECK(refused("[x]", [](reader& in) { in.enter_array(); }) == error{.code = errc::json_value, .offset = 1});
    CHECK(refused("[x]", [](reader& in) { CHECK(in.peek() == kind::null); }) ==
          error{.code = errc::json_value, .offset = 1});
    CHECK(refused("[tru]", [](reader& in) { in.get<int>(); }) == error{.code = errc::json_value, .offset = 4});
    CHECK(refused("[tru]", [](reader& in) { CHECK(!in.get<bool>()); }) == error{.code = errc::json_value, .offset = 4});
    CHECK(refused("[nu]", [](reader& in) { CHECK(!in.read_null()); }) == error{.code = errc::json_value, .offset = 3});
    CHECK(refused("[300]", [](reader& in) { CHECK(in.get<std::uint8_t>() == 0); }) ==
          error{.code = errc::json_number_range, .offset = 1});
    CHECK(refused("[1e999]", [](reader& in) { CHECK(in.get<double>() == 0); }) ==
          error{.code = errc::json_number_range, .offset = 1});
    CHECK(refused("[01]", [](reader& in) { CHECK(in.get<int>() == 0); }) ==
          error{.code = errc::json_leading_zero, .offset = 1});
    CHECK(refused("[\"\\x\"]", [](reader& in) { CHECK(in.get<hubwire::json::string>() == ""); }) ==
          error{.code = errc::json_escape, .offset = 2});
    CHECK(refused("[\"x\"]", [](reader& in) { CHECK(!in.get<std::optional<int>>()); }) == kind_at_1);
    CHECK(refused("[5 ", [](reader& in) { CHECK(in.get<std::optional<int>>() == 5); }) ==
          error{.code = errc::json_end, .offset = 3});
    CHECK(refused("[", [](reader& in) { CHECK(in.raw().empty()); }) == error{.code = errc::json_end, .offset = 1});
}

TEST_CASE("a failure sticks, whatever is asked for behind it") {
    reader in{"{\"a\":x,\"b\":1}"};
    in.enter_object();
    CHECK(in.next_member());
    CHECK(in.get<int>() == 0);
    const error first = in.error();
    CHECK(first == error{.code = errc::json_value, .offset = 5});
    CHECK_FALSE(in.next_member());
    CHECK_FALSE(in.next_item());
    CHECK_FALSE(in.find_member("b"));
    CHECK(in.name() == "");
    in.enter_array();
    in.leave();
    in.skip();
    CHECK(in.raw().empty());
    CHECK_FALSE(in.read_null());
    CHECK_FALSE(in.get<std::optional<bool>>());
    in.fail(errc::application, 0);
    CHECK(in.finish().error() == first);
    CHECK(in.finish(5).error() == first);
    CHECK(in.offset() == 13);
}

TEST_CASE("a caller's own failure is one as well") {
    reader in{"{\"interval\":-5}"};
    in.enter_object();
    REQUIRE(in.find_member("interval"));
    const std::size_t at = in.offset();
    if (in.get<int>() < 0) in.fail(errc::application, at);
    CHECK(in.finish(1).error() == error{.code = errc::application, .offset = 12});
}

TEST_CASE("names are reported as they come, twice where they are there twice") {
    reader in{R"({"a":1,"b":2,"a":3,"\u0061":4})"};
    std::vector<int> found;
    in.enter_object();
    while (in.find_member("a")) found.push_back(in.get<int>());
    CHECK(found == std::vector{1, 3, 4});
    CHECK(in.finish());
}

TEST_CASE("the rest of an array or object can be left unread, but not unseen") {
    reader in{R"([[1,2,[3]],{"a":1,"b":{}},7])"};
    in.enter_array();
    REQUIRE(in.next_item());
    in.enter_array();
    REQUIRE(in.next_item());
    in.leave();
    REQUIRE(in.next_item());
    in.enter_object();
    in.leave();
    REQUIRE(in.next_item());
    CHECK(in.get<int>() == 7);
    CHECK_FALSE(in.next_item());
    CHECK(in.finish());
    reader wrong{"[[1,2,x],3]"};
    wrong.enter_array();
    wrong.next_item();
    wrong.enter_array();
    wrong.leave();
    CHECK(wrong.error() == error{.code = errc::json_value, .offset = 6});
}

TEST_CASE("a value can be taken as it stands, to be handed on") {
    reader in{"{ \"desired\" : { \"a\" : [ 1 , \"}\" ] } , \"b\":-1.5e3 }"};
    in.enter_object();
    REQUIRE(in.next_member());
    CHECK(in.raw() == "{ \"a\" : [ 1 , \"}\" ] }");
    REQUIRE(in.next_member());
    CHECK(in.raw() == "-1.5e3");
    CHECK_FALSE(in.next_member());
    CHECK(in.finish());
}

TEST_CASE("each level of white space, and each length of string, is read alike") {
    for (std::size_t n = 0; n <= 70; ++n) {
        const std::string space(n, n % 2 == 0 ? ' ' : '\n');
        const std::string text(n, 'x');
        for (const std::string_view special : {""sv, "\\n"sv, "\xC3\xBC"sv, "\x01"sv, "\xFF"sv, "\\q"sv}) {
            for (const std::size_t at : {std::size_t{0}, n / 2, n}) {
                const std::string content = text.substr(0, at) + std::string{special} + text.substr(at);
                const std::string whole = "[" + space + "\"" + content + "\"" + space + "," + space + "{" + space +
                                          "\"" + content + "\"" + space + ":" + space + "1" + space + "}" + space +
                                          "]" + space;
                const support::exact_block block{whole};
                if (const auto wrong = support::compare_json({block.data(), block.size()}, false); !wrong.empty())
                    FAIL(wrong);
            }
        }
    }
}

TEST_CASE("lone halves of surrogate pairs are the replacement character, where one says so") {
    for (const std::string_view text :
         {R"("\ud83d")"sv, R"("\ud83d\ud83d\ude00")"sv, R"("\ude00x")"sv, R"("\ud83d\n")"sv, R"("\ud83d\u00zz")"sv,
          R"("\ud83d\ude00")"sv, R"("\ud83d\u)"sv, R"({"\udfff":1})"sv}) {
        CHECK(support::compare_json(text, true) == "");
        CHECK(support::compare_json(text, false) == "");
    }
    reader in{R"("a\ud83dz")", {.replace_lone_surrogates = true}};
    CHECK(in.get<hubwire::json::string>() == "a\uFFFDz");
}

TEST_CASE("every short text is read as the naive reader has it") {
    const auto compare = [](std::string_view text) { return support::compare_json(text, false); };
    CHECK(support::every_text_of("[]{},:\"1 ", 5, compare) == "");
    CHECK(support::every_text_of("01-+.eE", 6, compare) == "");
    CHECK(support::every_text_of("truefalsn ", 4, compare) == "");
    for (const bool lenient : {false, true}) {
        const auto in_quotes = [&](std::string_view inside) {
            return support::compare_json('"' + std::string{inside} + '"', lenient);
        };
        CHECK(support::every_text_of("\\nu\"\t\xC3\xA9", 5, in_quotes) == "");
        const auto escaped = [&](std::string_view inside) {  // U+D800 and what comes behind it
            return support::compare_json("\"\\ud" + std::string{inside} + '"', lenient);
        };
        CHECK(support::every_text_of("8c0\\ud", 6, escaped) == "");
    }
}

TEST_CASE("a reader stands anything, and agrees with the naive one") {
    const auto decode = [](hubwire::bytes input) {
        const auto answer = hubwire::json::decode(input.text());
        return answer;
    };
    constexpr auto sample = R"([{"a":-0.5e+1,"b\u00fc":"\ud83d\ude00\n","c":[null,true,false,{}]},"ü"])"sv;
    CHECK(support::every_mutation(sample, decode) == "");
    CHECK(support::every_short_input(decode) == "");
    std::string text{sample};
    for (std::size_t at = 0; at != sample.size(); ++at) {
        for (unsigned value = 0; value != 256; ++value) {
            text[at] = static_cast<char>(static_cast<unsigned char>(value));
            if (const auto wrong = support::compare_json(text, value % 2 == 0); !wrong.empty()) FAIL(wrong);
        }
        text[at] = sample[at];
        if (const auto wrong = support::compare_json(sample.substr(0, at), false); !wrong.empty()) FAIL(wrong);
        CHECK(refusal_of(sample.substr(0, at)).code ==
              (at != 0 && sample[at - 1] == '\xC3' ? errc::json_utf8 : errc::json_end));
    }
}

TEST_CASE("no text is read in more than linear time") {
    const std::size_t size = 1 << 20;
    for (const std::string_view unit : {"\\u0041"sv, "\xC3\xBC"sv, "a"sv, "\\\\"sv}) {
        std::string text = "\"";
        while (text.size() < size) text += unit;
        CHECK(refusal_of(text).code == errc::json_end);
    }
    std::string items = "[";
    for (std::size_t i = 0; i != 300'000; ++i) items += "{},";
    CHECK(refusal_of(items) == error{.code = errc::json_end, .offset = items.size()});
    CHECK(refusal_of(std::string(size, ' ')).offset == size);
    CHECK(refusal_of("-" + std::string(size, '1') + "x").code == errc::json_leftover);
}
