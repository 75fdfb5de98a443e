#ifndef HUBWIRE_IOTHUB_MQTT_USERNAME_HPP
#define HUBWIRE_IOTHUB_MQTT_USERNAME_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/iothub/topic_field.hpp>
#include <hubwire/iothub/wire_text.hpp>
#include <hubwire/text/percent.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubwire::iothub {

/// How the properties of a user name begin.
enum class username_form : std::uint8_t {
    query,    // host/device/?api-version=...&DeviceClientType=...
    bare,     // host/device/api-version=...&DeviceClientType=..., before 2018
    slashed,  // host/device/api-version=.../DeviceClientType=name/version, of one preview of the SDK for C#
};

/// The user name of a device or a module in CONNECT: {host}/{device}[/{module}]/ and properties, in one of three forms.
/// Identifiers are never percent-encoded. A # or a + may be in one, as the hub knows such, and edgeHub takes them.
struct mqtt_username {
    std::string_view host{};
    identity client{};
    wire_text api_version = "2021-04-12";
    wire_text device_client_type{};  // which SDK or product this is; empty, as the others, for none
    wire_text model_id{};            // of IoT Plug and Play
    wire_text auth_chain{};          // of a device behind gateways
    username_form form = username_form::query;

    friend constexpr bool operator==(const mqtt_username&, const mqtt_username&) noexcept = default;
};

namespace detail {

[[nodiscard]] constexpr bool ends_segment(char c) noexcept { return c == '/' || c == '\0'; }
[[nodiscard]] constexpr bool ends_property(char c) noexcept { return ends_segment(c) || c == '&'; }

template <room Room>
constexpr void put_segment(basic_writer<Room>& out, std::string_view segment) noexcept {
    if (segment.empty()) return out.fail(errc::iothub_username);
    const bool is_plain = all_words_pass(segment.data(), segment.size(),
                                         [](word w) { return nul_or_non_ascii_bytes(w) | bytes_equal_to<'/'>(w); });
    const std::size_t fault = is_plain ? segment.size() : find_if(segment, ends_segment);
    put_first(out, segment, fault);
    if (fault != segment.size()) return out.fail(errc::iothub_username_character);
    out.put(std::string_view{"/"});
}

template <room Room>
constexpr void put_property(basic_writer<Room>& out, std::string_view name, const wire_text& value) noexcept {
    if (value.empty()) return;
    out.put(name);
    put_wire_text(out, value, text::unreserved, ends_property, errc::iothub_username_character);
}

/// A name and a version, which is one / between two texts.
[[nodiscard]] constexpr bool is_name_and_version(std::string_view text) noexcept {
    const std::size_t slash = find_or_end<'/'>(text, 0);
    return slash != 0 && slash + 1 < text.size() && find_or_end<'/'>(text, slash + 1) == text.size();
}
[[nodiscard]] constexpr bool ends_client_type(char c) noexcept { return c == '&' || c == '\0'; }

template <room Room>
constexpr void put_slashed_properties(basic_writer<Room>& out, const mqtt_username& u) noexcept {
    constexpr text::bare_characters bare{"~/"};
    out.put(std::string_view{"/DeviceClientType="});
    if (!is_name_and_version(u.device_client_type.raw()) || !u.model_id.empty() || !u.auth_chain.empty())
        return out.fail(errc::iothub_username);
    put_wire_text(out, u.device_client_type, bare, ends_client_type, errc::iothub_username_character);
}

}  // namespace detail

/// Writes the user name. Refused are an empty host, identifier or api-version, and what cannot stand in its place; in
/// the slashed form also whatever that has no place for.
template <room Room>
constexpr void put_username(basic_writer<Room>& out, const mqtt_username& u) noexcept {
    detail::put_segment(out, u.host);
    detail::put_segment(out, u.client.device_id);
    if (u.client.is_module()) detail::put_segment(out, u.client.module_id);
    out.put(std::string_view{u.form == username_form::query ? "?api-version=" : "api-version="});
    if (u.api_version.empty()) return out.fail(errc::iothub_username_api_version);
    detail::put_property(out, "", u.api_version);
    if (u.form == username_form::slashed) return detail::put_slashed_properties(out, u);
    detail::put_property(out, "&DeviceClientType=", u.device_client_type);
    detail::put_property(out, "&model-id=", u.model_id);
    detail::put_property(out, "&auth-chain=", u.auth_chain);
}
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const mqtt_username& u) noexcept {
    writer out{output};
    put_username(out, u);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const mqtt_username& u) noexcept {
    counting_writer out;
    put_username(out, u);
    return out.finish();
}

namespace detail {

/// The parts of a user name between its slashes. The longest has six.
class username_segments {
public:
    static constexpr std::size_t most = 6;

    constexpr explicit username_segments(std::string_view username) noexcept : text_{username} {
        for (std::size_t begin = 0; count_ != most;) {
            const std::size_t end = find_or_end<'/'>(username, begin);
            begins_[count_++] = begin;
            begins_[count_] = end + 1;
            if (end == username.size()) return;
            begin = end + 1;
        }
    }

