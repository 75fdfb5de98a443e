#ifndef HUBWIRE_IOTHUB_MESSAGE_RULES_HPP
#define HUBWIRE_IOTHUB_MESSAGE_RULES_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/message.hpp>
#include <hubwire/iothub/obstacle.hpp>
#include <hubwire/iothub/property_value.hpp>
#include <hubwire/iothub/system_property.hpp>
#include <hubwire/text/percent.hpp>
#include <hubwire/text/timestamp.hpp>

#include <cstddef>
#include <limits>
#include <optional>

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

/// The obstacle that a verdict on a property is, if it is one.
template <class Verdict>
constexpr std::optional<obstacle> as_obstacle(system_property which, const Verdict& verdict) noexcept {
    if (verdict) return std::nullopt;
    return obstacle{
        .code = verdict.error().code, .system = which, .name = amqp_name(which), .offset = verdict.error().offset};
}
template <class Rule>
constexpr std::optional<obstacle> find_obstacle_in(const property& p, Rule rule) noexcept {
    for (const bool in_name : {true, false}) {
        if (const auto verdict = rule(in_name ? p.name : p.value); !verdict)
            return obstacle{
                .code = verdict.error().code, .name = p.name, .in_name = in_name, .offset = verdict.error().offset};
    }
    return std::nullopt;
}

constexpr std::optional<obstacle> find_broken_rule(const message& m, std::size_t max_size) noexcept {
    using enum system_property;
    if (const auto found = as_obstacle(message_id, check_message_id(m.message_id))) return found;
    if (!m.creation_time_utc.is_null()) {
        if (const auto found = as_obstacle(creation_time_utc, check_creation_time_utc(m.creation_time_utc)))
            return found;
    }
    const auto size = message_size(m);
    if (size && *size <= max_size) return std::nullopt;
    if (size) return obstacle{.code = errc::iothub_message_size, .offset = max_size};
    const auto size_of = [](const property_value& v) { return v.decoded_size(); };
    for (const system_property_names& names : system_properties) {
        if (const auto found = as_obstacle(names.property, size_of(m[names.property]))) return found;
    }
    for (const property p : m.application_properties) {
        if (const auto found = find_obstacle_in(p, size_of)) return found;
    }
    return obstacle{.code = size.error().code};  // too long, all together
}

constexpr result<void> as_verdict(const std::optional<obstacle>& found) noexcept {
    if (found) return error{.code = found->code, .offset = found->offset};
    return {};
}

}  // namespace detail

/// Why the hub does not take the message from a device: its id, its iothub-creation-time-utc, a text that is malformed,
/// or its size, which no single property is to blame for, and where the offset is the limit. Nothing if the hub takes
/// it.
[[nodiscard]] constexpr std::optional<obstacle> find_obstacle_from_device(const message& m) noexcept {
    return detail::find_broken_rule(m, max_message_from_device);
}

/// Why the hub does not take the message for a device: that, and the names and values of application properties, which
/// come first.
[[nodiscard]] constexpr std::optional<obstacle> find_obstacle_to_device(const message& m) noexcept {
    for (const property p : m.application_properties) {
        if (const auto found = detail::find_obstacle_in(p, check_property_text)) return found;
    }
    return detail::find_broken_rule(m, max_message_to_device);
}

/// Whether the hub takes the message from a device, or for one. The code and the offset are those of the obstacle.
[[nodiscard]] constexpr result<void> check_message_from_device(const message& m) noexcept {
    return detail::as_verdict(find_obstacle_from_device(m));
}
[[nodiscard]] constexpr result<void> check_message_to_device(const message& m) noexcept {
    return detail::as_verdict(find_obstacle_to_device(m));
}

}  // namespace hubwire::iothub

#endif
