#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "support/naive_topic.hpp"
#include "support/naive_username.hpp"
#include "support/oracle.hpp"

// User names and client identifiers, against a reader that splits them into lists, and as round trips. The first byte
// says what is built of the rest; the rest is the user name.

namespace {

using fuzz::expect;
using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using namespace hubwire::iothub;

/// In a buffer of exactly its size; empty if it cannot be written.
std::string written(const mqtt_username& u) {
    const auto size = encoded_size(u);
    std::array<char, 8192> memory{};
    if (!size) {
        const auto refused = encode(memory, u);
        expect(!refused && refused.error() == size.error(), "refused for the same reason, and there");
        return {};
    }
    const std::unique_ptr<char[]> room{new char[*size]};
    const auto refused = encode(buffer{room.get(), *size - 1}, u);
    expect(!refused && refused.error() == hubwire::error{errc::no_space, *size - 1, 1}, "one byte is missing");
    const auto encoded = encode(buffer{room.get(), *size}, u);
    expect(encoded && encoded->size() == *size, "what is needed is exactly what is used");
    return std::string{encoded->text()};
}

void round_trip(const mqtt_username& u) {
    const std::string text = written(u);
    if (text.empty()) return;
    const auto again = decode_username(text);
    expect(again && *again == u, "what was built comes back");
    expect(support::read_naive_username(text) == support::as_naive(*again), "and is what it says it is");
    expect(written(*again) == text, "and is written as before");
}

void read(std::string_view text) {
    const auto ours = decode_username(text);
    const auto naive = support::read_naive_username(text);
    expect(ours.has_value() == naive.has_value(), "what is a user name");
    if (!ours) {
        expect(answer_to(ours.error()) == hubwire::mqtt::connect_code::bad_username_or_password, "which is an answer");
        return expect(ours.error().offset <= text.size(), "refused within the text");
    }
    expect(support::as_naive(*ours) == *naive, "a user name as the naive reader has it");
    if (text.find('\0') == std::string_view::npos) expect(!written(*ours).empty(), "what was read can be written");
    round_trip(*ours);
}

void connect_of(const mqtt_username& u) {
    std::array<char, 8192> memory{};
    const auto packet = make_connect(memory, u);
    if (!packet) return;
    expect(*read_connect(*packet) == u, "a CONNECT says who it is of");
    expect(*decode_client_id(packet->client_id) == u.client, "and so does its client identifier");
    auto other = *packet;
    const std::string client_id = std::string{packet->client_id} + "x";
    other.client_id = client_id;
    expect(read_connect(other).error().code == errc::iothub_username_client, "which has to agree");
    expect(answer_to(read_connect(other).error()) == hubwire::mqtt::connect_code::not_authorized, "if it may connect");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 1000) return 0;
    const unsigned choice = data[0];
    const std::string_view text = bytes{data + 1, size - 1}.text();
    read(text);
    read("h/d/?" + std::string{text});
    read("h/d/m/" + std::string{text});

    const auto id = decode_client_id(text);
    if (id) {
        expect(text == std::string{id->device_id} + (id->is_module() ? "/" : "") + std::string{id->module_id},
               "a client identifier is all there");
    }
    const bool has_its_parts = text.find('/') == text.npos
                                   ? !text.empty()
                                   : text.front() != '/' && text.back() != '/' && text.find('/') == text.rfind('/');
    expect(id.has_value() == (has_its_parts && text.find('\0') == text.npos), "what is a client identifier");

    const std::size_t third = text.size() / 3;
    const std::string device = support::as_level(text.substr(0, third));
    const std::string module = support::as_level(text.substr(third, third));
    const std::string host = support::as_level(text.substr(2 * third));
    mqtt_username u{.host = host,
                    .client = {device, (choice & 1) != 0 ? std::string_view{module} : std::string_view{}},
                    .api_version = (choice & 2) != 0 ? std::string_view{host} : "2021-04-12",
                    .device_client_type = (choice & 4) != 0 ? text : std::string_view{},
                    .model_id = (choice & 8) != 0 ? text.substr(third) : std::string_view{},
                    .auth_chain = (choice & 16) != 0 ? text.substr(2 * third) : std::string_view{},
                    .form = (choice & 32) != 0 ? username_form::bare : username_form::query};
    expect(!written(u).empty(), "what is plain can be written");
    round_trip(u);
    connect_of(u);
    u.form = username_form::slashed;
    round_trip(u);
    u.model_id = {};
    u.auth_chain = {};
    const std::string type = device + "/" + module;
    u.device_client_type = type;
    expect(!written(u).empty(), "a name and a version");
    round_trip(u);
    return 0;
}
