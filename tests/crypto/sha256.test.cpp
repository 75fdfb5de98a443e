#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/allocations.hpp"
#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_sha256.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using namespace hubwire::crypto;
using namespace std::literals;
using support::wire;

namespace {

constexpr auto of_abc = wire<"ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad">;
constexpr auto of_nothing = wire<"e3b0c442 98fc1c14 9afbf4c8 996fb924 27ae41e4 649b934c a495991b 7852b855">;

static_assert(sha256_of("abc"sv) == of_abc);
static_assert(sha256_of({}) == of_nothing);
static_assert([] {
    sha256 pieces;
    pieces.update("a"sv);
    pieces.update({});
    pieces.update("bc"sv);
    return pieces.digest();
}() == of_abc);

std::string text_of(const sha256_digest& digest) { return std::string{bytes{digest}.text()}; }

std::string some_message(std::size_t size) {
    std::string message;
    for (std::size_t i = 0; i != size; ++i) message += static_cast<char>(static_cast<unsigned char>(i * 167 + size));
    return message;
}

/// The digest by the functions that any processor has.
sha256_digest portably(bytes message) {
    const std::size_t whole = message.size() / 64;
    const bytes rest = message.without_first(64 * whole);
    const detail::padded_end end{rest.data(), rest.size(), message.size()};
    detail::sha256_state state = detail::sha256_start;
    detail::compress_portably(state, message.data(), whole);
    detail::compress_portably(state, end.data(), end.count());
    return detail::digest_of(state);
}

}  // namespace

TEST_CASE("FIPS 180-4: the constants are the roots of primes") {
    const auto naive = support::naive_sha256_constants();
    for (std::size_t i = 0; i != 8; ++i) CHECK(detail::sha256_start[i] == naive[i]);
    for (std::size_t i = 0; i != 64; ++i) CHECK(detail::sha256_constants[i] == naive[8 + i]);
}

TEST_CASE("FIPS 180-4: the examples, and short messages of the validation program") {
    const struct {
        std::string message;
        sha256_digest digest;
    } vectors[] = {
        {"", of_nothing},
        {"abc", of_abc},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         wire<"248d6a61 d20638b8 e5c02693 0c3e6039 a33ce459 64ff2167 f6ecedd4 19db06c1">},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqr"
         "stu",
         wire<"cf5b16a7 78af8380 036ce59e 7b049237 0b249b11 e8f07a51 afac4503 7afee9d1">},
        {"\xd3", wire<"28969cdf a74a12c8 2f3bad96 0b0b000a ca2ac329 deea5c23 28ebc6f2 ba9802c1">},
        {"\x11\xaf", wire<"5ca7133f a7353260 81558ac3 12c620ee ca9970d1 e70a4b95 533d956f 072d1f98">},
        {"\xb4\x19\x0e", wire<"dff2e730 91f6c05e 528896c4 c831b944 8653dc2f f043528f 6769437b c7b975c2">},
        {"\x74\xba\x25\x21", wire<"b16aa56b e3880d18 cd41e683 84cf1ec8 c17680c4 5a02b157 5dc15189 23ae8b0e">},
        {"\xc2\x99\x20\x96\x82", wire<"f0887fe9 61c9cd3b eab957e8 222494ab b969b1ce 4c655797 6df8b0f6 d20e9166">},
        {"\x57\x38\xc9\x29\xc4\xf4\xcc\xb6",
         wire<"963bb88f 27f51277 7aab6c8b 1a02c70e c0ad651d 428f8700 36e19171 20fb48bf">},
    };
    for (const auto& [message, digest] : vectors) {
        INFO(message);
        CHECK(sha256_of(message) == digest);
        CHECK(portably(message) == digest);
    }
}

TEST_CASE("FIPS 180-4: a million times the letter a, and five million") {
    const std::string million(1'000'000, 'a');
    constexpr auto digest = wire<"cdc76e5c 9914fb92 81a1c7e2 84d73e67 f1809a48 a497200e 046d39cc c7112cd0">;
    CHECK(sha256_of(million) == digest);
    CHECK(portably(million) == digest);
    sha256 pieces;
    for (int i = 0; i != 5; ++i) pieces.update(million);
    CHECK(pieces.digest() == wire<"7f4a2851 93573e70 7fcb6398 222c00f0 44745cd2 930e41d2 8d30da87 d6ca183f">);
}

TEST_CASE("messages of every size have the digest that the standard, read literally, gives them") {
    for (std::size_t size = 0; size <= 300; ++size) {
        const std::string message = some_message(size);
        const support::exact_block block{message};
        const std::string expected = support::naive_sha256(message);
        CHECK(text_of(sha256_of({block.data(), size})) == expected);
        CHECK(text_of(portably({block.data(), size})) == expected);
    }
}

