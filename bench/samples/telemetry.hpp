#ifndef HUBWIRE_BENCH_SAMPLES_TELEMETRY_HPP
#define HUBWIRE_BENCH_SAMPLES_TELEMETRY_HPP

#include <array>
#include <cstddef>
#include <hubwire/amqp.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "../support/measure.hpp"

namespace bench {

namespace amqp = hubwire::amqp;

inline const std::string payload(256, 'x');

/// A device's telemetry, as plain fields: 446 bytes as a message.
struct telemetry {
    std::string_view id = "9f5f2a0e-7f0b-4d0e-9d0c-3c6d6a1d5b1e";
    std::string_view to = "/devices/MyDevice01/messages/events";
    std::string_view content_type = "application/json";
    std::string_view content_encoding = "utf-8";
    std::array<std::pair<std::string_view, std::string_view>, 4> properties{
        {{"temperatureAlert", "true"}, {"level", "4"}, {"site", "plant-7-hall-2b"}, {"unit", "C"}}};
    hubwire::bytes body = payload;

    friend bool operator==(const telemetry&, const telemetry&) = default;
};

inline hubwire::result<hubwire::bytes> encode(const telemetry& t) {
    const amqp::entry properties[] = {{t.properties[0].first, t.properties[0].second},
                                      {t.properties[1].first, t.properties[1].second},
                                      {t.properties[2].first, t.properties[2].second},
                                      {t.properties[3].first, t.properties[3].second}};
    return amqp::encode(memory, amqp::message{.properties = amqp::properties{.message_id = t.id,
                                                                             .to = t.to,
                                                                             .content_type = t.content_type,
                                                                             .content_encoding = t.content_encoding},
                                              .application_properties = amqp::application_properties{properties},
                                              .body = amqp::data{t.body}});
}

inline std::optional<telemetry> read_all(hubwire::bytes wire) {
    std::optional<telemetry> read;  // filled where it is returned: to copy it would take longer than to decode it
    const auto m = amqp::decode<amqp::message>(wire);
    if (!m || !m->properties || !m->application_properties) return read;
    if (m->application_properties->size() != telemetry{}.properties.size()) return read;
    telemetry& t = read.emplace();
    const amqp::properties& p = *m->properties;
    t.id = p.message_id->as<std::string_view>().value_or("");
    t.to = p.to.value_or("");
    t.content_type = p.content_type->text;
    t.content_encoding = p.content_encoding->text;
    auto property = t.properties.begin();
    for (const amqp::entry e : *m->application_properties) {
        *property++ = {e.key.text().value_or(""), e.value.text().value_or("")};
    }
    t.body = m->body.single_data().value_or(hubwire::bytes{});
    return read;
}

}  // namespace bench

#endif
