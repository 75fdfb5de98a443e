#ifndef HUBWIRE_IOTHUB_METHOD_TOPIC_HPP
#define HUBWIRE_IOTHUB_METHOD_TOPIC_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/iothub/topic_field.hpp>
#include <hubwire/iothub/topic_kind.hpp>
#include <hubwire/iothub/wire_text.hpp>
#include <hubwire/text/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubwire::iothub {

/// The name of a method as IoT Plug and Play has it, {component}*{command}, or {command} alone.
struct method_name {
    wire_text component{};  // empty for the device itself
    wire_text command{};

    friend constexpr bool operator==(const method_name&, const method_name&) noexcept = default;
};

/// Takes it apart, at the first *, which may be percent-encoded where the name is.
[[nodiscard]] constexpr method_name split_method_name(const wire_text& name) noexcept {
    const std::string_view whole = name.raw();
    const auto part = [&name](std::string_view text) {
        return name.is_encoded() ? wire_text{text::percent_text{text}} : wire_text{text};
    };
    const auto is_escaped_star = [whole](std::size_t at) {
        return detail::begins_with(detail::rest_of(whole, at), "%2A") ||
               detail::begins_with(detail::rest_of(whole, at), "%2a");
    };
    for (std::size_t at = 0; at != whole.size(); ++at) {
        const bool is_escaped = name.is_encoded() && is_escaped_star(at);
        if (whole[at] == '*' || is_escaped)
            return {.component = part(detail::part_of(whole, 0, at)),
                    .command = part(detail::rest_of(whole, at + (is_escaped ? 3 : 1)))};
    }
    return {.command = name};
}

/// The hub calls a method, $iothub/methods/POST/{name}/?$rid={rid}
struct method_request_topic {
    static constexpr topic_kind kind = topic_kind::method_request;

    wire_text name{};
    wire_text rid{};

    friend constexpr bool operator==(const method_request_topic&, const method_request_topic&) noexcept = default;
};

/// The answer, $iothub/methods/res/{status}/?$rid={rid}
struct method_response_topic {
    static constexpr topic_kind kind = topic_kind::method_response;

    std::int32_t status = 200;  // 0 to 999
    wire_text rid{};            // that of the request

    friend constexpr bool operator==(const method_response_topic&, const method_response_topic&) noexcept = default;
};

template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const method_request_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/methods/POST/"});
    detail::put_name(out, topic.name);
    detail::put_rid(out, topic.rid);
}
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const method_response_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/methods/res/"});
    detail::put_status(out, topic.status);
    detail::put_rid(out, topic.rid);
}

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, method_request_topic& topic) noexcept {
    in.literal("$iothub/methods/POST/");
    topic.name = in.name();
    in.query_of_rid(topic.rid);
}
HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, method_response_topic& topic) noexcept {
    in.literal("$iothub/methods/res/");
    topic.status = in.status();
    in.query_of_rid(topic.rid);
}

}  // namespace detail

}  // namespace hubwire::iothub

#endif
