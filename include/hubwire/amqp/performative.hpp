#ifndef HUBWIRE_AMQP_PERFORMATIVE_HPP
#define HUBWIRE_AMQP_PERFORMATIVE_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/delivery_state.hpp>
#include <hubwire/amqp/error_condition.hpp>
#include <hubwire/amqp/terminus.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/maybe.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// What the frames of a connection say (AMQP 2.7).
namespace hubwire::amqp {

/// AMQP 2.8.1. A boolean on the wire.
enum class role : bool { sender, receiver };

[[nodiscard]] constexpr std::string_view name_of(role who) noexcept {
    return who == role::sender ? std::string_view{"sender"} : std::string_view{"receiver"};
}

/// AMQP 2.8.2 and 2.8.3
enum class sender_settle_mode : std::uint8_t { unsettled, settled, mixed };
enum class receiver_settle_mode : std::uint8_t { first, second };

/// The longest delivery tag (AMQP 2.8.7).
inline constexpr std::size_t max_delivery_tag_size = 32;

namespace detail {

template <>
struct choices<role> {
    using base = bool;
    static constexpr role last = role::receiver;
};
template <>
struct choices<sender_settle_mode> {
    using base = std::uint8_t;
    static constexpr sender_settle_mode last = sender_settle_mode::mixed;
};
template <>
struct choices<receiver_settle_mode> {
    using base = std::uint8_t;
    static constexpr receiver_settle_mode last = receiver_settle_mode::second;
};

}  // namespace detail

/// Begins a connection, from either side (AMQP 2.7.1).
struct open {
    std::string_view container_id{};  // mandatory
    std::optional<std::string_view> hostname{};
    with_default<std::uint32_t, 0xFFFF'FFFF> max_frame_size{};
    with_default<std::uint16_t, 0xFFFF> channel_max{};
    std::optional<milliseconds> idle_time_out{};
    symbols outgoing_locales{};
    symbols incoming_locales{};
    symbols offered_capabilities{};
    symbols desired_capabilities{};
    std::optional<fields> properties{};

    static constexpr type_descriptor descriptor{0x10, "amqp:open:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&open::container_id>{"container-id"},
        detail::optional_field<&open::hostname>{"hostname"},
        detail::optional_field<&open::max_frame_size>{"max-frame-size"},
        detail::optional_field<&open::channel_max>{"channel-max"},
        detail::optional_field<&open::idle_time_out>{"idle-time-out"},
        detail::optional_field<&open::outgoing_locales>{"outgoing-locales"},
        detail::optional_field<&open::incoming_locales>{"incoming-locales"},
        detail::optional_field<&open::offered_capabilities>{"offered-capabilities"},
        detail::optional_field<&open::desired_capabilities>{"desired-capabilities"},
        detail::optional_field<&open::properties>{"properties"},
    };

    /// How large the frames may be that are sent to who says this: 512 bytes are accepted by everybody, whatever is
    /// said (AMQP 2.7.1). For options::max_frame_size, of those that are sent from then on.
    [[nodiscard]] constexpr std::uint32_t accepted_frame_size() const noexcept {
        return *max_frame_size < 512 ? 512 : *max_frame_size;
    }

    friend constexpr bool operator==(const open&, const open&) noexcept = default;
};

/// Begins a session (AMQP 2.7.2).
struct begin {
    maybe<std::uint16_t> remote_channel{};  // of the begin that this one answers
    std::uint32_t next_outgoing_id = 0;     // mandatory, as are the windows
    std::uint32_t incoming_window = 0;
    std::uint32_t outgoing_window = 0;
    with_default<std::uint32_t, 0xFFFF'FFFF> handle_max{};
    symbols offered_capabilities{};
    symbols desired_capabilities{};
    std::optional<fields> properties{};

    static constexpr type_descriptor descriptor{0x11, "amqp:begin:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&begin::remote_channel>{"remote-channel"},
        detail::mandatory_field<&begin::next_outgoing_id>{"next-outgoing-id"},
        detail::mandatory_field<&begin::incoming_window>{"incoming-window"},
        detail::mandatory_field<&begin::outgoing_window>{"outgoing-window"},
        detail::optional_field<&begin::handle_max>{"handle-max"},
        detail::optional_field<&begin::offered_capabilities>{"offered-capabilities"},
        detail::optional_field<&begin::desired_capabilities>{"desired-capabilities"},
        detail::optional_field<&begin::properties>{"properties"},
    };

