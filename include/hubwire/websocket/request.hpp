#ifndef HUBWIRE_WEBSOCKET_REQUEST_HPP
#define HUBWIRE_WEBSOCKET_REQUEST_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/text/decimal.hpp>
#include <hubwire/websocket/comma_list.hpp>
#include <hubwire/websocket/handshake_key.hpp>
#include <hubwire/websocket/head.hpp>
#include <hubwire/websocket/header_field.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubwire::websocket {

namespace detail {

/// Where the path of a target begins, or would: at once, or behind the host of a URI (RFC 7230-5.3.2). Nothing if it is
/// neither a path nor a URI with http: or https: and a host.
[[nodiscard]] constexpr std::optional<std::size_t> find_path(std::string_view target) noexcept {
    if (target.starts_with('/')) return 0;
    std::string_view rest = target;
    const std::string_view scheme = take_until<':'>(rest);
    const bool is_known = same_in_any_case(scheme, "http") || same_in_any_case(scheme, "https");
    if (!is_known || rest.size() < 2 || rest[0] != '/' || rest[1] != '/') return std::nullopt;
    const std::size_t host_at = scheme.size() + 3;
    std::size_t at = host_at;
    while (at != target.size() && target[at] != '/' && target[at] != '?') ++at;
    return at == host_at ? std::nullopt : std::optional{at};
}

}  // namespace detail

/// What a client begins with (RFC 6455-4.1): a GET that asks for a switch to WebSocket, version 13.
struct request {
    std::string_view target = "/";  // path and query; a URI with http: or https: as well
    std::string_view host{};        // a name or an address; and : and a port, unless that is 443, or 80 without TLS
    handshake_key key;              // has no default: each connection has its own
    token_list subprotocols{};      // the best first, each once; or none
    extension_list extensions{};    // that the client would use
    std::string_view origin{};      // of a page in a browser; empty for none
    field_list fields{};            // the others

    /// The parts of the target, without the ? between them; / where a URI has no path.
    [[nodiscard]] constexpr std::string_view path() const noexcept {
        std::string_view rest = target;
        rest.remove_prefix(detail::find_path(target).value_or(0));
        const std::string_view path = detail::take_until<'?'>(rest);
        return path.empty() ? std::string_view{"/"} : path;
    }
    [[nodiscard]] constexpr std::string_view query() const noexcept {
        std::string_view rest = target;
        detail::take_until<'?'>(rest);
        return rest;
    }

    friend constexpr bool operator==(const request&, const request&) noexcept = default;
};

namespace detail {

/// Where a target has something that cannot stand: at its begin if it is neither a path nor a URI with one.
[[nodiscard]] constexpr text_fault check_target(std::string_view target) noexcept {
    const std::size_t stranger = find_stranger(target, 0, in_target);
    if (stranger != target.size()) return {.code = errc::websocket_target, .at = stranger};
    return find_path(target) ? text_fault{} : text_fault{.code = errc::websocket_target};
}

[[nodiscard]] constexpr bool is_in_address(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
}

/// RFC 3986-3.2.2 and 3.2.3: a name, or an address of IPv6 in brackets; and a : with a port, which may be empty.
[[nodiscard]] constexpr text_fault check_host(std::string_view host) noexcept {
    const bool in_brackets = host.starts_with('[');
    std::size_t at = in_brackets ? 1 : find_stranger(host, 0, in_host);
    if (in_brackets) {
        while (at != host.size() && is_in_address(host[at])) ++at;
        if (at == 1 || at == host.size() || host[at] != ']') return {.code = errc::websocket_host, .at = at};
        ++at;
    }
    if (at == host.size() && at != 0) return {};
    if (at == 0 || host[at] != ':') return {.code = errc::websocket_host, .at = at};
    ++at;
    const std::string_view port{host.data() + at, host.size() - at};
    if (port.empty()) return {};
    const auto number = hubwire::text::decode_decimal<std::uint16_t>(port);
    return number ? text_fault{} : text_fault{.code = errc::websocket_host, .at = at + number.error().offset};
}

}  // namespace detail

