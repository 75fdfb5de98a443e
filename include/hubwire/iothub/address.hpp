#ifndef HUBWIRE_IOTHUB_ADDRESS_HPP
#define HUBWIRE_IOTHUB_ADDRESS_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/name_in.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/name.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/text/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The addresses of AMQP links: what a source or a target has, and the `to` of a message for a device.
namespace hubwire::iothub {

/// What there is at an address. Who is meant stands in it with the first four of devices and modules.
enum class endpoint : std::uint8_t {
    events,        // /devices/d[/modules/m]/messages/events: telemetry; to a module, what is routed to its inputs
    device_bound,  // /devices/d[/modules/m]/messages/devicebound: messages for the device; also their `to`
    twin,          // /devices/d[/modules/m]/twin
    methods,       // /devices/d[/modules/m]/methods/devicebound

    cbs,                   // $cbs: tokens are put there
    service_device_bound,  // /messages/devicebound: what services send to devices
    feedback,              // /messages/serviceBound/feedback: what became of it
    partition,             // /messages/events/ConsumerGroups/g/Partitions/p: telemetry, read by services
    service_events,        // /messages/events: where all of it is, which is elsewhere: the hub redirects from here
    events_management,     // /messages/events/$management: which partitions there are
    management,            // $management: the same, of a connection to Event Hubs
};

namespace detail {

inline constexpr std::string_view endpoint_kind_names[]{
    "events",   "device bound", "twin",           "methods",           "cbs",        "service device bound",
    "feedback", "partition",    "service events", "events management", "management",
};

}  // namespace detail

[[nodiscard]] constexpr std::string_view name_of(endpoint kind) noexcept {
    return detail::name_in(detail::endpoint_kind_names, kind);
}

/// The consumer group that each hub has.
inline constexpr std::string_view default_consumer_group = "$Default";

/// An address to be written. What does not belong to its kind stays empty.
struct address {
    endpoint kind = endpoint::cbs;
    std::string_view host{};  // with a port or without: amqps://host before the path; empty for the path alone
    identity who{};
    std::string_view event_hub{};  // in place of messages/events, of a partition and its management: where the hub
                                   // redirects to; empty at the hub
    std::string_view consumer_group{};
    std::string_view partition{};

    friend constexpr bool operator==(const address&, const address&) noexcept = default;
};

/// An address as it was received, in parts that lie there.
struct address_view {
    endpoint kind = endpoint::cbs;
    std::string_view host{};
    identity_view who{};
    text::percent_text event_hub{};
    text::percent_text consumer_group{};
    text::percent_text partition{};

    /// Whether the same is meant. The case of letters counts in identifiers and partitions, and not in the names of
    /// hosts, of event hubs and of consumer groups.
    friend constexpr bool operator==(const address_view& a, const address& b) noexcept;

