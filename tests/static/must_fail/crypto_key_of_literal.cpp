// expect: use of deleted function ||| invokes a deleted function
// Whether the terminator is part of the key, a literal does not say.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::crypto::hmac_key key() { return hubwire::crypto::hmac_key{std::string_view{"key"}}; }
#else
hubwire::crypto::hmac_key key() { return hubwire::crypto::hmac_key{"key"}; }
#endif
