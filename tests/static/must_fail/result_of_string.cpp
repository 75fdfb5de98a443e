// expect: (?s)static.assert.* failed.*is_trivially_copyable_v
// A result holds plain values, such as numbers and views.
#include <hubwire/hubwire.hpp>

#include <string>
#include <string_view>

#ifdef CORRECT
hubwire::result<std::string_view> name() { return std::string_view{"name"}; }
#else
hubwire::result<std::string> name() { return std::string{"name"}; }
#endif
