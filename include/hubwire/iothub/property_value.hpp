#ifndef HUBWIRE_IOTHUB_PROPERTY_VALUE_HPP
#define HUBWIRE_IOTHUB_PROPERTY_VALUE_HPP

#include <hubwire/amqp/container.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/maybe.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/uuid_text.hpp>
#include <hubwire/text/decimal.hpp>
#include <hubwire/text/percent.hpp>
#include <hubwire/text/timestamp.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubwire::amqp {

class message_id;

}  // namespace hubwire::amqp

namespace hubwire::iothub {

namespace detail {

using namespace hubwire::detail;

/// What a property is made of: whatever an AMQP value is, but for what contains other values.
template <class T>
concept scalar = std::convertible_to<const T&, amqp::value> && !std::derived_from<T, amqp::list> &&
                 !std::derived_from<T, amqp::map> && !std::same_as<T, amqp::array> &&
                 !std::same_as<T, amqp::described> && !std::same_as<T, amqp::value>;

}  // namespace detail

/// The value, or the name, of a property of a message, as its carrier has it: nothing, a text that is plain (in AMQP,
/// or of the caller's) or percent-encoded where it lies (in MQTT), or one of the other types of AMQP that contain no
/// other values. Nothing is copied, decoded or encoded before it is written to where it goes.
///
/// Made implicitly of what an amqp::value is made of, of a text::percent_text, and of an amqp::message_id.
class property_value {
public:
    constexpr property_value() noexcept : number_{0, 0} {}  // null
    constexpr property_value(std::nullopt_t) noexcept : property_value{} {}
    constexpr property_value(const text::percent_text& text) noexcept
        : type_{amqp::type::string},
          form_{text.keeps_malformed() ? form::percent_or_malformed : form::percent},
          text_{text.raw().data(), text.raw().size()} {}
    template <detail::scalar T>
        requires(!amqp::detail::owns_text<T>)
    constexpr property_value(const T& scalar) noexcept : property_value{amqp::value{scalar}, nullptr} {}
    template <detail::scalar T>
        requires(amqp::detail::owns_text<T>)
    constexpr property_value(const T& text HUBWIRE_LIFETIMEBOUND) noexcept
        : property_value{amqp::value{text}, nullptr} {}
    template <detail::scalar T>
        requires(!amqp::detail::owns_text<T>)
    constexpr property_value(const std::optional<T>& scalar) noexcept
        : property_value{scalar ? property_value{*scalar} : property_value{}} {}
    template <detail::scalar T>
        requires(amqp::detail::owns_text<T>)
    constexpr property_value(const std::optional<T>& text HUBWIRE_LIFETIMEBOUND) noexcept
        : property_value{text ? property_value{*text} : property_value{}} {}
    template <class T>
    constexpr property_value(const maybe<T>& scalar) noexcept : property_value{std::optional<T>{scalar}} {}

    template <std::same_as<amqp::message_id> T>
    constexpr property_value(const T& id) noexcept : property_value{id.as_value()} {}
    template <std::same_as<amqp::message_id> T>
    constexpr property_value(const std::optional<T>& id) noexcept
        : property_value{id ? property_value{*id} : property_value{}} {}

    /// Of one that contains other ones only its type is kept: to write it is refused.
    template <std::same_as<amqp::value> T>
    constexpr property_value(const T& v) noexcept : property_value{v, nullptr} {}

    /// What AMQP calls its type; that of a percent-encoded text is string.
    [[nodiscard]] constexpr amqp::type type() const noexcept { return type_; }
    [[nodiscard]] constexpr bool is_null() const noexcept { return type_ == amqp::type::null; }
    [[nodiscard]] constexpr bool is_text() const noexcept {
        return type_ == amqp::type::string || type_ == amqp::type::symbol;
    }
    [[nodiscard]] constexpr bool has_bytes() const noexcept { return type_ == amqp::type::binary || is_text(); }
    [[nodiscard]] constexpr bool is_scalar() const noexcept { return type_ <= amqp::type::symbol; }
    [[nodiscard]] constexpr bool is_encoded() const noexcept { return form_ != form::plain; }

    /// The text, or the binary, as it lies there, percent-encoded or not; empty if it is of another type.
    [[nodiscard]] constexpr std::string_view raw() const noexcept {
        if (!has_bytes()) return {};
        return {text_.data, text_.size};
    }

    /// The text, if it is one that can be read where it lies: one without a %, or of AMQP.
    [[nodiscard]] constexpr std::optional<std::string_view> plain() const noexcept {
        if (!is_text() || (is_encoded() && !percent().is_plain())) return std::nullopt;
        return raw();
    }

    /// As a text that is percent-encoded. Pre: it is one, or the program traps.
    [[nodiscard]] constexpr text::percent_text percent() const noexcept {
        detail::require(is_encoded());
        return text::percent_text{raw(), form_ == form::percent_or_malformed};
    }

