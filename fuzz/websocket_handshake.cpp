#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/exact_block.hpp"
#include "support/naive_handshake.hpp"
#include "support/oracle.hpp"

// Opening handshakes: heads cut at once, byte by byte and in steps, read as by a reader that splits strings, and as
// round trips; requests and responses made of any texts, which are then all that is read back. The first byte says what
// is done with the rest.

namespace {

using fuzz::expect;
using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using hubwire::result;
using namespace hubwire::websocket;
using namespace std::string_view_literals;

constexpr handshake_key key = handshake_key::on_the_wire("dGhlIHNhbXBsZSBub25jZQ==");
constexpr request asked{.host = "h", .key = key, .subprotocols = "mqtt, amqp", .extensions = "x, y; z"};

/// In a buffer of exactly its size; nothing if it cannot be written.
template <class T>
std::optional<std::string> written(const T& value) {
    const auto size = encoded_size(value);
    const std::unique_ptr<char[]> room{new char[size ? *size : 8192]};
    if (!size) {
        const auto refused = encode(buffer{room.get(), 8192}, value);
        expect(!refused && refused.error() == size.error(), "refused for the same reason, and there");
        return {};
    }
    const auto short_of_one = encode(buffer{room.get(), *size - 1}, value);
    expect(!short_of_one && short_of_one.error() == error{errc::no_space, *size - 1, 1}, "one byte is missing");
    const auto encoded = encode(buffer{room.get(), *size}, value);
    expect(encoded && encoded->size() == *size, "what is needed is exactly what is used");
    return std::string{encoded->text()};
}

bool same(const result<bytes>& a, const result<bytes>& b) {
    return a.has_value() == b.has_value() && (a ? a->size() == b->size() : a.error() == b.error());
}

/// What the cutter makes of it; the same in steps, in whatever place it lies then.
std::optional<std::string_view> cut(head_kind kind, std::string_view text, std::size_t step,
                                    const head_options& rules) {
    const auto once = head_cutter{kind, rules}.cut(text);
    head_cutter cutter{kind, rules};
    std::size_t wanted = 0;
    for (std::size_t size = 0;; size += step) {
        if (size > text.size()) size = text.size();
        const support::exact_block input{bytes{text}.first(size)};
        const auto head = cutter.cut({input.data(), input.size()});
        if (!head.incomplete()) {
            expect(same(head, once), "a head is the same at once and in steps");
            if (head) expect(head->size() >= wanted && head->data() == input.data(), "and is no shorter than was said");
            break;
        }
        expect(head.error().offset == size && head.error().needed != 0, "incomplete at the end");
        wanted = size + head.error().needed;
        if (size == text.size()) {
            expect(same(head, once), "and so if it is not there");
            break;
        }
    }
    if (!once) return {};
    return text.substr(0, once->size());
}

void read_request(std::string_view head, const head_options& rules) {
    const support::exact_block input{bytes{head}};
    const auto ours = decode_request({input.data(), input.size()}, rules);
    const auto naive = support::read_naive_request(head, rules);
    expect(ours.has_value() == naive.has_value(), "what is a request");
    if (!ours) {
        expect(ours.error().offset <= head.size(), "refused within the head");
        if (!ours.incomplete()) expect(written(refusal(ours.error())).has_value(), "there is an answer to each");
        return;
    }
    expect(support::as_naive(*ours) == *naive, "a request as the naive reader has it");
    const auto again = written(*ours);
    expect(again.has_value(), "what was read can be written");
    const auto read = decode_request(*again, {.max_head_size = again->size()});
    expect(read && *read == *ours, "and read once more");
    expect(written(*read) == again, "and is written as before");

    const auto answer = answer_to(*ours, "mqtt, amqp");
    const auto response_head = written(answer);
    expect(response_head.has_value(), "a switch can be written");
    const auto heard = decode_response(*response_head, *ours);
    expect(heard && *heard == answer, "and is the answer to the request");
}

void read_response(std::string_view head, const head_options& rules) {
    const support::exact_block input{bytes{head}};
    const auto ours = decode_response({input.data(), input.size()}, asked, rules);
    const auto naive = support::read_naive_response(head, key.text(), {"mqtt", "amqp"}, {"x", "y"}, rules);
    expect(ours.has_value() == naive.has_value(), "what is a response");
    if (!ours) return expect(ours.error().offset <= head.size(), "refused within the head");
    expect(support::as_naive(*ours) == *naive, "a response as the naive reader has it");
    const auto again = written(*ours);
    if (!again) return;  // a version that is none, or a body where there cannot be one: such is life
    const auto read = decode_response(*again, asked, {.max_head_size = again->size()});
    expect(read && *read == *ours, "what was written is read once more");
    expect(written(*read) == again, "and is written as before");
}

void cut_and_read(std::string_view text, std::size_t step, const head_options& rules) {
    if (const auto head = cut(head_kind::request, text, step, rules)) read_request(*head, rules);
    if (const auto head = cut(head_kind::response, text, step, rules)) read_response(*head, rules);
}

std::size_t count_lines(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += c == '\n' ? 1 : 0;
    return count;
}

/// Of any texts: what can be written says just that, and has no line more than it should.
void build(const std::vector<std::string_view>& t) {
    const std::array<header_field, 2> fields{{{t[0], t[1]}, {"X", t[2]}}};
    const std::array<std::string_view, 2> subprotocols{t[3], t[4]};
    const std::array<extension, 1> extensions{{{t[5], t[6]}}};
    const request requests[] = {
        {.host = "h", .key = key, .fields = fields},
        {.target = t[0], .host = t[1], .key = key, .origin = t[2]},
        {.host = "h", .key = key, .subprotocols = subprotocols},
        {.host = "h", .key = key, .extensions = extensions},
        {.target = t[0], .host = "h", .key = key, .subprotocols = t[1], .extensions = t[2]},
    };
    for (const request& r : requests) {
        const auto head = written(r);
        if (!head) continue;
        const std::size_t lines = 7 + (r.subprotocols.empty() ? 0u : 1u) + (r.extensions.empty() ? 0u : 1u) +
                                  (r.origin.empty() ? 0u : 1u) + support::as_naive(r.fields).size();
        expect(count_lines(*head) == lines, "as many lines as there are things to say");
        const auto read = decode_request(*head, {.max_head_size = head->size()});
        expect(read && *read == r, "what was built comes back");
        expect(support::read_naive_request(*head) == support::as_naive(*read), "and is what it says it is");
    }
    const response responses[] = {
        {.accept = accept_key{key}, .subprotocol = t[3], .fields = fields},
        {.accept = accept_key{key}, .extensions = extensions},
        {.status = 426, .versions = subprotocols, .fields = fields},
    };
    for (const response& r : responses) {
        const auto head = written(r);
        if (!head) continue;
        const request of_these{.host = "h", .key = key, .subprotocols = subprotocols, .extensions = extensions};
        const auto read = decode_response(*head, of_these, {.max_head_size = head->size()});
        expect(read && *read == r, "what was built comes back");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 2000) return 0;
    const unsigned choice = data[0];
    const std::string text{bytes{data + 1, size - 1}.text()};
    const std::size_t step = 1 + choice / 16;
    head_options rules;
    if ((choice & 1) != 0) rules = {.max_head_size = 1000, .max_fields = 9};
    cut_and_read(text, step, rules);

    // Lines among those that have to be there.
    const std::string request_lines =
        "GET /$iothub/websocket HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const std::string response_lines =
        "HTTP/1.1 101 \r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    for (const std::string& lines : {request_lines, response_lines}) {
        cut_and_read(lines + text + "\r\n\r\n", step, rules);
        const std::size_t at = lines.find("\r\n", choice % 128) + 2;
        cut_and_read(lines.substr(0, at) + text + lines.substr(at) + "\r\n", step, rules);
    }
    for (const std::string_view name : {"Sec-WebSocket-Protocol: "sv, "Sec-WebSocket-Extensions: "sv, "Origin: "sv})
        cut_and_read(request_lines + std::string{name} + text + "\r\n\r\n", step, rules);
    cut_and_read(response_lines + "Sec-WebSocket-Extensions: " + text + "\r\n\r\n", step, rules);

    std::vector<std::string_view> parts(7);
    std::string_view rest = text;
    for (std::string_view& part : parts) {
        part = rest.substr(0, rest.find('|'));
        rest.remove_prefix(part.size() == rest.size() ? part.size() : part.size() + 1);
    }
    build(parts);
    return 0;
}
