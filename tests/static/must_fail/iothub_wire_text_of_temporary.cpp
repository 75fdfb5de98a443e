// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a text of a string that is gone is an error.
#include <hubwire/hubwire.hpp>
#include <string>

#ifdef CORRECT
bool is_one(const std::string& rid) {
    const hubwire::iothub::wire_text text = rid;
    return text == "1";
}
#else
bool is_one(const std::string& rid) {
    const hubwire::iothub::wire_text text{rid + "x"};
    return text == "1";
}
#endif
