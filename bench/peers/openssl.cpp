#include <openssl/evp.h>
#include <openssl/sha.h>

#include <memory>

#include "../samples/signed.hpp"
#include "../samples/text.hpp"
#include "../support/measure.hpp"

// OpenSSL, with all that can be made ready before made ready: the algorithm fetched, the key set.

namespace {

namespace crypto = hubwire::crypto;
using bench::measure;
using crypto::sha256_digest;
using hubwire::bytes;

const unsigned char* octets(bytes of) { return reinterpret_cast<const unsigned char*>(of.data()); }
unsigned char* octets(sha256_digest& of) { return reinterpret_cast<unsigned char*>(of.data()); }

void sha256_with_openssl(benchmark::State& state) {
    const std::string message = bench::message_of(static_cast<std::size_t>(state.range(0)));
    const auto op = [](bytes from) {
        std::optional<sha256_digest> digest{std::in_place};
        SHA256(octets(from), from.size(), octets(*digest));
        return digest;
    };
    measure(state, bytes{message}, op, crypto::sha256_of(message));
}
BENCHMARK(sha256_with_openssl)->Arg(32)->Arg(1000);

struct freed {
    void operator()(EVP_MAC* p) const { EVP_MAC_free(p); }
    void operator()(EVP_MAC_CTX* p) const { EVP_MAC_CTX_free(p); }
};

void hmac_with_openssl(benchmark::State& state) {
    const std::string message = bench::message_of(80);
    const std::unique_ptr<EVP_MAC, freed> mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
    const std::unique_ptr<EVP_MAC_CTX, freed> context{EVP_MAC_CTX_new(mac.get())};
    char name[] = "SHA256";
    const OSSL_PARAM parameters[] = {{"digest", OSSL_PARAM_UTF8_STRING, name, 6, 0}, {nullptr, 0, nullptr, 0, 0}};
    EVP_MAC_init(context.get(), octets(bytes{bench::secret}), bench::secret.size(), parameters);
    const auto op = [&context](bytes from) -> std::optional<sha256_digest> {
        sha256_digest digest{};
        std::size_t size = 0;
        if (EVP_MAC_init(context.get(), nullptr, 0, nullptr) != 1 ||
            EVP_MAC_update(context.get(), octets(from), from.size()) != 1 ||
            EVP_MAC_final(context.get(), octets(digest), &size, digest.size()) != 1)
            return {};
        return digest;
    };
    measure(state, bytes{message}, op, crypto::hmac_of(bench::secret, message));
}
BENCHMARK(hmac_with_openssl);

const std::string signature = bench::signature();
const std::string signature_base64 = [] {
    const auto encoded = hubwire::text::encode_base64(bench::memory, signature);
    return std::string{encoded->text()};
}();

void base64_encode_with_openssl(benchmark::State& state) {
    const auto op = [](bytes from) {
        auto* const to = reinterpret_cast<unsigned char*>(bench::memory.data());
        const int size = EVP_EncodeBlock(to, octets(from), static_cast<int>(from.size()));
        return std::optional{bytes{bench::memory.data(), static_cast<std::size_t>(size)}};
    };
    measure(state, bytes{signature}, op, bytes{signature_base64});
}
BENCHMARK(base64_encode_with_openssl);

/// It decodes the padding to zeros, and leaves it to the caller to take those away.
void base64_decode_with_openssl(benchmark::State& state) {
    const auto op = [](std::string_view from) -> std::optional<bytes> {
        auto* const to = reinterpret_cast<unsigned char*>(bench::memory.data());
        const int size = EVP_DecodeBlock(to, octets(from), static_cast<int>(from.size()));
        if (size < 2) return {};
        const std::size_t padding = from.ends_with("==") ? 2 : from.ends_with('=') ? 1 : 0;
        return bytes{bench::memory.data(), static_cast<std::size_t>(size) - padding};
    };
    measure(state, std::string_view{signature_base64}, op, bytes{signature});
}
BENCHMARK(base64_decode_with_openssl);

}  // namespace
