#ifndef HUBWIRE_WEBSOCKET_HANDSHAKE_KEY_HPP
#define HUBWIRE_WEBSOCKET_HANDSHAKE_KEY_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/text/base64.hpp>
#include <hubwire/websocket/sha1.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

namespace hubwire::websocket {

namespace detail {

/// Sixteen bytes, and the type says that there are so many.
template <class R>
concept sixteen_bytes = byte_range<const R> && !text_array<const R> &&
                        std::is_convertible_v<const R&, std::span<const std::remove_const_t<element_of<const R>>, 16>>;

}  // namespace detail

/// What the client sends as Sec-WebSocket-Key: 16 bytes in base64, which the server shows to have read. A plain value.
///
/// There is none by default: each connection has its own, and it is to be one that nobody can foresee (RFC 6455-4.1).
class handshake_key {
public:
    static constexpr std::size_t size = 24;  // in characters

    /// Of 16 bytes that a random number generator made for this connection.
    template <detail::sixteen_bytes R>
    constexpr explicit handshake_key(const R& nonce) noexcept {
        hubwire::text::detail::write_base64(text_.data(), size, bytes{std::data(nonce), 16}.data(), 16);
    }

    /// The text as it lies in a request. Pre: it has `size` characters, or the program traps.
    [[nodiscard]] static constexpr handshake_key on_the_wire(std::string_view text) noexcept {
        detail::require(text.size() == size);
        return handshake_key{text};
    }

    [[nodiscard]] constexpr std::string_view text() const noexcept HUBWIRE_LIFETIMEBOUND {
        return {text_.data(), text_.size()};
    }

    friend constexpr bool operator==(const handshake_key&, const handshake_key&) noexcept = default;

private:
    constexpr explicit handshake_key(std::string_view text) noexcept { detail::copy(text_.data(), text.data(), size); }

    std::array<char, size> text_{};
};

/// What the server answers as Sec-WebSocket-Accept: made of the key, and of nothing else. A plain value.
class accept_key {
public:
    static constexpr std::size_t size = 28;  // in characters

    /// RFC 6455-4.2.2: the SHA-1 of the key's text and a GUID behind it, in base64.
    constexpr explicit accept_key(const handshake_key& key) noexcept {
        constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        std::array<char, handshake_key::size + guid.size()> message{};
        detail::copy(message.data(), key.text().data(), handshake_key::size);
        detail::copy(message.data() + handshake_key::size, guid.data(), guid.size());
        const detail::sha1_digest digest = detail::sha1_of(message);
        hubwire::text::detail::write_base64(text_.data(), size, digest.data(), digest.size());
    }

    [[nodiscard]] constexpr std::string_view text() const noexcept HUBWIRE_LIFETIMEBOUND {
        return {text_.data(), text_.size()};
    }

    friend constexpr bool operator==(const accept_key&, const accept_key&) noexcept = default;

private:
    std::array<char, size> text_{};
};

/// The key that the text is: 22 characters of base64 and two of padding. The last four bits before the padding stand
/// for nothing; what they are is left open, as by RFC 6455, whose server need not decode the text.
[[nodiscard]] constexpr result<handshake_key> decode_handshake_key(std::string_view text) noexcept {
    constexpr std::size_t digits = 22;
    std::size_t at = 0;
    for (; at != text.size() && at != handshake_key::size; ++at) {
        if (at < digits ? hubwire::text::detail::base64_sextet(text[at]) == hubwire::text::detail::no_sextet
                        : text[at] != '=')
            break;
    }
    if (at != handshake_key::size || at != text.size()) return error{.code = errc::websocket_key, .offset = at};
    return handshake_key::on_the_wire(text);
}

}  // namespace hubwire::websocket

#endif
