#include <array>
#include <hubwire/hubwire.hpp>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/mqtt.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using namespace hubwire::mqtt;
using support::encode_refusal;
using support::refusal;
using support::refused_once_known;
using support::same_on_the_wire;
using support::wire;

namespace {

constexpr auto subscribe_wire = wire<"82 0e 000a 0003 'a/b' 01 0003 'c/#' 02">;
constexpr auto suback_wire = wire<"90 06 000a 00 01 02 80">;
constexpr auto unsubscribe_wire = wire<"a2 0c 000a 0003 'a/b' 0003 'c/#'">;

const std::vector<subscription> two_subscriptions{{.filter = "a/b", .qos = qos::at_least_once},
                                                  {.filter = "c/#", .qos = qos::exactly_once}};
const std::vector<std::string_view> two_filters{"a/b", "c/#"};
const std::vector<suback_code> all_codes{suback_code::granted_qos_0, suback_code::granted_qos_1,
                                         suback_code::granted_qos_2, suback_code::failure};

constexpr bool decodes_at_compile_time() {
    const auto packet = decode<subscribe>(subscribe_wire);
    std::size_t count = 0;
    for (const subscription& item : packet->subscriptions) count += item.filter.size();
    return packet->packet_id == 10 && packet->subscriptions.size() == 2 && count == 6;
}
static_assert(decodes_at_compile_time());

constexpr bool encodes_at_compile_time() {
    std::array<char, 16> memory{};
    return *encode(memory, subscribe{.packet_id = 10,
                                     .subscriptions = {{.filter = "a/b", .qos = qos::at_least_once},
                                                       {.filter = "c/#", .qos = qos::exactly_once}}}) ==
           bytes{subscribe_wire};
}
static_assert(encodes_at_compile_time());

}  // namespace

TEST_CASE("MQTT 3.8: SUBSCRIBE lists filters, each with a QoS") {
    CHECK(same_on_the_wire(subscribe{.packet_id = 10, .subscriptions = two_subscriptions}, subscribe_wire) == "");
    const auto decoded = decode<subscribe>(subscribe_wire);
    REQUIRE(decoded);
    CHECK(std::vector<subscription>(decoded->subscriptions.begin(), decoded->subscriptions.end()) == two_subscriptions);
    CHECK_FALSE(decoded->subscriptions.empty());
}

TEST_CASE("MQTT-3.8.3-1: the filters of SUBSCRIBE are UTF-8, and valid") {
    CHECK(refusal<subscribe>(wire<"82 06 0001 0001 ff 00">) == error{.code = errc::mqtt_invalid_utf8, .offset = 6});
    CHECK(refusal<subscribe>(wire<"82 07 0001 0002 'a#' 00">) ==
          error{.code = errc::mqtt_multi_level_wildcard, .offset = 7});
    CHECK(refusal<subscribe>(wire<"82 07 0001 0002 '+a' 00">) ==
          error{.code = errc::mqtt_single_level_wildcard, .offset = 6});
    CHECK(refusal<subscribe>(wire<"82 05 0001 0000 00">) == error{.code = errc::mqtt_empty_topic, .offset = 6});
    CHECK(encode_refusal(subscribe{.packet_id = 1, .subscriptions = {{.filter = "a#"}}}) ==
          error{.code = errc::mqtt_multi_level_wildcard, .offset = 7});
    CHECK(encode_refusal(subscribe{.packet_id = 1, .subscriptions = {{.filter = "ab"}, {.filter = "\xff"}}}) ==
          error{.code = errc::mqtt_invalid_utf8, .offset = 11});
    CHECK(encode_refusal(subscribe{.packet_id = 1, .subscriptions = {{.filter = ""}}}).code == errc::mqtt_empty_topic);
}

TEST_CASE("MQTT-3.8.3-3: SUBSCRIBE has at least one filter") {
    CHECK(refusal<subscribe>(wire<"82 02 0001">) == error{.code = errc::mqtt_no_subscriptions, .offset = 1});
    CHECK(encode_refusal(subscribe{.packet_id = 1}) == error{.code = errc::mqtt_no_subscriptions, .offset = 4});
}

