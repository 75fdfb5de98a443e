#ifndef HUBWIRE_TESTS_INTEROP_AMQP_CONNECTION_HPP
#define HUBWIRE_TESTS_INTEROP_AMQP_CONNECTION_HPP

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <hubwire/hubwire.hpp>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "must.hpp"

/// AMQP 1.0 without I/O, for either end of a connection: bytes that were received go in, events and bytes to be sent
/// come out. What is on the wire is hubwire's; what has to be remembered meanwhile is kept here.
namespace interop {

/// Anything that can be encoded, as bytes of its own.
template <class T, class... Rules>
std::string to_wire(const T& value, const Rules&... rules) {
    std::string memory(must(encoded_size(value, rules...)), '\0');
    static_cast<void>(must(encode(memory, value, rules...)));
    return memory;
}

/// What was decoded, and the memory that its texts, binaries and maps are views of: it can be kept, and copied.
template <class T>
class kept {
public:
    kept() = default;
    kept(std::shared_ptr<const std::string> memory, const T& views) : memory_{std::move(memory)}, views_{views} {}

    const T& operator*() const { return views_; }
    const T* operator->() const { return &views_; }

private:
    std::shared_ptr<const std::string> memory_{};
    T views_{};
};

/// The same of something that lives elsewhere: by its encoding.
template <class T>
kept<T> keep(const T& value) {
    const auto memory = std::make_shared<const std::string>(to_wire(value));
    return {memory, must(hubwire::amqp::decode<T>(*memory))};
}

/// What a client shows at the beginning (AMQP 5.3.3.2).
struct sasl_attempt {
    std::string mechanism{};
    std::string response{};
    std::string hostname{};

    /// With PLAIN; empty texts if the response is none of PLAIN's.
    [[nodiscard]] hubwire::amqp::plain_credentials plain() const {
        return hubwire::amqp::decode_plain(response).value_or({});
    }
};

struct amqp_settings {
    bool is_server = false;

    /// Of a client, those that it can use, the best one first; of a server, those that it offers. Without any, there is
    /// no SASL at all.
    std::vector<std::string> mechanisms{};
    bool sasl_is_optional =
        false;  // of a server: a peer may begin with AMQP all the same, as tokens can be shown later
    hubwire::amqp::plain_credentials credentials{};      // of a client, for PLAIN
    std::function<bool(const sasl_attempt&)> lets_in{};  // of a server; without one everybody is let in

    /// What this side opens the connection with. Its max_frame_size is what it takes.
    hubwire::amqp::open open{.container_id = "hubwire", .max_frame_size = 65'536, .channel_max = 255};

    std::uint64_t max_message_size = 16 * 1024 * 1024;
    std::uint32_t incoming_window = 2'048;  // frames
    std::uint32_t handle_max = 255;         // of links in a session
    hubwire::amqp::options rules{};         // but for the size of frames
};

/// Links are known by numbers that are not used again, sessions by the channel that this side sends on.
using link_id = std::uint32_t;
using session_id = std::uint16_t;
using delivery_number = std::uint64_t;

namespace amqp_event {

/// SASL is through: so the peer, or this side, was let in.
struct authenticated {
    sasl_attempt attempt{};  // of a server's peer
};
struct opened {
    kept<hubwire::amqp::open> peer{};
};
struct begun {
    session_id session = 0;
    kept<hubwire::amqp::begin> peer{};
};
/// The peer attaches: in answer, or because it wants a link, which is to be accepted or refused then.
struct attached {
    link_id link = 0;
    session_id session = 0;
    bool is_request = false;
    kept<hubwire::amqp::attach> peer{};
};
/// A link to send on has so much credit now, or one to receive from was drained.
struct flowed {
    link_id link = 0;
    std::uint32_t credit = 0;
    bool drain = false;
    kept<hubwire::amqp::flow> peer{};
};
/// A message, whole. Unless it is settled, the peer wants to know what becomes of it.
struct received {
    link_id link = 0;
    std::uint32_t delivery_id = 0;
    std::string tag{};
    std::string message{};
    std::uint32_t message_format = 0;
    bool settled = false;
    std::size_t frames = 0;
    kept<hubwire::amqp::delivery_state> state{};
};
/// What the peer says of a message that was sent.
struct updated {
    link_id link = 0;
    delivery_number delivery = 0;
    bool settled = false;
    kept<hubwire::amqp::delivery_state> state{};
};
/// The peer, which sent it, is done with a message that was not settled here.
struct settled {
    link_id link = 0;
    std::uint32_t delivery_id = 0;
    kept<hubwire::amqp::delivery_state> state{};
};
/// A link is gone: the peer says so, or its session has ended.
struct detached {
    link_id link = 0;
    kept<hubwire::amqp::detach> peer{};
};
struct ended {
    session_id session = 0;
    kept<hubwire::amqp::end> peer{};
};
struct closed {
    kept<hubwire::amqp::close> peer{};
};
/// The peer is not let in, or does what it must not.
struct failed {
    std::string why{};
};

}  // namespace amqp_event

class amqp_connection {
public:
    using clock = std::chrono::steady_clock;
    using event = std::variant<amqp_event::authenticated, amqp_event::opened, amqp_event::begun, amqp_event::attached,
                               amqp_event::flowed, amqp_event::received, amqp_event::updated, amqp_event::settled,
                               amqp_event::detached, amqp_event::ended, amqp_event::closed, amqp_event::failed>;