/// Writes the request, with these subprotocols and other fields in the place of those in it: any range of texts, and
/// any range of header_field or of pairs of texts. Refused is what would not be read back as it was given: above all,
/// nothing in any text begins a line of its own.
template <room Room, detail::text_range Subprotocols, class Fields>
constexpr void put_request(basic_writer<Room>& out, const request& r, const Subprotocols& subprotocols,
                           const Fields& fields) noexcept {
    out.put(detail::method_and_space);
    detail::put_checked(out, r.target, detail::check_target(r.target));
    out.put(std::string_view{" HTTP/1.1\r\nHost: "});
    detail::put_checked(out, r.host, detail::check_host(r.host));
    out.put(std::string_view{"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "});
    out.put(r.key.text());
    out.put(std::string_view{"\r\nSec-WebSocket-Version: 13\r\n"});
    detail::put_subprotocols(out, subprotocols);
    detail::put_extensions(out, r.extensions);
    if (!r.origin.empty()) detail::put_line(out, detail::known_name::origin, r.origin);
    detail::put_fields(out, fields, detail::names_of_request, false);
}
template <room Room>
constexpr void put_request(basic_writer<Room>& out, const request& r) noexcept {
    put_request(out, r, r.subprotocols, r.fields);
}

[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const request& r) noexcept {
    writer out{output};
    put_request(out, r);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const request& r) noexcept {
    counting_writer out;
    put_request(out, r);
    return out.finish();
}

/// The same for other ranges, such as std::vector<std::string> and std::map<std::string, std::string>.
template <detail::text_range Subprotocols, class Fields = field_list>
[[nodiscard]] constexpr result<bytes> encode_request(buffer output HUBWIRE_LIFETIMEBOUND, const request& r,
                                                     const Subprotocols& subprotocols,
                                                     const Fields& fields = {}) noexcept {
    writer out{output};
    put_request(out, r, subprotocols, fields);
    return out.finish();
}

namespace detail {

/// Calls look(item) for what stands between the commas of a value; how many items there are.
template <class Look>
constexpr std::size_t for_each_item(std::string_view value, Look look) noexcept {
    std::size_t count = 0;
    while (!value.empty()) {
        const std::string_view item = without_blanks(take_until<','>(value));
        if (item.empty()) continue;
        ++count;
        look(item);
    }
    return count;
}

/// What reading a handshake's fields has in common for both sides: which were seen, and what is wrong, and where.
class field_scan {
public:
    constexpr field_scan(bytes head, std::string_view lines) noexcept : head_{head}, lines_{lines} {}

    [[nodiscard]] constexpr bool ok() const noexcept { return error_.code == errc::none; }
    [[nodiscard]] constexpr const error& fault() const noexcept HUBWIRE_LIFETIMEBOUND { return error_; }

    /// Fails, unless something failed before, for a part of the head.
    constexpr void refuse(std::string_view part, errc code, std::size_t at = 0) noexcept {
        if (ok()) error_ = {.code = code, .offset = static_cast<std::size_t>(part.data() - head_.data()) + at};
    }
    constexpr void expect(std::string_view part, const text_fault& fault) noexcept {
        if (fault.code != errc::none) refuse(part, fault.code, fault.at);
    }

    /// Calls take(name, value) for each field, until one is refused; of those in `single`, none is there twice.
    template <class Take>
    constexpr void read_all(name_set single, Take take) noexcept {
        for (std::string_view left = lines_; ok() && !left.empty();) {
            const header_field field = take_field(left);
            const known_name name = find_known_name(field.name);
            if (holds(single, name) && holds(seen_, name)) return refuse(field.name, errc::websocket_repeated_field);
            seen_ = static_cast<name_set>(seen_ | set_of(name));
            take(name, field.value);
        }
    }

    /// Sees that a value has an item, and what check(item) says of each.
    template <class Check>
    constexpr void read_items(std::string_view value, errc when_empty, Check check_item) noexcept {
        const std::size_t count = for_each_item(value, [&](std::string_view item) { expect(item, check_item(item)); });
        if (count == 0) refuse(value, when_empty);
    }

