#ifndef HUBWIRE_IOTHUB_SAS_RESOURCE_HPP
#define HUBWIRE_IOTHUB_SAS_RESOURCE_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/name.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/text/percent.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

/// What a SAS token gives access to, and what a put-token request is about: its sr, and the audience.
namespace hubwire::iothub {

/// A hub (what a service asks for), one of its devices, or a module of one. For Event Hubs the whole resource stands in
/// the place of the host's name, such as sb://ns.servicebus.windows.net/entity, with nobody beside it.
struct sas_resource {
    std::string_view host_name{};
    identity who{};  // of no device: the hub itself

    friend constexpr bool operator==(const sas_resource&, const sas_resource&) noexcept = default;
};

/// Writes myhub.azure-devices.net%2Fdevices%2FMyDevice01%2Fmodules%2Fone: percent-encoded as a whole, as all SDKs but
/// that for C do. An empty host, or an identifier that nobody can have, fails.
template <room Room>
constexpr void put_sas_resource(basic_writer<Room>& out, const sas_resource& what) noexcept {
    if (what.host_name.empty()) out.fail(errc::iothub_resource);
    text::put_percent(out, what.host_name);
    if (what.who == identity{}) return;
    if (const auto valid = check_identity(what.who); !valid) return out.fail(valid.error().code);
    out.put(std::string_view{"%2Fdevices%2F"});
    text::put_percent(out, what.who.device_id);
    if (!what.who.is_module()) return;
    out.put(std::string_view{"%2Fmodules%2F"});
    text::put_percent(out, what.who.module_id);
}
[[nodiscard]] constexpr result<bytes> encode_sas_resource(buffer output HUBWIRE_LIFETIMEBOUND,
                                                          const sas_resource& what) noexcept {
    writer out{output};
    put_sas_resource(out, what);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const sas_resource& what) noexcept {
    counting_writer out;
    put_sas_resource(out, what);
    return out.finish();
}

/// A resource where it lies in a token.
struct sas_resource_view {
    text::percent_text host_name{};  // with a port or without
    identity_view who{};             // nobody for the hub

    [[nodiscard]] constexpr bool is_hub() const noexcept { return who.device_id.raw().empty(); }

    /// Whether it is this resource. The case of letters counts in identifiers, and not in the names of hosts.
    friend constexpr bool operator==(const sas_resource_view& a, const sas_resource& b) noexcept {
        return detail::decodes_to_in_any_case(a.host_name.raw(), b.host_name) && a.who == b.who;
    }

    /// Whether who may use this resource may use the other one: it is the same, or lies within. A policy of the hub's
    /// speaks for all devices, and a device for its modules.
    [[nodiscard]] constexpr bool covers(const sas_resource& other) const noexcept {
        return detail::decodes_to_in_any_case(host_name.raw(), other.host_name) &&
               (is_hub() || who.device_id == other.who.device_id) &&
               (!who.is_module() || who.module_id == other.who.module_id);
    }
};

namespace detail {

/// Where a / stands in a text that may be encoded; of how many characters, 0 at the end of the text.
struct slash {
    std::size_t at = 0;
    std::size_t size = 0;
};

/// Whether each character is one of a host, or the : before a port. The offset is that in the encoded text.
constexpr result<void> check_encoded_host(std::string_view encoded) noexcept {
    constexpr text::percent_options rules{};
    for (std::size_t at = 0; at != encoded.size();) {
        const text::detail::percent_unit unit = text::detail::percent_unit_at(encoded, at, rules);
        if (unit.size == 0 || (unit.byte != ':' && !host_characters.contains(unit.byte)))
            return error{.code = errc::iothub_host_name, .offset = at};
        at += unit.size;
    }
    if (encoded.empty()) return error{.code = errc::iothub_host_name};
    return {};
}

constexpr slash find_slash(std::string_view encoded, std::size_t at) noexcept {
    for (; at != encoded.size(); ++at) {
        if (encoded[at] == '/') return {.at = at, .size = 1};
        if (encoded[at] == '%' && encoded.size() - at >= 3 && encoded[at + 1] == '2' &&
            lower_case(encoded[at + 2]) == 'f')
            return {.at = at, .size = 3};
    }
    return {.at = at};
}

}  // namespace detail

/// The resource that the text is: host, host/devices/d or host/devices/d/modules/m. It may be percent-encoded, as a
/// whole or the identifiers alone, in either case, or not at all, as the SDK for C has it; a % without two digits
/// behind it is then one.
[[nodiscard]] constexpr result<sas_resource_view> decode_sas_resource(std::string_view encoded) noexcept {
    detail::slash last{};  // the one that the next segment comes after
    const auto next = [&] {
        const std::size_t begin = last.at + last.size;
        last = detail::find_slash(encoded, begin);
        return detail::part_of(encoded, begin, last.at - begin);
    };
    const auto refused = [&](std::string_view segment, errc code, std::size_t within) {
        return error{.code = code, .offset = last.at - segment.size() + within};
    };

    const std::string_view host = next();
    if (const auto valid = detail::check_encoded_host(host); !valid) return valid.error();
    sas_resource_view what{.host_name = text::percent_text{host}};
    for (auto [word, id] : {std::pair{std::string_view{"devices"}, &what.who.device_id},
                            std::pair{std::string_view{"modules"}, &what.who.module_id}}) {
        if (last.size == 0) return what;
        if (const auto segment = next(); segment != word || last.size == 0)
            return refused(segment, errc::iothub_resource, segment == word ? segment.size() : 0);
        const auto segment = next();
        if (const auto valid = detail::check_encoded_identifier(segment); !valid)
            return refused(segment, valid.error().code, valid.error().offset);
        *id = detail::encoded_identifier(segment);
    }
    if (last.size != 0) return error{.code = errc::iothub_resource, .offset = last.at};
    return what;
}

}  // namespace hubwire::iothub

#endif
