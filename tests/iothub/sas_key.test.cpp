#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "support/catch2.hpp"
#include "support/naive_sha256.hpp"
#include "support/naive_text.hpp"
#include "support/own_stack.hpp"
#include "support/sweep.hpp"

using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using namespace hubwire::iothub;
using namespace std::literals;

namespace {

static_assert(sas_key::of_hub("SmVmZQ==").hmac_key().sign("what do ya want for nothing?"sv) ==
              hubwire::crypto::hmac_of("Jefe"sv, "what do ya want for nothing?"sv));
static_assert(sas_key::of_hub("SmVmZQ==").valid() && !sas_key::of_hub("SmVmZQ=").valid());

std::string signed_by(const sas_key& key) {
    const auto mac = key.sign("message"sv);
    return std::string{bytes{*mac}.text()};
}

}  // namespace

TEST_CASE("a hub's key is what its base64 stands for, one of Event Hubs the text itself") {
    for (const std::size_t size : {1u, 16u, 32u, 64u, 65u, 67u, 255u, 256u}) {
        const std::string secret(size, '\xA5');
        const std::string base64 = support::naive_base64(secret);
        CHECK(signed_by(sas_key::of_hub(base64)) == support::naive_hmac(secret, "message"));
        CHECK(signed_by(sas_key::of_event_hubs(base64)) == support::naive_hmac(base64, "message"));
        CHECK(sas_key::of_hub(base64).valid());
    }
}

TEST_CASE("a text that is no key signs nothing") {
    const auto refused = [](const sas_key& key, const error& why) {
        return !key.valid() && key.valid().error() == why && key.sign("message"sv).error() == why;
    };
    CHECK(refused(sas_key::of_hub("not a key"), {.code = errc::base64_character, .offset = 3}));
    CHECK(refused(sas_key::of_hub("YWJjx"), {.code = errc::base64_length, .offset = 5}));
    CHECK(refused(sas_key::of_hub(""), {.code = errc::iothub_sas_empty_key, .offset = 0}));
    CHECK(refused(sas_key::of_event_hubs(""), {.code = errc::iothub_sas_empty_key, .offset = 0}));
    const std::string too_long = support::naive_base64(std::string(257, 'a'));
    CHECK(refused(sas_key::of_hub(too_long), {.code = errc::too_long, .offset = too_long.size()}));
    CHECK(support::every_mutation("SmVmZQ=="sv, [](bytes b) { return sas_key::of_hub(b.text()).valid(); }) == "");
}

TEST_CASE("a key that was decoded is not left on the stack") {
    if (!support::own_stack::works()) return;
    // What comes next on the stack may hide the beginning of a secret, but it takes less room than a long one.
    std::string longest;
    for (int i = 0; i != 256; ++i) longest += static_cast<char>(i * 7 + 1);
    for (const std::string& secret : {"0123456789abcdefghijklmnopqrstuv"s, longest}) {
        const std::string base64 = support::naive_base64(secret);
        std::optional<sas_key> key;
        support::own_stack stack;
        stack.run([&] { key.emplace(sas_key::of_hub(base64)); });
        CHECK(signed_by(*key) == support::naive_hmac(secret, "message"));
        for (std::size_t at = 0; at != secret.size(); at += 32) CHECK_FALSE(stack.holds(secret.substr(at, 32)));
    }
}
