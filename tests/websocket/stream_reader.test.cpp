#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "support/allocations.hpp"
#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/wire.hpp"

using hubwire::buffer;
using hubwire::bytes;
using hubwire::errc;
using hubwire::error;
using namespace hubwire::websocket;
using namespace std::literals;
using support::wire;

namespace {

constexpr masking_key key{0x37fa213d};

constexpr void put_in(stream_reader& in, bytes received) {
    const buffer space = in.free_space();
    for (std::size_t i = 0; i != received.size(); ++i) space.data()[i] = received.data()[i];
    in.received(received.size());
}

static_assert([] {
    std::array<char, 64> memory{};
    stream_reader in{memory, role::server};
    put_in(in, wire<"02 83 37fa213d 7f9f4d  80 82 37fa213d 5b95">);
    bool fine = in.next_control().incomplete() && in.stream() == bytes{wire<"'Hello'">};
    in.consume(4);
    put_in(in, wire<"02 80 37fa213d 00 82 37fa213d 5b95 89 80 00000000">);
    fine = fine && in.next_control()->opcode == opcode::ping && in.stream() == bytes{wire<"'olo'">};
    put_in(in, wire<"80 85 37fa213d 7f9f4d5158">);
    return fine && in.next_control().incomplete() && in.stream() == bytes{wire<"'oloHello'">};
}());

static_assert([] {
    std::array<char, 200> memory{};
    stream_reader in{memory, role::client};
    put_in(in, wire<"'HTTP/1.1 404 ' 0d0a 0d0a 82 01 'x'">);
    const auto head = head_cutter{head_kind::response}.cut(in.unread());
    in.skip_head(head->size());
    return in.next_control().incomplete() && in.stream() == bytes{"x"sv};
}());

std::string numbered(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i != size; ++i) text[i] = static_cast<char>(static_cast<unsigned char>(i * 7 + i / 256));
    return text;
}

std::string frame_of(bytes payload, role receiver, opcode code = opcode::binary, bool fin = true) {
    std::string memory(payload.size() + max_head_size, '\0');
    frame f{.fin = fin, .opcode = code, .payload = payload};
    if (receiver == role::server) f.key = key;
    const auto written = encode(memory, f);
    REQUIRE(written);
    return std::string{written->text()};
}

/// All of the stream and of the control frames, with chunks of a size coming in as far as there is room, and packets of
/// a size being consumed once they are whole.
struct outcome {
    std::string stream;
    std::string controls;
    errc wrong = errc::none;
};
outcome run(std::string_view wire_bytes, role receiver, std::size_t memory_size, std::size_t chunk,
            std::size_t packet) {
    support::exact_block memory{memory_size};
    stream_reader in{buffer{memory.data(), memory.size()}, receiver};
    outcome all;
    while (!wire_bytes.empty()) {
        const std::size_t before = support::allocations();
        const std::size_t wanted = chunk % 7;
        const std::size_t free = memory_size - in.stream().size() - in.unread().size();
        const buffer space = wanted == 1 ? in.free_space() : in.free_space(wanted);
        if (space.size() > free || space.size() < std::min(wanted, free)) FAIL("not the room that is wanted");
        const std::size_t n = std::min({chunk, space.size(), wire_bytes.size()});
        std::copy_n(wire_bytes.data(), n, space.data());
        in.received(n);
        if (support::allocations() != before) FAIL("it allocated");
        if (n == 0) FAIL("no room is left, with " << in.stream().size() << " bytes of the stream");
        wire_bytes.remove_prefix(n);
        auto control = in.next_control();
        for (; control; control = in.next_control()) all.controls += control->data.text();
        if (!control.incomplete()) {
            all.wrong = control.error().code;
            break;
        }
        while (in.stream().size() >= packet) {
            all.stream += in.stream().first(packet).text();
            in.consume(packet);
        }
    }
    all.stream += in.stream().text();
    return all;
}

}  // namespace

TEST_CASE("the payload of one frame is not moved") {
    std::array<char, 300> memory{};
    stream_reader in{memory, role::client};
    const std::string text = numbered(200);
    const std::string received = frame_of(text, role::client);
    put_in(in, bytes{received}.first(50));
    CHECK(in.next_control().incomplete());
    CHECK(in.stream() == bytes{text}.first(46));
    put_in(in, bytes{received}.without_first(50));
    CHECK(in.next_control().incomplete());
    CHECK(in.stream() == bytes{text});
    CHECK(in.stream().data() == memory.data() + 4);
}

