#ifndef HUBWIRE_IOTHUB_TOPIC_KIND_HPP
#define HUBWIRE_IOTHUB_TOPIC_KIND_HPP

#include <hubwire/core/name_in.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>

namespace hubwire::iothub {

/// What a topic of the hub is for: one type each, which says so in its `kind`.
enum class topic_kind : std::uint8_t {
    // from a device or a module to the hub
    telemetry,
    twin_get,
    twin_reported,
    method_response,
    // from the hub to a device or a module
    devicebound,
    input,
    twin_response,
    twin_desired,
    method_request,
};

namespace detail {

inline constexpr std::string_view topic_kind_names[]{
    "telemetry", "twin get",      "twin reported", "method response", "devicebound",
    "input",     "twin response", "twin desired",  "method request",
};

}  // namespace detail

/// What it is called here, as with the other enumerations that have a name_of; for logs. Empty for a number that is
/// none of them.
[[nodiscard]] constexpr std::string_view name_of(topic_kind kind) noexcept {
    return hubwire::detail::name_in(detail::topic_kind_names, kind);
}

struct topic_options {
    /// Take a topic of messages that ends before its bag, without the / in front of it, as edgeHub does: such as
    /// devices/{id}/messages/events (decoding only).
    bool allow_missing_slash = false;
};

/// The type of a topic.
template <class T>
concept topic_type = std::same_as<decltype(T::kind), const topic_kind>;

}  // namespace hubwire::iothub

#endif
