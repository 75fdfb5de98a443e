#include "teller.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace wire {

namespace {

namespace iothub = hubwire::iothub;
namespace json = hubwire::json;
namespace text = hubwire::text;

constexpr std::size_t longest_line = 96;
constexpr std::size_t most_lines = 40;

/// The rule and what it says.
std::string sentence(const hubwire::error& wrong) {
    std::string told = wrong.rule().empty() ? "" : std::string{wrong.rule()} + ": ";
    return told + std::string{wrong.message()};
}

std::string where(const place& in, std::size_t at) {
    const std::string within = "byte " + std::to_string(at) + " of the " + std::string{in.noun};
    return in.in_stream ? "at offset " + hex_offset(in.offset + at) + ", " + within : "at " + within;
}

/// What a text stands for, or the text itself where it stands for nothing.
template <class Encoded>
std::string decoded(const Encoded& value, std::string_view as_it_lies) {
    std::string memory(as_it_lies.size(), '\0');
    const auto plain = value.decode(memory);
    return std::string{plain ? plain->text() : as_it_lies};
}

std::string feed_name(iothub::feed what) {
    switch (what) {
        case iothub::feed::devicebound:
            return "messages from the cloud";
        case iothub::feed::inputs:
            return "messages to the inputs of the module";
        case iothub::feed::twin_responses:
            return "answers about the twin";
        case iothub::feed::twin_desired:
            return "changes of desired properties";
        case iothub::feed::method_requests:
            break;
    }
    return "calls of methods";
}

std::string version_text(const std::optional<std::int64_t>& version) {
    return version ? ", version " + std::to_string(*version) : "";
}

/// What each topic is for, in a few words.
struct topic_meaning {
    std::string operator()(const iothub::telemetry_topic& t) const { return "telemetry of " + name_of(t.sender); }
    std::string operator()(const iothub::devicebound_topic& t) const {
        return "message from the cloud to " + name_of({.device_id = t.device_id});
    }
    std::string operator()(const iothub::input_topic& t) const {
        return "message to input " + shown(t.input) + " of " + name_of(t.receiver);
    }
    std::string operator()(const iothub::twin_get_topic& t) const {
        return "asks for the twin, request " + shown(t.rid);
    }
    std::string operator()(const iothub::twin_reported_topic& t) const {
        return "reports properties, request " + shown(t.rid) + version_text(t.version);
    }
    std::string operator()(const iothub::twin_response_topic& t) const {
        return "answer about the twin, status " + std::to_string(t.status) + ", request " + shown(t.rid) +
               version_text(t.version);
    }
    std::string operator()(const iothub::twin_desired_topic& t) const {
        return "desired properties have changed, version " + std::to_string(t.version);
    }
    std::string operator()(const iothub::method_request_topic& t) const {
        const auto name = iothub::split_method_name(t.name);
        const std::string of = name.component.empty() ? "" : " of component " + shown(name.component);
        return "calls method " + shown(name.command) + of + ", request " + shown(t.rid);
    }
    std::string operator()(const iothub::method_response_topic& t) const {
        return "answer of a method, status " + std::to_string(t.status) + ", request " + shown(t.rid);
    }
};

/// The bag that a topic has, if it has one.
struct bag_of {
    std::string_view operator()(const iothub::telemetry_topic& t) const { return t.bag; }
    std::string_view operator()(const iothub::devicebound_topic& t) const { return t.bag; }
    std::string_view operator()(const iothub::input_topic& t) const { return t.bag; }
    template <class Other>
    std::string_view operator()(const Other&) const {
        return {};
    }
};

/// From where on the bytes of a packet that cannot be read may be a password or a token. What its fields say of where
/// they begin is not to be believed.
std::size_t first_secret(const place& in) {
    constexpr std::size_t first_row = 16;  // what stands before the fields of CONNECT and of sasl-init, and not more
    constexpr std::size_t frame_type_at = 5;
    if (in.in_doubt) return 0;
    const std::string_view bytes = in.whole.text();
    const bool is_connect = in.noun == "packet" && !bytes.empty() && in.whole[0] >> 4 == 1;
    const bool is_sasl = in.noun == "frame" && bytes.size() > frame_type_at && in.whole[frame_type_at] == 1;
    return is_connect || is_sasl ? first_row : bytes.find("put-token");
}

bool is_hub_topic(std::string_view topic) { return topic.starts_with("$iothub/") || topic.starts_with("devices/"); }

/// Whether a terminal and a reader can take it as it is, line by line.
bool is_readable(std::string_view text) {
    return hubwire::is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
               return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
           });
}

