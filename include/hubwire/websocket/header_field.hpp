#ifndef HUBWIRE_WEBSOCKET_HEADER_FIELD_HPP
#define HUBWIRE_WEBSOCKET_HEADER_FIELD_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/same_items.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/websocket/head.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace hubwire::websocket {

/// A line of a head: a name, whose case means nothing, and a value, without the blanks around it.
struct header_field {
    std::string_view name{};
    std::string_view value{};

    friend constexpr bool operator==(const header_field&, const header_field&) noexcept = default;
};

namespace detail {

/// The names that a handshake knows. Each has its bit in a set of names.
enum class known_name : std::uint8_t {
    host,
    origin,
    upgrade,
    connection,
    key,
    accept,
    version,
    subprotocol,
    extensions,
    content_length,
    transfer_encoding,
    none,
};

inline constexpr std::string_view known_names[] = {
    "Host",
    "Origin",
    "Upgrade",
    "Connection",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Accept",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions",
    "Content-Length",
    "Transfer-Encoding",
};

using name_set = std::uint16_t;

[[nodiscard]] constexpr std::string_view name_of(known_name name) noexcept {
    return known_names[static_cast<std::size_t>(name)];
}

template <class... Names>
[[nodiscard]] constexpr name_set set_of(Names... names) noexcept {
    return static_cast<name_set>((... | (1u << static_cast<unsigned>(names))));
}
[[nodiscard]] constexpr bool holds(name_set names, known_name name) noexcept { return (names & set_of(name)) != 0; }

/// What a struct has its own members for, so that it is none of its other fields.
inline constexpr name_set names_of_request =
    set_of(known_name::host, known_name::origin, known_name::upgrade, known_name::connection, known_name::key,
           known_name::version, known_name::subprotocol, known_name::extensions);
inline constexpr name_set names_of_refusal = set_of(known_name::version);
inline constexpr name_set names_of_switching =
    set_of(known_name::upgrade, known_name::connection, known_name::accept, known_name::version,
           known_name::subprotocol, known_name::extensions);

[[nodiscard]] constexpr char in_lower_case(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether the texts are the same, save for the case of ASCII letters.
[[nodiscard]] constexpr bool same_in_any_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    if (a == b) return true;  // as they mostly are, where the sizes are
    for (std::size_t at = 0; at != a.size(); ++at) {
        if (in_lower_case(a[at]) != in_lower_case(b[at])) return false;
    }
    return true;
}

[[nodiscard]] constexpr known_name find_known_name(std::string_view name) noexcept {
    std::uint8_t index = 0;
    for (const std::string_view known : known_names) {
        if (same_in_any_case(name, known)) break;
        ++index;
    }
    return known_name{index};
}

[[nodiscard]] constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

/// Without the blanks around it. The view lies within the text, even if nothing is left.
[[nodiscard]] constexpr std::string_view without_blanks(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Takes what comes before the first such character, and the character, off the text. All of it if there is none.
template <char End>
constexpr std::string_view take_until(std::string_view& text) noexcept {
    const std::size_t size = find_or_end<End>(text);
    const std::string_view before{text.data(), size};
    text.remove_prefix(size == text.size() ? size : size + 1);
    return before;
}

/// Takes a line off header fields. Pre: a cutter has looked at them, and there is one.
constexpr header_field take_field(std::string_view& lines) noexcept {
    const std::string_view name = take_until<':'>(lines);
    const std::string_view value = take_until<'\r'>(lines);
    lines.remove_prefix(1);  // LF
    return {.name = name, .value = without_blanks(value)};
}

}  // namespace detail

/// The fields that the handshake has no member for: in an array of the caller's, to be written, or in a head, where a
/// cutter has checked them. Both look the same; nothing is copied or stored. What is not among them is what has its
/// member in the struct that they are in.
class field_list {
public:
    constexpr field_list() noexcept = default;

