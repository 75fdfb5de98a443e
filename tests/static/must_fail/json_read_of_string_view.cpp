// expect: call get<json::string>
// A text with escapes is not what lies there: as what it is read, the compiler tells of.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::json::string read(hubwire::json::reader& in) { return in.get<hubwire::json::string>(); }
#else
std::string_view read(hubwire::json::reader& in) { return in.get<std::string_view>(); }
#endif
