#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/iothub_topic.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;

static_assert(decode<twin_response_topic>("$iothub/twin/res/204/?$version=7&$rid=a%2Fb")->rid == "a/b");
static_assert([] {
    std::array<char, 64> memory{};
    return encode(memory, twin_get_topic{.rid = "42"})->text() == "$iothub/twin/GET/?$rid=42";
}());

namespace {

constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
constexpr std::int64_t least = (std::numeric_limits<std::int64_t>::min)();

}  // namespace

TEST_CASE("a client asks for its twin") {
    support::round_trip("$iothub/twin/GET/?$rid=1", twin_get_topic{.rid = "1"});
    support::round_trip("$iothub/twin/GET/?$rid=invalid%24request%3Fid", twin_get_topic{.rid = "invalid$request?id"});
    support::round_trip("$iothub/twin/GET/?$rid=%2B%26%23%2F%00", twin_get_topic{.rid = "+&#/\0"sv});
}

TEST_CASE("a client changes what it reports") {
    support::round_trip("$iothub/twin/PATCH/properties/reported/?$rid=5de34", twin_reported_topic{.rid = "5de34"});
    support::round_trip("$iothub/twin/PATCH/properties/reported/?$rid=5de34&$version=1",
                        twin_reported_topic{.rid = "5de34", .version = 1});
}

TEST_CASE("the hub answers with a status, and the version") {
    support::round_trip("$iothub/twin/res/200/?$rid=2", twin_response_topic{.rid = "2"});
    support::round_trip("$iothub/twin/res/0/?$rid=2", twin_response_topic{.status = 0, .rid = "2"});
    support::round_trip("$iothub/twin/res/999/?$rid=2&$version=9223372036854775807",
                        twin_response_topic{.status = 999, .rid = "2", .version = most});
    support::round_trip("$iothub/twin/res/204/?$rid=2&$version=-9223372036854775808",
                        twin_response_topic{.status = 204, .rid = "2", .version = least});
    CHECK(decode<twin_response_topic>("$iothub/twin/res/007/?$rid=2")->status == 7);
}

TEST_CASE("the hub tells of desired properties") {
    support::round_trip("$iothub/twin/PATCH/properties/desired/?$version=3", twin_desired_topic{.version = 3});
    support::round_trip("$iothub/twin/PATCH/properties/desired/?$version=-9223372036854775808",
                        twin_desired_topic{.version = least});
}

TEST_CASE("behind the ? the order is free, others are skipped, and of two the first counts") {
    std::string topic;
    const auto read = [&](std::string_view query) {
        topic = "$iothub/twin/res/200/?";
        topic += query;
        return *decode<twin_response_topic>(topic);
    };
    const twin_response_topic wanted{.rid = "r", .version = 5};
    CHECK(read("$rid=r&$version=5") == wanted);
    CHECK(read("$version=5&$rid=r") == wanted);
    CHECK(read("$random&$version=5&=&=x&$rid=r&") == wanted);
    CHECK(read("&&$rid=r&$rid=s&$version=5&$version=6") == wanted);
    CHECK(read("$rid=r&$version=5&$version=x") == wanted);
    CHECK(read("$rid&$version&$rid=r&$version=5") == wanted);
    CHECK(read("$rid=r&$VERSION=9&version=8").version == std::nullopt);
    CHECK(read("$rid=r=s").rid == "r=s");
    CHECK(read("$rid=r/s?t").rid == "r/s?t");
    CHECK(read("$rid=%").rid == "%");
}

TEST_CASE("a patch of desired properties is never taken for an answer") {
    const std::string_view crafted = "$iothub/twin/PATCH/properties/desired/?$version=5&x=res/404/?$rid=9";
    CHECK(*decode<twin_desired_topic>(crafted) == twin_desired_topic{.version = 5});
    support::refused<twin_response_topic>(crafted, errc::iothub_topic, 13);
    support::refused<twin_desired_topic>("$iothub/twin/res/200/?$rid=9&$version=5", errc::iothub_topic, 13);
}