TEST_CASE("MQTT-3.8.3-4: the requested QoS is 0, 1 or 2, and its reserved bits are 0") {
    for (unsigned value = 3; value != 256; ++value) {
        const std::array<unsigned char, 8> packet{0x82, 6, 0, 1, 0, 1, 'a', static_cast<unsigned char>(value)};
        CHECK(refusal<subscribe>(packet) == error{.code = errc::mqtt_requested_qos, .offset = 7});
    }
    CHECK(encode_refusal(subscribe{.packet_id = 1, .subscriptions = {{.filter = "a", .qos = static_cast<qos>(3)}}}) ==
          error{.code = errc::mqtt_requested_qos, .offset = 7});
}

TEST_CASE("MQTT-2.3.1-1, MQTT-2.3.1-7: the packet identifiers of SUBSCRIBE, SUBACK and UNSUBSCRIBE are not 0") {
    CHECK(refusal<subscribe>(wire<"82 06 0000 0001 'a' 00">) == error{.code = errc::mqtt_packet_id, .offset = 2});
    CHECK(refusal<unsubscribe>(wire<"a2 05 0000 0001 'a'">) == error{.code = errc::mqtt_packet_id, .offset = 2});
    CHECK(refusal<suback>(wire<"90 03 0000 00">) == error{.code = errc::mqtt_subscribe_answer_id, .offset = 2});
    CHECK(encode_refusal(subscribe{.subscriptions = two_subscriptions}).code == errc::mqtt_packet_id);
    CHECK(encode_refusal(unsubscribe{.filters = two_filters}).code == errc::mqtt_packet_id);
    CHECK(encode_refusal(suback{.codes = all_codes}).code == errc::mqtt_subscribe_answer_id);
}

TEST_CASE("a list that ends within an item is truncated") {
    const auto truncated_at = [](std::size_t offset) { return error{.code = errc::truncated, .offset = offset}; };
    CHECK(refused_once_known<subscribe>(wire<"82 07 0001 0001 'a' 00 00">, 8, truncated_at(8)) == "");
    CHECK(refused_once_known<subscribe>(wire<"82 08 0001 0001 'a' 00 0001">, 8, truncated_at(8)) == "");
    CHECK(refused_once_known<subscribe>(wire<"82 0a 0001 0001 'a' 00 0002 'ab'">, 10, truncated_at(10)) == "");
    CHECK(refused_once_known<subscribe>(wire<"82 0a 0001 0001 'a' 00 0003 'ab'">, 10, truncated_at(10)) == "");
    CHECK(refused_once_known<subscribe>(wire<"82 05 0001 0001 'a'">, 6, truncated_at(6)) == "");
    CHECK(refused_once_known<unsubscribe>(wire<"a2 06 0001 0001 'a' 00">, 7, truncated_at(7)) == "");
    CHECK(refused_once_known<unsubscribe>(wire<"a2 08 0001 0001 'a' 0002 'b'">, 9, truncated_at(9)) == "");
}

TEST_CASE("MQTT 3.9: SUBACK lists a return code for each filter") {
    CHECK(same_on_the_wire(suback{.packet_id = 10, .codes = all_codes}, suback_wire) == "");
    const auto decoded = decode<suback>(suback_wire);
    REQUIRE(decoded);
    CHECK(std::vector<suback_code>(decoded->codes.begin(), decoded->codes.end()) == all_codes);
}

