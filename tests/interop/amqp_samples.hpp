#ifndef HUBWIRE_TESTS_INTEROP_AMQP_SAMPLES_HPP
#define HUBWIRE_TESTS_INTEROP_AMQP_SAMPLES_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <hubwire/hubwire.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "amqp_connection.hpp"

/// Values and messages that every peer of AMQP is to give back as they were.
namespace interop {

struct sample {
    std::string_view name;
    hubwire::amqp::value value;
};

inline std::string payload_of(std::size_t size) {
    std::string payload(size, '\0');
    for (std::size_t i = 0; i != size; ++i) payload[i] = static_cast<char>(static_cast<unsigned char>(i * 131 >> 3));
    return payload;
}

/// Each primitive type in all of its encodings, but for those that contain others: what application properties can be.
inline const std::vector<sample>& simple_samples() {
    namespace amqp = hubwire::amqp;
    using namespace std::literals;
    static const std::string long_text(300, 'x');
    static const std::string long_binary = payload_of(300);
    static const std::vector<sample> samples{
        {"null", {}},
        {"true", true},
        {"false", false},
        {"ubyte-0", std::uint8_t{0}},
        {"ubyte-255", std::uint8_t{255}},
        {"ushort-0", std::uint16_t{0}},
        {"ushort-max", std::uint16_t{65'535}},
        {"uint-0", 0u},
        {"uint-255", 255u},
        {"uint-256", 256u},
        {"uint-max", 4'294'967'295u},
        {"ulong-0", std::uint64_t{0}},
        {"ulong-255", std::uint64_t{255}},
        {"ulong-256", std::uint64_t{256}},
        {"ulong-max", ~std::uint64_t{0}},
        {"byte-min", std::int8_t{-128}},
        {"byte-max", std::int8_t{127}},
        {"short-min", std::int16_t{-32'768}},
        {"short-max", std::int16_t{32'767}},
        {"int-0", 0},
        {"int-minus-128", -128},
        {"int-128", 128},
        {"int-min", -2'147'483'647 - 1},
        {"int-max", 2'147'483'647},
        {"long-minus-128", std::int64_t{-128}},
        {"long-128", std::int64_t{128}},
        {"long-min", -9'223'372'036'854'775'807 - std::int64_t{1}},
        {"long-max", std::int64_t{9'223'372'036'854'775'807}},
        {"float", 1.5f},
        {"double", -0.1},
        {"decimal32", amqp::decimal32{0x2250'0001}},
        {"decimal64", amqp::decimal64{0x2238'0000'0000'0001}},
        {"decimal128", amqp::decimal128{{0x22, 0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}},
        {"char-a", U'a'},
        {"char-astral", U'\U0001F600'},
        {"timestamp-negative", amqp::timestamp{-1}},
        {"timestamp-max-of-net", amqp::timestamp{253'402'300'799'999}},
        {"uuid", amqp::uuid{{0x55, 0x0E, 0x84, 0, 0xE2, 0x9B, 0x41, 0xD4, 0xA7, 0x16, 0x44, 0x66, 0x55, 0x44, 0, 0}}},
        {"binary-empty", hubwire::bytes{}},
        {"binary-zeros", hubwire::bytes{"\0\0"sv}},
        {"binary-long", hubwire::bytes{long_binary}},
        {"string-empty", ""sv},
        {"string-astral", "h\u00E4user \U0001F600"sv},
        {"string-long", long_text},
        {"symbol", amqp::symbol{"amqp:symbol"}},
        {"symbol-long", amqp::symbol{long_text}},
    };
    return samples;
}

/// Lists, maps, arrays and described values, in the memory.
inline std::vector<sample> compound_samples(std::string& memory) {
    namespace amqp = hubwire::amqp;
    memory.resize(8'192);
    std::vector<sample> samples;
    hubwire::buffer room{memory};
    const auto add = [&](std::string_view name, auto build) {
        amqp::builder b{room};
        build(b);
        samples.push_back({name, must(b.finish())});
        room = room.without_first(must(b.encoded()).size());
    };
    add("list-empty", [](auto& b) { b.list([] {}); });
    add("list", [](auto& b) {
        b.list([&] {
            b.add(1);
            b.add("two");
            b.list([&] { b.add(amqp::symbol{"three"}); });
        });
    });
    add("list-of-all", [](auto& b) {
        b.list([&] {
            for (const sample& s : simple_samples()) b.add(s.value);
        });
    });
    add("map-empty", [](auto& b) { b.map([] {}); });
    add("map", [](auto& b) {
        b.map([&] {
            b.entry("text", "t");
            b.entry(amqp::symbol{"symbol"}, 1u);
            b.entry(std::uint64_t{3}, amqp::value{});
            b.add("deeper");
            b.map([&] { b.entry("still", true); });
        });
    });
    add("array-of-ints", [](auto& b) {
        b.array([&] {
            for (const int n : {1, -1, 70'000}) b.add(n);
        });
    });
    add("array-of-symbols", [](auto& b) {
        b.array([&] {
            b.add(amqp::symbol{"a"});
            b.add(amqp::symbol{"bc"});
        });
    });
    add("array-of-lists", [](auto& b) {
        b.array([&] {
            b.list([&] { b.add(1); });
            b.list([&] {
                b.add("x");
                b.add(2);
            });
        });
    });
    add("described", [](auto& b) { b.described(amqp::symbol{"com.example:point"}, [&] { b.add("1;2"); }); });
    add("described-by-number",
        [](auto& b) { b.described(std::uint64_t{0x468C'0000'0004}, [&] { b.list([&] { b.add(1.5); }); }); });
    return samples;
}

/// A message with all sections, each with all that can be in it; but for the body.
struct full_message {
    hubwire::amqp::entry delivery_annotations[1]{{hubwire::amqp::symbol{"x-opt-delivery"}, "d"}};
    hubwire::amqp::entry message_annotations[2]{{hubwire::amqp::symbol{"x-opt-text"}, "m"},
                                                {hubwire::amqp::symbol{"x-opt-number"}, std::int64_t{-1}}};
    hubwire::amqp::entry footer[1]{{hubwire::amqp::symbol{"x-opt-crc"}, 0xCAFEu}};
    std::vector<hubwire::amqp::entry> application_properties{};

    full_message() {
        for (const sample& s : simple_samples()) application_properties.push_back({s.name, s.value});
    }

    [[nodiscard]] hubwire::amqp::message with(const hubwire::amqp::message_body& body) const {
        namespace amqp = hubwire::amqp;
        using namespace std::literals;
        return {
            .header = amqp::header{.durable = true,
                                   .priority = std::uint8_t{9},
                                   .ttl = amqp::milliseconds{60'000},
                                   .first_acquirer = true,
                                   .delivery_count = 2u},
            .delivery_annotations = amqp::map{delivery_annotations},
            .message_annotations = amqp::map{message_annotations},
            .properties = amqp::properties{.message_id = "m-1",
                                           .user_id = "me"sv,
                                           .to = "there",
                                           .subject = "that",
                                           .reply_to = "here",
                                           .correlation_id = std::uint64_t{7},
                                           .content_type = "application/json",
                                           .content_encoding = "utf-8",
                                           .absolute_expiry_time = amqp::timestamp{253'402'300'799'999},
                                           .creation_time = amqp::timestamp{1'456'481'802'000},
                                           .group_id = "g",
                                           .group_sequence = 4'294'967'295u,
                                           .reply_to_group_id = "h"},
            .application_properties = amqp::map{application_properties},
            .body = body,
            .footer = amqp::map{footer},
        };
    }
};

}  // namespace interop

#endif
