#include "wire/inspector.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <hubwire/hubwire.hpp>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "wire/hex_input.hpp"
#include "wire/samples.hpp"

namespace {

std::string shown(hubwire::bytes stream, const wire::options& how = {}) {
    // In a block of just this size: AddressSanitizer sees what is read beyond.
    const support::exact_block input{stream};
    std::string text;
    wire::inspect(hubwire::bytes{input.data(), input.size()}, how, [&](std::string_view piece) { text += piece; });
    return text;
}

/// In pieces of so many bytes, the last one shorter.
std::string shown_in_pieces(hubwire::bytes stream, std::size_t size) {
    std::string text;
    wire::inspector inspector{{}, [&](std::string_view piece) { text += piece; }};
    while (!stream.empty()) {
        const support::exact_block piece{stream.first(std::min(size, stream.size()))};
        inspector.add(hubwire::bytes{piece.data(), piece.size()});
        stream = stream.without_first(piece.size());
    }
    inspector.finish();
    return text;
}

/// What wire --sample NAME writes; where a change is meant, that is how the file is written anew.
std::string expected(std::string_view name) {
    std::ifstream file{std::string{WIRE_EXPECTED_DIR "/"} + std::string{name} + ".txt", std::ios::binary};
    REQUIRE(file);
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::string without_colours(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        const std::size_t escape = text.find('\x1b');
        plain += text.substr(0, escape);
        if (escape == text.npos) break;
        text.remove_prefix(text.find('m', escape) + 1);
    }
    return plain;
}

/// No byte that a terminal would obey, and no text that it could not show.
bool is_harmless(std::string_view text) {
    return hubwire::is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
               return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F;
           });
}

/// The signature in the token that a sample has, if it has one.
std::string signature_in(std::string_view stream) {
    const std::size_t at = stream.find("&sig=");
    if (at == stream.npos) return {};
    return std::string{stream.substr(at + 5, stream.find('&', at + 5) - at - 5)};
}

class numbers {
public:
    explicit numbers(std::uint64_t seed) : state_{seed} {}
    std::size_t below(std::size_t limit) {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<std::size_t>(state_ >> 33) % limit;
    }

private:
    std::uint64_t state_;
};

}  // namespace

TEST_CASE("each sample is shown as is written down") {
    for (const wire::sample& s : wire::samples()) {
        INFO(s.name);
        CHECK(shown(s.bytes) == expected(s.name));
    }
}

TEST_CASE("colours change nothing but colours") {
    for (const wire::sample& s : wire::samples()) {
        INFO(s.name);
        const std::string coloured = shown(s.bytes, {.colour = true});
        CHECK(coloured.find('\x1b') != coloured.npos);
        CHECK(without_colours(coloured) == expected(s.name));
    }
}

TEST_CASE("it makes no difference how a stream is split") {
    for (const wire::sample& s : wire::samples()) {
        INFO(s.name);
        for (const std::size_t size : {1u, 2u, 3u, 7u, 64u, 1000u})
            CHECK(shown_in_pieces(s.bytes, size) == expected(s.name));
    }
}

TEST_CASE("every truncation is shown, up to where it ends, and without the signature") {
    for (const wire::sample& s : wire::samples()) {
        INFO(s.name);
        const std::string signature = signature_in(s.bytes);
        for (std::size_t size = 0; size <= s.bytes.size(); ++size) {
            const hubwire::bytes part = hubwire::bytes{s.bytes}.first(size);
            const std::string text = shown(part);
            if (!is_harmless(text)) FAIL("not harmless, of " << size);
            if (!signature.empty() && text.find(signature.substr(0, 8)) != text.npos) FAIL("a signature, of " << size);
            if (text != shown_in_pieces(part, 5)) FAIL("split, it is shown otherwise, of " << size);
        }
    }
}

TEST_CASE("mutations end, and are harmless") {
    for (const wire::sample& s : wire::samples()) {
        INFO(s.name);
        numbers random{s.bytes.size()};
        for (int round = 0; round != 300; ++round) {
            std::string mutated = s.bytes;
            for (std::size_t changes = 1 + random.below(3); changes != 0; --changes)
                mutated[random.below(mutated.size())] =
                    static_cast<char>(static_cast<unsigned char>(random.below(256)));
            const std::string text = shown(mutated);
            if (!is_harmless(text)) FAIL("not harmless, in round " << round << ":\n" << text);
            if (text != shown_in_pieces(mutated, 3)) FAIL("split, it is shown otherwise, in round " << round);
        }
    }
}

