#ifndef HUBWIRE_TESTS_EXAMPLES_WIRE_INSPECTOR_HPP
#define HUBWIRE_TESTS_EXAMPLES_WIRE_INSPECTOR_HPP

#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <memory>

#include "page.hpp"

/// Reads what one side of a connection has sent, and tells what it says: bytes in, lines of text out.
namespace wire {

enum class protocol { detect, mqtt, amqp };

/// Who has sent the bytes: a device, a module or a service, or the other side. MQTT mostly tells by itself.
enum class sender { unknown, client, hub };

struct options {
    protocol spoken = protocol::detect;
    sender from = sender::unknown;
    bool colour = false;
    bool everything = false;  // long bodies to their end
    std::size_t width = 100;  // of a line on which short values stand together
};

struct summary {
    std::size_t bytes = 0;
    std::size_t packets = 0;     // or frames
    std::size_t violations = 0;  // of MQTT or AMQP
    std::size_t remarks = 0;     // what the hub or an application would not like
};

/// Of a stream that comes in pieces. A packet is shown as soon as all of it is there; where it was split makes no
/// difference to what is shown.
class inspector {
public:
    inspector(const options& how, sink out);
    ~inspector();
    inspector(const inspector&) = delete;
    inspector& operator=(const inspector&) = delete;

    void add(hubwire::bytes received);

    /// Nothing more will come: tells what was cut off, and counts.
    summary finish();

private:
    class stream;
    std::unique_ptr<stream> stream_;
};

/// Of a stream that is all there.
summary inspect(hubwire::bytes stream, const options& how, const sink& out);

}  // namespace wire

#endif
