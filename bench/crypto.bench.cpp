#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "samples/signed.hpp"
#include "support/measure.hpp"

// Each operation as the processor does it best, in portable C++, and as the standard has it written down: one line for
// each line of FIPS 180-4, which is what to compare with.

namespace {

namespace crypto = hubwire::crypto;
using bench::measure;
using bench::message_of;
using bench::secret;
using crypto::sha256_digest;
using hubwire::bytes;

// ---- as FIPS 180-4 and RFC 2104 have it

namespace by_the_book {

using crypto::detail::sha256_constants;
using crypto::detail::sha256_start;
using crypto::detail::sha256_state;

std::uint32_t rotr(std::uint32_t x, int n) { return x >> n | x << (32 - n); }

void compress(sha256_state& h, const unsigned char* block) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t t = 0; t != 16; ++t)
        w[t] = std::uint32_t{block[4 * t]} << 24 | std::uint32_t{block[4 * t + 1]} << 16 |
               std::uint32_t{block[4 * t + 2]} << 8 | block[4 * t + 3];
    for (std::size_t t = 16; t != 64; ++t)
        w[t] = (rotr(w[t - 2], 17) ^ rotr(w[t - 2], 19) ^ w[t - 2] >> 10) + w[t - 7] +
               (rotr(w[t - 15], 7) ^ rotr(w[t - 15], 18) ^ w[t - 15] >> 3) + w[t - 16];
    sha256_state v = h;
    auto& [a, b, c, d, e, f, g, i] = v;
    for (std::size_t t = 0; t != 64; ++t) {
        const std::uint32_t t1 =
            i + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + sha256_constants[t] + w[t];
        const std::uint32_t t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        i = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    for (std::size_t t = 0; t != 8; ++t) h[t] += v[t];
}

sha256_digest hash(std::string_view before, bytes message) {
    std::string padded{before};
    padded += message.text();
    const std::uint64_t bits = 8 * padded.size();
    padded += '\x80';
    while (padded.size() % 64 != 56) padded += '\0';
    for (int shift = 56; shift >= 0; shift -= 8) padded += static_cast<char>(bits >> shift);
    sha256_state h = sha256_start;
    for (std::size_t at = 0; at != padded.size(); at += 64)
        compress(h, reinterpret_cast<const unsigned char*>(padded.data()) + at);
    sha256_digest digest{};
    for (std::size_t t = 0; t != 32; ++t) digest[t] = static_cast<char>(h[t / 4] >> (24 - 8 * (t % 4)));
    return digest;
}

sha256_digest hmac(std::string_view key, bytes message) {
    std::string inner(64, '\x36');
    std::string outer(64, '\x5c');
    for (std::size_t i = 0; i != key.size(); ++i) {
        inner[i] = static_cast<char>(inner[i] ^ key[i]);
        outer[i] = static_cast<char>(outer[i] ^ key[i]);
    }
    return hash(outer, hash(inner, message));
}

}  // namespace by_the_book

// ---- the portable functions, whatever the processor has

namespace portable {

sha256_digest sha256_of(bytes message) {
    const std::size_t whole = message.size() / 64;
    const bytes rest = message.without_first(64 * whole);
    const crypto::detail::padded_end end{rest.data(), rest.size(), message.size()};
    crypto::detail::sha256_state state = crypto::detail::sha256_start;
    crypto::detail::compress_portably(state, message.data(), whole);
    crypto::detail::compress_portably(state, end.data(), end.count());
    return crypto::detail::digest_of(state);
}

struct key {
    crypto::detail::sha256_state inner = crypto::detail::sha256_start;
    crypto::detail::sha256_state outer = crypto::detail::sha256_start;

    explicit key(std::string_view secret) {
        std::string pad(64, '\x36');
        for (std::size_t i = 0; i != secret.size(); ++i) pad[i] = static_cast<char>(pad[i] ^ secret[i]);
        crypto::detail::compress_portably(inner, pad.data(), 1);
        for (char& c : pad) c = static_cast<char>(c ^ 0x36 ^ 0x5c);
        crypto::detail::compress_portably(outer, pad.data(), 1);
    }

    sha256_digest sign(bytes message) const {
        const std::size_t whole = message.size() / 64;
        const bytes rest = message.without_first(64 * whole);
        const crypto::detail::padded_end end{rest.data(), rest.size(), 64 + message.size()};
        return crypto::detail::digest_of(
            crypto::detail::authenticate_portably(inner, outer, message.data(), whole, end.data(), end.count()));
    }
};

}  // namespace portable

// ---- SHA-256

template <class Op>
void measure_hash(benchmark::State& state, Op op) {
    const std::string message = message_of(static_cast<std::size_t>(state.range(0)));
    measure(
        state, bytes{message}, [op](bytes from) { return std::optional{op(from)}; }, by_the_book::hash("", message));
}

void sha256(benchmark::State& state) { measure_hash(state, crypto::sha256_of); }
void sha256_portable(benchmark::State& state) { measure_hash(state, portable::sha256_of); }
void sha256_by_hand(benchmark::State& state) {
    measure_hash(state, [](bytes from) { return by_the_book::hash("", from); });
}
BENCHMARK(sha256)->Arg(32)->Arg(1000);
BENCHMARK(sha256_portable)->Arg(32)->Arg(1000);
BENCHMARK(sha256_by_hand)->Arg(32)->Arg(1000);

// ---- HMAC of 80 bytes, which is about what a SAS token signs

const std::string message = message_of(80);
const crypto::hmac_key key{secret};
const portable::key portable_key{secret};

template <class Op>
void measure_hmac(benchmark::State& state, Op op) {
    measure(
        state, bytes{message}, [op](bytes from) { return std::optional{op(from)}; },
        by_the_book::hmac(secret, message));
}

void hmac(benchmark::State& state) {
    measure_hmac(state, [](bytes from) { return key.sign(from); });
}
void hmac_portable(benchmark::State& state) {
    measure_hmac(state, [](bytes from) { return portable_key.sign(from); });
}
void hmac_with_new_key(benchmark::State& state) {
    measure_hmac(state, [](bytes from) { return crypto::hmac_of(secret, from); });
}
void hmac_in_pieces(benchmark::State& state) {
    measure_hmac(state, [](bytes from) {
        crypto::hmac pieces{key};
        pieces.update(from.first(69));
        pieces.update(from.without_first(69));
        return pieces.digest();
    });
}
void hmac_by_hand(benchmark::State& state) {
    measure_hmac(state, [](bytes from) { return by_the_book::hmac(secret, from); });
}
BENCHMARK(hmac);
BENCHMARK(hmac_portable);
BENCHMARK(hmac_with_new_key);
BENCHMARK(hmac_in_pieces);
BENCHMARK(hmac_by_hand);

}  // namespace
