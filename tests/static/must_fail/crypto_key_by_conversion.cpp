// expect: could not convert|conversion ||| no viable conversion|no matching
// A key is not made on the way of whatever bytes stand where one is wanted.
#include <hubwire/hubwire.hpp>

using a_key = hubwire::crypto::hmac_key;

#ifdef CORRECT
a_key made(hubwire::bytes secret) { return a_key{secret}; }
#else
a_key made(hubwire::bytes secret) { return secret; }
#endif
