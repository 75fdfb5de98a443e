#include <hubwire/mqtt.hpp>

// All that a device needs of MQTT, and nothing else, so that its size can be read off the object file: what it sends,
// and what it is sent.

namespace mqtt = hubwire::mqtt;

hubwire::result<hubwire::bytes> encode_connect(hubwire::buffer to, const mqtt::connect& p) {
    return mqtt::encode(to, p);
}
hubwire::result<hubwire::bytes> encode_publish(hubwire::buffer to, const mqtt::publish& p) {
    return mqtt::encode(to, p);
}
hubwire::result<hubwire::bytes> encode_subscribe(hubwire::buffer to, const mqtt::subscribe& p) {
    return mqtt::encode(to, p);
}

hubwire::result<hubwire::bytes> cut(hubwire::bytes received) { return mqtt::cut(received); }
hubwire::result<mqtt::connack> decode_connack(hubwire::bytes packet) { return mqtt::decode<mqtt::connack>(packet); }
hubwire::result<mqtt::publish> decode_publish(hubwire::bytes packet) { return mqtt::decode<mqtt::publish>(packet); }
hubwire::result<mqtt::suback> decode_suback(hubwire::bytes packet) { return mqtt::decode<mqtt::suback>(packet); }
hubwire::result<mqtt::puback> decode_puback(hubwire::bytes packet) { return mqtt::decode<mqtt::puback>(packet); }
