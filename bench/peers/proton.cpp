#include <proton/codec.h>
#include <proton/message.h>

#include "../samples/telemetry.hpp"

// Qpid Proton's messages, with one message object for all. What it encodes need not be the same bytes: hubwire decodes
// them, and the fields are compared.

namespace {

using bench::measure;
using bench::telemetry;
using hubwire::bytes;

pn_bytes_t bytes_of(bytes from) { return pn_bytes(from.size(), from.data()); }
std::string_view text_of(pn_bytes_t from) { return {from.start, from.size}; }

/// Pre: the texts end with NUL, as literals do.
std::optional<bytes> encode(pn_message_t* message, const telemetry& t) {
    pn_message_clear(message);
    pn_message_set_inferred(message, true);
    pn_atom_t id;
    id.type = PN_STRING;
    id.u.as_bytes = bytes_of(t.id);
    pn_message_set_id(message, id);
    pn_message_set_address(message, t.to.data());
    pn_message_set_content_type(message, t.content_type.data());
    pn_message_set_content_encoding(message, t.content_encoding.data());
    pn_data_t* const properties = pn_message_properties(message);
    pn_data_put_map(properties);
    pn_data_enter(properties);
    for (const auto& [name, value] : t.properties) {
        pn_data_put_string(properties, bytes_of(name));
        pn_data_put_string(properties, bytes_of(value));
    }
    pn_data_exit(properties);
    pn_data_put_binary(pn_message_body(message), bytes_of(t.body));
    std::size_t size = bench::memory.size();
    if (pn_message_encode(message, bench::memory.data(), &size) != 0) return {};
    return bytes{bench::memory.data(), size};
}

std::optional<telemetry> decode(pn_message_t* message, bytes wire) {
    if (pn_message_decode(message, wire.data(), wire.size()) != 0) return {};
    telemetry t;
    t.id = text_of(pn_message_get_id(message).u.as_bytes);
    t.to = pn_message_get_address(message);
    t.content_type = pn_message_get_content_type(message);
    t.content_encoding = pn_message_get_content_encoding(message);
    pn_data_t* const properties = pn_message_properties(message);
    pn_data_rewind(properties);
    pn_data_next(properties);
    pn_data_enter(properties);
    for (auto& [name, value] : t.properties) {
        if (!pn_data_next(properties)) return {};
        name = text_of(pn_data_get_string(properties));
        if (!pn_data_next(properties)) return {};
        value = text_of(pn_data_get_string(properties));
    }
    pn_data_t* const body = pn_message_body(message);
    pn_data_rewind(body);
    pn_data_next(body);
    t.body = text_of(pn_data_get_binary(body));
    return t;
}

/// What bytes are to say.
struct saying {
    telemetry fields;

    friend bool operator==(bytes wire, const saying& s) { return bench::read_all(wire) == s.fields; }
};

void message_encode_with_proton(benchmark::State& state) {
    pn_message_t* const message = pn_message();
    measure(state, telemetry{}, [message](const telemetry& t) { return encode(message, t); }, saying{});
    pn_message_free(message);
}
BENCHMARK(message_encode_with_proton);

void message_decode_all_with_proton(benchmark::State& state) {
    pn_message_t* const message = pn_message();
    const auto encoded = bench::encode(telemetry{});
    const std::string wire{encoded->text()};
    measure(state, bytes{wire}, [message](bytes from) { return decode(message, from); }, telemetry{});
    pn_message_free(message);
}
BENCHMARK(message_decode_all_with_proton);

}  // namespace
