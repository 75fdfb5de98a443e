#ifndef HUBWIRE_TESTS_INTEROP_HUB_CORE_HPP
#define HUBWIRE_TESTS_INTEROP_HUB_CORE_HPP

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <hubwire/hubwire.hpp>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub_document.hpp"
#include "hub_message.hpp"
#include "must.hpp"

/// What a hub knows and decides, whichever protocol asks it. There is no transport here, and no thread.
namespace interop {

using hub_time = std::chrono::system_clock::time_point;

inline std::uint64_t seconds_of(hub_time t) {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(t.time_since_epoch()).count());
}
inline amqp::timestamp timestamp_of(hub_time t) {
    return {std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count()};
}

inline constexpr std::string_view an_old_token = "an old token";

/// A device or a module, with memory of its own.
struct client_name {
    std::string device_id{};
    std::string module_id{};

    client_name(const iothub::identity& who) : device_id{who.device_id}, module_id{who.module_id} {}
    [[nodiscard]] iothub::identity view() const { return {.device_id = device_id, .module_id = module_id}; }

    friend auto operator<=>(const client_name&, const client_name&) = default;
};

/// What the hub wants of whoever has connected, in whichever protocol.
class client_connection {
public:
    client_connection() = default;
    client_connection(const client_connection&) = delete;
    client_connection& operator=(const client_connection&) = delete;
    virtual ~client_connection() = default;

    /// Messages for it are in the queue, or may be.
    virtual void deliver() = 0;
    virtual void deliver_to_input(std::string_view input, const iothub::message& m) = 0;
    virtual void tell_desired(std::string_view patch, std::int64_t version) = 0;
    /// Whether it wants to hear of methods; if not, nothing is sent.
    virtual bool call_method(std::string_view name, std::string_view id, std::string_view payload) = 0;

    /// Another connection of the same client has come.
    virtual void evict() = 0;
};

/// A service that is connected, and what it wants to be told of.
class service_connection {
public:
    service_connection() = default;
    service_connection(const service_connection&) = delete;
    service_connection& operator=(const service_connection&) = delete;
    virtual ~service_connection() = default;

    /// What has become of messages to devices.
    virtual void deliver_feedback() {}
    /// What devices have sent.
    virtual void deliver_events() {}
};

/// What becomes of a message to a device.
enum class outcome : std::uint8_t { completed, rejected, abandoned };

/// A message to a device, until it is settled.
struct queued_message {
    stored_message message{};
    std::string lock_token{};
    std::string id{};
    iothub::ack_request ack = iothub::ack_request::none;
    std::optional<amqp::timestamp> expiry{};
    unsigned deliveries = 0;
    bool is_out = false;          // and not settled yet
    std::uint16_t packet_id = 0;  // over MQTT: it comes again with the same [MQTT-4.4.0-1]
};

struct hub_client {
    std::string key{};  // in base64
    std::string generation_id{};
    twin_document desired{};
    twin_document reported{};
    std::deque<queued_message> queue{};
    std::map<iothub::feed, mqtt::qos> session{};  // of MQTT: what it has subscribed to, and keeps so
    client_connection* connection = nullptr;
};

/// Telemetry, and where it lies: services read each partition from where they like.
struct hub_event {
    client_name sender;
    stored_message message;
    hub_time enqueued{};
    std::uint32_t partition = 0;
    std::int64_t sequence_number = 0;  // both count from 0 in each partition; the one messages,
    std::int64_t offset = 0;           // and the other bytes
};

/// Where services read telemetry: a place of its own, to which the hub sends them.
struct event_hub_place {
    std::string host{};
    std::uint16_t port = 0;
    std::string name = "iothub-ehub-hubwire";
    std::uint32_t partitions = 2;

    [[nodiscard]] std::string host_and_port() const { return host + ":" + std::to_string(port); }
};

struct method_answer {
    int status = 0;
    std::string payload{};

    friend bool operator==(const method_answer&, const method_answer&) = default;
};

struct settled_message {
    client_name receiver;
    std::string id;
    outcome what;

    friend bool operator==(const settled_message&, const settled_message&) = default;
};

/// What a service is told of a message that it has sent.
struct hub_feedback {
    std::string message_id{};
    std::string time{};
    iothub::feedback_status status{};
    client_name device;
    std::string generation_id{};
};

