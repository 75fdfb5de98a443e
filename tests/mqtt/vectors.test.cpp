// Test data of others: packets that other implementations were tested with, and what those expect. None of it is part
// of the project. It is looked for in the directory that the environment variable HUBWIRE_VECTORS names, or else where
// the build says; where it is not, these tests say so and pass.
//
// The expectation is the row's; wherever hubwire differs, a table below says so, and why. A difference that is not
// listed fails, and so does one that is listed and no longer there.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <hubwire/hubwire.hpp>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch2.hpp"
#include "support/exact_block.hpp"
#include "support/jsonl.hpp"
#include "support/sweep.hpp"
#include "support/vectors.hpp"

namespace mqtt = hubwire::mqtt;
using hubwire::bytes;
using hubwire::errc;
using support::from_hex;
using support::json;

namespace {

// ---------------------------------------------------------------------------------------------------------------------
// Where the data is

std::filesystem::path folder() { return support::vectors("mqtt"); }

bool present() { return support::vectors_are_present("mqtt"); }

struct row_file {
    std::string_view name;
    std::size_t rows;
};
constexpr row_file arachne{.name = "arachne-v311.jsonl", .rows = 2'775};
constexpr row_file mosquitto{.name = "mosquitto-v311-codec.jsonl", .rows = 313};
constexpr row_file mosquitto_texts{.name = "mosquitto-unit-utf8-topic.jsonl", .rows = 232};
constexpr row_file mochi{.name = "mochi-v311.jsonl", .rows = 70};
constexpr row_file mqtt_packet{.name = "mqtt-packet-v311.jsonl", .rows = 111};
constexpr row_file packet_files[] = {arachne, mosquitto, mochi, mqtt_packet};

/// All of its rows: a file that is empty, or cut off, is not taken for one that passes.
std::vector<json> rows_of(const row_file& file) {
    std::vector<json> rows = support::read_jsonl(folder() / file.name);
    INFO(file.name);
    CHECK(rows.size() == file.rows);
    return rows;
}

// ---------------------------------------------------------------------------------------------------------------------
// What is expected, and what happens

constexpr mqtt::options lenient{.allow_mqtt_3_1 = true, .allow_bridge = true};
constexpr mqtt::options careful{.refuse_discouraged_characters = true, .refuse_padded_length = true};

std::string verdict(bytes input, const mqtt::options& rules = {}) {
    const auto decoded = mqtt::decode(input, rules);
    if (decoded) return "ok";
    if (decoded.incomplete()) return "incomplete";
    const auto answer = mqtt::answer_to(decoded.error());
    if (answer) return "answer " + std::to_string(static_cast<int>(*answer));
    return "error";
}

std::string name_of(const json& row) {
    return row["names"].is_null() ? row["name"].text() : row["names"].items().front().text();
}

std::string label(const json& row) {
    return name_of(row) + ", " + (row["hex"].is_null() ? "not decoded" : row["hex"].text().substr(0, 160));
}

/// What the specification says of the row's packet: the verdict of its author, or where that is of another version or
/// stage, that of whoever collected the rows. An answer is that of the rule it names.
std::string expectation(const json& row) {
    const std::string& expected = row["strict"].is_null() ? row["expect"].text() : row["strict"].text();
    if (expected != "answer") return expected;
    return row["rule"].text() == "MQTT-3.1.2-2" ? "answer 1" : "answer 2";
}

/// Where hubwire says something else than a row does, and why. Several rows with one reason are named by what they
/// begin with.
struct difference {
    std::string_view row;
    std::string_view ours;
    std::string_view reason;
};

/// Sees to it that the differences are those of a table, no fewer and no more.
class ledger {
public:
    template <std::size_t N>
    explicit ledger(const difference (&listed)[N]) : listed_{listed}, seen_(N) {}
    ledger() = default;

    void compare(const std::string& row, const std::string& theirs, const std::string& ours) {
        if (theirs == ours) return;
        for (std::size_t i = 0; i != listed_.size(); ++i) {
            if (row.starts_with(listed_[i].row) && listed_[i].ours == ours) {
                seen_[i] = true;
                return;
            }
        }
        FAIL_CHECK(row << ": " << theirs << " is expected, but ours is " << ours);
    }

    void finish() const {
        for (std::size_t i = 0; i != listed_.size(); ++i) {
            if (!seen_[i]) FAIL_CHECK("no longer different: " << listed_[i].row << ", " << listed_[i].ours);
        }
    }

private:
    std::span<const difference> listed_;
    std::vector<bool> seen_;
};

// ---------------------------------------------------------------------------------------------------------------------
// Packets made of a row's fields

/// Makes packets of two notations; what does not fit hubwire's types is thrown. Keeps what the packets point to.
class maker {
public:
    mqtt::packet of_mosquitto(const json& fields) {
        const std::string& type = fields["type"].text();
        if (type == "CONNECT") {
            mqtt::connect p{.client_id = hex_text(fields["client_id"]),
                            .keep_alive = u16(fields["keep_alive"]),
                            .clean_session = fields["clean_session"].boolean(),
                            .level = u8(fields["level"])};
            if (const json& will = fields["will"]; !will.is_null())
                p.will = mqtt::will{.topic = hex_text(will["topic"]),
                                    .payload = keep(from_hex(will["payload"].text())),
                                    .qos = qos(will["qos"]),
                                    .retain = will["retain"].boolean()};
            if (const json& name = fields["username"]; !name.is_null()) p.username = hex_text(name);
            if (const json& word = fields["password"]; !word.is_null()) p.password = keep(from_hex(word.text()));
            return p;
        }
        if (type == "CONNACK")
            return mqtt::connack{.session_present = fields["session_present"].boolean(),
                                 .code = mqtt::connect_code{u8(fields["return_code"])}};
        if (type == "PUBLISH")
            return mqtt::publish{.topic = hex_text(fields["topic"]),
                                 .payload = keep(from_hex(fields["payload"].text())),
                                 .qos = qos(fields["qos"]),
                                 .packet_id = optional_u16(fields["packet_id"]),
                                 .dup = fields["dup"].boolean(),
                                 .retain = fields["retain"].boolean()};
        if (type == "PINGREQ") return mqtt::pingreq{};
        if (type == "PINGRESP") return mqtt::pingresp{};
        if (type == "DISCONNECT") return mqtt::disconnect{};

        const std::uint16_t id = u16(fields["packet_id"]);
        if (type == "PUBACK") return mqtt::puback{id};
        if (type == "PUBREC") return mqtt::pubrec{id};
        if (type == "PUBREL") return mqtt::pubrel{id};
        if (type == "PUBCOMP") return mqtt::pubcomp{id};
        if (type == "UNSUBACK") return mqtt::unsuback{id};
        if (type == "SUBACK") return mqtt::suback{id, codes(fields["codes"])};
        if (type == "SUBSCRIBE") {
            auto& list = subscriptions_.emplace_back();
            for (const json& item : fields["filters"].items())
                list.push_back({.filter = hex_text(item["filter"]), .qos = qos(item["qos"])});
            return mqtt::subscribe{id, mqtt::subscription_list{list}};
        }
        if (type == "UNSUBSCRIBE") {
            auto& list = filters_.emplace_back();
            for (const json& item : fields["filters"].items()) list.push_back(hex_text(item));
            return mqtt::unsubscribe{id, mqtt::filter_list{list}};
        }
        throw std::runtime_error{"no such packet"};
    }

    mqtt::packet of_mqtt_packet(const json& fields) {
        const std::string& type = fields["cmd"].text();
        if (type == "connect") {
            mqtt::connect p{
                .client_id = fields["clientId"].is_null() ? std::string_view{} : keep(content(fields["clientId"])),
                .keep_alive = optional_u16(fields["keepalive"]),
                .clean_session = fields["clean"].is_null() || fields["clean"].boolean(),
                .level = fields["protocolVersion"].is_null() ? std::uint8_t{4} : u8(fields["protocolVersion"])};
            if (const json& name = fields["protocolId"];
                !name.is_null() && name.text() != (p.level < 4 ? "MQIsdp" : "MQTT"))
                throw std::runtime_error{"the level says what the name is"};
            if (!fields["bridgeMode"].is_null() && fields["bridgeMode"].boolean()) p.level |= 0x80;
            if (const json& will = fields["will"]; !will.is_null())
                p.will =
                    mqtt::will{.topic = will["topic"].is_null() ? std::string_view{} : keep(content(will["topic"])),
                               .payload = keep(content(will["payload"])),
                               .qos = qos(will["qos"]),
                               .retain = will["retain"].boolean()};
            if (const json& name = fields["username"]; !name.is_null()) p.username = keep(content(name));
            if (const json& word = fields["password"]; !word.is_null()) p.password = keep(content(word));
            return p;
        }
        if (type == "connack")
            return mqtt::connack{.session_present = fields["sessionPresent"].boolean(),
                                 .code = mqtt::connect_code{u8(fields["returnCode"])}};
        if (type == "publish")
            return mqtt::publish{.topic = fields["topic"].text(),
                                 .payload = keep(content(fields["payload"])),
                                 .qos = qos(fields["qos"]),
                                 .packet_id = optional_u16(fields["messageId"]),
                                 .dup = fields["dup"].boolean(),
                                 .retain = fields["retain"].boolean()};
        if (type == "pingreq") return mqtt::pingreq{};
        if (type == "pingresp") return mqtt::pingresp{};
        if (type == "disconnect") return mqtt::disconnect{};

        const std::uint16_t id = u16(fields["messageId"]);
        if (type == "puback") return mqtt::puback{id};
        if (type == "pubrec") return mqtt::pubrec{id};
        if (type == "pubrel") return mqtt::pubrel{id};
        if (type == "pubcomp") return mqtt::pubcomp{id};
        if (type == "unsuback") return mqtt::unsuback{id};
        if (type == "suback") return mqtt::suback{id, codes(fields["granted"])};
        if (type == "subscribe") {
            auto& list = subscriptions_.emplace_back();
            for (const json& item : fields["subscriptions"].items())
                list.push_back({.filter = item["topic"].text(), .qos = qos(item["qos"])});
            return mqtt::subscribe{id, mqtt::subscription_list{list}};
        }
        if (type == "unsubscribe") {
            auto& list = filters_.emplace_back();
            for (const json& item : fields["unsubscriptions"].items()) list.emplace_back(item.text());
            return mqtt::unsubscribe{id, mqtt::filter_list{list}};
        }
        throw std::runtime_error{"no such packet"};
    }

private:
    static std::uint64_t integer(const json& value, double most) {
        const double number = value.number();
        if (number < 0 || number > most || std::floor(number) != number) throw std::runtime_error{"not such a number"};
        return static_cast<std::uint64_t>(number);
    }
    static std::uint8_t u8(const json& value) { return static_cast<std::uint8_t>(integer(value, 0xff)); }
    static std::uint16_t u16(const json& value) { return static_cast<std::uint16_t>(integer(value, 0xffff)); }
    static std::uint16_t optional_u16(const json& value) { return value.is_null() ? std::uint16_t{0} : u16(value); }
    static mqtt::qos qos(const json& value) { return mqtt::qos{u8(value)}; }

    std::string_view keep(std::string value) { return texts_.emplace_back(std::move(value)); }

    std::string_view hex_text(const json& value) {
        std::string text = from_hex(value["hex"].text());
        if (text != value["text"].text()) throw std::runtime_error{"hex and text differ"};
        return keep(std::move(text));
    }

    static std::string content(const json& value) {
        return value.is(json::kind::string) ? value.text() : from_hex(value["hex"].text());
    }

    mqtt::suback_code_list codes(const json& value) {
        auto& list = codes_.emplace_back();
        for (const json& item : value.items()) list.push_back(mqtt::suback_code{u8(item)});
        return mqtt::suback_code_list{list};
    }

    std::deque<std::string> texts_;
    std::deque<std::vector<mqtt::subscription>> subscriptions_;
    std::deque<std::vector<std::string_view>> filters_;
    std::deque<std::vector<mqtt::suback_code>> codes_;
};

bool same(const mqtt::packet& a, const mqtt::packet& b) {
    return a.visit([&]<class T>(const T& p) {
        const T* const other = b.get_if<T>();
        return other != nullptr && *other == p;
    });
}

/// The bytes of a packet, or a text that says why not.
std::string encoded(const mqtt::packet& packet, const mqtt::options& rules = lenient) {
    return packet.visit([&](const auto& p) -> std::string {
        const auto size = mqtt::encoded_size(p, rules);
        if (!size) return "refused: " + std::string{size.error().message()};
        support::exact_block output{*size};
        const auto written = mqtt::encode(hubwire::buffer{output.data(), output.size()}, p, rules);
        return written ? std::string{written->text()}
                       : std::string{"refused: "} + std::string{written.error().message()};
    });
}

/// Whatever must hold for a packet that was accepted; returns what does not.
std::string accepted_well(const std::string& packet, const mqtt::options& rules = {}) {
    const support::exact_block block{packet};
    const bytes input{block.data(), block.size()};
    const auto decode = [&](bytes part) { return mqtt::decode(part, rules); };
    const auto decoded = decode(packet);
    const auto again = decode(input);
    if (!decoded || !again) return "refused";
    if (!same(*decoded, *again)) return "another packet in an exact block";
    if (encoded(*decoded, rules) != packet) return "other bytes when encoded again";
    const std::string more = packet + "\xff";
    const auto whole = mqtt::cut(more, rules);
    if (!whole || whole->size() != packet.size()) return "not cut where it ends";
    if (packet.size() > 200) return "";
    if (std::string wrong = support::every_truncation(packet, decode); !wrong.empty()) return wrong;
    if (std::string wrong = support::every_mutation(packet, decode); !wrong.empty()) return wrong;
    return decoded->visit([&](const auto& p) {
        return support::every_capacity(packet, [&](hubwire::buffer output) { return mqtt::encode(output, p, rules); });
    });
}

/// Whatever must hold for an input that was refused: nothing that follows changes it [MQTT-4.8.0-1].
std::string refused_for_good(const std::string& input, const mqtt::options& rules = {}) {
    const auto refusal = mqtt::decode(input, rules).error();
    for (const char filler : {'\0', '\1', '\x7f', '\xff'}) {
        const std::string more = input + std::string(300, filler);
        const auto continued = mqtt::decode(more, rules);
        if (continued || continued.error() != refusal) return "not refused any more once more bytes follow";
    }
    return "";
}

/// Compares a row's verdict with ours; what was accepted or refused is looked at more closely.
void run(const json& row, ledger& differences, const std::string& expected, const mqtt::options& rules = {}) {
    const std::string input = from_hex(row["hex"].text());
    const std::string ours = verdict(input, rules);
    differences.compare(label(row), expected, ours);
    const std::string wrong = ours == "ok"           ? accepted_well(input, rules)
                              : ours != "incomplete" ? refused_for_good(input, rules)
                                                     : std::string{};
    if (!wrong.empty()) FAIL_CHECK(label(row) << ": " << wrong);
}

/// The same under the options that accept and refuse more: they change nothing but what they are for.
void run_with_options(const json& row, bool old_or_bridge, bool discouraged) {
    const std::string input = from_hex(row["hex"].text());
    const std::string plain = verdict(input);
    const std::string more = verdict(input, lenient);
    if (old_or_bridge ? more == plain : (plain == "ok") != (more == "ok"))
        FAIL_CHECK(label(row) << ": " << plain << ", but " << more << " where MQTT 3.1 and bridges are allowed");
    const std::string less = verdict(input, careful);
    if (discouraged) {
        if (plain != "ok" || less != "error" ||
            mqtt::decode(input, careful).error().code != errc::mqtt_discouraged_character)
            FAIL_CHECK(label(row) << ": " << plain << ", and " << less << " where its characters are refused");
    } else if (plain == "ok" && less != "ok") {
        FAIL_CHECK(label(row) << ": " << less << " where control characters and padded lengths are refused");
    }
}

std::string base64(std::string_view text) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string result;
    for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(3, text.size()))) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i != 3; ++i)
            bits = bits << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0u);
        for (std::size_t i = 0; i != 4; ++i) result += i <= text.size() ? digits[bits >> (18 - 6 * i) & 63] : '=';
    }
    return result;
}

