#ifndef HUBWIRE_IOTHUB_DEVICEBOUND_TOPIC_HPP
#define HUBWIRE_IOTHUB_DEVICEBOUND_TOPIC_HPP

#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/topic_field.hpp>
#include <hubwire/iothub/topic_kind.hpp>

#include <string_view>

namespace hubwire::iothub {

/// A message from the cloud to a device, devices/{device}/messages/devicebound/{bag}
struct devicebound_topic {
    static constexpr topic_kind kind = topic_kind::devicebound;

    std::string_view device_id{};
    std::string_view bag{};  // as it lies on the wire

    friend constexpr bool operator==(const devicebound_topic&, const devicebound_topic&) noexcept = default;
};

/// Writes the topic. With an empty bag the place for one is where the writer is then.
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const devicebound_topic& topic) noexcept {
    detail::put_client(out, {.device_id = topic.device_id});
    out.put(std::string_view{"/messages/devicebound/"});
    detail::put_bag(out, topic.bag);
}

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, devicebound_topic& topic) noexcept {
    topic.device_id = in.device();
    in.literal("/messages/devicebound");
    topic.bag = in.bag();
}

}  // namespace detail

}  // namespace hubwire::iothub

#endif
