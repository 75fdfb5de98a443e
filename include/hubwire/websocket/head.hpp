#ifndef HUBWIRE_WEBSOCKET_HEAD_HPP
#define HUBWIRE_WEBSOCKET_HEAD_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/word.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// Heads of requests and responses in HTTP/1.1, as far as a handshake needs them (RFC 7230-3): a first line, header
/// fields, an empty line. Strict: each line ends with CR and LF, no line goes on in the next, no blank stands before a
/// colon. Where two readers could disagree on what a head says, one of them is somebody's way in.
namespace hubwire::websocket {

/// What a receiver puts up with. The heads of browsers and SDKs have less than 2 KB, cookies aside.
struct head_options {
    /// The most bytes that a head has, from its first to the empty line. Where the memory for it is less than that, say
    /// so here: then a head that does not fit is refused, and not waited for.
    std::size_t max_head_size = 8192;

    /// The most lines of header fields.
    std::size_t max_fields = 64;
};

/// Which side's head it is.
enum class head_kind : std::uint8_t {
    request,   // the client's: GET /path HTTP/1.1
    response,  // the server's: HTTP/1.1 101 Switching Protocols
};

namespace detail {

using namespace hubwire::detail;

/// What a character can be part of.
enum character_class : std::uint8_t {
    in_token = 1,   // RFC 7230-3.2.6: names of fields, and words
    in_target = 2,  // RFC 3986-2: all that a URI can have, but the # of a fragment, which is never sent (RFC 6455-3)
    in_host = 4,    // RFC 3986-3.2.2: a name
    in_value = 8,   // RFC 7230-3.2: what can be seen, blanks, and what is not ASCII
};

inline constexpr std::array<std::uint8_t, 256> character_classes = [] {
    constexpr std::string_view alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::array<std::uint8_t, 256> classes{};
    const auto add = [&classes](std::string_view characters, unsigned of) {
        for (const char c : characters) {
            std::uint8_t& all = classes[static_cast<unsigned char>(c)];
            all = static_cast<std::uint8_t>(all | of);
        }
    };
    add(alphanumeric, in_token | in_target | in_host);
    add("!#$%&'*+-.^_`|~", in_token);
    add("-._~!$&'()*+,;=%", in_target | in_host);
    add(":@/?[]", in_target);
    for (std::size_t c = 0; c != classes.size(); ++c) {
        if (c == '\t' || (c >= ' ' && c != 0x7F)) classes[c] = static_cast<std::uint8_t>(classes[c] | in_value);
    }
    return classes;
}();

[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_of(char c, character_class wanted) noexcept {
    return (character_classes[static_cast<unsigned char>(c)] & wanted) != 0;
}

/// Where the first character stands that is not of the class, from `at` on; the size if all are.
[[nodiscard]] constexpr std::size_t find_stranger(std::string_view text, std::size_t at,
                                                  character_class wanted) noexcept {
    while (at != text.size() && is_of(text[at], wanted)) ++at;
    return at;
}

/// Where a value ends, from `at` on: the same for the class in_value.
[[nodiscard]] constexpr std::size_t find_end_of_value(std::string_view text, std::size_t at) noexcept {
    if constexpr (!optimize_for_size) {
        for (; text.size() - at >= word_size; at += word_size) {
            const word w = load_word(text.data() + at);
            const word below_space = (w - every_byte<' '>)&~w & every_byte<0x80>;
            if ((below_space | bytes_equal_to<'\x7F'>(w)) != 0) break;  // or a tab, or what is not ASCII
        }
    }
    return find_stranger(text, at, in_value);
}

/// Where a character stands first; the size if it does not.
template <char Ascii>
[[nodiscard]] constexpr std::size_t find_or_end(std::string_view text) noexcept {
    std::size_t at = 0;
    if constexpr (!optimize_for_size) {
        for (; text.size() - at >= word_size; at += word_size) {
            const word w = load_word(text.data() + at);
            const word found = bytes_equal_to<Ascii>(w) & ~w;  // what is not ASCII might show as well
            if (found != 0) return at + first_byte(found);
        }
    }
    while (at != text.size() && text[at] != Ascii) ++at;
    return at;
}

inline constexpr std::string_view method_and_space = "GET ";
inline constexpr std::string_view version_and_end = "HTTP/1.1\r";
inline constexpr std::size_t status_at = 9;   // in "HTTP/1.1 101 "
inline constexpr std::size_t reason_at = 13;  // likewise, behind it

}  // namespace detail

/// Finds the end of a head while it arrives, in however many pieces, and looks at each byte once. Refused is, at the
/// first byte that cannot stand, what is not a head at all, and what is over the limits. What comes out is a head for
/// decode_request or decode_response.
///
/// A plain value: it holds no bytes, only how far it has come. Each head has a cutter of its own.
class head_cutter {
public:
    constexpr explicit head_cutter(head_kind kind, const head_options& rules = {}) noexcept
        : rules_{rules}, step_{kind == head_kind::request ? step::method : step::status_line} {}

