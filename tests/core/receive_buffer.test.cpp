#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/wire.hpp"

using hubwire::buffer;
using hubwire::bytes;
using hubwire::receive_buffer;
using namespace std::literals;
using support::wire;

namespace {

constexpr void put_in(receive_buffer& in, bytes received) {
    const buffer space = in.free_space();
    for (std::size_t i = 0; i != received.size(); ++i) space.data()[i] = received.data()[i];
    in.received(received.size());
}

static_assert([] {
    std::array<char, 6> memory{};
    receive_buffer in{memory};
    put_in(in, "abcd"sv);
    in.consume(1);
    put_in(in, "ef"sv);
    bool fine = in.stream() == bytes{"bcdef"sv};
    in.consume(2);
    put_in(in, "ghi"sv);
    fine = fine && in.stream() == bytes{"defghi"sv} && in.free_space().empty();
    in.consume(6);
    return fine && in.stream().empty() && in.free_space().size() == 6 && in.capacity() == 6;
}());

// Two over the same memory would move each other's bytes.
static_assert(!std::is_copy_constructible_v<receive_buffer> && !std::is_copy_assignable_v<receive_buffer>);

/// What a stream of one packet after the other, each of as many bytes as its first byte says, comes out as.
std::string packets_of(std::string_view stream, std::size_t memory_size, std::size_t chunk) {
    support::exact_block memory{memory_size};
    receive_buffer in{buffer{memory.data(), memory.size()}};
    std::string packets;
    while (!stream.empty()) {
        const buffer space = in.free_space();
        if (space.empty()) return packets + "and one that is too large";
        const std::size_t n = std::min({chunk, space.size(), stream.size()});
        stream.copy(space.data(), n);
        stream.remove_prefix(n);
        in.received(n);
        while (!in.stream().empty() && in.stream().size() >= in.stream()[0]) {
            const bytes packet = in.stream().first(in.stream()[0]);
            in.consume(packet.size());
            packets += packet.text();  // it is still there
        }
    }
    return packets + std::string{in.stream().text()};
}

}  // namespace

TEST_CASE("what comes in is what is there, in its order, whatever is consumed of it") {
    std::minstd_rand random{2015};
    const auto up_to = [&random](std::size_t most) { return random() % (most + 1); };
    for (int round = 0; round != 2000; ++round) {
        support::exact_block memory{up_to(40)};
        receive_buffer in{buffer{memory.data(), memory.size()}};
        std::string expected;
        for (int step = 0; step != 60; ++step) {
            const std::size_t wanted = step % 10 != 0 ? up_to(memory.size() + 1) : std::size_t{0} - 1 - up_to(50);
            const buffer space = wanted == 1 ? in.free_space() : in.free_space(wanted);
            if (in.stream() != bytes{expected}) FAIL("moved, and changed");
            if (space.size() > memory.size() - expected.size()) FAIL("more room than there is");
            if (space.size() < std::min(std::max<std::size_t>(wanted, 1), memory.size() - expected.size()))
                FAIL("less than was wanted");
            const std::size_t n = up_to(space.size());
            for (std::size_t i = 0; i != n; ++i) {
                space.data()[i] = static_cast<char>(static_cast<unsigned char>(random() >> 8));
                expected += space.data()[i];
            }
            in.received(n);
            while (up_to(2) != 0) {
                const bytes before = in.stream();
                const std::size_t done = up_to(before.size());
                in.consume(done);
                expected.erase(0, done);
                if (in.stream().data() != before.data() + done) FAIL("what was consumed has moved");
            }
            if (in.stream() != bytes{expected}) FAIL("not what came in");
        }
    }
}

TEST_CASE("packets are cut wherever the stream was split, in memory that holds the largest, and no less") {
    std::string stream;
    for (std::size_t i = 0; i != 300; ++i) {
        const std::size_t size = 1 + i * i % 17;
        stream += static_cast<char>(size);
        stream.append(size - 1, static_cast<char>('a' + i % 26));
    }
    for (std::size_t memory = 17; memory <= 80; ++memory) {
        for (std::size_t chunk = 1; chunk <= 20; ++chunk) {
            if (packets_of(stream, memory, chunk) != stream) FAIL(memory << ' ' << chunk);
        }
    }
    CHECK(packets_of(stream, 16, 5).ends_with("and one that is too large"));
}

TEST_CASE("no more bytes are moved than were consumed, but where the end of the memory is reached") {
    std::array<char, 1000> memory{};
    receive_buffer in{memory};
    in.received(300);  // of which the larger part stays
    std::size_t moved = 0;
    std::size_t consumed = 0;
    for (int round = 0; round != 1000; ++round) {
        const bytes before = in.stream();
        const bool at_the_end = before.data() + before.size() == memory.data() + memory.size();
        in.received(std::min<std::size_t>(70, in.free_space().size()));
        if (in.stream().data() != before.data() && !at_the_end) moved += before.size();
        in.consume(70);
        consumed += 70;
        if (moved > consumed) FAIL("moved too often");
    }
    CHECK(moved != 0);
}

TEST_CASE("MQTT and AMQP are cut out of it, and nothing is copied") {
    std::array<char, 32> memory{};
    receive_buffer in{memory};
    put_in(in, wire<"d0 00 40">);
    const auto ping = hubwire::mqtt::cut(in.stream());
    REQUIRE(ping);
    CHECK(ping->data() == memory.data());
    in.consume(ping->size());
    CHECK(hubwire::mqtt::cut(in.stream()).incomplete());
    put_in(in, wire<"02 0001">);
    const auto puback = hubwire::mqtt::cut(in.stream());
    REQUIRE(puback);
    in.consume(puback->size());
    CHECK(hubwire::mqtt::decode<hubwire::mqtt::puback>(*puback)->packet_id == 1);

    put_in(in, wire<"00000008 02 00 0000 000000">);
    const auto heartbeat = hubwire::amqp::cut(in.stream());
    REQUIRE(heartbeat);
    in.consume(heartbeat->size());
    CHECK(in.stream() == bytes{wire<"000000">});
}