bool mentions(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

// ---------------------------------------------------------------------------------------------------------------------

TEST_CASE("vectors: arachne's packets, and prefixes that a receiver can refuse already") {
    if (!present()) return;
    static constexpr difference listed[] = {
        {"PUBACK length, 4082", "incomplete",
         "82 00 is a longer way to say 2, which the specification does not forbid"},
        {"PUBREC length, 5082", "incomplete", "likewise"},
        {"PUBREL length, 6282", "incomplete", "likewise"},
        {"PUBCOMP length, 7082", "incomplete", "likewise"},
        {"CONNECT remaining length < 10, 1007", "incomplete", "enough for a level, which may have to be answered"},
        {"CONNECT remaining length < 10, 1008", "incomplete", "likewise"},
        {"CONNECT remaining length < 10, 1009", "incomplete", "likewise"},
    };
    ledger differences{listed};
    for (const json& row : rows_of(arachne)) {
        // The collector calls many of the prefixes incomplete, which they are for a decoder that waits for all of the
        // packet first. Arachne's own expectation, and ours, is that they are refused.
        const std::string expected = row["strict"].text() == "incomplete" ? row["expect"].text() : expectation(row);
        run(row, differences, expected);
        run_with_options(row, false, false);
    }
    differences.finish();
}

TEST_CASE("vectors: mosquitto's packets") {
    if (!present()) return;
    ledger differences;
    maker make;
    for (const json& row : rows_of(mosquitto)) {
        run(row, differences, expectation(row));
        const std::string& cls = row["cls"].text();
        run_with_options(row, false, cls == "policy" && !mentions(name_of(row), "Password"));

        const std::string input = from_hex(row["hex"].text());
        const auto decoded = mqtt::decode(input);
        if (!decoded) continue;
        const mqtt::packet expected = make.of_mosquitto(row["fields"]);
        if (!same(*decoded, expected)) FAIL_CHECK(label(row) << ": other fields");
        if (encoded(expected, {}) != input) FAIL_CHECK(label(row) << ": other bytes when encoded");

        // Where it is in order, one of those that it was sent to may receive it.
        const auto& names = row["names"].items();
        const bool received = std::any_of(names.begin(), names.end(), [&](const json& name) {
            const auto receiver = name.text().starts_with("client") ? mqtt::role::client : mqtt::role::server;
            return mqtt::check_direction(receiver, decoded->type()).has_value();
        });
        if (cls == "valid" && !received) FAIL_CHECK(label(row) << ": nobody may receive it");
    }
    differences.finish();
}

TEST_CASE("vectors: mochi's packets") {
    if (!present()) return;
    static constexpr difference listed[] = {
        {"malformed session present, 1002", "error", "no CONNECT has a length of 2, so there is nothing to wait for"},
        {"malformed bad return Code, 100200", "error", "likewise"},
        {"malformed packet id, 820200", "error", "nor a SUBSCRIBE"},
        {"malformed packet id, 900200", "error", "nor a SUBACK"},
    };
    ledger differences{listed};
    for (const json& row : rows_of(mochi)) {
        const bool old = row["ver"].number() == 3;
        run(row, differences, expectation(row));
        run_with_options(row, old, false);
        if (old) run(row, differences, "ok", {.allow_mqtt_3_1 = true});

        const std::string input = from_hex(row["hex"].text());
        const auto decoded = mqtt::decode(input, lenient);
        if (!decoded) continue;
        const json& fields = row["fields"];
        const auto header = mqtt::decode_fixed_header(input);
        REQUIRE(header);
        std::string client_id;
        std::string topic;
        std::string payload;
        std::string codes;
        bool session_present = false;
        unsigned id = 0;
        decoded->visit([&](const auto& p) {
            if constexpr (requires { p.client_id; }) client_id = p.client_id;
            if constexpr (requires { p.topic; }) topic = p.topic;
            if constexpr (requires { p.payload; }) payload = p.payload.text();
            if constexpr (requires { p.session_present; }) session_present = p.session_present;
            if constexpr (requires { p.packet_id; }) id = p.packet_id;
            if constexpr (requires { p.codes; }) {
                for (const auto code : p.codes) codes += static_cast<char>(static_cast<std::uint8_t>(code));
            }
        });
        INFO(label(row));
        CHECK(client_id == fields["client_id"].text());
        CHECK(topic == fields["topic"].text());
        CHECK(payload == from_hex(fields["payload_hex"].text()));
        CHECK(session_present == fields["session_present"].boolean());
        CHECK(id == fields["packet_id"].number());
        CHECK((header->flags >> 1 & 3) == fields["qos"].number());
        CHECK(((header->flags & 8) != 0) == fields["dup"].boolean());
        CHECK(((header->flags & 1) != 0) == fields["retain"].boolean());
        if (codes.empty()) {
            CHECK(fields["reason_codes"].is_null());
        } else {
            CHECK(base64(codes) == fields["reason_codes"].text());
        }
    }
    differences.finish();
}

TEST_CASE("vectors: mqtt-packet's packets") {
    if (!present()) return;
    static constexpr difference listed[] = {
        {"connect MQTT bridge 132, 101200064d51497364708400001e000474657374", "error",
         "level 4, here with a bridge's bit, goes with the name MQTT"},
        {"Connect flag bit 0 must be 0, but got 1, 100a00044d5154540303001e", "answer 1",
         "level 3 under the name MQTT, which comes before all that is wrong behind it"},
        {"Will Retain Flag must be set to zero when Will Flag is set to 0, 100a00044d5154540322001e", "answer 1",
         "likewise"},
        {"Will QoS must be set to zero when Will Flag is set to 0, 100a00044d5154540312001e", "answer 1", "likewise"},
        {"Will QoS must be set to zero when Will Flag is set to 0, 100a00044d515454030a001e", "answer 1", "likewise"},
    };
    ledger differences{listed};
    maker make;
    for (const json& row : rows_of(mqtt_packet)) {
        if (row["hex"].is_null()) continue;  // see below
        const std::string& kind = row["kind"].text();
        const std::string input = from_hex(row["hex"].text());
        const bool fine = row["expect"].text() == "ok";
        const bool bridge = !row["bridge"].is_null();
        const bool old = row["wire_version"].number() == 3;
        const bool needs_option = bridge || old;

        run(row, differences, fine && !needs_option ? "ok" : "error");
        if (fine && needs_option) run(row, differences, "ok", {.allow_mqtt_3_1 = old, .allow_bridge = bridge});
        if (bridge) {
            run(row, differences, "answer 1", {.allow_mqtt_3_1 = true});
        } else {
            run_with_options(row, fine && needs_option, false);
        }

        if (!fine) continue;
        const json& fields = kind == "generate" ? row["generate_from"] : row["fields"];
        const auto decoded = mqtt::decode(input, lenient);
        if (!decoded) continue;  // and listed
        const mqtt::packet expected = make.of_mqtt_packet(fields);
        if (!same(*decoded, expected)) FAIL_CHECK(label(row) << ": other fields");
        if (encoded(expected) != input) FAIL_CHECK(label(row) << ": other bytes when encoded");
        if (kind == "generate") continue;
        const auto header = mqtt::decode_fixed_header(input);
        INFO(label(row));
        REQUIRE(header);
        CHECK((header->flags >> 1 & 3) == fields["qos"].number());
        CHECK(((header->flags & 8) != 0) == fields["dup"].boolean());
        CHECK(((header->flags & 1) != 0) == fields["retain"].boolean());
    }
    differences.finish();
}

TEST_CASE("vectors: what mqtt-packet refuses to encode") {
    if (!present()) return;
    static constexpr difference listed[] = {
        {"Unknown command", "cannot be said", "every packet has a type"},
        {"writeToStream Invalid command", "cannot be said", "likewise"},
        {"Invalid protocolId", "cannot be said", "the level says what the name is"},
        {"writeToStream Invalid protocolId", "cannot be said", "likewise"},
        {"Invalid return code", "cannot be said", "a return code is a number"},
        {"Invalid keepalive", "cannot be said", "so is the time to keep alive, and a whole one"},
        {"Invalid messageId on publish", "cannot be said", "so are packet identifiers"},
        {"Invalid messageId on puback", "cannot be said", "likewise"},
        {"Invalid messageId on pubrec", "cannot be said", "likewise"},
        {"Invalid messageId on pubrel", "cannot be said", "likewise"},
        {"Invalid messageId on subscribe", "cannot be said", "likewise"},
        {"Invalid messageId on suback", "cannot be said", "likewise"},
        {"Invalid messageId on unsubscribe", "cannot be said", "likewise"},
        {"Invalid messageId on unsuback", "cannot be said", "likewise"},
        {"Invalid will payload", "cannot be said", "a payload is bytes"},
        {"Invalid will", "cannot be said", "a will is a topic and a payload"},
        {"Invalid username", "cannot be said", "a user name is text"},
        {"Invalid password", "cannot be said", "a password is bytes"},
        {"unsubscribe with unsubscriptions not an array", "cannot be said", "filters are a list"},
        {"unsubscribe with unsubscriptions as an object", "cannot be said", "of text"},
    };
    ledger differences{listed};
    for (const json& row : rows_of(mqtt_packet)) {
        if (row["kind"].text() != "generate_error") continue;
        const json& from = row["generate_from"];
        if (name_of(row) == "Length var byte integer over max allowed value throws error") continue;  // see below
        maker make;
        std::string ours;
        try {
            ours = encoded(make.of_mqtt_packet(from));
            if (!ours.starts_with("refused")) ours = "encoded";
        } catch (const std::runtime_error&) {
            ours = "cannot be said";
        }
        differences.compare(name_of(row), "refused", ours.substr(0, ours.find(':')));
    }
    differences.finish();
}

TEST_CASE("vectors: mqtt-packet's largest message, of which the data has the head only, and one that is larger") {
    if (!present()) return;
    std::size_t tested = 0;
    for (const json& row : rows_of(mqtt_packet)) {
        const bool generated = row["kind"].text() == "generate_error";
        const json& fields = generated ? row["generate_from"] : row["fields"];
        if (!fields.is(json::kind::object) || !fields["payload"].is(json::kind::object)) continue;
        if (fields["payload"]["bytes"].is_null()) continue;
        ++tested;
        INFO(name_of(row));
        const mqtt::publish_head head{.topic = fields["topic"].text(),
                                      .payload_size = static_cast<std::size_t>(fields["payload"]["bytes"].number())};
        char room[32];
        const auto written = mqtt::encode_head(room, head);
        if (generated) {
            REQUIRE_FALSE(written);
            CHECK(written.error().code == errc::mqtt_remaining_length);
            continue;
        }
        const std::string input = from_hex(row["hex_head"].text());
        REQUIRE(written);
        CHECK(input.starts_with(written->text()));
        const auto decoded = mqtt::decode_publish_head(input);
        REQUIRE(decoded);
        CHECK(decoded->head == head);
        CHECK(decoded->size == written->size());
        const auto whole = mqtt::decode(input);
        REQUIRE(whole.incomplete());
        CHECK(static_cast<double>(input.size() + whole.error().needed) == row["bytes"].number());
    }
    CHECK(tested == 2);
}

TEST_CASE("vectors: F-Secure's captured packets") {
    if (!present()) return;
    static constexpr difference listed[] = {
        {"mqtt.connect.140.raw", "error", "it asks for a protocol named hj"},
    };
    static constexpr std::pair<std::string_view, mqtt::packet_type> types[] = {
        {"connect", mqtt::packet_type::connect},          {"disconnect", mqtt::packet_type::disconnect},
        {"publish", mqtt::packet_type::publish},          {"publish-ack", mqtt::packet_type::puback},
        {"publish-received", mqtt::packet_type::pubrec},  {"publish-release", mqtt::packet_type::pubrel},
        {"publish-complete", mqtt::packet_type::pubcomp}, {"subscribe", mqtt::packet_type::subscribe},
    };
    ledger differences{listed};
    std::size_t tested = 0;
    for (const auto& [name, type] : types) {
        for (const auto& entry : std::filesystem::directory_iterator{folder() / "fsecure-mqtt_fuzz" / name}) {
            const std::string file = entry.path().filename().string();
            std::ifstream in{entry.path(), std::ios::binary};
            const std::string input{std::istreambuf_iterator<char>{in}, {}};
            const std::string ours = verdict(input);
            differences.compare(file, "ok", ours);
            ++tested;
            if (ours != "ok") continue;
            if (mqtt::decode(input)->type() != type) FAIL_CHECK(file << ": a packet of another type");
            const std::string wrong = accepted_well(input);
            if (!wrong.empty()) FAIL_CHECK(file << ": " << wrong);
        }
    }
    CHECK(tested == 79);
    differences.finish();
}

TEST_CASE("vectors: where a row names a statement, so does the error") {
    if (!present()) return;
    static constexpr difference listed[] = {
        {"MQTT-2.2.2-1", "MQTT 3.2.2.1", "that one is about the flags of the fixed header, not those of CONNACK"},
        {"MQTT-2.3.1-6/-7 (implied)", "MQTT-2.3.1-6", "the half of it that is about answers to PUBLISH"},
        {"MQTT-2.3.1-7 (implied)", "MQTT-2.3.1-7", "the same"},
        {"MQTT-3.1.2-11", "MQTT-3.1.2-13", "both say it, and -13 says it of the will QoS alone, which it is here"},
        {"MQTT-4.7.3-1, 820404d20000", "MQTT 2.2.3", "so short a SUBSCRIBE is refused before its filter is there"},
    };
    // What the rows call "length" for want of a statement; some of it has one.
    static constexpr errc of_length[] = {errc::truncated,
                                         errc::leftover,
                                         errc::mqtt_impossible_length,
                                         errc::mqtt_will_absent,
                                         errc::mqtt_username_without_flag,
                                         errc::mqtt_username_absent,
                                         errc::mqtt_password_without_flag,
                                         errc::mqtt_password_absent};
    ledger differences{listed};
    for (const row_file& file : packet_files) {
        for (const json& row : rows_of(file)) {
            if (row["hex"].is_null() || row["rule"].is_null()) continue;
            const std::string packet = from_hex(row["hex"].text());
            const auto decoded = mqtt::decode(packet);
            if (decoded) continue;  // and listed
            std::string theirs = row["rule"].text();
            if (theirs == "MQTT-3-8.3-4") theirs = "MQTT-3.8.3-4";  // as the specification misspells it
            if (theirs.front() >= '0' && theirs.front() <= '9') theirs = "MQTT " + theirs;
            std::string ours{decoded.error().rule()};
            if (theirs == "length" && std::ranges::count(of_length, decoded.error().code) != 0) ours = theirs;
            differences.compare(theirs + ", " + row["hex"].text(), theirs, ours);
        }
    }
    differences.finish();
}

TEST_CASE("MQTT-6.0.0-2: vectors, all that can be accepted, as one stream that is split anywhere") {
    if (!present()) return;
    for (const row_file& file : packet_files) {
        std::set<std::string> packets;
        std::string stream;
        for (const json& row : rows_of(file)) {
            if (row["hex"].is_null()) continue;
            const std::string input = from_hex(row["hex"].text());
            if (input.size() <= 64 && verdict(input) == "ok" && packets.insert(input).second) stream += input;
        }
        INFO(file.name);
        CHECK(packets.size() > 20);
        CHECK(support::every_split(std::string_view{stream}, [](bytes received) {
                  const auto packet = mqtt::cut(received);
                  return packet ? hubwire::result<std::size_t>{packet->size()}
                                : hubwire::result<std::size_t>{packet.error()};
              }) == "");
    }
}

TEST_CASE("vectors: mosquitto's texts, topic names and topic filters, and which filters match what") {
    if (!present()) return;
    for (const json& row : rows_of(mosquitto_texts)) {
        const std::string& kind = row["kind"].text();
        if (kind == "match") {
            const std::string& filter = row["filter"].text();
            const std::string& topic = row["topic"].text();
            const std::string ours = !mqtt::check_topic_filter(filter) || !mqtt::check_topic_name(topic) ? "invalid"
                                     : mqtt::topic_matches(filter, topic)                                ? "match"
                                                                                                         : "no-match";
            if (ours != row["expect"].text()) FAIL_CHECK(filter << " and " << topic << ": " << ours);
            continue;
        }
        // The expectation is the collector's: mosquitto refuses control characters, and topics of over 200 levels.
        const support::exact_block block{from_hex(row["hex"].text())};
        const std::string_view text{block.data(), block.size()};
        const auto check = [&](const mqtt::options& rules) {
            return kind == "utf8"         ? mqtt::check_text(text, rules)
                   : kind == "topic-name" ? mqtt::check_topic_name(text, rules)
                                          : mqtt::check_topic_filter(text, rules);
        };
        const auto plain = check({});
        const auto strict = check(careful);
        const bool policy = !row["class"].is_null() && row["class"].text().starts_with("policy");
        INFO(kind << ' ' << row["hex"].text());
        if (plain.has_value() != (row["strict"].text() == "ok")) FAIL_CHECK("expected: " << row["strict"].text());
        if (plain && strict.has_value() == policy) FAIL_CHECK("otherwise where control characters are refused");
        if (policy && !strict && strict.error().code != errc::mqtt_discouraged_character)
            FAIL_CHECK("refused for something else than its characters");
        if (kind == "utf8" && !plain && plain.error().rule() != "MQTT-1.5.3-1" &&
            plain.error().rule() != "MQTT-1.5.3-2")
            FAIL_CHECK("refused for something else than the text");
    }
}
