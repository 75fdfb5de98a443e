#ifndef HUBWIRE_AMQP_VALUE_HPP
#define HUBWIRE_AMQP_VALUE_HPP

#include <hubwire/amqp/primitive.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hubwire::amqp {

class value;
struct entry;
class list;
class map;
class array;
class described;

namespace detail {

template <class T, class... Ts>
concept one_of = (std::same_as<T, Ts> || ...);

/// An integer of any name, which stands for the AMQP type of its width and sign.
template <class T>
concept integer = std::integral<T> && sizeof(T) <= 8 && !one_of<T, bool, char, wchar_t, char8_t, char16_t, char32_t>;

/// What a value can be read as.
template <class T>
concept held_by_value = integer<T> ||
                        one_of<T, bool, char32_t, float, double, decimal32, decimal64, decimal128, timestamp,
                               milliseconds, seconds, uuid, bytes, std::string_view, symbol, list, array, described> ||
                        std::derived_from<T, map>;

/// Which keys a map may have: the specification restricts them where it says what a map is for.
enum class keys : std::uint8_t {
    any,
    fields,                  // symbols (AMQP 2.8.13)
    filters,                 // symbols, and every value is described or null (AMQP 3.5.8)
    annotations,             // symbols or ulongs (AMQP 3.2.10)
    application_properties,  // strings, and no value is a list, a map or an array (AMQP 3.2.5)
};

struct access;

/// Items that either lie in an array of the caller's, to be encoded, or are still on the wire, where a decoder has
/// checked them. Both look the same; nothing is copied or stored.
template <class Item>
class sequence {
public:
    constexpr sequence() noexcept = default;

    /// Pre: there are fewer than 2^32 items, or the program traps.
    constexpr sequence(const Item* items, std::size_t size) noexcept
        : items_{items}, size_{static_cast<std::uint32_t>(size)} {
        require(size <= 0xFFFF'FFFF);
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    /// Gives items by value: they are views themselves.
    class iterator;
    [[nodiscard]] constexpr iterator begin() const noexcept;
    [[nodiscard]] constexpr iterator end() const noexcept;

protected:
    friend access;
    constexpr sequence(bytes wire, std::uint32_t size, keys checked) noexcept
        : wire_{wire.data()},
          size_{size},
          wire_size_{static_cast<std::uint32_t>(wire.size())},
          on_wire_{true},
          checked_{checked} {}

private:
    union {
        const Item* items_ = nullptr;
        const char* wire_;
    };
    std::uint32_t size_ = 0;
    std::uint32_t wire_size_ = 0;
    bool on_wire_ = false;
    keys checked_ = keys::any;
};

}  // namespace detail

/// Values of any types, one after the other (AMQP 1.6.22).
class list : public detail::sequence<value> {
public:
    constexpr list() noexcept = default;
    template <std::size_t N>
    constexpr list(const value (&values HUBWIRE_LIFETIMEBOUND)[N]) noexcept : sequence{values, N} {}
    template <class Range>
        requires(!std::derived_from<Range, list> && std::convertible_to<const Range&, std::span<const value>> &&
                 std::ranges::enable_borrowed_range<Range>)
    constexpr list(const Range& values) noexcept : list{std::span<const value>{values}, nullptr} {}
    template <class Range>
        requires(!std::derived_from<Range, list> && std::convertible_to<const Range&, std::span<const value>> &&
                 !std::ranges::enable_borrowed_range<Range>)
    constexpr list(const Range& values HUBWIRE_LIFETIMEBOUND) noexcept
        : list{std::span<const value>{values}, nullptr} {}

    friend constexpr bool operator==(const list& a, const list& b) noexcept;

private:
    friend detail::access;
    using sequence::sequence;
    constexpr list(std::span<const value> values, std::nullptr_t) noexcept : sequence{values.data(), values.size()} {}
};

/// Keys and values of any types, in the order of their sender. A key that comes twice makes a map invalid
/// (AMQP 1.6.23), and is not looked for: that would take memory, or the square of the time.
///
/// Made of an array of entries, it is a view of that array. Made of a braced list it lives no longer than the full
/// expression: write that within the call of encode, never into a message that is kept.
class map : public detail::sequence<entry> {
public:
    constexpr map() noexcept = default;
    template <std::size_t N>
    constexpr map(const entry (&entries HUBWIRE_LIFETIMEBOUND)[N]) noexcept : sequence{entries, N} {}
    template <class Range>
        requires(!std::derived_from<Range, map> && std::convertible_to<const Range&, std::span<const entry>> &&
                 std::ranges::enable_borrowed_range<Range>)
    constexpr map(const Range& entries) noexcept : map{std::span<const entry>{entries}, nullptr} {}
    template <class Range>
        requires(!std::derived_from<Range, map> && std::convertible_to<const Range&, std::span<const entry>> &&
                 !std::ranges::enable_borrowed_range<Range>)
    constexpr map(const Range& entries HUBWIRE_LIFETIMEBOUND) noexcept
        : map{std::span<const entry>{entries}, nullptr} {}
    constexpr map(std::initializer_list<entry> entries HUBWIRE_LIFETIMEBOUND) noexcept
        : sequence{entries.begin(), entries.size()} {}

