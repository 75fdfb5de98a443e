#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::mqtt;
using namespace std::literals;

static_assert(check_topic_name("devices/MyDevice01/messages/events/"));
static_assert(topic_matches("sport/+/player1", "sport/tennis/player1"));
static_assert(parse_shared_filter("$share/group/a/#")->filter == "a/#");

TEST_CASE("MQTT-1.5.3-1: text is well-formed UTF-8, without surrogates") {
    CHECK(check_text("plain"));
    CHECK(check_text("\u00fc\u4e16\U0001f30d"));
    CHECK(check_text("ok \xed\xa0\x80").error() == error{.code = errc::mqtt_invalid_utf8, .offset = 3});
    CHECK(check_text("ok \xc3").error() == error{.code = errc::mqtt_invalid_utf8, .offset = 3});
    CHECK(check_topic_name("a/\xff").error() == error{.code = errc::mqtt_invalid_utf8, .offset = 2});
    CHECK(check_topic_filter("+/\xff").error() == error{.code = errc::mqtt_invalid_utf8, .offset = 2});
}

TEST_CASE("MQTT-1.5.3-2, MQTT-4.7.3-2: text holds no U+0000, nor do topic names and filters") {
    CHECK(check_text("ab\0cdefghijk"sv).error() == error{.code = errc::mqtt_nul_in_text, .offset = 2});
    CHECK(check_topic_name("\0"sv).error() == error{.code = errc::mqtt_nul_in_text, .offset = 0});
    CHECK(check_topic_filter("#\0"sv).error() == error{.code = errc::mqtt_nul_in_text, .offset = 1});
}

TEST_CASE("MQTT-1.5.3-3: a byte order mark is a character like any other") {
    CHECK(check_text("\ufeff"));
    CHECK(check_topic_name("\ufeff"));
    CHECK_FALSE(
        topic_matches("\ufeff"
                      "a",
                      "a"));
}

TEST_CASE("MQTT 1.5.3: control characters and non-characters are refused by option only") {
    constexpr options strict{.refuse_discouraged_characters = true};
    for (const std::string_view text : {"\x01"sv, "\x1f"sv, "\x7f"sv, "\u0080"sv, "\u009f"sv, "\ufdd0"sv, "\ufdef"sv,
                                        "\ufffe"sv, "\uffff"sv, "\U0001fffe"sv, "\U0010ffff"sv}) {
        const std::string within = "ok/" + std::string{text} + "/ok";
        CHECK(check_text(within));
        CHECK(check_topic_name(within));
        CHECK(check_topic_filter(within));
        CHECK(check_text(within, strict).error() == error{.code = errc::mqtt_discouraged_character, .offset = 3});
        CHECK(check_topic_name(within, strict).error() == error{.code = errc::mqtt_discouraged_character, .offset = 3});
        CHECK(check_topic_filter(within, strict).error() ==
              error{.code = errc::mqtt_discouraged_character, .offset = 3});
    }
    for (const std::string_view text : {" "sv, "~"sv, "\u00a0"sv, "\ufdcf"sv, "\ufdf0"sv, "\ufffd"sv, "\U0010fffd"sv}) {
        CHECK(check_text(text, strict));
        CHECK(check_topic_name(text, strict));
    }
}

TEST_CASE("MQTT-3.3.2-2, MQTT-4.7.1-1: a topic name holds no wildcard, at no place in it") {
    for (std::size_t length = 1; length <= 40; ++length) {
        for (std::size_t at = 0; at != length; ++at) {
            for (const char wildcard : {'#', '+'}) {
                std::string topic(length, 'a');
                topic[at] = wildcard;
                const support::exact_block block{topic};
                const auto checked = check_topic_name({block.data(), block.size()});
                REQUIRE_FALSE(checked);
                CHECK(checked.error() == error{.code = errc::mqtt_wildcard_in_topic, .offset = at});
            }
        }
        const std::string topic(length, '"');  // next to '#' among the characters
        CHECK(check_topic_name(topic));
        CHECK(check_topic_name(std::string(length, '$') + "*,"));
    }
    CHECK(check_topic_name("\u00fc+").error() == error{.code = errc::mqtt_wildcard_in_topic, .offset = 2});
}

TEST_CASE("MQTT-4.7.1-2: # is the last character and a level of its own") {
    for (const std::string_view filter : {"#", "a/#", "/#", "a/b/#", "+/#"}) CHECK(check_topic_filter(filter));
    const auto refused_at = [](std::string_view filter, std::size_t at) {
        const auto checked = check_topic_filter(filter);
        return !checked && checked.error() == error{.code = errc::mqtt_multi_level_wildcard, .offset = at};
    };
    CHECK(refused_at("a#", 1));
    CHECK(refused_at("a/b#", 3));
    CHECK(refused_at("#/", 0));
    CHECK(refused_at("a/#/b", 2));
    CHECK(refused_at("##", 0));
}

TEST_CASE("MQTT-4.7.1-3: + is a level of its own") {
    for (const std::string_view filter : {"+", "+/a", "a/+", "a/+/b", "+/+", "/+", "+/"})
        CHECK(check_topic_filter(filter));
    const auto refused_at = [](std::string_view filter, std::size_t at) {
        const auto checked = check_topic_filter(filter);
        return !checked && checked.error() == error{.code = errc::mqtt_single_level_wildcard, .offset = at};
    };
    CHECK(refused_at("a+", 1));
    CHECK(refused_at("+a", 0));
    CHECK(refused_at("a/b+/c", 3));
    CHECK(refused_at("++", 0));
    CHECK(refused_at("+#", 0));
}

