#ifndef HUBWIRE_AMQP_SECTION_HPP
#define HUBWIRE_AMQP_SECTION_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/container.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/maybe.hpp>
#include <hubwire/core/name_in.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// The sections that a message consists of (AMQP 3.2).
namespace hubwire::amqp {

/// In their order in a message. A message has one of the three kinds of body; of data and amqp_sequence there may be
/// several in a row.
enum class section_kind : std::uint8_t {
    header,
    delivery_annotations,
    message_annotations,
    properties,
    application_properties,
    data,
    amqp_sequence,
    amqp_value,
    footer,
};

namespace detail {

inline constexpr std::string_view section_names[]{
    "header", "delivery-annotations", "message-annotations", "properties", "application-properties",
    "data",   "amqp-sequence",        "amqp-value",          "footer",
};

}  // namespace detail

[[nodiscard]] constexpr std::string_view name_of(section_kind kind) noexcept {
    return hubwire::detail::name_in(detail::section_names, kind);
}

/// AMQP 3.2.1
struct header {
    with_default<bool, false> durable{};
    with_default<std::uint8_t, 4> priority{};
    std::optional<milliseconds> ttl{};
    with_default<bool, false> first_acquirer{};
    with_default<std::uint32_t, 0> delivery_count{};

    static constexpr type_descriptor descriptor{0x70, "amqp:header:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&header::durable>{"durable"},
        detail::optional_field<&header::priority>{"priority"},
        detail::optional_field<&header::ttl>{"ttl"},
        detail::optional_field<&header::first_acquirer>{"first-acquirer"},
        detail::optional_field<&header::delivery_count>{"delivery-count"},
    };

    friend constexpr bool operator==(const header&, const header&) noexcept = default;
};

namespace detail {

/// What a message id can be read as; the width of a ulong has two names on some machines.
template <class T>
concept held_by_message_id = (integer<T> && std::unsigned_integral<T> && sizeof(T) == sizeof(std::uint64_t)) ||
                             one_of<T, uuid, bytes, std::string_view>;

}  // namespace detail

/// A ulong, a UUID, a binary or a string, and it stays what it is (AMQP 3.2.11 to 3.2.14).
class message_id {
public:
    constexpr message_id() noexcept : id_{std::string_view{}} {}
    /// Without a sign, so that none gets lost on the way through a std::optional, where no compiler looks.
    template <detail::integer Number>
        requires std::unsigned_integral<Number>
    constexpr message_id(Number number) noexcept : id_{std::uint64_t{number}} {}
    template <detail::integer Number>
        requires std::signed_integral<Number>
    message_id(Number) = delete;  // a ulong has no sign: say 5u
    constexpr message_id(const uuid& id) noexcept : id_{id} {}
    constexpr message_id(bytes binary) noexcept : id_{binary} {}
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !detail::owns_text<Text> &&
                 !std::same_as<Text, std::nullptr_t>)
    constexpr message_id(const Text& text) noexcept : id_{std::string_view{text}} {}
    template <detail::owns_text Text>
    constexpr message_id(const Text& text HUBWIRE_LIFETIMEBOUND) noexcept : id_{std::string_view{text}} {}

    [[nodiscard]] constexpr amqp::type type() const noexcept { return id_.type(); }

    /// The id, if it is a std::uint64_t, a uuid, hubwire::bytes or a std::string_view. As anything else it is never
    /// read: what was made of 7u is a ulong as well.
    template <detail::held_by_message_id T>
    [[nodiscard]] constexpr std::optional<T> as() const noexcept {
        return id_.template as<T>();
    }

    /// As any value, which can be visited, or be put into a map.
    [[nodiscard]] constexpr const value& as_value() const noexcept HUBWIRE_LIFETIMEBOUND { return id_; }

    friend constexpr bool operator==(const message_id&, const message_id&) noexcept = default;

private:
    friend detail::wire<message_id>;
    value id_;
};

namespace detail {

template <>
struct wire<message_id> {
    static constexpr type of = type::described;  // one of four, which no single type stands for
    static constexpr bool is_leaf = true;
    static constexpr std::uint64_t bound(const message_id& id) noexcept { return wire<value>::bound(id.id_); }

