// Firmware without a heap, exceptions or an operating system, whose key is in a secure element: it connects to the hub,
// and sends a reading. All memory is in two arrays. (It is compiled for a Cortex-M0 as well, where there is a
// compiler.)

#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/iothub.hpp>
#include <hubwire/mqtt.hpp>
#include <string_view>

namespace firmware {

namespace iothub = hubwire::iothub;
namespace mqtt = hubwire::mqtt;
using hubwire::bytes;

/// What the driver of the chip has: it signs, and never gives its key away. False if the chip does not answer.
bool chip_hmac_sha256(int slot, const char* message, std::size_t size, unsigned char (&mac)[32]);

constexpr auto chip_is_silent = static_cast<hubwire::errc>(0x8001);  // a code of the application's own

/// The key of the device, wherever a hubwire::crypto::signer is wanted.
struct secure_element {
    int slot;

    [[nodiscard]] hubwire::result<hubwire::crypto::sha256_digest> sign(bytes message) const noexcept {
        unsigned char mac[32];
        if (!chip_hmac_sha256(slot, message.data(), message.size(), mac)) return hubwire::error{.code = chip_is_silent};
        hubwire::crypto::sha256_digest digest;
        for (std::size_t i = 0; i != digest.size(); ++i) digest[i] = static_cast<char>(mac[i]);
        return digest;
    }
};

constexpr std::string_view hub = "contoso.azure-devices.net";
constexpr iothub::identity self{.device_id = "MyDevice01"};
constexpr std::uint64_t an_hour = 3'600;

/// Where packets are written, and what they are made of in the meantime.
std::array<unsigned char, 512> packet;
std::array<unsigned char, 512> scratch;

/// CONNECT, with a token that the chip has signed.
hubwire::result<bytes> connect(const secure_element& key, std::uint64_t now) noexcept {
    const auto token =
        iothub::encode_sas_token(scratch, {.resource = {.host_name = hub, .who = self}, .expiry = now + an_hour}, key);
    if (!token) return token.error();
    const hubwire::buffer behind = hubwire::buffer{scratch}.without_first(token->size());
    auto hello = iothub::make_connect(behind, {.host = hub, .client = self, .api_version = "2021-04-12"});
    if (!hello) return hello.error();
    hello->password = *token;
    return mqtt::encode(packet, *hello);
}

/// PUBLISH, whole: what is measured is its payload, in what unit a property says.
hubwire::result<bytes> reading(std::string_view measured, std::uint16_t packet_id) noexcept {
    hubwire::writer out{scratch};
    put_topic(out, iothub::telemetry_topic{.sender = self});
    const iothub::property properties[] = {{"unit", "°C"}};
    put_property_bag(out, properties);
    const auto topic = out.finish();
    if (!topic) return topic.error();
    return mqtt::encode(
        packet,
        mqtt::publish{
            .topic = topic->text(), .payload = measured, .qos = mqtt::qos::at_least_once, .packet_id = packet_id});
}

/// Whether the hub has let it in, as far as its answer is there.
hubwire::result<bool> is_let_in(bytes received) noexcept {
    const auto whole = mqtt::cut(received, {.max_packet_size = 64});
    if (!whole) return whole.error();
    const auto connack = mqtt::decode<mqtt::connack>(*whole);
    if (!connack) return connack.error();
    return connack->code == mqtt::connect_code::accepted;
}

}  // namespace firmware

#if __STDC_HOSTED__ == 1

#include <cstdio>

// In place of the chip, for the test.
bool firmware::chip_hmac_sha256(int slot, const char* message, std::size_t size, unsigned char (&mac)[32]) {
    if (slot != 0) return false;
    const auto digest = hubwire::crypto::hmac_key{std::string_view{"the key in the chip"}}.sign({message, size});
    for (std::size_t i = 0; i != digest.size(); ++i) mac[i] = static_cast<unsigned char>(digest[i]);
    return true;
}

int main() {
    constexpr std::uint64_t now = 1'735'686'000;
    const auto connect = firmware::connect({.slot = 0}, now);
    if (!connect) return 1;
    std::printf("CONNECT of %zu bytes\n", connect->size());
    if (firmware::connect({.slot = 1}, now).error().code != firmware::chip_is_silent) return 1;

    const unsigned char answer[] = {0x20, 0x02, 0x00, 0x00};
    const auto let_in = firmware::is_let_in(answer);
    if (!let_in || !*let_in) return 1;
    const auto reading = firmware::reading("21.5", 1);
    if (!reading) return 1;
    std::printf("PUBLISH of %zu bytes\n", reading->size());
    return 0;
}

#endif
