#ifndef HUBWIRE_WEBSOCKET_RESPONSE_HPP
#define HUBWIRE_WEBSOCKET_RESPONSE_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/websocket/comma_list.hpp>
#include <hubwire/websocket/handshake_key.hpp>
#include <hubwire/websocket/head.hpp>
#include <hubwire/websocket/header_field.hpp>
#include <hubwire/websocket/request.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hubwire::websocket {

/// What a server answers (RFC 6455-4.2.2): that it switches, or by which status it does not.
struct response {
    std::uint16_t status = 101;
    std::optional<accept_key> accept{};  // with 101, and only there, as the next two
    std::string_view subprotocol{};      // one of those that were offered; empty if the server chose none
    extension_list extensions{};         // that are in use from here on
    token_list versions{};               // that the server speaks, with 426
    field_list fields{};                 // the others, such as Location, Retry-After and WWW-Authenticate

    /// Frames come next.
    [[nodiscard]] constexpr bool switches() const noexcept { return status == 101; }

    /// Neither yes nor no: another head comes next (RFC 7231-6.2).
    [[nodiscard]] constexpr bool is_interim() const noexcept { return status < 200 && !switches(); }

    friend constexpr bool operator==(const response&, const response&) noexcept = default;
};

namespace detail {

/// What a person reads behind the status, and no program (RFC 7230-3.1.2).
[[nodiscard]] constexpr std::string_view reason_of(std::uint16_t status) noexcept {
    switch (status) {
        case 101:
            return "Switching Protocols";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "";
    }
}

// The connection is of no use any more, and nothing comes behind the head.
inline constexpr header_field no_content{"Content-Length", "0"};
inline constexpr header_field closing[] = {{"Connection", "close"}, no_content};
inline constexpr header_field asking_for_upgrade[] = {
    {"Upgrade", "websocket"}, {"Connection", "Upgrade, close"}, no_content};  // RFC 7231-6.5.15
inline constexpr header_field asking_for_get[] = {
    {"Allow", "GET"}, {"Connection", "close"}, no_content};  // RFC 7231-6.5.5

}  // namespace detail

/// A refusal without a body, after which the connection is closed: 404, 403, 503, ... For more fields than that, set
/// them in the place of these, with a Content-Length among them: without one, the client waits for a body.
[[nodiscard]] constexpr response refusal(std::uint16_t status) noexcept {
    return {.status = status, .fields = detail::closing};
}

/// What to answer a request that decode_request, or its cutter, has refused (RFC 6455-4.2.2, 4.4): 400, or what says
/// more. Then the connection is closed. Pre: the error is not "incomplete".
[[nodiscard]] constexpr response refusal(const error& failure) noexcept {
    switch (failure.code) {
        case errc::websocket_method:
            return {.status = 405, .fields = detail::asking_for_get};
        case errc::websocket_upgrade:
        case errc::websocket_connection:
        case errc::websocket_version:
            return {.status = 426, .versions = "13", .fields = detail::asking_for_upgrade};
        case errc::websocket_http_version:
            return refusal(505);
        case errc::over_limit:
            return refusal(431);
        default:
            return refusal(400);
    }
}

/// The switch to WebSocket, with the first subprotocol of the client's that is among those that the server speaks: any
/// range of texts. If there is none, the answer has none: look, if the server cannot do without. The subprotocol is a
/// view into the request, so it lasts as long as the head in which that came.
template <detail::text_range Range>
[[nodiscard]] constexpr response answer_to(const request& r, const Range& supported) noexcept {
    return {.accept = accept_key{r.key}, .subprotocol = choose_subprotocol(r.subprotocols, supported)};
}
[[nodiscard]] constexpr response answer_to(const request& r, const token_list& supported = {}) noexcept {
    return answer_to<token_list>(r, supported);
}

/// Writes the response, with these other fields in the place of those in it: any range of header_field or of pairs of
/// texts. Refused is what would not be read back as it was given, as in put_request.
template <room Room, class Fields>
constexpr void put_response(basic_writer<Room>& out, const response& r, const Fields& fields) noexcept {
    const bool has_place = r.switches() || (!r.accept && r.subprotocol.empty() && r.extensions.empty());
    out.put(std::string_view{"HTTP/1.1 "});
    if (r.status < 100 || r.status > 599 || !has_place) return out.fail(errc::websocket_status);
    hubwire::text::put_decimal(out, r.status);
    out.put(std::string_view{" "});
    out.put(detail::reason_of(r.status));
    detail::put_line_end(out);
    if (r.switches()) {
        out.put(std::string_view{"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "});
        if (!r.accept) return out.fail(errc::websocket_accept);
        out.put(r.accept->text());
        detail::put_line_end(out);
        if (!r.subprotocol.empty()) detail::put_subprotocols(out, std::span{&r.subprotocol, 1});
        detail::put_extensions(out, r.extensions);
    }
    detail::put_list(out, detail::known_name::version, r.versions, [&](std::string_view version) {
        detail::put_up_to(out, version, detail::find_stranger(version, 0, detail::in_token), errc::websocket_version);
        if (version.empty()) out.fail(errc::websocket_version);
    });
    detail::put_fields(out, fields, r.switches() ? detail::names_of_switching : detail::names_of_refusal,
                       !r.switches());
}
template <room Room>
constexpr void put_response(basic_writer<Room>& out, const response& r) noexcept {
    put_response(out, r, r.fields);
}

