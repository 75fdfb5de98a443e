#ifndef HUBWIRE_CRYPTO_HMAC_HPP
#define HUBWIRE_CRYPTO_HMAC_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/crypto/secret.hpp>
#include <hubwire/crypto/sha256.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <type_traits>

/// HMAC with SHA-256, as RFC 2104 has it: what signs a SAS token.
namespace hubwire::crypto {

/// Whoever can sign a message with HMAC-SHA256: an hmac_key, or something that asks a TPM, a secure element or an edge
/// daemon, which never give their key away. It may fail, with a code of the application's own.
template <class S>
concept signer = requires(S& signs, bytes message) {
    { signs.sign(message) } -> std::convertible_to<result<sha256_digest>>;
};

/// A key, ready for use: not the key itself, but what SHA-256 has made of it and each of the two pads, which saves two
/// blocks for each message. It can sign all the same, so it is a secret; it is wiped at the end of its life, as is each
/// copy. (One that is a constant of the program is in the program for everybody to read.)
class hmac_key {
public:
    /// Any size will do; RFC 2104 asks for 32 bytes at least. The secret is not needed any longer, and can be wiped.
    constexpr explicit hmac_key(bytes secret) noexcept {
        std::array<char, detail::sha256_block_size> pad{};
        if (secret.size() > pad.size()) {
            sha256_digest hashed = sha256_of(secret);
            detail::copy(pad.data(), hashed.data(), hashed.size());
            detail::wipe_array(hashed);
        } else {
            detail::copy(pad.data(), secret.data(), secret.size());
        }
        const auto flip = [&pad](unsigned char bits) {
            for (char& c : pad) c = static_cast<char>(c ^ static_cast<char>(bits));
        };
        flip(0x36);
        detail::compress(inner_, pad.data(), 1);
        flip(0x36 ^ 0x5c);
        detail::compress(outer_, pad.data(), 1);
        detail::wipe_array(pad);
    }

    constexpr hmac_key(const hmac_key&) noexcept = default;
    constexpr hmac_key(hmac_key&&) noexcept = default;
    constexpr hmac_key& operator=(const hmac_key&) noexcept = default;
    constexpr hmac_key& operator=(hmac_key&&) noexcept = default;
    constexpr ~hmac_key() {
        detail::wipe_array(inner_);
        detail::wipe_array(outer_);
    }

    /// The HMAC of a message.
    [[nodiscard]] constexpr sha256_digest sign(bytes message) const noexcept {
        const std::size_t whole = message.size() / detail::sha256_block_size;
        const bytes rest = message.without_first(whole * detail::sha256_block_size);
        const detail::padded_end end{rest.data(), rest.size(),
                                     detail::sha256_block_size + std::uint64_t{message.size()}};
        return detail::digest_of(detail::authenticate(inner_, outer_, message.data(), whole, end.data(), end.count()));
    }

private:
    friend class hmac;

    detail::sha256_state inner_ = detail::sha256_start;
    detail::sha256_state outer_ = detail::sha256_start;
};
static_assert(signer<const hmac_key>);

/// The HMAC of a message that comes in pieces. It is wiped at the end of its life, as is each copy.
class hmac {
public:
    constexpr explicit hmac(const hmac_key& key) noexcept : inner_{key.inner_}, outer_{key.outer_} {}

    constexpr hmac(const hmac&) noexcept = default;
    constexpr hmac(hmac&&) noexcept = default;
    constexpr hmac& operator=(const hmac&) noexcept = default;
    constexpr hmac& operator=(hmac&&) noexcept = default;
    constexpr ~hmac() {
        detail::wipe_array(inner_);
        detail::wipe_array(outer_);
    }

    /// The next piece.
    constexpr void update(bytes piece) noexcept { inner_.update(piece); }

    /// The HMAC of all pieces so far. More may follow.
    [[nodiscard]] constexpr sha256_digest digest() const noexcept {
        const detail::padded_end end = inner_.padded();
        return detail::digest_of(detail::authenticate(inner_.state_, outer_, nullptr, 0, end.data(), end.count()));
    }

private:
    sha256 inner_;
    detail::sha256_state outer_;
};

/// The HMAC of one message with a key that is not used again.
[[nodiscard]] constexpr sha256_digest hmac_of(bytes secret, bytes message) noexcept {
    return hmac_key{secret}.sign(message);
}

}  // namespace hubwire::crypto

#endif
