// Every public function of property bags and of what they stand on, in functions that anybody could call; as
// everything/core.cpp.

#include <array>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <utility>

template class hubwire::result<hubwire::iothub::property_bag>;

namespace everything {

namespace iothub = hubwire::iothub;
namespace text = hubwire::text;
namespace amqp = hubwire::amqp;

// names

bool names(iothub::system_property which, iothub::routing_endpoint where, std::string_view name) {
    const auto in_amqp = iothub::find_amqp_name(iothub::place_in_amqp(which), iothub::amqp_name(which));
    const auto in_mqtt = iothub::find_mqtt_name(iothub::mqtt_name(which));
    const auto at_endpoint = iothub::find_endpoint_name(where, iothub::endpoint_name(where, which));
    return in_amqp == which && in_mqtt == at_endpoint && iothub::find_mqtt_name(name) &&
           iothub::find_amqp_name(iothub::amqp_place::properties, name) && iothub::find_endpoint_name(where, name);
}
static_assert(iothub::system_property_count == 35);

// values

iothub::property_value value_of(const amqp::message_id& id, const std::optional<amqp::message_id>& or_none) {
    const iothub::property_value v = or_none;
    return v.is_null() ? iothub::property_value{id} : v;
}
iothub::property_value value_of(const amqp::value& v, std::string_view name, bool flag) {
    if (flag) return text::percent_text{name, flag};
    return name.empty() ? iothub::property_value{v} : iothub::property_value{name};
}
hubwire::result<std::size_t> read_value(const iothub::property_value& v, hubwire::buffer output,
                                        const text::timestamp_options& rules) {
    if (v.is_null() || v.is_text() || v.has_bytes() || !v.is_scalar()) return v.raw().size();
    if (v.is_encoded()) return v.percent().decoded_size();
    if (v.to_amqp().is_null() || v.type() == amqp::type::null || v.plain() || v.integer()) return std::size_t{0};
    const auto time = v.time();
    const auto lenient = v.time(rules);
    if (!time && !lenient) return time.error();
    const auto decoded = v.decode(output);
    if (!decoded) return decoded.error();
    return v.decoded_size();
}
bool same(const iothub::property_value& a, const iothub::property_value& b, std::string_view plain) {
    return a == b && a == plain && iothub::property{a, b} == iothub::property{b, a};
}
template <hubwire::room Room>
void put(hubwire::basic_writer<Room>& out, const iothub::property_value& v, const iothub::property_bag& bag,
         const iothub::bag_options& rules) {
    iothub::put_decoded(out, v);
    iothub::put_percent(out, v);
    iothub::put_percent(out, v, rules.percent());
    iothub::put_property_bag(out, bag, rules);
    iothub::put_property_bag(out, {{v, v}});
}
template void put(hubwire::writer&, const iothub::property_value&, const iothub::property_bag&,
                  const iothub::bag_options&);
template void put(hubwire::unchecked_writer&, const iothub::property_value&, const iothub::property_bag&,
                  const iothub::bag_options&);
template void put(hubwire::counting_writer&, const iothub::property_value&, const iothub::property_bag&,
                  const iothub::bag_options&);

// bags

hubwire::result<hubwire::bytes> to_bag(hubwire::buffer output, std::string_view name, const amqp::map& map,
                                       const iothub::bag_options& rules) {
    const std::array<std::pair<std::string_view, int>, 1> pairs{{{name, 7}}};
    const std::array<std::pair<iothub::system_property, iothub::property_value>, 1> known{
        {{iothub::system_property::message_id, name}}};
    if (const auto bag = iothub::encode_property_bag(output, pairs)) return bag;
    if (const auto bag = iothub::encode_property_bag(output, known, rules)) return bag;
    if (const auto bag = iothub::encode_property_bag(output, map, rules)) return bag;
    return iothub::encode_property_bag(output, {{name, 1}, {name, {}}}, rules);
}
hubwire::result<std::size_t> of_bag(std::string_view wire, const iothub::bag_options& rules) {
    const auto strict = iothub::decode_property_bag(wire);
    const auto bag = strict ? strict : iothub::decode_property_bag(wire, rules);
    if (!bag) return bag.error();
    std::size_t sum = bag->raw().size();
    for (const iothub::property p : *bag) sum += p.name.raw().size();
    if (bag->find("name") || bag->find(iothub::system_property::to) || bag->empty()) return sum;
    return *bag == iothub::property_bag{} ? iothub::property_bag_size(*bag) : iothub::property_bag_size(*bag, rules);
}

}  // namespace everything
