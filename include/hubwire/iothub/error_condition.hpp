#ifndef HUBWIRE_IOTHUB_ERROR_CONDITION_HPP
#define HUBWIRE_IOTHUB_ERROR_CONDITION_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/error_condition.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/iothub/amqp_operation.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubwire::iothub {

/// Why the hub closes a link or rejects a message: the conditions that it is known to send, its own and those of AMQP.
enum class hub_condition : std::uint8_t {
    other,
    timeout,
    message_lock_lost,
    iot_hub_not_found,
    argument_error,
    argument_out_of_range,
    device_container_throttled,
    iot_hub_suspended,
    precondition_failed,
    dead_letter,
    unauthorized_access,
    not_found,
    resource_limit_exceeded,
    link_redirect,
    message_size_exceeded,
};

namespace detail {

/// In the order of hub_condition, from behind `other`.
inline constexpr amqp::symbol hub_conditions[] = {
    "com.microsoft:timeout",
    "com.microsoft:message-lock-lost",
    "com.microsoft:iot-hub-not-found-error",
    "com.microsoft:argument-error",
    "com.microsoft:argument-out-of-range",
    "com.microsoft:device-container-throttled",
    "com.microsoft:iot-hub-suspended",
    "com.microsoft:precondition-failed",
    "com.microsoft:dead-letter",
    amqp::condition::unauthorized_access,
    amqp::condition::not_found,
    amqp::condition::resource_limit_exceeded,
    amqp::condition::link_redirect,
    amqp::condition::message_size_exceeded,
};
static_assert(std::size(hub_conditions) == static_cast<std::size_t>(hub_condition::message_size_exceeded));

}  // namespace detail

/// What a condition is called on the wire; empty for `other`.
[[nodiscard]] constexpr amqp::symbol symbol_of(hub_condition condition) noexcept {
    const auto index = static_cast<std::size_t>(condition);
    return index == 0 || index > std::size(detail::hub_conditions) ? amqp::symbol{} : detail::hub_conditions[index - 1];
}

/// The condition of an error; `other` for those that are not known here.
[[nodiscard]] constexpr hub_condition condition_of(const amqp::error& why) noexcept {
    for (std::size_t index = 0; index != std::size(detail::hub_conditions); ++index) {
        if (why.condition == detail::hub_conditions[index]) return static_cast<hub_condition>(index + 1);
    }
    return hub_condition::other;
}

/// The id by which Microsoft's support finds in its logs what went wrong, if the error has one.
[[nodiscard]] constexpr std::optional<std::string_view> tracking_id_of(const amqp::error& why) noexcept {
    const auto found = detail::entries_of(why.info).find("com.microsoft:tracking-id");
    return found ? found->text() : std::nullopt;
}

}  // namespace hubwire::iothub

#endif