    /// Of an array, a vector or a span. (Not of a braced list, which would be gone before the request is compared with
    /// its answer.)
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const header_field>> && !detail::borrowed<Range>)
    constexpr field_list(const Range& range HUBWIRE_LIFETIMEBOUND) noexcept
        : field_list{std::span<const header_field>{range}, nullptr} {}
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const header_field>> && detail::borrowed<Range>)
    constexpr field_list(const Range& range) noexcept : field_list{std::span<const header_field>{range}, nullptr} {}

    /// Pre: a cutter has looked at the lines. (Decoders see to that, and nobody else need call this.)
    [[nodiscard]] static constexpr field_list on_the_wire(std::string_view lines HUBWIRE_LIFETIMEBOUND,
                                                          detail::name_set hidden) noexcept {
        field_list fields;
        fields.lines_ = lines;
        fields.hidden_ = hidden;
        return fields;
    }

    [[nodiscard]] constexpr bool empty() const noexcept { return begin() == end(); }

    class iterator {
    public:
        using value_type = header_field;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr header_field operator*() const noexcept { return field_; }
        [[nodiscard]] constexpr const header_field* operator->() const noexcept HUBWIRE_LIFETIMEBOUND {
            return &field_;
        }
        constexpr iterator& operator++() noexcept {
            load();
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.left_ == b.left_ && a.lines_.size() == b.lines_.size() && a.at_end_ == b.at_end_;
        }

    private:
        friend field_list;
        constexpr explicit iterator(const field_list& all) noexcept
            : items_{all.items_}, left_{all.size_}, lines_{all.lines_}, hidden_{all.hidden_} {
            load();
        }
        constexpr void load() noexcept {
            at_end_ = false;
            if (left_ != 0) {
                --left_;
                field_ = *items_++;
                return;
            }
            while (!lines_.empty()) {
                field_ = detail::take_field(lines_);
                if (!detail::holds(hidden_, detail::find_known_name(field_.name))) return;
            }
            at_end_ = true;
        }

        header_field field_{};
        const header_field* items_ = nullptr;  // behind this one
        std::size_t left_ = 0;
        std::string_view lines_{};  // likewise
        detail::name_set hidden_ = 0;
        bool at_end_ = true;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    /// The value of the first field of this name, in any case, such as "Retry-After". Linear in the size.
    [[nodiscard]] constexpr std::optional<std::string_view> find(std::string_view name) const noexcept {
        for (const header_field field : *this) {
            if (detail::same_in_any_case(field.name, name)) return field.value;
        }
        return std::nullopt;
    }

    /// Whether the fields are the same, in the same order, wherever they lie.
    friend constexpr bool operator==(const field_list& a, const field_list& b) noexcept {
        return hubwire::detail::same_items(a, b);
    }

private:
    constexpr field_list(std::span<const header_field> items, std::nullptr_t) noexcept
        : items_{items.data()}, size_{items.size()} {}

    const header_field* items_ = nullptr;
    std::size_t size_ = 0;
    std::string_view lines_{};
    detail::name_set hidden_ = 0;
};

namespace detail {

/// A field, or whatever has a name and a value as its two parts: a std::pair, an item of a map.
template <class Element>
constexpr header_field to_field(const Element& element HUBWIRE_LIFETIMEBOUND) noexcept {
    const auto& [name, value] = element;
    return {.name = name, .value = value};
}

/// Writes a text up to what is wrong with it, if anything is.
template <room Room>
constexpr void put_up_to(basic_writer<Room>& out, std::string_view text, std::size_t fault, errc code) noexcept {
    out.put(std::string_view{text.data(), fault});
    if (fault != text.size()) out.fail(code);
}

template <room Room>
constexpr void put_line_end(basic_writer<Room>& out) noexcept {
    out.put(std::string_view{"\r\n"});
}

/// A name, which is a token, and ": ".
template <room Room>
constexpr void put_name(basic_writer<Room>& out, std::string_view name) noexcept {
    put_up_to(out, name, find_stranger(name, 0, in_token), errc::websocket_field_name);
    if (name.empty()) out.fail(errc::websocket_field_name);
    out.put(std::string_view{": "});
}

/// Where a value has something that cannot stand: a control character, or a blank at an end, which nobody would see.
[[nodiscard]] constexpr std::size_t find_value_fault(std::string_view value) noexcept {
    if (value.empty()) return 0;
    if (is_blank(value.front())) return 0;
    const std::size_t stranger = find_end_of_value(value, 0);
    return stranger == value.size() && is_blank(value.back()) ? value.size() - 1 : stranger;
}

/// A line of a name that is known to be one.
template <room Room>
constexpr void put_line(basic_writer<Room>& out, known_name name, std::string_view value) noexcept {
    out.put(name_of(name));
    out.put(std::string_view{": "});
    put_up_to(out, value, find_value_fault(value), errc::websocket_field_value);
    put_line_end(out);
}

/// Whether a field says that a body follows.
[[nodiscard]] constexpr bool announces_body(known_name name, std::string_view value) noexcept {
    if (name != known_name::content_length) return name == known_name::transfer_encoding;
    for (const char c : value) {
        if (c != '0') return true;
    }
    return value.empty();
}

/// The other fields, and the empty line.
template <room Room, class Fields>
constexpr void put_fields(basic_writer<Room>& out, const Fields& fields, name_set own, bool may_have_body) noexcept {
    for (auto&& element : fields) {
        const header_field field = to_field(element);
        const known_name name = find_known_name(field.name);
        if (holds(own, name)) return out.fail(errc::websocket_own_field);
        if (!may_have_body && announces_body(name, field.value)) return out.fail(errc::websocket_body);
        put_name(out, field.name);
        put_up_to(out, field.value, find_value_fault(field.value), errc::websocket_field_value);
        put_line_end(out);
    }
    put_line_end(out);
}

}  // namespace detail

}  // namespace hubwire::websocket

#endif
