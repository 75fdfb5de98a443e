#ifndef HUBWIRE_AMQP_COMPOSITE_HPP
#define HUBWIRE_AMQP_COMPOSITE_HPP

#include <hubwire/amqp/container.hpp>
#include <hubwire/amqp/primitive.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/maybe.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

/// Composite types (AMQP 1.3 and 1.4): an aggregate and a table of its fields each, and one codec for all of them.
namespace hubwire::amqp {

/// What a composite type is known by on the wire. The code of a type that a vendor defines has the vendor's domain in
/// its upper 32 bits, and is sent in eight bytes; those of the specification take one (AMQP 1.5).
struct type_descriptor {
    std::uint64_t code;
    std::string_view name;
};

namespace detail {

/// The member and whether the field is mandatory are part of the type: constants wherever the field is read or written.
template <auto Member, bool Mandatory>
struct field {
    std::string_view name;
};
template <auto Member>
using optional_field = field<Member, false>;
template <auto Member>
using mandatory_field = field<Member, true>;

/// An array, a vector or a span of them.
template <class Range, class Item>
concept several_of = std::convertible_to<const Range&, std::span<const Item>>;

/// The fields of a composite, in their order on the wire.
template <class... Fields>
struct field_list;

}  // namespace detail

/// An aggregate with a descriptor and a table of its fields. Every member has an initializer, as what is absent on the
/// wire keeps that value. A mandatory text or binary that nobody gave is sent as an empty one: the specification has no
/// word against a container id, a mechanism or the id of a transaction that is empty.
template <class T>
concept composite = std::is_aggregate_v<T> && requires {
    { T::descriptor } -> std::convertible_to<type_descriptor>;
    T::field_table;
};

/// The symbols of a field that may have several: one symbol or an array of them on the wire (AMQP 1.4), or an array of
/// the caller's. None at all and an absent field are the same.
///
/// A braced list lives no longer than the full expression: write it within the call of encode.
class symbols {
public:
    constexpr symbols() noexcept = default;
    constexpr symbols(std::initializer_list<symbol> names HUBWIRE_LIFETIMEBOUND) noexcept
        : symbols{std::span{names.begin(), names.size()}} {}
    template <std::size_t N>
    constexpr symbols(const symbol (&names HUBWIRE_LIFETIMEBOUND)[N]) noexcept : symbols{std::span{names, N}} {}
    template <class Names>
        requires(detail::several_of<Names, symbol> && !std::ranges::enable_borrowed_range<Names>)
    constexpr symbols(const Names& names HUBWIRE_LIFETIMEBOUND) noexcept : symbols{std::span<const symbol>{names}} {}
    template <class Names>
        requires(detail::several_of<Names, symbol> && std::ranges::enable_borrowed_range<Names> &&
                 !std::same_as<Names, std::span<const symbol>>)
    constexpr symbols(const Names& names) noexcept : symbols{std::span<const symbol>{names}} {}
    constexpr symbols(std::span<const symbol> names) noexcept
        : items_{names.data()}, size_{static_cast<std::uint32_t>(names.size())} {
        hubwire::detail::require(names.size() <= 0xFFFF'FFFF);
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    /// Whether this is one of them.
    [[nodiscard]] constexpr bool contains(const symbol& name) const noexcept {
        for (const symbol item : *this) {
            if (item == name) return true;
        }
        return false;
    }

    class iterator {
    public:
        using value_type = symbol;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr symbol operator*() const noexcept { return current_; }
        constexpr iterator& operator++() noexcept {
            --left_;
            load();
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.left_ == b.left_; }

    private:
        friend symbols;
        constexpr explicit iterator(const symbols& names) noexcept : left_{names.size_} {
            if (!names.on_wire_) {
                next_ = names.items_;
            } else {
                quick_reader in{{names.content_, names.content_size_}};
                format_code_ = in.u8();
                rest_ = in.rest();
            }
            load();
        }
        constexpr void load() noexcept {
            if (left_ == 0) return;
            if (next_ != nullptr) {
                current_ = *next_++;
            } else {
                quick_reader in{rest_};
                current_ = detail::wire<symbol>::form::take_from(in, format_code_).text();
                rest_ = in.rest();
            }
        }

        symbol current_{};
        const symbol* next_ = nullptr;  // or null, on the wire
        bytes rest_;
        std::uint32_t left_ = 0;
        std::uint8_t format_code_ = 0;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    friend constexpr bool operator==(const symbols& a, const symbols& b) noexcept { return detail::same_items(a, b); }

private:
    friend detail::wire<symbols>;
    /// Pre: the content is a constructor and so many symbols.
    constexpr symbols(bytes content, std::uint32_t size) noexcept
        : content_{content.data()},
          size_{size},
          content_size_{static_cast<std::uint32_t>(content.size())},
          on_wire_{true} {}

    union {
        const symbol* items_ = nullptr;
        const char* content_;
    };
    std::uint32_t size_ = 0;
    std::uint32_t content_size_ = 0;
    bool on_wire_ = false;
};

namespace detail {

template <>
struct wire<symbols> {
    static constexpr std::uint64_t bound(const symbols& names) noexcept {
        std::uint64_t sum = 10;
        for (const symbol name : names) {
            sum += name.text.size() + 4;
            if (sum > unbounded) return unbounded;
        }
        return sum;
    }
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const symbols& names, scope s) noexcept {
        if (names.size() == 1) return wire<symbol>::put_into(out, *names.begin(), s);
        bool wide = false;
        for (const symbol name : names) wide |= name.text.size() > 0xFF;
        static_cast<void>(inside(out, s));
        const mark place = open_compound(out, code::array8);
        out.u8(wide ? code::symbol32 : code::symbol8);
        for (const symbol name : names) {
            const auto verdict = check_symbol(name.text, *s.rules);
            if (!verdict) return out.fail(verdict.error().code);
            if (wide) {
                out.sized32(name.text);
            } else {
                out.sized8(name.text);
            }
        }
        close_compound(out, place, code::array8, names.size());
    }
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, symbols& names, scope s) noexcept {
        const std::size_t begin = in.offset() - (in.ok() ? 1 : 0);
        if (format_code == code::array8 || format_code == code::array32) {
            array elements;
            wire<array>::take_from(in, format_code, elements, s);
            if (!elements.empty() && elements.element_type() != type::symbol) in.fail(errc::amqp_type, begin);
            names = symbols{access::wire_of(elements), static_cast<std::uint32_t>(elements.size())};
        } else {
            symbol name;
            wire<symbol>::take_from(in, format_code, name, s);
            const bytes whole = in.read_since(begin);
            if (whole.size() > 0xFFFF'FFFF) in.fail(errc::over_limit, begin);  // its size is kept in 32 bits
            names = symbols{whole, 1};
        }
    }
};

/// The descriptor of a value, as far as it can be that of a known type: a number or a name.
struct any_descriptor {
    std::uint64_t code = 0;
    std::string_view name{};
    enum class kind : std::uint8_t { number, name, other } is = kind::other;

    [[nodiscard]] constexpr bool matches(const type_descriptor& wanted) const noexcept {
        return is == kind::number ? code == wanted.code : is == kind::name && name == wanted.name;
    }
};

HUBWIRE_COLD constexpr any_descriptor read_unusual_descriptor(reader& in, std::uint8_t format_code, scope s) noexcept {
    any_descriptor d;
    const type of = type_of(format_code);
    if (of == type::ulong) {
        d.is = any_descriptor::kind::number;
        wire<std::uint64_t>::take_from(in, format_code, d.code, s);
    } else if (of == type::symbol) {
        symbol name;
        d.is = any_descriptor::kind::name;
        wire<symbol>::take_from(in, format_code, name, s);
        d.name = name.text;
    } else {
        check_behind(in, format_code, s);
    }
    return d;
}

/// A quick reader takes numbers only, which is what peers send, in one byte or in eight.
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr any_descriptor read_descriptor(Reader& in, scope s) noexcept {
    const std::uint8_t format_code = in.u8();
    if (format_code == code::smallulong) [[likely]]
        return {.code = in.u8(), .is = any_descriptor::kind::number};
    if constexpr (std::same_as<Reader, quick_reader>) {
        in.expect(format_code == code::ulong, errc::amqp_descriptor, 0);
        return {.code = in.template be<std::uint64_t>(), .is = any_descriptor::kind::number};
    } else {
        return apart(in, [=](auto& copy) { return read_unusual_descriptor(copy, format_code, s); });
    }
}

/// A field whose value can be absent holds it as an optional, or as what can be empty.
template <class T>
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool is_absent(const T& member) noexcept {
    if constexpr (requires { member.has_value(); }) {
        return !member.has_value();
    } else if constexpr (std::same_as<T, symbols>) {
        return member.empty();
    } else if constexpr (std::same_as<T, value>) {
        return member.is_null();
    } else {
        return false;
    }
}

/// Fields that contain no other values are read and written in line; others by a function for each type.
template <class Member>
concept leaf =
    requires { wire<Member>::of; } && (wire<Member>::of < type::list || requires { requires wire<Member>::is_leaf; });

template <class T, class Optional>
struct wire_of_optional {
    static constexpr type of = wire<T>::of;
    static constexpr bool is_leaf = leaf<T>;
    /// Where the size does not depend on the value, it is no matter either whether there is one.
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound(const Optional& member) noexcept {
        if constexpr (of < type::binary) {
            return wire<T>::bound(T{});
        } else if constexpr (of < type::list) {
            return wire<T>::bound(member.has_value() ? *member : T{});
        } else {
            return member.has_value() ? wire<T>::bound(*member) : 1;
        }
    }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, const Optional& member,
                                                         scope s) noexcept {
        if constexpr (std::same_as<T, bool>) {
            if (member.has_value()) wire<T>::put_into(out, member.value_or(false), s);
        } else {
            if (member.has_value()) wire<T>::put_into(out, *member, s);
        }
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code,
                                                          Optional& member, scope s) noexcept {
        wire<T>::take_from(in, format_code, member.emplace(), s);
    }
};
template <class T>
struct wire<std::optional<T>> : wire_of_optional<T, std::optional<T>> {};
template <class T>
struct wire<maybe<T>> : wire_of_optional<T, maybe<T>> {};

template <class T, T Default>
struct wire<with_default<T, Default>> {
    static constexpr type of = wire<T>::of;
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound(const with_default<T, Default>& member) noexcept {
        return wire<T>::bound(of < type::binary ? T{} : *member);
    }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out,
                                                         const with_default<T, Default>& member, scope s) noexcept {
        wire<T>::put_into(out, *member, s);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code,
                                                          with_default<T, Default>& member, scope s) noexcept {
        T present{};
        wire<T>::take_from(in, format_code, present, s);
        member = present;
    }
};

/// The values that a restricted type allows, as an enumeration from 0 on: sent as a number of type Base ...
template <class E>
struct choices;
template <class E>
concept numbered_choice = requires { choices<E>::last; };

template <numbered_choice E>
struct wire<E> {
    using base = typename choices<E>::base;
    static constexpr type of = wire<base>::of;
    static constexpr std::uint64_t bound(E) noexcept { return wire<base>::bound({}); }
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, E choice, scope s) noexcept {
        if (choice > choices<E>::last) out.fail(errc::amqp_choice);
        wire<base>::put_into(out, static_cast<base>(choice), s);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, E& choice,
                                                          scope s) noexcept {
        const std::size_t at = in.offset();
        base number{};
        wire<base>::take_from(in, format_code, number, s);
        if (number > static_cast<base>(choices<E>::last)) in.fail(errc::amqp_choice, at);
        choice = static_cast<E>(number);
    }
};

/// ... or as a symbol.
template <class E>
concept named_choice = requires { choices<E>::names; };

template <named_choice E>
struct wire<E> {
    static constexpr type of = type::symbol;
    static constexpr std::uint64_t bound(E) noexcept { return 2 + 255; }
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, E choice, scope s) noexcept {
        const auto index = static_cast<std::size_t>(choice);
        if (index >= std::size(choices<E>::names)) return out.fail(errc::amqp_choice);
        wire<symbol>::put_into(out, choices<E>::names[index], s);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, E& choice,
                                                          scope s) noexcept {
        const std::size_t at = in.offset();
        symbol name;
        wire<symbol>::take_from(in, format_code, name, s);
        for (std::size_t index = 0; index != std::size(choices<E>::names); ++index) {
            if (name.text == choices<E>::names[index]) {
                choice = static_cast<E>(index);
                return;
            }
        }
        in.fail(errc::amqp_choice, at);
    }
};

