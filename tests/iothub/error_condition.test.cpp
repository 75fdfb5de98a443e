#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"

using hubwire::errc;
using namespace hubwire::iothub;
namespace amqp = hubwire::amqp;

namespace {

constexpr amqp::redirect elsewhere{.hostname = "ns.servicebus.windows.net",
                                   .network_host = "ns.servicebus.windows.net",
                                   .port = 5671,
                                   .address = "amqps://ns.servicebus.windows.net:5671/hub/ConsumerGroups/$Default/P"};

consteval bool redirect_is_a_constant() {
    std::array<char, 300> memory{};
    return amqp::redirect_of(*as_error(memory, elsewhere)) == elsewhere &&
           condition_of({.condition = "com.microsoft:timeout"}) == hub_condition::timeout;
}
static_assert(redirect_is_a_constant());

}  // namespace

TEST_CASE("conditions are looked up by their names, and names by their conditions") {
    constexpr struct {
        hub_condition condition;
        std::string_view name;
    } rows[] = {
        {hub_condition::timeout, "com.microsoft:timeout"},
        {hub_condition::message_lock_lost, "com.microsoft:message-lock-lost"},
        {hub_condition::iot_hub_not_found, "com.microsoft:iot-hub-not-found-error"},
        {hub_condition::argument_error, "com.microsoft:argument-error"},
        {hub_condition::argument_out_of_range, "com.microsoft:argument-out-of-range"},
        {hub_condition::device_container_throttled, "com.microsoft:device-container-throttled"},
        {hub_condition::iot_hub_suspended, "com.microsoft:iot-hub-suspended"},
        {hub_condition::precondition_failed, "com.microsoft:precondition-failed"},
        {hub_condition::dead_letter, "com.microsoft:dead-letter"},
        {hub_condition::unauthorized_access, "amqp:unauthorized-access"},
        {hub_condition::not_found, "amqp:not-found"},
        {hub_condition::resource_limit_exceeded, "amqp:resource-limit-exceeded"},
        {hub_condition::link_redirect, "amqp:link:redirect"},
        {hub_condition::message_size_exceeded, "amqp:link:message-size-exceeded"},
    };
    for (const auto& row : rows) {
        CHECK(symbol_of(row.condition).text == row.name);
        CHECK(condition_of({.condition = row.name}) == row.condition);
    }
    for (const std::string_view name : {"", "com.microsoft:", "COM.MICROSOFT:TIMEOUT", "amqp:internal-error"})
        CHECK(condition_of({.condition = name}) == hub_condition::other);
    CHECK(symbol_of(hub_condition::other).text.empty());
    CHECK(symbol_of(hub_condition{15}).text.empty());
    CHECK(symbol_of(hub_condition{255}).text.empty());
}

TEST_CASE("the id by which support finds an error") {
    const amqp::entry entries[] = {{amqp::symbol{"com.microsoft:tracking-id"}, "t1"}};
    CHECK(tracking_id_of({.info = amqp::fields{entries}}) == "t1");
    CHECK(tracking_id_of({.info = amqp::fields{}}) == std::nullopt);
    CHECK(tracking_id_of({}) == std::nullopt);
    const amqp::entry number[] = {{amqp::symbol{"com.microsoft:tracking-id"}, 1}};
    CHECK(tracking_id_of({.info = amqp::fields{number}}) == std::nullopt);
}

TEST_CASE("a hub sends a receiver elsewhere, in every buffer") {
    std::array<char, 300> memory;
    const auto why = as_error(memory, elsewhere);
    REQUIRE(why);
    CHECK(condition_of(*why) == hub_condition::link_redirect);
    CHECK(why->info->size() == 4);
    CHECK(why->info->get<std::uint16_t>("port") == 5671);
    CHECK(amqp::redirect_of(*why) == elsewhere);

    std::array<char, 400> frame;
    const auto detach = amqp::encode(frame, amqp::detach{.handle = 1, .closed = true, .error = *why});
    REQUIRE(detach);
    CHECK(amqp::redirect_of(*amqp::decode<amqp::detach>(*detach)->error) == elsewhere);

    std::array<char, 200> wire;
    const std::size_t size = amqp::encode(wire, *why->info)->size();
    for (std::size_t capacity = 0; capacity <= size; ++capacity) {
        support::exact_block block{capacity};
        const auto again = as_error({block.data(), block.size()}, elsewhere);
        CHECK(again.has_value() == (capacity == size));
        if (!again) CHECK(again.error() == hubwire::error{errc::no_space, capacity, size - capacity});
    }
    CHECK(amqp::redirect_of(*as_error(memory, {})) == amqp::redirect{});
}