[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const response& r) noexcept {
    writer out{output};
    put_response(out, r);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const response& r) noexcept {
    counting_writer out;
    put_response(out, r);
    return out.finish();
}

/// The same for other ranges of fields, such as std::map<std::string, std::string>.
template <class Fields>
[[nodiscard]] constexpr result<bytes> encode_response(buffer output HUBWIRE_LIFETIMEBOUND, const response& r,
                                                      const Fields& fields) noexcept {
    writer out{output};
    put_response(out, r, fields);
    return out.finish();
}

namespace detail {

/// What is left of a response behind its first line, and without the empty one.
[[nodiscard]] constexpr std::string_view lines_of_response(bytes head) noexcept {
    std::string_view lines = head.text();
    lines.remove_suffix(2);
    take_until<'\n'>(lines);
    return lines;
}

[[nodiscard]] constexpr std::uint16_t status_of(bytes head) noexcept {
    std::uint16_t status = 0;
    for (std::size_t at = status_at; at != status_at + 3; ++at)
        status = static_cast<std::uint16_t>(status * 10 + (head[at] - '0'));
    return status;
}

/// Whether a server may choose this subprotocol: it is a token, and was offered.
template <class Subprotocols>
[[nodiscard]] constexpr text_fault check_chosen(std::string_view subprotocol, const Subprotocols& offered) noexcept {
    const text_fault fault = subprotocol_check{}.add(subprotocol);
    if (fault.code != errc::none) return fault;
    for (const auto& one : offered) {
        if (subprotocol == std::string_view{one}) return {};
    }
    return {.code = errc::websocket_other_subprotocol};
}

/// Whether a server may use this extension: it is one, and was asked for.
[[nodiscard]] constexpr text_fault check_used(std::string_view text, const extension_list& asked_for) noexcept {
    const text_fault fault = check_extension(text);
    if (fault.code != errc::none) return fault;
    for (const extension one : asked_for) {
        if (one.name == to_extension(text).name) return {};
    }
    return {.code = errc::websocket_other_extension};
}

}  // namespace detail

/// The response that a head is, with views into it, as the answer to the request that was sent, with these subprotocols
/// in the place of those in it: any range of texts.
///
/// With status 101 it is held to RFC 6455-4.1: what is missing is refused at the empty line, everything else where it
/// stands. Frames come next, even if a field announces a body (RFC 7230-3.3.3). Any other status is a response like any
/// other, whose meaning is HTTP's: 401 asks for credentials, 3xx for another URI (Location), 426 for another version
/// (versions), 503 for patience (Retry-After). If there is no subprotocol in it, the server chose none: whether that
/// will do is for the caller to judge.
///
/// The rules are those that the cutter was given: its limits hold here as well, by default the same.
template <detail::text_range Subprotocols>
[[nodiscard]] constexpr result<response> decode_response(bytes head, const request& asked, const Subprotocols& offered,
                                                         const head_options& rules = {}) noexcept {
    using detail::known_name;
    if (const error fault = detail::head_fault(head, head_kind::response, rules); fault.code != errc::none)
        return fault;
    const std::string_view lines = detail::lines_of_response(head);
    response r{.status = detail::status_of(head),
               .versions = token_list::on_the_wire(lines, known_name::version),
               .fields = field_list::on_the_wire(lines, detail::names_of_refusal)};
    if (!r.switches()) return r;

    detail::field_scan in{head, lines};
    bool upgrade = false;
    bool connection = false;
    const accept_key expected{asked.key};
    constexpr auto single = detail::set_of(known_name::accept, known_name::subprotocol, known_name::extensions);
    in.read_all(single, [&](known_name name, std::string_view value) {
        switch (name) {
            case known_name::upgrade:
                detail::for_each_item(value, [&](std::string_view item) {
                    upgrade = true;
                    if (!detail::same_in_any_case(item, "websocket")) in.refuse(item, errc::websocket_upgrade);
                });
                return;
            case known_name::connection:
                connection = connection || detail::names(value, "upgrade");
                return;
            case known_name::accept:
                if (value != expected.text()) in.refuse(value, errc::websocket_accept);
                return;
            case known_name::subprotocol:
                r.subprotocol = value;
                return in.expect(value, detail::check_chosen(value, offered));
            case known_name::extensions:
                return in.read_items(value, errc::websocket_extension,
                                     [&](std::string_view item) { return detail::check_used(item, asked.extensions); });
            default:
                return;
        }
    });
    in.demand(upgrade, errc::websocket_upgrade);
    in.demand(connection, errc::websocket_connection);
    in.demand(known_name::accept, errc::websocket_accept);
    if (!in.ok()) return in.fault();
    r.accept = expected;
    r.extensions = extension_list::on_the_wire(lines, known_name::extensions);
    r.fields = field_list::on_the_wire(lines, detail::names_of_switching);
    return r;
}
[[nodiscard]] constexpr result<response> decode_response(bytes head, const request& asked,
                                                         const head_options& rules = {}) noexcept {
    return decode_response(head, asked, asked.subprotocols, rules);
}

}  // namespace hubwire::websocket

#endif
