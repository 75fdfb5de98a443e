// expect: use of deleted function ||| invokes a deleted function
// Whether the terminator is meant, a literal does not say, and a base64 would quietly hold it.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
bool encode(hubwire::buffer to) { return hubwire::text::encode_base64(to, std::string_view{"key"}).has_value(); }
#else
bool encode(hubwire::buffer to) { return hubwire::text::encode_base64(to, "key").has_value(); }
#endif
