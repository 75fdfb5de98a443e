#ifndef HUBWIRE_IOTHUB_PROPERTY_BAG_HPP
#define HUBWIRE_IOTHUB_PROPERTY_BAG_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/same_items.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/property_value.hpp>
#include <hubwire/iothub/system_property.hpp>
#include <hubwire/text/percent.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

/// Property bags: the properties of a message, as they stand behind the topic of MQTT.
///     prop1&prop2=&prop3=a%20string&%24.mid=1
/// A property without a = is null, which is something else than an empty text. A + stands for itself, and a / too, but
/// for a single one at the very end, which some peers put there, and which is not part of the bag.
namespace hubwire::iothub {

/// Where SDKs differ. By default hubwire writes what every one of them reads, and reads what any of them writes.
struct bag_options {
    /// What is not escaped (encoding only). Pre: none of & = / ? # and +, or the program traps.
    text::bare_characters bare = text::unreserved;

    /// Escape with the digits a to f, as the SDK for C does (encoding only).
    bool lower_case = false;

    /// End a bag that is not empty with a /, as the SDKs for C# and Node and edgeHub do (encoding only).
    bool trailing_slash = false;

    /// Take a % without two hexadecimal digits behind it for the character itself, as the SDKs for Python and C# do
    /// (decoding only).
    bool keep_malformed = false;

    /// Take properties without a name, and hand them on, as the SDKs for Node and Python do: a=1&&b has one that is
    /// null in the middle. Otherwise they are refused. The SDKs for C# and Java refuse them as well, that for C skips
    /// some and loses others: nobody can rely on them, and they come of an & that was not escaped.
    bool empty_names = false;

    /// Skip a ? that the bag begins with, as examples in the hub's documentation have it; the hub takes it for a part
    /// of the first name (decoding only).
    bool skip_question_mark = false;