    /// A client begins at once. What the settings point to may go.
    explicit amqp_connection(const amqp_settings& settings, clock::time_point now = clock::now())
        : settings_{settings},
          open_{keep(settings.open)},
          user_{settings.credentials.user},
          password_{settings.credentials.password},
          rules_in_{settings.rules},
          rules_out_{settings.rules},
          last_input_{now},
          last_output_{now} {
        rules_in_.max_frame_size = *open_->max_frame_size;
        rules_out_.max_frame_size = hubwire::amqp::min_max_frame_size;
        if (settings_.is_server) return;
        const bool with_sasl = !settings_.mechanisms.empty();
        put_header(with_sasl ? hubwire::amqp::protocol::sasl : hubwire::amqp::protocol::amqp);
        stage_ = with_sasl ? stage::sasl_header : stage::amqp_header;
        if (!with_sasl) send_open();
    }
    // It is pointed into by what it sends.
    amqp_connection(const amqp_connection&) = delete;
    amqp_connection& operator=(const amqp_connection&) = delete;

    // What comes in and goes out.

    /// Bytes have come, however they were split. Whatever is wrong with them becomes an event.
    void receive(hubwire::bytes bytes, clock::time_point now = clock::now()) {
        last_input_ = now;
        input_ += bytes.text();
        try {
            while (!is_over() && step()) {
            }
        } catch (const violation& v) {
            fail(v.condition, v.what());
        } catch (const std::exception& why) {  // what is to be answered does not fit into the peer's frames, say
            fail(hubwire::amqp::condition::internal_error, why.what());
        }
        input_.erase(0, std::exchange(used_, 0));  // once, however many frames there were
    }

    /// What is to be sent; how much of it was.
    [[nodiscard]] hubwire::bytes output() const { return output_; }
    void sent(std::size_t n, clock::time_point now = clock::now()) {
        output_.erase(0, n);
        if (n != 0) last_output_ = now;
    }

    [[nodiscard]] std::optional<event> next_event() {
        if (events_.empty()) return std::nullopt;
        event first = std::move(events_.front());
        events_.pop_front();
        return first;
    }

    /// Nothing more comes of it: what is left to be sent is, and then the transport can be closed.
    [[nodiscard]] bool is_over() const { return stage_ == stage::over; }

    /// To be called again and again, several times in the shorter of the idle time-outs: sends a sign of life if it is
    /// time for one, and gives up if the peer sends none (AMQP 2.4.5).
    void tick(clock::time_point now = clock::now()) {
        if (stage_ != stage::open) return;
        if (peer_idle_time_out_ && output_.empty() && now - last_output_ >= *peer_idle_time_out_ / 2) {
            std::array<char, 8> memory;
            output_ += must(hubwire::amqp::encode_heartbeat(memory)).text();
        }
        if (const auto limit = open_->idle_time_out;
            limit && limit->count != 0 && now - last_input_ >= 2 * std::chrono::milliseconds{limit->count})
            fail(hubwire::amqp::condition::resource_limit_exceeded, "nothing has come for too long");
    }
    [[nodiscard]] std::size_t heartbeats_received() const { return heartbeats_; }

    // Connection and sessions.

    void close(const std::optional<hubwire::amqp::error>& why = {}) {
        if (is_over() || close_is_sent_) return;
        put(0, hubwire::amqp::close{.error = why});
        close_is_sent_ = true;
    }

    /// May be called at once, and so may attach and send: what they have to say follows the open. Frames of more than
    /// 512 bytes have to wait for the peer's, which says that it takes them (AMQP 2.4.1).
    session_id begin(hubwire::amqp::begin how = {}) {
        session_id id = 0;
        while (sessions_.contains(id)) ++id;
        begin_as(id, how);
        return id;
    }
    void end(session_id id, const std::optional<hubwire::amqp::error>& why = {}) {
        session& s = sessions_.at(id);
        if (std::exchange(s.end_is_sent, true)) return;
        put(id, hubwire::amqp::end{.error = why});
    }

    // Links.

    /// Wants a link. Its handle, and the delivery-count of a sender, are seen to.
    link_id attach(session_id in, const hubwire::amqp::attach& wanted) {
        link& l = new_link(in, std::string{wanted.name}, wanted.role);
        send_attach(l, wanted);
        return l.id;
    }

