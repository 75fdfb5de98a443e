// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a reference to the text of a name that is gone is an error.
#include <hubwire/hubwire.hpp>

namespace json = hubwire::json;
using status = hubwire::iothub::named<hubwire::iothub::feedback_status>;

#ifdef CORRECT
bool is_lost(json::string text) {
    const status of{text};
    const json::string& name = of.text();
    return name == "Lost";
}
#else
bool is_lost(json::string text) {
    const json::string& name = status{text}.text();
    return name == "Lost";
}
#endif
