#ifndef HUBWIRE_TESTS_INTEROP_MOSQUITTO_HPP
#define HUBWIRE_TESTS_INTEROP_MOSQUITTO_HPP

#include <unistd.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "process.hpp"
#include "socket.hpp"

namespace interop {

/// Files of a certificate and its key, for TLS; none for TCP.
struct server_identity {
    std::string certificate{};
    std::string key{};
};

/// What MQTT comes in.
enum class carrier : std::uint8_t { tcp, websocket };

/// A mosquitto of our own on loopback, which ends with this.
class mosquitto {
public:
    explicit mosquitto(const std::string& program, server_identity for_tls = {}, carrier in = carrier::tcp)
        : for_tls_{std::move(for_tls)}, carrier_{in} {
        // A port that is free now can be taken by somebody else before the broker has it: then it takes another one.
        for (int attempts = 10; attempts != 0; --attempts) {
            port_ = free_port();
            closed_port_ = free_port();
            const std::string config = folder_.file("mosquitto.conf", configuration());
            broker_ = std::make_unique<process>(std::vector<std::string>{program, "-c", config});
            if (broker_->wait_for_output(" running")) return;
            broker_->finish();
        }
        throw std::runtime_error{"mosquitto does not start:\n" + broker_->output()};
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Where nobody is let in without a name and a password.
    [[nodiscard]] std::uint16_t closed_port() const { return closed_port_; }

    /// Ends it as one should; returns its status.
    int stop() { return broker_->stop(); }

private:
    [[nodiscard]] std::string configuration() const {
        std::string text =
            "per_listener_settings true\n"
            "persistence false\n"
            "max_inflight_messages 0\n"
            "max_queued_messages 0\n"
            "connection_messages false\n"
            "log_dest stderr\n"
            "log_type error\n"
            "log_type warning\n"
            "log_type notice\n"
            "log_type information\n";
        // Otherwise it would become another user, and the kernel forget that it is to end with us.
        if (::geteuid() == 0) text += "user root\n";
        text += "listener " + std::to_string(port_) + " 127.0.0.1\nallow_anonymous true\n";
        if (!for_tls_.certificate.empty())
            text += "certfile " + for_tls_.certificate + "\nkeyfile " + for_tls_.key + "\n";
        if (carrier_ == carrier::websocket) text += "protocol websockets\n";
        text += "listener " + std::to_string(closed_port_) + " 127.0.0.1\nallow_anonymous false\n";
        return text;
    }

    temporary_folder folder_;
    server_identity for_tls_;
    carrier carrier_;
    std::uint16_t port_ = 0;
    std::uint16_t closed_port_ = 0;
    std::unique_ptr<process> broker_;
};

}  // namespace interop

#endif
