// A service sends a message to a device over AMQP, and hears what became of it: its two links, and the messages that
// transfers carry over them. Before these come
//  - TLS, to port 5671 of the HostName in the connection string of a policy that may "service connect" (in the portal,
//    "shared access policies"); where only port 443 is open, WebSocket within it (websocket_handshake.cpp);
//  - SASL PLAIN, whose response holds a token of that policy (sas_token.cpp), or ANONYMOUS, and then the token in a
//    message to $cbs (amqp_device.cpp);
//  - open, begin and, where a link receives, flow, in frames (amqp.cpp).
// A connection that does all of this, to copy, is in tests/interop/amqp_connection.hpp.

#include <array>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>

namespace {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;
using namespace std::literals;

int fail(const hubwire::error& e) {
    std::printf("refused at %zu: %.*s\n", e.offset, static_cast<int>(e.message().size()), e.message().data());
    return 1;
}

void say(const char* what, const std::optional<hubwire::json::string>& text) {
    if (!text) return;
    std::printf("  %s %.*s\n", what, static_cast<int>(text->raw().size()), text->raw().data());
}

// Each goes into a frame of its own, and is answered by an attach.
int attach_links() {
    std::array<char, 64> address_memory;
    std::array<char, 256> frame_memory;
    const auto messages = iothub::encode_address(address_memory, {.kind = iothub::endpoint::service_device_bound});
    if (!messages) return fail(messages.error());
    const auto sender = amqp::encode_frame(frame_memory, 0,
                                           amqp::attach{.name = "messages",
                                                        .handle = 0,
                                                        .role = amqp::role::sender,
                                                        .source = amqp::source{.address = "my service"},
                                                        .target = amqp::target{.address = messages->text()},
                                                        .initial_delivery_count = 0});
    if (!sender) return fail(sender.error());
    std::printf("sends to %.*s\n", static_cast<int>(messages->size()), messages->data());

    const auto feedback = iothub::encode_address(address_memory, {.kind = iothub::endpoint::feedback});
    if (!feedback) return fail(feedback.error());
    const auto receiver = amqp::encode_frame(frame_memory, 0,
                                             amqp::attach{.name = "feedback",
                                                          .handle = 1,
                                                          .role = amqp::role::receiver,
                                                          .source = amqp::source{.address = feedback->text()},
                                                          .target = amqp::target{.address = "my service"}});
    if (!receiver) return fail(receiver.error());
    std::printf("receives from %.*s\n", static_cast<int>(feedback->size()), feedback->data());
    return 0;
}

// One link is for all devices: the message says which one it is for.
hubwire::result<hubwire::bytes> send_message(hubwire::buffer output) {
    std::array<char, 128> address_memory;
    const auto to =
        iothub::encode_address(address_memory, {.kind = iothub::endpoint::device_bound, .who = {.device_id = "one"}});
    if (!to) return to.error();
    const iothub::property properties[] = {{"valve", "7"}};
    const iothub::message message{.message_id = "message_1",
                                  .to = to->text(),
                                  .ack = to_text(iothub::ack_request::full),  // good news and bad
                                  .application_properties = properties,
                                  .body = "close"sv};
    if (const auto accepted = iothub::check_message_to_device(message); !accepted) return accepted.error();
    return iothub::encode_amqp_message(output, message);
}

// What came on the link for feedback, all transfers of one delivery together. (A disposition with accepted{} is the
// answer; without one the hub sends the same again.)
int read_feedback(hubwire::bytes message) {
    std::array<char, 4096> memory;  // for a body in several sections, which is rare
    auto feedback = iothub::decode_feedback_message(message, memory);
    if (!feedback) return fail(feedback.error());
    for (const iothub::feedback_record& record : *feedback) {
        if (record.status_code != iothub::feedback_status::success) {
            say("not delivered:", record.original_message_id);
            say("because:", record.status_code.text());
        }
        if (const auto when = record.enqueued_time())
            std::printf("  at %lld s after 1970 began\n", static_cast<long long>(when->seconds));
    }
    const auto done = feedback->finish();
    return done ? 0 : fail(done.error());
}

}  // namespace

int main() {
    if (const int status = attach_links(); status != 0) return status;
    std::array<char, 512> memory;
    const auto sent = send_message(memory);
    if (!sent) return fail(sent.error());
    std::printf("sent: %zu bytes\n", sent->size());

    // What the hub sends back, some time later.
    const std::array<iothub::feedback_record, 2> records{{
        {.original_message_id = "message_1", .enqueued_time_utc = "2015-10-29T07:59:00.9772497Z", .device_id = "one"},
        {.original_message_id = "message_2",
         .enqueued_time_utc = "2015-10-29T07:59:01Z",
         .status_code = iothub::feedback_status::expired,
         .device_id = "two"},
    }};
    std::array<char, 1024> message_memory;
    const auto message = iothub::encode_feedback_message(message_memory, records);
    if (!message) return fail(message.error());
    return read_feedback(*message);
}
