#ifndef HUBWIRE_JSON_READER_HPP
#define HUBWIRE_JSON_READER_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/json/number.hpp>
#include <hubwire/json/string.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hubwire::json {

/// What a value is, by its first character. A value that is none, because something failed, is a null.
enum class kind : std::uint8_t { null, boolean, number, string, array, object };

/// How deep arrays and objects may be nested, unless a reader says otherwise. Each level is a bit.
inline constexpr std::size_t default_max_depth = 64;

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// What a value can be read as, other than as an array or an object.
template <class T>
concept scalar = std::same_as<T, bool> || std::same_as<T, string> || std::same_as<T, number> || number_type<T>;

HUBWIRE_NEVER_INLINE constexpr const char* skip_all_space(const char* at, const char* end) noexcept {
    while (at != end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
    return at;
}
HUBWIRE_ALWAYS_INLINE constexpr const char* skip_space(const char* at, const char* end) noexcept {
    if (at != end && static_cast<unsigned char>(*at) > ' ') [[likely]]
        return at;
    return skip_all_space(at, end);
}

/// Which of the arrays and objects around are objects.
template <std::size_t MaxDepth>
class nesting {
public:
    [[nodiscard]] constexpr std::size_t depth() const noexcept { return depth_; }
    [[nodiscard]] constexpr bool in_object() const noexcept {
        return depth_ != 0 && (levels_[(depth_ - 1) / bits] >> ((depth_ - 1) % bits) & 1) != 0;
    }
    [[nodiscard]] constexpr bool in_array() const noexcept { return depth_ != 0 && !in_object(); }

    /// Whether there was a level left.
    constexpr bool push(bool object) noexcept {
        if (depth_ == MaxDepth) return false;
        const word bit = word{1} << (depth_ % bits);
        word& level = levels_[depth_ / bits];
        level = object ? level | bit : level & ~bit;
        ++depth_;
        return true;
    }
    constexpr void pop() noexcept { --depth_; }

private:
    static constexpr std::size_t bits = 64;
    std::array<word, (MaxDepth + bits - 1) / bits> levels_{};
    std::size_t depth_ = 0;
};

/// The end of a value that is one of three words.
constexpr place find_word_end(const char* at, const char* end) noexcept {
    constexpr std::string_view words[] = {"true", "false", "null"};
    for (const std::string_view name : words) {
        if (*at != name[0]) continue;
        for (const char c : name) {
            if (at == end) return {end, errc::json_end};
            if (*at != c) return {at, errc::json_value};
            ++at;
        }
        return {at};
    }
    return {at, errc::json_value};
}

/// The end of a value that is neither array nor object. Pre: at != end.
constexpr place find_scalar_end(const char* at, const char* end, bool replace_lone) noexcept {
    if (*at == '"') {
        const string_end found = find_string_end(at + 1, end, replace_lone);
        return {found.code == errc::none ? found.at + 1 : found.at, found.code};
    }
    if (*at == '-' || is_digit(*at)) return find_number_end(at, end);
    return find_word_end(at, end);
}

/// Past the name of a member and its colon.
constexpr place skip_name(const char* at, const char* end, bool replace_lone) noexcept {
    if (at == end) return {end, errc::json_end};
    if (*at != '"') return {at, errc::json_name};
    const string_end found = find_string_end(at + 1, end, replace_lone);
    if (found.code != errc::none) return {found.at, found.code};
    at = skip_space(found.at + 1, end);
    if (at == end) return {end, errc::json_end};
    if (*at != ':') return {at, errc::json_colon};
    return {at + 1};
}

/// The end of any value, all of which is looked at: one pass, and a bit for each level. Levels that are taken already
/// count.
template <std::size_t MaxDepth>
HUBWIRE_NEVER_INLINE constexpr place find_value_end(const char* at, const char* end, nesting<MaxDepth> levels,
                                                    bool replace_lone) noexcept {
    const std::size_t outside = levels.depth();
    while (true) {
        at = skip_space(at, end);
        if (at == end) return {end, errc::json_end};
        if (*at == '{' || *at == '[') {
            const bool object = *at == '{';
            if (!levels.push(object)) return {at, errc::json_depth};
            at = skip_space(at + 1, end);
            if (at == end) return {end, errc::json_end};
            if (*at != (object ? '}' : ']')) {
                if (!object) continue;
                const place name = skip_name(at, end, replace_lone);
                if (name.code != errc::none) return name;
                at = name.at;
                continue;
            }
            levels.pop();
            ++at;
        } else {
            const place scalar_end = find_scalar_end(at, end, replace_lone);
            if (scalar_end.code != errc::none) return scalar_end;
            at = scalar_end.at;
        }
        while (true) {  // behind a value
            if (levels.depth() == outside) return {at};
            at = skip_space(at, end);
            if (at == end) return {end, errc::json_end};
            const bool object = levels.in_object();
            if (*at == ',') {
                ++at;
                if (!object) break;
                const place name = skip_name(skip_space(at, end), end, replace_lone);
                if (name.code != errc::none) return name;
                at = name.at;
                break;
            }
            if (*at != (object ? '}' : ']')) return {at, errc::json_comma};
            levels.pop();
            ++at;
        }
    }
}

}  // namespace detail