TEST_CASE("a message has one digest, in however many pieces it comes") {
    const std::string message = some_message(200);
    for (std::size_t size = 0; size <= message.size(); ++size) {
        const bytes whole = bytes{message}.first(size);
        const sha256_digest expected = sha256_of(whole);
        for (std::size_t split = 0; split <= size; ++split) {
            const support::exact_block first{whole.first(split)};
            const support::exact_block second{whole.without_first(split)};
            sha256 pieces;
            pieces.update({first.data(), first.size()});
            pieces.update({second.data(), second.size()});
            if (pieces.digest() != expected) FAIL(size << ' ' << split);
        }
    }
    for (const std::size_t step : {1u, 3u, 63u, 64u, 65u, 128u}) {
        sha256 pieces;
        for (std::size_t at = 0; at < message.size(); at += step)
            pieces.update(std::string_view{message}.substr(at, step));
        CHECK(pieces.digest() == sha256_of(message));
    }
}

TEST_CASE("a digest can be asked for at any time, and a copy goes on by itself") {
    sha256 pieces;
    pieces.update("ab"sv);
    const sha256 copy = pieces;
    CHECK(pieces.digest() == sha256_of("ab"sv));
    pieces.update("c"sv);
    CHECK(pieces.digest() == of_abc);
    CHECK(pieces.digest() == of_abc);
    CHECK(copy.digest() == sha256_of("ab"sv));
}

TEST_CASE("hashing allocates nothing") {
    const std::string message = some_message(1000);
    const std::size_t before = support::allocations();
    sha256 pieces;
    pieces.update(message);
    const bool same = pieces.digest() == sha256_of(message);
    CHECK(support::allocations() == before);
    CHECK(same);
}

TEST_CASE("the processor's own instructions and plain C++ agree, from every state over any number of blocks") {
    std::uint32_t random = 1;
    const auto next = [&random] { return random = random * 1'664'525 + 1'013'904'223; };
    bool compared = false;
    for (int round = 0; round != 2000; ++round) {
        detail::sha256_state state{};
        for (auto& word : state) word = next() ^ next() >> 16;
        std::string blocks(64 * (next() >> 16) % 320, '\0');
        blocks.resize(blocks.size() / 64 * 64);
        for (char& c : blocks) c = static_cast<char>(static_cast<unsigned char>(next() >> 24));
        detail::sha256_state portable = state;
        detail::compress_portably(portable, blocks.data(), blocks.size() / 64);
        detail::sha256_state own = state;
        detail::compress(own, blocks.data(), blocks.size() / 64);
        if (own != portable) FAIL(round);
#if defined(HUBWIRE_HAS_X86_LEVELS)
        if (hubwire::detail::x86_has(hubwire::detail::x86_level::sha)) {
            compared = true;
            detail::sha256_state x86 = state;
            detail::compress_x86(x86, blocks.data(), blocks.size() / 64);
            if (x86 != portable) FAIL(round);
            if (detail::authenticate_x86(state, own, blocks.data(), blocks.size() / 64, blocks.data(), 0) !=
                detail::authenticate_portably(state, own, blocks.data(), blocks.size() / 64, blocks.data(), 0))
                FAIL(round);
        }
#elif defined(HUBWIRE_HAS_SHA_ARM)
        compared = true;
        if (detail::authenticate_arm(state, own, blocks.data(), blocks.size() / 64, blocks.data(), 0) !=
            detail::authenticate_portably(state, own, blocks.data(), blocks.size() / 64, blocks.data(), 0))
            FAIL(round);
#endif
    }
    if (!compared) WARN("this processor, or this build, has no instructions for SHA-256");
}

#if defined(HUBWIRE_HAS_X86_LEVELS) && !defined(__SSSE3__)
TEST_CASE("a processor without the instructions is served as well, and nobody asks twice") {
    using hubwire::detail::known_x86_level;
    using hubwire::detail::x86_has;
    using hubwire::detail::x86_level;
    const std::string message = some_message(200);
    const std::string expected = support::naive_sha256(message);
    const std::string expected_mac = support::naive_hmac("key", message);
    const x86_level really = hubwire::detail::ask_for_x86_level();
    CHECK((really >= x86_level::ssse3) == (__builtin_cpu_supports("ssse3") != 0));
    if (__builtin_cpu_supports("sse4.1") == 0) CHECK(really < x86_level::sha);
    for (const x86_level level : {x86_level::basic, x86_level::ssse3}) {
        known_x86_level = level;
        CHECK(x86_has(x86_level::basic));
        CHECK(x86_has(x86_level::ssse3) == (level == x86_level::ssse3));
        CHECK_FALSE(x86_has(x86_level::sha));
        CHECK(text_of(sha256_of(message)) == expected);
        CHECK(text_of(hmac_of("key"sv, message)) == expected_mac);
        CHECK(known_x86_level == level);
    }
    known_x86_level = x86_level::not_asked;
    CHECK(x86_has(x86_level::sha) == (really == x86_level::sha));
    CHECK(known_x86_level == really);
    CHECK(text_of(sha256_of(message)) == expected);
    CHECK(text_of(hmac_of("key"sv, message)) == expected_mac);
}
#endif