    [[nodiscard]] constexpr text::percent_options percent() const noexcept {
        return {.bare = bare, .lower_case = lower_case, .keep_malformed = keep_malformed};
    }
};

/// What applies where nothing else is said.
inline constexpr bag_options default_bag_options{};

namespace detail {

/// Bytes that are % or &, which are neighbours in ASCII, exactly, whatever the others are.
HUBWIRE_ALWAYS_INLINE constexpr word percent_or_separator_bytes(word w) noexcept {
    const word difference = ((w & every_byte<0x7F>)+every_byte<1>)^every_byte<'&'>;  // 0 or 1 for these two
    return ~(((difference & every_byte<0x7E>)+every_byte<0x7E>) | w) & every_byte<0x80>;
}
static_assert('%' + 1 == '&');

/// The first of one or two characters, or the end.
template <char A, char B = A>
HUBWIRE_ALWAYS_INLINE constexpr const char* find_either(const char* at, const char* end) noexcept {
    if constexpr (!optimize_for_size) {
        // Up to the first one this is exact, but for what is not ASCII.
        const auto found_in = [](word w) { return (bytes_equal_to<A>(w) | bytes_equal_to<B>(w)) & ~w; };
        for (; static_cast<std::size_t>(end - at) >= word_size; at += word_size) {
            if (const word found = found_in(load_word(at)); found != 0) return at + first_byte(found);
        }
        const auto left = static_cast<std::size_t>(end - at);
        const word found = found_in(text::detail::load_part(at, left));
        return found != 0 ? at + first_byte(found) : end;
    }
    while (at != end && *at != A && *at != B) ++at;
    return at;
}

#if defined(HUBWIRE_HAS_BLOCK_MASKS)
/// Whether it is looked through window by window: a short one has none.
HUBWIRE_ALWAYS_INLINE constexpr bool has_windows(std::string_view bag) noexcept {
    return !std::is_constant_evaluated() && bag.size() >= window::least;
}
#endif

/// What a property begins with if it has no name: the next one, its value, or nothing at all.
HUBWIRE_ALWAYS_INLINE constexpr bool is_nameless(std::string_view bag, std::size_t at) noexcept {
    return at == bag.size() || bag[at] == '&' || bag[at] == '=';
}

#if defined(HUBWIRE_HAS_BLOCKS)
/// Bytes of a block that are hexadecimal digits.
HUBWIRE_ALWAYS_INLINE block hex_digits_in_block(block b) noexcept {
    return text::detail::bytes_from_to<'0', '9'>(b) | text::detail::bytes_from_to<'a', 'f'>(b | 0x20);
}

/// Whether there is nothing to refuse. Each byte is looked at in view of the two before it, sixteen at a time, whatever
/// they are. Pre: a block and two bytes, at least.
inline bool bag_blocks_pass(std::string_view bag, const bag_options& rules) noexcept {
    const char* const begin = bag.data();
    const char* const end = begin + bag.size();
    block not_escapes{};
    block not_names{};
    const auto look_at = [&](const char* at) HUBWIRE_INLINE_LAMBDA {
        const auto load = [](const char* from) HUBWIRE_INLINE_LAMBDA {
            block b;
            std::memcpy(&b, from, sizeof b);
            return b;
        };
        const block here = load(at);
        const block before = load(at - 1);
        not_escapes |= static_cast<block>((before == '%') | (load(at - 2) == '%')) & ~hex_digits_in_block(here);
        not_names |= static_cast<block>((before == '&') & ((here == '&') | (here == '=')));
    };
    const char* const last = end - sizeof(block);
    for (const char* at = begin + 2; at < last; at += sizeof(block)) look_at(at);
    look_at(last);
    const bool has_bad_escape = top_bits(not_escapes) != 0 || end[-1] == '%' || end[-2] == '%' ||
                                (begin[0] == '%' && text::detail::hex_value(begin[1]) >= 16);
    const bool has_nameless = top_bits(not_names) != 0 || end[-1] == '&' || is_nameless(bag, 0);
    return (rules.keep_malformed || !has_bad_escape) && (rules.empty_names || !has_nameless);
}
#endif

/// Checks what an iterator then relies on. Pre: the bag is not empty.
constexpr result<void> check_bag(std::string_view bag, const bag_options& rules) noexcept {
#if defined(HUBWIRE_HAS_BLOCKS)
    if (!std::is_constant_evaluated() && bag.size() >= sizeof(block) + 2 && bag_blocks_pass(bag, rules)) return {};
#endif
    const text::percent_options reading{.keep_malformed = rules.keep_malformed};
    if (!rules.empty_names && is_nameless(bag, 0)) return error{.code = errc::iothub_bag_name};
    errc code = errc::none;
    const auto fits = [&](std::size_t at) {
        if (bag[at] == '%') {
            if (text::detail::percent_unit_at(bag, at, reading).size == 0) code = errc::percent_escape;
        } else if (!rules.empty_names && is_nameless(bag, at + 1)) {
            code = errc::iothub_bag_name;
        }
        return code == errc::none;
    };
    const auto refusal = [&](std::size_t where) {
        return error{.code = code, .offset = where + (code == errc::iothub_bag_name ? 1u : 0u)};
    };
    std::size_t at = 0;
    if constexpr (!optimize_for_size) {
        while (at != bag.size()) {
            const std::size_t left = bag.size() - at;
            const std::size_t step = left < word_size ? left : word_size;
            const word w =
                left < word_size ? text::detail::load_part(bag.data() + at, left) : load_word(bag.data() + at);
            for (word found = percent_or_separator_bytes(w); found != 0; found &= found - 1) {
                if (const std::size_t where = at + first_byte(found); !fits(where)) return refusal(where);
            }
            at += step;
        }
    }
    // coverage: off, for -Os, and a build with it has it
    for (; at != bag.size(); ++at) {
        if ((bag[at] == '%' || bag[at] == '&') && !fits(at)) return refusal(at);
    }
    // coverage: on
    return {};
}

}  // namespace detail

/// The properties of a bag that was decoded, in their order, those of the system among the others, a name twice if it
/// is there twice. Names and values are percent-encoded texts that lie in the bag, and well-formed.
class property_bag {
public:
    constexpr property_bag() noexcept = default;

    /// Pre: decode_property_bag has seen to it that the text is a bag. (Nobody else need call this.)
    [[nodiscard]] static constexpr property_bag on_the_wire(std::string_view text, bool keep_malformed) noexcept {
        property_bag bag;
        bag.text_ = text;
        bag.keep_malformed_ = keep_malformed;
        return bag;
    }

    [[nodiscard]] constexpr bool empty() const noexcept { return text_.empty(); }

    /// As it lies on the wire, without what is not part of it.
    [[nodiscard]] constexpr std::string_view raw() const noexcept { return text_; }

