#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>

#include "support/allocations.hpp"
#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/naive_handshake.hpp"
#include "support/wire.hpp"

using hubwire::bytes;
using hubwire::websocket::detail::sha1_of;
using namespace std::literals;
using support::wire;

// The vectors of FIPS 180-4 and of NIST's examples for it.
static_assert(sha1_of("abc"sv) == wire<"a9993e36 4706816a ba3e2571 7850c26c 9cd0d89d">);
static_assert(sha1_of({}) == wire<"da39a3ee 5e6b4b0d 3255bfef 95601890 afd80709">);
static_assert(sha1_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"sv) ==
              wire<"84983e44 1c3bd26e baae4aa1 f95129e5 e54670f1">);
static_assert(sha1_of("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                      "mnopqrstnopqrstu"sv) == wire<"a49b2446 a02c645b f419f995 b6709125 3a04a259">);

TEST_CASE("FIPS 180-4: a million times the letter a") {
    CHECK(sha1_of(std::string(1'000'000, 'a')) == wire<"34aa973c d4c4daa4 f61eeb2b dbad2731 6534016f">);
}

TEST_CASE("SHA-1 of every size, around the ends of blocks above all, is as the standard has it line by line") {
    std::string message;
    for (std::size_t size = 0; size != 300; ++size) {
        const support::exact_block block{bytes{message}};
        const std::size_t before = support::allocations();
        const auto digest = sha1_of({block.data(), block.size()});
        CHECK(support::allocations() == before);
        if (bytes{digest}.text() != support::naive_sha1(message)) FAIL(size);
        message += static_cast<char>(static_cast<unsigned char>(size * 167 + 13));
    }
}
