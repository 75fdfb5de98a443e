// The first device: from a connection string to telemetry that is sent and methods that are answered. All that is
// missing is the socket, for which a hub stands here that answers as it should; and what a clock is for: a PINGREQ
// where nothing was sent for the keep_alive of CONNECT, 240 s, and a new connection before the token expires.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

namespace {

namespace iothub = hubwire::iothub;
namespace mqtt = hubwire::mqtt;
using namespace std::literals;

constexpr std::string_view from_the_portal =
    "HostName=myhub.azure-devices.net;DeviceId=MyDevice01;SharedAccessKey=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

void say(const char* what, std::string_view text) {
    std::printf("%s: %.*s\n", what, static_cast<int>(text.size()), text.empty() ? "" : text.data());
}

int fail(const hubwire::error& e) {
    std::printf("refused at %zu, ", e.offset);
    say("because", e.message());
    return 1;
}

/// Yours is a TLS connection to port 8883 of the hub. This one answers by itself.
class connection {
public:
    void send(hubwire::bytes packet);

    /// At least one byte, or none if the connection was closed.
    std::size_t receive(hubwire::buffer into) {
        const std::size_t n = std::min(from_hub_.size(), into.size());
        from_hub_.copy(into.data(), n);
        from_hub_.erase(0, n);
        return n;
    }

private:
    std::string from_hub_;
};

/// CONNECT, with a token that is good for an hour.
int connect(connection& hub, const iothub::connection_string& device, std::uint64_t now) {
    std::array<char, 512> memory;
    const auto key = iothub::sas_key::of_hub(device.shared_access_key);
    if (const auto valid = key.valid(); !valid) return fail(valid.error());
    const iothub::sas_claims claims{
        .resource = device.resource(), .expiry = now + 3'600, .policy = device.shared_access_key_name};
    const auto token = iothub::encode_sas_token(memory, claims, key);
    if (!token) return fail(token.error());

    std::array<char, 512> names;
    auto hello = iothub::make_connect(names, {.host = device.host_name, .client = device.who});
    if (!hello) return fail(hello.error());
    hello->password = *token;

    std::array<char, 1024> tx;
    const auto packet = mqtt::encode(tx, *hello);
    if (!packet) return fail(packet.error());
    hub.send(*packet);
    return 0;
}

/// What the device says to a packet: what is to be sent, or nothing.
hubwire::result<hubwire::bytes> answer(hubwire::buffer tx, const iothub::identity& me, const mqtt::packet& packet) {
    std::array<char, 256> memory;
    if (const auto* connack = packet.get_if<mqtt::connack>()) {
        if (connack->code != mqtt::connect_code::accepted) {
            say("the hub says", mqtt::name_of(connack->code));  // not authorized: the key, the clock, or the device id
            return hubwire::error{.code = hubwire::errc::application};
        }
        return mqtt::encode(
            tx, mqtt::subscribe{.packet_id = 1, .subscriptions = {{.filter = iothub::method_request_filter}}});
    }
    if (const auto* suback = packet.get_if<mqtt::suback>()) {
        for (const mqtt::suback_code code : suback->codes) {
            if (code == mqtt::suback_code::failure) return hubwire::error{.code = hubwire::errc::application};
        }
        const auto topic = iothub::encode(memory, iothub::telemetry_topic{.sender = me});
        if (!topic) return topic.error();
        return mqtt::encode(tx, mqtt::publish{.topic = topic->text(), .payload = "{\"temperature\":21}"sv});
    }
    if (const auto* message = packet.get_if<mqtt::publish>()) {
        const auto topic = iothub::decode_topic_to_client(message->topic);
        if (!topic) return topic.error();
        if (const auto* call = topic->get_if<iothub::method_request_topic>()) {
            const auto to = iothub::encode(memory, iothub::method_response_topic{.status = 200, .rid = call->rid});
            if (!to) return to.error();
            return mqtt::encode(tx, mqtt::publish{.topic = to->text(), .payload = "{}"sv});
        }
    }
    return hubwire::bytes{};
}

/// Receives until the hub closes the connection.
int serve(connection& hub, const iothub::identity& me) {
    std::array<char, 4096> rx;
    std::array<char, 1024> tx;
    hubwire::receive_buffer in{rx};
    for (;;) {
        const auto whole = mqtt::cut(in.stream(), {.max_packet_size = in.capacity()});
        if (whole.incomplete()) {
            const std::size_t n = hub.receive(in.free_space(whole.error().needed));
            if (n == 0) return 0;
            in.received(n);
            continue;
        }
        if (!whole) return fail(whole.error());
        const auto packet = mqtt::decode(*whole);
        if (!packet) return fail(packet.error());
        const auto reply = answer(tx, me, *packet);
        if (!reply) return fail(reply.error());
        if (!reply->empty()) hub.send(*reply);
        in.consume(whole->size());
    }
}

void connection::send(hubwire::bytes packet) {
    std::array<char, 256> memory;
    const auto reply = [&](const auto& p) {
        if (const auto wire = mqtt::encode(memory, p)) from_hub_ += wire->text();
    };
    const auto received = mqtt::decode(packet);
    if (!received) return;
    if (received->get_if<mqtt::connect>() != nullptr) reply(mqtt::connack{});
    if (received->get_if<mqtt::subscribe>() != nullptr)
        reply(mqtt::suback{.packet_id = 1, .codes = {mqtt::suback_code::granted_qos_0}});
    if (const auto* message = received->get_if<mqtt::publish>()) {
        say("to the hub", message->topic);
        if (message->topic.starts_with("devices/"))
            reply(mqtt::publish{.topic = "$iothub/methods/POST/reboot/?$rid=1", .payload = "{}"sv});
    }
}

}  // namespace

int main() {
    const auto decoded = iothub::decode_connection_string(from_the_portal);
    if (!decoded) return fail(decoded.error());
    const iothub::connection_string& device = *decoded;
    connection hub;
    if (const int status = connect(hub, device, 1'735'686'000); status != 0) return status;
    return serve(hub, device.who);
}
