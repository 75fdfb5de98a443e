// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Who does not look whether a text was decoded goes on with what was in the buffer before.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool decode(hubwire::buffer to, std::string_view text) { return hubwire::text::decode_base64(to, text).has_value(); }
#else
void decode(hubwire::buffer to, std::string_view text) { hubwire::text::decode_base64(to, text); }
#endif