    /// Most are texts.
    template <room Room>
    HUBWIRE_ALWAYS_INLINE static constexpr void put_into(basic_writer<Room>& out, const message_id& id,
                                                         scope s) noexcept {
        if (Room == room::unchecked && id.type() == type::string) [[likely]]
            return wire<std::string_view>::put_into(out, access::text_of(id.id_), s);
        apart(out, [&id, s](auto& copy) {
            put_any_into(copy, id, s);
            return true;
        });
    }
    template <any_reader Reader>
    HUBWIRE_ALWAYS_INLINE static constexpr void take_from(Reader& in, std::uint8_t format_code, message_id& id,
                                                          scope s) noexcept {
        if (std::same_as<Reader, quick_reader> && format_code == code::string8) [[likely]] {
            std::string_view text;
            wire<std::string_view>::take_from(in, format_code, text, s);
            access::set_text(id.id_, type::string, text);
            return;
        }
        apart(in, [&id, format_code, s](auto& copy) {
            take_any_from(copy, format_code, id, s);
            return true;
        });
    }

private:
    template <room Room>
    HUBWIRE_NEVER_INLINE static constexpr void put_any_into(basic_writer<Room>& out, const message_id& id,
                                                            scope s) noexcept {
        switch (id.type()) {
            case type::ulong:
                return wire<std::uint64_t>::put_into(out, access::get<std::uint64_t>(id.id_), s);
            case type::uuid:
                return wire<uuid>::put_into(out, access::get<uuid>(id.id_), s);
            case type::binary:
                return wire<bytes>::put_into(out, access::get<bytes>(id.id_), s);
            default:
                return wire<std::string_view>::put_into(out, access::get<std::string_view>(id.id_), s);
        }
    }
    HUBWIRE_NEVER_INLINE static constexpr void take_any_from(any_reader auto& in, std::uint8_t format_code,
                                                             message_id& id, scope s) noexcept {
        switch (type_of(format_code)) {
            case type::string:
                id.id_ = read_as<checked::no, std::string_view>(in, format_code, s);
                break;
            case type::ulong:
                id.id_ = read_as<checked::no, std::uint64_t>(in, format_code, s);
                break;
            case type::uuid:
                id.id_ = read_as<checked::no, uuid>(in, format_code, s);
                break;
            case type::binary:
                id.id_ = read_as<checked::no, bytes>(in, format_code, s);
                break;
            default:
                refuse_code(in, format_code);
        }
    }
};

}  // namespace detail

/// AMQP 3.2.4
struct properties {
    std::optional<amqp::message_id> message_id{};
    std::optional<bytes> user_id{};
    std::optional<std::string_view> to{};
    std::optional<std::string_view> subject{};
    std::optional<std::string_view> reply_to{};
    std::optional<amqp::message_id> correlation_id{};
    std::optional<symbol> content_type{};
    std::optional<symbol> content_encoding{};
    std::optional<timestamp> absolute_expiry_time{};
    std::optional<timestamp> creation_time{};
    std::optional<std::string_view> group_id{};
    maybe<std::uint32_t> group_sequence{};
    std::optional<std::string_view> reply_to_group_id{};

    static constexpr type_descriptor descriptor{0x73, "amqp:properties:list"};
    static constexpr auto field_table = detail::field_list{
        detail::optional_field<&properties::message_id>{"message-id"},
        detail::optional_field<&properties::user_id>{"user-id"},
        detail::optional_field<&properties::to>{"to"},
        detail::optional_field<&properties::subject>{"subject"},
        detail::optional_field<&properties::reply_to>{"reply-to"},
        detail::optional_field<&properties::correlation_id>{"correlation-id"},
        detail::optional_field<&properties::content_type>{"content-type"},
        detail::optional_field<&properties::content_encoding>{"content-encoding"},
        detail::optional_field<&properties::absolute_expiry_time>{"absolute-expiry-time"},
        detail::optional_field<&properties::creation_time>{"creation-time"},
        detail::optional_field<&properties::group_id>{"group-id"},
        detail::optional_field<&properties::group_sequence>{"group-sequence"},
        detail::optional_field<&properties::reply_to_group_id>{"reply-to-group-id"},
    };

    friend constexpr bool operator==(const properties&, const properties&) noexcept = default;
};

/// A body of bytes (AMQP 3.2.6).
struct data {
    bytes content{};  // "text"sv, not "text"

    friend constexpr bool operator==(const data&, const data&) noexcept = default;
};

/// A body of values (AMQP 3.2.7).
struct amqp_sequence {
    list content{};

    friend constexpr bool operator==(const amqp_sequence&, const amqp_sequence&) noexcept = default;
};

/// A body of one value (AMQP 3.2.8).
struct amqp_value {
    value content{};

    friend constexpr bool operator==(const amqp_value&, const amqp_value&) noexcept = default;
};

namespace detail {

/// What a section is known by, in the order of section_kind.
inline constexpr type_descriptor sections[] = {
    header::descriptor,
    {0x71, "amqp:delivery-annotations:map"},
    {0x72, "amqp:message-annotations:map"},
    properties::descriptor,
    {0x74, "amqp:application-properties:map"},
    {0x75, "amqp:data:binary"},
    {0x76, "amqp:amqp-sequence:list"},
    {0x77, "amqp:amqp-value:*"},
    {0x78, "amqp:footer:map"},
};
inline constexpr std::uint8_t first_section_code = 0x70;
inline constexpr std::uint8_t section_count = 9;

// For sections that are found and not looked into. Only depth is refused: a descriptor may nest as well.
inline constexpr scope unchecked_section{no_rules, options{}.max_depth};

/// Reads 00 and the descriptor of a section.
HUBWIRE_ALWAYS_INLINE constexpr section_kind read_section_kind(any_reader auto& in, scope s) noexcept {
    const std::size_t at = in.offset();
    if (in.u8() != code::described) {
        in.fail(errc::amqp_section, at);
        return section_kind::header;
    }
    const any_descriptor found = read_descriptor(in, s);
    if (found.is == any_descriptor::kind::number) [[likely]] {
        if (const std::uint64_t index = found.code - first_section_code; index < section_count) [[likely]]
            return section_kind{static_cast<std::uint8_t>(index)};
    } else {
        for (std::uint8_t index = 0; index != section_count; ++index) {
            if (found.matches(sections[index])) return section_kind{index};
        }
    }
    in.fail(errc::amqp_section, at);
    return section_kind::header;
}

/// Writes 00 and the descriptor of a section.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void write_section_kind(basic_writer<Room>& out, section_kind kind) noexcept {
    out.u8(code::described);
    out.u16(static_cast<std::uint16_t>(code::smallulong << 8 | (first_section_code + static_cast<unsigned>(kind))));
}

}  // namespace detail

