#ifndef HUBWIRE_CRYPTO_SECRET_HPP
#define HUBWIRE_CRYPTO_SECRET_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>

#include <cstddef>
#include <type_traits>

namespace hubwire::crypto {

namespace detail {

using namespace hubwire::detail;

/// An array on the stack that held something secret; for constant expressions as well, which leave nothing behind.
template <class Array>
HUBWIRE_ALWAYS_INLINE constexpr void wipe_array(Array& array) noexcept {
    if (!std::is_constant_evaluated()) wipe_memory(&array, sizeof array);
}

}  // namespace detail

/// Overwrites a secret with zeros, such as a key that was decoded into a buffer. The compiler does not leave that out,
/// as it may with std::memset before the end of the memory's life. Copies that it made in registers, or that the system
/// made, are out of reach.
constexpr void wipe(buffer secret) noexcept {
    if (std::is_constant_evaluated()) {
        // coverage: off, for constant expressions; secret.test.cpp has one
        for (std::size_t i = 0; i != secret.size(); ++i) secret.data()[i] = 0;
        // coverage: on
    } else if (!secret.empty()) {
        detail::wipe_memory(secret.data(), secret.size());
    }
}

/// Whether the contents are the same, in a time that depends on the sizes only: for the comparison of a signature with
/// the right one, where the time until the first difference would tell how much of it was guessed.
[[nodiscard]] constexpr bool equal_in_constant_time(bytes a, bytes b) noexcept {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i != a.size(); ++i) {
        const auto here = static_cast<unsigned>(static_cast<unsigned char>(a.data()[i] ^ b.data()[i]));
        difference = detail::opaque(difference | here);  // or the compiler might see when it can stop
    }
    return difference == 0;
}

}  // namespace hubwire::crypto

#endif