    /// What has to be there, and was not: the empty line comes too early.
    constexpr void demand(bool there, errc code) noexcept {
        if (!there) refuse({lines_.data() + lines_.size(), 0}, code);
    }
    constexpr void demand(known_name name, errc code) noexcept { demand(holds(seen_, name), code); }

private:
    bytes head_;
    std::string_view lines_;
    name_set seen_ = 0;
    error error_{};
};

/// Whether a list names this, in any case.
[[nodiscard]] constexpr bool names(std::string_view value, std::string_view wanted) noexcept {
    bool found = false;
    for_each_item(value, [&](std::string_view item) { found = found || same_in_any_case(item, wanted); });
    return found;
}

}  // namespace detail

/// The request that a head is, with views into it. What is missing is refused at the empty line, everything else where
/// it stands; refusal says what to answer. An Origin is for the caller to judge, and a Host, which may be any; where
/// the target is a URI, its host is the one that is meant (RFC 7230-5.5).
///
/// The rules are those that the cutter was given: its limits hold here as well, by default the same.
[[nodiscard]] constexpr result<request> decode_request(bytes head, const head_options& rules = {}) noexcept {
    using detail::known_name;
    if (const error fault = detail::head_fault(head, head_kind::request, rules); fault.code != errc::none) return fault;
    std::string_view lines = head.text();
    lines.remove_suffix(2);
    detail::take_until<' '>(lines);
    const std::string_view target = detail::take_until<' '>(lines);
    detail::take_until<'\n'>(lines);

    detail::field_scan in{head, lines};
    in.expect(target, detail::check_target(target));
    std::string_view host;
    std::string_view key;
    std::string_view origin;
    bool upgrade = false;
    bool connection = false;
    detail::subprotocol_check subprotocols;
    constexpr auto single = detail::set_of(known_name::host, known_name::key, known_name::version, known_name::origin);
    in.read_all(single, [&](known_name name, std::string_view value) {
        if (detail::announces_body(name, value)) return in.refuse(value, errc::websocket_body);
        switch (name) {
            case known_name::host:
                host = value;
                return in.expect(value, detail::check_host(value));
            case known_name::origin:
                origin = value;
                if (value.empty()) in.refuse(value, errc::websocket_origin);
                return;
            case known_name::upgrade:
                upgrade = upgrade || detail::names(value, "websocket");
                return;
            case known_name::connection:
                connection = connection || detail::names(value, "upgrade");
                return;
            case known_name::key:
                key = value;
                if (const auto read = decode_handshake_key(value); !read)
                    in.refuse(value, errc::websocket_key, read.error().offset);
                return;
            case known_name::version:
                if (value != "13") in.refuse(value, errc::websocket_version);
                return;
            case known_name::subprotocol:
                return in.read_items(value, errc::websocket_subprotocol,
                                     [&](std::string_view item) { return subprotocols.add(item); });
            case known_name::extensions:
                return in.read_items(value, errc::websocket_extension, detail::check_extension);
            default:
                return;
        }
    });
    in.demand(known_name::host, errc::websocket_host);
    in.demand(upgrade, errc::websocket_upgrade);
    in.demand(connection, errc::websocket_connection);
    in.demand(known_name::version, errc::websocket_version);
    in.demand(known_name::key, errc::websocket_key);
    if (!in.ok()) return in.fault();
    return request{.target = target,
                   .host = host,
                   .key = handshake_key::on_the_wire(key),
                   .subprotocols = token_list::on_the_wire(lines, known_name::subprotocol),
                   .extensions = extension_list::on_the_wire(lines, known_name::extensions),
                   .origin = origin,
                   .fields = field_list::on_the_wire(lines, detail::names_of_request)};
}

/// The first subprotocol that the client offers, and so likes best, among those that the server speaks, in any order:
/// any range of texts. It is a view into what was offered; empty if there is none.
template <detail::text_range Range>
[[nodiscard]] constexpr std::string_view choose_subprotocol(const token_list& offered,
                                                            const Range& supported) noexcept {
    for (const std::string_view one : offered) {
        for (const auto& other : supported) {
            if (one == std::string_view{other}) return one;
        }
    }
    return {};
}

}  // namespace hubwire::websocket

#endif
