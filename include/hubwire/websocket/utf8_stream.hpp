#ifndef HUBWIRE_WEBSOCKET_UTF8_STREAM_HPP
#define HUBWIRE_WEBSOCKET_UTF8_STREAM_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/utf8.hpp>

#include <cstddef>
#include <cstdint>

namespace hubwire::websocket {

/// Looks whether a text that comes in pieces is UTF-8, wherever it was cut: a character may lie in four pieces. Linear
/// in what comes in; ASCII is looked at as fast as in one piece.
class utf8_stream {
public:
    /// The next piece. How many of its bytes can stand: all of them, or as many as come before the first byte with
    /// which no character goes on or begins. After such a byte the answer to more is unspecified.
    [[nodiscard]] constexpr std::size_t push(bytes piece) noexcept {
        std::size_t at = go_on(piece, 0);
        if (missing_ != 0 || at == piece.size()) return at;
        at += utf8_valid_prefix(piece.without_first(at).text());
        if (at == piece.size() || !begin(piece[at])) return at;
        return go_on(piece, at + 1);  // the piece ends within this character, or there is none
    }

    /// No character is begun and not ended.
    [[nodiscard]] constexpr bool is_complete() const noexcept { return missing_ == 0; }

private:
    /// Reads what belongs to the character that is begun: up to its end, or that of the piece, or a byte that cannot be
    /// part of it.
    constexpr std::size_t go_on(bytes piece, std::size_t at) noexcept {
        for (; missing_ != 0 && at != piece.size(); ++at) {
            if (piece[at] < least_ || piece[at] > most_) return at;
            least_ = 0x80;
            most_ = 0xBF;
            --missing_;
        }
        return at;
    }

    /// The first byte of a character of more than one: how many follow, and in which range the next one is (table 3-7
    /// of the Unicode standard).
    constexpr bool begin(unsigned char lead) noexcept {
        if (lead < 0xC2 || lead > 0xF4) return false;
        missing_ = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        least_ = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        most_ = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        return true;
    }

    std::uint8_t missing_ = 0;
    std::uint8_t least_ = 0x80;
    std::uint8_t most_ = 0xBF;
};

}  // namespace hubwire::websocket

#endif
