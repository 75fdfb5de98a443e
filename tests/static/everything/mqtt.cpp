// Every public function of MQTT, for every packet type, in functions that anybody could call; as everything/core.cpp.

#include <hubwire/hubwire.hpp>

#include <array>

template class hubwire::result<hubwire::mqtt::packet>;
template class hubwire::result<hubwire::mqtt::fixed_header>;
template class hubwire::result<hubwire::mqtt::decoded_publish_head>;

namespace everything {

namespace mqtt = hubwire::mqtt;

// types

static_assert(mqtt::max_remaining_length < mqtt::max_packet_size && mqtt::max_field_size == 65'535);

mqtt::options options(std::size_t limit, bool strict) {
    return {.max_packet_size = limit,
            .refuse_discouraged_characters = strict,
            .refuse_padded_length = strict,
            .allow_mqtt_3_1 = !strict,
            .allow_bridge = !strict};
}

// each packet type: encode, encoded_size, decode, comparison, and the packet as one of any type

template <mqtt::any_packet_type T>
hubwire::result<hubwire::bytes> encode(hubwire::buffer output, const T& p, const mqtt::options& rules) {
    const auto size = mqtt::encoded_size(p, rules);
    return size && *size == mqtt::encoded_size(p).value_or(0) ? mqtt::encode(output, p, rules)
                                                              : mqtt::encode(output, p);
}
template <mqtt::any_packet_type T>
hubwire::result<T> decode(hubwire::bytes input, const mqtt::options& rules) {
    const auto strict = mqtt::decode<T>(input);
    return strict ? strict : mqtt::decode<T>(input, rules);
}
template <mqtt::any_packet_type T>
bool equal(const T& a, const T& b) {
    const mqtt::packet any{a};
    return a == b && any.get_if<T>() != nullptr && any.type() == T::type;
}

template <class T>
struct each {
    hubwire::result<hubwire::bytes> (*encode_one)(hubwire::buffer, const T&, const mqtt::options&) = encode<T>;
    hubwire::result<T> (*decode_one)(hubwire::bytes, const mqtt::options&) = decode<T>;
    bool (*equal_one)(const T&, const T&) = equal<T>;
};
template <class... T>
struct all : each<T>... {};
using all_packets = all<mqtt::connect, mqtt::connack, mqtt::publish, mqtt::puback, mqtt::pubrec, mqtt::pubrel,
                        mqtt::pubcomp, mqtt::subscribe, mqtt::suback, mqtt::unsubscribe, mqtt::unsuback, mqtt::pingreq,
                        mqtt::pingresp, mqtt::disconnect>;
all_packets packets() { return {}; }

// any packet

hubwire::result<mqtt::packet> decode_any(hubwire::bytes input) { return mqtt::decode(input); }
hubwire::result<mqtt::packet> decode_any(hubwire::bytes input, const mqtt::options& rules) {
    return mqtt::decode(input, rules);
}
hubwire::result<hubwire::bytes> encode_again(hubwire::buffer output, const mqtt::packet& any) {
    const auto size = mqtt::encoded_size(any);
    return size ? mqtt::encode(output, any) : size.error();
}
bool same(const mqtt::packet& a, const mqtt::packet& b) { return a == b; }

// publish

hubwire::result<std::size_t> head_size(const mqtt::publish_head& p, const mqtt::options& rules) {
    const auto size = mqtt::encoded_head_size(p);
    return size ? size : mqtt::encoded_head_size(p, rules);
}
hubwire::result<std::size_t> head_size(const mqtt::publish& p, const mqtt::options& rules) {
    return mqtt::encoded_head_size(p, rules);
}
hubwire::result<hubwire::bytes> head_of(hubwire::buffer output, const mqtt::publish& p, const mqtt::options& rules) {
    const auto head = mqtt::encode_head(output, p);
    return head ? head : mqtt::encode_head(output, p, rules);
}
hubwire::result<hubwire::bytes> head_of(hubwire::buffer output, const mqtt::publish_head& p,
                                        const mqtt::options& rules) {
    const auto head = mqtt::encode_head(output, p);
    return head ? head : mqtt::encode_head(output, p, rules);
}
hubwire::result<mqtt::decoded_publish_head> decode_head(hubwire::bytes received, const mqtt::options& rules) {
    const auto head = mqtt::decode_publish_head(received);
    return head ? head : mqtt::decode_publish_head(received, rules);
}
hubwire::bytes piece_of(mqtt::incoming_payload& payload, hubwire::bytes received) {
    return payload.is_done() || payload.left() > received.size() ? received : payload.take(received);
}
mqtt::incoming_payload payload_of(const mqtt::publish_head& p) { return mqtt::incoming_payload{p}; }
bool equal_heads(const mqtt::publish_head& a, const mqtt::publish_head& b) { return a == b; }

// lists

template <class List, class Item>
bool has(const List& items, const Item& wanted) {
    if (items.empty()) return false;
    for (const auto& item : items) {
        if (item == wanted) return true;
    }
    auto at = items.begin();
    return at++ == items.end() && items.size() != 0 && *at == wanted && items == List{};
}
template bool has(const mqtt::subscription_list&, const mqtt::subscription&);
template bool has(const mqtt::suback_code_list&, const mqtt::suback_code&);
template bool has(const mqtt::filter_list&, const std::string_view&);

hubwire::result<hubwire::bytes> subscribe_to_two(hubwire::buffer output, std::string_view a, std::string_view b) {
    return mqtt::encode(output, mqtt::subscribe{.packet_id = 1, .subscriptions = {{a}, {b, mqtt::qos::at_least_once}}});
}
hubwire::result<hubwire::bytes> subscribe_to_some(hubwire::buffer output, std::span<const mqtt::subscription> some) {
    return mqtt::encode(output, mqtt::subscribe{.packet_id = 1, .subscriptions = some});
}
hubwire::result<hubwire::bytes> answer(hubwire::buffer output, std::span<const mqtt::suback_code> codes) {
    return mqtt::encode(output, mqtt::suback{.packet_id = 1, .codes = codes});
}
hubwire::result<hubwire::bytes> unsubscribe_from(hubwire::buffer output, std::span<const std::string_view> filters) {
    return mqtt::encode(output, mqtt::unsubscribe{.packet_id = 1, .filters = filters});
}
hubwire::result<hubwire::bytes> subscribe_to_the_same(hubwire::buffer output, const mqtt::subscribe& p,
                                                      const mqtt::options& rules) {
    const auto packet = mqtt::encode_subscribe(output, p.packet_id, p.subscriptions);
    return packet ? packet : mqtt::encode_subscribe(output, p.packet_id, p.subscriptions, rules);
}
hubwire::result<hubwire::bytes> answer_with_the_same(hubwire::buffer output, const mqtt::suback& p,
                                                     const mqtt::options& rules) {
    const auto packet = mqtt::encode_suback(output, p.packet_id, p.codes);
    return packet ? packet : mqtt::encode_suback(output, p.packet_id, p.codes, rules);
}
hubwire::result<hubwire::bytes> unsubscribe_from_range(hubwire::buffer output,
                                                       const std::array<std::string_view, 3>& filters,
                                                       const mqtt::options& rules) {
    const auto packet = mqtt::encode_unsubscribe(output, 1, filters);
    return packet ? packet : mqtt::encode_unsubscribe(output, 1, filters, rules);
}

// streams

hubwire::result<hubwire::bytes> cut(hubwire::bytes received, const mqtt::options& rules) {
    const auto packet = mqtt::cut(received);
    return packet ? packet : mqtt::cut(received, rules);
}
hubwire::result<mqtt::fixed_header> header(hubwire::bytes received, const mqtt::options& rules) {
    const auto begin = mqtt::decode_fixed_header(received);
    return begin && *begin == mqtt::fixed_header{} ? begin : mqtt::decode_fixed_header(received, rules);
}
std::size_t packet_size(const mqtt::fixed_header& begin) { return begin.packet_size(); }

// topics

hubwire::result<void> check_text(std::string_view text, const mqtt::options& rules) {
    return mqtt::check_text(text) ? mqtt::check_text(text, rules) : mqtt::check_text({});
}
hubwire::result<void> check_topic_name(std::string_view topic, const mqtt::options& rules) {
    return mqtt::check_topic_name(topic) ? mqtt::check_topic_name(topic, rules) : mqtt::check_topic_name({});
}
hubwire::result<void> check_topic_filter(std::string_view filter, const mqtt::options& rules) {
    return mqtt::check_topic_filter(filter) ? mqtt::check_topic_filter(filter, rules) : mqtt::check_topic_filter({});
}
bool matches(std::string_view filter, std::string_view topic) { return mqtt::topic_matches(filter, topic); }
std::string_view group_of(std::string_view filter) {
    const auto shared = mqtt::parse_shared_filter(filter);
    return shared ? shared->group : filter;
}

// exchanges

hubwire::result<void> check_direction(mqtt::role receiver, mqtt::packet_type type) {
    return mqtt::check_direction(receiver, type);
}
hubwire::result<void> check_order(mqtt::role receiver, mqtt::packet_type type, bool is_first) {
    return mqtt::check_order(receiver, type, is_first);
}
hubwire::result<void> check_answer(const mqtt::subscribe& request, const mqtt::suback& answer) {
    const auto verdict = mqtt::check_answer(request, answer);
    return verdict ? mqtt::check_answer(request.packet_id, 1, answer) : verdict;
}
hubwire::result<void> check_answer(const mqtt::unsubscribe& request, const mqtt::unsuback& answer) {
    return mqtt::check_answer(request, answer);
}
std::optional<mqtt::packet_type> acknowledgement(mqtt::packet_type type, mqtt::qos quality) {
    return mqtt::acknowledgement_of(type, quality);
}
std::optional<mqtt::packet_type> acknowledgement(const mqtt::packet& any) { return mqtt::acknowledgement_of(any); }
std::optional<mqtt::packet_type> acknowledgement(const mqtt::publish& message) {
    return mqtt::acknowledgement_of(message);
}
std::optional<mqtt::packet_type> acknowledgement(const mqtt::publish_head& message) {
    return mqtt::acknowledgement_of(message);
}
mqtt::suback_code granted(mqtt::qos quality) { return mqtt::granted(quality); }
std::string_view name_of(mqtt::packet_type type) { return mqtt::name_of(type); }
std::string_view name_of(mqtt::connect_code code) { return mqtt::name_of(code); }
std::string_view name_of(mqtt::suback_code code) { return mqtt::name_of(code); }
std::optional<mqtt::connect_code> answer_to(const hubwire::error& refusal) { return mqtt::answer_to(refusal); }

}  // namespace everything