TEST_CASE("where a head lies in the midst of a packet, the smaller part is moved") {
    std::array<char, 400> memory{};
    for (const bool first_is_smaller : {true, false}) {
        stream_reader in{memory, role::client};
        const std::string text = numbered(100);
        const std::size_t cut = first_is_smaller ? 10 : 90;
        put_in(in, frame_of(bytes{text}.first(cut), role::client));
        put_in(in, frame_of(bytes{text}.without_first(cut), role::client));
        CHECK(in.next_control().incomplete());
        CHECK(in.stream() == bytes{text});
        CHECK(in.stream().data() == memory.data() + (first_is_smaller ? 4 : 2));
    }
}

TEST_CASE("what is consumed makes room, and all of it once everything is") {
    std::array<char, 100> memory{};
    stream_reader in{memory, role::client};
    put_in(in, frame_of(numbered(60), role::client));
    CHECK(in.next_control().incomplete());
    CHECK(in.free_space().size() == 38);
    in.consume(20);
    CHECK(in.free_space().size() == 38);  // to move 40 bytes would not pay yet
    in.consume(10);
    CHECK(in.free_space().size() == 70);
    CHECK(in.stream() == bytes{numbered(60)}.without_first(30));
    in.consume(30);
    CHECK(in.free_space().size() == 100);
    CHECK(in.free_space().data() == memory.data());

    put_in(in, frame_of(numbered(98), role::client));
    CHECK(in.next_control().incomplete());
    CHECK(in.free_space().size() == 2);  // at the end of the memory all is moved, if only by a head's size
    in.consume(1);
    CHECK(in.free_space().size() == 2);
    put_in(in, wire<"82 00">);
    CHECK(in.free_space().size() == 1);
    CHECK(in.next_control().incomplete());
    CHECK(in.free_space().size() == 3);
    CHECK(in.stream() == bytes{numbered(98)}.without_first(1));
}

TEST_CASE("any stream, in frames and chunks of any size, is the same stream, in memory that is just large enough") {
    const std::string text = numbered(500);
    for (const role receiver : {role::client, role::server}) {
        for (const std::size_t frame_size : {1u, 3u, 20u, 125u, 126u, 500u}) {
            std::string received;
            std::string controls;
            for (std::size_t at = 0; at < text.size(); at += frame_size) {
                const bytes part = bytes{text}.without_first(at).first(std::min(frame_size, text.size() - at));
                const bool is_first = at % 3 == 0;
                if (is_first) {
                    received += frame_of(part, receiver);
                } else {
                    const std::size_t half = part.size() / 2;
                    received += frame_of(part.first(half), receiver, opcode::binary, false);
                    received += frame_of("ping"sv, receiver, opcode::ping);
                    received += frame_of(part.without_first(half), receiver, opcode::continuation);
                    controls += "ping";
                }
                if (at % 5 == 0) {
                    received += frame_of(bytes{text}.first(125), receiver, opcode::pong);
                    controls += text.substr(0, 125);
                }
            }
            for (const std::size_t packet : {1u, 7u, 64u, 300u}) {
                for (const std::size_t chunk : {1u, 2u, 13u, 50u, 1000u}) {
                    for (const std::size_t more : {0u, 100u}) {
                        const std::size_t memory = packet + stream_reader::max_frame_overhead + more;
                        const outcome all = run(received, receiver, memory, chunk, packet);
                        if (all.stream != text || all.controls != controls || all.wrong != errc::none)
                            FAIL(frame_size << ' ' << packet << ' ' << chunk << ' ' << more);
                    }
                }
            }
        }
    }
}

