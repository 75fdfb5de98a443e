#ifndef HUBWIRE_MQTT_SUBSCRIBE_HPP
#define HUBWIRE_MQTT_SUBSCRIBE_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/mqtt/ack.hpp>
#include <hubwire/mqtt/field.hpp>
#include <hubwire/mqtt/frame.hpp>
#include <hubwire/mqtt/list.hpp>
#include <hubwire/mqtt/topic.hpp>
#include <hubwire/mqtt/types.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>  // and what iterators are asked for, at a third of what <iterator> takes
#include <string_view>

namespace hubwire::mqtt {

/// A topic filter, and the most that its messages are to be sent with.
struct subscription {
    std::string_view filter{};
    mqtt::qos qos = mqtt::qos::at_most_once;

    friend constexpr bool operator==(const subscription&, const subscription&) noexcept = default;
};

namespace detail {

// One item each, without a check: of a list that a decoder has checked.
constexpr subscription read_subscription(reader& in) noexcept {
    const std::string_view filter = in.sized16().text();
    return {.filter = filter, .qos = mqtt::qos{in.u8()}};
}
constexpr std::string_view read_filter(reader& in) noexcept { return in.sized16().text(); }
constexpr suback_code read_code(reader& in) noexcept { return suback_code{in.u8()}; }

}  // namespace detail

/// What a SUBSCRIBE, SUBACK or UNSUBSCRIBE lists. Made of an array, a vector or a span of its items, or of a braced
/// list, which lives no longer than the full expression: write that within the call of encode. Ranges of anything else,
/// such as std::string, are for encode_subscribe and its kin.
using subscription_list = list<subscription, detail::read_subscription>;
using suback_code_list = list<suback_code, detail::read_code>;
using filter_list = list<std::string_view, detail::read_filter>;

/// Asks for messages (MQTT 3.8).
struct subscribe {
    static constexpr packet_type type = packet_type::subscribe;

    std::uint16_t packet_id = 0;        // not 0 [MQTT-2.3.1-1]
    subscription_list subscriptions{};  // at least one [MQTT-3.8.3-3]; braces only within the call of encode

    friend constexpr bool operator==(const subscribe&, const subscribe&) noexcept = default;
};

/// Answers it, with a code for each filter, in the order of the SUBSCRIBE (MQTT 3.9).
struct suback {
    static constexpr packet_type type = packet_type::suback;

    std::uint16_t packet_id = 0;
    suback_code_list codes{};  // at least one [MQTT-3.8.4-5]; likewise

    friend constexpr bool operator==(const suback&, const suback&) noexcept = default;
};

/// Asks for no more messages (MQTT 3.10). The answer is UNSUBACK.
struct unsubscribe {
    static constexpr packet_type type = packet_type::unsubscribe;

    std::uint16_t packet_id = 0;
    filter_list filters{};  // at least one [MQTT-3.10.3-2]; likewise

