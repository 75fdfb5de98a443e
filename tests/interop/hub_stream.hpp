#ifndef HUBWIRE_TESTS_INTEROP_HUB_STREAM_HPP
#define HUBWIRE_TESTS_INTEROP_HUB_STREAM_HPP

#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <initializer_list>
#include <optional>
#include <utility>
#include <variant>

#include "tls.hpp"
#include "websocket.hpp"

namespace interop {

/// What a hub's protocols are spoken on: TLS, or WebSocket within it.
class hub_stream {
public:
    hub_stream(tls_connection transport) : transport_{std::move(transport)} {}
    hub_stream(websocket_connection<tls_connection> transport) : transport_{std::move(transport)} {}

    [[nodiscard]] int fd() const {
        return std::visit([](const auto& t) { return t.fd(); }, transport_);
    }
    void send(std::initializer_list<hubwire::bytes> parts) {
        std::visit([&](auto& t) { t.send(parts); }, transport_);
    }
    /// What has come already; nothing if there is nothing for the protocol in it; 0 if the peer has closed.
    [[nodiscard]] std::optional<std::size_t> try_receive(hubwire::buffer into) {
        return std::visit([&](auto& t) { return t.try_receive(into); }, transport_);
    }

private:
    std::variant<tls_connection, websocket_connection<tls_connection>> transport_;
};

/// A connection to the hub, as the loop that serves all of them sees it.
class hub_session {
public:
    hub_session() = default;
    hub_session(const hub_session&) = delete;
    hub_session& operator=(const hub_session&) = delete;
    virtual ~hub_session() = default;

    [[nodiscard]] virtual int fd() const = 0;
    [[nodiscard]] virtual bool is_over() const = 0;

    /// Takes what has come, and does what it asks for. It waits for nothing.
    virtual void serve() = 0;

    /// Ends what was allowed by tokens whose time has passed. Called every second, or so.
    virtual void expire() = 0;
};

}  // namespace interop

#endif
