#ifndef HUBWIRE_TESTS_SUPPORT_NAIVE_BAG_HPP
#define HUBWIRE_TESTS_SUPPORT_NAIVE_BAG_HPP

#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "naive_text.hpp"

/// Property bags by splitting strings, for tests and fuzzers to compare with.
namespace support {

using naive_properties = std::vector<std::pair<std::string, std::optional<std::string>>>;

inline outcome<naive_properties> naive_from_bag(std::string_view bag, const hubwire::iothub::bag_options& rules) {
    std::size_t begin = 0;
    if (!bag.empty() && bag.back() == '/') bag.remove_suffix(1);
    if (rules.skip_question_mark && !bag.empty() && bag.front() == '?') begin = 1;
    naive_properties properties;
    if (begin == bag.size()) return properties;
    while (true) {
        const std::size_t end = bag.find('&', begin) == std::string_view::npos ? bag.size() : bag.find('&', begin);
        const std::string_view pair = bag.substr(begin, end - begin);
        const std::size_t equals = pair.find('=');
        const std::string_view name = pair.substr(0, equals);
        if (name.empty() && !rules.empty_names) return refusal{errc::iothub_bag_name, begin};
        const auto decoded_name = naive_from_percent(name, rules.keep_malformed);
        if (const auto* refused = std::get_if<refusal>(&decoded_name))
            return refusal{refused->code, begin + refused->at};
        std::optional<std::string> value;
        if (equals != std::string_view::npos) {
            const auto decoded = naive_from_percent(pair.substr(equals + 1), rules.keep_malformed);
            if (const auto* refused = std::get_if<refusal>(&decoded))
                return refusal{refused->code, begin + equals + 1 + refused->at};
            value = std::get<std::string>(decoded);
        }
        properties.emplace_back(std::get<std::string>(decoded_name), value);
        if (end == bag.size()) return properties;
        begin = end + 1;
    }
}

inline std::string naive_bag(const naive_properties& properties, bool lower_case = false) {
    std::string bag;
    for (const auto& [name, value] : properties) {
        if (&name != &properties.front().first) bag += '&';
        bag += naive_percent(name, "~", lower_case);
        if (value) bag += '=' + naive_percent(*value, "~", lower_case);
    }
    return bag;
}

/// What a value stands for as a text, or nothing if it is null.
inline std::optional<std::string> text_of(const hubwire::iothub::property_value& value) {
    if (value.is_null()) return std::nullopt;
    const auto size = value.decoded_size();
    if (!size) return "refused: " + std::string{size.error().message()};
    std::string memory(*size, '\0');
    return std::string{value.decode(memory)->text()};
}

/// All properties of a bag, of a message, or of any other range, decoded.
template <class Range>
naive_properties properties_of(const Range& range) {
    naive_properties all;
    for (const hubwire::iothub::property p : range)
        all.emplace_back(text_of(p.name).value_or("null"), text_of(p.value));
    return all;
}

inline outcome<naive_properties> outcome_of(const hubwire::result<hubwire::iothub::property_bag>& said) {
    return outcome_of<naive_properties, hubwire::iothub::property_bag>(
        said, [](const hubwire::iothub::property_bag& bag) { return properties_of(bag); });
}

}  // namespace support

#endif