/// Reads a JSON text from front to back, value by value, as the caller asks:
///     json::reader in{text};
///     in.enter_object();
///     while (in.next_member()) {
///         if (in.name() == "interval") interval = in.get<int>();
///         else if (in.name() == "units") units = in.get<json::string>();
///     }
///     const auto done = in.finish();
/// A value that is not read is skipped, and all the same looked at: what finish() finds in order is JSON, all of it.
/// Members are reported as they come, the same name twice if it is there twice.
///
/// The first failure sticks: from then on next_member() and next_item() are false, numbers read as 0, strings as empty.
/// A text that ends early is wrong, and not incomplete: payloads arrive whole.
///
/// To ask for what cannot be there whatever the text is, such as a member before an object is entered, is a mistake in
/// the program, and traps. A reader is a plain value: a copy reads on from the same place by itself.
template <std::size_t MaxDepth>
class basic_reader {
    static_assert(MaxDepth != 0);

public:
    constexpr explicit basic_reader(std::string_view text, const options& rules = {}) noexcept
        : begin_{text.data()},
          at_{text.data()},
          end_{text.data() + text.size()},
          replace_lone_{rules.replace_lone_surrogates} {}

    /// No read has failed so far.
    [[nodiscard]] constexpr bool ok() const noexcept { return code_ == errc::none; }

    /// The first failure; its code is errc::none if there is none.
    [[nodiscard]] constexpr hubwire::error error() const noexcept { return {.code = code_, .offset = failed_at_}; }

    /// How many bytes lie behind; after a failure, all.
    [[nodiscard]] constexpr std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

    /// How many arrays and objects are entered.
    [[nodiscard]] constexpr std::size_t depth() const noexcept { return levels_.depth(); }

    /// What the next value is, which stays the next value.
    [[nodiscard]] constexpr json::kind peek() noexcept {
        if (!at_value()) return kind::null;
        switch (*at_) {
            case '{':
                return kind::object;
            case '[':
                return kind::array;
            case '"':
                return kind::string;
            case 't':
            case 'f':
                return kind::boolean;
            case 'n':
                return kind::null;
            default:
                if (*at_ == '-' || detail::is_digit(*at_)) return kind::number;
                stop(errc::json_value, at_);
                return kind::null;
        }
    }

    /// Goes into the next value, which has to be an object or an array. It ends where next_member() or next_item() is
    /// false, or by leave().
    HUBWIRE_ALWAYS_INLINE constexpr void enter_object() noexcept { enter('{'); }
    HUBWIRE_ALWAYS_INLINE constexpr void enter_array() noexcept { enter('['); }

