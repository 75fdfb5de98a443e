#ifndef HUBWIRE_CRYPTO_SHA256_HPP
#define HUBWIRE_CRYPTO_SHA256_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/x86.hpp>
#include <hubwire/crypto/secret.hpp>
#include <hubwire/crypto/sha256_arm.hpp>
#include <hubwire/crypto/sha256_portable.hpp>
#include <hubwire/crypto/sha256_x86.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

/// SHA-256, as FIPS 180-4 has it.
namespace hubwire::crypto {

/// The 32 bytes that come out. (Of char, because constant expressions see no other type as bytes.)
using sha256_digest = std::array<char, 32>;

namespace detail {

// coverage: off, which lines there are depends on the machine, and which of them run on its processor

/// Some blocks, in the fastest way that this processor has.
HUBWIRE_ALWAYS_INLINE constexpr void compress(sha256_state& state, const char* blocks, std::size_t count) noexcept {
#if defined(HUBWIRE_HAS_X86_LEVELS)
    if (!std::is_constant_evaluated() && x86_has(x86_level::sha)) return compress_x86(state, blocks, count);
#elif defined(HUBWIRE_HAS_SHA_ARM)
    if (!std::is_constant_evaluated()) return compress_arm(state, blocks, count);
#endif
    compress_portably(state, blocks, count);
}

/// HMAC from the states after the two pads, in the same way.
HUBWIRE_ALWAYS_INLINE constexpr sha256_state authenticate(const sha256_state& inner, const sha256_state& outer,
                                                          const char* blocks, std::size_t count, const char* end,
                                                          std::size_t end_count) noexcept {
#if defined(HUBWIRE_HAS_X86_LEVELS)
    if (!std::is_constant_evaluated() && x86_has(x86_level::sha))
        return authenticate_x86(inner, outer, blocks, count, end, end_count);
#elif defined(HUBWIRE_HAS_SHA_ARM)
    if (!std::is_constant_evaluated()) return authenticate_arm(inner, outer, blocks, count, end, end_count);
#endif
    return authenticate_portably(inner, outer, blocks, count, end, end_count);
}

// coverage: on

/// FIPS 180-4, 5.1.1: what is left of a message after its whole blocks, a bit that is set, and the size of the message
/// in bits at the end of the block, or of the next one if there is no room for it.
class padded_end {
public:
    /// Pre: left is less than a block.
    constexpr padded_end(const char* rest, std::size_t left, std::uint64_t message_size) noexcept
        : count_{left < sha256_block_size - 8 ? 1u : 2u} {
        copy(data_.data(), rest, left);
        data_[left] = static_cast<char>(static_cast<unsigned char>(0x80));
        store_be<std::uint64_t>(data_.data() + count_ * sha256_block_size - 8, message_size * 8);
    }

    padded_end(const padded_end&) = delete;
    padded_end(padded_end&&) = delete;
    padded_end& operator=(const padded_end&) = delete;
    padded_end& operator=(padded_end&&) = delete;
    constexpr ~padded_end() { wipe_array(data_); }  // the message may be a key

    [[nodiscard]] constexpr const char* data() const noexcept HUBWIRE_LIFETIMEBOUND { return data_.data(); }
    [[nodiscard]] constexpr std::size_t count() const noexcept { return count_; }

private:
    std::array<char, 2 * sha256_block_size> data_{};
    std::size_t count_;
};

HUBWIRE_ALWAYS_INLINE constexpr sha256_digest digest_of(const sha256_state& state) noexcept {
    sha256_digest digest{};
    [&]<std::size_t... Place>(std::index_sequence<Place...>) {
        (store_be(digest.data() + 4 * Place, state[Place]), ...);
    }(std::make_index_sequence<8>{});
    return digest;
}

}  // namespace detail

/// The digest of a message that comes in pieces. A plain value: a copy goes on by itself.
class sha256 {
public:
    constexpr sha256() noexcept = default;

    /// The next piece.
    constexpr void update(bytes piece) noexcept {
        const char* from = piece.data();
        std::size_t left = piece.size();
        const auto filled = static_cast<std::size_t>(size_ % detail::sha256_block_size);
        size_ += left;
        if (filled != 0) {
            const std::size_t room = detail::sha256_block_size - filled;
            const std::size_t n = left < room ? left : room;
            detail::copy(block_.data() + filled, from, n);
            if (n != room) return;
            detail::compress(state_, block_.data(), 1);
            from += n;
            left -= n;
        }
        const std::size_t whole = left / detail::sha256_block_size;
        if (whole != 0) {
            detail::compress(state_, from, whole);
            from += whole * detail::sha256_block_size;
            left -= whole * detail::sha256_block_size;
        }
        detail::copy(block_.data(), from, left);
    }

    /// The digest of all pieces so far. More may follow.
    [[nodiscard]] constexpr sha256_digest digest() const noexcept {
        const detail::padded_end end = padded();
        detail::sha256_state state = state_;
        detail::compress(state, end.data(), end.count());
        return detail::digest_of(state);
    }

private:
    friend class hmac;

    /// Goes on where a block has already been taken in.
    constexpr explicit sha256(const detail::sha256_state& after_a_block) noexcept
        : state_{after_a_block}, size_{detail::sha256_block_size} {}

    [[nodiscard]] constexpr detail::padded_end padded() const noexcept {
        return {block_.data(), static_cast<std::size_t>(size_ % detail::sha256_block_size), size_};
    }

    detail::sha256_state state_ = detail::sha256_start;
    std::array<char, detail::sha256_block_size> block_{};
    std::uint64_t size_ = 0;  // of all pieces
};

/// The digest of a message.
[[nodiscard]] constexpr sha256_digest sha256_of(bytes message) noexcept {
    const std::size_t whole = message.size() / detail::sha256_block_size;
    const bytes rest = message.without_first(whole * detail::sha256_block_size);
    const detail::padded_end end{rest.data(), rest.size(), message.size()};
    detail::sha256_state state = detail::sha256_start;
    if (whole != 0) detail::compress(state, message.data(), whole);
    detail::compress(state, end.data(), end.count());
    const sha256_digest digest = detail::digest_of(state);
    detail::wipe_array(state);  // the digest, as words, may be a key
    return digest;
}

}  // namespace hubwire::crypto

#endif
