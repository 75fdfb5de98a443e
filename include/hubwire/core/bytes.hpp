#ifndef HUBWIRE_CORE_BYTES_HPP
#define HUBWIRE_CORE_BYTES_HPP

#include <hubwire/core/config.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hubwire {

namespace detail {

/// The types that C++ lets stand for a byte of memory.
template <class B>
concept byte_like = std::same_as<B, char> || std::same_as<B, unsigned char> || std::same_as<B, std::byte>;

template <class R>
using element_of = std::remove_pointer_t<decltype(std::data(std::declval<R&>()))>;

/// Anything with data() and size() over bytes: arrays, vectors, strings, spans, views. A size with a sign, or of more
/// bits than the machine counts in, would have to be cut.
template <class R>
concept byte_range = requires(R& range) {
    { std::data(range) } -> std::convertible_to<const volatile void*>;
    { std::size(range) } -> std::unsigned_integral;
} && sizeof(std::size(std::declval<R&>())) <= sizeof(std::size_t) && byte_like<std::remove_const_t<element_of<R>>>;

/// A range that does not own its elements, such as a span: they outlive it.
template <class R>
concept borrowed = std::ranges::enable_borrowed_range<std::remove_cvref_t<R>>;

/// A string literal, or an array that may hold a text: whether a last byte of 0 is data or a terminator, and where the
/// text ends, nobody can tell.
template <class R>
concept text_array =
    std::is_array_v<std::remove_reference_t<R>> && std::same_as<std::remove_const_t<element_of<R>>, char>;

// coverage: off, a name for the compiler to show, and nothing that runs
/// Not constexpr, on purpose: a constant expression cannot see an unsigned char or a std::byte as a char.
inline void constant_expressions_take_buffers_of_char_only() noexcept {}
// coverage: on

/// The address of bytes of any type, as one of chars.
template <class B>
constexpr auto* to_chars(B* data) noexcept {
    if constexpr (std::same_as<std::remove_const_t<B>, char>) {
        return data;
    } else {
        if (std::is_constant_evaluated()) constant_expressions_take_buffers_of_char_only();
        return reinterpret_cast<std::conditional_t<std::is_const_v<B>, const char*, char*>>(data);
    }
}

}  // namespace detail

/// Bytes that somebody else owns, read only: what decoders take and what they return as binary fields.
///
/// Made from any contiguous buffer of char, unsigned char or std::byte, implicitly; converts to spans of all three.
/// Inside it is a pointer to char, because then a text field can be seen as a std::string_view in a constant expression
/// too. For the same reason constant expressions take buffers of char only (std::bit_cast an array of another kind).
///
/// Not made from string literals and plain arrays of char: it is open whether the terminator is meant. Say `"text"sv`,
/// or std::span, or give the address and the size.
class bytes {
public:
    constexpr bytes() noexcept = default;

    /// The size bytes at data. Pre: they exist; data may be null if size is 0.
    template <detail::byte_like B>
    constexpr bytes(const B* data HUBWIRE_LIFETIMEBOUND, std::size_t size) noexcept
        : data_{detail::to_chars(data)}, size_{size} {}

    template <detail::byte_range R>
        requires(!detail::borrowed<R> && !detail::text_array<R> && !std::same_as<std::remove_cvref_t<R>, bytes>)
    constexpr bytes(R&& range HUBWIRE_LIFETIMEBOUND) noexcept
        : data_{detail::to_chars(std::data(range))}, size_{std::size(range)} {}

    template <detail::byte_range R>
        requires(detail::borrowed<R> && !std::same_as<std::remove_cvref_t<R>, bytes>)
    constexpr bytes(R&& range) noexcept : data_{detail::to_chars(std::data(range))}, size_{std::size(range)} {}

    template <std::size_t N>
    bytes(const char (&array)[N]) = delete;  // is the last byte a terminator? say "..."sv, or std::span{array}

