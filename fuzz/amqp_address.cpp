#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/naive_text.hpp"
#include "support/oracle.hpp"

// Addresses of links, against a reading that splits them at each /; user names of SASL PLAIN, and URIs with both. The
// first byte says which of the three, and how the input is divided where one is built of it.

namespace {

using fuzz::expect;
using hubwire::buffer;
using hubwire::bytes;
namespace iothub = hubwire::iothub;
using iothub::endpoint;

std::string lower(std::string_view text) {
    std::string folded{text};
    for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return folded;
}

bool consists_of(std::string_view text, std::string_view besides) {
    for (const char c : text) {
        const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alphanumeric && besides.find(c) == std::string_view::npos) return false;
    }
    return !text.empty();
}

bool host_and_port(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (!consists_of(text.substr(0, colon), "-._")) return false;
    return colon == std::string_view::npos || std::holds_alternative<std::string>(support::naive_decimal(
                                                  text.substr(colon + 1), false, "65535", "", false));
}

bool identifier(std::string_view encoded) {
    const auto decoded = support::naive_from_percent(encoded, true);
    const auto* id = std::get_if<std::string>(&decoded);
    return id != nullptr && id->size() <= 128 && consists_of(*id, "-:.+%_#*?!(),=@;$'");
}

bool name(std::string_view encoded) {
    for (const char c : encoded) {
        if (c <= ' ' || c > '~') return false;
    }
    return !encoded.empty();
}

/// Whether it is an address, and if so of what.
bool naive(std::string_view text, endpoint& kind) {
    if (lower(text.substr(0, 8)) == "amqps://") {
        const std::size_t slash = text.find('/', 8);
        if (slash == std::string_view::npos || !host_and_port(text.substr(8, slash - 8))) return false;
        text.remove_prefix(slash);
    }
    if (text.empty()) return false;
    if (text.substr(0, 2) == "//") text.remove_prefix(1);
    std::string path{text};
    if (path.front() != '/') path.insert(0, "/");
    text = path;
    std::vector<std::string> raw;
    std::vector<std::string> parts;
    while (!text.empty()) {
        text.remove_prefix(1);
        const std::size_t slash = text.find('/');
        raw.emplace_back(text.substr(0, slash));
        parts.push_back(lower(raw.back()));
        text.remove_prefix(slash == std::string_view::npos ? text.size() : slash);
    }
    const auto is = [&](std::size_t from, const std::vector<std::string>& words) {
        return parts.size() == from + words.size() &&
               std::equal(words.begin(), words.end(), parts.begin() + static_cast<std::ptrdiff_t>(from));
    };
    if (is(0, {"$cbs"})) return kind = endpoint::cbs, true;
    if (is(0, {"messages", "devicebound"})) return kind = endpoint::service_device_bound, true;
    if (is(0, {"messages", "servicebound", "feedback"})) return kind = endpoint::feedback, true;
    if (is(0, {"$management"})) return kind = endpoint::management, true;
    if (is(0, {"messages", "events"})) return kind = endpoint::service_events, true;
    if (is(0, {"messages", "events", "$management"})) return kind = endpoint::events_management, true;
    if (is(1, {"$management"}) && name(raw[0])) return kind = endpoint::events_management, true;
    if (parts.size() >= 5) {
        const std::size_t n = parts.size();
        const bool group =
            parts[n - 4] == "consumergroups" && parts[n - 2] == "partitions" && name(raw[n - 3]) && name(raw[n - 1]);
        const bool hub = n == 6 && parts[0] == "messages" && parts[1] == "events";
        if (group && (hub || (n == 5 && name(raw[0])))) return kind = endpoint::partition, true;
    }
    if (parts.size() < 3 || parts[0] != "devices" || !identifier(raw[1])) return false;
    std::size_t from = 2;
    if (parts[2] == "modules" && parts.size() > 4) {
        if (!identifier(raw[3])) return false;
        from = 4;
    }
    if (is(from, {"messages", "events"})) return kind = endpoint::events, true;
    if (is(from, {"messages", "devicebound"})) return kind = endpoint::device_bound, true;
    if (is(from, {"twin"})) return kind = endpoint::twin, true;
    if (is(from, {"methods", "devicebound"})) return kind = endpoint::methods, true;
    return false;
}

