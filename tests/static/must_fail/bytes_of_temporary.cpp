// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a view of something that is gone is an error.
#include <hubwire/hubwire.hpp>

#include <string>

#ifdef CORRECT
hubwire::bytes whole(const std::string& text) {
    const hubwire::bytes view = text;
    return view;
}
#else
hubwire::bytes whole(const char* text) {
    const hubwire::bytes view = std::string(text);
    return view;
}
#endif