    /// The same, wherever it is: one of the two may be relative, or of another host.
    [[nodiscard]] constexpr bool same_path(const address& other) const noexcept;
};

namespace detail {

/// How each kind is written: {d}, {m}, {e}, {g} and {p} stand for what an address has.
struct address_form {
    endpoint kind;
    bool longer;  // of a module, or of an event hub elsewhere
    std::string_view path;
};
inline constexpr address_form address_forms[] = {
    {endpoint::events, false, "/devices/{d}/messages/events"},
    {endpoint::events, true, "/devices/{d}/modules/{m}/messages/events"},
    {endpoint::device_bound, false, "/devices/{d}/messages/devicebound"},
    {endpoint::device_bound, true, "/devices/{d}/modules/{m}/messages/devicebound"},
    {endpoint::twin, false, "/devices/{d}/twin"},
    {endpoint::twin, true, "/devices/{d}/modules/{m}/twin"},
    {endpoint::methods, false, "/devices/{d}/methods/devicebound"},
    {endpoint::methods, true, "/devices/{d}/modules/{m}/methods/devicebound"},
    {endpoint::cbs, false, "/$cbs"},
    {endpoint::service_device_bound, false, "/messages/devicebound"},
    {endpoint::feedback, false, "/messages/serviceBound/feedback"},
    {endpoint::partition, false, "/messages/events/ConsumerGroups/{g}/Partitions/{p}"},
    {endpoint::partition, true, "/{e}/ConsumerGroups/{g}/Partitions/{p}"},
    {endpoint::service_events, false, "/messages/events"},
    {endpoint::events_management, false, "/messages/events/$management"},
    {endpoint::events_management, true, "/{e}/$management"},
    {endpoint::management, false, "/$management"},
};

/// What stands for itself in the names of consumer groups, partitions and event hubs.
inline constexpr text::bare_characters group_characters{"~$"};

constexpr bool has_identity(endpoint kind) noexcept { return kind <= endpoint::methods; }
constexpr bool has_event_hub(endpoint kind) noexcept {
    return kind == endpoint::partition || kind == endpoint::events_management;
}
/// What is not of a hub, but of the connection, and by itself has no / before it.
constexpr bool is_of_connection(endpoint kind) noexcept {
    return kind == endpoint::cbs || kind == endpoint::management;
}

/// Whether the name of an event hub, a consumer group or a partition can stand in an address, encoded as it is.
constexpr result<void> check_address_name(std::string_view encoded) noexcept {
    for (std::size_t at = 0; at != encoded.size(); ++at) {
        const auto c = static_cast<unsigned char>(encoded[at]);
        if (c <= ' ' || c >= 0x7F || c == '/') return error{.code = errc::iothub_address_name, .offset = at};
    }
    if (encoded.empty()) return error{.code = errc::iothub_address_name};
    return {};
}

/// Which part of an address stands for {x}. Pre: x is one of the letters above.
constexpr text::percent_text& part_for(address_view& parts, char x) noexcept {
    if (x == 'd') return parts.who.device_id;
    if (x == 'm') return parts.who.module_id;
    if (x == 'e') return parts.event_hub;
    return x == 'g' ? parts.consumer_group : parts.partition;
}
constexpr std::string_view part_for(const address& parts, char x) noexcept {
    if (x == 'd') return parts.who.device_id;
    if (x == 'm') return parts.who.module_id;
    if (x == 'e') return parts.event_hub;
    return x == 'g' ? parts.consumer_group : parts.partition;
}

/// Whether the path has the form, but for a / at the front, and if not, where it leaves it.
constexpr error match_address(std::string_view path, const address_form& form, address_view& parts) noexcept {
    std::size_t at = begins_with(path, "/") ? 1 : 0;
    for (std::size_t i = 1; i != form.path.size(); ++i) {
        if (form.path[i] != '{') {
            if (at == path.size() || lower_case(path[at]) != lower_case(form.path[i]))
                return {.code = errc::iothub_address, .offset = at};
            ++at;
            continue;
        }
        const char x = form.path[i + 1];
        i += 2;
        const std::size_t end = find_or_end<'/'>(path, at);
        const std::string_view segment = part_of(path, at, end - at);
        const auto valid = x == 'd' || x == 'm' ? check_encoded_identifier(segment) : check_address_name(segment);
        if (!valid) return {.code = valid.error().code, .offset = at + valid.error().offset};
        part_for(parts, x) = encoded_identifier(segment);
        at = end;
    }
    if (at != path.size()) return {.code = errc::iothub_address, .offset = at};
    return {};
}

}  // namespace detail

constexpr bool address_view::same_path(const address& other) const noexcept {
    return kind == other.kind && who == other.who && detail::decodes_to_in_any_case(event_hub.raw(), other.event_hub) &&
           detail::decodes_to_in_any_case(consumer_group.raw(), other.consumer_group) && partition == other.partition;
}
constexpr bool operator==(const address_view& a, const address& b) noexcept {
    return equal_ignoring_case(a.host, b.host) && a.same_path(b);
}

/// What the address is: a path, such as /devices/MyDevice01/twin, or the same behind amqps:// and a host. What is fixed
/// may be in any case, as deviceBound is met, with a second / before it, as //devices/... is, and without one, as the
/// SDKs of Event Hubs write what is theirs. What is refused is refused where it leaves the address that it most looks
/// like.
[[nodiscard]] constexpr result<address_view> decode_address(std::string_view text) noexcept {
    std::string_view path = text;
    std::string_view host{};
    constexpr std::size_t scheme = detail::amqps_scheme.size();
    if (text.size() >= scheme && equal_ignoring_case(detail::part_of(text, 0, scheme), detail::amqps_scheme)) {
        const std::size_t end = detail::find_or_end<'/'>(text, scheme);
        host = detail::part_of(text, scheme, end - scheme);
        path = detail::rest_of(text, end);
        if (const auto valid = check_host_and_port(host); !valid)
            return error{.code = valid.error().code, .offset = scheme + valid.error().offset};
    }
    if (detail::begins_with(path, "//")) path.remove_prefix(1);
    const std::size_t before = text.size() - path.size();
    error furthest{.code = errc::iothub_address};
    if (path.empty()) {  // which is no event hub without a name
        furthest.offset = before;
        return furthest;
    }

    for (const detail::address_form& form : detail::address_forms) {
        address_view parts{.kind = form.kind, .host = host};
        const error fault = detail::match_address(path, form, parts);
        if (fault.code == errc::none) return parts;
        // Of two that go equally far, what is wrong with a name says more than that it is no name.
        if (fault.offset > furthest.offset || (fault.offset == furthest.offset && fault.code != errc::iothub_address))
            furthest = fault;
    }
    furthest.offset += before;
    return furthest;
}

/// Writes an address, in the form of the documentation. Identifiers are percent-encoded, which to most of them makes no
/// difference, as the SDK for Node does, and edgeHub expects. What has no place in the kind of address fails, as does
/// what is missing.
template <room Room>
constexpr void put_address(basic_writer<Room>& out, const address& where) noexcept {
    const bool partition = where.kind == endpoint::partition;
    const bool stray = (!detail::has_identity(where.kind) && where.who != identity{}) ||
                       (!detail::has_event_hub(where.kind) && !where.event_hub.empty()) ||
                       (!partition && !(where.consumer_group.empty() && where.partition.empty()));
    if (stray) out.fail(errc::iothub_address);
    if (detail::has_identity(where.kind)) {
        if (const auto valid = check_identity(where.who); !valid) out.fail(valid.error().code);
    }
    if (!where.host.empty()) {
        out.put(detail::amqps_scheme);
        if (const auto valid = check_host_and_port(where.host); !valid) out.fail(valid.error().code);
        out.put(where.host);
    }
    const bool longer = detail::has_event_hub(where.kind) ? !where.event_hub.empty() : where.who.is_module();
    for (const detail::address_form& form : detail::address_forms) {
        if (form.kind != where.kind || form.longer != longer) continue;
        std::size_t at = where.host.empty() && detail::is_of_connection(form.kind) ? 1 : 0;
        while (at != form.path.size()) {
            const std::size_t brace = detail::find_or_end<'{'>(form.path, at);
            out.put(detail::part_of(form.path, at, brace - at));
            at = brace;
            if (at == form.path.size()) break;
            const char x = form.path[at + 1];
            const std::string_view name = detail::part_for(where, x);
            if (name.empty()) out.fail(errc::iothub_address_name);
            text::put_percent(out, name, {.bare = detail::group_characters});
            at += 3;
        }
        return;
    }
    out.fail(errc::iothub_address);  // of a kind that there is not
}
[[nodiscard]] constexpr result<bytes> encode_address(buffer output HUBWIRE_LIFETIMEBOUND,
                                                     const address& where) noexcept {
    writer out{output};
    put_address(out, where);
    return out.finish();
}
result<bytes> encode(buffer output, const address& where) = delete;  // call encode_address
[[nodiscard]] constexpr result<std::size_t> encoded_size(const address& where) noexcept {
    counting_writer out;
    put_address(out, where);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif
