#ifndef HUBWIRE_IOTHUB_TEXT_PREFIX_HPP
#define HUBWIRE_IOTHUB_TEXT_PREFIX_HPP

#include <hubwire/core/bytes.hpp>

#include <string_view>

namespace hubwire::iothub::detail {

/// Takes a text off the front, if it is there. (std::string_view's own starts_with can throw, if not optimized.)
constexpr bool take_prefix(std::string_view& text, std::string_view prefix) noexcept {
    if (text.size() < prefix.size() || bytes{text}.first(prefix.size()).text() != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
}

}  // namespace hubwire::iothub::detail

#endif
