// A protocol gateway: telemetry comes from a device by MQTT and goes to the hub by AMQP; a message to the device goes
// the other way.

#include <array>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

namespace {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;
namespace mqtt = hubwire::mqtt;
using namespace std::literals;

int fail(const hubwire::error& e) {
    std::printf("refused at %zu: %.*s\n", e.offset, static_cast<int>(e.message().size()), e.message().data());
    return 1;
}

// Who is connected, as the token in its CONNECT has shown.
constexpr iothub::identity device{.device_id = "MyDevice01"};

int telemetry_to_hub(const mqtt::publish& received) {
    const auto topic = iothub::decode<iothub::telemetry_topic>(received.topic);
    if (!topic) return fail(topic.error());
    if (topic->sender != device) return 1;  // of itself, and of nobody else
    // The bag at the end of the topic holds the properties: %24.ct=application%2Fjson&site=Building%2043
    auto message = iothub::decode_mqtt_message(topic->bag, received.payload);
    if (!message) return fail(message.error());
    if (const auto accepted = iothub::check_message_from_device(*message); !accepted) return fail(accepted.error());
    message->set_sender(device);  // whatever the device says

    std::array<char, 1024> memory;
    const auto wire = iothub::encode_amqp_message(memory, *message);  // decoded on the way, without a copy in between
    if (!wire) return fail(wire.error());
    const auto sent = amqp::decode<amqp::message>(*wire);
    if (!sent) return fail(sent.error());
    // A device sends what properties it likes, or none.
    const amqp::map properties = sent->application_properties.value_or(amqp::application_properties{});
    const std::string_view site = properties.get<std::string_view>("site").value_or("nowhere");
    std::printf("to the hub: %zu bytes, from site %.*s\n", wire->size(), static_cast<int>(site.size()), site.data());
    return 0;
}

int message_to_device(hubwire::bytes wire) {
    const auto message = iothub::decode_amqp_message(wire);
    if (!message) return fail(message.error());
    if (iothub::requested_ack(message->ack) == iothub::ack_request::full)
        std::printf("the service wants to know what becomes of it\n");

    const iothub::devicebound_topic to{.device_id = device.device_id};
    const auto topic_size = iothub::encoded_size(to);
    if (!topic_size) return fail(topic_size.error());
    if (const auto obstacle = iothub::find_mqtt_obstacle(*message, {}, *topic_size)) {
        const std::string_view name = obstacle->name.raw();  // to be told to the service, with why
        std::printf("cannot go by MQTT: %.*s\n", static_cast<int>(name.size()), name.data());
        return fail({.code = obstacle->code});
    }

    std::array<char, 512> topic_memory;
    hubwire::writer topic{topic_memory};
    put_topic(topic, to);
    put_mqtt_bag(topic, *message);
    const auto written = topic.finish();
    if (!written) return fail(written.error());

    std::array<char, 1024> packet_memory;
    const auto payload = message->body.single();  // in several pieces it would take a copy: put_mqtt_payload
    if (!payload) return 1;
    const auto packet = mqtt::encode(packet_memory, mqtt::publish{.topic = written->text(), .payload = *payload});
    if (!packet) return fail(packet.error());
    std::printf("to the device: %.*s\n", static_cast<int>(written->size()), written->data());
    return 0;
}

/// What a service sends: made by the same functions.
int service_sends() {
    const iothub::property alert[] = {{"level", 3}, {"reason", "too hot"}};
    const iothub::message message{.message_id = "alert-1",
                                  .to = "/devices/MyDevice01/messages/devicebound",
                                  .ack = iothub::to_text(iothub::ack_request::full),
                                  .application_properties = alert,
                                  .body = "close the valve"sv};
    std::array<char, 512> memory;
    const auto wire = iothub::encode_amqp_message(memory, message);
    return wire ? message_to_device(*wire) : fail(wire.error());
}

int read_a_bag() {
    const auto bag = iothub::decode_property_bag("%24.mid=alert-1&level=3&silent&note=");
    if (!bag) return fail(bag.error());
    const auto id = bag->find(iothub::system_property::message_id);
    const auto silent = bag->find("silent");
    if (!id || *id != "alert-1" || !silent || !silent->is_null()) return 1;
    for (const iothub::property p : *bag) {
        std::array<char, 64> memory;
        const auto value = p.value.decode(memory);
        if (!value) return fail(value.error());
        std::printf("in the bag: %.*s\n", static_cast<int>(value->size()), value->data());
    }
    return 0;
}

}  // namespace

int main() {
    constexpr std::string_view with_properties =
        "devices/MyDevice01/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8&site=Building%2043";
    return telemetry_to_hub({.topic = with_properties, .payload = "{\"temperature\":21.5}"sv}) +
           telemetry_to_hub({.topic = "devices/MyDevice01/messages/events/", .payload = "{}"sv}) + service_sends() +
           read_a_bag();
}
