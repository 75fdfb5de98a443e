#ifndef HUBWIRE_IOTHUB_WIRE_TEXT_HPP
#define HUBWIRE_IOTHUB_WIRE_TEXT_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/text/percent.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace hubwire::iothub {

/// A text that is percent-encoded where it is sent, in a topic or in a user name. What a program gives is plain, and is
/// encoded when it is written; what was received is encoded already, and is decoded when somebody asks. Sent on, it is
/// written as it came.
///
/// A malformed % in a received text stands for itself: a request is answered even by those who cannot read its name.
class wire_text {
public:
    constexpr wire_text() noexcept = default;

    /// A plain text: a literal, a view, or anything that converts to one and outlives this.
    constexpr wire_text(const char* plain) noexcept : text_{plain} {}
    constexpr wire_text(std::string_view plain) noexcept : text_{plain} {}
    template <std::convertible_to<std::string_view> Text>
        requires(!std::is_pointer_v<Text> && !std::is_array_v<Text>)
    constexpr wire_text(const Text& plain HUBWIRE_LIFETIMEBOUND) noexcept : text_{plain} {}

    /// One that is encoded where it lies.
    constexpr wire_text(const text::percent_text& received) noexcept : text_{received.raw()}, encoded_{true} {}

    /// As it was given, or lies on the wire.
    [[nodiscard]] constexpr std::string_view raw() const noexcept { return text_; }
    [[nodiscard]] constexpr bool is_encoded() const noexcept { return encoded_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return text_.empty(); }

    /// The plain text where it lies, if there is nothing to decode.
    [[nodiscard]] constexpr std::optional<std::string_view> plain() const noexcept {
        if (encoded_) return text::percent_text{text_}.plain();
        return text_;
    }

    /// The plain text, written to the output, which may not overlap it.
    [[nodiscard]] constexpr result<bytes> decode(buffer output HUBWIRE_LIFETIMEBOUND) const noexcept {
        if (encoded_) return text::decode_percent(output, text_, {.keep_malformed = true});
        writer out{output};
        out.put(text_);
        return out.finish();
    }

    [[nodiscard]] constexpr result<std::size_t> decoded_size() const noexcept {
        if (encoded_) return text::percent_decoded_size(text_, {.keep_malformed = true});
        return text_.size();
    }

    /// Whether both stand for the same plain text. In time linear in their sizes.
    friend constexpr bool operator==(const wire_text& a, const wire_text& b) noexcept {
        std::size_t a_at = 0;
        std::size_t b_at = 0;
        while (a_at != a.text_.size() && b_at != b.text_.size()) {
            if (a.take_byte(a_at) != b.take_byte(b_at)) return false;
        }
        return a_at == a.text_.size() && b_at == b.text_.size();
    }

private:
    /// Pre: there is some text at `at`, which is moved behind what stands for the byte.
    constexpr unsigned char take_byte(std::size_t& at) const noexcept {
        if (!encoded_) return static_cast<unsigned char>(text_[at++]);
        const text::detail::percent_unit unit = text::detail::percent_unit_at(text_, at, {.keep_malformed = true});
        at += unit.size;
        return unit.byte;
    }

    std::string_view text_{};
    bool encoded_ = false;
};

}  // namespace hubwire::iothub

#endif