TEST_CASE("no password is shown, however broken the packet is that has it") {
    constexpr std::string_view password = "open-sesame-0123";
    std::array<char, 256> memory{};
    const auto connect =
        hubwire::mqtt::encode(memory, hubwire::mqtt::connect{.client_id = "a", .username = "b", .password = password});
    REQUIRE(connect);
    const auto response_memory = [&] {
        std::array<char, 64> text{};
        REQUIRE(hubwire::amqp::encode_plain(text, {.user = "b", .password = password}));
        return text;
    }();
    std::array<char, 256> frame_memory{};
    const auto init = hubwire::amqp::encode_frame(
        frame_memory,
        hubwire::amqp::sasl_init{.mechanism = hubwire::amqp::sasl_mechanism::plain,
                                 .initial_response = hubwire::bytes{response_memory}.first(password.size() + 3)});
    REQUIRE(init);
    for (const auto& [packet, spoken] :
         {std::pair{connect->text(), wire::protocol::mqtt}, std::pair{init->text(), wire::protocol::amqp}}) {
        for (std::size_t at = 0; at != packet.size(); ++at) {
            for (const unsigned bit : {1u, 2u, 4u, 8u, 16u, 32u, 64u, 128u}) {
                std::string broken{packet};
                broken[at] = static_cast<char>(static_cast<unsigned char>(broken[at]) ^ bit);
                const std::string text = shown(broken, {.spoken = spoken});
                // One of another type has no password.
                const bool is_other = spoken == wire::protocol::mqtt ? at == 0 : at == 5 || at == 10;
                if (!is_other && text.find("sesame") != text.npos)
                    FAIL("shown, with byte " << at << " changed by " << bit << ":\n" << text);
            }
        }
    }
}

TEST_CASE("no password and no token is shown that lies partly behind its packet, whose length is too small") {
    const auto check = [](std::string packet, const auto& set_size, wire::protocol spoken) {
        for (std::size_t size = 0; size != packet.size(); ++size) {
            set_size(packet, size);
            const std::string text = shown(packet, {.spoken = spoken});
            if (text.find("same") != text.npos) FAIL("shown, with a size of " << size << ":\n" << text);
        }
    };
    constexpr std::string_view token =
        "SharedAccessSignature sr=a&sig=open-sesame-open-sesame-open-sesame-open-sesame&se=1";
    std::array<char, 512> memory{};
    const auto connect =
        hubwire::mqtt::encode(memory, hubwire::mqtt::connect{.client_id = "a", .username = "b", .password = token});
    REQUIRE(connect);
    REQUIRE(connect->size() < 128);
    const auto remaining_length = [](std::string& of, std::size_t size) { of[1] = static_cast<char>(size); };
    check(std::string{connect->text()}, remaining_length, wire::protocol::mqtt);

    namespace amqp = hubwire::amqp;
    std::array<char, 512> message_memory{};
    const auto message = hubwire::iothub::encode(
        message_memory, hubwire::iothub::cbs::put_token{.message_id = 1u, .audience = "a", .token = token});
    REQUIRE(message);
    for (const bool more : {false, true}) {
        const amqp::transfer part{.handle = 0, .delivery_id = 0, .delivery_tag = std::string_view{"0"}, .more = more};
        const auto frame = amqp::encode_frame(memory, 0, part, *message);
        REQUIRE(frame);
        const auto frame_size = [](std::string& of, std::size_t size) {
            of[2] = static_cast<char>(static_cast<unsigned char>(size >> 8));
            of[3] = static_cast<char>(static_cast<unsigned char>(size & 0xFF));
        };
        check(std::string{frame->text()}, frame_size, wire::protocol::amqp);
    }
}

