#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <string_view>

#include "support/catch2.hpp"

using namespace hubwire::iothub;

static_assert(endpoint_name(routing_endpoint::storage, system_property::connection_auth_generation_id) ==
              "connectionDeviceGenerationId");
static_assert(find_endpoint_name(routing_endpoint::event_grid, "iothub-content-type") == system_property::content_type);
static_assert(!find_endpoint_name(routing_endpoint::event_hubs, "iothub-content-type"));

TEST_CASE("each endpoint has its names, and each is found by it there") {
    std::size_t named = 0;
    for (const routing_endpoint where : {routing_endpoint::event_hubs, routing_endpoint::storage,
                                         routing_endpoint::service_bus, routing_endpoint::event_grid}) {
        for (std::size_t i = 0; i != system_property_count; ++i) {
            const auto which = static_cast<system_property>(i);
            const std::string_view name = endpoint_name(where, which);
            if (name.empty()) continue;
            ++named;
            CHECK(find_endpoint_name(where, name) == which);
        }
        CHECK_FALSE(find_endpoint_name(where, ""));
        CHECK_FALSE(find_endpoint_name(where, "iothub-ack"));
    }
    CHECK(named == 47);  // twelve each, and Service Bus has no iothub-enqueuedtime
}

TEST_CASE("the names of the hub's documentation") {
    const struct {
        system_property which;
        std::string_view names[4];
    } rows[] = {
        {system_property::message_id, {"message-id", "messageId", "MessageId", "message-id"}},
        {system_property::user_id, {"user-id", "userId", "UserId", "user-id"}},
        {system_property::enqueued_time, {"iothub-enqueuedtime", "enqueuedTime", "", "iothub-enqueuedtime"}},
        {system_property::content_encoding,
         {"content-encoding", "contentEncoding", "ContentEncoding", "iothub-content-encoding"}},
        {system_property::connection_device_id,
         {"iothub-connection-device-id", "connectionDeviceId", "iothub-connection-device-id",
          "iothub-connection-device-id"}},
        {system_property::dt_dataschema, {"dt-dataschema", "dt-dataschema", "dt-dataschema", "dt-dataschema"}},
        {system_property::ack, {"", "", "", ""}},
    };
    for (const auto& row : rows) {
        CHECK(endpoint_name(routing_endpoint::event_hubs, row.which) == row.names[0]);
        CHECK(endpoint_name(routing_endpoint::storage, row.which) == row.names[1]);
        CHECK(endpoint_name(routing_endpoint::service_bus, row.which) == row.names[2]);
        CHECK(endpoint_name(routing_endpoint::event_grid, row.which) == row.names[3]);
    }
}
