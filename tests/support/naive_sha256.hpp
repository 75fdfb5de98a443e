#ifndef HUBWIRE_TESTS_SUPPORT_NAIVE_SHA256_HPP
#define HUBWIRE_TESTS_SUPPORT_NAIVE_SHA256_HPP

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// SHA-256 line by line as FIPS 180-4 has it, with constants made of the roots of primes, and HMAC as in RFC 2104.
namespace support {

inline std::array<std::uint32_t, 72> naive_sha256_constants() {
    std::array<std::uint32_t, 72> constants{};  // eight square roots, then 64 cube roots
    const auto fraction = [](double root) {
        return static_cast<std::uint32_t>((root - std::floor(root)) * 4294967296.0);
    };
    std::size_t primes = 0;
    for (int n = 2; primes != 64; ++n) {
        bool prime = true;
        for (int d = 2; d * d <= n; ++d) prime = prime && n % d != 0;
        if (!prime) continue;
        if (primes < 8) constants[primes] = fraction(std::sqrt(static_cast<double>(n)));
        constants[8 + primes++] = fraction(std::cbrt(static_cast<double>(n)));
    }
    return constants;
}

inline std::string naive_sha256(std::string_view message) {
    static const std::array<std::uint32_t, 72> constants = naive_sha256_constants();
    const auto rotr = [](std::uint32_t x, int n) { return x >> n | x << (32 - n); };
    std::string padded{message};
    padded += '\x80';
    while (padded.size() % 64 != 56) padded += '\0';
    for (int shift = 56; shift >= 0; shift -= 8)
        padded += static_cast<char>(static_cast<unsigned char>(std::uint64_t{message.size()} * 8 >> shift));

    std::array<std::uint32_t, 8> hash{};
    for (std::size_t i = 0; i != 8; ++i) hash[i] = constants[i];
    for (std::size_t block = 0; block != padded.size(); block += 64) {
        std::array<std::uint32_t, 64> w{};
        for (std::size_t t = 0; t != 16; ++t) {
            for (std::size_t i = 0; i != 4; ++i)
                w[t] = w[t] << 8 | static_cast<unsigned char>(padded[block + 4 * t + i]);
        }
        for (std::size_t t = 16; t != 64; ++t)
            w[t] = (rotr(w[t - 2], 17) ^ rotr(w[t - 2], 19) ^ w[t - 2] >> 10) + w[t - 7] +
                   (rotr(w[t - 15], 7) ^ rotr(w[t - 15], 18) ^ w[t - 15] >> 3) + w[t - 16];
        std::array<std::uint32_t, 8> v = hash;
        auto& [a, b, c, d, e, f, g, h] = v;
        for (std::size_t t = 0; t != 64; ++t) {
            const std::uint32_t t1 =
                h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + constants[8 + t] + w[t];
            const std::uint32_t t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        for (std::size_t i = 0; i != 8; ++i) hash[i] += v[i];
    }
    std::string digest;
    for (std::size_t i = 0; i != 32; ++i)
        digest += static_cast<char>(static_cast<unsigned char>(hash[i / 4] >> (24 - 8 * (i % 4))));
    return digest;
}

inline std::string naive_hmac(std::string_view key, std::string_view message) {
    std::string padded{key.size() > 64 ? naive_sha256(key) : std::string{key}};
    padded.resize(64, '\0');
    const auto flipped = [&](char bits) {
        std::string pad = padded;
        for (char& c : pad) c = static_cast<char>(c ^ bits);
        return pad;
    };
    return naive_sha256(flipped('\x5c') + naive_sha256(flipped('\x36') + std::string{message}));
}

}  // namespace support

#endif
