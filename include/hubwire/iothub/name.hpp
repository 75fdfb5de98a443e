#ifndef HUBWIRE_IOTHUB_NAME_HPP
#define HUBWIRE_IOTHUB_NAME_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/text/decimal.hpp>
#include <hubwire/text/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The names of hubs and of policies, and how names are compared.
namespace hubwire::iothub {

namespace detail {

using namespace hubwire::detail;

inline constexpr std::string_view amqps_scheme = "amqps://";

inline constexpr text::bare_characters host_characters{""};
inline constexpr text::bare_characters policy_characters{"@"};

constexpr result<void> check_characters(std::string_view name, const text::bare_characters& of, errc code) noexcept {
    for (std::size_t at = 0; at != name.size(); ++at) {
        if (!of.contains(static_cast<unsigned char>(name[at]))) return error{.code = code, .offset = at};
    }
    if (name.empty()) return error{.code = code};
    return {};
}

HUBWIRE_ALWAYS_INLINE constexpr char lower_case(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace detail

/// Whether the texts are the same, save for the case of ASCII letters: so are names of hosts, and what edgeHub compares
/// in addresses.
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t at = 0; at != a.size(); ++at) {
        if (detail::lower_case(a[at]) != detail::lower_case(b[at])) return false;
    }
    return true;
}

namespace detail {

/// Whether the encoded text stands for these characters, save for the case of ASCII letters.
constexpr bool decodes_to_in_any_case(std::string_view encoded, std::string_view plain) noexcept {
    if (encoded == plain && find_or_end<'%'>(plain, 0) == plain.size()) return true;  // as it mostly is
    std::size_t at = 0;
    for (const char c : plain) {
        if (at == encoded.size()) return false;
        const text::detail::percent_unit unit = text::detail::percent_unit_at(encoded, at, {.keep_malformed = true});
        if (lower_case(static_cast<char>(unit.byte)) != lower_case(c)) return false;
        at += unit.size;
    }
    return at == encoded.size();
}

}  // namespace detail

/// Whether a host can be called like this, as the SDK for C# has it: letters, digits and - . _ of ASCII, one at least.
/// The offset is that of the first character that cannot stand.
[[nodiscard]] constexpr result<void> check_host_name(std::string_view name) noexcept {
    return detail::check_characters(name, detail::host_characters, errc::iothub_host_name);
}

/// The same, with a : and a port behind it or without.
[[nodiscard]] constexpr result<void> check_host_and_port(std::string_view host) noexcept {
    const std::size_t colon = detail::find_or_end<':'>(host, 0);
    const auto valid = check_host_name(detail::part_of(host, 0, colon));
    if (!valid || colon == host.size()) return valid;
    const auto port = text::decode_decimal<std::uint16_t>(detail::rest_of(host, colon + 1));
    if (!port) return error{.code = errc::iothub_host_name, .offset = colon + 1 + port.error().offset};
    return {};
}

/// Whether a policy can be called like this: the same characters and @.
[[nodiscard]] constexpr result<void> check_policy_name(std::string_view name) noexcept {
    return detail::check_characters(name, detail::policy_characters, errc::iothub_policy_name);
}

/// The name of the hub that has this host: myhub for myhub.azure-devices.net.
[[nodiscard]] constexpr std::string_view hub_name_of(std::string_view host_name) noexcept {
    return detail::part_of(host_name, 0, detail::find_or_end<'.'>(host_name, 0));
}

}  // namespace hubwire::iothub

#endif
