// Topics, filters and user names as the SDKs of the hub and edgeHub write and read them. The data is looked for as in
// mqtt/vectors.test.cpp; where it is not, these tests say so and pass. Where we differ from an SDK, a table says why; a
// row of it that no longer differs fails.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <hubwire/hubwire.hpp>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch2.hpp"
#include "support/jsonl.hpp"
#include "support/naive_topic.hpp"
#include "support/vectors.hpp"

using support::json;
using namespace hubwire::iothub;
using namespace std::literals;

namespace {

bool present() { return support::vectors_are_present("iothub"); }

std::vector<json> rows_of(std::string_view file) { return support::read_jsonl(support::vectors("iothub") / file); }

/// A text, or a number in its place.
std::string text_of(const json& value) {
    if (value.is(json::kind::number)) return std::to_string(static_cast<long>(value.number()));
    return value.is_null() ? "" : value.text();
}

std::string decoded(const wire_text& text) {
    std::array<char, 256> memory{};
    return std::string{text.decode(memory)->text()};
}

template <class T>
std::string written(const T& topic) {
    std::array<char, 512> memory{};
    const auto text = encode(memory, topic);
    return text ? std::string{text->text()} : "refused";
}

std::string written_filter(feed wanted, const identity& client) {
    std::array<char, 512> memory{};
    const auto text = encode_filter(memory, wanted, client);
    return text ? std::string{text->text()} : "refused";
}

/// Where we differ on purpose: what a row is about, and why.
class differences {
public:
    differences(std::initializer_list<std::pair<const std::string_view, std::string_view>> reasons)
        : reasons_{reasons} {}

    /// Whether we are as expected, or differ where we say we do.
    void check(const std::string& what, bool same) {
        INFO(what);
        if (reasons_.contains(what)) {
            met_.insert(what);
            CHECK_FALSE(same);
        } else {
            CHECK(same);
        }
    }
    ~differences() { CHECK(met_.size() == reasons_.size()); }

    differences(const differences&) = delete;
    differences& operator=(const differences&) = delete;

private:
    std::map<std::string_view, std::string_view> reasons_;
    std::set<std::string> met_;
};

constexpr std::string_view slash_in_id = "a / ends a level, so such an identifier names somebody else";
constexpr std::string_view no_dollar = "the parameter is $rid, not rid";
constexpr std::string_view no_number = "a status is a number";
constexpr std::string_view not_patch = "the method of the hub is PATCH, where the row has POST";

}  // namespace

TEST_CASE("topics of the SDK for C") {
    if (!present()) return;
    std::size_t read = 0;
    for (const json& row : rows_of("twin_topics_csdk.jsonl")) {
        const std::string& text = row["topic"].text();
        INFO(text);
        const auto topic = decode_topic_to_client(text);
        REQUIRE(topic.has_value() == row["ok"].boolean());
        ++read;
        if (!topic) continue;
        if (const auto* response = topic->get_if<twin_response_topic>()) {
            CHECK(response->status == row["status"].number());
            CHECK(response->rid == row["rid"].text());
        } else {
            const auto* request = topic->get_if<method_request_topic>();
            REQUIRE(request != nullptr);
            CHECK(request->name == row["method"].text());
            CHECK(request->rid == row["rid"].text());
        }
        CHECK(topic->visit([](const auto& t) { return written(t); }) == text);
    }
    CHECK(read == 4);
}

TEST_CASE("topics of edgeHub") {
    if (!present()) return;
    differences with_edgehub{
        {"$iothub/twin/PATCH/properties/reported/?$rid=\u9519\u8bef&$version=%20a", "a version is a number"},
    };
    std::size_t read = 0;
    for (const json& row : rows_of("twin_topics_edgehub.jsonl")) {
        const std::string& text = row["topic"].text();
        INFO(text);
        ++read;
        if (row["direction"].text() == "hub-to-device") {
            REQUIRE(row["build"].text() == "method_request");
            const method_request_topic request{.name = row["method"].text(), .rid = row["rid"].text()};
            CHECK(written(request) == text);
            CHECK(*decode<method_request_topic>(text) == request);
            continue;
        }
        const auto topic = decode_topic_to_hub(text);
        with_edgehub.check(text, topic.has_value());
        if (!topic) continue;
        std::string rid;
        std::optional<std::string> version;
        for (const json& property : row["properties"].items()) {
            const std::string& name = property.items()[0].text();
            if (name == "$rid") rid = property.items()[1].text();
            if (name == "$version") version = property.items()[1].text();
        }
        const std::string& operation = row["operation"].text();
        const auto expected = [&](topic_kind kind) {
            return operation == (kind == topic_kind::twin_get        ? "TwinGetState"
                                 : kind == topic_kind::twin_reported ? "TwinPatchReportedState"
                                                                     : "DirectMethodResponse");
        };
        CHECK(expected(topic->kind()));
        if (const auto* get = topic->get_if<twin_get_topic>()) CHECK(get->rid == rid);
        if (const auto* patch = topic->get_if<twin_reported_topic>()) {
            CHECK(patch->rid == rid);
            CHECK(support::shown(patch->version) == version.value_or("none"));
        }
        if (const auto* response = topic->get_if<method_response_topic>()) {
            CHECK(response->rid == rid);
            CHECK(std::to_string(response->status) == row["resource"].text());
        }
    }
    CHECK(read == 13);
}