    /// Goes to the next member of the innermost object, whose name is name() then, and whose value is the next value.
    /// False behind the last one, where the object is left.
    HUBWIRE_ALWAYS_INLINE constexpr bool next_member() noexcept {
        detail::require(!ok() || levels_.in_object());
        if (!next('}')) return false;
        if (at_ == end_) return stop(errc::json_end, end_);
        if (*at_ != '"') [[unlikely]]
            return stop(errc::json_name, at_);
        name_ = take_string();
        if (!ok()) return false;
        at_ = detail::skip_space(at_, end_);
        if (at_ == end_) return stop(errc::json_end, end_);
        if (*at_ != ':') [[unlikely]]
            return stop(errc::json_colon, at_);
        ++at_;
        state_ = state::value;
        return true;
    }
    [[nodiscard]] constexpr const json::string& name() const noexcept HUBWIRE_LIFETIMEBOUND { return name_; }

    /// Goes to the next item of the innermost array, which is the next value then. False behind the last one, where the
    /// array is left.
    HUBWIRE_ALWAYS_INLINE constexpr bool next_item() noexcept {
        detail::require(!ok() || levels_.in_array());
        if (!next(']')) return false;
        state_ = state::value;
        return true;
    }

    /// Goes on to the next member of this name, if one still comes in the innermost object; otherwise behind it.
    constexpr bool find_member(const json::string& wanted) noexcept {
        while (next_member()) {
            if (name_ == wanted) return true;
        }
        return false;
    }

    /// Reads what is left of the innermost array or object, and leaves it.
    constexpr void leave() noexcept {
        if (!ok()) return;
        detail::require(levels_.depth() != 0);
        if (levels_.in_object()) {
            while (next_member()) {
            }
        } else {
            while (next_item()) {
            }
        }
    }

    /// Reads the next value as a T: bool, any integer, double, json::string, json::number, or std::optional of one of
    /// these, which is empty for a null. One of another kind fails, and so does a number that a T cannot hold.
    template <class T>
        requires(detail::scalar<T>)
    HUBWIRE_ALWAYS_INLINE constexpr T get() noexcept {
        if (!at_value()) return T{};
        state_ = state::behind;
        const char* const from = at_;
        if constexpr (std::same_as<T, json::string>) {
            if (*at_ != '"') {
                refuse_kind();
                return {};
            }
            return take_string();
        } else if constexpr (std::same_as<T, bool>) {
            if (*from != 't' && *from != 'f') {
                refuse_kind();
                return false;
            }
            return take(detail::find_word_end(at_, end_)) && *from == 't';
        } else {
            if (*from != '-' && !detail::is_digit(*from)) {
                refuse_kind();
                return T{};
            }
            if (!take(detail::find_number_end(at_, end_))) return T{};
            const auto all = detail::number_maker::make(std::string_view{from, static_cast<std::size_t>(at_ - from)});
            if constexpr (std::same_as<T, number>) {
                return all;
            } else {
                const auto value = all.template as<T>();
                if (!value) {
                    stop(value.error().code, from);
                    return T{};
                }
                return *value;
            }
        }
    }
    template <class T>
        requires(detail::is_optional<T> && detail::scalar<typename T::value_type>)
    constexpr T get() noexcept {
        if (read_null()) return std::nullopt;
        const auto value = get<typename T::value_type>();
        return ok() ? T{value} : std::nullopt;
    }

    /// Not as a std::string_view: a text with escapes in it is no view of what lies there.
    template <std::same_as<std::string_view> T>
    T get() = delete;  // call get<json::string>(), which is compared, decoded or looked at as it lies

    /// Reads the next value if it is a null, and says whether it was.
    constexpr bool read_null() noexcept {
        if (!at_value() || *at_ != 'n') return false;
        state_ = state::behind;
        return take(detail::find_word_end(at_, end_));
    }

    /// Reads the next value, whatever it is, and returns it as it stands in the text: for somebody else to read.
    constexpr std::string_view raw() noexcept {
        if (!at_value()) return {};
        state_ = state::behind;
        const char* const from = at_;
        if (!take(detail::find_value_end(at_, end_, levels_, replace_lone_))) return {};
        return {from, static_cast<std::size_t>(at_ - from)};
    }
    constexpr void skip() noexcept { static_cast<void>(raw()); }

    /// What failed first, or whether anything is left over. Pre, unless something failed: the outermost value is read,
    /// or the program traps.
    [[nodiscard]] constexpr result<void> finish() noexcept {
        if (ok()) {
            detail::require(state_ == state::behind && levels_.depth() == 0);
            at_ = detail::skip_space(at_, end_);
            if (at_ != end_) stop(errc::json_leftover, at_);
        }
        if (!ok()) return error();
        return {};
    }

