#ifndef HUBWIRE_WEBSOCKET_COMMA_LIST_HPP
#define HUBWIRE_WEBSOCKET_COMMA_LIST_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/same_items.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/websocket/head.hpp>
#include <hubwire/websocket/header_field.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hubwire::websocket {

/// What stands in a header field with commas between (RFC 7230-7): in a text of the caller's, such as "mqtt, amqp", in
/// an array of items, or in a head, where there may be several fields of the name. All look the same; nothing is copied
/// or stored. Empty items are skipped.
/// Make makes an item of the text between two commas.
template <class Item, Item (*Make)(std::string_view) noexcept>
class comma_list {
public:
    constexpr comma_list() noexcept = default;

    /// Of a text that has one item, or several with commas between, and outlives this. (Only of what is one text: two
    /// literals in braces would become a std::string_view that reaches from one to the other.)
    constexpr comma_list(const char* text) noexcept : text_{text} {}
    template <std::convertible_to<std::string_view> Text>
        requires(!std::is_pointer_v<Text> && !std::is_array_v<Text> && !detail::borrowed<Text>)
    constexpr comma_list(const Text& text HUBWIRE_LIFETIMEBOUND) noexcept : text_{text} {}
    template <std::convertible_to<std::string_view> Text>
        requires(!std::is_pointer_v<Text> && !std::is_array_v<Text> && detail::borrowed<Text>)
    constexpr comma_list(const Text& text) noexcept : text_{text} {}

    /// Of an array, a vector or a span of items. (Not of a braced list, which would be gone before the request is
    /// compared with its answer.)
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const Item>> && !detail::borrowed<Range>)
    constexpr comma_list(const Range& range HUBWIRE_LIFETIMEBOUND) noexcept
        : comma_list{std::span<const Item>{range}, nullptr} {}
    template <class Range>
        requires(std::is_convertible_v<const Range&, std::span<const Item>> && detail::borrowed<Range>)
    constexpr comma_list(const Range& range) noexcept : comma_list{std::span<const Item>{range}, nullptr} {}

    /// Pre: a cutter has looked at the lines. (Decoders see to that, and nobody else need call this.)
    [[nodiscard]] static constexpr comma_list on_the_wire(std::string_view lines HUBWIRE_LIFETIMEBOUND,
                                                          detail::known_name name) noexcept {
        comma_list list;
        list.lines_ = lines;
        list.name_ = name;
        return list;
    }

    [[nodiscard]] constexpr bool empty() const noexcept { return begin() == end(); }

    class iterator {
    public:
        using value_type = Item;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr Item operator*() const noexcept { return items_ != nullptr ? *items_ : Make(item_); }
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
            return a.items_ == b.items_ && a.item_.data() == b.item_.data();
        }

    private:
        friend comma_list;
        constexpr explicit iterator(const comma_list& all) noexcept
            : left_{all.size_}, text_{all.text_}, lines_{all.lines_}, name_{all.name_} {
            if (left_ != 0) {
                items_ = all.items_;
            } else {
                load();
            }
        }
        constexpr void load() noexcept {
            if (items_ != nullptr) {
                items_ = --left_ == 0 ? nullptr : items_ + 1;
                return;
            }
            for (;;) {
                while (!text_.empty()) {
                    item_ = detail::without_blanks(detail::take_until<','>(text_));
                    if (!item_.empty()) return;
                }
                if (lines_.empty()) break;
                const header_field field = detail::take_field(lines_);
                if (detail::same_in_any_case(field.name, detail::name_of(name_))) text_ = field.value;
            }
            item_ = {};
        }

        const Item* items_ = nullptr;  // from this one on
        std::size_t left_ = 0;
        std::string_view item_{};
        std::string_view text_{};   // behind it
        std::string_view lines_{};  // likewise
        detail::known_name name_ = detail::known_name::none;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    /// Whether it is there. Linear in the size.
    [[nodiscard]] constexpr bool contains(const Item& wanted) const noexcept {
        for (const Item item : *this) {
            if (item == wanted) return true;
        }
        return false;
    }

    /// Whether the items are the same, in the same order, wherever they lie.
    friend constexpr bool operator==(const comma_list& a, const comma_list& b) noexcept {
        return hubwire::detail::same_items(a, b);
    }

private:
    constexpr comma_list(std::span<const Item> items, std::nullptr_t) noexcept
        : items_{items.data()}, size_{items.size()} {}

    const Item* items_ = nullptr;
    std::size_t size_ = 0;
    std::string_view text_{};
    std::string_view lines_{};
    detail::known_name name_ = detail::known_name::none;
};

/// An extension (RFC 6455-9.1): a name and, as they are written, its parameters.
struct extension {
    std::string_view name{};
    std::string_view parameters{};  // such as "client_max_window_bits; server_max_window_bits=10"

    friend constexpr bool operator==(const extension&, const extension&) noexcept = default;
};

namespace detail {

constexpr std::string_view to_token(std::string_view text) noexcept { return text; }

constexpr extension to_extension(std::string_view text) noexcept {
    const std::string_view name = take_until<';'>(text);
    return {.name = without_blanks(name), .parameters = without_blanks(text)};
}

}  // namespace detail

/// Subprotocols, in the order of preference; versions.
using token_list = comma_list<std::string_view, detail::to_token>;
using extension_list = comma_list<extension, detail::to_extension>;

/// The most subprotocols that may be offered: each is compared with all others.
inline constexpr std::size_t max_subprotocols = 32;