/// Reads the size and the count of a composite's list.
HUBWIRE_ALWAYS_INLINE constexpr extent read_field_extent(any_reader auto& in, std::uint8_t format_code,
                                                         std::size_t least, std::size_t most) noexcept {
    const std::size_t at = in.offset();
    extent e{0, 0};
    if (format_code == code::list8) [[likely]] {
        e = read_extent<std::uint8_t>(in);
    } else if (format_code == code::list32) {
        e = read_extent<std::uint32_t>(in);
    } else if (format_code != code::list0) {
        refuse_code(in, format_code);
    }
    if (e.count < least || e.count > most || e.count > e.size) [[unlikely]]
        in.fail(e.count > e.size ? errc::amqp_count
                : e.count > most ? errc::amqp_too_many_fields
                                 : errc::amqp_missing_field,
                at);
    return e;
}

template <class Member, any_reader Reader>
HUBWIRE_NEVER_INLINE constexpr void read_member(Reader& in, std::uint8_t format_code, Member& member,
                                                scope s) noexcept {
    wire<Member>::take_from(in, format_code, member, s);
}

template <class Member>
HUBWIRE_ALWAYS_INLINE constexpr void read_field(any_reader auto& in, Member& member, bool mandatory, scope s) noexcept {
    const std::uint8_t format_code = in.u8();
    if (format_code == code::null) {
        if (mandatory) in.fail(errc::amqp_missing_field, in.offset() - 1);
    } else if constexpr (leaf<Member>) {
        wire<Member>::take_from(in, format_code, member, s);
    } else {
        apart(in, [&member, format_code, s](auto& copy) {
            read_member(copy, format_code, member, s);
            return true;
        });
    }
}