    /// The value, if everything before it succeeded, and nothing is left over.
    template <class T>
    [[nodiscard]] constexpr result<T> finish(const T& value) noexcept {
        const auto all = finish();
        if (!all) return all.error();
        return value;
    }

    /// Fails, unless something failed before: for a caller that does not want a value it has read. Pre: code is not
    /// errc::none, and at is not beyond the text; or the program traps.
    constexpr void fail(errc code, std::size_t at) noexcept {
        if (!ok()) return;
        detail::require(code != errc::none && at <= static_cast<std::size_t>(end_ - begin_));
        stop(code, begin_ + at);
    }

private:
    // Where the reader stands: before a value, behind the bracket that begins an array or object, or behind a value.
    enum class state : std::uint8_t { value, first, behind };

    constexpr bool stop(errc code, const char* at) noexcept {
        code_ = code;
        failed_at_ = static_cast<std::size_t>(at - begin_);
        at_ = end_;
        name_ = {};
        return false;
    }
    HUBWIRE_COLD constexpr void refuse_kind() noexcept {
        const detail::place found = detail::find_scalar_end(at_, end_, replace_lone_);
        // What is no value at all is that first.
        const bool of_other_kind = *at_ == '{' || *at_ == '[' || found.code == errc::none;
        if (of_other_kind) {
            stop(errc::json_kind, at_);
        } else {
            stop(found.code, found.at);
        }
    }

    /// Goes to where a part ends, or fails.
    HUBWIRE_ALWAYS_INLINE constexpr bool take(const detail::place& part_end) noexcept {
        if (part_end.code != errc::none) [[unlikely]]
            return stop(part_end.code, part_end.at);
        at_ = part_end.at;
        return true;
    }

    /// Pre: a quote is next.
    HUBWIRE_ALWAYS_INLINE constexpr json::string take_string() noexcept {
        const char* const from = at_ + 1;
        const detail::string_end found = detail::find_string_end(from, end_, replace_lone_);
        if (found.code != errc::none) [[unlikely]] {
            stop(found.code, found.at);
            return {};
        }
        at_ = found.at + 1;
        return detail::string_maker::make(from, found);
    }

    /// Whether a value is next, at its first character.
    HUBWIRE_ALWAYS_INLINE constexpr bool at_value() noexcept {
        if (!ok()) return false;
        detail::require(state_ == state::value);
        at_ = detail::skip_space(at_, end_);
        if (at_ == end_) [[unlikely]]
            return stop(errc::json_end, end_);
        return true;
    }

    HUBWIRE_ALWAYS_INLINE constexpr void enter(char bracket) noexcept {
        if (!at_value()) return;
        if (*at_ != bracket) [[unlikely]]
            return refuse_kind();
        if (!levels_.push(bracket == '{')) [[unlikely]] {
            stop(errc::json_depth, at_);
            return;
        }
        ++at_;
        state_ = state::first;
    }

    /// Goes to where the next member or item begins. False behind the last one.
    HUBWIRE_ALWAYS_INLINE constexpr bool next(char bracket) noexcept {
        if (ok() && state_ == state::value) skip();
        if (!ok()) return false;
        at_ = detail::skip_space(at_, end_);
        if (at_ == end_) [[unlikely]]
            return stop(errc::json_end, end_);
        if (*at_ == bracket) {
            ++at_;
            levels_.pop();
            state_ = state::behind;
            return false;
        }
        if (state_ == state::behind) {
            if (*at_ != ',') [[unlikely]]
                return stop(errc::json_comma, at_);
            at_ = detail::skip_space(at_ + 1, end_);
        }
        return true;
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    json::string name_{};
    detail::nesting<MaxDepth> levels_{};
    std::size_t failed_at_ = 0;
    errc code_ = errc::none;
    state state_ = state::value;
    bool replace_lone_;
};

using reader = basic_reader<default_max_depth>;

}  // namespace hubwire::json

#endif
