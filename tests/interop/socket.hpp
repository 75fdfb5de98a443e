#ifndef HUBWIRE_TESTS_INTEROP_SOCKET_HPP
#define HUBWIRE_TESTS_INTEROP_SOCKET_HPP

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

/// A transport over TCP, on loopback, whose calls return when they are done: bytes of hubwire's go out and come in, and
/// nothing waits for ever, whether the peer says nothing, takes nothing, or does either a byte at a time.
namespace interop {

/// How long anything may take. Nobody waits so long unless something is broken.
inline constexpr std::chrono::milliseconds patience{60'000};

/// When something has taken too long that begins now.
class deadline {
public:
    explicit deadline(std::chrono::milliseconds from_now = patience) : end_{clock::now() + from_now} {}
    [[nodiscard]] std::chrono::milliseconds left() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(end_ - clock::now());
    }

private:
    using clock = std::chrono::steady_clock;
    clock::time_point end_;
};

[[noreturn]] inline void fail_with_errno(const std::string& what) {
    throw std::runtime_error{what + ": " + std::strerror(errno)};
}

/// Owns a file descriptor.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int fd) : fd_{fd} {}
    descriptor(descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    descriptor& operator=(descriptor&& other) noexcept {
        if (this != &other) {
            close();
            fd_ = std::exchange(other.fd_, -1);
        }
        return *this;
    }
    ~descriptor() { close(); }

    [[nodiscard]] int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_ = -1;
};

/// Waits until something can be read or written; throws if it is too late for that.
inline void wait_for(int fd, short events, const char* what, const deadline& until = deadline{}) {
    pollfd ready{.fd = fd, .events = events, .revents = 0};
    int n = 0;
    while (n <= 0) {
        const auto left = until.left().count();
        if (left <= 0) throw std::runtime_error{std::string{"this takes too long: "} + what};
        n = ::poll(&ready, 1, static_cast<int>(left));
        if (n < 0 && errno != EINTR) fail_with_errno("poll");
    }
}

/// From now on whoever reads or writes the descriptor is told where it would have to wait.
inline void never_block(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) fail_with_errno("fcntl");
}

/// Whether the last call has failed because it would have had to wait, or was disturbed.
inline bool is_to_be_tried_again() { return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK; }

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// None of these descriptors is for a program that the test starts, which would keep connections open. Where the system
// can, they are made so, since another thread may be starting a program just now.
#if defined(__linux__)
inline descriptor new_socket() { return descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}; }
inline descriptor accepted_by(int listener) { return descriptor{::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)}; }
inline int make_pipe(std::array<int, 2>& ends) { return ::pipe2(ends.data(), O_CLOEXEC); }
#else
inline descriptor closed_in_programs(int fd) {
    if (fd >= 0) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    return descriptor{fd};
}
inline descriptor new_socket() { return closed_in_programs(::socket(AF_INET, SOCK_STREAM, 0)); }
inline descriptor accepted_by(int listener) { return closed_in_programs(::accept(listener, nullptr, nullptr)); }
inline int make_pipe(std::array<int, 2>& ends) {
    if (::pipe(ends.data()) != 0) return -1;
    for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
    return 0;
}
#endif

class tcp_connection {
public:
    explicit tcp_connection(descriptor accepted) : socket_{std::move(accepted)} { prepare(); }

    [[nodiscard]] static tcp_connection to(std::uint16_t port) {
        descriptor s = new_socket();
        if (!s) fail_with_errno("socket");
        never_block(s.get());
        const sockaddr_in address = loopback(port);
        if (::connect(s.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            if (errno != EINPROGRESS && errno != EINTR) fail_with_errno("connect");
            wait_for(s.get(), POLLOUT, "nobody accepts");
            int outcome = 0;
            socklen_t size = sizeof outcome;
            if (::getsockopt(s.get(), SOL_SOCKET, SO_ERROR, &outcome, &size) == 0) errno = outcome;
            if (errno != 0) fail_with_errno("connect");
        }
        return tcp_connection{std::move(s)};
    }

    [[nodiscard]] int fd() const { return socket_.get(); }

    /// How long any call may take from now on.
    void set_patience(std::chrono::milliseconds p) { patience_ = p; }
    [[nodiscard]] deadline new_deadline() const { return deadline{patience_}; }

    /// All of the parts, one behind the other, from where they lie.
    void send(std::initializer_list<hubwire::bytes> parts) {
        const deadline until = new_deadline();
        for (hubwire::bytes part : parts) {
            while (!part.empty()) {
                wait_for(fd(), POLLOUT, "the peer takes no bytes", until);
                const ssize_t n = ::send(fd(), part.data(), part.size(), no_signal);
                if (n >= 0) {
                    part = part.without_first(static_cast<std::size_t>(n));
                } else if (!is_to_be_tried_again()) {
                    fail_with_errno("send");
                }
            }
        }
    }

    /// At least one byte; 0 if the peer has closed.
    [[nodiscard]] std::size_t receive(hubwire::buffer into) {
        const deadline until = new_deadline();
        for (;;) {
            wait_for(fd(), POLLIN, "the peer sends nothing", until);
            const ssize_t n = ::recv(fd(), into.data(), into.size(), 0);
            if (n >= 0) return static_cast<std::size_t>(n);
            if (errno == ECONNRESET) return 0;
            if (!is_to_be_tried_again()) fail_with_errno("recv");
        }
    }

    /// Whether some has come that nobody need wait for. What comes is kept by the system, and by nobody here.
    [[nodiscard]] static bool has_pending() { return false; }

    /// As if the cable had been cut: nothing is said to the peer but that this end is gone.
    void cut() {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        socket_.close();
    }

private:
#if defined(MSG_NOSIGNAL)
    static constexpr int no_signal = MSG_NOSIGNAL;
#else
    static constexpr int no_signal = 0;
#endif

    void prepare() {
        never_block(fd());
        const int on = 1;
        ::setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#if defined(SO_NOSIGPIPE)
        ::setsockopt(fd(), SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    }

    descriptor socket_;
    std::chrono::milliseconds patience_ = patience;
};

/// Listens at a port that nobody else has.
class tcp_listener {
public:
    tcp_listener() : socket_{new_socket()} {
        if (!socket_) fail_with_errno("socket");
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) fail_with_errno("bind");
        if (::listen(socket_.get(), 16) != 0) fail_with_errno("listen");
        if (::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
            fail_with_errno("getsockname");
        port_ = ntohs(address.sin_port);
        never_block(socket_.get());  // who has come may have gone again before it is accepted
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] int fd() const { return socket_.get(); }

    /// Waits until somebody comes.
    [[nodiscard]] tcp_connection accept() {
        const deadline until;
        for (;;) {
            wait_for(fd(), POLLIN, "nobody connects", until);
            if (auto peer = try_accept()) return std::move(*peer);
        }
    }

    /// Whoever is there; nobody, if that one has gone already.
    [[nodiscard]] std::optional<tcp_connection> try_accept() {
        descriptor peer = accepted_by(fd());
        if (peer) return tcp_connection{std::move(peer)};
        if (!is_to_be_tried_again() && errno != ECONNABORTED) fail_with_errno("accept");
        return std::nullopt;
    }

private:
    descriptor socket_;
    std::uint16_t port_ = 0;
};

/// A port that was free a moment ago, for a program that cannot choose one itself.
inline std::uint16_t free_port() { return tcp_listener{}.port(); }

}  // namespace interop

#endif
