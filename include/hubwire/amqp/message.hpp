#ifndef HUBWIRE_AMQP_MESSAGE_HPP
#define HUBWIRE_AMQP_MESSAGE_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/container.hpp>
#include <hubwire/amqp/primitive.hpp>
#include <hubwire/amqp/section.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

/// Messages (AMQP 3.2): what transfers carry.
namespace hubwire::amqp {

/// The format of messages as AMQP 3.2 defines them, and Microsoft's for a batch: a message with data sections only,
/// each of which holds a message of its own.
inline constexpr std::uint32_t message_format = 0;
inline constexpr std::uint32_t batch_message_format = 0x8001'3700;

/// The sections of a body, one after the other: one that is kept here, or several that lie in an array of the caller's
/// or are still on the wire. Section is data or amqp_sequence.
template <class Section>
class body_sections {
public:
    constexpr body_sections() noexcept : one_{} {}
    constexpr body_sections(const Section& one) noexcept : one_{one}, size_{1} {}

    /// Pre: fewer than 2^32, or the program traps.
    constexpr body_sections(std::span<const Section> several) noexcept
        : items_{several.data()}, size_{static_cast<std::uint32_t>(several.size())}, place_{place::items} {
        hubwire::detail::require(several.size() <= 0xFFFF'FFFF);
    }

    /// Pre: so many sections of this kind with their descriptors, and nothing else. (Decoders see to that, and nobody
    /// else need call it.)
    [[nodiscard]] static constexpr body_sections on_the_wire(bytes wire HUBWIRE_LIFETIMEBOUND,
                                                             std::uint32_t size) noexcept {
        return {wire, size};
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    class iterator {
    public:
        using value_type = Section;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr Section operator*() const noexcept { return current_; }
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
        friend body_sections;
        constexpr explicit iterator(const body_sections& sections) noexcept : left_{sections.size_} {
            switch (sections.place_) {
                case place::here:
                    current_ = sections.one_;
                    break;
                case place::items:
                    next_ = sections.items_;
                    load();
                    break;
                case place::wire:
                    rest_ = sections.wire_;
                    load();
                    break;
            }
        }
        constexpr void load() noexcept {
            if (left_ == 0) return;
            if (next_ != nullptr) {
                current_ = *next_++;
                return;
            }
            quick_reader in{rest_};
            in.u8();
            detail::skip_value(in);
            current_ = {detail::reread_as<decltype(Section::content)>(in, in.u8())};
            rest_ = in.rest();
        }

        Section current_{};
        const Section* next_ = nullptr;  // or null, on the wire
        bytes rest_;
        std::uint32_t left_ = 0;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{*this}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {}; }

    friend constexpr bool operator==(const body_sections& a, const body_sections& b) noexcept {
        return detail::same_items(a, b);
    }

private:
    constexpr body_sections(bytes wire, std::uint32_t size) noexcept : wire_{wire}, size_{size}, place_{place::wire} {}

    enum class place : std::uint8_t { here, items, wire };
    union {
        Section one_;
        const Section* items_;
        bytes wire_;
    };
    std::uint32_t size_ = 0;
    place place_ = place::here;
};

enum class body_kind : std::uint8_t { none, data, sequence, value };

/// The body of a message: nothing, one or several data sections, one or several sequences, or one value.
///     body = data{payload}          body = amqp_value{5}          body = an_array_of_data
class message_body {
public:
    constexpr message_body() noexcept : data_{} {}
    constexpr message_body(const body_sections<data>& sections) noexcept
        : kind_{sections.empty() ? body_kind::none : body_kind::data}, data_{sections} {}
    constexpr message_body(const body_sections<amqp_sequence>& sections) noexcept
        : kind_{sections.empty() ? body_kind::none : body_kind::sequence}, sequences_{sections} {}
    constexpr message_body(const data& one) noexcept : message_body{body_sections<data>{one}} {}
    constexpr message_body(const amqp_sequence& one) noexcept : message_body{body_sections<amqp_sequence>{one}} {}
    constexpr message_body(const amqp_value& one) noexcept : kind_{body_kind::value}, value_{one} {}
    /// Several, in an array, a vector or a span that outlives this.
    template <class Range>
        requires(detail::several_of<Range, data> && std::ranges::enable_borrowed_range<Range>)
    constexpr message_body(const Range& several) noexcept : message_body{body_sections<data>{several}} {}
    template <class Range>
        requires(detail::several_of<Range, data> && !std::ranges::enable_borrowed_range<Range>)
    constexpr message_body(const Range& several HUBWIRE_LIFETIMEBOUND) noexcept
        : message_body{body_sections<data>{several}} {}
    template <class Range>
        requires(detail::several_of<Range, amqp_sequence> && std::ranges::enable_borrowed_range<Range>)
    constexpr message_body(const Range& several) noexcept : message_body{body_sections<amqp_sequence>{several}} {}
    template <class Range>
        requires(detail::several_of<Range, amqp_sequence> && !std::ranges::enable_borrowed_range<Range>)
    constexpr message_body(const Range& several HUBWIRE_LIFETIMEBOUND) noexcept
        : message_body{body_sections<amqp_sequence>{several}} {}

    [[nodiscard]] constexpr body_kind kind() const noexcept { return kind_; }

    /// The sections of one kind; none if the body is of another one.
    [[nodiscard]] constexpr body_sections<data> data_sections() const noexcept {
        return kind_ == body_kind::data ? data_ : body_sections<data>{};
    }
    [[nodiscard]] constexpr body_sections<amqp_sequence> sequences() const noexcept {
        return kind_ == body_kind::sequence ? sequences_ : body_sections<amqp_sequence>{};
    }

    /// The bytes, if the body is one data section: nearly all messages to and from a hub are such.
    [[nodiscard]] constexpr std::optional<bytes> single_data() const noexcept {
        if (kind_ != body_kind::data || data_.size() != 1) return std::nullopt;
        return (*data_.begin()).content;
    }

    /// The value, if the body is one.
    [[nodiscard]] constexpr std::optional<value> single_value() const noexcept {
        if (kind_ != body_kind::value) return std::nullopt;
        return value_.content;
    }

    friend constexpr bool operator==(const message_body& a, const message_body& b) noexcept {
        if (a.kind_ != b.kind_) return false;
        switch (a.kind_) {
            case body_kind::none:
                return true;
            case body_kind::data:
                return a.data_ == b.data_;
            case body_kind::sequence:
                return a.sequences_ == b.sequences_;
            case body_kind::value:
                break;
        }
        return a.value_ == b.value_;
    }

private:
    body_kind kind_ = body_kind::none;
    union {
        body_sections<data> data_;
        body_sections<amqp_sequence> sequences_;
        amqp_value value_;
    };
};

struct message {
    std::optional<amqp::header> header{};
    std::optional<annotations> delivery_annotations{};
    std::optional<annotations> message_annotations{};
    std::optional<amqp::properties> properties{};
    std::optional<amqp::application_properties> application_properties{};
    message_body body{};  // there has to be one
    std::optional<annotations> footer{};

    friend constexpr bool operator==(const message&, const message&) noexcept = default;
};

namespace detail {

/// Where a decoder stands among the sections of a message.
class section_order {
public:
    /// Fails unless a section of this kind can come next.
    constexpr void expect(any_reader auto& in, section_kind kind, std::size_t at, const options& rules) noexcept {
        using enum section_kind;
        const unsigned bit = 1u << static_cast<unsigned>(kind);
        const bool of_body = data <= kind && kind <= amqp_value;
        const bool goes_on = kind == last_ && (kind == data || kind == amqp_sequence);
        if ((seen_ & bit) != 0 && !goes_on) {
            const bool may_repeat = kind == data || kind == amqp_sequence;
            in.fail(may_repeat ? errc::amqp_section_order : errc::amqp_repeated_section, at);
        }
        if (of_body && (seen_ & bodies & ~bit) != 0) in.fail(errc::amqp_mixed_body, at);
        if (seen_ >= bit * 2 && !rules.any_order) in.fail(errc::amqp_section_order, at);
        seen_ |= bit;
        last_ = kind;
    }
    [[nodiscard]] constexpr bool has_body() const noexcept { return (seen_ & bodies) != 0; }

private:
    static constexpr unsigned bodies = 7u << static_cast<unsigned>(section_kind::data);
    unsigned seen_ = 0;
    section_kind last_ = section_kind::footer;
};

template <class T>
constexpr void read_section(any_reader auto& in, std::optional<T>& section, scope s) noexcept {
    if constexpr (composite<T>) {
        read_fields(in, in.u8(), section.emplace(by_default<T>{}), s);
    } else {
        const scope content = inside(in, s);
        wire<T>::take_from(in, in.u8(), section.emplace(), content);
    }
}

/// Reads a section of a body: the last one of so many, the first of which begins at the given offset.
template <class Section>
constexpr void read_body(any_reader auto& in, message_body& body, std::uint32_t count, std::size_t first_at,
                         scope s) noexcept {
    Section section;
    const scope content = inside(in, s);
    wire<decltype(Section::content)>::take_from(in, in.u8(), section.content, content);
    if constexpr (!std::same_as<Section, amqp_value>) {
        if (count != 1) {
            body = body_sections<Section>::on_the_wire(in.read_since(first_at), count);
            return;
        }
    }
    body = section;
}

constexpr void read_message(any_reader auto& in, message& m, scope s) noexcept {
    section_order order;
    std::size_t body_at = 0;
    std::uint32_t count = 0;  // of the sections of the body
    while (in.left() != 0) {
        const std::size_t at = in.offset();
        const section_kind kind = read_section_kind(in, s);
        order.expect(in, kind, at, *s.rules);
        if (!in.ok()) return;
        switch (kind) {
            case section_kind::header:
                read_section(in, m.header, s);
                break;
            case section_kind::delivery_annotations:
                read_section(in, m.delivery_annotations, s);
                break;
            case section_kind::message_annotations:
                read_section(in, m.message_annotations, s);
                break;
            case section_kind::properties:
                read_section(in, m.properties, s);
                break;
            case section_kind::application_properties:
                read_section(in, m.application_properties, s);
                break;
            case section_kind::data:
                if (++count == 1) body_at = at;
                read_body<data>(in, m.body, count, body_at, s);
                break;
            case section_kind::amqp_sequence:
                if (++count == 1) body_at = at;
                read_body<amqp_sequence>(in, m.body, count, body_at, s);
                break;
            case section_kind::amqp_value:
                read_body<amqp_value>(in, m.body, 1, at, s);
                break;
            case section_kind::footer:
                read_section(in, m.footer, s);
                break;
        }
    }
    if (in.ok() && !order.has_body() && !s.rules->no_body) in.fail(errc::amqp_no_body);
}

template <class T>
constexpr std::uint64_t bound_of_section(const std::optional<T>& section) noexcept {
    return section ? 3 + wire<T>::bound(*section) : 0;
}

constexpr std::uint64_t bound_of_body(const message_body& body) noexcept {
    std::uint64_t sum = 0;
    for (const data d : body.data_sections()) {
        sum += 3 + wire<bytes>::bound(d.content);
        if (sum > unbounded) return unbounded;  // many may be views of the same bytes
    }
    for (const amqp_sequence q : body.sequences()) {
        sum += 3 + wire<list>::bound(q.content);
        if (sum > unbounded) return unbounded;
    }
    if (const auto v = body.single_value()) sum += 3 + wire<value>::bound(*v);
    return sum;
}

constexpr std::uint64_t bound_of(const message& m) noexcept {
    return bound_of_section(m.header) + bound_of_section(m.delivery_annotations) +
           bound_of_section(m.message_annotations) + bound_of_section(m.properties) +
           bound_of_section(m.application_properties) + bound_of_body(m.body) + bound_of_section(m.footer);
}

template <room Room, class T>
HUBWIRE_ALWAYS_INLINE constexpr void write_section(basic_writer<Room>& out, section_kind kind,
                                                   const std::optional<T>& section, scope s) noexcept {
    if (!section) return;
    if constexpr (composite<T>) {
        wire<T>::put_into(out, *section, s);
    } else {
        const scope content = amqp::detail::inside(out, s);
        write_section_kind(out, kind);
        wire<T>::put_into(out, *section, content);
    }
}

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_before_body(basic_writer<Room>& out, const message& m, scope s) noexcept {
    write_section(out, section_kind::header, m.header, s);
    write_section(out, section_kind::delivery_annotations, m.delivery_annotations, s);
    write_section(out, section_kind::message_annotations, m.message_annotations, s);
    write_section(out, section_kind::properties, m.properties, s);
    write_section(out, section_kind::application_properties, m.application_properties, s);
}

template <room Room>
constexpr void write_body(basic_writer<Room>& out, const message_body& body, scope s) noexcept {
    const scope content = amqp::detail::inside(out, s);
    switch (body.kind()) {
        case body_kind::none:
            if (!s.rules->no_body) out.fail(errc::amqp_no_body);
            break;
        case body_kind::data:
            for (const data d : body.data_sections()) {
                write_section_kind(out, section_kind::data);
                wire<bytes>::put_into(out, d.content, content);
            }
            break;
        case body_kind::sequence:
            for (const amqp_sequence q : body.sequences()) {
                write_section_kind(out, section_kind::amqp_sequence);
                wire<list>::put_into(out, q.content, content);
            }
            break;
        case body_kind::value:
            write_section_kind(out, section_kind::amqp_value);
            wire<value>::put_into(out, body.single_value().value_or(value{}), content);
            break;
    }
}

template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_message(basic_writer<Room>& out, const message& m, scope s) noexcept {
    write_before_body(out, m, s);
    write_body(out, m.body, s);
    write_section(out, section_kind::footer, m.footer, s);
}

/// The payload of a message that can lie elsewhere: the bytes of its one data section, with no footer behind it.
constexpr std::optional<bytes> payload_apart(const message& m) noexcept {
    return m.footer ? std::nullopt : m.body.single_data();
}

/// Writes such a message up to its payload.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_head(basic_writer<Room>& out, const message& m, bytes payload,
                                                scope s) noexcept {
    write_before_body(out, m, s);
    static_cast<void>(amqp::detail::inside(out, s));
    write_section_kind(out, section_kind::data);
    wire<bytes>::form::write_head(out, payload.size());
}

}  // namespace detail

/// Writes a message into the buffer; as encode of a value.
[[nodiscard]] constexpr result<bytes> encode(buffer output HUBWIRE_LIFETIMEBOUND, const message& m,
                                             const options& rules = {}) noexcept {
    return detail::write_within(output, detail::bound_of(m), [&](auto& out) HUBWIRE_INLINE_LAMBDA {
        detail::write_message(out, m, detail::scope{rules});
    });
}

/// Writes a message up to the bytes of its body, which the caller sends behind it from where they lie. So the body is
/// one data section, and there is no footer, or it is refused.
[[nodiscard]] constexpr result<bytes> encode_head(buffer output HUBWIRE_LIFETIMEBOUND, const message& m,
                                                  const options& rules = {}) noexcept {
    const auto payload = detail::payload_apart(m);
    if (!payload) return hubwire::error{.code = errc::amqp_two_parts};
    return detail::write_within(output, detail::bound_of(m) - payload->size(), [&](auto& out) HUBWIRE_INLINE_LAMBDA {
        detail::write_head(out, m, *payload, detail::scope{rules});
    });
}

/// How many bytes encode would write, or why it would not.
[[nodiscard]] constexpr result<std::size_t> encoded_size(const message& m, const options& rules = {}) noexcept {
    counting_writer out;
    detail::write_message(out, m, detail::scope{rules});
    return out.finish();
}

/// How many bytes encode_head would write, or why it would not.
[[nodiscard]] constexpr result<std::size_t> encoded_head_size(const message& m, const options& rules = {}) noexcept {
    const auto payload = detail::payload_apart(m);
    if (!payload) return hubwire::error{.code = errc::amqp_two_parts};
    counting_writer out;
    detail::write_head(out, m, *payload, detail::scope{rules});
    return out.finish();
}

/// The message that the input is: all of it, every section checked. Texts, binaries, maps and so on are views into the
/// input. Nothing in a message says where it ends, so one that ends early is wrong, and not incomplete: wait for the
/// last transfer of the delivery.
template <std::same_as<message> T>
[[nodiscard]] constexpr result<T> decode(bytes input HUBWIRE_LIFETIMEBOUND, const options& rules = {}) noexcept {
    return detail::read_twice<message>(input, errc::truncated, [&rules](auto& in, message& m) HUBWIRE_INLINE_LAMBDA {
        detail::read_message(in, m, detail::scope{rules});
    });
}

}  // namespace hubwire::amqp

// Its iterators do not need the view itself, which may be a temporary.
template <class Section>
inline constexpr bool std::ranges::enable_borrowed_range<hubwire::amqp::body_sections<Section>> = true;

#endif