/// Encodes into no room, and then into exactly as much as it takes.
template <class Encode>
std::string exactly(Encode encode) {
    const auto refused = encode(buffer{});
    expect(!refused && refused.error().code == hubwire::errc::no_space, "without room there is no space");
    const std::size_t size = refused.error().needed;
    const std::unique_ptr<char[]> memory{new char[size]};
    const auto written = encode(buffer{memory.get(), size});
    expect(written && written->size() == size, "what is needed is exactly what is used");
    return std::string{written->text()};
}

std::string decoded(hubwire::text::percent_text text) {
    std::string memory(text.raw().size(), '\0');
    const auto value = text.decode(memory);
    expect(value.has_value(), "a part decodes");
    return std::string{value->text()};
}

void check_address(std::string_view input) {
    const auto ours = iothub::decode_address(input);
    endpoint kind{};
    expect(ours.has_value() == naive(input, kind), "an address, as by the naive reading");
    if (!ours) {
        expect(ours.error().offset <= input.size() && !ours.error().message().empty(), "a sound error");
        return;
    }
    expect(ours->kind == kind, "of the same endpoint");
    const std::string device = decoded(ours->who.device_id);
    const std::string module_of_it = decoded(ours->who.module_id);
    const std::string event_hub = decoded(ours->event_hub);
    const std::string group = decoded(ours->consumer_group);
    const std::string partition = decoded(ours->partition);
    const iothub::address plain{.kind = ours->kind,
                                .host = ours->host,
                                .who = {.device_id = device, .module_id = module_of_it},
                                .event_hub = event_hub,
                                .consumer_group = group,
                                .partition = partition};
    expect(*ours == plain && ours->same_path(plain), "it is what it decodes to");
    const std::string written = exactly([&](buffer to) { return iothub::encode_address(to, plain); });
    const auto again = iothub::decode_address(written);
    expect(again && *again == plain, "it comes back");
    expect(*iothub::encoded_size(plain) == written.size(), "the size was foretold");
}

void check_user(std::string_view input) {
    const auto ours = iothub::decode_plain_user(input);
    if (!ours) {
        expect(ours.error().offset <= input.size(), "a sound error");
        return;
    }
    expect(exactly([&](buffer to) { return iothub::encode_plain_user(to, *ours); }) == input,
           "there is one way to write it");
    const std::string response = exactly([&](buffer to) { return iothub::encode_plain_response(to, *ours, "token"); });
    const auto plain = hubwire::amqp::decode_plain(response);
    expect(plain && plain->user == input && plain->password == "token", "PLAIN has it");
}

void check_uri(std::string_view input) {
    const auto ours = iothub::decode_amqp_uri(input);
    if (!ours) {
        expect(ours.error().offset <= input.size(), "a sound error");
        return;
    }
    std::string user(input.size(), '\0');
    std::string password(input.size(), '\0');
    const auto u = ours->user.decode(user);
    const auto p = ours->password.decode(password);
    if (!u || !p) return;
    expect(ours->user == u->text() && ours->password == p->text(), "they are what they decode to");
    const iothub::amqp_uri plain{.user = u->text(), .password = p->text(), .host = ours->host, .path = ours->path};
    const std::string written = exactly([&](buffer to) { return iothub::encode_amqp_uri(to, plain); });
    const auto again = iothub::decode_amqp_uri(written);
    expect(again && again->user == plain.user && again->password == plain.password && again->host == plain.host &&
               again->path == plain.path,
           "it comes back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input = bytes{data + 1, size - 1}.text();
    switch (data[0] % 4) {
        case 0:
            check_user(input);
            break;
        case 1:
            check_uri(input);
            break;
        default:
            check_address(input);
    }
    return 0;
}
