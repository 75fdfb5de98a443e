#ifndef HUBWIRE_FUZZ_SUPPORT_MUTATE_JSON_HPP
#define HUBWIRE_FUZZ_SUPPORT_MUTATE_JSON_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mutate.hpp"

// JSON, bent: token by token, and value by value.

namespace fuzz {

namespace detail {

inline std::vector<std::string> json_tokens(std::string_view rest) {
    constexpr std::string_view marks = "[]{}:,";
    constexpr std::string_view spaces = " \t\r\n";
    std::vector<std::string> all;
    while (!rest.empty()) {
        std::size_t size = 1;
        if (rest[0] == '"') {
            while (size < rest.size() && rest[size] != '"') size += rest[size] == '\\' ? 2u : 1u;
            size = std::min(size + 1, rest.size());
        } else if (marks.find(rest[0]) == std::string_view::npos) {
            const bool is_space = spaces.find(rest[0]) != std::string_view::npos;
            while (size < rest.size() && rest[size] != '"' && marks.find(rest[size]) == std::string_view::npos &&
                   (spaces.find(rest[size]) != std::string_view::npos) == is_space)
                ++size;
        }
        all.emplace_back(rest.substr(0, size));
        rest.remove_prefix(size);
    }
    return all;
}

/// Where the value that begins there ends, whether it is one or not.
inline std::size_t end_of_value(const std::vector<std::string>& tokens, std::size_t at) {
    std::size_t depth = 0;
    for (; at != tokens.size(); ++at) {
        const char first = tokens[at][0];
        if (first == '[' || first == '{') ++depth;
        if ((first == ']' || first == '}') && depth != 0) --depth;
        if (depth == 0) return at + 1;
    }
    return at;
}

inline std::string any_json(dice& d, unsigned depth = 3) {
    constexpr std::string_view scalars[] = {"null",
                                            "true",
                                            "false",
                                            "0",
                                            "-0",
                                            "1",
                                            "-1",
                                            "255",
                                            "256",
                                            "1.5",
                                            "1e5",
                                            "1E-5",
                                            "0.1e+2",
                                            "-1.25e-3",
                                            "18446744073709551615",
                                            "18446744073709551616",
                                            "9223372036854775807",
                                            "-9223372036854775808",
                                            "1e308",
                                            "1e309",
                                            "5e-324",
                                            "2.2250738585072014e-308",
                                            "9007199254740993",
                                            "0.1",
                                            "123456789012345678901234567890",
                                            "1e-400",
                                            "\"\"",
                                            "\"a\"",
                                            "\"\\n\\t\\\"\\\\\\/\"",
                                            "\"\\u0041\"",
                                            "\"\\u0000\"",
                                            "\"\\uD83D\\uDE00\"",
                                            "\"\\uD83D\"",
                                            "\"\\uDE00\"",
                                            "\"\u00E9\"",
                                            "\"\xF0\x9F\x98\x80\"",
                                            "\"\xED\xA0\x80\"",
                                            "\"\\x\"",
                                            "\"a\\u00e9b\"",
                                            "01",
                                            "1.",
                                            ".5",
                                            "+1",
                                            "tru",
                                            "\"\x1F\"",
                                            "NaN"};
    if (depth == 0 || d.one_in(2)) return std::string{d.pick(scalars)};
    const bool is_object = d.one_in(2);
    std::string text = is_object ? "{" : "[";
    for (std::size_t n = d.below(4), i = 0; i != n; ++i) {
        if (i != 0) text += ',';
        constexpr std::string_view names[] = {
            "\"a\":", "\"b\":", "\"\":", "\"\\u0061\":", "\"a/b~\":", "\"\u00E9\" : "};
        if (is_object) text += d.pick(names);
        text += any_json(d, depth - 1);
    }
    return text + (is_object ? "}" : "]");
}

}  // namespace detail

inline void bend_json(std::string& input, dice& d) {
    using detail::any_json;
    std::vector<std::string> tokens = detail::json_tokens(input);
    if (tokens.empty() || d.one_in(20)) {
        input = any_json(d);
        return;
    }
    for (std::size_t times = 1 + d.below(3); times != 0 && !tokens.empty(); --times) {
        const std::size_t at = d.below(tokens.size());
        const auto place = [&](std::size_t n) { return tokens.begin() + static_cast<std::ptrdiff_t>(n); };
        const std::size_t end = detail::end_of_value(tokens, at);
        switch (d.below(9)) {
            case 0:
                bend_list(tokens, d);
                break;
            case 1:
                tokens[at] = any_json(d);
                break;
            case 2:
                tokens.erase(place(at), place(end));
                tokens.insert(place(at), any_json(d));
                break;
            case 3: {  // a value is put somewhere else, as well
                const std::vector<std::string> value(place(at), place(end));
                const std::size_t there = d.below(tokens.size());
                if (d.one_in(2)) {
                    const auto old_end = place(detail::end_of_value(tokens, there));
                    tokens.erase(place(there), old_end);
                }
                tokens.insert(place(there), value.begin(), value.end());
                break;
            }
            case 4: {
                const std::size_t levels = d.one_in(10) ? d.below(80) : 1;
                const bool is_object = d.one_in(2);
                std::string opening;
                std::string closing;
                for (std::size_t i = 0; i != levels; ++i) {
                    opening += is_object ? "{\"a\":" : "[";
                    closing += is_object ? "}" : "]";
                }
                tokens.insert(place(end), closing);
                tokens.insert(place(at), opening);
                break;
            }
            case 5:  // one more item or member behind it
                tokens.insert(place(end), (d.one_in(2) ? "," : ",\"b\":") + any_json(d, 2));
                break;
            case 6:
                tokens.insert(place(at), " ");
                break;
            default:
                bend_text(tokens[at], d);
        }
        for (std::string& token : tokens) {
            if (token.empty()) token = " ";
        }
    }
    input.clear();
    for (const std::string& token : tokens) input += token;
}

}  // namespace fuzz

#endif
