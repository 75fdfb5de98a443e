#ifndef HUBWIRE_CORE_WRITER_HPP
#define HUBWIRE_CORE_WRITER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace hubwire {

/// What a writer knows of its room.
enum class room : std::uint8_t {
    checked,    // each write looks whether it fits
    unchecked,  // the caller has made sure beforehand that everything fits: no write looks
    counting,   // there is no buffer, only the size of what would be written
};

/// Writes an output from front to back. An encoder is written once, over any writer, as
///     template <hubwire::room Room> constexpr void write(hubwire::basic_writer<Room>& out, const packet& p);
/// With the counting writer it is encoded_size(), with the checked one it is safe in any buffer, and with the unchecked
/// one it is fast, once the size is known to fit.
///
/// The first failure sticks. A checked writer that runs out of room writes nothing more, but goes on counting, so the
/// error says how much room was missing in all. Sizes that add up to more than the machine can count do not wrap. What
/// the buffer holds after a failure is unspecified, within its bounds.
///
/// What is written may not overlap the place where it goes: an input cannot be edited in place.
template <room Room>
class basic_writer {  // NOLINT(*-special-member-functions): moving is copying
public:
    constexpr explicit basic_writer(buffer output HUBWIRE_LIFETIMEBOUND) noexcept
        requires(Room != room::counting)
        : out_{detail::opaque(output.data())}, capacity_{output.size()} {}

    constexpr basic_writer() noexcept
        requires(Room == room::counting)
        : out_{nullptr}, capacity_{0} {}

    // Copied member by member, for the same reason as a quick_reader.
    HUBWIRE_ALWAYS_INLINE constexpr basic_writer(const basic_writer& other) noexcept
        : out_{other.out_},
          capacity_{other.capacity_},
          size_{other.size_},
          failed_at_{other.failed_at_},
          code_{other.code_} {}
    // NOLINTNEXTLINE(*-self-assignment, cert-oop54-cpp): it does nothing then
    HUBWIRE_ALWAYS_INLINE constexpr basic_writer& operator=(const basic_writer& other) noexcept {
        out_ = other.out_;
        capacity_ = other.capacity_;
        size_ = other.size_;
        failed_at_ = other.failed_at_;
        code_ = other.code_;
        return *this;
    }

    /// How many bytes have been written, or would have been.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

    /// No write has failed so far.
    [[nodiscard]] constexpr bool ok() const noexcept { return code_ == errc::none && !overflown(); }

    /// Something failed, and not for want of room: it would in any buffer. A loop whose length comes of what it writes
    /// looks at this in each turn.
    [[nodiscard]] constexpr bool is_refused() const noexcept { return code_ != errc::none; }

    /// Bytes, as they are.
    HUBWIRE_ALWAYS_INLINE constexpr void put(bytes value) noexcept {
        if (claim(value.size())) detail::copy(out_ + (size_ - value.size()), value.data(), value.size());
    }

    /// n bytes that are made where they go: make(address) writes them, all of them and nothing behind. It is not called
    /// where there is no room for them.
    template <class Make>
    HUBWIRE_ALWAYS_INLINE constexpr void put_with(std::size_t n, Make make) noexcept {
        if (claim(n)) make(out_ + (size_ - n));
    }

    /// The same where making them may fail: make(address) says whether they are to stay. If not, nothing was written.
    template <class Make>
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool put_if(std::size_t n, Make make) noexcept
        requires(Room == room::unchecked)
    {
        if (!make(out_ + size_)) return false;
        size_ += n;
        return true;
    }

    /// As put_with where it takes a pass over the input to know how many bytes that will be: count() says how many,
    /// `most` is never less, and make(address) returns how many it has written. Where the most would fit, nobody
    /// counts.
    template <class Count, class Make>
    HUBWIRE_ALWAYS_INLINE constexpr void put_with(std::size_t most, Count count, Make make) noexcept {
        if (Room == room::unchecked || (Room == room::checked && !overflown() && most <= capacity_ - size_)) {
            size_ += make(out_ + size_);
        } else {
            put_with(count(), make);
        }
    }

