#ifndef HUBWIRE_TESTS_INTEROP_RABBITMQ_HPP
#define HUBWIRE_TESTS_INTEROP_RABBITMQ_HPP

#include <unistd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "process.hpp"
#include "socket.hpp"

namespace interop {

/// What it takes to start a RabbitMQ: its own script, since the one that Debian has in /usr/sbin would become another
/// user first; and epmd, by which Erlang's nodes find each other.
struct rabbitmq_programs {
    std::string server;
    std::string epmd;
};

/// Nothing where one of them is not installed.
inline std::optional<rabbitmq_programs> find_rabbitmq() {
    const auto epmd = find_program("epmd");
    const char* const of_debian = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    const auto server =
        ::access(of_debian, X_OK) == 0 ? std::optional<std::string>{of_debian} : find_program("rabbitmq-server");
    if (!epmd || !server) return std::nullopt;
    return rabbitmq_programs{.server = *server, .epmd = *epmd};
}

/// A RabbitMQ of our own on loopback, with AMQP 1.0, which ends with this. All that it writes goes to a folder that
/// ends with it, too.
class rabbitmq {
public:
    explicit rabbitmq(const rabbitmq_programs& programs) {
        // A port that is free now can be taken by somebody else before the broker has it: then it takes another one.
        for (int attempts = 5; attempts != 0; --attempts) {
            start(programs);
            if (broker_->wait_for_output("Server startup complete")) return;
            broker_->finish();
        }
        throw std::runtime_error{"RabbitMQ does not start:\n" + broker_->output()};
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Ends it as one should; returns its status.
    int stop() { return broker_->stop(); }

private:
    void start(const rabbitmq_programs& programs) {
        port_ = free_port();
        const std::string names_at = std::to_string(free_port());
        const std::string folder = folder_.path().string();
        // Erlang would start one that stays behind.
        names_ = std::make_unique<process>(
            std::vector<std::string>{programs.epmd, "-address", "127.0.0.1", "-port", names_at});
        folder_.file("rabbitmq.conf", "listeners.tcp.default = 127.0.0.1:" + std::to_string(port_) +
                                          "\nlog.console = true\nlog.console.level = info\nlog.file = false\n");
        broker_ = std::make_unique<process>(std::vector<std::string>{
            "/usr/bin/env", "HOME=" + folder,
            "detached=1",  // the script becomes the server, and does not wait for it
            "ERL_EPMD_PORT=" + names_at, "RABBITMQ_NODENAME=hubwire" + std::to_string(::getpid()) + "@localhost",
            "RABBITMQ_MNESIA_BASE=" + folder + "/mnesia", "RABBITMQ_LOG_BASE=" + folder,
            "RABBITMQ_ENABLED_PLUGINS_FILE=" + folder_.file("enabled_plugins", "[rabbitmq_amqp1_0].\n"),
            "RABBITMQ_CONFIG_FILE=" + folder + "/rabbitmq.conf", "RABBITMQ_CONF_ENV_FILE=/dev/null",
            "RABBITMQ_DIST_PORT=" + std::to_string(free_port()),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}", programs.server});
    }

    temporary_folder folder_;
    std::uint16_t port_ = 0;
    std::unique_ptr<process> names_;
    std::unique_ptr<process> broker_;
};

}  // namespace interop

#endif
