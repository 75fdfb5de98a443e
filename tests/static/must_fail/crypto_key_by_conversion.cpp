// expect: could not convert|conversion ||| no viable conversion|no matching
// A key is not made on the way of whatever bytes stand where one is wanted.
#include <hubwire/hubwire.hpp>

using key = hubwire::crypto::hmac_key;

#ifdef CORRECT
key made(hubwire::bytes secret) { return key{secret}; }
#else
key made(hubwire::bytes secret) { return secret; }
#endif
