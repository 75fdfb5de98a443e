#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>

#include "support/catch2.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::websocket;

static_assert(can_be_sent(close_code::normal) && !can_be_sent(close_code::no_status));
static_assert(answer_to(error{.code = errc::websocket_opcode}) == close_code::protocol_error);

TEST_CASE("RFC 6455-7.4: of all numbers, these can stand in a close frame") {
    for (std::uint32_t number = 0; number <= 0xFFFF; ++number) {
        bool expected = number >= 3000 && number <= 4999;
        switch (number) {
            case 1000:
            case 1001:
            case 1002:
            case 1003:
            case 1007:
            case 1008:
            case 1009:
            case 1010:
            case 1011:
            case 1012:  // from here on as registered with IANA
            case 1013:
            case 1014:
                expected = true;
                break;
            default:  // 1004 is reserved; 1005, 1006 and 1015 are never sent
                break;
        }
        if (can_be_sent(close_code{static_cast<std::uint16_t>(number)}) != expected) FAIL(number);
    }
}

TEST_CASE("RFC 6455-7.4.1: every refusal has the code that answers it") {
    struct row {
        errc code;
        std::optional<close_code> answer;
    };
    constexpr row rows[] = {
        {errc::incomplete, {}},
        {errc::over_limit, close_code::message_too_big},
        {errc::mqtt_flags, {}},
        {errc::application, {}},
        {errc::websocket_reserved_bits, close_code::protocol_error},
        {errc::websocket_opcode, close_code::protocol_error},
        {errc::websocket_unmasked, close_code::protocol_error},
        {errc::websocket_masked, close_code::protocol_error},
        {errc::websocket_padded_length, close_code::protocol_error},
        {errc::websocket_length_top_bit, close_code::protocol_error},
        {errc::websocket_control_size, close_code::protocol_error},
        {errc::websocket_control_fragmented, close_code::protocol_error},
        {errc::websocket_continuation, close_code::protocol_error},
        {errc::websocket_interrupted_message, close_code::protocol_error},
        {errc::websocket_after_close, {}},
        {errc::websocket_close_size, close_code::protocol_error},
        {errc::websocket_close_code, close_code::protocol_error},
        {errc::websocket_close_reason, close_code::invalid_payload},
        {errc::websocket_invalid_utf8, close_code::invalid_payload},
        {errc::websocket_text_message, close_code::unsupported_data},
    };
    for (const row& r : rows) {
        INFO(error{.code = r.code}.message());
        CHECK((answer_to(error{.code = r.code}) == r.answer));
    }
}
