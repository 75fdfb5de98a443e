#ifndef HUBWIRE_TESTS_INTEROP_IOT_HUB_HPP
#define HUBWIRE_TESTS_INTEROP_IOT_HUB_HPP

#include <poll.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "hub_amqp.hpp"
#include "hub_core.hpp"
#include "hub_events.hpp"
#include "hub_mqtt.hpp"
#include "hub_stream.hpp"
#include "socket.hpp"
#include "tls.hpp"
#include "websocket.hpp"

namespace interop {

/// A hub, as small as it can be, for devices, modules and services that were written for the real one: MQTT and
/// AMQP over TLS, both within WebSocket, and the place where events are read, each at a port of loopback. It serves its
/// connections one after the other, in a thread of its own.
class iot_hub {
public:
    explicit iot_hub(const test_certificates& certificates) : tls_{certificates.certificate, certificates.key} {
        std::array<int, 2> ends{};
        if (make_pipe(ends) != 0) fail_with_errno("pipe");
        wake_ = descriptor{ends[0]};
        waker_ = descriptor{ends[1]};
        core_.host_names.push_back("localhost:" + std::to_string(amqp_port()));  // what services call it
        core_.event_hub.host = "127.0.0.1";  // by which it is told from the hub itself
        core_.event_hub.port = events_.listener.port();
        thread_ = std::thread{[this] { run(); }};
    }
    iot_hub(const iot_hub&) = delete;
    iot_hub& operator=(const iot_hub&) = delete;
    ~iot_hub() {
        waker_.close();  // its thread reads the end of this
        thread_.join();
    }

    [[nodiscard]] std::uint16_t mqtt_port() const { return mqtt_.listener.port(); }
    [[nodiscard]] std::uint16_t amqp_port() const { return amqp_.listener.port(); }
    [[nodiscard]] std::uint16_t websocket_port() const { return websocket_.listener.port(); }

    /// What the hub knows, for the test to look at and to change: `with([](hub_core& hub) { ... })`.
    template <class Use>
    auto with(const Use& use) {
        const std::lock_guard lock{mutex_};
        return use(core_);
    }

    /// Waits until this holds of what the hub knows; or it throws, if that takes too long.
    void wait_until(const std::string& what, const std::function<bool(const hub_core&)>& holds) {
        std::unique_lock lock{mutex_};
        wait(lock, what, [&] { return holds(core_); });
    }

    /// Nobody will come any more: whoever waits need not wait on.
    void give_up() {
        {
            const std::lock_guard lock{mutex_};
            gives_up_ = true;
        }
        changed_.notify_all();
    }

    /// Calls a method of a device as soon as that listens, and waits for its answer; or it throws.
    method_answer call_method(const hubwire::iothub::identity& who, std::string_view name, std::string_view payload) {
        std::unique_lock lock{mutex_};
        std::optional<std::string> id;
        const auto is_called = [&] { return (id = core_.call_method(who, name, payload)).has_value(); };
        wait(lock, "a device that listens to methods", is_called);
        wait(lock, "the answer to a method", [&] { return core_.method_answers.contains(*id); });
        return core_.method_answers.at(*id);
    }

private:
    void wait(std::unique_lock<std::mutex>& lock, const std::string& what, const std::function<bool()>& holds) {
        bool is_there = false;
        changed_.wait_for(lock, patience, [&] { return (is_there = holds()) || gives_up_; });
        if (!is_there) throw std::runtime_error{"waited in vain for " + what};
    }

    void run() {
        for (;;) {
            std::vector<pollfd> ready{{.fd = wake_.get(), .events = POLLIN, .revents = 0}};
            for (const door* d : doors()) ready.push_back({.fd = d->listener.fd(), .events = POLLIN, .revents = 0});
            for (const auto& s : sessions_) ready.push_back({.fd = s->fd(), .events = POLLIN, .revents = 0});
            constexpr int a_second = 1'000;
            if (::poll(ready.data(), static_cast<nfds_t>(ready.size()), a_second) < 0) {
                if (errno == EINTR) continue;
                return;
            }
            auto next = ready.begin();
            if (next++->revents != 0) return;
            {
                const std::lock_guard lock{mutex_};
                for (const session_pointer& s : sessions_) s->expire();
                std::vector<session_pointer> new_ones;
                for (door* d : doors()) {
                    if (next++->revents != 0) let_in(*d, new_ones);
                }
                for (const session_pointer& s : sessions_) {
                    if (next++->revents != 0 && !s->is_over()) s->serve();
                }
                for (session_pointer& s : new_ones) {
                    s->serve();  // some may have come with the handshake
                    sessions_.push_back(std::move(s));
                }
                std::erase_if(sessions_, [](const auto& s) { return s->is_over(); });
            }
            changed_.notify_all();
        }
    }

    using session_pointer = std::unique_ptr<hub_session>;

    /// Where clients come in, and what is spoken there.
    struct door {
        std::function<session_pointer(hub_core&, tls_connection)> begin;
        tcp_listener listener{};
    };
    [[nodiscard]] std::array<door*, 4> doors() { return {&mqtt_, &amqp_, &websocket_, &events_}; }

    template <class Session>
    static session_pointer begin(hub_core& core, tls_connection transport) {
        return std::make_unique<Session>(core, std::move(transport));
    }

    static session_pointer begin_in_websocket(hub_core& core, tls_connection transport) {
        auto socket = websocket_connection<tls_connection>::accepted(std::move(transport), "mqtt, amqp, AMQPWSB10");
        if (socket.subprotocol() == hubwire::websocket::mqtt_subprotocol)
            return std::make_unique<mqtt_session>(core, std::move(socket));
        return std::make_unique<hub_amqp_session>(core, std::move(socket));
    }

    /// A connection that does not come about is no loss but to its client.
    void let_in(door& through, std::vector<session_pointer>& sessions) {
        try {
            if (auto accepted = through.listener.try_accept())
                sessions.push_back(through.begin(core_, tls_.accept(std::move(*accepted))));
        } catch (const std::exception& why) {
            core_.refusals.emplace_back(why.what());
        }
    }

    tls_server tls_;
    door mqtt_{begin<mqtt_session>};
    door amqp_{begin<hub_amqp_session>};
    door websocket_{begin_in_websocket};
    door events_{begin<event_hub_session>};
    descriptor wake_;
    descriptor waker_;
    std::mutex mutex_;  // of what the hub knows, and of all sessions
    std::condition_variable changed_;
    hub_core core_{"hubwire.azure-devices.net"};
    std::vector<session_pointer> sessions_;
    bool gives_up_ = false;
    std::thread thread_;
};

}  // namespace interop

#endif
