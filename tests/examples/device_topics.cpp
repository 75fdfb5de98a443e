// A device's session by MQTT: what it says of itself, what it subscribes to, its twin, and a method that is called. The
// messages of the hub are texts here, as they would stand in its PUBLISH packets.

#include <array>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>
#include <vector>

namespace {

namespace iothub = hubwire::iothub;
namespace mqtt = hubwire::mqtt;
using namespace std::literals;

constexpr iothub::identity me{.device_id = "MyDevice01"};

void say(const char* what, std::string_view text) {
    std::printf("%-12s%.*s\n", what, static_cast<int>(text.size()), text.empty() ? "" : text.data());
}

int fail(const hubwire::error& e) {
    std::printf("refused at %zu\n", e.offset);
    say("because", e.message());
    return 1;
}

int connect() {
    std::array<char, 256> memory;  // of the user name and the client identifier, until the packet is written
    auto packet = iothub::make_connect(memory, {.host = "myhub.azure-devices.net",
                                                .client = me,
                                                .device_client_type = "thermostat/1.0 (hubwire)",
                                                .model_id = "dtmi:com:example:Thermostat;1"});
    if (!packet) return fail(packet.error());
    packet->password = "SharedAccessSignature sr=..."sv;  // none with X.509

    std::array<char, 64> topic;
    const auto of_will = iothub::encode(topic, iothub::telemetry_topic{.sender = me});
    if (!of_will) return fail(of_will.error());
    packet->will = mqtt::will{.topic = of_will->text(), .payload = "gone"sv};

    std::array<char, 512> tx;
    const auto sent = mqtt::encode(tx, *packet);
    if (!sent) return fail(sent.error());
    say("user name", *packet->username);

    // At the hub: who is it, if the password is right?
    const auto received = mqtt::decode<mqtt::connect>(*sent);
    if (!received) return fail(received.error());
    const auto user = iothub::read_connect(*received);
    if (!user) return fail(user.error());
    say("device", user->client.device_id);
    return 0;
}

int send_telemetry() {
    std::array<char, 256> memory;
    const iothub::property properties[] = {{"level", "high"}, {"silent", {}}};
    const iothub::message message{
        .message_id = "m-1", .content_type = "application/json", .application_properties = properties};
    hubwire::writer out{memory};
    put_topic(out, iothub::telemetry_topic{.sender = me});
    put_mqtt_bag(out, message);
    const auto topic = out.finish();
    if (!topic) return fail(topic.error());
    say("telemetry", topic->text());

    std::array<char, 512> tx;
    const auto sent = mqtt::encode(tx, mqtt::publish{.topic = topic->text(),
                                                     .payload = "{\"temperature\":21}"sv,
                                                     .qos = mqtt::qos::at_least_once,
                                                     .packet_id = 2});
    return sent ? 0 : fail(sent.error());
}

int subscribe() {
    std::array<char, 128> memory;
    const auto messages = iothub::encode_filter(memory, iothub::feed::devicebound, me);
    if (!messages) return fail(messages.error());

    std::array<char, 256> tx;
    const auto sent = mqtt::encode(
        tx, mqtt::subscribe{.packet_id = 1,
                            .subscriptions = {{.filter = messages->text(), .qos = mqtt::qos::at_least_once},
                                              {.filter = iothub::twin_response_filter},
                                              {.filter = iothub::twin_desired_filter},
                                              {.filter = iothub::method_request_filter}}});
    if (!sent) return fail(sent.error());

    // At the hub: what is granted of it?
    const auto received = mqtt::decode<mqtt::subscribe>(*sent);
    if (!received) return fail(received.error());
    std::vector<mqtt::suback_code> codes;
    for (const mqtt::subscription s : received->subscriptions) {
        const auto answer = iothub::answer_to_subscription(s, me);  // .granted is the feed, if it gets one
        say(answer.granted ? "granted" : "refused", s.filter);
        codes.push_back(answer.code());
    }
    std::array<char, 32> reply;
    const auto answered = mqtt::encode(reply, mqtt::suback{.packet_id = received->packet_id, .codes = codes});
    return answered ? 0 : fail(answered.error());
}

int ask_for_twin() {
    std::array<char, 64> memory;
    const auto topic = iothub::encode(memory, iothub::twin_get_topic{.rid = "42"});
    if (!topic) return fail(topic.error());
    say("asks", topic->text());
    return 0;
}

/// A patch to what it reports of itself: JSON goes in the payload, and an answer comes with the same rid.
int report() {
    std::array<char, 64> memory;
    const auto topic = iothub::encode(memory, iothub::twin_reported_topic{.rid = "43"});
    if (!topic) return fail(topic.error());
    say("reports", topic->text());

    std::array<char, 256> tx;
    const auto sent = mqtt::encode(tx, mqtt::publish{.topic = topic->text(), .payload = "{\"fan\":\"on\"}"sv});
    return sent ? 0 : fail(sent.error());
}

/// What came with QoS 1 is acknowledged when it has been dealt with; until then the hub sends it again.
int acknowledge(const mqtt::publish& message) {
    if (mqtt::acknowledgement_of(message) != mqtt::packet_type::puback) return 0;
    std::array<char, 4> tx;
    const auto sent = mqtt::encode(tx, mqtt::puback{.packet_id = message.packet_id});
    return sent ? 0 : fail(sent.error());
}

/// What the device does with a message, by its topic.
int receive(std::string_view topic) {
    const auto any = iothub::decode_topic_to_client(topic);
    if (!any) return fail(any.error());
    if (const auto* response = any->get_if<iothub::twin_response_topic>()) {
        if (response->rid == "42") std::printf("%-12s%u\n", "twin", static_cast<unsigned>(response->status));
    } else if (const auto* desired = any->get_if<iothub::twin_desired_topic>()) {
        std::printf("%-12sversion %lld\n", "desired", static_cast<long long>(desired->version));
    } else if (const auto* request = any->get_if<iothub::method_request_topic>()) {
        const auto name = iothub::split_method_name(request->name);  // {component}*{command}, or a command alone
        std::array<char, 64> memory;
        const auto answer = iothub::encode(
            memory, iothub::method_response_topic{.status = name.command == "reboot" ? 200 : 404, .rid = request->rid});
        if (!answer) return fail(answer.error());
        say("answers", answer->text());
    } else if (const auto* message = any->get_if<iothub::devicebound_topic>()) {
        say("properties", message->bag);
    }
    return 0;
}

/// The hub's side: it calls a method of the device, if that listens. The answer comes with the same rid.
int call_method() {
    std::array<char, 64> memory;
    const auto topic = iothub::encode(memory, iothub::method_request_topic{.name = "pump*reboot", .rid = "7f3c"});
    if (!topic) return fail(topic.error());
    std::array<char, 128> tx;
    const auto call = mqtt::encode(tx, mqtt::publish{.topic = topic->text(), .payload = "{\"delay\":5}"sv});
    if (!call) return fail(call.error());
    return receive(mqtt::decode<mqtt::publish>(*call)->topic);
}

/// What the hub does with a message of the device's.
int receive_at_hub(const mqtt::publish& message) {
    constexpr auto twin = R"({"desired":{"fan":"off","$version":3},"reported":{"$version":1}})"sv;
    std::array<char, 64> memory;
    std::array<char, 256> tx;
    const auto any = iothub::decode_topic_to_hub(message.topic);
    if (!any) return fail(any.error());
    if (const auto* asked = any->get_if<iothub::twin_get_topic>()) {
        const auto topic = iothub::encode(memory, iothub::twin_response_topic{.status = 200, .rid = asked->rid});
        if (!topic) return fail(topic.error());
        const auto answer = mqtt::encode(tx, mqtt::publish{.topic = topic->text(), .payload = twin});
        if (!answer) return fail(answer.error());
        return receive(mqtt::decode<mqtt::publish>(*answer)->topic);
    }
    if (const auto* answer = any->get_if<iothub::method_response_topic>()) {
        say("of call", answer->rid.raw());  // what came of it: answer->status, and the payload
        return 0;
    }
    say("ignored", name_of(any->kind()));
    return 1;
}

}  // namespace

int main() {
    return connect() + send_telemetry() + subscribe() + ask_for_twin() + report() +
           receive_at_hub({.topic = "$iothub/twin/GET/?$rid=42"}) +
           receive("$iothub/twin/PATCH/properties/desired/?$version=3") + call_method() +
           receive_at_hub({.topic = "$iothub/methods/res/200/?$rid=7f3c"}) +
           receive("devices/MyDevice01/messages/devicebound/%24.mid=1&speed=fast") +
           acknowledge(
               {.topic = "devices/MyDevice01/messages/devicebound/", .qos = mqtt::qos::at_least_once, .packet_id = 7});
}
