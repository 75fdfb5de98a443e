#ifndef HUBWIRE_TESTS_EXAMPLES_WIRE_STREAM_HPP
#define HUBWIRE_TESTS_EXAMPLES_WIRE_STREAM_HPP

#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "inspector.hpp"
#include "teller.hpp"

namespace wire {

/// What one look at the bytes that were received and not yet shown has come to.
struct step {
    std::size_t used = 0;         // of the bytes; 0 if nothing can be said before there are more
    bool nothing_behind = false;  // where the next packet begins cannot be known
};

/// How many bytes are shown of a packet whose length cannot be believed, and how many of these in a row are no stream.
inline constexpr std::size_t bytes_of_refused = 32;
inline constexpr unsigned most_refusals = 3;

/// A stream of MQTT packets.
class mqtt_stream {
public:
    explicit mqtt_stream(teller& to, sender from) : tell_{to}, from_{from} {}

    /// Shows the packet that the input begins with, if it is there.
    step next(hubwire::bytes input, std::size_t offset);

    /// Shows what there is of a packet that will never be complete.
    void cut_off(hubwire::bytes input, std::size_t offset);

private:
    step refused_header(hubwire::bytes input, std::size_t offset, const hubwire::error& wrong);
    void show(const place& in, const hubwire::mqtt::packet& p);
    void order(const place& in, const hubwire::mqtt::packet& p);

    void fields(const place& in, const hubwire::mqtt::connect& p);
    void fields(const place& in, const hubwire::mqtt::connack& p);
    void fields(const place& in, const hubwire::mqtt::publish& p);
    void fields(const place& in, const hubwire::mqtt::subscribe& p);
    void fields(const place& in, const hubwire::mqtt::suback& p);
    void fields(const place& in, const hubwire::mqtt::unsubscribe& p);
    template <class Other>
    void fields(const place&, const Other&) {}

    teller& tell_;
    sender from_;
    bool is_first_ = true;
    bool in_doubt_ = false;  // what comes may be the rest of a packet that could not be read
    unsigned refusals_in_a_row_ = 0;
    std::string device_id_;  // of the CONNECT that was there, for the filters behind it
    std::string module_id_;
};

/// A stream of AMQP frames, and the protocol headers between them.
class amqp_stream {
public:
    explicit amqp_stream(teller& to) : tell_{to} {}

    step next(hubwire::bytes input, std::size_t offset);
    void cut_off(hubwire::bytes input, std::size_t offset);

private:
    /// What an attach has said of a link, and the message that comes over it in parts.
    struct link {
        std::string name;
        std::string address;
        hubwire::amqp::incoming_delivery delivery;
        std::string message;
        std::size_t parts = 0;
    };

    step refused_header(hubwire::bytes input, std::size_t offset, const hubwire::error& wrong);
    void show(const place& in, const hubwire::amqp::frame& f);
    void remember(const hubwire::amqp::frame& f);
    void transfer(const place& in, const hubwire::amqp::frame& f);
    void message(const place& in, std::string_view address, bool is_batch);
    void sections(const place& in);

    teller& tell_;
    bool in_doubt_ = false;  // what comes may be the rest of a frame that could not be read, or of a token
    unsigned refusals_in_a_row_ = 0;
    std::map<std::pair<std::uint16_t, std::uint32_t>, link> links_;  // by channel and handle
};

}  // namespace wire

#endif
