#include <hubwire/hubwire.hpp>

std::size_t size_in_the_other_unit(std::string_view text);
hubwire::bytes ping_in_the_other_unit(hubwire::buffer output);
hubwire::bytes frame_in_the_other_unit(hubwire::buffer output);

std::size_t size_in_this_unit(std::string_view text) {
    hubwire::counting_writer out;
    out.sized16(text);
    return *out.finish();
}

int main() {
    const std::string_view text = hubwire::error{.code = hubwire::errc::incomplete}.message();
    if (size_in_this_unit(text) != size_in_the_other_unit(text)) return 1;

    char memory[2];
    const auto packet = hubwire::mqtt::decode(ping_in_the_other_unit(memory));
    if (!packet || packet->get_if<hubwire::mqtt::pingreq>() == nullptr) return 1;

    char room[64];
    const auto frame = hubwire::amqp::decode_frame(frame_in_the_other_unit(room));
    return frame && frame->get_if<hubwire::amqp::open>() != nullptr ? 0 : 1;
}
