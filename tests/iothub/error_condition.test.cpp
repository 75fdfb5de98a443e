#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>

#include "support/catch2.hpp"

using namespace hubwire::iothub;
namespace amqp = hubwire::amqp;

namespace {

static_assert(condition_of({.condition = "com.microsoft:timeout"}) == hub_condition::timeout);

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
