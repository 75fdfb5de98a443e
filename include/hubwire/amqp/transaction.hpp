#ifndef HUBWIRE_AMQP_TRANSACTION_HPP
#define HUBWIRE_AMQP_TRANSACTION_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/delivery_state.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/maybe.hpp>

/// What is sent to a coordinator, each as the amqp-value of a message (AMQP 4.5). Its answers are delivery states.
namespace hubwire::amqp {

/// Begins a transaction: the outcome is `declared` (AMQP 4.5.2).
struct declare {
    value global_id{};  // null for a local transaction; AMQP 1.0 defines no others

    static constexpr type_descriptor descriptor{0x31, "amqp:declare:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&declare::global_id>{"global-id"},
    };

    friend constexpr bool operator==(const declare&, const declare&) noexcept = default;
};

/// Ends a transaction: commits it, or rolls it back if it fails (AMQP 4.5.3).
struct discharge {
    bytes txn_id{};
    maybe<bool> fail{};  // rolls it back; absent means false

    static constexpr type_descriptor descriptor{0x32, "amqp:discharge:list"};
    static constexpr auto field_table = detail::field_list{
        detail::mandatory_field<&discharge::txn_id>{"txn-id"},
        detail::optional_field<&discharge::fail>{"fail"},
    };

    [[nodiscard]] constexpr errc broken_rule() const noexcept {
        return txn_id.size() > max_transaction_id_size ? errc::amqp_transaction_id : errc::none;
    }

    friend constexpr bool operator==(const discharge&, const discharge&) noexcept = default;
};

/// What a coordinator can do (AMQP 4.5.7).
namespace txn_capability {
inline constexpr symbol local_transactions{"amqp:local-transactions"};
inline constexpr symbol distributed_transactions{"amqp:distributed-transactions"};
inline constexpr symbol promotable_transactions{"amqp:promotable-transactions"};
inline constexpr symbol multi_txns_per_ssn{"amqp:multi-txns-per-ssn"};
inline constexpr symbol multi_ssns_per_txn{"amqp:multi-ssns-per-txn"};
}  // namespace txn_capability

}  // namespace hubwire::amqp

#endif
