#ifndef HUBWIRE_IOTHUB_NAMED_HPP
#define HUBWIRE_IOTHUB_NAMED_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/json/string.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace hubwire::iothub {

namespace detail {

using namespace hubwire::detail;

/// How the enumerators of an Enum are written in JSON, in their order.
template <class Enum>
struct names_of;

}  // namespace detail

/// One of the names that the hub has for something today, or another one that it may have tomorrow: whatever the text
/// is, it is kept, and written as it came.
template <class Enum>
class named {
public:
    /// Pre: it is one of the enumerators, or the program traps.
    constexpr named(Enum one) noexcept : text_{name_of(one)} {}
    constexpr named(const json::string& text) noexcept : text_{text} {}

    [[nodiscard]] constexpr const json::string& text() const noexcept HUBWIRE_LIFETIMEBOUND { return text_; }

    /// Which one it is, if it is one of those that are known. Names are compared exactly.
    [[nodiscard]] constexpr std::optional<Enum> known() const noexcept {
        std::size_t index = 0;
        for (const std::string_view name : detail::names_of<Enum>::all) {
            if (text_ == name) return static_cast<Enum>(index);
            ++index;
        }
        return std::nullopt;
    }

    friend constexpr bool operator==(const named&, const named&) noexcept = default;

private:
    static constexpr std::string_view name_of(Enum one) noexcept {
        const auto index = static_cast<std::size_t>(one);
        detail::require(index < std::size(detail::names_of<Enum>::all));
        return detail::names_of<Enum>::all[index];
    }

    json::string text_;
};

}  // namespace hubwire::iothub

#endif
