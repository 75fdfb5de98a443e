#ifndef HUBWIRE_MQTT_FIELD_HPP
#define HUBWIRE_MQTT_FIELD_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/mqtt/topic.hpp>
#include <hubwire/mqtt/types.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The texts of a packet that is decoded, each behind its length of two bytes (MQTT 1.5.3).
namespace hubwire::mqtt::detail {

/// The text, judged. A quick reader takes plain texts only: for what needs a closer look it would have to call.
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr std::string_view judged(Reader& in, bytes text, text_kind kind,
                                                        const options& rules) noexcept {
    if constexpr (std::same_as<Reader, quick_reader>) {
        in.expect(is_plain(kind, text.text(), rules), errc::mqtt_invalid_utf8, 0);
    } else {
        in.expect(text, judge(kind, text.text(), rules));
    }
    return text.text();
}

/// A text, judged, behind which so many bytes have to come in the packet: if it leaves no room for them, there is no
/// use in waiting for it.
template <any_reader Reader>
HUBWIRE_ALWAYS_INLINE constexpr std::string_view read_text(Reader& in, text_kind kind, const options& rules,
                                                           std::size_t behind = 0) noexcept {
    const std::size_t size = in.u16();
    if (size + behind > in.ahead()) [[unlikely]]
        in.fail(errc::truncated);
    return judged(in, in.take(size), kind, rules);
}

}  // namespace hubwire::mqtt::detail

#endif
