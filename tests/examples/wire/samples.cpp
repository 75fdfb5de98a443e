#include "samples.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <hubwire/hubwire.hpp>

namespace wire {

namespace {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;
namespace json = hubwire::json;
namespace mqtt = hubwire::mqtt;
using namespace std::literals;

constexpr std::string_view host = "contoso.azure-devices.net";
constexpr iothub::identity device{.device_id = "pump-17"};
constexpr std::string_view twin_links = "twin:9f5f2a0e-7f0b-4d0e-9d0c-3c6d6a1d5b1e";

/// What encodes is added behind what is there; a sample that does not is a mistake of this file.
class script {
public:
    template <class Packet>
    void mqtt(const Packet& packet) {
        add([&](hubwire::buffer to) { return mqtt::encode(to, packet); });
    }
    template <class Body>
    void amqp(std::uint16_t channel, const Body& body, const amqp::options& rules = {}) {
        add([&](hubwire::buffer to) { return amqp::encode_frame(to, channel, body, rules); });
    }
    void amqp(std::uint16_t channel, const amqp::transfer& body, std::string_view payload) {
        add([&](hubwire::buffer to) { return amqp::encode_frame(to, channel, body, payload); });
    }
    void header(amqp::protocol wanted) {
        add([&](hubwire::buffer to) { return amqp::encode_protocol_header(to, wanted); });
    }
    void heartbeat() {
        add([&](hubwire::buffer to) { return amqp::encode_heartbeat(to); });
    }
    void raw(std::string_view bytes) { bytes_ += bytes; }

    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] char& operator[](std::size_t at) { return bytes_[at]; }
    [[nodiscard]] std::string take() { return std::move(bytes_); }

private:
    template <class Encode>
    void add(Encode encode) {
        std::array<char, 4096> memory{};
        const auto written = encode(hubwire::buffer{memory});
        if (!written) std::abort();
        bytes_ += written->text();
    }