    /// The value of the first entry with this key, which is a string or a symbol of this text. Linear in the size.
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, std::nullptr_t>)
    [[nodiscard]] constexpr std::optional<value> find(const Text& key) const noexcept;

    /// The value of the first entry with just this key, of any type.
    [[nodiscard]] constexpr std::optional<value> find(const value& key) const noexcept;

    /// The value as a T, if there is such a key and its value is one: a type that value::as knows, such as
    /// std::string_view for a text.
    template <detail::held_by_value T>
    [[nodiscard]] constexpr std::optional<T> get(std::string_view key) const noexcept;
    template <class T>
    std::optional<T> get(std::nullptr_t) const = delete;

    friend constexpr bool operator==(const map& a, const map& b) noexcept;

protected:
    friend detail::access;
    using sequence::sequence;
    constexpr map(std::span<const entry> entries, std::nullptr_t) noexcept : sequence{entries.data(), entries.size()} {}
};

/// Values of one type, with one constructor for all of them (AMQP 1.6.24). Made by decoders and by builders. Those of a
/// type without a width take no bytes: ten may be an array of four billion nulls, and to go through it takes as long.
class array {
public:
    constexpr array() noexcept = default;

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    /// The type of the elements; null for an array that is not there.
    [[nodiscard]] constexpr amqp::type element_type() const noexcept;

    class iterator;
    [[nodiscard]] constexpr iterator begin() const noexcept;
    [[nodiscard]] constexpr iterator end() const noexcept;

    friend constexpr bool operator==(const array& a, const array& b) noexcept;

private:
    friend detail::access;
    constexpr array(bytes content, std::uint32_t size) noexcept
        : content_{content.data()}, content_size_{static_cast<std::uint32_t>(content.size())}, size_{size} {}

    const char* content_ = nullptr;  // constructor, then elements
    std::uint32_t content_size_ = 0;
    std::uint32_t size_ = 0;
};

/// A value with a descriptor that says what it means (AMQP 1.2). One that nobody here knows is kept as it came, and can
/// be sent on.
class described {
public:
    /// A null that a null describes.
    constexpr described() noexcept : described{{"\0\x40\x40", 3}, {}} {}

    /// Of a descriptor and a value, in an array that outlives this:
    ///     const value point[] = {symbol{"com.example:point"}, "1;2"};
    ///     ... described{point} ...
    constexpr described(const value (&descriptor_and_content HUBWIRE_LIFETIMEBOUND)[2]) noexcept;
    described(const value (&&temporary)[2]) = delete;

    [[nodiscard]] constexpr value descriptor() const noexcept;
    [[nodiscard]] constexpr value content() const noexcept;

    friend constexpr bool operator==(const described& a, const described& b) noexcept;

private:
    friend detail::access;

    /// On the wire: 00, descriptor and format code are the head; what stands behind is the body. In arrays all
    /// elements share a head.
    constexpr described(bytes head, bytes body) noexcept
        : head_{head.data()},
          body_{body.data()},
          head_size_{static_cast<std::uint32_t>(head.size())},
          body_size_{static_cast<std::uint32_t>(body.size())} {}

    union {
        const value* pair_;
        const char* head_;
    };
    const char* body_ = nullptr;
    std::uint32_t head_size_ = 0;  // 0 for a pair
    std::uint32_t body_size_ = 0;
};

/// Any value of AMQP: a number, a text, a view of a list or a map, ... What a decoder returns as one is well-formed
/// throughout, however deep; reading it further cannot fail.
///
/// Made of what C++ has for each type, implicitly: integers become the AMQP type of their width and sign, "text" and
/// std::string_view a string, symbol{"name"} a symbol, hubwire::bytes a binary, nullptr null.
class value {
public:
    constexpr value() noexcept : number_{0, 0} {}  // null
    constexpr value(std::nullptr_t) noexcept : value{} {}