    [[nodiscard]] constexpr std::size_t count() const noexcept { return count_; }

    /// Whether there are no more than these.
    [[nodiscard]] constexpr bool is_all() const noexcept { return begins_[count_] == text_.size() + 1; }

    [[nodiscard]] constexpr std::size_t begin(std::size_t index) const noexcept { return begins_[index]; }
    [[nodiscard]] constexpr std::string_view operator[](std::size_t index) const noexcept {
        return {text_.data() + begins_[index], begins_[index + 1] - begins_[index] - 1};
    }

private:
    std::string_view text_;
    std::size_t count_ = 0;
    std::array<std::size_t, most + 1> begins_{};  // and behind the last of them
};

/// The properties of the usual forms. Names that nobody knows are skipped, and of two the first counts.
class username_properties {
    template <std::size_t N>
    HUBWIRE_ALWAYS_INLINE constexpr void take(std::string_view property, const char (&name)[N], unsigned bit,
                                              wire_text& value) noexcept {
        constexpr std::size_t size = N - 1;
        if (!stands_at(property, 0, name) || (property.size() != size && property[size] != '=')) return;
        if ((seen_ & bit) == 0 && property.size() > size) value = text::percent_text{rest_of(property, size + 1)};
        seen_ |= bit;
    }

    unsigned seen_ = 0;

public:
    constexpr void take_all(std::string_view properties, mqtt_username& u) noexcept {
        for (std::size_t at = 0; at <= properties.size();) {
            const std::size_t end = find_or_end<'&'>(properties, at);
            const std::string_view property{properties.data() + at, end - at};
            take(property, "api-version", 1, u.api_version);
            take(property, "DeviceClientType", 2, u.device_client_type);
            take(property, "model-id", 4, u.model_id);
            take(property, "auth-chain", 8, u.auth_chain);
            at = end + 1;
        }
    }
};

/// The properties of the slashed form, of which the first stands in this segment, and the last two segments are one.
constexpr error read_slashed_properties(std::string_view username, const username_segments& segments,
                                        std::size_t version_segment, mqtt_username& u) noexcept {
    constexpr std::string_view version = "api-version=";
    constexpr std::string_view type = "DeviceClientType=";
    const std::size_t version_at = segments.begin(version_segment);
    const std::size_t type_at = segments.begin(version_segment + 1);
    const std::string_view rest = rest_of(username, type_at);
    if (!stands_at(username, version_at, "api-version="))
        return {.code = errc::iothub_username_api_version, .offset = version_at};
    if (!stands_at(rest, 0, "DeviceClientType=")) return {.code = errc::iothub_username, .offset = type_at};
    u.form = username_form::slashed;
    u.api_version = text::percent_text{rest_of(segments[version_segment], version.size())};
    u.device_client_type = text::percent_text{rest_of(rest, type.size())};
    const std::size_t wrong = find_or_end<'&'>(username, version_at);
    if (wrong != username.size()) return {.code = errc::iothub_username_character, .offset = wrong};
    if (!is_name_and_version(u.device_client_type.raw()))
        return {.code = errc::iothub_username, .offset = type_at + type.size()};
    return {};
}

/// What is wrong with it, or nothing.
constexpr error read_username(std::string_view username, mqtt_username& u) noexcept {
    const username_segments segments{username};
    const std::size_t count = segments.count();
    if (count < 3) return {.code = errc::iothub_username, .offset = username.size()};
    if (!segments.is_all()) return {.code = errc::iothub_username, .offset = segments.begin(count) - 1};

    const bool slashed = count > 4;
    const std::size_t before_properties = slashed ? count - 3 : count - 1;
    for (std::size_t i = 0; i != before_properties; ++i) {
        if (segments[i].empty()) return {.code = errc::iothub_username, .offset = segments.begin(i)};
    }
    u.host = segments[0];
    u.client.device_id = segments[1];
    if (before_properties == 3) u.client.module_id = segments[2];
    u.api_version = {};
    if (slashed) {
        const error fault = read_slashed_properties(username, segments, before_properties, u);
        if (fault.code != errc::none) return fault;
    } else {
        std::string_view properties = segments[before_properties];
        if (properties.starts_with('?')) {
            properties.remove_prefix(1);
        } else {
            u.form = username_form::bare;
        }
        username_properties{}.take_all(properties, u);
    }
    if (u.api_version.empty())
        return {.code = errc::iothub_username_api_version, .offset = segments.begin(before_properties)};
    return {};
}

}  // namespace detail

/// The parts of a user name, with views into it, as edgeHub takes it apart, except that a host has to be there, and
/// that no identifier is empty. Refused is what has too few or too many segments, at the end of the last that can be
/// there; an empty one, where it stands; and one without an api-version, at the properties.
[[nodiscard]] constexpr result<mqtt_username> decode_username(std::string_view username) noexcept {
    result<mqtt_username> u{mqtt_username{}};  // read where it is wanted
    const error fault = detail::read_username(username, *u);
    if (fault.code != errc::none) u = fault;
    return u;
}

}  // namespace hubwire::iothub

#endif
