// Every public function of the topics, filters and user names of iothub, in functions that anybody could call; as
// everything/core.cpp.

#include <hubwire/hubwire.hpp>

namespace everything {

namespace iothub = hubwire::iothub;
namespace mqtt = hubwire::mqtt;

// a text that is encoded on the wire

hubwire::result<hubwire::bytes> plain(hubwire::buffer output, const iothub::wire_text& text) {
    const iothub::wire_text of_literal = "text";
    const bool same = text == of_literal || text == "text" || text.empty() || text.is_encoded();
    if (text.plain() || !text.decoded_size()) return hubwire::error{.code = hubwire::errc::application};
    return same ? text.decode(output) : iothub::wire_text{hubwire::text::percent_text{text.raw()}}.decode(output);
}

// each kind of topic

template <iothub::topic_type T>
hubwire::result<T> topic(hubwire::buffer output, std::string_view text) {
    const auto read = iothub::decode<T>(text);
    if (!read) return iothub::decode<T>(text, {.allow_missing_slash = true});
    const auto size = iothub::encoded_size(*read);
    if (!size) return size.error();
    const auto written = iothub::encode(output, *read);
    if (!written) return written.error();
    hubwire::writer out{output};
    put_topic(out, *read);
    hubwire::unchecked_writer unchecked{output};
    put_topic(unchecked, *read);
    if (!(*read == T{})) return hubwire::error{.code = hubwire::errc::application};
    return read;
}
template hubwire::result<iothub::telemetry_topic> topic(hubwire::buffer, std::string_view);
template hubwire::result<iothub::twin_get_topic> topic(hubwire::buffer, std::string_view);
template hubwire::result<iothub::twin_reported_topic> topic(hubwire::buffer, std::string_view);
template hubwire::result<iothub::method_response_topic> topic(hubwire::buffer, std::string_view);
template hubwire::result<iothub::devicebound_topic> topic(hubwire::buffer, std::string_view);
template hubwire::result<iothub::input_topic> topic(hubwire::buffer, std::string_view);
template hubwire::result<iothub::twin_response_topic> topic(hubwire::buffer, std::string_view);
template hubwire::result<iothub::twin_desired_topic> topic(hubwire::buffer, std::string_view);
template hubwire::result<iothub::method_request_topic> topic(hubwire::buffer, std::string_view);

bool parts_of_name(const iothub::method_request_topic& request) {
    const auto name = iothub::split_method_name(request.name);
    return name == iothub::method_name{} || name.component == name.command;
}

// any of them

hubwire::result<hubwire::bytes> received_by_client(hubwire::buffer output, std::string_view text) {
    const auto any = iothub::decode_topic_to_client(text);
    if (!any) return any.error();
    if (any->get_if<iothub::devicebound_topic>() != nullptr) return hubwire::bytes{};
    if (name_of(any->kind()).empty()) return hubwire::bytes{};
    if (any->kind() == iothub::topic_kind::input) return iothub::encode(output, *any->get_if<iothub::input_topic>());
    return any->visit([&](const auto& t) { return iothub::encode(output, t); });
}
hubwire::result<hubwire::bytes> received_by_hub(hubwire::buffer output, std::string_view text) {
    const auto any = iothub::decode_topic_to_hub(text, {.allow_missing_slash = true});
    if (!any) return any.error();
    const iothub::topic_to_hub copy = iothub::twin_get_topic{.rid = "1"};
    const auto& of = any->get_if<iothub::telemetry_topic>() != nullptr ? copy : *any;
    return of.visit([&](const auto& t) { return iothub::encode(output, t); });
}

// filters

hubwire::result<iothub::feed> filter(hubwire::buffer output, iothub::feed wanted, const iothub::identity& client) {
    const auto written = iothub::encode_filter(output, wanted, client);
    if (!written) return written.error();
    hubwire::counting_writer count;
    put_filter(count, wanted, client);
    const auto read = iothub::decode_filter(written->text(), client);
    if (read && !name_of(*read).empty()) return read;
    return iothub::decode_filter(iothub::method_request_filter, client,
                                 {.allow_any_end = true, .allow_whole_module = true});
}
mqtt::suback_code answer(const mqtt::subscription& wanted, const iothub::identity& client) {
    const auto strict = iothub::answer_to_subscription(wanted, client);
    if (strict.granted == iothub::feed::inputs && strict.qos == mqtt::qos::at_most_once) return strict.code();
    const auto other = iothub::answer_to_subscription(wanted, client, {});
    return other == strict ? other.code() : mqtt::suback_code::failure;
}
static_assert(iothub::twin_response_filter.back() == '#' && iothub::twin_desired_filter.back() == '#');

// user names and CONNECT

hubwire::result<hubwire::bytes> username(hubwire::buffer output, std::string_view text) {
    const auto u = iothub::decode_username(text);
    if (!u) return u.error();
    const auto size = iothub::encoded_size(*u);
    if (!size || *u == iothub::mqtt_username{.form = iothub::username_form::slashed}) return hubwire::bytes{};
    return iothub::encode(output, *u);
}
hubwire::result<iothub::identity> client_id(hubwire::buffer output, const iothub::identity& client) {
    const auto written = iothub::encode_client_id(output, client);
    if (!written) return written.error();
    return iothub::decode_client_id(written->text());
}
hubwire::result<iothub::mqtt_username> connect_packet(hubwire::buffer memory, const iothub::mqtt_username& u) {
    const auto packet = iothub::make_connect(memory, u);
    if (!packet) return packet.error();
    const auto strict = iothub::read_connect(*packet);
    if (!strict && !iothub::answer_to(strict.error())) return strict;
    return strict ? strict : iothub::read_connect(*packet, {.allow_missing_slash = true});
}

template <hubwire::room Room>
void put_all(hubwire::basic_writer<Room>& out, const iothub::mqtt_username& u) {
    put_username(out, u);
    put_client_id(out, u.client);
    put_filter(out, iothub::feed::inputs, u.client);
    put_topic(out, iothub::telemetry_topic{.sender = u.client});
    put_topic(out, iothub::method_request_topic{.name = u.model_id, .rid = u.auth_chain});
}
template void put_all(hubwire::writer&, const iothub::mqtt_username&);
template void put_all(hubwire::unchecked_writer&, const iothub::mqtt_username&);
template void put_all(hubwire::counting_writer&, const iothub::mqtt_username&);

}  // namespace everything
