#ifndef HUBWIRE_WEBSOCKET_CLOSE_CODE_HPP
#define HUBWIRE_WEBSOCKET_CLOSE_CODE_HPP

#include <hubwire/core/error.hpp>

#include <cstdint>
#include <optional>

namespace hubwire::websocket {

/// Why a connection is closed (RFC 6455-7.4.1, and what was registered since). Any other number is kept as it is.
enum class close_code : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    unsupported_data = 1003,
    no_status = 1005,  // never on the wire: the close frame was empty
    abnormal = 1006,   // nor this: there was no close frame
    invalid_payload = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
    mandatory_extension = 1010,
    internal_error = 1011,
    service_restart = 1012,
    try_again_later = 1013,
    bad_gateway = 1014,
    tls_handshake = 1015,  // nor this: TLS failed
};

/// Whether the code can stand in a close frame: one that is registered for that, or from 3000 to 4999, which
/// frameworks and applications have for themselves (RFC 6455-7.4.2).
[[nodiscard]] constexpr bool can_be_sent(close_code code) noexcept {
    const auto number = static_cast<std::uint16_t>(code);
    const bool is_registered = (number >= 1000 && number <= 1003) || (number >= 1007 && number <= 1014);
    return is_registered || (number >= 3000 && number <= 4999);
}

/// The code to put into the close frame that answers what a reader has refused, before the connection is closed; none
/// where there is nothing to be said: "incomplete" is no refusal, and a peer that goes on behind its close frame has
/// been answered already. Of what others refuse, such as a codec to which the payloads go, this knows nothing.
[[nodiscard]] constexpr std::optional<close_code> answer_to(const error& refusal) noexcept {
    switch (refusal.code) {
        case errc::websocket_reserved_bits:
        case errc::websocket_opcode:
        case errc::websocket_unmasked:
        case errc::websocket_masked:
        case errc::websocket_padded_length:
        case errc::websocket_length_top_bit:
        case errc::websocket_control_size:
        case errc::websocket_control_fragmented:
        case errc::websocket_continuation:
        case errc::websocket_interrupted_message:
        case errc::websocket_close_size:
        case errc::websocket_close_code:
            return close_code::protocol_error;
        case errc::websocket_close_reason:
        case errc::websocket_invalid_utf8:
            return close_code::invalid_payload;
        case errc::websocket_text_message:
            return close_code::unsupported_data;
        case errc::over_limit:
            return close_code::message_too_big;
        default:
            return {};
    }
}

}  // namespace hubwire::websocket

#endif
