#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/allocations.hpp"
#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_sha256.hpp"
#include "support/naive_text.hpp"
#include "support/own_stack.hpp"
#include "support/sweep.hpp"

using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using hubwire::result;
using namespace hubwire::iothub;
using namespace std::literals;

namespace {

constexpr std::uint64_t most = 18'446'744'073'709'551'615u;

constexpr std::string_view key_text = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
constexpr sas_claims claims{
    .resource = {.host_name = "myhub.azure-devices.net", .who = {.device_id = "MyDevice01"}},
    .expiry = 1'735'689'600,
};

constexpr sas_token token_of(std::string_view text, const sas_token_options& rules = {}) {
    return *decode_sas_token(text, rules);
}

// A whole token, made and verified by the compiler.
static_assert([] {
    const sas_key key = sas_key::of_hub(key_text);
    std::array<char, 256> memory{};
    const auto text = encode_sas_token(memory, claims, key);
    const auto token = decode_sas_token(text->text());
    return check_sas_token(*token, key, {.resource = claims.resource, .now = 1'735'689'599}).has_value();
}());
static_assert(token_of("SharedAccessSignature sr=a&sig=b&se=1").resource == "a");
static_assert(renew_at(1000, 2000) == 1850 && seconds_left(10, 3) == 7);

/// The token as whoever reads section 2.4 of the hub's rules would write it down.
std::string naive_token(const sas_claims& what, const std::string& secret) {
    std::string resource{what.resource.host_name};
    if (!what.resource.who.device_id.empty()) resource += "/devices/" + std::string{what.resource.who.device_id};
    if (what.resource.who.is_module()) resource += "/modules/" + std::string{what.resource.who.module_id};
    const std::string sr = support::naive_percent(resource, "~", false);
    const std::string se = std::to_string(what.expiry);
    const std::string sig =
        support::naive_percent(support::naive_base64(support::naive_hmac(secret, sr + "\n" + se)), "~", false);
    std::string token = "SharedAccessSignature sr=" + sr + "&sig=" + sig + "&se=" + se;
    if (!what.policy.empty()) token += "&skn=" + support::naive_percent(what.policy, "~", false);
    return token;
}

/// A stand-in for a TPM, which counts how often it is asked, and can be out of order.
struct secure_element {
    std::string secret;
    bool works = true;
    int asked = 0;
    result<hubwire::crypto::sha256_digest> sign(bytes message) {
        ++asked;
        if (!works) return error{.code = errc::application};
        return hubwire::crypto::hmac_of(secret, message);
    }
};

error refusal(std::string_view text, const sas_token_options& rules = {}) {
    return decode_sas_token(text, rules).error();
}

}  // namespace

TEST_CASE("a token is what the rules say, for whomever it is") {
    const std::string secret = "0123456789abcdef0123456789abcdef";
    const sas_key key = sas_key::of_hub(key_text);
    std::array<char, 1024> memory{};
    for (const sas_resource& what :
         {claims.resource, sas_resource{.host_name = "h"}, sas_resource{.host_name = "sb://ns.net/e b"},
          sas_resource{.host_name = "h", .who = {.device_id = "a!'()*", .module_id = "$edge%Hub"}}}) {
        for (const std::uint64_t expiry : {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{1'735'689'600}, most}) {
            for (const std::string_view policy : {""sv, "service"sv, "a@b"sv}) {
                const sas_claims all{.resource = what, .expiry = expiry, .policy = policy};
                const std::string expected = naive_token(all, secret);
                const auto text = encode_sas_token(memory, all, key);
                REQUIRE(text);
                CHECK(text->text() == expected);
                CHECK(*most_encoded_size(all) >= expected.size());
                CHECK(*most_encoded_size(all) <= expected.size() + 86);
                const auto token = decode_sas_token(expected);
                REQUIRE(token);
                CHECK(token->expiry == expiry);
                CHECK(token->policy == policy);
                CHECK(check_signature(*token, key));
                CHECK(support::every_capacity(expected, [&](buffer to) { return encode_sas_token(to, *token); }) == "");
                CHECK(*encoded_size(*token) == expected.size());
            }
        }
    }
}

TEST_CASE("a token is written into exactly as much room as it takes, and the signer is not asked in vain") {
    for (std::uint64_t expiry = 0; expiry != 300; ++expiry) {  // signatures with many and with few escapes
        sas_claims all = claims;
        all.expiry = expiry * 1'234'567;
        all.policy = expiry % 2 == 0 ? "" : "policy@x";
        secure_element element{.secret = "secret"};
        const std::string expected = naive_token(all, element.secret);
        for (std::size_t capacity = 0; capacity <= expected.size() + 2; ++capacity) {
            if (expiry > 5 && capacity + 3 < expected.size() && capacity > 0) continue;
            support::exact_block memory{capacity};
            element.asked = 0;
            const std::size_t before = support::allocations();
            const auto text = encode_sas_token(buffer{memory.data(), capacity}, all, element);
            if (support::allocations() != before) FAIL("allocated");
            if (capacity >= expected.size()) {
                REQUIRE(text);
                CHECK(text->text() == expected);
                CHECK(element.asked == 1);
                continue;
            }
            REQUIRE(!text);
            const std::size_t missing = expected.size() - capacity;
            const std::size_t signed_end = 71 + 1 + std::to_string(all.expiry).size();
            if (element.asked == 1) {
                CHECK(capacity >= signed_end);
                CHECK(text.error() == error{.code = errc::no_space, .offset = capacity, .needed = missing});
            } else {
                CHECK(capacity < signed_end);
                CHECK(text.error().code == errc::no_space);
                CHECK(text.error().needed <= missing);
                CHECK(text.error().needed + 86 >= missing);
            }
        }
    }
}

TEST_CASE("a token is a part of something larger, over any writer with room") {
    const sas_key key = sas_key::of_hub(key_text);
    const std::string expected = naive_token(claims, "0123456789abcdef0123456789abcdef");
    std::array<char, 512> memory{};
    hubwire::unchecked_writer fast{memory};
    fast.put("password="sv);
    put_sas_token(fast, claims, key);
    fast.put("!"sv);
    CHECK(fast.finish()->text() == "password=" + expected + "!");

    support::exact_block tight{expected.size() + 2};
    hubwire::writer out{buffer{tight.data(), tight.size()}};
    out.put("["sv);
    put_sas_token(out, claims, key);
    out.put("]"sv);
    CHECK(out.finish()->text() == "[" + expected + "]");
}

TEST_CASE("what cannot be signed fails, with the code of whoever cannot") {
    std::array<char, 512> memory{};
    secure_element broken{.secret = "", .works = false};
    CHECK(encode_sas_token(memory, claims, broken).error() == error{.code = errc::application, .offset = 71});
    CHECK(broken.asked == 1);
    CHECK(encode_sas_token(buffer{memory.data(), 100}, claims, broken).error().code == errc::application);
    CHECK(encode_sas_token(memory, claims, sas_key::of_hub("x")).error().code == errc::base64_length);

    secure_element element{.secret = "secret"};
    CHECK(encode_sas_token(memory, {}, element).error() == error{.code = errc::iothub_resource, .offset = 25});
    CHECK(encode_sas_token(memory, {.resource = {.host_name = "h", .who = {.device_id = "a b"}}}, element).error() ==
          error{.code = errc::iothub_identifier, .offset = 26});
    CHECK(encode_sas_token(memory, {.resource = {.host_name = "h"}, .policy = "a&b"}, element).error() ==
          error{.code = errc::iothub_policy_name, .offset = 26});
    CHECK(element.asked == 0);
    CHECK(most_encoded_size({}).error().code == errc::iothub_resource);

    const char c = 'a';
    const sas_claims huge{.resource = {.host_name = "h"}, .policy = {&c, 1}};
    CHECK(most_encoded_size(huge));
}

TEST_CASE("fields come in any order, in either hex, encoded or not") {
    for (const std::string_view text : {"SharedAccessSignature sr=h%2Fdevices%2Fd&sig=x%3D&se=12&skn=p"sv,
                                        "SharedAccessSignature sig=x%3D&se=12&skn=p&sr=h%2Fdevices%2Fd"sv,
                                        "SharedAccessSignature se=12&sr=h%2Fdevices%2Fd&skn=p&sig=x%3D"sv,
                                        "SharedAccessSignature skn=p&sig=x%3d&sr=h/devices/d&se=12"sv}) {
        const auto token = decode_sas_token(text);
        REQUIRE(token);
        CHECK(token->resource == "h/devices/d");
        CHECK(token->signature == "x=");
        CHECK(token->expiry == 12);
        CHECK(token->policy == "p");
    }
    CHECK(token_of("SharedAccessSignature sr=a&sig=b&se=1&skn=").policy.raw().empty());
    CHECK(token_of("SharedAccessSignature sr=a=b&sig=b==&se=1").resource.raw() == "a=b");
    CHECK(token_of("SharedAccessSignature sr=a&sig=b&se=18446744073709551615").expiry == most);
}

TEST_CASE("what is no token is refused where it stops being one") {
    CHECK(refusal("") == error{.code = errc::iothub_sas_word, .offset = 0});
    CHECK(refusal("SharedAccess") == error{.code = errc::iothub_sas_word, .offset = 12});
    CHECK(refusal("SharedAccessSignature") == error{.code = errc::iothub_sas_word, .offset = 21});
    CHECK(refusal("sharedaccesssignature sr=a&sig=b&se=1") == error{.code = errc::iothub_sas_word, .offset = 0});
    CHECK(refusal("SharedAccessSignature\tsr=a&sig=b&se=1") == error{.code = errc::iothub_sas_word, .offset = 21});
    CHECK(refusal("SharedAccessSignature ") == error{.code = errc::iothub_sas_part, .offset = 22});
    CHECK(refusal("SharedAccessSignature sr") == error{.code = errc::iothub_sas_part, .offset = 24});
    CHECK(refusal("SharedAccessSignature =a") == error{.code = errc::iothub_sas_part, .offset = 22});
    CHECK(refusal("SharedAccessSignature sr=a&&sig=b&se=1") == error{.code = errc::iothub_sas_part, .offset = 27});
    CHECK(refusal("SharedAccessSignature sr=a&sig=b&se=1&") == error{.code = errc::iothub_sas_part, .offset = 38});
    CHECK(refusal("SharedAccessSignature  sr=a&sig=b&se=1") ==
          error{.code = errc::iothub_sas_unknown_field, .offset = 22});
    CHECK(refusal("SharedAccessSignature sr=a&foo=1") == error{.code = errc::iothub_sas_unknown_field, .offset = 27});
    CHECK(refusal("SharedAccessSignature sr=a&sr=b") == error{.code = errc::iothub_sas_repeated_field, .offset = 27});
    CHECK(refusal("SharedAccessSignature sr=&sig=b") == error{.code = errc::iothub_sas_empty_field, .offset = 25});
    CHECK(refusal("SharedAccessSignature sr=a&sig=&se=1") == error{.code = errc::iothub_sas_empty_field, .offset = 31});
    CHECK(refusal("SharedAccessSignature se=&sr=a") == error{.code = errc::iothub_sas_empty_field, .offset = 25});
    CHECK(refusal("SharedAccessSignature se=1x") == error{.code = errc::decimal_digit, .offset = 26});
    CHECK(refusal("SharedAccessSignature se=-1") == error{.code = errc::decimal_digit, .offset = 25});
    CHECK(refusal("SharedAccessSignature se=01") == error{.code = errc::decimal_leading_zero, .offset = 25});
    CHECK(refusal("SharedAccessSignature se=18446744073709551616") == error{.code = errc::too_large, .offset = 44});
    for (const std::string_view text : {"SharedAccessSignature sig=b&se=1"sv, "SharedAccessSignature sr=a&se=1"sv,
                                        "SharedAccessSignature sr=a&sig=b"sv})
        CHECK(refusal(text) == error{.code = errc::iothub_sas_missing_field, .offset = text.size()});
}

TEST_CASE("each laxer rule lets its own pass, and nothing else") {
    struct row {
        std::string_view text;
        sas_token_options rules;
    };
    for (const row& r : {row{"sharedaccesssignature SR=a&Sig=b&sE=1", {.ignore_case = true}},
                         row{"SharedAccessSignature\nsr=a&sig=b&se=1", {.any_white_space = true}},
                         row{"SharedAccessSignature \t\r\nsr=a&sig=b&se=1", {.any_white_space = true}},
                         row{"sr=a&sig=b&se=1", {.allow_no_word = true}},
                         row{"SharedAccessSignature sr=a&foo=&sig=b&se=1", {.skip_unknown_fields = true}},
                         row{"SharedAccessSignature &sr=a&&sig=b&se=1&", {.skip_empty_parts = true}},
                         row{"SharedAccessSignature sr=b&sr=a&sig=b&se=1", {.last_repeated_counts = true}}}) {
        INFO(r.text);
        CHECK(!decode_sas_token(r.text));
        const auto token = decode_sas_token(r.text, r.rules);
        REQUIRE(token);
        CHECK(token->resource == "a");
        CHECK(token->signature == "b");
        CHECK(token->expiry == 1);
    }
    CHECK(refusal("SharedAccessSignature\n", {.any_white_space = true}) ==
          error{.code = errc::iothub_sas_part, .offset = 22});
    CHECK(refusal("", {.allow_no_word = true}) == error{.code = errc::iothub_sas_part, .offset = 0});
    CHECK(refusal("", {.skip_empty_parts = true}) == error{.code = errc::iothub_sas_word, .offset = 0});
    CHECK(refusal("", {.allow_no_word = true, .skip_empty_parts = true}) ==
          error{.code = errc::iothub_sas_missing_field, .offset = 0});
}

TEST_CASE("a token whose fields would break it is not written") {
    using hubwire::text::percent_text;
    std::array<char, 256> memory{};
    const auto put = [&](const sas_token& token) { return encode_sas_token(memory, token).error(); };
    const percent_text good{"a"};
    CHECK(put({.resource = percent_text{"a&b"}, .signature = good}) ==
          error{.code = errc::iothub_sas_ampersand, .offset = 26});
    CHECK(put({.signature = good}) == error{.code = errc::iothub_sas_empty_field, .offset = 25});
    CHECK(put({.resource = good}) == error{.code = errc::iothub_sas_empty_field, .offset = 31});
    CHECK(put({.resource = good, .signature = good, .policy = percent_text{"&"}}) ==
          error{.code = errc::iothub_sas_ampersand, .offset = 42});
}

TEST_CASE("a signature is verified over sr as it stands on the wire") {
    const std::string secret = "password";
    const sas_key key = sas_key::of_event_hubs(secret);
    for (const std::string_view sr : {"h/devices/d"sv, "h%2fdevices%2Fd"sv, "100%"sv}) {
        const std::string mac = support::naive_base64(support::naive_hmac(secret, std::string{sr} + "\n77"));
        for (const std::string& sig :
             {support::naive_percent(mac, "~", false), support::naive_percent(mac, "/+=", true), mac}) {
            const std::string text = "SharedAccessSignature se=77&sr=" + std::string{sr} + "&sig=" + sig;
            const sas_token token = token_of(text);
            CHECK(check_signature(token, key));
            CHECK(check_signature(token, key.hmac_key()));
            secure_element element{.secret = secret};
            support::exact_block scratch{sr.size() + 3};
            CHECK(check_signature(token, element, buffer{scratch.data(), scratch.size()}));
            CHECK(std::string_view{scratch.data(), scratch.size()} == std::string(scratch.size(), '\0'));

            sas_token other = token;
            other.expiry = 78;
            CHECK(check_signature(other, key).error() == error{.code = errc::iothub_sas_wrong_signature});
            CHECK(check_signature(other, element, buffer{scratch.data(), scratch.size()}).error() ==
                  error{.code = errc::iothub_sas_wrong_signature});
            other = token;
            other.resource = hubwire::text::percent_text{"h/devices/e"};
            CHECK(check_signature(other, key).error() == error{.code = errc::iothub_sas_wrong_signature});
            CHECK(check_signature(token, sas_key::of_event_hubs("passworD")).error() ==
                  error{.code = errc::iothub_sas_wrong_signature});
        }
    }
}

TEST_CASE("no bit of a signature may differ") {
    const std::string secret = "0123456789abcdef0123456789abcdef";
    const std::string text = naive_token(claims, secret);
    const hubwire::crypto::hmac_key key{secret};
    const std::string right = support::naive_hmac(secret, "myhub.azure-devices.net%2Fdevices%2FMyDevice01\n1735689600");
    REQUIRE(check_signature(token_of(text), key));
    for (std::size_t bit = 0; bit != 256; ++bit) {
        std::string mac = right;
        mac[bit / 8] = static_cast<char>(mac[bit / 8] ^ 1 << bit % 8);
        sas_token forged = token_of(text);
        const std::string forged_base64 = support::naive_base64(mac);
        forged.signature = hubwire::text::percent_text{forged_base64};
        CHECK(check_signature(forged, key).error() == error{.code = errc::iothub_sas_wrong_signature});
    }
}

TEST_CASE("what is no signature is refused, as is a signer that fails") {
    const hubwire::crypto::hmac_key key{"k"sv};
    const auto with_signature = [](std::string_view sig) {
        return sas_token{.resource = hubwire::text::percent_text{"h"},
                         .signature = hubwire::text::percent_text{sig, true},
                         .expiry = 1};
    };
    const std::string short_by_one = support::naive_base64(std::string(31, 'x'));
    const std::string longer = support::naive_base64(std::string(33, 'x'));
    const std::string half_escape = support::naive_base64(std::string(32, 'x')).substr(0, 43) + "%3";
    for (const std::string_view sig :
         {"b"sv, ""sv, std::string_view{short_by_one}, std::string_view{longer}, std::string_view{half_escape}})
        CHECK(check_signature(with_signature(sig), key).error() == error{.code = errc::iothub_sas_signature});
    CHECK(check_signature(with_signature("b"), sas_key::of_hub("YWJjx")).error() ==
          error{.code = errc::base64_length, .offset = 5});

    std::array<char, 8> scratch{};
    secure_element broken{.secret = "", .works = false};
    CHECK(check_signature(with_signature("b"), broken, scratch).error() == error{.code = errc::application});
    CHECK(check_signature(with_signature("b"), broken, buffer{scratch.data(), 2}).error() ==
          error{.code = errc::no_space, .offset = 2, .needed = 1});
}

TEST_CASE("a token is good for its resource, until it expires") {
    const sas_key key = sas_key::of_hub(key_text);
    std::array<char, 256> memory{};
    const sas_token token = token_of(encode_sas_token(memory, claims, key)->text());
    const auto verdict = [&](const sas_demand& demand) { return check_sas_token(token, key, demand); };
    const sas_resource module_of_it{.host_name = "MYHUB.azure-devices.net",
                                    .who = {.device_id = "MyDevice01", .module_id = "m"}};
    CHECK(verdict({.resource = claims.resource, .now = 0}));
    CHECK(verdict({.resource = module_of_it, .now = claims.expiry + 299}));
    CHECK(verdict({.resource = claims.resource, .now = claims.expiry + 300}).error() ==
          error{.code = errc::iothub_sas_expired});
    CHECK(verdict({.resource = claims.resource, .now = claims.expiry, .skew = 0}).error() ==
          error{.code = errc::iothub_sas_expired});
    CHECK(verdict({.resource = {.host_name = claims.resource.host_name, .who = {.device_id = "mydevice01"}}}).error() ==
          error{.code = errc::iothub_sas_other_resource});
    CHECK(verdict({.resource = {.host_name = claims.resource.host_name}}).error() ==
          error{.code = errc::iothub_sas_other_resource});
    CHECK(check_sas_token(token, sas_key::of_event_hubs(key_text), {.resource = claims.resource}).error() ==
          error{.code = errc::iothub_sas_wrong_signature});
    CHECK(check_claims(token_of("SharedAccessSignature sr=a b&sig=b&se=1"), {}).error() ==
          error{.code = errc::iothub_host_name, .offset = 1});
    CHECK(check_sas_token(token, key.hmac_key(), {.resource = claims.resource}));
    std::array<char, 256> scratch{};
    CHECK(check_sas_token(token, key, {.resource = claims.resource}, scratch));
    CHECK(check_sas_token(token, key, {.resource = claims.resource}, buffer{scratch.data(), 3}).error().code ==
          errc::no_space);
}

TEST_CASE("times do not wrap") {
    sas_token token;
    token.expiry = most;
    CHECK(token.seconds_left(0) == most);
    CHECK(token.seconds_left(most) == 0);
    CHECK_FALSE(token.is_expired(most - 1));
    CHECK(token.is_expired(most));
    CHECK_FALSE(token.is_expired(most, 1));
    token.expiry = 0;
    CHECK(token.is_expired(0));
    CHECK(token.is_expired(most, most));
    CHECK_FALSE(token.is_expired(most - 1, most));
    CHECK(token.seconds_left(5) == 0);

    CHECK(renew_at(0, most) == 15'679'732'462'653'118'872u);
    CHECK(renew_at(0, most, 100) == most);
    CHECK(renew_at(0, most, 0) == 0);
    CHECK(renew_at(most, most) == most);
    CHECK(renew_at(5, 3) == 5);
    CHECK(renew_at(1000, 4600) == 1000 + 3060);
    CHECK(renew_at(0, 199, 50) == 99);
}

TEST_CASE("a reader of tokens stands anything, in linear time") {
    const std::string whole = naive_token(claims, "secret") + "&skn=service";
    const sas_token_options lax{.ignore_case = true,
                                .any_white_space = true,
                                .allow_no_word = true,
                                .skip_unknown_fields = true,
                                .skip_empty_parts = true,
                                .last_repeated_counts = true};
    const hubwire::crypto::hmac_key key{"secret"sv};
    for (const sas_token_options& rules : {sas_token_options{}, lax}) {
        const auto decode = [&](bytes input) -> result<void> {
            const auto token = decode_sas_token(input.text(), rules);
            if (!token) return token.error();
            const auto verdict = check_sas_token(*token, key, {.resource = claims.resource});
            return verdict || verdict.error().offset == 0 ? result<void>{} : verdict;
        };
        CHECK(support::every_mutation(whole, decode) == "");
        CHECK(support::every_short_input(decode) == "");
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            const support::exact_block input{bytes{whole}.first(size)};
            const auto token = decode_sas_token({input.data(), input.size()}, rules);
            if (!token) CHECK(token.error().offset <= size);
        }
        const std::string ampersands = "SharedAccessSignature " + std::string(1u << 20, '&');
        CHECK_FALSE(decode_sas_token(ampersands, rules));
    }
}

TEST_CASE("a signature is verified over an sr of any length") {
    const std::string secret = "password";
    for (const std::size_t size : {std::size_t{234}, std::size_t{235}, std::size_t{236}, std::size_t{10'000}}) {
        const std::string sr(size, 'h');
        const std::string sig = support::naive_base64(support::naive_hmac(secret, sr + "\n77"));
        const sas_token token{
            .resource = hubwire::text::percent_text{sr}, .signature = hubwire::text::percent_text{sig}, .expiry = 77};
        CHECK(check_signature(token, hubwire::crypto::hmac_key{secret}));
        CHECK_FALSE(check_signature(token, hubwire::crypto::hmac_key{"passworD"sv}));
    }
}

TEST_CASE("a signature that nobody was to learn is not left on the stack") {
    if (!support::own_stack::works()) return;
    const std::string secret = "password";
    const sas_key key = sas_key::of_event_hubs(secret);
    const std::string other = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY%3D";
    for (const std::string& sr : {std::string{"h/devices/d"}, std::string(300, 'h')}) {
        const std::string right = support::naive_hmac(secret, sr + "\n77");
        const std::string text = "SharedAccessSignature sr=" + sr + "&sig=" + other + "&se=77";
        const sas_token token = token_of(text);
        result<void> verdict = error{.code = errc::application};
        support::own_stack stack;
        stack.run([&] { verdict = check_signature(token, key); });
        CHECK(verdict.error().code == errc::iothub_sas_wrong_signature);
        CHECK_FALSE(stack.holds(right));
    }
}

TEST_CASE("a token that does not fit is left on the stack as little") {
    if (!support::own_stack::works()) return;
    const sas_key key = sas_key::of_event_hubs("password");
    std::array<char, 256> memory{};
    const std::string whole{encode_sas_token(memory, claims, key)->text()};
    const std::size_t sig_at = whole.find("&sig=") + 5;
    const std::string sig = whole.substr(sig_at, whole.find("&se=") - sig_at);
    for (const std::size_t room : {whole.size() - 1, whole.size() - 20}) {
        support::exact_block block{room};
        bool fits = true;
        support::own_stack stack;
        stack.run([&] { fits = encode_sas_token(buffer{block.data(), room}, claims, key).has_value(); });
        CHECK_FALSE(fits);
        CHECK_FALSE(stack.holds(sig));
    }
}
