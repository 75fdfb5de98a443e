// Every public function of websocket's frames and messages, in functions that anybody could call; as
// everything/core.cpp.

#include <hubwire/hubwire.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

template class hubwire::result<hubwire::websocket::close_status>;
template class hubwire::result<hubwire::websocket::event>;
template class hubwire::result<hubwire::websocket::frame_head>;

namespace everything {

namespace websocket = hubwire::websocket;
using namespace std::string_view_literals;

// Nothing is left to do when the program runs.
constexpr auto constant_frame = [] {
    std::array<char, 11> memory{};
    static_cast<void>(*websocket::encode(
        memory, {.opcode = websocket::opcode::text, .key = websocket::masking_key{0x37fa213d}, .payload = "Hello"sv}));
    return memory;
}();
const char* frame_in_flash() { return constant_frame.data(); }

// heads and frames

hubwire::result<websocket::frame_head> decode(hubwire::bytes received, websocket::role receiver,
                                              const websocket::options& rules) {
    const auto head = websocket::decode_frame_head(received, receiver);
    return head && *head == websocket::frame_head{} ? head : websocket::decode_frame_head(received, receiver, rules);
}
hubwire::result<hubwire::bytes> encode(hubwire::buffer output, const websocket::frame_head& head) {
    return websocket::encode_frame_head(output, head);
}
hubwire::result<hubwire::bytes> encode(hubwire::buffer output, const websocket::frame& f) {
    return websocket::encode(output, f);
}
hubwire::result<std::size_t> size_of(const websocket::frame& f) { return websocket::encoded_size(f); }
std::size_t size_of(const websocket::frame_head& head) { return head.size(); }
websocket::frame_head head_of(const websocket::frame& f) { return f.head(); }
hubwire::result<hubwire::bytes> around(hubwire::buffer memory, const websocket::frame_head& head) {
    return websocket::encode_frame_around(memory, head);
}
hubwire::result<hubwire::bytes> around(hubwire::buffer memory, const websocket::frame_head& head, std::size_t here) {
    return websocket::encode_frame_around(memory, head, here);
}
hubwire::buffer room(hubwire::buffer memory) { return websocket::payload_room(memory); }
bool is_control(websocket::opcode code) { return websocket::is_control(code); }

template <hubwire::room Room>
void put(hubwire::basic_writer<Room>& out, const websocket::frame& f, const websocket::close_status& status) {
    websocket::put_frame_head(out, f.head());
    websocket::put_frame(out, f);
    websocket::put_close_status(out, status);
    websocket::put_close_frame(out, status);
    websocket::put_close_frame(out, status, f.key);
    websocket::put_masked(out, f.payload, *f.key);
}
template void put(hubwire::writer&, const websocket::frame&, const websocket::close_status&);
template void put(hubwire::unchecked_writer&, const websocket::frame&, const websocket::close_status&);
template void put(hubwire::counting_writer&, const websocket::frame&, const websocket::close_status&);

// masks

void mask(hubwire::buffer payload, std::uint32_t random) { websocket::mask(payload, websocket::masking_key{random}); }
void mask(hubwire::buffer piece, websocket::masking_key key, std::uint64_t offset) {
    websocket::mask(piece, key, offset);
}
hubwire::result<hubwire::bytes> mask(hubwire::buffer output, hubwire::bytes piece, websocket::masking_key key,
                                     std::uint64_t offset) {
    const auto masked = websocket::encode_masked(output, piece, key);
    return masked ? masked : websocket::encode_masked(output, piece, key, offset);
}

// close frames

hubwire::result<websocket::close_status> decode_close(hubwire::bytes payload) {
    const auto status = websocket::decode_close_status(payload);
    return status && *status == websocket::close_status{} ? websocket::close_status{} : status;
}
hubwire::result<hubwire::bytes> encode_close(hubwire::buffer output, const websocket::close_status& status,
                                             std::optional<websocket::masking_key> key) {
    const auto written = websocket::encode_close_status(output, status);
    return written && websocket::encoded_size(status) ? written : websocket::encode_close_frame(output, status, key);
}
bool can_be_sent(websocket::close_code code) { return websocket::can_be_sent(code); }
std::optional<websocket::close_code> answer_to(const hubwire::error& refusal) { return websocket::answer_to(refusal); }

// messages and streams

hubwire::errc next_of(websocket::frame_order& order, websocket::opcode code, bool fin) {
    const hubwire::errc wrong = order.verdict(code);
    if (wrong == hubwire::errc::none) order.advance(code, fin);
    return order.is_open() && !order.is_closed() && order.message() == code ? hubwire::errc::none : wrong;
}
std::size_t push(websocket::utf8_stream& text, hubwire::bytes piece) {
    const std::size_t valid = text.push(piece);
    return text.is_complete() ? valid : 0;
}
websocket::message_reader messages(websocket::role receiver, const websocket::options& rules) {
    return receiver == websocket::role::client ? websocket::message_reader{receiver}
                                               : websocket::message_reader{receiver, rules};
}
hubwire::result<websocket::event> next(websocket::message_reader& in, hubwire::buffer received) {
    const auto found = in.next(received);
    return in.is_closed() ? hubwire::result<websocket::event>{websocket::event{}} : found;
}
websocket::stream_reader stream(hubwire::buffer memory, websocket::role receiver, const websocket::options& rules) {
    return {memory, receiver, rules};
}
hubwire::bytes next(websocket::stream_reader& in, std::size_t n) {
    if (in.free_space(n).size() >= n && n <= in.capacity()) in.received(n);
    if (in.stream().empty() && n <= in.unread().size()) in.skip_head(n);
    const auto control = in.next_control();
    if (control || in.is_closed()) in.consume(in.stream().size());
    return in.stream();
}

}  // namespace everything
