#ifndef HUBWIRE_IOTHUB_MESSAGE_AMQP_HPP
#define HUBWIRE_IOTHUB_MESSAGE_AMQP_HPP

#include <hubwire/amqp/container.hpp>
#include <hubwire/amqp/message.hpp>
#include <hubwire/amqp/primitive.hpp>
#include <hubwire/amqp/section.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/utf8.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/message.hpp>
#include <hubwire/iothub/property_bag.hpp>
#include <hubwire/iothub/property_value.hpp>
#include <hubwire/iothub/system_property.hpp>
#include <hubwire/text/percent.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

/// Messages in AMQP: properties, application properties, annotations and data sections.
namespace hubwire::iothub {

namespace detail {

/// The byte offset of a key among the bytes of a message; 0 where there are none, or the key is no text.
constexpr std::size_t offset_in(bytes input, const amqp::value& key) noexcept {
    const auto text = key.text();
    if (input.empty() || !text) return 0;
    return static_cast<std::size_t>(text->data() - input.data());
}

/// Takes what annotations or application properties say of the system. Annotations of others are not the hub's
/// business; application properties are looked at, and stay where they are.
constexpr result<void> take_map(system_setter& setter, amqp_place place, const amqp::map& map, bytes input) noexcept {
    for (const amqp::entry e : map) {
        const auto name = e.key.text();
        const auto which = name ? find_amqp_name(place, *name) : std::nullopt;
        if (!which && place == amqp_place::message_annotations) continue;
        const property_value value = e.value;
        if (!value.is_scalar() || !name)
            return error{.code = errc::iothub_message_type, .offset = offset_in(input, e.key)};
        if (which && !setter.set(*which, value))
            return error{.code = errc::iothub_message_repeated, .offset = offset_in(input, e.key)};
    }
    return {};
}

constexpr void take_properties(message& m, const amqp::properties& p) noexcept {
    m.message_id = p.message_id;
    m.user_id = p.user_id;
    m.to = p.to;
    m.subject = p.subject;
    m.reply_to = p.reply_to;
    m.correlation_id = p.correlation_id;
    m.content_type = p.content_type;
    m.content_encoding = p.content_encoding;
    m.absolute_expiry_time = p.absolute_expiry_time;
    m.creation_time = p.creation_time;
    m.group_id = p.group_id;
    m.group_sequence = p.group_sequence;
    m.reply_to_group_id = p.reply_to_group_id;
}

/// Data sections, or one value that is a binary or a text: some peers send their bytes so. A null is no bytes at all.
constexpr std::optional<message_body> to_body(const amqp::message_body& body) noexcept {
    switch (body.kind()) {
        case amqp::body_kind::none:
            return message_body{};
        case amqp::body_kind::data:
            return message_body{body.data_sections()};
        case amqp::body_kind::sequence:
            return std::nullopt;
        case amqp::body_kind::value:
            break;
    }
    const auto value = body.single_value().value_or(amqp::value{});
    if (value.is_null()) return message_body{};
    if (const auto binary = value.as<bytes>()) return message_body{*binary};
    if (const auto text = value.as<std::string_view>()) return message_body{bytes{*text}};
    return std::nullopt;
}

constexpr result<void> take_message(message& m, const amqp::message& from, bytes input,
                                    const message_options& rules) noexcept {
    if (from.properties) take_properties(m, *from.properties);
    system_setter setter{m, rules};
    if (from.message_annotations) {
        const auto taken = take_map(setter, amqp_place::message_annotations, *from.message_annotations, input);
        if (!taken) return taken.error();
    }
    if (from.application_properties) {
        const auto taken = take_map(setter, amqp_place::application_properties, *from.application_properties, input);
        if (!taken) return taken.error();
        m.application_properties = *from.application_properties;
    }
    const auto body = to_body(from.body);
    if (!body) {
        const auto around = amqp::split_at(input, amqp::section_kind::data);  // a body of any kind
        return error{.code = errc::iothub_message_body, .offset = around ? around->before.size() : 0};
    }
    m.body = *body;
    return {};
}

}  // namespace detail

/// The message that one of AMQP is, for the hub. What the hub has no use for stays behind: the header, delivery
/// annotations, a footer, and annotations of others. Refused are a property of the system that is there twice, values
/// that contain other ones, and a body that is not bytes.
[[nodiscard]] constexpr result<message> to_message(const amqp::message& from,
                                                   const message_options& rules = default_message_options) noexcept {
    result<message> m{std::in_place};
    if (const auto taken = detail::take_message(*m, from, {}, rules); !taken) m = taken.error();
    return m;
}

/// The same of its bytes: all of the input is one message.
[[nodiscard]] constexpr result<message> decode_amqp_message(
    bytes input HUBWIRE_LIFETIMEBOUND, const message_options& rules = default_message_options) noexcept {
    result<message> m{std::in_place};
    const auto decoded = amqp::decode<amqp::message>(input, rules.amqp);
    if (!decoded) {
        m = decoded.error();
    } else if (const auto taken = detail::take_message(*m, *decoded, input, rules); !taken) {
        m = taken.error();
    }
    return m;
}

namespace detail {

/// Whether an encoded text stands for ASCII. Pre: it is well-formed.
constexpr bool stands_for_ascii(std::string_view encoded, const text::percent_options& reading) noexcept {
    if (!amqp::detail::is_ascii(encoded)) return false;
    for (std::size_t at = text::detail::find_percent(encoded, 0); at != encoded.size();) {
        const auto unit = text::detail::percent_unit_at(encoded, at, reading);
        if (unit.byte >= 0x80) return false;
        at = text::detail::find_percent(encoded, at + unit.size);
    }
    return true;
}

/// Whether it stands for UTF-8, or for ASCII. Pre: it is well-formed.
constexpr bool stands_for_text(const text::percent_text& text, bool ascii_only) noexcept {
    const std::string_view encoded = text.raw();
    const text::percent_options reading{.keep_malformed = text.keeps_malformed()};
    if (stands_for_ascii(encoded, reading)) return true;
    if (ascii_only) return false;
    for (std::size_t at = 0; at != encoded.size();) {
        const auto unit = text::detail::percent_unit_at(encoded, at, reading);
        if (unit.byte < 0x80) {
            at += unit.size;
            continue;
        }
        char sequence[4]{};
        std::size_t size = 0;
        for (std::size_t next = at; size != 4 && next != encoded.size(); ++size) {
            const auto part = text::detail::percent_unit_at(encoded, next, reading);
            sequence[size] = static_cast<char>(part.byte);
            next += part.size;
        }
        std::size_t characters = utf8_sequence(sequence, size);
        if (characters == 0) return false;
        for (; characters != 0; --characters) at += text::detail::percent_unit_at(encoded, at, reading).size;
    }
    return true;
}

enum class amqp_text : std::uint8_t { string, symbol, binary };

/// What most texts are: ASCII, and nothing escaped.
struct plain_text {
    static constexpr word refused(word w) noexcept { return non_ascii_bytes(w) | bytes_equal_to<'%'>(w); }
#if defined(HUBWIRE_HAS_BLOCKS)
    template <class Block>
    static Block refused(Block b) noexcept {
        return b | static_cast<Block>(b == '%');
    }
#endif
};

/// Writes a percent-encoded text, if it is such a one, short, and there is room for all of it, as nobody knows of an
/// unchecked writer. Whether that was so.
template <room Room>
constexpr bool put_if_plain(basic_writer<Room>& out, std::string_view encoded, std::uint8_t short_code) noexcept {
    if (Room != room::checked || optimize_for_size || encoded.size() > 0xFF) return false;
    constexpr std::size_t head = 2;
    bool fits = true;
    bool plain = false;
    const auto does_not_fit = [&] {
        fits = false;
        return std::size_t{0};
    };
    const auto make = [&](char* to) -> std::size_t {
        plain = fits && copy_text<plain_text>(to + head, encoded.data(), encoded.size());
        if (!plain) return 0;
        to[0] = static_cast<char>(short_code);
        to[1] = static_cast<char>(encoded.size());
        return head + encoded.size();
    };
    out.put_with(head + encoded.size(), does_not_fit, make);
    return plain;
}

/// Writes a size, and what a percent-encoded text stands for: nothing of it, if that is no such text.
template <class Form, room Room>
constexpr void put_percent_as(basic_writer<Room>& out, const text::percent_text& text, amqp_text as,
                              const amqp::options& rules) noexcept {
    const std::string_view encoded = text.raw();
    const bool any = as == amqp_text::binary || (as == amqp_text::symbol && rules.any_symbol);
    const errc no_text = as == amqp_text::symbol ? errc::amqp_symbol : errc::invalid_utf8;
    errc code = errc::none;
    const auto size_of = [&]() -> std::size_t {
        const auto size = text.decoded_size();
        code = !size ? size.error().code : any || stands_for_text(text, as == amqp_text::symbol) ? errc::none : no_text;
        return code == errc::none ? *size : 0;
    };
    if (optimize_for_size || encoded.size() > 0xFF) {
        const std::size_t size = size_of();
        if (code != errc::none) return out.fail(code);
        Form::write_head(out, size);
        return text::put_decoded(out, text);
    }
    // The size takes a byte whatever comes out, so that it can be filled in afterwards.
    constexpr std::size_t head = 2;
    bool is_roomy = Room == room::checked;
    const auto size_with_head = [&] {
        is_roomy = false;
        const std::size_t size = size_of();
        return code == errc::none ? head + size : 0;
    };
    const auto make = [&](char* to) -> std::size_t {
        if (code != errc::none) return 0;
        const auto read = text::detail::read_percent(to + head, encoded, text.keeps_malformed(), is_roomy);
        const bool seems_ascii = read.seen < 0x80 && amqp::detail::is_ascii(encoded);
        if (!read.is_well_formed) {
            code = errc::percent_escape;
        } else if (!any && !seems_ascii && (as == amqp_text::symbol || !is_utf8({to + head, read.size}))) {
            code = no_text;
        }
        if (code != errc::none) return 0;
        to[0] = static_cast<char>(Form::short_code);
        to[1] = static_cast<char>(read.size);
        return head + read.size;
    };
    out.put_with(head + encoded.size() + (is_roomy ? word_size : 0), size_with_head, make);
    if (code != errc::none) out.fail(code);
}

/// Writes a value as a string, a symbol or a binary: a text or a binary as it is, others as texts.
template <room Room>
constexpr void put_as(basic_writer<Room>& out, const property_value& v, amqp_text as,
                      const amqp::options& rules) noexcept {
    const amqp::detail::scope s{rules};
    const auto put_plain = [&](std::string_view plain) {
        switch (as) {
            case amqp_text::string:
                return amqp::detail::wire<std::string_view>::put_into(out, plain, s);
            case amqp_text::symbol:
                return amqp::detail::wire<amqp::symbol>::put_into(out, amqp::symbol{plain}, s);
            case amqp_text::binary:
                return amqp::detail::wire<bytes>::put_into(out, bytes{plain}, s);
        }
    };
    if (!v.has_bytes()) {
        const number_text number{v};
        if (number.code() != errc::none) return out.fail(number.code());
        return put_plain(number.view());
    }
    if (!v.is_encoded()) return put_plain(v.raw());
    constexpr std::uint8_t short_codes[] = {amqp::detail::code::string8, amqp::detail::code::symbol8,
                                            amqp::detail::code::binary8};
    if (put_if_plain(out, v.raw(), short_codes[static_cast<std::size_t>(as)])) return;
    if (const auto plain = v.plain()) return put_plain(*plain);
    switch (as) {
        case amqp_text::string:
            return put_percent_as<amqp::detail::wire<std::string_view>::form>(out, v.percent(), as, rules);
        case amqp_text::symbol:
            return put_percent_as<amqp::detail::wire<amqp::symbol>::form>(out, v.percent(), as, rules);
        case amqp_text::binary:
            return put_percent_as<amqp::detail::wire<bytes>::form>(out, v.percent(), as, rules);
    }
}

/// Writes a value as what it is in AMQP.
template <room Room>
constexpr void put_scalar(basic_writer<Room>& out, const property_value& v, const amqp::options& rules) noexcept {
    if (v.is_encoded()) return put_as(out, v, amqp_text::string, rules);
    if (!v.is_scalar()) return out.fail(errc::iothub_message_type);
    amqp::detail::write_item(out, v.to_amqp(), amqp::detail::scope{rules});
}

template <room Room>
constexpr void put_id(basic_writer<Room>& out, const property_value& v, const amqp::options& rules) noexcept {
    switch (v.type()) {
        case amqp::type::ulong:
        case amqp::type::uuid:
        case amqp::type::binary:
            return put_scalar(out, v, rules);
        case amqp::type::string:
        case amqp::type::symbol:
            return put_as(out, v, amqp_text::string, rules);
        default:
            return out.fail(errc::iothub_message_type);
    }
}

template <room Room>
constexpr void put_time(basic_writer<Room>& out, const property_value& v, const message_options& rules) noexcept {
    const auto moment = v.time(rules.times);
    if (!moment) return out.fail(moment.error().code);
    amqp::detail::wire<amqp::timestamp>::put_into(out, *moment, amqp::detail::scope{rules.amqp});
}

template <room Room>
constexpr void put_sequence(basic_writer<Room>& out, const property_value& v, const amqp::options& rules) noexcept {
    const auto number = v.integer();
    if (!number) return out.fail(errc::iothub_message_type);
    if (*number < 0 || *number > (std::numeric_limits<std::uint32_t>::max)()) return out.fail(errc::too_large);
    amqp::detail::wire<std::uint32_t>::put_into(out, static_cast<std::uint32_t>(*number), amqp::detail::scope{rules});
}

/// A time that says that there is none: the hub sends it so over MQTT.
constexpr bool is_absent(const message& m, system_property which) noexcept {
    const property_value& value = m[which];
    return value.is_null() || (which == system_property::absolute_expiry_time && value == "0");
}

/// A field of the properties section.
template <room Room>
constexpr void put_field(basic_writer<Room>& out, const message& m, system_property which,
                         const message_options& rules) noexcept {
    const property_value& value = m[which];
    if (is_absent(m, which)) return out.u8(amqp::detail::code::null);
    switch (which) {
        case system_property::message_id:
        case system_property::correlation_id:
            return put_id(out, value, rules.amqp);
        case system_property::user_id:
            return put_as(out, value, amqp_text::binary, rules.amqp);
        case system_property::content_type:
        case system_property::content_encoding:
            return put_as(out, value, amqp_text::symbol, rules.amqp);
        case system_property::absolute_expiry_time:
        case system_property::creation_time:
            return put_time(out, value, rules);
        case system_property::group_sequence:
            return put_sequence(out, value, rules.amqp);
        default:
            return put_as(out, value, amqp_text::string, rules.amqp);
    }
}

template <room Room>
constexpr void put_properties(basic_writer<Room>& out, const message& m, const message_options& rules) noexcept {
    std::size_t count = first_in_application_properties;
    while (count != 0 && is_absent(m, system_properties[count - 1].property)) --count;
    if (count == 0) return;
    amqp::detail::write_section_kind(out, amqp::section_kind::properties);
    const auto place = amqp::detail::open_compound(out, amqp::detail::code::list8);
    for (std::size_t at = 0; at != count; ++at) put_field(out, m, system_properties[at].property, rules);
    amqp::detail::close_compound(out, place, amqp::detail::code::list8, count);
}

/// A map that is begun with its first entry: without one, there is no section.
template <room Room>
class map_section {
public:
    constexpr map_section(basic_writer<Room>& out, amqp::section_kind kind) noexcept : out_{out}, kind_{kind} {}

