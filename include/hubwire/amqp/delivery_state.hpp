#ifndef HUBWIRE_AMQP_DELIVERY_STATE_HPP
#define HUBWIRE_AMQP_DELIVERY_STATE_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/error_condition.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/maybe.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

/// What has become of a delivery (AMQP 3.4), also within a transaction (AMQP 4.5).
namespace hubwire::amqp {

/// So much of a message has arrived (AMQP 3.4.1): of a section, counted from 0, so many bytes.
struct received {
    std::uint32_t section_number = 0;
    std::uint64_t section_offset = 0;

    static constexpr type_descriptor descriptor{0x23, "amqp:received:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&received::section_number>{"section-number"},
        detail::mandatory_field<&received::section_offset>{"section-offset"},
    };

    friend constexpr bool operator==(const received&, const received&) noexcept = default;
};

/// AMQP 3.4.2
struct accepted {
    static constexpr type_descriptor descriptor{0x24, "amqp:accepted:list"};
    static constexpr auto field_table = detail::field_list{};

    friend constexpr bool operator==(const accepted&, const accepted&) noexcept = default;
};

/// AMQP 3.4.3
struct rejected {
    std::optional<amqp::error> error{};

    static constexpr type_descriptor descriptor{0x25, "amqp:rejected:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&rejected::error>{"error"},
    };

    friend constexpr bool operator==(const rejected&, const rejected&) noexcept = default;
};

/// AMQP 3.4.4
struct released {
    static constexpr type_descriptor descriptor{0x26, "amqp:released:list"};
    static constexpr auto field_table = detail::field_list{};

    friend constexpr bool operator==(const released&, const released&) noexcept = default;
};

/// AMQP 3.4.5
struct modified {
    maybe<bool> delivery_failed{};
    maybe<bool> undeliverable_here{};
    std::optional<fields> message_annotations{};

    static constexpr type_descriptor descriptor{0x27, "amqp:modified:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&modified::delivery_failed>{"delivery-failed"},
        detail::optional_field<&modified::undeliverable_here>{"undeliverable-here"},
        detail::optional_field<&modified::message_annotations>{"message-annotations"},
    };

    friend constexpr bool operator==(const modified&, const modified&) noexcept = default;
};

/// The longest id of a transaction (AMQP 4.5.4).
inline constexpr std::size_t max_transaction_id_size = 32;

/// The answer to `declare`: the transaction has this id (AMQP 4.5.5).
struct declared {
    bytes txn_id{};

    static constexpr type_descriptor descriptor{0x33, "amqp:declared:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&declared::txn_id>{"txn-id"},
    };

    [[nodiscard]] constexpr errc broken_rule() const noexcept {
        return txn_id.size() > max_transaction_id_size ? errc::amqp_transaction_id : errc::none;
    }

    friend constexpr bool operator==(const declared&, const declared&) noexcept = default;
};

/// What ends a delivery.
using outcome = choice<accepted, rejected, released, modified, declared>;

/// A state that counts once the transaction commits (AMQP 4.5.6).
struct transactional_state {
    bytes txn_id{};
    amqp::outcome outcome{};

    static constexpr type_descriptor descriptor{0x34, "amqp:transactional-state:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&transactional_state::txn_id>{"txn-id"},
        detail::optional_field<&transactional_state::outcome>{"outcome"},
    };

    [[nodiscard]] constexpr errc broken_rule() const noexcept {
        return txn_id.size() > max_transaction_id_size ? errc::amqp_transaction_id : errc::none;
    }

    friend constexpr bool operator==(const transactional_state&, const transactional_state&) noexcept = default;
};

using delivery_state = choice<received, accepted, rejected, released, modified, declared, transactional_state>;

}  // namespace hubwire::amqp

#endif
