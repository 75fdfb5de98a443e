#include <hubwire/amqp.hpp>

// All that a device needs of AMQP, and nothing else; as mqtt_device.cpp. It shows a token by SASL or by CBS, whose
// messages are like any other, opens a link, sends telemetry, and takes messages.

namespace amqp = hubwire::amqp;
using hubwire::buffer;
using hubwire::bytes;
using hubwire::result;

result<bytes> encode_sasl_init(buffer to, const amqp::sasl_init& f) { return amqp::encode_frame(to, f); }
result<bytes> encode_open(buffer to, const amqp::open& f) { return amqp::encode_frame(to, 0, f); }
result<bytes> encode_begin(buffer to, const amqp::begin& f) { return amqp::encode_frame(to, 0, f); }
result<bytes> encode_attach(buffer to, const amqp::attach& f) { return amqp::encode_frame(to, 0, f); }
result<bytes> encode_flow(buffer to, const amqp::flow& f) { return amqp::encode_frame(to, 0, f); }
result<bytes> encode_disposition(buffer to, const amqp::disposition& f) { return amqp::encode_frame(to, 0, f); }
result<bytes> encode_transfer(buffer to, const amqp::transfer& f, bytes message) {
    return amqp::encode_frame(to, 0, f, message);
}
result<bytes> encode_telemetry(buffer to, const amqp::message& m) { return amqp::encode(to, m); }

result<bytes> cut(bytes received) { return amqp::cut(received); }
result<amqp::frame> decode_any(bytes frame) { return amqp::decode_frame(frame); }
result<amqp::message> decode_message(bytes message) { return amqp::decode<amqp::message>(message); }
