// A device shows its token to a hub, asks for its twin and answers a method, over AMQP: the messages of both sides,
// which transfers would carry. The frames around them are in amqp.cpp; a connection that has both, to copy, is in
// tests/interop/amqp_connection.hpp, and goes to port 5671 of the hub, within TLS.

#include <array>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

namespace {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;
using namespace std::literals;

using memory = std::array<std::uint8_t, 512>;

void say(const char* what, std::string_view text) {
    std::printf("%-18s%.*s\n", what, static_cast<int>(text.size()), text.empty() ? "" : text.data());
}

/// The bytes of a message, with points for those that are no text.
void show(const char* whose, hubwire::bytes message) {
    std::printf("%-18s", whose);
    for (const unsigned char byte : message) std::putchar(' ' <= byte && byte <= '~' ? byte : '.');
    std::printf("  (%zu bytes)\n", message.size());
}

int fail(const hubwire::error& e) {
    std::printf("refused at byte %zu\n", e.offset);
    say("because", e.message());
    return 1;
}

/// What the hub makes of a message to $cbs.
hubwire::result<hubwire::bytes> hub_checks_token(hubwire::buffer answer, hubwire::bytes received) {
    const auto request = iothub::decode<iothub::cbs::put_token>(received);
    if (!request) return request.error();
    const iothub::sas_resource device{.host_name = "contoso.azure-devices.net", .who = {.device_id = "MyDevice01"}};
    const bool is_good = request->is_for(device);  // and its signature, too
    return iothub::encode(answer, iothub::cbs::reply{.correlation_id = request->message_id,
                                                     .status_code = is_good ? 200 : 401,
                                                     .status_description = is_good ? "OK"sv : "Unauthorized"sv});
}

/// What the hub makes of a message on the link to the twin.
hubwire::result<hubwire::bytes> hub_reads_twin(hubwire::buffer answer, hubwire::bytes received) {
    const auto request = iothub::decode<iothub::amqp_twin::request>(received);
    if (!request) return request.error();
    if (request->operation != iothub::amqp_twin::operation::get)
        return iothub::encode(answer,
                              iothub::amqp_twin::reply{.correlation_id = request->correlation_id, .status = 400});
    return iothub::encode(answer, iothub::amqp_twin::reply{.correlation_id = request->correlation_id,
                                                           .body = R"({"desired":{"interval":60}})"sv});
}

int device_shows_token() {
    memory device{};
    memory hub{};
    const auto request =
        iothub::encode(device, iothub::cbs::put_token{.message_id = 1u,
                                                      .audience = "contoso.azure-devices.net%2Fdevices%2FMyDevice01",
                                                      .token = "SharedAccessSignature sr=...&sig=...&se=1456481802"});
    if (!request) return fail(request.error());
    show("device to $cbs", *request);

    const auto answer = hub_checks_token(hub, *request);
    if (!answer) return fail(answer.error());
    show("$cbs to device", *answer);

    const auto reply = iothub::decode<iothub::cbs::reply>(*answer);
    if (!reply) return fail(reply.error());
    say("token", reply->is_success() ? "accepted" : reply->status_description.value_or("refused"));
    return 0;
}

/// How the two links for the twin are told to belong together: in the properties of each attach.
int device_attaches() {
    memory scratch{};
    memory device{};
    const auto properties = iothub::as_fields(
        scratch, {.api_version = "2021-04-12", .channel_correlation_id = "twin:9f5f2a0e-7f0b-4d0e-9d0c-3c6d6a1d5b1e"});
    if (!properties) return fail(properties.error());
    const auto attach = amqp::encode(device, amqp::attach{.name = "twin-1",
                                                          .role = amqp::role::receiver,
                                                          .source = amqp::source{.address = "/devices/MyDevice01/twin"},
                                                          .target = amqp::target{},
                                                          .properties = *properties});
    if (!attach) return fail(attach.error());
    show("device attaches", *attach);
    return 0;
}

int device_gets_twin() {
    memory device{};
    memory hub{};
    const auto id = iothub::decode_uuid("9f5f2a0e-7f0b-4d0e-9d0c-3c6d6a1d5b1e");
    if (!id) return fail(id.error());
    const auto request = iothub::encode(device, iothub::amqp_twin::request{.correlation_id = *id});
    if (!request) return fail(request.error());
    show("device to twin", *request);

    const auto received = hub_reads_twin(hub, *request);
    if (!received) return fail(received.error());
    show("twin to device", *received);

    // On the link from the hub there are replies, and updates that nobody asked for.
    const auto message = amqp::decode<amqp::message>(*received, {.no_body = true});
    if (!message) return fail(message.error());
    if (iothub::amqp_twin::is_desired_update(*message)) {
        const auto update = iothub::decode<iothub::amqp_twin::desired_update>(*message);
        if (!update) return fail(update.error());
        say("changed", update->body.text());
    } else {
        const auto reply = iothub::decode<iothub::amqp_twin::reply>(*message);
        if (!reply) return fail(reply.error());
        say("twin", reply->correlation_id == *id ? reply->body.text() : "of another request");
    }
    return 0;
}

int hub_calls_method() {
    memory hub{};
    memory device{};
    const amqp::uuid id{{0x55, 0x0e, 0x84, 0x00}};
    const auto call = iothub::encode(
        hub, iothub::amqp_method::request{.correlation_id = id, .name = "reboot", .payload = R"({"delay":5})"sv});
    if (!call) return fail(call.error());
    show("hub to method", *call);

    const auto request = iothub::decode<iothub::amqp_method::request>(*call);
    if (!request) return fail(request.error());
    say("method", request->name);
    const auto answer =
        iothub::encode(device, iothub::amqp_method::reply{.correlation_id = request->correlation_id,
                                                          .status = request->name == "reboot" ? 200 : 501,
                                                          .payload = "{}"sv});
    if (!answer) return fail(answer.error());
    show("method to hub", *answer);
    return 0;
}

/// Telemetry that is sent as one message: as many as fit.
int device_sends_batch() {
    std::array<std::uint8_t, 48> device{};
    iothub::batch_builder batch{device};
    for (const std::string_view temperature : {"21.5", "21.7", "22.0", "22.4"}) {
        if (const auto added = batch.add(iothub::message{.body = temperature}); !added) {
            say("next batch from", temperature);
            break;
        }
    }
    const auto wire = batch.finish();  // to be sent in transfers with .message_format = amqp::batch_message_format
    if (!wire) return fail(wire.error());
    show("batch", *wire);

    const auto received = iothub::decode<iothub::batch>(*wire);
    if (!received) return fail(received.error());
    for (const amqp::data one : received->messages) {
        const auto message = iothub::decode_amqp_message(one.content, {.amqp = iothub::c_sdk_messages});
        if (!message) return fail(message.error());
        say("temperature", message->body.single().value_or(hubwire::bytes{}).text());
    }
    return 0;
}

}  // namespace

int main() {
    for (const auto step :
         {device_shows_token, device_attaches, device_gets_twin, hub_calls_method, device_sends_batch}) {
        if (const int status = step(); status != 0) return status;
    }
    return 0;
}
