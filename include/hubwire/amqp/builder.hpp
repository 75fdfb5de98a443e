#ifndef HUBWIRE_AMQP_BUILDER_HPP
#define HUBWIRE_AMQP_BUILDER_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/container.hpp>
#include <hubwire/amqp/primitive.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>

#include <cstddef>
#include <cstdint>

namespace hubwire::amqp {

namespace detail {

constexpr void write_wide_text(writer& out, const value& v, const options& rules) noexcept {
    const std::string_view text = access::text_of(v);
    if (v.type() == type::string && !is_utf8(text)) out.fail(errc::invalid_utf8);
    if (v.type() == type::symbol && !check_symbol(text, rules)) out.fail(errc::amqp_symbol);
    out.sized32(text);
}

/// What stands behind the widest format code of a type that contains no other values.
constexpr void write_widest(writer& out, std::uint8_t widest_code, const value& v, const options& rules) noexcept {
    switch (widest_code >> 4) {
        case 0x5:
            return out.u8(access::low_bits(v) & 0xFF);
        case 0x6:
            return out.u16(access::low_bits(v) & 0xFFFF);
        case 0x7:
            if (v.type() == type::char_ && !wire<char32_t>::is_character(access::get<char32_t>(v)))
                out.fail(errc::amqp_char);
            return out.u32(access::low_bits(v) & 0xFFFF'FFFF);
        case 0x8:
            return out.u64(access::low_bits(v));
        case 0x9:
            out.u64(access::high_bits(v));
            return out.u64(access::low_bits(v));
        case 0xB:
            return write_wide_text(out, v, rules);
        default:  // null takes no bytes
            return;
    }
}

}  // namespace detail

/// Puts together lists, maps, arrays and described values of anything, however they nest, in a buffer of the caller's:
///     builder b{scratch};
///     b.map([&] {
///         b.entry("temperature", 21.5);
///         b.add("readings");
///         b.list([&] { b.add(1); b.add("two"); });
///     });
///     result<value> v = b.finish();
/// The first failure sticks, and finish() tells of it.
class builder {
public:
    constexpr explicit builder(buffer output HUBWIRE_LIFETIMEBOUND, const options& rules = {}) noexcept
        : out_{output}, rules_{rules}, depth_{rules.max_depth} {}

    /// A value, in the list, map or array that is being built, or alone.
    constexpr void add(const value& v) noexcept {
        begin_item();
        if (in_array_) {
            write_element(v);
        } else {
            detail::wire<value>::put_into(out_, v, here());
        }
    }

    /// A composite, such as a lifetime policy. Not in an array.
    template <composite T>
    constexpr void add(const T& v) noexcept {
        begin_item();
        if (in_array_) out_.fail(errc::amqp_mixed_array);
        detail::wire<T>::put_into(out_, v, here());
    }

    /// A key and its value, in a map.
    constexpr void entry(const value& key, const value& v) noexcept {
        add(key);
        if (detail::goes_on(out_)) add(v);
    }

    /// A list, a map, or an array, of all that is added while fill is called. A map takes keys and values in turn. The
    /// elements of an array are of one type; they are written in the widest form of it, which fits them all.
    template <class Fill>
    constexpr void list(Fill&& fill) noexcept {
        begin_item();
        compound(detail::code::list8, fill);
    }
    template <class Fill>
    constexpr void map(Fill&& fill) noexcept {
        begin_item();
        compound(detail::code::map8, fill);
    }
    template <class Fill>
    constexpr void array(Fill&& fill) noexcept {
        begin_item();
        compound(detail::code::array8, fill);
    }

    /// A value with a descriptor, mostly a symbol or a ulong: the one value that is added while fill is called.
    template <class Fill>
    constexpr void described(const value& descriptor, Fill&& fill) noexcept {
        begin_item();
        describe(descriptor, fill);
    }

