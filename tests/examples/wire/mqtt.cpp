#include "stream.hpp"

namespace wire {

namespace {

namespace mqtt = hubwire::mqtt;
namespace iothub = hubwire::iothub;

constexpr mqtt::options lax{.allow_mqtt_3_1 = true, .allow_bridge = true};

constexpr std::string_view names[] = {"CONNECT",  "CONNACK", "PUBLISH",   "PUBACK",    "PUBREC",
                                      "PUBREL",   "PUBCOMP", "SUBSCRIBE", "SUBACK",    "UNSUBSCRIBE",
                                      "UNSUBACK", "PINGREQ", "PINGRESP",  "DISCONNECT"};

std::string_view name_of_type(unsigned type) { return type >= 1 && type <= 14 ? names[type - 1] : "?"; }
std::string_view name_of_first(hubwire::bytes input) { return input.empty() ? "?" : name_of_type(input[0] >> 4); }

std::string_view name_of_code(mqtt::connect_code code) {
    constexpr std::string_view texts[] = {"accepted",
                                          "refused: the protocol version is not supported",
                                          "refused: the client identifier is not allowed",
                                          "refused: the server is not available",
                                          "refused: bad user name or password",
                                          "refused: not authorized"};
    return texts[static_cast<std::size_t>(code)];
}

std::string qos_text(mqtt::qos quality) { return "QoS " + std::to_string(static_cast<int>(quality)); }
std::string_view yes_or_no(bool value) { return value ? "yes" : "no"; }

/// Who sends packets of this type, if only one side does.
sender sender_of(mqtt::packet_type type) {
    if (!mqtt::check_direction(mqtt::role::client, type)) return sender::client;
    if (!mqtt::check_direction(mqtt::role::server, type)) return sender::hub;
    return sender::unknown;
}

style style_of(sender from) {
    return from == sender::client ? style::client : from == sender::hub ? style::hub : style::strong;
}

/// What stands beside the name: the size, and what is short.
struct in_short {
    std::string operator()(const mqtt::connect& p) const { return ", " + printable(p.client_id, 64); }
    std::string operator()(const mqtt::connack& p) const { return ", " + std::string{name_of_code(p.code)}; }
    std::string operator()(const mqtt::publish& p) const {
        std::string text = ", " + qos_text(p.qos);
        if (p.packet_id != 0) text += ", id " + std::to_string(p.packet_id);
        if (p.dup) text += ", again";
        if (p.retain) text += ", retained";
        return text;
    }
    template <class Other>
    std::string operator()(const Other& p) const {
        if constexpr (requires { p.packet_id; }) {
            return ", id " + std::to_string(p.packet_id);
        } else {
            return "";
        }
    }
};

/// The length that stands beside a first byte that was refused, if it is one: how many bytes the packet would have.
std::size_t length_beside(hubwire::bytes input) {
    std::size_t length = 0;
    for (std::size_t at = 1; at < input.size() && at != 5; ++at) {
        length |= std::size_t{input[at] & 0x7Fu} << (7 * (at - 1));
        if (input[at] < 0x80) return at + 1 + length;
    }
    return 0;
}

}  // namespace

step mqtt_stream::refused_header(hubwire::bytes input, std::size_t offset, const hubwire::error& wrong) {
    // Its length is the only thing that could say where the next packet begins. A few bytes more are shown with it.
    const std::size_t size = length_beside(input);
    const std::size_t shown = size != 0 && size < bytes_of_refused ? size : bytes_of_refused;
    if (input.size() < shown) return {};
    ++refusals_in_a_row_;
    tell_.out.head(offset, name_of_first(input), style::wrong, "");
    const bool can_go_on = size != 0 && refusals_in_a_row_ < most_refusals;
    const std::size_t most = (in_doubt_ || refusals_in_a_row_ > 1) && shown > 5 ? 5 : shown;
    tell_.violation({.whole = input.first(most), .offset = offset, .in_doubt = in_doubt_}, wrong);
    in_doubt_ = true;
    if (can_go_on) {
        tell_.out.inner("goes on at " + hex_offset(offset + size) +
                        ", if its length is right: " + counted(size, "byte"));
        return {.used = size};
    }
    tell_.out.inner(size == 0 ? "its length cannot be read, so nothing behind it can be known"
                              : "the third in a row: nothing more can be known");
    return {.used = input.size(), .nothing_behind = true};
}

step mqtt_stream::next(hubwire::bytes input, std::size_t offset) {
    const auto whole = mqtt::cut(input);
    if (whole.incomplete()) return {};
    if (!whole) return refused_header(input, offset, whole.error());
    refusals_in_a_row_ = 0;
    ++tell_.counts.packets;

    const std::size_t violations_before = tell_.counts.violations;
    auto packet = mqtt::decode(*whole);
    hubwire::error wrong{};
    if (!packet) {
        wrong = packet.error();
        packet = mqtt::decode(*whole, lax);
    }
    const place in{.whole = *whole, .offset = offset, .in_doubt = in_doubt_ && !packet};
    in_doubt_ = !packet;
    if (packet) {
        show(in, *packet);
    } else {
        tell_.out.head(offset, name_of_first(*whole), style::wrong, counted(whole->size(), "byte"));
        is_first_ = false;
    }
    if (wrong.code != hubwire::errc::none) {
        tell_.violation(in, wrong);
        if (wrong.code == hubwire::errc::mqtt_protocol_level && (*whole)[wrong.offset] == 5)
            tell_.out.inner("level 5 is MQTT 5.0, which hubwire does not speak, nor does IoT Hub");
    }
    if (tell_.counts.violations != violations_before)
        tell_.out.inner("goes on at " + hex_offset(offset + whole->size()) + ", behind this packet");
    return {.used = whole->size()};
}

void mqtt_stream::show(const place& in, const mqtt::packet& p) {
    const sender told = sender_of(p.type());
    if (from_ == sender::unknown) from_ = told;
    tell_.out.head(in.offset, name_of_type(static_cast<unsigned>(p.type())), style_of(from_),
                   counted(in.whole.size(), "byte") + p.visit(in_short{}));
    p.visit([&](const auto& as_it_is) { fields(in, as_it_is); });
    tell_.out.flush();
    order(in, p);
    is_first_ = false;
}

/// What may come now, and from whom.
void mqtt_stream::order(const place& in, const mqtt::packet& p) {
    if (from_ == sender::unknown) return;
    const mqtt::role receiver = from_ == sender::client ? mqtt::role::server : mqtt::role::client;
    const auto direction = mqtt::check_direction(receiver, p.type());
    if (!direction) return tell_.violation(in, direction.error());
    // A capture may begin anywhere, so the first packet is whatever it is.
    if (is_first_) return;
    if (const auto in_order = mqtt::check_order(receiver, p.type(), false); !in_order)
        tell_.violation(in, in_order.error());
}

void mqtt_stream::fields(const place& in, const mqtt::connect& p) {
    page& out = tell_.out;
    out.brief("keep alive", std::to_string(p.keep_alive) + " s");
    out.brief("clean session", yes_or_no(p.clean_session));
    if (p.level != 4) out.brief("level", std::to_string(p.level));
    out.line("client id", quoted(p.client_id));
    if (const auto who = iothub::decode_client_id(p.client_id)) {
        device_id_ = who->device_id;
        module_id_ = who->module_id;
    }
    if (p.username) {
        out.line("user name", quoted(*p.username));
        tell_.username(in, *p.username);
    }
    if (p.password) {
        out.line("password", counted(p.password->size(), "byte") + ", not shown");
        tell_.sas_token(in, p.password->text());
    }
    if (p.will) {
        out.line("will", quoted(p.will->topic));
        const page::level inner{out};
        tell_.topic(in, p.will->topic, sender::client);
        out.brief("QoS", std::to_string(static_cast<int>(p.will->qos)));
        out.brief("retained", yes_or_no(p.will->retain));
        tell_.body(in, "payload", p.will->payload);
    }
    // Only what says of itself that it is for a hub is measured by what a hub wants.
    if (p.username && iothub::decode_username(*p.username)) {
        if (const auto client = iothub::read_connect(p); !client)
            tell_.remark("the hub would refuse this: " + std::string{client.error().message()});
    }
}

void mqtt_stream::fields(const place&, const mqtt::connack& p) {
    tell_.out.brief("code", std::to_string(static_cast<int>(p.code)));
    tell_.out.brief("session present", yes_or_no(p.session_present));
}

void mqtt_stream::fields(const place& in, const mqtt::publish& p) {
    tell_.out.line("topic", quoted(p.topic));
    tell_.topic(in, p.topic, from_);
    tell_.body(in, "payload", p.payload);
}

void mqtt_stream::fields(const place& in, const mqtt::subscribe& p) {
    for (const mqtt::subscription s : p.subscriptions) {
        tell_.out.line(qos_text(s.qos), quoted(s.filter));
        tell_.filter(in, s.filter, {.device_id = device_id_, .module_id = module_id_});
    }
}

void mqtt_stream::fields(const place&, const mqtt::suback& p) {
    for (const mqtt::suback_code code : p.codes) {
        if (code == mqtt::suback_code::failure) {
            tell_.out.brief("refused", "(80)");
        } else {
            tell_.out.brief("granted", "QoS " + std::to_string(static_cast<int>(code)));
        }
    }
}

void mqtt_stream::fields(const place&, const mqtt::unsubscribe& p) {
    for (const std::string_view filter : p.filters) tell_.out.line("filter", quoted(filter));
}

void mqtt_stream::cut_off(hubwire::bytes input, std::size_t offset) {
    const auto header = mqtt::decode_fixed_header(input);
    const std::string size = header ? " of " + std::to_string(header->packet_size()) : "";
    tell_.out.head(offset, name_of_first(input), style::wrong,
                   std::to_string(input.size()) + size + (input.size() == 1 ? " byte" : " bytes"));
    const place in{.whole = input, .offset = offset, .in_doubt = in_doubt_};
    // Of a message its head may be there.
    if (const auto head = mqtt::decode_publish_head(input); head) {
        const mqtt::publish as_far{.topic = head->head.topic, .payload = input.without_first(head->size)};
        fields(in, as_far);
    }
    // What is there can be wrong already.
    const auto packet = mqtt::decode(input, lax);
    if (packet) return;
    if (!packet.incomplete()) return tell_.violation(in, packet.error());
    tell_.remark("the stream ends within this packet, which has at least " +
                 counted(packet.error().needed, "more byte"));
}

}  // namespace wire