TEST_CASE("MQTT-6.0.0-2: packets straddle frames, and frames hold packets; the cutter sees neither") {
    namespace mqtt = hubwire::mqtt;
    std::string packets;
    std::array<char, 100> scratch{};
    for (const char* topic : {"a", "a/b", "a/b/c"}) {
        const auto packet = mqtt::encode(scratch, mqtt::publish{.topic = topic, .payload = "payload"sv});
        packets += packet->text();
    }
    for (std::size_t cut = 0; cut <= packets.size(); ++cut) {
        std::array<char, 300> memory{};
        stream_reader in{memory, role::server};
        put_in(in, frame_of(bytes{packets}.first(cut), role::server));
        put_in(in, frame_of(bytes{packets}.without_first(cut), role::server));
        CHECK(in.next_control().incomplete());
        std::size_t count = 0;
        while (const auto packet = mqtt::cut(in.stream())) {
            CHECK(mqtt::decode(*packet));
            in.consume(packet->size());
            ++count;
        }
        CHECK(count == 3);
        CHECK(in.stream().empty());
    }
}

TEST_CASE("AMQP is cut out of the stream likewise, protocol header and all") {
    namespace amqp = hubwire::amqp;
    std::array<char, 64> scratch{};
    std::string sent{amqp::encode_protocol_header(scratch, amqp::protocol::amqp)->text()};
    sent += amqp::encode_frame(scratch, 0, amqp::open{.container_id = "MyDevice01"})->text();
    sent += amqp::encode_heartbeat(scratch)->text();
    for (std::size_t cut = 0; cut <= sent.size(); ++cut) {
        std::array<char, 300> memory{};
        stream_reader in{memory, role::client};
        put_in(in, frame_of(bytes{sent}.first(cut), role::client, opcode::binary, false));
        put_in(in, frame_of(bytes{sent}.without_first(cut), role::client, opcode::continuation));
        CHECK(in.next_control().incomplete());
        CHECK(amqp::decode_protocol_header(in.stream()));
        in.consume(amqp::protocol_header_size);
        const auto open = amqp::cut(in.stream());
        REQUIRE(open);
        CHECK(amqp::decode_frame<amqp::open>(*open)->body.container_id == "MyDevice01");
        in.consume(open->size());
        CHECK(amqp::decode_frame(in.stream())->is_heartbeat());
    }
}

TEST_CASE("MQTT-6.0.0-1: text is refused, and control frames are handed on") {
    std::array<char, 200> memory{};
    stream_reader in{memory, role::client, {.binary_only = false}};
    put_in(in, wire<"82 01 'x' 88 02 03e8 81 00">);
    const auto close = in.next_control();
    REQUIRE(close);
    CHECK(close->opcode == opcode::close);
    CHECK(decode_close_status(close->data)->code == close_code::normal);
    CHECK(in.is_closed());
    CHECK(in.stream() == bytes{"x"sv});
    CHECK(in.next_control().error().code == errc::websocket_after_close);
    CHECK(in.next_control().error().code == errc::websocket_after_close);

    stream_reader other{memory, role::client};
    put_in(other, wire<"82 01 'x' 81 00">);
    CHECK(other.next_control().error() == error{.code = errc::websocket_text_message, .offset = 0});
    CHECK(other.stream() == bytes{"x"sv});
}

