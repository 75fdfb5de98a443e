#ifndef HUBWIRE_IOTHUB_SAS_KEY_HPP
#define HUBWIRE_IOTHUB_SAS_KEY_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/crypto/hmac.hpp>
#include <hubwire/crypto/secret.hpp>
#include <hubwire/crypto/sha256.hpp>
#include <hubwire/text/base64.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace hubwire::iothub {

/// A shared access key, ready to sign and to verify tokens: what an hmac_key keeps of it, and no more. Made of the text
/// that a connection string has; the text is not needed any longer, and can be wiped.
///
/// A text that is no key is found out when the sas_key is made: valid() says so, and so does whatever is to be signed.
class sas_key {
public:
    /// The longest key in bytes. Those of a hub have 16 to 64.
    static constexpr std::size_t most_bytes = 256;

    /// A key of a hub, a device or a module: the bytes that the text stands for in base64 sign.
    [[nodiscard]] static constexpr sas_key of_hub(std::string_view base64) noexcept {
        error failure{};
        return sas_key{decoded(base64, failure), failure};
    }

    /// A key of Event Hubs or Service Bus, whereto a hub redirects those who read telemetry: the text itself signs.
    [[nodiscard]] static constexpr sas_key of_event_hubs(std::string_view text) noexcept {
        return sas_key{crypto::hmac_key{text}, text.empty() ? error{.code = errc::iothub_sas_empty_key} : error{}};
    }

    /// Whether it is a key, or what is wrong with the text, and where in it.
    [[nodiscard]] constexpr result<void> valid() const noexcept {
        return failure_.code == errc::none ? result<void>{} : result<void>{failure_};
    }

    /// The HMAC of a message, if it is a key.
    [[nodiscard]] constexpr result<crypto::sha256_digest> sign(bytes message) const noexcept {
        if (failure_.code != errc::none) return failure_;
        return key_.sign(message);
    }

    /// For crypto::hmac. Pre: valid(), or what it signs is worth nothing.
    [[nodiscard]] constexpr const crypto::hmac_key& hmac_key() const noexcept HUBWIRE_LIFETIMEBOUND { return key_; }

private:
    constexpr sas_key(const crypto::hmac_key& key, const error& failure) noexcept : key_{key}, failure_{failure} {}

    /// The key that the text stands for. One that does not decode leaves the failure, and an hmac_key of nothing.
    static constexpr crypto::hmac_key decoded(std::string_view base64, error& failure) noexcept {
        std::array<char, most_bytes> secret{};
        const auto size = text::decode_base64(secret, base64);
        if (!size) {
            failure = size.error();
            if (failure.code == errc::no_space) failure = {.code = errc::too_long, .offset = base64.size()};
        } else if (size->empty()) {
            failure = {.code = errc::iothub_sas_empty_key};
        }
        const crypto::hmac_key key{size ? *size : bytes{}};
        crypto::wipe(secret);
        return key;
    }

    crypto::hmac_key key_;
    error failure_;
};
static_assert(crypto::signer<const sas_key>);

}  // namespace hubwire::iothub

#endif