namespace detail {

/// What is wrong with a text, and where in it; errc::none if nothing is.
struct text_fault {
    errc code = errc::none;
    std::size_t at = 0;
};

/// Sees that subprotocols are tokens, each there once (RFC 6455-4.1, item 10), and not too many.
class subprotocol_check {
public:
    constexpr text_fault add(std::string_view subprotocol) noexcept {
        if (count_ == max_subprotocols) return {.code = errc::over_limit};
        const std::size_t stranger = find_stranger(subprotocol, 0, in_token);
        if (stranger != subprotocol.size() || subprotocol.empty())
            return {.code = errc::websocket_subprotocol, .at = stranger};
        for (std::size_t i = 0; i != count_; ++i) {
            if (seen_[i] == subprotocol) return {.code = errc::websocket_subprotocol};
        }
        seen_[count_++] = subprotocol;
        return {};
    }

private:
    std::array<std::string_view, max_subprotocols> seen_{};
    std::size_t count_ = 0;
};

/// Reads the parameters of an extension: name, name=token, name="token", with ; between and blanks anywhere between.
/// What is quoted has to be a token, once its backslashes are taken away.
class parameter_scan {
public:
    constexpr explicit parameter_scan(std::string_view parameters) noexcept : text_{parameters} {}

    constexpr text_fault fault() noexcept {
        do {
            if (!take_token()) return here();
            if (take('=') && !(take('"') ? take_quoted() : take_token())) return here();
        } while (take(';'));
        if (at_ != text_.size()) return here();
        return is_blank(text_.back()) ? text_fault{.code = errc::websocket_extension, .at = at_ - 1} : text_fault{};
    }

private:
    [[nodiscard]] constexpr text_fault here() const noexcept { return {.code = errc::websocket_extension, .at = at_}; }
    constexpr bool take(char c) noexcept {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        if (c != '"') skip_blanks();
        return true;
    }
    constexpr void skip_blanks() noexcept {
        while (at_ != text_.size() && is_blank(text_[at_])) ++at_;
    }
    constexpr bool take_token() noexcept {
        const std::size_t begin = at_;
        at_ = find_stranger(text_, at_, in_token);
        if (at_ == begin) return false;
        skip_blanks();
        return true;
    }
    constexpr bool take_quoted() noexcept {
        const std::size_t begin = at_;
        while (at_ != text_.size() && text_[at_] != '"') {
            if (text_[at_] == '\\' && at_ + 1 != text_.size()) ++at_;
            if (!is_of(text_[at_], in_token)) return false;
            ++at_;
        }
        if (at_ == begin || at_ == text_.size()) return false;
        ++at_;
        skip_blanks();
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// Whether what stands between two commas is an extension. A ; with nothing behind it is not the end of one.
[[nodiscard]] constexpr text_fault check_extension(std::string_view text) noexcept {
    const extension e = to_extension(text);
    const std::size_t stranger = find_stranger(e.name, 0, in_token);
    const auto offset_of = [text](std::string_view part, std::size_t at) {
        return text_fault{.code = errc::websocket_extension,
                          .at = static_cast<std::size_t>(part.data() - text.data()) + at};
    };
    if (e.name.empty() || stranger != e.name.size()) return offset_of(e.name, stranger);
    std::string_view rest = text;
    if (take_until<';'>(rest).size() == text.size()) return {};
    const text_fault fault = parameter_scan{e.parameters}.fault();
    return fault.code == errc::none ? fault : offset_of(e.parameters, fault.at);
}

/// Writes items with commas between, behind the name of their field; nothing if there are none.
template <room Room, class Range, class PutItem>
constexpr void put_list(basic_writer<Room>& out, known_name name, const Range& items, PutItem put_item) noexcept {
    bool is_first = true;
    for (auto&& item : items) {
        if (is_first) {
            out.put(name_of(name));
            out.put(std::string_view{": "});
        } else {
            out.put(std::string_view{", "});
        }
        is_first = false;
        put_item(item);
    }
    if (!is_first) put_line_end(out);
}

template <room Room>
constexpr void put_checked(basic_writer<Room>& out, std::string_view text, const text_fault& fault) noexcept {
    if (fault.code == errc::none) return out.put(text);
    out.put(std::string_view{text.data(), fault.at});
    out.fail(fault.code);
}

/// A range of texts, which are still there after a step to the next one.
template <class Range>
concept text_range =
    requires(Range& range) {
        { *std::begin(range) } -> std::convertible_to<std::string_view>;
        std::end(range);
    } && (std::is_lvalue_reference_v<decltype(*std::begin(std::declval<Range&>()))> ||
          std::is_trivially_copyable_v<std::remove_cvref_t<decltype(*std::begin(std::declval<Range&>()))>>);

template <room Room, text_range Range>
constexpr void put_subprotocols(basic_writer<Room>& out, const Range& subprotocols) noexcept {
    subprotocol_check check_one;
    put_list(out, known_name::subprotocol, subprotocols, [&](const auto& item) {
        const std::string_view subprotocol = item;
        put_checked(out, subprotocol, check_one.add(subprotocol));
    });
}

template <room Room>
constexpr void put_extensions(basic_writer<Room>& out, const extension_list& extensions) noexcept {
    put_list(out, known_name::extensions, extensions, [&](const extension& e) {
        put_up_to(out, e.name, find_stranger(e.name, 0, in_token), errc::websocket_extension);
        if (e.name.empty()) out.fail(errc::websocket_extension);
        if (e.parameters.empty()) return;
        out.put(std::string_view{"; "});
        put_checked(out, e.parameters, parameter_scan{e.parameters}.fault());
    });
}

}  // namespace detail

}  // namespace hubwire::websocket

#endif
