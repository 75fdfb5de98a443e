// Every public function of feedback and of auth methods; as everything/core.cpp.

#include <hubwire/hubwire.hpp>

namespace iothub = hubwire::iothub;

template class iothub::named<iothub::feedback_status>;
template class iothub::named<iothub::auth_scope>;
template class iothub::named<iothub::auth_type>;
template class hubwire::result<iothub::feedback_reader>;
template class hubwire::result<iothub::auth_method>;

namespace everything {

// feedback

hubwire::result<std::size_t> read_feedback(std::string_view body, const hubwire::json::options& rules) {
    std::size_t count = 0;
    iothub::feedback_reader in{body, rules};
    if (in.next() && in.record() == iothub::feedback_record{}) ++count;
    for (const iothub::feedback_record& record : in) {
        if (record.status_code == iothub::feedback_status::purged && record.enqueued_time()) ++count;
        if (record.status_code.known() && record.status_code.text() == "x") ++count;
    }
    if (!in.ok()) return in.finish().error();
    return count;
}
hubwire::result<std::size_t> write_feedback(hubwire::buffer output, const iothub::feedback_record& record) {
    const std::array records{record, record};
    const auto written = iothub::encode_feedback(output, records);
    if (!written) return written.error();
    return iothub::feedback_size(records);
}
hubwire::result<hubwire::bytes> forward_feedback(hubwire::buffer output, iothub::feedback_reader in) {
    return iothub::encode_feedback(output, in);
}
hubwire::result<iothub::feedback_reader> read_message(hubwire::bytes message, hubwire::buffer joined) {
    const auto in_place = iothub::decode_feedback_message(message);
    return in_place ? in_place : iothub::decode_feedback_message(message, joined, {}, {});
}
hubwire::result<hubwire::bytes> write_message(hubwire::buffer output, hubwire::bytes body) {
    return hubwire::amqp::encode(output, iothub::feedback_message(body));
}
hubwire::result<std::size_t> write_message_of(hubwire::buffer output, const iothub::feedback_record& record) {
    const std::array records{record, record};
    const auto written = iothub::encode_feedback_message(output, records);
    if (!written) return written.error();
    return iothub::feedback_message_size(records);
}
bool wants(iothub::ack_request ack, const iothub::feedback_record& record) {
    return iothub::asks_for(ack, record.status_code);
}
std::string_view content_type() { return iothub::feedback_content_type; }

// auth method

hubwire::result<hubwire::bytes> rewrite(hubwire::buffer output, std::string_view text,
                                        const hubwire::json::options& rules) {
    const auto strict = iothub::decode_auth_method(text);
    const auto method = strict ? strict : iothub::decode_auth_method(text, rules);
    if (!method || !iothub::encoded_size(*method)) return hubwire::error{.code = hubwire::errc::application};
    if (method->scope == iothub::auth_scope::hub && method->type == iothub::auth_type::sas) return hubwire::bytes{};
    return iothub::encode_auth_method(output, *method);
}

// into writers

template <hubwire::room Room>
void put(hubwire::basic_writer<Room>& out, const iothub::auth_method& method, const iothub::feedback_record& record) {
    iothub::put_auth_method(out, method);
    iothub::put_feedback(out, std::array{record});
    iothub::put_feedback_message(out, std::array{record});
}
template void put(hubwire::writer&, const iothub::auth_method&, const iothub::feedback_record&);
template void put(hubwire::unchecked_writer&, const iothub::auth_method&, const iothub::feedback_record&);
template void put(hubwire::counting_writer&, const iothub::auth_method&, const iothub::feedback_record&);

}  // namespace everything