TEST_CASE("MQTT 3.9.3: a server without shared subscriptions refuses that filter alone") {
    // No option refuses them: to the codec they are filters, and those that are no shared ones for want of a part too.
    const std::vector<subscription> wanted{
        {.filter = "a"}, {.filter = "$share/group/a"}, {.filter = "$share/group"}, {.filter = "$share/"}};
    std::array<char, 64> memory{};
    const auto packet = encode(memory, subscribe{.packet_id = 1, .subscriptions = wanted});
    REQUIRE(packet);
    const auto received = decode<subscribe>(*packet);
    REQUIRE(received);
    std::vector<suback_code> codes;
    for (const subscription& item : received->subscriptions)
        codes.push_back(parse_shared_filter(item.filter) ? suback_code::failure : granted(item.qos));
    CHECK(codes == std::vector<suback_code>{suback_code::granted_qos_0, suback_code::failure,
                                            suback_code::granted_qos_0, suback_code::granted_qos_0});
    CHECK(check_answer(*received, suback{.packet_id = 1, .codes = codes}));
}

TEST_CASE("MQTT-3.9.3-2: the return codes of SUBACK are 0, 1, 2 and 80") {
    for (unsigned value = 3; value != 256; ++value) {
        if (value == 0x80) continue;
        const std::array<unsigned char, 6> packet{0x90, 4, 0, 1, 0, static_cast<unsigned char>(value)};
        CHECK(refusal<suback>(packet) == error{.code = errc::mqtt_suback_code, .offset = 5});
    }
    CHECK(encode_refusal(suback{.packet_id = 1, .codes = {suback_code{3}}}) ==
          error{.code = errc::mqtt_suback_code, .offset = 4});
}

TEST_CASE("MQTT 3.9.3: what a return code of SUBACK means") {
    CHECK(name_of(suback_code::granted_qos_0) == "granted QoS 0");
    CHECK(name_of(suback_code::granted_qos_1) == "granted QoS 1");
    CHECK(name_of(suback_code::granted_qos_2) == "granted QoS 2");
    CHECK(name_of(suback_code::failure) == "failure");
    CHECK(name_of(suback_code{3}).empty());
}

TEST_CASE("MQTT-3.8.4-5: SUBACK has at least one return code") {
    CHECK(refusal<suback>(wire<"90 02 0001">) == error{.code = errc::mqtt_suback_count, .offset = 1});
    CHECK(encode_refusal(suback{.packet_id = 1}) == error{.code = errc::mqtt_suback_count, .offset = 4});
}

TEST_CASE("MQTT 3.10: UNSUBSCRIBE lists filters") {
    CHECK(same_on_the_wire(unsubscribe{.packet_id = 10, .filters = two_filters}, unsubscribe_wire) == "");
    const auto decoded = decode<unsubscribe>(unsubscribe_wire);
    REQUIRE(decoded);
    CHECK(std::vector<std::string_view>(decoded->filters.begin(), decoded->filters.end()) == two_filters);
}

TEST_CASE("MQTT-3.10.3-1: the filters of UNSUBSCRIBE are UTF-8, and valid") {
    CHECK(refusal<unsubscribe>(wire<"a2 05 0001 0001 ff">) == error{.code = errc::mqtt_invalid_utf8, .offset = 6});
    CHECK(refusal<unsubscribe>(wire<"a2 04 0001 0000">) == error{.code = errc::mqtt_empty_topic, .offset = 6});
    CHECK(encode_refusal(unsubscribe{.packet_id = 1, .filters = {"#/"}}).code == errc::mqtt_multi_level_wildcard);
}

TEST_CASE("MQTT-3.10.3-2: UNSUBSCRIBE has at least one filter") {
    CHECK(refusal<unsubscribe>(wire<"a2 02 0001">) == error{.code = errc::mqtt_no_filters, .offset = 1});
    CHECK(encode_refusal(unsubscribe{.packet_id = 1}) == error{.code = errc::mqtt_no_filters, .offset = 4});
}

