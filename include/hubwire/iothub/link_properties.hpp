#ifndef HUBWIRE_IOTHUB_LINK_PROPERTIES_HPP
#define HUBWIRE_IOTHUB_LINK_PROPERTIES_HPP

#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>
#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/iothub/amqp_operation.hpp>
#include <hubwire/iothub/text_part.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubwire::iothub {

/// What a device or a module tells the hub with the `attach` of a link, in its properties.
struct link_properties {
    std::optional<std::string_view> client_version{};
    std::optional<std::string_view> api_version{};             // such as 2021-04-12
    std::optional<std::string_view> channel_correlation_id{};  // the same on both links of a pair: channel_correlation
    std::optional<std::string_view> model_id{};                // of IoT Plug and Play: dtmi:...
    std::optional<std::string_view> auth_chain{};              // through gateways: device;gateway;...

    friend constexpr bool operator==(const link_properties&, const link_properties&) noexcept = default;
};

/// The properties as a map for amqp::attach, written into scratch memory, which the map is a view of.
[[nodiscard]] constexpr result<amqp::fields> as_fields(buffer scratch HUBWIRE_LIFETIMEBOUND,
                                                       const link_properties& properties) noexcept {
    detail::entry_list<5> entries;
    entries.add(amqp::symbol{"com.microsoft:client-version"}, properties.client_version);
    entries.add(amqp::symbol{"com.microsoft:api-version"}, properties.api_version);
    entries.add(amqp::symbol{"com.microsoft:channel-correlation-id"}, properties.channel_correlation_id);
    entries.add(amqp::symbol{"com.microsoft:model-id"}, properties.model_id);
    entries.add(amqp::symbol{"com.microsoft:auth-chain"}, properties.auth_chain);
    const auto written = amqp::encode(scratch, amqp::fields{entries.view()});
    if (!written) return written.error();
    return amqp::decode<amqp::fields>(*written);
}

/// Those of them that an `attach` has, as far as they are texts. Others, which peers may add, are passed over.
[[nodiscard]] constexpr link_properties link_properties_of(const std::optional<amqp::fields>& properties) noexcept {
    using namespace std::string_view_literals;
    const auto [client, api, channel, model, chain] = detail::pick(
        detail::entries_of(properties), "com.microsoft:client-version"sv, "com.microsoft:api-version"sv,
        "com.microsoft:channel-correlation-id"sv, "com.microsoft:model-id"sv, "com.microsoft:auth-chain"sv);
    return {.client_version = client.text(),
            .api_version = api.text(),
            .channel_correlation_id = channel.text(),
            .model_id = model.text(),
            .auth_chain = chain.text()};
}

/// What a pair of links is for, and which pair it is: both of its links have the same channel correlation id.
enum class link_channel : std::uint8_t { twin, methods };
struct channel_correlation {
    link_channel channel = link_channel::twin;
    std::string_view id{};  // a UUID of the device's, or, from the SDK for C, its identity

    friend constexpr bool operator==(const channel_correlation&, const channel_correlation&) noexcept = default;
};

namespace detail {

constexpr std::string_view prefix_of(link_channel channel) noexcept {
    return channel == link_channel::twin ? "twin:" : "methods:";
}

}  // namespace detail

/// Writes a channel correlation id: "twin:<id>" or "methods:<id>".
template <room Room>
constexpr void put_channel_correlation(basic_writer<Room>& out, const channel_correlation& c) noexcept {
    out.put(detail::prefix_of(c.channel));
    out.put(c.id);
}
[[nodiscard]] constexpr result<bytes> encode_channel_correlation(buffer output HUBWIRE_LIFETIMEBOUND,
                                                                 const channel_correlation& c) noexcept {
    writer out{output};
    put_channel_correlation(out, c);
    return out.finish();
}

/// What a channel correlation id says. One that is for neither channel is refused at its beginning.
[[nodiscard]] constexpr result<channel_correlation> decode_channel_correlation(std::string_view text) noexcept {
    for (const link_channel channel : {link_channel::twin, link_channel::methods}) {
        if (detail::take_prefix(text, detail::prefix_of(channel))) return channel_correlation{channel, text};
    }
    return error{.code = errc::iothub_amqp_channel};
}

}  // namespace hubwire::iothub

#endif
