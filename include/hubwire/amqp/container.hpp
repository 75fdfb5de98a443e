#ifndef HUBWIRE_AMQP_CONTAINER_HPP
#define HUBWIRE_AMQP_CONTAINER_HPP

#include <hubwire/amqp/primitive.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/writer.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Values that contain values: how lists, maps, arrays and described values are read, gone through, and written.
namespace hubwire::amqp {

namespace detail {

/// What only decoders and encoders do with views.
struct access {
    template <class View>
    static constexpr View on_the_wire(bytes items, std::uint32_t count, keys checked = keys::any) noexcept {
        return View{items, count, checked};
    }
    static constexpr array array_on_the_wire(bytes content, std::uint32_t count) noexcept { return {content, count}; }
    static constexpr described described_on_the_wire(bytes head, bytes body) noexcept { return {head, body}; }

    template <class Item>
    [[nodiscard]] static constexpr bool is_on_the_wire(const sequence<Item>& s) noexcept {
        return s.on_wire_;
    }
    template <class Item>
    [[nodiscard]] static constexpr bytes wire_of(const sequence<Item>& s) noexcept {
        return {s.wire_, s.wire_size_};
    }
    template <class Item>
    [[nodiscard]] static constexpr const Item* items_of(const sequence<Item>& s) noexcept {
        return s.items_;
    }
    template <class Item>
    [[nodiscard]] static constexpr keys checked_keys(const sequence<Item>& s) noexcept {
        return s.checked_;
    }
    [[nodiscard]] static constexpr bytes wire_of(const array& a) noexcept { return {a.content_, a.content_size_}; }
    [[nodiscard]] static constexpr bool is_on_the_wire(const described& d) noexcept { return d.head_size_ != 0; }
    [[nodiscard]] static constexpr bytes head_of(const described& d) noexcept { return {d.head_, d.head_size_}; }
    [[nodiscard]] static constexpr bytes body_of(const described& d) noexcept { return {d.body_, d.body_size_}; }
    [[nodiscard]] static constexpr const value* pair_of(const described& d) noexcept { return d.pair_; }