    constexpr void begin_entry() noexcept {
        if (entries_ == 0) {
            amqp::detail::write_section_kind(out_, kind_);
            place_ = amqp::detail::open_compound(out_, amqp::detail::code::map8);
        }
        ++entries_;
    }
    constexpr void finish() noexcept {
        if (entries_ != 0) amqp::detail::close_compound(out_, place_, amqp::detail::code::map8, entries_ * 2);
    }

private:
    basic_writer<Room>& out_;
    amqp::section_kind kind_;
    amqp::detail::mark place_{0};
    std::uint64_t entries_ = 0;
};

template <room Room>
constexpr void put_annotations(basic_writer<Room>& out, const message& m, const message_options& rules) noexcept {
    map_section<Room> section{out, amqp::section_kind::message_annotations};
    for (std::size_t at = first_in_annotations; at != system_property_count; ++at) {
        const property_value& value = m[system_properties[at].property];
        if (value.is_null()) continue;
        section.begin_entry();
        put_as(out, system_properties[at].amqp, amqp_text::symbol, rules.amqp);
        put_scalar(out, value, rules.amqp);
    }
    section.finish();
}

template <room Room>
constexpr void put_application_properties(basic_writer<Room>& out, const message& m,
                                          const message_options& rules) noexcept {
    map_section<Room> section{out, amqp::section_kind::application_properties};
    for (std::size_t at = first_in_application_properties; at != first_in_annotations; ++at) {
        const property_value& value = m[system_properties[at].property];
        if (value.is_null()) continue;
        section.begin_entry();
        put_as(out, system_properties[at].amqp, amqp_text::string, rules.amqp);
        put_as(out, value, amqp_text::string, rules.amqp);
    }
    for (const property p : m.application_properties) {
        if (p.name.type() == amqp::type::binary) out.fail(errc::iothub_message_type);
        if (system_property_in_map(p.name)) out.fail(errc::iothub_message_reserved);
        section.begin_entry();
        put_as(out, p.name, amqp_text::string, rules.amqp);
        put_scalar(out, p.value, rules.amqp);
    }
    section.finish();
}

template <room Room>
constexpr void put_data(basic_writer<Room>& out, bytes content, const amqp::options& rules) noexcept {
    amqp::detail::write_section_kind(out, amqp::section_kind::data);
    amqp::detail::wire<bytes>::put_into(out, content, amqp::detail::scope{rules});
}

}  // namespace detail

/// Writes the message for AMQP: annotations, properties, application properties, and a data section for each piece of
/// the body, or an empty one. What is percent-encoded is decoded where it goes. Refused are an application property
/// with the name of one of the system, what stands for no UTF-8 (no ASCII, in a content type) where AMQP has a text,
/// times that are none, and ids of other types than AMQP has for them.
template <room Room>
constexpr void put_amqp_message(basic_writer<Room>& out, const message& m,
                                const message_options& rules = default_message_options) noexcept {
    detail::put_annotations(out, m, rules);
    detail::put_properties(out, m, rules);
    detail::put_application_properties(out, m, rules);
    if (m.body.sections().empty()) detail::put_data(out, {}, rules.amqp);
    for (const amqp::data piece : m.body.sections()) detail::put_data(out, piece.content, rules.amqp);
}
[[nodiscard]] constexpr result<bytes> encode_amqp_message(
    buffer output HUBWIRE_LIFETIMEBOUND, const message& m,
    const message_options& rules = default_message_options) noexcept {
    writer out{output};
    put_amqp_message(out, m, rules);
    return out.finish();
}

/// How many bytes encode_amqp_message would write, or why it would not.
[[nodiscard]] constexpr result<std::size_t> amqp_message_size(
    const message& m, const message_options& rules = default_message_options) noexcept {
    counting_writer out;
    put_amqp_message(out, m, rules);
    return out.finish();
}

}  // namespace hubwire::iothub

#endif
