// A service hears what became of the messages that it has sent to devices.

#include <array>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>

namespace {

namespace iothub = hubwire::iothub;

int fail(const hubwire::error& e) {
    std::printf("refused at %zu: %.*s\n", e.offset, static_cast<int>(e.message().size()), e.message().data());
    return 1;
}

void say(const char* what, const std::optional<hubwire::json::string>& text) {
    if (!text) return;
    std::printf("  %s %.*s\n", what, static_cast<int>(text->raw().size()), text->raw().data());
}

// What came on the link for feedback, all transfers of one delivery together.
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
    // As the hub would write it.
    const std::array<iothub::feedback_record, 2> records{{
        {.original_message_id = "message_1", .enqueued_time_utc = "2015-10-29T07:59:00.9772497Z", .device_id = "one"},
        {.original_message_id = "message_2",
         .enqueued_time_utc = "2015-10-29T07:59:01Z",
         .status_code = iothub::feedback_status::expired,
         .device_id = "two"},
    }};
    std::array<char, 1024> body_memory;
    const auto body = iothub::encode_feedback(body_memory, records);
    if (!body) return fail(body.error());
    std::array<char, 1024> message_memory;
    const auto message = hubwire::amqp::encode(message_memory, iothub::feedback_message(*body));
    if (!message) return fail(message.error());
    return read_feedback(*message);
}
