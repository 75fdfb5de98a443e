#include <mbedtls/md.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

#include "../samples/signed.hpp"
#include "../support/measure.hpp"

// mbedTLS, with the key set before.

namespace {

namespace crypto = hubwire::crypto;
using bench::measure;
using crypto::sha256_digest;
using hubwire::bytes;

const unsigned char* octets(bytes of) { return reinterpret_cast<const unsigned char*>(of.data()); }
unsigned char* octets(sha256_digest& of) { return reinterpret_cast<unsigned char*>(of.data()); }

void sha256_with_mbedtls(benchmark::State& state) {
    const std::string message = bench::message_of(static_cast<std::size_t>(state.range(0)));
    const auto op = [](bytes from) -> std::optional<sha256_digest> {
        sha256_digest digest{};
#if MBEDTLS_VERSION_MAJOR >= 3
        const int fault = mbedtls_sha256(octets(from), from.size(), octets(digest), 0);
#else
        const int fault = mbedtls_sha256_ret(octets(from), from.size(), octets(digest), 0);
#endif
        if (fault != 0) return {};
        return digest;
    };
    measure(state, bytes{message}, op, crypto::sha256_of(message));
}
BENCHMARK(sha256_with_mbedtls)->Arg(32)->Arg(1000);

void hmac_with_mbedtls(benchmark::State& state) {
    const std::string message = bench::message_of(80);
    mbedtls_md_context_t context;
    mbedtls_md_init(&context);
    if (mbedtls_md_setup(&context, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1) != 0 ||
        mbedtls_md_hmac_starts(&context, octets(bytes{bench::secret}), bench::secret.size()) != 0)
        return state.SkipWithError("mbedTLS refuses the key");
    const auto op = [&context](bytes from) -> std::optional<sha256_digest> {
        sha256_digest digest{};
        if (mbedtls_md_hmac_reset(&context) != 0 || mbedtls_md_hmac_update(&context, octets(from), from.size()) != 0 ||
            mbedtls_md_hmac_finish(&context, octets(digest)) != 0)
            return {};
        return digest;
    };
    measure(state, bytes{message}, op, crypto::hmac_of(bench::secret, message));
    mbedtls_md_free(&context);
}
BENCHMARK(hmac_with_mbedtls);

}  // namespace