    /// The head, once it is all there, as a view of its bytes: what lies behind it are frames already. Until then it is
    /// "incomplete", with the least number of bytes that are missing. A refusal stays one.
    ///
    /// Pre: received is all that came since the first byte of the head, as it was given before, and more; if it is
    /// less, the program traps.
    [[nodiscard]] constexpr result<bytes> cut(bytes received) noexcept {
        detail::require(at_ <= received.size());
        const std::size_t end = received.size() < rules_.max_head_size ? received.size() : rules_.max_head_size;
        const std::string_view text = received.first(end).text();
        while (step_ != step::done && at_ < end) {
            const error fault = advance(text);
            if (fault.code != errc::none) return fault;
        }
        if (step_ == step::done) return received.first(at_);
        if (at_ >= rules_.max_head_size) return error{.code = errc::over_limit, .offset = at_};
        return error{.code = errc::incomplete, .offset = at_, .needed = least()};
    }

private:
    enum class step : std::uint8_t {
        method,       // of a request
        target,       //
        version,      //
        status_line,  // of a response, up to the reason
        value,        // of a field, behind the colon; or the reason
        line_feed,
        line_begin,
        name,
        last_line_feed,
        done,
    };

    [[nodiscard]] constexpr error refuse(errc code) const noexcept { return {.code = code, .offset = at_}; }

    /// Takes one byte or more, and says what is wrong with the first that it did not take. Pre: there is one.
    constexpr error advance(std::string_view text) noexcept {
        const char c = text[at_];
        switch (step_) {
            case step::method:
                if (c != detail::method_and_space[at_]) return refuse(errc::websocket_method);
                return go_on(at_ + 1 == detail::method_and_space.size() ? step::target : step::method);
            case step::target:
                at_ = detail::find_stranger(text, at_, detail::in_target);
                if (at_ == text.size()) return {};
                if (text[at_] != ' ' || at_ == detail::method_and_space.size()) return refuse(errc::websocket_target);
                version_at_ = at_ + 1;
                return go_on(step::version);
            case step::version:
                if (c != detail::version_and_end[at_ - version_at_]) return refuse(errc::websocket_http_version);
                return go_on(c == '\r' ? step::line_feed : step::version);
            case step::status_line:
                return advance_status_line(text);
            case step::value:
                at_ = detail::find_end_of_value(text, at_);
                if (at_ == text.size()) return {};
                if (text[at_] == '\n') return refuse(errc::websocket_line_end);
                if (text[at_] != '\r') return refuse(errc::websocket_field_value);
                return go_on(step::line_feed);
            case step::line_feed:
                if (c != '\n') return refuse(errc::websocket_line_end);
                return go_on(step::line_begin);
            case step::line_begin:
                if (c == '\r') return go_on(step::last_line_feed);
                if (c == '\n') return refuse(errc::websocket_line_end);
                if (c == ' ' || c == '\t') return refuse(errc::websocket_folded_line);
                if (!detail::is_of(c, detail::in_token)) return refuse(errc::websocket_field_name);
                if (fields_ == rules_.max_fields) return refuse(errc::over_limit);
                ++fields_;
                return go_on(step::name);
            case step::name:
                at_ = detail::find_stranger(text, at_, detail::in_token);
                if (at_ == text.size()) return {};
                if (text[at_] != ':') return refuse(errc::websocket_field_name);
                return go_on(step::value);
            default:
                if (c != '\n') return refuse(errc::websocket_line_end);
                return go_on(step::done);
        }
    }

    /// "HTTP/1.1 101 ", byte by byte. Servers that refuse may speak HTTP/1.0, which has no status below 200.
    constexpr error advance_status_line(std::string_view text) noexcept {
        constexpr std::size_t minor_at = 7;
        const char c = text[at_];
        if (at_ < detail::status_at) {
            const bool fits = c == detail::version_and_end[at_] || (at_ == minor_at && c == '0');
            if (at_ + 1 == detail::status_at ? c != ' ' : !fits) return refuse(errc::websocket_http_version);
            return go_on(step::status_line);
        }
        if (at_ + 1 == detail::reason_at) {
            if (c != ' ') return refuse(errc::websocket_status);
            if (text[minor_at] == '0' && text[detail::status_at] == '1')
                return {.code = errc::websocket_http_version, .offset = minor_at};
            return go_on(step::value);
        }
        const bool first = at_ == detail::status_at;
        if (c < (first ? '1' : '0') || c > (first ? '5' : '9')) return refuse(errc::websocket_status);
        return go_on(step::status_line);
    }

    constexpr error go_on(step next) noexcept {
        ++at_;
        step_ = next;
        return {};
    }

    /// How many bytes there are at least until the end.
    [[nodiscard]] constexpr std::size_t least() const noexcept {
        constexpr std::size_t version_line = detail::version_and_end.size() + 3;
        switch (step_) {
            case step::method:
                return detail::method_and_space.size() - at_ + 2 + version_line;
            case step::target:
                return (at_ == detail::method_and_space.size() ? 2 : 1) + version_line;
            case step::version:
                return version_at_ + version_line - at_;
            case step::status_line:
                return detail::reason_at - at_ + 4;
            case step::value:
                return 4;
            case step::line_feed:
                return 3;
            case step::line_begin:
                return 2;
            case step::name:
                return 5;
            default:
                return 1;
        }
    }

    head_options rules_;
    std::size_t at_ = 0;  // of the first byte that was not looked at
    std::size_t version_at_ = 0;
    std::size_t fields_ = 0;
    step step_;
};

namespace detail {

/// A head that is all there, and nothing behind it; or what is wrong with it.
[[nodiscard]] constexpr error head_fault(bytes head, head_kind kind, const head_options& rules) noexcept {
    const auto whole = head_cutter{kind, rules}.cut(head);
    if (!whole) return whole.error();
    return whole->size() == head.size() ? error{} : error{.code = errc::leftover, .offset = whole->size()};
}

}  // namespace detail

}  // namespace hubwire::websocket

#endif
