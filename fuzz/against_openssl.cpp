#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "support/exact_block.hpp"
#include "support/oracle.hpp"

// Digests, HMAC and base64 against OpenSSL's. The first byte of the input says how much of it is the key.

namespace {

using fuzz::expect;
using hubwire::bytes;
using hubwire::errc;
namespace crypto = hubwire::crypto;
namespace iothub = hubwire::iothub;

const unsigned char* octets_of(bytes b) { return reinterpret_cast<const unsigned char*>(b.data()); }

void check_digests(bytes message) {
    support::exact_block theirs{SHA256_DIGEST_LENGTH};
    SHA256(octets_of(message), message.size(), reinterpret_cast<unsigned char*>(theirs.data()));
    expect(bytes{crypto::sha256_of(message)} == bytes{theirs}, "the same SHA-256");
    support::exact_block shorter{SHA_DIGEST_LENGTH};
    SHA1(octets_of(message), message.size(), reinterpret_cast<unsigned char*>(shorter.data()));
    expect(bytes{hubwire::websocket::detail::sha1_of(message)} == bytes{shorter}, "the same SHA-1");
}

std::string hmac_of(bytes secret, bytes message) {
    std::string mac(SHA256_DIGEST_LENGTH, '\0');
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), octets_of(message), message.size(),
         reinterpret_cast<unsigned char*>(mac.data()), &size);
    expect(size == mac.size(), "a code of this size");
    return mac;
}

void check_hmac(bytes secret, bytes message) {
    expect(bytes{crypto::hmac_of(secret, message)} == bytes{hmac_of(secret, message)}, "the same HMAC");
}

std::string base64(bytes message) {
    std::string text((message.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets_of(message),
                                     static_cast<int>(message.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

void check_encoding(bytes message) {
    const std::string theirs = base64(message);
    support::exact_block ours{theirs.size()};
    const auto text = hubwire::text::encode_base64(ours, message);
    expect(text && text->text() == theirs, "the same base64");
}

// Where OpenSSL takes what the standard rules out (EVP_DecodeBlock): each with the errors that hubwire has for it.

/// White space around is passed over; RFC 4648-3.3 has it refused.
bool has_space_around(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n\v\f";
    return !text.empty() && (spaces.find(text.front()) != std::string_view::npos ||
                             std::string_view{" \t\r\n\v\f-"}.find(text.back()) != std::string_view::npos);
}

/// Padding counts as the character for 0 wherever it stands, and nobody looks at the bits of the last character.
bool is_of_padding(errc code) { return code == errc::base64_padding || code == errc::base64_stray_bits; }

void check_decoding(std::string_view text) {
    support::exact_block ours{text.size()};
    const auto decoded = hubwire::text::decode_base64(ours, text);
    support::exact_block theirs{text.size() + 3};
    const support::exact_block input{bytes{text}};
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(theirs.data()), octets_of(bytes{input}),
                                     static_cast<int>(text.size()));
    if (!decoded) {
        expect(size <= 0 || has_space_around(text) || is_of_padding(decoded.error().code), "refused by both");
        return;
    }
    // What padding stands for is part of what OpenSSL decodes.
    const std::size_t padding = text.empty() ? 0 : text.size() - 1 - text.find_last_not_of('=');
    expect(size >= 0 && static_cast<std::size_t>(size) == decoded->size() + padding, "decoded by both");
    expect(*decoded == bytes{theirs}.first(decoded->size()), "to the same bytes");
}

/// A SAS token has the signature that a service computes with OpenSSL, from the text that is there.
void check_signature(bytes secret, std::string_view device) {
    const iothub::sas_claims claims{.resource = {.host_name = "hub.example", .who = {.device_id = device}},
                                    .expiry = 1'790'000'000};
    std::string memory(1024, '\0');
    const auto token = iothub::encode_sas_token(memory, claims, iothub::sas_key::of_hub(base64(secret)));
    if (!token) return;
    const std::string_view text = token->text();
    const std::size_t sr = text.find("sr=") + 3;
    const std::string to_sign{std::string{text.substr(sr, text.find('&') - sr)} + "\n1790000000"};
    std::string expected;
    for (const char c : base64(bytes{hmac_of(secret, to_sign)})) {
        expected += c == '+' ? "%2B" : c == '/' ? "%2F" : c == '=' ? "%3D" : std::string(1, c);
    }
    expect(text.find("&sig=" + expected + "&") != std::string_view::npos, "the signature of a token");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const support::exact_block block{bytes{data + 1, size - 1}};
    const bytes input{block};
    const std::size_t key_size = data[0] < input.size() ? data[0] : input.size();
    check_digests(input);
    check_hmac(input.first(key_size), input.without_first(key_size));
    check_encoding(input);
    check_decoding(input.text());
    check_signature(input.first(key_size), input.without_first(key_size).text());
    return 0;
}