TEST_CASE(
    "the head of the handshake comes into the same memory, and what is behind it is frames, however all arrives") {
    const std::string heads[] = {"HTTP/1.1 100 Continue\r\n\r\n",
                                 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"};
    const std::string text = numbered(100);
    const std::string frames = frame_of(bytes{text}.first(40), role::client) +
                               frame_of("ping"sv, role::client, opcode::ping) +
                               frame_of(bytes{text}.without_first(40), role::client);
    const std::string all = heads[0] + heads[1] + frames;
    for (std::size_t chunk = 1; chunk <= all.size(); ++chunk) {
        support::exact_block memory{all.size() + chunk % 50};
        stream_reader in{buffer{memory.data(), memory.size()}, role::client};
        std::string_view rest = all;
        const auto arrives = [&] {
            const std::size_t n = std::min({chunk, rest.size(), in.free_space().size()});
            put_in(in, bytes{rest.substr(0, n)});
            rest.remove_prefix(n);
            return n != 0;
        };
        for (const std::string& expected : heads) {
            head_cutter cutter{head_kind::response};
            auto head = cutter.cut(in.unread());
            while (head.incomplete() && arrives()) head = cutter.cut(in.unread());
            REQUIRE(head);
            in.skip_head(head->size());
            CHECK(in.stream().empty());
            CHECK(*head == bytes{expected});
        }
        std::string controls;
        do {
            auto control = in.next_control();
            for (; control; control = in.next_control()) controls += control->data.text();
            if (!control.incomplete()) FAIL(chunk);
        } while (arrives());
        if (controls != "ping" || in.stream() != bytes{text}) FAIL(chunk);
        CHECK(in.unread().empty());
    }
}

TEST_CASE("what was not taken apart can be seen: part of a frame, and what comes behind a close frame") {
    std::array<char, 200> memory{};
    stream_reader in{memory, role::client};
    put_in(in, wire<"82 03 'ab'">);
    CHECK(in.unread() == bytes{wire<"82 03 'ab'">});
    CHECK(in.next_control().incomplete());
    CHECK(in.unread().empty());
    put_in(in, wire<"'c' 88">);
    CHECK(in.next_control().incomplete());
    CHECK(in.unread() == bytes{wire<"88">});
    put_in(in, wire<"00 'x'">);
    CHECK(in.next_control());
    CHECK(in.unread() == bytes{"x"sv});
    CHECK(in.stream() == bytes{"abc"sv});
}

namespace {

/// All packets of a connection, which works with what reads from a socket, and with what reads frames from it.
template <class Reader>
std::string packets_through(Reader& in, std::string_view received) {
    std::string packets;
    for (;;) {
        if constexpr (requires { in.next_control(); }) {
            while (in.next_control()) {
            }
        }
        const auto packet = hubwire::mqtt::cut(in.stream(), {.max_packet_size = in.capacity()});
        if (packet) {
            packets += packet->text();
            in.consume(packet->size());
            continue;
        }
        if (!packet.incomplete()) return packets + std::string{packet.error().message()};
        const buffer space = in.free_space(packet.error().needed);
        const std::size_t n = std::min(space.size(), received.size());
        if (n == 0) return packets;
        received.copy(space.data(), n);
        received.remove_prefix(n);
        in.received(n);
    }
}

}  // namespace

TEST_CASE("what works with a receive_buffer works with a stream_reader") {
    std::string stream;
    std::string framed;
    for (std::size_t i = 1; i <= 100; ++i) {
        std::array<char, 200> memory{};
        const auto packet = hubwire::mqtt::encode(memory, hubwire::mqtt::publish{.topic = "a", .payload = numbered(i)});
        REQUIRE(packet);
        stream += packet->text();
        framed += frame_of(packet->first(i / 2), role::client) + frame_of("ping"sv, role::client, opcode::ping) +
                  frame_of(packet->without_first(i / 2), role::client, opcode::binary);
    }
    std::array<char, 105> least{};
    hubwire::receive_buffer plain{least};
    CHECK(plain.capacity() == 105);
    CHECK(packets_through(plain, stream) == stream);
    std::array<char, 105 + stream_reader::max_frame_overhead> with_frames{};
    stream_reader reader{with_frames, role::client};
    CHECK(reader.capacity() == 105);
    CHECK(packets_through(reader, framed) == stream);

    const std::string too_large = std::string{"\x30\x68"} + std::string(0x68, 'x');
    hubwire::receive_buffer again{least};
    CHECK(packets_through(again, too_large).ends_with("limit"));
    std::array<char, stream_reader::max_frame_overhead> tiny{};
    CHECK(stream_reader{tiny, role::client}.capacity() == 0);
    CHECK(stream_reader{buffer{}, role::client}.capacity() == 0);
}

static_assert(!std::is_copy_constructible_v<stream_reader> && !std::is_copy_assignable_v<stream_reader>);

TEST_CASE("the limits are the caller's, and memory without any room has none") {
    std::array<char, 200> memory{};
    stream_reader in{memory, role::client, {.max_frame_size = 10}};
    put_in(in, wire<"82 0b">);
    CHECK(in.next_control().error() == error{.code = errc::over_limit, .offset = 1});
    stream_reader none{buffer{}, role::client};
    CHECK(none.free_space().size() == 0);
    CHECK(none.next_control().incomplete());
    CHECK(none.stream().empty());
    CHECK(none.unread().empty());
    none.skip_head(0);
    CHECK(none.next_control().incomplete());
}