/// Where what a module sends to an output goes, as edgeHub has it.
struct route {
    client_name from;
    std::string output;
    client_name to;
    std::string input;
};

class hub_core {
public:
    static constexpr unsigned max_deliveries = 10;

    explicit hub_core(std::string host_name) : host_names{std::move(host_name)} {}

    // ---- who may do what

    void add(const iothub::identity& who, std::string key) {
        clients[who] = {.key = std::move(key), .generation_id = std::to_string(6'000'000 + clients.size())};
    }

    /// Why a token does not let this device or module in; empty if it does. So may a policy of the hub's.
    [[nodiscard]] std::string why_refused(const iothub::identity& who, std::string_view token) const {
        const auto found = clients.find(who);
        if (found == clients.end()) return "no such device";
        return why_refused({.who = who}, found->second.key, token);
    }
    /// The same of a service, which names its policy in the token.
    [[nodiscard]] std::string why_service_refused(std::string_view token) const { return why_refused({}, {}, token); }

    /// The same of a service that wants to read events. Tokens of Event Hubs are of another kind, for a URI, such as
    /// sb://host/name.
    [[nodiscard]] std::string why_reader_refused(std::string_view text) const {
        const auto token = iothub::decode_sas_token(text);
        if (!token) return std::string{token.error().message()};
        const auto policy = policy_of(*token);
        if (policy == policies.end()) return "no such policy";
        const auto verdict = check_signature(*token, iothub::sas_key::of_event_hubs(policy->second));
        if (!verdict) return std::string{verdict.error().message()};
        if (token->is_expired(seconds_of(now()))) return std::string{an_old_token};
        const std::string uri = text_of(iothub::wire_text{token->resource});
        for (const std::string_view scheme : {"sb://", "amqps://"}) {
            for (const std::string& host : {event_hub.host, event_hub.host_and_port()}) {
                const std::string whole = std::string{scheme} + host + "/" + event_hub.name;
                if (uri == whole || uri.starts_with(whole + "/")) return {};
            }
        }
        return "a token for something else";
    }

    /// What it is called where a host is not: the first part of that.
    [[nodiscard]] std::string name() const { return host_names.front().substr(0, host_names.front().find('.')); }

    [[nodiscard]] bool is_own_name(std::string_view host) const {
        return std::find(host_names.begin(), host_names.end(), host) != host_names.end();
    }

    // ---- from devices

    /// The connection that a client has from now on. There is only one at a time.
    hub_client& connect(const iothub::identity& who, client_connection& connection) {
        hub_client& client = clients.at(who);
        if (client.connection != nullptr) client.connection->evict();
        client.connection = &connection;
        connections.emplace_back(who);
        return client;
    }

    /// What was on its way to it waits in the queue again.
    void disconnect(const iothub::identity& who, const client_connection& connection) {
        hub_client& client = clients.at(who);
        if (client.connection != &connection) return;
        client.connection = nullptr;
        for (queued_message& m : client.queue) m.is_out = false;
    }

    /// Takes a message in, if the hub does. The message's own word for who has sent it counts for nothing.
    hubwire::result<void> take_event(const iothub::identity& sender, iothub::message m) {
        const auto valid = check_message_from_device(m);
        if (!valid) return valid;
        const iothub::auth_method method{
            .scope = {{iothub::auth_scope::device}}, .type = {{iothub::auth_type::sas}}, .issuer = "iothub"};
        const std::string text = written([&](auto& out) { put_auth_method(out, method); });
        m.set_sender(sender, clients.at(sender).generation_id, text);
        add_event(sender, stored_message{m});
        for (const route& r : routes) {
            if (r.from != client_name{sender} || m.output_name != r.output) continue;
            client_connection* const to = clients.at(r.to).connection;
            if (to != nullptr) to->deliver_to_input(r.input, events.back().message.view());
        }
        const auto readers = event_readers;  // one that has gone meanwhile is found out now, and leaves
        for (service_connection* const reader : readers) reader->deliver_events();
        return {};
    }

