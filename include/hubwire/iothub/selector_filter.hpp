#ifndef HUBWIRE_IOTHUB_SELECTOR_FILTER_HPP
#define HUBWIRE_IOTHUB_SELECTOR_FILTER_HPP

#include <hubwire/amqp/container.hpp>
#include <hubwire/amqp/primitive.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/text/decimal.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// Where in a partition a receiver of events begins: a filter on the source of its link.
namespace hubwire::iothub {

/// The key of the filter, and its descriptor.
inline constexpr amqp::symbol selector_filter_name{"apache.org:selector-filter:string"};

/// What the events are known by, as event_annotations has it.
enum class selector_key : std::uint8_t { sequence_number, offset, enqueued_time };

/// Events behind a place in the partition, or from there on.
///     selector{.key = selector_key::offset, .inclusive = true, .offset = "51539607552"}
struct selector {
    selector_key key = selector_key::sequence_number;
    bool inclusive = false;     // >= rather than >
    std::int64_t number = 0;    // a sequence number, or milliseconds since 1970; not for an offset
    std::string_view offset{};  // "-1" for the first event, "@latest" for those to come; without an apostrophe

    friend constexpr bool operator==(const selector&, const selector&) noexcept = default;
};

namespace detail {

inline constexpr std::string_view selector_prefix{"amqp.annotation."};
inline constexpr std::string_view selector_keys[] = {"x-opt-sequence-number", "x-opt-offset", "x-opt-enqueued-time"};
inline constexpr std::string_view old_enqueued_time = "x-opt-enqueuedtimeutc";  // which the SDK for C still says

constexpr std::string_view without_spaces_in_front(std::string_view text) noexcept {
    while (text.starts_with(' ')) text.remove_prefix(1);
    return text;
}

constexpr bool contains_character(std::string_view text, char wanted) noexcept {
    for (const char c : text) {
        if (c == wanted) return true;
    }
    return false;
}

/// The key at the beginning of a text, which is taken away. Nothing where there is none.
constexpr std::optional<selector_key> take_selector_key(std::string_view& text) noexcept {
    for (std::size_t index = 0; index != std::size(selector_keys); ++index) {
        if (take_prefix(text, selector_keys[index])) return static_cast<selector_key>(index);
    }
    if (take_prefix(text, old_enqueued_time)) return selector_key::enqueued_time;
    return std::nullopt;
}

/// The value of a selector: bare, or between apostrophes, as the SDK for Python has numbers too, or between quotation
/// marks, as that for Node once had them. Nothing where it is neither.
constexpr std::optional<std::string_view> unquoted(std::string_view text) noexcept {
    if (text.empty() || (text.front() != '\'' && text.front() != '"')) return text;
    if (text.size() < 2 || text.back() != text.front()) return std::nullopt;
    text.remove_prefix(1);
    text.remove_suffix(1);
    return text;
}

/// Whether this can be an offset without quotes, as the SDK for .NET writes them: one word, which nothing can be hidden
/// in.
constexpr bool is_bare_offset(std::string_view text) noexcept {
    for (const char c : text) {
        const bool is_letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
        const bool is_digit = '0' <= c && c <= '9';
        if (!is_letter && !is_digit && !contains_character("@-_.:", c)) return false;
    }
    return !text.empty();
}

}  // namespace detail

/// Writes the expression that a selector is: amqp.annotation.x-opt-sequence-number > 2995. An offset is a quoted text;
/// whether the hub takes two apostrophes in one for a single one is written nowhere, and no offset of its own has any.
/// So one with an apostrophe is refused, and nothing that is put into an offset can be read as part of the expression.
template <room Room>
constexpr void put_selector(basic_writer<Room>& out, const selector& s) noexcept {
    const auto index = static_cast<std::size_t>(s.key);
    if (index >= std::size(detail::selector_keys)) return out.fail(errc::iothub_amqp_selector);
    out.put(detail::selector_prefix);
    out.put(detail::selector_keys[index]);
    out.put(s.inclusive ? std::string_view{" >= "} : std::string_view{" > "});
    if (s.key != selector_key::offset) return text::put_decimal(out, s.number);
    if (detail::contains_character(s.offset, '\'')) return out.fail(errc::iothub_amqp_selector);
    out.put(std::string_view{"'"});
    out.put(s.offset);
    out.put(std::string_view{"'"});
}
[[nodiscard]] constexpr result<bytes> encode_selector(buffer output HUBWIRE_LIFETIMEBOUND, const selector& s) noexcept {
    writer out{output};
    put_selector(out, s);
    return out.finish();
}

/// The selector that an expression is, with spaces or without, its value quoted or not. Any other expression, which a
/// hub may understand and we do not, is refused where it begins to be another one.
[[nodiscard]] constexpr result<selector> decode_selector(std::string_view text) noexcept {
    std::string_view rest = detail::without_spaces_in_front(text);
    const auto wrong = [&](errc code = errc::iothub_amqp_selector, std::size_t behind = 0) {
        return error{.code = code, .offset = text.size() - rest.size() + behind};
    };
    if (!detail::take_prefix(rest, detail::selector_prefix)) return wrong();
    const auto key = detail::take_selector_key(rest);
    if (!key) return wrong();
    selector s{.key = *key};
    rest = detail::without_spaces_in_front(rest);
    if (!detail::take_prefix(rest, ">")) return wrong();
    s.inclusive = detail::take_prefix(rest, "=");
    rest = detail::without_spaces_in_front(rest);
    std::string_view value_text = rest;
    while (value_text.ends_with(' ')) value_text.remove_suffix(1);
    const auto value = detail::unquoted(value_text);
    if (!value) return wrong();
    const bool is_quoted = value->size() != value_text.size();
    if (s.key == selector_key::offset) {
        const bool is_in_marks = is_quoted && value_text.front() == '"';
        if (detail::contains_character(*value, '\'') || (is_in_marks && detail::contains_character(*value, '"')))
            return wrong();
        if (!is_quoted && !detail::is_bare_offset(*value)) return wrong();
        s.offset = *value;
        return s;
    }
    const auto number = text::decode_decimal<std::int64_t>(*value);
    if (!number) return wrong(number.error().code, number.error().offset + (is_quoted ? 1 : 0));
    s.number = *number;
    return s;
}

namespace detail {

/// The key, 00 and the descriptor: what stands before the expression in the map.
inline constexpr std::string_view selector_filter_head{
    "\xa3\x21"
    "apache.org:selector-filter:string\0\xa3\x21"
    "apache.org:selector-filter:string",
    71};
static_assert(selector_filter_name.text.size() == 0x21);

}  // namespace detail

/// The filters of amqp::source: a selector, and no other; written into scratch memory, which the map is a view of.
[[nodiscard]] constexpr result<amqp::filter_set> as_filters(buffer scratch HUBWIRE_LIFETIMEBOUND,
                                                            const selector& s) noexcept {
    counting_writer counted;
    put_selector(counted, s);
    writer out{scratch};
    const amqp::detail::mark place = amqp::detail::open_compound(out, amqp::detail::code::map8);
    const std::size_t items_at = out.size();
    out.put(detail::selector_filter_head);
    amqp::detail::wire<std::string_view>::form::write_head(out, counted.size());
    put_selector(out, s);
    if (!amqp::detail::is_text(s.offset)) out.fail(errc::invalid_utf8);
    const std::size_t items_size = out.size() - items_at;
    amqp::detail::close_compound(out, place, amqp::detail::code::map8, 2);
    const auto written = out.finish();
    if (!written) return written.error();
    const bytes items = written->without_first(written->size() - items_size);
    return amqp::filter_set{amqp::detail::access::on_the_wire<amqp::map>(items, 1, amqp::detail::keys::filters)};
}

/// The selector among the filters of a link, if there is one. What stands there and is none that we understand is
/// refused; the offset of the error counts from the beginning of the expression.
[[nodiscard]] constexpr result<std::optional<selector>> selector_of(const amqp::filter_set& filters) noexcept {
    const auto found = filters.find(selector_filter_name.text);
    if (!found || found->is_null()) return std::optional<selector>{};
    const auto described = found->as<amqp::described>();
    const auto expression = described ? described->content().text() : found->text();
    if (!expression) return error{.code = errc::iothub_amqp_selector};
    const auto s = decode_selector(*expression);
    if (!s) return s.error();
    return std::optional<selector>{*s};
}

}  // namespace hubwire::iothub

#endif