/// One section of a message, found and not looked into.
struct section {
    section_kind kind = section_kind::header;
    bytes whole{};    // header and properties are decoded from this, as any composite
    bytes content{};  // the value that is described: a map, a binary, ...

    friend constexpr bool operator==(const section&, const section&) noexcept = default;
};

/// The section that the input begins with. Takes the same time however long it is; go on behind section.whole. What it
/// contains is not checked before it is decoded, for example by decode<application_properties>(section.content).
[[nodiscard]] constexpr result<section> cut_section(bytes input HUBWIRE_LIFETIMEBOUND) noexcept {
    return detail::read_front<section>(input, errc::incomplete, [](auto& in, section& found) HUBWIRE_INLINE_LAMBDA {
        found.kind = detail::read_section_kind(in, detail::unchecked_section);
        const std::size_t content_at = in.offset();
        detail::skip_value(in);
        found.content = in.read_since(content_at);
        found.whole = in.read_since(0);
    });
}

/// A message cut in three around its section of one kind, none of them looked into. To forward it with another such
/// section: before, the new section, behind.
///
/// The three kinds of body are one here, as a message has only one of them: whichever is asked for, its body is found.
/// What to put there is what encode makes of a message that has nothing else: message{.body = data{payload}}.
struct split_message {
    bytes before{};
    bytes found{};  // all sections of the kind; empty if there is none, and then this is where it belongs
    bytes behind{};

    friend constexpr bool operator==(const split_message&, const split_message&) noexcept = default;
};

namespace detail {

/// Where a section has its place in a message, which all three kinds of body share.
constexpr section_kind place_of(section_kind kind) noexcept {
    return section_kind::data < kind && kind <= section_kind::amqp_value ? section_kind::data : kind;
}

}  // namespace detail

/// Refused where a section stands on the wrong side of those of this kind; the order among the others makes no
/// difference.
[[nodiscard]] constexpr result<split_message> split_at(bytes message HUBWIRE_LIFETIMEBOUND,
                                                       section_kind kind) noexcept {
    const auto split = [message, place = detail::place_of(kind)](auto& in, split_message& parts) HUBWIRE_INLINE_LAMBDA {
        std::size_t begin = 0;  // behind those that come before the kind
        std::size_t end = 0;    // behind those of the kind
        while (in.left() != 0) {
            const std::size_t at = in.offset();
            const section_kind found = detail::place_of(detail::read_section_kind(in, detail::unchecked_section));
            detail::skip_value(in);
            if ((found < place && begin != at) || (found == place && end != at)) in.fail(errc::amqp_section_order, at);
            if (found < place) begin = in.offset();
            if (found <= place) end = in.offset();
        }
        parts = {message.first(begin), message.first(end).without_first(begin), message.without_first(end)};
    };
    return detail::read_front<split_message>(message, errc::truncated, split);
}

/// The part of a message that nobody on its way changes: properties, application properties and body (AMQP 3.2). For
/// signing, or for a message that is wrapped anew.
[[nodiscard]] constexpr result<bytes> bare_message(bytes message HUBWIRE_LIFETIMEBOUND) noexcept {
    const auto footer = split_at(message, section_kind::footer);
    if (!footer) return footer.error();
    const auto annotations = split_at(footer->before, section_kind::message_annotations);
    if (!annotations) return annotations.error();
    return annotations->behind;
}

/// A section of annotations, application properties or footers, to be put in the place of another one. The other kinds
/// are no maps, which is an amqp_type: encode writes a header and properties, and a body as a message of nothing else.
[[nodiscard]] constexpr result<bytes> encode_section(buffer output HUBWIRE_LIFETIMEBOUND, section_kind kind,
                                                     const map& content, const options& rules = {}) noexcept {
    using enum section_kind;
    const bool of_annotations = kind == delivery_annotations || kind == message_annotations || kind == footer;
    return detail::write_within(output, 3 + detail::wire<map>::bound(content), [&](auto& out) HUBWIRE_INLINE_LAMBDA {
        const detail::scope inner = detail::inside(out, detail::scope{rules});
        detail::write_section_kind(out, kind);
        if (of_annotations) {
            detail::wire<annotations>::put_into(out, content, inner);
        } else {
            if (kind != section_kind::application_properties) out.fail(errc::amqp_type);
            detail::wire<amqp::application_properties>::put_into(out, content, inner);
        }
    });
}

}  // namespace hubwire::amqp

#endif