TEST_CASE("no signature and no key is shown, in whatever form it stands") {
    std::array<char, 1'024> memory{};
    const std::string filler(100, 'x');  // so that JSON is spread over lines
    for (const std::string& payload : {
             std::string{R"({"sig":"SECRET"})"},
             std::string{R"({"sig": "SECRET"})"},
             std::string{R"({"SharedAccessKey" : "SECRET"})"},
             R"({"sig":"SECRET","more":")" + filler + R"("})",
             std::string{R"({"sig":"ab\/SECRET","key":"SharedAccessKey=ab\u002BSECRET="})"},
             std::string{R"({"inner":"{\"sig\":\"ab+SECRET=\"}"})"},
             std::string{R"({"inner":"sr=a\u0026sig=ab\u002bSECRET\u0026se=1"})"},
             std::string{"SharedAccessKey = SECRET"},
             std::string{"Sig='SECRET'"},
             std::string{"sr%253Da%2526sig%253DSECRET%2526se%253D1"},
             std::string{"sig%25253dSECRET"},
             std::string{"sig=SECRET\0", 11},
         }) {
        INFO(payload);
        for (const std::string_view topic : {"a", "devices/d/messages/events/"}) {
            const auto packet =
                hubwire::mqtt::encode(memory, hubwire::mqtt::publish{.topic = topic, .payload = payload});
            REQUIRE(packet);
            const std::string text = shown(*packet);
            CHECK(text.find("SECRET") == text.npos);
            CHECK(text.find("53 45 43 52 45 54") == text.npos);
        }
    }
    for (const std::string_view bag :
         {"sig=SECRET", "%24.mid=1&SIG=SECRET", "a=sig%253DSECRET", "a=sig%25253DSECRET%252526"}) {
        INFO(bag);
        const auto packet = hubwire::mqtt::encode(
            memory, hubwire::mqtt::publish{.topic = "devices/d/messages/events/" + std::string{bag},
                                           .payload = std::string_view{"x"}});
        REQUIRE(packet);
        const std::string text = shown(*packet);
        CHECK(text.find("SECRET") == text.npos);
    }

    namespace amqp = hubwire::amqp;
    const amqp::entry inner[] = {{"SharedAccessKey", "SECRET"}};
    const amqp::entry entries[] = {
        {"sig", "SECRET"},
        {"binary", hubwire::bytes{std::string_view{"sig=SECRET\0", 11}}},
        {"map", amqp::map{inner}},
    };
    std::array<char, 1'024> message_memory{};
    const std::span<const amqp::entry> without_map{entries, 2};  // which application properties may not hold
    const auto message = amqp::encode(message_memory, amqp::message{.application_properties = amqp::map{without_map},
                                                                    .body = amqp::amqp_value{amqp::map{entries}}});
    REQUIRE(message);
    const auto frame = amqp::encode_frame(
        memory, 0, amqp::transfer{.handle = 0, .delivery_id = 0, .delivery_tag = std::string_view{"0"}}, *message);
    REQUIRE(frame);
    const std::string text = shown(*frame);
    CHECK(text.find("SECRET") == text.npos);
    CHECK(text.find("53 45 43 52 45 54") == text.npos);
}

TEST_CASE("numbers that are no integers are shown with as many digits as they have") {
    namespace amqp = hubwire::amqp;
    const amqp::value numbers[] = {0.1, 1.0 / 3, 1.5f, std::numeric_limits<double>::infinity()};
    std::array<char, 256> message_memory{};
    std::array<char, 512> memory{};
    const auto message = amqp::encode(message_memory, amqp::message{.body = amqp::amqp_value{amqp::list{numbers}}});
    REQUIRE(message);
    const auto frame = amqp::encode_frame(
        memory, 0, amqp::transfer{.handle = 0, .delivery_id = 0, .delivery_tag = std::string_view{"0"}}, *message);
    REQUIRE(frame);
    CHECK(shown(*frame).find("[0.1, 0.3333333333333333, 1.5, inf]") != std::string::npos);
}

TEST_CASE("streams of anything are told from MQTT and AMQP, or read as what they are said to be") {
    CHECK(shown(std::string_view{"\x16\x03\x01\x02\x00\x01", 6}).find("looks like TLS") != std::string::npos);
    CHECK(shown(std::string_view{"GET / HTTP/1.1\r\n"}).find("looks like HTTP") != std::string::npos);
    CHECK(shown(std::string_view{}) == "0 bytes, 0 packets, 0 violations, 0 remarks\n");

    numbers random{7};
    for (int round = 0; round != 300; ++round) {
        std::string noise(1 + random.below(200), '\0');
        std::generate(noise.begin(), noise.end(),
                      [&] { return static_cast<char>(static_cast<unsigned char>(random.below(256))); });
        for (const wire::protocol spoken : {wire::protocol::detect, wire::protocol::mqtt, wire::protocol::amqp}) {
            if (!is_harmless(shown(noise, {.spoken = spoken}))) FAIL("not harmless, in round " << round);
        }
    }
}