    /// Pre: the value is of the type that T stands for.
    template <class T>
    [[nodiscard]] static constexpr T get(const value& v) noexcept {
        return v.template get<T>();
    }
    [[nodiscard]] static constexpr bool same_number(const value& a, const value& b) noexcept {
        return a.number_.high == b.number_.high && a.number_.low == b.number_.low;
    }
    [[nodiscard]] static constexpr std::uint64_t low_bits(const value& v) noexcept { return v.number_.low; }
    [[nodiscard]] static constexpr std::uint64_t high_bits(const value& v) noexcept { return v.number_.high; }
    static constexpr void set_text(value& v, type of, bytes text) noexcept {
        v.type_ = of;
        v.text_ = {text.data(), text.size()};
    }
    [[nodiscard]] static constexpr std::string_view text_of(const value& v) noexcept {
        return {v.text_.data, v.text_.size};
    }
};

/// Whether what is read was checked before, by the decoder that handed out a view of it.
enum class checked : bool { no, yes };

template <any_reader Reader>
constexpr void check_behind(Reader& in, std::uint8_t format_code, scope s) noexcept;
constexpr void check_value(any_reader auto& in, scope s) noexcept;

/// Whether scalars are read in a function of their own, apart from what contains others: as all that is inlined may
/// have a place of its own on the stack, on each level. Where nothing is wrong, and time counts, or for size, compilers
/// are left to it.
template <any_reader Reader>
inline constexpr bool is_read_apart = !optimize_for_size && !std::same_as<Reader, quick_reader>;

/// An item of a list or map. Texts are most of what there is: their check is inlined.
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr void check_item(Reader& in, std::uint8_t format_code, scope s) noexcept {
    if constexpr (is_read_apart<Reader>) {
        check_behind(in, format_code, s);
    } else if (format_code == code::string8) {
        std::string_view text;
        wire<std::string_view>::take_from(in, format_code, text, s);
    } else if (format_code == code::symbol8) {
        symbol name;
        wire<symbol>::take_from(in, format_code, name, s);
    } else {
        apart(in, [&](auto& copy) {
            check_behind(copy, format_code, s);
            return true;
        });
    }
}

/// One level deeper, if there may be one.
HUBWIRE_ALWAYS_INLINE constexpr scope inside(any_reader auto& in, scope s) noexcept {
    if (s.depth == 0) [[unlikely]] {
        in.fail(errc::amqp_depth, in.offset() == 0 ? 0 : in.offset() - 1);
        return s;
    }
    return {*s.rules, s.depth - 1};
}

/// What a list, map or array says of itself: the size of what follows, and how many items that is.
struct extent {
    std::size_t size;
    std::uint32_t count;
};

/// Reads size and count, each a Width. The size includes that of the count.
template <class Width>
HUBWIRE_ALWAYS_INLINE constexpr extent read_extent(any_reader auto& in) noexcept {
    const std::size_t size_at = in.offset();
    const std::size_t size = in.template be<Width>();
    if (size < sizeof(Width)) [[unlikely]]
        in.fail(errc::amqp_size, size_at);
    const std::uint32_t count = in.template be<Width>();
    if (!in.ok()) return {0, 0};
    return {size - sizeof(Width), count};
}

/// Reads items to the end of an extent, one or, in a map, two at a time. Each takes at least a byte.
template <std::uint32_t AtATime, class ReadItems>
HUBWIRE_ALWAYS_INLINE constexpr bytes read_items(any_reader auto& in, const extent& e, ReadItems take_items) noexcept {
    if (e.count > e.size) [[unlikely]]
        in.fail(errc::amqp_count);
    const auto around = in.enter(e.size);
    const std::size_t begin = in.offset();
    for (std::uint32_t left = e.count; left != 0 && in.ok(); left -= AtATime) take_items();
    const bytes items = in.read_since(begin);
    in.leave(around);
    return items;
}

template <class Width, any_reader Reader>
HUBWIRE_NEVER_INLINE constexpr void read_list(Reader& outer, list& values, scope s) noexcept {
    Reader in = outer;
    const scope items = inside(in, s);
    const extent e = read_extent<Width>(in);
    const bytes wire = read_items<1>(in, e, [&]() HUBWIRE_INLINE_LAMBDA { check_item(in, in.u8(), items); });
    outer = in;
    values = access::on_the_wire<list>(wire, e.count);
}

[[nodiscard]] constexpr bool is_key(keys allowed, type key) noexcept {
    switch (allowed) {
        case keys::any:
            return true;
        case keys::fields:
        case keys::filters:
            return key == type::symbol;
        case keys::annotations:
            return key == type::symbol || key == type::ulong;
        case keys::application_properties:
            break;
    }
    return key == type::string;
}
[[nodiscard]] constexpr bool is_value(keys allowed, type value) noexcept {
    if (allowed == keys::filters) return value == type::described || value == type::null;
    return allowed != keys::application_properties ||
           (value != type::list && value != type::map && value != type::array);
}

template <class Width, any_reader Reader>
HUBWIRE_NEVER_INLINE constexpr void read_map(Reader& outer, map& entries, keys allowed, scope s) noexcept {
    Reader in = outer;
    const scope items = inside(in, s);
    const extent e = read_extent<Width>(in);
    if (e.count % 2 != 0) in.fail(errc::amqp_odd_map, in.offset() - sizeof(Width));  // from here on it is even
    const keys key_rule = s.rules->any_key ? keys::any : allowed;
    const keys value_rule = s.rules->any_property ? keys::any : allowed;
    const std::uint8_t usual_key = allowed == keys::application_properties ? code::string8 : code::symbol8;
    const std::uint8_t usual_value = allowed == keys::filters ? code::described : code::string8;
    const bytes wire = read_items<2>(in, e, [&]() HUBWIRE_INLINE_LAMBDA {
        const std::uint8_t key = in.u8();
        if (key != usual_key && in.ok() && !is_key(key_rule, type_of(key))) [[unlikely]]
            in.fail(errc::amqp_key, in.offset() - 1);
        check_item(in, key, items);
        const std::uint8_t value = in.u8();
        if (value != usual_value && in.ok() && !is_value(value_rule, type_of(value))) [[unlikely]]
            in.fail(errc::amqp_map_value, in.offset() - 1);
        check_item(in, value, items);
    });
    outer = in;
    const bool is_checked = key_rule == allowed && value_rule == allowed;
    entries = access::on_the_wire<map>(wire, e.count / 2, is_checked ? allowed : keys::any);
}

/// A constructor (AMQP 1.2): a format code, behind any number of descriptors.
struct head {
    std::uint8_t format_code;
    scope behind;  // each descriptor is a level
};

/// What all elements of an array are described by is passed over for each of them: were it a tree of described values,
/// that would take as long as the tree is large. So it nests no deeper than this, which is more than anybody sends.
inline constexpr unsigned max_depth_of_shared_descriptors = 2;

/// Goes on behind the first byte of a constructor, whose descriptors may nest as deep as is said.
template <checked Before>
constexpr head read_head(any_reader auto& in, std::uint8_t first, scope s, unsigned descriptor_depth) noexcept {
    while (first == code::described && in.ok()) {
        if constexpr (Before == checked::no) {
            s = inside(in, s);
            check_value(in, {*s.rules, s.depth < descriptor_depth ? s.depth : descriptor_depth});
        } else {
            skip_value(in);
        }
        first = in.u8();
    }
    return {first, s};
}

/// Checks so many elements of an array, which take so many bytes. Those without a width are not counted out: there may
/// be four billion of them in a few bytes.
constexpr void check_elements(any_reader auto& in, const head& h, const extent& e) noexcept {
    if (!in.ok()) return;
    if (type_of(h.format_code) == type::described) return refuse_code(in, h.format_code);
    const unsigned high_digit = h.format_code >> 4;
    const bool one_by_one = high_digit >= 0xA;
    if (one_by_one ? e.count > e.size
        : high_digit == 4
            ? e.size != 0
            : (e.size >> (high_digit - 5)) != e.count || (e.size & ((std::size_t{1} << (high_digit - 5)) - 1)) != 0)
        return in.fail(errc::amqp_count);
    if (one_by_one || h.format_code == code::boolean || h.format_code == code::char_) {
        for (std::uint32_t left = e.count; left != 0 && in.ok(); --left) check_behind(in, h.format_code, h.behind);
    } else {
        in.take(e.size);
    }
}

template <class Width>
HUBWIRE_NEVER_INLINE constexpr void read_array(any_reader auto& in, array& elements, scope s) noexcept {
    const scope behind = inside(in, s);
    const extent e = read_extent<Width>(in);
    const auto around = in.enter(e.size);
    const std::size_t begin = in.offset();
    const head h = read_head<checked::no>(in, in.u8(), behind, max_depth_of_shared_descriptors);
    if (in.ok()) check_elements(in, h, {e.size - (in.offset() - begin), e.count});
    const bytes content = in.read_since(begin);
    in.leave(around);
    elements = access::array_on_the_wire(content, e.count);
}

/// Goes on behind the first descriptor of a described value, which begins at the given offset.
template <checked Before>
HUBWIRE_NEVER_INLINE constexpr described read_described(any_reader auto& in, std::size_t begin, scope s) noexcept {
    const head h = read_head<Before>(in, in.u8(), s, s.depth);
    const bytes head = in.read_since(begin);
    const std::size_t body_begin = in.offset();
    if constexpr (Before == checked::no) {
        if (in.ok()) check_behind(in, h.format_code, h.behind);
    } else {
        skip_behind(in, h.format_code);
    }
    if (!in.ok()) return access::described_on_the_wire({}, {});
    const bytes body = in.read_since(body_begin);
    // Their sizes are kept in 32 bits. Nothing of this size fits a frame, or any other value.
    if (head.size() > 0xFFFF'FFFF || body.size() > 0xFFFF'FFFF) in.fail(errc::over_limit, begin);
    return access::described_on_the_wire(head, body);
}

/// Goes on behind its 00.
template <checked Before>
HUBWIRE_NEVER_INLINE constexpr described read_described(any_reader auto& in, scope s) noexcept {
    const std::size_t begin = in.offset() - 1;
    if constexpr (Before == checked::no) {
        s = inside(in, s);
        check_value(in, s);
    } else {
        skip_value(in);
    }
    return read_described<Before>(in, begin, s);
}

/// A list, a map or an array. What is known to be well-formed is not looked into.
template <checked Before, class View, class Width>
HUBWIRE_ALWAYS_INLINE constexpr View read_view(any_reader auto& in, scope s) noexcept {
    View view;
    if constexpr (Before == checked::yes) {
        const extent e = read_extent<Width>(in);
        if constexpr (std::same_as<View, array>) {
            view = access::array_on_the_wire(in.take(e.size), e.count);
        } else {
            constexpr std::uint32_t items_an_entry = std::same_as<View, map> ? 2 : 1;
            view = access::on_the_wire<View>(in.take(e.size), e.count / items_an_entry);
        }
    } else if constexpr (std::same_as<View, list>) {
        read_list<Width>(in, view, s);
    } else if constexpr (std::same_as<View, map>) {
        read_map<Width>(in, view, keys::any, s);
    } else {
        read_array<Width>(in, view, s);
    }
    return view;
}

template <>
struct wire<list> {
    static constexpr type of = type::list;
    static constexpr std::uint64_t bound(const list& values) noexcept;
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const list& values, scope s) noexcept;
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, list& values, scope s) noexcept {
        if (format_code == code::list0) {
            values = {};
        } else if (format_code == code::list8) {
            read_list<std::uint8_t>(in, values, s);
        } else if (format_code == code::list32) {
            read_list<std::uint32_t>(in, values, s);
        } else {
            refuse_code(in, format_code);
        }
    }
};

