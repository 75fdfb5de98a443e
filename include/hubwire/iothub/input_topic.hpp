#ifndef HUBWIRE_IOTHUB_INPUT_TOPIC_HPP
#define HUBWIRE_IOTHUB_INPUT_TOPIC_HPP

#include <hubwire/core/error.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/topic_field.hpp>
#include <hubwire/iothub/topic_kind.hpp>
#include <hubwire/iothub/wire_text.hpp>

#include <string_view>

namespace hubwire::iothub {

/// A message to an input of a module, devices/{device}/modules/{module}/inputs/{input}/{bag}. The bags of edgeHub end
/// with a / that is none of theirs; it is handed on with them.
struct input_topic {
    static constexpr topic_kind kind = topic_kind::input;

    identity receiver{};  // a module
    wire_text input{};
    std::string_view bag{};  // as it lies on the wire

    friend constexpr bool operator==(const input_topic&, const input_topic&) noexcept = default;
};

/// Writes the topic. With an empty bag the place for one is where the writer is then.
template <room Room>
constexpr void put_topic(basic_writer<Room>& out, const input_topic& topic) noexcept {
    detail::put_client(out, topic.receiver);
    if (!topic.receiver.is_module()) return out.fail(errc::iothub_topic_level);
    out.put(std::string_view{"/inputs/"});
    detail::put_name(out, topic.input);
    out.put(std::string_view{"/"});
    detail::put_bag(out, topic.bag);
}

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr void read_topic(topic_reader& in, input_topic& topic) noexcept {
    topic.receiver.device_id = in.device();
    in.literal("/modules/");
    topic.receiver.module_id = in.level();
    in.literal("/inputs/");
    topic.input = in.name();
    topic.bag = in.bag();
}

}  // namespace detail

}  // namespace hubwire::iothub

#endif
