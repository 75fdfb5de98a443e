#ifndef HUBWIRE_IOTHUB_IDENTITY_HPP
#define HUBWIRE_IOTHUB_IDENTITY_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/text/percent.hpp>

#include <cstddef>
#include <string_view>

namespace hubwire::iothub {

/// Who is connected to the hub: a device, or one of the modules of a device.
struct identity {
    std::string_view device_id{};
    std::string_view module_id{};  // empty for the device itself

    [[nodiscard]] constexpr bool is_module() const noexcept { return !module_id.empty(); }
    friend constexpr bool operator==(const identity&, const identity&) noexcept = default;
};

namespace detail {

using namespace hubwire::detail;

inline constexpr std::size_t longest_identifier = 128;

/// What an identifier may consist of: letters and digits of ASCII, and these.
inline constexpr text::bare_characters identifier_characters{":+_#*?!(),=@;$'"};

/// A % may occur in an identifier, where nothing is ever decoded.
HUBWIRE_ALWAYS_INLINE constexpr bool may_be_in_identifier(char c) noexcept {
    return c == '%' || identifier_characters.contains(static_cast<unsigned char>(c));
}

}  // namespace detail

/// Whether a device or a module can have this identifier: 1 to 128 characters, ASCII letters and digits and
/// - : . + % _ # * ? ! ( ) , = @ ; $ and '. The offset is that of the first character that cannot stand.
[[nodiscard]] constexpr result<void> check_identifier(std::string_view id) noexcept {
    for (std::size_t at = 0; at != id.size(); ++at) {
        if (at == detail::longest_identifier) return error{.code = errc::iothub_identifier_length, .offset = at};
        if (!detail::may_be_in_identifier(id[at])) return error{.code = errc::iothub_identifier, .offset = at};
    }
    if (id.empty()) return error{.code = errc::iothub_identifier_length};
    return {};
}

/// Whether a device, or a module of it, can be called like this. The offset is within the identifier that cannot stand,
/// of which the device's comes first.
[[nodiscard]] constexpr result<void> check_identity(const identity& who) noexcept {
    const auto device = check_identifier(who.device_id);
    return !device || who.module_id.empty() ? device : check_identifier(who.module_id);
}

namespace detail {

/// How an identifier that is percent-encoded where it lies is read: as the hub's peers write it both encoded and as it
/// is, a % without two digits behind it stands for itself.
constexpr text::percent_text encoded_identifier(std::string_view encoded) noexcept {
    return text::percent_text{encoded, true};
}

/// check_identifier for what such a text stands for. The offset is that in the encoded text.
constexpr result<void> check_encoded_identifier(std::string_view encoded) noexcept {
    constexpr text::percent_options rules{.keep_malformed = true};
    std::size_t count = 0;
    for (std::size_t at = 0; at != encoded.size(); ++count) {
        const text::detail::percent_unit unit = text::detail::percent_unit_at(encoded, at, rules);
        if (count == longest_identifier) return error{.code = errc::iothub_identifier_length, .offset = at};
        if (!may_be_in_identifier(static_cast<char>(unit.byte)))
            return error{.code = errc::iothub_identifier, .offset = at};
        at += unit.size;
    }
    if (count == 0) return error{.code = errc::iothub_identifier_length};
    return {};
}

}  // namespace detail

/// An identity as it was received: identifiers that are percent-encoded where they lie, or not.
struct identity_view {
    text::percent_text device_id{};  // empty where nobody is meant
    text::percent_text module_id{};  // empty for the device itself

    [[nodiscard]] constexpr bool is_module() const noexcept { return !module_id.raw().empty(); }

    /// Whether it is this one, however it is written.
    friend constexpr bool operator==(const identity_view& a, const identity& b) noexcept {
        return a.device_id == b.device_id && a.module_id == b.module_id;
    }

    /// It in plain text, in the output: the identifier of the device, and behind it that of the module. 256 bytes hold
    /// each that the hub knows.
    [[nodiscard]] constexpr result<identity> decode(buffer output HUBWIRE_LIFETIMEBOUND) const noexcept {
        writer out{output};
        put_decoded(out, device_id);
        const std::size_t size = out.size();
        put_decoded(out, module_id);
        const auto written = out.finish();
        if (!written) return written.error();
        return identity{.device_id = written->first(size).text(), .module_id = written->without_first(size).text()};
    }
};

}  // namespace hubwire::iothub

#endif