    class iterator {
    public:
        using value_type = property;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr property operator*() const noexcept {
            property p{.name = text_between(at_, name_end_)};
            if (name_end_ != pair_end_) p.value = text_between(name_end_ + 1, pair_end_);
            return p;
        }
        HUBWIRE_ALWAYS_INLINE constexpr iterator& operator++() noexcept {
            if (pair_end_ == end_) {
                at_ = nullptr;
            } else {
                load(pair_end_ + 1);
            }
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept { return a.at_ == b.at_; }

    private:
        friend property_bag;
        constexpr iterator(std::string_view bag, bool keep_malformed) noexcept
            : end_{bag.data() + bag.size()}, keep_malformed_{keep_malformed}, bag_{bag.data()} {
#if defined(HUBWIRE_HAS_BLOCK_MASKS)
            if (detail::has_windows(bag)) look_at(bag_);
#endif
            load(bag.data());
        }
        HUBWIRE_ALWAYS_INLINE constexpr void load(const char* at) noexcept {
            at_ = at;
#if defined(HUBWIRE_HAS_BLOCK_MASKS)
            if (window_end_ != nullptr && load_from_window(at)) return;
#endif
            name_end_ = detail::find_either<'=', '&'>(at, end_);
            pair_end_ = name_end_ == end_ ? end_ : detail::find_either<'&'>(name_end_, end_);
        }
#if defined(HUBWIRE_HAS_BLOCK_MASKS)
        /// Both ends, if they are in the window that was looked at last, or in the one that begins here. Pre: there was
        /// a window.
        HUBWIRE_ALWAYS_INLINE bool load_from_window(const char* at) noexcept {
            if (load_from_masks(at)) return true;
            if (at == end_) return false;
            look_at(at);
            return load_from_masks(at);
        }
        HUBWIRE_ALWAYS_INLINE void look_at(const char* at) noexcept {
            const detail::window w =
                detail::window::of(bag_, static_cast<std::size_t>(end_ - bag_), static_cast<std::size_t>(at - bag_));
            window_end_ = w.begin + w.size;
            looked_at_ = at;
            separators_ = w.equal_to('&');
            stops_ = separators_ | w.equal_to('=');
        }
        HUBWIRE_ALWAYS_INLINE constexpr bool load_from_masks(const char* at) noexcept {
            if (at >= window_end_) return false;
            const auto passed = at - looked_at_;
            const std::uint64_t separators = separators_ >> passed;
            const std::uint64_t stops = stops_ >> passed;
            if (separators != 0) {
                pair_end_ = at + std::countr_zero(separators);
                name_end_ = at + std::countr_zero(stops);
                return true;
            }
            if (window_end_ != end_) return false;
            pair_end_ = end_;
            name_end_ = stops != 0 ? at + std::countr_zero(stops) : end_;
            return true;
        }
#endif
        [[nodiscard]] constexpr text::percent_text text_between(const char* begin, const char* end) const noexcept {
            return text::percent_text{{begin, static_cast<std::size_t>(end - begin)}, keep_malformed_};
        }

        const char* at_ = nullptr;  // the property, or null behind the last
        const char* name_end_ = nullptr;
        const char* pair_end_ = nullptr;
        const char* end_ = nullptr;
        bool keep_malformed_ = false;
        // What was seen of a window, if there was one. (These are there in any case: parts of a program may be compiled
        // with other options.)
        [[maybe_unused]] const char* bag_ = nullptr;
        [[maybe_unused]] const char* looked_at_ = nullptr;   // where the masks begin,
        [[maybe_unused]] const char* window_end_ = nullptr;  // and end
        [[maybe_unused]] std::uint64_t separators_ = 0;
        [[maybe_unused]] std::uint64_t stops_ = 0;  // which end a name
    };
    [[nodiscard]] constexpr iterator begin() const noexcept {
        return text_.empty() ? iterator{} : iterator{text_, keep_malformed_};
    }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    /// The value of the first property with this name, which is null if it has none. Linear in the size.
    [[nodiscard]] constexpr std::optional<property_value> find(std::string_view name) const noexcept {
        for (const property p : *this) {
            if (p.name == name) return p.value;
        }
        return std::nullopt;
    }

    /// The same for one of the system's, which is there as $.mid, or as %24.mid. Nothing if MQTT has no name for it.
    [[nodiscard]] constexpr std::optional<property_value> find(system_property which) const noexcept {
        const std::string_view name = mqtt_name(which);
        return name.empty() ? std::nullopt : find(name);
    }

