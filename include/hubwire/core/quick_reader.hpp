#ifndef HUBWIRE_CORE_QUICK_READER_HPP
#define HUBWIRE_CORE_QUICK_READER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/result.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace hubwire {

/// Reads as a reader does, under the same checks, but of a failure it knows only that there was one. So little state
/// stays in registers. A decoder that is written over any reader runs on this one first, and, if that fails, again on a
/// reader, which tells what is wrong and where.
///
/// The input is all there: a part that reaches beyond it fails.
class quick_reader {  // NOLINT(*-special-member-functions): moving is copying
public:
    constexpr explicit quick_reader(bytes input HUBWIRE_LIFETIMEBOUND) noexcept
        : begin_{detail::opaque(input.data())}, at_{begin_}, end_{begin_ + input.size()} {}

    // Copied member by member: g++ would copy it as two vectors, which wait for what was just stored in smaller pieces.
    // (A message decodes a fifth faster for that.)
    HUBWIRE_ALWAYS_INLINE constexpr quick_reader(const quick_reader& other) noexcept
        : begin_{other.begin_}, at_{other.at_}, end_{other.end_}, ok_{other.ok_} {}
    // NOLINTNEXTLINE(*-self-assignment, cert-oop54-cpp): it does nothing then
    HUBWIRE_ALWAYS_INLINE constexpr quick_reader& operator=(const quick_reader& other) noexcept {
        begin_ = other.begin_;
        at_ = other.at_;
        end_ = other.end_;
        ok_ = other.ok_;
        return *this;
    }

    [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }
    [[nodiscard]] constexpr std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] constexpr std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    [[nodiscard]] constexpr std::size_t ahead() const noexcept { return left(); }

    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bytes read_since(std::size_t since) const noexcept {
        if (!ok_) return {};
        detail::require(since <= offset());
        return {begin_ + since, offset() - since};
    }

    HUBWIRE_ALWAYS_INLINE constexpr bytes take(std::size_t n) noexcept {
        if (n <= left()) [[likely]] {
            const char* const from = at_;
            at_ += n;
            return {from, n};
        }
        fail(errc::truncated);
        return {};
    }
    HUBWIRE_ALWAYS_INLINE constexpr bytes rest() noexcept { return take(left()); }

    template <detail::wire_integer U>
    HUBWIRE_ALWAYS_INLINE constexpr U be() noexcept {
        const bytes field = take(sizeof(U));
        return field.empty() ? U{0} : detail::load_be<U>(field.data());
    }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint8_t u8() noexcept { return be<std::uint8_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint16_t u16() noexcept { return be<std::uint16_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t u32() noexcept { return be<std::uint32_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized8() noexcept { return take(u8()); }
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized16() noexcept { return take(u16()); }

    /// What is wrong, and where, is for a reader to tell.
    HUBWIRE_ALWAYS_INLINE constexpr void fail(errc, std::size_t = 0) noexcept {
        ok_ = false;
        at_ = end_;
    }
    HUBWIRE_ALWAYS_INLINE constexpr void expect(bool holds, errc, std::size_t) noexcept {
        if (!holds) [[unlikely]]
            fail(errc::truncated);
    }
    template <class T>
    HUBWIRE_ALWAYS_INLINE constexpr void expect(bytes, const result<T>& verdict) noexcept {
        if (!verdict) [[unlikely]]
            fail(errc::truncated);
    }

    /// What lies outside of a part: made by enter, wanted by leave.
    class outside {
        friend quick_reader;
        constexpr explicit outside(const char* end) noexcept : end_{end} {}
        const char* end_;
    };
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr outside enter(std::size_t n) noexcept {
        const outside around{end_};
        if (n <= left()) [[likely]] {
            end_ = at_ + n;
        } else {
            fail(errc::truncated);
        }
        return around;
    }
    HUBWIRE_ALWAYS_INLINE constexpr void leave(outside around) noexcept {
        if (at_ != end_) [[unlikely]]
            fail(errc::leftover);
        if (ok_) [[likely]]
            end_ = around.end_;
    }

private:
    const char* begin_;
    const char* at_;
    const char* end_;  // of the innermost part
    bool ok_ = true;
};

namespace detail {

template <class T>
concept any_reader = std::same_as<T, reader> || std::same_as<T, quick_reader>;

/// Calls a function that is not inlined with a copy of a reader or writer, and takes the copy back: so one whose
/// address would go nowhere else can live in registers.
template <class Cursor, class Function>
HUBWIRE_ALWAYS_INLINE constexpr auto apart(Cursor& cursor, Function function) noexcept {
    Cursor copy = cursor;
    const auto outcome = function(copy);
    cursor = copy;
    return outcome;
}

}  // namespace detail

}  // namespace hubwire

#endif
