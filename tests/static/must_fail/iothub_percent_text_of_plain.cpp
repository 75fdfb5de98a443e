// expect: (could not convert|no matching|cannot convert|conversion from) ||| (no viable conversion|no matching)
// That a text is percent-encoded has to be said.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::text::percent_text text = hubwire::text::percent_text{std::string_view{"a%20b"}};
#else
hubwire::text::percent_text text = std::string_view{"a%20b"};
#endif
