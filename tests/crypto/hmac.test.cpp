#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hubwire/hubwire.hpp>
#include <new>
#include <string>
#include <string_view>

#include "support/allocations.hpp"
#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_sha256.hpp"
#include "support/own_stack.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using hubwire::result;
using namespace hubwire::crypto;
using namespace std::literals;
using support::wire;

namespace {

constexpr auto jefe = wire<"5bdcc146 bf60754e 6a042426 089575c7 5a003f08 9d273983 9dec58b9 64ec3843">;

constexpr hmac_key constant_key{"Jefe"sv};
static_assert(constant_key.sign("what do ya want for nothing?"sv) == jefe);
static_assert(hmac_of("Jefe"sv, "what do ya want for nothing?"sv) == jefe);
static_assert([] {
    hmac pieces{constant_key};
    pieces.update("what do ya want "sv);
    pieces.update("for nothing?"sv);
    return pieces.digest();
}() == jefe);

/// A stand-in for a TPM: it can be out of order.
struct secure_element {
    bool works = true;
    result<sha256_digest> sign(bytes message) {
        if (!works) return error{.code = errc::application};
        return hmac_of("the key that nobody sees"sv, message);
    }
};
struct no_signer {
    int sign(bytes message);
};
static_assert(signer<hmac_key> && signer<const hmac_key> && signer<secure_element>);
static_assert(!signer<const secure_element> && !signer<no_signer> && !signer<int>);

result<sha256_digest> sign_with(signer auto&& signs, bytes message) { return signs.sign(message); }

std::string text_of(const sha256_digest& digest) { return std::string{bytes{digest}.text()}; }

std::string some_bytes(std::size_t size, unsigned seed) {
    std::string text;
    for (std::size_t i = 0; i != size; ++i)
        text += static_cast<char>(static_cast<unsigned char>(i * 211 + seed + size));
    return text;
}

/// How many bytes of the memory are not 0, as whoever looks at the memory sees them.
std::size_t remains(const void* memory, std::size_t size) {
    const volatile unsigned char* const at = static_cast<const unsigned char*>(memory);
    std::size_t count = 0;
    for (std::size_t i = 0; i != size; ++i) count += at[i] != 0 ? 1u : 0u;
    return count;
}

}  // namespace

TEST_CASE("RFC 4231: the test cases") {
    std::string ascending;
    for (int i = 1; i <= 25; ++i) ascending += static_cast<char>(i);
    const struct {
        std::string key;
        std::string message;
        sha256_digest mac;
    } vectors[] = {
        {std::string(20, '\x0b'), "Hi There",
         wire<"b0344c61 d8db3853 5ca8afce af0bf12b 881dc200 c9833da7 26e9376c 2e32cff7">},
        {"Jefe", "what do ya want for nothing?", jefe},
        {std::string(20, '\xaa'), std::string(50, '\xdd'),
         wire<"773ea91e 36800e46 854db8eb d09181a7 2959098b 3ef8c122 d9635514 ced565fe">},
        {ascending, std::string(50, '\xcd'),
         wire<"82558a38 9a443c0e a4cc8198 99f2083a 85f0faa3 e578f807 7a2e3ff4 6729665b">},
        {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
         wire<"60e43159 1ee0b67f 0d8a26aa cbf5b77f 8e0bc621 3728c514 0546040f 0ee37f54">},
        {std::string(131, '\xaa'),
         "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
         "hashed before being used by the HMAC algorithm.",
         wire<"9b09ffa7 1b942fcb 27635fbc d5b0e944 bfdc6364 4f071393 8a7f5153 5c3a35e2">},
    };
    for (const auto& [key, message, mac] : vectors) {
        INFO(message);
        CHECK(hmac_of(key, message) == mac);
        CHECK(hmac_key{key}.sign(message) == mac);
    }
    // Test case 5 shows the first 16 bytes only.
    const auto truncated = hmac_of(std::string(20, '\x0c'), "Test With Truncation"sv);
    CHECK(bytes{truncated}.first(16) == bytes{wire<"a3b61674 73100ee0 6e0c796c 2955552b">});
}

TEST_CASE("RFC 2104: keys and messages of every size are signed as the definition, read literally, does") {
    for (std::size_t key_size = 0; key_size <= 140; ++key_size) {
        const std::string secret = some_bytes(key_size, 5);
        const support::exact_block key_block{secret};
        const hmac_key key{{key_block.data(), key_size}};
        for (const std::size_t size :
             {std::size_t{0}, std::size_t{1}, std::size_t{55}, std::size_t{56}, std::size_t{63}, std::size_t{64},
              std::size_t{80}, std::size_t{119}, std::size_t{120}, key_size}) {
            const std::string message = some_bytes(size, 9);
            const support::exact_block block{message};
            CHECK(text_of(key.sign({block.data(), size})) == support::naive_hmac(secret, message));
        }
    }
    const hmac_key key{"key"sv};
    for (std::size_t size = 0; size <= 300; ++size) {
        const std::string message = some_bytes(size, 1);
        CHECK(text_of(key.sign(message)) == support::naive_hmac("key", message));
    }
}

TEST_CASE("a message has one HMAC, in however many pieces it comes") {
    const hmac_key key{"a key"sv};
    const std::string message = some_bytes(150, 3);
    for (std::size_t size = 0; size <= message.size(); ++size) {
        const bytes whole = bytes{message}.first(size);
        const sha256_digest expected = key.sign(whole);
        for (std::size_t split = 0; split <= size; ++split) {
            hmac pieces{key};
            pieces.update(whole.first(split));
            pieces.update(whole.without_first(split));
            if (pieces.digest() != expected) FAIL(size << ' ' << split);
        }
    }
}