TEST_CASE("lists are encoded from any range, and from another packet's list") {
    std::array<char, 32> memory{};
    const std::list<subscription> linked(two_subscriptions.begin(), two_subscriptions.end());
    CHECK(*encode_subscribe(memory, 10, linked) == bytes{subscribe_wire});
    const std::list<std::string> owned{"a/b", "c/#"};
    CHECK(*encode_unsubscribe(memory, 10, owned) == bytes{unsubscribe_wire});
    CHECK(encode_subscribe(memory, 10, std::list<subscription>{}).error().code == errc::mqtt_no_subscriptions);
    const std::list<suback_code> codes(all_codes.begin(), all_codes.end());
    CHECK(*encode_suback(memory, 10, codes) == bytes{suback_wire});
    CHECK(encode_suback(memory, 0, codes).error().code == errc::mqtt_subscribe_answer_id);
    CHECK(encode_suback(memory, 10, std::list<suback_code>{}).error().code == errc::mqtt_suback_count);
    struct {  // such as a filtering view, which cannot be gone through if it is const
        auto begin() { return two_subscriptions.begin(); }
        auto end() { return two_subscriptions.end(); }
    } view;
    CHECK(*encode_subscribe(memory, 10, view) == bytes{subscribe_wire});

    const auto received = decode<subscribe>(subscribe_wire);
    REQUIRE(received);
    CHECK(*encode_subscribe(memory, 10, received->subscriptions) == bytes{subscribe_wire});
    CHECK(support::every_capacity(subscribe_wire,
                                  [&](hubwire::buffer out) { return encode_subscribe(out, 10, linked); }) == "");
}

TEST_CASE("lists are equal if their items are, on the wire or not") {
    const subscription_list on_the_wire = decode<subscribe>(subscribe_wire)->subscriptions;
    CHECK(on_the_wire == subscription_list{two_subscriptions});
    CHECK(on_the_wire == on_the_wire);
    CHECK_FALSE(on_the_wire == subscription_list{});
    CHECK_FALSE(subscription_list{std::span{two_subscriptions}.first(1)} == on_the_wire);
    const std::vector<subscription> other{{.filter = "a/b", .qos = qos::at_least_once},
                                          {.filter = "c/#", .qos = qos::at_least_once}};
    CHECK_FALSE(on_the_wire == subscription_list{other});
    const std::array<subscription, 1> one{{{.filter = "a"}}};
    CHECK(subscription_list{one}.size() == 1);
    CHECK(subscription_list{std::span{one}} == subscription_list{{.filter = "a"}});
    CHECK(on_the_wire.front() == two_subscriptions.front());
    CHECK(subscription_list{one}.front().filter == "a");
    auto at = on_the_wire.begin();
    CHECK((*at++).filter == "a/b");
    CHECK((*at).filter == "c/#");
}

TEST_CASE("the options hold for every filter, however it is given") {
    constexpr options strict{.refuse_discouraged_characters = true};
    const subscribe wanted{.packet_id = 1, .subscriptions = subscription_list{std::span<const subscription>{}}};
    CHECK(encode_refusal(wanted).code == errc::mqtt_no_subscriptions);
    const std::vector<subscription> controls{{.filter = "\x01"}};
    const std::vector<std::string_view> filters{"\x01"};
    std::array<char, 16> memory{};
    CHECK(encode_refusal(subscribe{.packet_id = 1, .subscriptions = controls}).code == errc::none);
    CHECK(encode_refusal(subscribe{.packet_id = 1, .subscriptions = controls}, strict).code ==
          errc::mqtt_discouraged_character);
    CHECK(encode_refusal(unsubscribe{.packet_id = 1, .filters = filters}, strict).code ==
          errc::mqtt_discouraged_character);
    CHECK(encode_subscribe(memory, 1, controls, strict).error().code == errc::mqtt_discouraged_character);
    CHECK(encode_unsubscribe(memory, 1, filters, strict).error().code == errc::mqtt_discouraged_character);
    CHECK(encode_unsubscribe(memory, 1, std::list<std::string>{}).error().code == errc::mqtt_no_filters);
    CHECK(refusal<subscribe>(wire<"82 06 0001 0001 01 00">, strict).code == errc::mqtt_discouraged_character);
    CHECK(refusal<unsubscribe>(wire<"a2 05 0001 0001 01">, strict).code == errc::mqtt_discouraged_character);
    for (const int value : {3, 4, 255}) {
        const std::vector<subscription> item{{.filter = "a", .qos = static_cast<qos>(value)}};
        CHECK(encode_refusal(subscribe{.packet_id = 1, .subscriptions = item}).code == errc::mqtt_requested_qos);
    }
}

