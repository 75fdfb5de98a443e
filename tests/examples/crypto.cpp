// A device signs a SAS token, with a key of its own or with one that a TPM keeps; a hub looks whether it is right.

#include <array>
#include <cstddef>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

namespace {

namespace crypto = hubwire::crypto;
namespace text = hubwire::text;

/// The key of a connection string, decoded, made ready, and wiped.
hubwire::result<crypto::sha256_digest> sign_with_key(std::string_view base64, std::string_view message) {
    std::array<std::byte, 64> memory;
    const auto secret = text::decode_base64(memory, base64);
    if (!secret) return secret.error();
    const crypto::hmac_key key{*secret};  // signs any number of messages; it wipes itself
    crypto::wipe(memory);
    return key.sign(message);
}

/// Anything with such a member is a crypto::signer.
struct secure_element {
    hubwire::result<crypto::sha256_digest> sign(hubwire::bytes) {
        return hubwire::error{.code = hubwire::errc::application};  // a real one talks to its chip here
    }
};

hubwire::result<hubwire::bytes> encoded_signature(hubwire::buffer output, crypto::signer auto& signs,
                                                  std::string_view message) {
    const hubwire::result<crypto::sha256_digest> mac = signs.sign(message);
    if (!mac) return mac.error();
    return text::encode_base64(output, *mac);
}

bool accepts(const crypto::sha256_digest& expected, std::string_view signature) {
    std::array<char, 32> received;
    const auto mac = text::decode_base64(received, signature);
    return mac && crypto::equal_in_constant_time(*mac, expected);
}

}  // namespace

int main() {
    constexpr std::string_view message = "myhub.azure-devices.net%2Fdevices%2FMyDevice01\n1735689600";
    constexpr std::string_view key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    const auto mac = sign_with_key(key, message);
    if (!mac) return 1;
    std::array<char, 44> memory;
    const auto signature = text::encode_base64(memory, *mac);
    if (!signature) return 1;
    std::printf("%.*s\n", static_cast<int>(signature->size()), signature->data());

    secure_element element;
    std::array<char, 44> other;
    if (encoded_signature(other, element, message)) return 1;
    return accepts(*mac, signature->text()) && !accepts(*mac, "MDEy") ? 0 : 1;
}
