// A device written on hubwire against Eclipse Mosquitto, as Debian has it.

#include "mosquitto.hpp"

#include <array>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqtt_device.hpp"
#include "socket.hpp"
#include "support/catch2.hpp"

namespace {

namespace mqtt = hubwire::mqtt;
using interop::message;
using interop::tcp_connection;
using mqtt::qos;
using namespace std::literals;
using device = interop::mqtt_device<tcp_connection>;

const std::optional<std::string>& program() {
    static const std::optional<std::string> found = interop::find_program("mosquitto");
    return found;
}

/// A test that cannot be made here says so, and ctest counts it as skipped.
#define NEEDS_MOSQUITTO()                 \
    if (!program()) {                     \
        WARN("not installed: mosquitto"); \
        return;                           \
    }

/// One broker for each test: no test finds what another one has left there.
device connected(const interop::mosquitto& broker, std::string_view id) {
    device d{tcp_connection::to(broker.port())};
    const mqtt::connack answer = d.connect({.client_id = id, .keep_alive = 240});
    if (answer.code != mqtt::connect_code::accepted || answer.session_present)
        throw std::runtime_error{"not let in as new"};
    return d;
}

/// Bytes of every value, others in each message.
std::string payload_of(std::size_t size, std::uint32_t seed) {
    std::string bytes(size, '\0');
    std::uint32_t state = seed * 2'654'435'761u + 1;
    for (char& byte : bytes) {
        state = state * 1'664'525u + 1'013'904'223u;
        byte = static_cast<char>(static_cast<unsigned char>(state >> 24));
    }
    return bytes;
}

constexpr qos all_qos[] = {qos::at_most_once, qos::at_least_once, qos::exactly_once};

}  // namespace

TEST_CASE("a connection begins, is kept alive and ends") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program()};
    device d = connected(broker, "one");
    d.ping();
    d.ping();
    d.disconnect();
    std::array<char, 16> memory;
    CHECK(d.transport().receive(memory) == 0);  // the broker closes, and says nothing more

    device without_name{tcp_connection::to(broker.port())};
    CHECK(without_name.connect({}).code == mqtt::connect_code::accepted);  // the broker makes one up

    device stranger{tcp_connection::to(broker.closed_port())};
    CHECK(stranger.connect({.client_id = "two"}).code == mqtt::connect_code::not_authorized);
    device liar{tcp_connection::to(broker.closed_port())};
    CHECK(liar.connect({.client_id = "three", .username = "who", .password = "what"sv}).code ==
          mqtt::connect_code::not_authorized);

    CHECK(broker.stop() == 0);
}

TEST_CASE("MQTT 3.1 is spoken as well") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program()};
    tcp_connection transport = tcp_connection::to(broker.port());
    std::array<char, 64> memory;
    const auto packet = mqtt::encode(memory, mqtt::connect{.client_id = "old", .level = 3}, {.allow_mqtt_3_1 = true});
    REQUIRE(packet);
    transport.send({*packet});
    const std::size_t n = transport.receive(memory);
    const auto answer = mqtt::decode<mqtt::connack>(hubwire::bytes{memory.data(), n});
    REQUIRE(answer);
    CHECK(answer->code == mqtt::connect_code::accepted);
}

TEST_CASE("messages of every size and quality come back as they were sent") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program()};
    device d = connected(broker, "echo");
    REQUIRE(d.subscribe({{.filter = "echo/#", .qos = qos::exactly_once}}) ==
            std::vector{mqtt::suback_code::granted_qos_2});

    // At each number of digits of the remaining length, and one more and less.
    const std::size_t sizes[] = {0,      1,      100,    127,     128,       16'350,   16'384,
                                 65'535, 65'536, 99'999, 500'000, 1'048'575, 1'048'576};
    std::uint32_t seed = 0;
    for (const qos quality : all_qos) {
        for (const std::size_t size : sizes) {
            const message sent{
                .topic = "echo/" + std::to_string(size), .payload = payload_of(size, ++seed), .qos = quality};
            d.publish(sent.topic, sent.payload, quality);
            const message received = d.next_message();
            INFO("of " << size << " bytes, at QoS " << static_cast<int>(quality));
            CHECK((received == sent));
        }
    }
    d.settle();

    // The longest topic there can be, in the letters of several scripts.
    std::string longest = "echo/\u6c34\u6e29/\u00b0C/\U0001f321/";
    longest.resize(mqtt::max_field_size, 'x');
    // The broker takes no more than 200 levels, of any length.
    d.publish(longest, "long"sv, qos::at_least_once);
    CHECK(d.next_message().topic == longest);
    d.disconnect();
}

