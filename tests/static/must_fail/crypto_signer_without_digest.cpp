// expect: constraint ||| constraint|not satisfied
// Whoever signs gives a whole digest, or says why not.
#include <hubwire/hubwire.hpp>

struct element {
#ifdef CORRECT
    hubwire::result<hubwire::crypto::sha256_digest> sign(hubwire::bytes) {
        return hubwire::error{.code = hubwire::errc::application};
    }
#else
    bool sign(hubwire::bytes) { return false; }
#endif
};

bool use(hubwire::crypto::signer auto signs, hubwire::bytes message) {
    return hubwire::result<hubwire::crypto::sha256_digest>{signs.sign(message)}.has_value();
}
bool use(hubwire::bytes message) { return use(element{}, message); }
