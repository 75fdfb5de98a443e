#ifndef HUBWIRE_MQTT_TOPIC_HPP
#define HUBWIRE_MQTT_TOPIC_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/utf8.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/mqtt/types.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace hubwire::mqtt {

namespace detail {

using namespace hubwire::detail;

[[nodiscard]] constexpr bool is_wildcard(char c) noexcept { return c == '#' || c == '+'; }

// The offset of the first one; the size if there is none. (std::string_view's own would want memchr.)
[[nodiscard]] constexpr std::size_t find_wildcard(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at != text.size() && !is_wildcard(text[at])) ++at;
    return at;
}
// The first n bytes, of a text that has so many. (substr would throw otherwise.)
[[nodiscard]] constexpr std::string_view first(std::string_view text, std::size_t n) noexcept {
    text.remove_suffix(text.size() - n);
    return text;
}
[[nodiscard]] constexpr std::size_t find_slash(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at != text.size() && text[at] != '/') ++at;
    return at;
}

HUBWIRE_ALWAYS_INLINE constexpr word not_plain_text(word w) noexcept { return nul_or_non_ascii_bytes(w); }

HUBWIRE_ALWAYS_INLINE constexpr word not_plain_topic(word w) noexcept {
    static_assert(('#' | 0x08) == '+');  // so that one comparison does for both
    return nul_or_non_ascii_bytes(w) | bytes_equal_to(w | every_byte(0x08), '+');
}

// What needs a closer look in a text, and in a topic: in eight bytes, and in sixteen.
struct plain_text {
    static constexpr word refused(word w) noexcept { return not_plain_text(w); }
#if defined(HUBWIRE_HAS_BLOCKS)
    static block refused(block b) noexcept { return b < 1; }
#endif
};
struct plain_topic {
    static constexpr word refused(word w) noexcept { return not_plain_topic(w); }
#if defined(HUBWIRE_HAS_BLOCKS)
    static block refused(block b) noexcept { return (b < 1) | ((b | 0x08) == '+'); }
#endif
};

/// Whether nothing in a text needs a closer look: it is short enough, ASCII, and without U+0000 (and, if it is a topic,
/// without wildcards). A program compiled for size looks closely at every text.
template <class Kind>
HUBWIRE_ALWAYS_INLINE constexpr bool is_plain(std::string_view text, const options& rules) noexcept {
    if (optimize_for_size || rules.refuse_discouraged_characters || text.size() > max_field_size) return false;
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated() && text.size() >= sizeof(block))
        return all_blocks_pass(text.data(), text.size(), [](block b) { return Kind::refused(b); });
#endif
    return all_words_pass(text.data(), text.size(), [](word w) { return Kind::refused(w); });
}

/// The offset of the first control character (U+0001 to U+001F, U+007F to U+009F) or code point that is no character
/// (U+FDD0 to U+FDEF, U+nFFFE, U+nFFFF); the size if there is none. Pre: the text is valid UTF-8.
constexpr std::size_t discouraged_at(std::string_view text) noexcept {
    for (std::size_t at = 0; at != text.size();) {
        const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[at + i])}; };
        const std::uint32_t lead = byte(0);
        const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        std::uint32_t character = size == 1 ? lead : lead & (0x7Fu >> size);
        for (std::size_t i = 1; i != size; ++i) character = character << 6 | (byte(i) & 0x3F);
        if ((character >= 0x01 && character <= 0x1F) || (character >= 0x7F && character <= 0x9F) ||
            (character >= 0xFDD0 && character <= 0xFDEF) || (character & 0xFFFE) == 0xFFFE)
            return at;
        at += size;
    }
    return text.size();
}

/// The whole of MQTT 1.5.3, for a text with something that is not plain.
HUBWIRE_NEVER_INLINE constexpr result<void> check_unusual_text(std::string_view text, const options& rules) noexcept {
    if (text.size() > max_field_size) return error{.code = errc::too_long, .offset = max_field_size};
    const std::size_t valid = utf8_valid_prefix(text, nul::refused);
    if (valid != text.size()) {
        const errc code = text[valid] == '\0' ? errc::mqtt_nul_in_text : errc::mqtt_invalid_utf8;
        return error{.code = code, .offset = valid};
    }
    if (!rules.refuse_discouraged_characters) return {};
    const std::size_t at = discouraged_at(text);
    if (at != text.size()) return error{.code = errc::mqtt_discouraged_character, .offset = at};
    return {};
}

/// What topic names and topic filters have in common.
constexpr result<void> check_unusual_levels(std::string_view topic, const options& rules) noexcept {
    if (topic.empty()) return error{.code = errc::mqtt_empty_topic};
    if (topic.size() > max_field_size) return error{.code = errc::mqtt_topic_too_long, .offset = max_field_size};
    return check_unusual_text(topic, rules);
}

