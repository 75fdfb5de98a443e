// expect: no matching function ||| no matching function
// A char is a character, whichever number it has.
#include <hubwire/hubwire.hpp>

#include <cstdint>

#ifdef CORRECT
bool decode(std::string_view text) { return hubwire::text::decode_decimal<std::int8_t>(text).has_value(); }
#else
bool decode(std::string_view text) { return hubwire::text::decode_decimal<char>(text).has_value(); }
#endif