TEST_CASE("a status has up to three digits") {
    support::refused<twin_response_topic>("$iothub/twin/res/99999/?$rid=1", errc::iothub_topic_status, 20);
    support::refused<twin_response_topic>("$iothub/twin/res/1000/?$rid=1", errc::iothub_topic_status, 20);
    support::refused<twin_response_topic>("$iothub/twin/res/-1/?$rid=1", errc::iothub_topic_status, 17);
    support::refused<twin_response_topic>("$iothub/twin/res//?$rid=1", errc::iothub_topic_status, 17);
    support::refused<twin_response_topic>("$iothub/twin/res/", errc::iothub_topic_status, 17);
    support::refused<twin_response_topic>("$iothub/twin/res/2x/?$rid=1", errc::iothub_topic_status, 18);
    support::refused<twin_response_topic>("$iothub/twin/res/%24/?$rid=1", errc::iothub_topic_status, 17);
    CHECK(encoded_size(twin_response_topic{.status = 1000, .rid = "1"}).error() ==
          error{.code = errc::iothub_topic_status, .offset = 17});
}

TEST_CASE("a request has an identifier") {
    support::refused<twin_response_topic>("$iothub/twin/res/200", errc::iothub_topic, 20);
    support::refused<twin_response_topic>("$iothub/twin/res/200/", errc::iothub_topic, 21);
    support::refused<twin_response_topic>("$iothub/twin/res/200/?", errc::iothub_topic_rid, 22);
    support::refused<twin_response_topic>("$iothub/twin/res/200/?rid=1", errc::iothub_topic_rid, 27);
    support::refused<twin_response_topic>("$iothub/twin/res/200/?$rid=", errc::iothub_topic_rid, 27);
    support::refused<twin_response_topic>("$iothub/twin/res/200/?$rid=&$rid=1", errc::iothub_topic_rid, 27);
    support::refused<twin_response_topic>("$iothub/twin/$res/200/?$rid=1", errc::iothub_topic, 13);
    support::refused<twin_get_topic>("$iothub/twin/GET/?$version=1", errc::iothub_topic_rid, 28);
    support::refused<twin_get_topic>("$iothub/twin/GET?$rid=1", errc::iothub_topic, 16);
    support::refused<twin_reported_topic>("$iothub/twin/PATCH/properties/reported/?", errc::iothub_topic_rid, 40);
    CHECK(encoded_size(twin_get_topic{}).error() == error{.code = errc::iothub_topic_rid, .offset = 23});
    for (const std::string_view rid : {"a&b"sv, "a#b"sv, "a+b"sv, "a\0b"sv})
        CHECK(encoded_size(twin_get_topic{.rid = hubwire::text::percent_text{rid}}).error() ==
              error{.code = errc::iothub_topic_character, .offset = 24});
}

TEST_CASE("a version is a whole number of 64 bits with a sign") {
    const std::string prefix = "$iothub/twin/PATCH/properties/desired/?$version=";
    support::refused<twin_desired_topic>(prefix, errc::iothub_topic_version, 48);
    support::refused<twin_desired_topic>(prefix + "x", errc::iothub_topic_version, 48);
    support::refused<twin_desired_topic>(prefix + "%20a", errc::iothub_topic_version, 48);
    support::refused<twin_desired_topic>(prefix + "1.0", errc::iothub_topic_version, 49);
    support::refused<twin_desired_topic>(prefix + "9223372036854775808", errc::iothub_topic_version, 66);
    support::refused<twin_desired_topic>(prefix + "-9223372036854775809", errc::iothub_topic_version, 67);
    support::refused<twin_desired_topic>("$iothub/twin/PATCH/properties/desired/?", errc::iothub_topic_version, 39);
    support::refused<twin_desired_topic>("$iothub/twin/PATCH/properties/desired/?$rid=1", errc::iothub_topic_version,
                                         45);
    CHECK(decode<twin_desired_topic>(prefix + "-0")->version == 0);
    CHECK(decode<twin_desired_topic>(prefix + "0009")->version == 9);
}

TEST_CASE("a long query takes linear time") {
    std::string topic = "$iothub/twin/res/200/?";
    topic.append(65'000, '&');
    CHECK(decode<twin_response_topic>(topic).error() == error{.code = errc::iothub_topic_rid, .offset = topic.size()});
    topic += "$rid=1";
    CHECK(decode<twin_response_topic>(topic)->rid == "1");
}

TEST_CASE("readers of topics of twins stand anything") {
    support::stands_anything<twin_get_topic>("$iothub/twin/GET/?$rid=1");
    support::stands_anything<twin_reported_topic>("$iothub/twin/PATCH/properties/reported/?$rid=1&$version=2");
    support::stands_anything<twin_response_topic>("$iothub/twin/res/204/?$rid=0123456789&$version=22");
    support::stands_anything<twin_response_topic>("$iothub/twin/res/204/?$version=22&$rid=0123456789abcdef");
    support::stands_anything<twin_desired_topic>("$iothub/twin/PATCH/properties/desired/?$version=12");
}