    /// What it is in AMQP; null if it contains other values. Pre: it is not percent-encoded, or the program traps.
    [[nodiscard]] constexpr amqp::value to_amqp() const noexcept;

    /// What it is as a text, decoded: a text or a binary as it is, a truth value as true or false, an integer in
    /// decimal, a time as RFC 3339 has it, a UUID as RFC 4122 has it, null as nothing. Other types have no such form.
    [[nodiscard]] constexpr result<bytes> decode(buffer output HUBWIRE_LIFETIMEBOUND) const noexcept;
    [[nodiscard]] constexpr result<std::size_t> decoded_size() const noexcept;

    /// The number, if it is an integer that fits, or the text of one.
    [[nodiscard]] constexpr std::optional<std::int64_t> integer() const noexcept;

    /// The time, if it is one, or the text of one; what is less than a millisecond is left out, as AMQP has no room for
    /// it. The offset of a failure is in the decoded text.
    [[nodiscard]] constexpr result<amqp::timestamp> time(const text::timestamp_options& rules = {}) const noexcept;

    /// Whether it is a text, of any form, with just these characters.
    template <class Text>
        requires std::convertible_to<const Text&, std::string_view>
    friend constexpr bool operator==(const property_value& a, const Text& text) noexcept {
        const std::string_view plain = text;
        if (!a.is_text()) return false;
        return a.is_encoded() ? a.percent() == plain : a.raw() == plain;
    }

    /// Whether both are texts with the same characters, or the same otherwise.
    friend constexpr bool operator==(const property_value& a, const property_value& b) noexcept {
        if (a.is_text() && b.is_text()) {
            if (!b.is_encoded()) return a == b.raw();
            return a.is_encoded() ? a.percent() == b.percent() : b == a.raw();
        }
        if (a.type_ != b.type_ || !a.is_scalar()) return false;
        if (a.type_ == amqp::type::binary) return a.raw() == b.raw();
        return a.number_.high == b.number_.high && a.number_.low == b.number_.low;
    }

private:
    enum class form : std::uint8_t { plain, percent, percent_or_malformed };
    struct number {
        std::uint64_t high;
        std::uint64_t low;
    };
    struct text_view {
        const char* data;
        std::size_t size;
    };

    constexpr property_value(const amqp::value& v, std::nullptr_t) noexcept : type_{v.type()}, number_{0, 0} {
        if (has_bytes()) {
            const std::string_view view = amqp::detail::access::text_of(v);
            text_ = {view.data(), view.size()};
        } else if (is_scalar() && !is_null()) {
            number_ = {amqp::detail::access::high_bits(v), amqp::detail::access::low_bits(v)};
        }
    }

    [[nodiscard]] constexpr std::array<std::uint8_t, 16> octets() const noexcept {
        std::array<std::uint8_t, 16> all{};
        std::uint64_t high = number_.high;
        std::uint64_t low = number_.low;
        for (std::size_t i = 8; i-- != 0;) {  // a shift by a number that is not known is a call on a Cortex-M0
            all[i] = static_cast<std::uint8_t>(high);
            all[i + 8] = static_cast<std::uint8_t>(low);
            high >>= 8;
            low >>= 8;
        }
        return all;
    }