    /// What was built, if nothing failed and it is one value: a view of the buffer.
    [[nodiscard]] constexpr result<value> finish() noexcept {
        const auto wire = encoded();
        if (!wire) return wire.error();
        quick_reader in{*wire};
        return detail::reread_behind(in, in.u8());
    }

    /// The same as bytes.
    [[nodiscard]] constexpr result<bytes> encoded() noexcept {
        const bool is_whole = depth_ == rules_.max_depth && count_ == 1;
        if (out_.ok() && !is_whole) return hubwire::error{.code = errc::amqp_count, .offset = out_.size()};
        return out_.finish();
    }

private:
    /// The constructor that all elements of an array share: written with the first one, compared with the others.
    struct array_head {
        std::size_t at = 0;
        std::size_t size = 0;     // once it is complete
        std::size_t matched = 0;  // so much of it the element being added has
        bool is_complete = false;
    };

    [[nodiscard]] constexpr detail::scope here() const noexcept { return {rules_, depth_}; }

    /// Whether there may be another level.
    [[nodiscard]] constexpr bool go_deeper() noexcept {
        if (depth_ == 0) {
            out_.fail(errc::amqp_depth);
            return false;
        }
        --depth_;
        return true;
    }

    /// Every item counts. A list takes no room for its head before it has one.
    constexpr void begin_item() noexcept {
        if (list_is_pending_) static_cast<void>(detail::open_compound(out_, detail::code::list8));
        list_is_pending_ = false;
        ++count_;
    }

    template <class Fill>
    constexpr void describe(const value& descriptor, Fill& fill) noexcept {
        if (!go_deeper()) return;
        if (in_array_) {
            match_descriptor(descriptor);
        } else {
            out_.u8(detail::code::described);
            detail::wire<value>::put_into(out_, descriptor, here());
        }
        const std::uint64_t count = count_;
        count_ = 0;
        fill();
        if (count_ != 1) out_.fail(errc::amqp_count);
        count_ = count;
        ++depth_;
    }

    template <class Fill>
    constexpr void compound(std::uint8_t code8, Fill& fill) noexcept {
        if (!go_deeper()) return;
        const bool is_element = in_array_;
        if (is_element) match_code(wide(code8));
        const array_head head = head_;
        const std::uint64_t count = count_;
        const std::size_t at = out_.size();
        list_is_pending_ = !is_element && code8 == detail::code::list8;
        if (is_element) {
            out_.u64(0);
        } else if (!list_is_pending_) {
            static_cast<void>(detail::open_compound(out_, code8));
        }
        in_array_ = code8 == detail::code::array8;
        head_ = {.at = out_.size()};
        count_ = 0;
        fill();
        if (code8 == detail::code::map8 && count_ % 2 != 0) out_.fail(errc::amqp_odd_map);
        if (in_array_ && count_ == 0) out_.u8(detail::code::null);  // of no element, so of any type
        if (is_element) {
            out_.fill(out_.slot_at<std::uint32_t>(at), std::uint64_t{out_.size()} - at - 4);
            out_.fill(out_.slot_at<std::uint32_t>(at + 4), count_);
        } else if (list_is_pending_) {
            out_.u8(detail::code::list0);
        } else {
            detail::close_compound(out_, detail::mark{at}, code8, count_);
        }
        list_is_pending_ = false;
        in_array_ = is_element;
        head_ = head;
        count_ = count;
        ++depth_;
    }

    [[nodiscard]] static constexpr std::uint8_t wide(std::uint8_t code8) noexcept {
        return static_cast<std::uint8_t>(code8 + 0x10);
    }

    /// An element has this format code: the last byte of the constructor.
    constexpr void match_code(std::uint8_t format_code) noexcept {
        if (!head_.is_complete) {
            out_.u8(format_code);
            head_.is_complete = true;
            head_.size = out_.size() - head_.at;
        } else {
            const bytes head = written_head();
            if (!head.empty() && (head_.matched + 1 != head.size() || head[head_.matched] != format_code))
                out_.fail(errc::amqp_mixed_array);
        }
        head_.matched = 0;
    }