/// Maps, and those whose keys are restricted.
template <class Map, keys Allowed>
struct map_wire {
    static constexpr type of = type::map;
    static constexpr std::uint64_t bound(const Map& entries) noexcept;
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const Map& entries, scope s) noexcept;
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, Map& entries, scope s) noexcept {
        if (format_code == code::map8) {
            read_map<std::uint8_t>(in, entries, Allowed, s);
        } else if (format_code == code::map32) {
            read_map<std::uint32_t>(in, entries, Allowed, s);
        } else {
            refuse_code(in, format_code);
        }
    }
};
template <>
struct wire<map> : map_wire<map, keys::any> {};
template <class Map>
    requires std::derived_from<Map, map> && requires { Map::allowed; }
struct wire<Map> : map_wire<Map, Map::allowed> {};

template <>
struct wire<array> {
    static constexpr type of = type::array;
    static constexpr std::uint64_t bound(const array& elements) noexcept {
        return std::uint64_t{9} + access::wire_of(elements).size();
    }
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const array& elements, scope s) noexcept;
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, array& elements, scope s) noexcept {
        if (format_code == code::array8) {
            read_array<std::uint8_t>(in, elements, s);
        } else if (format_code == code::array32) {
            read_array<std::uint32_t>(in, elements, s);
        } else {
            refuse_code(in, format_code);
        }
    }
};

template <>
struct wire<described> {
    static constexpr type of = type::described;
    static constexpr std::uint64_t bound(const described& d) noexcept;
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const described& d, scope s) noexcept;
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, described& d, scope s) noexcept {
        if (format_code != code::described) return refuse_code(in, format_code);
        if (in.ok()) d = read_described<checked::no>(in, s);
    }
};

template <checked Before, class T>
HUBWIRE_ALWAYS_INLINE constexpr value read_as(any_reader auto& in, std::uint8_t format_code, scope s) noexcept {
    if constexpr (Before == checked::yes && (std::same_as<T, std::string_view> || std::same_as<T, symbol>)) {
        return T{wire<T>::form::take_from(in, format_code).text()};
    } else {
        T read{};
        wire<T>::take_from(in, format_code, read, s);
        return read;
    }
}

