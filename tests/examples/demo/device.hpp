#ifndef HUBWIRE_TESTS_EXAMPLES_DEMO_DEVICE_HPP
#define HUBWIRE_TESTS_EXAMPLES_DEMO_DEVICE_HPP

#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string_view>

#include "paper.hpp"
#include "words.hpp"

namespace demo {

using done = hubwire::result<void>;

/// What a device makes of a hub that refuses it.
inline constexpr hubwire::error not_let_in{.code = hubwire::errc::application};

inline constexpr std::uint64_t now = 1'795'860'000;  // the clock stands still, so that the story is the same each time
inline constexpr std::string_view host = "contoso.azure-devices.net";
inline constexpr std::string_view valve_address = "/devices/valve-3/messages/devicebound";

struct device {
    iothub::identity who{};
    std::string_view connection_string{};  // from the portal; its key is the one that the hub has
};
inline constexpr device pump_17{
    {.device_id = "pump-17"},
    "HostName=contoso.azure-devices.net;DeviceId=pump-17;SharedAccessKey=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="};
inline constexpr device valve_3{
    {.device_id = "valve-3"},
    "HostName=contoso.azure-devices.net;DeviceId=valve-3;SharedAccessKey=ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="};

/// What a device does with its connection string.
inline hubwire::result<hubwire::bytes> make_token(hubwire::buffer memory, const device& d) {
    const auto all = iothub::decode_connection_string(d.connection_string);
    if (!all) return all.error();
    return iothub::encode_sas_token(memory, {.resource = all->resource(), .expiry = now + 3'600},
                                    iothub::sas_key::of_hub(all->shared_access_key));
}

/// What the hub does with a token.
inline done verify(std::string_view text, const device& d) {
    const auto token = iothub::decode_sas_token(text);
    if (!token) return token.error();
    const auto all = iothub::decode_connection_string(d.connection_string);
    if (!all) return all.error();
    const auto verdict = iothub::check_sas_token(*token, iothub::sas_key::of_hub(all->shared_access_key),
                                                 {.resource = {.host_name = host, .who = d.who}, .now = now});
    if (verdict) meaning("the hub has verified its signature");
    return verdict;
}

}  // namespace demo

#endif