/// JSON that was checked, with each member in a line of its own; no more lines than so many.
std::string spread(std::string_view checked, std::size_t lines) {
    std::string out;
    std::size_t depth = 0;
    std::size_t count = 1;
    bool in_string = false;
    const auto new_line = [&] {
        out += '\n';
        out.append(2 * depth, ' ');
        ++count;
    };
    for (std::size_t at = 0; at != checked.size() && count <= lines; ++at) {
        const char c = checked[at];
        if (in_string) {
            out += c;
            if (c == '\\') out += checked[++at];
            in_string = c != '"';
        } else if (c == '{' || c == '[') {
            out += c;
            const std::size_t next = checked.find_first_not_of(" \t\r\n", at + 1);
            if (checked[next] == (c == '{' ? '}' : ']')) {
                out += checked[next];
                at = next;
            } else {
                ++depth;
                new_line();
            }
        } else if (c == '}' || c == ']') {
            --depth;
            new_line();
            out += c;
        } else if (c == ',') {
            out += c;
            new_line();
        } else if (c == ':') {
            out += ": ";
        } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            out += c;
            in_string = c == '"';
        }
    }
    return out;
}

}  // namespace

std::string name_of(const iothub::identity& who) {
    if (!who.is_module()) return printable(who.device_id);
    return "module " + printable(who.module_id) + " of " + printable(who.device_id);
}
std::string shown(const text::percent_text& value) { return printable(decoded(value, value.raw())); }
std::string shown(const iothub::wire_text& value) { return printable(decoded(value, value.raw())); }

std::string time_text(std::int64_t milliseconds) {
    std::array<char, 40> memory{};
    const auto written = text::encode_timestamp(memory, text::timestamp::from_milliseconds(milliseconds));
    return written ? std::string{written->text()} : std::to_string(milliseconds) + " ms since 1970";
}

void teller::violation(const place& in, const hubwire::error& wrong) {
    ++counts.violations;
    out.complaint(sentence(wrong));
    out.inner(where(in, wrong.offset) + ":");
    out.bytes_around(in.whole, in.in_stream ? in.offset : 0, wrong.offset, first_secret(in));
}

void teller::remark(const place& in, std::string_view what, const hubwire::error& wrong, std::size_t at) {
    remark(std::string{what} + ": " + sentence(wrong) + ", " + where(in, at + wrong.offset));
}
void teller::remark(std::string_view what) {
    ++counts.remarks;
    out.complaint(what);
}

bool teller::sas_token(const place& in, std::string_view token_text) {
    constexpr std::string_view word = "sharedaccesssignature";
    if (token_text.size() < word.size() || !iothub::equal_ignoring_case(token_text.substr(0, word.size()), word))
        return false;
    constexpr iothub::sas_token_options lax{.ignore_case = true,
                                            .any_white_space = true,
                                            .skip_unknown_fields = true,
                                            .skip_empty_parts = true,
                                            .last_repeated_counts = true};
    auto token = iothub::decode_sas_token(token_text);
    if (!token) {
        remark(in, "the token", token.error(), in.within(token_text));
        token = iothub::decode_sas_token(token_text, lax);
    }
    if (!token) return true;
    const page::level inner{out};
    if (const auto resource = iothub::decode_sas_resource(token->resource.raw())) {
        out.brief("sr", shown(resource->host_name));
        if (!resource->is_hub()) out.brief("device", shown(resource->who.device_id));
        if (resource->who.is_module()) out.brief("module", shown(resource->who.module_id));
    } else {
        out.brief("sr", shown(token->resource));
    }
    if (!token->policy.raw().empty()) out.brief("skn", shown(token->policy));
    constexpr std::uint64_t last_second = 253'402'300'799;  // of the year 9999
    const std::string se = std::to_string(token->expiry);
    out.brief("se", token->expiry <= last_second
                        ? se + " (" + time_text(static_cast<std::int64_t>(token->expiry) * 1000) + ")"
                        : se);
    out.brief("sig", "***");
    return true;
}