TEST_CASE("a list fills a packet to its last byte, and no further") {
    // 4,095 filters of 65,537 bytes, and one that is left for the rest of 268,435,455: a byte more is too much.
    const std::string text(65'535, 'x');
    std::vector<std::string_view> filters(4'095, text);
    filters.push_back({});
    const std::size_t rest = max_remaining_length - 2 - 4'095 * 65'537 - 2;
    for (const std::size_t more : {0u, 1u, 2u}) {
        filters.back() = std::string_view{text.data(), rest + more};
        const auto size = encoded_size(unsubscribe{.packet_id = 1, .filters = filters});
        CHECK(size.has_value() == (more == 0));
        CHECK(size.value_or(max_packet_size) == max_packet_size);
    }
}

TEST_CASE("a list longer than a packet can be is refused, not cut") {
    const std::string filter(65'535, 'x');
    const std::vector<std::string_view> many(4'100, filter);  // one text, listed until 268 million bytes are exceeded
    CHECK(encoded_size(unsubscribe{.packet_id = 1, .filters = {many}}).error().code == errc::mqtt_remaining_length);
    CHECK(encoded_size(unsubscribe{.packet_id = 1, .filters = {std::span{many}.first(4'000)}}));
}

namespace {

/// A range whose items own their texts, and are gone with the turn of the loop that asked for them.
struct filters_of_devices {
    struct iterator {
        using value_type = std::string;
        using difference_type = std::ptrdiff_t;
        const std::string_view* at = nullptr;
        std::string operator*() const {
            return "devices/" + std::string{*at} + "/messages/devicebound/and/some/more/#";
        }
        iterator& operator++() {
            ++at;
            return *this;
        }
        friend bool operator==(const iterator&, const iterator&) = default;
    };
    [[nodiscard]] iterator begin() const { return {devices.data()}; }
    [[nodiscard]] iterator end() const { return {devices.data() + devices.size()}; }
    std::vector<std::string_view> devices;
};

}  // namespace

TEST_CASE("items of a range may own their texts, and a plain array is a range") {
    const filters_of_devices range{{"a", "b"}};
    std::array<char, 256> memory{};
    const auto packet = encode_unsubscribe(memory, 7, range);
    REQUIRE(packet);
    const auto decoded = decode<unsubscribe>(*packet);
    REQUIRE(decoded);
    std::vector<std::string> filters;
    for (const std::string_view filter : decoded->filters) filters.emplace_back(filter);
    CHECK(filters == std::vector<std::string>{"devices/a/messages/devicebound/and/some/more/#",
                                              "devices/b/messages/devicebound/and/some/more/#"});

    const subscription plain[] = {{.filter = "a/b", .qos = qos::at_least_once},
                                  {.filter = "c/#", .qos = qos::exactly_once}};
    CHECK(*encode_subscribe(memory, 10, plain) == bytes{subscribe_wire});
}

namespace {

struct endless_filters {
    struct iterator {
        const std::string* filter = nullptr;
        const std::string& operator*() const { return *filter; }
        iterator& operator++() { return *this; }
        friend bool operator==(const iterator&, int) { return false; }
    };
    [[nodiscard]] iterator begin() const { return {&filter}; }
    [[nodiscard]] int end() const { return 0; }
    std::string filter = std::string(65'535, 'a');
};

}  // namespace

TEST_CASE("a range that never ends is refused once it is too long for a packet") {
    std::array<char, 64> memory{};
    CHECK(encode_unsubscribe(memory, 7, endless_filters{}).error().code == errc::mqtt_remaining_length);
}
