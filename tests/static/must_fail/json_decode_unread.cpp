// expect: -Werror=unused-result ||| -Werror,-Wunused-result
// Whether it is JSON is the answer.
#include <hubwire/hubwire.hpp>

#ifdef CORRECT
bool decode(std::string_view text) { return hubwire::json::decode(text).has_value(); }
#else
void decode(std::string_view text) { hubwire::json::decode(text); }
#endif
