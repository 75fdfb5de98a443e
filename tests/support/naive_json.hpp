#ifndef HUBWIRE_TESTS_SUPPORT_NAIVE_JSON_HPP
#define HUBWIRE_TESTS_SUPPORT_NAIVE_JSON_HPP

#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "naive_text.hpp"
#include "naive_utf8.hpp"

/// JSON by recursive descent, a character at a time, into a tree, for tests and fuzzers to compare with; and the same
/// tree made by the library's reader.
namespace support {

struct json_tree {
    hubwire::json::kind kind = hubwire::json::kind::null;
    std::string text;  // of a string, unescaped; of a number or a boolean, as it stands there
    std::vector<std::pair<std::string, json_tree>> parts;  // members, or items without names

    friend bool operator==(const json_tree&, const json_tree&) = default;
};

namespace detail {

class naive_json_reader {
public:
    naive_json_reader(std::string_view text, std::size_t max_depth, bool replace_lone)
        : text_{text}, max_depth_{max_depth}, replace_lone_{replace_lone} {}

    json_tree whole() {
        json_tree tree = value(0);
        space();
        if (at_ != text_.size()) throw refusal{errc::json_leftover, at_};
        return tree;
    }

private:
    char peek() const {
        if (at_ == text_.size()) throw refusal{errc::json_end, at_};
        return text_[at_];
    }
    void space() {
        while (at_ != text_.size() && std::string_view{" \t\r\n"}.find(text_[at_]) != std::string_view::npos) ++at_;
    }
    bool comes(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }
    void word(std::string_view w) {
        for (const char c : w) {
            if (!comes(c)) throw refusal{errc::json_value, at_};
        }
    }

    json_tree value(std::size_t depth) {
        using enum hubwire::json::kind;
        space();
        const std::size_t from = at_;
        const char first = peek();
        if (first == '{' || first == '[') {
            if (depth == max_depth_) throw refusal{errc::json_depth, at_};
            ++at_;
            return first == '{' ? members(depth + 1) : items(depth + 1);
        }
        if (first == '"') {
            ++at_;
            return {string, characters(), {}};
        }
        if (first == 'n') {
            word("null");
            return {};
        }
        if (first == 't' || first == 'f') {
            word(first == 't' ? "true" : "false");
            return {boolean, first == 't' ? "true" : "false", {}};
        }
        if (first != '-' && (first < '0' || first > '9')) throw refusal{errc::json_value, at_};
        comes('-');
        const std::size_t whole = at_;
        digits();
        if (text_[whole] == '0' && at_ != whole + 1) throw refusal{errc::json_leading_zero, whole};
        if (at_ != text_.size() && comes('.')) digits();
        if (at_ != text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
            ++at_;
            if (!comes('+')) comes('-');
            digits();
        }
        return {number, std::string{text_.substr(from, at_ - from)}, {}};
    }
    void digits() {
        if (peek() < '0' || peek() > '9') throw refusal{errc::json_number, at_};
        while (at_ != text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    }

    json_tree members(std::size_t depth) {
        json_tree tree{hubwire::json::kind::object, "", {}};
        space();
        if (comes('}')) return tree;
        while (true) {
            if (!comes('"')) throw refusal{errc::json_name, at_};
            std::string name = characters();
            space();
            if (!comes(':')) throw refusal{errc::json_colon, at_};
            tree.parts.emplace_back(std::move(name), value(depth));
            space();
            if (comes('}')) return tree;
            if (!comes(',')) throw refusal{errc::json_comma, at_};
            space();
        }
    }
    json_tree items(std::size_t depth) {
        json_tree tree{hubwire::json::kind::array, "", {}};
        space();
        if (comes(']')) return tree;
        while (true) {
            tree.parts.emplace_back("", value(depth));
            space();
            if (comes(']')) return tree;
            if (!comes(',')) throw refusal{errc::json_comma, at_};
        }
    }

    /// The four digits behind a \u; nothing is read if they are none.
    std::uint32_t unit(std::size_t backslash) const {
        std::uint32_t bits = 0;
        for (std::size_t i = backslash + 2; i != backslash + 6; ++i) {
            if (i >= text_.size()) throw refusal{errc::json_end, text_.size()};
            const std::size_t digit = std::string_view{"0123456789abcdefABCDEF"}.find(text_[i]);
            if (digit == std::string_view::npos) throw refusal{errc::json_escape, backslash};
            bits = bits * 16 + static_cast<std::uint32_t>(digit < 16 ? digit : digit - 6);
        }
        return bits;
    }

    std::string characters() {
        std::string all;
        while (!comes('"')) {
            const auto c = static_cast<unsigned char>(peek());
            if (c < 0x20) throw refusal{errc::json_control_character, at_};
            if (c != '\\') {
                std::size_t size = 1;
                while (size <= 4 && naive_utf8_prefix(text_.substr(at_, size), hubwire::nul::allowed) != size) ++size;
                if (size > 4 || size > text_.size() - at_) throw refusal{errc::json_utf8, at_};
                all += text_.substr(at_, size);
                at_ += size;
                continue;
            }
            const std::size_t backslash = at_++;
            const char letter = peek();
            if (letter == 'u') {
                std::uint32_t character = unit(backslash);
                at_ = backslash + 6;
                if (character >= 0xD800 && character < 0xDC00) {
                    character = other_half(character);
                } else if (character >= 0xDC00 && character < 0xE000) {
                    character = 0;
                    lone_ = true;
                }
                if (lone_ && !replace_lone_) throw refusal{errc::json_surrogate, backslash};
                all += lone_ ? "\uFFFD" : utf8(character);
                lone_ = false;
                continue;
            }
            const std::size_t which = std::string_view{"bfnrt\"\\/"}.find(letter);
            if (which == std::string_view::npos) throw refusal{errc::json_escape, backslash};
            all += "\b\f\n\r\t\"\\/"[which];
            ++at_;
        }
        return all;
    }

    std::uint32_t other_half(std::uint32_t high) {
        lone_ = true;
        if (!(peek() == '\\')) return 0;
        if (at_ + 1 == text_.size()) throw refusal{errc::json_end, text_.size()};
        if (text_[at_ + 1] != 'u') return 0;
        std::uint32_t low = 0;
        try {
            low = unit(at_);
        } catch (const refusal& r) {
            if (r.code == errc::json_end) throw;
            return 0;
        }
        if (low < 0xDC00 || low > 0xDFFF) return 0;
        at_ += 6;
        lone_ = false;
        return 0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00);
    }