TEST_CASE("an HMAC can be asked for at any time, and copies of it and of the key go on by themselves") {
    hmac_key key{"a key"sv};
    hmac pieces{key};
    pieces.update("ab"sv);
    hmac copy = pieces;
    CHECK(pieces.digest() == key.sign("ab"sv));
    pieces.update("c"sv);
    CHECK(pieces.digest() == key.sign("abc"sv));
    CHECK(copy.digest() == key.sign("ab"sv));
    copy = pieces;
    CHECK(copy.digest() == key.sign("abc"sv));
    const hmac_key same = key;
    key = hmac_key{"another"sv};
    CHECK(same.sign("ab"sv) == hmac_of("a key"sv, "ab"sv));
    CHECK(key.sign("ab"sv) == hmac_of("another"sv, "ab"sv));
}

TEST_CASE("keys, and what is made with them, are wiped at the end of their life") {
    alignas(hmac_key) unsigned char memory[sizeof(hmac_key)];
    auto* const key = new (memory) hmac_key{"a secret"sv};
    CHECK(remains(memory, sizeof memory) > sizeof memory / 2);

    alignas(hmac) unsigned char other_memory[sizeof(hmac)];
    auto* const pieces = new (other_memory) hmac{*key};
    pieces->update("and a message that is longer than a block, so that none of the states is the first one"sv);
    CHECK(remains(other_memory, sizeof other_memory) > sizeof other_memory / 2);

    pieces->~hmac();
    CHECK(remains(other_memory, sizeof other_memory) == 0);
    key->~hmac_key();
    CHECK(remains(memory, sizeof memory) == 0);
}

TEST_CASE("nothing of a key is left on the stack, when it is made, or signs") {
    if (!support::own_stack::works()) return;
    const std::string secret = some_bytes(32, 7);
    const std::string long_secret = some_bytes(100, 8);
    const sha256_digest of_long_secret = sha256_of(long_secret);
    char words_of_long_secret[sizeof of_long_secret];
    for (std::size_t at = 0; at != of_long_secret.size(); at += 4) {
        const auto word = hubwire::detail::load_be<std::uint32_t>(of_long_secret.data() + at);
        std::memcpy(words_of_long_secret + at, &word, sizeof word);
    }
    const auto flipped = [](bytes key, unsigned char bits) {
        std::string pad{key.text()};
        for (char& c : pad) c = static_cast<char>(c ^ static_cast<char>(bits));
        return pad;
    };

    for (const std::string& each : {secret, long_secret}) {
        alignas(hmac_key) char memory[sizeof(hmac_key)];
        support::own_stack stack;
        stack.run([&] { new (memory) hmac_key{each}; });
        for (const bytes key : {bytes{secret}, bytes{of_long_secret}}) {
            CHECK_FALSE(stack.holds(key));
            CHECK_FALSE(stack.holds(flipped(key, 0x36)));
            CHECK_FALSE(stack.holds(flipped(key, 0x5c)));
        }
        CHECK_FALSE(stack.holds({words_of_long_secret, sizeof words_of_long_secret}));

        auto* const key = std::launder(reinterpret_cast<hmac_key*>(memory));
        const std::string state{memory, sizeof memory};
        for (const std::size_t size : {0u, 20u, 64u, 200u}) {
            const std::string message = some_bytes(size, 9);
            sha256_digest mac{};
            support::own_stack other;
            other.run([&] { mac = key->sign(message); });
            CHECK(mac == hmac_of(each, message));
            CHECK_FALSE(other.holds({state.data(), state.size() / 2}));
            CHECK_FALSE(other.holds({state.data() + state.size() / 2, state.size() / 2}));
        }
        key->~hmac_key();
    }
}

TEST_CASE("of what SHA-256 has made of a block, nothing is left on the stack") {
    if (!support::own_stack::works()) return;
    const std::string block = some_bytes(64, 3);
    detail::sha256_words words{};
    for (std::size_t i = 0; i != words.size(); ++i)
        words[i] = hubwire::detail::load_be<std::uint32_t>(block.data() + 4 * i);
    detail::sha256_state state = detail::sha256_start;
    detail::compress_words(state, words);

    detail::sha256_state same = detail::sha256_start;
    support::own_stack stack;
    stack.run([&] { detail::compress_portably(same, block.data(), 1); });
    CHECK(same == state);
    char schedule[sizeof words];
    std::memcpy(schedule, words.data(), sizeof schedule);
    CHECK_FALSE(stack.holds({schedule, sizeof schedule / 2}));
    CHECK_FALSE(stack.holds({schedule + sizeof schedule / 2, sizeof schedule / 2}));
}

TEST_CASE("another signer takes the place of a key, and may fail") {
    CHECK(*sign_with(hmac_key{"Jefe"sv}, "what do ya want for nothing?"sv) == jefe);
    CHECK(*sign_with(secure_element{}, "text"sv) == hmac_of("the key that nobody sees"sv, "text"sv));
    CHECK(sign_with(secure_element{.works = false}, "text"sv).error().code == errc::application);
}

TEST_CASE("signing allocates nothing") {
    const std::string secret = some_bytes(100, 1);
    const std::size_t before = support::allocations();
    const hmac_key key{secret};
    hmac pieces{key};
    pieces.update(secret);
    const bool same = pieces.digest() == key.sign(secret);
    CHECK(support::allocations() == before);
    CHECK(same);
}