template <checked Before>
HUBWIRE_ALWAYS_INLINE constexpr value read_behind(any_reader auto& in, std::uint8_t format_code, scope s) noexcept {
    switch (format_code) {
        case code::described:
            return in.ok() ? value{read_described<Before>(in, s)} : value{};
        case code::null:
            return {};
        case code::true_:
        case code::false_:
        case code::boolean:
            return read_as<Before, bool>(in, format_code, s);
        case code::ubyte:
            return read_as<Before, std::uint8_t>(in, format_code, s);
        case code::ushort:
            return read_as<Before, std::uint16_t>(in, format_code, s);
        case code::uint0:
        case code::smalluint:
        case code::uint:
            return read_as<Before, std::uint32_t>(in, format_code, s);
        case code::ulong0:
        case code::smallulong:
        case code::ulong:
            return read_as<Before, std::uint64_t>(in, format_code, s);
        case code::byte:
            return read_as<Before, std::int8_t>(in, format_code, s);
        case code::short_:
            return read_as<Before, std::int16_t>(in, format_code, s);
        case code::smallint:
        case code::int_:
            return read_as<Before, std::int32_t>(in, format_code, s);
        case code::smalllong:
        case code::long_:
            return read_as<Before, std::int64_t>(in, format_code, s);
        case code::float_:
            return read_as<Before, float>(in, format_code, s);
        case code::double_:
            return read_as<Before, double>(in, format_code, s);
        case code::decimal32:
            return read_as<Before, decimal32>(in, format_code, s);
        case code::decimal64:
            return read_as<Before, decimal64>(in, format_code, s);
        case code::decimal128:
            return read_as<Before, decimal128>(in, format_code, s);
        case code::char_:
            return read_as<Before, char32_t>(in, format_code, s);
        case code::timestamp:
            return read_as<Before, timestamp>(in, format_code, s);
        case code::uuid:
            return read_as<Before, uuid>(in, format_code, s);
        case code::binary8:
        case code::binary32:
            return read_as<Before, bytes>(in, format_code, s);
        case code::string8:
        case code::string32:
            return read_as<Before, std::string_view>(in, format_code, s);
        case code::symbol8:
        case code::symbol32:
            return read_as<Before, symbol>(in, format_code, s);
        case code::list0:
            return list{};
        case code::list8:
            return read_view<Before, list, std::uint8_t>(in, s);
        case code::list32:
            return read_view<Before, list, std::uint32_t>(in, s);
        case code::map8:
            return read_view<Before, map, std::uint8_t>(in, s);
        case code::map32:
            return read_view<Before, map, std::uint32_t>(in, s);
        case code::array8:
            return read_view<Before, array, std::uint8_t>(in, s);
        case code::array32:
            return read_view<Before, array, std::uint32_t>(in, s);
        default:
            refuse_code(in, format_code);
            return {};
    }
}

HUBWIRE_NEVER_INLINE constexpr void check_scalar_behind(any_reader auto& in, std::uint8_t format_code,
                                                        scope s) noexcept {
    static_cast<void>(read_behind<checked::no>(in, format_code, s));
}

template <any_reader Reader>
constexpr void check_behind(Reader& in, std::uint8_t format_code, scope s) noexcept {
    if constexpr (!is_read_apart<Reader>) {
        static_cast<void>(read_behind<checked::no>(in, format_code, s));
    } else {
        list items;
        map entries;
        array elements;
        switch (format_code) {
            case code::list8:
                return read_list<std::uint8_t>(in, items, s);
            case code::list32:
                return read_list<std::uint32_t>(in, items, s);
            case code::map8:
                return read_map<std::uint8_t>(in, entries, keys::any, s);
            case code::map32:
                return read_map<std::uint32_t>(in, entries, keys::any, s);
            case code::array8:
                return read_array<std::uint8_t>(in, elements, s);
            case code::array32:
                return read_array<std::uint32_t>(in, elements, s);
            case code::described:
                if (in.ok()) static_cast<void>(read_described<checked::no>(in, s));
                return;
            default:
                return check_scalar_behind(in, format_code, s);
        }
    }
}
constexpr void check_value(any_reader auto& in, scope s) noexcept { check_behind(in, in.u8(), s); }

HUBWIRE_NEVER_INLINE constexpr void read_any_behind(any_reader auto& in, std::uint8_t format_code, value& v,
                                                    scope s) noexcept {
    v = read_behind<checked::no>(in, format_code, s);
}

/// One value, checked throughout.
template <>
struct wire<value> {
    HUBWIRE_ALWAYS_INLINE static constexpr std::uint64_t bound(const value& v) noexcept;
    template <room Room>
    static constexpr void put_into(basic_writer<Room>& out, const value& v, scope s) noexcept;
    static constexpr void take_from(any_reader auto& in, std::uint8_t format_code, value& v, scope s) noexcept {
        read_any_behind(in, format_code, v, s);
    }
};

