#ifndef HUBWIRE_MQTT_FIELD_HPP
#define HUBWIRE_MQTT_FIELD_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/mqtt/types.hpp>

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

/// A text that is as judge wants it: a function of the text and the options that returns a result<void>.
template <class Judge>
HUBWIRE_ALWAYS_INLINE constexpr std::string_view read_text(reader& in, Judge judge, const options& rules) noexcept {
    const bytes text = in.sized16();
    in.expect(text, judge(text.text(), rules));
    return text.text();
}

}  // namespace hubwire::mqtt::detail

#endif