    template <detail::integer T>
    constexpr value(T n) noexcept
        : type_{integer_type<T>()}, number_{0, static_cast<std::uint64_t>(static_cast<std::int64_t>(n))} {}
    template <std::same_as<bool> T>
    constexpr value(T truth) noexcept : type_{type::boolean}, number_{0, truth} {}
    template <std::same_as<char32_t> T>
    constexpr value(T character) noexcept : type_{type::char_}, number_{0, character} {}
    constexpr value(float n) noexcept : type_{type::float_}, number_{0, std::bit_cast<std::uint32_t>(n)} {}
    constexpr value(double n) noexcept : type_{type::double_}, number_{0, std::bit_cast<std::uint64_t>(n)} {}
    constexpr value(const amqp::decimal32& n) noexcept : type_{type::decimal32}, number_{0, n.bits} {}
    constexpr value(const amqp::decimal64& n) noexcept : type_{type::decimal64}, number_{0, n.bits} {}
    constexpr value(const amqp::decimal128& n) noexcept : type_{type::decimal128}, number_{halves_of(n.octets)} {}
    constexpr value(const amqp::uuid& id) noexcept : type_{type::uuid}, number_{halves_of(id.octets)} {}
    constexpr value(const amqp::timestamp& time) noexcept
        : type_{type::timestamp}, number_{0, static_cast<std::uint64_t>(time.milliseconds)} {}
    constexpr value(std::string_view text) noexcept : type_{type::string}, text_{text.data(), text.size()} {}
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !detail::owns_text<Text> &&
                 !std::same_as<Text, std::string_view> && !std::same_as<Text, std::nullptr_t>)
    constexpr value(const Text& text) noexcept : value{std::string_view{text}} {}
    template <detail::owns_text Text>
    constexpr value(const Text& text HUBWIRE_LIFETIMEBOUND) noexcept : value{std::string_view{text}} {}
    constexpr value(const amqp::symbol& name) noexcept
        : type_{type::symbol}, text_{name.text.data(), name.text.size()} {}
    constexpr value(hubwire::bytes binary) noexcept : type_{type::binary}, text_{binary.data(), binary.size()} {}
    constexpr value(const amqp::list& l) noexcept : type_{type::list}, list_{l} {}
    constexpr value(const amqp::map& m) noexcept : type_{type::map}, map_{m} {}
    constexpr value(const amqp::array& a) noexcept : type_{type::array}, array_{a} {}
    constexpr value(const amqp::described& d) noexcept : type_{type::described}, described_{d} {}

    [[nodiscard]] constexpr amqp::type type() const noexcept { return type_; }
    [[nodiscard]] constexpr bool is_null() const noexcept { return type_ == type::null; }

    /// The value, if it is of exactly the AMQP type that T stands for: bool, the integers of 8 to 64 bits, float,
    /// double, char32_t, decimal32 to 128, timestamp, uuid, hubwire::bytes, std::string_view, symbol, list, map, array,
    /// described.
    template <detail::held_by_value T>
    [[nodiscard]] constexpr std::optional<T> as() const noexcept;

    /// The text of a string or a symbol: peers mix them up.
    [[nodiscard]] constexpr std::optional<std::string_view> text() const noexcept {
        if (type_ != type::string && type_ != type::symbol) return std::nullopt;
        return std::string_view{text_.data, text_.size};
    }

    /// The number, if it is an integer of any type that fits.
    [[nodiscard]] constexpr std::optional<std::int64_t> integer() const noexcept {
        if (type_ < type::ubyte || type_ > type::long_) return std::nullopt;
        const auto n = static_cast<std::int64_t>(number_.low);
        if (type_ == type::ulong && n < 0) return std::nullopt;
        return n;
    }

    /// Calls handle with the value as one of the types above, or with nullptr for null, and returns what that returns.
    template <class Handle>
    constexpr decltype(auto) visit(Handle&& handle) const;

    /// The same type and the same contents, wherever they lie: floating point numbers and decimals by their bits, lists
    /// and maps item by item.
    friend constexpr bool operator==(const value& a, const value& b) noexcept;

private:
    friend detail::access;

    struct number {
        std::uint64_t high;
        std::uint64_t low;
    };
    struct text_view {
        const char* data;
        std::size_t size;
    };

    /// Pre: it is of the type that T stands for.
    template <class T>
    [[nodiscard]] constexpr T get() const noexcept;

