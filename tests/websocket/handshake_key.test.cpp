#include <array>
#include <cstddef>
#include <hubwire/hubwire.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch2.hpp"
#include "support/naive_handshake.hpp"
#include "support/sweep.hpp"

using hubwire::errc;
using hubwire::error;
using namespace hubwire::websocket;
using namespace std::literals;

namespace {

constexpr std::array<char, 16> nonce{'t', 'h', 'e', ' ', 's', 'a', 'm', 'p', 'l', 'e', ' ', 'n', 'o', 'n', 'c', 'e'};

// RFC 6455-1.3
static_assert(handshake_key{nonce}.text() == "dGhlIHNhbXBsZSBub25jZQ==");
static_assert(accept_key{handshake_key{nonce}}.text() == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
static_assert(*decode_handshake_key("dGhlIHNhbXBsZSBub25jZQ==") == handshake_key{nonce});

// RFC 6455-4.1, whose text for these bytes has other bits before the padding, which stand for nothing
constexpr std::array<char, 16> counted{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static_assert(handshake_key{counted}.text() == "AQIDBAUGBwgJCgsMDQ4PEA==");
static_assert(decode_handshake_key("AQIDBAUGBwgJCgsMDQ4PEC==").has_value());

template <class R>
concept makes_key = requires(const R& range) { handshake_key{range}; };
static_assert(makes_key<std::array<std::byte, 16>> && makes_key<std::span<const unsigned char, 16>> &&
              makes_key<unsigned char[16]> && makes_key<std::span<char, 16>>);
static_assert(!makes_key<std::array<std::byte, 15>> && !makes_key<std::vector<std::byte>> &&
              !makes_key<std::span<const std::byte>> && !makes_key<char[16]> && !makes_key<std::array<int, 16>> &&
              !makes_key<std::string_view>);
static_assert(!std::is_default_constructible_v<handshake_key>);

}  // namespace

TEST_CASE("RFC 6455-4.2.2: the answer to a key is made of its text") {
    for (unsigned seed = 0; seed != 300; ++seed) {
        std::array<unsigned char, 16> random{};
        for (std::size_t i = 0; i != 16; ++i) random[i] = static_cast<unsigned char>(seed * 31 + i * seed);
        const handshake_key key{random};
        CHECK(key.text() == support::naive_base64(hubwire::bytes{random}.text()));
        CHECK(accept_key{key}.text() == support::naive_accept(key.text()));
        CHECK(*decode_handshake_key(key.text()) == key);
    }
    std::array<std::byte, 16> other{};
    CHECK_FALSE(accept_key{handshake_key{other}} == accept_key{handshake_key{nonce}});
}

TEST_CASE("RFC 6455-4.2.1: a key is 16 bytes in base64") {
    const auto refused_at = [](std::string_view text) {
        const support::exact_block input{hubwire::bytes{text}};
        const auto read = decode_handshake_key({input.data(), input.size()});
        REQUIRE_FALSE(read);
        CHECK(read.error().code == errc::websocket_key);
        return read.error().offset;
    };
    CHECK(refused_at("") == 0);
    CHECK(refused_at("dGhlIHNhbXBsZSBub25jZQ=") == 23);
    CHECK(refused_at("dGhlIHNhbXBsZSBub25jZQ===") == 24);
    CHECK(refused_at("dGhlIHNhbXBsZSBub25jZQAA") == 22);
    CHECK(refused_at("dGhlIHNhbXBsZSBub25jZQ=A") == 23);
    CHECK(refused_at("dGhlIHNhbXBsZSBub25jZ===") == 21);
    CHECK(refused_at("dGhl-HNhbXBsZSBub25jZQ==") == 4);
    CHECK(refused_at("dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ==") == 24);
    CHECK(error{.code = errc::websocket_key}.rule() == "RFC 6455-4.2.1");

    // The bits that stand for nothing may be any.
    CHECK(accept_key{*decode_handshake_key("dGhlIHNhbXBsZSBub25jZX==")}.text() ==
          support::naive_accept("dGhlIHNhbXBsZSBub25jZX=="));
    CHECK(support::every_mutation("dGhlIHNhbXBsZSBub25jZQ=="sv,
                                  [](hubwire::bytes text) { return decode_handshake_key(text.text()); }) == "");
}