    friend constexpr bool operator==(const begin&, const begin&) noexcept = default;
};

/// Begins a link (AMQP 2.7.3).
struct attach {
    std::string_view name{};  // mandatory, as are the handle and the role
    std::uint32_t handle = 0;
    amqp::role role = amqp::role::sender;
    with_default<sender_settle_mode, sender_settle_mode::mixed> snd_settle_mode{};
    with_default<receiver_settle_mode, receiver_settle_mode::first> rcv_settle_mode{};
    choice<amqp::source> source{};
    choice<amqp::target, coordinator> target{};
    std::optional<map> unsettled{};  // delivery tags, and the state of each
    with_default<bool, false> incomplete_unsettled{};
    maybe<std::uint32_t> initial_delivery_count{};  // of a sender, and mandatory there
    maybe<std::uint64_t> max_message_size{};        // absent or 0 for no limit
    symbols offered_capabilities{};
    symbols desired_capabilities{};
    std::optional<fields> properties{};

    static constexpr type_descriptor descriptor{0x12, "amqp:attach:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&attach::name>{"name"},
        detail::mandatory_field<&attach::handle>{"handle"},
        detail::mandatory_field<&attach::role>{"role"},
        detail::optional_field<&attach::snd_settle_mode>{"snd-settle-mode"},
        detail::optional_field<&attach::rcv_settle_mode>{"rcv-settle-mode"},
        detail::optional_field<&attach::source>{"source"},
        detail::optional_field<&attach::target>{"target"},
        detail::optional_field<&attach::unsettled>{"unsettled"},
        detail::optional_field<&attach::incomplete_unsettled>{"incomplete-unsettled"},
        detail::optional_field<&attach::initial_delivery_count>{"initial-delivery-count"},
        detail::optional_field<&attach::max_message_size>{"max-message-size"},
        detail::optional_field<&attach::offered_capabilities>{"offered-capabilities"},
        detail::optional_field<&attach::desired_capabilities>{"desired-capabilities"},
        detail::optional_field<&attach::properties>{"properties"},
    };

    [[nodiscard]] constexpr errc broken_rule() const noexcept {
        const bool is_complete = role == amqp::role::receiver || initial_delivery_count.has_value();
        return is_complete ? errc::none : errc::amqp_missing_field;
    }

    friend constexpr bool operator==(const attach&, const attach&) noexcept = default;
};

/// The state of a session, and of one of its links if there is a handle (AMQP 2.7.4). Without one there is no delivery
/// count, no credit, nothing available, and no drain, but for one that says false, as it does where it is absent.
struct flow {
    maybe<std::uint32_t> next_incoming_id{};
    std::uint32_t incoming_window = 0;
    std::uint32_t next_outgoing_id = 0;
    std::uint32_t outgoing_window = 0;
    maybe<std::uint32_t> handle{};
    maybe<std::uint32_t> delivery_count{};
    maybe<std::uint32_t> link_credit{};
    maybe<std::uint32_t> available{};
    with_default<bool, false> drain{};
    with_default<bool, false> echo{};
    std::optional<fields> properties{};

    static constexpr type_descriptor descriptor{0x13, "amqp:flow:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&flow::next_incoming_id>{"next-incoming-id"},
        detail::mandatory_field<&flow::incoming_window>{"incoming-window"},
        detail::mandatory_field<&flow::next_outgoing_id>{"next-outgoing-id"},
        detail::mandatory_field<&flow::outgoing_window>{"outgoing-window"},
        detail::optional_field<&flow::handle>{"handle"},
        detail::optional_field<&flow::delivery_count>{"delivery-count"},
        detail::optional_field<&flow::link_credit>{"link-credit"},
        detail::optional_field<&flow::available>{"available"},
        detail::optional_field<&flow::drain>{"drain"},
        detail::optional_field<&flow::echo>{"echo"},
        detail::optional_field<&flow::properties>{"properties"},
    };