TEST_CASE("ten thousand messages come back, in their order") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program()};
    device sender = connected(broker, "sender");
    device receiver = connected(broker, "receiver");
    receiver.subscribe({{.filter = "many/+/of", .qos = qos::exactly_once}});

    constexpr std::uint32_t count = 10'000;
    constexpr std::uint32_t at_once = 100;  // so that neither side fills what lies between them
    std::uint32_t right = 0;
    for (std::uint32_t begin = 0; begin != count; begin += at_once) {
        const auto quality_of = [&](std::uint32_t) { return all_qos[begin / at_once % 3]; };
        for (std::uint32_t i = begin; i != begin + at_once; ++i)
            sender.publish("many/" + std::to_string(i) + "/of", payload_of(i % 300, i), quality_of(i));
        sender.settle();  // of QoS 2, the broker hands on what was released
        for (std::uint32_t i = begin; i != begin + at_once; ++i) {
            const message expected{
                .topic = "many/" + std::to_string(i) + "/of", .payload = payload_of(i % 300, i), .qos = quality_of(i)};
            if (receiver.next_message() == expected) ++right;
        }
    }
    CHECK(right == count);
    receiver.ping();
    CHECK_FALSE(receiver.has_message());
}

TEST_CASE("the broker grants what it is asked for, and no more comes once that is taken back") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program()};
    device d = connected(broker, "reader");
    using enum mqtt::suback_code;
    CHECK(d.subscribe({{.filter = "a/+/c", .qos = qos::at_most_once},
                       {.filter = "b/#", .qos = qos::at_least_once},
                       {.filter = "c", .qos = qos::exactly_once}}) ==
          std::vector{granted_qos_0, granted_qos_1, granted_qos_2});

    // What the broker sends is what topic_matches says.
    const std::string_view filters[] = {"a/+/c", "b/#", "c"};
    const std::string_view topics[] = {"a/b/c", "a//c", "a/c", "a/b/c/d", "b", "b/", "b/1/2", "c", "c/", "$a/b/c"};
    device writer = connected(broker, "writer");
    std::vector<std::string> expected;
    for (const std::string_view topic : topics) {
        writer.publish(topic, "x"sv, qos::exactly_once);
        for (const std::string_view filter : filters) {
            if (mqtt::topic_matches(filter, topic)) expected.emplace_back(topic);
        }
    }
    writer.settle();
    std::vector<std::string> received;
    for (std::size_t i = 0; i != expected.size(); ++i) received.push_back(d.next_message().topic);
    CHECK(received == expected);

    d.unsubscribe({"b/#", "c"});
    for (const std::string_view topic : {"b/1", "c", "a/b/c"}) writer.publish(topic, {}, qos::at_least_once);
    writer.settle();
    CHECK(d.next_message().topic == "a/b/c");
    d.ping();
    CHECK_FALSE(d.has_message());
}

TEST_CASE("a retained message waits for those who come later") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program()};
    device writer = connected(broker, "writer");
    writer.publish("state", "on"sv, qos::at_least_once, true);
    writer.settle();

    device reader = connected(broker, "reader");
    reader.subscribe({{.filter = "state", .qos = qos::at_least_once}});
    CHECK((reader.next_message() ==
           message{.topic = "state", .payload = "on", .qos = qos::at_least_once, .retain = true}));
    writer.publish("state", "off"sv, qos::at_least_once, true);
    CHECK((reader.next_message() == message{.topic = "state", .payload = "off", .qos = qos::at_least_once}));

    writer.publish("state", {}, qos::at_least_once, true);  // takes it away
    CHECK(reader.next_message().payload.empty());
    writer.settle();
    device later = connected(broker, "later");
    later.subscribe({{.filter = "state"}});
    later.ping();
    CHECK_FALSE(later.has_message());
}

TEST_CASE("a will is published if the connection is cut, and not if it is ended") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program()};
    device heir = connected(broker, "heir");
    heir.subscribe({{.filter = "will/#", .qos = qos::exactly_once}});
    const std::string last_words = payload_of(1'000, 3);
    for (const bool retain : {false, true}) {
        for (const bool is_cut : {false, true}) {
            device d{tcp_connection::to(broker.port())};
            const auto answer = d.connect(
                {.client_id = "mortal",
                 .will = mqtt::will{
                     .topic = "will/mortal", .payload = last_words, .qos = qos::exactly_once, .retain = retain}});
            REQUIRE(answer.code == mqtt::connect_code::accepted);
            if (is_cut) {
                d.transport().cut();
                CHECK((heir.next_message() ==
                       message{.topic = "will/mortal", .payload = last_words, .qos = qos::exactly_once}));
            } else {
                d.disconnect();
                std::array<char, 16> memory;
                REQUIRE(d.transport().receive(memory) == 0);
                heir.ping();
                CHECK_FALSE(heir.has_message());
            }
        }
    }
    device later = connected(broker, "later");
    later.subscribe({{.filter = "will/mortal", .qos = qos::at_most_once}});
    CHECK((later.next_message() == message{.topic = "will/mortal", .payload = last_words, .retain = true}));
}