TEST_CASE("counts say what was seen") {
    for (const wire::sample& s : wire::samples()) {
        const wire::summary counts = wire::inspect(s.bytes, {}, [](std::string_view) {});
        INFO(s.name);
        CHECK(counts.bytes == s.bytes.size());
        const bool is_well = s.name.ends_with("-device") || s.name.ends_with("-hub");
        CHECK(is_well == (counts.violations + counts.remarks == 0));
    }
}

TEST_CASE("texts are shown as they are, unless they could deceive") {
    CHECK(wire::printable("21.5 \u00b0C") == "21.5 \u00b0C");
    CHECK(wire::printable("\x1b[2J\n") == "\\x1b[2J\\x0a");
    CHECK(wire::printable("a\u202eb") == "a\\xe2\\x80\\xaeb");
    CHECK(wire::printable("a\u061cb\ufff9") == "a\\xd8\\x9cb\\xef\\xbf\\xb9");
    CHECK(wire::printable("\xc0\x80") == "\\xc0\\x80");
    CHECK(wire::printable("sr=a&sig=Ab%2B%3D&se=1") == "sr=a&sig=***&se=1");
    CHECK(wire::printable("HostName=h;SharedAccessKey=abc=;DeviceId=d") == "HostName=h;SharedAccessKey=***;DeviceId=d");
    CHECK(wire::printable("SharedAccessKeyName=owner;SharedAccessKey=abc") ==
          "SharedAccessKeyName=owner;SharedAccessKey=***");
    CHECK(wire::printable("no design, no sight, sig") == "no design, no sight, sig");
    CHECK(wire::printable("abcdef", 3) == "abc ... (6 bytes)");
    CHECK(wire::quoted("a\"b") == "\"a\\\"b\"");
    CHECK(wire::quoted("\\x1b\x1b\\") == R"("\\x1b\x1b\\")");
    CHECK(wire::printable("\\x1b\x1b\\") == R"(\x1b\x1b\)");
}

TEST_CASE("bytes are read from digits and from the dumps of other programs") {
    const auto read = [](std::string_view text) -> std::string {
        std::string whole;
        wire::hex_input once;
        if (!once.add(text, whole) || !once.finish(whole)) whole = "refused";
        std::string in_pieces;
        wire::hex_input one_by_one;
        bool is_right = true;
        for (const char& c : text) is_right = is_right && one_by_one.add({&c, 1}, in_pieces);
        if (!is_right || !one_by_one.finish(in_pieces)) in_pieces = "refused";
        return whole == in_pieces ? whole : "split, it is read otherwise";
    };
    CHECK(read("") == "");
    CHECK(read("484500") == std::string{"HE\0", 3});
    CHECK(read("48 45\n4c 4C\t4f\r\n") == "HELLO");
    CHECK(read("4845 4c4\nc4f") == "HELLO");  // as xxd -p breaks lines, wherever
    CHECK(read("00000000: 4845 4c4c 4f20 6162                      HELLO ab\n") == "HELLO ab");
    CHECK(read("00000000: 4845 4c  ab\n00000003: 4c4f ab  cd\n") == "HELLO\xab");
    CHECK(read("00000000  48 45 4c 4c 4f 20 61 62  63 64                    |HELLO abcd|\n0000000a\n") == "HELLO abcd");
    CHECK(read("00000000  48 45 4c 4c 4f 20 61 62  63 64                     HELLO ab cd\n") == "HELLO abcd");
    CHECK(read("000000 48 45 4c 4c 4f                                   >HELLO<\n000005\n") == "HELLO");
    CHECK(read("0000   48 45 4c 4c 4f 20 61 62 63 64 65 66 67 68 69 6a   HELLO abcdefghij\n0010   6b 6c   kl\n") ==
          "HELLO abcdefghijkl");
    CHECK(read("0000 4845") == std::string{"\0\0HE", 4});
    CHECK(read("4") == "refused");
    CHECK(read("48 4x") == "refused");
    CHECK(read("48 45 HELLO") == "refused");
}