TEST_CASE("MQTT-4.7.3-1: topic names and filters have at least one character") {
    CHECK(check_topic_name("").error() == error{.code = errc::mqtt_empty_topic, .offset = 0});
    CHECK(check_topic_filter("").error() == error{.code = errc::mqtt_empty_topic, .offset = 0});
    CHECK(check_topic_name("/"));
    CHECK(check_topic_filter("/"));
    CHECK(check_text(""));
}

TEST_CASE("MQTT-4.7.3-3: topic names and filters have at most 65,535 bytes") {
    const std::string longest(65'535, 'a');
    const std::string too_long(65'536, 'a');
    CHECK(check_topic_name(longest));
    CHECK(check_topic_filter(longest));
    CHECK(check_text(longest));
    CHECK(check_topic_name(too_long).error() == error{.code = errc::mqtt_topic_too_long, .offset = 65'535});
    CHECK(check_topic_filter(too_long).error() == error{.code = errc::mqtt_topic_too_long, .offset = 65'535});
    CHECK(check_text(too_long).error() == error{.code = errc::too_long, .offset = 65'535});
}

TEST_CASE("MQTT 4.7.1.2: # matches its parent and any number of levels below") {
    for (const std::string_view topic :
         {"sport/tennis/player1", "sport/tennis/player1/ranking", "sport/tennis/player1/score/wimbledon"})
        CHECK(topic_matches("sport/tennis/player1/#", topic));
    CHECK(topic_matches("sport/#", "sport"));
    CHECK(topic_matches("sport/#", "sport/"));
    CHECK(topic_matches("#", "sport"));
    CHECK(topic_matches("#", "/"));
    CHECK_FALSE(topic_matches("sport/#", "sports"));
    CHECK_FALSE(topic_matches("sport/#", "spor"));
    CHECK_FALSE(topic_matches("sport/tennis/#", "sport"));
}

TEST_CASE("MQTT 4.7.1.3: + matches exactly one level, an empty one as well") {
    CHECK(topic_matches("sport/tennis/+", "sport/tennis/player1"));
    CHECK_FALSE(topic_matches("sport/tennis/+", "sport/tennis/player1/ranking"));
    CHECK_FALSE(topic_matches("sport/+", "sport"));
    CHECK(topic_matches("sport/+", "sport/"));
    CHECK(topic_matches("+/+", "/finance"));
    CHECK(topic_matches("/+", "/finance"));
    CHECK_FALSE(topic_matches("+", "/finance"));
    CHECK(topic_matches("+/#", "a"));
    CHECK(topic_matches("a/+/c", "a//c"));
}

TEST_CASE("MQTT-4.7.2-1: a wildcard in the first level does not reach topics that begin with $") {
    CHECK_FALSE(topic_matches("#", "$SYS/monitor"));
    CHECK_FALSE(topic_matches("+/monitor/Clients", "$SYS/monitor/Clients"));
    CHECK(topic_matches("$SYS/#", "$SYS/monitor"));
    CHECK(topic_matches("$SYS/monitor/+", "$SYS/monitor/Clients"));
    CHECK(topic_matches("a/#", "a/$SYS"));
}

TEST_CASE("MQTT 4.7.3: topics are compared byte by byte") {
    CHECK(topic_matches("Accounts payable", "Accounts payable"));
    CHECK_FALSE(topic_matches("ACCOUNTS", "Accounts"));
    CHECK_FALSE(topic_matches("/finance", "finance"));
    CHECK_FALSE(topic_matches("a/b", "a"));
    CHECK_FALSE(topic_matches("a", "a/b"));
    CHECK_FALSE(topic_matches("a/", "a"));
    CHECK_FALSE(topic_matches("a", "a/"));
    CHECK(topic_matches("a//b", "a//b"));
}

TEST_CASE("a shared filter comes apart into its group and the filter proper") {
    const auto shared = parse_shared_filter("$share/consumers/sport/+/score");
    REQUIRE(shared);
    CHECK(shared->group == "consumers");
    CHECK(shared->filter == "sport/+/score");
    for (const std::string_view filter : {"$share", "$share/", "$share//a", "$share/g", "$share/g/", "$share/g+/a",
                                          "$share/#/a", "$shared/g/a", "share/g/a"})
        CHECK_FALSE(parse_shared_filter(filter));
    CHECK(parse_shared_filter("$share/g//")->filter == "/");
    CHECK(check_topic_filter("$share/g/#"));
}

TEST_CASE(
    "MQTT-1.5.3-2, MQTT-4.7.3-2: U+0000 is seen at every place of a text, and what is next to it is not taken for it") {
    for (std::size_t length = 1; length <= 40; ++length) {
        for (std::size_t at = 0; at != length; ++at) {
            std::string text(length, 'a');
            text[at] = '\0';
            const support::exact_block block{text};
            const std::string_view view{block.data(), block.size()};
            const error expected{.code = errc::mqtt_nul_in_text, .offset = at};
            CHECK((check_text(view).error() == expected && check_topic_name(view).error() == expected &&
                   check_topic_filter(view).error() == expected));
            text[at] = '\1';
            CHECK((check_text(text) && check_topic_name(text) && check_topic_filter(text)));
        }
    }
}

TEST_CASE("MQTT-4.7.3-3: a filter that ends in a wildcard has at most 65,535 bytes as well") {
    for (const std::size_t size : {65'535u, 65'536u, 65'537u}) {
        const std::string filter = std::string(size - 2, 'a') + "/#";
        CHECK(check_topic_filter(filter).has_value() == (size == 65'535));
    }
}
