#ifndef HUBWIRE_IOTHUB_SAS_TOKEN_HPP
#define HUBWIRE_IOTHUB_SAS_TOKEN_HPP

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/config.hpp>
#include <hubwire/core/copy.hpp>
#include <hubwire/core/endian.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/word.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/crypto/hmac.hpp>
#include <hubwire/crypto/secret.hpp>
#include <hubwire/crypto/sha256.hpp>
#include <hubwire/iothub/name.hpp>
#include <hubwire/iothub/sas_key.hpp>
#include <hubwire/iothub/sas_resource.hpp>
#include <hubwire/iothub/text_part.hpp>
#include <hubwire/text/base64.hpp>
#include <hubwire/text/decimal.hpp>
#include <hubwire/text/percent.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

/// SharedAccessSignature sr=<resource>&sig=<signature>&se=<expiry>[&skn=<policy>]: the password of a device, a module
/// or a service. The signature is the HMAC-SHA256 of sr exactly as it stands there, a line feed, and se.
namespace hubwire::iothub {

/// What a token says, before it is signed. Times are seconds since 1970 began, in UTC.
struct sas_claims {
    sas_resource resource{};
    std::uint64_t expiry = 0;
    std::string_view policy{};  // whose key signs; empty for the key of a device or a module

    friend constexpr bool operator==(const sas_claims&, const sas_claims&) noexcept = default;
};

/// How long is left of something that ends at `expiry`; 0 once it has ended.
[[nodiscard]] constexpr std::uint64_t seconds_left(std::uint64_t expiry, std::uint64_t now) noexcept {
    return now < expiry ? expiry - now : 0;
}

/// When a token of which the life began at `issued` is to be replaced: once a part of its life is over, of which the
/// SDKs take 85 %. The connection is cut when the token expires, so that the rest is what replacing it may take.
/// Pre: percent <= 100, or the program traps. One that never lived is to be replaced at once.
[[nodiscard]] constexpr std::uint64_t renew_at(std::uint64_t issued, std::uint64_t expiry,
                                               unsigned percent = 85) noexcept {
    detail::require(percent <= 100);
    const std::uint64_t life = seconds_left(expiry, issued);
    return issued + life / 100 * percent + life % 100 * percent / 100;
}

namespace detail {

inline constexpr std::string_view sas_word = "SharedAccessSignature ";
inline constexpr std::string_view sas_sr = "sr=";
inline constexpr std::string_view sas_sig = "&sig=";
inline constexpr std::string_view sas_se = "&se=";
inline constexpr std::string_view sas_skn = "&skn=";

inline constexpr std::size_t base64_signature_size = 44;
inline constexpr std::size_t least_signature_size = base64_signature_size + 2;  // the = at its end is escaped
inline constexpr std::size_t most_signature_size = 3 * base64_signature_size;

/// Writes a signature in base64 with + / and = escaped, which are all of its characters that have to be; how many
/// characters that took. Pre: there is room for most_signature_size and a word more.
HUBWIRE_ALWAYS_INLINE constexpr std::size_t write_signature(char* const to, const crypto::sha256_digest& mac) noexcept {
    std::array<char, base64_signature_size + word_size> base64{};  // and what the last words have more
    text::detail::write_base64(base64.data(), base64_signature_size, mac.data(), mac.size());
    char* out = to;
    const auto put_escaped = [&out](char c) {
        out[0] = '%';
        out[1] = c == '=' ? '3' : '2';
        out[2] = c == '=' ? 'D' : c == '+' ? 'B' : 'F';
        out += 3;
    };
    constexpr std::size_t last = base64_signature_size - 1;  // which is =
    for (std::size_t at = 0; at < last;) {
        const std::size_t left = last - at;
        const word w = load_word(base64.data() + at);
        store_le(out, w);  // what is too much is written over: an escape and more come behind
        const word stop = bytes_equal_to<'+'>(w) | bytes_equal_to<'/'>(w);
        const std::size_t bare = stop == 0 ? word_size : first_byte(stop);
        if (bare >= left) {
            out += left;
            break;
        }
        out += bare;
        at += bare;
        if (stop != 0) put_escaped(base64[at++]);
    }
    put_escaped('=');
    crypto::wipe(base64);
    return static_cast<std::size_t>(out - to);
}

/// An expiry in decimal.
class expiry_text {
public:
    constexpr explicit expiry_text(std::uint64_t expiry) noexcept : size_{text::detail::count_digits(expiry)} {
        text::detail::write_digits(digits_.data(), expiry, size_);
    }
    [[nodiscard]] constexpr std::string_view view() const noexcept HUBWIRE_LIFETIMEBOUND {
        return {opaque(digits_.data()), size_};
    }

private:
    std::array<char, text::max_decimal_size> digits_{};
    std::size_t size_;
};

HUBWIRE_ALWAYS_INLINE constexpr char* append(char* to, std::string_view text) noexcept {
    copy(to, text.data(), text.size());
    return to + text.size();
}

/// Writes what comes after sr where its end is at hand, and with room for the longest signature. What is signed stands
/// there for the time being: it is in one piece nowhere else. How much was written; nothing if the signer fails.
template <class Signer>
constexpr std::size_t write_signed(char* const to, std::size_t sr_size, const sas_claims& claims, Signer& signs,
                                   error& failure) noexcept {
    const expiry_text expiry{claims.expiry};
    *to = '\n';
    const char* const end = append(to + 1, expiry.view());
    result<crypto::sha256_digest> mac = signs.sign(bytes{to - sr_size, sr_size + static_cast<std::size_t>(end - to)});
    if (!mac) {
        failure = mac.error();
        return 0;
    }
    char* at = append(to, sas_sig);
    at += write_signature(at, *mac);
    crypto::wipe(*mac);
    at = append(append(at, sas_se), expiry.view());
    if (!claims.policy.empty()) {
        at = append(at, sas_skn);
        at += text::detail::write_percent(at, claims.policy, text::default_percent_options);
    }
    return static_cast<std::size_t>(at - to);
}

/// The same where the token might not fit, or only just: what is signed is written first, and then what replaces it.
template <room Room, class Signer>
HUBWIRE_COLD constexpr void put_signed_tightly(basic_writer<Room>& out, std::size_t sr, const sas_claims& claims,
                                               Signer& signs) noexcept {
    const std::size_t from = out.size();
    out.u8('\n');
    text::put_decimal(out, claims.expiry);
    const std::size_t behind = out.size() - from;
    std::array<char, sas_sig.size() + most_signature_size + word_size> scratch{};
    std::size_t size = sas_sig.size() + least_signature_size;
    if (out.ok()) {
        result<crypto::sha256_digest> mac = signs.sign(out.written_since(sr));
        if (!mac) return out.fail(mac.error().code);
        size = sas_sig.size() + write_signature(append(scratch.data(), sas_sig), *mac);
        crypto::wipe(*mac);
        for (std::size_t i = 0; i != behind; ++i)
            out.fill(out.template slot_at<std::uint8_t>(from + i), static_cast<unsigned char>(scratch[i]));
    }
    out.put(bytes{scratch.data() + behind, size - behind});
    crypto::wipe(scratch);
    out.put(sas_se);
    text::put_decimal(out, claims.expiry);
    if (claims.policy.empty()) return;
    out.put(sas_skn);
    text::put_percent(out, claims.policy);
}

}  // namespace detail

/// The most characters that the token can take. How many it will be, only the signature can tell: it has from one to
/// 44 characters that are escaped.
[[nodiscard]] constexpr result<std::size_t> most_encoded_size(const sas_claims& claims) noexcept {
    counting_writer out;
    out.put(detail::sas_word);
    out.put(detail::sas_sr);
    put_sas_resource(out, claims.resource);
    out.put_with(detail::sas_sig.size() + detail::most_signature_size, [](char*) {});
    out.put(detail::sas_se);
    text::put_decimal(out, claims.expiry);
    if (!claims.policy.empty()) {
        out.put(detail::sas_skn);
        text::put_percent(out, claims.policy);
    }
    return out.finish();
}

/// Writes a token, signed by a key, or by whoever else can. Its failure is that of the token, with the code it gave. It
/// is asked once, and not at all unless the claims are valid and what it has to sign fits: then "no space" says how
/// much is missing with the shortest signature.
///
/// What comes out has the order sr, sig, se, skn of most SDKs, and everything but the unreserved characters escaped.
template <room Room, class Signer>
    requires(Room != room::counting && crypto::signer<Signer>)
constexpr void put_sas_token(basic_writer<Room>& out, const sas_claims& claims, Signer&& signs) noexcept {
    out.put(detail::sas_word);
    out.put(detail::sas_sr);
    const std::size_t sr = out.size();
    put_sas_resource(out, claims.resource);
    const std::size_t sr_size = out.size() - sr;
    if (!claims.policy.empty()) {
        if (const auto valid = check_policy_name(claims.policy); !valid) out.fail(valid.error().code);
    }
    if (claims.policy.size() > (std::numeric_limits<std::size_t>::max)() / 4) return out.fail(errc::too_long);
    const std::size_t most = detail::sas_sig.size() + detail::most_signature_size + detail::sas_se.size() +
                             text::max_decimal_size + detail::sas_skn.size() + 3 * claims.policy.size();
    bool tight = !out.ok();
    error failure{};
    if (!tight) {
        out.put_with(
            most,
            [&tight] {
                tight = true;
                return std::size_t{0};
            },
            [&](char* to) {
                return tight ? std::size_t{0} : detail::write_signed(to, sr_size, claims, signs, failure);
            });
    }
    if (tight) return detail::put_signed_tightly(out, sr, claims, signs);
    if (failure.code != errc::none) out.fail(failure.code);
}
template <crypto::signer Signer>
[[nodiscard]] constexpr result<bytes> encode_sas_token(buffer output HUBWIRE_LIFETIMEBOUND, const sas_claims& claims,
                                                       Signer&& signs) noexcept {
    writer out{output};
    put_sas_token(out, claims, signs);
    return out.finish();
}

/// A token as it was received, or got from whoever signs tokens: each field as it lies on the wire.
struct sas_token {
    text::percent_text resource{};   // sr, of which decode_sas_resource knows the parts
    text::percent_text signature{};  // sig
    std::uint64_t expiry = 0;        // se
    text::percent_text policy{};     // skn; empty if there is none

