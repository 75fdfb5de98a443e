#ifndef HUBWIRE_CORE_READER_HPP
#define HUBWIRE_CORE_READER_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace hubwire {

/// Reads an input from front to back. Every length that came off the wire becomes a view here, behind the one check
/// that it fits; nothing else in the library does that.
///
/// The first failure sticks: from then on nothing is left, numbers read as 0 and views as empty, so a run of reads
/// needs one look at ok(), or result_of(), at its end. A loop looks at ok() in each turn.
///
/// Running out of input means "incomplete" where more may follow, as at the end of a receive buffer. Inside a part
/// whose extent is known (see enter) a value that reaches past it means that the part contradicts itself: "truncated",
/// even if not all of the part is there yet. A reader of such a part alone is made as reader{part, errc::truncated}.
///
/// A reader is a plain value: a copy reads on from the same place by itself.
class reader {
public:
    /// Pre: when_short is not errc::none, or the program traps.
    HUBWIRE_SHARED constexpr explicit reader(bytes input HUBWIRE_LIFETIMEBOUND,
                                             errc when_short = errc::incomplete) noexcept
        : begin_{input.data()},
          at_{input.data()},
          end_{input.data() + input.size()},
          input_end_{end_},
          when_short_{when_short} {
        detail::require(when_short != errc::none);
    }

    /// No read has failed so far.
    [[nodiscard]] constexpr bool ok() const noexcept { return error_.code == errc::none; }

    /// The first failure, or errc::none.
    [[nodiscard]] constexpr const hubwire::error& error() const noexcept { return error_; }

