#ifndef HUBWIRE_TESTS_EXAMPLES_DEMO_WORDS_HPP
#define HUBWIRE_TESTS_EXAMPLES_DEMO_WORDS_HPP

#include <concepts>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "paper.hpp"
#include "stream.hpp"

/// Packets and frames in words: one line each, and one more for what it means to IoT Hub. (All their fields, and what
/// is wrong with them, shows the inspector in ../wire.)
namespace demo {

namespace amqp = hubwire::amqp;
namespace iothub = hubwire::iothub;
namespace mqtt = hubwire::mqtt;
using namespace std::literals;

/// Whose connection with the hub, and which way.
struct route {
    std::string_view device{};
    bool to_hub = true;
};

inline void head(const route& r, const arrival& at, std::string_view name, std::size_t size) {
    print("  ", r.to_hub ? ink::device : ink::hub, left{r.device, 8}, r.to_hub ? "-> " : "<- ", ink::dim,
          hex{at.offset, 4}, ink::plain, "  ", ink::strong, left{name, 16}, ink::plain);
    std::printf("%4zu B in %zu %-7s ", size, at.pieces, at.pieces == 1 ? "piece" : "pieces");
}

/// Whose and until when; nobody needs to see the signature.
inline void token(std::string_view text) {
    const auto t = iothub::decode_sas_token(text);
    if (!t) return;
    meaning("token for ", t->resource, " until ",
            hubwire::text::timestamp::from_milliseconds(static_cast<std::int64_t>(t->expiry) * 1000), ", sig=***");
}

inline void properties(const iothub::message& m) {
    if (m.message_id.is_null()) return;
    print(ink::meaning, "                    = message-id ", m.message_id);
    for (const iothub::property p : m.application_properties) print(", ", p.name, "=", p.value);
    print(ink::plain, "\n");
}

// ---- MQTT

struct topic_in_words {
    void operator()(const iothub::telemetry_topic& t) const {
        print("telemetry of ", t.sender.device_id);
        bag = t.bag;
    }
    void operator()(const iothub::twin_desired_topic& t) const {
        print("desired properties have changed, version ", t.version);
    }
    void operator()(const iothub::twin_reported_topic& t) const { print("reports properties, request ", t.rid); }
    void operator()(const iothub::twin_response_topic& t) const {
        print("answer to request ", t.rid, ", status ", t.status);
    }
    void operator()(const iothub::method_request_topic& t) const { print("calls ", t.name, ", request ", t.rid); }
    void operator()(const iothub::method_response_topic& t) const {
        print("answer to request ", t.rid, ", status ", t.status);
    }
    template <class Other>
    void operator()(const Other&) const {}

