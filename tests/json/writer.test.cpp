#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/naive_json.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace std::literals;
namespace json = hubwire::json;

namespace {

constexpr auto write_all = [](auto& out) {
    out.begin_object();
    out.member("a", 1);
    out.member("b\n", "x\"y"sv);
    out.member("c", true);
    out.member("d", nullptr);
    out.member("e", -0.5);
    out.begin_array("f");
    out.value(false);
    out.value(std::optional<int>{});
    out.value(std::optional<int>{7});
    out.begin_object();
    out.end_object();
    out.begin_array();
    out.end_array();
    out.raw(" {\"z\": [ ]} ");
    out.value((std::numeric_limits<std::uint64_t>::max)());
    out.end_array();
    out.member("g", json::decode("[1, 2]")->items().begin()->as<json::number>().value_or(json::number{}));
    out.member("h", *json::decode(" {\"i\":\"\\u0041\"} "));
    out.member("j", std::string{"text"});
    out.begin_object("k");
    out.begin_array(std::string{"l"});
    out.end_array();
    out.name("m");
    out.begin_object();
    out.end_object();
    out.end_object();
    out.end_object();
};
constexpr std::string_view all =
    R"({"a":1,"b\n":"x\"y","c":true,"d":null,"e":-0.5,"f":[false,null,7,{},[],{"z": [ ]},18446744073709551615],)"
    R"("g":1,"h":{"i":"\u0041"},"j":"text","k":{"l":[],"m":{}}})";

static_assert([] {
    std::array<char, 64> memory{};
    return json::encode(memory, [](auto& out) {
               out.begin_array();
               out.value(1);
               out.value("a");
               out.end_array();
           })->text() == "[1,\"a\"]";
}());
static_assert(*json::encoded_size([](auto& out) { out.value(0.1); }) == 3);

template <class Write>
errc refusal_of(Write write) {
    static std::array<char, 512> memory{};
    const auto written = json::encode(memory, write);
    const auto counted = json::encoded_size(write);
    REQUIRE(!written);
    REQUIRE(!counted);
    CHECK(written.error() == counted.error());
    return written.error().code;
}

}  // namespace

TEST_CASE("whatever is written, commas and colons come by themselves") {
    CHECK(support::every_capacity(all, [](hubwire::buffer to) { return json::encode(to, write_all); }) == "");
    CHECK(*json::encoded_size(write_all) == all.size());
    CHECK(support::compare_json(all, false) == "");
    CHECK(json::decode(all));
}

