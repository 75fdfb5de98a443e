#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"

using hubwire::errc;
using hubwire::error;
using namespace std::literals;
namespace json = hubwire::json;

namespace {

constexpr std::string_view document = R"(  {
  "desired": {"interval": 60, "a/b": 1, "m~n": [10, 20, {"x": "\u00e9"}], "\u002f~": 5, "": 3, "none": null},
  "desired": 2, "big": 300, "o": {} } )";
constexpr json::value whole = *json::decode(document);

static_assert(whole.kind() == json::kind::object);
static_assert(*whole.get<int>("/desired/interval") == 60);
static_assert(*whole.get<json::string>("/desired/m~0n/2/x") == "\u00e9");
static_assert([] {
    int sum = 0;
    for (const json::value item : whole.find_path("/desired/m~0n")->items()) sum += item.as<int>().value_or(100);
    return sum;
}() == 130);

}  // namespace

TEST_CASE("a document is looked at as a whole first") {
    CHECK(json::decode("[1,2").error() == error{.code = errc::json_end, .offset = 4});
    CHECK(json::decode("[1] 2").error() == error{.code = errc::json_leftover, .offset = 4});
    CHECK(json::decode(R"("\ud800")").error() == error{.code = errc::json_surrogate, .offset = 1});
    CHECK(*json::decode(R"("\ud800")", {.replace_lone_surrogates = true})->as<json::string>() == "\uFFFD");
    CHECK(json::decode(" 5 ")->text() == "5");
    CHECK(json::decode(" 5 ")->offset() == 1);
    CHECK(json::value{}.is_null());
    CHECK(json::value{}.kind() == json::kind::null);
    const support::exact_block block{document};
    CHECK(*json::decode({block.data(), block.size()})->get<int>("/big") == 300);
}

TEST_CASE("members are found by name, the first of a name") {
    const auto desired = whole.find("desired");
    REQUIRE(desired);
    CHECK(*desired->find("interval")->as<int>() == 60);
    CHECK(*desired->find("/~")->as<int>() == 5);
    CHECK(desired->find("none")->is_null());
    CHECK_FALSE(desired->find("more"));
    CHECK_FALSE(desired->find("interval")->find("x"));
    CHECK(document[desired->offset()] == '{');
    CHECK(desired->find("interval")->offset() == document.find("60"));
    CHECK(whole.find("o")->text() == "{}");
}

TEST_CASE("RFC 6901: a pointer leads to a value, or nowhere") {
    CHECK(whole.find_path("")->text() == whole.text());
    CHECK(*whole.get<int>("/desired/a~1b") == 1);
    CHECK(*whole.get<int>("/desired/m~0n/1") == 20);
    CHECK(*whole.get<int>("/desired/~1~0") == 5);
    CHECK(*whole.get<int>("/desired/") == 3);
    for (const auto nowhere :
         {"desired", "/", "/desired/interval/x", "/desired/a~2b", "/desired/a~", "/desired/m~0n/3", "/desired/m~0n/-",
          "/desired/m~0n/01", "/desired/m~0n/", "/desired/m~0n/x", "/desired/~1", "/desired/~1~0x", "/o/x",
          "/desired/m~0n/99999999999999999999999999", "/desired/m~0n/2/x/0"}) {
        INFO(nowhere);
        CHECK_FALSE(whole.find_path(nowhere));
        CHECK(whole.get<int>(nowhere).error() == error{.code = errc::json_absent, .offset = whole.offset()});
        CHECK(whole.get<std::optional<int>>(nowhere).has_value());
        CHECK_FALSE(*whole.get<std::optional<int>>(nowhere));
    }
    CHECK_FALSE(*whole.get<std::optional<int>>("/desired/none"));
    CHECK(**whole.get<std::optional<int>>("/big") == 300);
}

TEST_CASE("a value of another kind is refused where it stands in the document") {
    CHECK(whole.get<bool>("/desired/interval").error() ==
          error{.code = errc::json_kind, .offset = document.find("60")});
    CHECK(whole.get<unsigned char>("/big").error() ==
          error{.code = errc::json_number_range, .offset = document.find("300")});
    CHECK(whole.find("desired")->find("none")->as<int>().error() ==
          error{.code = errc::json_kind, .offset = document.find("null")});
}

TEST_CASE("members and items come in their order, and of another kind there are none") {
    std::string names;
    for (const json::member& m : whole.members()) {
        names += std::string{m.name.raw()} + (m.value.kind() == json::kind::object ? "{} " : " ");
    }
    CHECK(names == "desired{} desired big o{} ");
    CHECK(whole.items().begin() == whole.items().end());
    const json::value list = *whole.find_path("/desired/m~0n");
    CHECK(list.members().begin() == list.members().end());
    CHECK(whole.find("o")->members().begin() == whole.find("o")->members().end());
    auto at = list.items().begin();
    const auto first = at++;
    CHECK(first->text() == "10");
    CHECK(at->text() == "20");
    CHECK_FALSE(first == at);
    CHECK(++at != list.items().end());
    CHECK(++at == list.items().end());
    CHECK(json::value_range<json::value>{}.begin() == json::value_range<json::value>{}.end());
}
