#ifndef HUBWIRE_MQTT_FIELD_HPP
#define HUBWIRE_MQTT_FIELD_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/mqtt/types.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The texts and binaries of a packet, each behind its length of two bytes (MQTT 1.5.3).
namespace hubwire::mqtt::detail {

/// Pre: the field was found to be short enough.
template <room Room>
HUBWIRE_ALWAYS_INLINE constexpr void put_field(basic_writer<Room>& out, bytes value) noexcept {
    out.u16(static_cast<std::uint16_t>(value.size()));
    out.put(value);
}

/// The text, if it is as judge wants it: a function of a text and the options that returns a result<void>.
template <class Judge>
HUBWIRE_ALWAYS_INLINE constexpr std::string_view judged(reader& in, bytes text, Judge judge,
                                                        const options& rules) noexcept {
    in.expect(text, judge(text.text(), rules));
    return text.text();
}

/// A text, judged, behind which so many bytes have to come in the packet: if it leaves no room for them, there is no
/// use in waiting for it.
template <class Judge>
HUBWIRE_ALWAYS_INLINE constexpr std::string_view read_text(reader& in, Judge judge, const options& rules,
                                                           std::size_t behind = 0) noexcept {
    const std::size_t size = in.u16();
    if (size + behind > in.ahead()) [[unlikely]]
        in.fail(errc::truncated);
    return judged(in, in.take(size), judge, rules);
}

}  // namespace hubwire::mqtt::detail

#endif
