// expect: temporary .* will be destroyed
// only: clang++
// Where the compiler follows lifetimes, a value inside of a result that is gone is an error.
#include <hubwire/hubwire.hpp>

hubwire::result<int> find();

#ifdef CORRECT
int value() {
    const auto number = find();
    const int& inside = *number;
    return inside;
}
#else
int value() {
    const int& inside = *find();
    return inside;
}
#endif
