#ifndef HUBWIRE_IOTHUB_TWIN_TOPIC_HPP
#define HUBWIRE_IOTHUB_TWIN_TOPIC_HPP

#include <hubwire/core/maybe.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/topic_field.hpp>
#include <hubwire/iothub/topic_kind.hpp>
#include <hubwire/iothub/wire_text.hpp>
#include <hubwire/text/decimal.hpp>

#include <cstdint>
#include <string_view>

/// The twin of a device or of a module. A request identifier is a text that the client makes up, and finds again in the
/// answer. Behind the ? the order is free, and what else stands there is skipped.
namespace hubwire::iothub {

/// Asks for the twin, $iothub/twin/GET/?$rid={rid}
struct twin_get_topic {
    static constexpr topic_kind kind = topic_kind::twin_get;

    wire_text rid{};

    friend constexpr bool operator==(const twin_get_topic&, const twin_get_topic&) noexcept = default;
};

/// Changes reported properties, $iothub/twin/PATCH/properties/reported/?$rid={rid}[&$version={version}]
struct twin_reported_topic {
    static constexpr topic_kind kind = topic_kind::twin_reported;

    wire_text rid{};
    maybe<std::int64_t> version{};  // only if this is the twin's

    friend constexpr bool operator==(const twin_reported_topic&, const twin_reported_topic&) noexcept = default;
};

/// The hub's answer to both, $iothub/twin/res/{status}/?$rid={rid}[&$version={version}]
struct twin_response_topic {
    static constexpr topic_kind kind = topic_kind::twin_response;

    std::int32_t status = 200;  // 0 to 999: 200 with the twin, 200 or 204 where it was changed
    wire_text rid{};
    maybe<std::int64_t> version{};  // that the twin has now, if it was changed

    friend constexpr bool operator==(const twin_response_topic&, const twin_response_topic&) noexcept = default;
};

/// Desired properties have changed, $iothub/twin/PATCH/properties/desired/?$version={version}
struct twin_desired_topic {
    static constexpr topic_kind kind = topic_kind::twin_desired;

    std::int64_t version = 0;

    friend constexpr bool operator==(const twin_desired_topic&, const twin_desired_topic&) noexcept = default;
};

template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const twin_get_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/twin/GET"});
    detail::put_rid(out, topic.rid);
}
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const twin_reported_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/twin/PATCH/properties/reported"});
    detail::put_rid(out, topic.rid);
    detail::put_version(out, topic.version);
}
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const twin_response_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/twin/res/"});
    detail::put_status(out, topic.status);
    detail::put_rid(out, topic.rid);
    detail::put_version(out, topic.version);
}
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const twin_desired_topic& topic) noexcept {
    out.put(std::string_view{"$iothub/twin/PATCH/properties/desired/?$version="});
    text::put_decimal(out, topic.version);
}

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, twin_get_topic& topic) noexcept {
    in.literal("$iothub/twin/GET");
    in.query_of_rid(topic.rid);
}
HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, twin_reported_topic& topic) noexcept {
    in.literal("$iothub/twin/PATCH/properties/reported");
    in.query_of_rid(topic.rid, topic.version);
}
HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, twin_response_topic& topic) noexcept {
    in.literal("$iothub/twin/res/");
    topic.status = in.status();
    in.query_of_rid(topic.rid, topic.version);
}
HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, twin_desired_topic& topic) noexcept {
    in.literal("$iothub/twin/PATCH/properties/desired");
    topic.version = in.query_of_version();
}

}  // namespace detail

}  // namespace hubwire::iothub

#endif