TEST_CASE("a session goes on where the connection was cut") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program()};
    const mqtt::connect as_before{.client_id = "sleeper", .clean_session = false};
    device sleeper{tcp_connection::to(broker.port())};
    CHECK_FALSE(sleeper.connect(as_before).session_present);
    sleeper.subscribe({{.filter = "for/sleeper", .qos = qos::exactly_once}});
    device writer = connected(broker, "writer");

    // What comes while it is away waits.
    sleeper.disconnect();
    std::array<char, 16> memory;
    REQUIRE(sleeper.transport().receive(memory) == 0);
    for (const qos quality : {qos::at_least_once, qos::exactly_once}) writer.publish("for/sleeper", "away"sv, quality);
    writer.settle();
    sleeper.reconnect(tcp_connection::to(broker.port()));
    CHECK(sleeper.connect(as_before).session_present);
    CHECK((sleeper.next_message() == message{.topic = "for/sleeper", .payload = "away", .qos = qos::at_least_once}));
    CHECK((sleeper.next_message() == message{.topic = "for/sleeper", .payload = "away", .qos = qos::exactly_once}));
    sleeper.ping();  // and so its last PUBCOMP has arrived

    // What was not acknowledged comes again, and says so.
    writer.publish("for/sleeper", "once"sv, qos::at_least_once);
    const mqtt::packet unanswered = sleeper.receive();
    REQUIRE(unanswered.get_if<mqtt::publish>() != nullptr);
    CHECK_FALSE(unanswered.get_if<mqtt::publish>()->dup);
    sleeper.transport().cut();
    sleeper.reconnect(tcp_connection::to(broker.port()));
    CHECK(sleeper.connect(as_before).session_present);
    CHECK((sleeper.next_message() ==
           message{.topic = "for/sleeper", .payload = "once", .qos = qos::at_least_once, .dup = true}));
    sleeper.ping();

    // At QoS 2 it does not come twice: once PUBREC is there, only PUBREL is repeated.
    writer.publish("for/sleeper", "twice"sv, qos::exactly_once);
    writer.settle();
    const mqtt::packet first = sleeper.receive();
    REQUIRE(first.get_if<mqtt::publish>() != nullptr);
    const std::uint16_t id = first.get_if<mqtt::publish>()->packet_id;
    sleeper.send(mqtt::pubrec{.packet_id = id});
    const mqtt::packet released = sleeper.receive();
    REQUIRE(released.get_if<mqtt::pubrel>() != nullptr);
    sleeper.transport().cut();
    sleeper.reconnect(tcp_connection::to(broker.port()));
    CHECK(sleeper.connect(as_before).session_present);
    const mqtt::packet again = sleeper.receive();
    REQUIRE(again.get_if<mqtt::pubrel>() != nullptr);
    CHECK(again.get_if<mqtt::pubrel>()->packet_id == id);
    sleeper.send(mqtt::pubcomp{.packet_id = id});

    // A clean session forgets all of it.
    sleeper.disconnect();
    sleeper.reconnect(tcp_connection::to(broker.port()));
    CHECK_FALSE(sleeper.connect({.client_id = "sleeper"}).session_present);
    writer.publish("for/sleeper", "gone"sv, qos::at_least_once);
    writer.settle();
    sleeper.ping();
    CHECK_FALSE(sleeper.has_message());
}

TEST_CASE("a packet that hubwire refuses to send is refused by the broker as well") {
    NEEDS_MOSQUITTO();
    interop::mosquitto broker{*program()};
    const std::string_view wrong[] = {
        "\x82\x04\x00\x01\x00\x01"sv,       // SUBSCRIBE without a QoS
        "\x82\x06\x00\x01\x00\x01#\x03"sv,  // with one that there is not
        "\x32\x04\x00\x01#x"sv,             // PUBLISH to a wildcard
        "\x36\x05\x00\x01"
        "a\x00\x01"sv,         // with QoS 3
        "\x60\x02\x00\x01"sv,  // PUBREL without its flag
        "\xf0\x00"sv,          // a reserved type
    };
    for (const std::string_view bytes : wrong) {
        INFO("the packet of type " << (static_cast<unsigned char>(bytes[0]) >> 4));
        const auto packet = mqtt::decode(bytes);
        CHECK((!packet && !packet.incomplete()));
        device d = connected(broker, "rude");
        d.transport().send({bytes});
        std::array<char, 16> memory;
        CHECK(d.transport().receive(memory) == 0);
    }
}
