#ifndef HUBWIRE_CORE_MAYBE_HPP
#define HUBWIRE_CORE_MAYBE_HPP

#include <hubwire/core/config.hpp>

#include <concepts>
#include <optional>
#include <type_traits>

namespace hubwire {

/// A number, or a truth value, that may be absent. It is made of what a T is made of, and converted where that is
/// given, so that compilers warn of a number that a T cannot hold: a std::optional would convert it out of their sight.
template <class T>
    requires std::is_arithmetic_v<T>
class maybe {
public:
    using value_type = T;

    constexpr maybe() noexcept = default;
    constexpr maybe(std::nullopt_t) noexcept {}
    constexpr maybe(T number) noexcept
        requires(!std::same_as<T, bool>)
        : value_{number} {}
    template <std::same_as<bool> Truth>
        requires std::same_as<T, Truth>
    constexpr maybe(Truth truth) noexcept : value_{truth} {}
    template <std::same_as<std::optional<T>> Optional>
    constexpr maybe(Optional other) noexcept : value_{other} {}

    constexpr operator std::optional<T>() const noexcept { return value_; }

    [[nodiscard]] constexpr bool has_value() const noexcept { return value_.has_value(); }
    /// Not of a truth value: whether it is there, or whether it is true, is to be asked for by name.
    constexpr explicit operator bool() const noexcept
        requires(!std::same_as<T, bool>)
    {
        return has_value();
    }

    /// Pre: it is there. Not of a truth value, which would read as one that means false where a peer left it out:
    /// value_or says what it means then.
    [[nodiscard]] constexpr T operator*() const noexcept
        requires(!std::same_as<T, bool>)
    {
        detail::require(has_value());
        return *value_;  // NOLINT(bugprone-unchecked-optional-access): looked at above
    }
    [[nodiscard]] constexpr T value_or(T if_absent) const noexcept { return value_ ? *value_ : if_absent; }

    /// Makes it a 0 that is there, to be written over.
    constexpr T& emplace() noexcept HUBWIRE_LIFETIMEBOUND { return value_.emplace(); }
    constexpr void reset() noexcept { value_.reset(); }

    /// Equal if both are absent, or both are there with equal values.
    friend constexpr bool operator==(const maybe&, const maybe&) noexcept = default;
    friend constexpr bool operator==(const maybe& a, const std::optional<T>& b) noexcept { return a.value_ == b; }
    friend constexpr bool operator==(const maybe& a, std::nullopt_t) noexcept { return !a.has_value(); }
    friend constexpr bool operator==(const maybe& a, T number) noexcept
        requires(!std::same_as<T, bool>)
    {
        return a.value_ == number;
    }
    template <std::same_as<bool> Truth>
        requires std::same_as<T, Truth>
    friend constexpr bool operator==(const maybe& a, Truth truth) noexcept {
        return a.value_ == truth;
    }

private:
    std::optional<T> value_{};
};

}  // namespace hubwire

#endif
