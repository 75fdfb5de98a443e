// Every public function of messages, in functions that anybody could call; as everything/core.cpp.

#include <array>
#include <hubwire/hubwire.hpp>

template class hubwire::result<hubwire::iothub::message>;

namespace everything {

namespace iothub = hubwire::iothub;
namespace amqp = hubwire::amqp;

bool look_at(iothub::message& m, iothub::system_property which, std::string_view name) {
    const iothub::message& unchanged = m;
    m.set_sender({.device_id = name});
    m[which] = iothub::to_text(iothub::requested_ack(m.ack));
    std::size_t sum = m.body.size() + m.body.sections().size();
    for (const iothub::property p : m.application_properties) sum += p.name.raw().size();
    return unchanged[which].is_null() && m == unchanged && sum != 0 && m.application_properties.find(name) &&
           m.application_properties.empty() && m.body.single();
}
iothub::message made(const std::array<iothub::property, 2>& app, hubwire::bytes body) {
    return {.message_id = "id", .application_properties = app, .body = body};
}

hubwire::result<iothub::message> decoded(std::string_view bag, hubwire::bytes payload, const amqp::message& parsed,
                                         const iothub::message_options& rules) {
    if (const auto m = iothub::decode_mqtt_message(bag, payload)) return m;
    if (const auto m = iothub::decode_mqtt_message(bag, payload, rules)) return m;
    if (const auto m = iothub::decode_amqp_message(payload)) return m;
    if (const auto m = iothub::decode_amqp_message(payload, rules)) return m;
    if (const auto m = iothub::to_message(parsed)) return m;
    return iothub::to_message(parsed, rules);
}
hubwire::result<hubwire::bytes> encoded(hubwire::buffer output, const iothub::message& m,
                                        const iothub::message_options& rules) {
    if (const auto wire = iothub::encode_mqtt_bag(output, m)) return wire;
    if (const auto wire = iothub::encode_mqtt_bag(output, m, rules)) return wire;
    if (const auto wire = iothub::encode_amqp_message(output, m)) return wire;
    if (const auto wire = iothub::encode_mqtt_payload(output, m)) return wire;
    return iothub::encode_amqp_message(output, m, rules);
}
hubwire::result<std::size_t> sizes(const iothub::message& m, const iothub::message_options& rules) {
    if (const auto size = iothub::mqtt_bag_size(m)) return size;
    if (const auto size = iothub::mqtt_bag_size(m, rules)) return size;
    if (const auto size = iothub::amqp_message_size(m)) return size;
    if (const auto size = iothub::amqp_message_size(m, rules)) return size;
    return iothub::message_size(m);
}
bool accepted(const iothub::message& m) {
    return iothub::check_message_from_device(m) && iothub::check_message_to_device(m) &&
           iothub::check_message_id(m.message_id) && iothub::check_property_text(m.to) &&
           iothub::check_creation_time_utc(m.creation_time_utc) && !iothub::find_obstacle_from_device(m) &&
           !iothub::find_obstacle_to_device(m);
}
static_assert(iothub::max_message_from_device > iothub::max_message_to_device && iothub::max_message_id_size == 128 &&
              iothub::max_queued_messages == 50 && iothub::metered_block == 4096);

bool can_go(const iothub::message& m, const iothub::message_options& rules) {
    const auto to_mqtt = iothub::find_mqtt_obstacle(m, rules);
    const auto to_amqp = iothub::find_amqp_obstacle(m, rules);
    return to_mqtt && to_amqp ? *to_mqtt == *to_amqp : !iothub::find_mqtt_obstacle(m) && !iothub::find_amqp_obstacle(m);
}

template <hubwire::room Room>
void put(hubwire::basic_writer<Room>& out, const iothub::message& m, const iothub::message_options& rules) {
    iothub::put_mqtt_bag(out, m, rules);
    iothub::put_mqtt_payload(out, m);
    iothub::put_amqp_message(out, m, rules);
}
template void put(hubwire::writer&, const iothub::message&, const iothub::message_options&);
template void put(hubwire::unchecked_writer&, const iothub::message&, const iothub::message_options&);
template void put(hubwire::counting_writer&, const iothub::message&, const iothub::message_options&);

}  // namespace everything