    template <class T>
    static constexpr amqp::type integer_type() noexcept {
        constexpr std::size_t width = sizeof(T);
        constexpr bool with_sign = std::is_signed_v<T>;
        return width == 1   ? (with_sign ? amqp::type::byte : amqp::type::ubyte)
               : width == 2 ? (with_sign ? amqp::type::short_ : amqp::type::ushort)
               : width == 4 ? (with_sign ? amqp::type::int_ : amqp::type::uint)
                            : (with_sign ? amqp::type::long_ : amqp::type::ulong);
    }
    static constexpr number halves_of(const std::array<std::uint8_t, 16>& octets) noexcept {
        number halves{0, 0};
        for (std::size_t i = 0; i != 8; ++i) {
            halves.high = halves.high << 8 | octets[i];
            halves.low = halves.low << 8 | octets[i + 8];
        }
        return halves;
    }
    static constexpr std::array<std::uint8_t, 16> octets_of(number halves) noexcept {
        std::array<std::uint8_t, 16> octets{};
        for (std::size_t i = 8; i-- != 0;) {  // a shift by a number that is not known is a call on a Cortex-M0
            octets[i] = static_cast<std::uint8_t>(halves.high);
            octets[i + 8] = static_cast<std::uint8_t>(halves.low);
            halves.high >>= 8;
            halves.low >>= 8;
        }
        return octets;
    }

    amqp::type type_ = amqp::type::null;
    union {
        number number_;
        text_view text_;
        amqp::list list_;
        amqp::map map_;
        amqp::array array_;
        amqp::described described_;
    };
};

constexpr described::described(const value (&descriptor_and_content)[2]) noexcept : pair_{descriptor_and_content} {}

/// A key and its value.
struct entry {
    amqp::value key{};
    amqp::value value{};

    friend constexpr bool operator==(const entry&, const entry&) noexcept = default;
};

/// Maps whose keys are restricted, which decoders and encoders see to.
struct fields : map {
    using map::map;
    constexpr fields(const map& entries) noexcept : map{entries} {}
    static constexpr detail::keys allowed = detail::keys::fields;
};
struct filter_set : map {
    using map::map;
    constexpr filter_set(const map& entries) noexcept : map{entries} {}
    static constexpr detail::keys allowed = detail::keys::filters;
};
struct annotations : map {
    using map::map;
    constexpr annotations(const map& entries) noexcept : map{entries} {}
    static constexpr detail::keys allowed = detail::keys::annotations;
};
struct application_properties : map {
    using map::map;
    constexpr application_properties(const map& entries) noexcept : map{entries} {}
    static constexpr detail::keys allowed = detail::keys::application_properties;
};

template <class T>
constexpr T value::get() const noexcept {
    constexpr amqp::type wanted = detail::wire<T>::of;
    constexpr bool is_of_32_bits =
        std::same_as<T, amqp::decimal32> || std::same_as<T, milliseconds> || std::same_as<T, seconds>;
    if constexpr (std::same_as<T, float>) {
        return std::bit_cast<float>(static_cast<std::uint32_t>(number_.low));
    } else if constexpr (std::same_as<T, double>) {
        return std::bit_cast<double>(number_.low);
    } else if constexpr (is_of_32_bits) {
        return T{static_cast<std::uint32_t>(number_.low)};
    } else if constexpr (std::same_as<T, amqp::decimal64>) {
        return T{number_.low};
    } else if constexpr (std::same_as<T, amqp::decimal128> || std::same_as<T, amqp::uuid>) {
        return T{octets_of(number_)};
    } else if constexpr (std::same_as<T, amqp::timestamp>) {
        return T{static_cast<std::int64_t>(number_.low)};
    } else if constexpr (wanted == amqp::type::string || wanted == amqp::type::symbol) {
        return T{std::string_view{text_.data, text_.size}};
    } else if constexpr (wanted == amqp::type::binary) {
        return T{text_.data, text_.size};
    } else if constexpr (wanted == amqp::type::list) {
        return list_;
    } else if constexpr (wanted == amqp::type::map) {
        return T{map_};
    } else if constexpr (wanted == amqp::type::array) {
        return array_;
    } else if constexpr (wanted == amqp::type::described) {
        return described_;
    } else {
        return static_cast<T>(number_.low);
    }
}

template <detail::held_by_value T>
constexpr std::optional<T> value::as() const noexcept {
    if constexpr (detail::integer<T>) {
        if (type_ != integer_type<T>()) return std::nullopt;
        return static_cast<T>(number_.low);
    } else {
        if (type_ != detail::wire<T>::of) return std::nullopt;
        return get<T>();
    }
}

}  // namespace hubwire::amqp

// Their iterators do not need the view itself, which may be a temporary.
template <>
inline constexpr bool std::ranges::enable_borrowed_range<hubwire::amqp::list> = true;
template <std::derived_from<hubwire::amqp::map> Map>
inline constexpr bool std::ranges::enable_borrowed_range<Map> = true;
template <>
inline constexpr bool std::ranges::enable_borrowed_range<hubwire::amqp::array> = true;

#endif