    std::string_view& bag;
};

inline void say(const mqtt::connect& p) {
    print("client ", p.client_id, ", keep alive ", p.keep_alive, " s\n");
    const auto user = iothub::read_connect(p);
    if (!user) return;
    meaning("device ", user->client.device_id, " of ", user->host, ", api-version ", user->api_version);
    if (p.password) token(p.password->text());
}
inline void say(const mqtt::connack& p) { print(p.code == mqtt::connect_code::accepted ? "accepted\n" : "refused\n"); }
inline void say(const mqtt::subscribe& p) {
    print("id ", p.packet_id, "\n");
    for (const mqtt::subscription s : p.subscriptions) meaning(s.filter);
}
inline void say(const mqtt::suback& p) {
    print("id ", p.packet_id, ", granted:");
    for (const mqtt::suback_code code : p.codes) print(" QoS ", static_cast<unsigned>(code));
    print("\n");
}
inline void say(const mqtt::publish& p) {
    std::string_view bag;
    const auto to_hub = iothub::decode_topic_to_hub(p.topic);
    const auto to_client = iothub::decode_topic_to_client(p.topic);
    if (to_hub)
        to_hub->visit(topic_in_words{bag});
    else if (to_client)
        to_client->visit(topic_in_words{bag});
    print("\n");
    content(p.topic);
    if (const auto m = iothub::decode_mqtt_message(bag, p.payload)) properties(*m);
    content(p.payload.text());
}
inline void say(const mqtt::puback& p) { print("id ", p.packet_id, "\n"); }
template <class Other>
void say(const Other&) {
    print("\n");
}

inline void tell(const route& r, const arrival& at, std::size_t size, const mqtt::packet& p) {
    constexpr std::string_view names[] = {"",        "CONNECT",  "CONNACK",   "PUBLISH", "PUBACK",      "PUBREC",
                                          "PUBREL",  "PUBCOMP",  "SUBSCRIBE", "SUBACK",  "UNSUBSCRIBE", "UNSUBACK",
                                          "PINGREQ", "PINGRESP", "DISCONNECT"};
    head(r, at, names[static_cast<std::size_t>(p.type())], size);
    p.visit([](const auto& packet) { say(packet); });
}

// ---- AMQP

inline void say(const amqp::sasl_mechanisms& f) {
    std::string_view between = "";
    for (const amqp::symbol s : f.sasl_server_mechanisms) print(std::exchange(between, ", "), s.text);
    print("\n");
}
inline void say(const amqp::sasl_init& f) { print(f.mechanism.text, "\n"); }
inline void say(const amqp::sasl_outcome& f) { print(f.code == amqp::sasl_code::ok ? "ok\n" : "refused\n"); }
inline void say(const amqp::open& f) {
    print("container ", f.container_id, ", frames up to ", *f.max_frame_size, " B\n");
}
inline void say(const amqp::begin& f) {
    print("window of ", f.incoming_window, " frames in, ", f.outgoing_window, " out\n");
}
inline void say(const amqp::attach& f) {
    const auto* source = f.source.get_if<amqp::source>();
    const auto* target = f.target.get_if<amqp::target>();
    print("handle ", f.handle, f.role == amqp::role::sender ? ", sender, " : ", receiver, ");
    for (const auto& address :
         {source != nullptr ? source->address : std::nullopt, target != nullptr ? target->address : std::nullopt})
        print(address.value_or(""));
    print("\n");
}
inline void say(const amqp::flow& f) {
    print("handle ", f.handle.value_or(0), ", credit for ", f.link_credit.value_or(0), " messages\n");
}
inline void say(const amqp::disposition& f) {
    print("delivery ", f.first, f.state.is<amqp::accepted>() ? " accepted" : " not accepted",
          *f.settled ? ", settled\n" : "\n");
}
inline void say(const amqp::transfer& f) {
    print("handle ", f.handle, ", delivery ", f.delivery_id.value_or(0),
          f.settled.value_or(false) ? ", settled\n" : "\n");
}

/// A message by what it is to the hub: a token that is shown, the answer to it, or one for an application.
inline void message(hubwire::bytes wire) {
    const auto m = amqp::decode<amqp::message>(wire);
    if (!m) return;
    if (iothub::cbs::operation_of(*m)) {
        const auto request = iothub::decode<iothub::cbs::put_token>(*m);
        return request ? token(request->token) : void();
    }
    if (const auto reply = iothub::decode<iothub::cbs::reply>(*m)) return meaning("$cbs answers ", reply->status_code);
    const auto read = iothub::to_message(*m);
    if (!read) return;
    properties(*read);
    if (const auto body = read->body.single()) content(body->text());
}

inline void tell(const route& r, const arrival& at, std::size_t size, const amqp::frame& f) {
    f.body.visit([&]<class T>(const T& body) {
        if constexpr (amqp::frame_body<T>) {
            std::string_view name = T::descriptor.name;  // amqp:open:list
            name.remove_prefix(name.find(':') + 1);
            head(r, at, name.substr(0, name.find(':')), size);
            say(body);
            if constexpr (std::same_as<T, amqp::transfer>) message(f.payload);
        }
    });
}

}  // namespace demo

#endif