    /// Whether the same properties are there in the same order, however they are written.
    friend constexpr bool operator==(const property_bag& a, const property_bag& b) noexcept {
        return hubwire::detail::same_items(a, b);
    }

private:
    std::string_view text_{};
    bool keep_malformed_ = false;
};

/// The bag that the text is: all that stands behind the topic. It is looked through once, and then gone through without
/// failure. An escape that is malformed, and a property without a name, are refused where they stand. The empty text is
/// a bag without properties.
[[nodiscard]] constexpr result<property_bag> decode_property_bag(
    std::string_view text, const bag_options& rules = default_bag_options) noexcept {
    std::size_t skipped = 0;
    if (text.ends_with('/')) text.remove_suffix(1);
    if (rules.skip_question_mark && text.starts_with('?')) {
        text.remove_prefix(1);
        skipped = 1;
    }
    if (!text.empty()) {
        if (const auto verdict = detail::check_bag(text, rules); !verdict)
            return error{.code = verdict.error().code, .offset = verdict.error().offset + skipped};
    }
    return property_bag::on_the_wire(text, rules.keep_malformed);
}

/// How a value that is not one already becomes a property_value: for types of others. In `of` it may return a view of
/// what it is given.
template <class T>
struct as_property_value;

template <class T>
    requires std::convertible_to<const T&, property_value>
struct as_property_value<T> {
    static constexpr property_value of(const T& value HUBWIRE_LIFETIMEBOUND) noexcept { return value; }
};

/// A name, in a bag.
template <>
struct as_property_value<system_property> {
    static constexpr property_value of(system_property which) noexcept { return mqtt_name(which); }
};

namespace detail {

/// A property, or whatever has a name and a value as its two parts: a std::pair, an item of a map.
template <class Element>
constexpr property to_property(const Element& element HUBWIRE_LIFETIMEBOUND) noexcept {
    if constexpr (std::same_as<Element, property>) {
        return element;
    } else {
        const auto& [name, value] = element;
        return {.name = as_property_value<std::remove_cvref_t<decltype(name)>>::of(name),
                .value = as_property_value<std::remove_cvref_t<decltype(value)>>::of(value)};
    }
}

/// Writes a bag, one property after the other.
template <room Room>
class bag_writer {
public:
    constexpr bag_writer(basic_writer<Room>& out, const bag_options& rules) noexcept
        : out_{out}, rules_{rules}, percent_{rules.percent()}, begin_{out.size()} {
        for (const char c : std::string_view{"&=/?#+"}) require(!rules.bare.contains(static_cast<unsigned char>(c)));
    }

    constexpr void add(const property& p) noexcept {
        separate();
        const std::size_t name_at = out_.size();
        put_percent(out_, p.name, percent_);
        if (out_.size() == name_at && !rules_.empty_names) out_.fail(errc::iothub_bag_name);
        put_value(p.value);
    }

    /// One with a name that is encoded already.
    constexpr void add_encoded(std::string_view name, const property_value& value) noexcept {
        separate();
        out_.put(name);
        put_value(value);
    }

    constexpr void finish() noexcept {
        // A single null without a name would be nothing at all.
        if (out_.size() == begin_ && !is_first_) out_.fail(errc::iothub_bag_name);
        if (rules_.trailing_slash && out_.size() != begin_) out_.u8('/');
    }

private:
    constexpr void separate() noexcept {
        if (!is_first_) out_.u8('&');
        is_first_ = false;
    }
    constexpr void put_value(const property_value& value) noexcept {
        if (value.is_null()) return;
        out_.u8('=');
        put_percent(out_, value, percent_);
    }

    basic_writer<Room>& out_;
    const bag_options& rules_;
    text::percent_options percent_;
    std::size_t begin_;
    bool is_first_ = true;
};

}  // namespace detail

/// Writes a bag of any range of properties: of hubwire::iothub::property, of pairs of what a property_value is made of,
/// another bag that was decoded, the application properties of an AMQP message, ... A property without a name fails
/// where it would stand.
template <room Room, class Range>
constexpr void put_property_bag(basic_writer<Room>& out, const Range& properties,
                                const bag_options& rules = default_bag_options) noexcept {
    detail::bag_writer<Room> bag{out, rules};
    for (auto&& element : properties) bag.add(detail::to_property<std::remove_cvref_t<decltype(element)>>(element));
    bag.finish();
}
template <room Room>
constexpr void put_property_bag(basic_writer<Room>& out, std::initializer_list<property> properties,
                                const bag_options& rules = default_bag_options) noexcept {
    put_property_bag<Room, std::initializer_list<property>>(out, properties, rules);
}

template <class Range>
[[nodiscard]] constexpr result<bytes> encode_property_bag(buffer output HUBWIRE_LIFETIMEBOUND, const Range& properties,
                                                          const bag_options& rules = default_bag_options) noexcept {
    writer out{output};
    put_property_bag(out, properties, rules);
    return out.finish();
}
[[nodiscard]] constexpr result<bytes> encode_property_bag(buffer output HUBWIRE_LIFETIMEBOUND,
                                                          std::initializer_list<property> properties,
                                                          const bag_options& rules = default_bag_options) noexcept {
    return encode_property_bag<std::initializer_list<property>>(output, properties, rules);
}

/// How many characters encode_property_bag would write, or why it would not.
template <class Range>
[[nodiscard]] constexpr result<std::size_t> property_bag_size(const Range& properties,
                                                              const bag_options& rules = default_bag_options) noexcept {
    counting_writer out;
    put_property_bag(out, properties, rules);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif
