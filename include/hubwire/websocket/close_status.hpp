#ifndef HUBWIRE_WEBSOCKET_CLOSE_STATUS_HPP
#define HUBWIRE_WEBSOCKET_CLOSE_STATUS_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/utf8.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/websocket/close_code.hpp>
#include <hubwire/websocket/frame.hpp>
#include <hubwire/websocket/mask.hpp>
#include <hubwire/websocket/types.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubwire::websocket {

/// What a close frame says (RFC 6455-5.5.1). One that says nothing has the code no_status, and no reason.
struct close_status {
    close_code code = close_code::no_status;
    std::string_view reason{};  // UTF-8, of 123 bytes at most; for a person who looks for a fault

    friend constexpr bool operator==(const close_status&, const close_status&) noexcept = default;
};

/// The payload of a close frame, as a reader hands it on.
[[nodiscard]] constexpr result<close_status> decode_close_status(bytes payload) noexcept {
    if (payload.empty()) return close_status{};
    if (payload.size() == 1) return error{.code = errc::websocket_close_size, .offset = 0};
    const close_code code{detail::load_be<std::uint16_t>(payload.data())};
    if (!can_be_sent(code)) return error{.code = errc::websocket_close_code, .offset = 0};
    if (payload.size() > max_control_size)
        return error{.code = errc::websocket_control_size, .offset = max_control_size};
    const std::string_view reason = payload.without_first(2).text();
    const std::size_t valid = utf8_valid_prefix(reason);
    if (valid != reason.size()) return error{.code = errc::websocket_close_reason, .offset = 2 + valid};
    return close_status{.code = code, .reason = reason};
}

/// Writes the payload of a close frame. Refused are codes that cannot stand there, a reason without a code, and one
/// that is too long or not UTF-8.
template <room Room>
constexpr void put_close_status(basic_writer<Room>& out, const close_status& status) noexcept {
    if (status.code == close_code::no_status && status.reason.empty()) return;
    if (!can_be_sent(status.code)) return out.fail(errc::websocket_close_code);
    if (status.reason.size() > max_control_size - 2) return out.fail(errc::websocket_control_size);
    if (!is_utf8(status.reason)) return out.fail(errc::websocket_close_reason);
    out.u16(static_cast<std::uint16_t>(status.code));
    out.put(status.reason);
}
[[nodiscard]] constexpr result<bytes> encode_close_status(buffer output HUBWIRE_LIFETIMEBOUND,
                                                          const close_status& status) noexcept {
    writer out{output};
    put_close_status(out, status);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const close_status& status) noexcept {
    counting_writer out;
    put_close_status(out, status);
    return out.finish();
}

/// Writes a whole close frame: a client's with a key, a server's without. It is answered with one like it, which is the
/// last thing that is sent (RFC 6455-5.5.1); once both have sent theirs, the server closes the connection below
/// (RFC 6455-7.1.1).
template <room Room>
constexpr void put_close_frame(basic_writer<Room>& out, const close_status& status,
                               std::optional<masking_key> key = {}) noexcept {
    char memory[max_control_size]{};
    const auto payload = encode_close_status(memory, status);
    if (!payload) return out.fail(payload.error().code);
    put_frame(out, {.opcode = opcode::close, .key = key, .payload = *payload});
}
[[nodiscard]] constexpr result<bytes> encode_close_frame(buffer output HUBWIRE_LIFETIMEBOUND,
                                                         const close_status& status,
                                                         std::optional<masking_key> key = {}) noexcept {
    writer out{output};
    put_close_frame(out, status, key);
    return out.finish();
}

}  // namespace hubwire::websocket

#endif
