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
#include <tuple>

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
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("container-id", &open::container_id),
        detail::optional_field("hostname", &open::hostname),
        detail::optional_field("max-frame-size", &open::max_frame_size),
        detail::optional_field("channel-max", &open::channel_max),
        detail::optional_field("idle-time-out", &open::idle_time_out),
        detail::optional_field("outgoing-locales", &open::outgoing_locales),
        detail::optional_field("incoming-locales", &open::incoming_locales),
        detail::optional_field("offered-capabilities", &open::offered_capabilities),
        detail::optional_field("desired-capabilities", &open::desired_capabilities),
        detail::optional_field("properties", &open::properties),
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
    static constexpr auto field_table = std::tuple{
        detail::optional_field("remote-channel", &begin::remote_channel),
        detail::mandatory_field("next-outgoing-id", &begin::next_outgoing_id),
        detail::mandatory_field("incoming-window", &begin::incoming_window),
        detail::mandatory_field("outgoing-window", &begin::outgoing_window),
        detail::optional_field("handle-max", &begin::handle_max),
        detail::optional_field("offered-capabilities", &begin::offered_capabilities),
        detail::optional_field("desired-capabilities", &begin::desired_capabilities),
        detail::optional_field("properties", &begin::properties),
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
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("name", &attach::name),
        detail::mandatory_field("handle", &attach::handle),
        detail::mandatory_field("role", &attach::role),
        detail::optional_field("snd-settle-mode", &attach::snd_settle_mode),
        detail::optional_field("rcv-settle-mode", &attach::rcv_settle_mode),
        detail::optional_field("source", &attach::source),
        detail::optional_field("target", &attach::target),
        detail::optional_field("unsettled", &attach::unsettled),
        detail::optional_field("incomplete-unsettled", &attach::incomplete_unsettled),
        detail::optional_field("initial-delivery-count", &attach::initial_delivery_count),
        detail::optional_field("max-message-size", &attach::max_message_size),
        detail::optional_field("offered-capabilities", &attach::offered_capabilities),
        detail::optional_field("desired-capabilities", &attach::desired_capabilities),
        detail::optional_field("properties", &attach::properties),
    };

    [[nodiscard]] constexpr errc broken_rule() const noexcept {
        const bool is_complete = role == amqp::role::receiver || initial_delivery_count.has_value();
        return is_complete ? errc::none : errc::amqp_missing_field;
    }

    friend constexpr bool operator==(const attach&, const attach&) noexcept = default;
};

/// The state of a session, and of one of its links if there is a handle (AMQP 2.7.4).
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
    static constexpr auto field_table = std::tuple{
        detail::optional_field("next-incoming-id", &flow::next_incoming_id),
        detail::mandatory_field("incoming-window", &flow::incoming_window),
        detail::mandatory_field("next-outgoing-id", &flow::next_outgoing_id),
        detail::mandatory_field("outgoing-window", &flow::outgoing_window),
        detail::optional_field("handle", &flow::handle),
        detail::optional_field("delivery-count", &flow::delivery_count),
        detail::optional_field("link-credit", &flow::link_credit),
        detail::optional_field("available", &flow::available),
        detail::optional_field("drain", &flow::drain),
        detail::optional_field("echo", &flow::echo),
        detail::optional_field("properties", &flow::properties),
    };

    friend constexpr bool operator==(const flow&, const flow&) noexcept = default;
};

/// A message, or a part of one: the payload of the frame (AMQP 2.7.5). The first transfer of a delivery has its id and
/// tag; those that continue it need not repeat them.
struct transfer {
    std::uint32_t handle = 0;
    maybe<std::uint32_t> delivery_id{};
    std::optional<bytes> delivery_tag{};  // at most 32 bytes
    maybe<std::uint32_t> message_format{};
    maybe<bool> settled{};  // absent means false, or what the first transfer said
    with_default<bool, false> more{};
    std::optional<receiver_settle_mode> rcv_settle_mode{};
    delivery_state state{};
    with_default<bool, false> resume{};
    with_default<bool, false> aborted{};
    with_default<bool, false> batchable{};

    static constexpr type_descriptor descriptor{0x14, "amqp:transfer:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("handle", &transfer::handle),
        detail::optional_field("delivery-id", &transfer::delivery_id),
        detail::optional_field("delivery-tag", &transfer::delivery_tag),
        detail::optional_field("message-format", &transfer::message_format),
        detail::optional_field("settled", &transfer::settled),
        detail::optional_field("more", &transfer::more),
        detail::optional_field("rcv-settle-mode", &transfer::rcv_settle_mode),
        detail::optional_field("state", &transfer::state),
        detail::optional_field("resume", &transfer::resume),
        detail::optional_field("aborted", &transfer::aborted),
        detail::optional_field("batchable", &transfer::batchable),
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
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("role", &disposition::role),
        detail::mandatory_field("first", &disposition::first),
        detail::optional_field("last", &disposition::last),
        detail::optional_field("settled", &disposition::settled),
        detail::optional_field("state", &disposition::state),
        detail::optional_field("batchable", &disposition::batchable),
    };

    friend constexpr bool operator==(const disposition&, const disposition&) noexcept = default;
};

/// Ends a link, for good if it is closed (AMQP 2.7.7).
struct detach {
    std::uint32_t handle = 0;
    with_default<bool, false> closed{};
    std::optional<amqp::error> error{};

    static constexpr type_descriptor descriptor{0x16, "amqp:detach:list"};
    static constexpr auto field_table = std::tuple{
        detail::mandatory_field("handle", &detach::handle),
        detail::optional_field("closed", &detach::closed),
        detail::optional_field("error", &detach::error),
    };

    friend constexpr bool operator==(const detach&, const detach&) noexcept = default;
};

/// Ends a session (AMQP 2.7.8).
struct end {
    std::optional<amqp::error> error{};

    static constexpr type_descriptor descriptor{0x17, "amqp:end:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("error", &end::error),
    };

    friend constexpr bool operator==(const end&, const end&) noexcept = default;
};

/// Ends a connection (AMQP 2.7.9).
struct close {
    std::optional<amqp::error> error{};

    static constexpr type_descriptor descriptor{0x18, "amqp:close:list"};
    static constexpr auto field_table = std::tuple{
        detail::optional_field("error", &close::error),
    };

    friend constexpr bool operator==(const close&, const close&) noexcept = default;
};

}  // namespace hubwire::amqp

#endif