    static std::string utf8(std::uint32_t character) {
        std::string bytes;
        unsigned further = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
        constexpr std::uint32_t leads[] = {0, 0xC0, 0xE0, 0xF0};
        bytes += static_cast<char>(leads[further] | character >> (6 * further));
        while (further-- != 0) bytes += static_cast<char>(0x80 | (character >> (6 * further) & 0x3F));
        return bytes;
    }

    std::string_view text_;
    std::size_t max_depth_;
    bool replace_lone_;
    std::size_t at_ = 0;
    bool lone_ = false;  // half of a pair was found without the other
};

inline std::string decoded(const hubwire::json::string& text) {
    std::string memory(text.decoded_size(), '\0');
    return std::string{text.decode(memory)->text()};
}

template <class Reader>
json_tree tree_of_next(Reader& in) {
    using enum hubwire::json::kind;
    json_tree tree;
    tree.kind = in.peek();
    switch (tree.kind) {
        case object:
            for (in.enter_object(); in.next_member();) {
                std::string name = decoded(in.name());
                tree.parts.emplace_back(std::move(name), tree_of_next(in));
            }
            break;
        case array:
            for (in.enter_array(); in.next_item();) tree.parts.emplace_back("", tree_of_next(in));
            break;
        case string:
            tree.text = decoded(in.template get<hubwire::json::string>());
            break;
        case number:
            tree.text = std::string{in.template get<hubwire::json::number>().text()};
            break;
        case boolean:
            tree.text = in.template get<bool>() ? "true" : "false";
            break;
        case null:
            in.read_null();
            break;
    }
    return tree;
}

}  // namespace detail

inline outcome<json_tree> naive_json(std::string_view text, std::size_t max_depth = 64, bool replace_lone = false) {
    try {
        return detail::naive_json_reader{text, max_depth, replace_lone}.whole();
    } catch (const refusal& r) {
        return r;
    }
}

/// What the library's reader makes of it, asking for each value.
template <std::size_t MaxDepth = 64>
outcome<json_tree> json_as_read(std::string_view text, bool replace_lone = false) {
    hubwire::json::basic_reader<MaxDepth> in{text, {.replace_lone_surrogates = replace_lone}};
    json_tree tree = detail::tree_of_next(in);
    const auto all = in.finish();
    if (!all) return refusal{all.error().code, all.error().offset};
    return tree;
}

/// Without asking for any: whether, or why not.
template <std::size_t MaxDepth = 64>
outcome<bool> json_as_skipped(std::string_view text, bool replace_lone = false) {
    hubwire::json::basic_reader<MaxDepth> in{text, {.replace_lone_surrogates = replace_lone}};
    in.skip();
    const auto all = in.finish();
    if (!all) return refusal{all.error().code, all.error().offset};
    return true;
}

/// What is wrong first with the library's reading of a text, as compared with the naive one; "" if nothing is.
inline std::string compare_json(std::string_view text, bool replace_lone) {
    const auto naive = naive_json(text, 64, replace_lone);
    if (json_as_read(text, replace_lone) != naive) return "read otherwise: " + std::string{text};
    const auto* refused = std::get_if<refusal>(&naive);
    const auto skipped = json_as_skipped(text, replace_lone);
    if (skipped != (refused != nullptr ? outcome<bool>{*refused} : outcome<bool>{true}))
        return "skipped otherwise: " + std::string{text};
    return "";
}

/// Writes a tree with the library's writer.
template <class Writer>
void write_tree(Writer& out, const json_tree& tree) {
    using enum hubwire::json::kind;
    switch (tree.kind) {
        case object:
            out.begin_object();
            for (const auto& [name, part] : tree.parts) {
                out.name(name);
                write_tree(out, part);
            }
            out.end_object();
            break;
        case array:
            out.begin_array();
            for (const auto& [name, part] : tree.parts) write_tree(out, part);
            out.end_array();
            break;
        case string:
            out.value(tree.text);
            break;
        case number:
            out.raw(tree.text);
            break;
        case boolean:
            out.value(tree.text == "true");
            break;
        case null:
            out.value(nullptr);
            break;
    }
}

}  // namespace support

#endif