// What was checked is read by these rules: they forbid nothing.
inline constexpr options no_rules{.max_depth = 0xFFFF'FFFF, .any_symbol = true, .any_key = true, .any_property = true};

/// One value that was checked before.
HUBWIRE_NEVER_INLINE constexpr void reread_any_behind(quick_reader& in, std::uint8_t format_code, value& v) noexcept {
    v = read_behind<checked::yes>(in, format_code, scope{no_rules});
}
HUBWIRE_ALWAYS_INLINE constexpr void reread_behind(quick_reader& in, std::uint8_t format_code, value& v) noexcept {
    if (format_code == code::string8 || format_code == code::symbol8) [[likely]] {
        access::set_text(v, format_code == code::string8 ? type::string : type::symbol, in.sized8());
    } else {
        apart(in, [&v, format_code](quick_reader& copy) {
            reread_any_behind(copy, format_code, v);
            return true;
        });
    }
}
HUBWIRE_ALWAYS_INLINE constexpr value reread_behind(quick_reader& in, std::uint8_t format_code) noexcept {
    value v;
    reread_behind(in, format_code, v);
    return v;
}
/// Pre: it is a T.
template <class T>
HUBWIRE_ALWAYS_INLINE constexpr T reread_as(quick_reader& in, std::uint8_t format_code) noexcept {
    if constexpr (std::same_as<T, bytes>) {
        return wire<bytes>::form::take_from(in, format_code);
    } else {
        return access::get<T>(reread_behind(in, format_code));
    }
}
HUBWIRE_ALWAYS_INLINE constexpr void reread_item(quick_reader& in, value& v) noexcept { reread_behind(in, in.u8(), v); }
HUBWIRE_ALWAYS_INLINE constexpr void reread_item(quick_reader& in, entry& e) noexcept {
    reread_item(in, e.key);
    reread_item(in, e.value);
}

HUBWIRE_ALWAYS_INLINE constexpr void skip_item(quick_reader& in, const value*) noexcept { skip_value(in); }
HUBWIRE_ALWAYS_INLINE constexpr void skip_item(quick_reader& in, const entry*) noexcept {
    skip_value(in);
    skip_value(in);
}

/// What operator-> gives where operator* makes the item: it keeps it for so long.
template <class Item>
class arrow {
public:
    constexpr explicit arrow(const Item& item) noexcept : item_{item} {}
    [[nodiscard]] constexpr const Item* operator->() const noexcept HUBWIRE_LIFETIMEBOUND { return &item_; }

private:
    Item item_;
};

/// Items are made where they are wanted, and not kept here: reading a copy of what was just stored piece by piece takes
/// longer than passing over it once more.
template <class Item>
class sequence<Item>::iterator {
public:
    using value_type = Item;
    using difference_type = std::ptrdiff_t;

    constexpr iterator() noexcept = default;
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr Item operator*() const noexcept {
        Item item{};
        if (next_ != nullptr) {
            item = *next_;
        } else {
            quick_reader in{rest_};
            reread_item(in, item);
        }
        return item;
    }
    [[nodiscard]] constexpr arrow<Item> operator->() const noexcept { return arrow<Item>{**this}; }
    HUBWIRE_ALWAYS_INLINE constexpr iterator& operator++() noexcept {
        --left_;
        if (next_ != nullptr) {
            ++next_;
        } else {
            quick_reader in{rest_};
            skip_item(in, next_);
            rest_ = in.rest();
        }
        return *this;
    }
    constexpr iterator operator++(int) noexcept {
        const iterator before = *this;
        ++*this;
        return before;
    }
    friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.left_ == b.left_; }

private:
    friend sequence;
    constexpr iterator(const Item* next, bytes rest, std::uint32_t left) noexcept
        : next_{next}, rest_{rest}, left_{left} {}

    const Item* next_ = nullptr;  // or null, on the wire
    bytes rest_;
    std::uint32_t left_ = 0;
};

template <class Item>
constexpr auto sequence<Item>::begin() const noexcept -> iterator {
    return on_wire_ ? iterator{nullptr, {wire_, wire_size_}, size_} : iterator{items_, {}, size_};
}
template <class Item>
constexpr auto sequence<Item>::end() const noexcept -> iterator {
    return {};
}

template <class Range>
[[nodiscard]] constexpr bool same_items(const Range& a, const Range& b) noexcept {
    if (a.size() != b.size()) return false;
    for (auto at = a.begin(), other = b.begin(); at != a.end(); ++at, ++other) {
        if (!(*at == *other)) return false;
    }
    return true;
}

}  // namespace detail

class array::iterator {
public:
    using value_type = value;
    using difference_type = std::ptrdiff_t;

    constexpr iterator() noexcept = default;
    [[nodiscard]] constexpr value operator*() const noexcept {
        quick_reader in{rest_};
        if (head_.empty()) return detail::reread_behind(in, format_code_);
        detail::skip_behind(in, format_code_);
        return detail::access::described_on_the_wire(head_, in.read_since(0));
    }
    constexpr iterator& operator++() noexcept {
        --left_;
        quick_reader in{rest_};
        detail::skip_behind(in, format_code_);
        rest_ = in.rest();
        return *this;
    }
    constexpr iterator operator++(int) noexcept {
        const iterator before = *this;
        ++*this;
        return before;
    }
    friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.left_ == b.left_; }

private:
    friend array;
    friend constexpr bool operator==(const array& a, const array& b) noexcept;
    constexpr iterator(bytes content, std::uint32_t left) noexcept : left_{left} {
        quick_reader in{content};
        const std::uint8_t first = in.u8();
        format_code_ =
            detail::read_head<detail::checked::yes>(in, first, detail::scope{detail::no_rules}, 0).format_code;
        if (first == detail::code::described) head_ = in.read_since(0);
        rest_ = in.rest();
    }

    bytes head_;  // if the elements are described
    bytes rest_;
    std::uint32_t left_ = 0;
    std::uint8_t format_code_ = 0;
};

