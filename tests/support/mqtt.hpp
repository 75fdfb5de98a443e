#ifndef HUBWIRE_TESTS_SUPPORT_MQTT_HPP
#define HUBWIRE_TESTS_SUPPORT_MQTT_HPP

#include <hubwire/hubwire.hpp>
#include <string>
#include <vector>

#include "exact_block.hpp"
#include "sweep.hpp"

namespace support {

/// A packet and its bytes are the same thing: it encodes to them, in every buffer; they decode to it; and the bytes
/// survive being truncated and mutated. Returns "", or what went wrong first.
template <class T>
std::string same_on_the_wire(const T& packet, hubwire::bytes wire, const hubwire::mqtt::options& rules = {}) {
    const auto size = hubwire::mqtt::encoded_size(packet, rules);
    if (!size) return detail::complaint("it does not encode", wire);
    if (*size != wire.size()) return detail::complaint("its encoded size is " + std::to_string(*size), wire);
    const auto encode = [&](hubwire::buffer output) { return hubwire::mqtt::encode(output, packet, rules); };
    if (std::string wrong = every_capacity(wire, encode); !wrong.empty()) return wrong;

    const exact_block block{wire};
    const hubwire::bytes input{block.data(), block.size()};
    const auto decoded = hubwire::mqtt::decode<T>(input, rules);
    if (!decoded) return detail::complaint("it does not decode: " + std::string{decoded.error().message()}, wire);
    if (!(*decoded == packet)) return detail::complaint("it decodes to another packet", wire);
    const auto any = hubwire::mqtt::decode(input, rules);
    if (!any || any->type() != T::type || any->template get_if<T>() == nullptr ||
        !(*any->template get_if<T>() == packet))
        return detail::complaint("it decodes to another packet when it may be any", wire);

    const auto decode_this = [&](hubwire::bytes bytes) { return hubwire::mqtt::decode<T>(bytes, rules); };
    const auto decode_any = [&](hubwire::bytes bytes) { return hubwire::mqtt::decode(bytes, rules); };
    if (std::string wrong = every_truncation(wire, decode_this); !wrong.empty()) return wrong;
    if (std::string wrong = every_truncation(wire, decode_any); !wrong.empty()) return wrong;
    return every_mutation(wire, decode_any);
}

/// The error with which bytes are refused as a T; errc::none if they are not.
template <class T>
hubwire::error refusal(hubwire::bytes wire, const hubwire::mqtt::options& rules = {}) {
    const exact_block block{wire};
    const auto decoded = hubwire::mqtt::decode<T>({block.data(), block.size()}, rules);
    return decoded ? hubwire::error{} : decoded.error();
}

/// The bytes are refused with this error, and so are the first `known` of them and all prefixes in between: nobody
/// waits for the rest. Before that, a prefix is incomplete. Returns "", or what went wrong first.
template <class T>
std::string refused_once_known(hubwire::bytes wire, std::size_t known, const hubwire::error& expected,
                               const hubwire::mqtt::options& rules = {}) {
    for (std::size_t size = 0; size <= wire.size(); ++size) {
        const hubwire::error found = refusal<T>(wire.first(size), rules);
        if (size < known && !found.incomplete()) return detail::complaint("refused too early", wire.first(size));
        if (size >= known && !(found == expected))
            return detail::complaint(
                "another answer: " + std::string{found.message()} + " at " + std::to_string(found.offset),
                wire.first(size));
    }
    return "";
}

/// The error with which a packet is refused, whether it is encoded or only measured.
template <class T>
hubwire::error encode_refusal(const T& packet, const hubwire::mqtt::options& rules = {}) {
    std::vector<char> memory(400'000);
    const auto encoded = hubwire::mqtt::encode(memory, packet, rules);
    const auto size = hubwire::mqtt::encoded_size(packet, rules);
    if (encoded.has_value() != size.has_value() || (!size && !(size.error() == encoded.error())))
        return {.code = hubwire::errc::application};  // never a right answer
    return encoded ? hubwire::error{} : encoded.error();
}

}  // namespace support

#endif
