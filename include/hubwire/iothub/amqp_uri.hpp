#ifndef HUBWIRE_IOTHUB_AMQP_URI_HPP
#define HUBWIRE_IOTHUB_AMQP_URI_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/name.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/text/percent.hpp>

#include <cstddef>
#include <string_view>

/// amqps://user:password@host/path: everything that it takes to connect, in the one text that AMQP libraries for Python
/// and others ask for. It holds a secret: where it is logged, the token is known.
namespace hubwire::iothub {

/// What such a URI is made of. The user is what encode_plain_user writes, the password a token, the path an address.
struct amqp_uri {
    std::string_view user{};
    std::string_view password{};
    std::string_view host{};  // with a port or without
    std::string_view path{};  // empty, or / and more

    friend constexpr bool operator==(const amqp_uri&, const amqp_uri&) noexcept = default;
};

namespace detail {

/// As Python's quote_plus does: what is not unreserved is escaped, but a space is a +.
template <room Room>
constexpr void put_quoted(basic_writer<Room>& out, std::string_view text) noexcept {
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = find_or_end<' '>(text, at);
        if (at != 0) out.put(std::string_view{"+"});
        text::put_percent(out, part_of(text, at, end - at));
        at = end + 1;
    }
}

/// Whether each character can stand in a path: a URI is in one piece, of printable ASCII.
constexpr result<void> check_uri_path(std::string_view path) noexcept {
    for (std::size_t at = 0; at != path.size(); ++at) {
        const auto c = static_cast<unsigned char>(path[at]);
        if (c <= ' ' || c >= 0x7F || (at == 0 && c != '/')) return error{.code = errc::iothub_amqp_uri, .offset = at};
    }
    return {};
}

}  // namespace detail

/// Writes the URI; user and password are escaped, host and path are as they are.
template <room Room>
constexpr void put_amqp_uri(basic_writer<Room>& out, const amqp_uri& uri) noexcept {
    if (uri.user.empty() || uri.password.empty()) return out.fail(errc::iothub_amqp_uri);
    if (const auto valid = check_host_and_port(uri.host); !valid) return out.fail(valid.error().code);
    if (const auto valid = detail::check_uri_path(uri.path); !valid) return out.fail(valid.error().code);
    out.put(detail::amqps_scheme);
    detail::put_quoted(out, uri.user);
    out.put(std::string_view{":"});
    detail::put_quoted(out, uri.password);
    out.put(std::string_view{"@"});
    out.put(uri.host);
    out.put(uri.path);
}
[[nodiscard]] constexpr result<bytes> encode_amqp_uri(buffer output HUBWIRE_LIFETIMEBOUND,
                                                      const amqp_uri& uri) noexcept {
    writer out{output};
    put_amqp_uri(out, uri);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const amqp_uri& uri) noexcept {
    counting_writer out;
    put_amqp_uri(out, uri);
    return out.finish();
}

/// A text that is escaped where it lies in a URI: percent-encoded, and a + for each space.
class quoted_text {
    /// Until one is not welcome, or the text malformed; whether all were.
    template <class Take>
    constexpr bool for_each_byte(error& fault, Take take) const noexcept {
        for (std::size_t at = 0; at != encoded_.size();) {
            const text::detail::percent_unit unit = text::detail::percent_unit_at(encoded_, at, {});
            if (unit.size == 0) {
                fault = {.code = errc::percent_escape, .offset = at};
                return false;
            }
            if (!take(encoded_[at] == '+' ? static_cast<unsigned char>(' ') : unit.byte)) return false;
            at += unit.size;
        }
        return true;
    }

public:
    constexpr quoted_text() noexcept = default;
    constexpr explicit quoted_text(std::string_view encoded) noexcept : encoded_{encoded} {}

    /// As it lies there.
    [[nodiscard]] constexpr std::string_view raw() const noexcept { return encoded_; }

    /// What it stands for, written to the output, which may not overlap it. A malformed % is refused where it stands;
    /// "no space" comes after that: with so much more, it decodes.
    [[nodiscard]] constexpr result<bytes> decode(buffer output HUBWIRE_LIFETIMEBOUND) const noexcept {
        writer out{output};
        error fault{};
        for_each_byte(fault, [&out](unsigned char byte) { return out.u8(byte), true; });
        return fault.code == errc::none ? out.finish() : fault;
    }

    /// Whether it stands for these characters.
    friend constexpr bool operator==(const quoted_text& a, std::string_view plain) noexcept {
        error fault{};
        std::size_t at = 0;
        const bool same = a.for_each_byte(fault, [&](unsigned char byte) {
            const bool right = at != plain.size() && static_cast<unsigned char>(plain[at]) == byte;
            ++at;
            return right;
        });
        return same && at == plain.size();
    }

private:
    std::string_view encoded_{};
};

/// A URI in its parts, as they lie there.
struct amqp_uri_view {
    quoted_text user{};
    quoted_text password{};
    std::string_view host{};
    std::string_view path{};
};

/// The parts of the URI. A user and a password have to be there; neither has a : or an @ that is not escaped.
[[nodiscard]] constexpr result<amqp_uri_view> decode_amqp_uri(std::string_view text) noexcept {
    const auto refused = [](std::size_t at) { return error{.code = errc::iothub_amqp_uri, .offset = at}; };
    constexpr std::size_t begin = detail::amqps_scheme.size();
    std::size_t same = 0;
    while (same != begin && same != text.size() && detail::lower_case(text[same]) == detail::amqps_scheme[same]) ++same;
    if (same != begin) return refused(same);
    const auto find_first = [text](std::size_t at, auto... stops) {
        while (at != text.size() && ((text[at] != stops) && ...)) ++at;
        return at;
    };
    const std::size_t colon = find_first(begin, ':', '@', '/');
    if (colon == begin || colon == text.size() || text[colon] != ':') return refused(colon);
    const std::size_t at_sign = find_first(colon + 1, ':', '@', '/');
    if (at_sign == colon + 1 || at_sign == text.size() || text[at_sign] != '@') return refused(at_sign);
    const std::size_t slash = find_first(at_sign + 1, '/');
    const amqp_uri_view uri{.user = quoted_text{detail::part_of(text, begin, colon - begin)},
                            .password = quoted_text{detail::part_of(text, colon + 1, at_sign - colon - 1)},
                            .host = detail::part_of(text, at_sign + 1, slash - at_sign - 1),
                            .path = detail::rest_of(text, slash)};
    if (const auto valid = check_host_and_port(uri.host); !valid)
        return error{.code = valid.error().code, .offset = at_sign + 1 + valid.error().offset};
    if (const auto valid = detail::check_uri_path(uri.path); !valid) return refused(slash + valid.error().offset);
    return uri;
}

}  // namespace hubwire::iothub

#endif