/// Where something is wrong, each type of field has one function, for all composites.
template <class Member>
HUBWIRE_COLD constexpr void read_field_again(reader& in, Member& member, bool mandatory, scope s) noexcept {
    read_field(in, member, mandatory, s);
}

template <room Room, class Member>
HUBWIRE_NEVER_INLINE constexpr void write_member(basic_writer<Room>& out, const Member& member, scope s) noexcept {
    wire<Member>::put_into(out, member, s);
}

/// In line if nothing else is to be looked at; otherwise each type of field has one function, for all composites.
template <room Room, class Member>
HUBWIRE_ALWAYS_INLINE constexpr void write_field(basic_writer<Room>& out, const Member& member, bool mandatory,
                                                 scope s) noexcept {
    if (!is_absent(member)) {
        if constexpr (Room == room::unchecked && leaf<Member>) {
            wire<Member>::put_into(out, member, s);
        } else {
            apart(out, [&member, s](auto& copy) {
                write_member(copy, member, s);
                return true;
            });
        }
    } else {
        if (mandatory) out.fail(errc::amqp_missing_field);
        out.u8(code::null);
    }
}

/// A field, to be found by its index.
template <std::size_t Index, auto Member, bool Mandatory>
struct indexed_field {};
template <class Indices, class... Fields>
struct indexed_fields;
template <std::size_t... Index, auto... Member, bool... Mandatory>
struct indexed_fields<std::index_sequence<Index...>, field<Member, Mandatory>...>
    : indexed_field<Index, Member, Mandatory>... {
    static constexpr std::size_t size = sizeof...(Index);

    // coverage: off, counted by the compiler
    /// A list is no shorter: up to the last field that is mandatory.
    [[nodiscard]] static consteval std::size_t least() noexcept {
        constexpr bool mandatory[] = {Mandatory..., false};
        std::size_t count = size;
        while (count != 0 && !mandatory[count - 1]) --count;
        return count;
    }
    // coverage: on

    template <any_reader Reader, class T>
    HUBWIRE_ALWAYS_INLINE static constexpr void read_into([[maybe_unused]] Reader& in, [[maybe_unused]] const extent& e,
                                                          [[maybe_unused]] T& composite,
                                                          [[maybe_unused]] scope s) noexcept {
        if constexpr (std::same_as<Reader, quick_reader>) {
            static_cast<void>(((Index < e.count && (read_field(in, composite.*Member, Mandatory, s), true)) && ...));
        } else {
            static_cast<void>(
                ((Index < e.count && (read_field_again(in, composite.*Member, Mandatory, s), true)) && ...));
        }
    }

    /// No less than what they take besides the rest of the composite; an absent field is null.
    template <class T>
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound(std::uint64_t rest,
                                                               [[maybe_unused]] const T& composite) noexcept {
        return (rest + ... + wire<std::remove_cvref_t<decltype(composite.*Member)>>::bound(composite.*Member));
    }

    /// Up to the last one that is there, or has to be.
    template <class T>
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE static constexpr std::size_t count(
        [[maybe_unused]] const T& composite) noexcept {
        [[maybe_unused]] constexpr indexed_fields all;
        std::size_t left = size;  // NOLINT(misc-const-correctness): it is counted down
        static_cast<void>(((is_left_out<size - 1 - Index>(composite, all) && (--left, true)) && ...));
        return left;
    }

    template <room Room, class T>
    HUBWIRE_ALWAYS_INLINE static constexpr void write_from([[maybe_unused]] basic_writer<Room>& out,
                                                           [[maybe_unused]] std::size_t count,
                                                           [[maybe_unused]] const T& composite,
                                                           [[maybe_unused]] scope s) noexcept {
        static_cast<void>(((Index < count && (write_field(out, composite.*Member, Mandatory, s), true)) && ...));
    }

private:
    template <std::size_t At, class T, auto M, bool IsMandatory>
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE static constexpr bool is_left_out(
        const T& composite, const indexed_field<At, M, IsMandatory>&) noexcept {
        return !IsMandatory && is_absent(composite.*M);
    }
};