constexpr auto array::begin() const noexcept -> iterator {
    return size_ == 0 ? iterator{} : iterator{{content_, content_size_}, size_};
}
constexpr auto array::end() const noexcept -> iterator { return {}; }

constexpr type array::element_type() const noexcept {
    return content_size_ == 0 ? amqp::type::null : detail::type_of(static_cast<std::uint8_t>(*content_));
}

constexpr value described::descriptor() const noexcept {
    if (head_size_ == 0) return pair_[0];
    quick_reader in{{head_, head_size_}};
    in.u8();
    return detail::reread_behind(in, in.u8());
}

constexpr value described::content() const noexcept {
    if (head_size_ == 0) return pair_[1];
    quick_reader in{{head_, head_size_}};
    in.u8();
    detail::skip_value(in);
    const bytes constructor = in.rest();
    if (constructor.size() != 1) return described{constructor, {body_, body_size_}};
    quick_reader body{{body_, body_size_}};
    return detail::reread_behind(body, constructor[0]);
}

constexpr bool operator==(const list& a, const list& b) noexcept { return detail::same_items(a, b); }
constexpr bool operator==(const map& a, const map& b) noexcept { return detail::same_items(a, b); }

/// Elements without a width are all the same, and so are the descriptors of all elements: no need to go through them.
constexpr bool operator==(const array& a, const array& b) noexcept {
    if (a.size_ != b.size_ || a.element_type() != b.element_type()) return false;
    if (detail::access::wire_of(a) == detail::access::wire_of(b)) return true;
    auto at = a.begin();
    auto other = b.begin();
    for (; at != a.end(); ++at, ++other) {
        if (!(*at == *other)) return false;
        if (at.rest_.empty() && other.rest_.empty()) return true;
        at.head_ = other.head_ = {};
    }
    return true;
}
constexpr bool operator==(const described& a, const described& b) noexcept {
    return a.descriptor() == b.descriptor() && a.content() == b.content();
}

constexpr bool operator==(const value& a, const value& b) noexcept {
    if (a.type() != b.type()) return false;
    switch (a.type()) {
        case type::binary:
        case type::string:
        case type::symbol:
            return detail::access::text_of(a) == detail::access::text_of(b);
        case type::list:
            return a.list_ == b.list_;
        case type::map:
            return a.map_ == b.map_;
        case type::array:
            return a.array_ == b.array_;
        case type::described:
            return a.described_ == b.described_;
        default:
            return detail::access::same_number(a, b);
    }
}

namespace detail {

/// The other keys, and the values, are passed over.
HUBWIRE_NEVER_INLINE constexpr std::optional<value> find_on_the_wire(bytes entries, std::size_t count,
                                                                     std::string_view wanted) noexcept {
    quick_reader in{entries};
    for (; count != 0; --count) {
        const std::uint8_t format_code = in.u8();
        bool found = false;
        if (format_code == code::string8 || format_code == code::symbol8) [[likely]] {
            found = in.sized8().text() == wanted;
        } else if (format_code == code::string32 || format_code == code::symbol32) {
            found = in.take(in.u32()).text() == wanted;
        } else {
            skip_value_behind(in, format_code);
        }
        if (found) return reread_behind(in, in.u8());
        skip_value(in);
    }
    return std::nullopt;
}

constexpr std::optional<value> find_text(const sequence<entry>& entries, std::string_view wanted) noexcept {
    if (access::is_on_the_wire(entries)) return find_on_the_wire(access::wire_of(entries), entries.size(), wanted);
    for (const entry& e : std::span{access::items_of(entries), entries.size()}) {
        if (const auto text = e.key.text(); text && *text == wanted) return e.value;
    }
    return std::nullopt;
}

}  // namespace detail

template <class Text>
    requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, std::nullptr_t>)
constexpr std::optional<value> map::find(const Text& key) const noexcept {
    return detail::find_text(*this, key);
}
constexpr std::optional<value> map::find(const value& key) const noexcept {
    for (const entry e : *this) {
        if (e.key == key) return e.value;
    }
    return std::nullopt;
}
template <detail::held_by_value T>
constexpr std::optional<T> map::get(std::string_view key) const noexcept {
    const auto found = find(key);
    return found ? found->template as<T>() : std::nullopt;
}

namespace detail {

/// The place of the head of a list or map whose items are being written.
struct mark {
    std::size_t at;
};

/// Begins a list, map or array, with a head for up to 254 bytes.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr mark open_compound(basic_writer<Room>& out, std::uint8_t code8) noexcept {
    const mark place{out.size()};
    out.u8(code8);
    static_cast<void>(out.reserve16());
    return place;
}

