#ifndef HUBWIRE_WEBSOCKET_TYPES_HPP
#define HUBWIRE_WEBSOCKET_TYPES_HPP

#include <hubwire/core/config.hpp>

#include <cstddef>
#include <cstdint>

/// WebSocket: RFC 6455, without extensions. Rules are named by their section, as "RFC 6455-5.2".
namespace hubwire::websocket {

/// The two ends of a connection: who opened it, and who accepted it.
enum class role : std::uint8_t { client, server };

/// RFC 6455-5.2
enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Whether a frame is about the connection, and not part of a message (RFC 6455-5.5).
[[nodiscard]] constexpr bool is_control(opcode code) noexcept { return static_cast<std::uint8_t>(code) >= 8; }

/// The most that a length can say.
inline constexpr std::uint64_t max_payload_size = 0x7FFF'FFFF'FFFF'FFFF;

/// The longest payload of a control frame (RFC 6455-5.5).
inline constexpr std::size_t max_control_size = 125;

/// The longest head of a frame, with a length of eight bytes and a masking key.
inline constexpr std::size_t max_head_size = 14;

/// What a receiver accepts. By default that is the specification, to the letter.
struct options {
    /// Messages are refused where a frame of theirs announces more payload than this, or where they grow longer than
    /// that, as soon as the length in the head shows it.
    std::uint64_t max_frame_size = max_payload_size;
    std::uint64_t max_message_size = max_payload_size;

    /// Refuse text messages, as MQTT and AMQP do, which are binary.
    bool binary_only = false;

    /// Do not look whether text is UTF-8, for an application that does so itself.
    bool any_text = false;
};

}  // namespace hubwire::websocket

#endif
