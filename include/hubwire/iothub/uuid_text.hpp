#ifndef HUBWIRE_IOTHUB_UUID_TEXT_HPP
#define HUBWIRE_IOTHUB_UUID_TEXT_HPP

#include <hubwire/amqp/types.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/text/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// UUIDs as text (RFC 4122-3): 550e8400-e29b-41d4-a716-446655440000. Peers send ids as either, and mean the same.
namespace hubwire::iothub {

inline constexpr std::size_t uuid_text_size = 36;

namespace detail {

/// Whether a hyphen stands in front of the octet.
constexpr bool is_behind_hyphen(std::size_t octet) noexcept {
    return octet == 4 || octet == 6 || octet == 8 || octet == 10;
}

}  // namespace detail

/// Writes a UUID in lower case, as RFC 4122 asks for.
template <room Room>
constexpr void put_uuid(basic_writer<Room>& out, const amqp::uuid& id) noexcept {
    out.put_with(uuid_text_size, [&id](char* to) {
        constexpr char digits[] = "0123456789abcdef";
        for (std::size_t octet = 0; octet != id.octets.size(); ++octet) {
            if (detail::is_behind_hyphen(octet)) *to++ = '-';
            *to++ = digits[id.octets[octet] >> 4];
            *to++ = digits[id.octets[octet] & 15];
        }
    });
}
[[nodiscard]] constexpr result<bytes> encode_uuid(buffer output HUBWIRE_LIFETIMEBOUND, const amqp::uuid& id) noexcept {
    writer out{output};
    put_uuid(out, id);
    return out.finish();
}

/// The UUID that the whole text is, with digits of either case. The offset is that of the first character that cannot
/// stand, or the end of a text that is too short.
[[nodiscard]] constexpr result<amqp::uuid> decode_uuid(std::string_view text) noexcept {
    amqp::uuid id;
    std::size_t at = 0;
    for (std::size_t digit = 0; digit != 2 * id.octets.size(); ++digit, ++at) {
        const std::size_t octet = digit / 2;
        if (digit % 2 == 0 && detail::is_behind_hyphen(octet)) {
            if (at == text.size() || text[at] != '-') return error{.code = errc::iothub_uuid, .offset = at};
            ++at;
        }
        const unsigned value = at == text.size() ? 16 : text::detail::hex_value(text[at]);
        if (value > 15) return error{.code = errc::iothub_uuid, .offset = at};
        id.octets[octet] = static_cast<std::uint8_t>(unsigned{id.octets[octet]} << 4 | value);
    }
    if (at != text.size()) return error{.code = errc::iothub_uuid, .offset = at};
    return id;
}

}  // namespace hubwire::iothub

#endif