    [[nodiscard]] constexpr errc broken_rule() const noexcept {
        const bool is_of_link = delivery_count || link_credit || available || *drain;
        return is_of_link && !handle ? errc::amqp_flow : errc::none;
    }

    friend constexpr bool operator==(const flow&, const flow&) noexcept = default;
};

/// A message, or a part of one: the payload of the frame (AMQP 2.7.5). The first transfer of a delivery has its id and
/// tag; those that continue it need not repeat them.
struct transfer {
    std::uint32_t handle = 0;
    maybe<std::uint32_t> delivery_id{};
    std::optional<bytes> delivery_tag{};  // at most 32 bytes
    maybe<std::uint32_t> message_format{};
    maybe<bool> settled{};  // absent means false, or what the first transfer said: value_or says which
    with_default<bool, false> more{};
    std::optional<receiver_settle_mode> rcv_settle_mode{};
    delivery_state state{};
    with_default<bool, false> resume{};
    with_default<bool, false> aborted{};
    with_default<bool, false> batchable{};

    static constexpr type_descriptor descriptor{0x14, "amqp:transfer:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&transfer::handle>{"handle"},
        detail::optional_field<&transfer::delivery_id>{"delivery-id"},
        detail::optional_field<&transfer::delivery_tag>{"delivery-tag"},
        detail::optional_field<&transfer::message_format>{"message-format"},
        detail::optional_field<&transfer::settled>{"settled"},
        detail::optional_field<&transfer::more>{"more"},
        detail::optional_field<&transfer::rcv_settle_mode>{"rcv-settle-mode"},
        detail::optional_field<&transfer::state>{"state"},
        detail::optional_field<&transfer::resume>{"resume"},
        detail::optional_field<&transfer::aborted>{"aborted"},
        detail::optional_field<&transfer::batchable>{"batchable"},
    };

    [[nodiscard]] constexpr errc broken_rule() const noexcept {
        return delivery_tag && delivery_tag->size() > max_delivery_tag_size ? errc::amqp_delivery_tag : errc::none;
    }

    friend constexpr bool operator==(const transfer&, const transfer&) noexcept = default;
};

/// The state of deliveries first to last (AMQP 2.7.6).
struct disposition {
    amqp::role role = amqp::role::sender;
    std::uint32_t first = 0;
    maybe<std::uint32_t> last{};  // absent: first alone
    with_default<bool, false> settled{};
    delivery_state state{};
    with_default<bool, false> batchable{};

    static constexpr type_descriptor descriptor{0x15, "amqp:disposition:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&disposition::role>{"role"},
        detail::mandatory_field<&disposition::first>{"first"},
        detail::optional_field<&disposition::last>{"last"},
        detail::optional_field<&disposition::settled>{"settled"},
        detail::optional_field<&disposition::state>{"state"},
        detail::optional_field<&disposition::batchable>{"batchable"},
    };

    friend constexpr bool operator==(const disposition&, const disposition&) noexcept = default;
};

/// Ends a link, for good if it is closed (AMQP 2.7.7).
struct detach {
    std::uint32_t handle = 0;
    with_default<bool, false> closed{};
    std::optional<amqp::error> error{};

    static constexpr type_descriptor descriptor{0x16, "amqp:detach:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&detach::handle>{"handle"},
        detail::optional_field<&detach::closed>{"closed"},
        detail::optional_field<&detach::error>{"error"},
    };

    friend constexpr bool operator==(const detach&, const detach&) noexcept = default;
};

/// Ends a session (AMQP 2.7.8).
struct end {
    std::optional<amqp::error> error{};

    static constexpr type_descriptor descriptor{0x17, "amqp:end:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&end::error>{"error"},
    };

    friend constexpr bool operator==(const end&, const end&) noexcept = default;
};

/// Ends a connection (AMQP 2.7.9).
struct close {
    std::optional<amqp::error> error{};

    static constexpr type_descriptor descriptor{0x18, "amqp:close:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&close::error>{"error"},
    };

    friend constexpr bool operator==(const close&, const close&) noexcept = default;
};

}  // namespace hubwire::amqp

#endif
