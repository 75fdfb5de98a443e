#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/naive_mqtt.hpp"
#include "support/oracle.hpp"

// Texts, topic names, filters and matching, against the definitions read literally. The first byte says which options,
// the second how much of the rest is the filter; what is left is the topic.

namespace {

using fuzz::expect;
using fuzz::naive::verdict;
using fuzz::naive::verdict_of;
namespace mqtt = hubwire::mqtt;

void check(std::string_view text, const mqtt::options& rules) {
    expect(verdict_of(mqtt::check_text(text, rules)) == fuzz::naive::text_verdict(text, rules), "a text");
    expect(verdict_of(mqtt::check_topic_name(text, rules)) == fuzz::naive::name_verdict(text, rules), "a name");
    expect(verdict_of(mqtt::check_topic_filter(text, rules)) == fuzz::naive::filter_verdict(text, rules), "a filter");
}

bool inside(std::string_view part, std::string_view whole) {
    return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

void check_shared(std::string_view filter) {
    const auto shared = mqtt::parse_shared_filter(filter);
    const auto expected = fuzz::naive::parse_shared_filter(filter);
    expect(shared.has_value() == expected.has_value(), "what is a shared filter");
    if (!shared) return;
    expect(shared->group == (*expected)[0] && shared->filter == (*expected)[1], "its parts");
    expect(inside(shared->group, filter) && inside(shared->filter, filter), "which are views of it");
}

void match(std::string_view filter, std::string_view topic) {
    const bool answer = mqtt::topic_matches(filter, topic);  // of whatever, this has to come back
    if (!mqtt::check_topic_filter(filter) || !mqtt::check_topic_name(topic)) return;
    expect(answer == fuzz::naive::topic_matches(filter, topic), "what matches");
}

/// A filter that is made of the topic by putting wildcards into the place of levels, so that many do match.
std::string filter_of(std::string_view topic, unsigned choice) {
    std::string filter;
    for (const std::string_view level : fuzz::naive::levels_of(topic)) {
        if (choice % 8 == 7) return filter + '#';
        filter += choice % 2 == 0 ? level : "+";
        filter += '/';
        choice = choice / 2 + 64 * (choice % 2);
    }
    if (choice % 4 != 3) filter.pop_back();
    return choice % 4 == 2 ? filter + "/#" : filter;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const mqtt::options rules{.refuse_discouraged_characters = (data[0] & 1) != 0};
    const std::string_view text = hubwire::bytes{data + 2, size - 2}.text();
    const std::size_t cut = data[1] == 255 ? text.size() : std::min<std::size_t>(data[1], text.size());
    const std::string_view filter = text.substr(0, cut);
    const std::string_view topic = text.substr(cut);

    check(filter, rules);
    check(topic, rules);
    check_shared(filter);
    match(filter, topic);
    match(topic, filter);
    match(filter_of(topic, data[0]), topic);

    // Texts around the most that a length of two bytes can say: libFuzzer makes none so long. They take their time.
    if (data[0] == 0xFF && text.size() == 8) {
        std::string long_text;
        while (long_text.size() < 65536) long_text += text;
        for (const std::size_t n : {std::size_t{65535}, std::size_t{65536}, long_text.size()})
            check(std::string_view{long_text}.substr(0, n), rules);
    }
    return 0;
}
