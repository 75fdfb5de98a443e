#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/amqp.hpp"
#include "support/catch2.hpp"
#include "support/wire.hpp"

namespace amqp = hubwire::amqp;
using amqp::plain_credentials;
using amqp::symbol;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using support::composite_of;
using support::decodes_to;
using support::encode_refusal;
using support::refusal;
using support::same_composite;
using support::wire;
using namespace std::literals;

namespace {

std::string same_plain(const plain_credentials& who, bytes expected) {
    const auto encode = [&](hubwire::buffer output) { return amqp::encode_plain(output, who); };
    if (std::string wrong = support::every_capacity(expected, encode); !wrong.empty()) return wrong;
    const support::exact_block block{expected};
    const auto decoded = amqp::decode_plain({block.data(), block.size()});
    if (!decoded || !(*decoded == who)) return "it decodes to something else";
    return support::every_mutation(expected, amqp::decode_plain);
}

error plain_refusal(std::string_view response) {
    const support::exact_block block{response};
    const auto decoded = amqp::decode_plain({block.data(), block.size()});
    return decoded ? error{} : decoded.error();
}

error encode_plain_refusal(const plain_credentials& who) {
    std::array<char, 64> memory{};
    const auto encoded = amqp::encode_plain(memory, who);
    return encoded ? error{} : encoded.error();
}

constexpr bool plain_at_compile_time() {
    constexpr auto expected = wire<"00 'user' 00 'password'">;
    std::array<char, 32> memory{};
    const plain_credentials who{.user = "user", .password = "password"};
    return *amqp::encode_plain(memory, who) == bytes{expected} && *amqp::decode_plain(expected) == who;
}
static_assert(plain_at_compile_time());

}  // namespace

TEST_CASE("mechanisms are one symbol or several, and at least one [AMQP 5.3.3.1]") {
    constexpr symbol one[] = {"PLAIN"};
    constexpr symbol three[] = {"MSSBCBS", "PLAIN", "ANONYMOUS"};
    CHECK(same_composite(amqp::sasl_mechanisms{one}, composite_of(0x40, 1, wire<"a3 05 'PLAIN'">)) == "");
    CHECK(same_composite(amqp::sasl_mechanisms{three},
                         composite_of(0x40, 1, wire<"e0 1a 03 a3 07 'MSSBCBS' 05 'PLAIN' 09 'ANONYMOUS'">)) == "");
    CHECK(decodes_to(amqp::sasl_mechanisms{one},
                     composite_of(0x40, 1, wire<"f0 0000000e 00000001 b3 00000005 'PLAIN'">)) == "");
    const std::string input = composite_of(0x40, 1, wire<"e0 1a 03 a3 07 'MSSBCBS' 05 'PLAIN' 09 'ANONYMOUS'">);
    const auto offered = amqp::decode<amqp::sasl_mechanisms>(input);
    REQUIRE(offered);
    CHECK(offered->sasl_server_mechanisms.contains(amqp::sasl_mechanism::anonymous));
    CHECK(offered->sasl_server_mechanisms.contains(amqp::sasl_mechanism::mssbcbs));
    CHECK_FALSE(offered->sasl_server_mechanisms.contains(amqp::sasl_mechanism::external));

    CHECK(refusal<amqp::sasl_mechanisms>(wire<"00 53 40 45">).code == errc::amqp_missing_field);
    CHECK(refusal<amqp::sasl_mechanisms>(wire<"00 53 40 c0 02 01 40">).code == errc::amqp_missing_field);
    CHECK(refusal<amqp::sasl_mechanisms>(wire<"00 53 40 c0 05 01 e0 02 00 a3">).code == errc::amqp_missing_field);
    CHECK(encode_refusal(amqp::sasl_mechanisms{}).code == errc::amqp_missing_field);
}

TEST_CASE("init, challenge and response [AMQP 5.3.3.2 to 5.3.3.4]") {
    CHECK(same_composite(amqp::sasl_init{.mechanism = amqp::sasl_mechanism::anonymous},
                         composite_of(0x41, 1, wire<"a3 09 'ANONYMOUS'">)) == "");
    CHECK(same_composite(amqp::sasl_init{.mechanism = amqp::sasl_mechanism::plain,
                                         .initial_response = bytes{wire<"00 'u' 00 'p'">},
                                         .hostname = "h"},
                         composite_of(0x41, 3, wire<"a3 05 'PLAIN' a0 04 00 'u' 00 'p' a1 01 'h'">)) == "");
    // Microsoft's, after which a token is put: it has no response.
    CHECK(same_composite(amqp::sasl_init{.mechanism = amqp::sasl_mechanism::mssbcbs},
                         composite_of(0x41, 1, wire<"a3 07 'MSSBCBS'">)) == "");
    // A trace of whoever it is [RFC 4505-2], and as whom to act [RFC 4422-A.2]
    CHECK(same_composite(
              amqp::sasl_init{.mechanism = amqp::sasl_mechanism::anonymous, .initial_response = "me@example"sv},
              composite_of(0x41, 2, wire<"a3 09 'ANONYMOUS' a0 0a 'me@example'">)) == "");
    CHECK(same_composite(amqp::sasl_init{.mechanism = amqp::sasl_mechanism::external, .initial_response = "admin"sv},
                         composite_of(0x41, 2, wire<"a3 08 'EXTERNAL' a0 05 'admin'">)) == "");
    // An empty response is not the same as none.
    CHECK(same_composite(amqp::sasl_init{.mechanism = amqp::sasl_mechanism::external, .initial_response = bytes{}},
                         composite_of(0x41, 2, wire<"a3 08 'EXTERNAL' a0 00">)) == "");
    CHECK(same_composite(amqp::sasl_challenge{"c"sv}, composite_of(0x42, 1, wire<"a0 01 'c'">)) == "");
    CHECK(same_composite(amqp::sasl_response{}, composite_of(0x43, 1, wire<"a0 00">)) == "");
    CHECK(refusal<amqp::sasl_init>(wire<"00 53 41 45">).code == errc::amqp_missing_field);
    CHECK(refusal<amqp::sasl_challenge>(wire<"00 53 42 45">).code == errc::amqp_missing_field);
    CHECK(refusal<amqp::sasl_response>(wire<"00 53 43 c0 02 01 40">).code == errc::amqp_missing_field);
}

