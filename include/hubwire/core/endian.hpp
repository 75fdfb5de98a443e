#ifndef HUBWIRE_CORE_ENDIAN_HPP
#define HUBWIRE_CORE_ENDIAN_HPP

#include <hubwire/core/config.hpp>

#include <concepts>
#include <cstddef>
#include <utility>

/// Integers at a fixed byte order. No alignment is needed and the machine's own order does not matter: g++ and clang
/// turn each of these into one load or store (and a byte swap), which a loop or a macro would not do in every case.
namespace hubwire::detail {

template <std::unsigned_integral U>
HUBWIRE_ALWAYS_INLINE constexpr U load_be(const char* from) noexcept {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return static_cast<U>(
            (... | static_cast<U>(U{static_cast<unsigned char>(from[I])} << (8 * (sizeof(U) - 1 - I)))));
    }(std::make_index_sequence<sizeof(U)>{});
}

template <std::unsigned_integral U>
HUBWIRE_ALWAYS_INLINE constexpr U load_le(const char* from) noexcept {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return static_cast<U>((... | static_cast<U>(U{static_cast<unsigned char>(from[I])} << (8 * I))));
    }(std::make_index_sequence<sizeof(U)>{});
}

template <std::unsigned_integral U>
HUBWIRE_ALWAYS_INLINE constexpr void store_be(char* to, U value) noexcept {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        ((to[I] = static_cast<char>(static_cast<unsigned char>(value >> (8 * (sizeof(U) - 1 - I))))), ...);
    }(std::make_index_sequence<sizeof(U)>{});
}

}  // namespace hubwire::detail

#endif