void teller::username(const place& in, std::string_view user) {
    const auto u = iothub::decode_username(user);
    if (!u) {
        if (user.find("api-version") != user.npos)
            remark(in, "the hub would refuse the user name", u.error(), in.within(user));
        return;
    }
    const page::level inner{out};
    out.brief("host", printable(u->host));
    out.brief("device", printable(u->client.device_id));
    if (u->client.is_module()) out.brief("module", printable(u->client.module_id));
    out.brief("api-version", shown(u->api_version));
    if (!u->model_id.empty()) out.brief("model-id", shown(u->model_id));
    if (!u->auth_chain.empty()) out.brief("auth-chain", shown(u->auth_chain));
    if (!u->device_client_type.empty()) out.brief("DeviceClientType", shown(u->device_client_type));
}

void teller::plain_user(const place& in, std::string_view user) {
    const auto u = iothub::decode_plain_user(user);
    if (!u) return remark(in, "no user name of a hub", u.error(), in.within(user));
    out.meaning(u->is_service() ? "policy " + printable(u->policy) + " of hub " + printable(u->hub_name)
                                : name_of(u->who) + " of hub " + printable(u->hub_name));
}

void teller::bag(const place& in, std::string_view bag_text) {
    if (bag_text.empty()) return;
    auto properties = iothub::decode_property_bag(bag_text);
    if (!properties) {
        remark(in, "the property bag", properties.error(), in.within(bag_text));
        properties = iothub::decode_property_bag(bag_text, {.keep_malformed = true});
    }
    if (!properties) return;
    const page::level inner{out};
    for (const iothub::property p : *properties) {
        const std::string name = decoded(p.name, p.name.raw());
        std::string value = p.value.is_null()      ? "null"
                            : is_secret_name(name) ? "***"
                                                   : quoted(decoded(p.value, p.value.raw()));
        if (const auto which = iothub::find_mqtt_name(name); which && !name.ends_with(iothub::amqp_name(*which)))
            value += "  (" + std::string{iothub::amqp_name(*which)} + ")";
        out.line(printable(name), value);
    }
}

void teller::topic(const place& in, std::string_view topic_text, sender from) {
    if (!is_hub_topic(topic_text)) return;
    const auto tell = [&](const auto& any) {
        if (!any) return false;
        out.meaning(any->visit(topic_meaning{}));
        bag(in, any->visit(bag_of{}));
        return true;
    };
    const auto to_hub = iothub::decode_topic_to_hub(topic_text);
    const auto to_client = iothub::decode_topic_to_client(topic_text);
    if (from != sender::hub && tell(to_hub)) return;
    if (from != sender::client && tell(to_client)) return;
    // Of the other direction, perhaps: then it is right in itself.
    if (to_hub || to_client)
        return remark(to_hub ? "a topic of messages to the hub" : "a topic of messages from the hub");
    const hubwire::error of_hub = to_hub.error();
    const hubwire::error of_client = to_client.error();
    const bool as_client = from == sender::hub || (from == sender::unknown && of_client.offset > of_hub.offset);
    remark(in, "no topic of the hub", as_client ? of_client : of_hub, in.within(topic_text));
}