    /// The twin, as a device gets it.
    [[nodiscard]] std::string twin_of(const iothub::identity& who) const {
        const hub_client& client = clients.at(who);
        return written([&](auto& memory) {
            hubwire::json::writer out{memory};
            out.begin_object();
            out.name("desired");
            client.desired.put(out);
            out.name("reported");
            client.reported.put(out);
            out.end_object();
        });
    }

    /// What is answered to a change of the reported properties: a status as in HTTP, and their version.
    struct reported_answer {
        std::int32_t status = 204;
        std::int64_t version = 0;
    };
    reported_answer report(const iothub::identity& who, std::string_view patch,
                           std::optional<std::int64_t> if_version = {}) {
        twin_document& reported = clients.at(who).reported;
        if (if_version && *if_version != reported.version()) return {.status = 412};
        if (!reported.merge(patch)) return {.status = 400};
        return {.version = reported.version()};
    }

    /// A client answers a method. Only the one that was called can, and once.
    hubwire::result<void> answer_method(const iothub::identity& who, std::string_view id, method_answer answer) {
        const auto call = calls_.find(std::string{id});
        if (call == calls_.end() || call->second != client_name{who}) {
            refusals.emplace_back("an answer to nothing that it was asked");
            return hubwire::error{.code = hubwire::errc::application};
        }
        method_answers.insert_or_assign(call->first, std::move(answer));
        calls_.erase(call);
        return {};
    }

    /// The next message for a device, which is on its way from now on; null if there is none.
    queued_message* next_message_for(const iothub::identity& who) {
        std::deque<queued_message>& queue = clients.at(who).queue;
        for (auto at = queue.begin(); at != queue.end();) {
            if (at->is_out) {
                ++at;
            } else if (at->expiry && *at->expiry <= timestamp_of(now())) {
                tell(who, *at, iothub::feedback_status::expired);
                at = queue.erase(at);
            } else if (at->deliveries == max_deliveries) {
                tell(who, *at, iothub::feedback_status::delivery_count_exceeded);
                at = queue.erase(at);
            } else {
                at->is_out = true;
                ++at->deliveries;
                return &*at;
            }
        }
        return nullptr;
    }

    /// A device has done with a message. False if it has no such message, or has it no longer.
    bool settle(const iothub::identity& who, std::string_view lock_token, outcome what) {
        std::deque<queued_message>& queue = clients.at(who).queue;
        const auto found = std::find_if(queue.begin(), queue.end(), [&](const queued_message& m) {
            return m.is_out && m.lock_token == lock_token;
        });
        if (found == queue.end()) return false;
        settled.push_back({.receiver = who, .id = found->id, .what = what});
        if (what == outcome::abandoned) {
            found->is_out = false;
        } else {
            tell(who, *found,
                 what == outcome::completed ? iothub::feedback_status::success : iothub::feedback_status::rejected);
            queue.erase(found);
        }
        return true;
    }

    // ---- from services

    /// Puts a message into the queue of the device that it is to, if the hub takes it.
    hubwire::result<void> send(const iothub::identity& who, iothub::message m) {
        const auto valid = check_message_to_device(m);
        if (!valid) return valid;
        queued_message queued{.lock_token = make_uuid(),
                              .id = m.message_id.is_null() ? std::string{} : text_of(m.message_id),
                              .ack = requested_ack(m.ack)};
        if (!m.absolute_expiry_time.is_null()) queued.expiry = must(m.absolute_expiry_time.time());
        const std::string to =
            written([&](auto& out) { iothub::put_address(out, {.kind = iothub::endpoint::device_bound, .who = who}); });
        m.to = to;
        m.sequence_number = static_cast<std::int64_t>(++last_sequence_number_);
        queued.message = stored_message{m};
        hub_client& client = clients.at(who);
        client.queue.push_back(std::move(queued));
        if (client.connection != nullptr) client.connection->deliver();
        return {};
    }

    void change_desired(const iothub::identity& who, std::string_view patch) {
        hub_client& client = clients.at(who);
        if (!client.desired.merge(patch)) throw std::runtime_error{"desired properties are an object"};
        if (client.connection != nullptr)
            client.connection->tell_desired(client.desired.told(patch), client.desired.version());
    }