    /// How many bytes lie behind, and ahead as far as they are there and this reader may go; after a failure, none.
    [[nodiscard]] constexpr std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] constexpr std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

    /// How many bytes of the innermost part lie ahead, whether they are there yet or not; of the input, only those that
    /// are. What goes on to the end of a part goes on until this is 0.
    [[nodiscard]] constexpr std::size_t ahead() const noexcept { return left() + absent_; }

    /// The bytes read since the given offset, as they stand in the input; empty after a failure.
    /// Pre: since <= offset(), or the program traps.
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bytes read_since(std::size_t since) const noexcept {
        if (!ok()) return {};
        detail::require(since <= offset());
        return {begin_ + since, offset() - since};
    }

    /// The next n bytes, read.
    HUBWIRE_SHARED constexpr bytes take(std::size_t n) noexcept {
        if (n <= left()) [[likely]] {
            const char* const from = at_;
            at_ += n;
            return {from, n};
        }
        run_short(n);
        return {};
    }

    /// All that is left of the innermost part, or of the input, read.
    HUBWIRE_ALWAYS_INLINE constexpr bytes rest() noexcept { return take(ahead()); }

    /// The next sizeof(U) bytes, read as a number in network byte order.
    template <detail::wire_integer U>
    HUBWIRE_SHARED constexpr U be() noexcept {
        const bytes field = take(sizeof(U));
        return field.empty() ? U{0} : detail::load_be<U>(field.data());
    }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint8_t u8() noexcept { return be<std::uint8_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint16_t u16() noexcept { return be<std::uint16_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint32_t u32() noexcept { return be<std::uint32_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr std::uint64_t u64() noexcept { return be<std::uint64_t>(); }

    /// A length of one, two or four bytes and as many bytes as it says, read; the length itself is not part of the
    /// view. A length above the limit fails as "over limit" at once, however much of the input is there.
    template <detail::wire_integer U>
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized(
        std::size_t limit = (std::numeric_limits<std::size_t>::max)()) noexcept {
        static_assert(sizeof(U) <= sizeof(std::uint32_t));
        const std::size_t size = be<U>();
        if (size > limit) [[unlikely]]
            fail(errc::over_limit, offset() - sizeof(U));
        return take(size);
    }
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized8() noexcept { return sized<std::uint8_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized16() noexcept { return sized<std::uint16_t>(); }
    HUBWIRE_ALWAYS_INLINE constexpr bytes sized32(std::size_t limit) noexcept { return sized<std::uint32_t>(limit); }

    /// Fails, unless something failed before. Pre: code is neither none nor incomplete, which only running out of input
    /// is; at is not beyond the input; or the program traps.
    HUBWIRE_SHARED constexpr void fail(errc code, std::size_t at) noexcept {
        if (!ok()) return;
        detail::require(code != errc::none && code != errc::incomplete &&
                        at <= static_cast<std::size_t>(input_end_ - begin_));
        fail(hubwire::error{.code = code, .offset = at});
    }
    HUBWIRE_ALWAYS_INLINE constexpr void fail(errc code) noexcept { fail(code, offset()); }

    /// Fails, as above, unless this holds.
    HUBWIRE_ALWAYS_INLINE constexpr void expect(bool holds, errc code, std::size_t at) noexcept {
        if (!holds) [[unlikely]]
            fail(code, at);
    }

    /// Fails if the verdict on a view that was read is a failure, such as check_utf8's of a text. Its offset becomes
    /// one of this input, and what is incomplete in the view alone is truncated here. Pre: the view came from this
    /// reader, or the program traps.
    template <class T>
    HUBWIRE_ALWAYS_INLINE constexpr void expect(bytes part, const result<T>& verdict) noexcept {
        if (!verdict) [[unlikely]]
            fail_within(part, verdict.error());
    }

    /// If it is incomplete, it lacks at least n bytes: of a part, all that is not there yet.
    constexpr void need(std::size_t n) noexcept {
        if (error_.incomplete() && error_.needed < n) error_.needed = n;
    }

    /// What lies outside of a part: made by enter, wanted by leave.
    class outside {
        friend reader;
        constexpr outside(const char* end, std::size_t absent, errc when_short, unsigned depth) noexcept
            : end_{end}, absent_{absent}, when_short_{when_short}, depth_{depth} {}
        const char* end_;
        std::size_t absent_;
        errc when_short_;
        unsigned depth_;
    };

    /// From here the input is a part of n bytes. Every enter has its leave, and parts lie within each other.
    ///
    /// Where more input may follow, the part need not be all there: what is there can be read and refused already, and
    /// a read of what is not there yet fails as "incomplete".
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr outside enter(std::size_t n) noexcept {
        const outside around{end_, absent_, when_short_, depth_};
        if (n <= left()) [[likely]] {
            end_ = at_ + n;
            absent_ = 0;
        } else if (n - left() <= absent_ || (ok() && depth_ == 0 && when_short_ == errc::incomplete)) {
            absent_ = n - left();
        } else {
            run_short(n);
        }
        when_short_ = errc::truncated;
        ++depth_;
        return around;
    }

    /// The counterpart of enter. Bytes of the part that were not read fail as "leftover", even if they are not there
    /// yet: a sender that puts them there means something else than we understood. Pre, unless something failed: it is
    /// what the last enter that was not left returned, or the program traps.
    HUBWIRE_ALWAYS_INLINE constexpr void leave(outside around) noexcept {
        if (!ok()) return;
        detail::require(depth_ == around.depth_ + 1 && end_ <= around.end_ && around.end_ <= input_end_);
        if (ahead() != 0) return fail(errc::leftover);
        depth_ = around.depth_;
        end_ = around.end_;
        absent_ = around.absent_;
        when_short_ = around.when_short_;
    }

    /// The value, if every read before it succeeded; otherwise the first failure. Bytes behind it may be left: offset()
    /// says how many it took. Pre: no part is still entered, or the program traps.
    template <class T>
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<T> result_of(const T& value) const noexcept {
        if (!ok()) [[unlikely]]
            return error_;
        detail::require(depth_ == 0);
        return value;
    }

    /// The same for an input that is to hold nothing else: bytes behind the value fail as "leftover".
    template <class T>
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr result<T> finish(const T& value) noexcept {
        if (left() != 0) fail(errc::leftover);
        return result_of(value);
    }

private:
    /// The next n bytes were asked for and are not there, either not yet or not at all.
    HUBWIRE_SHARED constexpr void run_short(std::size_t n) noexcept {
        const std::size_t missing = n - left();
        fail(shortage(missing, offset(), left(), missing <= absent_ ? errc::incomplete : when_short_));
    }

    // Given values rather than the reader: one whose address goes nowhere can live in registers.
    HUBWIRE_NEVER_INLINE static constexpr hubwire::error shortage(std::size_t missing, std::size_t offset,
                                                                  std::size_t left, errc code) noexcept {
        if (code != errc::incomplete) return {.code = code, .offset = offset};
        return {.code = code, .offset = offset + left, .needed = missing};
    }

    HUBWIRE_SHARED constexpr void fail_within(bytes part, const hubwire::error& inside) noexcept {
        if (!ok()) return;
        detail::require(begin_ <= part.data() && part.data() + part.size() <= at_ && inside.offset <= part.size());
        fail(inside.incomplete() ? errc::truncated : inside.code,
             static_cast<std::size_t>(part.data() - begin_) + inside.offset);
    }

    HUBWIRE_ALWAYS_INLINE constexpr void fail(const hubwire::error& failure) noexcept {
        if (ok()) error_ = failure;
        at_ = end_;
        absent_ = 0;
    }

    const char* begin_;
    const char* at_;
    const char* end_;  // of the innermost part, as far as it is there
    const char* input_end_;
    std::size_t absent_ = 0;  // how many bytes of the innermost part are not there yet
    errc when_short_;
    unsigned depth_ = 0;
    hubwire::error error_{};
};

}  // namespace hubwire

#endif
