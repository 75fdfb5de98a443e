#ifndef HUBWIRE_TESTS_EXAMPLES_DEMO_VALVE_HPP
#define HUBWIRE_TESTS_EXAMPLES_DEMO_VALVE_HPP

#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string_view>

#include "connection.hpp"
#include "device.hpp"
#include "paper.hpp"
#include "stream.hpp"

namespace demo {

/// Speaks AMQP: SASL, a session, a link each way to $cbs for its token, and one for commands, which it accepts.
class valve {
public:
    valve(stream& to_hub, stream& from_hub) : out_{to_hub}, in_{from_hub} {}

    done connect() {
        out_.send(amqp::encode_protocol_header(out_.room(), amqp::protocol::sasl));
        return out_.status();
    }

    hubwire::result<bool> receive() {
        return receive_amqp(
            in_, {"valve-3", false}, [this](amqp::protocol agreed) { return start(agreed); },
            [this](const amqp::frame& frame) { return take(frame); });
    }

private:
    template <amqp::frame_body Body>
    void send(const Body& body) {
        out_.send(amqp::encode_frame(out_.room(), 0, body));
    }

    done start(amqp::protocol agreed) {
        if (agreed == amqp::protocol::sasl) return {};  // the mechanisms follow
        send(amqp::open{.container_id = "valve-3", .hostname = host, .max_frame_size = 1024});
        send(amqp::begin{.next_outgoing_id = 0, .incoming_window = 100, .outgoing_window = 100});
        send(amqp::attach{.name = "tokens",
                          .handle = 0,
                          .source = amqp::source{},
                          .target = amqp::target{.address = iothub::cbs::node},
                          .initial_delivery_count = 0});
        receive_from("answers", 1, iothub::cbs::node);
        return out_.status();
    }

    void receive_from(std::string_view name, std::uint32_t handle, std::string_view address) {
        send(amqp::attach{.name = name,
                          .handle = handle,
                          .role = amqp::role::receiver,
                          .source = amqp::source{.address = address},
                          .target = amqp::target{}});
        send(amqp::flow{.next_incoming_id = 0,
                        .incoming_window = 100,
                        .outgoing_window = 100,
                        .handle = handle,
                        .delivery_count = 0,
                        .link_credit = 10});
    }

    done show_token() {
        std::array<char, 256> token_memory;
        std::array<char, 512> memory;
        const auto token = make_token(token_memory, valve_3);
        if (!token) return token.error();
        const auto message =
            iothub::encode(memory, iothub::cbs::put_token{.message_id = 1u,
                                                          .audience = "contoso.azure-devices.net%2Fdevices%2Fvalve-3",
                                                          .token = token->text()});
        if (!message) return message.error();
        out_.send(amqp::encode_frame(
            out_.room(), 0, amqp::transfer{.handle = 0, .delivery_id = 0, .delivery_tag = "0"sv, .settled = true},
            *message));
        return out_.status();
    }

    done take(const amqp::frame& frame) {
        if (frame.get_if<amqp::sasl_mechanisms>() != nullptr)
            send(amqp::sasl_init{.mechanism = amqp::sasl_mechanism::anonymous});
        if (const auto* outcome = frame.get_if<amqp::sasl_outcome>()) {
            if (outcome->code != amqp::sasl_code::ok) return not_let_in;
            out_.send(amqp::encode_protocol_header(out_.room(), amqp::protocol::amqp));
        }
        if (frame.get_if<amqp::flow>() != nullptr) return show_token();
        if (const auto* t = frame.get_if<amqp::transfer>()) {
            if (t->handle == 1) {
                const auto reply = iothub::decode<iothub::cbs::reply>(frame.payload);
                if (!reply) return reply.error();
                if (!reply->is_success()) return not_let_in;
                receive_from("commands", 2, valve_address);
            } else {
                meaning("the valve closes");
                send(amqp::disposition{.role = amqp::role::receiver,
                                       .first = t->delivery_id.value_or(0),
                                       .settled = true,
                                       .state = amqp::accepted{}});
            }
        }
        return out_.status();
    }

    outbox out_;
    inbox in_;
};

}  // namespace demo

#endif
