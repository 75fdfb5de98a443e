// expect: could not convert|conversion from ||| no viable conversion
// A password is binary: whether the terminator is part of it, a literal does not say.
#include <hubwire/hubwire.hpp>

#include <string_view>

#ifdef CORRECT
hubwire::mqtt::connect hello{.username = "me", .password = std::string_view{"secret"}};
#else
hubwire::mqtt::connect hello{.username = "me", .password = "secret"};
#endif
