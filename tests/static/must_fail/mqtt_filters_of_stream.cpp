// expect: no matching function
// What can be gone through only once is no range of filters: they are counted before they are written.
#include <hubwire/hubwire.hpp>

#include <array>
#include <iterator>
#include <ranges>
#include <sstream>
#include <string>
#include <vector>

auto encode(std::istream& filters) {
    static std::array<char, 64> memory;
#ifdef CORRECT
    const std::vector<std::string> range{std::istream_iterator<std::string>{filters}, {}};
#else
    const auto range =
        std::ranges::subrange(std::istream_iterator<std::string>{filters}, std::istream_iterator<std::string>{});
#endif
    return hubwire::mqtt::encode_unsubscribe(memory, 1, range);
}