    /// Answers the peer, which wants a link. What is not said is as the peer said: the source, the target and how is
    /// settled.
    void accept(link_id id, hubwire::amqp::attach answer = {}) {
        link& l = link_of(id);
        const hubwire::amqp::attach& asked = *l.peer;
        if (!answer.source) answer.source = asked.source;
        if (!answer.target) answer.target = asked.target;
        if (!answer.snd_settle_mode.has_value()) answer.snd_settle_mode = asked.snd_settle_mode;
        if (!answer.rcv_settle_mode.has_value()) answer.rcv_settle_mode = asked.rcv_settle_mode;
        answer.name = asked.name;
        answer.role = l.role;
        send_attach(l, answer);
    }

    /// Answers that there is no such link: attached to nothing, and detached at once (AMQP 2.6.3).
    void refuse(link_id id, const hubwire::amqp::error& why) {
        link& l = link_of(id);
        send_attach(l, hubwire::amqp::attach{.name = l.peer->name, .role = l.role});
        detach(id, why);
    }

    void detach(link_id id, const std::optional<hubwire::amqp::error>& why = {}, bool closed = true) {
        link& l = link_of(id);
        if (std::exchange(l.detach_is_sent, true)) return;
        hubwire::amqp::detach d{.handle = l.handle, .error = why};
        if (closed) d.closed = true;
        put(l.session, d);
    }

    /// What the peer has said of a link, once it has.
    [[nodiscard]] const hubwire::amqp::attach& peer_of(link_id id) const { return *links_.at(id).peer; }
    [[nodiscard]] hubwire::amqp::role role_of(link_id id) const { return links_.at(id).role; }
    [[nodiscard]] session_id session_of(link_id id) const { return links_.at(id).session; }
    [[nodiscard]] bool has(link_id id) const { return links_.contains(id) && !links_.at(id).detach_is_sent; }

    // Messages.

    /// So many messages are welcome from now on; with drain, those that are there, and no others.
    void grant(link_id id, std::uint32_t credit, bool drain = false) {
        link& l = link_of(id);
        l.credit = credit;
        send_flow(sessions_.at(l.session), &l, drain);
    }
    [[nodiscard]] std::uint32_t credit_of(link_id id) const { return links_.at(id).credit; }

    struct how_to_send {
        std::string tag{};  // empty: one is made
        bool settled = false;
        std::optional<std::uint32_t> message_format = hubwire::amqp::message_format;
        hubwire::amqp::delivery_state state{};
    };

    /// Sends a message as soon as there is credit, in as many frames as the peer's limit asks for.
    delivery_number send(link_id id, std::string message, const how_to_send& how) {
        link& l = link_of(id);
        const delivery_number number = ++last_delivery_;
        auto& o = *l.waiting.emplace_back(std::make_unique<outgoing>());
        o.number = number;
        o.tag = how.tag.empty() ? std::to_string(number) : how.tag;
        o.message = std::move(message);
        o.settled = how.settled;
        o.message_format = how.message_format;
        if (how.state) o.state = keep(how.state);
        pump(sessions_.at(l.session));
        return number;
    }
    delivery_number send(link_id id, std::string message) { return send(id, std::move(message), how_to_send{}); }

    /// How many messages still wait for credit.
    [[nodiscard]] std::size_t waiting(link_id id) const { return links_.at(id).waiting.size(); }

    /// Says what has become of a message that was received. Settled, it is forgotten at once; otherwise the peer
    /// settles it.
    void settle(link_id id, std::uint32_t delivery_id, const hubwire::amqp::delivery_state& state,
                bool settled = true) {
        session& s = sessions_.at(link_of(id).session);
        hubwire::amqp::disposition d{.role = hubwire::amqp::role::receiver, .first = delivery_id, .state = state};
        if (settled) {
            d.settled = true;
            s.unsettled_in.erase(delivery_id);
        }
        put(s.id, d);
    }

private:
    struct violation : std::runtime_error {
        violation(hubwire::amqp::symbol which, const std::string& why) : runtime_error{why}, condition{which} {}
        hubwire::amqp::symbol condition;
    };

    enum class stage : std::uint8_t { any_header, sasl_header, sasl, amqp_header, open, over };

    struct outgoing {
        delivery_number number = 0;
        std::string tag{};
        std::string message{};
        bool settled = false;
        std::optional<std::uint32_t> message_format{};
        kept<hubwire::amqp::delivery_state> state{};
        std::optional<hubwire::amqp::outgoing_delivery> frames{};  // once the first one has been sent
        std::uint32_t id = 0;
    };

    struct link {
        link_id id = 0;
        session_id session = 0;
        std::string name{};
        hubwire::amqp::role role{};
        std::uint32_t handle = 0;
        std::optional<std::uint32_t> peer_handle{};
        kept<hubwire::amqp::attach> peer{};
        bool attach_is_sent = false;
        bool detach_is_sent = false;
        std::uint32_t delivery_count = 0;
        std::uint32_t credit = 0;
        bool drain = false;
        std::deque<std::unique_ptr<outgoing>> waiting{};
        hubwire::amqp::incoming_delivery incoming{};
        std::string joined{};
        std::size_t frames = 0;
        kept<hubwire::amqp::delivery_state> state{};
    };