    /// An element is described by this: 00 and the descriptor come before the format code in the constructor.
    constexpr void match_descriptor(const value& descriptor) noexcept {
        if (!head_.is_complete) {
            out_.u8(detail::code::described);
            const unsigned most = detail::max_depth_of_shared_descriptors;
            const detail::scope shared{rules_, depth_ < most ? depth_ : most};
            const std::size_t at = out_.size();
            detail::wire<value>::put_into(out_, descriptor, shared);
            // A view of the wire was put as it came, however deep that nests: no limit of a decoder's would help it.
            quick_reader in{out_.written_since(at)};
            if (out_.ok()) detail::check_value(in, shared);
            if (out_.ok() && !in.ok()) out_.fail(errc::amqp_depth);
            return;
        }
        const bytes head = written_head();
        if (head.empty()) return;
        quick_reader in{head.without_first(head_.matched)};
        if (in.u8() != detail::code::described || !(detail::reread_behind(in, in.u8()) == descriptor))
            out_.fail(errc::amqp_mixed_array);
        head_.matched += in.offset();
    }

    /// An array as an element of another one. Its elements stay as they came: there may be four billion of them.
    constexpr void write_array_element(const amqp::array& a) noexcept {
        constexpr char of_null = detail::code::null;
        if (!go_deeper()) return;
        match_code(wide(detail::code::array8));
        const bytes wire = detail::access::wire_of(a);
        const bytes content = wire.empty() ? bytes{&of_null, 1} : wire;
        out_.u32(std::uint64_t{content.size()} + 4);
        out_.u32(a.size());
        out_.put(content);
        ++depth_;
    }

    /// Empty after a failure.
    [[nodiscard]] constexpr bytes written_head() const noexcept {
        const bytes written = out_.written_since(head_.at);
        return written.empty() ? written : written.first(head_.size);
    }

    /// The widest format code of a type that is not described; its size is its high digit's (AMQP 1.2).
    [[nodiscard]] static constexpr std::uint8_t widest_code(type of) noexcept {
        using namespace detail;
        constexpr std::uint8_t codes[] = {
            code::null,      code::boolean,   code::ubyte,      code::ushort, code::uint,      code::ulong,
            code::byte,      code::short_,    code::int_,       code::long_,  code::float_,    code::double_,
            code::decimal32, code::decimal64, code::decimal128, code::char_,  code::timestamp, code::uuid,
            code::binary32,  code::string32,  code::symbol32};
        return codes[static_cast<std::size_t>(of)];
    }

    /// An element of an array: as any value, but for the constructor.
    constexpr void write_element(const value& v) noexcept {
        using detail::access;
        if (v.type() == type::list) {
            const auto fill = [&] {
                for (const value item : access::get<amqp::list>(v)) {
                    add(item);
                    if (!detail::goes_on(out_)) return;
                }
            };
            compound(detail::code::list8, fill);
        } else if (v.type() == type::map) {
            const auto fill = [&] {
                for (const amqp::entry e : access::get<amqp::map>(v)) {
                    entry(e.key, e.value);
                    if (!detail::goes_on(out_)) return;
                }
            };
            compound(detail::code::map8, fill);
        } else if (v.type() == type::array) {
            write_array_element(access::get<amqp::array>(v));
        } else if (v.type() == type::described) {
            const auto d = access::get<amqp::described>(v);
            const auto fill = [&] { add(d.content()); };
            describe(d.descriptor(), fill);
        } else {
            match_code(widest_code(v.type()));
            detail::write_widest(out_, widest_code(v.type()), v, rules_);
        }
    }

    writer out_;
    options rules_;
    unsigned depth_;
    std::uint64_t count_ = 0;  // items of the innermost list, map or array
    array_head head_{};        // of the innermost array
    bool in_array_ = false;
    bool list_is_pending_ = false;
};

}  // namespace hubwire::amqp

#endif
