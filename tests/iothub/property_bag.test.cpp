#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_bag.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;
namespace amqp = hubwire::amqp;
using support::naive_properties;

namespace {

static_assert([] {
    std::array<char, 128> memory{};
    const auto bag = encode_property_bag(
        memory,
        {{mqtt_name(system_property::message_id), "message/1"}, {"prop1", {}}, {"prop2", ""}, {"prop3", "a string"}});
    if (!bag || bag->text() != "%24.mid=message%2F1&prop1&prop2=&prop3=a%20string") return false;
    const auto decoded = decode_property_bag(bag->text());
    return decoded && *decoded->find(system_property::message_id) == "message/1" && decoded->find("prop1")->is_null() &&
           *decoded->find("prop2") == "" && *decoded->find("prop3") == "a string" && !decoded->find("prop4");
}());

support::outcome<naive_properties> decoded(std::string_view text, const bag_options& rules = {}) {
    const support::exact_block input{text};
    const auto ours = support::outcome_of(decode_property_bag({input.data(), input.size()}, rules));
    CHECK(ours == support::naive_from_bag(text, rules));
    return ours;
}

naive_properties properties(std::string_view text, const bag_options& rules = {}) {
    const auto ours = decoded(text, rules);
    REQUIRE(std::holds_alternative<naive_properties>(ours));
    return std::get<naive_properties>(ours);
}

bool refused(std::string_view text, errc code, std::size_t at, const bag_options& rules = {}) {
    return decoded(text, rules) == support::outcome<naive_properties>{support::refusal{code, at}};
}

template <class Range>
std::string encoded(const Range& range, const bag_options& rules = {}) {
    const auto size = property_bag_size(range, rules);
    REQUIRE(size);
    support::exact_block output{*size};  // no larger than it has to be
    const auto bag = encode_property_bag(hubwire::buffer{output.data(), output.size()}, range, rules);
    REQUIRE(bag);
    return std::string{bag->text()};
}

using entries = std::vector<property>;

}  // namespace

TEST_CASE("null, empty and a value are three things, on both sides") {
    const naive_properties expected{{"prop1", std::nullopt}, {"prop2", ""}, {"prop3", "a string"}};
    CHECK(properties("prop1&prop2=&prop3=a%20string") == expected);
    CHECK(encoded(entries{{"prop1", {}}, {"prop2", ""}, {"prop3", "a string"}}) == "prop1&prop2=&prop3=a%20string");
    CHECK(properties("k") == naive_properties{{"k", std::nullopt}});
    CHECK(properties("k=") == naive_properties{{"k", ""}});
    CHECK(properties("").empty());
    CHECK(encoded(entries{}).empty());
    CHECK(decode_property_bag("")->empty());
    CHECK_FALSE(decode_property_bag("k")->empty());
    CHECK(decode_property_bag("k=%20")->raw() == "k=%20");
}

TEST_CASE("a property goes to the next &, its name to the first =") {
    CHECK(properties("a=b=c") == naive_properties{{"a", "b=c"}});
    CHECK(properties("a==") == naive_properties{{"a", "="}});
    CHECK(properties("k=1&k=2&j&k") ==
          naive_properties{{"k", "1"}, {"k", "2"}, {"j", std::nullopt}, {"k", std::nullopt}});
    CHECK(properties("a+b=c+d") == naive_properties{{"a+b", "c+d"}});
    CHECK(properties("a%26=b%3D%26") == naive_properties{{"a&", "b=&"}});
}

TEST_CASE("one / at the very end is no part of the bag, and all others are data") {
    CHECK(properties("a=1/") == naive_properties{{"a", "1"}});
    CHECK(properties("a=1//") == naive_properties{{"a", "1/"}});
    CHECK(properties("a=1/2&/b/=/c") == naive_properties{{"a", "1/2"}, {"/b/", "/c"}});
    CHECK(properties("/").empty());
    CHECK(properties("k/") == naive_properties{{"k", std::nullopt}});
    CHECK(properties("//") == naive_properties{{"/", std::nullopt}});
    CHECK(encoded(entries{{"a", "1"}}, {.trailing_slash = true}) == "a=1/");
    CHECK(encoded(entries{{"a", "1/"}}, {.trailing_slash = true}) == "a=1%2F/");
    CHECK(encoded(entries{}, {.trailing_slash = true}).empty());
}

TEST_CASE("a ? before the first name is skipped by option only") {
    CHECK(properties("?a=1") == naive_properties{{"?a", "1"}});
    CHECK(properties("?a=1", {.skip_question_mark = true}) == naive_properties{{"a", "1"}});
    CHECK(properties("??a=1", {.skip_question_mark = true}) == naive_properties{{"?a", "1"}});
    CHECK(properties("?/", {.skip_question_mark = true}).empty());
    CHECK(properties("?", {.skip_question_mark = true}).empty());
    CHECK(properties("/?a=1", {.skip_question_mark = true}) == naive_properties{{"/?a", "1"}});
    CHECK(refused("?a=%", errc::percent_escape, 3, {.skip_question_mark = true}));
    CHECK(refused("?=1", errc::iothub_bag_name, 1, {.skip_question_mark = true}));
}

TEST_CASE("a malformed escape is refused where it stands, or literal by option") {
    CHECK(refused("a=%", errc::percent_escape, 2));
    CHECK(refused("a=%4", errc::percent_escape, 2));
    CHECK(refused("a=1&b%GG=2", errc::percent_escape, 5));
    CHECK(refused("%4&1=a", errc::percent_escape, 0));  // an escape does not reach across a separator
    CHECK(refused("a=12345678901%4=", errc::percent_escape, 13));
    CHECK(properties("a=%&b%zz=%4%41", {.keep_malformed = true}) == naive_properties{{"a", "%"}, {"b%zz", "%4A"}});
    CHECK(properties("k=%00%ff%e2%82%ac") == naive_properties{{"k", "\0\xff\xe2\x82\xac"s}});
}

TEST_CASE("a property without a name is refused where it would stand, or handed on by option") {
    for (const auto& [text, at] : std::vector<std::pair<std::string_view, std::size_t>>{
             {"&", 0}, {"=", 0}, {"=v", 0}, {"a=1&", 4}, {"a=1&&b=2", 4}, {"&a=1", 0}, {"a&=", 2}, {"12345678&/", 9}}) {
        INFO(text);
        CHECK(refused(text, errc::iothub_bag_name, at));
    }
    const bag_options any{.empty_names = true};
    CHECK(properties("&", any) == naive_properties{{"", std::nullopt}, {"", std::nullopt}});
    CHECK(properties("=v", any) == naive_properties{{"", "v"}});
    CHECK(properties("a=1&", any) == naive_properties{{"a", "1"}, {"", std::nullopt}});
    CHECK(properties("a=1&&b=2", any) == naive_properties{{"a", "1"}, {"", std::nullopt}, {"b", "2"}});
    CHECK(properties("", any).empty());

    std::array<char, 64> memory{};
    CHECK(encode_property_bag(memory, {{"", "v"}}).error() == error{.code = errc::iothub_bag_name, .offset = 0});
    CHECK(encode_property_bag(memory, {{"a", "1"}, {{}, "v"}}).error() ==
          error{.code = errc::iothub_bag_name, .offset = 4});
    CHECK(encode_property_bag(memory, {{"a", "1"}, {"", {}}}, any)->text() == "a=1&");
    CHECK(encode_property_bag(memory, {{"", {}}, {"", {}}}, any)->text() == "&");
    CHECK(encode_property_bag(memory, {{"", "v"}}, any)->text() == "=v");
    // It would be no property at all.
    CHECK(encode_property_bag(memory, {{"", {}}}, any).error() == error{.code = errc::iothub_bag_name, .offset = 0});
}

TEST_CASE("64 KB of anything take one pass") {
    for (const std::string_view part : {"&"sv, "="sv, "%"sv, "%41"sv, "a"sv, "&a"sv, "a&"sv, "/"sv, "=&"sv}) {
        std::string text;
        while (text.size() < 65'535) text += part;
        for (const bool any : {false, true})
            static_cast<void>(decoded(text, {.keep_malformed = any, .empty_names = any}));
    }
    CHECK(properties(std::string(65'535, '&'), {.empty_names = true}).size() == 65'536);
    CHECK(refused(std::string(65'535, '&'), errc::iothub_bag_name, 0));
}

TEST_CASE("a property of the system is found by what it is, and by its name, in whatever way that is escaped") {
    const auto bag = decode_property_bag(
        "a=b&%24.mid=first&$.cid=1&%24%2E%65xp=2&%24.uid&iothub-ack=full&$.mid=second&%24.MID=x&%24.unknown=1");
    REQUIRE(bag);
    CHECK(*bag->find(system_property::message_id) == "first");
    CHECK(*bag->find("$.mid") == "first");
    CHECK(*bag->find(system_property::correlation_id) == "1");
    CHECK(*bag->find(system_property::absolute_expiry_time) == "2");
    CHECK(bag->find(system_property::user_id)->is_null());
    CHECK(*bag->find(system_property::ack) == "full");
    CHECK(*bag->find("$.MID") == "x");
    CHECK(*bag->find("$.unknown") == "1");
    CHECK_FALSE(bag->find("%24.mid"));
    CHECK_FALSE(bag->find(""));
    CHECK_FALSE(bag->find(system_property::to));
    CHECK_FALSE(bag->find(system_property::lock_token));  // which has no name in MQTT
    CHECK_FALSE(decode_property_bag("=1", {.empty_names = true})->find(system_property::lock_token));
}

TEST_CASE("bags are the same if they mean the same") {
    const auto bag = [](std::string_view text) { return *decode_property_bag(text, {.keep_malformed = true}); };
    CHECK(bag("%24.mid=a&b") == bag("$.mid=%61&%62/"));
    CHECK_FALSE(bag("a=1&b") == bag("a=1"));
    CHECK_FALSE(bag("a=1") == bag("a=1&b"));
    CHECK_FALSE(bag("a=1") == bag("a=2"));
    CHECK_FALSE(bag("a=") == bag("a"));
    CHECK(bag("a=%zz") == bag("a=%25zz"));
    CHECK(property_bag{} == bag(""));
}

TEST_CASE("an iterator goes through as those of the standard library do") {
    const auto bag = decode_property_bag("a=1&b=2");
    auto at = bag->begin();
    CHECK((*at++).name == "a");
    CHECK((*at).value == "2");
    CHECK(++at == bag->end());
    static_assert(std::input_iterator<property_bag::iterator>);
}

TEST_CASE("a bag is made of any range of properties") {
    const std::string expected = "a=1&b=x%20y";
    CHECK(encoded(std::array{property{"a", "1"}, property{"b", "x y"}}) == expected);
    CHECK(encoded(std::vector<std::pair<std::string, std::string>>{{"a", "1"}, {"b", "x y"}}) == expected);
    CHECK(encoded(std::map<std::string, std::string_view>{{"b", "x y"}, {"a", "1"}}) == expected);
    CHECK(encoded(std::vector<std::pair<const char*, std::optional<std::string_view>>>{
              {"a", "1"}, {"b", "x y"}, {"c", {}}}) == expected + "&c");
    CHECK(encoded(*decode_property_bag("%61=%31&b=x%20y/")) == expected);
    CHECK(encoded(std::vector<std::pair<system_property, int>>{
              {system_property::message_id, 7}, {system_property::ack, -1}}) == "%24.mid=7&iothub-ack=-1");

    const amqp::entry map[] = {{"a", 1}, {"b", "x y"}, {"t", true}, {"n", {}}, {"s", amqp::symbol{"s"}}};
    CHECK(encoded(amqp::map{map}) == "a=1&b=x%20y&t=true&n&s=s");
    std::array<char, 256> memory{};
    const amqp::message m{.application_properties = amqp::map{map}, .body = amqp::data{}};
    const auto wire = amqp::encode(memory, m);
    REQUIRE(wire);
    CHECK(encoded(*amqp::decode<amqp::message>(*wire)->application_properties) == "a=1&b=x%20y&t=true&n&s=s");

    const amqp::value items[] = {1, 2};
    CHECK(property_bag_size(std::array{property{"l", amqp::value{amqp::list{items}}}}).error() ==
          error{.code = errc::iothub_message_type, .offset = 2});
}

TEST_CASE("what is written is bare, or escaped, as each SDK does it") {
    const entries all{{"$.mid", "!'()*~-._"}, {"\u00fc", "a b"}};
    CHECK(encoded(all) == "%24.mid=%21%27%28%29%2A~-._&%C3%BC=a%20b");
    CHECK(encoded(all, {.bare = hubwire::text::uri_component}) == "%24.mid=!'()*~-._&%C3%BC=a%20b");
    CHECK(encoded(all, {.bare = hubwire::text::bare_characters{"$*"}}) == "$.mid=%21%27%28%29*%7E-._&%C3%BC=a%20b");
    CHECK(encoded(all, {.lower_case = true}) == "%24.mid=%21%27%28%29%2a~-._&%c3%bc=a%20b");
    // What was encoded by other rules is encoded anew.
    CHECK(encoded(*decode_property_bag("$.a=%7e%2f&b+c=d/e!%41")) == "%24.a=~%2F&b%2Bc=d%2Fe%21A");
    CHECK(encoded(*decode_property_bag("a=%zz%", {.keep_malformed = true})) == "a=%25zz%25");
}

TEST_CASE("a bag is written whole or not at all, in every buffer, and behind a topic") {
    const entries all{{"$.mid", "a/b"}, {"k", {}}, {"e", ""}, {"n", 5}};
    CHECK(support::every_capacity("%24.mid=a%2Fb&k&e=&n=5"sv,
                                  [&](hubwire::buffer to) { return encode_property_bag(to, all); }) == "");
    const auto foreign = *decode_property_bag("$.mid=%61/b&k&e=&n=%35");
    CHECK(support::every_capacity("%24.mid=a%2Fb&k&e=&n=5"sv,
                                  [&](hubwire::buffer to) { return encode_property_bag(to, foreign); }) == "");
    std::array<char, 64> memory{};
    hubwire::writer out{memory};
    out.put("devices/d/messages/events/"sv);
    put_property_bag(out, {{"a", "1"}}, {.trailing_slash = true});
    CHECK(out.finish()->text() == "devices/d/messages/events/a=1/");
}

TEST_CASE("a bag of every length, with each character at each place, is read as the naive reading has it") {
    // Longer ones are looked at by 16, or by 32 to 64, bytes at a time: one with and without each length that may begin
    // or end.
    std::vector<std::size_t> lengths(24);
    std::iota(lengths.begin(), lengths.end(), std::size_t{0});
    for (const std::size_t edge : {32u, 64u, 96u, 128u}) {
        for (std::size_t length = edge - 5; length <= edge + 2; ++length) lengths.push_back(length);
    }
    for (const std::size_t length : lengths) {
        for (std::size_t at = 0; at <= length; ++at) {
            for (const std::string_view part : {"&"sv, "="sv, "%"sv, "%4"sv, "%26"sv, "/"sv, "&="sv, "=&"sv, "&&"sv,
                                                "%&"sv, "%4g"sv, "%g4"sv, "%4%"sv, "%fA"sv, "\xA5\xA6\xBD"sv, "?"sv}) {
                const std::string text = std::string(at, 'a') + std::string{part} + std::string(length - at, 'b');
                const support::exact_block input{text};
                for (const unsigned lax : {0u, 1u, 2u, 3u}) {
                    const bag_options rules{.keep_malformed = lax % 2 != 0, .empty_names = lax / 2 != 0};
                    if (support::outcome_of(decode_property_bag({input.data(), input.size()}, rules)) !=
                        support::naive_from_bag(text, rules))
                        FAIL(text);
                }
            }
        }
    }
}

TEST_CASE("any two characters behind a % are an escape, or none, as the naive reading has it") {
    for (unsigned first = 0; first != 256; ++first) {
        for (unsigned second = 0; second != 256; ++second) {
            const char escape[] = {'%', static_cast<char>(first), static_cast<char>(second)};
            const std::string text = "temperature=" + std::string(escape, sizeof escape) + "&site=1";
            if (support::outcome_of(decode_property_bag(text)) != support::naive_from_bag(text, {})) FAIL(text);
        }
    }
}

TEST_CASE("properties of every length behind each other are found where they are") {
    for (std::size_t first = 1; first <= 70; ++first) {
        for (std::size_t second = 1; second <= 70; second += 3) {
            std::string text = std::string(first, 'a') + "&" + std::string(second, 'b') + "=" + std::string(first, 'c');
            for (int again = 0; again != 3; ++again) text += "&d=" + std::string(second / 2, '=') + "&e";
            const support::exact_block input{text};
            const bag_options rules;
            if (support::outcome_of(decode_property_bag({input.data(), input.size()}, rules)) !=
                support::naive_from_bag(text, rules))
                FAIL(text);
        }
    }
}

TEST_CASE("a bag decoder stands anything, and what it takes it can go through") {
    for (const bool any : {false, true}) {
        const bag_options rules{.keep_malformed = any, .empty_names = any, .skip_question_mark = any};
        const auto decode = [&](hubwire::bytes input) -> hubwire::result<std::size_t> {
            const auto bag = decode_property_bag(input.text(), rules);
            if (!bag) return bag.error();
            std::size_t sum = 0;
            for (const property p : *bag) sum += *p.name.decoded_size() + *p.value.decoded_size();
            return sum;
        };
        CHECK(support::every_mutation("?%24.mid=a%2Fb&k&e=&prop3=12345678/"sv, decode) == "");
        CHECK(support::every_short_input(decode) == "");
    }
}

TEST_CASE("every short bag is read as the naive reader has it") {
    for (const bool any : {false, true}) {
        const bag_options rules{.keep_malformed = any, .empty_names = any, .skip_question_mark = any};
        const auto compare = [&](std::string_view text) -> std::string {
            const auto ours = support::outcome_of(decode_property_bag(text, rules));
            return ours == support::naive_from_bag(text, rules) ? "" : "otherwise";
        };
        CHECK(support::every_text_of("a=&%2/?", 6, compare) == "");
    }
}
