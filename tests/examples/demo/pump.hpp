#ifndef HUBWIRE_TESTS_EXAMPLES_DEMO_PUMP_HPP
#define HUBWIRE_TESTS_EXAMPLES_DEMO_PUMP_HPP

#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>

#include "connection.hpp"
#include "device.hpp"
#include "stream.hpp"

namespace demo {

/// Speaks MQTT: says who it is, asks for what concerns it, sends telemetry, follows its twin, answers a method.
class pump {
public:
    pump(stream& to_hub, stream& from_hub) : out_{to_hub}, in_{from_hub} {}

    done connect() {
        std::array<char, 256> memory;
        std::array<char, 256> token_memory;
        auto packet = iothub::make_connect(memory, {.host = host, .client = pump_17.who});
        if (!packet) return packet.error();
        const auto token = make_token(token_memory, pump_17);
        if (!token) return token.error();
        packet->password = *token;
        out_.send(mqtt::encode(out_.room(), *packet));
        return out_.status();
    }

    done send_alarm() {
        std::array<char, 256> memory;
        const iothub::property properties[] = {{"level", "critical"}, {"site", "Building 43"}};
        hubwire::writer topic{memory};
        put_topic(topic, iothub::telemetry_topic{.sender = pump_17.who});
        put_mqtt_bag(topic, iothub::message{.message_id = "alarm-1",
                                            .content_type = "application/json",
                                            .application_properties = properties});
        return publish(topic.finish(), R"({"pressure":9.7})"sv, mqtt::qos::at_least_once);
    }

    hubwire::result<bool> receive() {
        return receive_mqtt(in_, {"pump-17", false}, [this](const mqtt::packet& packet) { return take(packet); });
    }

private:
    done publish(const hubwire::result<hubwire::bytes>& topic, hubwire::bytes payload,
                 mqtt::qos qos = mqtt::qos::at_most_once) {
        if (!topic) return topic.error();
        mqtt::publish message{.topic = topic->text(), .payload = payload, .qos = qos};
        if (qos != mqtt::qos::at_most_once) message.packet_id = ++last_id_;
        out_.send(mqtt::encode(out_.room(), message));
        return out_.status();
    }

    done take(const mqtt::packet& packet) {
        if (const auto* answer = packet.get_if<mqtt::connack>()) {
            if (answer->code != mqtt::connect_code::accepted) return not_let_in;
            const mqtt::subscription wanted[] = {{.filter = iothub::twin_response_filter},
                                                 {.filter = iothub::twin_desired_filter},
                                                 {.filter = iothub::method_request_filter}};
            out_.send(mqtt::encode_subscribe(out_.room(), ++last_id_, wanted));
        }
        if (const auto* answer = packet.get_if<mqtt::suback>()) {
            for (const mqtt::suback_code code : answer->codes) {
                if (code == mqtt::suback_code::failure) return not_let_in;
            }
        }
        const auto* p = packet.get_if<mqtt::publish>();
        if (p == nullptr) return out_.status();
        const auto topic = iothub::decode_topic_to_client(p->topic);
        if (!topic) return topic.error();
        std::array<char, 128> memory;
        if (topic->get_if<iothub::twin_desired_topic>() != nullptr)
            return publish(iothub::encode(memory, iothub::twin_reported_topic{.rid = "1"}), R"({"limit":6.5})"sv);
        if (const auto* call = topic->get_if<iothub::method_request_topic>())
            return publish(iothub::encode(memory, iothub::method_response_topic{.status = 200, .rid = call->rid}),
                           R"({"rpm":400})"sv);
        return out_.status();
    }

    outbox out_;
    inbox in_;
    std::uint16_t last_id_ = 0;
};

}  // namespace demo

#endif
