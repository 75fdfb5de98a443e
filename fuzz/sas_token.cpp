#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/naive_sha256.hpp"
#include "support/naive_text.hpp"
#include "support/oracle.hpp"

// SAS tokens: parsed, against a reading that splits them into strings; verified, against the rule written down with the
// naive HMAC; and signed, of claims made of the input. The first byte says which rules are laxer, the second how the
// input is divided; the rest is the text.

namespace {

using fuzz::expect;
using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
namespace iothub = hubwire::iothub;
namespace text = hubwire::text;

constexpr std::string_view secret = "0123456789abcdef0123456789abcdef";

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

struct fields {
    std::string sr;
    std::string sig;
    std::string se;
    std::string skn;
};

std::optional<fields> naive(std::string input, const iothub::sas_token_options& rules) {
    const auto fold = [&](const std::string& word) { return rules.ignore_case ? lower(word) : word; };
    const auto white = [&](char c) {
        return c == ' ' || (rules.any_white_space && (c == '\t' || c == '\r' || c == '\n'));
    };
    const std::string word = "SharedAccessSignature";
    if (fold(input.substr(0, word.size())) == fold(word) && input.size() > word.size() && white(input[word.size()])) {
        std::size_t at = word.size() + 1;
        while (rules.any_white_space && at < input.size() && white(input[at])) ++at;
        input = input.substr(at);
    } else if (!rules.allow_no_word) {
        return {};
    }
    std::vector<std::string> parts{""};
    for (const char c : input) {
        if (c == '&') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    std::optional<std::string> values[4];
    const std::string_view names[4] = {"sr", "sig", "se", "skn"};
    for (const std::string& part : parts) {
        if (part.empty() && rules.skip_empty_parts) continue;
        const std::size_t equals = part.find('=');
        if (equals == std::string::npos || equals == 0) return {};
        const std::string name = fold(part.substr(0, equals));
        std::size_t which = 0;
        while (which != 4 && name != names[which]) ++which;
        if (which == 4) {
            if (rules.skip_unknown_fields) continue;
            return {};
        }
        if (values[which] && !rules.last_repeated_counts) return {};
        values[which] = part.substr(equals + 1);
        if (values[which]->empty() && which != 3) return {};
        if (which == 2) {
            const auto number = support::naive_decimal(*values[which], false, "18446744073709551615", "", true);
            if (!std::holds_alternative<std::string>(number)) return {};
        }
    }
    if (!values[0] || !values[1] || !values[2]) return {};
    return fields{*values[0], *values[1], *values[2], values[3] ? *values[3] : ""};
}

bool naively_verified(const fields& f) {
    const std::string mac = support::naive_hmac(secret, f.sr + "\n" + f.se);
    const auto base64 = support::naive_from_percent(f.sig, true);
    const auto* decoded = std::get_if<std::string>(&base64);
    return decoded != nullptr && *decoded == support::naive_base64(mac);
}

void check_parsing(std::string_view input, const iothub::sas_token_options& rules) {
    const auto ours = iothub::decode_sas_token(input, rules);
    const auto theirs = naive(std::string{input}, rules);
    expect(ours.has_value() == theirs.has_value(), "accepted as by the naive reading");
    if (!ours) {
        expect(ours.error().offset <= input.size() && !ours.error().message().empty(), "a sound error");
        return;
    }
    expect(ours->resource.raw() == theirs->sr && ours->signature.raw() == theirs->sig &&
               std::to_string(ours->expiry) == theirs->se && ours->policy.raw() == theirs->skn,
           "the same fields");

    const iothub::sas_key key = iothub::sas_key::of_event_hubs(secret);
    expect(iothub::check_signature(*ours, key).has_value() == naively_verified(*theirs), "verified as by the rule");
    const std::string right = support::naive_base64(support::naive_hmac(secret, theirs->sr + "\n" + theirs->se));
    iothub::sas_token resigned = *ours;
    resigned.signature = text::percent_text{right};
    expect(iothub::check_signature(resigned, key).has_value(), "the right signature is found right");
    const std::unique_ptr<char[]> scratch{new char[input.size() + 21]};
    expect(iothub::check_signature(resigned, key.hmac_key(), buffer{scratch.get(), input.size() + 21}).has_value(),
           "by any signer");

    const std::size_t size = *iothub::encoded_size(*ours);
    const std::unique_ptr<char[]> memory{new char[size]};
    const auto written = iothub::encode_sas_token(buffer{memory.get(), size}, *ours);
    expect(written && written->size() == size, "it takes as much as it said");
    const auto again = iothub::decode_sas_token(written->text());
    expect(again && again->resource.raw() == theirs->sr && again->policy.raw() == theirs->skn, "it comes back");

    const auto what = iothub::decode_sas_resource(ours->resource.raw());
    if (!what) {
        expect(what.error().offset <= theirs->sr.size(), "a sound error of the resource");
        return;
    }
    std::array<char, 256> identifiers{};
    const auto who = what->who.decode(identifiers);
    const std::unique_ptr<char[]> host{new char[what->host_name.raw().size()]};
    const auto h = what->host_name.decode(buffer{host.get(), what->host_name.raw().size()});
    expect(who && h, "its parts decode");
    const iothub::sas_resource plain{.host_name = h->text(), .who = *who};
    expect(*what == plain && what->covers(plain), "it is what it decodes to");
    expect(iothub::encoded_size(plain).has_value(), "which can be written");
}

void check_signing(std::string_view input, unsigned division) {
    const std::size_t cut = input.size() * (division & 15) / 15;
    const std::size_t second = cut + (input.size() - cut) * (division >> 4) / 15;
    std::uint64_t expiry = 0;
    for (const char c : input.substr(0, 8)) expiry = expiry << 8 | static_cast<unsigned char>(c);
    const iothub::sas_claims claims{
        .resource = {.host_name = input.substr(0, cut), .who = {.device_id = input.substr(cut, second - cut)}},
        .expiry = expiry >> (division & 63),
        .policy = input.substr(second)};
    const iothub::sas_key key = iothub::sas_key::of_event_hubs(secret);
    const auto most = iothub::most_encoded_size(claims);
    const std::size_t room = most ? *most : 64;
    const std::unique_ptr<char[]> memory{new char[room]};
    const auto written = iothub::encode_sas_token(buffer{memory.get(), room}, claims, key);
    if (!written) {
        expect(written.error().code != errc::no_space || !most, "where the most fits, each does");
        return;
    }
    const std::unique_ptr<char[]> exact{new char[written->size()]};
    const auto tight = iothub::encode_sas_token(buffer{exact.get(), written->size()}, claims, key);
    expect(tight && *tight == *written, "the same where there is just as much room");
    const auto refused = iothub::encode_sas_token(buffer{exact.get(), written->size() - 1}, claims, key);
    expect(!refused && refused.error() == hubwire::error{errc::no_space, written->size() - 1, 1}, "no space");
    const auto token = iothub::decode_sas_token(written->text());
    expect(token && token->expiry == claims.expiry && token->policy == claims.policy, "it comes back");
    expect(naively_verified({std::string{token->resource.raw()}, std::string{token->signature.raw()},
                             std::to_string(token->expiry), ""}),
           "it is signed as the rule says");
    expect(iothub::check_signature(*token, key).has_value(), "which we verify");
    const std::uint64_t when = iothub::renew_at(expiry / 2, expiry, division % 101);
    expect(when >= expiry / 2 && when <= expiry, "it is renewed within its life");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const unsigned choice = data[0];
    const std::string_view input = bytes{data + 2, size - 2}.text();
    check_parsing(input, {.ignore_case = (choice & 1) != 0,
                          .any_white_space = (choice & 2) != 0,
                          .allow_no_word = (choice & 4) != 0,
                          .skip_unknown_fields = (choice & 8) != 0,
                          .skip_empty_parts = (choice & 16) != 0,
                          .last_repeated_counts = (choice & 32) != 0});
    check_signing(input, data[1]);
    return 0;
}