    amqp::type type_ = amqp::type::null;
    form form_ = form::plain;
    union {
        number number_;
        text_view text_;
    };
};

constexpr amqp::value property_value::to_amqp() const noexcept {
    using amqp::type;
    detail::require(!is_encoded());
    switch (type_) {
        case type::boolean:
            return number_.low != 0;
        case type::ubyte:
            return static_cast<std::uint8_t>(number_.low);
        case type::ushort:
            return static_cast<std::uint16_t>(number_.low);
        case type::uint:
            return static_cast<std::uint32_t>(number_.low);
        case type::ulong:
            return number_.low;
        case type::byte:
            return static_cast<std::int8_t>(number_.low);
        case type::short_:
            return static_cast<std::int16_t>(number_.low);
        case type::int_:
            return static_cast<std::int32_t>(number_.low);
        case type::long_:
            return static_cast<std::int64_t>(number_.low);
        case type::float_:
            return std::bit_cast<float>(static_cast<std::uint32_t>(number_.low));
        case type::double_:
            return std::bit_cast<double>(number_.low);
        case type::decimal32:
            return amqp::decimal32{static_cast<std::uint32_t>(number_.low)};
        case type::decimal64:
            return amqp::decimal64{number_.low};
        case type::decimal128:
            return amqp::decimal128{octets()};
        case type::char_:
            return static_cast<char32_t>(number_.low);
        case type::timestamp:
            return amqp::timestamp{static_cast<std::int64_t>(number_.low)};
        case type::uuid:
            return amqp::uuid{octets()};
        case type::binary:
            return bytes{raw()};
        case type::string:
            return raw();
        case type::symbol:
            return amqp::symbol{raw()};
        default:
            return {};
    }
}

namespace detail {

/// Writes a value that is no text and no binary. Pre: that is so.
template <room Room>
constexpr void put_number(basic_writer<Room>& out, const property_value& v) noexcept {
    switch (v.type()) {
        case amqp::type::null:
            return;
        case amqp::type::boolean:
            return out.put(v.to_amqp() == amqp::value{true} ? std::string_view{"true"} : std::string_view{"false"});
        case amqp::type::ulong:
            return text::put_decimal(out, v.to_amqp().as<std::uint64_t>().value_or(0));
        case amqp::type::timestamp:
            return text::put_timestamp(out,
                                       text::timestamp::from_milliseconds(
                                           v.to_amqp().as<amqp::timestamp>().value_or(amqp::timestamp{}).milliseconds));
        case amqp::type::uuid:
            return put_uuid(out, v.to_amqp().as<amqp::uuid>().value_or(amqp::uuid{}));
        default:
            break;
    }
    if (const auto number = v.to_amqp().integer()) return text::put_decimal(out, *number);
    out.fail(errc::iothub_message_type);
}

/// A value that is no text and no binary, as a text: no number, time or UUID takes more than 36 characters.
class number_text {
public:
    constexpr explicit number_text(const property_value& v) noexcept {
        writer out{buffer{memory_.data(), memory_.size()}};
        put_number(out, v);
        const auto written = out.finish();
        if (written) {
            size_ = written->size();
        } else {
            code_ = written.error().code;
        }
    }
    [[nodiscard]] constexpr errc code() const noexcept { return code_; }  // none if it has such a form
    [[nodiscard]] constexpr std::string_view view() const noexcept HUBWIRE_LIFETIMEBOUND {
        return {memory_.data(), size_};
    }

private:
    std::array<char, 40> memory_{};
    std::size_t size_ = 0;
    errc code_ = errc::none;
};

}  // namespace detail

/// Writes a property's value as a text, decoded, as property_value::decode does.
template <room Room>
constexpr void put_decoded(basic_writer<Room>& out, const property_value& v) noexcept {
    if (v.is_encoded()) return put_decoded(out, v.percent());
    if (v.has_bytes()) return out.put(v.raw());
    detail::put_number(out, v);
}

/// Writes the same percent-encoded, whatever form it had before.
template <room Room>
constexpr void put_percent(basic_writer<Room>& out, const property_value& v,
                           const text::percent_options& rules = text::default_percent_options) noexcept {
    if (v.is_encoded()) return text::put_percent(out, v.percent(), rules);
    if (v.has_bytes()) return text::put_percent(out, v.raw(), rules);
    const detail::number_text number{v};
    if (number.code() != errc::none) return out.fail(number.code());
    text::put_percent(out, number.view(), rules);
}

constexpr result<bytes> property_value::decode(buffer output HUBWIRE_LIFETIMEBOUND) const noexcept {
    if (is_encoded()) return percent().decode(output);
    writer out{output};
    put_decoded(out, *this);
    return out.finish();
}

constexpr result<std::size_t> property_value::decoded_size() const noexcept {
    if (is_encoded()) return percent().decoded_size();
    counting_writer out;
    put_decoded(out, *this);
    return out.finish();
}

constexpr std::optional<std::int64_t> property_value::integer() const noexcept {
    if (!is_text()) return to_amqp().integer();
    std::array<char, text::max_decimal_size> memory{};
    std::string_view digits = raw();
    if (is_encoded() && !percent().is_plain()) {
        const auto plain = percent().decode(memory);
        if (!plain) return std::nullopt;
        digits = plain->text();
    }
    const auto decoded = text::decode_decimal<std::int64_t>(digits);
    return decoded ? std::optional{*decoded} : std::nullopt;
}

constexpr result<amqp::timestamp> property_value::time(const text::timestamp_options& rules) const noexcept {
    if (type_ == amqp::type::timestamp) return amqp::timestamp{static_cast<std::int64_t>(number_.low)};
    if (!is_text()) return error{.code = errc::iothub_message_type};
    std::array<char, text::max_timestamp_size + 8> memory{};  // an offset takes more than a Z
    std::string_view written = raw();
    if (is_encoded()) {
        const auto decoded = percent().decode(memory);
        if (!decoded && decoded.error().code != errc::no_space) return decoded.error();
        if (!decoded) return error{.code = errc::timestamp_format, .offset = memory.size()};
        written = decoded->text();
    }
    const auto moment = text::decode_timestamp(written, rules);
    if (!moment) return moment.error();
    return amqp::timestamp{moment->in_milliseconds().value_or(0)};  // which holds all of the years 1 to 9999
}

/// A property of a message: its name, which is a text, and its value.
struct property {
    property_value name{};
    property_value value{};

    friend constexpr bool operator==(const property&, const property&) noexcept = default;
};

}  // namespace hubwire::iothub

#endif
