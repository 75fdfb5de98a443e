#ifndef HUBWIRE_CORE_RESULT_HPP
#define HUBWIRE_CORE_RESULT_HPP

#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>

#include <type_traits>
#include <utility>

namespace hubwire {

namespace detail {

/// Becomes a T as it is by default, where that is to be: only those members are written that have an initializer. Of
/// T{} compilers make zeros throughout, which costs more than to decode a small T; a large one, which they would make
/// elsewhere and copy, is T{} all the same.
template <class T>
class by_default {
public:
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr T make() const noexcept {
        constexpr bool is_large = sizeof(T) > 768;  // than any frame of AMQP
        if (is_large || std::is_trivially_default_constructible_v<T> || std::is_constant_evaluated()) return T{};
        return holder().value;
    }
    HUBWIRE_ALWAYS_INLINE constexpr operator T() const noexcept { return make(); }

private:
    struct holder {
        constexpr holder() noexcept {}
        T value;
    };
};

}  // namespace detail

/// A value, or the error that stands in its place; used like a std::expected, but asking for what is not there traps.
/// T is a plain value (numbers and views), so a result is one too.
template <class T>
class [[nodiscard]] result {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T> &&
                      !std::is_same_v<T, hubwire::error>,
                  "a result holds plain values only: numbers, views, and aggregates of these");

public:
    using value_type = T;

    constexpr result(const T& value) noexcept : value_{value}, has_value_{true} {}

    /// The value, made where it stands of something smaller that converts to it.
    template <class U>
    constexpr result(std::in_place_t, const U& value) noexcept : value_{value}, has_value_{true} {}

    /// A T as it is by default, made where it stands.
    constexpr explicit result(std::in_place_t) noexcept
        requires std::is_default_constructible_v<T>
        : value_(detail::by_default<T>{}.make()), has_value_{true} {}

    /// Pre: failure.code is not errc::none.
    constexpr result(const hubwire::error& failure) noexcept : error_{failure}, has_value_{false} {
        detail::require(failure.code != errc::none);
    }

    [[nodiscard]] constexpr bool has_value() const noexcept { return has_value_; }
    constexpr explicit operator bool() const noexcept { return has_value_; }

    /// The value. Pre: has_value(), or the program traps.
    [[nodiscard]] constexpr const T& operator*() const noexcept HUBWIRE_LIFETIMEBOUND {
        detail::require(has_value_);
        return value_;
    }
    [[nodiscard]] constexpr T& operator*() noexcept HUBWIRE_LIFETIMEBOUND {
        detail::require(has_value_);
        return value_;
    }
    constexpr const T* operator->() const noexcept HUBWIRE_LIFETIMEBOUND { return &**this; }
    constexpr T* operator->() noexcept HUBWIRE_LIFETIMEBOUND { return &**this; }
    [[nodiscard]] constexpr T value_or(const T& other) const noexcept { return has_value_ ? value_ : other; }

    /// The error, which points nowhere. Pre: !has_value(), or the program traps. (Not marked as bound to this: clang
    /// would take `return outcome.error().code` for a view of what the value would have been one of.)
    [[nodiscard]] constexpr const hubwire::error& error() const noexcept {
        detail::require(!has_value_);
        return error_;
    }

    /// No value yet, but nothing wrong either: more input may complete it. How much, error().needed says.
    [[nodiscard]] constexpr bool incomplete() const noexcept { return !has_value_ && error_.incomplete(); }

private:
    union {
        T value_;
        hubwire::error error_;
    };
    bool has_value_;
};

/// Success without a value, or an error: what a check returns.
template <>
class [[nodiscard]] result<void> {
public:
    using value_type = void;

    constexpr result() noexcept = default;

    /// Pre: failure.code is not errc::none.
    constexpr result(const hubwire::error& failure) noexcept : error_{failure} {
        detail::require(failure.code != errc::none);
    }

    [[nodiscard]] constexpr bool has_value() const noexcept { return error_.code == errc::none; }
    constexpr explicit operator bool() const noexcept { return has_value(); }

    /// The error. Pre: !has_value(), or the program traps.
    [[nodiscard]] constexpr const hubwire::error& error() const noexcept {
        detail::require(!has_value());
        return error_;
    }

    [[nodiscard]] constexpr bool incomplete() const noexcept { return error_.incomplete(); }

private:
    hubwire::error error_{};
};

}  // namespace hubwire

#endif
