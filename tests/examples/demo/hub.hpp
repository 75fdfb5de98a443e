#ifndef HUBWIRE_TESTS_EXAMPLES_DEMO_HUB_HPP
#define HUBWIRE_TESTS_EXAMPLES_DEMO_HUB_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "connection.hpp"
#include "device.hpp"
#include "paper.hpp"
#include "stream.hpp"

namespace demo {

/// The other end of both connections: verifies tokens, grants subscriptions and links, and makes of the pump's alarm
/// a command for the valve.
class hub {
public:
    hub(stream& from_pump, stream& to_pump, stream& from_valve, stream& to_valve)
        : to_pump_{to_pump}, to_valve_{to_valve}, from_pump_{from_pump}, from_valve_{from_valve} {}

    hubwire::result<bool> receive() {
        const auto a = receive_mqtt(from_pump_, {"pump-17"}, [this](const mqtt::packet& p) { return take(p); });
        if (!a) return a.error();
        const auto b = receive_amqp(
            from_valve_, {"valve-3"}, [this](amqp::protocol asked) { return start(asked); },
            [this](const amqp::frame& f) { return take(f); });
        if (!b) return b.error();
        return *a || *b;
    }

    done change_twin() {
        std::array<char, 128> memory;
        return publish(iothub::encode(memory, iothub::twin_desired_topic{.version = 4}),
                       R"({"limit":6.5,"$version":4})"sv);
    }
    done call_method() {
        std::array<char, 128> memory;
        return publish(iothub::encode(memory, iothub::method_request_topic{.name = "slow-down", .rid = "7f3c"}),
                       R"({"rpm":400})"sv);
    }

private:
    done publish(const hubwire::result<hubwire::bytes>& topic, hubwire::bytes payload) {
        if (!topic) return topic.error();
        to_pump_.send(mqtt::encode(to_pump_.room(), mqtt::publish{.topic = topic->text(), .payload = payload}));
        return to_pump_.status();
    }

    done take(const mqtt::packet& packet) {
        if (const auto* p = packet.get_if<mqtt::connect>()) {
            const auto verdict = verify(p->password.value_or(""sv).text(), pump_17);
            const mqtt::connect_code code = verdict ? mqtt::connect_code::accepted : mqtt::connect_code::not_authorized;
            to_pump_.send(mqtt::encode(to_pump_.room(), mqtt::connack{.code = code}));
        } else if (const auto* wish = packet.get_if<mqtt::subscribe>()) {
            std::array<mqtt::suback_code, 8> codes{};
            std::size_t count = 0;
            for (const mqtt::subscription s : wish->subscriptions) {
                if (count != codes.size()) codes[count++] = iothub::answer_to_subscription(s, pump_17.who).code();
            }
            to_pump_.send(mqtt::encode_suback(to_pump_.room(), wish->packet_id, std::span{codes}.first(count)));
        } else if (const auto* message = packet.get_if<mqtt::publish>()) {
            if (message->packet_id != 0)
                to_pump_.send(mqtt::encode(to_pump_.room(), mqtt::puback{.packet_id = message->packet_id}));
            const auto topic = iothub::decode_topic_to_hub(message->topic);
            if (!topic) return topic.error();
            std::array<char, 128> memory;
            if (topic->get_if<iothub::twin_reported_topic>() != nullptr)
                return publish(
                    iothub::encode(memory, iothub::twin_response_topic{.status = 204, .rid = "1", .version = 5}), {});
            if (const auto* telemetry = topic->get_if<iothub::telemetry_topic>())
                return warn_valve(telemetry->bag, message->payload);
        }
        return to_pump_.status();
    }

    /// The same message, from one protocol to the other: nothing of it is stored in between.
    done warn_valve(std::string_view bag, hubwire::bytes payload) {
        auto message = iothub::decode_mqtt_message(bag, payload);
        if (!message) return message.error();
        message->to = valve_address;
        message->ack = to_text(iothub::ack_request::full);
        std::array<char, 512> memory;
        const auto wire = iothub::encode_amqp_message(memory, *message);
        if (!wire) return wire.error();
        to_valve_.send(amqp::encode_frame(to_valve_.room(), 0,
                                          amqp::transfer{.handle = 2, .delivery_id = 1, .delivery_tag = "1"sv}, *wire));
        return to_valve_.status();
    }

    template <amqp::frame_body Body>
    void send(const Body& body) {
        to_valve_.send(amqp::encode_frame(to_valve_.room(), 0, body));
    }

    done start(amqp::protocol asked) {
        to_valve_.send(amqp::encode_protocol_header(to_valve_.room(), asked));
        if (asked == amqp::protocol::sasl)
            send(amqp::sasl_mechanisms{{amqp::sasl_mechanism::anonymous, amqp::sasl_mechanism::external}});
        return to_valve_.status();
    }

    done take(const amqp::frame& frame) {
        if (frame.get_if<amqp::sasl_init>() != nullptr) send(amqp::sasl_outcome{});
        if (frame.get_if<amqp::open>() != nullptr) send(amqp::open{.container_id = "hub", .max_frame_size = 1024});
        if (frame.get_if<amqp::begin>() != nullptr)
            send(amqp::begin{.remote_channel = 0, .incoming_window = 100, .outgoing_window = 100});
        if (const auto* a = frame.get_if<amqp::attach>()) attach(*a);
        if (frame.get_if<amqp::transfer>() != nullptr) return answer_token(frame.payload);
        if (const auto* d = frame.get_if<amqp::disposition>()) return report(*d);
        return to_valve_.status();
    }

    void attach(amqp::attach asked) {
        const bool we_send = asked.role == amqp::role::receiver;
        asked.role = we_send ? amqp::role::sender : amqp::role::receiver;
        asked.initial_delivery_count = we_send ? std::optional<std::uint32_t>{0} : std::nullopt;
        send(asked);
        if (!we_send)
            send(amqp::flow{.next_incoming_id = 0,
                            .incoming_window = 100,
                            .outgoing_window = 100,
                            .handle = asked.handle,
                            .delivery_count = 0,
                            .link_credit = 10});
    }

    done answer_token(hubwire::bytes message) {
        const auto request = iothub::decode<iothub::cbs::put_token>(message);
        if (!request) return request.error();
        const auto verdict = verify(request->token, valve_3);
        std::array<char, 256> memory;
        const auto reply = iothub::encode(
            memory, iothub::cbs::reply{.correlation_id = request->message_id, .status_code = verdict ? 200 : 401});
        if (!reply) return reply.error();
        to_valve_.send(amqp::encode_frame(
            to_valve_.room(), 0, amqp::transfer{.handle = 1, .delivery_id = 0, .delivery_tag = "0"sv, .settled = true},
            *reply));
        return to_valve_.status();
    }

    /// What became of the alarm goes to the service as JSON.
    static done report(const amqp::disposition& d) {
        std::array<char, 512> memory;
        const iothub::feedback_record records[] = {{.original_message_id = "alarm-1",
                                                    .enqueued_time_utc = "2026-11-28T10:00:00Z",
                                                    .status_code = d.state.is<amqp::accepted>()
                                                                       ? iothub::feedback_status::success
                                                                       : iothub::feedback_status::rejected,
                                                    .device_id = "valve-3"}};
        const auto json = iothub::encode_feedback(memory, records);
        if (!json) return json.error();
        meaning("feedback for the service:");
        content(json->text());
        return {};
    }

    outbox to_pump_;
    outbox to_valve_;
    inbox from_pump_;
    inbox from_valve_;
};

}  // namespace demo

#endif
