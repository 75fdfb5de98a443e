#ifndef HUBWIRE_CORE_ENDIAN_HPP
#define HUBWIRE_CORE_ENDIAN_HPP

#include <hubwire/core/config.hpp>

#include <concepts>
#include <cstddef>
#include <utility>

/// Integers at a fixed byte order. No alignment is needed and the machine's own order does not matter: g++ and clang
/// turn each of these into one load or store (and a byte swap), which a loop or a macro would not do in every case.
namespace hubwire::detail {

/// The integers of wire formats: one, two, four or eight bytes, without a sign.
template <class U>
concept wire_integer = std::unsigned_integral<U> && !std::same_as<U, bool> && sizeof(U) <= 8;

template <wire_integer U, std::size_t... Index>
HUBWIRE_ALWAYS_INLINE constexpr U load_be(const char* from, std::index_sequence<Index...>) noexcept {
    return static_cast<U>(
        (... | static_cast<U>(U{static_cast<unsigned char>(from[Index])} << (8 * (sizeof(U) - 1 - Index)))));
}
template <wire_integer U>
HUBWIRE_ALWAYS_INLINE constexpr U load_be(const char* from) noexcept {
    return load_be<U>(from, std::make_index_sequence<sizeof(U)>{});
}

template <wire_integer U, std::size_t... Index>
HUBWIRE_ALWAYS_INLINE constexpr U load_le(const char* from, std::index_sequence<Index...>) noexcept {
    return static_cast<U>((... | static_cast<U>(U{static_cast<unsigned char>(from[Index])} << (8 * Index))));
}
template <wire_integer U>
HUBWIRE_ALWAYS_INLINE constexpr U load_le(const char* from) noexcept {
    return load_le<U>(from, std::make_index_sequence<sizeof(U)>{});
}

template <wire_integer U, std::size_t... Index>
HUBWIRE_ALWAYS_INLINE constexpr void store_be(char* to, U value, std::index_sequence<Index...>) noexcept {
    ((to[Index] = static_cast<char>(static_cast<unsigned char>(value >> (8 * (sizeof(U) - 1 - Index))))), ...);
}
template <wire_integer U>
HUBWIRE_ALWAYS_INLINE constexpr void store_be(char* to, U value) noexcept {
    store_be(to, value, std::make_index_sequence<sizeof(U)>{});
}

template <wire_integer U>
HUBWIRE_ALWAYS_INLINE constexpr void store_le(char* to, U value) noexcept {
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        ((to[Index] = static_cast<char>(static_cast<unsigned char>(value >> (8 * Index)))), ...);
    }(std::make_index_sequence<sizeof(U)>{});
}

}  // namespace hubwire::detail

#endif
