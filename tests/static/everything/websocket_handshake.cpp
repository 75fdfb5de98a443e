// Every public function of WebSocket's opening handshake, in functions that anybody could call; as everything/core.cpp.

#include <hubwire/hubwire.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

template class hubwire::result<hubwire::websocket::response>;
template class hubwire::websocket::comma_list<std::string_view, hubwire::websocket::detail::to_token>;
template class hubwire::websocket::comma_list<hubwire::websocket::extension, hubwire::websocket::detail::to_extension>;

namespace everything {

namespace websocket = hubwire::websocket;
using hubwire::bytes;
using hubwire::result;

// Nothing is left to do when the program runs.
constexpr websocket::handshake_key constant_key = websocket::handshake_key::on_the_wire("dGhlIHNhbXBsZSBub25jZQ==");
constexpr websocket::accept_key constant_accept{constant_key};

// keys

websocket::handshake_key make_key(const std::array<std::byte, 16>& nonce) { return websocket::handshake_key{nonce}; }
websocket::handshake_key make_key(std::span<const unsigned char, 16> nonce) { return websocket::handshake_key{nonce}; }
std::string_view text_of(const websocket::accept_key& accept) {
    return accept == constant_accept ? constant_key.text() : accept.text();
}
result<websocket::handshake_key> read_key(std::string_view text) { return websocket::decode_handshake_key(text); }

// heads

result<bytes> cut(websocket::head_cutter& cutter, bytes received) { return cutter.cut(received); }
result<bytes> cut_once(bytes received) {
    return websocket::head_cutter{websocket::head_kind::response, {.max_head_size = 1000, .max_fields = 10}}.cut(
        received);
}

// fields and lists

std::size_t fields(const websocket::field_list& list, std::span<const websocket::header_field> others) {
    std::size_t size = 0;
    for (auto at = list.begin(); at != list.end(); at++) size += at->name.size() + (*at).value.size();
    const websocket::field_list again = others;
    if (again == list || again.empty()) return size;
    return list.find("Location").value_or("").size();
}
std::size_t tokens(const websocket::token_list& list, std::span<const std::string_view> others) {
    std::size_t size = 0;
    for (const std::string_view token : list) size += token.size();
    const websocket::token_list again = others;
    return again == list || list.empty() || list.contains("mqtt") || list == "a, b" ? size : 0;
}
std::size_t extensions(const websocket::extension_list& list) {
    std::size_t size = 0;
    for (const websocket::extension e : list) size += e.name.size() + e.parameters.size();
    return list == websocket::extension_list{"a; b, c"} ? 0 : size;
}

// requests

result<websocket::request> request(hubwire::buffer output, bytes head) {
    const auto read = websocket::decode_request(head);
    if (!read) return websocket::decode_request(head, {.max_fields = 10});
    if (read->path() != websocket::hub_path || !read->query().empty()) return read;
    const auto size = encoded_size(*read);
    const auto written = encode(output, *read);
    if (!size || !written) return written.error();
    hubwire::unchecked_writer out{output};
    put_request(out, *read);
    const std::array<std::string_view, 1> subprotocols{
        websocket::choose_subprotocol(read->subprotocols, read->subprotocols)};
    const auto other = websocket::encode_request(output, *read, subprotocols, read->fields);
    if (!other) return other.error();
    return *read == websocket::request{.key = constant_key} ? websocket::decode_request(*other) : read;
}

// responses

result<bytes> answer(hubwire::buffer output, const result<websocket::request>& asked) {
    if (!asked) return encode(output, websocket::refusal(asked.error()));
    const websocket::response yes = websocket::answer_to(*asked, websocket::mqtt_subprotocol);
    if (yes == websocket::answer_to(*asked)) return encode(output, websocket::refusal(403));
    hubwire::unchecked_writer out{output};
    put_response(out, yes);
    const auto size = encoded_size(yes);
    if (!size) return size.error();
    return websocket::encode_response(output, yes, asked->fields);
}
result<websocket::response> response(bytes head, const websocket::request& asked,
                                     std::span<const std::string_view> subprotocols) {
    const auto read = websocket::decode_response(head, asked);
    if (read && (read->switches() || read->is_interim())) return read;
    return websocket::decode_response(head, asked, subprotocols, {.max_head_size = 100});
}

}  // namespace everything