    std::string bytes_;
};

template <class Encode>
std::string text_of(Encode encode) {
    std::array<char, 2048> memory{};
    const hubwire::result<hubwire::bytes> written = encode(hubwire::buffer{memory});
    if (!written) std::abort();
    return std::string{written->text()};
}

template <class Topic>
std::string topic(const Topic& t) {
    return text_of([&](hubwire::buffer to) { return iothub::encode(to, t); });
}
template <class Operation>
std::string operation(const Operation& o) {
    return text_of([&](hubwire::buffer to) { return iothub::encode(to, o); });
}
std::string message(const amqp::message& m) {
    return text_of([&](hubwire::buffer to) { return amqp::encode(to, m); });
}

std::string token() {
    const auto key = iothub::sas_key::of_hub("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    return text_of([&](hubwire::buffer to) {
        return iothub::encode_sas_token(
            to, {.resource = {.host_name = host, .who = device}, .expiry = 1'790'000'000, .policy = {}}, key);
    });
}

std::string twin_json() {
    return text_of([](hubwire::buffer to) {
        return json::encode(to, [](auto& out) {
            out.begin_object();
            out.name("desired");
            out.begin_object();
            out.member("interval", 60);
            out.member("$version", 7);
            out.end_object();
            out.name("reported");
            out.begin_object();
            out.member("firmware", "2.1.0");
            out.name("valves");
            out.begin_array();
            out.value(true);
            out.value(false);
            out.end_array();
            out.member("$version", 31);
            out.end_object();
            out.end_object();
        });
    });
}

std::string telemetry(std::string_view id) {
    const iothub::property properties[] = {{"level", "high"}, {"site", "Building 43"}, {"silent", {}}};
    const iothub::message m{.message_id = id,
                            .content_type = "application/json",
                            .content_encoding = "utf-8",
                            .application_properties = properties};
    return text_of([&](hubwire::buffer to) {
        hubwire::writer out{to};
        put_topic(out, iothub::telemetry_topic{.sender = device});
        put_mqtt_bag(out, m);
        return out.finish();
    });
}

void connect(script& s) {
    std::array<char, 512> memory{};
    auto packet = iothub::make_connect(
        memory, {.host = host, .client = device, .device_client_type = "pump-control/3.2 (hubwire)"});
    if (!packet) std::abort();
    const std::string password = token();
    const std::string topic_of_will = topic(iothub::telemetry_topic{.sender = device});
    packet->password = password;
    packet->will = mqtt::will{.topic = topic_of_will, .payload = R"({"state":"gone"})"sv};
    s.mqtt(*packet);
}

std::string mqtt_device() {
    script s;
    connect(s);
    s.mqtt(mqtt::subscribe{
        .packet_id = 1,
        .subscriptions = {{.filter = "devices/pump-17/messages/devicebound/#", .qos = mqtt::qos::at_least_once},
                          {.filter = iothub::twin_response_filter},
                          {.filter = iothub::twin_desired_filter},
                          {.filter = iothub::method_request_filter}}});
    s.mqtt(mqtt::publish{.topic = topic(iothub::twin_get_topic{.rid = "get-1"})});
    s.mqtt(mqtt::publish{.topic = telemetry("m-1"),
                         .payload = R"({"temperature":21.5,"pressure":3.02})"sv,
                         .qos = mqtt::qos::at_least_once,
                         .packet_id = 2});
    s.mqtt(mqtt::publish{.topic = topic(iothub::twin_reported_topic{.rid = "set-1"}),
                         .payload = R"({"firmware":"2.1.0"})"sv});
    s.mqtt(mqtt::publish{.topic = topic(iothub::method_response_topic{.status = 200, .rid = "7f3c"}),
                         .payload = R"({"restarted":true})"sv});
    s.mqtt(mqtt::puback{.packet_id = 9});
    s.mqtt(mqtt::pingreq{});
    s.mqtt(mqtt::unsubscribe{.packet_id = 3, .filters = {iothub::twin_desired_filter}});
    s.mqtt(mqtt::disconnect{});
    return s.take();
}

std::string mqtt_hub() {
    script s;
    s.mqtt(mqtt::connack{.session_present = true});
    s.mqtt(mqtt::suback{.packet_id = 1,
                        .codes = {mqtt::suback_code::granted_qos_1, mqtt::suback_code::granted_qos_0,
                                  mqtt::suback_code::granted_qos_0, mqtt::suback_code::failure}});
    const std::string twin = twin_json();
    s.mqtt(mqtt::publish{.topic = topic(iothub::twin_response_topic{.status = 200, .rid = "get-1"}), .payload = twin});
    s.mqtt(mqtt::puback{.packet_id = 2});
    s.mqtt(mqtt::publish{.topic = topic(iothub::twin_response_topic{.status = 204, .rid = "set-1", .version = 32})});
    s.mqtt(mqtt::publish{.topic = topic(iothub::twin_desired_topic{.version = 8}),
                         .payload = R"({"interval":30,"$version":8})"sv});
    s.mqtt(mqtt::publish{.topic = topic(iothub::method_request_topic{.name = "pump*reboot", .rid = "7f3c"}),
                         .payload = R"({"delay":5})"sv});
    s.mqtt(mqtt::publish{.topic = topic(iothub::devicebound_topic{
                             .device_id = device.device_id,
                             .bag = "%24.mid=alert-1&%24.to=%2Fdevices%2Fpump-17%2Fmessages%2Fdevicebound&"
                                    "iothub-ack=full&reason=too%20hot"}),
                         .payload = "close the valve,\nthen call"sv,
                         .qos = mqtt::qos::at_least_once,
                         .packet_id = 9,
                         .dup = true});
    s.mqtt(mqtt::publish{.topic = "factory/line-3/status", .payload = "\x01\x02\x00\xff\x1b[2J"sv, .retain = true});
    s.mqtt(mqtt::pingresp{});
    s.mqtt(mqtt::unsuback{.packet_id = 3});
    return s.take();
}

/// What goes wrong, one thing after the other.
std::string mqtt_broken() {
    script s;
    connect(s);
    const std::size_t wildcard = s.size();
    s.mqtt(mqtt::publish{.topic = "devices/pump-17/messages/events/", .payload = "{}"sv});
    s[wildcard + 4 + 8] = '#';
    s.mqtt(mqtt::publish{.topic = "devices/pump-17/message/events/", .payload = "{}"sv});
    s.mqtt(mqtt::publish{.topic = "devices/pump-17/messages/events/level=high&=low", .payload = R"({"t":21.5,})"sv});
    connect(s);
    const std::size_t flags = s.size();
    s.mqtt(mqtt::subscribe{.packet_id = 4, .subscriptions = {{.filter = iothub::method_request_filter}}});
    s[flags] = '\x80';
    s.mqtt(mqtt::pingresp{});
    s.mqtt(mqtt::pingreq{});
    s.raw("\x30\xff\xff\xff\xff\x7f and what comes behind a length that has no end"sv);
    return s.take();
}

/// One that ends in the middle of a message, and another CONNECT: of MQTT 5.
std::string mqtt_5() {
    script s;
    s.raw("\x10\x14\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x07pump-17"sv);
    s.mqtt(mqtt::publish{.topic = telemetry("m-2"), .payload = R"({"temperature":22.0,"pressure":3.02})"sv});
    std::string whole = s.take();
    whole.resize(whole.size() - 12);
    return whole;
}

amqp::transfer next_transfer(std::uint32_t handle, std::uint32_t id) {
    static constexpr std::string_view tags[] = {"t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"};
    return {.handle = handle,
            .delivery_id = id,
            .delivery_tag = hubwire::bytes{tags[id % std::size(tags)]},
            .message_format = amqp::message_format};
}

std::string amqp_device() {
    script s;
    s.header(amqp::protocol::sasl);
    const std::string password = token();
    const std::string response = text_of([&](hubwire::buffer to) {
        return iothub::encode_plain_response(to, {.hub_name = "contoso", .who = device}, password);
    });
    s.amqp(0, amqp::sasl_init{.mechanism = amqp::sasl_mechanism::plain,
                              .initial_response = hubwire::bytes{response},
                              .hostname = host});
    s.header(amqp::protocol::amqp);
    s.amqp(0, amqp::open{.container_id = "pump-17",
                         .hostname = host,
                         .max_frame_size = 65'536,
                         .idle_time_out = amqp::milliseconds{240'000}});
    s.amqp(0, amqp::begin{.next_outgoing_id = 1, .incoming_window = 2048, .outgoing_window = 2048});
    s.amqp(0, amqp::attach{.name = "cbs-out",
                           .handle = 0,
                           .source = amqp::source{},
                           .target = amqp::target{.address = iothub::cbs::node},
                           .initial_delivery_count = 0});
    s.amqp(0, next_transfer(0, 0),
           operation(iothub::cbs::put_token{
               .message_id = 1u, .audience = "contoso.azure-devices.net%2Fdevices%2Fpump-17", .token = password}));
    std::array<char, 512> scratch{};
    const auto properties = iothub::as_fields(
        scratch,
        {.client_version = "pump-control/3.2", .api_version = "2021-04-12", .channel_correlation_id = twin_links});
    if (!properties) std::abort();
    s.amqp(0, amqp::attach{.name = "twin-in",
                           .handle = 1,
                           .role = amqp::role::receiver,
                           .snd_settle_mode = amqp::sender_settle_mode::settled,
                           .source = amqp::source{.address = "/devices/pump-17/twin"},
                           .target = amqp::target{},
                           .properties = *properties});
    s.amqp(0, amqp::flow{.next_incoming_id = 1,
                         .incoming_window = 2048,
                         .next_outgoing_id = 2,
                         .outgoing_window = 2048,
                         .handle = 1,
                         .delivery_count = 0,
                         .link_credit = 100});
    s.amqp(0, amqp::attach{.name = "twin-out",
                           .handle = 2,
                           .source = amqp::source{},
                           .target = amqp::target{.address = "/devices/pump-17/twin"},
                           .initial_delivery_count = 0,
                           .properties = *properties});
    s.amqp(0, next_transfer(2, 1), operation(iothub::amqp_twin::request{.correlation_id = "get-1"}));
    s.amqp(0, next_transfer(2, 2),
           operation(iothub::amqp_twin::request{.correlation_id = "set-1",
                                                .operation = iothub::amqp_twin::operation::patch,
                                                .resource = iothub::amqp_twin::resource::reported,
                                                .body = R"({"firmware":"2.1.0"})"sv}));
    s.amqp(0, amqp::attach{.name = "events",
                           .handle = 3,
                           .source = amqp::source{},
                           .target = amqp::target{.address = "/devices/pump-17/messages/events"},
                           .initial_delivery_count = 0});
    const amqp::entry extras[] = {{"level", "high"}, {"floor", 3}};
    const std::string event =
        message({.properties = amqp::properties{.message_id = "m-1",
                                                .content_type = "application/json",
                                                .creation_time = amqp::timestamp{1'789'000'000'000}},
                 .application_properties = amqp::map{extras},
                 .body = amqp::data{R"({"temperature":21.5})"sv}});
    s.amqp(0, next_transfer(3, 3), event);
    // The same in two transfers, and then as a batch.
    amqp::transfer first = next_transfer(3, 4);
    first.more = true;
    s.amqp(0, first, std::string_view{event}.substr(0, 40));
    s.amqp(0, amqp::transfer{.handle = 3}, std::string_view{event}.substr(40));
    std::array<char, 512> batch_memory{};
    iothub::batch_builder batch{batch_memory};
    for (const std::string_view temperature : {"21.5", "21.7"}) {
        if (!batch.add(amqp::message{.body = amqp::data{temperature}})) std::abort();
    }
    amqp::transfer of_batch = next_transfer(3, 5);
    of_batch.message_format = amqp::batch_message_format;
    of_batch.settled = true;
    s.amqp(0, of_batch, batch.finish()->text());
    s.amqp(0, amqp::disposition{
                  .role = amqp::role::receiver, .first = 0, .last = 1, .settled = true, .state = amqp::accepted{}});
    s.heartbeat();
    s.amqp(0, amqp::detach{.handle = 3, .closed = true});
    s.amqp(0, amqp::close{});
    return s.take();
}

std::string amqp_hub() {
    script s;
    s.header(amqp::protocol::sasl);
    s.amqp(0,
           amqp::sasl_mechanisms{.sasl_server_mechanisms = {amqp::sasl_mechanism::plain, amqp::sasl_mechanism::external,
                                                            amqp::sasl_mechanism::mssbcbs}});
    s.amqp(0, amqp::sasl_outcome{});
    s.header(amqp::protocol::amqp);
    s.amqp(0, amqp::open{.container_id = "DeviceGateway_7", .channel_max = 8191});
    s.amqp(0,
           amqp::begin{.remote_channel = 0, .next_outgoing_id = 1, .incoming_window = 5000, .outgoing_window = 5000});
    s.amqp(0, amqp::attach{.name = "cbs-in",
                           .handle = 0,
                           .source = amqp::source{.address = iothub::cbs::node},
                           .target = amqp::target{},
                           .initial_delivery_count = 0});
    s.amqp(0, next_transfer(0, 0),
           operation(iothub::cbs::reply{.correlation_id = 1u, .status_code = 200, .status_description = "OK"}));
    s.amqp(0, amqp::attach{.name = "twin-in",
                           .handle = 1,
                           .source = amqp::source{.address = "/devices/pump-17/twin"},
                           .target = amqp::target{},
                           .initial_delivery_count = 0});
    const std::string twin = twin_json();
    s.amqp(0, next_transfer(1, 1), operation(iothub::amqp_twin::reply{.correlation_id = "get-1", .body = twin}));
    s.amqp(0, next_transfer(1, 2),
           operation(iothub::amqp_twin::desired_update{.version = 8, .body = R"({"interval":30})"sv}));
    s.amqp(0, amqp::attach{.name = "methods-in",
                           .handle = 2,
                           .source = amqp::source{.address = "/devices/pump-17/methods/devicebound"},
                           .target = amqp::target{},
                           .initial_delivery_count = 0});
    s.amqp(0, next_transfer(2, 3),
           operation(iothub::amqp_method::request{
               .correlation_id = amqp::uuid{{0x55, 0x0e, 0x84, 0x00, 0xe2, 0x9b, 0x41, 0xd4, 0xa7, 0x16, 0x44, 0x66,
                                             0x55, 0x44, 0x00, 0x00}},
               .name = "reboot",
               .payload = R"({"delay":5})"sv}));
    s.amqp(0,
           amqp::disposition{.role = amqp::role::receiver,
                             .first = 3,
                             .settled = true,
                             .state = amqp::rejected{.error = amqp::error{.condition = "com.microsoft:argument-error",
                                                                          .description = "Telemetry without an end"}}});
    std::array<char, 512> scratch{};
    const auto elsewhere =
        amqp::as_error(scratch, {.hostname = "ihsuproddbres020dednamespace.servicebus.windows.net",
                                 .network_host = "ihsuproddbres020dednamespace.servicebus.windows.net",
                                 .port = std::uint16_t{5671},
                                 .address = "/iothub-ehub-contoso/ConsumerGroups/$Default/Partitions/0"});
    if (!elsewhere) std::abort();
    s.amqp(0, amqp::detach{.handle = 2, .closed = true, .error = *elsewhere});
    s.amqp(0, amqp::end{});
    return s.take();
}

std::string amqp_broken() {
    script s;
    s.header(amqp::protocol::amqp);
    s.amqp(0, amqp::open{.container_id = "pump-17"});
    const std::size_t begin = s.size();
    s.amqp(0, amqp::begin{.next_outgoing_id = 1, .incoming_window = 10, .outgoing_window = 10});
    s[begin + 10] = '\x70';  // a descriptor that is not a performative's
    s.amqp(0, amqp::attach{.name = "events",
                           .handle = 3,
                           .source = amqp::source{},
                           .target = amqp::target{.address = "/devices/pump-17/messages/events"},
                           .initial_delivery_count = 0});
    s.amqp(0, amqp::transfer{.handle = 3}, "a message that nobody began");
    // Sections in the order of the SDK for C, and then none that is one.
    const std::string properties =
        message({.properties = amqp::properties{.message_id = "m-1"}, .body = amqp::data{"{}"sv}});
    const std::string body = message({.body = amqp::data{"{}"sv}});
    s.amqp(0, next_transfer(3, 1), body + properties.substr(0, properties.size() - body.size()));
    s.amqp(0, next_transfer(3, 2), properties + "\x00\x53\x79\x45"s);
    const std::size_t data_offset = s.size();
    s.amqp(0, amqp::flow{.incoming_window = 10, .next_outgoing_id = 3, .outgoing_window = 10});
    s[data_offset + 4] = '\x01';
    s.raw("AMQP\x00\x00\x09\x01"sv);
    s.raw("\x00\x00\x00\x07\x02\x00\x00\x00 and what comes behind a size that cannot be"sv);
    return s.take();
}

}  // namespace

std::vector<sample> samples() {
    return {{"mqtt-device", "what a device sends over MQTT", mqtt_device()},
            {"mqtt-hub", "what the hub sends it", mqtt_hub()},
            {"mqtt-broken", "what goes wrong over MQTT", mqtt_broken()},
            {"mqtt-5", "a client of MQTT 5, and a message that is cut off", mqtt_5()},
            {"amqp-device", "what a device sends over AMQP", amqp_device()},
            {"amqp-hub", "what the hub sends it", amqp_hub()},
            {"amqp-broken", "what goes wrong over AMQP", amqp_broken()}};
}

}  // namespace wire
