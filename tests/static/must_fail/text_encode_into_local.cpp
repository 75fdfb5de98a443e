// expect: address of stack memory
// only: clang++
// Where the compiler follows lifetimes, a text that lies in a buffer that is gone is an error.
#include <hubwire/hubwire.hpp>

#include <array>
#include <string_view>

#ifdef CORRECT
auto encoded(hubwire::buffer output, std::string_view name) { return hubwire::text::encode_percent(output, name); }
#else
auto encoded(std::string_view name) {
    std::array<char, 64> output{};
    return hubwire::text::encode_percent(output, name);
}
#endif
