#ifndef HUBWIRE_CORE_NAME_IN_HPP
#define HUBWIRE_CORE_NAME_IN_HPP

#include <cstddef>
#include <string_view>

namespace hubwire::detail {

/// The name of a value of an enumeration that counts from 0; empty if it has none.
template <class E, std::size_t N>
[[nodiscard]] constexpr std::string_view name_in(const std::string_view (&names)[N], E of) noexcept {
    const auto index = static_cast<std::size_t>(of);
    return index < N ? names[index] : std::string_view{};
}

}  // namespace hubwire::detail

#endif
