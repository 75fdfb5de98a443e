#ifndef HUBWIRE_IOTHUB_TOPIC_HPP
#define HUBWIRE_IOTHUB_TOPIC_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/devicebound_topic.hpp>
#include <hubwire/iothub/input_topic.hpp>
#include <hubwire/iothub/method_topic.hpp>
#include <hubwire/iothub/telemetry_topic.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/iothub/topic_field.hpp>
#include <hubwire/iothub/topic_kind.hpp>
#include <hubwire/iothub/twin_topic.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

/// The topics of the hub. Identifiers stand in them as they are: one with a /, a # or a + cannot be in a topic, and is
/// refused. Bags are handed on as they lie on the wire.
namespace hubwire::iothub {

/// Writes a topic. What cannot stand in it is refused, with the offset where it would have stood.
template <topic_type T>
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const T& topic) noexcept {
    writer out{output};
    put_topic(out, topic);
    return out.finish();
}

/// How many characters encode would write, or why it would not.
template <topic_type T>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const T& topic) noexcept {
    counting_writer out;
    put_topic(out, topic);
    return out.finish();
}

/// The topic that the text is, with views into it. The offset of an error is that of the first character that no such
/// topic has there. Pre: it may be the topic of a PUBLISH (mqtt::decode has seen to it); others may decode, and do not
/// encode again.
template <topic_type T>
[[nodiscard]] constexpr result<T> decode(std::string_view text, const topic_options& rules = {}) noexcept {
    detail::topic_reader in{text, rules};
    result<T> topic{T{}};  // read where it is wanted: a copy would cost as much as the rest
    detail::read_topic(in, *topic);
    if (!in.ok()) [[unlikely]]
        topic = in.error();
    return topic;
}

namespace detail {

template <class T, class... Ts>
concept one_of = (std::same_as<T, Ts> || ...);

/// A value of one of several types, none of which has anything to destroy.
template <class First, class... Rest>
union one_value {
    constexpr explicit one_value(const First& value) noexcept : first{value} {}
    template <class T>
    constexpr explicit one_value(const T& value) noexcept : rest{value} {}

    First first;
    one_value<Rest...> rest;
};
template <class Last>
union one_value<Last> {
    constexpr explicit one_value(const Last& value) noexcept : first{value} {}

    Last first;
};

}  // namespace detail

/// A topic of any of these kinds.
template <topic_type... Topics>
class any_topic {
    template <class T, class First, class... Rest>
    static constexpr const T& value_as(const detail::one_value<First, Rest...>& value) noexcept {
        if constexpr (std::same_as<T, First>) {
            return value.first;
        } else {
            return value_as<T>(value.rest);
        }
    }

    template <class First, class... Rest, class Handle>
    constexpr decltype(auto) visit_one_of(Handle& handle, const detail::one_value<First, Rest...>& value) const {
        if constexpr (sizeof...(Rest) == 0) {
            return handle(value.first);
        } else {
            if (kind_ == First::kind) return handle(value.first);
            return visit_one_of<Rest...>(handle, value.rest);
        }
    }

    topic_kind kind_;
    detail::one_value<Topics...> value_;

public:
    template <detail::one_of<Topics...> T>
    constexpr any_topic(const T& topic) noexcept : kind_{T::kind}, value_{topic} {}

    [[nodiscard]] constexpr topic_kind kind() const noexcept { return kind_; }

    /// The topic, if it is of this kind; otherwise null.
    template <detail::one_of<Topics...> T>
    [[nodiscard]] constexpr const T* get_if() const noexcept HUBWIRE_LIFETIMEBOUND {
        return kind_ == T::kind ? &value_as<T>(value_) : nullptr;
    }

    /// Calls handle with the topic as what it is; it takes all kinds, one by one or as a template.
    template <class Handle>
    constexpr decltype(auto) visit(Handle&& handle) const {
        return visit_one_of<Topics...>(handle, value_);
    }
};

/// What a device or a module receives, and what the hub receives.
using topic_to_client =
    any_topic<devicebound_topic, input_topic, twin_response_topic, twin_desired_topic, method_request_topic>;
using topic_to_hub = any_topic<telemetry_topic, twin_get_topic, twin_reported_topic, method_response_topic>;

namespace detail {

template <class Any, class T>
HUBWIRE_ALWAYS_INLINE constexpr result<Any> decode_as(std::string_view text, const topic_options& rules) noexcept {
    const auto topic = decode<T>(text, rules);
    if (!topic) [[unlikely]]
        return topic.error();
    return {std::in_place, *topic};
}

[[nodiscard]] constexpr bool has(std::string_view text, std::size_t at, char wanted) noexcept {
    return at < text.size() && text[at] == wanted;
}

/// Whether devices/{device} is followed by /modules rather than by /messages.
[[nodiscard]] constexpr bool is_of_module(std::string_view text) noexcept {
    constexpr std::size_t device_at = std::string_view{"devices/"}.size();
    return text.size() >= device_at && stands_at(text, find_or_end<'/'>(text, device_at), "/mo");
}

// The first letter that is different in $iothub/twin/... and $iothub/methods/..., and in the kinds of each.
inline constexpr std::size_t operation_at = std::string_view{"$iothub/"}.size();
inline constexpr std::size_t of_twin_at = std::string_view{"$iothub/twin/"}.size();

}  // namespace detail

/// Not by the type of any topic: its functions know which of them to look for.
template <std::same_as<topic_to_client> T>
result<T> decode(std::string_view text, const topic_options& rules = {}) = delete;  // call decode_topic_to_client
template <std::same_as<topic_to_hub> T>
result<T> decode(std::string_view text, const topic_options& rules = {}) = delete;  // call decode_topic_to_hub

/// The topic of a message that a device or a module receives, whichever it is. What is none is refused as what it is
/// most like.
[[nodiscard]] constexpr result<topic_to_client> decode_topic_to_client(std::string_view text,
                                                                       const topic_options& rules = {}) noexcept {
    const auto read_as = [&]<class T>(T) { return detail::decode_as<topic_to_client, T>(text, rules); };
    if (!detail::has(text, 0, '$'))
        return detail::is_of_module(text) ? read_as(input_topic{}) : read_as(devicebound_topic{});
    if (detail::has(text, detail::operation_at, 'm')) return read_as(method_request_topic{});
    return detail::has(text, detail::of_twin_at, 'r') ? read_as(twin_response_topic{}) : read_as(twin_desired_topic{});
}

/// The topic of a message that the hub receives, whichever it is. What is none is refused as what it is most like.
[[nodiscard]] constexpr result<topic_to_hub> decode_topic_to_hub(std::string_view text,
                                                                 const topic_options& rules = {}) noexcept {
    const auto read_as = [&]<class T>(T) { return detail::decode_as<topic_to_hub, T>(text, rules); };
    if (!detail::has(text, 0, '$')) return read_as(telemetry_topic{});
    if (detail::has(text, detail::operation_at, 'm')) return read_as(method_response_topic{});
    return detail::has(text, detail::of_twin_at, 'G') ? read_as(twin_get_topic{}) : read_as(twin_reported_topic{});
}

}  // namespace hubwire::iothub

#endif
