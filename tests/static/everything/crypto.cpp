// Every public function of crypto, in functions that anybody could call; as everything/core.cpp.

#include <hubwire/hubwire.hpp>

#include <string_view>

template class hubwire::result<hubwire::crypto::sha256_digest>;

namespace everything {

namespace crypto = hubwire::crypto;
using namespace std::string_view_literals;

// Nothing is left to do when the program runs.
constexpr crypto::sha256_digest constant_mac = crypto::hmac_of("key"sv, "message"sv);

crypto::sha256_digest hash(hubwire::bytes message) { return crypto::sha256_of(message); }
crypto::sha256_digest hash_in_pieces(crypto::sha256& pieces, hubwire::bytes piece) {
    pieces.update(piece);
    const crypto::sha256 copy = pieces;
    return copy.digest();
}
crypto::sha256 start() { return {}; }

crypto::sha256_digest sign(const crypto::hmac_key& key, hubwire::bytes message) {
    const crypto::sha256_digest mac = key.sign(message);
    return crypto::equal_in_constant_time(mac, message) ? constant_mac : mac;
}
crypto::sha256_digest sign_in_pieces(crypto::hmac& pieces, hubwire::bytes piece) {
    pieces.update(piece);
    crypto::hmac copy = pieces;
    copy = pieces;
    return copy.digest();
}
crypto::sha256_digest sign_once(hubwire::bytes secret, hubwire::bytes message) {
    return crypto::hmac_of(secret, message);
}
crypto::hmac start(hubwire::bytes secret) {
    crypto::hmac_key key{secret};
    const crypto::hmac_key copy = key;
    key = copy;
    return crypto::hmac{key};
}
void forget(hubwire::buffer secret) { crypto::wipe(secret); }

hubwire::result<crypto::sha256_digest> sign_with(crypto::signer auto& signs, hubwire::bytes message) {
    return signs.sign(message);
}
template hubwire::result<crypto::sha256_digest> sign_with(const crypto::hmac_key&, hubwire::bytes);

}  // namespace everything