    /// A number as a U in network byte order. One that a U cannot hold fails as "too large"; it is never cut off. (The
    /// compiler leaves the comparison out where the argument's type rules that out.)
    template <detail::wire_integer U>
    HUBWIRE_ALWAYS_INLINE constexpr void be(std::uint64_t value) noexcept {
        if (value > (std::numeric_limits<U>::max)()) [[unlikely]]
            fail(errc::too_large);
        if (claim(sizeof(U))) detail::store_be<U>(out_ + (size_ - sizeof(U)), static_cast<U>(value));
    }
    HUBWIRE_ALWAYS_INLINE constexpr void u8(std::uint64_t value) noexcept { be<std::uint8_t>(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void u16(std::uint64_t value) noexcept { be<std::uint16_t>(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void u32(std::uint64_t value) noexcept { be<std::uint32_t>(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void u64(std::uint64_t value) noexcept { be<std::uint64_t>(value); }

    /// The length as a U, and the bytes. Longer than a U can say fails as "too long"; it is never cut short.
    template <detail::wire_integer U>
    HUBWIRE_ALWAYS_INLINE constexpr void sized(bytes value) noexcept {
        if (value.size() > (std::numeric_limits<U>::max)()) [[unlikely]]
            fail(errc::too_long);
        be<U>(static_cast<U>(value.size()));
        put(value);
    }
    HUBWIRE_ALWAYS_INLINE constexpr void sized8(bytes value) noexcept { sized<std::uint8_t>(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void sized16(bytes value) noexcept { sized<std::uint16_t>(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void sized32(bytes value) noexcept { sized<std::uint32_t>(value); }

    /// The place of a number that is not known yet: made by reserve, filled in later.
    template <detail::wire_integer U>
    class slot {
        friend basic_writer;
        constexpr explicit slot(std::size_t at) noexcept : at_{at} {}
        std::size_t at_;
    };

    /// Room for a U. What stands there until it is filled in is unspecified.
    template <detail::wire_integer U>
    [[nodiscard]] constexpr slot<U> reserve() noexcept {
        const slot<U> place{size_};
        claim(sizeof(U));
        return place;
    }
    [[nodiscard]] constexpr auto reserve8() noexcept { return reserve<std::uint8_t>(); }
    [[nodiscard]] constexpr auto reserve16() noexcept { return reserve<std::uint16_t>(); }
    [[nodiscard]] constexpr auto reserve32() noexcept { return reserve<std::uint32_t>(); }

    /// Fills in a number. One that a U cannot hold fails as "too large". Pre: this writer reserved the place, or the
    /// program traps where it does not exist.
    template <detail::wire_integer U>
    constexpr void fill(slot<U> place, std::uint64_t value) noexcept {
        if (value > (std::numeric_limits<U>::max)()) [[unlikely]]
            fail(errc::too_large);
        if (!ok()) return;
        detail::require(place.at_ <= size_ && sizeof(U) <= size_ - place.at_);
        if constexpr (Room != room::counting) detail::store_be<U>(out_ + place.at_, static_cast<U>(value));
    }

    /// Fills in how many bytes were written behind the place. More than a U can say fails as "too long".
    template <detail::wire_integer U>
    constexpr void fill_size(slot<U> place) noexcept {
        if (!ok()) return;
        detail::require(place.at_ <= size_ && sizeof(U) <= size_ - place.at_);
        const std::size_t behind = size_ - place.at_ - sizeof(U);
        if (behind > (std::numeric_limits<U>::max)()) [[unlikely]]
            return fail(errc::too_long);
        fill(place, behind);
    }

    /// The place of a U among what was written already, to be filled in again. Pre: fill's.
    template <detail::wire_integer U>
    [[nodiscard]] constexpr slot<U> slot_at(std::size_t at) const noexcept {
        return slot<U>{at};
    }

    /// Moves what was written from the offset on by n bytes, and so makes room for a length that turned out to need
    /// more bytes. What stands in the gap until it is filled in is unspecified. Pre: at <= size(), or the program
    /// traps.
    constexpr void widen(std::size_t at, std::size_t n) noexcept {
        if (refused_first()) return;  // what does not fit is counted all the same
        detail::require(at <= size_);
        const std::size_t behind = size_ - at;
        if (claim(n)) detail::move_up(out_ + at + n, out_ + at, behind);
    }

    /// What was written from the offset on; empty after a failure. Pre: at <= size(), or the program traps.
    [[nodiscard]] constexpr bytes written_since(std::size_t at) const noexcept
        requires(Room != room::counting)
    {
        if (!ok()) return {};
        detail::require(at <= size_);
        return {out_ + at, size_ - at};
    }

    /// Fails, unless something failed before. Pre: code is not errc::none.
    constexpr void fail(errc code) noexcept {
        detail::require(code != errc::none);
        if (is_refused()) return;
        code_ = code;
        failed_at_ = size_;
    }

    /// A result of the bytes written (for a counting writer, of how many), or the first failure. May be asked at any
    /// time. An unchecked writer that was given too little room traps here at the latest.
    [[nodiscard]] constexpr auto finish() const noexcept {
        using outcome = result<std::conditional_t<Room == room::counting, std::size_t, bytes>>;
        if (refused_first()) [[unlikely]]
            return outcome{error{.code = code_, .offset = failed_at_}};
        if (overflown()) [[unlikely]]
            return outcome{error{.code = errc::no_space, .offset = capacity_, .needed = size_ - capacity_}};
        if constexpr (Room == room::counting) {
            return outcome{size_};
        } else {
            detail::require(size_ <= capacity_);
            return outcome{bytes{out_, size_}};
        }
    }

private:
    // Once a write does not fit, size_ lies past capacity_ and stays there: that is how an overflow sticks.
    [[nodiscard]] constexpr bool overflown() const noexcept { return Room == room::checked && size_ > capacity_; }

    [[nodiscard]] constexpr bool refused_first() const noexcept {
        return is_refused() && (Room != room::checked || failed_at_ <= capacity_);
    }

    /// Counts n more bytes, the last of size_. Whether they are to be written.
    HUBWIRE_ALWAYS_INLINE constexpr bool claim(std::size_t n) noexcept {
        if constexpr (Room == room::checked) {
            if (overflown() || n > capacity_ - size_) [[unlikely]] {
                overflow(n);
                return false;
            }
        } else if constexpr (Room == room::counting) {
            if (n > (std::numeric_limits<std::size_t>::max)() - size_) [[unlikely]] {
                fail(errc::too_long);
                return false;
            }
        }
        size_ += n;
        return Room != room::counting;
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
using unchecked_writer = basic_writer<room::unchecked>;
using counting_writer = basic_writer<room::counting>;

}  // namespace hubwire

#endif
