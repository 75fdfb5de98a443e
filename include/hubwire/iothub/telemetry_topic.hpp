#ifndef HUBWIRE_IOTHUB_TELEMETRY_TOPIC_HPP
#define HUBWIRE_IOTHUB_TELEMETRY_TOPIC_HPP

#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/topic_field.hpp>
#include <hubwire/iothub/topic_kind.hpp>

#include <string_view>

namespace hubwire::iothub {

/// A message to the hub, devices/{device}[/modules/{module}]/messages/events/{bag}; also the topic of a will. To an
/// output of a module it goes by its property $.on.
///
/// The hub has to see to it that the sender is the client that is connected.
struct telemetry_topic {
    static constexpr topic_kind kind = topic_kind::telemetry;

    identity sender{};
    std::string_view bag{};  // as it lies on the wire: its own codec reads it, and writes one behind an empty one

    friend constexpr bool operator==(const telemetry_topic&, const telemetry_topic&) noexcept = default;
};

/// Writes the topic. With an empty bag the place for one is where the writer is then.
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const telemetry_topic& topic) noexcept {
    detail::put_client(out, topic.sender);
    out.put(std::string_view{"/messages/events/"});
    detail::put_bag(out, topic.bag);
}

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, telemetry_topic& topic) noexcept {
    topic.sender.device_id = in.device();
    if (in.next_is("/mo")) {
        in.literal("/modules/");
        topic.sender.module_id = in.level();
    }
    in.literal("/messages/events");
    topic.bag = in.bag();
}

}  // namespace detail

}  // namespace hubwire::iothub

#endif
