#ifndef HUBWIRE_AMQP_TERMINUS_HPP
#define HUBWIRE_AMQP_TERMINUS_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/delivery_state.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// The two ends of a link (AMQP 3.5, and 4.5.1 for the coordinator of transactions).
namespace hubwire::amqp {

/// AMQP 3.5.5
enum class terminus_durability : std::uint32_t { none, configuration, unsettled_state };

/// AMQP 3.5.6
enum class terminus_expiry_policy : std::uint8_t { link_detach, session_end, connection_close, never };

/// AMQP 3.5.7
namespace distribution_mode {
inline constexpr symbol move{"move"};
inline constexpr symbol copy{"copy"};
}  // namespace distribution_mode

namespace detail {

template <>
struct choices<terminus_durability> {
    using base = std::uint32_t;
    static constexpr terminus_durability last = terminus_durability::unsettled_state;
};
template <>
struct choices<terminus_expiry_policy> {
    static constexpr std::string_view names[] = {"link-detach", "session-end", "connection-close", "never"};
};

}  // namespace detail

/// Where messages come from (AMQP 3.5.3).
struct source {
    std::optional<std::string_view> address{};
    with_default<terminus_durability, terminus_durability::none> durable{};
    with_default<terminus_expiry_policy, terminus_expiry_policy::session_end> expiry_policy{};
    with_default<std::uint32_t, 0> timeout{};  // seconds
    with_default<bool, false> dynamic{};
    std::optional<fields> dynamic_node_properties{};
    std::optional<symbol> distribution_mode{};
    std::optional<filter_set> filter{};
    outcome default_outcome{};
    symbols outcomes{};
    symbols capabilities{};

    static constexpr type_descriptor descriptor{0x28, "amqp:source:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&source::address>{"address"},
        detail::optional_field<&source::durable>{"durable"},
        detail::optional_field<&source::expiry_policy>{"expiry-policy"},
        detail::optional_field<&source::timeout>{"timeout"},
        detail::optional_field<&source::dynamic>{"dynamic"},
        detail::optional_field<&source::dynamic_node_properties>{"dynamic-node-properties"},
        detail::optional_field<&source::distribution_mode>{"distribution-mode"},
        detail::optional_field<&source::filter>{"filter"},
        detail::optional_field<&source::default_outcome>{"default-outcome"},
        detail::optional_field<&source::outcomes>{"outcomes"},
        detail::optional_field<&source::capabilities>{"capabilities"},
    };

    friend constexpr bool operator==(const source&, const source&) noexcept = default;
};

/// Where messages go (AMQP 3.5.4).
struct target {
    std::optional<std::string_view> address{};
    with_default<terminus_durability, terminus_durability::none> durable{};
    with_default<terminus_expiry_policy, terminus_expiry_policy::session_end> expiry_policy{};
    with_default<std::uint32_t, 0> timeout{};  // seconds
    with_default<bool, false> dynamic{};
    std::optional<fields> dynamic_node_properties{};
    symbols capabilities{};

    static constexpr type_descriptor descriptor{0x29, "amqp:target:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&target::address>{"address"},
        detail::optional_field<&target::durable>{"durable"},
        detail::optional_field<&target::expiry_policy>{"expiry-policy"},
        detail::optional_field<&target::timeout>{"timeout"},
        detail::optional_field<&target::dynamic>{"dynamic"},
        detail::optional_field<&target::dynamic_node_properties>{"dynamic-node-properties"},
        detail::optional_field<&target::capabilities>{"capabilities"},
    };

    friend constexpr bool operator==(const target&, const target&) noexcept = default;
};

/// The target of a link on which transactions are declared and discharged (AMQP 4.5.1).
struct coordinator {
    symbols capabilities{};

    static constexpr type_descriptor descriptor{0x30, "amqp:coordinator:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&coordinator::capabilities>{"capabilities"},
    };

    friend constexpr bool operator==(const coordinator&, const coordinator&) noexcept = default;
};

/// How long a dynamic node lives: values for "lifetime-policy" among its node properties (AMQP 3.5.10 to 3.5.13).
struct delete_on_close {
    static constexpr type_descriptor descriptor{0x2B, "amqp:delete-on-close:list"};
    static constexpr auto field_table = detail::field_list{};

    friend constexpr bool operator==(const delete_on_close&, const delete_on_close&) noexcept = default;
};
struct delete_on_no_links {
    static constexpr type_descriptor descriptor{0x2C, "amqp:delete-on-no-links:list"};
    static constexpr auto field_table = detail::field_list{};

    friend constexpr bool operator==(const delete_on_no_links&, const delete_on_no_links&) noexcept = default;
};
struct delete_on_no_messages {
    static constexpr type_descriptor descriptor{0x2D, "amqp:delete-on-no-messages:list"};
    static constexpr auto field_table = detail::field_list{};

    friend constexpr bool operator==(const delete_on_no_messages&, const delete_on_no_messages&) noexcept = default;
};
struct delete_on_no_links_or_messages {
    static constexpr type_descriptor descriptor{0x2E, "amqp:delete-on-no-links-or-messages:list"};
    static constexpr auto field_table = detail::field_list{};

    friend constexpr bool operator==(const delete_on_no_links_or_messages&,
                                     const delete_on_no_links_or_messages&) noexcept = default;
};

}  // namespace hubwire::amqp

#endif