HUBWIRE_NEVER_INLINE constexpr result<void> check_unusual_topic(std::string_view topic, const options& rules) noexcept {
    if (const auto checked = check_unusual_levels(topic, rules); !checked) return checked;
    const std::size_t wildcard = find_wildcard(topic);
    if (wildcard != topic.size()) return error{.code = errc::mqtt_wildcard_in_topic, .offset = wildcard};
    return {};
}

}  // namespace detail

/// Whether a text may stand in a packet: well-formed UTF-8 [MQTT-1.5.3-1] without U+0000 [MQTT-1.5.3-2], of at most
/// 65,535 bytes. (A byte order mark is a character like any other [MQTT-1.5.3-3].)
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> check_text(std::string_view text,
                                                                      const options& rules = {}) noexcept {
    if (detail::is_plain<detail::plain_text>(text, rules)) [[likely]]
        return {};
    return detail::check_unusual_text(text, rules);
}

/// Whether a text may be the topic of a PUBLISH or a will: as above [MQTT-4.7.3-2, -3], at least one character long
/// [MQTT-4.7.3-1], and without wildcards [MQTT-3.3.2-2].
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> check_topic_name(std::string_view topic,
                                                                            const options& rules = {}) noexcept {
    if (!topic.empty() && detail::is_plain<detail::plain_topic>(topic, rules)) [[likely]]
        return {};
    return detail::check_unusual_topic(topic, rules);
}

/// Whether a text may be a topic filter: a text, at least one character long [MQTT-4.7.3-1], in which # is the last
/// level [MQTT-4.7.1-2] and + a whole level [MQTT-4.7.1-3].
[[nodiscard]] constexpr result<void> check_topic_filter(std::string_view filter, const options& rules = {}) noexcept {
    std::string_view levels = filter;  // most filters have one wildcard, at the end
    if (levels.ends_with("/#")) levels.remove_suffix(2);
    if (!filter.empty() && filter.size() <= max_field_size && detail::is_plain<detail::plain_topic>(levels, rules))
        [[likely]]
        return {};
    if (const auto checked = detail::check_unusual_levels(filter, rules); !checked) return checked;
    for (std::size_t at = 0; at != filter.size(); ++at) {
        if (!detail::is_wildcard(filter[at])) continue;
        const bool begins_level = at == 0 || filter[at - 1] == '/';
        const bool ends_filter = at + 1 == filter.size();
        const bool ends_level = ends_filter || filter[at + 1] == '/';
        if (filter[at] == '#' && (!begins_level || !ends_filter))
            return error{.code = errc::mqtt_multi_level_wildcard, .offset = at};
        if (!begins_level || !ends_level) return error{.code = errc::mqtt_single_level_wildcard, .offset = at};
    }
    return {};
}

/// Whether a message with this topic goes to a subscription with this filter (MQTT 4.7): + stands for one level, # for
/// any number of them at the end, none included; a topic that begins with $ is not reached by a wildcard in the first
/// level [MQTT-4.7.2-1]. In time linear in the sizes. Pre: the filter and the topic are valid; otherwise the answer
/// means nothing.
[[nodiscard]] constexpr bool topic_matches(std::string_view filter, std::string_view topic) noexcept {
    if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#'))) return false;
    const auto take_level = [](std::string_view& rest, bool& more) {
        const std::size_t slash = detail::find_slash(rest);
        more = slash != rest.size();
        const std::string_view level = detail::first(rest, slash);
        rest.remove_prefix(more ? slash + 1 : slash);
        return level;
    };
    for (bool more_filter = true, more_topic = true; more_filter && more_topic;) {
        const std::string_view wanted = take_level(filter, more_filter);
        if (wanted == "#") return true;
        const std::string_view level = take_level(topic, more_topic);
        if (wanted != "+" && wanted != level) return false;
        if (!more_topic) return !more_filter || filter == "#";  // "sport/#" matches "sport"
    }
    return false;
}

/// A filter such as "$share/group/filter", by which brokers offer shared subscriptions; to MQTT 3.1.1 it is a filter
/// like any other.
struct shared_filter {
    std::string_view group;
    std::string_view filter;
};

/// Takes it apart; nothing if it is not one, or if the group is empty or holds a wildcard, or there is no filter.
[[nodiscard]] constexpr std::optional<shared_filter> parse_shared_filter(std::string_view filter) noexcept {
    constexpr std::string_view prefix = "$share/";
    if (filter.size() < prefix.size() || detail::first(filter, prefix.size()) != prefix) return {};
    filter.remove_prefix(prefix.size());
    const std::size_t slash = detail::find_slash(filter);
    if (slash == 0 || slash + 1 >= filter.size()) return {};
    const std::string_view group = detail::first(filter, slash);
    if (detail::find_wildcard(group) != group.size()) return {};
    filter.remove_prefix(slash + 1);
    return shared_filter{.group = group, .filter = filter};
}

}  // namespace hubwire::mqtt

#endif