template <auto... Member, bool... Mandatory>
struct field_list<field<Member, Mandatory>...>
    : indexed_fields<std::make_index_sequence<sizeof...(Member)>, field<Member, Mandatory>...> {
    constexpr explicit field_list(const field<Member, Mandatory>&... fields) noexcept : names{fields.name..., {}} {}

    std::string_view names[sizeof...(Member) + 1];  // and none, as an array cannot be empty

    /// Calls handle with the name of each field, the member, and whether the field is mandatory.
    template <class T, class Handle>
    constexpr void for_each([[maybe_unused]] T& composite, [[maybe_unused]] Handle&& handle) const {
        [[maybe_unused]] std::size_t index = 0;
        (handle(names[index++], composite.*Member, Mandatory), ...);
    }
};
template <class... Fields>
field_list(const Fields&...) -> field_list<Fields...>;

template <class T>
using fields_of = std::remove_const_t<decltype(T::field_table)>;

/// Goes on behind the descriptor and the format code. What a field's absence means stands in the aggregate already.
template <composite T, any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void read_fields_in_line(Reader& in, std::uint8_t format_code, T& composite,
                                                         scope s) noexcept {
    const scope fields = inside(in, inside(in, s));
    constexpr std::size_t least = fields_of<T>::least();
    const extent e = read_field_extent(in, format_code, least, fields_of<T>::size);
    const auto around = in.enter(e.size);
    const std::size_t begin = in.offset();
    fields_of<T>::read_into(in, e, composite, fields);
    // What the types of the fields do not say.
    if constexpr (requires { composite.broken_rule(); }) {
        if (const errc wrong = composite.broken_rule(); wrong != errc::none) in.fail(wrong, begin);
    }
    in.leave(around);
}
template <composite T, any_reader Reader>
HUBWIRE_NEVER_INLINE constexpr void read_fields(Reader& outer, std::uint8_t format_code, T& composite,
                                                scope s) noexcept {
    Reader in = outer;
    read_fields_in_line(in, format_code, composite, s);
    outer = in;
}

