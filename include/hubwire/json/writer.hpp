#ifndef HUBWIRE_JSON_WRITER_HPP
#define HUBWIRE_JSON_WRITER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/json/number.hpp>
#include <hubwire/json/reader.hpp>
#include <hubwire/json/string.hpp>
#include <hubwire/json/value.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace hubwire::json {

namespace detail {

/// What is one value of JSON as it is.
template <class T>
concept single_value = std::same_as<T, bool> || std::same_as<T, std::nullptr_t> || std::same_as<T, number> ||
                       std::same_as<T, value> || number_type<T> || std::convertible_to<const T&, string>;

}  // namespace detail

/// What can be written as a value: bool, integers, double, texts (plain ones, or a json::string), json::number, nullptr
/// for null, a json::value from another document; and std::optional of these, where an empty one is null. Not float: as
/// a double it has digits that nobody meant.
template <class T>
concept writable = detail::single_value<T> || (detail::is_optional<T> && requires(const T& optional) {
                       requires detail::single_value<std::remove_cvref_t<decltype(*optional)>>;
                   });

/// Writes a JSON text from front to back into any of hubwire's writers, without any white space. Commas and colons are
/// its own affair:
///     json::writer out{bytes};
///     out.begin_object();
///     out.member("interval", 60);
///     out.begin_array("units");
///     out.value("C");
///     out.end_array();
///     out.end_object();
/// What cannot stand at its place, such as a value without a name in an object, is refused, and nothing of it written.
/// That names of an object are not the same is for the caller to see to. The first failure sticks.
template <room Room, std::size_t MaxDepth = default_max_depth>
class writer {
public:
    constexpr explicit writer(basic_writer<Room>& out HUBWIRE_LIFETIMEBOUND) noexcept : out_{out} {}

    [[nodiscard]] constexpr bool ok() const noexcept { return out_.ok(); }

    constexpr void begin_object() noexcept { begin('{'); }
    constexpr void end_object() noexcept { end('}', levels_.in_object()); }
    constexpr void begin_array() noexcept { begin('['); }
    constexpr void end_array() noexcept { end(']', levels_.in_array()); }

    /// The name of a member, whose value comes next.
    constexpr void name(const string& name) noexcept {
        if (!levels_.in_object() || state_ == state::named) return out_.fail(errc::json_misplaced);
        if (state_ == state::behind) out_.u8(',');
        put_string(out_, name);
        out_.u8(':');
        state_ = state::named;
    }

    template <writable T>
    constexpr void value(const T& its_value) noexcept {
        if constexpr (detail::is_optional<T>) {
            if (!its_value) return value(nullptr);
            return value(*its_value);
        } else {
            if (!begin_value()) return;
            if constexpr (std::same_as<T, bool>) {
                out_.put(its_value ? std::string_view{"true"} : std::string_view{"false"});
            } else if constexpr (std::same_as<T, std::nullptr_t>) {
                out_.put(std::string_view{"null"});
            } else if constexpr (std::same_as<T, json::value>) {
                out_.put(its_value.text());
            } else if constexpr (std::same_as<T, number> || number_type<T>) {
                put_number(out_, its_value);
            } else {
                put_string(out_, its_value);
            }
        }
    }

    /// A member at once: its name, and its value or where that begins.
    template <writable T>
    constexpr void member(const string& its_name, const T& its_value) noexcept {
        name(its_name);
        value(its_value);
    }
    constexpr void begin_object(const string& its_name) noexcept {
        name(its_name);
        begin_object();
    }
    constexpr void begin_array(const string& its_name) noexcept {
        name(its_name);
        begin_array();
    }

    /// A value that is JSON already, such as the rest of another document. It is looked at as a reader would, and what
    /// is not one value is refused with the reader's error code. (The levels around it are not counted: the whole can
    /// turn out deeper than a reader takes.)
    constexpr void raw(std::string_view text) noexcept {
        const auto found = decode(text);
        if (!found) return out_.fail(found.error().code);
        value(*found);
    }

    /// As the writer below has it; in addition, what was begun has to be ended.
    [[nodiscard]] constexpr auto finish() noexcept {
        if (levels_.depth() != 0 || state_ != state::behind) out_.fail(errc::json_open);
        return out_.finish();
    }

private:
    enum class state : std::uint8_t { first, named, behind };

    constexpr bool begin_value() noexcept {
        const bool outermost = levels_.depth() == 0;
        if (outermost ? state_ == state::behind : levels_.in_object() && state_ != state::named) {
            out_.fail(errc::json_misplaced);
            return false;
        }
        if (state_ == state::behind) out_.u8(',');
        state_ = state::behind;
        return true;
    }
    constexpr void begin(char bracket) noexcept {
        if (!begin_value()) return;
        if (!levels_.push(bracket == '{')) return out_.fail(errc::json_depth);
        out_.u8(static_cast<unsigned char>(bracket));
        state_ = state::first;
    }
    constexpr void end(char bracket, bool may_end) noexcept {
        if (!may_end || state_ == state::named) return out_.fail(errc::json_misplaced);
        out_.u8(static_cast<unsigned char>(bracket));
        levels_.pop();
        state_ = state::behind;
    }

    basic_writer<Room>& out_;
    detail::nesting<MaxDepth> levels_{};
    state state_ = state::first;
};

template <room Room>
writer(basic_writer<Room>&) -> writer<Room>;

/// The JSON text that make(out) makes with a json::writer, in the buffer; as in
///     encode(memory, [&](auto& out) { out.value(5); })
template <class Make>
    requires std::invocable<const Make&, writer<room::checked>&>
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const Make& make) noexcept {
    hubwire::writer all{output};
    writer out{all};
    make(out);
    return out.finish();
}

/// How many bytes encode would write, or why it would not.
template <class Make>
    requires std::invocable<const Make&, writer<room::counting>&>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const Make& make) noexcept {
    counting_writer all;
    writer out{all};
    make(out);
    return out.finish();
}

}  // namespace hubwire::json

#endif
