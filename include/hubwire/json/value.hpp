#ifndef HUBWIRE_JSON_VALUE_HPP
#define HUBWIRE_JSON_VALUE_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/json/number.hpp>
#include <hubwire/json/reader.hpp>
#include <hubwire/json/string.hpp>
#include <hubwire/text/decimal.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hubwire::json {

struct member;
template <class T>
class value_range;

/// A value of a JSON text that was looked at as a whole by decode(). It is a view: nothing of it is stored, and to look
/// for something in it is to read it once more, from its beginning.
class value {
public:
    constexpr value() noexcept = default;  // null

    /// As it stands in the document, to be handed on, or to be read by a reader.
    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

    /// Where in the document it begins.
    [[nodiscard]] constexpr std::size_t offset() const noexcept { return offset_; }

    [[nodiscard]] constexpr json::kind kind() const noexcept { return own_reader().peek(); }
    [[nodiscard]] constexpr bool is_null() const noexcept { return text_[0] == 'n'; }

    /// The value as a T, as reader::get has it. The offset of an error is one in the document.
    template <class T>
    [[nodiscard]] constexpr result<T> as() const noexcept {
        reader in = own_reader();
        const auto found = in.get<T>();
        if (!in.ok()) return error{.code = in.error().code, .offset = offset_ + in.error().offset};
        return found;
    }

    /// The members of an object, and the items of an array, one by one; none if it is of another kind.
    [[nodiscard]] constexpr value_range<member> members() const noexcept;
    [[nodiscard]] constexpr value_range<value> items() const noexcept;

    /// The first member of this name, if it is an object and has one.
    [[nodiscard]] constexpr std::optional<value> find(const string& name) const noexcept {
        reader in = own_reader();
        if (in.peek() != kind::object) return std::nullopt;
        in.enter_object();
        if (!in.find_member(name)) return std::nullopt;
        return rest_of(in);
    }

    /// What a JSON Pointer (RFC 6901) leads to, such as /desired/telemetry/interval, or /items/0; ~1 in a name stands
    /// for a /, and ~0 for a ~. An empty one leads to the value itself. Takes one pass, however long it is.
    [[nodiscard]] constexpr std::optional<value> find_path(std::string_view pointer) const noexcept {
        reader in = own_reader();
        while (!pointer.empty()) {
            if (pointer[0] != '/') return std::nullopt;
            pointer.remove_prefix(1);
            std::string_view token = pointer;
            token.remove_suffix(token.size() - detail::index_of(token, '/'));
            pointer.remove_prefix(token.size());
            if (!step_into(in, token)) return std::nullopt;
        }
        return rest_of(in);
    }

    /// What the pointer leads to, as a T. If there is nothing, "absent"; or, where T is a std::optional, an empty one.
    template <class T>
    [[nodiscard]] constexpr result<T> get(std::string_view pointer) const noexcept {
        const auto found = find_path(pointer);
        if (found) return found->as<T>();
        if constexpr (detail::is_optional<T>) {
            return T{};
        } else {
            return error{.code = errc::json_absent, .offset = offset_};
        }
    }

private:
    template <class>
    friend class value_range;
    friend constexpr result<value> decode(std::string_view text, const options& rules) noexcept;

    constexpr value(std::string_view text, std::size_t offset, const options& rules) noexcept
        : text_{text}, offset_{offset}, rules_{rules} {}

    [[nodiscard]] constexpr reader own_reader() const noexcept { return reader{text_, rules_}; }

    /// The next value of a reader of this one.
    [[nodiscard]] constexpr value rest_of(reader& in) const noexcept {
        const std::string_view found = in.raw();
        return {found, offset_ + in.offset() - found.size(), rules_};
    }

    /// Whether a token of a pointer means this name.
    static constexpr bool means(std::string_view token, const string& name) noexcept {
        if (detail::index_of(token, '~') == token.size()) return name == token;
        detail::unescaped_bytes characters{name.raw(), name.is_escaped()};
        for (std::size_t at = 0; at != token.size(); ++at) {
            char c = token[at];
            if (c == '~') {
                ++at;
                if (at == token.size() || (token[at] != '0' && token[at] != '1')) return false;
                c = token[at] == '0' ? '~' : '/';
            }
            if (characters.next() != c) return false;
        }
        return !characters.next();
    }

    static constexpr bool step_into(reader& in, std::string_view token) noexcept {
        if (in.peek() == kind::object) {
            in.enter_object();
            while (in.next_member()) {
                if (means(token, in.name())) return true;
            }
        } else if (in.peek() == kind::array) {
            const auto index = text::decode_decimal<std::size_t>(token, {.refuse_leading_zeros = true});
            if (!index) return false;
            in.enter_array();
            for (std::size_t i = 0; in.next_item(); ++i) {
                if (i == *index) return true;
            }
        }
        return false;
    }

    std::string_view text_ = "null";
    std::size_t offset_ = 0;
    options rules_{};
};

struct member {
    string name{};
    json::value value{};
};

/// The members of an object, or the items of an array, in their order: each is found when it is its turn.
template <class T>
class value_range {
public:
    constexpr value_range() noexcept = default;

    class iterator {
    public:
        using value_type = T;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr const T& operator*() const noexcept HUBWIRE_LIFETIMEBOUND { return current_; }
        constexpr const T* operator->() const noexcept HUBWIRE_LIFETIMEBOUND { return &current_; }
        constexpr iterator& operator++() noexcept {
            load();
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            load();
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.left() == b.left(); }

    private:
        friend value_range;
        constexpr explicit iterator(const value& whole) noexcept : whole_{whole}, in_{whole.own_reader()} {
            constexpr json::kind wanted = std::same_as<T, member> ? kind::object : kind::array;
            if (in_.peek() != wanted) return;
            if constexpr (std::same_as<T, member>) {
                in_.enter_object();
            } else {
                in_.enter_array();
            }
            more_ = true;
            load();
        }
        constexpr void load() noexcept {
            if constexpr (std::same_as<T, member>) {
                more_ = in_.next_member();
                if (more_) current_ = {.name = in_.name(), .value = whole_.rest_of(in_)};
            } else {
                more_ = in_.next_item();
                if (more_) current_ = whole_.rest_of(in_);
            }
        }
        /// How many bytes are still to be read, at least the bracket; 0 behind the last.
        [[nodiscard]] constexpr std::size_t left() const noexcept {
            return more_ ? whole_.text().size() - in_.offset() : 0;
        }

        value whole_{};
        reader in_{std::string_view{}};
        T current_{};
        bool more_ = false;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{whole_}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

private:
    friend value;
    constexpr explicit value_range(const value& whole) noexcept : whole_{whole} {}

    value whole_{};
};

constexpr value_range<member> value::members() const noexcept { return value_range<member>{*this}; }
constexpr value_range<value> value::items() const noexcept { return value_range<value>{*this}; }

/// The value that the text is: all of it, and nothing behind it. What is not JSON, or nested deeper than 64 levels, is
/// refused where it stands.
[[nodiscard]] constexpr result<value> decode(std::string_view text, const options& rules = {}) noexcept {
    reader in{text, rules};
    const std::string_view found = in.raw();
    const std::size_t behind = in.offset();
    return in.finish(value{found, behind - found.size(), rules});
}

}  // namespace hubwire::json

#endif