template <composite T>
struct wire<T> {
    static constexpr type of = type::described;

    /// A descriptor and the largest head of a list.
    static constexpr std::uint64_t bound(const T& composite) noexcept {
        return fields_of<T>::bound(is_small ? 3 + 9 : 10 + 9, composite);
    }

    template <room Room>
    HUBWIRE_NEVER_INLINE static constexpr void put_into(basic_writer<Room>& outer, const T& composite,
                                                        scope s) noexcept {
        basic_writer<Room> out = outer;
        put_in_line(out, composite, s);
        outer = out;
    }
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_in_line(basic_writer<Room>& out, const T& composite,
                                                            scope s) noexcept {
        const scope fields = amqp::detail::inside(out, amqp::detail::inside(out, s));
        out.u8(code::described);
        if constexpr (is_small) {
            out.u16(std::uint16_t{code::smallulong} << 8 | T::descriptor.code);
        } else {
            out.u8(code::ulong);
            out.u64(T::descriptor.code);
        }
        const std::size_t count = s.rules->keep_trailing_nulls ? fields_of<T>::size : fields_of<T>::count(composite);
        if (count == 0) {
            out.u8(code::list0);
        } else {
            write_fields(out, composite, count, fields);
        }
    }

    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, T& composite, scope s) noexcept {
        if (take_descriptor(in, format_code, s)) read_fields(in, in.u8(), composite, s);
    }
    HUBWIRE_ALWAYS_INLINE static constexpr void take_in_line(any_reader auto& in, std::uint8_t format_code,
                                                             T& composite, scope s) noexcept {
        if (take_descriptor(in, format_code, s)) read_fields_in_line(in, in.u8(), composite, s);
    }

private:
    static constexpr bool is_small = T::descriptor.code <= 0xFF;

    /// Whether the fields of this type come next; otherwise that has failed.
    HUBWIRE_ALWAYS_INLINE static constexpr bool take_descriptor(any_reader auto& in, std::uint8_t format_code,
                                                                scope s) noexcept {
        if (format_code != code::described) [[unlikely]] {
            refuse_code(in, format_code);
            return false;
        }
        const std::size_t at = in.offset();
        const any_descriptor found = read_descriptor(in, amqp::detail::inside(in, s));
        if (in.ok() && !found.matches(T::descriptor)) [[unlikely]]
            in.fail(errc::amqp_descriptor, at);
        return in.ok();
    }

    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void write_fields(basic_writer<Room>& out, const T& composite,
                                                             std::size_t count, scope s) noexcept {
        const mark place = open_compound(out, code::list8);
        fields_of<T>::write_from(out, count, composite, s);
        if constexpr (requires { composite.broken_rule(); }) {
            if (const errc wrong = composite.broken_rule(); wrong != errc::none) out.fail(wrong);
        }
        close_compound(out, place, code::list8, count);
    }
};

/// Storage for one of several types: none is there to begin with.
template <class... Ts>
union any_of {
    char none = 0;
};
template <class T, class... Rest>
union any_of<T, Rest...> {
    constexpr any_of() noexcept : rest{} {}
    template <class U>
    constexpr explicit any_of(const U& alternative) noexcept : rest{alternative} {}
    constexpr explicit any_of(const T& alternative) noexcept : value{alternative} {}
    constexpr explicit any_of(const by_default<T>& alternative) noexcept : value(alternative.make()) {}

    template <class U>
    [[nodiscard]] constexpr U& get() noexcept HUBWIRE_LIFETIMEBOUND {
        if constexpr (std::same_as<T, U>) {
            return value;
        } else {
            return rest.template get<U>();
        }
    }
    template <class U>
    [[nodiscard]] constexpr const U& get() const noexcept HUBWIRE_LIFETIMEBOUND {
        if constexpr (std::same_as<T, U>) {
            return value;
        } else {
            return rest.template get<U>();
        }
    }

    T value;
    any_of<Rest...> rest;
};

}  // namespace detail

/// What a field holds that can be of several composite types: one of them, a described value of another type, which is
/// kept as it came, or nothing at all. A described value that says it is one of them is not sent: it is to be decoded.
template <composite... Ts>
class choice {
public:
    constexpr choice() noexcept {}  // not "= default": that would make zeros throughout first
    template <class T>
        requires(std::same_as<T, Ts> || ...)
    constexpr choice(const T& alternative) noexcept : which_{index_of<T>()}, storage_{alternative} {}
    constexpr choice(const described& other) noexcept : which_{index_of<described>()}, storage_{other} {}

