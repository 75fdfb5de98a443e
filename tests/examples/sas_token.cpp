// From a connection string to a token that is renewed in time; and a hub that takes it in.

#include <array>
#include <cstdint>
#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

namespace {

namespace iothub = hubwire::iothub;

// What the portal shows for the device.
constexpr std::string_view from_the_portal =
    "HostName=myhub.azure-devices.net;DeviceId=MyDevice01;SharedAccessKey=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
constexpr std::uint64_t now = 1'735'686'000;  // from the clock of the device, in seconds since 1970
constexpr std::uint64_t an_hour = 3'600;

void say(const char* what, std::string_view value) {
    std::printf("%-10s%.*s\n", what, static_cast<int>(value.size()), value.data());
}

int fail(const hubwire::error& e) {
    std::printf("refused at %zu\n", e.offset);
    say("because", e.message());
    return 1;
}

/// A device makes the token that it connects with, and knows when to make the next one.
hubwire::result<hubwire::bytes> make_token(hubwire::buffer memory) {
    const auto device = iothub::decode_connection_string(from_the_portal);
    if (!device) return device.error();  // .code, .offset, .message()
    const auto key = iothub::sas_key::of_hub(device->shared_access_key);

    const iothub::sas_claims claims{
        .resource = device->resource(), .expiry = now + an_hour, .policy = device->shared_access_key_name};
    const auto token = iothub::encode_sas_token(memory, claims, key);  // or whatever else can sign: a TPM
    if (token) {
        const auto left = iothub::seconds_left(iothub::renew_at(now, claims.expiry), now);
        std::printf("%-10sin %llu s\n", "renew", static_cast<unsigned long long>(left));
    }
    return token;
}

/// A hub has the same key for the device, and lets in who has signed with it.
hubwire::result<void> let_in(std::string_view password, std::uint64_t its_now) {
    const auto token = iothub::decode_sas_token(password);
    if (!token) return token.error();
    const auto key = iothub::sas_key::of_hub("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    return iothub::check_sas_token(
        *token, key,
        {.resource = {.host_name = "myhub.azure-devices.net", .who = {.device_id = "MyDevice01"}}, .now = its_now});
}

/// A service that speaks AMQP logs in by its policy, and sends to this address.
int log_in(std::string_view token) {
    std::array<std::byte, 512> memory;
    const auto response = iothub::encode_plain_response(memory, {.hub_name = "myhub", .policy = "service"}, token);
    if (!response) return fail(response.error());
    std::printf("%-10s%zu bytes\n", "PLAIN", response->size());

    const auto to =
        iothub::encode_address(memory, {.kind = iothub::endpoint::device_bound, .who = {.device_id = "MyDevice01"}});
    if (!to) return fail(to.error());
    say("to", to->text());
    return 0;
}

}  // namespace

int main() {
    std::array<char, 512> memory;
    const auto token = make_token(memory);
    if (!token) return fail(token.error());
    say("token", token->text());

    if (const auto verdict = let_in(token->text(), now + 10); !verdict) return fail(verdict.error());
    const auto too_late = let_in(token->text(), now + 2 * an_hour);
    if (too_late || too_late.error().code != hubwire::errc::iothub_sas_expired) return 1;
    say("later", too_late.error().message());
    return log_in(token->text());
}