TEST_CASE("topics of messages to devices and inputs, of all SDKs") {
    if (!present()) return;
    std::size_t read = 0;
    for (const json& row : rows_of("c2d_topics_sdks.jsonl")) {
        const std::string& text = row["topic"].text();
        INFO(text);
        ++read;
        const auto topic = decode_topic_to_client(text);
        const bool is_bad = !row["ok"].is_null() && !row["ok"].boolean();
        REQUIRE(topic.has_value() != is_bad);
        if (!topic) continue;
        CHECK(topic->visit([](const auto& t) { return written(t); }) == text);
        std::string prefix;
        std::string_view bag;
        if (const auto* message = topic->get_if<devicebound_topic>()) {
            CHECK(row["module"].is_null());
            CHECK(message->device_id == row["device"].text());
            prefix = "devices/" + row["device"].text() + "/messages/devicebound/";
            bag = message->bag;
        } else {
            const auto* input = topic->get_if<input_topic>();
            REQUIRE(input != nullptr);
            CHECK(input->receiver == identity{row["device"].text(), row["module"].text()});
            CHECK(input->input == row["input"].text());
            prefix = "devices/" + row["device"].text() + "/modules/" + row["module"].text() + "/inputs/" +
                     row["input"].text() + "/";
            bag = input->bag;
        }
        CHECK(prefix + std::string{bag} == text);
    }
    CHECK(read == 21);
}