    /// Of a choice between some of these types, such as an outcome, which is a delivery state as well.
    template <composite... Us>
        requires(!std::same_as<choice<Us...>, choice> && (detail::one_of<Us, Ts...> && ...))
    constexpr choice(const choice<Us...>& narrower) noexcept {
        narrower.visit([&](const auto& alternative) { *this = choice{alternative}; });
    }

    [[nodiscard]] constexpr bool has_value() const noexcept { return which_ != 0; }
    constexpr explicit operator bool() const noexcept { return has_value(); }

    template <class T>
        requires(std::same_as<T, described> || ... || std::same_as<T, Ts>)
    [[nodiscard]] constexpr bool is() const noexcept {
        return which_ == index_of<T>();
    }

    /// The value, if it is a T (described, for one of another type); otherwise null.
    template <class T>
        requires(std::same_as<T, described> || ... || std::same_as<T, Ts>)
    [[nodiscard]] constexpr const T* get_if() const noexcept HUBWIRE_LIFETIMEBOUND {
        return is<T>() ? &storage_.template get<T>() : nullptr;
    }

    /// Calls handle with the value as what it is; it takes each of the types, and described. Not called without one.
    template <class Handle>
    constexpr void visit(Handle&& handle) const {
        static_cast<void>(((is<Ts>() && (handle(storage_.template get<Ts>()), true)) || ...) ||
                          (is<described>() && (handle(storage_.template get<described>()), true)));
    }

    friend constexpr bool operator==(const choice& a, const choice& b) noexcept {
        if (a.which_ != b.which_) return false;
        bool same = true;
        a.visit([&]<class T>(const T& alternative) { same = alternative == b.storage_.template get<T>(); });
        return same;
    }

private:
    friend detail::wire<choice>;

    template <class T>
    constexpr explicit choice(const hubwire::detail::by_default<T>& alternative) noexcept
        : which_{index_of<T>()}, storage_{alternative} {}

    template <class T>
    [[nodiscard]] static consteval std::uint8_t index_of() noexcept {
        std::uint8_t index = 0;
        std::uint8_t found = 0;
        ((++index, found = std::same_as<T, Ts> ? index : found), ...);
        return found != 0 ? found : ++index;
    }

    std::uint8_t which_ = 0;
    detail::any_of<Ts..., described> storage_{};
};

namespace detail {

/// Whether the descriptor is this one, by its code or by its name.
HUBWIRE_NEVER_INLINE constexpr bool is_same_descriptor(const value& descriptor, const type_descriptor& type) noexcept {
    if (const auto code = descriptor.as<std::uint64_t>()) return *code == type.code;
    const auto name = descriptor.as<symbol>();
    return name && name->text == type.name;
}

template <class... Ts>
struct wire<choice<Ts...>> {
    static constexpr type of = type::described;
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound(const choice<Ts...>& member) noexcept {
        return member.has_value() ? bound_apart(member) : 1;
    }
    HUBWIRE_NEVER_INLINE static constexpr std::uint64_t bound_apart(const choice<Ts...>& member) noexcept {
        std::uint64_t sum = 1;
        member.visit([&]<class T>(const T& alternative) { sum = wire<T>::bound(alternative); });
        return sum;
    }
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const choice<Ts...>& member, scope s) noexcept {
        if (!member.has_value()) out.fail(errc::amqp_missing_field);
        member.visit([&]<class T>(const T& alternative) {
            if constexpr (std::same_as<T, described>) {
                // Whoever reads it takes it for the type that it says it is, or refuses it as none.
                const value descriptor = alternative.descriptor();
                for (const type_descriptor& own : {type_descriptor{Ts::descriptor}...}) {
                    if (is_same_descriptor(descriptor, own)) out.fail(errc::amqp_descriptor);
                }
            }
            wire<T>::put_into(out, alternative, s);
        });
    }
    template <any_reader Reader>
    static constexpr void take_from(Reader& outer, std::uint8_t format_code, choice<Ts...>& member, scope s) noexcept {
        if (format_code != code::described) return refuse_code(outer, format_code);
        if (!outer.ok()) return;
        Reader in = outer;
        const std::size_t begin = in.offset() - 1;
        const any_descriptor found = read_descriptor(in, inside(in, s));
        if (!(read_if<Ts>(in, found, member, s) || ...))
            member = apart(in, [&](auto& copy) { return read_described<checked::no>(copy, begin, inside(copy, s)); });
        outer = in;
    }

private:
    template <class T>
    HUBWIRE_ALWAYS_INLINE static constexpr bool read_if(any_reader auto& in, const any_descriptor& found,
                                                        choice<Ts...>& member, scope s) noexcept {
        if (!found.matches(T::descriptor)) return false;
        member = choice<Ts...>{by_default<T>{}};
        read_fields(in, in.u8(), member.storage_.template get<T>(), s);
        return true;
    }
};