    struct sent_delivery {
        link_id link = 0;
        delivery_number number = 0;
    };

    struct session {
        session_id id = 0;
        std::optional<std::uint16_t> peer_channel{};
        bool end_is_sent = false;
        std::uint32_t handle_max = 0;
        std::uint32_t next_outgoing_id = 0;
        std::uint32_t next_incoming_id = 0;
        std::uint32_t incoming_window = 0;
        std::uint32_t peer_incoming_window = 0;
        std::uint32_t next_delivery_id = 0;
        std::map<std::uint32_t, sent_delivery> unsettled_out{};
        std::map<std::uint32_t, link_id> unsettled_in{};
    };

    // Output.

    template <hubwire::amqp::frame_body T>
    void put(std::uint16_t channel, const T& body) {
        if (close_is_sent_) return;  // behind which nothing may be said (AMQP 2.4.3)
        // Whatever this side wants meanwhile is said behind its open.
        const bool is_early = hubwire::amqp::performative<T> && !std::same_as<T, hubwire::amqp::open> && !open_is_sent_;
        std::string& out = is_early ? behind_open_ : output_;
        const std::size_t at = out.size();
        out.resize(at + 8 + must(encoded_size(body, rules_out_)));
        const auto frame =
            hubwire::amqp::encode_frame(hubwire::buffer{out}.without_first(at), channel, body, rules_out_);
        if (!frame) out.resize(at);
        static_cast<void>(must(frame));
    }
    void put_header(hubwire::amqp::protocol which) {
        std::array<char, hubwire::amqp::protocol_header_size> memory;
        output_ += must(hubwire::amqp::encode_protocol_header(memory, which)).text();
    }
    void send_open() {
        put(0, *open_);
        open_is_sent_ = true;
        output_ += std::exchange(behind_open_, {});
    }

    void begin_as(session_id id, hubwire::amqp::begin how) {
        session& s = sessions_[id];
        s.id = id;
        s.incoming_window = settings_.incoming_window;
        how.remote_channel = s.peer_channel;
        how.next_outgoing_id = s.next_outgoing_id;
        how.incoming_window = s.incoming_window;
        how.outgoing_window = 0xFFFF'FFFF;
        if (!how.handle_max.has_value()) how.handle_max = settings_.handle_max;
        s.handle_max = *how.handle_max;
        put(id, how);
    }

    link& new_link(session_id in, const std::string& name, hubwire::amqp::role role) {
        static_cast<void>(sessions_.at(in));
        std::uint32_t handle = 0;
        while (std::ranges::any_of(links_,
                                   [&](const auto& l) { return l.second.session == in && l.second.handle == handle; }))
            ++handle;
        const link_id id = ++last_link_;
        link& l = links_[id];
        l.id = id;
        l.session = in;
        l.name = name;
        l.role = role;
        l.handle = handle;
        return l;
    }

    void send_attach(link& l, hubwire::amqp::attach a) {
        a.handle = l.handle;
        if (l.role == hubwire::amqp::role::sender) a.initial_delivery_count = l.delivery_count;
        put(l.session, a);
        l.attach_is_sent = true;
    }

