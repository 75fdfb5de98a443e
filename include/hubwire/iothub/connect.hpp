#ifndef HUBWIRE_IOTHUB_CONNECT_HPP
#define HUBWIRE_IOTHUB_CONNECT_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/identity.hpp>
#include <hubwire/iothub/mqtt_username.hpp>
#include <hubwire/iothub/telemetry_topic.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/iothub/topic.hpp>
#include <hubwire/iothub/topic_field.hpp>
#include <hubwire/mqtt/connect.hpp>
#include <hubwire/mqtt/types.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

/// What a device or a module says of itself in CONNECT, and what the hub reads there.
namespace hubwire::iothub {

namespace detail {

template <room Room>
constexpr void put_part_of_client_id(basic_writer<Room>& out, std::string_view id) noexcept {
    if (id.empty()) return out.fail(errc::iothub_topic_level);
    const std::size_t fault = find_if(id, ends_segment);
    put_first(out, id, fault);
    if (fault != id.size()) out.fail(errc::iothub_topic_character);
}

}  // namespace detail

/// Writes the client identifier: {device} or {device}/{module}. Refused are identifiers that are empty, or hold a / or
/// U+0000. The hub knows some with a # or a + in them, which CONNECT may name (MQTT 3.1.3.1), here and in its user
/// name: such clients have what is under $iothub, and no topic or filter in which they would stand themselves.
template <room Room>
constexpr void put_client_id(basic_writer<Room>& out, const identity& client) noexcept {
    detail::put_part_of_client_id(out, client.device_id);
    if (!client.is_module()) return;
    out.put(std::string_view{"/"});
    detail::put_part_of_client_id(out, client.module_id);
}
[[nodiscard]] constexpr result<bytes> encode_client_id(buffer output HUBWIRE_LIFETIMEBOUND,
                                                       const identity& client) noexcept {
    writer out{output};
    put_client_id(out, client);
    return out.finish();
}

/// Who it names. An empty part is refused, and so are a second slash and U+0000; a # or a + is not, as above.
[[nodiscard]] constexpr result<identity> decode_client_id(std::string_view client_id) noexcept {
    const std::size_t slash = detail::find_or_end<'/'>(client_id, 0);
    const std::size_t nul = detail::find_or_end<'\0'>(client_id, 0);
    if (nul < slash) return error{.code = errc::iothub_topic_character, .offset = nul};
    if (slash == 0) return error{.code = errc::iothub_topic_level};
    if (slash == client_id.size()) return identity{.device_id = client_id};
    const std::string_view module_id = detail::rest_of(client_id, slash + 1);
    if (module_id.empty()) return error{.code = errc::iothub_topic_level, .offset = client_id.size()};
    const std::size_t second = detail::find_if(module_id, detail::ends_segment);
    if (second != module_id.size()) return error{.code = errc::iothub_topic_character, .offset = slash + 1 + second};
    return identity{.device_id = detail::part_of(client_id, 0, slash), .module_id = module_id};
}

/// A CONNECT of this client with the defaults of the hub's SDKs: a session that goes on, and a sign of life every four
/// minutes (the hub allows 1,177 s). Both identifiers are written into the memory, which has to live as long as the
/// packet. The password is for the caller to add: a token, or nothing where a certificate says who this is.
[[nodiscard]] constexpr result<mqtt::connect> make_connect(buffer memory HUBWIRE_LIFETIMEBOUND,
                                                           const mqtt_username& u) noexcept {
    writer out{memory};
    put_username(out, u);
    const std::size_t size = out.size();
    put_client_id(out, u.client);
    const auto written = out.finish();
    if (!written) return written.error();
    return mqtt::connect{.client_id = written->without_first(size).text(),
                         .username = written->first(size).text(),
                         .keep_alive = 240,
                         .clean_session = false};
}

/// Who connects, from the point of view of the hub: the user name, if the client identifier, and the topic of the will
/// if there is one, are those of the same client. Whether it is who it says it is, the password or a certificate has to
/// show. The offset of an error is that in the text in question. What is returned are views into the packet's texts,
/// and so into the receiver's buffer: an identity that is kept is copied. Whether the host is one of this hub's names
/// is for the caller to compare, by equal_ignoring_case. Whoever is refused, for this or for a token, is answered by
/// answer_to.
[[nodiscard]] constexpr result<mqtt_username> read_connect(const mqtt::connect& packet,
                                                           const topic_options& rules = {}) noexcept {
    if (!packet.username) return error{.code = errc::iothub_username_absent};
    const auto u = decode_username(*packet.username);
    if (!u) return u.error();
    const auto named = decode_client_id(packet.client_id);
    if (!named) return named.error();
    if (*named != u->client) return error{.code = errc::iothub_username_client};
    if (packet.will) {
        const auto topic = decode<telemetry_topic>(packet.will->topic, rules);
        if (!topic) return topic.error();
        if (topic->sender != u->client) return error{.code = errc::iothub_username_client};
    }
    return u;
}

/// What CONNACK says to a client that was refused by mqtt::decode, by read_connect, or for its token, before the
/// connection is closed: that its user name or its password is malformed, or that it may not connect (MQTT 3.2.2.3).
/// Nothing where MQTT has it closed without an answer, as mqtt::answer_to says.
[[nodiscard]] constexpr std::optional<mqtt::connect_code> answer_to(const error& refusal) noexcept {
    const auto is_from = [&](errc first, errc last) { return refusal.code >= first && refusal.code <= last; };
    if (is_from(errc::decimal_digit, errc::timestamp_zone) ||
        is_from(errc::iothub_username_absent, errc::iothub_username_api_version) ||
        is_from(errc::iothub_sas_word, errc::iothub_sas_signature))
        return mqtt::connect_code::bad_username_or_password;
    if (is_from(errc::iothub_identifier, errc::iothub_message_size)) return mqtt::connect_code::not_authorized;
    return mqtt::answer_to(refusal);
}

}  // namespace hubwire::iothub

#endif