TEST_CASE("outcome has one of five codes [AMQP 5.3.3.5, 5.3.3.6]") {
    CHECK(same_composite(amqp::sasl_outcome{}, composite_of(0x44, 1, wire<"50 00">)) == "");
    CHECK(same_composite(amqp::sasl_outcome{.code = amqp::sasl_code::sys_temp, .additional_data = "x"sv},
                         composite_of(0x44, 2, wire<"50 04 a0 01 'x'">)) == "");
    CHECK(refusal<amqp::sasl_outcome>(composite_of(0x44, 1, wire<"50 05">)).code == errc::amqp_choice);
    CHECK(refusal<amqp::sasl_outcome>(composite_of(0x44, 1, wire<"50 ff">)).code == errc::amqp_choice);
    CHECK(refusal<amqp::sasl_outcome>(composite_of(0x44, 1, wire<"52 00">)).code == errc::amqp_type);
    CHECK(encode_refusal(amqp::sasl_outcome{.code = amqp::sasl_code{5}}).code == errc::amqp_choice);
}

TEST_CASE("PLAIN is an authorization id, a user and a password, with U+0000 between them [RFC 4616-2]") {
    CHECK(same_plain({.user = "user", .password = "password"}, wire<"00 'user' 00 'password'">) == "");
    CHECK(same_plain({.authorization_id = "admin", .user = "user", .password = "p"},
                     wire<"'admin' 00 'user' 00 'p'">) == "");
    CHECK(same_plain({.user = "\xc3\xa9", .password = "\xf0\x9f\x98\x80"}, wire<"00 c3a9 00 f09f9880">) == "");
}

TEST_CASE("what is no response of PLAIN is refused [RFC 4616-2]") {
    CHECK(plain_refusal(""sv).code == errc::truncated);
    CHECK(plain_refusal("user"sv).code == errc::truncated);
    CHECK(plain_refusal("\0user"sv).code == errc::truncated);
    CHECK(plain_refusal("\0\0password"sv) == error{.code = errc::amqp_credentials, .offset = 1});
    CHECK(plain_refusal("\0user\0"sv) == error{.code = errc::amqp_credentials, .offset = 6});
    CHECK(plain_refusal("\0user\0pass\0word"sv) == error{.code = errc::leftover, .offset = 10});
    CHECK(plain_refusal("\xff\0user\0pass"sv) == error{.code = errc::invalid_utf8, .offset = 0});
    CHECK(plain_refusal("\0us\xff\0pass"sv) == error{.code = errc::invalid_utf8, .offset = 3});
    CHECK(plain_refusal("\0user\0pa\xc3"sv) == error{.code = errc::invalid_utf8, .offset = 8});
    CHECK(support::every_short_input(amqp::decode_plain) == "");
}

TEST_CASE("credentials that PLAIN cannot say are not sent [RFC 4616-2]") {
    CHECK(encode_plain_refusal({.user = "user", .password = "p"}) == error{});
    CHECK(encode_plain_refusal({.password = "p"}) == error{.code = errc::amqp_credentials, .offset = 1});
    CHECK(encode_plain_refusal({.user = "user"}) == error{.code = errc::amqp_credentials, .offset = 6});
    CHECK(encode_plain_refusal({.user = "us\0er"sv, .password = "p"}) == error{.code = errc::nul_in_text, .offset = 3});
    CHECK(encode_plain_refusal({.user = "user", .password = "p\0"sv}) == error{.code = errc::nul_in_text, .offset = 7});
    CHECK(encode_plain_refusal({.authorization_id = "\0"sv, .user = "user", .password = "p"}) ==
          error{.code = errc::nul_in_text, .offset = 0});
    CHECK(encode_plain_refusal({.user = "a\xff", .password = "p"}) == error{.code = errc::invalid_utf8, .offset = 2});
}
