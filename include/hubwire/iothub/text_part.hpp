#ifndef HUBWIRE_IOTHUB_TEXT_PART_HPP
#define HUBWIRE_IOTHUB_TEXT_PART_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/word.hpp>

#include <cstddef>
#include <string_view>

/// Parts of texts. (What std::string_view has for that can throw, or calls memchr.)
namespace hubwire::iothub::detail {

using namespace hubwire::detail;

/// Part of a text. Pre: at <= text.size() and n characters follow.
HUBWIRE_ALWAYS_INLINE constexpr std::string_view part_of(std::string_view text, std::size_t at,
                                                         std::size_t n) noexcept {
    return {text.data() + at, n};
}
HUBWIRE_ALWAYS_INLINE constexpr std::string_view rest_of(std::string_view text, std::size_t at) noexcept {
    return {text.data() + at, text.size() - at};
}

/// std::string_view::starts_with, which brings a symbol with it where it is not optimized.
HUBWIRE_ALWAYS_INLINE constexpr bool begins_with(std::string_view text, std::string_view word) noexcept {
    return text.size() >= word.size() && part_of(text, 0, word.size()) == word;
}

/// Takes a text off the front, if it is there.
constexpr bool take_prefix(std::string_view& text, std::string_view prefix) noexcept {
    if (!begins_with(text, prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// Where the character stands first, from `at` on; the size if it does not. Pre: at is not beyond the size.
template <char Ascii>
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr std::size_t find_or_end(std::string_view text, std::size_t at) noexcept {
    if constexpr (!optimize_for_size) {
        const auto found_in = [](word w) { return bytes_equal_to<Ascii>(w) & ~w; };  // what is not ASCII is left out
        for (; text.size() - at >= word_size; at += word_size) {
            const word found = found_in(load_word(text.data() + at));
            if (found != 0) return at + first_byte(found);
        }
        const std::size_t left = text.size() - at;
        if (left == 0) return at;
        if (text.size() >= word_size) {  // the last eight characters, without those before
            const word w = load_word(text.data() + (text.size() - word_size)) >> (8 * (word_size - left));
            const word found = found_in(w);
            return found != 0 ? at + first_byte(found) : text.size();
        }
    }
    while (at != text.size() && text[at] != Ascii) ++at;
    return at;
}

/// How many characters both texts begin with.
[[nodiscard]] HUBWIRE_COLD constexpr std::size_t common_prefix(std::string_view a, std::string_view b) noexcept {
    std::size_t at = 0;
    while (at != a.size() && at != b.size() && a[at] == b[at]) ++at;
    return at;
}

}  // namespace hubwire::iothub::detail

#endif
