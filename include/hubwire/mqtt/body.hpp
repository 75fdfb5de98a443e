#ifndef HUBWIRE_MQTT_BODY_HPP
#define HUBWIRE_MQTT_BODY_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/mqtt/frame.hpp>
#include <hubwire/mqtt/topic.hpp>
#include <hubwire/mqtt/types.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// What comes behind the fixed header of a packet that is encoded. Each packet says once what that is,
///     template <class Body> constexpr void put_body(Body& to, const packet& p, const options& rules);
/// its fields in their order and the rules between them, and what is made of it depends on the Body: these three have
/// the same members.
namespace hubwire::mqtt::detail {

[[nodiscard]] constexpr std::size_t fixed_header_size(std::size_t remaining) noexcept {
    return remaining < 128 ? 2 : remaining < 16'384 ? 3 : remaining < 2'097'152 ? 4 : 5;
}

/// Counts, and finds out whether everything is as usual: no rule broken, nothing too long. What is not may still be
/// valid. Texts are looked at when they are written.
class body_measure {
public:
    HUBWIRE_ALWAYS_INLINE constexpr explicit body_measure(const options& rules) noexcept : rules_{rules} {}

    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr std::size_t size() const noexcept { return size_; }
    /// Nothing unusual so far.
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool ok() const noexcept {
        return usual_ && size_ <= max_remaining_length;
    }
    /// Whether a list goes on to its next item: while it does, no size wraps.
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool goes_on() const noexcept { return ok(); }

    HUBWIRE_ALWAYS_INLINE constexpr void rule(bool holds, errc) noexcept { usual_ = usual_ && holds; }
    HUBWIRE_ALWAYS_INLINE constexpr void u8(std::uint8_t) noexcept { size_ += 1; }
    HUBWIRE_ALWAYS_INLINE constexpr void u16(std::uint16_t) noexcept { size_ += 2; }
    HUBWIRE_ALWAYS_INLINE constexpr void put(bytes value) noexcept { size_ += value.size(); }
    HUBWIRE_ALWAYS_INLINE constexpr void text(text_kind kind, std::string_view value) noexcept {
        usual_ = usual_ && may_be_plain(kind, value, rules_);
        size_ += 2 + value.size();
    }
    HUBWIRE_ALWAYS_INLINE constexpr void binary(bytes value) noexcept {
        usual_ = usual_ && value.size() <= max_field_size;
        size_ += 2 + value.size();
    }
    HUBWIRE_ALWAYS_INLINE constexpr void payload_of_size(std::size_t size) noexcept {
        usual_ = usual_ && size <= max_remaining_length;
        size_ += size;
    }
    HUBWIRE_ALWAYS_INLINE constexpr void payload(bytes value) noexcept { payload_of_size(value.size()); }

private:
    const options& rules_;
    std::size_t size_ = 0;
    bool usual_ = true;
};

/// Writes what was measured, and finds out whether all texts are plain: they are looked at while they are copied.
template <room Room>
class body_writer {
public:
    HUBWIRE_ALWAYS_INLINE constexpr explicit body_writer(basic_writer<Room>& out) noexcept : out_{out} {}