    friend constexpr bool operator==(const unsubscribe&, const unsubscribe&) noexcept = default;
};

namespace detail {

[[nodiscard]] constexpr bool is_suback_code(std::uint8_t code) noexcept { return code <= 2 || code == 0x80; }

template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_item(Body& to, const subscription& item) noexcept {
    to.text(text_kind::topic_filter, item.filter);
    to.rule(item.qos <= qos::exactly_once, errc::mqtt_requested_qos);
    to.u8(static_cast<std::uint8_t>(item.qos));
}
template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_item(Body& to, std::string_view filter) noexcept {
    to.text(text_kind::topic_filter, filter);
}
template <class Body>
HUBWIRE_ALWAYS_INLINE constexpr void put_item(Body& to, suback_code code) noexcept {
    to.rule(is_suback_code(static_cast<std::uint8_t>(code)), errc::mqtt_suback_code);
    to.u8(static_cast<std::uint8_t>(code));
}

template <class Range, class Item>
concept range_of = requires(Range& range) {
    { *std::begin(range) } -> std::convertible_to<Item>;
    std::end(range);
    requires !std::input_iterator<decltype(std::begin(range))> || std::forward_iterator<decltype(std::begin(range))>;
};

/// A packet that is an identifier and items, the latter from any range that can be gone through twice.
template <class Item, class Range>
struct id_and_items {
    std::uint16_t packet_id;
    Range& items;
    errc when_empty;
    errc when_id_is_zero = errc::mqtt_packet_id;
};

template <class Body, class Item, class Range>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const id_and_items<Item, Range>& p, const options&) noexcept {
    to.rule(p.packet_id != 0, p.when_id_is_zero);
    to.u16(p.packet_id);
    bool is_empty = true;
    for (auto&& given : p.items) {  // which may own what the item is a view of
        if (!to.goes_on()) break;
        const Item item = given;
        put_item(to, item);
        is_empty = false;
    }
    to.rule(!is_empty, p.when_empty);
}

[[nodiscard]] constexpr id_and_items<subscription, const subscription_list> parts_of(const subscribe& p) noexcept {
    return {.packet_id = p.packet_id, .items = p.subscriptions, .when_empty = errc::mqtt_no_subscriptions};
}
[[nodiscard]] constexpr id_and_items<suback_code, const suback_code_list> parts_of(const suback& p) noexcept {
    return {.packet_id = p.packet_id,
            .items = p.codes,
            .when_empty = errc::mqtt_suback_count,
            .when_id_is_zero = errc::mqtt_subscribe_answer_id};
}
[[nodiscard]] constexpr id_and_items<std::string_view, const filter_list> parts_of(const unsubscribe& p) noexcept {
    return {.packet_id = p.packet_id, .items = p.filters, .when_empty = errc::mqtt_no_filters};
}

template <class T>
concept listing = std::same_as<T, subscribe> || std::same_as<T, suback> || std::same_as<T, unsubscribe>;

template <class T>
inline constexpr bool has_items = listing<T>;
template <class Item, class Range>
inline constexpr bool has_items<id_and_items<Item, Range>> = true;

template <class Body, listing T>
HUBWIRE_ALWAYS_INLINE constexpr void put_body(Body& to, const T& p, const options& rules) noexcept {
    put_body(to, parts_of(p), rules);
}

/// Reads items to the end of the packet, calling read_item for each, and returns the list of them. An item has no fewer
/// than least bytes. There is at least one: the fixed header has seen to that.
template <class List, any_reader Reader, class ReadItem>
HUBWIRE_ALWAYS_INLINE constexpr List read_items(Reader& in, std::size_t least, ReadItem read_item) noexcept {
    const std::size_t begin = in.offset();
    std::size_t count = 0;
    for (; in.ahead() != 0; ++count) {
        if (in.ahead() < least) in.fail(errc::truncated);
        read_item();
    }
    return List::on_the_wire(in.read_since(begin), count);
}

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header&, subscribe& p,
                                               const options& rules) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
    p.subscriptions = read_items<subscription_list>(in, 3, [&] {
        read_text(in, text_kind::topic_filter, rules, 1);
        const std::size_t qos_at = in.offset();
        in.expect(in.u8() <= 2, errc::mqtt_requested_qos, qos_at);
    });
}

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header&, suback& p, const options&) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_subscribe_answer_id);
    std::size_t at = in.offset();
    const bytes codes = in.take(in.left());
    auto code = codes.begin();
    for (; code != codes.end() && is_suback_code(*code); ++code) ++at;
    in.expect(code == codes.end(), errc::mqtt_suback_code, at);
    in.rest();  // if there are more to come, they are not there yet
    p.codes = suback_code_list::on_the_wire(codes, codes.size());
}

template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_body(Reader& in, const fixed_header&, unsubscribe& p,
                                               const options& rules) noexcept {
    p.packet_id = read_packet_id(in, errc::mqtt_packet_id);
    p.filters = read_items<filter_list>(in, 2, [&] { read_text(in, text_kind::topic_filter, rules); });
}

}  // namespace detail

}  // namespace hubwire::mqtt

#endif
