#ifndef HUBWIRE_CORE_WRITER_HPP
#define HUBWIRE_CORE_WRITER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace hubwire {

/// What a writer knows of its room.
enum class room : std::uint8_t {
    checked,   // each write looks whether it fits
    proven,    // the caller has shown beforehand that everything fits: no write looks
    counting,  // there is no buffer, only the size of what would be written
};

/// Writes an output from front to back. An encoder is written once, over any writer: with the counting one it is
/// encoded_size(), with the checked one it is safe in any buffer, and with the proven one it is fast.
///
/// The first failure sticks. A checked writer that runs out of room writes nothing more, but goes on counting, so the
/// error says how much room was missing in all. Sizes that add up to more than the machine can count do not wrap. What
/// the buffer holds after a failure is unspecified, within its bounds.
template <room Room>
class basic_writer {
public:
    /// Pre, for a proven writer: everything that will be written fits.
    constexpr explicit basic_writer(buffer output) noexcept
        requires(Room != room::counting)
        : out_{output.data()}, capacity_{output.size()} {}

    constexpr basic_writer() noexcept
        requires(Room == room::counting)
        : out_{nullptr}, capacity_{0} {}

    /// How many bytes have been written, or would have been.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

    /// No write has failed so far.
    [[nodiscard]] constexpr bool ok() const noexcept { return code_ == errc::none && !overflown(); }

    /// Bytes, as they are.
    HUBWIRE_ALWAYS_INLINE constexpr void put(bytes value) noexcept {
        if (char* const to = claim(value.size())) detail::copy(to, value.data(), value.size());
    }

    /// A number in network byte order. The type decides how many bytes that takes, so it is always named.
    template <std::unsigned_integral U>
    HUBWIRE_ALWAYS_INLINE constexpr void be(std::type_identity_t<U> value) noexcept {
        if (char* const to = claim(sizeof(U))) detail::store_be<U>(to, value);
    }
    constexpr void u8(std::uint8_t value) noexcept { be<std::uint8_t>(value); }
    constexpr void u16(std::uint16_t value) noexcept { be<std::uint16_t>(value); }
    constexpr void u32(std::uint32_t value) noexcept { be<std::uint32_t>(value); }
    constexpr void u64(std::uint64_t value) noexcept { be<std::uint64_t>(value); }

    /// The length as a U, and the bytes. Longer than a U can say fails as "too long"; it is never cut short.
    template <std::unsigned_integral U>
    HUBWIRE_ALWAYS_INLINE constexpr void sized(bytes value) noexcept {
        if (value.size() > (std::numeric_limits<U>::max)()) [[unlikely]]
            fail(errc::too_long);
        be<U>(static_cast<U>(value.size()));
        put(value);
    }

    /// Overwrites a number written before, such as a length that was not known yet.
    /// Pre: the sizeof(U) bytes at offset at were written.
    template <std::unsigned_integral U>
    constexpr void patch(std::size_t at, std::type_identity_t<U> value) noexcept {
        detail::require(at <= size_ && sizeof(U) <= size_ - at);
        if constexpr (Room != room::counting) {
            if (!overflown()) detail::store_be<U>(out_ + at, value);
        }
    }

    /// Fails, unless something failed before. Pre: code is not errc::none.
    constexpr void fail(errc code) noexcept {
        detail::require(code != errc::none);
        if (!ok()) return;
        code_ = code;
        failed_at_ = size_;
    }

    /// The bytes written, or the first failure.
    [[nodiscard]] constexpr result<bytes> finish() const noexcept
        requires(Room != room::counting)
    {
        if (code_ != errc::none) [[unlikely]]
            return error{.code = code_, .offset = failed_at_};
        if (overflown()) [[unlikely]]
            return error{.code = errc::no_space, .offset = capacity_, .needed = size_ - capacity_};
        return bytes{out_, size_};
    }

    /// How many bytes it takes, or the first failure.
    [[nodiscard]] constexpr result<std::size_t> finish() const noexcept
        requires(Room == room::counting)
    {
        if (code_ != errc::none) [[unlikely]]
            return error{.code = code_, .offset = failed_at_};
        return size_;
    }

private:
    // Once a write does not fit, size_ lies past capacity_ and stays there: that is how an overflow sticks.
    [[nodiscard]] constexpr bool overflown() const noexcept { return Room == room::checked && size_ > capacity_; }

    /// Counts n more bytes; returns where to write them, or null if they are not to be written.
    HUBWIRE_ALWAYS_INLINE constexpr char* claim(std::size_t n) noexcept {
        if constexpr (Room == room::checked) {
            if (overflown() || n > capacity_ - size_) [[unlikely]] {
                overflow(n);
                return nullptr;
            }
        } else if constexpr (Room == room::counting) {
            if (n > (std::numeric_limits<std::size_t>::max)() - size_) [[unlikely]] {
                fail(errc::too_long);
                return nullptr;
            }
        }
        const std::size_t at = size_;
        size_ += n;
        return Room == room::counting ? nullptr : out_ + at;
    }

    HUBWIRE_NEVER_INLINE constexpr void overflow(std::size_t n) noexcept {
        const std::size_t most = (std::numeric_limits<std::size_t>::max)();
        size_ = n > most - size_ ? most : size_ + n;
    }

    char* out_;
    std::size_t capacity_;
    std::size_t size_ = 0;
    std::size_t failed_at_ = 0;
    errc code_ = errc::none;
};

using writer = basic_writer<room::checked>;
using proven_writer = basic_writer<room::proven>;
using counting_writer = basic_writer<room::counting>;

}  // namespace hubwire

#endif
