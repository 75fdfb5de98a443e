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
#include "hub_mqtt.hpp"
#include "hub_stream.hpp"
#include "socket.hpp"
#include "tls.hpp"
#include "websocket.hpp"

namespace interop {

/// A hub, as small as it can be, for devices, modules and services that were written for the real one: MQTT and
/// AMQP over TLS, and both within WebSocket, each at a port of loopback. It serves its connections one after the other,
/// in a thread of its own.
class iot_hub {
public:
    explicit iot_hub(const test_certificates& certificates) : tls_{certificates.certificate, certificates.key} {
        std::array<int, 2> ends{};
        if (make_pipe(ends) != 0) fail_with_errno("pipe");
        wake_ = descriptor{ends[0]};
        waker_ = descriptor{ends[1]};
        core_.host_names.push_back("localhost:" + std::to_string(amqp_port()));  // what services call it
        thread_ = std::thread{[this] { run(); }};
    }
    iot_hub(const iot_hub&) = delete;
    iot_hub& operator=(const iot_hub&) = delete;
    ~iot_hub() {
        waker_.close();  // its thread reads the end of this
        thread_.join();
    }

    [[nodiscard]] std::uint16_t mqtt_port() const { return mqtt_.port(); }
    [[nodiscard]] std::uint16_t amqp_port() const { return amqp_.port(); }
    [[nodiscard]] std::uint16_t websocket_port() const { return websocket_.port(); }

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
            std::vector<pollfd> ready;
            for (const int fd : {wake_.get(), mqtt_.fd(), amqp_.fd(), websocket_.fd()})
                ready.push_back({.fd = fd, .events = POLLIN, .revents = 0});
            const std::size_t before_sessions = ready.size();
            for (const auto& s : sessions_) ready.push_back({.fd = s->fd(), .events = POLLIN, .revents = 0});
            if (::poll(ready.data(), static_cast<nfds_t>(ready.size()), -1) < 0) {
                if (errno == EINTR) continue;
                return;
            }
            if (ready[0].revents != 0) return;
            {
                const std::lock_guard lock{mutex_};
                for (std::size_t i = before_sessions; i != ready.size(); ++i) {
                    hub_session& s = *sessions_[i - before_sessions];
                    if (ready[i].revents != 0 && !s.is_over()) s.serve();
                }
                if (ready[1].revents != 0) let_in([&] { return mqtt_over(tls_.accept(mqtt_.accept())); });
                if (ready[2].revents != 0) let_in([&] { return amqp_over(tls_.accept(amqp_.accept())); });
                if (ready[3].revents != 0) let_in([&] { return over_websocket(tls_.accept(websocket_.accept())); });
                std::erase_if(sessions_, [](const auto& s) { return s->is_over(); });
            }
            changed_.notify_all();
        }
    }

    using session_pointer = std::unique_ptr<hub_session>;

    session_pointer mqtt_over(hub_stream stream) { return std::make_unique<mqtt_session>(core_, std::move(stream)); }

    session_pointer amqp_over(hub_stream stream) { return std::make_unique<amqp_session>(core_, std::move(stream)); }

    session_pointer over_websocket(tls_connection transport) {
        auto socket = websocket_connection<tls_connection>::accepted(std::move(transport), "mqtt, amqp, AMQPWSB10");
        const bool is_mqtt = socket.subprotocol() == hubwire::websocket::mqtt_subprotocol;
        return is_mqtt ? mqtt_over(std::move(socket)) : amqp_over(std::move(socket));
    }

    /// A connection that does not come about is no loss but to its client.
    template <class Make>
    void let_in(const Make& make) {
        try {
            sessions_.push_back(make());
        } catch (const std::exception& why) {
            core_.refusals.emplace_back(why.what());
        }
    }

    tls_server tls_;
    tcp_listener mqtt_;
    tcp_listener amqp_;
    tcp_listener websocket_;
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