/// What can stand alone, and not only as a field that may be absent.
template <class T>
inline constexpr bool is_for_fields_only = false;
template <class T>
inline constexpr bool is_for_fields_only<std::optional<T>> = true;
template <class T>
inline constexpr bool is_for_fields_only<maybe<T>> = true;
template <class T, T Default>
inline constexpr bool is_for_fields_only<with_default<T, Default>> = true;
template <class T>
concept encodable = !is_for_fields_only<T> && requires(const T& v) {
    { wire<T>::bound(v) } -> std::same_as<std::uint64_t>;
};

/// Reads a value of which something is wrong, or not there yet, to tell what and where.
template <class T, class Read>
HUBWIRE_COLD constexpr result<T> read_again(bytes input, errc when_short, const Read& take_from) noexcept {
    result<T> answer{std::in_place};
    reader in{input, when_short};
    take_from(in, *answer);
    if (in.left() != 0) in.fail(errc::leftover);
    if (!in.ok()) return in.error();
    return answer;
}

/// Reads a value that the input begins with, by a function that takes any reader: by a quick one, and again if that
/// fails.
template <class T, class Read>
HUBWIRE_COLD constexpr result<T> read_front_again(bytes input, errc when_short, const Read& take_from) noexcept {
    reader in{input, when_short};
    T answer{};
    take_from(in, answer);
    return in.result_of(answer);
}
template <class T, class Read>
HUBWIRE_ALWAYS_INLINE constexpr result<T> read_front(bytes input, errc when_short, const Read& take_from) noexcept {
    if constexpr (!optimize_for_size) {
        quick_reader in{input};
        T answer{};
        take_from(in, answer);
        if (in.ok()) [[likely]]
            return answer;
    }
    return read_front_again<T>(input, when_short, take_from);
}

/// The value, which may be large, is made where it is to be, and not copied. (For g++ 12 a function of its own has to
/// do that, of which the answer is a variable of the outermost block.)
template <class T, class Read>
HUBWIRE_ALWAYS_INLINE constexpr result<T> read_quickly(bytes input, errc when_short, const Read& take_from) noexcept {
    result<T> answer{std::in_place};
    quick_reader in{input};
    take_from(in, *answer);
    if (!in.ok() || in.left() != 0) [[unlikely]]
        answer = read_again<T>(input, when_short, take_from);
    return answer;
}

/// Reads a value that is all of the input, by a function that takes any reader: by a quick one, and again if that
/// fails.
template <class T, class Read>
HUBWIRE_ALWAYS_INLINE constexpr result<T> read_twice(bytes input, errc when_short, const Read& take_from) noexcept {
    // coverage: off, for -Os, and a build with it has it
    if constexpr (optimize_for_size) {
        return read_again<T>(input, when_short, take_from);
        // coverage: on
    } else {
        return read_quickly<T>(input, when_short, take_from);
    }
}

/// Writes by a function that takes any writer, without a look at each write whether it fits: because the buffer takes
/// the upper bound, or, if it does not, because the size is counted first.
template <class Write>
HUBWIRE_ALWAYS_INLINE constexpr result<bytes> write_within(buffer output HUBWIRE_LIFETIMEBOUND, std::uint64_t bound,
                                                           const Write& put_into) noexcept {
    // coverage: off, for -Os, and a build with it has it
    if constexpr (optimize_for_size) {
        writer out{output};
        put_into(out);
        return out.finish();
    }
    // coverage: on
    if (bound > output.size()) [[unlikely]] {
        counting_writer counted;
        put_into(counted);
        const auto size = counted.finish();
        if (!size) return size.error();
        if (*size > output.size()) {
            return hubwire::error{.code = errc::no_space, .offset = output.size(), .needed = *size - output.size()};
        }
    }
    unchecked_writer out{output};
    put_into(out);
    return out.finish();
}

/// A value that is all there is to read or to write: where that is to be quick, a composite's fields are in line.
template <any_reader Reader, class T>
HUBWIRE_ALWAYS_INLINE constexpr void read_alone(Reader& in, T& v, scope s) noexcept {
    const std::uint8_t format_code = in.u8();
    if constexpr (composite<T> && std::same_as<Reader, quick_reader>) {
        wire<T>::take_in_line(in, format_code, v, s);
    } else {
        wire<T>::take_from(in, format_code, v, s);
    }
}
template <room Room, class T>
HUBWIRE_ALWAYS_INLINE constexpr void write_alone(basic_writer<Room>& out, const T& v, scope s) noexcept {
    if constexpr (composite<T> && Room == room::unchecked) {
        wire<T>::put_in_line(out, v, s);
    } else {
        wire<T>::put_into(out, v, s);
    }
}

}  // namespace detail