    /// Nothing unusual so far.
    [[nodiscard]] HUBWIRE_ALWAYS_INLINE constexpr bool ok() const noexcept { return plain_; }
    [[nodiscard]] static constexpr bool goes_on() noexcept { return true; }
    HUBWIRE_ALWAYS_INLINE constexpr void rule(bool, errc) noexcept {}
    HUBWIRE_ALWAYS_INLINE constexpr void u8(std::uint8_t value) noexcept { out_.u8(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void u16(std::uint16_t value) noexcept { out_.u16(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void put(bytes value) noexcept { out_.put(value); }
    HUBWIRE_ALWAYS_INLINE constexpr void text(text_kind kind, std::string_view value) noexcept {
        u16(static_cast<std::uint16_t>(value.size()));
        out_.put_with(value.size(), [&](char* to) HUBWIRE_INLINE_LAMBDA {
            const bool plain = copy_if_plain(kind, to, value);
            plain_ = plain_ && plain;
        });
    }
    HUBWIRE_ALWAYS_INLINE constexpr void binary(bytes value) noexcept {
        u16(static_cast<std::uint16_t>(value.size()));
        put(value);
    }
    HUBWIRE_ALWAYS_INLINE constexpr void payload_of_size(std::size_t) noexcept {}
    HUBWIRE_ALWAYS_INLINE constexpr void payload(bytes value) noexcept { put(value); }

private:
    basic_writer<Room>& out_;
    bool plain_ = true;
};

/// Does both, one after the other, looks closely at everything, and knows what is wrong and where. All of it is shared
/// by all packets, so it is small: programs that are compiled for size have nothing else.
class careful_body {
public:
    HUBWIRE_SHARED constexpr explicit careful_body(const options& rules) noexcept : rules_{rules} {}

    /// Not beyond what is wrong, so that no range is too long to be refused.
    [[nodiscard]] constexpr bool goes_on() const noexcept { return error_.code == errc::none; }
    HUBWIRE_NEVER_INLINE constexpr void rule(bool holds, errc code) noexcept {
        if (!holds) fail(code, size_);
    }
    HUBWIRE_NEVER_INLINE constexpr void u8(std::uint8_t value) noexcept {
        const char byte = static_cast<char>(value);
        put({&byte, 1});
    }
    HUBWIRE_NEVER_INLINE constexpr void u16(std::uint16_t value) noexcept {
        char field[2]{};
        store_be(field, value);
        put({field, 2});
    }
    HUBWIRE_NEVER_INLINE constexpr void put(bytes value) noexcept {
        if (out_ != nullptr) {
            require(value.size() <= capacity_ - size_);
            copy(out_ + size_, value.data(), value.size());
            size_ += value.size();
        } else {
            payload_of_size(value.size());
        }
    }
    HUBWIRE_NEVER_INLINE constexpr void text(text_kind kind, std::string_view value) noexcept {
        if (out_ == nullptr) {
            const auto verdict = judge(kind, value, rules_);
            if (!verdict) fail(verdict.error().code, size_ + 2 + verdict.error().offset);
        }
        binary(value);
    }
    HUBWIRE_NEVER_INLINE constexpr void binary(bytes value) noexcept {
        rule(value.size() <= max_field_size, errc::too_long);
        u16(static_cast<std::uint16_t>(value.size()));
        put(value);
    }
    HUBWIRE_NEVER_INLINE constexpr void payload_of_size(std::size_t size) noexcept {
        if (out_ != nullptr) return;
        if (size > max_remaining_length - size_) return fail(errc::mqtt_remaining_length, size_);
        size_ += size;
    }
    constexpr void payload(bytes value) noexcept { put(value); }

    /// All that was put so far was measured; now it is put again, and written but for the last `omitted` bytes. False
    /// if it is not to be, with the error at the place where it would stand in the packet.
    HUBWIRE_NEVER_INLINE constexpr bool begin(buffer output, std::uint8_t first, std::size_t omitted) noexcept {
        std::size_t remaining = size_;
        const std::size_t header = fixed_header_size(remaining);
        capacity_ = header + remaining - omitted;
        if (error_.code == errc::none && capacity_ > output.size())
            error_ = {.code = errc::no_space, .offset = output.size() - header, .needed = capacity_ - output.size()};
        error_.offset += header;
        if (error_.code != errc::none) return false;
        out_ = opaque(output.data());
        size_ = 0;
        u8(first);
        for (; remaining >= 128; remaining >>= 7) u8(static_cast<std::uint8_t>(remaining | 0x80));
        u8(static_cast<std::uint8_t>(remaining));
        return true;
    }

    /// The bytes written. Pre: what was put is what was measured, or the program traps.
    [[nodiscard]] HUBWIRE_NEVER_INLINE constexpr result<bytes> finish() const noexcept {
        if (error_.code != errc::none) return error_;
        require(size_ == capacity_);
        return bytes{out_, size_};
    }

    /// What was measured, with the fixed header.
    [[nodiscard]] constexpr result<std::size_t> packet_size() const noexcept {
        const std::size_t header = fixed_header_size(size_);
        if (error_.code != errc::none) return hubwire::error{.code = error_.code, .offset = header + error_.offset};
        return header + size_;
    }

private:
    constexpr void fail(errc code, std::size_t at) noexcept {
        if (error_.code == errc::none) error_ = {.code = code, .offset = at};
    }

    const options& rules_;
    char* out_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t size_ = 0;
    hubwire::error error_{};
};

}  // namespace hubwire::mqtt::detail

#endif
