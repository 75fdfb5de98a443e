#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "support/naive_bag.hpp"
#include "support/oracle.hpp"

// A bag, against a naive reading, and as a round trip. The first byte says which options, the rest is the bag.

namespace {

using fuzz::expect;
using hubwire::buffer;
using hubwire::errc;
using namespace hubwire::iothub;
using support::naive_properties;

/// A heap block of exactly a size, for AddressSanitizer to watch.
struct block {
    explicit block(std::size_t n) : data{new char[n]}, size{n} {}
    operator buffer() const { return {data.get(), size}; }
    std::unique_ptr<char[]> data;
    std::size_t size;
};

/// Encodes into as much room as it is to take, and into less.
template <class Range>
std::string exactly(const Range& range, const bag_options& rules) {
    const auto size = property_bag_size(range, rules);
    expect(size.has_value(), "what was decoded has a size");
    const block room{*size};
    const auto encoded = encode_property_bag(room, range, rules);
    expect(encoded && encoded->size() == *size, "the size was foretold");
    if (*size != 0) {
        const auto refused = encode_property_bag(buffer{room.data.get(), *size / 2}, range, rules);
        expect(!refused && refused.error() == hubwire::error{errc::no_space, *size / 2, *size - *size / 2},
               "in less room there is no space");
    }
    return std::string{encoded->text()};
}

void check(std::string_view input, const bag_options& rules) {
    const auto bag = decode_property_bag(input, rules);
    const auto naive = support::naive_from_bag(input, rules);
    expect(support::outcome_of(bag) == naive, "a bag is what the naive reading has");
    if (!bag) return;
    const auto& properties = std::get<naive_properties>(naive);
    expect(bag->empty() == properties.empty(), "empty is what holds nothing");
    expect(*bag == *bag, "a bag is the same as itself");
    for (const auto& [name, value] : properties) {
        const auto first = bag->find(name);
        const auto* expected = &properties.front();
        while (expected->first != name) ++expected;
        expect(first && support::text_of(*first) == expected->second, "the first of a name is found");
        if (const auto which = find_mqtt_name(name))
            expect(bag->find(*which) && *bag->find(*which) == *first, "and so is one of the system");
    }
    if (properties.size() == 1 && properties.front().first.empty() && !properties.front().second) {
        expect(property_bag_size(*bag, rules).error().code == errc::iothub_bag_name, "nothing alone cannot be said");
        return;
    }
    const std::string encoded = exactly(*bag, rules);
    const std::string canonical = support::naive_bag(properties, rules.lower_case);
    expect(encoded == (rules.trailing_slash && !canonical.empty() ? canonical + '/' : canonical),
           "written as the naive encoder does");
    const auto again = decode_property_bag(encoded, {.empty_names = rules.empty_names});
    expect(again && *again == *bag, "it comes back");
    std::vector<property> array;
    for (const auto& [name, value] : properties) array.push_back({.name = name, .value = value});
    expect(exactly(array, rules) == encoded, "an array of the same is written the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const block input{size - 1};
    for (std::size_t i = 0; i + 1 < size; ++i) input.data[i] = static_cast<char>(data[i + 1]);
    check({input.data.get(), input.size}, {.lower_case = (data[0] & 1) != 0,
                                           .trailing_slash = (data[0] & 2) != 0,
                                           .keep_malformed = (data[0] & 4) != 0,
                                           .empty_names = (data[0] & 8) != 0,
                                           .skip_question_mark = (data[0] & 16) != 0});
    return 0;
}
