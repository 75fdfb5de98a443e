#ifndef HUBWIRE_IOTHUB_MESSAGE_RULES_HPP
#define HUBWIRE_IOTHUB_MESSAGE_RULES_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/message.hpp>
#include <hubwire/iothub/property_value.hpp>
#include <hubwire/iothub/system_property.hpp>
#include <hubwire/text/percent.hpp>
#include <hubwire/text/timestamp.hpp>

#include <cstddef>
#include <limits>

/// What the hub accepts of messages, beyond what their carriers can say. Nothing here is checked by a decoder or an
/// encoder: a gateway that hands messages on does not decide about them.
namespace hubwire::iothub {

/// The size of a message, as message_size counts it, from a device and to one.
inline constexpr std::size_t max_message_from_device = std::size_t{256} * 1024;
inline constexpr std::size_t max_message_to_device = std::size_t{64} * 1024;

/// How many messages may wait for a device, and what messages from one are counted in.
inline constexpr std::size_t max_queued_messages = 50;
inline constexpr std::size_t metered_block = std::size_t{4} * 1024;

inline constexpr std::size_t max_message_id_size = 128;

namespace detail {

/// RFC 7230-3.2.6, the characters of a token.
inline constexpr text::bare_characters token_characters{"!#$&'*+^`|~"};

constexpr bool may_be_in_property(unsigned char c) noexcept { return c == '%' || token_characters.contains(c); }

/// Calls verdict(character, how many came before) with each character that a text stands for, until it is not "none",
/// and then fails with that code, at the place in the text as it lies there.
template <class Verdict>
constexpr result<void> check_characters(const property_value& v, Verdict verdict) noexcept {
    const std::string_view raw = v.raw();
    const bool encoded = v.is_encoded();
    const text::percent_options reading{.keep_malformed = encoded && v.percent().keeps_malformed()};
    std::size_t count = 0;
    for (std::size_t at = 0; at != raw.size(); ++count) {
        text::detail::percent_unit unit{.size = 1, .byte = static_cast<unsigned char>(raw[at])};
        if (encoded) unit = text::detail::percent_unit_at(raw, at, reading);
        if (unit.size == 0) return error{.code = errc::percent_escape, .offset = at};
        if (const errc code = verdict(unit.byte, count); code != errc::none) return error{.code = code, .offset = at};
        at += unit.size;
    }
    return {};
}

}  // namespace detail

/// Whether the name or the value of a property can be in a message to a device, or in one that a device sends over
/// HTTPS: letters and digits of ASCII and ! # $ % & ' * + - . ^ _ ` | and ~. The offset is that of the first character
/// that cannot stand, in the text as it lies there; values that are no texts are made of such characters.
[[nodiscard]] constexpr result<void> check_property_text(const property_value& v) noexcept {
    return detail::check_characters(v, [](unsigned char c, std::size_t) {
        return detail::may_be_in_property(c) ? errc::none : errc::iothub_message_character;
    });
}

/// Whether this can be the id of a message: up to 128 letters and digits of ASCII and - : . + % _ # * ? ! ( ) , = @ ; $
/// and '.
[[nodiscard]] constexpr result<void> check_message_id(const property_value& v) noexcept {
    return detail::check_characters(v, [](unsigned char c, std::size_t before) {
        if (before == max_message_id_size) return errc::iothub_message_id_length;
        return detail::may_be_in_identifier(static_cast<char>(c)) ? errc::none : errc::iothub_message_id;
    });
}

/// Whether this can be an iothub-creation-time-utc: RFC 3339, and in UTC, as a Z at the end says. The offset is in the
/// decoded text.
[[nodiscard]] constexpr result<void> check_creation_time_utc(const property_value& v) noexcept {
    const auto moment = v.time();
    if (!moment) return moment.error();
    return {};
}

/// The size of a message as the hub counts it, whatever carries it: the body, the values of the properties of the
/// system, and the names and the values of the application's. Fails where a text is malformed, or a value has no form
/// as a text. (What set_sender adds is counted as well: a hub asks before it does.)
[[nodiscard]] constexpr result<std::size_t> message_size(const message& m) noexcept {
    counting_writer out;
    for (const detail::system_property_names& names : detail::system_properties) put_decoded(out, m[names.property]);
    for (const property p : m.application_properties) {
        put_decoded(out, p.name);
        put_decoded(out, p.value);
    }
    const auto properties = out.finish();
    if (!properties) return properties.error();
    if (m.body.size() > (std::numeric_limits<std::size_t>::max)() - *properties) return error{.code = errc::too_long};
    return *properties + m.body.size();
}

namespace detail {

constexpr result<void> check_message(const message& m, std::size_t max_size) noexcept {
    if (const auto verdict = check_message_id(m.message_id); !verdict) return verdict;
    if (!m.creation_time_utc.is_null()) {
        if (const auto verdict = check_creation_time_utc(m.creation_time_utc); !verdict) return verdict;
    }
    const auto size = message_size(m);
    if (!size) return size.error();
    if (*size > max_size) return error{.code = errc::iothub_message_size, .offset = max_size};
    return {};
}

}  // namespace detail

/// Whether the hub takes the message from a device: its id, its iothub-creation-time-utc and its size. The code says
/// which of them it is, and the offset is in that one.
[[nodiscard]] constexpr result<void> check_message_from_device(const message& m) noexcept {
    return detail::check_message(m, max_message_from_device);
}

/// Whether the hub takes the message for a device: that, and the names and values of application properties.
[[nodiscard]] constexpr result<void> check_message_to_device(const message& m) noexcept {
    for (const property p : m.application_properties) {
        if (const auto verdict = check_property_text(p.name); !verdict) return verdict;
        if (const auto verdict = check_property_text(p.value); !verdict) return verdict;
    }
    return detail::check_message(m, max_message_to_device);
}

}  // namespace hubwire::iothub

#endif