TEST_CASE("commas stand behind whatever was written, at any depth") {
    // An array of a value, then an object of a value and the same one level down, then another value, and so on.
    struct tree {
        static void write(json::writer<hubwire::room::checked>& out, int levels) {
            out.begin_array();
            out.value(levels);
            if (levels != 0) {
                out.begin_object();
                out.member("a", true);
                out.name("b");
                write(out, levels - 1);
                out.member("c", false);
                out.end_object();
                write(out, levels / 2);
                out.raw("[]");
            }
            out.value(nullptr);
            out.end_array();
        }
        static std::string expected(int levels) {
            const std::string number = std::to_string(levels);
            if (levels == 0) return "[0,null]";
            return "[" + number + R"(,{"a":true,"b":)" + expected(levels - 1) + R"(,"c":false},)" +
                   expected(levels / 2) + ",[],null]";
        }
    };
    for (int levels = 0; levels != 13; ++levels) {
        std::string memory(100'000, '#');
        using writer = json::writer<hubwire::room::checked>;
        const auto written = json::encode(memory, [&](writer& out) { tree::write(out, levels); });
        REQUIRE(written);
        CHECK(written->text() == tree::expected(levels));
    }
}

TEST_CASE("what cannot stand at its place is refused") {
    using enum errc;
    CHECK(refusal_of([](auto& out) { out.name("a"); }) == json_misplaced);
    CHECK(refusal_of([](auto& out) { out.end_object(); }) == json_misplaced);
    CHECK(refusal_of([](auto& out) { out.end_array(); }) == json_misplaced);
    CHECK(refusal_of([](auto& out) {
              out.value(1);
              out.value(2);
          }) == json_misplaced);
    CHECK(refusal_of([](auto& out) {
              out.begin_array();
              out.name("a");
          }) == json_misplaced);
    CHECK(refusal_of([](auto& out) {
              out.begin_array();
              out.end_object();
          }) == json_misplaced);
    CHECK(refusal_of([](auto& out) {
              out.begin_object();
              out.end_array();
          }) == json_misplaced);
    CHECK(refusal_of([](auto& out) {
              out.begin_object();
              out.value(1);
          }) == json_misplaced);
    CHECK(refusal_of([](auto& out) {
              out.begin_object();
              out.begin_array();
          }) == json_misplaced);
    CHECK(refusal_of([](auto& out) {
              out.begin_object();
              out.name("a");
              out.name("b");
          }) == json_misplaced);
    CHECK(refusal_of([](auto& out) {
              out.begin_object();
              out.name("a");
              out.end_object();
          }) == json_misplaced);
    CHECK(refusal_of([](auto& out) {
              out.begin_object();
              out.member("a", 1);
              out.value(1);
          }) == json_misplaced);
}

TEST_CASE("what cannot stand at its place is refused at any depth") {
    for (int depth = 1; depth != 64; ++depth) {
        const auto nested = [depth](auto& out, bool object) {
            for (int i = 1; i != depth; ++i) {
                (i * i + depth) % 3 == 0 ? out.begin_array() : out.begin_object();
                if ((i * i + depth) % 3 != 0) out.name("a");
            }
            object ? out.begin_object() : out.begin_array();
        };
        CHECK(refusal_of([&](auto& out) {
                  nested(out, true);
                  out.value(1);
              }) == errc::json_misplaced);
        CHECK(refusal_of([&](auto& out) {
                  nested(out, true);
                  out.end_array();
              }) == errc::json_misplaced);
        CHECK(refusal_of([&](auto& out) {
                  nested(out, false);
                  out.name("a");
              }) == errc::json_misplaced);
        CHECK(refusal_of([&](auto& out) {
                  nested(out, false);
                  out.end_object();
              }) == errc::json_misplaced);
    }
}

TEST_CASE("what is begun has to be ended, and something has to be written") {
    CHECK(refusal_of([](auto&) {}) == errc::json_open);
    CHECK(refusal_of([](auto& out) { out.begin_array(); }) == errc::json_open);
    CHECK(refusal_of([](auto& out) {
              out.begin_object();
              out.name("a");
          }) == errc::json_open);
    CHECK(refusal_of([](auto& out) {
              out.begin_array();
              out.value(1);
          }) == errc::json_open);
    CHECK(refusal_of([](auto& out) {
              out.begin_object();
              out.member("a", 1);
          }) == errc::json_open);
    CHECK(refusal_of([](auto& out) {
              out.begin_array();
              out.begin_array();
              out.end_array();
          }) == errc::json_open);
}

TEST_CASE("what begins with its name is a member") {
    const auto misplaced_behind = [](std::size_t offset, auto before) {
        std::array<char, 64> memory{};
        const error expected{.code = errc::json_misplaced, .offset = offset};
        CHECK(json::encode(memory, [&](auto& out) { before(out), out.begin_object("a"); }).error() == expected);
        CHECK(json::encode(memory, [&](auto& out) { before(out), out.begin_array("a"); }).error() == expected);
    };
    misplaced_behind(0, [](auto&) {});
    misplaced_behind(1, [](auto& out) { out.begin_array(); });
    misplaced_behind(5, [](auto& out) { out.begin_object(), out.name("n"); });
    std::array<char, 64> memory{};
    CHECK(json::encode(memory,
                       [](auto& out) {
                           out.begin_object();
                           out.begin_object("\xff");
                       })
              .error()
              .code == errc::json_utf8);
}

TEST_CASE("a refusal says how much was written before it") {
    std::array<char, 64> memory{};
    CHECK(json::encode(memory, [](auto& out) { out.begin_array(); }).error() ==
          error{.code = errc::json_open, .offset = 1});
    CHECK(json::encode(memory, [](auto& out) {
              out.begin_object();
              out.member("a", 1);
              out.value(2);
          }).error() == error{.code = errc::json_misplaced, .offset = 6});
}

TEST_CASE("values are refused as well, and the first failure sticks, with the bytes before it") {
    CHECK(refusal_of([](auto& out) { out.value("\xFF"); }) == errc::json_utf8);
    CHECK(refusal_of([](auto& out) { out.value(std::numeric_limits<double>::infinity()); }) == errc::json_number_range);
    CHECK(refusal_of([](auto& out) { out.raw("[1,"); }) == errc::json_end);
    CHECK(refusal_of([](auto& out) { out.raw("1 2"); }) == errc::json_leftover);
    std::array<char, 64> memory{};
    const auto written = json::encode(memory, [](auto& out) {
        out.begin_array();
        out.value(1);
        out.value("\xFF");
        CHECK_FALSE(out.ok());
        out.end_object();
        out.end_array();
    });
    CHECK(written.error() == error{.code = errc::json_utf8, .offset = 3});
}

TEST_CASE("the depth is bound") {
    const auto nested = [](std::size_t depth) {
        return [depth](auto& out) {
            for (std::size_t i = 0; i != depth; ++i) out.begin_array();
            for (std::size_t i = 0; i != depth; ++i) out.end_array();
        };
    };
    CHECK(*json::encoded_size(nested(64)) == 128);
    CHECK(json::encoded_size(nested(65)).error() == error{.code = errc::json_depth, .offset = 64});
    std::array<char, 600> memory{};
    hubwire::writer bytes{memory};
    json::writer<hubwire::room::checked, 200> out{bytes};
    nested(200)(out);
    CHECK(out.finish()->size() == 400);
}

TEST_CASE("a text can be written into any writer, behind what is there") {
    std::array<char, 64> memory{};
    hubwire::unchecked_writer bytes{memory};
    bytes.put("body="sv);
    json::writer out{bytes};
    out.value("x");
    CHECK(out.finish()->text() == "body=\"x\"");
}

TEST_CASE("a tree is written as it was read") {
    for (const std::string_view text : {all, "[]"sv, "\"\\u0000\""sv, "[[[{\"\":[{}]}]]]"sv}) {
        const auto tree = std::get<support::json_tree>(support::naive_json(text));
        std::array<char, 512> memory{};
        const auto written = json::encode(memory, [&](auto& out) { support::write_tree(out, tree); });
        REQUIRE(written);
        CHECK(std::get<support::json_tree>(support::json_as_read(written->text())) == tree);
    }
}