    /// Calls a method of a device, if that is connected and listens. The answer is among the method_answers by the id
    /// returned, once it has come.
    std::optional<std::string> call_method(const iothub::identity& who, std::string_view name,
                                           std::string_view payload) {
        client_connection* const connection = clients.at(who).connection;
        std::string id = make_uuid();
        if (connection == nullptr || !connection->call_method(name, id, payload)) return std::nullopt;
        calls_.emplace(id, who);
        return id;
    }

    [[nodiscard]] hub_time now() const { return std::chrono::system_clock::now() + ahead; }

    /// Whether what was allowed until then is so no longer.
    [[nodiscard]] bool has_passed(std::uint64_t seconds) const { return seconds <= seconds_of(now()); }

    /// A number that no other one is like, within this hub.
    [[nodiscard]] std::string make_uuid() {
        amqp::uuid id{};
        std::uint64_t n = ++last_uuid_;
        for (std::size_t i = 16; i-- != 8; n >>= 8) id.octets[i] = static_cast<std::uint8_t>(n);
        return text_of(iothub::property_value{id});
    }

    std::vector<std::string> host_names;          // that tokens and user names may be for
    std::map<std::string, std::string> policies;  // of services: the key of each
    std::map<client_name, hub_client> clients;    // all that may connect
    event_hub_place event_hub;
    std::vector<route> routes;
    std::chrono::seconds ahead{0};  // of the clock of all others
    // What has happened, in its order:
    std::vector<client_name> connections;
    std::vector<hub_event> events;
    std::vector<settled_message> settled;
    std::deque<hub_feedback> feedback;  // that no service has got yet
    std::set<service_connection*> feedback_readers;
    std::set<service_connection*> event_readers;
    std::map<std::string, method_answer> method_answers;
    std::vector<std::string> refusals;  // why clients were sent away

private:
    /// Those of one device stay in their order: all are in one partition.
    void add_event(const client_name& sender, stored_message message) {
        std::uint32_t partition = 0;
        for (const char c : sender.device_id) partition = partition * 31 + static_cast<unsigned char>(c);
        partition %= event_hub.partitions;
        hub_event event{.sender = sender, .message = std::move(message), .enqueued = now(), .partition = partition};
        const auto last =
            std::find_if(events.rbegin(), events.rend(), [&](const hub_event& e) { return e.partition == partition; });
        if (last != events.rend()) {
            event.sequence_number = last->sequence_number + 1;
            event.offset = last->offset + static_cast<std::int64_t>(last->message.size());
        }
        events.push_back(std::move(event));
    }

    [[nodiscard]] std::map<std::string, std::string>::const_iterator policy_of(const iothub::sas_token& token) const {
        return std::find_if(policies.begin(), policies.end(), [&](const auto& p) { return token.policy == p.first; });
    }

    [[nodiscard]] std::string why_refused(iothub::sas_resource resource, std::string_view own_key,
                                          std::string_view text) const {
        const auto token = iothub::decode_sas_token(text);
        if (!token) return std::string{token.error().message()};
        std::string_view key = own_key;
        if (!token->policy.raw().empty()) {
            const auto policy = policy_of(*token);
            if (policy == policies.end()) return "no such policy";
            key = policy->second;
        } else if (own_key.empty()) {
            return "a token without a policy";
        }
        hubwire::result<void> verdict;
        for (const std::string& name : host_names) {
            resource.host_name = name;
            verdict =
                check_sas_token(*token, iothub::sas_key::of_hub(key), {.resource = resource, .now = seconds_of(now())});
            if (verdict) return {};
        }
        return std::string{verdict.error().message()};
    }

    /// Tells the service what became of its message, if it wants to know.
    void tell(const iothub::identity& who, const queued_message& m, iothub::feedback_status status) {
        if (!asks_for(m.ack, status)) return;
        feedback.push_back({.message_id = m.id,
                            .time = text_of(timestamp_of(now())),
                            .status = status,
                            .device = who,
                            .generation_id = clients.at(who).generation_id});
        if (!feedback_readers.empty()) (*feedback_readers.begin())->deliver_feedback();
    }

    std::map<std::string, client_name> calls_;  // of methods that are not answered yet: who was called
    std::uint64_t last_sequence_number_ = 0;
    std::uint64_t last_uuid_ = 0;
};

}  // namespace interop

#endif