void teller::filter(const place& in, std::string_view filter_text, const iothub::identity& client) {
    if (!is_hub_topic(filter_text)) return;
    // Of a client that nobody knows we take the filter's word.
    constexpr std::string_view devices = "devices/";
    constexpr std::string_view modules = "/modules/";
    iothub::identity who = client;
    if (who.device_id.empty()) {
        std::string_view rest = filter_text.starts_with(devices) ? filter_text.substr(devices.size()) : "unknown";
        who.device_id = rest.substr(0, rest.find('/'));
        rest.remove_prefix(who.device_id.size());
        if (rest.starts_with(modules)) {
            rest.remove_prefix(modules.size());
            who.module_id = rest.substr(0, rest.find('/'));
        }
    }
    const auto feed = iothub::decode_filter(filter_text, who);
    if (!feed) return remark(in, "the hub would not grant this", feed.error(), in.within(filter_text));
    out.meaning(feed_name(*feed));
}

void teller::address(std::string_view address_text) {
    const auto at = iothub::decode_address(address_text);
    if (!at) return;
    std::string who = shown(at->who.device_id);
    if (at->who.is_module()) who += ", module " + shown(at->who.module_id);
    switch (at->kind) {
        case iothub::endpoint::events:
            return out.meaning("telemetry of " + who);
        case iothub::endpoint::device_bound:
            return out.meaning("messages from the cloud to " + who);
        case iothub::endpoint::twin:
            return out.meaning("twin of " + who);
        case iothub::endpoint::methods:
            return out.meaning("methods of " + who);
        case iothub::endpoint::cbs:
            return out.meaning("where tokens are shown");
        case iothub::endpoint::service_device_bound:
            return out.meaning("messages of a service to devices");
        case iothub::endpoint::feedback:
            return out.meaning("feedback on messages to devices");
        case iothub::endpoint::partition:
            return out.meaning("events of partition " + shown(at->partition) + ", consumer group " +
                               shown(at->consumer_group));
        case iothub::endpoint::service_events:
            return out.meaning("all events, which the hub has elsewhere");
        case iothub::endpoint::events_management:
        case iothub::endpoint::management:
            return out.meaning("what partitions there are");
    }
}

void teller::lines_of_text(std::string_view lines) {
    std::size_t count = 0;
    while (!lines.empty()) {
        if (!how.everything && count++ == most_lines) return out.inner("... (--all shows the rest)", style::dim);
        const std::size_t end = lines.find('\n');
        std::string_view one = lines.substr(0, end);
        if (one.ends_with('\r')) one.remove_suffix(1);
        out.inner(how.everything ? printable(one) : printable(one, 2 * longest_line));
        lines.remove_prefix(end == lines.npos ? lines.size() : end + 1);
    }
}

bool teller::json(const place& in, std::string_view name, std::string_view content) {
    const std::size_t first = content.find_first_not_of(" \t\r\n");
    if (first == content.npos || (content[first] != '{' && content[first] != '[')) return false;
    json::reader checked{content};
    checked.skip();
    if (const auto verdict = checked.finish(); !verdict) {
        if (!is_readable(content)) return false;
        out.line(name, counted(content.size(), "byte"));
        const page::level inner{out};
        remark(in, "no JSON", verdict.error(), in.within(content));
        lines_of_text(content);
        return true;
    }
    out.line(name, counted(content.size(), "byte") + " of JSON");
    const page::level inner{out};
    if (content.size() <= longest_line && content.find('\n') == content.npos) {
        out.inner(printable(content));
    } else {
        lines_of_text(spread(content, how.everything ? static_cast<std::size_t>(-1) : most_lines + 1));
    }
    return true;
}

void teller::body(const place& in, std::string_view name, hubwire::bytes content) {
    if (content.empty()) return out.brief(name, "empty");
    if (json(in, name, content.text())) return;
    if (content.text().find_first_not_of(" \t\r\n") == std::string_view::npos)
        return out.line(name, hex(content) + ", white space alone");
    if (is_readable(content.text())) {
        out.line(name, counted(content.size(), "byte") + " of text");
        const page::level inner{out};
        lines_of_text(content.text());
        return;
    }
    out.line(name, counted(content.size(), "byte"));
    const page::level inner{out};
    out.bytes_from(content, in.in_stream ? in.offset + in.within(content.text()) : in.within(content.text()),
                   how.everything ? static_cast<std::size_t>(-1) : 4);
}

}  // namespace wire
