#include "jsonl.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "catch2.hpp"

using support::from_hex;
using support::json;
using namespace std::literals;

TEST_CASE("JSON of every kind is read") {
    CHECK(json::parse("null").is_null());
    CHECK(json::parse(" true ").boolean());
    CHECK_FALSE(json::parse("false").boolean());
    CHECK(json::parse("0").number() == 0);
    CHECK(json::parse("-12.5e+1").number() == -125);
    CHECK(json::parse("268435455").number() == 268435455);
    CHECK(json::parse(R"("text")").text() == "text");
    CHECK(json::parse("[]").items().empty());
    CHECK(json::parse("{ }").is(json::kind::object));

    const json row = json::parse(R"( { "a" : [1, {"b": "c"}, null], "d":false,"" : 3 } )");
    REQUIRE(row["a"].items().size() == 3);
    CHECK(row["a"].items()[1]["b"].text() == "c");
    CHECK(row["a"].items()[2].is_null());
    CHECK(row[""].number() == 3);
    CHECK_FALSE(row["d"].boolean());
    CHECK(row["absent"].is_null());
}

TEST_CASE("escapes become the characters they stand for") {
    CHECK(json::parse(R"("\"\\\/\b\f\n\r\t")").text() == "\"\\/\b\f\n\r\t");
    CHECK(json::parse(R"("\u0000\u007f\u00fC\u4e16\ud83c\udf0d")").text() == "\0\x7f\u00fc\u4e16\U0001f30d"sv);
    CHECK(json::parse("\"\u00fc\U0001f30d\"").text() == "\u00fc\U0001f30d");
}

TEST_CASE("what is not JSON is not read") {
    for (const std::string_view text : {"",
                                        " ",
                                        "nul",
                                        "True",
                                        "1 2",
                                        "01",
                                        "-",
                                        "1.",
                                        ".5",
                                        "1e",
                                        "+1",
                                        "\"",
                                        "\"\n\"",
                                        "\"\\x\"",
                                        "\"\\u12g4\"",
                                        "\"\\u12\"",
                                        "\"\\ud800\"",
                                        "\"\\udc00\\ud800\"",
                                        "\"\\ud800\\u0041\"",
                                        "[",
                                        "[1",
                                        "[1,",
                                        "[1,]",
                                        "[1 2]",
                                        "]",
                                        "{",
                                        "{1:2}",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{\"a\" 1}",
                                        "{\"a\":1]"}) {
        INFO(text);
        CHECK_THROWS_AS(json::parse(text), std::runtime_error);
    }
}

TEST_CASE("a value that is of another kind than expected is not taken for one") {
    CHECK_THROWS_AS(json::parse("\"1\"").number(), std::runtime_error);
    CHECK_THROWS_AS(json::parse("1").text(), std::runtime_error);
    CHECK_THROWS_AS(json::parse("null").boolean(), std::runtime_error);
    CHECK_THROWS_AS(json::parse("{}").items(), std::runtime_error);
    CHECK_THROWS_AS(json::parse("[]")["a"], std::runtime_error);
}

TEST_CASE("a file is read line by line, and a wrong line is named") {
    const auto file = std::filesystem::temp_directory_path() / "hubwire.support.jsonl.test";
    const auto read = [&](std::string_view content) {
        std::ofstream{file, std::ios::binary} << content;
        return support::read_jsonl(file);
    };
    CHECK(read("").empty());
    const auto rows = read("{\"a\":1}\n\n[2]\r\n3");
    REQUIRE(rows.size() == 3);
    CHECK(rows[0]["a"].number() == 1);
    CHECK(rows[2].number() == 3);
    try {
        read("1\n2 3\n");
        FAIL("a wrong line was read");
    } catch (const std::runtime_error& wrong) {
        CHECK(std::string_view{wrong.what()}.find("test:2: not JSON") != std::string_view::npos);
    }
    std::filesystem::remove(file);
    CHECK_THROWS_AS(support::read_jsonl(file), std::runtime_error);
}

TEST_CASE("hex digits become bytes") {
    CHECK(from_hex("").empty());
    CHECK(from_hex("00ff7a") == "\x00\xff\x7a"sv);
    for (const std::string_view text : {"0", "0g", "000", "FF", " 0"})
        CHECK_THROWS_AS(from_hex(text), std::runtime_error);
}
