#ifndef HUBWIRE_CORE_READER_HPP
#define HUBWIRE_CORE_READER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace hubwire {

/// Reads an input from front to back. Every length that came off the wire becomes a view here, behind the one check
/// that it fits; nothing else in the library does that.
///
/// The first failure sticks: from then on nothing is left, numbers read as 0 and views as empty, so a run of reads
/// needs one look at ok(), or result_of(), at its end. A loop looks at ok() in each turn.
///
/// Running out of input means "incomplete" where more may follow, as at the end of a receive buffer. Inside a part
/// whose extent is known (see enter) it means that the part contradicts itself: "truncated".
class reader {
public:
    constexpr explicit reader(bytes input, errc when_short = errc::incomplete) noexcept
        : begin_{input.data()}, at_{input.data()}, end_{input.data() + input.size()}, when_short_{when_short} {}

    /// No read has failed so far.
    [[nodiscard]] constexpr bool ok() const noexcept { return error_.code == errc::none; }

    /// The first failure, or errc::none.
    [[nodiscard]] constexpr const hubwire::error& error() const noexcept { return error_; }

    /// How many bytes lie behind, and ahead as far as this reader may go.
    [[nodiscard]] constexpr std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] constexpr std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

    /// The next n bytes, read.
    HUBWIRE_ALWAYS_INLINE constexpr bytes take(std::size_t n) noexcept {
        if (n <= left()) [[likely]] {
            const char* const from = at_;
            at_ += n;
            return {from, n};
        }
        run_short(n);
        return {};
    }

    /// All that is left, read.
    constexpr bytes rest() noexcept { return take(left()); }

    /// The next sizeof(U) bytes, read as a number in network byte order.
    template <std::unsigned_integral U>
    HUBWIRE_ALWAYS_INLINE constexpr U be() noexcept {
        const bytes field = take(sizeof(U));
        return field.empty() ? U{0} : detail::load_be<U>(field.data());
    }
    constexpr std::uint8_t u8() noexcept { return be<std::uint8_t>(); }
    constexpr std::uint16_t u16() noexcept { return be<std::uint16_t>(); }
    constexpr std::uint32_t u32() noexcept { return be<std::uint32_t>(); }
    constexpr std::uint64_t u64() noexcept { return be<std::uint64_t>(); }

    /// A length of type U and as many bytes as it says, read; the length itself is not part of the view.
    template <std::unsigned_integral U>
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized() noexcept {
        return take(std::size_t{be<U>()});
    }

    /// Fails, unless something failed before. Pre: code is not errc::none.
    constexpr void fail(errc code, std::size_t at) noexcept { fail(hubwire::error{.code = code, .offset = at}); }
    constexpr void fail(errc code) noexcept { fail(code, offset()); }

    /// Fails with what is wrong inside of a view that was read, as found by a check of the view alone: its offset
    /// becomes one of this input, and what was incomplete there is truncated here. Pre: the view came from this reader.
    constexpr void fail_within(bytes part, const hubwire::error& inside) noexcept {
        const std::size_t part_at = static_cast<std::size_t>(part.data() - begin_);
        fail(inside.incomplete() ? errc::truncated : inside.code, part_at + inside.offset);
    }

    /// What lies outside of a part; only leave() needs to know.
    class outside {
        friend reader;
        const char* end = nullptr;
        errc when_short = errc::none;
    };

    /// From here the input is the next n bytes, and running out of those is "truncated". If they are not there, that
    /// fails as any read does, and the part is empty.
    [[nodiscard]] constexpr outside enter(std::size_t n) noexcept {
        outside around;
        around.end = end_;
        around.when_short = when_short_;
        const bytes part = take(n);
        if (!ok()) return around;
        at_ = part.data();
        end_ = part.data() + part.size();
        when_short_ = errc::truncated;
        return around;
    }

    /// The counterpart of enter. Bytes of the part that were not read fail as "leftover": a sender that put them there
    /// means something else than we understood.
    constexpr void leave(outside around) noexcept {
        if (left() != 0) fail(errc::leftover);
        if (!ok()) return;
        end_ = around.end;
        when_short_ = around.when_short;
    }

    /// The value, if every read before it succeeded; otherwise the first failure.
    template <class T>
    [[nodiscard]] constexpr result<T> result_of(const T& value) const noexcept {
        if (ok()) [[likely]]
            return value;
        return error_;
    }

private:
    HUBWIRE_NEVER_INLINE constexpr void run_short(std::size_t n) noexcept {
        if (when_short_ == errc::incomplete) {
            fail(hubwire::error{.code = errc::incomplete, .offset = offset() + left(), .needed = n - left()});
        } else {
            fail(when_short_);
        }
    }

    constexpr void fail(const hubwire::error& failure) noexcept {
        detail::require(failure.code != errc::none);
        if (ok()) error_ = failure;
        at_ = end_;
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    errc when_short_;
    hubwire::error error_{};
};

}  // namespace hubwire

#endif
