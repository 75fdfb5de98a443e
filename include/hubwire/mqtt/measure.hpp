#ifndef HUBWIRE_MQTT_MEASURE_HPP
#define HUBWIRE_MQTT_MEASURE_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/mqtt/types.hpp>

#include <cstddef>
#include <string_view>

namespace hubwire::mqtt::detail {

/// The first of the two passes over a packet that is to be encoded: how many bytes come behind its fixed header, and
/// whether every rule holds. The second writes without looking at anything again. Sizes are compared before they are
/// added up, so they do not wrap on machines of 32 bits either.
class measure {
public:
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr const hubwire::error& error() const noexcept { return error_; }

    constexpr void fixed(std::size_t size) noexcept { size_ += size; }

    HUBWIRE_ALWAYS_INLINE constexpr void rule(bool holds, errc code) noexcept {
        if (!holds) [[unlikely]]
            fail(code, size_);
    }

    HUBWIRE_ALWAYS_INLINE constexpr void text(std::string_view value, const result<void>& verdict) noexcept {
        if (!verdict) [[unlikely]]
            fail(verdict.error().code, size_ + 2 + verdict.error().offset);
        sized(value.size());
    }

    HUBWIRE_ALWAYS_INLINE constexpr void binary(bytes value) noexcept {
        if (value.size() > max_field_size) [[unlikely]]
            fail(errc::too_long, size_);
        sized(value.size());
    }

    HUBWIRE_ALWAYS_INLINE constexpr void payload(std::size_t size) noexcept {
        if (size > max_remaining_length - size_) [[unlikely]]
            return fail(errc::mqtt_remaining_length, size_);
        size_ += size;
    }

private:
    HUBWIRE_ALWAYS_INLINE constexpr void sized(std::size_t size) noexcept {
        if (size > max_field_size || size_ > max_remaining_length - 2 - size) [[unlikely]]
            return fail(errc::mqtt_remaining_length, size_);
        size_ += 2 + size;
    }

    HUBWIRE_ALWAYS_INLINE constexpr void fail(errc code, std::size_t at) noexcept {
        if (error_.code == errc::none) error_ = {.code = code, .offset = at};
    }

    std::size_t size_ = 0;
    hubwire::error error_{};
};

}  // namespace hubwire::mqtt::detail

#endif
