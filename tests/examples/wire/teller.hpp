#ifndef HUBWIRE_TESTS_EXAMPLES_WIRE_TELLER_HPP
#define HUBWIRE_TESTS_EXAMPLES_WIRE_TELLER_HPP

#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "inspector.hpp"
#include "page.hpp"

namespace wire {

/// A packet in memory, or a message that several frames have brought, and where it lies in the stream.
struct place {
    hubwire::bytes whole{};
    std::size_t offset = 0;
    bool in_stream = true;  // if not, offsets count from its own beginning
    std::string_view noun = "packet";
    bool in_doubt = false;  // where it begins is not certain: it may be the rest of a packet that could not be read

    /// Where a part of it stands within. Pre: the part is a view of it.
    [[nodiscard]] std::size_t within(std::string_view part) const {
        return static_cast<std::size_t>(part.data() - whole.data());
    }
};

/// Says what is wrong and counts it, and what things mean to Azure IoT Hub.
class teller {
public:
    teller(page& to, const options& rules, summary& count) : out{to}, how{rules}, counts{count} {}

    /// A rule of the protocol is broken: says which, shows where.
    void violation(const place& in, const hubwire::error& wrong);

    /// Something that the hub or an application would not like, at a byte of the packet.
    void remark(const place& in, std::string_view what, const hubwire::error& wrong, std::size_t at);
    void remark(std::string_view what);

    /// A token with its signature masked; false if the text is none.
    bool sas_token(const place& in, std::string_view text);

    /// The user name of CONNECT.
    void username(const place& in, std::string_view text);

    /// The user name of SASL PLAIN.
    void plain_user(const place& in, std::string_view text);

    /// What the topic of a PUBLISH is to the hub, if it is one of its topics.
    void topic(const place& in, std::string_view text, sender from);

    /// What a filter asks the hub for. The client is empty if nobody knows who it is.
    void filter(const place& in, std::string_view text, const hubwire::iothub::identity& client);

    /// The address of a link.
    void address(std::string_view text);

    /// What an application has sent: JSON, another text, or bytes.
    void body(const place& in, std::string_view name, hubwire::bytes content);

    page& out;
    const options& how;
    summary& counts;

private:
    void bag(const place& in, std::string_view text);
    bool json(const place& in, std::string_view name, std::string_view text);
    void lines_of_text(std::string_view text);
};

std::string name_of(const hubwire::iothub::identity& who);
std::string shown(const hubwire::text::percent_text& text);
std::string shown(const hubwire::iothub::wire_text& text);
std::string time_text(std::int64_t milliseconds);

}  // namespace wire

#endif