    [[nodiscard]] constexpr const char* data() const noexcept { return data_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    /// The byte at index, as a number from 0 to 255. Pre: index < size(), or the program traps.
    [[nodiscard]] constexpr unsigned char operator[](std::size_t index) const noexcept {
        detail::require(index < size_);
        return static_cast<unsigned char>(data_[index]);
    }

    /// The first n bytes, and all but the first n. Pre: n <= size(), or the program traps.
    [[nodiscard]] constexpr bytes first(std::size_t n) const noexcept {
        detail::require(n <= size_);
        return {data_, n};
    }
    [[nodiscard]] constexpr bytes without_first(std::size_t n) const noexcept {
        detail::require(n <= size_);
        return {data_ + n, size_ - n};
    }

    /// The same bytes seen as text. Nothing is checked or changed.
    [[nodiscard]] constexpr std::string_view text() const noexcept { return {data_, size_}; }

    /// One byte after the other, each as a number from 0 to 255.
    class iterator {
    public:
        using value_type = unsigned char;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        constexpr unsigned char operator*() const noexcept { return static_cast<unsigned char>(*at_); }
        constexpr iterator& operator++() noexcept {
            ++at_;
            return *this;
        }
        constexpr iterator operator++(int) noexcept { return iterator{at_++}; }
        friend constexpr bool operator==(iterator, iterator) noexcept = default;

    private:
        friend bytes;
        constexpr explicit iterator(const char* at) noexcept : at_{at} {}
        const char* at_ = nullptr;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{data_}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return iterator{data_ + size_}; }

    /// The same bytes as a span, for a transport or an algorithm; spans are also made implicitly.
    template <detail::byte_like B>
    [[nodiscard]] constexpr std::span<const B> as() const noexcept {
        if constexpr (std::same_as<B, char>) {
            return {data_, size_};
        } else {
            return {reinterpret_cast<const B*>(data_), size_};
        }
    }
    template <detail::byte_like B>
    constexpr operator std::span<const B>() const noexcept {
        return as<B>();
    }

    /// Whether the contents are the same, wherever they lie.
    friend constexpr bool operator==(bytes a, bytes b) noexcept { return a.text() == b.text(); }

private:
    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

/// Memory that somebody else owns and an encoder may write to.
///
/// Made from any contiguous, writable buffer of char, unsigned char or std::byte that outlives the call, implicitly.
/// As with bytes, constant expressions take buffers of char only.
class buffer {
public:
    constexpr buffer() noexcept = default;

    /// The size bytes at data. Pre: they exist and may be written to; data may be null if size is 0.
    template <detail::byte_like B>
    constexpr buffer(B* data HUBWIRE_LIFETIMEBOUND, std::size_t size) noexcept
        : data_{detail::to_chars(data)}, size_{size} {}

    template <detail::byte_range R>
        requires(!detail::borrowed<R> && !std::is_const_v<detail::element_of<R>> && !std::same_as<R, buffer>)
    constexpr buffer(R& range HUBWIRE_LIFETIMEBOUND) noexcept
        : data_{detail::to_chars(std::data(range))}, size_{std::size(range)} {}

    template <detail::byte_range R>
        requires(detail::borrowed<R> && !std::is_const_v<detail::element_of<R>> &&
                 !std::same_as<std::remove_cvref_t<R>, buffer>)
    constexpr buffer(R&& range) noexcept : data_{detail::to_chars(std::data(range))}, size_{std::size(range)} {}

    [[nodiscard]] constexpr char* data() const noexcept { return data_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    /// All but the first n bytes, to go on behind what was written. Pre: n <= size(), or the program traps.
    [[nodiscard]] constexpr buffer without_first(std::size_t n) const noexcept {
        detail::require(n <= size_);
        return {data_ + n, size_ - n};
    }

    /// The same memory as a span, for a transport that writes to one; spans are also made implicitly.
    template <detail::byte_like B>
    [[nodiscard]] constexpr std::span<B> as() const noexcept {
        if constexpr (std::same_as<B, char>) {
            return {data_, size_};
        } else {
            return {reinterpret_cast<B*>(data_), size_};
        }
    }
    template <detail::byte_like B>
    constexpr operator std::span<B>() const noexcept {
        return as<B>();
    }

private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace hubwire

// Views may be made of temporary views, without a warning that something dangles.
template <>
inline constexpr bool std::ranges::enable_borrowed_range<hubwire::bytes> = true;
template <>
inline constexpr bool std::ranges::enable_borrowed_range<hubwire::buffer> = true;

#endif
