#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/naive_sha256.hpp"
#include "support/oracle.hpp"

// SHA-256 and HMAC: in pieces against whole, plain C++ against the processor's own instructions, and all of it against
// the standards read literally. The first byte says how much of the input is the key, the second how large pieces are.

namespace {

using fuzz::expect;
using hubwire::bytes;
namespace crypto = hubwire::crypto;

template <class Hash>
crypto::sha256_digest in_pieces(Hash hash, bytes message, std::size_t size) {
    while (message.size() > size) {
        hash.update(message.first(size));
        message = message.without_first(size);
        size = size * 7 % 131 + 1;
    }
    hash.update(message);
    return hash.digest();
}

bool same(const crypto::sha256_digest& ours, const std::string& naive) {
    return crypto::equal_in_constant_time(ours, naive) && bytes{ours} == bytes{naive};
}

void compare_blocks(bytes message) {
    using namespace crypto::detail;
    const std::size_t count = message.size() / sha256_block_size;
    if (count == 0) return;
    // The first block makes a state that no message begins with.
    sha256_state state = sha256_start;
    compress_portably(state, message.data(), 1);
    sha256_state portable = state;
    compress_portably(portable, message.data(), count);
    sha256_state own = state;
    compress(own, message.data(), count);
    expect(own == portable, "the same state by any instructions");
    expect(authenticate(state, own, message.data(), count, message.data(), 1) ==
               authenticate_portably(state, own, message.data(), count, message.data(), 1),
           "the same HMAC by any instructions");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const bytes input{data + 2, size - 2};
    const std::size_t key_size = data[0] < input.size() ? data[0] : input.size();
    const bytes secret = input.first(key_size);
    const bytes message = input.without_first(key_size);
    const std::size_t piece = data[1] + std::size_t{1};

    const crypto::sha256_digest digest = crypto::sha256_of(message);
    expect(same(digest, support::naive_sha256(message.text())), "the digest of the standard");
    expect(in_pieces(crypto::sha256{}, message, piece) == digest, "a digest in pieces");

    const crypto::hmac_key key{secret};
    const crypto::sha256_digest mac = key.sign(message);
    expect(same(mac, support::naive_hmac(secret.text(), message.text())), "the HMAC of the standard");
    expect(in_pieces(crypto::hmac{key}, message, piece) == mac, "an HMAC in pieces");
    expect(crypto::hmac_of(secret, message) == mac, "an HMAC at once");

    compare_blocks(message);

    std::string altered{bytes{mac}.text()};
    altered[data[1] % altered.size()] = static_cast<char>(altered[data[1] % altered.size()] ^ 1 << data[0] % 8);
    expect(!crypto::equal_in_constant_time(mac, altered), "a bit that differs is seen");
    return 0;
}
