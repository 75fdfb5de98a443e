#ifndef HUBWIRE_TESTS_EXAMPLES_DEMO_CONNECTION_HPP
#define HUBWIRE_TESTS_EXAMPLES_DEMO_CONNECTION_HPP

#include <cstddef>
#include <hubwire/hubwire.hpp>

#include "device.hpp"
#include "paper.hpp"
#include "stream.hpp"
#include "words.hpp"

namespace demo {

/// A frame, or the header that comes before frames.
inline hubwire::result<hubwire::bytes> cut_amqp(hubwire::bytes received) {
    if (received.text().front() != 'A') return amqp::cut(received, {.max_frame_size = 1024});
    const auto header = amqp::decode_protocol_header(received);
    if (!header) return header.error();
    return received.first(amqp::protocol_header_size);
}

inline hubwire::result<hubwire::bytes> cut_mqtt(hubwire::bytes received) {
    return mqtt::cut(received, {.max_packet_size = 1024});
}

/// Takes what has arrived on a connection of MQTT: shows it, then hands it on.
template <class Take>
hubwire::result<bool> receive_mqtt(inbox& from, const route& r, Take take) {
    return from.receive(cut_mqtt, [&](hubwire::bytes whole, const arrival& at) -> done {
        const auto packet = mqtt::decode(whole);
        if (!packet) return packet.error();
        tell(r, at, whole.size(), *packet);
        return take(*packet);
    });
}

/// The same of AMQP: start takes a protocol header, take a frame.
template <class Start, class Take>
hubwire::result<bool> receive_amqp(inbox& from, const route& r, Start start, Take take) {
    return from.receive(cut_amqp, [&](hubwire::bytes whole, const arrival& at) -> done {
        if (whole.text().front() == 'A') {
            const auto protocol = amqp::decode_protocol_header(whole);
            head(r, at, "protocol header", whole.size());
            print(*protocol == amqp::protocol::sasl ? "SASL\n" : "AMQP 1.0.0\n");
            return start(*protocol);
        }
        const auto frame = amqp::decode_frame(whole);
        if (!frame) return frame.error();
        tell(r, at, whole.size(), *frame);
        return take(*frame);
    });
}

}  // namespace demo

#endif
