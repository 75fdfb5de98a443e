#ifndef HUBWIRE_IOTHUB_EVENT_ANNOTATIONS_HPP
#define HUBWIRE_IOTHUB_EVENT_ANNOTATIONS_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/maybe.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/iothub/amqp_operation.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace hubwire::iothub {

/// Where an event stands in its partition: what the endpoint for events notes on every message that it hands out.
struct event_annotations {
    maybe<std::int64_t> sequence_number{};
    std::optional<std::string_view> offset{};  // not to be calculated with
    std::optional<amqp::timestamp> enqueued_time{};
    std::optional<std::string_view> partition_key{};

    friend constexpr bool operator==(const event_annotations&, const event_annotations&) noexcept = default;
};

/// The annotations as a map for amqp::message, written into scratch memory, which the map is a view of.
[[nodiscard]] constexpr result<amqp::annotations> as_annotations(buffer scratch HUBWIRE_LIFETIMEBOUND,
                                                                 const event_annotations& event) noexcept {
    detail::entry_list<4> entries;
    entries.add(amqp::symbol{"x-opt-sequence-number"}, event.sequence_number);
    entries.add(amqp::symbol{"x-opt-offset"}, event.offset);
    entries.add(amqp::symbol{"x-opt-enqueued-time"}, event.enqueued_time);
    entries.add(amqp::symbol{"x-opt-partition-key"}, event.partition_key);
    const auto written = amqp::encode(scratch, amqp::annotations{entries.view()});
    if (!written) return written.error();
    return amqp::decode<amqp::annotations>(*written);
}

/// Those of them that a message has, as far as they are of their types.
[[nodiscard]] constexpr event_annotations event_annotations_of(
    const std::optional<amqp::annotations>& annotations) noexcept {
    using namespace std::string_view_literals;
    const auto [number, offset, time, key] =
        detail::pick(detail::entries_of(annotations), "x-opt-sequence-number"sv, "x-opt-offset"sv,
                     "x-opt-enqueued-time"sv, "x-opt-partition-key"sv);
    return {.sequence_number = number.integer(),
            .offset = offset.text(),
            .enqueued_time = time.as<amqp::timestamp>(),
            .partition_key = key.text()};
}

}  // namespace hubwire::iothub

#endif
