#ifndef HUBWIRE_TESTS_INTEROP_AMQP_PEER_HPP
#define HUBWIRE_TESTS_INTEROP_AMQP_PEER_HPP

#include <array>
#include <cstddef>
#include <deque>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "amqp_connection.hpp"

/// One end of an AMQP connection over a transport: anything with send({bytes...}) and receive(buffer).
namespace interop {

template <class Transport>
class amqp_peer {
public:
    amqp_peer(Transport transport, const amqp_settings& settings)
        : transport_{std::move(transport)}, connection_{settings} {}

    amqp_connection& connection() { return connection_; }
    amqp_connection* operator->() { return &connection_; }

    /// The next event of this kind for which that holds. Those of other kinds stay for later; that the connection has
    /// failed, or is over, is thrown.
    template <class Event, class Holds>
    Event wait_for(Holds holds) {
        for (std::size_t at = 0;; ++at) {
            while (at == events_.size()) {
                if (auto e = connection_.next_event()) {
                    events_.push_back(std::move(*e));
                } else {
                    exchange();
                }
            }
            if (const auto* e = std::get_if<Event>(&events_[at]); e != nullptr && holds(*e)) {
                Event found = *e;
                events_.erase(events_.begin() + static_cast<std::ptrdiff_t>(at));
                flush();
                return found;
            }
            if (const auto* failed = std::get_if<amqp_event::failed>(&events_[at]))
                throw std::runtime_error{"failed: " + failed->why};
        }
    }
    template <class Event>
    Event wait_for() {
        return wait_for<Event>([](const Event&) { return true; });
    }

    /// Hands each event to the handler, until the connection is over; false if the peer has gone without a word.
    template <class Handle>
    bool serve(Handle& handle) {
        for (;;) {
            while (auto e = connection_.next_event()) std::visit(handle, *e);
            flush_if_wanted();
            if (connection_.is_over()) {
                transport_.reset();
                return true;
            }
            if (!receive()) return false;
        }
    }

    /// A link to a node, or from it, that the peer has accepted.
    link_id attach(session_id in, const hubwire::amqp::attach& wanted) {
        const link_id id = connection_.attach(in, wanted);
        wait_for<amqp_event::attached>([id](const amqp_event::attached& a) { return a.link == id; });
        return id;
    }
    /// Until credit for a message has come.
    void wait_for_credit(link_id id) {
        while (connection_.credit_of(id) == 0) wait_for<amqp_event::flowed>();
    }
    /// Sends a message; returns what the peer makes of it.
    amqp_event::updated deliver(link_id id, std::string message, const amqp_connection::how_to_send& how = {}) {
        const delivery_number number = connection_.send(id, std::move(message), how);
        return wait_for<amqp_event::updated>([number](const amqp_event::updated& u) { return u.delivery == number; });
    }
    amqp_event::received next_message(link_id on) {
        return wait_for<amqp_event::received>([on](const amqp_event::received& m) { return m.link == on; });
    }
    void close() {
        connection_.close();
        wait_for<amqp_event::closed>();
        transport_.reset();
    }

    void flush() {
        connection_.tick();
        while (!connection_.output().empty()) {
            transport_->send({connection_.output()});
            connection_.sent(connection_.output().size());
        }
    }

private:
    /// Some peers say that they close, and go at once: what was to be answered is of no use then.
    void flush_if_wanted() {
        try {
            flush();
        } catch (const std::runtime_error&) {
            connection_.sent(connection_.output().size());
        }
    }
    bool receive() {
        std::array<char, 16'384> memory;
        const std::size_t n = transport_->receive(memory);
        connection_.receive(hubwire::bytes{memory}.first(n));
        return n != 0;
    }
    void exchange() {
        flush();
        if (connection_.is_over()) throw std::runtime_error{"the connection is over"};
        if (!receive()) throw std::runtime_error{"the peer has closed the transport"};
    }

    std::optional<Transport> transport_;  // until the connection is over
    amqp_connection connection_;
    std::deque<amqp_connection::event> events_;
};

}  // namespace interop

#endif
