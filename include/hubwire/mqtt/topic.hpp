#ifndef HUBWIRE_MQTT_TOPIC_HPP
#define HUBWIRE_MQTT_TOPIC_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
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
    return nul_or_non_ascii_bytes(w) | bytes_equal_to<'+'>(w | every_byte<0x08>);
}

// What needs a closer look in a text, and in a topic: in eight bytes, and in sixteen.
struct plain_text {
    static constexpr word refused(word w) noexcept { return not_plain_text(w); }
#if defined(HUBWIRE_HAS_BLOCKS)
    template <class Block>
    static Block refused(Block b) noexcept {
        return (b - 1) | b;
    }
#endif
};
struct plain_topic {
    static constexpr word refused(word w) noexcept { return not_plain_topic(w); }
#if defined(HUBWIRE_HAS_BLOCKS)
    // U+0000 and 81 to FF by the first half, wildcards and 80 by the second.
    template <class Block>
    static Block refused(Block b) noexcept {
        return (b - 1) | (((b | 0x08) ^ '+') - 1);
    }
#endif
};

/// Whether nothing in a text needs a closer look: it is ASCII, and without U+0000 (and, if it is a topic, without
/// wildcards).
template <class Kind>
HUBWIRE_ALWAYS_INLINE constexpr bool is_plain(std::string_view text) noexcept {
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated() && text.size() >= sizeof(block))
        return all_blocks_pass(text.data(), text.size(), [](auto b) { return Kind::refused(b); });
#endif
    return all_words_pass(text.data(), text.size(), [](word w) { return Kind::refused(w); });
}

/// The offset of the first control character (U+0001 to U+001F, U+007F to U+009F) or code point that is no character
/// (U+FDD0 to U+FDEF, U+nFFFE, U+nFFFF); the size if there is none. Pre: the text is valid UTF-8.
constexpr std::size_t discouraged_at(std::string_view text) noexcept {
    std::uint32_t last_four = 0;  // bytes, up to the one at hand
    for (std::size_t at = 0; at != text.size(); ++at) {
        const std::uint32_t byte = static_cast<unsigned char>(text[at]);
        last_four = last_four << 8 | byte;
        if (byte < 0x20 || byte == 0x7F) return at;
        if ((last_four & 0xFFE0) == 0xC280) return at - 1;  // U+0080 to U+009F
        const std::uint32_t last_three = last_four & 0xFF'FFFF;
        if (last_three - 0xEF'B790 < 0x20 || last_three - 0xEF'BFBE < 2) return at - 2;  // U+FDD0, U+FFFE
        if ((last_four & 0xF80F'FFFE) == 0xF00F'BFBE) return at - 3;                     // U+1FFFE
    }
    return text.size();
}

/// What a text is, and so what may stand in it.
enum class text_kind : std::uint8_t { any, topic_name, will_topic, topic_filter };

/// Whether its length alone does not tell that it needs a closer look. A program compiled for size looks closely at
/// every text.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool may_be_plain(text_kind kind, std::string_view text,
                                                                const options& rules) noexcept {
    return !optimize_for_size && !rules.refuse_discouraged_characters && text.size() <= max_field_size &&
           (kind == text_kind::any || !text.empty());
}

/// How much of it stands before a wildcard that is all right: most filters have one, at the end.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr std::size_t size_before_wildcard(text_kind kind,
                                                                               std::string_view text) noexcept {
    const bool wild =
        kind == text_kind::topic_filter && text.size() >= 2 && text[text.size() - 2] == '/' && text.back() == '#';
    return text.size() - (wild ? 2 : 0);
}

/// Whether nothing in it needs a closer look.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_plain(text_kind kind, std::string_view text,
                                                            const options& rules) noexcept {
    if (!may_be_plain(kind, text, rules)) return false;
    if (kind == text_kind::any) return is_plain<plain_text>(text);
    return is_plain<plain_topic>(first(text, size_before_wildcard(kind, text)));
}