/// Writes a value into the buffer, in its smallest encoding; returns a view of the bytes written. Whatever the
/// specification does not allow is refused, and so is what does not fit a length field or the buffer (error().needed
/// says how many bytes it lacks). The offset of an error is where it would have stood.
///
/// T is any composite, amqp::value, or a type that value::as knows; other texts and integers as value{...}.
/// Pre: the buffer is not where the texts, binaries, lists and maps of the value lie.
template <detail::encodable T>
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const T& v,
                                             const options& rules = {}) noexcept {
    return detail::write_within(output, detail::wire<T>::bound(v), [&](auto& out) HUBWIRE_INLINE_LAMBDA {
        detail::write_alone(out, v, detail::scope{rules});
    });
}

/// How many bytes encode would write, or why it would not.
template <detail::encodable T>
[[nodiscard]] constexpr result<std::size_t> encoded_size(const T& v, const options& rules = {}) noexcept {
    counting_writer out;
    detail::wire<T>::put_into(out, v, detail::scope{rules});
    return out.finish();
}

/// The value that the input is: all of it, and of this type. Texts, binaries, lists and maps are views into the input,
/// checked throughout. If the input ends early it is incomplete, unless what is there is wrong already.
template <detail::encodable T>
    requires(!std::is_arithmetic_v<T>)
[[nodiscard]] constexpr result<T> decode(bytes input HUBWIRE_LIFETIMEBOUND, const options& rules = {}) noexcept {
    return detail::read_twice<T>(input, errc::incomplete, [&rules](auto& in, T& v) HUBWIRE_INLINE_LAMBDA {
        detail::read_alone(in, v, detail::scope{rules});
    });
}

/// A number is no view of it, and may outlive it.
template <detail::encodable T>
    requires std::is_arithmetic_v<T>
[[nodiscard]] constexpr result<T> decode(bytes input, const options& rules = {}) noexcept {
    return detail::read_twice<T>(input, errc::incomplete, [&rules](auto& in, T& v) HUBWIRE_INLINE_LAMBDA {
        detail::read_alone(in, v, detail::scope{rules});
    });
}

/// The composite that a described value is, such as a lifetime policy among the properties of a node. It was decoded:
/// one that is made of an array has no fields on the wire, and is of another type. Offsets of errors count from behind
/// the descriptor and the format code.
template <composite T>
[[nodiscard]] constexpr result<T> decode(const described& d, const options& rules = {}) noexcept {
    if (!detail::is_same_descriptor(d.descriptor(), T::descriptor))
        return hubwire::error{.code = errc::amqp_descriptor};
    if (!detail::access::is_on_the_wire(d) || d.content().type() != type::list)
        return hubwire::error{.code = errc::amqp_type};
    const bytes head = detail::access::head_of(d);
    const std::uint8_t format_code = head[head.size() - 1];
    return detail::read_twice<T>(
        detail::access::body_of(d), errc::truncated,
        [&](auto& in, T& v) HUBWIRE_INLINE_LAMBDA { detail::read_fields(in, format_code, v, detail::scope{rules}); });
}

namespace detail {

template <class... Ts>
constexpr result<choice<Ts...>> decode_choice(std::type_identity<choice<Ts...>>, const described& d,
                                              const options& rules) noexcept {
    result<choice<Ts...>> answer{choice<Ts...>{d}};
    const value name = d.descriptor();
    const auto read_if = [&]<class T>(std::type_identity<T>) {
        if (!is_same_descriptor(name, T::descriptor)) return false;
        const auto read = decode<T>(d, rules);
        answer = read ? result<choice<Ts...>>{choice<Ts...>{*read}} : result<choice<Ts...>>{read.error()};
        return true;
    };
    static_cast<void>((read_if(std::type_identity<Ts>{}) || ...));
    return answer;
}

template <class T>
concept any_choice = requires(const T& v, const described& d, const options& rules) {
    decode_choice(std::type_identity<T>{}, d, rules);
};

}  // namespace detail

/// The same where it may be one of several, such as what is sent to a coordinator: choice<declare, discharge>.
template <detail::any_choice T>
[[nodiscard]] constexpr result<T> decode(const described& d, const options& rules = {}) noexcept {
    return detail::decode_choice(std::type_identity<T>{}, d, rules);
}

/// The same of a value that may be described, or something else, such as the body of a message.
template <class T, std::same_as<value> Value>
    requires(composite<T> || detail::any_choice<T>)
[[nodiscard]] constexpr result<T> decode(const Value& v, const options& rules = {}) noexcept {
    const auto d = v.template as<described>();
    if (!d) return hubwire::error{.code = errc::amqp_type};
    return decode<T>(*d, rules);
}

/// A composite as a value, to be put where a field, a map or a body takes any value: encoded into scratch memory, which
/// the value is a view of.
template <composite T>
[[nodiscard]] constexpr result<value> as_value(buffer scratch HUBWIRE_LIFETIMEBOUND, const T& v,
                                               const options& rules = {}) noexcept {
    const auto encoded = encode(scratch, v, rules);
    if (!encoded) return encoded.error();
    return decode<value>(*encoded, rules);
}

}  // namespace hubwire::amqp

// Its iterators do not need the view itself, which may be a temporary.
template <>
inline constexpr bool std::ranges::enable_borrowed_range<hubwire::amqp::symbols> = true;

#endif
