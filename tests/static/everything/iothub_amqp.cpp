// Every public function of the hub over AMQP, in functions that anybody could call; as everything/core.cpp.

#include <hubwire/hubwire.hpp>

namespace everything {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;
using hubwire::buffer;
using hubwire::bytes;
using hubwire::result;

// operations

template <iothub::amqp_operation T>
result<T> both_ways(buffer output, const T& operation, const amqp::options& rules) {
    const auto size = iothub::encoded_size(operation, rules);
    if (!size) return size.error();
    const auto wire = iothub::encode(output, operation, rules);
    if (!wire) return wire.error();
    return iothub::decode<T>(*wire, rules);
}
template result<iothub::cbs::put_token> both_ways(buffer, const iothub::cbs::put_token&, const amqp::options&);
template result<iothub::cbs::delete_token> both_ways(buffer, const iothub::cbs::delete_token&, const amqp::options&);
template result<iothub::cbs::reply> both_ways(buffer, const iothub::cbs::reply&, const amqp::options&);
template result<iothub::amqp_twin::request> both_ways(buffer, const iothub::amqp_twin::request&, const amqp::options&);
template result<iothub::amqp_twin::reply> both_ways(buffer, const iothub::amqp_twin::reply&, const amqp::options&);
template result<iothub::amqp_twin::desired_update> both_ways(buffer, const iothub::amqp_twin::desired_update&,
                                                             const amqp::options&);
template result<iothub::amqp_method::request> both_ways(buffer, const iothub::amqp_method::request&,
                                                        const amqp::options&);
template result<iothub::amqp_method::reply> both_ways(buffer, const iothub::amqp_method::reply&, const amqp::options&);
template result<iothub::batch> both_ways(buffer, const iothub::batch&, const amqp::options&);

template <hubwire::room Room>
void put(hubwire::basic_writer<Room>& out, const iothub::amqp_twin::reply& reply, const iothub::selector& s,
         const iothub::channel_correlation& c, const amqp::uuid& id) {
    iothub::put_message(out, reply);
    iothub::put_selector(out, s);
    iothub::put_channel_correlation(out, c);
    iothub::put_uuid(out, id);
}
template void put(hubwire::writer&, const iothub::amqp_twin::reply&, const iothub::selector&,
                  const iothub::channel_correlation&, const amqp::uuid&);
template void put(hubwire::unchecked_writer&, const iothub::amqp_twin::reply&, const iothub::selector&,
                  const iothub::channel_correlation&, const amqp::uuid&);
template void put(hubwire::counting_writer&, const iothub::amqp_twin::reply&, const iothub::selector&,
                  const iothub::channel_correlation&, const amqp::uuid&);

result<bytes> head_of(buffer output, const iothub::amqp_method::reply& reply) {
    return iothub::as_message(reply, [=](const amqp::message& m) { return amqp::encode_head(output, m); });
}
bool is_for(const amqp::message& m, const iothub::sas_resource& device) {
    const auto put = iothub::decode<iothub::cbs::put_token>(m);
    const auto taken_back = iothub::decode<iothub::cbs::delete_token>(m);
    return put ? put->is_for(device) : taken_back && taken_back->is_for(device);
}
bool looks(const amqp::message& m) {
    const auto asked = iothub::cbs::operation_of(m);
    return asked == iothub::cbs::operation::put_token ? iothub::decode<iothub::cbs::put_token>(m)->is_for("hub")
           : asked                                    ? iothub::decode<iothub::cbs::delete_token>(m)->is_for("hub")
           : iothub::amqp_twin::is_desired_update(m)  ? iothub::decode<iothub::amqp_twin::desired_update>(m).has_value()
                                                      : iothub::decode<iothub::amqp_twin::reply>(m)->is_success() &&
                                                           iothub::decode<iothub::cbs::reply>(m)->is_success();
}

// batches

result<bytes> batched(buffer output, const amqp::message& m, const iothub::message& of_hub,
                      const iothub::message_options& rules, bytes encoded) {
    iothub::batch_builder b{output, iothub::c_sdk_messages};
    if (const auto added = b.add(m); !added) return added.error();
    if (const auto added = b.add(of_hub); !added) return added.error();
    if (const auto added = b.add(of_hub, rules); !added) return added.error();
    if (const auto added = b.add(encoded); !added) return added.error();
    return b.count() != b.size() ? b.finish() : result<bytes>{encoded};
}

// links

result<amqp::fields> link(buffer output, const std::optional<amqp::fields>& properties) {
    return iothub::as_fields(output, iothub::link_properties_of(properties));
}
result<bytes> channel(buffer output, std::string_view text) {
    const auto c = iothub::decode_channel_correlation(text);
    if (!c) return c.error();
    return iothub::encode_channel_correlation(output, *c);
}
result<amqp::filter_set> filters(buffer output, const amqp::filter_set& from) {
    const auto s = iothub::selector_of(from);
    if (!s) return s.error();
    return *s ? iothub::as_filters(output, **s) : from;
}
result<bytes> selector(buffer output, std::string_view text) {
    const auto s = iothub::decode_selector(text);
    if (!s) return s.error();
    return iothub::encode_selector(output, *s);
}
result<amqp::annotations> event(buffer output, const std::optional<amqp::annotations>& annotations) {
    return iothub::as_annotations(output, iothub::event_annotations_of(annotations));
}
result<amqp::error> elsewhere(buffer output, const amqp::error& why) {
    if (iothub::tracking_id_of(why) && iothub::condition_of(why) == iothub::hub_condition::other)
        return amqp::error{.condition = iothub::symbol_of(iothub::hub_condition::timeout)};
    return amqp::as_error(output, amqp::redirect_of(why).value_or(amqp::redirect{}));
}
result<bytes> uuid(buffer output, std::string_view text) {
    const auto id = iothub::decode_uuid(text);
    if (!id) return id.error();
    return iothub::encode_uuid(output, *id);
}

}  // namespace everything