TEST_CASE("topics and filters of the SDK for Python") {
    if (!present()) return;
    differences with_python{
        {"devices/my/device/messages/devicebound/#", slash_in_id},
        {"devices/my/device/modules/my/module/inputs/#", slash_in_id},
        {"devices/my/device/messages/events/", slash_in_id},
        {"devices/my/device/modules/my/module/messages/events/", slash_in_id},
        {"is_c2d devices/fake/device/messages/devicebound/%24.mid=6b822696-f75a-46f5-8b02-0680db65abf5&%24.to="
         "%2Fdevices%2Ffake/device%2Fmessages%2Fdevicebound fake/device",
         slash_in_id},
        {"is_input devices/fake/device/modules/fake/module/inputs/fake%20input/%24.mid=6b822696-f75a-46f5-8b02-"
         "0680db65abf5&%24.to=%2Fdevices%2Ffake%2Fdevice%2Fmodules%2Ffake%2Fmodule%2Finputs%2Ffake%2Finput fake/device",
         slash_in_id},
        {"$iothub/methods/res/invalid%24status/?$rid=invalid%23request%3Fid", no_number},
        {"$iothub/methods/res/invalid%20status/?$rid=invalid%20request%20id", no_number},
        {"$iothub/methods/res/invalid%2Fstatus/?$rid=invalid%2Frequest%2Fid", no_number},
        {"$iothub/twin/POST/properties/reported/?$rid=5002b415-af16-47e9-b89c-8680e01b502f", not_patch},
        {"$iothub/twin/POST/properties/reported/?$rid=invalid%24request%3Fid", not_patch},
        {"$iothub/twin/POST/properties/reported/?$rid=invalid%20request%20id", not_patch},
        {"$iothub/twin/POST/properties/reported/?$rid=invalid%2Frequest%2Fid", not_patch},
        {"$iothub/twin/POST/properties/reported/?$rid=2000", not_patch},
        {"twin_rid $iothub/twin/res/200/?rid=1", no_dollar},
        {"twin_rid $iothub/twin/res/200/?rid=fake%24request%2Fid", no_dollar},
        {"twin_rid $iothub/twin/res/200/?rid=fake+request+id", no_dollar},
        {"twin_status $iothub/twin/res/200/?rid=1", no_dollar},
        {"twin_status $iothub/twin/res/%24%24%24/?rid=1", no_number},
        {"twin_status $iothub/twin/res/invalid+status/?rid=1", no_number},
    };
    std::size_t read = 0;
    std::size_t of_bags = 0;
    for (const json& row : rows_of("python_sdk_topics.jsonl")) {
        const std::string& function = row["function"].text();
        const json& args = row["args"];
        const std::string device_id = text_of(args["device_id"]);
        const std::string module_id = text_of(args["module_id"]);
        const identity client{device_id, module_id};
        const std::string topic = text_of(args["topic"]);
        const std::string expected = text_of(args["expected_topic"]);
        const std::string rid = text_of(args["request_id"]);
        const bool fails = row["expect_error"].boolean();
        INFO(function << ' ' << topic << expected);
        ++read;
        if (function == ".get_c2d_topic_for_subscribe()") {
            with_python.check(expected, written_filter(feed::devicebound, client) == expected);
        } else if (function == ".get_input_topic_for_subscribe()") {
            with_python.check(expected, written_filter(feed::inputs, client) == expected);
        } else if (function == ".get_telemetry_topic_for_publish()") {
            with_python.check(expected, written(telemetry_topic{.sender = client}) == expected);
        } else if (function == ".get_method_topic_for_publish()") {
            const auto status = hubwire::text::decode_decimal<std::uint16_t>(text_of(args["status"]));
            with_python.check(expected,
                              status && written(method_response_topic{.status = *status, .rid = rid}) == expected);
        } else if (function == ".get_twin_topic_for_publish()") {
            const bool get = text_of(args["method"]) == "GET";
            with_python.check(expected, (get ? written(twin_get_topic{.rid = rid})
                                             : written(twin_reported_topic{.rid = rid})) == expected);
        } else if (function == ".is_c2d_topic()") {
            const auto any = decode_topic_to_client(topic);
            const auto* message = any ? any->get_if<devicebound_topic>() : nullptr;
            const bool wanted = row["case"].text().starts_with("Returns False") == false;
            with_python.check("is_c2d " + topic + ' ' + device_id,
                              (message != nullptr && message->device_id == device_id) == wanted);
        } else if (function == ".is_input_topic()") {
            if (topic.empty()) continue;  // rows that have lost theirs
            const auto any = decode_topic_to_client(topic);
            const auto* message = any ? any->get_if<input_topic>() : nullptr;
            const bool wanted = row["case"].text().starts_with("Returns False") == false;
            with_python.check("is_input " + topic + ' ' + device_id,
                              (message != nullptr && message->receiver == client) == wanted);
        } else if (function == ".is_method_topic()") {
            CHECK_FALSE(decode<method_request_topic>(topic));
        } else if (function == ".is_twin_response_topic()") {
            CHECK_FALSE(decode<twin_response_topic>(topic));
        } else if (function == ".is_twin_desired_property_patch_topic()") {
            CHECK_FALSE(decode<twin_desired_topic>(topic));
        } else if (function == ".get_input_name_from_topic()") {
            const auto t = decode<input_topic>(topic);
            CHECK(t.has_value() != fails);
            if (t) CHECK(decoded(t->input) == text_of(args["expected_input_name"]));
        } else if (function == ".get_method_name_from_topic()") {
            const auto t = decode<method_request_topic>(topic);
            CHECK(t.has_value() != fails);
            if (t) CHECK(decoded(t->name) == text_of(args["expected_method_name"]));
        } else if (function == ".get_method_request_id_from_topic()") {
            const auto t = decode<method_request_topic>(topic);
            CHECK(t.has_value() != fails);
            if (t) CHECK(decoded(t->rid) == text_of(args["expected_request_id"]));
        } else if (function == ".get_twin_request_id_from_topic()") {
            const auto t = decode<twin_response_topic>(topic);
            with_python.check("twin_rid " + topic, t.has_value() != fails);
        } else if (function == ".get_twin_status_code_from_topic()") {
            const auto t = decode<twin_response_topic>(topic);
            with_python.check("twin_status " + topic, t.has_value() != fails);
        } else if (function == ".extract_message_properties_from_topic()") {
            // What is in the bag is for the tests of bags.
            const auto any = decode_topic_to_client(topic);
            const bool is_message = any && (any->kind() == topic_kind::devicebound || any->kind() == topic_kind::input);
            CHECK(is_message != fails);
            ++of_bags;
        } else {
            CHECK(function == ".encode_message_properties_in_topic()");
            ++of_bags;
        }
    }
    CHECK(read == 133);
    CHECK(of_bags < 45);
}

TEST_CASE("user names of edgeHub") {
    if (!present()) return;
    std::size_t read = 0;
    for (const json& row : rows_of("mqtt_username_edgehub.jsonl")) {
        const std::string& text = row["input"].text();
        INFO(text);
        const auto u = decode_username(text);
        REQUIRE(u.has_value() == row["ok"].boolean());
        ++read;
        if (!u) continue;
        CHECK(u->client == identity{row["device"].text(), text_of(row["module"])});
        CHECK(decoded(u->device_client_type) == text_of(row["device_client_type"]));
        CHECK(decoded(u->model_id) == text_of(row["model_id"]));
        std::array<char, 256> memory{};
        const auto again = encode(memory, *u);
        REQUIRE(again);
        CHECK(*decode_username(again->text()) == *u);
    }
    CHECK(read == 34);
}
