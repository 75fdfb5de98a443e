#ifndef HUBWIRE_IOTHUB_IDENTITY_HPP
#define HUBWIRE_IOTHUB_IDENTITY_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
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

/// What an identifier may consist of: letters and digits of ASCII, and these.
inline constexpr text::bare_characters identifier_characters{":+_#*?!(),=@;$'"};

/// A % may occur in an identifier, where nothing is ever decoded.
constexpr bool may_be_in_identifier(char c) noexcept {
    return c == '%' || identifier_characters.contains(static_cast<unsigned char>(c));
}

}  // namespace detail

/// Whether a device or a module can have this identifier: 1 to 128 characters, ASCII letters and digits and
/// - : . + % _ # * ? ! ( ) , = @ ; $ and '. The offset is that of the first character that cannot stand.
[[nodiscard]] constexpr result<void> check_identifier(std::string_view id) noexcept {
    constexpr std::size_t longest = 128;
    for (std::size_t at = 0; at != id.size(); ++at) {
        if (at == longest) return error{.code = errc::iothub_identifier_length, .offset = at};
        if (!detail::may_be_in_identifier(id[at])) return error{.code = errc::iothub_identifier, .offset = at};
    }
    if (id.empty()) return error{.code = errc::iothub_identifier_length};
    return {};
}

}  // namespace hubwire::iothub

#endif