/// The same for one that may be plain, while it is copied.
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool copy_if_plain(text_kind kind, char* to,
                                                                 std::string_view text) noexcept {
    if (kind == text_kind::any) return copy_text<plain_text>(to, text.data(), text.size());
    const std::size_t size = size_before_wildcard(kind, text);
    copy(to + size, text.data() + size, text.size() - size);
    return copy_text<plain_topic>(to, text.data(), size);
}

/// Where a wildcard stands that may not stand there.
constexpr error check_wildcards(text_kind kind, std::string_view text) noexcept {
    for (std::size_t at = 0; at != text.size(); ++at) {
        if (!is_wildcard(text[at])) continue;
        const bool begins_level = at == 0 || text[at - 1] == '/';
        const bool ends_text = at + 1 == text.size();
        const bool is_level = begins_level && (ends_text || (text[at] == '+' && text[at + 1] == '/'));
        if (kind == text_kind::topic_filter && is_level) continue;
        const errc code = kind == text_kind::topic_name   ? errc::mqtt_wildcard_in_topic
                          : kind == text_kind::will_topic ? errc::mqtt_wildcard_in_will_topic
                          : text[at] == '#'               ? errc::mqtt_multi_level_wildcard
                                                          : errc::mqtt_single_level_wildcard;
        return {.code = code, .offset = at};
    }
    return {};
}

/// A closer look at a text, of whatever kind.
HUBWIRE_NEVER_INLINE constexpr result<void> check_closely(text_kind kind, std::string_view text,
                                                          const options& rules) noexcept {
    const bool is_topic = kind != text_kind::any;
    error wrong{};
    if (is_topic && text.empty()) wrong.code = errc::mqtt_empty_topic;
    if (text.size() > max_field_size)
        wrong = {.code = is_topic ? errc::mqtt_topic_too_long : errc::too_long, .offset = max_field_size};
    if (wrong.code == errc::none) {
        wrong.offset = utf8_valid_prefix(text, nul::refused);
        if (wrong.offset != text.size())
            wrong.code = text[wrong.offset] == '\0' ? errc::mqtt_nul_in_text : errc::mqtt_invalid_utf8;
    }
    if (wrong.code == errc::none && rules.refuse_discouraged_characters) {
        wrong.offset = discouraged_at(text);
        if (wrong.offset != text.size()) wrong.code = errc::mqtt_discouraged_character;
    }
    if (wrong.code == errc::none && is_topic) wrong = check_wildcards(kind, text);
    if (wrong.code == errc::none) return {};
    return wrong;
}

[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> judge(text_kind kind, std::string_view text,
                                                                 const options& rules) noexcept {
    if (is_plain(kind, text, rules)) [[likely]]
        return {};
    return check_closely(kind, text, rules);
}

}  // namespace detail

/// Whether a text may stand in a packet: well-formed UTF-8 [MQTT-1.5.3-1] without U+0000 [MQTT-1.5.3-2], of at most
/// 65,535 bytes. (A byte order mark is a character like any other [MQTT-1.5.3-3].)
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> check_text(std::string_view text,
                                                                      const options& rules = default_options) noexcept {
    return detail::judge(detail::text_kind::any, text, rules);
}

/// Whether a text may be the topic of a PUBLISH or a will: as above [MQTT-4.7.3-2, -3], at least one character long
/// [MQTT-4.7.3-1], and without wildcards [MQTT-3.3.2-2].
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> check_topic_name(
    std::string_view topic, const options& rules = default_options) noexcept {
    return detail::judge(detail::text_kind::topic_name, topic, rules);
}

/// Whether a text may be a topic filter: a text, at least one character long [MQTT-4.7.3-1], in which # is the last
/// level [MQTT-4.7.1-2] and + a whole level [MQTT-4.7.1-3].
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<void> check_topic_filter(
    std::string_view filter, const options& rules = default_options) noexcept {
    return detail::judge(detail::text_kind::topic_filter, filter, rules);
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
/// like any other. A server that has none answers it with suback_code::failure (MQTT 3.9.3).
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