    void send_flow(session& s, const link* of, bool drain = false) {
        hubwire::amqp::flow f{.incoming_window = s.incoming_window,
                              .next_outgoing_id = s.next_outgoing_id,
                              .outgoing_window = 0xFFFF'FFFF};
        if (s.peer_channel) f.next_incoming_id = s.next_incoming_id;
        if (of != nullptr) {
            f.handle = of->handle;
            f.delivery_count = of->delivery_count;
            f.link_credit = of->credit;
            if (of->role == hubwire::amqp::role::sender) f.available = static_cast<std::uint32_t>(of->waiting.size());
            if (of->role == hubwire::amqp::role::receiver && !of->peer_handle) f.delivery_count.reset();
            if (drain) f.drain = true;
        }
        put(s.id, f);
    }

    /// Sends what waits for credit, or for the peer's window.
    void pump(session& s) {
        if (close_is_sent_ || s.end_is_sent) return;
        for (auto& [id, l] : links_) {
            if (l.session != s.id || !l.attach_is_sent || l.detach_is_sent) continue;
            while (!l.waiting.empty() && s.peer_incoming_window != 0) {
                outgoing& o = *l.waiting.front();
                if (!o.frames) {
                    if (l.credit == 0) break;
                    begin_delivery(s, l, o);
                }
                while (!o.frames->is_done() && s.peer_incoming_window != 0) {
                    std::array<char, 512> memory;
                    const auto frame = must(o.frames->next(memory, rules_out_));
                    for (const hubwire::bytes part : {frame.head, frame.first, frame.second}) output_ += part.text();
                    ++s.next_outgoing_id;
                    --s.peer_incoming_window;
                }
                if (o.frames->is_done()) l.waiting.pop_front();
            }
            if (l.drain && l.credit != 0 && l.waiting.empty()) {
                l.delivery_count += std::exchange(l.credit, 0);
                send_flow(s, &l, true);
            }
        }
    }
    void begin_delivery(session& s, link& l, outgoing& o) {
        o.id = s.next_delivery_id++;
        hubwire::amqp::transfer first{.handle = l.handle,
                                      .delivery_id = o.id,
                                      .delivery_tag = hubwire::bytes{o.tag},
                                      .message_format = o.message_format,
                                      .state = *o.state};
        first.settled = o.settled;
        o.frames.emplace(s.id, first, hubwire::bytes{o.message});
        ++l.delivery_count;
        --l.credit;
        if (!o.settled) s.unsettled_out[o.id] = {.link = l.id, .number = o.number};
    }

    void fail(hubwire::amqp::symbol condition, const std::string& why) {
        if (open_is_sent_ && !close_is_sent_)
            put(0, hubwire::amqp::close{.error = hubwire::amqp::error{.condition = condition, .description = why}});
        close_is_sent_ = true;
        events_.push_back(amqp_event::failed{why});
        stage_ = stage::over;
    }

    // Input.

    template <class T>
    static T checked(const hubwire::result<T>& outcome) {
        if (!outcome)
            throw violation{outcome.error().code == hubwire::errc::amqp_max_frame_size
                                ? hubwire::amqp::condition::framing_error
                                : hubwire::amqp::condition::decode_error,
                            std::string{outcome.error().message()} + " (byte " +
                                std::to_string(outcome.error().offset) + " of a frame)"};
        return *outcome;
    }

    /// Uses what was received as far as one thing of it; false if that is not all there yet.
    bool step() {
        if (stage_ == stage::sasl || stage_ == stage::open) {
            const auto whole = hubwire::amqp::cut(unused(), rules_in_);
            if (whole.incomplete()) return false;
            const auto memory = std::make_shared<const std::string>(checked(whole).text());
            used_ += memory->size();
            handle(checked(hubwire::amqp::decode_frame(*memory, rules_in_)), memory);
            return true;
        }
        const auto header = hubwire::amqp::decode_protocol_header(unused());
        if (header.incomplete()) return false;
        if (!header && settings_.is_server) put_header(wanted_first());  // what would have been right (AMQP 2.2)
        handle(checked(header));
        used_ += hubwire::amqp::protocol_header_size;
        return true;
    }

    [[nodiscard]] hubwire::bytes unused() const { return hubwire::bytes{input_}.without_first(used_); }

    [[nodiscard]] hubwire::amqp::protocol wanted_first() const {
        return settings_.mechanisms.empty() ? hubwire::amqp::protocol::amqp : hubwire::amqp::protocol::sasl;
    }

    void handle(hubwire::amqp::protocol header) {
        using hubwire::amqp::protocol;
        const bool skips_sasl = settings_.sasl_is_optional && header == protocol::amqp;
        const protocol wanted = stage_ == stage::any_header    ? (skips_sasl ? protocol::amqp : wanted_first())
                                : stage_ == stage::sasl_header ? protocol::sasl
                                                               : protocol::amqp;
        if (settings_.is_server) put_header(wanted);
        if (header != wanted) throw violation{hubwire::amqp::condition::not_implemented, "another protocol"};
        stage_ = wanted == protocol::sasl ? stage::sasl : stage::open;
        if (settings_.is_server && wanted == protocol::sasl) {
            const std::vector<hubwire::amqp::symbol> names{settings_.mechanisms.begin(), settings_.mechanisms.end()};
            put(0, hubwire::amqp::sasl_mechanisms{std::span{names}});
        }
    }

    void handle(const hubwire::amqp::frame& f, const std::shared_ptr<const std::string>& memory) {
        if (f.is_heartbeat()) {
            ++heartbeats_;
            return;
        }
        f.body.visit([&]<class T>(const T& body) {
            if constexpr (hubwire::amqp::sasl_body<T>) {
                if (stage_ != stage::sasl) throw violation{hubwire::amqp::condition::not_allowed, "SASL, once more"};
                on(body);
            } else if constexpr (hubwire::amqp::performative<T>) {
                if (stage_ != stage::open) throw violation{hubwire::amqp::condition::not_allowed, "too early"};
                if (!std::same_as<T, hubwire::amqp::open> && !open_is_received_)
                    throw violation{hubwire::amqp::condition::not_allowed, "the first frame is no open"};
                if (close_is_sent_ && !std::same_as<T, hubwire::amqp::close>) return;
                if constexpr (std::same_as<T, hubwire::amqp::transfer>) {
                    on(f.channel, kept<T>{memory, body}, memory, f.payload);
                } else {
                    on(f.channel, kept<T>{memory, body}, memory);
                }
            }
        });
    }

    // SASL, as a client.

    void on(const hubwire::amqp::sasl_mechanisms& offer) {
        expect_role(false);
        for (const std::string& mine : settings_.mechanisms) {
            if (!offer.sasl_server_mechanisms.contains(mine)) continue;
            hubwire::amqp::sasl_init init{.mechanism = mine, .hostname = open_->hostname};
            std::array<char, 1024> memory;
            if (init.mechanism == hubwire::amqp::sasl_mechanism::plain) {
                init.initial_response =
                    must(hubwire::amqp::encode_plain(memory, {.user = user_, .password = password_}));
            } else if (init.mechanism != hubwire::amqp::sasl_mechanism::mssbcbs) {
                init.initial_response = hubwire::bytes{};
            }
            return put(0, init);
        }
        throw violation{hubwire::amqp::condition::not_implemented, "no mechanism in common"};
    }
    void on(const hubwire::amqp::sasl_challenge&) {
        expect_role(false);
        throw violation{hubwire::amqp::condition::not_implemented, "a challenge, where there is nothing to prove"};
    }
    void on(const hubwire::amqp::sasl_outcome& verdict) {
        expect_role(false);
        if (verdict.code != hubwire::amqp::sasl_code::ok)
            throw violation{hubwire::amqp::condition::unauthorized_access,
                            "not let in: " + std::to_string(static_cast<int>(verdict.code))};
        events_.push_back(amqp_event::authenticated{});
        put_header(hubwire::amqp::protocol::amqp);
        stage_ = stage::amqp_header;
        send_open();
    }

    // SASL, as a server.

    void on(const hubwire::amqp::sasl_init& init) {
        expect_role(true);
        const sasl_attempt attempt{.mechanism = std::string{init.mechanism.text},
                                   .response = std::string{init.initial_response.value_or(hubwire::bytes{}).text()},
                                   .hostname = std::string{init.hostname.value_or("")}};
        const bool is_offered =
            std::ranges::find(settings_.mechanisms, attempt.mechanism) != settings_.mechanisms.end();
        const bool good = is_offered && (!settings_.lets_in || settings_.lets_in(attempt));
        put(0,
            hubwire::amqp::sasl_outcome{.code = good ? hubwire::amqp::sasl_code::ok : hubwire::amqp::sasl_code::auth});
        if (!good) throw violation{hubwire::amqp::condition::unauthorized_access, "not let in"};
        events_.push_back(amqp_event::authenticated{attempt});
        stage_ = stage::amqp_header;
    }
    void on(const hubwire::amqp::sasl_response&) {
        expect_role(true);
        throw violation{hubwire::amqp::condition::not_allowed, "an answer that nobody has asked for"};
    }

    void expect_role(bool of_server) const {
        if (settings_.is_server != of_server)
            throw violation{hubwire::amqp::condition::not_allowed, "of the other end"};
    }

    // Performatives.

    using memory_of = std::shared_ptr<const std::string>;

    void on(std::uint16_t, const kept<hubwire::amqp::open>& o, const memory_of&) {
        if (std::exchange(open_is_received_, true))
            throw violation{hubwire::amqp::condition::not_allowed, "open, once more"};
        if (!open_is_sent_) send_open();
        rules_out_.max_frame_size = std::max(*o->max_frame_size, hubwire::amqp::min_max_frame_size);
        if (o->idle_time_out && o->idle_time_out->count != 0)
            peer_idle_time_out_ = std::chrono::milliseconds{o->idle_time_out->count};
        events_.push_back(amqp_event::opened{o});
    }

    void on(std::uint16_t channel, const kept<hubwire::amqp::begin>& b, const memory_of&) {
        if (channel > *open_->channel_max)
            throw violation{hubwire::amqp::condition::framing_error, "a channel beyond the last one"};
        if (session_with(channel) != nullptr)
            throw violation{hubwire::amqp::condition::not_allowed, "a channel that is in use"};
        session_id id = 0;
        if (b->remote_channel) {
            id = *b->remote_channel;
            if (!sessions_.contains(id) || sessions_.at(id).peer_channel)
                throw violation{hubwire::amqp::condition::not_allowed, "an answer to no session"};
            sessions_.at(id).peer_channel = channel;
        } else {
            while (sessions_.contains(id)) ++id;
            sessions_[id].peer_channel = channel;
            begin_as(id, {});
        }
        session& s = sessions_.at(id);
        s.next_incoming_id = b->next_outgoing_id;
        s.peer_incoming_window = b->incoming_window;
        events_.push_back(amqp_event::begun{id, b});
    }

    void on(std::uint16_t channel, const kept<hubwire::amqp::attach>& a, const memory_of&) {
        session& s = session_at(channel);
        const hubwire::amqp::role mine =
            a->role == hubwire::amqp::role::sender ? hubwire::amqp::role::receiver : hubwire::amqp::role::sender;
        if (a->handle > s.handle_max)
            throw violation{hubwire::amqp::condition::framing_error, "a handle beyond the last one"};
        if (link_at(s, a->handle) != nullptr) throw violation{hubwire::amqp::condition::handle_in_use, "handle in use"};
        const auto known = std::ranges::find_if(links_, [&](const auto& l) {
            return l.second.session == s.id && l.second.name == a->name && l.second.role == mine &&
                   !l.second.peer_handle;
        });
        link& l = known != links_.end() ? known->second : new_link(s.id, std::string{a->name}, mine);
        l.peer_handle = a->handle;
        l.peer = a;
        if (mine == hubwire::amqp::role::receiver) l.delivery_count = a->initial_delivery_count.value_or(0);
        events_.push_back(
            amqp_event::attached{.link = l.id, .session = s.id, .is_request = known == links_.end(), .peer = a});
    }

    /// Of what the peer has granted, as it saw things then (AMQP 2.5.6, 2.6.7). If it has taken back more than was
    /// left, that is nothing, and not four billion: the numbers wrap.
    static std::uint32_t what_is_left(std::uint32_t seen, std::uint32_t granted, std::uint32_t now) {
        const std::uint32_t on_its_way = now - seen;
        return granted > on_its_way ? granted - on_its_way : 0;
    }

    void on(std::uint16_t channel, const kept<hubwire::amqp::flow>& f, const memory_of&) {
        session& s = session_at(channel);
        s.peer_incoming_window = what_is_left(f->next_incoming_id.value_or(0), f->incoming_window, s.next_outgoing_id);
        link* l = nullptr;
        if (f->handle) {
            l = link_at(s, *f->handle);
            if (l == nullptr) throw violation{hubwire::amqp::condition::unattached_handle, "flow of no link"};
            if (l->role == hubwire::amqp::role::sender) {
                l->credit = what_is_left(f->delivery_count.value_or(0), f->link_credit.value_or(0), l->delivery_count);
                l->drain = *f->drain;
            } else {
                if (f->delivery_count) l->delivery_count = *f->delivery_count;
                if (*f->drain) l->credit = std::min(l->credit, f->link_credit.value_or(0));
            }
            events_.push_back(amqp_event::flowed{.link = l->id, .credit = l->credit, .drain = *f->drain, .peer = f});
        }
        pump(s);
        if (*f->echo) send_flow(s, l);
    }

    void on(std::uint16_t channel, const kept<hubwire::amqp::transfer>& t, const memory_of& memory,
            hubwire::bytes payload) {
        session& s = session_at(channel);
        if (s.incoming_window == 0) throw violation{hubwire::amqp::condition::window_violation, "too many transfers"};
        ++s.next_incoming_id;
        --s.incoming_window;
        if (s.incoming_window < settings_.incoming_window / 2) {
            s.incoming_window = settings_.incoming_window;
            send_flow(s, nullptr);
        }
        link* const l = link_at(s, t->handle);
        if (l == nullptr) throw violation{hubwire::amqp::condition::unattached_handle, "a transfer of no link"};
        if (l->detach_is_sent) return;
        if (l->role != hubwire::amqp::role::receiver)
            throw violation{hubwire::amqp::condition::not_allowed, "a transfer to a sender"};
        if (!l->attach_is_sent)
            throw violation{hubwire::amqp::condition::transfer_limit_exceeded, "a transfer before the answer"};
        if (l->frames == 0) {
            if (l->credit == 0)
                return detach(l->id,
                              hubwire::amqp::error{.condition = hubwire::amqp::condition::transfer_limit_exceeded});
            --l->credit;
            ++l->delivery_count;
            l->state = {memory, t->state};
        }
        const auto progress = checked(l->incoming.add(*t, payload));
        ++l->frames;
        l->joined += payload.text();
        if (l->joined.size() > settings_.max_message_size)
            return detach(l->id, hubwire::amqp::error{.condition = hubwire::amqp::condition::message_size_exceeded});
        if (progress == hubwire::amqp::delivery_progress::more) return;
        const hubwire::amqp::transfer first = l->incoming.first_transfer();
        std::string message = std::exchange(l->joined, {});
        const std::size_t frames = std::exchange(l->frames, 0);
        if (progress == hubwire::amqp::delivery_progress::aborted) return;
        const bool settled = first.settled.value_or(false);
        if (!settled) s.unsettled_in[*first.delivery_id] = l->id;
        events_.push_back(amqp_event::received{.link = l->id,
                                               .delivery_id = *first.delivery_id,
                                               .tag = std::string{first.delivery_tag->text()},
                                               .message = std::move(message),
                                               .message_format = first.message_format.value_or(0),
                                               .settled = settled,
                                               .frames = frames,
                                               .state = l->state});
    }

    /// Forgets those deliveries from an id to another of which this holds, in their order, and looks at no others: the
    /// ids wrap (AMQP 2.8.10, RFC 1982), and four billion of them can be named in a few bytes.
    template <class Delivery, class IsDone>
    static void forget_range(std::map<std::uint32_t, Delivery>& deliveries, std::uint32_t first, std::uint32_t last,
                             const IsDone& is_done) {
        const auto forget = [&](auto from, auto to) {
            while (from != to) from = is_done(*from) ? deliveries.erase(from) : std::next(from);
        };
        if (first <= last) return forget(deliveries.lower_bound(first), deliveries.upper_bound(last));
        forget(deliveries.lower_bound(first), deliveries.end());
        forget(deliveries.begin(), deliveries.upper_bound(last));
    }

    void on(std::uint16_t channel, const kept<hubwire::amqp::disposition>& d, const memory_of& memory) {
        session& s = session_at(channel);
        const std::uint32_t last = d->last.value_or(d->first);
        if (last - d->first >= 0x8000'0000)
            throw violation{hubwire::amqp::condition::invalid_field,
                            "a range of deliveries that ends before it begins"};
        const kept<hubwire::amqp::delivery_state> state{memory, d->state};
        if (d->role == hubwire::amqp::role::sender) {
            if (!*d->settled) return;
            forget_range(s.unsettled_in, d->first, last, [&](const auto& delivery) {
                events_.push_back(
                    amqp_event::settled{.link = delivery.second, .delivery_id = delivery.first, .state = state});
                return true;
            });
            return;
        }
        forget_range(s.unsettled_out, d->first, last, [&](const auto& delivery) {
            events_.push_back(amqp_event::updated{.link = delivery.second.link,
                                                  .delivery = delivery.second.number,
                                                  .settled = *d->settled,
                                                  .state = state});
            // The peer has made up its mind, and waits for this side to forget the delivery first (AMQP 2.7.3).
            const bool is_final = d->state && !d->state.template is<hubwire::amqp::received>();
            if (!*d->settled && is_final) {
                hubwire::amqp::disposition answer{
                    .role = hubwire::amqp::role::sender, .first = delivery.first, .state = d->state};
                answer.settled = true;
                put(s.id, answer);
            }
            return *d->settled || is_final;
        });
    }

    void on(std::uint16_t channel, const kept<hubwire::amqp::detach>& d, const memory_of&) {
        link* const l = link_at(session_at(channel), d->handle);
        if (l == nullptr) throw violation{hubwire::amqp::condition::unattached_handle, "detach of no link"};
        if (l->attach_is_sent) detach(l->id, {}, *d->closed);
        events_.push_back(amqp_event::detached{.link = l->id, .peer = d});
        forget(*l);
    }

    void on(std::uint16_t channel, const kept<hubwire::amqp::end>& e, const memory_of&) {
        const session_id id = session_at(channel).id;
        end(id);
        std::erase_if(links_, [&](const auto& l) {
            if (l.second.session != id) return false;
            events_.push_back(amqp_event::detached{.link = l.first});
            return true;
        });
        sessions_.erase(id);
        events_.push_back(amqp_event::ended{id, e});
    }

    void on(std::uint16_t, const kept<hubwire::amqp::close>& c, const memory_of&) {
        close();
        events_.push_back(amqp_event::closed{c});
        stage_ = stage::over;
    }

    void forget(const link& gone) {
        const link_id id = gone.id;
        session& s = sessions_.at(gone.session);
        std::erase_if(s.unsettled_in, [id](const auto& d) { return d.second == id; });
        std::erase_if(s.unsettled_out, [id](const auto& d) { return d.second.link == id; });
        links_.erase(id);
    }

    session* session_with(std::uint16_t peer_channel) {
        const auto found =
            std::ranges::find_if(sessions_, [&](const auto& s) { return s.second.peer_channel == peer_channel; });
        return found == sessions_.end() ? nullptr : &found->second;
    }
    session& session_at(std::uint16_t peer_channel) {
        session* const s = session_with(peer_channel);
        if (s == nullptr) throw violation{hubwire::amqp::condition::not_allowed, "a channel that no session has"};
        return *s;
    }
    link* link_at(const session& s, std::uint32_t peer_handle) {
        const auto found = std::ranges::find_if(
            links_, [&](const auto& l) { return l.second.session == s.id && l.second.peer_handle == peer_handle; });
        return found == links_.end() ? nullptr : &found->second;
    }
    link& link_of(link_id id) { return links_.at(id); }

    amqp_settings settings_;
    kept<hubwire::amqp::open> open_;
    std::string user_;
    std::string password_;
    hubwire::amqp::options rules_in_;
    hubwire::amqp::options rules_out_;
    stage stage_ = stage::any_header;
    bool open_is_sent_ = false;
    bool open_is_received_ = false;
    bool close_is_sent_ = false;
    std::string input_;
    std::size_t used_ = 0;  // of it
    std::string output_;
    std::string behind_open_;
    std::deque<event> events_;
    std::map<session_id, session> sessions_;
    std::map<link_id, link> links_;
    link_id last_link_ = 0;
    delivery_number last_delivery_ = 0;
    std::size_t heartbeats_ = 0;
    std::optional<clock::duration> peer_idle_time_out_{};
    clock::time_point last_input_;
    clock::time_point last_output_;
};

}  // namespace interop

#endif