/// Ends it: completes the head that the size and the count of the items need. The size includes that of the count.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void close_compound(basic_writer<Room>& out, mark place, std::uint8_t code8,
                                                    std::uint64_t count) noexcept {
    const std::size_t size = out.size() - place.at - 3;
    if (size <= 0xFE && count <= 0xFF) [[likely]] {
        out.fill(out.template slot_at<std::uint16_t>(place.at + 1), (size + 1) << 8 | count);
        return;
    }
    if (size > 0xFFFF'FFFF - 4) out.fail(errc::too_long);
    out.widen(place.at + 3, 6);
    out.fill(out.template slot_at<std::uint8_t>(place.at), std::uint8_t(code8 + 0x10));
    out.fill(out.template slot_at<std::uint32_t>(place.at + 1), size + 4);
    out.fill(out.template slot_at<std::uint32_t>(place.at + 5), count);
}

/// The head of a list, map or array whose content is known.
template <room Room>
constexpr void write_compound(basic_writer<Room>& out, std::uint8_t code8, bytes content,
                              std::uint64_t count) noexcept {
    if (content.size() <= 0xFE && count <= 0xFF) {
        out.u8(code8);
        out.u8(content.size() + 1);
        out.u8(count);
    } else {
        if (content.size() > 0xFFFF'FFFF - 4) out.fail(errc::too_long);
        out.u8(std::uint8_t(code8 + 0x10));
        out.u32(static_cast<std::uint32_t>(content.size() + 4));
        out.u32(count);
    }
    out.put(content);
}

template <room Room>
constexpr scope inside(basic_writer<Room>& out, scope s) noexcept {
    if (s.depth == 0) {
        out.fail(errc::amqp_depth);
        return s;
    }
    return {*s.rules, s.depth - 1};
}

/// More than any buffer has. What nests deeper than a few levels has no bound, nor has what may take more bytes than a
/// size can say: it is counted before it is written, and so is refused there if it nests without end, as a value could
/// that contains itself. A sum that comes so far is complete: what is left of such a value may be without end as well.
inline constexpr std::uint64_t unbounded = std::uint64_t{1} << 56;
inline constexpr unsigned bounded_levels = 8;

constexpr std::uint64_t bound_of_compound(const value& v, unsigned levels) noexcept;

HUBWIRE_ALWAYS_INLINE constexpr std::uint64_t bound_of(const value& v, unsigned levels) noexcept {
    if (v.type() < type::binary) return 17;  // a format code, and up to 16 bytes
    if (v.type() <= type::symbol) return 5 + std::uint64_t{access::text_of(v).size()};
    return bound_of_compound(v, levels);
}
HUBWIRE_ALWAYS_INLINE constexpr std::uint64_t bound_of(const entry& e, unsigned levels) noexcept {
    return bound_of(e.key, levels) + bound_of(e.value, levels);
}

/// Of the items of a list or a map; 9 bytes are the largest head.
template <class Item>
HUBWIRE_NEVER_INLINE constexpr std::uint64_t bound_of_items(const sequence<Item>& items, unsigned levels) noexcept {
    if (access::is_on_the_wire(items)) return 9 + std::uint64_t{access::wire_of(items).size()};
    std::uint64_t sum = 9;
    for (const Item& item : std::span{access::items_of(items), items.size()}) {
        sum += bound_of(item, levels);
        if (sum > 0xFFFF'FFFF) return unbounded;
    }
    return sum;
}

constexpr std::uint64_t bound_of_described(const described& d, unsigned levels) noexcept {
    if (access::is_on_the_wire(d)) return std::uint64_t{access::head_of(d).size()} + access::body_of(d).size();
    const std::uint64_t sum = 1 + bound_of(access::pair_of(d)[0], levels) + bound_of(access::pair_of(d)[1], levels);
    return sum > 0xFFFF'FFFF ? unbounded : sum;
}

constexpr std::uint64_t bound_of_compound(const value& v, unsigned levels) noexcept {
    if (levels == 0) return unbounded;
    switch (v.type()) {
        case type::list:
            return bound_of_items(access::get<list>(v), levels - 1);
        case type::map:
            return bound_of_items(access::get<map>(v), levels - 1);
        case type::array:
            return wire<array>::bound(access::get<array>(v));
        default:
            return bound_of_described(access::get<described>(v), levels - 1);
    }
}

HUBWIRE_ALWAYS_INLINE constexpr std::uint64_t wire<value>::bound(const value& v) noexcept {
    return bound_of(v, bounded_levels);
}

/// An item of a list or map. Texts are most of what there is.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_item(basic_writer<Room>& out, const value& v, scope s) noexcept {
    if (v.type() == type::string) return wire<std::string_view>::put_into(out, access::text_of(v), s);
    apart(out, [&v, s](auto& copy) {
        wire<value>::put_into(copy, v, s);
        return true;
    });
}

constexpr std::uint64_t wire<list>::bound(const list& values) noexcept {
    return bound_of_items(values, bounded_levels);
}

/// Whether to go on with the next item. What contains itself twice would have 2^64 of them. (An unchecked writer is
/// given only what has an end.)
template <room Room>
[[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool goes_on(const basic_writer<Room>& out) noexcept {
    return Room == room::unchecked || !out.is_refused();
}

template <room Room>
constexpr void wire<list>::put_into(basic_writer<Room>& out, const list& values, scope s) noexcept {
    if (values.empty()) return out.u8(code::list0);
    const scope items = inside(out, s);
    if (access::is_on_the_wire(values)) return write_compound(out, code::list8, access::wire_of(values), values.size());
    if (s.depth == 0) return;
    const mark place = open_compound(out, code::list8);
    for (const value& item : std::span{access::items_of(values), values.size()}) {
        write_item(out, item, items);
        if (!goes_on(out)) return;
    }
    close_compound(out, place, code::list8, values.size());
}

template <class Map, keys Allowed>
constexpr std::uint64_t map_wire<Map, Allowed>::bound(const Map& entries) noexcept {
    return bound_of_items(entries, bounded_levels);
}

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void check_entry(basic_writer<Room>& out, keys allowed, const entry& e,
                                                 const options& rules) noexcept {
    const type usual_key = allowed == keys::application_properties ? type::string : type::symbol;
    if (e.key.type() == usual_key && e.value.type() == type::string && allowed != keys::filters) [[likely]]
        return;
    if (!rules.any_key && !is_key(allowed, e.key.type())) out.fail(errc::amqp_key);
    if (!rules.any_property && !is_value(allowed, e.value.type())) out.fail(errc::amqp_map_value);
}

template <room Room>
HUBWIRE_NEVER_INLINE constexpr void write_map(basic_writer<Room>& outer, const map& entries, keys allowed,
                                              scope s) noexcept {
    basic_writer<Room> out = outer;
    const scope items = inside(out, s);
    if (access::is_on_the_wire(entries)) {
        if (allowed != keys::any && access::checked_keys(entries) != allowed) {
            for (const entry e : entries) check_entry(out, allowed, e, *s.rules);
        }
        write_compound(out, code::map8, access::wire_of(entries), std::uint64_t{entries.size()} * 2);
    } else if (s.depth != 0) {
        const mark place = open_compound(out, code::map8);
        for (const entry& e : std::span{access::items_of(entries), entries.size()}) {
            check_entry(out, allowed, e, *s.rules);
            write_item(out, e.key, items);
            if (!goes_on(out)) break;
            write_item(out, e.value, items);
            if (!goes_on(out)) break;
        }
        close_compound(out, place, code::map8, std::uint64_t{entries.size()} * 2);
    }
    outer = out;
}

template <class Map, keys Allowed>
template <room Room>
constexpr void map_wire<Map, Allowed>::put_into(basic_writer<Room>& out, const Map& entries, scope s) noexcept {
    write_map(out, entries, Allowed, s);
}

/// An array that is not there is one of no nulls.
template <room Room>
constexpr void wire<array>::put_into(basic_writer<Room>& out, const array& elements, scope s) noexcept {
    constexpr char of_null = code::null;
    static_cast<void>(inside(out, s));
    const bytes content = access::wire_of(elements);
    write_compound(out, code::array8, content.empty() ? bytes{&of_null, 1} : content, elements.size());
}

constexpr std::uint64_t wire<described>::bound(const described& d) noexcept {
    return bound_of_described(d, bounded_levels);
}
template <room Room>
constexpr void wire<described>::put_into(basic_writer<Room>& out, const described& d, scope s) noexcept {
    const scope items = inside(out, s);
    if (access::is_on_the_wire(d)) {
        out.put(access::head_of(d));
        out.put(access::body_of(d));
        return;
    }
    if (s.depth == 0) return;
    out.u8(code::described);
    wire<value>::put_into(out, access::pair_of(d)[0], items);
    if (!goes_on(out)) return;
    wire<value>::put_into(out, access::pair_of(d)[1], items);
}

}  // namespace detail

template <class Handle>
HUBWIRE_ALWAYS_INLINE constexpr decltype(auto) value::visit(Handle&& handle) const {
    using detail::access;
    switch (type_) {
        case amqp::type::null:
            return handle(nullptr);
        case amqp::type::boolean:
            return handle(access::get<bool>(*this));
        case amqp::type::ubyte:
            return handle(access::get<std::uint8_t>(*this));
        case amqp::type::ushort:
            return handle(access::get<std::uint16_t>(*this));
        case amqp::type::uint:
            return handle(access::get<std::uint32_t>(*this));
        case amqp::type::ulong:
            return handle(access::get<std::uint64_t>(*this));
        case amqp::type::byte:
            return handle(access::get<std::int8_t>(*this));
        case amqp::type::short_:
            return handle(access::get<std::int16_t>(*this));
        case amqp::type::int_:
            return handle(access::get<std::int32_t>(*this));
        case amqp::type::long_:
            return handle(access::get<std::int64_t>(*this));
        case amqp::type::float_:
            return handle(access::get<float>(*this));
        case amqp::type::double_:
            return handle(access::get<double>(*this));
        case amqp::type::decimal32:
            return handle(access::get<decimal32>(*this));
        case amqp::type::decimal64:
            return handle(access::get<decimal64>(*this));
        case amqp::type::decimal128:
            return handle(access::get<decimal128>(*this));
        case amqp::type::char_:
            return handle(access::get<char32_t>(*this));
        case amqp::type::timestamp:
            return handle(access::get<timestamp>(*this));
        case amqp::type::uuid:
            return handle(access::get<uuid>(*this));
        case amqp::type::binary:
            return handle(access::get<bytes>(*this));
        case amqp::type::string:
            return handle(access::get<std::string_view>(*this));
        case amqp::type::symbol:
            return handle(access::get<symbol>(*this));
        case amqp::type::list:
            return handle(access::get<list>(*this));
        case amqp::type::map:
            return handle(access::get<map>(*this));
        case amqp::type::array:
            return handle(access::get<array>(*this));
        default:
            return handle(access::get<described>(*this));
    }
}

namespace detail {

template <room Room>
constexpr void wire<value>::put_into(basic_writer<Room>& out, const value& v, scope s) noexcept {
    v.visit([&]<class T>(const T& is) {
        if constexpr (std::same_as<T, std::nullptr_t>) {
            out.u8(code::null);
        } else {
            wire<T>::put_into(out, is, s);
        }
    });
}

}  // namespace detail

}  // namespace hubwire::amqp

#endif