    [[nodiscard]] constexpr std::uint64_t seconds_left(std::uint64_t now) const noexcept {
        return iothub::seconds_left(expiry, now);
    }

    /// Whether it has expired, and so many seconds ago, by which the clocks may differ (the SDK for C# allows for 300).
    [[nodiscard]] constexpr bool is_expired(std::uint64_t now, std::uint64_t skew = 0) const noexcept {
        return now >= expiry && now - expiry >= skew;
    }
};

/// Where peers are laxer than what hubwire writes.
struct sas_token_options {
    /// sharedaccesssignature SR=...: the SDK for C# takes names in any case, that for C the word.
    bool ignore_case = false;

    /// A line feed, a tab, or more than one space after the word: edgeHub, the SDKs for Node, Python and C.
    bool any_white_space = false;

    /// The word may be missing, and the fields stand alone: the SDK for C.
    bool allow_no_word = false;

    /// Fields of other names are passed over rather than refused: the SDKs for Node and C.
    bool skip_unknown_fields = false;

    /// Nothing may stand between two &: the SDK for Node.
    bool skip_empty_parts = false;

    /// A field may come twice, and the last one counts: the SDKs for Node and Python.
    bool last_repeated_counts = false;
};

namespace detail {

HUBWIRE_ALWAYS_INLINE constexpr bool same_word(std::string_view a, std::string_view b, bool ignore_case) noexcept {
    return a == b || (ignore_case && equal_ignoring_case(a, b));
}

/// Where the fields begin, or text.size() + 1 if the word is not there.
constexpr std::size_t after_sas_word(std::string_view text, const sas_token_options& rules) noexcept {
    const std::string_view word = part_of(sas_word, 0, sas_word.size() - 1);
    const auto white = [&](std::size_t at) {
        if (at >= text.size()) return false;
        const char c = text[at];
        return c == ' ' || (rules.any_white_space && (c == '\t' || c == '\n' || c == '\r'));
    };
    const bool there = text.size() >= word.size() &&
                       same_word(part_of(text, 0, word.size()), word, rules.ignore_case) && white(word.size());
    if (!there) return rules.allow_no_word ? 0 : text.size() + 1;
    std::size_t at = word.size() + 1;
    while (rules.any_white_space && white(at)) ++at;
    return at;
}

}  // namespace detail

/// The token that the text is, with its fields in any order; nothing is verified yet. Names that are missing are
/// refused at the end of the text, everything else where it stands.
[[nodiscard]] constexpr result<sas_token> decode_sas_token(std::string_view text,
                                                           const sas_token_options& rules = {}) noexcept {
    std::size_t at = detail::after_sas_word(text, rules);
    if (at > text.size())
        return error{.code = errc::iothub_sas_word, .offset = detail::common_prefix(text, detail::sas_word)};
    enum : unsigned { sr = 1, sig = 2, se = 4, skn = 8 };
    sas_token token;
    unsigned seen = 0;
    for (bool more = true; more;) {
        const std::size_t end = detail::find_or_end<'&'>(text, at);
        const std::string_view part = detail::part_of(text, at, end - at);
        const std::size_t begin = at;
        more = end != text.size();
        at = end + 1;
        if (part.empty() && rules.skip_empty_parts) continue;
        const std::size_t equals = detail::find_or_end<'='>(part, 0);
        if (equals == 0 || equals == part.size()) return error{.code = errc::iothub_sas_part, .offset = begin + equals};
        const std::string_view name = detail::part_of(part, 0, equals);
        const std::string_view value = detail::rest_of(part, equals + 1);
        const auto is = [&](std::string_view n) { return detail::same_word(name, n, rules.ignore_case); };
        const unsigned field = is("sr") ? sr : is("sig") ? sig : is("se") ? se : is("skn") ? skn : 0u;
        if (field == 0) {
            if (rules.skip_unknown_fields) continue;
            return error{.code = errc::iothub_sas_unknown_field, .offset = begin};
        }
        if ((seen & field) != 0 && !rules.last_repeated_counts)
            return error{.code = errc::iothub_sas_repeated_field, .offset = begin};
        seen |= field;
        const std::size_t value_at = begin + equals + 1;
        if (value.empty() && field != skn) return error{.code = errc::iothub_sas_empty_field, .offset = value_at};
        if (field == se) {
            const auto expiry = text::decode_decimal<std::uint64_t>(value, {.refuse_leading_zeros = true});
            if (!expiry) return error{.code = expiry.error().code, .offset = value_at + expiry.error().offset};
            token.expiry = *expiry;
        } else {
            (field == sr    ? token.resource
             : field == sig ? token.signature
                            : token.policy) = text::percent_text{value, true};
        }
    }
    if ((seen & (sr | sig | se)) != (sr | sig | se))
        return error{.code = errc::iothub_sas_missing_field, .offset = text.size()};
    return token;
}

/// Writes a token that somebody has signed, its fields as they are, in the order sr, sig, se, skn.
template <room Room>
constexpr void put_sas_token(basic_writer<Room>& out, const sas_token& token) noexcept {
    const auto field = [&](std::string_view name, std::string_view value) {
        out.put(name);
        if (value.empty()) out.fail(errc::iothub_sas_empty_field);
        const std::size_t end = detail::find_or_end<'&'>(value, 0);
        out.put(detail::part_of(value, 0, end));
        if (end == value.size()) return;
        out.fail(errc::iothub_sas_ampersand);
    };
    out.put(detail::sas_word);
    field(detail::sas_sr, token.resource.raw());
    field(detail::sas_sig, token.signature.raw());
    out.put(detail::sas_se);
    text::put_decimal(out, token.expiry);
    if (!token.policy.raw().empty()) field(detail::sas_skn, token.policy.raw());
}
[[nodiscard]] constexpr result<bytes> encode_sas_token(buffer output HUBWIRE_LIFETIMEBOUND,
                                                       const sas_token& token) noexcept {
    writer out{output};
    put_sas_token(out, token);
    return out.finish();
}
[[nodiscard]] constexpr result<std::size_t> encoded_size(const sas_token& token) noexcept {
    counting_writer out;
    put_sas_token(out, token);
    return out.finish();
}

namespace detail {

/// The 32 bytes of a signature on the wire. Refused where it stands.
constexpr result<crypto::sha256_digest> decode_signature(std::string_view wire) noexcept {
    std::array<char, most_signature_size> base64{};  // in which each signature decodes without a look at its size first
    const auto text = text::decode_percent(base64, wire, {.keep_malformed = true});
    crypto::sha256_digest mac{};
    if (text && text->size() == base64_signature_size) {
        const auto size = text::decode_base64(mac, text->text());
        if (size && size->size() == mac.size()) return mac;
    }
    return error{.code = errc::iothub_sas_signature};
}

/// Whether the signature is this one, which nobody learns a byte of: it is wiped where it lies, so that there is no
/// copy.
constexpr result<void> compare_signature(const sas_token& token, crypto::sha256_digest& right) noexcept {
    const auto received = decode_signature(token.signature.raw());
    const bool same = received && crypto::equal_in_constant_time(*received, right);
    crypto::wipe(right);
    if (!received) return received.error();
    if (!same) return error{.code = errc::iothub_sas_wrong_signature};
    return {};
}

/// What is signed has mostly less than this, and is then put together on the stack, which is faster than in pieces.
inline constexpr std::size_t usual_signed_size = 256;

}  // namespace detail

/// Whether the key has signed the token, in a time that tells nothing of the right signature. The offset of a failure
/// is 0: of a signature, nobody is told where it is wrong.
[[nodiscard]] constexpr result<void> check_signature(const sas_token& token, const crypto::hmac_key& key) noexcept {
    const detail::expiry_text expiry{token.expiry};
    const std::string_view sr = token.resource.raw();
    std::array<char, detail::usual_signed_size> message{};
    if (sr.size() <= message.size() - 1 - text::max_decimal_size) {
        char* const end = detail::append(message.data(), sr);
        *end = '\n';
        const char* const last = detail::append(end + 1, expiry.view());
        crypto::sha256_digest right = key.sign({message.data(), static_cast<std::size_t>(last - message.data())});
        return detail::compare_signature(token, right);
    }
    crypto::hmac pieces{key};
    pieces.update(sr);
    pieces.update(std::string_view{"\n"});
    pieces.update(expiry.view());
    crypto::sha256_digest right = pieces.digest();
    return detail::compare_signature(token, right);
}
[[nodiscard]] constexpr result<void> check_signature(const sas_token& token, const sas_key& key) noexcept {
    const auto valid = key.valid();
    return valid ? check_signature(token, key.hmac_key()) : valid;
}

/// The same with another signer. What it has to sign is put together in the scratch memory, which needs 21 bytes more
/// than sr has at most, and is wiped.
template <crypto::signer Signer>
[[nodiscard]] constexpr result<void> check_signature(const sas_token& token, Signer&& signs, buffer scratch) noexcept {
    writer out{scratch};
    out.put(token.resource.raw());
    out.u8('\n');
    text::put_decimal(out, token.expiry);
    const auto message = out.finish();
    if (!message) return message.error();
    result<crypto::sha256_digest> right = signs.sign(*message);
    crypto::wipe(buffer{scratch.data(), message->size()});
    return right ? detail::compare_signature(token, *right) : right.error();
}

/// What a token has to be good for.
struct sas_demand {
    sas_resource resource{};
    std::uint64_t now = 0;     // seconds since 1970 began
    std::uint64_t skew = 300;  // by which clocks may differ
};

/// Whether the token, of which the signature has been found right, gives access to the resource at this time: its sr is
/// that resource, or one that it lies within.
[[nodiscard]] constexpr result<void> check_claims(const sas_token& token, const sas_demand& demand) noexcept {
    const auto what = decode_sas_resource(token.resource.raw());
    if (!what) return what.error();
    if (!what->covers(demand.resource)) return error{.code = errc::iothub_sas_other_resource};
    if (token.is_expired(demand.now, demand.skew)) return error{.code = errc::iothub_sas_expired};
    return {};
}

/// Both. The key is the one that the hub has for the policy of the token, or for the device or the module.
template <class Key>
    requires(std::same_as<Key, crypto::hmac_key> || std::same_as<Key, sas_key>)
[[nodiscard]] constexpr result<void> check_sas_token(const sas_token& token, const Key& key,
                                                     const sas_demand& demand) noexcept {
    const auto verdict = check_signature(token, key);
    return verdict ? check_claims(token, demand) : verdict;
}

/// The same with another signer, and scratch memory as for check_signature.
template <crypto::signer Signer>
[[nodiscard]] constexpr result<void> check_sas_token(const sas_token& token, Signer&& signs, const sas_demand& demand,
                                                     buffer scratch) noexcept {
    const auto verdict = check_signature(token, signs, scratch);
    return verdict ? check_claims(token, demand) : verdict;
}

}  // namespace hubwire::iothub

#endif
