#include <hubwire/hubwire.hpp>

std::size_t size_in_the_other_unit(std::string_view text) {
    hubwire::counting_writer out;
    out.sized16(text);
    return *out.finish();
}

hubwire::bytes ping_in_the_other_unit(hubwire::buffer output) {
    const auto packet = hubwire::mqtt::encode(output, hubwire::mqtt::pingreq{});
    return packet && hubwire::mqtt::cut(*packet) ? *packet : hubwire::bytes{};
}

hubwire::bytes frame_in_the_other_unit(hubwire::buffer output) {
    const auto frame = hubwire::amqp::encode_frame(output, 0, hubwire::amqp::open{.container_id = "other"});
    return frame && hubwire::amqp::cut(*frame) ? *frame : hubwire::bytes{};
}
